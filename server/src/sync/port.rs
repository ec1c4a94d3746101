//! The synchronisation as pages and REST see and control it. Works without credentials, which only a worker needs.

use super::SyncError;
use super::cron::Cron;
use super::report::run_of;
use super::run::{RunOptions, enqueue};
use super::schedule::{PAUSED, next_run};
use crate::db::PgPool;
use crate::db::audit::{self, Entry};
use crate::db::lims::Table;
use crate::db::sync::{CertificateRow, ScheduleRow};
use crate::db::{DbError, sync as store};
use crate::lab::Current;
use crate::refusal;
use app::error::AppError;
use app::model::session::CurrentUser;
use app::model::sync::{
    Certificate, EntityFreshness, Freshness, QuarantinedRecord, Schedule, ScheduleChange, SyncMode, SyncRun, SyncState,
};
use app::ports::SyncPort;
use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Value, json};
use std::sync::Arc;

/// The longest window that a run can be asked for: ten years.
const MAX_DAYS: u32 = 3_653;

/// What pages ask.
#[derive(Clone)]
pub struct SyncService {
    pool: PgPool,
    lab: Current,
    enabled: bool,
    now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

impl SyncService {
    /// A service over the copy; `enabled` says whether credentials are configured.
    #[must_use]
    pub fn new(
        pool: PgPool,
        lab: impl Into<Current>,
        enabled: bool,
        now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    ) -> Self {
        Self { pool, lab: lab.into(), enabled, now }
    }

    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.lab.zone()).naive_local()
    }

    async fn queue(&self, mode: SyncMode, options: &RunOptions, user: &CurrentUser) -> Result<i64, AppError> {
        if !self.enabled {
            return Err(AppError::Unavailable { what: "QBench (no credentials are set)".to_owned() });
        }
        let queued = enqueue(&self.pool, mode, options, &user.name).await;
        let run = queued.map_err(|error| match error {
            SyncError::Db(error) => in_words(error),
            other => internal(&other),
        })?;
        self.note(user, "sync.start", &run.to_string(), json!({ "mode": mode.name(), "options": options })).await?;
        Ok(run)
    }

    /// Writes down what somebody did with the synchronisation.
    async fn note(&self, user: &CurrentUser, action: &str, subject: &str, detail: Value) -> Result<(), AppError> {
        let entry = Entry { actor: &user.name, action, subject, source: "web", detail };
        audit::append(&self.pool, entry).await.map_err(in_words)
    }

    async fn read_state(&self) -> Result<SyncState, DbError> {
        let marks = store::watermarks(&self.pool).await?;
        let held = store::quarantine_counts(&self.pool).await?;
        let entities = Table::ALL.iter().map(|table| EntityFreshness {
            entity: table.name().to_owned(),
            as_of: marks.iter().find(|mark| mark.entity == table.name()).map(|mark| self.local(mark.as_of)),
            quarantined: held.iter().find(|(entity, _)| entity == table.name()).map_or(0, |(_, count)| *count),
        });
        let entities = entities.collect();
        let schedules = store::schedules(&self.pool).await?.iter().map(|row| self.schedule(row)).collect();
        let latest = store::certificates(&self.pool, 1).await?;
        Ok(SyncState {
            freshness: self.read_freshness().await?,
            entities,
            schedules,
            paused: store::get_setting(&self.pool, PAUSED).await? == Some(true.into()),
            certificate: latest.into_iter().next().map(|row| self.certificate(row)),
            now: self.local((self.now)()),
        })
    }

    fn schedule(&self, row: &ScheduleRow) -> Schedule {
        Schedule {
            id: row.id,
            name: row.name.clone(),
            mode: SyncMode::from_name(&row.mode).unwrap_or(SyncMode::Incremental),
            cron: row.cron.clone(),
            enabled: row.enabled,
            quiet_from: row.quiet_from,
            quiet_to: row.quiet_to,
            budget_share: row.budget_share,
            next_run: next_run(row, self.lab.zone(), (self.now)()).map(|at| self.local(at)),
            last_run: row.last_queued.map(|at| self.local(at)),
        }
    }

    fn certificate(&self, row: CertificateRow) -> Certificate {
        Certificate {
            id: row.id,
            run: row.run_id,
            issued_at: self.local(row.issued_at),
            as_of: self.local(row.as_of),
            equal: row.equal,
            entities: serde_json::from_value(row.entities).unwrap_or_default(),
        }
    }

    async fn read_freshness(&self) -> Result<Freshness, DbError> {
        let now = (self.now)();
        let marks = store::watermarks(&self.pool).await?;
        // Complete means every entity: one that was never read to its end leaves the whole without a date.
        let known = Table::ALL.iter().map(|table| marks.iter().find(|mark| mark.entity == table.name()));
        let as_of = known.map(|mark| mark.map(|mark| mark.as_of)).min().flatten();
        let running = store::running(&self.pool).await?;
        let last = store::last_ended(&self.pool).await?;
        let last_run = last.as_ref().map(|row| row.id);
        Ok(Freshness {
            as_of: as_of.map(|at| at.with_timezone(&self.lab.zone()).naive_local()),
            age_minutes: as_of.map(|at| (now - at).num_minutes().max(0)),
            running: running.map(|row| run_of(&row, now, self.lab.zone())),
            problem: last.filter(|row| row.state == "failed").and_then(|row| row.error),
            enabled: self.enabled,
            data_version: store::data_version(&self.pool).await?,
            last_run,
        })
    }
}

#[async_trait]
impl SyncPort for SyncService {
    async fn freshness(&self) -> Result<Freshness, AppError> {
        self.read_freshness().await.map_err(in_words)
    }

    async fn runs(&self, limit: u32) -> Result<Vec<SyncRun>, AppError> {
        let now = (self.now)();
        let rows = store::runs(&self.pool, i64::from(limit)).await.map_err(in_words)?;
        Ok(rows.iter().map(|row| run_of(row, now, self.lab.zone())).collect())
    }

    async fn start(&self, mode: SyncMode, days: Option<u32>, user: &CurrentUser) -> Result<i64, AppError> {
        if days.is_some_and(|days| !(1..=MAX_DAYS).contains(&days)) {
            return Err(invalid("days", format!("a number from 1 to {MAX_DAYS} is expected")));
        }
        let days = days.filter(|_| mode == SyncMode::Window);
        self.queue(mode, &RunOptions { days, ..RunOptions::default() }, user).await
    }

    async fn cancel(&self, run: i64, user: &CurrentUser) -> Result<(), AppError> {
        if store::request_cancel(&self.pool, run).await.map_err(in_words)? {
            return self.note(user, "sync.cancel", &run.to_string(), Value::Null).await;
        }
        match store::run(&self.pool, run).await.map_err(in_words)? {
            Some(_) => Err(AppError::Busy { why: "the run has ended already".to_owned() }),
            None => Err(AppError::NotFound),
        }
    }

    async fn state(&self) -> Result<SyncState, AppError> {
        self.read_state().await.map_err(in_words)
    }

    async fn run(&self, id: i64) -> Result<SyncRun, AppError> {
        let row = store::run(&self.pool, id).await.map_err(in_words)?.ok_or(AppError::NotFound)?;
        Ok(run_of(&row, (self.now)(), self.lab.zone()))
    }

    async fn quarantine(&self, limit: u32) -> Result<Vec<QuarantinedRecord>, AppError> {
        let rows = store::open_quarantine(&self.pool, i64::from(limit)).await.map_err(in_words)?;
        let shown = rows.into_iter().map(|row| QuarantinedRecord {
            id: row.id,
            entity: row.entity,
            entity_id: row.entity_id,
            reason: row.reason,
            raw: row.raw,
            stored: row.stored,
            first_seen: self.local(row.first_seen),
            last_seen: self.local(row.last_seen),
            attempts: row.attempts,
        });
        Ok(shown.collect())
    }

    async fn retry_quarantine(&self, user: &CurrentUser) -> Result<i64, AppError> {
        store::retry_all_now(&self.pool).await.map_err(in_words)?;
        self.start(SyncMode::Incremental, None, user).await
    }

    async fn certificates(&self, limit: u32) -> Result<Vec<Certificate>, AppError> {
        let rows = store::certificates(&self.pool, i64::from(limit)).await.map_err(in_words)?;
        Ok(rows.into_iter().map(|row| self.certificate(row)).collect())
    }

    async fn save_schedule(&self, schedule: &ScheduleChange, user: &CurrentUser) -> Result<(), AppError> {
        Cron::parse(&schedule.cron).map_err(|bad| invalid("cron", bad.to_string()))?;
        if !(1..=100).contains(&schedule.budget_share) {
            return Err(invalid("budget_share", "a number from 1 to 100 is expected".to_owned()));
        }
        if schedule.quiet_from.is_some() != schedule.quiet_to.is_some() {
            return Err(invalid("quiet_to", "quiet hours need a beginning and an end".to_owned()));
        }
        let rows = store::schedules(&self.pool).await.map_err(in_words)?;
        let row = rows.into_iter().find(|row| row.id == schedule.id).ok_or(AppError::NotFound)?;
        let row = ScheduleRow {
            cron: schedule.cron.trim().to_owned(),
            enabled: schedule.enabled,
            quiet_from: schedule.quiet_from,
            quiet_to: schedule.quiet_to,
            budget_share: schedule.budget_share,
            ..row
        };
        store::save_schedule(&self.pool, &row, &user.name).await.map_err(in_words)?;
        let detail = serde_json::to_value(schedule).unwrap_or_default();
        self.note(user, "sync.schedule", &row.name, detail).await
    }

    async fn pause(&self, paused: bool, user: &CurrentUser) -> Result<(), AppError> {
        store::put_setting(&self.pool, PAUSED, &paused.into(), &user.name).await.map_err(in_words)?;
        self.note(user, "sync.pause", "schedules", json!({ "paused": paused })).await
    }

    async fn confirm_deletions(&self, user: &CurrentUser) -> Result<i64, AppError> {
        let options = RunOptions { confirm_deletions: true, ..RunOptions::default() };
        self.queue(SyncMode::Verify, &options, user).await
    }
}

fn invalid(field: &str, why: String) -> AppError {
    AppError::Invalid { field: field.to_owned(), why }
}

/// What the log says of a failure.
const WHAT: &str = "the state of the synchronisation could not be asked";

/// A failure of the database as pages may know it.
pub(super) fn in_words(error: DbError) -> AppError {
    refusal::of_database(&error, WHAT)
}

fn internal(error: &dyn std::error::Error) -> AppError {
    refusal::internal(error, WHAT)
}
