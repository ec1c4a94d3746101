//! The command line: one file a command. Everything ends in an exit code: 0 done, 1 failed, 2 the call, the
//! configuration or the product is not up to it.

mod ban;
mod fetch;
mod serve;
mod sync;
mod user;
mod worker;

use crate::config::Config;
use crate::db;
use clap::{Parser, Subcommand};
use sqlx::PgPool;
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
    Serve {
        /// Leave the synchronisation to `benchwatch worker`
        #[arg(long)]
        no_worker: bool,
    },
    /// Synchronise, without serving anything
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
    if let Command::Simulate(args) = command {
        return Ok(qbench_sim::run(args).await?);
    }
    let config = Config::from_environment().map_err(|error| Stop::Usage(error.to_string()))?;
    start_log(&config);
    match command {
        Command::Serve { no_worker } => serve::run(config, !no_worker).await,
        Command::Worker => worker::run(config).await,
        Command::Fetch(command) => fetch::run(command, config).await,
        Command::Sync(command) => sync::run(command, config).await,
        Command::Migrate => {
            database(&config).await?;
            println!("the schema is up to date");
            Ok(())
        }
        Command::User(command) => user::run(command, database(&config).await?).await,
        Command::Ban(command) => ban::run(command, database(&config).await?).await,
        Command::Simulate(_) => Ok(()),
    }
}

/// Connects and migrates.
async fn database(config: &Config) -> Result<PgPool, Stop> {
    if config.database.url.is_none() {
        return Err(Stop::Usage(
            "DATABASE_URL is not set; a database of the program's own is not yet available".to_owned(),
        ));
    }
    let pool = db::connect(&config.database).await?;
    db::migrate(&pool).await?;
    Ok(pool)
}

fn start_log(config: &Config) {
    use crate::config::LogFormat;
    let filter = EnvFilter::try_new(&config.log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log.format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.init(),
    }
}
