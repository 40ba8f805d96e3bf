//! *Mijn reflectie*: what a professional writes about an opened record, kept at every pause, and what he does with it.
//!
//! **Invariant:** the engine holds what seals a reflection also after a lock, and nothing that opens one then.
//! **Not here:** the list and the file (`reflections_screen`), for how long one is there (`store`).

use std::collections::BTreeSet;

use access::{Professional, Session, SignedIn};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{MessageId, Sensitive, identifiers_in_text};
use store::{
    REFLECTION_CHARACTERS_MAX, REFLECTION_UNDO_SECONDS, ReflectionChange, ReflectionContent, ReflectionKept,
    ReflectionOpened, ReflectionRow, Store,
};
use viewmodel::{
    Command, Confirming, Notice, NoticeKind, RecordId, ReflectionCard, ReflectionCommand, ReflectionId, ReflectionTerm,
    ReflectionTyped, RewritingTyped, Words,
};

use crate::{
    engine::{Engine, Place},
    error::AppError,
    free_text, local, reflections_screen, rewriting,
    undo::Undoable,
};

// LIMIT: lines of the list that are shown at once, and that each wish for more adds.
pub(crate) const ROWS: u32 = 100;

pub(crate) struct View {
    /// Of the opened record.
    card: Option<Card>,
    /// Counts how often the field is to be filled anew.
    filled: u32,
    /// What has to be seen before one is confirmed is shown, of this one and these words.
    confirming: Option<(i64, Sensitive)>,
    deleted: Option<Undoable<i64>>,
    pub(crate) rows_max: u32,
    /// The words of a line of the list.
    pub(crate) opened: Option<(i64, Option<ReflectionContent>)>,
    pub(crate) chosen: BTreeSet<i64>,
    pub(crate) rewriting: rewriting::View,
}

impl Default for View {
    fn default() -> Self {
        let chosen = BTreeSet::new();
        let rewriting = rewriting::View::default();
        Self { card: None, filled: 0, confirming: None, deleted: None, rows_max: ROWS, opened: None, chosen, rewriting }
    }
}

/// What is kept about a record.
struct Card {
    record: RecordId,
    row: Option<ReflectionRow>,
    /// `None`: it is sealed to a key that is no more.
    content: Option<ReflectionContent>,
}

fn nothing() -> ReflectionContent {
    ReflectionContent { text: Sensitive::new(String::new()), minutes: None }
}

impl View {
    /// What was in hand of the screen goes; what was deleted can still be brought back, and what is written anew stays.
    pub(crate) fn turned(&mut self) {
        let (filled, deleted) = (self.filled, self.deleted.take());
        let rewriting = std::mem::take(&mut self.rewriting);
        *self = Self { filled, deleted, rewriting, ..Self::default() };
    }

    /// Seconds in which the last deletion can still be undone; zero: it is to be destroyed.
    pub(crate) fn undo_seconds(&self, now: DateTime<Utc>) -> Option<u32> {
        let left = self.deleted.as_ref().map(|deleted| (deleted.until - now).num_seconds())?;
        Some(u32::try_from(left.max(0)).unwrap_or(0))
    }

    /// What was deleted is destroyed: there is nothing to undo.
    pub(crate) fn destroyed(&mut self, now: DateTime<Utc>) {
        self.deleted.take_if(|deleted| deleted.until <= now);
    }

    pub(crate) fn undo(&self, now: DateTime<Utc>) -> Option<viewmodel::Undo> {
        let undo = |number| Command::Reflection(ReflectionCommand::UndoDelete(ReflectionId(number)));
        self.deleted.as_ref().and_then(|deleted| deleted.shown(undo, now))
    }

    fn was_deleted(&mut self, number: i64, now: DateTime<Utc>) {
        let until = now + TimeDelta::seconds(REFLECTION_UNDO_SECONDS);
        self.deleted = Some(Undoable { of: number, ride: String::new(), until });
        self.chosen.remove(&number);
        self.confirming = None;
        self.opened.take_if(|(opened, _)| *opened == number);
    }

    /// Reads what is kept about the opened record, unless it is in hand; without one, what was in hand goes.
    pub(crate) fn at(
        &mut self,
        store: &Store,
        session: &Session<Professional>,
        opened: Option<RecordId>,
        now: DateTime<Utc>,
    ) -> Result<(), AppError> {
        let Some(record) = opened else {
            (self.card, self.confirming) = (None, None);
            return Ok(());
        };
        if self.card.as_ref().is_some_and(|card| card.record == record) {
            return Ok(());
        }
        let row = store.reflection_about(session, MessageId(record.0), now)?;
        let opened = row.as_ref().map(|row| store.open_reflection(session, row.number, now)).transpose()?;
        let content = match opened {
            Some(ReflectionOpened::Content(content)) => Some(content),
            Some(ReflectionOpened::Unreadable) => None,
            Some(ReflectionOpened::Gone) | None => Some(nothing()),
        };
        self.confirming = None;
        self.filled = self.filled.wrapping_add(1);
        self.card = Some(Card { record, row, content });
        Ok(())
    }

    /// The card of the opened record.
    pub(crate) fn card(&self, record: RecordId, purge_after: DateTime<Utc>, now: DateTime<Utc>) -> ReflectionCard {
        let card = self.card.as_ref().filter(|card| card.record == record);
        let row = card.and_then(|card| card.row.as_ref());
        let content = card.and_then(|card| card.content.as_ref());
        // REVEAL: into the field of who wrote it.
        let text = content.map_or("", |content| content.text.reveal());
        ReflectionCard {
            reflection: row.map(|row| ReflectionId(row.number)),
            text: Words::new(text.to_owned()),
            minutes: content.and_then(|content| content.minutes),
            filled: self.filled,
            saved: row.map(|row| local::time(row.at)),
            unreadable: card.is_some_and(|card| card.content.is_none()),
            term: row.map_or(ReflectionTerm::Empty, |row| self.term(row, Some(purge_after))),
            disappears: local::day(purge_after),
            delete: row.map(|row| Command::Reflection(ReflectionCommand::Delete(ReflectionId(row.number)))),
            undo: self.undo(now),
            characters_max: REFLECTION_CHARACTERS_MAX,
        }
    }

    /// For how long one is there, and the scan of its words where that is asked for.
    pub(crate) fn term(&self, row: &ReflectionRow, purge_after: Option<DateTime<Utc>>) -> ReflectionTerm {
        let number = ReflectionId(row.number);
        match (row.confirmed, row.purge_after.or(purge_after)) {
            (Some(at), _) => ReflectionTerm::Confirmed(local::day(at)),
            (None, None) => ReflectionTerm::Empty,
            (None, Some(until)) => ReflectionTerm::Disappears {
                on: local::day(until),
                ask: Command::Reflection(ReflectionCommand::Ask(number)),
                confirming: self.confirming(row.number),
            },
        }
    }

    /// The scan of its words, where that is asked for.
    pub(crate) fn confirming(&self, number: i64) -> Option<Box<Confirming>> {
        let (_, words) = self.confirming.as_ref().filter(|(asked, _)| *asked == number)?;
        Some(Box::new(Confirming {
            found: found(words),
            confirm: Command::Reflection(ReflectionCommand::Confirm(ReflectionId(number))),
            cancel: Command::Reflection(ReflectionCommand::DoNotConfirm),
        }))
    }
}

/// What identifies in these words, by kind.
fn found(words: &Sensitive) -> Vec<(&'static str, Words)> {
    // REVEAL: to who wrote it, before he confirms that no patient is named.
    let text = words.reveal();
    let part = |from: usize, until: usize| text.chars().skip(from).take(until - from).collect::<String>();
    let scanned = identifiers_in_text(text);
    scanned.iter().map(|one| (free_text::key(one.kind), Words::new(part(one.start, one.end)))).collect()
}

/// Keeps what was typed; also while the session is locked, by what was typed until then.
pub(crate) fn keep(engine: &mut Engine, typed: &ReflectionTyped, now: DateTime<Utc>) -> Result<(), AppError> {
    let Engine { archive, reflections: Some(key), view, place, .. } = engine else { return Ok(()) };
    if typed.text.chars().count() > REFLECTION_CHARACTERS_MAX {
        return Err(AppError::refused("error-reflection-long", vec![("n", REFLECTION_CHARACTERS_MAX.to_string())]));
    }
    let minutes = typed.minutes.filter(|minutes| *minutes > 0);
    let content = ReflectionContent { text: Sensitive::new(typed.text.to_string()), minutes };
    let view = &mut view.reflections;
    let session = match &*place {
        Place::Inside(signed_in) => match signed_in.as_ref() {
            SignedIn::Professional(session) => Some(session),
            SignedIn::Administration(_)
            | SignedIn::MedicalManager(_)
            | SignedIn::FunctionalAdministrator(_)
            | SignedIn::PrivacyOfficer(_) => None,
        },
        Place::SignIn(_) | Place::Entry(_) | Place::Locked { .. } => None,
    };
    // Whether the words are others is known as long as what is kept opens; another window may have kept others.
    let same = match (session, typed.reflection) {
        (Some(session), Some(ReflectionId(number))) => {
            matches!(archive.store().open_reflection(session, number, now)?,
                ReflectionOpened::Content(kept) if kept.text == content.text)
        }
        (_, _) => false,
    };
    let change = if same { ReflectionChange::TimeAlone } else { ReflectionChange::Text };
    let about = (MessageId(typed.record.0), typed.reflection.map(|reflection| reflection.0));
    match archive.store_mut().keep_reflection(key, about, (&content, change), now)? {
        ReflectionKept::Gone => return Err(AppError::refused("error-reflection-gone", vec![])),
        ReflectionKept::Deleted(number) => {
            view.was_deleted(number, now);
            view.is_kept(typed.record, None, nothing());
        }
        ReflectionKept::Kept(number) => {
            if !same {
                view.confirming = None;
            }
            if let Some(session) = session {
                // By its number: a newer version may have taken the record's place.
                view.is_kept(typed.record, archive.store().reflection(session, number, now)?, content);
            }
        }
        ReflectionKept::Nothing => {}
    }
    Ok(())
}

/// Executes what is asked of reflections; another role has none.
pub(crate) fn execute(engine: &mut Engine, command: ReflectionCommand, now: DateTime<Utc>) -> Result<(), AppError> {
    let Engine { archive, place: Place::Inside(signed_in), view, notice, paper, .. } = engine else { return Ok(()) };
    let SignedIn::Professional(session) = signed_in.as_ref() else { return Ok(()) };
    let (view, store) = (&mut view.reflections, archive.store_mut());
    match command {
        ReflectionCommand::Ask(ReflectionId(number)) => view.ask(store, session, number, now)?,
        ReflectionCommand::DoNotConfirm => view.confirming = None,
        ReflectionCommand::Confirm(ReflectionId(number)) => {
            view.confirm(store, session, number, now)?;
            *notice = Some(Notice { kind: NoticeKind::Done, text: "notice-reflection-confirmed", values: vec![] });
        }
        ReflectionCommand::Delete(ReflectionId(number)) => {
            if !store.delete_reflection(session, number, now)? {
                return Err(AppError::refused("error-reflection-not-there", vec![]));
            }
            view.was_deleted(number, now);
            view.card = None;
        }
        ReflectionCommand::UndoDelete(ReflectionId(number)) => {
            view.deleted = None;
            view.card = None;
            if !store.undo_deletion(session, number, now)? {
                return Err(AppError::refused("error-reflection-for-good", vec![]));
            }
        }
        ReflectionCommand::Open(ReflectionId(number)) => {
            view.confirming = None;
            view.opened = match store.open_reflection(session, number, now)? {
                ReflectionOpened::Content(content) => Some((number, Some(content))),
                ReflectionOpened::Unreadable => Some((number, None)),
                ReflectionOpened::Gone => return Err(AppError::refused("error-reflection-not-there", vec![])),
            };
        }
        ReflectionCommand::Close => (view.opened, view.confirming) = (None, None),
        ReflectionCommand::Rewrite(ReflectionId(number)) => {
            view.confirming = None;
            if store.reflection(session, number, now)?.is_some_and(|row| rewriting::may_begin(&row)) {
                view.rewriting.begin(store, session, number, now)?;
            }
        }
        ReflectionCommand::DoNotRewrite(ReflectionId(number)) => {
            view.confirming = None;
            view.rewriting.put_away(store, session, number, now)?;
        }
        ReflectionCommand::ShowMore => view.rows_max = view.rows_max.saturating_add(ROWS),
        ReflectionCommand::Choose(ReflectionId(number)) => {
            if !view.chosen.remove(&number) {
                view.chosen.insert(number);
            }
        }
        ReflectionCommand::Export(path) => {
            *notice = Some(reflections_screen::export((store, paper.as_deref()), session, view, &path, now)?);
        }
    }
    Ok(())
}

/// Takes note of what is typed anew of one whose record is gone; whether there is something to keep as a draft. Locked: it is kept.
pub(crate) fn is_rewritten(engine: &mut Engine, typed: &RewritingTyped, now: DateTime<Utc>) -> Result<bool, AppError> {
    let Engine { archive, view, place: Place::Inside(signed_in), .. } = engine else { return Ok(true) };
    let SignedIn::Professional(session) = signed_in.as_ref() else { return Ok(false) };
    let view = &mut view.reflections;
    // REVEAL: compared only. What was shown to be confirmed was something else.
    view.confirming.take_if(|(number, words)| *number == typed.reflection.0 && words.reveal() != typed.text.as_str());
    view.rewriting.typed(archive.store(), session, typed, now)
}

impl View {
    fn is_kept(&mut self, record: RecordId, row: Option<ReflectionRow>, content: ReflectionContent) {
        if let Some(card) = self.card.as_mut().filter(|card| card.record == record) {
            (card.row, card.content) = (row, Some(content));
        }
    }

    fn ask(
        &mut self,
        store: &Store,
        session: &Session<Professional>,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<(), AppError> {
        if let Some(words) = self.rewriting.asked(number)? {
            self.confirming = Some((number, words));
            return Ok(());
        }
        self.confirming = Some((number, rewriting::opened(store, session, number, now)?.text));
        Ok(())
    }

    /// Confirms what was shown. Written on meanwhile, it is to be looked at anew.
    fn confirm(
        &mut self,
        store: &mut Store,
        session: &Session<Professional>,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<(), AppError> {
        let shown = self.confirming.take().filter(|(asked, _)| *asked == number);
        let is_confirmed = match &shown {
            Some((_, words)) if self.rewriting.has(number) => {
                let kept = self.rewriting.confirm(store, session, (number, words), now)?;
                let is_kept = kept.is_some();
                self.opened = kept.map(|content| (number, Some(content)));
                is_kept
            }
            Some((_, words)) => store.confirm_reflection(session, number, words, now)?,
            None => false,
        };
        if !is_confirmed {
            return Err(AppError::refused("error-reflection-changed", vec![]));
        }
        if let Some(card) = &mut self.card
            && card.row.as_ref().is_some_and(|row| row.number == number)
        {
            card.row = store.reflection(session, number, now)?;
        }
        Ok(())
    }
}
