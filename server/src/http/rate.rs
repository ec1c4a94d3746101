//! How many requests a token or an account may send through the REST interface. Counted in memory, minute by minute;
//! every answer says what is left.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// The stretch of time that requests are counted in.
const WINDOW: Duration = Duration::from_secs(60);

/// Above this many callers the ones whose time is over are dropped.
const CROWD: usize = 10_000;

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Caller {
    /// A token, by its number.
    Token(i64),
    /// An account with a session, by its number.
    Account(i64),
}

/// How a caller stands after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Requests a minute; 0 = without limit.
    pub limit: u32,
    /// Requests left in this minute; absent when there was none left for this one.
    pub remaining: Option<u32>,
    /// Seconds until the count starts anew, at least one.
    pub reset: u64,
}

/// Requests of the last minute, by caller.
#[derive(Default)]
pub struct Meter {
    callers: Mutex<HashMap<Caller, (Instant, u32)>>,
}

impl Meter {
    /// Counts a request.
    pub fn count(&self, caller: Caller, limit: u32, now: Instant) -> Standing {
        if limit == 0 {
            return Standing { limit, remaining: Some(0), reset: 1 };
        }
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if callers.len() >= CROWD {
            callers.retain(|_, (start, _)| now.saturating_duration_since(*start) < WINDOW);
        }
        let (start, used) = callers.entry(caller).or_insert((now, 0));
        if now.saturating_duration_since(*start) >= WINDOW {
            (*start, *used) = (now, 0);
        }
        let reset = (WINDOW - now.saturating_duration_since(*start)).as_secs().max(1);
        let remaining = limit.checked_sub(*used + 1);
        if remaining.is_some() {
            *used += 1;
        }
        Standing { limit, remaining, reset }
    }
}

impl Standing {
    /// Tells it in the headers of an answer.
    pub fn tell(self, response: &mut Response) {
        if self.limit == 0 {
            return;
        }
        let headers = response.headers_mut();
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining.unwrap_or(0)));
        headers.insert(RESET, HeaderValue::from(self.reset));
        if self.remaining.is_none() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(self.reset));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_has_so_many_requests_a_minute() {
        let (meter, now) = (Meter::default(), Instant::now());
        let count = |caller, after| meter.count(caller, 2, now + Duration::from_secs(after)).remaining;
        assert_eq!(
            [count(Caller::Token(1), 0), count(Caller::Token(1), 1), count(Caller::Token(1), 2)],
            [Some(1), Some(0), None]
        );
        assert_eq!(count(Caller::Account(1), 2), Some(1), "somebody else");
        assert_eq!(meter.count(Caller::Token(1), 2, now + Duration::from_secs(50)).reset, 10);
        assert_eq!(count(Caller::Token(1), 60), Some(1), "a new minute");
        assert_eq!(meter.count(Caller::Token(1), 0, now).remaining, Some(0), "no limit");
    }
}
