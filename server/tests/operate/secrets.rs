//! Secrets that a server was given appear in none of its outputs.

use crate::program::{Kept, address, call_with_input};
use sqlx::PgPool;

/// Everything secret that the server below is given or makes.
const SECRETS: [(&str, &str); 3] = [
    ("QBENCH_CLIENT_SECRET", "quiet-word-of-qbench-5d1c"),
    ("BENCHWATCH_METRICS_TOKEN", "quiet-word-of-metrics-77aa"),
    ("BENCHWATCH_ALERT_SLACK_URL", "http://127.0.0.1:9/hooks/quiet-word-of-slack-9e3b"),
];

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn no_output_of_a_server_holds_a_secret(pool: PgPool) {
    let password = "quiet words of the admin";
    let url = address(&pool);
    let settings = [
        &[
            ("DATABASE_URL", url.as_str()),
            ("QBENCH_BASE_URL", "http://127.0.0.1:9"),
            ("QBENCH_CLIENT_ID", "nobody"),
            ("BENCHWATCH_LOG", "debug"),
        ][..],
        &SECRETS,
    ]
    .concat();
    let arguments = ["user", "create", "boss", "--role", "admin", "--password-stdin"];
    let made = call_with_input(&arguments, &settings, &format!("{password}\n")).await;
    assert_eq!(made.code, Some(0), "{}", made.err);
    let server = Kept::serve(&settings).await;
    let cookie = server.sign_in("boss", password).await;
    let (_, session) = cookie.split_once('=').expect("a name and a value");
    let headers = [("cookie", cookie.as_str()), ("content-type", "application/json")];
    let token = server.ask("POST", "/api/v1/tokens", &headers, r#"{"name": "walk", "scope": "control"}"#).await;
    let token: serde_json::Value = serde_json::from_str(&token.body).expect("JSON");
    let token = token["token"].as_str().expect("a token").to_owned();
    let bearer = format!("Bearer {token}");

    let mut outputs = vec![("command line".to_owned(), made.out + &made.err)];
    let process = std::fs::read_to_string(format!("/proc/{}/cmdline", server.process())).expect("a process");
    outputs.push(("process list".to_owned(), process));
    // A run that fails at once: nobody listens where QBench should be.
    server.ask("POST", "/api/v1/sync/runs", &headers, r#"{"mode": "incremental"}"#).await;
    let wrong = r#"{"username": "boss", "password": "quiet-word-typed-wrongly"}"#;
    for (method, path, body) in [
        ("GET", "/", ""),
        ("GET", "/sync", ""),
        ("GET", "/admin", ""),
        ("GET", "/admin/audit", ""),
        ("GET", "/admin/settings", ""),
        ("GET", "/account", ""),
        ("GET", "/nowhere", ""),
        ("GET", "/invitation/quiet-word-of-an-invitation", ""),
        ("GET", "/s/quiet-word-of-a-link", ""),
        ("GET", "/orders/ten", ""),
        ("GET", "/metrics", ""),
        ("GET", "/health/ready", ""),
        ("GET", "/api/openapi.json", ""),
        ("GET", "/api/v1/settings", ""),
        ("GET", "/api/v1/tokens", ""),
        ("GET", "/api/v1/sync/runs", ""),
        ("GET", "/api/v1/sync/state", ""),
        ("POST", "/api/auth/login", wrong),
        ("POST", "/api/auth/login", "{"),
        ("POST", "/api/account/password", "current=quiet-word-typed-wrongly"),
        ("PATCH", "/api/v1/settings", r#"{"name": 7}"#),
    ] {
        for headers in [&headers[..], &[("authorization", bearer.as_str()), ("content-type", "application/json")]] {
            outputs.push((format!("{method} {path}"), server.ask(method, path, headers, body).await.body));
        }
    }
    outputs.push(("log".to_owned(), server.stop().await));
    let database = url.split_once("://").and_then(|(_, rest)| rest.split_once('@')?.0.split_once(':'));
    let further = database.map(|(_, password)| password);
    let words = ["quiet-word", password, "quiet+words", session, token.as_str()].into_iter().chain(further);
    for word in words {
        for (place, text) in &outputs {
            assert!(!text.contains(word), "{place} holds a secret that begins with {:.8}", word);
        }
    }
    assert!(
        outputs.len() > 30 && outputs.iter().any(|(_, text)| text.contains("ready")),
        "there is something to look at"
    );
}
