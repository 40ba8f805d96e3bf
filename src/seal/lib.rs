//! Everything sealed: content keys, reader keys, wraps, passphrases, keyed hashes, signatures, the chain's hash and MAC.
//!
//! **Invariant:** composed from audited crates only (HPKE, ChaCha20-Poly1305, Argon2id, HKDF, HMAC, SHA-256, Ed25519); no cipher of our own.
//! **Invariant:** secrets are neither `Clone` nor `Debug` and are zeroised when dropped.
//! **Invariant:** every sealed value begins with a format byte and authenticates its place; formats never change, new ones are added.
//! **Not here:** who may open what (`access`), where it is kept (`store`).

mod activation;
mod alphabet;
mod chain;
mod content;
mod hashes;
mod own_marks;
mod padded;
mod passphrase;
mod personal_sheet;
mod reader;
mod recovery_kit;
mod root;
mod second_factor;
mod secret;
mod signing;
mod wrap;

pub use activation::{ActivationCode, ActivationCodeError};
pub use chain::{Digest, MacKey, chain_hash, digest};
pub use content::{ContentKey, Place, SealedContent, open_content, padded_length, seal_content};
pub use hashes::{BsnComparisonKey, DirectoryKey, FingerprintKey, PseudonymKey};
pub use own_marks::OwnMarks;
pub use padded::{open_padded_with, seal_padded_to};
pub use passphrase::{Parameters, Passphrase, Pepper, open_under_passphrase, parameters_of, seal_under_passphrase};
pub use personal_sheet::{PersonalSheetCode, PersonalSheetError, SHEET_GROUP_CHARACTERS, SHEET_GROUPS};
pub use reader::{ReaderKey, ReaderPrivate, ReaderPublic, open_with, seal_to};
pub use recovery_kit::{
    KitError, KitNumber, RecoveryKit, RecoverySheet, SHEET_WORDS, SHEETS, SheetError, is_sheet_word,
};
pub use root::{RootSecret, WrappingKey};
pub use second_factor::{STEP_SECONDS, TotpSecret};
pub use secret::{SealError, Secret32, random_token, wipe_stack};
pub use signing::{SigningKey, SigningPublic, VoucherKey};
pub use wrap::{
    OpenedFigure, SEALED_FIGURE_BYTES, figure_number, open_figure, seal_figure, unwrap, wrap, wrap_number, wrapped_keys,
};
