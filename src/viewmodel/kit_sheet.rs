//! One sheet of the recovery kit, to be printed.

use chrono::NaiveDate;

use crate::Words;

/// A sheet of the recovery kit: two of three open the store and every role's keys.
pub struct KitSheet {
    /// Name of the organisation.
    pub organisation: String,
    /// Of a test store.
    pub test: bool,
    /// Its number, from 1.
    pub number: u8,
    /// How many there are.
    pub sheets: u8,
    /// The number of the kit.
    pub kit: String,
    /// The words, in order.
    pub words: Vec<Words>,
    /// Everything on one line, for the QR code.
    pub line: Words,
    /// When it was made.
    pub made: NaiveDate,
}

impl KitSheet {
    /// Who keeps it: 0 the functional administrator, 1 the privacy officer, 2 the vault.
    #[must_use]
    pub fn keeper(&self) -> usize {
        usize::from(self.number.saturating_sub(1)).min(2)
    }
}
