//! Every customer with something to show: what they sent, what they got back and when, what is open for them. The
//! definitions are those of the customers on the overview.

use super::customers::Judgement;
use super::{Periods, Population};
use chrono::NaiveDate;
use sqlx::PgExecutor;

/// A customer's figures.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerFiguresRow {
    /// Customer id.
    pub id: i32,
    /// Customer name.
    pub name: String,
    /// True when the account was created in the period.
    pub is_new: bool,
    /// True when a sample or test was created in the period.
    pub is_active: bool,
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
    /// Tests with a usable turnaround reported in the period compared with.
    pub previous_measured: i64,
    /// Of these, those at or below the target.
    pub previous_within: i64,
    /// Open orders now.
    pub open_orders: i64,
    /// Open orders beyond the target now.
    pub late_orders: i64,
    /// First days of the buckets in which tests were created.
    pub buckets: Option<Vec<NaiveDate>>,
    /// Tests created in these buckets.
    pub counts: Option<Vec<i64>>,
}

/// The customers with a record created or reported in either period, an account created in the current one, or an open
/// order; most tests first, then by id.
///
/// # Errors
/// When the database fails.
pub async fn everyone(
    db: impl PgExecutor<'_>,
    who: &Population,
    periods: &Periods,
    judgement: Judgement<'_>,
) -> sqlx::Result<Vec<CustomerFiguresRow>> {
    sqlx::query_as!(
        CustomerFiguresRow,
        r#"
        with by_bucket as materialized (
            select customer_id, date_trunc($11, created_local)::date as bucket, count(*) as tests
            from visible_tests($1, $2, $3, $4, $5, $6)
            where customer_id is not null and created_local >= $7 and created_local < $8
            group by 1, 2
        ), series as (
            select customer_id, sum(tests)::bigint as tests, array_agg(bucket order by bucket) as buckets,
                array_agg(tests order by bucket) as counts
            from by_bucket group by 1
        ), ordered as (
            select customer_account_id as customer_id, count(*) as orders
            from visible_orders($1, $2, $3, $4, $5, null)
            where created_local >= $7 and created_local < $8 group by 1
        ), sampled as (
            select customer_id, count(*) as samples
            from visible_samples($1, $2, $3, $4, $5, $6)
            where created_local >= $7 and created_local < $8 group by 1
        ), before as (
            select customer_id, count(*) as tests
            from visible_tests($1, $2, $3, $4, $5, $6)
            where created_local >= $9 and created_local < $10 group by 1
        ), reported as (
            select customer_id, count(*) as tests, count(*) filter (where tat_hours >= 0) as measured,
                count(*) filter (where tat_hours >= 0 and tat_hours <= $12) as within,
                percentile_cont(array[0.5, 0.9]) within group (order by tat_hours)
                    filter (where tat_hours >= 0) as percentiles
            from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null and reported_local >= $7 and reported_local < $8
            group by 1
        ), reported_before as (
            select customer_id, count(*) filter (where tat_hours >= 0) as measured,
                count(*) filter (where tat_hours >= 0 and tat_hours <= $12) as within
            from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null and reported_local >= $9 and reported_local < $10
            group by 1
        ), open as (
            select customer_account_id as customer_id, count(*) as orders,
                count(*) filter (where hours_between(date_created, $13) > $12) as late
            from open_orders($1, $2, $3, $4, $5, null, $14) group by 1
        )
        select c.id as "id!", c.name as "name!",
            coalesce(c.created_local >= $7 and c.created_local < $8, false) as "is_new!",
            (series.tests is not null or sampled.samples is not null) as "is_active!",
            coalesce(ordered.orders, 0) as "orders!", coalesce(sampled.samples, 0) as "samples!",
            coalesce(series.tests, 0) as "tests!", coalesce(before.tests, 0) as "previous_tests!",
            coalesce(reported.tests, 0) as "reported!", coalesce(reported.measured, 0) as "measured!",
            coalesce(reported.within, 0) as "within!", reported.percentiles as "percentiles?",
            coalesce(reported_before.measured, 0) as "previous_measured!",
            coalesce(reported_before.within, 0) as "previous_within!",
            coalesce(open.orders, 0) as "open_orders!", coalesce(open.late, 0) as "late_orders!",
            series.buckets as "buckets?", series.counts as "counts?"
        from customers c
        left join series on series.customer_id = c.id
        left join ordered on ordered.customer_id = c.id
        left join sampled on sampled.customer_id = c.id
        left join before on before.customer_id = c.id
        left join reported on reported.customer_id = c.id
        left join reported_before on reported_before.customer_id = c.id
        left join open on open.customer_id = c.id
        where not c.hidden and ($1::integer is null or c.id = $1)
          and (coalesce(series.tests, ordered.orders, sampled.samples, before.tests, reported.tests,
                  reported_before.measured, open.orders) is not null
              or c.created_local >= $7 and c.created_local < $8)
        order by 7 desc, c.id
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
        judgement.sla_hours,
        judgement.now,
        judgement.final_states,
    )
    .fetch_all(db)
    .await
}

/// The ids of the visible customers whose name or an alias holds this text, without regard to case and accents; ascending.
///
/// # Errors
/// When the database fails.
pub async fn answering(db: impl PgExecutor<'_>, text: &str) -> sqlx::Result<Vec<i32>> {
    sqlx::query_scalar!(
        r#"
        select c.id from customers c
        where not c.hidden and (position(search_form($1) in c.search_name) > 0
            or exists (
                select 1 from jsonb_array_elements_text(
                    case jsonb_typeof(c.aliases) when 'array' then c.aliases else '[]' end) alias
                where position(search_form($1) in search_form(alias)) > 0))
        order by c.id
        "#,
        text,
    )
    .fetch_all(db)
    .await
}
