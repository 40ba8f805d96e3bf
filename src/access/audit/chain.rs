//! The chain of entries: hash over the previous hash, number and canonical bytes; forward-secure MAC beside it.

use seal::{Digest, MacKey, SealError, chain_hash};

use crate::audit::{entry::Entry, event::Event};

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
    segment_starts: bool,
    first_break: Option<ChainBreak>,
}

impl Verifier {
    /// From the first entry; with the first MAC key the MACs are verified too.
    #[must_use]
    pub fn new(first_mac_key: Option<MacKey>) -> Self {
        Self { number: 0, hash: [0; 32], mac_key: first_mac_key, segment_starts: false, first_break: None }
    }

    /// The next row is the first of a new MAC segment, as a restore begins one: it must tell of that restore, or it is a
    /// break. Hashes go on over it. `first_mac_key` is the segment's own first key; without it its MACs are not verified.
    pub fn start_segment(&mut self, first_mac_key: Option<MacKey>) {
        self.mac_key = first_mac_key;
        self.segment_starts = true;
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
        let told = !std::mem::take(&mut self.segment_starts)
            || Entry::from_bytes(&row.body).is_ok_and(|entry| entry.event == Event::Restored);
        if row.number != self.number + 1 || !row.follows(&self.hash) || !mac_fits || !told {
            self.first_break = Some(ChainBreak { number: self.number + 1 });
            return;
        }
        self.number = row.number;
        self.hash = row.chain_hash().unwrap_or_default();
    }

    /// The end: compares with the head as the store has it. Where MACs were verified, `next_mac_key`, the key that the store
    /// holds for the next entry, must be the one that the entries lead to: without that a log cut at its end and a log
    /// begun anew both look whole, since the keys of the entries that are gone cannot be computed back.
    #[must_use]
    pub fn finish(mut self, head_number: u64, next_mac_key: Option<&MacKey>) -> Verification {
        let key_fits = match (&self.mac_key, next_mac_key) {
            (Some(own), Some(stored)) => own.is_same(stored),
            (None, _) | (_, None) => true,
        };
        if self.first_break.is_none() && (self.number != head_number || self.segment_starts || !key_fits) {
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

    fn key(byte: u8) -> MacKey {
        MacKey::from_bytes(&[byte; 32]).unwrap()
    }

    fn entry(event: Event) -> Entry {
        let at = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap();
        Entry::of_program(at, event, Purpose::Supervision, "w", "v")
    }

    fn append(mut head: Head, rows: &mut Vec<Row>, event: Event, entries: u32) -> Head {
        for _ in 0..entries {
            let (row, next) = head.append(&entry(event));
            rows.push(row);
            head = next;
        }
        head
    }

    fn log(entries: u32) -> (Vec<Row>, MacKey) {
        let mut rows = Vec::new();
        append(Head::start(key(7)), &mut rows, Event::LogRead, entries);
        (rows, key(7))
    }

    fn verify(rows: &[Row], first: Option<MacKey>) -> Verification {
        let mut verifier = Verifier::new(first);
        rows.iter().for_each(|row| verifier.take(row));
        verifier.finish(rows.last().map_or(0, |r| r.number), None)
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
        let mut rows = Vec::new();
        append(Head::start(key(8)), &mut rows, Event::Purged, 3);
        assert_eq!(verify(&rows, None).first_break, None, "hashes alone can be computed again");
        assert_eq!(verify(&rows, Some(key(7))).first_break, Some(ChainBreak { number: 1 }));
    }

    #[test]
    fn a_log_cut_at_its_end_is_found_by_the_key_that_waits_for_the_next_entry() {
        let mut rows = Vec::new();
        let head = append(Head::start(key(7)), &mut rows, Event::LogRead, 20);
        let finish = |rows: &[Row], first: Option<MacKey>| {
            let mut verifier = Verifier::new(first);
            rows.iter().for_each(|row| verifier.take(row));
            verifier.finish(rows.len() as u64, Some(&head.mac_key)).first_break
        };
        assert_eq!(finish(&rows, Some(key(7))), None);
        assert_eq!(finish(&rows[..17], Some(key(7))), Some(ChainBreak { number: 18 }));
        assert_eq!(finish(&rows[..17], None), None, "without the first key nothing is known of the keys");
        assert_eq!(finish(&[], Some(key(7))), Some(ChainBreak { number: 1 }), "emptied and begun anew");
    }

    /// Twelve entries under one key, then eight of a new segment under another, the first of which tells `event`.
    fn restored(event: Event) -> (Vec<Row>, Head) {
        let mut rows = Vec::new();
        let Head { number, hash, mac_key: _ } = append(Head::start(key(7)), &mut rows, Event::LogRead, 12);
        let head = append(Head { number, hash, mac_key: key(9) }, &mut rows, event, 1);
        let head = append(head, &mut rows, Event::LogRead, 7);
        (rows, head)
    }

    fn verify_restored(rows: &[Row], head: &Head, second: Option<MacKey>) -> Option<ChainBreak> {
        let mut verifier = Verifier::new(Some(key(7)));
        for row in rows {
            if row.number == 13 {
                verifier.start_segment(second.as_ref().map(|k| MacKey::from_bytes(k.expose()).unwrap()));
            }
            verifier.take(row);
        }
        verifier.finish(head.number, Some(&head.mac_key)).first_break
    }

    #[test]
    fn a_segment_that_begins_with_its_restore_is_verified_under_its_own_key() {
        let (rows, head) = restored(Event::Restored);
        assert_eq!(verify_restored(&rows, &head, Some(key(9))), None);
        assert_eq!(verify_restored(&rows, &head, Some(key(7))), Some(ChainBreak { number: 13 }));
        assert_eq!(
            verify(&rows, Some(key(7))).first_break,
            Some(ChainBreak { number: 13 }),
            "no segment was announced"
        );
    }

    #[test]
    fn a_segment_without_the_entry_of_its_restore_is_a_break() {
        let (rows, head) = restored(Event::LogRead);
        assert_eq!(verify_restored(&rows, &head, Some(key(9))), Some(ChainBreak { number: 13 }));
        assert_eq!(verify_restored(&rows, &head, None), Some(ChainBreak { number: 13 }));
        let mut verifier = Verifier::new(None);
        rows[..12].iter().for_each(|row| verifier.take(row));
        verifier.start_segment(None);
        assert_eq!(verifier.finish(12, None).first_break, Some(ChainBreak { number: 13 }), "begun and nothing in it");
    }
}
