//! Guests: people who came through a link. They get its page, what that page loads, and nothing else; whatever is not
//! named here is closed to them, so that a new route is closed until somebody opens it.

use super::App;
use super::errors::app_error;
use super::guard::{RENEW_SECONDS, Unknown};
use crate::views::SharedView;
use app::error::AppError;
use app::model::session::CurrentUser;
use app::model::views::{Guest, data_query, loads};
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

/// The key of a visit in a session; the statement that revokes a link reads it too.
const GUEST: &str = "guest";

/// The most links that a session remembers having seen.
const MAX_SEEN: usize = 50;

#[derive(Clone, Serialize, Deserialize)]
struct Visit {
    link: i64,
    renewed: i64,
    /// The links whose view has been counted.
    seen: Vec<i64>,
}

/// Begins a visit under a new session id. True when this session had not seen the link before.
///
/// # Errors
/// When the store does not answer.
pub async fn begin(session: &Session, link: i64, now: i64) -> Result<bool, tower_sessions::session::Error> {
    let mut seen = session.get::<Visit>(GUEST).await?.map(|visit| visit.seen).unwrap_or_default();
    let first = !seen.contains(&link);
    if first {
        seen.push(link);
        let surplus = seen.len().saturating_sub(MAX_SEEN);
        seen.drain(..surplus);
    }
    session.clear().await;
    session.cycle_id().await?;
    session.insert(GUEST, Visit { link, renewed: now, seen }).await?;
    Ok(first)
}

/// What the guest behind the session cookie sees; nobody when the link no longer opens.
pub(super) async fn shared_view(app: &App, session: &Session) -> Result<SharedView, Unknown> {
    let visit = session.get::<Visit>(GUEST).await?.ok_or(Unknown::Nobody)?;
    let view = app.views.still_open(visit.link).await?.ok_or(Unknown::Nobody)?;
    let now = chrono::Utc::now().timestamp();
    if now - visit.renewed > RENEW_SECONDS {
        session.insert(GUEST, Visit { renewed: now, ..visit }).await?;
    }
    Ok(view)
}

/// Passes a guest's request on if it belongs to the shared page.
pub(super) async fn pass(view: SharedView, mut request: Request, next: Next) -> Response {
    let uri = request.uri();
    if !admits(&view, request.method(), uri.path(), uri.query().unwrap_or_default()) {
        let is_api = uri.path().starts_with("/api/");
        return if is_api {
            app_error(StatusCode::FORBIDDEN, &AppError::Forbidden)
        } else {
            StatusCode::FORBIDDEN.into_response()
        };
    }
    request.extensions_mut().insert(CurrentUser::guest(&view.name));
    request.extensions_mut().insert(view.guest);
    next.run(request).await
}

/// Fixed filters leave nothing to load: the page comes whole and is loaded whole when there is new data.
fn admits(view: &SharedView, method: &Method, path: &str, query: &str) -> bool {
    let free = view.guest == Guest::Free;
    match *method {
        Method::GET | Method::HEAD => {
            path == "/api/live" || (path == view.path && (free || data_query(query) == view.query))
        }
        Method::POST => {
            matches!(path, "/api/session/current" | "/api/sync/freshness") || (free && loads(&view.path, path))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(guest: Guest) -> SharedView {
        SharedView { link: 1, name: "wall".into(), path: "/mix".into(), query: "range=7d".into(), guest }
    }

    #[test]
    fn fixed_filters_open_one_address() {
        let fixed = |method, path, query| admits(&view(Guest::Fixed), &method, path, query);
        assert!(fixed(Method::GET, "/mix", "range=7d"));
        assert!(fixed(Method::GET, "/mix", "range=7d&embed=1&lang=es"));
        for query in ["", "range=30d", "range=7d&range=30d", "range=7d&customer=1", "customer=1&range=7d", "RANGE=7d"] {
            assert!(!fixed(Method::GET, "/mix", query), "{query}");
        }
        assert!(!fixed(Method::POST, "/api/metrics/mix", ""));
        assert!(!fixed(Method::POST, "/mix", "range=7d"));
    }

    #[test]
    fn free_filters_open_one_page_and_its_figures() {
        let free = |method, path| admits(&view(Guest::Free), &method, path, "range=30d");
        assert!(free(Method::GET, "/mix") && free(Method::POST, "/api/metrics/mix"));
        for path in ["/", "/mix/", "/customers", "/records", "/orders/1", "/sync", "/views", "/export/mix-types.csv"] {
            assert!(!free(Method::GET, path), "{path}");
        }
        for path in ["/api/metrics/overview", "/api/records/orders", "/api/sync/start", "/api/views/save"] {
            assert!(!free(Method::POST, path), "{path}");
        }
    }
}
