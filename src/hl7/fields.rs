//! Reading a profile's fields from the body: agreement, SEH diagnosis, description, remarks.

use std::collections::HashSet;

use domain::{Agreement, SehDiagnosis, Sensitive, Translation};

use crate::{
    message::Feedback,
    profile::{AgreementField, Meaning, Profile, Reading, Selector},
    rules::{Finding, Rule},
    text::{joined, single_line, words},
    xml::Tree,
};

/// Where the entries of the body are looked for, and what was recognised of them.
pub(crate) struct Body<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) document: usize,
    /// Entry elements that a field recognised.
    pub(crate) recognised: HashSet<usize>,
    /// Elements of the narrative that a field refers to.
    pub(crate) referred: HashSet<usize>,
    pub(crate) findings: Vec<Finding>,
}

/// A selector's weight on an element: 3 template with extension, 2 template root, 1 code; 0 no match.
pub(crate) fn weight(tree: &Tree, index: usize, selector: &Selector) -> u8 {
    let template = selector.template.as_ref().map(|wanted| {
        tree.named(index, "templateId")
            .filter(|t| tree.attribute(*t, "root").map(str::trim) == Some(wanted.root.as_str()))
            .map(|t| match (&wanted.extension, tree.attribute(t, "extension").map(str::trim)) {
                (None, _) => 2,
                (Some(wanted), Some(found)) if wanted == found => 3,
                (Some(_), _) => 0,
            })
            .max()
            .unwrap_or(0)
    });
    let code = selector.code.as_ref().map(|wanted| {
        let same = |c: usize| {
            tree.attribute(c, "code").map(str::trim) == Some(wanted.code.as_str())
                && tree.attribute(c, "codeSystem").is_some_and(|s| domain::same_system(s, &wanted.system))
        };
        u8::from(tree.named(index, "code").any(same))
    });
    match (template, code) {
        (Some(0), _) | (_, Some(0)) | (None, None) => 0,
        (Some(template), code) => template + code.unwrap_or(0),
        (None, Some(code)) => code,
    }
}

fn is_null(tree: &Tree, index: usize) -> bool {
    tree.attribute(index, "nullFlavor").is_some()
}

impl Body<'_> {
    fn select(&mut self, selector: &Selector) -> Vec<usize> {
        let entries = ["observation", "act", "encounter", "organizer"];
        let found: Vec<usize> = self
            .tree
            .path(self.document, &["component"])
            .into_iter()
            .flat_map(|body| self.tree.below(body))
            .filter(|i| entries.iter().any(|e| self.tree.is(*i, e)) && weight(self.tree, *i, selector) > 0)
            .collect();
        self.recognised.extend(&found);
        found
    }

    pub(crate) fn feedback(&mut self, profile: &Profile) -> Option<Feedback> {
        let agreements = self.select(&profile.agreement.select);
        let observations = self.select(&profile.diagnosis.select);
        let diagnoses: Vec<SehDiagnosis> = observations.iter().flat_map(|o| self.diagnoses(*o)).collect();
        let descriptions = observations.iter().filter_map(|o| self.text_of(*o)).collect();
        let mut remarks = |selector: &Selector| {
            let found = self.select(selector);
            (!found.is_empty(), joined(found.iter().filter_map(|o| self.text_of(*o)).collect(), "\n\n"))
        };
        let (has_medical, remarks_medical) = remarks(&profile.remarks_medical.select);
        let (has_communication, remarks_communication) = remarks(&profile.remarks_communication.select);
        let any = !agreements.is_empty() || !observations.is_empty() || has_medical || has_communication;
        if !any {
            return None;
        }
        let agreement = self.agreement(&agreements, &profile.agreement);
        let description = joined(descriptions, "\n");
        let no_diagnosis = diagnoses.is_empty() && description.is_none();
        if agreement == Agreement::No && no_diagnosis {
            self.findings.push(Finding::at(Rule::DiagnosisIncomplete, "component//observation"));
        }
        Some(Feedback { agreement, diagnoses, description, remarks_medical, remarks_communication })
    }

    fn agreement(&mut self, observations: &[usize], field: &AgreementField) -> Agreement {
        if observations.is_empty() {
            return Agreement::NotReceived;
        }
        let read: Vec<Option<Meaning>> = observations.iter().map(|o| self.meaning(*o, field)).collect();
        let first = read.first().copied().flatten();
        match first.filter(|first| read.iter().all(|r| *r == Some(*first))) {
            Some(Meaning::Yes) => Agreement::Yes,
            Some(Meaning::No) => Agreement::No,
            Some(Meaning::NotAssessable) => Agreement::NotAssessable,
            None => {
                self.findings.push(Finding::at(Rule::AgreementUnknown, "component//observation"));
                Agreement::Unknown
            }
        }
    }

    fn meaning(&self, observation: usize, field: &AgreementField) -> Option<Meaning> {
        let tree = self.tree;
        let values: Vec<usize> = tree.named(observation, "value").collect();
        if is_null(tree, observation) || values.iter().any(|v| is_null(tree, *v)) {
            return None;
        }
        match field.reading {
            Reading::NegationInd => {
                let found = match tree.attribute(observation, "negationInd")?.trim() {
                    "true" | "1" => "true",
                    "false" | "0" => "false",
                    _ => return None,
                };
                field.values.iter().find(|v| v.value == found).map(|v| v.means)
            }
            Reading::Boolean => {
                let [value] = values.as_slice() else { return None };
                let found = match tree.attribute(*value, "value")?.trim() {
                    "true" | "1" => "true",
                    "false" | "0" => "false",
                    _ => return None,
                };
                field.values.iter().find(|v| v.value == found).map(|v| v.means)
            }
            Reading::Coded => {
                let [value] = values.as_slice() else { return None };
                let code = tree.attribute(*value, "code")?.trim();
                let system = tree.attribute(*value, "codeSystem");
                let fits = |wanted: &Option<String>| match (wanted, system) {
                    (None, _) => true,
                    (Some(wanted), Some(system)) => domain::same_system(wanted, system),
                    (Some(_), None) => false,
                };
                field.values.iter().find(|v| v.value == code && fits(&v.system)).map(|v| v.means)
            }
        }
    }

    fn diagnoses(&mut self, observation: usize) -> Vec<SehDiagnosis> {
        let tree = self.tree;
        let values: Vec<usize> = tree.named(observation, "value").collect();
        values.into_iter().filter_map(|value| self.diagnosis(value)).collect()
    }

    fn diagnosis(&mut self, value: usize) -> Option<SehDiagnosis> {
        let tree = self.tree;
        let text = |i: usize, name: &str| {
            tree.attribute(i, name).map(single_line).filter(|t| !t.is_empty()).map(Sensitive::new)
        };
        let system = |i: usize| tree.attribute(i, "codeSystem").map(single_line).filter(|t| !t.is_empty());
        let translations: Vec<Translation> = tree
            .named(value, "translation")
            .filter_map(|t| {
                Some(Translation { code: text(t, "code")?, system: system(t), display: text(t, "displayName") })
            })
            .collect();
        let mut found = SehDiagnosis {
            code: text(value, "code"),
            system: system(value),
            display: text(value, "displayName"),
            translations,
        };
        if found.code.is_none() && !found.translations.is_empty() {
            self.findings.push(Finding::at(Rule::TranslationLeads, "component//observation/value"));
            let first = found.translations.remove(0);
            found.code = Some(first.code);
            found.system = first.system;
            found.display = found.display.or(first.display);
        }
        if found.code.is_some() && found.system.is_none() {
            self.findings.push(Finding::at(Rule::DiagnosisWithoutSystem, "component//observation/value"));
        }
        if found.code.is_none() && found.display.is_none() {
            let original = tree.named(value, "originalText").next();
            found.display = original.and_then(|o| self.inline_or_referred(o));
        }
        (found.code.is_some() || found.display.is_some()).then_some(found)
    }

    /// The observation's `text`, else `value/originalText`; inline or by reference.
    fn text_of(&mut self, observation: usize) -> Option<Sensitive> {
        let tree = self.tree;
        let own = tree.named(observation, "text").next();
        let original = tree.path(observation, &["value", "originalText"]).first().copied();
        let coded = |o: usize| tree.node(o).parent.is_some_and(|v| tree.attribute(v, "code").is_some());
        let value = tree
            .named(observation, "value")
            .find(|v| matches!(tree.attribute(*v, "type"), Some(t) if t.ends_with("ST") || t.ends_with("ED")));
        match (own, original.filter(|o| coded(*o)), value) {
            (Some(own), _, _) => self.inline_or_referred(own),
            (None, Some(original), _) => self.inline_or_referred(original),
            (None, None, Some(value)) => self.inline_or_referred(value),
            (None, None, None) => None,
        }
    }

    fn inline_or_referred(&mut self, place: usize) -> Option<Sensitive> {
        let tree = self.tree;
        let Some(reference) = tree.named(place, "reference").next() else { return words(tree, place) };
        let id = tree.attribute(reference, "value").map(|v| v.trim().trim_start_matches('#').to_owned());
        let sections = std::iter::successors(Some(place), |i| tree.node(*i).parent);
        let own = sections.into_iter().find(|i| tree.is(*i, "section"));
        let holds = |from: usize| {
            let id = id.as_deref()?;
            tree.below(from).into_iter().find(|i| tree.attribute(*i, "ID") == Some(id))
        };
        match own.and_then(holds).or_else(|| holds(self.document)) {
            Some(found) => {
                self.referred.insert(found);
                words(tree, found)
            }
            None => {
                self.findings.push(Finding::at(Rule::ReferenceDangling, "component//observation/text/reference"));
                None
            }
        }
    }
}
