//! What the work is made of and where it goes: customers, compositions, conversion.

use super::common::{CUSTOMER, DATES, KINDS, STATE, limit};
use super::endpoint::{Ages, Call, Endpoint};
use super::overdue::share;
use super::problem::Problem;
use super::turnaround::ratio;
use super::volume::single;
use super::{dense, moment};
use crate::db::metrics::mix::{self, CustomerWork, KindRow, TrendRow};
use crate::db::metrics::{Periods, Window};
use crate::metrics::series::count;
use app::model::period::Bucket;
use chrono::{Datelike as _, NaiveDate, TimeDelta};
use serde::Serialize;
use utoipa::ToSchema;

const TAG: &str = "Mix";

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let many = [limit("limit", 50, 1000)];
    vec![
        Endpoint::get(
            "/analytics/customers/summary",
            TAG,
            "Orders, samples, tests, lead time and order states by customer.",
            &[&DATES, &CUSTOMER, &KINDS, &STATE, &many],
            customers,
        )
        .ages(Ages::Never)
        .rows("customers"),
        Endpoint::get(
            "/analytics/customers/trends",
            TAG,
            "Tests by month of the customers with most tests, and their growth.",
            &[&DATES, &CUSTOMER, &KINDS, &many],
            trends,
        )
        .ages(Ages::Daily)
        .rows("customers"),
        Endpoint::get(
            "/analytics/orders/composition",
            TAG,
            "Samples and tests an order, by accessioning type.",
            &[&DATES, &CUSTOMER, &KINDS],
            composition,
        )
        .ages(Ages::Never)
        .rows("types"),
        Endpoint::get(
            "/analytics/samples/matrix-distribution",
            TAG,
            "Samples by matrix, compared with the period before.",
            &[&DATES, &CUSTOMER, &KINDS, &STATE],
            matrices,
        )
        .ages(Ages::Never)
        .rows("matrices"),
        Endpoint::get(
            "/analytics/samples/report-status",
            TAG,
            "How many samples have a report, by matrix.",
            &[&DATES, &CUSTOMER, &KINDS, &STATE],
            report_status,
        )
        .ages(Ages::Never)
        .rows("by_matrix_type"),
        Endpoint::get(
            "/analytics/kpis/conversion",
            TAG,
            "From orders to samples, tests and reports, of the orders created in a range.",
            &[&DATES, &CUSTOMER, &KINDS],
            conversion,
        )
        .ages(Ages::Never),
    ]
}

#[derive(Debug, Serialize, ToSchema)]
struct CustomersSummary {
    customers: Vec<CustomerSummary>,
}

#[derive(Debug, Serialize, ToSchema)]
struct CustomerSummary {
    customer_id: i32,
    customer_name: String,
    /// Orders created in the range.
    orders: i64,
    /// Samples created in the range.
    samples: i64,
    /// Tests created in the range.
    tests: i64,
    /// Of the orders, those completed by now.
    completed_orders: i64,
    /// Mean time from creation to completion of these.
    average_lead_hours: Option<f64>,
    median_lead_hours: Option<f64>,
    /// Orders by their state now.
    states: Vec<OrderStateCount>,
}

#[derive(Debug, Serialize, ToSchema)]
struct OrderStateCount {
    state: String,
    count: i64,
}

async fn customers(call: Call) -> Result<CustomersSummary, Problem> {
    let limit = call.args.int("limit").unwrap_or(50);
    let rows = mix::customers(call.metrics().pool(), &call.population(), call.dates(), limit).await?;
    Ok(CustomersSummary { customers: rows.into_iter().map(customer).collect() })
}

fn customer(row: CustomerWork) -> CustomerSummary {
    let states = row.states.unwrap_or_default().into_iter().zip(row.counts.unwrap_or_default());
    CustomerSummary {
        customer_id: row.id,
        customer_name: row.name,
        orders: row.orders,
        samples: row.samples,
        tests: row.tests,
        completed_orders: row.completed,
        average_lead_hours: row.mean,
        median_lead_hours: row.median,
        states: states.map(|(state, count)| OrderStateCount { state, count }).collect(),
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct CustomerTrends {
    customers: Vec<CustomerTrend>,
}

#[derive(Debug, Serialize, ToSchema)]
struct CustomerTrend {
    customer_id: i32,
    customer_name: String,
    /// Tests created in the range.
    tests: i64,
    /// One entry a month of the range.
    months: Vec<TrendMonth>,
    /// The last whole month against the one before it: 0.25 is a quarter more; null without two whole months.
    growth: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
struct TrendMonth {
    period_start: NaiveDate,
    tests: i64,
}

async fn trends(call: Call) -> Result<CustomerTrends, Problem> {
    let window = call.dates();
    let limit = call.args.int("limit").unwrap_or(50);
    let periods = single(window, Bucket::Month);
    let rows = mix::trends(call.metrics().pool(), &call.population(), &periods, limit).await?;
    let today = call.metrics().now_local().date();
    let customers = rows.chunk_by(|a, b| a.id == b.id).filter_map(|own| trend(own, window, today)).collect();
    Ok(CustomerTrends { customers })
}

fn trend(rows: &[TrendRow], window: Window, today: NaiveDate) -> Option<CustomerTrend> {
    let first = rows.first()?;
    let months = dense::fill(rows.iter().map(|row| (row.bucket, row.tests)), moment::days(window), Bucket::Month);
    let whole = |start: NaiveDate| {
        let begun = window.from.is_none_or(|from| from.date() <= start);
        let ended = window.until.is_none_or(|until| Bucket::Month.next(start) <= until.date());
        begun && ended && Bucket::Month.next(start) <= today
    };
    let mut last = months.iter().rev().filter(|(start, _)| whole(*start)).map(|(_, tests)| *tests);
    let growth = match (last.next(), last.next()) {
        (Some(now), Some(before)) if before > 0 => Some(count(now - before) / count(before)),
        _ => None,
    };
    Some(CustomerTrend {
        customer_id: first.id,
        customer_name: first.name.clone(),
        tests: rows.iter().map(|row| row.tests).sum(),
        months: months.into_iter().map(|(period_start, tests)| TrendMonth { period_start, tests }).collect(),
        growth,
    })
}

#[derive(Debug, Serialize, ToSchema)]
struct Composition {
    /// Everything created in the range.
    total: CompositionPart,
    /// Most samples first.
    types: Vec<CompositionPart>,
}

#[derive(Debug, Serialize, ToSchema)]
struct CompositionPart {
    /// The accessioning type; `unknown` where there is none, `all` for the total.
    sample_type: String,
    orders: i64,
    samples: i64,
    tests: i64,
    samples_per_order: Option<f64>,
    tests_per_sample: Option<f64>,
}

fn part(row: &KindRow) -> CompositionPart {
    CompositionPart {
        sample_type: row.key.clone().unwrap_or_else(|| "all".to_owned()),
        orders: row.orders,
        samples: row.samples,
        tests: row.tests,
        samples_per_order: ratio(row.samples, row.orders),
        tests_per_sample: ratio(row.tests, row.samples),
    }
}

async fn composition(call: Call) -> Result<Composition, Problem> {
    let rows = mix::kinds(call.metrics().pool(), &call.population(), &single(call.dates(), Bucket::Month)).await?;
    let of = |dimension: &'static str| rows.iter().filter(move |row| row.dimension == dimension && row.samples > 0);
    let none = || CompositionPart {
        sample_type: "all".to_owned(),
        orders: 0,
        samples: 0,
        tests: 0,
        samples_per_order: None,
        tests_per_sample: None,
    };
    Ok(Composition { total: of("total").next().map_or_else(none, part), types: of("type").map(part).collect() })
}

#[derive(Debug, Serialize, ToSchema)]
struct MatrixDistribution {
    total_samples: i64,
    /// Samples of the equally long period just before; null without both bounds.
    previous_samples: Option<i64>,
    /// Most samples first.
    matrices: Vec<MatrixShare>,
}

#[derive(Debug, Serialize, ToSchema)]
struct MatrixShare {
    matrix_type: String,
    samples: i64,
    /// Share of all samples, 0 to 1.
    ratio: f64,
    previous_samples: Option<i64>,
    previous_ratio: Option<f64>,
}

async fn matrices(call: Call) -> Result<MatrixDistribution, Problem> {
    let current = call.dates();
    let bounded = current.from.zip(current.until);
    let previous = bounded.map(|(from, until)| {
        let length = (until - from).max(TimeDelta::zero());
        let before = from.checked_sub_signed(length).filter(|before| before.year() >= 1).unwrap_or(from);
        Window::new(before, from)
    });
    let periods = Periods { previous: previous.unwrap_or(Window::EMPTY), ..single(current, Bucket::Month) };
    let rows = mix::kinds(call.metrics().pool(), &call.population(), &periods).await?;
    let total = rows.iter().find(|row| row.dimension == "total");
    let (samples, before) = total.map_or((0, 0), |row| (row.samples, row.previous));
    let one = |row: &KindRow| MatrixShare {
        matrix_type: row.key.clone().unwrap_or_default(),
        samples: row.samples,
        ratio: share(row.samples, samples),
        previous_samples: previous.map(|_| row.previous),
        previous_ratio: previous.map(|_| share(row.previous, before)),
    };
    Ok(MatrixDistribution {
        total_samples: samples,
        previous_samples: previous.map(|_| before),
        matrices: rows.iter().filter(|row| row.dimension == "matrix").map(one).collect(),
    })
}

#[derive(Debug, Serialize, ToSchema)]
struct ReportStatus {
    total_samples: i64,
    with_report: i64,
    without_report: i64,
    /// Share with a report, 0 to 1.
    report_ratio: f64,
    by_matrix_type: Vec<MatrixReports>,
}

#[derive(Debug, Serialize, ToSchema)]
struct MatrixReports {
    matrix_type: String,
    samples: i64,
    with_report: i64,
    without_report: i64,
    report_ratio: f64,
}

async fn report_status(call: Call) -> Result<ReportStatus, Problem> {
    let rows = mix::kinds(call.metrics().pool(), &call.population(), &single(call.dates(), Bucket::Month)).await?;
    let total = rows.iter().find(|row| row.dimension == "total");
    let (samples, with_report) = total.map_or((0, 0), |row| (row.samples, row.with_report));
    let one = |row: &KindRow| MatrixReports {
        matrix_type: row.key.clone().unwrap_or_default(),
        samples: row.samples,
        with_report: row.with_report,
        without_report: row.samples - row.with_report,
        report_ratio: share(row.with_report, row.samples),
    };
    Ok(ReportStatus {
        total_samples: samples,
        with_report,
        without_report: samples - with_report,
        report_ratio: share(with_report, samples),
        by_matrix_type: rows.iter().filter(|row| row.dimension == "matrix").map(one).collect(),
    })
}

#[derive(Debug, Serialize, ToSchema)]
struct ConversionKpis {
    /// Orders created in the range.
    orders: i64,
    /// Of these, orders with a sample.
    orders_with_samples: i64,
    orders_reported: i64,
    /// Samples of these orders.
    samples: i64,
    /// Of these, samples with a test.
    samples_with_tests: i64,
    /// Tests of these samples.
    tests: i64,
    /// Of these, reported tests.
    tests_reported: i64,
    orders_with_samples_ratio: f64,
    samples_with_tests_ratio: f64,
    tests_reported_ratio: f64,
    orders_reported_ratio: f64,
}

async fn conversion(call: Call) -> Result<ConversionKpis, Problem> {
    let row = mix::conversion(call.metrics().pool(), &call.population(), call.dates()).await?;
    Ok(ConversionKpis {
        orders: row.orders,
        orders_with_samples: row.orders_with_samples,
        orders_reported: row.orders_reported,
        samples: row.samples,
        samples_with_tests: row.samples_with_tests,
        tests: row.tests,
        tests_reported: row.reported,
        orders_with_samples_ratio: share(row.orders_with_samples, row.orders),
        samples_with_tests_ratio: share(row.samples_with_tests, row.samples),
        tests_reported_ratio: share(row.reported, row.tests),
        orders_reported_ratio: share(row.orders_reported, row.orders),
    })
}
