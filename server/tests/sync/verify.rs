//! Verifications, single fetches, and the laboratory's zone.

use crate::bench::{Bench, lab_of};
use app::model::sync::SyncMode;
use app::ports::SyncPort as _;
use chrono::Utc;
use chrono_tz::Tz;
use qbench_sim::{Entity, Fault, When};
use serde_json::json;
use server::sync::{SyncService, SyncSettings};
use sqlx::PgPool;
use std::sync::Arc;

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_verification_finds_what_no_feed_tells_and_certifies_the_copy(pool: PgPool) {
    let bench = Bench::start(pool.clone(), lab_of(800)).await;
    bench.sync(SyncMode::Full).await;
    // From now on the feed tells only of what is new.
    bench.sync(SyncMode::Incremental).await;
    bench.sim.lab().write(|lab| {
        let tests = lab.ids(Entity::Test);
        lab.patch_silently(Entity::Test, tests[40], json!({ "state": "CHANGED IN SILENCE" })).expect("patched");
    });
    sqlx::query("delete from orders where id = (select min(id) from orders)").execute(&pool).await.expect("lost");
    bench.sync(SyncMode::Incremental).await;
    assert!(!bench.differences().await.is_empty(), "nobody told of these");
    bench.sync(SyncMode::Verify).await;
    bench.assert_equal().await;
    let service = SyncService::new(pool, Tz::UTC, true, Arc::new(Utc::now));
    let certificate = service.state().await.expect("asked").certificate.expect("issued");
    assert!(certificate.equal && certificate.entities.len() == 6, "{certificate:#?}");
    let found: u64 = certificate.entities.iter().map(|proof| proof.differences).sum();
    assert_eq!(found, 2);
    assert!(
        certificate
            .entities
            .iter()
            .all(|proof| proof.source_hash == proof.copy_hash && proof.healed == proof.differences)
    );
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_certificate_is_refused_while_something_differs(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(300)).await;
    bench.sync(SyncMode::Full).await;
    bench.sim.lab().write(|lab| {
        for id in lab.ids(Entity::Batch) {
            lab.delete_only(Entity::Batch, id).expect("deleted");
        }
    });
    let report = bench.sync(SyncMode::Verify).await;
    let braked = bench.count("select count(*) from batches where deleted_at is null").await;
    if braked > 0 {
        assert!(report.run.notes.iter().any(|note| note.starts_with("Not certified")), "{:?}", report.run.notes);
    }
    assert_eq!(bench.count("select count(*) from sync_certificates where equal").await, i64::from(braked == 0));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_fetched_record_is_always_refreshed_and_brings_its_parents(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(300)).await;
    let id = bench.sim.lab().read(|lab| lab.ids(Entity::Test)[7]);
    let id = i32::try_from(id).expect("small");
    let fetched = bench.engine.fetch(qbench::Entity::Test, id).await.expect("fetched");
    assert!(fetched.found && fetched.lines.len() == 4, "{fetched:?}");
    assert_eq!(bench.count("select count(*) from tests where customer_id is not null").await, 1);
    bench.sim.lab().write(|lab| {
        lab.patch_silently(Entity::Test, u64::from(id.unsigned_abs()), json!({ "state": "ANEW" })).expect("patched");
    });
    let again = bench.engine.fetch(qbench::Entity::Test, id).await.expect("fetched");
    assert_eq!(again.lines, [format!("test {id}: changed")]);
    assert_eq!(bench.count("select count(*) from tests where state = 'ANEW'").await, 1);
    assert_eq!(bench.count("select count(*) from sync_checkpoints").await, 0, "checkpoints are left alone");
    let absent = bench.engine.fetch(qbench::Entity::Order, 2_000_000_000).await.expect("asked");
    assert!(!absent.found);
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn local_times_follow_the_zone_and_plain_dates_stay(pool: PgPool) {
    let denver = SyncSettings { zone: Tz::America__Denver, requests_per_minute: 0, ..SyncSettings::default() };
    let bench = Bench::with(pool.clone(), lab_of(300), denver.clone()).await;
    bench.sync(SyncMode::Full).await;
    let wrong = "select count(*) from tests where created_local is distinct from date_created at time zone 'UTC'
        or completed_local is distinct from complete_date at time zone 'America/Denver'
        or reported_local is distinct from report_completed_date at time zone 'UTC'";
    assert_eq!(bench.count(wrong).await, 0);
    let columns =
        "select md5(string_agg(format('%s %s %s %s', created_local, completed_local, reported_local, tat_hours), ','
        order by id)) from tests";
    let sum =
        |pool: PgPool| async move { sqlx::query_scalar::<_, String>(columns).fetch_one(&pool).await.expect("summed") };
    let before = sum(pool.clone()).await;
    // Another zone and back again: computed by the database this time, to the same result.
    let tokyo = SyncSettings { zone: Tz::Asia__Tokyo, ..denver.clone() };
    for (settings, same) in [(tokyo, false), (denver, true)] {
        let other = Bench::with(pool.clone(), lab_of(300), settings).await;
        other.sync(SyncMode::Incremental).await;
        assert_eq!(sum(pool.clone()).await == before, same);
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn freshness_comes_from_the_last_success_only(pool: PgPool) {
    let bench = Bench::start(pool.clone(), lab_of(300)).await;
    let service = SyncService::new(pool, Tz::UTC, true, Arc::new(Utc::now));
    assert_eq!(service.freshness().await.expect("asked").as_of, None);
    bench.sync(SyncMode::Full).await;
    let first = service.freshness().await.expect("asked");
    assert!(first.as_of.is_some() && first.problem.is_none() && first.data_version > 0, "{first:?}");
    bench.sim.faults().add(When::list(Entity::Test).always(), Fault::Html(503));
    bench.sim.faults().add(When::feed(Entity::Test).always(), Fault::Unauthorized);
    let report = bench.run(SyncMode::Incremental).await;
    assert!(!report.ok);
    let second = service.freshness().await.expect("asked");
    assert_eq!(second.as_of.is_some(), first.as_of.is_some());
    assert!(second.problem.is_some_and(|problem| problem.contains("QBENCH_CLIENT_SECRET")), "{:?}", report.error);
}
