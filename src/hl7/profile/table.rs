//! A table of a profile's TOML, asked for its keys; what is wrong is noted with its place, and reading goes on.

use std::{collections::BTreeSet, ops::Range};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::fault::{Fault, FaultRule, line_and_column, nearest_first};
use crate::limits::profile::FAULTS_MAX;

/// What is wrong so far.
pub(super) struct Faults<'t> {
    text: &'t str,
    found: Vec<Fault>,
}

impl<'t> Faults<'t> {
    pub(super) fn in_text(text: &'t str) -> Self {
        Self { text, found: Vec::new() }
    }

    pub(super) fn add(&mut self, at: usize, rule: FaultRule, key: &'static str) {
        self.add_with(at, rule, key, Vec::new(), 0);
    }

    pub(super) fn add_with(
        &mut self,
        at: usize,
        rule: FaultRule,
        key: &'static str,
        words: Vec<&'static str>,
        max: usize,
    ) {
        let rule = match self.found.len() {
            0..FAULTS_MAX => rule,
            FAULTS_MAX => FaultRule::More,
            _ => return,
        };
        let (line, column) = line_and_column(self.text, at);
        self.found.push(Fault { line, column, rule, key, words, max });
    }

    /// What is wrong, in the order of the text; what was left out is said last.
    pub(super) fn sorted(mut self) -> Vec<Fault> {
        self.found.sort_by_key(|f| (f.rule == FaultRule::More, f.line, f.column));
        self.found
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}

/// A table and where it stands.
#[derive(Clone)]
pub(super) struct Table<'a, 'd> {
    pub(super) at: usize,
    entries: &'a DeTable<'d>,
}

/// A value and where it stands.
pub(super) type Value<'a, 'd> = &'a Spanned<DeValue<'d>>;

fn start(span: &Range<usize>) -> usize {
    span.start
}

pub(super) fn at(value: Value<'_, '_>) -> usize {
    start(&value.span())
}

impl<'a, 'd> Table<'a, 'd> {
    /// A table whose keys are known; the others are faults.
    pub(super) fn new(at: usize, entries: &'a DeTable<'d>, known: &[&'static str], faults: &mut Faults<'_>) -> Self {
        for key in entries.keys() {
            let given: &str = key.get_ref();
            if !known.contains(&given) {
                faults.add_with(key.span().start, FaultRule::KeyUnknown, "", nearest_first(given, known), 0);
            }
        }
        Self { at, entries }
    }

    /// A value that must be a table.
    pub(super) fn of(
        value: Value<'a, 'd>,
        key: &'static str,
        known: &[&'static str],
        faults: &mut Faults<'_>,
    ) -> Option<Self> {
        let DeValue::Table(entries) = value.get_ref() else {
            faults.add_with(at(value), FaultRule::Kind, key, vec!["table"], 0);
            return None;
        };
        Some(Self::new(at(value), entries, known, faults))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn get(&self, key: &str) -> Option<Value<'a, 'd>> {
        self.entries.iter().find(|(k, _)| k.get_ref() == key).map(|(_, value)| value)
    }

    pub(super) fn required(&self, key: &'static str, faults: &mut Faults<'_>) -> Option<Value<'a, 'd>> {
        let found = self.get(key);
        if found.is_none() {
            faults.add(self.at, FaultRule::KeyMissing, key);
        }
        found
    }

    /// Text, where the key is there.
    pub(super) fn text(&self, key: &'static str, max: usize, faults: &mut Faults<'_>) -> Option<String> {
        text(self.get(key)?, key, max, faults)
    }

    pub(super) fn required_text(&self, key: &'static str, max: usize, faults: &mut Faults<'_>) -> Option<String> {
        text(self.required(key, faults)?, key, max, faults)
    }

    /// One of some words, where the key is there.
    pub(super) fn word(
        &self,
        key: &'static str,
        words: &[&'static str],
        faults: &mut Faults<'_>,
    ) -> Option<&'static str> {
        word(self.get(key)?, key, words, faults)
    }

    pub(super) fn required_word(
        &self,
        key: &'static str,
        words: &[&'static str],
        faults: &mut Faults<'_>,
    ) -> Option<&'static str> {
        word(self.required(key, faults)?, key, words, faults)
    }

    pub(super) fn required_number(&self, key: &'static str, max: u32, faults: &mut Faults<'_>) -> Option<u32> {
        let value = self.required(key, faults)?;
        let DeValue::Integer(number) = value.get_ref() else {
            faults.add_with(at(value), FaultRule::Kind, key, vec!["number"], 0);
            return None;
        };
        let found = u32::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| (1..=max).contains(n));
        if found.is_none() {
            faults.add_with(at(value), FaultRule::Number, key, Vec::new(), max as usize);
        }
        found
    }

    /// Items of a list of 1 to `max`, where the key is there.
    pub(super) fn list(&self, key: &'static str, max: usize, faults: &mut Faults<'_>) -> Option<Vec<Value<'a, 'd>>> {
        list(self.get(key)?, key, max, faults)
    }

    /// A fault for each of these keys that is there.
    pub(super) fn refuse(&self, keys: &[&'static str], goes_with: &[&'static str], faults: &mut Faults<'_>) {
        for key in keys {
            if let Some(value) = self.get(key) {
                faults.add_with(at(value), FaultRule::OutOfPlace, key, goes_with.to_vec(), 0);
            }
        }
    }
}

pub(super) fn text(value: Value<'_, '_>, key: &'static str, max: usize, faults: &mut Faults<'_>) -> Option<String> {
    let DeValue::String(found) = value.get_ref() else {
        faults.add_with(at(value), FaultRule::Kind, key, vec!["text"], 0);
        return None;
    };
    let usable = !found.is_empty() && found.trim().len() == found.len() && !found.chars().any(char::is_control);
    if !usable {
        faults.add(at(value), FaultRule::Text, key);
    } else if found.chars().count() > max {
        faults.add_with(at(value), FaultRule::TooLong, key, Vec::new(), max);
    } else {
        return Some(found.clone().into_owned());
    }
    None
}

pub(super) fn word(
    value: Value<'_, '_>,
    key: &'static str,
    words: &[&'static str],
    faults: &mut Faults<'_>,
) -> Option<&'static str> {
    let DeValue::String(given) = value.get_ref() else {
        faults.add_with(at(value), FaultRule::Kind, key, vec!["text"], 0);
        return None;
    };
    let found = words.iter().copied().find(|word| *word == given.as_ref());
    if found.is_none() {
        faults.add_with(at(value), FaultRule::NotOneOf, key, words.to_vec(), 0);
    }
    found
}

pub(super) fn list<'a, 'd>(
    value: Value<'a, 'd>,
    key: &'static str,
    max: usize,
    faults: &mut Faults<'_>,
) -> Option<Vec<Value<'a, 'd>>> {
    let DeValue::Array(items) = value.get_ref() else {
        faults.add_with(at(value), FaultRule::Kind, key, vec!["list"], 0);
        return None;
    };
    if items.is_empty() || items.len() > max {
        faults.add_with(at(value), FaultRule::TooMany, key, Vec::new(), max);
        return None;
    }
    Some(items.iter().collect())
}

/// A fault for each item that stands there again.
pub(super) fn each_once<T: PartialEq>(items: &[(usize, T)], key: &'static str, faults: &mut Faults<'_>) {
    let mut again = BTreeSet::new();
    for (place, (at, item)) in items.iter().enumerate() {
        if items[..place].iter().any(|(_, before)| before == item) {
            again.insert(*at);
        }
    }
    for at in again {
        faults.add(at, FaultRule::Twice, key);
    }
}
