//! What the copy knows already. The statements differ only in the names of table and column, which come from
//! [`Table`], never from data.

use super::{Hash, Table};
use crate::db::DbError;
use chrono::{DateTime, Utc};
use futures::TryStreamExt as _;
use sqlx::{AssertSqlSafe, PgConnection, PgExecutor, Row as _};
use std::collections::HashMap;

/// A row that is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// Content hash of its payload.
    pub hash: Option<Hash>,
    /// Content hash of the list's item that it was completed from.
    pub listed_hash: Option<Hash>,
    /// Content hash without its worksheet.
    pub base_hash: Option<Hash>,
    /// Whether it is marked as deleted upstream.
    pub deleted: bool,
    /// Its state, where the table has one.
    pub state: Option<String>,
    /// The id of its parent, where the table has one.
    pub parent: Option<i32>,
    /// When its content was last written.
    pub fetched_at: DateTime<Utc>,
    /// QBench's time of its last change.
    pub last_updated: Option<DateTime<Utc>>,
}

impl Known {
    /// Whether this is the hash of its content, or of the list's item that it was completed from.
    #[must_use]
    pub fn is_as_listed(&self, hash: Hash) -> bool {
        self.hash == Some(hash) || self.listed_hash == Some(hash)
    }
}

/// The rows with these ids that are there.
///
/// # Errors
/// As the database says.
pub async fn known(conn: &mut PgConnection, table: Table, ids: &[i32]) -> Result<HashMap<i32, Known>, DbError> {
    let sql = format!(
        "select t.id, t.payload_hash, {listed} as listed_hash, {base} as base_hash, t.deleted_at is not null as deleted, {state} as state,
            {parent} as parent, t.fetched_at, t.last_updated from {table} t where t.id = any ($1)",
        listed = table.listed_hash_column(),
        base = table.base_hash_column(),
        state = table.state_column(),
        parent = table.parent_column(),
        table = table.name(),
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(ids).fetch_all(conn).await?;
    let mut known = HashMap::with_capacity(rows.len());
    for row in rows {
        let found = Known {
            hash: hash_of(row.try_get("payload_hash")?),
            listed_hash: hash_of(row.try_get("listed_hash")?),
            base_hash: hash_of(row.try_get("base_hash")?),
            deleted: row.try_get("deleted")?,
            state: row.try_get("state")?,
            parent: row.try_get("parent")?,
            fetched_at: row.try_get("fetched_at")?,
            last_updated: row.try_get("last_updated")?,
        };
        known.insert(row.try_get("id")?, found);
    }
    Ok(known)
}

fn hash_of(bytes: Option<&[u8]>) -> Option<Hash> {
    bytes.and_then(|bytes| bytes.try_into().ok())
}

/// Rows that are not marked as deleted.
///
/// # Errors
/// As the database says.
pub async fn count_live(db: impl PgExecutor<'_>, table: Table) -> Result<i64, DbError> {
    let sql = format!("select count(*) from {} where deleted_at is null", table.name());
    Ok(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(db).await?)
}

/// Ids of rows that are not marked as deleted, ascending.
///
/// # Errors
/// As the database says.
pub async fn live_ids(db: impl PgExecutor<'_>, table: Table) -> Result<Vec<i32>, DbError> {
    let sql = format!("select id from {} where deleted_at is null order by id", table.name());
    let mut rows = sqlx::query_scalar(AssertSqlSafe(sql)).fetch(db);
    let mut ids = Vec::new();
    while let Some(id) = rows.try_next().await? {
        ids.push(id);
    }
    Ok(ids)
}

/// The same between two ids, both included.
///
/// # Errors
/// As the database says.
pub async fn live_ids_in(db: impl PgExecutor<'_>, table: Table, from: i32, to: i32) -> Result<Vec<i32>, DbError> {
    let sql = format!("select id from {} where deleted_at is null and id between $1 and $2 order by id", table.name());
    Ok(sqlx::query_scalar(AssertSqlSafe(sql)).bind(from).bind(to).fetch_all(db).await?)
}

/// The greatest time of a last change, by QBench's clock, among the rows that were here when the first pages of a run, or
/// of the one that it continues, had landed.
///
/// # Errors
/// As the database says.
pub async fn newest_at_first_landing(
    db: impl PgExecutor<'_>,
    table: Table,
    run: i64,
) -> Result<Option<DateTime<Utc>>, DbError> {
    let sql = format!(
        "select max(t.last_updated) from {table} t
            where t.fetched_at <= (select min(landed_at) from sync_slices where run_id = $1 and entity = $2)",
        table = table.name(),
    );
    Ok(sqlx::query_scalar(AssertSqlSafe(sql)).bind(run).bind(table.name()).fetch_one(db).await?)
}

/// Ids of rows that are not marked as deleted and were changed, by QBench's clock, more than a second after a point in
/// time.
///
/// # Errors
/// As the database says.
pub async fn stamped_after(db: impl PgExecutor<'_>, table: Table, since: DateTime<Utc>) -> Result<Vec<i32>, DbError> {
    let sql =
        format!("select id from {} where deleted_at is null and last_updated > $1 + interval '1 second'", table.name());
    Ok(sqlx::query_scalar(AssertSqlSafe(sql)).bind(since).fetch_all(db).await?)
}

/// Calls `each` with id and content hash, as lists have it, of every row that is not marked as deleted, ascending.
///
/// # Errors
/// As the database says.
pub async fn digest(
    db: impl PgExecutor<'_>,
    table: Table,
    mut each: impl FnMut(i32, Option<Hash>),
) -> Result<(), DbError> {
    let sql = format!(
        "select t.id, coalesce({}, t.payload_hash) from {} t where t.deleted_at is null order by t.id",
        table.listed_hash_column(),
        table.name()
    );
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(db);
    while let Some(row) = rows.try_next().await? {
        each(row.try_get(0)?, hash_of(row.try_get(1)?));
    }
    Ok(())
}

/// Carries lineage and visibility down from these rows.
///
/// # Errors
/// As the database says.
pub async fn refresh_lineage(conn: &mut PgConnection, table: Table, ids: &[i32]) -> Result<(), DbError> {
    let Some(function) = table.refresh_function().filter(|_| !ids.is_empty()) else {
        return Ok(());
    };
    let sql = format!("select {function}($1)");
    sqlx::query(AssertSqlSafe(sql)).bind(ids).execute(conn).await?;
    Ok(())
}
