//! Settling: after a walk over a list that may have changed meanwhile, nothing that lives in it may be missing.
//!
//! A list is read page by page, so a record that is deleted shifts everything behind it by one place, and the record
//! at the border between pages read before and after slips through. What is known without further requests: ids come
//! in ascending order and new ones only at the end, and every answer tells how many records there are. So
//! * a total that falls from one page to the next names the page at whose end something slipped through;
//! * the number of ids seen, less those that the change feed calls deleted, must be the total;
//! * where it is not, the rank of a page's first id among the ids seen says how many are missing (or too many) before
//!   it, and halving finds the place in a handful of requests.

use super::SyncError;
use super::rank::{Expected, offset};
use super::run::Run;
use super::track::{Track, in_order};
use crate::db::lims;
use chrono::{DateTime, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

/// Rounds after which a list that goes on changing is given up.
const ROUNDS: usize = 8;
/// Requests of one round's search.
const MAX_PROBES: usize = 400;
/// How far the feed is asked back beyond the walk's beginning.
const OVERLAP: TimeDelta = TimeDelta::minutes(2);

/// What a settled walk knows.
pub(crate) struct Settled {
    /// Ids in the list, ascending.
    pub(crate) live: Vec<i32>,
    /// Ids that were there and are deleted now.
    pub(crate) gone: BTreeSet<i32>,
    /// Those of them that the change feed names.
    pub(crate) told: BTreeSet<i32>,
    /// Whether totals proved it; otherwise the walk was merely undisturbed as far as one could see.
    pub(crate) proven: bool,
}

impl Settled {
    fn new(live: Vec<i32>, gone: BTreeSet<i32>, proven: bool) -> Self {
        Self { live, gone, told: BTreeSet::new(), proven }
    }
}

impl Run {
    /// Makes sure that the walk has seen every live record.
    pub(crate) async fn settle(&self, track: &mut Track) -> Result<Settled, SyncError> {
        // An empty list where there were records is looked at twice.
        if track.seen.is_empty() && lims::count_live(&self.engine.pool, track.table).await? > 0 {
            self.walk_again(track).await?;
        }
        let mut settled = self.settle_seen(track).await?;
        // A list that repeats itself may end anywhere.
        settled.proven &= track.repeats.is_none();
        Ok(settled)
    }

    async fn settle_seen(&self, track: &mut Track) -> Result<Settled, SyncError> {
        let drops = track.drops();
        let suspicious = track.suspicious();
        if !track.is_told() {
            return self.settle_untold(track).await;
        }
        if drops.is_empty() && suspicious.is_empty() {
            let odd = track.odd_before(u32::MAX);
            if track.total() == Some(track.ids().len() as u64 + odd) {
                return Ok(Settled::new(track.all_ids(), BTreeSet::new(), track.is_by_id()));
            }
        }
        if !track.is_by_id() {
            return self.settle_unordered(track).await;
        }
        self.note_drift(track, "the places concerned were read again");
        let mut pages: BTreeSet<u32> = suspicious.into_iter().chain(drops).collect();
        let mut before = None;
        for _ in 0..ROUNDS {
            for page in std::mem::take(&mut pages) {
                self.walker().reread(track, page).await?;
            }
            let gone = self.deleted_meanwhile(track).await?.unwrap_or_default();
            let told = gone.clone();
            let mut expected = Expected::new(track.ids(), &gone);
            if self.search(track, &mut expected).await? {
                let (mut live, found_gone) = expected.into_parts();
                live.extend(&track.misplaced);
                live.sort_unstable();
                live.dedup();
                let listed: BTreeSet<i32> = gone.into_iter().filter(|id| live.binary_search(id).is_err()).collect();
                let gone = listed.into_iter().chain(found_gone).collect();
                return Ok(Settled { live, gone, told, proven: true });
            }
            // What stays the same is not being changed: the list is odd, and only whole readings tell what it holds.
            let now = Some((track.total(), track.ids().len()));
            if now == before {
                break;
            }
            before = now;
            pages.extend(track.suspicious());
        }
        self.settle_unordered(track).await
    }

    /// The first page was read before the last, so both are looked at again: the one must hold the ids that it held,
    /// the other begin where it began.
    async fn stands_still(&self, track: &mut Track, page: u32, first: i32) -> Result<bool, SyncError> {
        let before = track.spans.get(&1).map(|span| (span.first, span.last));
        self.walker().reread(track, 1).await?;
        let now = track.spans.get(&1).map(|span| (span.first, span.last));
        if before != now {
            return Ok(false);
        }
        self.walker().reread(track, page).await?;
        Ok(track.spans.get(&page).is_some_and(|span| span.first == first))
    }

    /// Requests beyond one a page that the run may spend when nothing was seen to change: two in a hundred. A
    /// verification, and a run that has seen changes, look as often as it takes.
    pub(crate) fn spare_requests(&self) -> u32 {
        if self.row.mode == "verify" || self.drifted.load(Ordering::Relaxed) {
            return u32::MAX;
        }
        let pages: u32 = self.board.all().iter().filter_map(|progress| progress.pages_total).sum();
        pages / 50
    }

    fn note_drift(&self, track: &Track, what: &str) {
        self.drifted.store(true, Ordering::Relaxed);
        self.board.note(format!("The list of {} changed while it was read; {what}.", track.entity.plural()));
    }

    /// Compares the copy's ids with the list's length, and looks for the places where they differ. What is missing
    /// lands; gives what is too much.
    pub(crate) async fn reconcile(&self, track: &mut Track) -> Result<Settled, SyncError> {
        for _ in 0..ROUNDS {
            let copied = lims::live_ids(&self.engine.pool, track.table).await?;
            let mut expected = Expected::new(copied, &BTreeSet::new());
            let found = self.search(track, &mut expected).await?;
            // Ids that stand where they cannot: the order that was asked for is not kept, and ranks prove nothing.
            if !track.misplaced.is_empty() {
                break;
            }
            if found {
                let (live, gone) = expected.into_parts();
                return Ok(Settled::new(live, gone, track.repeats.is_none()));
            }
        }
        self.settle_unordered(track).await
    }

    /// A list in no useful order: it is read until one reading was undisturbed, or two were the same.
    async fn settle_unordered(&self, track: &mut Track) -> Result<Settled, SyncError> {
        let before: BTreeSet<i32> = track.all_ids().into_iter().collect();
        let mut former: Option<(Option<u64>, Vec<i32>)> = None;
        for _ in 0..4 {
            self.walk_again(track).await?;
            let live = track.all_ids();
            let odd = track.odd_before(u32::MAX).saturating_sub(track.misplaced.len() as u64);
            let agrees = track.drops().is_empty() && track.total() == Some(live.len() as u64 + odd);
            let same = former.as_ref().is_some_and(|(total, ids)| *total == track.total() && *ids == live);
            if same && !agrees {
                let (plural, lists) = (track.entity.plural(), live.len());
                let counts = track.total().unwrap_or_default();
                self.board.note(format!("QBench counts {counts} {plural} and lists {lists}; the list decides."));
            }
            former = Some((track.total(), live.clone()));
            if agrees || same {
                let gone = before.into_iter().filter(|id| live.binary_search(id).is_err()).collect();
                return Ok(Settled::new(live, gone, true));
            }
        }
        Err(SyncError::Unsettled(track.entity))
    }

    /// Reads the whole list once more.
    async fn walk_again(&self, track: &mut Track) -> Result<(), SyncError> {
        self.note_drift(track, "it was read again");
        let walks = self.walker().walk(vec![Track::again(track)]).await?;
        let Some(walked) = walks.into_iter().next() else {
            return Err(SyncError::Broken);
        };
        track.replace(walked.track);
        walked.failure.map_or(Ok(()), Err)
    }

    /// A list that does not tell how many records it has. Where nothing shows that it stood still it is read again.
    async fn settle_untold(&self, track: &mut Track) -> Result<Settled, SyncError> {
        if track.landmark().is_none() {
            let proven = track.pages.is_some_and(|pages| pages <= 1);
            return Ok(Settled::new(track.all_ids(), BTreeSet::new(), proven));
        }
        let mut before = BTreeSet::new();
        let mut told = BTreeSet::new();
        for _ in 0..4 {
            if self.stood_still(track, &mut told).await? {
                let live = track.all_ids();
                let gone = before.into_iter().filter(|id| live.binary_search(id).is_err()).collect();
                return Ok(Settled::new(live, gone, true));
            }
            before.extend(track.all_ids());
            self.walk_again(track).await?;
        }
        Err(SyncError::Unsettled(track.entity))
    }

    /// Whether nothing was deleted before the place to which a walk had come. One that read page after page needs the
    /// change feed to know: the page that was read last tells only of what came after it. `told` are deletions that an
    /// earlier look has found, and gathers more.
    async fn stood_still(&self, track: &mut Track, told: &mut BTreeSet<i32>) -> Result<bool, SyncError> {
        let Some((page, first)) = track.landmark() else { return Ok(true) };
        if track.anchor.is_none()
            && let Some(deleted) = self.deleted_meanwhile(track).await?
        {
            let seen: BTreeSet<i32> = track.all_ids().into_iter().collect();
            let still = !deleted.iter().any(|id| seen.contains(id) && !told.contains(id));
            told.extend(deleted);
            return Ok(still);
        }
        self.stands_still(track, page, first).await
    }

    /// What the change feed calls deleted since the walk began; `None` where there is no feed.
    async fn deleted_meanwhile(&self, track: &Track) -> Result<Option<BTreeSet<i32>>, SyncError> {
        if !track.entity.in_change_feed() {
            return Ok(None);
        }
        let since = self.walked_up_to(track).await?.max(DateTime::UNIX_EPOCH + OVERLAP) - OVERLAP;
        let updates = self.reader.feed(track.entity, since, false).await?;
        let ids = updates.map(|updates| updates.deleted.into_iter().filter_map(|id| i32::try_from(id).ok()).collect());
        Ok(ids)
    }

    /// Looks for what is missing or too much until the totals agree. False if the list moved again meanwhile.
    async fn search(&self, track: &mut Track, expected: &mut Expected) -> Result<bool, SyncError> {
        let mut known: BTreeMap<u32, Vec<i32>> = BTreeMap::new();
        let mut probes = 0;
        let mut total = None;
        loop {
            let end = end_page(track, expected);
            if !known.contains_key(&end) {
                let before = total;
                total = Some(self.probe(track, expected, end, &mut known).await?);
                probes += 1;
                // The list got longer or shorter while it was searched: what is known of it is of two lists.
                if before.is_some_and(|before| Some(before) != total) {
                    return Ok(false);
                }
                continue;
            }
            let Some(Some(listed)) = total else {
                return Ok(true);
            };
            if listed == expected.len() as u64 + track.odd_before(u32::MAX) {
                return Ok(true);
            }
            if probes > MAX_PROBES {
                return Ok(false);
            }
            let Some(page) = next_probe(&known, expected, track, end) else {
                return self.ends_as_expected(track, expected, listed).await;
            };
            let now = self.probe(track, expected, page, &mut known).await?;
            probes += 1;
            if now.is_some() && now != Some(listed) {
                return Ok(false);
            }
        }
    }

    /// Nothing is missing between the pages, and still the total is another: either the list moved, or QBench counts
    /// records that it does not list. The latter if the list ends exactly where it is expected to.
    async fn ends_as_expected(
        &self,
        track: &mut Track,
        expected: &mut Expected,
        listed: u64,
    ) -> Result<bool, SyncError> {
        let before = expected.len();
        let places = before as u64 + track.odd_before(u32::MAX);
        let last = u32::try_from(places.div_ceil(u64::from(track.page_size))).unwrap_or(u32::MAX).max(1);
        let (tail, _) = in_order(&self.walker().reread(track, last).await?);
        expected.correct(&tail, last == 1, true);
        let beyond = self.walker().reread(track, last + 1).await?;
        if beyond.iter().any(|id| !expected.contains(*id)) || expected.len() != before {
            return Ok(false);
        }
        self.board
            .note(format!("QBench counts {listed} {} and lists {places}; the list decides.", track.entity.plural()));
        Ok(true)
    }

    /// Reads a page and corrects the expectation by it; gives the list's length as the page told it.
    async fn probe(
        &self,
        track: &mut Track,
        expected: &mut Expected,
        page: u32,
        known: &mut BTreeMap<u32, Vec<i32>>,
    ) -> Result<Option<u64>, SyncError> {
        let (ids, _) = in_order(&self.walker().reread(track, page).await?);
        let span = track.spans.get(&page);
        // The last page tells the length of a list that does not tell it otherwise.
        let counted = span
            .filter(|_| track.pages == Some(page))
            .map(|span| u64::from(page - 1) * u64::from(track.page_size) + u64::from(span.length));
        let total = span.and_then(|span| span.total).or(counted);
        expected.correct(&ids, page == 1, track.pages.is_some_and(|pages| page >= pages));
        if let (Some(before), Some(first)) = (page.checked_sub(1).and_then(|page| known.get(&page)), ids.first())
            && let Some(last) = before.last()
        {
            expected.close_gap(*last, *first);
        }
        if let (Some(after), Some(last)) = (known.get(&(page + 1)), ids.last())
            && let Some(first) = after.first()
        {
            expected.close_gap(*last, *first);
        }
        known.insert(page, ids);
        Ok(total)
    }
}

/// The last page as the newest answer told, else by what is expected.
fn end_page(track: &Track, expected: &Expected) -> u32 {
    let by_count = u32::try_from(expected.len().div_ceil(track.page_size as usize)).unwrap_or(u32::MAX);
    track.pages.unwrap_or(by_count).max(1)
}

/// A page between two known ones between which something is missing or too much.
fn next_probe(known: &BTreeMap<u32, Vec<i32>>, expected: &Expected, track: &Track, end: u32) -> Option<u32> {
    let mut low = (0_u32, 0_i64);
    for (page, ids) in known.range(..=end) {
        let Some(first) = ids.first() else { continue };
        let odd = usize::try_from(track.odd_before(*page)).unwrap_or(0);
        let here = offset(*page, track.page_size, expected.rank(*first) + odd);
        if here != low.1 && *page > low.0 + 1 {
            return Some(low.0 + (*page - low.0) / 2);
        }
        low = (*page, here);
    }
    None
}
