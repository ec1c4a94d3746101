//! What is sealed, and with which key. The bytes themselves are nothing but bytes here; `auth` knows how to read them.

use super::DbError;
use sqlx::PgExecutor;

/// How the secrets of second factors stand in the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Not sealed yet.
    pub plain: i64,
    /// Sealed with the key that was asked about.
    pub own: i64,
    /// Sealed with another key.
    pub foreign: i64,
}

/// How the secrets stand, seen from a process with the key of this name, or with none.
///
/// # Errors
/// When the statement fails.
pub async fn standing(db: impl PgExecutor<'_>, name: Option<&[u8]>) -> Result<Standing, DbError> {
    let row = sqlx::query!(
        r#"select count(*) filter (where length(totp_secret) = 20) as "plain!",
               count(*) filter (where length(totp_secret) > 20 and substring(totp_secret from 2 for 8) = $1) as "own!",
               count(*) filter (where length(totp_secret) > 20 and substring(totp_secret from 2 for 8) is distinct from $1)
                   as "foreign!"
           from users"#,
        name
    );
    let row = row.fetch_one(db).await?;
    Ok(Standing { plain: row.plain, own: row.own, foreign: row.foreign })
}

/// Makes the key of this name the database's. False when another one is, and something is sealed with it.
///
/// # Errors
/// When the statement fails.
pub async fn claim(db: impl PgExecutor<'_>, name: &[u8]) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into sealing_key (name) values ($1)
         on conflict (single) do update set name = excluded.name, since = now()
         where sealing_key.name = excluded.name or not exists (
             select from users where length(totp_secret) > 20 and substring(totp_secret from 2 for 8) = sealing_key.name
         )",
        name
    );
    Ok(done.execute(db).await?.rows_affected() == 1)
}

/// Secrets that are not sealed yet, by account.
///
/// # Errors
/// When the statement fails.
pub async fn plain(db: impl PgExecutor<'_>) -> Result<Vec<(i64, Vec<u8>)>, DbError> {
    let rows = sqlx::query!(r#"select id, totp_secret as "secret!" from users where length(totp_secret) = 20"#);
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.secret)).collect())
}

/// Puts the sealed form of a secret in its place, unless it has changed meanwhile.
///
/// # Errors
/// When the statement fails.
pub async fn replace(db: impl PgExecutor<'_>, user: i64, plain: &[u8], sealed: &[u8]) -> Result<(), DbError> {
    sqlx::query!("update users set totp_secret = $3 where id = $1 and totp_secret = $2", user, plain, sealed)
        .execute(db)
        .await?;
    Ok(())
}

/// The accounts whose secret was sealed with another key than the one of this name, or with any when there is none.
///
/// # Errors
/// When the statement fails.
pub async fn foreign(db: impl PgExecutor<'_>, name: Option<&[u8]>) -> Result<Vec<String>, DbError> {
    let names = sqlx::query_scalar!(
        "select username from users
         where length(totp_secret) > 20 and substring(totp_secret from 2 for 8) is distinct from $1 order by username",
        name
    );
    Ok(names.fetch_all(db).await?)
}

/// Forgets enrolments that an older program has left unsealed.
///
/// # Errors
/// When the statement fails.
pub async fn forget_plain_enrolments(db: impl PgExecutor<'_>) -> Result<(), DbError> {
    sqlx::query!("update users set totp_pending = null where totp_pending ? 'secret'").execute(db).await?;
    Ok(())
}
