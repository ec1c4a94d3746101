//! How many tests will come in: the mean of the same weekday over the last weeks, with bands from how far such
//! forecasts were off, and a back-test that says how often the bands held.

use super::series::count;
use chrono::{Datelike as _, Days, NaiveDate};

/// Weeks that a weekday's mean is taken over.
pub const WEEKS: usize = 8;

/// Days that the back-test forecasts again.
pub const TESTED_DAYS: usize = 28;

/// The days of history that a forecast with its back-test needs.
pub const HISTORY_DAYS: usize = WEEKS * 7 * 2 + TESTED_DAYS;

/// A day to come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// The day.
    pub day: NaiveDate,
    /// Expected tests.
    pub value: f64,
    /// Four of five days lie between these.
    pub low_80: f64,
    /// Upper end of the same.
    pub high_80: f64,
    /// Nineteen of twenty days lie between these.
    pub low_95: f64,
    /// Upper end of the same.
    pub high_95: f64,
}

/// How forecasts of the last days, made with what was known before each, came out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Calibration {
    /// Days forecast.
    pub days: usize,
    /// Share of them inside the 80 % band.
    pub inside_80: f64,
    /// Share of them inside the 95 % band.
    pub inside_95: f64,
    /// Mean absolute error in tests.
    pub mean_error: f64,
}

/// Tests a day, the oldest first, up to `last`.
#[derive(Clone, Copy, Debug)]
pub struct History<'a> {
    /// The counts, without holes.
    pub counts: &'a [i64],
    /// The day of the last count.
    pub last: NaiveDate,
}

impl History<'_> {
    /// The days that follow, up to `days` of them; none without a week of history.
    #[must_use]
    pub fn forecast(&self, days: u64) -> Vec<Expected> {
        let errors = self.errors(self.counts.len());
        (1..=days)
            .filter_map(|ahead| {
                let day = self.last.checked_add_days(Days::new(ahead))?;
                let value = self.mean_before(self.counts.len() + usize::try_from(ahead).ok()? - 1)?;
                Some(banded(day, value, &errors))
            })
            .collect()
    }

    /// Forecasts each of the last days again and compares.
    #[must_use]
    pub fn calibration(&self) -> Calibration {
        let first = self.counts.len().saturating_sub(TESTED_DAYS);
        let (mut days, mut in_80, mut in_95, mut error) = (0, 0, 0, 0.0);
        for at in first..self.counts.len() {
            let errors = self.errors(at);
            let Some(value) = self.mean_before(at).filter(|_| !errors.is_empty()) else { continue };
            let (actual, expected) = (count(self.counts[at]), banded(self.last, value, &errors));
            days += 1;
            in_80 += i64::from((expected.low_80..=expected.high_80).contains(&actual));
            in_95 += i64::from((expected.low_95..=expected.high_95).contains(&actual));
            error += (actual - value).abs();
        }
        if days == 0 {
            return Calibration::default();
        }
        let share = |held: i64| count(held) / count(days);
        Calibration {
            days: usize::try_from(days).unwrap_or(0),
            inside_80: share(in_80),
            inside_95: share(in_95),
            mean_error: error / count(days),
        }
    }

    /// The mean of the same weekday in the last weeks of history before position `at`, which may lie ahead.
    pub(super) fn mean_before(&self, at: usize) -> Option<f64> {
        let known = self.counts.len().min(at);
        let weeks_back = (at - known) / 7 + 1;
        let newest = at.checked_sub(7 * weeks_back)?;
        let same: Vec<f64> =
            (0..WEEKS).filter_map(|week| newest.checked_sub(7 * week)).map(|at| count(self.counts[at])).collect();
        Some(same.iter().sum::<f64>() / count(i64::try_from(same.len()).ok()?))
    }

    /// How far such means were off on the days before position `end`, in order of size.
    fn errors(&self, end: usize) -> Vec<f64> {
        let first = end.saturating_sub(WEEKS * 7);
        let mut errors: Vec<f64> =
            (first.max(7)..end).filter_map(|at| Some(count(self.counts[at]) - self.mean_before(at)?)).collect();
        errors.sort_by(f64::total_cmp);
        errors
    }

    /// The weekday of the last count, Monday being 0.
    #[must_use]
    pub fn weekday(&self) -> u32 {
        self.last.weekday().num_days_from_monday()
    }
}

fn banded(day: NaiveDate, value: f64, errors: &[f64]) -> Expected {
    let bound = |share| (value + quantile(errors, share)).max(0.0);
    Expected { day, value, low_80: bound(0.1), high_80: bound(0.9), low_95: bound(0.025), high_95: bound(0.975) }
}

/// By linear interpolation; 0 of nothing.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ranks are small and not negative")]
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let rank = share * count(i64::try_from(last).unwrap_or(0));
    let below = sorted[rank.floor() as usize];
    let above = sorted[rank.ceil() as usize];
    below + (above - below) * rank.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// Mondays 70, Sundays 10, without noise.
    fn steady(days: i64) -> Vec<i64> {
        (0..days).map(|at| 70 - at % 7 * 10).collect()
    }

    #[test]
    fn a_rhythm_without_noise_goes_on_and_its_bands_are_closed() {
        let counts = steady(140);
        let history = History { counts: &counts, last: day("2026-11-29") };
        let days = history.forecast(14);
        let values: Vec<f64> = days.iter().map(|day| day.value).collect();
        assert_eq!(values, [70.0, 60.0, 50.0, 40.0, 30.0, 20.0, 10.0, 70.0, 60.0, 50.0, 40.0, 30.0, 20.0, 10.0]);
        assert_eq!((days[0].day, days[0].low_95, days[0].high_95), (day("2026-11-30"), 70.0, 70.0));
        assert_eq!(history.calibration(), Calibration { days: 28, inside_80: 1.0, inside_95: 1.0, mean_error: 0.0 });
        assert_eq!(history.weekday(), 6);
    }

    #[test]
    fn noise_opens_the_bands_about_as_far_as_they_say() {
        let mut state = 7_u64;
        let counts: Vec<i64> = (0..HISTORY_DAYS)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                100 + i64::try_from(state >> 59).unwrap_or(0)
            })
            .collect();
        let history = History { counts: &counts, last: day("2026-11-29") };
        let calibration = history.calibration();
        assert!((0.6..=1.0).contains(&calibration.inside_80), "{calibration:?}");
        assert!(calibration.inside_95 >= calibration.inside_80);
        assert!(history.forecast(1)[0].low_80 < history.forecast(1)[0].high_80);
    }

    #[test]
    fn without_history_there_is_no_forecast() {
        let history = History { counts: &[], last: day("2026-11-29") };
        assert!(history.forecast(14).is_empty());
        assert_eq!(history.calibration(), Calibration::default());
        let short = History { counts: &[5; 7], last: day("2026-11-29") };
        assert_eq!(short.forecast(8).len(), 8);
    }
}
