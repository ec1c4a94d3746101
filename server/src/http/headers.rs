//! The headers that every answer carries: what a browser may do with it, and that it is not to be kept.

use super::facts::Facts;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::Response;

const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Adds the security headers. Cache headers that a handler has set are kept.
pub fn protect(mut response: Response, facts: &Facts, public_https: bool) -> Response {
    let is_html = content_type(&response).starts_with("text/html");
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(OPENER, "same-origin");
    set(RESOURCE, "same-origin");
    set(PERMISSIONS, "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    if public_https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    let policy = if is_html { page_policy(&facts.nonce, public_https) } else { data_policy() };
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(&facts.id) {
        headers.insert(REQUEST_ID, id);
    }
    if let Some(lang) = facts.chosen_lang {
        let cookie = format!("lang={}; Path=/; Max-Age=31536000; SameSite=Lax", lang.tag());
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// The answer's content type, or nothing.
pub fn content_type(response: &Response) -> &str {
    response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Scripts by nonce or from our own files; charts and meters position things with style attributes.
fn page_policy(nonce: &str, public_https: bool) -> HeaderValue {
    let upgrade = if public_https { "; upgrade-insecure-requests" } else { "" };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'{upgrade}"
    );
    HeaderValue::from_str(&policy).expect("a nonce is made of URL-safe letters")
}

const fn data_policy() -> HeaderValue {
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")
}
