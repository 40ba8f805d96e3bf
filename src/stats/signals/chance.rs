//! How often an unchanged hospital gives a signal by chance alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::signals;
use crate::p_chart::p_chart;

fn next(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    f64::from(u32::try_from(*state >> 33).unwrap()) / f64::from(1_u32 << 31)
}

/// Seeds of 100 in which the last three of `months` months have a signal, at `n` judged records a month and agreement 79 %.
fn with_signal(months: usize, n: u64) -> usize {
    let gives_signal = |seed: &u64| {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let month = |state: &mut u64| Some(((0..n).filter(|_| next(state) < 0.79).count() as u64, n));
        let counts: Vec<_> = (0..months).map(|_| month(&mut state)).collect();
        signals(&p_chart(&counts).unwrap().points).level_of_last(3).is_some()
    };
    (1..=100).filter(gives_signal).count()
}

#[test]
fn an_unchanged_hospital_is_left_alone_in_95_of_100_seeds() {
    for (months, n) in [(11, 60), (11, 200), (12, 60), (12, 150), (18, 100), (24, 60), (24, 115), (24, 400)] {
        let found = with_signal(months, n);
        assert!(found <= 5, "{found} of 100 with {months} months of {n}");
    }
}
