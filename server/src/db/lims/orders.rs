//! Orders.

use super::Base;
use crate::db::DbError;
use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::PgConnection;

/// Orders by column.
#[derive(Debug, Default)]
pub struct OrderRows<'a> {
    /// What all tables have.
    pub base: Base<'a>,
    /// Ids that people see.
    pub custom_formatted_id: Vec<Option<String>>,
    /// Customers.
    pub customer_account_id: Vec<Option<i32>>,
    /// Times of creation.
    pub date_created: Vec<Option<DateTime<Utc>>>,
    /// Times of completion.
    pub date_completed: Vec<Option<DateTime<Utc>>>,
    /// Days of the report.
    pub date_order_reported: Vec<Option<DateTime<Utc>>>,
    /// Times of receipt.
    pub date_received: Vec<Option<DateTime<Utc>>>,
    /// Times when the customer wants it.
    pub date_required: Vec<Option<DateTime<Utc>>>,
    /// Numbers of samples.
    pub sample_count: Vec<Option<i32>>,
    /// Numbers of tests.
    pub test_count: Vec<Option<i32>>,
    /// States.
    pub state: Vec<Option<String>>,
    /// Creation on the laboratory's clock.
    pub created_local: Vec<Option<NaiveDateTime>>,
    /// Receipt on the laboratory's clock.
    pub received_local: Vec<Option<NaiveDateTime>>,
    /// Completion on the laboratory's clock.
    pub completed_local: Vec<Option<NaiveDateTime>>,
    /// Report on the laboratory's clock.
    pub reported_local: Vec<Option<NaiveDateTime>>,
}

impl OrderRows<'_> {
    pub(super) async fn upsert(&self, conn: &mut PgConnection) -> Result<(), DbError> {
        sqlx::query!(
            r#"
            insert into orders as t (id, custom_formatted_id, customer_account_id, date_created, date_completed,
                date_order_reported, date_received, date_required, sample_count, test_count, state, created_local,
                received_local, completed_local, reported_local, last_updated, raw_payload, payload_hash, fetched_at,
                hidden)
            select u.id, u.custom_formatted_id, u.customer_account_id, u.date_created, u.date_completed,
                u.date_order_reported, u.date_received, u.date_required, u.sample_count, u.test_count, u.state,
                u.created_local, u.received_local, u.completed_local, u.reported_local, u.last_updated, u.raw::jsonb,
                u.hash, now(), coalesce(c.hidden, false)
                or exists (select 1 from banned_entities b where b.entity_type = 'order' and b.entity_id = u.id)
            from unnest($1::integer[], $2::text[], $3::bytea[], $4::timestamptz[], $5::text[], $6::integer[],
                $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[],
                $12::integer[], $13::integer[], $14::text[], $15::timestamp[], $16::timestamp[], $17::timestamp[],
                $18::timestamp[])
                as u (id, raw, hash, last_updated, custom_formatted_id, customer_account_id, date_created,
                    date_completed, date_order_reported, date_received, date_required, sample_count, test_count,
                    state, created_local, received_local, completed_local, reported_local)
            left join customers c on c.id = u.customer_account_id
            on conflict (id) do update set custom_formatted_id = excluded.custom_formatted_id,
                customer_account_id = excluded.customer_account_id, date_created = excluded.date_created,
                date_completed = excluded.date_completed, date_order_reported = excluded.date_order_reported,
                date_received = excluded.date_received, date_required = excluded.date_required,
                sample_count = excluded.sample_count, test_count = excluded.test_count, state = excluded.state,
                created_local = excluded.created_local, received_local = excluded.received_local,
                completed_local = excluded.completed_local, reported_local = excluded.reported_local,
                last_updated = excluded.last_updated, raw_payload = excluded.raw_payload,
                payload_hash = excluded.payload_hash, fetched_at = excluded.fetched_at, hidden = excluded.hidden,
                deleted_at = null, deleted_reason = null
            "#,
            &self.base.ids,
            &self.base.raw as &[std::borrow::Cow<'_, str>],
            &self.base.hashes as &[super::Hash],
            &self.base.last_updated as &[Option<DateTime<Utc>>],
            &self.custom_formatted_id as &[Option<String>],
            &self.customer_account_id as &[Option<i32>],
            &self.date_created as &[Option<DateTime<Utc>>],
            &self.date_completed as &[Option<DateTime<Utc>>],
            &self.date_order_reported as &[Option<DateTime<Utc>>],
            &self.date_received as &[Option<DateTime<Utc>>],
            &self.date_required as &[Option<DateTime<Utc>>],
            &self.sample_count as &[Option<i32>],
            &self.test_count as &[Option<i32>],
            &self.state as &[Option<String>],
            &self.created_local as &[Option<NaiveDateTime>],
            &self.received_local as &[Option<NaiveDateTime>],
            &self.completed_local as &[Option<NaiveDateTime>],
            &self.reported_local as &[Option<NaiveDateTime>],
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}
