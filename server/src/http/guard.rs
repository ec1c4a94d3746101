//! Who is calling, and whether they may: before any handler, and before any argument is looked at.

use super::App;
use super::errors::{app_error, database_failed, detail};
use super::guest;
use super::rate::Caller;
use crate::auth::Bearer;
use crate::db::DbError;
use app::error::AppError;
use app::model::session::{CurrentUser, Role};
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use std::time::Instant;
use tower_sessions::Session;

/// The key of the account's number in a session; the store reads it too.
pub const USER: &str = "user";

/// The key of the times in a session.
const TIMES: &str = "times";

/// Seconds without a request after which a session ends.
pub const IDLE_SECONDS: i64 = 3 * 3600;

/// Seconds after sign-in at which a session ends in any case.
const ABSOLUTE_SECONDS: i64 = 24 * 3600;

/// A session is written again when it was last written this long ago.
pub(super) const RENEW_SECONDS: i64 = 300;

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Times {
    start: i64,
    renewed: i64,
}

/// Begins a session for an account, under a new id.
///
/// # Errors
/// When the store does not answer.
pub async fn begin_session(
    session: &Session,
    user: &CurrentUser,
    now: i64,
) -> Result<(), tower_sessions::session::Error> {
    session.clear().await;
    session.cycle_id().await?;
    session.insert(USER, user.id).await?;
    session.insert(TIMES, Times { start: now, renewed: now }).await
}

/// Why nobody could be recognised.
pub(super) enum Unknown {
    /// No session, or one that has ended.
    Nobody,
    /// A store or database that does not answer.
    Failed(StatusCode),
}

impl From<DbError> for Unknown {
    fn from(error: DbError) -> Self {
        Self::Failed(database_failed(&error))
    }
}

impl From<tower_sessions::session::Error> for Unknown {
    fn from(error: tower_sessions::session::Error) -> Self {
        tracing::warn!(%error, "the session store does not answer");
        Self::Failed(StatusCode::SERVICE_UNAVAILABLE)
    }
}

/// The account behind the session cookie.
pub(super) async fn session_user(app: &App, session: &Session) -> Result<CurrentUser, Unknown> {
    let Some(id) = session.get::<i64>(USER).await? else { return Err(Unknown::Nobody) };
    let now = chrono::Utc::now().timestamp();
    let times = session.get::<Times>(TIMES).await?.unwrap_or(Times { start: 0, renewed: 0 });
    if now - times.start > ABSOLUTE_SECONDS {
        session.flush().await?;
        return Err(Unknown::Nobody);
    }
    let user = app.auth.account(id).await?.ok_or(Unknown::Nobody)?;
    if now - times.renewed > RENEW_SECONDS {
        session.insert(TIMES, Times { renewed: now, ..times }).await?;
    }
    Ok(user)
}

/// Pages and server functions: a session, or the sign-in page.
pub async fn pages(State(app): State<App>, session: Session, mut request: Request, next: Next) -> Response {
    match session_user(&app, &session).await {
        // Before the arguments are decoded; the functions themselves ask again.
        Ok(user) if user.role < least_role(request.uri().path()) => {
            app_error(StatusCode::FORBIDDEN, &AppError::Forbidden)
        }
        Ok(user) => {
            request.extensions_mut().insert(user);
            next.run(request).await
        }
        // The sign-in page needs nobody, and must appear even when nobody can be looked up.
        Err(_) if matches!(request.uri().path(), "/login" | super::sign_in::CODE_PAGE) => next.run(request).await,
        Err(unknown) => strangers(&app, &session, unknown, request, next).await,
    }
}

/// The least role of the server functions that not every account may call.
fn least_role(path: &str) -> Role {
    const MANAGERS: [&str; 7] = [
        "sync/start",
        "sync/cancel",
        "sync/retry-quarantine",
        "sync/save-schedule",
        "sync/pause",
        "views/link",
        "views/revoke",
    ];
    match path.strip_prefix("/api/") {
        Some("sync/confirm-deletions") => Role::Admin,
        Some(path) if path.starts_with("admin/") || path.starts_with("settings/") => Role::Admin,
        Some(path) if path.starts_with("deliveries/") || MANAGERS.contains(&path) => Role::Manager,
        _ => Role::Viewer,
    }
}

/// Those without an account's session: guests of a link, or nobody.
async fn strangers(app: &App, session: &Session, unknown: Unknown, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let guest = match unknown {
        Unknown::Nobody => guest::shared_view(app, session).await,
        Unknown::Failed(_) => Err(unknown),
    };
    match guest {
        Ok(view) => guest::pass(view, request, next).await,
        Err(Unknown::Failed(status)) if is_api => {
            app_error(status, &AppError::Unavailable { what: "The database".to_owned() })
        }
        Err(Unknown::Failed(status)) => status.into_response(),
        Err(Unknown::Nobody) if is_api => app_error(StatusCode::UNAUTHORIZED, &AppError::Unauthenticated),
        Err(Unknown::Nobody) => to_sign_in(&request),
    }
}

fn to_sign_in(request: &Request) -> Response {
    let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
    if wanted == "/" {
        return Redirect::to("/login").into_response();
    }
    let next: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    Redirect::to(&format!("/login?next={next}")).into_response()
}

/// REST: a bearer token, or a session; and not more often than allowed.
pub async fn rest(State(app): State<App>, session: Session, mut request: Request, next: Next) -> Response {
    let refused = |code: &str| detail(StatusCode::UNAUTHORIZED, code);
    let known = match bearer_token(request.headers()) {
        Some(token) => match app.auth.bearer(token).await {
            Ok(Bearer::User(user, token)) => Ok((user, Some(token))),
            Ok(Bearer::Expired) => return refused("token_expired"),
            Ok(Bearer::Invalid) => return refused("token_invalid"),
            Err(error) => Err(error.into()),
        },
        None if request.headers().contains_key(AUTHORIZATION) => return refused("not_authenticated"),
        None => session_user(&app, &session).await.map(|user| (user, None)),
    };
    let (user, token) = match known {
        Ok(known) => known,
        Err(Unknown::Nobody) => return refused("not_authenticated"),
        Err(Unknown::Failed(status)) => return status.into_response(),
    };
    let caller = token.map_or(Caller::Account(user.id), |token| Caller::Token(token.id));
    let standing = app.meter.count(caller, app.config.http.api_requests_per_minute, Instant::now());
    request.extensions_mut().insert(user);
    if let Some(token) = token {
        request.extensions_mut().insert(token);
    }
    let mut response = match standing.remaining {
        Some(_) => next.run(request).await,
        None => detail(StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
    };
    standing.tell(&mut response);
    response
}

/// The token of `Authorization: Bearer …`; the scheme's case does not matter.
fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
