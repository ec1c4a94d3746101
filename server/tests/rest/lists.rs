//! Lists, search, the synchronisation.

use crate::factory::Factory;
use crate::harness::Client;
use app::model::session::Role;
use axum::http::Method;
use chrono_tz::UTC;
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_list_is_read_page_by_page(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: UTC };
    lab.customer(1, None).await;
    for id in 1..=5 {
        lab.order(id, 1, [Some("2026-11-02 00:00"), None, None], Some("CREATED")).await;
    }
    let client = Client::new(&pool, "2026-11-10 00:00", UTC);
    let (mut ids, mut after) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/orders?limit=2&sort=id&direction=asc&open=yes&after={after}")).await;
        assert_eq!(page["total"], 5);
        ids.extend(page["rows"].as_array().expect("rows").iter().filter_map(|row| row["id"].as_i64()));
        let Some(next) = page["next"].as_str() else { break };
        next.clone_into(&mut after);
    }
    assert_eq!(ids, [1, 2, 3, 4, 5]);
    assert_eq!(client.get("/orders?date_from=2026-11-02&date_to=2026-11-02").await["total"], 5);
    assert_eq!(client.get("/orders?date_from=2026-11-03&basis=created").await["total"], 0);
    assert_eq!(client.refused("/orders?after=nowhere", 404).await, "unknown_cursor");
    let fault = client.refused("/orders?sort=colour", 422).await;
    assert_eq!(fault[0]["loc"], json!(["query", "sort"]));
    assert_eq!(client.get("/search?q=ORD-3").await["groups"][0]["hits"][0]["id"], 3);
    lab.ban("customer", 1).await;
    assert_eq!(client.get("/orders").await["total"], 0);
    assert!(
        client.reply("/orders.csv").await.headers["content-type"]
            .to_str()
            .is_ok_and(|kind| kind.starts_with("text/csv"))
    );
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn only_managers_control_the_synchronisation(pool: PgPool) {
    let client = |role| Client::new(&pool, "2026-11-10 00:00", UTC).signed_in(role);
    let start = "/api/v1/sync/runs?mode=full";
    assert_eq!(client(Role::Viewer).send(Method::POST, start, &[]).await.status.as_u16(), 403);
    assert_eq!(client(Role::Manager).send(Method::POST, start, &[]).await.text, r#"{"run_id":1}"#);
    assert_eq!(client(Role::Manager).send(Method::POST, "/api/v1/sync/runs/9/cancel", &[]).await.status.as_u16(), 404);
    assert_eq!(client(Role::Viewer).refused("/sync/quarantine", 403).await, "forbidden");
    let runs = client(Role::Viewer).get("/sync/runs").await;
    assert_eq!((&runs["runs"][0]["id"], &runs["runs"][0]["mode"]), (&json!(1), &json!("full")));
    assert_eq!(client(Role::Viewer).get("/sync/runs/1").await["state"], "queued");
    assert_eq!(client(Role::Viewer).get("/sync/freshness").await["enabled"], true);
    assert_eq!(client(Role::Viewer).get("/sync/certificates").await, json!({"certificates": []}));
    assert_eq!(client(Role::Viewer).get("/sync/state").await["paused"], false);
    client(Role::Viewer).refused("/sync/runs/77", 404).await;
}
