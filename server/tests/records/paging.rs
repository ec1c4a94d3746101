//! Pages follow each other without a gap or a repetition, whatever is equal or missing.

use crate::lab::{customer, order, query, records, run, sample, spelt, test};
use app::error::AppError;
use app::model::records::RecordKind::{Orders, Tests};
use app::model::records::list::Cursor;
use app::model::records::{Direction, ListQuery, RecordKind, Sort};
use app::ports::RecordsPort as _;
use sqlx::PgPool;

/// Thirty orders: dates and states repeat, some dates are missing.
async fn thirty(pool: &PgPool) {
    customer(pool, 1, "Fernholt Farms").await;
    customer(pool, 2, "Ámbar Sur").await;
    for id in 1..=30 {
        order(pool, id, 1 + id % 2, f64::from(id % 4) * 10.0, ["CREATED", "ON HOLD", "IN PROGRESS"][id as usize % 3])
            .await;
    }
    run(pool, "update orders set created_local = null, date_created = null where id % 7 = 0").await;
    run(pool, "update orders set state = null where id % 5 = 0").await;
}

/// Reads a list forwards page by page, then back again; both ways must tell the same, without a repetition.
async fn walked(pool: &PgPool, start: ListQuery) -> Vec<i32> {
    let service = records(pool);
    let mut pages = vec![service.orders(&start).await.expect("the first page")];
    while let Some(next) = pages[pages.len() - 1].next.clone() {
        let query = start.clone().at(Some(Cursor::After(next)));
        pages.push(service.orders(&query).await.expect("a page"));
        assert!(pages.len() < 40, "paging does not end");
    }
    let ids = |page: &app::model::records::rows::Listing<app::model::records::rows::OrderRow>| {
        page.rows.iter().map(|row| row.id.0).collect::<Vec<_>>()
    };
    let mut first = 1;
    for page in &pages {
        assert_eq!(page.first, first, "the place of the first row");
        first += page.rows.len() as u64;
    }
    for at in (1..pages.len()).rev() {
        let previous = pages[at].previous.clone().expect("a page before");
        let back = service.orders(&start.clone().at(Some(Cursor::Before(previous)))).await.expect("a page back");
        assert_eq!(ids(&back), ids(&pages[at - 1]), "the page before page {at}");
        assert_eq!((back.first, back.previous.is_some()), (pages[at - 1].first, at > 1));
    }
    assert_eq!(pages[0].previous, None);
    pages.iter().flat_map(ids).collect()
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn every_order_of_a_list_can_be_walked_both_ways(pool: PgPool) {
    thirty(&pool).await;
    for sort in RecordKind::Orders.sorts() {
        for direction in [Direction::Ascending, Direction::Descending] {
            let mut start = ListQuery::new(Orders).sorted(*sort, direction);
            start.limit = 7;
            let walk = walked(&pool, start.clone()).await;
            start.limit = 100;
            let whole = records(&pool).orders(&start).await.expect("the list");
            let whole: Vec<i32> = whole.rows.iter().map(|row| row.id.0).collect();
            assert_eq!(walk, whole, "{sort:?} {direction:?}: {}", spelt(&walk));
            let mut all = walk;
            all.sort_unstable();
            assert_eq!(all, (1..=30).collect::<Vec<_>>(), "{sort:?} {direction:?}");
        }
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn records_without_a_value_come_last_in_both_directions(pool: PgPool) {
    thirty(&pool).await;
    for direction in ["asc", "desc"] {
        let list =
            records(&pool).orders(&query(Orders, &format!("sort=created&dir={direction}"))).await.expect("orders");
        let undated: Vec<bool> = list.rows.iter().map(|row| row.created.is_none()).collect();
        assert_eq!(undated.iter().filter(|undated| **undated).count(), 4);
        assert!(undated.is_sorted(), "{direction}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn customers_are_ordered_by_name_without_regard_to_accents_and_case(pool: PgPool) {
    thirty(&pool).await;
    customer(&pool, 3, "zebra trials").await;
    let list = records(&pool).customers(&query(RecordKind::Customers, "")).await.expect("customers");
    let names: Vec<&str> = list.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Ámbar Sur", "Fernholt Farms", "zebra trials"]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_record_that_arrives_while_one_reads_shifts_nothing(pool: PgPool) {
    thirty(&pool).await;
    let service = records(&pool);
    let mut start = ListQuery::new(Orders).sorted(Sort::Id, Direction::Descending);
    start.limit = 10;
    let first = service.orders(&start).await.expect("a page");
    order(&pool, 31, 1, 0.0, "CREATED").await;
    let next = start.clone().at(first.next.map(Cursor::After));
    let second = service.orders(&next).await.expect("a page");
    assert_eq!(second.rows[0].id.0, 20);
    let back = service.orders(&start.at(second.previous.map(Cursor::Before))).await.expect("a page");
    assert_eq!(back.rows[0].id.0, 30);
    assert_eq!(back.rows.len(), 10);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_place_that_no_list_handed_out_is_refused_and_not_misread(pool: PgPool) {
    thirty(&pool).await;
    let service = records(&pool);
    let mut start = ListQuery::new(Orders);
    start.limit = 5;
    let place = service.orders(&start).await.expect("a page").next.expect("a next page");
    let refused = async |query: ListQuery| match service.orders(&query).await {
        Err(AppError::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(start.clone().at(Some(Cursor::After("nonsense".into())))).await, "after");
    let other_order = start.clone().sorted(Sort::State, Direction::Ascending);
    assert_eq!(refused(other_order.at(Some(Cursor::Before(place)))).await, "before");
    // A place with a value that its column cannot hold.
    let forged = "eyJvcmRlciI6WyJjcmVhdGVkIiwiZGVzY2VuZGluZyJdLCJ2YWx1ZSI6Im5vIGRhdGUiLCJpZCI6MSwiYmVmb3JlIjoxfQ";
    assert_eq!(refused(start.at(Some(Cursor::After(forged.into())))).await, "after");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_list_of_another_kind_is_refused(pool: PgPool) {
    let answer = records(&pool).orders(&ListQuery::new(Tests)).await;
    assert!(matches!(answer, Err(AppError::Invalid { .. })), "{answer:?}");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn every_order_of_every_kind_can_be_asked_for_on_an_empty_database_and_on_one_record(pool: PgPool) {
    for filled in [false, true] {
        if filled {
            customer(&pool, 1, "Fernholt Farms").await;
            order(&pool, 1, 1, 1.0, "CREATED").await;
            sample(&pool, 1, 1, "REGISTERED").await;
            test(&pool, 1, 1, "HM", "NOT STARTED").await;
            crate::lab::batch(&pool, 1, "HM 1", &[1]).await;
        }
        for kind in RecordKind::ALL {
            for sort in kind.sorts() {
                let text = format!("sort={}", sort.slug());
                let expected: &[i32] = if filled { &[1] } else { &[] };
                assert_eq!(crate::lab::ids(&pool, *kind, &text).await, expected, "{kind:?} {text}");
            }
            for condition in kind.conditions() {
                crate::lab::ids(&pool, *kind, &format!("{}=1", condition.slug())).await;
            }
        }
    }
}
