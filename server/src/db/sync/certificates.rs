//! What verifications proved.

use crate::db::DbError;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;

/// One certificate.
#[derive(Clone, Debug, PartialEq)]
pub struct CertificateRow {
    /// Its number.
    pub id: i64,
    /// The run behind it.
    pub run_id: i64,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// The instant that it speaks of.
    pub as_of: DateTime<Utc>,
    /// Counts, hashes and differences per entity.
    pub entities: Value,
    /// Whether copy and source were equal after healing.
    pub equal: bool,
}

/// Stores a certificate; gives its number.
///
/// # Errors
/// As the database says.
pub async fn store_certificate(
    db: impl PgExecutor<'_>,
    run: i64,
    as_of: DateTime<Utc>,
    entities: &Value,
    equal: bool,
) -> Result<i64, DbError> {
    let id = sqlx::query_scalar!(
        "insert into sync_certificates (run_id, as_of, entities, equal) values ($1, $2, $3, $4) returning id",
        run,
        as_of,
        entities,
        equal
    );
    Ok(id.fetch_one(db).await?)
}

/// The latest certificates, newest first.
///
/// # Errors
/// As the database says.
pub async fn certificates(db: impl PgExecutor<'_>, limit: i64) -> Result<Vec<CertificateRow>, DbError> {
    let rows = sqlx::query_as!(
        CertificateRow,
        r#"
        select id, run_id, issued_at, as_of, entities, equal from sync_certificates order by id desc limit $1
        "#,
        limit
    );
    Ok(rows.fetch_all(db).await?)
}
