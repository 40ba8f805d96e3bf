//! *Mijn reflecties*: one's own, without words until one is opened; those that are ticked go to a file for the portfolio.

use egui::{Id, Role, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{OpenedReflection, ReflectionId, ReflectionLine, ReflectionTerm, ReflectionsScreen, Rewriting};

use super::{
    Desk,
    accounts::{PathKeys, ask_path, path_form},
    reflection_card::{MINUTES_WIDE, READING_WIDE, confirming_ui, keep_ui},
    undoing::Undoable,
};
use crate::{
    reflecting::{RewritingState, digits_alone},
    theme::{self, Type},
    view_state::PathFor,
    widgets::{
        button::{self, Button, Weight},
        choice, facts,
        field::{self, Field},
        page, said, surface, text,
    },
};

const EXPORT: PathKeys = ["ui-reflections-path", "ui-reflections-path-help", "ui-reflections-do"];

/// Draws it.
pub(crate) fn reflections_ui(ui: &mut Ui, screen: &ReflectionsScreen, desk: &mut Desk<'_>) {
    let (title, under) = (desk.text("ui-screen-reflections"), desk.text("ui-reflection-sight"));
    let words = desk.text("ui-reflections-export");
    let has_action = screen.export.is_some() && !screen.lines.is_empty();
    let width = if has_action { 260.0 } else { 0.0 };
    facts::page_head(ui, &title, &under, width, |ui| {
        let button = Button::new(Weight::Primary, &words).icon(Icon::FileDown).enabled(screen.chosen > 0);
        if has_action && button.show(ui).clicked() && screen.chosen > 0 {
            ask_path(desk, PathFor::Portfolio);
        }
    });
    if let Some(way) = Undoable::of(screen.undo.as_ref(), "ui-reflection-deleted", desk) {
        way.banner(ui, desk);
        ui.add_space(12.0);
    }
    if screen.lines.is_empty() {
        empty_ui(ui, screen, desk);
        return;
    }
    if let Some(export) = screen.export.filter(|_| screen.chosen > 0)
        && desk.state.accounts.asks == Some(PathFor::Portfolio)
    {
        path_form(ui, EXPORT, export, desk);
    }
    if !screen.lines.iter().any(|line| line.opened.as_ref().is_some_and(|opened| opened.rewriting.is_some())) {
        desk.state.rewriting = RewritingState::default();
    }
    page::scrolling(ui, "reflections", |ui| {
        ui.spacing_mut().item_spacing.y = 12.0;
        ui.set_max_width(ui.available_width().min(READING_WIDE + 120.0));
        let which = match screen.chosen {
            0 => desk.text("ui-reflections-choose"),
            chosen => desk.with("ui-reflections-chosen", "n", desk.texts.number(chosen)),
        };
        facts::sight(ui, Icon::Info, &which);
        facts::sight(ui, Icon::DoorOpen, &desk.text("ui-reflections-leaving"));
        for line in &screen.lines {
            ui.push_id(line.reflection.0, |ui| line_ui(ui, line, desk));
        }
        if let Some(more) = &screen.more
            && Button::new(Weight::Secondary, &desk.text("ui-reflections-more")).show(ui).clicked()
        {
            desk.outbox.push(more.clone());
        }
    });
}

fn empty_ui(ui: &mut Ui, screen: &ReflectionsScreen, desk: &mut Desk<'_>) {
    let rect = ui.available_rect_before_wrap();
    surface::panel_ground(ui, rect);
    let (title, sentence) = (desk.text("ui-reflections-empty-title"), desk.text("ui-reflections-empty"));
    surface::empty_state(ui, rect, Icon::NotebookPen, &title, &sentence, |ui| {
        let words = desk.text("ui-reflections-to-feedback");
        if Button::new(Weight::Secondary, &words).icon(Icon::Inbox).show(ui).clicked() {
            desk.outbox.push(screen.feedback.clone());
        }
    });
    surface::panel_line(ui, rect);
}

fn line_ui(ui: &mut Ui, line: &ReflectionLine, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let date = desk.texts.date(line.day);
    let about = match &line.about {
        Some((ride, hospital)) => format!("{hospital} · {}", desk.with("ui-ride-small", "ride", ride.clone())),
        None => desk.text("ui-reflections-no-ride"),
    };
    surface::card(ui, 16, |ui| {
        said::part(ui, Role::Group, &format!("{date}, {about}"));
        ui.spacing_mut().item_spacing.y = 4.0;
        match &line.choose {
            Some(choose) => {
                if choice::checkbox(ui, line.chosen, &desk.with("ui-reflections-of", "date", date.clone()), true)
                    .clicked()
                {
                    desk.outbox.push(choose.clone());
                }
            }
            None => {
                text::label(ui, &desk.with("ui-reflections-of", "date", date.clone()), Type::BodyBold, t.text);
            }
        }
        text::label(ui, &about, Type::Small, t.text_2);
        match (line.confirmed, line.disappears) {
            (Some(day), _) => {
                let words = desk.with("ui-reflections-stays", "date", desk.texts.date(day));
                facts::sight(ui, Icon::ShieldCheck, &words);
            }
            (None, Some(on)) => {
                let words = desk.with("ui-reflections-goes", "date", desk.texts.date(on));
                facts::sight(ui, Icon::Hourglass, &words);
            }
            (None, None) => {}
        }
        let open = if line.opened.is_some() { "ui-reflections-close" } else { "ui-reflections-read" };
        let icon = if line.opened.is_some() { Icon::ChevronDown } else { Icon::ChevronRight };
        // What is being written is put away by its own link.
        let is_rewriting = line.opened.as_ref().is_some_and(|opened| opened.rewriting.is_some());
        if !is_rewriting && button::link(ui, &desk.with(open, "date", date), Type::Small, Some(icon)).clicked() {
            desk.outbox.push(line.open.clone());
        }
        match &line.opened {
            Some(OpenedReflection { rewriting: Some(rewriting), .. }) => {
                rewriting_ui(ui, line.reflection, rewriting, desk);
            }
            Some(opened) => opened_ui(ui, opened, desk),
            None => {}
        }
    });
}

/// The field in which one is written anew whose record is gone, and the way to keep it.
fn rewriting_ui(ui: &mut Ui, reflection: ReflectionId, rewriting: &Rewriting, desk: &mut Desk<'_>) {
    desk.state.rewriting.at(reflection, rewriting);
    ui.add_space(4.0);
    ui.set_max_width(ui.available_width().min(READING_WIDE));
    ui.spacing_mut().item_spacing.y = 8.0;
    let (name, help) = (desk.text("ui-reflection-field"), desk.text("ui-reflections-rewrite-why"));
    let area = field::Area { label: &name, help: &help, characters_max: rewriting.characters_max, least: 96.0 };
    area.show(ui, Id::unique("rewriting"), &mut desk.state.rewriting.text);
    ui.scope(|ui| {
        ui.set_max_width(ui.available_width().min(MINUTES_WIDE));
        let label = desk.text("ui-reflection-minutes");
        let field = Field { label: &label, help: None, error: None, passphrase: None, secret: false, height: 36.0 };
        field.show(ui, Id::unique("rewriting-minutes"), &mut desk.state.rewriting.minutes);
        digits_alone(&mut desk.state.rewriting.minutes);
    });
    match &rewriting.confirming {
        Some(confirming) => confirming_ui(ui, confirming, &desk.text("ui-reflection-sure-gone"), desk),
        None => {
            let words = desk.text("ui-reflections-rewrite-check");
            if Button::new(Weight::Secondary, &words).icon(Icon::ShieldCheck).height(30.0).show(ui).clicked() {
                desk.outbox.push(rewriting.ask.clone());
            }
        }
    }
    if button::link(ui, &desk.text("ui-reflections-rewrite-not"), Type::Small, Some(Icon::Undo2)).clicked() {
        desk.outbox.push(rewriting.cancel.clone());
        desk.state.rewriting = RewritingState::default();
    }
}

fn opened_ui(ui: &mut Ui, opened: &OpenedReflection, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    ui.add_space(4.0);
    ui.scope(|ui| {
        ui.set_max_width(ui.available_width().min(READING_WIDE));
        match &opened.text {
            // REVEAL: to who wrote it, who opened it just now.
            Some(words) => text::label(ui, words.reveal(), Type::Reading, t.text),
            None => text::label(ui, &desk.text("ui-reflection-unreadable"), Type::Reading, t.text_3),
        };
        let spent = opened.minutes.map_or_else(
            || desk.text("ui-reflections-no-time"),
            |minutes| desk.with("ui-reflections-time", "n", minutes.to_string()),
        );
        text::label(ui, &spent, Type::Small, t.text_2);
        if let ReflectionTerm::Disappears { on, ask, confirming } = &opened.term
            && opened.text.is_some()
        {
            keep_ui(ui, (*on, ask), confirming.as_deref(), desk);
        }
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(16.0, 6.0);
            if let Some((screen, record)) = &opened.write_on
                && button::link(ui, &desk.text("ui-reflections-write-on"), Type::Small, Some(Icon::NotebookPen))
                    .clicked()
            {
                desk.outbox.push(screen.clone());
                desk.outbox.push(record.clone());
                desk.state.detail_open = true;
            }
            if let Some(rewrite) = &opened.rewrite
                && button::link(ui, &desk.text("ui-reflections-rewrite"), Type::Small, Some(Icon::Pencil)).clicked()
            {
                desk.outbox.push(rewrite.clone());
            }
            if button::link(ui, &desk.text("ui-reflection-delete"), Type::Small, Some(Icon::Trash2)).clicked() {
                desk.outbox.push(opened.delete.clone());
            }
        });
    });
}
