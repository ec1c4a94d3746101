//! The laboratory's routine: when batches are put together and how long they run.
//!
//! A function of seed and zone alone, so that every test that joins a batch agrees on it.

use crate::calendar::{DAY, HOUR, LabZone, Secs, opening};
use crate::catalogue::ASSAYS;
use crate::dice::{hash, to_unit};

/// What all plans of a laboratory have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Routine {
    pub(crate) seed: u64,
    pub(crate) zone: LabZone,
}

/// When the instruments run a batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) started: Secs,
    pub(crate) data: Secs,
    pub(crate) completed: Secs,
}

impl Routine {
    /// The first time after `after` at which a batch of the assay is put together.
    pub(crate) fn next_slot(self, assay: u8, after: Secs) -> Secs {
        let kind = &ASSAYS[assay as usize];
        let first = self.zone.local(after).day;
        for day in first..first + 20 {
            let Some((open, close)) = opening(day, kind.saturdays) else {
                continue;
            };
            for &slot in kind.slots.iter().filter(|s| (open..close).contains(s)) {
                let at = self.zone.instant(day, slot);
                // A slot in 25 is lost: instrument down, analyst ill.
                let luck = hash(&[self.seed, 11, u64::from(assay), u64::from(at)]);
                if at > after && !luck.is_multiple_of(25) {
                    return at;
                }
            }
        }
        after + DAY
    }

    /// When the batch of a slot starts, has data and is done.
    pub(crate) fn batch_run(self, assay: u8, slot: Secs) -> Run {
        let kind = &ASSAYS[assay as usize];
        let key = |salt| hash(&[self.seed, salt, u64::from(assay), u64::from(slot)]);
        let week = hash(&[self.seed, 14, u64::from(assay), u64::from(slot / (14 * DAY))]);
        let pace = 0.85 + 0.45 * to_unit(week);
        let spread = 0.8 + 0.3 * (to_unit(key(12)) + to_unit(key(15)) * to_unit(key(16)));
        let queue = if key(17).is_multiple_of(3) && self.zone.local(slot).second >= 14 * HOUR {
            // The instrument is taken: the batch waits for the next morning.
            17 * HOUR
        } else {
            900
        };
        let started = slot + queue + (key(13) % 3600) as Secs;
        let data = started + (kind.hours * 3600.0 * pace * spread) as Secs;
        Run { started, data, completed: self.zone.at_work(data + 3 * HOUR, kind.saturdays, 2 * HOUR) }
    }
}
