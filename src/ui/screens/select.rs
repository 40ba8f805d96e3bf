//! A place in a list of choices that opens under it.

use egui::{Align2, Id, Popup, Pos2, Role, Sense, Stroke, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;

use crate::{
    theme::{self, Type},
    widgets::{choice, focus, page, text},
};

/// Rows of a menu that stand there at once.
const MENU: f32 = 360.0;

/// What is chosen of some words, in this width; gives the place of another that is chosen. `name` is what it chooses for; `quiet`: nothing
/// is chosen yet.
pub(super) fn select_ui(
    ui: &mut Ui,
    id: Id,
    name: &str,
    (words, chosen): (&[String], usize),
    (width, quiet): (f32, bool),
) -> Option<usize> {
    let value = words.get(chosen).map_or("", String::as_str);
    let shown = closed(ui, id, name, value, (width, quiet));
    let mut other = None;
    Popup::menu(&shown).show(|ui| {
        ui.set_min_width(220.0);
        ui.set_max_height(MENU);
        page::scrolling(ui, "choices", |ui| {
            for (place, words) in words.iter().enumerate() {
                if choice::radio(ui, place == chosen, words, true).clicked() {
                    other = Some(place);
                    ui.close();
                }
            }
        });
    });
    other
}

/// What is chosen now, the whole width.
fn closed(ui: &mut Ui, id: Id, name: &str, value: &str, (width, quiet): (f32, bool)) -> egui::Response {
    let t = theme::tokens(ui);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, 30.0), Sense::hover());
    let response = ui.interact(rect, id, Sense::click());
    let spoken = format!("{name}: {value}");
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &spoken));
    let fill = if response.hovered() { t.hover } else { t.surface };
    let stroke = Stroke::new(1.0, t.border_strong);
    ui.painter().rect(rect, egui::CornerRadius::same(6), fill, stroke, egui::StrokeKind::Inside);
    let ink = if quiet { t.text_3 } else { t.text };
    let galley = text::Flow::new(value, Type::Small, ink).cut(ui, width - 36.0);
    let at = Align2::LEFT_CENTER.anchor_size(Pos2::new(rect.left() + 10.0, rect.center().y), galley.size());
    ui.painter().galley(at.min, galley, ink);
    text::icon(ui.painter(), Pos2::new(rect.right() - 15.0, rect.center().y), Icon::ChevronDown, 15.0, t.text_3);
    focus::ring(ui, &response, rect, 6);
    response
}
