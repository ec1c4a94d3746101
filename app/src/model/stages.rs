//! Where the time of tests, samples and orders goes, stage by stage from their beginning to their end.

use super::turnaround::Subject;
use serde::{Deserialize, Serialize};

/// What tells the stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The observed changes of state.
    States,
    /// The record's own dates.
    Dates,
}

/// The end of a step between two dates of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Until the order was received.
    Received,
    /// Until work was started.
    Started,
    /// Until it was completed.
    Completed,
    /// Until it was reported.
    Reported,
}

impl Step {
    /// The steps that the dates of a subject tell, in their order.
    #[must_use]
    pub const fn of(subject: Subject) -> &'static [Self] {
        match subject {
            Subject::Tests => &[Self::Started, Self::Completed, Self::Reported],
            Subject::Samples => &[Self::Started, Self::Completed],
            Subject::Orders => &[Self::Received, Self::Completed, Self::Reported],
        }
    }
}

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    /// Time in a state, as QBench spells it.
    State(String),
    /// Time until a date, from the one before it.
    Until(Step),
}

/// How long, in hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// Arithmetic mean; those of the stages add up to that of the whole.
    pub mean: f64,
    /// Median.
    pub median: f64,
    /// 90th percentile.
    pub p90: f64,
}

/// The time in one stage, of all records of the waterfall.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Which.
    pub name: StageName,
    /// Records that spent time in it; the others count with none.
    pub passed: u64,
    /// How long.
    pub times: Times,
}

/// The stages in the order in which records come to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waterfall {
    /// What tells the stages.
    pub source: Source,
    /// Records behind every stage.
    pub records: u64,
    /// Records that only the other source tells of.
    pub left_out: u64,
    /// The stages.
    pub stages: Vec<Stage>,
    /// From beginning to end.
    pub whole: Times,
}
