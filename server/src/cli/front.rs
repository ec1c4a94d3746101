//! The web side of a process: it answers that it lives at once, and everything else when it is opened.

use super::Stop;
use crate::http::{App, Gate, live, probes, router, serve, site_root};
use crate::services::Services;
use anyhow::Context as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A listening server.
pub struct Front {
    /// Where it listens.
    pub addr: SocketAddr,
    gate: Gate,
    stop: CancellationToken,
    server: JoinHandle<()>,
    services: OnceLock<Arc<Services>>,
}

impl Front {
    /// Listens; `setting` names what to change when the address cannot be had.
    pub async fn listen(addr: SocketAddr, setting: &str) -> Result<Self, Stop> {
        let listener = TcpListener::bind(addr).await.with_context(|| format!("cannot listen on {addr} ({setting})"))?;
        let addr = listener.local_addr()?;
        let (gate, stop) = (Gate::default(), CancellationToken::new());
        let server = tokio::spawn(serve(listener, gate.clone(), stop.clone()));
        Ok(Self { addr, gate, stop, server, services: OnceLock::new() })
    }

    /// Serves everything from now on, and tells open pages what happens.
    pub fn open(&self, services: Arc<Services>) {
        let told = std::env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from);
        let site = site_root(told.as_deref());
        if !site.join("pkg").is_dir() {
            tracing::warn!(site = %site.display(), "the site's files are not there; pages will have no style");
        }
        self.services.set(Arc::clone(&services)).ok();
        let app = App::new(services, &site);
        self.gate.open(router(&app));
        tokio::spawn(live::listen(app));
        tracing::info!(http.addr = %self.addr, "ready");
    }

    /// Serves only probes and measurements from now on.
    pub fn open_probes(&self, services: Arc<Services>) {
        let site = site_root(None);
        self.gate.open(probes(&App::new(services, &site)));
        tracing::info!(http.addr = %self.addr, "probes are served");
    }

    /// The address for a browser on this machine.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Lets running requests end; the streams of open pages, which would never end, are ended.
    pub async fn close(self) {
        if let Some(services) = self.services.get() {
            services.live.stop();
        }
        self.stop.cancel();
        if let Err(error) = self.server.await {
            tracing::error!(%error, "the web server ended badly");
        }
    }
}

/// Waits until the process is told to stop, by Ctrl-C or by the service manager.
pub async fn asked_to_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        result = tokio::signal::ctrl_c() => result,
    }
}
