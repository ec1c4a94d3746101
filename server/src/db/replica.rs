//! Connections for reading: to a replica while it is there and close behind, else to the primary. One pool whose target
//! changes, so that whoever reads never knows.

use super::pool::{StartError, options};
use crate::config::DatabaseConfig;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often the replica is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// A replica further behind than this is not used.
const LAG: Duration = Duration::from_secs(10);

/// How long the replica may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The pool for reading.
#[derive(Clone)]
pub struct ReadPool {
    pool: PgPool,
    replica: PgConnectOptions,
    primary: PgConnectOptions,
    uses_replica: Arc<AtomicBool>,
    switched: Arc<Mutex<Instant>>,
}

impl ReadPool {
    /// A pool that begins at the primary; [`Self::watch`] moves it. Connects to nothing yet.
    ///
    /// # Errors
    /// When an address cannot be read.
    pub fn new(primary: &DatabaseConfig, replica: &DatabaseConfig) -> Result<Self, StartError> {
        let switched = Arc::new(Mutex::new(Instant::now()));
        let (primary_options, replica) = (options(primary)?, options(replica)?);
        let since = Arc::clone(&switched);
        let pool = PgPoolOptions::new()
            .max_connections(primary.max_connections)
            .acquire_timeout(primary.acquire_timeout)
            .idle_timeout(Duration::from_secs(600))
            .before_acquire(move |_, facts| {
                // A connection from before the last change leads to the wrong server.
                let current = facts.age <= moment(&since).elapsed();
                Box::pin(async move { Ok(current) })
            })
            .connect_lazy_with(primary_options.clone());
        let uses_replica = Arc::default();
        Ok(Self { pool, replica, primary: primary_options, uses_replica, switched })
    }

    /// The connections.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Whether they lead to the replica now.
    #[must_use]
    pub fn uses_replica(&self) -> bool {
        self.uses_replica.load(Ordering::Relaxed)
    }

    /// Looks at the replica until the process stops, and moves the pool to it or away from it.
    pub async fn watch(self, primary: PgPool, stop: CancellationToken) {
        let mut marks = Marks::default();
        let mut beat = tokio::time::interval(LOOK);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(beat.tick()).await.is_some() {
            let looked = tokio::time::timeout(PATIENCE * 2, self.look(&primary, &mut marks)).await;
            let good = match looked {
                Ok(Ok(good)) => good,
                Ok(Err(_)) | Err(_) => false,
            };
            self.turn(good);
        }
    }

    fn turn(&self, to_replica: bool) {
        if self.uses_replica.swap(to_replica, Ordering::Relaxed) == to_replica {
            return;
        }
        let target = if to_replica { &self.replica } else { &self.primary };
        self.pool.set_connect_options(target.clone());
        *self.switched.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        if to_replica {
            tracing::info!("the read replica is used");
        } else {
            tracing::warn!("the read replica is gone or too far behind; the primary is used");
        }
    }

    /// Whether the replica answers, is one, and has replayed what the primary had written a little while ago.
    async fn look(&self, primary: &PgPool, marks: &mut Marks) -> Result<bool, sqlx::Error> {
        let mut replica = tokio::time::timeout(PATIENCE, PgConnection::connect_with(&self.replica))
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)??;
        let replayed: Option<i64> =
            sqlx::query_scalar("select (pg_last_wal_replay_lsn() - '0/0')::bigint where pg_is_in_recovery()")
                .fetch_optional(&mut replica)
                .await?
                .flatten();
        replica.close().await?;
        let Some(replayed) = replayed else { return Ok(false) };
        // A primary that does not answer says nothing about the replica: reading goes on.
        let written = sqlx::query_scalar("select (pg_current_wal_lsn() - '0/0')::bigint").fetch_one(primary).await;
        if let Ok(written) = written {
            marks.note(Instant::now(), written);
        }
        Ok(marks.is_close(replayed))
    }
}

fn moment(at: &Mutex<Instant>) -> Instant {
    *at.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How far the primary's journal had come, and when.
#[derive(Default)]
struct Marks(VecDeque<(Instant, i64)>);

impl Marks {
    fn note(&mut self, at: Instant, written: i64) {
        self.0.push_back((at, written));
        // The youngest mark that is old enough is all that is needed of the past.
        while self.0.get(1).is_some_and(|(next, _)| at.duration_since(*next) >= LAG) {
            self.0.pop_front();
        }
    }

    /// Whether a replica that has come so far knows everything that is older than the limit; before there is a mark of
    /// that age, everything that the primary had written at the first look.
    fn is_close(&self, replayed: i64) -> bool {
        self.0.front().is_none_or(|(_, written)| replayed >= *written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replica_is_close_when_it_knows_what_is_older_than_the_limit() {
        let (start, mut marks) = (Instant::now(), Marks::default());
        let after = |seconds| start + Duration::from_secs(seconds);
        for (second, written) in [(0, 100), (2, 200), (4, 300), (12, 400)] {
            marks.note(after(second), written);
        }
        assert!(marks.is_close(200), "everything up to ten seconds ago");
        assert!(!marks.is_close(150));
    }
}
