//! The simulator: a laboratory behind HTTP.
//!
//! Owns the server, its clock, its limits and its faults; what the records contain is the
//! business of `lab` and `render`.

mod auth;
mod conn;
mod faults;
mod handler;
mod limits;
mod request;
mod respond;
mod routes;
mod stats;

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use axum::Router;
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use auth::ExpiredAnswer;
pub use faults::{Fault, FaultPlan, Poison, When};
pub use request::Route;
pub use stats::Stats;

use crate::lab::{Lab, LabConfig};
use conn::{BreakableListener, ConnHandle};
use handler::Shared;

/// How long `shutdown` waits for answers in progress.
const GRACE: Duration = Duration::from_secs(3);

/// How the laboratory's clock moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ClockMode {
    /// Only by [`Lab::advance_to`].
    Frozen,
    /// By itself.
    Live {
        /// Laboratory seconds in a real second.
        speed: f64,
    },
}

/// What the change feed is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FeedMode {
    /// Complete; its objects carry raw worksheets when asked for them.
    #[default]
    Full,
    /// Complete, but objects carry named worksheet cells only.
    NamedCellsOnly,
    /// 403.
    Refused,
    /// At most so many updated and so many deleted ones, the oldest changes first.
    Truncated(usize),
    /// 404.
    Missing,
}

/// Which spelling of the raw worksheet flag is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RawSpelling {
    /// `include_raw_worksheet_data` and the misspelt `include_raw_worsksheet_data`.
    #[default]
    Both,
    /// The misspelt one; the other gives 400.
    OnlyMisspelt,
}

/// What to simulate.
#[derive(Debug, Clone)]
pub struct SimConfig {
    /// The laboratory.
    pub lab: LabConfig,
    /// The only client that gets tokens.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Lifetime of access tokens.
    pub token_ttl: Duration,
    /// How an expired token is refused.
    pub expired_answer: ExpiredAnswer,
    /// Requests in a window; `None` = no limit. Token requests do not count.
    pub rate_limit: Option<(u32, Duration)>,
    /// Requests at the same time; `None` = no limit.
    pub concurrency_limit: Option<usize>,
    /// Added to every answer.
    pub latency: Duration,
    /// How the laboratory's clock moves.
    pub clock: ClockMode,
    /// What the clock shows when serving begins, if later than the laboratory's own start: the time between them has
    /// been lived through.
    pub resume_at: Option<DateTime<Utc>>,
    /// What the change feed is worth.
    pub feed: FeedMode,
    /// Which spelling of the raw worksheet flag is accepted.
    pub raw_worksheet_spelling: RawSpelling,
    /// Whether lists accept `sort_by=last_updated`; otherwise 400.
    pub sort_by_last_updated: bool,
}

impl Default for SimConfig {
    /// The documented limits, a frozen clock, no faults.
    fn default() -> Self {
        Self {
            lab: LabConfig::default(),
            client_id: "6b1f7a52-3c0d-4e58-9d41-de3000000001".to_owned(),
            client_secret: "demo-secret-of-an-invented-laboratory".to_owned(),
            token_ttl: Duration::from_secs(3600),
            expired_answer: ExpiredAnswer::default(),
            rate_limit: Some((300, Duration::from_secs(60))),
            concurrency_limit: Some(10),
            latency: Duration::ZERO,
            clock: ClockMode::Frozen,
            resume_at: None,
            feed: FeedMode::default(),
            raw_worksheet_spelling: RawSpelling::default(),
            sort_by_last_updated: true,
        }
    }
}

impl SimConfig {
    /// No limits: for tests of anything but limits.
    #[must_use]
    pub fn without_limits(mut self) -> Self {
        self.rate_limit = None;
        self.concurrency_limit = None;
        self
    }
}

/// Access to the laboratory of a running simulator. Closures must not wait for the simulator.
#[derive(Debug, Clone)]
pub struct LabHandle(Arc<RwLock<Lab>>);

impl LabHandle {
    pub(crate) fn new(lab: Lab) -> Self {
        Self(Arc::new(RwLock::new(lab)))
    }

    /// Reads the truth.
    pub fn read<T>(&self, ask: impl FnOnce(&Lab) -> T) -> T {
        ask(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the laboratory.
    pub fn write<T>(&self, change: impl FnOnce(&mut Lab) -> T) -> T {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A running simulator. Dropping it stops the server without waiting.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    addr: SocketAddr,
    stop: watch::Sender<bool>,
    server: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Builds the laboratory and serves it; port 0 picks a free one.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(config: SimConfig, addr: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(addr).await.with_context(|| format!("cannot listen on {addr}"))?;
        let addr = listener.local_addr()?;
        let (lab_config, resume_at) = (config.lab.clone(), config.resume_at);
        let lived = move || {
            let mut lab = Lab::generate(lab_config);
            if let Some(now) = resume_at.filter(|now| *now > lab.now()) {
                lab.advance_to(now);
            }
            lab
        };
        let lab = tokio::task::spawn_blocking(lived).await.context("the laboratory could not be generated")?;
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::new(Shared::new(config, lab, stopped.clone(), Instant::now()));
        let service = Router::new()
            .fallback(handler::handle)
            .with_state(shared.clone())
            .into_make_service_with_connect_info::<ConnHandle>();
        let server = tokio::spawn(async move {
            let serve = axum::serve(BreakableListener(listener), service);
            let ended = serve.with_graceful_shutdown(stop_signal(stopped)).await;
            if let Err(error) = ended {
                tracing::error!(%error, "sim.server ended");
            }
        });
        Ok(Self { shared, addr, stop, server: Some(server) })
    }

    /// The tenant's address without a path, e.g. `http://127.0.0.1:4010`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The address of the token endpoint.
    #[must_use]
    pub fn token_url(&self) -> String {
        format!("{}/qbench/oauth2/v1/token", self.base_url())
    }

    /// The laboratory behind the API.
    #[must_use]
    pub fn lab(&self) -> LabHandle {
        self.shared.lab.clone()
    }

    /// What was asked so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }

    /// Starts counting anew.
    pub fn reset_stats(&self) {
        self.shared.reset_stats();
    }

    /// The faults to come.
    #[must_use]
    pub fn faults(&self) -> FaultPlan {
        self.shared.faults.clone()
    }

    /// Ends every access token at once.
    pub fn expire_tokens(&self) {
        self.shared.tokens.expire_all();
    }

    /// Stops the server: hanging requests are dropped, answers in progress get a few seconds.
    pub async fn shutdown(mut self) {
        let _ = self.stop.send(true);
        if let Some(mut server) = self.server.take()
            && tokio::time::timeout(GRACE, &mut server).await.is_err()
        {
            server.abort();
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}

async fn stop_signal(mut stopped: watch::Receiver<bool>) {
    // An error means that the simulator is gone, which is a reason to stop as well.
    let _ = stopped.wait_for(|stop| *stop).await;
}
