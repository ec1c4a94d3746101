//! The page about customers.

use crate::factory::{Factory, service};
use app::model::customers::{Customers, CustomersQuery};
use app::ports::MetricsPort as _;
use chrono_tz::UTC;
use sqlx::PgPool;

const NOW: &str = "2026-11-20 12:00";
const WEEK: &str = "from=2026-11-02&to=2026-11-08";

async fn page(pool: &PgPool, query: &str) -> Customers {
    let query = CustomersQuery::parse(&format!("{WEEK}&{query}")).expect("a query");
    service(pool, NOW, UTC).customers(&query).await.expect("a page")
}

/// Customer 1 sends four tests and customer 2 one; customer 3 sent one the week before; customer 4 is new and silent;
/// customer 5 has never sent anything.
async fn five_customers(pool: &PgPool) {
    let lab = Factory { pool, zone: UTC };
    for (id, created) in [(1, "2026-01-01 00:00"), (2, "2026-01-01 00:00"), (3, "2026-01-01 00:00")] {
        lab.customer(id, Some(created)).await;
    }
    lab.customer(4, Some("2026-11-04 09:00")).await;
    lab.customer(5, Some("2025-01-01 00:00")).await;
    lab.order(10, 1, [Some("2026-11-02 08:00"), None, None], Some("IN PROGRESS")).await;
    lab.order(11, 2, [Some("2026-11-03 08:00"), Some("2026-11-05 08:00"), None], Some("COMPLETED")).await;
    lab.order(12, 3, [Some("2026-10-27 08:00"), Some("2026-10-28 08:00"), None], Some("COMPLETED")).await;
    for (sample, order, created) in
        [(20, 10, "2026-11-02 08:00"), (21, 11, "2026-11-03 08:00"), (22, 12, "2026-10-27 08:00")]
    {
        lab.sample(sample, order, [Some(created), None], [None; 3]).await;
    }
    let reported = Some("REPORTED");
    lab.test(30, 20, [Some("2026-11-02 08:00"), Some("2026-11-03 08:00")], reported, Some("CN")).await;
    lab.test(31, 20, [Some("2026-11-02 08:00"), Some("2026-11-06 08:00")], reported, Some("CN")).await;
    lab.test(32, 20, [Some("2026-11-04 08:00"), None], None, Some("CN")).await;
    lab.test(33, 20, [Some("2026-11-04 08:00"), None], None, None).await;
    lab.test(34, 21, [Some("2026-11-03 08:00"), Some("2026-11-04 08:00")], reported, Some("MB")).await;
    lab.test(35, 22, [Some("2026-10-27 08:00"), Some("2026-10-28 08:00")], reported, Some("MB")).await;
}

fn ids(page: &Customers) -> Vec<i32> {
    page.rows.iter().map(|row| row.figures.id.0).collect()
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn every_figure_about_customers_is_what_a_hand_works_out(pool: PgPool) {
    five_customers(&pool).await;
    let page = page(&pool, "").await;
    assert_eq!(ids(&page), [1, 2, 3, 4], "most tests first; who has nothing at all is not listed");
    let first = &page.rows[0];
    assert_eq!(
        (first.figures.orders, first.figures.samples, first.figures.tests, first.figures.reported),
        (1, 1, 4, 2)
    );
    assert_eq!(first.share, Some(0.8));
    assert_eq!(first.figures.on_time, Some(0.5), "24 hours are within 48, 96 are not");
    assert_eq!(first.figures.tat_median, Some(60.0));
    assert_eq!((first.figures.open_orders, first.figures.late_orders), (1, 1));
    assert_eq!(first.figures.series, [2, 0, 2, 0, 0, 0, 0]);
    assert_eq!(page.rows[2].figures.previous_tests, Some(1));
    assert_eq!(page.rows[2].previous_on_time, Some(1.0));
    assert!(page.rows[3].is_new);
    assert_eq!(page.tiles.active.value, Some(2.0));
    assert_eq!(page.tiles.new.value, Some(1.0));
    assert_eq!((page.tiles.largest_share.value, page.tiles.largest_share.previous), (Some(0.8), Some(1.0)));
    assert_eq!(page.tiles.five_share.value, Some(1.0));
    assert_eq!((page.tiles.open_orders.value, page.tiles.late_orders.value), (Some(1.0), Some(1.0)));
    let curve: Vec<(i32, f64)> = page.concentration.iter().map(|point| (point.id.0, point.share)).collect();
    assert_eq!(curve, [(1, 0.8), (2, 1.0)]);
    assert_eq!(page.courses.len(), 2, "nobody is left for the others");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_list_follows_the_order_and_the_words_asked_for(pool: PgPool) {
    five_customers(&pool).await;
    assert_eq!(ids(&page(&pool, "sort=name").await), [1, 2, 3, 4]);
    assert_eq!(ids(&page(&pool, "sort=-name").await), [4, 3, 2, 1]);
    assert_eq!(ids(&page(&pool, "sort=ontime").await), [1, 2, 3, 4], "who has no share comes last");
    assert_eq!(ids(&page(&pool, "sort=-ontime").await), [2, 1, 3, 4], "whichever way the order goes");
    assert_eq!(ids(&page(&pool, "sort=-median").await), [1, 2, 3, 4]);
    let found = page(&pool, "q=CUSTOMER%202").await;
    assert_eq!((ids(&found), found.total), (vec![2], 4));
    assert_eq!(found.tiles.tests.value, Some(5.0), "the tiles do not depend on the words");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_list_agrees_with_the_overview_and_follows_the_filter(pool: PgPool) {
    five_customers(&pool).await;
    let all = page(&pool, "").await;
    let filter = app::model::filter::Filter::parse(WEEK).expect("a filter");
    let overview = service(&pool, NOW, UTC).overview(&filter).await.expect("an overview");
    let top: Vec<_> = all.rows.iter().take(2).map(|row| row.figures.clone()).collect();
    assert_eq!(top, overview.top_customers);
    assert_eq!(all.tiles.active, overview.tiles.active_customers);
    assert_eq!(all.tiles.tests, overview.tiles.tests);
    let label = page(&pool, "label=MB").await;
    assert_eq!(label.rows[0].figures.tests, 1);
    assert_eq!(ids(&page(&pool, "customer=2").await), [2]);
    Factory { pool: &pool, zone: UTC }.ban("customer", 1).await;
    assert_eq!(ids(&page(&pool, "").await), [2, 3, 4]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_laboratory_without_customers_has_no_shares(pool: PgPool) {
    let page = page(&pool, "").await;
    assert_eq!((page.tiles.active.value, page.tiles.largest_share.value), (Some(0.0), None));
    assert!(page.rows.is_empty() && page.courses.is_empty() && page.concentration.is_empty());
}
