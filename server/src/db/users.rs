//! Accounts.

use super::DbError;
use app::model::session::Role;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// An account as stored.
#[derive(Clone)]
pub struct UserRow {
    /// Its number.
    pub id: i64,
    /// The name used to sign in.
    pub username: String,
    /// The password's hash in PHC form.
    pub password_hash: String,
    /// False when it may not sign in.
    pub is_active: bool,
    /// What it may do.
    pub role: Role,
    /// When it last signed in.
    pub last_login_at: Option<DateTime<Utc>>,
}

pub(super) struct Row {
    pub(super) id: i64,
    pub(super) username: String,
    pub(super) password_hash: String,
    pub(super) is_active: bool,
    pub(super) role: String,
    pub(super) last_login_at: Option<DateTime<Utc>>,
}

impl From<Row> for UserRow {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            username: row.username,
            password_hash: row.password_hash,
            is_active: row.is_active,
            // The column's check allows no other value.
            role: Role::from_name(&row.role).unwrap_or(Role::Viewer),
            last_login_at: row.last_login_at,
        }
    }
}

/// The account with this name.
///
/// # Errors
/// When the statement fails.
pub async fn by_name(db: impl PgExecutor<'_>, username: &str) -> Result<Option<UserRow>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select id, username, password_hash, is_active, role, last_login_at from users where username = $1",
        username
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Into::into))
}

/// The account with this mail address, however it is written.
///
/// # Errors
/// When the statement fails.
pub async fn by_mail(db: impl PgExecutor<'_>, mail: &str) -> Result<Option<UserRow>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select id, username, password_hash, is_active, role, last_login_at from users where lower(mail) = lower($1)",
        mail
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Into::into))
}

/// The account with this number, if it may be used.
///
/// # Errors
/// When the statement fails.
pub async fn active(db: impl PgExecutor<'_>, id: i64) -> Result<Option<UserRow>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select id, username, password_hash, is_active, role, last_login_at from users where id = $1 and is_active",
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Into::into))
}

/// Every account by name.
///
/// # Errors
/// When the statement fails.
pub async fn all(db: impl PgExecutor<'_>) -> Result<Vec<UserRow>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select id, username, password_hash, is_active, role, last_login_at from users order by username"
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Adds an account; false when the name is taken.
///
/// # Errors
/// When the statement fails.
pub async fn insert(db: impl PgExecutor<'_>, username: &str, password_hash: &str, role: Role) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into users (username, password_hash, role) values ($1, $2, $3) on conflict (username) do nothing",
        username,
        password_hash,
        role.name()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets the password; false when there is no such account.
///
/// # Errors
/// When the statement fails.
pub async fn set_password(db: impl PgExecutor<'_>, username: &str, password_hash: &str) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update users set password_hash = $2, failed_attempts = 0, locked_until = null, updated_at = now() where username = $1",
        username,
        password_hash
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Allows or refuses sign-in; false when there is no such account.
///
/// # Errors
/// When the statement fails.
pub async fn set_active(db: impl PgExecutor<'_>, username: &str, active: bool) -> Result<bool, DbError> {
    let done =
        sqlx::query!("update users set is_active = $2, updated_at = now() where username = $1", username, active)
            .execute(db)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets the role; false when there is no such account.
///
/// # Errors
/// When the statement fails.
pub async fn set_role(db: impl PgExecutor<'_>, username: &str, role: Role) -> Result<bool, DbError> {
    let done =
        sqlx::query!("update users set role = $2, updated_at = now() where username = $1", username, role.name())
            .execute(db)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets or takes away the mail address.
///
/// # Errors
/// When the statement fails.
pub async fn set_mail(db: impl PgExecutor<'_>, id: i64, mail: Option<&str>) -> Result<(), DbError> {
    sqlx::query!("update users set mail = $2, updated_at = now() where id = $1", id, mail).execute(db).await?;
    Ok(())
}

/// Notes a sign-in.
///
/// # Errors
/// When the statement fails.
pub async fn signed_in(db: impl PgExecutor<'_>, id: i64) -> Result<(), DbError> {
    sqlx::query!("update users set last_login_at = now(), failed_attempts = 0 where id = $1", id).execute(db).await?;
    Ok(())
}
