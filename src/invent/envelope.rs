//! What a document travels in (MESSAGE12 §4) and in which encoding.

use std::fmt::Write;

use chrono::NaiveDateTime;

use crate::{calendar::push_seconds, dialect::roots, message::escape};

/// The envelope round the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// A bare `ClinicalDocument`.
    None,
    /// `POCD_IN000040NL`.
    Interaction,
    /// `POCD_IN000040NL` in SOAP 1.1.
    Soap11,
    /// `POCD_IN000040NL` in SOAP 1.2.
    Soap12,
}

/// The encoding, as declared and as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// ISO-8859-1; what it lacks becomes a numeric reference.
    Latin1,
}

/// Which acknowledgement an interaction asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptAck {
    /// AL: always.
    Always,
    /// ER: only when refused.
    Error,
    /// NE: never.
    Never,
}

impl AcceptAck {
    fn code(self) -> &'static str {
        match self {
            Self::Always => "AL",
            Self::Error => "ER",
            Self::Never => "NE",
        }
    }
}

/// What stands in the transmission round a document.
pub(crate) struct Transmission<'a> {
    pub id: &'a str,
    pub made: NaiveDateTime,
    pub accept: AcceptAck,
    pub sender: &'a str,
    pub receiver: u8,
}

const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";

/// Opens the envelope; what it returns closes it.
pub(crate) fn open(out: &mut String, envelope: Envelope, transmission: &Transmission<'_>) -> &'static str {
    let (soap, close) = match envelope {
        Envelope::None => return "",
        Envelope::Interaction => (None, "  </subject></ControlActProcess>\n</POCD_IN000040NL>\n"),
        Envelope::Soap11 => (Some(SOAP11), CLOSE_SOAP),
        Envelope::Soap12 => (Some(SOAP12), CLOSE_SOAP),
    };
    if let Some(namespace) = soap {
        let _ = writeln!(out, "<soap:Envelope xmlns:soap=\"{namespace}\"><soap:Header/><soap:Body>");
    }
    out.push_str("<POCD_IN000040NL xmlns=\"urn:hl7-org:v3\">\n  <id root=\"");
    escape(out, &roots().transmission);
    out.push_str("\" extension=\"");
    escape(out, transmission.id);
    out.push_str("\"/>\n  <creationTime value=\"");
    push_seconds(out, transmission.made);
    out.push_str(
        "\"/>\n  <versionCode code=\"NICTIZEd2005-Okt\"/>\n  \
         <interactionId root=\"2.16.840.1.113883.1.6\" extension=\"POCD_IN000040NL\"/>\n  \
         <profileId root=\"2.16.840.1.113883.2.4.3.11.1\" extension=\"810\"/>\n  \
         <processingCode code=\"P\"/>\n  <processingModeCode code=\"T\"/>\n  <acceptAckCode code=\"",
    );
    out.push_str(transmission.accept.code());
    out.push_str("\"/>\n");
    device(out, "receiver", "RCV", format_args!("9000{:02}", transmission.receiver));
    device(out, "sender", "SND", format_args!("9{:0>5}", tail(transmission.sender)));
    out.push_str("  <ControlActProcess classCode=\"CACT\" moodCode=\"EVN\"><subject>\n");
    close
}

const CLOSE_SOAP: &str = "  </subject></ControlActProcess>\n</POCD_IN000040NL>\n</soap:Body></soap:Envelope>\n";

fn device(out: &mut String, element: &str, kind: &str, application: std::fmt::Arguments<'_>) {
    let _ = writeln!(
        out,
        "  <{element} typeCode=\"{kind}\"><device classCode=\"DEV\" determinerCode=\"INSTANCE\">\
         <id root=\"2.16.840.1.113883.2.4.6.6\" extension=\"{application}\"/></device></{element}>"
    );
}

/// The last five digits of a URA.
fn tail(ura: &str) -> &str {
    ura.get(ura.len().saturating_sub(5)..).unwrap_or(ura)
}

/// The bytes of a text in an encoding.
pub(crate) fn encode(text: String, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.into_bytes(),
        Encoding::Latin1 => {
            let mut bytes = Vec::with_capacity(text.len());
            for character in text.chars() {
                if let Ok(byte) = u8::try_from(u32::from(character)) {
                    bytes.push(byte);
                } else {
                    bytes.extend_from_slice(format!("&#{};", u32::from(character)).as_bytes());
                }
            }
            bytes
        }
    }
}
