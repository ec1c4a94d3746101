//! The rows of lists, which are also the rows of the tables on record pages.

use crate::model::ids::{BatchId, CustomerId, OrderId, SampleId, TestId};
use crate::model::period::DayRange;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// Part of a list, and how to get to its neighbours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listing<T> {
    /// The rows, in the order asked for.
    pub rows: Vec<T>,
    /// How many records the filter leaves, on all pages.
    pub total: u64,
    /// The place of the first row in the whole list, counted from 1; 0 without rows.
    pub first: u64,
    /// The cursor after which the next page begins.
    pub next: Option<String>,
    /// The cursor before which the previous page ends.
    pub previous: Option<String>,
    /// The days that were applied.
    pub days: Option<DayRange>,
    /// The laboratory's wall clock when the list was made.
    pub now: NaiveDateTime,
    /// The states that records of the kind are in; empty where the filter bar knows them.
    pub states: Vec<String>,
    /// The printed names of what the list is narrowed to, such as the order's number.
    pub within: Vec<Reference>,
}

/// A link to a record: its kind, id and what people call it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Its kind.
    pub kind: super::RecordKind,
    /// Its QBench id.
    pub id: i32,
    /// Its printed number or name; absent when QBench has none, or when the record may not be shown.
    pub name: Option<String>,
}

/// A customer in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRef {
    /// Customer id.
    pub id: CustomerId,
    /// Name.
    pub name: String,
}

/// How a record stands against the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Open, less than three quarters of the target used.
    OnTrack,
    /// Open, three quarters used.
    AtRisk,
    /// Open and beyond the target.
    Late,
    /// Finished at or below the target.
    Within,
    /// Finished above the target.
    Beyond,
    /// Neither open nor finished with a date, or dates that contradict each other.
    #[default]
    Unknown,
}

/// A record's clock: it starts at creation and stops at completion (orders, samples) or at the report (tests).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// Hours since creation, or until the clock stopped; absent when a date is missing.
    pub hours: Option<f64>,
    /// True while the record is open.
    pub running: bool,
    /// Where that is against the target.
    pub standing: Standing,
}

impl Clock {
    /// The clock of a record that has run for `hours`, against a target in hours.
    #[must_use]
    pub fn new(hours: Option<f64>, running: bool, target: f64) -> Self {
        let standing = match hours {
            Some(hours) if running && hours > target => Standing::Late,
            Some(hours) if running && target > 0.0 && hours >= 0.75 * target => Standing::AtRisk,
            Some(_) if running => Standing::OnTrack,
            Some(hours) if hours < 0.0 => Standing::Unknown,
            Some(hours) if hours > target => Standing::Beyond,
            Some(_) => Standing::Within,
            None => Standing::Unknown,
        };
        Self { hours, running, standing }
    }
}

/// How many tests there are and how many of them need no more work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Done: reported, or in a state that ends the work.
    pub done: u64,
    /// All that may be shown.
    pub total: u64,
}

/// An order of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderRow {
    /// Order id.
    pub id: OrderId,
    /// Printed number.
    pub number: Option<String>,
    /// Whose it is.
    pub customer: Option<CustomerRef>,
    /// State as QBench spells it.
    pub state: Option<String>,
    /// Creation.
    pub created: Option<NaiveDateTime>,
    /// Reception.
    pub received: Option<NaiveDateTime>,
    /// Completion.
    pub completed: Option<NaiveDateTime>,
    /// Report.
    pub reported: Option<NaiveDateTime>,
    /// Samples that may be shown.
    pub samples: u64,
    /// Its tests.
    pub tests: Progress,
    /// Its clock.
    pub clock: Clock,
}

/// A sample of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleRow {
    /// Sample id.
    pub id: SampleId,
    /// Printed number.
    pub number: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Its order and the order's printed number.
    pub order: Option<(OrderId, Option<String>)>,
    /// Whose it is.
    pub customer: Option<CustomerRef>,
    /// Matrix.
    pub matrix: Option<String>,
    /// Accessioning type.
    pub sample_type: Option<String>,
    /// METRC tag.
    pub metrc_id: Option<String>,
    /// State as QBench spells it.
    pub state: Option<String>,
    /// Creation.
    pub created: Option<NaiveDateTime>,
    /// Completion.
    pub completed: Option<NaiveDateTime>,
    /// Its tests.
    pub tests: Progress,
    /// Its clock.
    pub clock: Clock,
}

/// A test of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestRow {
    /// Test id.
    pub id: TestId,
    /// Assay label.
    pub label: Option<String>,
    /// Assay title.
    pub title: Option<String>,
    /// Its sample and the sample's printed number.
    pub sample: Option<(SampleId, Option<String>)>,
    /// Its order and the order's printed number.
    pub order: Option<(OrderId, Option<String>)>,
    /// Whose it is.
    pub customer: Option<CustomerRef>,
    /// State as QBench spells it.
    pub state: Option<String>,
    /// Its batches that may be shown, newest first, and their names.
    pub batches: Vec<(BatchId, Option<String>)>,
    /// Creation.
    pub created: Option<NaiveDateTime>,
    /// Completion.
    pub completed: Option<NaiveDateTime>,
    /// Report.
    pub reported: Option<NaiveDateTime>,
    /// Since when it is known to be in its state.
    pub since: Option<NaiveDateTime>,
    /// Its clock.
    pub clock: Clock,
}

/// A batch of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchRow {
    /// Batch id.
    pub id: BatchId,
    /// Name.
    pub name: Option<String>,
    /// Label of its assay.
    pub label: Option<String>,
    /// Title of its assay.
    pub title: Option<String>,
    /// State as QBench spells it.
    pub state: Option<String>,
    /// Whether QBench calls it complete.
    pub complete: Option<bool>,
    /// Creation.
    pub created: Option<NaiveDateTime>,
    /// Its tests that may be shown.
    pub tests: Progress,
    /// Hours since creation.
    pub age_hours: Option<f64>,
}

/// A customer of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerRow {
    /// Customer id.
    pub id: CustomerId,
    /// Name.
    pub name: String,
    /// Creation of the account.
    pub created: Option<NaiveDateTime>,
    /// Orders that may be shown.
    pub orders: u64,
    /// Of these, open now.
    pub open_orders: u64,
    /// Of these, late now.
    pub late_orders: u64,
    /// Creation of the newest order.
    pub last_order: Option<NaiveDateTime>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_target_is_within_it_and_three_quarters_are_a_risk() {
        let standing = |hours, running| Clock::new(Some(hours), running, 48.0).standing;
        assert_eq!(standing(35.9, true), Standing::OnTrack);
        assert_eq!(standing(36.0, true), Standing::AtRisk);
        assert_eq!(standing(48.0, true), Standing::AtRisk);
        assert_eq!(standing(48.1, true), Standing::Late);
        assert_eq!(standing(48.0, false), Standing::Within);
        assert_eq!(standing(48.1, false), Standing::Beyond);
        assert_eq!(standing(-1.0, false), Standing::Unknown);
        assert_eq!(Clock::new(None, true, 48.0).standing, Standing::Unknown);
    }
}
