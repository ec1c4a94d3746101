//! Ports that have no implementation yet: they say that they are not available, and nothing else.

use app::error::AppError;
use app::model::session::CurrentUser;
use app::model::sync::{Freshness, SyncMode, SyncRun};
use app::ports::SyncPort;
use async_trait::async_trait;

/// Answers "not available".
pub struct Pending {
    /// Whether QBench credentials are configured.
    pub sync_enabled: bool,
}

fn unavailable<T>(what: &str) -> Result<T, AppError> {
    Err(AppError::Unavailable { what: what.to_owned() })
}

#[async_trait]
impl SyncPort for Pending {
    async fn freshness(&self) -> Result<Freshness, AppError> {
        Ok(Freshness { enabled: self.sync_enabled, ..Freshness::default() })
    }
    async fn runs(&self, _limit: u32) -> Result<Vec<SyncRun>, AppError> {
        Ok(Vec::new())
    }
    async fn start(&self, _mode: SyncMode, _user: &CurrentUser) -> Result<i64, AppError> {
        unavailable("The synchronisation")
    }
    async fn cancel(&self, _run: i64, _user: &CurrentUser) -> Result<(), AppError> {
        unavailable("The synchronisation")
    }
}
