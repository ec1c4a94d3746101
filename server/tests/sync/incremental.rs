//! Incremental runs.

use crate::bench::{Bench, lab_of};
use app::model::sync::SyncMode;
use chrono::TimeDelta;
use qbench_sim::{Entity, FeedMode, SimConfig, When};
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
    for _ in 0..2 {
        bench.sim.reset_stats();
        let report = bench.sync(SyncMode::Incremental).await;
        assert!(report.run.requests <= 10, "{:#?}", bench.sim.stats().log);
    }
    bench.assert_equal().await;
}

/// A laboratory whose clock runs a day and more while its lists are read: what was read may be stale at once.
async fn clock_runs_while_read(pool: PgPool, config: SimConfig) {
    let bench = Bench::start(pool, config).await;
    for page in [2, 5, 9] {
        bench.sim.faults().before(When::list(Entity::Test).page(page), |lab| {
            let ids = lab.ids(Entity::Test);
            let later = lab.now() + TimeDelta::hours(30);
            lab.advance_to(later);
            lab.patch(Entity::Test, ids[7], json!({ "state": format!("STATE {}", lab.now()) })).expect("patched");
            let sample = lab.ids(Entity::Sample)[3];
            lab.patch(Entity::Sample, sample, json!({ "comments": lab.now().to_string() })).expect("patched");
        });
    }
    bench.sync(SyncMode::Full).await;
    bench.sim.faults().clear();
    bench.sync(SyncMode::Incremental).await;
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn changes_during_the_first_walk_are_caught_up_with_at_any_pace_of_the_clock(pool: PgPool) {
    clock_runs_while_read(pool, lab_of(900)).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_same_holds_for_a_large_laboratory(pool: PgPool) {
    clock_runs_while_read(pool, lab_of(6_000)).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_change_between_the_feed_and_the_rereading_of_its_tests_is_not_passed_over(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(800)).await;
    bench.sync(SyncMode::Full).await;
    bench.sync(SyncMode::Incremental).await;
    let (one, other) = bench.sim.lab().write(|lab| {
        let ids = lab.ids(Entity::Test);
        let later = lab.now() + TimeDelta::hours(1);
        lab.advance_to(later);
        lab.patch(Entity::Test, ids[5], json!({ "state": "ON HOLD" })).expect("patched");
        (ids[5], ids[300])
    });
    // The feed has been read by then; first another test changes, then the one that is read again.
    bench.sim.faults().before(When::list(Entity::Test).page(1), move |lab| {
        for id in [other, one] {
            let later = lab.now() + TimeDelta::hours(1);
            lab.advance_to(later);
            lab.patch(Entity::Test, id, json!({ "state": "CANCELLED" })).expect("patched");
        }
    });
    bench.sync(SyncMode::Incremental).await;
    bench.sim.faults().clear();
    bench.sync(SyncMode::Incremental).await;
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_a_deletion_moves_between_two_pages_of_newest_changes_is_not_lost(pool: PgPool) {
    let bench = Bench::start(pool, SimConfig { feed: FeedMode::Refused, ..lab_of(1_500) }).await;
    bench.sync(SyncMode::Full).await;
    bench.sync(SyncMode::Incremental).await;
    bench.sim.lab().write(|lab| {
        let later = lab.now() + TimeDelta::hours(1);
        lab.advance_to(later);
        for id in lab.ids(Entity::Sample).into_iter().take(80) {
            lab.patch(Entity::Sample, id, json!({ "comments": "seen" })).expect("patched");
        }
    });
    bench.sim.faults().before(When::list(Entity::Sample).page(2), |lab| {
        // One of those that the first page held.
        let id = lab.ids(Entity::Sample)[79];
        lab.delete_only(Entity::Sample, id).expect("deleted");
    });
    bench.sync(SyncMode::Incremental).await;
    let stale = bench.differences().await;
    assert!(!stale.iter().any(|words| words.starts_with("samples")), "{stale:?}");
    // Its order had been read by then.
    bench.sync(SyncMode::Incremental).await;
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
