//! Views that are sent by themselves; managers and admins only.

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::i18n::Lang;
use crate::model::deliveries::{Deliveries, Timing};
#[cfg(feature = "ssr")]
use crate::model::deliveries::{FileKind, NewDelivery, Way};
#[cfg(feature = "ssr")]
use crate::model::session::Role;
use leptos::prelude::*;

/// All deliveries and the latest of what was sent.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "deliveries/list")]
pub async fn load_deliveries() -> Result<Deliveries, AppError> {
    use super::context::{fail, require};
    let (user, ports) = require(Role::Manager).or_else(fail)?;
    ports.deliveries.page(&user).await.or_else(fail)
}

/// Sets up a delivery, its values as a form sends them.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "deliveries/save")]
pub async fn save_delivery(
    view: i64,
    #[server(default)] timing: Timing,
    #[server(default)] way: String,
    #[server(default)] recipients: String,
    #[server(default)] files: String,
    #[server(default)] language: String,
) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    let (caller, ports) = caller_with(Role::Manager).or_else(fail)?;
    let unknown =
        |field: &str| AppError::Invalid { field: field.to_owned(), why: "is none of those offered".to_owned() };
    let new = NewDelivery {
        view,
        timing,
        way: Way::from_name(&way).ok_or_else(|| unknown("way")).or_else(fail)?,
        recipients,
        files: FileKind::from_name(&files).unwrap_or(FileKind::Xlsx),
        lang: Lang::from_tag(&language).unwrap_or_default(),
    };
    ports.deliveries.save(&new, &caller).await.or_else(fail)
}

/// Stops a delivery, or lets it go on.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "deliveries/pause")]
pub async fn pause_delivery(id: i64, #[server(default)] paused: bool) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    let (caller, ports) = caller_with(Role::Manager).or_else(fail)?;
    ports.deliveries.pause(id, paused, &caller).await.or_else(fail)
}

/// Sends a view now, beside its schedule.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "deliveries/send")]
pub async fn send_delivery(id: i64) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    let (caller, ports) = caller_with(Role::Manager).or_else(fail)?;
    ports.deliveries.send_now(id, &caller).await.or_else(fail)
}

/// Removes a delivery.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "deliveries/delete")]
pub async fn delete_delivery(id: i64) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    let (caller, ports) = caller_with(Role::Manager).or_else(fail)?;
    ports.deliveries.delete(id, &caller).await.or_else(fail)
}
