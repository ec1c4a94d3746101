//! Orders (API v1 `/order`).

use chrono::{DateTime, Utc};

use super::{Fields, Record, SHORT_TEXT_LIMIT, TEXT_LIMIT, When};
use crate::Entity;

/// An order of one customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// QBench's id.
    pub id: i32,
    /// The id that people see, for example `ORD-101325-3335`.
    pub custom_formatted_id: Option<String>,
    /// Id of the customer.
    pub customer_account_id: Option<i32>,
    /// When it was entered.
    pub date_created: Option<When>,
    /// When it was completed.
    pub date_completed: Option<When>,
    /// Day of the report; a date only.
    pub date_order_reported: Option<When>,
    /// When the material came in; may precede the creation or lie in the future.
    pub date_received: Option<When>,
    /// When the customer wants it.
    pub date_required: Option<When>,
    /// Number of samples, computed by QBench.
    pub sample_count: Option<i32>,
    /// Number of tests, computed by QBench.
    pub test_count: Option<i32>,
    /// Tenant-defined status, for example `CREATED` or `REPORTED`.
    pub state: Option<String>,
    /// Time of the last change.
    pub last_updated: Option<DateTime<Utc>>,
}

impl Record for Order {
    const ENTITY: Entity = Entity::Order;

    fn read(id: i32, fields: &mut Fields<'_>) -> Self {
        let r = &mut fields.0;
        Self {
            id,
            custom_formatted_id: r.text("custom_formatted_id", &["custom_formatted_id"], TEXT_LIMIT),
            customer_account_id: r.reference("customer_account_id", "customer_account"),
            date_created: r.when("date_created", &["date_created"]),
            date_completed: r.when("date_completed", &["date_completed"]),
            date_order_reported: r.when("date_order_reported", &["date_order_reported"]),
            date_received: r.when("date_received", &["date_received"]),
            date_required: r.when("date_required", &["date_required"]),
            sample_count: r.integer("sample_count", &["sample_count"]),
            test_count: r.integer("test_count", &["test_count"]),
            state: r.text("state", &["state"], SHORT_TEXT_LIMIT),
            last_updated: r.last_updated(),
        }
    }

    fn id(&self) -> i32 {
        self.id
    }
}
