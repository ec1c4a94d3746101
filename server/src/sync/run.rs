//! The life of a run: from the queue over the lease to its end and its report.

use super::SyncError;
use super::board::Board;
use super::land::Lander;
use super::lease::Holding;
use super::memo::Memo;
use super::policy::{Place, judge};
use super::read::Reader;
use super::report::{Report, run_of};
use super::rows::Mapping;
use super::settings::{SyncSettings, Worksheets};
use super::track::Track;
use super::walk::Walker;
use crate::db::metrics::rolled;
use crate::db::sync::{self as store, Lease, NewRun, RunEnd, RunRow};
use crate::db::{DbError, PgPool};
use app::model::sync::{EntityProgress, SyncMode};
use chrono::Utc;
use qbench::{Client, Entity, SortBy, SortOrder};
use serde::{Deserialize, Serialize};
use sqlx::PgExecutor;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio_util::task::AbortOnDropHandle;

/// Hours after which a run that ended early is not continued but begun anew.
const RESUME_HOURS: i32 = 24;

/// What is added to the trigger of a run that continues a lost one.
const CONTINUED: &str = " (continued)";

/// Lost runs in a row that may have brought nothing before the run is given up.
const MAX_IN_VAIN: usize = 10;

/// The setting that names the entities whose lists cannot be ordered by id.
const UNORDERED: &str = "sync_unordered";

/// The setting that names the entities whose deletions were not believed.
const HELD_BACK: &str = "sync_held_back";

/// The setting that names the fields of tests that this tenant does not have.
const NOWHERE: &str = "sync_nowhere";

/// What a run may be told beside its mode.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunOptions {
    /// Days that a window run goes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Deletions beyond the brake have been confirmed by somebody.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub confirm_deletions: bool,
    /// Percent of the request budget that the run may use; all of it when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_share: Option<u32>,
}

/// The engine of one process: the copy, the client of the tenant, the settings.
#[derive(Clone)]
pub struct Engine {
    pub(crate) pool: PgPool,
    pub(crate) client: Client,
    pub(crate) settings: SyncSettings,
    pub(super) owner: String,
}

/// Everything the parts of one run share.
pub(crate) struct Run {
    pub(crate) engine: Engine,
    pub(crate) row: RunRow,
    pub(crate) options: RunOptions,
    pub(crate) board: Arc<Board>,
    pub(crate) reader: Arc<Reader>,
    pub(crate) lander: Arc<Lander>,
    /// A list was seen to change while it was read.
    pub(crate) drifted: AtomicBool,
    /// Entities whose lists cannot be ordered by id, as far as that is known.
    unordered: Memo,
    /// Entities of which the copy holds more than QBench lists, because the deletions were not believed.
    pub(crate) held_back: Memo,
    /// Fields of tests that neither lists nor single reads have.
    pub(crate) nowhere: Memo,
}

impl Run {
    /// A walk over the whole list of an entity, ordered by id where that is known to be possible or not tried yet.
    pub(crate) fn track(&self, entity: Entity) -> Track {
        let settings = &self.engine.settings;
        let mut track = Track::new(entity, settings.page_size, settings.worksheets == Worksheets::Raw);
        if self.is_unordered(entity.plural()) {
            track.sort = Some((SortBy::DateCreated, SortOrder::Asc));
        }
        track
    }

    /// Remembers that a list had to be read in another order, so that the next run need not try again.
    pub(crate) async fn remember_order(&self, track: &Track) -> Result<(), SyncError> {
        if matches!(track.sort, Some((SortBy::Id, _))) {
            return Ok(());
        }
        self.remember_unordered(track.entity.plural()).await
    }

    /// Whether a list is known to refuse an order; `name` is an entity's, or that of another order.
    pub(crate) fn is_unordered(&self, name: &str) -> bool {
        self.unordered.contains(name)
    }

    /// Remembers that an order is refused.
    pub(crate) async fn remember_unordered(&self, name: &str) -> Result<(), SyncError> {
        self.unordered.set(&self.lander, name, true).await
    }

    pub(crate) fn walker(&self) -> Walker {
        Walker {
            reader: Arc::clone(&self.reader),
            lander: Arc::clone(&self.lander),
            board: Arc::clone(&self.board),
            width: self.engine.settings.max_concurrency,
        }
    }
}

impl Engine {
    /// An engine; sends nothing and writes nothing yet. `purpose` appears as the lease's owner.
    #[must_use]
    pub fn new(pool: PgPool, client: Client, settings: SyncSettings, purpose: &str) -> Self {
        let owner = format!("{purpose}, process {}", std::process::id());
        Self { pool, client, settings, owner }
    }

    /// The client of QBench that it works with.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Puts a run into the queue; joins an equal one that waits.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn enqueue(&self, mode: SyncMode, options: &RunOptions, trigger: &str) -> Result<i64, SyncError> {
        enqueue(&self.pool, mode, options, trigger).await
    }

    /// Takes the lease and works the queue off, up to the run `until` if one is named. False if another process holds
    /// the lease. Runs that were left behind are marked and, unless an equal run waits anyway, queued again.
    ///
    /// # Errors
    /// When the database does not answer; a run that fails is no error here.
    pub async fn work(&self, until: Option<i64>) -> Result<bool, SyncError> {
        if !store::has_work(&self.pool).await? {
            return Ok(true);
        }
        let Some(holding) = Holding::take(&self.pool, &self.owner, self.settings.lease_stale).await? else {
            return Ok(false);
        };
        let result = match self.in_zone().await {
            Ok(engine) => engine.work_off(&holding, until).await,
            Err(error) => Err(error),
        };
        holding.release().await?;
        result.map(|()| true)
    }

    /// The engine with the zone that the laboratory has now. Nobody changes it while the lease is held.
    pub(super) async fn in_zone(&self) -> Result<Self, SyncError> {
        let mut engine = self.clone();
        if !engine.settings.zone_held {
            engine.settings.zone = super::zone::wanted(&self.pool).await?.unwrap_or(self.settings.zone);
        }
        Ok(engine)
    }

    async fn work_off(&self, holding: &Holding, until: Option<i64>) -> Result<(), SyncError> {
        self.recover(holding.lease).await?;
        super::zone::adopt(&self.pool, self.settings.zone, Some(holding.lease)).await?;
        while let Some(row) = store::claim_next(&self.pool, holding.lease.epoch, &self.owner).await? {
            let id = row.id;
            self.execute(holding, row).await?;
            if holding.lost.is_cancelled() || until == Some(id) {
                break;
            }
        }
        Ok(())
    }

    /// Marks the runs that earlier holders of the lease left behind and puts them into the queue again, both or neither.
    async fn recover(&self, lease: Lease) -> Result<(), SyncError> {
        let mut tx = crate::db::begin(&self.pool).await?;
        if !store::fence(&mut tx, lease).await? {
            return Ok(());
        }
        for lost in store::mark_lost(&mut *tx, lease.epoch).await? {
            let Some(new) = continuation(&lost) else {
                tracing::error!(run.id = lost.id, "a run was left behind again and again; it is given up");
                continue;
            };
            tracing::warn!(run.id = lost.id, "a run was left behind; it is continued");
            store::enqueue(&mut *tx, &new).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        Ok(())
    }

    async fn execute(&self, holding: &Holding, row: RunRow) -> Result<(), SyncError> {
        let run = self.prepare(holding, row).await?;
        let publishing = Arc::clone(&run.board).keep_publishing(self.pool.clone());
        let publishing = AbortOnDropHandle::new(tokio::spawn(publishing));
        let lost = holding.lost.clone();
        let board = Arc::clone(&run.board);
        let watching = AbortOnDropHandle::new(tokio::spawn(async move {
            lost.cancelled().await;
            board.lose_lease();
        }));
        let result = run.perform().await;
        drop((publishing, watching));
        run.conclude(result).await
    }

    async fn prepare(&self, holding: &Holding, row: RunRow) -> Result<Run, SyncError> {
        let options: RunOptions = serde_json::from_value(row.options.clone()).unwrap_or_default();
        let client = match options.budget_share.filter(|share| *share < 100) {
            Some(share) if self.settings.requests_per_minute > 0 => {
                self.client.slowed((self.settings.requests_per_minute * share / 100).max(1))
            }
            _ => self.client.clone(),
        };
        let row = self.inherit(row, holding.lease).await?;
        let board = Board::new(row.clone(), self.settings.zone, self.client.clone(), &Entity::ALL);
        let reader = Reader::new(client, Arc::clone(&board), self.settings.patience);
        let mapping = Mapping::new(&self.settings);
        let lander = Lander::new(self.pool.clone(), Some(holding.lease), Arc::clone(&board), mapping);
        let (engine, reader, lander) = (self.clone(), Arc::new(reader), Arc::new(lander));
        let unordered = Memo::load(&self.pool, UNORDERED).await?;
        let held_back = Memo::load(&self.pool, HELD_BACK).await?;
        let nowhere = Memo::load(&self.pool, NOWHERE).await?;
        let drifted = AtomicBool::new(false);
        Ok(Run { engine, row, options, board, reader, lander, drifted, unordered, held_back, nowhere })
    }

    /// Full runs go on where an equal one ended early. A verification proves what it reads itself.
    async fn inherit(&self, row: RunRow, lease: Lease) -> Result<RunRow, SyncError> {
        if row.mode != "full" {
            return Ok(row);
        }
        let former = store::resumable(&self.pool, &row.mode, &row.options, RESUME_HOURS).await?;
        let Some(former) = former.filter(|former| former.id != row.id) else {
            return Ok(row);
        };
        let mut tx = crate::db::begin(&self.pool).await?;
        if store::fence(&mut tx, lease).await? {
            store::adopt_slices(&mut *tx, former.id, row.id).await?;
            store::set_resumes(&mut *tx, row.id, former.id).await?;
            tx.commit().await.map_err(DbError::from)?;
        }
        Ok(store::run(&self.pool, row.id).await?.unwrap_or(row))
    }

    /// The report of a run.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn report(&self, id: i64) -> Result<Option<Report>, SyncError> {
        let Some(row) = store::run(&self.pool, id).await? else {
            return Ok(None);
        };
        let quarantine = store::quarantine_counts(&self.pool).await?;
        let certificates = if row.mode == "verify" { store::certificates(&self.pool, 1).await? } else { Vec::new() };
        let certificate = certificates.into_iter().find(|one| one.run_id == id).map(|one| one.entities);
        Ok(Some(Report {
            ok: row.state == "succeeded",
            error: row.error.clone(),
            run: run_of(&row, Utc::now(), self.settings.zone),
            quarantine,
            certificate,
        }))
    }
}

/// The run that goes on where a lost one ended. None for one that has brought nothing time after time: a run that takes
/// its process down with it must not do so for ever.
fn continuation(lost: &RunRow) -> Option<NewRun> {
    let mode = SyncMode::from_name(&lost.mode)?;
    let progress: Vec<EntityProgress> = serde_json::from_value(lost.entities.clone()).unwrap_or_default();
    let came_on = progress.iter().any(|entity| entity.seen > 0);
    let in_vain = if came_on { 0 } else { lost.trigger.matches(CONTINUED).count() + 1 };
    let cause = lost.trigger.split(CONTINUED).next().unwrap_or_default();
    let trigger = format!("{cause}{}", CONTINUED.repeat(in_vain.max(1)));
    let new = NewRun { mode: mode.name(), trigger, options: lost.options.clone(), resumes: Some(lost.id) };
    (in_vain <= MAX_IN_VAIN).then_some(new)
}

/// Puts a run into the queue without an engine, as a process without credentials may do.
///
/// # Errors
/// When the database does not answer.
pub async fn enqueue(
    db: impl PgExecutor<'_>,
    mode: SyncMode,
    options: &RunOptions,
    trigger: &str,
) -> Result<i64, SyncError> {
    let options = serde_json::to_value(options).unwrap_or_default();
    let new = NewRun { mode: mode.name(), trigger: trigger.to_owned(), options, resumes: None };
    Ok(store::enqueue(db, &new).await?)
}

impl Run {
    async fn perform(&self) -> Result<(), SyncError> {
        match SyncMode::from_name(&self.row.mode) {
            Some(SyncMode::Verify) => self.full(true).await,
            Some(SyncMode::Incremental) => self.incremental().await,
            Some(SyncMode::Window) => self.window().await,
            Some(SyncMode::Full) | None => self.full(false).await,
        }
    }

    /// Writes the end of the run. A run whose lease is lost belongs to somebody else by now.
    async fn conclude(self, result: Result<(), SyncError>) -> Result<(), SyncError> {
        let pool = &self.engine.pool;
        let end = match &result {
            Ok(()) => RunEnd { state: "succeeded", error: None },
            Err(SyncError::LeaseLost) => {
                tracing::warn!(run.id = self.row.id, "another process has taken over; this one writes nothing more");
                return Ok(());
            }
            Err(SyncError::Cancelled) => RunEnd { state: "cancelled", error: None },
            Err(error) => {
                let hint = judge(error, Place::Page).hint;
                RunEnd { state: "failed", error: Some(format!("{error}. {hint}")) }
            }
        };
        self.publish_patiently().await;
        match self.store_end(&end, &result).await {
            Err(SyncError::LeaseLost) => return Ok(()),
            other => other?,
        }
        if let Some(row) = store::run(pool, self.row.id).await? {
            let message = super::report::payload(&run_of(&row, Utc::now(), self.engine.settings.zone));
            store::notify(pool, &message).await?;
        }
        if end.state == "succeeded" {
            self.roll_up().await;
        }
        Ok(())
    }

    /// Makes the figures of the days that were written ready again. Without it they are as right, only slower.
    async fn roll_up(&self) {
        match rolled::roll(&self.engine.pool).await {
            Ok(days) => tracing::debug!(run.id = self.row.id, days, "the figures of the written days are ready"),
            Err(error) => {
                tracing::warn!(run.id = self.row.id, error = %error, "figures by day could not be made ready")
            }
        }
    }

    async fn store_end(&self, end: &RunEnd, result: &Result<(), SyncError>) -> Result<(), SyncError> {
        let mut tx = self.lander.begin().await?;
        store::finish(&mut *tx, self.row.id, end).await?;
        if let Err(error) = result {
            store::set_error_kind(&mut *tx, self.row.id, error.kind()).await?;
        }
        if end.state == "succeeded" {
            store::drop_slices(&mut *tx, self.row.id).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        Ok(())
    }

    async fn publish_patiently(&self) {
        for pause in [0, 1, 5, 10] {
            tokio::time::sleep(Duration::from_secs(pause)).await;
            if self.board.publish(&self.engine.pool).await.is_ok() {
                return;
            }
        }
    }
}
