//! `benchwatch serve`: the dashboards over the configured database.

use super::front::{Front, asked_to_stop};
use super::keep::{self, Keeping};
use super::worker::Worker;
use super::{Stop, database};
use crate::config::Config;
use crate::db::Database;
use clap::Args;

#[derive(Args)]
pub struct Options {
    /// Leave synchronisation to another process (`benchwatch worker`)
    #[arg(long)]
    no_worker: bool,
}

/// Serves until the process is told to stop.
pub async fn run(config: Config, options: Options) -> Result<(), Stop> {
    let front = Front::listen(config.http.addr, "BENCHWATCH_ADDR").await?;
    let database = database(&config).await?;
    let result = serve(front, config, &database, options).await;
    database.close().await;
    result
}

async fn serve(front: Front, config: Config, database: &Database, options: Options) -> Result<(), Stop> {
    let wanted = !options.no_worker && config.qbench.is_some();
    let worker = if wanted { Some(Worker::start(&config, database, "serve").await?) } else { None };
    let services = keep::services(config, database)?;
    if let Some(worker) = &worker {
        services.source.set(worker.client()).ok();
    }
    keep::seal(&services).await;
    let keeping = Keeping::start(&services).await?;
    front.open(services);
    println!("{}", front.url());
    let told = asked_to_stop().await;
    if let Some(worker) = worker {
        worker.stop().await;
    }
    keeping.stop().await;
    front.close().await;
    told.map_err(Stop::from)
}
