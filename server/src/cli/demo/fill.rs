//! The demo's first synchronisation.

use super::Stop;
use crate::cli::sync::show;
use crate::sync::{Engine, RunOptions};
use anyhow::{Context as _, anyhow};
use app::model::sync::{RunState, SyncMode};

/// Copies the whole laboratory, showing how far it has come.
pub async fn first_sync(engine: &Engine) -> Result<(), Stop> {
    let id = engine.enqueue(SyncMode::Full, &RunOptions::default(), "demo").await?;
    let showing = tokio::spawn(show(engine.clone(), id));
    let seen = engine.see_through(id).await;
    showing.abort();
    seen?;
    let report = engine.report(id).await?.context("the run's report has disappeared")?;
    if report.run.state != RunState::Succeeded {
        let why = report.error.unwrap_or_else(|| "it was cancelled".to_owned());
        return Err(Stop::Failed(anyhow!("the first synchronisation did not succeed: {why}")));
    }
    let records: u64 = report.run.entities.iter().map(|entity| entity.seen).sum();
    eprintln!("copied {records} records in {:.1} s", report.run.seconds);
    Ok(())
}
