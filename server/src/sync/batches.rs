//! Batches in an incremental run. No feed tells of them: they are listed by their last change where the tenant can do
//! so, a comparison of counts finds new and deleted ones, and the open ones are looked at again.

use super::SyncError;
use super::incremental::Harvest;
use super::run::Run;
use crate::db::lims::{self, Table};
use chrono::{DateTime, Utc};
use qbench::{Entity, SortBy};
use std::collections::BTreeSet;

/// How the refused order is remembered.
const BY_CHANGE: &str = "batches by last change";
/// Pages of older batches that one run reads, where changes are told and where they are not.
const MAX_OLDER: (usize, usize) = (1, 3);
/// A list of this many pages is read as a whole where changes are not told.
const FEW_PAGES: u32 = 4;

impl Run {
    /// Brings batches up to date.
    pub(crate) async fn batches(&self, since: DateTime<Utc>) -> Result<Harvest, SyncError> {
        let mut harvest = Harvest::default();
        let mut track = self.track(Entity::Batch);
        if !matches!(track.sort, Some((SortBy::Id, _))) {
            return self.by_whole_list(Entity::Batch).await;
        }
        let told = self.batches_by_change(since, &mut harvest).await?;
        let settled = self.reconcile(&mut track).await?;
        harvest.gone.extend(self.mark_absent(Entity::Batch, &settled).await?);
        let last = track.pages.unwrap_or(1).max(1);
        let size = track.page_size;
        let page_of = |id: i32| {
            let rank = u32::try_from(settled.live.partition_point(|other| *other < id)).unwrap_or(u32::MAX);
            rank / size + 1
        };
        let open = lims::open_batches(&self.engine.pool).await?;
        let mut older: BTreeSet<u32> = open.iter().map(|id| page_of(*id)).collect();
        let limit = if told { MAX_OLDER.0 } else { MAX_OLDER.1 };
        if !told {
            let from = if last <= FEW_PAGES { 1 } else { last - 1 };
            older.extend(from..=last);
        }
        older.retain(|page| *page <= last && !track.spans.contains_key(page));
        let skipped = older.len().saturating_sub(limit);
        // The newest ones change most.
        for page in older.into_iter().rev().take(limit) {
            self.walker().reread(&mut track, page).await?;
        }
        if skipped > 0 && !told {
            self.board.note(format!("{skipped} pages with older open batches wait for the next verification."));
        }
        self.board
            .count(Table::Batches, |progress| progress.pages_done += u32::try_from(track.spans.len()).unwrap_or(0));
        Ok(harvest)
    }

    /// Batches by their last change. False where the tenant cannot order them so, which is remembered.
    async fn batches_by_change(&self, since: DateTime<Utc>, harvest: &mut Harvest) -> Result<bool, SyncError> {
        if self.is_unordered(BY_CHANGE) {
            return Ok(false);
        }
        let told = self.newest_changes(Entity::Batch, since, harvest).await?;
        if !told {
            self.remember_unordered(BY_CHANGE).await?;
        }
        Ok(told)
    }
}
