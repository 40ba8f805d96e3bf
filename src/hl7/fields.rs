//! Reading a profile's fields from the body: agreement, SEH diagnosis, description, remarks.

use std::collections::{BTreeSet, HashMap};

use domain::{SehDiagnosis, Sensitive, Translation};

use crate::{
    agreement,
    message::Feedback,
    profile::{IdField, IdPlace, Profile, Selector, TextField, TextPlace, Words},
    ride,
    rules::{Finding, Rule},
    select::Selecting,
    text::{Allowance, joined, single_line, words},
    tree::{Namespace, Tree},
};

/// Where the entries of the body are looked for, and what was recognised of them.
pub(crate) struct Body<'t> {
    tree: &'t Tree<'t>,
    /// Entries of the body in document order.
    entries: Vec<usize>,
    /// Elements of narrative that have an ID, by ID, in document order. Made once: each reference looks here.
    narrative: HashMap<&'t str, Vec<usize>>,
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
fn narrative<'t>(tree: &'t Tree<'t>, document: usize) -> HashMap<&'t str, Vec<usize>> {
    let mut found: HashMap<&'t str, Vec<usize>> = HashMap::new();
    let mut inside = 0;
    for index in tree.below(document) {
        let is_section = |parent: usize| tree.is(parent, "section");
        if tree.is(index, "text") && tree.parent(index).is_some_and(is_section) {
            inside = inside.max(tree.below(index).end);
        }
        if index < inside
            && let Some(id) = tree.trimmed(index, "ID")
        {
            found.entry(id).or_default().push(index);
        }
    }
    found
}

impl<'t> Body<'t> {
    pub(crate) fn new(tree: &'t Tree<'t>, document: usize, recognised: BTreeSet<usize>, allowance: Allowance) -> Self {
        let is_entry = |name: &str| matches!(name, "observation" | "act" | "encounter" | "organizer");
        let bodies = tree.path(document, &["component"]);
        let entries = bodies
            .into_iter()
            .flat_map(|body| tree.below(body))
            .filter(|i| is_entry(tree.name(*i)) && tree.node(*i).namespace == Namespace::Hl7)
            .collect();
        let narrative = narrative(tree, document);
        Self { tree, entries, narrative, allowance, recognised, referred: BTreeSet::new(), findings: Vec::new() }
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
        let observations = self.select(&profile.diagnosis.select);
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
        (is_said || has_medical || has_communication).then(|| {
            let agreement = agreement::read(self.tree, &agreements, &profile.agreement);
            Feedback::new(agreement, diagnoses, description, remarks_medical, remarks_communication)
        })
    }

    fn texts(&mut self, entries: &[usize], field: &TextField) -> Vec<Sensitive> {
        entries.iter().filter_map(|entry| self.text_of(*entry, field)).collect()
    }

    fn diagnoses(&mut self, observation: usize, as_words: Option<Words>) -> Vec<SehDiagnosis> {
        let tree = self.tree;
        let values = tree.named(observation, "value");
        match as_words {
            None => values.filter_map(|value| self.diagnosis(value)).collect(),
            Some(words) => {
                let texts = values.filter(|v| is_text(tree, *v, words)).filter_map(|v| self.words_at(v, words));
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
            self.findings.push(Finding::at(Rule::TextEncoded, "component//observation/text"));
        }
        encoded
    }

    fn words_at(&mut self, place: usize, how: Words) -> Option<Sensitive> {
        match how {
            Words::Referred => self.inline_or_referred(place),
            Words::Inline if self.is_encoded(place) => None,
            Words::Inline => words(self.tree, place, &mut self.allowance),
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
                self.findings.push(Finding::at(Rule::ReferenceDangling, "component//observation/text/reference"));
                continue;
            };
            self.referred.insert(found);
            if let Some(words) = words(tree, found, &mut self.allowance) {
                return Some(words);
            }
        }
        words(tree, place, &mut self.allowance)
    }

    /// The element of an ID: in the own section, else in the whole document.
    fn referred_from(&self, place: usize, id: &str) -> Option<usize> {
        let found = self.narrative.get(id)?;
        let section = self.tree.ancestors(place).find(|i| self.tree.is(*i, "section"));
        let own = section.and_then(|section| {
            let range = self.tree.below(section);
            let first = found.get(found.partition_point(|i| *i < range.start)).copied()?;
            range.contains(&first).then_some(first)
        });
        own.or_else(|| found.first().copied())
    }
}
