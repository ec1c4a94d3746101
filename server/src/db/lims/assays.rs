//! Assays: the methods behind tests.

use super::Base;
use crate::db::DbError;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Assays by column.
#[derive(Debug, Default)]
pub struct AssayRows<'a> {
    /// What all tables have.
    pub base: Base<'a>,
    /// Names.
    pub title: Vec<Option<String>>,
    /// Short codes.
    pub label_abbr: Vec<Option<String>>,
    /// How they are done.
    pub method: Vec<Option<String>>,
    /// Groups.
    pub category: Vec<Option<String>>,
    /// Times of creation.
    pub date_created: Vec<Option<DateTime<Utc>>>,
}

impl AssayRows<'_> {
    pub(super) async fn upsert(&self, conn: &mut PgConnection) -> Result<(), DbError> {
        sqlx::query!(
            r#"
            insert into assays as t (id, title, label_abbr, method, category, date_created, last_updated, raw_payload,
                payload_hash, fetched_at)
            select u.id, u.title, u.label_abbr, u.method, u.category, u.date_created, u.last_updated, u.raw::jsonb,
                u.hash, now()
            from unnest($1::integer[], $2::text[], $3::bytea[], $4::timestamptz[], $5::text[], $6::text[],
                $7::text[], $8::text[], $9::timestamptz[])
                as u (id, raw, hash, last_updated, title, label_abbr, method, category, date_created)
            on conflict (id) do update set title = excluded.title, label_abbr = excluded.label_abbr,
                method = excluded.method, category = excluded.category, date_created = excluded.date_created,
                last_updated = excluded.last_updated, raw_payload = excluded.raw_payload,
                payload_hash = excluded.payload_hash, fetched_at = excluded.fetched_at, deleted_at = null,
                deleted_reason = null
            "#,
            &self.base.ids,
            &self.base.raw as &[std::borrow::Cow<'_, str>],
            &self.base.hashes as &[super::Hash],
            &self.base.last_updated as &[Option<DateTime<Utc>>],
            &self.title as &[Option<String>],
            &self.label_abbr as &[Option<String>],
            &self.method as &[Option<String>],
            &self.category as &[Option<String>],
            &self.date_created as &[Option<DateTime<Utc>>],
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}
