//! Refuses requests that another site makes a browser send. Cookies are `SameSite`, but that alone trusts every
//! neighbour under the same domain; and signing in somebody as somebody else needs no cookie at all.

use super::App;
use super::errors;
use crate::config::HttpConfig;
use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::Url;

/// The middleware: every method that may change something must come from our own pages, or from no page at all.
pub async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let rest = is_rest(request.uri().path());
    if safe || allowed(request.headers(), &app.config.http, rest) {
        return next.run(request).await;
    }
    tracing::warn!("refused: the request comes from another site");
    if rest { errors::detail(StatusCode::FORBIDDEN, "foreign_origin") } else { StatusCode::FORBIDDEN.into_response() }
}

/// Paths that configured foreign origins may call: they carry tokens, not cookies.
pub fn is_rest(path: &str) -> bool {
    path.starts_with("/api/v1/") || path == "/api/auth/login"
}

fn allowed(headers: &HeaderMap, config: &HttpConfig, rest: bool) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if let Some(origin) = text(ORIGIN.as_str()) {
        return is_ours(origin, text(HOST.as_str()), config)
            || (rest && config.cors_origins.iter().any(|known| known == origin));
    }
    // Programs send neither header; browsers send at least this one.
    text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"))
}

fn is_ours(origin: &str, host: Option<&str>, config: &HttpConfig) -> bool {
    let Ok(url) = Url::parse(origin) else { return false };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let is_public = config.public_url.as_ref().is_some_and(|public| public.origin() == url.origin());
    is_public || (authority.is_some() && authority == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(pairs: &[(&'static str, &str)], rest: bool) -> bool {
        let config = HttpConfig {
            public_url: Url::parse("https://lab.example.org").ok(),
            cors_origins: vec!["https://portal.example.org".to_owned()],
            ..HttpConfig::default()
        };
        let headers = pairs.iter().map(|(name, value)| (name.parse().expect("name"), value.parse().expect("value")));
        allowed(&headers.collect(), &config, rest)
    }

    #[test]
    fn our_own_pages_and_programs_may_post() {
        assert!(judged(&[], false));
        assert!(judged(&[("origin", "https://lab.example.org"), ("host", "inside:3000")], false));
        assert!(judged(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")], false));
        assert!(judged(&[("sec-fetch-site", "same-origin")], false));
    }

    #[test]
    fn other_sites_may_not() {
        assert!(!judged(&[("origin", "https://evil.example"), ("host", "lab.example.org")], false));
        assert!(!judged(&[("origin", "null"), ("host", "null")], false));
        assert!(!judged(&[("origin", "https://lab.example.org:444"), ("host", "lab.example.org")], false));
        assert!(!judged(&[("sec-fetch-site", "cross-site")], true));
        assert!(!judged(&[("sec-fetch-site", "same-site")], false));
        assert!(!judged(&[("origin", "https://portal.example.org")], false));
        assert!(judged(&[("origin", "https://portal.example.org")], true));
    }
}
