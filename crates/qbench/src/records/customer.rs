//! Customers (API v1 `/customer`).

use chrono::{DateTime, Utc};

use super::{Fields, Record, TEXT_LIMIT, When};
use crate::Entity;

/// A customer account.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// QBench's id.
    pub id: i32,
    /// `customer_name`, else `name`.
    pub name: Option<String>,
    /// `null` for old customers.
    pub date_created: Option<When>,
    /// Time of the last change.
    pub last_updated: Option<DateTime<Utc>>,
    /// Whether QBench calls it deleted; false in lists.
    pub deleted: Option<bool>,
}

impl Record for Customer {
    const ENTITY: Entity = Entity::Customer;

    fn read(id: i32, fields: &mut Fields<'_>) -> Self {
        let r = &mut fields.0;
        Self {
            id,
            name: r.text("name", &["customer_name", "name"], TEXT_LIMIT),
            date_created: r.when("date_created", &["date_created"]),
            last_updated: r.last_updated(),
            deleted: r.flag("deleted", &["deleted"]),
        }
    }

    fn id(&self) -> i32 {
        self.id
    }
}
