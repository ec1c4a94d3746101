//! How much work will lie in the laboratory: the open tests, and what is expected to come in and to go out. What a day
//! adds is the mean of what the same weekday added over the last weeks; the bands at each distance are as wide as such
//! projections over that distance were off; a back-test says how often bands that were made like this held.

use super::forecast::{Calibration, Expected, History, WEEKS, quantile};
use super::series::{count, dense};
use crate::db::metrics::{Population, Window, balance};
use app::model::period::{Bucket, DayRange};
use chrono::{Days, NaiveDate, NaiveDateTime};
use sqlx::PgPool;

/// Days projected.
pub const AHEAD: usize = 14;

/// Earlier projections that the width of a band is taken from.
const COMPARED: usize = WEEKS * 7;

/// Projections that the back-test makes again.
const TESTED: usize = 28;

/// The days of history that a projection with its back-test needs.
const HISTORY_DAYS: usize = WEEKS * 7 + COMPARED + TESTED + 2 * AHEAD;

/// The days to come and how the same method did before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Projection {
    /// Open tests at the end of each day, today first; none without a week of history.
    pub days: Vec<Expected>,
    /// The back-test; its days are projections of [`AHEAD`] days each.
    pub calibration: Calibration,
}

/// Projects the tests in progress, of which there are `open` at `now`.
///
/// # Errors
/// When the database fails.
pub async fn expected(
    pool: &PgPool,
    who: &Population,
    now: NaiveDateTime,
    open: i64,
    finals: &[String],
) -> sqlx::Result<Projection> {
    let today = now.date();
    let back = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let (first, last) = (back(u64::try_from(HISTORY_DAYS).unwrap_or(0)), back(1));
    let window = Window { until: Some(now), ..Window::days(first, today) };
    let rows = balance::by_day(pool, who, window, finals).await?;
    let gained = |row: &balance::BalanceRow| row.entered - row.left;
    let so_far: i64 = rows.iter().filter(|row| row.day == today).map(gained).sum();
    let past = rows.iter().filter(|row| row.day < today).map(|row| (row.day, gained(row)));
    let gains: Vec<i64> = dense(&Bucket::Day.axis(DayRange { from: first, to: last }), past);
    // What lies before the first test is no history.
    let begin = rows.first().map_or(gains.len(), |row| usize::try_from((row.day - first).num_days()).unwrap_or(0));
    Ok(project(open - so_far, gains.get(begin..).unwrap_or_default(), last))
}

/// Projects from the tests that were open at the end of the day `last` and from what each day up to it added.
#[must_use]
pub fn project(open: i64, gains: &[i64], last: NaiveDate) -> Projection {
    let paths: Vec<Option<Vec<f64>>> = (0..=gains.len()).map(|end| path(gains, end)).collect();
    let Some(ahead) = paths.last().and_then(Option::as_ref) else { return Projection::default() };
    let errors = errors(gains, &paths, gains.len());
    let day = |(at, (gain, errors)): (usize, (&f64, &Vec<f64>))| {
        let day = last.checked_add_days(Days::new(at as u64 + 1))?;
        let value = count(open) + gain;
        let bound = |share| (value + quantile(errors, share)).max(0.0);
        let (low_80, high_80) = (bound(0.1), bound(0.9));
        Some(Expected { day, value: value.max(0.0), low_80, high_80, low_95: bound(0.025), high_95: bound(0.975) })
    };
    let days = ahead.iter().zip(&errors).enumerate().filter_map(day).collect();
    Projection { days, calibration: calibration(gains, &paths) }
}

/// What the days after the first `end` ones add together, at each distance, foretold from these alone.
fn path(gains: &[i64], end: usize) -> Option<Vec<f64>> {
    let known = History { counts: gains.get(..end)?, last: NaiveDate::MIN };
    let mut sum = 0.0;
    (0..AHEAD)
        .map(|ahead| {
            sum += known.mean_before(end + ahead)?;
            Some(sum)
        })
        .collect()
}

/// What the days after the first `end` ones did add together at a distance.
fn added(gains: &[i64], end: usize, distance: usize) -> Option<f64> {
    gains.get(end..end + distance).map(|days| count(days.iter().sum()))
}

/// How far the projections known to be right or wrong after `end` days were off, at each distance, in order of size.
fn errors(gains: &[i64], paths: &[Option<Vec<f64>>], end: usize) -> Vec<Vec<f64>> {
    let at = |distance: usize| {
        let latest = end.saturating_sub(distance);
        let mut errors: Vec<f64> = (latest.saturating_sub(COMPARED - 1)..=latest)
            .filter_map(|from| {
                let foretold = *paths.get(from)?.as_ref()?.get(distance - 1)?;
                Some(added(gains, from, distance).filter(|_| from + distance <= end)? - foretold)
            })
            .collect();
        errors.sort_by(f64::total_cmp);
        errors
    };
    (1..=AHEAD).map(at).collect()
}

fn calibration(gains: &[i64], paths: &[Option<Vec<f64>>]) -> Calibration {
    let latest = gains.len().saturating_sub(AHEAD);
    let (mut days, mut tried, mut in_80, mut in_95, mut missed) = (0, 0_i64, 0_i64, 0_i64, 0.0);
    for from in (latest + 1).saturating_sub(TESTED)..=latest {
        let Some(path) = paths.get(from).and_then(Option::as_ref) else { continue };
        let errors = errors(gains, paths, from);
        if errors.iter().any(Vec::is_empty) {
            continue;
        }
        days += 1;
        for (at, (foretold, errors)) in path.iter().zip(&errors).enumerate() {
            let Some(actual) = added(gains, from, at + 1) else { continue };
            let off = actual - foretold;
            let inside = |low, high| (quantile(errors, low)..=quantile(errors, high)).contains(&off);
            tried += 1;
            in_80 += i64::from(inside(0.1, 0.9));
            in_95 += i64::from(inside(0.025, 0.975));
            missed += off.abs();
        }
    }
    if tried == 0 {
        return Calibration::default();
    }
    let share = |held: i64| count(held) / count(tried);
    Calibration { days, inside_80: share(in_80), inside_95: share(in_95), mean_error: missed / count(tried) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_rhythm_without_noise_goes_on_and_its_bands_are_closed() {
        // Six working days bring in one test each more than goes out; the seventh takes six away.
        let gains: Vec<i64> = (0..HISTORY_DAYS).map(|at| if at % 7 == 6 { -6 } else { 1 }).collect();
        let projection = project(10, &gains[..HISTORY_DAYS / 7 * 7], day("2026-11-29"));
        let values: Vec<f64> = projection.days.iter().map(|day| day.value).collect();
        let week = [11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 10.0];
        assert_eq!(values, [week, week].concat());
        assert_eq!(projection.days[0].day, day("2026-11-30"));
        assert!(projection.days.iter().all(|day| day.low_95 == day.value && day.high_95 == day.value));
        let calibration = Calibration { days: TESTED, inside_80: 1.0, inside_95: 1.0, mean_error: 0.0 };
        assert_eq!(projection.calibration, calibration);
    }

    #[test]
    fn bands_widen_with_the_distance_and_hold_about_as_often_as_they_say() {
        let mut state = 11_u64;
        let (mut in_80, mut in_95, rounds) = (0.0, 0.0, 20);
        for _ in 0..rounds {
            let gains: Vec<i64> = (0..HISTORY_DAYS)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    i64::try_from(state >> 58).unwrap_or(0) - 32
                })
                .collect();
            let projection = project(10_000, &gains, day("2026-11-29"));
            let width = |at: usize| projection.days[at].high_80 - projection.days[at].low_80;
            assert!(width(0) < width(13), "{} {}", width(0), width(13));
            assert_eq!(projection.calibration.days, TESTED);
            in_80 += projection.calibration.inside_80 / f64::from(rounds);
            in_95 += projection.calibration.inside_95 / f64::from(rounds);
        }
        assert!((0.65..=0.95).contains(&in_80), "{in_80}");
        assert!((0.82..=1.0).contains(&in_95) && in_95 > in_80, "{in_95}");
    }

    #[test]
    fn work_never_falls_below_nothing_and_without_a_week_there_is_no_projection() {
        let gains = [-50; 21];
        let projection = project(60, &gains, day("2026-11-29"));
        assert!(projection.days.iter().all(|day| day.value >= 0.0 && day.low_95 >= 0.0));
        assert_eq!(projection.days[13].value, 0.0);
        assert_eq!(project(5, &[1; 6], day("2026-11-29")), Projection::default());
        assert_eq!(project(5, &[], day("2026-11-29")), Projection::default());
    }
}
