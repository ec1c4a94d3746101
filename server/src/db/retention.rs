//! Removes what is older than it is to be kept. Only what can be spared: data of the laboratory is never touched, and
//! the audit log is kept whole, because its chain proves itself only whole.

use super::DbError;
use sqlx::PgPool;

/// Rows removed of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Ended runs.
    pub runs: u64,
    /// Certificates but the latest.
    pub certificates: u64,
    /// Settled records of the quarantine.
    pub quarantine: u64,
    /// Observed changes of state.
    pub changes: u64,
    /// Sessions that have ended.
    pub sessions: u64,
    /// Alerts that were settled.
    pub alerts: u64,
    /// Ended deliveries of views, but the latest of each.
    pub deliveries: u64,
}

impl Removed {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.runs + self.certificates + self.quarantine + self.changes + self.sessions + self.alerts + self.deliveries
    }
}

/// Removes runs and what belongs to them after `runs` days, and changes of state after `history` days; nothing of a
/// kind without a number. The latest success and failure of each mode are kept, and what another run continues.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_old(pool: &PgPool, runs: Option<u32>, history: Option<u32>) -> Result<Removed, DbError> {
    super::tries::sweep(pool).await?;
    super::invitations::sweep(pool).await?;
    let mut removed = Removed { sessions: expired_sessions(pool).await?, ..Removed::default() };
    if let Some(days) = runs {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        removed.runs = old_runs(pool, days).await?;
        removed.certificates = old_certificates(pool, days).await?;
        removed.quarantine = old_quarantine(pool, days).await?;
        removed.alerts = old_alerts(pool, days).await?;
        removed.deliveries = old_deliveries(pool, days).await?;
    }
    if let Some(days) = history {
        removed.changes = old_changes(pool, i32::try_from(days).unwrap_or(i32::MAX)).await?;
    }
    Ok(removed)
}

async fn expired_sessions(pool: &PgPool) -> Result<u64, DbError> {
    let done = sqlx::query!("delete from sessions where expires_at < now()").execute(pool).await?;
    Ok(done.rows_affected())
}

async fn old_runs(pool: &PgPool, days: i32) -> Result<u64, DbError> {
    let done = sqlx::query!(
        r#"
        delete from sync_runs r where r.finished_at < now() - make_interval(days => $1)
            and not exists (select 1 from sync_runs n where n.resumes = r.id)
            and exists (select 1 from sync_runs n where n.mode = r.mode and n.state = r.state and n.id > r.id)
        "#,
        days
    );
    Ok(done.execute(pool).await?.rows_affected())
}

async fn old_certificates(pool: &PgPool, days: i32) -> Result<u64, DbError> {
    let done = sqlx::query!(
        r#"
        delete from sync_certificates c where c.issued_at < now() - make_interval(days => $1)
            and c.id < (select max(id) from sync_certificates)
        "#,
        days
    );
    Ok(done.execute(pool).await?.rows_affected())
}

async fn old_quarantine(pool: &PgPool, days: i32) -> Result<u64, DbError> {
    let done = sqlx::query!("delete from sync_quarantine where resolved_at < now() - make_interval(days => $1)", days);
    Ok(done.execute(pool).await?.rows_affected())
}

async fn old_alerts(pool: &PgPool, days: i32) -> Result<u64, DbError> {
    let done = sqlx::query!("delete from alerts where resolved_at < now() - make_interval(days => $1)", days);
    Ok(done.execute(pool).await?.rows_affected())
}

async fn old_deliveries(pool: &PgPool, days: i32) -> Result<u64, DbError> {
    let done = sqlx::query!(
        r#"
        delete from delivery_runs r where r.finished_at < now() - make_interval(days => $1)
            and exists (select 1 from delivery_runs n where n.delivery_id = r.delivery_id and n.id > r.id)
        "#,
        days
    );
    Ok(done.execute(pool).await?.rows_affected())
}

async fn old_changes(pool: &PgPool, days: i32) -> Result<u64, DbError> {
    let done = sqlx::query!("delete from state_changes where seen_at < now() - make_interval(days => $1)", days);
    Ok(done.execute(pool).await?.rows_affected())
}
