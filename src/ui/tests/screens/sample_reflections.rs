//! Invented reflections: on an opened record, and *Mijn reflecties*.

use viewmodel::*;

use crate::samples::{at, day, frame, record, words};

const TEXT: &str = "De benauwdheid viel me op, maar het beeld van de pijn stond voorop. Volgende keer eerder aan een \
                    longembolie denken bij een lage saturatie zonder koorts.";

fn of(command: fn(ReflectionId) -> ReflectionCommand) -> Command {
    Command::Reflection(command(ReflectionId(1)))
}

fn disappears(confirming: Option<Confirming>) -> ReflectionTerm {
    ReflectionTerm::Disappears {
        on: day(2027, 9, 17),
        ask: of(ReflectionCommand::Ask),
        confirming: confirming.map(Box::new),
    }
}

/// As it is being written.
pub fn card(text: &str, term: ReflectionTerm) -> ReflectionCard {
    let is_there = !matches!(term, ReflectionTerm::Empty);
    ReflectionCard {
        reflection: is_there.then_some(ReflectionId(1)),
        text: words(text),
        minutes: is_there.then_some(25),
        filled: 1,
        saved: is_there.then(|| at(9, 21, 2, 14)),
        unreadable: false,
        term,
        disappears: day(2027, 9, 17),
        delete: is_there.then(|| of(ReflectionCommand::Delete)),
        undo: None,
        characters_max: 10_000,
    }
}

pub fn written() -> ReflectionCard {
    card(TEXT, disappears(None))
}

/// A record whose card is in sight: without remarks.
fn of_record(card: ReflectionCard) -> Frame {
    let mut made = record();
    if let Screen::Feedback(FeedbackScreen { opened: Some(opened), .. }) = &mut made.screen {
        opened.remarks = None;
        opened.reflection = card;
    }
    made
}

pub fn on_record() -> Frame {
    of_record(written())
}

pub fn empty_on_record() -> Frame {
    of_record(card("", ReflectionTerm::Empty))
}

pub fn confirming() -> Frame {
    let found = vec![("in-text-name", words("mw. Jansen")), ("in-text-telephone", words("06 12345678"))];
    let text = format!("{TEXT} Mw. Jansen wilde gebeld worden op 06 12345678.");
    let confirming = Confirming {
        found,
        confirm: of(ReflectionCommand::Confirm),
        cancel: Command::Reflection(ReflectionCommand::DoNotConfirm),
    };
    of_record(card(&text, disappears(Some(confirming))))
}

pub fn confirmed() -> Frame {
    of_record(card(TEXT, ReflectionTerm::Confirmed(day(2026, 9, 21))))
}

pub fn unreadable() -> Frame {
    of_record(ReflectionCard { unreadable: true, ..card("", ReflectionTerm::Confirmed(day(2026, 9, 21))) })
}

fn line(number: i64, of_month: u32, about: bool, confirmed: bool) -> ReflectionLine {
    let reflection = ReflectionId(number);
    ReflectionLine {
        reflection,
        day: day(2026, 9, of_month),
        about: about.then(|| (format!("12-2026-45{number}-1"), "Ziekenhuis Oost".to_owned())),
        confirmed: confirmed.then(|| day(2026, 9, of_month)),
        disappears: (!confirmed).then(|| day(2027, 9, of_month)),
        chosen: confirmed && number % 2 == 0,
        choose: confirmed.then_some(Command::Reflection(ReflectionCommand::Choose(reflection))),
        open: Command::Reflection(ReflectionCommand::Open(reflection)),
        opened: None,
    }
}

fn screen(lines: Vec<ReflectionLine>) -> Frame {
    let chosen = lines.iter().filter(|line| line.chosen).count() as u64;
    let screen = ReflectionsScreen {
        lines,
        more: None,
        chosen,
        export: Some(|path| Command::Reflection(ReflectionCommand::Export(path))),
        undo: None,
        feedback: Command::Open(ScreenName::Feedback),
    };
    frame(Some((Role::Professional, "S. Bakker", ScreenName::Reflections, None)), Screen::Reflections(screen))
}

pub fn reflections() -> Frame {
    let mut lines = vec![line(44, 21, true, true), line(43, 17, true, false), line(42, 3, false, true)];
    lines[1].opened = Some(OpenedReflection {
        text: Some(words(TEXT)),
        minutes: Some(25),
        rewrite: None,
        rewriting: None,
        term: disappears(None),
        write_on: Some((Command::Open(ScreenName::Feedback), Command::SelectRecord(RecordId(1)))),
        delete: of(ReflectionCommand::Delete),
    });
    screen(lines)
}

/// One whose record is gone, opened; `rewriting`: being written anew.
fn of_gone(rewriting: Option<Rewriting>) -> Frame {
    let mut lines = vec![line(44, 21, true, true), line(42, 3, false, true)];
    lines[1].opened = Some(OpenedReflection {
        text: Some(words(TEXT)),
        minutes: Some(25),
        rewrite: rewriting.is_none().then(|| of(ReflectionCommand::Rewrite)),
        rewriting: rewriting.map(Box::new),
        term: ReflectionTerm::Confirmed(day(2026, 9, 3)),
        write_on: None,
        delete: of(ReflectionCommand::Delete),
    });
    screen(lines)
}

pub fn gone() -> Frame {
    of_gone(None)
}

fn anew(text: &str, confirming: Option<Confirming>) -> Frame {
    of_gone(Some(Rewriting {
        text: words(text),
        minutes: Some(25),
        filled: 1,
        characters_max: 10_000,
        ask: of(ReflectionCommand::Ask),
        confirming: confirming.map(Box::new),
        cancel: of(ReflectionCommand::DoNotRewrite),
    }))
}

pub fn rewriting() -> Frame {
    anew(TEXT, None)
}

pub fn rewriting_confirming() -> Frame {
    let confirming = Confirming {
        found: vec![("in-text-name", words("mw. Jansen"))],
        confirm: of(ReflectionCommand::Confirm),
        cancel: Command::Reflection(ReflectionCommand::DoNotConfirm),
    };
    anew(&format!("{TEXT} Mw. Jansen was rustig."), Some(confirming))
}

pub fn reflections_empty() -> Frame {
    screen(Vec::new())
}

pub fn many_reflections() -> Frame {
    screen((0..12).map(|n| line(n, 28 - u32::try_from(n).unwrap(), n % 3 == 0, n % 2 == 0)).collect())
}
