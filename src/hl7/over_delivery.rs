//! What a message holds beyond the closed list: counted by kind and element path, never by value (MESSAGE12 §7).

use std::collections::{BTreeMap, HashSet};

use crate::{
    message::OverDelivered,
    xml::{Content, Tree},
};

// LIMIT: distinct paths of one message.
const PATHS_MAX: usize = 64;

// Element names of CDA R2 that can stand in a path; any other reads `vreemd`, since a name can carry a BSN.
const KNOWN: &str = " act addr assignedAuthor assignedCustodian assignedEntity assignedPerson associatedEntity \
    associatedPerson author authenticator birthplace component consumable custodian dataEnterer documentationOf \
    encompassingEncounter encounter entry entryRelationship externalAct externalDocument guardian guardianPerson \
    healthCareFacility informant informationRecipient intendedRecipient languageCommunication legalAuthenticator \
    location maritalStatusCode name nonXMLBody observation observationMedia observationRange organizer participant \
    participantRole patient patientRole performer place playingDevice playingEntity procedure providerOrganization \
    raceCode receivedOrganization recordTarget reference relatedEntity relatedSubject religiousAffiliationCode \
    representedCustodianOrganization representedOrganization responsibleParty section serviceEvent specimen \
    structuredBody subject substanceAdministration supply telecom text value ethnicGroupCode ";

fn is_known(name: &str) -> bool {
    KNOWN.split_whitespace().any(|known| known == name)
}

fn path(tree: &Tree, document: usize, index: usize) -> String {
    let mut names = Vec::new();
    let mut at = index;
    while at != document {
        let name = tree.node(at).name.as_str();
        names.push(if is_known(name) { name } else { "vreemd" });
        match tree.node(at).parent {
            Some(parent) => at = parent,
            None => break,
        }
    }
    names.reverse();
    names.join("/")
}

fn ancestor_is(tree: &Tree, index: usize, test: impl Fn(&str) -> bool) -> bool {
    std::iter::successors(tree.node(index).parent, |i| tree.node(*i).parent).any(|i| test(&tree.node(i).name))
}

fn is_person(name: &str) -> bool {
    name.ends_with("Person") || matches!(name, "patient" | "subject" | "relatedSubject")
}

fn kind_of(tree: &Tree, index: usize) -> Option<&'static str> {
    let node = tree.node(index);
    let parent = node.parent.map(|p| tree.node(p).name.as_str()).unwrap_or_default();
    let in_organisation = || ancestor_is(tree, index, |name| name.ends_with("Organization"));
    let empty = node.content.is_empty() && tree.attribute(index, "value").is_none();
    match node.name.as_str() {
        "name" if is_person(parent) && !empty => Some("name"),
        "addr" if !in_organisation() && !empty => Some("address"),
        "telecom" if !in_organisation() && !empty => Some("telecom"),
        "substanceAdministration" | "supply" => Some("medication"),
        "procedure" => Some("procedure"),
        "nonXMLBody" | "observationMedia" => Some("attachment"),
        "value" if tree.attribute(index, "representation") == Some("B64") => Some("attachment"),
        _ => None,
    }
}

fn entry_kind(tree: &Tree, index: usize) -> Option<&'static str> {
    let nested = ["entryRelationship", "component"].iter().any(|name| tree.named(index, name).next().is_some());
    match tree.node(index).name.as_str() {
        "observation" => {
            let is_quantity = |v: usize| tree.attribute(v, "type").is_some_and(|t| t.rsplit(':').next() == Some("PQ"));
            Some(if tree.named(index, "value").any(is_quantity) { "vital_sign" } else { "other" })
        }
        "act" | "encounter" | "organizer" if !nested => Some("other"),
        _ => None,
    }
}

fn has_words(tree: &Tree, index: usize, referred: &HashSet<usize>) -> bool {
    if referred.contains(&index) {
        return false;
    }
    tree.node(index).content.iter().any(|content| match content {
        Content::Text(text) => !text.trim().is_empty(),
        Content::Element(child) => has_words(tree, *child, referred),
    })
}

/// Counts what goes beyond the closed list.
pub(crate) fn count(
    tree: &Tree,
    document: usize,
    recognised: &HashSet<usize>,
    referred: &HashSet<usize>,
) -> Vec<OverDelivered> {
    let mut counts: BTreeMap<(&'static str, String), u64> = BTreeMap::new();
    for index in tree.below(document) {
        let parent_is_section = tree.node(index).parent.is_some_and(|p| tree.is(p, "section"));
        let kind = if tree.is(index, "text") && parent_is_section {
            has_words(tree, index, referred).then_some("narrative")
        } else if recognised.contains(&index) {
            None
        } else {
            kind_of(tree, index).or_else(|| entry_kind(tree, index))
        };
        if let Some(kind) = kind {
            let key = (kind, path(tree, document, index));
            if counts.len() < PATHS_MAX || counts.contains_key(&key) {
                *counts.entry(key).or_default() += 1;
            }
        }
    }
    counts.into_iter().map(|((kind, path), count)| OverDelivered { kind, path, count }).collect()
}
