//! Batches in an incremental run. No feed tells of them: the newest ones are read, and the open ones, and those that
//! changed tests name; a comparison of counts finds deletions.

use super::SyncError;
use super::incremental::{BatchHints, Harvest};
use super::run::Run;
use crate::db::DbError;
use crate::db::lims::{self, Table};
use qbench::{Entity, SortBy};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

/// Pages of older batches that one run reads.
const MAX_OLDER: usize = 3;
/// Samples of deleted batches that one run asks for by their ids.
const MAX_CHILDREN: usize = 100;
/// Batches that one run asks for by their ids.
const MAX_SINGLES: usize = 5;

impl Run {
    /// Brings batches up to date.
    pub(crate) async fn batches(&self, hints: &BatchHints) -> Result<Harvest, SyncError> {
        let settings = &self.engine.settings;
        let mut harvest = Harvest::default();
        let mut track = self.track(Entity::Batch);
        if !matches!(track.sort, Some((SortBy::Id, _))) {
            let whole = self.by_whole_list(Entity::Batch).await?;
            self.follow_gone_batches(&whole).await?;
            return Ok(whole);
        }
        let settled = self.reconcile(&mut track).await?;
        harvest.gone.extend(self.mark_absent(Entity::Batch, &settled).await?);
        let last = track.pages.unwrap_or(1).max(1);
        let page_of = |id: i32| {
            let rank = u32::try_from(settled.live.partition_point(|other| *other < id)).unwrap_or(u32::MAX);
            rank / settings.page_size + 1
        };
        let named = if self.drifted.load(Ordering::Relaxed) {
            lims::batches_in_doubt(&self.engine.pool).await?
        } else {
            let hints = [&hints.changed_tests, &hints.gone_tests, &hints.gone_samples];
            lims::batches_to_read(&self.engine.pool, hints[0], hints[1], hints[2]).await?
        };
        let read: BTreeSet<u32> = named.iter().map(|id| page_of(*id)).filter(|page| *page <= last).collect();
        for page in read {
            if !track.spans.contains_key(&page) {
                self.walker().reread(&mut track, page).await?;
            }
        }
        let open = lims::open_batches(&self.engine.pool).await?;
        let mut older: BTreeSet<u32> = open.iter().map(|id| page_of(*id)).collect();
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
        self.follow_gone_batches(&harvest).await?;
        harvest.newest = harvest.newest.max(track.newest);
        self.board
            .count(Table::Batches, |progress| progress.pages_done += u32::try_from(track.spans.len()).unwrap_or(0));
        Ok(harvest)
    }

    /// What was in a batch that is gone says so itself, but need not be stamped as changed: it is read again.
    async fn follow_gone_batches(&self, harvest: &Harvest) -> Result<(), SyncError> {
        let gone: Vec<i32> = harvest.gone.iter().copied().collect();
        let mut conn = self.engine.pool.acquire().await.map_err(DbError::from)?;
        let (tests, samples) = lims::naming_gone_batches(&mut conn, &gone).await?;
        drop(conn);
        let mut of_tests: BTreeMap<i32, i64> = BTreeMap::new();
        for sample in lims::samples_of_tests(&self.engine.pool, &tests).await? {
            *of_tests.entry(sample).or_default() += 1;
        }
        let mut again = Harvest::default();
        self.reread_tests(tests, of_tests, &mut again).await?;
        if samples.len() > MAX_CHILDREN {
            self.board.note(format!(
                "{} samples of deleted batches are read again by the next verification.",
                samples.len() - MAX_CHILDREN
            ));
        }
        for id in samples.into_iter().take(MAX_CHILDREN) {
            self.take_single(Entity::Sample, i64::from(id), &mut again).await?;
        }
        Ok(())
    }
}
