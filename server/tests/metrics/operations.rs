//! The page about operations.

use crate::factory::{Factory, service};
use app::model::filter::Filter;
use app::model::operations::{FlowPoint, Operations, OrderFunnel};
use app::model::records::{Condition, ListQuery, links};
use app::ports::{MetricsPort as _, RecordsPort as _};
use chrono_tz::{America::New_York, Tz, UTC};
use server::config::FINAL_STATES;
use server::records;
use sqlx::PgPool;
use std::sync::Arc;

const NOW: &str = "2026-11-06 12:00";

fn filter(query: &str) -> Filter {
    Filter::parse(&format!("from=2026-11-02&to=2026-11-08&{query}")).expect("a filter")
}

async fn page(pool: &PgPool, zone: Tz, query: &str) -> Operations {
    service(pool, NOW, zone).operations(&filter(query)).await.expect("a page")
}

/// The length of a list, as the page about records tells it.
async fn listed(pool: &PgPool, query: &ListQuery) -> u64 {
    let moment = crate::factory::at(NOW);
    let settings = records::Settings {
        zone: UTC,
        final_states: FINAL_STATES.map(str::to_owned).to_vec(),
        qbench_record_url: None,
    };
    let records = records::Service::new(pool.clone(), settings, Arc::new(move || moment));
    let total = match query.kind {
        app::model::records::RecordKind::Orders => records.orders(query).await.map(|list| list.total),
        app::model::records::RecordKind::Batches => records.batches(query).await.map(|list| list.total),
        _ => records.tests(query).await.map(|list| list.total),
    };
    total.expect("a list")
}

async fn run(pool: &PgPool, sql: &'static str) {
    sqlx::raw_sql(sql).execute(pool).await.expect(sql);
}

/// Monday is 2 November. Three orders; five tests, of which one is reported, one completed, three in progress or ended
/// otherwise; two batches, one of them stale.
async fn small_lab(pool: &PgPool) {
    let lab = Factory { pool, zone: UTC };
    lab.customer(1, None).await;
    lab.order(10, 1, [Some("2026-11-02 08:00"), Some("2026-11-04 08:00"), None], Some("COMPLETED")).await;
    lab.order(11, 1, [Some("2026-11-03 08:00"), None, None], Some(" on hold ")).await;
    lab.order(12, 1, [Some("2026-11-03 09:00"), Some("2026-11-03 21:00"), Some("2026-11-05 09:00")], None).await;
    run(pool, "update orders set date_received = date_created + interval '2 hours' where id in (10, 12)").await;
    lab.sample(20, 10, [Some("2026-11-02 08:00"), Some("2026-11-04 08:00")], [None, Some("Flower"), None]).await;
    lab.sample(21, 12, [Some("2026-11-03 09:00"), Some("2026-11-04 09:00")], [None, None, None]).await;
    lab.test(30, 20, [Some("2026-11-02 08:00"), Some("2026-11-04 08:00")], Some("REPORTED"), Some("CN")).await;
    lab.test(31, 20, [Some("2026-11-02 08:30"), None], Some("COMPLETED"), Some("CN")).await;
    run(
        pool,
        "update tests set complete_date = '2026-11-03 08:00Z', completed_local = '2026-11-03 08:00' where id = 31",
    )
    .await;
    lab.test(32, 21, [Some("2026-11-03 12:00"), None], Some("IN PROGRESS"), Some("MB")).await;
    lab.test(33, 21, [Some("2026-11-06 11:00"), None], Some("ON HOLD"), Some("MB")).await;
    lab.test(34, 21, [Some("2026-10-30 11:00"), None], Some("IN PROGRESS"), Some("MB")).await;
    lab.test(35, 21, [Some("2026-11-03 12:00"), None], Some("Not reportable"), Some("MB")).await;
    run(
        pool,
        "insert into assays (id, title, label_abbr, raw_payload) values (7, 'Metals', 'HM', '{}');
         insert into batches (id, assay_id, display_name, date_created, created_local, test_ids, sample_ids, complete, raw_payload)
         values (40, 7, 'B-40', '2026-11-03 11:00Z', '2026-11-03 11:00', '{30,31,32}', '{20,21}', false, '{}'),
                (41, 7, 'B-41', '2026-11-04 12:00Z', '2026-11-04 12:00', '{33}', '{21}', false, '{}')",
    )
    .await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_went_through_is_what_a_hand_works_out(pool: PgPool) {
    small_lab(&pool).await;
    let page = page(&pool, UTC, "").await;
    let tiles = &page.tiles;
    assert_eq!((tiles.received.value, tiles.received.previous), (Some(5.0), Some(1.0)));
    assert_eq!((tiles.completed.value, tiles.reported.value), (Some(1.0), Some(1.0)));
    assert_eq!(tiles.in_progress.value, Some(3.0), "neither the completed nor the one that cannot be reported");
    assert_eq!(tiles.cycle_mean.value, Some(36.0), "48 and 24 hours");
    let tests: Vec<[u64; 3]> =
        page.flow.iter().map(|point| [point.tests_created, point.tests_completed, point.tests_reported]).collect();
    assert_eq!(tests, [[2, 0, 0], [2, 1, 0], [0, 0, 1], [0; 3], [1, 0, 0], [0; 3], [0; 3]]);
    let tuesday = FlowPoint {
        tests_created: 2,
        tests_completed: 1,
        tests_reported: 0,
        orders_created: 2,
        orders_completed: 1,
        order_hours: Some(12.0),
    };
    assert_eq!(page.flow[1], tuesday);
    assert_eq!((page.cycle[2].samples, page.cycle[2].mean), (2, Some(36.0)));
    let matrices: Vec<(&str, u64)> =
        page.cycle_matrices.iter().map(|(name, cycle)| (name.as_str(), cycle.samples)).collect();
    assert_eq!(matrices, [("Flower", 1), ("Unknown", 1)]);
    assert_eq!(page.slowest.iter().map(|order| order.id.0).collect::<Vec<_>>(), [11, 10, 12]);
    assert_eq!(page.slowest[0].age_hours, 76.0);
    // One test of 48 hours in the 108 hours from Monday to now.
    let in_progress = page.little.in_progress.expect("an average");
    assert!((in_progress - 48.0 / 108.0).abs() < 1e-9, "{in_progress}");
    assert!(tiles.little.value.is_some_and(|ratio| (ratio - 1.0).abs() < 1e-9), "one life, wholly inside the range");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn work_in_progress_ages_and_its_lists_hold_as_many(pool: PgPool) {
    small_lab(&pool).await;
    let page = page(&pool, UTC, "").await;
    assert_eq!((page.wip.tests, page.wip.ages), (3, [1, 0, 0, 1, 1]), "one hour, 72 hours, seven days and an hour");
    let states: Vec<(Option<&str>, u64)> =
        page.wip_states.iter().map(|row| (row.state.as_deref(), row.tests)).collect();
    assert_eq!(states, [(Some("IN PROGRESS"), 2), (Some("ON HOLD"), 1)]);
    let all = links::tests_in_progress(&filter(""));
    assert_eq!(listed(&pool, &all).await, 3);
    let bounds = [(None, Some(24.0)), (Some(24.0), Some(48.0)), (Some(48.0), Some(72.0)), (Some(72.0), Some(168.0))];
    for (at, (age_from, age_below)) in bounds.into_iter().chain([(Some(168.0), None)]).enumerate() {
        let list = ListQuery { age_from, age_below, ..all.clone() };
        assert_eq!(listed(&pool, &list).await, page.wip.ages[at], "{}", list.href());
    }
    let held = links::tests_in_progress(&Filter { state: Some("ON HOLD".to_owned()), ..filter("") });
    assert_eq!(listed(&pool, &held).await, 1);
    assert_eq!(listed(&pool, &links::tests_in_progress(&filter("customer=2"))).await, 0);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_funnel_is_one_cohort_and_its_steps_are_lists(pool: PgPool) {
    small_lab(&pool).await;
    let page = page(&pool, UTC, "").await;
    let funnel = OrderFunnel {
        created: 3,
        received: 2,
        completed: 2,
        reported: 1,
        on_hold: 1,
        to_received: Some(2.0),
        to_completed: Some(30.0),
        to_reported: Some(48.0),
    };
    assert_eq!(page.funnel, funnel);
    let steps = [(Condition::Received, 2), (Condition::Completed, 2), (Condition::Reported, 1), (Condition::OnHold, 1)];
    for (condition, orders) in steps {
        assert_eq!(listed(&pool, &links::orders_created(&filter(""), condition)).await, orders, "{condition:?}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn batches_and_the_hours_of_arrival(pool: PgPool) {
    small_lab(&pool).await;
    let page = page(&pool, UTC, "").await;
    let assay = &page.batch_assays[0];
    assert_eq!((assay.title.as_deref(), assay.batches, assay.tests, assay.fill), (Some("Metals"), 2, 4, Some(2.0)));
    assert_eq!((page.batches[1].batches, page.batches[1].samples, page.batches[0].fill), (1, 2, None));
    assert_eq!((page.stale_total, page.stale[0].id.0, page.stale[0].idle_hours), (1, 40, 73.0));
    assert_eq!(listed(&pool, &links::stale_batches(&Filter::default())).await, 1);
    let own = ListQuery { assay: assay.assay, ..links::batches_created(&filter("customer=2")) };
    assert_eq!(listed(&pool, &own).await, 2, "batches belong to nobody");
    assert_eq!((page.arrivals[0][8], page.arrivals[1][8], page.arrivals[1][9]), (1, 1, 1));
    assert_eq!(page.arrivals.iter().flatten().sum::<u64>(), 3);
    let day = ListQuery { weekday: Some(2), ..links::created(app::model::records::RecordKind::Orders, &filter("")) };
    assert_eq!(listed(&pool, &day).await, 2);
    assert_eq!(listed(&pool, &ListQuery { hour: Some(9), ..day }).await, 1);
    run(&pool, "update batches set state = 'CANCELLED' where id = 40").await;
    assert_eq!(listed(&pool, &links::stale_batches(&Filter::default())).await, 0);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn hours_of_arrival_are_the_laboratorys(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: New_York };
    lab.customer(1, None).await;
    lab.order(1, 1, [Some("2026-11-03 03:00"), None, None], None).await;
    lab.sample(1, 1, [Some("2026-11-03 03:00"), None], [None; 3]).await;
    lab.test(1, 1, [Some("2026-11-03 03:00"), None], None, None).await;
    let page = page(&pool, New_York, "").await;
    assert_eq!(page.arrivals[0][22], 1, "Tuesday 03:00 in UTC is Monday 22:00 there");
    assert_eq!(page.wip_states[0].state.as_deref(), Some("UNKNOWN"));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_outlook_goes_on_with_the_rhythm_of_the_week(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: UTC };
    lab.customer(1, None).await;
    lab.order(1, 1, [Some("2026-06-01 08:00"), None, None], None).await;
    lab.sample(1, 1, [Some("2026-06-01 08:00"), None], [None; 3]).await;
    // Every Wednesday of the months before brings three tests.
    run(
        &pool,
        "insert into tests (id, sample_id, date_created, created_local, raw_payload)
         select row_number() over (), 1, day at time zone 'UTC', day, '{}'
         from generate_series(timestamp '2026-06-03', timestamp '2026-11-04', interval '7 days') day, generate_series(1, 3);
         select refresh_tests(array(select id from tests))",
    )
    .await;
    let outlook = page(&pool, UTC, "").await.outlook;
    let busy: Vec<(String, f64)> =
        outlook.days.iter().filter(|day| day.value > 0.0).map(|day| (day.day.to_string(), day.value)).collect();
    assert_eq!(busy, [("2026-11-11".to_owned(), 3.0), ("2026-11-18".to_owned(), 3.0)]);
    assert_eq!((outlook.days.len(), outlook.days[0].day.to_string()), (14, "2026-11-06".to_owned()));
    assert_eq!((outlook.tested_days, outlook.inside_95, outlook.mean_error), (28, 1.0, 0.0));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn an_empty_laboratory_has_zeros_and_no_durations(pool: PgPool) {
    let page = page(&pool, UTC, "compare=none").await;
    assert_eq!((page.tiles.received.value, page.tiles.received.previous), (Some(0.0), None));
    assert_eq!((page.tiles.in_progress.value, page.tiles.cycle_mean.value), (Some(0.0), None));
    assert_eq!((page.tiles.little.value, page.funnel), (None, OrderFunnel::default()));
    assert_eq!((page.flow.len(), page.cycle.len(), page.batches.len()), (7, 7, 7));
    assert!(page.wip_states.is_empty() && page.stale.is_empty() && page.slowest.is_empty());
    assert!(page.outlook.days.iter().all(|day| day.value == 0.0 && day.band_95 == (0.0, 0.0)));
}
