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

/// A run over a laboratory whose lists have a fault from beginning to end.
async fn with_lists(pool: PgPool, faults: &[Fault]) -> (Bench, server::sync::Report) {
    let bench = Bench::start(pool, lab_of(900)).await;
    for (entity, _) in COPIED {
        for fault in faults {
            bench.sim.faults().add(When::list(entity).always(), fault.clone());
        }
    }
    let report = bench.run(SyncMode::Full).await;
    (bench, report)
}

/// Fails unless the run ended well, the copy is right, and an incremental run over the same lists follows a change.
async fn copies(pool: PgPool, faults: &[Fault]) -> Bench {
    let (bench, report) = with_lists(pool, faults).await;
    assert!(report.ok, "{report:#?}");
    bench.assert_equal().await;
    bench.sim.lab().write(|lab| {
        let (tests, later) = (lab.ids(Entity::Test), lab.now() + chrono::TimeDelta::hours(5));
        lab.advance_to(later);
        lab.delete_only(Entity::Test, tests[30]).expect("deleted");
        lab.patch(Entity::Sample, lab.ids(Entity::Sample)[20], json!({ "comments": "moved" })).expect("patched");
    });
    bench.sync(SyncMode::Incremental).await;
    bench.assert_equal().await;
    bench
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn pages_behind_the_end_may_be_answered_with_404(pool: PgPool) {
    copies(pool, &[Fault::BehindTheEnd(404)]).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn pages_behind_the_end_may_be_answered_with_400_by_lists_that_do_not_tell_their_length(pool: PgPool) {
    copies(pool, &[Fault::BehindTheEnd(400), Fault::NoTotal]).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn pages_behind_the_end_may_repeat_the_last_one(pool: PgPool) {
    copies(pool, &[Fault::LastPageAgain, Fault::NoTotal]).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_length_that_is_never_told_costs_nothing(pool: PgPool) {
    copies(pool, &[Fault::NoTotal]).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_length_that_is_far_too_great_is_not_believed(pool: PgPool) {
    let bench = copies(pool, &[Fault::WrongTotal(1_000_000)]).await;
    assert!(bench.sim.stats().total < 600, "{} requests", bench.sim.stats().total);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_same_where_pages_behind_the_end_are_refused(pool: PgPool) {
    copies(pool, &[Fault::WrongTotal(60), Fault::BehindTheEnd(404)]).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn smaller_pages_than_asked_for_are_enough(pool: PgPool) {
    copies(pool, &[Fault::SmallPages(20)]).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn smaller_pages_of_lists_that_do_not_tell_their_length_are_enough(pool: PgPool) {
    copies(pool, &[Fault::SmallPages(20), Fault::NoTotal]).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn records_that_stand_on_two_pages_cost_none(pool: PgPool) {
    copies(pool, &[Fault::Overlap(3)]).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn lists_whose_order_is_ignored_are_enough(pool: PgPool) {
    copies(pool, &[Fault::OrderIgnored]).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn lists_that_refuse_every_order_are_enough(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(600)).await;
    for order in ["id", "date_created", "last_updated"] {
        bench.sim.faults().add(When::api().param("sort_by", order).always(), Fault::BadRequest);
    }
    for mode in [SyncMode::Full, SyncMode::Incremental, SyncMode::Window, SyncMode::Verify] {
        bench.sync(mode).await;
        bench.assert_equal().await;
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn ids_may_be_texts(pool: PgPool) {
    let (bench, report) = with_lists(pool, &[Fault::TextIds]).await;
    assert!(report.ok && report.quarantine.is_empty(), "{report:#?}");
    for (entity, table) in COPIED {
        let rows = sqlx::AssertSqlSafe(format!("select id from {table} where deleted_at is null order by id"));
        let copied: Vec<i32> = sqlx::query_scalar(rows).fetch_all(&bench.pool).await.expect("read");
        let there = bench.sim.lab().read(|lab| lab.ids(entity));
        assert!(copied.iter().map(|id| u64::from(id.unsigned_abs())).eq(there), "{table}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_list_that_shows_its_first_page_for_ever_ends_the_run_in_words_and_deletes_nothing(pool: PgPool) {
    for untold in [false, true] {
        let bench = Bench::start(pool.clone(), lab_of(900)).await;
        bench.sync(SyncMode::Full).await;
        let before = bench.count("select count(*) from tests where deleted_at is null").await;
        bench.sim.faults().add(When::list(Entity::Test).always(), Fault::FirstPageAgain);
        if untold {
            bench.sim.faults().add(When::list(Entity::Test).always(), Fault::NoTotal);
        }
        bench.sim.reset_stats();
        let report = bench.run(SyncMode::Full).await;
        let error = report.error.clone().unwrap_or_default();
        assert!(
            error.contains("shows the same page again and again"),
            "{untold} {report:#?} {:?}",
            bench.sim.stats().log
        );
        assert_eq!(bench.count("select count(*) from tests where deleted_at is null").await, before);
        assert!(bench.sim.stats().total < 200, "{} requests", bench.sim.stats().total);
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_web_page_instead_of_one_page_costs_only_the_guilty_record(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(600)).await;
    // One record, whatever list it is in.
    let size_one = When::list(Entity::Test).param("page_size", "1").page(77);
    for (size, page) in [("50", 2), ("25", 4), ("5", 16)] {
        bench.sim.faults().add(When::list(Entity::Test).param("page_size", size).page(page).always(), Fault::Html(200));
    }
    bench.sim.faults().add(size_one.always(), Fault::Html(200));
    let report = bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
    assert!(report.run.notes.iter().any(|note| note.contains("could not be listed")), "{:?}", report.run.notes);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_web_page_instead_of_a_list_fails_this_list_and_not_the_others(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(300)).await;
    bench.sim.faults().add(When::list(Entity::Sample).always(), Fault::Html(200));
    let report = bench.run(SyncMode::Full).await;
    let error = report.error.unwrap_or_default();
    assert!(!report.ok && error.contains("samples"), "{error}");
    assert!(bench.count("select count(*) from tests").await > 200);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_record_that_never_comes_holds_up_no_run(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(300)).await;
    bench.sim.lab().write(|lab| {
        lab.insert(Entity::Order, json!({ "customer_account_id": 999_999 })).expect("inserted");
    });
    bench.sim.faults().add(When::detail(Entity::Customer).always(), Fault::CutBody { after: 3 });
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
    assert_eq!(bench.count("select count(*) from sync_quarantine where entity = 'customers'").await, 1);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_feed_that_breaks_off_is_replaced_by_lists(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(600)).await;
    bench.sync(SyncMode::Full).await;
    for fault in [Fault::Html(200), Fault::CutBody { after: 10 }, Fault::MalformedJson] {
        bench.sim.faults().add(When::path("/updates/").always(), fault);
        bench.sim.lab().write(|lab| {
            let (tests, later) = (lab.ids(Entity::Test), lab.now() + chrono::TimeDelta::hours(1));
            lab.advance_to(later);
            lab.delete_only(Entity::Test, tests[11]).expect("deleted");
        });
        bench.sync(SyncMode::Incremental).await;
        bench.assert_equal().await;
        bench.sim.faults().clear();
    }
}
