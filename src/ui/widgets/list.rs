//! Rows of the inbox and the worklist, their group heads, and the list as one stop of the keyboard.
//!
//! **Invariant:** a row is one painted thing with one spoken sentence; the list has one tab stop.

use egui::{Color32, CornerRadius, EventFilter, Id, Key, Pos2, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;

use super::{focus, page, said, surface, text};
use crate::theme::{self, Type};

/// Height of a row of two lines.
pub const ROW: f32 = 60.0;
/// A further line of it.
const LINE: f32 = 20.0;
/// Air at its right.
const MARGIN: f32 = 16.0;

/// What stands before a row.
#[derive(Clone, Copy)]
pub enum Lead {
    /// Unread.
    Dot,
    /// Nothing, but its place is kept.
    Space,
    /// An icon of 18.
    Icon(Icon, Color32),
}

/// A row.
pub struct Row<'a> {
    /// Before the text.
    pub lead: Lead,
    /// First line.
    pub title: &'a str,
    /// Bold: unread, or work to do.
    pub bold: bool,
    /// Second line.
    pub second: &'a str,
    /// After the second line, an icon with a word.
    pub tail: Option<(Icon, &'a str)>,
    /// At the right: date or age.
    pub right: &'a str,
    /// Under it: who has it.
    pub under: Option<(Icon, &'a str)>,
    /// Chosen.
    pub selected: bool,
    /// Begins its panel: no line above it.
    pub first: bool,
    /// The sentence a person would say.
    pub spoken: &'a str,
}

/// Draws a row; clicked when chosen.
pub fn row(ui: &mut Ui, row: &Row<'_>) -> Response {
    let t = theme::tokens(ui);
    let width = ui.available_width();
    let begin = match row.lead {
        Lead::Dot | Lead::Space => 36.0,
        Lead::Icon(..) => 46.0,
    };
    let of = |words: &str, kind: Type, ink: Color32| text::galley(ui, words, kind, ink);
    let tail = row.tail.map(|(glyph, word)| (glyph, of(word, Type::Small, t.text_2)));
    let least = width - begin - MARGIN - 17.0;
    let under = row.under.map(|(glyph, word)| (glyph, text::Flow::new(word, Type::Caption, t.text_3).cut(ui, least)));
    let tail_width = tail.as_ref().map_or(0.0, |(_, galley)| galley.size().x + 22.0);
    let under_width = under.as_ref().map_or(0.0, |(_, galley)| galley.size().x + 30.0);
    let needed = of(row.second, Type::Small, t.text_2).size().x + tail_width + under_width;
    // Where both do not fit beside each other, who has it stands on a line of its own; so does what comes after the line.
    let is_tight = needed > width - begin - MARGIN;
    let (is_apart, is_tail_apart) = (is_tight && under.is_some(), is_tight && under.is_none() && tail.is_some());
    let height = if is_apart || is_tail_apart { ROW + LINE } else { ROW };
    let words = if is_tail_apart { row.second.trim_end_matches([' ', '·']) } else { row.second };
    // Not focusable: the list around it is the one stop.
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, true, row.spoken));
    said::chosen(&response, row.selected);
    if let (true, Some(list)) = (row.selected, ui.data(|data| data.get_temp::<Id>(in_hand()))) {
        said::at_row(list, &response);
    }
    if !ui.is_rect_visible(rect) {
        return response;
    }
    ground(ui, rect, row, response.hovered());
    let (first, second) = (rect.top() + 21.0, rect.top() + 41.0);
    paint_lead(ui, row.lead, Pos2::new(rect.left(), first));
    let (left, right) = (rect.left() + begin, rect.right() - MARGIN);
    let mut first_end = right;
    if !row.right.is_empty() {
        let galley = text::galley(ui, row.right, Type::Small, t.text_2);
        first_end -= galley.size().x + 12.0;
        text::paint_right(ui.painter(), Pos2::new(right, first), galley);
    }
    let mut second_end = if is_tail_apart { right } else { right - tail_width };
    if let Some((glyph, galley)) = under {
        let (end, y) = if is_apart { (left + galley.size().x + 17.0, second + LINE) } else { (right, second) };
        if !is_apart {
            second_end -= under_width;
        }
        text::icon(ui.painter(), Pos2::new(end - galley.size().x - 10.0, y), glyph, 14.0, t.text_3);
        text::paint_right(ui.painter(), Pos2::new(end, y), galley);
    }
    let kind = if row.bold { Type::BodyBold } else { Type::Body };
    let title = text::Flow::new(row.title, kind, t.text).cut(ui, first_end - left);
    let title_cut = title.elided;
    text::paint_left(ui.painter(), Pos2::new(left, first), title);
    let line = text::Flow::new(words, Type::Small, t.text_2).cut(ui, second_end - left);
    let cut: Vec<&str> = [(title_cut, row.title), (line.elided, row.second)]
        .iter()
        .filter(|(cut, _)| *cut)
        .map(|(_, words)| *words)
        .collect();
    let (after, tail_y) = if is_tail_apart { (left - 5.0, second + LINE) } else { (left + line.size().x, second) };
    text::paint_left(ui.painter(), Pos2::new(left, second), line);
    if let Some((glyph, galley)) = tail {
        text::icon(ui.painter(), Pos2::new(after + 12.0, tail_y), glyph, 14.0, t.text_2);
        text::paint_left(ui.painter(), Pos2::new(after + 22.0, tail_y), galley);
    }
    // What does not fit stands whole under the pointer.
    if cut.is_empty() { response } else { response.on_hover_text(cut.join("\n")) }
}

/// What lies under the words of a row: its fill, the line over it, the bar of the chosen one.
fn ground(ui: &Ui, rect: Rect, row: &Row<'_>, hovered: bool) {
    let t = theme::tokens(ui);
    let corner = if row.first { 9 } else { 0 };
    let radius = CornerRadius { nw: corner, ne: corner, sw: 0, se: 0 };
    if row.selected {
        ui.painter().rect_filled(rect, radius, t.selected);
    } else if hovered {
        ui.painter().rect_filled(rect, radius, t.hover);
    }
    if !row.first {
        surface::hairline(ui, rect, rect.top());
    }
    if row.selected {
        let above = if row.first { 9.0 } else { 1.0 };
        let bar = Rect::from_min_size(rect.min + Vec2::new(0.0, above), Vec2::new(3.0, rect.height() - above));
        ui.painter().rect_filled(bar, CornerRadius::ZERO, t.accent);
    }
}

fn paint_lead(ui: &Ui, lead: Lead, at: Pos2) {
    match lead {
        Lead::Dot => {
            ui.painter().circle_filled(at + Vec2::new(20.0, 0.0), 4.0, theme::tokens(ui).accent);
        }
        Lead::Space => {}
        Lead::Icon(glyph, color) => text::icon(ui.painter(), at + Vec2::new(25.0, 0.0), glyph, 18.0, color),
    }
}

/// The head of a group; with one line why, where it needs one.
pub fn group_head(ui: &mut Ui, words: &str, why: Option<&str>, line_above: bool) {
    let t = theme::tokens(ui);
    let said_why = why.unwrap_or_default();
    let why = why.map(|why| text::Flow::new(why, Type::Caption, t.text_3).wrapped(ui, ui.available_width() - 32.0));
    let words_galley = text::Flow::new(words, Type::CaptionBold, t.text_3).wrapped(ui, ui.available_width() - 32.0);
    let tall = words_galley.size().y;
    let height = why.as_ref().map_or(16.0, |why| 20.0 + why.size().y) + tall;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, words));
    said::heading(&response, 2, words);
    said::more(&response, said_why);
    if line_above {
        surface::hairline(ui, rect, rect.top());
    }
    let top = rect.top() + if why.is_some() { 12.0 } else { 10.0 };
    ui.painter().galley(Pos2::new(rect.left() + 16.0, top), words_galley, t.text_3);
    if let Some(why) = why {
        ui.painter().galley(Pos2::new(rect.left() + 16.0, top + tall), why, t.text_3);
    }
}

/// What the keyboard asked of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Another row.
    Row(usize),
    /// Enter on the chosen row.
    Enter,
}

/// Where the list is noted whose rows are drawn.
fn in_hand() -> Id {
    Id::unique("list-in-hand")
}

/// Draws the rows of a list into a rectangle: a screen reader finds them in it.
pub fn body<R>(ui: &mut Ui, rect: Rect, id: Id, draw: impl FnOnce(&mut Ui) -> R) -> R {
    let builder = egui::UiBuilder::new().id_salt(("body", id)).max_rect(rect).accessibility_parent(id);
    let mut rows = ui.new_child(builder.layout(egui::Layout::top_down(egui::Align::Min)));
    draw(&mut rows)
}

/// Makes a rectangle the one stop of a list and reads its keys.
pub fn keyboard(ui: &Ui, rect: Rect, id: Id, name: &str, selected: Option<usize>, rows: usize) -> Option<Asked> {
    let response = ui.interact(rect, id, Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(Role::ListBox, true, name));
    page::owns_keys(ui.ctx(), id);
    ui.data_mut(|data| data.insert_temp(in_hand(), id));
    let nobody = ui.memory(|memory| memory.focused().is_none());
    if nobody {
        response.request_focus();
    }
    if response.has_focus() {
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    }
    focus::follow(&response);
    if response.has_focus() && selected.is_none() && focus::by_keyboard(ui.ctx()) {
        // No row has the ring yet.
        focus::ring_inside(ui, rect);
    }
    if (!response.has_focus() && !nobody) || rows == 0 {
        return None;
    }
    let last = rows - 1;
    let at = |step: fn(usize, usize) -> usize, by: usize| selected.map_or(0, |row| step(row, by).min(last));
    ui.input(|input| {
        let keys: [(Key, usize); 6] = [
            (Key::ArrowDown, at(usize::saturating_add, 1)),
            (Key::ArrowUp, at(usize::saturating_sub, 1)),
            (Key::PageDown, at(usize::saturating_add, 10)),
            (Key::PageUp, at(usize::saturating_sub, 10)),
            (Key::Home, 0),
            (Key::End, last),
        ];
        if input.key_pressed(Key::Enter) && !input.modifiers.any() {
            return Some(Asked::Enter);
        }
        keys.iter().find(|(key, _)| input.key_pressed(*key)).map(|(_, row)| Asked::Row(*row))
    })
}

/// The row that the keyboard asked for.
#[must_use]
pub fn sought(asked: Option<Asked>) -> Option<usize> {
    match asked {
        Some(Asked::Row(row)) => Some(row),
        Some(Asked::Enter) | None => None,
    }
}

/// The ring of a list's chosen row, while the list has the keyboard.
pub fn ring(ui: &Ui, id: Id, row: Rect) {
    if ui.memory(|memory| memory.has_focus(id)) && focus::by_keyboard(ui.ctx()) {
        focus::ring_inside(ui, row);
    }
}
