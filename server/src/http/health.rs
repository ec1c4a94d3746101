//! Whether the process lives and whether it can serve. Nothing here tells anything about the laboratory.

use super::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::time::Duration;

/// How long the database may take to answer a probe.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /api/health` and `/health/live`: the process answers.
pub async fn live() -> Json<serde_json::Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /health/ready`: the parts that a request needs, each with its state; 503 when one is missing.
pub async fn ready(State(app): State<App>) -> Response {
    let probe = tokio::time::timeout(PATIENCE, crate::db::health::probe(&app.pool)).await;
    let (database, schema) = match probe {
        Ok(Ok(probe)) => ("ok", if probe.migrations_pending == 0 { "ok" } else { "behind" }),
        Ok(Err(_)) => ("unavailable", "unknown"),
        Err(_) => ("slow", "unknown"),
    };
    let ready = database == "ok" && schema == "ok";
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = if ready { "ok" } else { "unavailable" };
    (status, Json(json!({ "status": word, "database": database, "migrations": schema }))).into_response()
}
