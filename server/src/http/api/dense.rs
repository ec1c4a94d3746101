//! Series without holes: every period of a range that has both ends.

use app::model::period::{Bucket, DayRange};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The most periods that are filled; a longer range answers with the periods in which something happened.
pub const MAX_PERIODS: usize = 4000;

/// The bucket that a parameter names.
#[must_use]
pub fn bucket(word: Option<&str>) -> Bucket {
    word.and_then(Bucket::from_slug).unwrap_or_default()
}

/// Adds the empty periods of a range to what was found, in order.
#[must_use]
pub fn fill<T: Default>(
    found: impl IntoIterator<Item = (NaiveDate, T)>,
    range: Option<(NaiveDate, NaiveDate)>,
    bucket: Bucket,
) -> Vec<(NaiveDate, T)> {
    let mut series: BTreeMap<NaiveDate, T> = found.into_iter().collect();
    let narrow = |(from, to): &(NaiveDate, NaiveDate)| {
        usize::try_from((*to - *from).num_days()).is_ok_and(|days| days < MAX_PERIODS)
    };
    if let Some((from, to)) = range.filter(narrow) {
        for start in bucket.axis(DayRange { from, to }) {
            series.entry(start).or_default();
        }
    }
    series.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_periods_of_a_bounded_range_are_added() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let found = [(day("2026-11-03"), 4)];
        let range = Some((day("2026-11-02"), day("2026-11-04")));
        assert_eq!(
            fill(found, range, Bucket::Day),
            [("2026-11-02", 0), ("2026-11-03", 4), ("2026-11-04", 0)].map(|(at, n)| (day(at), n))
        );
        assert_eq!(fill(found, None, Bucket::Day), [(day("2026-11-03"), 4)]);
        assert_eq!(fill(found, Some((day("0001-01-01"), day("9999-12-31"))), Bucket::Day).len(), 1);
        assert_eq!(fill(found, Some((day("2026-11-04"), day("2026-11-02"))), Bucket::Day).len(), 1);
    }
}
