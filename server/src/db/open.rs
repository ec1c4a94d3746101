//! The database of a process: the given one, or the embedded one, with its pools.

use super::embedded::{Embedded, EmbeddedError};
use super::{StartError, connect};
use crate::config::DatabaseConfig;
use sqlx::PgPool;
use std::path::Path;

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The embedded database.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// The connection or the schema.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// An open database.
pub struct Database {
    pool: PgPool,
    config: DatabaseConfig,
    embedded: Option<Embedded>,
}

impl Database {
    /// Connects to the configured database, or to the embedded one below `data_dir` when none is configured.
    ///
    /// # Errors
    /// When it does not answer, or the embedded one cannot be had.
    pub async fn open(config: &DatabaseConfig, data_dir: Option<&Path>) -> Result<Self, OpenError> {
        let mut config = config.clone();
        let embedded = match config.url {
            Some(_) => None,
            None => Some(Embedded::join(data_dir).await?),
        };
        if let Some(embedded) = &embedded {
            config.url = Some(embedded.url().clone());
        }
        match connect(&config).await {
            Ok(pool) => Ok(Self { pool, config, embedded }),
            Err(error) => {
                leave(embedded).await;
                Err(error.into())
            }
        }
    }

    /// Connections for pages and short commands.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// How it is reached, the embedded database's address included.
    #[must_use]
    pub const fn config(&self) -> &DatabaseConfig {
        &self.config
    }

    /// Whether it is the embedded one, and where that keeps its files.
    #[must_use]
    pub fn embedded_folder(&self) -> Option<&Path> {
        self.embedded.as_ref().map(Embedded::folder)
    }

    /// A pool for work that may take long: its statements have no time limit. The caller closes it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn work_pool(&self) -> Result<PgPool, StartError> {
        connect(&self.config.for_work()).await
    }

    /// Closes the connections and leaves the embedded database, which stops when nobody else uses it.
    pub async fn close(self) {
        self.pool.close().await;
        leave(self.embedded).await;
    }
}

async fn leave(embedded: Option<Embedded>) {
    let Some(embedded) = embedded else { return };
    if let Err(error) = embedded.leave().await {
        tracing::warn!(%error, "the embedded database was not stopped; the next start joins it");
    }
}
