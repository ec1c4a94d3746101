//! Samples.

use super::Base;
use crate::db::DbError;
use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::PgConnection;

/// Samples by column.
#[derive(Debug, Default)]
pub struct SampleRows<'a> {
    /// What all tables have.
    pub base: Base<'a>,
    /// Names.
    pub sample_name: Vec<Option<String>>,
    /// Ids that people see.
    pub custom_formatted_id: Vec<Option<String>>,
    /// METRC package tags.
    pub metrc_id: Vec<Option<String>>,
    /// Orders.
    pub order_id: Vec<Option<i32>>,
    /// Whether a report was published.
    pub has_report: Vec<bool>,
    /// Batches as a PostgreSQL array literal, `{1,2}`: arrays of unequal lengths have no two-dimensional form.
    pub batch_ids: Vec<String>,
    /// Times of completion.
    pub completed_date: Vec<Option<DateTime<Utc>>>,
    /// Times of creation.
    pub date_created: Vec<Option<DateTime<Utc>>>,
    /// Times of the start.
    pub start_date: Vec<Option<DateTime<Utc>>>,
    /// Matrices.
    pub matrix_type: Vec<Option<String>>,
    /// Types.
    pub sample_type: Vec<Option<String>>,
    /// States.
    pub state: Vec<Option<String>>,
    /// Numbers of tests.
    pub test_count: Vec<Option<i32>>,
    /// Weights, decimal text.
    pub sample_weight: Vec<Option<String>>,
    /// Creation on the laboratory's clock.
    pub created_local: Vec<Option<NaiveDateTime>>,
    /// Completion on the laboratory's clock.
    pub completed_local: Vec<Option<NaiveDateTime>>,
}

impl SampleRows<'_> {
    pub(super) async fn upsert(&self, conn: &mut PgConnection) -> Result<(), DbError> {
        sqlx::query!(
            r#"
            insert into samples as t (id, sample_name, custom_formatted_id, metrc_id, order_id, has_report, batch_ids,
                completed_date, date_created, start_date, matrix_type, sample_type, state, test_count, sample_weight,
                created_local, completed_local, last_updated, raw_payload, payload_hash, fetched_at, customer_id,
                hidden)
            select u.id, u.sample_name, u.custom_formatted_id, u.metrc_id, u.order_id, u.has_report,
                u.batch_ids::integer[], u.completed_date, u.date_created, u.start_date, u.matrix_type, u.sample_type,
                u.state, u.test_count,
                case when abs(u.sample_weight::numeric) < 9999999999999999.99 then u.sample_weight::numeric end,
                u.created_local, u.completed_local, u.last_updated, u.raw::jsonb, u.hash, now(),
                o.customer_account_id, coalesce(o.hidden, false)
                or exists (select 1 from banned_entities b where b.entity_type = 'sample' and b.entity_id = u.id)
            from unnest($1::integer[], $2::text[], $3::bytea[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
                $8::integer[], $9::boolean[], $10::text[], $11::timestamptz[], $12::timestamptz[],
                $13::timestamptz[], $14::text[], $15::text[], $16::text[], $17::integer[], $18::text[],
                $19::timestamp[], $20::timestamp[])
                as u (id, raw, hash, last_updated, sample_name, custom_formatted_id, metrc_id, order_id, has_report,
                    batch_ids, completed_date, date_created, start_date, matrix_type, sample_type, state, test_count,
                    sample_weight, created_local, completed_local)
            left join orders o on o.id = u.order_id
            on conflict (id) do update set sample_name = excluded.sample_name,
                custom_formatted_id = excluded.custom_formatted_id, metrc_id = excluded.metrc_id,
                order_id = excluded.order_id, has_report = excluded.has_report, batch_ids = excluded.batch_ids,
                completed_date = excluded.completed_date, date_created = excluded.date_created,
                start_date = excluded.start_date, matrix_type = excluded.matrix_type,
                sample_type = excluded.sample_type, state = excluded.state, test_count = excluded.test_count,
                sample_weight = excluded.sample_weight, created_local = excluded.created_local,
                completed_local = excluded.completed_local, last_updated = excluded.last_updated,
                raw_payload = excluded.raw_payload, payload_hash = excluded.payload_hash,
                fetched_at = excluded.fetched_at, customer_id = excluded.customer_id, hidden = excluded.hidden,
                deleted_at = null, deleted_reason = null
            "#,
            &self.base.ids,
            &self.base.raw as &[std::borrow::Cow<'_, str>],
            &self.base.hashes as &[super::Hash],
            &self.base.last_updated as &[Option<DateTime<Utc>>],
            &self.sample_name as &[Option<String>],
            &self.custom_formatted_id as &[Option<String>],
            &self.metrc_id as &[Option<String>],
            &self.order_id as &[Option<i32>],
            &self.has_report,
            &self.batch_ids,
            &self.completed_date as &[Option<DateTime<Utc>>],
            &self.date_created as &[Option<DateTime<Utc>>],
            &self.start_date as &[Option<DateTime<Utc>>],
            &self.matrix_type as &[Option<String>],
            &self.sample_type as &[Option<String>],
            &self.state as &[Option<String>],
            &self.test_count as &[Option<i32>],
            &self.sample_weight as &[Option<String>],
            &self.created_local as &[Option<NaiveDateTime>],
            &self.completed_local as &[Option<NaiveDateTime>],
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}
