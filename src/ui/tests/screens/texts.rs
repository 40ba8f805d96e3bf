//! No text stands in this crate: every literal of screens and widgets is a key, an id or a sign.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::desk::dutch;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The string literals of a file's code: comments, tests and attributes left out.
fn literals(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let mut found = Vec::new();
    for line in code.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with("#[")) {
        let line = line.replace("\\\"", "");
        found.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
    }
    found
}

fn of_crate() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(root, &mut files);
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn no_text_stands_in_screens_and_widgets() {
    for (path, text) in of_crate() {
        // The window's error sentences are for the terminal: without a window there is no screen to say them on.
        if path.file_name().is_some_and(|name| name == "window.rs" || name == "theme.rs") {
            continue;
        }
        for literal in literals(&text) {
            let letters: String = literal.split(['{', '}']).step_by(2).collect();
            let sentence = letters.contains(' ') && letters.chars().any(char::is_alphabetic);
            let capital = letters.chars().next().is_some_and(char::is_uppercase);
            let format = literal.starts_with('%');
            assert!(!(sentence || capital) || format, "{}: {literal:?}", path.display());
        }
    }
}

#[test]
fn every_key_of_this_crate_has_a_text() {
    let texts = dutch();
    let keys: BTreeSet<String> = of_crate()
        .into_iter()
        .flat_map(|(_, text)| literals(&text))
        .filter(|l| ["ui-", "chart-", "cell-", "role-"].iter().any(|p| l.starts_with(p)) && !l.contains('{'))
        .collect();
    // Stems that get a number or an ending at their place of use.
    let stems = ["ui-description-rule", "ui-remarks-rule"];
    let missing: Vec<_> = keys.iter().filter(|k| !stems.contains(&k.as_str()) && !texts.has(k)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn no_text_of_this_crate_is_without_use() {
    let code: String = of_crate().into_iter().map(|(_, text)| text).collect();
    let source = viewmodel::Language::Dutch.source();
    let keys = source.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key);
    let ending = |key: &str| {
        let stem = key.rsplit_once('-').map_or(key, |(stem, _)| stem);
        ["-1", "-2", "-3", "-4", "-5", "-6", "-head", "-why", "-caption", "-caveat"].iter().any(|e| key.ends_with(e))
            && code.contains(&format!("\"{stem}\""))
    };
    let idle: Vec<_> =
        keys.filter(|k| k.starts_with("ui-") && !code.contains(&format!("\"{k}\"")) && !ending(k)).collect();
    assert!(idle.is_empty(), "{idle:?}");
}
