//! How fast a full synchronisation is, against the simulator in the same process: `cargo xtask bench sync`.
//!
//! Arguments: number of tests (100000), latency in milliseconds (20), requests at once (10). Prints figures; nothing
//! here passes or fails.

use anyhow::{Context as _, Result};
use app::model::sync::SyncMode;
use qbench::{Client, ClientConfig, parse_base_url};
use qbench_sim::{LabConfig, SimConfig, Simulator};
use server::db::PgPool;
use server::sync::{Engine, Report, RunOptions, SyncSettings};
use std::time::{Duration, Instant};

#[tokio::main]
async fn main() -> Result<()> {
    let number = |place: usize, default: u32| {
        std::env::args().nth(place).map_or(Ok(default), |text| text.parse()).context("a number is expected")
    };
    let (tests, latency, width) = (number(1, 100_000)?, number(2, 20)?, number(3, 10)?);
    let url = std::env::var("DATABASE_URL").context("DATABASE_URL is not set")?;
    let pool = PgPool::connect(&url).await?;
    server::MIGRATOR.run(&pool).await?;
    let config = SimConfig { lab: LabConfig { tests, ..LabConfig::default() }, ..SimConfig::default() };
    let config = SimConfig { latency: Duration::from_millis(latency.into()), ..config.without_limits() };
    let sim = Simulator::start(config.clone(), "127.0.0.1:0".parse()?).await?;
    let mut client = ClientConfig::new(parse_base_url(&sim.base_url())?, config.client_id, config.client_secret.into());
    client.requests_per_minute = 0;
    client.max_concurrency = usize::try_from(width)?;
    let settings =
        SyncSettings { requests_per_minute: 0, max_concurrency: client.max_concurrency, ..SyncSettings::default() };
    let engine = Engine::new(pool, Client::new(client)?, settings, "bench");
    println!("{tests} tests, {latency} ms, {width} requests at once");
    run(&engine, "first", latency, width).await?;
    run(&engine, "again", latency, width).await?;
    println!("peak memory of client and simulator together: {} MB", peak_memory().unwrap_or(0) / 1024);
    sim.shutdown().await;
    Ok(())
}

async fn run(engine: &Engine, name: &str, latency: u32, width: u32) -> Result<()> {
    let (began, cpu) = (Instant::now(), cpu_seconds());
    let id = engine.enqueue(SyncMode::Full, &RunOptions::default(), "bench").await?;
    engine.see_through(id).await?;
    let report = engine.report(id).await?.context("no report")?;
    let seconds = began.elapsed().as_secs_f64();
    let rows: u64 = report.run.entities.iter().map(|entity| entity.seen).sum();
    let bound = report.run.requests as f64 * f64::from(latency) / 1000.0 / f64::from(width);
    println!(
        "{name}: {} in {seconds:.2} s, {:.0} records/s, {} requests ({:.0} % of the in-flight bound), {:.1} CPU s of client and simulator",
        state(&report),
        rows as f64 / seconds,
        report.run.requests,
        100.0 * bound / seconds,
        cpu_seconds() - cpu,
    );
    Ok(())
}

fn state(report: &Report) -> String {
    let rows: u64 = report.run.entities.iter().map(|entity| entity.seen).sum();
    format!("{rows} records {}", if report.ok { "copied" } else { "NOT copied" })
}

/// User and system time of this process.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |place: usize| fields.get(place).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// Kilobytes.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().split(' ').next()?.parse().ok()
}
