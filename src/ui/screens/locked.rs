//! The lock: everything gone but who was here. Nothing of the old screen is laid out.

use egui::{CornerRadius, Id, Pos2, Rect, Stroke, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{Command, LockedScreen};

use super::{Desk, door};
use crate::{
    frame::role_key,
    theme::{self, Type},
    view_state::ViewState,
    widgets::{
        brand,
        button::{self, Button, Weight},
        field::Field,
        focus, page,
        text::{self, Flow},
    },
};

/// Draws it.
pub(crate) fn locked_ui(ui: &mut Ui, screen: &LockedScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let whole = ui.max_rect();
    ui.painter().rect_filled(whole, CornerRadius::ZERO, t.sunken);
    let corner = Rect::from_min_size(whole.min + Vec2::new(32.0, 28.0), Vec2::new(300.0, 26.0));
    text::region(ui, corner, "brand", |ui| brand::brand(ui, 26.0, Type::Heading, &desk.text("ui-name")));
    let middle = Pos2::new(whole.center().x, (whole.center().y - 132.0).max(whole.top() + 56.0));
    ui.painter().circle(middle, 31.5, t.surface, Stroke::new(1.0, t.border));
    text::icon(ui.painter(), middle, Icon::Lock, 24.0, t.accent);
    let width = 380.0_f32.min(whole.width() - 48.0);
    let place = Rect::from_min_max(
        Pos2::new(middle.x - width / 2.0, middle.y + 52.0),
        Pos2::new(middle.x + width / 2.0, whole.bottom()),
    );
    let is_low = whole.height() < LOW;
    text::region(ui, place, "locked", |ui| {
        page::scrolling(ui, "locked-page", |ui| {
            ui.set_max_width(width);
            // Room for the ring of the field.
            egui::Frame::new().inner_margin(egui::Margin::same(4)).show(ui, |ui| {
                form(ui, screen, desk);
                if is_low {
                    ui.add_space(16.0);
                    goes_on(ui, desk);
                }
            });
        });
    });
    if is_low {
        return;
    }
    let foot = Rect::from_min_max(Pos2::new(whole.left(), whole.bottom() - 44.0), whole.max);
    text::region(ui, foot, "locked-foot", |ui| goes_on(ui, desk));
}

/// Points of height under which the foot stands under the form.
const LOW: f32 = 620.0;

fn goes_on(ui: &mut Ui, desk: &Desk<'_>) {
    let ink = theme::tokens(ui).text_3;
    ui.vertical_centered(|ui| Flow::new(&desk.text("ui-locked-goes-on"), Type::Small, ink).centred().show(ui));
}

fn form(ui: &mut Ui, screen: &LockedScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    ui.spacing_mut().item_spacing.y = 4.0;
    let role = desk.text(role_key(screen.role));
    let values = [("name", screen.name.clone()), ("role", role), ("time", screen.since.clone())];
    ui.vertical_centered(|ui| {
        Flow::new(&desk.text("ui-locked-title"), Type::Title, t.text).centred().show(ui);
        Flow::new(&desk.texts.format("ui-locked-who", &values), Type::Body, t.text_2).centred().show(ui);
    });
    ui.add_space(20.0);
    let (label, show, hide) = (desk.text("ui-passphrase"), desk.text("ui-show-typed"), desk.text("ui-hide-typed"));
    let error = screen.error.as_ref().map(|said| desk.texts.format(said.text, &said.values));
    let id = Id::unique("locked-passphrase");
    let field = Field {
        label: &label,
        help: None,
        error: error.as_deref(),
        passphrase: Some((&show, &hide)),
        secret: true,
        height: 40.0,
    };
    let response = field.show(ui, id, &mut desk.state.passphrase);
    if ui.memory(|memory| memory.focused().is_none()) && !screen.working {
        response.request_focus();
    }
    ui.add_space(12.0);
    let words = desk.text("ui-unlock");
    let usable = !desk.state.passphrase.is_empty() && !screen.working;
    let button = Button::new(Weight::Primary, &words).height(40.0).width(ui.available_width()).enabled(usable);
    let clicked = button.show(ui).clicked();
    let entered = focus::enter_in_field(ui.ctx());
    if usable && (clicked || entered) {
        let passphrase = ViewState::take(&mut desk.state.passphrase);
        desk.outbox.push(Command::Unlock(passphrase));
    }
    ui.add_space(12.0);
    ui.vertical_centered(|ui| {
        if button::link(ui, &desk.text("ui-locked-other"), Type::Body, None).clicked() {
            desk.outbox.push(screen.sign_out.clone());
        }
        if let Some(demo) = &screen.demo {
            ui.add_space(8.0);
            let words = desk.text("ui-locked-demo");
            if Button::new(Weight::Secondary, &words).height(30.0).enabled(!screen.working).show(ui).clicked() {
                desk.outbox.push(demo.clone());
            }
        }
        if screen.working {
            ui.add_space(8.0);
            door::deriving(ui, screen.stop.as_ref(), desk);
        }
    });
}
