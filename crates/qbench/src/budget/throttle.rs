//! What QBench says about its limits: `X-QBAPI-Throttle-*` headers, the text of a 429 body and
//! `Retry-After`.
//!
//! The two documented 429 texts are `exceeded concurrent request limit of 10` and
//! `ratelimit exceeded 300 per 60 seconds [current count: 301. Retry in 30 seconds]`; v2 puts the
//! same text into `error_description`. `Retry-After` is undocumented and read last.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::{dates::parse_http_date, error::LimitKind};

/// Figures from an answer's headers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Throttle {
    /// Requests that the server counted in its window.
    pub(crate) count: Option<u64>,
    /// Time until its window is over.
    pub(crate) ttl: Option<Duration>,
    /// `Retry-After`, as seconds or as a date.
    pub(crate) retry_after: Option<Duration>,
}

impl Throttle {
    pub(crate) fn of(headers: &HeaderMap, server_date: Option<DateTime<Utc>>) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        Self {
            count: text("x-qbapi-throttle-request-count").and_then(|t| t.parse().ok()),
            ttl: text("x-qbapi-throttle-ttl").and_then(seconds),
            retry_after: text(RETRY_AFTER.as_str()).and_then(|t| seconds(t).or_else(|| until(t, server_date))),
        }
    }
}

/// A refusal for want of budget, as far as the server explains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: LimitKind,
    /// How long to wait: TTL header, else the text, else `Retry-After`.
    pub(crate) wait: Option<Duration>,
    /// The limit that was met, where the text names it.
    pub(crate) limit: Option<u32>,
    /// The window of a rate limit, where the text names it.
    pub(crate) window: Option<Duration>,
}

/// Explains a 429 answer.
pub(crate) fn read_refusal(throttle: &Throttle, body: &str) -> Refusal {
    let text = body.to_ascii_lowercase();
    if text.contains("concurrent") {
        let limit = number_after(&text, "limit of ").and_then(|n| u32::try_from(n).ok());
        return Refusal { kind: LimitKind::Concurrency, wait: throttle.retry_after, limit, window: None };
    }
    let told = number_after(&text, "retry in ").map(Duration::from_secs);
    Refusal {
        kind: LimitKind::Rate,
        wait: throttle.ttl.or(told).or(throttle.retry_after),
        limit: number_after(&text, "exceeded ").and_then(|n| u32::try_from(n).ok()),
        window: number_after(&text, " per ").map(Duration::from_secs),
    }
}

/// The number that stands directly behind the first occurrence of a phrase.
fn number_after(text: &str, phrase: &str) -> Option<u64> {
    let (_, rest) = text.split_once(phrase)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// Non-negative seconds, possibly with a fraction.
fn seconds(text: &str) -> Option<Duration> {
    text.parse::<f64>().ok().and_then(|s| Duration::try_from_secs_f64(s).ok())
}

fn until(text: &str, server_date: Option<DateTime<Utc>>) -> Option<Duration> {
    (parse_http_date(text)? - server_date?).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: &str =
        r#"{"error":"ratelimit exceeded 300 per 60 seconds [current count: 301. Retry in 30 seconds]","qb1f":"a"}"#;

    #[test]
    fn both_documented_texts_are_understood() {
        let rate = read_refusal(&Throttle::default(), RATE);
        assert_eq!(
            rate,
            Refusal {
                kind: LimitKind::Rate,
                wait: Some(Duration::from_secs(30)),
                limit: Some(300),
                window: Some(Duration::from_secs(60))
            }
        );
        let at_once = read_refusal(&Throttle::default(), r#"{"error":"exceeded concurrent request limit of 10"}"#);
        assert_eq!((at_once.kind, at_once.limit, at_once.wait), (LimitKind::Concurrency, Some(10), None));
    }

    #[test]
    fn the_header_counts_before_the_text_and_the_text_before_retry_after() {
        let seven = Some(Duration::from_secs(7));
        let throttle = Throttle { count: None, ttl: Some(Duration::from_secs(12)), retry_after: seven };
        assert_eq!(read_refusal(&throttle, RATE).wait, Some(Duration::from_secs(12)));
        let no_ttl = Throttle { ttl: None, ..throttle };
        assert_eq!(read_refusal(&no_ttl, RATE).wait, Some(Duration::from_secs(30)));
        assert_eq!(read_refusal(&no_ttl, "<html>slow down</html>").wait, seven);
    }

    #[test]
    fn headers_are_read_and_nonsense_in_them_is_ignored() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-qbapi-throttle-request-count", "301"),
            ("x-qbapi-throttle-ttl", " 30 "),
            ("retry-after", "Mon, 13 Oct 2025 02:02:03 GMT"),
        ] {
            headers.insert(name, value.parse().expect("header"));
        }
        let date = parse_http_date("Mon, 13 Oct 2025 02:01:03 GMT");
        let throttle = Throttle::of(&headers, date);
        assert_eq!((throttle.count, throttle.ttl), (Some(301), Some(Duration::from_secs(30))));
        assert_eq!(throttle.retry_after, Some(Duration::from_secs(60)));
        headers.insert("x-qbapi-throttle-ttl", "-5".parse().expect("header"));
        headers.insert("retry-after", "soon".parse().expect("header"));
        let throttle = Throttle::of(&headers, date);
        assert_eq!((throttle.ttl, throttle.retry_after), (None, None));
    }
}
