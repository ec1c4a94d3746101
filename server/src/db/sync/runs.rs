//! Runs: the queue, the one that is going on, and history.

use crate::db::DbError;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;

/// The channel on which a run's progress is told; each message is a run as pages read it, below 8000 bytes.
pub const SYNC_CHANNEL: &str = "benchwatch_sync";

/// The channel on which workers are woken.
pub const QUEUE_CHANNEL: &str = "benchwatch_queue";

/// A run to come.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRun {
    /// What it reads: full, incremental, window or verify.
    pub mode: &'static str,
    /// Who asked.
    pub trigger: String,
    /// The mode's options.
    pub options: Value,
    /// The lost run that it continues.
    pub resumes: Option<i64>,
}

/// A run as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRow {
    /// Its number.
    pub id: i64,
    /// What it reads.
    pub mode: String,
    /// queued, running, succeeded, failed, cancelled or lost.
    pub state: String,
    /// Who asked.
    pub trigger: String,
    /// The mode's options.
    pub options: Value,
    /// When it was asked for.
    pub queued_at: DateTime<Utc>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// QBench's clock at its start.
    pub upper_bound: Option<DateTime<Utc>>,
    /// The greatest time of a last change that was known before anything was read.
    pub stamped_by: Option<DateTime<Utc>>,
    /// The lost run that it continues.
    pub resumes: Option<i64>,
    /// Whether somebody asked it to stop.
    pub cancel_requested: bool,
    /// Requests sent.
    pub requests: i64,
    /// Requests repeated.
    pub retries: i64,
    /// Progress per entity.
    pub entities: Value,
    /// Notes for the operator.
    pub notes: Value,
    /// What it failed with.
    pub error: Option<String>,
}

impl RunRow {
    /// No run: for work that is done outside of any.
    #[must_use]
    pub fn none() -> Self {
        Self {
            id: 0,
            mode: String::new(),
            state: String::new(),
            trigger: String::new(),
            options: Value::Null,
            queued_at: DateTime::UNIX_EPOCH,
            started_at: None,
            finished_at: None,
            upper_bound: None,
            stamped_by: None,
            resumes: None,
            cancel_requested: false,
            requests: 0,
            retries: 0,
            entities: Value::Null,
            notes: Value::Null,
            error: None,
        }
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct RunEnd {
    /// succeeded, failed or cancelled.
    pub state: &'static str,
    /// What it failed with.
    pub error: Option<String>,
}

/// Puts a run into the queue and wakes the workers; joins an equal one that waits. Gives its number.
///
/// # Errors
/// As the database says.
pub async fn enqueue(db: impl PgExecutor<'_>, new: &NewRun) -> Result<i64, DbError> {
    let id = sqlx::query_scalar!(
        r#"
        with queued as (
            insert into sync_runs (mode, trigger, options, resumes) values ($1, $2, $3, $4)
            on conflict (mode, options) where state = 'queued'
            do update set resumes = coalesce(sync_runs.resumes, excluded.resumes)
            returning id
        )
        select id as "id!" from queued, pg_notify('benchwatch_queue', '')
        "#,
        new.mode,
        new.trigger,
        new.options,
        new.resumes
    );
    Ok(id.fetch_one(db).await?)
}

/// Takes the oldest waiting run for this lease. Nothing if none waits, or if the lease is in other hands by now: a claim
/// that reaches the database after its worker has died must not leave a run with nobody.
///
/// # Errors
/// As the database says.
pub async fn claim_next(db: impl PgExecutor<'_>, epoch: i64, owner: &str) -> Result<Option<RunRow>, DbError> {
    let claimed = sqlx::query_as!(
        RunRow,
        r#"
        with held as (select epoch from sync_lease where name = 'lims' and epoch = $1 for share)
        update sync_runs r set state = 'running', started_at = clock_timestamp(), epoch = held.epoch, owner = $2
        from held
        where r.id = (select id from sync_runs where state = 'queued' order by id limit 1 for update skip locked)
        returning id, mode, state, trigger, options, queued_at, started_at, finished_at, upper_bound, stamped_by,
            resumes, cancel_requested, requests, retries, entities, notes, error
        "#,
        epoch,
        owner
    );
    Ok(claimed.fetch_optional(db).await?)
}

/// Who worked on a run last; nobody has claimed it without one.
///
/// # Errors
/// As the database says.
pub async fn owner(db: impl PgExecutor<'_>, run: i64) -> Result<Option<String>, DbError> {
    let owner = sqlx::query_scalar!("select owner from sync_runs where id = $1", run);
    Ok(owner.fetch_optional(db).await?.flatten())
}

/// Whether a run waits, or is marked as running by whoever holds or held the lease.
///
/// # Errors
/// As the database says.
pub async fn has_work(db: impl PgExecutor<'_>) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select 1 from sync_runs where state in ('queued', 'running')) as "found!""#
    );
    Ok(found.fetch_one(db).await?)
}

/// Marks every run that an earlier holder of the lease left behind; gives them back.
///
/// # Errors
/// As the database says.
pub async fn mark_lost(db: impl PgExecutor<'_>, epoch: i64) -> Result<Vec<RunRow>, DbError> {
    let lost = sqlx::query_as!(
        RunRow,
        r#"
        update sync_runs r set state = 'lost', finished_at = clock_timestamp(),
            error = coalesce(r.error, 'the process disappeared')
        where r.state = 'running' and r.epoch < $1
        returning id, mode, state, trigger, options, queued_at, started_at, finished_at, upper_bound, stamped_by,
            resumes, cancel_requested, requests, retries, entities, notes, error
        "#,
        epoch
    );
    Ok(lost.fetch_all(db).await?)
}

/// The newest unfinished run of this mode and these options, not older than `hours`, with landed slices and no
/// success of the same mode after it.
///
/// # Errors
/// As the database says.
pub async fn resumable(
    db: impl PgExecutor<'_>,
    mode: &str,
    options: &Value,
    hours: i32,
) -> Result<Option<RunRow>, DbError> {
    let row = sqlx::query_as!(
        RunRow,
        r#"
        select id, mode, state, trigger, options, queued_at, started_at, finished_at, upper_bound, stamped_by,
            resumes, cancel_requested, requests, retries, entities, notes, error
        from sync_runs r
        where mode = $1 and options = $2 and state in ('lost', 'failed', 'cancelled') and upper_bound is not null
            and started_at > clock_timestamp() - make_interval(hours => $3)
            and exists (select 1 from sync_slices s where s.run_id = r.id)
            and not exists (select 1 from sync_runs n where n.mode = $1 and n.state = 'succeeded' and n.id > r.id)
        order by id desc limit 1
        "#,
        mode,
        options,
        hours
    );
    Ok(row.fetch_optional(db).await?)
}

/// Notes which run this one continues and takes over its upper bound.
///
/// # Errors
/// As the database says.
pub async fn set_resumes(db: impl PgExecutor<'_>, id: i64, resumes: i64) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        update sync_runs r set resumes = $2, upper_bound = former.upper_bound, stamped_by = former.stamped_by
        from sync_runs former where r.id = $1 and former.id = $2
        "#,
        id,
        resumes
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Stores the upper bound once; a later call changes nothing.
///
/// # Errors
/// As the database says.
pub async fn set_upper_bound(db: impl PgExecutor<'_>, id: i64, at: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!("update sync_runs set upper_bound = coalesce(upper_bound, $2) where id = $1", id, at)
        .execute(db)
        .await?;
    Ok(())
}

/// Stores what was known of the clock that stamps records before the run read anything.
///
/// # Errors
/// As the database says.
pub async fn set_stamped_by(db: impl PgExecutor<'_>, id: i64, at: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!("update sync_runs set stamped_by = $2 where id = $1", id, at).execute(db).await?;
    Ok(())
}

/// Stores how far a run has come; tells whether it is asked to stop. Nothing is stored or told of a run that is not its
/// worker's any more.
///
/// # Errors
/// As the database says.
pub async fn save_progress(
    db: impl PgExecutor<'_>,
    id: i64,
    requests: i64,
    retries: i64,
    entities: &Value,
    notes: &Value,
) -> Result<Option<bool>, DbError> {
    let cancel = sqlx::query_scalar!(
        r#"
        update sync_runs r set requests = $2, retries = $3, entities = $4, notes = $5
        where r.id = $1 and r.state = 'running'
            and exists (select 1 from sync_lease l where l.name = 'lims' and l.epoch = r.epoch)
        returning r.cancel_requested
        "#,
        id,
        requests,
        retries,
        entities,
        notes
    );
    Ok(cancel.fetch_optional(db).await?)
}

/// Ends a run that is going on.
///
/// # Errors
/// As the database says.
pub async fn finish(db: impl PgExecutor<'_>, id: i64, end: &RunEnd) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        update sync_runs set state = $2, error = $3, finished_at = clock_timestamp()
        where id = $1 and state = 'running'
        "#,
        id,
        end.state,
        end.error
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes in one word why a run failed.
///
/// # Errors
/// As the database says.
pub async fn set_error_kind(db: impl PgExecutor<'_>, id: i64, kind: &str) -> Result<(), DbError> {
    sqlx::query!("update sync_runs set error_kind = $2 where id = $1 and state = 'failed'", id, kind)
        .execute(db)
        .await?;
    Ok(())
}

/// Asks a run to stop: a waiting one ends at once, a running one after its page. False if it is neither.
///
/// # Errors
/// As the database says.
pub async fn request_cancel(db: impl PgExecutor<'_>, id: i64) -> Result<bool, DbError> {
    let updated = sqlx::query!(
        r#"
        with asked as (
            update sync_runs set cancel_requested = true,
                state = case when state = 'queued' then 'cancelled' else state end,
                finished_at = case when state = 'queued' then clock_timestamp() else finished_at end
            where id = $1 and state in ('queued', 'running') returning id
        )
        select id as "id!" from asked, pg_notify('benchwatch_queue', 'cancel')
        "#,
        id
    );
    Ok(updated.fetch_optional(db).await?.is_some())
}

/// Whether somebody asked this run to stop.
///
/// # Errors
/// As the database says.
pub async fn cancel_wanted(db: impl PgExecutor<'_>, id: i64) -> Result<bool, DbError> {
    let wanted = sqlx::query_scalar!("select cancel_requested from sync_runs where id = $1", id);
    Ok(wanted.fetch_optional(db).await?.unwrap_or(false))
}

/// One run.
///
/// # Errors
/// As the database says.
pub async fn run(db: impl PgExecutor<'_>, id: i64) -> Result<Option<RunRow>, DbError> {
    let row = sqlx::query_as!(
        RunRow,
        r#"
        select id, mode, state, trigger, options, queued_at, started_at, finished_at, upper_bound, stamped_by,
            resumes, cancel_requested, requests, retries, entities, notes, error
        from sync_runs where id = $1
        "#,
        id
    );
    Ok(row.fetch_optional(db).await?)
}

/// The latest runs, newest first.
///
/// # Errors
/// As the database says.
pub async fn runs(db: impl PgExecutor<'_>, limit: i64) -> Result<Vec<RunRow>, DbError> {
    let rows = sqlx::query_as!(
        RunRow,
        r#"
        select id, mode, state, trigger, options, queued_at, started_at, finished_at, upper_bound, stamped_by,
            resumes, cancel_requested, requests, retries, entities, notes, error
        from sync_runs order by id desc limit $1
        "#,
        limit
    );
    Ok(rows.fetch_all(db).await?)
}

/// The run that is going on.
///
/// # Errors
/// As the database says.
pub async fn running(db: impl PgExecutor<'_>) -> Result<Option<RunRow>, DbError> {
    let row = sqlx::query_as!(
        RunRow,
        r#"
        select id, mode, state, trigger, options, queued_at, started_at, finished_at, upper_bound, stamped_by,
            resumes, cancel_requested, requests, retries, entities, notes, error
        from sync_runs where state = 'running' order by id desc limit 1
        "#
    );
    Ok(row.fetch_optional(db).await?)
}

/// The run that ended last with a success or a failure.
///
/// # Errors
/// As the database says.
pub async fn last_ended(db: impl PgExecutor<'_>) -> Result<Option<RunRow>, DbError> {
    let row = sqlx::query_as!(
        RunRow,
        r#"
        select id, mode, state, trigger, options, queued_at, started_at, finished_at, upper_bound, stamped_by,
            resumes, cancel_requested, requests, retries, entities, notes, error
        from sync_runs where state in ('succeeded', 'failed') order by finished_at desc, id desc limit 1
        "#
    );
    Ok(row.fetch_optional(db).await?)
}

/// Tells every open page; the payload must stay below 8000 bytes.
///
/// # Errors
/// As the database says.
pub async fn notify(db: impl PgExecutor<'_>, payload: &str) -> Result<(), DbError> {
    sqlx::query!("select pg_notify($1, $2)", SYNC_CHANNEL, payload).execute(db).await?;
    Ok(())
}
