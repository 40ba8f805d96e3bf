//! One message 12 as XML, from a description of what it says (the reconstruction of MESSAGE12 §8).
//!
//! **Invariant:** whatever the texts hold, the XML is well-formed: every text is escaped, and characters XML has no place
//! for are left out.
//! **Not here:** what an invented hospital says (`feedback`).

use std::fmt::Write;

use chrono::{NaiveDate, NaiveDateTime};
use domain::Agreement;

use crate::{
    calendar::{push_minutes, push_zoned},
    dialect::{Code, Dialect, Said, dialect, roots},
    envelope::{self, AcceptAck, Encoding, Envelope, Transmission},
    hospital::Version,
};

/// A diagnosis as the SEH codes it.
#[derive(Clone)]
pub struct CodedDiagnosis {
    /// SNOMED CT code.
    pub code: String,
    /// Its name.
    pub display: String,
    /// ICD-10 code, as a translation.
    pub icd: Option<String>,
}

/// Where a description stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptionPlace {
    /// The observation's `text`.
    Inline,
    /// The section's narrative, by reference.
    Reference,
    /// The value's `originalText`.
    OriginalText,
}

/// A description of the diagnosis.
#[derive(Clone)]
pub struct Description {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub place: DescriptionPlace,
}

/// A measurement no message 12 should carry.
#[derive(Clone, Copy, Debug)]
pub struct VitalSign {
    /// LOINC code.
    pub code: &'static str,
    /// Name.
    pub display: &'static str,
    /// Value.
    pub value: u32,
    /// Unit (UCUM).
    pub unit: &'static str,
}

/// What the closed list does not allow and hospitals send all the same.
#[derive(Clone, Default)]
pub struct Extra {
    /// Given and family name.
    pub name: Option<(String, String)>,
    /// Street, house number, postal code, city.
    pub address: Option<(String, u32, String, String)>,
    /// A telephone number.
    pub telecom: Option<String>,
    /// Narrative that no field refers to.
    pub narrative: Option<String>,
    /// Vital signs.
    pub vital_signs: Vec<VitalSign>,
}

/// What one message says, and how.
#[derive(Clone)]
pub struct MessageSpec {
    /// Version of the message set.
    pub version: Version,
    /// Envelope round the document.
    pub envelope: Envelope,
    /// Encoding of the bytes.
    pub encoding: Encoding,
    /// Acknowledgement asked for, where there is an interaction.
    pub accept: AcceptAck,
    /// Extension of the document's id.
    pub id: String,
    /// Extension of the transmission's id.
    pub transmission: String,
    /// Extension of `setId`, and `versionNumber`.
    pub set: Option<(String, u16)>,
    /// Extension of the document it replaces.
    pub replaces: Option<String>,
    /// When it is sent, local time.
    pub sent: NaiveDateTime,
    /// The sender's URA and name.
    pub hospital: (String, String),
    /// Root and extension of its location, where that is named too.
    pub location: Option<(String, String)>,
    /// Root and extension of the application that sends, where it is not the usual one.
    pub application: Option<(String, String)>,
    /// The RAV it is for.
    pub rav: u8,
    /// Ride number as the hospital writes it; `None` leaves it out.
    pub ride: Option<String>,
    /// Ambulance number.
    pub vehicle: Option<String>,
    /// Departure, local time.
    pub departed: Option<NaiveDateTime>,
    /// BSNs returned; mostly none or one.
    pub bsns: Vec<String>,
    /// Patient number.
    pub patient_number: Option<String>,
    /// `F`, `M`, `UN`.
    pub gender: Option<&'static str>,
    /// `yyyy[MM[dd]]`.
    pub birth: Option<String>,
    /// Agreement; `None` and *not received*: no observation. *Unknown*, and what 2.4 cannot say: a null flavor.
    pub agreement: Option<Agreement>,
    /// SEH diagnoses; the description belongs to the first.
    pub diagnoses: Vec<CodedDiagnosis>,
    /// Description.
    pub description: Option<Description>,
    /// Remark on medical acting.
    pub medical: Option<String>,
    /// Remark on communication.
    pub communication: Option<String>,
    /// Over-delivery.
    pub extra: Extra,
}

impl Default for MessageSpec {
    /// A 2.4 message of hospital 00000101 for ride 12-2026-1-1 that says *ja* and no more.
    fn default() -> Self {
        Self {
            version: Version::V24,
            envelope: Envelope::None,
            encoding: Encoding::Utf8,
            accept: AcceptAck::Always,
            id: "00000000-0000-4000-8000-000000000001".to_owned(),
            transmission: "00000000-0000-4000-8000-000000000002".to_owned(),
            set: None,
            replaces: None,
            sent: NaiveDate::from_ymd_opt(2026, 9, 14).unwrap_or_default().and_time(chrono::NaiveTime::MIN),
            hospital: ("00000101".to_owned(), "Ziekenhuis Rivierenland Oost".to_owned()),
            location: None,
            application: None,
            rav: 12,
            ride: Some("12-2026-1-1".to_owned()),
            vehicle: Some("12-104".to_owned()),
            departed: None,
            bsns: Vec::new(),
            patient_number: None,
            gender: None,
            birth: None,
            agreement: Some(Agreement::Yes),
            diagnoses: Vec::new(),
            description: None,
            medical: None,
            communication: None,
            extra: Extra::default(),
        }
    }
}

// LIMIT: bytes set aside for a message; most are 3–6 kB, so that the text is not moved while it grows.
const MESSAGE_BYTES: usize = 6144;

/// The bytes of a message.
#[must_use]
pub fn sample_message(spec: &MessageSpec) -> Vec<u8> {
    envelope::encode(message_text(spec), spec.encoding)
}

/// The text of a message, before it is encoded.
pub(crate) fn message_text(spec: &MessageSpec) -> String {
    let codes = dialect(spec.version);
    let mut out = String::with_capacity(MESSAGE_BYTES);
    let _ = writeln!(out, "<?xml version=\"1.0\" encoding=\"{}\"?>", spec.encoding.declared());
    let transmission = Transmission {
        id: &spec.transmission,
        made: spec.sent,
        accept: spec.accept,
        sender: &spec.hospital.0,
        application: spec.application.as_ref(),
        receiver: spec.rav,
    };
    let close = envelope::open(&mut out, spec.envelope, &transmission);
    header(&mut out, spec, codes);
    patient(&mut out, spec, codes);
    parties(&mut out, spec);
    out.push_str("  <component><structuredBody>\n");
    ride(&mut out, spec, codes);
    diagnosis(&mut out, spec, codes);
    remarks(&mut out, spec, codes);
    vital_signs(&mut out, &spec.extra.vital_signs);
    out.push_str("  </structuredBody></component>\n</ClinicalDocument>\n");
    out.push_str(close);
    out
}

/// Appends a text, safe in content and in attributes.
pub(crate) fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(character),
            '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
}

/// Appends pieces: markup as it is and texts escaped, in turn; markup first.
fn push(out: &mut String, pieces: &[&str]) {
    for (place, piece) in pieces.iter().enumerate() {
        if place % 2 == 0 { out.push_str(piece) } else { escape(out, piece) }
    }
}

fn header(out: &mut String, spec: &MessageSpec, codes: &Dialect) {
    out.push_str(
        "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n  \
         <realmCode code=\"NL\"/>\n  <typeId root=\"2.16.840.1.113883.1.3\" extension=\"POCD_HD000040\"/>\n  \
         <templateId root=\"",
    );
    push(out, &["", &codes.template.root, "\" extension=\"", &codes.template.extension, "\"/>\n"]);
    push(out, &["  <id root=\"", &roots().document, "\" extension=\"", &spec.id, "\"/>\n"]);
    push(out, &["  <code code=\"", &codes.document.code, "\" codeSystem=\"", &codes.document.system]);
    out.push_str("\" displayName=\"SEH-terugkoppeling\"/>\n");
    out.push_str("  <title>Terugkoppeling spoedeisende hulp naar ambulancedienst</title>\n  <effectiveTime value=\"");
    push_zoned(out, spec.sent);
    out.push_str(
        "\"/>\n  <confidentialityCode code=\"N\" codeSystem=\"2.16.840.1.113883.5.25\"/>\n  <languageCode code=\"nl-NL\"/>\n",
    );
    if let Some((set, number)) = &spec.set {
        push(out, &["  <setId root=\"", &roots().set, "\" extension=\"", set, "\"/>\n"]);
        let _ = writeln!(out, "  <versionNumber value=\"{number}\"/>");
    }
}

fn patient(out: &mut String, spec: &MessageSpec, codes: &Dialect) {
    out.push_str("  <recordTarget><patientRole classCode=\"PAT\">\n");
    if spec.bsns.is_empty() && spec.patient_number.is_none() {
        out.push_str("    <id nullFlavor=\"UNK\"/>\n");
    }
    for bsn in &spec.bsns {
        push(out, &["    <id root=\"2.16.840.1.113883.2.4.6.3\" extension=\"", bsn, "\"/>\n"]);
    }
    if let Some(number) = &spec.patient_number {
        push(out, &["    <id root=\"", &codes.patient_number, "\" extension=\"", number, "\"/>\n"]);
    }
    if let Some((street, house, postal_code, city)) = &spec.extra.address {
        push(out, &["    <addr use=\"HP\"><streetName>", street, "</streetName><houseNumber>", &house.to_string()]);
        push(out, &["</houseNumber><postalCode>", postal_code, "</postalCode><city>", city, "</city></addr>\n"]);
    }
    if let Some(telecom) = &spec.extra.telecom {
        push(out, &["    <telecom use=\"HP\" value=\"tel:", telecom, "\"/>\n"]);
    }
    out.push_str("    <patient classCode=\"PSN\" determinerCode=\"INSTANCE\">\n");
    if let Some((given, family)) = &spec.extra.name {
        push(out, &["      <name><given qualifier=\"BR\">", given, "</given><family qualifier=\"BR\">", family]);
        out.push_str("</family></name>\n");
    }
    if let Some(gender) = spec.gender {
        push(out, &["      <administrativeGenderCode code=\"", gender, "\" codeSystem=\"2.16.840.1.113883.5.1\"/>\n"]);
    }
    if let Some(birth) = &spec.birth {
        push(out, &["      <birthTime value=\"", birth, "\"/>\n"]);
    }
    out.push_str("    </patient>\n  </patientRole></recordTarget>\n");
}

fn parties(out: &mut String, spec: &MessageSpec) {
    let (ura, name) = (spec.hospital.0.as_str(), spec.hospital.1.as_str());
    out.push_str("  <author><time value=\"");
    push_zoned(out, spec.sent);
    out.push_str("\"/><assignedAuthor><id nullFlavor=\"NI\"/><representedOrganization>");
    push(out, &["<id root=\"2.16.528.1.1007.3.3\" extension=\"", ura, "\"/>"]);
    if let Some((root, extension)) = &spec.location {
        push(out, &["<id root=\"", root, "\" extension=\"", extension, "\"/>"]);
    }
    push(out, &["<name>", name, "</name>"]);
    out.push_str("</representedOrganization></assignedAuthor></author>\n");
    out.push_str("  <custodian><assignedCustodian><representedCustodianOrganization>");
    push(out, &["<id root=\"2.16.528.1.1007.3.3\" extension=\"", ura, "\"/><name>", name, "</name>"]);
    out.push_str("</representedCustodianOrganization></assignedCustodian></custodian>\n");
    let _ = writeln!(
        out,
        "  <informationRecipient><intendedRecipient><receivedOrganization><id root=\"2.16.840.1.113883.2.4.3.11.60.55.15.1\" \
         extension=\"{}\"/></receivedOrganization></intendedRecipient></informationRecipient>",
        spec.rav
    );
    if let Some(replaced) = &spec.replaces {
        out.push_str("  <relatedDocument typeCode=\"RPLC\"><parentDocument>");
        push(out, &["<id root=\"", &roots().document, "\" extension=\"", replaced, "\"/>"]);
        out.push_str("</parentDocument></relatedDocument>\n");
    }
}

fn ride(out: &mut String, spec: &MessageSpec, codes: &Dialect) {
    out.push_str(
        "    <component><section><title>Inzetgegevens</title><entry>\n      <act classCode=\"ACT\" moodCode=\"EVN\">\
         <templateId root=\"2.16.840.1.113883.2.4.3.11.60.55.10.413\"/>\n",
    );
    if let Some(number) = &spec.ride {
        push(out, &["        <id root=\"2.16.840.1.113883.2.4.3.32.5\" extension=\"", number, "\"/>\n"]);
    }
    out.push_str(
        "        <code code=\"AMBT\" codeSystem=\"2.16.840.1.113883.5.6\" displayName=\"ambulance transport\"/>\n",
    );
    if let Some(departed) = spec.departed {
        out.push_str("        <effectiveTime value=\"");
        push_minutes(out, departed);
        out.push_str("\"/>\n");
    }
    if let Some(vehicle) = &spec.vehicle {
        out.push_str("        <participant typeCode=\"DEV\"><participantRole classCode=\"MANU\">");
        push(
            out,
            &["<id root=\"", &codes.vehicle, "\" extension=\"", vehicle, "\"/></participantRole></participant>\n"],
        );
    }
    out.push_str("      </act>\n    </entry></section></component>\n");
}

fn diagnosis(out: &mut String, spec: &MessageSpec, codes: &Dialect) {
    let agreement = spec.agreement.filter(|a| *a != Agreement::NotReceived);
    if agreement.is_none() && spec.diagnoses.is_empty() && spec.extra.narrative.is_none() {
        return;
    }
    out.push_str("    <component><section><title>Diagnose</title>\n");
    narrative(out, spec);
    if let Some(agreement) = agreement {
        say_agreement(out, agreement, codes);
    }
    for (place, diagnosis) in spec.diagnoses.iter().enumerate() {
        let description = spec.description.as_ref().filter(|_| place == 0);
        say_diagnosis(out, diagnosis, description, codes);
    }
    out.push_str("    </section></component>\n");
}

fn narrative(out: &mut String, spec: &MessageSpec) {
    let referred =
        spec.description.as_ref().filter(|d| d.place == DescriptionPlace::Reference && !spec.diagnoses.is_empty());
    match (&spec.extra.narrative, referred) {
        (None, None) => {}
        (Some(free), None) => push(out, &["      <text>", free, "</text>\n"]),
        (free, Some(description)) => {
            out.push_str("      <text>");
            if let Some(free) = free {
                push(out, &["<paragraph>", free, "</paragraph>"]);
            }
            push(out, &["<paragraph ID=\"dx1\">", &description.text, "</paragraph></text>\n"]);
        }
    }
}

/// What the version cannot say is a null flavor.
pub(crate) fn say_agreement(out: &mut String, agreement: Agreement, codes: &Dialect) {
    out.push_str("      <entry><observation classCode=\"OBS\" moodCode=\"EVN\"");
    let said = codes.says(agreement);
    match (&said, agreement) {
        (Said::Negation(value), _) => push(out, &[" negationInd=\"", value, "\""]),
        (Said::Coded { .. }, _) => {}
        (Said::Unsayable, Agreement::NotAssessable) => out.push_str(" nullFlavor=\"NA\""),
        (Said::Unsayable, Agreement::Yes | Agreement::No | Agreement::Unknown | Agreement::NotReceived) => {
            out.push_str(" nullFlavor=\"UNK\"");
        }
    }
    out.push('>');
    say_code(out, &codes.agreement);
    if let Said::Coded { code, system } = said {
        push(out, &["<value xsi:type=\"CD\" code=\"", code, "\" codeSystem=\"", system, "\"/>"]);
    }
    out.push_str("</observation></entry>\n");
}

fn say_code(out: &mut String, code: &Code) {
    push(out, &["<code code=\"", &code.code, "\" codeSystem=\"", &code.system, "\"/>"]);
}

fn say_diagnosis(out: &mut String, diagnosis: &CodedDiagnosis, description: Option<&Description>, codes: &Dialect) {
    out.push_str("      <entry><observation classCode=\"OBS\" moodCode=\"EVN\">");
    say_code(out, &codes.diagnosis);
    out.push('\n');
    let place = description.map(|d| d.place);
    if let Some(description) = description {
        match description.place {
            DescriptionPlace::Inline => push(out, &["        <text>", &description.text, "</text>\n"]),
            DescriptionPlace::Reference => out.push_str("        <text><reference value=\"#dx1\"/></text>\n"),
            DescriptionPlace::OriginalText => {}
        }
    }
    push(
        out,
        &["        <value xsi:type=\"CD\" code=\"", &diagnosis.code, "\" codeSystem=\"2.16.840.1.113883.6.96\" "],
    );
    push(out, &["displayName=\"", &diagnosis.display, "\">"]);
    if let Some(description) = description.filter(|_| place == Some(DescriptionPlace::OriginalText)) {
        push(out, &["<originalText>", &description.text, "</originalText>"]);
    }
    if let Some(icd) = &diagnosis.icd {
        push(out, &["<translation code=\"", icd, "\" codeSystem=\"2.16.840.1.113883.6.90\"/>"]);
    }
    out.push_str("</value>\n      </observation></entry>\n");
}

fn remarks(out: &mut String, spec: &MessageSpec, codes: &Dialect) {
    let said = [(&codes.medical, &spec.medical), (&codes.communication, &spec.communication)];
    if said.iter().all(|(_, text)| text.is_none()) {
        return;
    }
    out.push_str("    <component><section><title>Toelichting</title>\n");
    for (code, text) in said {
        if let Some(text) = text {
            out.push_str("      <entry><observation classCode=\"OBS\" moodCode=\"EVN\">");
            say_code(out, code);
            push(out, &["<text>", text, "</text>"]);
            out.push_str("</observation></entry>\n");
        }
    }
    out.push_str("    </section></component>\n");
}

fn vital_signs(out: &mut String, signs: &[VitalSign]) {
    if signs.is_empty() {
        return;
    }
    out.push_str("    <component><section><title>Vitale functies</title>\n");
    for sign in signs {
        let _ = writeln!(
            out,
            "      <entry><observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"{}\" \
             codeSystem=\"2.16.840.1.113883.6.1\" displayName=\"{}\"/><value xsi:type=\"PQ\" value=\"{}\" unit=\"{}\"/>\
             </observation></entry>",
            sign.code, sign.display, sign.value, sign.unit
        );
    }
    out.push_str("    </section></component>\n");
}
