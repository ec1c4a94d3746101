//! Long-lived tokens, through the interface that makes them.

use crate::harness::Client;
use app::model::session::{CurrentUser, Role, TokenScope};
use axum::http::Method;
use chrono_tz::UTC;
use serde_json::{Value, json};
use server::auth::{Auth, Bearer};
use sqlx::PgPool;

async fn account(pool: &PgPool, name: &str, role: Role) -> CurrentUser {
    let statement = "insert into users (username, password_hash, role) values ($1, 'x', $2) returning id";
    let id = sqlx::query_scalar(statement).bind(name).bind(role.name()).fetch_one(pool).await.expect("an account");
    CurrentUser { id, name: name.to_owned(), role }
}

async fn make(client: &Client, body: Value) -> (u16, Value) {
    let reply = client.post("/tokens", &body.to_string()).await;
    (reply.status.as_u16(), serde_json::from_str(&reply.text).expect("JSON"))
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_token_is_named_shown_once_listed_and_ends_when_it_is_revoked(pool: PgPool) {
    let (ana, bea) = (account(&pool, "ana", Role::Manager).await, account(&pool, "bea", Role::Viewer).await);
    let client = |user: &CurrentUser| Client::new(&pool, "2026-11-10 00:00", UTC).on_behalf_of(user.clone());
    let auth = Auth::new(pool.clone());
    let (status, made) = make(&client(&ana), json!({"name": " Monthly report ", "expires_in_days": 30})).await;
    assert_eq!((status, &made["name"], &made["scope"]), (201, &json!("Monthly report"), &json!("read")));
    let secret = made["token"].as_str().expect("a token");
    let Ok(Bearer::User(user, token)) = auth.bearer(secret).await else { panic!("the token is good") };
    assert_eq!((user, token.scope, token.personal), (ana.clone(), TokenScope::Read, true));
    let list = client(&ana).get("/tokens").await;
    assert_eq!(list["tokens"][0]["name"], "Monthly report");
    assert!(!list.to_string().contains(secret), "the text is told once");
    let stored: String = sqlx::query_scalar("select t::text from api_tokens t").fetch_one(&pool).await.expect("a row");
    assert!(!stored.contains(secret), "only a hash is stored");
    assert_eq!(client(&bea).get("/tokens").await, json!({"tokens": []}));
    let path = format!("/api/v1/tokens/{}", made["id"]);
    assert_eq!(client(&bea).send(Method::DELETE, &path, &[]).await.status.as_u16(), 404, "somebody else's");
    assert_eq!(client(&ana).send(Method::DELETE, &path, &[]).await.status.as_u16(), 200);
    assert!(matches!(auth.bearer(secret).await, Ok(Bearer::Invalid)));
    assert_eq!(client(&ana).send(Method::DELETE, &path, &[]).await.status.as_u16(), 404);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_token_may_do_what_its_scope_says_and_never_make_another(pool: PgPool) {
    let ana = account(&pool, "ana", Role::Manager).await;
    let auth = Auth::new(pool.clone());
    for (scope, start) in [(TokenScope::Read, 403), (TokenScope::Control, 202)] {
        let made = auth.create_api_token(&ana, "x", scope, None, "test").await.expect("a token");
        let Ok(Bearer::User(user, token)) = auth.bearer(&made.secret).await else { panic!("the token is good") };
        let client = Client::new(&pool, "2026-11-10 00:00", UTC).on_behalf_of(user).with_token(token);
        assert_eq!(client.send(Method::POST, "/api/v1/sync/runs", &[]).await.status.as_u16(), start);
        assert_eq!(make(&client, json!({"name": "y"})).await, (403, json!({"detail": "sign_in_required"})));
        client.get("/metrics/summary").await;
    }
    let expired =
        auth.create_api_token(&ana, "old", TokenScope::Read, Some(chrono::DateTime::UNIX_EPOCH), "test").await;
    assert!(matches!(auth.bearer(&expired.expect("a token").secret).await, Ok(Bearer::Expired)));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_body_that_cannot_be_used_is_told_field_by_field(pool: PgPool) {
    let client = Client::new(&pool, "2026-11-10 00:00", UTC).on_behalf_of(account(&pool, "ana", Role::Admin).await);
    let (status, told) = make(&client, json!({"scope": "all", "expires_in_days": 0})).await;
    let faults = told["detail"].as_array().expect("a list").iter();
    let kinds: Vec<_> = faults.filter_map(|fault| fault["type"].as_str()).collect();
    assert_eq!((status, kinds), (422, vec!["missing", "string_pattern_mismatch", "greater_than_equal"]));
    assert_eq!(told["detail"][0]["loc"], json!(["body", "name"]));
    let (status, told) = make(&client, json!({"name": 7, "scope": true, "expires_in_days": "30"})).await;
    let faults = told["detail"].as_array().expect("a list").iter();
    let kinds: Vec<_> = faults.filter_map(|fault| fault["type"].as_str()).collect();
    assert_eq!((status, kinds), (422, vec!["string_type", "string_type", "int_type"]), "as the document says");
    let (status, _) = make(&client, json!({"name": "x".repeat(101)})).await;
    assert_eq!(status, 422, "longer than the document allows");
    let (status, _) = make(&client, json!({"name": "x", "scope": null, "expires_in_days": null})).await;
    assert_eq!(status, 201, "null is as good as nothing");
    for body in ["", "{", "[]", "7", r#"{"name": {}}"#, r#"{"name": "\u0000"}"#, r#"{"name": "  "}"#] {
        assert_eq!(client.post("/tokens", body).await.status.as_u16(), 422, "{body}");
    }
}
