//! Changed tests with all their worksheet cells: read in lists of their samples, about fifty a request, never one by
//! one as long as the tenant filters lists.

use super::SyncError;
use super::ends::Ends;
use super::incremental::Harvest;
use super::land::Cargo;
use super::read::PageRead;
use super::run::Run;
use super::settings::Worksheets;
use crate::db::lims::{self, Table};
use futures::StreamExt as _;
use qbench::{Entity, ListQuery, SortBy, SortOrder};
use std::collections::{BTreeMap, BTreeSet};

/// Samples named in one request: its address must not grow without bounds.
const MAX_SAMPLES: usize = 50;
/// Tests that are asked for one by one when lists do not bring them.
const MAX_SINGLES: usize = 100;

impl Run {
    /// Reads these tests again; `samples` tells how many of them each sample has at least.
    pub(crate) async fn reread_tests(
        &self,
        tests: Vec<i32>,
        mut samples: BTreeMap<i32, i64>,
        harvest: &mut Harvest,
    ) -> Result<(), SyncError> {
        if tests.is_empty() {
            return Ok(());
        }
        let ids: Vec<i32> = samples.keys().copied().collect();
        for (sample, count) in lims::tests_of_samples(&self.engine.pool, &ids).await? {
            let known = samples.entry(sample).or_default();
            *known = count.max(*known);
        }
        let size = i64::from(self.engine.settings.page_size);
        let width = self.engine.settings.max_concurrency.max(1);
        let groups = group(&samples, size);
        let mut reads = futures::stream::iter(groups).map(|group| self.tests_of(group)).buffer_unordered(width);
        let mut found: BTreeSet<i32> = BTreeSet::new();
        while let Some(pages) = reads.next().await {
            let Some(pages) = pages? else {
                self.board.note("Lists of tests cannot be filtered by sample; changed tests are read one by one.");
                break;
            };
            for page in pages {
                found.extend(page.ids());
                let cargo =
                    Cargo { records: page.records, unread: page.unread, read_at: page.read_at, ..Cargo::default() };
                harvest.take(&self.lander.land(Table::Tests, &cargo).await?);
            }
        }
        drop(reads);
        let rest: Vec<i32> = tests.into_iter().filter(|id| !found.contains(id)).collect();
        self.single_tests(&rest, harvest).await
    }

    async fn single_tests(&self, tests: &[i32], harvest: &mut Harvest) -> Result<(), SyncError> {
        if tests.len() > MAX_SINGLES {
            self.board.note(format!("{} changed tests cannot be had in lists; all tests are read.", tests.len()));
            harvest.gone.extend(self.by_whole_list(Entity::Test).await?.gone);
            return Ok(());
        }
        for id in tests {
            self.take_single(Entity::Test, i64::from(*id), harvest).await?;
        }
        Ok(())
    }

    /// All tests of some samples; nothing if the list holds others, for then it was not filtered.
    async fn tests_of(&self, samples: Vec<i32>) -> Result<Option<Vec<PageRead>>, SyncError> {
        let mut pages = Vec::new();
        let settings = &self.engine.settings;
        let (size, raw_worksheet) = (settings.page_size, settings.worksheets == Worksheets::Raw);
        let mut ends = Ends::default();
        for page in 1_u32.. {
            self.board.check()?;
            let query = ListQuery { page, page_size: size, raw_worksheet, ..ListQuery::default() }
                .sorted(SortBy::Id, SortOrder::Asc);
            let query = samples.iter().fold(query, |query, sample| query.filter("sample_ids", sample));
            let read = match self.reader.page(Entity::Test, &query).await {
                Err(error) if page == 1 && error.is_refusal() => return Ok(None),
                read => read?,
            };
            let foreign = read
                .records
                .iter()
                .filter_map(super::rows::Incoming::sample_id)
                .any(|sample| !samples.contains(&sample));
            if foreign {
                return Ok(None);
            }
            let last = ends.after(&read, size);
            pages.push(read);
            if last {
                break;
            }
        }
        Ok(Some(pages))
    }
}

/// Samples whose tests together fill about one page.
fn group(samples: &BTreeMap<i32, i64>, size: i64) -> Vec<Vec<i32>> {
    let mut groups: Vec<Vec<i32>> = Vec::new();
    let mut tests = i64::MAX;
    for (sample, count) in samples {
        match groups.last_mut().filter(|group| tests.saturating_add(*count) <= size && group.len() < MAX_SAMPLES) {
            Some(group) => {
                group.push(*sample);
                tests += count;
            }
            None => {
                groups.push(vec![*sample]);
                tests = *count;
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_packed_until_their_tests_fill_a_page() {
        let samples = BTreeMap::from([(1, 20), (2, 20), (3, 20), (4, 70), (5, 1)]);
        assert_eq!(group(&samples, 50), [vec![1, 2], vec![3], vec![4], vec![5]]);
        let many: BTreeMap<i32, i64> = (0..120).map(|id| (id, 0)).collect();
        assert_eq!(group(&many, 50).iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
    }
}
