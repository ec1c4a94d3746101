//! The six tables and what all of their rows have.

use super::Hash;
use chrono::{DateTime, Utc};
use std::borrow::Cow;

/// A table of the copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// `customers`
    Customers,
    /// `assays`
    Assays,
    /// `orders`
    Orders,
    /// `samples`
    Samples,
    /// `tests`
    Tests,
    /// `batches`
    Batches,
}

impl Table {
    /// Every table, parents before children.
    pub const ALL: [Self; 6] = [Self::Customers, Self::Assays, Self::Orders, Self::Samples, Self::Tests, Self::Batches];

    /// Its name in SQL and in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Assays => "assays",
            Self::Orders => "orders",
            Self::Samples => "samples",
            Self::Tests => "tests",
            Self::Batches => "batches",
        }
    }

    /// The SQL expression of a row's state.
    pub(super) const fn state_column(self) -> &'static str {
        match self {
            Self::Customers | Self::Assays => "null::text",
            Self::Orders | Self::Samples | Self::Tests | Self::Batches => "t.state",
        }
    }

    /// The SQL expression of a row's parent.
    pub(super) const fn parent_column(self) -> &'static str {
        match self {
            Self::Orders => "t.customer_account_id",
            Self::Samples => "t.order_id",
            Self::Tests => "t.sample_id",
            Self::Customers | Self::Assays | Self::Batches => "null::integer",
        }
    }

    /// The SQL expression of the hash without worksheets.
    pub(super) const fn base_hash_column(self) -> &'static str {
        match self {
            Self::Tests | Self::Batches => "t.base_hash",
            Self::Customers | Self::Assays | Self::Orders | Self::Samples => "t.payload_hash",
        }
    }

    /// The SQL expression of the hash of the list's item that a row was completed from.
    pub(super) const fn listed_hash_column(self) -> &'static str {
        match self {
            Self::Tests => "t.listed_hash",
            Self::Customers | Self::Assays | Self::Orders | Self::Samples | Self::Batches => "null::bytea",
        }
    }

    /// The function that carries lineage and visibility down from its rows.
    pub(super) const fn refresh_function(self) -> Option<&'static str> {
        match self {
            Self::Customers => Some("refresh_customers"),
            Self::Orders => Some("refresh_orders"),
            Self::Samples => Some("refresh_samples"),
            Self::Tests => Some("refresh_tests"),
            Self::Batches => Some("refresh_batches"),
            Self::Assays => None,
        }
    }
}

/// The columns of every table.
#[derive(Debug, Default)]
pub struct Base<'a> {
    /// Primary keys.
    pub ids: Vec<i32>,
    /// Payloads, JSON text that `jsonb` takes.
    pub raw: Vec<Cow<'a, str>>,
    /// Content hashes.
    pub hashes: Vec<Hash>,
    /// Content hashes without worksheets.
    pub base_hashes: Vec<Hash>,
    /// QBench's time of the last change.
    pub last_updated: Vec<Option<DateTime<Utc>>>,
}
