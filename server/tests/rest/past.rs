//! The laboratory as it was.

use crate::factory::{Factory, at, service};
use crate::harness::Client;
use app::model::filter::Filter;
use app::model::records::{Condition, ListQuery, RecordKind, links};
use app::ports::{MetricsPort as _, RecordsPort as _};
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

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_page_its_lists_and_rest_tell_the_same_of_a_day_of_the_past(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: UTC };
    lab.customer(1, None).await;
    for (id, done) in [(1, Some("2026-11-05 08:00")), (2, None), (3, Some("2026-11-09 10:00"))] {
        lab.order(id, 1, [Some("2026-11-02 08:00"), done, None], done.map(|_| "COMPLETED")).await;
        lab.sample(id, id, [Some("2026-11-02 08:00"), None], [None; 3]).await;
        lab.test(id, id, [Some("2026-11-02 08:00"), done], Some("REPORTED"), Some("CN")).await;
    }
    // In the first moment of the day after.
    lab.order(4, 1, [Some("2026-11-07 00:00"), None, None], None).await;
    server::db::metrics::rolled::roll(&pool).await.expect("figures by day");

    let now = "2026-11-10 00:00";
    let (metrics, client) = (service(&pool, now, UTC), Client::new(&pool, now, UTC));
    let settings = server::records::Settings {
        zone: UTC,
        final_states: server::config::LabConfig::default().final_states,
        qbench_record_url: None,
    };
    let records = server::records::Service::new(pool.clone(), settings, std::sync::Arc::new(move || at(now)));
    for (as_of, open, reported) in [("", 2, 2), ("as_of=2026-11-06", 2, 1), ("as_of=2026-11-05T07:59", 3, 0)] {
        let filter = Filter::parse(&format!("range=7d&{as_of}")).expect("a filter");
        let page = metrics.overview(&filter).await.expect("an overview");
        assert_eq!(
            (page.briefing.open_orders, page.tiles.reported.value),
            (open, Some(f64::from(reported))),
            "{as_of}"
        );
        let list = links::orders_now(&filter, Condition::Open);
        assert!(list.href().contains(as_of.replace(':', "%3A").as_str()), "{}", list.href());
        assert_eq!(records.orders(&list).await.expect("orders").total, open, "{as_of}");
        let list = ListQuery::parse(RecordKind::Tests, &format!("reported=1&{as_of}")).expect("a list");
        assert_eq!(list.filter.as_of, filter.as_of);
        let rest = client.get(&format!("/metrics/tests/turnaround-profile?{as_of}")).await;
        assert_eq!(rest["measured_tests"], reported, "{as_of}");
        let days = page.scope.days;
        assert_eq!(
            days.to.to_string(),
            if as_of.is_empty() { "2026-11-10".to_owned() } else { as_of[6..16].to_owned() }
        );
    }
}
