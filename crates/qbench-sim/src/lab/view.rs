//! Questions to the laboratory: filtered and sorted lists, the change feed, families.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::records::{Entity, NONE};
use super::{Lab, Overlay};
use crate::calendar::Secs;
use crate::catalogue::MATRICES;
use crate::render;

/// Kept answers at most; enough for a few clients that walk lists at the same time.
const VIEWS: usize = 32;

/// What a list can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sort {
    Id,
    Name,
    Created,
    Updated,
    OrderId,
    /// Fields that this laboratory fills with text: `sample_type`, `description`, `comments`.
    Text,
}

/// A list request without its page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ListQuery {
    pub(crate) entity: Entity,
    pub(crate) sort: Sort,
    pub(crate) descending: bool,
    pub(crate) customers: Vec<u64>,
    pub(crate) orders: Vec<u64>,
    pub(crate) samples: Vec<u64>,
    pub(crate) assays: Vec<u64>,
    pub(crate) statuses: Vec<String>,
}

impl ListQuery {
    /// All records of a kind by id.
    pub(crate) fn all(entity: Entity) -> Self {
        Self {
            entity,
            sort: Sort::Id,
            descending: false,
            customers: Vec::new(),
            orders: Vec::new(),
            samples: Vec::new(),
            assays: Vec::new(),
            statuses: Vec::new(),
        }
    }

    fn is_filtered(&self) -> bool {
        !(self.customers.is_empty()
            && self.orders.is_empty()
            && self.samples.is_empty()
            && self.assays.is_empty()
            && self.statuses.is_empty())
    }
}

/// Answers of the current version of the laboratory.
#[derive(Debug, Default)]
pub(crate) struct ViewCache(Mutex<(u64, Views)>);

type Views = HashMap<ListQuery, Arc<Vec<u32>>>;

impl ViewCache {
    fn get_or(&self, version: u64, query: &ListQuery, make: impl FnOnce() -> Vec<u32>) -> Arc<Vec<u32>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != version || kept.1.len() >= VIEWS {
            kept.0 = version;
            kept.1.clear();
        }
        kept.1.entry(query.clone()).or_insert_with(|| Arc::new(make())).clone()
    }
}

impl Lab {
    /// Positions of the records of one page, and the number of records in the whole list.
    pub(crate) fn page(&self, query: &ListQuery, offset: usize, limit: usize) -> (Vec<u32>, usize) {
        let index = self.index(query.entity);
        let by_position = query.sort == Sort::Id || (query.sort == Sort::Created && !index.dates_disordered);
        if !query.is_filtered() && by_position {
            return cut(&index.live, query.descending, offset, limit);
        }
        if !query.is_filtered() && query.sort == Sort::Updated {
            let all = self.by_update(query.entity);
            return cut(&all, query.descending, offset, limit);
        }
        let ascending = ListQuery { descending: false, ..query.clone() };
        let view = self.views.get_or(self.version, &ascending, || self.select(&ascending));
        cut(&view, query.descending, offset, limit)
    }

    /// Live records ordered by last change.
    fn by_update(&self, entity: Entity) -> Arc<Vec<u32>> {
        self.index(entity).by_update(|index| self.head(entity, index).updated, |index| self.is_live(entity, index))
    }

    /// Live records changed at or after an instant, oldest change first.
    pub(crate) fn updated_since(&self, entity: Entity, since: Secs) -> Vec<u32> {
        let all = self.by_update(entity);
        let from = all.partition_point(|index| self.head(entity, *index).updated < since);
        all[from..].to_vec()
    }

    /// Ids of records deleted at or after an instant and not restored since.
    pub(crate) fn deleted_since(&self, entity: Entity, since: Secs) -> Vec<u32> {
        let tombs = &self.index(entity).tombs;
        let mut ids: Vec<u32> = tombs
            .iter()
            .filter(|(at, id)| *at >= since && self.find(entity, u64::from(*id)).is_none())
            .map(|(_, id)| *id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn select(&self, query: &ListQuery) -> Vec<u32> {
        let mut found = self.candidates(query);
        found.retain(|index| self.matches(query, *index));
        let entity = query.entity;
        let head = |index: &u32| self.head(entity, *index);
        match query.sort {
            Sort::Id => found.sort_unstable_by_key(|index| head(index).id),
            Sort::Created => found.sort_by_key(|i| (self.created(entity, *i), head(i).id)),
            Sort::Updated => found.sort_by_key(|i| (head(i).updated, *i)),
            Sort::Name => found.sort_by_cached_key(|i| (self.customer_name(*i), head(i).id)),
            Sort::OrderId => {
                found.sort_by_key(|i| (self.samples.get(*i as usize).map(|s| s.order), *i));
            }
            Sort::Text => found.sort_by_key(|i| {
                let matrix = self.samples.get(*i as usize).map_or(0, |s| s.matrix);
                (MATRICES[matrix as usize].sub, *i)
            }),
        }
        found
    }

    fn customer_name(&self, index: u32) -> String {
        let laid_over = self.overlay(Entity::Customer, index).and_then(|o| o.fields.get("customer_name")?.as_str());
        let own = self.customers.get(index as usize).map(|c| &*c.name);
        laid_over.or(own).unwrap_or("").to_lowercase()
    }

    fn created(&self, entity: Entity, index: u32) -> Secs {
        self.head(entity, index).created
    }

    /// Records that can match: through the families when a parent is given, else all.
    fn candidates(&self, query: &ListQuery) -> Vec<u32> {
        let located = |entity: Entity, ids: &[u64]| -> Vec<u32> {
            let mut ids = ids.to_vec();
            ids.sort_unstable();
            ids.dedup();
            ids.iter().filter_map(|id| self.find(entity, *id)).collect()
        };
        let samples = || -> Option<Vec<u32>> {
            if !query.samples.is_empty() {
                return Some(located(Entity::Sample, &query.samples));
            }
            let orders = if !query.orders.is_empty() {
                located(Entity::Order, &query.orders)
            } else if !query.customers.is_empty() {
                let customers = located(Entity::Customer, &query.customers);
                customers.iter().flat_map(|c| self.orders_of(*c)).collect()
            } else {
                return None;
            };
            Some(orders.iter().flat_map(|o| self.samples_of(*o)).collect())
        };
        match query.entity {
            Entity::Order if !query.customers.is_empty() => {
                let customers = located(Entity::Customer, &query.customers);
                customers.iter().flat_map(|c| self.orders_of(*c)).collect()
            }
            Entity::Sample => samples().unwrap_or_else(|| self.index(Entity::Sample).live.clone()),
            Entity::Test => match samples() {
                Some(samples) => samples.iter().flat_map(|s| self.tests_of(*s)).collect(),
                None => self.index(Entity::Test).live.clone(),
            },
            entity => self.index(entity).live.clone(),
        }
    }

    fn matches(&self, query: &ListQuery, index: u32) -> bool {
        let among = |ids: &[u64], id: Option<u64>| ids.is_empty() || id.is_some_and(|id| ids.contains(&id));
        let entity = query.entity;
        if !query.statuses.is_empty() {
            let state = render::state_of(self, entity, index);
            if !query.statuses.contains(&state) {
                return false;
            }
        }
        match entity {
            Entity::Order => {
                let customer = self.orders[index as usize].customer;
                among(&query.customers, self.id_at(Entity::Customer, customer))
            }
            Entity::Sample | Entity::Test => {
                let (sample, assay) = match entity {
                    Entity::Sample => (index, None),
                    _ => {
                        let test = &self.tests[index as usize];
                        let assay = self.id_at(Entity::Assay, u32::from(test.assay));
                        (test.sample, assay)
                    }
                };
                let order = self.samples.get(sample as usize).map_or(NONE, |s| s.order);
                let customer = self.orders.get(order as usize).map_or(NONE, |o| o.customer);
                among(&query.samples, self.id_at(Entity::Sample, sample))
                    && among(&query.orders, self.id_at(Entity::Order, order))
                    && among(&query.customers, self.id_at(Entity::Customer, customer))
                    && (entity == Entity::Sample || among(&query.assays, assay))
            }
            Entity::Batch => {
                let assay = u32::from(self.batches[index as usize].assay);
                among(&query.assays, self.id_at(Entity::Assay, assay))
            }
            Entity::Contact => {
                let customer = self.contacts[index as usize].customer;
                among(&query.customers, self.id_at(Entity::Customer, customer))
            }
            Entity::Customer | Entity::Assay | Entity::Panel => true,
        }
    }

    /// The id of the record at a position; `None` for no position.
    pub(crate) fn id_at(&self, entity: Entity, index: u32) -> Option<u64> {
        (index != NONE).then(|| u64::from(self.head(entity, index).id))
    }

    /// Number of records of a kind ever made.
    pub(crate) fn length(&self, entity: Entity) -> usize {
        match entity {
            Entity::Customer => self.customers.len(),
            Entity::Contact => self.contacts.len(),
            Entity::Order => self.orders.len(),
            Entity::Sample => self.samples.len(),
            Entity::Test => self.tests.len(),
            Entity::Batch => self.batches.len(),
            Entity::Assay => self.assays.len(),
            Entity::Panel => self.panels.len(),
        }
    }

    /// Live orders of a customer, oldest first.
    pub(crate) fn orders_of(&self, customer: u32) -> impl Iterator<Item = u32> {
        let first = self.customers[customer as usize].first_order;
        chain(first, |order| self.orders[order as usize].next_of_customer)
            .filter(|order| self.is_live(Entity::Order, *order))
    }

    /// Live samples of an order, oldest first.
    pub(crate) fn samples_of(&self, order: u32) -> impl Iterator<Item = u32> {
        let first = self.orders[order as usize].first_sample;
        chain(first, |sample| self.samples[sample as usize].next_in_order)
            .filter(|sample| self.is_live(Entity::Sample, *sample))
    }

    /// Live tests of a sample, oldest first.
    pub(crate) fn tests_of(&self, sample: u32) -> impl Iterator<Item = u32> {
        let first = self.samples[sample as usize].first_test;
        chain(first, |test| self.tests[test as usize].next_in_sample).filter(|test| self.is_live(Entity::Test, *test))
    }
}

/// Follows links until there is none.
fn chain(first: u32, next: impl Fn(u32) -> u32) -> impl Iterator<Item = u32> {
    let there = |at: u32| (at != NONE).then_some(at);
    std::iter::successors(there(first), move |at| there(next(*at)))
}

/// A page of an ascending list, read from either end.
fn cut(list: &[u32], descending: bool, offset: usize, limit: usize) -> (Vec<u32>, usize) {
    let page = if descending {
        list.iter().rev().skip(offset).take(limit).copied().collect()
    } else {
        list.iter().skip(offset).take(limit).copied().collect()
    };
    (page, list.len())
}

/// The text served instead of a record, when there is one.
pub(crate) fn raw_of(overlay: Option<&Overlay>) -> Option<&str> {
    overlay.and_then(|overlay| overlay.raw.as_deref())
}
