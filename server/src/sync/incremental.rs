//! Incremental runs: what changed since the last success, by the cheapest way that the tenant allows.
//!
//! 1. The change feed: one request an entity, with deletions.
//! 2. Where it is refused: the list ordered by last change, and a comparison of counts that finds deletions.
//! 3. Where that is refused too: the whole list.
//!
//! Batches are in no feed: the newest ones and the open ones are read, and a comparison of counts finds the rest.

use super::SyncError;
use super::entities::table_of;
use super::gone::Proof;
use super::land::{Cargo, Landed};
use super::read::Single;
use super::rows::{Incoming, stamp_of};
use super::run::Run;
use super::settings::Worksheets;
use crate::db::lims::{self, Known, Table};
use crate::db::sync::{self as store, Checkpoint};
use chrono::{DateTime, TimeDelta, Utc};
use qbench::{Entity, RawRecord, SortBy, Updates};
use std::collections::{BTreeMap, BTreeSet};

/// How far each run looks back behind the watermark: stamps are whole seconds and clocks differ.
const OVERLAP: TimeDelta = TimeDelta::minutes(2);
/// Answers with fewer records are not taken to be cut off.
const SHORT_FEED: usize = 20;
/// Changed records that are asked for one by one; more are read by their list.
const MAX_SINGLES: usize = 8;
/// Unchanged tests stamped in the second up to which the copy was complete that are read again all the same.
const MAX_AT_EDGE: usize = 10;
/// Answers of the feed that are asked for in a row while each brings something new.
const MAX_FOLLOW_UPS: usize = 20;

/// Tests that a run completes by single reads before the next one goes on with them.
pub(crate) const MAX_COMPLETED: usize = 500;

/// What an entity's part of the run brought.
#[derive(Default)]
pub(crate) struct Harvest {
    /// The second up to which the copy was complete: what was stamped in it may have changed once more within it.
    edge: Option<DateTime<Utc>>,
    pub(crate) touched: BTreeSet<i32>,
    /// Ids that were marked as deleted.
    pub(crate) gone: BTreeSet<i32>,
    /// The greatest stamp up to which every change has been told. Records that are read again later do not count: what
    /// was changed between the telling and that reading has not been told.
    pub(crate) newest: Option<DateTime<Utc>>,
}

impl Harvest {
    pub(crate) fn take(&mut self, landed: &Landed) {
        self.touched.extend(&landed.inserted);
        self.touched.extend(&landed.updated);
    }
}

impl Run {
    /// Brings the copy up to date. A copy that was never complete is read in full first.
    pub(crate) async fn incremental(&self) -> Result<(), SyncError> {
        if !self.is_complete().await? {
            self.board.note("The copy was never complete: everything is read.");
            return self.full(false).await;
        }
        let failure = self.catch_up().await?;
        self.retry_quarantine().await?;
        if failure.is_none() {
            self.agree().await?;
        }
        failure.map_or(Ok(()), Err)
    }

    /// Whether the copy has ever been complete.
    pub(crate) async fn is_complete(&self) -> Result<bool, SyncError> {
        let marks = store::watermarks(&self.engine.pool).await?;
        Ok(Entity::ALL.iter().all(|entity| marks.iter().any(|mark| mark.entity == table_of(*entity).name())))
    }

    /// Reads what has changed since the watermarks; gives the first failure that concerns one entity only.
    pub(crate) async fn catch_up(&self) -> Result<Option<SyncError>, SyncError> {
        let marks = store::watermarks(&self.engine.pool).await?;
        let mut touched: BTreeMap<Table, BTreeSet<i32>> = BTreeMap::new();
        let mut failure = None;
        for entity in Entity::ALL {
            let table = table_of(entity);
            let mark = marks.iter().find(|mark| mark.entity == table.name());
            let since = mark.map_or(DateTime::UNIX_EPOCH, |mark| mark.feed_since.unwrap_or(mark.as_of));
            match self.part(entity, since).await {
                Ok(harvest) => {
                    self.succeed(entity, since, &harvest).await?;
                    touched.entry(table).or_default().extend(harvest.touched);
                }
                Err(error) => {
                    let error = self.spare(entity, error).await?;
                    failure.get_or_insert(error);
                }
            }
        }
        self.fetch_parents(&touched).await?;
        self.complete_tests(Some(MAX_COMPLETED)).await?;
        Ok(failure)
    }

    async fn part(&self, entity: Entity, since: DateTime<Utc>) -> Result<Harvest, SyncError> {
        self.board.check()?;
        if entity == Entity::Batch {
            return self.batches(since - OVERLAP).await;
        }
        let mut harvest = Harvest { edge: Some(since), ..Harvest::default() };
        if !self.by_feed(entity, since - OVERLAP, &mut harvest).await? {
            self.by_last_update(entity, since - OVERLAP, &mut harvest).await?;
        } else if self.held_back.contains(entity.plural()) {
            // No feed names them again.
            self.compare_counts(entity, &mut harvest).await?;
        }
        Ok(harvest)
    }

    /// Moves the watermarks of an entity that was read to its end.
    async fn succeed(&self, entity: Entity, since: DateTime<Utc>, harvest: &Harvest) -> Result<(), SyncError> {
        let table = table_of(entity);
        let upper = self.reader.began();
        self.store_upper_bound().await?;
        // Only what the answers themselves were stamped with is known of the clock that stamps.
        let feed = harvest.newest.map_or(since, |newest| newest.min(upper)).max(since);
        let checkpoint = Checkpoint { entity: table.name(), pages: None, status: "completed", message: None };
        self.store_marks(upper, feed, &checkpoint).await?;
        self.board.count(table, |progress| progress.done = true);
        Ok(())
    }

    /// Changes by the feed. False where the tenant does not give it, or not to its end.
    async fn by_feed(&self, entity: Entity, since: DateTime<Utc>, harvest: &mut Harvest) -> Result<bool, SyncError> {
        let mut seen: BTreeSet<i64> = BTreeSet::new();
        let (mut from, mut limit, mut many_gone, mut cut) = (since, None, false, false);
        for round in 0..MAX_FOLLOW_UPS {
            let Some(updates) = self.reader.feed(entity, from, true).await? else {
                return Ok(false);
            };
            let length = updates.updated.len() + updates.updated_ids.len();
            many_gone |= updates.deleted.len() >= SHORT_FEED;
            let ids: BTreeSet<i64> = ids_of(&updates).collect();
            let fresh = ids.iter().any(|id| !seen.contains(id));
            seen.extend(&ids);
            if round > 0 && fresh && limit.is_none() {
                // The answer before was cut off, so its length is the tenant's limit.
                limit = Some(length);
            }
            let before = (harvest.touched.len(), harvest.gone.len());
            self.take_updates(entity, from, updates, harvest).await?;
            let nothing_new = before == (harvest.touched.len(), harvest.gone.len());
            let whole = if length < SHORT_FEED { None } else { self.names_the_known(entity, from, &ids).await? };
            cut |= whole.map_or_else(|| is_round(length), |whole| !whole);
            let quiet = nothing_new && whole == Some(true);
            match harvest.newest.filter(|newest| fresh && !quiet && length >= SHORT_FEED && *newest > from) {
                Some(newest) => from = newest,
                None if limit.is_some_and(|limit| length >= limit) => break,
                None => {
                    // A limit of the tenant need not keep the oldest changes.
                    if cut && limit.is_none() {
                        self.newest_changes(entity, since, harvest).await?;
                    }
                    if limit.is_some() || many_gone || cut {
                        self.compare_counts(entity, harvest).await?;
                    }
                    return Ok(true);
                }
            }
        }
        self.board.note(format!("The change feed of {} does not come to an end; its list is read.", entity.plural()));
        Ok(false)
    }

    /// Whether an answer of the feed names every record that the copy knows to have changed by then: one that keeps only
    /// the newest changes does not. `None` if the copy knows of none.
    async fn names_the_known(
        &self,
        entity: Entity,
        from: DateTime<Utc>,
        named: &BTreeSet<i64>,
    ) -> Result<Option<bool>, SyncError> {
        let known = lims::stamped_after(&self.engine.pool, table_of(entity), from).await?;
        Ok((!known.is_empty()).then(|| known.iter().all(|id| named.contains(&i64::from(*id)))))
    }

    /// Finds deletions, and whatever else is missing, by the list's length.
    async fn compare_counts(&self, entity: Entity, harvest: &mut Harvest) -> Result<(), SyncError> {
        let mut track = self.track(entity);
        if !matches!(track.sort, Some((SortBy::Id, _))) {
            let whole = self.by_whole_list(entity).await?;
            harvest.gone.extend(whole.gone);
            return Ok(());
        }
        let settled = self.reconcile(&mut track).await?;
        harvest.gone.extend(self.mark_absent(entity, &settled).await?);
        Ok(())
    }

    /// Lands one answer of the feed.
    async fn take_updates(
        &self,
        entity: Entity,
        since: DateTime<Utc>,
        updates: Updates,
        harvest: &mut Harvest,
    ) -> Result<(), SyncError> {
        let table = table_of(entity);
        let seq = self.reader.next_seq();
        let (read_at, deleted) = (updates.server_date, updates.deleted);
        let updated: BTreeSet<i64> = updates.updated.iter().filter_map(RawRecord::id).collect();
        let newest = updates.updated.iter().filter_map(stamp_of).max();
        let (whole, stubs): (Vec<RawRecord>, Vec<RawRecord>) =
            updates.updated.into_iter().partition(|raw| raw.id().is_none() || is_whole(entity, raw));
        let records: Vec<Incoming> = whole.into_iter().map(|raw| Incoming::new(raw, seq)).collect();
        if entity == Entity::Test && self.engine.settings.worksheets == Worksheets::Raw {
            self.take_tests(records, harvest).await?;
        } else {
            for chunk in chunks(records) {
                let cargo = Cargo { records: chunk, read_at, ..Cargo::default() };
                harvest.take(&self.lander.land(table, &cargo).await?);
            }
        }
        let lone = updates.updated_ids.into_iter().filter(|id| !updated.contains(id));
        let lone: BTreeSet<i64> = lone.chain(stubs.iter().filter_map(RawRecord::id)).collect();
        let listed = lone.len() > MAX_SINGLES && self.newest_changes(entity, since, harvest).await?;
        let mut lone_newest = None;
        for id in lone.into_iter().filter(|_| !listed) {
            lone_newest = lone_newest.max(self.take_single(entity, id, harvest).await?);
        }
        // Ids without stamps: their records tell the time, for want of anything better.
        harvest.newest = harvest.newest.max(newest.or(lone_newest));
        let gone: Vec<i32> = deleted.iter().filter(|id| !updated.contains(id)).filter_map(|id| narrow(*id)).collect();
        harvest.gone.extend(self.mark(entity, &gone, Proof::Told, "QBench's change feed reports it deleted").await?);
        Ok(())
    }

    /// One record by its id; gives its stamp.
    pub(crate) async fn take_single(
        &self,
        entity: Entity,
        id: i64,
        harvest: &mut Harvest,
    ) -> Result<Option<DateTime<Utc>>, SyncError> {
        let Some(id) = narrow(id) else { return Ok(None) };
        let raw = entity == Entity::Test && self.engine.settings.worksheets == Worksheets::Raw;
        match self.reader.record(entity, id, raw).await? {
            Single::Found(record) => {
                let cargo = Cargo { records: vec![record.without_children()], ..Cargo::default() };
                let landed = self.lander.land(table_of(entity), &cargo).await?;
                harvest.take(&landed);
                return Ok(landed.newest);
            }
            Single::Gone => {
                harvest.gone.extend(self.mark(entity, &[id], Proof::Told, "QBench does not have it any more").await?);
            }
            Single::Refused(why) => self.detain(entity, id, why).await?,
        }
        Ok(None)
    }

    /// Changed tests: the feed carries named cells at most, so the changed ones are read again with all cells.
    async fn take_tests(&self, records: Vec<Incoming>, harvest: &mut Harvest) -> Result<(), SyncError> {
        let (mut changed, mut samples) = (Vec::new(), BTreeMap::new());
        let edge = harvest.edge.take();
        let mut at_edge = 0;
        for chunk in chunks(records) {
            let known = self.known_tests(&chunk).await?;
            for record in &chunk {
                let Some(id) = record.id else { continue };
                let stamp = record.stamp();
                let mut read = known.get(&id).is_none_or(|known| has_changed(known, record, stamp));
                if !read && stamp.is_some() && stamp == edge && at_edge < MAX_AT_EDGE {
                    at_edge += 1;
                    read = true;
                }
                if read {
                    changed.push(id);
                    if let Some(sample) = record.sample_id() {
                        *samples.entry(sample).or_insert(0_i64) += 1;
                    }
                }
            }
            let lost: Vec<Incoming> = chunk.into_iter().filter(|record| record.id.is_none()).collect();
            if !lost.is_empty() {
                let cargo = Cargo { records: lost, ..Cargo::default() };
                harvest.take(&self.lander.land(Table::Tests, &cargo).await?);
            }
        }
        self.reread_tests(changed, samples, harvest).await
    }

    async fn known_tests(&self, records: &[Incoming]) -> Result<std::collections::HashMap<i32, Known>, SyncError> {
        let ids: Vec<i32> = records.iter().filter_map(|record| record.id).collect();
        let mut conn = self.engine.pool.acquire().await.map_err(crate::db::DbError::from)?;
        Ok(lims::known(&mut conn, Table::Tests, &ids).await?)
    }

    /// The list ordered by last change, newest first, down to the watermark; then a comparison of counts.
    async fn by_last_update(
        &self,
        entity: Entity,
        since: DateTime<Utc>,
        harvest: &mut Harvest,
    ) -> Result<(), SyncError> {
        if self.newest_changes(entity, since, harvest).await? {
            self.board.note(format!("{} were read by their list, newest change first.", entity.plural()));
            return self.compare_counts(entity, harvest).await;
        }
        let plural = entity.plural();
        self.board.note(format!("{plural} cannot be listed by last change either; the whole list is read."));
        let whole = self.by_whole_list(entity).await?;
        harvest.gone.extend(whole.gone);
        harvest.newest = harvest.newest.max(whole.newest);
        Ok(())
    }

    /// Everything of one entity.
    pub(crate) async fn by_whole_list(&self, entity: Entity) -> Result<Harvest, SyncError> {
        let walks = self.walker().walk(vec![self.track(entity)]).await?;
        let Some(mut walked) = walks.into_iter().next() else {
            return Err(SyncError::Broken);
        };
        if let Some(failure) = walked.failure {
            return Err(failure);
        }
        let settled = self.settle(&mut walked.track).await?;
        let gone = self.mark_absent(entity, &settled).await?.into_iter().collect();
        Ok(Harvest { newest: walked.track.stamped_by, gone, ..Harvest::default() })
    }
}

fn ids_of(updates: &Updates) -> impl Iterator<Item = i64> {
    let objects = updates.updated.iter().filter_map(RawRecord::id);
    objects.chain(updates.updated_ids.iter().copied()).chain(updates.deleted.iter().copied())
}

/// Whether an object of the feed is a record, and not merely its id and stamp.
fn is_whole(entity: Entity, raw: &RawRecord) -> bool {
    let marks: &[&str] = match entity {
        Entity::Customer => &["customer_name", "name"],
        Entity::Assay => &["title", "label_abbr"],
        Entity::Order => &["state", "customer_account_id", "date_created"],
        Entity::Sample => &["state", "order_id", "date_created"],
        Entity::Test => &["state", "sample_id", "date_created"],
        Entity::Batch => &["display_name", "date_created", "test_ids"],
    };
    marks.iter().any(|name| raw.has_key(name))
}

/// Lengths that a limit might have.
fn is_round(length: usize) -> bool {
    length >= SHORT_FEED && (length.is_multiple_of(25) || length.is_multiple_of(20))
}

fn narrow(id: i64) -> Option<i32> {
    i32::try_from(id).ok()
}

/// Whether a test of the feed differs from the copy as far as its worksheet is not concerned; a worksheet's change moves
/// the stamp.
fn has_changed(known: &Known, record: &Incoming, stamp: Option<DateTime<Utc>>) -> bool {
    known.deleted || known.base_hash != Some(record.hashes.without_worksheet) || known.last_updated != stamp
}

/// Portions of a size that one transaction takes.
fn chunks(records: Vec<Incoming>) -> impl Iterator<Item = Vec<Incoming>> {
    let mut records = records.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<Incoming> = records.by_ref().take(400).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_of_the_feed_with_nothing_but_its_id_and_stamp_is_not_a_record() {
        let raw = |text: &str| RawRecord::parse(text).expect("a record");
        for entity in Entity::ALL {
            assert!(!is_whole(entity, &raw(r#"{"id":1,"last_updated":"1759060819"}"#)), "{}", entity.plural());
        }
        assert!(is_whole(Entity::Customer, &raw(r#"{"id":1,"customer_name":null}"#)));
        assert!(is_whole(Entity::Test, &raw(r#"{"id":1,"state":"REPORTED"}"#)));
    }

    #[test]
    fn lengths_that_may_be_a_limit_are_round() {
        let round: Vec<usize> = (0..=100).filter(|length| is_round(*length)).collect();
        assert_eq!(round, [20, 25, 40, 50, 60, 75, 80, 100]);
        assert!(is_round(1000) && !is_round(1013));
    }
}
