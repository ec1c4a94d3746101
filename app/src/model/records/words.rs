//! The closed vocabularies of list queries, each with the word that stands for it in a URL.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $slug:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// All of them, in display order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word that stands for it in a URL.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self {
                    $(Self::$variant => $slug,)+
                }
            }

            /// The one with this URL word.
            #[must_use]
            pub fn from_slug(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.slug() == slug)
            }
        }
    };
}

words! {
    /// The five kinds of record that have lists and pages.
    RecordKind {
        /// What a customer sent in at one time.
        Orders = "orders",
        /// One specimen of an order.
        Samples = "samples",
        /// One assay run on one sample.
        Tests = "tests",
        /// Tests run together.
        Batches = "batches",
        /// A customer account.
        Customers = "customers",
    }
}

words! {
    /// Which date of a record the days of a list apply to.
    Basis {
        /// When the record was created in QBench.
        Created = "created",
        /// When the order was received.
        Received = "received",
        /// When the record was completed.
        Completed = "completed",
        /// When it was reported.
        Reported = "reported",
        /// Customers: when a sample or test of theirs was created.
        Active = "active",
    }
}

words! {
    /// What must hold, now, for a record to be listed. Several hold together.
    Condition {
        /// Neither completed nor reported nor in a final state.
        Open = "open",
        /// Open and older than the target.
        Late = "late",
        /// Late, and within the target 24 hours ago.
        NewlyLate = "newly_late",
        /// Open and past three quarters of the target, not yet late.
        AtRisk = "at_risk",
        /// Open and past half of the target, neither at risk nor late.
        Warning = "warning",
        /// Samples whose tests are all done and that have no report yet.
        Ready = "ready",
        /// Samples whose METRC tag got a status within the last 30 days.
        Metrc = "metrc",
        /// In a state of waiting for somebody: on hold.
        OnHold = "on_hold",
        /// Cancelled by the laboratory or the customer.
        Cancelled = "cancelled",
        /// Found not to be reportable.
        NotReportable = "not_reportable",
        /// Being run or prepared again.
        Rework = "rework",
        /// Has a report date.
        Reported = "reported",
        /// Orders: has a reception date.
        Received = "received",
        /// Orders: has a completion date. Batches: are complete.
        Completed = "completed",
        /// Tests: created and neither reported nor completed nor in a state that ends the work.
        InProgress = "in_progress",
        /// Tests: was seen in a state of rework at any time.
        Reworked = "reworked",
        /// Batches: not complete and without a change for three days.
        Stale = "stale",
    }
}

words! {
    /// How a test's turnaround stands against the target.
    TurnaroundClass {
        /// At or below the target.
        Within = "within",
        /// Above the target.
        Beyond = "beyond",
        /// Reported, but without a creation date or before it.
        Unknown = "unknown",
    }
}

words! {
    /// What a list can be ordered by.
    Sort {
        /// QBench id.
        Id = "id",
        /// Creation.
        Created = "created",
        /// Reception.
        Received = "received",
        /// Completion.
        Completed = "completed",
        /// Report.
        Reported = "reported",
        /// Printed number of an order or sample.
        Reference = "reference",
        /// Name of a sample, batch or customer.
        Name = "name",
        /// Name of the customer.
        Customer = "customer",
        /// State.
        State = "state",
        /// Assay label.
        Label = "label",
        /// Matrix.
        Matrix = "matrix",
        /// Hours from creation to report (orders: to completion).
        Turnaround = "turnaround",
    }
}

words! {
    /// The direction of an order.
    Direction {
        /// Smallest, oldest or A first.
        Ascending = "asc",
        /// Largest, newest or Z first.
        Descending = "desc",
    }
}

impl Direction {
    /// The other direction.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

impl RecordKind {
    /// The address of the list.
    #[must_use]
    pub const fn list_path(self) -> &'static str {
        match self {
            Self::Orders => "/records/orders",
            Self::Samples => "/records/samples",
            Self::Tests => "/records/tests",
            Self::Batches => "/records/batches",
            Self::Customers => "/records/customers",
        }
    }

    /// The address of one record's page.
    #[must_use]
    pub fn record_path(self, id: i32) -> String {
        format!("/{}/{id}", self.slug())
    }

    /// The dates that days can apply to.
    #[must_use]
    pub const fn bases(self) -> &'static [Basis] {
        match self {
            Self::Orders => &[Basis::Created, Basis::Received, Basis::Completed, Basis::Reported],
            Self::Samples => &[Basis::Created, Basis::Completed],
            Self::Tests => &[Basis::Created, Basis::Completed, Basis::Reported],
            Self::Batches => &[Basis::Created],
            Self::Customers => &[Basis::Created, Basis::Active],
        }
    }

    /// The conditions that mean something here.
    #[must_use]
    pub const fn conditions(self) -> &'static [Condition] {
        use Condition::{
            AtRisk, Cancelled, Completed, InProgress, Late, Metrc, NewlyLate, NotReportable, OnHold, Open, Ready,
            Received, Reported, Rework, Reworked, Stale, Warning,
        };
        match self {
            Self::Orders => &[Open, Late, NewlyLate, AtRisk, Warning, OnHold, Cancelled, Reported, Received, Completed],
            Self::Samples => {
                &[Open, Late, NewlyLate, AtRisk, Warning, Ready, Metrc, OnHold, Cancelled, NotReportable, Reported]
            }
            Self::Tests => &[
                Open,
                Late,
                NewlyLate,
                AtRisk,
                Warning,
                OnHold,
                Cancelled,
                NotReportable,
                Rework,
                Reported,
                InProgress,
                Reworked,
            ],
            Self::Batches => &[Open, Stale, Completed],
            Self::Customers => &[Open, Late],
        }
    }

    /// What the list can be ordered by.
    #[must_use]
    pub const fn sorts(self) -> &'static [Sort] {
        use Sort::{
            Completed, Created, Customer, Id, Label, Matrix, Name, Received, Reference, Reported, State, Turnaround,
        };
        match self {
            Self::Orders => &[Id, Reference, Customer, State, Created, Received, Completed, Reported, Turnaround],
            Self::Samples => &[Id, Reference, Name, Customer, Matrix, State, Created, Completed],
            Self::Tests => &[Id, Label, Customer, State, Created, Completed, Reported, Turnaround],
            Self::Batches => &[Id, Name, Label, State, Created],
            Self::Customers => &[Id, Name, Created],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        assert!(Condition::ALL.iter().all(|word| Condition::from_slug(word.slug()) == Some(*word)));
        assert!(Sort::ALL.iter().all(|word| Sort::from_slug(word.slug()) == Some(*word)));
        assert_eq!(RecordKind::from_slug("reports"), None);
    }
}
