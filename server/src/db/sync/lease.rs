//! The lease: one writer at a time, fenced by an epoch.
//!
//! A holder is gone when its database session is gone (kill -9 ends it within moments) or when its heart has not
//! beaten for the given time (a sleeping process, a lost machine). Whoever takes over raises the epoch; [`fence`]
//! makes every later transaction of the former holder fail.

use crate::db::DbError;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

const NAME: &str = "lims";

/// The right to write, as long as the epoch is the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Grows with every take-over.
    pub epoch: i64,
}

/// Who holds the lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseState {
    /// Its epoch.
    pub epoch: i64,
    /// Host, process and purpose.
    pub owner: Option<String>,
    /// The last sign of life.
    pub heartbeat_at: Option<DateTime<Utc>>,
}

/// Takes the lease for the session of `conn`, which must stay open while it is held. Nothing if it is held.
///
/// # Errors
/// As the database says.
pub async fn acquire(conn: &mut PgConnection, owner: &str, stale_seconds: f64) -> Result<Option<Lease>, DbError> {
    let epoch = sqlx::query_scalar!(
        r#"
        update sync_lease l set epoch = l.epoch + 1, owner = $2, backend_pid = pg_backend_pid(),
            backend_start = (select backend_start from pg_stat_activity where pid = pg_backend_pid()),
            acquired_at = clock_timestamp(), heartbeat_at = clock_timestamp()
        where l.name = $1 and (l.owner is null
            or l.heartbeat_at < clock_timestamp() - make_interval(secs => $3)
            or not exists (select 1 from pg_stat_activity a
                where a.pid = l.backend_pid and a.backend_start is not distinct from l.backend_start))
        returning l.epoch
        "#,
        NAME,
        owner,
        stale_seconds
    );
    Ok(epoch.fetch_optional(conn).await?.map(|epoch| Lease { epoch }))
}

/// Gives a sign of life from the session that holds the lease. False if it is no longer ours.
///
/// # Errors
/// As the database says.
pub async fn beat(conn: &mut PgConnection, lease: Lease) -> Result<bool, DbError> {
    let updated = sqlx::query!(
        r#"
        update sync_lease set heartbeat_at = clock_timestamp(), backend_pid = pg_backend_pid(),
            backend_start = (select backend_start from pg_stat_activity where pid = pg_backend_pid())
        where name = $1 and epoch = $2
        "#,
        NAME,
        lease.epoch
    );
    Ok(updated.execute(conn).await?.rows_affected() == 1)
}

/// Gives the lease back, if it is still ours.
///
/// # Errors
/// As the database says.
pub async fn release(db: impl PgExecutor<'_>, lease: Lease) -> Result<(), DbError> {
    sqlx::query!(
        "update sync_lease set owner = null, backend_pid = null, backend_start = null where name = $1 and epoch = $2",
        NAME,
        lease.epoch
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Seconds for which a transaction may wait for its client. A process that stops in the middle of one (SIGSTOP, a
/// suspended machine) loses it then with all its locks, and the next holder of the lease can go on.
const MAX_IDLE: &str = "15s";

/// Lets the transaction end when its client falls silent in the middle of it.
///
/// # Errors
/// As the database says.
pub async fn bound_idleness(conn: &mut PgConnection) -> Result<(), DbError> {
    sqlx::query("select set_config('idle_in_transaction_session_timeout', $1, true)")
        .bind(MAX_IDLE)
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps the lease from being taken over until the transaction ends. False if it has been.
///
/// # Errors
/// As the database says.
pub async fn fence(conn: &mut PgConnection, lease: Lease) -> Result<bool, DbError> {
    bound_idleness(conn).await?;
    let held =
        sqlx::query_scalar!("select epoch from sync_lease where name = $1 and epoch = $2 for share", NAME, lease.epoch);
    Ok(held.fetch_optional(conn).await?.is_some())
}

/// Who holds the lease.
///
/// # Errors
/// As the database says.
pub async fn lease_state(db: impl PgExecutor<'_>) -> Result<LeaseState, DbError> {
    let state = sqlx::query_as!(LeaseState, "select epoch, owner, heartbeat_at from sync_lease where name = $1", NAME);
    Ok(state.fetch_one(db).await?)
}
