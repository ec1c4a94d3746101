//! What the overview page shows.

use super::ids::CustomerId;
use super::period::{Bucket, DayRange};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

/// The days, buckets and clock behind a set of figures, as resolved by the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scope {
    /// The laboratory's name.
    pub laboratory: String,
    /// The days covered.
    pub days: DayRange,
    /// The days compared with.
    pub previous: Option<DayRange>,
    /// The width of a point.
    pub bucket: Bucket,
    /// The first day of every bucket: the axis that all series of the page share.
    pub axis: Vec<NaiveDate>,
    /// The laboratory's wall clock when the figures were computed.
    pub now: NaiveDateTime,
    /// The laboratory's zone, by IANA name.
    pub zone: String,
    /// The turnaround target in hours.
    pub sla_hours: f64,
    /// True when `now` is a past moment that the reader asked for.
    pub past: bool,
}

impl Scope {
    /// True for the bucket that is not over yet. A past day is asked for up to its last second: it is over.
    #[must_use]
    pub fn is_unfinished(&self, start: NaiveDate) -> bool {
        self.bucket.next(start).and_time(NaiveTime::MIN) > self.now + TimeDelta::seconds(1)
    }

    /// The days of the bucket that starts with this day, cut to the range.
    #[must_use]
    pub fn days_of(&self, start: NaiveDate) -> DayRange {
        let last = self.bucket.next(start).pred_opt().unwrap_or(start);
        DayRange { from: start.max(self.days.from), to: last.min(self.days.to) }
    }

    /// The days of each bucket of the axis.
    #[must_use]
    pub fn bucket_days(&self) -> Vec<DayRange> {
        self.axis.iter().map(|start| self.days_of(*start)).collect()
    }
}

/// A figure with what it was in the period compared with, and its course.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The value over the whole range; absent when there is nothing to compute it from.
    pub value: Option<f64>,
    /// The same over the period compared with, cut at the same elapsed time when the range is unfinished.
    pub previous: Option<f64>,
    /// One value a bucket of the axis.
    pub series: Vec<Option<f64>>,
    /// The same for the period compared with, aligned by position.
    pub previous_series: Vec<Option<f64>>,
}

/// The tiles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OverviewTiles {
    /// Samples created.
    pub samples: Figure,
    /// Tests created.
    pub tests: Figure,
    /// Tests whose report date lies in the range.
    pub reported: Figure,
    /// Customers with at least one sample or test created.
    pub active_customers: Figure,
    /// Mean turnaround in hours of the tests reported in the range.
    pub tat_mean: Figure,
    /// Median turnaround in hours.
    pub tat_median: Figure,
    /// 90th percentile of turnaround in hours.
    pub tat_p90: Figure,
}

/// What came in and went out in one bucket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VolumePoint {
    /// Samples created.
    pub samples: u64,
    /// Tests created.
    pub tests: u64,
    /// Tests reported.
    pub reported: u64,
    /// Tests created in the bucket at the same position of the period compared with.
    pub previous_tests: Option<u64>,
}

/// Turnaround of the tests reported in one bucket. Durations in hours, absent when nothing was reported.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TurnaroundPoint {
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Median.
    pub median: Option<f64>,
    /// 90th percentile.
    pub p90: Option<f64>,
    /// Test-weighted mean of the seven calendar days that end with the bucket, looking back before the range.
    pub moving_average: Option<f64>,
    /// Median of the bucket at the same position of the period compared with.
    pub previous_median: Option<f64>,
    /// Tests within the target.
    pub within: u64,
    /// Tests beyond the target.
    pub beyond: u64,
}

/// How the reported tests split against the target. The three parts add up to the tests reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaSplit {
    /// Turnaround at or below the target.
    pub within: u64,
    /// Turnaround above the target.
    pub beyond: u64,
    /// No creation date, or a report date before it.
    pub unknown: u64,
}

/// Tests of one assay label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelCount {
    /// The label, `unknown` when there is none.
    pub label: String,
    /// The assay's title.
    pub title: Option<String>,
    /// Tests created.
    pub tests: u64,
    /// The same in the period compared with.
    pub previous: Option<u64>,
}

/// A customer created in the range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewCustomer {
    /// Customer id.
    pub id: CustomerId,
    /// Customer name.
    pub name: String,
    /// The day the account was created.
    pub since: NaiveDate,
    /// Orders created in the range.
    pub orders: u64,
    /// Tests created in the range.
    pub tests: u64,
}

/// A customer by volume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopCustomer {
    /// Customer id.
    pub id: CustomerId,
    /// Customer name.
    pub name: String,
    /// Orders created in the range.
    pub orders: u64,
    /// Samples created in the range.
    pub samples: u64,
    /// Tests created in the range.
    pub tests: u64,
    /// Tests created in the period compared with.
    pub previous_tests: Option<u64>,
    /// Tests reported in the range.
    pub reported: u64,
    /// Share of the reported tests within the target, 0 to 1.
    pub on_time: Option<f64>,
    /// Median turnaround in hours.
    pub tat_median: Option<f64>,
    /// 90th percentile of turnaround in hours.
    pub tat_p90: Option<f64>,
    /// Open orders now.
    pub open_orders: u64,
    /// Open orders beyond the target now.
    pub late_orders: u64,
    /// Tests created, one value a bucket of the axis.
    pub series: Vec<u64>,
}

/// The morning briefing: the state now, whatever the range.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Briefing {
    /// Open orders.
    pub open_orders: u64,
    /// Open orders beyond the target.
    pub late: u64,
    /// Of these, those that passed the target within the last 24 hours.
    pub newly_late: u64,
    /// Open orders that have used three quarters of the target.
    pub at_risk: u64,
    /// Samples whose tests are all done and that have no report yet.
    pub ready_samples: u64,
    /// The assay that is most slower than usual: its label, and by how many hours its median of the last 7 days
    /// exceeds that of the 28 days before.
    pub slowest: Option<(String, f64)>,
}

/// Everything on the overview.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// Days, buckets, clock.
    pub scope: Scope,
    /// State now.
    pub briefing: Briefing,
    /// Tiles.
    pub tiles: OverviewTiles,
    /// Reported tests against the target.
    pub sla: SlaSplit,
    /// The same in the period compared with.
    pub previous_sla: Option<SlaSplit>,
    /// One point a bucket of the axis.
    pub volume: Vec<VolumePoint>,
    /// One point a bucket of the axis.
    pub turnaround: Vec<TurnaroundPoint>,
    /// Most tests first; every label of the range.
    pub labels: Vec<LabelCount>,
    /// Newest first, at most ten.
    pub new_customers: Vec<NewCustomer>,
    /// How many customers were created in the range.
    pub new_customer_count: u64,
    /// Most tests first, at most ten.
    pub top_customers: Vec<TopCustomer>,
}

/// A customer to choose in the filter bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerOption {
    /// Customer id.
    pub id: CustomerId,
    /// Customer name.
    pub name: String,
}

/// What can be chosen in the filter bar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterOptions {
    /// Visible customers by name.
    pub customers: Vec<CustomerOption>,
    /// Accessioning types of samples.
    pub sample_types: Vec<String>,
    /// Matrices of samples.
    pub matrices: Vec<String>,
    /// Labels of tests.
    pub labels: Vec<String>,
    /// States of tests.
    pub states: Vec<String>,
}
