//! The six kinds of record that are copied, and how QBench spells them in addresses.

use std::{fmt, str::FromStr};

/// A kind of QBench record. In API v1 the path segment is the singular name (`/order`), unlike v2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entity {
    /// A customer account; orders point at it by `customer_account_id`.
    Customer,
    /// An analysis that can be ordered; tests and batches point at it by `assay_id`.
    Assay,
    /// An order of one customer.
    Order,
    /// A sample of one order.
    Sample,
    /// One assay run on one sample.
    Test,
    /// Samples and tests worked on together.
    Batch,
}

impl Entity {
    /// Every entity, parents before children.
    pub const ALL: [Self; 6] = [Self::Customer, Self::Assay, Self::Order, Self::Sample, Self::Test, Self::Batch];

    /// The singular name, as in `/qbench/api/v1/order`.
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Assay => "assay",
            Self::Order => "order",
            Self::Sample => "sample",
            Self::Test => "test",
            Self::Batch => "batch",
        }
    }

    /// The plural name, as in table names.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Customer => "customers",
            Self::Assay => "assays",
            Self::Order => "orders",
            Self::Sample => "samples",
            Self::Test => "tests",
            Self::Batch => "batches",
        }
    }

    /// The segment of the API v1 path; the same as [`Entity::singular`].
    pub const fn path_segment(self) -> &'static str {
        self.singular()
    }

    /// Whether the documented change feed `/updates/{entity}/{since}` covers it (all but batches).
    pub const fn in_change_feed(self) -> bool {
        !matches!(self, Self::Batch)
    }

    /// Whether records of this kind carry worksheet data.
    pub const fn has_worksheets(self) -> bool {
        matches!(self, Self::Test | Self::Batch)
    }

    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.singular())
    }
}

/// The text names no known entity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown entity: expected customer, order, sample, test, batch or assay (singular or plural)")]
pub struct UnknownEntity;

impl FromStr for Entity {
    type Err = UnknownEntity;

    /// Accepts the singular and the plural name in any case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        Self::ALL
            .into_iter()
            .find(|e| text.eq_ignore_ascii_case(e.singular()) || text.eq_ignore_ascii_case(e.plural()))
            .ok_or(UnknownEntity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entity_is_read_back_from_both_of_its_names() {
        for entity in Entity::ALL {
            assert_eq!(entity.singular().parse(), Ok(entity));
            assert_eq!(entity.plural().to_uppercase().parse(), Ok(entity));
        }
        assert_eq!("invoice".parse::<Entity>(), Err(UnknownEntity));
    }
}
