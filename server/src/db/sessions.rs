//! Sessions. Only hashes of their secrets are stored.

use super::DbError;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;

/// Writes a new session.
///
/// # Errors
/// When the statement fails.
pub async fn create(
    db: impl PgExecutor<'_>,
    id_hash: &[u8],
    user_id: Option<i64>,
    data: &Value,
    expires_at: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into sessions (id_hash, user_id, data, expires_at) values ($1, $2, $3, $4)",
        id_hash,
        user_id,
        data,
        expires_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes a session again. One that has been ended meanwhile stays ended.
///
/// # Errors
/// When the statement fails.
pub async fn update(
    db: impl PgExecutor<'_>,
    id_hash: &[u8],
    data: &Value,
    expires_at: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!("update sessions set data = $2, expires_at = $3 where id_hash = $1", id_hash, data, expires_at)
        .execute(db)
        .await?;
    Ok(())
}

/// The data of a session that has not expired.
///
/// # Errors
/// When the statement fails.
pub async fn load(db: impl PgExecutor<'_>, id_hash: &[u8]) -> Result<Option<(Value, DateTime<Utc>)>, DbError> {
    let row = sqlx::query!("select data, expires_at from sessions where id_hash = $1 and expires_at > now()", id_hash)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| (row.data, row.expires_at)))
}

/// Ends a session.
///
/// # Errors
/// When the statement fails.
pub async fn delete(db: impl PgExecutor<'_>, id_hash: &[u8]) -> Result<(), DbError> {
    sqlx::query!("delete from sessions where id_hash = $1", id_hash).execute(db).await?;
    Ok(())
}

/// Ends every session and token of an account.
///
/// # Errors
/// When the statement fails.
pub async fn end_all_of(db: impl PgExecutor<'_>, username: &str) -> Result<(), DbError> {
    sqlx::query!(
        "with account as (select id from users where username = $1),
              gone as (delete from api_tokens where user_id in (select id from account))
         delete from sessions where user_id in (select id from account)",
        username
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes what has expired.
///
/// # Errors
/// When the statement fails.
pub async fn sweep(db: impl PgExecutor<'_>) -> Result<(), DbError> {
    sqlx::query!(
        "with tokens as (delete from api_tokens where expires_at < now() - interval '7 days')
         delete from sessions where expires_at < now()"
    )
    .execute(db)
    .await?;
    Ok(())
}
