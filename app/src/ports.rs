//! What the pages need from the server, in traits shaped like screens. `server` implements them; `app` never learns
//! how, so that no SQL can reach the browser and pages render in tests without a database.

use crate::error::AppError;
use crate::model::filter::Filter;
use crate::model::overview::{FilterOptions, Overview};
use crate::model::session::CurrentUser;
use crate::model::sync::{Freshness, SyncMode, SyncRun};
use async_trait::async_trait;
use std::sync::Arc;

/// Figures for the dashboards.
#[async_trait]
pub trait MetricsPort: Send + Sync {
    /// Everything on the overview.
    async fn overview(&self, filter: &Filter) -> Result<Overview, AppError>;
    /// What the filter bar offers.
    async fn filter_options(&self) -> Result<FilterOptions, AppError>;
}

/// The synchronisation, seen and controlled.
#[async_trait]
pub trait SyncPort: Send + Sync {
    /// How fresh the copy is and what is going on.
    async fn freshness(&self) -> Result<Freshness, AppError>;
    /// The latest runs, newest first.
    async fn runs(&self, limit: u32) -> Result<Vec<SyncRun>, AppError>;
    /// Asks for a run on behalf of `user`; joins an equal one that waits. Returns the run's number.
    async fn start(&self, mode: SyncMode, user: &CurrentUser) -> Result<i64, AppError>;
    /// Asks a run to stop after the page it is reading.
    async fn cancel(&self, run: i64, user: &CurrentUser) -> Result<(), AppError>;
}

/// Everything a server function may call, put into the Leptos context once a request.
#[derive(Clone)]
pub struct Ports {
    /// Figures.
    pub metrics: Arc<dyn MetricsPort>,
    /// Synchronisation.
    pub sync: Arc<dyn SyncPort>,
}
