//! XmR chart: limits of single values from their moving ranges.
//!
//! **Invariant:** a missing value breaks the line: no moving range is taken across it.
//! **Not here:** proportions with a denominator per point (`p_chart`); the rules (`signals`).
//! Source: Wheeler, *Understanding Variation* (2.66); NHS "Making Data Count" / NHSRplotthedots (screening at 3.267).

use crate::signals::ChartPoint;
use crate::{FIRM_POINTS, LIMIT_POINTS_MIN};

// 2.66 = 3 / d2, d2 = 1.128 for n = 2.
const NATURAL_LIMIT: f64 = 2.66;
// 3.267 = D4 for n = 2: the upper limit of a moving range.
const RANGE_LIMIT: f64 = 3.267;

/// Mean and limits of one phase.
#[derive(Debug, Clone, PartialEq)]
pub struct XmrChart {
    /// Mean of the values.
    pub mean: f64,
    /// Mean moving range after screening.
    pub mean_moving_range: f64,
    /// Mean − 2.66 × mean moving range.
    pub lower_control_limit: f64,
    /// Mean + 2.66 × mean moving range.
    pub upper_control_limit: f64,
    /// Moving ranges screened out.
    pub screened: usize,
    /// Fewer than twelve points: *voorlopige grenzen*.
    pub trial: bool,
    /// The values with their limits, as given; for `signals`.
    pub points: Vec<Option<ChartPoint>>,
}

/// Limits of `values` in order of time, `None` for a missing or hidden one. `None` with fewer than six values.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "points on a chart are few")]
pub fn xmr_chart(values: &[Option<f64>]) -> Option<XmrChart> {
    let present: Vec<f64> = values.iter().copied().flatten().collect();
    if present.len() < LIMIT_POINTS_MIN || present.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let mean = present.iter().sum::<f64>() / present.len() as f64;
    let ranges: Vec<f64> = values.windows(2).filter_map(|pair| Some((pair[1]? - pair[0]?).abs())).collect();
    let unscreened = mean_of(&ranges)?;
    let kept: Vec<f64> = ranges.iter().copied().filter(|range| *range <= RANGE_LIMIT * unscreened).collect();
    let mean_moving_range = mean_of(&kept)?;
    let reach = NATURAL_LIMIT * mean_moving_range;
    Some(XmrChart {
        mean,
        mean_moving_range,
        lower_control_limit: mean - reach,
        upper_control_limit: mean + reach,
        screened: ranges.len() - kept.len(),
        trial: present.len() < FIRM_POINTS,
        points: values.iter().map(|value| value.map(|value| ChartPoint { value, mean, reach })).collect(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "points on a chart are few")]
fn mean_of(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn all(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn the_individuals_example_of_the_nist_handbook() {
        // NIST/SEMATECH e-Handbook of Statistical Methods §6.3.2.2, flow rates of ten batches: mean 50.81, mean moving
        // range 1.8778, limits 45.8159 and 55.8041 with 3/1.128 = 2.6596 where we have 2.66.
        let chart = xmr_chart(&all(&[49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])).unwrap();
        assert!((chart.mean - 50.81).abs() < 1e-9);
        assert!((chart.mean_moving_range - 1.8778).abs() < 5e-5);
        assert!((chart.lower_control_limit - 45.8159).abs() < 2e-3);
        assert!((chart.upper_control_limit - 55.8041).abs() < 2e-3);
        assert_eq!(chart.screened, 0);
        assert!(chart.trial, "ten points are fewer than twelve");
    }

    #[test]
    fn a_moving_range_beyond_3_267_times_the_mean_is_screened_out() {
        // Ranges: 1 ten times and 20 twice (up and down). Mean 50/12 = 4.1667, × 3.267 = 13.6: both go; mean again 1.
        let values = [10.0, 11.0, 10.0, 11.0, 10.0, 11.0, 31.0, 11.0, 10.0, 11.0, 10.0, 11.0, 10.0];
        let chart = xmr_chart(&all(&values)).unwrap();
        assert_eq!(chart.screened, 2);
        assert!((chart.mean_moving_range - 1.0).abs() < 1e-12);
        assert!((chart.upper_control_limit - (chart.mean + 2.66)).abs() < 1e-12);
        assert!(!chart.trial);
    }

    #[test]
    fn the_screening_of_a_published_series() {
        // Monthly counts of the package spc-plotly's README (38 months): mean 2820.6316, mean moving range 571.8919
        // before screening. The range 2409 → 4412 = 2003 lies above 3.267 × 571.8919 = 1868.4 and is screened out.
        let values = [
            2478., 2350., 2485., 2296., 2359., 2567., 3089., 2668., 1788., 2854., 2365., 1883., 1959., 1927., 2640.,
            2626., 2144., 2409., 4412., 3287., 3049., 3364., 3078., 2972., 3415., 2753., 3102., 2191., 3693., 4385.,
            4699., 3031., 2659., 3885., 2628., 2621., 3071., 2002.,
        ];
        let chart = xmr_chart(&all(&values)).unwrap();
        assert!((chart.mean - 2_820.631_578_947).abs() < 1e-6);
        assert_eq!(chart.screened, 1);
        assert!((chart.mean_moving_range - (571.891_891_891_9 * 37.0 - 2003.0) / 36.0).abs() < 1e-6);
    }

    #[test]
    fn no_range_is_taken_across_a_missing_month() {
        let mut values = all(&[1.0, 2.0, 1.0, 2.0, 1.0]);
        values.push(None);
        values.extend(all(&[100.0, 101.0, 100.0]));
        let chart = xmr_chart(&values).unwrap();
        assert!((chart.mean_moving_range - 1.0).abs() < 1e-12);
        assert_eq!(chart.points[5], None);
    }

    #[test]
    fn five_points_have_no_limits() {
        assert_eq!(xmr_chart(&all(&[1.0; 5])), None);
        assert!(xmr_chart(&all(&[1.0; 6])).is_some());
    }
}
