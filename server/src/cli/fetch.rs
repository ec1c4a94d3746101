//! `benchwatch fetch`: one record by its id, always refreshed, with the parents that it refers to.

use super::sync::{client, engine};
use super::{Stop, database};
use crate::config::Config;
use crate::db::Database;
use clap::Args;
use qbench::Entity;

/// Which record.
#[derive(Args)]
pub struct Command {
    /// customer, order, sample, test, batch or assay
    entity: Entity,
    /// QBench's id
    #[arg(value_parser = clap::value_parser!(i32).range(1..))]
    id: i32,
}

/// Fetches it and says what came of it.
pub async fn run(command: Command, config: Config) -> Result<(), Stop> {
    // Missing credentials are told before a database is started for nothing.
    client(&config)?;
    let database = database(&config).await?;
    let result = fetch(&command, &config, &database).await;
    database.close().await;
    result
}

async fn fetch(command: &Command, config: &Config, database: &Database) -> Result<(), Stop> {
    let engine = engine(config, database, "fetch").await?;
    let fetched = engine.fetch(command.entity, command.id).await?;
    for line in &fetched.lines {
        println!("{line}");
    }
    if fetched.found {
        return Ok(());
    }
    Err(Stop::Failed(anyhow::anyhow!("{} {} could not be fetched", command.entity, command.id)))
}
