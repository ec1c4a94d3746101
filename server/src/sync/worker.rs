//! The worker of a long-running process: works the queue off, whoever filled it.

use super::SyncError;
use super::run::Engine;
use super::schedule;
use crate::db::sync::{self as store, Calls};
use chrono::Utc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The queue is looked at this often even if nobody calls.
const LOOK: Duration = Duration::from_secs(5);
/// A run in other hands is looked at this often.
const GLANCE: Duration = Duration::from_secs(1);

/// Works until it is told to stop. A database that goes away is waited for. A run that is under way then is left
/// behind for the next worker to continue.
pub async fn work(engine: Engine, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => return,
            result = follow(&engine) => if let Err(error) = result {
                tracing::warn!(%error, "the sync worker goes on when the database answers again");
                let _ = tokio::time::timeout(LOOK, stop.cancelled()).await;
            },
        }
    }
}

async fn follow(engine: &Engine) -> Result<(), SyncError> {
    let mut calls = Calls::listen(&engine.pool, false).await?;
    loop {
        let zone = engine.in_zone().await?.settings.zone;
        schedule::fill_queue(&engine.pool, zone, Utc::now()).await?;
        engine.work(None).await?;
        calls.next(LOOK).await?;
    }
}

impl Engine {
    /// Waits until a run has ended, working on it if nobody else does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn see_through(&self, id: i64) -> Result<(), SyncError> {
        let mut calls = Calls::listen(&self.pool, true).await?;
        loop {
            let state = store::run(&self.pool, id).await?.map(|row| row.state);
            if !matches!(state.as_deref(), Some("queued" | "running")) {
                return Ok(());
            }
            if !self.work(Some(id)).await? {
                calls.next(GLANCE).await?;
            }
        }
    }

    /// Whether a run was worked on by this very engine, and so with its credentials.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn worked_on(&self, id: i64) -> Result<bool, SyncError> {
        Ok(store::owner(&self.pool, id).await?.as_deref() == Some(self.owner.as_str()))
    }
}
