//! What the page about priority orders shows, and the state of it.
//!
//! Everything here is about now: open orders of any age. The days and the state of the filter do not apply.

mod query;

pub use query::{PriorityQuery, PrioritySort, PriorityTab};

use super::ids::{CustomerId, OrderId, SampleId, TestId};
use super::overview::Scope;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// Rows of a page.
pub const PAGE_ROWS: usize = 25;

/// The ages that late orders are sorted into, in whole days of 24 hours since they were created: first and last.
pub const AGES: [(u32, Option<u32>); 6] =
    [(0, Some(2)), (3, Some(6)), (7, Some(13)), (14, Some(29)), (30, Some(89)), (90, None)];

/// Which of [`AGES`] an order of this many hours belongs to.
#[must_use]
pub fn age_class(hours: f64) -> usize {
    AGES.iter().rposition(|(first, _)| f64::from(*first) * 24.0 <= hours).unwrap_or(0)
}

/// The hours of one of [`AGES`]: from, and below. The first has no lower bound and the last no upper one.
#[must_use]
pub fn age_hours(class: usize) -> (Option<f64>, Option<f64>) {
    let hours = |class: Option<usize>| Some(f64::from(AGES.get(class?)?.0) * 24.0);
    (hours(Some(class).filter(|class| *class > 0)), hours(class.checked_add(1)))
}

/// How pressing an open order is, by the part of its target that it has used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Urgency {
    /// Past the target.
    Late,
    /// Past three quarters of it.
    Risk,
    /// Past half of it.
    Warning,
    /// None of these, or of unknown age.
    Calm,
}

impl Urgency {
    /// The urgency of an order open for `age` hours.
    #[must_use]
    pub fn of(age: Option<f64>, target: f64) -> Self {
        match age {
            Some(age) if age > target => Self::Late,
            Some(age) if target > 0.0 && age >= 0.75 * target => Self::Risk,
            Some(age) if target > 0.0 && age >= 0.5 * target => Self::Warning,
            _ => Self::Calm,
        }
    }
}

/// A customer by id and name.
pub type Who = Option<(CustomerId, String)>;

/// What is open now. All counts are of the filter's customer, type, matrix and label.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PriorityCounts {
    /// Open orders.
    pub open: u64,
    /// Open orders past the target.
    pub late: u64,
    /// Of these, those that passed it within the last 24 hours.
    pub newly_late: u64,
    /// Open orders past three quarters of the target and not late.
    pub risk: u64,
    /// How many of these are expected to miss it: the sum of their chances.
    pub expected_misses: f64,
    /// Open orders past half of the target, neither at risk nor late.
    pub warning: u64,
    /// Samples ready to report.
    pub ready_samples: u64,
    /// Orders that they belong to.
    pub ready_orders: u64,
    /// Samples whose METRC tag got a status within the last 30 days.
    pub metrc: u64,
    /// The order that has been open longest: id, number, hours.
    pub oldest: Option<(OrderId, Option<String>, f64)>,
}

/// An open order. Hours are calendar hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriorityOrder {
    /// Order id.
    pub id: OrderId,
    /// Its printed number.
    pub number: Option<String>,
    /// Whose it is.
    pub customer: Who,
    /// Its state.
    pub state: Option<String>,
    /// Hours since its last observed change of state; absent when none was observed.
    pub stay: Option<f64>,
    /// Created, laboratory time.
    pub created: Option<NaiveDateTime>,
    /// Hours open.
    pub age: f64,
    /// The chance that it misses the target, 0 to 1; absent where finished orders do not tell.
    pub chance: Option<f64>,
    /// Its samples.
    pub samples: u64,
    /// The tests of its pending assays.
    pub open_tests: u64,
    /// The state and the hours of the pending test that has been in its state longest, where that was observed.
    pub wait: Option<(Option<String>, f64)>,
    /// Its samples with pending assays.
    pub work: Vec<OpenSample>,
}

/// A sample with pending assays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenSample {
    /// Sample id.
    pub id: SampleId,
    /// Its printed number.
    pub number: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its matrix.
    pub matrix: Option<String>,
    /// Its tests.
    pub tests: u64,
    /// The tests of its pending assays.
    pub open_tests: u64,
    /// The pending assays, by label.
    pub assays: Vec<OpenAssay>,
}

/// A pending assay: the tests of one label of a sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenAssay {
    /// Its first test.
    pub test: TestId,
    /// The label.
    pub label: Option<String>,
    /// The states of its tests, each once.
    pub states: Vec<String>,
    /// Hours that the longest waiting of its tests has been in its state, where that was observed.
    pub stay: Option<f64>,
}

/// A sample of the page's lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListedSample {
    /// Sample id.
    pub id: SampleId,
    /// Its printed number.
    pub number: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its order: id and number.
    pub order: Option<(OrderId, Option<String>)>,
    /// Whose it is.
    pub customer: Who,
    /// Ready: completed. METRC: when the status was given. Laboratory time.
    pub at: Option<NaiveDateTime>,
    /// Hours since then; of a ready sample without a date since its last test was done.
    pub hours: Option<f64>,
    /// Ready: its tests that are not cancelled, all of them done.
    pub tests: u64,
    /// METRC: tag and status.
    pub metrc: Option<(String, Option<String>)>,
}

/// The late orders of one customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LateCustomer {
    /// The customer.
    pub customer: Who,
    /// Late orders by [`AGES`].
    pub ages: Vec<u64>,
    /// Hours open of the oldest.
    pub longest: f64,
}

impl LateCustomer {
    /// All late orders.
    #[must_use]
    pub fn orders(&self) -> u64 {
        self.ages.iter().sum()
    }
}

/// The late orders in one state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LateState {
    /// The state; absent for orders without one.
    pub state: Option<String>,
    /// Late orders.
    pub orders: u64,
    /// Of these, those whose change into the state was observed.
    pub observed: u64,
    /// Their median hours in the state.
    pub median: Option<f64>,
    /// The longest of them.
    pub longest: Option<f64>,
}

/// Everything on the page about priority orders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Priority {
    /// Clock and target; the days do not apply.
    pub scope: Scope,
    /// What is open.
    pub counts: PriorityCounts,
    /// Rows that the tab has in all, after the least number of days.
    pub total: u64,
    /// The page that is shown: the one asked for, or the last.
    pub page: u32,
    /// Orders of the tab, a page of them.
    pub orders: Vec<PriorityOrder>,
    /// Samples of the tab, a page of them, the longest waiting first.
    pub samples: Vec<ListedSample>,
    /// Late orders by customer, most first.
    pub customers: Vec<LateCustomer>,
    /// Late orders by state, most first.
    pub states: Vec<LateState>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_age_begins_where_the_one_before_ends_and_the_oldest_has_no_end() {
        for class in 0..AGES.len() {
            let (from, below) = age_hours(class);
            assert_eq!(age_class(from.unwrap_or(-1.0)), class);
            assert_eq!(below.map(age_class), (class + 1 < AGES.len()).then_some(class + 1));
        }
        assert_eq!((age_class(71.9), age_class(1e6)), (0, 5));
    }

    #[test]
    fn the_limits_of_urgency_are_those_of_the_lists() {
        let of = |age| Urgency::of(Some(age), 48.0);
        assert_eq!([of(48.1), of(48.0), of(36.0)], [Urgency::Late, Urgency::Risk, Urgency::Risk]);
        assert_eq!([of(35.9), of(24.0), of(23.9)], [Urgency::Warning, Urgency::Warning, Urgency::Calm]);
        assert_eq!([Urgency::of(Some(0.0), 0.0), Urgency::of(None, 48.0)], [Urgency::Calm; 2]);
    }
}
