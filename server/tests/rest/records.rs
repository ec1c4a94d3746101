//! Single records, and one customer's orders.

use crate::factory::Factory;
use crate::harness::Client;
use chrono_tz::UTC;
use serde_json::json;
use sqlx::PgPool;

async fn small_lab(pool: &PgPool) -> Client {
    let lab = Factory { pool, zone: UTC };
    for id in [1, 2, 3] {
        lab.customer(id, None).await;
    }
    for (id, name, aliases) in [
        (1, "Ñandú Farms", json!(["NF", "Nandu Valley"])),
        (2, "100% Pure_Labs", json!([])),
        (3, "Nandu Farms West", json!(["Nandu Farms West"])),
    ] {
        sqlx::query("update customers set name = $2, aliases = $3 where id = $1")
            .bind(id)
            .bind(name)
            .bind(aliases)
            .execute(pool)
            .await
            .expect("a name");
    }
    lab.order(1, 1, [Some("2026-11-02 00:00"), None, None], Some("IN PROGRESS")).await;
    lab.order(2, 1, [Some("2026-11-01 00:00"), Some("2026-11-02 00:00"), Some("2026-11-08 00:00")], Some("REPORTED"))
        .await;
    lab.order(3, 1, [Some("2026-11-08 06:00"), None, None], None).await;
    lab.sample(1, 1, [Some("2026-11-02 00:00"), None], [None, Some("Flower"), None]).await;
    lab.sample(2, 1, [Some("2026-11-03 00:00"), Some("2026-11-04 00:00")], [None, None, None]).await;
    lab.test(1, 1, [Some("2026-11-02 00:00"), None], Some("CREATED"), Some("CN")).await;
    lab.test(2, 1, [Some("2026-11-03 00:00"), Some("2026-11-04 00:00")], Some("REPORTED"), Some("MB")).await;
    sqlx::query("insert into batches (id, display_name, raw_payload) values (7, 'Batch 7', '{}'), (8, null, '{}')")
        .execute(pool)
        .await
        .expect("batches");
    sqlx::query("update samples set batch_ids = '{7,8,9}' where id = 1").execute(pool).await.expect("batch ids");
    Client::new(pool, "2026-11-10 00:00", UTC)
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn an_order_shows_what_is_left_to_do(pool: PgPool) {
    let client = small_lab(&pool).await;
    let order = client.get("/entities/orders/1?include_tests=true").await;
    assert_eq!((&order["order"]["age_hours"], &order["order"]["sla_status"]), (&json!(192.0), &json!("overdue")));
    assert_eq!((&order["order"]["pending_samples"], &order["order"]["pending_tests"]), (&json!(1), &json!(1)));
    assert_eq!(order["customer"], json!({"id": 1, "name": "Ñandú Farms"}));
    assert_eq!(
        (&order["samples"][0]["id"], &order["samples"][0]["pending_tests"], &order["samples"][0]["tests"]),
        (&json!(2), &json!(null), &json!(null))
    );
    assert_eq!(
        order["samples"][1]["tests"][0],
        json!({"id": 2, "label_abbr": "MB", "state": "REPORTED", "has_report": false, "report_completed_date": "2026-11-04T00:00:00"})
    );
    let done = client.get("/entities/orders/2").await;
    assert_eq!((&done["order"]["age_hours"], &done["order"]["sla_status"]), (&json!(24.0), &json!("ok")));
    let lab = Factory { pool: &pool, zone: UTC };
    lab.ban("test", 1).await;
    assert_eq!(client.get("/entities/orders/1").await["order"]["pending_tests"], 0);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn samples_and_tests_come_with_their_lineage_and_batches(pool: PgPool) {
    let client = small_lab(&pool).await;
    let sample = client.get("/entities/samples/1").await;
    assert_eq!((&sample["tests"], &sample["order"]["customer"]["id"]), (&json!(null), &json!(1)));
    assert_eq!(sample["batches"], json!([{"id": 7, "display_name": "Batch 7"}, {"id": 8, "display_name": null}]));
    let full = client.get("/entities/samples/1/full?include_batches=false").await;
    assert_eq!((full["tests"].as_array().map(Vec::len), &full["batches"]), (Some(2), &json!(null)));
    let test = client.get("/entities/tests/1/full?include_order=false&include_sample=false").await;
    assert_eq!(
        (&test["sample"], &test["order"], &test["batches"], &test["test"]["worksheet_raw"]),
        (&json!(null), &json!(null), &json!(null), &json!(null))
    );
    assert_eq!(client.get("/entities/tests/1").await["sample"]["sample_name"], "Sample 1");
    Factory { pool: &pool, zone: UTC }.ban("batch", 7).await;
    assert_eq!(client.get("/entities/samples/1").await["batches"], json!([{"id": 8, "display_name": null}]));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_banned_customer_hides_every_record_below_at_once(pool: PgPool) {
    let client = small_lab(&pool).await;
    Factory { pool: &pool, zone: UTC }.ban("customer", 1).await;
    assert_eq!(client.refused("/entities/orders/1", 404).await, "not_found");
    assert_eq!(client.refused("/entities/samples/1", 404).await, "Sample not found");
    assert_eq!(client.refused("/entities/samples/1/full", 404).await, "Sample not found");
    assert_eq!(
        client.refused("/entities/tests/1/full?include_order=false&include_sample=false", 404).await,
        "Test not found"
    );
    assert_eq!(client.refused("/analytics/customers/orders/summary?customer_id=1", 404).await, "customer_not_found");
    assert_eq!(
        client.refused("/analytics/customers/orders/summary?customer_name=Valley", 404).await,
        "customer_not_found"
    );
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_customer_is_found_by_name_alias_or_id(pool: PgPool) {
    let client = small_lab(&pool).await;
    let summary = async |query: &str| client.get(&format!("/analytics/customers/orders/summary?{query}")).await;
    let matched = async |query: &str| {
        let found = summary(query).await["matched_customer"].clone();
        (found["id"].as_i64().unwrap_or(0), found["match_score"].as_f64().unwrap_or(0.0))
    };
    assert_eq!(matched("customer_name=nandu%20FARMS").await, (1, 1.0), "case and accents do not matter");
    assert_eq!(matched("customer_name=valley").await, (1, 0.75));
    assert_eq!(matched("customer_name=pure_").await, (2, 0.75));
    assert_eq!(matched("customer_id=2&customer_name=nandu").await, (2, 1.0));
    let all = summary("customer_name=nandu&match_strategy=all").await;
    assert_eq!(
        all["matches"],
        json!([{"id": 3, "name": "Nandu Farms West", "alias": null, "match_score": 0.9}, {"id": 1, "name": "Ñandú Farms", "alias": null, "match_score": 0.9}])
    );
    assert_eq!(all["customer"], json!(null));
    for (query, status) in [
        ("", 400),
        ("customer_name=%20%20%20a", 400),
        ("customer_name=zzz", 404),
        ("customer_name=valley&match_threshold=0.8", 404),
        ("customer_id=99", 404),
        ("customer_name=%25%25%25", 404),
        ("customer_name=ab", 422),
    ] {
        client.refused(&format!("/analytics/customers/orders/summary?{query}"), status).await;
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_customers_orders_in_a_range_that_includes_its_last_day(pool: PgPool) {
    let client = small_lab(&pool).await;
    let found =
        client.get("/analytics/customers/orders/summary?customer_id=1&include_tests=true&date_to=2026-11-08").await;
    assert_eq!(
        found["metrics"],
        json!({"total_orders": 3, "open_orders": 2, "overdue_orders": 1, "warning_orders": 1,
        "avg_open_duration_hours": 117.0, "pending_samples": null, "pending_tests": 1, "last_updated_at": "2026-11-10T00:00:00Z"})
    );
    assert_eq!(
        found["orders"][0],
        json!({"order_id": 1, "state": "IN PROGRESS", "age_days": 8, "sla_status": "overdue",
        "date_created": "2026-11-02T00:00:00", "pending_samples": null, "pending_tests": 1})
    );
    assert_eq!(found["top_pending"], json!({"matrices": [], "tests": [{"label_abbr": "CN", "pending_tests": 1}]}));
    assert_eq!(
        found["customer"],
        json!({"id": 1, "name": "Ñandú Farms", "primary_alias": "NF", "last_order_at": "2026-11-08T06:00:00", "sla_hours": 48.0})
    );
    assert_eq!(client.get("/analytics/customers/orders/summary?customer_id=1").await["top_pending"], json!(null));
}
