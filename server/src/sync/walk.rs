//! Walks over whole lists: pages of all entities are read side by side within the budget and land in the order in
//! which they come, parents' pages first where there is a choice.

use super::SyncError;
use super::board::Board;
use super::land::{Cargo, Landed, Lander};
use super::policy::{Directive, Place, judge};
use super::read::{PageRead, Reader};
use super::track::Track;
use crate::db::lims::Table;
use crate::db::sync::Slice;
use qbench::{Entity, SortBy, SortOrder};
use std::sync::Arc;
use tokio::task::JoinSet;

/// Pages that land in one transaction at most.
const MAX_LANDING: usize = 8;
/// Pages that may be read and not landed: what a kill costs.
const MAX_IN_AIR: usize = 20;

/// Reads and lands pages.
#[derive(Clone)]
pub(crate) struct Walker {
    pub(crate) reader: Arc<Reader>,
    pub(crate) lander: Arc<Lander>,
    pub(crate) board: Arc<Board>,
    /// Requests that may be under way at once.
    pub(crate) width: usize,
}

/// A walk that came to its end.
pub(crate) struct Walked {
    pub(crate) track: Track,
    /// Why it ended early.
    pub(crate) failure: Option<SyncError>,
}

type Reading = (usize, u32, Result<PageRead, SyncError>);
type Landing = (usize, Vec<PageRead>, Result<Landed, SyncError>);

struct Pipeline {
    walker: Walker,
    tracks: Vec<Track>,
    failures: Vec<Option<SyncError>>,
    reads: JoinSet<Reading>,
    landings: JoinSet<Landing>,
    ready: Vec<(usize, PageRead)>,
    in_air: usize,
}

impl Walker {
    /// Walks all lists to their ends. An entity that fails for reasons of its own does not keep the others back.
    pub(crate) async fn walk(&self, tracks: Vec<Track>) -> Result<Vec<Walked>, SyncError> {
        let failures = tracks.iter().map(|_| None).collect();
        let mut pipeline = Pipeline {
            walker: self.clone(),
            tracks,
            failures,
            reads: JoinSet::new(),
            landings: JoinSet::new(),
            ready: Vec::new(),
            in_air: 0,
        };
        let result = pipeline.run().await;
        // A transaction under way is let finish; what is only being read is dropped.
        pipeline.reads.abort_all();
        while let Some(landing) = pipeline.landings.join_next().await {
            if let Ok(landing) = landing {
                let _ = pipeline.landed(landing);
            }
        }
        result?;
        for (track, failure) in pipeline.tracks.iter().zip(&mut pipeline.failures) {
            let single = track.spans.get(&1).is_none_or(|span| span.length <= 1);
            if track.repeats == Some(2) && !single && !self.reader.has_pages(track.entity, &track.query(1)).await {
                failure.get_or_insert(SyncError::Repeats(track.entity));
            }
        }
        let walks = pipeline.tracks.into_iter().zip(pipeline.failures);
        Ok(walks.map(|(track, failure)| Walked { track, failure }).collect())
    }

    /// Reads one page of a track and lands it at once.
    pub(crate) async fn reread(&self, track: &mut Track, page: u32) -> Result<Vec<i32>, SyncError> {
        self.board.check()?;
        let read = self.reader.page(track.entity, &track.query(page)).await?;
        let ids = read.ids();
        let mut pages = vec![read];
        let cargo = cargo_of(track, &mut pages, &self.reader);
        let landed = self.lander.land(track.table, &cargo).await?;
        take(track, &pages, landed);
        Ok(ids)
    }
}

impl Pipeline {
    async fn run(&mut self) -> Result<(), SyncError> {
        loop {
            self.walker.board.check()?;
            self.ask();
            self.land_some();
            if self.in_air == 0 {
                return Ok(());
            }
            let stop = self.walker.board.stop.clone();
            tokio::select! {
                Some(reading) = self.reads.join_next() => self.read(reading?)?,
                Some(landing) = self.landings.join_next() => self.landed(landing?)?,
                () = stop.cancelled() => {}
            }
        }
    }

    /// Asks for as many pages as may be under way.
    fn ask(&mut self) {
        let width = self.walker.width;
        while self.reads.len() < width + 1 && self.in_air < MAX_IN_AIR {
            let Some((place, page)) = self.next() else { return };
            let track = &self.tracks[place];
            let (reader, entity, query) = (Arc::clone(&self.walker.reader), track.entity, track.query(page));
            self.in_air += 1;
            self.reads.spawn(async move { (place, page, reader.page(entity, &query).await) });
        }
    }

    /// The next page to ask for. Batches come when the other lists have shown their lengths: what those have brought by
    /// then tells how far the clock is that stamps them.
    fn next(&mut self) -> Option<(usize, u32)> {
        let measured = self.tracks.iter().all(|track| track.entity == Entity::Batch || track.is_measured());
        let tracks = self.tracks.iter_mut().enumerate();
        let mut ready = tracks.filter(|(_, track)| track.entity != Entity::Batch || measured);
        let (place, page) = ready.find_map(|(place, track)| Some((place, track.next_page()?)))?;
        if page == 1 && self.tracks[place].stamped_by.is_none() {
            self.tracks[place].stamped_by = self.tracks.iter().filter_map(|track| track.newest).max();
        }
        Some((place, page))
    }

    fn read(&mut self, (place, page, result): Reading) -> Result<(), SyncError> {
        match result {
            Ok(read) => {
                self.announce(place, &read);
                self.ready.push((place, read));
            }
            Err(error) => {
                self.in_air -= 1;
                self.tracks[place].open -= 1;
                self.refused(place, page, error)?;
            }
        }
        Ok(())
    }

    /// Lets the plan know how long the list is before its first page has landed.
    fn announce(&mut self, place: usize, read: &PageRead) {
        let track = &mut self.tracks[place];
        if track.pages.is_none() && !track.belied {
            track.pages = read.total_pages;
        }
        if let Some(pages) = track.pages {
            self.walker.board.count(track.table, |progress| progress.pages_total = Some(pages.max(1)));
        }
    }

    /// A page that cannot be read: another order of the list may be allowed; else the entity or the run ends here.
    fn refused(&mut self, place: usize, page: u32, error: SyncError) -> Result<(), SyncError> {
        let track = &mut self.tracks[place];
        if track.ended {
            return Ok(());
        }
        let refused = matches!(&error, SyncError::Source(source) if source.status() == Some(400));
        if refused && page == 1 && track.spans.is_empty() {
            let next = match track.sort {
                Some((SortBy::Id, _)) => Some(Some((SortBy::DateCreated, SortOrder::Asc))),
                Some(_) => Some(None),
                None => None,
            };
            if let Some(sort) = next {
                let entity = track.entity.plural();
                self.walker.board.note(format!("The list of {entity} cannot be ordered by id; another order is used."));
                track.sort = sort;
                track.next = 1;
                return Ok(());
            }
        }
        if judge(&error, Place::Page).directive == Directive::StopRun || matches!(error, SyncError::Db(_)) {
            return Err(error);
        }
        if judge(&error, Place::Page).directive == Directive::Backoff {
            return Err(error);
        }
        track.ended = true;
        let verdict = judge(&error, Place::Page);
        self.walker.board.note(format!("{}: {error}. {}", track.entity.plural(), verdict.hint));
        self.failures[place] = Some(error);
        Ok(())
    }

    /// Starts the next transaction, if none is under way: the pages of the first entity that has any.
    fn land_some(&mut self) {
        if !self.landings.is_empty() {
            return;
        }
        let Some(place) = self.ready.iter().map(|(place, _)| *place).min() else {
            return;
        };
        let mut pages = Vec::new();
        let mut rest = Vec::new();
        for (owner, page) in self.ready.drain(..) {
            if owner == place && pages.len() < MAX_LANDING {
                pages.push(page);
            } else {
                rest.push((owner, page));
            }
        }
        self.ready = rest;
        let track = &mut self.tracks[place];
        let cargo = cargo_of(track, &mut pages, &self.walker.reader);
        let (lander, table) = (Arc::clone(&self.walker.lander), track.table);
        self.landings.spawn(async move {
            let landed = lander.land(table, &cargo).await;
            (place, pages, landed)
        });
    }

    fn landed(&mut self, (place, pages, result): Landing) -> Result<(), SyncError> {
        let landed = result?;
        let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        let track = &mut self.tracks[place];
        self.in_air -= pages.len();
        track.open -= count;
        take(track, &pages, landed);
        let complete = track.is_complete();
        let total = track.pages;
        self.walker.board.count(track.table, |progress| {
            progress.pages_done += count;
            progress.pages_total = total.map(|pages| pages.max(progress.pages_done)).or(progress.pages_total);
            progress.done |= complete;
        });
        Ok(())
    }
}

/// What the pages bring, and the slice that says so. The records move into the cargo; the pages keep their ids.
fn cargo_of(track: &mut Track, pages: &mut [PageRead], reader: &Reader) -> Cargo {
    let newest = pages.iter().filter(|page| page.total.is_some()).max_by_key(|page| page.seq);
    let slice = Slice {
        entity: Table::name(track.table).to_owned(),
        slice: track.slices,
        pages: pages.iter().filter_map(|page| i32::try_from(page.page).ok()).collect(),
        ids: pages.iter().flat_map(PageRead::ids).collect(),
        total: newest.and_then(|page| page.total).and_then(|total| i64::try_from(total).ok()),
    };
    track.slices += 1;
    let mut cargo = Cargo { slice: Some(slice), began: Some(reader.began()), ..Cargo::default() };
    for page in pages {
        page.keep_ids();
        cargo.read_at = cargo.read_at.max(page.read_at);
        cargo.records.append(&mut page.records);
        cargo.unread.extend(page.unread.iter().cloned());
    }
    cargo
}

/// Takes note of pages that have landed.
fn take(track: &mut Track, pages: &[PageRead], landed: Landed) {
    for page in pages {
        track.take(page);
    }
    track.newest = track.newest.max(landed.newest);
    if let Some(hashes) = &mut track.hashes {
        hashes.extend(landed.hashes);
    }
}
