//! Control limits for single values (XmR): from the mean and the mean range between neighbours.

use app::model::turnaround::Limits;

/// Values below which no limits are drawn: they would say more about chance than about the process.
pub const FEWEST: usize = 6;

/// The factor of the mean moving range: three standard deviations by the constant 1.128 of pairs.
const FACTOR: f64 = 2.66;

/// The limits of a series in hours, gaps left out; `None` with fewer than [`FEWEST`] values.
#[must_use]
pub fn limits(values: impl IntoIterator<Item = Option<f64>>) -> Option<Limits> {
    let values: Vec<f64> = values.into_iter().flatten().collect();
    if values.len() < FEWEST {
        return None;
    }
    let mean = |sum: f64, many: usize| Some(sum / f64::from(u32::try_from(many).ok()?));
    let centre = mean(values.iter().sum(), values.len())?;
    let ranges = values.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    let reach = FACTOR * mean(ranges.sum(), values.len() - 1)?;
    Some(Limits { centre, lower: (centre - reach).max(0.0), upper: centre + reach })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_the_mean_and_two_point_six_six_moving_ranges() {
        let values = [10.0, 12.0, 11.0, 13.0, 12.0, 14.0].map(Some);
        let found = limits(values.into_iter().chain([None])).expect("six values");
        assert_eq!(found.centre, 12.0);
        assert!((found.upper - (12.0 + 2.66 * 8.0 / 5.0)).abs() < 1e-9, "{found:?}");
        assert!(found.hold(16.2) && !found.hold(16.3) && !found.hold(7.7));
    }

    #[test]
    fn durations_have_no_limit_below_zero_and_few_values_none_at_all() {
        let wild = limits([0.0, 40.0, 0.0, 40.0, 0.0, 40.0].map(Some)).expect("six values");
        assert_eq!(wild.lower, 0.0);
        assert_eq!(limits([1.0; 5].map(Some)), None);
    }
}
