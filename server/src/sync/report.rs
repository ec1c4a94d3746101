//! A run as pages, the command line and scripts see it.

use crate::db::sync::RunRow;
use app::model::sync::{EntityProgress, RunState, SyncMode, SyncRun};
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;

/// PostgreSQL takes messages below 8000 bytes; some room is left for what the hub adds.
const MAX_PAYLOAD: usize = 7600;

/// The machine-readable report of a run.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The run.
    #[serde(flatten)]
    pub run: SyncRun,
    /// Whether it read everything it set out to read.
    pub ok: bool,
    /// What it failed with, and what can be done.
    pub error: Option<String>,
    /// Records that are in quarantine now, per entity.
    pub quarantine: Vec<(String, i64)>,
    /// The certificate that a verification issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Value>,
}

fn local(at: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    at.with_timezone(&zone).naive_local()
}

/// The wire form of a stored run.
#[must_use]
pub fn run_of(row: &RunRow, now: DateTime<Utc>, zone: Tz) -> SyncRun {
    let started = row.started_at.unwrap_or(row.queued_at);
    let end = row.finished_at.unwrap_or(now).max(started);
    let seconds = if row.started_at.is_some() { (end - started).num_milliseconds() as f64 / 1000.0 } else { 0.0 };
    let entities: Vec<EntityProgress> = serde_json::from_value(row.entities.clone()).unwrap_or_default();
    let seen: u64 = entities.iter().map(|progress| progress.seen).sum();
    let state = state_of(&row.state);
    let mut notes: Vec<String> = serde_json::from_value(row.notes.clone()).unwrap_or_default();
    if let Some(error) = &row.error {
        notes.insert(0, error.clone());
    }
    SyncRun {
        id: row.id,
        mode: SyncMode::from_name(&row.mode).unwrap_or(SyncMode::Full),
        state,
        trigger: row.trigger.clone(),
        started_at: local(started, zone),
        finished_at: row.finished_at.map(|at| local(at, zone)),
        seconds,
        requests: u64::try_from(row.requests).unwrap_or(0),
        retries: u64::try_from(row.retries).unwrap_or(0),
        remaining_seconds: if state == RunState::Running { remaining(&entities, seconds) } else { None },
        rows_per_second: (seconds > 0.0).then(|| seen as f64 / seconds),
        entities,
        notes,
    }
}

fn state_of(name: &str) -> RunState {
    match name {
        "queued" => RunState::Queued,
        "running" => RunState::Running,
        "succeeded" => RunState::Succeeded,
        "cancelled" => RunState::Cancelled,
        "lost" => RunState::Lost,
        _ => RunState::Failed,
    }
}

/// Seconds until the end by the pages read so far; entities whose extent is not known yet are taken to be as long as
/// those that are.
fn remaining(entities: &[EntityProgress], seconds: f64) -> Option<f64> {
    let done: u32 = entities.iter().map(|progress| progress.pages_done).sum();
    let unknown = entities.iter().any(|progress| progress.pages_total.is_none() && !progress.done);
    if done < 5 || unknown || seconds < 0.5 {
        return None;
    }
    let total: u32 = entities.iter().map(|e| e.pages_total.unwrap_or(e.pages_done).max(e.pages_done)).sum();
    Some(f64::from(total - done) * seconds / f64::from(done))
}

/// The message for open pages: the run as JSON, with as many notes as fit.
pub(crate) fn payload(run: &SyncRun) -> String {
    let mut run = run.clone();
    loop {
        let text = serde_json::to_string(&run).unwrap_or_default();
        if text.len() <= MAX_PAYLOAD || run.notes.is_empty() {
            return if text.len() <= MAX_PAYLOAD { text } else { String::from("{}") };
        }
        run.notes.truncate(run.notes.len() / 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_stay_below_what_the_database_takes() {
        let run = SyncRun {
            id: 1,
            mode: SyncMode::Full,
            state: RunState::Running,
            trigger: "x".into(),
            started_at: NaiveDateTime::default(),
            finished_at: None,
            seconds: 1.0,
            requests: 1,
            retries: 0,
            entities: vec![EntityProgress::default(); 6],
            remaining_seconds: None,
            rows_per_second: None,
            notes: vec!["é".repeat(900); 40],
        };
        let text = payload(&run);
        assert!(text.len() < 8000);
        assert!(serde_json::from_str::<SyncRun>(&text).is_ok_and(|read| !read.notes.is_empty()));
    }
}
