//! Reading a profile's fields from the body: agreement, SEH diagnosis, description, remarks.

use std::collections::{BTreeSet, HashMap};

use domain::{SehDiagnosis, Sensitive, Translation};

use crate::{
    agreement,
    message::Feedback,
    profile::{Profile, Selector},
    rules::{Finding, Rule},
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

/// A selector's weight on an element: 3 template with extension, 2 template root, 1 code; 0 no match.
pub(crate) fn weight(tree: &Tree, index: usize, selector: &Selector) -> u8 {
    let template = selector.template.as_ref().map(|wanted| {
        tree.named(index, "templateId")
            .filter(|t| tree.trimmed(*t, "root") == Some(wanted.root.as_str()))
            .map(|t| match (&wanted.extension, tree.trimmed(t, "extension")) {
                (None, _) => 2,
                (Some(wanted), Some(found)) if wanted == found => 3,
                (Some(_), _) => 0,
            })
            .max()
            .unwrap_or(0)
    });
    let code = selector.code.as_ref().map(|wanted| {
        let same = |c: usize| {
            tree.trimmed(c, "code") == Some(wanted.code.as_str())
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

    fn select(&mut self, selector: &Selector) -> Vec<usize> {
        let found: Vec<usize> = self.entries.iter().copied().filter(|i| weight(self.tree, *i, selector) > 0).collect();
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
        any.then(|| {
            let agreement = agreement::read(self.tree, &agreements, &profile.agreement);
            let description = joined(descriptions, "\n");
            Feedback::new(agreement, diagnoses, description, remarks_medical, remarks_communication)
        })
    }

    fn diagnoses(&mut self, observation: usize) -> Vec<SehDiagnosis> {
        let tree = self.tree;
        tree.named(observation, "value").filter_map(|value| self.diagnosis(value)).collect()
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

    /// The observation's `text`, else any `value/originalText`, else a value that is text itself: the first that has words.
    fn text_of(&mut self, observation: usize) -> Option<Sensitive> {
        let tree = self.tree;
        let own = tree.named(observation, "text");
        let originals = tree.path(observation, &["value", "originalText"]);
        let is_text = |v: &usize| matches!(tree.data_type(*v), Some("ST" | "ED"));
        let values = tree.named(observation, "value").filter(is_text);
        own.chain(originals).chain(values).find_map(|place| self.inline_or_referred(place))
    }

    /// The words a reference leads to, else those that stand there.
    fn inline_or_referred(&mut self, place: usize) -> Option<Sensitive> {
        let tree = self.tree;
        if tree.is_base_64(place) {
            self.findings.push(Finding::at(Rule::TextEncoded, "component//observation/text"));
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
