//! Wrong sign-ins cost their source time. Only the source: nobody can keep the owner of an account out from elsewhere.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Wrong tries that cost nothing.
const FREE: u32 = 5;

/// Without a wrong try for this long, a source starts anew.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Above this many sources the ones that have served their time are dropped.
const CROWD: usize = 10_000;

struct Source {
    failures: u32,
    last: Instant,
}

/// Wrong tries by source, in memory.
#[derive(Default)]
pub struct Throttle {
    sources: Mutex<HashMap<IpAddr, Source>>,
}

impl Throttle {
    /// Whether `source` may try now.
    ///
    /// # Errors
    /// The whole seconds to wait, at least one.
    pub fn admit(&self, source: IpAddr, now: Instant) -> Result<(), u64> {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = sources.get(&key(source)) else { return Ok(()) };
        let idle = now.saturating_duration_since(known.last);
        if idle >= WINDOW {
            sources.remove(&key(source));
            return Ok(());
        }
        let wait = penalty(known.failures);
        if idle >= wait { Ok(()) } else { Err((wait - idle).as_secs().max(1)) }
    }

    /// Notes a wrong try.
    pub fn failed(&self, source: IpAddr, now: Instant) {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.len() >= CROWD {
            sources.retain(|_, source| now.saturating_duration_since(source.last) < WINDOW);
        }
        let entry = sources.entry(key(source)).or_insert(Source { failures: 0, last: now });
        entry.failures = entry.failures.saturating_add(1);
        entry.last = now;
    }

    /// Forgets a source that has shown that it knows a password.
    pub fn succeeded(&self, source: IpAddr) {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(source));
    }
}

/// One household of IPv6 addresses is one source.
fn key(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        v4 => v4,
    }
}

/// Nothing for the first tries, then 10 s, doubling up to the longest wait.
fn penalty(failures: u32) -> Duration {
    if failures < FREE {
        return Duration::ZERO;
    }
    Duration::from_secs(10 << (failures - FREE).min(10)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_wrong_try_waits_longer_each_time_and_others_do_not() {
        let throttle = Throttle::default();
        let (here, elsewhere) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let now = Instant::now();
        for _ in 0..FREE {
            assert_eq!(throttle.admit(here, now), Ok(()));
            throttle.failed(here, now);
        }
        assert_eq!(throttle.admit(here, now), Err(10));
        assert_eq!(throttle.admit(elsewhere, now), Ok(()));
        assert_eq!(throttle.admit(here, now + Duration::from_secs(10)), Ok(()));
        throttle.failed(here, now);
        assert_eq!(throttle.admit(here, now), Err(20));
        assert_eq!(throttle.admit(here, now + WINDOW), Ok(()));
    }

    #[test]
    fn a_right_password_clears_the_source() {
        let throttle = Throttle::default();
        let here = IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, 9]);
        let now = Instant::now();
        (0..20).for_each(|_| throttle.failed(here, now));
        assert!(throttle.admit(IpAddr::from([0x2001, 0xdb8, 0, 1, 7, 7, 7, 7]), now).is_err());
        throttle.succeeded(here);
        assert_eq!(throttle.admit(here, now), Ok(()));
    }
}
