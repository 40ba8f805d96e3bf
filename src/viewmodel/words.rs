//! Clear text about a person on its way to the screen.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Text about a person: drawn, never copied, printed or kept.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Words(String);

impl Words {
    /// Takes the text over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, to draw it. Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}
