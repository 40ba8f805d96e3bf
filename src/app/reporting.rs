//! *Deze tekst hoort hier niet*: the sentences of a record's texts to choose from, and what is done with the choice.
//!
//! **Not here:** taking out and putting back (`store`).

use std::ops::Range;

use access::{Professional, Session};
use chrono::{DateTime, Utc};
use domain::{MessageId, Sensitive};
use store::{Archive, MisplacedOfRecord, MisplacedState, TextOfRecord};
use viewmodel::{Command, FeedbackCommand, FreeText, MisplacedReason, RecordId, Reportable, Reported, Sentence};

use crate::{error::AppError, free_text};

pub(crate) fn free_text_of(text: TextOfRecord) -> FreeText {
    match text {
        TextOfRecord::Description => FreeText::Diagnosis,
        TextOfRecord::RemarksMedical => FreeText::RemarksMedical,
        TextOfRecord::RemarksCommunication => FreeText::RemarksCommunication,
    }
}

fn text_of_record(text: FreeText) -> TextOfRecord {
    match text {
        FreeText::Diagnosis => TextOfRecord::Description,
        FreeText::RemarksMedical => TextOfRecord::RemarksMedical,
        FreeText::RemarksCommunication => TextOfRecord::RemarksCommunication,
    }
}

fn code(reason: MisplacedReason) -> u8 {
    match reason {
        MisplacedReason::DescriptionRule(rule) => rule,
        MisplacedReason::RemarksRule(rule) => 10 + rule,
        MisplacedReason::Identifying => 20,
        MisplacedReason::AboutAPerson => 21,
    }
}

pub(crate) fn reason_of(code: u8) -> Option<MisplacedReason> {
    match code {
        1..=4 => Some(MisplacedReason::DescriptionRule(code)),
        11..=16 => Some(MisplacedReason::RemarksRule(code - 10)),
        20 => Some(MisplacedReason::Identifying),
        21 => Some(MisplacedReason::AboutAPerson),
        _ => None,
    }
}

/// Where the sentences of a text stand, in characters: a blank after a full stop ends one, and so does a line's end. Nothing is left out.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut start, mut before, mut over) = (Vec::new(), 0, ' ', false);
    let mut length = 0;
    for (at, character) in text.chars().enumerate() {
        if over && !character.is_whitespace() {
            found.push(start..at);
            (start, over) = (at, false);
        }
        over |= character == '\n' || (character.is_whitespace() && matches!(before, '.' | '!' | '?'));
        before = character;
        length = at + 1;
    }
    if length > start {
        found.push(start..length);
    }
    found
}

/// What of a text can be reported.
pub(crate) fn reportable(text: Option<&Sensitive>, which: FreeText, unmasked: bool) -> Option<Reportable> {
    let text = text?;
    // REVEAL: cut into sentences on the screen of a professional of this ride; logged when opened.
    let whole = text.reveal();
    let sentence = |range: Range<usize>| {
        let words: String = whole.chars().skip(range.start).take(range.len()).collect();
        let bound = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let (words, _) = free_text::words(&Sensitive::new(words.trim_end().to_owned()), unmasked);
        Sentence { words, from: bound(range.start), until: bound(range.end) }
    };
    let sentences: Vec<Sentence> = sentences(whole).into_iter().map(sentence).collect();
    (!sentences.is_empty()).then_some(Reportable { text: which, sentences })
}

pub(crate) fn reported(report: MisplacedOfRecord) -> Reported {
    let MisplacedOfRecord { number, text, state, own } = report;
    Reported {
        text: free_text_of(text),
        destroyed: state == MisplacedState::Destroyed,
        undo: own.then_some(Command::Feedback(FeedbackCommand::UndoReport(number))),
    }
}

pub(crate) fn report(
    archive: &mut Archive,
    session: &Session<Professional>,
    (record, text): (RecordId, FreeText),
    range: Range<u32>,
    reason: MisplacedReason,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let bound = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    let passage = (text_of_record(text), bound(range.start)..bound(range.end));
    if archive.report_misplaced(session, MessageId(record.0), passage, code(reason), now)? {
        Ok(())
    } else {
        Err(AppError::refused("error-passage", vec![]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        sentences(text).into_iter().map(|r| text.chars().skip(r.start).take(r.len()).collect()).collect()
    }

    #[test]
    fn a_text_is_cut_after_its_sentences_and_nothing_of_it_is_lost() {
        assert_eq!(cut("Eén. Twee!  Drie"), ["Eén. ", "Twee!  ", "Drie"]);
        assert_eq!(cut("Saturatie 2.4 of i.v.m. koorts."), ["Saturatie 2.4 of i.v.m. ", "koorts."]);
        assert_eq!(cut("regel\nvolgende"), ["regel\n", "volgende"]);
        assert!(cut("").is_empty());
        assert_eq!(cut("zonder einde"), ["zonder einde"]);
    }

    #[test]
    fn a_reason_is_the_same_after_it_was_kept() {
        let all = (1..=4).map(MisplacedReason::DescriptionRule).chain((1..=6).map(MisplacedReason::RemarksRule));
        for reason in all.chain([MisplacedReason::Identifying, MisplacedReason::AboutAPerson]) {
            assert_eq!(reason_of(code(reason)), Some(reason));
        }
        assert_eq!(reason_of(99), None);
    }
}
