//! The whitespace rule and the narrative: words as received, runs of white space as one space, blocks as lines.

use domain::Sensitive;
use zeroize::Zeroizing;

use crate::xml::{Content, Tree};

/// Runs of Unicode white space become one space, ends are trimmed.
pub(crate) fn single_line(text: &str) -> String {
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

fn collect(tree: &Tree, index: usize, text: &mut Zeroizing<String>) {
    for content in &tree.node(index).content {
        match content {
            Content::Text(piece) => text.push_str(&piece.replace(['\n', '\r'], " ")),
            Content::Element(child) => {
                let block = is_block(&tree.node(*child).name);
                if block {
                    text.push('\n');
                }
                collect(tree, *child, text);
                if block {
                    text.push('\n');
                } else if tree.node(*child).name == "td" || tree.node(*child).name == "th" {
                    text.push(' ');
                }
            }
        }
    }
}

/// The words of an element; `None` where there are none.
pub(crate) fn words(tree: &Tree, index: usize) -> Option<Sensitive> {
    let mut raw = Zeroizing::new(String::new());
    collect(tree, index, &mut raw);
    let mut text = String::with_capacity(raw.len());
    for line in raw.split('\n') {
        let line = Zeroizing::new(single_line(line));
        if !line.is_empty() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&line);
        }
    }
    (!text.is_empty()).then(|| Sensitive::new(text))
}

/// Several texts as one; `None` where there are none.
pub(crate) fn joined(texts: Vec<Sensitive>, separator: &str) -> Option<Sensitive> {
    let mut all = String::new();
    for text in &texts {
        if !all.is_empty() {
            all.push_str(separator);
        }
        // REVEAL: from one sensitive text into another.
        all.push_str(text.reveal());
    }
    (!all.is_empty()).then(|| Sensitive::new(all))
}
