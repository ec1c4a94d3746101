//! Alerts, states, quality.

use crate::factory::Factory;
use crate::harness::Client;
use chrono_tz::UTC;
use serde_json::json;
use sqlx::PgPool;

async fn small_lab(pool: &PgPool) -> Client {
    let lab = Factory { pool, zone: UTC };
    lab.customer(1, None).await;
    lab.customer(2, None).await;
    lab.order(1, 1, [Some("2026-11-02 00:00"), Some("2026-11-04 00:00"), None], Some("COMPLETED")).await;
    lab.order(2, 2, [Some("2026-11-02 00:00"), None, None], Some("ON HOLD")).await;
    lab.order(3, 2, [Some("2026-11-02 00:00"), Some("2026-11-01 00:00"), None], Some("COMPLETED")).await;
    lab.sample(1, 1, [Some("2026-11-02 00:00"), None], [None, Some("Flower"), None]).await;
    lab.sample(2, 2, [Some("2026-11-02 00:00"), None], [None, None, None]).await;
    lab.test(1, 1, [Some("2026-11-02 00:00"), Some("2026-11-04 00:00")], Some("REPORTED"), Some("CN")).await;
    lab.test(2, 1, [Some("2026-11-02 00:00"), Some("2026-11-01 00:00")], Some("REPORTED"), Some("CN")).await;
    lab.test(3, 2, [Some("2026-11-02 00:00"), None], Some("ON HOLD"), Some("CN")).await;
    lab.test(4, 2, [Some("2026-11-09 00:00"), None], None, Some("CN")).await;
    lab.test(5, 2, [Some("2026-11-09 00:00"), None], Some(""), Some("CN")).await;
    Client::new(pool, "2026-11-10 00:00", UTC)
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_clock_stops_at_completion_and_exactly_on_the_target_is_within(pool: PgPool) {
    let client = small_lab(&pool).await;
    let kpis = client.get("/analytics/kpis/quality").await;
    assert_eq!(
        kpis["tests"],
        json!({"total_tests": 5, "on_hold_tests": 1, "not_reportable_tests": 0, "cancelled_tests": 0,
        "reported_tests": 2, "within_sla_tests": 3, "beyond_sla_tests": 1, "negative_durations": 1, "on_hold_ratio": 0.2,
        "not_reportable_ratio": 0.0, "beyond_sla_ratio": 0.2})
    );
    assert_eq!(
        kpis["orders"],
        json!({"total_orders": 3, "on_hold_orders": 1, "completed_orders": 2, "within_sla_orders": 1,
        "beyond_sla_orders": 1, "negative_durations": 1, "on_hold_ratio": 1.0 / 3.0, "beyond_sla_ratio": 1.0 / 3.0})
    );
    Factory { pool: &pool, zone: UTC }.ban("customer", 2).await;
    let kpis = client.get("/analytics/kpis/quality").await;
    assert_eq!((&kpis["tests"]["total_tests"], &kpis["orders"]["total_orders"]), (&json!(2), &json!(1)));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_is_open_ages_until_the_end_of_a_range_in_the_past(pool: PgPool) {
    let client = small_lab(&pool).await;
    for (range, within, beyond) in [("date_from=2026-11-02", 1, 1), ("date_from=2026-11-02&date_to=2026-11-03", 2, 0)] {
        let kpis = client.get(&format!("/analytics/kpis/quality?{range}")).await;
        let orders = &kpis["orders"];
        assert_eq!(
            (&orders["within_sla_orders"], &orders["beyond_sla_orders"]),
            (&json!(within), &json!(beyond)),
            "{range}"
        );
        let rows = client.get(&format!("/analytics/quality/breakdown?{range}")).await;
        let beyond_tests: i64 =
            rows["groups"].as_array().expect("groups").iter().filter_map(|row| row["beyond_sla_tests"].as_i64()).sum();
        assert_eq!(beyond_tests, beyond, "{range}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn states_add_up_and_every_period_lists_every_state(pool: PgPool) {
    let client = small_lab(&pool).await;
    let states = client.get("/analytics/tests/state-distribution?date_from=2026-11-02&date_to=2026-11-17").await;
    assert_eq!(states["states"], json!(["ON HOLD", "REPORTED", "UNKNOWN"]));
    assert_eq!(
        states["totals"],
        json!([{"state": "ON HOLD", "count": 1, "ratio": 0.2}, {"state": "REPORTED", "count": 2, "ratio": 0.4},
        {"state": "UNKNOWN", "count": 2, "ratio": 0.4}])
    );
    let series = states["series"].as_array().expect("periods");
    assert_eq!((series.len(), &series[2]["total_tests"]), (3, &json!(0)));
    assert_eq!(series[1]["buckets"][2], json!({"state": "UNKNOWN", "count": 2, "ratio": 1.0}));
    let none =
        client.get("/analytics/tests/state-distribution?customer_id=9&date_from=2026-11-02&date_to=2026-11-17").await;
    assert_eq!((&none["totals"], &none["states"]), (&json!([]), &json!([])));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn alerts_name_the_worst_share_and_ties_take_the_first(pool: PgPool) {
    let client = small_lab(&pool).await;
    let alerts = client.get("/analytics/customers/alerts").await;
    let list = alerts["alerts"].as_array().expect("alerts");
    assert_eq!(list.len(), 1, "customer 1 has nothing beyond 10 %");
    assert_eq!(
        (&list[0]["customer_id"], &list[0]["primary_reason"], &list[0]["primary_ratio"]),
        (&json!(2), &json!("orders_on_hold"), &json!(0.5))
    );
    assert_eq!(list[0]["latest_activity_at"], "2026-11-09T00:00:00");
    assert_eq!(alerts["heatmap"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        client.get("/analytics/customers/alerts?min_alert_percentage=0").await["alerts"].as_array().map(Vec::len),
        Some(2)
    );
    let groups = client.get("/analytics/quality/breakdown?by=matrix").await;
    let keys: Vec<_> = groups["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| (group["key"].as_str(), group["total_tests"].as_i64()))
        .collect();
    assert_eq!(keys, [(Some("unknown"), Some(3)), (Some("Flower"), Some(2))]);
}
