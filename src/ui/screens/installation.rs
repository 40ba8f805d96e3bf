//! Before there is a store that opens: steps at the side, a page, and the way on under it (LOOK 20).
//!
//! **Invariant:** nothing is sent before it is complete; what was typed of a sheet goes with its page.
//! **Not here:** what the pages ask (`installation_pages`, `kit_paper`).

use egui::{CornerRadius, Pos2, Rect, Role as Spoken, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{
    Command, InstallationCommand, InstallationPage, InstallationScreen, InstallationWay, Said, StepShown, StepState,
};

use super::{Desk, door, installation_pages as pages};
use crate::{
    theme::{self, Type},
    widgets::{
        brand,
        button::{Button, Weight},
        field, focus, page, surface, text,
    },
};

/// Width of the steps, and under [`NARROW`] points of window.
const SIDE: f32 = 300.0;
const SIDE_NARROW: f32 = 236.0;
const NARROW: f32 = 1180.0;
/// Height of the line with the way to the help.
pub(crate) const UNDER_HELP: f32 = 40.0;
/// Height of the foot.
const FOOT: f32 = 64.0;
/// A page's most width.
const PAGE: f32 = 900.0;

/// Draws it.
pub(crate) fn installation_ui(ui: &mut Ui, screen: &InstallationScreen, desk: &mut Desk<'_>) {
    desk.state.installation.at_page(&screen.page);
    if let InstallationPage::Choose { folder, why, set_up } = &screen.page {
        door::door_ui(ui, "", desk, |ui, desk| choose(ui, folder, (why.as_ref(), *set_up), screen, desk));
    } else {
        stepped(ui, screen, &screen.page, desk);
    }
}

pub(crate) fn send(desk: &mut Desk<'_>, command: InstallationCommand) {
    desk.outbox.push(Command::Installation(command));
}

/// What to do: three rows that act.
fn choose(
    ui: &mut Ui,
    folder: &str,
    (why, set_up): (Option<&Said>, bool),
    screen: &InstallationScreen,
    desk: &mut Desk<'_>,
) {
    let t = theme::tokens(ui);
    ui.spacing_mut().item_spacing.y = 4.0;
    let title = if why.is_some() { "ui-install-closed-title" } else { "ui-install-title" };
    text::label(ui, &desk.text(title), Type::Title, t.text);
    match why {
        Some(said) => {
            ui.add_space(4.0);
            field::error_line(ui, &desk.texts.format(said.text, &said.values));
        }
        None => {
            let under = desk.with("ui-install-under", "place", folder.to_owned());
            text::label(ui, &under, Type::Body, t.text_2);
        }
    }
    ui.add_space(16.0);
    ui.spacing_mut().item_spacing.y = 10.0;
    let retry = (Icon::RotateCw, "ui-install-retry", "ui-install-retry-under", InstallationCommand::Retry);
    let mut ways = [
        (Icon::Plus, "ui-install-set-up", "ui-install-set-up-under", InstallationWay::SetUp),
        (Icon::FolderOpen, "ui-install-existing", "ui-install-existing-under", InstallationWay::Existing),
        (Icon::KeyRound, "ui-install-recover", "ui-install-recover-under", InstallationWay::Recover),
    ];
    // Where a store does not open, another try stands first, and making a new one is not offered: it is never the way out. Where
    // the store is not there any more, it stands last.
    if why.is_some() {
        ways.rotate_left(1);
    }
    let first = why.map(|_| retry);
    let others = ways
        .into_iter()
        .filter(|(_, _, _, way)| set_up || *way != InstallationWay::SetUp)
        .map(|(icon, name, under, way)| (icon, name, under, InstallationCommand::Start(way)));
    for (icon, name, under, command) in first.into_iter().chain(others) {
        let (name, under) = (desk.text(name), desk.text(under));
        if option(ui, icon, &name, &under) && screen.working.is_none() {
            send(desk, command);
        }
    }
    if let Some(said) = &screen.error {
        field::error_line(ui, &desk.texts.format(said.text, &said.values));
    }
}

/// A row with an icon, a name and a sentence, that acts.
fn option(ui: &mut Ui, glyph: Icon, name: &str, under: &str) -> bool {
    let t = theme::tokens(ui);
    let width = ui.available_width();
    let sentence = text::Flow::new(under, Type::Small, t.text_2).wrapped(ui, width - 68.0);
    let height = 21.0 + sentence.size().y + 26.0;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Spoken::Button, true, format!("{name}. {under}")));
    let fill = if response.hovered() { t.hover } else { t.surface };
    ui.painter().rect(rect, CornerRadius::same(8), fill, Stroke::new(1.0, t.border_strong), StrokeKind::Inside);
    text::icon(ui.painter(), Pos2::new(rect.left() + 28.0, rect.center().y), glyph, 20.0, t.accent);
    ui.painter().galley(rect.min + Vec2::new(54.0, 12.0), text::galley(ui, name, Type::BodyBold, t.text), t.text);
    ui.painter().galley(rect.min + Vec2::new(54.0, 35.0), sentence, t.text_2);
    focus::ring(ui, &response, rect, 8);
    response.clicked()
}

/// Steps at the side, the page, the foot.
fn stepped(ui: &mut Ui, screen: &InstallationScreen, page: &InstallationPage, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let whole = ui.max_rect();
    let mut right = whole;
    // Under 900 points the page has the window to itself (LOOK §5); the step stands above its title.
    let has_side = whole.width() >= 900.0;
    if has_side {
        let side = if whole.width() < NARROW { SIDE_NARROW } else { SIDE };
        let left = Rect::from_min_size(whole.min, Vec2::new(side, whole.height()));
        ui.painter().rect_filled(left, CornerRadius::ZERO, t.sunken);
        let edge = ui.painter().round_to_pixel_center(left.right());
        ui.painter().vline(edge, left.y_range(), Stroke::new(1.0, t.border));
        side_ui(ui, left, screen, desk);
        right.min.x = left.right() + 1.0;
    }
    let foot = Rect::from_min_max(Pos2::new(right.left(), right.bottom() - FOOT), right.max);
    let margin = if whole.width() < NARROW { 28.0 } else { 48.0 };
    // What scrolls begins under the way to the help.
    let body = Rect::from_min_max(right.min + Vec2::new(0.0, UNDER_HELP), Pos2::new(right.right(), foot.top()));
    text::region(ui, body, "installation-page", |ui| {
        let area = ScrollArea::vertical().id_salt("installation").auto_shrink([false, false]);
        page::area(ui, area, |ui| {
            let start = ui.cursor().min + Vec2::new(margin, 4.0);
            let width = (body.width() - 2.0 * margin).min(PAGE);
            let column = Rect::from_min_size(start, Vec2::new(width, 10_000.0));
            let used = text::region(ui, column, "column", |ui| {
                if !has_side {
                    step_line(ui, screen, desk);
                }
                page_ui(ui, screen, page, desk);
                ui.min_rect()
            });
            ui.allocate_rect(used.expand2(Vec2::new(0.0, 20.0)), Sense::hover());
        });
    });
    foot_ui(ui, foot, margin, screen, page, desk);
}

/// *Stap 6 van 11*, where there is no place for the steps.
fn step_line(ui: &mut Ui, screen: &InstallationScreen, desk: &Desk<'_>) {
    let now = screen.steps.iter().position(|step| step.state == StepState::Now);
    if let Some(now) = now {
        let step = [("n", (now + 1).to_string()), ("all", screen.steps.len().to_string())];
        let t = theme::tokens(ui);
        text::label(ui, &desk.texts.format("ui-entry-step", &step), Type::Caption, t.text_3);
    }
}

fn page_ui(ui: &mut Ui, screen: &InstallationScreen, page: &InstallationPage, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    ui.spacing_mut().item_spacing.y = 4.0;
    let (title, under) = pages::heading(page);
    text::label(ui, &desk.text(title), Type::Title, t.text);
    ui.scope(|ui| {
        ui.set_max_width(ui.available_width().min(720.0));
        text::label(ui, &desk.text(under), Type::Body, t.text_2);
    });
    ui.add_space(16.0);
    pages::page_ui(ui, page, desk);
    // A word that is wrong says so at its own field.
    let at_field = matches!(page, InstallationPage::Kit(kit) if kit.wrong.is_some());
    if let Some(said) = screen.error.as_ref().filter(|_| !at_field) {
        ui.add_space(10.0);
        field::error_line(ui, &desk.texts.format(said.text, &said.values));
    }
}

fn side_ui(ui: &mut Ui, rect: Rect, screen: &InstallationScreen, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let inner = rect.shrink2(Vec2::new(28.0, 24.0));
    text::region(ui, inner, "installation-side", |ui| {
        brand::brand(ui, 26.0, Type::Heading, &desk.text("ui-name"));
        ui.add_space(20.0);
        let title = match screen.way {
            Some(InstallationWay::Recover) => "ui-install-recover-title",
            Some(InstallationWay::Existing) => "ui-install-existing-title",
            Some(InstallationWay::SetUp) | None => "ui-install-set-up-title",
        };
        text::label(ui, &desk.text(title), Type::Heading, t.text);
        ui.add_space(6.0);
        ui.spacing_mut().item_spacing.y = 0.0;
        let below = 78.0;
        let room = (inner.bottom() - below - ui.cursor().top()) / screen.steps.len().max(1) as f32;
        let height = room.clamp(38.0, 54.0);
        for (step, number) in screen.steps.iter().zip(1..) {
            step_ui(ui, step, number, height, desk);
        }
    });
    let made = matches!(screen.page, InstallationPage::Made(_) | InstallationPage::Recovered { .. });
    let foot = Rect::from_min_max(Pos2::new(inner.left(), inner.bottom() - 52.0), inner.max + Vec2::new(0.0, 10.0));
    if !made {
        text::region(ui, foot, "installation-side-foot", |ui| {
            text::label(ui, &desk.text("ui-install-nothing-yet"), Type::Caption, t.text_3);
        });
    }
}

fn step_ui(ui: &mut Ui, step: &StepShown, number: usize, height: f32, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let (name, note) = (desk.text(step.name), desk.texts.format(step.note.text, &step.note.values));
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
    let state = match step.state {
        StepState::Done => "ui-step-done",
        StepState::Now => "ui-step-now",
        StepState::Later => "ui-step-later",
    };
    let spoken = format!("{number}. {name}, {}: {note}", desk.text(state));
    response.widget_info(|| WidgetInfo::labeled(Spoken::Label, true, &spoken));
    let centre = rect.min + Vec2::new(12.0, height / 2.0);
    mark(ui, centre, step.state, &number.to_string());
    let (kind, ink) = match step.state {
        StepState::Now => (Type::BodyBold, t.text),
        StepState::Done => (Type::Body, t.text),
        StepState::Later => (Type::Body, t.text_3),
    };
    let width = rect.width() - 36.0;
    let name = text::Flow::new(&name, kind, ink).cut(ui, width);
    let note = text::Flow::new(&note, Type::Caption, t.text_3).cut(ui, width);
    text::paint_left(ui.painter(), Pos2::new(rect.left() + 36.0, centre.y - 8.5), name);
    text::paint_left(ui.painter(), Pos2::new(rect.left() + 36.0, centre.y + 9.5), note);
}

/// A circle with a number, or a tick.
pub(crate) fn mark(ui: &Ui, centre: Pos2, state: StepState, number: &str) {
    let t = theme::tokens(ui);
    let (fill, line, ink) = match state {
        StepState::Done => (t.selected, t.accent, t.accent),
        StepState::Now => (t.accent, t.accent, t.on_accent),
        StepState::Later => (t.clear, t.border_strong, t.text_3),
    };
    ui.painter().circle(centre, 11.5, fill, Stroke::new(1.0, line));
    if state == StepState::Done {
        text::icon(ui.painter(), centre, Icon::Check, 14.0, ink);
    } else {
        text::paint_centre(ui.painter(), centre, text::galley(ui, number, Type::SmallBold, ink));
    }
}

fn foot_ui(
    ui: &mut Ui,
    rect: Rect,
    margin: f32,
    screen: &InstallationScreen,
    page: &InstallationPage,
    desk: &mut Desk<'_>,
) {
    let t = theme::tokens(ui);
    ui.painter().rect_filled(rect, CornerRadius::ZERO, t.surface);
    surface::hairline(ui, rect, rect.top());
    let inner = rect.shrink2(Vec2::new(margin, 14.0));
    text::region(ui, inner, "installation-foot", |ui| {
        ui.horizontal(|ui| {
            let free = screen.working.is_none();
            if screen.back {
                let words = desk.text("ui-install-back");
                if Button::new(Weight::Secondary, &words).enabled(free).show(ui).clicked() {
                    send(desk, InstallationCommand::Back);
                }
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let way = pages::next(page, desk);
                let words = desk.text(way.words);
                let button = Button::new(Weight::Primary, &words).enabled(way.complete && free).show(ui);
                let entered = way.by_enter && focus::enter_in_field(ui.ctx());
                if (button.clicked() || entered) && way.complete && free {
                    let command = pages::command(page, desk);
                    send(desk, command);
                }
                if way.may_be_left_out {
                    let words = desk.text("ui-install-kit-without");
                    if Button::new(Weight::Quiet, &words).enabled(free).show(ui).clicked() {
                        send(desk, InstallationCommand::KitDone(true));
                    }
                }
                match (screen.working, way.hint) {
                    (Some(key), _) => surface::waiting(ui, &desk.text(key)),
                    (None, Some(hint)) => {
                        text::Flow::new(&hint, Type::Small, t.text_2).show_cut(ui);
                    }
                    (None, None) => {}
                }
            });
        });
    });
}
