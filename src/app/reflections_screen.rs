//! *Mijn reflecties*: one's own, without words until one is opened; those that are ticked as PDF for a portfolio.
//!
//! **Invariant:** what is not confirmed goes on no paper: a file outlives the record, and may not name its patient.
//! **Not here:** writing (`reflections`), what the page looks like (`report`).

use std::path::Path;

use access::{Professional, Session};
use chrono::{DateTime, Utc};
use store::{ReflectionOpened, ReflectionRow, Store};
use viewmodel::{
    Command, Language, Notice, NoticeKind, OpenedReflection, Portfolio, PortfolioReflection, RecordId,
    ReflectionCommand, ReflectionId, ReflectionLine, ReflectionsScreen, ScreenName, Words,
};
use zeroize::Zeroizing;

use crate::{
    error::AppError,
    local,
    paper::{Paper, write_logged},
    rail,
    reflections::View,
    rewriting,
};

// LIMIT: reflections in one file: some years of them.
const CHOSEN_MAX: usize = 200;

pub(crate) fn screen(
    (store, makes_paper): (&Store, bool),
    session: &Session<Professional>,
    view: &View,
    now: DateTime<Utc>,
) -> Result<ReflectionsScreen, AppError> {
    let (rows, all) = store.reflections(session, view.rows_max, now)?;
    Ok(ReflectionsScreen {
        more: (all > rows.len() as u64).then_some(Command::Reflection(ReflectionCommand::ShowMore)),
        chosen: rows.iter().filter(|row| is_chosen(row, view)).count() as u64,
        lines: rows.iter().map(|row| line(row, view)).collect(),
        export: makes_paper.then_some(|path| Command::Reflection(ReflectionCommand::Export(path))),
        undo: view.undo(now),
        feedback: Command::Open(ScreenName::Feedback),
    })
}

fn is_chosen(row: &ReflectionRow, view: &View) -> bool {
    row.confirmed.is_some() && view.chosen.contains(&row.number)
}

fn line(row: &ReflectionRow, view: &View) -> ReflectionLine {
    let reflection = ReflectionId(row.number);
    let opened = view.opened.as_ref().filter(|(number, _)| *number == row.number);
    let rewriting = view.rewriting.shown(row.number, view.confirming(row.number));
    let is_open = opened.is_some() || rewriting.is_some();
    let content = opened.and_then(|(_, content)| content.as_ref());
    let to = |command| Command::Reflection(command);
    ReflectionLine {
        reflection,
        day: local::day(row.at),
        about: row.about.as_ref().map(|about| (about.ride.clone(), about.hospital.clone())),
        confirmed: row.confirmed.map(local::day),
        disappears: row.purge_after.map(local::day),
        chosen: is_chosen(row, view),
        choose: row.confirmed.map(|_| to(ReflectionCommand::Choose(reflection))),
        open: to(if opened.is_some() { ReflectionCommand::Close } else { ReflectionCommand::Open(reflection) }),
        opened: is_open.then(|| OpenedReflection {
            // REVEAL: to who wrote it.
            text: content.map(|content| Words::new(content.text.reveal().to_owned())),
            minutes: content.and_then(|content| content.minutes),
            rewrite: (rewriting::may_begin(row) && content.is_some() && rewriting.is_none())
                .then(|| to(ReflectionCommand::Rewrite(reflection))),
            rewriting,
            term: view.term(row, None),
            write_on: row.about.as_ref().map(|about| {
                let record = RecordId(about.message.0);
                (Command::Open(ScreenName::Feedback), Command::SelectRecord(record))
            }),
            delete: to(ReflectionCommand::Delete(reflection)),
        }),
    }
}

/// Writes what is ticked to a new file, and its entry in the log, or neither.
pub(crate) fn export(
    (store, paper): (&mut Store, Option<&dyn Paper>),
    session: &Session<Professional>,
    view: &mut View,
    path: &Path,
    now: DateTime<Utc>,
) -> Result<Notice, AppError> {
    let paper = paper.ok_or_else(|| AppError::refused("error-portfolio", vec![]))?;
    if view.chosen.is_empty() {
        return Err(AppError::refused("error-reflections-none", vec![]));
    }
    if view.chosen.len() > CHOSEN_MAX {
        return Err(AppError::refused("error-reflections-many", vec![("n", CHOSEN_MAX.to_string())]));
    }
    let portfolio = portfolio(store, session, view, now)?;
    let count = portfolio.reflections.len() as u64;
    // Dutch, whatever the screen speaks: it is for a Dutch portfolio.
    let pdf = Zeroizing::new(paper.portfolio(&portfolio, Language::Dutch)?);
    let entry = store.entry_of_export(session, count, now);
    write_logged(store, &entry, path, &pdf)?;
    view.chosen.clear();
    let values = vec![("place", path.display().to_string()), ("count", count.to_string())];
    Ok(Notice { kind: NoticeKind::Done, text: "notice-reflections-exported", values })
}

/// What is ticked, the oldest first. One that was written on in another window since it was ticked is ticked no more, and nothing is exported.
fn portfolio(
    store: &Store,
    session: &Session<Professional>,
    view: &mut View,
    now: DateTime<Utc>,
) -> Result<Portfolio, AppError> {
    let mut reflections = Vec::with_capacity(view.chosen.len());
    for number in view.chosen.clone() {
        let row = store.reflection(session, number, now)?.filter(|row| row.confirmed.is_some());
        let Some(row) = row else {
            view.chosen.remove(&number);
            return Err(AppError::refused("error-reflections-not-confirmed", vec![]));
        };
        match store.open_reflection(session, number, now)? {
            ReflectionOpened::Content(content) => reflections.push(PortfolioReflection {
                day: local::day(row.at),
                // REVEAL: onto the paper of who wrote it; he confirmed that no patient is named.
                text: Words::new(content.text.reveal().to_owned()),
                minutes: content.minutes,
            }),
            ReflectionOpened::Gone | ReflectionOpened::Unreadable => {
                view.chosen.remove(&number);
                return Err(AppError::refused("error-reflections-unreadable", vec![]));
            }
        }
    }
    reflections.sort_by_key(|one| one.day);
    Ok(Portfolio {
        name: session.name().to_owned(),
        organisation: rail::organisation(store.settings()),
        made: local::day(now),
        reflections,
    })
}
