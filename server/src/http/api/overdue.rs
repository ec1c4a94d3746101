//! Orders that have been open too long, with the work left in them; samples ready to report; METRC tags.

use super::common::{DATES, SLA, WEEKLY, limit};
use super::dense;
use super::endpoint::{Call, Endpoint};
use super::moment::{days, instant, reference};
use super::params::{Kind, query};
use super::problem::Problem;
use super::wire::{Instant, Local};
use crate::db::metrics::Window;
use crate::db::metrics::overdue::{self, AssayRow, Limits, MetrcSample, OpenOrder, OverdueRow, ReadySample};
use crate::metrics::series::count;
use app::model::period::Bucket;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use utoipa::ToSchema;

const TAG: &str = "Overdue";

/// Days that samples ready to report and METRC tags look back where the range has no start.
const LOOKBACK_DAYS: i64 = 30;

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let rules = [
        query("min_days_overdue", Kind::Int(Some(30), 0, 36_500), "From how many open days on an order is overdue."),
        query(
            "warning_window_days",
            Kind::Int(Some(5), 0, 36_500),
            "Orders this many days short of it are near it; 0 lists none.",
        ),
        limit("top_limit", 20, 200),
        limit("client_limit", 20, 200),
        limit("warning_limit", 20, 200),
        limit("ready_limit", 1000, 5000),
        limit("metrc_limit", 1000, 5000),
    ];
    vec![
        Endpoint::get(
            "/analytics/orders/overdue",
            TAG,
            "Open orders created in a range that are overdue or near it.",
            &[&DATES, &WEEKLY, &SLA, &rules],
            orders,
        )
        .rows("top_orders"),
    ]
}

#[derive(Debug, Serialize, ToSchema)]
struct Overdue {
    interval: String,
    minimum_days_overdue: i64,
    warning_window_days: i64,
    sla_hours: f64,
    kpis: OverdueKpis,
    top_orders: Vec<OverdueOrder>,
    clients: Vec<OverdueClient>,
    warning_orders: Vec<OverdueOrder>,
    timeline: Vec<OverduePeriod>,
    heatmap: Vec<OverdueCell>,
    state_breakdown: Vec<OverdueState>,
    ready_to_report_samples: Vec<ReadyToReport>,
    metrc_samples: Vec<MetrcStatus>,
}

#[derive(Debug, Serialize, ToSchema)]
struct OverdueKpis {
    total_overdue: i64,
    average_open_hours: Option<f64>,
    max_open_hours: Option<f64>,
    /// Overdue orders as a share of all open ones, 0 to 1.
    percent_overdue_vs_active: f64,
    overdue_beyond_sla: i64,
    overdue_within_sla: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct OverdueOrder {
    order_id: i32,
    custom_formatted_id: Option<String>,
    customer_id: Option<i32>,
    customer_name: Option<String>,
    state: Option<String>,
    date_created: Local,
    open_hours: f64,
    total_samples: usize,
    incomplete_sample_count: usize,
    incomplete_samples: Vec<IncompleteSample>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
struct IncompleteSample {
    sample_id: i32,
    sample_custom_id: Option<String>,
    sample_name: Option<String>,
    matrix_type: Option<String>,
    /// All visible tests of the sample.
    total_tests: usize,
    /// The tests of its pending assays.
    incomplete_tests: usize,
    tests: Vec<PendingAssay>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
struct PendingAssay {
    primary_test_id: i32,
    test_ids: Vec<i32>,
    label_abbr: Option<String>,
    /// REPORTED first, NOT REPORTABLE last.
    states: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct OverdueClient {
    customer_id: Option<i32>,
    customer_name: Option<String>,
    overdue_orders: i64,
    total_open_hours: f64,
    average_open_hours: f64,
    max_open_hours: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct OverduePeriod {
    period_start: NaiveDate,
    overdue_orders: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct OverdueCell {
    customer_id: Option<i32>,
    customer_name: Option<String>,
    period_start: NaiveDate,
    overdue_orders: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct OverdueState {
    state: Option<String>,
    count: i64,
    ratio: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct ReadyToReport {
    sample_id: i32,
    sample_name: Option<String>,
    sample_custom_id: Option<String>,
    order_id: Option<i32>,
    order_custom_id: Option<String>,
    customer_id: Option<i32>,
    customer_name: Option<String>,
    date_created: Local,
    completed_date: Option<Local>,
    tests_ready_count: i64,
    tests_total_count: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct MetrcStatus {
    sample_id: i32,
    sample_custom_id: Option<String>,
    date_created: Option<Local>,
    metrc_id: String,
    metrc_status: Option<String>,
    metrc_date: Instant,
    customer_name: Option<String>,
}

async fn orders(call: Call) -> Result<Overdue, Problem> {
    let metrics = call.metrics();
    let zone = metrics.laboratory().zone;
    let int = |name: &str| call.args.int(name).unwrap_or_default();
    let (minimum, warning) = (int("min_days_overdue"), int("warning_window_days"));
    let interval = call.args.text("interval").unwrap_or("week");
    let bucket = dense::bucket(Some(interval));
    let window = call.dates();
    let until = reference(window, metrics.now(), zone);
    let limits = Limits {
        window,
        reference: until,
        overdue_hours: count(minimum * 24),
        warning_hours: count((minimum - warning).max(0) * 24),
        sla_hours: call.args.float("sla_hours"),
        final_states: &metrics.laboratory().final_states,
    };
    let mut db = metrics.pool().acquire().await?;
    let counts = overdue::count(&mut *db, limits, bucket.slug()).await?;
    let listed = overdue::longest(&mut *db, limits, (int("top_limit"), int("warning_limit"))).await?;
    let ids: Vec<i32> = listed.iter().map(|order| order.id).collect();
    let work = work(overdue::assays(&mut *db, &ids).await?);
    let recent = recent(window, until, zone);
    let ready = overdue::ready(&mut *db, recent, limits.final_states, int("ready_limit")).await?;
    let since = recent.from.map_or(until, |from| instant(from, zone));
    let tags = overdue::metrc(&mut *db, since, until, int("metrc_limit")).await?;
    drop(db);
    let list = |overdue| {
        listed.iter().filter(move |order| order.overdue == overdue).map(|order| order_of(order, &work)).collect()
    };
    let of = |dimension: &'static str| counts.iter().filter(move |row| row.dimension == dimension);
    let total = of("total").next().cloned().unwrap_or_default();
    Ok(Overdue {
        interval: interval.to_owned(),
        minimum_days_overdue: minimum,
        warning_window_days: warning,
        sla_hours: limits.sla_hours,
        top_orders: list(true),
        warning_orders: list(false),
        clients: clients(of("customer"), int("client_limit")),
        timeline: timeline(of("period"), window, bucket),
        heatmap: of("cell").filter_map(cell).collect(),
        state_breakdown: states(of("state"), total.overdue),
        kpis: kpis(&total),
        ready_to_report_samples: ready.into_iter().map(ready_sample).collect(),
        metrc_samples: tags.into_iter().map(metrc_sample).collect(),
    })
}

/// The range that samples ready to report are looked for in.
fn recent(window: Window, until: DateTime<Utc>, zone: chrono_tz::Tz) -> Window {
    let local = |moment: DateTime<Utc>| moment.with_timezone(&zone).naive_local();
    let start = window.from.or_else(|| until.checked_sub_signed(TimeDelta::days(LOOKBACK_DAYS)).map(local));
    let end = window.until.or_else(|| local(until).checked_add_signed(TimeDelta::microseconds(1)));
    Window { from: start, until: end }
}

fn kpis(total: &OverdueRow) -> OverdueKpis {
    OverdueKpis {
        total_overdue: total.overdue,
        average_open_hours: total.sum.map(|sum| sum / count(total.overdue)),
        max_open_hours: total.max,
        percent_overdue_vs_active: share(total.overdue, total.open),
        overdue_beyond_sla: total.beyond,
        overdue_within_sla: total.overdue - total.beyond,
    }
}

/// A share, 0 when there is nothing to share.
pub(super) fn share(part: i64, whole: i64) -> f64 {
    super::turnaround::ratio(part, whole).unwrap_or(0.0)
}

fn clients<'a>(rows: impl Iterator<Item = &'a OverdueRow>, most: i64) -> Vec<OverdueClient> {
    let mut clients: Vec<OverdueClient> = rows
        .map(|row| {
            let sum = row.sum.unwrap_or(0.0);
            OverdueClient {
                customer_id: row.customer,
                customer_name: row.name.clone(),
                overdue_orders: row.overdue,
                total_open_hours: sum,
                average_open_hours: sum / count(row.overdue),
                max_open_hours: row.max.unwrap_or(0.0),
            }
        })
        .collect();
    clients.sort_by(|a, b| b.total_open_hours.total_cmp(&a.total_open_hours).then(a.customer_id.cmp(&b.customer_id)));
    clients.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    clients
}

fn timeline<'a>(rows: impl Iterator<Item = &'a OverdueRow>, window: Window, bucket: Bucket) -> Vec<OverduePeriod> {
    dense::fill(rows.filter_map(|row| Some((row.bucket?, row.overdue))), days(window), bucket)
        .into_iter()
        .map(|(period_start, overdue_orders)| OverduePeriod { period_start, overdue_orders })
        .collect()
}

fn cell(row: &OverdueRow) -> Option<OverdueCell> {
    Some(OverdueCell {
        customer_id: row.customer,
        customer_name: row.name.clone(),
        period_start: row.bucket?,
        overdue_orders: row.overdue,
    })
}

fn states<'a>(rows: impl Iterator<Item = &'a OverdueRow>, total: i64) -> Vec<OverdueState> {
    let mut states: Vec<OverdueState> = rows
        .map(|row| OverdueState { state: row.state.clone(), count: row.overdue, ratio: share(row.overdue, total) })
        .collect();
    states.sort_by(|a, b| (Reverse(a.count), &a.state).cmp(&(Reverse(b.count), &b.state)));
    states
}

/// What is left to do in an order: how many samples it has, and those with pending assays.
#[derive(Default)]
struct Work {
    samples: usize,
    incomplete: Vec<IncompleteSample>,
}

/// Sorts assays by sample and order. The rows come by sample.
fn work(rows: Vec<AssayRow>) -> BTreeMap<i32, Work> {
    let mut orders: BTreeMap<i32, Work> = BTreeMap::new();
    for sample in rows.chunk_by(|a, b| a.sample == b.sample) {
        let Some(first) = sample.first() else { continue };
        let order = orders.entry(first.order).or_default();
        order.samples += 1;
        let tests = |row: &AssayRow| row.tests.as_ref().map_or(0, Vec::len);
        let mut pending: Vec<PendingAssay> = sample.iter().filter(|row| row.pending).filter_map(assay).collect();
        if pending.is_empty() {
            continue;
        }
        pending.sort_by(|a, b| {
            let key = |assay: &PendingAssay| (assay.label_abbr.clone().unwrap_or_default(), assay.primary_test_id);
            key(a).cmp(&key(b))
        });
        order.incomplete.push(IncompleteSample {
            sample_id: first.sample,
            sample_custom_id: first.custom_id.clone(),
            sample_name: first.name.clone(),
            matrix_type: first.matrix.clone(),
            total_tests: sample.iter().map(tests).sum(),
            incomplete_tests: sample.iter().filter(|row| row.pending).map(tests).sum(),
            tests: pending,
        });
    }
    orders
}

fn assay(row: &AssayRow) -> Option<PendingAssay> {
    let test_ids = row.tests.clone()?;
    let mut states = row.states.clone().unwrap_or_default();
    let rank = |state: &str| match state {
        "REPORTED" => 0,
        "NOT REPORTABLE" => 2,
        _ => 1,
    };
    states.sort_by(|a, b| (rank(a), a).cmp(&(rank(b), b)));
    Some(PendingAssay { primary_test_id: *test_ids.first()?, test_ids, label_abbr: row.label.clone(), states })
}

fn order_of(order: &OpenOrder, work: &BTreeMap<i32, Work>) -> OverdueOrder {
    let left = work.get(&order.id);
    let incomplete = left.map(|work| work.incomplete.clone()).unwrap_or_default();
    OverdueOrder {
        order_id: order.id,
        custom_formatted_id: order.reference.clone(),
        customer_id: order.customer,
        customer_name: order.name.clone(),
        state: order.state.clone(),
        date_created: Local(order.created_local),
        open_hours: order.open_hours,
        total_samples: left.map_or(0, |work| work.samples),
        incomplete_sample_count: incomplete.len(),
        incomplete_samples: incomplete,
    }
}

fn ready_sample(row: ReadySample) -> ReadyToReport {
    ReadyToReport {
        sample_id: row.id,
        sample_name: row.name,
        sample_custom_id: row.custom_id,
        order_id: row.order,
        order_custom_id: row.order_reference,
        customer_id: row.customer,
        customer_name: row.customer_name,
        date_created: Local(row.created_local),
        completed_date: row.completed_local.map(Local),
        tests_ready_count: row.tests,
        tests_total_count: row.tests,
    }
}

fn metrc_sample(row: MetrcSample) -> MetrcStatus {
    MetrcStatus {
        sample_id: row.id,
        sample_custom_id: row.custom_id,
        date_created: row.created_local.map(Local),
        metrc_id: row.metrc_id,
        metrc_status: row.status,
        metrc_date: Instant(row.at),
        customer_name: row.customer_name,
    }
}
