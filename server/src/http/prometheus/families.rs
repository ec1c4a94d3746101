//! The names of all measurements, with their kinds and meanings. `docs/metrics.md` is made from this list, and the
//! alert rules and the dashboard below `deploy/` are checked against it. A name is a promise: it is never reused for
//! something else.

/// How a measurement behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, but for restarts.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts by size.
    Histogram,
}

impl Kind {
    /// Its name in the text form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// A measurement.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// Its labels, with the values that they take.
    pub labels: &'static str,
    /// What it means.
    pub help: &'static str,
}

macro_rules! families {
    ($($id:ident: $kind:ident $name:literal [$labels:literal] $help:literal;)*) => {
        $(#[doc = $help] pub const $id: Family = Family { name: $name, kind: Kind::$kind, labels: $labels, help: $help };)*
        /// Every measurement.
        pub const ALL: &[Family] = &[$($id),*];
    };
}

families! {
    INFO: Gauge "benchwatch_info" ["version"] "Always 1; the label is the program's version.";
    HTTP_REQUESTS: Counter "benchwatch_http_requests_total" ["kind: page, function, rest, file, probe; class: 1xx to 5xx"] "Requests answered.";
    HTTP_SECONDS: Histogram "benchwatch_http_request_seconds" ["kind as above; le"] "Time until the answer begins.";
    HTTP_RUNNING: Gauge "benchwatch_http_requests_in_flight" [""] "Requests being answered now.";
    LIVE_STREAMS: Gauge "benchwatch_live_streams" [""] "Open pages that listen for news.";
    DB_UP: Gauge "benchwatch_db_up" [""] "1 when the database answered this very question, else 0.";
    DB_SECONDS: Gauge "benchwatch_db_probe_seconds" [""] "Time that the database took to answer it.";
    DB_CONNECTIONS: Gauge "benchwatch_db_connections" ["pool: main, read; state: open, idle, limit"] "Connections of this process to the database.";
    DB_REPLICA: Gauge "benchwatch_db_replica_in_use" [""] "1 when figures come from the read replica, 0 when it is configured and they come from the primary; absent without one.";
    DB_SERVER_CONNECTIONS: Gauge "benchwatch_db_server_connections" [""] "Connections of anybody to the database.";
    DB_SIZE: Gauge "benchwatch_db_size_bytes" [""] "The database on disk.";
    DB_TRANSACTIONS: Counter "benchwatch_db_transactions_total" ["outcome: commit, rollback"] "Transactions that the server ended.";
    DB_BLOCKS: Counter "benchwatch_db_blocks_total" ["from: memory, disk"] "Blocks of 8 KiB that statements needed.";
    DB_DEADLOCKS: Counter "benchwatch_db_deadlocks_total" [""] "Transactions undone because they waited for each other.";
    DB_MIGRATIONS: Gauge "benchwatch_db_migrations_pending" [""] "Migrations of this program that the database has not seen.";
    SESSIONS: Gauge "benchwatch_sessions" [""] "Sign-ins that have not ended.";
    SYNC_ENABLED: Gauge "benchwatch_sync_enabled" [""] "1 when credentials of QBench are configured.";
    SYNC_PAUSED: Gauge "benchwatch_sync_paused" [""] "1 while somebody has paused the schedules.";
    SYNC_QUEUED: Gauge "benchwatch_sync_queued_runs" [""] "Runs that wait.";
    SYNC_RUNNING: Gauge "benchwatch_sync_running_seconds" [""] "How long the present run has been going on; 0 without one.";
    SYNC_ENDED: Gauge "benchwatch_sync_last_run_timestamp_seconds" ["mode: full, incremental, window, verify; state: succeeded, failed, cancelled, lost"] "When the latest run of this mode ended in this state.";
    SYNC_SECONDS: Gauge "benchwatch_sync_last_run_seconds" ["mode, state as above"] "How long it took.";
    SYNC_REQUESTS: Gauge "benchwatch_sync_last_run_requests" ["mode, state as above"] "Requests that it sent to QBench.";
    SYNC_RETRIES: Gauge "benchwatch_sync_last_run_retries" ["mode, state as above"] "Requests that it had to repeat.";
    SYNC_FAILED: Gauge "benchwatch_sync_failed" ["reason: credentials, unreachable, limited, refused, database, other"] "1 while the latest run has failed for this reason.";
    FRESHNESS: Gauge "benchwatch_freshness_seconds" ["entity"] "Age of the copy of each kind of record.";
    FRESHNESS_LIMIT: Gauge "benchwatch_freshness_limit_seconds" [""] "The age from which it is late.";
    QUARANTINE: Gauge "benchwatch_quarantine_records" ["entity"] "Records that could not be stored, or only in part.";
    QUARANTINE_NEW: Gauge "benchwatch_quarantine_new_records" [""] "Those of them that came within a day.";
    CERTIFICATE_TIME: Gauge "benchwatch_certificate_timestamp_seconds" [""] "When the latest verification was certified.";
    CERTIFICATE_EQUAL: Gauge "benchwatch_certificate_equal" [""] "1 when it found the copy equal to QBench.";
    QBENCH_REQUESTS: Counter "benchwatch_qbench_requests_total" [""] "Requests that this process sent to QBench.";
    QBENCH_RETRIES: Counter "benchwatch_qbench_retries_total" [""] "Those of them that repeated an earlier one.";
    QBENCH_THROTTLED: Counter "benchwatch_qbench_throttled_total" [""] "Answers 429.";
    QBENCH_FAULTS: Counter "benchwatch_qbench_faults_total" [""] "Failures of the network, time-outs, 5xx and unreadable answers.";
    QBENCH_BYTES: Counter "benchwatch_qbench_received_bytes_total" [""] "Bytes of answers.";
    QBENCH_RUNNING: Gauge "benchwatch_qbench_requests_in_flight" [""] "Requests under way.";
    QBENCH_LIMIT: Gauge "benchwatch_qbench_budget_limit" [""] "Requests that a window of the budget allows.";
    QBENCH_LEFT: Gauge "benchwatch_qbench_budget_left" [""] "Requests left in it.";
    QBENCH_HELD: Gauge "benchwatch_qbench_held_seconds" [""] "How long nothing is sent because QBench asked to wait.";
    ALERTS: Gauge "benchwatch_alert_open" ["key"] "1 for each alert that is open.";
    ALERTS_SENT: Counter "benchwatch_alert_messages_total" ["outcome: delivered, failed"] "Messages of alerts that this process sent.";
    DISK_FREE: Gauge "benchwatch_disk_free_bytes" [""] "Room where the data directory is.";
    DISK_SIZE: Gauge "benchwatch_disk_size_bytes" [""] "Size of that file system.";
    MEMORY: Gauge "process_resident_memory_bytes" [""] "Memory of this process.";
    PROCESSOR: Counter "process_cpu_seconds_total" [""] "Processor time of this process.";
    FILES: Gauge "process_open_fds" [""] "Open files and connections of this process.";
    FILES_LIMIT: Gauge "process_max_fds" [""] "How many it may open.";
    STARTED: Gauge "process_start_time_seconds" [""] "When this process began.";
}

/// The list as a table in Markdown.
#[must_use]
pub fn table() -> String {
    let mut text = String::from("| Name | Kind | Labels | Meaning |\n| --- | --- | --- | --- |\n");
    for family in ALL {
        let labels = if family.labels.is_empty() { "–" } else { family.labels };
        text.push_str(&format!("| `{}` | {} | {labels} | {} |\n", family.name, family.kind.name(), family.help));
    }
    text
}
