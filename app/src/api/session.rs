//! Who is signed in.

use crate::error::AppError;
use crate::model::session::CurrentUser;
use leptos::prelude::*;

/// The session's account.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "session/current")]
pub async fn load_current_user() -> Result<CurrentUser, AppError> {
    use super::context::{fail, signed_in};
    let (user, _ports) = signed_in().or_else(fail)?;
    Ok(user)
}
