//! An invented year and a half of *Kwaliteit*.

use viewmodel::*;

use crate::samples::frame;

const VALUES: [u32; 26] = [
    757, 739, 737, 768, 736, 743, 592, 748, 741, 760, 757, 734, 758, 754, 757, 805, 786, 795, 793, 807, 777, 907, 905,
    760, 824, 772,
];

fn points() -> Vec<ChartPoint> {
    VALUES
        .iter()
        .enumerate()
        .map(|(i, value)| {
            let months = 2024 * 12 + 7 + i32::try_from(i).unwrap();
            let wobble = f64::from(i32::try_from(i % 4).unwrap()) * 0.002;
            let limits = if i < 15 { (0.612 + wobble, 0.862 - wobble) } else { (0.705 + wobble, 0.925 - wobble) };
            ChartPoint {
                year: months / 12,
                month: u32::try_from(months % 12).unwrap() + 1,
                value: Some(f64::from(*value) / 1000.0),
                interval: None,
                n: Some(100 + u64::try_from(i).unwrap()),
                limits: (i < 24).then_some(limits),
                marker: match i {
                    6 => Marker::Disc,
                    21 | 22 => Marker::Ring,
                    24 | 25 => Marker::Unripe,
                    _ => Marker::Dot,
                },
            }
        })
        .collect()
}

fn intervals(rows: &[(&str, u32, u64)], apart: &[(&str, bool)]) -> Intervals {
    let apart = apart.iter().map(|(name, above)| ((*name).to_owned(), *above)).collect();
    let rows = rows
        .iter()
        .map(|(name, percent, n)| {
            let value = f64::from(*percent) / 100.0;
            let half = 0.98 / (*n as f64).sqrt();
            let shown = *n >= 10;
            IntervalRow {
                name: (*name).into(),
                value: match shown {
                    true => ShownProportion::Value(Proportion {
                        value,
                        lower: value - half,
                        upper: (value + half).min(1.0),
                        n: *n,
                    }),
                    false => ShownProportion::TooFew,
                },
                missing: u64::from(*n < 100 && shown),
            }
        })
        .collect();
    Intervals { rows, apart }
}

fn hospitals() -> Intervals {
    intervals(
        &[
            ("Ziekenhuis De Linde", 73, 455),
            ("Ziekenhuis De Wilg", 80, 325),
            ("Ziekenhuis Meerzicht", 50, 6),
            ("Ziekenhuis Noord", 82, 734),
            ("Ziekenhuis Oost", 79, 1371),
        ],
        &[("Ziekenhuis De Linde", false)],
    )
}

fn groups() -> Intervals {
    intervals(
        &[
            ("Acute interne", 47, 88),
            ("Cardiovasculair", 76, 517),
            ("Endocrien", 66, 79),
            ("KNO, oog", 50, 4),
            ("Neurologisch", 87, 414),
            ("Trauma", 92, 640),
        ],
        &[("Acute interne", false), ("Neurologisch", true), ("Trauma", true)],
    )
}

fn marks() -> QualityMarks {
    use Cell::{Hidden, Number};
    let hospital = |name: &str, thanks, differently, unknown, missing| HospitalMarksRow {
        name: name.into(),
        thanks,
        differently,
        unknown,
        missing,
    };
    let theme = |theme, count: u64, missing| ThemeRow {
        theme,
        count: Cell::Number(count),
        share: Cell::Share(count as f64 / 412.0),
        of: Cell::Number(412),
        missing,
    };
    QualityMarks {
        hospitals: vec![
            hospital("Ziekenhuis De Linde", Number(31), Hidden, Number(28), 2),
            hospital("Ziekenhuis Meerzicht", Hidden, Hidden, Hidden, 12),
            hospital("Ziekenhuis Noord", Number(118), Number(12), Number(44), 0),
        ],
        themes: vec![
            theme("theme-handover", 186, 0),
            theme("theme-hospital", 37, 0),
            theme("theme-missed", 121, 1),
            theme("theme-other", 64, 0),
        ],
    }
}

pub fn quality() -> Frame {
    let points = points();
    let rows = points
        .iter()
        .rev()
        .map(|p| {
            let share = if p.marker == Marker::Unripe { Cell::Unripe } else { Cell::Share(p.value.unwrap()) };
            (p.year, p.month, vec![share, Cell::Number(p.n.unwrap())])
        })
        .collect();
    let signal = |discuss, first, last, value, n, rule, direction| SignalRow {
        direction,
        discuss,
        months: (first, last),
        value: Some(value),
        n: Some(n),
        rule,
    };
    let screen = QualityScreen {
        state: QualityState::Ready,
        open: None,
        stop: None,
        period: Some(((2025, 8), (2026, 7))),
        records: Cell::Number(3114),
        agreement: ShownProportion::Value(Proportion { value: 0.79, lower: 0.772, upper: 0.803, n: 2915 }),
        not_assessed: Cell::Share(0.06),
        remarks_medical: Cell::Share(0.27),
        remarks_communication: Cell::TooFew,
        missing: MissingMonths { remarks_medical: 1, ..MissingMonths::default() },
        chart: ControlChart {
            points,
            phases: vec![
                Phase { first: 0, name: String::new(), mean: 0.74, trial: false },
                Phase {
                    first: 15,
                    name: "Akkoord komt automatisch tot stand, sinds 1 nov 2025".into(),
                    mean: 0.815,
                    trial: true,
                },
            ],
        },
        finding: Finding::Signal {
            mean: 0.815,
            trial: true,
            months: ((2026, 5), (2026, 6)),
            direction: Direction::Higher,
            discuss: false,
        },
        table: QualityTable { heads: vec!["ui-quality-agreement", "ui-n"], rows },
        signals: vec![
            signal(false, (2026, 5), (2026, 6), 0.91, 232, "signal-two-of-three-upper", Direction::Higher),
            signal(true, (2025, 2), (2025, 2), 0.59, 108, "signal-below-limit", Direction::Lower),
        ],
        hospitals: hospitals(),
        groups: groups(),
        marks: marks(),
        unpublished: 1,
        publish: Some(Command::Publish),
    };
    frame(Some((Role::MedicalManager, "A. Verhoeven", ScreenName::Quality, None)), Screen::Quality(screen))
}
