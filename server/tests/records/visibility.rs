//! What is banned or deleted upstream does not exist: in no list, on no page, in no search, in no payload.

use crate::lab::{ban, batch, customer, ids, order, records, run, sample, small, test};
use app::error::AppError;
use app::model::ids::{BatchId, CustomerId, OrderId, SampleId, TestId};
use app::model::records::RecordKind::{Batches, Customers, Orders, Samples, Tests};
use app::ports::RecordsPort as _;
use sqlx::PgPool;

/// Whether each of the small laboratory's records has a page: customer 1, order 10, sample 20, test 30, batch 40.
async fn shown(pool: &PgPool) -> [bool; 5] {
    let service = records(pool);
    let there = |answer: Result<(), AppError>| match answer {
        Ok(()) => true,
        Err(AppError::NotFound) => false,
        Err(other) => panic!("{other:?}"),
    };
    [
        there(service.customer(CustomerId(1), 48.0).await.map(drop)),
        there(service.order(OrderId(10), 48.0).await.map(drop)),
        there(service.sample(SampleId(20), 48.0).await.map(drop)),
        there(service.test(TestId(30), 48.0).await.map(drop)),
        there(service.batch(BatchId(40), 48.0).await.map(drop)),
    ]
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_ban_hides_the_record_and_everything_below_it_at_once_and_lifting_it_shows_them(pool: PgPool) {
    small(&pool).await;
    assert_eq!(shown(&pool).await, [true; 5]);
    for (kind, id, expected) in [
        ("customer", 1, [false, false, false, false, true]),
        ("order", 10, [true, false, false, false, true]),
        ("sample", 20, [true, true, false, false, true]),
        ("test", 30, [true, true, true, false, true]),
        ("batch", 40, [true, true, true, true, false]),
    ] {
        ban(&pool, kind, id).await;
        assert_eq!(shown(&pool).await, expected, "{kind}");
        run(&pool, "delete from banned_entities").await;
        assert_eq!(shown(&pool).await, [true; 5], "{kind} lifted");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_hidden_record_is_in_no_list_no_count_and_no_search(pool: PgPool) {
    small(&pool).await;
    ban(&pool, "sample", 20).await;
    assert_eq!(ids(&pool, Samples, "").await, [21]);
    assert_eq!(ids(&pool, Tests, "").await, [32]);
    let list = records(&pool).orders(&crate::lab::query(Orders, "")).await.expect("orders");
    assert_eq!((list.rows[0].samples, list.rows[0].tests.total), (1, 1));
    let batches = records(&pool).batches(&crate::lab::query(Batches, "")).await.expect("batches");
    assert_eq!(batches.rows[0].tests.total, 1);
    let found = records(&pool).search("20").await.expect("a search");
    assert!(found.groups.iter().all(|group| group.kind != Samples), "{found:?}");
    ban(&pool, "customer", 1).await;
    assert_eq!(ids(&pool, Customers, "").await, [0_i32; 0]);
    assert!(records(&pool).search("Fernholt").await.expect("a search").groups.is_empty());
    assert!(records(&pool).search("Fernhalt").await.expect("a search").groups.is_empty());
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_banned_batch_is_not_named_on_its_tests(pool: PgPool) {
    small(&pool).await;
    batch(&pool, 41, "HM week 47", &[30]).await;
    ban(&pool, "batch", 40).await;
    let page = records(&pool).test(TestId(30), 48.0).await.expect("a test");
    assert_eq!(page.test.batches, [(BatchId(41), Some("HM week 47".to_owned()))]);
    let sample = records(&pool).sample(SampleId(20), 48.0).await.expect("a sample");
    assert_eq!(sample.batches.rows.iter().map(|batch| batch.id.0).collect::<Vec<_>>(), [41]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_payload_does_not_carry_its_hidden_children(pool: PgPool) {
    small(&pool).await;
    run(&pool, r#"update samples set raw_payload = '{"id": 20, "tests": [{"id": 30, "state": "x"}, {"id": 31}]}' where id = 20"#).await;
    ban(&pool, "test", 30).await;
    let raw = records(&pool).sample(SampleId(20), 48.0).await.expect("a sample").backdrop.raw;
    assert!(raw.text.contains("31") && !raw.text.contains("30"), "{}", raw.text);
    let raw = records(&pool).batch(BatchId(40), 48.0).await.expect("a batch").backdrop.raw;
    assert!(raw.text.contains("32") && !raw.text.contains("30"), "{}", raw.text);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_record_whose_parent_is_not_here_is_shown_without_it(pool: PgPool) {
    customer(&pool, 1, "Fernholt Farms").await;
    order(&pool, 10, 99, 1.0, "CREATED").await;
    sample(&pool, 20, 10, "REGISTERED").await;
    run(&pool, "update samples set order_id = 999 where id = 20").await;
    test(&pool, 30, 20, "HM", "NOT STARTED").await;
    run(&pool, "update tests set sample_id = 998 where id = 30").await;
    let service = records(&pool);
    assert_eq!(service.order(OrderId(10), 48.0).await.expect("an order").order.customer, None);
    assert_eq!(service.sample(SampleId(20), 48.0).await.expect("a sample").sample.order, None);
    let test = service.test(TestId(30), 48.0).await.expect("a test");
    assert_eq!((test.test.sample, test.siblings.total), (None, 0));
}
