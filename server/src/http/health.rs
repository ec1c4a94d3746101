//! Whether the process lives and whether it can serve. Nothing here tells anything about the laboratory.

use super::App;
use crate::services::Services;
use crate::watch::{self, Disk};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long the database may take to answer a probe.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /api/health` and `/health/live`: the process answers.
pub async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /health/ready`: every part with its state and its figure. 503 when pages cannot be served; a copy that is late
/// or a full disk is `degraded` with 200, because taking the process out of service would help nobody.
pub async fn ready(State(app): State<App>) -> Response {
    let (status, body) = report(&app).await;
    (status, Json(body)).into_response()
}

/// The answer of `/health/ready`.
pub async fn report(services: &Services) -> (StatusCode, Value) {
    let start = Instant::now();
    let asked = async {
        let probe = crate::db::health::probe(&services.pool).await?;
        // Before the schema is up to date there is nothing to ask.
        let sync =
            if probe.migrations_pending == 0 { Some(watch::synchronisation(&services.pool).await?) } else { None };
        Ok::<_, crate::db::DbError>((probe, sync))
    };
    let (database, probe, sync) = match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok((probe, sync))) => ("ok", Some(probe), sync),
        Ok(Err(_)) => ("unavailable", None, None),
        Err(_) => ("slow", None, None),
    };
    let took = start.elapsed().as_secs_f64() * 1e3;
    let pending = probe.as_ref().map(|probe| probe.migrations_pending);
    let migrations = match pending {
        Some(0) => "ok",
        Some(_) => "behind",
        None => "unknown",
    };
    let limits = &services.config.operate;
    let enabled = services.config.qbench.is_some();
    let limit = limits.freshness_limit.as_secs();
    let age = sync.as_ref().and_then(|sync| Some((sync.now - sync.as_of?).num_seconds().max(0).unsigned_abs()));
    let freshness = match (&sync, enabled, age) {
        (None, _, _) => "unknown",
        (_, false, _) => "off",
        (_, true, None) => "never",
        (_, true, Some(age)) if age > limit => "late",
        (_, true, Some(_)) => "ok",
    };
    let source = sync.as_ref().map_or("unknown", |sync| watch::source_state(enabled, sync));
    let since_success = sync.as_ref().and_then(|sync| Some((sync.now - sync.last_success?).num_seconds().max(0)));
    let room = Disk::at(&services.place);
    let disk = match room {
        Some(room) if room.free_percent() < f64::from(limits.disk_free_percent) => "low",
        Some(_) => "ok",
        None => "unknown",
    };
    let serves = database == "ok" && migrations == "ok";
    let fine = matches!(freshness, "ok" | "off") && matches!(source, "ok" | "off" | "unknown") && disk != "low";
    let word = match (serves, fine) {
        (false, _) => "unavailable",
        (true, false) => "degraded",
        (true, true) => "ok",
    };
    let body = json!({
        "status": word,
        "database": { "state": database, "milliseconds": (took * 10.0).round() / 10.0 },
        "migrations": { "state": migrations, "pending": pending },
        "freshness": { "state": freshness, "age_seconds": age, "limit_seconds": limit },
        "qbench": { "state": source, "seconds_since_success": since_success },
        "disk": {
            "state": disk,
            "free_bytes": room.map(|room| room.free),
            "free_percent": room.map(|room| room.free_percent().floor()),
            "limit_percent": limits.disk_free_percent,
        },
    });
    (if serves { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, body)
}
