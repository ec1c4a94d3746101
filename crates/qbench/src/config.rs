//! The client's settings and their checks. Reads no environment: values are passed in.

use std::{fmt, time::Duration};

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::error::QbenchError;

/// Everything a [`crate::Client`] needs to know. `Debug` never shows the secret.
#[derive(Clone)]
pub struct ClientConfig {
    /// The tenant's host, `https://tenant.qbench.net`. A trailing slash or one of the suffixes
    /// `/qbench`, `/qbench/api`, `/qbench/api/v1` is tolerated.
    pub base_url: Url,
    /// Where tokens are asked for; `{host}/qbench/oauth2/v1/token` if absent.
    pub token_url: Option<Url>,
    /// Client id from QBench's developer settings.
    pub client_id: String,
    /// Client secret; the key that signs the assertion.
    pub client_secret: SecretString,
    /// Most requests in any 60 seconds; 0 sets no pace of our own. QBench's default limit is 300.
    pub requests_per_minute: u32,
    /// Most requests at once. QBench's default limit is 10.
    pub max_concurrency: usize,
    /// Time limit of one attempt, from connecting to the last byte of the body.
    pub timeout: Duration,
    /// Largest body that is read, in bytes after decompression.
    pub max_body_bytes: usize,
    /// When and how often failed calls are repeated.
    pub retry: RetryPolicy,
    /// The wall clock; replaced in tests.
    pub clock: fn() -> DateTime<Utc>,
}

/// When and how often failed calls are repeated.
#[derive(Debug, Clone)]
pub struct RetryPolicy {
    /// Repetitions after network failures, time-outs, 5xx answers and unreadable bodies.
    pub retries: u32,
    /// Repetitions after 429 answers, counted apart.
    pub throttled_retries: u32,
    /// Repetitions after a refused token, each with a fresh one.
    pub token_retries: u32,
    /// First pause; doubled each time, with jitter of a half.
    pub base_delay: Duration,
    /// Longest pause between repetitions.
    pub max_delay: Duration,
    /// Added to the wait that QBench asks for, because it tells whole seconds only.
    pub throttle_margin: Duration,
    /// Longest wait that is obeyed silently; beyond it the call fails with `RateLimited`.
    pub max_throttle_wait: Duration,
    /// Pause after "too many at once".
    pub concurrency_delay: Duration,
    /// Seed of the jitter; random if absent.
    pub seed: Option<u64>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            retries: 5,
            throttled_retries: 20,
            token_retries: 6,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(30),
            throttle_margin: Duration::from_secs(1),
            max_throttle_wait: Duration::from_secs(300),
            concurrency_delay: Duration::from_secs(1),
            seed: None,
        }
    }
}

impl RetryPolicy {
    /// Every failure is reported at once; for diagnosis.
    pub fn none() -> Self {
        Self { retries: 0, throttled_retries: 0, token_retries: 1, ..Self::default() }
    }
}

impl ClientConfig {
    /// The default budget of QBench: 300 requests per minute, 10 at once, 30 s per attempt.
    pub fn new(base_url: Url, client_id: impl Into<String>, client_secret: SecretString) -> Self {
        Self {
            base_url,
            token_url: None,
            client_id: client_id.into(),
            client_secret,
            requests_per_minute: 300,
            max_concurrency: 10,
            timeout: Duration::from_secs(30),
            max_body_bytes: 64 * 1024 * 1024,
            retry: RetryPolicy::default(),
            clock: Utc::now,
        }
    }

    /// Checks the settings and works out the addresses.
    pub(crate) fn endpoints(&self) -> Result<Endpoints, QbenchError> {
        let host = tidy_base(&self.base_url)?;
        if self.client_id.trim().is_empty() {
            return Err(QbenchError::config("the client id is empty"));
        }
        if self.client_secret.expose_secret().is_empty() {
            return Err(QbenchError::config("the client secret is empty"));
        }
        if self.max_concurrency == 0 {
            return Err(QbenchError::config("at least one request at a time must be allowed"));
        }
        if self.timeout.is_zero() || self.max_body_bytes == 0 {
            return Err(QbenchError::config("the time limit and the body limit must be above zero"));
        }
        let token = match &self.token_url {
            Some(url) => {
                check_address(url, "the token address")?;
                url.clone()
            }
            None => below(&host, "qbench/oauth2/v1/token")?,
        };
        Ok(Endpoints { api: below(&host, "qbench/api/v1/")?, token })
    }
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("base_url", &self.base_url.as_str())
            .field("token_url", &self.token_url.as_ref().map(Url::as_str))
            .field("client_id", &self.client_id)
            .field("client_secret", &"[hidden]")
            .field("requests_per_minute", &self.requests_per_minute)
            .field("max_concurrency", &self.max_concurrency)
            .field("timeout", &self.timeout)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// The addresses in use.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    /// Ends in `/qbench/api/v1/`.
    pub(crate) api: Url,
    pub(crate) token: Url,
}

impl Endpoints {
    /// The address of a path below the API base.
    pub(crate) fn api_path(&self, path: &str) -> Result<Url, QbenchError> {
        self.api.join(path).map_err(|_| QbenchError::config("the base address cannot be extended"))
    }
}

/// Reads a base address from a setting.
///
/// # Errors
/// `Config` if it is no http or https address of a host.
pub fn parse_base_url(text: &str) -> Result<Url, QbenchError> {
    let url = Url::parse(text.trim())
        .map_err(|_| QbenchError::config("the base address must look like https://tenant.qbench.net"))?;
    check_address(&url, "the base address")?;
    Ok(url)
}

fn check_address(url: &Url, name: &str) -> Result<(), QbenchError> {
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(QbenchError::config(format!("{name} must begin with https:// (or http://) and a host")));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(QbenchError::config(format!("{name} must not carry a user name or password")));
    }
    Ok(())
}

/// Removes what people paste behind the host; a path in front of it (a reverse proxy) is kept.
fn tidy_base(url: &Url) -> Result<Url, QbenchError> {
    check_address(url, "the base address")?;
    let mut path = url.path().trim_end_matches('/');
    for suffix in ["/qbench/api/v1", "/qbench/api/v2", "/qbench/api", "/qbench"] {
        if let Some(rest) = path.strip_suffix(suffix) {
            path = rest;
            break;
        }
    }
    let path = format!("{}/", path.trim_end_matches('/'));
    let mut base = url.clone();
    base.set_path(&path);
    base.set_query(None);
    base.set_fragment(None);
    Ok(base)
}

fn below(base: &Url, path: &str) -> Result<Url, QbenchError> {
    base.join(path).map_err(|_| QbenchError::config("the base address cannot be extended"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(base: &str) -> ClientConfig {
        let url = Url::parse(base).expect("address");
        ClientConfig::new(url, "id", SecretString::from("very-secret"))
    }

    #[test]
    fn usual_ways_to_write_the_host_lead_to_the_same_addresses() {
        for base in [
            "https://t.qbench.net",
            "https://t.qbench.net/",
            "https://t.qbench.net/qbench",
            "https://t.qbench.net/qbench/api/",
            "https://t.qbench.net/qbench/api/v1",
            "https://t.qbench.net/qbench/api/v1//?x=1",
        ] {
            let endpoints = config(base).endpoints().expect("good");
            assert_eq!(
                endpoints.api_path("order").expect("joins").as_str(),
                "https://t.qbench.net/qbench/api/v1/order"
            );
            assert_eq!(endpoints.token.as_str(), "https://t.qbench.net/qbench/oauth2/v1/token", "{base}");
        }
        let proxied = config("http://localhost:8080/lims/qbench").endpoints().expect("good");
        assert_eq!(proxied.api.as_str(), "http://localhost:8080/lims/qbench/api/v1/");
    }

    #[test]
    fn unusable_settings_are_refused_in_words() {
        assert!(parse_base_url("t.qbench.net").is_err());
        assert!(parse_base_url("ftp://t.qbench.net").is_err());
        assert!(config("https://user:pw@t.qbench.net").endpoints().is_err());
        let mut nobody = config("https://t.qbench.net");
        nobody.client_id = "  ".into();
        assert!(nobody.endpoints().expect_err("refused").to_string().contains("client id"));
    }

    #[test]
    fn debug_output_hides_the_secret() {
        assert!(!format!("{:?}", config("https://t.qbench.net")).contains("very-secret"));
    }
}
