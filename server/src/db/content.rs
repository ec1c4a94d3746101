//! The mark of everything that figures and records are made from.

use super::DbError;
use sqlx::PgExecutor;

/// The mark now. As long as it stays, so does every record, visibility and working day; each change leaves another one,
/// and none comes twice.
///
/// # Errors
/// When the database does not answer.
pub async fn mark(db: impl PgExecutor<'_>) -> Result<String, DbError> {
    Ok(sqlx::query_scalar!(r#"select mark::text as "mark!" from content_mark"#).fetch_one(db).await?)
}
