//! *Mijn reflectie* on an opened record, the list *Mijn reflecties*, and what of it goes on paper.
//!
//! **Invariant:** what goes on paper has no ride, no hospital and no diagnosis: its type has no place for them.

use std::path::PathBuf;

use chrono::{NaiveDate, NaiveDateTime};
use zeroize::Zeroizing;

use crate::{Command, RecordId, Undo, Words};

/// A reflection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReflectionId(pub i64);

/// What is typed in the field of an opened record, to be kept.
#[derive(Clone)]
pub struct ReflectionTyped {
    /// The record.
    pub record: RecordId,
    /// The reflection that is written on, once it is known.
    pub reflection: Option<ReflectionId>,
    /// The words.
    pub text: Zeroizing<String>,
    /// *Tijd besteed*, in minutes.
    pub minutes: Option<u16>,
}

/// What somebody wishes of his reflections, besides writing them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReflectionCommand {
    /// Show what the scan finds, before it is confirmed.
    Ask(ReflectionId),
    /// Put that away again.
    DoNotConfirm,
    /// Confirm that it holds no patient data, as it was shown; logged.
    Confirm(ReflectionId),
    /// Delete it; logged.
    Delete(ReflectionId),
    /// Take that back; logged.
    UndoDelete(ReflectionId),
    /// Mijn reflecties: show its words.
    Open(ReflectionId),
    /// Mijn reflecties: put them away again.
    Close,
    /// Mijn reflecties: write one anew whose record is gone.
    Rewrite(ReflectionId),
    /// Leave it as it was confirmed.
    DoNotRewrite(ReflectionId),
    /// Mijn reflecties: list more lines than now.
    ShowMore,
    /// Mijn reflecties: tick one for the file, or not any more.
    Choose(ReflectionId),
    /// Write those that are ticked to a new file; logged.
    Export(PathBuf),
}

/// What has to be seen before a reflection is confirmed.
pub struct Confirming {
    /// Key of the kind's word, and the words that were found.
    pub found: Vec<(&'static str, Words)>,
    /// Confirms.
    pub confirm: Command,
    /// Does not.
    pub cancel: Command,
}

/// For how long a reflection is there, and what can be done about that.
pub enum ReflectionTerm {
    /// Nothing is written yet.
    Empty,
    /// It goes with its record after this day.
    Disappears {
        /// The day.
        on: NaiveDate,
        /// Shows what has to be seen before it is confirmed.
        ask: Command,
        /// That is being shown.
        confirming: Option<Box<Confirming>>,
    },
    /// It stays: this was confirmed on this day.
    Confirmed(NaiveDate),
}

/// *Mijn reflectie* on an opened record.
pub struct ReflectionCard {
    /// The reflection, once there is one.
    pub reflection: Option<ReflectionId>,
    /// What is kept.
    pub text: Words,
    /// *Tijd besteed*, in minutes.
    pub minutes: Option<u16>,
    /// Another number: the field is filled with what is kept, whatever stood in it.
    pub filled: u32,
    /// When it was kept, local time.
    pub saved: Option<NaiveDateTime>,
    /// It is sealed to a key that is no more: nothing can be written on it.
    pub unreadable: bool,
    /// For how long it is there.
    pub term: ReflectionTerm,
    /// The day after which the record is gone.
    pub disappears: NaiveDate,
    /// Deletes it, where there is one.
    pub delete: Option<Command>,
    /// The last deletion, while it can be undone.
    pub undo: Option<Undo>,
    /// Longest text, in characters.
    pub characters_max: usize,
}

/// A line of *Mijn reflecties*, without its words.
pub struct ReflectionLine {
    /// The reflection.
    pub reflection: ReflectionId,
    /// The day it was written last.
    pub day: NaiveDate,
    /// Ride number and hospital, while the record is there and this person's.
    pub about: Option<(String, String)>,
    /// When it was confirmed.
    pub confirmed: Option<NaiveDate>,
    /// The day after which it is gone with its record.
    pub disappears: Option<NaiveDate>,
    /// It is ticked for the file.
    pub chosen: bool,
    /// Ticks it, or not any more; absent where it is not confirmed.
    pub choose: Option<Command>,
    /// Shows its words, or puts them away.
    pub open: Command,
    /// Its words, where they are shown.
    pub opened: Option<OpenedReflection>,
}

/// What is typed in the field of one whose record is gone; kept once it is confirmed.
#[derive(Clone, PartialEq, Eq)]
pub struct RewritingTyped {
    /// The reflection.
    pub reflection: ReflectionId,
    /// The words.
    pub text: Zeroizing<String>,
    /// *Tijd besteed*, in minutes.
    pub minutes: Option<u16>,
}

/// One whose record is gone, being written anew.
pub struct Rewriting {
    /// What the field is filled with.
    pub text: Words,
    /// *Tijd besteed*, in minutes.
    pub minutes: Option<u16>,
    /// Another number: the field is filled anew, whatever stood in it.
    pub filled: u32,
    /// Longest text, in characters.
    pub characters_max: usize,
    /// Shows what has to be seen before it is kept.
    pub ask: Command,
    /// That is being shown.
    pub confirming: Option<Box<Confirming>>,
    /// Leaves it as it was confirmed.
    pub cancel: Command,
}

/// The words of a line.
pub struct OpenedReflection {
    /// The words; `None`: sealed to a key that is no more.
    pub text: Option<Words>,
    /// *Tijd besteed*, in minutes.
    pub minutes: Option<u16>,
    /// For how long it is there.
    pub term: ReflectionTerm,
    /// Writes it anew, where its record is gone.
    pub rewrite: Option<Command>,
    /// It is being written anew.
    pub rewriting: Option<Box<Rewriting>>,
    /// Leads to the record, where it is written on: to the screen, and to the record there.
    pub write_on: Option<(Command, Command)>,
    /// Deletes it.
    pub delete: Command,
}

/// *Mijn reflecties*.
pub struct ReflectionsScreen {
    /// The newest first.
    pub lines: Vec<ReflectionLine>,
    /// Lists more, where there is more.
    pub more: Option<Command>,
    /// How many are ticked.
    pub chosen: u64,
    /// Writes those to a file; absent where this program makes no paper.
    pub export: Option<fn(PathBuf) -> Command>,
    /// The last deletion, while it can be undone.
    pub undo: Option<Undo>,
    /// Leads to *Terugkoppelingen*, where reflections are written.
    pub feedback: Command,
}

/// Reflections on paper, for a portfolio.
pub struct Portfolio {
    /// Name of who wrote them.
    pub name: String,
    /// The RAV.
    pub organisation: String,
    /// The day it was made.
    pub made: NaiveDate,
    /// They, the oldest first.
    pub reflections: Vec<PortfolioReflection>,
}

/// One of them.
pub struct PortfolioReflection {
    /// The day it was written last.
    pub day: NaiveDate,
    /// The words.
    pub text: Words,
    /// *Tijd besteed*, in minutes.
    pub minutes: Option<u16>,
}

impl Portfolio {
    /// *Tijd besteed* in all, in minutes.
    #[must_use]
    pub fn minutes(&self) -> u64 {
        self.reflections.iter().filter_map(|one| one.minutes).map(u64::from).sum()
    }
}
