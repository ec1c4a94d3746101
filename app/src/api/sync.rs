//! The synchronisation, seen and controlled.

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::model::sync::ScheduleChange;
use crate::model::sync::{Freshness, SyncMode, SyncPage, SyncRun};
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

/// Asks for a run, a window run going back `days` days; managers and admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/start")]
pub async fn start_sync(mode: SyncMode, #[server(default)] days: Option<u32>) -> Result<i64, AppError> {
    use super::context::{fail, require};
    let (user, ports) = require(crate::model::session::Role::Manager).or_else(fail)?;
    ports.sync.start(mode, days, &user).await.or_else(fail)
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

/// Everything on the page about the synchronisation.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/page")]
pub async fn load_sync_page() -> Result<SyncPage, AppError> {
    use super::context::{fail, signed_in};
    let (user, ports) = signed_in().or_else(fail)?;
    let may_see = user.role >= crate::model::session::Role::Manager;
    Ok(SyncPage {
        state: ports.sync.state().await.or_else(fail)?,
        runs: ports.sync.runs(25).await.or_else(fail)?,
        quarantine: if may_see { ports.sync.quarantine(50).await.or_else(fail)? } else { Vec::new() },
        role: user.role,
    })
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

/// Stores a schedule, its values as a form sends them: times of day as `HH:MM`, nothing for no quiet hours; managers
/// and admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "sync/save-schedule")]
pub async fn save_schedule(
    id: i32,
    cron: String,
    #[server(default)] enabled: bool,
    #[server(default)] quiet_from: String,
    #[server(default)] quiet_to: String,
    budget_share: i32,
) -> Result<(), AppError> {
    use super::context::{fail, require};
    let (user, ports) = require(crate::model::session::Role::Manager).or_else(fail)?;
    let (quiet_from, quiet_to) = quiet_hours(&quiet_from, &quiet_to).or_else(fail)?;
    let change = ScheduleChange { id, cron, enabled, quiet_from, quiet_to, budget_share };
    ports.sync.save_schedule(&change, &user).await.or_else(fail)
}

/// The times of day of a form's fields.
#[cfg(feature = "ssr")]
fn quiet_hours(from: &str, to: &str) -> Result<(Option<chrono::NaiveTime>, Option<chrono::NaiveTime>), AppError> {
    let read = |field: &str, text: &str| {
        let text = text.trim();
        let time = (!text.is_empty()).then(|| chrono::NaiveTime::parse_from_str(text, "%H:%M")).transpose();
        time.map_err(|_| AppError::Invalid {
            field: field.to_owned(),
            why: "a time such as 22:00 is expected".to_owned(),
        })
    };
    Ok((read("quiet_from", from)?, read("quiet_to", to)?))
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
