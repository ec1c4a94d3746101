//! The synchronisation, seen and controlled.

use crate::error::AppError;
use crate::model::sync::{Certificate, Freshness, QuarantinedRecord, Schedule, SyncMode, SyncRun, SyncState};
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

/// Everything on the synchronisation page beside the runs.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/state")]
pub async fn load_sync_state() -> Result<SyncState, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.sync.state().await.or_else(fail)
}

/// One run.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/run")]
pub async fn load_run(id: i64) -> Result<SyncRun, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.sync.run(id).await.or_else(fail)
}

/// What is in quarantine; it shows laboratory records as they came, so managers and admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/quarantine")]
pub async fn load_quarantine(limit: u32) -> Result<Vec<QuarantinedRecord>, AppError> {
    use super::context::{fail, require};
    let (_user, ports) = require(crate::model::session::Role::Manager).or_else(fail)?;
    ports.sync.quarantine(limit.clamp(1, 500)).await.or_else(fail)
}

/// Tries everything in quarantine again; managers and admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/retry-quarantine")]
pub async fn retry_quarantine() -> Result<i64, AppError> {
    use super::context::{fail, require};
    let (user, ports) = require(crate::model::session::Role::Manager).or_else(fail)?;
    ports.sync.retry_quarantine(&user).await.or_else(fail)
}

/// The latest certificates, newest first.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/certificates")]
pub async fn load_certificates(limit: u32) -> Result<Vec<Certificate>, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.sync.certificates(limit.clamp(1, 100)).await.or_else(fail)
}

/// Stores a schedule; managers and admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/save-schedule")]
pub async fn save_schedule(schedule: Schedule) -> Result<(), AppError> {
    use super::context::{fail, require};
    let (user, ports) = require(crate::model::session::Role::Manager).or_else(fail)?;
    ports.sync.save_schedule(&schedule, &user).await.or_else(fail)
}

/// Stops all schedules, or lets them go on; managers and admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/pause")]
pub async fn pause_sync(paused: bool) -> Result<(), AppError> {
    use super::context::{fail, require};
    let (user, ports) = require(crate::model::session::Role::Manager).or_else(fail)?;
    ports.sync.pause(paused, &user).await.or_else(fail)
}

/// Verifies and marks as deleted whatever QBench does not list; admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/confirm-deletions")]
pub async fn confirm_deletions() -> Result<i64, AppError> {
    use super::context::{fail, require};
    let (user, ports) = require(crate::model::session::Role::Admin).or_else(fail)?;
    ports.sync.confirm_deletions(&user).await.or_else(fail)
}
