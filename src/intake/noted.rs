//! Which findings of a message the log may name: it is kept for years, beside the ride's pseudonym, and holds no clinical content.
//!
//! And of which refused messages the masked structure is kept.
//!
//! **Not here:** how they are written there (`store`).

use hl7::{Finding, Rule};

/// Takes the place of all rules below: something was found at the judgement or the diagnosis.
const AT_JUDGEMENT: &str = "judgement";

/// Whether that a message met this rule tells how the SEH judged: a diagnosis comes where it did not agree.
fn tells_judgement(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::DiagnosisIncomplete
            | Rule::TranslationLeads
            | Rule::DiagnosisWithoutSystem
            | Rule::AgreementWithDiagnosis
            | Rule::DiagnosisNotStated
    )
}

/// Ids of the rules, as far as the log may name them.
pub(crate) fn noted(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|f| if tells_judgement(f.rule) { AT_JUDGEMENT } else { f.rule.id() }).collect()
}

/// Whether the structure of a message that was refused by this rule shows what is wrong with it.
pub(crate) fn structure_tells(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::NoMessage
            | Rule::NoDocument
            | Rule::ManyDocuments
            | Rule::ManyPatients
            | Rule::RideMissing
            | Rule::RideTwice
            | Rule::OtherRav
            | Rule::SenderMissing
            | Rule::ProfileMissing
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_tells_how_the_seh_judged_is_not_named() {
        let found = [Rule::DiagnosisIncomplete, Rule::AgreementWithDiagnosis, Rule::BsnInvalid];
        let found: Vec<Finding> = found.into_iter().map(|rule| Finding::at(rule, "")).collect();
        assert_eq!(noted(&found), [AT_JUDGEMENT, AT_JUDGEMENT, "R11"]);
        // W6, W7, W8, W24 and W25: agreement comes without a diagnosis, so that what is said of one says that there was none.
        assert_eq!(Rule::ALL.iter().filter(|rule| tells_judgement(**rule)).count(), 5);
    }
}
