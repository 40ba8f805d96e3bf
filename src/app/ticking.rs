//! What a professional ticks of an opened record: thanks, a working diagnosis taken over differently, themes of communication.
//!
//! **Invariant:** a screen shows its reader's own ticks and nobody else's. **Not here:** how they are kept (`store`), counting.

use access::{Professional, Session};
use chrono::{DateTime, Utc};
use domain::{Mark, Marks, MessageId, Theme};
use store::Archive;
use viewmodel::{Command, FeedbackCommand, RecordId, ThemeOf, Tick, TickOf, Ticks};

use crate::{error::AppError, marks_counted::theme_key};

fn theme_of(theme: ThemeOf) -> Theme {
    match theme {
        ThemeOf::HandoverComplete => Theme::HandoverComplete,
        ThemeOf::ChoiceOfHospital => Theme::ChoiceOfHospital,
        ThemeOf::MissedInformation => Theme::MissedInformation,
        ThemeOf::Other => Theme::Other,
    }
}

fn theme_shown(theme: Theme) -> ThemeOf {
    match theme {
        Theme::HandoverComplete => ThemeOf::HandoverComplete,
        Theme::ChoiceOfHospital => ThemeOf::ChoiceOfHospital,
        Theme::MissedInformation => ThemeOf::MissedInformation,
        Theme::Other => ThemeOf::Other,
    }
}

fn mark(of: TickOf) -> Mark {
    match of {
        TickOf::Thanks => Mark::Thanks,
        TickOf::TakenOverDifferently => Mark::TakenOverDifferently,
        TickOf::Theme(theme) => Mark::Theme(theme_of(theme)),
    }
}

/// Ticks it, or takes that back; `remarks`: those on communication are this reader's.
pub(crate) fn toggle(
    archive: &mut Archive,
    session: &Session<Professional>,
    (record, of): (RecordId, TickOf),
    remarks: bool,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let message = MessageId(record.0);
    let marks = archive.marks_of(session, message)?.toggled(mark(of));
    // Themes of remarks that are his no more go with them.
    let marks = if remarks { marks } else { marks.without_themes() };
    if archive.set_marks(session, message, marks, now)? {
        Ok(())
    } else {
        Err(AppError::refused("error-record-gone", vec![]))
    }
}

/// What can be ticked of a record with a working diagnosis (the first), with remarks on communication (the second).
pub(crate) fn shown(record: RecordId, marks: Marks, (diagnosis, remarks): (bool, bool)) -> Ticks {
    let tick = |words, of| Tick {
        words,
        on: marks.has(mark(of)),
        toggle: Command::Feedback(FeedbackCommand::Tick(record, of)),
    };
    let theme = |theme| tick(theme_key(theme), TickOf::Theme(theme_shown(theme)));
    Ticks {
        thanks: tick("tick-thanks", TickOf::Thanks),
        differently: diagnosis.then(|| tick("tick-differently", TickOf::TakenOverDifferently)),
        themes: if remarks { Theme::ALL.map(theme).into() } else { Vec::new() },
    }
}
