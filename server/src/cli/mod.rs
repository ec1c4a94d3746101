//! The command line: one file a command. Everything ends in an exit code: 0 done, 1 failed, 2 the call, the
//! configuration or the product is not up to it.

mod alert;
mod audit;
mod backup;
mod ban;
mod demo;
mod doctor;
mod fetch;
mod front;
mod import;
mod keep;
mod restore;
mod serve;
mod sync;
mod user;
mod worker;

use crate::config::{Config, LogConfig};
use crate::db::PgPool;
use crate::db::{self, Database};
use clap::{Parser, Subcommand};
use std::io::IsTerminal as _;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// A laboratory's QBench LIMS, copied to PostgreSQL and shown in the browser.
#[derive(Parser)]
#[command(name = "benchwatch", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the dashboards
    Serve(serve::Options),
    /// Show the dashboards of an invented laboratory, with everything they need
    Demo(demo::Options),
    /// Synchronise without serving, beside `serve --no-worker`
    Worker,
    /// Fetch one record by its id, with its parents
    Fetch(fetch::Command),
    /// Copy from QBench
    #[command(subcommand)]
    Sync(sync::Command),
    /// Bring the database's schema up to date
    Migrate,
    /// Accounts
    #[command(subcommand)]
    User(user::Command),
    /// Records that are hidden from every figure, list and page
    #[command(subcommand)]
    Ban(ban::Command),
    /// The log of who did what
    #[command(subcommand)]
    Audit(audit::Command),
    /// Messages about what is wrong
    #[command(subcommand)]
    Alert(alert::Command),
    /// Write the database into one checked file
    Backup(backup::Options),
    /// Put a backup back
    Restore(restore::Options),
    /// Take over accounts, hidden records and records from the product that this one replaces
    Import,
    /// Check the settings, the database and QBench, and say what is wrong
    Doctor,
    /// Run a simulated QBench with a living laboratory
    Simulate(qbench_sim::SimulateArgs),
}

/// What ends a command early.
#[derive(Debug)]
pub enum Stop {
    /// The configuration or the call: exit code 2.
    Usage(String),
    /// Anything else: exit code 1.
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Runs the command that the process was called with.
pub async fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Usage(why)) => {
            eprintln!("error: {why}");
            ExitCode::from(2)
        }
        Err(Stop::Failed(error)) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Stop> {
    let config = Config::from_environment().await;
    match command {
        Command::Simulate(args) => return Ok(qbench_sim::run(args).await?),
        Command::Doctor => return doctor::run(config).await,
        _ => {}
    }
    let config = config.map_err(|error| Stop::Usage(error.to_string()))?;
    start_log(&config.log);
    match command {
        Command::Serve(options) => serve::run(config, options).await,
        Command::Demo(options) => demo::run(config, options).await,
        Command::Worker => worker::run(config).await,
        Command::Fetch(command) => fetch::run(command, config).await,
        Command::Sync(command) => sync::run(command, config).await,
        Command::Migrate => {
            with_database(&config, async |_| {
                println!("the schema is up to date");
                Ok(())
            })
            .await
        }
        Command::User(command) => with_database(&config, async |pool| user::run(command, pool, &config).await).await,
        Command::Ban(command) => with_database(&config, async |pool| ban::run(command, pool).await).await,
        Command::Audit(command) => with_database(&config, async |pool| audit::run(command, pool).await).await,
        Command::Alert(command) => alert::run(command, &config).await,
        Command::Backup(options) => backup::run(config, options).await,
        Command::Restore(options) => restore::run(config, options).await,
        Command::Import => import::run(config).await,
        Command::Simulate(_) | Command::Doctor => Ok(()),
    }
}

/// Does something with the database, its schema up to date, and leaves it in order.
async fn with_database(config: &Config, work: impl AsyncFnOnce(PgPool) -> Result<(), Stop>) -> Result<(), Stop> {
    let database = database(config).await?;
    let result = work(database.pool().clone()).await;
    database.close().await;
    result
}

/// Opens the database and brings its schema up to date.
async fn database(config: &Config) -> Result<Database, Stop> {
    let database = Database::open(&config.database, config.data_dir.as_deref()).await?;
    if let Err(error) = db::migrate(database.pool()).await {
        database.close().await;
        return Err(error.into());
    }
    Ok(database)
}

fn start_log(config: &LogConfig) {
    use crate::config::LogFormat;
    let filter = EnvFilter::try_new(&config.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match config.format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.init(),
    }
}
