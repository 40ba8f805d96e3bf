//! Reading a profile's fields from the body: agreement, SEH diagnosis, description, remarks.

use std::collections::BTreeSet;

use domain::{Agreement, SehDiagnosis, Sensitive, Translation};

use crate::{
    agreement, cda,
    message::Feedback,
    place,
    profile::{IdField, IdPlace, Profile, Selector, TextField, TextPlace, Words},
    ride,
    rules::{Finding, Rule},
    select::Selecting,
    text::{Allowance, joined, single_line, words},
    tree::Tree,
};

/// Where the entries of the body are looked for, and what was recognised of them.
pub(crate) struct Body<'t> {
    tree: &'t Tree<'t>,
    document: usize,
    /// Entries of the body in document order.
    entries: Vec<usize>,
    /// Elements of narrative that have an ID, by ID and in document order. Made once: each reference looks here.
    narrative: Vec<(&'t str, usize)>,
    pub(crate) allowance: Allowance,
    /// Entry elements that a field recognised.
    pub(crate) recognised: BTreeSet<usize>,
    /// Elements of the narrative that a field refers to.
    pub(crate) referred: BTreeSet<usize>,
    pub(crate) findings: Vec<Finding>,
}

/// What a profile's own entries say of an identifier.
pub(crate) struct Said {
    pub(crate) entries: Vec<usize>,
    /// Texts, each with its entry.
    pub(crate) texts: Vec<(usize, Sensitive)>,
}

/// Whether a value says that it is text.
fn is_text(tree: &Tree, value: usize, words: Words) -> bool {
    match tree.data_type(value) {
        Some("ST") => true,
        Some("ED") => words == Words::Referred,
        Some(_) | None => false,
    }
}

/// Elements with an ID in the sections' narrative: nothing else may a field refer to.
fn narrative<'t>(tree: &'t Tree<'t>, document: usize) -> Vec<(&'t str, usize)> {
    let mut found: Vec<(&'t str, usize)> = Vec::new();
    let mut inside = 0;
    for index in tree.below(document) {
        let is_section = |parent: usize| tree.is(parent, "section");
        if tree.is(index, "text") && tree.parent(index).is_some_and(is_section) {
            inside = inside.max(tree.below(index).end);
        }
        if index < inside
            && let Some(id) = tree.trimmed(index, "ID")
        {
            found.push((id, index));
        }
    }
    found.sort_unstable();
    found
}

impl<'t> Body<'t> {
    pub(crate) fn new(tree: &'t Tree<'t>, document: usize, recognised: BTreeSet<usize>, allowance: Allowance) -> Self {
        let bodies = tree.path(document, &["component"]);
        let entries = bodies
            .into_iter()
            .flat_map(|body| tree.below(body))
            .filter(|i| tree.is_of_hl7(*i) && cda::is_entry(tree.name(*i)))
            .collect();
        let narrative = narrative(tree, document);
        Self {
            tree,
            document,
            entries,
            narrative,
            allowance,
            recognised,
            referred: BTreeSet::new(),
            findings: Vec::new(),
        }
    }

    /// The entries that one of these selectors means, in document order.
    pub(crate) fn select(&mut self, selectors: &[Selector]) -> Vec<usize> {
        let tree = self.tree;
        let mut selecting: Vec<Selecting<'_>> = selectors.iter().map(|s| Selecting::by(tree, s)).collect();
        let is_meant = |i: &usize| selecting.iter_mut().any(|s| s.is_meant(*i));
        let found: Vec<usize> = self.entries.iter().copied().filter(is_meant).collect();
        self.recognised.extend(&found);
        found
    }

    pub(crate) fn feedback(&mut self, profile: &Profile) -> Option<Feedback> {
        let agreements = self.select(&profile.agreement.select);
        let mut observations = self.select(&profile.diagnosis.select);
        observations.retain(|observation| {
            let stated = agreement::is_stated(self.tree, *observation);
            if !stated {
                let select = &profile.diagnosis.select;
                let place = place::of_entry(self.tree, self.document, *observation, select, "");
                self.findings.push(Finding::at(Rule::DiagnosisNotStated, place));
            }
            stated
        });
        let mut diagnoses: Vec<SehDiagnosis> = Vec::new();
        for observation in &observations {
            diagnoses.append(&mut self.diagnoses(*observation, profile.diagnosis.words));
        }
        let description = &profile.description;
        let described =
            if description.select.is_empty() { observations.clone() } else { self.select(&description.select) };
        let description = joined(self.texts(&described, description), "\n");
        let mut remarks = |field: Option<&TextField>| {
            let Some(field) = field else { return (false, None) };
            let found = self.select(&field.select);
            (!found.is_empty(), joined(self.texts(&found, field), "\n\n"))
        };
        let (has_medical, remarks_medical) = remarks(profile.remarks_medical.as_ref());
        let (has_communication, remarks_communication) = remarks(profile.remarks_communication.as_ref());
        let is_said = !agreements.is_empty() || !observations.is_empty() || !described.is_empty();
        if !(is_said || has_medical || has_communication) {
            return None;
        }
        let agreement = agreement::read(self.tree, &agreements, &profile.agreement);
        let feedback = Feedback::new(agreement, diagnoses, description, remarks_medical, remarks_communication);
        self.judge(&feedback, profile, agreements.first(), observations.first().or(described.first()));
        Some(feedback)
    }

    /// What a profile's fields say together.
    fn judge(&mut self, feedback: &Feedback, profile: &Profile, agreement: Option<&usize>, diagnosis: Option<&usize>) {
        let Feedback { agreement: agreed, diagnoses, description, incomplete, .. } = feedback;
        let contradicted = *agreed == Agreement::Yes && (!diagnoses.is_empty() || description.is_some());
        let without_system = diagnoses.iter().any(|d| d.code.is_some() && d.system.is_none());
        let rules = [
            (*agreed == Agreement::Unknown, Rule::AgreementUnknown, agreement, &profile.agreement.select, ""),
            (*incomplete, Rule::DiagnosisIncomplete, agreement, &profile.agreement.select, ""),
            (contradicted, Rule::AgreementWithDiagnosis, diagnosis, &profile.diagnosis.select, ""),
            (without_system, Rule::DiagnosisWithoutSystem, diagnosis, &profile.diagnosis.select, "/value"),
        ];
        for (holds, rule, entry, selectors, below) in rules {
            if let Some(entry) = entry.filter(|_| holds) {
                let place = place::of_entry(self.tree, self.document, *entry, selectors, below);
                self.findings.push(Finding::at(rule, place));
            }
        }
    }

    fn found(&mut self, rule: Rule, element: usize) {
        let path = place::path(self.tree, self.document, element);
        self.findings.push(Finding::at(rule, path));
    }

    fn texts(&mut self, entries: &[usize], field: &TextField) -> Vec<Sensitive> {
        entries.iter().filter_map(|entry| self.text_of(*entry, field)).collect()
    }

    fn diagnoses(&mut self, observation: usize, as_words: Option<Words>) -> Vec<SehDiagnosis> {
        let tree = self.tree;
        let values = tree.named(observation, "value");
        match as_words {
            None => {
                let read = |value| self.allowance.takes_code().then(|| self.diagnosis(value));
                values.map_while(read).flatten().collect()
            }
            Some(words) => {
                let texts = values.filter(|v| is_text(tree, *v, words));
                let texts = texts.filter_map(|v| self.allowance.takes_code().then(|| self.words_at(v, words))?);
                let named =
                    |text| SehDiagnosis { code: None, system: None, display: Some(text), translations: Vec::new() };
                texts.map(named).collect()
            }
        }
    }

    fn diagnosis(&mut self, value: usize) -> Option<SehDiagnosis> {
        let tree = self.tree;
        let text = |i: usize, name: &str| {
            tree.attribute(i, name).map(single_line).filter(|t| !t.is_empty()).map(Sensitive::new)
        };
        let system = |i: usize| tree.attribute(i, "codeSystem").map(single_line).filter(|t| !t.is_empty());
        let translations: Vec<Translation> = tree
            .named(value, "translation")
            .take_while(|_| self.allowance.takes_code())
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
            self.found(Rule::TranslationLeads, value);
            let first = found.translations.remove(0);
            found.code = Some(first.code);
            found.system = first.system;
            found.display = found.display.or(first.display);
        }
        if found.code.is_none() && found.display.is_none() {
            found.display = tree.named(value, "originalText").find_map(|o| self.inline_or_referred(o));
        }
        (found.code.is_some() || found.display.is_some()).then_some(found)
    }

    /// The first of a field's places that has words.
    fn text_of(&mut self, entry: usize, field: &TextField) -> Option<Sensitive> {
        let tree = self.tree;
        field.from.iter().find_map(|place| match place {
            TextPlace::Text => tree.named(entry, "text").find_map(|p| self.words_at(p, field.words)),
            TextPlace::OriginalText => {
                let places = tree.path(entry, &["value", "originalText"]);
                places.into_iter().find_map(|p| self.words_at(p, field.words))
            }
            TextPlace::Value => {
                let values = tree.named(entry, "value").filter(|v| is_text(tree, *v, field.words));
                values.into_iter().find_map(|p| self.words_at(p, field.words))
            }
        })
    }

    /// Whether a place holds a file in base 64, which is said and not read.
    fn is_encoded(&mut self, place: usize) -> bool {
        let encoded = self.tree.is_base_64(place);
        if encoded {
            self.found(Rule::TextEncoded, place);
        }
        encoded
    }

    fn words_at(&mut self, place: usize, how: Words) -> Option<Sensitive> {
        match how {
            Words::Referred => self.inline_or_referred(place),
            Words::Inline if self.is_encoded(place) => None,
            Words::Inline => {
                self.recognised.insert(place);
                words(self.tree, place, &mut self.allowance)
            }
        }
    }

    /// What the profile's own entries say: the extensions of their ids of its roots, or their text. `None`: it stands in CDA's place.
    pub(crate) fn said(&mut self, field: &IdField) -> Option<Said> {
        let tree = self.tree;
        let entries = match &field.place {
            IdPlace::Usual | IdPlace::Stay => return None,
            IdPlace::Entry(select) | IdPlace::EntryText(select) => self.select(select),
        };
        let as_text =
            TextField { select: Vec::new(), words: Words::Inline, from: vec![TextPlace::Value, TextPlace::Text] };
        let mut found = Vec::new();
        for entry in entries.iter().copied() {
            if matches!(field.place, IdPlace::EntryText(_)) {
                found.extend(self.text_of(entry, &as_text).map(|text| (entry, text)));
                continue;
            }
            let ids = tree.named(entry, "id").filter(|id| ride::is_of_roots(tree, *id, &field.roots));
            let texts = ids.filter_map(|id| tree.trimmed(id, "extension"));
            found.extend(texts.map(|text| (entry, Sensitive::new(single_line(text)))));
        }
        Some(Said { entries, texts: found })
    }

    /// The words a reference leads to, else those that stand there.
    fn inline_or_referred(&mut self, place: usize) -> Option<Sensitive> {
        let tree = self.tree;
        if self.is_encoded(place) {
            return None;
        }
        for reference in tree.named(place, "reference") {
            let id = tree.trimmed(reference, "value").map(|v| v.trim_start_matches('#'));
            let Some(found) = id.and_then(|id| self.referred_from(place, id)) else {
                self.found(Rule::ReferenceDangling, reference);
                continue;
            };
            self.referred.insert(found);
            if let Some(words) = words(tree, found, &mut self.allowance) {
                return Some(words);
            }
        }
        self.recognised.insert(place);
        words(tree, place, &mut self.allowance)
    }

    /// The element of an ID: in the own section, else in the whole document.
    fn referred_from(&self, place: usize, id: &str) -> Option<usize> {
        let first_from = |start: usize| {
            let (found, index) = *self.narrative.get(self.narrative.partition_point(|at| *at < (id, start)))?;
            (found == id).then_some(index)
        };
        let section = self.tree.ancestors(place).find(|i| self.tree.is(*i, "section"));
        let own = section.and_then(|section| {
            let range = self.tree.below(section);
            first_from(range.start).filter(|first| range.contains(first))
        });
        own.or_else(|| first_from(0))
    }
}
