//! What the work is made of: by customer, by accessioning type, by matrix; and how much of it comes through.

use super::{Periods, Population, Window};
use chrono::NaiveDate;
use sqlx::PgExecutor;

/// A customer's work created in a range.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerWork {
    /// Customer id.
    pub id: i32,
    /// Customer name.
    pub name: String,
    /// Orders created.
    pub orders: i64,
    /// Samples created.
    pub samples: i64,
    /// Tests created.
    pub tests: i64,
    /// Orders completed, of those created.
    pub completed: i64,
    /// Mean hours from creation to completion of these.
    pub mean: Option<f64>,
    /// Median of the same.
    pub median: Option<f64>,
    /// States of the orders; `UNKNOWN` where there is none.
    pub states: Option<Vec<String>>,
    /// Orders in each of them.
    pub counts: Option<Vec<i64>>,
}

/// The customers with most tests created in the window, then by orders and id.
///
/// # Errors
/// When the database fails.
pub async fn customers(
    db: impl PgExecutor<'_>,
    who: &Population,
    window: Window,
    limit: i64,
) -> sqlx::Result<Vec<CustomerWork>> {
    sqlx::query_as!(
        CustomerWork,
        r#"
        with o as materialized (
            select customer_account_id as customer, coalesce(nullif(state, ''), 'UNKNOWN') as state,
                hours_between(date_created, date_completed) as hours
            from visible_orders($1, $2, $3, $4, $5, $6)
            where ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
        ), orders as (
            select customer, count(*) as orders, count(hours) as completed, avg(hours) filter (where hours >= 0) as mean,
                percentile_cont(0.5) within group (order by hours) filter (where hours >= 0) as median
            from o group by 1
        ), by_state as (
            select customer, state, count(*) as orders from o group by 1, 2
        ), states as (
            select customer, array_agg(state order by orders desc, state collate "C") as states,
                array_agg(orders order by orders desc, state collate "C") as counts
            from by_state group by 1
        ), samples as (
            select customer_id as customer, count(*) as samples from visible_samples($1, $2, $3, $4, $5, null)
            where ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
            group by 1
        ), tests as (
            select customer_id as customer, count(*) as tests from visible_tests($1, $2, $3, $4, $5, null)
            where ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
            group by 1
        )
        select c.id as "id!", c.name as "name!", coalesce(orders.orders, 0) as "orders!",
            coalesce(samples.samples, 0) as "samples!", coalesce(tests.tests, 0) as "tests!",
            coalesce(orders.completed, 0) as "completed!", orders.mean as "mean?", orders.median as "median?",
            states.states as "states?", states.counts as "counts?"
        from customers c
        left join orders on orders.customer = c.id
        left join states on states.customer = c.id
        left join samples on samples.customer = c.id
        left join tests on tests.customer = c.id
        where not c.hidden and (orders.orders is not null or samples.samples is not null or tests.tests is not null)
        order by 5 desc, 3 desc, c.id limit $9
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

/// A customer's tests in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendRow {
    /// Customer id.
    pub id: i32,
    /// Customer name.
    pub name: String,
    /// First day of the period.
    pub bucket: NaiveDate,
    /// Tests created.
    pub tests: i64,
}

/// The tests created by period, of the customers with most tests in the whole range; those first.
///
/// # Errors
/// When the database fails.
pub async fn trends(
    db: impl PgExecutor<'_>,
    who: &Population,
    periods: &Periods,
    limit: i64,
) -> sqlx::Result<Vec<TrendRow>> {
    sqlx::query_as!(
        TrendRow,
        r#"
        with counted as materialized (
            select customer_id as id, date_trunc($9, created_local)::date as bucket, count(*) as tests
            from visible_tests($1, $2, $3, $4, $5, $6)
            where customer_id is not null and created_local is not null
              and ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
            group by 1, 2
        ), first as (
            select id, sum(tests) as tests from counted group by 1 order by 2 desc, 1 limit $10
        )
        select c.id as "id!", c.name as "name!", n.bucket as "bucket!", n.tests as "tests!"
        from first l
        join customers c on c.id = l.id and not c.hidden
        join counted n on n.id = l.id
        order by l.tests desc, c.id, n.bucket
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        periods.current.from,
        periods.current.until,
        periods.bucket,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The work of one accessioning type or matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindRow {
    /// `total`, `type` or `matrix`.
    pub dimension: String,
    /// The key; `unknown` where there is none, absent in the total.
    pub key: Option<String>,
    /// Orders that the samples belong to.
    pub orders: i64,
    /// Samples created in the current period.
    pub samples: i64,
    /// Visible tests of these samples.
    pub tests: i64,
    /// Samples with a report.
    pub with_report: i64,
    /// Samples created in the period compared with.
    pub previous: i64,
}

/// Samples created in the window, by accessioning type and by matrix, with their orders and tests; most samples first.
///
/// # Errors
/// When the database fails.
pub async fn kinds(db: impl PgExecutor<'_>, who: &Population, periods: &Periods) -> sqlx::Result<Vec<KindRow>> {
    sqlx::query_as!(
        KindRow,
        r#"
        with chosen as materialized (
            select s.id, s.order_id, key_of(s.sample_type) as kind, key_of(s.matrix_type) as matrix, s.has_report,
                true as now
            from visible_samples($1, $2, $3, $4, $5, $6) s
            where ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
            union all
            select s.id, s.order_id, key_of(s.sample_type), key_of(s.matrix_type), s.has_report, false
            from visible_samples($1, $2, $3, $4, $5, $6) s
            where ($9::timestamp is null or created_local >= $9) and ($10::timestamp is null or created_local < $10)
        ), weighed as (
            select c.*, case when c.now then (select count(*) from tests t where t.sample_id = c.id and not t.hidden) else 0 end as tests
            from chosen c
        )
        select case when grouping(kind) = 0 then 'type' when grouping(matrix) = 0 then 'matrix' else 'total' end as "dimension!",
            coalesce(kind, matrix) as "key?", count(distinct order_id) filter (where now) as "orders!",
            count(*) filter (where now) as "samples!", coalesce(sum(tests), 0)::bigint as "tests!",
            count(*) filter (where now and has_report) as "with_report!", count(*) filter (where not now) as "previous!"
        from weighed group by grouping sets ((), (kind), (matrix))
        order by 4 desc, 7 desc, coalesce(kind, matrix) collate "C"
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        periods.current.from,
        periods.current.until,
        periods.previous.from,
        periods.previous.until,
    )
    .fetch_all(db)
    .await
}

/// What became of the orders created in a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conversion {
    /// Orders created in the range.
    pub orders: i64,
    /// Of these, orders with a visible sample.
    pub orders_with_samples: i64,
    /// Their visible samples.
    pub samples: i64,
    /// Of these, samples with a visible test.
    pub samples_with_tests: i64,
    /// Their visible tests.
    pub tests: i64,
    /// Of these, reported tests.
    pub reported: i64,
    /// Orders whose report date is set.
    pub orders_reported: i64,
}

/// From orders to samples, tests and reports: one cohort by the creation of the order.
///
/// # Errors
/// When the database fails.
pub async fn conversion(db: impl PgExecutor<'_>, who: &Population, window: Window) -> sqlx::Result<Conversion> {
    sqlx::query_as!(
        Conversion,
        r#"
        with o as materialized (
            select id, date_order_reported from visible_orders($1, $2, $3, $4, $5, $6)
            where ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
        ), counted as (
            select o.date_order_reported, s.samples, t.tests, t.sampled, t.reported
            from o
            cross join lateral (select count(*) as samples from samples s where s.order_id = o.id and not s.hidden) s
            cross join lateral (
                select count(*) as tests, count(distinct t.sample_id) as sampled, count(t.report_completed_date) as reported
                from tests t where t.order_id = o.id and not t.hidden) t
        )
        select count(*) as "orders!", count(*) filter (where samples > 0) as "orders_with_samples!",
            coalesce(sum(samples), 0)::bigint as "samples!", coalesce(sum(sampled), 0)::bigint as "samples_with_tests!",
            coalesce(sum(tests), 0)::bigint as "tests!", coalesce(sum(reported), 0)::bigint as "reported!",
            count(date_order_reported) as "orders_reported!"
        from counted
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
    )
    .fetch_one(db)
    .await
}
