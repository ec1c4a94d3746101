//! The audit log: append-only, chained by hashes that the database computes.

use super::DbError;
use serde_json::Value;
use sqlx::PgExecutor;

/// Who did what to what, from where.
pub struct Entry<'a> {
    /// The account's name, `cli`, or `anonymous`.
    pub actor: &'a str,
    /// A dotted verb: `session.start`, `user.create`, `sync.start`.
    pub action: &'a str,
    /// What it was done to.
    pub subject: &'a str,
    /// The source address or `cli`.
    pub source: &'a str,
    /// Old and new values; never secrets.
    pub detail: Value,
}

/// Appends an entry.
///
/// # Errors
/// When the statement fails.
pub async fn append(db: impl PgExecutor<'_>, entry: Entry<'_>) -> Result<(), DbError> {
    sqlx::query!(
        "insert into audit_log (actor, action, subject, source, detail, hash) values ($1, $2, $3, $4, $5, ''::bytea)",
        entry.actor,
        entry.action,
        entry.subject,
        entry.source,
        entry.detail
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many entries there are and the first that does not follow from the one before it.
///
/// # Errors
/// When the statement fails.
pub async fn verify(db: impl PgExecutor<'_>) -> Result<(i64, Option<i64>), DbError> {
    let row = sqlx::query!(
        r#"with chained as (
               select a.id, a.hash, a.prev_hash, lag(a.hash) over (order by a.id) as before, audit_hash(a, a.prev_hash) as expected
               from audit_log a
           )
           select count(*) as "entries!", min(id) filter (where hash <> expected or prev_hash is distinct from before) as broken
           from chained"#
    )
    .fetch_one(db)
    .await?;
    Ok((row.entries, row.broken))
}

/// An entry as it is stored.
pub struct EntryRow {
    /// Its number in the chain.
    pub id: i64,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub subject: String,
    /// From where.
    pub source: String,
    /// Old and new values.
    pub detail: Value,
}

/// The latest entries, the newest first: of one actor, of actions that begin so, before a number.
///
/// # Errors
/// When the statement fails.
pub async fn latest(
    db: impl PgExecutor<'_>,
    actor: Option<&str>,
    action: Option<&str>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<EntryRow>, DbError> {
    Ok(sqlx::query_as!(
        EntryRow,
        "select id, at, actor, action, subject, source, detail from audit_log
         where ($1::text is null or actor = $1) and ($2::text is null or starts_with(action, $2))
           and ($3::bigint is null or id < $3)
         order by id desc limit $4",
        actor,
        action,
        before,
        limit
    )
    .fetch_all(db)
    .await?)
}
