//! One writer at a time, and runs that are left behind.

use crate::bench::{Bench, address, lab_of, until};
use app::model::sync::SyncMode;
use qbench_sim::{Entity, Fault, SimConfig, When};
use serde_json::json;
use server::sync::RunOptions;
use sqlx::PgPool;
use std::time::Duration;

const SLICED: &str = "select coalesce(sum(cardinality(pages)), 0) from sync_slices";

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_run_whose_process_disappears_is_marked_lost_and_continued(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(3_000)).await;
    bench.sim.faults().add(When::list(Entity::Test).page(30).always(), Fault::Hang);
    bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "test").await.expect("queued");
    let engine = bench.engine.clone();
    let working = tokio::spawn(async move { engine.work(None).await });
    until(&bench, SLICED, 60).await;
    working.abort();
    let _ = working.await;
    let landed = bench.count(SLICED).await;
    bench.sim.faults().clear();
    bench.sim.reset_stats();
    let report = bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
    assert_eq!(bench.count("select count(*) from sync_runs where state = 'lost'").await, 1);
    let read = i64::try_from(report.run.requests).expect("small");
    let needed = bench.sim.lab().read(|lab| {
        crate::bench::COPIED.iter().map(|(entity, _)| lab.count(*entity).max(1).div_ceil(50)).sum::<usize>()
    });
    assert!(read <= needed as i64 - landed + 20, "{read} requests; {landed} of {needed} pages had landed");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_worker_that_slept_through_a_takeover_writes_nothing(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(2_000)).await;
    bench.sim.faults().add(When::list(Entity::Test).page(20).always(), Fault::Delay(Duration::from_millis(400)));
    let id = bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "test").await.expect("queued");
    let engine = bench.engine.clone();
    let working = tokio::spawn(async move { engine.work(None).await });
    until(&bench, SLICED, 20).await;
    sqlx::query("update sync_lease set epoch = epoch + 1").execute(&bench.pool).await.expect("taken over");
    let before = bench.count("select count(*) from tests").await;
    working.await.expect("ended").expect("without a failure of the database");
    assert_eq!(bench.count("select count(*) from tests").await, before);
    let state: String = sqlx::query_scalar("select state from sync_runs where id = $1")
        .bind(id)
        .fetch_one(&bench.pool)
        .await
        .expect("read");
    assert_eq!(state, "running", "the run belongs to whoever took over");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn only_one_worker_works_and_equal_requests_that_wait_are_joined(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(1_000)).await;
    bench.sim.faults().add(When::list(Entity::Test).page(2), Fault::Delay(Duration::from_millis(300)));
    let first = bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "one").await.expect("queued");
    let joined = bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "two").await.expect("queued");
    assert_eq!(first, joined);
    let (one, two) = (bench.engine.clone(), bench.engine.clone());
    let working = tokio::spawn(async move { one.work(None).await });
    until(&bench, SLICED, 3).await;
    assert!(!two.work(None).await.expect("asked"), "the lease is held");
    let second = bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "three").await.expect("queued");
    assert_ne!(first, second);
    assert!(working.await.expect("ended").expect("worked"));
    assert_eq!(bench.count("select count(*) from sync_runs where state = 'succeeded'").await, 2);
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_cancelled_run_stops_and_the_next_one_goes_on_from_there(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(3_000)).await;
    bench.sim.faults().add(When::list(Entity::Test).page(25).always(), Fault::Delay(Duration::from_secs(1)));
    let id = bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "test").await.expect("queued");
    let engine = bench.engine.clone();
    let working = tokio::spawn(async move { engine.work(None).await });
    until(&bench, SLICED, 40).await;
    sqlx::query("update sync_runs set cancel_requested = true").execute(&bench.pool).await.expect("asked");
    working.await.expect("ended").expect("worked");
    let report = bench.engine.report(id).await.expect("read").expect("there");
    assert_eq!(report.run.state, app::model::sync::RunState::Cancelled);
    bench.sim.faults().clear();
    let report = bench.sync(SyncMode::Full).await;
    assert!(report.run.notes.iter().any(|note| note.contains("had landed already")), "{:?}", report.run.notes);
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_command_with_a_wrong_secret_says_so_even_when_another_process_does_its_run(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(600)).await;
    bench.sim.faults().add(When::list(Entity::Test).page(5).always(), Fault::Hang);
    bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "test").await.expect("queued");
    let engine = bench.engine.clone();
    let working = tokio::spawn(async move { engine.work(None).await });
    until(&bench, SLICED, 5).await;
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_benchwatch"));
    command.args(["sync", "incremental", "--json"]).env_clear().current_dir(std::env::temp_dir());
    command.env("DATABASE_URL", address(&bench.pool)).env("QBENCH_BASE_URL", bench.sim.base_url());
    command.env("QBENCH_CLIENT_ID", SimConfig::default().client_id).env("QBENCH_CLIENT_SECRET", "not-the-secret");
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let asked = command.spawn().expect("it starts");
    until(&bench, "select count(*) from sync_runs where mode = 'incremental'", 1).await;
    bench.sim.faults().clear();
    let outcome = asked.wait_with_output().await.expect("it ends");
    let told = String::from_utf8_lossy(&outcome.stderr);
    assert_eq!(outcome.status.code(), Some(1), "{told}");
    assert!(told.contains("those of this command are refused"), "{told}");
    assert_eq!(bench.count("select count(*) from sync_runs where state = 'succeeded'").await, 2);
    working.await.expect("no panic").expect("worked");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_claim_of_a_lease_that_is_gone_takes_no_run(pool: PgPool) {
    use server::db::sync as store;
    let bench = Bench::start(pool.clone(), lab_of(100)).await;
    let mut conn = pool.acquire().await.expect("connected");
    let former = store::acquire(&mut conn, "former", 15.0).await.expect("asked").expect("free");
    sqlx::query("update sync_lease set heartbeat_at = now() - interval '1 hour'").execute(&pool).await.expect("aged");
    let id = bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "test").await.expect("queued");
    let mut other = pool.acquire().await.expect("connected");
    let lease = store::acquire(&mut other, "other", 15.0).await.expect("asked").expect("stale");
    let claimed = store::claim_next(&pool, former.epoch, "former").await.expect("asked");
    assert_eq!(claimed, None, "the claim came too late");
    let claimed = store::claim_next(&pool, lease.epoch, "other").await.expect("asked").expect("it waits");
    assert_eq!(claimed.id, id);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_run_that_brings_nothing_is_continued_ten_times_and_one_that_comes_on_for_ever(pool: PgPool) {
    let bench = Bench::start(pool.clone(), lab_of(100)).await;
    let came_on = vec![app::model::sync::EntityProgress { seen: 50, ..Default::default() }];
    for (entities, lost) in [(json!([]), 11), (json!(came_on), 20)] {
        sqlx::query("truncate sync_runs cascade").execute(&pool).await.expect("emptied");
        bench.engine.enqueue(SyncMode::Full, &RunOptions::default(), "test").await.expect("queued");
        for _ in 0..20 {
            let left = "update sync_runs set state = 'running', epoch = 0, entities = $1 where state = 'queued'";
            sqlx::query(left).bind(&entities).execute(&pool).await.expect("left");
            // A worker that is aborted before its first request.
            bench.sim.faults().clear();
            bench.sim.faults().add(When::any().always(), Fault::Hang);
            let engine = bench.engine.clone();
            let working = tokio::spawn(async move { engine.work(None).await });
            until(&bench, "select 1 - count(*) from sync_runs where state = 'running' and epoch = 0", 1).await;
            working.abort();
            let _ = working.await;
            until(&bench, "select 1 - count(*) from pg_stat_activity a, sync_lease l where a.pid = l.backend_pid", 1)
                .await;
            sqlx::query("update sync_runs set state = 'queued' where state = 'running'")
                .execute(&pool)
                .await
                .expect("back");
        }
        assert_eq!(bench.count("select count(*) from sync_runs where state = 'lost'").await, lost);
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_transaction_that_is_given_up_while_it_begins_leaves_its_connection_free(pool: PgPool) {
    for round in 0..300 {
        let begun = tokio::time::timeout(Duration::from_micros(round * 4), server::db::begin(&pool)).await;
        drop(begun);
    }
    let open = "select count(*) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and state like 'idle in transaction%'";
    let mut left = 1;
    for _ in 0..200 {
        left = sqlx::query_scalar::<_, i64>(open).fetch_one(&pool).await.expect("counted");
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(left, 0);
    for key in 0..20 {
        sqlx::query("insert into settings (key, value, updated_by) values ($1, '1', 'test')")
            .bind(key.to_string())
            .execute(&pool)
            .await
            .expect("written");
    }
    pool.close().await;
    let again = PgPool::connect(&address(&pool)).await.expect("connected");
    let kept: i64 = sqlx::query_scalar("select count(*) from settings").fetch_one(&again).await.expect("counted");
    assert_eq!(kept, 20, "what was written was committed");
}
