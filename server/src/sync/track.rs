//! How far the walk over one entity's list has come, and what it has seen. Pure bookkeeping.

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
    /// Ids ascending within the page.
    pub(crate) sorted: bool,
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
    /// Ids on all pages, in no order, with repetitions.
    pub(crate) seen: Vec<i32>,
    /// Content hashes, kept for a certificate only.
    pub(crate) hashes: Option<Vec<(i32, Hash)>>,
    pub(crate) newest: Option<DateTime<Utc>>,
    pub(crate) slices: i32,
    pub(crate) ended: bool,
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
            seen: Vec::new(),
            hashes: None,
            newest: None,
            slices: 0,
            ended: false,
        }
    }

    /// Takes over what an earlier run landed.
    pub(crate) fn resume(&mut self, slice: crate::db::sync::Slice) {
        for page in slice.pages.iter().filter_map(|page| u32::try_from(*page).ok()) {
            self.resumed.insert(page, slice.total);
        }
        self.seen.extend(slice.ids);
        self.slices = self.slices.max(slice.slice + 1);
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
            None => self.spans.last_key_value().is_some_and(|(_, span)| span.length < self.page_size),
        }
    }

    /// Takes note of a page.
    pub(crate) fn take(&mut self, page: &PageRead) {
        let ids = page.ids();
        if page.seq >= self.pages_seq {
            let by_total = page.total.map(|total| total.div_ceil(u64::from(self.page_size)));
            let told = page.total_pages.or(by_total.and_then(|pages| u32::try_from(pages).ok()));
            if let Some(told) = told {
                self.pages = Some(told);
                self.pages_seq = page.seq;
            }
        }
        let length = u32::try_from(page.len()).unwrap_or(u32::MAX);
        let span = Span {
            first: ids.first().copied().unwrap_or(0),
            last: ids.last().copied().unwrap_or(0),
            length,
            total: page.total,
            seq: page.seq,
            sorted: ids.is_sorted_by(|a, b| a < b),
        };
        self.spans.insert(page.page, span);
        self.seen.extend(ids);
    }

    /// Ids seen, ascending, each once.
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
            if short || !span.sorted || behind && span.length > 0 {
                pages.push(*page);
            }
            before = Some((*page, *span));
        }
        pages
    }

    /// Pages at whose end a record may have slipped through: the page behind was read when the list was shorter.
    pub(crate) fn drops(&self) -> Vec<u32> {
        let totals = self.resumed.iter().map(|(page, total)| (*page, total.and_then(|t| u64::try_from(t).ok())));
        let mut totals: BTreeMap<u32, Option<u64>> = totals.collect();
        totals.extend(self.spans.iter().map(|(page, span)| (*page, span.total)));
        let mut drops = Vec::new();
        let mut before: Option<(u32, u64)> = None;
        for (page, total) in totals {
            let Some(total) = total else { continue };
            if let Some((number, _)) = before.filter(|(_, former)| *former > total) {
                drops.push(number);
            }
            before = Some((page, total));
        }
        drops
    }
}
