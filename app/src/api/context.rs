//! How a server function learns who calls and what it may use. The ports can only be had through these functions,
//! so that an unguarded server function cannot be written by accident.

use crate::error::AppError;
use crate::model::session::{CurrentUser, Role};
use crate::ports::{Caller, Ports};
use axum::http::StatusCode;
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

/// The session's account and the ports.
///
/// # Errors
/// [`AppError::Unauthenticated`] without a session.
pub fn signed_in() -> Result<(CurrentUser, Ports), AppError> {
    let user = use_context::<CurrentUser>().ok_or(AppError::Unauthenticated)?;
    Ok((user, expect_context::<Ports>()))
}

/// The same for accounts with at least this role.
///
/// # Errors
/// [`AppError::Unauthenticated`] without a session, [`AppError::Forbidden`] with a lesser role.
pub fn require(role: Role) -> Result<(CurrentUser, Ports), AppError> {
    let (user, ports) = signed_in()?;
    if user.role < role { Err(AppError::Forbidden) } else { Ok((user, ports)) }
}

/// Who asks, from where and with which session, and the ports.
///
/// # Errors
/// [`AppError::Unauthenticated`] without a session.
pub fn caller() -> Result<(Caller, Ports), AppError> {
    caller_with(Role::Viewer)
}

/// The same for accounts with at least this role.
///
/// # Errors
/// [`AppError::Unauthenticated`] without a session, [`AppError::Forbidden`] with a lesser role.
pub fn caller_with(role: Role) -> Result<(Caller, Ports), AppError> {
    let (_, ports) = require(role)?;
    Ok((use_context::<Caller>().ok_or(AppError::Unauthenticated)?, ports))
}

/// Sets the HTTP status that belongs to the error; without it an `Err` would answer 500.
///
/// # Errors
/// Always the error it was given.
pub fn fail<T>(error: AppError) -> Result<T, AppError> {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }
    Err(error)
}
