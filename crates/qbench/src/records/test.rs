//! Tests (API v1 `/test`).

use chrono::{DateTime, Utc};

use super::{Fields, Record, SHORT_TEXT_LIMIT, TEXT_LIMIT, When, reader::Reader};
use crate::{Entity, json::Kind};

/// One assay run on one sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// QBench's id.
    pub id: i32,
    /// Id of the sample; may be missing.
    pub sample_id: Option<i32>,
    /// Id of the assay, own or of the embedded `assay`.
    pub assay_id: Option<i32>,
    /// Batches that it was worked on in; usually one.
    pub batch_ids: Vec<i32>,
    /// Day of creation; a date only.
    pub date_created: Option<When>,
    /// When the work began.
    pub start_date: Option<When>,
    /// When the work ended.
    pub complete_date: Option<When>,
    /// Day of the report; a date only.
    pub report_completed_date: Option<When>,
    /// Time of the report, where the tenant has it.
    pub reported_datetime: Option<When>,
    /// Tenant-defined status, for example `NEEDS REVIEW (Data Team)`.
    pub state: Option<String>,
    /// The status category that QBench puts the state in.
    pub parent_status: Option<String>,
    /// False in v1 even for reported tests: reports belong to samples.
    pub has_report: Option<bool>,
    /// Short code of the assay: own, else of the embedded `assay`.
    pub label_abbr: Option<String>,
    /// Title of the assay: own, else of the embedded `assay`.
    pub title: Option<String>,
    /// JSON text, safe for `jsonb`, of the first that is not empty of `worksheet_data`,
    /// `worksheet_json` and `worksheet_raw`.
    pub worksheet_raw: Option<String>,
    /// Time of the last change.
    pub last_updated: Option<DateTime<Utc>>,
}

impl Record for Test {
    const ENTITY: Entity = Entity::Test;

    fn read(id: i32, fields: &mut Fields<'_>) -> Self {
        let r = &mut fields.0;
        Self {
            id,
            sample_id: r.reference("sample_id", "sample"),
            assay_id: r.reference("assay_id", "assay"),
            batch_ids: r.ids("batch_ids", "batches"),
            date_created: r.when("date_created", &["date_created"]),
            start_date: r.when("start_date", &["start_date"]),
            complete_date: r.when("complete_date", &["complete_date"]),
            report_completed_date: r.when("report_completed_date", &["report_completed_date"]),
            reported_datetime: r.when("reported_datetime", &["reported_datetime"]),
            state: r.text("state", &["state"], SHORT_TEXT_LIMIT),
            parent_status: r.text("parent_status", &["parent_status"], SHORT_TEXT_LIMIT),
            has_report: r.flag("has_report", &["has_report"]),
            label_abbr: own_or_assay(r, "label_abbr", SHORT_TEXT_LIMIT),
            title: own_or_assay(r, "title", TEXT_LIMIT),
            worksheet_raw: r.json("worksheet_raw", &["worksheet_data", "worksheet_json", "worksheet_raw"]),
            last_updated: r.last_updated(),
        }
    }

    fn id(&self) -> i32 {
        self.id
    }
}

/// v1 has label and title only inside `assay`; other shapes have them on the test.
fn own_or_assay(r: &mut Reader<'_>, name: &'static str, limit: usize) -> Option<String> {
    let own = r.find(name);
    let assay = r.find("assay").filter(|assay| assay.kind() == Kind::Object);
    let embedded = assay.and_then(|assay| assay.member(name));
    match own.filter(|value| !value.is_empty()).or(embedded).or(own) {
        Some(value) => r.text_from(name, value, limit),
        None => {
            r.absent.push(name);
            None
        }
    }
}
