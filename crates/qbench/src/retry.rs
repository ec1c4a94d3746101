//! What to do after a failed attempt: one decision for every call.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use crate::{
    budget::Refusal,
    config::RetryPolicy,
    error::{LimitKind, QbenchError},
};

/// Why an attempt failed, as far as repeating it is concerned.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Network, time-out, 5xx or unreadable body: may pass. A server may name a wait.
    Passing { error: QbenchError, wait: Option<Duration> },
    /// 429: wait for the budget.
    Throttled { error: QbenchError, refusal: Refusal },
    /// The token was refused.
    StaleToken { error: QbenchError, generation: u64 },
    /// Repeating is pointless.
    Final(QbenchError),
}

impl Failure {
    pub(crate) fn of(error: QbenchError) -> Self {
        match error {
            QbenchError::RateLimited { kind, after, .. } => {
                let refusal = Refusal { kind, wait: after, limit: None, window: None };
                Self::Throttled { error, refusal }
            }
            _ if error.is_transient() => Self::Passing { error, wait: None },
            _ => Self::Final(error),
        }
    }

    pub(crate) fn error(&self) -> &QbenchError {
        match self {
            Self::Passing { error, .. } | Self::Throttled { error, .. } | Self::StaleToken { error, .. } => error,
            Self::Final(error) => error,
        }
    }

    pub(crate) fn into_error(self) -> QbenchError {
        match self {
            Self::Passing { error, .. } | Self::Throttled { error, .. } | Self::StaleToken { error, .. } => error,
            Self::Final(error) => error,
        }
    }
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The failure is the result.
    GiveUp,
    /// Pause, then repeat.
    Pause(Duration),
    /// Everybody pauses, then repeat.
    HoldAll(Duration),
    /// Drop the token of this generation, pause, then repeat.
    Renew(u64, Duration),
}

/// Counts one call's attempts by class.
pub(crate) struct Attempts<'a> {
    policy: &'a RetryPolicy,
    jitter: &'a Jitter,
    retries: u32,
    passing: u32,
    throttled: u32,
    stale: u32,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(policy: &'a RetryPolicy, jitter: &'a Jitter) -> Self {
        Self { policy, jitter, retries: policy.retries, passing: 0, throttled: 0, stale: 0 }
    }

    /// With fewer repetitions of what may pass.
    pub(crate) fn at_most(self, retries: Option<u32>) -> Self {
        let retries = retries.map_or(self.retries, |limit| limit.min(self.retries));
        Self { retries, ..self }
    }

    /// The one decision.
    pub(crate) fn after(&mut self, failure: &Failure) -> Step {
        let policy = self.policy;
        match failure {
            Failure::Final(_) => Step::GiveUp,
            Failure::Passing { wait, .. } => {
                if self.passing >= self.retries {
                    return Step::GiveUp;
                }
                let pause = self.back_off(self.passing).max(wait.unwrap_or_default().min(policy.max_delay));
                self.passing += 1;
                Step::Pause(pause)
            }
            Failure::StaleToken { generation, .. } => {
                if self.stale >= policy.token_retries {
                    return Step::GiveUp;
                }
                // The first time a fresh token is all that it takes.
                let pause = if self.stale == 0 { Duration::ZERO } else { self.back_off(self.stale - 1) };
                self.stale += 1;
                Step::Renew(*generation, pause)
            }
            Failure::Throttled { refusal, .. } => self.after_refusal(refusal),
        }
    }

    fn after_refusal(&mut self, refusal: &Refusal) -> Step {
        let policy = self.policy;
        let too_long = refusal.wait.is_some_and(|wait| wait > policy.max_throttle_wait);
        if self.throttled >= policy.throttled_retries || too_long {
            return Step::GiveUp;
        }
        let round = self.throttled;
        self.throttled += 1;
        match (refusal.kind, refusal.wait) {
            (LimitKind::Rate, Some(wait)) => Step::HoldAll(wait),
            (LimitKind::Rate, None) => Step::HoldAll(self.back_off(round)),
            (LimitKind::Concurrency, wait) => {
                let pause = wait.unwrap_or_default().max(policy.concurrency_delay);
                Step::Pause(self.jitter.spread(pause.max(self.back_off(round.min(3)))))
            }
        }
    }

    fn back_off(&self, round: u32) -> Duration {
        let policy = self.policy;
        let doubled = policy.base_delay.saturating_mul(1_u32.checked_shl(round).unwrap_or(u32::MAX));
        self.jitter.spread(doubled.min(policy.max_delay))
    }
}

/// Randomness of the pauses, so that many clients do not come back at the same moment.
pub(crate) struct Jitter(Mutex<StdRng>);

impl Jitter {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        let seed = seed.unwrap_or_else(rand::random);
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// Between half of the time and all of it.
    fn spread(&self, time: Duration) -> Duration {
        let share: f64 = self.0.lock().unwrap_or_else(PoisonError::into_inner).random_range(0.5..=1.0);
        time.mul_f64(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> RetryPolicy {
        RetryPolicy { seed: Some(1), ..RetryPolicy::default() }
    }

    fn passing() -> Failure {
        Failure::of(QbenchError::decode("GET /x", "cut"))
    }

    fn throttled(kind: LimitKind, wait: Option<u64>) -> Failure {
        let refusal = Refusal { kind, wait: wait.map(Duration::from_secs), limit: None, window: None };
        let error = QbenchError::RateLimited { what: "GET /x".into(), kind, after: refusal.wait };
        Failure::Throttled { error, refusal }
    }

    #[test]
    fn passing_failures_are_repeated_with_growing_pauses_and_then_given_up() {
        let (policy, jitter) = (policy(), Jitter::new(Some(1)));
        let mut attempts = Attempts::new(&policy, &jitter);
        for round in 0..5 {
            let full = Duration::from_millis(500 << round);
            match attempts.after(&passing()) {
                Step::Pause(pause) => {
                    assert!(pause >= full / 2 && pause <= full, "{round}: {pause:?}")
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(attempts.after(&passing()), Step::GiveUp);
        // Refusals for want of budget are counted apart.
        assert_eq!(attempts.after(&throttled(LimitKind::Rate, Some(30))), Step::HoldAll(Duration::from_secs(30)));
    }

    #[test]
    fn absurd_waits_are_not_obeyed_silently() {
        let (policy, jitter) = (policy(), Jitter::new(Some(1)));
        let mut attempts = Attempts::new(&policy, &jitter);
        assert_eq!(attempts.after(&throttled(LimitKind::Rate, Some(86_400))), Step::GiveUp);
    }

    #[test]
    fn a_refused_token_is_renewed_at_once_the_first_time_and_not_for_ever() {
        let (policy, jitter) = (policy(), Jitter::new(Some(1)));
        let mut attempts = Attempts::new(&policy, &jitter);
        let stale =
            || Failure::StaleToken { error: QbenchError::Unauthorized { why: "expired".into() }, generation: 7 };
        assert_eq!(attempts.after(&stale()), Step::Renew(7, Duration::ZERO));
        for _ in 1..policy.token_retries {
            assert!(matches!(attempts.after(&stale()), Step::Renew(7, pause) if !pause.is_zero()));
        }
        assert_eq!(attempts.after(&stale()), Step::GiveUp);
    }

    #[test]
    fn pauses_repeat_for_the_same_seed() {
        let pauses = |seed| {
            let (policy, jitter) = (policy(), Jitter::new(Some(seed)));
            let mut attempts = Attempts::new(&policy, &jitter);
            (0..3).map(|_| attempts.after(&passing())).collect::<Vec<_>>()
        };
        assert_eq!(pauses(9), pauses(9));
        assert_ne!(pauses(9), pauses(10));
    }
}
