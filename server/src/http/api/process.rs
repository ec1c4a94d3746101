//! How work goes through: the shape of turnaround, work in progress, time in each state, first-pass yield, the outlook
//! of open orders.

use super::common::{CUSTOMER, DATES, KINDS, ORDER, SLA, STATE, limit};
use super::endpoint::{Ages, Call, Endpoint};
use super::moment::instant;
use super::params::{Kind, Param, query};
use super::problem::Problem;
use super::turnaround::ratio;
use super::wire::Instant;
use crate::db::metrics::process::{self, Measure, OrderLife, PassRow, WipRow};
use crate::db::metrics::stages::{self, VisitsRow};
use crate::metrics::little;
use crate::metrics::remaining::{Company, PEER_DAYS, Peers};
use crate::metrics::series::count;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

const TAG: &str = "Process";

/// Orders created in these days before today are foretold again, from the peers before them.
const TESTED: (i64, i64) = (90, 30);

const MEASURE: [Param; 4] = [
    query("from_event", Kind::Choice(Some("created"), &["created", "received"]), "Where the clock starts."),
    query(
        "to_event",
        Kind::Choice(Some("reported"), &["reported", "completed"]),
        "Where it stops; the range bounds this date.",
    ),
    query(
        "clock",
        Kind::Choice(Some("calendar"), &["calendar", "working"]),
        "Every hour, or the laboratory's working hours without holidays.",
    ),
    query(
        "exclude_holds",
        Kind::Bool(false),
        "Without the time on hold, where changes of state were seen; calendar clock only.",
    ),
];

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let who: [&[Param]; 4] = [&CUSTOMER, &ORDER, &KINDS, &STATE];
    let dated = [&[&DATES[..]], who.as_slice()].concat();
    let profiled = [dated.as_slice(), &[&SLA, &MEASURE]].concat();
    let many = [limit("limit", 100, 1000)];
    vec![
        Endpoint::get(
            "/metrics/tests/turnaround-profile",
            TAG,
            "The distribution of turnaround, on the calendar or the working-time clock.",
            &profiled,
            profile,
        )
        .ages(Ages::Never)
        .rows("ecdf"),
        Endpoint::get("/analytics/tests/wip", TAG, "Tests in progress by state, and how old they are.", &who, wip)
            .rows("states"),
        Endpoint::get(
            "/analytics/tests/littles-law",
            TAG,
            "Work in progress against throughput times turnaround; the last 30 days without a range.",
            &dated,
            little,
        ),
        Endpoint::get(
            "/analytics/tests/stages",
            TAG,
            "Time in each state, of the tests reported in a range.",
            &dated,
            stages,
        )
        .ages(Ages::Never)
        .rows("stages"),
        Endpoint::get(
            "/analytics/kpis/first-pass",
            TAG,
            "Tests that were not run again, of those reported in a range.",
            &dated,
            first_pass,
        )
        .ages(Ages::Never)
        .rows("labels"),
        Endpoint::get(
            "/analytics/orders/outlook",
            TAG,
            "When open orders will be done, and the chance that they miss the target.",
            &[&CUSTOMER, &KINDS, &SLA, &many],
            outlook,
        )
        .rows("orders"),
    ]
}

#[derive(Debug, Serialize, ToSchema)]
struct TurnaroundProfile {
    clock: String,
    sla_hours: f64,
    /// Tests with a usable duration.
    measured_tests: i64,
    /// Tests whose end lies before their start: data errors, in none of the figures.
    negative_tests: i64,
    /// Tests without the first date.
    undated_tests: i64,
    within_sla: i64,
    beyond_sla: i64,
    /// Share within the target, 0 to 1; null without tests.
    on_time_ratio: Option<f64>,
    average_hours: Option<f64>,
    median_hours: Option<f64>,
    p90_hours: Option<f64>,
    p95_hours: Option<f64>,
    p99_hours: Option<f64>,
    /// The share of tests that took at most so long, in steps of two percent.
    ecdf: Vec<EcdfPoint>,
}

#[derive(Debug, Serialize, ToSchema)]
struct EcdfPoint {
    share: f64,
    hours: f64,
}

async fn profile(call: Call) -> Result<TurnaroundProfile, Problem> {
    let is = |name, word| call.args.text(name) == Some(word);
    let measure = Measure {
        from_reception: is("from_event", "received"),
        to_completion: is("to_event", "completed"),
        working_time: is("clock", "working"),
        without_holds: call.args.bool("exclude_holds"),
    };
    let sla_hours = call.args.float("sla_hours");
    let row = process::profile(call.metrics().pool(), &call.population(), call.dates(), measure, sla_hours).await?;
    let percentile = |at: usize| row.percentiles.as_ref().and_then(|values| values.get(at)).copied();
    let point = |(step, hours): (i64, f64)| EcdfPoint { share: count(step) / 50.0, hours };
    Ok(TurnaroundProfile {
        clock: if measure.working_time { "working" } else { "calendar" }.to_owned(),
        sla_hours,
        measured_tests: row.measured,
        negative_tests: row.negative,
        undated_tests: row.undated,
        within_sla: row.within,
        beyond_sla: row.measured - row.within,
        on_time_ratio: ratio(row.within, row.measured),
        average_hours: row.mean,
        median_hours: percentile(0),
        p90_hours: percentile(1),
        p95_hours: percentile(2),
        p99_hours: percentile(3),
        ecdf: (0..).zip(row.curve.unwrap_or_default()).map(point).collect(),
    })
}

#[derive(Debug, Serialize, ToSchema)]
struct WorkInProgress {
    total: WipState,
    /// Most tests first.
    states: Vec<WipState>,
}

#[derive(Debug, Default, Serialize, ToSchema)]
struct WipState {
    /// The state; `all` in the total.
    state: String,
    tests: i64,
    under_24_hours: i64,
    under_48_hours: i64,
    under_72_hours: i64,
    under_168_hours: i64,
    older: i64,
    median_age_hours: Option<f64>,
    p90_age_hours: Option<f64>,
    oldest_hours: Option<f64>,
}

fn wip_state(row: WipRow) -> WipState {
    let age = |at: usize| row.ages.get(at).copied().unwrap_or(0);
    WipState {
        tests: row.tests,
        under_24_hours: age(0),
        under_48_hours: age(1),
        under_72_hours: age(2),
        under_168_hours: age(3),
        older: age(4),
        median_age_hours: row.median,
        p90_age_hours: row.p90,
        oldest_hours: row.oldest,
        state: row.state.unwrap_or_else(|| "all".to_owned()),
    }
}

async fn wip(call: Call) -> Result<WorkInProgress, Problem> {
    let metrics = call.metrics();
    let finals = &metrics.laboratory().final_states;
    let mut rows =
        process::wip(metrics.pool(), &call.population(), metrics.now(), finals).await?.into_iter().map(wip_state);
    let total = rows.next().unwrap_or_default();
    Ok(WorkInProgress { total, states: rows.collect() })
}

#[derive(Debug, Serialize, ToSchema)]
struct LittlesLaw {
    /// Average number of tests in progress, of all that have been reported since.
    average_in_progress: Option<f64>,
    /// Tests reported a day.
    throughput_per_day: Option<f64>,
    average_turnaround_hours: Option<f64>,
    /// Throughput times turnaround.
    expected_in_progress: Option<f64>,
    /// Average in progress by the expected: near 1 where the laboratory is in balance and its dates hold together.
    ratio: Option<f64>,
}

async fn little(call: Call) -> Result<LittlesLaw, Problem> {
    let metrics = call.metrics();
    let (window, zone) = (call.dates(), metrics.laboratory().zone);
    let until = window.until.map_or(metrics.now(), |until| instant(until, zone)).min(metrics.now());
    let from = window
        .from
        .map_or_else(|| until.checked_sub_signed(TimeDelta::days(30)).unwrap_or(until), |from| instant(from, zone));
    let found = little::check(metrics.pool(), &call.population(), from, until).await?;
    Ok(LittlesLaw {
        average_in_progress: found.in_progress,
        throughput_per_day: found.per_day,
        average_turnaround_hours: found.mean_hours,
        expected_in_progress: found.expected,
        ratio: found.ratio,
    })
}

#[derive(Debug, Serialize, ToSchema)]
struct Stages {
    stages: Vec<Stage>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Stage {
    state: String,
    /// How often the state was left.
    visits: i64,
    average_hours: Option<f64>,
    median_hours: Option<f64>,
    p90_hours: Option<f64>,
}

async fn stages(call: Call) -> Result<Stages, Problem> {
    let rows = stages::visits(call.metrics().pool(), &call.population(), call.dates()).await?;
    let one = |row: VisitsRow| {
        let percentile = |at: usize| row.percentiles.as_ref().and_then(|values| values.get(at)).copied();
        let (median_hours, p90_hours) = (percentile(0), percentile(1));
        Stage { visits: row.visits, average_hours: row.mean, median_hours, p90_hours, state: row.state }
    };
    Ok(Stages { stages: rows.into_iter().map(one).collect() })
}

#[derive(Debug, Serialize, ToSchema)]
struct FirstPass {
    total: FirstPassPart,
    /// Most tests first.
    labels: Vec<FirstPassPart>,
}

#[derive(Debug, Default, Serialize, ToSchema)]
struct FirstPassPart {
    /// The label; `all` in the total.
    label_abbr: String,
    tests: i64,
    /// Tests whose changes of state have been seen; only of these is it known whether they were run again.
    observed_tests: i64,
    reworked_tests: i64,
    /// Share of the observed that were not run or prepared again, 0 to 1.
    first_pass_yield: Option<f64>,
}

fn pass(row: PassRow) -> FirstPassPart {
    FirstPassPart {
        label_abbr: row.label.unwrap_or_else(|| "all".to_owned()),
        tests: row.tests,
        observed_tests: row.observed,
        reworked_tests: row.reworked,
        first_pass_yield: ratio(row.observed - row.reworked, row.observed),
    }
}

async fn first_pass(call: Call) -> Result<FirstPass, Problem> {
    let rows = process::first_pass(call.metrics().pool(), &call.population(), call.dates()).await?;
    let mut rows = rows.into_iter().map(pass);
    Ok(FirstPass { total: rows.next().unwrap_or_default(), labels: rows.collect() })
}

#[derive(Debug, Serialize, ToSchema)]
struct OrdersOutlook {
    /// How it is made.
    method: String,
    sla_hours: f64,
    /// Open orders in all.
    open_orders: usize,
    /// Expected number of them that miss the target.
    expected_misses: f64,
    /// The likeliest to miss first, those past the target before all.
    orders: Vec<OrderOutlook>,
    calibration: OutlookCalibration,
}

#[derive(Debug, Serialize, ToSchema)]
struct OrderOutlook {
    order_id: i32,
    custom_formatted_id: Option<String>,
    customer_id: Option<i32>,
    age_hours: f64,
    /// `customer` or `all`: whose finished orders are the peers.
    basis: String,
    /// Peers that were still open at this age; below that, nothing can be said.
    peers: usize,
    /// Chance that the order misses the target, 0 to 1; null where nothing can be said.
    miss_probability: Option<f64>,
    expected_completion: Option<Instant>,
    earliest_80: Option<Instant>,
    latest_80: Option<Instant>,
}

#[derive(Debug, Serialize, ToSchema)]
struct OutlookCalibration {
    /// Orders of the last three months foretold at half the target, from the orders before them.
    orders: usize,
    expected_miss_ratio: f64,
    observed_miss_ratio: f64,
    /// 0 is perfect, 0.25 is guessing.
    brier_score: f64,
}

async fn outlook(call: Call) -> Result<OrdersOutlook, Problem> {
    let metrics = call.metrics();
    let (now, sla_hours) = (metrics.now(), call.args.float("sla_hours"));
    let finals = &metrics.laboratory().final_states;
    let since = now - TimeDelta::days(PEER_DAYS);
    let lives = process::order_lives(metrics.pool(), &call.population(), since, now, finals).await?;
    let (done, open): (Vec<OrderLife>, Vec<OrderLife>) = lives.into_iter().partition(|life| life.hours.is_some());
    let took: Vec<(Option<i32>, f64)> = done.iter().filter_map(|life| Some((life.customer, life.hours?))).collect();
    let company = Company::new(&took);
    let mut orders: Vec<OrderOutlook> = open.iter().map(|life| foretell(life, &company, now, sla_hours)).collect();
    let open_orders = orders.len();
    let expected_misses = orders.iter().filter_map(|order| order.miss_probability).sum();
    orders.sort_by(|a, b| {
        let key = |order: &OrderOutlook| (order.miss_probability.unwrap_or(0.0), order.age_hours);
        key(b).partial_cmp(&key(a)).unwrap_or(std::cmp::Ordering::Equal).then(a.order_id.cmp(&b.order_id))
    });
    orders.truncate(call.args.int("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100));
    let method = "How long finished orders of the last 180 days still took at the same age: the customer's own where there are enough, else all.";
    Ok(OrdersOutlook {
        method: method.to_owned(),
        sla_hours,
        open_orders,
        expected_misses,
        orders,
        calibration: calibrate(&done, now, sla_hours),
    })
}

fn foretell(life: &OrderLife, company: &Company, now: DateTime<Utc>, sla_hours: f64) -> OrderOutlook {
    let age_hours = (now - life.created).as_seconds_f64() / 3600.0;
    let outlook = company.outlook(life.customer, age_hours, sla_hours);
    let basis = if outlook.is_some_and(|(own, _)| own) { "customer" } else { "all" };
    let found = outlook.map(|(_, found)| found);
    let at = |hours: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "a number of seconds within years")]
        let seconds = TimeDelta::seconds((hours * 3600.0) as i64);
        now.checked_add_signed(seconds).map(Instant)
    };
    OrderOutlook {
        order_id: life.id,
        custom_formatted_id: life.number.clone(),
        customer_id: life.customer,
        age_hours,
        basis: basis.to_owned(),
        peers: found.map_or(0, |outlook| outlook.peers),
        miss_probability: company.miss(life.customer, age_hours, sla_hours),
        expected_completion: found.and_then(|outlook| at(outlook.remaining)),
        earliest_80: found.and_then(|outlook| at(outlook.low_80)),
        latest_80: found.and_then(|outlook| at(outlook.high_80)),
    }
}

/// Foretells the orders of the tested days at half their target, from those that were done before.
fn calibrate(done: &[OrderLife], now: DateTime<Utc>, sla_hours: f64) -> OutlookCalibration {
    let (first, last) = (now - TimeDelta::days(TESTED.0), now - TimeDelta::days(TESTED.1));
    let before: Peers = done.iter().filter(|life| life.created < first).filter_map(|life| life.hours).collect();
    let tested = done.iter().filter(|life| life.created >= first && life.created < last).filter_map(|life| life.hours);
    let found = before.calibration(tested, sla_hours / 2.0, sla_hours);
    OutlookCalibration {
        orders: found.orders,
        expected_miss_ratio: found.expected,
        observed_miss_ratio: found.observed,
        brier_score: found.brier,
    }
}
