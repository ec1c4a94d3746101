//! Which records are referred to and not here.

use super::Table;
use crate::db::DbError;
use sqlx::{AssertSqlSafe, PgExecutor};

/// Ids of `parent` rows that live rows refer to and that are not here, ascending, at most `limit`.
///
/// # Errors
/// As the database says.
pub async fn orphans(db: impl PgExecutor<'_>, parent: Table, limit: i64) -> Result<Vec<i32>, DbError> {
    let Some((child, column)) = child_of(parent) else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "select distinct c.{column} from {child} c where c.{column} is not null and c.deleted_at is null
            and not exists (select 1 from {parent} p where p.id = c.{column}) order by 1 limit $1",
        parent = parent.name()
    );
    Ok(sqlx::query_scalar(AssertSqlSafe(sql)).bind(limit).fetch_all(db).await?)
}

/// The same for the rows with these ids only.
///
/// # Errors
/// As the database says.
pub async fn children_without(db: impl PgExecutor<'_>, parent: Table, children: &[i32]) -> Result<Vec<i32>, DbError> {
    let Some((child, column)) = child_of(parent).filter(|_| !children.is_empty()) else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "select distinct c.{column} from {child} c where c.id = any ($1) and c.{column} is not null
            and not exists (select 1 from {parent} p where p.id = c.{column}) order by 1",
        parent = parent.name()
    );
    Ok(sqlx::query_scalar(AssertSqlSafe(sql)).bind(children).fetch_all(db).await?)
}

/// Table and column that refer to a parent. Assays are left out: tests carry theirs.
const fn child_of(parent: Table) -> Option<(&'static str, &'static str)> {
    match parent {
        Table::Customers => Some(("orders", "customer_account_id")),
        Table::Orders => Some(("samples", "order_id")),
        Table::Samples => Some(("tests", "sample_id")),
        Table::Assays | Table::Tests | Table::Batches => None,
    }
}

/// How many tests each of these samples has.
///
/// # Errors
/// As the database says.
pub async fn tests_of_samples(db: impl PgExecutor<'_>, samples: &[i32]) -> Result<Vec<(i32, i64)>, DbError> {
    let rows = sqlx::query!(
        r#"
        select sample_id as "sample_id!", count(*) as "count!" from tests
        where sample_id = any ($1) and deleted_at is null group by sample_id
        "#,
        samples
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.sample_id, row.count)).collect())
}

/// Batches that QBench does not call complete, the newest first; those of which it does not say are taken as complete.
///
/// # Errors
/// As the database says.
pub async fn open_batches(db: impl PgExecutor<'_>) -> Result<Vec<i32>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"
        select id from batches where deleted_at is null
            and (not complete or complete is null and state is not null
                and upper(state) not in ('COMPLETE', 'COMPLETED', 'DONE', 'CLOSED', 'REPORTED', 'CANCELLED'))
        order by id desc limit 5000
        "#
    );
    Ok(ids.fetch_all(db).await?)
}

/// Which sample each of these tests belongs to.
///
/// # Errors
/// As the database says.
pub async fn samples_of_tests(db: impl PgExecutor<'_>, tests: &[i32]) -> Result<Vec<i32>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"select sample_id as "sample_id!" from tests where id = any ($1) and sample_id is not null order by 1"#,
        tests
    );
    Ok(ids.fetch_all(db).await?)
}
