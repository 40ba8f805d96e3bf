//! A document's ids, versions, organisations and patient, as they stand there (MESSAGE12 §3).
//!
//! **Invariant:** each is looked for in its own place only: the patient's identifiers are those of
//! `recordTarget/patientRole`, never a guardian's or a participant's.

use std::collections::HashSet;

use domain::{Agb, InstanceId, RavNumber, Sensitive, Site, Ura};

use crate::{envelope::instance_id, limits::SITES_MAX, text::single_line, tree::Tree};

/// OID root of BSNs.
pub const BSN_ROOT: &str = "2.16.840.1.113883.2.4.6.3";

const AUTHOR: &[&str] = &["author", "assignedAuthor", "representedOrganization", "id"];
/// The organisation that the author's is a part of: where a location stands as author, this bears the number.
const AUTHOR_WHOLE: &[&str] =
    &["author", "assignedAuthor", "representedOrganization", "asOrganizationPartOf", "wholeOrganization", "id"];
const AUTHOR_PART: &[&str] = &["author", "assignedAuthor", "representedOrganization", "asOrganizationPartOf", "id"];
const FACILITY: &[&str] = &["componentOf", "encompassingEncounter", "location", "healthCareFacility", "id"];
const CUSTODIAN: &[&str] = &["custodian", "assignedCustodian", "representedCustodianOrganization", "id"];
const RECEIVER: &[&str] = &["informationRecipient", "intendedRecipient", "receivedOrganization", "id"];

/// The first id on a path.
pub(crate) fn first_id(tree: &Tree, document: usize, names: &[&str]) -> Option<InstanceId> {
    ids(tree, document, names).next()
}

fn ids<'t>(tree: &'t Tree<'t>, document: usize, names: &[&str]) -> impl Iterator<Item = InstanceId> + 't {
    tree.path(document, names).into_iter().filter_map(|i| instance_id(tree, i))
}

/// The id of the document this one replaces.
pub(crate) fn replaces(tree: &Tree, document: usize) -> Option<InstanceId> {
    tree.named(document, "relatedDocument")
        .filter(|r| tree.trimmed(*r, "typeCode") == Some("RPLC"))
        .find_map(|r| first_id(tree, r, &["parentDocument", "id"]))
}

/// The value of the first element of a name.
pub(crate) fn value(tree: &Tree, document: usize, name: &str) -> Option<String> {
    tree.named(document, name).next().and_then(|i| tree.attribute(i, "value")).map(single_line)
}

/// A sending organisation and whether something else than a URA or AGB number stood where one belongs.
pub(crate) struct FoundSender {
    pub(crate) sender: Option<InstanceId>,
    pub(crate) unusable: bool,
}

/// The author's organisation, else the custodian: a URA number before an AGB number, of several the least, so that their
/// order does not matter. Only eight digits count: the number stands in the clear.
pub(crate) fn sender(tree: &Tree, document: usize) -> FoundSender {
    let mut unusable = false;
    for names in [AUTHOR, AUTHOR_WHOLE, CUSTODIAN] {
        let mut best: Option<(u8, String)> = None;
        for id in ids(tree, document, names) {
            let Some(extension) = id.extension else { continue };
            let found = match id.root.as_str() {
                Ura::ROOT => Ura::parse(&extension).ok().map(|_| (0, extension)),
                Agb::ROOT => Agb::parse(&extension).ok().map(|_| (1, extension)),
                _ => continue,
            };
            match found {
                None => unusable = true,
                Some(found) if best.as_ref().is_none_or(|best| found < *best) => best = Some(found),
                Some(_) => {}
            }
        }
        if let Some((rank, extension)) = best {
            let root = if rank == 0 { Ura::ROOT } else { Agb::ROOT };
            return FoundSender {
                sender: Some(InstanceId { root: root.to_owned(), extension: Some(extension) }),
                unusable,
            };
        }
    }
    FoundSender { sender: None, unusable }
}

/// Where in the sending organisation a message comes from, the most specific first: what else the author's organisation is known by, the part
/// of a whole that it is, the place of the stay; then the application that sends. They are held against the listed hospitals, and kept nowhere.
pub(crate) fn sites(
    tree: &Tree,
    document: usize,
    sender: Option<&InstanceId>,
    application: Option<&InstanceId>,
) -> Vec<Site> {
    let mut found = Vec::new();
    for id in [AUTHOR, AUTHOR_PART, FACILITY].into_iter().flat_map(|names| ids(tree, document, names)) {
        let site = Site::Location(id);
        if sender != Some(site.id()) && found.len() + 1 < SITES_MAX && !found.contains(&site) {
            found.push(site);
        }
    }
    found.extend(application.cloned().map(Site::Application));
    found
}

/// The receiving organisations: the first (a RAV before another), and what stands as RAV numbers.
pub(crate) struct FoundReceivers {
    pub(crate) first: Option<InstanceId>,
    pub(crate) ravs: HashSet<RavNumber>,
    /// A RAV number that is none: it is not ours.
    pub(crate) unusable: bool,
}

pub(crate) fn receivers(tree: &Tree, document: usize) -> FoundReceivers {
    let mut found = FoundReceivers { first: None, ravs: HashSet::new(), unusable: false };
    for id in ids(tree, document, RECEIVER) {
        let is_rav = id.root == RavNumber::ROOT;
        // A root alone names nobody.
        if is_rav && id.extension.is_none() {
            continue;
        }
        if is_rav {
            match id.extension.as_deref().and_then(RavNumber::parse) {
                Some(number) => _ = found.ravs.insert(number),
                None => found.unusable = true,
            }
        }
        if found.first.as_ref().is_none_or(|first| is_rav && first.root != RavNumber::ROOT) {
            found.first = Some(id);
        }
    }
    found
}

/// The patient's BSNs as they stand there, each once, in order.
pub(crate) fn bsns(tree: &Tree, patient: Option<usize>) -> Vec<Sensitive> {
    let ids = patient.into_iter().flat_map(|p| tree.named(p, "id"));
    let texts =
        ids.filter(|id| tree.trimmed(*id, "root") == Some(BSN_ROOT)).filter_map(|id| tree.trimmed(id, "extension"));
    let mut seen = HashSet::new();
    texts.filter(|text| seen.insert(*text)).map(|text| Sensitive::new(single_line(text))).collect()
}

/// Whether a patient's id says, with a `nullFlavor`, that there is no BSN: where it would stand, or without saying whose id it is.
pub(crate) fn says_no_bsn(tree: &Tree, patient: Option<usize>) -> bool {
    let mut ids = patient.into_iter().flat_map(|p| tree.named(p, "id"));
    ids.any(|id| {
        let of_bsn = tree.trimmed(id, "root").is_none_or(|root| root == BSN_ROOT);
        of_bsn && tree.trimmed(id, "nullFlavor").is_some() && tree.trimmed(id, "extension").is_none()
    })
}

/// A code and its system, where one is given.
pub(crate) struct FoundCode {
    pub(crate) code: String,
    pub(crate) system: Option<String>,
}

pub(crate) fn gender(tree: &Tree, patient: Option<usize>) -> Option<FoundCode> {
    let place = tree.first(patient?, &["patient", "administrativeGenderCode"])?;
    let text = |name| tree.trimmed(place, name).map(str::to_owned);
    text("code").map(|code| FoundCode { code, system: text("codeSystem") })
}

pub(crate) fn birth_time(tree: &Tree, patient: Option<usize>) -> Option<Sensitive> {
    let place = tree.first(patient?, &["patient", "birthTime"])?;
    tree.trimmed(place, "value").map(|text| Sensitive::new(text.to_owned()))
}
