//! Parameters that many endpoints share.

use super::params::{Kind, MAX_HOURS, Param, id, query};

/// The range.
pub const DATES: [Param; 2] = [
    query("date_from", Kind::Moment, "First moment of the range; without a zone it is the laboratory's wall clock."),
    query("date_to", Kind::Moment, "Last moment of the range; a date or midnight means the whole day."),
];

/// The moment that everything is seen from.
pub const AS_OF: [Param; 1] = [query(
    "as_of",
    Kind::Moment,
    "Everything as it stood then, from the history; a date means the end of that day, a moment to come means now.",
)];

/// One customer.
pub const CUSTOMER: [Param; 1] = [id("customer_id", "Only this customer's records.")];

/// One order.
pub const ORDER: [Param; 1] = [id("order_id", "Only this order's records.")];

/// A state, exactly as stored.
pub const STATE: [Param; 1] = [query("state", Kind::Text(0), "Only records in this state, exactly as stored.")];

/// What kind of sample or test.
pub const KINDS: [Param; 3] = [
    query("matrix_type", Kind::Text(0), "Only this matrix; `unknown` finds records without one."),
    query("sample_type", Kind::Text(0), "Only this accessioning type; `unknown` finds records without one."),
    query("label", Kind::Text(0), "Only this assay label; `unknown` finds tests without one."),
];

/// The turnaround target.
pub const SLA: [Param; 1] = [query(
    "sla_hours",
    Kind::Float(Some(48.0), 0.0, MAX_HOURS),
    "The turnaround target in hours; exactly on it is within.",
)];

/// Day or week, by default a day.
pub const DAILY: [Param; 1] = [query(
    "interval",
    Kind::Choice(Some("day"), &["day", "week"]),
    "The width of a period; a week is named by its Monday.",
)];

/// Day or week, by default a week.
pub const WEEKLY: [Param; 1] = [query(
    "interval",
    Kind::Choice(Some("week"), &["day", "week"]),
    "The width of a period; a week is named by its Monday.",
)];

/// A limit with its default and upper bound.
#[must_use]
pub const fn limit(name: &'static str, default: i64, most: i64) -> Param {
    query(name, Kind::Int(Some(default), 1, most), "The most entries to list.")
}
