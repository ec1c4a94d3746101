//! What happens as the clock moves: arrivals, replacements, batches, deletions, and the
//! book-keeping of who changed when.
//!
//! A record's content is a function of the clock, so most events only record that something
//! became visible. Events at the same instant have a fixed order, so that the result does not
//! depend on the steps in which the clock was moved.

use std::cmp::Reverse;

use super::plan::{OrderPlan, Planner, SamplePlan, Sender};
use super::records::{Around, Batch, Contact, Entity, GONE, Head, NONE, Test, around};
use super::slots::Routine;
use super::{Lab, Overlay};
use crate::calendar::{DAY, HOUR, NEVER, Secs};
use crate::catalogue::ASSAYS;
use crate::dice::{Dice, hash};

/// Something due at an instant. Ordered so that a max-heap yields the earliest.
#[derive(Debug)]
pub(crate) struct Event {
    at: Secs,
    /// Kind and a key that is the same in every run.
    rank: (u8, u64),
    what: What,
}

#[derive(Debug)]
enum What {
    Day(u32),
    NewCustomer,
    CustomerEdit(u64),
    Arrival(u64),
    Retest(u32, Box<Test>),
    Batch(u8),
    Deletion(Entity, u32),
    Change(Entity, u32),
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.rank) == (other.at, other.rank)
    }
}

impl Eq for Event {}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Event {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        Reverse((self.at, self.rank)).cmp(&Reverse((other.at, other.rank)))
    }
}

impl Lab {
    /// Founds the customer base and schedules the first day.
    pub(super) fn open(&mut self, start: Secs) {
        let founders = self.arrivals.founders();
        for number in 0..founders {
            // The oldest eighth has no creation date, the rest came over two years.
            let age = f64::from(founders - number) / f64::from(founders);
            let created = (start - HOUR).saturating_sub((age * 700.0 * f64::from(DAY)) as Secs);
            self.add_customer(created.max(DAY));
            self.customers[number as usize].undated = number < founders / 8;
        }
        let day = self.arrivals.first_day();
        self.schedule(self.config.zone.instant(day, 0), (0, u64::from(day)), What::Day(day));
    }

    /// Lets everything happen that is due until `target`.
    pub(super) fn live_until(&mut self, target: Secs) {
        while self.events.peek().is_some_and(|event| event.at <= target) {
            let Some(Event { at, what, .. }) = self.events.pop() else {
                break;
            };
            self.version += 1;
            match what {
                What::Day(day) => self.begin_day(day),
                What::NewCustomer => self.add_customer(at),
                What::CustomerEdit(key) => self.edit_customer(key, at),
                What::Arrival(key) => self.receive_order(key, at, target),
                What::Retest(sample, test) => self.add_retest(sample, *test, target),
                What::Batch(assay) => self.put_together(assay, at, target),
                What::Deletion(entity, index) => {
                    self.vanish(entity, index, at);
                }
                What::Change(entity, index) => self.change(entity, index, target),
            }
        }
    }

    fn schedule(&mut self, at: Secs, rank: (u8, u64), what: What) {
        if at != NEVER {
            self.events.push(Event { at, rank, what });
        }
    }

    fn routine(&self) -> Routine {
        Routine { seed: self.config.seed, zone: self.config.zone }
    }

    fn begin_day(&mut self, day: u32) {
        for (number, at) in self.arrivals.of_day(day).into_iter().enumerate() {
            let key = (u64::from(day) << 20) | number as u64;
            self.schedule(at, (1, key), What::Arrival(key));
        }
        let opens = self.config.zone.instant(day, 9 * HOUR);
        let expected = self.arrivals.customers_by(day);
        let known = self.customers.len() as u32;
        for number in known..expected {
            let at = opens + (number - known) * 600;
            self.schedule(at, (6, u64::from(number)), What::NewCustomer);
        }
        let key = hash(&[self.config.seed, 31, u64::from(day)]);
        if key % 10 < 3 {
            self.schedule(opens + HOUR, (7, 0), What::CustomerEdit(key));
        }
        self.schedule(self.config.zone.instant(day + 1, 0), (0, u64::from(day + 1)), What::Day(day + 1));
    }

    fn edit_customer(&mut self, key: u64, at: Secs) {
        let index = ((key >> 20) % self.customers.len() as u64) as u32;
        self.customers[index as usize].revision += 1;
        self.stamp(Entity::Customer, index, at);
    }

    fn add_customer(&mut self, created: Secs) {
        let number = self.customers.len() as u32;
        let customer = self.arrivals.customer(number, created, &self.customers);
        let index = self.push_customer(customer);
        self.push_contact(index, created);
    }

    pub(super) fn push_customer(&mut self, mut customer: super::records::Customer) -> u32 {
        customer.head.id = self.next_id(Entity::Customer);
        self.customers.push(customer);
        self.enlist(Entity::Customer, self.customers.len() as u32 - 1)
    }

    pub(super) fn push_contact(&mut self, customer: u32, created: Secs) -> u32 {
        let mut head = Head::new(created);
        head.id = self.next_id(Entity::Contact);
        self.contacts.push(Contact { head, customer });
        self.enlist(Entity::Contact, self.contacts.len() as u32 - 1)
    }

    fn receive_order(&mut self, key: u64, at: Secs, target: Secs) {
        let mut dice = Dice::new(self.config.seed, hash(&[32, key]));
        let index = self.arrivals.sender(&mut dice);
        let sender = Sender { index, sector: self.customers[index as usize].sector };
        let OrderPlan { order, samples } = Planner::new(self.routine(), hash(&[33, key]), at).order(sender);
        let order = self.push_order(order);
        for plan in samples {
            self.add_sample(order, plan, target);
        }
        self.follow(Entity::Order, order, target);
        let gone = self.orders[order as usize].head.deleted;
        self.schedule_deletion(Entity::Order, order, gone);
    }

    pub(super) fn push_order(&mut self, mut order: super::records::Order) -> u32 {
        order.head.id = self.next_id(Entity::Order);
        let index = self.orders.len() as u32;
        let customer = order.customer;
        self.orders.push(order);
        if let Some(customer) = self.customers.get_mut(customer as usize) {
            let last = std::mem::replace(&mut customer.last_order, index);
            match self.orders.get_mut(last as usize) {
                Some(last) => last.next_of_customer = index,
                None => customer.first_order = index,
            }
        }
        self.enlist(Entity::Order, index)
    }

    fn add_sample(&mut self, order: u32, plan: SamplePlan, target: Secs) {
        let SamplePlan { mut sample, tests, retests } = plan;
        sample.order = order;
        sample.head.deleted = sample.head.deleted.min(self.orders[order as usize].head.deleted);
        let index = self.push_sample(sample);
        for test in tests {
            self.add_test(index, test, target);
        }
        for test in retests {
            let key = u64::from(index) << 16 | u64::from(test.assay) << 8 | u64::from(test.attempt);
            let at = test.head.created;
            self.schedule(at, (2, key), What::Retest(index, Box::new(test)));
        }
        self.follow(Entity::Sample, index, target);
        self.schedule_deletion(Entity::Sample, index, sample.head.deleted);
    }

    pub(super) fn push_sample(&mut self, mut sample: super::records::Sample) -> u32 {
        sample.head.id = self.next_id(Entity::Sample);
        let index = self.samples.len() as u32;
        let order = sample.order;
        self.samples.push(sample);
        if let Some(order) = self.orders.get_mut(order as usize) {
            let last = std::mem::replace(&mut order.last_sample, index);
            match self.samples.get_mut(last as usize) {
                Some(last) => last.next_in_order = index,
                None => order.first_sample = index,
            }
        }
        self.enlist(Entity::Sample, index)
    }

    fn add_retest(&mut self, sample: u32, test: Test, target: Secs) {
        let created = test.head.created;
        if self.samples[sample as usize].head.deleted > created {
            self.add_test(sample, test, target);
            let order = self.samples[sample as usize].order;
            self.stamp(Entity::Order, order, created);
        }
    }

    fn add_test(&mut self, sample: u32, mut test: Test, target: Secs) {
        test.sample = sample;
        let parent = self.samples[sample as usize].head.deleted;
        test.head.deleted = test.head.deleted.min(parent);
        let slot = test.batched;
        let assay = test.assay;
        let index = self.push_test(test);
        if slot != NEVER {
            let queue = self.queues.entry((assay, slot)).or_default();
            queue.push(index);
            if queue.len() == 1 {
                self.schedule(slot, (3, u64::from(assay)), What::Batch(assay));
            }
        }
        self.follow(Entity::Test, index, target);
        self.schedule_deletion(Entity::Test, index, test.head.deleted);
    }

    pub(super) fn push_test(&mut self, mut test: Test) -> u32 {
        test.head.id = self.next_id(Entity::Test);
        let index = self.tests.len() as u32;
        let sample = test.sample;
        self.tests.push(test);
        if let Some(sample) = self.samples.get_mut(sample as usize) {
            let last = std::mem::replace(&mut sample.last_test, index);
            match self.tests.get_mut(last as usize) {
                Some(last) => last.next_in_sample = index,
                None => sample.first_test = index,
            }
        }
        self.enlist(Entity::Test, index)
    }

    /// Makes the batches of a slot from the tests that wait for it.
    fn put_together(&mut self, assay: u8, slot: Secs, target: Secs) {
        let mut waiting = self.queues.remove(&(assay, slot)).unwrap_or_default();
        waiting.retain(|test| self.tests[*test as usize].head.deleted > slot);
        waiting.sort_unstable();
        let run = self.routine().batch_run(assay, slot);
        for members in waiting.chunks(ASSAYS[assay as usize].capacity) {
            let index = self.push_batch(Batch {
                head: Head::new(slot),
                assay,
                started: run.started,
                completed: run.completed,
                members_from: self.batch_members.len() as u32,
                members: members.len() as u32,
            });
            self.batch_members.extend_from_slice(members);
            for test in members {
                self.tests[*test as usize].batch = index;
            }
            self.follow(Entity::Batch, index, target);
        }
    }

    pub(super) fn push_batch(&mut self, mut batch: Batch) -> u32 {
        batch.head.id = self.next_id(Entity::Batch);
        self.batches.push(batch);
        self.enlist(Entity::Batch, self.batches.len() as u32 - 1)
    }

    /// The next free id of a kind; now and then one is skipped, as after an undone insert.
    pub(super) fn next_id(&self, entity: Entity) -> u32 {
        if let Some(id) = self.forced_id {
            return id;
        }
        let last = self.index(entity).last_id;
        let dice = hash(&[self.config.seed, 34, entity as u64, u64::from(last)]);
        last + 1 + u32::from(dice.is_multiple_of(60)) * (1 + (dice >> 40) as u32 % 3)
    }

    /// Puts a record that was just pushed at its end into the list of live ones.
    pub(super) fn enlist(&mut self, entity: Entity, index: u32) -> u32 {
        let id = self.head(entity, index).id;
        let live = &self.index(entity).live;
        let place = match live.last() {
            Some(last) if self.head(entity, *last).id > id => {
                live.partition_point(|other| self.head(entity, *other).id < id)
            }
            _ => live.len(),
        };
        let own = &mut self.indexes[entity as usize];
        own.live.insert(place, index);
        own.last_id = own.last_id.max(id);
        own.touch(index);
        index
    }

    /// What happened last to a record and what is next, by the clock alone.
    fn around(&self, entity: Entity, index: u32, now: Secs) -> Around {
        let place = index as usize;
        match entity {
            Entity::Order => self.orders[place].around(now),
            Entity::Sample => self.samples[place].around(now),
            Entity::Test => self.tests[place].around(now),
            Entity::Batch => self.batches[place].around(now),
            Entity::Customer | Entity::Contact | Entity::Assay | Entity::Panel => {
                around(now, &[self.head(entity, index).created])
            }
        }
    }

    /// Stamps a record with its latest change until `target` and schedules the next one.
    pub(super) fn follow(&mut self, entity: Entity, index: u32, target: Secs) {
        let gone = self.head(entity, index).deleted;
        let Around { last, next } = self.around(entity, index, target.min(gone - 1));
        self.stamp(entity, index, last);
        match entity {
            // A sample shows its tests' batches and dates, an order its samples' progress.
            Entity::Test => self.stamp(Entity::Sample, self.tests[index as usize].sample, last),
            Entity::Sample => self.stamp(Entity::Order, self.samples[index as usize].order, last),
            _ => {}
        }
        if next < gone {
            let key = (entity as u64) << 32 | u64::from(index);
            self.schedule(next, (5, key), What::Change(entity, index));
        }
    }

    fn change(&mut self, entity: Entity, index: u32, target: Secs) {
        if self.is_live(entity, index) {
            self.follow(entity, index, target);
        }
    }

    /// Notes a change at an instant; later changes are never forgotten.
    pub(super) fn stamp(&mut self, entity: Entity, index: u32, at: Secs) {
        if index == NONE {
            return;
        }
        let head = self.head_mut(entity, index);
        if at > head.updated {
            head.updated = at;
            self.indexes[entity as usize].touch(index);
        }
    }

    pub(crate) fn is_live(&self, entity: Entity, index: u32) -> bool {
        self.head(entity, index).deleted != GONE
    }

    fn schedule_deletion(&mut self, entity: Entity, index: u32, at: Secs) {
        let key = (entity as u64) << 32 | u64::from(index);
        self.schedule(at, (4, key), What::Deletion(entity, index));
    }

    /// Takes a record out of QBench; returns false when it is not there.
    pub(super) fn vanish(&mut self, entity: Entity, index: u32, at: Secs) -> bool {
        if !self.is_live(entity, index) {
            return false;
        }
        let id = self.head(entity, index).id;
        let live = &self.index(entity).live;
        let place = live.partition_point(|other| self.head(entity, *other).id < id);
        self.head_mut(entity, index).deleted = GONE;
        let own = &mut self.indexes[entity as usize];
        own.live.remove(place);
        own.tombs.push((at, id));
        own.touch(index);
        match entity {
            Entity::Sample => self.stamp(Entity::Order, self.samples[index as usize].order, at),
            Entity::Test => {
                let Test { sample, batch, .. } = self.tests[index as usize];
                self.stamp(Entity::Batch, batch, at);
                self.stamp(Entity::Sample, sample, at);
                if let Some(sample) = self.samples.get(sample as usize) {
                    let order = sample.order;
                    self.stamp(Entity::Order, order, at);
                }
            }
            _ => {}
        }
        true
    }

    pub(super) fn overlay_mut(&mut self, entity: Entity, index: u32) -> &mut Overlay {
        self.overlays.entry((entity, index)).or_default()
    }
}
