//! The connection pool, its limits and its encryption.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{
    Response,
    header::{ACCEPT, CONTENT_TYPE, DATE, HeaderMap, HeaderValue},
    redirect,
};
use url::Url;

use super::Reply;
use crate::{
    budget::Throttle,
    config::{ClientConfig, Endpoints},
    dates::parse_http_date,
    error::QbenchError,
    usage::Counters,
};

/// Unknown clock difference.
const UNKNOWN: i64 = i64::MIN;

pub(crate) struct Transport {
    client: reqwest::Client,
    timeout: Duration,
    max_body: usize,
    clock: fn() -> DateTime<Utc>,
    /// Server clock minus ours at the last answer, in milliseconds.
    skew_ms: AtomicI64,
}

impl Transport {
    pub(crate) fn new(config: &ClientConfig, endpoints: &Endpoints) -> Result<Self, QbenchError> {
        install_encryption();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("benchwatch/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(config.timeout.min(Duration::from_secs(10)))
            .pool_max_idle_per_host(config.max_concurrency)
            .redirect(same_origin_redirects());
        if is_loopback(&endpoints.api) {
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|error| QbenchError::config(format!("the HTTP client cannot be set up: {error}")))?;
        Ok(Self {
            client,
            timeout: config.timeout,
            max_body: config.max_body_bytes,
            clock: config.clock,
            skew_ms: AtomicI64::new(UNKNOWN),
        })
    }

    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// Sends a request and reads its whole answer within the time and size limits.
    pub(crate) async fn exchange(
        &self,
        what: &str,
        request: reqwest::RequestBuilder,
        counters: &Counters,
    ) -> Result<Reply, QbenchError> {
        let attempt = async {
            let response =
                request.send().await.map_err(|error| QbenchError::from_reqwest(what, error, self.timeout))?;
            self.read(what, response, counters).await
        };
        match tokio::time::timeout(self.timeout, attempt).await {
            Ok(result) => result,
            Err(_) => Err(QbenchError::Timeout { what: what.to_owned(), after: self.timeout }),
        }
    }

    async fn read(&self, what: &str, mut response: Response, counters: &Counters) -> Result<Reply, QbenchError> {
        let header = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let server_date = header(DATE).and_then(parse_http_date);
        let is_html = header(CONTENT_TYPE).is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
        self.note_clock(server_date);
        let throttle = Throttle::of(response.headers(), server_date);
        let status = response.status();
        let mut body = Vec::new();
        loop {
            let chunk = response.chunk().await.map_err(|error| QbenchError::from_reqwest(what, error, self.timeout))?;
            let Some(chunk) = chunk else {
                break;
            };
            counters.bytes(chunk.len());
            if body.len() + chunk.len() > self.max_body {
                return Err(QbenchError::TooLarge { what: what.to_owned(), limit: self.max_body });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply::new(status, server_date, throttle, is_html, body))
    }

    fn note_clock(&self, server_date: Option<DateTime<Utc>>) {
        if let Some(date) = server_date {
            let skew = (date - (self.clock)()).num_milliseconds();
            self.skew_ms.store(skew, Ordering::Relaxed);
        }
    }

    /// Server clock minus ours at the last answer; exact to about a second.
    pub(crate) fn clock_skew(&self) -> Option<TimeDelta> {
        let skew = self.skew_ms.load(Ordering::Relaxed);
        if skew == UNKNOWN { None } else { TimeDelta::try_milliseconds(skew) }
    }
}

/// Follows redirects on the same host and from http to https; others are answers like any other,
/// so that the token never travels to a foreign host.
fn same_origin_redirects() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        let next = attempt.url();
        let safe = attempt.previous().last().is_some_and(|from| {
            from.host_str() == next.host_str()
                && (from.port_or_known_default() == next.port_or_known_default()
                    || (from.scheme() == "http" && next.scheme() == "https"))
                && !(from.scheme() == "https" && next.scheme() == "http")
        });
        if safe && attempt.previous().len() <= 5 { attempt.follow() } else { attempt.stop() }
    })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// `reqwest` is built without a choice of its own; whoever came first in this process wins.
fn install_encryption() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Losing a race means that another thread installed one: just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
