//! Acknowledgements: `MCCI_IN000002` in the envelope of the question (MESSAGE12 §5).
//!
//! **Invariant:** no value of a message but the ids to answer with; byte-identical for the same input.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Amsterdam;
use domain::InstanceId;
use quick_xml::escape::escape;

use crate::{
    envelope::{Envelope, Reply, Wanted},
    limits::RETRY_AFTER_SECONDS,
    refusal::Refused,
    rules::{Finding, Severity},
};

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledgement {
    /// CA: durably stored.
    Accepted,
    /// CE or CR, as it says.
    Refused(Refused),
}

impl Acknowledgement {
    /// CA, CE, CR.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "CA",
            Self::Refused(Refused::NotAccepted) => "CE",
            Self::Refused(Refused::NotReadable | Refused::NotStored) => "CR",
        }
    }

    /// The HTTP status that says it where no text does.
    fn http_status(self) -> u16 {
        match self {
            Self::Accepted => 200,
            Self::Refused(Refused::NotAccepted) => 422,
            Self::Refused(Refused::NotReadable) => 400,
            Self::Refused(Refused::NotStored) => 503,
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The code, where one is sent.
    pub code: Option<&'static str>,
    /// The whole text, where one is sent.
    pub xml: Option<String>,
    /// HTTP status.
    pub http_status: u16,
    /// Value of `Retry-After`, in seconds, where the sender must come back.
    pub retry_after_seconds: Option<u32>,
    /// Content type of the text.
    pub content_type: &'static str,
}

fn wanted(reply: &Reply, acknowledgement: Acknowledgement) -> bool {
    match (reply.wanted, acknowledgement) {
        (Wanted::Always, _)
        | (Wanted::Errors, Acknowledgement::Refused(_))
        | (Wanted::Success, Acknowledgement::Accepted) => true,
        (Wanted::Never, _)
        | (Wanted::Errors, Acknowledgement::Accepted)
        | (Wanted::Success, Acknowledgement::Refused(_)) => false,
    }
}

/// Makes the answer. `id` and `now` come in, so that the same input gives the same bytes.
#[must_use]
pub fn acknowledge(
    reply: &Reply,
    acknowledgement: Acknowledgement,
    findings: &[Finding],
    id: &str,
    now: DateTime<Utc>,
) -> Answer {
    let content_type = match reply.envelope {
        Envelope::Soap12 => "application/soap+xml; charset=utf-8",
        Envelope::Soap11 => "text/xml; charset=utf-8",
        Envelope::None | Envelope::Interaction => "application/xml; charset=utf-8",
    };
    let retry_after_seconds =
        (acknowledgement == Acknowledgement::Refused(Refused::NotStored)).then_some(RETRY_AFTER_SECONDS);
    if !wanted(reply, acknowledgement) {
        let http_status = match acknowledgement {
            Acknowledgement::Accepted => 202,
            Acknowledgement::Refused(_) => acknowledgement.http_status(),
        };
        return Answer { code: None, xml: None, http_status, retry_after_seconds, content_type };
    }
    // In SOAP or an interaction the answer says it; for a bare document the HTTP status speaks too. What was not stored
    // must come again, whatever it came in.
    let http_status = match reply.envelope {
        Envelope::None => acknowledgement.http_status(),
        Envelope::Interaction | Envelope::Soap11 | Envelope::Soap12 if retry_after_seconds.is_none() => 200,
        Envelope::Interaction | Envelope::Soap11 | Envelope::Soap12 => 503,
    };
    let interaction = interaction(reply, acknowledgement, findings, id, now);
    let xml = match reply.envelope {
        Envelope::None | Envelope::Interaction => interaction,
        Envelope::Soap11 => in_soap("http://schemas.xmlsoap.org/soap/envelope/", &interaction),
        Envelope::Soap12 => in_soap("http://www.w3.org/2003/05/soap-envelope", &interaction),
    };
    let xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{xml}\n");
    Answer { code: Some(acknowledgement.code()), xml: Some(xml), http_status, retry_after_seconds, content_type }
}

fn in_soap(namespace: &str, body: &str) -> String {
    format!("<soap:Envelope xmlns:soap=\"{namespace}\"><soap:Body>{body}</soap:Body></soap:Envelope>")
}

fn id_element(id: Option<&InstanceId>) -> String {
    match id {
        None => "<id nullFlavor=\"UNK\"/>".to_owned(),
        Some(InstanceId { root, extension: None }) => format!("<id root=\"{}\"/>", escape(root.as_str())),
        Some(InstanceId { root, extension: Some(extension) }) => {
            format!("<id root=\"{}\" extension=\"{}\"/>", escape(root.as_str()), escape(extension.as_str()))
        }
    }
}

fn device(role: &str, code: &str, id: Option<&InstanceId>) -> String {
    let id = id_element(id);
    format!("<{role} typeCode=\"{code}\"><device classCode=\"DEV\" determinerCode=\"INSTANCE\">{id}</device></{role}>")
}

fn interaction(
    reply: &Reply,
    acknowledgement: Acknowledgement,
    findings: &[Finding],
    id: &str,
    now: DateTime<Utc>,
) -> String {
    let time = now.with_timezone(&Amsterdam).format("%Y%m%d%H%M%S");
    let mut xml = String::with_capacity(1500);
    xml.push_str("<MCCI_IN000002 xmlns=\"urn:hl7-org:v3\">");
    // Writing to a String does not fail.
    let _ = write!(xml, "<id root=\"{}\"/><creationTime value=\"{time}\"/>", escape(id));
    xml.push_str("<versionCode code=\"NICTIZEd2005-Okt\"/>");
    xml.push_str("<interactionId root=\"2.16.840.1.113883.1.6\" extension=\"MCCI_IN000002\"/>");
    xml.push_str("<profileId root=\"2.16.840.1.113883.2.4.3.11.1\" extension=\"810\"/>");
    xml.push_str("<processingCode code=\"P\"/><processingModeCode code=\"T\"/><acceptAckCode code=\"NE\"/>");
    let _ = write!(xml, "<acknowledgement typeCode=\"{}\">", acknowledgement.code());
    let errors = findings.iter().filter(|f| f.rule.severity() == Severity::Error);
    for finding in errors.filter(|_| acknowledgement != Acknowledgement::Accepted) {
        let _ = write!(
            xml,
            "<acknowledgementDetail typeCode=\"E\"><code nullFlavor=\"OTH\" displayName=\"{}\"/><text>{}</text>",
            finding.rule.id(),
            escape(finding.rule.dutch())
        );
        if !finding.path.is_empty() {
            let _ = write!(xml, "<location>{}</location>", escape(&*finding.path));
        }
        xml.push_str("</acknowledgementDetail>");
    }
    let _ = write!(xml, "<targetMessage>{}</targetMessage></acknowledgement>", id_element(reply.target.as_ref()));
    xml.push_str(&device("receiver", "RCV", reply.from.as_ref()));
    xml.push_str(&device("sender", "SND", reply.to.as_ref()));
    xml.push_str("</MCCI_IN000002>");
    xml
}
