//! Open pages are told what happens, by the program as it is run.

use crate::program::{Kept, address, call_with_input};
use sqlx::PgPool;
use std::time::{Duration, Instant};

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn open_pages_hear_of_runs_and_do_not_hold_up_a_stop(pool: PgPool) {
    let url = address(&pool);
    let settings = [("DATABASE_URL", url.as_str())];
    let create = ["user", "create", "reader", "--role", "viewer", "--password-stdin"];
    let created = call_with_input(&create, &settings, "a long pass phrase\n").await;
    assert_eq!(created.code, Some(0), "{}", created.err);
    let kept = Kept::serve(&settings).await;
    let cookie = kept.sign_in("reader", "a long pass phrase").await;
    let mut stream = kept.stream("/api/live", &cookie).await;
    assert!(stream.until("\"data_version\":").await.starts_with("event: program"));
    sqlx::query("insert into sync_runs (mode, trigger, state, started_at) values ('full', 'test', 'running', now())")
        .execute(&pool)
        .await
        .expect("a run");
    sqlx::query("select pg_notify('benchwatch_sync', '{}')").execute(&pool).await.expect("told");
    assert!(stream.until("\"mode\":\"full\"").await.contains("\"trigger\":\"test\""));
    let asked = Instant::now();
    kept.stop().await;
    assert!(asked.elapsed() < Duration::from_secs(5), "open streams hold up the stop: {:?}", asked.elapsed());
}
