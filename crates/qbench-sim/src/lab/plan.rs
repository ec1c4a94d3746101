//! The whole life of an order, decided at its arrival.
//!
//! Everything is a function of the seed and of the arrival, so the laboratory is the same
//! however its clock was moved. Knows nothing of ids, indexes or the clock.

use super::records::{Fate, Head, NONE, Order, Sample, Test};
use super::slots::Routine;
use crate::calendar::{DAY, HOUR, LabZone, NEVER, Secs};
use crate::catalogue::{ACCESSIONING, ASSAYS, DEVELOPMENT, MATRICES, Sector, has_metrc, is_compliance};
use crate::dice::Dice;

/// A sample with its first tests and with the tests that will replace failed ones.
#[derive(Debug, Clone)]
pub(crate) struct SamplePlan {
    pub(crate) sample: Sample,
    pub(crate) tests: Vec<Test>,
    pub(crate) retests: Vec<Test>,
}

/// An order with everything below it.
#[derive(Debug, Clone)]
pub(crate) struct OrderPlan {
    pub(crate) order: Order,
    pub(crate) samples: Vec<SamplePlan>,
}

/// What the customer contributes to the plan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender {
    pub(crate) index: u32,
    pub(crate) sector: Sector,
}

/// Builds one order.
pub(crate) struct Planner {
    routine: Routine,
    zone: LabZone,
    dice: Dice,
    created: Secs,
}

impl Planner {
    pub(crate) fn new(routine: Routine, arrival: u64, created: Secs) -> Self {
        Self { routine, zone: routine.zone, dice: Dice::new(routine.seed, arrival), created }
    }

    /// Plans an order of this customer from arrival to report.
    pub(crate) fn order(mut self, sender: Sender) -> OrderPlan {
        let accession = self.accession(sender.sector);
        let mut order = self.blank_order(sender.index, accession);
        if self.dice.chance(0.008) {
            order.cancelled = self.zone.at_work(self.created + 1800 + self.dice.hours(9.0), false, 900);
        } else if self.dice.chance(0.03) {
            order.hold_from = self.zone.at_work(order.received + HOUR + self.dice.hours(3.0), false, 900);
            let away = 20 * HOUR + self.dice.hours(60.0);
            order.hold_to = self.zone.at_work(order.hold_from + away, false, 1200);
        }
        let count = self.sample_count(sender.sector);
        let matrix = self.matrix(sender.sector);
        let samples: Vec<SamplePlan> = (0..count)
            .map(|_| {
                let matrix = if self.dice.chance(0.7) { matrix } else { self.matrix(sender.sector) };
                self.sample(&order, matrix)
            })
            .collect();
        self.close_order(&mut order, &samples);
        if self.dice.chance(0.005) {
            order.head.deleted = self.created + 600 + self.dice.hours(20.0);
        }
        OrderPlan { order, samples }
    }

    fn blank_order(&mut self, customer: u32, accession: u8) -> Order {
        let received = match self.dice.below(20) {
            0 => self.created + 20 * HOUR,
            1..=6 => self.created + self.dice.hours(2.0),
            7..=12 => self.created - 60,
            _ => self.created,
        };
        let days = match self.dice.below(20) {
            0..=2 => 3,
            3..=13 => 4,
            14..=18 => 5,
            _ => 10,
        };
        Order {
            head: Head::new(self.created),
            customer,
            seed: self.dice.bits32(),
            accession,
            received,
            required: self.zone.working_days_later(self.created, days),
            hold_from: NEVER,
            hold_to: NEVER,
            started: NEVER,
            first_complete: NEVER,
            completed: NEVER,
            reported: NEVER,
            cancelled: NEVER,
            first_sample: NONE,
            last_sample: NONE,
            next_of_customer: NONE,
        }
    }

    fn accession(&mut self, sector: Sector) -> u8 {
        match sector {
            Sector::Cannabis => self.dice.weighted(ACCESSIONING.iter().map(|a| a.2)) as u8,
            Sector::Food => 5,
            Sector::Environment => 6,
            Sector::Internal => 7,
        }
    }

    fn sample_count(&mut self, sector: Sector) -> u32 {
        const WEIGHTS: [u32; 15] = [64, 16, 7, 4, 2, 2, 1, 1, 1, 0, 0, 1, 0, 0, 1];
        let count = self.dice.weighted(WEIGHTS.iter().copied()) as u32 + 1;
        if sector == Sector::Internal { count.min(3) } else { count }
    }

    fn matrix(&mut self, sector: Sector) -> u8 {
        let weight = |m: &crate::catalogue::Matrix| if m.sector == sector { m.weight } else { 0 };
        self.dice.weighted(MATRICES.iter().map(weight)) as u8
    }

    fn assays(&mut self, matrix: u8, accession: u8) -> Vec<u8> {
        let panel = MATRICES[matrix as usize].panel;
        let mut chosen = Vec::with_capacity(8);
        if is_compliance(accession) {
            for &(assay, probability) in panel {
                if self.dice.chance(probability) {
                    chosen.push(assay);
                }
            }
        } else {
            for _ in 0..*self.dice.pick(&[1, 1, 1, 2, 2, 3, 4]) {
                let pick = self.dice.weighted(DEVELOPMENT.iter().map(|a| a.1));
                if !chosen.contains(&DEVELOPMENT[pick].0) {
                    chosen.push(DEVELOPMENT[pick].0);
                }
            }
        }
        if chosen.is_empty() {
            chosen.push(panel[0].0);
        }
        chosen
    }

    fn sample(&mut self, order: &Order, matrix: u8) -> SamplePlan {
        let mut sample = Sample {
            head: Head::new(self.created),
            order: NONE,
            seed: self.dice.bits32(),
            matrix,
            accession: order.accession,
            received: order.received.max(self.created),
            batched: NEVER,
            started: NEVER,
            first_complete: NEVER,
            all_complete: NEVER,
            published: NEVER,
            discontinued: NEVER,
            first_test: NONE,
            last_test: NONE,
            next_in_order: NONE,
        };
        if order.cancelled != NEVER {
            sample.discontinued = order.cancelled;
        } else if self.dice.chance(0.006) {
            sample.discontinued = self.zone.at_work(self.created + self.dice.hours(12.0), false, 700);
        }
        let mut tests = Vec::with_capacity(8);
        let mut retests = Vec::new();
        for assay in self.assays(matrix, order.accession) {
            self.attempts(order, &sample, assay, &mut tests, &mut retests);
        }
        self.close_sample(&mut sample, &mut tests, &mut retests);
        if self.dice.chance(0.003) {
            sample.head.deleted = self.created + 900 + self.dice.hours(30.0);
        }
        SamplePlan { sample, tests, retests }
    }

    /// One assay on one sample: the first test and, after failures, its replacements.
    fn attempts(&mut self, order: &Order, sample: &Sample, assay: u8, tests: &mut Vec<Test>, retests: &mut Vec<Test>) {
        let mut test = self.test(order, sample, assay, 0, self.created);
        while test.fate == Fate::NotReportable && test.attempt < 3 {
            let again = test.completed + 300 + self.dice.below(2400);
            let next = self.test(order, sample, assay, test.attempt + 1, again);
            let done = std::mem::replace(&mut test, next);
            if done.attempt == 0 {
                tests.push(done);
            } else {
                retests.push(done);
            }
        }
        if test.attempt == 0 {
            tests.push(test);
        } else {
            retests.push(test);
        }
    }

    fn test(&mut self, order: &Order, sample: &Sample, assay: u8, attempt: u8, created: Secs) -> Test {
        let kind = &ASSAYS[assay as usize];
        let mut test = Test {
            head: Head::new(created),
            sample: NONE,
            seed: self.dice.bits32(),
            assay,
            fate: Fate::Reported,
            attempt,
            hold_from: NEVER,
            hold_to: NEVER,
            batched: NEVER,
            started: NEVER,
            data: NEVER,
            completed: NEVER,
            reported: NEVER,
            batch: NONE,
            next_in_sample: NONE,
        };
        let ready = self.ready(order, sample, &mut test);
        let mut slot = self.routine.next_slot(assay, ready);
        while attempt == 0 && self.dice.chance(0.08) {
            slot = self.routine.next_slot(assay, slot);
        }
        let run = self.routine.batch_run(assay, slot);
        test.batched = slot;
        test.started = run.started + self.dice.below(1200);
        test.data = run.data + self.dice.below(2400);
        let late = self.dice.hours(0.8);
        test.completed = self.zone.at_work(test.data + 600 + self.dice.hours(1.0), kind.saturdays, 300 + late);
        if self.dice.chance(kind.failure) && attempt < 3 {
            test.fate = Fate::NotReportable;
        }
        self.maybe_cancel(sample, &mut test);
        if self.dice.chance(0.002) {
            test.head.deleted = created + 900 + self.dice.hours(16.0);
        }
        test
    }

    /// When the test could join a batch: after receipt, holds, and the odd long wait.
    fn ready(&mut self, order: &Order, sample: &Sample, test: &mut Test) -> Secs {
        let mut ready = test.head.created.max(sample.received);
        if test.attempt == 0 {
            ready += 1200 + self.dice.hours(1.6);
        }
        if order.hold_to != NEVER && (order.hold_from..order.hold_to).contains(&ready) {
            test.hold_from = order.hold_from.max(test.head.created);
            test.hold_to = order.hold_to;
            ready = order.hold_to + 600;
        } else if self.dice.chance(0.018) {
            test.hold_from = self.zone.at_work(ready, false, 900);
            test.hold_to = self.zone.at_work(test.hold_from + 8 * HOUR + self.dice.hours(40.0), false, 900);
            ready = test.hold_to + 600;
        }
        if self.dice.chance(0.006) {
            // Waiting for more material, a partner laboratory, a second opinion.
            ready += 2 * DAY + self.dice.hours(60.0);
        }
        ready
    }

    fn maybe_cancel(&mut self, sample: &Sample, test: &mut Test) {
        let (at, fate) = if sample.discontinued != NEVER {
            (sample.discontinued, Fate::ClientCancelled)
        } else {
            let zone = self.zone;
            let at = |dice: &mut Dice| zone.at_work(test.head.created + dice.hours(14.0), false, 1500);
            match self.dice.below(1000) {
                0..=4 => (at(&mut self.dice), Fate::ClientCancelled),
                5..=10 => (at(&mut self.dice), Fate::Cancelled),
                _ => return,
            }
        };
        if at >= test.completed {
            return;
        }
        test.fate = fate;
        test.completed = at.max(test.head.created);
        for later in [&mut test.batched, &mut test.started, &mut test.data] {
            if *later >= test.completed {
                *later = NEVER;
            }
        }
        if test.hold_from >= test.completed {
            test.hold_from = NEVER;
            test.hold_to = NEVER;
        }
    }

    /// Decides publication and the sample's own dates from its tests.
    fn close_sample(&mut self, sample: &mut Sample, tests: &mut [Test], retests: &mut [Test]) {
        let all = || tests.iter().chain(retests.iter());
        let good = || all().filter(|test| test.fate == Fate::Reported);
        let earliest = |pick: fn(&Test) -> Secs| all().map(pick).min().unwrap_or(NEVER);
        sample.batched = earliest(|test| test.batched);
        sample.started = earliest(|test| test.started);
        sample.first_complete = all()
            .filter(|test| matches!(test.fate, Fate::Reported | Fate::NotReportable))
            .map(|test| test.completed)
            .min()
            .unwrap_or(NEVER);
        if sample.discontinued != NEVER {
            return;
        }
        let done = all().map(|test| test.completed).max().unwrap_or(NEVER);
        sample.all_complete = done;
        if good().next().is_none() {
            return;
        }
        let late = self.dice.hours(1.5);
        sample.published = self.zone.at_work(done + 900 + self.dice.hours(2.0), true, 1200 + late);
        let piecemeal = !has_metrc(sample.accession) || self.dice.chance(0.7);
        for test in tests.iter_mut().chain(retests.iter_mut()) {
            if test.fate != Fate::Reported {
                continue;
            }
            test.reported = if piecemeal {
                let sign = test.completed + 300 + self.dice.hours(1.5);
                self.zone.at_work(sign, true, 900 + self.dice.hours(0.8)).min(sample.published)
            } else {
                sample.published
            };
        }
    }

    fn close_order(&mut self, order: &mut Order, samples: &[SamplePlan]) {
        let all = || samples.iter().map(|plan| &plan.sample);
        order.started = all().map(|s| s.started).min().unwrap_or(NEVER);
        order.first_complete = all().map(|s| s.all_complete).min().unwrap_or(NEVER);
        if order.cancelled != NEVER {
            return;
        }
        let ended = |s: &Sample| match (s.discontinued, s.published) {
            (NEVER, NEVER) => s.all_complete,
            (NEVER, published) => published,
            (discontinued, _) => discontinued,
        };
        let last = all().map(ended).max().unwrap_or(NEVER);
        if all().all(|s| s.discontinued != NEVER) {
            order.cancelled = last;
            return;
        }
        // The office closes an order some time after its last report is out.
        let office = self.dice.hours(1.0);
        order.completed = self.zone.at_work(last + 5 * HOUR + self.dice.hours(24.0), false, office);
        let late = self.dice.hours(1.0);
        order.reported = if self.dice.chance(0.4) {
            order.completed + 60
        } else {
            self.zone.at_work(order.completed + self.dice.hours(7.0), false, 1800 + late)
        };
    }
}
