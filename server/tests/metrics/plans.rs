//! What the planner makes of the statements at the size of a real laboratory.

use crate::factory::service;
use app::model::filter::Filter;
use app::ports::MetricsPort as _;
use chrono_tz::UTC;
use server::db::metrics::rolled;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool, Row as _};

/// 200,000 tests over two years, up to 1 December 2026.
const LABORATORY: [&str; 5] = [
    "insert into customers (id, name, date_created, created_local, raw_payload)
     select i, 'Customer ' || i, t, t at time zone 'UTC', '{}'
     from generate_series(1, 120) i, lateral (select timestamptz '2026-12-01' - i * interval '9 days' as t) x",
    "insert into orders (id, customer_account_id, date_created, created_local, date_completed, completed_local, state, raw_payload)
     select i, 1 + i * 7 % 120, t, t at time zone 'UTC', done, done at time zone 'UTC', case when done is null then 'IN PROGRESS' else 'COMPLETED' end, '{}'
     from generate_series(1, 10000) i, lateral (select timestamptz '2026-12-01' - (10000 - i) * interval '105 minutes' as t) x,
         lateral (select case when i < 9900 then t + interval '3 days' end as done) y",
    "insert into samples (id, order_id, customer_id, date_created, created_local, completed_date, completed_local, matrix_type, sample_type, state, raw_payload)
     select i, o.id, o.customer_account_id, o.date_created, o.created_local, o.date_completed, o.completed_local,
         (array['Flower', 'Edible', 'Vape', null])[1 + i % 4], 'Adult Use', 'COMPLETED', '{}'
     from generate_series(1, 50000) i join orders o on o.id = 1 + (i - 1) / 5",
    "insert into tests (id, sample_id, order_id, customer_id, date_created, created_local, report_completed_date, reported_local, tat_hours, state, label_abbr, raw_payload)
     select i, s.id, s.order_id, s.customer_id, s.date_created, s.created_local, r, r at time zone 'UTC',
         extract(epoch from r - s.date_created) / 3600, 'REPORTED', (array['CN', 'MB', 'TP', null])[1 + i % 4], '{}'
     from generate_series(1, 200000) i join samples s on s.id = 1 + (i - 1) / 4,
         lateral (select case when i < 198000 then s.date_created + i % 90 * interval '1 hour' end as r) x",
    "analyze customers, orders, samples, tests",
];

/// The lines of a statement's plan that read a table from end to end.
async fn scans(pool: &PgPool, statement: &str) -> Vec<String> {
    let plan = sqlx::query(AssertSqlSafe(format!("explain {statement}"))).fetch_all(pool).await.expect("a plan");
    plan.iter().map(|row| row.get::<String, _>(0)).filter(|line| line.contains("Seq Scan on")).collect()
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn ninety_days_of_two_hundred_thousand_tests_are_read_through_indexes(pool: PgPool) {
    for statement in LABORATORY {
        sqlx::query(statement).execute(&pool).await.expect("a laboratory");
    }
    let big = |scan: &String| {
        ["tests", "samples", "orders"].iter().any(|table| scan.contains(&format!("Seq Scan on {table}")))
    };
    let days = "created_local >= '2026-09-02' and created_local < '2026-12-01'";
    let reported = days.replace("created", "reported");
    let ended = days.replace("created", "ended");
    for statement in [
        format!("select count(*) from visible_tests(null, null, null, null, null, null) where {days}"),
        format!("select count(*) from visible_tests(7, null, null, null, null, null) where {days}"),
        format!("select count(*) from visible_samples(null, null, null, null, null, null) where {days}"),
        format!("select count(*) from visible_orders(null, null, null, null, null, null) where {days}"),
        format!(
            "select avg(tat_hours) from visible_tests(null, null, null, null, null, null) where reported_local is not null and {reported}"
        ),
        format!(
            "select avg(hours) from timed_records('tests', false, null, null, null, null, null, null) where {ended}"
        ),
        format!(
            "select avg(hours) from timed_records('samples', true, null, null, null, null, null, null) where {ended}"
        ),
        "select count(*) from visible_tests(null, 77, null, null, null, null)".to_owned(),
        "select count(*) from open_orders(null, null, null, null, null, null, '{REPORTED}')".to_owned(),
        "select max(fetched_at) from tests".to_owned(),
    ] {
        let found: Vec<String> = scans(&pool, &statement).await.into_iter().filter(big).collect();
        assert!(found.is_empty(), "{statement}: {found:?}");
    }
    // The same, counted by the server while the overview itself is computed.
    // Without helpers, whose scans count as soon as they could begin, also where nothing is ever read.
    let one = PgPoolOptions::new()
        .max_connections(1)
        .connect_with((*pool.connect_options()).clone().options([("max_parallel_workers_per_gather", "0")]))
        .await
        .expect("a connection");
    // As a synchronisation leaves it.
    rolled::roll(&pool).await.expect("figures by day");
    let before = sequential(&one).await;
    let filter = Filter::parse("range=90d").expect("a filter");
    service(&one, "2026-12-01 00:00", UTC).overview(&filter).await.expect("an overview");
    assert_eq!(sequential(&one).await, before, "sequential scans of big tables by the overview");
}

/// How often the big tables have been read from end to end, by the only connection of `pool` among others.
async fn sequential(pool: &PgPool) -> i64 {
    for statement in ["select pg_stat_force_next_flush()", "select 1", "select pg_stat_clear_snapshot()"] {
        sqlx::query(statement).execute(pool).await.expect("fresh counts");
    }
    let counts = "select coalesce(sum(seq_scan), 0)::bigint from pg_stat_user_tables where relname in ('tests', 'samples', 'orders')";
    sqlx::query_scalar(counts).fetch_one(pool).await.expect("counts")
}
