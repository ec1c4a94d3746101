//! The laboratory: its name, its clock, and when its orders are done.

use super::reader::Reader;
use chrono_tz::Tz;

/// What is particular to a laboratory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabConfig {
    /// Shown in the pages' head.
    pub name: Option<String>,
    /// Days, weeks and bounds without a zone are of this zone.
    pub time_zone: Tz,
    /// Zone of QBench's date-times that name none.
    pub source_zone: Tz,
    /// States of orders that are done, in upper case.
    pub final_states: Vec<String>,
    /// What the environment has set, so that it cannot be changed in the pages.
    pub held: Held,
}

/// Which settings of the laboratory come from the environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// `BENCHWATCH_LAB_NAME`.
    pub name: bool,
    /// `BENCHWATCH_TIME_ZONE`.
    pub time_zone: bool,
    /// `BENCHWATCH_FINAL_STATES`.
    pub final_states: bool,
}

/// States that close an order when nothing else is set.
pub const FINAL_STATES: [&str; 4] = ["REPORTED", "COMPLETED", "CANCELLED", "CLIENT CANCELLED"];

impl LabConfig {
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let states = reader.list("BENCHWATCH_FINAL_STATES", "names of states", |text| Some(text.to_uppercase()));
        let name = reader.text("BENCHWATCH_LAB_NAME");
        let held = Held {
            name: name.is_some(),
            time_zone: reader.text("BENCHWATCH_TIME_ZONE").is_some(),
            final_states: !states.is_empty(),
        };
        Self {
            name,
            held,
            time_zone: zone(reader, "BENCHWATCH_TIME_ZONE"),
            source_zone: zone(reader, "BENCHWATCH_QBENCH_TIME_ZONE"),
            final_states: if states.is_empty() { FINAL_STATES.map(str::to_owned).to_vec() } else { states },
        }
    }
}

impl Default for LabConfig {
    fn default() -> Self {
        Self::read(&Reader::new(&|_| None))
    }
}

fn zone(reader: &Reader<'_>, name: &str) -> Tz {
    reader.parsed(name, "an IANA time zone such as America/Denver", Tz::UTC)
}
