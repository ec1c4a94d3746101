//! One's own account, and the administration of all.

use crate::error::AppError;
use crate::model::accounts::{AccountPage, AdminPage, AuditPage, AuditQuery};
use crate::model::session::{Role, TokenScope};
use leptos::prelude::*;

/// One's own account with its sessions and tokens.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "account/page")]
pub async fn load_account() -> Result<AccountPage, AppError> {
    use super::context::{caller, fail};
    let (caller, ports) = caller().or_else(fail)?;
    ports.accounts.account(&caller).await.or_else(fail)
}

/// Sets one's own password and ends all other sessions and all tokens.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "account/password")]
pub async fn change_password(current: String, password: String, repeated: String) -> Result<(), AppError> {
    use super::context::{caller, fail};
    let (caller, ports) = caller().or_else(fail)?;
    if password != repeated {
        let why = "the two new passwords differ".to_owned();
        return fail(AppError::Invalid { field: "repeated".to_owned(), why });
    }
    ports.accounts.change_password(&caller, current, password).await.or_else(fail)
}

/// Ends one of one's own sessions, or all others when none is named.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "account/end-session")]
pub async fn end_session(#[server(default)] session: Option<String>) -> Result<(), AppError> {
    use super::context::{caller, fail};
    let (caller, ports) = caller().or_else(fail)?;
    ports.accounts.end_session(&caller, session.as_deref()).await.or_else(fail)
}

/// Makes a long-lived token; its text is in this answer only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "account/make-token")]
pub async fn make_token(name: String, scope: TokenScope, #[server(default)] days: String) -> Result<String, AppError> {
    use super::context::{caller, fail};
    let (caller, ports) = caller().or_else(fail)?;
    let days = days.trim();
    let days = (!days.is_empty()).then(|| days.parse::<u32>()).transpose();
    let days = days.ok().filter(|days| days.is_none_or(|days| (1..=3650).contains(&days)));
    let Some(days) = days else {
        let why = "a number of days from 1 to 3650 is expected, or nothing".to_owned();
        return fail(AppError::Invalid { field: "days".to_owned(), why });
    };
    ports.accounts.make_token(&caller, &name, scope, days).await.or_else(fail)
}

/// Revokes a token at once: one's own, or any for an admin.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "account/revoke-token")]
pub async fn revoke_token(id: i64) -> Result<(), AppError> {
    use super::context::{caller, fail};
    let (caller, ports) = caller().or_else(fail)?;
    ports.accounts.revoke_token(&caller, id).await.or_else(fail)
}

/// Accounts and hidden records; admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "admin/page")]
pub async fn load_admin() -> Result<AdminPage, AppError> {
    use super::context::{caller_with, fail};
    let (caller, ports) = caller_with(Role::Admin).or_else(fail)?;
    ports.accounts.admin(&caller).await.or_else(fail)
}

/// Adds an account; admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "admin/create-user")]
pub async fn create_user(name: String, password: String, role: Role) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    let (caller, ports) = caller_with(Role::Admin).or_else(fail)?;
    ports.accounts.create_user(&caller, &name, &password, role).await.or_else(fail)
}

/// Invites somebody, the values as a form sends them: an empty address for no mail, empty days for the usual time. Leads
/// back to the administration, with the secret in its address: it cannot be had again. Admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "admin/invite")]
pub async fn invite_user(
    name: String,
    role: Role,
    #[server(default)] mail: String,
    #[server(default)] days: String,
) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    use crate::model::accounts::{INVITATION_DAYS, USUAL_INVITATION_DAYS};
    let (caller, ports) = caller_with(Role::Admin).or_else(fail)?;
    let days = if days.trim().is_empty() { Ok(USUAL_INVITATION_DAYS) } else { days.trim().parse() };
    let Ok(days) = days else {
        let why = format!("a number of days from 1 to {INVITATION_DAYS} is expected");
        return fail(AppError::Invalid { field: "days".to_owned(), why });
    };
    let new = crate::ports::NewInvitation { name, role, mail, days, lang: crate::i18n::use_lang() };
    let (secret, posted) = ports.accounts.invite(&caller, &new).await.or_else(fail)?;
    leptos_axum::redirect(&format!("/admin?invited={secret}&mail={}", posted.slug()));
    Ok(())
}

/// Withdraws an invitation; admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "admin/withdraw-invitation")]
pub async fn withdraw_invitation(id: i64) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    let (caller, ports) = caller_with(Role::Admin).or_else(fail)?;
    ports.accounts.withdraw_invitation(&caller, id).await.or_else(fail)
}

/// Changes an account's role, or whether it may sign in, or its password: whatever is given; its sessions and tokens
/// end. Admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "admin/change-user")]
pub async fn change_user(
    name: String,
    #[server(default)] role: Option<Role>,
    #[server(default)] active: Option<bool>,
    #[server(default)] password: Option<String>,
) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    let (caller, ports) = caller_with(Role::Admin).or_else(fail)?;
    ports.accounts.change_user(&caller, &name, role, active, password.as_deref()).await.or_else(fail)
}

/// Hides a record and everything below it, at once and everywhere; admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "admin/hide")]
pub async fn hide_record(kind: String, id: i32, #[server(default)] reason: String) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    let (caller, ports) = caller_with(Role::Admin).or_else(fail)?;
    ports.accounts.hide(&caller, &kind, id, &reason).await.or_else(fail)
}

/// Shows a record again; admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "admin/unhide")]
pub async fn unhide_record(kind: String, id: i32) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    let (caller, ports) = caller_with(Role::Admin).or_else(fail)?;
    ports.accounts.unhide(&caller, &kind, id).await.or_else(fail)
}

/// A page of the audit log; admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "admin/audit")]
pub async fn load_audit(query: AuditQuery) -> Result<AuditPage, AppError> {
    use super::context::{caller_with, fail};
    let (_caller, ports) = caller_with(Role::Admin).or_else(fail)?;
    ports.accounts.audit(&query).await.or_else(fail)
}

/// Begins the enrolment of a second factor, for whoever knows the account's password.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "account/totp-begin")]
pub async fn begin_totp(current: String) -> Result<(), AppError> {
    use super::context::{caller, fail};
    let (caller, ports) = caller().or_else(fail)?;
    ports.accounts.begin_totp(&caller, current).await.or_else(fail)
}

/// Gives an enrolment up.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "account/totp-cancel")]
pub async fn cancel_totp() -> Result<(), AppError> {
    use super::context::{caller, fail};
    let (caller, ports) = caller().or_else(fail)?;
    ports.accounts.cancel_totp(&caller).await.or_else(fail)
}

/// Puts the second factor in use, once its first code is right.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "account/totp-confirm")]
pub async fn confirm_totp(code: String) -> Result<(), AppError> {
    use super::context::{caller, fail};
    let (caller, ports) = caller().or_else(fail)?;
    ports.accounts.confirm_totp(&caller, &code).await.or_else(fail)
}

/// Removes one's own second factor; needs the password.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "account/totp-remove")]
pub async fn remove_totp(current: String) -> Result<(), AppError> {
    use super::context::{caller, fail};
    let (caller, ports) = caller().or_else(fail)?;
    ports.accounts.remove_totp(&caller, current).await.or_else(fail)
}

/// Removes the second factor of somebody who has lost it; admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "admin/reset-totp")]
pub async fn reset_totp(name: String) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    let (caller, ports) = caller_with(Role::Admin).or_else(fail)?;
    ports.accounts.reset_totp(&caller, &name).await.or_else(fail)
}

/// Ends a session of somebody, or all of theirs when none is named; admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "admin/end-session")]
pub async fn end_session_of(name: String, #[server(default)] session: Option<String>) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    let (caller, ports) = caller_with(Role::Admin).or_else(fail)?;
    ports.accounts.end_session_of(&caller, &name, session.as_deref()).await.or_else(fail)
}
