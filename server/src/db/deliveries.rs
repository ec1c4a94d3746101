//! Views that are sent by themselves, and each time that one was.

use super::DbError;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// A claim older than this is that of a process that has ended, in minutes.
const CLAIM_MINUTES: i32 = 10;

/// A delivery as stored, with its last run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Its number.
    pub id: i64,
    /// The name of its view.
    pub name: String,
    /// The page.
    pub path: String,
    /// The page's state, without a question mark.
    pub query: String,
    /// When, as five fields.
    pub cron: String,
    /// mail, webhook or slack.
    pub way: String,
    /// Mail addresses.
    pub recipients: Vec<String>,
    /// xlsx or csv.
    pub files: String,
    /// en or es.
    pub lang: String,
    /// Who set it up.
    pub by: String,
    /// Whether it is in force: neither paused nor of an account that may not any more.
    pub enabled: bool,
    /// The next time.
    pub next_at: Option<DateTime<Utc>>,
}

/// A delivery to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewRow<'a> {
    /// The view.
    pub view: i64,
    /// Who sets it up.
    pub by: i64,
    /// When, as five fields.
    pub cron: &'a str,
    /// mail, webhook or slack.
    pub way: &'a str,
    /// Mail addresses.
    pub recipients: &'a [String],
    /// xlsx or csv.
    pub files: &'a str,
    /// en or es.
    pub lang: &'a str,
    /// The first time.
    pub next_at: Option<DateTime<Utc>>,
    /// The zone that it was reckoned in.
    pub zone: &'a str,
}

/// A timing whose next moment has come, or was reckoned in another zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRow {
    /// The delivery.
    pub id: i64,
    /// When, as five fields.
    pub cron: String,
    /// The moment.
    pub next_at: Option<DateTime<Utc>>,
    /// The zone that it was reckoned in.
    pub next_zone: Option<String>,
}

/// A run as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    /// The delivery.
    pub delivery: i64,
    /// The name of its view.
    pub name: String,
    /// mail, webhook or slack.
    pub way: String,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// Who asked for it; absent for the schedule.
    pub asked_by: Option<String>,
    /// waiting, working, sent, failed or uncertain.
    pub state: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next.
    pub next_try: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// To whom it went.
    pub sent_to: String,
    /// Why it did not get through.
    pub error: Option<String>,
}

/// A run that this process has claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedRow {
    /// The run.
    pub run: i64,
    /// How often it was tried, this time included.
    pub attempts: i32,
    /// Who asked for it.
    pub asked_by: Option<String>,
    /// The view's name.
    pub name: String,
    /// The page.
    pub path: String,
    /// The page's state.
    pub query: String,
    /// mail, webhook or slack.
    pub way: String,
    /// Mail addresses.
    pub recipients: Vec<String>,
    /// xlsx or csv.
    pub files: String,
    /// en or es.
    pub lang: String,
}

/// Every delivery, by the name of its view.
///
/// # Errors
/// When the statement fails.
pub async fn all(db: impl PgExecutor<'_>) -> Result<Vec<DeliveryRow>, DbError> {
    let rows = sqlx::query_as!(
        DeliveryRow,
        r#"
        select d.id, v.name, v.path, v.query, d.cron, d.way, d.recipients, d.files, d.lang, u.username as by,
            d.enabled and u.is_active and u.role in ('manager', 'admin') as "enabled!", d.next_at
        from deliveries d join saved_views v on v.id = d.view_id join users u on u.id = d.created_by
        order by lower(v.name), d.id
        "#
    );
    Ok(rows.fetch_all(db).await?)
}

/// How many there are.
///
/// # Errors
/// When the statement fails.
pub async fn count(db: impl PgExecutor<'_>) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from deliveries"#).fetch_one(db).await?)
}

/// The latest runs of all, the newest first, and the last one of each delivery.
///
/// # Errors
/// When the statement fails.
pub async fn runs(db: impl PgExecutor<'_>, most: i64) -> Result<Vec<RunRow>, DbError> {
    let rows = sqlx::query_as!(
        RunRow,
        r#"
        with shown as (
            (select id from delivery_runs order by id desc limit $1)
            union
            select max(id) from delivery_runs group by delivery_id
        )
        select r.delivery_id as delivery, v.name, d.way, r.due_at, r.asked_by, r.state, r.attempts, r.next_try,
            r.finished_at, r.sent_to, r.error
        from delivery_runs r join deliveries d on d.id = r.delivery_id join saved_views v on v.id = d.view_id
        where r.id in (select id from shown) order by r.id desc
        "#,
        most
    );
    Ok(rows.fetch_all(db).await?)
}

/// Stores a delivery.
///
/// # Errors
/// When the statement fails.
pub async fn insert(db: impl PgExecutor<'_>, row: NewRow<'_>) -> Result<i64, DbError> {
    let id = sqlx::query_scalar!(
        "insert into deliveries (view_id, created_by, cron, way, recipients, files, lang, next_at, next_zone)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
        row.view,
        row.by,
        row.cron,
        row.way,
        row.recipients,
        row.files,
        row.lang,
        row.next_at,
        row.zone
    );
    Ok(id.fetch_one(db).await?)
}

/// Stops a delivery, or lets it go on; what it missed meanwhile is not sent. Returns the name of its view.
///
/// # Errors
/// When the statement fails.
pub async fn set_enabled(db: impl PgExecutor<'_>, id: i64, enabled: bool) -> Result<Option<String>, DbError> {
    let name = sqlx::query_scalar!(
        "update deliveries d set enabled = $2, next_at = null, next_zone = null from saved_views v
         where d.id = $1 and v.id = d.view_id returning v.name",
        id,
        enabled
    );
    Ok(name.fetch_optional(db).await?)
}

/// Removes a delivery with its runs. Returns the name of its view.
///
/// # Errors
/// When the statement fails.
pub async fn delete(db: impl PgExecutor<'_>, id: i64) -> Result<Option<String>, DbError> {
    let name = sqlx::query_scalar!(
        "delete from deliveries d using saved_views v where d.id = $1 and v.id = d.view_id returning v.name",
        id
    );
    Ok(name.fetch_optional(db).await?)
}

/// Asks for a run beside the schedule, unless one is on its way. Returns the name of the view.
///
/// # Errors
/// When the statement fails.
pub async fn ask(
    db: impl PgExecutor<'_>,
    id: i64,
    by: &str,
    now: DateTime<Utc>,
) -> Result<Option<(String, bool)>, DbError> {
    let asked = sqlx::query!(
        r#"
        with wanted as (
            select d.id, v.name from deliveries d join saved_views v on v.id = d.view_id where d.id = $1
        ), made as (
            insert into delivery_runs (delivery_id, due_at, asked_by, next_try)
            select id, $3, $2, $3 from wanted
            where not exists (
                select from delivery_runs r where r.delivery_id = wanted.id and r.state in ('waiting', 'working'))
            on conflict do nothing returning id
        )
        select name, exists (select from made) as "made!" from wanted
        "#,
        id,
        by,
        now
    );
    Ok(asked.fetch_optional(db).await?.map(|row| (row.name, row.made)))
}

/// The timings in force whose moment has come, or whose next moment was reckoned in another zone.
///
/// # Errors
/// When the statement fails.
pub async fn due(db: impl PgExecutor<'_>, now: DateTime<Utc>, zone: &str) -> Result<Vec<DueRow>, DbError> {
    let rows = sqlx::query_as!(
        DueRow,
        r#"
        select d.id, d.cron, d.next_at, d.next_zone from deliveries d join users u on u.id = d.created_by
        where d.enabled and u.is_active and u.role in ('manager', 'admin')
          and (d.next_at <= $1 or d.next_zone is distinct from $2)
        "#,
        now,
        zone
    );
    Ok(rows.fetch_all(db).await?)
}

/// Sets the next moment of a timing, and with `due` puts a run into the queue, unless another process has done so.
///
/// # Errors
/// When the statement fails.
pub async fn advance(
    db: impl PgExecutor<'_>,
    row: &DueRow,
    next_at: Option<DateTime<Utc>>,
    zone: &str,
    due: bool,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        with moved as (
            update deliveries set next_at = $4, next_zone = $5
            where id = $1 and next_at is not distinct from $2 and next_zone is not distinct from $3 returning id
        )
        insert into delivery_runs (delivery_id, due_at, next_try)
        select id, $2, $2 from moved where $6 and $2 is not null
        on conflict do nothing
        "#,
        row.id,
        row.next_at,
        row.next_zone,
        next_at,
        zone,
        due
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Claims a run that is to be sent now. No other process gets it.
///
/// # Errors
/// When the statement fails.
pub async fn claim(db: impl PgExecutor<'_>, now: DateTime<Utc>) -> Result<Option<ClaimedRow>, DbError> {
    let row = sqlx::query_as!(
        ClaimedRow,
        r#"
        with next as (
            select id from delivery_runs where state = 'waiting' and next_try <= $1
            order by next_try, id limit 1 for update skip locked
        )
        update delivery_runs r set state = 'working', claimed_at = $1, handed_at = null, attempts = attempts + 1
        from next, deliveries d, saved_views v
        where r.id = next.id and d.id = r.delivery_id and v.id = d.view_id
        returning r.id as run, r.attempts, r.asked_by, v.name, v.path, v.query, d.way, d.recipients, d.files, d.lang
        "#,
        now
    );
    Ok(row.fetch_optional(db).await?)
}

/// Notes that a run is about to be handed over, and to whom. False when the claim is not held any more.
///
/// # Errors
/// When the statement fails.
pub async fn hand_over(db: impl PgExecutor<'_>, run: i64, now: DateTime<Utc>, to: &str) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update delivery_runs set handed_at = $2, sent_to = $3 where id = $1 and state = 'working' and handed_at is null",
        run,
        now,
        to
    );
    Ok(done.execute(db).await?.rows_affected() == 1)
}

/// Notes how a run ended; with a moment, that it is tried again then.
///
/// # Errors
/// When the statement fails.
pub async fn settle(
    db: impl PgExecutor<'_>,
    run: i64,
    error: Option<&str>,
    again: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        update delivery_runs set error = $2, handed_at = null, claimed_at = null,
            state = case when $2::text is null then 'sent' when $3::timestamptz is null then 'failed' else 'waiting' end,
            next_try = coalesce($3, next_try), finished_at = case when $3 is null then $4::timestamptz end
        where id = $1 and state = 'working'
        "#,
        run,
        error,
        again,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes back the claims of processes that have ended: what was not handed over waits again, what was is uncertain.
///
/// # Errors
/// When the statement fails.
pub async fn take_back(db: impl PgExecutor<'_>, now: DateTime<Utc>) -> Result<u64, DbError> {
    let done = sqlx::query!(
        r#"
        update delivery_runs set state = case when handed_at is null then 'waiting' else 'uncertain' end,
            finished_at = case when handed_at is null then null else $1 end, claimed_at = null
        where state = 'working' and claimed_at < $1::timestamptz - make_interval(mins => $2)
        "#,
        now,
        CLAIM_MINUTES
    );
    Ok(done.execute(db).await?.rows_affected())
}
