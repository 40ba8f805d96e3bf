//! What must hold for any input, one function for each fuzz target. The ordinary tests of `hl7` run them too, on fewer inputs.
//!
//! **Not here:** where the inputs come from: libFuzzer (`bytes.rs` and its neighbours), proptest (`tests/hl7/fuzz_targets.rs`).

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use domain::{Agreement, InstanceId, RavNumber, ReturnedBsn, RideNumber, Sensitive, StoreKind};
use hl7::{
    Acknowledgement, Answer, Context, Envelope, Fault, FaultRule, Finding, Keep, Limits, Minimised, OverDelivered,
    Parts, ProfileError, Profiles, Refusal, Refused, Reply, Rule, Severity, ValidMessage, Wanted,
};
use quick_xml::{Reader, XmlVersion, events::Event};

static SHIPPED: LazyLock<Profiles> = LazyLock::new(|| Profiles::shipped().expect("the shipped profiles are read"));

/// What profiles that the target accepts are tried on, and the BSN in each.
const TRIED: [(&[u8], &str); 2] = [
    (include_bytes!("../fixtures/messages/20-volledig-2.4.xml"), "999900006"),
    (include_bytes!("../fixtures/profiles/zuiderzee-1-wijkt-af.xml"), "999900006"),
];

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_789_898_400, 0).expect("a time")
}

/// How the input is read: its first byte says under which circumstances, the rest is the message.
struct Circumstances {
    limits: Limits,
    context: Context<'static>,
    keep: Keep,
    bsn_equal: bool,
}

impl Circumstances {
    fn of(byte: u8) -> Self {
        let small = Limits {
            message_bytes_max: 4096,
            depth_max: 12,
            elements_max: 60,
            attributes_max: 4,
            attribute_bytes_max: 64,
            name_bytes_max: 24,
            namespaces_max: 3,
            bsns_max: 2,
            codes_max: 2,
        };
        let charsets = [None, Some("utf-8"), Some("\"iso-8859-1\""), Some("windows-1252"), Some("utf-16"), Some("é")];
        let charset = charsets[usize::from(byte & 7) % charsets.len()];
        let kind = if byte & 16 == 0 { StoreKind::Test } else { StoreKind::Production };
        let rav = if byte & 32 == 0 { RavNumber::new(12) } else { None };
        Self {
            limits: if byte & 8 == 0 { Limits::default() } else { small },
            context: Context { received: now(), rav, kind, charset },
            keep: if byte & 64 == 0 { Keep::ALL } else { Keep::DECREE },
            bsn_equal: byte & 128 != 0,
        }
    }
}

/// Any bytes: read, minimised, split, acknowledged and shown as JSON.
pub fn bytes(input: &[u8]) {
    let Some((first, message)) = input.split_first() else { return };
    let Circumstances { limits, context, keep, bsn_equal } = Circumstances::of(*first);
    match hl7::read(message, &SHIPPED, &limits, &context) {
        Err(refusal) => is_refused(&refusal),
        Ok(message) => {
            are_of_places(&message.findings);
            is_taken(message, &keep, bsn_equal);
        }
    }
}

fn is_refused(refusal: &Refusal) {
    assert_eq!(refusal.rule().severity(), Severity::Error, "the reason comes first");
    let unreadable = refusal.rule().id().starts_with('X');
    assert_eq!(refusal.refused, if unreadable { Refused::NotReadable } else { Refused::NotAccepted });
    are_of_places(&refusal.findings);
    let answer =
        hl7::acknowledge(&refusal.reply, Acknowledgement::Refused(refusal.refused), &refusal.findings, "id", now());
    is_answer(&answer);
    let json = hl7::refused_json("f", refusal, &answer, &Rule::english);
    assert_eq!(json["outcome"], "refused");
    assert!(["identification", "diagnosis", "remarks", "patient_number"].iter().all(|part| json[part].is_null()));
}

fn is_taken(message: Box<ValidMessage>, keep: &Keep, bsn_equal: bool) {
    assert!(message.findings.iter().all(|f| f.rule.severity() == Severity::Warning), "an error refuses");
    let numbers: Vec<String> = message.bsns.iter().map(|bsn| bsn.reveal().to_string()).collect();
    assert!(!message.canonical_bytes().is_empty());
    // Without the ids that an answer must name nothing of the message is left in it.
    let reply = Reply { target: None, from: None, to: None, ..message.reply.clone() };
    let nameless = hl7::acknowledge(&reply, Acknowledgement::Accepted, &message.findings, "id", now());
    for number in numbers.iter().filter(|number| number.len() >= 8) {
        assert!(!nameless.xml.iter().any(|xml| xml.contains(number.as_str())), "a BSN in an answer");
    }
    let answer = hl7::acknowledge(&message.reply, Acknowledgement::Accepted, &message.findings, "id", now());
    is_answer(&answer);
    let minimised = hl7::minimise(message, keep, bsn_equal);
    is_shown(&minimised, &answer);
    let agreement = minimised.message().feedback.as_ref().map(|feedback| feedback.agreement);
    are_minimal(&hl7::split(minimised, now()), agreement, keep, bsn_equal);
}

fn is_shown(minimised: &Minimised, answer: &Answer) {
    let json = hl7::taken_in_json("f", minimised, answer, &Rule::dutch);
    let message = minimised.message();
    assert_eq!(json["identification"].is_null(), message.bsns.is_empty());
    assert_eq!(json["diagnosis"].is_null(), message.feedback.is_none());
    assert_eq!(json["ride"]["as_received"], message.ride.as_received());
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(message.findings.len()));
}

/// R3, the work agreement and an equal BSN, whatever the message holds.
fn are_minimal(parts: &Parts, agreement: Option<Agreement>, keep: &Keep, bsn_equal: bool) {
    if bsn_equal || !keep.identification {
        assert!(parts.identification.is_none());
    }
    assert_eq!(parts.diagnosis.as_ref().map(|d| d.agreement), agreement);
    assert_eq!(parts.figure.as_ref().map(|f| f.agreement), agreement);
    assert_eq!(parts.case.as_ref().map(|c| c.agreement), agreement.filter(|_| keep.case_list));
    if let (Some(Agreement::Yes), Some(diagnosis)) = (agreement, &parts.diagnosis) {
        assert!(diagnosis.diagnoses.is_empty() && diagnosis.description.is_none());
        assert!(diagnosis.gender.is_none() && diagnosis.birth_date.is_none());
    }
    let remarks = parts.remarks.as_ref();
    assert!(remarks.is_none_or(|r| r.medical.is_none() || keep.remarks_medical));
    assert!(remarks.is_none_or(|r| r.communication.is_none() || keep.remarks_communication));
    assert!((1..=9999).contains(&parts.version));
    for OverDelivered { kind, path, count } in &parts.over_delivered {
        assert!(*count > 0 && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        is_place(path);
    }
}

fn are_of_places(findings: &[Finding]) {
    assert!(findings.len() <= 64);
    findings.iter().for_each(|finding| is_place(&finding.path));
}

/// Names of elements joined by strokes; what stands between brackets is a shipped profile's, where those alone read the message.
fn is_place(path: &str) {
    // Or, of what is no XML, a line and a column.
    if let Some((line, column)) = path.split_once(':') {
        assert!([line, column].iter().all(|number| number.parse::<usize>().is_ok_and(|number| number > 0)), "{path}");
        return;
    }
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        is_names(before);
        let (known, after) = after.split_once(']').expect("a bracket that ends");
        let words: Vec<&str> = known.split(' ').skip(1).collect();
        let ours = |word: &&str| {
            word.starts_with("2.16.840.1.113883.2.4.3.11.60.55.10.")
                || Profiles::shipped_texts().iter().any(|(_, text)| text.contains(word))
        };
        assert!(!words.is_empty() && words.iter().all(ours), "a place names what no profile knows");
        rest = after;
    }
    is_names(rest);
}

fn is_names(path: &str) {
    assert!(path.bytes().all(|b| b.is_ascii_alphabetic() || b == b'/' || b == b'@'), "a place holds names only");
    assert!(path.split('/').all(|name| name.len() <= 40));
}

fn is_answer(answer: &Answer) {
    assert!(matches!(answer.http_status, 200 | 202 | 400 | 422));
    assert_eq!(answer.code.is_some(), answer.xml.is_some());
    if let Some(xml) = &answer.xml {
        let read = Acknowledged::read(xml);
        assert_eq!(Some(read.code.as_str()), answer.code);
    }
}

/// Any text as a profile: told what is wrong where, or read the same each time and of use.
pub fn profile(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let summary = hl7::profile_summary("f", text);
    match Profiles::parse(&[("f", text)]) {
        Err(ProfileError::Content { file, faults }) => {
            assert!(summary.is_err());
            assert!(file == "f" && !faults.is_empty());
            let lines = text.split('\n').count();
            for fault in &faults {
                assert!((1..=lines).contains(&fault.line), "line {} of {lines}", fault.line);
                let line = text.split('\n').nth(fault.line - 1).unwrap_or_default();
                assert!((1..=line.chars().count() + 1).contains(&fault.column), "column {}", fault.column);
            }
            let is_more = |fault: &Fault| fault.rule == FaultRule::More;
            assert!(faults.is_sorted_by_key(|fault| (is_more(fault), fault.line, fault.column)), "as the text");
            assert!(faults.len() <= 51 && faults.iter().filter(|fault| is_more(fault)).count() <= 1);
        }
        Err(ProfileError::Tie(..) | ProfileError::OldVersion(_)) => panic!("alone it ties with nothing"),
        Ok(own) => {
            assert!(summary.is_ok());
            is_of_use(&own);
            if let Ok(all) = Profiles::shipped_and("f", text) {
                is_of_use(&all);
            }
        }
    }
}

/// Whatever a profile says, a BSN is read as no other number.
fn is_of_use(profiles: &Profiles) {
    for (message, bsn) in TRIED {
        let context = Context { received: now(), rav: None, kind: StoreKind::Test, charset: None };
        let Ok(message) = hl7::read(message, profiles, &Limits::default(), &context) else { continue };
        let number = message.patient_number.as_ref().map(Sensitive::reveal);
        assert!(number.is_none_or(|number| !number.contains(bsn)), "a BSN as patient number");
        assert!(message.vehicle.as_deref().is_none_or(|vehicle| !vehicle.contains(bsn)), "a BSN as vehicle");
        assert!(message.bsns.iter().all(ReturnedBsn::is_valid));
        is_taken(message, &Keep::ALL, false);
    }
}

/// Two lines as ride numbers: as the specification reads them, and compared by their numbers.
pub fn ride_number(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (one, other) = text.split_once('\n').unwrap_or((&text, ""));
    let read = [one, other].map(|text| {
        let read = RideNumber::parse(text);
        let number = read.as_ref().ok();
        let key = number.map(|n| [u64::from(n.rav()), u64::from(n.year()), n.sequence(), u64::from(n.patient())]);
        assert_eq!(key, as_specified(text));
        if let Some(number) = number {
            assert_eq!(number.as_received(), text.trim());
            let again = RideNumber::parse(&number.canonical()).expect("its shortest form is one");
            assert!(again == *number && again.canonical() == number.canonical());
        }
        read.ok().zip(key)
    });
    if let [Some((one, key)), Some((other, other_key))] = read {
        assert_eq!(one.cmp(&other), key.cmp(&other_key), "compared part by part, as numbers");
        assert_eq!(one == other, key == other_key);
    }
}

/// A ride number read character by character, after MESSAGE12 §2.
fn as_specified(text: &str) -> Option<[u64; 4]> {
    let text = text.trim();
    let most = [99, 9999, 99_999_999_999_999, 99];
    let (mut numbers, mut part, mut digits) = ([0_u64; 4], 0, 0_usize);
    for character in text.chars() {
        match character {
            '-' if digits > 0 && part < 3 => (part, digits) = (part + 1, 0),
            '0'..='9' => {
                digits += 1;
                numbers[part] = numbers[part].saturating_mul(10).saturating_add(u64::from(character as u8 - b'0'));
            }
            _ => return None,
        }
    }
    let fit = numbers.iter().zip(most).all(|(number, most)| (1..=most).contains(number));
    // Of a year four digits count; what is longer than any sender writes is no number.
    (part == 3 && digits > 0 && fit && numbers[1] >= 1000 && text.len() <= 64).then_some(numbers)
}

/// What an acknowledgement says, read by another reader than ours.
#[derive(Default, Debug, PartialEq)]
struct Acknowledged {
    code: String,
    target: Option<InstanceId>,
    receiver: Option<InstanceId>,
    sender: Option<InstanceId>,
    /// Rule, sentence, place.
    details: Vec<(String, String, String)>,
}

impl Acknowledged {
    /// Panics when the text is not well-formed.
    fn read(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        let (mut found, mut names) = (Self::default(), Vec::<String>::new());
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Start(start) => {
                    names.push(start.name().as_ref().to_owned());
                    found.element(&names, &start);
                }
                Event::Empty(empty) => {
                    names.push(empty.name().as_ref().to_owned());
                    found.element(&names, &empty);
                    names.pop();
                }
                Event::End(_) => drop(names.pop()),
                Event::Text(text) => found.text(&names, &text),
                Event::GeneralRef(reference) => {
                    let character = match &*reference {
                        "lt" => '<',
                        "gt" => '>',
                        "amp" => '&',
                        "apos" => '\'',
                        "quot" => '"',
                        _ => reference.resolve_char_ref().expect("a character").expect("a number"),
                    };
                    found.text(&names, character.encode_utf8(&mut [0; 4]));
                }
                Event::Eof => break,
                Event::Decl(_) => assert!(names.is_empty()),
                Event::CData(_) | Event::DocType(_) | Event::PI(_) | Event::Comment(_) => panic!("an answer has none"),
            }
        }
        assert!(names.is_empty(), "each element ends");
        found
    }

    fn element(&mut self, names: &[String], start: &quick_xml::events::BytesStart<'_>) {
        let all: Vec<(String, String)> = start
            .attributes()
            .map(|attribute| {
                let attribute = attribute.expect("well-formed");
                let value = attribute.normalized_value(XmlVersion::Implicit1_0).expect("well-formed");
                (attribute.key.as_ref().to_owned(), value.into_owned())
            })
            .collect();
        let value = |name: &str| all.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let id = || value("root").map(|root| InstanceId { root, extension: value("extension") });
        let names: Vec<&str> = names.iter().rev().map(String::as_str).collect();
        match names.as_slice() {
            ["acknowledgement", ..] => self.code = value("typeCode").expect("a code"),
            ["id", "targetMessage", ..] => self.target = id(),
            ["id", "device", "receiver", ..] => self.receiver = id(),
            ["id", "device", "sender", ..] => self.sender = id(),
            ["code", "acknowledgementDetail", ..] => {
                self.details.push((value("displayName").expect("a rule"), String::new(), String::new()));
            }
            _ => {}
        }
    }

    fn text(&mut self, names: &[String], piece: &str) {
        match (names.last().map(String::as_str), self.details.last_mut()) {
            (Some("text"), Some((_, text, _))) => text.push_str(piece),
            (Some("location"), Some((_, _, place))) => place.push_str(piece),
            _ => assert!(piece.trim().is_empty(), "text in an answer"),
        }
    }
}

/// A text that can stand in an attribute of a message that was read.
fn attribute(text: &str) -> Option<String> {
    let is_character = |c: &char| !matches!(c, '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    let text: String = text.chars().filter(is_character).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Any answer that can be asked for: well-formed, says what it was made of, and our own reader finds its ids.
pub fn acknowledgement(input: &[u8]) {
    let [kind, envelope, wanted, rules, rest @ ..] = input else { return };
    let text = String::from_utf8_lossy(rest);
    let mut fields = text.split('\n').map(attribute);
    let mut field = || fields.next().flatten();
    let mut id = || Some(InstanceId { root: field()?, extension: field() });
    let (target, from, to) = (id(), id(), id());
    let path = field().unwrap_or_default();
    let envelopes = [Envelope::None, Envelope::Interaction, Envelope::Soap11, Envelope::Soap12];
    let all_wanted = [Wanted::Always, Wanted::Errors, Wanted::Success, Wanted::Never];
    let kinds = [
        Acknowledgement::Accepted,
        Acknowledgement::Refused(Refused::NotAccepted),
        Acknowledgement::Refused(Refused::NotReadable),
        Acknowledgement::Refused(Refused::NotStored),
    ];
    let (kind, envelope) = (kinds[usize::from(kind % 4)], envelopes[usize::from(envelope % 4)]);
    let wanted = all_wanted[usize::from(wanted % 4)];
    let all = Rule::ALL.iter().cycle().skip(usize::from(*rules)).take(usize::from(rules % 5));
    let findings: Vec<Finding> = all.map(|rule| Finding::at(*rule, path.clone())).collect();
    let wrapped = envelope == Envelope::Interaction;
    let reply = Reply { envelope, wrapped, wanted, target: target.clone(), from: from.clone(), to: to.clone() };
    let answer = hl7::acknowledge(&reply, kind, &findings, "00000000-0000-4000-8000-000000000001", now());
    assert_eq!(answer, hl7::acknowledge(&reply, kind, &findings, "00000000-0000-4000-8000-000000000001", now()));
    let asked = match (wanted, kind) {
        (Wanted::Always, _) => true,
        (Wanted::Never, _) => false,
        (Wanted::Errors, kind) => kind != Acknowledgement::Accepted,
        (Wanted::Success, kind) => kind == Acknowledgement::Accepted,
    };
    assert_eq!(answer.xml.is_some(), asked);
    assert_eq!(answer.retry_after_seconds.is_some(), answer.http_status == 503);
    let Some(xml) = answer.xml else { return };
    let errors = findings.iter().filter(|f| f.rule.severity() == Severity::Error && kind != Acknowledgement::Accepted);
    let detail = |f: &Finding| (f.rule.id().to_owned(), f.rule.dutch().to_owned(), f.path.to_string());
    let expected = Acknowledged {
        code: kind.code().to_owned(),
        target,
        receiver: from.clone(),
        sender: to.clone(),
        details: errors.map(detail).collect(),
    };
    assert_eq!(Acknowledged::read(&xml), expected);
    reads_itself(&xml, envelope, from, to);
}

/// Our own reader: no document in it, and the ids where a transmission has them.
fn reads_itself(xml: &str, envelope: Envelope, from: Option<InstanceId>, to: Option<InstanceId>) {
    let context = Context { received: now(), rav: None, kind: StoreKind::Test, charset: None };
    let refusal = hl7::read(xml.as_bytes(), &SHIPPED, &Limits::default(), &context).err().expect("no document");
    assert_eq!(refusal.rule(), Rule::NoDocument);
    let in_soap = matches!(envelope, Envelope::Soap11 | Envelope::Soap12);
    assert_eq!(refusal.reply.envelope, if in_soap { envelope } else { Envelope::Interaction });
    assert_eq!(refusal.reply.wanted, Wanted::Never, "an answer is not answered");
    let id = refusal.reply.target.expect("its own id");
    assert_eq!((id.root.as_str(), id.extension), ("00000000-0000-4000-8000-000000000001", None));
    assert_eq!((refusal.reply.to, refusal.reply.from), (from, to));
}
