//! The pages of single records.

use crate::lab::{ago, customer, local, order, records, report, run, sample, small, test};
use app::error::AppError;
use app::model::ids::{BatchId, CustomerId, OrderId, SampleId, TestId};
use app::model::records::rows::Standing;
use app::ports::RecordsPort as _;
use sqlx::PgPool;

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn an_order_shows_its_clock_its_target_and_what_belongs_to_it(pool: PgPool) {
    small(&pool).await;
    let page = records(&pool).order(OrderId(10), 48.0).await.expect("an order");
    assert_eq!(page.order.clock.hours, Some(100.0));
    assert_eq!(page.order.clock.standing, Standing::Late);
    assert_eq!(page.due, Some(local(ago(52.0))));
    assert_eq!(page.samples.rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [20, 21]);
    assert_eq!((page.tests.total, page.order.tests.total, page.order.tests.done), (3, 3, 1));
    assert_eq!(page.backdrop.qbench_url.as_deref(), Some("https://lab.example/order?id=10"));
    assert_eq!(page.backdrop.raw.text, "{\n  \"id\": 10\n}");
    // The course of the order and of its samples, each to now.
    assert_eq!(page.backdrop.history.lanes.len(), 3);
    assert!(
        page.backdrop
            .history
            .lanes
            .iter()
            .all(|lane| lane.segments.last().is_some_and(|last| last.to == page.backdrop.now))
    );
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_target_of_a_page_can_be_another_and_must_be_a_number_of_hours(pool: PgPool) {
    small(&pool).await;
    let page = records(&pool).order(OrderId(10), 120.0).await.expect("an order");
    assert_eq!(page.order.clock.standing, Standing::AtRisk);
    for target in [f64::NAN, f64::INFINITY, -1.0, 1e9] {
        let answer = records(&pool).order(OrderId(10), target).await;
        assert!(matches!(answer, Err(AppError::Invalid { .. })), "{target}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn observed_changes_make_the_history_and_date_the_current_state(pool: PgPool) {
    small(&pool).await;
    for (entity, id, from, to, hours) in [
        ("orders", 10, "CREATED", "IN PROGRESS", 90.0),
        ("samples", 20, "REGISTERED", "IN PROGRESS", 80.0),
        ("tests", 30, "NOT STARTED", "IN PROGRESS", 70.0),
        ("samples", 999, "REGISTERED", "IN PROGRESS", 60.0),
    ] {
        sqlx::query(
            "insert into state_changes (entity, entity_id, from_state, to_state, seen_after, seen_at, changed_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(entity)
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(ago(hours + 0.25))
        .bind(ago(hours))
        .bind(ago(hours + 0.125))
        .execute(&pool)
        .await
        .expect("a change");
    }
    let order = records(&pool).order(OrderId(10), 48.0).await.expect("an order");
    let history = &order.backdrop.history;
    assert_eq!(history.total, 2);
    let told: Vec<_> =
        history.events.iter().map(|event| (event.id, event.name.as_deref(), event.at, event.seen)).collect();
    assert_eq!(
        told,
        [
            (20, Some("S26-00020"), local(ago(80.125)), local(ago(80.0))),
            (10, None, local(ago(90.125)), local(ago(90.0))),
        ]
    );
    assert_eq!(history.lanes.iter().filter(|lane| lane.observed).count(), 2);
    assert_eq!(order.tests.rows[0].since, Some(local(ago(70.0))));
    assert_eq!(order.tests.rows[1].since, None);
    let test = records(&pool).test(TestId(30), 48.0).await.expect("a test");
    assert_eq!(test.backdrop.history.total, 1);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_test_shows_its_worksheet_its_siblings_and_its_turnaround(pool: PgPool) {
    small(&pool).await;
    report(&pool, 30, 60.0).await;
    run(
        &pool,
        r#"update tests set worksheet_raw = '{"thc": {"value": "18.4"}, "note": {"value": null}}' where id = 30"#,
    )
    .await;
    let page = records(&pool).test(TestId(30), 48.0).await.expect("a test");
    let sheet = page.worksheet.expect("a worksheet");
    assert_eq!((sheet.cells.len(), sheet.filled, sheet.empty), (1, 1, 1));
    assert_eq!(page.siblings.rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [31]);
    assert_eq!(page.siblings.total, 1);
    assert_eq!((page.test.clock.hours, page.test.clock.standing), (Some(40.0), Standing::Within));
    assert_eq!(page.sample_name.as_deref(), Some("Lot 20"));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_sample_shows_the_statuses_of_its_metrc_tag_newest_first(pool: PgPool) {
    small(&pool).await;
    run(
        &pool,
        "update samples set metrc_id = '1A4000000000000000000021', sample_weight = 12.50 where id = 20; \
         insert into metrc_sample_statuses (metrc_id, metrc_status, metrc_date) values \
         ('1A4000000000000000000021', 'SubmittedForTesting', '2026-11-10 12:00Z'), \
         ('1A4000000000000000000021', 'TestPassed', '2026-11-12 03:00Z'), ('1A4000000000000000000022', 'TestFailed', now())",
    )
    .await;
    let page = records(&pool).sample(SampleId(20), 48.0).await.expect("a sample");
    let told: Vec<_> = page.metrc.iter().map(|one| (one.status.as_deref(), one.at.map(|at| at.to_string()))).collect();
    assert_eq!(
        told,
        [
            (Some("TestPassed"), Some("2026-11-11 22:00:00".to_owned())),
            (Some("SubmittedForTesting"), Some("2026-11-10 07:00:00".to_owned())),
        ]
    );
    assert_eq!(page.weight.as_deref(), Some("12.5"));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_plain_date_stays_that_date_on_a_page(pool: PgPool) {
    small(&pool).await;
    run(&pool, "update orders set date_required = '2026-11-20 00:00Z' where id = 10").await;
    let page = records(&pool).order(OrderId(10), 48.0).await.expect("an order");
    assert_eq!(page.required.map(|at| at.to_string()).as_deref(), Some("2026-11-20 00:00:00"));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_batch_shows_its_tests_its_customers_and_its_neighbours(pool: PgPool) {
    small(&pool).await;
    customer(&pool, 2, "Mossgate Labs").await;
    order(&pool, 11, 2, 5.0, "CREATED").await;
    sample(&pool, 25, 11, "REGISTERED").await;
    test(&pool, 35, 25, "HM", "NOT STARTED").await;
    crate::lab::batch(&pool, 41, "HM week 47", &[35]).await;
    run(&pool, "update tests set batch_ids = batch_ids || 40 where id = 35; update batches set assay_id = 7").await;
    let page = records(&pool).batch(BatchId(40), 48.0).await.expect("a batch");
    assert_eq!(page.tests.rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [30, 32, 35]);
    assert_eq!(page.customers.iter().map(|(one, tests)| (one.id.0, *tests)).collect::<Vec<_>>(), [(1, 2), (2, 1)]);
    assert_eq!((page.samples, page.neighbours), (3, (None, Some(BatchId(41)))));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_customer_shows_what_is_open_what_came_and_how_it_was_reported(pool: PgPool) {
    small(&pool).await;
    order(&pool, 11, 1, 24.0 * 60.0, "REPORTED").await;
    sample(&pool, 22, 11, "REPORTED").await;
    test(&pool, 36, 22, "HM", "REPORTED").await;
    report(&pool, 36, 24.0 * 60.0 - 40.0).await;
    report(&pool, 31, 20.0).await;
    run(&pool, r#"update customers set aliases = '["Fernholt Farms", "FF Ltd", "", "Fernholt"]'"#).await;
    let page = records(&pool).customer(CustomerId(1), 48.0).await.expect("a customer");
    assert_eq!(page.aliases, ["FF Ltd", "Fernholt"]);
    assert_eq!(page.open.rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [10]);
    assert_eq!((page.recent.total, page.recent.rows[0].id.0), (2, 10));
    assert_eq!((page.customer.orders, page.customer.open_orders, page.customer.late_orders), (2, 1, 1));
    let volume = |days| page.volumes.iter().find(|volume| volume.days == days).expect("a volume");
    assert_eq!((volume(Some(30)).orders, volume(Some(30)).tests, volume(Some(30)).reported), (1, 3, 1));
    assert_eq!((volume(Some(90)).orders, volume(Some(90)).tests, volume(Some(90)).reported), (2, 4, 2));
    assert_eq!((volume(None).within, volume(None).beyond, volume(None).on_time()), (1, 1, Some(0.5)));
    assert_eq!(volume(None).tat_median, Some(60.0));
    assert_eq!(page.months.len(), 12);
    assert_eq!(page.months.iter().map(|month| month.tests).sum::<u64>(), 4);
    assert_eq!(page.months[11].tests, 3);
}
