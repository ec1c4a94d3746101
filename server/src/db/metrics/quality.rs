//! What goes wrong: holds, tests that cannot be reported, cancellations, work beyond the target.

use super::{Population, Window, rolled};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use sqlx::PgExecutor;

/// The tests of one customer, matrix or period, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestQuality {
    /// `total`, `customer`, `cell` (customer and period) or `matrix`.
    pub dimension: String,
    /// Customer id.
    pub customer: Option<i32>,
    /// Customer name.
    pub name: Option<String>,
    /// Matrix; `unknown` where there is none.
    pub matrix: Option<String>,
    /// First day of the period of creation.
    pub bucket: Option<NaiveDate>,
    /// Tests created.
    pub total: i64,
    /// On hold now.
    pub on_hold: i64,
    /// Not reportable.
    pub not_reportable: i64,
    /// Cancelled, by the laboratory or the client.
    pub cancelled: i64,
    /// In the state REPORTED.
    pub reported: i64,
    /// At or below the target; the clock stops at the report, or is at `now`.
    pub within: i64,
    /// Above the target.
    pub beyond: i64,
    /// Reported before they were created.
    pub negative: i64,
    /// The newest creation, laboratory time.
    pub newest: Option<NaiveDateTime>,
}

/// Which groups of tests are asked for, besides all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Groups {
    /// None.
    Total,
    /// By customer, and by customer and period.
    Customers,
    /// By matrix.
    Matrices,
}

/// The quality of the tests created in the window.
///
/// # Errors
/// When the database fails.
pub async fn tests(
    db: impl PgExecutor<'_>,
    who: &Population,
    window: Window,
    groups: Groups,
    bucket: &str,
    now: DateTime<Utc>,
    sla_hours: f64,
) -> sqlx::Result<Vec<TestQuality>> {
    let key = rolled::key(who, &[window]).filter(|key| key.dimension == "all" || groups == Groups::Total);
    if let Some(key) = key {
        return tests_by_day(db, &key, window, groups, bucket, now, sla_hours).await;
    }
    sqlx::query_as!(
        TestQuality,
        r#"
        with chosen as (
            select t.customer_id as customer, date_trunc($9, t.created_local)::date as bucket,
                key_of(s.matrix_type) as matrix, upper(btrim(t.state)) as state, t.created_local,
                t.report_completed_date is not null as is_reported,
                hours_between(t.date_created, coalesce(t.report_completed_date, $10)) as hours
            from visible_tests($1, $2, $3, $4, $5, $6) t
            left join samples s on $13 and s.id = t.sample_id
            where t.created_local is not null
              and ($7::timestamp is null or t.created_local >= $7) and ($8::timestamp is null or t.created_local < $8)
        ), keyed as (
            select case when $12 then customer end as customer, case when $12 then bucket end as bucket,
                case when $13 then matrix end as matrix, state, created_local, is_reported, hours
            from chosen
        ), counted as (
            select case when grouping(bucket) = 0 then 'cell' when grouping(customer) = 0 then 'customer'
                    when grouping(matrix) = 0 then 'matrix' else 'total' end as dimension,
                customer, matrix, bucket, count(*) as total,
                count(*) filter (where state = 'ON HOLD') as on_hold,
                count(*) filter (where state = 'NOT REPORTABLE') as not_reportable,
                count(*) filter (where state in ('CANCELLED', 'CLIENT CANCELLED')) as cancelled,
                count(*) filter (where state = 'REPORTED') as reported,
                count(*) filter (where hours <= $11 and not (is_reported and hours < 0)) as within,
                count(*) filter (where hours > $11 and not (is_reported and hours < 0)) as beyond,
                count(*) filter (where is_reported and hours < 0) as negative,
                max(created_local) as newest
            from keyed
            group by grouping sets ((), (customer), (customer, bucket), (matrix))
            having case when grouping(customer) = 0 then $12 when grouping(matrix) = 0 then $13 else true end
        )
        select n.dimension as "dimension!", n.customer as "customer?", c.name as "name?", n.matrix as "matrix?",
            n.bucket as "bucket?", n.total as "total!", n.on_hold as "on_hold!",
            n.not_reportable as "not_reportable!", n.cancelled as "cancelled!", n.reported as "reported!",
            n.within as "within!", n.beyond as "beyond!", n.negative as "negative!", n.newest as "newest?"
        from counted n left join customers c on c.id = n.customer
        order by 1, c.name collate "C", n.customer, n.bucket, n.matrix collate "C"
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
        bucket,
        now,
        sla_hours,
        groups == Groups::Customers,
        groups == Groups::Matrices,
    )
    .fetch_all(db)
    .await
}

/// The same from the roll-up.
async fn tests_by_day(
    db: impl PgExecutor<'_>,
    key: &rolled::Key,
    window: Window,
    groups: Groups,
    bucket: &str,
    now: DateTime<Utc>,
    sla_hours: f64,
) -> sqlx::Result<Vec<TestQuality>> {
    // How many of an ascending list lie at or below a limit is what width_bucket finds.
    sqlx::query_as!(
        TestQuality,
        r#"
        with days as (
            select 'total' as part, null::integer as customer, null::text as matrix, d.* from day_figures($1, $2, $3, $4) d
            union all
            select 'customer', nullif(key, '')::integer, null, d.* from day_figures('customer', null, $3, $4) d where $8
            union all
            select 'matrix', null, key, d.* from day_figures('matrix', null, $3, $4) d where $9
        ), judged as (
            select *, date_trunc($5, day::timestamp)::date as bucket, width_bucket(-1e-12::double precision, outcome_hours) as negative,
                width_bucket($7::double precision, outcome_hours) as upto,
                width_bucket($6::timestamptz - make_interval(secs => $7 * 3600) - interval '1 microsecond', waiting) as overdue
            from days where tests > 0
        ), counted as (
            select case when grouping(bucket) = 0 then 'cell' else part end as dimension, customer, matrix, bucket,
                sum(tests) as total, sum(held) as on_hold, sum(not_reportable) as not_reportable, sum(cancelled) as cancelled,
                sum(as_reported) as reported, sum(upto - negative + cardinality(waiting) - overdue) as within,
                sum(cardinality(outcome_hours) - upto + overdue) as beyond, sum(negative) as negative, max(newest) as newest
            from judged group by grouping sets ((part, customer, matrix), (part, customer, matrix, bucket))
            having grouping(bucket) = 1 or part = 'customer'
            union all
            select 'total', null, null, null, 0, 0, 0, 0, 0, 0, 0, 0, null where not exists (select from judged)
        )
        select n.dimension as "dimension!", n.customer as "customer?", c.name as "name?", n.matrix as "matrix?",
            n.bucket as "bucket?", n.total as "total!", n.on_hold as "on_hold!",
            n.not_reportable as "not_reportable!", n.cancelled as "cancelled!", n.reported as "reported!",
            n.within as "within!", n.beyond as "beyond!", n.negative as "negative!", n.newest as "newest?"
        from counted n left join customers c on c.id = n.customer
        order by 1, c.name collate "C", n.customer, n.bucket, n.matrix collate "C"
        "#,
        key.dimension,
        key.key,
        window.from,
        window.until,
        bucket,
        now,
        sla_hours,
        groups == Groups::Customers,
        groups == Groups::Matrices,
    )
    .fetch_all(db)
    .await
}

/// The orders of one customer, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderQuality {
    /// True for the row that covers all.
    pub all: bool,
    /// Customer id.
    pub customer: Option<i32>,
    /// Customer name.
    pub name: Option<String>,
    /// Orders created.
    pub total: i64,
    /// On hold now.
    pub on_hold: i64,
    /// With a completion date.
    pub completed: i64,
    /// At or below the target; the clock stops at completion or report, or is at `now`.
    pub within: i64,
    /// Above the target.
    pub beyond: i64,
    /// Completed before they were created.
    pub negative: i64,
    /// The newest creation, laboratory time.
    pub newest: Option<NaiveDateTime>,
}

/// The quality of the orders created in the window, by customer and in total.
///
/// # Errors
/// When the database fails.
pub async fn orders(
    db: impl PgExecutor<'_>,
    who: &Population,
    window: Window,
    now: DateTime<Utc>,
    sla_hours: f64,
) -> sqlx::Result<Vec<OrderQuality>> {
    sqlx::query_as!(
        OrderQuality,
        r#"
        with chosen as (
            select o.customer_account_id as customer, c.name, upper(btrim(o.state)) as state, o.date_completed, o.created_local,
                coalesce(o.date_completed, o.date_order_reported) is not null as is_done,
                hours_between(o.date_created, coalesce(o.date_completed, o.date_order_reported, $9)) as hours
            from visible_orders($1, $2, $3, $4, $5, $6) o
            left join customers c on c.id = o.customer_account_id
            where o.created_local is not null
              and ($7::timestamp is null or o.created_local >= $7) and ($8::timestamp is null or o.created_local < $8)
        )
        select grouping(customer) = 1 as "all!", customer as "customer?", name as "name?", count(*) as "total!",
            count(*) filter (where state = 'ON HOLD') as "on_hold!", count(date_completed) as "completed!",
            count(*) filter (where hours <= $10 and not (is_done and hours < 0)) as "within!",
            count(*) filter (where hours > $10 and not (is_done and hours < 0)) as "beyond!",
            count(*) filter (where is_done and hours < 0) as "negative!",
            max(created_local) as "newest?"
        from chosen group by grouping sets ((), (customer, name)) order by 1 desc, customer
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
        now,
        sla_hours,
    )
    .fetch_all(db)
    .await
}

/// The tests of one state created in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateRow {
    /// First day of the period.
    pub bucket: NaiveDate,
    /// The state; `UNKNOWN` where there is none.
    pub state: String,
    /// Tests.
    pub count: i64,
}

/// The tests created in the window, by period and state, in order.
///
/// # Errors
/// When the database fails.
pub async fn states(
    db: impl PgExecutor<'_>,
    who: &Population,
    window: Window,
    bucket: &str,
) -> sqlx::Result<Vec<StateRow>> {
    if rolled::tells_all(who, &[window]) {
        return states_by_day(db, window, bucket).await;
    }
    sqlx::query_as!(
        StateRow,
        r#"
        select date_trunc($9, created_local)::date as "bucket!", coalesce(nullif(state, ''), 'UNKNOWN') as "state!",
            count(*) as "count!"
        from visible_tests($1, $2, $3, $4, $5, $6)
        where created_local is not null
          and ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
        group by 1, 2 order by 1, coalesce(nullif(state, ''), 'UNKNOWN') collate "C"
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
        bucket,
    )
    .fetch_all(db)
    .await
}

/// The same from the roll-up.
async fn states_by_day(db: impl PgExecutor<'_>, window: Window, bucket: &str) -> sqlx::Result<Vec<StateRow>> {
    sqlx::query_as!(
        StateRow,
        r#"
        select date_trunc($3, day::timestamp)::date as "bucket!", coalesce(nullif(key, ''), 'UNKNOWN') as "state!",
            sum(tests) as "count!"
        from day_figures('state', null, $1, $2) where tests > 0
        group by 1, 2 order by 1, coalesce(nullif(key, ''), 'UNKNOWN') collate "C"
        "#,
        window.from,
        window.until,
        bucket,
    )
    .fetch_all(db)
    .await
}
