//! Turnaround of reported tests: from creation to report, in hours. A negative duration is an error in the dates: it
//! is counted apart and enters no average, no percentile and no side of the target.

use super::{Periods, Population, Window, rolled};
use chrono::NaiveDate;
use sqlx::PgExecutor;
use sqlx::postgres::types::PgInterval;

/// The turnaround of the tests reported in one bucket, or in a whole period. Durations in hours.
#[derive(Clone, Debug, PartialEq)]
pub struct TurnaroundRow {
    /// 0 for the current period, 1 for the one compared with.
    pub period: i32,
    /// True for the row that covers the whole period.
    pub total: bool,
    /// First day of the bucket on the axis of the current period.
    pub bucket: Option<NaiveDate>,
    /// Tests with a usable turnaround.
    pub measured: i64,
    /// Tests without a creation date.
    pub undated: i64,
    /// Tests reported before they were created.
    pub negative: i64,
    /// Tests at or below the target.
    pub within: i64,
    /// Tests above the target.
    pub beyond: i64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// 50th, 90th, 95th and 99th percentile, by linear interpolation.
    pub percentiles: Option<Vec<f64>>,
}

impl TurnaroundRow {
    /// One of the percentiles, by position: 0 is the median, 1 the 90th, 2 the 95th, 3 the 99th.
    #[must_use]
    pub fn percentile(&self, position: usize) -> Option<f64> {
        self.percentiles.as_ref().and_then(|values| values.get(position)).copied()
    }
}

/// Measures both periods, in total and by bucket; buckets in which nothing was reported are missing.
///
/// # Errors
/// When the database fails.
pub async fn measure(
    db: impl PgExecutor<'_>,
    who: &Population,
    periods: &Periods,
    sla_hours: f64,
) -> sqlx::Result<Vec<TurnaroundRow>> {
    let windows = [periods.current, periods.previous];
    if let Some(key) = rolled::key(who, &windows) {
        let rows = rolled::days(db, key.dimension, Some(&key.key), windows, rolled::Read::Hours).await?;
        return Ok(rolled::turnaround(periods, rows, sla_hours));
    }
    sqlx::query_as!(
        TurnaroundRow,
        r#"
        with reported as (
            select 0 as period, reported_local as at, tat_hours as hours
            from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null
              and ($7::timestamp is null or reported_local >= $7) and ($8::timestamp is null or reported_local < $8)
            union all
            select 1, reported_local + $11::interval, tat_hours
            from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null
              and ($9::timestamp is null or reported_local >= $9) and ($10::timestamp is null or reported_local < $10)
        ), placed as (
            select period, date_trunc($12, at)::date as bucket, hours from reported
        )
        select period as "period!", grouping(bucket) = 1 as "total!", bucket as "bucket?",
            count(*) filter (where hours >= 0) as "measured!",
            count(*) filter (where hours is null) as "undated!",
            count(*) filter (where hours < 0) as "negative!",
            count(*) filter (where hours >= 0 and hours <= $13) as "within!",
            count(*) filter (where hours > $13 and hours >= 0) as "beyond!",
            avg(hours) filter (where hours >= 0) as mean,
            percentile_cont(array[0.5, 0.9, 0.95, 0.99]) within group (order by hours)
                filter (where hours >= 0) as percentiles
        from placed
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
        sla_hours,
    )
    .fetch_all(db)
    .await
}

/// What a moving average is made of: one calendar day's tests with a usable turnaround.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DaySum {
    /// The day of the report.
    pub day: NaiveDate,
    /// Tests.
    pub tests: i64,
    /// The sum of their turnaround in hours.
    pub hours: f64,
}

/// Sums the turnaround by calendar day of the report, ascending; days without a report are missing.
///
/// # Errors
/// When the database fails.
pub async fn daily(db: impl PgExecutor<'_>, who: &Population, window: Window) -> sqlx::Result<Vec<DaySum>> {
    if let Some(key) = rolled::key(who, &[window]) {
        let windows = [window, Window::EMPTY];
        let rows = rolled::days(db, key.dimension, Some(&key.key), windows, rolled::Read::Hours).await?;
        return Ok(rolled::sums(&rows));
    }
    sqlx::query_as!(
        DaySum,
        r#"
        select reported_local::date as "day!", count(*) as "tests!", sum(tat_hours) as "hours!"
        from visible_tests($1, $2, $3, $4, $5, $6)
        where reported_local is not null and tat_hours >= 0
          and ($7::timestamp is null or reported_local >= $7) and ($8::timestamp is null or reported_local < $8)
        group by 1 order by 1
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
