//! The client: every call goes through one loop with one budget, one token and one retry policy.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use reqwest::header::AUTHORIZATION;

use crate::{
    Entity,
    answer::{Page, Updates, is_error_body, read_page, read_single, read_updates},
    auth::{Token, Tokens},
    budget::{Gate, Ticket, read_refusal},
    config::{ClientConfig, Endpoints, RetryPolicy},
    error::{LimitKind, QbenchError},
    http::{Reply, Transport},
    json::Json,
    query::{GetOptions, ListQuery, Reading, Spellings},
    raw::RawRecord,
    retry::{Attempts, Failure, Jitter, Step},
    usage::{Counters, Usage},
};

/// A client of one QBench tenant. Clones share tokens, budget and counters.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    /// A slower pace of this clone's own, within the common budget.
    own_pace: Option<Arc<Gate>>,
    /// Fewer repetitions of what may pass than the policy allows.
    own_retries: Option<u32>,
}

pub(crate) struct Shared {
    pub(crate) endpoints: Endpoints,
    pub(crate) transport: Arc<Transport>,
    pub(crate) tokens: Tokens,
    gate: Arc<Gate>,
    counters: Arc<Counters>,
    policy: RetryPolicy,
    jitter: Jitter,
    spellings: Spellings,
}

/// One GET, described once and sent as often as needed.
pub(crate) struct Call {
    /// Path below the API base.
    path: String,
    parameters: Vec<(String, String)>,
    /// Whether 404 means "no such record".
    may_be_missing: bool,
}

impl Call {
    pub(crate) fn new(path: String, parameters: Vec<(String, String)>) -> Self {
        Self { path, parameters, may_be_missing: false }
    }
}

impl Client {
    /// Sets a client up; sends nothing yet.
    ///
    /// # Errors
    /// `Config` if the settings cannot work.
    pub fn new(config: ClientConfig) -> Result<Self, QbenchError> {
        let endpoints = config.endpoints()?;
        let transport = Arc::new(Transport::new(&config, &endpoints)?);
        let counters = Arc::new(Counters::default());
        let tokens = Tokens::new(&config, endpoints.token.clone(), Arc::clone(&transport), Arc::clone(&counters));
        let gate = Gate::new(config.requests_per_minute, config.max_concurrency, config.retry.throttle_margin);
        let shared = Shared {
            endpoints,
            transport,
            tokens,
            gate: Arc::new(gate),
            counters,
            jitter: Jitter::new(config.retry.seed),
            policy: config.retry,
            spellings: Spellings::default(),
        };
        Ok(Self { shared: Arc::new(shared), own_pace: None, own_retries: None })
    }

    /// A clone that sends at most this many requests per minute, within the common budget; for
    /// background work that must leave room. 0 is no limit.
    #[must_use]
    pub fn slowed(&self, requests_per_minute: u32) -> Self {
        let margin = self.shared.policy.throttle_margin;
        let gate = Gate::new(requests_per_minute, usize::MAX >> 4, margin);
        Self { own_pace: Some(Arc::new(gate)), ..self.clone() }
    }

    /// A clone that repeats what may pass (network failures, time-outs, 5xx answers, unreadable
    /// bodies) at most so often; for questions that have another way.
    #[must_use]
    pub fn impatient(&self, retries: u32) -> Self {
        Self { own_retries: Some(retries), ..self.clone() }
    }

    /// One page of a list. Pages behind the end are empty.
    ///
    /// # Errors
    /// Any; transient failures have been retried already.
    pub async fn list(&self, entity: Entity, query: &ListQuery) -> Result<Page, QbenchError> {
        let path = entity.path_segment().to_owned();
        let call = |parameters| Call::new(path.clone(), parameters);
        let raw = query.raw_worksheet;
        let page = self
            .with_worksheets(entity, Reading::List, raw, query.parameters(), call, |what, reply, mended| {
                let page = read_page(what, &reply.body)?;
                Ok(Page { server_date: reply.server_date, mended, ..page })
            })
            .await?;
        let page = page.ok_or_else(|| QbenchError::contract(&path, "no page"))?;
        Ok(Page { page: query.page.max(1), page_size: query.effective_page_size(), ..page })
    }

    /// One record with what lists leave out (nested samples and tests), or nothing if QBench does
    /// not have it.
    ///
    /// # Errors
    /// Any; transient failures have been retried already.
    pub async fn get(&self, entity: Entity, id: i64) -> Result<Option<RawRecord>, QbenchError> {
        self.get_with(entity, id, GetOptions::default()).await
    }

    /// The same with options.
    ///
    /// # Errors
    /// Any; transient failures have been retried already.
    pub async fn get_with(
        &self,
        entity: Entity,
        id: i64,
        options: GetOptions,
    ) -> Result<Option<RawRecord>, QbenchError> {
        let path = format!("{}/{id}", entity.path_segment());
        let call = |parameters| Call { may_be_missing: true, ..Call::new(path.clone(), parameters) };
        let read = |what: &str, reply: &Reply, _| read_single(what, &reply.body, id);
        self.with_worksheets(entity, Reading::Single, options.raw_worksheet, Vec::new(), call, read).await
    }

    /// What changed and what was deleted since a point in time (`/updates/{entity}/{seconds}`).
    /// Documented for all entities but batches; nothing is known about limits of its length.
    ///
    /// # Errors
    /// Any; transient failures have been retried already. 404 and 400 mean that the tenant has no
    /// such feed.
    pub async fn updates(
        &self,
        entity: Entity,
        since: DateTime<Utc>,
        return_objects: bool,
    ) -> Result<Updates, QbenchError> {
        let path = format!("updates/{}/{}", entity.path_segment(), since.timestamp().max(0));
        let parameters =
            if return_objects { vec![("return_objects".to_owned(), "true".to_owned())] } else { Vec::new() };
        let call = Call::new(path.clone(), parameters);
        let updates = self
            .call(&call, |what, reply, _| {
                let updates = read_updates(what, &reply.body)?;
                Ok(Updates { server_date: reply.server_date, ..updates })
            })
            .await?;
        updates.ok_or_else(|| QbenchError::contract(&path, "no feed"))
    }

    /// What has been spent and what is left, over all clones.
    pub fn usage(&self) -> Usage {
        self.shared.counters.snapshot(self.shared.gate.usage())
    }

    /// Sends a call that may ask for raw worksheets: on 400 once more with the other spelling, and
    /// remembers which one the endpoint took.
    async fn with_worksheets<T>(
        &self,
        entity: Entity,
        reading: Reading,
        raw_worksheet: bool,
        parameters: Vec<(String, String)>,
        call: impl Fn(Vec<(String, String)>) -> Call,
        read: impl Fn(&str, &Reply, bool) -> Result<T, QbenchError>,
    ) -> Result<Option<T>, QbenchError> {
        if !raw_worksheet || !entity.has_worksheets() {
            return self.call(&call(parameters), read).await;
        }
        let mut first_refusal = None;
        let candidates = self.shared.spellings.candidates(entity, reading);
        if candidates.is_empty() {
            return self.call(&call(parameters), read).await;
        }
        for spelling in candidates {
            let mut spelt = parameters.clone();
            spelt.push((spelling.parameter().to_owned(), "true".to_owned()));
            match self.call(&call(spelt), &read).await {
                Err(error) if error.status() == Some(400) => {
                    first_refusal.get_or_insert(error);
                }
                Ok(Some(answer)) => {
                    self.shared.spellings.accepted(entity, reading, *spelling);
                    return Ok(Some(answer));
                }
                other => return other,
            }
        }
        let untried = candidates.len() > 1 && reading == Reading::List;
        if untried && self.takes_no_worksheets(entity, &parameters, &call, &read).await {
            tracing::warn!(
                qbench.entity = entity.singular(),
                "QBench gives no raw worksheets in lists; named cells are read"
            );
            self.shared.spellings.refused(entity, reading);
            return self.call(&call(parameters), read).await;
        }
        Err(first_refusal.unwrap_or_else(|| QbenchError::contract(entity.singular(), "no answer")))
    }

    /// Whether it is the parameter that a list refuses, and not a record on the page: the page can be had without it,
    /// and with it not even the list's first two records, each alone.
    async fn takes_no_worksheets<T>(
        &self,
        entity: Entity,
        parameters: &[(String, String)],
        call: &impl Fn(Vec<(String, String)>) -> Call,
        read: &impl Fn(&str, &Reply, bool) -> Result<T, QbenchError>,
    ) -> bool {
        for place in ["1", "2"] {
            for spelling in self.shared.spellings.candidates(entity, Reading::List) {
                let mut one = parameters.to_vec();
                for (name, value) in &mut one {
                    match name.as_str() {
                        "page_num" => place.clone_into(value),
                        "page_size" => "1".clone_into(value),
                        _ => {}
                    }
                }
                one.push((spelling.parameter().to_owned(), "true".to_owned()));
                if !matches!(self.call(&call(one), read).await, Err(error) if error.status() == Some(400)) {
                    return false;
                }
            }
        }
        self.call(&call(parameters.to_vec()), read).await.is_ok()
    }

    /// The one loop: attempt, decide, wait, again.
    pub(crate) async fn call<T>(
        &self,
        call: &Call,
        read: impl Fn(&str, &Reply, bool) -> Result<T, QbenchError>,
    ) -> Result<Option<T>, QbenchError> {
        let shared = &self.shared;
        let mut attempts = Attempts::new(&shared.policy, &shared.jitter).at_most(self.own_retries);
        loop {
            let failure = match self.attempt(call, &read).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            self.take_note(&failure);
            let step = attempts.after(&failure);
            if step == Step::GiveUp {
                return Err(failure.into_error());
            }
            tracing::debug!(qbench.error = %failure.error(), qbench.step = ?step, "repeating a QBench request");
            shared.counters.retry();
            match step {
                Step::GiveUp => {}
                Step::Pause(pause) => tokio::time::sleep(pause).await,
                Step::HoldAll(wait) => shared.gate.hold(wait),
                Step::Renew(generation, pause) => {
                    shared.tokens.refused(generation).await;
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }

    /// Counts a failure and learns from it.
    fn take_note(&self, failure: &Failure) {
        match failure {
            Failure::Throttled { refusal, .. } => {
                self.shared.counters.throttled();
                match (refusal.kind, refusal.limit, refusal.window) {
                    (LimitKind::Rate, Some(limit), Some(window)) => self.shared.gate.learn_rate(limit, window),
                    (LimitKind::Concurrency, limit, _) => {
                        self.shared.gate.narrow(limit.and_then(|n| usize::try_from(n).ok()));
                    }
                    _ => {}
                }
            }
            Failure::Passing { .. } => self.shared.counters.fault(),
            Failure::StaleToken { .. } | Failure::Final(_) => {}
        }
    }

    async fn attempt<T>(
        &self,
        call: &Call,
        read: &impl Fn(&str, &Reply, bool) -> Result<T, QbenchError>,
    ) -> Result<Option<T>, Failure> {
        let (ticket, own_ticket) = self.enter().await;
        let token = match self.shared.tokens.current().await {
            Ok(token) => token,
            Err(error) => {
                ticket.give_back();
                own_ticket.into_iter().for_each(Ticket::give_back);
                return Err(Failure::of(error));
            }
        };
        let reply = self.send(call, &token).await;
        drop((ticket, own_ticket));
        let (what, mut reply) = reply?;
        if call.may_be_missing && reply.status.as_u16() == 404 && !reply.is_html() {
            return Ok(None);
        }
        let mended = check(&what, &mut reply, &token)?;
        match read(&what, &reply, mended) {
            Ok(answer) => Ok(Some(answer)),
            Err(QbenchError::Contract { .. }) if is_error_body(Json::of_checked(&reply.body)) => {
                Err(refused(&what, &reply, &token))
            }
            Err(error) => Err(Failure::of(error)),
        }
    }

    async fn enter(&self) -> (Ticket, Option<Ticket>) {
        let own = match &self.own_pace {
            Some(gate) => Some(gate.enter().await),
            None => None,
        };
        (self.shared.gate.enter().await, own)
    }

    async fn send(&self, call: &Call, token: &Token) -> Result<(String, Reply), Failure> {
        let shared = &self.shared;
        let mut url = shared.endpoints.api_path(&call.path).map_err(Failure::Final)?;
        if !call.parameters.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.parameters);
        }
        let what = format!("GET {}", url.path());
        let request = shared.transport.client().get(url).header(AUTHORIZATION, token.header.clone());
        shared.counters.request();
        let reply = shared.transport.exchange(&what, request, &shared.counters).await.map_err(Failure::of)?;
        shared.gate.observe(&reply.throttle);
        Ok((what, reply))
    }
}

/// Sorts an answer into good ones and failures by class. True if the JSON had to be mended.
fn check(what: &str, reply: &mut Reply, token: &Token) -> Result<bool, Failure> {
    match reply.status.as_u16() {
        200..=299 => reply.require_json(what).map_err(Failure::of),
        429 => {
            let refusal = read_refusal(&reply.throttle, &reply.body);
            let error = QbenchError::RateLimited { what: what.to_owned(), kind: refusal.kind, after: refusal.wait };
            Err(Failure::Throttled { error, refusal })
        }
        408 | 425 | 500.. => Err(Failure::Passing { error: rejected(what, reply), wait: reply.throttle.retry_after }),
        _ => Err(refused(what, reply, token)),
    }
}

/// Tells a refused token from a refused question, by the status or by the error in the body.
fn refused(what: &str, reply: &Reply, token: &Token) -> Failure {
    let says_stale = || reply.server_error().is_some_and(|error| error.means_stale_token());
    match reply.status.as_u16() {
        401 => {}
        200..=299 | 400 if says_stale() => {}
        _ => return Failure::Final(rejected(what, reply)),
    }
    let why = format!("the token was refused: {}", reply.message());
    Failure::StaleToken { error: QbenchError::Unauthorized { why }, generation: token.generation }
}

fn rejected(what: &str, reply: &Reply) -> QbenchError {
    QbenchError::Rejected { what: what.to_owned(), status: reply.status.as_u16(), message: reply.message() }
}
