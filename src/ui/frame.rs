//! The frame around every screen: TEST strip, rail, page with notice and work in hand.
//!
//! **Invariant:** only what the view model holds is drawn; a rail item is there because the role may go there.

use egui::{
    CornerRadius, Id, Key, Modifiers, Pos2, Rect, Role as Spoken, ScrollArea, Sense, Stroke, Ui, UiBuilder, Vec2,
};
use lucide_icons::Icon;
use viewmodel::{Busy, Frame, Notice, NoticeKind, Rail, Role, ScreenName, Texts};

use crate::{
    screens::{self, Desk},
    theme::{self, Type},
    widgets::{
        brand::{self, Item},
        button::{self, Button, Weight},
        page, said,
        surface::{self, Tone},
        text,
    },
};

/// Width of the rail, where its names leave it so, and under [`NARROW`] points of window.
const RAIL: f32 = 220.0;
const RAIL_NARROW: f32 = 60.0;
const NARROW: f32 = 1180.0;
/// Left and right of an item, with the line at the edge.
const RAIL_MARGIN: f32 = 13.0;
/// Least height of a page under what is to be done first, or under work in hand; about the height of the latter.
const PAGE_LEAST: f32 = 320.0;
const BUSY: f32 = 100.0;
/// A page grows to this width, then stays in the middle.
const PAGE_MOST: f32 = 1480.0;

/// The window's ground.
pub fn ground(ui: &Ui) -> Rect {
    let whole = ui.max_rect();
    ui.painter().rect_filled(whole, CornerRadius::ZERO, theme::tokens(ui).canvas);
    whole
}

/// Key of a role's name.
#[must_use]
pub fn role_key(role: Role) -> &'static str {
    match role {
        Role::Administration => "role-administration",
        Role::Professional => "role-professional",
        Role::MedicalManager => "role-medical-manager",
        Role::FunctionalAdministrator => "role-functional-administrator",
        Role::PrivacyOfficer => "role-privacy-officer",
    }
}

/// The strip of a test store at the top of a rectangle; gives its height.
fn test_strip(ui: &mut Ui, whole: Rect, texts: &Texts) -> f32 {
    let strip = Rect::from_min_size(whole.min, Vec2::new(whole.width(), brand::STRIP));
    brand::test_strip(ui, strip, &texts.get("ui-test-first"), &texts.get("ui-test-rest"));
    brand::STRIP
}

/// What stands there between a lock and the worker's answer: nothing but the lock.
pub fn lock_ground(ui: &mut Ui, test: bool, texts: &Texts) {
    let t = theme::tokens(ui);
    let mut rest = ground(ui);
    if test {
        rest.min.y += test_strip(ui, rest, texts);
    }
    ui.painter().rect_filled(rest, CornerRadius::ZERO, t.sunken);
    let middle = Pos2::new(rest.center().x, rest.center().y - 132.0);
    ui.painter().circle(middle, 31.5, t.surface, Stroke::new(1.0, t.border));
    text::icon(ui.painter(), middle, Icon::Lock, 24.0, t.accent);
}

/// Draws a frame over the whole window; gives where the page is.
pub fn frame_ui(ui: &mut Ui, frame: &Frame, notice: Option<&Notice>, desk: &mut Desk<'_>) -> Rect {
    let mut rest = ground(ui);
    if frame.test {
        rest.min.y += test_strip(ui, rest, desk.texts);
    }
    help_keys(ui, desk);
    if let Some(rail) = &frame.rail {
        let narrow = rest.width() < NARROW;
        let width = if narrow { RAIL_NARROW } else { rail_width(ui, rail, desk) };
        let place = Rect::from_min_size(rest.min, Vec2::new(width, rest.height()));
        rail_ui(ui, place, rail, narrow, desk);
        rest.min.x += width;
        let margin = if narrow { 16.0 } else { 24.0 };
        let mut page = Rect::from_min_max(rest.min + Vec2::new(margin, 20.0), rest.max - Vec2::new(margin, 20.0));
        if page.width() > PAGE_MOST {
            page = Rect::from_center_size(page.center(), Vec2::new(PAGE_MOST, page.height()));
        }
        rest = page;
    }
    let builder = UiBuilder::new().scope_id(Id::unique("page")).max_rect(rest);
    let mut page = ui.new_child(builder.layout(egui::Layout::top_down(egui::Align::Min)));
    let Some(rail) = &frame.rail else {
        if desk.state.help_open {
            let middle = Rect::from_center_size(rest.center(), Vec2::new(720.0_f32.min(rest.width()), rest.height()));
            text::region(ui, middle.shrink(20.0), "manual", |ui| screens::manual_ui(ui, desk));
            return rest;
        }
        screens::screen_ui(&mut page, &frame.screen, desk);
        help_link(ui, rest, desk);
        if let Some(notice) = notice {
            let width = 640.0_f32.min(rest.width() - 32.0);
            let place = Rect::from_min_size(
                Pos2::new(rest.center().x - width / 2.0, rest.top() + 16.0),
                Vec2::new(width, rest.height()),
            );
            text::region(ui, place, "notice", |ui| notice_ui(ui, notice, desk));
        }
        return rest;
    };
    page.set_clip_rect(rest.expand(8.0));
    if desk.state.help_open {
        above_page(&mut page, frame, notice, desk);
        screens::help_ui(&mut page, rail, &frame.screen, desk);
        return rest;
    }
    page_ui(&mut page, rest, frame, notice, desk);
    rest
}

/// The screen beside the rail.
fn page_ui(page: &mut Ui, rest: Rect, frame: &Frame, notice: Option<&Notice>, desk: &mut Desk<'_>) {
    // What is to be done first, and work in hand, take from the page.
    let above = if frame.next.is_some() { f32::INFINITY } else { 0.0 } + if frame.busy.is_some() { BUSY } else { 0.0 };
    let least = screens::least_height(&frame.screen).max(if above > 0.0 { PAGE_LEAST } else { 0.0 });
    if rest.height() >= least + above {
        above_page(page, frame, notice, desk);
        return screens::screen_ui(page, &frame.screen, desk);
    }
    // Panels that fill the page would have no room in it: it scrolls as a whole.
    page::scrolling(page, "low-page", |ui| {
        above_page(ui, frame, notice, desk);
        let left = rest.bottom() - ui.cursor().top();
        let (whole, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), least.max(left)), Sense::hover());
        let builder = UiBuilder::new().scope_id(Id::unique("low")).max_rect(whole);
        let mut low = ui.new_child(builder.layout(egui::Layout::top_down(egui::Align::Min)));
        screens::screen_ui(&mut low, &frame.screen, desk);
    });
}

/// The way to the help where there is no rail.
fn help_link(ui: &mut Ui, rest: Rect, desk: &mut Desk<'_>) {
    let place = Rect::from_min_max(Pos2::new(rest.right() - 200.0, rest.top() + 12.0), rest.max);
    text::region(ui, place.with_max_x(rest.right() - 20.0), "help-link", |ui| {
        ui.with_layout(egui::Layout::top_down(egui::Align::Max), |ui| {
            let words = format!("{} {}", desk.texts.get("ui-help"), desk.texts.get("ui-key-help"));
            if button::link(ui, &words, Type::Small, None).clicked() {
                desk.state.help_open = true;
            }
        });
    });
}

/// F1 opens the help and closes it; Esc closes it.
fn help_keys(ui: &Ui, desk: &mut Desk<'_>) {
    let key = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if key(Key::F1) {
        desk.state.help_open = !desk.state.help_open;
    } else if desk.state.help_open && key(Key::Escape) {
        desk.state.help_open = false;
    }
}

fn above_page(ui: &mut Ui, frame: &Frame, notice: Option<&Notice>, desk: &mut Desk<'_>) {
    if let Some(notice) = notice {
        notice_ui(ui, notice, desk);
        ui.add_space(6.0);
    }
    if let Some(busy) = &frame.busy {
        busy_ui(ui, busy, desk);
        ui.add_space(6.0);
    }
    if let Some(next) = frame.next.as_ref().filter(|_| !desk.state.help_open) {
        screens::next_steps_ui(ui, next, desk);
    }
}

/// A sentence over the page.
pub fn notice_ui(ui: &mut Ui, notice: &Notice, desk: &Desk<'_>) {
    let (tone, icon) = match notice.kind {
        NoticeKind::Done => (Tone::News, Icon::Info),
        NoticeKind::Attention => (Tone::Attention, Icon::TriangleAlert),
        NoticeKind::Refused => (Tone::Refused, Icon::CircleAlert),
    };
    surface::banner(ui, tone, icon, &desk.texts.format(notice.text, &notice.values));
}

/// *62%*, and the share itself.
pub fn share_done(done: (u64, u64), desk: &Desk<'_>) -> (String, f32) {
    let share = if done.1 == 0 { 0.0 } else { done.0 as f64 / done.1 as f64 };
    (desk.texts.percentage(share.min(1.0)), share as f32)
}

fn busy_ui(ui: &mut Ui, busy: &Busy, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let words = desk.texts.get(busy.text);
    let Some(done) = busy.done else {
        ui.horizontal(|ui| {
            if let Some(cancel) = &busy.cancel {
                let stop = desk.texts.get("ui-stop");
                if Button::new(Weight::Quiet, &stop).height(30.0).show(ui).clicked() {
                    desk.outbox.push(cancel.clone());
                }
            }
            surface::waiting(ui, &words);
        });
        return;
    };
    let (percentage, share) = share_done(done, desk);
    surface::card(ui, 12, |ui| {
        ui.horizontal(|ui| {
            text::line(ui, &words, Type::Body, t.text);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if let Some(cancel) = &busy.cancel {
                    let stop = desk.texts.get("ui-stop");
                    if Button::new(Weight::Quiet, &stop).height(30.0).show(ui).clicked() {
                        desk.outbox.push(cancel.clone());
                    }
                }
                text::line(ui, &percentage, Type::Small, t.text_2);
            });
        });
        surface::progress_bar(ui, share, 6.0, &words);
    });
}

fn item_look(screen: ScreenName) -> (Icon, &'static str) {
    match screen {
        ScreenName::Identifications => (Icon::UserRoundSearch, "ui-screen-identifications"),
        ScreenName::Feedback => (Icon::Inbox, "ui-screen-feedback"),
        ScreenName::Trend => (Icon::ChartLine, "ui-screen-trend"),
        ScreenName::Reflections => (Icon::NotebookPen, "ui-screen-reflections"),
        ScreenName::Quality => (Icon::ChartLine, "ui-screen-quality"),
        ScreenName::Reception => (Icon::RadioTower, "ui-screen-reception"),
        ScreenName::Rides => (Icon::Ambulance, "ui-screen-rides"),
        ScreenName::AuditLog => (Icon::ScrollText, "ui-screen-audit-log"),
        ScreenName::Settings => (Icon::Settings, "ui-screen-settings"),
        ScreenName::Accounts => (Icon::Users, "ui-screen-accounts"),
        ScreenName::Oversight => (Icon::Flag, "ui-screen-oversight"),
        ScreenName::Rights => (Icon::KeyRound, "ui-screen-rights"),
        ScreenName::Connections => (Icon::Cable, "ui-screen-connections"),
        ScreenName::Profiles => (Icon::FileCode2, "ui-screen-profiles"),
        ScreenName::MyAccount => (Icon::CircleUserRound, "ui-screen-my-account"),
    }
}

/// Wide enough for the name of every item beside a count of three digits.
fn rail_width(ui: &Ui, rail: &Rail, desk: &Desk<'_>) -> f32 {
    let needed = rail.items.iter().map(|item| {
        let (icon, key) = item_look(item.screen);
        let (name, count) = (desk.texts.get(key), item.count.map(|count| desk.texts.number(count.max(999))));
        let look = Item { icon, name: &name, selected: true, count: count.as_deref(), key: None, narrow: false };
        look.width(ui).ceil() + RAIL_MARGIN
    });
    needed.fold(RAIL, f32::max)
}

fn rail_ui(ui: &mut Ui, rect: Rect, rail: &Rail, narrow: bool, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    ui.painter().rect_filled(rect, CornerRadius::ZERO, t.sunken);
    let edge = ui.painter().round_to_pixel_center(rect.right() - 1.0);
    ui.painter().vline(edge, rect.y_range(), Stroke::new(1.0, t.border));
    let inner = Rect::from_min_max(rect.min + Vec2::new(6.0, 16.0), rect.max - Vec2::new(7.0, 8.0));
    // Brand and role, the items with what lies between them, the foot.
    let above = if narrow { 46.0 } else { 72.0 };
    let needed = above + 38.0 * rail.items.len() as f32 + 8.0 + rail_foot_height(narrow);
    if needed <= inner.height() {
        return rail_parts(ui, inner, rail, narrow, desk);
    }
    // Too low for all of it: it scrolls.
    text::region(ui, inner.with_max_x(rect.right() - 1.0), "rail-scrolls", |ui| {
        page::area(ui, ScrollArea::vertical().id_salt("rail").auto_shrink([false, false]), |ui| {
            let (whole, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), needed), Sense::hover());
            rail_parts(ui, whole, rail, narrow, desk);
        });
    });
}

fn rail_parts(ui: &mut Ui, inner: Rect, rail: &Rail, narrow: bool, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    text::region(ui, inner, "rail", |ui| {
        said::part(ui, Spoken::Navigation, &desk.text("ui-rail"));
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.horizontal(|ui| {
            ui.add_space(if narrow { 10.0 } else { 8.0 });
            let name = if narrow { String::new() } else { desk.texts.get("ui-name") };
            brand::brand(ui, 26.0, Type::Heading, &name);
        });
        ui.add_space(12.0);
        if !narrow {
            let place = Rect::from_min_size(ui.cursor().min + Vec2::new(8.0, 0.0), Vec2::new(192.0, 17.0));
            let role = desk.texts.get(role_key(rail.role));
            text::region(ui, place, "role", |ui| text::line(ui, &role, Type::Caption, t.text_3));
            ui.add_space(22.0);
        }
        for item in &rail.items {
            let (icon, key) = item_look(item.screen);
            let count = item.count.filter(|count| *count > 0).map(|count| desk.texts.number(count));
            let name = desk.texts.get(key);
            let look = Item {
                icon,
                name: &name,
                selected: item.selected && !desk.state.help_open,
                count: count.as_deref(),
                key: None,
                narrow,
            };
            if brand::rail_item(ui, &look).clicked() {
                desk.state.help_open = false;
                desk.outbox.push(item.open.clone());
            }
        }
    });
    rail_foot(ui, inner, rail, narrow, desk);
}

fn rail_foot_height(narrow: bool) -> f32 {
    if narrow { 156.0 } else { 228.0 }
}

fn rail_foot(ui: &mut Ui, inner: Rect, rail: &Rail, narrow: bool, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let foot = Rect::from_min_max(Pos2::new(inner.left(), inner.bottom() - rail_foot_height(narrow)), inner.max);
    let item = |icon: Icon, name: String, key: Option<String>, selected: bool, ui: &mut Ui| {
        let look = Item { icon, name: &name, selected, count: None, key: key.as_deref(), narrow };
        brand::rail_item(ui, &look).clicked()
    };
    text::region(ui, foot, "rail-foot", |ui| {
        said::part(ui, Spoken::Navigation, &desk.text("ui-rail-foot"));
        ui.spacing_mut().item_spacing.y = 2.0;
        let help = Some(desk.texts.get("ui-key-help"));
        if item(Icon::CircleQuestionMark, desk.texts.get("ui-help"), help, desk.state.help_open, ui) {
            desk.state.help_open = !desk.state.help_open;
        }
        let (icon, key) = item_look(rail.mine.screen);
        let mine = rail.mine.selected && !desk.state.help_open;
        if item(icon, desk.texts.get(key), None, mine, ui) {
            desk.state.help_open = false;
            desk.outbox.push(rail.mine.open.clone());
        }
        if item(Icon::Lock, desk.texts.get("ui-lock"), Some(desk.texts.get("ui-key-lock")), false, ui) {
            desk.outbox.push(rail.lock.clone());
        }
        if item(Icon::LogOut, desk.texts.get("ui-sign-out"), None, false, ui) {
            desk.outbox.push(rail.sign_out.clone());
        }
        if narrow {
            return;
        }
        surface::divider(ui, 7.0);
        let place = Rect::from_min_size(ui.cursor().min + Vec2::new(10.0, 4.0), Vec2::new(inner.width() - 17.0, 40.0));
        text::region(ui, place, "me", |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            text::Flow::new(&rail.name, Type::SmallBold, t.text).show_cut(ui);
            text::Flow::new(&rail.organisation, Type::Small, t.text_2).show_cut(ui);
        });
    });
}
