//! Runs that start by themselves: reads the schedules and fills the queue.

use super::SyncError;
use super::cron::Cron;
use super::run::{RunOptions, enqueue};
use crate::db::sync::{self as store, ScheduleRow};
use crate::db::{DbError, PgPool};
use app::model::sync::SyncMode;
use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;

/// The setting that stops all schedules.
pub(crate) const PAUSED: &str = "sync_paused";

/// Puts the runs whose time has come into the queue. Of several processes one does.
///
/// # Errors
/// When the database does not answer.
pub async fn fill_queue(pool: &PgPool, zone: Tz, now: DateTime<Utc>) -> Result<(), SyncError> {
    if is_paused(pool).await? {
        return Ok(());
    }
    for schedule in store::schedules(pool).await? {
        let Some(due) = due(&schedule, zone, now) else { continue };
        let Some(mode) = SyncMode::from_name(&schedule.mode) else { continue };
        // Noted and queued together: a process that dies in between must not swallow a run.
        let mut tx = crate::db::begin(pool).await?;
        if store::set_queued(&mut *tx, schedule.id, due, schedule.last_queued).await? {
            let mut options: RunOptions = serde_json::from_value(schedule.options.clone()).unwrap_or_default();
            let share = u32::try_from(schedule.budget_share).ok().filter(|share| *share < 100);
            options.budget_share = options.budget_share.or(share);
            enqueue(&mut *tx, mode, &options, "schedule").await?;
            tx.commit().await.map_err(DbError::from)?;
        }
    }
    Ok(())
}

/// Whether somebody has paused the schedules.
///
/// # Errors
/// When the database does not answer.
pub async fn is_paused(pool: &PgPool) -> Result<bool, SyncError> {
    Ok(store::get_setting(pool, PAUSED).await? == Some(Value::Bool(true)))
}

/// When a schedule should have run and has not, outside its quiet hours.
fn due(schedule: &ScheduleRow, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if !schedule.enabled || is_quiet(schedule, now.with_timezone(&zone).time()) {
        return None;
    }
    let after = schedule.last_queued.unwrap_or(schedule.updated_at);
    Cron::parse(&schedule.cron).ok()?.last_between(after, now, zone)
}

fn is_quiet(schedule: &ScheduleRow, now: NaiveTime) -> bool {
    match (schedule.quiet_from, schedule.quiet_to) {
        (Some(from), Some(to)) if from <= to => from <= now && now < to,
        // Over midnight.
        (Some(from), Some(to)) => now >= from || now < to,
        _ => false,
    }
}

/// The next run of a schedule, quiet hours left aside.
#[must_use]
pub fn next_run(schedule: &ScheduleRow, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let cron = Cron::parse(&schedule.cron).ok().filter(|_| schedule.enabled)?;
    let mut at = cron.next_after(now, zone)?;
    // A timing inside the quiet hours waits for their end, minute by minute at the worst.
    for _ in 0..2_000 {
        if !is_quiet(schedule, at.with_timezone(&zone).time()) {
            return Some(at);
        }
        at = cron.next_after(at, zone)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(cron: &str, last: &str) -> ScheduleRow {
        let last: DateTime<Utc> = last.parse().expect("an instant");
        ScheduleRow {
            id: 1,
            name: "x".into(),
            mode: "incremental".into(),
            options: Value::Null,
            cron: cron.into(),
            enabled: true,
            quiet_from: NaiveTime::from_hms_opt(22, 0, 0),
            quiet_to: NaiveTime::from_hms_opt(6, 0, 0),
            budget_share: 100,
            last_queued: Some(last),
            updated_at: last,
        }
    }

    #[test]
    fn nothing_starts_in_the_quiet_hours_and_what_was_due_starts_after_them() {
        let row = schedule("*/5 * * * *", "2026-11-17T21:55:00Z");
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        assert_eq!(due(&row, Tz::UTC, at("2026-11-17T23:00:00Z")), None);
        assert_eq!(due(&row, Tz::UTC, at("2026-11-18T06:00:30Z")), Some(at("2026-11-18T06:00:00Z")));
        assert_eq!(next_run(&row, Tz::UTC, at("2026-11-17T22:01:00Z")), Some(at("2026-11-18T06:00:00Z")));
        let off = ScheduleRow { enabled: false, ..row };
        assert_eq!(due(&off, Tz::UTC, at("2026-11-18T06:00:30Z")), None);
    }
}
