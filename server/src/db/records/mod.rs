//! Lists, record pages and search. Which records exist at all is decided by the schema (`visible_tests` …,
//! `open_orders`, `ready_samples`), so that a list counts what the dashboards count. The functions answer in the
//! page's own types, as most of what they read is shown as it is; times come in the laboratory's wall clock.

pub mod batches;
pub mod customers;
pub mod facts;
pub mod history;
mod list;
mod narrow;
pub mod orders;
pub mod samples;
pub mod search;
pub mod tests;

pub(crate) use list::{Listed, count, one, page};
pub use list::{Mark, Wanted};
pub use sqlx::{PgConnection as Connection, PgPool as Pool};

use super::DbError;
use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::{Postgres, Transaction};

/// States that end the work on a sample or test besides those that end an order.
const ENDING_STATES: [&str; 2] = ["NOT REPORTABLE", "DISCONTINUED"];

/// What records are judged by at one moment.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The moment.
    pub now: DateTime<Utc>,
    /// The laboratory's zone, by IANA name.
    pub zone: String,
    /// The turnaround target in hours.
    pub sla_hours: f64,
    /// States that end an order, in upper case.
    pub final_states: Vec<String>,
}

impl Judgement {
    /// The states that end the work on a sample or test, in upper case.
    #[must_use]
    pub fn ending_states(&self) -> Vec<String> {
        let further = ENDING_STATES.into_iter().filter(|state| !self.final_states.iter().any(|held| held == state));
        self.final_states.iter().cloned().chain(further.map(str::to_owned)).collect()
    }
}

/// A stretch of the laboratory's wall clock: the start counts, the end does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Start.
    pub from: NaiveDateTime,
    /// End, exclusive.
    pub until: NaiveDateTime,
}

/// A view of the database in which nothing moves, so that the counts of a page agree with its rows.
///
/// # Errors
/// As the database says.
pub async fn snapshot(pool: &Pool) -> Result<Transaction<'static, Postgres>, DbError> {
    Ok(pool.begin_with("begin isolation level repeatable read read only").await?)
}

/// A statement that grows.
type Sql = sqlx::QueryBuilder<sqlx::Postgres>;

/// A count of the database, which is never negative.
fn unsigned(count: i64) -> u64 {
    count.try_into().unwrap_or(0)
}

/// The pattern that finds a text anywhere, taken literally.
fn containing(text: &str) -> String {
    format!("%{}%", escaped(text))
}

/// A text with the characters that mean something in LIKE made literal.
fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 4);
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

#[cfg(test)]
mod unit {
    #[test]
    fn wildcards_are_taken_literally() {
        assert_eq!(super::containing(r"50%_\"), r"%50\%\_\\%");
    }
}
