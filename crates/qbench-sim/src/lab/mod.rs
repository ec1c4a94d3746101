//! The laboratory: its records, its clock, and what may be asked of it.
//!
//! Owns the data and their life; knows neither JSON text nor HTTP.

mod arrivals;
mod index;
mod life;
mod mutate;
mod plan;
pub(crate) mod records;
mod slots;
mod view;

pub use mutate::MutateError;
pub use records::Entity;
pub(crate) use view::{ListQuery, Sort, raw_of};

use std::collections::{BinaryHeap, HashMap};

use chrono::{DateTime, TimeZone, Utc};
use serde_json::{Map, Value};

use crate::calendar::{DAY, LabZone, NEVER, Secs};
use crate::catalogue::{ASSAYS, PANELS};
use arrivals::Arrivals;
use index::Index;
use life::Event;
use records::{Batch, Contact, Customer, Fixed, Head, Order, Sample, Test};

/// How much a worksheet contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Worksheets {
    /// `worksheet_data` is always null.
    None,
    /// Around twenty cells a test: the shapes, not the weight.
    #[default]
    Compact,
    /// 33 to about 470 named cells a test, as in a real tenant.
    Full,
}

/// What laboratory to build.
#[derive(Debug, Clone)]
pub struct LabConfig {
    /// Everything follows from this and from the other fields.
    pub seed: u64,
    /// Approximate number of tests at the start of the clock, 20 to 1,000,000.
    pub tests: u32,
    /// Where the laboratory's clock starts; history lies before it.
    pub now: DateTime<Utc>,
    /// Length of the history in days; 0 = in proportion to `tests` (180 days for 20,000).
    pub days: u32,
    /// Where the laboratory is.
    pub zone: LabZone,
    /// Size of the worksheets.
    pub worksheets: Worksheets,
    /// A quiet laboratory's clock moves, but nothing happens by itself.
    pub quiet: bool,
}

impl Default for LabConfig {
    /// 20,000 tests seen on a Tuesday morning of November 2026.
    fn default() -> Self {
        Self {
            seed: 1,
            tests: 20_000,
            now: Utc.with_ymd_and_hms(2026, 11, 17, 12, 40, 0).single().expect("a valid instant"),
            days: 0,
            zone: LabZone::default(),
            worksheets: Worksheets::default(),
            quiet: false,
        }
    }
}

impl LabConfig {
    /// Length of the history in days, worked out when `days` is 0.
    #[must_use]
    pub fn history_days(&self) -> u32 {
        if self.days > 0 {
            return self.days;
        }
        let scale = (f64::from(self.tests) / 20_000.0).powf(0.45);
        ((180.0 * scale) as u32).clamp(10, 1500)
    }
}

/// A change laid over a generated record.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overlay {
    pub(crate) fields: Map<String, Value>,
    pub(crate) removed: Vec<String>,
    pub(crate) raw: Option<String>,
}

/// The in-memory laboratory. The same configuration and clock give the same records.
#[derive(Debug)]
pub struct Lab {
    config: LabConfig,
    /// The clock: stamps changes made from outside.
    now: Secs,
    /// Up to where the laboratory has lived; equals `now` unless it is quiet.
    horizon: Secs,
    quiet: bool,
    pub(crate) customers: Vec<Customer>,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) orders: Vec<Order>,
    pub(crate) samples: Vec<Sample>,
    pub(crate) tests: Vec<Test>,
    pub(crate) batches: Vec<Batch>,
    assays: Vec<Fixed>,
    panels: Vec<Fixed>,
    pub(crate) batch_members: Vec<u32>,
    indexes: [Index; 8],
    events: BinaryHeap<Event>,
    /// Tests waiting for their batch, by assay and slot.
    queues: HashMap<(u8, Secs), Vec<u32>>,
    arrivals: Arrivals,
    overlays: HashMap<(Entity, u32), Overlay>,
    /// The id that the next record must have, while one is inserted from outside.
    forced_id: Option<u32>,
    /// Moves with every change; cached answers of an older version are void.
    version: u64,
    views: view::ViewCache,
}

impl Lab {
    /// Builds the laboratory and lets it live until `config.now`.
    #[must_use]
    pub fn generate(config: LabConfig) -> Self {
        let now = to_secs(config.now);
        let start = now.saturating_sub(config.history_days() * DAY).max(DAY);
        let mut lab = Self {
            now: start,
            horizon: start,
            quiet: false,
            customers: Vec::new(),
            contacts: Vec::new(),
            orders: Vec::new(),
            samples: Vec::new(),
            tests: Vec::with_capacity(config.tests as usize + config.tests as usize / 8),
            batches: Vec::new(),
            assays: Vec::new(),
            panels: Vec::new(),
            batch_members: Vec::new(),
            indexes: Default::default(),
            events: BinaryHeap::new(),
            queues: HashMap::new(),
            arrivals: Arrivals::new(&config, start),
            overlays: HashMap::new(),
            forced_id: None,
            version: 0,
            views: view::ViewCache::default(),
            config,
        };
        lab.found(start);
        lab.advance_secs(now);
        lab.quiet = lab.config.quiet;
        lab
    }

    /// Assays, panels and the first customers.
    fn found(&mut self, start: Secs) {
        let old = start.saturating_sub(400 * DAY).max(DAY);
        for (index, kind) in ASSAYS.iter().enumerate() {
            let head = Head { id: kind.id, ..Head::new(old + index as u32 * 3 * DAY) };
            self.assays.push(Fixed { head });
            self.indexes[Entity::Assay as usize].live.push(index as u32);
        }
        for (index, panel) in PANELS.iter().enumerate() {
            let head = Head { id: panel.0, ..Head::new(old + 60 * DAY) };
            self.panels.push(Fixed { head });
            self.indexes[Entity::Panel as usize].live.push(index as u32);
        }
        self.open(start);
    }

    /// The laboratory's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        from_secs(self.now)
    }

    /// What the laboratory was built from.
    #[must_use]
    pub fn config(&self) -> &LabConfig {
        &self.config
    }

    /// Moves the clock on: orders arrive, tests progress, reports go out, records vanish.
    /// A clock never goes back; an earlier instant does nothing.
    pub fn advance_to(&mut self, now: DateTime<Utc>) {
        self.advance_secs(to_secs(now));
    }

    /// From now on nothing happens by itself; the clock still moves.
    pub fn stop_living(&mut self) {
        self.quiet = true;
    }

    fn advance_secs(&mut self, target: Secs) {
        if target <= self.now {
            return;
        }
        self.now = target;
        if !self.quiet {
            self.live_until(target);
            self.horizon = target;
        }
    }

    /// The instant that decides what records show.
    pub(crate) fn seen_at(&self) -> Secs {
        self.horizon
    }

    pub(crate) fn now_secs(&self) -> Secs {
        self.now
    }

    pub(crate) fn head(&self, entity: Entity, index: u32) -> &Head {
        let index = index as usize;
        match entity {
            Entity::Customer => &self.customers[index].head,
            Entity::Contact => &self.contacts[index].head,
            Entity::Order => &self.orders[index].head,
            Entity::Sample => &self.samples[index].head,
            Entity::Test => &self.tests[index].head,
            Entity::Batch => &self.batches[index].head,
            Entity::Assay => &self.assays[index].head,
            Entity::Panel => &self.panels[index].head,
        }
    }

    fn head_mut(&mut self, entity: Entity, index: u32) -> &mut Head {
        let index = index as usize;
        match entity {
            Entity::Customer => &mut self.customers[index].head,
            Entity::Contact => &mut self.contacts[index].head,
            Entity::Order => &mut self.orders[index].head,
            Entity::Sample => &mut self.samples[index].head,
            Entity::Test => &mut self.tests[index].head,
            Entity::Batch => &mut self.batches[index].head,
            Entity::Assay => &mut self.assays[index].head,
            Entity::Panel => &mut self.panels[index].head,
        }
    }

    fn index(&self, entity: Entity) -> &Index {
        &self.indexes[entity as usize]
    }

    pub(crate) fn overlay(&self, entity: Entity, index: u32) -> Option<&Overlay> {
        if self.overlays.is_empty() {
            return None;
        }
        self.overlays.get(&(entity, index))
    }

    /// Position of the live record with this id.
    pub(crate) fn find(&self, entity: Entity, id: u64) -> Option<u32> {
        let id = u32::try_from(id).ok()?;
        let live = &self.index(entity).live;
        live.binary_search_by_key(&id, |index| self.head(entity, *index).id).ok().map(|place| live[place])
    }

    /// Number of live records of a kind.
    #[must_use]
    pub fn count(&self, entity: Entity) -> usize {
        self.index(entity).live.len()
    }

    /// Ids of the live records of a kind, ascending.
    #[must_use]
    pub fn ids(&self, entity: Entity) -> Vec<u64> {
        self.index(entity).live.iter().map(|index| u64::from(self.head(entity, *index).id)).collect()
    }

    /// Ids of records that have vanished, oldest deletion first.
    #[must_use]
    pub fn deleted_ids(&self, entity: Entity) -> Vec<u64> {
        let tombs = &self.index(entity).tombs;
        tombs.iter().map(|(_, id)| u64::from(*id)).collect()
    }

    /// The instant of a record's last change, `None` when there is no such live record.
    #[must_use]
    pub fn last_updated(&self, entity: Entity, id: u64) -> Option<DateTime<Utc>> {
        let index = self.find(entity, id)?;
        Some(from_secs(self.head(entity, index).updated))
    }
}

/// Seconds since 1970 of an instant; clamped to what the laboratory can hold.
pub(crate) fn to_secs(at: DateTime<Utc>) -> Secs {
    at.timestamp().clamp(i64::from(2 * DAY), i64::from(NEVER - 1)) as Secs
}

pub(crate) fn from_secs(at: Secs) -> DateTime<Utc> {
    Utc.timestamp_opt(i64::from(at), 0).single().expect("every u32 is a valid instant")
}
