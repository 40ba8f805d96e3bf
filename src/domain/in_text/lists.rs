//! Lists of words, from the text files beside this one: without accents, in small letters.

use std::sync::LazyLock;

/// A list, in the order of the alphabet.
pub(super) struct Words(LazyLock<Vec<&'static str>>);

impl Words {
    /// Whether it holds a word.
    pub(super) fn have(&self, word: &str) -> bool {
        self.0.binary_search(&word).is_ok()
    }
}

/// Lines that begin with `#` say what the list is.
fn read(text: &'static str) -> Vec<&'static str> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut words: Vec<_> = lines.flat_map(str::split_ascii_whitespace).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The commonest surnames of the country, known also in small letters and in capitals.
pub(super) static COMMON_SURNAMES: Words = Words(LazyLock::new(|| read(include_str!("surnames.txt"))));
/// Words of the language and the ward that stand with a capital where a sentence begins, and names of drugs, illnesses, departments and places.
pub(super) static NO_NAMES: Words = Words(LazyLock::new(|| read(include_str!("no_names.txt"))));
/// Units and what is counted, after a figure.
pub(super) static MEASURES: Words = Words(LazyLock::new(|| read(include_str!("measures.txt"))));
/// Two letters that mean something on the ward: departments, values.
pub(super) static WARD_WORDS: Words = Words(LazyLock::new(|| read(include_str!("ward_words.txt"))));
/// Small words of the language.
pub(super) static SMALL_WORDS: Words = Words(LazyLock::new(|| read(include_str!("small_words.txt"))));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_text::words::Folded;

    #[test]
    fn every_word_of_a_list_is_as_the_scanner_folds_it() {
        for list in [&COMMON_SURNAMES, &NO_NAMES, &MEASURES, &WARD_WORDS, &SMALL_WORDS] {
            assert!(list.0.len() > 20);
            assert!(list.0.iter().all(|word| Folded::of(word).as_str() == *word && list.have(word)));
        }
    }
}
