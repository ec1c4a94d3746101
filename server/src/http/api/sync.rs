//! The synchronisation: how fresh the copy is, its runs, what is in quarantine; and, for managers, starting and
//! stopping it.

use super::common::limit;
use super::endpoint::{Call, Endpoint};
use super::params::{Kind, path_big_id, query};
use super::problem::Problem;
use super::wire::Untyped;
use app::error::AppError;
use app::model::session::Role;
use app::model::sync::{Certificate, Freshness, QuarantinedRecord, SyncMode, SyncRun, SyncState};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

const TAG: &str = "Synchronisation";

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let mode = [query(
        "mode",
        Kind::Choice(Some("incremental"), &["full", "incremental", "window", "verify"]),
        "What the run reads.",
    )];
    let days = [query("days", Kind::Int(None, 1, 3653), "How far a window run goes back; other runs ignore it.")];
    let run = [path_big_id("run_id", "The run's number.")];
    let few = [limit("limit", 20, 200)];
    let many = [limit("limit", 100, 1000)];
    vec![
        Endpoint::get("/sync/freshness", TAG, "How fresh the copy is and what is going on.", &[], freshness),
        Endpoint::get("/sync/state", TAG, "Freshness by entity, schedules and the latest certificate.", &[], state),
        Endpoint::get("/sync/runs", TAG, "The latest runs, newest first.", &[&few], runs).rows("runs"),
        Endpoint::get("/sync/runs/{run_id}", TAG, "One run.", &[&run], self::run),
        Endpoint::get(
            "/sync/certificates",
            TAG,
            "Proofs that the copy equals QBench, newest first.",
            &[&few],
            certificates,
        )
        .rows("certificates"),
        Endpoint::get(
            "/sync/quarantine",
            TAG,
            "Records that could not be stored, or only in part; for managers.",
            &[&many],
            quarantine,
        )
        .rows("records"),
        Endpoint::get("/sync/runs", TAG, "Asks for a run; for managers.", &[&mode, &days], start)
            .post(StatusCode::ACCEPTED),
        Endpoint::get(
            "/sync/runs/{run_id}/cancel",
            TAG,
            "Asks a run to stop after the page it is reading; for managers.",
            &[&run],
            cancel,
        )
        .post(StatusCode::ACCEPTED),
        Endpoint::get(
            "/sync/quarantine/retry",
            TAG,
            "Asks for a run that tries the quarantine again; for managers.",
            &[],
            retry,
        )
        .post(StatusCode::ACCEPTED),
    ]
}

async fn freshness(call: Call) -> Result<Untyped<Freshness>, Problem> {
    Ok(Untyped(call.state.sync.freshness().await?))
}

#[derive(Debug, Serialize, ToSchema)]
struct SyncRuns {
    #[schema(value_type = Vec<Object>)]
    runs: Vec<SyncRun>,
}

async fn runs(call: Call) -> Result<SyncRuns, Problem> {
    Ok(SyncRuns { runs: call.state.sync.runs(many(&call)).await? })
}

async fn run(call: Call) -> Result<Untyped<SyncRun>, Problem> {
    Ok(Untyped(call.state.sync.run(call.args.int("run_id").unwrap_or_default()).await?))
}

async fn state(call: Call) -> Result<Untyped<SyncState>, Problem> {
    Ok(Untyped(call.state.sync.state().await?))
}

#[derive(Debug, Serialize, ToSchema)]
struct Certificates {
    #[schema(value_type = Vec<Object>)]
    certificates: Vec<Certificate>,
}

async fn certificates(call: Call) -> Result<Certificates, Problem> {
    Ok(Certificates { certificates: call.state.sync.certificates(many(&call)).await? })
}

#[derive(Debug, Serialize, ToSchema)]
struct Quarantine {
    #[schema(value_type = Vec<Object>)]
    records: Vec<QuarantinedRecord>,
}

/// The records may belong to somebody who must not be shown: managers only.
async fn quarantine(call: Call) -> Result<Quarantine, Problem> {
    if call.user()?.role < Role::Manager {
        return Err(Problem::App(AppError::Forbidden));
    }
    Ok(Quarantine { records: call.state.sync.quarantine(many(&call)).await? })
}

async fn retry(call: Call) -> Result<RunAccepted, Problem> {
    Ok(RunAccepted { run_id: call.state.sync.retry_quarantine(call.acting(Role::Manager)?).await? })
}

/// How many entries are wanted.
fn many(call: &Call) -> u32 {
    call.args.int("limit").and_then(|limit| u32::try_from(limit).ok()).unwrap_or(20)
}

#[derive(Debug, Serialize, ToSchema)]
struct RunAccepted {
    /// The run's number.
    run_id: i64,
}

async fn start(call: Call) -> Result<RunAccepted, Problem> {
    let mode = call.args.text("mode").and_then(SyncMode::from_name).unwrap_or(SyncMode::Incremental);
    let days = call.args.int("days").and_then(|days| u32::try_from(days).ok());
    let run_id = call.state.sync.start(mode, days, call.acting(Role::Manager)?).await?;
    Ok(RunAccepted { run_id })
}

async fn cancel(call: Call) -> Result<RunAccepted, Problem> {
    let run_id = call.args.int("run_id").unwrap_or_default();
    call.state.sync.cancel(run_id, call.acting(Role::Manager)?).await?;
    Ok(RunAccepted { run_id })
}
