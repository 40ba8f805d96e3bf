//! *Status* of a connection: the five statuses, how it is connected, how *akkoord* comes about there, whom to ask, the eight steps.

use egui::{CornerRadius, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{ConnectionStatus, ConnectionStatusPage, HospitalNumber, JudgedShown, RouteShown, StageShown};

use super::{
    Desk,
    connections::{PathKeys, ask, line, path_form, status_key},
};
use crate::{
    theme::{self, Type},
    view_state::ConnectionAsk,
    widgets::{
        button::{Button, Weight},
        facts, focus, said, surface, text,
    },
};

const SHEET: PathKeys = ["ui-connection-sheet-path", "ui-connection-sheet-help", "ui-connection-sheet-do"];
const KEY: f32 = 126.0;
/// Room for both columns beside each other.
const TWO_COLUMNS: f32 = 560.0;

/// Keys of the eight steps.
pub(crate) const STEP_KEYS: [&str; 8] = [
    "connection-step-1",
    "connection-step-2",
    "connection-step-3",
    "connection-step-4",
    "connection-step-5",
    "connection-step-6",
    "connection-step-7",
    "connection-step-8",
];

/// Key of a route's word.
pub(crate) fn route_key(route: RouteShown) -> &'static str {
    match route {
        RouteShown::Https => "route-https",
        RouteShown::Platform => "route-platform",
        RouteShown::Relay => "route-relay",
        RouteShown::Folder => "route-folder",
    }
}

/// Key of the word for how a judgement comes about.
pub(crate) fn judged_key(judged: JudgedShown) -> &'static str {
    match judged {
        JudgedShown::Automatic => "judged-automatic",
        JudgedShown::Staff => "judged-staff",
        JudgedShown::Unknown => "judged-unknown",
    }
}

/// Draws it.
pub(crate) fn status_ui(ui: &mut Ui, hospital: HospitalNumber, page: &ConnectionStatusPage, desk: &mut Desk<'_>) {
    stages_ui(ui, page, desk);
    if let Some(next) = page.next {
        facts::sight(ui, Icon::ArrowRight, &desk.text(next));
    }
    if page.not_signed_off {
        facts::sight(ui, Icon::FileWarning, &desk.text("ui-connection-not-signed-off"));
    }
    status_form(ui, hospital, page, desk);
    surface::divider(ui, 6.0);
    if ui.available_width() >= TWO_COLUMNS {
        ui.columns(2, |columns| {
            // Columns justify what wraps; a layout of their own does not.
            columns[0].vertical(|ui| left(ui, hospital, page, desk));
            columns[1].vertical(|ui| steps(ui, page, desk));
        });
    } else {
        left(ui, hospital, page, desk);
        steps(ui, page, desk);
    }
}

fn stages_ui(ui: &mut Ui, page: &ConnectionStatusPage, desk: &mut Desk<'_>) {
    let each = ui.available_width() / page.stages.len().max(1) as f32;
    // What a file has set says so on a line of its own.
    let height = if page.stages.iter().any(|stage| stage.present && stage.by_file) { 92.0 } else { 76.0 };
    let (whole, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
    for (place, stage) in page.stages.iter().enumerate() {
        let rect =
            Rect::from_min_size(whole.min + Vec2::new(each * place as f32, 0.0), Vec2::new(each, whole.height()));
        if stage_ui(ui, rect, (place, stage), desk) && !stage.present {
            desk.state.connections.status = Some((stage.status, String::new()));
        }
    }
}

/// It was gone through: each begins *niet gestart*.
fn is_done(stage: &StageShown) -> bool {
    stage.past && (stage.since.is_some() || stage.status == ConnectionStatus::NotStarted)
}

/// One of the five; clicked where another status is wanted.
fn stage_ui(ui: &Ui, rect: Rect, (place, stage): (usize, &StageShown), desk: &Desk<'_>) -> bool {
    let t = theme::tokens(ui);
    let word = desk.text(status_key(stage.status));
    let day = stage.since.map(|day| {
        let key = if stage.present { "ui-connection-since" } else { "ui-connection-on" };
        desk.with(key, "date", desk.texts.date_medium(day))
    });
    let by_file = (stage.present && stage.by_file).then(|| desk.text("ui-connection-since-file"));
    let spoken =
        [Some(word.clone()), day.clone(), by_file.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let response = ui.interact(rect, ui.scope_id().with(("stage", place)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    said::chosen(&response, stage.present);
    let centre = Pos2::new(rect.center().x, rect.top() + 14.0);
    let (fill, line, ink) = if stage.present {
        (t.accent, t.accent, t.on_accent)
    } else if is_done(stage) {
        (t.selected, t.accent, t.accent)
    } else {
        (t.surface, t.border_strong, t.text_2)
    };
    ui.painter().circle(centre, 12.0, fill, Stroke::new(1.0, line));
    if is_done(stage) {
        text::icon(ui.painter(), centre, Icon::Check, 14.0, ink);
    } else {
        text::paint_centre(ui.painter(), centre, text::galley(ui, &(place + 1).to_string(), Type::SmallBold, ink));
    }
    let kind = if stage.present { Type::SmallBold } else { Type::Small };
    let galley = text::Flow::new(&word, kind, t.text).cut(ui, rect.width() - 8.0);
    text::paint_centre(ui.painter(), Pos2::new(rect.center().x, rect.top() + 40.0), galley);
    for (line, y) in [(&day, 60.0), (&by_file, 76.0)] {
        let Some(line) = line else { continue };
        let galley = text::Flow::new(line, Type::Caption, t.text_2).cut(ui, rect.width() - 4.0);
        text::paint_centre(ui.painter(), Pos2::new(rect.center().x, rect.top() + y), galley);
    }
    if response.hovered() && !stage.present {
        let stroke = Stroke::new(1.0, t.border);
        ui.painter().rect_stroke(rect.shrink(2.0), CornerRadius::same(6), stroke, StrokeKind::Inside);
    }
    focus::ring(ui, &response, rect.shrink(2.0), 6);
    response.clicked()
}

/// Another status, from a day.
fn status_form(ui: &mut Ui, hospital: HospitalNumber, page: &ConnectionStatusPage, desk: &mut Desk<'_>) {
    let Some((status, _)) = desk.state.connections.status else { return };
    let title = desk.with("ui-connection-to-status", "status", desk.text(status_key(status)));
    let (label, help) = (desk.text("ui-connection-status-day"), desk.text("ui-connection-status-help"));
    let (keep, cancel) = (desk.text("ui-connection-keep"), desk.text("ui-accounts-cancel"));
    let needs = page.stages.iter().find(|stage| stage.status == status).and_then(|stage| stage.needs);
    let t = theme::tokens(ui);
    surface::card(ui, 14, |ui| {
        text::label(ui, &title, Type::BodyBold, t.text);
        if let Some(needs) = needs {
            text::label(ui, &desk.text(needs), Type::Body, t.text_2);
        }
        let Some((status, day)) = &mut desk.state.connections.status else { return };
        line(ui, (&label, Some(&help)), "status-day", day);
        let command = (page.set_status)(hospital, *status, day.clone());
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            if Button::new(Weight::Primary, &keep).enabled(needs.is_none()).show(ui).clicked() && needs.is_none() {
                desk.outbox.push(command);
                desk.state.connections.status = None;
            }
            if Button::new(Weight::Quiet, &cancel).show(ui).clicked() {
                desk.state.connections.status = None;
            }
        });
    });
}

fn left(ui: &mut Ui, hospital: HospitalNumber, page: &ConnectionStatusPage, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    ui.spacing_mut().item_spacing.y = 4.0;
    let unknown = || desk.text("ui-connection-unknown");
    let told = |value: Option<&String>| value.cloned().unwrap_or_else(unknown);
    let since = page.messages_since.map(|day| desk.with("ui-connection-in-use", "date", desk.texts.date_medium(day)));
    let mut rows = vec![
        (desk.text("ui-connection-supplier"), told(page.supplier.as_ref())),
        (desk.text("ui-connection-supplier-rav"), told(page.supplier_rav.as_ref())),
        (desk.text("ui-connection-route"), page.route.map_or_else(unknown, |route| desk.text(route_key(route)))),
        (desk.text("ui-connection-messages"), since.unwrap_or_else(unknown)),
    ];
    if let Some(folder) = &page.folder {
        rows.push((desk.text("ui-connection-folder"), folder.clone()));
    }
    text::section(ui, &desk.text("ui-connection-how"), t.text);
    facts::key_values(ui, KEY, &rows);
    ui.add_space(6.0);
    judged(ui, page, desk);
    ui.add_space(6.0);
    text::section(ui, &desk.text("ui-connection-contacts"), t.text);
    let own = page.contact.iter().map(|contact| (desk.text("ui-connection-contact-seh"), contact.clone()));
    let contacts: Vec<(String, String)> = own.chain(page.contacts.iter().cloned()).collect();
    if contacts.is_empty() {
        text::label(ui, &desk.text("ui-connection-no-contacts"), Type::Small, t.text_3);
    }
    facts::key_values(ui, KEY, &contacts);
    ui.add_space(8.0);
    ui.horizontal_wrapped(|ui| {
        let (sheet, edit) = (desk.text("ui-connection-sheet"), desk.text("ui-connection-edit"));
        if page.sheet.is_some() && Button::new(Weight::Secondary, &sheet).icon(Icon::FileText).show(ui).clicked() {
            ask(desk, ConnectionAsk::Sheet);
        }
        if Button::new(Weight::Secondary, &edit).show(ui).clicked() {
            desk.outbox.push(page.edit.clone());
        }
    });
    if let Some(sheet) = page.sheet {
        path_form(ui, desk, ConnectionAsk::Sheet, SHEET, |path| sheet(hospital, path.into()));
    }
}

fn judged(ui: &mut Ui, page: &ConnectionStatusPage, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    text::section(ui, &desk.text("ui-connection-judged"), t.text);
    let Some((since, way)) = page.judged.first() else {
        text::label(ui, &desk.text("ui-connection-judged-none"), Type::Small, t.text_3);
        return;
    };
    let values = [("way", desk.text(judged_key(*way))), ("date", desk.texts.date(*since))];
    text::label(ui, &desk.texts.format("ui-connection-judged-since", &values), Type::Body, t.text);
    if let Some((_, before)) = page.judged.get(1) {
        let words = desk.with("ui-connection-judged-before", "way", desk.text(judged_key(*before)));
        text::label(ui, &words, Type::Small, t.text_3);
    }
}

fn steps(ui: &mut Ui, page: &ConnectionStatusPage, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    text::section(ui, &desk.text("ui-connection-steps"), t.text);
    for ((number, key), step) in (1_usize..).zip(STEP_KEYS).zip(&page.steps) {
        let name = desk.text(key);
        let day = step.on.map_or_else(|| desk.text("ui-connection-step-open"), |day| desk.texts.date_medium(day));
        let function = step.function.clone().unwrap_or_default();
        let spoken = [format!("{number} {name}"), function.clone(), day.clone()].join(", ");
        let width = ui.available_width();
        let right = text::galley(ui, &day, Type::Small, t.text_2);
        let left = width - 24.0 - right.size().x - 12.0;
        let galley = text::Flow::new(&name, Type::Small, t.text).wrapped(ui, left);
        let under = text::Flow::new(&function, Type::Caption, t.text_3).wrapped(ui, left);
        let (top, below) = (galley.size().y, if function.is_empty() { 0.0 } else { under.size().y });
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, top + below + 10.0), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        let y = rect.top() + 4.0;
        let number = text::galley(ui, &number.to_string(), Type::Caption, t.text_3);
        ui.painter().galley(Pos2::new(rect.left() + 4.0, y + 1.0), number, t.text_3);
        ui.painter().galley(Pos2::new(rect.left() + 22.0, y), galley, t.text);
        ui.painter().galley(Pos2::new(rect.left() + 22.0, y + top), under, t.text_3);
        ui.painter().galley(Pos2::new(rect.right() - right.size().x, y), right, t.text_2);
        surface::hairline(ui, rect, rect.bottom());
    }
}
