//! Quality: alerts by customer, states over time, the key figures.

use super::common::{CUSTOMER, DATES, KINDS, ORDER, SLA, WEEKLY};
use super::dense;
use super::endpoint::{Ages, Call, Endpoint};
use super::moment::{days, reference};
use super::overdue::share;
use super::params::{Kind, query};
use super::problem::Problem;
use super::wire::Local;
use crate::db::metrics::quality::{self, Groups, OrderQuality, StateRow, TestQuality};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

const TAG: &str = "Quality";

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let least =
        [query("min_alert_percentage", Kind::Float(Some(0.1), 0.0, 1.0), "The least share, 0 to 1, that is an alert.")];
    let by = [query("by", Kind::Choice(Some("customer"), &["customer", "matrix"]), "What tests are grouped by.")];
    vec![
        Endpoint::get(
            "/analytics/customers/alerts",
            TAG,
            "Customers with holds, tests that cannot be reported, or work beyond the target.",
            &[&DATES, &CUSTOMER, &WEEKLY, &SLA, &least],
            alerts,
        )
        .rows("alerts"),
        Endpoint::get(
            "/analytics/tests/state-distribution",
            TAG,
            "States of the tests created in a range, by period of creation.",
            &[&DATES, &CUSTOMER, &ORDER, &KINDS, &WEEKLY],
            state_distribution,
        )
        .ages(Ages::Never)
        .rows("totals"),
        Endpoint::get(
            "/analytics/kpis/quality",
            TAG,
            "Holds, cancellations and work against the target, of tests and orders.",
            &[&DATES, &CUSTOMER, &ORDER, &SLA],
            kpis,
        ),
        Endpoint::get(
            "/analytics/quality/breakdown",
            TAG,
            "Quality of the tests created in a range, by customer or matrix.",
            &[&DATES, &CUSTOMER, &ORDER, &KINDS, &SLA, &by],
            breakdown,
        )
        .rows("groups"),
    ]
}

#[derive(Debug, Serialize, ToSchema)]
struct CustomerAlerts {
    interval: String,
    sla_hours: f64,
    min_alert_percentage: f64,
    heatmap: Vec<AlertCell>,
    alerts: Vec<CustomerAlert>,
}

#[derive(Debug, Serialize, ToSchema)]
struct AlertCell {
    customer_id: i32,
    customer_name: Option<String>,
    period_start: NaiveDate,
    total_tests: i64,
    on_hold_tests: i64,
    not_reportable_tests: i64,
    sla_breach_tests: i64,
    on_hold_ratio: f64,
    not_reportable_ratio: f64,
    sla_breach_ratio: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct CustomerAlert {
    customer_id: i32,
    customer_name: Option<String>,
    orders_total: i64,
    orders_on_hold: i64,
    orders_beyond_sla: i64,
    tests_total: i64,
    tests_on_hold: i64,
    tests_not_reportable: i64,
    tests_beyond_sla: i64,
    primary_reason: String,
    primary_ratio: f64,
    latest_activity_at: Option<Local>,
}

async fn alerts(call: Call) -> Result<CustomerAlerts, Problem> {
    let (who, window, metrics) = (call.population(), call.dates(), call.metrics());
    let interval = call.args.text("interval").unwrap_or("week");
    let bucket = dense::bucket(Some(interval)).slug();
    let (sla_hours, least) = (call.args.float("sla_hours"), call.args.float("min_alert_percentage"));
    let now = reference(window, metrics.now(), metrics.laboratory().zone);
    let mut db = metrics.pool().acquire().await?;
    let tests = quality::tests(&mut *db, &who, window, Groups::Customers, bucket, now, sla_hours).await?;
    let orders = quality::orders(&mut *db, &who, window, now, sla_hours).await?;
    let mut alerts: Vec<CustomerAlert> =
        by_customer(&tests, &orders).into_values().filter_map(|(tests, orders)| alert(&tests, &orders)).collect();
    alerts.retain(|alert| alert.primary_ratio >= least);
    alerts.sort_by(|a, b| b.primary_ratio.total_cmp(&a.primary_ratio).then(a.customer_id.cmp(&b.customer_id)));
    Ok(CustomerAlerts {
        interval: interval.to_owned(),
        sla_hours,
        min_alert_percentage: least,
        heatmap: tests.iter().filter(|row| row.dimension == "cell").filter_map(alert_cell).collect(),
        alerts,
    })
}

fn alert_cell(row: &TestQuality) -> Option<AlertCell> {
    Some(AlertCell {
        customer_id: row.customer?,
        customer_name: row.name.clone(),
        period_start: row.bucket?,
        total_tests: row.total,
        on_hold_tests: row.on_hold,
        not_reportable_tests: row.not_reportable,
        sla_breach_tests: row.beyond,
        on_hold_ratio: share(row.on_hold, row.total),
        not_reportable_ratio: share(row.not_reportable, row.total),
        sla_breach_ratio: share(row.beyond, row.total),
    })
}

/// The tests and orders of each customer that has either.
fn by_customer(tests: &[TestQuality], orders: &[OrderQuality]) -> BTreeMap<i32, (TestQuality, OrderQuality)> {
    let mut customers: BTreeMap<i32, (TestQuality, OrderQuality)> = BTreeMap::new();
    for row in tests.iter().filter(|row| row.dimension == "customer") {
        if let Some(id) = row.customer {
            customers.entry(id).or_default().0 = row.clone();
        }
    }
    for row in orders.iter().filter(|row| !row.all) {
        if let Some(id) = row.customer {
            customers.entry(id).or_default().1 = row.clone();
        }
    }
    customers
}

fn alert(tests: &TestQuality, orders: &OrderQuality) -> Option<CustomerAlert> {
    let ratios = [
        ("tests_on_hold", share(tests.on_hold, tests.total)),
        ("tests_not_reportable", share(tests.not_reportable, tests.total)),
        ("tests_beyond_sla", share(tests.beyond, tests.total)),
        ("orders_on_hold", share(orders.on_hold, orders.total)),
        ("orders_beyond_sla", share(orders.beyond, orders.total)),
    ];
    let (reason, ratio) = ratios.into_iter().reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    Some(CustomerAlert {
        customer_id: tests.customer.or(orders.customer)?,
        customer_name: tests.name.clone().or_else(|| orders.name.clone()),
        orders_total: orders.total,
        orders_on_hold: orders.on_hold,
        orders_beyond_sla: orders.beyond,
        tests_total: tests.total,
        tests_on_hold: tests.on_hold,
        tests_not_reportable: tests.not_reportable,
        tests_beyond_sla: tests.beyond,
        primary_reason: reason.to_owned(),
        primary_ratio: ratio,
        latest_activity_at: tests.newest.max(orders.newest).map(Local),
    })
}

#[derive(Debug, Serialize, ToSchema)]
struct StateDistribution {
    interval: String,
    states: Vec<String>,
    series: Vec<StatePeriod>,
    totals: Vec<StateShare>,
}

#[derive(Debug, Serialize, ToSchema)]
struct StatePeriod {
    period_start: NaiveDate,
    total_tests: i64,
    /// One entry a state, in the order of `states`.
    buckets: Vec<StateShare>,
}

#[derive(Debug, Serialize, ToSchema)]
struct StateShare {
    state: String,
    count: i64,
    ratio: f64,
}

async fn state_distribution(call: Call) -> Result<StateDistribution, Problem> {
    let (window, interval) = (call.dates(), call.args.text("interval").unwrap_or("week"));
    let bucket = dense::bucket(Some(interval));
    let rows = quality::states(call.metrics().pool(), &call.population(), window, bucket.slug()).await?;
    let states: Vec<String> = rows.iter().map(|row| row.state.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let mut periods: BTreeMap<NaiveDate, BTreeMap<&str, i64>> = BTreeMap::new();
    let mut totals: BTreeMap<&str, i64> = BTreeMap::new();
    for StateRow { bucket, state, count } in &rows {
        *periods.entry(*bucket).or_default().entry(state).or_default() += count;
        *totals.entry(state).or_default() += count;
    }
    let shares = |counts: &BTreeMap<&str, i64>| {
        let whole = counts.values().sum();
        let one = |state: &String| {
            let count = counts.get(state.as_str()).copied().unwrap_or(0);
            StateShare { state: state.clone(), count, ratio: share(count, whole) }
        };
        (whole, states.iter().map(one).collect::<Vec<_>>())
    };
    let range = days(window).filter(|_| !rows.is_empty());
    let series = dense::fill(periods, range, bucket)
        .into_iter()
        .map(|(period_start, counts)| {
            let (total_tests, buckets) = shares(&counts);
            StatePeriod { period_start, total_tests, buckets }
        })
        .collect();
    let (_, totals) = shares(&totals);
    Ok(StateDistribution { interval: interval.to_owned(), series, totals, states: states.clone() })
}

#[derive(Debug, Serialize, ToSchema)]
struct QualityKpis {
    sla_hours: f64,
    tests: QualityTests,
    orders: QualityOrders,
}

#[derive(Debug, Serialize, ToSchema)]
struct QualityTests {
    total_tests: i64,
    on_hold_tests: i64,
    not_reportable_tests: i64,
    cancelled_tests: i64,
    reported_tests: i64,
    within_sla_tests: i64,
    beyond_sla_tests: i64,
    /// Reported before they were created: on neither side of the target.
    negative_durations: i64,
    on_hold_ratio: f64,
    not_reportable_ratio: f64,
    beyond_sla_ratio: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct QualityOrders {
    total_orders: i64,
    on_hold_orders: i64,
    completed_orders: i64,
    within_sla_orders: i64,
    beyond_sla_orders: i64,
    /// Completed before they were created: on neither side of the target.
    negative_durations: i64,
    on_hold_ratio: f64,
    beyond_sla_ratio: f64,
}

async fn kpis(call: Call) -> Result<QualityKpis, Problem> {
    let (who, window, metrics) = (call.population(), call.dates(), call.metrics());
    let sla_hours = call.args.float("sla_hours");
    let now = reference(window, metrics.now(), metrics.laboratory().zone);
    let mut db = metrics.pool().acquire().await?;
    let tests = quality::tests(&mut *db, &who, window, Groups::Total, "week", now, sla_hours).await?;
    let orders = quality::orders(&mut *db, &who, window, now, sla_hours).await?;
    let tests = tests.into_iter().find(|row| row.dimension == "total").unwrap_or_default();
    let orders = orders.into_iter().find(|row| row.all).unwrap_or_default();
    Ok(QualityKpis {
        sla_hours,
        tests: quality_tests(&tests),
        orders: QualityOrders {
            total_orders: orders.total,
            on_hold_orders: orders.on_hold,
            completed_orders: orders.completed,
            within_sla_orders: orders.within,
            beyond_sla_orders: orders.beyond,
            negative_durations: orders.negative,
            on_hold_ratio: share(orders.on_hold, orders.total),
            beyond_sla_ratio: share(orders.beyond, orders.total),
        },
    })
}

fn quality_tests(row: &TestQuality) -> QualityTests {
    QualityTests {
        total_tests: row.total,
        on_hold_tests: row.on_hold,
        not_reportable_tests: row.not_reportable,
        cancelled_tests: row.cancelled,
        reported_tests: row.reported,
        within_sla_tests: row.within,
        beyond_sla_tests: row.beyond,
        negative_durations: row.negative,
        on_hold_ratio: share(row.on_hold, row.total),
        not_reportable_ratio: share(row.not_reportable, row.total),
        beyond_sla_ratio: share(row.beyond, row.total),
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct QualityBreakdown {
    /// `customer` or `matrix`.
    by: String,
    sla_hours: f64,
    /// Most tests first, equal counts by key.
    groups: Vec<QualityGroup>,
}

#[derive(Debug, Serialize, ToSchema)]
struct QualityGroup {
    /// The customer's name or the matrix; `unknown` where there is none.
    key: String,
    customer_id: Option<i32>,
    #[serde(flatten)]
    tests: QualityTests,
}

async fn breakdown(call: Call) -> Result<QualityBreakdown, Problem> {
    let by = call.args.text("by").unwrap_or("customer");
    let (groups, dimension) =
        if by == "matrix" { (Groups::Matrices, "matrix") } else { (Groups::Customers, "customer") };
    let (metrics, sla_hours) = (call.metrics(), call.args.float("sla_hours"));
    let window = call.dates();
    let now = reference(window, metrics.now(), metrics.laboratory().zone);
    let rows = quality::tests(metrics.pool(), &call.population(), window, groups, "month", now, sla_hours).await?;
    let mut groups: Vec<QualityGroup> = rows
        .iter()
        .filter(|row| row.dimension == dimension)
        .map(|row| QualityGroup {
            key: row.name.clone().or_else(|| row.matrix.clone()).unwrap_or_else(|| "unknown".to_owned()),
            customer_id: row.customer,
            tests: quality_tests(row),
        })
        .collect();
    groups.sort_by(|a, b| b.tests.total_tests.cmp(&a.tests.total_tests).then_with(|| a.key.cmp(&b.key)));
    Ok(QualityBreakdown { by: by.to_owned(), sla_hours, groups })
}
