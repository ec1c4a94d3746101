//! Deletions upstream: marked, never erased.

use super::{Table, refresh_lineage};
use crate::db::DbError;
use sqlx::{AssertSqlSafe, PgConnection};

/// Marks rows as deleted and hides what hangs below them. Gives the ids that were not marked before.
///
/// # Errors
/// As the database says.
pub async fn mark_deleted(
    conn: &mut PgConnection,
    table: Table,
    ids: &[i32],
    reason: &str,
) -> Result<Vec<i32>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "update {} set deleted_at = now(), deleted_reason = $2 where id = any ($1) and deleted_at is null returning id",
        table.name()
    );
    let marked: Vec<i32> = sqlx::query_scalar(AssertSqlSafe(sql)).bind(ids).bind(reason).fetch_all(&mut *conn).await?;
    refresh_lineage(conn, table, &marked).await?;
    Ok(marked)
}
