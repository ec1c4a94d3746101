//! The second factor of accounts: secrets, the steps whose codes were taken, recovery codes as hashes.

use super::DbError;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

/// What is stored for an account.
pub struct TotpRow {
    /// The shared secret, when the second factor is in use.
    pub secret: Option<Vec<u8>>,
    /// Since when it is in use.
    pub since: Option<DateTime<Utc>>,
    /// The last step whose code was taken.
    pub step: i64,
    /// What has been shown and not confirmed yet.
    pub pending: Option<Value>,
    /// Recovery codes that are left.
    pub codes_left: i64,
}

/// The second factor of an account.
///
/// # Errors
/// When the statement fails.
pub async fn of(db: impl PgExecutor<'_>, user: i64) -> Result<Option<TotpRow>, DbError> {
    let row = sqlx::query_as!(
        TotpRow,
        r#"select totp_secret as secret, totp_since as since, totp_step as step, totp_pending as pending,
               (select count(*) from recovery_codes where user_id = users.id and used_at is null) as "codes_left!"
           from users where id = $1"#,
        user
    );
    Ok(row.fetch_optional(db).await?)
}

/// The accounts that use a second factor, by number.
///
/// # Errors
/// When the statement fails.
pub async fn users(db: impl PgExecutor<'_>) -> Result<Vec<i64>, DbError> {
    Ok(sqlx::query_scalar!("select id from users where totp_secret is not null").fetch_all(db).await?)
}

/// Stores what has been shown and is to be confirmed; nothing takes it back.
///
/// # Errors
/// When the statement fails.
pub async fn set_pending(db: impl PgExecutor<'_>, user: i64, pending: Option<&Value>) -> Result<(), DbError> {
    sqlx::query!("update users set totp_pending = $2 where id = $1", user, pending).execute(db).await?;
    Ok(())
}

/// Puts a secret in use, together with the recovery codes that were shown with it. `step` is the one that confirmed it.
///
/// # Errors
/// When a statement fails.
pub async fn put_in_use(
    db: &mut PgConnection,
    user: i64,
    secret: &[u8],
    step: i64,
    codes: &[Vec<u8>],
) -> Result<(), DbError> {
    sqlx::query!(
        "update users set totp_secret = $2, totp_step = $3, totp_since = now(), totp_pending = null where id = $1",
        user,
        secret,
        step
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from recovery_codes where user_id = $1", user).execute(&mut *db).await?;
    sqlx::query!("insert into recovery_codes (user_id, hash) select $1, unnest($2::bytea[])", user, codes)
        .execute(db)
        .await?;
    Ok(())
}

/// Takes the code of a step; false when it, or a later one, was taken before.
///
/// # Errors
/// When the statement fails.
pub async fn take_step(db: impl PgExecutor<'_>, user: i64, step: i64) -> Result<bool, DbError> {
    let done = sqlx::query!("update users set totp_step = $2 where id = $1 and totp_step < $2", user, step);
    Ok(done.execute(db).await?.rows_affected() == 1)
}

/// Takes a recovery code; false when there is no such code or it was taken before.
///
/// # Errors
/// When the statement fails.
pub async fn take_recovery_code(db: impl PgExecutor<'_>, user: i64, hash: &[u8]) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update recovery_codes set used_at = now() where user_id = $1 and hash = $2 and used_at is null",
        user,
        hash
    );
    Ok(done.execute(db).await?.rows_affected() == 1)
}

/// Removes the second factor of the account with this name; false when it has none.
///
/// # Errors
/// When the statement fails.
pub async fn remove(db: impl PgExecutor<'_>, username: &str) -> Result<bool, DbError> {
    let done = sqlx::query_scalar!(
        r#"with account as (
               update users set totp_secret = null, totp_since = null, totp_pending = null
               where username = $1 and totp_secret is not null returning id
           ), gone as (delete from recovery_codes where user_id in (select id from account))
           select count(*) as "count!" from account"#,
        username
    );
    Ok(done.fetch_one(db).await? == 1)
}
