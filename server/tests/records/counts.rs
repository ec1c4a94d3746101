//! A list holds exactly what the figure that links to it counts.

use crate::lab::{ago, batch, customer, ids, local, order, query, records, report, run, sample, small, test};
use app::model::records::RecordKind::{Batches, Customers, Orders, Samples, Tests};
use app::model::records::rows::Standing;
use app::ports::RecordsPort as _;
use sqlx::PgPool;

/// Counts by hand, with the words of the definition.
async fn counted(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.expect(sql)
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_days_of_a_list_are_whole_laboratory_days_and_apply_to_the_date_that_the_basis_names(pool: PgPool) {
    small(&pool).await;
    // 100 hours before 17 November 07:00 in New York is 13 November 03:00; the report is 16 November 23:30 there.
    report(&pool, 30, 7.5).await;
    let tests = async |text: &str| ids(&pool, Tests, text).await;
    assert_eq!(tests("basis=created&from=2026-11-13&to=2026-11-13").await, [32, 31, 30]);
    assert_eq!(tests("basis=created&from=2026-11-14&to=2026-11-17").await, [0_i32; 0]);
    assert_eq!(tests("basis=reported&from=2026-11-16&to=2026-11-16").await, [30]);
    assert_eq!(tests("basis=reported&from=2026-11-17&to=2026-11-17").await, [0_i32; 0]);
    // Without a basis the days do not count.
    assert_eq!(tests("from=2020-01-01&to=2020-01-01").await, [32, 31, 30]);
    assert_eq!(ids(&pool, Samples, "basis=created&from=2026-11-13&to=2026-11-13").await, [21, 20]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn open_late_newly_late_and_at_risk_orders_are_told_apart_by_age_and_final_state(pool: PgPool) {
    customer(&pool, 1, "Fernholt Farms").await;
    for (id, age, state) in [
        (1, 10.0, "CREATED"),
        (2, 36.0, "CREATED"),
        (3, 48.0, "IN PROGRESS"),
        (4, 48.5, "IN PROGRESS"),
        (5, 72.0, "ON HOLD"),
        (6, 100.0, ""),
        (7, 100.0, " Client cancelled "),
        (8, 100.0, "REPORTED"),
    ] {
        order(&pool, id, 1, age, state).await;
    }
    order(&pool, 9, 1, 100.0, "IN PROGRESS").await;
    run(&pool, "update orders set date_completed = now() where id = 9").await;
    let orders = async |text: &str| ids(&pool, Orders, text).await;
    assert_eq!(orders("open=1").await, [6, 5, 4, 3, 2, 1]);
    assert_eq!(orders("late=1").await, [6, 5, 4]);
    assert_eq!(orders("open=1&late=1").await, [6, 5, 4]);
    assert_eq!(orders("newly_late=1").await, [5, 4]);
    assert_eq!(orders("at_risk=1").await, [3, 2]);
    assert_eq!(orders("late=1&sla=72").await, [6]);
    assert_eq!(orders("late=1&on_hold=1").await, [5]);
    assert_eq!(orders("cancelled=1").await, [7]);
    assert_eq!(orders("at_risk=1&sla=0").await, [0_i32; 0]);
    assert_eq!(orders("warning=1&sla=72").await, [4, 3, 2]);
    assert_eq!(orders("warning=1&sla=0").await, [0_i32; 0]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_standing_shown_in_a_row_is_the_condition_that_lists_it(pool: PgPool) {
    customer(&pool, 1, "Fernholt Farms").await;
    for (id, age) in [(1, 10.0), (2, 36.0), (3, 48.0), (4, 48.5)] {
        order(&pool, id, 1, age, "CREATED").await;
    }
    let list = records(&pool).orders(&query(Orders, "")).await.expect("orders");
    let with = |standing| {
        let rows = list.rows.iter().filter(move |row| row.clock.standing == standing);
        let mut ids: Vec<i32> = rows.map(|row| row.id.0).collect();
        ids.sort_unstable();
        ids
    };
    let listed = async |text: &str| {
        let mut ids = ids(&pool, Orders, text).await;
        ids.sort_unstable();
        ids
    };
    assert_eq!(with(Standing::Late), listed("late=1").await);
    assert_eq!(with(Standing::AtRisk), listed("at_risk=1").await);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_clock_of_a_finished_order_stands_still(pool: PgPool) {
    customer(&pool, 1, "Fernholt Farms").await;
    order(&pool, 1, 1, 500.0, "COMPLETED").await;
    order(&pool, 2, 1, 500.0, "REPORTED").await;
    sqlx::query("update orders set date_completed = $1 where id = 1")
        .bind(ago(460.0))
        .execute(&pool)
        .await
        .expect("update");
    sqlx::query("update orders set date_order_reported = $1 where id = 2")
        .bind(ago(400.0))
        .execute(&pool)
        .await
        .expect("update");
    let list = records(&pool).orders(&query(Orders, "sort=id&dir=asc")).await.expect("orders");
    let clocks: Vec<_> = list.rows.iter().map(|row| (row.clock.hours, row.clock.running, row.clock.standing)).collect();
    assert_eq!(clocks, [(Some(40.0), false, Standing::Within), (Some(100.0), false, Standing::Beyond)]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn reported_tests_split_at_the_target_into_within_beyond_and_unknown(pool: PgPool) {
    customer(&pool, 1, "Fernholt Farms").await;
    order(&pool, 10, 1, 100.0, "IN PROGRESS").await;
    sample(&pool, 20, 10, "IN PROGRESS").await;
    for id in 30..36 {
        test(&pool, id, 20, "HM", "REPORTED").await;
    }
    report(&pool, 30, 52.0).await;
    report(&pool, 31, 51.0).await;
    report(&pool, 32, 110.0).await;
    report(&pool, 33, 90.0).await;
    run(&pool, "update tests set date_created = null, tat_hours = null where id = 33").await;
    report(&pool, 34, 0.5).await;
    let tests = async |text: &str| ids(&pool, Tests, text).await;
    let days = "basis=reported&from=2026-11-01&to=2026-11-30&sort=id&dir=asc";
    assert_eq!(tests(days).await, [30, 31, 32, 33, 34]);
    assert_eq!(tests(&format!("{days}&tat=within")).await, [30]);
    assert_eq!(tests(&format!("{days}&tat=beyond")).await, [31, 34]);
    assert_eq!(tests(&format!("{days}&tat=unknown")).await, [32, 33]);
    assert_eq!(tests("tat_over=48&tat_upto=49&sort=id").await, [31]);
    assert_eq!(tests("tat_upto=48&sort=id").await, [30]);
    assert_eq!(tests("reported=1&sort=id&dir=asc").await, [30, 31, 32, 33, 34]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_sample_is_ready_when_all_its_uncancelled_tests_are_done_and_its_order_is_open(pool: PgPool) {
    customer(&pool, 1, "Fernholt Farms").await;
    order(&pool, 10, 1, 100.0, "IN PROGRESS").await;
    order(&pool, 11, 1, 100.0, "REPORTED").await;
    for (id, order) in [(20, 10), (21, 10), (22, 10), (23, 10), (24, 11)] {
        sample(&pool, id, order, "IN PROGRESS").await;
    }
    for (id, sample, state) in [
        (30, 20, "COMPLETED"),
        (31, 20, "Not Reportable"),
        (32, 20, "CANCELLED"),
        (33, 21, "COMPLETED"),
        (34, 21, "IN PROGRESS"),
        (35, 22, "CANCELLED"),
        (36, 24, "COMPLETED"),
    ] {
        test(&pool, id, sample, "HM", state).await;
    }
    assert_eq!(ids(&pool, Samples, "ready=1").await, [20]);
    assert!(records(&pool).sample(app::model::ids::SampleId(20), 48.0).await.expect("a sample").ready);
    assert!(!records(&pool).sample(app::model::ids::SampleId(21), 48.0).await.expect("a sample").ready);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_filter_narrows_every_kind_to_what_belongs_to_it(pool: PgPool) {
    small(&pool).await;
    customer(&pool, 2, "Mossgate Labs").await;
    order(&pool, 11, 2, 5.0, "CREATED").await;
    sample(&pool, 25, 11, "REGISTERED").await;
    test(&pool, 35, 25, "", "NOT STARTED").await;
    batch(&pool, 41, "PS week 46", &[35]).await;
    run(&pool, "update samples set matrix_type = 'Flower', sample_type = 'Adult Use' where id = 20").await;
    for (kind, text, expected) in [
        (Orders, "customer=2", &[11][..]),
        (Samples, "customer=2", &[25]),
        (Tests, "customer=2", &[35]),
        (Batches, "customer=2", &[41]),
        (Customers, "customer=2", &[2]),
        (Orders, "matrix=Flower", &[10]),
        (Samples, "matrix=Flower", &[20]),
        (Tests, "matrix=Flower&sort=id", &[31, 30]),
        (Tests, "type=Adult%20Use&label=HM", &[30]),
        (Batches, "matrix=Flower", &[40]),
        (Customers, "matrix=Flower", &[1]),
        (Tests, "label=unknown", &[35]),
        (Tests, "state=COMPLETED", &[31]),
        (Tests, "sample=20&sort=id&dir=asc", &[30, 31]),
        (Tests, "order=11", &[35]),
        (Tests, "batch=40&sort=id&dir=asc", &[30, 32]),
        (Samples, "batch=40&sort=id&dir=asc", &[20, 21]),
        (Orders, "batch=40", &[10]),
        (Batches, "sample=21", &[40]),
        (Batches, "order=10", &[40]),
        (Customers, "late=1", &[1]),
        (Customers, "open=1", &[1, 2]),
        (Customers, "basis=active&from=2026-11-17&to=2026-11-17", &[2]),
        (Customers, "basis=active&from=2026-11-13&to=2026-11-17", &[1, 2]),
    ] {
        assert_eq!(ids(&pool, kind, text).await, expected, "{kind:?} {text}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn text_narrows_a_list_and_its_wildcards_are_characters(pool: PgPool) {
    small(&pool).await;
    run(&pool, "update samples set sample_name = '100% Ñandú_gold' where id = 20").await;
    for (text, expected) in [
        ("q=S26-0002", &[21, 20][..]),
        ("q=nandu", &[20]),
        ("q=100%25", &[20]),
        ("q=u_g", &[20]),
        ("q=%25", &[20]),
        ("q=_", &[20]),
        ("q=1%25%C3%91", &[]),
        ("q=21", &[21]),
        ("q=%27%3B+drop+table+samples%3B--", &[]),
    ] {
        assert_eq!(ids(&pool, Samples, text).await, expected, "{text}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn counts_agree_with_the_definitions_written_out(pool: PgPool) {
    small(&pool).await;
    report(&pool, 31, 20.0).await;
    let from_to = "from=2026-11-01&to=2026-11-30";
    let tests = records(&pool).tests(&query(Tests, &format!("basis=reported&{from_to}"))).await.expect("tests");
    let by_hand = counted(
        &pool,
        "select count(*) from tests where not hidden and reported_local >= '2026-11-01' and reported_local < '2026-12-01'",
    )
    .await;
    assert_eq!(tests.total, u64::try_from(by_hand).expect("a count"));
    assert_eq!(tests.days.expect("days").to.to_string(), "2026-11-30");
    assert_eq!(tests.now, local(ago(0.0)));
}
