//! What the page about quality shows.

use super::ids::{CustomerId, SampleId};
use super::overview::{Figure, Scope};
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// How tests came out. Those created and those reported in the range are different tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Tests created.
    pub created: u64,
    /// Of these, on hold now.
    pub on_hold: u64,
    /// Of these, not reportable.
    pub not_reportable: u64,
    /// Of these, cancelled by the laboratory or the client.
    pub cancelled: u64,
    /// Tests reported.
    pub reported: u64,
    /// Of these, at or below the target.
    pub within: u64,
    /// Of these, above the target.
    pub beyond: u64,
    /// Of the reported, tests whose changes of state have been seen.
    pub observed: u64,
    /// Of these, tests that were run or prepared again.
    pub reworked: u64,
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

impl Outcome {
    /// Share of the reported tests with a usable turnaround that are at or below the target.
    #[must_use]
    pub fn on_time(&self) -> Option<f64> {
        share(self.within, self.within + self.beyond)
    }

    /// Share of the observed tests that were run or prepared again.
    #[must_use]
    pub fn repeat_rate(&self) -> Option<f64> {
        share(self.reworked, self.observed)
    }

    /// Share of the observed tests that came through at once.
    #[must_use]
    pub fn first_pass(&self) -> Option<f64> {
        share(self.observed.saturating_sub(self.reworked), self.observed)
    }
}

/// What can be out of its usual range; all of them are shares of tests, and less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Reported tests above the target.
    Late,
    /// Reported tests that were run or prepared again.
    Repeated,
    /// Created tests that cannot be reported.
    NotReportable,
    /// Created tests that were cancelled.
    Cancelled,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Late, Self::Repeated, Self::NotReportable, Self::Cancelled];

    /// The cases and the tests that they are a share of.
    #[must_use]
    pub const fn of(self, outcome: &Outcome) -> (u64, u64) {
        match self {
            Self::Late => (outcome.beyond, outcome.within + outcome.beyond),
            Self::Repeated => (outcome.reworked, outcome.observed),
            Self::NotReportable => (outcome.not_reportable, outcome.created),
            Self::Cancelled => (outcome.cancelled, outcome.created),
        }
    }
}

/// Whose tests are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whose {
    /// Everybody's that the filter leaves.
    All,
    /// One customer's.
    Customer(CustomerId, String),
    /// Those of one matrix, `unknown` where there is none.
    Matrix(String),
}

/// A share that is above its usual range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unusual {
    /// Of what.
    pub measure: Measure,
    /// Of whom.
    pub whose: Whose,
    /// Cases in the range.
    pub cases: u64,
    /// Tests that they are a share of.
    pub tests: u64,
    /// The share, 0 to 1.
    pub share: f64,
    /// The share of the weeks before.
    pub usual: f64,
    /// Where the usual range ends for so many tests.
    pub limit: f64,
}

/// The outcomes of one customer or matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityGroup {
    /// Whose tests.
    pub whose: Whose,
    /// How they came out.
    pub outcome: Outcome,
}

/// What became of the tests created in one bucket, and how punctual those reported in it were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityPoint {
    /// Created and on hold now.
    pub on_hold: u64,
    /// Created and being run or prepared again now.
    pub rework: u64,
    /// Created and not reportable.
    pub not_reportable: u64,
    /// Created and cancelled.
    pub cancelled: u64,
    /// Reported at or below the target.
    pub within: u64,
    /// Reported above the target.
    pub beyond: u64,
}

/// First pass of one label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelPass {
    /// The label, `unknown` where there is none.
    pub label: String,
    /// Tests reported.
    pub tests: u64,
    /// Of these, tests whose changes of state have been seen.
    pub observed: u64,
    /// Of these, tests that were run or prepared again.
    pub reworked: u64,
}

impl LabelPass {
    /// Share of the observed tests that came through at once.
    #[must_use]
    pub fn first_pass(&self) -> Option<f64> {
        share(self.observed.saturating_sub(self.reworked), self.observed)
    }
}

/// The states of one customer's tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerStates {
    /// Customer id.
    pub id: CustomerId,
    /// Customer name.
    pub name: String,
    /// Tests, one count a state of [`Quality::states`].
    pub counts: Vec<u64>,
}

/// A sample whose METRC tag was given a status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetrcTag {
    /// The sample.
    pub sample: SampleId,
    /// Its printed number.
    pub number: Option<String>,
    /// The customer's name.
    pub customer: Option<String>,
    /// The tag.
    pub tag: String,
    /// Its latest status.
    pub status: Option<String>,
    /// When that was given, laboratory time.
    pub given: NaiveDateTime,
}

/// The tiles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QualityTiles {
    /// Tests created that are on hold now.
    pub on_hold: Figure,
    /// Tests created that cannot be reported.
    pub not_reportable: Figure,
    /// Tests created that were cancelled.
    pub cancelled: Figure,
    /// Share of the reported tests that were run or prepared again, of those whose changes were seen.
    pub repeat_rate: Figure,
    /// Share of the reported tests that came through at once, of the same.
    pub first_pass: Figure,
    /// Share of the reported tests at or below the target.
    pub on_time: Figure,
}

/// Everything on the page about quality.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Days, buckets, clock.
    pub scope: Scope,
    /// Tiles.
    pub tiles: QualityTiles,
    /// All tests.
    pub total: Outcome,
    /// What is above its usual range, farthest first.
    pub unusual: Vec<Unusual>,
    /// One point a bucket.
    pub course: Vec<QualityPoint>,
    /// The states of the heat map as stored, most tests first.
    pub states: Vec<String>,
    /// Its rows, most tests first.
    pub customer_states: Vec<CustomerStates>,
    /// First pass by label, most tests first.
    pub labels: Vec<LabelPass>,
    /// By customer, most tests first.
    pub customers: Vec<QualityGroup>,
    /// By matrix, most tests first.
    pub matrices: Vec<QualityGroup>,
    /// Samples by the latest METRC status given in the range, most first.
    pub metrc_statuses: Vec<(Option<String>, u64)>,
    /// The latest of these samples.
    pub metrc: Vec<MetrcTag>,
}
