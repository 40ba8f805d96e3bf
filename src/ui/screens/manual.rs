//! *Wat te doen als*: the manual's cases, found by their heading. The same before a session, inside one and at the lock.
//!
//! **Not here:** its words (`resources/manual`).

use egui::{Id, Ui};
use lucide_icons::Icon;
use viewmodel::{ManualBlock, ManualPage, ManualSection};

use super::{Desk, appearance};
use crate::{
    theme::{self, Type},
    widgets::{button, facts, field::Field, page, surface, text},
};

/// What of the manual stands open.
#[derive(Default)]
pub(crate) struct Reading {
    page: Option<ManualPage>,
    asked: String,
    section: Option<usize>,
}

/// The help where there is no session: the manual alone.
pub(crate) fn manual_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let back = desk.text("ui-help-back");
    if button::link(ui, &back, Type::Body, Some(Icon::ChevronLeft)).clicked() {
        desk.state.help_open = false;
    }
    facts::page_head(ui, &desk.text("ui-help"), &desk.text("ui-help-door"), 0.0, |_| {});
    page::scrolling(ui, "manual", |ui| {
        ui.set_max_width(ui.available_width().min(720.0));
        ui.spacing_mut().item_spacing.y = 14.0;
        manual_card(ui, desk);
        appearance::appearance_card(ui, desk);
    });
}

/// The card with its cases; the chosen one stands open under them.
pub(crate) fn manual_card(ui: &mut Ui, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let (search, none) = (desk.text("ui-help-search"), desk.text("ui-help-none"));
    let language = desk.texts.language();
    let Reading { page, asked, section } = &mut desk.state.reading;
    let page = page.get_or_insert_with(|| ManualPage::what_to_do_when(language));
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        text::label(ui, &page.title, Type::Heading, t.text);
        page.opening.iter().for_each(|block| block_ui(ui, block));
        let field = Field { label: &search, help: None, error: None, passphrase: None, secret: false, height: 36.0 };
        ui.scope(|ui| field.show(ui, Id::unique("manual-search"), asked));
        let mut found = false;
        for (number, case) in page.found(asked) {
            found = true;
            let is_open = *section == Some(number);
            let mark = if is_open { Icon::ChevronDown } else { Icon::ChevronRight };
            if button::link(ui, &case.heading, Type::BodyBold, Some(mark)).clicked() {
                *section = (!is_open).then_some(number);
            }
            if is_open {
                section_ui(ui, case);
            }
        }
        if !found {
            text::label(ui, &none, Type::Body, t.text_3);
        }
    });
}

fn section_ui(ui: &mut Ui, section: &ManualSection) {
    surface::well(ui, theme::tokens(ui).sunken, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        section.blocks.iter().for_each(|block| block_ui(ui, block));
    });
}

fn block_ui(ui: &mut Ui, block: &ManualBlock) {
    let t = theme::tokens(ui);
    match block {
        ManualBlock::Paragraph(words) => marked(words, t.text_2).show(ui),
        ManualBlock::Step(number, words) => marked(&format!("{number}. {words}"), t.text).show(ui),
        ManualBlock::CommandLine(words) => text::label(ui, words, Type::Hash, t.text),
    };
}

/// What stands on the screen in these words is bold.
fn marked(words: &str, ink: egui::Color32) -> text::Flow {
    let pieces = words.split(ManualBlock::MARK).enumerate();
    pieces.fold(text::Flow::default(), |flow, (at, piece)| {
        flow.then(piece, if at % 2 == 0 { Type::Body } else { Type::BodyBold }, ink)
    })
}
