//! The live state of a run: counters, notes, and their way into the database and to open pages.

use super::SyncError;
use super::entities::table_of;
use super::report::{payload, run_of};
use crate::db::PgPool;
use crate::db::lims::Table;
use crate::db::sync::{self as store, RunRow};
use app::model::sync::EntityProgress;
use chrono::Utc;
use chrono_tz::Tz;
use qbench::{Client, Entity, Usage};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often progress is stored and told.
const BEAT: Duration = Duration::from_millis(250);
/// Notes kept of one run.
const MAX_NOTES: usize = 60;

/// Shared by all parts of a run.
pub(crate) struct Board {
    pub(crate) run_id: i64,
    row: RunRow,
    zone: Tz,
    client: Client,
    usage_before: Usage,
    state: Mutex<State>,
    /// Set when somebody asks the run to stop or the lease is lost.
    pub(crate) stop: CancellationToken,
}

#[derive(Default)]
struct State {
    entities: Vec<EntityProgress>,
    notes: Vec<Note>,
    dropped_notes: usize,
    dirty: bool,
    lost_lease: bool,
}

/// A sentence and how often it was said.
struct Note {
    text: String,
    times: u32,
}

impl Board {
    pub(crate) fn new(row: RunRow, zone: Tz, client: Client, entities: &[Entity]) -> Arc<Self> {
        let progress = |entity: &Entity| EntityProgress {
            entity: table_of(*entity).name().to_owned(),
            ..EntityProgress::default()
        };
        let state = State { entities: entities.iter().map(progress).collect(), dirty: true, ..State::default() };
        Arc::new(Self {
            run_id: row.id,
            row,
            zone,
            usage_before: client.usage(),
            client,
            state: Mutex::new(state),
            stop: CancellationToken::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the counters of an entity.
    pub(crate) fn count(&self, table: Table, change: impl FnOnce(&mut EntityProgress)) {
        let mut state = self.state();
        state.dirty = true;
        let known = state.entities.iter().position(|progress| progress.entity == table.name());
        let place = known.unwrap_or_else(|| {
            state.entities.push(EntityProgress { entity: table.name().to_owned(), ..EntityProgress::default() });
            state.entities.len() - 1
        });
        change(&mut state.entities[place]);
    }

    /// The counters of all entities.
    pub(crate) fn all(&self) -> Vec<EntityProgress> {
        self.state().entities.clone()
    }

    /// Tells the operator something; repetitions are counted.
    pub(crate) fn note(&self, text: impl Into<String>) {
        let text = text.into();
        let mut state = self.state();
        state.dirty = true;
        if let Some(note) = state.notes.iter_mut().find(|note| note.text == text) {
            note.times += 1;
        } else if state.notes.len() < MAX_NOTES {
            tracing::info!(run.id = self.run_id, "{text}");
            state.notes.push(Note { text, times: 1 });
        } else {
            state.dropped_notes += 1;
        }
    }

    /// Notes so far, as they are stored and shown.
    pub(crate) fn notes(&self) -> Vec<String> {
        let state = self.state();
        let mut notes: Vec<String> = state
            .notes
            .iter()
            .map(
                |note| if note.times > 1 { format!("{} ({} times)", note.text, note.times) } else { note.text.clone() },
            )
            .collect();
        if state.dropped_notes > 0 {
            notes.push(format!("{} further notes are in the log.", state.dropped_notes));
        }
        notes
    }

    /// What the run has spent.
    pub(crate) fn spent(&self) -> Usage {
        self.client.usage().since(&self.usage_before)
    }

    /// The reason to stop, if there is one.
    pub(crate) fn check(&self) -> Result<(), SyncError> {
        if !self.stop.is_cancelled() {
            return Ok(());
        }
        if self.state().lost_lease { Err(SyncError::LeaseLost) } else { Err(SyncError::Cancelled) }
    }

    /// The lease has gone to somebody else: nothing may be written any more.
    pub(crate) fn lose_lease(&self) {
        self.state().lost_lease = true;
        self.stop.cancel();
    }

    /// The run as it stands.
    pub(crate) fn snapshot(&self) -> RunRow {
        let spent = self.spent();
        let entities = self.state().entities.clone();
        RunRow {
            requests: i64::try_from(spent.requests).unwrap_or(i64::MAX),
            retries: i64::try_from(spent.retries).unwrap_or(i64::MAX),
            entities: serde_json::to_value(entities).unwrap_or_default(),
            notes: serde_json::to_value(self.notes()).unwrap_or_default(),
            ..self.row.clone()
        }
    }

    /// Stores the state, tells open pages, and learns whether somebody wants the run to stop.
    pub(crate) async fn publish(&self, pool: &PgPool) -> Result<(), SyncError> {
        self.state().dirty = false;
        let row = self.snapshot();
        match store::save_progress(pool, row.id, row.requests, row.retries, &row.entities, &row.notes).await? {
            Some(true) => self.stop.cancel(),
            Some(false) => {}
            None => {
                self.lose_lease();
                return Ok(());
            }
        }
        let message = payload(&run_of(&row, Utc::now(), self.zone));
        store::notify(pool, &message).await?;
        Ok(())
    }

    /// Publishes until it is dropped. A database that does not answer is the writer's business.
    pub(crate) async fn keep_publishing(self: Arc<Self>, pool: PgPool) {
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            let dirty = self.state().dirty;
            let result = if dirty { self.publish(&pool).await } else { self.look_for_cancel(&pool).await };
            if let Err(error) = result {
                tracing::debug!(run.id = self.run_id, %error, "progress could not be stored");
            }
        }
    }

    async fn look_for_cancel(&self, pool: &PgPool) -> Result<(), SyncError> {
        if store::cancel_wanted(pool, self.run_id).await? {
            self.stop.cancel();
        }
        Ok(())
    }
}
