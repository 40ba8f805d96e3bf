//! What the log notes of a message that came, in the `detail` of its entry: sender, way in, why it was refused, what was found. The log
//! is kept for years: ids of rules and counts stand in it, no value of a message.
//!
//! **Invariant:** written and read here alone. What an earlier program wrote (`7`, `7/E4`) is read too.
//! **Not here:** which findings may be noted (`intake`), their words (`app`).

use std::fmt::Write as _;

use crate::{
    flags::{FLAG_CONTESTED, FLAG_OTHER_HOSPITAL, FLAG_RIDE_UNKNOWN},
    inbox::Incoming,
};

/// How a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// HTTPS with a client certificate.
    Https,
    /// The watched folder.
    Folder,
    /// By hand: file dialog, drag and drop, command line; and the demo.
    Hand,
}

impl Way {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Https, Self::Folder, Self::Hand];

    /// Its word in the log; stable.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Folder => "folder",
            Self::Hand => "hand",
        }
    }
}

// LIMIT: rules noted of one message: more than these say nothing new, and an entry has to stay small (a page holds some ten).
const FOUND_MAX: usize = 8;
// Behind the last rule: there were more.
const MORE: &str = "…";

/// The ride stands not in the register (yet).
const UNLINKED: &str = "unlinked";
/// Two rides have its number.
const TWO_RIDES: &str = "two-rides";
/// The sender is another hospital than the ride's.
const OTHER_HOSPITAL: &str = "other-hospital";

/// What is noted of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageNote {
    /// Number of the sender; 0: not known.
    pub sender: i64,
    /// How it came; entries of before this was noted have none.
    pub way: Option<Way>,
    /// Id of the rule it was refused by.
    pub refused: Option<String>,
    /// Ids of what else was found, each once; `unlinked`, `two-rides` and `other-hospital` are found by the store.
    pub found: Vec<String>,
    /// There were more than are noted.
    pub more: bool,
    /// Fields that were sent too much, and left out.
    pub over_delivered: u64,
}

impl MessageNote {
    /// A note of what came this way from this sender.
    pub(crate) fn of(sender: i64, way: Way) -> Self {
        Self { sender, way: Some(way), ..Self::default() }
    }

    /// A note of a message that is taken in, with these flags.
    pub(crate) fn of_record(incoming: &Incoming, sender: i64, flags: i64) -> Self {
        let of_store =
            [(FLAG_RIDE_UNKNOWN, UNLINKED), (FLAG_CONTESTED, TWO_RIDES), (FLAG_OTHER_HOSPITAL, OTHER_HOSPITAL)];
        let of_store = of_store.into_iter().filter(|(flag, _)| flags & flag != 0).map(|(_, id)| id);
        Self {
            over_delivered: incoming.over_delivered.iter().map(|(.., n)| n).sum(),
            ..Self::of(sender, incoming.way).found(of_store.chain(incoming.found.iter().copied()))
        }
    }

    /// Refused by this rule.
    pub(crate) fn refused(self, rule: &str) -> Self {
        Self { refused: Some(rule.to_owned()), ..self }
    }

    /// With what was found: each rule once, the one it was refused by left out.
    pub(crate) fn found<'a>(mut self, rules: impl IntoIterator<Item = &'a str>) -> Self {
        for rule in rules {
            if self.refused.as_deref() == Some(rule) || self.found.iter().any(|known| known == rule) {
                continue;
            }
            if self.found.len() == FOUND_MAX {
                self.more = true;
                break;
            }
            self.found.push(rule.to_owned());
        }
        self
    }

    /// `7/E4 https W1,W2 +3`: sender and rule, way, what was found, what was left out.
    pub(crate) fn detail(&self) -> String {
        let mut text = self.sender.to_string();
        // Writing into a string cannot fail.
        if let Some(rule) = &self.refused {
            let _ = write!(text, "/{rule}");
        }
        if let Some(way) = self.way {
            let _ = write!(text, " {}", way.word());
        }
        if !self.found.is_empty() {
            let _ = write!(text, " {}{}", self.found.join(","), if self.more { MORE } else { "" });
        }
        if self.over_delivered > 0 {
            let _ = write!(text, " +{}", self.over_delivered);
        }
        text
    }

    /// Reads the detail of a message's entry; what it does not know in it is passed over.
    #[must_use]
    pub fn read(detail: &str) -> Self {
        let mut words = detail.split(' ');
        let first = words.next().unwrap_or_default();
        let (sender, refused) = first.split_once('/').map_or((first, None), |(sender, rule)| (sender, Some(rule)));
        let mut note = Self {
            sender: sender.parse().unwrap_or(0),
            refused: refused.filter(|rule| !rule.is_empty()).map(str::to_owned),
            ..Self::default()
        };
        for word in words.filter(|word| !word.is_empty()) {
            if let Some(way) = Way::ALL.into_iter().find(|way| way.word() == word) {
                note.way = Some(way);
            } else if let Some(count) = word.strip_prefix('+') {
                note.over_delivered = count.parse().unwrap_or(0);
            } else {
                let rules = word.strip_suffix(MORE);
                note.more = rules.is_some();
                note.found = rules.unwrap_or(word).split(',').map(str::to_owned).collect();
            }
        }
        note
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_reads_back_as_it_was_written() {
        let plain = MessageNote::of(3, Way::Folder);
        let refused = MessageNote::of(0, Way::Https).refused("E4").found(["E4", "W1", "W1", "W2"]);
        let full = MessageNote { over_delivered: 3, ..MessageNote::of(7, Way::Hand).found(["R11", UNLINKED]) };
        for (note, text) in [(plain, "3 folder"), (refused, "0/E4 https W1,W2"), (full, "7 hand R11,unlinked +3")] {
            assert_eq!(note.detail(), text);
            assert_eq!(MessageNote::read(text), note);
        }
    }

    #[test]
    fn of_more_than_eight_rules_eight_are_noted_and_that_there_were_more() {
        let rules: Vec<String> = (0..9).map(|n| format!("W{n}")).collect();
        let all = MessageNote::of(1, Way::Https).found(rules.iter().map(String::as_str));
        assert_eq!((all.found.len(), all.more), (8, true));
        assert_eq!(MessageNote::read(&all.detail()), all);
        let eight = MessageNote::of(1, Way::Https).found(rules[..8].iter().map(String::as_str));
        assert!(!eight.more && !MessageNote::read(&eight.detail()).more);
        assert!(all.detail().len() < 64, "an entry stays small: {}", all.detail());
    }

    #[test]
    fn what_was_written_before_the_way_was_noted_is_read() {
        assert_eq!(MessageNote::read("7"), MessageNote { sender: 7, ..MessageNote::default() });
        let refused = MessageNote { sender: 7, refused: Some("E4".into()), ..MessageNote::default() };
        assert_eq!(MessageNote::read("7/E4"), refused);
        assert_eq!(MessageNote::read(""), MessageNote::default());
        assert_eq!(
            MessageNote::read("x/  +y https,"),
            MessageNote { found: vec!["https".into(), String::new()], ..MessageNote::default() }
        );
    }
}
