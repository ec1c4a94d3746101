//! Counters of what was asked and how it was answered.

use std::collections::BTreeMap;

use super::request::Asked;

/// Requests remembered at most.
const LOG: usize = 50_000;

/// What the simulator has seen since its start or the last reset.
#[derive(Debug, Clone, Default)]
pub struct Stats {
    /// Every request.
    pub total: u64,
    /// Requests by route, e.g. `test list`, `order detail`, `sample updates`, `token`.
    pub routes: BTreeMap<String, u64>,
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Most requests that were being answered at the same time.
    pub max_concurrent: usize,
    /// Refusals by the rate limit.
    pub rate_limited: u64,
    /// Refusals by the limit of concurrent requests.
    pub concurrency_limited: u64,
    /// Path and query of every request, oldest first, up to 50,000.
    pub log: Vec<String>,
}

impl Stats {
    /// Requests of a route, 0 when there was none.
    #[must_use]
    pub fn route(&self, label: &str) -> u64 {
        self.routes.get(label).copied().unwrap_or(0)
    }

    pub(crate) fn note(&mut self, asked: &Asked, target: &str, in_flight: usize) {
        self.total += 1;
        *self.routes.entry(asked.route.label()).or_default() += 1;
        self.max_concurrent = self.max_concurrent.max(in_flight);
        if self.log.len() < LOG {
            self.log.push(format!("{} {target}", asked.method));
        }
    }

    pub(crate) fn answered(&mut self, status: u16) {
        *self.statuses.entry(status).or_default() += 1;
    }
}
