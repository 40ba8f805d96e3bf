//! *Afspraak* of a connection: part by part what is received now, since when, and what comes later; a change has a day and a reason.

use egui::{Rect, Role, Sense, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{
    AgreedParts, AgreementTyped, AgreementVersion, ConnectionAgreementPage, ConnectionDetail, HospitalNumber,
};

use super::{Desk, connections::line};
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        cap::{Badge, Sign, Tint},
        choice::{self, Part},
        facts, said,
        surface::{self, Tone},
        text,
    },
};

/// Widths of the columns after the first, from the right: later, since, now.
const LATER: f32 = 96.0;
const SINCE: f32 = 84.0;
const NOW: f32 = 206.0;
const ROW: f32 = 46.0;

/// Keys of what nobody can change: its name, when it comes, why it is fixed.
const LOCKED: [[&str; 3]; 3] = [
    ["ui-agreement-locked-1", "ui-agreement-locked-1-when", "ui-agreement-in-decree"],
    ["ui-agreement-locked-2", "ui-agreement-locked-2-when", "ui-agreement-in-decree"],
    ["ui-agreement-locked-3", "ui-agreement-locked-3-when", "ui-agreement-fixed"],
];
/// Keys of the parts that are agreed: the name, and who sees it.
const PARTS: [[&str; 2]; 5] = [
    ["ui-agreement-part-0", "ui-agreement-part-0-who"],
    ["ui-agreement-part-1", "ui-agreement-part-1-who"],
    ["ui-agreement-part-2", "ui-agreement-part-2-who"],
    ["ui-agreement-part-3", "ui-agreement-part-3-who"],
    ["ui-agreement-part-4", "ui-agreement-part-4-who"],
];
const TYPED: [&str; 3] = ["ui-agreement-typed-from", "ui-agreement-typed-delay", "ui-agreement-typed-reason"];

/// Draws it.
pub(crate) fn agreement_ui(
    ui: &mut Ui,
    detail: &ConnectionDetail,
    page: &ConnectionAgreementPage,
    desk: &mut Desk<'_>,
) {
    if page.present.is_none() {
        let key = if page.without_all { "ui-agreement-none-all" } else { "ui-agreement-none-decree" };
        surface::banner(ui, Tone::Attention, Icon::TriangleAlert, &desk.with(key, "name", detail.name.clone()));
    }
    let air = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
    head(ui, desk);
    for keys in LOCKED {
        locked(ui, keys, desk);
    }
    let before = typed(page);
    let mut now = desk.state.connections.agreement.clone().unwrap_or_else(|| before.clone());
    for part in 0..5 {
        part_row(ui, part, page, &mut now, desk);
    }
    ui.spacing_mut().item_spacing.y = air;
    ui.add_space(8.0);
    if now.parts != before.parts || desk.state.connections.agreement.is_some() {
        desk.state.connections.agreement = Some(now);
    }
    form(ui, page, &before, desk);
    versions(ui, page, desk);
}

/// What would be typed to keep it as it is; without an agreement, all that is possible.
fn typed(page: &ConnectionAgreementPage) -> AgreementTyped {
    let all = AgreedParts {
        identification: true,
        description: true,
        remarks_medical: true,
        remarks_communication: true,
        case_list: true,
    };
    let present = page.present.as_ref();
    AgreementTyped {
        parts: present.map_or(all, |version| version.parts),
        from: String::new(),
        delay_days: present.and_then(|version| version.delay_days).map(|days| days.to_string()).unwrap_or_default(),
        reason: String::new(),
    }
}

fn part_of(parts: &mut AgreedParts, part: usize) -> &mut bool {
    match part {
        0 => &mut parts.identification,
        1 => &mut parts.description,
        2 => &mut parts.remarks_medical,
        3 => &mut parts.remarks_communication,
        _ => &mut parts.case_list,
    }
}

fn head(ui: &mut Ui, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let width = ui.available_width();
    let part =
        text::Flow::new(&desk.text("ui-agreement-part"), Type::SmallBold, t.text_2).wrapped(ui, words_room(width));
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, (part.size().y + 12.0).max(32.0)), Sense::hover());
    ui.painter().rect_filled(rect, 4.0, t.sunken);
    let y = rect.center().y;
    text::paint_left(ui.painter(), egui::pos2(rect.left() + 8.0, y), part);
    if is_stacked(width) {
        // What stands under a part says itself what it is.
        return;
    }
    let keys = ["ui-agreement-now", "ui-agreement-since", "ui-agreement-later"];
    for (x, key) in columns(rect).into_iter().zip(keys) {
        text::paint_left(ui.painter(), egui::pos2(x, y), text::galley(ui, &desk.text(key), Type::SmallBold, t.text_2));
    }
}

/// Width under which what is agreed stands under its part, not beside it.
const BESIDE: f32 = NOW + SINCE + LATER + 120.0;
/// Height of it there.
const STACKED: f32 = 40.0;

fn is_stacked(width: f32) -> bool {
    width < BESIDE
}

/// Room for the words of a part.
fn words_room(width: f32) -> f32 {
    width - 16.0 - if is_stacked(width) { 0.0 } else { LATER + SINCE + NOW }
}

/// Left edges of *now*, *since* and *later*.
fn columns(rect: Rect) -> [f32; 3] {
    let later = if is_stacked(rect.width()) { rect.left() + 8.0 + NOW + SINCE } else { rect.right() - LATER };
    [later - SINCE - NOW, later - SINCE, later]
}

/// The height at which they stand.
fn middle(rect: Rect) -> f32 {
    if is_stacked(rect.width()) { rect.bottom() - STACKED / 2.0 } else { rect.center().y }
}

/// The row's place, its two lines painted; as high as they need.
fn row(ui: &mut Ui, title: &str, under: &str) -> Rect {
    let t = theme::tokens(ui);
    let width = ui.available_width();
    let room = words_room(width);
    let first = text::Flow::new(title, Type::Small, t.text).wrapped(ui, room);
    let second = text::Flow::new(under, Type::Caption, t.text_3).wrapped(ui, room);
    let (top, below) = (first.size().y, second.size().y);
    let extra = if is_stacked(width) { STACKED } else { 0.0 };
    let words = (top + below + 10.0).max(if is_stacked(width) { 0.0 } else { ROW });
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, words + extra), Sense::hover());
    let start = rect.left_top() + Vec2::new(8.0, (words - top - below) / 2.0);
    ui.painter().galley(start, first, t.text);
    ui.painter().galley(start + Vec2::new(0.0, top), second, t.text_3);
    surface::hairline(ui, rect, rect.bottom());
    rect
}

/// A part that nobody can change: it stands so in the decree.
fn locked(ui: &mut Ui, keys: [&'static str; 3], desk: &Desk<'_>) {
    let [title, under, word] = keys.map(|key| desk.text(key));
    let rect = row(ui, &title, &under);
    let id = ui.scope_id().with(keys);
    let spoken = format!("{title}, {under}: {word}");
    ui.interact(rect, id, Sense::hover()).widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    let badge = Badge::new(word, Sign::Icon(Icon::Lock), Tint::Grey);
    badge.paint(ui, egui::pos2(columns(rect)[0], middle(rect)));
}

/// A part that is agreed or not.
fn part_row(ui: &mut Ui, part: usize, page: &ConnectionAgreementPage, typed: &mut AgreementTyped, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let Some([title, who]) = PARTS.get(part).map(|keys| keys.map(|key| desk.text(key))) else { return };
    let rect = row(ui, &title, &who);
    let ([now, since, later], y) = (columns(rect), middle(rect));
    let words = if part == 4 {
        ["ui-agreement-allowed", "ui-agreement-not"]
    } else {
        ["ui-agreement-received", "ui-agreement-left-out"]
    };
    let words = words.map(|key| desk.text(key));
    let value = part_of(&mut typed.parts, part);
    let place = Rect::from_min_size(egui::pos2(now, y - 15.0), Vec2::new(NOW, 30.0));
    if page.present.is_none() && desk.state.connections.agreement.is_none() {
        let key = match (page.without_all, part == 4) {
            (true, _) => "ui-agreement-kept",
            (false, true) => "ui-agreement-off",
            (false, false) if part < 2 => "ui-agreement-in-decree",
            (false, false) => "ui-agreement-omitted",
        };
        let badge = Badge::new(desk.text(key), Sign::Icon(Icon::Minus), Tint::Grey);
        let spoken = format!("{title}: {}", badge.word);
        let id = ui.scope_id().with(("part", part));
        ui.interact(rect, id, Sense::hover()).widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        badge.paint(ui, egui::pos2(now, y));
        let galley = text::galley(ui, &desk.text("ui-agreement-waits"), Type::Small, t.text_2);
        text::paint_left(ui.painter(), egui::pos2(since, y), galley);
        return;
    }
    let day = page.since.get(part).copied().flatten();
    let since_when = day.map(|day| desk.texts.date_medium(day));
    let coming = coming(part, page, &words, desk);
    let spoken_later = coming.as_ref().map(|values| desk.texts.format("ui-agreement-from-spoken", values));
    let spoken_part = [Some(title.as_str()), Some(who.as_str()), since_when.as_deref(), spoken_later.as_deref()];
    let spoken_part = spoken_part.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let chosen = text::region(ui, place, &title, |ui| {
        said::part(ui, Role::Group, &spoken_part);
        let spoken = words.each_ref().map(|word| word.as_str());
        let tick = |chosen: bool| chosen.then_some(Icon::Check);
        let parts = [
            Part { word: spoken[0], icon: tick(*value), chosen: *value },
            Part { word: spoken[1], icon: tick(!*value), chosen: !*value },
        ];
        choice::segment(ui, &parts, 30.0)
    });
    match chosen {
        Some(0) => *value = true,
        Some(_) => *value = false,
        None => {}
    }
    if let Some(day) = since_when {
        let galley = text::Flow::new(&day, Type::Small, t.text_2).cut(ui, SINCE - 8.0);
        text::paint_left(ui.painter(), egui::pos2(since, y), galley);
    }
    if let Some(values) = coming {
        let words = desk.texts.format("ui-agreement-from", &values);
        let room = (rect.right() - later - 4.0).min(LATER - 4.0);
        let galley = text::Flow::new(&words, Type::Caption, t.accent).wrapped(ui, room);
        text::paint_left(ui.painter(), egui::pos2(later, y), galley);
    }
}

/// What the next version changes of a part, and from when.
fn coming(
    part: usize,
    page: &ConnectionAgreementPage,
    words: &[String; 2],
    desk: &Desk<'_>,
) -> Option<[(&'static str, String); 2]> {
    let (next, present) = (page.next.as_ref()?, page.present.as_ref()?);
    let (mut new, mut old) = (next.parts, present.parts);
    let [received, left_out] = words;
    let changed = part_of(&mut new, part) != part_of(&mut old, part);
    let what = if *part_of(&mut new, part) { received } else { left_out };
    changed.then(|| [("what", what.to_lowercase()), ("date", desk.texts.date_medium(next.from))])
}

/// The day, the delay and the reason of a change, once there is one.
fn form(ui: &mut Ui, page: &ConnectionAgreementPage, before: &AgreementTyped, desk: &mut Desk<'_>) {
    let note = desk.text(if page.without_all { "ui-agreement-note-all" } else { "ui-agreement-note" });
    let Some(mut typed) = desk.state.connections.agreement.clone() else {
        facts::sight(ui, Icon::Info, &note);
        if page.left_out > 0 {
            let words = desk.with("ui-agreement-counted", "n", desk.texts.number(page.left_out));
            facts::sight(ui, Icon::Scissors, &words);
        }
        if let Some(since) = page.production_since {
            facts::sight(ui, Icon::CircleCheck, &desk.with("ui-agreement-production", "date", desk.texts.date(since)));
        }
        let key = if page.present.is_some() { "ui-agreement-change" } else { "ui-agreement-record" };
        let weight = if page.present.is_some() { Weight::Secondary } else { Weight::Primary };
        if Button::new(weight, &desk.text(key)).icon(Icon::FilePenLine).show(ui).clicked() {
            let first = AgreementTyped { from: page.today.format("%d-%m-%Y").to_string(), ..before.clone() };
            desk.state.connections.agreement = Some(first);
        }
        return;
    };
    let labels = TYPED.map(|key| desk.text(key));
    let help = desk.text("ui-agreement-from-help");
    ui.columns(2, |columns| {
        line(&mut columns[0], (&labels[0], Some(&help)), "agreement-from", &mut typed.from);
        let empty = desk.text("ui-connection-may-be-empty");
        line(&mut columns[1], (&labels[1], Some(&empty)), "agreement-delay", &mut typed.delay_days);
    });
    line(ui, (&labels[2], None), "agreement-reason", &mut typed.reason);
    facts::sight(ui, Icon::Info, &note);
    desk.state.connections.agreement = Some(typed);
}

/// What becomes of a change.
pub(crate) fn acts_ui(ui: &mut Ui, hospital: HospitalNumber, page: &ConnectionAgreementPage, desk: &mut Desk<'_>) {
    let Some(typed) = desk.state.connections.agreement.clone() else { return };
    let (undo, keep) = (desk.text("ui-agreement-undo"), desk.text("ui-connection-keep"));
    let ready = !typed.from.trim().is_empty();
    ui.horizontal(|ui| {
        if Button::new(Weight::Primary, &keep).enabled(ready).show(ui).clicked() && ready {
            desk.outbox.push((page.agree)(hospital, Box::new(typed)));
        }
        if Button::new(Weight::Secondary, &undo).show(ui).clicked() {
            desk.state.connections.agreement = None;
        }
        facts::sight(ui, Icon::Hourglass, &desk.text("ui-agreement-unsaved"));
    });
}

fn versions(ui: &mut Ui, page: &ConnectionAgreementPage, desk: &Desk<'_>) {
    if page.versions.is_empty() || !choice::fold(ui, "agreement-versions", &desk.text("ui-agreement-versions")) {
        return;
    }
    for version in &page.versions {
        facts::sight(ui, Icon::History, &version_words(version, desk));
    }
}

/// *Versie 2, vanaf 1 oktober 2026: …*
fn version_words(version: &AgreementVersion, desk: &Desk<'_>) -> String {
    let mut parts = version.parts;
    let named = PARTS.iter().enumerate().filter(|(part, _)| *part_of(&mut parts, *part));
    let named: Vec<String> = named.map(|(_, [name, _])| desk.text(name)).collect();
    let parts = if named.is_empty() { desk.text("ui-agreement-nothing") } else { named.join(", ").to_lowercase() };
    let values = [("n", version.version.to_string()), ("date", desk.texts.date(version.from)), ("parts", parts)];
    let mut words = desk.texts.format("ui-agreement-version-line", &values);
    if let Some(days) = version.delay_days {
        words += &format!(" {}", desk.with("ui-agreement-delay-line", "n", days.to_string()));
    }
    if let Some(reason) = &version.reason {
        words += &format!(" {reason}.");
    }
    words
}
