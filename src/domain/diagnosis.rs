//! A coded diagnosis as the SEH or the ride register gives it.

use serde::{Deserialize, Serialize};

use crate::Sensitive;

/// OID of SNOMED CT; `http://snomed.info/sct` is the same system.
pub const SNOMED_CT: &str = "2.16.840.1.113883.6.96";

/// Another code for the same diagnosis (ICD-10, DHD).
#[derive(Serialize, Deserialize, PartialEq, Eq)]
pub struct Translation {
    /// The code.
    pub code: Sensitive,
    /// OID of the code system, where given.
    pub system: Option<String>,
    /// The name in that system, where given.
    pub display: Option<Sensitive>,
}

/// A diagnosis: the main code as received, translations beside it; only text gives a display without code.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
pub struct Diagnosis {
    /// The code as received.
    pub code: Option<Sensitive>,
    /// OID or URI of the code system, as received.
    pub system: Option<String>,
    /// The name as received.
    pub display: Option<Sensitive>,
    /// Translations, in the message's order.
    pub translations: Vec<Translation>,
}

impl Diagnosis {
    /// The SNOMED CT code, where the main code or a translation is one and is numeric.
    #[must_use]
    pub fn snomed(&self) -> Option<u64> {
        let own = self.code.iter().map(|c| (c, self.system.as_deref()));
        let others = self.translations.iter().map(|t| (&t.code, t.system.as_deref()));
        own.chain(others)
            .filter(|(_, system)| system.is_some_and(|s| same_system(s, SNOMED_CT)))
            // REVEAL: into the sealed figure, as a number.
            .find_map(|(code, _)| code.reveal().trim().parse().ok())
    }
}

/// Whether two names of a code system mean the same: SNOMED CT is written as OID and as URI, with or without edition.
#[must_use]
pub fn same_system(one: &str, other: &str) -> bool {
    fn canonical(name: &str) -> &str {
        let name = name.trim();
        let name = name.strip_prefix("urn:oid:").unwrap_or(name);
        match name.strip_prefix("http://snomed.info/sct") {
            Some(edition) if edition.is_empty() || edition.starts_with('/') => SNOMED_CT,
            Some(_) | None => name,
        }
    }
    canonical(one) == canonical(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snomed_is_known_by_oid_and_by_uri() {
        assert!(same_system("http://snomed.info/sct", SNOMED_CT));
        assert!(same_system("urn:oid:2.16.840.1.113883.6.96", SNOMED_CT));
        assert!(same_system("http://snomed.info/sct/11000146104", SNOMED_CT));
        assert!(!same_system("2.16.840.1.113883.6.90", SNOMED_CT));
        assert!(!same_system("http://snomed.info/sctx", SNOMED_CT));
        assert!(!same_system("http://snomed.info/sct-own", SNOMED_CT));
    }

    #[test]
    fn a_translation_can_carry_the_snomed_code() {
        let diagnosis = Diagnosis {
            code: Some(Sensitive::new("I64".into())),
            system: Some("2.16.840.1.113883.6.90".into()),
            display: None,
            translations: vec![Translation {
                code: Sensitive::new("230690007".into()),
                system: Some("http://snomed.info/sct".into()),
                display: None,
            }],
        };
        assert_eq!(diagnosis.snomed(), Some(230_690_007));
    }

    #[test]
    fn a_main_code_that_is_no_number_does_not_hide_the_translation_that_is() {
        let diagnosis = Diagnosis {
            code: Some(Sensitive::new("buikpijn".into())),
            system: Some(SNOMED_CT.into()),
            display: None,
            translations: vec![Translation {
                code: Sensitive::new("21522001".into()),
                system: Some(SNOMED_CT.into()),
                display: None,
            }],
        };
        assert_eq!(diagnosis.snomed(), Some(21_522_001));
    }
}
