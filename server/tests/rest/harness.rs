//! The routes without their guard, asked the way a client asks them.

use crate::factory::{at, service};
use app::model::session::{CurrentUser, Role};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use chrono_tz::Tz;
use serde_json::Value;
use server::auth::{Auth, TokenUse};
use server::config::{FINAL_STATES, LabConfig};
use server::http::api::{ApiState, descriptions, routes, unknown};
use server::lab::{Current, Settings};
use server::records;
use server::sync::SyncService;
use sqlx::PgPool;
use std::sync::Arc;
use tower::ServiceExt as _;

/// An interface to ask.
pub struct Client(Router, Option<CurrentUser>, Option<TokenUse>);

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Client {
    pub fn new(pool: &PgPool, now: &str, zone: Tz) -> Self {
        let moment = at(now);
        let settings =
            records::Settings { zone, final_states: FINAL_STATES.map(str::to_owned).to_vec(), qbench_record_url: None };
        let records = records::Service::new(pool.clone(), settings, Arc::new(move || moment));
        let sync = SyncService::new(pool.clone(), zone, true, Arc::new(move || moment));
        let state = ApiState {
            metrics: service(pool, now, zone),
            records: Arc::new(records),
            sync: Arc::new(sync),
            auth: Arc::new(Auth::new(pool.clone())),
            settings: Arc::new(Settings::new(pool.clone(), LabConfig::default(), Current::new(&LabConfig::default()))),
        };
        Self(routes::<()>(&state).merge(descriptions()).fallback(unknown), None, None)
    }

    /// The same on behalf of an account.
    pub fn signed_in(mut self, role: Role) -> Self {
        self.1 = Some(CurrentUser { id: 1, name: "ana".to_owned(), role });
        self
    }

    /// The same on behalf of this account.
    pub fn on_behalf_of(mut self, user: CurrentUser) -> Self {
        self.1 = Some(user);
        self
    }

    /// The same with a token.
    pub fn with_token(mut self, token: TokenUse) -> Self {
        self.2 = Some(token);
        self
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.exchange(method, path, headers, Body::empty()).await
    }

    /// A POST below `/api/v1`.
    pub async fn post(&self, path: &str, body: &str) -> Reply {
        let json = [("content-type", "application/json")];
        self.exchange(Method::POST, &format!("/api/v1{path}"), &json, Body::from(body.to_owned())).await
    }

    async fn exchange(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(user) = &self.1 {
            request = request.extension(user.clone());
        }
        if let Some(token) = self.2 {
            request = request.extension(token);
        }
        let request = request.body(body).expect("a request");
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
