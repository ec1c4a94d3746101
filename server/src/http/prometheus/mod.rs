//! `/metrics` in Prometheus' text form: traffic, database, synchronisation, alerts, the process itself; nothing of the
//! laboratory's work.

pub mod families;
mod process;
mod text;
mod traffic;

pub use traffic::Traffic;

use super::App;
use super::facts::Facts;
use crate::db::sync::{quarantine_counts, watermarks};
use crate::db::watch::{database_facts, last_runs};
use crate::db::{DbError, alerts, health};
use crate::services::Services;
use crate::watch::{self, Disk};
use axum::extract::{Extension, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use families as f;
use secrecy::ExposeSecret as _;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use text::Page;

/// How long the database may take; the rest is served without it.
const PATIENCE: Duration = Duration::from_secs(3);

/// `GET /metrics`: with its token, or from this machine when no token is set.
pub async fn metrics(State(app): State<App>, Extension(facts): Extension<Facts>, headers: HeaderMap) -> Response {
    let allowed = match &app.config.http.metrics_token {
        Some(token) => has_token(&headers, token.expose_secret()),
        None => facts.local_peer && facts.address.is_loopback(),
    };
    if !allowed {
        return StatusCode::FORBIDDEN.into_response();
    }
    answer(page(&app).await)
}

/// The same on an address of its own: whoever reaches it may read, unless there is a token.
pub async fn metrics_apart(State(app): State<App>, headers: HeaderMap) -> Response {
    let token = app.config.http.metrics_token.as_ref();
    if token.is_some_and(|token| !has_token(&headers, token.expose_secret())) {
        return StatusCode::FORBIDDEN.into_response();
    }
    answer(page(&app).await)
}

fn answer(text: String) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// Whether the request carries the token. Hashes are compared, so the time tells nothing about it.
pub fn has_token(headers: &HeaderMap, token: &str) -> bool {
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
        .is_some_and(|given| crate::auth::secret_hash(given) == crate::auth::secret_hash(token.as_bytes()))
}

/// Every measurement of this process, as text.
pub async fn page(services: &Services) -> String {
    let mut page = Page::default();
    page.put(&f::INFO, &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    services.traffic.write(&mut page);
    page.put(&f::LIVE_STREAMS, &[], number(services.live.listeners()));
    let start = Instant::now();
    // Written apart, so that a database that fails half-way leaves whole families.
    let mut asked = Page::default();
    let up = matches!(tokio::time::timeout(PATIENCE, database(services, &mut asked)).await, Ok(Ok(())));
    page.put(&f::DB_UP, &[], f64::from(u8::from(up)));
    page.put(&f::DB_SECONDS, &[], start.elapsed().as_secs_f64());
    pools(services, &mut page);
    page.put(&f::SYNC_ENABLED, &[], f64::from(u8::from(services.config.qbench.is_some())));
    page.put(&f::FRESHNESS_LIMIT, &[], services.config.operate.freshness_limit.as_secs_f64());
    source(services, &mut page);
    let sent = &services.deliveries;
    for (outcome, count) in [("delivered", &sent.delivered), ("failed", &sent.failed)] {
        page.put(&f::ALERTS_SENT, &[("outcome", outcome)], number(count.load(Ordering::Relaxed)));
    }
    if let Some(disk) = Disk::at(&services.place) {
        page.put(&f::DISK_FREE, &[], number(disk.free));
        page.put(&f::DISK_SIZE, &[], number(disk.size));
    }
    process::write(&mut page);
    let mut text = page.finish();
    if up {
        text.push_str(&asked.finish());
    }
    text
}

fn pools(services: &Services, page: &mut Page) {
    let mut pools = vec![("main", &services.pool)];
    if let Some(read) = &services.read {
        pools.push(("read", read.pool()));
    }
    for (name, pool) in pools {
        let limit = pool.options().get_max_connections();
        for (state, count) in
            [("open", number(pool.size())), ("idle", number(pool.num_idle())), ("limit", number(limit))]
        {
            page.put(&f::DB_CONNECTIONS, &[("pool", name), ("state", state)], count);
        }
    }
    if let Some(read) = &services.read {
        page.put(&f::DB_REPLICA, &[], f64::from(u8::from(read.uses_replica())));
    }
}

/// What the client of QBench spent, in the process that has one.
fn source(services: &Services, page: &mut Page) {
    let Some(client) = services.source.get() else { return };
    let usage = client.usage();
    page.put(&f::QBENCH_REQUESTS, &[], number(usage.requests));
    page.put(&f::QBENCH_RETRIES, &[], number(usage.retries));
    page.put(&f::QBENCH_THROTTLED, &[], number(usage.throttled));
    page.put(&f::QBENCH_FAULTS, &[], number(usage.faults));
    page.put(&f::QBENCH_BYTES, &[], number(usage.bytes));
    page.put(&f::QBENCH_RUNNING, &[], number(usage.in_flight));
    if let (Some(limit), Some(left)) = (usage.limit, usage.left) {
        page.put(&f::QBENCH_LIMIT, &[], number(limit));
        page.put(&f::QBENCH_LEFT, &[], number(left));
    }
    page.put(&f::QBENCH_HELD, &[], usage.held_for.map_or(0.0, |time| time.as_secs_f64()));
}

async fn database(services: &Services, page: &mut Page) -> Result<(), DbError> {
    let pool = &services.pool;
    let probe = health::probe(pool).await?;
    page.put(&f::DB_MIGRATIONS, &[], number(probe.migrations_pending));
    let facts = database_facts(pool).await?;
    page.put(&f::DB_SERVER_CONNECTIONS, &[], number(facts.connections));
    page.put(&f::DB_SIZE, &[], number(facts.size));
    page.put(&f::DB_TRANSACTIONS, &[("outcome", "commit")], number(facts.commits));
    page.put(&f::DB_TRANSACTIONS, &[("outcome", "rollback")], number(facts.rollbacks));
    page.put(&f::DB_BLOCKS, &[("from", "memory")], number(facts.cached));
    page.put(&f::DB_BLOCKS, &[("from", "disk")], number(facts.read));
    page.put(&f::DB_DEADLOCKS, &[], number(facts.deadlocks));
    page.put(&f::SESSIONS, &[], number(facts.sessions));
    synchronisation(services, page).await?;
    for row in alerts::all(pool).await?.iter().filter(|row| row.resolved_at.is_none()) {
        page.put(&f::ALERTS, &[("key", &row.key)], 1.0);
    }
    Ok(())
}

async fn synchronisation(services: &Services, page: &mut Page) -> Result<(), DbError> {
    let pool = &services.pool;
    let sync = watch::synchronisation(pool).await?;
    page.put(&f::SYNC_PAUSED, &[], f64::from(u8::from(sync.paused)));
    page.put(&f::SYNC_QUEUED, &[], number(sync.queued));
    page.put(&f::SYNC_RUNNING, &[], sync.running_since.map_or(0.0, |since| seconds(sync.now - since)));
    let runs = last_runs(pool).await?;
    for (family, value) in [
        (&f::SYNC_ENDED, (|run| run.ended) as fn(&crate::db::watch::LastRun) -> f64),
        (&f::SYNC_SECONDS, |run| run.seconds),
        (&f::SYNC_REQUESTS, |run| number(run.requests)),
        (&f::SYNC_RETRIES, |run| number(run.retries)),
    ] {
        for run in &runs {
            page.put(family, &[("mode", &run.mode), ("state", &run.state)], value(run));
        }
    }
    if sync.last_state.as_deref() == Some("failed") {
        page.put(&f::SYNC_FAILED, &[("reason", sync.last_error_kind.as_deref().unwrap_or("other"))], 1.0);
    }
    for mark in watermarks(pool).await? {
        page.put(&f::FRESHNESS, &[("entity", &mark.entity)], seconds(sync.now - mark.as_of).max(0.0));
    }
    for (entity, count) in quarantine_counts(pool).await? {
        page.put(&f::QUARANTINE, &[("entity", &entity)], number(count));
    }
    page.put(&f::QUARANTINE_NEW, &[], number(sync.quarantined_today));
    if let (Some(at), Some(equal)) = (sync.certified_at, sync.certified_equal) {
        page.put(&f::CERTIFICATE_TIME, &[], seconds(at - DateTime::<Utc>::UNIX_EPOCH));
        page.put(&f::CERTIFICATE_EQUAL, &[], f64::from(u8::from(equal)));
    }
    Ok(())
}

fn seconds(time: chrono::TimeDelta) -> f64 {
    time.as_seconds_f64()
}

/// A count as Prometheus has it; counts beyond 2^53 lose their last digits.
fn number<T: TryInto<i128>>(count: T) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "see above")]
    count.try_into().map_or(f64::NAN, |count| count as f64)
}
