//! The routes without their guard, asked the way a client asks them.

use crate::factory::{at, service};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use chrono_tz::Tz;
use serde_json::Value;
use server::http::api::{ApiState, descriptions, routes, unknown};
use server::sync::SyncService;
use sqlx::PgPool;
use std::sync::Arc;
use tower::ServiceExt as _;

/// An interface to ask.
pub struct Client(Router);

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Client {
    pub fn new(pool: &PgPool, now: &str, zone: Tz) -> Self {
        let moment = at(now);
        let sync = SyncService::new(pool.clone(), zone, true, Arc::new(move || moment));
        let state = ApiState { metrics: service(pool, now, zone), sync: Arc::new(sync) };
        Self(routes::<()>(&state).merge(descriptions()).fallback(unknown))
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = self.0.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        Reply { status: parts.status, headers: parts.headers, text: String::from_utf8(body.to_vec()).expect("UTF-8") }
    }

    pub async fn reply(&self, path: &str) -> Reply {
        self.send(Method::GET, &format!("/api/v1{path}"), &[]).await
    }

    /// The JSON of a 200.
    pub async fn get(&self, path: &str) -> Value {
        let reply = self.reply(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text);
        serde_json::from_str(&reply.text).expect("JSON")
    }

    /// The `detail` of a refusal.
    pub async fn refused(&self, path: &str, status: u16) -> Value {
        let reply = self.reply(path).await;
        assert_eq!(reply.status.as_u16(), status, "{path}: {}", reply.text);
        serde_json::from_str::<Value>(&reply.text).expect("JSON")["detail"].clone()
    }
}
