//! `/login/provider`: sign-in through the identity provider. A link leads there and not a form, because a form of ours may
//! lead to this site only. What goes wrong is told on the sign-in page.

use super::App;
use super::facts::Facts;
use super::sign_in::{back_to, enter, refused, safe_path, store_failed};
use crate::auth::{Admission, AuthError, Begun, ProviderFault};
use app::model::session::SignInProblem;
use axum::extract::{Extension, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

/// The key of a sign-in that waits for the provider's answer.
const WAITING: &str = "provider";

/// Seconds for which it waits.
const WAITING_SECONDS: i64 = 900;

#[derive(Serialize, Deserialize)]
struct Waiting {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
    at: i64,
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct Wish {
    #[serde(default)]
    next: String,
}

/// `GET /login/provider`: 302 to the provider, or back to the sign-in page when it does not answer.
pub async fn begin(State(app): State<App>, session: Session, Query(wish): Query<Wish>) -> Response {
    let Some(provider) = &app.provider else { return StatusCode::NOT_FOUND.into_response() };
    let next = safe_path(&wish.next);
    let Begun { url, state, nonce, verifier } = match provider.begin().await {
        Ok(begun) => begun,
        Err(fault) => return told(&fault, next),
    };
    let waiting = Waiting { state, nonce, verifier, next: next.to_owned(), at: Utc::now().timestamp() };
    match session.insert(WAITING, waiting).await {
        Ok(()) => Redirect::to(url.as_str()).into_response(),
        Err(error) => store_failed(&error),
    }
}

/// What the provider sends people back with.
#[derive(Deserialize)]
pub struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// `GET /login/provider/callback`: the sign-in's end. An answer is taken once, in the session that asked for it.
pub async fn callback(
    State(app): State<App>,
    Extension(facts): Extension<Facts>,
    session: Session,
    Query(answer): Query<Answer>,
) -> Response {
    let Some(provider) = &app.provider else { return StatusCode::NOT_FOUND.into_response() };
    let waiting = match session.remove::<Waiting>(WAITING).await {
        Ok(waiting) => waiting,
        Err(error) => return store_failed(&error),
    };
    let awaited = waiting.filter(|waiting| {
        Utc::now().timestamp() - waiting.at < WAITING_SECONDS && answer.state.as_ref() == Some(&waiting.state)
    });
    let Some(waiting) = awaited else {
        return told(&ProviderFault::Refused("nobody here has asked for it".to_owned()), "/");
    };
    if answer.iss.as_ref().is_some_and(|issuer| *issuer != provider.config.issuer) {
        return told(&ProviderFault::Refused("it comes from another issuer".to_owned()), &waiting.next);
    }
    let Some(code) = answer.code else {
        let why = answer.error.unwrap_or_else(|| "there is no code".to_owned());
        return told(&ProviderFault::Refused(why), &waiting.next);
    };
    let somebody = match provider.finish(&code, &waiting.nonce, &waiting.verifier).await {
        Ok(somebody) => somebody,
        Err(fault) => return told(&fault, &waiting.next),
    };
    let rules = Admission { decides: provider.config.role_claim.is_some(), default: provider.config.default_role };
    match app.auth.enter(&somebody, rules, facts.address).await {
        Ok(user) => enter(&app, &session, &user, &waiting.next).await,
        Err(AuthError::NotAdmitted(_)) => back_to("/login", SignInProblem::NotAdmitted, &waiting.next),
        Err(error) => refused(error, "/login", SignInProblem::NotAdmitted, &waiting.next),
    }
}

/// A fault in the log, and in few words on the sign-in page.
fn told(fault: &ProviderFault, next: &str) -> Response {
    tracing::warn!(error = %fault, "a sign-in through the identity provider failed");
    let problem = match fault {
        ProviderFault::Silent(_) => SignInProblem::ProviderSilent,
        ProviderFault::Refused(_) => SignInProblem::ProviderRefused,
    };
    back_to("/login", problem, next)
}
