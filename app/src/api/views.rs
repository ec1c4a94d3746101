//! Saved views and links to them.

use crate::error::AppError;
use crate::model::filter::Filter;
#[cfg(feature = "ssr")]
use crate::model::views::{NewLink, NewView};
use crate::model::views::{ViewsMenu, ViewsPage};
use leptos::prelude::*;

/// The views that the account sees, for the menu.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "views/list")]
pub async fn load_views() -> Result<ViewsMenu, AppError> {
    use super::context::{fail, signed_in};
    let (user, ports) = signed_in().or_else(fail)?;
    Ok(ViewsMenu { views: ports.views.views(&user).await.or_else(fail)?, role: user.role })
}

/// Everything on the page about views.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "views/page")]
pub async fn load_views_page() -> Result<ViewsPage, AppError> {
    use super::context::{fail, signed_in};
    let (user, ports) = signed_in().or_else(fail)?;
    ports.views.page(&user).await.or_else(fail)
}

/// Keeps the filter that the account uses, for pages that are opened without any.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "views/filter")]
pub async fn keep_filter(filter: Filter) -> Result<(), AppError> {
    use super::context::{fail, signed_in};
    let (user, ports) = signed_in().or_else(fail)?;
    ports.views.keep_filter(&filter, &user).await.or_else(fail)
}

/// Saves a view of a page; one for all needs a manager.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "views/save")]
pub async fn save_view(
    name: String,
    path: String,
    #[server(default)] query: String,
    #[server(default)] shared: bool,
) -> Result<(), AppError> {
    use super::context::{fail, signed_in};
    let (user, ports) = signed_in().or_else(fail)?;
    ports.views.save(&NewView { name, path, query, shared }, &user).await.or_else(fail)
}

/// Gives a view another name.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "views/rename")]
pub async fn rename_view(id: i64, name: String) -> Result<(), AppError> {
    use super::context::{fail, signed_in};
    let (user, ports) = signed_in().or_else(fail)?;
    ports.views.rename(id, &name, &user).await.or_else(fail)
}

/// Moves one of the account's views a place up or down.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "views/shift")]
pub async fn shift_view(id: i64, up: bool) -> Result<(), AppError> {
    use super::context::{fail, signed_in};
    let (user, ports) = signed_in().or_else(fail)?;
    ports.views.shift(id, up, &user).await.or_else(fail)
}

/// Removes a view.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "views/delete")]
pub async fn delete_view(id: i64) -> Result<(), AppError> {
    use super::context::{fail, signed_in};
    let (user, ports) = signed_in().or_else(fail)?;
    ports.views.delete(id, &user).await.or_else(fail)
}

/// Makes a view the one that the account is led to after signing in, or with `home` false the overview again.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "views/home")]
pub async fn set_home_view(id: i64, home: bool) -> Result<(), AppError> {
    use super::context::{fail, signed_in};
    let (user, ports) = signed_in().or_else(fail)?;
    ports.views.set_home(home.then_some(id), &user).await.or_else(fail)
}

/// Makes a link to a view, its values as a form sends them: an empty password for none, empty days for no end. Leads
/// back to the page about views, with the secret in its address: it cannot be had again. Managers and admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "views/link")]
pub async fn make_link(
    view: i64,
    #[server(default)] fixed: bool,
    #[server(default)] password: String,
    #[server(default)] days: String,
) -> Result<(), AppError> {
    use super::context::{fail, require};
    let (user, ports) = require(crate::model::session::Role::Manager).or_else(fail)?;
    let days = Some(days.trim()).filter(|text| !text.is_empty()).map(str::parse).transpose();
    let bad = |_| AppError::Invalid { field: "days".to_owned(), why: "a whole number of days is expected".to_owned() };
    let days = days.map_err(bad).or_else(fail)?;
    let password = Some(password).filter(|text| !text.is_empty());
    let secret = ports.views.make_link(&NewLink { view, fixed, password, days }, &user).await.or_else(fail)?;
    leptos_axum::redirect(&format!("/views?made={secret}"));
    Ok(())
}

/// Revokes a link; managers and admins only.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "views/revoke")]
pub async fn revoke_link(id: i64) -> Result<(), AppError> {
    use super::context::{fail, require};
    let (user, ports) = require(crate::model::session::Role::Manager).or_else(fail)?;
    ports.views.revoke_link(id, &user).await.or_else(fail)
}
