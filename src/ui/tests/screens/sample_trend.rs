//! An invented year of *Mijn verloop*.

use viewmodel::*;

use crate::samples::frame;

/// Wilson's interval: what the picture shows is what the program would.
fn share(agreed: u64, n: u64) -> ShownProportion {
    if n < 10 {
        return ShownProportion::TooFew;
    }
    let (size, z2) = (n as f64, 1.959_964_f64.powi(2));
    let value = agreed as f64 / size;
    let centre = (value + z2 / (2.0 * size)) / (1.0 + z2 / size);
    let half = 1.959_964 * (value * (1.0 - value) / size + z2 / (4.0 * size * size)).sqrt() / (1.0 + z2 / size);
    ShownProportion::Value(Proportion { value, lower: centre - half, upper: centre + half, n })
}

fn of_months(first: (i32, u32), last: (i32, u32), agreed: u64, n: u64) -> TrendRow {
    TrendRow { of: TrendOf::Months(first, last), own: share(agreed, n), rav: None }
}

fn of_group(name: &str, agreed: u64, n: u64, rav: RavFigure) -> TrendRow {
    TrendRow { of: TrendOf::Group(name.into()), own: share(agreed, n), rav: Some(rav) }
}

fn rav(percent: u32, missing: u64) -> RavFigure {
    RavFigure::Shown { value: f64::from(percent) / 100.0, missing }
}

fn months(counts: [(u64, u64); 12]) -> Vec<TrendRow> {
    let month = |i: u32| if i < 5 { (2025, 8 + i) } else { (2026, i - 4) };
    (0..12).zip(counts).map(|(i, (agreed, n))| of_months(month(i), month(i), agreed, n)).collect()
}

pub fn enough() -> TrendFigures {
    TrendFigures {
        period: ((2025, 8), (2026, 7)),
        is_shortened: false,
        own: share(41, 52),
        counts: Some((41, 52)),
        not_judged: 6,
        unripe: 4,
        rav: rav(79, 0),
        quarters: vec![
            of_months((2025, 8), (2025, 10), 10, 12),
            of_months((2025, 11), (2026, 1), 11, 15),
            of_months((2026, 2), (2026, 4), 11, 14),
            of_months((2026, 5), (2026, 7), 9, 11),
        ],
        months: months([
            (3, 4),
            (3, 3),
            (4, 5),
            (9, 11),
            (1, 2),
            (1, 2),
            (8, 10),
            (2, 3),
            (1, 1),
            (4, 5),
            (3, 3),
            (2, 3),
        ]),
        groups: vec![
            of_group("Cardiovasculair", 14, 17, rav(76, 0)),
            of_group("Infectie", 6, 10, rav(82, 2)),
            of_group("Neurologisch", 11, 12, RavFigure::NotPublished),
            of_group("Overig", 5, 7, rav(71, 0)),
            of_group("Psychiatrisch, intoxicatie", 2, 3, RavFigure::Hidden),
            of_group("Trauma", 3, 3, rav(92, 0)),
        ],
        remarks: (19, 14),
        thanks: vec![("Ziekenhuis Noord".into(), 7), ("Ziekenhuis Rivierenland Oost".into(), 4)],
        themes: vec![("theme-handover", 5), ("theme-missed", 2)],
    }
}

/// Fewer than ten, and nothing published yet.
pub fn few() -> TrendFigures {
    TrendFigures {
        period: ((2026, 5), (2026, 7)),
        is_shortened: true,
        own: share(3, 4),
        counts: None,
        not_judged: 1,
        unripe: 1,
        rav: RavFigure::NotPublished,
        quarters: vec![of_months((2026, 5), (2026, 7), 3, 4)],
        months: vec![
            of_months((2026, 5), (2026, 5), 1, 1),
            of_months((2026, 6), (2026, 6), 2, 3),
            of_months((2026, 7), (2026, 7), 0, 0),
        ],
        groups: vec![of_group("Trauma", 3, 4, RavFigure::NotPublished)],
        remarks: (1, 0),
        thanks: vec![],
        themes: vec![],
    }
}

pub fn opening() -> Frame {
    trend(TrendState::Opening { done: 1200, total: 4448 })
}

pub fn trend(state: TrendState) -> Frame {
    let open = matches!(state, TrendState::Stopped).then_some(Command::Open(ScreenName::Trend));
    let stop = matches!(state, TrendState::Opening { .. }).then_some(Command::Cancel);
    let who = (Role::Professional, "S. Bakker", ScreenName::Trend, None);
    frame(Some(who), Screen::Trend(TrendScreen { state, open, stop }))
}
