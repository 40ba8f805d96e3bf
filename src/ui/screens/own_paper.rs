//! What a person takes away from the screen: the QR code of a second factor, and a personal sheet.
//!
//! **Invariant:** both are drawn as on paper, dark on light in either theme: cameras read them so.

use std::path::PathBuf;

use egui::{CornerRadius, Id, Pos2, Rect, Role as Spoken, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{QrSquares, SecondFactorPage, SheetPage};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        field::{self, Field},
        text,
    },
};

// ISO/IEC 18004 §5.3.8: a quiet zone of four squares around the code.
const QUIET: usize = 4;
/// Points of a side, quiet zone included: some four points a square, which a telephone reads at arm's length.
const QR: f32 = 236.0;

fn qr_ui(ui: &mut Ui, squares: &QrSquares, name: &str) {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(QR), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Spoken::Image, true, name));
    let paper = &theme::LIGHT;
    ui.painter().rect_filled(rect, CornerRadius::same(3), paper.surface);
    let all = squares.side + 2 * QUIET;
    // Whole pixels a square, so that none is blurred.
    let scale = ui.ctx().pixels_per_point();
    let square = (QR * scale / all as f32).floor().max(1.0) / scale;
    let whole = |points: f32| (points * scale).round() / scale;
    let begin = whole(rect.center().x - square * squares.side as f32 / 2.0);
    let top = whole(rect.center().y - square * squares.side as f32 / 2.0);
    for (place, _) in squares.dark.iter().enumerate().filter(|(_, dark)| **dark) {
        let (row, column) = (place / squares.side, place % squares.side);
        let at = Pos2::new(begin + square * column as f32, top + square * row as f32);
        ui.painter().rect_filled(Rect::from_min_size(at, Vec2::splat(square)), CornerRadius::ZERO, paper.text);
    }
}

/// The QR code, the secret for typing, and the six boxes of the first code; gives the boxes' response.
pub(crate) fn second_factor_ui(ui: &mut Ui, page: &SecondFactorPage, desk: &mut Desk<'_>) -> egui::Response {
    let t = theme::tokens(ui);
    qr_ui(ui, &page.qr, &desk.text("ui-factor-qr"));
    ui.add_space(8.0);
    text::label(ui, &desk.text("ui-factor-typed"), Type::Small, t.text_2);
    // REVEAL: shown to the person whose second factor it is, for an app without a camera.
    text::label(ui, page.secret.reveal(), Type::BodyBold, t.text);
    ui.add_space(12.0);
    text::label(ui, &desk.text("ui-factor-code"), Type::BodyBold, t.text);
    text::label(ui, &desk.text("ui-code-help"), Type::Small, t.text_3);
    let name = desk.text("ui-factor-code");
    field::code_boxes(ui, Id::unique("factor-code"), &name, &mut desk.state.code_digits)
}

/// What is to be done with a new sheet.
pub(crate) enum SheetWish {
    /// Into a file.
    Save(PathBuf),
    /// To the printer.
    Print,
}

/// The sheet, the field for its file, and the field for its last group. Gives the file to write, when that is asked.
pub(crate) fn sheet_ui(ui: &mut Ui, page: &SheetPage, desk: &mut Desk<'_>) -> Option<SheetWish> {
    paper_ui(ui, page, desk);
    ui.add_space(10.0);
    let mut wish = None;
    if page.printer {
        let words = desk.text("ui-print");
        if Button::new(Weight::Secondary, &words).icon(Icon::Printer).height(36.0).show(ui).clicked() {
            wish = Some(SheetWish::Print);
        }
        if page.printed {
            let t = theme::tokens(ui);
            text::label(ui, &desk.text("ui-sheet-printed"), Type::Small, t.text_2);
        }
        ui.add_space(10.0);
    }
    if page.printable {
        let (label, help) = (desk.text("ui-sheet-file"), desk.text("ui-sheet-file-help"));
        let file =
            Field { label: &label, help: Some(&help), error: None, passphrase: None, secret: false, height: 36.0 };
        file.show(ui, Id::unique("sheet-file"), &mut desk.state.save_path);
        let words = desk.text("ui-sheet-save");
        let path = desk.state.save_path.trim();
        let button = Button::new(Weight::Secondary, &words).icon(Icon::FileDown).height(36.0);
        if button.enabled(!path.is_empty()).show(ui).clicked() {
            wish = Some(SheetWish::Save(PathBuf::from(path)));
        }
        if let Some(place) = &page.saved {
            let t = theme::tokens(ui);
            text::label(ui, &desk.with("ui-sheet-saved", "place", place.clone()), Type::Small, t.text_2);
        }
        ui.add_space(10.0);
    }
    let (label, help) = (desk.text("ui-sheet-last"), desk.text("ui-sheet-last-help"));
    let last = Field { label: &label, help: Some(&help), error: None, passphrase: None, secret: true, height: 40.0 };
    last.show(ui, Id::unique("sheet-last"), &mut desk.state.group);
    wish
}

/// The code in numbered groups, for the pen.
fn paper_ui(ui: &mut Ui, page: &SheetPage, desk: &Desk<'_>) {
    let paper = &theme::LIGHT;
    // REVEAL: shown once, to the person it is for.
    let groups: Vec<&str> = page.code.reveal().split('-').collect();
    let size = Vec2::new(ui.available_width(), 62.0 + 30.0 * groups.len() as f32);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let title = desk.with("ui-sheet-title", "staff", page.staff.clone());
    response.widget_info(|| WidgetInfo::labeled(Spoken::Label, true, format!("{title}: {}", groups.join(" "))));
    let stroke = Stroke::new(1.0, paper.border);
    ui.painter().rect(rect, CornerRadius::same(3), paper.surface, stroke, StrokeKind::Inside);
    let left = rect.left() + 20.0;
    let heading = text::galley(ui, &title, Type::BodyBold, paper.text);
    text::paint_left(ui.painter(), Pos2::new(left, rect.top() + 28.0), heading);
    for (place, group) in groups.iter().enumerate() {
        let y = rect.top() + 64.0 + 30.0 * place as f32;
        let number = text::galley(ui, &(place + 1).to_string(), Type::Small, paper.text_3);
        text::paint_left(ui.painter(), Pos2::new(left, y), number);
        let code = text::galley(ui, group, Type::Mask, paper.text);
        text::paint_left(ui.painter(), Pos2::new(left + 28.0, y), code);
    }
}
