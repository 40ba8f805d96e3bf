//! What stands under the item in hand: when it goes, or what is still to be done, and the one button.

use std::sync::Arc;

use egui::{CornerRadius, Galley, Pos2, Rect, Role, Sense, Ui, Vec2, WidgetInfo};
use viewmodel::{Command, IdentificationDetail};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        focus, surface, text,
    },
};

/// Least height.
const FOOT: f32 = 62.0;

/// Its parts, laid out.
pub(super) struct Foot {
    caption: Arc<Galley>,
    words: String,
    button: f32,
    /// The button stands beside the words, else under them.
    beside: bool,
    /// Its height.
    pub(super) height: f32,
}

impl Foot {
    /// Laid out over a width.
    pub(super) fn of(ui: &Ui, width: f32, detail: &IdentificationDetail, desk: &Desk<'_>) -> Self {
        let key = if detail.closed.is_some() { "ui-id-disappears-closed" } else { "ui-id-disappears" };
        let words = match chosen_close(detail, desk) {
            None if !detail.close.is_empty() => desk.text("ui-id-close-when"),
            Some(_) | None => desk.with(key, "date", desk.texts.date(detail.disappears)),
        };
        let button = if !detail.close.is_empty() {
            Button::new(Weight::Primary, &desk.text("ui-id-close")).with_enter(&desk.text("ui-key-ctrl")).needs(ui)
        } else if detail.claim.is_some() {
            Button::new(Weight::Primary, &desk.text("ui-id-claim")).with_enter("").needs(ui)
        } else {
            0.0
        };
        let beside = button == 0.0 || width - button - 16.0 >= FOOT_WORDS;
        let room = if beside && button > 0.0 { width - button - 16.0 } else { width };
        let ink = theme::tokens(ui).text_2;
        let caption = text::Flow::new(&words, Type::Caption, ink).wrapped(ui, room);
        let tall = caption.size().y;
        let height = if beside { (tall + 14.0).max(FOOT) } else { tall + 8.0 + 36.0 + 24.0 };
        Self { caption, words, button, beside, height }
    }
}

/// Least width of the words beside the button.
const FOOT_WORDS: f32 = 140.0;

/// The command that closes it, once the box is ticked and a way is chosen.
fn chosen_close<'a>(detail: &'a IdentificationDetail, desk: &Desk<'_>) -> Option<&'a Command> {
    let chosen = detail.close.iter().find(|(by, _)| desk.state.ascertained && desk.state.by == Some(*by));
    chosen.map(|(_, command)| command)
}

/// Draws it.
pub(super) fn foot_ui(ui: &mut Ui, rect: Rect, foot: Foot, detail: &IdentificationDetail, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let ground = CornerRadius { nw: 0, ne: 0, sw: 9, se: 9 };
    ui.painter().rect_filled(rect.shrink(1.0), ground, t.surface);
    surface::hairline(ui, rect, rect.top());
    let inner = rect.shrink2(Vec2::new(20.0, 12.0));
    let Foot { caption, words, button, beside, height: _ } = foot;
    let at = if beside { Pos2::new(inner.left(), inner.center().y - caption.size().y / 2.0) } else { inner.min };
    let place = Rect::from_min_size(at, caption.size());
    let term = ui.interact(place, ui.scope_id().with("term"), Sense::hover());
    term.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    ui.painter().galley(at, caption, t.text_2);
    let act = match beside {
        true => Rect::from_min_max(Pos2::new(inner.right() - button, inner.top()), inner.max),
        false => Rect::from_min_max(Pos2::new(inner.left(), place.bottom() + 8.0), inner.max),
    };
    text::region(ui, act, "identification-actions", |ui| {
        if !detail.close.is_empty() {
            let close = chosen_close(detail, desk).cloned();
            let (words, modifier) = (desk.text("ui-id-close"), desk.text("ui-key-ctrl"));
            let button = Button::new(Weight::Primary, &words).with_enter(&modifier).enabled(close.is_some());
            let keys = focus::control_enter(ui.ctx());
            if let (true, Some(command)) = (button.show(ui).clicked() || keys, close) {
                desk.state.detail_open = false;
                // Undone, it asks for the tick again.
                desk.state.item = None;
                desk.outbox.push(command);
            }
        } else if let Some(claim) = &detail.claim {
            let words = desk.text("ui-id-claim");
            if Button::new(Weight::Primary, &words).with_enter("").show(ui).clicked() {
                desk.outbox.push(claim.clone());
            }
        }
    });
}
