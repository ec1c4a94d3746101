//! The filter that each account used last.

use super::DbError;
use sqlx::PgExecutor;

/// The filter that an account used last, as a URL query; none when it is the default one.
///
/// # Errors
/// When the statement fails.
pub async fn last(db: impl PgExecutor<'_>, user: i64) -> Result<Option<String>, DbError> {
    Ok(sqlx::query_scalar!("select query from user_filters where user_id = $1", user).fetch_optional(db).await?)
}

/// Keeps it; nothing is written when it is the one that was kept before.
///
/// # Errors
/// When the statement fails.
pub async fn keep(db: impl PgExecutor<'_>, user: i64, query: &str) -> Result<(), DbError> {
    let done = sqlx::query!(
        "insert into user_filters as kept (user_id, query) values ($1, $2)
         on conflict (user_id) do update set query = excluded.query, saved_at = now()
         where kept.query <> excluded.query",
        user,
        query
    );
    done.execute(db).await?;
    Ok(())
}

/// Forgets it.
///
/// # Errors
/// When the statement fails.
pub async fn forget(db: impl PgExecutor<'_>, user: i64) -> Result<(), DbError> {
    sqlx::query!("delete from user_filters where user_id = $1", user).execute(db).await?;
    Ok(())
}
