//! After a kit was written: whether its sheets are on paper, by three words of each, where a person sits at a terminal.
//!
//! **Invariant:** no word is shown, neither those of the sheet nor those that are typed.
//! **Invariant:** the kit is in force by now: what is not proven is said, and takes nothing back.
//! **Not here:** the same in the window (`app::KitPaper`).

use std::{
    io::{BufRead, IsTerminal},
    path::Path,
};

use app::{AppError, Exit, WORDS_ASKED};
use viewmodel::{KitSheet, Words};
use zeroize::Zeroizing;

use crate::{
    Program,
    system::{HIDES_TYPING, Unseen},
};

/// Tries to type the words of one sheet.
const TRIES: usize = 3;
// LIMIT: three words of at most eight letters, with room for slips.
const LINE_BYTES_MAX: u64 = 256;

/// Three words of a sheet, with their numbers.
pub struct AskedOfSheet {
    sheet: u8,
    words: [(usize, Words); WORDS_ASKED],
}

/// What is wrong with what was typed.
#[derive(Debug, PartialEq, Eq)]
enum Slip {
    /// So many words, not three.
    Count(usize),
    /// The word of this number is another.
    Word(usize),
}

impl AskedOfSheet {
    /// Three words of a sheet, by chance.
    pub fn of(sheet: &KitSheet) -> Self {
        // REVEAL: compared with what is typed from the paper.
        let word = |n: usize| sheet.words.get(n - 1).map_or_else(String::new, |word| word.reveal().to_owned());
        Self { sheet: sheet.number, words: app::words_to_ask().map(|n| (n, Words::new(word(n)))) }
    }

    fn compare(&self, typed: &str) -> Result<(), Slip> {
        let count = typed.split_whitespace().count();
        if count != WORDS_ASKED {
            return Err(Slip::Count(count));
        }
        let wrong = self.words.iter().zip(typed.split_whitespace()).find(|((_, word), typed)| {
            // REVEAL: as above.
            !word.reveal().eq_ignore_ascii_case(typed)
        });
        wrong.map_or(Ok(()), |((number, _), _)| Err(Slip::Word(*number)))
    }
}

impl Program {
    /// Asks a person at a terminal for three words of each sheet; says which sheets nobody proved to be on paper. Where there is
    /// no terminal nobody is asked, and that is said.
    pub(crate) fn prove(&self, asked: &[AskedOfSheet]) -> Result<Exit, AppError> {
        if asked.is_empty() {
            return Ok(Exit::Done);
        }
        if !std::io::stdin().is_terminal() || !HIDES_TYPING {
            self.tell("cli-kit-not-asked", &[]);
            return Ok(Exit::Done);
        }
        let _unseen = Unseen::on_standard_input();
        let left = self.unproven(asked, &mut std::io::stdin().lock())?;
        if left.is_empty() {
            self.tell("cli-kit-proven", &[]);
            return Ok(Exit::Done);
        }
        let sheets = left.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
        self.tell("cli-kit-unproven", &[("sheets", sheets)]);
        Ok(Exit::Attention)
    }

    /// The numbers of the sheets whose words were not typed well, of all that are left where there is no more to read.
    fn unproven(&self, asked: &[AskedOfSheet], input: &mut dyn BufRead) -> Result<Vec<u8>, AppError> {
        let mut left = Vec::new();
        self.tell("cli-kit-print-now", &[]);
        for (place, of_sheet) in asked.iter().enumerate() {
            let sheet = ("sheet", of_sheet.sheet.to_string());
            let [one, two, three] = of_sheet.words.each_ref().map(|(number, _)| number.to_string());
            let mut is_proven = false;
            for _ in 0..TRIES {
                let numbers = [("one", one.clone()), ("two", two.clone()), ("three", three.clone()), sheet.clone()];
                self.tell("cli-kit-words", &numbers);
                let Some(typed) = line(input)? else {
                    left.extend(asked[place..].iter().map(|of_sheet| of_sheet.sheet));
                    return Ok(left);
                };
                match of_sheet.compare(&typed) {
                    Ok(()) => is_proven = true,
                    Err(Slip::Count(count)) => {
                        self.tell("cli-kit-count", &[sheet.clone(), ("count", count.to_string())])
                    }
                    Err(Slip::Word(n)) => self.tell("cli-kit-word", &[sheet.clone(), ("number", n.to_string())]),
                }
                if is_proven {
                    break;
                }
            }
            if !is_proven {
                left.push(of_sheet.sheet);
            }
        }
        Ok(left)
    }
}

/// A line as typed; `None` at the end of the input.
fn line(input: &mut dyn BufRead) -> Result<Option<Zeroizing<String>>, AppError> {
    let mut typed = Zeroizing::new(String::with_capacity(LINE_BYTES_MAX as usize));
    let read = std::io::Read::take(input, LINE_BYTES_MAX).read_line(&mut typed);
    let read = read.map_err(|error| AppError::file(Path::new("/dev/stdin"), &error))?;
    Ok((read > 0).then_some(typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_typed_from_another_sheet_are_told_by_their_number_and_capitals_do_not_matter() {
        let words = [(3, "abandon"), (11, "zoo"), (20, "gasp")].map(|(n, word)| (n, Words::new(word.to_owned())));
        let asked = AskedOfSheet { sheet: 2, words };
        assert_eq!(asked.compare(" Abandon ZOO gasp\n"), Ok(()));
        assert_eq!(asked.compare("abandon zoom gasp"), Err(Slip::Word(11)));
        assert_eq!(asked.compare("abandon zoo"), Err(Slip::Count(2)));
        assert_eq!(asked.compare("abandon zoo gasp gasp"), Err(Slip::Count(4)));
    }
}
