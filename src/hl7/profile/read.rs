//! A profile's text to a [`Profile`], or everything that is wrong with it. The schema is a page of the manual (*Berichtprofielen*).
//!
//! **Invariant:** bounded: nothing of a file that is larger than a profile may be is parsed, and no list or text is longer than its limit.

use toml::de::{DeTable, DeValue};

use super::{
    Accepts, AgreementField, Code, DiagnosisField, HandOver, IdField, IdPlace, Identifiers, MappedValue, Meaning,
    Profile, ProfileStatus, Reading, Root, Selector, TextField, TextPlace, Words,
    fault::{Fault, FaultRule},
    table::{Faults, Table, Value, at, each_once, list, text, word},
};
use crate::{
    header::BSN_ROOT,
    limits::profile::{
        ACCEPTS_MAX, BYTES_MAX, CODE_MAX, NAME_MAX, ROOTS_MAX, SELECTORS_MAX, VALUES_MAX, VERSION_MAX, WITHIN_MAX,
    },
};

const ENTRIES: &[&str] = &["observation", "act", "encounter", "organizer"];
const PLACES: &[&str] = &["section", "observation", "act", "encounter", "organizer"];
const SELECTOR: &[&str] = &["element", "template", "code", "id", "within"];
const CRITERIA: &[&str] = &["template", "code", "id"];
const WORDS: &[&str] = &["ED", "ST"];

const KEYS: &[&str] = &[
    "name",
    "version",
    "message_set",
    "status",
    "accepts",
    "identifiers",
    "hand_over",
    "agreement",
    "diagnosis",
    "description",
    "remarks_medical",
    "remarks_communication",
];

/// Reads a profile.
pub(super) fn profile(text: &str) -> Result<Profile, Vec<Fault>> {
    let mut faults = Faults::in_text(text);
    let found = read(text, &mut faults);
    match found.filter(|_| faults.is_empty()) {
        Some(profile) => Ok(profile),
        None => Err(faults.sorted()),
    }
}

fn read(text: &str, faults: &mut Faults<'_>) -> Option<Profile> {
    if text.len() > BYTES_MAX {
        faults.add_with(0, FaultRule::TooLarge, "", Vec::new(), BYTES_MAX >> 10);
        return None;
    }
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        faults.add(0, FaultRule::Message, "");
        return None;
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let twice = error.message().starts_with("duplicate key");
        let rule = if twice { FaultRule::KeyTwice } else { FaultRule::Syntax };
        faults.add(error.span().map_or(0, |span| span.start), rule, "");
    }
    // What was made of text that is no TOML would have faults that nobody made.
    if errors.iter().any(|error| !error.message().starts_with("duplicate key")) {
        return None;
    }
    whole(&Table::new(0, root.get_ref(), KEYS, faults), faults)
}

fn whole(table: &Table<'_, '_>, faults: &mut Faults<'_>) -> Option<Profile> {
    // Each is read, also after one that is wrong.
    let name = table.required_text("name", NAME_MAX, faults);
    if let (Some(name), Some(value)) = (&name, table.get("name"))
        && !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'))
    {
        faults.add(at(value), FaultRule::Name, "name");
    }
    let version = table.required_number("version", VERSION_MAX, faults);
    let message_set = table.required_text("message_set", NAME_MAX, faults);
    let status = table.required_word("status", &["published", "supplier", "reconstruction"], faults);
    let status = status.map(|word| match word {
        "published" => ProfileStatus::Published,
        "supplier" => ProfileStatus::Supplier,
        _ => ProfileStatus::Reconstruction,
    });
    let accepts = accepts(table, faults);
    let identifiers = identifiers(table, faults);
    let hand_over = table.get("hand_over").map(|value| hand_over(value, faults));
    let agreement = table.required("agreement", faults).and_then(|value| agreement(value, faults));
    let diagnosis = table.required("diagnosis", faults).and_then(|value| diagnosis(value, faults));
    let description = match table.get("description") {
        Some(value) => text_field(value, "description", faults),
        None => Some(TextField { select: Vec::new(), words: Words::Referred, from: text_places() }),
    };
    let mut remarks = |key| table.get(key).map(|value| text_field(value, key, faults));
    let (medical, communication) = (remarks("remarks_medical"), remarks("remarks_communication"));
    // A table that is there and wrong leaves no profile.
    let optional = |field: Option<Option<TextField>>| field.map_or(Some(None), |read| read.map(Some));
    Some(Profile {
        name: name?,
        version: version?,
        message_set: message_set?,
        status: status?,
        accepts: accepts?,
        identifiers: identifiers?,
        hand_over: hand_over.map_or(Some(None), |read| read.map(Some))?,
        agreement: agreement?,
        diagnosis: diagnosis?,
        description: description?,
        remarks_medical: optional(medical)?,
        remarks_communication: optional(communication)?,
    })
}

/// An OID or a UUID.
fn is_root(text: &str) -> bool {
    let is_arc =
        |arc: &str| !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit()) && (arc == "0" || !arc.starts_with('0'));
    let is_oid =
        text.contains('.') && matches!(text.as_bytes(), [b'0'..=b'2', b'.', ..]) && text.split('.').all(is_arc);
    let is_uuid = text.len() == 36
        && text.bytes().enumerate().all(|(place, b)| match place {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        });
    is_oid || is_uuid
}

fn root(value: Value<'_, '_>, key: &'static str, faults: &mut Faults<'_>) -> Option<String> {
    let found = text(value, key, CODE_MAX, faults)?;
    if is_root(&found) {
        return Some(found);
    }
    faults.add(at(value), FaultRule::NotRoot, key);
    None
}

fn root_and_extension(value: Value<'_, '_>, key: &'static str, needs: bool, faults: &mut Faults<'_>) -> Option<Root> {
    let table = Table::of(value, key, &["root", "extension"], faults)?;
    let given = table.required("root", faults).and_then(|value| root(value, "root", faults));
    let extension = if needs {
        Some(table.required_text("extension", CODE_MAX, faults)?)
    } else if table.has("extension") {
        Some(table.text("extension", CODE_MAX, faults)?)
    } else {
        None
    };
    Some(Root { root: given?, extension })
}

fn code(value: Value<'_, '_>, faults: &mut Faults<'_>) -> Option<Code> {
    let table = Table::of(value, "code", &["code", "system"], faults)?;
    let code = table.required_text("code", CODE_MAX, faults);
    let system = table.required("system", faults).and_then(|value| root(value, "system", faults));
    Some(Code { code: code?, system: system? })
}

fn accepts(table: &Table<'_, '_>, faults: &mut Faults<'_>) -> Option<Vec<Accepts>> {
    const KEYS: &[&str] = &["template", "code", "application", "interaction"];
    let given = list(table.required("accepts", faults)?, "accepts", ACCEPTS_MAX, faults)?;
    let mut read = Vec::new();
    for value in given {
        let Some(table) = Table::of(value, "accepts", KEYS, faults) else { continue };
        if KEYS.iter().all(|key| !table.has(key)) {
            faults.add_with(table.at, FaultRule::Empty, "accepts", KEYS.to_vec(), 0);
        }
        let interaction = table.text("interaction", CODE_MAX, faults);
        let one = Accepts {
            template: table.get("template").and_then(|v| root_and_extension(v, "template", false, faults)),
            code: table.get("code").and_then(|v| code(v, faults)),
            application: table.get("application").and_then(|v| root_and_extension(v, "application", true, faults)),
            interaction,
        };
        read.push((table.at, one));
    }
    each_once(&read, "accepts", faults);
    Some(read.into_iter().map(|(_, one)| one).collect())
}

/// One selector or a list of them.
fn selectors(table: &Table<'_, '_>, faults: &mut Faults<'_>) -> Option<Vec<Selector>> {
    let given = table.required("select", faults)?;
    let is_list = matches!(given.get_ref(), DeValue::Array(_));
    let all = if is_list { list(given, "select", SELECTORS_MAX, faults)? } else { vec![given] };
    let mut read = Vec::new();
    for value in all {
        read.push((at(value), selector(value, "select", ENTRIES, 0, faults)?));
    }
    each_once(&read, "select", faults);
    Some(read.into_iter().map(|(_, one)| one).collect())
}

fn selector(
    value: Value<'_, '_>,
    key: &'static str,
    elements: &[&'static str],
    depth: usize,
    faults: &mut Faults<'_>,
) -> Option<Selector> {
    if depth > WITHIN_MAX {
        faults.add_with(at(value), FaultRule::TooMany, key, Vec::new(), WITHIN_MAX);
        return None;
    }
    let table = Table::of(value, key, SELECTOR, faults)?;
    // A place may be any section or organizer; a field by its element alone would be every entry.
    let is_place = key == "within";
    let enough = CRITERIA.iter().any(|key| table.has(key)) || (is_place && table.has("element"));
    if !enough {
        faults.add_with(table.at, FaultRule::Empty, key, CRITERIA.to_vec(), 0);
    }
    Some(Selector {
        element: table.word("element", elements, faults),
        template: table.get("template").and_then(|v| root_and_extension(v, "template", false, faults)),
        code: table.get("code").and_then(|v| code(v, faults)),
        id: table.get("id").and_then(|v| root(v, "id", faults)),
        within: table.get("within").and_then(|v| selector(v, "within", PLACES, depth + 1, faults)).map(Box::new),
    })
}

fn identifiers(table: &Table<'_, '_>, faults: &mut Faults<'_>) -> Option<Identifiers> {
    const KEYS: &[&str] = &["ride_number", "patient_number", "vehicle"];
    let inner = match table.get("identifiers") {
        Some(value) => Some(Table::of(value, "identifiers", KEYS, faults)?),
        None => None,
    };
    let mut field = |key| match inner.as_ref().and_then(|table| table.get(key)) {
        Some(value) => identifier(value, key, faults),
        None => Some(IdField { roots: Vec::new(), place: IdPlace::Usual }),
    };
    let (ride_number, patient_number, vehicle) = (field("ride_number"), field("patient_number"), field("vehicle"));
    Some(Identifiers { ride_number: ride_number?, patient_number: patient_number?, vehicle: vehicle? })
}

/// A list of roots, or a table that says more.
fn identifier(value: Value<'_, '_>, key: &'static str, faults: &mut Faults<'_>) -> Option<IdField> {
    if matches!(value.get_ref(), DeValue::Array(_)) {
        return Some(IdField { roots: roots(value, key, faults)?, place: IdPlace::Usual });
    }
    let table = Table::of(value, key, &["reading", "roots", "place", "select"], faults)?;
    let is_text = table.word("reading", &["II", "ST"], faults) == Some("ST");
    // The ride number is looked for on the ride, on other acts, in the header: there is no place to choose.
    let places: &[&str] = if key == "ride_number" { &["usual"] } else { &["usual", "stay"] };
    let on_stay = table.word("place", places, faults) == Some("stay");
    if is_text {
        table.refuse(&["roots", "place"], &["II"], faults);
        return Some(IdField { roots: Vec::new(), place: IdPlace::EntryText(selectors(&table, faults)?) });
    }
    let roots = match table.get("roots") {
        Some(value) => roots(value, "roots", faults),
        None if key == "ride_number" => Some(Vec::new()),
        None => table.required("roots", faults).and(None),
    };
    let place = if table.has("select") {
        table.refuse(&["place"], &["roots"], faults);
        IdPlace::Entry(selectors(&table, faults)?)
    } else if on_stay {
        IdPlace::Stay
    } else {
        IdPlace::Usual
    };
    Some(IdField { roots: roots?, place })
}

fn roots(value: Value<'_, '_>, key: &'static str, faults: &mut Faults<'_>) -> Option<Vec<String>> {
    let mut read = Vec::new();
    for value in list(value, key, ROOTS_MAX, faults)? {
        let Some(found) = root(value, key, faults) else { continue };
        if found == BSN_ROOT {
            faults.add(at(value), FaultRule::BsnRoot, key);
        }
        read.push((at(value), found));
    }
    each_once(&read, key, faults);
    Some(read.into_iter().map(|(_, root)| root).collect())
}

fn hand_over(value: Value<'_, '_>, faults: &mut Faults<'_>) -> Option<HandOver> {
    let table = Table::of(value, "hand_over", &["reading", "select", "from"], faults)?;
    table.word("reading", &["TS"], faults);
    let from = table.word("from", &["effectiveTime", "value"], faults).unwrap_or("effectiveTime");
    Some(HandOver { select: selectors(&table, faults)?, from })
}

fn agreement(value: Value<'_, '_>, faults: &mut Faults<'_>) -> Option<AgreementField> {
    let table = Table::of(value, "agreement", &["reading", "select", "values"], faults)?;
    let select = selectors(&table, faults);
    let reading = table.required_word("reading", &["negationInd", "BL", "CD", "CE", "CV"], faults);
    let reading = reading.map(|word| match word {
        "negationInd" => Reading::NegationInd,
        "BL" => Reading::Boolean,
        _ => Reading::Coded,
    });
    let given = list(table.required("values", faults)?, "values", VALUES_MAX, faults)?;
    let mut values = Vec::new();
    let mut seen = Vec::new();
    for value in given {
        let Some(mapped) = mapped(value, reading, faults) else { continue };
        seen.push((at(value), (mapped.value.clone(), mapped.system.clone())));
        values.push(mapped);
    }
    each_once(&seen, "values", faults);
    Some(AgreementField { select: select?, reading: reading?, values })
}

fn mapped(value: Value<'_, '_>, reading: Option<Reading>, faults: &mut Faults<'_>) -> Option<MappedValue> {
    let table = Table::of(value, "values", &["value", "system", "means"], faults)?;
    let means = table.required_word("means", &["yes", "no", "not_assessable"], faults);
    let is_coded = reading.is_none_or(|reading| reading == Reading::Coded);
    let given = if is_coded {
        table.required_text("value", CODE_MAX, faults)
    } else {
        table.refuse(&["system"], &["CD"], faults);
        table.required_word("value", &["true", "false"], faults).map(str::to_owned)
    };
    let system = match table.get("system").filter(|_| is_coded) {
        Some(value) => Some(root(value, "system", faults)?),
        None if reading == Some(Reading::Coded) => {
            faults.add(table.at, FaultRule::SystemMissing, "system");
            None
        }
        None => None,
    };
    let means = means.map(|word| match word {
        "yes" => Meaning::Yes,
        "no" => Meaning::No,
        _ => Meaning::NotAssessable,
    });
    Some(MappedValue { value: given?, system, means: means? })
}

fn words_of(word: &str) -> Words {
    if word == "ST" { Words::Inline } else { Words::Referred }
}

fn diagnosis(value: Value<'_, '_>, faults: &mut Faults<'_>) -> Option<DiagnosisField> {
    let table = Table::of(value, "diagnosis", &["reading", "select"], faults)?;
    let reading = table.word("reading", &["CD", "CE", "CV", "ED", "ST"], faults);
    let words = reading.filter(|word| WORDS.contains(word)).map(words_of);
    Some(DiagnosisField { select: selectors(&table, faults)?, words })
}

/// Where text is looked for, unless a profile says it.
fn text_places() -> Vec<TextPlace> {
    vec![TextPlace::Text, TextPlace::OriginalText, TextPlace::Value]
}

fn text_field(value: Value<'_, '_>, key: &'static str, faults: &mut Faults<'_>) -> Option<TextField> {
    let table = Table::of(value, key, &["reading", "select", "from"], faults)?;
    let words = table.word("reading", WORDS, faults).map_or(Words::Referred, words_of);
    let from = match table.list("from", 3, faults) {
        None => text_places(),
        Some(places) => {
            let mut read = Vec::new();
            for value in places {
                read.push((at(value), word(value, "from", &["text", "originalText", "value"], faults)?));
            }
            each_once(&read, "from", faults);
            let place = |word| match word {
                "text" => TextPlace::Text,
                "originalText" => TextPlace::OriginalText,
                _ => TextPlace::Value,
            };
            read.into_iter().map(|(_, word)| place(word)).collect()
        }
    };
    // A description stands with the diagnosis, unless it says where else.
    let select = if key == "description" && !table.has("select") { Vec::new() } else { selectors(&table, faults)? };
    Some(TextField { select, words, from })
}

#[cfg(test)]
mod tests {
    use super::is_root;

    #[test]
    fn a_root_is_an_oid_or_a_uuid() {
        for root in ["2.16.840.1.113883.2.4.3.32.5", "1.0", "0.9.2342", "6F9619FF-8B86-D011-B42D-00CF4FC964FF"] {
            assert!(is_root(root), "{root}");
        }
        for text in [
            "",
            "2",
            "3.1",
            "2..1",
            "2.16.",
            "2.016",
            "2.1a",
            "urn:oid:2.16",
            "6F9619FF8B86D011B42D00CF4FC964FF",
            "2 .1",
        ] {
            assert!(!is_root(text), "{text}");
        }
    }
}
