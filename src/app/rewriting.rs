//! A reflection whose record is gone, being written anew: kept once its writer has confirmed again that it names no patient.
//!
//! **Invariant:** until then it stands as it was confirmed; what is typed is a draft, sealed to its writer.
//! **Not here:** writing while the record is there (`reflections`).

use access::{Professional, Session};
use chrono::{DateTime, Utc};
use domain::Sensitive;
use store::{
    DRAFT_OF_REFLECTION, REFLECTION_CHARACTERS_MAX, ReflectionContent, ReflectionOpened, ReflectionRow, Store,
};
use viewmodel::{Command, Confirming, ReflectionCommand, ReflectionId, Rewriting, RewritingTyped, Words};
use zeroize::Zeroizing;

use crate::error::AppError;

/// What is in hand.
#[derive(Default)]
pub(crate) struct View {
    in_hand: Option<(i64, ReflectionContent)>,
    /// Counts how often the field is to be filled anew.
    filled: u32,
}

fn copy(text: &Sensitive) -> Sensitive {
    // REVEAL: from what is typed to what is confirmed; both are its writer's.
    Sensitive::new(text.reveal().to_owned())
}

impl View {
    /// Whether this one is in hand.
    pub(crate) fn has(&self, number: i64) -> bool {
        self.content(number).is_some()
    }

    fn content(&self, number: i64) -> Option<&ReflectionContent> {
        self.in_hand.as_ref().filter(|(of, _)| *of == number).map(|(_, content)| content)
    }

    fn fill(&mut self, number: i64, content: ReflectionContent) {
        self.filled = self.filled.wrapping_add(1);
        self.in_hand = Some((number, content));
    }

    /// Takes one in hand, as it is kept.
    pub(crate) fn begin(
        &mut self,
        store: &Store,
        session: &Session<Professional>,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<(), AppError> {
        self.fill(number, opened(store, session, number, now)?);
        Ok(())
    }

    /// Puts it away: it stays as it was.
    pub(crate) fn put_away(
        &mut self,
        store: &mut Store,
        session: &Session<Professional>,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<(), AppError> {
        self.in_hand = None;
        Ok(store.keep_draft(session.account(), (DRAFT_OF_REFLECTION, number), None, now)?)
    }

    /// What was typed comes back with its person.
    pub(crate) fn give_back(&mut self, number: i64, text: &str) -> bool {
        let read = text.split_once('\n').and_then(|(minutes, text)| Some((minutes.parse::<u16>().ok()?, text)));
        if let Some((minutes, text)) = read {
            let minutes = Some(minutes).filter(|minutes| *minutes > 0);
            self.fill(number, ReflectionContent { text: Sensitive::new(text.to_owned()), minutes });
        }
        read.is_some()
    }

    /// Takes note of what is typed; whether it is other than what is kept.
    pub(crate) fn typed(
        &mut self,
        store: &Store,
        session: &Session<Professional>,
        typed: &RewritingTyped,
        now: DateTime<Utc>,
    ) -> Result<bool, AppError> {
        let RewritingTyped { reflection: ReflectionId(number), text, minutes } = typed;
        let Some((_, content)) = self.in_hand.as_mut().filter(|(of, _)| of == number) else { return Ok(false) };
        *content = ReflectionContent { text: Sensitive::new(text.to_string()), minutes: *minutes };
        Ok(match store.open_reflection(session, *number, now)? {
            ReflectionOpened::Content(kept) => kept.text != content.text || kept.minutes != content.minutes,
            ReflectionOpened::Gone | ReflectionOpened::Unreadable => false,
        })
    }

    /// The words that are to be confirmed, where this one is in hand.
    pub(crate) fn asked(&self, number: i64) -> Result<Option<Sensitive>, AppError> {
        let Some(content) = self.content(number) else { return Ok(None) };
        // REVEAL: looked at for words and length only.
        let text = content.text.reveal();
        if text.trim().is_empty() {
            return Err(AppError::refused("error-reflection-emptied", vec![]));
        }
        if text.chars().count() > REFLECTION_CHARACTERS_MAX {
            return Err(AppError::refused("error-reflection-long", vec![("n", REFLECTION_CHARACTERS_MAX.to_string())]));
        }
        Ok(Some(copy(&content.text)))
    }

    /// Keeps what was shown and confirmed; gives it as it is kept now. `None`: it says something else by now, or is gone.
    pub(crate) fn confirm(
        &mut self,
        store: &mut Store,
        session: &Session<Professional>,
        (number, shown): (i64, &Sensitive),
        now: DateTime<Utc>,
    ) -> Result<Option<ReflectionContent>, AppError> {
        let same = self.content(number).filter(|content| content.text == *shown);
        let Some(content) = same else { return Ok(None) };
        if !store.rewrite_reflection(session, number, content, now)? {
            return Ok(None);
        }
        Ok(self.in_hand.take().map(|(_, content)| content))
    }

    /// The field, where this one is in hand.
    pub(crate) fn shown(&self, number: i64, confirming: Option<Box<Confirming>>) -> Option<Box<Rewriting>> {
        let content = self.content(number)?;
        let to = |command: fn(ReflectionId) -> ReflectionCommand| Command::Reflection(command(ReflectionId(number)));
        Some(Box::new(Rewriting {
            // REVEAL: into the field of who wrote it.
            text: Words::new(content.text.reveal().to_owned()),
            minutes: content.minutes,
            filled: self.filled,
            characters_max: REFLECTION_CHARACTERS_MAX,
            ask: to(ReflectionCommand::Ask),
            confirming,
            cancel: to(ReflectionCommand::DoNotRewrite),
        }))
    }
}

/// How it stands in a draft.
pub(crate) fn written(typed: &RewritingTyped) -> Zeroizing<String> {
    Zeroizing::new(format!("{}\n{}", typed.minutes.unwrap_or(0), typed.text.as_str()))
}

/// Takes one in hand: only where its record is gone.
pub(crate) fn may_begin(row: &ReflectionRow) -> bool {
    row.about.is_none() && row.confirmed.is_some()
}

/// A reflection as it is kept; one that is gone or cannot be read is refused.
pub(crate) fn opened(
    store: &Store,
    session: &Session<Professional>,
    number: i64,
    now: DateTime<Utc>,
) -> Result<ReflectionContent, AppError> {
    match store.open_reflection(session, number, now)? {
        ReflectionOpened::Content(content) => Ok(content),
        ReflectionOpened::Gone | ReflectionOpened::Unreadable => {
            Err(AppError::refused("error-reflection-not-there", vec![]))
        }
    }
}
