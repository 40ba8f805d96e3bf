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

impl Envelope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::None, Self::Interaction, Self::Soap11, Self::Soap12];

    /// The word on the command line and in `inspect --json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Interaction => "interaction",
            Self::Soap11 => "soap11",
            Self::Soap12 => "soap12",
        }
    }
}

/// The encoding, as declared and as written. What an encoding lacks becomes a numeric reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-16, little end first, with a byte order mark.
    Utf16Le,
    /// UTF-16, big end first, with a byte order mark.
    Utf16Be,
    /// ISO-8859-1.
    Latin1,
    /// windows-1252.
    Windows1252,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Utf8, Self::Utf8Bom, Self::Utf16Le, Self::Utf16Be, Self::Latin1, Self::Windows1252];

    /// The word on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf8Bom => "utf-8-bom",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Latin1 => "iso-8859-1",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// The name in the XML declaration.
    pub(crate) fn declared(self) -> &'static str {
        match self {
            Self::Utf8 | Self::Utf8Bom => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Latin1 => "ISO-8859-1",
            Self::Windows1252 => "windows-1252",
        }
    }
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
    pub(crate) fn code(self) -> &'static str {
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
    /// Root and extension of the application that sends; absent: one made of the sender's number.
    pub application: Option<&'a (String, String)>,
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
    match transmission.application {
        Some((root, extension)) => device_of(out, "sender", "SND", root, format_args!("{extension}")),
        None => device(out, "sender", "SND", format_args!("9{:0>5}", tail(transmission.sender))),
    }
    out.push_str("  <ControlActProcess classCode=\"CACT\" moodCode=\"EVN\"><subject>\n");
    close
}

const CLOSE_SOAP: &str = "  </subject></ControlActProcess>\n</POCD_IN000040NL>\n</soap:Body></soap:Envelope>\n";

/// Root of applications that send and receive.
const APPLICATIONS: &str = "2.16.840.1.113883.2.4.6.6";

fn device(out: &mut String, element: &str, kind: &str, application: std::fmt::Arguments<'_>) {
    device_of(out, element, kind, APPLICATIONS, application);
}

fn device_of(out: &mut String, element: &str, kind: &str, root: &str, application: std::fmt::Arguments<'_>) {
    let _ = writeln!(
        out,
        "  <{element} typeCode=\"{kind}\"><device classCode=\"DEV\" determinerCode=\"INSTANCE\">\
         <id root=\"{root}\" extension=\"{application}\"/></device></{element}>"
    );
}

/// The last five digits of a URA.
fn tail(ura: &str) -> &str {
    ura.get(ura.len().saturating_sub(5)..).unwrap_or(ura)
}

/// The characters of windows-1252 from 0x80 on; the places it leaves free are none.
const FROM_80: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”', '•',
    '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// The byte of a character in an encoding of one byte; those of 0x80 to 0x9f are letters in windows-1252 alone.
fn byte_of(character: char, encoding: Encoding) -> Option<u8> {
    match u32::from(character) {
        code @ (0..=0x7f | 0xa0..=0xff) => u8::try_from(code).ok(),
        _ if encoding == Encoding::Windows1252 => {
            let place = FROM_80.iter().position(|known| *known == character)?;
            u8::try_from(0x80 + place).ok()
        }
        _ => None,
    }
}

/// The bytes of a text in an encoding.
pub(crate) fn encode(text: String, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.into_bytes(),
        Encoding::Utf8Bom => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        Encoding::Utf16Le => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        Encoding::Latin1 | Encoding::Windows1252 => {
            let mut bytes = Vec::with_capacity(text.len());
            for character in text.chars() {
                match byte_of(character, encoding) {
                    Some(byte) => bytes.push(byte),
                    None => bytes.extend_from_slice(format!("&#{};", u32::from(character)).as_bytes()),
                }
            }
            bytes
        }
    }
}
