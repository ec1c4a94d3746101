//! The shape of turnaround on both clocks, work in progress, stages, first pass, the outlook of open orders.

use crate::factory::Factory;
use crate::harness::Client;
use chrono_tz::UTC;
use serde_json::{Value, json};
use sqlx::PgPool;

/// 2 November 2026 is a Monday; the laboratory works from 8 to 17.
async fn small_lab(pool: &PgPool) -> Client {
    let lab = Factory { pool, zone: UTC };
    lab.customer(1, None).await;
    lab.order(1, 1, [Some("2026-11-02 08:00"), None, None], None).await;
    lab.sample(1, 1, [Some("2026-11-02 08:00"), None], [None; 3]).await;
    lab.test(1, 1, [Some("2026-11-06 16:00"), Some("2026-11-09 09:00")], Some("REPORTED"), Some("CN")).await;
    lab.test(2, 1, [Some("2026-11-02 08:00"), Some("2026-11-03 08:00")], Some("REPORTED"), Some("CN")).await;
    lab.test(3, 1, [Some("2026-11-03 08:00"), Some("2026-11-02 08:00")], Some("REPORTED"), Some("MB")).await;
    lab.test(4, 1, [None, Some("2026-11-03 08:00")], Some("REPORTED"), Some("MB")).await;
    lab.test(5, 1, [Some("2026-11-09 00:00"), None], Some("IN PROGRESS"), Some("CN")).await;
    lab.test(6, 1, [Some("2026-11-01 00:00"), None], Some("CANCELLED"), Some("CN")).await;
    let changes = "insert into state_changes (entity, entity_id, from_state, to_state, seen_at) values
        ('tests', 2, 'NOT STARTED', 'ON HOLD', '2026-11-02 10:00Z'), ('tests', 2, 'ON HOLD', 'RERUN', '2026-11-02 16:00Z'),
        ('tests', 2, 'RERUN', 'REPORTED', '2026-11-03 08:00Z'), ('tests', 1, 'NOT STARTED', 'REPORTED', '2026-11-09 09:00Z')";
    sqlx::query(changes).execute(pool).await.expect("changes");
    Client::new(pool, "2026-11-10 00:00", UTC)
}

async fn figures(client: &Client, query: &str) -> Value {
    client.get(&format!("/metrics/tests/turnaround-profile?sla_hours=24&{query}")).await
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn turnaround_on_both_clocks_with_and_without_holds(pool: PgPool) {
    let client = small_lab(&pool).await;
    let calendar = figures(&client, "").await;
    let counts =
        ["measured_tests", "negative_tests", "undated_tests", "within_sla", "beyond_sla"].map(|name| &calendar[name]);
    assert_eq!(counts, [2, 1, 1, 1, 1].map(|n| json!(n)).each_ref());
    assert_eq!((&calendar["average_hours"], &calendar["median_hours"]), (&json!(44.5), &json!(44.5)));
    assert_eq!(
        (&calendar["ecdf"][0], &calendar["ecdf"][50]),
        (&json!({"share": 0.0, "hours": 24.0}), &json!({"share": 1.0, "hours": 65.0}))
    );
    let working = figures(&client, "clock=working").await;
    assert_eq!(
        (&working["ecdf"][0]["hours"], &working["ecdf"][50]["hours"]),
        (&json!(2.0), &json!(9.0)),
        "Friday 16 to Monday 9; one whole day"
    );
    assert_eq!(figures(&client, "exclude_holds=1").await["ecdf"][0]["hours"], 18.0, "six hours on hold");
    sqlx::query("insert into holidays values ('2026-11-09', 'Holiday')").execute(&pool).await.expect("a holiday");
    assert_eq!(figures(&client, "clock=working").await["ecdf"][0]["hours"], 1.0, "Monday does not count any more");
    let received = figures(&client, "from_event=received").await;
    assert_eq!((&received["measured_tests"], &received["undated_tests"]), (&json!(0), &json!(4)));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn work_in_progress_stages_and_first_pass(pool: PgPool) {
    let client = small_lab(&pool).await;
    let wip = client.get("/analytics/tests/wip").await;
    assert_eq!(
        (&wip["total"]["tests"], &wip["total"]["under_48_hours"], &wip["states"][0]["state"]),
        (&json!(1), &json!(1), &json!("IN PROGRESS"))
    );
    let stages = client.get("/analytics/tests/stages").await;
    let told: Vec<_> = stages["stages"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|stage| (stage["state"].as_str().unwrap_or(""), stage["average_hours"].clone()))
        .collect();
    assert_eq!(told, [("NOT STARTED", json!(33.5)), ("RERUN", json!(16.0)), ("ON HOLD", json!(6.0))]);
    let pass = client.get("/analytics/kpis/first-pass").await;
    assert_eq!(
        pass["total"],
        json!({"label_abbr": "all", "tests": 4, "observed_tests": 2, "reworked_tests": 1, "first_pass_yield": 0.5})
    );
    let little = client.get("/analytics/tests/littles-law?date_from=2026-11-02&date_to=2026-11-08").await;
    let in_progress = little["average_in_progress"].as_f64().expect("a number");
    assert!((in_progress - (24.0 + 56.0) / 168.0).abs() < 1e-9, "{little}");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_outlook_of_an_open_order_comes_from_its_peers(pool: PgPool) {
    let client = small_lab(&pool).await;
    let peers = "insert into orders (id, customer_account_id, date_created, created_local, date_completed, completed_local, raw_payload)
        select 100 + n, 2, t, t at time zone 'UTC', t + n * interval '24 hours', (t + n * interval '24 hours') at time zone 'UTC', '{}'
        from generate_series(1, 40) n, lateral (select timestamptz '2026-09-01Z' as t) x";
    sqlx::query(peers).execute(&pool).await.expect("peers");
    let outlook = client.get("/analytics/orders/outlook?sla_hours=480").await;
    let order = &outlook["orders"][0];
    assert_eq!(
        (&outlook["open_orders"], &order["order_id"], &order["basis"], &order["peers"]),
        (&json!(1), &json!(1), &json!("all"), &json!(33))
    );
    let miss = order["miss_probability"].as_f64().expect("a chance");
    assert!((miss - 20.0 / 33.0).abs() < 1e-9, "of the 33 that took longer than 184 hours, 20 took longer than 480");
    assert_eq!(order["expected_completion"], "2026-11-26T08:00:00Z");
    assert!(client.get("/definitions").await["definitions"].as_array().is_some_and(|list| list.len() > 10));
}
