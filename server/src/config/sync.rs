//! How the synchronisation reads.

use super::reader::Reader;
use std::time::Duration;

/// How much of the tests' worksheets is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorksheetMode {
    /// Every cell.
    #[default]
    Raw,
    /// The named cells, which lists carry by themselves.
    Named,
    /// None.
    None,
}

/// Settings of the synchronisation beside the credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncConfig {
    /// Records a page.
    pub page_size: u32,
    /// Days that a window run goes back.
    pub lookback_days: u32,
    /// How much of the worksheets is kept.
    pub worksheets: WorksheetMode,
    /// Pause between incremental runs that are started beside the schedules; absent = none.
    pub interval: Option<Duration>,
}

impl SyncConfig {
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let seconds: u32 = reader.parsed("SYNC_INTERVAL_SECONDS", "a number of seconds, 0 for none", 0);
        Self {
            page_size: ranged(reader, "PAGE_SIZE", 1, 50, 50),
            lookback_days: ranged(reader, "SYNC_LOOKBACK_DAYS", 0, 3650, 7),
            worksheets: reader.checked("SYNC_WORKSHEETS", "one of raw, named, none", WorksheetMode::Raw, |text| {
                match text.to_ascii_lowercase().as_str() {
                    "raw" | "default" => Some(WorksheetMode::Raw),
                    "named" => Some(WorksheetMode::Named),
                    "none" => Some(WorksheetMode::None),
                    _ => None,
                }
            }),
            interval: (seconds > 0).then(|| Duration::from_secs(seconds.into())),
        }
    }
}

impl Default for SyncConfig {
    fn default() -> Self {
        Self::read(&Reader::new(&|_| None))
    }
}

fn ranged(reader: &Reader<'_>, name: &str, low: u32, high: u32, default: u32) -> u32 {
    let expectation = format!("a whole number from {low} to {high}");
    reader.checked(name, &expectation, default, |text| text.parse().ok().filter(|number| (low..=high).contains(number)))
}
