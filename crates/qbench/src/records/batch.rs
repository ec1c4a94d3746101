//! Batches (API v1 `/batch`).

use chrono::{DateTime, Utc};

use super::{Fields, Record, SHORT_TEXT_LIMIT, TEXT_LIMIT, When};
use crate::Entity;

/// Samples and tests worked on together.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// QBench's id.
    pub id: i32,
    /// Id of the assay.
    pub assay_id: Option<i32>,
    /// The name that people see.
    pub display_name: Option<String>,
    /// When it was created; in older answers a date only.
    pub date_created: Option<When>,
    /// Tenant field, seldom sent.
    pub date_prepared: Option<When>,
    /// Time of the last change.
    pub last_updated: Option<DateTime<Utc>>,
    /// Samples in it.
    pub sample_ids: Vec<i32>,
    /// Tests in it.
    pub test_ids: Vec<i32>,
    /// `batch_status`, else `state`, for example `NOT STARTED`.
    pub state: Option<String>,
    /// Whether QBench calls it complete.
    pub complete: Option<bool>,
}

impl Record for Batch {
    const ENTITY: Entity = Entity::Batch;

    fn read(id: i32, fields: &mut Fields<'_>) -> Self {
        let r = &mut fields.0;
        Self {
            id,
            assay_id: r.reference("assay_id", "assay"),
            display_name: r.text("display_name", &["display_name"], TEXT_LIMIT),
            date_created: r.when("date_created", &["date_created"]),
            date_prepared: r.when("date_prepared", &["date_prepared"]),
            last_updated: r.last_updated(),
            sample_ids: r.ids("sample_ids", "sample_ids"),
            test_ids: r.ids("test_ids", "test_ids"),
            state: r.text("state", &["batch_status", "state"], SHORT_TEXT_LIMIT),
            complete: r.flag("complete", &["batch_complete"]),
        }
    }

    fn id(&self) -> i32 {
        self.id
    }
}
