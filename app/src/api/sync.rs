//! The synchronisation, seen and controlled.

use crate::error::AppError;
use crate::model::sync::{Freshness, SyncMode, SyncRun};
use leptos::prelude::*;

/// How fresh the copy is and what is going on.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/freshness")]
pub async fn load_freshness() -> Result<Freshness, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.sync.freshness().await.or_else(fail)
}

/// The latest runs, newest first.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/runs")]
pub async fn load_runs(limit: u32) -> Result<Vec<SyncRun>, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.sync.runs(limit.clamp(1, 200)).await.or_else(fail)
}

/// Asks for a run; managers and admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/start")]
pub async fn start_sync(mode: SyncMode) -> Result<i64, AppError> {
    use super::context::{fail, require};
    let (user, ports) = require(crate::model::session::Role::Manager).or_else(fail)?;
    ports.sync.start(mode, &user).await.or_else(fail)
}

/// Asks a run to stop; managers and admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/cancel")]
pub async fn cancel_sync(run: i64) -> Result<(), AppError> {
    use super::context::{fail, require};
    let (user, ports) = require(crate::model::session::Role::Manager).or_else(fail)?;
    ports.sync.cancel(run, &user).await.or_else(fail)
}
