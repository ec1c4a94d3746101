//! Answers as QBench gives them: JSON with a random extra key, errors, proxy pages.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::json;

/// An answer before faults have had their way with it.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// A JSON object with the random key that every QBench object carries.
    pub(crate) fn object(status: u16, body: String) -> Self {
        Self { status, content_type: "application/json".to_owned(), headers: Vec::new(), body: with_random_key(body) }
    }

    /// An error of API v1.
    pub(crate) fn error(status: u16, error: &str, description: Option<&str>) -> Self {
        let body = match description {
            Some(description) => json!({"error": error, "error_description": description}),
            None => json!({"error": error}),
        };
        Self::object(status, body.to_string())
    }

    /// A page of a proxy in front of QBench.
    pub(crate) fn html(status: u16) -> Self {
        let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
        Self {
            status,
            content_type: "text/html".to_owned(),
            headers: Vec::new(),
            body: format!(
                "<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n\
                 <center><h1>{status} {reason}</h1></center>\r\n</body>\r\n</html>\r\n"
            ),
        }
    }

    /// The refusal of an eleventh request at the same time.
    pub(crate) fn too_many_at_once(limit: usize) -> Self {
        let error = format!("exceeded concurrent request limit of {limit}");
        Self::error(429, &error, None)
    }

    /// The refusal of a request beyond the rate.
    pub(crate) fn too_fast(limit: u32, window: u64, count: u64, retry_in: u64) -> Self {
        let error = format!(
            "ratelimit exceeded {limit} per {window} seconds [current count: {count}. Retry in \
             {retry_in} seconds]"
        );
        let mut answer = Self::error(429, &error, None);
        answer.headers =
            vec![("x-qbapi-throttle-request-count", count.to_string()), ("x-qbapi-throttle-ttl", retry_in.to_string())];
        answer
    }

    pub(crate) fn not_found() -> Self {
        Self::error(404, "Not Found", None)
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if let Ok(value) = HeaderValue::from_str(&self.content_type) {
            headers.insert(header::CONTENT_TYPE, value);
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

/// Adds `"qb<hex>":"<hex>"` at the start or the end of an object, as QBench does to blur the
/// length of its answers. Text that is not an object stays as it is.
fn with_random_key(mut body: String) -> String {
    let noise: u64 = rand::random();
    let name = &format!("{:04x}", noise as u16)[..1 + (noise >> 16) as usize % 4];
    let value = &format!("{:016x}", rand::random::<u64>())[..1 + (noise >> 20) as usize % 16];
    let key = format!("\"qb{name}\":\"{value}\"");
    let is_object = body.starts_with('{') && body.ends_with('}');
    if !is_object {
        return body;
    }
    if body.len() == 2 {
        return format!("{{{key}}}");
    }
    if noise & (1 << 40) == 0 {
        body.insert_str(1, &format!("{key},"));
    } else {
        body.pop();
        body.push(',');
        body.push_str(&key);
        body.push('}');
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_gets_one_random_key() {
        for _ in 0..200 {
            let body = with_random_key(r#"{"a":1}"#.to_owned());
            let value: serde_json::Value = serde_json::from_str(&body).expect("JSON");
            let object = value.as_object().expect("an object");
            assert_eq!(object.len(), 2);
            let key = object.keys().find(|key| *key != "a").expect("a key");
            let hex = key.strip_prefix("qb").expect("the prefix");
            assert!((1..=4).contains(&hex.len()) && u16::from_str_radix(hex, 16).is_ok());
            let noise = object[key].as_str().expect("text");
            assert!((1..=16).contains(&noise.len()));
        }
        assert_eq!(with_random_key("[1]".to_owned()), "[1]");
    }
}
