//! The web side: who may ask what, and how answers look. It knows services, not SQL; pages are `app`'s.
//!
//! From the outside in: compression; facts, security headers, dress of errors, log; panics, time and size limits;
//! origin check; session; guard; the filter used last; then a page, a server function, REST or a file.

pub mod api;
pub mod errors;
mod export;
pub mod facts;
mod files;
pub mod guard;
mod guest;
mod headers;
pub mod health;
mod invitation;
mod last_filter;
pub mod live;
mod origin;
mod plain;
pub mod prometheus;
mod provider;
mod rate;
mod serve;
mod share;
mod sign_in;

pub use files::site_root;
pub use prometheus::Traffic;
pub use rate::Meter;
pub use serve::{Gate, serve};
pub use sign_in::CODE_PAGE;

use crate::services::Services;
use ::app::error::AppError;
use ::app::i18n::provide_lang;
use ::app::live::Program;
use ::app::model::session::{CurrentUser, SignInProvider};
use ::app::model::views::{Guest, LastFilter};
use ::app::ports::Caller;
use axum::Router;
use axum::body::Body;
use axum::extract::{FromRef, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use facts::Facts;
use files::Site;
use leptos::config::LeptosOptions;
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use std::net::IpAddr;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};
use tracing::Instrument as _;

/// The session cookie. The prefix makes browsers refuse it from anywhere but this very host.
pub const SESSION_COOKIE: &str = "__Host-benchwatch";

/// The largest body of a request, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// The longest time until an answer begins.
const PATIENCE: Duration = Duration::from_secs(40);

/// Answers of server functions with an error carry this header.
const SERVER_FN_ERROR: HeaderName = HeaderName::from_static("serverfnerror");

/// The state of every handler.
#[derive(Clone)]
pub struct App {
    services: Arc<Services>,
    options: LeptosOptions,
    program: Program,
}

impl Deref for App {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.services
    }
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.options.clone()
    }
}

impl App {
    /// The state over these services, with the site's files in `site`.
    #[must_use]
    pub fn new(services: Arc<Services>, site: &Path) -> Self {
        let options = LeptosOptions::builder()
            .output_name("benchwatch")
            .site_root(site.to_string_lossy().into_owned())
            .site_pkg_dir("pkg")
            .build();
        Self { services, options, program: Program(files::program(site).into()) }
    }
}

/// Everything that the server answers.
pub fn router(app: &App) -> Router {
    let site = Site::new(Path::new(&*app.options.site_root));
    let signed_in = pages(app).merge(rest(app)).merge(entrance()).layer(session_layer(app));
    let public = Router::new()
        .route("/api/health", get(health::live))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(prometheus::metrics))
        .merge(api::descriptions());
    let mut all = signed_in
        .merge(public)
        .fallback(move |request: Request| site.clone().serve(request))
        .layer(from_fn_with_state(app.clone(), origin::check));
    if let Some(cors) = cors(app) {
        all = all.layer(cors);
    }
    all.layer(RequestBodyLimitLayer::new(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(app.clone(), around))
        .layer(CompressionLayer::new())
        .with_state(app.clone())
}

/// Only probes and measurements, for an address of their own.
pub fn probes(app: &App) -> Router {
    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(prometheus::metrics_apart))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .with_state(app.clone())
}

/// Pages and server functions, and the stream that keeps pages up to date.
fn pages(app: &App) -> Router<App> {
    let (context, options) = (app.clone(), app.options.clone());
    Router::new()
        .leptos_routes_with_context(
            app,
            generate_route_list(::app::App),
            move || provide(&context),
            move || ::app::shell(options.clone()),
        )
        .route("/api/live", get(live::stream))
        .route("/export/{file}", get(export::download))
        .route_layer(from_fn(settle_server_function))
        .route_layer(from_fn_with_state(app.clone(), last_filter::pages))
        .route_layer(from_fn_with_state(app.clone(), guard::pages))
}

/// The REST API, for programs: nobody without a session or a token gets as far as its parameters.
fn rest(app: &App) -> Router<App> {
    let state = api::ApiState {
        metrics: app.metrics.clone(),
        records: app.ports.records.clone(),
        sync: app.ports.sync.clone(),
        auth: Arc::clone(&app.auth),
        settings: app.ports.settings.clone(),
    };
    Router::new()
        .route("/api/v1/session", get(whoami))
        .merge(api::routes(&state))
        .route_layer(from_fn_with_state(app.clone(), guard::rest))
}

/// `GET /api/v1/session`: whose token or session this is.
async fn whoami(axum::Extension(user): axum::Extension<CurrentUser>) -> axum::Json<serde_json::Value> {
    axum::Json(serde_json::json!({ "username": user.name, "role": user.role.name() }))
}

/// The way in and out.
fn entrance() -> Router<App> {
    Router::new()
        .route("/login", post(sign_in::sign_in))
        .route(sign_in::CODE_PAGE, post(sign_in::second_step))
        .route("/login/provider", get(provider::begin))
        .route(crate::config::CALLBACK, get(provider::callback))
        .route("/s/{token}", get(share::open).post(share::unlock))
        .route("/invitation/{token}", get(invitation::open).post(invitation::accept))
        .route("/logout", get(sign_in::sign_out_link).post(sign_in::sign_out))
        .route("/api/auth/login", post(sign_in::token))
}

fn session_layer(app: &App) -> SessionManagerLayer<crate::auth::SessionStore> {
    SessionManagerLayer::new(app.auth.session_store())
        .with_name(SESSION_COOKIE)
        .with_http_only(true)
        .with_secure(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(time::Duration::seconds(guard::IDLE_SECONDS)))
}

/// Leave for the configured foreign origins, on REST paths, with tokens and never with cookies.
fn cors(app: &App) -> Option<CorsLayer> {
    let origins = app.config.http.cors_origins.clone();
    if origins.is_empty() {
        return None;
    }
    let allowed = AllowOrigin::predicate(move |origin: &HeaderValue, request: &Parts| {
        origin::is_rest(request.uri.path()) && origins.iter().any(|known| known.as_bytes() == origin.as_bytes())
    });
    let layer = CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT])
        .max_age(Duration::from_secs(600));
    Some(layer)
}

/// What pages and server functions find in their context.
fn provide(app: &App) {
    provide_context(app.ports.clone());
    provide_context(app.program.clone());
    if let Some(provider) = &app.provider {
        provide_context(SignInProvider(provider.config.name.clone()));
    }
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(user) = parts.extensions.get::<CurrentUser>() {
        provide_context(user.clone());
        let address = parts.extensions.get::<Facts>().map_or(IpAddr::from([0, 0, 0, 0]), |facts| facts.address);
        let session = parts.extensions.get::<tower_sessions::Session>().and_then(tower_sessions::Session::id);
        let session = session.map(|id| crate::db::sessions::name(&crate::auth::session_hash(&id)));
        provide_context(Caller { user: user.clone(), session, address });
    }
    if let Some(guest) = parts.extensions.get::<Guest>() {
        provide_context(*guest);
    }
    if let Some(last) = parts.extensions.get::<LastFilter>() {
        provide_context(last.clone());
    }
    if let Some(facts) = parts.extensions.get::<Facts>() {
        provide_lang(facts.lang);
        provide_context(Nonce::from_value(facts.nonce.clone()));
    }
}

/// The outermost layer of ours: facts in, headers and dress out, one line in the log.
async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let facts = Facts::of(&request, &app.config.http, app.lab.get().language);
    request.extensions_mut().insert(facts.clone());
    let span = tracing::info_span!(
        "request",
        request.id = &*facts.id,
        http.method = %request.method(),
        http.path = without_secret(request.uri().path()),
    );
    let (start, path) = (Instant::now(), request.uri().path().to_owned());
    let running = app.traffic.begin();
    let response = next.run(request).instrument(span.clone()).await;
    drop(running);
    let took = start.elapsed();
    app.traffic.record(&path, response.status(), took);
    span.in_scope(|| tracing::debug!(http.status = response.status().as_u16(), http.ms = took.as_secs_f64() * 1e3));
    let https = app.config.http.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
    headers::protect(errors::dress(response, &facts), &facts, https)
}

/// A path as the log may hold it: those of doors end in what opens them.
fn without_secret(path: &str) -> &str {
    let door = |door: &'static str| path.starts_with(door).then_some(door);
    door("/invitation/").or_else(|| door("/s/")).unwrap_or(path)
}

/// A failed server function tells its status in its body; those that failed before the body ran say 500 for anything.
async fn settle_server_function(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if !response.headers().contains_key(&SERVER_FN_ERROR) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, MAX_BODY).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(error) = serde_json::from_slice::<AppError>(&bytes) {
        parts.status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut dressed = errors::app_error(parts.status, &error);
        dressed.headers_mut().insert(SERVER_FN_ERROR, HeaderValue::from_static("true"));
        return dressed;
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn after_panic(_payload: Box<dyn std::any::Any + Send>) -> Response {
    // The panic hook has written the cause and the place to the log.
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
