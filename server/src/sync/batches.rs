//! Batches in an incremental run. No feed tells of them: the newest ones are read, and the open ones, and those that
//! changed tests name; a comparison of counts finds deletions.

use super::SyncError;
use super::incremental::Harvest;
use super::run::Run;
use super::track::Track;
use crate::db::lims::{self, Table};
use qbench::Entity;
use std::collections::BTreeSet;

/// Pages of older batches that one run reads.
const MAX_OLDER: usize = 3;
/// Batches that one run asks for by their ids.
const MAX_SINGLES: usize = 5;

impl Run {
    /// Brings batches up to date; `tests` are the ones that have changed.
    pub(crate) async fn batches(&self, tests: &[i32]) -> Result<Harvest, SyncError> {
        let settings = &self.engine.settings;
        let mut harvest = Harvest::default();
        let mut track = Track::new(Entity::Batch, settings.page_size, false);
        let settled = self.reconcile(&mut track).await?;
        self.mark_absent(Entity::Batch, &settled).await?;
        let last = track.pages.unwrap_or(1).max(1);
        let page_of = |id: i32| {
            let rank = u32::try_from(settled.live.partition_point(|other| *other < id)).unwrap_or(u32::MAX);
            rank / settings.page_size + 1
        };
        let open = lims::open_batches(&self.engine.pool).await?;
        let named = lims::batches_to_read(&self.engine.pool, tests).await?;
        let mut older: BTreeSet<u32> = open.iter().chain(&named).map(|id| page_of(*id)).collect();
        older.insert(last.saturating_sub(1).max(1));
        older.retain(|page| *page <= last && !track.spans.contains_key(page));
        let skipped = older.len().saturating_sub(MAX_OLDER);
        // The newest ones change most.
        for page in older.into_iter().rev().take(MAX_OLDER) {
            self.walker().reread(&mut track, page).await?;
        }
        if skipped > 0 {
            self.board.note(format!("{skipped} pages with older open batches wait for the next verification."));
        }
        let unknown: Vec<i32> = named.iter().copied().filter(|id| settled.live.binary_search(id).is_err()).collect();
        for id in unknown.into_iter().take(MAX_SINGLES) {
            self.take_single(Entity::Batch, i64::from(id), &mut harvest).await?;
        }
        harvest.newest = harvest.newest.max(track.newest);
        self.board
            .count(Table::Batches, |progress| progress.pages_done += u32::try_from(track.spans.len()).unwrap_or(0));
        Ok(harvest)
    }
}
