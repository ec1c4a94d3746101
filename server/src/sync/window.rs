//! Window runs: what was created in the last days, newest first, as the old product did. Changes of older records are
//! the business of incremental runs, so watermarks stay where they are.

use super::SyncError;
use super::ends::Ends;
use super::entities::table_of;
use super::incremental::MAX_COMPLETED;
use super::land::Cargo;
use super::rows::Incoming;
use super::run::Run;
use super::settings::Worksheets;
use crate::db::lims::Table;
use chrono::{DateTime, TimeDelta, Utc};
use qbench::{Entity, ListQuery, SortBy, SortOrder};
use std::collections::{BTreeMap, BTreeSet};

impl Run {
    /// Reads the records that were created in the last days. Customers and assays are few, and old customers have no
    /// date: they are read in full.
    pub(crate) async fn window(&self) -> Result<(), SyncError> {
        let days = self.options.days.unwrap_or(self.engine.settings.lookback_days);
        let mut touched: BTreeMap<Table, BTreeSet<i32>> = BTreeMap::new();
        let mut failure = None;
        for entity in Entity::ALL {
            let result = match entity {
                Entity::Customer | Entity::Assay => self.by_whole_list(entity).await.map(|harvest| harvest.touched),
                Entity::Order | Entity::Sample | Entity::Test | Entity::Batch => self.newest(entity, days).await,
            };
            match result {
                Ok(ids) => {
                    touched.entry(table_of(entity)).or_default().extend(ids);
                    self.board.count(table_of(entity), |progress| progress.done = true);
                }
                Err(error) => {
                    let error = self.spare(entity, error).await?;
                    failure.get_or_insert(error);
                }
            }
        }
        self.store_upper_bound().await?;
        self.fetch_parents(&touched).await?;
        self.complete_tests(Some(MAX_COMPLETED)).await?;
        if failure.is_none() && self.is_complete().await? {
            self.agree().await?;
        }
        failure.map_or(Ok(()), Err)
    }

    /// The list by creation, newest first. A page is always used as a whole, and the walk goes one page beyond the
    /// bound: dates without a time, and equal dates, are in no strict order.
    async fn newest(&self, entity: Entity, days: u32) -> Result<BTreeSet<i32>, SyncError> {
        let settings = &self.engine.settings;
        let mut touched = BTreeSet::new();
        let (mut beyond, mut ends) = (0, Ends::default());
        for page in 1_u32.. {
            self.board.check()?;
            let query = ListQuery {
                page,
                page_size: settings.page_size,
                raw_worksheet: entity == Entity::Test && settings.worksheets == Worksheets::Raw,
                ..ListQuery::default()
            };
            let query = query.sorted(SortBy::DateCreated, SortOrder::Desc);
            let read = match self.reader.page(entity, &query).await {
                Err(error) if page == 1 && error.is_refusal() => {
                    let plural = entity.plural();
                    self.board.note(format!("{plural} cannot be listed by creation; the whole list is read."));
                    return Ok(self.by_whole_list(entity).await?.touched);
                }
                read => read?,
            };
            let start = self.reader.began() - TimeDelta::days(i64::from(days) + 1);
            let older = read.records.iter().all(|record| is_before(record, start));
            let last = ends.after(&read, settings.page_size);
            let cargo = Cargo { records: read.records, unread: read.unread, read_at: read.read_at, ..Cargo::default() };
            let landed = self.lander.land(table_of(entity), &cargo).await?;
            touched.extend(landed.inserted.into_iter().chain(landed.updated));
            self.board.count(table_of(entity), |progress| progress.pages_done += 1);
            beyond += u32::from(older);
            if last || beyond > 1 {
                break;
            }
        }
        Ok(touched)
    }
}

/// Whether a record was surely created before; one without a date was not.
fn is_before(record: &Incoming, start: DateTime<Utc>) -> bool {
    record.created().is_some_and(|created| created < start)
}
