//! Small facts that all processes share, and the number of the last change of data.

use crate::db::DbError;
use serde_json::Value;
use sqlx::PgExecutor;

/// A setting's value.
///
/// # Errors
/// As the database says.
pub async fn get_setting(db: impl PgExecutor<'_>, key: &str) -> Result<Option<Value>, DbError> {
    let value = sqlx::query_scalar!("select value from settings where key = $1", key);
    Ok(value.fetch_optional(db).await?)
}

/// Stores a setting.
///
/// # Errors
/// As the database says.
pub async fn put_setting(db: impl PgExecutor<'_>, key: &str, value: &Value, by: &str) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        insert into settings (key, value, updated_by) values ($1, $2, $3)
        on conflict (key) do update set value = excluded.value, updated_by = excluded.updated_by, updated_at = now()
        "#,
        key,
        value,
        by
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The number of the last change of LIMS rows.
///
/// # Errors
/// As the database says.
pub async fn data_version(db: impl PgExecutor<'_>) -> Result<i64, DbError> {
    let version =
        sqlx::query_scalar!(r#"select case when is_called then last_value else 0 end as "version!" from data_version"#);
    Ok(version.fetch_one(db).await?)
}

/// Notes a change of LIMS rows.
///
/// # Errors
/// As the database says.
pub async fn next_data_version(db: impl PgExecutor<'_>) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar!(r#"select nextval('data_version') as "version!""#).fetch_one(db).await?)
}
