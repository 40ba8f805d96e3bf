//! What a certificate says of itself: fingerprint, names, dates, and the URA of a UZI server certificate.
//!
//! **Invariant:** two certificates have the same names only if subject and issuer are the same: what could end a name is escaped.
//! **Not here:** whether it is believed (`trust`).
//! Source of names: RFC 4514; of the URA: the certification practice statement of the UZI register, subjectAltName.otherName.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use domain::Ura;
use rustls_pki_types::CertificateDer;
use store::CertificateSeen;
use x509_parser::{
    certificate::X509Certificate,
    extensions::GeneralName,
    prelude::FromDer,
    x509::{AttributeTypeAndValue, X509Name, X509Version},
};

/// A certificate as far as it is looked at here.
#[derive(Clone, Debug)]
pub struct CertificateRead {
    /// What is listed and remembered of it.
    pub seen: CertificateSeen,
    /// It counts from then.
    pub not_before: DateTime<Utc>,
}

// LIMIT: bytes of a certificate; a large RSA one with its extensions has 3 kB.
const BYTES_MAX: usize = 16 << 10;
// LIMIT: characters of the names of one; they stand in the store.
const NAMES_MAX: usize = 1024;

/// Reads a certificate; `None` where it is none, or has no common bounds.
#[must_use]
pub fn read_certificate(der: &CertificateDer<'_>) -> Option<CertificateRead> {
    if der.len() > BYTES_MAX {
        return None;
    }
    let (rest, certificate) = X509Certificate::from_der(der).ok()?;
    let moment = |seconds| DateTime::from_timestamp(seconds, 0);
    let names = format!("subject:{};issuer:{}", name(certificate.subject()), name(certificate.issuer()));
    // An older version has no extensions, and TLS takes none.
    let is_known = certificate.version() == X509Version::V3;
    if !is_known || !rest.is_empty() || names.chars().count() > NAMES_MAX {
        return None;
    }
    let common_name = certificate.subject().iter_common_name().next().and_then(|name| name.as_str().ok());
    let seen = CertificateSeen {
        fingerprint: fingerprint(der),
        names,
        common_name: common_name.unwrap_or_default().to_owned(),
        ura: ura(&certificate),
        not_after: moment(certificate.validity().not_after.timestamp())?,
    };
    Some(CertificateRead { seen, not_before: moment(certificate.validity().not_before.timestamp())? })
}

/// Whether it is that of an issuer.
pub(crate) fn issues_others(der: &CertificateDer<'_>) -> bool {
    X509Certificate::from_der(der).is_ok_and(|(_, certificate)| certificate.is_ca())
}

/// `sha256:` and the digest of the whole certificate, in small letters.
fn fingerprint(der: &[u8]) -> String {
    let mut text = String::from("sha256:");
    for byte in seal::digest(der) {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A name as RFC 4514 writes it, but in the order of the certificate.
fn name(name: &X509Name<'_>) -> String {
    let mut text = String::new();
    for part in name.iter_rdn() {
        for (place, attribute) in part.iter().enumerate() {
            let between = if place > 0 { "+" } else { "," };
            if !text.is_empty() {
                text.push_str(between);
            }
            write_attribute(attribute, &mut text);
        }
    }
    text
}

// RFC 4514 §3, and what the Dutch certificates have besides.
const TYPES: [(&str, &str); 10] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.97", "organizationIdentifier"),
    ("0.9.2342.19200300.100.1.25", "DC"),
];

fn write_attribute(attribute: &AttributeTypeAndValue<'_>, text: &mut String) {
    let oid = attribute.attr_type().to_id_string();
    let known = TYPES.iter().find(|(number, _)| *number == oid).map(|(_, word)| *word);
    text.push_str(known.unwrap_or(&oid));
    text.push('=');
    let Ok(value) = attribute.as_str() else {
        text.push('#');
        for byte in attribute.as_slice() {
            let _ = write!(text, "{byte:02x}");
        }
        return;
    };
    let last = value.chars().count().saturating_sub(1);
    for (at, c) in value.chars().enumerate() {
        let at_an_end = (at == 0 && (c == ' ' || c == '#')) || (at == last && c == ' ');
        if c.is_control() {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(text, "\\{byte:02x}");
            }
        } else if at_an_end || matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=') {
            text.push('\\');
            text.push(c);
        } else {
            text.push(c);
        }
    }
}

/// Of an otherName `…-S-<URA>-00.000-<AGB>`: the subscriber of a server certificate.
fn ura(certificate: &X509Certificate<'_>) -> Option<String> {
    let names = &certificate.subject_alternative_name().ok()??.value.general_names;
    names.iter().find_map(|name| {
        let GeneralName::OtherName(oid, value) = name else { return None };
        if oid.to_id_string() == "2.5.5.5" { ura_of(value) } else { None }
    })
}

/// The content of a DER value of less than 256 bytes.
fn content(der: &[u8]) -> Option<&[u8]> {
    let (length, rest) = match der {
        [_, length @ 0..=0x7f, rest @ ..] | [_, 0x81, length, rest @ ..] => (usize::from(*length), rest),
        [..] => return None,
    };
    rest.get(..length)
}

/// The value is a string in a context tag.
fn ura_of(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(content(content(value)?)?).ok()?;
    let parts: Vec<&str> = text.trim().split('-').collect();
    // Root of the register, version, number of the card, kind, subscriber, role, AGB.
    let [_, _, _, "S", subscriber, _, _] = parts.as_slice() else { return None };
    Ura::parse(subscriber).ok().map(|_| (*subscriber).to_owned())
}

/// A certificate as it may be listed: a fingerprint in small letters, or its names; `None` for anything else.
#[must_use]
pub fn listed_certificate(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(digits) = text.strip_prefix("sha256:") {
        let digits = digits.to_ascii_lowercase();
        let fits = digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        return fits.then(|| format!("sha256:{digits}"));
    }
    let (subject, issuer) = text.strip_prefix("subject:")?.split_once(";issuer:")?;
    let is_name = |name: &str| !name.is_empty() && !name.chars().any(char::is_control) && name.contains('=');
    (is_name(subject) && is_name(issuer) && text.chars().count() <= NAMES_MAX).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_ura_is_read_of_a_server_certificates_name_and_of_no_other() {
        let name = |text: &str| {
            let length = u8::try_from(text.len()).unwrap();
            [&[0xa0, length + 2, 0x16, length], text.as_bytes()].concat()
        };
        let server = "2.16.528.1.1007.99.2110-1-900021219-S-90000123-00.000-00000000";
        assert_eq!(ura_of(&name(server)).as_deref(), Some("90000123"));
        assert_eq!(ura_of(&name(&server.replace("-S-", "-Z-"))), None, "a person's card");
        assert_eq!(ura_of(&name(&server.replace("90000123", "9000012x"))), None);
        assert_eq!(ura_of(b"\xa0\x03"), None);
    }

    #[test]
    fn a_certificate_is_listed_by_fingerprint_or_by_both_names() {
        let digits = "AB".repeat(32);
        assert_eq!(listed_certificate(&format!("sha256:{digits}")).unwrap(), format!("sha256:{}", "ab".repeat(32)));
        let names = "subject:C=NL,CN=sender.example;issuer:CN=Proef CA";
        assert_eq!(listed_certificate(names).as_deref(), Some(names));
        for wrong in ["sha256:ab", "subject:CN=a", "subject:;issuer:CN=b", "CN=a;issuer:CN=b", ""] {
            assert_eq!(listed_certificate(wrong), None, "{wrong}");
        }
    }
}
