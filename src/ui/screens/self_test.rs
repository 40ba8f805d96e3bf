//! *Proefbericht aan mijzelf*: its button, its steps as they come, and what it does not show.

use egui::{Rect, Role, Sense, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{SelfTestShown, SelfTestState, SelfTestStepShown};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        facts,
        surface::{self, Tone},
        text,
    },
};

/// Width of a step's icon.
const GLYPH: f32 = 26.0;

/// Draws it.
pub(crate) fn self_test_ui(ui: &mut Ui, test: &SelfTestShown, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    text::section(ui, &desk.text("ui-self-test-head"), t.text);
    text::label(ui, &desk.text("ui-self-test-why"), Type::Small, t.text_3);
    if let Some(why_not) = test.why_not {
        facts::sight(ui, Icon::Info, &desk.text(why_not));
    }
    match test.well {
        Some(true) => surface::banner(ui, Tone::News, Icon::Check, &desk.text("self-test-well")),
        Some(false) => surface::banner(ui, Tone::Refused, Icon::Ban, &desk.text("self-test-not-well")),
        None => {}
    }
    if !test.steps.is_empty() {
        surface::card(ui, 14, |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            for step in &test.steps {
                step_ui(ui, step, desk);
            }
        });
    }
    if test.why_not.is_none() {
        facts::sight(ui, Icon::Info, &desk.text("self-test-proves"));
    }
    if let Some(stop) = &test.stop {
        let words = desk.text("ui-self-test-stop");
        if Button::new(Weight::Secondary, &words).icon(Icon::X).show(ui).clicked() {
            desk.outbox.push(stop.clone());
        }
        return;
    }
    let words = desk.text(if test.steps.is_empty() { "ui-self-test-start" } else { "ui-self-test-again" });
    let button = Button::new(Weight::Secondary, &words).icon(Icon::Send).enabled(test.start.is_some());
    if button.show(ui).clicked()
        && let Some(start) = &test.start
    {
        desk.outbox.push(start.clone());
    }
}

/// A step: its name with how far it is, and under it what was found or what to do; spoken as one.
fn step_ui(ui: &mut Ui, step: &SelfTestStepShown, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let (glyph, mark, ink) = match step.state {
        SelfTestState::Well => (Icon::Check, t.blue, t.text),
        SelfTestState::Now => (Icon::Hourglass, t.text_2, t.text),
        SelfTestState::Failed => (Icon::X, t.brick, t.brick),
        SelfTestState::Later => (Icon::Minus, t.text_3, t.text_3),
    };
    let head = format!("{}: {}", desk.text(step.name), desk.text(step.state.key()));
    let said = step.said.as_ref().map(|said| desk.texts.format(said.text, &said.values));
    let remedy = step.remedy.map(|key| desk.text(key));
    let width = ui.available_width() - GLYPH;
    let mut lines = vec![text::Flow::new(&head, Type::BodyBold, ink).wrapped(ui, width)];
    lines.extend(said.iter().map(|words| text::Flow::new(words, Type::Body, t.text_2).wrapped(ui, width)));
    lines.extend(remedy.iter().map(|words| text::Flow::new(words, Type::Body, t.text).wrapped(ui, width)));
    let height = lines.iter().map(|line| line.size().y).sum();
    let (rect, response): (Rect, _) = ui.allocate_exact_size(Vec2::new(width + GLYPH, height), Sense::hover());
    let all: Vec<&str> = [Some(head.as_str()), said.as_deref(), remedy.as_deref()].into_iter().flatten().collect();
    let spoken = all.join(". ");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    text::icon(ui.painter(), rect.min + Vec2::new(9.0, 10.0), glyph, 16.0, mark);
    let mut at = rect.min + Vec2::new(GLYPH, 0.0);
    for line in lines {
        let down = line.size().y;
        ui.painter().galley(at, line, t.text);
        at.y += down;
    }
}
