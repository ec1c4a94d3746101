//! The pages of orders, samples, tests and batches. A record that may not be shown is answered like one that does not
//! exist.

use super::course::{Subject, lane};
use super::payload;
use super::{Fault, Service, checked_target, worksheet};
use crate::db::records::facts::{self, Common};
use crate::db::records::history::{self, Change, Subjects};
use crate::db::records::{self as db, Connection, Judgement, Listed, Wanted};
use app::error::AppError;
use app::model::ids::{AssayId, BatchId, CustomerId, OrderId, SampleId, TestId};
use app::model::records::detail::{
    Backdrop, BatchPage, Event, History, MetrcStatus, OrderPage, Part, SamplePage, TestPage,
};
use app::model::records::rows::{BatchRow, CustomerRef, OrderRow, SampleRow, TestRow};
use app::model::records::{Direction, ListQuery, RecordKind, Sort};
use chrono::NaiveDateTime;
use std::collections::HashMap;

/// The most rows of a table on a record's page; the list shows the rest.
pub(super) const MOST_ROWS: u32 = 200;

/// The most changes of state on a record's page.
const MOST_EVENTS: i64 = 400;

/// What is read of the record itself.
pub(super) struct Head<'a> {
    /// Its kind.
    pub kind: RecordKind,
    /// Its id.
    pub id: i32,
    /// What all records have.
    pub common: Common,
    /// The record and what belongs to it, for the course; names for all but the record itself.
    pub subjects: &'a [Subject],
}

/// Reads the row of one record.
pub(super) async fn row<T: Listed>(
    connection: &mut Connection,
    kind: RecordKind,
    id: i32,
    judgement: &Judgement,
) -> Result<T, Fault> {
    let query = ListQuery::new(kind);
    let wanted = Wanted { query: &query, window: None, judgement, only: Some(id) };
    Ok(db::one::<T>(connection, &wanted).await?.ok_or(AppError::NotFound)?)
}

/// Reads the first rows of a list, and how long it is.
pub(super) async fn part<T: Listed>(
    connection: &mut Connection,
    query: &ListQuery,
    judgement: &Judgement,
    limit: u32,
) -> Result<Part<T>, Fault> {
    let wanted = Wanted { query, window: None, judgement, only: None };
    let total = db::count::<T>(connection, &wanted).await?;
    let chunk = db::page::<T>(connection, &wanted, None, false, limit).await?;
    Ok(Part { rows: chunk.rows.into_iter().map(|(_, row)| row).collect(), total })
}

/// A list ordered by id.
fn by_id(kind: RecordKind) -> ListQuery {
    ListQuery::new(kind).sorted(Sort::Id, Direction::Ascending)
}

impl Service {
    pub(super) async fn order_page(&self, id: OrderId, sla_hours: f64) -> Result<OrderPage, Fault> {
        let judgement = self.judgement(checked_target(sla_hours)?);
        let mut connection = db::snapshot(&self.pool).await?;
        let order: OrderRow = row(&mut connection, RecordKind::Orders, id.0, &judgement).await?;
        let facts = facts::order(&mut *connection, id.0, &judgement).await?.ok_or(AppError::NotFound)?;
        let of_order = |kind| ListQuery { order: Some(id), ..by_id(kind) };
        let samples = part::<SampleRow>(&mut connection, &of_order(RecordKind::Samples), &judgement, MOST_ROWS).await?;
        let tests = part::<TestRow>(&mut connection, &of_order(RecordKind::Tests), &judgement, MOST_ROWS).await?;
        let mut subjects = vec![order_subject(&order)];
        subjects.extend(samples.rows.iter().map(sample_subject));
        let head = Head { kind: RecordKind::Orders, id: id.0, common: facts.common, subjects: &subjects };
        Ok(OrderPage {
            backdrop: self.backdrop(&mut connection, head, &judgement).await?,
            order,
            required: facts.required,
            due: facts.due,
            counted: (facts.sample_count, facts.test_count),
            samples,
            tests,
        })
    }

    pub(super) async fn sample_page(&self, id: SampleId, sla_hours: f64) -> Result<SamplePage, Fault> {
        let judgement = self.judgement(checked_target(sla_hours)?);
        let mut connection = db::snapshot(&self.pool).await?;
        let sample: SampleRow = row(&mut connection, RecordKind::Samples, id.0, &judgement).await?;
        let facts = facts::sample(&mut *connection, id.0, &judgement).await?.ok_or(AppError::NotFound)?;
        let of_sample = |kind| ListQuery { sample: Some(id), ..by_id(kind) };
        let tests = part::<TestRow>(&mut connection, &of_sample(RecordKind::Tests), &judgement, MOST_ROWS).await?;
        let batches = part::<BatchRow>(&mut connection, &of_sample(RecordKind::Batches), &judgement, MOST_ROWS).await?;
        let metrc = match &sample.metrc_id {
            Some(tag) => facts::metrc(&mut *connection, tag, &judgement).await?,
            None => Vec::new(),
        };
        let mut own = sample_subject(&sample);
        own.name = None;
        own.dates[1] = facts.started;
        let mut subjects = vec![own];
        subjects.extend(tests.rows.iter().map(test_subject));
        let head = Head { kind: RecordKind::Samples, id: id.0, common: facts.common, subjects: &subjects };
        Ok(SamplePage {
            backdrop: self.backdrop(&mut connection, head, &judgement).await?,
            sample,
            started: facts.started,
            due: facts.due,
            has_report: facts.has_report,
            ready: facts.ready,
            weight: facts.weight,
            tests,
            batches,
            metrc: metrc.into_iter().map(|(status, at)| MetrcStatus { status, at }).collect(),
        })
    }

    pub(super) async fn test_page(&self, id: TestId, sla_hours: f64) -> Result<TestPage, Fault> {
        let judgement = self.judgement(checked_target(sla_hours)?);
        let mut connection = db::snapshot(&self.pool).await?;
        let test: TestRow = row(&mut connection, RecordKind::Tests, id.0, &judgement).await?;
        let facts = facts::test(&mut *connection, id.0, &judgement).await?.ok_or(AppError::NotFound)?;
        let mut siblings = match facts.sample {
            Some(sample) => {
                let query = ListQuery { sample: Some(SampleId(sample)), ..by_id(RecordKind::Tests) };
                part::<TestRow>(&mut connection, &query, &judgement, MOST_ROWS).await?
            }
            None => Part { rows: Vec::new(), total: 0 },
        };
        let listed = siblings.rows.len();
        siblings.rows.retain(|sibling| sibling.id != id);
        siblings.total = siblings.total.saturating_sub((listed - siblings.rows.len()) as u64);
        let mut own = test_subject(&test);
        own.name = None;
        own.dates[1] = facts.started;
        let head = Head { kind: RecordKind::Tests, id: id.0, common: facts.common, subjects: &[own] };
        Ok(TestPage {
            backdrop: self.backdrop(&mut connection, head, &judgement).await?,
            test,
            sample_name: facts.sample_name,
            assay: facts.assay.map(AssayId),
            method: facts.method,
            started: facts.started,
            due: facts.due,
            has_report: facts.has_report,
            siblings,
            worksheet: facts.worksheet.as_ref().and_then(worksheet::read),
        })
    }

    pub(super) async fn batch_page(&self, id: BatchId, sla_hours: f64) -> Result<BatchPage, Fault> {
        let judgement = self.judgement(checked_target(sla_hours)?);
        let mut connection = db::snapshot(&self.pool).await?;
        let batch: BatchRow = row(&mut connection, RecordKind::Batches, id.0, &judgement).await?;
        let facts = facts::batch(&mut *connection, id.0, &judgement).await?.ok_or(AppError::NotFound)?;
        let query = ListQuery { batch: Some(id), ..by_id(RecordKind::Tests) };
        let tests = part::<TestRow>(&mut connection, &query, &judgement, MOST_ROWS).await?;
        let customers = facts::batch_customers(&mut *connection, id.0).await?;
        let own = Subject {
            kind: RecordKind::Batches,
            id: id.0,
            name: None,
            state: batch.state.clone(),
            running: batch.complete != Some(true),
            dates: [batch.created, facts.prepared, None, None],
        };
        let head = Head { kind: RecordKind::Batches, id: id.0, common: facts.common, subjects: &[own] };
        Ok(BatchPage {
            backdrop: self.backdrop(&mut connection, head, &judgement).await?,
            batch,
            assay: facts.assay.map(AssayId),
            prepared: facts.prepared,
            samples: facts.samples.try_into().unwrap_or(0),
            customers: customers
                .into_iter()
                .map(|(id, name, tests)| (CustomerRef { id: CustomerId(id), name }, tests.try_into().unwrap_or(0)))
                .collect(),
            tests,
            neighbours: (facts.before.map(BatchId), facts.after.map(BatchId)),
        })
    }

    /// What every page has: payload, course, times.
    pub(super) async fn backdrop(
        &self,
        connection: &mut Connection,
        head: Head<'_>,
        judgement: &Judgement,
    ) -> Result<Backdrop, Fault> {
        let now = self.wall_clock(judgement.now);
        let mut raw = head.common.raw;
        let mut hidden = facts::hidden(&mut *connection, &payload::mentioned(&raw)).await?;
        payload::without(head.kind, &mut raw, &mut hidden);
        let subjects: Vec<Subjects<'_>> =
            head.subjects.iter().map(|one| Subjects { entity: one.kind.slug(), ids: vec![one.id] }).collect();
        let (changes, total) = history::changes(&mut *connection, &subjects, &judgement.zone, MOST_EVENTS).await?;
        let events = events(changes, head.subjects);
        let lanes = head.subjects.iter().filter_map(|subject| lane(subject, &events, now)).collect();
        Ok(Backdrop {
            now,
            sla_hours: judgement.sla_hours,
            fetched: head.common.fetched,
            updated: head.common.updated,
            qbench_url: self.qbench_url(head.kind, head.id),
            raw: payload::readable(&raw),
            history: History { events, total, lanes },
        })
    }
}

fn events(changes: Vec<Change>, subjects: &[Subject]) -> Vec<Event> {
    let names: HashMap<(RecordKind, i32), &Option<String>> =
        subjects.iter().map(|one| ((one.kind, one.id), &one.name)).collect();
    let event = |change: Change| {
        let kind = RecordKind::from_slug(&change.entity)?;
        let name = names.get(&(kind, change.id)).and_then(|name| (*name).clone());
        let Change { id, from, to, at, after, seen, .. } = change;
        Some(Event { kind, id, name, from, to, at, after, seen })
    };
    changes.into_iter().filter_map(event).collect()
}

fn order_subject(order: &OrderRow) -> Subject {
    Subject {
        kind: RecordKind::Orders,
        id: order.id.0,
        name: None,
        state: order.state.clone(),
        running: order.clock.running,
        dates: [earliest(order.created, order.received), order.received, order.completed, order.reported],
    }
}

/// The earlier of two dates, if any.
fn earliest(one: Option<NaiveDateTime>, other: Option<NaiveDateTime>) -> Option<NaiveDateTime> {
    one.into_iter().chain(other).min()
}

fn sample_subject(sample: &SampleRow) -> Subject {
    Subject {
        kind: RecordKind::Samples,
        id: sample.id.0,
        name: Some(sample.number.clone().unwrap_or_else(|| format!("S-{}", sample.id))),
        state: sample.state.clone(),
        running: sample.clock.running,
        dates: [sample.created, None, sample.completed, None],
    }
}

fn test_subject(test: &TestRow) -> Subject {
    let id = format!("T-{}", test.id);
    Subject {
        kind: RecordKind::Tests,
        id: test.id.0,
        name: Some(test.label.as_ref().map_or_else(|| id.clone(), |label| format!("{id} {label}"))),
        state: test.state.clone(),
        running: test.clock.running,
        dates: [test.created, None, test.completed, test.reported],
    }
}
