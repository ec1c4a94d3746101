//! QBench goes away in the middle of a run and comes back: at once, or too late for the run.

use crate::bench::{Bench, lab_of};
use app::model::sync::SyncMode;
use chrono::{TimeDelta, Utc};
use chrono_tz::Tz;
use qbench_sim::{Entity, SimConfig, Simulator, When};
use server::sync::{RunOptions, SyncSettings, fill_queue};
use sqlx::PgPool;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::oneshot;

/// The address that a simulator listens at.
fn address(sim: &Simulator) -> SocketAddr {
    let url = url::Url::parse(&sim.base_url()).expect("an address");
    let port = url.port().expect("a port of its own");
    SocketAddr::from(([127, 0, 0, 1], port))
}

async fn count(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.expect("counted")
}

fn config() -> SimConfig {
    SimConfig { latency: Duration::from_millis(5), ..lab_of(3_000) }
}

/// A bench whose engine waits so long for QBench, and what tells that the walk is in the middle of the tests.
async fn bench(pool: PgPool, patience: Duration) -> (Bench, oneshot::Receiver<()>) {
    sqlx::query("update sync_schedules set enabled = false").execute(&pool).await.expect("stopped");
    let settings = SyncSettings { requests_per_minute: 0, patience, ..SyncSettings::default() };
    let bench = Bench::with(pool, config(), settings).await;
    let (tell, told) = oneshot::channel();
    let mut tell = Some(tell);
    bench.sim.faults().before(When::list(Entity::Test).page(20), move |_| {
        tell.take().map(|tell| tell.send(()));
    });
    (bench, told)
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_qbench_that_is_away_for_a_while_is_waited_for(pool: PgPool) {
    let (mut bench, told) = bench(pool, Duration::from_secs(300)).await;
    let id = bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "test").await.expect("queued");
    let engine = bench.engine.clone();
    let working = tokio::spawn(async move { engine.work(Some(id)).await });
    told.await.expect("the walk comes so far");
    let address = address(&bench.sim);
    bench.sim.shutdown().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(!working.is_finished(), "it waits");
    bench.sim = Simulator::start(config(), address).await.expect("it comes back");
    assert!(working.await.expect("no panic").expect("worked"));
    let report = bench.engine.report(id).await.expect("read").expect("there");
    assert!(report.ok, "{report:#?}");
    assert!(report.run.notes.iter().any(|note| note.contains("waited and tried again")), "{:#?}", report.run.notes);
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_qbench_that_stays_away_fails_the_run_in_words_and_costs_nothing_that_was_read(pool: PgPool) {
    let (mut bench, told) = bench(pool.clone(), Duration::from_secs(2)).await;
    let id = bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "test").await.expect("queued");
    let engine = bench.engine.clone();
    let working = tokio::spawn(async move { engine.work(Some(id)).await });
    told.await.expect("the walk comes so far");
    let address = address(&bench.sim);
    bench.sim.shutdown().await;
    assert!(working.await.expect("no panic").expect("worked"));
    let report = bench.engine.report(id).await.expect("read").expect("there");
    assert!(!report.ok);
    let error = report.error.expect("it says why");
    assert!(error.contains("QBENCH_BASE_URL") && error.contains("QBench is down"), "{error}");
    assert!(count(&pool, "select count(*) from tests").await > 0, "what had landed stays");
    // The schedule goes on: its run fails as clearly, and the next one finds everything that was left.
    sqlx::query(
        "update sync_schedules set enabled = true, cron = '* * * * *', quiet_from = null, quiet_to = null,
            last_queued = now() - interval '10 minutes' where mode = 'incremental'",
    )
    .execute(&pool)
    .await
    .expect("set");
    fill_queue(&pool, Tz::UTC, Utc::now()).await.expect("filled");
    bench.engine.work(None).await.expect("worked");
    let failed = "select count(*) from sync_runs where state = 'failed' and error is not null";
    assert_eq!(count(&pool, failed).await, 2);
    bench.sim = Simulator::start(config(), address).await.expect("it comes back");
    fill_queue(&pool, Tz::UTC, Utc::now() + TimeDelta::minutes(5)).await.expect("filled");
    bench.engine.work(None).await.expect("worked");
    assert_eq!(count(&pool, "select count(*) from sync_runs where state = 'succeeded'").await, 1);
    bench.assert_equal().await;
    bench.sync(SyncMode::Incremental).await;
    bench.assert_equal().await;
}
