//! Words of a hospital as a screen shows them: what identifies somebody in them is masked (R28).
//!
//! **Invariant:** what is masked is not in the view model: not hidden there, absent.

use domain::{IdentifierKind, Sensitive, identifiers_in_text};
use viewmodel::{Command, FreeText, Masked, RecordId, Words};

// As long for every value, so that its length is not told (LOOK §6).
const MASK: &str = "••••••••";
// Where a passage was taken out that did not belong there.
const TAKEN_OUT: &str = "[…]";

/// The words, whole where they were unmasked; and what is masked in them, by kind.
pub(crate) fn words(text: &Sensitive, unmasked: bool) -> (Words, Vec<IdentifierKind>) {
    // REVEAL: on the screen of a professional of this ride; logged when opened, and again when unmasked.
    let text = text.reveal();
    let found = if unmasked { Vec::new() } else { identifiers_in_text(text) };
    // Room for all of it at once: a buffer that grows leaves clear text behind where it was.
    let mut shown = String::with_capacity(text.len() + found.len() * MASK.len());
    let mut next = found.iter().peekable();
    for (at, character) in text.chars().enumerate() {
        next.next_if(|one| one.end <= at);
        match next.peek() {
            Some(one) if one.start == at => shown.push_str(MASK),
            Some(one) if one.start < at => {}
            Some(_) | None if store::is_taken_out(character) => shown.push_str(TAKEN_OUT),
            Some(_) | None => shown.push(character),
        }
    }
    (Words::new(shown), found.iter().map(|one| one.kind).collect())
}

/// What the screen says of it, and the command that shows it; nothing where nothing is masked.
pub(crate) fn masked(kinds: &[IdentifierKind], record: RecordId, text: FreeText) -> Option<Masked> {
    let count = |kind| kinds.iter().filter(|one| **one == kind).count() as u64;
    let told: Vec<_> =
        IdentifierKind::ALL.into_iter().map(|kind| (key(kind), count(kind))).filter(|(_, n)| *n > 0).collect();
    (!told.is_empty()).then_some(Masked { kinds: told, unmask: Command::UnmaskText(record, text) })
}

/// The key of a kind's word.
pub(crate) fn key(kind: IdentifierKind) -> &'static str {
    match kind {
        IdentifierKind::Bsn => "in-text-bsn",
        IdentifierKind::Telephone => "in-text-telephone",
        IdentifierKind::Email => "in-text-email",
        IdentifierKind::Postcode => "in-text-postcode",
        IdentifierKind::BirthDate => "in-text-birth-date",
        IdentifierKind::Name => "in-text-name",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, unmasked: bool) -> (String, usize) {
        let (words, kinds) = words(&Sensitive::new(text.to_owned()), unmasked);
        (words.reveal().to_owned(), kinds.len())
    }

    #[test]
    fn what_identifies_is_absent_until_it_is_unmasked_and_the_rest_stays_as_it_was() {
        let text = "Één mw. Jansen, bel 0612345678 of 0687654321";
        assert_eq!(shown(text, false), ("Één mw. ••••••••, bel •••••••• of ••••••••".to_owned(), 3));
        assert_eq!(shown(text, true), (text.to_owned(), 0));
        assert_eq!(shown("RR 120/80 om 14:30", false), ("RR 120/80 om 14:30".to_owned(), 0));
        assert_eq!(shown("", false), (String::new(), 0));
        // Two next to each other.
        assert_eq!(shown("0612345678,a@b.nl", false), ("••••••••,••••••••".to_owned(), 2));
    }

    #[test]
    fn what_is_masked_is_told_by_kind_and_number() {
        let kinds = [IdentifierKind::Name, IdentifierKind::Bsn, IdentifierKind::Name];
        let told = masked(&kinds, RecordId(7), FreeText::RemarksMedical);
        assert!(told.is_some_and(|masked| masked.kinds == [("in-text-bsn", 1), ("in-text-name", 2)]
            && matches!(masked.unmask, Command::UnmaskText(RecordId(7), FreeText::RemarksMedical))));
        assert!(masked(&[], RecordId(7), FreeText::Diagnosis).is_none());
    }
}
