//! `benchwatch serve`: answers that it lives at once, and everything else when the schema is up to date.

use super::{Stop, database};
use crate::config::Config;
use crate::http::{App, Gate, router, serve, site_root};
use crate::services::Services;
use anyhow::Context as _;
use std::path::PathBuf;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Serves until the process is told to stop.
pub async fn run(config: Config, worker: bool) -> Result<(), Stop> {
    let addr = config.http.addr;
    let listener =
        TcpListener::bind(addr).await.with_context(|| format!("BENCHWATCH_ADDR: cannot listen on {addr}"))?;
    let bound = listener.local_addr()?;
    let stop = CancellationToken::new();
    let gate = Gate::default();
    let server = tokio::spawn(serve(listener, gate.clone(), stop.clone()));
    let pool = database(&config).await?;
    let told = std::env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from);
    let site = site_root(told.as_deref());
    let working = match worker && config.qbench.is_some() {
        true => Some(tokio::spawn(crate::sync::work(super::sync::engine(&config, "serve").await?, stop.clone()))),
        false => None,
    };
    let services = Services::new(config, pool);
    gate.open(router(&App::new(services, &site)));
    tracing::info!(http.addr = %bound, "ready");
    println!("http://{bound}");
    asked_to_stop().await?;
    stop.cancel();
    server.await?;
    if let Some(working) = working {
        working.await?;
    }
    Ok(())
}

/// Waits for the signal to stop.
pub(super) async fn asked_to_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        result = tokio::signal::ctrl_c() => result,
    }
}
