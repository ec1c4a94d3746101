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

/// Batches that must have changed: those that changed tests name and that are not here or do not name the tests in
/// turn, and those that name what is gone. Ascending.
///
/// # Errors
/// As the database says.
pub async fn batches_to_read(
    db: impl PgExecutor<'_>,
    changed_tests: &[i32],
    gone_tests: &[i32],
    gone_samples: &[i32],
) -> Result<Vec<i32>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"
        select u.batch as "batch!" from tests t cross join unnest(t.batch_ids) as u (batch)
        left join batches b on b.id = u.batch
        where t.id = any ($1) and (b.id is null or not t.id = any (b.test_ids))
        union
        select b.id from batches b where b.deleted_at is null and (b.test_ids && $2 or b.sample_ids && $3)
        order by 1
        "#,
        changed_tests,
        gone_tests,
        gone_samples
    );
    Ok(ids.fetch_all(db).await?)
}

/// The same for the whole copy: batches that contradict the tests and samples that are here.
///
/// # Errors
/// As the database says.
pub async fn batches_in_doubt(db: impl PgExecutor<'_>) -> Result<Vec<i32>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"
        with named as (
            select t.id as test, u.batch from tests t cross join unnest(t.batch_ids) as u (batch)
            where t.deleted_at is null
        )
        select n.batch as "batch!" from named n left join batches b on b.id = n.batch
        where b.id is null or b.deleted_at is null and not n.test = any (b.test_ids)
        union
        select b.id from batches b where b.deleted_at is null
            and (b.test_ids && array(select id from tests where deleted_at is not null)
                or b.sample_ids && array(select id from samples where deleted_at is not null))
        order by 1
        "#
    );
    Ok(ids.fetch_all(db).await?)
}

/// Live tests and samples that still name batches that are gone, ascending.
///
/// # Errors
/// As the database says.
pub async fn naming_gone_batches(
    conn: &mut sqlx::PgConnection,
    batches: &[i32],
) -> Result<(Vec<i32>, Vec<i32>), DbError> {
    if batches.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let tests =
        sqlx::query_scalar!("select id from tests where deleted_at is null and batch_ids && $1 order by id", batches);
    let tests = tests.fetch_all(&mut *conn).await?;
    let samples =
        sqlx::query_scalar!("select id from samples where deleted_at is null and batch_ids && $1 order by id", batches);
    Ok((tests, samples.fetch_all(conn).await?))
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
