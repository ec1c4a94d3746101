//! Who sends orders, and when: customers with a long tail, growth, a weekly rhythm.

use std::collections::HashMap;

use super::LabConfig;
use super::records::{Customer, Head, NONE};
use crate::calendar::{DAY, HOUR, LabZone, Secs, is_holiday, weekday};
use crate::catalogue::Sector;
use crate::dice::{Dice, hash, to_unit};
use crate::names;

/// Average number of tests that an order brings, replacements included.
const TESTS_PER_ORDER: f64 = 8.1;
/// How much busier the laboratory is at the end of its history than at the start.
const GROWTH: f64 = 3.0;
/// Share of customers that are there from the start.
const FOUNDERS: f64 = 0.62;

/// The stream of orders and of new customers.
#[derive(Debug)]
pub(crate) struct Arrivals {
    seed: u64,
    zone: LabZone,
    first_day: u32,
    days: u32,
    /// Orders a day for a day of weight 1.
    base: f64,
    /// Fraction of an order carried over from day to day.
    carry: f64,
    customers: u32,
    /// Running sums of the customers' weights.
    shares: Vec<f64>,
    taken: HashMap<u8, u32>,
}

impl Arrivals {
    pub(crate) fn new(config: &LabConfig, start: Secs) -> Self {
        let days = config.history_days();
        let mut arrivals = Self {
            seed: config.seed,
            zone: config.zone,
            first_day: config.zone.local(start).day + 1,
            days,
            base: 1.0,
            carry: to_unit(hash(&[config.seed, 21])),
            customers: (10.0 * f64::from(config.tests.max(1)).powf(0.31)) as u32,
            shares: Vec::new(),
            taken: HashMap::new(),
        };
        let first = arrivals.first_day;
        let total: f64 = (first..first + days).map(|day| arrivals.weight(day)).sum();
        arrivals.base = f64::from(config.tests) / TESTS_PER_ORDER / total.max(1.0);
        arrivals
    }

    /// The first day on which orders arrive.
    pub(crate) fn first_day(&self) -> u32 {
        self.first_day
    }

    /// How busy a day is, relative to the others.
    fn weight(&self, day: u32) -> f64 {
        let rhythm = match weekday(day) {
            _ if is_holiday(day) => 0.03,
            0 => 0.02,
            6 => 0.07,
            1 => 1.15,
            2 => 1.08,
            5 => 0.82,
            _ => 1.0,
        };
        let age = f64::from(day - self.first_day) / f64::from(self.days);
        let growth = GROWTH.powf(age.min(1.0) + 0.1 * (age - 1.0).max(0.0));
        let noise = 0.82 + 0.36 * to_unit(hash(&[self.seed, 22, u64::from(day)]));
        rhythm * growth * noise
    }

    /// Arrival times of a day, ascending.
    pub(crate) fn of_day(&mut self, day: u32) -> Vec<Secs> {
        let expected = self.base * self.weight(day) + self.carry;
        self.carry = expected.fract();
        let mut dice = Dice::new(self.seed, hash(&[23, u64::from(day)]));
        let mut times: Vec<Secs> =
            (0..expected as u32).map(|_| self.zone.instant(day, second_of_day(&mut dice))).collect();
        times.sort_unstable();
        times
    }

    /// Number of customers that exist at the end of a day.
    pub(crate) fn customers_by(&self, day: u32) -> u32 {
        let age = f64::from(day.saturating_sub(self.first_day) + 1) / f64::from(self.days);
        let share = FOUNDERS + (1.0 - FOUNDERS) * age;
        ((f64::from(self.customers) * share) as u32).max(3)
    }

    /// Number of customers that exist before the first order.
    pub(crate) fn founders(&self) -> u32 {
        ((f64::from(self.customers) * FOUNDERS) as u32).max(3)
    }

    /// Draws who sends an order: the position of a customer.
    pub(crate) fn sender(&self, dice: &mut Dice) -> u32 {
        let total = self.shares.last().copied().unwrap_or(0.0);
        let point = dice.unit() * total;
        let place = self.shares.partition_point(|share| *share <= point);
        place.min(self.shares.len().saturating_sub(1)) as u32
    }

    /// The customer with the given running number.
    pub(crate) fn customer(&mut self, number: u32, created: Secs, all: &[Customer]) -> Customer {
        let mut dice = Dice::new(self.seed, hash(&[24, u64::from(number)]));
        let sector = match dice.below(100) {
            _ if number == 0 => Sector::Internal,
            0..=79 => Sector::Cannabis,
            80..=90 => Sector::Food,
            _ => Sector::Environment,
        };
        let alias = number > 10 && dice.chance(0.035);
        let rank = dice.below(self.customers.max(1));
        let weight = match (alias, sector) {
            (true, _) => 0.0005,
            (_, Sector::Internal) => 0.02,
            _ => 1.0 / (f64::from(rank) + 2.5).powf(1.05),
        };
        let total = self.shares.last().copied().unwrap_or(0.0);
        self.shares.push(total + weight);
        Customer {
            head: Head::new(created),
            name: self.name(&mut dice, sector, alias, all).into(),
            sector,
            undated: false,
            revision: 0,
            first_order: NONE,
            last_order: NONE,
        }
    }

    /// Notes a customer that never sends orders by itself.
    pub(crate) fn silent_customer(&mut self) {
        let total = self.shares.last().copied().unwrap_or(0.0);
        self.shares.push(total);
    }

    fn name(&mut self, dice: &mut Dice, sector: Sector, alias: bool, all: &[Customer]) -> String {
        if alias {
            let original = &all[dice.below(all.len() as u32) as usize].name;
            return match dice.below(3) {
                0 => format!("{original} (DO NOT USE)"),
                1 => original.to_uppercase(),
                _ => format!("{original} - Retail"),
            };
        }
        let seconds: &[&str] = match sector {
            Sector::Internal => return "Internal QC".to_owned(),
            Sector::Cannabis => &names::CANNABIS,
            Sector::Food => &names::FOOD,
            Sector::Environment => &names::ENVIRONMENT,
        };
        let taken = self.taken.entry(sector as u8).or_default();
        let number = *taken;
        *taken += 1;
        let bases = names::BASES.len() as u32;
        // 37 has no factor in common with 104, so every base comes once in a round.
        let shift = (hash(&[self.seed, 25, sector as u64]) % u64::from(bases)) as u32;
        let base = names::BASES[((number * 37 + shift) % bases) as usize];
        let round = number / bases;
        let second = seconds[((number * 5 + round) as usize) % seconds.len()];
        format!("{base} {second}{}", dice.pick(&names::ENDINGS))
    }
}

/// When in the day an order is entered: two humps in office hours, a thin evening tail.
fn second_of_day(dice: &mut Dice) -> u32 {
    let (centre, spread) = match dice.below(20) {
        0..=8 => (10 * HOUR, 2 * HOUR),
        9..=17 => (14 * HOUR + 1800, 2 * HOUR + 1800),
        _ => (19 * HOUR, 3 * HOUR),
    };
    let swing = dice.unit() + dice.unit() - 1.0;
    let at = f64::from(centre) + swing * f64::from(spread);
    (at as u32).clamp(6 * HOUR, DAY - 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_large_laboratory_are_distinct_but_for_aliases() {
        let config = LabConfig { tests: 1_000_000, ..LabConfig::default() };
        let mut arrivals = Arrivals::new(&config, 1_700_000_000);
        let mut all: Vec<Customer> = Vec::new();
        for number in 0..700 {
            let next = arrivals.customer(number, 1_700_000_000, &all);
            all.push(next);
        }
        let mut names: Vec<&str> = all
            .iter()
            .map(|customer| &*customer.name)
            .filter(|name| !name.contains(['(', '-']) && **name != *name.to_uppercase())
            .collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
