//! What the compiler cannot hold: layers as STYLE §1 lists them, file sizes, SQL in `store` alone, texts in one place.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// STYLE §1: which of our crates each crate may name.
fn layers() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let table = [
        ("domain", ""),
        ("stats", ""),
        ("viewmodel", ""),
        ("hl7", "domain"),
        ("seal", "domain"),
        ("invent", "domain"),
        ("access", "domain seal"),
        ("store", "access domain seal"),
        ("intake", "domain hl7 seal store"),
        ("app", "access domain hl7 intake stats store viewmodel"),
        ("chart", "viewmodel"),
        ("ui", "chart viewmodel"),
        ("report", "chart viewmodel"),
    ];
    table.into_iter().map(|(name, may)| (name, may.split_whitespace().collect())).collect()
}

fn files_under(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_under(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
}

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files_under(&root().join(folder), "rs", &mut found);
    found
}

#[test]
fn each_crate_names_only_the_layers_below_it() {
    let layers = layers();
    let ours: BTreeSet<&str> = layers.keys().copied().collect();
    let members: BTreeSet<String> = fs::read_dir(root().join("src"))
        .unwrap()
        .map(|e| e.unwrap())
        .filter(|e| e.path().is_dir())
        .map(|e| e.file_name().into_string().unwrap())
        .collect();
    assert_eq!(members, ours.iter().map(|s| (*s).to_owned()).collect(), "a folder of src is a crate of the table");
    for (name, may) in &layers {
        let manifest = fs::read_to_string(root().join("src").join(name).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let dependencies = manifest["dependencies"].as_table().unwrap();
        let named: BTreeSet<&str> = dependencies.keys().map(String::as_str).filter(|k| ours.contains(k)).collect();
        assert!(named.is_subset(may), "{name} names {:?}", named.difference(may).collect::<Vec<_>>());
    }
}

#[test]
fn cryptography_is_a_dependency_of_seal_alone() {
    let crypto = ["hpke", "chacha20poly1305", "argon2", "hkdf", "hmac", "sha2", "getrandom", "subtle"];
    for name in layers().keys().filter(|n| **n != "seal") {
        let manifest = fs::read_to_string(root().join("src").join(name).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let dependencies = manifest["dependencies"].as_table().unwrap();
        let named: Vec<_> = dependencies.keys().filter(|k| crypto.contains(&k.as_str())).collect();
        assert!(named.is_empty(), "{name} names {named:?}");
    }
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let mut files = rust_files("src");
    files.extend(rust_files("tests"));
    let long: Vec<_> = files
        .into_iter()
        .map(|path| (fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > 500)
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn sql_stands_in_store_alone() {
    let marks = ["SELECT ", "INSERT INTO", "DELETE FROM", "CREATE TABLE", "PRAGMA ", "BEGIN IMMEDIATE"];
    for path in rust_files("src") {
        if path.starts_with(root().join("src/store")) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let found: Vec<_> = marks.iter().filter(|m| text.contains(**m)).collect();
        assert!(found.is_empty(), "{} holds {found:?}", path.display());
    }
}

#[test]
fn no_code_or_template_of_message_12_stands_in_rust() {
    // They live in resources/profiles, from where `hl7` reads and `invent` writes; and in the tests beside src.
    let marks = ["AKKOORDWD", "DIAGNOSESEH", "TOELMED", "akkoord-werkdiagnose", "ontslagdiagnose", "883.19.12"];
    for path in rust_files("src") {
        let text = fs::read_to_string(&path).unwrap();
        let found: Vec<_> = marks.iter().filter(|m| text.contains(**m)).collect();
        assert!(found.is_empty(), "{} holds {found:?}", path.display());
    }
}

#[test]
fn every_file_opens_by_saying_what_it_is() {
    for path in rust_files("src") {
        let text = fs::read_to_string(&path).unwrap();
        let header = text.lines().take_while(|line| line.starts_with("//!")).count();
        assert!((1..=12).contains(&header), "{} opens with {header} lines of //!", path.display());
    }
}

#[test]
fn no_folder_or_file_is_called_after_nothing() {
    for path in rust_files("src") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let empty = ["utils", "util", "helpers", "helper", "common", "manager", "misc"];
        assert!(!empty.contains(&name.as_str()), "{}", path.display());
    }
}

#[test]
fn clear_text_is_revealed_only_with_a_reason_beside_it() {
    for path in rust_files("src") {
        let text = fs::read_to_string(&path).unwrap();
        let code: Vec<&str> = text.split("#[cfg(test)]").next().unwrap().lines().collect();
        let is_test = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("tests"))
            || path.components().any(|c| c.as_os_str() == "tests");
        if is_test || path.starts_with(root().join("src/domain")) {
            continue;
        }
        for (i, line) in code.iter().enumerate().filter(|(_, l)| l.contains(".reveal()")) {
            let near = &code[i.saturating_sub(6)..=i];
            assert!(near.iter().any(|l| l.contains("REVEAL:")), "{}:{} {line}", path.display(), i + 1);
        }
    }
}

#[test]
fn the_command_of_ci_is_the_command_of_the_readme() {
    let run = fs::read_to_string(root().join(".ci/run")).unwrap();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(run.lines().any(|l| l == "exec packaging/dev test"));
    assert!(readme.contains("packaging/dev test") && readme.contains("packaging/dev run"));
}
