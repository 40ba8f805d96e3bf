//! The masked structure of a message that no profile recognises: for whoever writes the profile that will.
//!
//! **Invariant:** no text of the message stands in it. A name is one that CDA has, or `vreemd`; a value is its shape, out of a closed list.
//! **Not here:** who may see it, and how long (`store`).

use crate::{
    cda,
    limits::skeleton::{ATTRIBUTES_MAX, COUNT_MAX, DEPTH_MAX, ELEMENTS_MAX, LINES_MAX},
    tree::{Content, Tree, XSI_TYPE},
};

/// A masked structure, a line for each element. In English, whatever the reader's language: it goes to the supplier.
#[derive(Clone, PartialEq, Eq)]
pub struct Skeleton(String);

impl Skeleton {
    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// One line of a subtree, with the depth below the document and how many siblings look the same.
#[derive(PartialEq, Eq)]
struct Line {
    depth: usize,
    text: String,
    times: usize,
}

/// The structure of the document and what is below it.
pub(crate) fn of(tree: &Tree, document: usize) -> Skeleton {
    let mut drawn = Drawing { tree, elements: 0, is_cut: false };
    let lines = drawn.subtree(document, 0);
    let is_cut = drawn.is_cut || lines.len() > LINES_MAX;
    let mut text = String::new();
    for line in lines.iter().take(LINES_MAX) {
        text.push_str(&"  ".repeat(line.depth));
        text.push_str(&line.text);
        if line.times > 1 {
            text.push_str(&format!(" ×{}", line.times));
        }
        text.push('\n');
    }
    if is_cut {
        text.push_str("…\n");
    }
    Skeleton(text)
}

struct Drawing<'t> {
    tree: &'t Tree<'t>,
    elements: usize,
    is_cut: bool,
}

impl Drawing<'_> {
    /// The lines of an element and what is below it; siblings that follow each other and look the same are one.
    fn subtree(&mut self, index: usize, depth: usize) -> Vec<Line> {
        self.elements += 1;
        let mut lines = vec![Line { depth, text: self.line(index), times: 1 }];
        if depth == DEPTH_MAX {
            self.is_cut |= self.tree.children(index).next().is_some();
            return lines;
        }
        // Where the last sibling's lines begin.
        let mut last = None;
        for child in self.tree.children(index) {
            if self.elements >= ELEMENTS_MAX || lines.len() > LINES_MAX {
                self.is_cut = true;
                break;
            }
            let below = self.subtree(child, depth + 1);
            if let Some(last) = last
                && same(&lines[last..], &below)
            {
                lines[last].times += 1;
                continue;
            }
            last = Some(lines.len());
            lines.extend(below);
        }
        lines
    }

    fn line(&self, index: usize) -> String {
        let tree = self.tree;
        let mut line = if tree.is_of_hl7(index) { cda::shown(tree.name(index)) } else { "vreemd" }.to_owned();
        // In one order, and without saying how many strange ones there are: that could count something out.
        let mut attributes: Vec<String> = tree
            .attributes(index)
            .map(|(name, value)| {
                let name = if name == XSI_TYPE { XSI_TYPE } else { cda::shown(name) };
                format!(" @{name}=‹{}›", shape(value))
            })
            .collect();
        attributes.sort_unstable();
        attributes.dedup();
        attributes.truncate(ATTRIBUTES_MAX);
        line.extend(attributes);
        let mut own = Words::default();
        for piece in tree.content(index) {
            if let Content::Text(text) = piece {
                own.push(text);
            }
        }
        if tree.is_base_64(index) {
            line.push_str(" ‹file›");
        } else if let Some(shape) = own.shape() {
            line.push_str(&format!(" ‹{shape}›"));
        }
        line
    }
}

/// The text of an element that may be broken by others: looked at where it stands, never put together.
#[derive(Default)]
struct Words<'t> {
    first: Option<&'t str>,
    words: usize,
}

impl<'t> Words<'t> {
    fn push(&mut self, text: &'t str) {
        self.words += text.split_whitespace().count();
        self.first = self.first.or(Some(text));
    }

    fn shape(&self) -> Option<String> {
        match (self.words, self.first) {
            (0, _) | (_, None) => None,
            (1, Some(only)) => Some(shape(only)),
            (words, Some(_)) => Some(counted(words, "words")),
        }
    }
}

/// Whether two subtrees look the same, however often the first was met.
fn same(before: &[Line], next: &[Line]) -> bool {
    let alike = |(one, other): (&Line, &Line)| one.depth == other.depth && one.text == other.text;
    before.len() == next.len()
        && before
            .iter()
            .zip(next)
            .enumerate()
            .all(|(at, (one, other))| alike((one, other)) && (at == 0 || one.times == other.times))
}

/// What a value looks like, out of a closed list.
fn shape(value: &str) -> String {
    let value = value.trim();
    if value.is_empty() {
        return "empty".to_owned();
    }
    let words = value.split_whitespace().count();
    if words > 1 {
        return counted(words, "words");
    }
    let all = |is: fn(char) -> bool| value.chars().all(is);
    if is_date(value) {
        "date".to_owned()
    } else if all(|c| c.is_ascii_digit()) {
        counted(value.len(), "digits")
    } else if is_oid(value) {
        "OID".to_owned()
    } else if is_uuid(value) {
        "UUID".to_owned()
    } else if all(char::is_alphabetic) {
        counted(value.chars().count(), "letters")
    } else {
        counted(value.chars().count(), "characters")
    }
}

fn counted(count: usize, of: &str) -> String {
    match count {
        1 => format!("1 {}", of.trim_end_matches('s')),
        0 | 2..=COUNT_MAX => format!("{count} {of}"),
        _ => format!("many {of}"),
    }
}

/// `yyyyMMdd`, with or without a time and a zone, in the years of people alive and a little beyond.
fn is_date(value: &str) -> bool {
    let (digits, zone) = value.split_at(value.find(['+', '-', '.']).unwrap_or(value.len()));
    let number = |at: std::ops::Range<usize>| digits.get(at).and_then(|text| text.parse::<u32>().ok());
    let is_day = matches!((number(0..4), number(4..6), number(6..8)), (Some(1850..=2149), Some(1..=12), Some(1..=31)));
    is_day
        && matches!(digits.len(), 8 | 10 | 12 | 14)
        && digits.bytes().all(|b| b.is_ascii_digit())
        && zone.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.'))
        && zone.len() <= 10
}

/// Three arcs or more of digits: fewer are a number.
fn is_oid(value: &str) -> bool {
    let arcs = value.split('.');
    let is_arc = |arc: &str| !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit());
    value.starts_with(['0', '1', '2']) && arcs.clone().count() >= 3 && arcs.into_iter().all(is_arc)
}

fn is_uuid(value: &str) -> bool {
    let lengths = value.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && value.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_told_by_its_shape() {
        for (value, expected) in [
            ("", "empty"),
            (" ", "empty"),
            ("999900006", "9 digits"),
            ("20260914143000+0200", "date"),
            ("19480517", "date"),
            ("00000101", "8 digits"),
            ("20261345", "8 digits"),
            ("2.16.840.1.113883.2.4.6.3", "OID"),
            ("38.5", "4 characters"),
            ("e915f8f8-9fb5-4d61-8a3c-06f38e8f3f3e", "UUID"),
            ("Verhoeven", "9 letters"),
            ("é", "1 letter"),
            ("pijn op de borst", "4 words"),
            ("12-2026-4510-1", "14 characters"),
            ("false", "5 letters"),
        ] {
            assert_eq!(shape(value), expected, "{value}");
        }
        assert_eq!(shape(&"7".repeat(100)), "many digits");
    }
}
