//! p-chart and Laney's p′-chart: limits of proportions with their own denominators.
//!
//! **Invariant:** drawn limits lie in [0, 1]; the rules see the reach before clipping, so that clipping makes no signal.
//! **Not here:** single values (`xmr`); the rules (`signals`).
//! Source: Montgomery, *Introduction to Statistical Quality Control* (p); Laney, Quality Engineering 2002;14:531 (p′).

use crate::signals::ChartPoint;
use crate::{FIRM_POINTS, LIMIT_POINTS_MIN};

// d2 for two values: the mean range in standard deviations.
const D2: f64 = 1.128;
/// Between-month variation above this is more than chance: Laney's p′.
pub const SIGMA_Z_MAX: f64 = 1.2;
/// A denominator above this makes p's limits too narrow: Laney's p′.
pub const P_DENOMINATOR_MAX: u64 = 1000;

/// Which limits are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PChartKind {
    /// Binomial limits.
    P,
    /// Binomial limits times the variation between months.
    LaneyPPrime,
}

/// Mean and limits per point of one phase.
#[derive(Debug, Clone, PartialEq)]
pub struct PChart {
    /// Chosen by the data.
    pub kind: PChartKind,
    /// Σx / Σn.
    pub mean: f64,
    /// Variation between months in binomial standard deviations; 1 is chance alone. `None` without two adjacent points.
    pub sigma_z: Option<f64>,
    /// Fewer than twelve points: *voorlopige grenzen*.
    pub trial: bool,
    /// The proportions with their limits, as given; for `signals`. `None` for a missing or hidden one.
    pub points: Vec<Option<ChartPoint>>,
}

impl PChart {
    /// Lower and upper control limit per point as drawn, clipped to [0, 1].
    pub fn limits(&self) -> impl Iterator<Item = Option<(f64, f64)>> {
        self.points.iter().map(|point| point.map(|p| ((p.mean - p.reach).max(0.0), (p.mean + p.reach).min(1.0))))
    }
}

/// Limits of `counts` (x, n) in order of time; `None` for a missing or hidden one. `None` with fewer than six points,
/// or where an x is greater than its n.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^52")]
pub fn p_chart(counts: &[Option<(u64, u64)>]) -> Option<PChart> {
    let counts: Vec<Option<(u64, u64)>> = counts.iter().map(|c| c.filter(|(_, n)| *n > 0)).collect();
    let present: Vec<(u64, u64)> = counts.iter().copied().flatten().collect();
    if present.len() < LIMIT_POINTS_MIN || present.iter().any(|(x, n)| x > n) {
        return None;
    }
    let total: u64 = present.iter().map(|(_, n)| n).sum();
    let mean = present.iter().map(|(x, _)| x).sum::<u64>() as f64 / total as f64;
    let sigma = |n: u64| (mean * (1.0 - mean) / n as f64).sqrt();
    let sigma_z = sigma_z(&counts, mean);
    let wide = sigma_z.is_some_and(|s| s > SIGMA_Z_MAX) || present.iter().any(|(_, n)| *n > P_DENOMINATOR_MAX);
    let (kind, factor) = match sigma_z {
        Some(factor) if wide => (PChartKind::LaneyPPrime, factor),
        Some(_) | None => (PChartKind::P, 1.0),
    };
    let point = |(x, n): (u64, u64)| ChartPoint { value: x as f64 / n as f64, mean, reach: 3.0 * sigma(n) * factor };
    Some(PChart {
        kind,
        mean,
        sigma_z,
        trial: present.len() < FIRM_POINTS,
        points: counts.iter().map(|count| count.map(point)).collect(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^52")]
fn sigma_z(counts: &[Option<(u64, u64)>], mean: f64) -> Option<f64> {
    let spread = mean * (1.0 - mean);
    if spread <= 0.0 {
        return None;
    }
    let z = |(x, n): (u64, u64)| (x as f64 / n as f64 - mean) / (spread / n as f64).sqrt();
    let steps: Vec<f64> = counts.windows(2).filter_map(|pair| Some((z(pair[1]?) - z(pair[0]?)).abs())).collect();
    (!steps.is_empty()).then(|| steps.iter().sum::<f64>() / steps.len() as f64 / D2)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::signals::{Rule, signals};

    // NIST/SEMATECH e-Handbook of Statistical Methods §6.3.3.2: misregistered chips of 50 on each of 30 wafers.
    const WAFERS: [u64; 30] =
        [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6];

    #[test]
    fn the_proportions_example_of_the_nist_handbook() {
        let counts: Vec<_> = WAFERS.iter().map(|x| Some((*x, 50))).collect();
        let chart = p_chart(&counts).unwrap();
        assert!((chart.mean - 0.2313).abs() < 5e-5);
        let point = chart.points[0].unwrap();
        let sigma = (chart.mean * (1.0 - chart.mean) / 50.0).sqrt();
        let p_limits = (chart.mean - 3.0 * sigma, chart.mean + 3.0 * sigma);
        assert!((p_limits.0 - 0.0524).abs() < 5e-5 && (p_limits.1 - 0.4102).abs() < 5e-5);
        // Its months vary more than chance (σz 1.66), so ours are Laney's limits, wider by just that.
        assert_eq!(chart.kind, PChartKind::LaneyPPrime);
        let factor = chart.sigma_z.unwrap();
        assert!((factor - 1.66).abs() < 5e-3);
        assert!(factor > SIGMA_Z_MAX && (point.reach - 3.0 * sigma * factor).abs() < 1e-12);
        // The handbook finds wafers 15 and 23 outside p's limits.
        let outside: Vec<usize> = (0..30).filter(|i| chart.points[*i].unwrap().value > p_limits.1).collect();
        assert_eq!(outside, [14, 22]);
    }

    // jaspQualityControl (JASP), tests/testthat/datasets/attributeCharts/SPC_P.csv: defectives of a sample, per month.
    const SAMPLES: [(u64, u64); 20] = [
        (21, 150),
        (16, 153),
        (30, 170),
        (31, 226),
        (24, 154),
        (33, 130),
        (32, 190),
        (29, 165),
        (23, 176),
        (17, 144),
        (14, 132),
        (31, 144),
        (29, 156),
        (25, 158),
        (15, 142),
        (43, 212),
        (20, 155),
        (26, 138),
        (23, 141),
        (28, 130),
    ];

    #[test]
    fn the_laney_chart_that_jasp_publishes_of_its_test_data() {
        let counts: Vec<_> = SAMPLES.iter().copied().map(Some).collect();
        let chart = p_chart(&counts).unwrap();
        assert_eq!(chart.kind, PChartKind::LaneyPPrime);
        // Its picture laney-p-chart.svg says CL = 0.1611; the limits are read off the picture, 1059 pixels to 1, of the first
        // sample (n = 150), the fourth (226, the narrowest) and the last (130, the widest). p's own limits would be 0.071 and
        // 0.251 for the first: the factor is what is tested.
        assert!((chart.mean - 0.1611).abs() < 5e-5);
        let limits: Vec<_> = chart.limits().map(Option::unwrap).collect();
        let near = |drawn: (f64, f64), (lower, upper): (f64, f64)| {
            assert!((drawn.0 - lower).abs() < 2e-4 && (drawn.1 - upper).abs() < 2e-4, "{drawn:?}");
        };
        near(limits[0], (0.0278, 0.2944));
        near(limits[3], (0.0525, 0.2697));
        near(limits[19], (0.0179, 0.3043));
        let sigma = (chart.mean * (1.0 - chart.mean) / 150.0).sqrt();
        assert!((chart.sigma_z.unwrap() - (0.2944 - 0.0278) / (6.0 * sigma)).abs() < 2e-3, "{:?}", chart.sigma_z);
    }

    #[test]
    fn laneys_factor_worked_by_hand() {
        // p̄ = 1/2, σ = 1/20 with n = 100; z = ±1.128 in turn: |Δz| = 2.256 each, σz = 2.
        let x = |up: bool| if up { 50.0 + 5.0 * 1.128 } else { 50.0 - 5.0 * 1.128 };
        let scaled: Vec<_> = (0..12).map(|i| Some((scale(x(i % 2 == 0)), 100_000_000))).collect();
        let chart = p_chart(&scaled).unwrap();
        assert_eq!(chart.kind, PChartKind::LaneyPPrime);
        assert!((chart.sigma_z.unwrap() - 2000.0).abs() < 1e-3, "{:?}", chart.sigma_z);
        assert!((chart.points[0].unwrap().reach - 0.3).abs() < 1e-6);
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive whole number by construction"
    )]
    fn scale(x: f64) -> u64 {
        (x * 1_000_000.0).round() as u64
    }

    #[test]
    fn a_large_denominator_alone_chooses_laney() {
        let mut counts: Vec<_> = (0..12_u64).map(|i| Some((80 + i % 3, 100))).collect();
        assert_eq!(p_chart(&counts).unwrap().kind, PChartKind::P);
        counts[3] = Some((900, 1100));
        assert_eq!(p_chart(&counts).unwrap().kind, PChartKind::LaneyPPrime);
    }

    #[test]
    fn limits_are_clipped_and_clipping_gives_no_signal() {
        let counts: Vec<_> = [10, 9, 10, 10, 8, 10, 10].iter().map(|x| Some((*x, 10))).collect();
        let chart = p_chart(&counts).unwrap();
        assert!(chart.trial);
        assert!(chart.limits().flatten().all(|(lower, upper)| (0.0..=1.0).contains(&lower) && upper <= 1.0));
        assert!(signals(&chart.points).found().iter().all(|s| s.rule != Rule::OutsideLimits));
    }

    #[test]
    fn all_yes_has_a_mean_and_no_signal() {
        let counts: Vec<_> = (0..14).map(|_| Some((20, 20))).collect();
        let chart = p_chart(&counts).unwrap();
        assert!((chart.mean - 1.0).abs() < 1e-12);
        assert!(signals(&chart.points).found().is_empty());
    }

    #[test]
    fn months_without_a_denominator_count_as_missing() {
        let mut counts = vec![Some((8, 10)); 6];
        counts.push(Some((0, 0)));
        assert_eq!(p_chart(&counts).unwrap().points[6], None);
        assert_eq!(p_chart(&counts[..5]), None);
        assert_eq!(p_chart(&[Some((3, 2)); 7]), None);
    }
}
