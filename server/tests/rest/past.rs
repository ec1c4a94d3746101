//! The laboratory as it was.

use crate::factory::Factory;
use crate::harness::Client;
use chrono_tz::UTC;
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn as_of_shows_what_was_there_then_and_in_which_state(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: UTC };
    lab.customer(1, None).await;
    lab.order(1, 1, [Some("2026-11-02 08:00"), Some("2026-11-05 08:00"), None], Some("COMPLETED")).await;
    lab.order(2, 1, [Some("2026-11-06 08:00"), None, None], Some("CREATED")).await;
    lab.sample(1, 1, [Some("2026-11-02 08:00"), None], [None; 3]).await;
    lab.test(1, 1, [Some("2026-11-02 08:00"), Some("2026-11-04 08:00")], Some("REPORTED"), Some("CN")).await;
    lab.test(2, 1, [Some("2026-11-02 08:00"), Some("2026-11-08 08:00")], Some("REPORTED"), Some("CN")).await;
    let changes = "insert into state_changes (entity, entity_id, from_state, to_state, seen_at) values
        ('tests', 1, 'NOT STARTED', 'RUNNING', '2026-11-03 00:00Z'), ('tests', 1, 'RUNNING', 'REPORTED', '2026-11-04 08:00Z')";
    sqlx::query(changes).execute(&pool).await.expect("changes");
    sqlx::query("select past.rebuild()").execute(&pool).await.expect("views");
    let client = Client::new(&pool, "2026-11-10 00:00", UTC);
    assert_eq!(client.get("/metrics/tests/turnaround-profile").await["measured_tests"], 2);
    assert_eq!(client.get("/metrics/tests/turnaround-profile?as_of=2026-11-05").await["measured_tests"], 1);
    let states = client.get("/metrics/tests/overview?as_of=2026-11-03T12:00").await;
    assert_eq!(states["by_state"], json!([{"key": "RUNNING", "count": 1}, {"key": "unknown", "count": 1}]));
    let order = client.get("/entities/orders/1?as_of=2026-11-04T08:00").await;
    assert_eq!((&order["order"]["age_hours"], &order["order"]["date_completed"]), (&json!(48.0), &json!(null)));
    assert_eq!(client.refused("/entities/orders/2?as_of=2026-11-05", 404).await, "not_found");
    client.get("/entities/orders/2?as_of=9999-12-31").await;
    lab.ban("customer", 1).await;
    client.refused("/entities/orders/1?as_of=2026-11-04", 404).await;
}
