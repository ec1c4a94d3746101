//! The REST interface `/api/v1`: paths, parameters and answers. It asks `crate::metrics` and the synchronisation's
//! port; it holds no SQL. Who may ask is decided by the guard that the caller of [`routes`] puts in front.

mod accounts;
mod batches;
mod beside;
mod common;
pub mod csv;
mod definitions;
mod dense;
mod docs;
pub mod endpoint;
mod entities;
mod flow;
mod forecast;
mod lists;
mod mix;
pub mod moment;
mod openapi;
mod overdue;
pub mod params;
pub mod problem;
mod process;
mod quality;
mod respond;
mod schema;
mod settings;
mod sync;
mod tokens;
mod turnaround;
mod validator;
mod volume;
mod wire;

use crate::auth::Auth;
use crate::metrics::Service;
use app::ports::{RecordsPort, SettingsPort, SyncPort};
use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post};
use endpoint::{Endpoint, Verb};
use std::sync::Arc;

/// What endpoints work with.
#[derive(Clone)]
pub struct ApiState {
    /// Figures.
    pub metrics: Service,
    /// Records.
    pub records: Arc<dyn RecordsPort>,
    /// The synchronisation.
    pub sync: Arc<dyn SyncPort>,
    /// Accounts and their tokens.
    pub auth: Arc<Auth>,
    /// Settings of the laboratory.
    pub settings: Arc<dyn SettingsPort>,
}

/// Every endpoint below `/api/v1`.
#[must_use]
pub fn catalogue() -> Vec<Endpoint> {
    [
        volume::endpoints(),
        turnaround::endpoints(),
        flow::endpoints(),
        overdue::endpoints(),
        quality::endpoints(),
        accounts::endpoints(),
        mix::endpoints(),
        forecast::endpoints(),
        batches::endpoints(),
        process::endpoints(),
        entities::endpoints(),
        lists::endpoints(),
        sync::endpoints(),
        tokens::endpoints(),
        settings::endpoints(),
        definitions::endpoints(),
    ]
    .concat()
}

/// The endpoints below `/api/v1`, to be put behind a guard with `route_layer`, so that 401 comes before 422.
pub fn routes<S: Clone + Send + Sync + 'static>(state: &ApiState) -> Router<S> {
    let mut router = Router::new();
    for endpoint in catalogue() {
        let endpoint = Arc::new(endpoint);
        let path = format!("/api/v1{}", endpoint.path);
        let handler = |forced| respond::handler(state.clone(), Arc::clone(&endpoint), forced);
        router = match endpoint.verb {
            Verb::Get => router.route(&path, get(handler(false))),
            Verb::Post => router.route(&path, post(handler(false))),
            Verb::Patch => router.route(&path, patch(handler(false))),
            Verb::Delete => router.route(&path, delete(handler(false))),
        };
        if endpoint.rows.is_some() {
            router = router.route(&format!("{path}.csv"), get(handler(true)));
        }
    }
    router.method_not_allowed_fallback(method_not_allowed)
}

/// The description of the interface; tells nothing about the laboratory and needs no session.
pub fn descriptions<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/api/openapi.json", get(openapi::document))
        .route("/api/docs", get(docs::page))
        .route("/api/docs.js", get(docs::script))
        .route("/api/docs.css", get(docs::style))
        .method_not_allowed_fallback(method_not_allowed)
}

/// The answer of a path under `/api` that has a route, but not for this method.
pub async fn method_not_allowed() -> Response {
    problem::detail(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
}

/// The answer of an unknown path under `/api`: 404; with a slash at its end, 307 to the path without it.
pub async fn unknown(uri: Uri) -> Response {
    let path = uri.path();
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() < path.len() && is_known(trimmed) {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, format!("{trimmed}{query}"))]).into_response();
    }
    problem::detail(StatusCode::NOT_FOUND, "Not Found")
}

fn is_known(path: &str) -> bool {
    if matches!(path, "/api/health" | "/api/auth/login" | "/api/docs" | "/api/openapi.json" | "/api/v1/session") {
        return true;
    }
    let Some(path) = path.strip_prefix("/api/v1") else { return false };
    catalogue().iter().any(|endpoint| {
        let mut wanted = endpoint.path.split('/');
        let mut given = path.split('/');
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given)) if wanted == given || wanted.starts_with('{') && !given.is_empty() => {}
                _ => return false,
            }
        }
    })
}
