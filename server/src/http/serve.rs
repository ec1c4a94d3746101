//! Accepts connections and keeps them in bounds: how long a request's head may take, how many there may be, and how
//! they end when the process stops.

use super::{errors, facts::Facts, health};
use crate::config::HttpConfig;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// The most connections at once.
const MAX_CONNECTIONS: usize = 4_096;

/// How long a client may take to send a request's head, and to send the next request.
const HEAD_PATIENCE: Duration = Duration::from_secs(20);

/// How long running requests may go on after the process was told to stop.
const DRAIN: Duration = Duration::from_secs(20);

/// What is served: at first only that the process lives, then everything.
#[derive(Clone)]
pub struct Gate {
    starting: Router,
    ready: Arc<OnceLock<Router>>,
}

impl Default for Gate {
    fn default() -> Self {
        let starting = Router::new()
            .route("/api/health", get(health::live))
            .route("/health/live", get(health::live))
            .fallback(still_starting);
        Self { starting, ready: Arc::default() }
    }
}

impl Gate {
    /// Opens the gate.
    pub fn open(&self, router: Router) {
        // A gate is opened once; a second router would be a mistake of ours and changes nothing.
        self.ready.set(router).ok();
    }

    async fn answer(self, request: Request) -> Response {
        let router = self.ready.get().cloned().unwrap_or(self.starting);
        match router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

async fn still_starting(request: Request) -> Response {
    let facts = Facts::of(&request, &HttpConfig::default(), None);
    let response = errors::dress(StatusCode::SERVICE_UNAVAILABLE.into_response(), &facts);
    super::headers::protect(response, &facts, false)
}

/// Serves until `stop`, then lets running requests end.
pub async fn serve(listener: TcpListener, gate: Gate, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            // Finished ones are collected on the way, or the set would grow for ever.
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &slots) => accepted,
        };
        let Some((stream, peer, slot)) = accepted else { continue };
        let (gate, stop) = (gate.clone(), stop.clone());
        connections.spawn(async move {
            let _slot = slot;
            one_connection(stream, peer, gate, stop).await;
        });
    }
    drop(listener);
    let drained = tokio::time::timeout(DRAIN, async { while connections.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!(connections = connections.len(), "requests were cut off while stopping");
    }
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let slot = slots.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            stream.set_nodelay(true).ok();
            Some((stream, peer, slot))
        }
        Err(error) => {
            // Out of file descriptors, mostly: trying again at once would only burn the processor.
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

async fn one_connection(stream: TcpStream, peer: SocketAddr, gate: Gate, stop: CancellationToken) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let gate = gate.clone();
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            Ok::<_, std::convert::Infallible>(gate.answer(request).await)
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_PATIENCE).max_headers(100).max_buf_size(64 * 1024);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // Clients go away all the time.
        tracing::debug!(%error, "a connection ended early");
    }
}
