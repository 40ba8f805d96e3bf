//! Invented patients, and the test BSNs they bear.
//!
//! **Invariant:** a BSN is of the test range 9999xxxxx and passes the elfproef (R11, R12); one made to fail does fail.

use std::sync::LazyLock;

use domain::Bsn;

use crate::draw::{Draw, Purpose};

static TEST_NUMBERS: LazyLock<Vec<u32>> =
    LazyLock::new(|| (999_901_000..1_000_000_000).filter(|n| Bsn::parse(&n.to_string()).is_some()).collect());

/// The test numbers that pass the elfproef; below 9999 01 000 are the samples' own.
pub(crate) fn test_numbers() -> Vec<u32> {
    TEST_NUMBERS.clone()
}

/// A patient: whoever bears the same BSN is the same person.
pub(crate) struct Patient {
    /// `F`, `M`, rarely `UN`.
    pub gender: &'static str,
    pub birth: (u32, u32, u32),
    pub given: &'static str,
    pub family: &'static str,
}

/// Patients by age in five-year bands from 0: most are old.
const AGES: [u32; 20] = [3, 1, 1, 3, 5, 5, 5, 5, 5, 5, 6, 7, 8, 9, 11, 13, 13, 10, 6, 2];

impl Patient {
    pub(crate) fn invent(seed: u64, number: u32, year: i32) -> Self {
        let mut draw = Draw::new(seed, Purpose::Patient, number);
        let band = draw.weighted(AGES.iter().copied()) as u32;
        let age = band * 5 + draw.between(1, 5);
        let gender = match draw.below(1000) {
            0..=3 => "UN",
            4..=520 => "F",
            _ => "M",
        };
        Self {
            gender,
            birth: ((year as u32).saturating_sub(age), draw.between(1, 12), draw.between(1, 28)),
            given: draw.pick(&crate::crew::GIVEN),
            family: draw.pick(&crate::crew::FAMILY),
        }
    }

    /// `yyyyMMdd`, sometimes only the year or the month.
    pub(crate) fn birth_text(&self, draw: &mut Draw) -> String {
        let (year, month, day) = self.birth;
        match draw.below(100) {
            0 => format!("{year:04}"),
            1 => format!("{year:04}{month:02}"),
            _ => format!("{year:04}{month:02}{day:02}"),
        }
    }
}

/// What a hospital types when it goes wrong: never a number that anybody could bear.
pub(crate) fn failing(bsn: u32, draw: &mut Draw) -> String {
    match draw.below(10) {
        0 => "onbekend".to_owned(),
        1 => format!("{}X", bsn / 10),
        2 => "000000000".to_owned(),
        // Adding one to the last digit shifts the sum by one: it fails for certain.
        _ => (bsn / 10 * 10 + (bsn + 1) % 10).to_string(),
    }
}
