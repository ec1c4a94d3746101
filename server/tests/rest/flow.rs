//! Throughput, cycle time, funnel, the slowest.

use crate::factory::Factory;
use crate::harness::Client;
use chrono_tz::UTC;
use serde_json::{Value, json};
use sqlx::PgPool;

async fn small_lab(pool: &PgPool) -> Client {
    let lab = Factory { pool, zone: UTC };
    lab.customer(1, None).await;
    lab.customer(2, None).await;
    lab.order(1, 1, [Some("2026-11-02 00:00"), Some("2026-11-03 00:00"), Some("2026-11-04 12:00")], Some("REPORTED"))
        .await;
    lab.order(2, 1, [Some("2026-11-02 12:00"), Some("2026-11-05 12:00"), None], Some("COMPLETED")).await;
    lab.order(3, 2, [Some("2026-11-04 00:00"), Some("2026-11-03 00:00"), Some("2026-11-03 00:00")], Some("REPORTED"))
        .await;
    lab.order(4, 2, [Some("2026-11-05 00:00"), None, None], Some(" on hold ")).await;
    lab.order(5, 2, [None, Some("2026-11-05 00:00"), None], None).await;
    lab.sample(1, 1, [Some("2026-11-02 00:00"), Some("2026-11-03 00:00")], [None, Some("Flower"), None]).await;
    lab.sample(2, 1, [Some("2026-11-02 00:00"), Some("2026-11-04 00:00")], [None, None, None]).await;
    lab.sample(3, 2, [Some("2026-11-02 00:00"), Some("2026-11-04 12:00")], [None, Some("Unknown"), None]).await;
    Client::new(pool, "2026-11-10 00:00", UTC)
}

const WEEK: &str = "date_from=2026-11-02&date_to=2026-11-08";

fn hours(value: &Value) -> f64 {
    value.as_f64().expect("hours")
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn throughput_is_dense_and_leaves_contradictions_out(pool: PgPool) {
    let client = small_lab(&pool).await;
    let flow = client.get(&format!("/analytics/orders/throughput?{WEEK}")).await;
    assert_eq!(flow["points"].as_array().map(Vec::len), Some(7));
    assert_eq!(
        flow["points"][1],
        json!({"period_start": "2026-11-03", "orders_created": 0, "orders_completed": 2,
        "average_completion_hours": 24.0, "median_completion_hours": 24.0})
    );
    assert_eq!(
        flow["totals"],
        json!({"orders_created": 4, "orders_completed": 3, "average_completion_hours": 48.0,
        "median_completion_hours": 48.0, "negative_durations": 1})
    );
    Factory { pool: &pool, zone: UTC }.ban("customer", 1).await;
    let flow = client.get(&format!("/analytics/orders/throughput?{WEEK}&interval=week")).await;
    assert_eq!(
        (&flow["totals"]["orders_created"], &flow["points"][0]["period_start"]),
        (&json!(2), &json!("2026-11-02"))
    );
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn cycle_time_knows_one_unknown_matrix(pool: PgPool) {
    let client = small_lab(&pool).await;
    let cycle = client.get(&format!("/analytics/samples/cycle-time?{WEEK}")).await;
    assert_eq!(cycle["totals"]["completed_samples"], 3);
    assert_eq!(
        (hours(&cycle["totals"]["average_cycle_hours"]), hours(&cycle["totals"]["median_cycle_hours"])),
        (44.0, 48.0)
    );
    assert_eq!(
        cycle["by_matrix_type"],
        json!([
        {"matrix_type": "Flower", "completed_samples": 1, "average_cycle_hours": 24.0},
        {"matrix_type": "Unknown", "completed_samples": 2, "average_cycle_hours": 54.0}])
    );
    assert_eq!(
        cycle["points"][5],
        json!({"period_start": "2026-11-07", "completed_samples": 0, "average_cycle_hours": null, "median_cycle_hours": null})
    );
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_funnel_follows_one_cohort(pool: PgPool) {
    let client = small_lab(&pool).await;
    let funnel = client.get(&format!("/analytics/orders/funnel?{WEEK}")).await;
    let counts: Vec<i64> =
        funnel["stages"].as_array().expect("stages").iter().filter_map(|stage| stage["count"].as_i64()).collect();
    assert_eq!((&funnel["total_orders"], counts), (&json!(4), vec![4, 0, 3, 2, 1]));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_clock_of_finished_orders_stands_still(pool: PgPool) {
    let client = small_lab(&pool).await;
    let slow = client.get("/analytics/orders/slowest").await;
    let items = slow["items"].as_array().expect("items");
    let told: Vec<_> =
        items.iter().map(|item| (item["order_id"].as_i64().unwrap_or(0), hours(&item["age_hours"]))).collect();
    assert_eq!(told, [(4, 120.0), (2, 72.0), (1, 24.0), (3, 0.0)]);
    assert_eq!(items[0]["order_reference"], "ORD-4");
    let earlier = client.get("/analytics/orders/slowest?date_to=2026-11-06").await;
    assert_eq!(earlier["items"][1]["age_hours"], 48.0, "until the midnight after the last day");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_slowest_reported_orders_and_the_figures_of_all(pool: PgPool) {
    let client = small_lab(&pool).await;
    let slow = client.get("/analytics/priority-orders/slowest?outlier_threshold_hours=60").await;
    assert_eq!(
        slow["stats"],
        json!({"total_orders": 1, "average_open_hours": 60.0, "percentile_95_open_hours": 60.0, "threshold_hours": 60.0})
    );
    assert_eq!(
        (&slow["items"][0]["open_time_label"], &slow["items"][0]["is_outlier"]),
        (&json!("2d 12h"), &json!(true))
    );
    let none = client.get("/analytics/priority-orders/slowest?customer_query=%25").await;
    assert_eq!(none["stats"]["total_orders"], 0, "a percent sign stands for itself");
    let named = client.get("/analytics/priority-orders/slowest?customer_query=CUSTOMER%201").await;
    assert_eq!(named["stats"]["total_orders"], 1);
    Factory { pool: &pool, zone: UTC }.ban("customer", 1).await;
    let hidden = client.get("/analytics/priority-orders/slowest").await;
    assert_eq!((&hidden["stats"]["total_orders"], &hidden["stats"]["average_open_hours"]), (&json!(0), &json!(null)));
}
