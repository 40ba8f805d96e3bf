//! *Aansluitingen*: the hospitals at the left, the one in hand at the right with its tabs.
//!
//! **Not here:** the tabs themselves (`connection_status`, `connection_agreement`, `connection_certificate`, `connection_test`).

use egui::{Id, Pos2, Rect, Role, Sense, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{
    Command, ConnectionDetail, ConnectionPage, ConnectionStatus, ConnectionTab, ConnectionsScreen, HospitalTyped,
};

use super::{
    Desk, connection_agreement, connection_certificate, connection_form, connection_status, connection_test,
    connections_months, identifications::ONE_AT_A_TIME,
};
use crate::{
    theme::{self, Type},
    view_state::ConnectionAsk,
    widgets::{
        button::{self, Button, Weight},
        choice::{self, Part},
        facts,
        field::Field,
        list::{self, Asked, Lead, Row},
        page, said, surface, text,
    },
};

const LIST: f32 = 300.0;
const HEAD: f32 = 34.0;
const FOOT: f32 = 56.0;
const DETAIL_HEAD: f32 = 70.0;
/// What a row of the list has beside its name.
const NAME_MARGINS: f32 = 62.0;
/// What is done with a page stands under it, where the panel is at least so high: its line, and a path that it asks for.
const ACTS: f32 = 58.0;
const ACTS_PATH: f32 = 210.0;
const ACTS_FROM: f32 = 480.0;
/// Least height of list and detail.
const LEAST: f32 = 320.0;

/// Key of a status' word.
pub(crate) fn status_key(status: ConnectionStatus) -> &'static str {
    match status {
        ConnectionStatus::Unlisted => "connection-unlisted",
        ConnectionStatus::NotStarted => "connection-not-started",
        ConnectionStatus::Requested => "connection-requested",
        ConnectionStatus::Test => "connection-test",
        ConnectionStatus::Production => "connection-production",
        ConnectionStatus::Stopped => "connection-stopped",
    }
}

fn tab_key(tab: ConnectionTab) -> &'static str {
    match tab {
        ConnectionTab::Status => "ui-connection-tab-status",
        ConnectionTab::Agreement => "ui-connection-tab-agreement",
        ConnectionTab::Certificate => "ui-connection-tab-certificate",
        ConnectionTab::Test => "ui-connection-tab-test",
    }
}

/// Draws it.
pub(crate) fn connections_ui(ui: &mut Ui, screen: &ConnectionsScreen, desk: &mut Desk<'_>) {
    let bottom = ui.max_rect().bottom();
    desk.state.connections.at_screen(screen);
    page::scrolling(ui, "connections", |ui| {
        let (title, under) = (desk.text("ui-screen-connections"), desk.text("ui-connections-under"));
        facts::page_head(ui, &title, &under, 0.0, |_| {});
        if screen.new_open {
            new_form(ui, screen, desk);
        }
        if desk.state.connections.asks == Some(ConnectionAsk::Overview) {
            connections_months::months_ui(ui, screen, desk);
        }
        path_form(ui, desk, ConnectionAsk::Overview, OVERVIEW, |path| (screen.overview)(path.into()));
        let height = (bottom - ui.cursor().top()).max(LEAST);
        let (rest, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
        list_and_detail(ui, rest, screen, desk);
    });
}

/// Keys of a card that asks for a path: the field, its help, the button.
pub(crate) type PathKeys = [&'static str; 3];

const OVERVIEW: PathKeys =
    ["ui-connections-overview-path", "ui-connections-overview-help", "ui-connections-overview-do"];

/// Asks for something of the page; asked again, it is put away.
pub(crate) fn ask(desk: &mut Desk<'_>, what: ConnectionAsk) {
    let state = &mut desk.state.connections;
    state.asks = if state.asks == Some(what) { None } else { Some(what) };
    state.path.clear();
}

/// Where a path is asked for: its field, and the button that sends the command with it.
pub(crate) fn path_form(
    ui: &mut Ui,
    desk: &mut Desk<'_>,
    what: ConnectionAsk,
    keys: PathKeys,
    command: impl FnOnce(String) -> Command,
) {
    if desk.state.connections.asks != Some(what) {
        return;
    }
    let [label, help, words] = keys.map(|key| desk.text(key));
    let dropped = ui.input(|input| input.raw.dropped_files.first().map(|file| file.path().display().to_string()));
    if let Some(path) = dropped {
        desk.state.connections.path = path;
    }
    surface::card(ui, 16, |ui| {
        line(ui, (&label, Some(&help)), keys, &mut desk.state.connections.path);
        ui.add_space(8.0);
        let path = desk.state.connections.path.trim().to_owned();
        if Button::new(Weight::Primary, &words).enabled(!path.is_empty()).show(ui).clicked() && !path.is_empty() {
            desk.outbox.push(command(path));
            desk.state.connections.path.clear();
            desk.state.connections.asks = None;
        }
    });
    ui.add_space(12.0);
}

/// One line of text with its label and, where it needs one, help.
pub(crate) fn line(
    ui: &mut Ui,
    (label, help): (&str, Option<&str>),
    id: impl std::hash::Hash + std::fmt::Debug,
    value: &mut String,
) {
    let field = Field { label, help, error: None, passphrase: None, secret: false, height: 36.0 };
    field.show(ui, Id::unique(("connection", id)), value);
}

fn new_form(ui: &mut Ui, screen: &ConnectionsScreen, desk: &mut Desk<'_>) {
    let labels = [
        "ui-connection-new-name",
        "ui-connection-new-ura",
        "ui-connection-new-site-root",
        "ui-connection-new-site-extension",
    ]
    .map(|key| desk.text(key));
    let (help, make, cancel) =
        (desk.text("ui-connection-new-help"), desk.text("ui-connection-new-do"), desk.text("ui-accounts-cancel"));
    let by_application = desk.text("ui-connection-new-application");
    let lacks = desk.text("ui-connection-new-lacks");
    surface::card(ui, 16, |ui| {
        let typed = &mut desk.state.connections.new;
        ui.columns(2, |columns| {
            line(&mut columns[0], (&labels[0], None), "new-name", &mut typed.name);
            line(&mut columns[1], (&labels[1], None), "new-ura", &mut typed.ura);
        });
        ui.add_space(8.0);
        facts::sight(ui, Icon::Info, &help);
        ui.columns(2, |columns| {
            line(&mut columns[0], (&labels[2], None), "new-root", &mut typed.site_root);
            line(&mut columns[1], (&labels[3], None), "new-extension", &mut typed.site_extension);
        });
        if choice::checkbox(ui, typed.by_application, &by_application, false).clicked() {
            typed.by_application = !typed.by_application;
        }
        let ready = !typed.name.trim().is_empty() && !typed.ura.trim().is_empty();
        let wanted = typed.clone();
        if !ready {
            facts::sight(ui, Icon::Hourglass, &lacks);
        }
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            if Button::new(Weight::Primary, &make).enabled(ready).show(ui).clicked() && ready {
                desk.outbox.push((screen.add)(Box::new(wanted)));
            }
            if Button::new(Weight::Quiet, &cancel).show(ui).clicked() {
                desk.state.connections.new = HospitalTyped::default();
                desk.outbox.push(screen.new_form.clone());
            }
        });
    });
    ui.add_space(12.0);
}

fn list_and_detail(ui: &mut Ui, rest: Rect, screen: &ConnectionsScreen, desk: &mut Desk<'_>) {
    let alone = rest.width() < ONE_AT_A_TIME;
    let Some(detail) = screen.detail.as_ref().filter(|_| !alone || desk.state.detail_open) else {
        let list = if alone { rest } else { Rect::from_min_size(rest.min, Vec2::new(LIST, rest.height())) };
        list_panel(ui, list, screen, desk, alone);
        if screen.detail.is_none() && !alone {
            let place = Rect::from_min_max(Pos2::new(list.right() + 16.0, rest.top()), rest.max);
            empty(ui, place, screen, desk);
        }
        return;
    };
    if alone {
        detail_panel(ui, rest, screen, detail, desk, true);
        return;
    }
    let list = Rect::from_min_size(rest.min, Vec2::new(LIST, rest.height()));
    list_panel(ui, list, screen, desk, false);
    let place = Rect::from_min_max(Pos2::new(list.right() + 16.0, rest.top()), rest.max);
    detail_panel(ui, place, screen, detail, desk, false);
}

fn empty(ui: &mut Ui, rect: Rect, screen: &ConnectionsScreen, desk: &mut Desk<'_>) {
    let (title, sentence) = (desk.text("ui-connections-none-head"), desk.text("ui-connections-none"));
    let words = desk.text("ui-connections-new");
    surface::panel_ground(ui, rect);
    surface::empty_state(ui, rect, Icon::Cable, &title, &sentence, |ui| {
        if Button::new(Weight::Primary, &words).icon(Icon::Plus).show(ui).clicked() {
            desk.outbox.push(screen.new_form.clone());
        }
    });
    surface::panel_line(ui, rect);
}

fn list_panel(ui: &mut Ui, rect: Rect, screen: &ConnectionsScreen, desk: &mut Desk<'_>, alone: bool) {
    surface::panel_ground(ui, rect);
    let t = theme::tokens(ui);
    let (production, implementation) = screen.totals;
    let values = [
        ("production", desk.texts.number(production as u64)),
        ("implementation", desk.texts.number(implementation as u64)),
    ];
    let totals = desk.texts.format("ui-connections-totals", &values);
    let head = Rect::from_min_size(rect.min + Vec2::new(16.0, 8.0), Vec2::new(rect.width() - 32.0, HEAD - 8.0));
    text::region(ui, head, "connections-totals", |ui| _ = text::line(ui, &totals, Type::Small, t.text_2));
    surface::hairline(ui, rect, rect.top() + HEAD);
    let rows = Rect::from_min_max(rect.min + Vec2::new(1.0, HEAD + 1.0), rect.max - Vec2::new(1.0, FOOT));
    let id = ui.scope_id().with("connections-list");
    let selected = screen.lines.iter().position(|line| line.selected);
    let name = desk.text("ui-screen-connections");
    let asked = list::keyboard(ui, rows, id, &name, selected, screen.lines.len());
    match asked {
        Some(Asked::Row(to)) => {
            if let Some(line) = screen.lines.get(to) {
                desk.outbox.push(line.select.clone());
            }
        }
        Some(Asked::Enter) => desk.state.detail_open = true,
        None => {}
    }
    list::body(ui, rows, id, |ui| {
        let area = egui::ScrollArea::vertical().id_salt("connections-rows").auto_shrink([false, false]);
        page::area(ui, area, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let moved = std::mem::take(&mut desk.state.connections.moved).then_some(selected).flatten();
            let to = list::sought(asked).or(moved);
            page::many(ui, "connections", screen.lines.len(), list::ROW, to, |ui, place| {
                let one = &screen.lines[place];
                let status = desk.text(status_key(one.status));
                let attention = one.attention.map(|key| desk.text(key));
                let spoken = [Some(one.name.clone()), Some(status.clone()), attention.clone()];
                let spoken: Vec<String> = spoken.into_iter().flatten().collect();
                let kind = if one.selected { Type::BodyBold } else { Type::Body };
                let name = text::without_middle(ui, &one.name, kind, t.text, ui.available_width() - NAME_MARGINS);
                let response = list::row(
                    ui,
                    &Row {
                        lead: Lead::Icon(status_icon(one.status), t.accent),
                        title: &name,
                        bold: one.selected,
                        second: &status,
                        tail: attention.as_deref().map(|words| (Icon::TriangleAlert, words)),
                        right: "",
                        under: None,
                        selected: one.selected,
                        first: place == 0,
                        spoken: &spoken.join(", "),
                    },
                );
                if response.clicked() {
                    desk.outbox.push(one.select.clone());
                    desk.state.detail_open = alone;
                    ui.memory_mut(|memory| memory.request_focus(id));
                }
                if one.selected {
                    list::ring(ui, id, response.rect);
                }
            });
        });
    });
    list_foot(ui, rect, screen, desk);
    surface::panel_line(ui, rect);
}

/// What is done with all of them.
fn list_foot(ui: &mut Ui, rect: Rect, screen: &ConnectionsScreen, desk: &mut Desk<'_>) {
    let foot = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - FOOT), rect.max);
    let (new, overview) = (desk.text("ui-connections-new"), desk.text("ui-connections-overview"));
    facts::footer(ui, foot, "connections-foot", |ui| {
        said::part(ui, Role::Group, &desk.text("ui-screen-connections"));
        ui.horizontal(|ui| {
            if Button::new(Weight::Secondary, &new).icon(Icon::Plus).show(ui).clicked() {
                desk.outbox.push(screen.new_form.clone());
            }
            if Button::new(Weight::Secondary, &overview).show(ui).clicked() {
                ask(desk, ConnectionAsk::Overview);
            }
        });
    });
}

fn status_icon(status: ConnectionStatus) -> Icon {
    match status {
        ConnectionStatus::Unlisted => Icon::CircleQuestionMark,
        ConnectionStatus::NotStarted => Icon::Circle,
        ConnectionStatus::Requested => Icon::CircleDashed,
        ConnectionStatus::Test => Icon::FlaskConical,
        ConnectionStatus::Production => Icon::CircleCheck,
        ConnectionStatus::Stopped => Icon::CircleStop,
    }
}

fn detail_panel(
    ui: &mut Ui,
    rect: Rect,
    screen: &ConnectionsScreen,
    detail: &ConnectionDetail,
    desk: &mut Desk<'_>,
    alone: bool,
) {
    surface::panel_ground(ui, rect);
    let top = if alone { 36.0 } else { 0.0 };
    if alone {
        let place = Rect::from_min_size(rect.min + Vec2::new(16.0, 10.0), Vec2::new(rect.width() - 32.0, 24.0));
        let back = desk.text("ui-connections-back");
        text::region(ui, place, "connections-back", |ui| {
            if button::link(ui, &back, Type::Body, Some(Icon::ChevronLeft)).clicked() {
                desk.state.detail_open = false;
            }
        });
    }
    let head = Rect::from_min_size(rect.min + Vec2::new(0.0, top), Vec2::new(rect.width(), DETAIL_HEAD));
    let head = detail_head(ui, head, screen, detail, desk);
    surface::hairline(ui, rect, head.bottom());
    let acts = acts_height(rect, detail, desk);
    let foot = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - acts.unwrap_or(1.0)), rect.max);
    let below = Pos2::new(rect.right() - 1.0, foot.top());
    let inner = Rect::from_min_max(Pos2::new(rect.left() + 1.0, head.bottom() + 1.0), below);
    text::region(ui, inner, "connection-page", |ui| {
        page::scrolling(ui, "connection-page", |ui| {
            egui::Frame::new().inner_margin(egui::Margin::symmetric(20, 14)).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 8.0;
                match &detail.page {
                    ConnectionPage::Status(page) if page.edit_open => {
                        connection_form::form_ui(ui, detail.hospital, page, desk);
                    }
                    ConnectionPage::Status(page) => connection_status::status_ui(ui, detail.hospital, page, desk),
                    ConnectionPage::Agreement(page) => {
                        connection_agreement::agreement_ui(ui, detail, page, desk);
                    }
                    ConnectionPage::Certificate(page) => {
                        connection_certificate::certificate_ui(ui, detail.hospital, page, desk);
                    }
                    ConnectionPage::Test(page) => connection_test::test_ui(ui, detail.hospital, page, desk),
                }
                if acts.is_none() {
                    acts_ui(ui, detail, desk);
                }
            });
        });
    });
    if acts.is_some() {
        facts::footer(ui, foot, "connection-acts", |ui| acts_ui(ui, detail, desk));
    }
    surface::panel_line(ui, rect);
}

/// How high what is done with a page stands under it; `None`: nothing is, or it stands in the page for want of room.
fn acts_height(rect: Rect, detail: &ConnectionDetail, desk: &Desk<'_>) -> Option<f32> {
    let state = &desk.state.connections;
    let height = match &detail.page {
        ConnectionPage::Agreement(_) => state.agreement.as_ref().map(|_| ACTS)?,
        ConnectionPage::Test(page) if page.cases.is_empty() => return None,
        ConnectionPage::Test(_) if state.asks == Some(ConnectionAsk::SignOff) => ACTS + ACTS_PATH,
        ConnectionPage::Test(_) => ACTS,
        ConnectionPage::Status(_) | ConnectionPage::Certificate(_) => return None,
    };
    (rect.height() >= ACTS_FROM).then_some(height)
}

fn acts_ui(ui: &mut Ui, detail: &ConnectionDetail, desk: &mut Desk<'_>) {
    match &detail.page {
        ConnectionPage::Agreement(page) => connection_agreement::acts_ui(ui, detail.hospital, page, desk),
        ConnectionPage::Test(page) => connection_test::acts_ui(ui, detail.hospital, page, desk),
        ConnectionPage::Status(_) | ConnectionPage::Certificate(_) => {}
    }
}

/// Name and tabs beside each other; a name that is too long for that has the width to itself, above them. Gives the room it took.
fn detail_head(
    ui: &mut Ui,
    mut head: Rect,
    screen: &ConnectionsScreen,
    detail: &ConnectionDetail,
    desk: &mut Desk<'_>,
) -> Rect {
    let t = theme::tokens(ui);
    let words = ConnectionTab::ALL.map(|tab| desk.text(tab_key(tab)));
    let parts: Vec<Part<'_>> = ConnectionTab::ALL
        .iter()
        .zip(&words)
        .map(|(tab, word)| Part { word, icon: None, chosen: *tab == detail.tab })
        .collect();
    let width = choice::segment_width(ui, &parts);
    let name = Rect::from_min_max(head.min + Vec2::new(20.0, 14.0), Pos2::new(head.right() - 20.0, head.bottom()));
    let galley = text::Flow::new(&detail.name, Type::Heading, t.text).wrapped(ui, name.width());
    let beside = name.width() - width - 12.0;
    let above = if galley.size().x > beside || galley.rows.len() > 1 { galley.size().y } else { 0.0 };
    head.max.y += above;
    let at = Pos2::new(head.right() - 20.0 - width, head.top() + 18.0 + above);
    let tabs = Rect::from_min_size(at, Vec2::new(width, 32.0));
    let chosen = text::region(ui, tabs, "connection-tabs", |ui| choice::segment(ui, &parts, 32.0));
    if let Some(tab) = chosen.and_then(|index| ConnectionTab::ALL.get(index)) {
        desk.outbox.push((screen.to_tab)(*tab));
    }
    let mut under = vec![format!("{} {}", detail.organisation.0, detail.organisation.1)];
    under.extend(detail.site.as_ref().map(|(key, id)| desk.with(key, "id", id.clone())));
    if let ConnectionPage::Agreement(page) = &detail.page {
        under.push(match &page.present {
            Some(version) => desk.with("ui-agreement-version", "n", version.version.to_string()),
            None => desk.text("ui-agreement-none-short"),
        });
    }
    let under = under.join(" · ");
    text::region(ui, name.with_max_y(head.bottom()), "connection-name", |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        text::Flow::new(&detail.name, Type::Heading, t.text).show(ui);
        if above == 0.0 {
            ui.set_max_width(beside);
            text::Flow::new(&under, Type::Small, t.text_2).show_cut(ui);
        }
    });
    if above > 0.0 {
        let place = Rect::from_min_size(Pos2::new(name.left(), tabs.top() + 6.0), Vec2::new(beside, 24.0));
        text::region(ui, place, "connection-ids", |ui| _ = text::Flow::new(&under, Type::Small, t.text_2).show_cut(ui));
    }
    head
}
