//! Many signed-in viewers at once, while synchronisations write: `cargo xtask bench load [-- VIEWERS SECONDS]`.
//!
//! Each viewer opens a page, reads it for a while and opens the next. A full synchronisation is asked for again and
//! again. Prints what was reached; nothing here passes or fails.

use anyhow::{Context as _, Result, bail};
use rand::RngExt as _;
use reqwest::{Client, StatusCode, redirect::Policy};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until};

/// What viewers look at, more often what is more often looked at.
const PAGES: [&str; 16] = [
    "/",
    "/?range=7d",
    "/?range=90d&compare=previous",
    "/priority",
    "/priority",
    "/turnaround?range=30d",
    "/operations",
    "/quality",
    "/customers",
    "/mix",
    "/records/orders",
    "/records/samples?q=flower",
    "/records/tests",
    "/sync",
    "/api/v1/metrics/summary",
    "/api/v1/analytics/orders/overdue",
];

/// Sessions are made by so many sign-ins at once.
const SIGN_INS: usize = 4;

/// A viewer reads a page for 5 to 15 seconds.
const READING: std::ops::Range<u64> = 5_000..15_000;

struct Sample {
    page: &'static str,
    took: Duration,
    /// `None` when there was no answer at all.
    status: Option<StatusCode>,
}

#[tokio::main]
async fn main() -> Result<()> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let viewers = argument(1, 500)?;
    let seconds = argument(2, 60)?;
    let base = std::env::var("BASE_URL").context("BASE_URL is not set")?;
    let client = Client::builder().redirect(Policy::none()).timeout(Duration::from_secs(30)).build()?;
    let began = Instant::now();
    let sessions = sign_in_all(&client, &base, usize::try_from(viewers)?).await?;
    println!("{viewers} sign-ins in {:.1} s", began.elapsed().as_secs_f64());
    println!("memory of the server before: {}", memory());
    let until = Instant::now() + Duration::from_secs(seconds);
    let syncing = tokio::spawn(keep_syncing(client.clone(), base.clone(), sessions[0].clone(), until));
    let mut reading = JoinSet::new();
    for session in sessions {
        reading.spawn(read(client.clone(), base.clone(), session, until));
    }
    let samples: Vec<Sample> = reading.join_all().await.into_iter().flatten().collect();
    report(&samples, seconds);
    println!("full synchronisations asked for meanwhile: {}", syncing.await??);
    println!("memory of the server after: {}", memory());
    Ok(())
}

fn argument(place: usize, default: u64) -> Result<u64> {
    std::env::args().nth(place).map_or(Ok(default), |text| text.parse()).context("a number is expected")
}

async fn sign_in_all(client: &Client, base: &str, count: usize) -> Result<Vec<String>> {
    let mut sessions = Vec::with_capacity(count);
    while sessions.len() < count {
        let some = SIGN_INS.min(count - sessions.len());
        for session in futures::future::join_all((0..some).map(|_| sign_in(client, base))).await {
            sessions.push(session?);
        }
    }
    Ok(sessions)
}

/// Signs in as a browser does; gives the cookie.
async fn sign_in(client: &Client, base: &str) -> Result<String> {
    let form = [("username", std::env::var("E2E_USER")?), ("password", std::env::var("E2E_PASSWORD")?)];
    let answer = client.post(format!("{base}/login")).form(&form).send().await?;
    let cookie = answer.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok()?.split(';').next());
    match cookie {
        Some(cookie) => Ok(cookie.to_owned()),
        None => bail!("no session: {}", answer.status()),
    }
}

async fn read(client: Client, base: String, session: String, until: Instant) -> Vec<Sample> {
    let mut samples = Vec::new();
    // Nobody opens the first page at the same moment as everybody else.
    let late = Duration::from_millis(rand::rng().random_range(0..READING.end));
    sleep(late).await;
    while Instant::now() < until {
        let page = PAGES[rand::rng().random_range(0..PAGES.len())];
        let began = Instant::now();
        let answer = client.get(format!("{base}{page}")).header("cookie", &session).send().await;
        let status = match answer {
            Ok(answer) => {
                let status = answer.status();
                answer.bytes().await.ok().map(|_| status)
            }
            Err(_) => None,
        };
        samples.push(Sample { page, took: began.elapsed(), status });
        let pause = Duration::from_millis(rand::rng().random_range(READING));
        sleep_until((Instant::now() + pause).min(until).into()).await;
    }
    samples
}

/// Asks for a full synchronisation every five seconds; gives how many were accepted.
async fn keep_syncing(client: Client, base: String, session: String, until: Instant) -> Result<u32> {
    let mut accepted = 0;
    while Instant::now() < until {
        let request =
            client.post(format!("{base}/api/v1/sync/runs")).header("cookie", &session).header("origin", &base);
        let answer = request.json(&serde_json::json!({ "mode": "full" })).send().await?;
        accepted += u32::from(answer.status().is_success());
        sleep(Duration::from_secs(5)).await;
    }
    Ok(accepted)
}

fn report(samples: &[Sample], seconds: u64) {
    let failed: Vec<&Sample> = samples.iter().filter(|sample| sample.status != Some(StatusCode::OK)).collect();
    println!(
        "{} requests, {:.1} a second, {} failed",
        samples.len(),
        samples.len() as f64 / seconds as f64,
        failed.len()
    );
    for (status, count) in tally(failed.iter().map(|sample| format!("{} {:?}", sample.page, sample.status))) {
        println!("  {count} × {status}");
    }
    let mut pages: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for sample in samples {
        pages.entry(sample.page).or_default().push(sample.took);
    }
    println!("{}", times("all", samples.iter().map(|sample| sample.took).collect()));
    for (page, took) in pages {
        println!("{}", times(page, took));
    }
}

fn tally(keys: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    keys.fold(BTreeMap::new(), |mut counts, key| {
        *counts.entry(key).or_default() += 1;
        counts
    })
}

fn times(name: &str, mut took: Vec<Duration>) -> String {
    took.sort();
    let at = |share: f64| {
        let place = (share * took.len().saturating_sub(1) as f64) as usize;
        took.get(place).map_or(0, Duration::as_millis)
    };
    format!("{name:<34} {:>6} × p50 {:>5} ms, p95 {:>5} ms, p99 {:>5} ms", took.len(), at(0.5), at(0.95), at(0.99))
}

/// Resident memory of the program named `benchwatch`, now and at its peak.
fn memory() -> String {
    let Ok(entries) = std::fs::read_dir("/proc") else { return "unknown".to_owned() };
    let statuses = entries.flatten().filter_map(|entry| std::fs::read_to_string(entry.path().join("status")).ok());
    let ours = statuses.filter(|status| status.starts_with("Name:\tbenchwatch\n"));
    let value = |status: &str, name: &str| -> u64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0) / 1024
    };
    let all: Vec<String> = ours
        .map(|status| format!("{} MB, at most {} MB", value(&status, "VmRSS:"), value(&status, "VmHWM:")))
        .collect();
    all.join("; ")
}
