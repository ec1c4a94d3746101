//! When a list that is read one page after the other has come to its end, whatever it says about its length. Pure
//! bookkeeping.

use super::read::PageRead;
use std::collections::HashSet;

/// Pages in a row that may bring nothing new although the list says that it goes on.
pub(crate) const MAX_STALE: u32 = 3;

/// What the pages so far have shown.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    seen: HashSet<i32>,
    /// Records on the first page: a tenant may serve smaller pages than it is asked for.
    first: Option<usize>,
    stale: u32,
}

impl Ends {
    /// Takes the next page, of which `asked` records were asked for; true if nothing can follow.
    pub(crate) fn after(&mut self, page: &PageRead, asked: u32) -> bool {
        let before = self.seen.len();
        self.seen.extend(page.ids());
        if self.seen.len() == before {
            self.stale += 1;
        } else {
            self.stale = 0;
        }
        let length = page.len();
        let first = *self.first.get_or_insert(length);
        match page.total_pages {
            Some(pages) => page.page >= pages || self.stale >= MAX_STALE,
            None if length == 0 || self.stale > 0 => true,
            // Only a page behind the first one tells whether the first was short because the list is.
            None if page.page == 1 => length < asked as usize && length < SMALLEST,
            None => length < first,
        }
    }
}

/// Fewer records than this are taken for a short list rather than for small pages.
const SMALLEST: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::rows::Incoming;

    fn page(number: u32, ids: std::ops::Range<i32>, pages: Option<u32>) -> PageRead {
        let records = ids.map(|id| {
            let raw = qbench::RawRecord::parse(&format!("{{\"id\":{id}}}")).expect("a record");
            Incoming::new(raw, 1)
        });
        PageRead::of(number, records.collect(), None, pages, 1)
    }

    #[test]
    fn a_list_that_tells_its_length_ends_there_or_where_it_repeats_itself() {
        let mut ends = Ends::default();
        assert!(!ends.after(&page(1, 0..50, Some(2)), 50));
        assert!(ends.after(&page(2, 50..90, Some(2)), 50));
        let mut ends = Ends::default();
        let read: Vec<bool> = (1..=4).map(|number| ends.after(&page(number, 0..50, Some(900)), 50)).collect();
        assert_eq!(read, [false, false, false, true]);
    }

    #[test]
    fn a_list_that_does_not_tell_ends_with_a_short_an_empty_or_a_repeated_page() {
        for last in [page(3, 40..49, None), page(3, 0..0, None), page(3, 20..40, None)] {
            let mut ends = Ends::default();
            assert!(!ends.after(&page(1, 0..20, None), 50), "twenty may be all that the tenant serves");
            assert!(!ends.after(&page(2, 20..40, None), 50));
            assert!(ends.after(&last, 50));
        }
    }
}
