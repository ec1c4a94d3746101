//! Lists of customers: new ones, and those with most tests.

use super::{Population, Window, rolled};
use chrono::NaiveDateTime;
use sqlx::PgExecutor;

/// A customer account and when it was created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRow {
    /// Customer id.
    pub id: i32,
    /// Customer name.
    pub name: String,
    /// When the account was created, laboratory time.
    pub created_local: NaiveDateTime,
}

/// The newest visible customers created in the window; accounts without a date are left out.
///
/// # Errors
/// When the database fails.
pub async fn newest(db: impl PgExecutor<'_>, window: Window, limit: i64) -> sqlx::Result<Vec<NewRow>> {
    sqlx::query_as!(
        NewRow,
        r#"
        select id, name, created_local as "created_local!" from customers
        where not hidden and created_local is not null
          and ($1::timestamp is null or created_local >= $1) and ($2::timestamp is null or created_local < $2)
        order by created_local desc, id desc limit $3
        "#,
        window.from,
        window.until,
        limit,
    )
    .fetch_all(db)
    .await
}

/// How many visible customers were created in the window; only one of them when `customer` is given.
///
/// # Errors
/// When the database fails.
pub async fn count_new(db: impl PgExecutor<'_>, customer: Option<i32>, window: Window) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select count(*) as "count!" from customers
        where not hidden and ($1::integer is null or id = $1)
          and ($2::timestamp is null or created_local >= $2) and ($3::timestamp is null or created_local < $3)
        "#,
        customer,
        window.from,
        window.until,
    )
    .fetch_one(db)
    .await
}

/// A customer by tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankRow {
    /// Customer id.
    pub id: i32,
    /// Customer name.
    pub name: String,
    /// Tests created in the window.
    pub created: i64,
    /// Of these, tests that have been reported since.
    pub created_and_reported: i64,
    /// Tests reported in the window, whenever they were created.
    pub reported: i64,
}

/// The customers with most tests created in the window; then those with most reported in it, then by id.
///
/// # Errors
/// When the database fails.
pub async fn by_tests(
    db: impl PgExecutor<'_>,
    who: &Population,
    window: Window,
    limit: i64,
) -> sqlx::Result<Vec<RankRow>> {
    if rolled::tells_all(who, &[window]) {
        return by_tests_and_day(db, window, limit).await;
    }
    sqlx::query_as!(
        RankRow,
        r#"
        with events as (
            select customer_id, 1 as created, (reported_local is not null)::integer as since, 0 as reported
            from visible_tests($1, $2, $3, $4, $5, $6)
            where ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
            union all
            select customer_id, 0, 0, 1 from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null
              and ($7::timestamp is null or reported_local >= $7) and ($8::timestamp is null or reported_local < $8)
        ), counted as (
            select customer_id, sum(created) as created, sum(since) as since, sum(reported) as reported
            from events where customer_id is not null group by 1
        )
        select c.id as "id!", c.name as "name!", n.created as "created!", n.since as "created_and_reported!",
            n.reported as "reported!"
        from counted n join customers c on c.id = n.customer_id and not c.hidden
        order by n.created desc, n.reported desc, c.id limit $9
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The same from the roll-up.
async fn by_tests_and_day(db: impl PgExecutor<'_>, window: Window, limit: i64) -> sqlx::Result<Vec<RankRow>> {
    sqlx::query_as!(
        RankRow,
        r#"
        with counted as (
            select nullif(key, '')::integer as customer_id, sum(tests) as created, sum(answered) as since, sum(reported) as reported
            from day_figures('customer', null, $1, $2) where tests + reported > 0 group by 1
        )
        select c.id as "id!", c.name as "name!", n.created as "created!", n.since as "created_and_reported!",
            n.reported as "reported!"
        from counted n join customers c on c.id = n.customer_id and not c.hidden
        order by n.created desc, n.reported desc, c.id limit $3
        "#,
        window.from,
        window.until,
        limit,
    )
    .fetch_all(db)
    .await
}
