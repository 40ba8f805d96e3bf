//! The four rules of the NHS programme "Making Data Count", and what they come to.
//!
//! **Invariant:** a missing point belongs to no signal and breaks every run; the rules never see who or what was measured.
//! **Not here:** whether a signal is good or bad (agreement has no better side), the limits (`xmr`, `p_chart`).
//! Source: NHS England, Making Data Count; the R package NHSRplotthedots is the reference (its rule 4: two of three beyond
//! two thirds of the limit, all three on one side of the mean, a point outside the limits not counted).

/// One point with its mean and limits mean ± reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartPoint {
    /// The value.
    pub value: f64,
    /// The mean of its phase.
    pub mean: f64,
    /// Distance from the mean to each limit, before any clipping.
    pub reach: f64,
}

impl ChartPoint {
    /// Half a billionth: what rounding leaves between equal numbers is no side.
    fn grain(&self) -> f64 {
        1e-9 * self.mean.abs().max(1.0)
    }

    /// −1 below the mean, 1 above, 0 on it.
    fn side(&self) -> i8 {
        sign(self.value - self.mean, self.grain())
    }

    fn is_outside(&self) -> bool {
        (self.value - self.mean).abs() > self.reach + self.grain()
    }

    fn is_near_limit(&self) -> bool {
        !self.is_outside() && (self.value - self.mean).abs() > self.reach * 2.0 / 3.0 + self.grain()
    }
}

fn sign(difference: f64, grain: f64) -> i8 {
    if difference > grain {
        1
    } else if difference < -grain {
        -1
    } else {
        0
    }
}

/// The rules, by their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// (1) a point outside the limits.
    OutsideLimits = 1,
    /// (2) seven in a row on one side of the mean.
    SevenOnOneSide = 2,
    /// (3) seven in a row rising or falling.
    SevenInTrend = 3,
    /// (4) two of three consecutive near one limit.
    TwoOfThreeNearLimit = 4,
}

impl Rule {
    /// The rule's number, 1–4.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::OutsideLimits => 1,
            Self::SevenOnOneSide => 2,
            Self::SevenInTrend => 3,
            Self::TwoOfThreeNearLimit => 4,
        }
    }
}

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// *Volgen*: one of rules 2–4 alone.
    Follow,
    /// *Bespreken*: rule 1, or two rules at the same point.
    Discuss,
}

/// One rule met, with the points that meet it, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Which rule.
    pub rule: Rule,
    /// Indices into the points given.
    pub indices: Vec<usize>,
}

/// All signals of a series.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signals {
    found: Vec<Signal>,
    levels: Vec<Option<Level>>,
}

impl Signals {
    /// Every rule met, by rule and then by time; runs that overlap are one signal.
    #[must_use]
    pub fn found(&self) -> &[Signal] {
        &self.found
    }

    /// What the point asks for: its marker.
    #[must_use]
    pub fn level_at(&self, index: usize) -> Option<Level> {
        self.levels.get(index).copied().flatten()
    }

    /// The rules the point takes part in, in order.
    #[must_use]
    pub fn rules_at(&self, index: usize) -> Vec<Rule> {
        let mut rules: Vec<Rule> = self.found.iter().filter(|s| s.indices.contains(&index)).map(|s| s.rule).collect();
        rules.dedup();
        rules
    }

    /// The highest level among the last `count` points: what a card or badge says.
    #[must_use]
    pub fn level_of_last(&self, count: usize) -> Option<Level> {
        self.levels.iter().rev().take(count).copied().flatten().max()
    }
}

/// Applies the four rules to `points` in order of time; `None` is a missing or hidden value.
#[must_use]
pub fn signals(points: &[Option<ChartPoint>]) -> Signals {
    let mut found = Vec::new();
    for (index, point) in points.iter().enumerate() {
        if point.is_some_and(|p| p.is_outside()) {
            found.push(Signal { rule: Rule::OutsideLimits, indices: vec![index] });
        }
    }
    let sides: Vec<i8> = points.iter().map(|point| point.map_or(0, |p| p.side())).collect();
    for run in runs(&sides) {
        if run.len() >= 7 {
            found.push(Signal { rule: Rule::SevenOnOneSide, indices: run });
        }
    }
    for steps in runs(&steps(points)) {
        // Six steps in one direction join seven points.
        if let (true, Some(last)) = (steps.len() >= 6, steps.last()) {
            let after = last + 1;
            found.push(Signal { rule: Rule::SevenInTrend, indices: steps.into_iter().chain([after]).collect() });
        }
    }
    found.extend(near_limits(points, &sides));
    let levels = (0..points.len()).map(|index| level(&found, index)).collect();
    Signals { found, levels }
}

/// Stretches of equal sign, as indices; 0 belongs to none.
fn runs(signs: &[i8]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    for (index, sign) in signs.iter().enumerate().filter(|(_, sign)| **sign != 0) {
        match all.last_mut() {
            Some(run) if index > 0 && run.last() == Some(&(index - 1)) && signs[index - 1] == *sign => run.push(index),
            Some(_) | None => all.push(vec![index]),
        }
    }
    all
}

/// Direction from each point to the next.
fn steps(points: &[Option<ChartPoint>]) -> Vec<i8> {
    points
        .windows(2)
        .map(|pair| match (pair[0], pair[1]) {
            (Some(from), Some(to)) => sign(to.value - from.value, from.grain()),
            (None, _) | (_, None) => 0,
        })
        .collect()
}

fn near_limits(points: &[Option<ChartPoint>], sides: &[i8]) -> Vec<Signal> {
    let near: Vec<bool> = points.iter().map(|point| point.is_some_and(|p| p.is_near_limit())).collect();
    let mut member = vec![false; points.len()];
    for start in 0..points.len().saturating_sub(2) {
        let three = start..start + 3;
        let one_side = sides[start] != 0 && three.clone().all(|i| sides[i] == sides[start]);
        if one_side && three.clone().filter(|i| near[*i]).count() >= 2 {
            three.filter(|i| near[*i]).for_each(|i| member[i] = true);
        }
    }
    // Members at most two apart on one side are one signal.
    let mut all: Vec<Vec<usize>> = Vec::new();
    for index in (0..points.len()).filter(|i| member[*i]) {
        let joins =
            all.last().and_then(|run| run.last()).is_some_and(|last| index - last <= 2 && sides[*last] == sides[index]);
        match all.last_mut() {
            Some(run) if joins => run.push(index),
            Some(_) | None => all.push(vec![index]),
        }
    }
    all.into_iter().map(|indices| Signal { rule: Rule::TwoOfThreeNearLimit, indices }).collect()
}

fn level(found: &[Signal], index: usize) -> Option<Level> {
    let mut rules: Vec<Rule> = found.iter().filter(|s| s.indices.contains(&index)).map(|s| s.rule).collect();
    rules.dedup();
    match rules.as_slice() {
        [] => None,
        [Rule::SevenOnOneSide | Rule::SevenInTrend | Rule::TwoOfThreeNearLimit] => Some(Level::Follow),
        _ => Some(Level::Discuss),
    }
}

#[cfg(test)]
mod chance;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::xmr::xmr_chart;

    /// Points round mean 0 with limits ±3, so that two thirds is ±2.
    fn points(values: &[f64]) -> Vec<Option<ChartPoint>> {
        values.iter().map(|value| Some(ChartPoint { value: *value, mean: 0.0, reach: 3.0 })).collect()
    }

    fn of(rule: Rule, values: &[f64]) -> Vec<Vec<usize>> {
        signals(&points(values)).found().iter().filter(|s| s.rule == rule).map(|s| s.indices.clone()).collect()
    }

    #[test]
    fn seven_on_one_side_as_in_the_reference() {
        // NHSRplotthedots, test-ptd_calculate_point_type.R: six are none; eight and one across are points 1–8.
        let rule = Rule::SevenOnOneSide;
        assert!(of(rule, &[0.5; 6]).is_empty());
        assert!(of(rule, &[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, -0.5]).is_empty());
        let eight = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, -0.5];
        assert_eq!(of(rule, &eight), [vec![0, 1, 2, 3, 4, 5, 6, 7]]);
        assert_eq!(of(rule, &eight.map(|v| -v)), [vec![0, 1, 2, 3, 4, 5, 6, 7]]);
    }

    #[test]
    fn seven_rising_or_falling_as_in_the_reference() {
        // Same source: 1:6 none; c(1:3, 3:6) none; 1:7 all; c(2, 1:7, 3) points 2–8; c(2, 7:1, 3) points 2–8.
        let rule = Rule::SevenInTrend;
        assert!(of(rule, &[1., 2., 3., 4., 5., 6.]).is_empty());
        assert!(of(rule, &[1., 2., 3., 3., 4., 5., 6.]).is_empty());
        assert_eq!(of(rule, &[1., 2., 3., 4., 5., 6., 7.]), [vec![0, 1, 2, 3, 4, 5, 6]]);
        assert_eq!(of(rule, &[2., 1., 2., 3., 4., 5., 6., 7., 3.]), [vec![1, 2, 3, 4, 5, 6, 7]]);
        assert_eq!(of(rule, &[2., 7., 6., 5., 4., 3., 2., 1., 3.]), [vec![1, 2, 3, 4, 5, 6, 7]]);
    }

    #[test]
    fn two_of_three_near_a_limit_as_in_the_reference() {
        // Same source: (1,0,1), (0,1,1) and (1,1,0) are signals, (1,0,0,1) is none, (1,0,0,1,1) only its last two.
        let rule = Rule::TwoOfThreeNearLimit;
        assert_eq!(of(rule, &[2.5, 0.5, 2.5]), [vec![0, 2]]);
        assert_eq!(of(rule, &[0.5, 2.5, 2.5]), [vec![1, 2]]);
        assert_eq!(of(rule, &[2.5, 2.5, 0.5]), [vec![0, 1]]);
        assert!(of(rule, &[2.5, 0.5, 0.5, 2.5]).is_empty());
        assert_eq!(of(rule, &[2.5, 0.5, 0.5, 2.5, 2.5]), [vec![3, 4]]);
        assert!(of(rule, &[2.5, 0.5, -2.5]).is_empty(), "not on opposite sides");
        assert!(of(rule, &[2.5, 0.5, 3.5]).is_empty(), "a point outside the limits does not count");
    }

    #[test]
    fn a_point_outside_is_to_be_discussed_and_a_run_to_be_followed() {
        let outside = signals(&points(&[0.1, -0.1, 3.5, 0.1]));
        assert_eq!(outside.level_at(2), Some(Level::Discuss));
        assert_eq!(outside.found(), [Signal { rule: Rule::OutsideLimits, indices: vec![2] }]);
        let run = signals(&points(&[0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1]));
        assert_eq!(run.level_of_last(1), Some(Level::Follow));
        let both = signals(&points(&[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]));
        assert_eq!(both.rules_at(3), [Rule::SevenOnOneSide, Rule::SevenInTrend]);
        assert_eq!(both.level_at(3), Some(Level::Discuss));
    }

    #[test]
    fn exactly_on_the_limit_or_the_mean_is_no_signal() {
        assert!(of(Rule::OutsideLimits, &[3.0, -3.0]).is_empty());
        assert!(of(Rule::TwoOfThreeNearLimit, &[2.0, 2.0, 2.0]).is_empty());
        assert!(of(Rule::SevenOnOneSide, &[0.0; 9]).is_empty());
    }

    #[test]
    fn a_missing_month_breaks_every_run() {
        let mut gap = points(&[0.1, 0.2, 0.3]);
        gap.push(None);
        gap.extend(points(&[0.4, 0.5, 0.6, 0.7]));
        assert!(signals(&gap).found().is_empty());
        assert_eq!(signals(&[]).level_of_last(3), None);
    }

    #[test]
    fn equal_values_give_no_signal_whatever_rounding_leaves() {
        let chart = xmr_chart(&[Some(0.1 + 0.2); 14]).unwrap();
        assert!(signals(&chart.points).found().is_empty());
    }
}
