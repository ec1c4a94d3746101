//! Customers.

use super::Base;
use crate::db::DbError;
use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::PgConnection;

/// Customers by column.
#[derive(Debug, Default)]
pub struct CustomerRows<'a> {
    /// What all tables have.
    pub base: Base<'a>,
    /// Names.
    pub name: Vec<String>,
    /// Times of creation.
    pub date_created: Vec<Option<DateTime<Utc>>>,
    /// The same on the laboratory's clock.
    pub created_local: Vec<Option<NaiveDateTime>>,
}

impl CustomerRows<'_> {
    /// Aliases start as the name and belong to the people afterwards.
    pub(super) async fn upsert(&self, conn: &mut PgConnection) -> Result<(), DbError> {
        sqlx::query!(
            r#"
            insert into customers as t (id, name, aliases, date_created, created_local, last_updated, raw_payload,
                payload_hash, fetched_at, hidden)
            select u.id, u.name, jsonb_build_array(u.name), u.date_created, u.created_local, u.last_updated,
                u.raw::jsonb, u.hash, now(),
                exists (select 1 from banned_entities b where b.entity_type = 'customer' and b.entity_id = u.id)
            from unnest($1::integer[], $2::text[], $3::bytea[], $4::timestamptz[], $5::text[], $6::timestamptz[],
                $7::timestamp[]) as u (id, raw, hash, last_updated, name, date_created, created_local)
            on conflict (id) do update set name = excluded.name, date_created = excluded.date_created,
                created_local = excluded.created_local, last_updated = excluded.last_updated,
                raw_payload = excluded.raw_payload, payload_hash = excluded.payload_hash,
                fetched_at = excluded.fetched_at, hidden = excluded.hidden, deleted_at = null, deleted_reason = null
            "#,
            &self.base.ids,
            &self.base.raw as &[std::borrow::Cow<'_, str>],
            &self.base.hashes as &[super::Hash],
            &self.base.last_updated as &[Option<DateTime<Utc>>],
            &self.name,
            &self.date_created as &[Option<DateTime<Utc>>],
            &self.created_local as &[Option<NaiveDateTime>],
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}
