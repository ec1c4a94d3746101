//! Little's law: in a laboratory in balance, the work in progress is throughput times turnaround.

use super::series::count;
use crate::db::metrics::{Population, process};
use app::model::operations::Little;
use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// Compares the two sides of the law over a time, from the tests that have been reported since.
///
/// # Errors
/// When the database fails.
pub async fn check(pool: &PgPool, who: &Population, from: DateTime<Utc>, until: DateTime<Utc>) -> sqlx::Result<Little> {
    let row = process::little(pool, who, from, until).await?;
    let days = (until - from).as_seconds_f64() / 86_400.0;
    let per_day = (days > 0.0).then(|| count(row.reported) / days);
    let expected = per_day.zip(row.mean_hours).map(|(rate, hours)| rate * hours / 24.0);
    let ratio = row.in_progress.zip(expected.filter(|expected| *expected > 0.0));
    Ok(Little {
        in_progress: row.in_progress,
        per_day,
        mean_hours: row.mean_hours,
        expected,
        ratio: ratio.map(|(found, expected)| found / expected),
    })
}
