//! All SQL. Knows nothing of ours but ids, times and its own settings; everybody above asks in Rust types.

pub mod alerts;
pub mod api_tokens;
pub mod audit;
pub mod bans;
mod begin;
pub mod bi;
pub mod dump;
pub mod embedded;
mod error;
pub mod events;
pub mod filters;
pub mod former;
pub mod health;
pub mod lab;
pub mod lims;
pub mod metrics;
mod open;
mod pool;
pub mod records;
mod replica;
pub mod retention;
pub mod sessions;
pub mod shares;
pub mod sync;
pub mod totp;
pub mod tries;
pub mod users;
pub mod views;
pub mod watch;

pub use begin::begin;
pub use error::DbError;
pub use open::{Database, OpenError};
pub use pool::{StartError, as_of, connect, migrate};
pub use replica::ReadPool;
pub use sqlx::{PgConnection, PgPool};
