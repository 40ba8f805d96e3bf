//! The root secret and the two keys drawn from it (DESIGN §4): the file's key and the wrapping key.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{
    content::{aead_open, aead_seal},
    secret::{SealError, Secret32},
};

/// The root secret: kept in the operating system's key store or a key file, never in the store.
pub struct RootSecret(Secret32);

impl RootSecret {
    /// A fresh one, at set-up or rotation.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate() -> Result<Self, SealError> {
        Secret32::random().map(Self)
    }

    /// From the key store's bytes.
    ///
    /// # Errors
    /// When there are not exactly thirty-two.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        Secret32::from_bytes(bytes).map(Self)
    }

    /// The bytes, for the key store only. Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.bytes()
    }

    fn derive(&self, what: &[u8]) -> Secret32 {
        let mut key = Secret32::zeros();
        // HKDF-SHA256 gives up to 8160 bytes; 32 cannot fail, and an all-zero key would open nothing.
        let _ = Hkdf::<Sha256>::new(None, self.0.bytes()).expand(what, key.bytes_mut());
        key
    }

    /// The file's key as 64 hexadecimal digits, for SQLCipher's raw-key form.
    #[must_use]
    pub fn sqlcipher_key(&self) -> Zeroizing<String> {
        let key = self.derive(b"terugblik/1/sqlcipher");
        Zeroizing::new(data_encoding::HEXLOWER.encode(key.bytes()))
    }

    /// Eight bytes that tell this root secret from another; nothing can be had from them.
    #[must_use]
    pub fn mark(&self) -> [u8; 8] {
        let mut mark = [0; 8];
        mark.copy_from_slice(&self.derive(b"terugblik/1/mark").bytes()[..8]);
        mark
    }

    /// The key that wraps table `secret`.
    #[must_use]
    pub fn wrapping_key(&self) -> WrappingKey {
        WrappingKey(self.derive(b"terugblik/1/wrapping"))
    }
}

/// Wraps the store's random secrets.
pub struct WrappingKey(Secret32);

impl WrappingKey {
    /// From a snapshot's key file.
    ///
    /// # Errors
    /// When there are not exactly thirty-two.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        Secret32::from_bytes(bytes).map(Self)
    }

    /// The bytes, to be wrapped beside a snapshot. Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.bytes()
    }
}

fn place(kind: &str, number: u32) -> Vec<u8> {
    [b"secret/".as_slice(), kind.as_bytes(), b"/", &number.to_be_bytes()].concat()
}

impl WrappingKey {
    /// Wraps a secret for its row in table `secret`.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn wrap_secret(&self, kind: &str, number: u32, secret: &[u8]) -> Result<Vec<u8>, SealError> {
        aead_seal(&self.0, &place(kind, number), secret)
    }

    /// Opens a row of table `secret`.
    ///
    /// # Errors
    /// When the row belongs to another root, kind or number, or was changed.
    pub fn unwrap_secret(&self, kind: &str, number: u32, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        aead_open(&self.0, &place(kind, number), sealed)
    }
}
