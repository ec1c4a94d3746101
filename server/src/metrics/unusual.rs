//! What is out of its usual range: shares against control limits from the weeks before (Shewhart's p chart).

use super::series::count;
use app::model::quality::{Measure, Outcome, Unusual, Whose};

/// Weeks that the usual share is taken from.
pub const WEEKS: i64 = 12;

/// Standard errors from the usual share to the end of the usual range.
const ERRORS: f64 = 3.0;

/// Fewer cases are no alert.
const FEWEST_CASES: u64 = 3;

/// Fewer tests in the range say nothing.
const FEWEST_TESTS: u64 = 20;

/// Fewer tests in the weeks before say nothing about what is usual.
const FEWEST_BEFORE: u64 = 50;

fn number(value: u64) -> f64 {
    count(i64::try_from(value).unwrap_or(i64::MAX))
}

/// The measures of one group that are above their usual range.
pub fn of_group<'a>(whose: &'a Whose, now: &'a Outcome, before: &'a Outcome) -> impl Iterator<Item = Unusual> + 'a {
    Measure::ALL.into_iter().filter_map(move |measure| {
        let (cases, tests) = measure.of(now);
        let (cases_before, tests_before) = measure.of(before);
        if cases < FEWEST_CASES || tests < FEWEST_TESTS || tests_before < FEWEST_BEFORE {
            return None;
        }
        let share = number(cases) / number(tests);
        let usual = number(cases_before) / number(tests_before);
        let limit = (usual + ERRORS * (usual * (1.0 - usual) / number(tests)).sqrt()).min(1.0);
        (share > limit).then(|| Unusual { measure, whose: whose.clone(), cases, tests, share, usual, limit })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(created: u64, cancelled: u64) -> Outcome {
        Outcome { created, cancelled, ..Outcome::default() }
    }

    fn found(now: Outcome, before: Outcome) -> Vec<Unusual> {
        of_group(&Whose::All, &now, &before).collect()
    }

    #[test]
    fn a_share_is_unusual_beyond_three_standard_errors() {
        // Usual: 10 %. For 100 tests the standard error is 3 %, so the range ends at 19 %.
        let before = outcome(1_000, 100);
        assert!(found(outcome(100, 19), before).is_empty());
        let one = found(outcome(100, 20), before);
        assert_eq!((one[0].measure, one[0].cases, one[0].share, one[0].usual), (Measure::Cancelled, 20, 0.2, 0.1));
        assert!((one[0].limit - 0.19).abs() < 1e-12);
    }

    #[test]
    fn few_tests_say_nothing() {
        assert!(found(outcome(19, 19), outcome(1_000, 0)).is_empty());
        assert!(found(outcome(100, 100), outcome(49, 0)).is_empty());
        assert!(found(outcome(100, 2), outcome(1_000, 0)).is_empty());
        assert_eq!(found(outcome(100, 3), outcome(1_000, 0)).len(), 1);
        assert!(found(Outcome::default(), Outcome::default()).is_empty());
    }
}
