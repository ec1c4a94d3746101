//! The token in use. At most one token request is under way, whoever needs the result.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{sync::Mutex, time::Instant};
use url::Url;

use super::assertion::sign;
use crate::{
    budget::read_refusal,
    config::ClientConfig,
    error::QbenchError,
    http::{Reply, Transport},
    json::{Json, Kind},
    records::integer_of,
    usage::Counters,
};

/// A token is renewed when less than this remains (or half of a shorter life).
const RENEW_BEFORE: Duration = Duration::from_secs(60);

/// Life of a token whose answer does not tell it.
const DEFAULT_LIFE: Duration = Duration::from_secs(3600);

/// Clock differences up to this are explained by the whole seconds of the `Date` header.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(3);

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// A token and which one it is, so that a refusal can name the one it refused.
#[derive(Clone)]
pub(crate) struct Token {
    /// The whole header value, marked as sensitive.
    pub(crate) header: HeaderValue,
    pub(crate) generation: u64,
    renew_at: Instant,
}

pub(crate) struct Tokens {
    url: Url,
    client_id: String,
    secret: SecretString,
    clock: fn() -> DateTime<Utc>,
    transport: Arc<Transport>,
    counters: Arc<Counters>,
    state: Mutex<State>,
    /// Token requests that have ended, whatever came of them.
    ended: AtomicU64,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    generation: u64,
    /// Server clock minus ours, once a refusal has shown that it matters.
    skew: TimeDelta,
    failure: Option<(u64, QbenchError)>,
}

impl Tokens {
    pub(crate) fn new(config: &ClientConfig, url: Url, transport: Arc<Transport>, counters: Arc<Counters>) -> Self {
        Self {
            url,
            client_id: config.client_id.trim().to_owned(),
            secret: config.client_secret.clone(),
            clock: config.clock,
            transport,
            counters,
            state: Mutex::default(),
            ended: AtomicU64::new(0),
        }
    }

    /// The token in use, renewed first if it is about to expire. Callers that wait while another
    /// one renews share its result, also if it is a failure.
    pub(crate) async fn current(&self) -> Result<Token, QbenchError> {
        let ended_before = self.ended.load(Ordering::SeqCst);
        let mut state = self.state.lock().await;
        if let Some(token) = state.token.as_ref().filter(|token| token.renew_at > Instant::now()) {
            return Ok(token.clone());
        }
        if let Some((_, error)) = state.failure.as_ref().filter(|(nr, _)| *nr > ended_before) {
            return Err(error.clone());
        }
        let result = self.renew(&mut state).await;
        let nr = self.ended.fetch_add(1, Ordering::SeqCst) + 1;
        state.failure = result.as_ref().err().map(|error| (nr, error.clone()));
        result
    }

    /// A token was refused: it is dropped, unless it has been replaced already.
    pub(crate) async fn refused(&self, generation: u64) {
        let mut state = self.state.lock().await;
        if state.generation == generation {
            state.token = None;
        }
    }

    async fn renew(&self, state: &mut State) -> Result<Token, QbenchError> {
        let asked_at = Instant::now();
        let mut reply = self.ask(state.skew).await?;
        if matches!(reply.status.as_u16(), 400 | 401 | 403)
            && let Some(skew) = self.clock_fault(&reply, state.skew)
        {
            tracing::warn!(
                clock.skew_seconds = skew.num_seconds(),
                "QBench's clock differs from ours; asking again by its clock"
            );
            state.skew = skew;
            reply = self.ask(skew).await?;
        }
        let (access_token, life) = self.read(reply, state.skew)?;
        let mut header = HeaderValue::try_from(format!("Bearer {}", access_token.expose_secret()))
            .map_err(|_| QbenchError::contract(&self.what(), "the access token is no header text"))?;
        header.set_sensitive(true);
        state.generation += 1;
        let renew_at = asked_at + life.saturating_sub(RENEW_BEFORE.min(life / 2));
        let token = Token { header, generation: state.generation, renew_at };
        state.token = Some(token.clone());
        tracing::debug!(token.life_seconds = life.as_secs(), "QBench token renewed");
        Ok(token)
    }

    /// The call's name for messages.
    fn what(&self) -> String {
        format!("POST {}", self.url.path())
    }

    async fn ask(&self, skew: TimeDelta) -> Result<Reply, QbenchError> {
        let assertion = sign(&self.client_id, &self.secret, (self.clock)() + skew)?;
        let form = [("grant_type", GRANT), ("assertion", assertion.expose_secret())];
        let request = self.transport.client().post(self.url.clone()).form(&form);
        self.counters.token_request();
        self.transport.exchange(&self.what(), request, &self.counters).await
    }

    /// The clock difference, if it may be the reason of a refusal and was not corrected yet.
    fn clock_fault(&self, reply: &Reply, corrected: TimeDelta) -> Option<TimeDelta> {
        let skew = reply.server_date? - (self.clock)();
        ((skew - corrected).abs() > CLOCK_TOLERANCE).then_some(skew)
    }

    fn read(&self, mut reply: Reply, skew: TimeDelta) -> Result<(SecretString, Duration), QbenchError> {
        let what = self.what();
        match reply.status.as_u16() {
            200..=299 => {}
            429 => {
                let refusal = read_refusal(&reply.throttle, &reply.body);
                return Err(QbenchError::RateLimited { what, kind: refusal.kind, after: refusal.wait });
            }
            400 | 401 | 403 => {
                return Err(QbenchError::Unauthorized { why: refusal_text(&reply, skew) });
            }
            status => {
                let message = reply.message();
                return Err(QbenchError::Rejected { what, status, message });
            }
        }
        reply.require_json(&what)?;
        if let Some(error) = reply.server_error().filter(|error| !error.code.is_empty()) {
            return Err(QbenchError::Unauthorized { why: error.message() });
        }
        let json = Json::of_checked(&reply.body);
        let token = json.member("access_token").filter(|v| v.kind() == Kind::Text && !v.is_empty());
        let token = token.and_then(Json::text).ok_or_else(|| QbenchError::contract(&what, "no access_token"))?;
        let life = json.member("expires_in").and_then(integer_of).and_then(|s| u64::try_from(s).ok());
        let life = life.filter(|s| *s > 0).map_or(DEFAULT_LIFE, Duration::from_secs);
        Ok((SecretString::from(token.into_owned()), life.min(Duration::from_secs(30 * 24 * 3600))))
    }
}

fn refusal_text(reply: &Reply, skew: TimeDelta) -> String {
    let message = reply.message();
    let reason = if message.is_empty() { format!("status {}", reply.status.as_u16()) } else { message };
    let clock = if skew.abs() > CLOCK_TOLERANCE {
        format!("; this machine's clock differs from QBench's by {} s", skew.num_seconds())
    } else {
        String::new()
    };
    format!("{reason} (check the client id, the client secret and that the API client is active{clock})")
}
