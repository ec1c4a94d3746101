//! When open orders will be done, and whether in time: from how long their peers took, given that these, too, had not
//! been done at the same age. A back-test says how well such chances came true.

use super::series::count;
use std::collections::HashMap;

/// Days of finished orders that an outlook is made from.
pub const PEER_DAYS: i64 = 180;

/// Fewer peers than this are no basis.
pub const FEWEST_PEERS: usize = 20;

/// How long orders took, in hours, in order of size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Peers(Vec<f64>);

/// What is expected of an open order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    /// Peers that were still open at this age.
    pub peers: usize,
    /// The share of them that missed the target.
    pub miss: f64,
    /// The median of the hours that they still took.
    pub remaining: f64,
    /// Four of five still took between these.
    pub low_80: f64,
    /// Upper end of the same.
    pub high_80: f64,
}

/// How chances told in advance came true.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Calibration {
    /// Orders that were foretold again.
    pub orders: usize,
    /// The mean chance of a miss that they were given.
    pub expected: f64,
    /// The share that missed.
    pub observed: f64,
    /// Mean squared difference between chance and outcome (Brier score); 0 is perfect, 0.25 is guessing.
    pub brier: f64,
}

impl FromIterator<f64> for Peers {
    fn from_iter<I: IntoIterator<Item = f64>>(hours: I) -> Self {
        let mut hours: Vec<f64> = hours.into_iter().filter(|hours| hours.is_finite() && *hours >= 0.0).collect();
        hours.sort_by(f64::total_cmp);
        Self(hours)
    }
}

impl Peers {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is expected of an order of this age; absent when no peer was open for that long.
    #[must_use]
    pub fn outlook(&self, age: f64, target: f64) -> Option<Outlook> {
        let still = &self.0[self.0.partition_point(|hours| *hours <= age)..];
        if still.is_empty() {
            return None;
        }
        let missed = still.len() - still.partition_point(|hours| *hours <= target);
        let left = |share| quantile(still, share) - age;
        let miss = if age > target { 1.0 } else { ratio(missed, still.len()) };
        Some(Outlook { peers: still.len(), miss, remaining: left(0.5), low_80: left(0.1), high_80: left(0.9) })
    }

    /// Foretells orders, whose end is known, at this age, and compares.
    #[must_use]
    pub fn calibration(&self, ended: impl IntoIterator<Item = f64>, age: f64, target: f64) -> Calibration {
        let told: Vec<(f64, f64)> = ended
            .into_iter()
            .filter(|hours| *hours > age)
            .filter_map(|hours| Some((self.outlook(age, target)?.miss, f64::from(u8::from(hours > target)))))
            .collect();
        if told.is_empty() {
            return Calibration::default();
        }
        let mean = |value: fn(&(f64, f64)) -> f64| told.iter().map(value).sum::<f64>() / real(told.len());
        Calibration {
            orders: told.len(),
            expected: mean(|pair| pair.0),
            observed: mean(|pair| pair.1),
            brier: mean(|pair| (pair.0 - pair.1).powi(2)),
        }
    }
}

/// The peers of an order: the finished orders of its customer, or of all customers where those are too few.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Company {
    all: Peers,
    own: HashMap<i32, Peers>,
}

impl Company {
    /// From finished orders: whose they were, and how many hours they took.
    #[must_use]
    pub fn new(done: &[(Option<i32>, f64)]) -> Self {
        let mut own: HashMap<i32, Vec<f64>> = HashMap::new();
        for (customer, hours) in done {
            if let Some(customer) = customer {
                own.entry(*customer).or_default().push(*hours);
            }
        }
        Self {
            all: done.iter().map(|(_, hours)| *hours).collect(),
            own: own.into_iter().map(|(customer, hours)| (customer, hours.into_iter().collect())).collect(),
        }
    }

    /// What is expected of an order of this customer and age, and whether the customer's own orders say so.
    #[must_use]
    pub fn outlook(&self, customer: Option<i32>, age: f64, target: f64) -> Option<(bool, Outlook)> {
        let own = customer.and_then(|customer| self.own.get(&customer));
        let by_customer = own.and_then(|own| own.outlook(age, target)).filter(|found| found.peers >= FEWEST_PEERS);
        by_customer.map(|found| (true, found)).or_else(|| self.all.outlook(age, target).map(|found| (false, found)))
    }

    /// The chance that an order of this customer and age misses the target; certain once it is past it.
    #[must_use]
    pub fn miss(&self, customer: Option<i32>, age: f64, target: f64) -> Option<f64> {
        if age > target { Some(1.0) } else { self.outlook(customer, age, target).map(|(_, found)| found.miss) }
    }
}

fn real(number: usize) -> f64 {
    count(i64::try_from(number).unwrap_or(i64::MAX))
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { real(part) / real(whole) }
}

/// By linear interpolation; the list is not empty.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ranks are small and not negative")]
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let rank = share * real(sorted.len() - 1);
    let (below, above) = (sorted[rank.floor() as usize], sorted[rank.ceil() as usize]);
    below + (above - below) * rank.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ten() -> Peers {
        (1..=10).map(|n| f64::from(n) * 10.0).collect()
    }

    #[test]
    fn only_peers_that_were_open_at_the_same_age_count() {
        let new = ten().outlook(0.0, 48.0).expect("peers");
        assert_eq!((new.peers, new.miss, new.remaining), (10, 0.6, 55.0));
        let old = ten().outlook(40.0, 48.0).expect("peers");
        assert_eq!((old.peers, old.miss, old.remaining), (6, 1.0, 35.0));
        assert_eq!(ten().outlook(50.0, 48.0).map(|outlook| outlook.miss), Some(1.0), "late already");
        assert_eq!(ten().outlook(100.0, 48.0), None);
        assert_eq!(Peers::default().outlook(0.0, 48.0), None);
    }

    #[test]
    fn a_customers_own_orders_tell_where_they_are_enough() {
        let others = (1..=20).map(|n| (None, f64::from(n)));
        let own = |customer, many| (0..many).map(move |_| (Some(customer), 100.0));
        let company = Company::new(&others.chain(own(1, 20)).chain(own(2, 19)).collect::<Vec<_>>());
        let told = |customer| company.outlook(customer, 0.0, 48.0).map(|(own, found)| (own, found.peers));
        assert_eq!(
            [told(Some(1)), told(Some(2)), told(None)],
            [Some((true, 20)), Some((false, 59)), Some((false, 59))]
        );
        assert_eq!((company.miss(Some(1), 0.0, 48.0), company.miss(None, 49.0, 48.0)), (Some(1.0), Some(1.0)));
        assert_eq!(company.miss(None, 101.0, 200.0), None, "nobody was open for that long");
    }

    #[test]
    fn a_forecast_of_its_own_past_is_calibrated() {
        let told = ten().calibration((1..=10).map(|n| f64::from(n) * 10.0), 0.0, 48.0);
        assert_eq!((told.orders, told.observed), (10, 0.6));
        assert!((told.expected - 0.6).abs() < 1e-9 && (told.brier - 0.24).abs() < 1e-9);
        assert_eq!(ten().calibration([], 0.0, 48.0), Calibration::default());
    }
}
