//! Secrets from HashiCorp Vault. The peer keeps to Vault's HTTP API as it is documented: paths of the key-value engine,
//! tokens in their header, sign-in of roles, statuses and shapes of its answers.

use crate::program::{address, call};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::net::TcpListener;

const TOKEN: &str = "hvs.quiet-token-of-vault";

struct Kept {
    database: String,
    reads: AtomicU32,
}

/// Starts a Vault that keeps the address of a database; gives its own address.
async fn vault(database: String) -> (String, Arc<Kept>) {
    let kept = Arc::new(Kept { database, reads: AtomicU32::new(0) });
    let router = Router::new()
        .route("/v1/secret/data/{*path}", get(read))
        .route("/v1/auth/approle/login", post(log_in))
        .with_state(Arc::clone(&kept));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, kept)
}

async fn read(
    State(kept): State<Arc<Kept>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> (StatusCode, Json<Value>) {
    if headers.get("x-vault-token").is_none_or(|token| token != TOKEN) {
        return (StatusCode::FORBIDDEN, Json(json!({ "errors": ["permission denied"] })));
    }
    if path != "benchwatch" {
        return (StatusCode::NOT_FOUND, Json(json!({ "errors": [] })));
    }
    kept.reads.fetch_add(1, Ordering::Relaxed);
    let data = json!({ "database": kept.database, "qbench": "quiet-word-of-qbench", "list": ["no text"] });
    let metadata =
        json!({ "created_time": "2026-11-01T00:00:00Z", "deletion_time": "", "destroyed": false, "version": 3 });
    (StatusCode::OK, Json(json!({ "request_id": "1", "data": { "data": data, "metadata": metadata } })))
}

async fn log_in(Json(asked): Json<Value>) -> (StatusCode, Json<Value>) {
    if asked == json!({ "role_id": "benchwatch", "secret_id": "quiet-id" }) {
        (StatusCode::OK, Json(json!({ "auth": { "client_token": TOKEN, "lease_duration": 60, "renewable": true } })))
    } else {
        (StatusCode::BAD_REQUEST, Json(json!({ "errors": ["invalid role or secret ID"] })))
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn settings_come_from_vault_by_token_and_by_role(pool: PgPool) {
    let (url, kept) = vault(address(&pool)).await;
    let both = [
        ("VAULT_ADDR", url.as_str()),
        ("DATABASE_URL", "vault:secret/benchwatch#database"),
        ("QBENCH_BASE_URL", "http://127.0.0.1:9"),
        ("QBENCH_CLIENT_ID", "lab"),
        ("QBENCH_CLIENT_SECRET", "vault:secret/benchwatch#qbench"),
    ];
    let ways = [vec![("VAULT_TOKEN", TOKEN)], vec![("VAULT_ROLE_ID", "benchwatch"), ("VAULT_SECRET_ID", "quiet-id")]];
    for way in ways {
        let seen = call(&["user", "list"], &[&both[..], &way].concat()).await;
        assert_eq!(seen.code, Some(0), "{}{}", seen.out, seen.err);
    }
    assert_eq!(kept.reads.load(Ordering::Relaxed), 2, "a secret with two fields is read once a start");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_vault_does_not_give_is_told_by_its_variable_and_nothing_secret(pool: PgPool) {
    let (url, _) = vault(address(&pool)).await;
    let whole = [("DATABASE_URL", "vault:secret/benchwatch#database")];
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[("VAULT_ADDR", &url), ("VAULT_TOKEN", "hvs.wrong")], "DATABASE_URL: Vault refuses secret/data/benchwatch"),
        (
            &[("VAULT_ADDR", &url), ("VAULT_ROLE_ID", "benchwatch"), ("VAULT_SECRET_ID", "wrong-id")],
            "VAULT_ROLE_ID: Vault refuses",
        ),
        (&[("VAULT_ADDR", "http://127.0.0.1:9"), ("VAULT_TOKEN", TOKEN)], "DATABASE_URL: Vault does not answer"),
        (
            &[("VAULT_ADDR", &url), ("VAULT_TOKEN", TOKEN), ("QBENCH_CLIENT_SECRET", "vault:secret/other#x")],
            "QBENCH_CLIENT_SECRET: Vault has nothing at",
        ),
        (
            &[("VAULT_ADDR", &url), ("VAULT_TOKEN", TOKEN), ("QBENCH_CLIENT_SECRET", "vault:secret/benchwatch#list")],
            "has no text \"list\"",
        ),
        (
            &[("VAULT_ADDR", &url), ("VAULT_TOKEN", TOKEN), ("QBENCH_CLIENT_SECRET", "vault:secret")],
            "QBENCH_CLIENT_SECRET: must be vault:MOUNT/PATH#FIELD",
        ),
    ];
    for (settings, words) in cases {
        let seen = call(&["user", "list"], &[&whole[..], settings].concat()).await;
        assert_eq!(seen.code, Some(2), "{words}: {}", seen.err);
        assert!(seen.err.contains(words), "{words} is not in {}", seen.err);
        for secret in [TOKEN, "wrong-id", "hvs.wrong", "quiet-word"] {
            assert!(!seen.err.contains(secret), "{}", seen.err);
        }
    }
    let bare = call(&["user", "list"], &whole).await;
    assert!(
        bare.err.contains("VAULT_ADDR: is missing") && bare.err.contains("VAULT_TOKEN: is missing"),
        "{}",
        bare.err
    );
}
