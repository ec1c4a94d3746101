//! What people do with the synchronisation: it is checked, queued and written down.

use app::error::AppError;
use app::model::session::{CurrentUser, Role};
use app::model::sync::{ScheduleChange, SyncMode};
use app::ports::SyncPort as _;
use chrono::Utc;
use chrono_tz::Tz;
use server::sync::SyncService;
use sqlx::PgPool;
use std::sync::Arc;

fn service(pool: &PgPool) -> SyncService {
    SyncService::new(pool.clone(), Tz::UTC, true, Arc::new(Utc::now))
}

fn manager() -> CurrentUser {
    CurrentUser { id: 1, name: "m.ibarra".into(), role: Role::Manager }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_window_run_goes_back_as_far_as_asked_and_no_further_than_ten_years(pool: PgPool) {
    let (service, manager) = (service(&pool), manager());
    let run = service.start(SyncMode::Window, Some(30), &manager).await.expect("queued");
    let options: serde_json::Value =
        sqlx::query_scalar("select options from sync_runs where id = $1").bind(run).fetch_one(&pool).await.expect("it");
    assert_eq!(options["days"], 30);
    for days in [0, 4_000] {
        let refused = service.start(SyncMode::Window, Some(days), &manager).await;
        assert!(matches!(refused, Err(AppError::Invalid { ref field, .. }) if field == "days"), "{days}: {refused:?}");
    }
    let full = service.start(SyncMode::Full, Some(30), &manager).await.expect("queued");
    let options: serde_json::Value = sqlx::query_scalar("select options from sync_runs where id = $1")
        .bind(full)
        .fetch_one(&pool)
        .await
        .expect("it");
    assert!(options.get("days").is_none(), "other runs have no window: {options}");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_schedule_is_changed_only_to_something_that_works(pool: PgPool) {
    let (service, manager) = (service(&pool), manager());
    let schedule = service.state().await.expect("the state").schedules.remove(0);
    let change = ScheduleChange {
        id: schedule.id,
        cron: "*/7 * * * *".into(),
        enabled: true,
        quiet_from: None,
        quiet_to: None,
        budget_share: 40,
    };
    service.save_schedule(&change, &manager).await.expect("stored");
    let stored = service.state().await.expect("the state").schedules.remove(0);
    assert_eq!((stored.cron.as_str(), stored.budget_share), ("*/7 * * * *", 40));
    let quiet = chrono::NaiveTime::from_hms_opt(22, 0, 0);
    for (bad, field) in [
        (ScheduleChange { cron: "sometimes".into(), ..change.clone() }, "cron"),
        (ScheduleChange { budget_share: 0, ..change.clone() }, "budget_share"),
        (ScheduleChange { quiet_from: quiet, ..change.clone() }, "quiet_to"),
    ] {
        let refused = service.save_schedule(&bad, &manager).await;
        assert!(matches!(refused, Err(AppError::Invalid { field: ref named, .. }) if named == field), "{refused:?}");
    }
    let unknown = service.save_schedule(&ScheduleChange { id: 999, ..change }, &manager).await;
    assert_eq!(unknown, Err(AppError::NotFound));
    let kept = service.state().await.expect("the state").schedules.remove(0);
    assert_eq!(kept, stored, "what was refused changed nothing");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn everything_done_is_on_record(pool: PgPool) {
    let (service, manager) = (service(&pool), manager());
    let run = service.start(SyncMode::Full, None, &manager).await.expect("queued");
    service.cancel(run, &manager).await.expect("asked");
    service.pause(true, &manager).await.expect("paused");
    assert!(service.state().await.expect("the state").paused);
    let entries: Vec<(String, String, String)> =
        sqlx::query_as("select actor, action, subject from audit_log order by id").fetch_all(&pool).await.expect("it");
    let entry = |action: &str, subject: &str| ("m.ibarra".to_owned(), action.to_owned(), subject.to_owned());
    let run = run.to_string();
    assert_eq!(entries, [entry("sync.start", &run), entry("sync.cancel", &run), entry("sync.pause", "schedules")]);
}
