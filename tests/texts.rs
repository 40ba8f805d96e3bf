//! Every key that the program names has a text in both languages.

use std::{collections::BTreeSet, fs, path::Path};

use viewmodel::{Language, Texts};

fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push_str(text.split("#[cfg(test)]").next().unwrap());
        }
    }
}

/// Literals of the code that have the form of a key: small words joined by hyphens, and a first word that keys have.
fn named(code: &str, stems: &BTreeSet<&str>) -> BTreeSet<String> {
    let lines = code.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with("#["));
    let literals = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
    let is_key = |literal: &&str| {
        let words: Vec<&str> = literal.split('-').collect();
        let small = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric());
        words.len() > 1 && words.iter().all(small) && words.first().is_some_and(|stem| stems.contains(stem))
    };
    literals.filter(is_key).map(str::to_owned).collect()
}

#[test]
fn every_key_the_program_names_has_a_text_in_dutch_and_in_english() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut code = fs::read_to_string(root.join("main.rs")).unwrap();
    for file in [
        "demo.rs",
        "command_line.rs",
        "output.rs",
        "recovering.rs",
        "inspecting.rs",
        "generate_line.rs",
        "generating.rs",
        "profile_asked.rs",
        "test_script.rs",
    ] {
        code += fs::read_to_string(root.join(file)).unwrap().split("#[cfg(test)]").next().unwrap();
    }
    sources(&root.join("app"), &mut code);
    sources(&root.join("report"), &mut code);
    let source = Language::Dutch.source();
    // A first word that only texts begin with; `sha256`, `no` and the like are no stems of keys.
    let stems: BTreeSet<&str> = source
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .filter_map(|(key, _)| key.split_once('-').map(|(stem, _)| stem))
        .filter(|stem| stem.len() > 2 && *stem != "month" && *stem != "weekday")
        .collect();
    let mut keys = named(&code, &stems);
    keys.extend(access::Event::ALL.iter().map(|event| event.key().to_owned()));
    keys.extend(access::Authorisation::ALL.iter().map(|ground| ground.key().to_owned()));
    keys.extend(intake::listener::Refusal::all().map(intake::listener::Refusal::key));
    keys.extend(store::CertificateRefusal::ALL.iter().map(|reason| format!("certificate-refused-{}", reason.name())));
    keys.extend(store::Trouble::ALL.iter().map(|trouble| format!("receiving-trouble-{}", trouble.name())));
    assert!(keys.len() > 100, "the search finds: {}", keys.len());
    for language in [Language::Dutch, Language::English] {
        let texts = Texts::load(language).unwrap();
        let missing: Vec<&String> = keys.iter().filter(|key| !texts.has(key)).collect();
        assert!(missing.is_empty(), "{language:?}: {missing:?}");
    }
}

#[test]
fn every_command_that_the_manual_says_to_type_is_one_of_the_program() {
    let place = crate::support::Place::empty();
    let mut typed = BTreeSet::new();
    for language in [Language::Dutch, Language::English] {
        let pages = [viewmodel::ManualPage::what_to_do_when, viewmodel::ManualPage::connecting_a_hospital];
        let pages = pages.map(|page| page(language));
        for block in pages.iter().flat_map(|page| &page.sections).flat_map(|section| &section.blocks) {
            if let viewmodel::ManualBlock::CommandLine(line) = block {
                typed.insert(line.clone());
            }
        }
    }
    assert!(typed.len() >= 5, "{typed:?}");
    for line in typed {
        let mut words = line.split(' ');
        assert_eq!(words.next(), Some("terugblik"), "{line}");
        let (options, rest): (Vec<&str>, Vec<&str>) = words.partition(|word| word.starts_with("--"));
        // What stands in capitals is the person's own.
        let commands = rest.into_iter().filter(|word| word.chars().any(char::is_lowercase));
        let output = place.bare().args(commands).arg("--help").output().unwrap();
        let help = crate::support::text(&output.stdout).to_owned();
        assert!(output.status.success(), "{line}");
        for option in options {
            assert!(help.contains(option), "{line}: {option} in {help}");
        }
    }
}
