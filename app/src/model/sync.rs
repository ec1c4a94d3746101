//! The state of the synchronisation as pages show it.

use crate::model::session::Role;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// What a run reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncMode {
    /// Every record of every entity.
    Full,
    /// What changed since the last success.
    Incremental,
    /// Records created in the last days.
    Window,
    /// Everything, compared by content; heals differences and certifies the copy.
    Verify,
}

impl SyncMode {
    /// Every mode.
    pub const ALL: [Self; 4] = [Self::Full, Self::Incremental, Self::Window, Self::Verify];

    /// Its name on the command line, in URLs and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Incremental => "incremental",
            Self::Window => "window",
            Self::Verify => "verify",
        }
    }

    /// The mode with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Waits for the run before it.
    Queued,
    /// Is reading.
    Running,
    /// Read everything it set out to read.
    Succeeded,
    /// Stopped on an error.
    Failed,
    /// Stopped because somebody asked.
    Cancelled,
    /// Its process disappeared; another run went on from where it was.
    Lost,
}

/// One entity of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EntityProgress {
    /// The entity's plural name: customers, orders …
    pub entity: String,
    /// Pages read so far.
    pub pages_done: u32,
    /// Pages expected, once known.
    pub pages_total: Option<u32>,
    /// Records received.
    pub seen: u64,
    /// Records that were new.
    pub inserted: u64,
    /// Records that had changed.
    pub updated: u64,
    /// Records that were as stored.
    pub unchanged: u64,
    /// Records found deleted upstream.
    pub deleted: u64,
    /// Records put into quarantine.
    pub quarantined: u64,
    /// True once everything of this entity has been read.
    pub done: bool,
}

/// One run: live while it goes on, history afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SyncRun {
    /// The run's number.
    pub id: i64,
    /// What it reads.
    pub mode: SyncMode,
    /// How it stands.
    pub state: RunState,
    /// What started it: a person's name, `schedule`, `cli` …
    pub trigger: String,
    /// When it began, laboratory time.
    pub started_at: NaiveDateTime,
    /// When it ended.
    pub finished_at: Option<NaiveDateTime>,
    /// Seconds it has taken, or took.
    pub seconds: f64,
    /// Requests sent to QBench.
    pub requests: u64,
    /// Requests repeated after a failure.
    pub retries: u64,
    /// The entities in the order they are read.
    pub entities: Vec<EntityProgress>,
    /// Seconds until the end, estimated.
    pub remaining_seconds: Option<f64>,
    /// Records a second, over the whole run.
    pub rows_per_second: Option<f64>,
    /// What went wrong, was done, and can be done: one sentence each.
    pub notes: Vec<String>,
}

/// How fresh the copy is: shown on every page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Freshness {
    /// The instant up to which the copy is known to be complete, laboratory time; from the last success only.
    pub as_of: Option<NaiveDateTime>,
    /// Minutes since then.
    pub age_minutes: Option<i64>,
    /// The run that is going on.
    pub running: Option<SyncRun>,
    /// What the last run failed with, when it failed.
    pub problem: Option<String>,
    /// False when no QBench credentials are configured.
    pub enabled: bool,
    /// The number of the last change of data; grows with every run that landed something.
    pub data_version: i64,
    /// The run that ended last.
    pub last_run: Option<i64>,
}

/// How fresh one entity is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityFreshness {
    /// The entity's plural name.
    pub entity: String,
    /// The instant up to which it is known to be complete, laboratory time; from the last success only.
    pub as_of: Option<NaiveDateTime>,
    /// Records in quarantine.
    pub quarantined: i64,
}

/// When runs start by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Its number.
    pub id: i32,
    /// Its name.
    pub name: String,
    /// What its runs read.
    pub mode: SyncMode,
    /// Minute, hour, day of month, month and day of week, laboratory time: `*/5 * * * *`.
    pub cron: String,
    /// Whether it is in force.
    pub enabled: bool,
    /// No run starts from here …
    pub quiet_from: Option<chrono::NaiveTime>,
    /// … to here, laboratory time; may span midnight.
    pub quiet_to: Option<chrono::NaiveTime>,
    /// Percent of the request budget that its runs may use.
    pub budget_share: i32,
    /// When it will start a run, laboratory time.
    pub next_run: Option<NaiveDateTime>,
    /// When it last started one.
    pub last_run: Option<NaiveDateTime>,
}

/// A record that could not be stored, or only in part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinedRecord {
    /// Its number in the quarantine.
    pub id: i64,
    /// The entity's plural name.
    pub entity: String,
    /// QBench's id, where the record has one.
    pub entity_id: Option<i64>,
    /// What is wrong, in plain words.
    pub reason: String,
    /// The JSON text as received, cut to what a page shows.
    pub raw: Option<String>,
    /// Whether it was stored without what cannot be used.
    pub stored: bool,
    /// When it was first seen so, laboratory time.
    pub first_seen: NaiveDateTime,
    /// When it was last seen so.
    pub last_seen: NaiveDateTime,
    /// How often.
    pub attempts: i32,
}

/// What a verification proved about one entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityProof {
    /// The entity's plural name.
    pub entity: String,
    /// Records in QBench's list.
    pub source_count: u64,
    /// Rows of the copy that are not marked as deleted.
    pub copy_count: u64,
    /// Records that QBench lists and that stand in quarantine instead of in the copy.
    pub quarantined: u64,
    /// SHA-256 over all ids and content hashes in the order of ids, as QBench gave them.
    pub source_hash: String,
    /// The same over the rows of the copy.
    pub copy_hash: String,
    /// Records that were missing, different or deleted.
    pub differences: u64,
    /// Those of them that are right now.
    pub healed: u64,
    /// Whether nothing differs any more.
    pub equal: bool,
}

/// A dated proof that the copy equals QBench, or that it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Its number.
    pub id: i64,
    /// The run behind it.
    pub run: i64,
    /// When it was issued, laboratory time.
    pub issued_at: NaiveDateTime,
    /// The instant that it speaks of.
    pub as_of: NaiveDateTime,
    /// Whether copy and source were equal after healing.
    pub equal: bool,
    /// Entity by entity.
    pub entities: Vec<EntityProof>,
}

/// Everything on the synchronisation page beside the runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SyncState {
    /// How fresh the copy is and what is going on.
    pub freshness: Freshness,
    /// The same entity by entity.
    pub entities: Vec<EntityFreshness>,
    /// When runs start by themselves.
    pub schedules: Vec<Schedule>,
    /// Whether the schedules are paused.
    pub paused: bool,
    /// The latest certificate.
    pub certificate: Option<Certificate>,
    /// Laboratory time of the answer.
    pub now: NaiveDateTime,
}

/// Everything on the page about the synchronisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SyncPage {
    /// Freshness, schedules, certificate.
    pub state: SyncState,
    /// The latest runs, newest first.
    pub runs: Vec<SyncRun>,
    /// What is in quarantine, the latest first; it shows laboratory records as they came, so managers only.
    pub quarantine: Vec<QuarantinedRecord>,
    /// What the reader may do.
    pub role: Role,
}

/// New values of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleChange {
    /// The schedule's number.
    pub id: i32,
    /// Minute, hour, day of month, month and day of week, laboratory time.
    pub cron: String,
    /// Whether it is in force.
    pub enabled: bool,
    /// No run starts from here …
    pub quiet_from: Option<chrono::NaiveTime>,
    /// … to here, laboratory time; may span midnight.
    pub quiet_to: Option<chrono::NaiveTime>,
    /// Percent of the request budget that its runs may use, 1 to 100.
    pub budget_share: i32,
}
