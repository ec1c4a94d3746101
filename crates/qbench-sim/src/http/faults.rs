//! Faults on demand: what goes wrong, for which requests, how often.
//!
//! A plan is a list of rules; each request is shown to every rule. Hooks change the laboratory
//! before a request is answered, which is how records come and go in the middle of a walk.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::Method;

use super::request::{Asked, Route};
use crate::dice::Dice;
use crate::lab::{Entity, Lab};

/// Something that goes wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// 429 of the rate limit, with its headers; `retry_in` in seconds.
    RateLimited {
        /// Seconds named in text and header.
        retry_in: u64,
    },
    /// 429 of the limit of concurrent requests.
    ConcurrencyLimited,
    /// A proxy's HTML page with this status (500, 502, 503 …).
    Html(u16),
    /// 401 `invalid_token`.
    Unauthorized,
    /// 400 `invalid_grant`, the answer to an expired token.
    InvalidGrant,
    /// 400 `invalid_request`, the answer to a malformed Authorization header.
    BadHeader,
    /// 400 without a usable reason.
    BadRequest,
    /// Any answer.
    Answer {
        /// HTTP status.
        status: u16,
        /// Value of the Content-Type header.
        content_type: String,
        /// The whole body.
        body: String,
    },
    /// The connection ends after this many bytes of the body, less than its Content-Length.
    CutBody {
        /// Body bytes that are sent.
        after: usize,
    },
    /// The right status and type, but text that is not JSON.
    MalformedJson,
    /// The right body with a wrong Content-Type.
    ContentType(String),
    /// The connection is reset.
    Reset,
    /// No answer until the simulator stops.
    Hang,
    /// The right answer, late.
    Delay(Duration),
    /// The page before the one asked for (page 1: itself).
    RepeatedPage,
    /// An empty `data`.
    EmptyPage,
    /// Added to `total_count`, with `total_pages` to match.
    WrongTotal(i64),
    /// `total_count` and `total_pages` are left out.
    NoTotal,
    /// The items of a list of tests lack their report's date and their worksheets.
    BareTests,
    /// A page behind the end of its list is answered with this status.
    BehindTheEnd(u16),
    /// A page behind the end of its list shows the last page.
    LastPageAgain,
    /// The first page, whatever page is asked for.
    FirstPageAgain,
    /// At most so many records a page, whatever is asked for.
    SmallPages(usize),
    /// So many records at the end of the first page are listed, and counted, once more on the second.
    Overlap(usize),
    /// The ids of records are texts.
    TextIds,
    /// An order that is asked for is ignored.
    OrderIgnored,
    /// Added to the seconds of the Date header.
    DateSkew(i64),
}

/// What a rule looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    Any,
    Api,
    Token,
    List(Entity),
    Detail(Entity),
    Feed(Entity),
    Path(String),
}

/// Which requests a rule hits. By default the next one that matches, once.
#[derive(Debug, Clone)]
pub struct When {
    target: Target,
    method: Option<Method>,
    page: Option<usize>,
    param: Option<(String, String)>,
    skip: u64,
    times: Option<u64>,
    chance: Option<(f64, Dice)>,
}

impl When {
    fn new(target: Target) -> Self {
        Self { target, method: None, page: None, param: None, skip: 0, times: Some(1), chance: None }
    }

    /// Any request, token requests included.
    #[must_use]
    pub fn any() -> Self {
        Self::new(Target::Any)
    }

    /// Any request but token requests.
    #[must_use]
    pub fn api() -> Self {
        Self::new(Target::Api)
    }

    /// Token requests.
    #[must_use]
    pub fn token() -> Self {
        Self::new(Target::Token)
    }

    /// List requests of a kind.
    #[must_use]
    pub fn list(entity: Entity) -> Self {
        Self::new(Target::List(entity))
    }

    /// Reads of single records of a kind.
    #[must_use]
    pub fn detail(entity: Entity) -> Self {
        Self::new(Target::Detail(entity))
    }

    /// Change feed requests of a kind.
    #[must_use]
    pub fn feed(entity: Entity) -> Self {
        Self::new(Target::Feed(entity))
    }

    /// Requests whose path contains this text.
    #[must_use]
    pub fn path(part: impl Into<String>) -> Self {
        Self::new(Target::Path(part.into()))
    }

    /// Only with this method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Only this page number.
    #[must_use]
    pub fn page(mut self, page: usize) -> Self {
        self.page = Some(page);
        self
    }

    /// Only with this query parameter and value.
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.param = Some((name.into(), value.into()));
        self
    }

    /// From the nth matching request on, counted from 1.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.skip = nth.saturating_sub(1);
        self
    }

    /// This many times.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Every time.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// With this probability for each matching request, drawn from a seed; every time unless
    /// [`When::times`] follows.
    #[must_use]
    pub fn chance(mut self, probability: f64, seed: u64) -> Self {
        self.chance = Some((probability, Dice::new(seed, 51)));
        self.times = None;
        self
    }

    fn matches(&self, asked: &Asked) -> bool {
        let on_target = match (&self.target, &asked.route) {
            (Target::Any, _) | (Target::Token, Route::Token) => true,
            (Target::Api, route) => *route != Route::Token,
            (Target::List(own), Route::List(other))
            | (Target::Detail(own), Route::Detail(other, _))
            | (Target::Feed(own), Route::Feed(other, _)) => own == other,
            (Target::Path(part), _) => asked.path.contains(part.as_str()),
            _ => false,
        };
        on_target
            && self.method.as_ref().is_none_or(|own| *own == asked.method)
            && self.page.is_none_or(|own| asked.page() == Some(own))
            && self.param.as_ref().is_none_or(|(name, value)| asked.params.iter().any(|(k, v)| k == name && v == value))
    }

    /// Decides about one request and remembers it.
    fn fires(&mut self, asked: &Asked) -> bool {
        if self.times == Some(0) || !self.matches(asked) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if let Some((probability, dice)) = &mut self.chance
            && !dice.chance(*probability)
        {
            return false;
        }
        if let Some(times) = &mut self.times {
            *times -= 1;
        }
        true
    }
}

/// When a poisoned record spoils an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Poison {
    /// In every list page that contains it and in its single read.
    Always,
    /// Only where raw worksheets are asked for.
    RawWorksheets,
}

type Hook = Arc<Mutex<dyn FnMut(&mut Lab) + Send>>;

enum Effect {
    Fault(Fault),
    Hook(Hook),
}

#[derive(Default)]
struct Rules {
    rules: Vec<(When, Effect)>,
    poisoned: BTreeSet<(Entity, u64, Poison)>,
    fired: u64,
    skew: i64,
}

/// The faults to come; a handle that can be shared.
#[derive(Clone, Default)]
pub struct FaultPlan(Arc<Mutex<Rules>>);

impl std::fmt::Debug for FaultPlan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FaultPlan").field("rules", &self.rules().rules.len()).finish_non_exhaustive()
    }
}

impl FaultPlan {
    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a fault.
    pub fn add(&self, when: When, fault: Fault) {
        self.rules().rules.push((when, Effect::Fault(fault)));
    }

    /// Calls a closure on the laboratory just before a request is answered.
    pub fn before(&self, when: When, hook: impl FnMut(&mut Lab) + Send + 'static) {
        self.rules().rules.push((when, Effect::Hook(Arc::new(Mutex::new(hook)))));
    }

    /// Makes a record answer 400 for ever: its single read and every list page with it.
    pub fn poison(&self, entity: Entity, id: u64, poison: Poison) {
        self.rules().poisoned.insert((entity, id, poison));
    }

    /// Heals a poisoned record.
    pub fn cure(&self, entity: Entity, id: u64) {
        self.rules().poisoned.retain(|(e, i, _)| (*e, *i) != (entity, id));
    }

    /// Sets the server's clock ahead (positive) or behind by seconds: the Date header and the
    /// check of assertions.
    pub fn skew_clock(&self, seconds: i64) {
        self.rules().skew = seconds;
    }

    /// Removes every rule, poison and skew.
    pub fn clear(&self) {
        *self.rules() = Rules::default();
    }

    /// How many times faults and hooks have fired.
    #[must_use]
    pub fn fired(&self) -> u64 {
        self.rules().fired
    }

    pub(crate) fn skew(&self) -> i64 {
        self.rules().skew
    }

    /// The faults that hit a request. Hooks run here; `with_lab` gives them the laboratory.
    pub(crate) fn hit(&self, asked: &Asked, with_lab: impl Fn(&mut dyn FnMut(&mut Lab))) -> Vec<Fault> {
        let (faults, hooks) = self.collect(asked);
        // The rules are free again, so a hook may add to the plan.
        for hook in hooks {
            let mut hook = hook.lock().unwrap_or_else(PoisonError::into_inner);
            with_lab(&mut *hook);
        }
        faults
    }

    fn collect(&self, asked: &Asked) -> (Vec<Fault>, Vec<Hook>) {
        let mut rules = self.rules();
        let (mut faults, mut hooks) = (Vec::new(), Vec::new());
        for (when, effect) in &mut rules.rules {
            if !when.fires(asked) {
                continue;
            }
            match effect {
                Effect::Fault(fault) => faults.push(fault.clone()),
                Effect::Hook(hook) => hooks.push(hook.clone()),
            }
        }
        rules.fired += (faults.len() + hooks.len()) as u64;
        rules.rules.retain(|(when, _)| when.times != Some(0));
        (faults, hooks)
    }

    /// True when a record spoils the answer that it appears in.
    pub(crate) fn is_poisoned(&self, entity: Entity, id: u64, raw_worksheets: bool) -> bool {
        let rules = self.rules();
        !rules.poisoned.is_empty()
            && (rules.poisoned.contains(&(entity, id, Poison::Always))
                || raw_worksheets && rules.poisoned.contains(&(entity, id, Poison::RawWorksheets)))
    }
}
