//! Draws: the only source of variation, in whole numbers.
//!
//! **Invariant:** what is drawn depends on seed and stream alone; no floating point, whose last bit differs by platform.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// A stream of draws.
pub(crate) struct Draw(ChaCha8Rng);

/// What a stream is for: one ride has several, so that a change in one leaves the others as they were.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Ride = 0,
    Schedule = 1,
    Feedback = 2,
    Identification = 3,
    Newer = 4,
    Patient = 5,
    Day = 6,
    Year = 7,
    Case = 8,
}

impl Draw {
    /// The stream of one thing (a ride, a day, a patient) for one purpose.
    pub(crate) fn new(seed: u64, purpose: Purpose, number: u32) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(u64::from(number) << 8 | purpose as u64);
        Self(rng)
    }

    /// A number under `bound`; 0 where the bound is 0.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(bound)) >> 32) as u32
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True in so many of a thousand draws.
    pub(crate) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// 128 bits, for identifiers.
    pub(crate) fn wide(&mut self) -> u128 {
        u128::from(self.0.next_u64()) << 64 | u128::from(self.0.next_u64())
    }

    /// One of a list that is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u32) as usize]
    }

    /// A place in a list of weights, each as likely as its weight.
    pub(crate) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        for (place, weight) in weights.enumerate() {
            if left < weight {
                return place;
            }
            left -= weight;
        }
        0
    }

    /// A version-4 UUID as text.
    pub(crate) fn uuid(&mut self) -> String {
        let bits = self.wide() & !(0xf000_u128 << 64) & !(0xc000_u128 << 48) | 0x4000_u128 << 64 | 0x8000_u128 << 48;
        let hex = format!("{bits:032x}");
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// A delay of the shape of SEH feedback, in minutes, round a median in minutes.
    pub(crate) fn delay_minutes(&mut self, median_minutes: u32) -> u32 {
        let place = self.below(40_000);
        let (step, rest) = ((place / 1000) as usize, u64::from(place % 1000));
        let (low, high) = (u64::from(DELAY[step]), u64::from(DELAY[step + 1]));
        let per_mille = low + (high - low) * rest / 1000;
        (u64::from(median_minutes) * per_mille / 1000) as u32
    }
}

/// Quantiles of a log-normal delay in thousandths of its median, per 2.5 %: exp(0.64 z). With hospitals' medians of 6 to
/// 13 days this gives half within about 9 days, 90 % within about 23, 3–4 % after 30 (STATISTICS §1).
const DELAY: [u32; 41] = [
    183, 285, 349, 398, 440, 479, 515, 550, 584, 616, 649, 682, 715, 748, 781, 815, 850, 886, 923, 961, 1000, 1041,
    1084, 1129, 1176, 1226, 1280, 1337, 1399, 1466, 1540, 1622, 1714, 1819, 1941, 2088, 2271, 2511, 2865, 3506, 5461,
];
