//! Observed changes of state of a few records.

use super::unsigned;
use crate::db::DbError;
use chrono::NaiveDateTime;
use sqlx::PgExecutor;

/// A change of state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The table of the record.
    pub entity: String,
    /// The record.
    pub id: i32,
    /// State before.
    pub from: Option<String>,
    /// State after.
    pub to: Option<String>,
    /// When it happened as far as is known: QBench's time of the record's last change where that lies between the
    /// two sightings, else the second sighting.
    pub at: NaiveDateTime,
    /// When the state before was seen last.
    pub after: Option<NaiveDateTime>,
    /// When the state after was seen first.
    pub seen: NaiveDateTime,
}

/// The records of one table.
#[derive(Clone, Debug)]
pub struct Subjects<'a> {
    /// The table.
    pub entity: &'a str,
    /// Their ids.
    pub ids: Vec<i32>,
}

/// The newest changes of these records, newest first, and how many there are in all.
///
/// # Errors
/// As the database says.
pub async fn changes(
    db: impl PgExecutor<'_>,
    subjects: &[Subjects<'_>],
    zone: &str,
    limit: i64,
) -> Result<(Vec<Change>, u64), DbError> {
    let entities: Vec<String> = subjects.iter().flat_map(|of| of.ids.iter().map(|_| of.entity.to_owned())).collect();
    let ids: Vec<i32> = subjects.iter().flat_map(|of| of.ids.iter().copied()).collect();
    let rows = sqlx::query!(
        r#"
        with changes as (
            select h.id, h.entity, h.entity_id, h.from_state, h.to_state, h.seen_after, h.seen_at,
                case when h.changed_at > h.seen_after and h.changed_at <= h.seen_at then h.changed_at
                    else h.seen_at end as at
            from unnest($1::text[], $2::integer[]) as u (entity, id)
            join state_changes h on h.entity = u.entity and h.entity_id = u.id
        )
        select entity as "entity!", entity_id as "id!", from_state, to_state, at at time zone $3 as "at!",
            seen_after at time zone $3 as after, seen_at at time zone $3 as "seen!", count(*) over () as "total!"
        from changes c order by c.at desc, c.id desc limit $4
        "#,
        &entities,
        &ids,
        zone,
        limit,
    )
    .fetch_all(db)
    .await?;
    let total = rows.first().map_or(0, |row| unsigned(row.total));
    let changes = rows
        .into_iter()
        .map(|row| Change {
            entity: row.entity,
            id: row.id,
            from: row.from_state,
            to: row.to_state,
            at: row.at,
            after: row.after,
            seen: row.seen,
        })
        .collect();
    Ok((changes, total))
}
