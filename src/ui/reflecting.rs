//! *Mijn reflectie* as the window has it: what stands in the field, and when that is kept.
//!
//! **Invariant:** what the field was filled with counts as kept: nothing is sent that its person did not type.
//! **Not here:** how it is sealed (`app`), how it is drawn (`screens`).

use egui::Context;
use viewmodel::{RecordId, ReflectionCard, ReflectionId, ReflectionTyped, Rewriting, RewritingTyped};
use zeroize::Zeroizing;

use crate::drafting::PAUSE;

// LIMIT: digits of the time spent: a week in minutes has five.
const MINUTES_DIGITS: usize = 4;
// Room for what is written about most rides, so that typing leaves few copies behind by growing.
const TEXT_BYTES: usize = 4096;

/// What is written about an opened record.
#[derive(Default)]
pub(crate) struct ReflectionState {
    /// Of which record, and which time the field was filled.
    at: Option<(RecordId, u32)>,
    reflection: Option<ReflectionId>,
    pub(crate) text: Zeroizing<String>,
    pub(crate) minutes: String,
}

impl ReflectionState {
    /// Fills the field with what is kept, where it is another's; what is typed stays.
    pub(crate) fn at(&mut self, record: RecordId, card: &ReflectionCard) {
        self.reflection = card.reflection;
        if self.at == Some((record, card.filled)) {
            return;
        }
        self.at = Some((record, card.filled));
        // REVEAL: into the field of who wrote it.
        let mut text = Zeroizing::new(String::with_capacity(TEXT_BYTES));
        text.push_str(card.text.reveal());
        self.text = text;
        self.minutes = card.minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
    }

    /// The field is another record's, or there is none: what stood in it goes.
    pub(crate) fn is_left_for(&self, opened: Option<RecordId>) -> bool {
        self.at.is_some_and(|(record, _)| Some(record) != opened)
    }

    fn minutes(&self) -> Option<u16> {
        minutes_of(&self.minutes)
    }

    /// Whether what stands in the field is what is kept.
    pub(crate) fn is_kept(&self, card: &ReflectionCard) -> bool {
        // REVEAL: compared only.
        *self.text == card.text.reveal() && self.minutes() == card.minutes
    }

    /// What stands in the field, while there is one that may be written in.
    pub(crate) fn typed(&self) -> Option<Reflecting> {
        let (record, filled) = self.at?;
        let (text, minutes) = (self.text.clone(), self.minutes());
        let typed = ReflectionTyped { record, reflection: self.reflection, text, minutes };
        Some(Reflecting { typed, filled })
    }
}

/// Minutes are digits, and few.
pub(crate) fn digits_alone(minutes: &mut String) {
    minutes.retain(|character| character.is_ascii_digit());
    minutes.truncate(MINUTES_DIGITS);
}

fn minutes_of(typed: &str) -> Option<u16> {
    typed.parse().ok().filter(|minutes| *minutes > 0)
}

/// What is written anew of a reflection whose record is gone.
#[derive(Default)]
pub(crate) struct RewritingState {
    /// Of which reflection, and which time the field was filled.
    at: Option<(ReflectionId, u32)>,
    pub(crate) text: Zeroizing<String>,
    pub(crate) minutes: String,
}

impl RewritingState {
    /// Fills the field, where it is another's; what is typed stays.
    pub(crate) fn at(&mut self, reflection: ReflectionId, rewriting: &Rewriting) {
        let at = Some((reflection, rewriting.filled));
        if self.at == at {
            return;
        }
        // REVEAL: into the field of who wrote it.
        let mut text = Zeroizing::new(String::with_capacity(TEXT_BYTES));
        text.push_str(rewriting.text.reveal());
        let minutes = rewriting.minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
        *self = Self { at, text, minutes };
    }

    /// What stands in the field, while there is one.
    pub(crate) fn typed(&self) -> Option<RewritingTyped> {
        let (reflection, _) = self.at?;
        Some(RewritingTyped { reflection, text: self.text.clone(), minutes: minutes_of(&self.minutes) })
    }
}

/// A reflection as the window has it.
pub(crate) struct Reflecting {
    /// What stands in the field.
    pub(crate) typed: ReflectionTyped,
    /// What stood in it when it was filled last: kept already.
    pub(crate) filled: u32,
}

fn is_same(one: &ReflectionTyped, other: &ReflectionTyped) -> bool {
    one.record == other.record && one.text == other.text && one.minutes == other.minutes
}

/// What was written last, and what of it was kept.
#[derive(Default)]
pub(crate) struct Written {
    /// When the field was filled last.
    filled: Option<(RecordId, u32)>,
    last: Option<ReflectionTyped>,
    changed_at: f64,
    kept: Option<ReflectionTyped>,
}

impl Written {
    /// Takes note of what stands in the field; whether it is other than what was kept.
    fn notes(&mut self, now: f64, reflecting: &Reflecting) -> bool {
        let Reflecting { typed, filled } = reflecting;
        let filled = Some((typed.record, *filled));
        if self.filled != filled {
            *self = Self { filled, last: Some(typed.clone()), changed_at: now, kept: Some(typed.clone()) };
        }
        let is = |known: &Option<ReflectionTyped>| known.as_ref().is_some_and(|known| is_same(known, typed));
        if !is(&self.last) {
            (self.last, self.changed_at) = (Some(typed.clone()), now);
        }
        !is(&self.kept)
    }

    /// What is to be kept now: what has not changed for a while.
    pub(crate) fn paused(&mut self, ctx: &Context, reflecting: &Reflecting) -> Option<ReflectionTyped> {
        let now = ctx.input(|input| input.time);
        if !self.notes(now, reflecting) {
            return None;
        }
        let left = self.changed_at + PAUSE - now;
        if left > 0.0 {
            ctx.request_repaint_after(std::time::Duration::from_secs_f64(left));
            return None;
        }
        Some(self.is_kept(reflecting))
    }

    /// The same at once.
    pub(crate) fn leaves(&mut self, reflecting: &Reflecting) -> Option<ReflectionTyped> {
        self.notes(self.changed_at, reflecting).then(|| self.is_kept(reflecting))
    }

    fn is_kept(&mut self, reflecting: &Reflecting) -> ReflectionTyped {
        self.kept = Some(reflecting.typed.clone());
        reflecting.typed.clone()
    }
}
