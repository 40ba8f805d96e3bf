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

/// Literals that are neither a key nor a sign: ids of egui and names of a text's values. Nobody reads them.
const IDS: &str = "
    sha256: file-dialog org.freedesktop.portal.Desktop audit-across audit-log list locked-page messages-across
    above actions age activation-account activation-again activation-code activation-passphrase audit-line
    audit-lines awaited awaited-body awaited-foot awaited-head below bounds brand closed-card
    closed-card-foot code column date description-rules done door door-foot door-form door-left door-question
    empty eye fact feedback feedback-keys feedback-list feedback-rows oversight text figure first form-height help hospital
    identification-note note rewriting rewriting-minutes
    identification-actions identification-body identification-detail identification-head identification-keys
    identification-list identification-rows undo-foot held-reason term identifications import-path last
    last-input-was-a-key enter list-in-hand body at-right neighbours pages left level verifying head working locked locked-foot locked-passphrase me mean messages messages-filters messages-pages finding id sender
    messages-title month month-head month-switch months n name names notice owns-keys page page-head-under
    post progress quality rail rail-foot received reception record record-main record-side records
    remarks-rules ride role segment senders senders-across shown sign-in-account sign-in-code
    sign-in-passphrase signals table test-strip time to-find total value vehicle verify waiting well-own
    well-seh clipboard help-link manual manual-search settings settings-duty settings-peer settings-contact duties
    account-detail account-name account-roles accounts state put-away account-staff account-name account-search account-lines accounts-across rights rights-across
    line staff who rule what connection-ids
    all factor-code mine-old my-account place sheet-file sheet-last staff
    backup count days first-name first-staff install-admit install-backup install-date install-days install-folder install-key-file
    install-letters install-name install-rav install-sheet installation installation-foot installation-page
    day installation-side installation-side-foot keeper kit kit-acts kit-file kit-sheet kit-word number option profiles set sheet sheets status version year
    at
    agreed judged low high trend trend-groups trend-head trend-main trend-months trend-side trend-switch
    at gone kind reflection reflection-minutes reflections words
    rail-scrolls low low-page many scrolled reports per-hospital changes unlinked doubted contested held unrecognised ask-again holders next
    medallion marks-hospitals marks-themes signals-across intervals-across
    agreement-delay agreement-from agreement-reason agreement-versions came case cases checks connection connection-name
    connection-acts connection-page connection-tabs connections connections-back connections-foot connections-list connections-rows
    changed choices new unchanged ride-field ride-folder-minutes ride-folder-path ride-folder-source ride-sheet ride-source rides columns right-from right-reason
    connections-across connections-totals contact fingerprint folder from functions id implementation judged-since new-extension new-name new-root
    new-ura open-points part parts production rav refused stage status-day step-day step-who supplier ticked ura way
";

/// Stems and endings of keys that are put together at their place of use.
const STEMS: [&str; 24] = [
    "help-reflections",
    "help-rides",
    "help-connections",
    "script-case-",
    "rule-",
    "help-accounts",
    "help-profiles",
    "help-rights",
    "ui-description-rule",
    "ui-remarks-rule",
    "help-identifications",
    "help-feedback",
    "help-oversight",
    "help-trend",
    "help-quality",
    "help-reception",
    "help-audit-log",
    "help-settings",
    "help-everywhere",
    "month-",
    "-caption",
    "-caveat",
    "-head",
    "-why",
];

#[test]
fn every_literal_is_a_key_an_id_or_a_sign() {
    let texts = dutch();
    let ids: BTreeSet<&str> = IDS.split_whitespace().collect();
    let mut others = BTreeSet::new();
    for (path, text) in of_crate() {
        // The window's error sentences are for the terminal: without a window there is no screen to say them on.
        if path.file_name().is_some_and(|name| name == "window.rs" || name == "theme.rs") {
            continue;
        }
        for literal in literals(&text) {
            // What stands in braces is a value; `%Y` and the like are formats, `\\n` is a line's end.
            let letters: String = literal.split(['{', '}']).step_by(2).collect();
            let is_sign = !letters.chars().any(char::is_alphabetic) || letters.starts_with(['%', '\\']);
            let known = texts.has(&literal) || ids.contains(literal.as_str()) || STEMS.contains(&letters.as_str());
            if !is_sign && !known {
                others.insert(literal);
            }
        }
    }
    assert!(others.is_empty(), "neither a key, an id nor a sign: {others:?}");
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
    let idle: Vec<_> = keys
        .filter(|k| {
            (k.starts_with("ui-") || k.starts_with("help-")) && !code.contains(&format!("\"{k}\"")) && !ending(k)
        })
        .collect();
    assert!(idle.is_empty(), "{idle:?}");
}
