//! The compact records of the laboratory.
//!
//! A record holds the instants of everything that will ever happen to it; what QBench would
//! show is a function of the record and of the clock. Nothing here knows JSON or HTTP.

use crate::calendar::{NEVER, Secs};
use crate::catalogue::Sector;

/// Index of no record.
pub(crate) const NONE: u32 = u32::MAX;

/// Deletion time of a record that has vanished; the real one is kept with the tombstones.
pub(crate) const GONE: Secs = 0;

/// The kinds of record that the API serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entity {
    /// A customer account.
    Customer,
    /// A person at a customer.
    Contact,
    /// An order: what a customer sent in at once.
    Order,
    /// One sample of an order.
    Sample,
    /// One assay on one sample.
    Test,
    /// Tests of one assay that are run together.
    Batch,
    /// A kind of test on offer.
    Assay,
    /// A named set of assays.
    Panel,
}

impl Entity {
    /// Every kind, parents before children.
    pub const ALL: [Self; 8] =
        [Self::Customer, Self::Contact, Self::Order, Self::Sample, Self::Test, Self::Batch, Self::Assay, Self::Panel];

    /// The name in the paths of API v1, e.g. `order`.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Contact => "contact",
            Self::Order => "order",
            Self::Sample => "sample",
            Self::Test => "test",
            Self::Batch => "batch",
            Self::Assay => "assay",
            Self::Panel => "panel",
        }
    }

    /// The kind with this path name.
    #[must_use]
    pub fn from_path(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|entity| entity.path() == name)
    }

    /// True when the change feed covers this kind (batches and panels are not in it).
    #[must_use]
    pub fn in_feed(self) -> bool {
        !matches!(self, Self::Batch | Self::Panel)
    }
}

/// What every record has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(crate) id: u32,
    pub(crate) created: Secs,
    /// Last change that any reader can see.
    pub(crate) updated: Secs,
    /// When the record will vanish from QBench; [`GONE`] once it has.
    pub(crate) deleted: Secs,
}

impl Head {
    pub(crate) fn new(created: Secs) -> Self {
        Self { id: 0, created, updated: created, deleted: NEVER }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) head: Head,
    pub(crate) name: Box<str>,
    pub(crate) sector: Sector,
    /// Old accounts have no creation date in QBench.
    pub(crate) undated: bool,
    /// How often the account was edited.
    pub(crate) revision: u32,
    pub(crate) first_order: u32,
    pub(crate) last_order: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Contact {
    pub(crate) head: Head,
    pub(crate) customer: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) head: Head,
    pub(crate) customer: u32,
    pub(crate) seed: u32,
    pub(crate) accession: u8,
    pub(crate) received: Secs,
    pub(crate) required: Secs,
    pub(crate) hold_from: Secs,
    pub(crate) hold_to: Secs,
    pub(crate) started: Secs,
    pub(crate) first_complete: Secs,
    pub(crate) completed: Secs,
    pub(crate) reported: Secs,
    pub(crate) cancelled: Secs,
    pub(crate) first_sample: u32,
    pub(crate) last_sample: u32,
    pub(crate) next_of_customer: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) head: Head,
    pub(crate) order: u32,
    pub(crate) seed: u32,
    pub(crate) matrix: u8,
    pub(crate) accession: u8,
    pub(crate) received: Secs,
    pub(crate) batched: Secs,
    pub(crate) started: Secs,
    pub(crate) first_complete: Secs,
    pub(crate) all_complete: Secs,
    pub(crate) published: Secs,
    pub(crate) discontinued: Secs,
    pub(crate) first_test: u32,
    pub(crate) last_test: u32,
    pub(crate) next_in_order: u32,
}

/// How a test ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Reported,
    NotReportable,
    Cancelled,
    ClientCancelled,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Test {
    pub(crate) head: Head,
    pub(crate) sample: u32,
    pub(crate) seed: u32,
    pub(crate) assay: u8,
    pub(crate) fate: Fate,
    /// 0 for the first test of its assay on the sample, 1 for its replacement …
    pub(crate) attempt: u8,
    pub(crate) hold_from: Secs,
    pub(crate) hold_to: Secs,
    pub(crate) batched: Secs,
    pub(crate) started: Secs,
    /// Raw data there, review pending.
    pub(crate) data: Secs,
    /// Completed, found not reportable, or cancelled: see the fate.
    pub(crate) completed: Secs,
    pub(crate) reported: Secs,
    pub(crate) batch: u32,
    pub(crate) next_in_sample: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Batch {
    pub(crate) head: Head,
    pub(crate) assay: u8,
    pub(crate) started: Secs,
    pub(crate) completed: Secs,
    /// Where the members begin in the laboratory's list of batch members.
    pub(crate) members_from: u32,
    pub(crate) members: u32,
}

/// Assays and panels: their content is static.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fixed {
    pub(crate) head: Head,
}

/// Latest and next instant among those given, seen from `now`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Around {
    /// The latest change that has happened, 0 when none has.
    pub(crate) last: Secs,
    /// The first change still to come, `NEVER` when none is.
    pub(crate) next: Secs,
}

/// Splits instants at `now`.
pub(crate) fn around(now: Secs, instants: &[Secs]) -> Around {
    let mut result = Around { last: 0, next: NEVER };
    for &at in instants {
        if at <= now {
            result.last = result.last.max(at);
        } else {
            result.next = result.next.min(at);
        }
    }
    result
}

impl Order {
    pub(crate) fn around(&self, now: Secs) -> Around {
        around(
            now,
            &[
                self.head.created,
                self.received,
                self.hold_from,
                self.hold_to,
                self.started,
                self.first_complete,
                self.completed,
                self.reported,
                self.cancelled,
            ],
        )
    }

    pub(crate) fn state(&self, now: Secs) -> &'static str {
        if self.cancelled <= now {
            "CANCELLED"
        } else if self.reported <= now {
            "REPORTED"
        } else if self.completed <= now {
            "COMPLETED"
        } else if self.hold_from <= now && now < self.hold_to {
            "ON HOLD"
        } else if self.started <= now && self.seed.is_multiple_of(4) {
            // Most tenants leave an order in CREATED while it is worked on.
            "IN PROGRESS"
        } else {
            "CREATED"
        }
    }
}

impl Sample {
    pub(crate) fn around(&self, now: Secs) -> Around {
        around(
            now,
            &[
                self.head.created,
                self.received,
                self.batched,
                self.started,
                self.first_complete,
                self.all_complete,
                self.published,
                self.discontinued,
            ],
        )
    }

    pub(crate) fn state(&self, now: Secs) -> &'static str {
        if self.discontinued <= now {
            "DISCONTINUED"
        } else if self.all_complete <= now {
            if self.published == NEVER { "NOT REPORTABLE" } else { "COMPLETED" }
        } else if self.started <= now && !self.seed.is_multiple_of(3) {
            "IN PROGRESS"
        } else if self.batched <= now {
            "BATCHED"
        } else if self.received <= now {
            "CREATED"
        } else {
            "REGISTERED"
        }
    }
}

impl Test {
    pub(crate) fn around(&self, now: Secs) -> Around {
        around(
            now,
            &[
                self.head.created,
                self.hold_from,
                self.hold_to,
                self.batched,
                self.started,
                self.data,
                self.second_check(),
                self.completed,
                self.reported,
            ],
        )
    }

    /// When a second person starts to check the data, for the few tests that need it.
    pub(crate) fn second_check(&self) -> Secs {
        if self.data != NEVER && self.seed.is_multiple_of(3) && self.completed > self.data {
            self.data + (self.completed - self.data) / 2
        } else {
            NEVER
        }
    }

    pub(crate) fn state(&self, now: Secs) -> &'static str {
        if self.reported <= now {
            "REPORTED"
        } else if self.completed <= now {
            match self.fate {
                Fate::Reported => "COMPLETED",
                Fate::NotReportable => "NOT REPORTABLE",
                Fate::Cancelled => "CANCELLED",
                Fate::ClientCancelled => "CLIENT CANCELLED",
            }
        } else if self.second_check() <= now {
            "IN REVIEW"
        } else if self.data <= now {
            "NEEDS REVIEW (Data Team)"
        } else if self.started <= now {
            "IN PROGRESS"
        } else if self.batched <= now {
            "BATCHED"
        } else if self.hold_from <= now && now < self.hold_to {
            "ON HOLD"
        } else {
            "NOT STARTED"
        }
    }
}

impl Batch {
    pub(crate) fn around(&self, now: Secs) -> Around {
        around(now, &[self.head.created, self.started, self.completed])
    }

    pub(crate) fn state(&self, now: Secs) -> &'static str {
        if self.completed <= now {
            "COMPLETED"
        } else if self.started <= now {
            "IN PROGRESS"
        } else {
            "NOT STARTED"
        }
    }
}
