//! What the page about operations shows.

use super::ids::{AssayId, BatchId, OrderId};
use super::overview::{Figure, Scope};
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

/// From how many hours without a change on an open batch is stale.
pub const STALE_BATCH_HOURS: f64 = 72.0;

/// The ages, in hours, that work in progress is sorted by: each bucket ends below its bound, the last has none.
pub const AGE_BOUNDS: [f64; 4] = [24.0, 48.0, 72.0, 168.0];

/// The tiles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OperationsTiles {
    /// Tests created.
    pub received: Figure,
    /// Tests by completion date.
    pub completed: Figure,
    /// Tests by report date.
    pub reported: Figure,
    /// Tests in progress now, whatever the range.
    pub in_progress: Figure,
    /// Mean hours from creation to completion of the samples completed.
    pub cycle_mean: Figure,
    /// Average work in progress by what throughput and turnaround let expect; 1 is balance.
    pub little: Figure,
}

/// What went through in one bucket. Durations in hours.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FlowPoint {
    /// Tests created.
    pub tests_created: u64,
    /// Tests completed.
    pub tests_completed: u64,
    /// Tests reported.
    pub tests_reported: u64,
    /// Orders created.
    pub orders_created: u64,
    /// Orders completed.
    pub orders_completed: u64,
    /// Mean time from creation to completion of these.
    pub order_hours: Option<f64>,
}

/// The samples completed in one bucket, or of one matrix. Durations in hours, from creation to completion.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CycleTime {
    /// Samples completed that have a creation date.
    pub samples: u64,
    /// Mean.
    pub mean: Option<f64>,
    /// Median.
    pub median: Option<f64>,
}

/// Tests in progress in one state, or in all. Durations in hours since creation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WipState {
    /// The state as stored, `UNKNOWN` for none; absent in the total.
    pub state: Option<String>,
    /// Tests.
    pub tests: u64,
    /// By age, see [`AGE_BOUNDS`].
    pub ages: [u64; 5],
    /// Median age.
    pub median: Option<f64>,
    /// 90th percentile of the age.
    pub p90: Option<f64>,
    /// The greatest age.
    pub oldest: Option<f64>,
}

/// How far the orders created in the range have come: one cohort. Durations: median hours from creation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OrderFunnel {
    /// Created in the range.
    pub created: u64,
    /// Of these, received.
    pub received: u64,
    /// Of these, completed.
    pub completed: u64,
    /// Of these, reported.
    pub reported: u64,
    /// Of these, on hold now.
    pub on_hold: u64,
    /// Until reception.
    pub to_received: Option<f64>,
    /// Until completion.
    pub to_completed: Option<f64>,
    /// Until the report.
    pub to_reported: Option<f64>,
}

/// The two sides of Little's law over a range, from the tests that have been reported since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Little {
    /// Average number of tests in progress.
    pub in_progress: Option<f64>,
    /// Tests reported a day.
    pub per_day: Option<f64>,
    /// Mean turnaround of these in hours.
    pub mean_hours: Option<f64>,
    /// Throughput times turnaround, in tests.
    pub expected: Option<f64>,
    /// Average by expected.
    pub ratio: Option<f64>,
}

/// The batches created in one bucket, or of one assay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BatchLoad {
    /// The assay, when by assay and known.
    pub assay: Option<AssayId>,
    /// Its title, or its label where it has none.
    pub title: Option<String>,
    /// Batches.
    pub batches: u64,
    /// Of these, complete.
    pub complete: u64,
    /// Tests in them, as QBench lists them.
    pub tests: u64,
    /// Samples in them, as QBench lists them.
    pub samples: u64,
    /// Tests for each batch.
    pub fill: Option<f64>,
}

/// An open batch that has not changed for long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaleBatch {
    /// Its id.
    pub id: BatchId,
    /// Its name.
    pub name: Option<String>,
    /// The title of its assay.
    pub assay: Option<String>,
    /// Its state.
    pub state: Option<String>,
    /// When it was created, laboratory time.
    pub created: Option<NaiveDateTime>,
    /// Hours since its last change.
    pub idle_hours: f64,
    /// Tests in it, as QBench lists them.
    pub tests: u64,
}

/// An order that took, or is taking, long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlowOrder {
    /// Its id.
    pub id: OrderId,
    /// Its printed number.
    pub number: Option<String>,
    /// The customer's name.
    pub customer: Option<String>,
    /// Its state.
    pub state: Option<String>,
    /// Hours from creation to completion.
    pub completion_hours: Option<f64>,
    /// Hours from creation to completion or report, or until now.
    pub age_hours: f64,
}

/// The tests expected on a day to come.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpectedDay {
    /// The day.
    pub day: NaiveDate,
    /// Tests.
    pub value: f64,
    /// Four of five days lie between these.
    pub band_80: (f64, f64),
    /// Nineteen of twenty days lie between these.
    pub band_95: (f64, f64),
}

/// The work to come, and how the same method did on the last days.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// The next days, today first; none without a week of history.
    pub days: Vec<ExpectedDay>,
    /// Days that the back-test foretold.
    pub tested_days: u64,
    /// Share of these inside the 80 % band.
    pub inside_80: f64,
    /// Share of these inside the 95 % band.
    pub inside_95: f64,
    /// Mean absolute error in tests.
    pub mean_error: f64,
}

/// Everything on the page about operations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operations {
    /// Days, buckets, clock.
    pub scope: Scope,
    /// Tiles.
    pub tiles: OperationsTiles,
    /// One point a bucket.
    pub flow: Vec<FlowPoint>,
    /// Work in progress now, all of it.
    pub wip: WipState,
    /// The same by state, most tests first.
    pub wip_states: Vec<WipState>,
    /// Samples completed, one point a bucket.
    pub cycle: Vec<CycleTime>,
    /// The same by matrix, most samples first; `Unknown` where there is none.
    pub cycle_matrices: Vec<(String, CycleTime)>,
    /// The cohort of orders created in the range.
    pub funnel: OrderFunnel,
    /// The slowest of these, slowest first.
    pub slowest: Vec<SlowOrder>,
    /// Orders created by day of the week, Monday first, and hour of the day.
    pub arrivals: Vec<[u64; 24]>,
    /// Little's law.
    pub little: Little,
    /// Batches created, one point a bucket; the filter's days count, nothing else of it.
    pub batches: Vec<BatchLoad>,
    /// The same by assay, most batches first.
    pub batch_assays: Vec<BatchLoad>,
    /// Stale batches now, longest first, at most as many as are shown.
    pub stale: Vec<StaleBatch>,
    /// How many there are.
    pub stale_total: u64,
    /// The tests to come.
    pub outlook: Outlook,
    /// The tests in progress at the end of each day to come; its back-test counts projections of all these days.
    pub backlog: Outlook,
}
