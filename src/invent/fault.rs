//! Faults that an invented message can have: each leads to one rule, or to one kind of over-delivery.
//!
//! **Invariant:** a fault works in every version, envelope and encoding; where it needs one of them, it takes that.
//! **Not here:** the rules themselves (`hl7`); they are named by their ids.

use chrono::{Days, NaiveDate};
use domain::Agreement;

use crate::{
    calendar::earlier,
    dialect::{dialect, roots},
    envelope::{Encoding, Envelope, encode},
    message::{CodedDiagnosis, Description, DescriptionPlace, MessageSpec, VitalSign, message_text, say_agreement},
};

/// What a fault leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads {
    /// Refused, by the rule of this id.
    Refused(&'static str),
    /// Taken in, with a finding of the rule of this id.
    Found(&'static str),
    /// Taken in; this kind is left out and counted.
    OverDelivered(&'static str),
}

macro_rules! faults {
    ($($(#[$doc:meta])* $fault:ident $name:literal $leads:ident $to:literal $(say $say:expr)? $(, write $write:expr)?;)*) => {
        /// A fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault { $($(#[$doc])* $fault),* }

        impl Fault {
            /// All faults.
            pub const ALL: &[Self] = &[$(Self::$fault),*];

            /// The word on the command line.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$fault => $name),* }
            }

            /// What it leads to.
            #[must_use]
            pub fn leads(self) -> Leads {
                match self { $(Self::$fault => Leads::$leads($to)),* }
            }

            /// What it changes of what is said.
            fn say(self) -> Option<fn(&mut MessageSpec)> {
                match self { $(Self::$fault => { None::<fn(&mut MessageSpec)>$(.or(Some($say)))? }),* }
            }

            /// What it changes of the text.
            fn write(self) -> Option<fn(&MessageSpec, &mut String)> {
                match self { $(Self::$fault => { None::<fn(&MessageSpec, &mut String)>$(.or(Some($write)))? }),* }
            }
        }
    };
}

faults! {
    /// Larger than allowed.
    TooLarge "too-large" Refused "X1"
        , write |_, text| after(text, "?>\n", &format!("<!--{}-->", " ".repeat(PADDING)));
    /// Bytes that the declared encoding does not have.
    WrongEncoding "wrong-encoding" Refused "X2"
        say |spec| spec.encoding = Encoding::Utf8;
    /// Cut off.
    NotWellFormed "not-well-formed" Refused "X3"
        , write |_, text| text.truncate(text.find("</structuredBody>").unwrap_or_default());
    /// An empty DTD.
    Dtd "dtd" Refused "X4"
        , write |_, text| after(text, "?>\n", "<!DOCTYPE ClinicalDocument>\n");
    /// An external entity.
    ExternalEntity "external-entity" Refused "X4"
        , write |_, text| {
            after(text, "?>\n", "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/hostname\">]>\n");
            after(text, "<title>", "&f;");
        };
    /// Too deep.
    TooDeep "too-deep" Refused "X5"
        , write |_, text| {
            let deep = format!("{}{}", "<component>".repeat(DEPTH), "</component>".repeat(DEPTH));
            after(text, "<structuredBody>", &deep);
        };
    /// A web page.
    NoMessage "no-message" Refused "X6"
        , write |_, text| {
            text.truncate(text.find("?>\n").unwrap_or_default());
            text.push_str("?>\n<html><body>Storing</body></html>\n");
        };
    /// An interaction without a document.
    NoDocument "no-document" Refused "E1"
        say wrapped
        , write |_, text| *text = text.replace("ClinicalDocument", "StructuredDocument");
    /// Two documents.
    ManyDocuments "two-documents" Refused "E2"
        say wrapped
        , write |_, text| twice(text, "<ClinicalDocument", "</ClinicalDocument>\n");
    /// Two patients.
    ManyPatients "two-patients" Refused "E3"
        , write |_, text| twice(text, "<recordTarget>", "</recordTarget>\n");
    /// No ride number.
    NoRideNumber "no-ride-number" Refused "E4"
        say |spec| spec.ride = None;
    /// Two different ride numbers.
    TwoRideNumbers "two-ride-numbers" Refused "E5"
        , write |spec, text| ride_beside(spec, text, &format!("{}-2026-99-1", spec.rav));
    /// Addressed to another RAV.
    OtherRav "other-rav" Refused "E6"
        say |spec| {
            ride_of(spec, other_rav(spec.rav));
            spec.rav = other_rav(spec.rav);
        };
    /// A document that no profile knows.
    UnknownProfile "unknown-profile" Found "W11"
        , write |spec, text| {
            let codes = dialect(spec.version);
            *text = text.replace(&codes.template.root, &format!("{}.77", codes.template.root));
            let own = |code: &str| format!("<code code=\"{code}\" codeSystem=\"{}\"", codes.document.system);
            *text = text.replacen(&own(&codes.document.code), &own("bericht99"), 1);
        };
    /// A BSN with letters.
    BsnLetters "bsn-letters" Found "R11"
        say |spec| spec.bsns = vec!["99990000X".to_owned()];
    /// A BSN that fails the elfproef.
    BsnElfproef "bsn-elfproef" Found "R11"
        say |spec| spec.bsns = vec!["999900007".to_owned()];
    /// Two different BSNs.
    TwoBsns "two-bsns" Found "R11b"
        say |spec| spec.bsns = vec!["999900006".to_owned(), "999900018".to_owned()];
    /// No message id.
    NoId "no-id" Found "W1"
        , write |spec, text| {
            let id = format!("  <id root=\"{}\" extension=\"{}\"/>\n", roots().document, spec.id);
            *text = text.replacen(&id, "", 1);
        };
    /// A birth date that cannot be.
    BirthDate "birth-date" Found "W2"
        say |spec| person(spec, "19670230");
    /// A time of sending that cannot be.
    SentDate "sent-date" Found "W2"
        , write |_, text| value_after(text, "</title>\n", "20261399");
    /// A gender of no known code.
    Gender "gender" Found "W3"
        say |spec| {
            person(spec, "1967");
            spec.gender = Some("X");
        };
    /// Version 0.
    Version "version" Found "W4"
        say |spec| spec.set = Some((format!("set-{}", spec.id), 0));
    /// Agreement is null.
    UnknownAgreement "unknown-agreement" Found "W5"
        say |spec| judge(spec, Agreement::Unknown, false);
    /// Agrees and does not.
    ContradictingAgreement "contradicting-agreement" Found "W5"
        say |spec| judge(spec, Agreement::Yes, false)
        , write |spec, text| {
            let mut other = String::new();
            say_agreement(&mut other, Agreement::No, dialect(spec.version));
            after(text, "<title>Diagnose</title>\n", &other);
        };
    /// Does not agree and has no diagnosis.
    NoDiagnosis "no-diagnosis" Found "W6"
        say |spec| judge(spec, Agreement::No, false);
    /// A diagnosis with a translation only.
    TranslationOnly "translation-only" Found "W7"
        say |spec| judge(spec, Agreement::No, true)
        , write |_, text| {
            let coded = format!(" code=\"{}\"{SNOMED}", MYOCARDIAL_INFARCTION[0]);
            *text = text.replacen(&coded, " nullFlavor=\"OTH\"", 1);
        };
    /// A diagnosis without a code system.
    NoCodeSystem "no-code-system" Found "W8"
        say |spec| judge(spec, Agreement::No, true)
        , write |_, text| *text = text.replacen(SNOMED, "", 1);
    /// A reference that leads nowhere.
    DanglingReference "dangling-reference" Found "W9"
        say |spec| judge(spec, Agreement::No, true)
        , write |_, text| *text = text.replacen("\"#dx1\"", "\"#nergens\"", 1);
    /// For this RAV, with a ride number of another.
    RideOfOtherRav "ride-of-other-rav" Found "W10"
        say |spec| ride_of(spec, other_rav(spec.rav));
    /// Sent in years to come.
    SentInFuture "sent-in-future" Found "W12"
        say |spec| spec.sent = later(spec.sent.date(), 2000).and_time(spec.sent.time());
    /// Born after the ride.
    BornAfterRide "born-after-ride" Found "W13"
        say |spec| person(spec, &later(ride_day(spec), 3).format("%Y%m%d").to_string());
    /// Sent before the ride.
    SentBeforeRide "sent-before-ride" Found "W14"
        say |spec| spec.sent = earlier(ride_day(spec), 2).and_time(spec.sent.time());
    /// A SOAP header that must be understood.
    MustUnderstand "must-understand" Found "W15"
        say |spec| spec.envelope = Envelope::Soap11
        , write |_, text| {
            let header = "<soap:Header><a:Action xmlns:a=\"http://www.w3.org/2005/08/addressing\" \
                          soap:mustUnderstand=\"1\">x</a:Action></soap:Header>";
            *text = text.replacen("<soap:Header/>", header, 1);
        };
    /// A sender's number that is none.
    Sender "sender" Refused "E7"
        say |spec| "12345".clone_into(&mut spec.hospital.0);
    /// An ambulance number that is a sentence.
    Vehicle "vehicle" Found "W17"
        say |spec| spec.vehicle = Some("de ambulance van die ochtend".to_owned());
    /// An unusable ride number beside the usable one.
    UnusableRideNumber "unusable-ride-number" Found "W18"
        , write |spec, text| ride_beside(spec, text, "onbekend");
    /// A time of the ride that cannot be read.
    RideTime "ride-time" Found "W19"
        say |spec| spec.departed = spec.departed.or(Some(spec.sent))
        , write |_, text| value_after(text, "displayName=\"ambulance transport\"/>", "14 september");
    /// A ride of long ago.
    OldRide "old-ride" Found "W20"
        say |spec| spec.departed = Some(earlier(ride_day(spec), 900).and_time(spec.sent.time()));
    /// A remark as an attachment.
    EncodedText "encoded-text" Found "W22"
        say |spec| spec.medical = Some("R29lZGUgb3ZlcmRyYWNodC4=".to_owned())
        , write |spec, text| {
            let at = text.find(&format!("\"{}\"", dialect(spec.version).medical.code)).unwrap_or_default();
            let remark = text[at..].replacen("<text>", "<text mediaType=\"text/plain\" representation=\"B64\">", 1);
            text.replace_range(at.., &remark);
        };
    /// The diagnosis, though it agrees.
    AgreementWithDiagnosis "agreement-with-diagnosis" Found "W24"
        say |spec| judge(spec, Agreement::Yes, true);
    /// The patient's name.
    Name "name" OverDelivered "name"
        say |spec| spec.extra.name = Some(("Jan".to_owned(), "Voorbeeld".to_owned()));
    /// The patient's address.
    Address "address" OverDelivered "address"
        say |spec| {
            let [street, code, city] = ["Dorpsstraat", "1234 AB", "Voorbeeldstad"].map(str::to_owned);
            spec.extra.address = Some((street, 1, code, city));
        };
    /// The patient's telephone.
    Telecom "telecom" OverDelivered "telecom"
        say |spec| spec.extra.telecom = Some("+31600000000".to_owned());
    /// Narrative that no field refers to.
    Narrative "narrative" OverDelivered "narrative"
        say |spec| {
            judge(spec, Agreement::No, true);
            spec.extra.narrative = Some("Vrije tekst waar niets naar verwijst.".to_owned());
        };
    /// A vital sign.
    VitalSign "vital-sign" OverDelivered "vital_sign"
        say |spec| spec.extra.vital_signs = vec![VitalSign { code: "8867-4", display: "Hartfrequentie", value: 72, unit: "/min" }];
    /// Medication.
    Medication "medication" OverDelivered "medication"
        , write |_, text| {
            let entry = "<component><section><entry><substanceAdministration classCode=\"SBADM\" moodCode=\"EVN\"/>\
                         </entry></section></component>";
            after(text, "<structuredBody>", entry);
        };
}

const RIDE_ID: &str = "<id root=\"2.16.840.1.113883.2.4.3.32.5\" extension=\"";
const SNOMED: &str = " codeSystem=\"2.16.840.1.113883.6.96\"";
const MYOCARDIAL_INFARCTION: [&str; 2] = ["22298006", "Myocardinfarct"];
// LIMIT: more than a message may have: 1 MiB, and 64 elements in each other.
const PADDING: usize = (1 << 20) + 1;
const DEPTH: usize = 80;

impl Fault {
    /// The message with this fault, as bytes.
    pub(crate) fn message(self, mut spec: MessageSpec) -> Vec<u8> {
        if let Some(say) = self.say() {
            say(&mut spec);
        }
        let mut text = message_text(&spec);
        if let Some(write) = self.write() {
            write(&spec, &mut text);
        }
        let mut bytes = encode(text, spec.encoding);
        if self == Self::WrongEncoding {
            // No letter of UTF-8 begins so and ends there.
            let title = bytes.windows(7).position(|w| w == b"<title>").unwrap_or_default();
            bytes.insert(title + 7, 0xe9);
        }
        bytes
    }
}

fn wrapped(spec: &mut MessageSpec) {
    if spec.envelope == Envelope::None {
        spec.envelope = Envelope::Interaction;
    }
}

fn other_rav(rav: u8) -> u8 {
    rav % 25 + 1
}

fn ride_of(spec: &mut MessageSpec, rav: u8) {
    let rest = spec.ride.as_deref().and_then(|ride| ride.split_once('-'));
    spec.ride = rest.map(|(_, rest)| format!("{rav}-{rest}"));
}

fn ride_day(spec: &MessageSpec) -> NaiveDate {
    spec.departed.unwrap_or(spec.sent).date()
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// A person to say something of: with a BSN, so that it is read whatever the agreement.
fn person(spec: &mut MessageSpec, birth: &str) {
    if spec.bsns.is_empty() {
        spec.bsns.push("999900006".to_owned());
    }
    spec.birth = Some(birth.to_owned());
}

/// A judgement, with or without a diagnosis whose description stands in the narrative.
fn judge(spec: &mut MessageSpec, agreement: Agreement, with_diagnosis: bool) {
    spec.agreement = Some(agreement);
    (spec.gender, spec.birth) = (None, None);
    spec.diagnoses.clear();
    spec.description = None;
    if with_diagnosis {
        let [code, display] = MYOCARDIAL_INFARCTION.map(str::to_owned);
        spec.diagnoses.push(CodedDiagnosis { code, display, icd: Some("I21.9".to_owned()) });
        let text = "Infarct van de voorwand.".to_owned();
        spec.description = Some(Description { text, place: DescriptionPlace::Reference });
    }
}

/// Puts something after the first of a mark.
fn after(text: &mut String, mark: &str, what: &str) {
    if let Some(at) = text.find(mark) {
        text.insert_str(at + mark.len(), what);
    }
}

/// Another value for the first `value` after a mark.
fn value_after(text: &mut String, mark: &str, value: &str) {
    let Some(from) = text.find(mark) else { return };
    let Some(begin) = text[from..].find("value=\"").map(|at| from + at + 7) else { return };
    let Some(end) = text[begin..].find('"').map(|at| begin + at) else { return };
    text.replace_range(begin..end, value);
}

/// Repeats what stands between two marks, both included.
fn twice(text: &mut String, from: &str, to: &str) {
    let Some(begin) = text.find(from) else { return };
    let Some(end) = text[begin..].find(to).map(|at| begin + at + to.len()) else { return };
    let part = text[begin..end].to_owned();
    text.insert_str(end, &part);
}

fn ride_beside(spec: &MessageSpec, text: &mut String, number: &str) {
    if let Some(own) = &spec.ride {
        after(text, &format!("{RIDE_ID}{own}\"/>\n"), &format!("        {RIDE_ID}{number}\"/>\n"));
    }
}
