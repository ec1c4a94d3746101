//! Customers, compositions, conversion, batches, forecast.

use crate::factory::Factory;
use crate::harness::Client;
use chrono_tz::UTC;
use serde_json::json;
use sqlx::PgPool;

async fn small_lab(pool: &PgPool) -> Client {
    let lab = Factory { pool, zone: UTC };
    lab.customer(1, None).await;
    lab.customer(2, None).await;
    lab.order(1, 1, [Some("2026-09-02 00:00"), Some("2026-09-03 00:00"), Some("2026-09-03 00:00")], Some("REPORTED"))
        .await;
    lab.order(2, 1, [Some("2026-10-02 00:00"), None, None], Some("CREATED")).await;
    lab.order(3, 2, [Some("2026-10-02 00:00"), None, None], None).await;
    lab.sample(1, 1, [Some("2026-09-02 00:00"), None], [None, Some("Flower"), Some("Retail")]).await;
    lab.sample(2, 1, [Some("2026-10-02 00:00"), None], [None, Some("Flower"), None]).await;
    lab.sample(3, 2, [Some("2026-10-02 00:00"), None], [None, Some(""), Some("Retail")]).await;
    lab.test(1, 1, [Some("2026-09-02 00:00"), Some("2026-09-03 00:00")], Some("REPORTED"), Some("CN")).await;
    lab.test(2, 1, [Some("2026-09-02 00:00"), Some("2026-09-04 00:00")], Some("REPORTED"), Some("CN")).await;
    for id in 3..=5 {
        lab.test(id, 2, [Some("2026-10-02 00:00"), None], None, Some("CN")).await;
    }
    for statement in [
        "update samples set has_report = true where id = 1",
        "insert into batches (id, display_name, assay_id, complete, date_created, created_local, last_updated, test_ids, sample_ids, raw_payload) values
         (7, 'B-7', 4, true, '2026-09-02Z', '2026-09-02', '2026-09-03Z', '{1,2}', '{1}', '{}'),
         (8, 'B-8', 4, false, '2026-10-02Z', '2026-10-02', '2026-10-05Z', '{3}', '{2}', '{}')",
        "insert into assays (id, title, label_abbr, raw_payload) values (4, 'Cannabinoids', 'CN', '{}'), (5, 'Microbes', 'MB', '{}')",
        "update tests set batch_ids = '{7}' where id = 1",
    ] {
        sqlx::query(statement).execute(pool).await.expect(statement);
    }
    Client::new(pool, "2026-11-10 00:00", UTC)
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn customers_with_their_work_and_its_growth(pool: PgPool) {
    let client = small_lab(&pool).await;
    let summary = client.get("/analytics/customers/summary").await;
    assert_eq!(
        summary["customers"][0],
        json!({"customer_id": 1, "customer_name": "Customer 1", "orders": 2, "samples": 3, "tests": 5,
        "completed_orders": 1, "average_lead_hours": 24.0, "median_lead_hours": 24.0,
        "states": [{"state": "CREATED", "count": 1}, {"state": "REPORTED", "count": 1}]})
    );
    assert_eq!(summary["customers"][1]["states"], json!([{"state": "UNKNOWN", "count": 1}]));
    let trends = client.get("/analytics/customers/trends?date_from=2026-09-01&date_to=2026-11-10").await;
    assert_eq!(
        trends["customers"][0]["months"],
        json!([{"period_start": "2026-09-01", "tests": 2}, {"period_start": "2026-10-01", "tests": 3}, {"period_start": "2026-11-01", "tests": 0}])
    );
    assert_eq!(trends["customers"][0]["growth"], 0.5, "November is not over");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_orders_are_made_of_and_what_becomes_of_them(pool: PgPool) {
    let client = small_lab(&pool).await;
    let parts = client.get("/analytics/orders/composition").await;
    assert_eq!(
        parts["total"],
        json!({"sample_type": "all", "orders": 2, "samples": 3, "tests": 5, "samples_per_order": 1.5, "tests_per_sample": 5.0 / 3.0})
    );
    assert_eq!(parts["types"][1]["sample_type"], "unknown");
    let matrices = client.get("/analytics/samples/matrix-distribution?date_from=2026-10-01&date_to=2026-10-31").await;
    assert_eq!((&matrices["total_samples"], &matrices["previous_samples"]), (&json!(2), &json!(1)));
    assert_eq!(
        matrices["matrices"][0],
        json!({"matrix_type": "Flower", "samples": 1, "ratio": 0.5, "previous_samples": 1, "previous_ratio": 1.0})
    );
    let reports = client.get("/analytics/samples/report-status").await;
    assert_eq!((&reports["with_report"], &reports["without_report"]), (&json!(1), &json!(2)));
    let kpis = client.get("/analytics/kpis/conversion").await;
    assert_eq!(
        (&kpis["orders"], &kpis["orders_with_samples"], &kpis["samples_with_tests"], &kpis["tests_reported_ratio"]),
        (&json!(3), &json!(2), &json!(2), &json!(0.4))
    );
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn batches_their_assays_and_their_effect(pool: PgPool) {
    let client = small_lab(&pool).await;
    let load = client.get("/analytics/batches/workload?date_from=2026-08-31&date_to=2026-09-13").await;
    assert_eq!(
        load["points"],
        json!([{"period_start": "2026-08-31", "batches": 1, "complete_batches": 1, "tests": 2, "samples": 1, "tests_per_batch": 2.0},
        {"period_start": "2026-09-07", "batches": 0, "complete_batches": 0, "tests": 0, "samples": 0, "tests_per_batch": null}])
    );
    let usage = client.get("/analytics/batches/assay-usage").await;
    assert_eq!(
        (&usage["assays"][0]["title"], &usage["assays"][0]["tests_per_batch"]),
        (&json!("Cannabinoids"), &json!(1.5))
    );
    let stale = client.get("/analytics/batches/staleness").await;
    assert_eq!(
        (&stale["total"], &stale["batches"][0]["batch_id"], &stale["batches"][0]["idle_hours"]),
        (&json!(1), &json!(8), &json!(864.0))
    );
    let effect = client.get("/metrics/tests/batch-impact").await;
    assert_eq!((&effect["batched"]["median_hours"], &effect["single"]["median_hours"]), (&json!(24.0), &json!(48.0)));
    assert_eq!(effect["slowest_batches"][0]["display_name"], "B-7");
    assert_eq!(client.get("/assays?limit=1").await["next"], 4);
    assert_eq!(client.get("/assays?after=4").await["assays"][0]["title"], "Microbes");
    Factory { pool: &pool, zone: UTC }.ban("batch", 8).await;
    assert_eq!(client.get("/analytics/batches/staleness").await["total"], 0);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_forecast_follows_the_weekday(pool: PgPool) {
    let client = small_lab(&pool).await;
    // Every Monday of the last year three tests.
    sqlx::query(
        "insert into tests (id, sample_id, created_local, date_created, order_id, customer_id, raw_payload)
         select 1000 + n, 1, d, d at time zone 'UTC', 1, 1, '{}'
         from generate_series(0, 155) n, lateral (select timestamp '2026-11-09' - n / 3 * interval '7 days' as d) x",
    )
    .execute(&pool)
    .await
    .expect("tests");
    let forecast = client.get("/analytics/kpis/workload-forecast?days=7").await;
    let expected: Vec<f64> =
        forecast["days"].as_array().expect("days").iter().filter_map(|day| day["expected"].as_f64()).collect();
    assert_eq!((expected.len(), expected[6]), (7, 3.0), "16 November is a Monday");
    assert_eq!(forecast["days"][0]["date"], "2026-11-10");
    assert_eq!(forecast["calibration"]["days"], 28);
}
