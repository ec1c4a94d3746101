//! What came in and what went out: samples and tests by creation, tests by report date, active customers.

use super::{Periods, Population, rolled};
use chrono::NaiveDate;
use sqlx::PgExecutor;
use sqlx::postgres::types::PgInterval;

/// The counts of one bucket, or of a whole period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VolumeRow {
    /// 0 for the current period, 1 for the one compared with.
    pub period: i32,
    /// True for the row that covers the whole period.
    pub total: bool,
    /// First day of the bucket on the axis of the current period; absent in totals and for records without a date.
    pub bucket: Option<NaiveDate>,
    /// Samples created.
    pub samples: i64,
    /// Tests created.
    pub tests: i64,
    /// Tests whose report date lies in the bucket, in whatever state.
    pub reported: i64,
    /// Customers with a sample or test created.
    pub customers: i64,
}

/// Counts both periods, in total and by bucket; buckets without any record are missing.
///
/// # Errors
/// When the database fails.
pub async fn measure(db: impl PgExecutor<'_>, who: &Population, periods: &Periods) -> sqlx::Result<Vec<VolumeRow>> {
    let windows = [periods.current, periods.previous];
    if let Some(key) = rolled::key(who, &windows).filter(|key| matches!(key.dimension, "all" | "customer")) {
        let rows = rolled::days(db, key.dimension, Some(&key.key), windows, rolled::Read::Customers).await?;
        return Ok(rolled::volume(periods, &rows));
    }
    sqlx::query_as!(
        VolumeRow,
        r#"
        with by_day as (
            select 0 as period, created_local::date as day, customer_id, count(*) as samples, 0 as tests, 0 as reported
            from visible_samples($1, $2, $3, $4, $5, $6)
            where ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
            group by created_local::date, customer_id
            union all
            select 0, created_local::date, customer_id, 0, count(*), 0
            from visible_tests($1, $2, $3, $4, $5, $6)
            where ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
            group by created_local::date, customer_id
            union all
            select 0, reported_local::date, customer_id, 0, 0, count(*)
            from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null and ($7::timestamp is null or reported_local >= $7) and ($8::timestamp is null or reported_local < $8)
            group by reported_local::date, customer_id
            union all
            select 1, created_local::date, customer_id, count(*) as samples, 0 as tests, 0 as reported
            from visible_samples($1, $2, $3, $4, $5, $6)
            where ($9::timestamp is null or created_local >= $9) and ($10::timestamp is null or created_local < $10)
            group by created_local::date, customer_id
            union all
            select 1, created_local::date, customer_id, 0, count(*), 0
            from visible_tests($1, $2, $3, $4, $5, $6)
            where ($9::timestamp is null or created_local >= $9) and ($10::timestamp is null or created_local < $10)
            group by created_local::date, customer_id
            union all
            select 1, reported_local::date, customer_id, 0, 0, count(*)
            from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null and ($9::timestamp is null or reported_local >= $9) and ($10::timestamp is null or reported_local < $10)
            group by reported_local::date, customer_id
        ), by_customer as (
            select period, date_trunc($12, day + case period when 1 then $11::interval else interval '0' end)::date as bucket,
                customer_id, sum(samples) as samples, sum(tests) as tests, sum(reported) as reported
            from by_day group by 1, 2, 3
        )
        select period as "period!", grouping(bucket) = 1 as "total!", bucket as "bucket?",
            coalesce(sum(samples), 0)::bigint as "samples!", coalesce(sum(tests), 0)::bigint as "tests!",
            coalesce(sum(reported), 0)::bigint as "reported!",
            count(distinct customer_id) filter (where samples + tests > 0) as "customers!"
        from by_customer
        group by grouping sets ((period), (period, bucket))
        order by 1, 2, 3
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
        PgInterval::from(periods.shift),
        periods.bucket,
    )
    .fetch_all(db)
    .await
}
