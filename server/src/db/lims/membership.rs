//! Whether batches and their members say the same of each other: a batch lists its tests and samples, and each of these
//! names its batches.

use super::Table;
use crate::db::DbError;
use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, PgConnection, PgExecutor, Row as _};

/// Days after which an unresolved contradiction is looked at again.
const ASK_AGAIN_DAYS: i32 = 30;

/// A batch and a member of which only one speaks of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The batch.
    pub batch: i32,
    /// Its member, or what it takes for one.
    pub member: i32,
    /// Whether the batch is in the copy and not marked as deleted.
    pub batch_live: bool,
    /// Whether the member is in the copy and not marked as deleted.
    pub member_live: bool,
}

/// The column of a batch that lists members of this kind.
const fn list_of(member: Table) -> Option<&'static str> {
    match member {
        Table::Tests => Some("test_ids"),
        Table::Samples => Some("sample_ids"),
        Table::Customers | Table::Assays | Table::Orders | Table::Batches => None,
    }
}

/// Contradictions between live batches and live members of one kind that have not been asked about since either was
/// written, by batch and member, at most `limit`.
///
/// # Errors
/// As the database says.
pub async fn contradictions(db: impl PgExecutor<'_>, member: Table, limit: i64) -> Result<Vec<Contradiction>, DbError> {
    let Some(list) = list_of(member) else { return Ok(Vec::new()) };
    let sql = format!(
        "with named as (
            select distinct m.id as member, u.batch from {table} m cross join unnest(m.batch_ids) as u (batch)
            where m.deleted_at is null
        ), listed as (
            select distinct b.id as batch, u.member from batches b cross join unnest(b.{list}) as u (member)
            where b.deleted_at is null
        ), odd as (
            select coalesce(n.batch, l.batch) as batch, coalesce(n.member, l.member) as member
            from named n full join listed l on l.batch = n.batch and l.member = n.member
            where n.batch is null or l.batch is null
        )
        select o.batch, o.member, b.id is not null and b.deleted_at is null as batch_live,
            m.id is not null and m.deleted_at is null as member_live
        from odd o left join batches b on b.id = o.batch left join {table} m on m.id = o.member
        left join sync_contradictions c on c.member = $1 and c.batch_id = o.batch and c.member_id = o.member
        where c.asked_at is null or greatest(b.fetched_at, b.deleted_at, m.fetched_at, m.deleted_at) >= c.asked_at
        order by o.batch, o.member limit $2",
        table = member.name(),
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(member.name()).bind(limit).fetch_all(db).await?;
    let read = |row: &sqlx::postgres::PgRow| {
        Ok(Contradiction {
            batch: row.try_get("batch")?,
            member: row.try_get("member")?,
            batch_live: row.try_get("batch_live")?,
            member_live: row.try_get("member_live")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Notes that QBench was asked about contradictions after `asked_at`, and forgets very old notes.
///
/// # Errors
/// As the database says.
pub async fn note_asked(
    conn: &mut PgConnection,
    member: Table,
    asked_at: DateTime<Utc>,
    asked: &[Contradiction],
) -> Result<(), DbError> {
    let batches: Vec<i32> = asked.iter().map(|one| one.batch).collect();
    let members: Vec<i32> = asked.iter().map(|one| one.member).collect();
    sqlx::query!(
        r#"
        insert into sync_contradictions (member, batch_id, member_id, asked_at)
        select $1, u.batch, u.member, $2 from unnest($3::integer[], $4::integer[]) as u (batch, member)
        on conflict (member, batch_id, member_id) do update set asked_at = excluded.asked_at
        "#,
        member.name(),
        asked_at,
        &batches,
        &members
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from sync_contradictions where asked_at < now() - make_interval(days => $1)", ASK_AGAIN_DAYS)
        .execute(conn)
        .await?;
    Ok(())
}

/// The database's clock.
///
/// # Errors
/// As the database says.
pub async fn clock(db: impl PgExecutor<'_>) -> Result<DateTime<Utc>, DbError> {
    Ok(sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(db).await?)
}
