//! Tests whose lists leave out what single reads have.

use crate::bench::{Bench, lab_of};
use app::model::sync::SyncMode;
use chrono::TimeDelta;
use qbench_sim::{Entity, Fault, When};
use serde_json::json;
use sqlx::PgPool;

async fn bare_bench(pool: PgPool) -> Bench {
    let bench = Bench::start(pool, lab_of(300)).await;
    bench.sim.faults().add(When::list(Entity::Test).always(), Fault::BareTests);
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
    assert!(bench.sim.stats().route("test detail") > 100, "lists alone were enough");
    bench
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_lists_leave_out_is_read_once_and_remembered(pool: PgPool) {
    let bench = bare_bench(pool).await;
    assert!(bench.count("select count(*) from tests where report_completed_date is not null").await > 50);
    assert!(bench.count("select count(*) from tests where worksheet_raw is not null").await > 50);
    for mode in [SyncMode::Full, SyncMode::Incremental, SyncMode::Verify] {
        bench.sim.reset_stats();
        let report = bench.sync(mode).await;
        assert_eq!(bench.sim.stats().route("test detail"), 0, "{mode:?}");
        assert!(report.run.entities.iter().all(|entity| entity.updated == 0), "{mode:?}");
        bench.assert_equal().await;
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_test_that_changes_is_completed_again(pool: PgPool) {
    let bench = bare_bench(pool).await;
    bench.sync(SyncMode::Incremental).await;
    bench.sim.lab().write(|lab| {
        let later = lab.now() + TimeDelta::minutes(5);
        lab.advance_to(later);
        let test = lab.ids(Entity::Test)[40];
        lab.patch(Entity::Test, test, json!({ "state": "ON HOLD" })).expect("patched");
    });
    bench.sim.reset_stats();
    bench.sync(SyncMode::Incremental).await;
    bench.assert_equal().await;
    assert!(bench.sim.stats().route("test detail") > 0);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn tests_that_single_reads_do_not_give_hold_nothing_up_and_are_left_alone(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(300)).await;
    bench.sim.faults().add(When::list(Entity::Test).always(), Fault::BareTests);
    // Refusals come between the others, while those land.
    let ids = bench.sim.lab().read(|lab| lab.ids(Entity::Test));
    bench.sim.faults().add(When::detail(Entity::Test).chance(0.25, 7), Fault::Html(404));
    bench.sync(SyncMode::Full).await;
    assert_eq!(bench.count("select count(*) from tests where lacks is not null").await, 0);
    assert_eq!(bench.count("select count(*) from tests where deleted_at is null").await, ids.len() as i64);
    bench.sim.reset_stats();
    bench.sync(SyncMode::Full).await;
    assert_eq!(bench.sim.stats().route("test detail"), 0);
}
