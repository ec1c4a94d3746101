//! Lists that change while they are read.

use crate::bench::{Bench, lab_of};
use app::model::sync::SyncMode;
use qbench_sim::{Entity, Fault, FeedMode, SimConfig, When};
use serde_json::json;
use sqlx::PgPool;

/// Deletes the nth live record of a kind, counted from the start.
fn delete_nth(lab: &mut qbench_sim::Lab, entity: Entity, nth: usize) {
    let id = lab.ids(entity)[nth];
    lab.delete_only(entity, id).expect("deleted");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_record_deleted_behind_the_walk_costs_no_live_record(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(1_500)).await;
    let faults = bench.sim.faults();
    for page in [4, 9, 15, 22] {
        faults.before(When::list(Entity::Test).page(page), move |lab| delete_nth(lab, Entity::Test, page * 2));
    }
    faults.before(When::list(Entity::Sample).page(3), |lab| delete_nth(lab, Entity::Sample, 7));
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_same_holds_without_a_change_feed(pool: PgPool) {
    let config = SimConfig { feed: FeedMode::Refused, ..lab_of(1_500) };
    let bench = Bench::start(pool, config).await;
    let faults = bench.sim.faults();
    for page in [3, 8, 20] {
        faults.before(When::list(Entity::Test).page(page), move |lab| {
            for nth in 0..page {
                delete_nth(lab, Entity::Test, nth * 3);
            }
        });
    }
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn records_that_come_while_the_list_is_read_are_copied(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(1_000)).await;
    let faults = bench.sim.faults();
    faults.before(When::list(Entity::Order).page(2), |lab| {
        let customer = lab.ids(Entity::Customer)[0];
        for _ in 0..60 {
            lab.insert(Entity::Order, json!({ "customer_account_id": customer })).expect("inserted");
        }
    });
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_record_that_returns_into_a_gap_behind_the_walk_is_copied(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(1_000)).await;
    let id = bench.sim.lab().write(|lab| {
        let id = lab.ids(Entity::Test)[20];
        lab.delete_only(Entity::Test, id).expect("deleted");
        id
    });
    bench.sim.faults().before(When::list(Entity::Test).page(12), move |lab| {
        lab.restore(Entity::Test, id).expect("restored");
    });
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn repeated_empty_and_miscounted_pages_cost_nothing(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(1_000)).await;
    let faults = bench.sim.faults();
    faults.add(When::list(Entity::Test).page(5), Fault::RepeatedPage);
    faults.add(When::list(Entity::Test).page(9), Fault::EmptyPage);
    faults.add(When::list(Entity::Sample).page(2), Fault::WrongTotal(-37));
    faults.add(When::list(Entity::Sample).page(1), Fault::WrongTotal(-200));
    faults.add(When::list(Entity::Order).page(1), Fault::NoTotal);
    faults.add(When::list(Entity::Customer).page(1), Fault::EmptyPage);
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_batch_deleted_while_its_list_is_read_costs_no_other(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(4_000)).await;
    assert!(bench.sim.lab().read(|lab| lab.count(Entity::Batch)) > 150, "the list must have several pages");
    bench.sim.faults().before(When::list(Entity::Batch).page(3), |lab| delete_nth(lab, Entity::Batch, 3));
    bench.sync(SyncMode::Full).await;
    // Its samples and tests name it no more. They had been read by then and get no new stamp for it.
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn batches_that_go_and_come_back_leave_no_stale_member(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(3_000)).await;
    bench.sync(SyncMode::Full).await;
    let ids = bench.sim.lab().read(|lab| lab.ids(Entity::Batch));
    let (early, late) = (ids[2], ids[ids.len() / 2]);
    for (gone, back) in [(early, None), (late, Some(early)), (early, Some(late))] {
        bench.sim.lab().write(|lab| {
            lab.delete_only(Entity::Batch, gone).expect("deleted");
            if let Some(back) = back {
                lab.restore(Entity::Batch, back).expect("restored");
            }
        });
        bench.sim.reset_stats();
        bench.sync(SyncMode::Incremental).await;
        bench.assert_equal().await;
        assert!(bench.sim.stats().route("test detail") + bench.sim.stats().route("sample detail") == 0);
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_test_that_returns_is_in_its_batch_again(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(1_500)).await;
    let test = bench.sim.lab().read(|lab| lab.ids(Entity::Test)[200]);
    bench.sync(SyncMode::Full).await;
    bench.sim.lab().write(|lab| lab.delete_only(Entity::Test, test).expect("deleted"));
    bench.sync(SyncMode::Incremental).await;
    bench.assert_equal().await;
    bench.sim.lab().write(|lab| lab.restore(Entity::Test, test).expect("restored"));
    bench.sync(SyncMode::Incremental).await;
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_qbench_itself_contradicts_is_asked_about_once(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(1_000)).await;
    bench.sim.lab().write(|lab| {
        let (test, batch) = (lab.ids(Entity::Test)[9], lab.ids(Entity::Batch)[1]);
        lab.patch(Entity::Test, test, json!({ "batches": [batch, 987_654] })).expect("patched");
    });
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
    bench.sync(SyncMode::Incremental).await;
    bench.sim.reset_stats();
    let report = bench.sync(SyncMode::Incremental).await;
    assert!(report.run.requests <= 10, "{:#?}", bench.sim.stats().log);
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_batch_that_changes_is_followed_wherever_it_stands(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(6_000)).await;
    bench.sync(SyncMode::Full).await;
    bench.sim.lab().write(|lab| {
        let ids = lab.ids(Entity::Batch);
        assert!(ids.len() > 250, "the list must have several pages");
        let later = lab.now() + chrono::TimeDelta::minutes(1);
        lab.advance_to(later);
        lab.patch(Entity::Batch, ids[60], json!({ "display_name": "RENAMED" })).expect("patched");
    });
    bench.sync(SyncMode::Incremental).await;
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn deletions_that_qbench_names_are_believed_however_many_they_are(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(800)).await;
    bench.sync(SyncMode::Full).await;
    bench.sim.lab().write(|lab| {
        for id in lab.ids(Entity::Test).into_iter().step_by(4) {
            lab.delete_only(Entity::Test, id).expect("deleted");
        }
    });
    let report = bench.sync(SyncMode::Incremental).await;
    assert!(!report.run.notes.iter().any(|note| note.contains("--confirm-deletions")), "{:?}", report.run.notes);
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_is_gone_since_the_last_full_run_is_marked_and_not_erased(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(800)).await;
    bench.sync(SyncMode::Full).await;
    let tests = bench.sim.lab().write(|lab| {
        let order = lab.ids(Entity::Order)[5];
        lab.delete(Entity::Order, order).expect("deleted");
        lab.count(Entity::Test)
    });
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
    let live = bench.count("select count(*) from tests where deleted_at is null and not hidden").await;
    assert_eq!(live, tests as i64);
    assert_eq!(bench.count("select count(*) from orders where deleted_at is not null and hidden").await, 1);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_list_that_is_suddenly_empty_deletes_nothing_until_somebody_confirms(pool: PgPool) {
    // No feed names what is gone, so it can only be inferred.
    let bench = Bench::start(pool, SimConfig { feed: FeedMode::Refused, ..lab_of(800) }).await;
    bench.sync(SyncMode::Full).await;
    let before = bench.count("select count(*) from orders where deleted_at is null").await;
    bench.sim.lab().write(|lab| {
        for id in lab.ids(Entity::Order) {
            lab.delete_only(Entity::Order, id).expect("deleted");
        }
    });
    let report = bench.sync(SyncMode::Full).await;
    assert_eq!(bench.count("select count(*) from orders where deleted_at is null").await, before);
    assert!(report.run.notes.iter().any(|note| note.contains("--confirm-deletions")), "{:?}", report.run.notes);
    let confirmed = server::sync::RunOptions { confirm_deletions: true, ..Default::default() };
    let report = bench.run_with(SyncMode::Verify, &confirmed).await;
    assert!(report.ok, "{report:#?}");
    assert_eq!(bench.count("select count(*) from orders where deleted_at is null").await, 0);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_list_without_totals_loses_no_live_record_when_others_are_deleted(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(1_500)).await;
    let faults = bench.sim.faults();
    for kind in [Entity::Customer, Entity::Order, Entity::Sample, Entity::Test, Entity::Batch] {
        faults.add(When::list(kind).always(), Fault::NoTotal);
    }
    for (kind, page) in [(Entity::Test, 4), (Entity::Test, 9), (Entity::Sample, 3)] {
        faults.before(When::list(kind).page(page), move |lab| {
            for nth in 0..page {
                delete_nth(lab, kind, nth * 3);
            }
        });
    }
    bench.sync(SyncMode::Full).await;
    bench.assert_equal().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn deletions_that_were_held_back_are_not_forgotten(pool: PgPool) {
    let bench = Bench::start(pool, lab_of(800)).await;
    bench.sync(SyncMode::Full).await;
    bench.sim.lab().write(|lab| {
        for id in lab.ids(Entity::Order).into_iter().take(60) {
            lab.delete_only(Entity::Order, id).expect("deleted");
        }
    });
    // The feed that would have named them fails, so their absence is only inferred and not believed.
    bench.sim.faults().add(When::feed(Entity::Order).always(), Fault::Html(404));
    let report = bench.sync(SyncMode::Incremental).await;
    assert!(report.run.notes.iter().any(|note| note.contains("--confirm-deletions")), "{:?}", report.run.notes);
    bench.sim.faults().clear();
    bench.sim.lab().write(|lab| {
        let later = lab.now() + chrono::TimeDelta::hours(9);
        lab.advance_to(later);
    });
    bench.sync(SyncMode::Incremental).await;
    let confirmed = server::sync::RunOptions { confirm_deletions: true, ..Default::default() };
    let report = bench.run_with(SyncMode::Incremental, &confirmed).await;
    assert!(report.ok, "{report:#?}");
    bench.assert_equal().await;
}
