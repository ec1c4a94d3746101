//! When runs start by themselves.

use crate::db::DbError;
use chrono::{DateTime, NaiveTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;

/// A schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleRow {
    /// Its number.
    pub id: i32,
    /// Its name.
    pub name: String,
    /// What its runs read.
    pub mode: String,
    /// The mode's options.
    pub options: Value,
    /// Minute, hour, day of month, month, day of week.
    pub cron: String,
    /// Whether it is in force.
    pub enabled: bool,
    /// Start of the quiet hours.
    pub quiet_from: Option<NaiveTime>,
    /// End of the quiet hours.
    pub quiet_to: Option<NaiveTime>,
    /// Percent of the request budget.
    pub budget_share: i32,
    /// When it last put a run into the queue.
    pub last_queued: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// All schedules.
///
/// # Errors
/// As the database says.
pub async fn schedules(db: impl PgExecutor<'_>) -> Result<Vec<ScheduleRow>, DbError> {
    let rows = sqlx::query_as!(
        ScheduleRow,
        r#"
        select id, name, mode, options, cron, enabled, quiet_from, quiet_to, budget_share, last_queued, updated_at
        from sync_schedules order by id
        "#
    );
    Ok(rows.fetch_all(db).await?)
}

/// Notes that a schedule's time has come, if nobody else has. False if somebody has.
///
/// # Errors
/// As the database says.
pub async fn set_queued(
    db: impl PgExecutor<'_>,
    id: i32,
    due: DateTime<Utc>,
    former: Option<DateTime<Utc>>,
) -> Result<bool, DbError> {
    let updated = sqlx::query!(
        "update sync_schedules set last_queued = $2 where id = $1 and last_queued is not distinct from $3",
        id,
        due,
        former
    );
    Ok(updated.execute(db).await?.rows_affected() == 1)
}

/// Stores a schedule's timing. False if there is no such schedule.
///
/// # Errors
/// As the database says.
pub async fn save_schedule(db: impl PgExecutor<'_>, row: &ScheduleRow, by: &str) -> Result<bool, DbError> {
    let updated = sqlx::query!(
        r#"
        update sync_schedules set cron = $2, enabled = $3, quiet_from = $4, quiet_to = $5, budget_share = $6,
            updated_at = clock_timestamp(), updated_by = $7
        where id = $1
        "#,
        row.id,
        row.cron,
        row.enabled,
        row.quiet_from,
        row.quiet_to,
        row.budget_share,
        by
    );
    Ok(updated.execute(db).await?.rows_affected() == 1)
}
