//! Records and answers that are not as they should be.

use crate::bench::{Bench, COPIED, lab_of};
use app::model::sync::SyncMode;
use qbench_sim::{Entity, Fault, Poison, RawSpelling, SimConfig, When};
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn one_bad_record_keeps_no_other_back(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(600)).await;
    let ids = bench.sim.lab().write(|lab| {
        let ids = lab.ids(Entity::Test);
        let deep = format!("{{\"id\":{},\"deep\":{}1{}}}", ids[14], "[".repeat(400), "]".repeat(400));
        let long = format!("{{\"id\":{},\"state\":\"{}\"}}", ids[15], "x".repeat(100_000));
        for (place, text) in [
            (10, "null".to_owned()),
            (11, "{\"state\":\"LOST\"}".to_owned()),
            (12, "{\"id\":null}".to_owned()),
            (13, "{\"id\":99999999999999999999}".to_owned()),
            (14, deep),
            (15, long),
            (16, format!("{{\"id\":{},\"comments\":\"a\\u0000b\",\"state\":\"A\\u0000\"}}", ids[16])),
            (17, format!("{{\"id\":{},\"sample_id\":[],\"date_created\":\"the other day\",\"state\":7}}", ids[17])),
            (18, format!("{{\"id\":{},\"state\":\"TWIN\"}}", ids[19])),
            (20, format!("{{\"id\":{},\"n\":1e999,\"m\":-0.0,\"u\":\"\\ud800\"}}", ids[20])),
        ] {
            lab.set_raw(Entity::Test, ids[place], Some(text)).expect("set");
        }
        ids
    });
    let report = bench.sync(SyncMode::Full).await;
    let stored = bench.count("select count(*) from tests where deleted_at is null").await;
    assert_eq!(stored, ids.len() as i64 - 5, "{:#?}", report.run.notes);
    let state: Option<String> = sqlx::query_scalar("select state from tests where id = $1")
        .bind(i32::try_from(ids[16]).expect("small"))
        .fetch_one(&bench.pool)
        .await
        .expect("stored");
    assert_eq!(state.as_deref(), Some("A"));
    assert!(bench.count("select count(*) from sync_quarantine where entity = 'tests' and not stored").await >= 5);
    assert!(bench.count("select count(*) from sync_quarantine where stored").await >= 1);
    // The same again changes nothing and ends well.
    let again = bench.sync(SyncMode::Full).await;
    assert!(again.run.entities.iter().all(|entity| entity.inserted == 0 && entity.deleted == 0), "{again:#?}");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_page_that_is_always_refused_is_read_but_for_the_guilty_record(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(600)).await;
    let ids = bench.sim.lab().read(|lab| lab.ids(Entity::Test));
    bench.sim.faults().poison(Entity::Test, ids[70], Poison::Always);
    bench.sim.faults().poison(Entity::Test, ids[130], Poison::RawWorksheets);
    let report = bench.sync(SyncMode::Full).await;
    assert_eq!(bench.count("select count(*) from tests").await, ids.len() as i64 - 1, "{report:#?}");
    let named = "select count(*) from sync_quarantine where entity = 'tests' and entity_id is not null";
    assert_eq!(bench.count(named).await, 1);
    bench.sim.faults().clear();
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
    assert_eq!(bench.count("select count(*) from sync_quarantine where resolved_at is null").await, 0);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn passing_faults_of_every_kind_leave_no_trace(pool: PgPool) {
    let config = SimConfig { raw_worksheet_spelling: RawSpelling::OnlyMisspelt, ..lab_of(1_200) };
    let bench = Bench::start(pool, config).await;
    let faults = bench.sim.faults();
    faults.add(When::list(Entity::Customer), Fault::InvalidGrant);
    faults.add(When::list(Entity::Order), Fault::Unauthorized);
    faults.add(When::list(Entity::Order).page(2), Fault::Html(502));
    faults.add(When::list(Entity::Sample).page(2), Fault::CutBody { after: 900 });
    faults.add(When::list(Entity::Sample).page(3), Fault::Reset);
    faults.add(When::list(Entity::Test).page(2), Fault::MalformedJson);
    faults.add(When::list(Entity::Test).page(3), Fault::RateLimited { retry_in: 0 });
    faults.add(When::list(Entity::Test).page(4), Fault::ConcurrencyLimited);
    faults.add(When::list(Entity::Test).page(5), Fault::BadHeader);
    let report = bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
    assert!(report.run.retries >= 9, "{}", report.run.retries);
    assert_eq!(report.quarantine, []);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn an_unknown_parent_is_fetched_and_one_that_does_not_exist_is_remembered(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(300)).await;
    bench.sim.lab().write(|lab| {
        lab.insert(Entity::Order, json!({ "customer_account_id": 999_999 })).expect("inserted");
    });
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
    assert_eq!(bench.sim.stats().route("customer detail"), 1);
    bench.sync(SyncMode::Full).await;
    assert_eq!(bench.sim.stats().route("customer detail"), 1);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn lists_that_cannot_be_read_fail_the_run_and_not_the_others(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(300)).await;
    let refusal = Fault::Answer { status: 403, content_type: "application/json".into(), body: "{}".into() };
    bench.sim.faults().add(When::list(Entity::Sample).always(), refusal);
    let report = bench.run(SyncMode::Full).await;
    assert!(!report.ok);
    assert!(report.error.as_deref().is_some_and(|error| error.contains("samples")), "{report:#?}");
    for (entity, table) in COPIED {
        let rows = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        let rows: i64 = sqlx::query_scalar(rows).fetch_one(&bench.pool).await.expect("counted");
        assert_eq!(rows == 0, entity == Entity::Sample, "{table}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_list_that_cannot_be_ordered_by_id_is_read_in_another_order(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(900)).await;
    bench.sim.faults().add(When::list(Entity::Batch).param("sort_by", "id").always(), Fault::BadRequest);
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
    bench.sim.reset_stats();
    bench.sync(SyncMode::Incremental).await;
    assert!(!bench.sim.stats().log.iter().any(|line| line.contains("/batch?") && line.contains("sort_by=id")));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_total_that_is_always_wrong_is_noted_and_the_list_decides(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(700)).await;
    bench.sim.faults().add(When::list(Entity::Test).always(), Fault::WrongTotal(7));
    let report = bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
    assert!(report.run.notes.iter().any(|note| note.contains("the list decides")), "{:?}", report.run.notes);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_server_that_is_down_from_the_start_fails_the_run_at_once_in_words(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(100)).await;
    bench.sim.faults().add(When::any().always(), Fault::Html(503));
    let report = bench.run(SyncMode::Full).await;
    assert!(!report.ok && report.run.seconds < 20.0, "{report:#?}");
    assert!(report.error.is_some_and(|error| error.contains("503")));
}
