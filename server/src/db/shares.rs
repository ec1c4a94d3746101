//! Links that show one view to people without an account. Only hashes of their secrets are stored.

use super::DbError;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// A link as stored, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// Its number.
    pub id: i64,
    /// What it shows, in its maker's words.
    pub name: String,
    /// The page.
    pub path: String,
    /// The page's state, without a question mark.
    pub query: String,
    /// Whether the state cannot be changed.
    pub filters_fixed: bool,
    /// The hash of its password, in PHC form; absent = none is asked for.
    pub password_hash: Option<String>,
    /// When it ends; absent = never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// How often it was opened.
    pub views: i64,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whether it opens: neither revoked nor expired, its maker's account in force.
    pub open: bool,
}

/// A link to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewLinkRow<'a> {
    /// SHA-256 of its secret.
    pub token_hash: &'a [u8],
    /// What it shows.
    pub name: &'a str,
    /// The page.
    pub path: &'a str,
    /// The page's state, without a question mark.
    pub query: &'a str,
    /// Whether the state cannot be changed.
    pub filters_fixed: bool,
    /// The hash of its password.
    pub password_hash: Option<&'a str>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// Who makes it.
    pub created_by: i64,
}

/// Stores a link.
///
/// # Errors
/// When the statement fails.
pub async fn insert(db: impl PgExecutor<'_>, row: NewLinkRow<'_>) -> Result<i64, DbError> {
    let id = sqlx::query_scalar!(
        "insert into share_links (token_hash, name, path, query, filters_fixed, password_hash, expires_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        row.token_hash,
        row.name,
        row.path,
        row.query,
        row.filters_fixed,
        row.password_hash,
        row.expires_at,
        row.created_by
    );
    Ok(id.fetch_one(db).await?)
}

/// Every link, the newest first; or the one with this number; or the one with this hash.
async fn select(db: impl PgExecutor<'_>, id: Option<i64>, token_hash: Option<&[u8]>) -> Result<Vec<LinkRow>, DbError> {
    let rows = sqlx::query_as!(
        LinkRow,
        r#"
        select l.id, l.name, l.path, l.query, l.filters_fixed, l.password_hash, l.expires_at, l.revoked_at, l.views,
            u.username as created_by, l.created_at,
            l.revoked_at is null and coalesce(l.expires_at > now(), true) and u.is_active as "open!"
        from share_links l join users u on u.id = l.created_by
        where ($1::bigint is null or l.id = $1) and ($2::bytea is null or l.token_hash = $2)
        order by l.id desc
        "#,
        id,
        token_hash
    );
    Ok(rows.fetch_all(db).await?)
}

/// Every link, the newest first.
///
/// # Errors
/// When the statement fails.
pub async fn all(db: impl PgExecutor<'_>) -> Result<Vec<LinkRow>, DbError> {
    select(db, None, None).await
}

/// The link with this number.
///
/// # Errors
/// When the statement fails.
pub async fn by_id(db: impl PgExecutor<'_>, id: i64) -> Result<Option<LinkRow>, DbError> {
    Ok(select(db, Some(id), None).await?.pop())
}

/// The link whose secret has this hash.
///
/// # Errors
/// When the statement fails.
pub async fn by_token(db: impl PgExecutor<'_>, token_hash: &[u8]) -> Result<Option<LinkRow>, DbError> {
    Ok(select(db, None, Some(token_hash)).await?.pop())
}

/// Counts that a link was opened.
///
/// # Errors
/// When the statement fails.
pub async fn count_view(db: impl PgExecutor<'_>, id: i64) -> Result<(), DbError> {
    sqlx::query!("update share_links set views = views + 1, last_viewed_at = now() where id = $1", id)
        .execute(db)
        .await?;
    Ok(())
}

/// Revokes a link and ends the sessions that came through it. Returns its name; none when there is nothing to revoke.
///
/// # Errors
/// When the statement fails.
pub async fn revoke(db: impl PgExecutor<'_>, id: i64) -> Result<Option<String>, DbError> {
    let name = sqlx::query_scalar!(
        "with ended as (delete from sessions where (data -> 'guest' ->> 'link')::bigint = $1)
         update share_links set revoked_at = now() where id = $1 and revoked_at is null returning name",
        id
    );
    Ok(name.fetch_optional(db).await?)
}
