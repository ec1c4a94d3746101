//! Keeps the lease of this process alive, on a connection of its own.

use super::SyncError;
use crate::db::sync::{self as store, Lease};
use crate::db::{PgConnection, PgPool};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The lease while this process holds it. Dropping it lets the heart stop; [`Holding::release`] gives it back.
pub(crate) struct Holding {
    pub(crate) lease: Lease,
    /// Set when the lease has gone to somebody else.
    pub(crate) lost: CancellationToken,
    conn: Arc<Mutex<PgConnection>>,
    heart: JoinHandle<()>,
}

impl Holding {
    /// Takes the lease. Nothing if another process holds it.
    pub(crate) async fn take(pool: &PgPool, owner: &str, stale: Duration) -> Result<Option<Self>, SyncError> {
        let mut conn = pool.acquire().await.map_err(crate::db::DbError::from)?.detach();
        let Some(lease) = store::acquire(&mut conn, owner, stale.as_secs_f64()).await? else {
            return Ok(None);
        };
        let conn = Arc::new(Mutex::new(conn));
        let lost = CancellationToken::new();
        let heart = Heart { pool: pool.clone(), conn: Arc::clone(&conn), lease, lost: lost.clone(), stale };
        Ok(Some(Self { lease, lost, conn, heart: tokio::spawn(heart.beat()) }))
    }

    /// Gives the lease back.
    pub(crate) async fn release(self) -> Result<(), SyncError> {
        self.heart.abort();
        let mut conn = self.conn.lock().await;
        store::release(&mut *conn, self.lease).await?;
        Ok(())
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        self.heart.abort();
    }
}

struct Heart {
    pool: PgPool,
    conn: Arc<Mutex<PgConnection>>,
    lease: Lease,
    lost: CancellationToken,
    stale: Duration,
}

impl Heart {
    /// Beats until it is aborted or the lease is lost. A broken connection is replaced; the epoch, not the
    /// connection, decides whose the lease is.
    async fn beat(self) {
        let mut pause = tokio::time::interval(self.stale / 5);
        pause.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            pause.tick().await;
            let mut conn = self.conn.lock().await;
            match store::beat(&mut conn, self.lease).await {
                Ok(true) => {}
                Ok(false) => {
                    self.lost.cancel();
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, "the sync lease could not be renewed");
                    if let Ok(fresh) = self.pool.acquire().await {
                        *conn = fresh.detach();
                    }
                }
            }
        }
    }
}
