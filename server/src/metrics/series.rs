//! Dense series: a value for every bucket of the axis, and the moving average.

use crate::db::metrics::turnaround::DaySum;
use chrono::{Days, NaiveDate};

/// Days that the overview's moving average covers.
pub const MOVING_DAYS: u64 = 7;

/// The position on `axis` of the bucket that holds `day`; days outside the axis go to its nearest end.
#[must_use]
pub fn position(axis: &[NaiveDate], day: NaiveDate) -> Option<usize> {
    if axis.is_empty() { None } else { Some(axis.partition_point(|start| *start <= day).saturating_sub(1)) }
}

/// Lays sparse values out on the axis; buckets without a value get the default.
pub fn dense<T: Clone + Default>(axis: &[NaiveDate], values: impl IntoIterator<Item = (NaiveDate, T)>) -> Vec<T> {
    let mut laid = vec![T::default(); axis.len()];
    for (day, value) in values {
        if let Some(at) = position(axis, day) {
            laid[at] = value;
        }
    }
    laid
}

/// The test-weighted mean of the `days` calendar days that end with `last`; `None` when nothing was reported in them.
/// `sums` is ascending and must reach back far enough.
#[must_use]
pub fn moving_average(sums: &[DaySum], last: NaiveDate, days: u64) -> Option<f64> {
    let first = last.checked_sub_days(Days::new(days.saturating_sub(1))).unwrap_or(NaiveDate::MIN);
    let begin = sums.partition_point(|sum| sum.day < first);
    let end = sums.partition_point(|sum| sum.day <= last);
    let window = sums.get(begin..end)?;
    let tests: i64 = window.iter().map(|sum| sum.tests).sum();
    (tests > 0).then(|| window.iter().map(|sum| sum.hours).sum::<f64>() / count(tests))
}

/// A count as a number to compute with; exact up to 2^53.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "no laboratory has 2^53 tests")]
pub fn count(value: i64) -> f64 {
    value as f64
}

/// A count for the wire; counts are never negative.
#[must_use]
pub fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn missing_buckets_are_zero() {
        let axis = ["2026-11-01", "2026-11-02", "2026-11-03"].map(day);
        assert_eq!(dense(&axis, [(day("2026-11-02"), 5)]), [0, 5, 0]);
        assert_eq!(dense::<i32>(&[], [(day("2026-11-02"), 5)]), [0; 0]);
    }

    #[test]
    fn a_moving_average_weighs_tests_and_counts_calendar_days() {
        let sums = [
            DaySum { day: day("2026-10-31"), tests: 1, hours: 100.0 },
            DaySum { day: day("2026-11-01"), tests: 1, hours: 10.0 },
            DaySum { day: day("2026-11-07"), tests: 3, hours: 90.0 },
        ];
        assert_eq!(moving_average(&sums, day("2026-11-07"), 7), Some(25.0));
        assert_eq!(moving_average(&sums, day("2026-11-06"), 7), Some(55.0));
        assert_eq!(moving_average(&sums, day("2026-11-20"), 7), None);
    }
}
