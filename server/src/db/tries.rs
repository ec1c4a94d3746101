//! Wrong tries at a secret, by source, and by source and account.

use super::DbError;
use sqlx::PgExecutor;

/// What is known of a source, or of a source and an account.
pub struct TryRow {
    /// Wrong tries since it was last quiet for long enough.
    pub failures: i32,
    /// Seconds since the last of them.
    pub idle: f64,
}

/// What is known of a source, and of it with an account unless that is empty.
///
/// # Errors
/// When the statement fails.
pub async fn of(db: impl PgExecutor<'_>, source: &str, account: &[u8]) -> Result<Vec<TryRow>, DbError> {
    let rows = sqlx::query_as!(
        TryRow,
        r#"select failures, extract(epoch from clock_timestamp() - last_at)::float8 as "idle!" from sign_in_tries
           where source = $1 and account in (''::bytea, $2)"#,
        source,
        account
    );
    Ok(rows.fetch_all(db).await?)
}

/// Notes a wrong try. What has been quiet for `window` seconds starts anew.
///
/// # Errors
/// When the statement fails.
pub async fn failed(db: impl PgExecutor<'_>, source: &str, account: &[u8], window: f64) -> Result<(), DbError> {
    sqlx::query!(
        "insert into sign_in_tries as known (source, account, failures, last_at)
         select distinct $1, account, 1, statement_timestamp() from (values (''::bytea), ($2::bytea)) as both_keys (account)
         order by 2
         on conflict (source, account) do update set last_at = excluded.last_at, failures =
             case when known.last_at < excluded.last_at - make_interval(secs => $3) then 1 else known.failures + 1 end",
        source,
        account,
        window
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets the wrong tries of a source at one account, and only those: who knows one password earns nothing for others.
///
/// # Errors
/// When the statement fails.
pub async fn succeeded(db: impl PgExecutor<'_>, source: &str, account: &[u8]) -> Result<(), DbError> {
    sqlx::query!(
        "with own as (delete from sign_in_tries where source = $1 and account = $2 and account <> ''::bytea returning failures)
         update sign_in_tries set failures = greatest(sign_in_tries.failures - own.failures, 0) from own
         where source = $1 and account = ''::bytea",
        source,
        account
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes what has been quiet for a day.
///
/// # Errors
/// When the statement fails.
pub async fn sweep(db: impl PgExecutor<'_>) -> Result<(), DbError> {
    sqlx::query!("delete from sign_in_tries where last_at < now() - interval '1 day'").execute(db).await?;
    Ok(())
}
