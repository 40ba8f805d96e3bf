//! Whether a document or an entry is what a profile means by it.
//!
//! **Invariant:** each element is looked at once for each selector, whatever stands how often in it.

use std::collections::HashMap;

use crate::{
    envelope::Reply,
    profile::{Accepts, Code, Root, Selector},
    tree::Tree,
};

fn has_template(tree: &Tree, index: usize, wanted: &Root) -> bool {
    tree.named(index, "templateId").any(|t| {
        tree.trimmed(t, "root") == Some(wanted.root.as_str())
            && wanted.extension.as_deref().is_none_or(|extension| tree.trimmed(t, "extension") == Some(extension))
    })
}

fn has_code(tree: &Tree, index: usize, wanted: &Code) -> bool {
    tree.named(index, "code").any(|c| {
        tree.trimmed(c, "code") == Some(wanted.code.as_str())
            && tree.attribute(c, "codeSystem").is_some_and(|s| domain::same_system(s, &wanted.system))
    })
}

/// Whether a document in its envelope is what a profile accepts.
pub(crate) fn accepts(tree: &Tree, document: usize, reply: &Reply, accepts: &Accepts) -> bool {
    let sent_by = |wanted: &Root| {
        let from = reply.from.as_ref().filter(|_| reply.wrapped);
        from.is_some_and(|from| from.root == wanted.root && from.extension == wanted.extension)
    };
    // Its id, or the name of the element, which says the same.
    let is_interaction = |wanted: &str| {
        tree.ancestors(document).any(|i| {
            let says = |id: usize| tree.trimmed(id, "extension") == Some(wanted);
            tree.is(i, wanted) || tree.named(i, "interactionId").any(says)
        })
    };
    accepts.template.as_ref().is_none_or(|wanted| has_template(tree, document, wanted))
        && accepts.code.as_ref().is_none_or(|wanted| has_code(tree, document, wanted))
        && accepts.application.as_ref().is_none_or(sent_by)
        && accepts.interaction.as_deref().is_none_or(is_interaction)
}

/// What the selector says of the element itself.
pub(crate) fn is_own(tree: &Tree, index: usize, selector: &Selector) -> bool {
    selector.element.is_none_or(|name| tree.is(index, name))
        && selector.code.as_ref().is_none_or(|wanted| has_code(tree, index, wanted))
        && selector.template.as_ref().is_none_or(|wanted| has_template(tree, index, wanted))
        && selector
            .id
            .as_deref()
            .is_none_or(|root| tree.named(index, "id").any(|id| tree.trimmed(id, "root") == Some(root)))
}

/// Entries by a selector.
pub(crate) struct Selecting<'a> {
    tree: &'a Tree<'a>,
    selector: &'a Selector,
    /// The places it stands in, from the inner.
    places: Vec<&'a Selector>,
    /// Whether an element is such a place: siblings have the same ones.
    known: HashMap<(usize, usize), bool>,
}

impl<'a> Selecting<'a> {
    pub(crate) fn by(tree: &'a Tree, selector: &'a Selector) -> Self {
        let places = std::iter::successors(selector.within.as_deref(), |place| place.within.as_deref()).collect();
        Self { tree, selector, places, known: HashMap::new() }
    }

    pub(crate) fn is_meant(&mut self, index: usize) -> bool {
        is_own(self.tree, index, self.selector) && self.stands_within(index)
    }

    fn stands_within(&mut self, index: usize) -> bool {
        let tree = self.tree;
        let mut met = 0;
        // The nearest that fits leaves the most for those round it.
        for round in tree.ancestors(index) {
            let Some(place) = self.places.get(met).copied() else { break };
            let fits = self.known.entry((met, round)).or_insert_with(|| is_own(tree, round, place));
            met += usize::from(*fits);
        }
        met == self.places.len()
    }
}
