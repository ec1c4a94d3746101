//! Transactions that can be given up at any moment.

use super::DbError;
use sqlx::{PgPool, Postgres, Transaction};

/// Begins a transaction. Whoever waits for it may be dropped meanwhile: the driver forgets a `begin` that is abandoned on
/// its way, and the connection would go back into the pool inside a transaction that nobody ends, with whatever is
/// written over it later. So a task of its own waits, and what it gets is rolled back when nobody takes it.
///
/// # Errors
/// When the database does not answer.
pub async fn begin(pool: &PgPool) -> Result<Transaction<'static, Postgres>, DbError> {
    let pool = pool.clone();
    match tokio::spawn(async move { pool.begin().await }).await {
        Ok(begun) => Ok(begun?),
        Err(_) => Err(sqlx::Error::WorkerCrashed.into()),
    }
}
