//! Batches and their members at the end of a run. QBench takes a batch that is deleted out of its samples and tests, and
//! puts one that comes back into them, without stamping them as changed; and pages of the two lists are read at
//! different moments. Where the two sides contradict each other both are read again, in lists. What QBench itself says
//! so is remembered, and not asked about again before either side changes.

use super::SyncError;
use super::entities::table_of;
use super::incremental::Harvest;
use super::land::Cargo;
use super::run::Run;
use crate::db::DbError;
use crate::db::lims::{self, Contradiction, Table};
use crate::db::sync as store;
use qbench::{Entity, ListQuery, SortBy, SortOrder};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The setting that holds the number of the last change of data after which everything agreed.
const AGREED: &str = "sync_agreed";
/// How the refused filter is remembered.
const BY_IDS: &str = "samples by ids";
/// Rounds after which what goes on changing waits for the next run.
const ROUNDS: usize = 4;
/// Contradictions of one kind that one round asks about.
const MAX_PAIRS: i64 = 2_000;
/// Ids that are named in one request.
const MAX_NAMED: usize = 50;
/// Records that are asked for one by one when lists do not bring them.
const MAX_SINGLES: usize = 100;
/// Batches that are gone here and asked for once more.
const MAX_GONE: usize = 5;

impl Run {
    /// Makes batches and their members agree, as far as QBench itself does.
    pub(crate) async fn agree(&self) -> Result<(), SyncError> {
        let pool = &self.engine.pool;
        for _ in 0..ROUNDS {
            let version = store::data_version(pool).await?;
            if store::get_setting(pool, AGREED).await? == Some(Value::from(version)) {
                return Ok(());
            }
            let asked_at = lims::clock(pool).await?;
            let tests = lims::contradictions(pool, Table::Tests, MAX_PAIRS).await?;
            let samples = lims::contradictions(pool, Table::Samples, MAX_PAIRS).await?;
            if tests.is_empty() && samples.is_empty() {
                let mut tx = self.lander.begin().await?;
                store::put_setting(&mut *tx, AGREED, &Value::from(version), "benchwatch").await?;
                tx.commit().await.map_err(DbError::from)?;
                return Ok(());
            }
            self.ask_about(&tests, &samples).await?;
            let mut tx = self.lander.begin().await?;
            lims::note_asked(&mut tx, Table::Tests, asked_at, &tests).await?;
            lims::note_asked(&mut tx, Table::Samples, asked_at, &samples).await?;
            tx.commit().await.map_err(DbError::from)?;
        }
        self.board.note("Some batches and their members still contradict each other; the next run looks again.");
        Ok(())
    }

    /// Reads both sides again.
    async fn ask_about(&self, tests: &[Contradiction], samples: &[Contradiction]) -> Result<(), SyncError> {
        let all = || tests.iter().chain(samples);
        let live: BTreeSet<i32> = all().filter(|one| one.batch_live).map(|one| one.batch).collect();
        let gone: BTreeSet<i32> = all().filter(|one| !one.batch_live).map(|one| one.batch).collect();
        let members = |of: &[Contradiction]| -> BTreeSet<i32> {
            of.iter().filter(|one| one.member_live).map(|one| one.member).collect()
        };
        let (tests, samples) = (members(tests), members(samples));
        self.board.note(format!(
            "{} batches, {} tests and {} samples were read again because they contradicted each other.",
            live.len() + gone.len(),
            tests.len(),
            samples.len()
        ));
        self.reread_by_place(Entity::Batch, live).await?;
        let mut again = Harvest::default();
        for id in gone.into_iter().rev().take(MAX_GONE) {
            self.take_single(Entity::Batch, i64::from(id), &mut again).await?;
        }
        let tests: Vec<i32> = tests.into_iter().collect();
        let mut of_samples: BTreeMap<i32, i64> = BTreeMap::new();
        for sample in lims::samples_of_tests(&self.engine.pool, &tests).await? {
            *of_samples.entry(sample).or_default() += 1;
        }
        self.reread_tests(tests, of_samples, &mut again).await?;
        self.reread_samples(samples).await
    }

    /// Samples by lists that name them, where the tenant filters lists; else by their places in the whole list.
    async fn reread_samples(&self, mut ids: BTreeSet<i32>) -> Result<(), SyncError> {
        if ids.is_empty() {
            return Ok(());
        }
        if self.is_unordered(BY_IDS) {
            return self.reread_by_place(Entity::Sample, ids).await;
        }
        let named: Vec<i32> = ids.iter().copied().collect();
        for chunk in named.chunks(MAX_NAMED) {
            self.board.check()?;
            let query = ListQuery { page_size: self.engine.settings.page_size, ..ListQuery::default() };
            let query = chunk.iter().fold(query, |query, id| query.filter("sample_ids", id));
            let query = query.sorted(SortBy::Id, SortOrder::Asc);
            let read = self.reader.plain_page(Entity::Sample, &query).await;
            let Some(read) = read.ok().filter(|read| read.ids().iter().all(|id| chunk.contains(id))) else {
                self.remember_unordered(BY_IDS).await?;
                return self.reread_by_place(Entity::Sample, ids).await;
            };
            for id in read.ids() {
                ids.remove(&id);
            }
            let cargo = Cargo { records: read.records, read_at: read.read_at, ..Cargo::default() };
            self.lander.land(Table::Samples, &cargo).await?;
        }
        self.reread_singly(Entity::Sample, ids).await
    }

    /// Records by the pages on which their ids must stand; neighbours come with the same request.
    async fn reread_by_place(&self, entity: Entity, mut ids: BTreeSet<i32>) -> Result<(), SyncError> {
        let mut track = self.track(entity);
        if matches!(track.sort, Some((SortBy::Id, _))) {
            let live = lims::live_ids(&self.engine.pool, table_of(entity)).await?;
            let wanted: Vec<i32> = ids.iter().copied().collect();
            for id in wanted.into_iter().rev() {
                let rank = u32::try_from(live.partition_point(|other| *other < id)).unwrap_or(u32::MAX);
                let page = rank / track.page_size + 1;
                if !ids.contains(&id) || track.spans.contains_key(&page) {
                    continue;
                }
                for read in self.walker().reread(&mut track, page).await? {
                    ids.remove(&read);
                }
            }
        }
        self.reread_singly(entity, ids).await
    }

    async fn reread_singly(&self, entity: Entity, ids: BTreeSet<i32>) -> Result<(), SyncError> {
        if ids.len() > MAX_SINGLES {
            let left = ids.len() - MAX_SINGLES;
            self.board.note(format!("{left} {} are read again by the next verification.", entity.plural()));
        }
        let mut again = Harvest::default();
        for id in ids.into_iter().rev().take(MAX_SINGLES) {
            self.take_single(entity, i64::from(id), &mut again).await?;
        }
        Ok(())
    }
}
