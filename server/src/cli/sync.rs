//! `benchwatch sync`: one run, seen through to its end. Another process that works already does it for us.

use super::{Stop, database};
use crate::config::{Config, QBENCH_REQUIRED};
use crate::db::Database;
use crate::sync::{Engine, Report, RunOptions, SyncSettings};
use anyhow::Context as _;
use app::model::sync::{RunState, SyncMode, SyncRun};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use qbench::{Client, QbenchError};
use std::io::IsTerminal as _;
use std::time::Duration;

/// What is to be read.
#[derive(Subcommand)]
pub enum Command {
    /// Every record of every entity
    Full(Common),
    /// What changed since the last success
    Incremental(Common),
    /// Records created in the last days
    Window {
        /// Days to go back; SYNC_LOOKBACK_DAYS when absent
        #[arg(long)]
        days: Option<u32>,
        #[command(flatten)]
        common: Common,
    },
    /// Everything, compared by content; heals differences and issues a certificate
    Verify {
        /// Mark records as deleted even if very many are gone
        #[arg(long)]
        confirm_deletions: bool,
        #[command(flatten)]
        common: Common,
    },
}

/// Options of every mode.
#[derive(Args)]
pub struct Common {
    /// Print the run's report as JSON
    #[arg(long)]
    json: bool,
    /// Percent of the request budget that the run may use
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    budget_share: Option<u32>,
}

/// Runs a synchronisation; ends well only if the run succeeded.
pub async fn run(command: Command, config: Config) -> Result<(), Stop> {
    let (mode, common, mut options) = match command {
        Command::Full(common) => (SyncMode::Full, common, RunOptions::default()),
        Command::Incremental(common) => (SyncMode::Incremental, common, RunOptions::default()),
        Command::Window { days, common } => (SyncMode::Window, common, RunOptions { days, ..RunOptions::default() }),
        Command::Verify { confirm_deletions, common } => {
            (SyncMode::Verify, common, RunOptions { confirm_deletions, ..RunOptions::default() })
        }
    };
    options.budget_share = common.budget_share;
    // Missing credentials are told before a database is started for nothing.
    client(&config)?;
    let database = database(&config).await?;
    let result = see_through(&config, &database, mode, &options, common.json).await;
    database.close().await;
    result
}

async fn see_through(
    config: &Config,
    database: &Database,
    mode: SyncMode,
    options: &RunOptions,
    json: bool,
) -> Result<(), Stop> {
    let engine = engine(config, database, "cli").await?;
    let id = engine.enqueue(mode, options, "cli").await?;
    let showing = (!json).then(|| tokio::spawn(show(engine.clone(), id)));
    let seen = engine.see_through(id).await;
    if let Some(showing) = showing {
        showing.abort();
    }
    seen?;
    let report = engine.report(id).await?.context("the run's report has disappeared")?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report).context("the report")?);
    } else {
        print(&report);
    }
    match report.run.state {
        RunState::Succeeded if engine.worked_on(id).await? => Ok(()),
        RunState::Succeeded => own_credentials(&client(config)?).await,
        RunState::Cancelled => Err(Stop::Failed(anyhow::anyhow!("the run was cancelled"))),
        _ => Err(Stop::Failed(anyhow::anyhow!(report.error.unwrap_or_else(|| "the run did not succeed".to_owned())))),
    }
}

/// After a run that another process has seen through with its own credentials: whether ours would have done, or the
/// next run without that process fails unannounced.
async fn own_credentials(client: &Client) -> Result<(), Stop> {
    match client.check().await.token {
        Err(error @ QbenchError::Unauthorized { .. }) => Err(Stop::Failed(anyhow::anyhow!(
            "another process has done the run, with its own credentials; those of this command are refused: {error}"
        ))),
        _ => Ok(()),
    }
}

/// The engine with a pool of its own: its statements may take their time.
pub async fn engine(config: &Config, database: &Database, purpose: &str) -> Result<Engine, Stop> {
    let client = client(config)?;
    let pool = database.work_pool().await?;
    Ok(Engine::new(pool, client, SyncSettings::of(config), purpose))
}

/// The client of the tenant; without credentials it says which are missing.
pub fn client(config: &Config) -> Result<Client, Stop> {
    let Some(client) = &config.qbench else {
        return Err(Stop::Usage(format!("synchronisation is off: set {}", QBENCH_REQUIRED.join(", "))));
    };
    Client::new(client.clone()).map_err(|error| Stop::Usage(error.to_string()))
}

/// Shows how far the run has come: a bar on a terminal, a line now and then elsewhere.
pub async fn show(engine: Engine, id: i64) {
    let terminal = std::io::stderr().is_terminal();
    let bar = terminal.then(bar);
    let mut beat = tokio::time::interval(Duration::from_millis(if terminal { 200 } else { 5_000 }));
    beat.tick().await;
    loop {
        beat.tick().await;
        let Ok(Some(report)) = engine.report(id).await else { continue };
        let line = line(&report.run);
        match &bar {
            Some(bar) => {
                let (done, total) = pages(&report.run);
                bar.set_length(total.max(1));
                bar.set_position(done);
                bar.set_message(line);
            }
            None => eprintln!("{line}"),
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(1);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} pages  {msg}") {
        bar.set_style(style);
    }
    bar
}

fn pages(run: &SyncRun) -> (u64, u64) {
    let done: u32 = run.entities.iter().map(|entity| entity.pages_done).sum();
    let total: u32 = run.entities.iter().map(|entity| entity.pages_total.unwrap_or(0).max(entity.pages_done)).sum();
    (done.into(), total.into())
}

fn line(run: &SyncRun) -> String {
    let current = run.entities.iter().find(|entity| !entity.done && entity.pages_done > 0);
    let entity = current.map_or("", |entity| entity.entity.as_str());
    let rate = run.rows_per_second.map_or(String::new(), |rate| format!(", {rate:.0} records/s"));
    let rest = run.remaining_seconds.map_or(String::new(), |seconds| format!(", {seconds:.0} s left"));
    let (done, total) = pages(run);
    format!("{} {entity}: page {done} of {total}{rate}{rest}", run.mode.name())
}

fn print(report: &Report) {
    let run = &report.run;
    println!(
        "run {} ({}): {:?} after {:.1} s, {} requests, {} repeated",
        run.id,
        run.mode.name(),
        run.state,
        run.seconds,
        run.requests,
        run.retries
    );
    println!(
        "{:<10} {:>9} {:>9} {:>9} {:>9} {:>8} {:>11}",
        "", "seen", "inserted", "updated", "unchanged", "deleted", "quarantined"
    );
    for entity in &run.entities {
        println!(
            "{:<10} {:>9} {:>9} {:>9} {:>9} {:>8} {:>11}",
            entity.entity,
            entity.seen,
            entity.inserted,
            entity.updated,
            entity.unchanged,
            entity.deleted,
            entity.quarantined
        );
    }
    for note in &run.notes {
        println!("- {note}");
    }
    for (entity, count) in &report.quarantine {
        println!("in quarantine: {count} of {entity}");
    }
}
