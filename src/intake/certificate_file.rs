//! The certificate in a file, PEM or DER: how a hospital's certificate is let in.
//!
//! **Not here:** what a certificate says, and whether one that connects is believed (the listener).

use rustls_pki_types::{CertificateDer, pem::PemObject};

use crate::listener::{CertificateRead, read_certificate};

/// The first certificate in a file; `None` where it holds none. Of a chain the first is the hospital's own.
#[must_use]
pub fn certificate_in(bytes: &[u8]) -> Option<CertificateRead> {
    let der = match CertificateDer::pem_slice_iter(bytes).next() {
        Some(Ok(certificate)) => certificate,
        Some(Err(_)) | None => CertificateDer::from(bytes),
    };
    read_certificate(&der)
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
        let print_in = |bytes: &[u8]| certificate_in(bytes).map(|read| read.seen.fingerprint);
        let print = print_in(made.der()).unwrap();
        assert!(print.starts_with("sha256:") && print.len() == 71);
        assert_eq!(print_in(made.pem().as_bytes()), Some(print.clone()));
        // A key before it, a chain after it.
        let chain = format!("{}{}{}", key.serialize_pem(), made.pem(), other.pem());
        assert_eq!(print_in(chain.as_bytes()), Some(print));
        for none in [
            &b""[..],
            b"-----BEGIN CERTIFICATE-----",
            key.serialize_pem().as_bytes(),
            &[made.der(), &b"x"[..]].concat(),
        ] {
            assert_eq!(print_in(none), None);
        }
    }
}
