//! How many requests fit into which stretch of time.
//!
//! A request occupies its place from its start until one window after its end: the server counts
//! it at some moment in between, so no window of the server can ever see more than the limit,
//! whether it slides or is fixed, and however the latency changes.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// Requests per minute that QBench grants a tenant unless agreed otherwise.
const DOCUMENTED_LIMIT: usize = 300;

/// A number of requests in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) limit: usize,
    pub(crate) window: Duration,
}

/// Our own rate and the one that the server has named in a refusal; both are kept.
#[derive(Debug, Default)]
pub(super) struct Pace {
    own: Option<Rate>,
    learnt: Option<Rate>,
    /// When the requests of the longest window ended, oldest first.
    ended: VecDeque<Instant>,
}

/// How the tighter of the rates stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) limit: usize,
    pub(super) left: usize,
    /// When the oldest request leaves the window.
    pub(super) frees_at: Option<Instant>,
}

impl Pace {
    pub(super) fn new(own: Option<Rate>) -> Self {
        Self { own, ..Self::default() }
    }

    fn rates(&self) -> impl Iterator<Item = Rate> {
        [self.own, self.learnt].into_iter().flatten()
    }

    /// The server refused and said what it allows.
    pub(super) fn learn(&mut self, rate: Rate) {
        if rate.limit > 0 && !rate.window.is_zero() && rate.window <= Duration::from_secs(3600) {
            self.learnt = Some(rate);
        }
    }

    /// The limit with which the server's own count is compared: what it named, else the documented
    /// default or ours if that is higher. A lower pace of ours says nothing about the tenant's.
    pub(super) fn server_limit(&self) -> Option<usize> {
        let assumed = self.own.map(|rate| rate.limit.max(DOCUMENTED_LIMIT));
        self.learnt.map(|rate| rate.limit).or(assumed)
    }

    /// A request has ended.
    pub(super) fn ended(&mut self, now: Instant) {
        if self.rates().next().is_some() {
            self.ended.push_back(now);
        }
    }

    /// Whether one more may start; else when to ask again (nothing: when a request ends).
    pub(super) fn may_start(&mut self, in_flight: usize, now: Instant) -> Result<(), Option<Instant>> {
        self.forget(now);
        for rate in self.rates() {
            let used = self.within(rate, now);
            if used + in_flight < rate.limit {
                continue;
            }
            // So many of the ended ones may remain when one more starts.
            let Some(kept) = rate.limit.checked_sub(in_flight + 1) else {
                return Err(None);
            };
            let last_to_leave = self.ended.len() - kept - 1;
            return Err(self.ended.get(last_to_leave).map(|end| *end + rate.window));
        }
        Ok(())
    }

    /// How the rate with the least left stands.
    pub(super) fn standing(&mut self, in_flight: usize, now: Instant) -> Option<Standing> {
        self.forget(now);
        let standing = |rate: Rate| {
            let used = self.within(rate, now);
            let oldest = self.ended.get(self.ended.len() - used);
            Standing {
                limit: rate.limit,
                left: rate.limit.saturating_sub(used + in_flight),
                frees_at: oldest.map(|end| *end + rate.window),
            }
        };
        self.rates().map(standing).min_by_key(|standing| standing.left)
    }

    /// Ended requests that still count for a rate.
    fn within(&self, rate: Rate, now: Instant) -> usize {
        self.ended.len() - self.ended.partition_point(|end| *end + rate.window <= now)
    }

    fn forget(&mut self, now: Instant) {
        let Some(longest) = self.rates().map(|rate| rate.window).max() else {
            return;
        };
        while self.ended.front().is_some_and(|end| *end + longest <= now) {
            self.ended.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn per_minute(limit: usize) -> Rate {
        Rate { limit, window: MINUTE }
    }

    #[test]
    fn a_window_may_be_spent_at_once_and_frees_one_place_for_each_ended_request() {
        let began = Instant::now();
        let mut pace = Pace::new(Some(per_minute(3)));
        for second in 0..3 {
            let now = began + Duration::from_secs(second);
            assert_eq!(pace.may_start(0, now), Ok(()));
            pace.ended(now);
        }
        let now = began + Duration::from_secs(3);
        assert_eq!(pace.may_start(0, now), Err(Some(began + MINUTE)));
        assert_eq!(pace.may_start(0, began + MINUTE), Ok(()));
        assert_eq!(pace.may_start(1, began + MINUTE), Err(Some(began + MINUTE + Duration::from_secs(1))));
        assert_eq!(pace.may_start(3, began + MINUTE), Err(None));
    }

    #[test]
    fn both_rates_are_kept() {
        let now = Instant::now();
        let mut pace = Pace::new(Some(per_minute(300)));
        pace.learn(Rate { limit: 2, window: Duration::from_secs(1) });
        pace.ended(now);
        pace.ended(now);
        let a_second_later = now + Duration::from_secs(1);
        assert_eq!(pace.may_start(0, now), Err(Some(a_second_later)));
        assert_eq!(pace.may_start(0, a_second_later), Ok(()));
        let standing = pace.standing(0, now).expect("rates");
        assert_eq!(standing, Standing { limit: 2, left: 0, frees_at: Some(a_second_later) });
        assert_eq!(pace.standing(0, a_second_later).expect("rates").left, 2);
    }

    #[test]
    fn without_a_rate_everything_may_start_and_nothing_is_remembered() {
        let mut pace = Pace::new(None);
        let now = Instant::now();
        pace.ended(now);
        assert_eq!(pace.may_start(1000, now), Ok(()));
        assert_eq!(pace.standing(0, now), None);
        assert!(pace.ended.is_empty());
    }

    proptest! {
        /// However long requests take and whenever the server counts them, no stretch of one
        /// window holds more than the limit.
        #[test]
        fn no_window_of_the_server_ever_holds_more_than_the_limit(
            limit in 1_usize..12,
            requests in prop::collection::vec((0_u64..4000, 0_u64..5000, 0.0_f64..=1.0), 1..120),
        ) {
            let began = Instant::now();
            let window = Duration::from_secs(10);
            let mut pace = Pace::new(Some(Rate { limit, window }));
            let mut now = began;
            let mut in_flight: Vec<Instant> = Vec::new();
            let mut counted: Vec<Duration> = Vec::new();
            for (pause, latency, moment) in requests {
                now += Duration::from_millis(pause);
                loop {
                    in_flight.sort();
                    while in_flight.first().is_some_and(|end| *end <= now) {
                        let end = in_flight.remove(0);
                        pace.ended(end);
                    }
                    match pace.may_start(in_flight.len(), now) {
                        Ok(()) => break,
                        Err(until) => {
                            let next_end = in_flight.first().copied();
                            now = until.into_iter().chain(next_end).min().expect("something to wait for");
                        }
                    }
                }
                let latency = Duration::from_millis(latency);
                counted.push(now - began + latency.mul_f64(moment));
                in_flight.push(now + latency);
            }
            counted.sort();
            for first in 0..counted.len() {
                let inside = counted[first..].iter().take_while(|at| **at < counted[first] + window).count();
                prop_assert!(inside <= limit, "{inside} in one window");
            }
        }
    }
}
