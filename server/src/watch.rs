//! How an installation fares: what probes, measurements and alerts are made from. It judges nothing.

use crate::db::lims::Table;
use crate::db::watch::{SyncFacts, sync_facts};
use crate::db::{DbError, PgPool};
use std::path::{Path, PathBuf};

/// Room where the database, or the program when the database is elsewhere, keeps its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disk {
    /// Bytes that may still be written.
    pub free: u64,
    /// Bytes altogether.
    pub size: u64,
}

impl Disk {
    /// Looks at the file system that holds a folder, or the nearest folder above that exists.
    #[must_use]
    pub fn at(folder: &Path) -> Option<Self> {
        let place = folder.ancestors().find(|place| place.exists())?;
        let facts = rustix::fs::statvfs(place).ok()?;
        Some(Self {
            free: facts.f_bavail.saturating_mul(facts.f_frsize),
            size: facts.f_blocks.saturating_mul(facts.f_frsize),
        })
    }

    /// Free space in percent.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a percentage needs no exact bytes")]
    pub fn free_percent(self) -> f64 {
        if self.size == 0 { 100.0 } else { self.free as f64 / self.size as f64 * 100.0 }
    }
}

/// Where the database's files are when it is ours; else where the program works.
#[must_use]
pub fn place(config: &crate::config::Config) -> PathBuf {
    let own = || crate::db::embedded::default_data_dir().ok();
    let folder = config.data_dir.clone().or_else(|| if config.database.url.is_none() { own() } else { None });
    folder.and_then(|folder| std::path::absolute(folder).ok()).unwrap_or_else(|| PathBuf::from("/"))
}

/// Asks how the synchronisation stands.
///
/// # Errors
/// When the database does not answer.
pub async fn synchronisation(pool: &PgPool) -> Result<SyncFacts, DbError> {
    sync_facts(pool, i64::try_from(Table::ALL.len()).unwrap_or(i64::MAX)).await
}

/// Whether QBench answers, judged by the latest run; nothing is sent for it.
#[must_use]
pub fn source_state(enabled: bool, facts: &SyncFacts) -> &'static str {
    match (enabled, facts.last_state.as_deref(), facts.last_error_kind.as_deref()) {
        (false, _, _) => "off",
        (true, None, _) => "unknown",
        (true, Some("failed"), Some("credentials")) => "refused",
        (true, Some("failed"), Some("unreachable" | "limited")) => "unreachable",
        (true, Some("failed"), _) => "failing",
        (true, Some(_), _) => "ok",
    }
}
