//! What is wrong: from facts to conditions. Pure; a condition says what, how bad, and the figures.

use crate::config::OperateConfig;
use crate::db::watch::SyncFacts;
use crate::watch::Disk;
use chrono::{DateTime, TimeDelta, Utc};

/// Everything that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// QBench refuses our credentials.
    CredentialsRefused,
    /// The run that ended last failed.
    SyncFailed,
    /// No run has succeeded for too long.
    SyncLate,
    /// The copy is older than its limit.
    CopyLate,
    /// Many records came into quarantine.
    QuarantineGrowing,
    /// A verification found differences that it could not heal.
    CertificateDiffers,
    /// Little free space.
    DiskLow,
    /// The database does not answer.
    DatabaseDown,
}

impl Subject {
    /// Every one of them.
    pub const ALL: [Self; 8] = [
        Self::CredentialsRefused,
        Self::SyncFailed,
        Self::SyncLate,
        Self::CopyLate,
        Self::QuarantineGrowing,
        Self::CertificateDiffers,
        Self::DiskLow,
        Self::DatabaseDown,
    ];

    /// Its name in the database, in messages and in the runbook.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::CredentialsRefused => "credentials-refused",
            Self::SyncFailed => "sync-failed",
            Self::SyncLate => "sync-late",
            Self::CopyLate => "copy-late",
            Self::QuarantineGrowing => "quarantine-growing",
            Self::CertificateDiffers => "certificate-differs",
            Self::DiskLow => "disk-low",
            Self::DatabaseDown => "database-down",
        }
    }

    /// The one with this name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.key() == key)
    }

    /// How bad it is: a critical one stops the copy or the pages.
    #[must_use]
    pub const fn severity(self) -> &'static str {
        match self {
            Self::CredentialsRefused | Self::DiskLow | Self::DatabaseDown | Self::CopyLate => "critical",
            _ => "warning",
        }
    }
}

/// Something that is wrong now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What.
    pub subject: Subject,
    /// The figures: numbers and words of ours, nothing of the laboratory.
    pub figures: String,
}

/// What the rules look at.
#[derive(Clone, Debug)]
pub struct Observed {
    /// The synchronisation.
    pub sync: SyncFacts,
    /// Whether credentials are configured.
    pub enabled: bool,
    /// Room on disk, where it can be seen.
    pub disk: Option<Disk>,
    /// When the watching began: an installation that has just started is not late yet.
    pub watching_since: DateTime<Utc>,
}

/// Everything that is wrong, in the order of [`Subject::ALL`].
#[must_use]
pub fn conditions(seen: &Observed, limits: &OperateConfig) -> Vec<Condition> {
    let mut found = Vec::new();
    let mut add = |subject, figures| found.push(Condition { subject, figures });
    let (sync, now) = (&seen.sync, seen.sync.now);
    let limit = TimeDelta::from_std(limits.freshness_limit).unwrap_or(TimeDelta::MAX);
    let failed = sync.last_state.as_deref() == Some("failed");
    let kind = sync.last_error_kind.as_deref().unwrap_or("other");
    if seen.enabled && failed {
        let mode = sync.last_mode.as_deref().unwrap_or("?");
        let subject = if kind == "credentials" { Subject::CredentialsRefused } else { Subject::SyncFailed };
        add(subject, format!("{mode}: {kind}"));
    }
    if seen.enabled && !failed && !sync.paused && sync.running_since.is_none() {
        let last = sync.last_success.unwrap_or(seen.watching_since);
        if now - last > limit {
            add(Subject::SyncLate, minutes(now - last));
        }
    }
    if let Some(as_of) = sync.as_of.filter(|as_of| seen.enabled && now - *as_of > limit) {
        add(Subject::CopyLate, format!("{} > {}", minutes(now - as_of), minutes(limit)));
    }
    if sync.quarantined_today >= i64::from(limits.alerts.quarantine) {
        add(Subject::QuarantineGrowing, format!("{} / 24 h", sync.quarantined_today));
    }
    if sync.certified_equal == Some(false) {
        let at = sync.certified_at.map_or_else(String::new, |at| at.format("%Y-%m-%d %H:%M UTC").to_string());
        add(Subject::CertificateDiffers, at);
    }
    if let Some(disk) = seen.disk.filter(|disk| disk.free_percent() < f64::from(limits.disk_free_percent)) {
        #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
        let free = disk.free as f64 / 1e9;
        add(Subject::DiskLow, format!("{free:.1} GB, {:.0} %", disk.free_percent()));
    }
    found
}

fn minutes(time: TimeDelta) -> String {
    format!("{} min", time.num_minutes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn healthy() -> Observed {
        let sync = SyncFacts {
            last_state: Some("succeeded".into()),
            last_mode: Some("incremental".into()),
            last_success: Some(at("2026-11-24T09:55:00Z")),
            as_of: Some(at("2026-11-24T09:54:00Z")),
            certified_equal: Some(true),
            now: at("2026-11-24T10:00:00Z"),
            ..SyncFacts::default()
        };
        let disk = Some(Disk { free: 60_000_000_000, size: 100_000_000_000 });
        Observed { sync, enabled: true, disk, watching_since: at("2026-11-24T08:00:00Z") }
    }

    fn found(change: impl FnOnce(&mut Observed)) -> Vec<&'static str> {
        let mut seen = healthy();
        change(&mut seen);
        conditions(&seen, &OperateConfig::default()).iter().map(|condition| condition.subject.key()).collect()
    }

    #[test]
    fn a_healthy_installation_has_no_condition_and_each_fault_has_its_own() {
        assert!(found(|_| {}).is_empty());
        assert_eq!(found(|seen| seen.sync.quarantined_today = 20), ["quarantine-growing"]);
        assert!(found(|seen| seen.sync.quarantined_today = 19).is_empty());
        assert_eq!(found(|seen| seen.sync.certified_equal = Some(false)), ["certificate-differs"]);
        assert_eq!(found(|seen| seen.disk = Some(Disk { free: 9, size: 100 })), ["disk-low"]);
        assert_eq!(found(|seen| seen.sync.as_of = Some(at("2026-11-24T09:29:59Z"))), ["copy-late"]);
        assert_eq!(found(|seen| seen.sync.last_success = Some(at("2026-11-24T09:29:00Z"))), ["sync-late"]);
    }

    #[test]
    fn refused_credentials_are_told_apart_from_other_failures() {
        let fail = |kind: &'static str| {
            found(move |seen| {
                seen.sync.last_state = Some("failed".into());
                seen.sync.last_error_kind = Some(kind.into());
                seen.sync.last_success = None;
            })
        };
        assert_eq!(fail("credentials"), ["credentials-refused"]);
        assert_eq!(fail("unreachable"), ["sync-failed"]);
    }

    #[test]
    fn a_pause_a_long_run_and_a_fresh_start_are_not_late_and_without_credentials_nothing_is() {
        let old = Some(at("2026-11-24T07:00:00Z"));
        assert!(found(|seen| (seen.sync.last_success, seen.sync.paused) = (old, true)).is_empty());
        assert!(found(|seen| (seen.sync.last_success, seen.sync.running_since) = (old, old)).is_empty());
        assert!(
            found(|seen| {
                (seen.sync.last_success, seen.sync.as_of) = (None, None);
                seen.watching_since = at("2026-11-24T09:59:00Z");
            })
            .is_empty()
        );
        assert!(found(|seen| (seen.sync.last_success, seen.sync.as_of, seen.enabled) = (old, old, false)).is_empty());
    }
}
