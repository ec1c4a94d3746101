//! Which alerts are open, and who was told when. One process at a time watches, by a lock of the database.

use super::DbError;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{Connection as _, PgConnection, PgExecutor, PgPool};

/// The number of the lock of the process that watches.
const WATCH: i64 = 7_211_090;

/// An alert as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertRow {
    /// What is wrong.
    pub key: String,
    /// warning or critical.
    pub severity: String,
    /// The figures, in words.
    pub detail: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it was last seen to be wrong.
    pub last_seen: DateTime<Utc>,
    /// When it was settled; nothing while it is open.
    pub resolved_at: Option<DateTime<Utc>>,
    /// When each channel was last told, by its name.
    pub told: Value,
}

/// The right to watch; it ends with its connection.
pub struct Watch {
    connection: PgConnection,
}

impl Watch {
    /// Takes the right to watch. Nothing if another process has it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take(pool: &PgPool) -> Result<Option<Self>, DbError> {
        let mut connection = pool.acquire().await?.detach();
        let taken = sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "taken!""#, WATCH);
        let taken = taken.fetch_one(&mut connection).await?;
        Ok(taken.then_some(Self { connection }))
    }

    /// Whether it still holds: the connection lives.
    pub async fn holds(&mut self) -> bool {
        self.connection.ping().await.is_ok()
    }

    /// Gives it back.
    pub async fn release(self) {
        // A connection that is gone has given it back already.
        self.connection.close().await.ok();
    }
}

/// Every alert that was ever open, by key.
///
/// # Errors
/// When the database does not answer.
pub async fn all(db: impl PgExecutor<'_>) -> Result<Vec<AlertRow>, DbError> {
    let rows = sqlx::query_as!(
        AlertRow,
        "select key, severity, detail, since, last_seen, resolved_at, told from alerts order by key"
    );
    Ok(rows.fetch_all(db).await?)
}

/// Stores an alert as it stands.
///
/// # Errors
/// When the database does not answer.
pub async fn save(db: impl PgExecutor<'_>, row: &AlertRow) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        insert into alerts (key, severity, detail, since, last_seen, resolved_at, told)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (key) do update set severity = excluded.severity, detail = excluded.detail, since = excluded.since,
            last_seen = excluded.last_seen, resolved_at = excluded.resolved_at, told = excluded.told
        "#,
        row.key,
        row.severity,
        row.detail,
        row.since,
        row.last_seen,
        row.resolved_at,
        row.told
    )
    .execute(db)
    .await?;
    Ok(())
}
