//! Invitations. Only hashes of their secrets are stored; which of them open is the view `open_invitations`.

use super::DbError;
use app::model::session::Role;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// An invitation that opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRow {
    /// Its number.
    pub id: i64,
    /// The name of the account that is to be.
    pub username: String,
    /// Its mail address.
    pub mail: Option<String>,
    /// What it may do.
    pub role: Role,
    /// Who invites; absent for the command line.
    pub by: Option<String>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// An invitation to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewInvitationRow<'a> {
    /// SHA-256 of its secret.
    pub token_hash: &'a [u8],
    /// The name of the account.
    pub username: &'a str,
    /// Its mail address.
    pub mail: Option<&'a str>,
    /// What it may do.
    pub role: Role,
    /// Who invites.
    pub created_by: Option<i64>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Stores an invitation; false when one for the same name is open already.
///
/// # Errors
/// When the statement fails.
pub async fn insert(db: impl PgExecutor<'_>, row: NewInvitationRow<'_>) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into invitations (token_hash, username, mail, role, created_by, expires_at)
         select $1, $2, $3, $4, $5, $6 where not exists (select from open_invitations where username = $2)",
        row.token_hash,
        row.username,
        row.mail,
        row.role.name(),
        row.created_by,
        row.expires_at
    );
    Ok(done.execute(db).await?.rows_affected() == 1)
}

/// Every invitation that opens, the newest first; or the one with this hash.
async fn select(db: impl PgExecutor<'_>, token_hash: Option<&[u8]>) -> Result<Vec<InvitationRow>, DbError> {
    let rows = sqlx::query!(
        r#"select id as "id!", username as "username!", mail, role as "role!", made_by, expires_at as "expires_at!"
           from open_invitations where $1::bytea is null or token_hash = $1 order by id desc"#,
        token_hash
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| InvitationRow {
        id: row.id,
        username: row.username,
        mail: row.mail,
        // The column's check allows no other value.
        role: Role::from_name(&row.role).unwrap_or(Role::Viewer),
        by: row.made_by,
        expires_at: row.expires_at,
    });
    Ok(rows.collect())
}

/// Every invitation that opens, the newest first.
///
/// # Errors
/// When the statement fails.
pub async fn open(db: impl PgExecutor<'_>) -> Result<Vec<InvitationRow>, DbError> {
    select(db, None).await
}

/// The invitation whose secret has this hash, if it opens.
///
/// # Errors
/// When the statement fails.
pub async fn by_token(db: impl PgExecutor<'_>, token_hash: &[u8]) -> Result<Option<InvitationRow>, DbError> {
    Ok(select(db, Some(token_hash)).await?.pop())
}

/// Uses an invitation up and makes its account; none when it does not open any more. A mail address that another account
/// has meanwhile stays there.
///
/// # Errors
/// When the statement fails.
pub async fn accept(db: impl PgExecutor<'_>, token_hash: &[u8], password_hash: &str) -> Result<Option<i64>, DbError> {
    let id = sqlx::query_scalar!(
        "with taken as (
             update invitations set accepted_at = now()
             where id = (select id from open_invitations where token_hash = $1) and accepted_at is null
               and withdrawn_at is null
             returning username, role, mail
         )
         insert into users (username, password_hash, role, mail)
         select username, $2, role,
             case when exists (select from users where lower(users.mail) = lower(taken.mail)) then null else mail end
         from taken on conflict (username) do nothing returning id",
        token_hash,
        password_hash
    );
    Ok(id.fetch_optional(db).await?)
}

/// Withdraws an invitation and returns its name; none when there is nothing to withdraw.
///
/// # Errors
/// When the statement fails.
pub async fn withdraw(db: impl PgExecutor<'_>, id: i64) -> Result<Option<String>, DbError> {
    let name = sqlx::query_scalar!(
        "update invitations set withdrawn_at = now()
         where id = $1 and accepted_at is null and withdrawn_at is null and expires_at > now() returning username",
        id
    );
    Ok(name.fetch_optional(db).await?)
}

/// Removes what has been closed for a month; the audit log keeps what happened.
///
/// # Errors
/// When the statement fails.
pub async fn sweep(db: impl PgExecutor<'_>) -> Result<(), DbError> {
    sqlx::query!(
        "delete from invitations
         where least(accepted_at, withdrawn_at, expires_at) < now() - interval '30 days'"
    )
    .execute(db)
    .await?;
    Ok(())
}
