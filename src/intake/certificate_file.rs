//! The certificate in a file, PEM or DER: how a hospital's certificate is let in.
//!
//! **Not here:** what a certificate says, and whether one that connects is believed (the listener).

use rustls_pki_types::{CertificateDer, pem::PemObject};

use crate::listener::{CertificateRead, issues_others, read_certificate};

// Editors on Windows put it before a text.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The certificate of its owner in a file; `None` where it holds none. Of a chain it is the first that issues no others, in whatever order
/// they stand; one that stands alone may be its own issuer.
#[must_use]
pub fn certificate_in(bytes: &[u8]) -> Option<CertificateRead> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let chain: Vec<_> = CertificateDer::pem_slice_iter(bytes).map_while(Result::ok).collect();
    match chain.as_slice() {
        [] => read_certificate(&CertificateDer::from(bytes)),
        [first, ..] => read_certificate(chain.iter().find(|one| !issues_others(one)).unwrap_or(first)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_certificate_is_found_in_pem_and_in_der_and_in_nothing_else() {
        let key = rcgen::KeyPair::generate().unwrap();
        let made = rcgen::CertificateParams::new(vec!["oost.example".to_owned()]).unwrap().self_signed(&key).unwrap();
        let mut issuer = rcgen::CertificateParams::new(vec!["ca.example".to_owned()]).unwrap();
        issuer.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let other = issuer.self_signed(&key).unwrap();
        let print_in = |bytes: &[u8]| certificate_in(bytes).map(|read| read.seen.fingerprint);
        let print = print_in(made.der()).unwrap();
        assert!(print.starts_with("sha256:") && print.len() == 71);
        assert_eq!(print_in(made.pem().as_bytes()), Some(print.clone()));
        // A key before it, a chain after it.
        let chain = format!("{}{}{}", key.serialize_pem(), made.pem(), other.pem());
        assert_eq!(print_in(chain.as_bytes()), Some(print.clone()));
        // Its issuer before it; a mark that Windows puts before a text; an issuer alone.
        let turned = format!("\u{feff}{}{}", other.pem(), made.pem());
        assert_eq!(print_in(turned.as_bytes()), Some(print.clone()));
        assert!(print_in(other.pem().as_bytes()).is_some_and(|own| own != print));
        // Version 1: the listener never takes it. The version is the first thing in what is signed.
        let (mut old, head) = (made.der().to_vec(), [0xa0, 0x03, 0x02, 0x01, 0x02]);
        let at = old.windows(head.len()).position(|part| part == head).unwrap();
        old[at + 4] = 0;
        assert_eq!(print_in(&old), None);
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
