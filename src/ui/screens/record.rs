//! The opened record: the sentence first, two wells, the words of the hospital in cards of their own.
//!
//! **Invariant:** agreement has a shape and a word, never a colour; what was not received says so.

use egui::{Key, Modifiers, Pos2, Rect, Sense, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{AgreementShown, Masked, OpenedRecord, Shown, Words};

use super::{
    Desk,
    feedback::{ride_line, sight_sentence, talk, working_diagnosis},
    feedback_acts, reflection_card, report_passage,
    sent_too_much::kinds,
};
use crate::{
    theme::{self, Type},
    widgets::{
        button::{self, icon_button},
        choice, facts, focus, page, surface,
        text::{self, Flow},
        tick,
    },
};

const SIDE: f32 = 290.0;

/// Draws it over the page.
pub(crate) fn record_ui(ui: &mut Ui, record: &OpenedRecord, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    top_line(ui, record, desk);
    ui.spacing_mut().item_spacing.y = 0.0;
    let title = working_diagnosis(record.working_diagnosis.as_ref(), desk);
    let mut line = ride_line(record.departed, record.urgency.as_ref(), record.vehicle.as_ref(), desk);
    line.push(record.hospital.clone());
    line.push(desk.with("ui-ride-small", "ride", record.ride.clone()));
    let line = line.join(" · ");
    let header = |ui: &mut Ui| {
        Flow::new(&title, Type::Title, t.text).show(ui);
        text::label(ui, &line, Type::Body, t.text_2);
        ui.add_space(12.0);
    };
    // The page scrolls as a whole; under 900 points of page the right-hand column goes under the content.
    let beside = ui.available_width() >= 760.0;
    if beside {
        header(ui);
    }
    page::scrolling(ui, "record", |ui| {
        if !beside {
            header(ui);
        }
        let (start, width) = (ui.cursor().min, ui.available_width());
        let main_width = if beside { width - SIDE - 16.0 } else { width };
        let main = Rect::from_min_size(start, Vec2::new(main_width, 10_000.0));
        let main_used = text::region(ui, main, "record-main", |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            outcome_card(ui, record, desk);
            remarks_card(ui, record, desk);
            reflection_card::reflection_ui(ui, record.record, &record.reflection, desk);
            ui.min_rect()
        });
        let side_at = if beside {
            Pos2::new(start.x + main_width + 16.0, start.y)
        } else {
            Pos2::new(start.x, main_used.bottom() + 12.0)
        };
        let side = Rect::from_min_size(side_at, Vec2::new(if beside { SIDE } else { width }, 10_000.0));
        let side_used = text::region(ui, side, "record-side", |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            side_column(ui, record, desk);
            ui.min_rect()
        });
        let height = main_used.union(side_used).height();
        ui.allocate_rect(Rect::from_min_size(start, Vec2::new(width, height)), Sense::hover());
    });
}

fn top_line(ui: &mut Ui, record: &OpenedRecord, desk: &mut Desk<'_>) {
    let free = focus::letters_are_free(ui.ctx());
    let key = |ui: &Ui, key: Key| free && ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    ui.horizontal(|ui| {
        let back = desk.text("ui-screen-feedback");
        if button::link(ui, &back, Type::Body, Some(Icon::ChevronLeft)).clicked() || key(ui, Key::Escape) {
            desk.state.detail_open = false;
            desk.outbox.push(record.back.clone());
        }
        facts::at_right(ui, "neighbours", egui::Align::Center, |ui| {
            let (newer, older) = &record.neighbours;
            let steps = [(newer, Icon::ArrowUp, "ui-newer"), (older, Icon::ArrowDown, "ui-older")];
            for (command, icon, name) in steps {
                let response = icon_button(ui, icon, &desk.text(name), 30.0, command.is_some());
                if let (true, Some(command)) = (response.clicked(), command) {
                    desk.outbox.push(command.clone());
                }
            }
        });
    });
    ui.add_space(2.0);
}

/// The sentence first (LOOK §6, agreement).
fn outcome_key(record: &OpenedRecord) -> &'static str {
    match record.agreement {
        AgreementShown::Yes => "ui-outcome-yes",
        AgreementShown::No if record.incomplete => "ui-outcome-incomplete",
        AgreementShown::No if same_name(record) => "ui-outcome-no-same",
        AgreementShown::No => "ui-outcome-no",
        AgreementShown::NotAssessable => "ui-outcome-not-assessable",
        AgreementShown::Unknown => "ui-outcome-unknown",
        AgreementShown::NotReceived => "ui-outcome-not-received",
    }
}

/// The hospital does not agree and yet gives the name that stands beside it.
fn same_name(record: &OpenedRecord) -> bool {
    // REVEAL: compared only; both stand on the card.
    let name = |words: &Words| words.reveal().trim().to_lowercase();
    let own = record.working_diagnosis.as_ref().map(name);
    own.is_some() && own == record.diagnoses.first().map(|d| name(&d.display))
}

/// Its shape and its formal value.
fn agreement_look(agreement: AgreementShown) -> (Icon, &'static str) {
    match agreement {
        AgreementShown::Yes => (Icon::Equal, "ui-agreement-yes"),
        AgreementShown::No => (Icon::EqualNot, "ui-agreement-no"),
        AgreementShown::NotAssessable => (Icon::CircleDashed, "ui-agreement-not-assessable"),
        AgreementShown::Unknown => (Icon::CircleQuestionMark, "ui-agreement-unknown"),
        AgreementShown::NotReceived => (Icon::CircleQuestionMark, "ui-not-received"),
    }
}

fn seh_diagnosis(record: &OpenedRecord, desk: &Desk<'_>) -> String {
    // REVEAL: the record was opened by its reader; the audit log has the entry.
    let names: Vec<String> = record.diagnoses.iter().map(|d| d.display.reveal().to_owned()).collect();
    match (names.is_empty(), record.agreement) {
        (false, _) => names.join("; "),
        (true, AgreementShown::Yes) => desk.text("ui-diagnosis-with-agreement"),
        (true, _) => desk.text("ui-not-received"),
    }
}

fn outcome_card(ui: &mut Ui, record: &OpenedRecord, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        text::label(ui, &desk.text(outcome_key(record)), Type::Outcome, t.text);
        two_wells(ui, record, desk);
        ui.spacing_mut().item_spacing.y = 2.0;
        text::label(ui, &desk.text("ui-description"), Type::Caption, t.text_3);
        reading(ui, &record.description, desk);
        masked_line(ui, record.masked.diagnosis.as_ref(), "ui-description", desk);
        fold_lines(ui, "description-rules", "ui-description-fold", "ui-description-rule", 4, desk);
        ui.add_space(4.0);
        text::label(ui, &formal_line(record, desk), Type::Small, t.text_3);
    });
}

fn two_wells(ui: &mut Ui, record: &OpenedRecord, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let (start, width) = (ui.cursor().min, ui.available_width());
    let own = working_diagnosis(record.working_diagnosis.as_ref(), desk);
    let seh = seh_diagnosis(record, desk);
    let left_width = (width - 44.0) * 0.46;
    let right_width = width - 44.0 - left_width;
    let inner = |words: &str, kind: Type, width: f32| Flow::new(words, kind, t.text).wrapped(ui, width - 28.0);
    let (left, right) = (inner(&own, Type::Reading, left_width), inner(&seh, Type::Heading, right_width));
    let labels = ["ui-own-diagnosis", "ui-seh-diagnosis"].map(|key| desk.text(key));
    let caption = |words: &str, width: f32| Flow::new(words, Type::Caption, t.text_2).wrapped(ui, width - 24.0);
    let captions = [caption(&labels[0], left_width), caption(&labels[1], right_width)];
    // The values stand at one height, under the taller caption.
    let under = 11.0 + captions.iter().map(|galley| galley.size().y).fold(17.0, f32::max);
    let height = left.size().y.max(right.size().y) + under + 12.0;
    let (whole, _) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
    let first = Rect::from_min_size(whole.min, Vec2::new(left_width, height));
    let second = Rect::from_min_max(Pos2::new(whole.right() - right_width, whole.top()), whole.max);
    let wells = [(first, t.sunken, left, own, "well-own"), (second, t.selected, right, seh, "well-seh")];
    for ((rect, fill, galley, value, id), (label, caption)) in wells.into_iter().zip(labels.iter().zip(captions)) {
        let response = ui.interact(rect, ui.scope_id().with(id), Sense::hover());
        let spoken = format!("{label}: {value}");
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
        ui.painter().rect_filled(rect, egui::CornerRadius::same(8), fill);
        ui.painter().galley(rect.min + Vec2::new(12.0, 9.0), caption, t.text_2);
        ui.painter().galley(rect.min + Vec2::new(12.0, under), galley, t.text);
    }
    let (icon, _) = agreement_look(record.agreement);
    let between = Pos2::new(start.x + left_width + 22.0, whole.center().y);
    text::icon(ui.painter(), between, icon, 20.0, t.text_2);
}

/// Words of others: at most 72 characters wide.
fn reading(ui: &mut Ui, words: &Shown<Words>, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    match words {
        Shown::Value(words) => {
            ui.scope(|ui| {
                ui.set_max_width(ui.available_width().min(680.0));
                // REVEAL: the record was opened by its reader; the audit log has the entry.
                text::label(ui, words.reveal(), Type::Reading, t.text);
            });
        }
        Shown::NotReceived => {
            text::label(ui, &desk.text("ui-not-received"), Type::Reading, t.text_3);
        }
    }
}

/// What is masked in the text above, and one click to show it; looking is logged.
fn masked_line(ui: &mut Ui, masked: Option<&Masked>, id: &str, desk: &mut Desk<'_>) {
    let Some(Masked { kinds: what, unmask }) = masked else { return };
    let t = theme::tokens(ui);
    ui.push_id(id, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        text::label(ui, &desk.with("ui-masked", "what", kinds(what, desk)), Type::Small, t.text_3);
        if button::link(ui, &desk.text("ui-unmask"), Type::Small, Some(Icon::Eye)).clicked() {
            desk.outbox.push(unmask.clone());
        }
    });
}

/// A fold with the lines of an agreement, word for word, each on its own.
fn fold_lines(ui: &mut Ui, id: &str, title: &str, key: &str, lines: usize, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    if !choice::fold(ui, id, &desk.text(title)) {
        return;
    }
    surface::well(ui, t.sunken, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        text::label(ui, &desk.text(&format!("{key}-head")), Type::Small, t.text_2);
        for line in 1..=lines {
            bullet(ui, &desk.text(&format!("{key}-{line}")));
        }
    });
}

fn bullet(ui: &mut Ui, words: &str) {
    let t = theme::tokens(ui);
    let galley = Flow::new(words, Type::Small, t.text_2).wrapped(ui, ui.available_width() - 18.0);
    let (rect, response) = ui.allocate_exact_size(galley.size() + Vec2::new(18.0, 0.0), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, words));
    ui.painter().circle_filled(rect.min + Vec2::new(7.0, 10.0), 2.0, t.text_2);
    ui.painter().galley(rect.min + Vec2::new(18.0, 0.0), galley, t.text_2);
}

fn formal_line(record: &OpenedRecord, desk: &Desk<'_>) -> String {
    let (_, key) = agreement_look(record.agreement);
    let mut parts = vec![desk.with("ui-agreement-formal", "value", desk.text(key))];
    let age = record.patient.age.map(|age| desk.with("ui-age", "n", age.to_string()));
    let birth = record.patient.birth_date.as_ref().map(|words| format!("({})", desk.birth_date(words)));
    let person: Vec<String> = record.patient.gender.map(|key| desk.text(key)).into_iter().chain(age).collect();
    let person: Vec<String> = [person.join(", ")].into_iter().filter(|p| !p.is_empty()).chain(birth).collect();
    if !person.is_empty() {
        parts.push(person.join(" "));
    }
    // REVEAL: as above; the code stands beside the name it belongs to.
    parts.extend(record.diagnoses.iter().filter_map(|d| d.code.as_ref()).map(|code| code.reveal().to_owned()));
    parts.join("  ·  ")
}

fn remarks_card(ui: &mut Ui, record: &OpenedRecord, desk: &mut Desk<'_>) {
    let Some((medical, communication)) = &record.remarks else { return };
    surface::card(ui, 20, |ui| {
        let (start, width) = (ui.cursor().min, ui.available_width());
        let two = width >= 520.0;
        let column = if two { (width - 32.0) / 2.0 } else { width };
        let parts = [
            (Icon::Stethoscope, "ui-remarks-medical", medical, &record.masked.medical),
            (Icon::MessageSquareText, "ui-remarks-communication", communication, &record.masked.communication),
        ];
        let mut used = Rect::from_min_size(start, Vec2::new(width, 0.0));
        for (index, (icon, key, words, masked)) in parts.into_iter().enumerate() {
            let at = match (two, index) {
                (_, 0) => start,
                (true, _) => Pos2::new(start.x + column + 32.0, start.y),
                (false, _) => Pos2::new(start.x, used.bottom() + 12.0),
            };
            let place = Rect::from_min_size(at, Vec2::new(column, 10_000.0));
            let part = text::region(ui, place, key, |ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                facts::icon_heading(ui, icon, &desk.text(key));
                reading(ui, words, desk);
                masked_line(ui, masked.as_ref(), key, desk);
                if index == 1 && matches!(words, Shown::Value(_)) {
                    themes_ui(ui, record, desk);
                }
                ui.min_rect()
            });
            used = used.union(part);
        }
        ui.allocate_rect(used, Sense::hover());
        ui.add_space(4.0);
        fold_lines(ui, "remarks-rules", "ui-remarks-fold", "ui-remarks-rule", 6, desk);
    });
}

/// What the remarks on communication are about, to tick.
fn themes_ui(ui: &mut Ui, record: &OpenedRecord, desk: &mut Desk<'_>) {
    if record.ticks.themes.is_empty() {
        return;
    }
    let t = theme::tokens(ui);
    ui.add_space(4.0);
    text::label(ui, &desk.text("ui-themes"), Type::Small, t.text_2);
    ui.spacing_mut().item_spacing = Vec2::splat(6.0);
    ui.spacing_mut().interact_size.y = 20.0;
    ui.horizontal_wrapped(|ui| {
        for theme in &record.ticks.themes {
            if tick::round(ui, theme.on, &desk.text(theme.words)).clicked() {
                desk.outbox.push(theme.toggle.clone());
            }
        }
    });
    text::label(ui, &desk.text("ui-themes-help"), Type::Small, t.text_3);
}

fn side_column(ui: &mut Ui, record: &OpenedRecord, desk: &mut Desk<'_>) {
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        let date = desk.texts.date(record.disappears);
        let share = record.days_left as f32 / record.term_days.max(1) as f32;
        let caption = desk.with("ui-disappears-left", "n", record.days_left.max(0).to_string());
        facts::disappears(ui, &desk.text("ui-disappears"), &date, share, &caption);
    });
    report_passage::report_ui(ui, record, desk);
    ui.spacing_mut().item_spacing.y = 8.0;
    facts::sight(ui, Icon::Eye, &sight_sentence(&record.others, record.manager_can_open, desk));
    if record.updated {
        facts::sight(ui, Icon::RefreshCw, &desk.text("ui-updated-sentence"));
    }
    feedback_acts::crew_changes(ui, &record.crew_changes, desk);
    feedback_acts::disown_ui(ui, record.record, &desk.text("ui-disown-after"), &record.disown, desk);
    if let Some(words) = talk("ui-talk", record.peer_support.as_ref(), desk) {
        facts::sight(ui, Icon::HeartHandshake, &words);
    }
}
