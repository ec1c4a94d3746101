//! The clock that stamps records, which need not be the one that QBench sends with its answers: all that is known of it
//! are the stamps themselves.

use super::SyncError;
use super::rows::Incoming;
use super::run::Run;
use chrono::{DateTime, TimeDelta, Utc};
use qbench::{Entity, ListQuery, SortBy, SortOrder};
use std::sync::atomic::Ordering;
use tokio::time::Instant;

/// How the refused order is remembered.
const BY_CHANGE: &str = "tests by last change";

/// That clock as it stood when a walk began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StampClock {
    began: Instant,
    /// The newest stamp that was seen then; the clock stood there or later.
    seen: Option<DateTime<Utc>>,
}

impl StampClock {
    /// Up to which stamp a list is complete that was read since: what changed meanwhile is stamped later. `newest` is
    /// the newest stamp in the list, or, of a walk that was `continued`, the newest when it began in the former run.
    pub(crate) fn complete_to(
        self,
        newest: Option<DateTime<Utc>>,
        continued: bool,
        upper: DateTime<Utc>,
    ) -> DateTime<Utc> {
        // Nothing is known, and an empty list costs nothing to ask about from the beginning.
        let Some(newest) = newest else { return DateTime::UNIX_EPOCH };
        match self.seen {
            Some(seen) if continued => seen.min(newest).min(upper),
            Some(seen) => seen.min(upper),
            // The clock went on at most as long as the walk took, if it goes as fast as ours.
            None if newest < upper => newest - TimeDelta::from_std(self.began.elapsed()).unwrap_or_default(),
            None => upper,
        }
    }
}

impl Run {
    /// Looks at the clock before anything is read: one request.
    pub(crate) async fn stamps_before(&self) -> Result<StampClock, SyncError> {
        let began = Instant::now();
        let mut orders = vec![SortBy::Id];
        if !self.is_unordered(BY_CHANGE) {
            orders.push(SortBy::LastUpdated);
        }
        while let Some(order) = orders.pop() {
            self.board.check()?;
            // Whatever the order, a stamp that is shown has been reached.
            let query = ListQuery { page_size: 1, ..ListQuery::default() }.sorted(order, SortOrder::Desc);
            self.spent.fetch_add(1, Ordering::Relaxed);
            match self.reader.plain_page(Entity::Test, &query).await {
                Ok(read) => {
                    let seen = read.records.iter().filter_map(Incoming::stamp).max();
                    return Ok(StampClock { began, seen });
                }
                Err(error) if error.status() == Some(400) && order == SortBy::LastUpdated => {
                    self.remember_unordered(BY_CHANGE).await?;
                }
                // The walk finds out what is the matter.
                Err(_) => break,
            }
        }
        Ok(StampClock { began, seen: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: u32) -> DateTime<Utc> {
        format!("2026-11-17T12:{minute:02}:00Z").parse().expect("an instant")
    }

    fn clock(seen: Option<u32>) -> StampClock {
        StampClock { began: Instant::now(), seen: seen.map(at) }
    }

    #[test]
    fn a_list_is_complete_up_to_the_stamp_that_was_seen_before_it_was_read() {
        assert_eq!(clock(Some(10)).complete_to(Some(at(50)), false, at(55)), at(10));
        assert_eq!(clock(Some(10)).complete_to(Some(at(5)), true, at(55)), at(5));
        assert_eq!(clock(Some(59)).complete_to(Some(at(59)), false, at(55)), at(55));
    }

    #[test]
    fn where_none_was_seen_the_newest_less_the_time_of_the_walk_counts() {
        let known = clock(None).complete_to(Some(at(50)), false, at(55));
        assert!(known <= at(50) && known > at(49));
        assert_eq!(clock(None).complete_to(Some(at(56)), false, at(55)), at(55));
        assert_eq!(clock(Some(10)).complete_to(None, false, at(55)), DateTime::UNIX_EPOCH);
    }
}
