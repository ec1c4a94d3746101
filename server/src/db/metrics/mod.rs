//! The statements behind the figures, one file a subject. They count; shares, comparisons and the filling of empty
//! days are `crate::metrics`' business. Which records count at all is decided by the functions `visible_tests`,
//! `visible_samples`, `visible_orders` and `open_orders` of the schema.

pub mod accounts;
pub mod backlog;
pub mod balance;
pub mod batches;
pub mod checkpoints;
pub mod customer_list;
pub mod customers;
pub mod distribution;
pub mod entities;
pub mod flow;
pub mod labels;
pub mod mix;
pub mod operations;
pub mod options;
pub mod outcomes;
pub mod overdue;
pub mod priority;
pub mod process;
pub mod quality;
pub mod ranking;
pub mod rolled;
pub mod slow;
pub mod spread;
pub mod stages;
pub mod timed;
pub mod turnaround;
pub mod volume;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use sqlx::postgres::types::PgInterval;

const EPOCH: NaiveDateTime = DateTime::UNIX_EPOCH.naive_utc();

/// Whose records are counted; `None` means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Population {
    /// Customer id.
    pub customer: Option<i32>,
    /// Order id.
    pub order: Option<i32>,
    /// Accessioning type of the sample.
    pub sample_type: Option<String>,
    /// Matrix of the sample.
    pub matrix: Option<String>,
    /// Label of the test.
    pub label: Option<String>,
    /// State of the record itself, exactly as stored.
    pub state: Option<String>,
    /// True where the past is asked for, of which no figures are kept ready.
    pub past: bool,
}

/// A stretch of the laboratory's wall clock: the start counts, the end does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Start; without any bound, records without a date count too.
    pub from: Option<NaiveDateTime>,
    /// End, exclusive.
    pub until: Option<NaiveDateTime>,
}

impl Window {
    /// Everything, dated or not.
    pub const ALL: Self = Self { from: None, until: None };

    /// Nothing.
    pub const EMPTY: Self = Self { from: Some(EPOCH), until: Some(EPOCH) };

    /// From one moment to another.
    #[must_use]
    pub const fn new(from: NaiveDateTime, until: NaiveDateTime) -> Self {
        Self { from: Some(from), until: Some(until) }
    }

    /// Whole days, both ends included.
    #[must_use]
    pub fn days(from: NaiveDate, to: NaiveDate) -> Self {
        let end = to.checked_add_days(Days::new(1)).unwrap_or(to);
        Self::new(from.and_time(NaiveTime::MIN), end.and_time(NaiveTime::MIN))
    }

    /// The same with its start moved back by a number of days.
    #[must_use]
    pub fn starting_earlier(self, days: i64) -> Self {
        let back = |from: NaiveDateTime| from.checked_sub_signed(TimeDelta::days(days)).unwrap_or(from);
        Self { from: self.from.map(back), ..self }
    }
}

/// How far the records of the period compared with are moved so that they share the axis of the current one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// Calendar months.
    pub months: i32,
    /// Days.
    pub days: i32,
}

impl From<Shift> for PgInterval {
    fn from(shift: Shift) -> Self {
        Self { months: shift.months, days: shift.days, microseconds: 0 }
    }
}

/// A period and the one it is compared with, cut into buckets.
#[derive(Clone, Copy, Debug)]
pub struct Periods {
    /// The period asked for.
    pub current: Window,
    /// The period compared with; [`Window::EMPTY`] for none.
    pub previous: Window,
    /// Moves the previous period onto the axis of the current one.
    pub shift: Shift,
    /// `day`, `week` or `month`, as `date_trunc` takes it.
    pub bucket: &'static str,
}
