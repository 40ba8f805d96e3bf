//! The whitespace rule and the narrative: words as received, runs of white space as one space, blocks as lines.
//!
//! **Invariant:** no copy of a text is left behind unzeroised: buffers that hold text never grow in place.

use domain::Sensitive;
use zeroize::Zeroizing;

use crate::{
    limits::Limits,
    tree::{Content, Tree},
};

/// What may still be read from a message: bytes of text (an element counts as one, so that empty ones end too) and codes.
pub(crate) struct Allowance {
    left: usize,
    codes_left: usize,
    exceeded: bool,
}

impl Allowance {
    pub(crate) fn of(limits: &Limits) -> Self {
        Self { left: limits.message_bytes_max, codes_left: limits.codes_max, exceeded: false }
    }

    /// One code more.
    pub(crate) fn takes_code(&mut self) -> bool {
        match self.codes_left.checked_sub(1) {
            Some(left) => self.codes_left = left,
            None => self.exceeded = true,
        }
        !self.exceeded
    }

    /// More was asked for than there was.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.exceeded
    }

    fn takes(&mut self, bytes: usize) -> bool {
        match self.left.checked_sub(bytes) {
            Some(left) => self.left = left,
            None => self.exceeded = true,
        }
        !self.exceeded
    }
}

/// Appends; a buffer that is too small is replaced by one twice its size and zeroised.
pub(crate) fn append(text: &mut Zeroizing<String>, piece: &str) {
    let needed = text.len() + piece.len();
    if needed > text.capacity() {
        let mut larger = Zeroizing::new(String::with_capacity(needed.max(2 * text.capacity())));
        larger.push_str(text);
        *text = larger;
    }
    text.push_str(piece);
}

/// Runs of Unicode white space become one space, ends are trimmed.
pub(crate) fn single_line(text: &str) -> String {
    // As long as what it is made from: it never grows.
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

fn is_block(name: &str) -> bool {
    matches!(name, "paragraph" | "br" | "item" | "tr" | "list" | "table" | "caption")
}

fn collect(tree: &Tree, index: usize, text: &mut Zeroizing<String>, allowance: &mut Allowance) {
    for content in tree.content(index) {
        match content {
            Content::Space => append(text, " "),
            Content::Text(piece) => {
                if !allowance.takes(piece.len()) {
                    return;
                }
                for (place, line) in piece.split(['\n', '\r']).enumerate() {
                    if place > 0 {
                        append(text, " ");
                    }
                    append(text, line);
                }
            }
            Content::Element(child) if tree.is_base_64(child) => {}
            Content::Element(child) => {
                if !allowance.takes(1) {
                    return;
                }
                let name = tree.name(child);
                let around = if is_block(name) { "\n" } else { "" };
                append(text, around);
                collect(tree, child, text, allowance);
                append(text, if matches!(name, "td" | "th") { " " } else { around });
            }
        }
    }
}

/// The words of an element; `None` where there are none, or more than may be read.
pub(crate) fn words(tree: &Tree, index: usize, allowance: &mut Allowance) -> Option<Sensitive> {
    if let Some(only) = tree.only_text(index) {
        let text = allowance.takes(only.len()).then(|| single_line(only)).filter(|text| !text.is_empty());
        return text.map(Sensitive::new);
    }
    let mut raw = Zeroizing::new(String::new());
    collect(tree, index, &mut raw, allowance);
    if allowance.is_exceeded() {
        return None;
    }
    let mut text = Zeroizing::new(String::with_capacity(raw.len()));
    for line in raw.split('\n') {
        let line = Zeroizing::new(single_line(line));
        if !line.is_empty() {
            if !text.is_empty() {
                append(&mut text, "\n");
            }
            append(&mut text, &line);
        }
    }
    (!text.is_empty()).then(|| Sensitive::new(std::mem::take(&mut *text)))
}

/// Several texts as one; `None` where there are none.
pub(crate) fn joined(texts: Vec<Sensitive>, separator: &str) -> Option<Sensitive> {
    let mut all = Zeroizing::new(String::new());
    for text in &texts {
        if !all.is_empty() {
            append(&mut all, separator);
        }
        // REVEAL: from one sensitive text into another.
        append(&mut all, text.reveal());
    }
    (!all.is_empty()).then(|| Sensitive::new(std::mem::take(&mut *all)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_one_space_and_ends_are_trimmed() {
        assert_eq!(single_line(" een \u{a0}\t twee\n"), "een twee");
        assert_eq!(single_line("\u{2003}"), "");
    }

    #[test]
    fn a_buffer_that_grows_keeps_its_text() {
        let mut text = Zeroizing::new(String::new());
        for _ in 0..100 {
            append(&mut text, "é1");
        }
        assert_eq!(text.chars().count(), 200);
    }
}
