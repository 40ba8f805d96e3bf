//! What is wrong with a profile, where; in words of the schema only.
//!
//! **Invariant:** nothing of the file stands in a fault: the file may be another one than was meant, even a message.

/// A rule of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultRule {
    /// It begins as XML does: a message, not a profile.
    Message,
    /// It is larger than a profile may be.
    TooLarge,
    /// It is no TOML.
    Syntax,
    /// A key stands there twice.
    KeyTwice,
    /// A key that is not known there; `words`: those that are, the nearest first.
    KeyUnknown,
    /// `key` is missing.
    KeyMissing,
    /// `key` is of another kind; `words`: what it must be.
    Kind,
    /// `key` is empty, or has white space round it or control characters in it.
    Text,
    /// `key` is longer than `max` characters.
    TooLong,
    /// `key` has more than `max` items, or none.
    TooMany,
    /// `key` is no whole number from 1 to `max`.
    Number,
    /// `key` is none of `words`.
    NotOneOf,
    /// `key` has other characters than small letters, digits, dots and hyphens.
    Name,
    /// `key` is no OID and no UUID.
    NotRoot,
    /// `key` is the BSN's root: only the BSN itself is read from there.
    BsnRoot,
    /// `key` recognises nothing: one of `words` is needed.
    Empty,
    /// `key` stands there a second time with the same content.
    Twice,
    /// A value of a coded agreement needs its code system.
    SystemMissing,
    /// `key` does not go with how this field is read; `words`: with what it does.
    OutOfPlace,
    /// More is wrong than is listed.
    More,
}

impl FaultRule {
    /// All rules.
    pub const ALL: [Self; 20] = [
        Self::Message,
        Self::TooLarge,
        Self::Syntax,
        Self::KeyTwice,
        Self::KeyUnknown,
        Self::KeyMissing,
        Self::Kind,
        Self::Text,
        Self::TooLong,
        Self::TooMany,
        Self::Number,
        Self::NotOneOf,
        Self::Name,
        Self::NotRoot,
        Self::BsnRoot,
        Self::Empty,
        Self::Twice,
        Self::SystemMissing,
        Self::OutOfPlace,
        Self::More,
    ];

    /// The key of its sentence in `resources/i18n`.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Message => "profile-fault-message",
            Self::TooLarge => "profile-fault-too-large",
            Self::Syntax => "profile-fault-syntax",
            Self::KeyTwice => "profile-fault-key-twice",
            Self::KeyUnknown => "profile-fault-key-unknown",
            Self::KeyMissing => "profile-fault-key-missing",
            Self::Kind => "profile-fault-kind",
            Self::Text => "profile-fault-text",
            Self::TooLong => "profile-fault-too-long",
            Self::TooMany => "profile-fault-too-many",
            Self::Number => "profile-fault-number",
            Self::NotOneOf => "profile-fault-not-one-of",
            Self::Name => "profile-fault-name",
            Self::NotRoot => "profile-fault-not-root",
            Self::BsnRoot => "profile-fault-bsn-root",
            Self::Empty => "profile-fault-empty",
            Self::Twice => "profile-fault-twice",
            Self::SystemMissing => "profile-fault-system-missing",
            Self::OutOfPlace => "profile-fault-out-of-place",
            Self::More => "profile-fault-more",
        }
    }
}

/// Something wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub rule: FaultRule,
    /// The schema's key it is about, or nothing.
    pub key: &'static str,
    /// The schema's words that could stand there.
    pub words: Vec<&'static str>,
    /// The limit, where there is one.
    pub max: usize,
}

/// Line and column of a byte of a text, as an editor counts.
pub(super) fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.as_bytes().get(..byte).unwrap_or(text.as_bytes());
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let begin = before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    (line, String::from_utf8_lossy(&before[begin..]).chars().count() + 1)
}

/// How many letters two words differ in.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in other.iter().enumerate() {
            let kept = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = kept.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

/// Words with the one nearest to a given one first.
pub(super) fn nearest_first(given: &str, words: &[&'static str]) -> Vec<&'static str> {
    let mut sorted = words.to_vec();
    sorted.sort_by_key(|word| distance(given, word));
    let nearest = sorted.first().copied();
    nearest.into_iter().chain(words.iter().copied().filter(|w| Some(*w) != nearest)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_nearest_to_its_own_misspelling() {
        assert_eq!((distance("", "abc"), distance("versie", "version"), distance("kitten", "sitting")), (3, 2, 3));
        assert_eq!(nearest_first("versie", &["name", "version", "status"]), ["version", "name", "status"]);
    }

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        assert_eq!(line_and_column("é = 1\nab", 0), (1, 1));
        assert_eq!(line_and_column("é = 1\nab", 3), (1, 3));
        assert_eq!(line_and_column("é = 1\nab", 8), (2, 2));
        assert_eq!(line_and_column("a", 99), (1, 2));
    }
}
