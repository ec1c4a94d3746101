//! The pages of single records.

use super::RecordKind;
use super::rows::{BatchRow, CustomerRef, CustomerRow, OrderRow, SampleRow, TestRow};
use crate::model::ids::{AssayId, BatchId};
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

/// What every record page has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Backdrop {
    /// The laboratory's wall clock when the page was made.
    pub now: NaiveDateTime,
    /// The target in hours.
    pub sla_hours: f64,
    /// When the copy of this record was read.
    pub fetched: NaiveDateTime,
    /// When QBench says it changed last.
    pub updated: Option<NaiveDateTime>,
    /// Its page in QBench.
    pub qbench_url: Option<String>,
    /// The record as QBench sent it.
    pub raw: RawRecord,
    /// Its course.
    pub history: History,
}

/// A record as QBench sent it, without what may not be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawRecord {
    /// Indented JSON, possibly cut.
    pub text: String,
    /// Fields at the top.
    pub fields: usize,
    /// True when the text was too long to show as a whole.
    pub cut: bool,
}

/// The course of a record and of what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The changes of state, newest first, at most as many as a page shows.
    pub events: Vec<Event>,
    /// How many there are.
    pub total: u64,
    /// One lane a record: the record itself first.
    pub lanes: Vec<Lane>,
}

/// A change of state that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Of which kind of record.
    pub kind: RecordKind,
    /// Its id.
    pub id: i32,
    /// What it is called; absent for the page's own record.
    pub name: Option<String>,
    /// The state before; absent when the record was new.
    pub from: Option<String>,
    /// The state after; absent when QBench has none any more.
    pub to: Option<String>,
    /// When it happened, as far as is known.
    pub at: NaiveDateTime,
    /// When the state before was seen last: the change happened between this and `seen`.
    pub after: Option<NaiveDateTime>,
    /// When the new state was seen first.
    pub seen: NaiveDateTime,
}

/// A record's states side by side in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// Of which kind of record.
    pub kind: RecordKind,
    /// Its id.
    pub id: i32,
    /// What it is called; absent for the page's own record.
    pub name: Option<String>,
    /// True when the states were seen to change; false when they are concluded from the record's dates.
    pub observed: bool,
    /// The states, in order, without holes.
    pub segments: Vec<Segment>,
    /// The state it ended in, and when; absent while it goes on.
    pub end: Option<(NaiveDateTime, String)>,
}

/// A time in one state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// The state.
    pub state: String,
    /// From when.
    pub from: NaiveDateTime,
    /// Until when, or now.
    pub to: NaiveDateTime,
}

/// Rows of a table that may be longer than what is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part<T> {
    /// What is shown.
    pub rows: Vec<T>,
    /// How many there are.
    pub total: u64,
}

/// An order's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderPage {
    /// The order.
    pub order: OrderRow,
    /// When the customer wants it.
    pub required: Option<NaiveDateTime>,
    /// When the target is, or was, due.
    pub due: Option<NaiveDateTime>,
    /// Samples and tests that QBench counts, to compare with those shown.
    pub counted: (Option<i32>, Option<i32>),
    /// Its samples, oldest first.
    pub samples: Part<SampleRow>,
    /// Its tests by sample and id.
    pub tests: Part<TestRow>,
    /// What every page has.
    pub backdrop: Backdrop,
}

/// A METRC status of a sample's tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetrcStatus {
    /// The status.
    pub status: Option<String>,
    /// When it was given.
    pub at: Option<NaiveDateTime>,
}

/// A sample's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplePage {
    /// The sample.
    pub sample: SampleRow,
    /// When work on it began.
    pub started: Option<NaiveDateTime>,
    /// When the target is, or was, due.
    pub due: Option<NaiveDateTime>,
    /// Whether it has a report.
    pub has_report: bool,
    /// True when its tests are all done and it has no report yet.
    pub ready: bool,
    /// Weight as QBench has it.
    pub weight: Option<String>,
    /// Its tests.
    pub tests: Part<TestRow>,
    /// Its batches that may be shown.
    pub batches: Part<BatchRow>,
    /// METRC statuses of its tag, newest first.
    pub metrc: Vec<MetrcStatus>,
    /// What every page has.
    pub backdrop: Backdrop,
}

/// A cell of a worksheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Its name, or its place in the sheet.
    pub name: String,
    /// The name shown to people, where QBench has one.
    pub label: Option<String>,
    /// Its value as text.
    pub value: String,
    /// The formula behind it.
    pub formula: Option<String>,
}

/// The cells of a worksheet that hold something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worksheet {
    /// The cells, in the worksheet's order, possibly cut.
    pub cells: Vec<Cell>,
    /// How many hold something.
    pub filled: usize,
    /// How many are empty.
    pub empty: usize,
}

/// A test's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestPage {
    /// The test.
    pub test: TestRow,
    /// Name of its sample.
    pub sample_name: Option<String>,
    /// Its assay.
    pub assay: Option<AssayId>,
    /// Method of its assay.
    pub method: Option<String>,
    /// When work on it began.
    pub started: Option<NaiveDateTime>,
    /// When the target is, or was, due.
    pub due: Option<NaiveDateTime>,
    /// Whether it has a report.
    pub has_report: bool,
    /// The other tests of its sample.
    pub siblings: Part<TestRow>,
    /// Its worksheet.
    pub worksheet: Option<Worksheet>,
    /// What every page has.
    pub backdrop: Backdrop,
}

/// A batch's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchPage {
    /// The batch.
    pub batch: BatchRow,
    /// Its assay.
    pub assay: Option<AssayId>,
    /// When it was prepared.
    pub prepared: Option<NaiveDateTime>,
    /// Samples in it that may be shown.
    pub samples: u64,
    /// Customers in it that may be shown, most tests first.
    pub customers: Vec<(CustomerRef, u64)>,
    /// Its tests.
    pub tests: Part<TestRow>,
    /// Batches of the same assay just before and after, to leaf through.
    pub neighbours: (Option<BatchId>, Option<BatchId>),
    /// What every page has.
    pub backdrop: Backdrop,
}

/// What came from a customer in the last days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CustomerVolume {
    /// How many days, today included; none for all time.
    pub days: Option<i64>,
    /// Orders created.
    pub orders: u64,
    /// Samples created.
    pub samples: u64,
    /// Tests created.
    pub tests: u64,
    /// Tests reported.
    pub reported: u64,
    /// Of the reported with a turnaround, those within the target.
    pub within: u64,
    /// Of the reported with a turnaround, those beyond it.
    pub beyond: u64,
    /// Median turnaround of the reported, in hours.
    pub tat_median: Option<f64>,
}

impl CustomerVolume {
    /// Share of the reported tests within the target, 0 to 1; absent without any.
    #[must_use]
    pub fn on_time(&self) -> Option<f64> {
        let all = self.within + self.beyond;
        #[expect(clippy::cast_precision_loss, reason = "counts of a laboratory stay far below 2^52")]
        let share = (all > 0).then(|| self.within as f64 / all as f64);
        share
    }
}

/// A month of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerMonth {
    /// Its first day.
    pub month: NaiveDate,
    /// Tests created.
    pub tests: u64,
    /// Tests reported.
    pub reported: u64,
}

/// A customer's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerPage {
    /// The customer.
    pub customer: CustomerRow,
    /// Other names.
    pub aliases: Vec<String>,
    /// Open orders, oldest first.
    pub open: Part<OrderRow>,
    /// The newest orders.
    pub recent: Part<OrderRow>,
    /// The last 30, 90 and 365 days and all time.
    pub volumes: Vec<CustomerVolume>,
    /// The last twelve months, oldest first.
    pub months: Vec<CustomerMonth>,
    /// What every page has.
    pub backdrop: Backdrop,
}
