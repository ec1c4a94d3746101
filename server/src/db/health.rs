//! What probes and the doctor ask the database about itself.

use super::DbError;
use sqlx::PgPool;

/// The state of the schema.
pub struct Probe {
    /// Migrations of this program that the database has not seen.
    pub migrations_pending: usize,
}

/// Asks whether the database answers and the schema is as new as this program.
///
/// # Errors
/// When it does not answer.
pub async fn probe(pool: &PgPool) -> Result<Probe, DbError> {
    // The table belongs to the migrator and does not exist in an empty database, so no checked macro here.
    let known: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null").fetch_one(pool).await?;
    let applied: Vec<i64> = if known {
        sqlx::query_scalar("select version from _sqlx_migrations where success").fetch_all(pool).await?
    } else {
        Vec::new()
    };
    let pending = crate::MIGRATOR.iter().filter(|migration| !applied.contains(&migration.version)).count();
    Ok(Probe { migrations_pending: pending })
}

/// The server's version number, such as 150004.
///
/// # Errors
/// When the database does not answer.
pub async fn server_version(pool: &PgPool) -> Result<i32, DbError> {
    Ok(sqlx::query_scalar("select current_setting('server_version_num')::int").fetch_one(pool).await?)
}
