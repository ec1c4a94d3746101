//! Batches: samples and tests worked on together.

use super::Base;
use crate::db::DbError;
use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::PgConnection;

/// Batches by column.
#[derive(Debug, Default)]
pub struct BatchRows<'a> {
    /// What all tables have.
    pub base: Base<'a>,
    /// Assays.
    pub assay_id: Vec<Option<i32>>,
    /// Names that people see.
    pub display_name: Vec<Option<String>>,
    /// Times of creation.
    pub date_created: Vec<Option<DateTime<Utc>>>,
    /// Times of preparation.
    pub date_prepared: Vec<Option<DateTime<Utc>>>,
    /// Samples as a PostgreSQL array literal, `{1,2}`.
    pub sample_ids: Vec<String>,
    /// Tests as a PostgreSQL array literal.
    pub test_ids: Vec<String>,
    /// States.
    pub state: Vec<Option<String>>,
    /// Whether QBench calls them complete.
    pub complete: Vec<Option<bool>>,
    /// Creation on the laboratory's clock.
    pub created_local: Vec<Option<NaiveDateTime>>,
}

impl BatchRows<'_> {
    pub(super) async fn upsert(&self, conn: &mut PgConnection) -> Result<(), DbError> {
        sqlx::query!(
            r#"
            insert into batches as t (id, assay_id, display_name, date_created, date_prepared, sample_ids, test_ids,
                state, complete, created_local, last_updated, raw_payload, payload_hash, base_hash, fetched_at,
                hidden)
            select u.id, u.assay_id, u.display_name, u.date_created, u.date_prepared, u.sample_ids::integer[],
                u.test_ids::integer[], u.state, u.complete, u.created_local, u.last_updated, u.raw::jsonb, u.hash,
                u.base_hash, now(),
                exists (select 1 from banned_entities b where b.entity_type = 'batch' and b.entity_id = u.id)
            from unnest($1::integer[], $2::text[], $3::bytea[], $4::bytea[], $5::timestamptz[], $6::integer[],
                $7::text[], $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[], $12::text[],
                $13::boolean[], $14::timestamp[])
                as u (id, raw, hash, base_hash, last_updated, assay_id, display_name, date_created, date_prepared,
                    sample_ids, test_ids, state, complete, created_local)
            on conflict (id) do update set assay_id = excluded.assay_id, display_name = excluded.display_name,
                date_created = excluded.date_created, date_prepared = excluded.date_prepared,
                sample_ids = excluded.sample_ids, test_ids = excluded.test_ids, state = excluded.state,
                complete = excluded.complete, created_local = excluded.created_local,
                last_updated = excluded.last_updated, raw_payload = excluded.raw_payload,
                payload_hash = excluded.payload_hash, base_hash = excluded.base_hash,
                fetched_at = excluded.fetched_at, hidden = excluded.hidden, deleted_at = null, deleted_reason = null
            "#,
            &self.base.ids,
            &self.base.raw as &[std::borrow::Cow<'_, str>],
            &self.base.hashes as &[super::Hash],
            &self.base.base_hashes as &[super::Hash],
            &self.base.last_updated as &[Option<DateTime<Utc>>],
            &self.assay_id as &[Option<i32>],
            &self.display_name as &[Option<String>],
            &self.date_created as &[Option<DateTime<Utc>>],
            &self.date_prepared as &[Option<DateTime<Utc>>],
            &self.sample_ids,
            &self.test_ids,
            &self.state as &[Option<String>],
            &self.complete as &[Option<bool>],
            &self.created_local as &[Option<NaiveDateTime>],
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}
