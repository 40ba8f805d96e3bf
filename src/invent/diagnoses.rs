//! The diagnoses of the invented year, in nine groups, each with what the SEH finds instead and how it says so.
//!
//! **Not here:** the group map by which the medical manager counts (`resources/terminology`); only codes used in examples.
//! Agreement per group: STATISTICS §5 (Veldhuis et al., 2024, preprint); respiratory is our own figure.

use crate::{diagnoses_acute as acute, diagnoses_other as other};

/// A group of diagnoses that SEHs agree with about equally often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Letsel.
    Trauma,
    /// Neurologisch.
    Neurological,
    /// Infectie.
    Infection,
    /// Hart en vaten.
    Cardiovascular,
    /// Luchtwegen.
    Respiratory,
    /// Psychiatrie en intoxicatie.
    PsychiatricIntoxication,
    /// Maag, darm, lever.
    GastroIntestinal,
    /// Endocrien.
    Endocrine,
    /// Acuut intern.
    AcuteInternal,
}

/// A diagnosis that occurs in the invented year, as working diagnosis or as the SEH's.
#[derive(Debug)]
pub struct KnownDiagnosis {
    /// SNOMED CT code.
    pub code: &'static str,
    /// ICD-10 code.
    pub icd: &'static str,
    /// Dutch name.
    pub display: &'static str,
    /// How often it is the working diagnosis, within its group.
    pub(crate) weight: u32,
    /// SNOMED CT codes of what the SEH finds when it does not agree.
    pub(crate) alternatives: &'static [&'static str],
    /// How an SEH describes it: noun phrases with slots.
    pub(crate) descriptions: &'static [&'static str],
}

pub(crate) const fn known(
    code: &'static str,
    icd: &'static str,
    display: &'static str,
    weight: u32,
    alternatives: &'static [&'static str],
    descriptions: &'static [&'static str],
) -> KnownDiagnosis {
    KnownDiagnosis { code, icd, display, weight, alternatives, descriptions }
}

/// A group: its share of the rides in hundredths, its agreement in hundredths, its diagnoses.
pub(crate) struct Case {
    pub group: Group,
    pub rides: u32,
    pub agreement: u32,
    /// A0, A1, A2, B in hundredths.
    pub urgency: [u32; 4],
    pub diagnoses: &'static [KnownDiagnosis],
}

pub(crate) const GROUPS: [Case; 9] = [
    case(Group::Trauma, 21, 94, [2, 38, 42, 18], other::TRAUMA),
    case(Group::Neurological, 18, 90, [4, 62, 20, 14], acute::NEUROLOGICAL),
    case(Group::Infection, 12, 84, [1, 32, 42, 25], acute::INFECTION),
    case(Group::Cardiovascular, 20, 78, [5, 60, 20, 15], acute::CARDIOVASCULAR),
    case(Group::Respiratory, 5, 79, [4, 58, 24, 14], acute::RESPIRATORY),
    case(Group::PsychiatricIntoxication, 7, 71, [2, 40, 40, 18], other::PSYCHIATRIC_INTOXICATION),
    case(Group::GastroIntestinal, 8, 70, [1, 24, 48, 27], other::GASTRO_INTESTINAL),
    case(Group::Endocrine, 3, 50, [3, 52, 30, 15], other::ENDOCRINE),
    case(Group::AcuteInternal, 6, 41, [3, 36, 36, 25], other::ACUTE_INTERNAL),
];

const fn case(
    group: Group,
    rides: u32,
    agreement: u32,
    urgency: [u32; 4],
    diagnoses: &'static [KnownDiagnosis],
) -> Case {
    Case { group, rides, agreement, urgency, diagnoses }
}

/// All diagnoses with their group, in a fixed order; for the test that the group map knows each.
pub fn diagnoses() -> impl Iterator<Item = (Group, &'static KnownDiagnosis)> {
    GROUPS.iter().flat_map(|case| case.diagnoses.iter().map(|d| (case.group, d)))
}

/// The diagnosis behind a code of the table.
pub(crate) fn find(code: &str) -> Option<&'static KnownDiagnosis> {
    diagnoses().map(|(_, d)| d).find(|d| d.code == code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_enough_diagnoses_each_in_one_group() {
        let codes: BTreeSet<_> = diagnoses().map(|(_, d)| d.code).collect();
        assert_eq!(codes.len(), diagnoses().count());
        assert!(codes.len() >= 40, "{}", codes.len());
        for case in &GROUPS {
            assert!(case.diagnoses.iter().any(|d| d.weight > 0));
            assert_eq!(case.urgency.iter().sum::<u32>(), 100);
        }
        assert_eq!(GROUPS.iter().map(|c| c.rides).sum::<u32>(), 100);
    }

    #[test]
    fn every_alternative_is_another_diagnosis_of_the_table() {
        for (_, d) in diagnoses() {
            assert!(d.alternatives.len() >= 3 || d.weight == 0, "{}", d.display);
            assert!(d.descriptions.len() >= 2, "{}", d.display);
            for other in d.alternatives {
                assert!(find(other).is_some_and(|o| o.code != d.code), "{} of {}", other, d.display);
            }
        }
    }

    #[test]
    fn snomed_codes_have_a_valid_check_digit() {
        for (_, d) in diagnoses() {
            assert!(verhoeff(d.code), "{} {}", d.code, d.display);
        }
    }

    /// Verhoeff's check (SNOMED CT, SCTID check-digit): the dihedral group of the pentagon.
    fn verhoeff(code: &str) -> bool {
        const F: [usize; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
        let multiply = |a: usize, b: usize| match (a < 5, b < 5) {
            (true, true) => (a + b) % 5,
            (true, false) => (a + b - 5) % 5 + 5,
            (false, true) => (a - b) % 5 + 5,
            (false, false) => (a + 5 - b) % 5,
        };
        let mut check = 0;
        for (place, digit) in code.bytes().rev().map(|b| usize::from(b - b'0')).enumerate() {
            let shifted = (0..place % 8).fold(digit, |d, _| F[d]);
            check = multiply(check, shifted);
        }
        check == 0
    }
}
