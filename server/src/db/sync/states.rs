//! Observed changes of state.

use crate::db::DbError;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// One record's change of state.
#[derive(Clone, Debug, PartialEq)]
pub struct StateChange {
    /// The record.
    pub id: i32,
    /// Its state before.
    pub from: Option<String>,
    /// Its state now.
    pub to: Option<String>,
    /// When the former state was last seen.
    pub seen_after: DateTime<Utc>,
    /// QBench's time of the record's last change.
    pub changed_at: Option<DateTime<Utc>>,
}

/// Stores changes of one table's rows.
///
/// # Errors
/// As the database says.
pub async fn save_state_changes(
    db: impl PgExecutor<'_>,
    run: Option<i64>,
    entity: &str,
    seen_at: DateTime<Utc>,
    changes: &[StateChange],
) -> Result<(), DbError> {
    if changes.is_empty() {
        return Ok(());
    }
    let ids: Vec<i32> = changes.iter().map(|change| change.id).collect();
    let from: Vec<Option<String>> = changes.iter().map(|change| change.from.clone()).collect();
    let to: Vec<Option<String>> = changes.iter().map(|change| change.to.clone()).collect();
    let after: Vec<DateTime<Utc>> = changes.iter().map(|change| change.seen_after).collect();
    let at: Vec<Option<DateTime<Utc>>> = changes.iter().map(|change| change.changed_at).collect();
    sqlx::query!(
        r#"
        insert into state_changes (entity, entity_id, from_state, to_state, seen_after, seen_at, changed_at, run_id)
        select $1, u.id, u.from_state, u.to_state, least(u.seen_after, $2), $2, u.changed_at, $3
        from unnest($4::integer[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[])
            as u (id, from_state, to_state, seen_after, changed_at)
        "#,
        entity,
        seen_at,
        run,
        &ids,
        &from as &[Option<String>],
        &to as &[Option<String>],
        &after,
        &at as &[Option<DateTime<Utc>>],
    )
    .execute(db)
    .await?;
    Ok(())
}
