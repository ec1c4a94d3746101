//! The page about priority orders.

use crate::factory::{Factory, at, service};
use app::model::ids::CustomerId;
use app::model::priority::{Priority, PriorityOrder, PriorityQuery};
use app::model::records::{Condition, ListQuery, RecordKind, links};
use app::ports::{MetricsPort as _, RecordsPort as _};
use chrono_tz::UTC;
use sqlx::PgPool;
use std::sync::Arc;

const NOW: &str = "2026-11-20 12:00";

fn query(text: &str) -> PriorityQuery {
    PriorityQuery::parse(text).expect(text)
}

async fn page(pool: &PgPool, text: &str) -> Priority {
    service(pool, NOW, UTC).priority(&query(text)).await.expect("a page")
}

/// How many records a list holds.
async fn listed(pool: &PgPool, list: &ListQuery) -> u64 {
    let settings = server::records::Settings {
        zone: UTC,
        final_states: server::config::LabConfig::default().final_states,
        qbench_record_url: None,
    };
    let records = server::records::Service::new(pool.clone(), settings, Arc::new(|| at(NOW)));
    match list.kind {
        RecordKind::Orders => records.orders(list).await.expect("orders").total,
        _ => records.samples(list).await.expect("samples").total,
    }
}

fn ids(orders: &[PriorityOrder]) -> Vec<i32> {
    orders.iter().map(|order| order.id.0).collect()
}

async fn changed(pool: &PgPool, entity: &str, id: i32, to: &str, when: &str) {
    sqlx::query(
        "insert into state_changes (entity, entity_id, from_state, to_state, seen_at, changed_at)
         values ($1, $2, 'CREATED', $3, $4, $4)",
    )
    .bind(entity)
    .bind(id)
    .bind(to)
    .bind(at(when))
    .execute(pool)
    .await
    .expect("a change");
}

/// Now is 20 November, noon; the target is 48 hours. Ten orders took 10, 20 … 100 hours.
async fn small_lab(pool: &PgPool) {
    let lab = Factory { pool, zone: UTC };
    lab.customer(1, None).await;
    lab.customer(2, None).await;
    for n in 1..=10 {
        let done = at("2026-10-01 00:00") + chrono::TimeDelta::hours(i64::from(n) * 10);
        let done = done.format("%Y-%m-%d %H:%M").to_string();
        lab.order(100 + n, 1, [Some("2026-10-01 00:00"), Some(&done), None], Some("COMPLETED")).await;
    }
    for (id, customer, created, state) in [
        (10, 1, Some("2025-01-10 12:00"), "IN PROGRESS"),
        (11, 2, Some("2026-11-17 12:00"), "ON HOLD"),
        (12, 1, Some("2026-11-18 12:00"), "CREATED"),
        (13, 2, Some("2026-11-19 00:00"), "CREATED"),
        (14, 1, Some("2026-11-19 06:00"), "CREATED"),
        (15, 2, Some("2026-11-19 12:00"), "CREATED"),
        (16, 1, Some("2026-11-20 00:00"), "CREATED"),
        (18, 1, Some("2026-11-01 00:00"), "CANCELLED"),
        (19, 1, None, "CREATED"),
    ] {
        lab.order(id, customer, [created, None, None], Some(state)).await;
    }
    lab.order(17, 1, [Some("2026-11-01 00:00"), Some("2026-11-20 11:00"), None], Some("IN PROGRESS")).await;
    let created = Some("2026-11-17 12:00");
    lab.sample(20, 11, [created, None], [None, Some("Flower"), None]).await;
    lab.sample(21, 11, [created, Some("2026-11-20 06:00")], [None, Some("Vape"), None]).await;
    lab.sample(22, 11, [created, None], [None; 3]).await;
    for (id, sample, state, label) in [
        (30, 20, "RERUN", "CN"),
        (31, 20, "COMPLETED", "MB"),
        (32, 21, "COMPLETED", "CN"),
        (33, 21, "CANCELLED", "MB"),
        (34, 22, "REPORTED", "CN"),
    ] {
        lab.test(id, sample, [created, None], Some(state), Some(label)).await;
    }
    changed(pool, "orders", 11, "ON HOLD", "2026-11-18 12:00").await;
    changed(pool, "tests", 30, "IN PROGRESS", "2026-11-18 00:00").await;
    changed(pool, "tests", 30, "RERUN", "2026-11-19 12:00").await;
    changed(pool, "tests", 32, "COMPLETED", "2026-11-20 06:00").await;
    for statement in [
        "update samples set metrc_id = 'TAG' || id where id in (20, 22)",
        "insert into metrc_sample_statuses (metrc_id, metrc_status, metrc_date) values
             ('TAG20', 'Submitted', '2026-11-01 00:00Z'), ('TAG20', 'TestingInProgress', '2026-11-10 12:00Z'),
             ('TAG22', 'RetestPassed', '2026-10-21 11:59Z')",
    ] {
        sqlx::query(statement).execute(pool).await.expect(statement);
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn every_tile_counts_what_its_list_holds(pool: PgPool) {
    small_lab(&pool).await;
    for text in ["", "sla=24", "customer=2", "matrix=Flower", "range=today&state=CREATED", "sla=0"] {
        let query = query(text);
        let counts = page(&pool, text).await.counts;
        let now = |condition| links::orders_now(&query.filter, condition);
        for (count, list) in [
            (counts.open, now(Condition::Open)),
            (counts.late, now(Condition::Late)),
            (counts.newly_late, now(Condition::NewlyLate)),
            (counts.risk, now(Condition::AtRisk)),
            (counts.warning, now(Condition::Warning)),
            (counts.ready_samples, links::ready_samples(&query.filter)),
            (counts.metrc, links::metrc_samples(&query.filter)),
        ] {
            assert_eq!(count, listed(&pool, &list).await, "{text}: {}", list.href());
        }
    }
    let counts = page(&pool, "range=today").await.counts;
    let numbers = [counts.open, counts.late, counts.newly_late, counts.risk, counts.warning, counts.ready_samples];
    assert_eq!(numbers, [8, 2, 1, 2, 2, 1]);
    assert_eq!((counts.ready_orders, counts.metrc), (1, 1));
    assert_eq!(counts.oldest.map(|(id, _, hours)| (id.0, hours)), Some((10, 679.0 * 24.0)));
    assert_eq!(service(&pool, NOW, UTC).late_orders().await, Ok(2));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn orders_of_any_age_are_listed_with_their_chance_and_the_work_left(pool: PgPool) {
    small_lab(&pool).await;
    let late = page(&pool, "range=today").await;
    assert_eq!((ids(&late.orders), late.total), (vec![10, 11], 2));
    let held = &late.orders[1];
    assert_eq!((held.age, held.stay, held.chance), (72.0, Some(48.0), Some(1.0)));
    assert_eq!((held.samples, held.work.len(), held.open_tests), (3, 2, 3));
    assert_eq!(held.wait, Some((Some("RERUN".to_owned()), 24.0)));
    let first = &held.work[0];
    assert_eq!((first.id.0, first.matrix.as_deref(), first.tests, first.open_tests), (20, Some("Flower"), 2, 2));
    let assays: Vec<_> = first.assays.iter().map(|one| (one.test.0, one.states.clone(), one.stay)).collect();
    assert_eq!(assays, [(30, vec!["RERUN".to_owned()], Some(24.0)), (31, vec!["COMPLETED".to_owned()], None)]);
    assert_eq!((late.orders[0].stay, late.orders[0].wait.clone(), late.orders[0].samples), (None, None, 0));

    // Open at 36 hours were those of 40 … 100 and order 17; seven of these eight took more than 48.
    let risk = page(&pool, "tab=risk").await;
    assert_eq!(ids(&risk.orders), [12, 13]);
    assert_eq!(risk.orders[1].chance, Some(7.0 / 8.0));
    assert_eq!(risk.orders[0].chance, Some(1.0), "all peers that were open at 48 hours took longer");
    assert!((risk.counts.expected_misses - 15.0 / 8.0).abs() < 1e-9);
    assert_eq!(ids(&page(&pool, "tab=risk&sort=chance").await.orders), [13, 12]);
    assert_eq!(ids(&page(&pool, "tab=risk&sort=-customer").await.orders), [13, 12]);
    assert_eq!(ids(&page(&pool, "tab=warning").await.orders), [14, 15]);
    assert_eq!(ids(&page(&pool, "tab=warning&customer=2").await.orders), [15]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn late_orders_are_sorted_into_ages_whose_hours_list_them(pool: PgPool) {
    small_lab(&pool).await;
    let late = page(&pool, "").await;
    let ages: Vec<_> = late.customers.iter().map(|one| one.ages.clone()).collect();
    assert_eq!(ages, [[0, 0, 0, 0, 0, 1], [0, 1, 0, 0, 0, 0]]);
    for one in &late.customers {
        let id = one.customer.as_ref().map_or(CustomerId(0), |(id, _)| *id);
        for (class, orders) in one.ages.iter().enumerate() {
            let (age_from, age_below) = app::model::priority::age_hours(class);
            let list = links::of_customer(links::orders_now(&query("").filter, Condition::Late), id);
            let list = ListQuery { age_from, age_below, ..list };
            assert_eq!(*orders, listed(&pool, &list).await, "{}", list.href());
        }
    }
    let states: Vec<_> =
        late.states.iter().map(|one| (one.state.as_deref(), one.orders, one.observed, one.median)).collect();
    assert_eq!(states, [(Some("IN PROGRESS"), 1, 0, None), (Some("ON HOLD"), 1, 1, Some(48.0))]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn samples_wait_since_they_were_done_or_got_their_status(pool: PgPool) {
    small_lab(&pool).await;
    let ready = page(&pool, "tab=ready").await;
    let one = &ready.samples[0];
    assert_eq!((ready.total, one.id.0, one.hours, one.tests), (1, 21, Some(6.0), 1));
    let metrc = page(&pool, "tab=metrc").await;
    let one = &metrc.samples[0];
    assert_eq!((metrc.total, one.id.0, one.hours), (1, 20, Some(240.0)));
    assert_eq!(one.metrc, Some(("TAG20".to_owned(), Some("TestingInProgress".to_owned()))));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_table_is_narrowed_by_days_and_cut_into_pages(pool: PgPool) {
    small_lab(&pool).await;
    let late = page(&pool, "min_days=4").await;
    assert_eq!((ids(&late.orders), late.total, late.counts.late), (vec![10], 1, 2), "the tile counts all");
    let lab = Factory { pool: &pool, zone: UTC };
    for id in 200..230 {
        lab.order(id, 2, [Some("2026-11-10 00:00"), None, None], Some("CREATED")).await;
    }
    let second = page(&pool, "page=2").await;
    assert_eq!((second.total, second.page, second.orders.len()), (32, 2, 7));
    let beyond = page(&pool, "page=9").await;
    assert_eq!((beyond.page, ids(&beyond.orders)), (2, ids(&second.orders)), "the last page there is");
    let whole = PriorityQuery { whole: true, ..query("page=2") };
    assert_eq!(service(&pool, NOW, UTC).priority(&whole).await.expect("a page").orders.len(), 32);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_page_can_be_had_as_of_a_moment(pool: PgPool) {
    small_lab(&pool).await;
    let past = service(&pool, NOW, UTC).as_of(at("2026-11-19 00:00"));
    let page = past.priority(&query("sla=24")).await.expect("a page");
    assert_eq!(ids(&page.orders), [10, 17, 11]);
    let held = &page.orders[2];
    assert_eq!((held.stay, held.wait.clone()), (Some(12.0), Some((Some("CREATED".to_owned()), 24.0))));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_laboratory_without_orders_has_an_empty_page(pool: PgPool) {
    for text in ["", "tab=ready", "tab=metrc&page=3"] {
        let page = page(&pool, text).await;
        assert_eq!((page.counts.open, page.counts.oldest.is_none(), page.total, page.page), (0, true, 0, 1));
        assert!(page.orders.is_empty() && page.samples.is_empty());
        assert!(page.customers.is_empty() && page.states.is_empty());
    }
}
