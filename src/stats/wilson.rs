//! Intervals of one proportion and of the difference of two.
//!
//! **Invariant:** bounds lie in [0, 1] (difference: [−1, 1]) and enclose the observed value.
//! **Not here:** charts' limits (`p_chart`, `xmr`).
//! Source: Wilson, JASA 1927;22:209; Newcombe, Statistics in Medicine 1998;17:857 (method 3) and 17:873 (method 10).

use serde::{Deserialize, Serialize};

/// 97.5th percentile of the standard normal distribution: two-sided 95 %.
pub const Z_95: f64 = 1.959_964;

/// A two-sided 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower bound.
    pub lower: f64,
    /// Upper bound.
    pub upper: f64,
}

/// Wilson's score interval of `successes` out of `n`; `None` where `n` is 0 or smaller than `successes`.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^52")]
pub fn wilson(successes: u64, n: u64) -> Option<Interval> {
    if n == 0 || successes > n {
        return None;
    }
    let size = n as f64;
    let p = successes as f64 / size;
    let z2 = Z_95 * Z_95;
    let scale = 1.0 + z2 / size;
    let centre = (p + z2 / (2.0 * size)) / scale;
    let half = Z_95 * (p * (1.0 - p) / size + z2 / (4.0 * size * size)).sqrt() / scale;
    // At 0 and n the bound is the end itself; floating point would leave a residue of 1e-17.
    let lower = if successes == 0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if successes == n { 1.0 } else { (centre + half).min(1.0) };
    Some(Interval { lower, upper })
}

/// Newcombe's hybrid score interval of the difference `first − second`, each `(successes, n)`.
///
/// `None` where one of the two has no interval of its own.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^52")]
pub fn newcombe(first: (u64, u64), second: (u64, u64)) -> Option<Interval> {
    let one = wilson(first.0, first.1)?;
    let two = wilson(second.0, second.1)?;
    let p1 = first.0 as f64 / first.1 as f64;
    let p2 = second.0 as f64 / second.1 as f64;
    let difference = p1 - p2;
    let down = ((p1 - one.lower).powi(2) + (two.upper - p2).powi(2)).sqrt();
    let up = ((one.upper - p1).powi(2) + (p2 - two.lower).powi(2)).sqrt();
    Some(Interval { lower: (difference - down).max(-1.0), upper: (difference + up).min(1.0) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn close(interval: Option<Interval>, lower: f64, upper: f64, within: f64) {
        let found = interval.unwrap();
        assert!((found.lower - lower).abs() <= within, "lower {} is not {lower}", found.lower);
        assert!((found.upper - upper).abs() <= within, "upper {} is not {upper}", found.upper);
    }

    #[test]
    fn the_worked_values_of_the_statistics_document() {
        // STATISTICS §3; 617/781 is also the literature's 79 % (76–82), Veldhuis et al. 2024.
        close(wilson(617, 781), 0.760, 0.817, 0.0005);
        close(wilson(8, 10), 0.490, 0.943, 0.0005);
        close(wilson(40, 50), 0.670, 0.888, 0.0005);
        close(wilson(10, 10), 0.722, 1.0, 0.0005);
        close(wilson(0, 10), 0.0, 0.278, 0.0005);
    }

    #[test]
    fn the_published_example_of_newcombe_for_one_proportion() {
        // Newcombe 1998;17:857, table I, method 3: 81/263, 15/148, 0/20, 1/29.
        close(wilson(81, 263), 0.2553, 0.3662, 0.00005);
        close(wilson(15, 148), 0.0624, 0.1605, 0.00005);
        close(wilson(0, 20), 0.0, 0.1611, 0.00005);
        close(wilson(1, 29), 0.0061, 0.1718, 0.00005);
    }

    #[test]
    fn the_published_examples_of_newcombe_for_a_difference() {
        // Newcombe 1998;17:873, table II, method 10: (a) 56/70 − 48/80 and (b) 9/10 − 3/10.
        close(newcombe((56, 70), (48, 80)), 0.0524, 0.3339, 0.00005);
        close(newcombe((9, 10), (3, 10)), 0.1705, 0.8090, 0.00005);
    }

    #[test]
    fn nothing_is_said_about_nothing() {
        assert_eq!(wilson(0, 0), None);
        assert_eq!(wilson(3, 2), None);
        assert_eq!(newcombe((1, 2), (0, 0)), None);
    }

    #[test]
    fn an_interval_encloses_its_proportion() {
        for n in 1..60_u64 {
            for x in 0..=n {
                let found = wilson(x, n).unwrap();
                let p = f64::from(u32::try_from(x).unwrap()) / f64::from(u32::try_from(n).unwrap());
                assert!(0.0 <= found.lower && found.lower <= p && p <= found.upper && found.upper <= 1.0);
            }
        }
    }
}
