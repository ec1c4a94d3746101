//! How orders and samples move through: created, completed, how long that took, and the funnel.

use super::{Periods, Population, Window};
use chrono::NaiveDate;
use sqlx::PgExecutor;

/// One period of a flow, or the whole range. Durations in hours, from creation to completion.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlowRow {
    /// True for the row that covers the whole range.
    pub total: bool,
    /// First day of the period; absent in the total.
    pub bucket: Option<NaiveDate>,
    /// The matrix, in rows by matrix.
    pub matrix: Option<String>,
    /// Records created.
    pub created: i64,
    /// Records completed that have a creation date.
    pub completed: i64,
    /// Of these, records completed before they were created; they enter no duration.
    pub negative: i64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Median.
    pub median: Option<f64>,
}

/// Orders created and completed, by the period of each date.
///
/// # Errors
/// When the database fails.
pub async fn orders(db: impl PgExecutor<'_>, who: &Population, periods: &Periods) -> sqlx::Result<Vec<FlowRow>> {
    sqlx::query_as!(
        FlowRow,
        r#"
        with events as (
            select created_local as at, true as created, null::double precision as hours
            from visible_orders($1, $2, $3, $4, $5, $6)
            where created_local is not null
              and ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
            union all
            select completed_local, false, hours_between(date_created, date_completed)
            from visible_orders($1, $2, $3, $4, $5, $6)
            where completed_local is not null and date_created is not null
              and ($7::timestamp is null or completed_local >= $7) and ($8::timestamp is null or completed_local < $8)
        ), placed as (
            select date_trunc($9, at)::date as bucket, created, hours from events
        )
        select grouping(bucket) = 1 as "total!", bucket as "bucket?", null::text as "matrix?",
            count(*) filter (where created) as "created!", count(*) filter (where not created) as "completed!",
            count(*) filter (where hours < 0) as "negative!", avg(hours) filter (where hours >= 0) as mean,
            percentile_cont(0.5) within group (order by hours) filter (where hours >= 0) as median
        from placed group by grouping sets ((), (bucket)) order by 1, 2
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
    )
    .fetch_all(db)
    .await
}

/// Samples completed in the range: in total, by period, by matrix (in code-point order, `Unknown` where there is none).
///
/// # Errors
/// When the database fails.
pub async fn samples(db: impl PgExecutor<'_>, who: &Population, periods: &Periods) -> sqlx::Result<Vec<FlowRow>> {
    sqlx::query_as!(
        FlowRow,
        r#"
        with done as (
            select date_trunc($9, completed_local)::date as bucket,
                coalesce(nullif(matrix_type, ''), 'Unknown') as matrix,
                hours_between(date_created, completed_date) as hours
            from visible_samples($1, $2, $3, $4, $5, $6)
            where completed_local is not null and date_created is not null
              and ($7::timestamp is null or completed_local >= $7) and ($8::timestamp is null or completed_local < $8)
        )
        select grouping(bucket) = 1 and grouping(matrix) = 1 as "total!", bucket as "bucket?", matrix as "matrix?", 0::bigint as "created!",
            count(*) as "completed!", count(*) filter (where hours < 0) as "negative!",
            avg(hours) filter (where hours >= 0) as mean,
            percentile_cont(0.5) within group (order by hours) filter (where hours >= 0) as median
        from done group by grouping sets ((), (bucket), (matrix)) order by 1, 2, matrix collate "C"
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
    )
    .fetch_all(db)
    .await
}

/// How far the orders created in a range have come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FunnelRow {
    /// Orders created in the range.
    pub created: i64,
    /// Of these, received by now.
    pub received: i64,
    /// Of these, completed by now.
    pub completed: i64,
    /// Of these, reported by now.
    pub reported: i64,
    /// Of these, on hold now.
    pub on_hold: i64,
    /// Median hours from creation to reception.
    pub to_received: Option<f64>,
    /// Median hours from creation to completion.
    pub to_completed: Option<f64>,
    /// Median hours from creation to the report.
    pub to_reported: Option<f64>,
}

/// The funnel of the orders created in the window: one cohort, not one population a stage.
///
/// # Errors
/// When the database fails.
pub async fn funnel(db: impl PgExecutor<'_>, who: &Population, window: Window) -> sqlx::Result<FunnelRow> {
    sqlx::query_as!(
        FunnelRow,
        r#"
        select count(*) as "created!", count(date_received) as "received!", count(date_completed) as "completed!",
            count(date_order_reported) as "reported!",
            count(*) filter (where upper(btrim(state)) = 'ON HOLD') as "on_hold!",
            percentile_cont(0.5) within group (order by hours_between(date_created, date_received))
                filter (where date_received >= date_created) as to_received,
            percentile_cont(0.5) within group (order by hours_between(date_created, date_completed))
                filter (where date_completed >= date_created) as to_completed,
            percentile_cont(0.5) within group (order by hours_between(date_created, date_order_reported))
                filter (where date_order_reported >= date_created) as to_reported
        from visible_orders($1, $2, $3, $4, $5, $6)
        where created_local is not null
          and ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
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
