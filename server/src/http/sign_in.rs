//! Signing in and out: plain forms that work without scripts, and tokens for programs.

use super::App;
use super::errors::{database_failed, detail};
use super::facts::Facts;
use super::guard::begin_session;
use crate::auth::{AuthError, FirstStep};
use app::model::session::{CurrentUser, SignInProblem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Form, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower_sessions::Session;

/// What the form sends.
#[derive(Deserialize)]
pub struct Credentials {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /login`: 303 to the page that was wanted, or back to the form.
pub async fn sign_in(
    State(app): State<App>,
    Extension(facts): Extension<Facts>,
    session: Session,
    Form(form): Form<Credentials>,
) -> Response {
    let next = safe_path(&form.next);
    match app.auth.verify(&form.username, &form.password, facts.address).await {
        Ok(FirstStep::In(user)) => enter(&app, &session, &user, next).await,
        Ok(FirstStep::CodeWanted(account)) => match begin_second_step(&session, account, next).await {
            Ok(()) => Redirect::to(CODE_PAGE).into_response(),
            Err(error) => store_failed(&error),
        },
        Err(error) => refused(error, "/login", SignInProblem::NoMatch, next),
    }
}

/// Begins the session of somebody who has shown everything that is wanted, and leads on.
pub(super) async fn enter(app: &App, session: &Session, user: &CurrentUser, next: &str) -> Response {
    match begin_session(session, user, Utc::now().timestamp()).await {
        Ok(()) if next == "/" => Redirect::to(&home(app, user).await).into_response(),
        Ok(()) => Redirect::to(next).into_response(),
        Err(error) => store_failed(&error),
    }
}

pub(super) fn store_failed(error: &tower_sessions::session::Error) -> Response {
    tracing::warn!(%error, "the session store does not answer");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

/// The page of the second step.
pub const CODE_PAGE: &str = "/login/code";

/// The key of a sign-in that waits for its second step, in a session that is nobody's yet.
const SECOND: &str = "second";

/// Seconds for which it waits.
const SECOND_SECONDS: i64 = 300;

#[derive(Serialize, Deserialize)]
struct SecondStep {
    account: i64,
    at: i64,
    next: String,
}

async fn begin_second_step(session: &Session, account: i64, next: &str) -> Result<(), tower_sessions::session::Error> {
    session.clear().await;
    session.cycle_id().await?;
    session.insert(SECOND, SecondStep { account, at: Utc::now().timestamp(), next: next.to_owned() }).await
}

/// What the form of the second step sends.
#[derive(Deserialize)]
pub struct Code {
    #[serde(default)]
    code: String,
}

/// `POST /login/code`: 303 to the page that was wanted, or back to the form.
pub async fn second_step(
    State(app): State<App>,
    Extension(facts): Extension<Facts>,
    session: Session,
    Form(form): Form<Code>,
) -> Response {
    let waiting = match session.get::<SecondStep>(SECOND).await {
        Ok(waiting) => waiting.filter(|waiting| Utc::now().timestamp() - waiting.at < SECOND_SECONDS),
        Err(error) => return store_failed(&error),
    };
    let Some(SecondStep { account, next, .. }) = waiting else {
        return back_to("/login", SignInProblem::SessionEnded, "/");
    };
    match app.auth.second_step(account, &form.code, facts.address).await {
        Ok(user) => enter(&app, &session, &user, &next).await,
        Err(AuthError::NoMatch) => back_to("/login", SignInProblem::NoMatch, &next),
        Err(AuthError::Key(_)) => back_to(CODE_PAGE, SignInProblem::NoKey, "/"),
        Err(error) => refused(error, CODE_PAGE, SignInProblem::BadCode, "/"),
    }
}

/// Why nobody was let in: back to a form, or a status.
pub(super) fn refused(error: AuthError, form: &str, problem: SignInProblem, next: &str) -> Response {
    match error {
        AuthError::Throttled(seconds) => throttled(StatusCode::TOO_MANY_REQUESTS.into_response(), seconds),
        AuthError::Database(error) => database_failed(&error).into_response(),
        AuthError::Hash => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        _ => back_to(form, problem, next),
    }
}

/// The account's home view, or the overview.
async fn home(app: &App, user: &CurrentUser) -> String {
    let home = app.ports.views.home(user).await;
    // Whoever could not be told where to go is better led to the overview than not let in.
    home.ok().flatten().unwrap_or_else(|| "/".to_owned())
}

pub(super) fn back_to(form: &str, problem: SignInProblem, next: &str) -> Response {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("problem", problem.slug());
    if next != "/" {
        query.append_pair("next", next);
    }
    Redirect::to(&format!("{form}?{}", query.finish())).into_response()
}

fn throttled(mut response: Response, seconds: u64) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// `POST /logout`.
pub async fn sign_out(session: Session) -> Response {
    match session.flush().await {
        Ok(()) => Redirect::to("/login").into_response(),
        Err(error) => {
            tracing::warn!(%error, "the session store does not answer");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// `GET /logout`, for a link on our own pages; another site's link only leads home.
pub async fn sign_out_link(headers: HeaderMap, session: Session) -> Response {
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    match site {
        None | Some("same-origin" | "none") => sign_out(session).await,
        Some(_) => Redirect::to("/").into_response(),
    }
}

/// A path on this site, or the overview: never an address that leads elsewhere.
pub(super) fn safe_path(next: &str) -> &str {
    let local = next.starts_with('/') && !next.starts_with("//");
    let plain = next.chars().all(|c| !c.is_control() && c != '\\' && c.is_ascii());
    if local && plain && next.len() <= 2_000 && !next.starts_with("/login") { next } else { "/" }
}

/// `POST /api/auth/login`: a bearer token, as the product this one replaces gave.
pub async fn token(State(app): State<App>, Extension(facts): Extension<Facts>, body: Bytes) -> Response {
    let Login { username, password, code } = match login_body(&body) {
        Ok(login) => login,
        Err(problems) => {
            return (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "detail": problems }))).into_response();
        }
    };
    let verified = match app.auth.verify(&username, &password, facts.address).await {
        Ok(FirstStep::In(user)) => Ok(user),
        Ok(FirstStep::CodeWanted(account)) => match code {
            Some(code) => app.auth.second_step(account, &code, facts.address).await,
            None => return detail(StatusCode::UNAUTHORIZED, "second_factor_required"),
        },
        Err(error) => Err(error),
    };
    let user = match verified {
        Ok(user) => user,
        Err(AuthError::Throttled(seconds)) => {
            return throttled(detail(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"), seconds);
        }
        Err(AuthError::Database(error)) => return database_failed(&error).into_response(),
        Err(AuthError::Hash) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Err(AuthError::Key(_)) => return detail(StatusCode::UNAUTHORIZED, "second_factor_unreadable"),
        Err(_) => return detail(StatusCode::UNAUTHORIZED, "invalid_credentials"),
    };
    match app.auth.issue_token(&user, "login").await {
        Ok((token, expires)) => Json(json!({
            "access_token": token,
            "token_type": "bearer",
            "expires_at": expires.to_rfc3339_opts(SecondsFormat::Micros, true),
            "expires_in": crate::auth::TOKEN_LIFETIME.num_seconds(),
            "user": { "username": user.name },
        }))
        .into_response(),
        Err(error) => database_failed(&error).into_response(),
    }
}

/// What a program signs in with.
#[derive(Debug)]
struct Login {
    username: String,
    password: String,
    /// The code of the second factor, for accounts that use one.
    code: Option<String>,
}

/// Name, password and code, or everything that is wrong with the body, in the old product's shape.
fn login_body(body: &[u8]) -> Result<Login, Vec<Value>> {
    let parsed: Value = serde_json::from_slice(body).map_err(|error| {
        let loc = json!(["body", error.column()]);
        vec![json!({ "type": "json_invalid", "loc": loc, "msg": "JSON decode error", "input": {} })]
    })?;
    let username = text_field(&parsed, "username", 3, 150);
    let password = text_field(&parsed, "password", 6, usize::MAX);
    match (username, password) {
        (Ok(username), Ok(password)) => {
            let code = parsed.get("code").and_then(Value::as_str).map(str::to_owned);
            Ok(Login { username, password, code })
        }
        (username, password) => Err([username.err(), password.err()].into_iter().flatten().collect()),
    }
}

fn text_field(body: &Value, name: &str, least: usize, most: usize) -> Result<String, Value> {
    let loc = json!(["body", name]);
    // Passwords must not come back in an error.
    let fault = |kind: &str, msg: String| Err(json!({ "type": kind, "loc": loc, "msg": msg }));
    let Some(value) = body.get(name) else { return fault("missing", "Field required".to_owned()) };
    let Some(text) = value.as_str() else {
        return fault("string_type", "Input should be a valid string".to_owned());
    };
    let length = text.chars().count();
    if length < least {
        return fault("string_too_short", format!("String should have at least {least} characters"));
    }
    if length > most {
        return fault("string_too_long", format!("String should have at most {most} characters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_gone_to_after_signing_in() {
        assert_eq!(safe_path("/priority?range=7d"), "/priority?range=7d");
        for bad in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:x", "/a\r\nb", "/login"]
        {
            assert_eq!(safe_path(bad), "/", "{bad:?}");
        }
    }

    #[test]
    fn everything_wrong_with_a_login_is_told_at_once() {
        let faults = login_body(br#"{"username": 7, "password": "abc"}"#).expect_err("refused");
        let kinds: Vec<_> = faults.iter().map(|fault| fault["type"].as_str().expect("a type")).collect();
        assert_eq!(kinds, ["string_type", "string_too_short"]);
        assert_eq!(login_body(b"{").expect_err("refused")[0]["type"], "json_invalid");
        assert_eq!(login_body(br#"{"password": "abcdef"}"#).expect_err("refused")[0]["type"], "missing");
    }
}
