//! What the client has spent, and what is left.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use crate::budget::GateUsage;

/// A snapshot of a client's counters. Counters only grow; subtract an earlier snapshot with
/// [`Usage::since`] to see what happened in between.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// API requests sent, repetitions and refused ones included; token requests not.
    pub requests: u64,
    /// Token requests sent.
    pub token_requests: u64,
    /// Requests that repeated an earlier one, for whatever reason.
    pub retries: u64,
    /// 429 answers, of both kinds.
    pub throttled: u64,
    /// Network failures, time-outs, 5xx answers and unreadable bodies.
    pub faults: u64,
    /// Body bytes received, after decompression.
    pub bytes: u64,
    /// Requests under way now.
    pub in_flight: usize,
    /// Requests at once that are allowed now.
    pub concurrency: usize,
    /// Requests allowed per window; nothing if no pace is kept.
    pub limit: Option<usize>,
    /// Requests left in the window now; nothing if no pace is kept.
    pub left: Option<usize>,
    /// Time until the window gives requests back.
    pub resets_in: Option<Duration>,
    /// Time for which nothing is sent because QBench asked to wait.
    pub held_for: Option<Duration>,
}

impl Usage {
    /// The counters' growth since an earlier snapshot, with the present state of the window.
    #[must_use]
    pub fn since(&self, earlier: &Usage) -> Usage {
        Usage {
            requests: self.requests.saturating_sub(earlier.requests),
            token_requests: self.token_requests.saturating_sub(earlier.token_requests),
            retries: self.retries.saturating_sub(earlier.retries),
            throttled: self.throttled.saturating_sub(earlier.throttled),
            faults: self.faults.saturating_sub(earlier.faults),
            bytes: self.bytes.saturating_sub(earlier.bytes),
            ..*self
        }
    }
}

/// The counters behind [`Usage`], shared by all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    requests: AtomicU64,
    token_requests: AtomicU64,
    retries: AtomicU64,
    throttled: AtomicU64,
    faults: AtomicU64,
    bytes: AtomicU64,
}

impl Counters {
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn token_request(&self) {
        self.token_requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn throttled(&self) {
        self.throttled.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn fault(&self) {
        self.faults.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn bytes(&self, count: usize) {
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self, gate: GateUsage) -> Usage {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Usage {
            requests: read(&self.requests),
            token_requests: read(&self.token_requests),
            retries: read(&self.retries),
            throttled: read(&self.throttled),
            faults: read(&self.faults),
            bytes: read(&self.bytes),
            in_flight: gate.in_flight,
            concurrency: gate.width,
            limit: gate.limit,
            left: gate.left,
            resets_in: gate.resets_in,
            held_for: gate.held_for,
        }
    }
}
