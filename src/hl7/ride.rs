//! Where a document names its ride, its times and its vehicle (MESSAGE12 §3, §7).
//!
//! **Invariant:** each element is looked at once, whatever stands how often beside it.

use std::collections::HashMap;

use domain::{RideNumber, Sensitive};

use crate::{
    envelope::instance_id,
    limits::{VEHICLE_CHARACTERS_MAX, VEHICLE_DIGITS_MAX},
    text::single_line,
    tree::Tree,
};

/// OID root of ride numbers.
pub const RIDE_ROOT: &str = "2.16.840.1.113883.2.4.3.32.5";
const AMBULANCE_TRANSPORT: (&str, &str) = ("AMBT", "2.16.840.1.113883.5.6");

/// Where an id with the ride root stands; the first that has one decides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Transport = 0,
    OtherAct = 1,
    Header = 2,
}

/// The ride number of a document.
#[derive(Default)]
pub(crate) struct FoundRide {
    /// The first usable number of the place that decides.
    pub(crate) number: Option<RideNumber>,
    /// Another number stands at the same place.
    pub(crate) different: bool,
    /// An unusable one stands at the same place.
    pub(crate) unusable: bool,
    /// Another number stands at a place that does not decide.
    pub(crate) elsewhere: bool,
    /// The act or encounter it stands on; else the transport act, where there is one.
    pub(crate) act: Option<usize>,
}

impl FoundRide {
    fn meets(&mut self, text: Option<&str>, act: Option<usize>) {
        match text.map(RideNumber::parse) {
            None => {}
            Some(Err(_)) => self.unusable = true,
            Some(Ok(number)) => match &self.number {
                Some(first) => self.different |= *first != number,
                None => {
                    self.number = Some(number);
                    self.act = act;
                }
            },
        }
    }

    fn is_empty(&self) -> bool {
        self.number.is_none() && !self.unusable
    }
}

fn is_transport(tree: &Tree, act: usize) -> bool {
    tree.is(act, "act")
        && tree.named(act, "code").any(|c| {
            tree.trimmed(c, "code") == Some(AMBULANCE_TRANSPORT.0)
                && tree.attribute(c, "codeSystem").is_some_and(|s| domain::same_system(s, AMBULANCE_TRANSPORT.1))
        })
}

/// Whether an id is of one of these roots; without any, of the ride number's own.
pub(crate) fn is_of_roots(tree: &Tree, id: usize, roots: &[String]) -> bool {
    let Some(root) = tree.trimmed(id, "root") else { return false };
    if roots.is_empty() { root == RIDE_ROOT } else { roots.iter().any(|wanted| wanted == root) }
}

/// The ride number as a profile's own entries say it.
pub(crate) fn of_entries(said: &[(usize, Sensitive)], entries: &[usize]) -> FoundRide {
    let mut found = FoundRide::default();
    for (entry, text) in said {
        // REVEAL: read as a ride number, here and nowhere else.
        found.meets(Some(text.reveal()), Some(*entry));
    }
    found.act = found.act.or(entries.first().copied());
    found
}

/// An id with a ride root on the transport act; else on another act or encounter; else in the header.
pub(crate) fn find(tree: &Tree, document: usize, roots: &[String]) -> FoundRide {
    let mut found: [FoundRide; 3] = Default::default();
    let mut transport = None;
    for part in tree.children(document) {
        if tree.is(part, "recordTarget") {
            continue;
        }
        let in_body = tree.is(part, "component");
        // What an element of the body is, asked once for each, however many ids it has.
        let mut acts: HashMap<usize, Option<Place>> = HashMap::new();
        for index in tree.below(part) {
            if in_body && transport.is_none() && is_transport(tree, index) {
                transport = Some(index);
            }
            if !tree.is(index, "id") || !is_of_roots(tree, index, roots) {
                continue;
            }
            let Some(parent) = tree.parent(index) else { continue };
            let place = if in_body {
                *acts.entry(parent).or_insert_with(|| {
                    let other = tree.is(parent, "act") || tree.is(parent, "encounter");
                    if is_transport(tree, parent) { Some(Place::Transport) } else { other.then_some(Place::OtherAct) }
                })
            } else {
                Some(Place::Header)
            };
            if let Some(place) = place {
                let text = tree.trimmed(index, "extension");
                found[place as usize].meets(text, in_body.then_some(parent));
            }
        }
    }
    let mut places = found.into_iter().filter(|place| !place.is_empty());
    let mut decides = places.next().unwrap_or_default();
    decides.elsewhere = places.any(|place| place.different || place.number.is_some_and(|n| decides.number != Some(n)));
    decides.act = decides.act.or(transport);
    decides
}

/// Times of a ride as they stand there.
#[derive(Default)]
pub(crate) struct RideTimes {
    pub(crate) low: Option<String>,
    pub(crate) high: Option<String>,
    pub(crate) value: Option<String>,
}

/// The times of an entry, in its element of this name.
pub(crate) fn times(tree: &Tree, act: Option<usize>, name: &str) -> RideTimes {
    let Some(time) = act.and_then(|act| tree.named(act, name).next()) else { return RideTimes::default() };
    let at = |place: Option<usize>| place.and_then(|p| tree.trimmed(p, "value")).map(single_line);
    RideTimes {
        low: at(tree.named(time, "low").next()),
        high: at(tree.named(time, "high").next()),
        value: at(Some(time)),
    }
}

/// The extension of an id of one of these roots; of several the least, so that their order does not matter.
pub(crate) fn of_roots(tree: &Tree, places: &[usize], roots: &[String]) -> Option<String> {
    let ids = places.iter().filter_map(|i| instance_id(tree, *i));
    ids.filter(|id| roots.contains(&id.root)).filter_map(|id| id.extension).min()
}

/// The vehicle's ids on the ride.
pub(crate) fn vehicles(tree: &Tree, act: Option<usize>) -> Vec<usize> {
    act.map(|act| tree.path(act, &["participant", "participantRole", "id"])).unwrap_or_default()
}

/// The stay's ids.
pub(crate) fn stays(tree: &Tree, document: usize) -> Vec<usize> {
    tree.path(document, &["componentOf", "encompassingEncounter", "id"])
}

/// The ids of the facility of the stay.
pub(crate) fn facilities(tree: &Tree, document: usize) -> Vec<usize> {
    tree.path(document, &["componentOf", "encompassingEncounter", "location", "healthCareFacility", "id"])
}

/// Whether a text can be an ambulance number: it stands in the clear, so it must be too short to be anything else.
pub(crate) fn is_vehicle(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.len() <= VEHICLE_CHARACTERS_MAX
        && (1..=VEHICLE_DIGITS_MAX).contains(&digits)
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ambulance_number_is_too_short_to_be_a_bsn_or_a_name() {
        for text in ["12-104", "12104", "A12-104", "104"] {
            assert!(is_vehicle(text), "{text}");
        }
        for text in ["999900006", "12-999900", "99990000", "mw. Voorbeeld", "Voorbeeld", "12-104 Jansen", "", "é12"] {
            assert!(!is_vehicle(text), "{text}");
        }
    }
}
