//! Up to when each entity is complete, and the old product's checkpoints.

use crate::db::DbError;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// What is known about one entity from successes.
#[derive(Clone, Debug, PartialEq)]
pub struct Watermark {
    /// The table's name.
    pub entity: String,
    /// The copy is complete up to here.
    pub as_of: DateTime<Utc>,
    /// Where the change feed goes on, by the clock of `last_updated`.
    pub feed_since: Option<DateTime<Utc>>,
    /// The run that proved it.
    pub run_id: Option<i64>,
    /// When that was.
    pub succeeded_at: DateTime<Utc>,
}

/// The old product's line for one entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint<'a> {
    /// The table's name.
    pub entity: &'a str,
    /// Pages read.
    pub pages: Option<i32>,
    /// completed or failed.
    pub status: &'a str,
    /// What it failed with.
    pub message: Option<&'a str>,
}

/// All watermarks.
///
/// # Errors
/// As the database says.
pub async fn watermarks(db: impl PgExecutor<'_>) -> Result<Vec<Watermark>, DbError> {
    let rows = sqlx::query_as!(
        Watermark,
        "select entity, as_of, feed_since, run_id, succeeded_at from sync_watermarks order by entity"
    );
    Ok(rows.fetch_all(db).await?)
}

/// Moves an entity's watermark forward; never back.
///
/// # Errors
/// As the database says.
pub async fn save_watermark(
    db: impl PgExecutor<'_>,
    entity: &str,
    as_of: DateTime<Utc>,
    feed_since: Option<DateTime<Utc>>,
    run: Option<i64>,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        insert into sync_watermarks as w (entity, as_of, feed_since, run_id) values ($1, $2, $3, $4)
        on conflict (entity) do update set as_of = greatest(w.as_of, excluded.as_of),
            feed_since = greatest(w.feed_since, excluded.feed_since), run_id = excluded.run_id,
            succeeded_at = clock_timestamp()
        "#,
        entity,
        as_of,
        feed_since,
        run
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes the old product's line; newest creation and greatest id come from the copy itself.
///
/// # Errors
/// As the database says.
pub async fn save_checkpoint(db: impl PgExecutor<'_>, checkpoint: &Checkpoint<'_>) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        insert into sync_checkpoints as c (entity, last_synced_at, last_cursor, last_id, status, message, failed,
            updated_at)
        select $1, case $1::text
                when 'customers' then (select max(date_created) from customers)
                when 'assays' then (select max(date_created) from assays)
                when 'orders' then (select max(date_created) from orders)
                when 'samples' then (select max(date_created) from samples)
                when 'batches' then (select max(date_created) from batches)
                when 'tests' then (select max(date_created) from tests) end,
            $2, case $1::text
                when 'customers' then (select max(id) from customers)
                when 'assays' then (select max(id) from assays)
                when 'orders' then (select max(id) from orders)
                when 'samples' then (select max(id) from samples)
                when 'batches' then (select max(id) from batches)
                when 'tests' then (select max(id) from tests) end,
            $3, $4, $3 = 'failed', clock_timestamp()
        on conflict (entity) do update set last_synced_at = excluded.last_synced_at,
            last_cursor = coalesce(excluded.last_cursor, c.last_cursor), last_id = excluded.last_id,
            status = excluded.status, message = excluded.message, failed = excluded.failed,
            updated_at = excluded.updated_at
        "#,
        checkpoint.entity,
        checkpoint.pages,
        checkpoint.status,
        checkpoint.message
    )
    .execute(db)
    .await?;
    Ok(())
}
