//! What came in and went out: summary, daily activity, distributions, filters.

use super::common::{CUSTOMER, DATES, KINDS, ORDER, SLA, STATE, limit};
use super::endpoint::{Ages, Call, Endpoint};
use super::moment::{self, Moment};
use super::params::{Kind, id, query};
use super::problem::Problem;
use super::wire::{Instant, KeyCount, Local};
use super::{dense, moment::days};
use crate::db::metrics::distribution::{self, SpreadRow};
use crate::db::metrics::turnaround::{self, TurnaroundRow};
use crate::db::metrics::volume::{self, VolumeRow};
use crate::db::metrics::{Periods, Shift, Window, checkpoints, labels, options, ranking};
use app::model::period::Bucket;
use chrono::{NaiveDate, TimeDelta};
use serde::Serialize;
use utoipa::ToSchema;

/// The chapter of the document.
const TAG: &str = "Volume";

/// The labels that the old list always showed, in its order.
const OLD_LABELS: [&str; 16] =
    ["CN", "MB", "TP", "MY", "HM", "FFM", "HO", "HLVd", "MC", "PS", "PN", "RS", "ST", "SP", "WA", "YM"];

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let compare = [query("compare_previous", Kind::Bool(false), "Also answer the equally long period just before.")];
    let batch = [id("batch_id", "Only tests of this batch.")];
    let everything: [&[_]; 5] = [&DATES, &CUSTOMER, &ORDER, &STATE, &KINDS];
    vec![
        Endpoint::get(
            "/metrics/summary",
            TAG,
            "Samples, tests, new customers, reports and mean turnaround of a range.",
            &[&DATES, &CUSTOMER, &ORDER, &STATE, &KINDS, &SLA],
            summary,
        )
        .ages(Ages::Never),
        Endpoint::get(
            "/metrics/activity/daily",
            TAG,
            "Samples and tests created and tests reported, day by day.",
            &[&DATES, &CUSTOMER, &ORDER, &KINDS, &compare],
            activity,
        )
        .ages(Ages::Never)
        .rows("current"),
        Endpoint::get(
            "/metrics/customers/new",
            TAG,
            "The newest customers created in a range.",
            &[&DATES, &[limit("limit", 10, 1000)]],
            new_customers,
        )
        .ages(Ages::Never)
        .rows("customers"),
        Endpoint::get(
            "/metrics/customers/top-tests",
            TAG,
            "The customers with most tests created in a range.",
            &[&DATES, &KINDS, &[limit("limit", 10, 1000)]],
            top_tests,
        )
        .ages(Ages::Never)
        .rows("customers"),
        Endpoint::get(
            "/metrics/samples/overview",
            TAG,
            "Samples created in a range, by state and matrix.",
            &everything,
            samples,
        )
        .ages(Ages::Never),
        Endpoint::get(
            "/metrics/tests/overview",
            TAG,
            "Tests created in a range, by state and label.",
            &[&DATES, &CUSTOMER, &ORDER, &STATE, &KINDS, &batch],
            tests,
        )
        .ages(Ages::Never),
        Endpoint::get(
            "/metrics/tests/label-distribution",
            TAG,
            "Tests created in a range by label; every label of the range, and those of the old list.",
            &everything,
            label_distribution,
        )
        .ages(Ages::Never)
        .rows("labels"),
        Endpoint::get("/metrics/common/filters", TAG, "What there is to choose from in filters.", &[], filters)
            .ages(Ages::Never),
        Endpoint::get(
            "/metrics/sync/status",
            TAG,
            "When an entity was last read to its end.",
            &[&[query("entity", Kind::Text(0), "The entity's plural name; `tests` by default.")]],
            sync_status,
        )
        .ages(Ages::Otherwise),
    ]
}

/// One period, nothing to compare with.
pub(super) fn single(window: Window, bucket: Bucket) -> Periods {
    Periods { current: window, previous: Window::EMPTY, shift: Shift::default(), bucket: bucket.slug() }
}

/// The row of a whole period.
pub(super) fn total(rows: &[TurnaroundRow]) -> Option<&TurnaroundRow> {
    rows.iter().find(|row| row.total && row.period == 0)
}

/// The figures of a range.
#[derive(Debug, Serialize, ToSchema)]
struct Summary {
    kpis: SummaryKpis,
    /// When the newest row of tests was written.
    last_updated_at: Option<Instant>,
    range_start: Option<Moment>,
    range_end: Option<Moment>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SummaryKpis {
    /// Samples created.
    total_samples: i64,
    /// Tests created.
    total_tests: i64,
    /// Customers created; the old name of `new_customers`.
    total_customers: i64,
    /// Customers created.
    new_customers: i64,
    /// Customers with a sample or test created.
    active_customers: i64,
    /// Tests whose report date lies in the range.
    total_reports: i64,
    /// Of these, at or below the target.
    reports_within_sla: i64,
    /// Of these, above the target.
    reports_beyond_sla: i64,
    /// Of these, without a creation date or reported before it.
    reports_unknown_sla: i64,
    /// Mean turnaround of the reported tests.
    average_tat_hours: Option<f64>,
}

async fn summary(call: Call) -> Result<Summary, Problem> {
    let (who, window) = (call.population(), call.dates());
    let periods = single(window, Bucket::Month);
    let mut db = call.metrics().pool().acquire().await?;
    let rows = volume::measure(&mut *db, &who, &periods).await?;
    let turnaround = turnaround::measure(&mut *db, &who, &periods, call.args.float("sla_hours")).await?;
    let new_customers = ranking::count_new(&mut *db, who.customer, window).await?;
    let last_updated_at = checkpoints::tests_written_at(&mut *db).await?.map(Instant);
    let created = rows.iter().find(|row| row.total);
    let reported = total(&turnaround);
    let count = |field: fn(&VolumeRow) -> i64| created.map_or(0, field);
    let part = |field: fn(&TurnaroundRow) -> i64| reported.map_or(0, field);
    Ok(Summary {
        kpis: SummaryKpis {
            total_samples: count(|row| row.samples),
            total_tests: count(|row| row.tests),
            total_customers: new_customers,
            new_customers,
            active_customers: count(|row| row.customers),
            total_reports: part(reports),
            reports_within_sla: part(|row| row.within),
            reports_beyond_sla: part(|row| row.beyond),
            reports_unknown_sla: part(|row| row.undated + row.negative),
            average_tat_hours: reported.and_then(|row| row.mean),
        },
        last_updated_at,
        range_start: call.args.moment("date_from"),
        range_end: call.args.moment("date_to"),
    })
}

/// Reports: tests with a report date, in whatever state.
pub(super) fn reports(row: &TurnaroundRow) -> i64 {
    row.measured + row.undated + row.negative
}

#[derive(Debug, Serialize, ToSchema)]
struct Activity {
    current: Vec<ActivityDay>,
    /// The period just before, when it was asked for and both ends are given.
    previous: Option<Vec<ActivityDay>>,
}

#[derive(Debug, Serialize, ToSchema)]
struct ActivityDay {
    date: NaiveDate,
    /// Samples created.
    samples: i64,
    /// Tests created.
    tests: i64,
    /// Tests reported.
    tests_reported: i64,
}

async fn activity(call: Call) -> Result<Activity, Problem> {
    let (who, current) = (call.population(), call.dates());
    let bounds = call.args.moment("date_from").zip(call.args.moment("date_to"));
    let previous =
        bounds.filter(|_| call.args.bool("compare_previous")).map(|(from, to)| before(current, moment::span(from, to)));
    let periods = Periods { previous: previous.unwrap_or(Window::EMPTY), ..single(current, Bucket::Day) };
    let rows = volume::measure(call.metrics().pool(), &who, &periods).await?;
    let series = |period, window| {
        let found = rows.iter().filter(move |row| !row.total && row.period == period);
        dense::fill(
            found.filter_map(|row| Some((row.bucket?, (row.samples, row.tests, row.reported)))),
            days(window),
            Bucket::Day,
        )
        .into_iter()
        .map(|(date, (samples, tests, tests_reported))| ActivityDay { date, samples, tests, tests_reported })
        .collect()
    };
    Ok(Activity { current: series(0, current), previous: previous.map(|window| series(1, window)) })
}

/// The period that ends where `window` starts and covers as many days.
fn before(window: Window, span: i64) -> Window {
    let back = |from: chrono::NaiveDateTime| from.checked_sub_signed(TimeDelta::try_days(span.max(0))?);
    Window { from: window.from.and_then(back).or(window.from), until: window.from }
}

#[derive(Debug, Serialize, ToSchema)]
struct NewCustomers {
    customers: Vec<NewCustomer>,
}

#[derive(Debug, Serialize, ToSchema)]
struct NewCustomer {
    id: i32,
    name: String,
    created_at: Local,
}

async fn new_customers(call: Call) -> Result<NewCustomers, Problem> {
    let limit = call.args.int("limit").unwrap_or(10);
    let rows = ranking::newest(call.metrics().pool(), call.dates(), limit).await?;
    let customers = rows
        .into_iter()
        .map(|row| NewCustomer { id: row.id, name: row.name, created_at: Local(row.created_local) })
        .collect();
    Ok(NewCustomers { customers })
}

#[derive(Debug, Serialize, ToSchema)]
struct TopTests {
    customers: Vec<TopCustomer>,
}

#[derive(Debug, Serialize, ToSchema)]
struct TopCustomer {
    id: i32,
    name: String,
    /// Tests created in the range; the old name of `tests_created`.
    tests: i64,
    /// Tests created in the range.
    tests_created: i64,
    /// Of the tests created in the range, those reported since.
    tests_created_and_reported: i64,
    /// Tests reported in the range, whenever they were created: another population.
    tests_reported: i64,
}

async fn top_tests(call: Call) -> Result<TopTests, Problem> {
    let limit = call.args.int("limit").unwrap_or(10);
    let rows = ranking::by_tests(call.metrics().pool(), &call.population(), call.dates(), limit).await?;
    let customers = rows
        .into_iter()
        .map(|row| TopCustomer {
            id: row.id,
            name: row.name,
            tests: row.created,
            tests_created: row.created,
            tests_created_and_reported: row.created_and_reported,
            tests_reported: row.reported,
        })
        .collect();
    Ok(TopTests { customers })
}

#[derive(Debug, Serialize, ToSchema)]
struct SamplesOverview {
    kpis: SampleKpis,
    by_state: Vec<KeyCount>,
    by_matrix_type: Vec<KeyCount>,
    created_vs_completed: Vec<KeyCount>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SampleKpis {
    /// Samples created in the range.
    total_samples: i64,
    /// Of these, completed by now.
    completed_samples: i64,
    /// The rest.
    pending_samples: i64,
}

fn of(rows: &[SpreadRow], dimension: &str) -> Vec<KeyCount> {
    rows.iter()
        .filter(|row| row.dimension == dimension)
        .filter_map(|row| Some(KeyCount { key: row.key.clone()?, count: row.count }))
        .collect()
}

fn whole(rows: &[SpreadRow]) -> (i64, i64) {
    rows.iter().find(|row| row.dimension == "total").map_or((0, 0), |row| (row.count, row.done))
}

async fn samples(call: Call) -> Result<SamplesOverview, Problem> {
    let rows = distribution::samples(call.metrics().pool(), &call.population(), call.dates()).await?;
    let (total_samples, completed_samples) = whole(&rows);
    let pair = |key: &str, count| KeyCount { key: key.to_owned(), count };
    Ok(SamplesOverview {
        kpis: SampleKpis { total_samples, completed_samples, pending_samples: total_samples - completed_samples },
        by_state: of(&rows, "state"),
        by_matrix_type: of(&rows, "matrix"),
        created_vs_completed: vec![pair("created", total_samples), pair("completed", completed_samples)],
    })
}

#[derive(Debug, Serialize, ToSchema)]
struct TestsOverview {
    kpis: TestKpis,
    by_state: Vec<KeyCount>,
    by_label: Vec<KeyCount>,
}

#[derive(Debug, Serialize, ToSchema)]
struct TestKpis {
    /// Tests created in the range.
    total_tests: i64,
    /// Of these, reported by now.
    completed_tests: i64,
    /// The rest, cancelled ones included.
    pending_tests: i64,
}

async fn tests(call: Call) -> Result<TestsOverview, Problem> {
    let batch = call.args.id("batch_id");
    let rows = distribution::tests(call.metrics().pool(), &call.population(), call.dates(), batch).await?;
    let (total_tests, completed_tests) = whole(&rows);
    Ok(TestsOverview {
        kpis: TestKpis { total_tests, completed_tests, pending_tests: total_tests - completed_tests },
        by_state: of(&rows, "state"),
        by_label: of(&rows, "label"),
    })
}

#[derive(Debug, Serialize, ToSchema)]
struct LabelDistribution {
    labels: Vec<LabelCount>,
}

#[derive(Debug, Serialize, ToSchema)]
struct LabelCount {
    label: String,
    count: i64,
}

async fn label_distribution(call: Call) -> Result<LabelDistribution, Problem> {
    let periods = single(call.dates(), Bucket::Month);
    let rows = labels::created(call.metrics().pool(), &call.population(), &periods).await?;
    let mut labels: Vec<LabelCount> =
        rows.into_iter().map(|row| LabelCount { label: row.label, count: row.tests }).collect();
    for old in OLD_LABELS {
        if !labels.iter().any(|row| row.label == old) {
            labels.push(LabelCount { label: old.to_owned(), count: 0 });
        }
    }
    let place = |label: &str| OLD_LABELS.iter().position(|old| *old == label).unwrap_or(OLD_LABELS.len());
    labels.sort_by(|a, b| (b.count, place(&a.label), &a.label).cmp(&(a.count, place(&b.label), &b.label)));
    Ok(LabelDistribution { labels })
}

#[derive(Debug, Serialize, ToSchema)]
struct Filters {
    customers: Vec<NamedCustomer>,
    sample_states: Vec<String>,
    test_states: Vec<String>,
    sample_types: Vec<String>,
    matrix_types: Vec<String>,
    labels: Vec<String>,
    last_updated_at: Option<Instant>,
}

#[derive(Debug, Serialize, ToSchema)]
struct NamedCustomer {
    id: i32,
    name: String,
}

async fn filters(call: Call) -> Result<Filters, Problem> {
    let mut db = call.metrics().pool().acquire().await?;
    let customers = options::customers(&mut *db).await?;
    let texts = options::texts(&mut *db).await?;
    Ok(Filters {
        customers: customers.into_iter().map(|row| NamedCustomer { id: row.id, name: row.name }).collect(),
        sample_states: texts.sample_states,
        test_states: texts.test_states,
        sample_types: texts.sample_types,
        matrix_types: texts.matrices,
        labels: texts.labels,
        last_updated_at: texts.last_updated_at.map(Instant),
    })
}

#[derive(Debug, Serialize, ToSchema)]
struct SyncStatus {
    /// The entity asked for.
    entity: String,
    /// When it was last read to its end.
    updated_at: Option<Instant>,
    /// Up to when the copy is complete.
    as_of: Option<Instant>,
    /// How the last attempt ended.
    status: Option<String>,
    /// What was said about it.
    message: Option<String>,
    /// Whether it failed.
    failed: bool,
}

async fn sync_status(call: Call) -> Result<SyncStatus, Problem> {
    let entity = call.args.text("entity").unwrap_or("tests").to_owned();
    let found = checkpoints::of(call.metrics().pool(), &entity).await?;
    Ok(SyncStatus {
        entity,
        updated_at: found.succeeded_at.map(Instant),
        as_of: found.as_of.map(Instant),
        status: found.status,
        message: found.message,
        failed: found.failed,
    })
}
