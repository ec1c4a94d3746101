//! Waiting for work and for the progress of others.

use super::runs::{QUEUE_CHANNEL, SYNC_CHANNEL};
use crate::db::DbError;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use std::time::Duration;

/// A connection on which workers are called.
pub struct Calls(PgListener);

impl Calls {
    /// Begins to listen for work, and for progress too if `progress` is set.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn listen(pool: &PgPool, progress: bool) -> Result<Self, DbError> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(QUEUE_CHANNEL).await?;
        if progress {
            listener.listen(SYNC_CHANNEL).await?;
        }
        Ok(Self(listener))
    }

    /// Waits for a call, but no longer than `limit`: calls get lost with connections.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn next(&mut self, limit: Duration) -> Result<(), DbError> {
        match tokio::time::timeout(limit, self.0.try_recv()).await {
            Err(_) => Ok(()),
            Ok(Ok(Some(_))) => Ok(()),
            Ok(Ok(None)) => Err(sqlx::Error::PoolClosed.into()),
            Ok(Err(error)) => Err(error.into()),
        }
    }
}
