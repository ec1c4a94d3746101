//! What a run has landed: one row a transaction, written in that transaction.

use crate::db::DbError;
use sqlx::PgExecutor;

/// Pages that landed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The table's name.
    pub entity: String,
    /// Its number within run and entity.
    pub slice: i32,
    /// The pages.
    pub pages: Vec<i32>,
    /// Ids of the records on them.
    pub ids: Vec<i32>,
    /// Records in the whole list, as the newest page told.
    pub total: Option<i64>,
}

/// Notes a slice; a repetition of the same transaction changes nothing.
///
/// # Errors
/// As the database says.
pub async fn save_slice(db: impl PgExecutor<'_>, run: i64, slice: &Slice) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        insert into sync_slices (run_id, entity, slice, pages, ids, total) values ($1, $2, $3, $4, $5, $6)
        on conflict do nothing
        "#,
        run,
        slice.entity,
        slice.slice,
        &slice.pages,
        &slice.ids,
        slice.total
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Hands the slices of one run to another, which continues it.
///
/// # Errors
/// As the database says.
pub async fn adopt_slices(db: impl PgExecutor<'_>, from: i64, to: i64) -> Result<(), DbError> {
    sqlx::query!("update sync_slices set run_id = $2 where run_id = $1", from, to).execute(db).await?;
    Ok(())
}

/// What a run has landed.
///
/// # Errors
/// As the database says.
pub async fn slices(db: impl PgExecutor<'_>, run: i64) -> Result<Vec<Slice>, DbError> {
    let slices = sqlx::query_as!(
        Slice,
        "select entity, slice, pages, ids, total from sync_slices where run_id = $1 order by entity, slice",
        run
    );
    Ok(slices.fetch_all(db).await?)
}

/// Forgets what a run has landed of one table.
///
/// # Errors
/// As the database says.
pub async fn drop_slices_of(db: impl PgExecutor<'_>, run: i64, entity: &str) -> Result<(), DbError> {
    sqlx::query!("delete from sync_slices where run_id = $1 and entity = $2", run, entity).execute(db).await?;
    Ok(())
}

/// Forgets the slices of a run that nobody will continue, and of all runs before it.
///
/// # Errors
/// As the database says.
pub async fn drop_slices(db: impl PgExecutor<'_>, up_to_run: i64) -> Result<(), DbError> {
    sqlx::query!("delete from sync_slices where run_id <= $1", up_to_run).execute(db).await?;
    Ok(())
}
