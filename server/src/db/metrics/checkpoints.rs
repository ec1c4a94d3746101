//! How up to date an entity is, as the old interface asks it.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// An entity's last success and last attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// When it was last read to its end.
    pub succeeded_at: Option<DateTime<Utc>>,
    /// Up to when the copy is complete.
    pub as_of: Option<DateTime<Utc>>,
    /// How the last attempt ended.
    pub status: Option<String>,
    /// What was said about it.
    pub message: Option<String>,
    /// Whether it failed.
    pub failed: bool,
}

/// Looks an entity up by its plural name; an unknown one has nothing.
///
/// # Errors
/// When the database fails.
pub async fn of(db: impl PgExecutor<'_>, entity: &str) -> sqlx::Result<Checkpoint> {
    sqlx::query_as!(
        Checkpoint,
        r#"
        select w.succeeded_at as "succeeded_at?", w.as_of as "as_of?", c.status as "status?", c.message as "message?",
            coalesce(c.failed, false) as "failed!"
        from (select $1::text as entity) wanted
        left join sync_watermarks w using (entity)
        left join sync_checkpoints c using (entity)
        "#,
        entity,
    )
    .fetch_one(db)
    .await
}

/// When the newest row of tests was written.
///
/// # Errors
/// When the database fails.
pub async fn tests_written_at(db: impl PgExecutor<'_>) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("select max(fetched_at) from tests").fetch_one(db).await
}
