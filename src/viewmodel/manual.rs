//! The manual's pages, *Wat te doen als* and *Een ziekenhuis aansluiten*, in blocks: headings, paragraphs, steps, commands.
//!
//! **Not here:** how it is drawn (`ui`); Markdown beyond what our own page uses.

use crate::Language;

/// One piece of a section.
#[derive(Debug, PartialEq, Eq)]
pub enum ManualBlock {
    /// Sentences.
    Paragraph(String),
    /// A numbered step.
    Step(u32, String),
    /// A command line to type.
    CommandLine(String),
}

impl ManualBlock {
    /// Around words that stand so on the screen.
    pub const MARK: char = '*';

    /// The words that stand so on the screen.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        let words = match self {
            Self::Paragraph(words) | Self::Step(_, words) => words.as_str(),
            Self::CommandLine(_) => "",
        };
        words.split(Self::MARK).skip(1).step_by(2)
    }
}

/// What stands under one heading.
#[derive(Debug, PartialEq, Eq)]
pub struct ManualSection {
    /// The heading.
    pub heading: String,
    /// What stands under it.
    pub blocks: Vec<ManualBlock>,
}

/// One page of the manual.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ManualPage {
    /// Its title.
    pub title: String,
    /// What stands before the first heading.
    pub opening: Vec<ManualBlock>,
    /// Its sections.
    pub sections: Vec<ManualSection>,
}

impl ManualPage {
    /// *Wat te doen als*, in a language.
    #[must_use]
    pub fn what_to_do_when(language: Language) -> Self {
        Self::read(match language {
            Language::Dutch => include_str!("../../resources/manual/nl/what-to-do-when.md"),
            Language::English => include_str!("../../resources/manual/en/what-to-do-when.md"),
        })
    }

    /// *Een ziekenhuis aansluiten*: `inspect`, `generate` and the test script. Read as a file; no screen shows it yet.
    #[must_use]
    pub fn connecting_a_hospital(language: Language) -> Self {
        Self::read(match language {
            Language::Dutch => include_str!("../../resources/manual/nl/connecting-a-hospital.md"),
            Language::English => include_str!("../../resources/manual/en/connecting-a-hospital.md"),
        })
    }

    /// Reads a page: `#` its title, `##` a heading, `1.` a step, four spaces a command line, else a paragraph; a line is a
    /// block. `*…*` are words of the screen.
    fn read(source: &str) -> Self {
        let mut page = Self::default();
        for line in source.lines().filter(|line| !line.trim().is_empty()) {
            if let Some(title) = line.strip_prefix("# ") {
                title.clone_into(&mut page.title);
            } else if let Some(heading) = line.strip_prefix("## ") {
                page.sections.push(ManualSection { heading: heading.to_owned(), blocks: Vec::new() });
            } else {
                let blocks = page.sections.last_mut().map_or(&mut page.opening, |section| &mut section.blocks);
                blocks.push(block(line));
            }
        }
        page
    }

    /// The sections whose heading holds these letters, by their number; all of them where nothing is asked for.
    pub fn found<'a>(&'a self, asked: &'a str) -> impl Iterator<Item = (usize, &'a ManualSection)> + 'a {
        let asked = asked.trim().to_lowercase();
        self.sections.iter().enumerate().filter(move |(_, section)| section.heading.to_lowercase().contains(&asked))
    }
}

fn block(line: &str) -> ManualBlock {
    if let Some(command) = line.strip_prefix("    ") {
        return ManualBlock::CommandLine(command.trim().to_owned());
    }
    let step = line.split_once(". ").and_then(|(number, words)| Some((number.parse().ok()?, words)));
    step.map_or_else(
        || ManualBlock::Paragraph(line.to_owned()),
        |(number, words)| ManualBlock::Step(number, words.to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Per section the kinds of its blocks, with each step's number and each command's words.
    fn shape(page: &ManualPage) -> Vec<Vec<String>> {
        let kind = |block: &ManualBlock| match block {
            ManualBlock::Paragraph(_) => "paragraph".to_owned(),
            ManualBlock::Step(number, _) => number.to_string(),
            ManualBlock::CommandLine(command) => {
                command.split(' ').filter(|word| word.to_uppercase() != **word).collect::<Vec<_>>().join(" ")
            }
        };
        page.sections.iter().map(|section| section.blocks.iter().map(kind).collect()).collect()
    }

    #[test]
    fn both_languages_have_the_same_cases_with_the_same_steps_and_commands() {
        let pages = [Language::Dutch, Language::English].map(ManualPage::what_to_do_when);
        assert_eq!(shape(&pages[0]), shape(&pages[1]));
        for page in &pages {
            assert!(!page.title.is_empty() && !page.opening.is_empty());
            assert!(page.sections.len() >= 8, "{}", page.sections.len());
            assert!(page.sections.iter().all(|section| section.blocks.len() >= 4));
        }
        let pages = [Language::Dutch, Language::English].map(ManualPage::connecting_a_hospital);
        assert_eq!(shape(&pages[0]), shape(&pages[1]));
        assert!(pages.iter().all(|page| page.sections.len() >= 4 && !page.opening.is_empty()));
    }

    #[test]
    fn every_word_that_stands_so_on_the_screen_is_a_text_of_the_program_in_that_language() {
        for language in [Language::Dutch, Language::English] {
            let page = ManualPage::what_to_do_when(language);
            let texts: std::collections::BTreeSet<&str> = language
                .source()
                .lines()
                .filter_map(|line| line.split_once(" = "))
                .map(|(_, text)| text.trim())
                .collect();
            let blocks = || page.opening.iter().chain(page.sections.iter().flat_map(|section| &section.blocks));
            for block in blocks() {
                for label in block.labels() {
                    assert!(texts.contains(label), "{language:?}: no screen says {label:?}");
                }
            }
            assert!(blocks().flat_map(ManualBlock::labels).count() > 30, "{language:?}");
            assert!(blocks().all(|block| !format!("{block:?}").contains("**")), "{language:?}: a mark without words");
        }
    }

    /// Per case, the keys of which each word of the screen is the text.
    fn named(language: Language) -> Vec<Vec<Vec<&'static str>>> {
        let lines = || language.source().lines().filter_map(|line| line.split_once(" = "));
        let keys = |label: &str| lines().filter(|(_, text)| text.trim() == label).map(|(key, _)| key).collect();
        let of = |section: &ManualSection| section.blocks.iter().flat_map(ManualBlock::labels).map(keys).collect();
        ManualPage::what_to_do_when(language).sections.iter().map(of).collect()
    }

    #[test]
    fn both_languages_name_the_same_words_of_the_screen_in_each_case() {
        for (case, (dutch, mut english)) in named(Language::Dutch).into_iter().zip(named(Language::English)).enumerate()
        {
            for one in &dutch {
                let found = english.iter().position(|other| one.iter().any(|key| other.contains(key)));
                assert!(found.is_some(), "case {case}: {one:?} is in one language alone");
                english.remove(found.unwrap_or_default());
            }
            assert!(english.is_empty(), "case {case}: {english:?}");
        }
    }

    #[test]
    fn a_case_is_found_by_a_word_of_its_heading_in_any_case() {
        let page = ManualPage::what_to_do_when(Language::Dutch);
        let headings = |asked: &str| page.found(asked).map(|(_, s)| s.heading.clone()).collect::<Vec<_>>();
        assert_eq!(headings(" KLOK "), ["De klok loopt verkeerd"]);
        assert_eq!(headings("herstelset").len(), 1);
        assert_eq!(headings("").len(), page.sections.len());
        assert!(headings("cyclotron").is_empty());
    }
}
