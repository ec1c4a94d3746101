//! Accounts of the identity provider, by issuer and subject.

use super::DbError;
use super::users::{Row, UserRow};
use app::model::session::Role;
use sqlx::PgExecutor;

/// An account to be made for somebody whom the provider knows.
#[derive(Clone, Copy, Debug)]
pub struct NewAccount<'a> {
    /// The name.
    pub username: &'a str,
    /// A password's hash; nobody knows the password.
    pub password_hash: &'a str,
    /// What it may do.
    pub role: Role,
    /// A mail address that the provider has verified.
    pub mail: Option<&'a str>,
}

/// The account of somebody whom the provider knows, whether or not it may be used.
///
/// # Errors
/// When the statement fails.
pub async fn account(db: impl PgExecutor<'_>, issuer: &str, subject: &str) -> Result<Option<UserRow>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select u.id, u.username, u.password_hash, u.is_active, u.role, u.last_login_at
         from identities i join users u on u.id = i.user_id where i.issuer = $1 and i.subject = $2",
        issuer,
        subject
    );
    Ok(row.fetch_optional(db).await?.map(Into::into))
}

/// Ties an account to somebody whom the provider knows; false when it is tied to somebody else there.
///
/// # Errors
/// When the statement fails.
pub async fn link(db: impl PgExecutor<'_>, issuer: &str, subject: &str, user: i64) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into identities (issuer, subject, user_id) select $1, $2, $3
         where not exists (select from identities where issuer = $1 and user_id = $3) on conflict do nothing",
        issuer,
        subject,
        user
    );
    Ok(done.execute(db).await?.rows_affected() == 1)
}

/// Makes an account that is tied from the beginning; none when the name is taken.
///
/// # Errors
/// When the statement fails.
pub async fn make(
    db: impl PgExecutor<'_>,
    issuer: &str,
    subject: &str,
    account: NewAccount<'_>,
) -> Result<Option<i64>, DbError> {
    let id = sqlx::query_scalar!(
        r#"with made as (
             insert into users (username, password_hash, role, mail)
             select $3, $4, $5, case when exists (select from users where lower(mail) = lower($6)) then null else $6 end
             where not exists (select from identities where issuer = $1 and subject = $2)
             on conflict (username) do nothing returning id
         )
         insert into identities (issuer, subject, user_id) select $1, $2, id from made returning user_id as "id!""#,
        issuer,
        subject,
        account.username,
        account.password_hash,
        account.role.name(),
        account.mail
    );
    Ok(id.fetch_optional(db).await?)
}
