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

/// What the tests of a crate may name besides: a crate under test with its fault points, and nothing above it.
fn test_layers(name: &str) -> BTreeSet<&'static str> {
    if name == "store" { BTreeSet::from(["store"]) } else { BTreeSet::new() }
}

fn manifest(name: &str) -> toml::Table {
    fs::read_to_string(root().join("src").join(name).join("Cargo.toml")).unwrap().parse().unwrap()
}

/// Names of one table of a manifest, also of what some systems alone need.
fn named(manifest: &toml::Table, table: &str) -> BTreeSet<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values);
    let all = targets.filter_map(toml::Value::as_table).chain([manifest]);
    let tables = all.filter_map(|t| t.get(table).and_then(toml::Value::as_table));
    tables.flat_map(|t| t.keys().cloned()).collect()
}

/// A file's code without its unit tests; nothing for a file of tests.
fn code_of(path: &Path) -> String {
    let is_test = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("tests"))
        || path.components().any(|c| c.as_os_str() == "tests");
    let text = fs::read_to_string(path).unwrap();
    if is_test { String::new() } else { text.split("#[cfg(test)]").next().unwrap().to_owned() }
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
        let manifest = manifest(name);
        let ours_of = |table: &str| -> BTreeSet<String> {
            named(&manifest, table).into_iter().filter(|k| ours.contains(k.as_str())).collect()
        };
        let over: Vec<_> = ours_of("dependencies").into_iter().filter(|k| !may.contains(k.as_str())).collect();
        assert!(over.is_empty(), "{name} names {over:?}");
        let tests = test_layers(name);
        let allowed = |k: &str| may.contains(k) || tests.contains(k);
        let over: Vec<_> = ours_of("dev-dependencies").into_iter().filter(|k| !allowed(k)).collect();
        assert!(over.is_empty(), "tests of {name} name {over:?}");
    }
}

#[test]
fn each_crate_takes_the_lints_of_the_workspace() {
    for name in layers().keys() {
        let lints = manifest(name).get("lints").and_then(|l| l.get("workspace")).and_then(toml::Value::as_bool);
        assert_eq!(lints, Some(true), "{name}");
        assert!(!root().join("src").join(name).join(".clippy.toml").exists(), "{name} replaces the root's lints");
    }
    let workspace: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let lints = &workspace["workspace"]["lints"];
    assert_eq!(lints["rust"]["unsafe_code"].as_str(), Some("forbid"));
    for lint in
        ["unwrap_used", "expect_used", "panic", "print_stdout", "todo", "wildcard_enum_match_arm", "too_many_lines"]
    {
        assert!(lints["clippy"].get(lint).is_some(), "{lint}");
    }
}

#[test]
fn every_dependency_is_used_by_the_crate_that_names_it() {
    let uses = |code: &str, dependency: &str| {
        let name = dependency.replace('-', "_");
        let starts = |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let ends = |rest: &str| rest.starts_with("::") || rest.starts_with(';') || rest.starts_with(" as ");
        code.match_indices(&name).any(|(at, _)| starts(at) && ends(&code[at + name.len()..]))
    };
    let check = |what: &str, manifest: &toml::Table, files: Vec<PathBuf>| {
        let code: String = files.iter().map(|f| fs::read_to_string(f).unwrap()).collect();
        for table in ["dependencies", "dev-dependencies"] {
            for dependency in named(manifest, table) {
                assert!(uses(&code, &dependency), "{what} names {dependency} and does not use it");
            }
        }
    };
    for name in layers().keys() {
        // Some tests share a file of tests/support; those of hl7 and intake stand in tests/ as a whole, a benchmark of one crate in tests/bench.
        let beside = format!("tests/{name}");
        let beside = if root().join(&beside).is_dir() { rust_files(&beside) } else { Vec::new() };
        // Test targets of a crate that stand in tests/ under another name.
        let targets = manifest(name).get("test").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let paths = targets.iter().filter_map(|target| target.get("path")?.as_str()?.strip_prefix("../../"));
        let folders = paths.filter_map(|path| Some(path.strip_suffix("/main.rs")?.to_owned()));
        let beside = [beside, folders.flat_map(|folder| rust_files(&folder)).collect()].concat();
        let bench = root().join(format!("tests/bench/{name}.rs"));
        let bench = if bench.exists() { vec![bench] } else { Vec::new() };
        let files = [rust_files(&format!("src/{name}")), rust_files("tests/support"), beside, bench].concat();
        check(name, &manifest(name), files);
    }
    let of_root = fs::read_dir(root().join("src")).unwrap().map(|e| e.unwrap().path());
    let mut files: Vec<PathBuf> = of_root.filter(|p| p.extension().is_some_and(|e| e == "rs")).collect();
    files.extend(rust_files("tests"));
    let workspace: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    check("the binary", &workspace, files);
    let mut all = named(&workspace, "dependencies");
    all.extend(named(&workspace, "dev-dependencies"));
    for name in layers().keys() {
        all.extend(named(&manifest(name), "dependencies"));
        all.extend(named(&manifest(name), "dev-dependencies"));
    }
    let listed = workspace["workspace"]["dependencies"].as_table().unwrap().keys();
    let listed: BTreeSet<String> = listed.cloned().collect();
    assert!(listed.is_subset(&all), "listed and used by none: {:?}", listed.difference(&all).collect::<Vec<_>>());
}

#[test]
fn colours_stand_in_the_theme_alone() {
    // The rasteriser mixes what it is handed; `PLACEHOLDER` and `TRANSPARENT` are egui's words for no colour.
    let marks = ["Color32::from", "Rgba::from", "hex_color!", "RGBColor(", "Color32::WHITE", "Color32::BLACK", "Hsva"];
    for path in rust_files("src/ui").into_iter().chain(rust_files("src/chart")).chain(rust_files("src/report")) {
        if path.ends_with("ui/theme.rs") || path.ends_with("ui/raster.rs") || path.ends_with("chart/canvas.rs") {
            continue;
        }
        let code = code_of(&path);
        let found: Vec<_> = marks.iter().filter(|m| code.contains(**m)).collect();
        assert!(found.is_empty(), "{} holds {found:?}", path.display());
    }
}

#[test]
fn the_vocabulary_has_no_clock_no_files_no_network_and_no_chance() {
    let marks = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "SystemTime",
        "Instant",
        "Utc::now",
        "Local::now",
        "rand",
        "println!",
    ];
    for path in rust_files("src/domain") {
        let code = code_of(&path);
        let lines = code.lines().filter(|l| !l.trim_start().starts_with("//"));
        let found: Vec<_> = lines.filter(|l| marks.iter().any(|m| l.contains(m))).collect();
        assert!(found.is_empty(), "{} holds {found:?}", path.display());
    }
    let chrono = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let line = chrono.lines().find(|l| l.starts_with("chrono = {")).unwrap();
    assert!(!line.contains("clock"), "chrono's clock is a feature of the binary alone");
}

#[test]
fn every_word_of_the_vocabulary_stands_in_the_glossary() {
    let page = fs::read_to_string(root().join("src/ARCHITECTURE.md")).unwrap();
    let glossary =
        page.split("## Glossary").nth(1).expect("ARCHITECTURE has a glossary").split("\n## ").next().unwrap();
    let code = fs::read_to_string(root().join("src/domain/lib.rs")).unwrap();
    // Statements that re-export a module of domain itself; what another crate lends has its own glossary.
    let statements = code.split("pub use ").skip(1).map(|rest| rest.split(';').next().unwrap());
    let own = statements.filter(|s| !s.starts_with("zeroize"));
    let exports: String = own.collect::<Vec<_>>().join(" ");
    let words = exports.split(|c: char| !c.is_alphanumeric() && c != '_');
    let types = words.filter(|w| w.starts_with(|c: char| c.is_uppercase()) && w.contains(|c: char| c.is_lowercase()));
    let missing: Vec<_> = types.filter(|w| !w.ends_with("Error") && !glossary.contains(&format!("`{w}`"))).collect();
    assert!(missing.is_empty(), "the glossary of src/ARCHITECTURE.md lacks {missing:?}");
}

#[test]
fn cryptography_is_a_dependency_of_seal_alone() {
    let crypto = ["hpke", "chacha20poly1305", "argon2", "hkdf", "hmac", "sha2", "getrandom", "subtle"];
    for name in layers().keys().filter(|n| **n != "seal") {
        let manifest = manifest(name);
        let all = named(&manifest, "dependencies").into_iter().chain(named(&manifest, "dev-dependencies"));
        let found: Vec<_> = all.filter(|k| crypto.contains(&k.as_str())).collect();
        assert!(found.is_empty(), "{name} names {found:?}");
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
fn the_limits_of_a_message_stand_in_one_file() {
    let limits = root().join("src/hl7/limits.rs");
    // Bytes that are compared together: no limit, a width of the processor.
    let no_limits = ["PLAIN_BYTES"];
    let numbers = ["usize", "u8", "u16", "u32", "u64", "i32", "i64"];
    let is_number = |line: &&str| {
        let constant = line.trim_start().split_once("const ").and_then(|(_, rest)| rest.split_once(": "));
        constant.is_some_and(|(name, rest)| {
            !no_limits.contains(&name) && numbers.iter().any(|number| rest.starts_with(&format!("{number} =")))
        })
    };
    let here = fs::read_to_string(&limits).unwrap();
    assert!(here.lines().filter(is_number).count() >= 20, "the search finds what stands in the right place");
    for path in rust_files("src/hl7").into_iter().filter(|path| *path != limits) {
        let text = fs::read_to_string(&path).unwrap();
        let found: Vec<&str> = text.lines().filter(|line| is_number(line) || line.contains("LIMIT:")).collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
}

#[test]
fn what_one_operating_system_has_stands_in_the_modules_named_after_it() {
    // One a crate: `unix.rs` and `windows.rs` have the same names in them.
    let of_systems = [
        "os::unix",
        "os::windows",
        "os::linux",
        "os::fd",
        "rustix::",
        "sd_notify::",
        "signal_hook::",
        "fs4::",
        "\"/proc",
        "\"/etc/",
    ];
    let is_named = |path: &Path| path.file_name().is_some_and(|name| name == "unix.rs" || name == "windows.rs");
    let found = |path: &Path| of_systems.into_iter().find(|of| code_of(path).contains(of));
    for path in rust_files("src").into_iter().filter(|path| !is_named(path)) {
        assert_eq!(found(&path), None, "{}", path.display());
    }
    let modules: Vec<PathBuf> = rust_files("src").into_iter().filter(|path| is_named(path)).collect();
    for path in &modules {
        assert!(found(path).is_some(), "{} needs no module of its own", path.display());
        let other = path.with_file_name(if path.ends_with("unix.rs") { "windows.rs" } else { "unix.rs" });
        assert!(other.exists(), "{} has no counterpart", path.display());
        let names = |path: &Path| {
            let code = code_of(path);
            let of_one_system = |before: &str| before.trim_end().ends_with("#[cfg(target_os = \"linux\")]");
            let functions = code.match_indices("pub").filter(|(at, _)| !of_one_system(&without_docs(&code[..*at])));
            let names = functions.filter_map(|(at, _)| {
                let after = code[at..].split_once("fn ").filter(|(word, _)| word.len() < 12)?.1;
                Some(after.split(|c: char| !c.is_alphanumeric() && c != '_').next()?.to_owned())
            });
            names.collect::<BTreeSet<String>>()
        };
        assert_eq!(names(path), names(&other), "{}", path.display());
    }
    assert_eq!(modules.len(), 6, "store, intake and the program");
}

/// Text up to an item, without the lines of its documentation.
fn without_docs(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("///")).collect::<Vec<_>>().join("\n")
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
    let mut marks: BTreeSet<String> = BTreeSet::from(["883.19.12".into()]);
    for profile in fs::read_dir(root().join("resources/profiles")).unwrap() {
        let text = fs::read_to_string(profile.unwrap().path()).unwrap();
        for key in ["code = \"", "root = \"", "system = \"", "extension = \""] {
            marks.extend(text.split(key).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
    }
    // The name of the message stands in names of the shipped files too.
    assert!(marks.remove("bericht12") && marks.len() >= 12, "{marks:?}");
    for path in rust_files("src") {
        // The shipped files' own names begin as a document's extension does.
        let text = fs::read_to_string(&path)
            .unwrap()
            .replace("bericht12-2.4-reconstructie", "")
            .replace("bericht12-2.5-reconstructie", "");
        let found: Vec<_> = marks.iter().filter(|m| text.contains(m.as_str())).collect();
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
        // Keys are the work of `seal`; out of it a secret's bytes are as much clear text as a person's words.
        let of_keys = !path.starts_with(root().join("src/seal"));
        let reveals = |line: &str| line.contains(".reveal()") || (of_keys && line.contains(".expose()"));
        for (i, line) in code.iter().enumerate().filter(|(_, l)| reveals(l)) {
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
