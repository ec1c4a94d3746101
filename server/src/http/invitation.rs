//! `/invitation/TOKEN`: the door for people who are invited. They choose a password and are signed in.

use super::App;
use super::errors::database_failed;
use super::facts::Facts;
use super::guard::begin_session;
use super::plain::{escaped, page};
use crate::auth::{AuthError, PasswordFault};
use crate::db::invitations::InvitationRow;
use app::i18n::Lang;
use axum::extract::{Extension, Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Deserialize;
use tower_sessions::Session;

/// What the form sends.
#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    password: String,
    #[serde(default)]
    repeated: String,
}

/// `GET /invitation/TOKEN`: for whom it is, and the form.
pub async fn open(State(app): State<App>, Path(token): Path<String>, Extension(facts): Extension<Facts>) -> Response {
    match app.auth.invitation(&token).await {
        Ok(Some(found)) => form(&app, &found, facts.lang, None),
        Ok(None) => closed(facts.lang),
        Err(error) => database_failed(&error).into_response(),
    }
}

/// `POST /invitation/TOKEN`: the account is made, and whoever asks is signed in.
pub async fn accept(
    State(app): State<App>,
    Path(token): Path<String>,
    Extension(facts): Extension<Facts>,
    session: Session,
    Form(chosen): Form<Chosen>,
) -> Response {
    let lang = facts.lang;
    let found = match app.auth.invitation(&token).await {
        Ok(Some(found)) => found,
        Ok(None) => return closed(lang),
        Err(error) => return database_failed(&error).into_response(),
    };
    if chosen.password != chosen.repeated {
        return form(&app, &found, lang, Some(lang.password_differs()));
    }
    match app.auth.accept_invitation(&token, &chosen.password, facts.address).await {
        Ok(Some(user)) => match begin_session(&session, &user, Utc::now().timestamp()).await {
            Ok(()) => Redirect::to("/").into_response(),
            // The account is made: its owner signs in with the password that was just chosen.
            Err(error) => {
                tracing::warn!(%error, "the session store does not answer");
                Redirect::to("/login").into_response()
            }
        },
        Ok(None) => closed(lang),
        Err(AuthError::BadPassword(fault)) => form(&app, &found, lang, Some(words(fault, lang))),
        Err(AuthError::Database(error)) => database_failed(&error).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

const fn words(fault: PasswordFault, lang: Lang) -> &'static str {
    match fault {
        PasswordFault::TooShort => lang.password_too_short(),
        PasswordFault::TooLong => lang.password_too_long(),
        PasswordFault::Common => lang.password_common(),
    }
}

/// The form, with what is wrong with what was sent.
fn form(app: &App, found: &InvitationRow, lang: Lang, problem: Option<&str>) -> Response {
    let lab = app.lab.get();
    let name = escaped(&found.username);
    let whom = lang.invitation_for(&name, &escaped(lab.name.as_deref().unwrap_or("benchwatch")));
    let told = problem.map_or_else(String::new, |words| format!(r#"<p class="note warn" role="alert">{words}</p>"#));
    let field = |id: &str, label: &str, more: &str| {
        format!(
            r#"<div class="field"><label for="{id}">{label}</label><input class="input" id="{id}" name="{id}" type="password" autocomplete="new-password" minlength="12" required{more}></div>"#
        )
    };
    // The name stands in the form for programs that keep passwords.
    let body = format!(
        r#"<form method="post"><h1>{}</h1><p>{whom}</p>{told}<input type="hidden" name="username" autocomplete="username" value="{name}">{}<p class="help" id="rule">{}</p>{}<button class="btn primary" type="submit">{}</button></form>"#,
        lang.invitation_welcome(),
        field("password", lang.password(), r#" aria-describedby="rule""#),
        lang.invitation_rule(),
        field("repeated", lang.invitation_repeat(), ""),
        lang.invitation_accept(),
    );
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, Html(page(lang, lang.invitation_welcome(), &body))).into_response()
}

/// Unknown, used, expired, withdrawn: one answer.
fn closed(lang: Lang) -> Response {
    let (title, why) = (lang.invitation_closed(), lang.invitation_closed_why());
    let body = format!(r#"<div class="form"><h1>{title}</h1><p>{why}</p></div>"#);
    (StatusCode::NOT_FOUND, Html(page(lang, title, &body))).into_response()
}
