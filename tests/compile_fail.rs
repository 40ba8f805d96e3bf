//! What must not be possible does not compile: each program of `tests/compile_fail` fails with the message beside it, and
//! its twin, which differs by the forbidden line alone, compiles. A file with several forbidden lines is as many programs.
//! The compiler is called on the libraries of this test run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::SystemTime,
};

const FORBIDDEN: &str = "// FORBIDDEN: ";

/// All programs, by name, so that none gets lost.
const PROGRAMS: [&str; 12] = [
    "a_bsn_printed_with_debug",
    "a_content_value_cloned",
    "a_content_value_printed_with_debug",
    "an_inbox_opens_a_part",
    "another_crate_grants_a_right",
    "another_crate_makes_a_role",
    "another_role_opens_a_reflection",
    "figures_of_a_person",
    "the_administration_opens_a_diagnosis",
    "the_administration_opens_remarks",
    "the_medical_manager_opens_a_diagnosis",
    "the_medical_manager_opens_remarks",
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/compile_fail")
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

/// When the newest source of a crate was written; long ago for a crate that is not ours.
fn written(folder: &Path) -> SystemTime {
    let Ok(entries) = fs::read_dir(folder) else { return SystemTime::UNIX_EPOCH };
    let entries = entries.map(|e| e.unwrap().path());
    let times = entries.filter(|p| p.file_name().unwrap() != "tests").filter_map(|p| match p.is_dir() {
        true => Some(written(&p)),
        false => p.extension().is_some_and(|e| e == "rs").then(|| modified(&p)),
    });
    times.max().unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Libraries of a crate beside this test's own binary, newest first: a crate is built once per set of features. One that is
/// older than its sources is left over from an earlier build and proves nothing.
fn libraries(deps: &Path, name: &str) -> Vec<PathBuf> {
    let prefix = format!("lib{name}-");
    let sources = written(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name));
    let mut found: Vec<PathBuf> = fs::read_dir(deps)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "rlib"))
        .filter(|p| p.file_name().unwrap().to_string_lossy().starts_with(&prefix))
        .filter(|p| modified(p) >= sources)
        .collect();
    found.sort_by_key(|p| std::cmp::Reverse(modified(p)));
    found
}

/// Every choice of one library a crate that the source names, newest first.
fn choices(source: &str) -> Vec<Vec<(&'static str, PathBuf)>> {
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_path_buf();
    let mut choices = vec![Vec::new()];
    for name in ["store", "access", "domain", "zeroize"] {
        if source.contains(&format!("{name}::")) {
            let found = libraries(&deps, name);
            assert!(!found.is_empty(), "no library of {name} in {}", deps.display());
            choices = choices
                .into_iter()
                .flat_map(|chosen: Vec<_>| {
                    found.iter().map(move |f| [chosen.clone(), vec![(name, f.clone())]].concat())
                })
                .collect();
        }
    }
    choices
}

fn compile(source: &str, name: &str, libraries: &[(&str, PathBuf)]) -> Output {
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_path_buf();
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join(format!("{name}.rs"));
    fs::write(&file, source).unwrap();
    let mut rustc = Command::new("rustc");
    rustc.current_dir(env!("CARGO_MANIFEST_DIR"));
    rustc.args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "-A", "unused", "--color=never"]);
    rustc.arg("-L").arg(format!("dependency={}", deps.display())).arg("--out-dir").arg(out.path());
    for (name, library) in libraries {
        rustc.arg("--extern").arg(format!("{name}={}", library.display()));
    }
    rustc.arg(&file).output().unwrap()
}

fn prove(name: &str) {
    let twin = fs::read_to_string(folder().join(format!("{name}.rs"))).unwrap();
    let expected = fs::read_to_string(folder().join(format!("{name}.stderr"))).unwrap();
    // A forbidden line stands in the file as a comment: the file as it is, is the twin that compiles.
    let forbidden: Vec<(&str, &str)> =
        twin.lines().zip(twin.lines().skip(1)).filter(|(_, next)| next.trim_start().starts_with(FORBIDDEN)).collect();
    assert_eq!(forbidden.len(), expected.lines().count(), "{name}: as many forbidden lines as messages");
    assert!(!forbidden.is_empty(), "{name} has no forbidden line");
    let choices = choices(&twin);
    let fits = choices.iter().find(|libraries| compile(&twin, name, libraries).status.success());
    let Some(libraries) = fits else {
        let message = compile(&twin, name, &choices[0]).stderr;
        panic!("{name}: the twin must compile\n{}", String::from_utf8_lossy(&message));
    };
    for ((allowed, line), expected) in forbidden.into_iter().zip(expected.lines()) {
        let program = twin.replace(&format!("{allowed}\n{line}\n"), &format!("{}\n", line.replacen(FORBIDDEN, "", 1)));
        assert_ne!(program, twin, "{name}: {line}");
        let refused = compile(&program, name, libraries);
        assert!(!refused.status.success(), "{name}: the forbidden line compiles: {line}");
        let message = String::from_utf8_lossy(&refused.stderr);
        let first = message.lines().find(|l| l.starts_with("error")).unwrap_or_default();
        assert_eq!(first.trim(), expected.trim(), "{name}\n{message}");
    }
}

#[test]
fn every_program_of_the_folder_is_refused_with_its_message_and_its_twin_compiles() {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "rs"))
        .map(|p| p.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, PROGRAMS);
    for name in names {
        prove(&name);
    }
}
