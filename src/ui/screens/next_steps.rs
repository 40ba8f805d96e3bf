//! What is to be done first, over the first screen of a role, in a store that has nothing yet.

use egui::{Rect, Role, Sense, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{NextState, NextStep, NextSteps};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        surface, text,
    },
};

/// Before the words of a step.
const SIGN: f32 = 28.0;
/// Words narrower than this have the line to themselves, their button under them.
const WORDS_LEAST: f32 = 260.0;

/// Draws them in a card.
pub(crate) fn next_steps_ui(ui: &mut Ui, next: &NextSteps, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        text::label(ui, &desk.text(next.head), Type::Heading, t.text);
        text::label(ui, &desk.text(next.under), Type::Small, t.text_2);
        for step in &next.steps {
            step_ui(ui, step, desk);
        }
    });
    ui.add_space(6.0);
}

fn step_ui(ui: &mut Ui, step: &NextStep, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let (glyph, ink, said) = match step.state {
        NextState::ToDo => (Icon::CircleArrowRight, t.accent, "next-to-do"),
        NextState::Waits => (Icon::Hourglass, t.text_3, "next-waits"),
        NextState::Done => (Icon::CircleCheck, t.accent, "next-done"),
    };
    let mut values = step.values.clone();
    values.extend(step.day.map(|day| ("date", desk.texts.date(day))));
    let words = desk.texts.format(step.text, &values);
    let button = step.go.as_ref().map(|(key, command)| (desk.text(key), command));
    let width = ui.available_width();
    let needed = button.as_ref().map_or(0.0, |(word, _)| Button::new(Weight::Secondary, word).height(30.0).needs(ui));
    let is_beside = needed > 0.0 && width - SIGN - needed - 12.0 >= WORDS_LEAST;
    let room = width - SIGN - if is_beside { needed + 12.0 } else { 0.0 };
    let color = if step.state == NextState::Done { t.text_3 } else { t.text };
    let galley = text::Flow::new(&words, Type::Body, color).wrapped(ui, room);
    let height = galley.size().y.max(if is_beside { 30.0 } else { 21.0 });
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
    let place = Rect::from_min_size(rect.min, Vec2::new(room + SIGN, height));
    let spoken = format!("{}: {words}", desk.text(said));
    let response = ui.interact(place, ui.scope_id().with(("next", step.text)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    text::icon(ui.painter(), egui::pos2(rect.left() + 9.0, rect.center().y), glyph, 18.0, ink);
    text::paint_left(ui.painter(), egui::pos2(rect.left() + SIGN, rect.center().y), galley);
    let Some((word, command)) = button else { return };
    let at = egui::pos2(rect.right() - needed, rect.center().y - 15.0);
    let clicked = if is_beside {
        let place = Rect::from_min_size(at, Vec2::new(needed, 30.0));
        text::region(ui, place, step.text, |ui| Button::new(Weight::Secondary, &word).height(30.0).show(ui).clicked())
    } else {
        ui.horizontal(|ui| {
            ui.add_space(SIGN);
            Button::new(Weight::Secondary, &word).height(30.0).show(ui).clicked()
        })
        .inner
    };
    if clicked {
        desk.outbox.push(command.clone());
    }
}
