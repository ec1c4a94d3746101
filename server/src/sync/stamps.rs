//! The clock that stamps records. It need not be the one of the Date header, nor keep its pace, so watermarks are taken
//! from stamps alone. Stamps never fall: what is changed after an answer was given is stamped with the greatest stamp of
//! that answer, or later. So the greatest stamp that was known before a list was read bounds whatever the reading may
//! have missed.

use super::SyncError;
use super::policy::{Directive, Place, judge};
use super::run::Run;
use super::track::Track;
use crate::db::DbError;
use crate::db::lims::{self, Table};
use crate::db::sync as store;
use chrono::{DateTime, Utc};
use qbench::{Entity, ListQuery, SortBy, SortOrder};

/// From this many tests on, two more requests are within two in a hundred of a walk's pages. In a smaller laboratory
/// the first page of a list bounds what its walk may have missed; the feed then brings what is known already, once.
const LARGE: u64 = 5_000;

impl Run {
    /// Asks for the newest stamp before the lists are read, where the laboratory is large enough for another request.
    pub(crate) async fn read_stamps(&self, tracks: &mut [Track]) -> Result<(), SyncError> {
        if tracks.iter().any(|track| track.continued) {
            return Ok(());
        }
        let Some(tests) = tracks.iter_mut().find(|track| track.entity == Entity::Test) else { return Ok(()) };
        let copied = lims::count_live(&self.engine.pool, Table::Tests).await?;
        if copied == 0 && !self.begin_with(tests).await? {
            return Ok(());
        }
        if tests.total().unwrap_or(u64::try_from(copied).unwrap_or(0)) < LARGE {
            return Ok(());
        }
        if let Some(stamp) = self.newest_stamp().await? {
            // Its first page was read before that.
            tests.forget_first();
            let mut tx = self.lander.begin().await?;
            store::set_stamped_by(&mut *tx, self.row.id, stamp).await?;
            tx.commit().await.map_err(DbError::from)?;
            tracks.iter_mut().for_each(|track| track.stamped_by = Some(stamp));
        }
        Ok(())
    }

    /// Reads the first page of a list, which tells how long it is. False where that page is refused.
    async fn begin_with(&self, track: &mut Track) -> Result<bool, SyncError> {
        match self.walker().reread(track, 1).await {
            Ok(_) => track.keep_first(),
            Err(error) => match judge(&error, Place::Page).directive {
                Directive::StopRun | Directive::Backoff => return Err(error),
                Directive::Bisect | Directive::SkipRecord | Directive::NextStrategy | Directive::StopEntity => {
                    return Ok(false);
                }
            },
        }
        Ok(true)
    }

    /// The stamp of the test that was changed last; nothing where lists do not come in that order.
    async fn newest_stamp(&self) -> Result<Option<DateTime<Utc>>, SyncError> {
        let query = ListQuery { page_size: 2, ..ListQuery::page(1) }.sorted(SortBy::LastUpdated, SortOrder::Desc);
        let read = match self.reader.plain_page(Entity::Test, &query).await {
            Ok(read) => read,
            Err(error) if matches!(error.status(), Some(400 | 403 | 404)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let stamps: Vec<_> = read.records.iter().filter_map(super::rows::Incoming::stamp).collect();
        Ok(stamps.first().copied().filter(|_| stamps.is_sorted_by(|a, b| a >= b)))
    }

    /// Up to which stamp the copy is complete once a list has been walked and settled. Epoch where nothing is known,
    /// which costs nothing: such a list is empty.
    pub(crate) async fn walked_up_to(&self, track: &Track) -> Result<DateTime<Utc>, SyncError> {
        let pool = &self.engine.pool;
        let seen = match self.row.stamped_by.filter(|_| track.continued) {
            Some(stamp) => Some(stamp),
            None if track.continued => lims::newest_at_first_landing(pool, track.table, self.row.id).await?,
            None => track.stamped_by,
        };
        let marks = store::watermarks(pool).await?;
        let former = marks.into_iter().find(|mark| mark.entity == track.table.name()).and_then(|mark| mark.feed_since);
        // A stamp of the future is a mistake; it must not hide the changes that come until then.
        let seen = seen.map(|stamp| stamp.min(self.upper_bound()));
        Ok(seen.max(former).unwrap_or(DateTime::UNIX_EPOCH))
    }
}
