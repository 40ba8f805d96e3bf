//! Keyed hashes (HMAC-SHA256), each with a key of its own and a label of its own.

use domain::{InstanceId, ReaderId, Sender, Site};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{reader::ReaderPublic, secret::Secret32, signing::SigningPublic};

pub(crate) fn keyed(key: &Secret32, label: &[u8], fields: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length, so a key of 32 bytes is never refused.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.bytes()) else { return [0; 32] };
    mac.update(label);
    for field in fields {
        mac.update(&(field.len() as u64).to_be_bytes());
        mac.update(field);
    }
    mac.finalize().into_bytes().into()
}

fn fields(id: &InstanceId) -> [&[u8]; 3] {
    let extension = id.extension.as_deref();
    [id.root.as_bytes(), if extension.is_some() { b"1" } else { b"0" }, extension.unwrap_or_default().as_bytes()]
}

/// The organisation, and the site where there is one.
fn sender_fields(sender: &Sender) -> Vec<&[u8]> {
    let mut all = fields(&sender.organisation).to_vec();
    if let Some(site) = &sender.site {
        all.push(match site {
            Site::Location(_) => b"location",
            Site::Application(_) => b"application",
        });
        all.extend(fields(site.id()));
    }
    all
}

macro_rules! keys { ($($(#[$doc:meta])* $name:ident;)*) => {$(
    $(#[$doc])*
    pub struct $name(Secret32);

    impl $name {
        /// From table `secret`.
        #[must_use]
        pub fn new(secret: Secret32) -> Self {
            Self(secret)
        }
    }
)*}; }

keys! {
    /// Authenticates the directory of public keys.
    DirectoryKey;
    /// Recognises messages, sets and exact repeats.
    FingerprintKey;
    /// Compares announced and returned BSNs.
    BsnComparisonKey;
    /// Pseudonyms of the log, per calendar year.
    PseudonymKey;
}

impl DirectoryKey {
    /// The MAC of an entry of the directory.
    #[must_use]
    pub fn mac(&self, reader: ReaderId, epoch: u32, public: &ReaderPublic) -> [u8; 32] {
        keyed(&self.0, b"directory", &[&reader.0.to_be_bytes(), &epoch.to_be_bytes(), &public.0])
    }
}

impl DirectoryKey {
    /// The MAC of the privacy officers' signing key of an epoch.
    #[must_use]
    pub fn signing_mac(&self, epoch: u32, public: &SigningPublic) -> [u8; 32] {
        keyed(&self.0, b"signing", &[&epoch.to_be_bytes(), &public.0])
    }
}

impl FingerprintKey {
    /// Identity of a message within its sender.
    #[must_use]
    pub fn identity(&self, sender: &Sender, message: &InstanceId) -> [u8; 32] {
        keyed(&self.0, b"identity", &[sender_fields(sender).as_slice(), &fields(message)].concat())
    }

    /// Identity of a set of versions within its sender.
    #[must_use]
    pub fn version_set(&self, sender: &Sender, set: &InstanceId) -> [u8; 32] {
        keyed(&self.0, b"set", &[sender_fields(sender).as_slice(), &fields(set)].concat())
    }

    /// Fingerprint of recognised content.
    #[must_use]
    pub fn fingerprint(&self, canonical: &[u8]) -> [u8; 32] {
        keyed(&self.0, b"fingerprint", &[canonical])
    }
}

impl BsnComparisonKey {
    /// Hash of a BSN's nine digits.
    #[must_use]
    pub fn hash(&self, nine_digits: &str) -> [u8; 32] {
        keyed(&self.0, b"bsn", &[nine_digits.as_bytes()])
    }
}

impl PseudonymKey {
    /// Pseudonym of a ride, in its canonical form.
    #[must_use]
    pub fn ride(&self, canonical: &str) -> [u8; 8] {
        self.short(b"ride", canonical)
    }

    /// Pseudonym of a client, by the number that the hospital returned, as received.
    #[must_use]
    pub fn client(&self, number: &str) -> [u8; 8] {
        self.short(b"client", number)
    }

    fn short(&self, label: &[u8], text: &str) -> [u8; 8] {
        let hash = keyed(&self.0, label, &[text.as_bytes()]);
        let mut short = [0; 8];
        short.copy_from_slice(&hash[..8]);
        short
    }
}
