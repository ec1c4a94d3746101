//! The page about quality.

use crate::factory::{Factory, at, service};
use app::model::filter::Filter;
use app::model::ids::CustomerId;
use app::model::quality::{Measure, Outcome, Quality, Whose};
use app::model::records::{Condition, ListQuery, TurnaroundClass, links};
use app::ports::{MetricsPort as _, RecordsPort as _};
use chrono_tz::UTC;
use server::config::FINAL_STATES;
use server::records;
use sqlx::PgPool;
use std::sync::Arc;

const NOW: &str = "2026-11-20 12:00";

fn filter(query: &str) -> Filter {
    Filter::parse(&format!("from=2026-11-02&to=2026-11-08&{query}")).expect("a filter")
}

async fn page(pool: &PgPool, query: &str) -> Quality {
    service(pool, NOW, UTC).quality(&filter(query)).await.expect("a page")
}

async fn listed(pool: &PgPool, query: &ListQuery) -> u64 {
    let moment = at(NOW);
    let settings = records::Settings {
        zone: UTC,
        final_states: FINAL_STATES.map(str::to_owned).to_vec(),
        qbench_record_url: None,
    };
    let records = records::Service::new(pool.clone(), settings, Arc::new(move || moment));
    records.tests(query).await.expect("a list").total
}

async fn run(pool: &PgPool, sql: &'static str) {
    sqlx::raw_sql(sql).execute(pool).await.expect(sql);
}

/// Customer 1 has five tests of flower, customer 2 three without a matrix.
async fn small_lab(pool: &PgPool) {
    let lab = Factory { pool, zone: UTC };
    lab.customer(1, None).await;
    lab.customer(2, None).await;
    lab.order(10, 1, [Some("2026-11-02 08:00"), None, None], None).await;
    lab.order(11, 2, [Some("2026-11-02 08:00"), None, None], None).await;
    lab.sample(20, 10, [Some("2026-11-02 08:00"), None], [None, Some("Flower"), None]).await;
    lab.sample(21, 11, [Some("2026-11-02 08:00"), None], [None, None, None]).await;
    let new = Some("2026-11-02 08:00");
    lab.test(30, 20, [new, Some("2026-11-03 08:00")], Some("REPORTED"), Some("CN")).await;
    lab.test(31, 20, [new, Some("2026-11-04 08:00")], Some("REPORTED"), Some("CN")).await;
    lab.test(32, 20, [new, Some("2026-11-06 08:00")], Some("REPORTED"), Some("MB")).await;
    lab.test(33, 20, [new, None], Some(" on hold"), Some("MB")).await;
    lab.test(34, 20, [new, None], Some("CLIENT CANCELLED"), None).await;
    lab.test(35, 21, [new, None], Some("NOT REPORTABLE"), None).await;
    lab.test(36, 21, [new, Some("2026-11-02 07:00")], Some("REPORTED"), None).await;
    lab.test(37, 21, [Some("2026-10-28 08:00"), None], Some("ON HOLD"), None).await;
    run(
        pool,
        "insert into state_changes (entity, entity_id, from_state, to_state, seen_at) values
         ('tests', 30, 'NOT STARTED', 'REPORTED', '2026-11-03 08:00Z'),
         ('tests', 31, 'IN PROGRESS', 'Rerun', '2026-11-03 10:00Z'), ('tests', 31, 'Rerun', 'REPORTED', '2026-11-04 08:00Z'),
         ('orders', 32, 'A', 'RERUN', '2026-11-04 08:00Z'), ('tests', 33, 'RE-PREP', 'ON HOLD', '2026-11-04 08:00Z')",
    )
    .await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn outcomes_are_what_a_hand_works_out_and_their_lists_hold_as_many(pool: PgPool) {
    small_lab(&pool).await;
    let page = page(&pool, "").await;
    let total = Outcome {
        created: 7,
        on_hold: 1,
        not_reportable: 1,
        cancelled: 1,
        reported: 4,
        within: 2,
        beyond: 1,
        observed: 2,
        reworked: 1,
    };
    assert_eq!(page.total, total, "test 36 contradicts itself; the change of order 32 is none of test 32");
    let tiles = &page.tiles;
    assert_eq!((tiles.on_hold.value, tiles.on_hold.previous), (Some(1.0), Some(1.0)));
    assert_eq!((tiles.repeat_rate.value, tiles.first_pass.value), (Some(0.5), Some(0.5)));
    assert_eq!((tiles.on_time.value, tiles.on_time.previous), (Some(2.0 / 3.0), None));
    let shown = filter("");
    assert_eq!(listed(&pool, &links::tests_created(&shown, Condition::OnHold)).await, 1);
    assert_eq!(listed(&pool, &links::tests_created(&shown, Condition::NotReportable)).await, 1);
    assert_eq!(listed(&pool, &links::tests_created(&shown, Condition::Cancelled)).await, 1);
    assert_eq!(listed(&pool, &links::tests_reworked(&shown)).await, 1);
    assert_eq!(listed(&pool, &links::tests_judged(&shown, TurnaroundClass::Beyond)).await, 1);
    let first = page.course[0];
    assert_eq!((first.on_hold, first.not_reportable, first.cancelled, first.rework), (1, 1, 1, 0));
    let punctual: Vec<(u64, u64)> = page.course.iter().map(|point| (point.within, point.beyond)).collect();
    assert_eq!(punctual, [(0, 0), (1, 0), (1, 0), (0, 0), (0, 1), (0, 0), (0, 0)]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn customers_matrices_labels_and_states(pool: PgPool) {
    small_lab(&pool).await;
    let page = page(&pool, "").await;
    let customers: Vec<(Whose, u64, u64)> =
        page.customers.iter().map(|row| (row.whose.clone(), row.outcome.created, row.outcome.reported)).collect();
    let named = |id: i32| Whose::Customer(CustomerId(id), format!("Customer {id}"));
    assert_eq!(customers, [(named(1), 5, 3), (named(2), 2, 1)]);
    let matrices: Vec<(Whose, u64)> =
        page.matrices.iter().map(|row| (row.whose.clone(), row.outcome.created)).collect();
    assert_eq!(matrices, [(Whose::Matrix("Flower".to_owned()), 5), (Whose::Matrix("unknown".to_owned()), 2)]);
    let labels: Vec<(&str, u64, Option<f64>)> =
        page.labels.iter().map(|row| (row.label.as_str(), row.observed, row.first_pass())).collect();
    assert_eq!(labels, [("CN", 2, Some(0.5)), ("MB", 0, None), ("unknown", 0, None)]);
    assert_eq!(page.states, [" on hold", "CLIENT CANCELLED", "NOT REPORTABLE"]);
    assert_eq!((page.customer_states[0].id.0, &page.customer_states[0].counts), (1, &vec![1, 1, 0]));
    assert_eq!(page.customer_states[1].counts, [0, 0, 1]);
    assert_eq!(self::page(&pool, "customer=2").await.total.created, 2);
    Factory { pool: &pool, zone: UTC }.ban("customer", 1).await;
    assert_eq!(self::page(&pool, "").await.total.created, 2);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_is_out_of_its_usual_range_is_told(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: UTC };
    lab.customer(1, None).await;
    lab.order(1, 1, [Some("2026-09-01 08:00"), None, None], None).await;
    lab.sample(1, 1, [Some("2026-09-01 08:00"), None], [None, Some("Flower"), None]).await;
    // Of 100 tests before, ten were cancelled; of 25 in the range, eleven.
    run(
        &pool,
        "insert into tests (id, sample_id, date_created, created_local, state, raw_payload)
         select n, 1, day at time zone 'UTC', day, case when n % 10 = 0 or n > 115 then 'CANCELLED' else 'CREATED' end, '{}'
         from generate_series(1, 125) n, lateral (select case when n <= 100 then timestamp '2026-10-05'
             else timestamp '2026-11-03' end as day) days;
         select refresh_tests(array(select id from tests))",
    )
    .await;
    let page = page(&pool, "").await;
    assert_eq!(page.total.cancelled, 11, "116 to 125, and 110");
    let told: Vec<(Measure, &Whose)> = page.unusual.iter().map(|one| (one.measure, &one.whose)).collect();
    assert_eq!(told.len(), 3, "all, the customer, the matrix");
    assert!(told.iter().all(|(measure, _)| *measure == Measure::Cancelled));
    assert_eq!((page.unusual[0].share, page.unusual[0].usual), (0.44, 0.1));
    assert!((page.unusual[0].limit - (0.1 + 3.0 * 0.06)).abs() < 1e-12);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn each_tag_counts_once_by_its_latest_status_in_the_range(pool: PgPool) {
    small_lab(&pool).await;
    run(
        &pool,
        "update samples set metrc_id = 'TAG-' || id;
         insert into metrc_sample_statuses (metrc_id, metrc_status, metrc_date) values
             ('TAG-20', 'TestingInProgress', '2026-11-03 08:00Z'), ('TAG-20', 'TestPassed', '2026-11-05 08:00Z'),
             ('TAG-20', 'TestFailed', '2026-11-09 00:00Z'), ('TAG-21', 'TestingInProgress', '2026-11-04 08:00Z')",
    )
    .await;
    let page = page(&pool, "").await;
    let some = |status: &str| Some(status.to_owned());
    assert_eq!(page.metrc_statuses, [(some("TestPassed"), 1), (some("TestingInProgress"), 1)]);
    assert_eq!((page.metrc[0].sample.0, page.metrc[0].tag.as_str()), (20, "TAG-20"));
    assert_eq!(self::page(&pool, "customer=2").await.metrc.len(), 1);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn an_empty_laboratory_has_zeros_and_no_shares(pool: PgPool) {
    let page = page(&pool, "compare=none").await;
    assert_eq!((page.tiles.on_hold.value, page.tiles.on_hold.previous), (Some(0.0), None));
    assert_eq!(
        (page.tiles.on_time.value, page.tiles.first_pass.value, page.tiles.repeat_rate.value),
        (None, None, None)
    );
    assert_eq!(page.course.len(), 7);
    assert!(page.unusual.is_empty() && page.customers.is_empty() && page.matrices.is_empty() && page.metrc.is_empty());
}
