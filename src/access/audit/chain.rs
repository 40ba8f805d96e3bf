//! The chain of entries: hash over the previous hash, number and canonical bytes; forward-secure MAC beside it.

use seal::{Digest, MacKey, SealError, chain_hash};

use crate::audit::entry::Entry;

/// The end of the log as it stands in the store, read inside the transaction, never cached.
pub struct Head {
    /// Number of the last entry; 0 before the first.
    pub number: u64,
    /// Its hash; zeros before the first.
    pub hash: Digest,
    /// The MAC key of the next entry.
    pub mac_key: MacKey,
}

/// A row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1, without gaps.
    pub number: u64,
    /// Canonical bytes.
    pub body: Vec<u8>,
    /// Hash 32 ‖ MAC 32.
    pub hash: Vec<u8>,
}

impl Row {
    /// The chain hash.
    ///
    /// # Errors
    /// When the row is cut short.
    pub fn chain_hash(&self) -> Result<Digest, SealError> {
        self.hash.get(..32).and_then(|h| h.try_into().ok()).ok_or(SealError::Format)
    }

    /// Whether this row follows on `previous`.
    #[must_use]
    pub fn follows(&self, previous: &Digest) -> bool {
        self.chain_hash().is_ok_and(|own| own == chain_hash(previous, self.number, &self.body))
    }
}

impl Head {
    /// The start of a log.
    #[must_use]
    pub fn start(mac_key: MacKey) -> Self {
        Self { number: 0, hash: [0; 32], mac_key }
    }

    /// Appends an entry: its row, and the head after it. The MAC key moves on; the old one is gone.
    #[must_use]
    pub fn append(self, entry: &Entry) -> (Row, Self) {
        let number = self.number + 1;
        let body = entry.to_bytes();
        let hash = chain_hash(&self.hash, number, &body);
        let mut both = Vec::with_capacity(64);
        both.extend_from_slice(&hash);
        both.extend_from_slice(&self.mac_key.mac(&hash));
        (Row { number, body, hash: both }, Self { number, hash, mac_key: self.mac_key.advance() })
    }
}

/// Where a chain breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainBreak {
    /// The first entry that does not fit.
    pub number: u64,
}

/// Result of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Entries that fit.
    pub entries: u64,
    /// The first that does not.
    pub first_break: Option<ChainBreak>,
}

/// Verifies a chain row by row, so that a long log needs no memory.
pub struct Verifier {
    number: u64,
    hash: Digest,
    mac_key: Option<MacKey>,
    first_break: Option<ChainBreak>,
}

impl Verifier {
    /// From the first entry; with the first MAC key the MACs are verified too.
    #[must_use]
    pub fn new(first_mac_key: Option<MacKey>) -> Self {
        Self { number: 0, hash: [0; 32], mac_key: first_mac_key, first_break: None }
    }

    /// Takes the next row.
    pub fn take(&mut self, row: &Row) {
        if self.first_break.is_some() {
            return;
        }
        let mac_fits = match self.mac_key.take() {
            None => true,
            Some(key) => {
                let fits = row.chain_hash().is_ok_and(|hash| row.hash.get(32..) == Some(key.mac(&hash).as_slice()));
                self.mac_key = Some(key.advance());
                fits
            }
        };
        if row.number != self.number + 1 || !row.follows(&self.hash) || !mac_fits {
            self.first_break = Some(ChainBreak { number: self.number + 1 });
            return;
        }
        self.number = row.number;
        self.hash = row.chain_hash().unwrap_or_default();
    }

    /// The end: compares with the head as the store has it.
    #[must_use]
    pub fn finish(mut self, head_number: u64) -> Verification {
        if self.first_break.is_none() && self.number != head_number {
            self.first_break = Some(ChainBreak { number: self.number + 1 });
        }
        Verification { entries: self.number, first_break: self.first_break }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::{TimeZone, Utc};
    use domain::Purpose;

    use super::*;
    use crate::audit::event::Event;

    fn log(entries: u32) -> (Vec<Row>, MacKey) {
        let first = MacKey::from_bytes(&[7; 32]).unwrap();
        let mut head = Head::start(MacKey::from_bytes(&[7; 32]).unwrap());
        let mut rows = Vec::new();
        for second in 0..entries {
            let at = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, second).unwrap();
            let (row, next) = head.append(&Entry::of_program(at, Event::LogRead, Purpose::Supervision, "w", "v"));
            rows.push(row);
            head = next;
        }
        (rows, first)
    }

    fn verify(rows: &[Row], first: Option<MacKey>) -> Verification {
        let mut verifier = Verifier::new(first);
        rows.iter().for_each(|row| verifier.take(row));
        verifier.finish(rows.last().map_or(0, |r| r.number))
    }

    #[test]
    fn a_log_as_written_is_intact() {
        let (rows, first) = log(20);
        assert_eq!(verify(&rows, Some(first)), Verification { entries: 20, first_break: None });
    }

    #[test]
    fn a_changed_entry_is_found_where_it_stands() {
        let (mut rows, _) = log(20);
        rows[11].body[20] ^= 1;
        assert_eq!(verify(&rows, None).first_break, Some(ChainBreak { number: 12 }));
    }

    #[test]
    fn an_entry_taken_out_is_found() {
        let (mut rows, _) = log(20);
        rows.remove(5);
        assert_eq!(verify(&rows, None).first_break, Some(ChainBreak { number: 6 }));
    }

    #[test]
    fn a_chain_rewritten_without_the_first_mac_key_is_found() {
        let (_, first) = log(1);
        let mut head = Head::start(MacKey::from_bytes(&[8; 32]).unwrap());
        let mut rows = Vec::new();
        for second in 0..3 {
            let at = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, second).unwrap();
            let (row, next) = head.append(&Entry::of_program(at, Event::Purged, Purpose::Supervision, "w", "v"));
            rows.push(row);
            head = next;
        }
        assert_eq!(verify(&rows, None).first_break, None, "hashes alone can be computed again");
        assert_eq!(verify(&rows, Some(first)).first_break, Some(ChainBreak { number: 1 }));
    }
}
