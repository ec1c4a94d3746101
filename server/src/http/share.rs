//! `/s/TOKEN`: the door for people with a link. It begins a guest's session and leads to the page; those who are
//! signed in already keep their own.

use super::App;
use super::errors::database_failed;
use super::facts::Facts;
use super::guard::session_user;
use super::guest;
use super::plain::page;
use crate::auth::AuthError;
use crate::views::{Opened, SharedView};
use app::i18n::Lang;
use app::model::views::{Wall, address, exact_address};
use axum::extract::{Extension, Form, Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use tower_sessions::Session;

/// What the form sends.
#[derive(Deserialize)]
pub struct Password {
    #[serde(default)]
    password: String,
}

/// `GET /s/TOKEN`: the page, or the form that asks for its password.
pub async fn open(
    State(app): State<App>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    Extension(facts): Extension<Facts>,
    session: Session,
) -> Response {
    enter(&app, &token, None, &query.unwrap_or_default(), &facts, &session).await
}

/// `POST /s/TOKEN`: the same with a password.
pub async fn unlock(
    State(app): State<App>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    Extension(facts): Extension<Facts>,
    session: Session,
    Form(form): Form<Password>,
) -> Response {
    enter(&app, &token, Some(&form.password), &query.unwrap_or_default(), &facts, &session).await
}

async fn enter(
    app: &App,
    token: &str,
    password: Option<&str>,
    query: &str,
    facts: &Facts,
    session: &Session,
) -> Response {
    match app.views.open(token, password, facts.address).await {
        Ok(Opened::View(view)) => {
            let visitor = visit(app, &view, session).await;
            let led = visitor.map(|visitor| Redirect::to(&target(&view, visitor, token, query)));
            led.map_or_else(IntoResponse::into_response, IntoResponse::into_response)
        }
        Ok(Opened::Password(wrong)) => {
            let status = if wrong { StatusCode::FORBIDDEN } else { StatusCode::OK };
            (status, Html(password_page(facts.lang, wrong))).into_response()
        }
        Ok(Opened::Nothing) => (StatusCode::NOT_FOUND, Html(closed_page(facts.lang))).into_response(),
        Err(AuthError::Throttled(seconds)) => {
            let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
        Err(AuthError::Database(error)) => database_failed(&error).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Who came through the door.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Visitor {
    Account,
    Guest,
}

/// Begins the visit, unless somebody is signed in, and counts it.
async fn visit(app: &App, view: &SharedView, session: &Session) -> Result<Visitor, StatusCode> {
    let visitor = if session_user(app, session).await.is_ok() { Visitor::Account } else { Visitor::Guest };
    let first = match visitor {
        Visitor::Account => true,
        Visitor::Guest => guest::begin(session, view.link, chrono::Utc::now().timestamp()).await.map_err(|error| {
            tracing::warn!(%error, "the session store does not answer");
            StatusCode::SERVICE_UNAVAILABLE
        })?,
    };
    if first {
        app.views.count_view(view.link).await.map_err(|error| database_failed(&error))?;
    }
    Ok(visitor)
}

/// The page; on a wall with what comes after it, this link last.
fn target(view: &SharedView, visitor: Visitor, token: &str, query: &str) -> String {
    let Some(mut wall) = Wall::parse(query) else {
        return match visitor {
            Visitor::Account => exact_address(&view.path, &view.query),
            Visitor::Guest => address(&view.path, &view.query),
        };
    };
    if !wall.rotate.is_empty() {
        wall.rotate.push(token.to_owned());
    }
    let joint = if view.query.is_empty() { "" } else { "&" };
    address(&view.path, &format!("{}{joint}{}", view.query, wall.to_query()))
}

fn password_page(lang: Lang, wrong: bool) -> String {
    let problem = if wrong { format!(r#"<p role="alert">{}</p>"#, lang.link_password_wrong()) } else { String::new() };
    let body = format!(
        r#"<form method="post"><h1>{}</h1><p>{}</p>{problem}<div class="field"><label for="p">{}</label><input class="input" id="p" name="password" type="password" required></div><button class="btn primary" type="submit">{}</button></form>"#,
        lang.link_protected(),
        lang.link_protected_why(),
        lang.password(),
        lang.link_open(),
    );
    page(lang, lang.link_protected(), &body)
}

fn closed_page(lang: Lang) -> String {
    let body = format!(r#"<div class="form"><h1>{}</h1><p>{}</p></div>"#, lang.link_closed(), lang.link_closed_why());
    page(lang, lang.link_closed(), &body)
}
