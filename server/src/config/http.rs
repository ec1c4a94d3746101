//! The web side: where to listen, what the world calls us, whom to believe.

use super::network::Network;
use super::reader::Reader;
use secrecy::SecretString;
use std::net::{Ipv4Addr, SocketAddr};
use url::Url;

/// Settings of the web server.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// Where to listen; port 0 picks a free one.
    pub addr: SocketAddr,
    /// The address that browsers use, for links, cookies and the origin check.
    pub public_url: Option<Url>,
    /// Peers whose forwarded headers count.
    pub trusted_proxies: Vec<Network>,
    /// Foreign origins that may call the REST API from a browser; none by default.
    pub cors_origins: Vec<String>,
    /// Bearer token of `/metrics`; absent = loopback only.
    pub metrics_token: Option<SecretString>,
    /// Requests a minute that a token, or an account with a session, may send through the REST interface; 0 = any.
    pub api_requests_per_minute: u32,
}

impl HttpConfig {
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 3000));
        Self {
            addr: reader.parsed("BENCHWATCH_ADDR", "an address with a port such as 127.0.0.1:3000", local),
            public_url: reader.checked(
                "BENCHWATCH_PUBLIC_URL",
                "an address such as https://lab.example.org",
                None,
                |text| web_address(text).map(Some),
            ),
            trusted_proxies: reader.list(
                "BENCHWATCH_TRUSTED_PROXIES",
                "addresses or networks such as 10.0.0.7, 10.1.0.0/16",
                |text| text.parse().ok(),
            ),
            cors_origins: reader.list(
                "BENCHWATCH_CORS_ORIGINS",
                "origins such as https://portal.example.org",
                |text| web_address(text).map(|url| url.origin().ascii_serialization()),
            ),
            metrics_token: reader.secret("BENCHWATCH_METRICS_TOKEN"),
            api_requests_per_minute: reader.parsed(
                "BENCHWATCH_API_REQUESTS_PER_MINUTE",
                "a whole number, 0 for no limit",
                12_000,
            ),
        }
    }
}

impl HttpConfig {
    /// The public address of the server without a slash at its end; empty when it is not configured.
    #[must_use]
    pub fn base(&self) -> String {
        self.public_url.as_ref().map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self::read(&Reader::new(&|_| None))
    }
}

fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host_str().is_some()).then_some(url)
}
