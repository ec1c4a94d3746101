//! What only the page about operations counts: completed tests, and the hours in which orders come in.

use super::{Periods, Population, Window, rolled};
use chrono::NaiveDate;
use sqlx::PgExecutor;
use sqlx::postgres::types::PgInterval;

/// Tests completed in one bucket, or in a whole period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompletedRow {
    /// 0 for the current period, 1 for the one compared with.
    pub period: i32,
    /// True for the row that covers the whole period.
    pub total: bool,
    /// First day of the bucket on the axis of the current period.
    pub bucket: Option<NaiveDate>,
    /// Tests.
    pub tests: i64,
}

/// Counts the tests by their completion date, in whatever state; buckets without any are missing.
///
/// # Errors
/// When the database fails.
pub async fn completed(
    db: impl PgExecutor<'_>,
    who: &Population,
    periods: &Periods,
) -> sqlx::Result<Vec<CompletedRow>> {
    let windows = [periods.current, periods.previous];
    if let Some(key) = rolled::key(who, &windows) {
        let rows = rolled::days(db, key.dimension, Some(&key.key), windows, rolled::Read::Counts).await?;
        return Ok(rolled::completed(periods, &rows));
    }
    sqlx::query_as!(
        CompletedRow,
        r#"
        with done as (
            select 0 as period, completed_local as at from visible_tests($1, $2, $3, $4, $5, $6)
            where completed_local is not null
              and ($7::timestamp is null or completed_local >= $7) and ($8::timestamp is null or completed_local < $8)
            union all
            select 1, completed_local + $11::interval from visible_tests($1, $2, $3, $4, $5, $6)
            where completed_local is not null
              and ($9::timestamp is null or completed_local >= $9) and ($10::timestamp is null or completed_local < $10)
        ), placed as (
            select period, date_trunc($12, at)::date as bucket from done
        )
        select period as "period!", grouping(bucket) = 1 as "total!", bucket as "bucket?", count(*) as "tests!"
        from placed group by grouping sets ((period), (period, bucket)) order by 1, 2, 3
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

/// Orders created in one hour of the laboratory's week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArrivalRow {
    /// Day of the week, Monday being 1.
    pub weekday: i32,
    /// Hour of the day, 0 to 23.
    pub hour: i32,
    /// Orders.
    pub orders: i64,
}

/// The orders created in the window, by day of the week and hour of the laboratory's clock; empty hours are missing.
/// Orders and not tests, because the LIMS tells the creation of tests without a time of day.
///
/// # Errors
/// When the database fails.
pub async fn arrivals(db: impl PgExecutor<'_>, who: &Population, window: Window) -> sqlx::Result<Vec<ArrivalRow>> {
    sqlx::query_as!(
        ArrivalRow,
        r#"
        select extract(isodow from created_local)::integer as "weekday!", extract(hour from created_local)::integer as "hour!",
            count(*) as "orders!"
        from visible_orders($1, $2, $3, $4, $5, $6)
        where created_local is not null
          and ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
        group by 1, 2 order by 1, 2
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
    .fetch_all(db)
    .await
}
