//! Turnaround of tests, samples or orders on either clock. What begins and ends it is the business of the schema's
//! function `timed_records`; for tests these are the figures of `turnaround`, `spread` and `process`.

use super::turnaround::TurnaroundRow;
use super::{Periods, Population, Window, rolled};
use sqlx::PgExecutor;
use sqlx::postgres::types::PgInterval;

/// What is measured, and how time is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timed {
    /// `tests`, `samples` or `orders`.
    pub kind: &'static str,
    /// The working-time clock instead of the calendar.
    pub working: bool,
}

impl Timed {
    /// What the roll-up knows: tests on the calendar.
    fn key(self, who: &Population, windows: &[Window]) -> Option<rolled::Key> {
        (self.kind == "tests" && !self.working).then(|| rolled::key(who, windows)).flatten()
    }
}

/// Measures both periods, in total and by bucket; buckets in which nothing ended are missing.
///
/// # Errors
/// When the database fails.
pub async fn measure(
    db: impl PgExecutor<'_>,
    what: Timed,
    who: &Population,
    periods: &Periods,
    sla_hours: f64,
) -> sqlx::Result<Vec<TurnaroundRow>> {
    let windows = [periods.current, periods.previous];
    if let Some(key) = what.key(who, &windows) {
        let rows = rolled::days(db, key.dimension, Some(&key.key), windows, rolled::Read::Hours).await?;
        return Ok(rolled::turnaround(periods, rows, sla_hours));
    }
    sqlx::query_as!(
        TurnaroundRow,
        r#"
        with ended as (
            select 0 as period, ended_local as at, hours from timed_records($1, $2, $3, $4, $5, $6, $7, $8)
            where ($9::timestamp is null or ended_local >= $9) and ($10::timestamp is null or ended_local < $10)
            union all
            select 1, ended_local + $13::interval, hours from timed_records($1, $2, $3, $4, $5, $6, $7, $8)
            where ($11::timestamp is null or ended_local >= $11) and ($12::timestamp is null or ended_local < $12)
        ), placed as (
            select period, date_trunc($14, at)::date as bucket, hours from ended
        )
        select period as "period!", grouping(bucket) = 1 as "total!", bucket as "bucket?",
            count(*) filter (where hours >= 0) as "measured!",
            count(*) filter (where hours is null) as "undated!",
            count(*) filter (where hours < 0) as "negative!",
            count(*) filter (where hours >= 0 and hours <= $15) as "within!",
            count(*) filter (where hours > $15 and hours >= 0) as "beyond!",
            avg(hours) filter (where hours >= 0) as mean,
            percentile_cont(array[0.5, 0.9, 0.95, 0.99]) within group (order by hours)
                filter (where hours >= 0) as percentiles
        from placed
        group by grouping sets ((period), (period, bucket))
        order by 1, 2, 3
        "#,
        what.kind,
        what.working,
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

/// The quantiles 0, 0.02 … 1 in hours; absent without measurable records.
///
/// # Errors
/// When the database fails.
pub async fn curve(
    db: impl PgExecutor<'_>,
    what: Timed,
    who: &Population,
    window: Window,
) -> sqlx::Result<Option<Vec<f64>>> {
    if let Some(key) = what.key(who, &[window]) {
        let windows = [window, Window::EMPTY];
        let rows = rolled::days(db, key.dimension, Some(&key.key), windows, rolled::Read::Hours).await?;
        return Ok(rolled::durations(&rows).curve());
    }
    sqlx::query_scalar!(
        r#"
        select percentile_cont(array(select n / 50.0::double precision from generate_series(0, 50) n))
            within group (order by hours) as curve
        from timed_records($1, $2, $3, $4, $5, $6, $7, $8)
        where hours >= 0
          and ($9::timestamp is null or ended_local >= $9) and ($10::timestamp is null or ended_local < $10)
        "#,
        what.kind,
        what.working,
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

/// How many records lie in one bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BinRow {
    /// How many of the edges lie at or above the duration: that many bins from the end.
    pub from_end: i32,
    /// Records.
    pub count: i64,
}

/// The histogram over upper edges in hours, ascending; empty bins are missing. An edge belongs to the bin below it.
///
/// # Errors
/// When the database fails.
pub async fn bins(
    db: impl PgExecutor<'_>,
    what: Timed,
    who: &Population,
    window: Window,
    edges: &[f64],
) -> sqlx::Result<Vec<BinRow>> {
    if let Some(key) = what.key(who, &[window]) {
        let windows = [window, Window::EMPTY];
        let rows = rolled::days(db, key.dimension, Some(&key.key), windows, rolled::Read::Hours).await?;
        return Ok(rolled::durations(&rows).bins(edges));
    }
    // width_bucket counts a threshold to the bin above it, hence the mirrored scale.
    let mirrored: Vec<f64> = edges.iter().rev().map(|edge| -edge).collect();
    sqlx::query_as!(
        BinRow,
        r#"
        select width_bucket(-hours, $11::double precision[]) as "from_end!", count(*) as "count!"
        from timed_records($1, $2, $3, $4, $5, $6, $7, $8)
        where hours >= 0
          and ($9::timestamp is null or ended_local >= $9) and ($10::timestamp is null or ended_local < $10)
        group by 1 order by 1
        "#,
        what.kind,
        what.working,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
        &mirrored,
    )
    .fetch_all(db)
    .await
}

/// The turnaround of one group. Durations in hours.
#[derive(Clone, Debug, PartialEq)]
pub struct TimedGroupRow {
    /// The key; `unknown` where there is none.
    pub key: String,
    /// The customer's id, when grouped by customer.
    pub id: Option<i32>,
    /// Records that ended in the range.
    pub ended: i64,
    /// The measurable ones.
    pub measured: i64,
    /// Of these, at or below the target.
    pub within: i64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Median and 90th percentile.
    pub percentiles: Option<Vec<f64>>,
    /// Median in the period compared with.
    pub previous_median: Option<f64>,
}

/// The turnaround by `label`, `customer`, `matrix` or `type`: groups of which something ended in the current period,
/// most measurable records first, equal counts by key.
///
/// # Errors
/// When the database fails.
pub async fn grouped(
    db: impl PgExecutor<'_>,
    what: Timed,
    who: &Population,
    periods: &Periods,
    by: &str,
    sla_hours: f64,
) -> sqlx::Result<Vec<TimedGroupRow>> {
    let windows = [periods.current, periods.previous];
    let by_customer = by == "customer";
    if what.key(who, &windows).is_some_and(|key| key.dimension == "all") {
        let rows = rolled::days(db, by, None, windows, rolled::Read::Hours).await?;
        return Ok(rolled::groups(&rows, by_customer, sla_hours));
    }
    sqlx::query_as!(
        TimedGroupRow,
        r#"
        with ended as (
            select 0 as period, r.* from timed_records($1, $2, $3, $4, $5, $6, $7, $8) r
            where ($9::timestamp is null or ended_local >= $9) and ($10::timestamp is null or ended_local < $10)
            union all
            select 1, r.* from timed_records($1, $2, $3, $4, $5, $6, $7, $8) r
            where ($11::timestamp is null or ended_local >= $11) and ($12::timestamp is null or ended_local < $12)
        ), keyed as (
            select e.period, e.hours, c.id,
                case $13 when 'label' then key_of(e.label) when 'matrix' then key_of(s.matrix_type)
                    when 'type' then key_of(s.sample_type) else key_of(c.name) end as key
            from ended e
            left join samples s on $13 in ('matrix', 'type') and s.id = e.sample_id
            left join customers c on $13 = 'customer' and c.id = e.customer_id
        )
        select key as "key!", id as "id?", count(*) filter (where period = 0) as "ended!",
            count(*) filter (where period = 0 and hours >= 0) as "measured!",
            count(*) filter (where period = 0 and hours >= 0 and hours <= $14) as "within!",
            avg(hours) filter (where period = 0 and hours >= 0) as "mean?",
            percentile_cont(array[0.5, 0.9]) within group (order by hours)
                filter (where period = 0 and hours >= 0) as "percentiles?",
            percentile_cont(0.5) within group (order by hours)
                filter (where period = 1 and hours >= 0) as "previous_median?"
        from keyed group by key, id having count(*) filter (where period = 0) > 0
        order by 4 desc, key collate "C", id
        "#,
        what.kind,
        what.working,
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
        by,
        sla_hours,
    )
    .fetch_all(db)
    .await
}
