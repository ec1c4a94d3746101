//! Lists: days, marks, and the count of all that the filter leaves.

use super::cursor::{Place, unusable};
use super::{Fault, Service};
use crate::db::DbError;
use crate::db::records::facts::{self, Narrowed, Stateful};
use crate::db::records::{self as db, Listed, Wanted, Window};
use app::error::AppError;
use app::model::period::DayRange;
use app::model::records::list::Cursor;
use app::model::records::rows::{Listing, Reference};
use app::model::records::{ListQuery, RecordKind};
use chrono::NaiveTime;

/// Days as a stretch of the wall clock: both are whole.
pub(super) fn window(days: DayRange) -> Window {
    Window { from: days.from.and_time(NaiveTime::MIN), until: days.end().and_time(NaiveTime::MIN) }
}

impl Service {
    /// The page of a list that `query` asks for.
    pub(super) async fn list<T: Listed>(&self, kind: RecordKind, query: &ListQuery) -> Result<Listing<T>, Fault> {
        if query.kind != kind {
            let why = format!("must be {}", kind.slug());
            return Err(AppError::Invalid { field: "kind".to_owned(), why }.into());
        }
        let order = query.order_by();
        let (place, backwards) = match &query.cursor {
            None => (None, false),
            Some(Cursor::After(text)) => (Some(Place::read("after", text, order)?), false),
            Some(Cursor::Before(text)) => (Some(Place::read("before", text, order)?), true),
        };
        let judgement = self.judgement(query.filter.sla_hours);
        let now = self.wall_clock(judgement.now);
        let days = query.basis.map(|_| query.filter.range.days(now.date()));
        let wanted = Wanted { query, window: days.map(window), judgement: &judgement, only: None };

        let mut connection = db::snapshot(&self.pool).await?;
        let total = db::count::<T>(&mut connection, &wanted).await?;
        let mark = place.as_ref().map(Place::mark);
        let chunk =
            db::page::<T>(&mut connection, &wanted, mark.as_ref(), backwards, query.limit).await.map_err(|error| {
                // The only value that comes from outside untyped is the mark's.
                if matches!(error, DbError::Data { .. }) && mark.is_some() {
                    Fault::from(unusable(if backwards { "before" } else { "after" }))
                } else {
                    error.into()
                }
            })?;
        let within = names(&mut connection, query).await?;
        let stateful = match kind {
            RecordKind::Orders => Some(Stateful::Orders),
            RecordKind::Samples => Some(Stateful::Samples),
            RecordKind::Batches => Some(Stateful::Batches),
            RecordKind::Tests | RecordKind::Customers => None,
        };
        let states = match stateful {
            Some(of) => facts::states(&mut *connection, of).await?,
            None => Vec::new(),
        };
        drop(connection);

        let length = chunk.rows.len() as u64;
        let before = match (&place, backwards) {
            (None, _) => 0,
            (Some(place), false) => place.before,
            // Where nothing comes before, rows that came meanwhile have been counted in.
            (Some(_), true) if !chunk.more => 0,
            (Some(place), true) => place.before.saturating_sub(length),
        };
        let (earlier, later) = if backwards { (chunk.more, true) } else { (before > 0 || place.is_some(), chunk.more) };
        let first = chunk.rows.first().map(|(mark, _)| Place::new(order, mark, before).to_text());
        let last = chunk.rows.last().map(|(mark, _)| Place::new(order, mark, before + length).to_text());
        Ok(Listing {
            total,
            first: if length == 0 { 0 } else { before + 1 },
            previous: first.filter(|_| earlier),
            next: last.filter(|_| later),
            rows: chunk.rows.into_iter().map(|(_, row)| row).collect(),
            days,
            now,
            states,
            within,
        })
    }
}

/// The printed names of what a list is narrowed to.
async fn names(connection: &mut db::Connection, query: &ListQuery) -> Result<Vec<Reference>, Fault> {
    let of = Narrowed {
        order: query.order.map(|id| id.0),
        sample: query.sample.map(|id| id.0),
        batch: query.batch.map(|id| id.0),
    };
    if of.order.is_none() && of.sample.is_none() && of.batch.is_none() {
        return Ok(Vec::new());
    }
    let (order, sample, batch) = facts::names(connection, of).await?;
    let named = [
        (RecordKind::Orders, of.order, order),
        (RecordKind::Samples, of.sample, sample),
        (RecordKind::Batches, of.batch, batch),
    ];
    Ok(named.into_iter().filter_map(|(kind, id, name)| Some(Reference { kind, id: id?, name })).collect())
}
