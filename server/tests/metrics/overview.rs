//! The overview.

use crate::factory::{Factory, service};
use app::model::filter::Filter;
use app::model::overview::{Overview, SlaSplit};
use app::ports::MetricsPort as _;
use chrono_tz::{America::New_York, Tz, UTC};
use sqlx::PgPool;

async fn overview(pool: &PgPool, now: &str, zone: Tz, query: &str) -> Overview {
    let filter = Filter::parse(query).expect("a filter");
    service(pool, now, zone).overview(&filter).await.expect("an overview")
}

/// Two customers; five tests in the week of 2 November, of which one has no label and one contradicts itself.
async fn small_lab(pool: &PgPool) {
    let lab = Factory { pool, zone: UTC };
    lab.customer(1, Some("2026-01-01 00:00")).await;
    lab.customer(2, Some("2026-11-03 10:00")).await;
    lab.order(10, 1, [Some("2026-11-02 08:00"), None, None], Some("IN PROGRESS")).await;
    lab.order(11, 2, [Some("2026-11-03 11:00"), Some("2026-11-05 09:00"), None], Some("COMPLETED")).await;
    lab.sample(20, 10, [Some("2026-11-02 08:00"), None], [Some("CREATED"), Some("Flower"), Some("Adult Use")]).await;
    lab.sample(21, 11, [Some("2026-11-03 11:00"), None], [None, Some("Edible"), None]).await;
    lab.test(30, 20, [Some("2026-11-02 08:00"), Some("2026-11-03 08:00")], Some("REPORTED"), Some("CN")).await;
    lab.test(31, 20, [Some("2026-11-02 08:00"), Some("2026-11-04 08:00")], Some("REPORTED"), Some("CN")).await;
    lab.test(32, 20, [Some("2026-11-02 08:00"), None], Some("IN PROGRESS"), None).await;
    lab.test(33, 21, [Some("2026-11-03 11:00"), Some("2026-11-06 11:00")], Some("REPORTED"), Some("MB")).await;
    lab.test(34, 21, [Some("2026-11-03 11:00"), Some("2026-11-03 10:00")], Some("REPORTED"), Some("")).await;
    lab.test(35, 20, [Some("2026-10-28 08:00"), Some("2026-10-30 08:00")], Some("REPORTED"), Some("MB")).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn every_figure_of_a_small_laboratory_is_what_a_hand_works_out(pool: PgPool) {
    small_lab(&pool).await;
    let page = overview(&pool, "2026-11-20 12:00", UTC, "from=2026-11-02&to=2026-11-08").await;
    assert_eq!(page.tiles.samples.value, Some(2.0));
    assert_eq!(page.tiles.tests.value, Some(5.0));
    assert_eq!(page.tiles.tests.previous, Some(1.0));
    assert_eq!(page.tiles.reported.value, Some(4.0));
    assert_eq!(page.tiles.active_customers.value, Some(2.0));
    assert_eq!(page.tiles.tat_mean.value, Some(48.0));
    assert_eq!(page.tiles.tat_median.value, Some(48.0));
    assert!(page.tiles.tat_p90.value.is_some_and(|hours| (hours - 67.2).abs() < 1e-9));
    assert_eq!(page.sla, SlaSplit { within: 2, beyond: 1, unknown: 1 });
    assert_eq!(page.previous_sla, Some(SlaSplit { within: 1, beyond: 0, unknown: 0 }));
    let counts: Vec<[u64; 3]> = page.volume.iter().map(|point| [point.samples, point.tests, point.reported]).collect();
    assert_eq!(counts, [[1, 3, 0], [1, 2, 2], [0, 0, 1], [0, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]);
    assert_eq!(page.volume[2].previous_tests, Some(1), "28 October is the third day of the week before");
    let labels: Vec<(&str, u64)> = page.labels.iter().map(|row| (row.label.as_str(), row.tests)).collect();
    assert_eq!(labels, [("CN", 2), ("unknown", 2), ("MB", 1)]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn customers_and_the_briefing_of_a_small_laboratory(pool: PgPool) {
    small_lab(&pool).await;
    let page = overview(&pool, "2026-11-04 09:00", UTC, "from=2026-11-02&to=2026-11-08").await;
    assert_eq!(page.new_customer_count, 1);
    assert_eq!((page.new_customers[0].id.0, page.new_customers[0].tests), (2, 2));
    let top = &page.top_customers[0];
    assert_eq!((top.id.0, top.orders, top.samples, top.tests, top.reported), (1, 1, 1, 3, 2));
    assert_eq!(top.on_time, Some(1.0));
    assert_eq!(top.series, [3, 0, 0, 0, 0, 0, 0]);
    assert_eq!((top.open_orders, top.late_orders), (1, 1), "49 hours are more than 48");
    assert_eq!(page.top_customers[1].on_time, Some(0.0), "the contradictory test counts on no side");
    assert_eq!(page.briefing.open_orders, 1);
    assert_eq!((page.briefing.late, page.briefing.newly_late, page.briefing.at_risk), (1, 1, 0));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn an_empty_laboratory_has_zeros_and_no_durations(pool: PgPool) {
    let page = overview(&pool, "2026-11-20 12:00", UTC, "range=7d").await;
    assert_eq!(page.tiles.tests.value, Some(0.0));
    assert_eq!(page.tiles.tests.previous, Some(0.0));
    assert_eq!(page.tiles.tests.series, vec![Some(0.0); 7]);
    assert_eq!(page.tiles.tat_median.value, None);
    assert_eq!(page.tiles.tat_median.series, vec![None; 7]);
    assert!(page.labels.is_empty() && page.top_customers.is_empty() && page.new_customers.is_empty());
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_ban_hides_a_customer_and_everything_below_at_once(pool: PgPool) {
    small_lab(&pool).await;
    Factory { pool: &pool, zone: UTC }.ban("customer", 1).await;
    let page = overview(&pool, "2026-11-20 12:00", UTC, "from=2026-11-02&to=2026-11-08").await;
    assert_eq!(page.tiles.tests.value, Some(2.0));
    assert_eq!(page.tiles.samples.value, Some(1.0));
    assert_eq!(page.briefing.open_orders, 0);
    assert!(page.top_customers.iter().all(|row| row.id.0 == 2));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn days_are_the_laboratorys_also_when_its_clocks_change(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: New_York };
    lab.customer(1, None).await;
    lab.order(1, 1, [Some("2026-10-31 12:00"), None, None], None).await;
    lab.sample(1, 1, [Some("2026-11-01 04:00"), None], [None; 3]).await;
    // 1 November 2026 has 25 hours in New York: from 04:00 to 05:00 of the next day in UTC.
    for (id, created) in
        [(1, "2026-11-01 03:59"), (2, "2026-11-01 04:00"), (3, "2026-11-02 04:59"), (4, "2026-11-02 05:00")]
    {
        lab.test(id, 1, [Some(created), None], None, None).await;
    }
    let page = overview(&pool, "2026-11-10 12:00", New_York, "from=2026-10-31&to=2026-11-02").await;
    let tests: Vec<u64> = page.volume.iter().map(|point| point.tests).collect();
    assert_eq!(tests, [1, 2, 1]);
    assert_eq!(page.scope.zone, "America/New_York");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn filters_reach_through_samples_and_tests(pool: PgPool) {
    small_lab(&pool).await;
    let tests = async |query: &str| {
        let page = overview(&pool, "2026-11-20 12:00", UTC, &format!("from=2026-11-02&to=2026-11-08&{query}")).await;
        (page.tiles.samples.value, page.tiles.tests.value)
    };
    assert_eq!(tests("customer=2").await, (Some(1.0), Some(2.0)));
    assert_eq!(tests("matrix=Flower").await, (Some(1.0), Some(3.0)));
    assert_eq!(tests("type=unknown").await, (Some(1.0), Some(2.0)));
    assert_eq!(tests("label=MB").await, (Some(2.0), Some(1.0)), "sample 20 has an older MB test");
    assert_eq!(tests("label=unknown").await, (Some(2.0), Some(2.0)));
    assert_eq!(tests("state=REPORTED").await, (Some(0.0), Some(4.0)));
    assert_eq!(tests("customer=99").await, (Some(0.0), Some(0.0)));
}
