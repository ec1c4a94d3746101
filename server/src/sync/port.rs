//! The synchronisation as pages and REST see and control it. Works without credentials, which only a worker needs.

use super::SyncError;
use super::report::run_of;
use super::run::{RunOptions, enqueue};
use crate::db::PgPool;
use crate::db::lims::Table;
use crate::db::{DbError, sync as store};
use app::error::AppError;
use app::model::session::CurrentUser;
use app::model::sync::{Freshness, SyncMode, SyncRun};
use app::ports::SyncPort;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::sync::Arc;

/// What pages ask.
#[derive(Clone)]
pub struct SyncService {
    pool: PgPool,
    zone: Tz,
    enabled: bool,
    now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

impl SyncService {
    /// A service over the copy; `enabled` says whether credentials are configured.
    #[must_use]
    pub fn new(pool: PgPool, zone: Tz, enabled: bool, now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>) -> Self {
        Self { pool, zone, enabled, now }
    }

    async fn read_freshness(&self) -> Result<Freshness, DbError> {
        let now = (self.now)();
        let marks = store::watermarks(&self.pool).await?;
        // Complete means every entity: one that was never read to its end leaves the whole without a date.
        let known = Table::ALL.iter().map(|table| marks.iter().find(|mark| mark.entity == table.name()));
        let as_of = known.map(|mark| mark.map(|mark| mark.as_of)).min().flatten();
        let running = store::running(&self.pool).await?;
        let last = store::last_ended(&self.pool).await?;
        Ok(Freshness {
            as_of: as_of.map(|at| at.with_timezone(&self.zone).naive_local()),
            age_minutes: as_of.map(|at| (now - at).num_minutes().max(0)),
            running: running.map(|row| run_of(&row, now, self.zone)),
            problem: last.filter(|row| row.state == "failed").and_then(|row| row.error),
            enabled: self.enabled,
            data_version: store::data_version(&self.pool).await?,
        })
    }
}

#[async_trait]
impl SyncPort for SyncService {
    async fn freshness(&self) -> Result<Freshness, AppError> {
        self.read_freshness().await.map_err(in_words)
    }

    async fn runs(&self, limit: u32) -> Result<Vec<SyncRun>, AppError> {
        let now = (self.now)();
        let rows = store::runs(&self.pool, i64::from(limit)).await.map_err(in_words)?;
        Ok(rows.iter().map(|row| run_of(row, now, self.zone)).collect())
    }

    async fn start(&self, mode: SyncMode, user: &CurrentUser) -> Result<i64, AppError> {
        if !self.enabled {
            return Err(AppError::Unavailable { what: "QBench (no credentials are set)".to_owned() });
        }
        let queued = enqueue(&self.pool, mode, &RunOptions::default(), &user.name).await;
        queued.map_err(|error| match error {
            SyncError::Db(error) => in_words(error),
            other => internal(&other),
        })
    }

    async fn cancel(&self, run: i64, _user: &CurrentUser) -> Result<(), AppError> {
        if store::request_cancel(&self.pool, run).await.map_err(in_words)? {
            return Ok(());
        }
        match store::run(&self.pool, run).await.map_err(in_words)? {
            Some(_) => Err(AppError::Busy { why: "the run has ended already".to_owned() }),
            None => Err(AppError::NotFound),
        }
    }
}

/// A failure of the database as pages may know it.
pub(super) fn in_words(error: DbError) -> AppError {
    if error.is_transient() {
        tracing::warn!(%error, "the database does not answer");
        return AppError::Unavailable { what: "The database".to_owned() };
    }
    internal(&error)
}

fn internal(error: &dyn std::error::Error) -> AppError {
    let reference = uuid::Uuid::new_v4().simple().to_string();
    tracing::error!(%error, error.reference = reference, "the state of the synchronisation could not be asked");
    AppError::Internal { reference }
}
