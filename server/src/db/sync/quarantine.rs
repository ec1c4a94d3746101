//! Records that could not be stored, or only in part.

use crate::db::DbError;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// A record to be put away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detention {
    /// Its id, where it has one.
    pub entity_id: Option<i64>,
    /// The id as text, or a hash of the record.
    pub key: String,
    /// What is wrong, in plain words.
    pub reason: String,
    /// The record as received; nothing when it could not even be read.
    pub raw: Option<String>,
    /// Whether the record itself was stored, without what could not be used.
    pub stored: bool,
}

/// A record in quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineRow {
    /// Its number.
    pub id: i64,
    /// The table's name.
    pub entity: String,
    /// The record's id.
    pub entity_id: Option<i64>,
    /// What is wrong.
    pub reason: String,
    /// The record as received, cut to what a page shows.
    pub raw: Option<String>,
    /// Whether it was stored in part.
    pub stored: bool,
    /// When it was first seen so.
    pub first_seen: DateTime<Utc>,
    /// When it was last seen so.
    pub last_seen: DateTime<Utc>,
    /// How often.
    pub attempts: i32,
}

/// Puts records of one table into quarantine, or notes that they are still there.
///
/// # Errors
/// As the database says.
pub async fn quarantine(
    db: impl PgExecutor<'_>,
    run: Option<i64>,
    entity: &str,
    records: &[Detention],
) -> Result<(), DbError> {
    if records.is_empty() {
        return Ok(());
    }
    let ids: Vec<Option<i64>> = records.iter().map(|record| record.entity_id).collect();
    let keys: Vec<String> = records.iter().map(|record| record.key.clone()).collect();
    let reasons: Vec<String> = records.iter().map(|record| record.reason.clone()).collect();
    // A text column takes anything but NUL.
    let raw: Vec<Option<String>> =
        records.iter().map(|record| record.raw.as_ref().map(|raw| raw.replace('\0', ""))).collect();
    let stored: Vec<bool> = records.iter().map(|record| record.stored).collect();
    sqlx::query!(
        r#"
        insert into sync_quarantine as q (entity, entity_id, key, reason, raw, stored, run_id, retry_at)
        select distinct on (u.key) $1, u.entity_id, u.key, u.reason, u.raw, u.stored, $2,
            clock_timestamp() + interval '10 minutes'
        from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::boolean[])
            as u (entity_id, key, reason, raw, stored)
        on conflict (entity, key) do update set reason = excluded.reason, raw = excluded.raw,
            stored = excluded.stored, run_id = excluded.run_id, last_seen = clock_timestamp(),
            attempts = q.attempts + 1, resolved_at = null,
            retry_at = clock_timestamp() + interval '10 minutes' * power(2, least(q.attempts, 8))
        "#,
        entity,
        run,
        &ids as &[Option<i64>],
        &keys,
        &reasons,
        &raw as &[Option<String>],
        &stored,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keys of one table's records that are in quarantine, and whether the record is stored in part.
///
/// # Errors
/// As the database says.
pub async fn open_keys(db: impl PgExecutor<'_>, entity: &str) -> Result<Vec<(String, bool)>, DbError> {
    let keys =
        sqlx::query!("select key, stored from sync_quarantine where entity = $1 and resolved_at is null", entity);
    Ok(keys.fetch_all(db).await?.into_iter().map(|row| (row.key, row.stored)).collect())
}

/// Notes that records are as they should be now.
///
/// # Errors
/// As the database says.
pub async fn release_keys(db: impl PgExecutor<'_>, entity: &str, keys: &[String]) -> Result<u64, DbError> {
    if keys.is_empty() {
        return Ok(0);
    }
    let released = sqlx::query!(
        r#"
        update sync_quarantine set resolved_at = clock_timestamp()
        where entity = $1 and key = any ($2) and resolved_at is null
        "#,
        entity,
        keys
    );
    Ok(released.execute(db).await?.rows_affected())
}

/// Ids of one table's records whose turn to be tried again has come.
///
/// # Errors
/// As the database says.
pub async fn due_for_retry(db: impl PgExecutor<'_>, entity: &str, limit: i64) -> Result<Vec<i64>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"
        select entity_id as "id!" from sync_quarantine
        where entity = $1 and resolved_at is null and entity_id is not null
            and (retry_at is null or retry_at <= clock_timestamp())
        order by retry_at nulls first, id limit $2
        "#,
        entity,
        limit
    );
    Ok(ids.fetch_all(db).await?)
}

/// Notes an attempt that changed nothing: the next one comes later.
///
/// # Errors
/// As the database says.
pub async fn postpone(db: impl PgExecutor<'_>, entity: &str, key: &str) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        update sync_quarantine set attempts = attempts + 1, last_seen = clock_timestamp(),
            retry_at = clock_timestamp() + interval '10 minutes' * power(2, least(attempts, 8))
        where entity = $1 and key = $2 and resolved_at is null
        "#,
        entity,
        key
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Makes every record in quarantine due.
///
/// # Errors
/// As the database says.
pub async fn retry_all_now(db: impl PgExecutor<'_>) -> Result<u64, DbError> {
    let due = sqlx::query!("update sync_quarantine set retry_at = null where resolved_at is null");
    Ok(due.execute(db).await?.rows_affected())
}

/// What is in quarantine, the latest first.
///
/// # Errors
/// As the database says.
pub async fn open_quarantine(db: impl PgExecutor<'_>, limit: i64) -> Result<Vec<QuarantineRow>, DbError> {
    let rows = sqlx::query_as!(
        QuarantineRow,
        r#"
        select id, entity, entity_id, reason, left(raw, 20000) as raw, stored, first_seen, last_seen, attempts
        from sync_quarantine where resolved_at is null order by last_seen desc, id desc limit $1
        "#,
        limit
    );
    Ok(rows.fetch_all(db).await?)
}

/// How many records of each table are in quarantine.
///
/// # Errors
/// As the database says.
pub async fn quarantine_counts(db: impl PgExecutor<'_>) -> Result<Vec<(String, i64)>, DbError> {
    let rows = sqlx::query!(
        r#"
        select entity, count(*) as "count!" from sync_quarantine where resolved_at is null group by entity
        order by entity
        "#
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.entity, row.count)).collect())
}

/// Keys of one table's records whose turn to be tried again has not come yet.
///
/// # Errors
/// As the database says.
pub async fn waiting(db: impl PgExecutor<'_>, entity: &str) -> Result<Vec<String>, DbError> {
    let keys = sqlx::query_scalar!(
        r#"
        select key from sync_quarantine
        where entity = $1 and resolved_at is null and retry_at > clock_timestamp()
        "#,
        entity
    );
    Ok(keys.fetch_all(db).await?)
}
