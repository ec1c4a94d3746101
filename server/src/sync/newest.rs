//! Changes by the list ordered by last change, newest first: the way where there is no feed, and for batches.

use super::SyncError;
use super::ends::Ends;
use super::entities::table_of;
use super::incremental::Harvest;
use super::land::Cargo;
use super::rows::Incoming;
use super::run::Run;
use super::settings::Worksheets;
use chrono::{DateTime, Utc};
use qbench::{Entity, ListQuery, SortBy, SortOrder};

/// Readings of a list by last change that goes on shrinking while it is read.
const MAX_READINGS: usize = 3;

/// How far a reading of a list by last change has come.
enum Listed {
    /// To the changes that were asked for; with the greatest stamp when it began.
    Whole(Option<DateTime<Utc>>),
    /// Records were deleted meanwhile, and others may have slipped through.
    Shrunk,
    /// The list does not come in that order.
    Unordered,
}

impl Run {
    /// What was changed since, by the list ordered by last change. False where the list does not come in that order.
    pub(crate) async fn newest_changes(
        &self,
        entity: Entity,
        since: DateTime<Utc>,
        harvest: &mut Harvest,
    ) -> Result<bool, SyncError> {
        for _ in 0..MAX_READINGS {
            match self.newest_pages(entity, since, harvest).await? {
                Listed::Whole(newest) => {
                    harvest.newest = harvest.newest.max(newest);
                    return Ok(true);
                }
                Listed::Shrunk => {}
                Listed::Unordered => return Ok(false),
            }
        }
        let plural = entity.plural();
        self.board.note(format!("The list of {plural} goes on shrinking; the next run reads the same changes again."));
        Ok(true)
    }

    /// One reading of that list.
    async fn newest_pages(
        &self,
        entity: Entity,
        since: DateTime<Utc>,
        harvest: &mut Harvest,
    ) -> Result<Listed, SyncError> {
        let settings = &self.engine.settings;
        let raw_worksheet = settings.worksheets == Worksheets::Raw && entity == Entity::Test;
        let (mut ends, mut newest, mut total) = (Ends::default(), None, None);
        for page in 1_u32.. {
            self.board.check()?;
            let query = ListQuery { page, page_size: settings.page_size, raw_worksheet, ..ListQuery::default() }
                .sorted(SortBy::LastUpdated, SortOrder::Desc);
            let read = match self.reader.plain_page(entity, &query).await {
                Ok(read) => read,
                Err(error) if page == 1 && error.status() == Some(400) => return Ok(Listed::Unordered),
                Err(error) if page == 1 => return Err(error.into()),
                // Something on this page is in the way, or the list has ended.
                Err(_) => self.reader.page(entity, &query).await?,
            };
            let stamps: Vec<_> = read.records.iter().filter_map(Incoming::stamp).collect();
            // A tenant that does not know the order may ignore it in silence.
            if page == 1 && !stamps.is_sorted_by(|a, b| a >= b) {
                return Ok(Listed::Unordered);
            }
            // What was deleted between two pages has moved a record from this one to the one that was read before.
            let shrunk = total.is_some() && read.total.is_some() && read.total < total;
            total = read.total;
            newest = newest.or(read.newest);
            let older = !stamps.is_empty() && stamps.iter().all(|stamp| *stamp < since);
            let last = ends.after(&read, settings.page_size);
            let cargo = Cargo { records: read.records, unread: read.unread, read_at: read.read_at, ..Cargo::default() };
            harvest.take(&self.lander.land(table_of(entity), &cargo).await?);
            self.board.count(table_of(entity), |progress| progress.pages_done += 1);
            if shrunk {
                return Ok(Listed::Shrunk);
            }
            if older || last {
                break;
            }
        }
        Ok(Listed::Whole(newest))
    }
}
