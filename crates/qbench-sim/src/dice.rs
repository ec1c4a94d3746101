//! Deterministic randomness: the same seed gives the same laboratory on every machine and
//! in every version, which a general-purpose generator does not promise.
//!
//! Knows numbers only; nothing of laboratories.

/// Golden-ratio step of the SplitMix64 sequence.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A small seeded generator (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// A generator for one stream of one seed; different streams are independent.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        Self(hash(&[seed, stream]))
    }

    /// The next 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// The next 32 random bits.
    pub(crate) fn bits32(&mut self) -> u32 {
        (self.bits() >> 32) as u32
    }

    /// A whole number below `n`; 0 when `n` is 0.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.bits32()) * u64::from(n)) >> 32) as u32
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        to_unit(self.bits())
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// An exponentially distributed number of seconds with the given mean in hours.
    pub(crate) fn hours(&mut self, mean: f64) -> u32 {
        (-(1.0 - self.unit()).ln() * mean * 3600.0) as u32
    }

    /// One element of a non-empty slice.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u32) as usize]
    }

    /// An index drawn in proportion to the weights.
    pub(crate) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let total: u32 = weights.clone().sum();
        let mut left = self.below(total);
        for (index, weight) in weights.enumerate() {
            if left < weight {
                return index;
            }
            left -= weight;
        }
        0
    }
}

/// Scrambles one number.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A number that depends on every part and on their order.
pub(crate) fn hash(parts: &[u64]) -> u64 {
    parts
        .iter()
        .fold(0x51_7C_C1_B7_27_22_0A_95, |state, part| mix(state.wrapping_add(STEP) ^ mix(part.wrapping_add(STEP))))
}

/// Maps 64 random bits to [0, 1).
pub(crate) fn to_unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_stream_give_the_same_sequence() {
        let draw = |seed, stream| {
            let mut dice = Dice::new(seed, stream);
            [dice.bits(), dice.bits(), dice.bits()]
        };
        assert_eq!(draw(7, 1), draw(7, 1));
        assert_ne!(draw(7, 1), draw(7, 2));
        assert_ne!(draw(7, 1), draw(8, 1));
    }

    #[test]
    fn draws_stay_in_their_range_and_cover_it() {
        let mut dice = Dice::new(1, 1);
        let mut seen = [false; 6];
        for _ in 0..400 {
            seen[dice.below(6) as usize] = true;
            assert!((0.0..1.0).contains(&dice.unit()));
        }
        assert!(seen.iter().all(|hit| *hit));
    }

    #[test]
    fn weights_steer_the_choice() {
        let mut dice = Dice::new(1, 1);
        let mut counts = [0; 3];
        for _ in 0..3000 {
            counts[dice.weighted([1, 0, 9].into_iter())] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!(counts[2] > 7 * counts[0]);
    }
}
