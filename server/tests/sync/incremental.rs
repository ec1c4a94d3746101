//! Incremental runs.

use crate::bench::{Bench, lab_of};
use app::model::sync::SyncMode;
use chrono::TimeDelta;
use qbench_sim::{Entity, FeedMode, SimConfig};
use serde_json::json;
use sqlx::PgPool;

/// Lets the laboratory live for a day and adds what people do to it.
async fn a_day_passes(bench: &Bench) {
    bench.sim.lab().write(|lab| {
        let tomorrow = lab.now() + TimeDelta::hours(26);
        lab.advance_to(tomorrow);
        let (tests, orders) = (lab.ids(Entity::Test), lab.ids(Entity::Order));
        lab.delete_only(Entity::Test, tests[3]).expect("deleted");
        lab.delete(Entity::Order, orders[2]).expect("deleted");
        lab.patch(Entity::Customer, lab.ids(Entity::Customer)[1], json!({ "customer_name": "Renamed" }))
            .expect("patched");
        lab.patch(Entity::Test, tests[tests.len() / 2], json!({ "state": "ON HOLD" })).expect("patched");
    });
}

async fn follows(pool: PgPool, config: SimConfig) -> Bench {
    let bench = Bench::start(pool, config).await;
    bench.sync(SyncMode::Full).await;
    a_day_passes(&bench).await;
    bench.sim.reset_stats();
    bench.sync(SyncMode::Incremental).await;
    bench.assert_equal().await;
    bench
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_day_of_changes_is_followed_by_the_feed(pool: PgPool) {
    let bench = follows(pool, lab_of(3_000)).await;
    assert_eq!(bench.sim.stats().route("test detail"), 0);
    assert!(bench.count("select count(*) from state_changes where entity = 'tests'").await > 0);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_feed_that_gives_named_cells_only_is_enough(pool: PgPool) {
    follows(pool, SimConfig { feed: FeedMode::NamedCellsOnly, ..lab_of(1_500) }).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_truncated_feed_is_read_to_its_end(pool: PgPool) {
    follows(pool, SimConfig { feed: FeedMode::Truncated(30), ..lab_of(1_500) }).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn without_a_feed_the_lists_by_last_change_are_read(pool: PgPool) {
    follows(pool, SimConfig { feed: FeedMode::Refused, ..lab_of(1_500) }).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn without_either_everything_is_read(pool: PgPool) {
    follows(pool, SimConfig { feed: FeedMode::Missing, sort_by_last_updated: false, ..lab_of(800) }).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_quiet_laboratory_costs_ten_requests_at_most(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(2_000)).await;
    bench.sync(SyncMode::Full).await;
    bench.sync(SyncMode::Incremental).await;
    bench.sim.reset_stats();
    let report = bench.sync(SyncMode::Incremental).await;
    assert!(report.run.requests <= 10, "{:#?}", bench.sim.stats().log);
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_day_of_a_laboratory_with_150_orders_a_week_costs_thirty_requests_at_most(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(20_000)).await;
    bench.sync(SyncMode::Full).await;
    let orders = bench.sim.lab().write(|lab| {
        let before = lab.count(Entity::Order);
        let tomorrow = lab.now() + TimeDelta::hours(24);
        lab.advance_to(tomorrow);
        lab.count(Entity::Order) - before
    });
    let report = bench.sync(SyncMode::Incremental).await;
    bench.assert_equal().await;
    println!("{orders} new orders, {} requests", report.run.requests);
    let changed: u64 = report.run.entities.iter().map(|entity| entity.inserted + entity.updated).sum();
    assert!(report.run.requests <= 30 + changed / 25, "{} requests for {changed} changes", report.run.requests);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_window_run_reads_what_is_new_and_leaves_the_watermarks_alone(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(2_000)).await;
    bench.sync(SyncMode::Full).await;
    let marks = "select count(distinct run_id) from sync_watermarks";
    let before = bench.count("select max(run_id) from sync_watermarks").await;
    bench.sim.lab().write(|lab| {
        let tomorrow = lab.now() + TimeDelta::hours(24);
        lab.advance_to(tomorrow);
    });
    bench.sync(SyncMode::Window).await;
    assert_eq!(bench.count("select max(run_id) from sync_watermarks").await, before);
    assert_eq!(bench.count(marks).await, 1);
    bench.sync(SyncMode::Incremental).await;
    bench.assert_equal().await;
}
