//! *Wat wil je laten weten?* on the opened record: what is ticked, and *Deze tekst hoort hier niet…*, a reason and the sentences.
//!
//! **Not here:** what becomes of them (`store`), who decides (`oversight`).

use egui::Ui;
use lucide_icons::Icon;
use viewmodel::{Command, FeedbackCommand, FreeText, MisplacedReason, OpenedRecord, RecordId, Reportable};

use super::{
    Desk,
    oversight::{reason_words, text_key},
};
use crate::{
    theme::{self, Type},
    widgets::{
        button::{self, Button, Weight},
        choice, surface, text, tick,
    },
};

/// What is being chosen.
pub(crate) struct Choosing {
    record: RecordId,
    text: Option<FreeText>,
    /// The first and last of the sentences.
    sentences: Option<(usize, usize)>,
    reason: Option<MisplacedReason>,
}

/// Draws it in the side column.
pub(super) fn report_ui(ui: &mut Ui, record: &OpenedRecord, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        text::section(ui, &desk.text("ui-let-know"), t.text);
        ticks_ui(ui, record, desk);
        for (at, reported) in record.reported.iter().enumerate() {
            let key = if reported.destroyed { "ui-reported-destroyed" } else { "ui-reported" };
            text::label(ui, &desk.with(key, "text", desk.text(text_key(reported.text))), Type::Small, t.text_2);
            if let Some(undo) = &reported.undo {
                ui.push_id(at, |ui| {
                    if button::link(ui, &desk.text("ui-report-undo"), Type::Small, Some(Icon::Undo2)).clicked() {
                        desk.outbox.push(undo.clone());
                    }
                });
            }
        }
        let chosen = desk.state.choosing.take().filter(|choosing| choosing.record == record.record);
        match chosen {
            Some(choosing) => desk.state.choosing = choosing_ui(ui, record, choosing, desk),
            None if record.reportable.is_empty() => {}
            None => {
                let words = desk.text("ui-report");
                let wide = Button::new(Weight::Secondary, &words).icon(Icon::Flag);
                let width = wide.needs(ui).max(ui.available_width());
                if wide.width(width).at_left().show(ui).clicked() {
                    let text = None;
                    desk.state.choosing = Some(Choosing { record: record.record, text, sentences: None, reason: None });
                }
                text::label(ui, &desk.text("ui-report-help"), Type::Small, t.text_3);
            }
        }
    });
}

/// Thanks, and a diagnosis taken over differently: numbers for the hospital.
fn ticks_ui(ui: &mut Ui, record: &OpenedRecord, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let ticks = [
        (Some(&record.ticks.thanks), Icon::HeartHandshake, "tick-thanks-help"),
        (record.ticks.differently.as_ref(), Icon::PenLine, "tick-differently-help"),
    ];
    for (of, glyph, help) in ticks {
        let Some(of) = of else { continue };
        if tick::wide(ui, of.on, glyph, &desk.text(of.words)).clicked() {
            desk.outbox.push(of.toggle.clone());
        }
        text::label(ui, &desk.text(help), Type::Small, t.text_3);
    }
}

/// The choice; `None`: it was made, or given up.
fn choosing_ui(ui: &mut Ui, record: &OpenedRecord, mut choosing: Choosing, desk: &mut Desk<'_>) -> Option<Choosing> {
    let t = theme::tokens(ui);
    text::section(ui, &desk.text("ui-report-which"), t.text);
    for one in &record.reportable {
        if choice::radio(ui, choosing.text == Some(one.text), &desk.text(text_key(one.text)), true).clicked() {
            choosing = Choosing { text: Some(one.text), sentences: None, reason: None, ..choosing };
        }
    }
    if let Some(one) = record.reportable.iter().find(|one| Some(one.text) == choosing.text) {
        sentences_ui(ui, one, &mut choosing, desk);
        text::section(ui, &desk.text("ui-report-why"), t.text);
        for reason in MisplacedReason::of(one.text) {
            let words = reason_words(reason, desk);
            if choice::radio(ui, choosing.reason == Some(reason), &words, true).clicked() {
                choosing.reason = Some(reason);
            }
        }
        if button::link(ui, &desk.text("ui-report-not-for-me"), Type::Small, Some(Icon::Unlink2)).clicked() {
            desk.state.disowning = Some(record.record);
            return None;
        }
        if let Some(command) = command(one, &choosing) {
            text::label(ui, &desk.text("ui-report-sure"), Type::Small, t.text_3);
            if Button::new(Weight::Secondary, &desk.text("ui-report-do")).show(ui).clicked() {
                desk.outbox.push(command);
                return None;
            }
        }
    }
    if button::link(ui, &desk.text("ui-report-not"), Type::Small, None).clicked() {
        return None;
    }
    Some(choosing)
}

/// The sentences to tick; all between the first and the last go with them.
fn sentences_ui(ui: &mut Ui, one: &Reportable, choosing: &mut Choosing, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    text::section(ui, &desk.text("ui-report-sentences"), t.text);
    for (at, sentence) in one.sentences.iter().enumerate() {
        let ticked = choosing.sentences.is_some_and(|(first, last)| (first..=last).contains(&at));
        // REVEAL: of the record that its reader has opened; the audit log has the entry.
        if choice::checkbox(ui, ticked, sentence.words.reveal(), false).clicked() {
            choosing.sentences = match choosing.sentences {
                Some((first, last)) if ticked && first == last => None,
                Some((first, last)) if ticked && at == last => Some((first, last - 1)),
                Some((_, last)) if ticked => (at < last).then_some((at + 1, last)),
                Some((first, last)) => Some((first.min(at), last.max(at))),
                None => Some((at, at)),
            };
        }
    }
}

/// What the choice asks for, once it is whole: without a sentence it is the text as a whole.
fn command(one: &Reportable, choosing: &Choosing) -> Option<Command> {
    let (first, last) = choosing.sentences.unwrap_or((0, one.sentences.len().checked_sub(1)?));
    let (from, until) = (one.sentences.get(first)?.from, one.sentences.get(last)?.until);
    let (record, text, reason) = (choosing.record, one.text, choosing.reason?);
    Some(Command::Feedback(FeedbackCommand::Report { record, text, from, until, reason }))
}
