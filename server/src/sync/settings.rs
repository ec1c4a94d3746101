//! What a laboratory may set about its synchronisation.

use crate::config::{Config, WorksheetMode};
use chrono_tz::Tz;
use std::time::Duration;

/// How much of the tests' worksheets is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Worksheets {
    /// Every cell.
    #[default]
    Raw,
    /// The named cells, which lists carry by themselves.
    Named,
    /// Nothing of it is stored.
    None,
}

/// The engine's settings; credentials are in the client.
#[derive(Clone, Debug)]
pub struct SyncSettings {
    /// The laboratory's zone.
    pub zone: Tz,
    /// Whether that zone is fixed; else one that administrators have set comes before it.
    pub zone_held: bool,
    /// The zone of QBench's date-times that name none; UTC if absent.
    pub source_zone: Option<Tz>,
    /// How much of the worksheets is read.
    pub worksheets: Worksheets,
    /// Records a page, 1 to 50.
    pub page_size: u32,
    /// Days that a window run goes back.
    pub lookback_days: u32,
    /// Requests a minute that the tenant grants; 0 = no limit. Shares of a budget are taken of it.
    pub requests_per_minute: u32,
    /// Most requests under way at once.
    pub max_concurrency: usize,
    /// How long an outage is waited out once QBench has answered in a run.
    pub patience: Duration,
    /// A holder of the lease without a sign of life for so long is gone.
    pub lease_stale: Duration,
}

impl SyncSettings {
    /// The settings that a process was started with.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let client = config.qbench.as_ref();
        let defaults = Self::default();
        Self {
            zone: config.lab.time_zone,
            zone_held: config.lab.held.time_zone,
            source_zone: (config.lab.source_zone != Tz::UTC).then_some(config.lab.source_zone),
            worksheets: match config.sync.worksheets {
                WorksheetMode::Raw => Worksheets::Raw,
                WorksheetMode::Named => Worksheets::Named,
                WorksheetMode::None => Worksheets::None,
            },
            page_size: config.sync.page_size,
            lookback_days: config.sync.lookback_days,
            requests_per_minute: client.map_or(defaults.requests_per_minute, |client| client.requests_per_minute),
            max_concurrency: client.map_or(defaults.max_concurrency, |client| client.max_concurrency),
            ..defaults
        }
    }
}

impl Default for SyncSettings {
    fn default() -> Self {
        Self {
            zone: Tz::UTC,
            zone_held: true,
            source_zone: None,
            worksheets: Worksheets::Raw,
            page_size: 50,
            lookback_days: 7,
            requests_per_minute: 300,
            max_concurrency: 10,
            patience: Duration::from_secs(300),
            lease_stale: Duration::from_secs(15),
        }
    }
}
