//! The engine as a process of its own: one run, and its figures as the last line.

use crate::figures::{Figures, own_cpu, own_peak};
use anyhow::{Context as _, Result};
use app::model::sync::SyncMode;
use clap::Args;
use qbench::{Client, ClientConfig, parse_base_url};
use server::sync::{Engine, RunOptions, SyncSettings};
use sqlx::postgres::PgPoolOptions;
use std::time::{Duration, Instant};

/// What to copy, and how.
#[derive(Args, Clone, Debug)]
pub struct Copy {
    /// full, incremental or verify
    #[arg(long)]
    mode: String,
    /// Where the simulator is
    #[arg(long)]
    base: String,
    /// Its client; the secret is in the environment
    #[arg(long)]
    client: String,
    /// Keep the documented limits
    #[arg(long)]
    limited: bool,
}

/// Runs once and prints figures.
pub async fn run(copy: &Copy) -> Result<()> {
    let url = std::env::var("DATABASE_URL").context("DATABASE_URL is not set")?;
    let secret = std::env::var("BENCH_SECRET").context("BENCH_SECRET is not set")?;
    let pool = PgPoolOptions::new().max_connections(8).connect(&url).await?;
    let mut config = ClientConfig::new(parse_base_url(&copy.base)?, copy.client.clone(), secret.into());
    let mut settings = SyncSettings::default();
    if !copy.limited {
        config.requests_per_minute = 0;
        settings.requests_per_minute = 0;
    }
    let client = Client::new(config)?;
    let engine = Engine::new(pool, client.clone(), settings, "bench");
    let mode = SyncMode::from_name(&copy.mode).context("no such mode")?;
    let began = Instant::now();
    let id = engine.enqueue(mode, &RunOptions::default(), "bench").await?;
    let mut by_minute = Vec::new();
    let minute = Duration::from_secs(60);
    let mut minutes = tokio::time::interval_at(tokio::time::Instant::now() + minute, minute);
    let run = engine.see_through(id);
    tokio::pin!(run);
    loop {
        tokio::select! {
            ended = &mut run => break ended?,
            _ = minutes.tick() => by_minute.push(client.usage().requests),
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    let report = engine.report(id).await?.context("no report")?;
    let usage = client.usage();
    let figures = Figures {
        ok: report.ok,
        seconds,
        rows: report.run.entities.iter().map(|entity| entity.seen).sum(),
        requests: usage.requests,
        throttled: usage.throttled,
        by_minute,
        cpu: own_cpu(),
        peak_kb: own_peak(),
        notes: report.run.notes,
    };
    println!("{}", serde_json::to_string(&figures)?);
    Ok(())
}
