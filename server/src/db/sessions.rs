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

/// A session as its owner sees it.
pub struct SessionRow {
    /// Its name: see [`name`].
    pub id: String,
    /// When it began.
    pub started: DateTime<Utc>,
    /// When it ends unless it is used again.
    pub expires: DateTime<Utc>,
}

/// What a session is called where it must be named: its hash in hexadecimal, which opens nothing.
#[must_use]
pub fn name(id_hash: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    id_hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The open sessions of an account, the newest first.
///
/// # Errors
/// When the statement fails.
pub async fn of(db: impl PgExecutor<'_>, user: i64) -> Result<Vec<SessionRow>, DbError> {
    Ok(sqlx::query_as!(
        SessionRow,
        r#"select encode(id_hash, 'hex') as "id!", created_at as started, expires_at as expires from sessions
           where user_id = $1 and expires_at > now() order by created_at desc"#,
        user
    )
    .fetch_all(db)
    .await?)
}

/// The open sessions of all accounts with their names, the newest first.
///
/// # Errors
/// When the statement fails.
pub async fn all_open(db: impl PgExecutor<'_>, most: i64) -> Result<Vec<(String, SessionRow)>, DbError> {
    let rows = sqlx::query!(
        r#"select u.username, encode(s.id_hash, 'hex') as "id!", s.created_at, s.expires_at
           from sessions s join users u on u.id = s.user_id
           where s.expires_at > now() order by s.created_at desc limit $1"#,
        most
    )
    .fetch_all(db)
    .await?;
    let row = |id, started, expires| SessionRow { id, started, expires };
    Ok(rows.into_iter().map(|each| (each.username, row(each.id, each.created_at, each.expires_at))).collect())
}

/// How many sessions are open, by the number of the account.
///
/// # Errors
/// When the statement fails.
pub async fn open_by_account(db: impl PgExecutor<'_>) -> Result<Vec<(i64, i64)>, DbError> {
    let rows = sqlx::query!(
        r#"select user_id as "user!", count(*) as "count!" from sessions
           where user_id is not null and expires_at > now() group by user_id"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.user, row.count)).collect())
}

/// Ends one session of an account by its name.
///
/// # Errors
/// When the statement fails.
pub async fn end_one(db: impl PgExecutor<'_>, user: i64, name: &str) -> Result<(), DbError> {
    sqlx::query!("delete from sessions where user_id = $1 and encode(id_hash, 'hex') = $2", user, name)
        .execute(db)
        .await?;
    Ok(())
}

/// Ends all sessions of an account but the one that is kept; all its tokens too, when asked.
///
/// # Errors
/// When the statement fails.
pub async fn end_others(db: impl PgExecutor<'_>, user: i64, keep: Option<&str>, tokens: bool) -> Result<(), DbError> {
    sqlx::query!(
        "with gone as (delete from api_tokens where user_id = $1 and $3)
         delete from sessions where user_id = $1 and encode(id_hash, 'hex') is distinct from $2",
        user,
        keep,
        tokens
    )
    .execute(db)
    .await?;
    Ok(())
}
