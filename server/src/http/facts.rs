//! What is known about a request before anybody handles it: its id, its nonce, whom it comes from, its language.

use crate::config::HttpConfig;
use app::i18n::Lang;
use axum::extract::ConnectInfo;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::{HeaderMap, Request};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Facts about a request, in its extensions.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Names the request in the log, in `x-request-id` and on error pages.
    pub id: Arc<str>,
    /// Allows this answer's inline scripts.
    pub nonce: Arc<str>,
    /// The client: the peer, or what a trusted proxy says it is.
    pub address: IpAddr,
    /// True when the peer itself, not a forwarded client, is on this machine.
    pub local_peer: bool,
    /// The language to answer in.
    pub lang: Lang,
    /// A language asked for in the address, to be remembered.
    pub chosen_lang: Option<Lang>,
    /// Whether the path lies below `/api`, where answers are JSON.
    pub is_api: bool,
}

impl Facts {
    /// Reads them from a request; `preferred` is the laboratory's language for those who have chosen none.
    #[must_use]
    pub fn of<B>(request: &Request<B>, config: &HttpConfig, preferred: Option<Lang>) -> Self {
        let headers = request.headers();
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
        let asked = request.uri().query().and_then(|query| parameter(query, "lang"));
        let path = request.uri().path();
        Self {
            id: random_word().into(),
            nonce: random_word().into(),
            address: client(peer, headers, config),
            local_peer: peer.is_some_and(|peer| peer.is_loopback()),
            lang: Lang::choose(
                asked,
                cookie(headers, "lang"),
                match preferred {
                    Some(preferred) => Some(preferred.tag()),
                    None => headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()),
                },
            ),
            chosen_lang: asked.and_then(Lang::from_tag),
            is_api: path == "/api" || path.starts_with("/api/"),
        }
    }
}

/// 96 random bits in URL-safe letters.
fn random_word() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 12]>())
}

/// The value of a query parameter that needs no decoding.
fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// The value of a cookie.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The client's address: from the right, the first forwarded one that is not a trusted proxy, when the peer is one.
fn client(peer: Option<IpAddr>, headers: &HeaderMap, config: &HttpConfig) -> IpAddr {
    let trusted = |address: IpAddr| config.trusted_proxies.iter().any(|network| network.contains(address));
    let Some(peer) = peer else { return IpAddr::V4(Ipv4Addr::UNSPECIFIED) };
    if !trusted(peer) {
        return peer;
    }
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .map(str::trim)
        .collect();
    let mut nearest = peer;
    for text in forwarded.into_iter().rev() {
        let Ok(address) = text.parse::<IpAddr>() else { break };
        nearest = address.to_canonical();
        if !trusted(nearest) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &str) -> String {
        let config =
            HttpConfig { trusted_proxies: vec!["10.0.0.0/8".parse().expect("a network")], ..HttpConfig::default() };
        let mut request = Request::new(());
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().expect("a header"));
        let peer = SocketAddr::new(peer.parse().expect("an address"), 1);
        request.extensions_mut().insert(ConnectInfo(peer));
        Facts::of(&request, &config, None).address.to_string()
    }

    #[test]
    fn forwarded_addresses_count_from_trusted_proxies_only() {
        assert_eq!(seen("192.0.2.9", "203.0.113.5"), "192.0.2.9");
        assert_eq!(seen("10.0.0.1", "203.0.113.5"), "203.0.113.5");
        assert_eq!(seen("10.0.0.1", "198.51.100.66, 203.0.113.5, 10.0.0.2"), "203.0.113.5");
        assert_eq!(seen("10.0.0.1", "nonsense"), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", "203.0.113.5, nonsense"), "10.0.0.1");
    }

    #[test]
    fn the_address_decides_the_language_before_the_cookie() {
        let request = Request::builder()
            .uri("/?range=7d&lang=es")
            .header("cookie", "theme=dark; lang=en")
            .body(())
            .expect("a request");
        let facts = Facts::of(&request, &HttpConfig::default(), None);
        assert_eq!((facts.lang, facts.chosen_lang, facts.is_api), (Lang::Es, Some(Lang::Es), false));
    }
}
