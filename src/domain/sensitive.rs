//! Clear text about a patient, held as briefly as possible.
//!
//! **Invariant:** not `Clone`, not `Debug`, not `Display`; zeroised when dropped. Whoever reads it says `reveal`.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A piece of text about a patient (a BSN, a diagnosis, a remark).
#[derive(PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct Sensitive(String);

impl Sensitive {
    /// Takes ownership of the text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself. Each caller marks its use with `// REVEAL:` and the reason.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Length in characters; for findings, which may name lengths but no text.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Sensitive {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}
