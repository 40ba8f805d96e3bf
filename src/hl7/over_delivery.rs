//! What a message holds beyond the closed list: counted by kind and element path, never by value (MESSAGE12 §7).
//!
//! **Invariant:** paths are shared, not spelt out for each element: time and memory are bounded by the number of elements.

use std::{
    collections::{BTreeSet, HashMap},
    num::NonZeroU32,
};

use crate::{
    cda,
    header::BSN_ROOT,
    limits::PATHS_MAX,
    message::OverDelivered,
    tree::{Content, Tree},
};

/// A path below the document: its parent's, a name, and where its first child and next sibling stand.
struct Path {
    parent: usize,
    name: &'static str,
    first_child: Option<usize>,
    sibling: Option<usize>,
}

/// Paths below the document, of the elements that were asked for. One has no more children than CDA has names.
struct Paths {
    known: Vec<Path>,
    /// The path of each element below the document, in order, where it was asked for.
    of: Vec<Option<NonZeroU32>>,
}

impl Paths {
    fn new(elements: usize) -> Self {
        let own = Path { parent: 0, name: "", first_child: None, sibling: None };
        Self { known: vec![own], of: vec![None; elements] }
    }

    /// The path of an element; 0 of the document itself.
    fn of(&mut self, tree: &Tree, document: usize, index: usize) -> usize {
        if index <= document {
            return 0;
        }
        if let Some(Some(path)) = self.of.get(index - document) {
            return path.get() as usize;
        }
        let parent = tree.parent(index).map_or(0, |parent| self.of(tree, document, parent));
        let path = self.child(parent, tree.name(index));
        if let Some(of) = self.of.get_mut(index - document) {
            *of = u32::try_from(path).ok().and_then(NonZeroU32::new);
        }
        path
    }

    fn found(&self, parent: usize, name: &str) -> Option<usize> {
        std::iter::successors(self.known[parent].first_child, |at| self.known[*at].sibling)
            .find(|at| self.known[*at].name == name)
    }

    fn child(&mut self, parent: usize, name: &str) -> usize {
        if let Some(path) = self.found(parent, name) {
            return path;
        }
        let name = cda::shown(name);
        if let Some(path) = self.found(parent, name) {
            return path;
        }
        let path = self.known.len();
        let sibling = self.known[parent].first_child.replace(path);
        self.known.push(Path { parent, name, first_child: None, sibling });
        path
    }

    fn spelt(&self, path: usize) -> String {
        let mut names = Vec::new();
        let mut at = path;
        while let Some(path) = self.known.get(at).filter(|_| at != 0) {
            names.push(path.name);
            at = path.parent;
        }
        names.reverse();
        names.join("/")
    }
}

fn parent_name<'t>(tree: &'t Tree<'_>, index: usize) -> &'t str {
    tree.parent(index).map(|p| tree.name(p)).unwrap_or_default()
}

/// Elements that are a person, or may be one; an organisation's name is none.
fn is_person(name: &str) -> bool {
    name.ends_with("Person")
        || matches!(
            name,
            "patient"
                | "subject"
                | "informationRecipient"
                | "relationshipHolder"
                | "playingEntity"
                | "specimenPlayingEntity"
        )
}

fn is_attachment(name: &str) -> bool {
    matches!(name, "nonXMLBody" | "observationMedia")
}

/// An element that is not HL7's, in one that is.
fn is_foreign(tree: &Tree, index: usize) -> bool {
    !tree.is_of_hl7(index) && tree.parent(index).is_some_and(|round| tree.is_of_hl7(round))
}

/// Whether the entry round an element is not counted itself: a field reads it, or it only holds others.
fn is_read_round(tree: &Tree, index: usize, recognised: &BTreeSet<usize>) -> bool {
    let entry = tree.ancestors(index).find(|round| cda::is_entry(tree.name(*round)));
    entry.is_some_and(|entry| recognised.contains(&entry) || is_nested(tree, entry))
}

fn kind_of(tree: &Tree, index: usize, recognised: &BTreeSet<usize>, otherwise: &'static str) -> Option<&'static str> {
    let parent = || parent_name(tree, index);
    let of_person = || !tree.ancestors(index).any(|i| tree.name(i).ends_with("Organization"));
    match tree.name(index) {
        "name" if is_person(parent()) && tree.has_words(index) => Some("name"),
        // A place of birth is an address by name.
        "name" if parent() == "place" && tree.has_words(index) => Some("address"),
        "addr" if of_person() && tree.has_words(index) => Some("address"),
        "telecom" if of_person() && tree.trimmed(index, "value").is_some() => Some("telecom"),
        "substanceAdministration" | "supply" => Some("medication"),
        "procedure" => Some("procedure"),
        "nonXMLBody" | "observationMedia" => Some("attachment"),
        // What holds it is counted.
        "text" if is_attachment(parent()) => None,
        _ if tree.is_base_64(index) => Some("attachment"),
        // Text of an entry that no field reads.
        name @ ("text" | "originalText" | "value")
            if (name != "value" || matches!(tree.data_type(index), Some("ST" | "ED")))
                && is_read_round(tree, index, recognised)
                && tree.has_words(index) =>
        {
            Some("narrative")
        }
        "religiousAffiliationCode"
        | "maritalStatusCode"
        | "raceCode"
        | "ethnicGroupCode"
        | "dischargeDispositionCode"
            if tree.trimmed(index, "code").is_some() =>
        {
            Some("other")
        }
        // Another person's, or the patient's where it does not belong.
        "id" if parent() != "patientRole" && tree.trimmed(index, "root") == Some(BSN_ROOT) => Some("other"),
        // What an entry that no field recognised counts as.
        "observation" => {
            let is_quantity = |v: usize| tree.data_type(v) == Some("PQ");
            Some(if tree.named(index, "value").any(is_quantity) { "vital_sign" } else { otherwise })
        }
        "act" | "encounter" | "organizer" if !is_nested(tree, index) => Some(otherwise),
        _ if is_foreign(tree, index) && tree.has_words(index) => Some("other"),
        _ => None,
    }
}

/// Whether narrative holds words that no field refers to.
fn has_own_words(tree: &Tree, index: usize, referred: &BTreeSet<usize>) -> bool {
    if referred.contains(&index) {
        return false;
    }
    tree.content(index).any(|content| match content {
        Content::Space => false,
        Content::Text(_) => true,
        Content::Element(child) => has_own_words(tree, child, referred),
    })
}

/// Whether an entry only holds others.
fn is_nested(tree: &Tree, index: usize) -> bool {
    ["entryRelationship", "component"].iter().any(|name| tree.named(index, name).next().is_some())
}

/// Counts what goes beyond the closed list; `otherwise` is the kind of an entry that is none of the known ones.
pub(crate) fn count(
    tree: &Tree,
    document: usize,
    recognised: &BTreeSet<usize>,
    referred: &BTreeSet<usize>,
    otherwise: &'static str,
) -> Vec<OverDelivered> {
    let mut paths = Paths::new(tree.below(document).len());
    let mut counts: HashMap<(&'static str, usize), u64> = HashMap::new();
    // Narrative is counted once for its section, whatever stands in it.
    let mut narrative_ends = 0;
    for index in tree.below(document) {
        let parent_is_section = || tree.parent(index).is_some_and(|p| tree.is(p, "section"));
        let kind = if tree.is(index, "text") && index >= narrative_ends && parent_is_section() {
            narrative_ends = tree.below(index).end;
            has_own_words(tree, index, referred).then_some("narrative")
        } else {
            kind_of(tree, index, recognised, otherwise).filter(|_| !recognised.contains(&index))
        };
        let Some(kind) = kind else { continue };
        let path = paths.of(tree, document, index);
        if counts.len() < PATHS_MAX || counts.contains_key(&(kind, path)) {
            *counts.entry((kind, path)).or_default() += 1;
        }
    }
    let spelt = |((kind, path), count)| OverDelivered { kind, path: paths.spelt(path), count };
    let mut all: Vec<OverDelivered> = counts.into_iter().map(spelt).collect();
    all.sort_by(|one, other| (one.kind, &one.path).cmp(&(other.kind, &other.path)));
    all
}
