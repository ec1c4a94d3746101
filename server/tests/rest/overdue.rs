//! Overdue orders and the work left in them.

use crate::factory::{Factory, at};
use crate::harness::Client;
use chrono_tz::UTC;
use serde_json::json;
use sqlx::PgPool;

/// Now is 10 December. Order 1 is 40 days old, 2 is 27, 3 is 40 and completed, 4 is 35 and cancelled, 5 is 31.
async fn small_lab(pool: &PgPool) -> Client {
    let lab = Factory { pool, zone: UTC };
    lab.customer(1, None).await;
    lab.customer(2, None).await;
    lab.order(1, 1, [Some("2026-10-31 00:00"), None, None], Some("IN PROGRESS")).await;
    lab.order(2, 1, [Some("2026-11-13 00:00"), None, None], Some("CREATED")).await;
    lab.order(3, 1, [Some("2026-10-31 00:00"), Some("2026-11-01 00:00"), None], Some("CREATED")).await;
    lab.order(4, 2, [Some("2026-11-05 00:00"), None, None], Some("Client Cancelled ")).await;
    lab.order(5, 2, [Some("2026-11-09 00:00"), None, None], None).await;
    lab.sample(11, 1, [Some("2026-11-20 00:00"), None], [None, Some("Flower"), None]).await;
    lab.sample(12, 1, [Some("2026-11-21 00:00"), None], [None; 3]).await;
    lab.sample(13, 1, [Some("2026-11-22 00:00"), None], [None; 3]).await;
    for (id, sample, state, label) in [
        (101, 11, "REPORTED", Some("CN")),
        (102, 11, "RERUN", Some("CN")),
        (103, 11, "CANCELLED", Some("MB")),
        (104, 11, "NOT REPORTABLE", Some("TP")),
        (105, 11, "In Progress", None),
        (106, 12, "COMPLETED", Some("CN")),
        (107, 12, "CANCELLED", Some("MB")),
    ] {
        lab.test(id, sample, [Some("2026-11-20 00:00"), None], Some(state), label).await;
    }
    Client::new(pool, "2026-12-10 00:00", UTC)
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn only_open_orders_are_overdue_and_old_ones_are_not_forgotten(pool: PgPool) {
    let client = small_lab(&pool).await;
    let overdue = client.get("/analytics/orders/overdue").await;
    assert_eq!(
        overdue["kpis"],
        json!({"total_overdue": 2, "average_open_hours": 852.0, "max_open_hours": 960.0,
        "percent_overdue_vs_active": 2.0 / 3.0, "overdue_beyond_sla": 2, "overdue_within_sla": 0})
    );
    let ids = |list: &str| {
        overdue[list]
            .as_array()
            .expect("orders")
            .iter()
            .filter_map(|order| order["order_id"].as_i64())
            .collect::<Vec<_>>()
    };
    assert_eq!((ids("top_orders"), ids("warning_orders")), (vec![1, 5], vec![2]));
    assert_eq!(
        overdue["clients"][0],
        json!({"customer_id": 1, "customer_name": "Customer 1", "overdue_orders": 1,
        "total_open_hours": 960.0, "average_open_hours": 960.0, "max_open_hours": 960.0})
    );
    assert_eq!(
        overdue["state_breakdown"],
        json!([{"state": null, "count": 1, "ratio": 0.5}, {"state": "IN PROGRESS", "count": 1, "ratio": 0.5}])
    );
    assert_eq!(
        overdue["timeline"],
        json!([{"period_start": "2026-10-26", "overdue_orders": 1}, {"period_start": "2026-11-09", "overdue_orders": 1}])
    );
    assert_eq!(overdue["heatmap"].as_array().map(Vec::len), Some(2));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn final_tests_close_an_assay_and_an_open_rerun_keeps_it_pending(pool: PgPool) {
    let client = small_lab(&pool).await;
    let overdue = client.get("/analytics/orders/overdue").await;
    let order = &overdue["top_orders"][0];
    assert_eq!((&order["total_samples"], &order["incomplete_sample_count"]), (&json!(3), &json!(2)));
    let sample = &order["incomplete_samples"][0];
    assert_eq!(
        (&sample["sample_id"], &sample["total_tests"], &sample["incomplete_tests"]),
        (&json!(11), &json!(5), &json!(3))
    );
    assert_eq!(
        sample["tests"],
        json!([
        {"primary_test_id": 105, "test_ids": [105], "label_abbr": null, "states": ["IN PROGRESS"]},
        {"primary_test_id": 101, "test_ids": [101, 102], "label_abbr": "CN", "states": ["REPORTED", "RERUN"]}])
    );
    let ready = overdue["ready_to_report_samples"].as_array().expect("samples");
    assert_eq!(ready.len(), 1);
    assert_eq!((&ready[0]["sample_id"], &ready[0]["tests_total_count"]), (&json!(12), &json!(1)));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_range_in_the_past_is_judged_at_its_end(pool: PgPool) {
    let client = small_lab(&pool).await;
    let overdue =
        client.get("/analytics/orders/overdue?date_to=2026-11-14&min_days_overdue=10&warning_window_days=0").await;
    assert_eq!(overdue["top_orders"][0]["open_hours"], 360.0, "15 days, to the midnight after the 14th");
    assert_eq!(
        (overdue["top_orders"].as_array().map(Vec::len), overdue["warning_orders"].as_array().map(Vec::len)),
        (Some(1), Some(0))
    );
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_latest_status_of_a_tag_counts(pool: PgPool) {
    let client = small_lab(&pool).await;
    sqlx::query("update samples set metrc_id = 'TAG-1' where id = 11").execute(&pool).await.expect("a tag");
    for (status, moment) in
        [("Old", "2026-11-20 08:00"), ("TestingInProgress", "2026-12-01 09:30"), ("Ancient", "2026-10-01 00:00")]
    {
        sqlx::query("insert into metrc_sample_statuses (metrc_id, metrc_status, metrc_date) values ('TAG-1', $1, $2)")
            .bind(status)
            .bind(at(moment))
            .execute(&pool)
            .await
            .expect("a status");
    }
    let overdue = client.get("/analytics/orders/overdue").await;
    assert_eq!(
        overdue["metrc_samples"],
        json!([{"sample_id": 11, "sample_custom_id": "S-11", "date_created": "2026-11-20T00:00:00",
        "metrc_id": "TAG-1", "metrc_status": "TestingInProgress", "metrc_date": "2026-12-01T09:30:00Z", "customer_name": "Customer 1"}])
    );
    Factory { pool: &pool, zone: UTC }.ban("order", 1).await;
    let hidden = client.get("/analytics/orders/overdue").await;
    assert_eq!(
        (&hidden["kpis"]["total_overdue"], &hidden["metrc_samples"], &hidden["ready_to_report_samples"]),
        (&json!(1), &json!([]), &json!([]))
    );
}
