//! The endpoints below `/metrics`.

use crate::factory::Factory;
use crate::harness::Client;
use chrono_tz::{America::New_York, UTC};
use serde_json::json;
use sqlx::PgPool;

/// The week of 2 November: tests with 24, 48, 72 and −1 hours, one unreported, one older.
async fn small_lab(pool: &PgPool) -> Client {
    let lab = Factory { pool, zone: UTC };
    lab.customer(1, None).await;
    lab.customer(2, Some("2026-11-03 10:00")).await;
    lab.order(10, 1, [Some("2026-11-02 08:00"), None, None], Some("IN PROGRESS")).await;
    lab.order(11, 2, [Some("2026-11-03 11:00"), Some("2026-11-05 09:00"), None], Some("COMPLETED")).await;
    lab.sample(20, 10, [Some("2026-11-02 08:00"), None], [Some("CREATED"), Some("Flower"), Some("Adult Use")]).await;
    lab.sample(21, 11, [Some("2026-11-03 11:00"), Some("2026-11-05 08:00")], [None, Some(""), None]).await;
    lab.test(30, 20, [Some("2026-11-02 08:00"), Some("2026-11-03 08:00")], Some("REPORTED"), Some("CN")).await;
    lab.test(31, 20, [Some("2026-11-02 08:00"), Some("2026-11-04 08:00")], Some("REPORTED"), Some("CN")).await;
    lab.test(32, 20, [Some("2026-11-02 08:00"), None], Some("IN PROGRESS"), None).await;
    lab.test(33, 21, [Some("2026-11-03 11:00"), Some("2026-11-06 11:00")], Some("NOT REPORTABLE"), Some("MB")).await;
    lab.test(34, 21, [Some("2026-11-03 11:00"), Some("2026-11-03 10:00")], Some("REPORTED"), Some("")).await;
    lab.test(35, 20, [Some("2026-10-28 08:00"), Some("2026-10-30 08:00")], Some("REPORTED"), Some("MB")).await;
    Client::new(pool, "2026-11-20 12:00", UTC)
}

const WEEK: &str = "date_from=2026-11-02&date_to=2026-11-08";

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn reports_are_one_set_in_summary_and_reports_overview(pool: PgPool) {
    let client = small_lab(&pool).await;
    let summary = client.get(&format!("/metrics/summary?{WEEK}")).await;
    assert_eq!(summary["kpis"]["total_samples"], 2);
    assert_eq!(summary["kpis"]["total_tests"], 5);
    assert_eq!(summary["kpis"]["total_customers"], 1);
    assert_eq!(summary["kpis"]["total_reports"], 4);
    assert_eq!(summary["kpis"]["average_tat_hours"], 48.0);
    assert_eq!(summary["range_start"], "2026-11-02T00:00:00");
    let reports = client.get(&format!("/metrics/reports/overview?{WEEK}")).await;
    assert_eq!(
        reports,
        json!({"total_reports": 4, "reports_within_sla": 2, "reports_beyond_sla": 1, "reports_unknown_sla": 1})
    );
    let wide = client.get(&format!("/metrics/reports/overview?{WEEK}&sla_hours=72&state=NOT%20REPORTABLE")).await;
    assert_eq!((&wide["total_reports"], &wide["reports_within_sla"]), (&json!(1), &json!(1)));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn without_bounds_records_without_a_date_count_too(pool: PgPool) {
    let client = small_lab(&pool).await;
    Factory { pool: &pool, zone: UTC }.test(36, 20, [None, Some("2026-11-09 08:00")], None, None).await;
    let all = client.get("/metrics/summary").await;
    assert_eq!((&all["kpis"]["total_tests"], &all["kpis"]["total_customers"]), (&json!(7), &json!(2)));
    assert_eq!(all["kpis"]["reports_unknown_sla"], 2);
    assert_eq!(all["range_start"], json!(null));
    let activity = client.get("/metrics/activity/daily").await;
    let days = activity["current"].as_array().expect("days");
    assert_eq!(days.len(), 7, "a range without both ends lists the days with something");
    assert_eq!(activity["previous"], json!(null));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn daily_activity_is_dense_and_its_previous_period_touches_it(pool: PgPool) {
    let client = small_lab(&pool).await;
    let activity = client.get(&format!("/metrics/activity/daily?{WEEK}&compare_previous=yes")).await;
    let current = activity["current"].as_array().expect("days");
    assert_eq!(current.len(), 7);
    assert_eq!(current[1], json!({"date": "2026-11-03", "samples": 1, "tests": 2, "tests_reported": 2}));
    assert_eq!(current[6], json!({"date": "2026-11-08", "samples": 0, "tests": 0, "tests_reported": 0}));
    let previous = activity["previous"].as_array().expect("days");
    assert_eq!(
        (previous.len(), &previous[0]["date"], &previous[6]["date"]),
        (7, &json!("2026-10-26"), &json!("2026-11-01"))
    );
    assert_eq!((&previous[2]["tests"], &previous[4]["tests_reported"]), (&json!(1), &json!(1)));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn turnaround_leaves_contradictions_out_and_counts_them(pool: PgPool) {
    let client = small_lab(&pool).await;
    let tat =
        client.get("/metrics/tests/tat?date_created_from=2026-11-02&date_created_to=2026-11-08&group_by=week").await;
    assert_eq!(tat["metrics"]["average_hours"], 48.0);
    assert_eq!(tat["metrics"]["median_hours"], 48.0);
    assert!((tat["metrics"]["p95_hours"].as_f64().expect("a number") - 69.6).abs() < 1e-9);
    assert_eq!(
        (&tat["metrics"]["completed_within_sla"], &tat["metrics"]["completed_beyond_sla"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(tat["metrics"]["negative_durations"], 1);
    let classes: Vec<_> = tat["distribution"]
        .as_array()
        .expect("classes")
        .iter()
        .map(|class| (class["label"].as_str(), class["count"].as_i64()))
        .collect();
    assert_eq!(
        classes,
        [("0-24h", 0), ("24-48h", 1), ("48-72h", 1), ("72-168h", 1), (">=168h", 0)]
            .map(|(label, count)| (Some(label), Some(count)))
    );
    assert_eq!(tat["series"], json!([{"period_start": "2026-11-02", "value": 48.0}]));
    assert_eq!(client.get("/metrics/tests/tat?customer_id=99").await["metrics"]["average_hours"], json!(null));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_daily_trend_looks_back_before_its_range(pool: PgPool) {
    let client = small_lab(&pool).await;
    let trend = client.get(&format!("/metrics/tests/tat-daily?{WEEK}")).await;
    assert_eq!(
        trend["points"][0],
        json!({"date": "2026-11-02", "average_hours": null, "within_sla": 0, "beyond_sla": 0, "unknown_sla": 0})
    );
    assert_eq!(
        trend["points"][1],
        json!({"date": "2026-11-03", "average_hours": 24.0, "within_sla": 1, "beyond_sla": 0, "unknown_sla": 1})
    );
    let averages = trend["moving_average_hours"].as_array().expect("averages");
    assert_eq!(averages[0], json!({"period_start": "2026-11-02", "value": 48.0}), "of 30 October");
    assert_eq!(averages[1], json!({"period_start": "2026-11-03", "value": 36.0}));
    assert_eq!(
        client.get(&format!("/metrics/tests/tat-daily?{WEEK}&moving_average_window=1")).await["moving_average_hours"],
        json!(null)
    );
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn null_and_empty_keys_are_one(pool: PgPool) {
    let client = small_lab(&pool).await;
    let tests = client.get(&format!("/metrics/tests/overview?{WEEK}")).await;
    assert_eq!(tests["kpis"], json!({"total_tests": 5, "completed_tests": 4, "pending_tests": 1}));
    assert_eq!(
        tests["by_label"],
        json!([{"key": "CN", "count": 2}, {"key": "unknown", "count": 2}, {"key": "MB", "count": 1}])
    );
    let samples = client.get(&format!("/metrics/samples/overview?{WEEK}")).await;
    assert_eq!(samples["by_matrix_type"], json!([{"key": "Flower", "count": 1}, {"key": "unknown", "count": 1}]));
    assert_eq!(
        samples["created_vs_completed"],
        json!([{"key": "created", "count": 2}, {"key": "completed", "count": 1}])
    );
    let labels = client.get(&format!("/metrics/tests/label-distribution?{WEEK}")).await;
    let labels = labels["labels"].as_array().expect("labels");
    assert_eq!(labels[0], json!({"label": "CN", "count": 2}));
    assert_eq!(labels.iter().map(|row| row["count"].as_i64().unwrap_or(0)).sum::<i64>(), 5, "no test is dropped");
    assert_eq!(labels.len(), 17);
    let breakdown = client.get("/metrics/tests/tat-breakdown").await;
    assert_eq!(breakdown["breakdown"].as_array().map(Vec::len), Some(3));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn customers_without_a_date_take_no_slot(pool: PgPool) {
    let client = small_lab(&pool).await;
    let new = client.get("/metrics/customers/new?limit=1").await;
    assert_eq!(new, json!({"customers": [{"id": 2, "name": "Customer 2", "created_at": "2026-11-03T10:00:00"}]}));
    let top = client.get(&format!("/metrics/customers/top-tests?{WEEK}")).await;
    assert_eq!(top["customers"][0]["tests"], 3);
    assert_eq!(
        (&top["customers"][0]["tests_reported"], &top["customers"][0]["tests_created_and_reported"]),
        (&json!(2), &json!(2))
    );
    let filters = client.get("/metrics/common/filters").await;
    assert_eq!(filters["customers"][0], json!({"id": 1, "name": "Customer 1"}));
    assert_eq!(filters["test_states"], json!(["IN PROGRESS", "NOT REPORTABLE", "REPORTED"]));
    let status = client.get("/metrics/sync/status").await;
    assert_eq!(
        (&status["entity"], &status["updated_at"], &status["failed"]),
        (&json!("tests"), &json!(null), &json!(false))
    );
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn zoned_bounds_are_moved_to_the_laboratorys_clock(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: New_York };
    lab.customer(1, None).await;
    lab.order(1, 1, [None; 3], None).await;
    lab.sample(1, 1, [None; 2], [None; 3]).await;
    lab.test(1, 1, [Some("2026-11-03 02:00"), None], None, None).await; // 2 November, 21:00 in New York
    let client = Client::new(&pool, "2026-11-20 12:00", New_York);
    let tests = async |query: &str| {
        client.get(&format!("/metrics/tests/overview?{query}")).await["kpis"]["total_tests"].clone()
    };
    assert_eq!(tests("date_from=2026-11-02&date_to=2026-11-02").await, 1);
    assert_eq!(tests("date_from=2026-11-03").await, 0);
    assert_eq!(tests("date_from=2026-11-03T02:00:00Z").await, 1);
    assert_eq!(tests("date_to=2026-11-03T01:59:59Z").await, 0);
    assert_eq!(tests("date_to=2026-11-02T21:00:00-05:00").await, 1);
    assert_eq!(tests("date_to=1793671200").await, 1, "02:00 UTC as a Unix number");
    assert_eq!(tests("date_to=1793671199").await, 0);
}
