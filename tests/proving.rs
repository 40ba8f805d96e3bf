//! Sheets of a kit that was written by a command: a person at a terminal is asked for three words of each, a script is not.

use std::{
    io::{Read, Write},
    path::Path,
    process::{ChildStdin, Command, Stdio},
    time::{Duration, Instant},
};

use store::RecoverySheet;

use crate::{
    recovery::{scanned, sheets_in},
    support::{Place, fixtures, needs, path, text},
};

/// What is typed when words are asked: the sheet's number and the words as they stand there are given.
type Answer<'a> = &'a mut dyn FnMut(u8, [&str; 3]) -> String;

fn tools() -> bool {
    needs("pdftoppm") && needs("zbarimg") && needs("script")
}

/// The sheets in a folder, read from paper.
fn read(kit: &Path) -> Vec<RecoverySheet> {
    sheets_in(kit).iter().map(|pdf| RecoverySheet::parse(&scanned(pdf)).unwrap()).collect()
}

/// Types a line.
fn type_in(input: &mut ChildStdin, line: &str) {
    input.write_all(format!("{line}\n").as_bytes()).unwrap();
    input.flush().unwrap();
}

/// The sheet and the three numbers that a question asks for.
fn question(line: &str) -> Option<(u8, [usize; 3])> {
    let numbers: Vec<usize> =
        line.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
    match (line.contains("typ de woorden"), numbers.as_slice()) {
        (true, [sheet, one, two, three]) => Some((u8::try_from(*sheet).unwrap(), [*one, *two, *three])),
        _ => None,
    }
}

/// The program at a terminal of its own; gives its exit code, everything that stood there, and the sheets of its kit.
fn at_a_terminal(place: &Place, arguments: &[&str], answer: Answer<'_>) -> (Option<i32>, String, Vec<RecoverySheet>) {
    let line = |command: &Command| {
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        words.map(|word| format!("'{}'", word.to_str().unwrap())).collect::<Vec<_>>().join(" ")
    };
    let mut script = Command::new("script");
    script.args(["-qefc", &line(&place.command(arguments)), "/dev/null"]).current_dir(place.path(""));
    script.env("LC_ALL", "nl_NL.UTF-8").env("LANG", "nl_NL.UTF-8").env("HOME", place.path("")).env("SHELL", "/bin/sh");
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (mut said, mut answered, mut sheets) = (String::new(), 0, Vec::new());
    let (mut buffer, began) = ([0; 4096], Instant::now());
    loop {
        let count = output.read(&mut buffer).unwrap_or(0);
        if count == 0 {
            break;
        }
        // LIMIT: a machine that does other things too is given so long.
        assert!(began.elapsed() < Duration::from_secs(120), "{said}");
        said.push_str(&String::from_utf8_lossy(&buffer[..count]));
        let asked: Vec<_> =
            said.split_inclusive('\n').filter(|line| line.ends_with('\n')).filter_map(question).collect();
        for (sheet, numbers) in asked.iter().skip(answered) {
            if sheets.is_empty() {
                sheets = read(&place.path("kit"));
            }
            let words = sheets[usize::from(*sheet) - 1].words().unwrap();
            let words = numbers.map(|number| words[number - 1].as_str());
            type_in(&mut input, &answer(*sheet, words));
        }
        answered = asked.len();
    }
    (child.wait().unwrap().code(), said, sheets)
}

fn init() -> Vec<String> {
    let config = path(&fixtures().join("init.toml")).to_owned();
    ["init", "--config", &config, "--recovery-kit", "kit"].map(str::to_owned).to_vec()
}

fn refs(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

#[test]
fn at_a_terminal_three_words_of_each_sheet_are_asked_and_neither_they_nor_what_is_typed_is_shown() {
    if !tools() {
        return;
    }
    let place = Place::empty();
    let mut slipped = false;
    let (code, said, sheets) = at_a_terminal(&place, &refs(&init()), &mut |sheet, [one, two, three]| {
        let slips = sheet == 2 && !std::mem::replace(&mut slipped, sheet == 2);
        let two = if slips { "ziekenhuis" } else { two };
        format!("{one} {} {three}", two.to_uppercase())
    });
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("De drie bladen staan op papier"), "{said}");
    let asked: Vec<_> = said.lines().filter_map(question).collect();
    assert_eq!(asked.iter().map(|(sheet, _)| *sheet).collect::<Vec<_>>(), [1, 2, 2, 3]);
    assert_eq!(asked[1], asked[2], "the same words again");
    assert!(said.contains(&format!("Blad 2: woord {} is anders dan op het blad", asked[1].1[1])), "{said}");
    assert!(!said.to_lowercase().contains("ziekenhuis"), "{said}");
    for ((sheet, numbers), number) in asked.iter().zip([1, 2, 2, 3]) {
        let words = sheets[usize::from(number) - 1].words().unwrap();
        assert_eq!(*sheet, number);
        let typed = numbers.map(|n| words[n - 1].clone()).join(" ");
        assert!(!said.to_lowercase().contains(&typed), "what is typed is not shown");
    }
    place.done(&["status"]);
}

#[test]
fn a_sheet_whose_words_are_wrong_three_times_is_named_and_the_store_is_there_all_the_same() {
    if !tools() {
        return;
    }
    let place = Place::empty();
    let (code, said, _) = at_a_terminal(&place, &refs(&init()), &mut |sheet, [one, two, three]| {
        if sheet == 2 { format!("{one} {two}") } else { format!("{one} {two} {three}") }
    });
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(said.matches("Blad 2: dit waren niet drie woorden, maar 2").count(), 3, "{said}");
    assert!(said.contains("De opslag is er") && said.contains("niet gecontroleerd is blad 2."), "{said}");
    assert_eq!(sheets_in(&place.path("kit")).len(), 3);
    place.done(&["status"]);
}

#[test]
fn a_terminal_that_closes_half_way_leaves_a_store_and_names_the_sheets_that_were_not_proven() {
    if !tools() {
        return;
    }
    let place = Place::empty();
    let (code, said, _) = at_a_terminal(&place, &refs(&init()), &mut |sheet, words| {
        // Ctrl+D at the second sheet.
        if sheet == 1 { words.join(" ") } else { "\u{4}".to_owned() }
    });
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("niet gecontroleerd is blad 2, 3."), "{said}");
    place.done(&["status"]);
}

#[test]
fn a_recovery_at_a_terminal_asks_for_words_of_the_new_sheets() {
    if !tools() {
        return;
    }
    let place = Place::made_with(&["--recovery-kit", "old"]);
    let used: Vec<String> = (1..)
        .zip(&sheets_in(&place.path("old"))[..2])
        .map(|(n, pdf)| place.file(&format!("s{n}"), scanned(pdf)))
        .collect();
    let arguments = ["recover", "--sheet", &used[0], "--sheet", &used[1], "--recovery-kit", "kit"];
    let (code, said, _) = at_a_terminal(&place, &arguments, &mut |_, words| words.join(" "));
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(said.lines().filter_map(question).count(), 3, "{said}");
    assert!(said.contains("De drie bladen staan op papier"), "{said}");
}

#[test]
fn without_a_terminal_nobody_is_asked_and_one_line_says_that_the_sheets_were_not_checked() {
    let place = Place::empty();
    let output = place.run(&refs(&init()));
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.lines().filter(|line| line.contains("De bladen zijn niet gecontroleerd")).count(), 1, "{said}");
    assert!(!said.contains("typ de woorden"), "{said}");
    let without = Place::empty();
    let output = without.run(&refs(&init())[..3]);
    assert!(output.status.success() && !text(&output.stderr).contains("bladen"), "there is no kit to speak of");
}
