//! The two limits of the API: requests in a window, and requests at the same time.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A refusal by the rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooFast {
    /// Requests seen in the window, refused ones included.
    pub(crate) count: u64,
    /// Whole seconds until the window ends, at least 1.
    pub(crate) retry_in: u64,
}

/// Counts requests in windows that start with their first request.
#[derive(Debug, Default)]
pub(crate) struct RateLimit(Mutex<Option<(Instant, u64)>>);

impl RateLimit {
    /// Counts one request.
    pub(crate) fn count(&self, limit: u32, window: Duration, now: Instant) -> Result<(), TooFast> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (start, count) = match *state {
            Some((start, count)) if now < start + window => (start, count + 1),
            _ => (now, 1),
        };
        *state = Some((start, count));
        if count <= u64::from(limit) {
            return Ok(());
        }
        let left = (start + window).saturating_duration_since(now);
        Err(TooFast { count, retry_in: left.as_secs_f64().ceil().max(1.0) as u64 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_starts_with_its_first_request_and_counts_refused_ones() {
        let limit = RateLimit::default();
        let window = Duration::from_secs(60);
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(limit.count(2, window, at(0)), Ok(()));
        assert_eq!(limit.count(2, window, at(10)), Ok(()));
        let refused = TooFast { count: 3, retry_in: 30 };
        assert_eq!(limit.count(2, window, at(30)), Err(refused));
        assert_eq!(limit.count(2, window, at(60)), Ok(()));
    }
}
