//! What must not be possible does not compile: each program of `tests/compile_fail` fails with the message beside it, and
//! its twin, which differs by the forbidden line alone, compiles. The compiler is called on the libraries of this test run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const FORBIDDEN: &str = "// FORBIDDEN: ";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/compile_fail")
}

/// The newest library of a crate beside this test's own binary.
fn library(deps: &Path, name: &str) -> PathBuf {
    let prefix = format!("lib{name}-");
    fs::read_dir(deps)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "rlib"))
        .filter(|p| p.file_name().unwrap().to_string_lossy().starts_with(&prefix))
        .max_by_key(|p| fs::metadata(p).unwrap().modified().unwrap())
        .unwrap_or_else(|| panic!("no library of {name} in {}", deps.display()))
}

fn compile(source: &str, name: &str) -> Output {
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_path_buf();
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join(format!("{name}.rs"));
    fs::write(&file, source).unwrap();
    let mut rustc = Command::new("rustc");
    rustc.current_dir(env!("CARGO_MANIFEST_DIR"));
    rustc.args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "-A", "unused", "--color=never"]);
    rustc.arg("-L").arg(format!("dependency={}", deps.display())).arg("--out-dir").arg(out.path());
    for crate_name in ["domain", "seal", "access", "store", "chrono"] {
        if source.contains(&format!("{crate_name}::")) {
            rustc.arg("--extern").arg(format!("{crate_name}={}", library(&deps, crate_name).display()));
        }
    }
    rustc.arg(&file).output().unwrap()
}

fn prove(name: &str) {
    let twin = fs::read_to_string(folder().join(format!("{name}.rs"))).unwrap();
    let expected = fs::read_to_string(folder().join(format!("{name}.stderr"))).unwrap();
    // The forbidden line stands in the file as a comment: the file as it is, is the twin that compiles.
    let (allowed, forbidden) = twin
        .lines()
        .zip(twin.lines().skip(1))
        .find(|(_, next)| next.trim_start().starts_with(FORBIDDEN))
        .unwrap_or_else(|| panic!("{name} has no forbidden line"));
    let program =
        twin.replace(&format!("{allowed}\n{forbidden}\n"), &format!("{}\n", forbidden.replacen(FORBIDDEN, "", 1)));
    let compiled = compile(&twin, name);
    assert!(compiled.status.success(), "{name}: the twin must compile\n{}", String::from_utf8_lossy(&compiled.stderr));
    let refused = compile(&program, name);
    assert!(!refused.status.success(), "{name}: the forbidden line compiles");
    let message = String::from_utf8_lossy(&refused.stderr);
    let first = message.lines().find(|l| l.starts_with("error")).unwrap_or_default();
    assert_eq!(first.trim(), expected.trim(), "{name}\n{message}");
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
    assert!(names.len() >= 7, "{names:?}");
    for name in names {
        prove(&name);
    }
}
