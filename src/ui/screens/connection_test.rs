//! *Test* of a connection: the cases as they come in by themselves, what a person checks of each, and the sign-off.

use egui::{CornerRadius, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{CheckShown, ConnectionTestPage, HospitalNumber, TestCaseShown};

use super::{
    Desk,
    connections::{PathKeys, ask, line, path_form},
};
use crate::{
    theme::{self, Type},
    view_state::ConnectionAsk,
    widgets::{
        button::{Button, Weight},
        choice, facts,
        surface::{self, Tone},
        text,
    },
};

const SCRIPT: PathKeys = ["ui-test-script-path", "ui-test-script-help", "ui-test-script-do"];
const SIGN: PathKeys = ["ui-test-sign-path", "ui-test-sign-help", "ui-test-sign-do"];
/// Widths of *Ontvangen* and of the name.
const RECEIVED: f32 = 124.0;
const NAME: f32 = 0.33;
/// Beside and under what stands in a row.
const INSET: f32 = 8.0;
const PAD: f32 = 6.0;

/// Draws it.
pub(crate) fn test_ui(ui: &mut Ui, hospital: HospitalNumber, page: &ConnectionTestPage, desk: &mut Desk<'_>) {
    if let Some(signed) = &page.signed {
        let values = [
            ("date", desk.texts.date(signed.at.date())),
            ("who", signed.by.clone()),
            ("n", desk.texts.number(signed.destroyed)),
        ];
        surface::banner(ui, Tone::News, Icon::FileCheck, &desk.texts.format("ui-test-signed", &values));
    }
    let ((came, cases), (ticked, checks)) = (page.received(), page.checked());
    if page.cases.is_empty() {
        let t = theme::tokens(ui);
        text::section(ui, &desk.text("ui-test-none-head"), t.text);
        text::label(ui, &desk.text("ui-test-none"), Type::Body, t.text_2);
    } else {
        let number = |n: usize| desk.texts.number(n as u64);
        let values =
            [("came", number(came)), ("cases", number(cases)), ("ticked", number(ticked)), ("checks", number(checks))];
        facts::sight(ui, Icon::FlaskConical, &desk.texts.format("ui-test-counts", &values));
        let key = if page.in_production_store { "ui-test-in-production" } else { "ui-test-in-test" };
        facts::sight(ui, Icon::Info, &desk.text(key));
        head(ui, desk);
        for case in &page.cases {
            ui.push_id(case.number, |ui| case_ui(ui, case, desk));
        }
    }
    let make = desk.text(if page.cases.is_empty() { "ui-test-script" } else { "ui-test-script-again" });
    if let Some(script) = page.make {
        let weight = if page.cases.is_empty() { Weight::Primary } else { Weight::Secondary };
        if Button::new(weight, &make).icon(Icon::FlaskConical).show(ui).clicked() {
            ask(desk, ConnectionAsk::Script);
        }
        path_form(ui, desk, ConnectionAsk::Script, SCRIPT, |path| script(hospital, path.into()));
    }
    if page.cases.is_empty() {
        return;
    }
    surface::divider(ui, 6.0);
    let labels = ["ui-test-functions", "ui-test-open-points"].map(|key| desk.text(key));
    let empty = desk.text("ui-connection-may-be-empty");
    line(ui, (&labels[0], None), "functions", &mut desk.state.connections.sign_off.functions);
    line(ui, (&labels[1], Some(&empty)), "open-points", &mut desk.state.connections.sign_off.open_points);
    facts::sight(ui, Icon::Info, &desk.text("ui-test-sign-why"));
}

/// The sign-off, and what it still waits for.
pub(crate) fn acts_ui(ui: &mut Ui, hospital: HospitalNumber, page: &ConnectionTestPage, desk: &mut Desk<'_>) {
    if page.cases.is_empty() {
        return;
    }
    if let Some(sign) = page.sign_off {
        let typed = desk.state.connections.sign_off.clone();
        path_form(ui, desk, ConnectionAsk::SignOff, SIGN, |path| sign(hospital, path.into(), Box::new(typed)));
    }
    let said = !desk.state.connections.sign_off.functions.trim().is_empty();
    let waits = match (page.sign_off.is_some(), said) {
        (true, true) => None,
        (true, false) => Some("ui-test-sign-who"),
        (false, _) => Some("ui-test-sign-not-yet"),
    };
    let ready = waits.is_none();
    let weight = if page.signed.is_some() { Weight::Secondary } else { Weight::Primary };
    ui.horizontal(|ui| {
        let sign = Button::new(weight, &desk.text("ui-test-sign")).icon(Icon::Signature).enabled(ready).show(ui);
        if sign.clicked() && ready {
            ask(desk, ConnectionAsk::SignOff);
        }
        if let Some(why) = waits {
            facts::sight(ui, Icon::Hourglass, &desk.text(why));
        }
    });
}

/// Over the columns; each cell says itself what it is.
fn head(ui: &mut Ui, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 32.0), Sense::hover());
    ui.painter().rect_filled(rect, 4.0, t.sunken);
    let name = name_width(rect.width());
    let places = [0.0, name, name + RECEIVED];
    for (x, key) in places.into_iter().zip(["ui-test-case", "ui-test-received", "ui-test-checks"]) {
        let galley = text::galley(ui, &desk.text(key), Type::SmallBold, t.text_2);
        text::paint_left(ui.painter(), Pos2::new(rect.left() + INSET + x, rect.center().y), galley);
    }
}

fn name_width(width: f32) -> f32 {
    (width * NAME).max(120.0)
}

/// A case: its number and name, whether it came, what is checked.
fn case_ui(ui: &mut Ui, case: &TestCaseShown, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let title = format!("{}. {}", case.number, desk.text(&format!("script-case-{}", case.name)));
    let width = ui.available_width();
    let name = name_width(width);
    let start = ui.cursor().min + Vec2::new(INSET, 0.0);
    let galley = text::Flow::new(&title, Type::Small, t.text).wrapped(ui, name - 8.0);
    let least = galley.size().y.max(24.0);
    let place = Rect::from_min_size(start, Vec2::new(name, least));
    ui.interact(place, ui.scope_id().with("case"), Sense::hover())
        .widget_info(|| WidgetInfo::labeled(Role::Label, true, &title));
    ui.painter().galley(start + Vec2::new(0.0, 3.0), galley, t.text);
    received(ui, Rect::from_min_size(start + Vec2::new(name, 0.0), Vec2::new(RECEIVED, 24.0)), case, desk);
    let checks =
        Rect::from_min_max(start + Vec2::new(name + RECEIVED, 0.0), Pos2::new(start.x + width - INSET, f32::MAX));
    let used = text::region(ui, checks, "checks", |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.set_max_width(checks.width());
        for check in &case.checks {
            check_ui(ui, check, &title, desk);
        }
        ui.min_rect().height()
    });
    let height = used.max(least + 6.0) + PAD;
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
    surface::hairline(ui, rect, rect.bottom());
}

/// A locked box: receiving ticks it, nobody else.
fn received(ui: &Ui, rect: Rect, case: &TestCaseShown, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let words = match case.received {
        Some(at) => desk.with("ui-test-by-itself", "time", desk.texts.time(at)),
        None => desk.text("ui-test-not-yet"),
    };
    let spoken = format!("{}: {words}", desk.text("ui-test-received"));
    let ticked = case.received.is_some();
    ui.interact(rect, ui.scope_id().with("received"), Sense::hover())
        .widget_info(|| WidgetInfo::selected(Role::CheckBox, false, ticked, &spoken));
    let tick = Rect::from_min_size(Pos2::new(rect.left(), rect.center().y - 8.0), Vec2::splat(16.0));
    let fill = if ticked { t.selected } else { t.sunken };
    ui.painter().rect(tick, CornerRadius::same(4), fill, Stroke::new(1.0, t.border), StrokeKind::Inside);
    if ticked {
        text::icon(ui.painter(), tick.center(), Icon::Check, 13.0, t.accent);
    }
    let galley = text::Flow::new(&words, Type::Caption, t.text_2).cut(ui, rect.width() - 24.0);
    text::paint_left(ui.painter(), Pos2::new(tick.right() + 6.0, rect.center().y), galley);
}

fn check_ui(ui: &mut Ui, check: &CheckShown, case: &str, desk: &mut Desk<'_>) {
    let words = desk.text(check.check);
    let Some(tick) = &check.tick else {
        let t = theme::tokens(ui);
        text::label(ui, &words, Type::Small, t.text_3);
        return;
    };
    let response = choice::checkbox(ui, check.ticked.is_some(), &words, false);
    // The same words stand at other cases: the name says which.
    let spoken = match &check.ticked {
        Some((who, at)) => format!("{case}: {words}, {who}, {}", desk.texts.time(*at)),
        None => format!("{case}: {words}"),
    };
    let ticked = check.ticked.is_some();
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, ticked, &spoken));
    if response.clicked() {
        desk.outbox.push(tick.clone());
    }
}
