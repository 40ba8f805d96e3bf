//! A new recovery kit: one sheet at a time on paper, and three of its words typed from there.
//!
//! **Invariant:** a word is drawn only while its keeper asked for it, on paper's own colours.

use std::path::PathBuf;

use egui::{CornerRadius, Id, Pos2, Rect, Role as Spoken, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{InstallationCommand, KitCommand, KitPage, StepState};

use super::{
    Desk,
    installation::{mark, send},
};
use crate::{
    theme::{self, Type},
    view_state::secret,
    widgets::{
        button::{Button, Weight},
        field::Field,
        focus, text,
    },
};

/// Keys of who keeps a sheet, in order.
const KEEPERS: [&str; 3] = ["ui-kit-keeper-1", "ui-kit-keeper-2", "ui-kit-keeper-3"];
/// Width of the acts beside the paper, and the least width for both.
const ACTS: f32 = 392.0;
const BOTH: f32 = 800.0;

/// Draws it.
pub(crate) fn kit_ui(ui: &mut Ui, page: &KitPage, desk: &mut Desk<'_>) {
    tabs(ui, page, desk);
    ui.add_space(14.0);
    let width = ui.available_width();
    if width < BOTH {
        acts(ui, page, desk);
        ui.add_space(14.0);
        sheet(ui, page, width, desk);
        return;
    }
    let top = ui.cursor().min;
    let paper = width - ACTS - 32.0;
    let left = Rect::from_min_size(top, Vec2::new(paper, 2000.0));
    let right = Rect::from_min_size(top + Vec2::new(paper + 32.0, 0.0), Vec2::new(ACTS, 2000.0));
    let drawn = text::region(ui, left, "kit-sheet", |ui| {
        sheet(ui, page, paper, desk);
        ui.min_rect()
    });
    let beside = text::region(ui, right, "kit-acts", |ui| {
        acts(ui, page, desk);
        ui.min_rect()
    });
    ui.allocate_rect(drawn.union(beside), Sense::hover());
}

/// The three sheets and how far each is; a click turns to it.
fn tabs(ui: &mut Ui, page: &KitPage, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let gap = 12.0;
    let count = page.sheets.len().max(1) as f32;
    // Beside each other where their words have room, else under each other.
    let beside = ui.available_width() >= 620.0;
    let across = if beside { count } else { 1.0 };
    let size = Vec2::new((ui.available_width() - gap * (across - 1.0)) / across, 58.0);
    let down = if beside { 1.0 } else { count };
    let height = size.y * down + gap * (down - 1.0);
    let (all, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
    for ((sheet, keeper), number) in page.sheets.iter().zip(KEEPERS).zip(1_u8..) {
        let place = f32::from(number - 1);
        let moved =
            if beside { Vec2::new(place * (size.x + gap), 0.0) } else { Vec2::new(0.0, place * (size.y + gap)) };
        let rect = Rect::from_min_size(all.min + moved, size);
        let response = ui.interact(rect, Id::unique(("kit-sheet", number)), Sense::click());
        let is_open = page.sheet == number;
        let how = match (sheet.checked, sheet.on_paper) {
            (true, _) => "ui-kit-checked",
            (false, true) => "ui-kit-to-check",
            (false, false) => "ui-kit-to-print",
        };
        let (name, how) = (desk.text(keeper), desk.text(how));
        response.widget_info(|| WidgetInfo::selected(Spoken::Tab, true, is_open, format!("{name}: {how}")));
        let fill = match (is_open, response.hovered()) {
            (true, _) => t.selected,
            (false, true) => t.hover,
            (false, false) => t.surface,
        };
        let line = if is_open { t.accent } else { t.border };
        ui.painter().rect(rect, CornerRadius::same(8), fill, Stroke::new(1.0, line), StrokeKind::Inside);
        let state = match (sheet.checked, is_open) {
            (true, _) => StepState::Done,
            (false, true) => StepState::Now,
            (false, false) => StepState::Later,
        };
        mark(ui, Pos2::new(rect.left() + 26.0, rect.center().y), state, &number.to_string());
        let room = rect.width() - 58.0;
        let name = text::Flow::new(&name, if is_open { Type::BodyBold } else { Type::Body }, t.text).cut(ui, room);
        let how = text::Flow::new(&how, Type::Small, t.text_2).cut(ui, room);
        text::paint_left(ui.painter(), Pos2::new(rect.left() + 48.0, rect.center().y - 10.0), name);
        text::paint_left(ui.painter(), Pos2::new(rect.left() + 48.0, rect.center().y + 10.0), how);
        focus::ring(ui, &response, rect, 8);
        if response.clicked() {
            desk.state.installation.words = [secret(), secret(), secret()];
            send(desk, InstallationCommand::Kit(KitCommand::Turn(number)));
        }
    }
}

/// The sheet as it will lie there: its words only while they are asked for.
fn sheet(ui: &mut Ui, page: &KitPage, width: f32, desk: &Desk<'_>) {
    let paper = &theme::LIGHT;
    let columns = if width < 460.0 { 3 } else { 4 };
    let rows = page.words.div_ceil(columns);
    let words_height = 27.0 * rows as f32;
    let inner = width - 56.0;
    let foot = desk.text(if page.shown.is_some() { "ui-kit-paper-shown" } else { "ui-kit-paper-hidden" });
    let foot = text::Flow::new(&foot, Type::Caption, paper.text_3).wrapped(ui, inner);
    let keeper = page.sheets.len().min(usize::from(page.sheet)).saturating_sub(1);
    let made = [("keeper", desk.text(KEEPERS[keeper.min(KEEPERS.len() - 1)])), ("date", desk.texts.date(page.made))];
    let made = desk.texts.format("ui-kit-paper-for", &made);
    let kit = desk.with("ui-kit-paper-number", "kit", page.kit.clone());
    let title = [("sheet", page.sheet.to_string()), ("sheets", page.sheets.len().to_string())];
    let title = desk.texts.format("kit-sheet-title", &title);
    let height = 132.0 + words_height + 26.0 + foot.size().y + 18.0;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
    let spoken = match &page.shown {
        // REVEAL: read out to the keeper who asked for the words.
        Some(words) => words.iter().map(viewmodel::Words::reveal).collect::<Vec<_>>().join(" "),
        None => title.clone(),
    };
    response.widget_info(|| WidgetInfo::labeled(Spoken::Label, true, &spoken));
    let painter = ui.painter();
    painter.add(ui.visuals().popup_shadow.as_shape(rect, CornerRadius::same(2)));
    painter.rect_filled(rect, CornerRadius::same(2), paper.surface);
    let (left, right) = (rect.left() + 28.0, rect.right() - 28.0);
    let qr = Rect::from_min_size(Pos2::new(right - 84.0, rect.top() + 20.0), Vec2::splat(84.0));
    let corners = [qr.left_top(), qr.right_top(), qr.right_bottom(), qr.left_bottom(), qr.left_top()];
    painter.extend(Shape::dashed_line(&corners, Stroke::new(1.0, paper.text_3), 3.0, 3.0));
    text::icon(painter, qr.center() - Vec2::new(0.0, 14.0), Icon::QrCode, 20.0, paper.text_3);
    let on_paper = text::Flow::new(&desk.text("ui-kit-paper-qr"), Type::Caption, paper.text_3).centred();
    let on_paper = on_paper.wrapped(ui, 78.0);
    painter.galley(Pos2::new(qr.center().x, qr.center().y), on_paper, paper.text_3);
    let room = qr.left() - left - 12.0;
    for (words, kind, ink, y) in [
        (&page.organisation, Type::Small, paper.text_2, 20.0),
        (&title, Type::Heading, paper.text, 42.0),
        (&made, Type::Caption, paper.text_2, 70.0),
        (&kit, Type::Caption, paper.text_2, 89.0),
    ] {
        painter.galley(Pos2::new(left, rect.top() + y), text::Flow::new(words, kind, ink).cut(ui, room), ink);
    }
    let line = |y: f32| {
        let y = painter.round_to_pixel_center(y);
        painter.hline(left..=right, y, Stroke::new(1.0, paper.border));
    };
    line(rect.top() + 120.0);
    for place in 0..page.words {
        let (column, row) = (place / rows, place % rows);
        let x = left + inner / columns as f32 * column as f32;
        let y = rect.top() + 132.0 + 27.0 * row as f32 + 13.0;
        let number = text::galley(ui, &(place + 1).to_string(), Type::Caption, paper.text_2);
        text::paint_right(painter, Pos2::new(x + 20.0, y), number);
        // REVEAL: on paper's image, while its keeper asked for it.
        let word = page.shown.as_ref().and_then(|words| words.get(place)).map(viewmodel::Words::reveal);
        let ink = if word.is_some() { paper.text } else { paper.text_3 };
        text::paint_left(painter, Pos2::new(x + 27.0, y), text::galley(ui, word.unwrap_or("••••••"), Type::Small, ink));
    }
    line(rect.top() + 132.0 + words_height + 10.0);
    painter.galley(Pos2::new(left, rect.top() + 132.0 + words_height + 22.0), foot, paper.text_3);
}

/// Print, check, put away.
fn acts(ui: &mut Ui, page: &KitPage, desk: &mut Desk<'_>) {
    let sheet = page.sheets.get(usize::from(page.sheet).saturating_sub(1)).copied();
    let (on_paper, checked) = sheet.map_or((false, false), |sheet| (sheet.on_paper, sheet.checked));
    ui.spacing_mut().item_spacing.y = 4.0;
    let state = |done: bool, now: bool| match (done, now) {
        (true, _) => StepState::Done,
        (false, true) => StepState::Now,
        (false, false) => StepState::Later,
    };
    act(ui, 1, state(on_paper || checked, true), "ui-kit-print", "ui-kit-print-under", desk, |ui, desk| {
        to_paper(ui, page, desk);
    });
    ui.add_space(14.0);
    act(ui, 2, state(checked, on_paper), "ui-kit-check", "ui-kit-check-under", desk, |ui, desk| {
        if !checked {
            check(ui, page, desk);
        }
    });
    ui.add_space(14.0);
    act(ui, 3, state(false, checked), "ui-kit-store", "ui-kit-store-under", desk, |_, _| {});
}

fn act(
    ui: &mut Ui,
    number: usize,
    state: StepState,
    title: &str,
    under: &str,
    desk: &mut Desk<'_>,
    draw: impl FnOnce(&mut Ui, &mut Desk<'_>),
) {
    let t = theme::tokens(ui);
    let top = ui.cursor().min;
    mark(ui, top + Vec2::new(12.0, 12.0), state, &number.to_string());
    let column = Rect::from_min_size(top + Vec2::new(38.0, 0.0), Vec2::new(ui.available_width() - 38.0, 2000.0));
    let used = text::region(ui, column, title, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        text::label(ui, &desk.text(title), Type::BodyBold, t.text);
        text::label(ui, &desk.text(under), Type::Small, t.text_2);
        ui.add_space(4.0);
        draw(ui, desk);
        ui.min_rect()
    });
    ui.allocate_rect(used, Sense::hover());
}

fn to_paper(ui: &mut Ui, page: &KitPage, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let number = page.sheet;
    ui.spacing_mut().item_spacing.y = 8.0;
    ui.horizontal_wrapped(|ui| {
        if page.printable {
            let words = desk.text("ui-print");
            if Button::new(Weight::Secondary, &words).icon(Icon::Printer).height(30.0).show(ui).clicked() {
                send(desk, InstallationCommand::Kit(KitCommand::Print(number)));
            }
        }
        let is_shown = page.shown.is_some();
        let words = desk.text(if is_shown { "ui-kit-hide" } else { "ui-kit-show" });
        let glyph = if is_shown { Icon::EyeOff } else { Icon::Eye };
        if Button::new(Weight::Secondary, &words).icon(glyph).height(30.0).show(ui).clicked() {
            send(desk, InstallationCommand::Kit(KitCommand::Show(number, !is_shown)));
        }
        let asked = desk.state.installation.file_asked;
        let words = desk.text("ui-kit-file");
        if Button::new(Weight::Quiet, &words).height(30.0).show(ui).clicked() {
            desk.state.installation.file_asked = !asked;
        }
    });
    if let Some(place) = &page.saved {
        text::label(ui, &desk.with("ui-kit-saved", "place", place.clone()), Type::Small, t.orange);
    }
    if desk.state.installation.file_asked {
        let (label, help) = (desk.text("ui-sheet-file"), desk.text("ui-kit-file-warning"));
        let file =
            Field { label: &label, help: Some(&help), error: None, passphrase: None, secret: false, height: 36.0 };
        file.show(ui, Id::unique("kit-file"), &mut desk.state.installation.save_path);
        let words = desk.text("ui-sheet-save");
        let path = desk.state.installation.save_path.trim().to_owned();
        let save = Button::new(Weight::Secondary, &words).height(30.0).enabled(!path.is_empty());
        if save.show(ui).clicked() {
            send(desk, InstallationCommand::Kit(KitCommand::Save(number, PathBuf::from(path))));
        }
    }
}

fn check(ui: &mut Ui, page: &KitPage, desk: &mut Desk<'_>) {
    let number = page.sheet;
    let mut complete = true;
    for (place, asked) in page.asked.iter().enumerate() {
        let label = desk.with("ui-kit-word", "number", asked.to_string());
        let wrong =
            (page.wrong == Some(*asked)).then(|| desk.with("error-assistant-word", "number", asked.to_string()));
        let field =
            Field { label: &label, help: None, error: wrong.as_deref(), passphrase: None, secret: true, height: 34.0 };
        let Some(word) = desk.state.installation.words.get_mut(place) else { continue };
        field.show(ui, Id::unique(("kit-word", place)), word);
        complete &= !word.trim().is_empty();
    }
    ui.add_space(6.0);
    let words = desk.text("ui-kit-check-now");
    let clicked = Button::new(Weight::Secondary, &words).height(30.0).enabled(complete).show(ui).clicked();
    let entered = complete && focus::enter_in_field(ui.ctx());
    if clicked || entered {
        // They stay in their fields until the sheet is turned: one of them may be wrong.
        let typed = desk.state.installation.words.clone();
        send(desk, InstallationCommand::Kit(KitCommand::Check(number, typed)));
    }
}
