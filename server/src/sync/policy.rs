//! The error policy: the one place that decides what a failure leads to, and what the operator is told.
//!
//! The client has already repeated what passes within a minute (see `qbench`'s retry policy); what arrives here has
//! outlived that. No match has a wildcard: a new kind of failure does not compile until somebody decides about it.

use super::SyncError;
use crate::db::DbError;
use qbench::{LimitKind, NetworkFault, QbenchError};

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A page of a list was asked for.
    Page,
    /// One record was asked for.
    Record,
    /// The change feed was asked for.
    Feed,
    /// Rows were being written.
    Commit,
}

/// What a failure leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directive {
    /// Wait and try the same again, as long as patience lasts; then as [`Directive::StopRun`].
    Backoff,
    /// Read the page in smaller pieces until the guilty record is alone.
    Bisect,
    /// Put this record into quarantine and go on.
    SkipRecord,
    /// Use the next strategy that brings the same records.
    NextStrategy,
    /// Give this entity up and read the others; the run fails at its end.
    StopEntity,
    /// End the run.
    StopRun,
}

/// A decision and its explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What is done.
    pub directive: Directive,
    /// What the operator can do, one sentence.
    pub hint: &'static str,
}

/// Decides about a failure.
#[must_use]
pub fn judge(error: &SyncError, place: Place) -> Verdict {
    let (directive, hint) = match error {
        SyncError::Source(error) => judge_source(error, place),
        SyncError::Db(error) => judge_db(error, place),
        SyncError::LeaseLost => {
            (Directive::StopRun, "Nothing is lost: the process that took over continues; see its run.")
        }
        SyncError::Cancelled => (Directive::StopRun, "Start another run when you like; it goes on where this ended."),
        SyncError::Unsettled(_) => (
            Directive::StopEntity,
            "Start the run again when fewer records are being deleted; a verification proves the result.",
        ),
        SyncError::Repeats(_) => {
            (Directive::StopEntity, "QBench ignores the page that is asked for; tell its support which list it is.")
        }
        SyncError::NotConfigured(_) => {
            (Directive::StopRun, "Set these variables from the API client in QBench's developer settings.")
        }
        SyncError::Unreadable { source, .. } => (Directive::StopEntity, judge(source, place).hint),
        SyncError::Entity { source, .. } => return judge(source, place),
        SyncError::Broken => (Directive::StopRun, "This is a fault of benchwatch; the log says where."),
    };
    Verdict { directive, hint }
}

fn judge_source(error: &QbenchError, place: Place) -> (Directive, &'static str) {
    match error {
        QbenchError::Config { .. } => {
            (Directive::StopRun, "Check QBENCH_BASE_URL, QBENCH_TOKEN_URL, QBENCH_CLIENT_ID and QBENCH_CLIENT_SECRET.")
        }
        QbenchError::Unauthorized { .. } => (
            Directive::StopRun,
            "Check QBENCH_CLIENT_ID and QBENCH_CLIENT_SECRET, and that the API client is active in QBench.",
        ),
        QbenchError::Transport { fault: NetworkFault::Cut | NetworkFault::Other, .. } if place == Place::Feed => {
            (Directive::NextStrategy, "The change feed breaks off; lists are used instead.")
        }
        QbenchError::Transport { fault, .. } => judge_network(*fault),
        QbenchError::Timeout { .. } if place == Place::Feed => {
            (Directive::NextStrategy, "The change feed takes too long; lists are used instead.")
        }
        QbenchError::Timeout { .. } => {
            (Directive::Backoff, "QBench or the network is too slow or hangs; the next run goes on where this ended.")
        }
        QbenchError::RateLimited { kind, .. } => match kind {
            LimitKind::Rate => {
                (Directive::Backoff, "Another program uses up the tenant's requests; lower QBENCH_REQUESTS_PER_MINUTE.")
            }
            LimitKind::Concurrency => {
                (Directive::Backoff, "Another program uses the API at the same time; lower QBENCH_MAX_CONCURRENCY.")
            }
        },
        QbenchError::Rejected { status, .. } => judge_status(*status, place),
        QbenchError::Decode { .. } if place == Place::Feed => {
            (Directive::NextStrategy, "The change feed cannot be read; lists are used instead.")
        }
        QbenchError::Decode { .. } => (
            Directive::Backoff,
            "A proxy or QBench itself cuts or replaces answers; if it goes on, ask QBench's support.",
        ),
        QbenchError::Contract { .. } => match place {
            Place::Page => (Directive::StopEntity, "QBench answers in a form that is not known; ask for an update."),
            Place::Record => (Directive::SkipRecord, "The record stays in quarantine and is tried again later."),
            Place::Feed => (Directive::NextStrategy, "The change feed answers in an unknown form; lists are used."),
            Place::Commit => (Directive::StopRun, "This is a fault of benchwatch; the log says where."),
        },
        QbenchError::TooLarge { .. } => match place {
            Place::Page => (Directive::Bisect, "The page is read in smaller pieces."),
            Place::Record => (Directive::SkipRecord, "The record is too large to be read; it stays in quarantine."),
            Place::Feed => (Directive::NextStrategy, "Too many changes for one answer; lists are used."),
            Place::Commit => (Directive::StopRun, "This is a fault of benchwatch; the log says where."),
        },
    }
}

fn judge_network(fault: NetworkFault) -> (Directive, &'static str) {
    match fault {
        NetworkFault::Dns => (Directive::Backoff, "Check the host name in QBENCH_BASE_URL and this machine's DNS."),
        NetworkFault::Refused => {
            (Directive::Backoff, "Nothing answers at this address: check QBENCH_BASE_URL, or QBench is down.")
        }
        NetworkFault::Unreachable => (Directive::Backoff, "Check this machine's network, proxy and firewall."),
        NetworkFault::Tls => {
            (Directive::StopRun, "Check QBENCH_BASE_URL; its certificate is not trusted or a proxy replaces it.")
        }
        NetworkFault::Cut => (Directive::Backoff, "Connections break off; the next run goes on where this ended."),
        NetworkFault::Other => (Directive::Backoff, "Check this machine's network."),
    }
}

fn judge_status(status: u16, place: Place) -> (Directive, &'static str) {
    match (status, place) {
        (408 | 425 | 429, _) => (Directive::Backoff, "QBench is busy; the next run goes on where this ended."),
        (500.., Place::Page) => (Directive::Bisect, "If it goes on, tell QBench's support which list fails."),
        (500.., Place::Record) => (Directive::SkipRecord, "The record stays in quarantine and is tried again later."),
        (500.., Place::Feed) => (Directive::NextStrategy, "The change feed fails; lists are used instead."),
        (401, _) => (Directive::StopRun, "Check that the API client is active in QBench."),
        (403, Place::Feed) => (Directive::NextStrategy, "The API client may not use the change feed; lists are used."),
        (403, _) => (Directive::StopEntity, "Give the API client the right to read this in QBench."),
        (404, Place::Feed) => (Directive::NextStrategy, "This tenant has no change feed for it; lists are used."),
        (404, Place::Record) => (Directive::SkipRecord, "QBench does not have the record."),
        (404, _) => (Directive::StopEntity, "This tenant does not have this list; check QBENCH_BASE_URL."),
        (_, Place::Page) => (Directive::Bisect, "QBench cannot give one of the records; open it there and save it."),
        (_, Place::Record) => (Directive::SkipRecord, "QBench cannot give this record; open it there and save it."),
        (_, Place::Feed) => (Directive::NextStrategy, "The change feed refuses the question; lists are used instead."),
        (_, Place::Commit) => (Directive::StopRun, "This is a fault of benchwatch; the log says where."),
    }
}

fn judge_db(error: &DbError, place: Place) -> (Directive, &'static str) {
    match (error, place) {
        (DbError::Data { .. }, Place::Commit) => {
            (Directive::SkipRecord, "The database cannot hold the record; it stays in quarantine.")
        }
        (DbError::Data { .. } | DbError::Driver(_), _) => {
            (Directive::StopRun, "This is a fault of benchwatch or of the schema; run `benchwatch migrate`.")
        }
        (DbError::Connection(_) | DbError::Conflict { .. }, _) => {
            (Directive::Backoff, "Check that PostgreSQL runs and has room; the next run goes on where this ended.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected(status: u16) -> SyncError {
        SyncError::Source(QbenchError::Rejected { what: "x".into(), status, message: String::new() })
    }

    #[test]
    fn the_same_status_means_different_things_in_different_places() {
        let cases = [
            (400, Place::Page, Directive::Bisect),
            (400, Place::Record, Directive::SkipRecord),
            (400, Place::Feed, Directive::NextStrategy),
            (403, Place::Feed, Directive::NextStrategy),
            (403, Place::Page, Directive::StopEntity),
            (404, Place::Page, Directive::StopEntity),
            (502, Place::Page, Directive::Bisect),
            (401, Place::Page, Directive::StopRun),
        ];
        for (status, place, directive) in cases {
            assert_eq!(judge(&rejected(status), place).directive, directive, "{status} {place:?}");
        }
    }

    #[test]
    fn every_verdict_tells_the_operator_something() {
        let errors = [
            rejected(500),
            SyncError::LeaseLost,
            SyncError::Cancelled,
            SyncError::Broken,
            SyncError::NotConfigured(vec!["QBENCH_BASE_URL"]),
            SyncError::Source(QbenchError::Timeout { what: "x".into(), after: std::time::Duration::from_secs(1) }),
        ];
        for error in errors {
            for place in [Place::Page, Place::Record, Place::Feed, Place::Commit] {
                assert!(judge(&error, place).hint.ends_with('.'), "{error} {place:?}");
            }
        }
    }
}
