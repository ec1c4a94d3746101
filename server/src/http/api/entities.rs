//! Single records with what belongs to them.

use super::accounts::{rounded, sla_status};
use super::common::SLA;
use super::endpoint::{Call, Endpoint};
use super::params::{Kind, path_id, query};
use super::problem::Problem;
use super::wire::Local;
use crate::db::PgConnection;
use crate::db::metrics::entities::{self, OrderHead, SampleHead, TestHead};
use app::model::filter::default_sla_hours;
use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

const TAG: &str = "Records";

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let flag = |name, default, about| query(name, Kind::Bool(default), about);
    let batches = flag("include_batches", true, "Also answer its batches.");
    let order = [
        path_id("order_id", "The order."),
        flag("include_samples", true, "Also answer its samples."),
        flag("include_tests", false, "Also answer the samples' tests."),
    ];
    let sample = [path_id("sample_id", "The sample.")];
    let test = [path_id("test_id", "The test.")];
    let full = [flag("full", false, "Accepted for compatibility; the full record has a path of its own.")];
    let sample_flags = [flag("include_tests", true, "Also answer its tests."), batches];
    let test_flags = [
        flag("include_sample", true, "Also answer its sample."),
        flag("include_order", true, "Also answer its order and customer."),
        batches,
    ];
    vec![
        Endpoint::get(
            "/entities/orders/{order_id}",
            TAG,
            "An order with its customer and samples.",
            &[&order, &SLA],
            order_detail,
        ),
        Endpoint::get(
            "/entities/samples/{sample_id}",
            TAG,
            "A sample with its order and batches.",
            &[&sample, &full],
            sample_detail,
        ),
        Endpoint::get(
            "/entities/samples/{sample_id}/full",
            TAG,
            "A sample with its order, tests and batches.",
            &[&sample, &SLA, &sample_flags],
            sample_full,
        ),
        Endpoint::get(
            "/entities/tests/{test_id}",
            TAG,
            "A test with its sample, order and batches.",
            &[&test],
            test_detail,
        ),
        Endpoint::get(
            "/entities/tests/{test_id}/full",
            TAG,
            "A test with what was asked for.",
            &[&test, &SLA, &test_flags],
            test_full,
        ),
    ]
}

#[derive(Debug, Serialize, ToSchema)]
struct OrderDetail {
    order: OrderRecord,
    customer: Option<CustomerRef>,
    samples: Option<Vec<OrderSample>>,
}

#[derive(Debug, Serialize, ToSchema)]
struct OrderRecord {
    id: i32,
    custom_formatted_id: Option<String>,
    state: Option<String>,
    /// `ok`, `warning` or `overdue`; the clock stops at completion or report.
    sla_status: String,
    sla_hours: f64,
    age_hours: f64,
    date_created: Option<Local>,
    date_completed: Option<Local>,
    date_order_reported: Option<Local>,
    date_received: Option<Local>,
    /// Visible samples without a completion date.
    pending_samples: usize,
    /// Visible tests without a report date.
    pending_tests: usize,
}

#[derive(Debug, Serialize, ToSchema)]
struct CustomerRef {
    id: i32,
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct OrderSample {
    id: i32,
    sample_name: Option<String>,
    state: Option<String>,
    has_report: bool,
    /// Null when there are none.
    pending_tests: Option<usize>,
    /// Null when there are none, or when they were not asked for.
    tests: Option<Vec<TestItem>>,
}

#[derive(Debug, Serialize, ToSchema)]
struct TestItem {
    id: i32,
    label_abbr: Option<String>,
    state: Option<String>,
    has_report: bool,
    report_completed_date: Option<Local>,
}

async fn order_detail(call: Call) -> Result<OrderDetail, Problem> {
    let id = call.args.id("order_id").unwrap_or_default();
    let (metrics, sla_hours) = (call.metrics(), call.args.float("sla_hours"));
    let mut db = metrics.pool().acquire().await?;
    let order = entities::order(&mut *db, id, metrics.now()).await?.ok_or(Problem::not_found("not_found"))?;
    let samples = entities::samples(&mut *db, None, Some(id), metrics.now()).await?;
    let tests = entities::tests(&mut *db, None, None, Some(id), metrics.now()).await?;
    let with_tests = call.args.bool("include_tests");
    let listed = call
        .args
        .bool("include_samples")
        .then(|| samples.iter().map(|sample| order_sample(sample, &tests, with_tests)).collect());
    Ok(OrderDetail {
        customer: customer(order.customer, order.customer_name.clone()),
        order: order_record(
            order,
            sla_hours,
            samples.iter().filter(|sample| sample.completed_local.is_none()).count(),
            tests.iter().filter(|test| test.reported_local.is_none()).count(),
        ),
        samples: listed,
    })
}

fn order_record(order: OrderHead, sla_hours: f64, pending_samples: usize, pending_tests: usize) -> OrderRecord {
    let age = order.age_hours.unwrap_or(0.0).max(0.0);
    OrderRecord {
        id: order.id,
        custom_formatted_id: order.reference,
        state: order.state,
        sla_status: sla_status(age, sla_hours).to_owned(),
        sla_hours,
        age_hours: rounded(age, 1e2),
        date_created: order.created_local.map(Local),
        date_completed: order.completed_local.map(Local),
        date_order_reported: order.reported_local.map(Local),
        date_received: order.received_local.map(Local),
        pending_samples,
        pending_tests,
    }
}

fn order_sample(sample: &SampleHead, tests: &[TestHead], with_tests: bool) -> OrderSample {
    let own: Vec<&TestHead> = tests.iter().filter(|test| test.sample_id == Some(sample.id)).collect();
    let pending = own.iter().filter(|test| test.reported_local.is_none()).count();
    OrderSample {
        id: sample.id,
        sample_name: sample.name.clone(),
        state: sample.state.clone(),
        has_report: sample.has_report,
        pending_tests: Some(pending).filter(|pending| *pending > 0),
        tests: (with_tests && !own.is_empty()).then(|| own.into_iter().map(test_item).collect()),
    }
}

fn test_item(test: &TestHead) -> TestItem {
    TestItem {
        id: test.id,
        label_abbr: test.label.clone(),
        state: test.state.clone(),
        has_report: test.has_report,
        report_completed_date: test.reported_local.map(Local),
    }
}

fn customer(id: Option<i32>, name: Option<String>) -> Option<CustomerRef> {
    Some(CustomerRef { id: id?, name: name? })
}

#[derive(Debug, Serialize, ToSchema)]
struct SampleDetail {
    sample: SampleRecord,
    order: Option<OrderRef>,
    tests: Option<Vec<TestItem>>,
    batches: Option<Vec<BatchRef>>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SampleRecord {
    id: i32,
    sample_name: Option<String>,
    custom_formatted_id: Option<String>,
    order_id: Option<i32>,
    state: Option<String>,
    date_created: Option<Local>,
    start_date: Option<Local>,
    completed_date: Option<Local>,
    matrix_type: Option<String>,
    /// `ok`, `warning` or `overdue`; the clock stops at completion.
    sla_status: String,
    sla_hours: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct OrderRef {
    id: i32,
    state: Option<String>,
    customer: Option<CustomerRef>,
}

#[derive(Debug, Serialize, ToSchema)]
struct BatchRef {
    id: i32,
    display_name: Option<String>,
}

async fn sample_detail(call: Call) -> Result<SampleDetail, Problem> {
    sample(&call, default_sla_hours(), false, true).await
}

async fn sample_full(call: Call) -> Result<SampleDetail, Problem> {
    let (tests, batches) = (call.args.bool("include_tests"), call.args.bool("include_batches"));
    sample(&call, call.args.float("sla_hours"), tests, batches).await
}

async fn sample(call: &Call, sla_hours: f64, with_tests: bool, with_batches: bool) -> Result<SampleDetail, Problem> {
    let id = call.args.id("sample_id").unwrap_or_default();
    let metrics = call.metrics();
    let mut db = metrics.pool().acquire().await?;
    let head = one_sample(&mut db, id, metrics.now()).await?.ok_or(Problem::not_found("Sample not found"))?;
    let tests = if with_tests {
        let tests = entities::tests(&mut *db, None, Some(id), None, metrics.now()).await?;
        Some(tests.iter().map(test_item).collect())
    } else {
        None
    };
    let batches = batches(&mut db, &head.batch_ids, with_batches).await?;
    let age = head.age_hours.unwrap_or(0.0).max(0.0);
    Ok(SampleDetail {
        order: order_ref(&head),
        sample: SampleRecord {
            id: head.id,
            sample_name: head.name,
            custom_formatted_id: head.custom_id,
            order_id: head.order,
            state: head.state,
            date_created: head.created_local.map(Local),
            start_date: head.start_date.map(|moment| Local(wall_clock(moment, metrics.laboratory().zone))),
            completed_date: head.completed_local.map(Local),
            matrix_type: head.matrix,
            sla_status: sla_status(age, sla_hours).to_owned(),
            sla_hours,
        },
        tests,
        batches,
    })
}

/// The laboratory's wall clock; midnight UTC is how a plain date is stored, and stays that date.
fn wall_clock(moment: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    let plain = moment.naive_utc();
    if plain.time() == NaiveTime::MIN { plain } else { moment.with_timezone(&zone).naive_local() }
}

async fn one_sample(db: &mut PgConnection, id: i32, now: DateTime<Utc>) -> Result<Option<SampleHead>, Problem> {
    Ok(entities::samples(db, Some(id), None, now).await?.into_iter().next())
}

fn order_ref(head: &SampleHead) -> Option<OrderRef> {
    Some(OrderRef {
        id: head.found_order?,
        state: head.order_state.clone(),
        customer: customer(head.customer, head.customer_name.clone()),
    })
}

/// Null when not asked for, or when the record names no batch.
async fn batches(db: &mut PgConnection, ids: &[i32], asked: bool) -> Result<Option<Vec<BatchRef>>, Problem> {
    if !asked || ids.is_empty() {
        return Ok(None);
    }
    let found = entities::batches(db, ids).await?;
    Ok(Some(found.into_iter().map(|batch| BatchRef { id: batch.id, display_name: batch.display_name }).collect()))
}

#[derive(Debug, Serialize, ToSchema)]
struct TestDetail {
    test: TestRecord,
    sample: Option<SampleRef>,
    order: Option<OrderRef>,
    batches: Option<Vec<BatchRef>>,
}

#[derive(Debug, Serialize, ToSchema)]
struct TestRecord {
    id: i32,
    label_abbr: Option<String>,
    state: Option<String>,
    has_report: bool,
    date_created: Option<Local>,
    report_completed_date: Option<Local>,
    /// `ok`, `warning` or `overdue`; the clock stops at the report.
    sla_status: String,
    sla_hours: f64,
    /// As the LIMS sent it.
    #[schema(value_type = Option<Object>)]
    worksheet_raw: Option<serde_json::Value>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SampleRef {
    id: i32,
    sample_name: Option<String>,
    state: Option<String>,
}

async fn test_detail(call: Call) -> Result<TestDetail, Problem> {
    test(&call, default_sla_hours(), [true; 3]).await
}

async fn test_full(call: Call) -> Result<TestDetail, Problem> {
    let asked = ["include_sample", "include_order", "include_batches"].map(|name| call.args.bool(name));
    test(&call, call.args.float("sla_hours"), asked).await
}

async fn test(call: &Call, sla_hours: f64, asked: [bool; 3]) -> Result<TestDetail, Problem> {
    let [with_sample, with_order, with_batches] = asked;
    let id = call.args.id("test_id").unwrap_or_default();
    let metrics = call.metrics();
    let mut db = metrics.pool().acquire().await?;
    let found = entities::tests(&mut *db, Some(id), None, None, metrics.now()).await?;
    let head = found.into_iter().next().ok_or(Problem::not_found("Test not found"))?;
    let sample = match head.sample_id {
        Some(sample) if with_sample || with_order => one_sample(&mut db, sample, metrics.now()).await?,
        _ => None,
    };
    let worksheet_raw = entities::worksheet(&mut *db, id).await?;
    let batches = batches(&mut db, &head.batch_ids, with_batches).await?;
    let age = head.age_hours.unwrap_or(0.0).max(0.0);
    Ok(TestDetail {
        order: sample.as_ref().filter(|_| with_order).and_then(order_ref),
        sample: sample.filter(|_| with_sample).map(|head| SampleRef {
            id: head.id,
            sample_name: head.name,
            state: head.state,
        }),
        batches,
        test: TestRecord {
            id: head.id,
            label_abbr: head.label,
            state: head.state,
            has_report: head.has_report,
            date_created: head.created_local.map(Local),
            report_completed_date: head.reported_local.map(Local),
            sla_status: sla_status(age, sla_hours).to_owned(),
            sla_hours,
            worksheet_raw,
        },
    })
}
