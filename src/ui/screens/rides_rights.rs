//! What the crew sees, column by column: diagnosis and remarks; a change has a day and a reason.

use egui::{Id, Ui};
use lucide_icons::Icon;
use viewmodel::{ColumnRightShown, ColumnRightTyped, RidesScreen};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        choice, facts,
        field::Field,
        surface, text,
    },
};

/// Draws it.
pub(crate) fn rights_ui(ui: &mut Ui, screen: &RidesScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        text::label(ui, &desk.text("ui-rights-crew"), Type::Heading, t.text);
        text::label(ui, &desk.text("ui-rights-crew-under"), Type::Small, t.text_2);
        for right in &screen.rights {
            surface::divider(ui, 4.0);
            shown(ui, right, desk);
        }
        text::label(ui, &desk.text("ui-rights-crew-change-help"), Type::Small, t.text_3);
        let words = desk.text("ui-rights-crew-change");
        if desk.state.rides.right.is_none() {
            if Button::new(Weight::Secondary, &words).height(30.0).show(ui).clicked() {
                desk.state.rides.right = screen.rights.first().map(typed);
            }
            return;
        }
        form(ui, screen, desk);
    });
}

fn typed(right: &ColumnRightShown) -> ColumnRightTyped {
    ColumnRightTyped {
        place: right.place,
        diagnosis: right.diagnosis,
        remarks: right.remarks,
        from: String::new(),
        reason: String::new(),
    }
}

fn gives(diagnosis: bool, remarks: bool, desk: &Desk<'_>) -> String {
    desk.text(match (diagnosis, remarks) {
        (true, true) => "ui-rights-crew-both",
        (true, false) => "ui-rights-crew-diagnosis",
        (false, _) => "ui-rights-crew-nothing",
    })
}

fn shown(ui: &mut Ui, right: &ColumnRightShown, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let name = desk.text(right.field.key());
    text::Flow::new(&format!("{name}: "), Type::SmallBold, t.text)
        .then(&gives(right.diagnosis, right.remarks, desk), Type::Small, t.text)
        .show(ui);
    if let Some(since) = right.since {
        let words = desk.with("ui-rights-crew-since", "day", desk.texts.date(since));
        text::label(ui, &words, Type::Small, t.text_3);
    }
    if let Some((from, diagnosis, remarks)) = right.later {
        let values = [("day", desk.texts.date(from)), ("what", gives(diagnosis, remarks, desk))];
        facts::sight(ui, Icon::CalendarClock, &desk.texts.format("ui-rights-crew-later", &values));
    }
}

fn form(ui: &mut Ui, screen: &RidesScreen, desk: &mut Desk<'_>) {
    let Some(mut now) = desk.state.rides.right.take() else { return };
    surface::divider(ui, 4.0);
    for right in &screen.rights {
        if choice::radio(ui, right.place == now.place, &desk.text(right.field.key()), true).clicked() {
            now = ColumnRightTyped { from: now.from, reason: now.reason, ..typed(right) };
        }
    }
    if choice::checkbox(ui, now.diagnosis, &desk.text("ui-rights-crew-tick-diagnosis"), false).clicked() {
        now.diagnosis = !now.diagnosis;
        now.remarks &= now.diagnosis;
    }
    if choice::checkbox(ui, now.remarks, &desk.text("ui-rights-crew-tick-remarks"), false).clicked() {
        now.remarks = !now.remarks;
        now.diagnosis |= now.remarks;
    }
    let labels = ["ui-rights-crew-from", "ui-rights-crew-reason"].map(|key| desk.text(key));
    let help = desk.text("ui-rights-crew-from-help");
    let field = |label, help| Field { label, help, error: None, passphrase: None, secret: false, height: 36.0 };
    field(labels[0].as_str(), Some(help.as_str())).show(ui, Id::unique("right-from"), &mut now.from);
    field(labels[1].as_str(), None).show(ui, Id::unique("right-reason"), &mut now.reason);
    let (keep, cancel) = (desk.text("ui-rights-crew-keep"), desk.text("ui-rights-crew-cancel"));
    let mut open = true;
    ui.horizontal_wrapped(|ui| {
        let may = !now.reason.trim().is_empty();
        if Button::new(Weight::Primary, &keep).enabled(may).height(30.0).show(ui).clicked() && may {
            desk.outbox.push((screen.set_right)(now.clone()));
            open = false;
        }
        if Button::new(Weight::Quiet, &cancel).height(30.0).show(ui).clicked() {
            open = false;
        }
    });
    desk.state.rides.right = open.then_some(now);
}
