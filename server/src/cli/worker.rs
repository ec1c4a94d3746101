//! `benchwatch worker`: synchronises and serves nothing; beside `serve --no-worker`.

use super::front::asked_to_stop;
use super::keep::{self, Keeping};
use super::sync::engine;
use super::{Stop, database};
use crate::config::Config;
use crate::db::Database;
use crate::sync::{self, Engine, RunOptions};
use app::model::sync::SyncMode;
use qbench::Client;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// Works until the process is told to stop.
pub async fn run(config: Config) -> Result<(), Stop> {
    let database = database(&config).await?;
    let result = work(config, &database).await;
    database.close().await;
    result
}

async fn work(config: Config, database: &Database) -> Result<(), Stop> {
    let worker = Worker::start(&config, database, "worker").await?;
    let services = keep::services(config, database)?;
    services.source.set(worker.client()).ok();
    let keeping = Keeping::start(&services).await?;
    tracing::info!("ready");
    let told = asked_to_stop().await;
    worker.stop().await;
    keeping.stop().await;
    told.map_err(Stop::from)
}

/// The synchronisation at work in the background of this process.
pub struct Worker {
    stop: CancellationToken,
    working: JoinHandle<()>,
    client: Client,
}

impl Worker {
    /// Starts it.
    pub async fn start(config: &Config, database: &Database, purpose: &str) -> Result<Self, Stop> {
        let engine = engine(config, database, purpose).await?;
        let stop = CancellationToken::new();
        if let Some(interval) = config.sync.interval {
            tokio::spawn(call_regularly(engine.clone(), interval, stop.clone()));
        }
        let client = engine.client();
        let working = tokio::spawn(sync::work(engine, stop.clone()));
        Ok(Self { stop, working, client })
    }

    /// The client of QBench that it works with.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Stops it; a run that is under way is continued by the next worker.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.working.await {
            tracing::error!(%error, "the synchronisation ended badly");
        }
    }
}

/// Puts an incremental run into the queue now and then, whatever the schedules say.
async fn call_regularly(engine: Engine, interval: Duration, stop: CancellationToken) {
    let mut beat = tokio::time::interval(interval);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once, when there is nothing new after a start.
    beat.tick().await;
    while stop.run_until_cancelled(beat.tick()).await.is_some() {
        let paused = sync::is_paused(&engine.pool).await;
        let called = match paused {
            Ok(true) => continue,
            Ok(false) => engine.enqueue(SyncMode::Incremental, &RunOptions::default(), "interval").await.map(|_| ()),
            Err(error) => Err(error),
        };
        if let Err(error) = called {
            tracing::warn!(%error, "a regular synchronisation could not be queued");
        }
    }
}
