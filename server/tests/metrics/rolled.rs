//! The roll-up by day against a direct count: after whatever is written, in every dimension, by every statement.

use crate::factory::Factory;
use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::{America::New_York, Tz, UTC};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use server::db::lims::{self, Table};
use server::db::metrics::customers::{self, Judgement};
use server::db::metrics::quality::Groups;
use server::db::metrics::spread::{By, Clock};
use server::db::metrics::timed::Timed;
use server::db::metrics::{
    Periods, Population, Shift, Window, balance, batches, distribution, labels, operations, outcomes, process, quality,
    ranking, rolled, spread, stages, timed, turnaround, volume,
};
use sqlx::{AssertSqlSafe, PgPool};
use std::fmt::Debug;

const STATES: [Option<&str>; 7] = [
    None,
    Some(""),
    Some("IN PROGRESS"),
    Some("REPORTED"),
    Some(" on hold"),
    Some("NOT REPORTABLE"),
    Some("CLIENT CANCELLED"),
];
const LABELS: [Option<&str>; 4] = [None, Some(""), Some("CN"), Some("MB")];
const KINDS: [Option<&str>; 3] = [None, Some("Flower"), Some("Vape")];

/// Days of both, all data inside.
const NEAR: [&str; 2] = ["2026-09-01", "2026-12-31"];
const FAR: [&str; 2] = ["2016-09-01", "2036-12-31"];

fn pick<T: Copy>(rng: &mut StdRng, from: &[T]) -> T {
    from[rng.random_range(0..from.len())]
}

/// A text of SQL for a random instant of some weeks around the end of summer time in New York, or null.
fn moment(rng: &mut StdRng) -> String {
    let hours = rng.random_range(0..24 * 30);
    if rng.random_bool(0.15) {
        "null::timestamptz".to_owned()
    } else {
        format!("timestamptz '2026-10-15Z' + interval '{hours} hours'")
    }
}

async fn run(pool: &PgPool, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(pool).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

async fn random_laboratory(pool: &PgPool, rng: &mut StdRng, zone: Tz) {
    let lab = Factory { pool, zone };
    for id in 1..=4 {
        lab.customer(id, None).await;
        lab.order(id, id, [Some("2026-10-15 00:00"), None, None], None).await;
    }
    for id in 1..=10 {
        let kinds = [None, pick(rng, &KINDS), pick(rng, &KINDS)];
        let day = format!("2026-10-{} 03:00", rng.random_range(16..31));
        lab.sample(id, 1 + id % 4, [Some(&day), None], kinds).await;
    }
    run(pool, "insert into batches (id, display_name, raw_payload) select b, 'Batch ' || b, '{}' from generate_series(1, 4) b on conflict do nothing".to_owned()).await;
    for id in 1..=60 {
        lab.test(id, 1 + id % 11, [None, None], pick(rng, &STATES), pick(rng, &LABELS)).await;
        dates(pool, rng, id, zone).await;
    }
}

/// Gives a test other dates, the way the synchronisation writes them.
async fn dates(pool: &PgPool, rng: &mut StdRng, id: i32, zone: Tz) {
    let [created, started, completed, reported] = [moment(rng), moment(rng), moment(rng), moment(rng)];
    run(
        pool,
        format!(
            "update tests set date_created = {created}, start_date = {started}, complete_date = {completed}, report_completed_date = {reported},
                 created_local = ({created}) at time zone '{zone}', completed_local = ({completed}) at time zone '{zone}',
                 reported_local = ({reported}) at time zone '{zone}',
                 tat_hours = extract(epoch from ({reported}) - ({created})) / 3600 where id = {id}"
        ),
    )
    .await;
}

fn quoted(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), |text| format!("'{text}'"))
}

/// One of the things that happen to records.
async fn change(pool: &PgPool, rng: &mut StdRng, zone: &mut Tz) -> String {
    let test = rng.random_range(1..=60);
    let (kind, least) = pick(rng, &[("customer", 4), ("order", 4), ("sample", 10), ("test", 60)]);
    let id = rng.random_range(1..=least);
    let sql = match rng.random_range(0..13) {
        0 | 1 => {
            dates(pool, rng, test, *zone).await;
            return format!("dates of {test}");
        }
        2 => format!("update tests set state = {} where id = {test}", quoted(pick(rng, &STATES))),
        3 => format!("update tests set label_abbr = {} where id = {test}", quoted(pick(rng, &LABELS))),
        4 => format!(
            "insert into banned_entities (entity_type, entity_id) values ('{kind}', {id}) on conflict do nothing"
        ),
        5 => format!("delete from banned_entities where entity_type = '{kind}'"),
        6 => format!("update {kind}s set deleted_at = now() where id = {id}; select refresh_{kind}s(array[{id}])"),
        7 => format!("update {kind}s set deleted_at = null; select refresh_{kind}s(array(select id from {kind}s))"),
        8 => format!(
            "update samples set matrix_type = {}, sample_type = {} where id = {}",
            quoted(pick(rng, &KINDS)),
            quoted(pick(rng, &KINDS)),
            rng.random_range(1..=10)
        ),
        9 => format!(
            "insert into state_changes (entity, entity_id, from_state, to_state, seen_at)
             values ('tests', {test}, '{}', '{}', coalesce({}, now()))",
            pick(rng, &["IN PROGRESS", ""]),
            pick(rng, &["RERUN", "COMPLETED"]),
            moment(rng)
        ),
        10 => {
            format!("update tests set batch_ids = '{}' where id = {test}", pick(rng, &["{}", "{1}", "{2,3}", "{4,9}"]))
        }
        11 => format!("update orders set customer_account_id = {id} where id = 1; select refresh_orders(array[1])"),
        _ => {
            *zone = if *zone == UTC { New_York } else { UTC };
            let mut tx = pool.begin().await.expect("a transaction");
            for table in [Table::Samples, Table::Tests] {
                lims::recompute_local(&mut tx, table, zone.name()).await.expect("local times");
            }
            tx.commit().await.expect("local times");
            return format!("zone {zone}");
        }
    };
    run(pool, sql.clone()).await;
    sql
}

/// Everything that the roll-up tells, in one text a row.
async fn told(db: &mut sqlx::PgConnection, part: &str) -> Vec<String> {
    let mut rows = Vec::new();
    for dimension in ["all", "customer", "label", "state", "matrix", "type", "batched", "batch"] {
        let sql = format!("select d::text from day_figures('{dimension}', null, {part}) d order by 1");
        let found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut *db).await.expect("figures");
        rows.extend(found);
    }
    let sql = format!(
        "select row(day, source, stage, round(entered::numeric, 6), hours)::text from stage_figures({part}) order by 1"
    );
    let stages: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut *db).await.expect("stages");
    rows.extend(stages);
    rows
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_roll_up_is_a_direct_count_after_whatever_is_written(pool: PgPool) {
    let mut rng = StdRng::seed_from_u64(5);
    let mut zone = New_York;
    random_laboratory(&pool, &mut rng, zone).await;
    let mut clean_days = 0;
    for round in 0..150 {
        if round % 3 == 0 {
            rolled::roll(&pool).await.expect("figures by day");
        }
        let done = change(&pool, &mut rng, &mut zone).await;
        let part = pick(&mut rng, &["'2026-10-01', '2026-12-01'", "'2026-10-20 07:30', '2026-11-05 13:00'"]);
        let mut tx = pool.begin().await.expect("a transaction");
        let rolled = told(&mut tx, part).await;
        clean_days +=
            sqlx::query("delete from rolled_days").execute(&mut *tx).await.expect("no clean day").rows_affected();
        let counted = told(&mut tx, part).await;
        assert_eq!(rolled, counted, "round {round}: {done}");
        tx.rollback().await.expect("the days are clean again");
    }
    assert!(clean_days > 1000, "most days stay clean: {clean_days}");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn writing_a_test_takes_its_days_and_no_others(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: UTC };
    lab.customer(1, None).await;
    lab.order(1, 1, [None; 3], None).await;
    lab.sample(1, 1, [Some("2026-10-01 00:00"), None], [None; 3]).await;
    lab.test(1, 1, [Some("2026-10-02 00:00"), Some("2026-10-06 00:00")], None, None).await;
    rolled::roll(&pool).await.expect("figures by day");
    let clean = || sqlx::query_scalar::<_, NaiveDate>("select day from rolled_days order by 1").fetch_all(&pool);
    assert_eq!(clean().await.expect("days").len(), 6);
    run(&pool, "update tests set state = 'ON HOLD'".to_owned()).await;
    let left: Vec<String> = clean().await.expect("days").iter().map(ToString::to_string).collect();
    assert_eq!(left, ["2026-10-01", "2026-10-03", "2026-10-04", "2026-10-05"]);
    assert_eq!(rolled::roll(&pool).await.expect("figures by day"), 2);
    run(&pool, "truncate tests".to_owned()).await;
    assert!(clean().await.expect("days").is_empty());
}

fn periods(days: [&str; 2]) -> Periods {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
    let previous = NaiveDateTime::default();
    Periods {
        current: Window::days(day(days[0]), day(days[1])),
        previous: Window::new(previous, previous),
        shift: Shift::default(),
        bucket: "week",
    }
}

/// Durations are told to a millionth, so that the order of additions does not matter.
fn text(value: impl Debug) -> String {
    let text = format!("{value:?}");
    let round = |part: &str| part.parse::<f64>().map_or_else(|_| part.to_owned(), |number| format!("{number:.6}"));
    text.split_inclusive(&[' ', ',', ']', ')', '['])
        .map(|part| {
            let number = part.trim_end_matches([' ', ',', ']', ')', '[']);
            format!("{}{}", round(number), &part[number.len()..])
        })
        .collect()
}

/// What every statement answers that the roll-up may answer for it.
async fn answers(pool: &PgPool, who: &Population, periods: &Periods) -> Vec<String> {
    let window = periods.current;
    let what = Timed { kind: "tests", working: false };
    let mut all = vec![
        text(volume::measure(pool, who, periods).await.expect("volume")),
        text(turnaround::measure(pool, who, periods, 48.0).await.expect("turnaround")),
        text(turnaround::daily(pool, who, window).await.expect("sums")),
        text(operations::completed(pool, who, periods).await.expect("completed")),
        text(spread::histogram(pool, who, window).await.expect("a histogram")),
        text(labels::created(pool, who, periods).await.expect("labels")),
        text(distribution::tests(pool, who, window, None).await.expect("a distribution")),
        text(quality::states(pool, who, window, "week").await.expect("states")),
        text(ranking::by_tests(pool, who, window, 9).await.expect("a ranking")),
        text(outcomes::measure(pool, who, window, 48.0).await.expect("outcomes")),
        text(process::first_pass(pool, who, window).await.expect("first pass")),
        text(process::profile(pool, who, window, process::Measure::default(), 48.0).await.expect("a profile")),
        text(timed::measure(pool, what, who, periods, 48.0).await.expect("turnaround")),
        text(timed::curve(pool, what, who, window).await.expect("a curve")),
        text(timed::bins(pool, what, who, window, &[12.0, 24.0, 100.0]).await.expect("bins")),
    ];
    let now = "2026-11-20T12:00:00Z".parse().expect("a moment");
    let judgement = Judgement { now, sla_hours: 48.0, final_states: &[] };
    all.push(text(customers::leading(pool, who, periods, judgement, 3).await.expect("customers")));
    all.push(text(balance::by_day(pool, who, window, &["REPORTED".to_owned()]).await.expect("a balance")));
    all.push(text(batches::impact(pool, who, window, 3).await.expect("batches")));
    all.push(text(stages::stages(pool, "tests", who, window).await.expect("stages")));
    all.push(text(stages::visits(pool, who, window).await.expect("visits")));
    for groups in [Groups::Total, Groups::Customers, Groups::Matrices] {
        all.push(text(quality::tests(pool, who, window, groups, "week", now, 48.0).await.expect("quality")));
    }
    for by in [By::Label, By::Customer, By::Matrix] {
        for clock in [Clock::Created, Clock::Reported] {
            all.push(text(spread::grouped(pool, who, window, clock, by, 48.0).await.expect("groups")));
        }
    }
    for by in ["label", "customer", "matrix", "type"] {
        all.push(text(timed::grouped(pool, what, who, periods, by, 48.0).await.expect("groups")));
    }
    all
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn each_statement_answers_the_same_from_the_roll_up_and_from_the_records(pool: PgPool) {
    let filters = [
        Population::default(),
        Population { customer: Some(2), ..Population::default() },
        Population { label: Some("CN".to_owned()), ..Population::default() },
        Population { label: Some("unknown".to_owned()), ..Population::default() },
        Population { state: Some("REPORTED".to_owned()), ..Population::default() },
        Population { matrix: Some("Flower".to_owned()), ..Population::default() },
        Population { matrix: Some("unknown".to_owned()), ..Population::default() },
        Population { sample_type: Some("Vape".to_owned()), ..Population::default() },
        Population { customer: Some(2), matrix: Some("Flower".to_owned()), ..Population::default() },
    ];
    for seed in 0..4 {
        let mut rng = StdRng::seed_from_u64(seed);
        run(&pool, "truncate customers, orders, samples, tests, state_changes, banned_entities".to_owned()).await;
        let mut zone = New_York;
        random_laboratory(&pool, &mut rng, zone).await;
        for _ in 0..20 {
            change(&pool, &mut rng, &mut zone).await;
        }
        rolled::roll(&pool).await.expect("figures by day");
        for who in &filters {
            // Ranges of many years are counted from the records.
            let (near, far) = (answers(&pool, who, &periods(NEAR)).await, answers(&pool, who, &periods(FAR)).await);
            for (near, far) in near.iter().zip(&far) {
                assert_eq!(near, far, "seed {seed}, {who:?}");
            }
        }
    }
}
