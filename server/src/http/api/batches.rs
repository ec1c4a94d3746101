//! Batches and assays: workload, use, staleness, what batching does to turnaround.

use super::common::{CUSTOMER, DATES, KINDS, WEEKLY, limit};
use super::dense;
use super::endpoint::{Ages, Call, Endpoint};
use super::moment::days;
use super::params::{Kind, MAX_HOURS, id, query};
use super::problem::Problem;
use super::turnaround::ratio;
use super::wire::Local;
use crate::db::metrics::batches::{self, AssayRow, BatchImpact, BatchLoad, StaleBatch};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

const TAG: &str = "Batches";

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let idle = [
        query(
            "min_idle_hours",
            Kind::Float(Some(72.0), 0.0, MAX_HOURS),
            "From how many hours without a change on a batch is stale.",
        ),
        limit("limit", 50, 500),
    ];
    vec![
        Endpoint::get(
            "/analytics/batches/workload",
            TAG,
            "Batches created in a range, by period, and how full they are.",
            &[&DATES, &WEEKLY],
            workload,
        )
        .ages(Ages::Never)
        .rows("points"),
        Endpoint::get(
            "/analytics/batches/assay-usage",
            TAG,
            "Batches created in a range, by assay.",
            &[&DATES],
            assay_usage,
        )
        .ages(Ages::Never)
        .rows("assays"),
        Endpoint::get(
            "/analytics/batches/staleness",
            TAG,
            "Batches that are not complete and have not changed for long.",
            &[&idle],
            staleness,
        )
        .rows("batches"),
        Endpoint::get(
            "/metrics/tests/batch-impact",
            TAG,
            "Turnaround of tests reported in a range with and without a batch, and the slowest batches.",
            &[&DATES, &CUSTOMER, &KINDS, &[limit("limit", 20, 200)]],
            batch_impact,
        )
        .ages(Ages::Never)
        .rows("slowest_batches"),
        Endpoint::get(
            "/assays",
            TAG,
            "The assays of the LIMS, by id.",
            &[&[id("after", "Only assays with a greater id."), limit("limit", 200, 1000)]],
            assays,
        )
        .ages(Ages::Never)
        .rows("assays"),
    ]
}

#[derive(Debug, Serialize, ToSchema)]
struct BatchWorkload {
    interval: String,
    points: Vec<BatchPeriod>,
}

#[derive(Debug, Serialize, ToSchema)]
struct BatchPeriod {
    period_start: NaiveDate,
    batches: i64,
    complete_batches: i64,
    tests: i64,
    samples: i64,
    tests_per_batch: Option<f64>,
}

async fn workload(call: Call) -> Result<BatchWorkload, Problem> {
    let (window, interval) = (call.dates(), call.args.text("interval").unwrap_or("week"));
    let bucket = dense::bucket(Some(interval));
    let rows = batches::by_period(call.metrics().pool(), window, bucket.slug()).await?;
    let found =
        rows.into_iter().filter_map(|row| Some((row.bucket?, (row.batches, row.complete, row.tests, row.samples))));
    let points = dense::fill(found, days(window), bucket)
        .into_iter()
        .map(|(period_start, (batches, complete_batches, tests, samples))| BatchPeriod {
            period_start,
            batches,
            complete_batches,
            tests,
            samples,
            tests_per_batch: ratio(tests, batches),
        })
        .collect();
    Ok(BatchWorkload { interval: interval.to_owned(), points })
}

#[derive(Debug, Serialize, ToSchema)]
struct AssayUsage {
    /// Most batches first.
    assays: Vec<AssayLoad>,
}

#[derive(Debug, Serialize, ToSchema)]
struct AssayLoad {
    assay_id: Option<i32>,
    title: Option<String>,
    label_abbr: Option<String>,
    batches: i64,
    complete_batches: i64,
    tests: i64,
    samples: i64,
    tests_per_batch: Option<f64>,
    newest_batch_at: Option<Local>,
}

async fn assay_usage(call: Call) -> Result<AssayUsage, Problem> {
    let rows = batches::by_assay(call.metrics().pool(), call.dates()).await?;
    let one = |row: BatchLoad| AssayLoad {
        assay_id: row.assay,
        title: row.title,
        label_abbr: row.label,
        batches: row.batches,
        complete_batches: row.complete,
        tests: row.tests,
        samples: row.samples,
        tests_per_batch: ratio(row.tests, row.batches),
        newest_batch_at: row.newest.map(Local),
    };
    Ok(AssayUsage { assays: rows.into_iter().map(one).collect() })
}

#[derive(Debug, Serialize, ToSchema)]
struct BatchStaleness {
    /// Stale batches, listed or not.
    total: i64,
    batches: Vec<IdleBatch>,
}

#[derive(Debug, Serialize, ToSchema)]
struct IdleBatch {
    batch_id: i32,
    display_name: Option<String>,
    assay: Option<String>,
    state: Option<String>,
    date_created: Option<Local>,
    /// Since the last change, or the creation where no change is known.
    idle_hours: f64,
    tests: i32,
}

async fn staleness(call: Call) -> Result<BatchStaleness, Problem> {
    let metrics = call.metrics();
    let rows = batches::stale(
        metrics.pool(),
        metrics.now(),
        call.args.float("min_idle_hours"),
        &metrics.laboratory().final_states,
        call.args.int("limit").unwrap_or(50),
    )
    .await?;
    let one = |row: StaleBatch| IdleBatch {
        batch_id: row.id,
        display_name: row.name,
        assay: row.assay,
        state: row.state,
        date_created: row.created_local.map(Local),
        idle_hours: row.idle_hours,
        tests: row.tests,
    };
    Ok(BatchStaleness { total: rows.first().map_or(0, |row| row.total), batches: rows.into_iter().map(one).collect() })
}

#[derive(Debug, Serialize, ToSchema)]
struct BatchEffect {
    /// Tests that are in a batch.
    batched: BatchTurnaround,
    /// Tests that are in none.
    single: BatchTurnaround,
    slowest_batches: Vec<BatchTurnaround>,
}

#[derive(Debug, Default, Serialize, ToSchema)]
struct BatchTurnaround {
    batch_id: Option<i32>,
    display_name: Option<String>,
    tests: i64,
    average_hours: Option<f64>,
    median_hours: Option<f64>,
    p95_hours: Option<f64>,
}

fn turnaround(row: &BatchImpact) -> BatchTurnaround {
    let percentile = |at: usize| row.percentiles.as_ref().and_then(|values| values.get(at)).copied();
    BatchTurnaround {
        batch_id: row.id,
        display_name: row.name.clone(),
        tests: row.tests,
        average_hours: row.mean,
        median_hours: percentile(0),
        p95_hours: percentile(1),
    }
}

async fn batch_impact(call: Call) -> Result<BatchEffect, Problem> {
    let limit = call.args.int("limit").unwrap_or(20);
    let rows = batches::impact(call.metrics().pool(), &call.population(), call.dates(), limit).await?;
    let of = |dimension: &'static str| rows.iter().filter(move |row| row.dimension == dimension).map(turnaround);
    Ok(BatchEffect {
        batched: of("batched").next().unwrap_or_default(),
        single: of("single").next().unwrap_or_default(),
        slowest_batches: of("batch").collect(),
    })
}

#[derive(Debug, Serialize, ToSchema)]
struct Assays {
    assays: Vec<Assay>,
    /// The `after` of the next page; null on the last one.
    next: Option<i32>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Assay {
    id: i32,
    title: Option<String>,
    label_abbr: Option<String>,
    method: Option<String>,
    category: Option<String>,
}

async fn assays(call: Call) -> Result<Assays, Problem> {
    let limit = call.args.int("limit").unwrap_or(200);
    let rows = batches::assays(call.metrics().pool(), call.args.id("after"), limit).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|found| found == limit);
    let next = rows.last().filter(|_| full).map(|row| row.id);
    let one = |row: AssayRow| Assay {
        id: row.id,
        title: row.title,
        label_abbr: row.label,
        method: row.method,
        category: row.category,
    };
    Ok(Assays { assays: rows.into_iter().map(one).collect(), next })
}
