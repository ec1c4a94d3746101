//! How far the walk over one entity's list has come, and what it has seen. Pure bookkeeping.

use super::ends::MAX_STALE;
use super::read::PageRead;
use crate::db::lims::{Hash, Table};
use chrono::{DateTime, Utc};
use qbench::{Entity, ListQuery, SortBy, SortOrder};
use std::collections::BTreeMap;

/// What one page showed when it was last read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: i32,
    pub(crate) last: i32,
    pub(crate) length: u32,
    /// Records in the whole list at that moment.
    pub(crate) total: Option<u64>,
    pub(crate) seq: u64,
    /// Records without a usable id, or with one that stands where it cannot: they take a place in the list and none
    /// among the ids.
    pub(crate) odd: u32,
}

/// The walk over one entity.
#[derive(Debug)]
pub(crate) struct Track {
    pub(crate) entity: Entity,
    pub(crate) table: Table,
    pub(crate) page_size: u32,
    /// Asked for in this order; by id, so that inserts only append, wherever the tenant allows.
    pub(crate) sort: Option<(SortBy, SortOrder)>,
    pub(crate) raw_worksheet: bool,
    /// Pages of the list as the newest answer told.
    pub(crate) pages: Option<u32>,
    pages_seq: u64,
    /// The next page to be asked for.
    pub(crate) next: u32,
    /// Pages asked for and not landed yet.
    pub(crate) open: u32,
    pub(crate) spans: BTreeMap<u32, Span>,
    /// Pages that landed in the run that this one continues.
    pub(crate) resumed: BTreeMap<u32, Option<i64>>,
    /// The last page and its first id, read early, where the list does not tell how many records it has.
    pub(crate) anchor: Option<(u32, i32)>,
    anchor_wanted: bool,
    anchor_asked: bool,
    /// Ids on all pages, in no order, with repetitions.
    pub(crate) seen: Vec<i32>,
    /// Ids that stood where they cannot.
    pub(crate) misplaced: Vec<i32>,
    /// Content hashes, kept for a certificate only.
    pub(crate) hashes: Option<Vec<(i32, Hash)>>,
    pub(crate) newest: Option<DateTime<Utc>>,
    /// The greatest stamp that was known before the first page was read, that page's own included.
    pub(crate) stamped_by: Option<DateTime<Utc>>,
    pub(crate) slices: i32,
    pub(crate) ended: bool,
    /// Some pages were read by the run that this one continues.
    pub(crate) continued: bool,
    /// The first page that only repeated what came before, where the list goes on like that.
    pub(crate) repeats: Option<u32>,
    /// The list holds more than its answers say: what they say of its length is not used.
    pub(crate) belied: bool,
}

impl Track {
    pub(crate) fn new(entity: Entity, page_size: u32, raw_worksheet: bool) -> Self {
        Self {
            entity,
            table: super::entities::table_of(entity),
            page_size,
            sort: Some((SortBy::Id, SortOrder::Asc)),
            raw_worksheet: raw_worksheet && entity == Entity::Test,
            pages: None,
            pages_seq: 0,
            next: 1,
            open: 0,
            spans: BTreeMap::new(),
            resumed: BTreeMap::new(),
            anchor: None,
            anchor_wanted: false,
            anchor_asked: false,
            seen: Vec::new(),
            misplaced: Vec::new(),
            hashes: None,
            newest: None,
            stamped_by: None,
            slices: 0,
            ended: false,
            continued: false,
            repeats: None,
            belied: false,
        }
    }

    /// Takes over what an earlier run landed.
    pub(crate) fn resume(&mut self, slice: crate::db::sync::Slice) {
        for page in slice.pages.iter().filter_map(|page| u32::try_from(*page).ok()) {
            self.resumed.insert(page, slice.total);
        }
        self.seen.extend(slice.ids);
        self.continued = true;
        self.slices = self.slices.max(slice.slice + 1);
    }

    /// The first page has been read and need not be asked for again.
    pub(crate) fn keep_first(&mut self) {
        let total = self.spans.get(&1).and_then(|span| span.total);
        self.resumed.insert(1, total.and_then(|total| i64::try_from(total).ok()));
    }

    /// The first page is to be asked for again.
    pub(crate) fn forget_first(&mut self) {
        self.resumed.remove(&1);
    }

    /// The question for a page.
    pub(crate) fn query(&self, page: u32) -> ListQuery {
        ListQuery {
            page,
            page_size: self.page_size,
            sort: self.sort,
            raw_worksheet: self.raw_worksheet,
            ..ListQuery::default()
        }
    }

    /// The same walk from the beginning.
    pub(crate) fn again(track: &Self) -> Self {
        let mut again = Self::new(track.entity, track.page_size, track.raw_worksheet);
        again.sort = track.sort;
        again.slices = track.slices;
        again.anchor_wanted = track.anchor_wanted;
        again.belied = track.belied;
        again.hashes = track.hashes.as_ref().map(|_| Vec::new());
        again
    }

    /// Takes over the later walk over the same list.
    pub(crate) fn replace(&mut self, later: Self) {
        let (newest, stamped_by) = (self.newest.max(later.newest), self.stamped_by);
        *self = later;
        self.newest = newest;
        self.stamped_by = stamped_by;
    }

    /// The last page is to be read early, should the list not tell how many records it has.
    pub(crate) fn want_anchor(&mut self) {
        self.anchor_wanted = true;
    }

    /// A page late in the list and its first id, by which it can be seen whether the list still stands as it stood.
    pub(crate) fn landmark(&self) -> Option<(u32, i32)> {
        let within = |(page, _): &(u32, i32)| self.pages.is_none_or(|pages| *page <= pages);
        self.anchor.filter(within).or_else(|| self.last_page())
    }

    /// The last page of several and its first id, where the list tells nothing of its length at all.
    fn last_page(&self) -> Option<(u32, i32)> {
        let untold = self.pages.is_none() || self.pages_seq == u64::MAX;
        let last = self.spans.iter().rev().find(|(page, span)| **page > 1 && span.length > 0);
        last.filter(|_| untold).map(|(page, span)| (*page, span.first))
    }

    /// Whether the list's end is known, as far as it tells.
    pub(crate) fn is_measured(&self) -> bool {
        self.ended || self.pages.is_some()
    }

    /// Whether answers tell how many records there are.
    pub(crate) fn is_told(&self) -> bool {
        self.spans.values().any(|span| span.total.is_some())
    }

    /// The next page to ask for, if one is known to be there. Page 1 tells how many there are; where the tenant does
    /// not tell, one page is asked for after the other.
    pub(crate) fn next_page(&mut self) -> Option<u32> {
        while self.resumed.contains_key(&self.next) {
            self.next += 1;
        }
        let within = match self.pages {
            Some(pages) => self.next <= pages,
            None => self.open == 0,
        };
        if self.ended || !within {
            return None;
        }
        if let Some(last) = self.pages.filter(|last| *last >= self.next)
            && self.anchor_wanted
            && !self.anchor_asked
            && self.spans.contains_key(&1)
            && !self.is_told()
        {
            self.anchor_asked = true;
            self.resumed.entry(last).or_insert(None);
            self.open += 1;
            return Some(last);
        }
        self.next += 1;
        self.open += 1;
        Some(self.next - 1)
    }

    /// Whether everything that was known to be there has been asked for and has landed.
    pub(crate) fn is_complete(&mut self) -> bool {
        if self.open > 0 || self.spans.is_empty() {
            return false;
        }
        while self.resumed.contains_key(&self.next) {
            self.next += 1;
        }
        match self.pages {
            Some(pages) => self.next > pages,
            None => self.ended,
        }
    }

    /// Takes note of a page.
    pub(crate) fn take(&mut self, page: &PageRead) {
        let ids = page.ids();
        if page.belied && !self.belied {
            self.disbelieve();
        }
        if !self.belied && page.seq >= self.pages_seq {
            let by_total = page.total.map(|total| total.div_ceil(u64::from(self.page_size)));
            let told = page.total_pages.or(by_total.and_then(|pages| u32::try_from(pages).ok()));
            if let Some(told) = told {
                self.pages = Some(told);
                self.pages_seq = page.seq;
            }
        }
        if page.page == 1 && !self.spans.contains_key(&1) {
            self.stamped_by = self.stamped_by.max(page.newest);
        }
        let length = u32::try_from(page.len()).unwrap_or(u32::MAX);
        let (ordered, misplaced) = in_order(&ids);
        let span = Span {
            first: ordered.first().copied().unwrap_or(0),
            last: ordered.last().copied().unwrap_or(0),
            length,
            total: page.total.filter(|_| !self.belied),
            seq: page.seq,
            odd: length.saturating_sub(u32::try_from(ordered.len()).unwrap_or(u32::MAX)),
        };
        if self.anchor_asked && self.anchor.is_none() && page.page > 1 && self.resumed.contains_key(&page.page) {
            self.anchor = Some((page.page, span.first));
        }
        self.spans.insert(page.page, span);
        self.seen.extend(ordered);
        self.misplaced.extend(misplaced);
        self.adopt_size(page.page);
        self.look_for_the_end(page.page);
    }

    /// Forgets what the list said of its length: it is read on until nothing more comes.
    fn disbelieve(&mut self) {
        self.belied = true;
        self.pages = None;
        self.pages_seq = 0;
        for span in self.spans.values_mut() {
            span.total = None;
        }
        for total in self.resumed.values_mut() {
            *total = None;
        }
    }

    /// Learns that the tenant serves smaller pages than it is asked for, by a short page in the middle and what the list
    /// tells of its length.
    fn adopt_size(&mut self, page: u32) {
        let (Some(pages), Some(span)) = (self.pages, self.spans.get(&page).copied()) else { return };
        let length = span.length;
        if page >= pages || length == 0 || length >= self.page_size {
            return;
        }
        let fits = match span.total {
            Some(total) => total.div_ceil(u64::from(length)) == u64::from(pages),
            None => self.spans.range(..pages).filter(|(_, other)| other.length == length).count() > 1,
        };
        if fits {
            self.page_size = length;
        }
    }

    /// Whether a page brought nothing: it is empty, or looks like one before it.
    fn is_stale(&self, page: u32) -> bool {
        let Some(span) = self.spans.get(&page).filter(|_| page > 1) else { return false };
        let shape = |span: &Span| (span.first, span.last, span.length);
        span.length == 0 || span.first != 0 && self.spans.range(..page).any(|(_, before)| shape(before) == shape(span))
    }

    /// A list that does not tell how long it is ends with a page that brings less than the first one; one that tells
    /// too much ends where several pages in a row bring nothing.
    fn look_for_the_end(&mut self, page: u32) {
        let stale = self.is_stale(page);
        if self.pages.is_some() {
            let from = (1..=page).rev().take_while(|page| self.is_stale(*page)).last();
            let until = (page..).take_while(|page| self.is_stale(*page)).last();
            if let (Some(from), Some(until)) = (from, until)
                && until - from + 1 >= MAX_STALE
                && self.pages_seq < u64::MAX
            {
                self.cut_before(from);
            }
            // Pages land in any order: one before the cut may have brought nothing either.
            while self.pages_seq == u64::MAX
                && let Some(last) = self.pages.filter(|last| self.is_stale(*last))
            {
                self.cut_before(last);
            }
            return;
        }
        let first = self.spans.get(&1).map_or(self.page_size, |span| span.length);
        let length = self.spans.get(&page).map_or(0, |span| span.length);
        if stale {
            self.cut_before(page);
        } else if page > 1 && length < first || length == 0 {
            self.ended = true;
        }
        if page > 1 && !stale && first > 0 {
            self.page_size = self.page_size.min(first);
        }
    }

    /// The list ends before this page, whatever it tells.
    fn cut_before(&mut self, page: u32) {
        let behind = self.spans.split_off(&page);
        if behind.values().any(|span| span.length > 0) {
            self.repeats = Some(self.repeats.map_or(page, |former| former.min(page)));
        }
        self.pages = Some(page.saturating_sub(1).max(1));
        self.pages_seq = u64::MAX;
        self.ended = true;
    }

    /// Records that take a place in the list and have no id there: on all pages, or on those before one.
    pub(crate) fn odd_before(&self, page: u32) -> u64 {
        self.spans.range(..page).map(|(_, span)| u64::from(span.odd)).sum()
    }

    /// Whether the list comes in the order of ids at all.
    pub(crate) fn is_by_id(&self) -> bool {
        let odd = self.odd_before(u32::MAX);
        let length: u64 = self.spans.values().map(|span| u64::from(span.length)).sum();
        matches!(self.sort, Some((SortBy::Id, _))) && odd * 5 <= length
    }

    /// Ids seen, those out of place included, ascending, each once.
    pub(crate) fn all_ids(&self) -> Vec<i32> {
        let mut ids: Vec<i32> = self.seen.iter().chain(&self.misplaced).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Ids seen in their places, ascending, each once.
    pub(crate) fn ids(&self) -> Vec<i32> {
        let mut ids = self.seen.clone();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Records in the list as the newest page that told it told it.
    pub(crate) fn total(&self) -> Option<u64> {
        let newest = self.spans.values().filter(|span| span.total.is_some()).max_by_key(|span| span.seq);
        newest.and_then(|span| span.total)
    }

    /// Pages that do not look like what they must be: short ones in the middle, and ones that do not begin behind the
    /// page before.
    pub(crate) fn suspicious(&self) -> Vec<u32> {
        let mut pages = Vec::new();
        let last = self.pages.unwrap_or(u32::MAX);
        let mut before: Option<(u32, Span)> = None;
        for (page, span) in &self.spans {
            let short = *page < last && span.length < self.page_size;
            let behind = before.is_some_and(|(number, b)| number + 1 == *page && span.first <= b.last);
            if short || behind && span.length > span.odd {
                pages.push(*page);
            }
            before = Some((*page, *span));
        }
        pages
    }

    /// Pages at whose end a record may have slipped through, because the page behind was read when the list was
    /// shorter; with the pages before them to which it may have moved on by now.
    pub(crate) fn drops(&self) -> Vec<u32> {
        let resumed = self.resumed.iter().filter_map(|(page, total)| Some((*page, u64::try_from((*total)?).ok()?)));
        let mut totals: BTreeMap<u32, u64> = resumed.collect();
        totals.extend(self.spans.iter().filter_map(|(page, span)| Some((*page, span.total?))));
        let shrunk = totals.values().max().copied().unwrap_or(0) - totals.values().min().copied().unwrap_or(0);
        let back = u32::try_from(shrunk.div_ceil(u64::from(self.page_size))).unwrap_or(1);
        let mut drops = Vec::new();
        let mut before: Option<(u32, u64)> = None;
        for (page, total) in totals {
            if let Some((number, _)) = before.filter(|(_, former)| *former > total) {
                drops.extend(number.saturating_sub(back).max(1)..=number);
            }
            before = Some((page, total));
        }
        drops
    }
}

/// The longest ascending part of a page's ids, and the rest. Two tests: a page in order costs one look.
pub(crate) fn in_order(ids: &[i32]) -> (Vec<i32>, Vec<i32>) {
    if ids.is_sorted_by(|a, b| a < b) {
        return (ids.to_vec(), Vec::new());
    }
    // Length of the longest ascending part that ends at each place, and the place before.
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(ids.len());
    for (place, id) in ids.iter().enumerate() {
        let before = (0..place).filter(|other| ids[*other] < *id).max_by_key(|other| best[*other].0);
        best.push((before.map_or(1, |before| best[before].0 + 1), before));
    }
    let mut kept = vec![false; ids.len()];
    let mut place = (0..ids.len()).max_by_key(|place| best[*place].0);
    while let Some(at) = place {
        kept[at] = true;
        place = best[at].1;
    }
    let (ordered, rest): (Vec<_>, Vec<_>) = ids.iter().zip(kept).partition(|(_, kept)| *kept);
    (ordered.into_iter().map(|(id, _)| *id).collect(), rest.into_iter().map(|(id, _)| *id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(number: u32, ids: &[i32], total: Option<u64>, pages: Option<u32>, seq: u64) -> PageRead {
        let records = ids.iter().map(|id| {
            let raw = qbench::RawRecord::parse(&format!("{{\"id\":{id}}}")).expect("a record");
            super::super::rows::Incoming::new(raw, seq)
        });
        PageRead::of(number, records.collect(), total, pages, seq)
    }

    fn track() -> Track {
        Track::new(Entity::Order, 2, false)
    }

    #[test]
    fn a_total_that_falls_names_the_border_at_which_a_record_slipped_through() {
        let mut track = track();
        track.take(&page(1, &[1, 2], Some(6), Some(3), 1));
        track.take(&page(2, &[4, 5], Some(5), Some(3), 2));
        track.take(&page(3, &[6], Some(5), Some(3), 3));
        assert_eq!(track.drops(), [1]);
        assert_eq!(track.suspicious(), Vec::<u32>::new());
    }

    #[test]
    fn a_page_that_repeats_the_one_before_or_is_short_is_suspicious() {
        let mut track = track();
        track.take(&page(1, &[1, 2], Some(6), Some(3), 1));
        track.take(&page(2, &[1, 2], Some(6), Some(3), 2));
        track.take(&page(3, &[5, 6], Some(6), Some(3), 3));
        assert_eq!(track.suspicious(), [2]);
        track.take(&page(2, &[3], Some(6), Some(3), 4));
        assert_eq!(track.suspicious(), [2]);
        track.take(&page(2, &[3, 4], Some(6), Some(3), 5));
        assert_eq!(track.suspicious(), Vec::<u32>::new());
        assert_eq!(track.ids(), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn the_last_page_is_asked_for_early_where_the_list_does_not_tell_its_length() {
        let mut track = track();
        track.want_anchor();
        assert_eq!(track.next_page(), Some(1));
        assert_eq!(track.next_page(), None);
        track.open -= 1;
        track.take(&page(1, &[1, 2], None, Some(3), 1));
        assert_eq!(track.next_page(), Some(3));
        assert_eq!(track.next_page(), Some(2));
        assert_eq!(track.next_page(), None);
        track.open -= 2;
        track.take(&page(3, &[5], None, Some(3), 2));
        track.take(&page(2, &[3, 4], None, Some(3), 3));
        assert_eq!(track.anchor, Some((3, 5)));
        assert!(track.is_complete());
    }

    #[test]
    fn a_list_that_does_not_tell_its_length_ends_with_a_page_that_brings_less() {
        for (last, pages) in [(vec![5], None), (vec![], Some(2)), (vec![3, 4], Some(2))] {
            let mut track = track();
            track.take(&page(1, &[1, 2], None, None, 1));
            track.take(&page(2, &[3, 4], None, None, 2));
            assert!(!track.ended);
            track.take(&page(3, &last, None, None, 3));
            assert!(track.ended, "{last:?}");
            assert_eq!(track.pages, pages);
            assert_eq!(track.next_page(), None);
        }
    }

    #[test]
    fn a_list_that_repeats_itself_ends_although_it_tells_of_more_pages() {
        let mut track = track();
        for number in 1..=4 {
            track.take(&page(number, &[1, 2], Some(900), Some(450), number.into()));
        }
        assert_eq!((track.repeats, track.pages), (Some(2), Some(1)));
        assert!(track.ended);
    }

    #[test]
    fn the_same_holds_in_whatever_order_the_pages_land() {
        let mut track = track();
        for number in [1, 4, 5, 6, 2, 3] {
            track.take(&page(number, &[1, 2], Some(900), Some(450), number.into()));
        }
        assert_eq!((track.repeats, track.pages), (Some(2), Some(1)));
        // A full page behind what is said to be the end belies the list's length; that it repeats itself stays known.
        let mut odd = page(19, &[1, 2], None, None, 19);
        odd.belied = true;
        track.take(&odd);
        assert_eq!((track.repeats, track.belied), (Some(2), true));
    }

    #[test]
    fn smaller_pages_than_asked_for_are_the_size_from_then_on() {
        let mut track = Track::new(Entity::Order, 5, false);
        track.take(&page(1, &[1, 2], Some(5), Some(3), 1));
        assert_eq!(track.page_size, 2);
        assert_eq!(track.suspicious(), Vec::<u32>::new());
        let mut untold = Track::new(Entity::Order, 5, false);
        untold.take(&page(1, &[1, 2], None, None, 1));
        untold.take(&page(2, &[3, 4], None, None, 2));
        assert_eq!((untold.page_size, untold.ended), (2, false));
    }

    #[test]
    fn ids_out_of_place_do_not_disturb_the_others() {
        assert_eq!(in_order(&[1, 2, 900, 3, 4]), (vec![1, 2, 3, 4], vec![900]));
        assert_eq!(in_order(&[7, 7, 8]), (vec![7, 8], vec![7]));
    }
}
