//! What probes and the doctor ask the database about itself.

use super::DbError;
use sqlx::PgPool;

/// The state of the schema.
pub struct Probe {
    /// Migrations of this program that the database has not seen.
    pub migrations_pending: usize,
    /// Whether it has seen none at all.
    pub is_empty: bool,
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
    Ok(Probe { migrations_pending: pending, is_empty: applied.is_empty() })
}

/// What the server is able to do.
pub struct ServerFacts {
    /// Its version number, such as 150004.
    pub version: i32,
    /// Whether the extension pg_trgm can be had.
    pub has_trigrams: bool,
}

/// Asks what the server is able to do.
///
/// # Errors
/// When it does not answer.
pub async fn facts(pool: &PgPool) -> Result<ServerFacts, DbError> {
    let version = sqlx::query_scalar("select current_setting('server_version_num')::int").fetch_one(pool).await?;
    let available = "select exists (select from pg_available_extensions where name = 'pg_trgm')";
    let has_trigrams = sqlx::query_scalar(available).fetch_one(pool).await?;
    Ok(ServerFacts { version, has_trigrams })
}
