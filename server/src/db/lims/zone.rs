//! The *_local columns when the laboratory's zone is changed.
//!
//! Whether a stored instant came from a date without a time is read from the payload, where the text still stands:
//! midnight UTC alone would not tell a plain date from a time at midnight.

use super::Table;
use crate::db::DbError;
use sqlx::{AssertSqlSafe, PgConnection};

/// Matches what is read as a date without a time.
const PLAIN_DATE: &str = r"'^\s*(\d{1,2}[/-]\d{1,2}[/-]\d{4}|\d{4}-\d{2}-\d{2})\s*$'";

/// A local column, the instant behind it, and the payload's keys for it, the first one that is filled counting.
type Fact = (&'static str, &'static str, &'static [&'static str]);

/// Which columns depend on the zone.
#[must_use]
pub const fn date_only_facts(table: Table) -> &'static [Fact] {
    match table {
        Table::Customers | Table::Batches => &[("created_local", "date_created", &["date_created"])],
        Table::Assays => &[],
        Table::Orders => &[
            ("created_local", "date_created", &["date_created"]),
            ("received_local", "date_received", &["date_received"]),
            ("completed_local", "date_completed", &["date_completed"]),
            ("reported_local", "date_order_reported", &["date_order_reported"]),
        ],
        Table::Samples => &[
            ("created_local", "date_created", &["date_created"]),
            ("completed_local", "completed_date", &["completed_date", "complete_date"]),
        ],
        Table::Tests => &[
            ("created_local", "date_created", &["date_created"]),
            ("completed_local", "complete_date", &["complete_date"]),
            ("reported_local", "report_completed_date", &["report_completed_date"]),
        ],
    }
}

/// SQL for "the payload has a plain date here".
fn is_plain(keys: &[&str]) -> String {
    let texts: Vec<String> = keys.iter().map(|key| format!("nullif(raw_payload ->> '{key}', '')")).collect();
    format!("coalesce(coalesce({}) ~ {PLAIN_DATE}, false)", texts.join(", "))
}

/// SQL for the wall clock of a fact in the zone `$1`.
fn local((_, instant, keys): &Fact) -> String {
    format!("{instant} at time zone case when {} then 'UTC' else $1 end", is_plain(keys))
}

/// Computes the local columns and the turnaround of every row anew for a zone; one statement a table.
///
/// # Errors
/// As the database says, for instance for a zone that it does not know.
pub async fn recompute_local(conn: &mut PgConnection, table: Table, zone: &str) -> Result<u64, DbError> {
    let facts = date_only_facts(table);
    if facts.is_empty() {
        return Ok(0);
    }
    let mut sets: Vec<String> = facts.iter().map(|fact| format!("{} = {}", fact.0, local(fact))).collect();
    if let (Table::Tests, [created, _, reported]) = (table, facts) {
        let [from, to] = [local(created), local(reported)];
        sets.push(format!(
            "tat_hours = extract(epoch from case when {} or {} then ({to}) - ({from})
                else report_completed_date - date_created end)::float8 / 3600",
            is_plain(created.2),
            is_plain(reported.2),
        ));
    }
    let sql = format!("update {} set {}", table.name(), sets.join(", "));
    Ok(sqlx::query(AssertSqlSafe(sql)).bind(zone).execute(conn).await?.rows_affected())
}
