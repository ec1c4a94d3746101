//! Which ids a list is expected to hold, and by how much a page's place tells otherwise. Pure computation.

use std::collections::BTreeSet;

/// The ids that a list should hold, ascending.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    ids: Vec<i32>,
    gone: BTreeSet<i32>,
}

impl Expected {
    /// Ids that were seen, ascending, less those known to be gone.
    pub(crate) fn new(mut seen: Vec<i32>, gone: &BTreeSet<i32>) -> Self {
        seen.retain(|id| !gone.contains(id));
        Self { ids: seen, gone: BTreeSet::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether an id is expected.
    pub(crate) fn contains(&self, id: i32) -> bool {
        self.ids.binary_search(&id).is_ok()
    }

    /// How many expected ids are smaller.
    pub(crate) fn rank(&self, id: i32) -> usize {
        self.ids.partition_point(|other| *other < id)
    }

    /// Takes a page's ids (ascending) for the truth about the stretch that they cover: to the beginning for the first
    /// page, to the end for the last.
    pub(crate) fn correct(&mut self, page: &[i32], is_first: bool, is_last: bool) {
        let (Some(first), Some(last)) = (page.first(), page.last()) else {
            return;
        };
        let from = if is_first { 0 } else { self.rank(*first) };
        let to = if is_last { self.ids.len() } else { self.ids.partition_point(|other| other <= last) };
        let truth: BTreeSet<i32> = page.iter().copied().collect();
        let to = to.max(from);
        self.gone.extend(self.ids[from..to].iter().filter(|id| !truth.contains(id)));
        for id in &truth {
            self.gone.remove(id);
        }
        self.ids.splice(from..to, truth);
    }

    /// Two neighbouring pages: nothing lies between the last id of the one and the first of the other.
    pub(crate) fn close_gap(&mut self, last: i32, first: i32) {
        let from = self.ids.partition_point(|id| *id <= last);
        let to = self.rank(first).max(from);
        self.gone.extend(self.ids.drain(from..to));
    }

    /// The ids in the list, and those that were found to be gone.
    pub(crate) fn into_parts(self) -> (Vec<i32>, BTreeSet<i32>) {
        (self.ids, self.gone)
    }
}

/// Records that are missing before a page (or, negative, too many), given the rank of its first id.
pub(crate) fn offset(page: u32, size: u32, rank: usize) -> i64 {
    let place = i64::from(page - 1) * i64::from(size);
    place - i64::try_from(rank).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_corrects_the_stretch_that_it_covers() {
        let mut expected = Expected::new(vec![1, 2, 3, 5, 8, 9], &BTreeSet::from([2]));
        assert_eq!(expected.len(), 5);
        expected.correct(&[3, 4, 8], false, false);
        assert_eq!(expected.into_parts(), (vec![1, 3, 4, 8, 9], BTreeSet::from([5])));
    }

    #[test]
    fn the_first_page_reaches_to_the_beginning_and_the_last_to_the_end() {
        let mut expected = Expected::new(vec![1, 2, 3, 4, 5, 6], &BTreeSet::new());
        expected.correct(&[2, 3], true, false);
        expected.correct(&[5], false, true);
        assert_eq!(expected.into_parts(), (vec![2, 3, 4, 5], BTreeSet::from([1, 6])));
    }

    #[test]
    fn the_offset_counts_what_is_missing_before_a_page() {
        // 1..=100 in pages of 10; 42 and 43 were not seen.
        let seen: Vec<i32> = (1..=100).filter(|id| !(42..=43).contains(id)).collect();
        let expected = Expected::new(seen, &BTreeSet::new());
        let at = |page: u32| offset(page, 10, expected.rank(i32::try_from(page).expect("small") * 10 - 9));
        assert_eq!([at(1), at(5), at(6), at(10)], [0, 0, 2, 2]);
    }
}
