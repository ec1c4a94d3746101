//! How fast, how sparing and how narrow a synchronisation is: `cargo xtask bench sync`.
//!
//! Simulator, engine and the script that it is compared with are processes of their own, so that each pays for itself;
//! ratios come from one run on one machine. Prints figures; nothing here passes or fails.
//!
//! `cargo xtask bench sync -- limits | speed | memory | all`, with `--sizes`, `--latency`, `--rounds`, `--python`.

mod copy;
mod database;
mod figures;
mod peers;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};
use database::Database;
use figures::Figures;
use peers::{Laboratory, Source};

/// Requests at once in every measurement.
const WIDTH: f64 = 10.0;

#[derive(Parser)]
struct Program {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum What {
    /// The share of what the documented limits allow
    Limits,
    /// Against a script, without limits and with latency; and a second run that writes nothing
    Speed,
    /// Peak memory by the size of the laboratory
    Memory,
    /// All of them
    All,
    #[command(hide = true)]
    Simulator(qbench_sim::SimulateArgs),
    #[command(hide = true)]
    Engine(copy::Copy),
}

#[derive(Args, Clone, Debug)]
struct Options {
    /// Tests in the laboratory, instead of the sizes that each measurement has
    #[arg(long, value_delimiter = ',', global = true)]
    sizes: Vec<u32>,
    /// Milliseconds that every answer takes in the comparison
    #[arg(long, default_value_t = 20, global = true)]
    latency: u32,
    /// How often engine and script take turns; the best of each counts
    #[arg(long, default_value_t = 2, global = true)]
    rounds: u32,
    /// An interpreter with aiohttp, asyncpg and orjson
    #[arg(long, default_value = "python3", global = true)]
    python: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Program { what, options } = Program::parse();
    let url = || std::env::var("DATABASE_URL").context("DATABASE_URL is not set");
    match what.unwrap_or(What::All) {
        What::Simulator(args) => qbench_sim::run(args).await,
        What::Engine(copy) => copy::run(&copy).await,
        What::Limits => limits(&url()?, &options).await,
        What::Speed => speed(&url()?, &options).await,
        What::Memory => memory(&url()?, &options).await,
        What::All => all(&url()?, &options).await,
    }
}

async fn all(url: &str, options: &Options) -> Result<()> {
    speed(url, options).await?;
    memory(url, options).await?;
    limits(url, options).await
}

/// Under the documented limits, over some whole minutes.
async fn limits(url: &str, options: &Options) -> Result<()> {
    for tests in sizes(options, &[40_000]) {
        println!("\n== {tests} tests, 300 requests a minute, 10 at once ==");
        let database = Database::migrated(url).await?;
        let source = Source::start(Laboratory { tests, latency_ms: 20, limited: true }).await?;
        let figures = peers::engine(&source, &database.url, "full", true).await?;
        tell("engine", &figures);
        for (minute, sent) in figures.by_minute.iter().enumerate() {
            let possible = 300 * (minute as u64 + 1);
            println!("after minute {}: {sent} of {possible} requests, {:.1} %", minute + 1, percent(*sent, possible));
        }
        println!("refused for want of budget: {}", figures.throttled);
        database.drop().await?;
    }
    Ok(())
}

/// Engine and script take turns; then the engine once more over its own copy.
async fn speed(url: &str, options: &Options) -> Result<()> {
    let python = peers::has_script(&options.python).await;
    for tests in sizes(options, &[100_000]) {
        let lab = Laboratory { tests, latency_ms: options.latency, limited: false };
        println!("\n== {tests} tests, no limits, {} ms, 10 at once ==", options.latency);
        let source = Source::start(lab).await?;
        let (mut engine, mut script) = (None, None);
        for _ in 0..options.rounds.max(1) {
            if python {
                let database = Database::fresh(url).await?;
                keep_best(
                    &mut script,
                    measured(&database, peers::script(&source, &database.url, &options.python)).await?,
                );
            }
            let database = Database::migrated(url).await?;
            let first = measured(&database, peers::engine(&source, &database.url, "full", false)).await?;
            again(&source, &database).await?;
            keep_best(&mut engine, first);
            database.drop().await?;
        }
        compare(engine, script, options);
    }
    Ok(())
}

/// A second full run and a quiet incremental one over a copy that is complete.
async fn again(source: &Source, database: &Database) -> Result<()> {
    for mode in ["full", "incremental"] {
        let before = database.written().await?;
        let figures = peers::engine(source, &database.url, mode, false).await?;
        tell(&format!("engine, {mode} again"), &figures);
        println!("rows written by it: {}", database.written().await? - before);
    }
    Ok(())
}

/// A measurement and what the database spent on it.
async fn measured(database: &Database, work: impl Future<Output = Result<Figures>>) -> Result<(Figures, Option<f64>)> {
    database.rest().await?;
    let before = database.cpu().await?;
    let figures = work.await?;
    let after = database.cpu().await?;
    Ok((figures, before.zip(after).map(|(before, after)| after - before)))
}

fn keep_best(best: &mut Option<(Figures, Option<f64>)>, new: (Figures, Option<f64>)) {
    if best.as_ref().is_none_or(|(best, _)| new.0.seconds < best.seconds) {
        *best = Some(new);
    }
}

fn compare(engine: Option<(Figures, Option<f64>)>, script: Option<(Figures, Option<f64>)>, options: &Options) {
    let Some((engine, engine_database)) = engine else { return };
    tell("engine, best round", &engine);
    let bound = engine.requests as f64 * f64::from(options.latency) / 1000.0 / WIDTH;
    println!("{:.0} % of the in-flight bound", 100.0 * bound / engine.seconds);
    println!("processor seconds: {:.2} own, {} of PostgreSQL", engine.cpu, in_words(engine_database));
    let Some((script, script_database)) = script else {
        println!("No script to compare with: {} lacks aiohttp, asyncpg or orjson.", options.python);
        return;
    };
    tell("script (asyncio, orjson, binary COPY), best round", &script);
    println!("processor seconds: {:.2} own, {} of PostgreSQL", script.cpu, in_words(script_database));
    println!(
        "engine to script: {:.2} times as fast, {:.0} % of its processor seconds",
        engine.rate() / script.rate(),
        100.0 * engine.cpu / script.cpu
    );
}

fn in_words(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| "unknown".to_owned(), |seconds| format!("{seconds:.2}"))
}

/// A full run, then a quiet incremental one, by the size of the laboratory.
async fn memory(url: &str, options: &Options) -> Result<()> {
    for tests in sizes(options, &[20_000, 100_000, 1_000_000]) {
        println!("\n== {tests} tests, no limits, no latency ==");
        let database = Database::migrated(url).await?;
        let source = Source::start(Laboratory { tests, latency_ms: 0, limited: false }).await?;
        for mode in ["full", "incremental"] {
            tell(&format!("engine, {mode}"), &peers::engine(&source, &database.url, mode, false).await?);
        }
        database.drop().await?;
    }
    Ok(())
}

fn sizes(options: &Options, default: &[u32]) -> Vec<u32> {
    if options.sizes.is_empty() { default.to_vec() } else { options.sizes.clone() }
}

fn percent(part: u64, whole: u64) -> f64 {
    100.0 * part as f64 / whole as f64
}

fn tell(name: &str, figures: &Figures) {
    println!(
        "{name}: {} records {} in {:.2} s, {:.0} a second, {} requests, {:.2} processor seconds, {} MB at most",
        figures.rows,
        if figures.ok { "copied" } else { "NOT copied" },
        figures.seconds,
        figures.rate(),
        figures.requests,
        figures.cpu,
        figures.peak_kb / 1024,
    );
    for note in &figures.notes {
        println!("  {note}");
    }
}
