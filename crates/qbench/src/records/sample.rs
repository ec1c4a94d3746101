//! Samples (API v1 `/sample`).

use chrono::{DateTime, Utc};

use super::{Fields, Record, SHORT_TEXT_LIMIT, TEXT_LIMIT, When, reader::Reader};
use crate::{Entity, json::Kind};

/// A sample of one order.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// QBench's id.
    pub id: i32,
    /// `sample_name`, else `description`.
    pub sample_name: Option<String>,
    /// The id that people see, for example `S25-15028`.
    pub custom_formatted_id: Option<String>,
    /// METRC package tag: v1's `leaf_id`, else v2's `metrc_uid`.
    pub metrc_id: Option<String>,
    /// Id of the order; may be missing.
    pub order_id: Option<i32>,
    /// Whether a report was published.
    pub has_report: Option<bool>,
    /// Batches of its tests.
    pub batch_ids: Vec<i32>,
    /// `completed_date`, else `complete_date`: the earliest completion of its tests.
    pub completed_date: Option<When>,
    /// When it was entered.
    pub date_created: Option<When>,
    /// Earliest start of its tests.
    pub start_date: Option<When>,
    /// When the report was published.
    pub report_date: Option<When>,
    /// Tenant field: the matrix.
    pub matrix_type: Option<String>,
    /// `accessioning_type.value`, else `sample_type`.
    pub sample_type: Option<String>,
    /// Tenant-defined status.
    pub state: Option<String>,
    /// Not sent by real tenants; kept for those that do.
    pub test_count: Option<i32>,
    /// Decimal text without its unit.
    pub sample_weight: Option<String>,
    /// Time of the last change.
    pub last_updated: Option<DateTime<Utc>>,
}

impl Record for Sample {
    const ENTITY: Entity = Entity::Sample;

    fn read(id: i32, fields: &mut Fields<'_>) -> Self {
        let r = &mut fields.0;
        Self {
            id,
            sample_name: r.text("sample_name", &["sample_name", "description"], TEXT_LIMIT),
            custom_formatted_id: r.text("custom_formatted_id", &["custom_formatted_id"], TEXT_LIMIT),
            metrc_id: r.text("metrc_id", &["leaf_id", "metrc_uid"], TEXT_LIMIT),
            order_id: r.reference("order_id", "order"),
            has_report: r.flag("has_report", &["has_report"]),
            batch_ids: r.ids("batch_ids", "batches"),
            completed_date: r.when("completed_date", &["completed_date", "complete_date"]),
            date_created: r.when("date_created", &["date_created"]),
            start_date: r.when("start_date", &["start_date"]),
            report_date: r.when("report_date", &["report_date"]),
            matrix_type: r.text("matrix_type", &["matrix_type"], TEXT_LIMIT),
            sample_type: sample_type(r),
            state: r.text("state", &["state"], SHORT_TEXT_LIMIT),
            test_count: r.integer("test_count", &["test_count"]),
            sample_weight: r.decimal("sample_weight", "sample_weight"),
            last_updated: r.last_updated(),
        }
    }

    fn id(&self) -> i32 {
        self.id
    }
}

/// `accessioning_type` is an object `{id, value}`; a plain text is taken as the value.
fn sample_type(r: &mut Reader<'_>) -> Option<String> {
    let accessioning = r.find("accessioning_type").filter(|value| !value.is_empty());
    let value = accessioning.and_then(|value| match value.kind() {
        Kind::Object => value.member("value"),
        _ => Some(value),
    });
    match value.filter(|value| !value.is_empty()) {
        Some(value) => r.text_from("sample_type", value, TEXT_LIMIT),
        None if accessioning.is_some() && r.find("sample_type").is_none() => None,
        None => r.text("sample_type", &["sample_type", "accessioning_type"], TEXT_LIMIT),
    }
}
