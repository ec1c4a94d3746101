//! Changes from outside: what a test does to a laboratory to see whether a copy follows.
//!
//! A changed record is a generated one with fields laid over it, or a text served as it is.

use serde_json::{Map, Value};

use super::records::{Batch, Customer, Fate, Head, NONE, Order, Sample, Test};
use super::{Entity, Lab};
use crate::calendar::{NEVER, Secs};
use crate::catalogue::{ASSAYS, Sector};

/// Why a change was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MutateError {
    /// There is no such live record.
    Missing(Entity, u64),
    /// A live record has this id already.
    Taken(Entity, u64),
    /// Records of this kind cannot be inserted, or the fields are not an object.
    Unsupported,
}

impl std::fmt::Display for MutateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(entity, id) => write!(f, "there is no {} {id}", entity.path()),
            Self::Taken(entity, id) => write!(f, "{} {id} exists already", entity.path()),
            Self::Unsupported => write!(f, "records of this kind cannot be inserted so"),
        }
    }
}

impl std::error::Error for MutateError {}

impl Lab {
    /// Inserts a record with the given fields laid over an empty one and returns its id.
    ///
    /// An `id` among the fields is used (also one in a gap), otherwise the next one is given.
    /// Parents are taken from `customer_account_id`, `order_id`, `sample_id`, `assay_id`; they
    /// may be unknown. The record is created and changed at the laboratory's clock.
    ///
    /// # Errors
    /// When the id is taken or the kind cannot be inserted.
    pub fn insert(&mut self, entity: Entity, fields: Value) -> Result<u64, MutateError> {
        let Value::Object(mut fields) = fields else {
            return Err(MutateError::Unsupported);
        };
        let wanted = fields.remove("id").as_ref().and_then(Value::as_u64);
        if let Some(id) = wanted.filter(|id| self.find(entity, *id).is_some()) {
            return Err(MutateError::Taken(entity, id));
        }
        let id = match wanted {
            Some(id) => u32::try_from(id).map_err(|_| MutateError::Unsupported)?,
            None => self.next_id(entity),
        };
        self.forced_id = Some(id);
        let index = self.insert_blank(entity, &fields);
        self.forced_id = None;
        let index = index.ok_or(MutateError::Unsupported)?;
        if u64::from(id) < u64::from(self.index(entity).last_id) {
            self.indexes[entity as usize].dates_disordered = true;
        }
        self.overlay_mut(entity, index).fields = fields;
        self.version += 1;
        self.touch_family(entity, index);
        Ok(u64::from(id))
    }

    fn insert_blank(&mut self, entity: Entity, fields: &Map<String, Value>) -> Option<u32> {
        let head = Head::new(self.now);
        let parent = |lab: &Self, entity, key: &str| {
            fields.get(key).and_then(Value::as_u64).and_then(|id| lab.find(entity, id)).unwrap_or(NONE)
        };
        let assay = |key: &str| {
            let id = fields.get(key).and_then(Value::as_u64).unwrap_or(0);
            let place = ASSAYS.iter().position(|kind| u64::from(kind.id) == id);
            place.unwrap_or(0) as u8
        };
        Some(match entity {
            Entity::Customer => {
                self.arrivals.silent_customer();
                self.push_customer(blank_customer(head))
            }
            Entity::Contact => {
                let customer = parent(self, Entity::Customer, "customer_id");
                self.push_contact(customer, head.created)
            }
            Entity::Order => {
                let customer = parent(self, Entity::Customer, "customer_account_id");
                self.push_order(blank_order(head, customer))
            }
            Entity::Sample => {
                let order = parent(self, Entity::Order, "order_id");
                self.push_sample(blank_sample(head, order))
            }
            Entity::Test => {
                let sample = parent(self, Entity::Sample, "sample_id");
                self.push_test(blank_test(head, sample, assay("assay_id")))
            }
            Entity::Batch => self.push_batch(Batch {
                head,
                assay: assay("assay_id"),
                started: NEVER,
                completed: NEVER,
                members_from: 0,
                members: 0,
            }),
            Entity::Assay | Entity::Panel => return None,
        })
    }

    /// Lays fields over a record and moves its `last_updated` to the clock.
    ///
    /// # Errors
    /// When there is no such live record or the fields are not an object.
    pub fn patch(&mut self, entity: Entity, id: u64, fields: Value) -> Result<(), MutateError> {
        self.patch_silently(entity, id, fields)?;
        self.bump(entity, id)
    }

    /// Lays fields over a record without moving its `last_updated`: a change that neither the
    /// feed nor a walk by last update can see.
    ///
    /// # Errors
    /// When there is no such live record or the fields are not an object.
    pub fn patch_silently(&mut self, entity: Entity, id: u64, fields: Value) -> Result<(), MutateError> {
        let Value::Object(fields) = fields else {
            return Err(MutateError::Unsupported);
        };
        let index = self.locate(entity, id)?;
        let overlay = self.overlay_mut(entity, index);
        for (key, value) in fields {
            overlay.removed.retain(|removed| *removed != key);
            overlay.fields.insert(key, value);
        }
        self.version += 1;
        Ok(())
    }

    /// Takes a field out of a record, as QBench leaves out what is not set.
    ///
    /// # Errors
    /// When there is no such live record.
    pub fn remove_field(&mut self, entity: Entity, id: u64, key: &str) -> Result<(), MutateError> {
        let index = self.locate(entity, id)?;
        let overlay = self.overlay_mut(entity, index);
        overlay.fields.remove(key);
        overlay.removed.push(key.to_owned());
        self.bump(entity, id)
    }

    /// Serves exactly this text wherever the record appears, also when it is not JSON; `None`
    /// ends that. Other fields laid over the record are ignored meanwhile.
    ///
    /// # Errors
    /// When there is no such live record.
    pub fn set_raw(&mut self, entity: Entity, id: u64, text: Option<String>) -> Result<(), MutateError> {
        let index = self.locate(entity, id)?;
        self.overlay_mut(entity, index).raw = text;
        self.bump(entity, id)
    }

    /// Moves a record's `last_updated` to the clock without changing anything else.
    ///
    /// # Errors
    /// When there is no such live record.
    pub fn bump(&mut self, entity: Entity, id: u64) -> Result<(), MutateError> {
        let index = self.locate(entity, id)?;
        self.version += 1;
        self.stamp(entity, index, self.now);
        Ok(())
    }

    /// Deletes a record and everything below it (an order's samples, a sample's tests).
    ///
    /// # Errors
    /// When there is no such live record.
    pub fn delete(&mut self, entity: Entity, id: u64) -> Result<(), MutateError> {
        let index = self.locate(entity, id)?;
        for (entity, child) in self.below(entity, index) {
            self.vanish(entity, child, self.now);
        }
        self.delete_only(entity, id)
    }

    /// Deletes one record and leaves what is below it without a parent.
    ///
    /// # Errors
    /// When there is no such live record.
    pub fn delete_only(&mut self, entity: Entity, id: u64) -> Result<(), MutateError> {
        let index = self.locate(entity, id)?;
        self.version += 1;
        self.vanish(entity, index, self.now);
        Ok(())
    }

    /// Brings a deleted record back, as an administrator can; it is changed at the clock.
    ///
    /// # Errors
    /// When no deleted record has this id.
    pub fn restore(&mut self, entity: Entity, id: u64) -> Result<(), MutateError> {
        let missing = MutateError::Missing(entity, id);
        if self.find(entity, id).is_some() {
            return Err(MutateError::Taken(entity, id));
        }
        let length = self.length(entity) as u32;
        let index = (0..length).find(|index| u64::from(self.head(entity, *index).id) == id);
        let index = index.ok_or(missing)?;
        self.head_mut(entity, index).deleted = NEVER;
        self.enlist(entity, index);
        self.version += 1;
        self.follow(entity, index, self.horizon);
        self.stamp(entity, index, self.now);
        self.touch_family(entity, index);
        Ok(())
    }

    fn locate(&self, entity: Entity, id: u64) -> Result<u32, MutateError> {
        self.find(entity, id).ok_or(MutateError::Missing(entity, id))
    }

    /// Everything below a record, deepest first.
    fn below(&self, entity: Entity, index: u32) -> Vec<(Entity, u32)> {
        let tests = |sample: u32| self.tests_of(sample).map(|test| (Entity::Test, test));
        match entity {
            Entity::Sample => tests(index).collect(),
            Entity::Order => {
                self.samples_of(index).flat_map(|sample| tests(sample).chain([(Entity::Sample, sample)])).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Stamps the parents whose content shows that a child came or changed.
    fn touch_family(&mut self, entity: Entity, index: u32) {
        let now: Secs = self.now;
        match entity {
            Entity::Sample => self.stamp(Entity::Order, self.samples[index as usize].order, now),
            Entity::Test => {
                let sample = self.tests[index as usize].sample;
                self.stamp(Entity::Sample, sample, now);
                if let Some(order) = self.samples.get(sample as usize).map(|s| s.order) {
                    self.stamp(Entity::Order, order, now);
                }
            }
            _ => {}
        }
    }
}

fn blank_customer(head: Head) -> Customer {
    Customer {
        head,
        name: format!("Customer {}", head.created).into(),
        sector: Sector::Cannabis,
        undated: false,
        revision: 0,
        first_order: NONE,
        last_order: NONE,
    }
}

fn blank_order(head: Head, customer: u32) -> Order {
    Order {
        head,
        customer,
        seed: head.created | 1,
        accession: 0,
        received: head.created,
        required: NEVER,
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

fn blank_sample(head: Head, order: u32) -> Sample {
    Sample {
        head,
        order,
        seed: head.created,
        matrix: 0,
        accession: 0,
        received: head.created,
        batched: NEVER,
        started: NEVER,
        first_complete: NEVER,
        all_complete: NEVER,
        published: NEVER,
        discontinued: NEVER,
        first_test: NONE,
        last_test: NONE,
        next_in_order: NONE,
    }
}

fn blank_test(head: Head, sample: u32, assay: u8) -> Test {
    Test {
        head,
        sample,
        seed: head.created,
        assay,
        fate: Fate::Reported,
        attempt: 0,
        hold_from: NEVER,
        hold_to: NEVER,
        batched: NEVER,
        started: NEVER,
        data: NEVER,
        completed: NEVER,
        reported: NEVER,
        batch: NONE,
        next_in_sample: NONE,
    }
}
