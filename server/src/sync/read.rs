//! Reading from QBench as the error policy demands: patience with outages, and pages that are refused as a whole read
//! in ever smaller pieces until the guilty record is alone.

use super::SyncError;
use super::board::Board;
use super::policy::{Directive, Place, judge};
use super::rows::Incoming;
use crate::db::sync::Detention;
use chrono::{DateTime, Utc};
use qbench::{Client, Entity, GetOptions, ListQuery, Page, QbenchError, Updates};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Longest pause between two tries of the same page.
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// Repetitions of a request to a feed that fails.
const FEED_RETRIES: u32 = 2;

/// Reads on behalf of one run.
pub(crate) struct Reader {
    pub(crate) client: Client,
    pub(super) board: Arc<Board>,
    /// How long an outage is waited out once something was answered.
    patience: Duration,
    seq: AtomicU64,
    clock: Mutex<Clock>,
    /// Repetitions of a feed's request that fails as it may in passing: lists are another way.
    feed_retries: AtomicU32,
}

#[derive(Default)]
struct Clock {
    /// QBench's time of the first answer.
    first: Option<DateTime<Utc>>,
    last_answer: Option<Instant>,
}

/// A page as the engine uses it.
#[derive(Debug)]
pub(crate) struct PageRead {
    pub(crate) page: u32,
    pub(crate) records: Vec<Incoming>,
    /// Records that could not be read.
    pub(crate) unread: Vec<Detention>,
    pub(crate) total: Option<u64>,
    pub(crate) total_pages: Option<u32>,
    /// What the answer said of the list's length cannot be true, and is left out.
    pub(crate) belied: bool,
    pub(crate) read_at: Option<DateTime<Utc>>,
    /// Grows with the time of asking.
    pub(crate) seq: u64,
    /// The greatest stamp on a first page.
    pub(crate) newest: Option<DateTime<Utc>>,
    /// Ids and number of records, once the records themselves have been taken out.
    kept: Option<(Vec<i32>, usize)>,
}

impl PageRead {
    /// A page of these records.
    #[cfg(test)]
    pub(crate) fn of(
        page: u32,
        records: Vec<Incoming>,
        total: Option<u64>,
        total_pages: Option<u32>,
        seq: u64,
    ) -> Self {
        Self { records, total, total_pages, ..Self::empty(page, seq) }
    }

    /// A page without records that tells nothing.
    pub(crate) fn empty(page: u32, seq: u64) -> Self {
        Self {
            page,
            records: Vec::new(),
            unread: Vec::new(),
            total: None,
            total_pages: None,
            belied: false,
            read_at: None,
            seq,
            newest: None,
            kept: None,
        }
    }

    /// Records on the page, the unreadable ones included.
    pub(crate) fn len(&self) -> usize {
        self.kept.as_ref().map_or(self.records.len() + self.unread.len(), |(_, length)| *length)
    }

    /// Keeps ids and length, so that the records can be taken out.
    pub(crate) fn keep_ids(&mut self) {
        self.kept = Some((self.ids(), self.len()));
    }

    /// Ids on the page, in its order.
    pub(crate) fn ids(&self) -> Vec<i32> {
        if let Some((ids, _)) = &self.kept {
            return ids.clone();
        }
        let unread = self.unread.iter().filter_map(|one| one.entity_id).filter_map(|id| i32::try_from(id).ok());
        self.records.iter().filter_map(|record| record.id).chain(unread).collect()
    }
}

/// One record, or why not.
#[derive(Debug)]
pub(crate) enum Single {
    /// Here it is.
    Found(Box<Incoming>),
    /// QBench does not have it.
    Gone,
    /// QBench has it, perhaps, and does not give it.
    Refused(String),
}

impl Reader {
    pub(crate) fn new(client: Client, board: Arc<Board>, patience: Duration) -> Self {
        let (seq, feed_retries) = (AtomicU64::new(1), AtomicU32::new(FEED_RETRIES));
        Self { client, board, patience, seq, clock: Mutex::default(), feed_retries }
    }

    /// QBench's clock at the first answer of the run; ours before there is one.
    pub(crate) fn began(&self) -> DateTime<Utc> {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).first.unwrap_or_else(Utc::now)
    }

    pub(crate) fn next_seq(&self) -> u64 {
        self.seq.fetch_add(1, Ordering::SeqCst)
    }

    fn answered(&self, at: Option<DateTime<Utc>>) {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.last_answer = Some(Instant::now());
        clock.first = clock.first.or_else(|| Some(at.unwrap_or_else(Utc::now)));
    }

    fn answered_since(&self, then: Instant) -> bool {
        let clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.last_answer.is_some_and(|at| at > then)
    }

    fn answered_at_all(&self) -> bool {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).last_answer.is_some()
    }

    /// A page, whatever it takes. A page behind the end is empty, however QBench says so.
    pub(crate) async fn page(&self, entity: Entity, query: &ListQuery) -> Result<PageRead, SyncError> {
        let began = Instant::now();
        let mut pause = Duration::from_secs(1);
        for tries in 0_u32.. {
            let seq = self.next_seq();
            let error = match self.try_page(entity, query).await {
                Ok(page) => return Ok(read(page, seq)),
                Err(error) => SyncError::from(error),
            };
            if matches!(&error, SyncError::Source(source) if has_no_list(source))
                && query.page > 1
                && self.is_behind_the_end(entity, query).await
            {
                return Ok(PageRead::empty(query.page, seq));
            }
            let error = match self.in_pieces(entity, query, error, tries, began).await {
                Ok(page) => return Ok(page),
                Err(error) => error,
            };
            let passes = error.may_be_local() || judge(&error, Place::Page).directive == Directive::Backoff;
            if !passes || !self.answered_at_all() || began.elapsed() >= self.patience {
                return Err(error);
            }
            self.board.note(format!("{error}; waited and tried again."));
            self.wait(pause).await?;
            pause = (pause * 2).min(MAX_PAUSE);
        }
        Err(SyncError::Broken)
    }

    /// Reads a page that fails in pieces, if the page is to blame and not QBench as a whole: a server that fails one page
    /// and answers others has a bad record; one that fails all is down.
    async fn in_pieces(
        &self,
        entity: Entity,
        query: &ListQuery,
        error: SyncError,
        tries: u32,
        began: Instant,
    ) -> Result<PageRead, SyncError> {
        let local = error.may_be_local();
        let refused =
            judge(&error, Place::Page).directive == Directive::Bisect || is_turned_down(&error) && query.page > 1;
        if !local && (!refused || query.page <= 1 && self.order_is_refused(entity, query).await) {
            return Err(error);
        }
        if local && !self.answered_since(began) && (tries == 0 || !self.is_alive(entity).await) {
            return Err(error);
        }
        match self.bisect(entity, query, &error).await {
            Err(error) if error.may_be_local() && tries > 0 && self.is_alive(entity).await => {
                Err(SyncError::Unreadable { entity, source: Box::new(error) })
            }
            other => other,
        }
    }

    /// Whether a page that is turned down lies behind the end of its list: the list can be had, but not the first two
    /// records that the page would hold.
    async fn is_behind_the_end(&self, entity: Entity, query: &ListQuery) -> bool {
        let one = |page| ListQuery { page, page_size: 1, raw_worksheet: false, ..query.clone() };
        if self.try_page(entity, &one(1)).await.is_err() {
            return false;
        }
        let before = (query.page - 1).saturating_mul(query.effective_page_size());
        for place in [1, 2] {
            match self.try_page(entity, &one(before.saturating_add(place))).await {
                Ok(page) if page.records.is_empty() => return true,
                Ok(_) => return false,
                Err(error) if has_no_list(&error) => {}
                Err(_) => return false,
            }
        }
        true
    }

    /// Whether QBench answers at all: a short question about the same list, else about another one.
    pub(super) async fn is_alive(&self, entity: Entity) -> bool {
        let short = ListQuery { page_size: 1, ..ListQuery::default() };
        let other = if entity == Entity::Customer { Entity::Assay } else { Entity::Customer };
        self.try_page(entity, &short).await.is_ok() || self.try_page(other, &short).await.is_ok()
    }

    /// Whether a list goes on at all: whether its second record differs from its first.
    pub(crate) async fn has_pages(&self, entity: Entity, query: &ListQuery) -> bool {
        let one = |page| ListQuery { page, page_size: 1, raw_worksheet: false, ..query.clone() };
        let (first, second) = (self.try_page(entity, &one(1)).await, self.try_page(entity, &one(2)).await);
        let id = |page: Result<Page, QbenchError>| page.ok().and_then(|page| page.records.first()?.id());
        id(first) != id(second)
    }

    /// A page that may be refused as a whole; the caller has another way.
    pub(crate) async fn plain_page(&self, entity: Entity, query: &ListQuery) -> Result<PageRead, QbenchError> {
        let seq = self.next_seq();
        Ok(read(self.try_page(entity, query).await?, seq))
    }

    /// Pauses, unless the run is to stop.
    async fn wait(&self, pause: Duration) -> Result<(), SyncError> {
        let stop = &self.board.stop;
        // The pause is part of the policy and not of a test's clock.
        let _ = tokio::time::timeout(pause, stop.cancelled()).await;
        self.board.check()
    }

    /// Whether it is the order of the list that is refused, and not a record: not even one record can be had in it, but
    /// one can be had without.
    async fn order_is_refused(&self, entity: Entity, query: &ListQuery) -> bool {
        let ordered = ListQuery { page: 1, page_size: 1, raw_worksheet: false, ..query.clone() };
        let free = ListQuery { sort: None, ..ordered.clone() };
        query.sort.is_some()
            && self.try_page(entity, &ordered).await.is_err()
            && self.try_page(entity, &free).await.is_ok()
    }

    pub(super) async fn try_page(&self, entity: Entity, query: &ListQuery) -> Result<Page, QbenchError> {
        let page = self.client.list(entity, query).await?;
        self.answered(page.server_date);
        if page.mended {
            self.board.note(format!("A page of {} held invalid JSON that could be mended.", entity.plural()));
        }
        Ok(page)
    }

    /// One record by its id.
    pub(crate) async fn record(&self, entity: Entity, id: i32, raw_worksheet: bool) -> Result<Single, SyncError> {
        let began = Instant::now();
        let mut pause = Duration::from_secs(1);
        let mut options = GetOptions { raw_worksheet };
        for tries in 0_u32.. {
            self.board.check()?;
            let seq = self.next_seq();
            let error = match self.client.get_with(entity, i64::from(id), options).await {
                Ok(Some(raw)) => {
                    self.answered(None);
                    return Ok(Single::Found(Box::new(Incoming::single(raw, seq))));
                }
                Ok(None) => {
                    self.answered(None);
                    return Ok(Single::Gone);
                }
                Err(error) => SyncError::from(error),
            };
            match judge(&error, Place::Record).directive {
                Directive::SkipRecord if options.raw_worksheet => options.raw_worksheet = false,
                Directive::SkipRecord => return Ok(Single::Refused(error.to_string())),
                // QBench answers, but not this question: one record must not hold up the others.
                Directive::Backoff if error.may_be_local() && tries > 0 && self.is_alive(entity).await => {
                    if !options.raw_worksheet {
                        return Ok(Single::Refused(error.to_string()));
                    }
                    options.raw_worksheet = false;
                }
                Directive::Backoff if self.answered_at_all() && began.elapsed() < self.patience => {
                    self.board.note(format!("{error}; waited and tried again."));
                    self.wait(pause).await?;
                    pause = (pause * 2).min(MAX_PAUSE);
                }
                _ => return Err(error),
            }
        }
        Err(SyncError::Broken)
    }

    /// The change feed; `None` where the tenant does not give it, with a note that says so.
    pub(crate) async fn feed(
        &self,
        entity: Entity,
        since: DateTime<Utc>,
        objects: bool,
    ) -> Result<Option<Updates>, SyncError> {
        let client = self.client.impatient(self.feed_retries.load(Ordering::Relaxed));
        match client.updates(entity, since, objects).await {
            Ok(updates) => {
                self.answered(updates.server_date);
                Ok(Some(updates))
            }
            Err(error) => {
                let error = SyncError::from(error);
                let verdict = judge(&error, Place::Feed);
                if verdict.directive != Directive::NextStrategy {
                    return Err(error);
                }
                // What fails for one entity is not waited for at the next.
                self.feed_retries.store(0, Ordering::Relaxed);
                self.board.note(format!("{error}: {}", verdict.hint));
                Ok(None)
            }
        }
    }
}

/// Whether QBench says of a page that it does not have it or cannot give it.
fn is_turned_down(error: &SyncError) -> bool {
    matches!(error, SyncError::Source(source) if matches!(source.status(), Some(400 | 404)))
}

/// Whether the answer holds no list: the page is turned down, or `null` stands where its records should.
fn has_no_list(error: &QbenchError) -> bool {
    matches!(error.status(), Some(400 | 404)) || matches!(error, QbenchError::Contract { .. })
}

/// Whether a page holds more than the whole list is said to hold: every page before it is at least as long.
fn is_belied(page: &Page) -> bool {
    let length = page.records.len() as u64;
    let least = u64::from(page.page.max(1)) * length;
    length > 0 && (page.total_count.is_some_and(|total| total < least) || page.total_pages == Some(0))
}

fn read(page: Page, seq: u64) -> PageRead {
    let belied = is_belied(&page);
    let records: Vec<Incoming> = page.records.into_iter().map(|raw| Incoming::new(raw, seq)).collect();
    PageRead {
        total: page.total_count.filter(|_| !belied),
        total_pages: page.total_pages.filter(|_| !belied),
        belied,
        read_at: page.server_date,
        newest: records.iter().filter(|_| page.page == 1).filter_map(Incoming::stamp).max(),
        records,
        ..PageRead::empty(page.page, seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_shorter_than_what_is_listed_is_not_believed() {
        let page = |page: u32, records: usize, total_count: Option<u64>, total_pages: Option<u32>| Page {
            records: vec![qbench::RawRecord::parse("{}").expect("a record"); records],
            page,
            page_size: 50,
            total_count,
            total_pages,
            ..Page::default()
        };
        for (number, records, total, pages) in
            [(1, 50, Some(0), None), (1, 50, None, Some(0)), (10, 50, Some(487), Some(10))]
        {
            let read = read(page(number, records, total, pages), 1);
            assert!(read.belied && read.total.is_none() && read.total_pages.is_none(), "page {number}");
        }
        for (number, records, total, pages) in [
            (1, 0, Some(0), Some(0)),
            (3, 20, Some(60), Some(3)),
            (3, 31, Some(131), Some(3)),
            (4, 0, Some(120), Some(3)),
        ] {
            assert!(!read(page(number, records, total, pages), 1).belied, "page {number}");
        }
    }
}
