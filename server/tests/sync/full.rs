//! Full runs.

use crate::bench::{Bench, COPIED, lab_of};
use app::model::sync::SyncMode;
use sqlx::PgPool;

/// Requests that a walk over all lists needs.
fn pages(bench: &Bench) -> u64 {
    COPIED.iter().map(|(entity, _)| bench.sim.lab().read(|lab| lab.count(*entity)).max(1).div_ceil(50) as u64).sum()
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_full_run_copies_every_record_with_one_request_a_page(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(2_000)).await;
    let report = bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
    let needed = pages(&bench);
    assert!(report.run.requests * 100 <= needed * 102, "{} requests for {needed} pages", report.run.requests);
    assert_eq!(report.quarantine, []);
    assert!(report.run.entities.iter().all(|entity| entity.done && entity.inserted == entity.seen));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_second_full_run_writes_no_row(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(600)).await;
    bench.sync(SyncMode::Full).await;
    let version = "select last_value from data_version";
    let before = bench.count(version).await;
    let report = bench.sync(SyncMode::Full).await;
    assert_eq!(bench.count(version).await, before);
    assert!(report.run.entities.iter().all(|entity| entity.unchanged == entity.seen));
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn lineage_and_visibility_are_right_whatever_order_the_pages_landed_in(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(600)).await;
    bench.sync(SyncMode::Full).await;
    let wrong = "select count(*) from tests t join samples s on s.id = t.sample_id join orders o on o.id = s.order_id
        where (t.order_id, t.customer_id, s.customer_id)
            is distinct from (s.order_id, o.customer_account_id, o.customer_account_id) or t.hidden or s.hidden";
    assert_eq!(bench.count(wrong).await, 0);
    assert!(bench.count("select count(*) from tests where order_id is not null").await > 400);
}
