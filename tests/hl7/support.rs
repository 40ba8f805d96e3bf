//! A message 12 in pieces, so that a test changes one; and the samples.

use std::path::PathBuf;

use chrono::{DateTime, TimeZone, Utc};
use domain::{RavNumber, StoreKind};
use hl7::{Acknowledgement, Answer, Context, Finding, Limits, Profiles, Refusal, Rule, ValidMessage};
use serde_json::Value;

pub const BSN: &str = "2.16.840.1.113883.2.4.6.3";
/// Passes the elfproef and is no test number; nobody bears it, since a BSN has eight digits at least.
pub const OUTSIDE_THE_TEST_RANGE: &str = "000000012";
pub const RIDE: &str = "2.16.840.1.113883.2.4.3.32.5";
pub const URA: &str = "2.16.528.1.1007.3.3";
pub const AGB: &str = "2.16.840.1.113883.2.4.6.1";
pub const RAV: &str = "2.16.840.1.113883.2.4.3.11.60.55.15.1";
pub const CODES_24: &str = "2.16.840.1.113883.19.12.1";
pub const CODES_25: &str = "2.16.840.1.113883.19.12.2";

pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 20, 10, 0, 0).unwrap()
}

pub fn context() -> Context<'static> {
    Context { received: now(), rav: RavNumber::new(12), kind: StoreKind::Test, charset: None }
}

pub fn read_with(bytes: &[u8], context: &Context<'_>) -> Result<Box<ValidMessage>, Box<Refusal>> {
    hl7::read(bytes, &Profiles::shipped().unwrap(), &Limits::default(), context)
}

pub fn read(bytes: impl AsRef<[u8]>) -> Result<Box<ValidMessage>, Box<Refusal>> {
    read_with(bytes.as_ref(), &context())
}

#[track_caller]
pub fn taken(bytes: impl AsRef<[u8]>) -> Box<ValidMessage> {
    read(bytes).unwrap_or_else(|refusal| panic!("refused: {:?}", refusal.findings))
}

#[track_caller]
pub fn refused(bytes: impl AsRef<[u8]>) -> Box<Refusal> {
    read(bytes).err().expect("refused")
}

pub fn rules(findings: &[Finding]) -> Vec<Rule> {
    findings.iter().map(|f| f.rule).collect()
}

/// What would be answered.
pub fn answered(result: &Result<Box<ValidMessage>, Box<Refusal>>) -> Answer {
    match result {
        Ok(message) => hl7::acknowledge(&message.reply, Acknowledgement::Accepted, &message.findings, "id-1", now()),
        Err(refusal) => {
            let refused = Acknowledgement::Refused(refusal.refused);
            hl7::acknowledge(&refusal.reply, refused, &refusal.findings, "id-1", now())
        }
    }
}

/// `inspect --json` of a message that is taken in.
#[track_caller]
pub fn inspected(bytes: impl AsRef<[u8]>) -> Value {
    let result = read(bytes);
    let answer = answered(&result);
    let message = result.unwrap_or_else(|refusal| panic!("refused: {:?}", refusal.findings));
    let minimised = hl7::minimise(message, &hl7::Keep::ALL, false);
    hl7::taken_in_json("file", &minimised, &answer, &Rule::english)
}

pub fn sample(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/messages");
    std::fs::read(folder.join(name)).unwrap()
}

pub fn sample_text(name: &str) -> String {
    String::from_utf8(sample(name)).unwrap()
}

/// A 2.4 message for ride 12-2026-4510-1 that says nothing, in pieces.
#[derive(Clone)]
pub struct Doc {
    pub template: &'static str,
    pub id: String,
    pub sent: String,
    pub after_header: String,
    pub patient_ids: String,
    pub patient: String,
    pub authors: String,
    pub receivers: String,
    pub act: String,
    pub act_code: String,
    pub sections: String,
}

impl Default for Doc {
    fn default() -> Self {
        Self {
            template: "bericht12-2.4",
            id: "<id root=\"2.16.840.1.113883.19.12.5\" extension=\"m-1\"/>".into(),
            sent: "<effectiveTime value=\"20260914143000+0200\"/>".into(),
            after_header: String::new(),
            patient_ids: "<id nullFlavor=\"UNK\"/>".into(),
            patient: String::new(),
            authors: author(&id(URA, "00000101")),
            receivers: receiver(&id(RAV, "12")),
            act: id(RIDE, "12-2026-4510-1") + "<effectiveTime value=\"202609141005\"/>",
            act_code: "<code code=\"AMBT\" codeSystem=\"2.16.840.1.113883.5.6\"/>".into(),
            sections: String::new(),
        }
    }
}

impl Doc {
    pub fn v25() -> Self {
        Self { template: "bericht12-2.5", ..Self::default() }
    }

    pub fn with_sections(sections: &str) -> Self {
        Self { sections: sections.into(), ..Self::default() }
    }

    /// The document without a declaration.
    pub fn xml(&self) -> String {
        let Self {
            template,
            id,
            sent,
            after_header,
            patient_ids,
            patient,
            authors,
            receivers,
            act,
            act_code,
            sections,
        } = self;
        format!(
            "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
             <templateId root=\"2.16.840.1.113883.19.12.9\" extension=\"{template}\"/>{id}{sent}{after_header}\
             <recordTarget><patientRole>{patient_ids}<patient>{patient}</patient></patientRole></recordTarget>\
             {authors}{receivers}<component><structuredBody><component><section><entry><act>{act_code}{act}</act></entry>\
             </section></component>{sections}</structuredBody></component></ClinicalDocument>"
        )
    }
}

pub fn id(root: &str, extension: &str) -> String {
    format!("<id root=\"{root}\" extension=\"{extension}\"/>")
}

pub fn author(ids: &str) -> String {
    format!(
        "<author><assignedAuthor><representedOrganization>{ids}</representedOrganization></assignedAuthor></author>"
    )
}

pub fn receiver(ids: &str) -> String {
    format!(
        "<informationRecipient><intendedRecipient><receivedOrganization>{ids}</receivedOrganization></intendedRecipient>\
         </informationRecipient>"
    )
}

/// A section with narrative and entries.
pub fn section(narrative: &str, entries: &str) -> String {
    format!("<component><section><text>{narrative}</text>{entries}</section></component>")
}

pub fn entry(attributes: &str, code: &str, system: &str, content: &str) -> String {
    format!(
        "<entry><observation {attributes}><code code=\"{code}\" codeSystem=\"{system}\"/>{content}</observation></entry>"
    )
}

/// A 2.4 disagreement with a diagnosis that holds this.
pub fn diagnosis(content: &str) -> Doc {
    diagnosis_beside("", content)
}

pub fn diagnosis_beside(narrative: &str, content: &str) -> Doc {
    let no = entry("negationInd=\"true\"", "AKKOORDWD", CODES_24, "");
    Doc::with_sections(&section(narrative, &(no + &entry("", "DIAGNOSESEH", CODES_24, content))))
}

/// A 2.4 remark on communication that holds this.
pub fn remark(content: &str) -> String {
    entry("", "TOELCOM", CODES_24, content)
}

pub const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
pub const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";

pub fn soap(namespace: &str, body: &str) -> String {
    format!("<s:Envelope xmlns:s=\"{namespace}\"><s:Header/><s:Body>{body}</s:Body></s:Envelope>")
}

/// The document in an interaction with this `acceptAckCode`.
pub fn interaction(accept: &str, document: &str) -> String {
    let accept = if accept.is_empty() { String::new() } else { format!("<acceptAckCode code=\"{accept}\"/>") };
    let device = |role: &str, application: &str| {
        format!("<{role}><device>{}</device></{role}>", id("2.16.840.1.113883.2.4.6.6", application))
    };
    format!(
        "<POCD_IN000040NL xmlns=\"urn:hl7-org:v3\">{}{accept}{}{}<ControlActProcess><subject>{document}</subject>\
         </ControlActProcess></POCD_IN000040NL>",
        id("2.16.840.1.113883.19.12.7", "t-1"),
        device("receiver", "900012"),
        device("sender", "900101"),
    )
}
