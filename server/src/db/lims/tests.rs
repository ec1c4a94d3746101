//! Tests: assays run on samples.

use super::Base;
use crate::db::DbError;
use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

/// Tests by column.
#[derive(Debug, Default)]
pub struct TestRows<'a> {
    /// What all tables have.
    pub base: Base<'a>,
    /// Samples.
    pub sample_id: Vec<Option<i32>>,
    /// Assays.
    pub assay_id: Vec<Option<i32>>,
    /// Batches as a PostgreSQL array literal, `{1,2}`.
    pub batch_ids: Vec<String>,
    /// Days of creation.
    pub date_created: Vec<Option<DateTime<Utc>>>,
    /// States.
    pub state: Vec<Option<String>>,
    /// Whether QBench says that it has a report of its own.
    pub has_report: Vec<bool>,
    /// Days of the report.
    pub report_completed_date: Vec<Option<DateTime<Utc>>>,
    /// Short codes of the assays.
    pub label_abbr: Vec<Option<String>>,
    /// Titles of the assays.
    pub title: Vec<Option<String>>,
    /// Worksheets, JSON text that `jsonb` takes.
    pub worksheet_raw: Vec<Option<String>>,
    /// Times of the start.
    pub start_date: Vec<Option<DateTime<Utc>>>,
    /// Times of completion.
    pub complete_date: Vec<Option<DateTime<Utc>>>,
    /// Creation on the laboratory's clock.
    pub created_local: Vec<Option<NaiveDateTime>>,
    /// Completion on the laboratory's clock.
    pub completed_local: Vec<Option<NaiveDateTime>>,
    /// Report on the laboratory's clock.
    pub reported_local: Vec<Option<NaiveDateTime>>,
    /// Turnaround in hours.
    pub tat_hours: Vec<Option<f64>>,
    /// Fields that the record lacks and a single read may have.
    pub lacks: Vec<Option<String>>,
    /// Whether it comes from a single read.
    pub single: Vec<bool>,
    /// Whether the payloads are stored without their worksheets.
    pub without_worksheet: bool,
}

impl TestRows<'_> {
    /// Label and title that the record lacks come from its assay, where that is here. A record that completes a list's
    /// item keeps the hash of that item.
    pub(super) async fn upsert(&self, conn: &mut PgConnection) -> Result<(), DbError> {
        sqlx::query!(
            r#"
            insert into tests as t (id, sample_id, batch_ids, date_created, state, has_report, report_completed_date,
                label_abbr, title, worksheet_raw, assay_id, start_date, complete_date, created_local, completed_local,
                reported_local, tat_hours, last_updated, raw_payload, payload_hash, base_hash, fetched_at, order_id,
                customer_id, hidden, lacks)
            select u.id, u.sample_id, u.batch_ids::integer[], u.date_created, u.state, u.has_report,
                u.report_completed_date, coalesce(u.label_abbr, a.label_abbr), coalesce(u.title, a.title),
                u.worksheet_raw::jsonb, u.assay_id, u.start_date, u.complete_date, u.created_local,
                u.completed_local, u.reported_local, u.tat_hours, u.last_updated,
                case when $22 then u.raw::jsonb - array['worksheet_data', 'worksheet_json', 'worksheet_raw']
                    else u.raw::jsonb end,
                u.hash, u.base_hash, now(), s.order_id, s.customer_id, coalesce(s.hidden, false)
                or exists (select 1 from banned_entities b where b.entity_type = 'test' and b.entity_id = u.id),
                u.lacks::text[]
            from unnest($1::integer[], $2::text[], $3::bytea[], $4::bytea[], $5::timestamptz[], $6::integer[],
                $7::integer[], $8::text[], $9::timestamptz[], $10::text[], $11::boolean[], $12::timestamptz[],
                $13::text[], $14::text[], $15::text[], $16::timestamptz[], $17::timestamptz[], $18::timestamp[],
                $19::timestamp[], $20::timestamp[], $21::float8[], $23::text[])
                as u (id, raw, hash, base_hash, last_updated, sample_id, assay_id, batch_ids, date_created, state,
                    has_report, report_completed_date, label_abbr, title, worksheet_raw, start_date, complete_date,
                    created_local, completed_local, reported_local, tat_hours, lacks)
            left join samples s on s.id = u.sample_id
            left join assays a on a.id = u.assay_id
            on conflict (id) do update set sample_id = excluded.sample_id, batch_ids = excluded.batch_ids,
                date_created = excluded.date_created, state = excluded.state, has_report = excluded.has_report,
                report_completed_date = excluded.report_completed_date, label_abbr = excluded.label_abbr,
                title = excluded.title, worksheet_raw = excluded.worksheet_raw, assay_id = excluded.assay_id,
                start_date = excluded.start_date, complete_date = excluded.complete_date,
                created_local = excluded.created_local, completed_local = excluded.completed_local,
                reported_local = excluded.reported_local, tat_hours = excluded.tat_hours,
                last_updated = excluded.last_updated, raw_payload = excluded.raw_payload,
                payload_hash = excluded.payload_hash, base_hash = excluded.base_hash,
                fetched_at = excluded.fetched_at, order_id = excluded.order_id, customer_id = excluded.customer_id,
                hidden = excluded.hidden, deleted_at = null, deleted_reason = null, lacks = excluded.lacks,
                listed_hash = case when excluded.lacks is null and t.lacks is not null and t.id = any ($24)
                    then t.payload_hash end
            "#,
            &self.base.ids,
            &self.base.raw as &[std::borrow::Cow<'_, str>],
            &self.base.hashes as &[super::Hash],
            &self.base.base_hashes as &[super::Hash],
            &self.base.last_updated as &[Option<DateTime<Utc>>],
            &self.sample_id as &[Option<i32>],
            &self.assay_id as &[Option<i32>],
            &self.batch_ids,
            &self.date_created as &[Option<DateTime<Utc>>],
            &self.state as &[Option<String>],
            &self.has_report,
            &self.report_completed_date as &[Option<DateTime<Utc>>],
            &self.label_abbr as &[Option<String>],
            &self.title as &[Option<String>],
            &self.worksheet_raw as &[Option<String>],
            &self.start_date as &[Option<DateTime<Utc>>],
            &self.complete_date as &[Option<DateTime<Utc>>],
            &self.created_local as &[Option<NaiveDateTime>],
            &self.completed_local as &[Option<NaiveDateTime>],
            &self.reported_local as &[Option<NaiveDateTime>],
            &self.tat_hours as &[Option<f64>],
            self.without_worksheet,
            &self.lacks as &[Option<String>],
            &self.singles(),
        )
        .execute(conn)
        .await?;
        Ok(())
    }

    fn singles(&self) -> Vec<i32> {
        self.base.ids.iter().zip(&self.single).filter(|(_, single)| **single).map(|(id, _)| *id).collect()
    }
}

/// A stored test that lacks something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BareTest {
    /// Its id.
    pub id: i32,
    /// The fields that its list did not have.
    pub lacks: Vec<String>,
}

/// Tests that lack fields other than those named, the newest first.
///
/// # Errors
/// As the database says.
pub async fn bare_tests(db: impl PgExecutor<'_>, but: &[String]) -> Result<Vec<BareTest>, DbError> {
    let bare = sqlx::query_as!(
        BareTest,
        r#"
        select id, lacks as "lacks!" from tests
        where lacks is not null and deleted_at is null and not lacks <@ $1::text[] order by id desc
        "#,
        but
    );
    Ok(bare.fetch_all(db).await?)
}

/// Asks no more for what these tests lack, until their lists show other items.
///
/// # Errors
/// As the database says.
pub async fn leave_bare(db: impl PgExecutor<'_>, ids: &[i32]) -> Result<(), DbError> {
    sqlx::query!("update tests set lacks = null where id = any ($1) and lacks is not null", ids).execute(db).await?;
    Ok(())
}
