//! `benchwatch worker`: synchronises and serves nothing; beside `serve --no-worker`.

use super::Stop;
use super::serve::asked_to_stop;
use super::sync::engine;
use crate::config::Config;
use crate::sync;
use tokio_util::sync::CancellationToken;

/// Works until the process is told to stop.
pub async fn run(config: Config) -> Result<(), Stop> {
    let engine = engine(&config, "worker").await?;
    let stop = CancellationToken::new();
    let working = tokio::spawn(sync::work(engine, stop.clone()));
    tracing::info!("ready");
    asked_to_stop().await?;
    stop.cancel();
    working.await?;
    Ok(())
}
