//! Workers as processes of their own: killed at any moment, or stopped until another one has taken over.

use crate::bench::{Bench, address, lab_of, until};
use app::model::sync::SyncMode;
use qbench_sim::SimConfig;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use server::sync::RunOptions;
use sqlx::PgPool;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A worker at this bench.
fn worker(bench: &Bench) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_benchwatch"));
    command.arg("worker").env_clear().current_dir(std::env::temp_dir()).kill_on_drop(true);
    command.env("DATABASE_URL", address(&bench.pool)).env("QBENCH_BASE_URL", bench.sim.base_url());
    command.env("QBENCH_CLIENT_ID", SimConfig::default().client_id);
    command.env("QBENCH_CLIENT_SECRET", SimConfig::default().client_secret);
    command.env("QBENCH_REQUESTS_PER_MINUTE", "100000");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

/// Sends a signal to a worker.
async fn signal(worker: &Child, signal: &str) {
    let id = worker.id().expect("it lives").to_string();
    let sent = Command::new("kill").args([signal, &id]).status().await.expect("kill is there");
    assert!(sent.success());
}

/// A laboratory whose answers take a while, so that there are moments to choose from. Schedules keep still.
async fn slow_bench(pool: PgPool, tests: u32) -> Bench {
    sqlx::query("update sync_schedules set enabled = false").execute(&pool).await.expect("stopped");
    Bench::start(pool, SimConfig { latency: Duration::from_millis(40), ..lab_of(tests) }).await
}

const ENDED: &str = "select count(*) from sync_runs where state = 'succeeded'";
const SLICED: &str = "select coalesce(sum(cardinality(pages)), 0) from sync_slices";

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_worker_that_is_killed_again_and_again_loses_nothing(pool: PgPool) {
    let bench = slow_bench(pool, 9_000).await;
    bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "test").await.expect("queued");
    let mut dice = StdRng::seed_from_u64(20);
    let (mut kills, mut landed) = (0, 0);
    while kills < 12 {
        let mut worker = worker(&bench);
        // Somewhere between its start and the landing of a few pages more.
        let epoch = bench.count("select epoch from sync_lease").await;
        until(&bench, "select epoch from sync_lease", epoch + 1).await;
        let wanted = landed + dice.random_range(0..12);
        let moment = Duration::from_micros(dice.random_range(0..60_000));
        for _ in 0..400 {
            landed = bench.count(SLICED).await;
            if landed >= wanted || bench.count(ENDED).await > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(moment).await;
        worker.start_kill().expect("it can be killed");
        worker.wait().await.expect("it ends");
        kills += 1;
        if bench.count(ENDED).await > 0 {
            bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "again").await.expect("queued");
            landed = 0;
        }
    }
    assert!(bench.count("select count(*) from sync_runs where state = 'lost'").await > 5);
    let waiting = bench.count("select count(*) from sync_runs where state in ('queued', 'running')").await;
    assert_eq!(waiting, 1, "what was lost is queued again");
    let before = bench.count(ENDED).await;
    let last = worker(&bench);
    until(&bench, ENDED, before + 1).await;
    drop(last);
    bench.assert_equal().await;
    bench.sync(SyncMode::Incremental).await;
    bench.assert_equal().await;
}

/// What the copy and the state of its synchronisation amount to.
async fn fingerprint(pool: &PgPool) -> String {
    let sql = "select concat_ws(' ', (select last_value from data_version),
        (select md5(string_agg(r::text, ',' order by id)) from sync_runs r),
        (select md5(string_agg(s::text, ',' order by run_id, entity, slice)) from sync_slices s),
        (select md5(string_agg(w::text, ',' order by entity)) from sync_watermarks w),
        (select md5(string_agg(c::text, ',' order by entity)) from sync_checkpoints c),
        (select md5(string_agg(q::text, ',' order by id)) from sync_quarantine q),
        (select md5(string_agg(c::text, ',' order by id)) from state_changes c),
        (select epoch from sync_lease),
        (select count(*) from tests), (select max(fetched_at) from tests), (select max(deleted_at) from tests),
        (select max(fetched_at) from samples), (select max(fetched_at) from orders),
        (select max(fetched_at) from batches), (select max(fetched_at) from customers))";
    sqlx::query_scalar(sql).fetch_one(pool).await.expect("read")
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_worker_that_was_stopped_until_another_took_over_writes_nothing(pool: PgPool) {
    let bench = slow_bench(pool, 6_000).await;
    bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "test").await.expect("queued");
    let mut sleeper = worker(&bench);
    let told = BufReader::new(sleeper.stderr.take().expect("piped")).lines();
    until(&bench, SLICED, 30).await;
    signal(&sleeper, "-STOP").await;
    let epoch = bench.count("select epoch from sync_lease").await;
    // Its lease ends by the clock of the database, and with it, at the latest, any transaction that it left open.
    let other = worker(&bench);
    until(&bench, "select epoch from sync_lease", epoch + 1).await;
    until(&bench, ENDED, 1).await;
    until(&bench, "select count(*) from sync_lease where owner is null", 1).await;
    bench.assert_equal().await;
    drop(other);
    let before = fingerprint(&bench.pool).await;
    signal(&sleeper, "-CONT").await;
    let mut told = told;
    let mut words = String::new();
    let noticed = async {
        while let Some(line) = told.next_line().await.expect("text") {
            words.push_str(&line);
            if line.contains("another process has taken over") {
                return true;
            }
        }
        false
    };
    let noticed = tokio::time::timeout(Duration::from_secs(60), noticed).await;
    assert_eq!(fingerprint(&bench.pool).await, before);
    assert!(noticed.is_ok_and(|noticed| noticed), "{words}");
    assert_eq!(bench.count("select count(*) from sync_runs where state = 'lost'").await, 1);
    bench.assert_equal().await;
}
