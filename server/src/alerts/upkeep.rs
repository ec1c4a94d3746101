//! What a long-running process does beside serving: it watches, and removes what is too old. One process at a time
//! does, whoever holds the database's lock; when that one goes, another takes its place.

use super::Alerts;
use crate::config::OperateConfig;
use crate::db::alerts::{AlertRow, Watch};
use crate::db::retention::remove_old;
use crate::db::{DbError, PgPool};
use chrono::Utc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

/// The pause between two looks.
const LOOK: Duration = Duration::from_secs(20);

/// The pause between two removals of what is too old.
const TIDY: Duration = Duration::from_secs(3600);

/// A database that is silent for so long is down.
const SILENCE: Duration = Duration::from_secs(60);

/// The watching of this process.
pub struct Upkeep {
    stop: CancellationToken,
    working: JoinHandle<()>,
}

impl Upkeep {
    /// Begins to watch.
    #[must_use]
    pub fn start(alerts: Alerts, pool: PgPool, limits: OperateConfig) -> Self {
        let stop = CancellationToken::new();
        let keeper =
            Keeper { alerts, pool, limits, watch: None, watched: false, tidied: None, silent: None, told: Vec::new() };
        let working = tokio::spawn(keeper.work(stop.clone()));
        Self { stop, working }
    }

    /// Ends it.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.working.await {
            tracing::error!(%error, "the watching ended badly");
        }
    }
}

struct Keeper {
    alerts: Alerts,
    pool: PgPool,
    limits: OperateConfig,
    watch: Option<Watch>,
    /// Whether it was ours to watch when the database last answered.
    watched: bool,
    tidied: Option<Instant>,
    /// Since when the database has been silent to the process that watched it.
    silent: Option<Instant>,
    /// What was told about the database itself, which cannot store it.
    told: Vec<AlertRow>,
}

impl Keeper {
    async fn work(mut self, stop: CancellationToken) {
        let mut beat = tokio::time::interval(LOOK);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(beat.tick()).await.is_some() {
            if stop.run_until_cancelled(self.round()).await.is_none() {
                break;
            }
        }
        if let Some(watch) = self.watch.take() {
            watch.release().await;
        }
    }

    async fn round(&mut self) {
        match self.look().await {
            Ok(true) => {
                (self.silent, self.watched) = (None, true);
                if !self.told.is_empty() {
                    self.alerts.look_without_database(&mut self.told, false, Utc::now()).await;
                    self.told
                        .retain(|row| row.resolved_at.is_none() || !row.told.as_object().is_none_or(|t| t.is_empty()));
                }
            }
            Ok(false) => (self.silent, self.watched) = (None, false),
            Err(error) => {
                let since = *self.silent.get_or_insert_with(Instant::now);
                tracing::warn!(%error, "the installation could not be looked at");
                if self.watched && since.elapsed() >= SILENCE {
                    self.alerts.look_without_database(&mut self.told, true, Utc::now()).await;
                }
            }
        }
    }

    /// Looks, if it is ours to do.
    async fn look(&mut self) -> Result<bool, DbError> {
        if let Some(watch) = &mut self.watch
            && !watch.holds().await
        {
            self.watch = None;
        }
        if self.watch.is_none() {
            self.watch = Watch::take(&self.pool).await?;
        }
        if self.watch.is_none() {
            return Ok(false);
        }
        self.alerts.look(Utc::now()).await?;
        if self.tidied.is_none_or(|at| at.elapsed() >= TIDY) {
            let removed = remove_old(&self.pool, self.limits.keep_runs, self.limits.keep_history).await?;
            self.tidied = Some(Instant::now());
            if removed.total() > 0 {
                tracing::info!(?removed, "what was too old was removed");
            }
        }
        Ok(true)
    }
}
