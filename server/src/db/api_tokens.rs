//! API tokens. Only their hashes are stored; a token that has been revoked is gone, and the audit log tells of it.

use super::DbError;
use app::model::session::TokenScope;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// What is stored of a new token.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    /// SHA-256 of the token.
    pub hash: &'a [u8],
    /// The account it acts for.
    pub user: i64,
    /// What its owner calls it.
    pub name: &'a str,
    /// What it may do.
    pub scope: TokenScope,
    /// The beginning of the token.
    pub hint: &'a str,
    /// True for tokens that people make, false for those of a sign-in.
    pub personal: bool,
    /// When it ends.
    pub expires: Option<DateTime<Utc>>,
}

/// A token as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// Its number.
    pub id: i64,
    /// The account it acts for.
    pub username: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scope: TokenScope,
    /// The beginning of the token.
    pub hint: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; absent = never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to within a minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Whose token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenOwner {
    /// The token's number.
    pub id: i64,
    /// The account's number.
    pub user: i64,
    /// What it may do.
    pub scope: TokenScope,
    /// Whether people made it, as against a sign-in.
    pub personal: bool,
    /// Whether it has ended.
    pub expired: bool,
}

/// Stores a token and returns its number.
///
/// # Errors
/// When the statement fails.
pub async fn insert(db: impl PgExecutor<'_>, token: NewToken<'_>) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar!(
        "insert into api_tokens (token_hash, user_id, name, scope, hint, kind, expires_at)
         values ($1, $2, $3, $4, $5, case when $6 then 'personal' else 'login' end, $7) returning id",
        token.hash,
        token.user,
        token.name,
        token.scope.name(),
        token.hint,
        token.personal,
        token.expires,
    )
    .fetch_one(db)
    .await?)
}

/// Whose token this is. Notes that it was used, at most once a minute.
///
/// # Errors
/// When the statement fails.
pub async fn owner(db: impl PgExecutor<'_>, hash: &[u8]) -> Result<Option<TokenOwner>, DbError> {
    let row = sqlx::query!(
        r#"
        with found as (
            select id, user_id, scope, kind = 'personal' as personal, coalesce(expires_at < now(), false) as expired,
                last_used_at
            from api_tokens where token_hash = $1
        ), noted as (
            update api_tokens t set last_used_at = now() from found f
            where t.id = f.id and not f.expired
              and (f.last_used_at is null or f.last_used_at < now() - interval '1 minute')
        )
        select id as "id!", user_id as "user!", scope as "scope!", personal as "personal!", expired as "expired!" from found
        "#,
        hash
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| TokenOwner {
        id: row.id,
        user: row.user,
        scope: TokenScope::from_name(&row.scope).unwrap_or_default(),
        personal: row.personal,
        expired: row.expired,
    }))
}

/// The tokens that people made, of one account or of all, the newest first.
///
/// # Errors
/// When the statement fails.
pub async fn list(db: impl PgExecutor<'_>, user: Option<i64>) -> Result<Vec<TokenRow>, DbError> {
    let rows = sqlx::query!(
        "select t.id, u.username, t.name, t.scope, t.hint, t.created_at, t.expires_at, t.last_used_at
         from api_tokens t join users u on u.id = t.user_id
         where t.kind = 'personal' and ($1::bigint is null or t.user_id = $1)
         order by t.id desc",
        user
    )
    .fetch_all(db)
    .await?;
    let read = rows.into_iter().map(|row| TokenRow {
        id: row.id,
        username: row.username,
        name: row.name,
        scope: TokenScope::from_name(&row.scope).unwrap_or_default(),
        hint: row.hint,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
    });
    Ok(read.collect())
}

/// Removes a token that somebody made, of one account or of any, and returns its name.
///
/// # Errors
/// When the statement fails.
pub async fn delete(db: impl PgExecutor<'_>, id: i64, user: Option<i64>) -> Result<Option<String>, DbError> {
    Ok(sqlx::query_scalar!(
        "delete from api_tokens where id = $1 and kind = 'personal' and ($2::bigint is null or user_id = $2) returning name",
        id,
        user
    )
    .fetch_optional(db)
    .await?)
}
