//! The ban list. A trigger carries each change down to everything below the record.

use super::DbError;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// An entry.
pub struct Banned {
    /// customer, order, sample, batch or test.
    pub kind: String,
    /// The record's QBench id.
    pub id: i32,
    /// Why.
    pub reason: Option<String>,
    /// Who hid it.
    pub by: Option<String>,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Adds an entry; false when there was one.
///
/// # Errors
/// When the statement fails.
pub async fn add(
    db: impl PgExecutor<'_>,
    kind: &str,
    id: i32,
    reason: Option<&str>,
    by: &str,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into banned_entities (entity_type, entity_id, reason, created_by) values ($1, $2, $3, $4)
         on conflict do nothing",
        kind,
        id,
        reason,
        by
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes an entry; false when there was none.
///
/// # Errors
/// When the statement fails.
pub async fn remove(db: impl PgExecutor<'_>, kind: &str, id: i32) -> Result<bool, DbError> {
    let done = sqlx::query!("delete from banned_entities where entity_type = $1 and entity_id = $2", kind, id)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Every entry, oldest first.
///
/// # Errors
/// When the statement fails.
pub async fn all(db: impl PgExecutor<'_>) -> Result<Vec<Banned>, DbError> {
    Ok(sqlx::query_as!(
        Banned,
        "select entity_type as kind, entity_id as id, reason, created_by as by, created_at as since from banned_entities order by id"
    )
    .fetch_all(db)
    .await?)
}
