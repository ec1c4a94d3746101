//! What those who watch over an installation ask: probes, measurements and alerts. Times are the database's.

use super::DbError;
use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};

/// The synchronisation at a glance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncFacts {
    /// How the run that ended last ended: succeeded or failed; nothing before the first.
    pub last_state: Option<String>,
    /// Why it failed, in one word.
    pub last_error_kind: Option<String>,
    /// What it read.
    pub last_mode: Option<String>,
    /// When a run last succeeded.
    pub last_success: Option<DateTime<Utc>>,
    /// The whole copy is complete up to here; nothing while a part of it has never been read.
    pub as_of: Option<DateTime<Utc>>,
    /// When the run that is going on began.
    pub running_since: Option<DateTime<Utc>>,
    /// Runs that wait.
    pub queued: i64,
    /// Whether somebody has paused the schedules.
    pub paused: bool,
    /// Records in quarantine that came there within a day.
    pub quarantined_today: i64,
    /// When the latest certificate was issued.
    pub certified_at: Option<DateTime<Utc>>,
    /// Whether it says that the copy equals QBench.
    pub certified_equal: Option<bool>,
    /// The database's clock.
    pub now: DateTime<Utc>,
}

/// Asks for the synchronisation's facts; `kinds` is how many kinds of records are copied.
///
/// # Errors
/// When the database does not answer.
pub async fn sync_facts(db: impl PgExecutor<'_>, kinds: i64) -> Result<SyncFacts, DbError> {
    let facts = sqlx::query_as!(
        SyncFacts,
        r#"
        with last_run as (
            select state, error_kind, mode from sync_runs where state in ('succeeded', 'failed')
            order by finished_at desc, id desc limit 1
        ), certificate as (
            select issued_at, equal from sync_certificates order by id desc limit 1
        )
        select (select state from last_run) as last_state, (select error_kind from last_run) as last_error_kind,
            (select mode from last_run) as last_mode,
            (select max(finished_at) from sync_runs where state = 'succeeded') as last_success,
            (select min(as_of) from sync_watermarks having count(*) >= $1) as as_of,
            (select min(started_at) from sync_runs where state = 'running') as running_since,
            (select count(*) from sync_runs where state = 'queued') as "queued!",
            coalesce((select value = 'true' from settings where key = 'sync_paused'), false) as "paused!",
            (select count(*) from sync_quarantine
                where resolved_at is null and first_seen > clock_timestamp() - interval '1 day')
                as "quarantined_today!",
            (select issued_at from certificate) as certified_at, (select equal from certificate) as certified_equal,
            clock_timestamp() as "now!"
        "#,
        kinds
    );
    Ok(facts.fetch_one(db).await?)
}

/// The latest run of a mode that ended in a state.
#[derive(Clone, Debug, PartialEq)]
pub struct LastRun {
    /// What it read.
    pub mode: String,
    /// succeeded, failed, cancelled or lost.
    pub state: String,
    /// When it ended, in seconds since 1970.
    pub ended: f64,
    /// How long it took.
    pub seconds: f64,
    /// Requests sent.
    pub requests: i64,
    /// Requests repeated.
    pub retries: i64,
}

/// The latest run of each mode and state.
///
/// # Errors
/// When the database does not answer.
pub async fn last_runs(db: impl PgExecutor<'_>) -> Result<Vec<LastRun>, DbError> {
    let runs = sqlx::query_as!(
        LastRun,
        r#"
        select distinct on (mode, state) mode, state,
            extract(epoch from finished_at)::double precision as "ended!",
            extract(epoch from finished_at - coalesce(started_at, finished_at))::double precision as "seconds!",
            requests, retries
        from sync_runs where finished_at is not null order by mode, state, id desc
        "#
    );
    Ok(runs.fetch_all(db).await?)
}

/// What the server counts about our database, since it was set up or its statistics were reset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseFacts {
    /// Bytes on disk.
    pub size: i64,
    /// Transactions that went through.
    pub commits: i64,
    /// Transactions that were undone.
    pub rollbacks: i64,
    /// Blocks found in memory.
    pub cached: i64,
    /// Blocks read from disk.
    pub read: i64,
    /// Transactions that waited for each other and were undone.
    pub deadlocks: i64,
    /// Connections of anybody.
    pub connections: i64,
    /// Sessions of people that have not ended.
    pub sessions: i64,
}

/// Asks for them.
///
/// # Errors
/// When the database does not answer.
pub async fn database_facts(db: impl PgExecutor<'_>) -> Result<DatabaseFacts, DbError> {
    let facts = sqlx::query_as!(
        DatabaseFacts,
        r#"
        select pg_database_size(current_database()) as "size!", xact_commit as "commits!", xact_rollback as "rollbacks!",
            blks_hit as "cached!", blks_read as "read!", deadlocks as "deadlocks!", numbackends::bigint as "connections!",
            (select count(*) from sessions where expires_at > now() and user_id is not null) as "sessions!"
        from pg_stat_database where datname = current_database()
        "#
    );
    Ok(facts.fetch_one(db).await?)
}

/// Where the server keeps its files, if it tells us.
///
/// # Errors
/// When the database does not answer or does not tell.
pub async fn data_directory(pool: &PgPool) -> Result<String, DbError> {
    Ok(sqlx::query_scalar("select current_setting('data_directory')").fetch_one(pool).await?)
}
