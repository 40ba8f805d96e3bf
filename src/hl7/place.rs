//! Where in a message something stands, as a finding says it: an element path of CDA's names, with the template or code that a profile
//! knows the entry by.
//!
//! **Invariant:** no value of the message stands in a place: a name that CDA does not know reads `vreemd`, templates and codes are the profile's.

use std::borrow::Cow;

use crate::{cda, profile::Selector, select, tree::Tree};

/// A place: an element path below the document.
pub type Place = Cow<'static, str>;

/// The patient, with the template that message set 2.4.0 gives it.
macro_rules! patient {
    ($below:literal) => {
        concat!("recordTarget/patientRole[template 2.16.840.1.113883.2.4.3.11.60.55.10.101]", $below)
    };
}
/// The ride, with the template that message set 2.4.0 gives it.
macro_rules! ride {
    ($below:literal) => {
        concat!("component//act[template 2.16.840.1.113883.2.4.3.11.60.55.10.413]", $below)
    };
}

pub(crate) const PATIENT: &str = patient!("");
pub(crate) const BSN: &str = patient!("/id");
pub(crate) const GENDER: &str = patient!("/patient/administrativeGenderCode");
pub(crate) const BIRTH_TIME: &str = patient!("/patient/birthTime");
pub(crate) const RIDE_NUMBER: &str = ride!("/id");
pub(crate) const RIDE_TIME: &str = ride!("/effectiveTime");
pub(crate) const VEHICLE: &str = ride!("/participant/participantRole/id");
pub(crate) const SENDER: &str = "author/assignedAuthor/representedOrganization/id";
pub(crate) const RECEIVER: &str = "informationRecipient/intendedRecipient/receivedOrganization/id";

/// Line and column of a byte of the text, both from 1: of what is no XML no element can be named.
pub(crate) fn in_text(text: &str, byte: usize) -> Place {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
    Cow::Owned(format!("{}:{}", before.matches('\n').count() + 1, line.chars().count() + 1))
}

/// The names on the way from the document to an element.
pub(crate) fn path(tree: &Tree, document: usize, index: usize) -> String {
    let mut names = vec![cda::shown(tree.name(index))];
    names
        .extend(tree.ancestors(index).take_while(|round| *round != document).map(|round| cda::shown(tree.name(round))));
    names.reverse();
    names.join("/")
}

/// An entry, by what a profile knows it by, and what stands below it.
pub(crate) fn of_entry(tree: &Tree, document: usize, entry: usize, selectors: &[Selector], below: &str) -> Place {
    let known = selectors.iter().find(|selector| select::is_own(tree, entry, selector));
    let known = known.and_then(|selector| match (&selector.template, &selector.code) {
        (Some(template), _) => Some(match &template.extension {
            Some(extension) => format!("[template {} {extension}]", template.root),
            None => format!("[template {}]", template.root),
        }),
        (None, Some(code)) => Some(format!("[code {}]", code.code)),
        (None, None) => None,
    });
    Cow::Owned(format!("{}{}{below}", path(tree, document, entry), known.unwrap_or_default()))
}
