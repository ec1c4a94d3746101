//! Customers by volume, and customers that are new.

use super::{Periods, Population, rolled};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use sqlx::PgExecutor;

/// A customer on the overview: among those with most tests, among the newest, or both.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerRow {
    /// Customer id.
    pub id: i32,
    /// Customer name.
    pub name: String,
    /// When the account was created, laboratory time.
    pub created_local: Option<NaiveDateTime>,
    /// Position among the customers with most tests, from 1.
    pub top: Option<i64>,
    /// Position among the newest customers, from 1.
    pub new: Option<i64>,
    /// How many customers were created in the period; the same in every row.
    pub new_customers: i64,
    /// Orders created in the period.
    pub orders: i64,
    /// Samples created in the period.
    pub samples: i64,
    /// Tests created in the period.
    pub tests: i64,
    /// Tests created in the period compared with.
    pub previous_tests: i64,
    /// Tests reported in the period.
    pub reported: i64,
    /// Of the reported tests, those with a usable turnaround.
    pub measured: i64,
    /// Of these, those at or below the target.
    pub within: i64,
    /// Median and 90th percentile of turnaround in hours.
    pub percentiles: Option<Vec<f64>>,
    /// Open orders now.
    pub open_orders: i64,
    /// Open orders beyond the target now.
    pub late_orders: i64,
    /// First days of the buckets in which tests were created.
    pub buckets: Option<Vec<NaiveDate>>,
    /// Tests created in these buckets.
    pub counts: Option<Vec<i64>>,
}

/// What the state of orders is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Judgement<'a> {
    /// The moment the state is asked for.
    pub now: DateTime<Utc>,
    /// The turnaround target in hours.
    pub sla_hours: f64,
    /// States that end an order, in upper case.
    pub final_states: &'a [String],
}

/// The customers with most tests created in the period and those whose account was created in it, `limit` of each.
///
/// # Errors
/// When the database fails.
#[expect(clippy::too_many_lines, reason = "one statement, from the roll-up or from the records")]
pub async fn leading(
    db: impl PgExecutor<'_>,
    who: &Population,
    periods: &Periods,
    judgement: Judgement<'_>,
    limit: i64,
) -> sqlx::Result<Vec<CustomerRow>> {
    let windows = [periods.current, periods.previous];
    let rolled = rolled::key(who, &windows).filter(|key| matches!(key.dimension, "all" | "customer"));
    sqlx::query_as!(
        CustomerRow,
        r#"
        with days as materialized (
            select false as past, nullif(key, '')::integer as customer_id, day, samples, tests, reported, hours
            from day_figures('customer', $16, $7, $8) where $17::boolean
            union all
            select true, nullif(key, '')::integer, day, 0, tests, 0, '{}'
            from day_figures('customer', $16, $9, $10) where $17
        ), by_bucket as materialized (
            select customer_id, date_trunc($11, day::timestamp)::date as bucket, sum(tests)::bigint as tests
            from days where not past and customer_id is not null and tests > 0
            group by 1, 2
            union all
            select customer_id, date_trunc($11, created_local)::date as bucket, count(*) as tests
            from visible_tests($1, $2, $3, $4, $5, $6)
            where not $17 and customer_id is not null and created_local >= $7 and created_local < $8
            group by 1, 2
        ), top as (
            select customer_id, sum(tests) as tests, row_number() over (order by sum(tests) desc, customer_id) as position
            from by_bucket group by 1 order by 3 limit $12
        ), new as (
            select id as customer_id, row_number() over (order by created_local desc, id desc) as position,
                count(*) over () as customers
            from customers
            where not hidden and ($1::integer is null or id = $1) and created_local >= $7 and created_local < $8
            order by 2 limit $12
        ), picked as materialized (
            select customer_id from top union select customer_id from new
        ), ordered as (
            select customer_account_id as customer_id, count(*) as orders
            from visible_orders($1, $2, $3, $4, $5, null)
            where created_local >= $7 and created_local < $8
              and customer_account_id = any (array(select customer_id from picked))
            group by 1
        ), sampled as (
            select customer_id, sum(samples)::bigint as samples
            from days where not past and samples > 0 and customer_id = any (array(select customer_id from picked))
            group by 1
            union all
            select customer_id, count(*)
            from visible_samples($1, $2, $3, $4, $5, $6)
            where not $17 and created_local >= $7 and created_local < $8
              and customer_id = any (array(select customer_id from picked))
            group by 1
        ), before as (
            select customer_id, sum(tests)::bigint as tests
            from days where past and tests > 0 and customer_id = any (array(select customer_id from picked))
            group by 1
            union all
            select customer_id, count(*)
            from visible_tests($1, $2, $3, $4, $5, $6)
            where not $17 and created_local >= $9 and created_local < $10
              and customer_id = any (array(select customer_id from picked))
            group by 1
        ), reported as (
            select r.customer_id, r.tests, coalesce(h.measured, 0) as measured, coalesce(h.within, 0) as within, h.percentiles
            from (
                select customer_id, sum(reported)::bigint as tests
                from days where not past and reported > 0 and customer_id = any (array(select customer_id from picked))
                group by 1
            ) r
            left join (
                select customer_id, count(*) as measured, count(*) filter (where hour <= $13) as within,
                    percentile_cont(array[0.5, 0.9]) within group (order by hour) as percentiles
                from days d cross join unnest(d.hours) hour
                where not d.past and d.customer_id = any (array(select customer_id from picked)) and hour >= 0
                group by 1
            ) h using (customer_id)
            union all
            select customer_id, count(*) as tests, count(*) filter (where tat_hours >= 0) as measured,
                count(*) filter (where tat_hours >= 0 and tat_hours <= $13) as within,
                percentile_cont(array[0.5, 0.9]) within group (order by tat_hours)
                    filter (where tat_hours >= 0) as percentiles
            from visible_tests($1, $2, $3, $4, $5, $6)
            where not $17 and reported_local is not null and reported_local >= $7 and reported_local < $8
              and customer_id = any (array(select customer_id from picked))
            group by 1
        ), open as (
            select customer_account_id as customer_id, count(*) as orders,
                count(*) filter (where hours_between(date_created, $14) > $13) as late
            from open_orders($1, $2, $3, $4, $5, null, $15)
            where customer_account_id = any (array(select customer_id from picked))
            group by 1
        ), series as (
            select customer_id, sum(tests)::bigint as tests, array_agg(bucket order by bucket) as buckets,
                array_agg(tests order by bucket) as counts
            from by_bucket where customer_id = any (array(select customer_id from picked))
            group by 1
        )
        select c.id as "id!", c.name as "name!", c.created_local, top.position as "top?", new.position as "new?",
            coalesce((select max(customers) from new), 0) as "new_customers!",
            coalesce(ordered.orders, 0) as "orders!", coalesce(sampled.samples, 0) as "samples!",
            coalesce(series.tests, 0) as "tests!", coalesce(before.tests, 0) as "previous_tests!",
            coalesce(reported.tests, 0) as "reported!", coalesce(reported.measured, 0) as "measured!",
            coalesce(reported.within, 0) as "within!", reported.percentiles as "percentiles?",
            coalesce(open.orders, 0) as "open_orders!", coalesce(open.late, 0) as "late_orders!",
            series.buckets as "buckets?", series.counts as "counts?"
        from picked
        join customers c on c.id = picked.customer_id and not c.hidden
        left join top using (customer_id)
        left join new using (customer_id)
        left join ordered using (customer_id)
        left join sampled using (customer_id)
        left join before using (customer_id)
        left join reported using (customer_id)
        left join open using (customer_id)
        left join series using (customer_id)
        order by top.position nulls last, new.position
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
        periods.bucket,
        limit,
        judgement.sla_hours,
        judgement.now,
        judgement.final_states,
        rolled.as_ref().map(|key| key.key.as_str()).filter(|key| !key.is_empty()),
        rolled.is_some(),
    )
    .fetch_all(db)
    .await
}
