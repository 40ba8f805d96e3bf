//! What the charts of *Kwaliteit* say in words: the latest signal with its months and direction, intervals that stand apart.
//!
//! **Invariant:** a word comes from the same numbers as the chart; agreement has no better side, so no word judges.
//! **Not here:** the numbers themselves (`medical_manager`, `stats`), the sentences (`resources/i18n`).

use stats::Rule;
use viewmodel::{ControlChart, Direction, Finding, IntervalRow, SignalRow};

/// Which way a signal points: its first and last value against each other, or against the mean.
pub(crate) fn direction(rule: Rule, (first, last): (f64, f64), mean: f64) -> Direction {
    match rule {
        Rule::SevenInTrend if last > first => Direction::Rising,
        Rule::SevenInTrend => Direction::Falling,
        Rule::OutsideLimits | Rule::SevenOnOneSide | Rule::TwoOfThreeNearLimit if last > mean => Direction::Higher,
        Rule::OutsideLimits | Rule::SevenOnOneSide | Rule::TwoOfThreeNearLimit => Direction::Lower,
    }
}

/// Key of a rule in words, with its direction.
pub(crate) fn rule_key(rule: Rule, direction: Direction) -> &'static str {
    let up = matches!(direction, Direction::Higher | Direction::Rising);
    match (rule, up) {
        (Rule::OutsideLimits, true) => "signal-above-limit",
        (Rule::OutsideLimits, false) => "signal-below-limit",
        (Rule::SevenOnOneSide, true) => "signal-seven-above",
        (Rule::SevenOnOneSide, false) => "signal-seven-below",
        (Rule::SevenInTrend, true) => "signal-seven-rising",
        (Rule::SevenInTrend, false) => "signal-seven-falling",
        (Rule::TwoOfThreeNearLimit, true) => "signal-two-of-three-upper",
        (Rule::TwoOfThreeNearLimit, false) => "signal-two-of-three-lower",
    }
}

/// The sentence over the month chart: the latest signal; of two with one last month the one to discuss.
pub(crate) fn finding(chart: &ControlChart, signals: &[SignalRow]) -> Finding {
    let Some(phase) = chart.phases.last() else { return Finding::TooFew };
    let (mean, trial) = (phase.mean, phase.trial);
    match signals.iter().max_by_key(|signal| (signal.months.1, signal.discuss)) {
        None => Finding::Ordinary { mean, trial },
        Some(signal) => {
            Finding::Signal { mean, trial, months: signal.months, direction: signal.direction, discuss: signal.discuss }
        }
    }
}

/// Rows whose interval does not reach the RAV's own figure.
pub(crate) fn apart(rows: &[IntervalRow], reference: Option<f64>) -> Vec<(String, bool)> {
    let Some(reference) = reference else { return Vec::new() };
    let side = |row: &IntervalRow| match row.value.shown() {
        Some(p) if p.lower > reference => Some((row.name.clone(), true)),
        Some(p) if p.upper < reference => Some((row.name.clone(), false)),
        Some(_) | None => None,
    };
    rows.iter().filter_map(side).collect()
}

#[cfg(test)]
mod tests {
    use viewmodel::{ControlChart, Phase, Proportion, ShownProportion};

    use super::*;

    fn signal(last: (i32, u32), discuss: bool, direction: Direction) -> SignalRow {
        SignalRow {
            discuss,
            months: (last, last),
            value: Some(0.9),
            n: Some(100),
            rule: "signal-above-limit",
            direction,
        }
    }

    #[test]
    fn the_latest_signal_is_the_one_that_is_said() {
        let phase = Phase { first: 0, name: String::new(), mean: 0.79, trial: true };
        let chart = ControlChart { points: Vec::new(), phases: vec![phase] };
        let signals = [
            signal((2026, 5), true, Direction::Lower),
            signal((2026, 6), false, Direction::Higher),
            signal((2026, 6), true, Direction::Higher),
        ];
        let expected = Finding::Signal {
            mean: 0.79,
            trial: true,
            months: ((2026, 6), (2026, 6)),
            direction: Direction::Higher,
            discuss: true,
        };
        assert_eq!(finding(&chart, &signals), expected);
        assert_eq!(finding(&chart, &[]), Finding::Ordinary { mean: 0.79, trial: true });
        assert_eq!(finding(&ControlChart { points: vec![], phases: vec![] }, &[]), Finding::TooFew);
    }

    #[test]
    fn a_trend_points_the_way_it_went_and_a_side_the_side_it_lies_on() {
        assert_eq!(direction(Rule::SevenInTrend, (0.7, 0.9), 0.95), Direction::Rising);
        assert_eq!(direction(Rule::SevenInTrend, (0.9, 0.7), 0.5), Direction::Falling);
        assert_eq!(direction(Rule::OutsideLimits, (0.6, 0.6), 0.79), Direction::Lower);
        assert_eq!(direction(Rule::SevenOnOneSide, (0.9, 0.8), 0.79), Direction::Higher);
    }

    #[test]
    fn only_an_interval_that_does_not_reach_the_whole_stands_apart() {
        let row = |name: &str, value: Option<(f64, f64, f64)>| {
            let shown = |(value, lower, upper)| ShownProportion::Value(Proportion { value, lower, upper, n: 100 });
            IntervalRow { name: name.into(), value: value.map_or(ShownProportion::Hidden, shown), missing: 0 }
        };
        let rows = [
            row("De Linde", Some((0.70, 0.65, 0.75))),
            row("De Wilg", Some((0.80, 0.70, 0.90))),
            row("Noord", Some((0.90, 0.85, 0.95))),
            row("Oost", None),
        ];
        assert_eq!(apart(&rows, Some(0.79)), [("De Linde".to_owned(), false), ("Noord".to_owned(), true)]);
        assert!(apart(&rows, None).is_empty());
    }
}
