//! Orderings that are kept up to date instead of being sorted for every request.

use std::sync::{Arc, Mutex, PoisonError};

use crate::calendar::Secs;

/// Beyond this many changes a fresh sort is cheaper than merging.
const MERGE_LIMIT: usize = 50_000;

/// The orderings of one kind of record.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Live records by id.
    pub(crate) live: Vec<u32>,
    /// The highest id ever given.
    pub(crate) last_id: u32,
    /// Time and id of every deletion, in the order in which they happened.
    pub(crate) tombs: Vec<(Secs, u32)>,
    /// True once records exist whose creation dates do not follow their ids.
    pub(crate) dates_disordered: bool,
    recent: Mutex<Recent>,
}

/// Live records by last change, built on first use.
#[derive(Debug, Default)]
struct Recent {
    sorted: Option<Arc<Vec<u32>>>,
    touched: Vec<u32>,
}

impl Index {
    /// Notes that a record was created, changed or deleted.
    pub(crate) fn touch(&mut self, index: u32) {
        let recent = self.recent.get_mut().unwrap_or_else(PoisonError::into_inner);
        if recent.sorted.is_some() {
            recent.touched.push(index);
            if recent.touched.len() > MERGE_LIMIT {
                *recent = Recent::default();
            }
        }
    }

    /// Live records ordered by last change, then by position.
    pub(crate) fn by_update(&self, updated: impl Fn(u32) -> Secs, is_live: impl Fn(u32) -> bool) -> Arc<Vec<u32>> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let key = |index: &u32| (updated(*index), *index);
        let Recent { sorted, touched } = &mut *recent;
        match sorted {
            Some(old) if touched.is_empty() => old.clone(),
            Some(old) => {
                touched.sort_unstable();
                touched.dedup();
                let mut moved: Vec<u32> = touched.iter().copied().filter(|i| is_live(*i)).collect();
                moved.sort_unstable_by_key(key);
                let merged = Arc::new(merge(old, touched, &moved, key));
                touched.clear();
                *sorted = Some(merged.clone());
                merged
            }
            None => {
                let mut all = self.live.clone();
                all.sort_unstable_by_key(key);
                let all = Arc::new(all);
                touched.clear();
                *sorted = Some(all.clone());
                all
            }
        }
    }
}

/// Takes the touched ones out of `old` and weaves `moved` in; both are sorted by `key`.
fn merge<K: Ord>(old: &[u32], touched: &[u32], moved: &[u32], key: impl Fn(&u32) -> K) -> Vec<u32> {
    // One bit a record: asking it a million times is cheaper than searching as often.
    let highest = touched.iter().copied().max().unwrap_or(0) as usize;
    let mut marks = vec![0_u64; highest / 64 + 1];
    for index in touched {
        marks[*index as usize / 64] |= 1 << (index % 64);
    }
    let is_touched = |index: u32| marks.get(index as usize / 64).is_some_and(|mark| mark >> (index % 64) & 1 == 1);
    let kept: Vec<u32> = old.iter().copied().filter(|index| !is_touched(*index)).collect();
    let mut result = Vec::with_capacity(kept.len() + moved.len());
    let mut from = 0;
    for index in moved {
        let place = from + kept[from..].partition_point(|other| key(other) < key(index));
        result.extend_from_slice(&kept[from..place]);
        result.push(*index);
        from = place;
    }
    result.extend_from_slice(&kept[from..]);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_touched_record_moves_to_its_new_place() {
        let mut index = Index { live: vec![0, 1, 2, 3], ..Index::default() };
        let mut updated = vec![10, 20, 30, 40];
        let order = |index: &Index, updated: &[u32], live: &[u32]| {
            index.by_update(|i| updated[i as usize], |i| live.contains(&i)).to_vec()
        };
        assert_eq!(order(&index, &updated, &[0, 1, 2, 3]), [0, 1, 2, 3]);
        updated[0] = 35;
        index.touch(0);
        assert_eq!(order(&index, &updated, &[0, 1, 2, 3]), [1, 2, 0, 3]);
        index.touch(2);
        updated.push(20);
        index.touch(4);
        assert_eq!(order(&index, &updated, &[0, 1, 3, 4]), [1, 4, 0, 3]);
    }
}
