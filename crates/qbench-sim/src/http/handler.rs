//! One request from arrival to answer: counting, faults, limits, authorisation, clock.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, Method, Response, header};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use super::auth::{Tokens, bad_header, expired, unauthorized};
use super::conn::ConnHandle;
use super::faults::{Fault, FaultPlan};
use super::limits::RateLimit;
use super::request::{Asked, Route};
use super::respond::Answer;
use super::routes::{self, Abilities};
use super::{ClockMode, ExpiredAnswer, LabHandle, SimConfig, Stats, stop_signal};
use crate::calendar::write_rfc1123;
use crate::lab::Lab;

/// Longest token request that is read.
const TOKEN_BODY: usize = 64 * 1024;

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    config: SimConfig,
    pub(crate) lab: LabHandle,
    pub(crate) faults: FaultPlan,
    pub(crate) tokens: Tokens,
    rate: RateLimit,
    in_flight: AtomicUsize,
    stats: Mutex<Stats>,
    stopped: watch::Receiver<bool>,
    started: Instant,
    lab_start: DateTime<Utc>,
}

impl Shared {
    pub(crate) fn new(config: SimConfig, lab: Lab, stopped: watch::Receiver<bool>, started: Instant) -> Self {
        let tokens = Tokens::new(
            config.client_id.clone(),
            config.client_secret.clone(),
            config.token_ttl,
            config.expired_answer,
        );
        Self {
            tokens,
            lab_start: lab.now(),
            lab: LabHandle::new(lab),
            faults: FaultPlan::default(),
            rate: RateLimit::default(),
            in_flight: AtomicUsize::new(0),
            stats: Mutex::default(),
            stopped,
            started,
            config,
        }
    }

    pub(crate) fn stats(&self) -> Stats {
        self.count(|stats| stats.clone())
    }

    pub(crate) fn reset_stats(&self) {
        self.count(|stats| *stats = Stats::default());
    }

    fn count<T>(&self, note: impl FnOnce(&mut Stats) -> T) -> T {
        note(&mut self.stats.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Brings a live laboratory up to date.
    fn tick(&self) {
        let ClockMode::Live { speed } = self.config.clock else {
            return;
        };
        let passed = self.started.elapsed().as_secs_f64() * speed;
        let now = self.lab_start + TimeDelta::milliseconds((passed * 1000.0) as i64);
        if self.lab.read(|lab| now >= lab.now() + TimeDelta::seconds(1)) {
            self.lab.write(|lab| lab.advance_to(now));
        }
    }

    /// The server's clock in epoch seconds: the wall clock, skewed when asked.
    fn server_clock(&self) -> f64 {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        wall.as_secs_f64() + self.faults.skew() as f64
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            feed: self.config.feed,
            spelling: self.config.raw_worksheet_spelling,
            by_last_updated: self.config.sort_by_last_updated,
        }
    }
}

/// Counts a request as in progress while it lives.
struct InFlight(Arc<Shared>, usize);

impl InFlight {
    fn enter(shared: &Arc<Shared>) -> Self {
        let others = shared.in_flight.fetch_add(1, Ordering::SeqCst);
        Self(shared.clone(), others + 1)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Answers any request.
pub(crate) async fn handle(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(conn): ConnectInfo<ConnHandle>,
    request: Request,
) -> Response<Body> {
    let in_flight = InFlight::enter(&shared);
    let asked = Asked::new(request.method().clone(), request.uri());
    let target = request.uri().to_string();
    shared.count(|stats| stats.note(&asked, &target, in_flight.1));
    let faults = shared.faults.hit(&asked, |hook| shared.lab.write(|lab| hook(lab)));
    wait(&shared, &faults).await;
    shared.tick();
    let answer = match early_fault(&faults) {
        Some(answer) => answer,
        None => regular(&shared, asked, request, &faults, in_flight.1).await,
    };
    let answer = spoil(answer, &faults, &conn);
    shared.count(|stats| stats.answered(answer.status));
    let mut response = answer.into_response();
    date(&shared, &faults, &mut response);
    response
}

/// Latency, delays, and the wait that never ends.
async fn wait(shared: &Shared, faults: &[Fault]) {
    let mut delay = shared.config.latency;
    for fault in faults {
        match fault {
            Fault::Delay(more) => delay += *more,
            Fault::Hang => return stop_signal(shared.stopped.clone()).await,
            _ => {}
        }
    }
    if !delay.is_zero() {
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = stop_signal(shared.stopped.clone()) => {}
        }
    }
}

/// The answer of a fault that comes before the request is looked at.
fn early_fault(faults: &[Fault]) -> Option<Answer> {
    faults.iter().find_map(|fault| {
        Some(match fault {
            Fault::RateLimited { retry_in } => Answer::too_fast(300, 60, 301, *retry_in),
            Fault::ConcurrencyLimited => Answer::too_many_at_once(10),
            Fault::Html(status) => Answer::html(*status),
            Fault::Unauthorized => unauthorized(),
            Fault::InvalidGrant => expired(ExpiredAnswer::InvalidGrant),
            Fault::BadHeader => bad_header(),
            Fault::BadRequest => Answer::error(400, "Bad Request", None),
            Fault::Hang => Answer::html(503),
            Fault::Answer { status, content_type, body } => {
                Answer { status: *status, content_type: content_type.clone(), headers: Vec::new(), body: body.clone() }
            }
            _ => return None,
        })
    })
}

async fn regular(shared: &Arc<Shared>, asked: Asked, request: Request, faults: &[Fault], in_flight: usize) -> Answer {
    if asked.route == Route::Token {
        return token(shared, request).await;
    }
    if let Some(limit) = shared.config.concurrency_limit
        && in_flight > limit
    {
        shared.count(|stats| stats.concurrency_limited += 1);
        return Answer::too_many_at_once(limit);
    }
    if let Some((limit, window)) = shared.config.rate_limit
        && let Err(refused) = shared.rate.count(limit, window, Instant::now())
    {
        shared.count(|stats| stats.rate_limited += 1);
        return Answer::too_fast(limit, window.as_secs(), refused.count, refused.retry_in);
    }
    let authorization = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Err(refused) = shared.tokens.check(authorization) {
        return refused;
    }
    if asked.method != Method::GET {
        return Answer::error(405, "Method Not Allowed", None);
    }
    let faults = faults.to_vec();
    let shared = shared.clone();
    // A large feed takes a while to write; other requests must not wait for it.
    tokio::task::spawn_blocking(move || {
        shared.lab.read(|lab| routes::answer(lab, &asked, shared.abilities(), &shared.faults, &faults))
    })
    .await
    .unwrap_or_else(|_| Answer::html(500))
}

async fn token(shared: &Shared, request: Request) -> Answer {
    if request.method() != Method::POST {
        return Answer::error(405, "Method Not Allowed", None);
    }
    let content_type =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    match to_bytes(request.into_body(), TOKEN_BODY).await {
        Ok(body) => shared.tokens.grant(&content_type, &body, shared.server_clock()),
        Err(_) => Answer::error(400, "invalid_request", Some("Unreadable body.")),
    }
}

/// Faults that change a finished answer or the connection under it.
fn spoil(mut answer: Answer, faults: &[Fault], conn: &ConnHandle) -> Answer {
    for fault in faults {
        match fault {
            Fault::MalformedJson => {
                let mut half = answer.body.len() / 2;
                while !answer.body.is_char_boundary(half) {
                    half -= 1;
                }
                answer.body.truncate(half);
                answer.body.push_str(",,}");
            }
            Fault::ContentType(value) => answer.content_type.clone_from(value),
            Fault::CutBody { after } => conn.cut_after((*after).min(answer.body.len().max(1) - 1)),
            Fault::Reset => conn.reset(),
            _ => {}
        }
    }
    answer
}

/// Sets the Date header where it must differ from the wall clock.
fn date(shared: &Shared, faults: &[Fault], response: &mut Response<Body>) {
    let extra: i64 = faults
        .iter()
        .map(|fault| match fault {
            Fault::DateSkew(seconds) => *seconds,
            _ => 0,
        })
        .sum();
    if extra == 0 && shared.faults.skew() == 0 {
        return;
    }
    let shown = shared.server_clock() + extra as f64;
    let mut text = String::new();
    write_rfc1123(&mut text, shown.max(0.0) as u32);
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(header::DATE, value);
    }
}
