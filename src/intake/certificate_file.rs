//! The certificate in a file, PEM or DER, by its fingerprint: how a hospital's certificate is let in.
//!
//! **Not here:** what a certificate that connects says, and whether it is believed (the listener).

use std::fmt::Write as _;

use rustls_pki_types::{CertificateDer, pem::PemObject};
use x509_parser::{certificate::X509Certificate, prelude::FromDer};

/// `sha256:` and the digest of the first certificate in a file; `None` where it holds none. Of a chain the first is the hospital's own.
#[must_use]
pub fn certificate_in(bytes: &[u8]) -> Option<String> {
    let der = match CertificateDer::pem_slice_iter(bytes).next() {
        Some(Ok(certificate)) => certificate,
        Some(Err(_)) | None => CertificateDer::from(bytes),
    };
    let (rest, _) = X509Certificate::from_der(&der).ok()?;
    if !rest.is_empty() {
        return None;
    }
    let mut text = String::from("sha256:");
    for byte in seal::digest(&der) {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_certificate_is_found_in_pem_and_in_der_and_in_nothing_else() {
        let key = rcgen::KeyPair::generate().unwrap();
        let made = rcgen::CertificateParams::new(vec!["oost.example".to_owned()]).unwrap().self_signed(&key).unwrap();
        let other = rcgen::CertificateParams::new(vec!["ca.example".to_owned()]).unwrap().self_signed(&key).unwrap();
        let print = certificate_in(made.der()).unwrap();
        assert!(print.starts_with("sha256:") && print.len() == 71);
        assert_eq!(certificate_in(made.pem().as_bytes()), Some(print.clone()));
        // A key before it, a chain after it.
        let chain = format!("{}{}{}", key.serialize_pem(), made.pem(), other.pem());
        assert_eq!(certificate_in(chain.as_bytes()), Some(print));
        for none in [
            &b""[..],
            b"-----BEGIN CERTIFICATE-----",
            key.serialize_pem().as_bytes(),
            &[made.der(), &b"x"[..]].concat(),
        ] {
            assert_eq!(certificate_in(none), None);
        }
    }
}
