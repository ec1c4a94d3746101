//! How long each page's figures and each endpoint take at the size of a large laboratory: `cargo xtask bench metrics`.
//!
//! Arguments: number of tests (1000000), rounds (20), and a text that the names measured must contain. An empty database
//! is filled first. Prints figures; nothing here passes or fails.

use anyhow::{Context as _, Result};
use app::model::customers::CustomersQuery;
use app::model::filter::Filter;
use app::model::priority::PriorityQuery;
use app::model::session::{CurrentUser, Role};
use app::model::turnaround::TurnaroundQuery;
use app::ports::MetricsPort as _;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use chrono::{DateTime, Utc};
use server::auth::Auth;
use server::config::{DatabaseConfig, LabConfig};
use server::db::PgPool;
use server::db::metrics::rolled;
use server::http::api::endpoint::Verb;
use server::http::api::{ApiState, catalogue, routes};
use server::metrics::{Clock, Laboratory, Service};
use server::records;
use server::sync::SyncService;
use std::sync::Arc;
use std::time::Instant;
use tower::ServiceExt as _;

/// Up to when the laboratory has been at work.
const NOW: &str = "2026-11-17T12:40:00Z";

const LABORATORY: &str = include_str!("../tests/statements/laboratory.sql");

#[tokio::main]
async fn main() -> Result<()> {
    let number = |place: usize, default: u32| {
        std::env::args().nth(place).map_or(Ok(default), |text| text.parse()).context("a number is expected")
    };
    let (tests, rounds) = (number(1, 1_000_000)?, number(2, 20)?.max(1));
    let wanted = std::env::args().nth(3).unwrap_or_default();
    let url = std::env::var("DATABASE_URL").context("DATABASE_URL is not set")?;
    let pool = server::db::connect(&DatabaseConfig::at(url).for_work()).await?;
    server::db::migrate(&pool).await?;
    fill(&pool, tests).await?;
    let now: DateTime<Utc> = NOW.parse()?;
    let mut times = pages(&pool, now, rounds, &wanted).await?;
    times.extend(endpoints(&pool, now, rounds, &wanted).await?);
    times.sort_by(|a, b| b.p95.total_cmp(&a.p95));
    println!("{:>9} {:>9}  figure, 90 days of {tests} tests, {rounds} rounds", "median ms", "p95 ms");
    for time in &times {
        println!("{:>9.1} {:>9.1}  {}", time.median, time.p95, time.name);
    }
    Ok(())
}

/// Milliseconds.
struct Time {
    name: String,
    median: f64,
    p95: f64,
}

async fn fill(pool: &PgPool, tests: u32) -> Result<()> {
    let found: Option<i32> = sqlx::query_scalar("select id from tests limit 1").fetch_optional(pool).await?;
    if found.is_some() {
        return Ok(());
    }
    let mut db = pool.acquire().await?;
    let set = "select set_config('lab.tests', $1, false), set_config('lab.now', $2, false), set_config('statement_timeout', '0', false)";
    sqlx::query(set).bind(tests.to_string()).bind(NOW).execute(&mut *db).await?;
    sqlx::raw_sql(LABORATORY).execute(&mut *db).await?;
    sqlx::raw_sql("vacuum analyze").execute(&mut *db).await?;
    let began = Instant::now();
    let days = rolled::roll(pool).await?;
    println!("{days} days of figures made ready in {:.1} s", began.elapsed().as_secs_f64());
    sqlx::raw_sql("vacuum analyze").execute(&mut *db).await?;
    Ok(())
}

async fn measure<F: Future<Output = Result<()>>>(name: String, rounds: u32, run: impl Fn() -> F) -> Result<Time> {
    run().await.with_context(|| name.clone())?;
    let mut times = Vec::new();
    for _ in 0..rounds {
        let began = Instant::now();
        run().await?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len() - 1)).copied().unwrap_or_default();
    Ok(Time { name, median: at(50), p95: at(95) })
}

fn service(pool: &PgPool, now: DateTime<Utc>) -> Service {
    let clock: Clock = Arc::new(move || now);
    Service::new(pool.clone(), Laboratory::from(&LabConfig::default()), clock)
}

async fn pages(pool: &PgPool, now: DateTime<Utc>, rounds: u32, wanted: &str) -> Result<Vec<Time>> {
    let service = service(pool, now);
    let filter = Filter::parse("range=90d").context("a filter")?;
    let (priority, turnaround, customers) = (
        PriorityQuery { filter: filter.clone(), ..PriorityQuery::default() },
        TurnaroundQuery { filter: filter.clone(), ..TurnaroundQuery::default() },
        CustomersQuery { filter: filter.clone(), ..CustomersQuery::default() },
    );
    let (service, filter) = (&service, &filter);
    let (priority, turnaround, customers) = (&priority, &turnaround, &customers);
    let mut times = Vec::new();
    macro_rules! page {
        ($name:ident $(, $query:expr)?) => {
            let name = format!("page {}", stringify!($name));
            if name.contains(wanted) {
                times.push(measure(name, rounds, || async move {
                    service.$name($($query)?).await.map(|_| ()).context(stringify!($name))
                }).await?);
            }
        };
    }
    page!(overview, filter);
    page!(priority, priority);
    page!(late_orders);
    page!(turnaround, turnaround);
    page!(customers, customers);
    page!(mix, filter);
    page!(operations, filter);
    page!(quality, filter);
    page!(filter_options);
    Ok(times)
}

async fn endpoints(pool: &PgPool, now: DateTime<Utc>, rounds: u32, wanted: &str) -> Result<Vec<Time>> {
    let lab = LabConfig::default();
    let settings =
        records::Settings { zone: lab.time_zone, final_states: lab.final_states.clone(), qbench_record_url: None };
    let state = ApiState {
        metrics: service(pool, now),
        records: Arc::new(records::Service::new(pool.clone(), settings, Arc::new(move || now))),
        sync: Arc::new(SyncService::new(pool.clone(), lab.time_zone, true, Arc::new(move || now))),
        auth: Arc::new(Auth::new(pool.clone())),
        settings: Arc::new(server::lab::Settings::new(pool.clone(), lab.clone(), server::lab::Current::new(&lab))),
    };
    let router: Router = routes(&state);
    let (from, to) = ((now - chrono::TimeDelta::days(89)).date_naive(), now.date_naive());
    let mut times = Vec::new();
    for endpoint in catalogue().into_iter().filter(|endpoint| endpoint.verb == Verb::Get) {
        let id = if endpoint.path.contains("customer_id") { "7" } else { "1001" };
        let path: Vec<_> = endpoint.path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect();
        let path = format!("/api/v1{}?date_from={from}&date_to={to}", path.join("/"));
        // Some endpoints of the former product bound other dates than they are named by elsewhere.
        let path = if path.contains("/metrics/tests/tat?") {
            format!("{path}&date_reported_from={from}&date_reported_to={to}")
        } else if path.contains("/metrics/tests/tat-breakdown") {
            format!("{path}&date_created_from={from}&date_created_to={to}")
        } else {
            path
        };
        let path = if path.contains("/customers/orders/summary") { format!("{path}&customer_id=7") } else { path };
        if path.contains(wanted) {
            let name = format!("GET {}", endpoint.path);
            times.push(measure(name, rounds, || ask(router.clone(), path.clone())).await?);
        }
    }
    Ok(times)
}

async fn ask(router: Router, path: String) -> Result<()> {
    let user = CurrentUser { id: 1, name: "bench".to_owned(), role: Role::Admin };
    let request = Request::builder().uri(&path).extension(user).body(Body::empty())?;
    let response = router.oneshot(request).await.context("no answer")?;
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await?;
    anyhow::ensure!(
        status.is_success() || status.as_u16() == 404,
        "{path}: {status} {}",
        String::from_utf8_lossy(&body)
    );
    Ok(())
}
