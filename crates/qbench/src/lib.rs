//! Client for the REST API v1 of the QBench LIMS.
//!
//! It owns everything between a tenant's credentials and typed records: tokens, one budget for
//! rate and concurrency, repetition by class of failure, paging, the change feed, and tolerant
//! decoding. It knows no database and no screens.
//!
//! ```no_run
//! use qbench::{Client, ClientConfig, Entity, ListQuery, parse_base_url};
//! # async fn run() -> Result<(), qbench::QbenchError> {
//! let base = parse_base_url("https://tenant.qbench.net")?;
//! let client = Client::new(ClientConfig::new(base, "client-id", "client-secret".into()))?;
//! let page = client.list(Entity::Customer, &ListQuery::page(1)).await?;
//! println!("{} of {:?} customers", page.records.len(), page.total_count);
//! # Ok(())
//! # }
//! ```

mod answer;
mod auth;
mod budget;
mod check;
mod client;
mod config;
mod dates;
mod decimal;
mod entity;
mod error;
mod hash;
mod http;
mod json;
mod pages;
mod query;
mod raw;
pub mod records;
mod retry;
mod storable;
mod usage;

pub use answer::{Page, Updates};
pub use check::{ApiFacts, Check};
pub use client::Client;
pub use config::{ClientConfig, RetryPolicy, parse_base_url};
pub use dates::{Moment, next_day, parse_moment};
pub use decimal::parse_decimal;
pub use entity::{Entity, UnknownEntity};
pub use error::{Cause, LimitKind, NetworkFault, QbenchError};
pub use hash::ContentHashes;
pub use query::{GetOptions, ListQuery, MAX_PAGE_SIZE, SortBy, SortOrder};
pub use raw::{BadRecord, RawRecord};
pub use storable::MAX_STORED_DEPTH;
pub use usage::Usage;
