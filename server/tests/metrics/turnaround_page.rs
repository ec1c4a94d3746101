//! The page about turnaround: by hand, against REST, and against the lists that its figures open.

use crate::factory::{Factory, at, service};
use app::model::filter::Filter;
use app::model::records::{ListQuery, RecordKind, TurnaroundClass, links};
use app::model::stages::{Source, Stage, StageName, Step, Times, Waterfall};
use app::model::turnaround::{GroupFigures, Measured, Subject, Turnaround, TurnaroundQuery};
use app::ports::{MetricsPort as _, RecordsPort as _};
use axum::body::{Body, to_bytes};
use axum::http::Request;
use chrono_tz::UTC;
use serde_json::Value;
use server::auth::Auth;
use server::config::{FINAL_STATES, LabConfig};
use server::http::api::{ApiState, routes};
use server::lab::{Current, Settings};
use server::records;
use server::sync::SyncService;
use sqlx::PgPool;
use std::sync::Arc;
use tower::ServiceExt as _;

const NOW: &str = "2026-11-20 12:00";
const WEEK: &str = "from=2026-11-02&to=2026-11-08";
const REST_WEEK: &str = "date_from=2026-11-02&date_to=2026-11-08";

async fn page(pool: &PgPool, query: &str) -> Turnaround {
    let query = TurnaroundQuery::parse(&format!("{WEEK}&{query}")).expect("a query");
    service(pool, NOW, UTC).turnaround(&query).await.expect("a page")
}

fn records_of(pool: &PgPool) -> records::Service {
    let final_states = FINAL_STATES.map(str::to_owned).to_vec();
    let settings = records::Settings { zone: UTC, final_states, qbench_record_url: None };
    let moment = at(NOW);
    records::Service::new(pool.clone(), settings, Arc::new(move || moment))
}

async fn rest(pool: &PgPool, path: &str) -> Value {
    let moment = at(NOW);
    let state = ApiState {
        metrics: service(pool, NOW, UTC),
        records: Arc::new(records_of(pool)),
        sync: Arc::new(SyncService::new(pool.clone(), UTC, true, Arc::new(move || moment))),
        auth: Arc::new(Auth::new(pool.clone())),
        settings: Arc::new(Settings::new(pool.clone(), LabConfig::default(), Current::from(UTC))),
    };
    let request = Request::builder().uri(format!("/api/v1{path}")).body(Body::empty()).expect("a request");
    let response = routes::<()>(&state).oneshot(request).await.expect("an answer");
    assert!(response.status().is_success(), "{path}: {}", response.status());
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    serde_json::from_slice(&body).expect("JSON")
}

/// A figure the way an answer tells it: written and read again, because reading may be off by the last digit.
fn wire(figure: &impl serde::Serialize) -> Value {
    serde_json::from_str(&serde_json::to_string(figure).expect("a figure")).expect("JSON")
}

/// The week of Monday 2 November, and a little of the one before. The laboratory works on weekdays from 8 to 17.
async fn two_weeks(pool: &PgPool) {
    let lab = Factory { pool, zone: UTC };
    let monday = Some("2026-11-02 08:00");
    lab.customer(1, None).await;
    lab.customer(2, None).await;
    lab.order(10, 1, [monday, None, Some("2026-11-06 08:00")], Some("REPORTED")).await;
    lab.order(11, 2, [monday, None, Some("2026-11-08 08:00")], Some("REPORTED")).await;
    lab.order(12, 1, [Some("2026-10-27 08:00"), None, Some("2026-10-28 08:00")], Some("REPORTED")).await;
    lab.order(13, 1, [Some("2026-11-05 08:00"), None, Some("2026-11-04 08:00")], Some("REPORTED")).await;
    lab.sample(20, 10, [monday, Some("2026-11-03 08:00")], [None, Some("Flower"), Some("Adult Use")]).await;
    lab.sample(21, 11, [monday, Some("2026-11-05 08:00")], [None, Some("Water"), None]).await;
    lab.sample(22, 12, [Some("2026-10-27 08:00"), Some("2026-10-27 20:00")], [None, Some("Water"), None]).await;
    let done = Some("REPORTED");
    lab.test(30, 20, [monday, Some("2026-11-03 08:00")], done, Some("CN")).await;
    lab.test(31, 20, [monday, Some("2026-11-04 08:00")], done, Some("CN")).await;
    lab.test(32, 20, [monday, Some("2026-11-05 08:00")], done, Some("MB")).await;
    lab.test(33, 21, [Some("2026-11-03 08:00"), Some("2026-11-07 08:00")], done, None).await;
    lab.test(34, 21, [Some("2026-11-06 08:00"), Some("2026-11-05 08:00")], done, Some("CN")).await;
    lab.test(35, 21, [None, Some("2026-11-05 08:00")], done, Some("CN")).await;
    lab.test(36, 22, [Some("2026-10-27 08:00"), Some("2026-10-28 08:00")], done, Some("CN")).await;
    lab.test(37, 20, [monday, None], None, Some("CN")).await;
    let changes = "insert into state_changes (entity, entity_id, from_state, to_state, seen_at) values
        ('tests', 30, 'NOT STARTED', 'IN PROGRESS', '2026-11-02 14:00Z'),
        ('tests', 30, 'IN PROGRESS', 'REPORTED', '2026-11-03 08:00Z')";
    run(pool, changes).await;
}

type Brief<'a> = (&'a str, u64, u64, u64, Option<f64>, Option<f64>);

fn brief(groups: &[GroupFigures]) -> Vec<Brief<'_>> {
    let mut rows: Vec<Brief<'_>> = Vec::new();
    for row in groups {
        rows.push((&row.key, row.ended, row.measured, row.within, row.median, row.previous_median));
    }
    rows
}

fn near(found: Option<f64>, wanted: f64) -> bool {
    found.is_some_and(|found| (found - wanted).abs() < 1e-9)
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn every_figure_of_tests_by_the_calendar_is_what_a_hand_works_out(pool: PgPool) {
    two_weeks(&pool).await;
    let page = page(&pool, "").await;
    let tiles = &page.tiles;
    assert_eq!((tiles.ended.value, tiles.ended.previous), (Some(6.0), Some(1.0)));
    assert_eq!(tiles.ended.series, [0.0, 1.0, 1.0, 3.0, 0.0, 1.0, 0.0].map(Some));
    assert_eq!(page.measured, Measured { within: 2, beyond: 2, undated: 1, negative: 1 });
    assert_eq!((tiles.on_time.value, tiles.on_time.previous), (Some(0.5), Some(1.0)));
    assert_eq!((tiles.mean.value, tiles.median.value, tiles.median.previous), (Some(60.0), Some(60.0), Some(24.0)));
    assert!(near(tiles.p90.value, 88.8) && near(tiles.p95.value, 92.4) && near(tiles.p99.value, 95.28), "{tiles:?}");
    let filled: Vec<_> = page.bins.iter().filter(|bin| bin.count > 0).map(|bin| (bin.over, bin.upto)).collect();
    let edges = [(20.0, Some(24.0)), (44.0, Some(48.0)), (68.0, Some(72.0)), (92.0, Some(96.0))];
    assert_eq!(filled, edges, "an edge belongs to the bin below it");
    assert_eq!((page.curve.len(), page.curve[0].hours, page.curve[50].hours), (51, 24.0, 96.0));
    assert!(near(Some(page.curve[25].share), 0.5) && near(Some(page.curve[25].hours), 60.0));
    assert_eq!(page.curve[25].previous, Some(24.0));
    let medians: Vec<_> = page.points.iter().map(|point| point.median).collect();
    assert_eq!(medians, [None, Some(24.0), Some(48.0), Some(72.0), None, Some(96.0), None]);
    assert_eq!(page.median_limits, None, "four days say too little");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_same_tests_on_the_working_clock(pool: PgPool) {
    two_weeks(&pool).await;
    let page = page(&pool, "clock=working&sla=20").await;
    assert_eq!(page.measured, Measured { within: 2, beyond: 2, undated: 1, negative: 1 });
    assert_eq!((page.tiles.mean.value, page.tiles.median.previous), (Some(22.5), Some(9.0)));
    assert_eq!((page.curve[0].hours, page.curve[50].hours), (9.0, 36.0), "nobody works on Saturday");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn groups_follow_the_state_of_the_page_and_of_the_filter(pool: PgPool) {
    two_weeks(&pool).await;
    let labels = page(&pool, "").await;
    let wanted = [
        ("CN", 4, 2, 2, Some(36.0), Some(24.0)),
        ("MB", 1, 1, 0, Some(72.0), None),
        ("unknown", 1, 1, 0, Some(96.0), None),
    ];
    assert_eq!(brief(&labels.groups), wanted);
    let customers = page(&pool, "group=customer").await;
    let wanted = [("Customer 1", 3, 3, 2, Some(48.0), Some(24.0)), ("Customer 2", 3, 1, 0, Some(96.0), None)];
    assert_eq!(brief(&customers.groups), wanted);
    assert_eq!(customers.groups[0].customer.map(|id| id.0), Some(1));
    let types = page(&pool, "group=type&compare=none").await;
    let wanted = [("Adult Use", 3, 3, 2, Some(48.0), None), ("unknown", 3, 1, 0, Some(96.0), None)];
    assert_eq!(brief(&types.groups), wanted);
    let matrices = page(&pool, "group=matrix&matrix=Water").await;
    assert_eq!(brief(&matrices.groups), [("Water", 3, 1, 0, Some(96.0), Some(24.0))]);
    Factory { pool: &pool, zone: UTC }.ban("customer", 2).await;
    assert_eq!(page(&pool, "group=customer").await.groups.len(), 1);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn samples_end_with_completion_and_orders_with_their_report(pool: PgPool) {
    two_weeks(&pool).await;
    let samples = page(&pool, "entity=samples").await;
    assert_eq!((samples.tiles.ended.value, samples.tiles.mean.value), (Some(2.0), Some(48.0)));
    let wanted = [("Flower", 1, 1, 1, Some(24.0), None), ("Water", 1, 1, 0, Some(72.0), Some(12.0))];
    assert_eq!(brief(&samples.groups), wanted);
    assert_eq!(page(&pool, "entity=samples&clock=working").await.tiles.mean.value, Some(18.0));
    let orders = page(&pool, "entity=orders&group=label").await;
    assert_eq!(orders.measured, Measured { within: 0, beyond: 2, undated: 0, negative: 1 });
    assert_eq!(orders.tiles.mean.value, Some(120.0));
    let wanted = [("Customer 1", 2, 1, 0, Some(96.0), Some(24.0)), ("Customer 2", 1, 1, 0, Some(144.0), None)];
    assert_eq!(brief(&orders.groups), wanted);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn slow_orders_are_those_of_rest(pool: PgPool) {
    two_weeks(&pool).await;
    let slow = page(&pool, "").await.slowest;
    let rows: Vec<_> = slow.rows.iter().map(|row| (row.id.0, row.hours, row.outlier)).collect();
    assert_eq!(rows, [(11, 144.0, true), (10, 96.0, false)]);
    assert!((slow.total, slow.mean) == (2, Some(120.0)) && near(slow.p95, 141.6));
    let answer =
        rest(&pool, &format!("/analytics/priority-orders/slowest?{REST_WEEK}&min_open_hours=72&limit=50")).await;
    assert_eq!(answer["stats"]["average_open_hours"], wire(&slow.mean));
    assert_eq!(answer["stats"]["percentile_95_open_hours"], wire(&slow.p95));
    assert_eq!(answer["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(page(&pool, "least=100").await.slowest.total, 1);
    assert!(page(&pool, "outlier=90").await.slowest.rows.iter().all(|row| row.outlier));
    assert_eq!(page(&pool, "matrix=Flower").await.slowest.rows.len(), 1, "the filter holds for orders too");
    assert_eq!(page(&pool, "state=REPORTED").await.slowest.rows.len(), 2, "the state is that of the tests");
}

async fn run(pool: &PgPool, statement: &'static str) {
    sqlx::query(statement).execute(pool).await.expect(statement);
}

type Fall = (StageName, u64, f64, f64, f64);

fn falls(waterfall: &Waterfall) -> Vec<Fall> {
    let fall = |stage: &Stage| {
        let Times { mean, median, p90 } = stage.times;
        (stage.name.clone(), stage.passed, mean, median, p90)
    };
    waterfall.stages.iter().map(fall).collect()
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn time_goes_to_the_states_that_were_seen_and_else_to_the_steps_between_dates(pool: PgPool) {
    two_weeks(&pool).await;
    let state = |name: &str| StageName::State(name.to_owned());
    let seen = page(&pool, "label=CN").await.stages.expect("one that was seen, one with dates");
    assert_eq!((seen.source, seen.records, seen.left_out), (Source::States, 1, 1));
    let wanted = [(state("NOT STARTED"), 1, 6.0, 6.0, 6.0), (state("IN PROGRESS"), 1, 18.0, 18.0, 18.0)];
    assert_eq!(falls(&seen), wanted, "nothing is left for the last state");

    run(&pool, "update tests set start_date = '2026-11-02 20:00Z', complete_date = '2026-11-04 20:00Z' where id = 32")
        .await;
    run(&pool, "update tests set complete_date = '2026-11-09 08:00Z' where id = 33").await;
    let dated = page(&pool, "").await.stages.expect("four tests");
    assert_eq!((dated.source, dated.records, dated.left_out), (Source::Dates, 3, 1));
    let [started, completed, reported] = [Step::Started, Step::Completed, Step::Reported].map(StageName::Until);
    // Hours of each step: 0, 0, 48 without dates between; 12, 48, 12 with both; 0, 96, 0 with one after the end.
    let wanted = [(started, 1, 4.0, 0.0, 9.6), (completed, 2, 48.0, 48.0, 86.4), (reported, 2, 20.0, 12.0, 40.8)];
    let found = falls(&dated);
    for (found, wanted) in found.iter().zip(&wanted) {
        assert_eq!((&found.0, found.1), (&wanted.0, wanted.1));
        let pairs = [(found.2, wanted.2), (found.3, wanted.3), (found.4, wanted.4)];
        assert!(pairs.iter().all(|(found, wanted)| near(Some(*found), *wanted)), "{found:?} {wanted:?}");
    }
    assert_eq!(found.len(), wanted.len());
    assert_eq!((dated.whole.mean, dated.whole.median), (72.0, 72.0));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn samples_and_orders_have_their_stages_too_and_the_means_add_up(pool: PgPool) {
    two_weeks(&pool).await;
    run(
        &pool,
        "update orders set date_received = '2026-11-02 20:00Z', date_completed = '2026-11-05 08:00Z' where id = 10",
    )
    .await;
    let changes = "insert into state_changes (entity, entity_id, from_state, to_state, seen_at) values
        ('samples', 20, 'CREATED', 'ON HOLD', '2026-11-02 12:00Z'), ('samples', 20, 'ON HOLD', 'CREATED', '2026-11-02 16:00Z'),
        ('samples', 20, 'CREATED', 'COMPLETED', '2026-11-03 08:00Z'), ('samples', 21, '', 'COMPLETED', '2026-11-05 12:00Z')";
    run(&pool, changes).await;
    let samples = page(&pool, "entity=samples&clock=working").await.stages.expect("two samples");
    assert_eq!((samples.source, samples.records, samples.left_out), (Source::States, 2, 0));
    let names: Vec<_> =
        samples.stages.iter().map(|stage| (stage.name.clone(), stage.passed, stage.times.mean)).collect();
    let state = |name: &str| StageName::State(name.to_owned());
    // A state that a record comes back to counts once, with both stays; what was seen after the end does not count.
    assert_eq!(names, [(state("CREATED"), 1, 10.0), (state("UNKNOWN"), 1, 36.0), (state("ON HOLD"), 1, 2.0)]);
    let orders = page(&pool, "entity=orders").await.stages.expect("two orders");
    assert_eq!((orders.source, orders.records, orders.left_out), (Source::Dates, 2, 0));
    let steps: Vec<_> = orders.stages.iter().map(|stage| (stage.name.clone(), stage.times.mean)).collect();
    let [received, completed, reported] = [Step::Received, Step::Completed, Step::Reported].map(StageName::Until);
    assert_eq!(steps, [(received, 6.0), (completed, 30.0), (reported, 84.0)]);
    for waterfall in [samples, orders] {
        let sum: f64 = waterfall.stages.iter().map(|stage| stage.times.mean).sum();
        assert!(near(Some(sum), waterfall.whole.mean), "{waterfall:?}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_page_and_rest_say_the_same(pool: PgPool) {
    two_weeks(&pool).await;
    let calendar = page(&pool, "").await;
    let tiles = &calendar.tiles;
    let answer = rest(&pool, "/metrics/tests/tat?date_reported_from=2026-11-02&date_reported_to=2026-11-08").await;
    let names = ["average_hours", "median_hours", "p90_hours", "p95_hours", "p99_hours"];
    let figures = [&tiles.mean, &tiles.median, &tiles.p90, &tiles.p95, &tiles.p99].map(|figure| wire(&figure.value));
    assert_eq!(names.map(|name| answer["metrics"][name].clone()), figures);
    assert_eq!(answer["metrics"]["negative_durations"], wire(&calendar.measured.negative));

    let working = page(&pool, "clock=working&sla=20").await;
    let path = format!("/metrics/tests/turnaround-profile?{REST_WEEK}&clock=working&sla_hours=20");
    let answer = rest(&pool, &path).await;
    let tiles = &working.tiles;
    let figures = [&tiles.mean, &tiles.median, &tiles.p90, &tiles.p95, &tiles.p99].map(|figure| wire(&figure.value));
    assert_eq!(names.map(|name| answer[name].clone()), figures);
    assert_eq!(answer["on_time_ratio"], wire(&tiles.on_time.value));
    assert_eq!(answer["ecdf"][25]["hours"], wire(&working.curve[25].hours));

    let answer = rest(&pool, &format!("/metrics/tests/turnaround?{REST_WEEK}&by=label")).await;
    for (group, told) in calendar.groups.iter().zip(answer["groups"].as_array().expect("groups")) {
        assert_eq!(told["key"], wire(&group.key));
        assert_eq!((&told["total_tests"], &told["within_sla"]), (&wire(&group.measured), &wire(&group.within)));
        assert_eq!((&told["median_hours"], &told["p90_hours"]), (&wire(&group.median), &wire(&group.p90)));
    }
    let filter = Filter::parse(WEEK).expect("a filter");
    let overview = service(&pool, NOW, UTC).overview(&filter).await.expect("an overview");
    assert_eq!(overview.tiles.reported, calendar.tiles.ended);
    assert_eq!((overview.tiles.tat_median, overview.tiles.tat_p90), (calendar.tiles.median, calendar.tiles.p90));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_a_figure_opens_has_as_many_records(pool: PgPool) {
    two_weeks(&pool).await;
    let filter = Filter::parse(WEEK).expect("a filter");
    let lists = records_of(&pool);
    let many = async |query: ListQuery| match query.kind {
        RecordKind::Orders => lists.orders(&query).await.expect("orders").total,
        RecordKind::Samples => lists.samples(&query).await.expect("samples").total,
        _ => lists.tests(&query).await.expect("tests").total,
    };
    for subject in Subject::ALL {
        let page = page(&pool, &format!("entity={}", subject.slug())).await;
        let Measured { within, beyond, undated, negative } = page.measured;
        assert_eq!(many(links::ended(subject, &filter)).await, within + beyond + undated + negative, "{subject:?}");
    }
    let page = page(&pool, "").await;
    assert_eq!(many(links::tests_judged(&filter, TurnaroundClass::Within)).await, page.measured.within);
    let unknown = page.measured.undated + page.measured.negative;
    assert_eq!(many(links::tests_judged(&filter, TurnaroundClass::Unknown)).await, unknown);
    for bin in &page.bins {
        assert_eq!(many(links::tests_in_bin(&filter, bin)).await, bin.count, "{bin:?}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_laboratory_without_reports_has_no_turnaround(pool: PgPool) {
    for query in ["", "entity=samples", "entity=orders&clock=working"] {
        let page = page(&pool, query).await;
        assert_eq!((page.tiles.ended.value, page.tiles.mean.value, page.tiles.on_time.value), (Some(0.0), None, None));
        assert!(page.bins.is_empty() && page.curve.is_empty() && page.groups.is_empty() && page.stages.is_none());
        assert_eq!((page.slowest.total, page.slowest.mean), (0, None));
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn limits_come_from_the_complete_buckets(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: UTC };
    lab.customer(1, None).await;
    lab.order(1, 1, [Some("2026-11-01 00:00"), None, None], None).await;
    lab.sample(1, 1, [Some("2026-11-01 00:00"), None], [None; 3]).await;
    // Medians of 24 and 26 hours in turn on six days, and of 200 hours today.
    for (id, created, reported) in [
        (1, "2026-11-13 08:00", "2026-11-14 08:00"),
        (2, "2026-11-14 08:00", "2026-11-15 10:00"),
        (3, "2026-11-15 08:00", "2026-11-16 08:00"),
        (4, "2026-11-16 08:00", "2026-11-17 10:00"),
        (5, "2026-11-17 08:00", "2026-11-18 08:00"),
        (6, "2026-11-18 08:00", "2026-11-19 10:00"),
        (7, "2026-11-12 02:00", "2026-11-20 10:00"),
    ] {
        lab.test(id, 1, [Some(created), Some(reported)], Some("REPORTED"), None).await;
    }
    let query = TurnaroundQuery::parse("range=7d").expect("a query");
    let page = service(&pool, NOW, UTC).turnaround(&query).await.expect("a page");
    let limits = page.median_limits.expect("six complete days");
    assert_eq!(limits.centre, 25.0);
    assert!(near(Some(limits.upper), 25.0 + 2.66 * 2.0) && near(Some(limits.lower), 25.0 - 2.66 * 2.0));
    assert_eq!(page.points[6].median, Some(200.0));
}
