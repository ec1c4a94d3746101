//! How orders and samples move: throughput, cycle time, the funnel, the slowest.

use super::common::{CUSTOMER, DAILY, DATES, KINDS, ORDER, STATE, limit};
use super::dense;
use super::endpoint::{Ages, Call, Endpoint};
use super::moment::{days, instant, reference};
use super::params::{Kind, MAX_HOURS, query};
use super::problem::Problem;
use super::volume::single;
use super::wire::Local;
use crate::db::metrics::flow::{self, FlowRow};
use crate::db::metrics::slow::{self, CustomerQuery, ReportedOrder, SlowOrder};
use crate::db::metrics::{Population, Window};
use chrono::{NaiveDate, TimeDelta};
use serde::Serialize;
use utoipa::ToSchema;

const TAG: &str = "Flow";

/// Days that the slowest reported orders look back where nothing else is said.
const LOOKBACK_DAYS: i64 = 30;

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let priority = [
        query("customer_query", Kind::Text(0), "A customer's id, or a part of a name in any case."),
        query(
            "min_open_hours",
            Kind::Float(Some(0.0), 0.0, MAX_HOURS),
            "Only orders that were open at least this long.",
        ),
        query(
            "lookback_days",
            Kind::Int(None, 1, 90),
            "Days before the end of the range, where date_from is not given; 30 by default.",
        ),
        limit("limit", 25, 100),
        query(
            "outlier_threshold_hours",
            Kind::Float(Some(120.0), 0.0, MAX_HOURS),
            "From how many hours on an order is an outlier.",
        ),
    ];
    vec![
        Endpoint::get(
            "/analytics/orders/throughput",
            TAG,
            "Orders created and completed, and how long completion took.",
            &[&DATES, &CUSTOMER, &DAILY],
            throughput,
        )
        .ages(Ages::Never)
        .rows("points"),
        Endpoint::get(
            "/analytics/samples/cycle-time",
            TAG,
            "How long samples took from creation to completion.",
            &[&DATES, &CUSTOMER, &ORDER, &KINDS, &STATE, &DAILY],
            cycle_time,
        )
        .ages(Ages::Never)
        .rows("points"),
        Endpoint::get(
            "/analytics/orders/funnel",
            TAG,
            "How far the orders created in a range have come: one cohort.",
            &[&DATES, &CUSTOMER],
            funnel,
        )
        .ages(Ages::Never)
        .rows("stages"),
        Endpoint::get(
            "/analytics/orders/slowest",
            TAG,
            "The orders created in a range that took or take longest.",
            &[&DATES, &CUSTOMER, &STATE, &[limit("limit", 10, 100)]],
            slowest,
        )
        .rows("items"),
        Endpoint::get(
            "/analytics/priority-orders/slowest",
            TAG,
            "The orders reported in a range that were open longest.",
            &[&DATES, &priority],
            priority_slowest,
        )
        .rows("items"),
    ]
}

#[derive(Debug, Serialize, ToSchema)]
struct Throughput {
    interval: String,
    points: Vec<ThroughputPoint>,
    totals: ThroughputTotals,
}

#[derive(Debug, Serialize, ToSchema)]
struct ThroughputPoint {
    period_start: NaiveDate,
    orders_created: i64,
    orders_completed: i64,
    average_completion_hours: Option<f64>,
    median_completion_hours: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
struct ThroughputTotals {
    orders_created: i64,
    orders_completed: i64,
    average_completion_hours: Option<f64>,
    median_completion_hours: Option<f64>,
    /// Orders completed before they were created: in no duration.
    negative_durations: i64,
}

/// The rows of periods, and the one of the whole range.
fn split(rows: Vec<FlowRow>) -> (Vec<FlowRow>, FlowRow) {
    let (mut totals, periods): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.total);
    (periods, totals.pop().unwrap_or_default())
}

async fn throughput(call: Call) -> Result<Throughput, Problem> {
    let (window, interval) = (call.dates(), call.args.text("interval").unwrap_or("day"));
    let bucket = dense::bucket(Some(interval));
    let rows = flow::orders(call.metrics().pool(), &call.population(), &single(window, bucket)).await?;
    let (periods, total) = split(rows);
    let points = dense::fill(periods.into_iter().filter_map(|row| Some((row.bucket?, row))), days(window), bucket)
        .into_iter()
        .map(|(period_start, row)| ThroughputPoint {
            period_start,
            orders_created: row.created,
            orders_completed: row.completed,
            average_completion_hours: row.mean,
            median_completion_hours: row.median,
        })
        .collect();
    let totals = ThroughputTotals {
        orders_created: total.created,
        orders_completed: total.completed,
        average_completion_hours: total.mean,
        median_completion_hours: total.median,
        negative_durations: total.negative,
    };
    Ok(Throughput { interval: interval.to_owned(), points, totals })
}

#[derive(Debug, Serialize, ToSchema)]
struct CycleTime {
    interval: String,
    points: Vec<CyclePoint>,
    totals: CycleTotals,
    by_matrix_type: Vec<CycleMatrix>,
}

#[derive(Debug, Serialize, ToSchema)]
struct CyclePoint {
    period_start: NaiveDate,
    completed_samples: i64,
    average_cycle_hours: Option<f64>,
    median_cycle_hours: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
struct CycleTotals {
    completed_samples: i64,
    average_cycle_hours: Option<f64>,
    median_cycle_hours: Option<f64>,
    /// Samples completed before they were created: in no duration.
    negative_durations: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct CycleMatrix {
    matrix_type: String,
    completed_samples: i64,
    average_cycle_hours: Option<f64>,
}

async fn cycle_time(call: Call) -> Result<CycleTime, Problem> {
    let (window, interval) = (call.dates(), call.args.text("interval").unwrap_or("day"));
    let bucket = dense::bucket(Some(interval));
    let rows = flow::samples(call.metrics().pool(), &call.population(), &single(window, bucket)).await?;
    let (rows, total) = split(rows);
    let (by_matrix, periods): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.matrix.is_some());
    let points = dense::fill(periods.into_iter().filter_map(|row| Some((row.bucket?, row))), days(window), bucket)
        .into_iter()
        .map(|(period_start, row)| CyclePoint {
            period_start,
            completed_samples: row.completed,
            average_cycle_hours: row.mean,
            median_cycle_hours: row.median,
        })
        .collect();
    let matrix = |row: FlowRow| {
        Some(CycleMatrix { matrix_type: row.matrix?, completed_samples: row.completed, average_cycle_hours: row.mean })
    };
    Ok(CycleTime {
        interval: interval.to_owned(),
        points,
        totals: CycleTotals {
            completed_samples: total.completed,
            average_cycle_hours: total.mean,
            median_cycle_hours: total.median,
            negative_durations: total.negative,
        },
        by_matrix_type: by_matrix.into_iter().filter_map(matrix).collect(),
    })
}

#[derive(Debug, Serialize, ToSchema)]
struct Funnel {
    total_orders: i64,
    stages: Vec<FunnelStage>,
}

#[derive(Debug, Serialize, ToSchema)]
struct FunnelStage {
    stage: String,
    /// Orders created in the range that have come this far by now.
    count: i64,
}

async fn funnel(call: Call) -> Result<Funnel, Problem> {
    let row = flow::funnel(call.metrics().pool(), &call.population(), call.dates()).await?;
    let stages = [
        ("created", row.created),
        ("received", row.received),
        ("completed", row.completed),
        ("reported", row.reported),
        ("on_hold", row.on_hold),
    ];
    let stages = stages.map(|(stage, count)| FunnelStage { stage: stage.to_owned(), count }).into();
    Ok(Funnel { total_orders: row.created, stages })
}

#[derive(Debug, Serialize, ToSchema)]
struct SlowestOrders {
    items: Vec<SlowestOrder>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SlowestOrder {
    order_id: i32,
    order_reference: String,
    customer_name: Option<String>,
    state: Option<String>,
    completion_hours: Option<f64>,
    /// Until completion or report; for an open order until now or the end of the range, whichever is earlier.
    age_hours: f64,
    date_created: Option<Local>,
    date_completed: Option<Local>,
}

async fn slowest(call: Call) -> Result<SlowestOrders, Problem> {
    let window = call.dates();
    let metrics = call.metrics();
    let until = reference(window, metrics.now(), metrics.laboratory().zone);
    let rows = slow::created(
        metrics.pool(),
        call.args.id("customer_id"),
        call.args.text("state"),
        window,
        until,
        call.args.int("limit").unwrap_or(10),
    )
    .await?;
    Ok(SlowestOrders { items: rows.into_iter().map(slowest_order).collect() })
}

fn slowest_order(row: SlowOrder) -> SlowestOrder {
    SlowestOrder {
        order_id: row.id,
        order_reference: row.reference.unwrap_or_else(|| format!("order-{}", row.id)),
        customer_name: row.customer,
        state: row.state,
        completion_hours: row.completion_hours,
        age_hours: row.age_hours,
        date_created: row.created_local.map(Local),
        date_completed: row.completed_local.map(Local),
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct PriorityOrders {
    stats: PriorityStats,
    items: Vec<PriorityOrder>,
}

#[derive(Debug, Serialize, ToSchema)]
struct PriorityStats {
    /// Orders of the whole set, listed or not.
    total_orders: i64,
    average_open_hours: Option<f64>,
    percentile_95_open_hours: Option<f64>,
    threshold_hours: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct PriorityOrder {
    order_id: i32,
    order_reference: String,
    customer_name: Option<String>,
    date_created: Local,
    date_reported: Local,
    samples_count: i32,
    tests_count: i32,
    open_time_hours: f64,
    open_time_label: String,
    is_outlier: bool,
}

async fn priority_slowest(call: Call) -> Result<PriorityOrders, Problem> {
    let threshold_hours = call.args.float("outlier_threshold_hours");
    let name = call.args.text("customer_query").map(str::trim).filter(|text| !text.is_empty());
    let who = CustomerQuery { id: name.and_then(|text| text.parse().ok()), name: name.map(str::to_owned) };
    let rows = slow::reported(
        call.metrics().pool(),
        &Population::default(),
        &who,
        reported_window(&call),
        call.args.float("min_open_hours"),
        call.args.int("limit").unwrap_or(25),
    )
    .await?;
    let first = rows.first();
    let stats = PriorityStats {
        total_orders: first.map_or(0, |row| row.total),
        average_open_hours: first.map(|row| row.mean),
        percentile_95_open_hours: first.map(|row| row.p95),
        threshold_hours,
    };
    Ok(PriorityOrders { stats, items: rows.into_iter().map(|row| priority_order(row, threshold_hours)).collect() })
}

/// The range of the report date: as given, or the days before its end, which is now unless it is given.
fn reported_window(call: &Call) -> Window {
    let zone = call.metrics().laboratory().zone;
    let given = call.dates();
    let now = call.metrics().now_local();
    let end = call.args.moment("date_to").map_or(now, |to| to.local(zone));
    let lookback = TimeDelta::days(call.args.int("lookback_days").unwrap_or(LOOKBACK_DAYS));
    let start = || {
        let back = instant(end, zone).checked_sub_signed(lookback)?;
        Some(back.with_timezone(&zone).naive_local())
    };
    Window {
        from: given.from.or_else(start),
        until: given.until.or_else(|| now.checked_add_signed(TimeDelta::microseconds(1))),
    }
}

fn priority_order(row: ReportedOrder, threshold_hours: f64) -> PriorityOrder {
    PriorityOrder {
        order_id: row.id,
        order_reference: row.reference.unwrap_or_else(|| format!("ORD-{}", row.id)),
        customer_name: row.customer,
        date_created: Local(row.created_local),
        date_reported: Local(row.reported_local),
        samples_count: row.samples,
        tests_count: row.tests,
        open_time_hours: row.open_hours,
        open_time_label: hours_label(row.open_hours),
        is_outlier: row.open_hours >= threshold_hours,
    }
}

/// Whole hours, halves to even, as `2d 3h` or `3h`.
fn hours_label(hours: f64) -> String {
    let whole = hours.max(0.0).round_ties_even();
    let days = (whole / 24.0).floor();
    let rest = whole - days * 24.0;
    if days > 0.0 { format!("{days}d {rest}h") } else { format!("{rest}h") }
}

#[cfg(test)]
mod tests {
    #[test]
    fn open_times_are_labelled_in_whole_hours_with_halves_to_even() {
        let labels = [24.0, 2.5, 1.5, -3.0, 53.49].map(super::hours_label);
        assert_eq!(labels, ["1d 0h", "2h", "2h", "0h", "2d 5h"]);
    }
}
