//! Long-lived tokens: made, listed and revoked by their owners. Who asks with such a token may look, but neither make
//! nor revoke any: a token that leaked must not be able to outlive its revocation.

use super::endpoint::{Call, Endpoint};
use super::params::{Kind, field, path_big_id};
use super::problem::{Fault, Problem};
use super::wire::Instant;
use crate::auth::{AuthError, IssuedToken, TokenRow};
use app::model::session::{CurrentUser, Role, TokenScope};
use axum::http::StatusCode;
use chrono::{Duration, Utc};
use serde::Serialize;
use utoipa::ToSchema;

const TAG: &str = "Tokens";

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let new = [
        field("name", Kind::Name(1), "What the token is called: 1 to 100 characters."),
        field(
            "scope",
            Kind::Choice(Some("read"), &["read", "control"]),
            "`read`, or `control` for all that the account's role allows.",
        ),
        field(
            "expires_in_days",
            Kind::Int(None, 1, 3650),
            "Days until it ends; without it, it ends when it is revoked.",
        ),
    ];
    let id = [path_big_id("token_id", "The token's number.")];
    vec![
        Endpoint::get("/tokens", TAG, "One's own long-lived tokens, without their texts.", &[], list).rows("tokens"),
        Endpoint::get("/tokens", TAG, "Makes a long-lived token. Its text is in this answer only.", &[&new], create)
            .post(StatusCode::CREATED),
        Endpoint::get(
            "/tokens/{token_id}",
            TAG,
            "Revokes a token at once: one's own, or any for an admin.",
            &[&id],
            revoke,
        )
        .delete(),
    ]
}

#[derive(Debug, Serialize, ToSchema)]
struct Tokens {
    tokens: Vec<Token>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Token {
    id: i64,
    name: String,
    /// `read` or `control`.
    scope: String,
    /// The beginning of the token.
    hint: String,
    created_at: Instant,
    /// Null = never.
    expires_at: Option<Instant>,
    /// To within a minute.
    last_used_at: Option<Instant>,
}

fn token(row: TokenRow) -> Token {
    Token {
        id: row.id,
        name: row.name,
        scope: row.scope.name().to_owned(),
        hint: row.hint,
        created_at: Instant(row.created_at),
        expires_at: row.expires_at.map(Instant),
        last_used_at: row.last_used_at.map(Instant),
    }
}

async fn list(call: Call) -> Result<Tokens, Problem> {
    let rows = call.state.auth.api_tokens(call.user()?).await.map_err(Problem::Storage)?;
    Ok(Tokens { tokens: rows.into_iter().map(token).collect() })
}

#[derive(Serialize, ToSchema)]
struct NewToken {
    id: i64,
    name: String,
    /// `read` or `control`.
    scope: String,
    /// What goes after `Bearer`; shown only here.
    token: String,
    /// Null = never.
    expires_at: Option<Instant>,
}

async fn create(call: Call) -> Result<NewToken, Problem> {
    let user = in_person(&call)?;
    let name = call.args.text("name").unwrap_or_default();
    let scope = call.args.text("scope").and_then(TokenScope::from_name).unwrap_or_default();
    let expires = call.args.int("expires_in_days").map(|days| Utc::now() + Duration::days(days));
    let made = call.state.auth.create_api_token(user, name, scope, expires, &call.source).await;
    let IssuedToken { id, secret, expires_at } = made.map_err(|error| refusal(error, name))?;
    let (name, scope) = (name.trim().to_owned(), scope.name().to_owned());
    Ok(NewToken { id, name, scope, token: secret, expires_at: expires_at.map(Instant) })
}

#[derive(Debug, Serialize, ToSchema)]
struct Revoked {
    /// The token's number.
    id: i64,
}

async fn revoke(call: Call) -> Result<Revoked, Problem> {
    let user = in_person(&call)?;
    let id = call.args.int("token_id").unwrap_or_default();
    let found = call.state.auth.revoke_api_token(user, id, &call.source).await.map_err(Problem::Storage)?;
    if found { Ok(Revoked { id }) } else { Err(Problem::not_found("not_found")) }
}

/// The account, if it came with a session or the token of a sign-in.
fn in_person(call: &Call) -> Result<&CurrentUser, Problem> {
    if call.token.is_some_and(|token| token.personal) {
        return Err(Problem::Status(StatusCode::FORBIDDEN, "sign_in_required"));
    }
    call.acting(Role::Viewer)
}

fn refusal(error: AuthError, name: &str) -> Problem {
    match error {
        AuthError::BadTokenName => Problem::Invalid(vec![Fault {
            kind: "value_error",
            loc: ["body".into(), "name".into()],
            msg: format!("Value error, {error}"),
            input: Some(name.to_owned()),
            ctx: None,
        }]),
        AuthError::TooManyTokens => Problem::Status(StatusCode::CONFLICT, "too_many_tokens"),
        AuthError::Database(error) => Problem::Storage(error),
        _ => Problem::Status(StatusCode::INTERNAL_SERVER_ERROR, "internal_error"),
    }
}
