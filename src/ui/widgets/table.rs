//! Tables: a head that stands, rows of a fixed height of which only the visible are drawn.
//!
//! **Invariant:** ten thousand rows cost what twenty do; figures stand right, their digits in columns.

use std::sync::Arc;

use egui::{
    Color32, CornerRadius, Galley, Id, Pos2, Rect, Response, Role, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo,
};

use lucide_icons::Icon;
use viewmodel::Usual;

use super::{
    cap::Badge,
    focus,
    list::{self, Asked},
    page, said, surface, text,
};
use crate::theme::{self, Type};

/// Height of the head and of a compact row.
pub const HEAD: f32 = 32.0;
/// Height of a compact row, and of one with two lines.
pub const COMPACT: f32 = 32.0;
/// Height of a row with two lines.
pub const TALL: f32 = 50.0;
const PADDING: f32 = 12.0;
/// Rows of a table by which the width of a column is measured.
pub const MEASURED: usize = 100;
/// A sign before a value.
const SIGN: f32 = 20.0;
/// Air over and under the words of a head.
const AROUND: f32 = 13.0;
/// Air at the other side of a column that is as wide as what it holds.
const BETWEEN: f32 = 5.0;
/// A line of days (charts §4).
const SPARK: Vec2 = Vec2::new(66.0, 24.0);

/// A column.
pub struct Column {
    /// Its head.
    pub head: String,
    /// Points, or a share of what is left where negative.
    pub width: f32,
    /// Figures: right-aligned.
    pub right: bool,
    /// What its head means, under the pointer.
    pub help: Option<String>,
}

impl Column {
    /// A column of so many points.
    #[must_use]
    pub fn exact(head: String, width: f32) -> Self {
        Self { head, width, right: false, help: None }
    }

    /// A column of figures.
    #[must_use]
    pub fn figures(head: String, width: f32) -> Self {
        Self { head, width, right: true, help: None }
    }

    /// A column that takes its part of what is left.
    #[must_use]
    pub fn rest(head: String) -> Self {
        Self { head, width: -1.0, right: false, help: None }
    }

    /// With what its head means.
    #[must_use]
    pub fn explained(mut self, help: String) -> Self {
        self.help = Some(help);
        self
    }

    /// As wide as its head and its widest cell.
    #[must_use]
    pub fn fitted<'a>(mut self, ui: &Ui, cells: impl Iterator<Item = &'a Cell>) -> Self {
        let head = text::galley(ui, &self.head, Type::SmallBold, Color32::PLACEHOLDER).size().x;
        self.width = (cells.map(|cell| cell.width(ui)).fold(head, f32::max) + PADDING + BETWEEN).ceil();
        self
    }
}

/// What stands in a cell.
#[derive(Clone)]
pub enum Cell {
    /// A value.
    Text(String),
    /// A value of less weight, or a word for what is not there.
    Quiet(String),
    /// A value with its sign.
    Marked(Icon, String),
    /// A value, and under it one of less weight.
    Two(String, String),
    /// A value that takes two lines where it needs them.
    Wrapped(String),
    /// A badge.
    Badge(Badge),
    /// A row of numbers as a small line, what is usual, and how it is said.
    Spark(Vec<u64>, Option<Usual>, String),
}

impl Cell {
    fn spoken(&self) -> String {
        match self {
            Self::Text(words) | Self::Quiet(words) | Self::Wrapped(words) | Self::Marked(_, words) => words.clone(),
            Self::Two(words, under) => format!("{words}, {under}"),
            Self::Badge(badge) => badge.word.clone(),
            Self::Spark(_, _, said) => said.clone(),
        }
    }

    /// Width of the column that this needs.
    #[must_use]
    pub fn least_width(&self, ui: &Ui) -> f32 {
        self.width(ui) + PADDING + BETWEEN
    }

    fn width(&self, ui: &Ui) -> f32 {
        let of = |words: &str, kind: Type| text::galley(ui, words, kind, Color32::PLACEHOLDER).size().x;
        match self {
            Self::Text(words) | Self::Quiet(words) | Self::Wrapped(words) => of(words, Type::Small),
            Self::Marked(_, words) => of(words, Type::Small) + SIGN,
            Self::Two(words, under) => of(words, Type::Small).max(of(under, Type::Caption)),
            Self::Badge(badge) => badge.width(ui),
            Self::Spark(..) => SPARK.x,
        }
    }
}

/// What stands under a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// A line: another row follows.
    Line,
    /// Nothing: the line of its panel closes the table.
    Nothing,
}

/// Left edges and widths of the columns in a width.
fn places(columns: &[Column], width: f32) -> Vec<(f32, f32)> {
    let fixed: f32 = columns.iter().map(|c| c.width.max(0.0)).sum();
    let rests = columns.iter().filter(|c| c.width < 0.0).count().max(1) as f32;
    let each = ((width - fixed) / rests).max(60.0);
    let mut left = 0.0;
    columns
        .iter()
        .map(|column| {
            let own = if column.width < 0.0 { each } else { column.width };
            let place = (left, own);
            left += own;
            place
        })
        .collect()
}

/// Height of the head over a width: more than one line where a column is narrower than its words.
fn head_height(ui: &Ui, columns: &[Column], width: f32) -> f32 {
    let each = columns.iter().zip(places(columns, width));
    let lines = each.map(|(column, (_, width))| head_galley(ui, column, width).size().y + AROUND);
    lines.fold(HEAD, f32::max).ceil()
}

fn head_galley(ui: &Ui, column: &Column, width: f32) -> Arc<Galley> {
    text::Flow::new(&column.head, Type::SmallBold, theme::tokens(ui).text_2).wrapped(ui, width - PADDING)
}

/// Paints the head over the width at hand; `rounded` where the table begins its panel, `bar` what the body's scroll bar takes.
pub fn head(ui: &mut Ui, columns: &[Column], rounded: bool, bar: f32) {
    let t = theme::tokens(ui);
    let height = head_height(ui, columns, ui.available_width() - bar);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
    let corner = if rounded { 9 } else { 0 };
    let radius = CornerRadius { nw: corner, ne: corner, sw: 0, se: 0 };
    ui.painter().rect_filled(rect, radius, t.sunken);
    surface::hairline(ui, rect, rect.bottom());
    for (column, (left, width)) in columns.iter().zip(places(columns, rect.width() - bar)) {
        paint_cell(ui, rect, left, width, column.right, head_galley(ui, column, width));
        if column.head.is_empty() {
            continue;
        }
        let place = Rect::from_min_size(Pos2::new(rect.left() + left, rect.top()), Vec2::new(width, height));
        let response = ui.interact(place, ui.scope_id().with(("head", &column.head)), Sense::hover());
        let help = column.help.as_ref();
        let spoken = help.map_or_else(|| column.head.clone(), |help| format!("{}: {help}", column.head));
        response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &spoken));
        if let Some(help) = help {
            // As a picture only: the name has its words already.
            let width = ui.spacing().tooltip_width;
            response.on_hover_ui(|ui| {
                ui.set_max_width(width);
                ui.label(help);
            });
        }
    }
}

fn paint_cell(ui: &Ui, row: Rect, left: f32, width: f32, right: bool, galley: Arc<Galley>) {
    let y = row.center().y;
    if right {
        text::paint_right(ui.painter(), Pos2::new(row.left() + left + width - PADDING, y), galley);
    } else {
        text::paint_left(ui.painter(), Pos2::new(row.left() + left + PADDING, y), galley);
    }
}

/// Draws one row.
fn row(ui: &mut Ui, columns: &[Column], cells: &[Cell], height: f32, under: Under, selected: Option<bool>) -> Response {
    let t = theme::tokens(ui);
    let sense = if selected.is_some() { Sense::CLICK } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), sense);
    let chosen = selected == Some(true);
    response.widget_info(|| {
        let said = columns.iter().zip(cells).map(|(column, cell)| (column, cell.spoken()));
        let said = said.filter(|(_, spoken)| !spoken.is_empty());
        let words: Vec<String> = said.map(|(column, spoken)| format!("{} {spoken}", column.head)).collect();
        WidgetInfo::labeled(Role::Row, true, words.join(", "))
    });
    if selected.is_some() {
        said::chosen(&response, chosen);
    }
    if !ui.is_rect_visible(rect) {
        return response;
    }
    if chosen {
        ui.painter().rect_filled(rect, CornerRadius::ZERO, t.selected);
        let bar = Rect::from_min_size(rect.min, Vec2::new(3.0, height));
        ui.painter().rect_filled(bar, CornerRadius::ZERO, t.accent);
    } else if selected.is_some() && response.hovered() {
        ui.painter().rect_filled(rect, CornerRadius::ZERO, t.hover);
    }
    if under == Under::Line {
        surface::hairline(ui, rect, rect.bottom());
    }
    let mut cut = Vec::new();
    for ((column, cell), (left, width)) in columns.iter().zip(cells).zip(places(columns, rect.width())) {
        let mut noted = |galley: Arc<Galley>| {
            cut.extend(galley.elided.then(|| galley.text().to_owned()));
            galley
        };
        let mut words = |words: &str, kind: Type, color: Color32| {
            let galley = noted(text::Flow::new(words, kind, color).cut(ui, width - PADDING));
            paint_cell(ui, rect, left, width, column.right, galley);
        };
        match cell {
            Cell::Text(value) => words(value, Type::Small, t.text),
            Cell::Quiet(value) => words(value, Type::Small, t.text_3),
            Cell::Wrapped(value) => {
                let galley = noted(text::Flow::new(value, Type::Small, t.text).cut_to(ui, width - PADDING, 2));
                paint_cell(ui, rect, left, width, column.right, galley);
            }
            Cell::Two(value, under) => {
                let at = |y: f32| Pos2::new(rect.left() + left + PADDING, rect.center().y + y);
                let mut one =
                    |words: &str, kind, ink| noted(text::Flow::new(words, kind, ink).cut(ui, width - PADDING));
                text::paint_left(ui.painter(), at(-9.0), one(value, Type::Small, t.text));
                text::paint_left(ui.painter(), at(9.0), one(under, Type::Caption, t.text_3));
            }
            Cell::Marked(glyph, value) => {
                let at = Pos2::new(rect.left() + left + PADDING, rect.center().y);
                text::icon(ui.painter(), at + Vec2::new(7.0, 0.0), *glyph, 15.0, t.accent);
                let galley = noted(text::Flow::new(value, Type::Small, t.text).cut(ui, width - PADDING - SIGN));
                text::paint_left(ui.painter(), at + Vec2::new(SIGN, 0.0), galley);
            }
            Cell::Badge(badge) => badge.paint(ui, Pos2::new(rect.left() + left + PADDING, rect.center().y)),
            Cell::Spark(days, usual, _) => {
                let at = Pos2::new(rect.left() + left + PADDING, rect.center().y - SPARK.y / 2.0);
                sparkline(ui, Rect::from_min_size(at, SPARK), days, *usual);
            }
        }
    }
    // What does not fit stands whole under the pointer.
    if cut.is_empty() { response } else { response.on_hover_text(cut.join("\n")) }
}

/// Days as a line with the last one marked, over the band and the mean of what is usual; from 0 to the highest of them all.
fn sparkline(ui: &Ui, rect: Rect, days: &[u64], usual: Option<Usual>) {
    let t = theme::tokens(ui);
    let busiest = days.iter().copied().max().unwrap_or(0) as f32;
    let most = usual.map_or(busiest, |usual| busiest.max(usual.high as f32)).max(1.0);
    let height = |value: f32| rect.bottom() - 4.0 - (rect.height() - 8.0) * value / most;
    if let Some(Usual { mean, low, high }) = usual {
        let across = |value: f64| height(value as f32);
        let band = Rect::from_min_max(Pos2::new(rect.left(), across(high)), Pos2::new(rect.right(), across(low)));
        ui.painter().rect_filled(band, CornerRadius::same(2), t.sunken);
        let y = ui.painter().round_to_pixel_center(across(mean));
        ui.painter().hline(rect.x_range(), y, Stroke::new(1.0, t.border_strong));
    }
    let step = (rect.width() - 8.0) / days.len().saturating_sub(1).max(1) as f32;
    let place = |(day, count): (usize, &u64)| Pos2::new(rect.left() + 4.0 + step * day as f32, height(*count as f32));
    let points: Vec<Pos2> = days.iter().enumerate().map(place).collect();
    if let Some(last) = points.last().copied() {
        if days.len() >= 6 {
            ui.painter().line(points, Stroke::new(1.5, t.grey_mark));
        }
        ui.painter().circle_filled(last, 5.0, t.surface);
        ui.painter().circle_filled(last, 3.0, t.text);
    }
}

/// Draws a table that scrolls sideways where the place is narrower than its columns need.
pub fn across(ui: &mut Ui, salt: &str, least: f32, draw: impl FnOnce(&mut Ui)) {
    if ui.available_width() >= least {
        draw(ui);
        return;
    }
    page::across(ui, salt, |ui| {
        ui.set_width(least);
        draw(ui);
    });
}

/// Width that columns need, with so much for those that take what is left.
#[must_use]
pub fn least(columns: &[Column], rest: f32) -> f32 {
    columns.iter().map(|column| if column.width < 0.0 { rest } else { column.width }).sum()
}

/// A table as high as its rows, in a panel's line; `cells` gives those of a row.
pub fn framed(ui: &mut Ui, columns: &[Column], rows: usize, cells: impl Fn(usize) -> Vec<Cell>) {
    let width = ui.available_width();
    let size = Vec2::new(width, head_height(ui, columns, width - 2.0) + COMPACT * rows as f32 + 2.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    surface::panel_ground(ui, rect);
    text::region(ui, rect.shrink(1.0), "table", |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        said::table(ui.ctx(), ui.unique_id(), rows, columns.len());
        head(ui, columns, true, 0.0);
        for index in 0..rows {
            let under = if index + 1 == rows { Under::Nothing } else { Under::Line };
            let response = row(ui, columns, &cells(index), COMPACT, under, None);
            said::place(&response, index, rows);
        }
    });
    surface::panel_line(ui, rect);
}

/// A table with a body that scrolls: one stop of the keyboard, whether its rows can be chosen or not.
pub struct Table<'a> {
    /// Its id and accessible name.
    pub name: &'a str,
    /// Its columns.
    pub columns: &'a [Column],
    /// How many rows.
    pub rows: usize,
    /// Height of each.
    pub row_height: f32,
    /// The chosen row; `None` where rows cannot be chosen.
    pub selected: Option<Option<usize>>,
    /// It begins its panel, so its head has round corners.
    pub rounded: bool,
    /// Its last row ends its panel.
    pub closed: bool,
}

impl Table<'_> {
    /// Draws it in the space at hand; gives the row that was chosen now.
    pub fn show(&self, ui: &mut Ui, cells: impl Fn(usize) -> Vec<Cell>) -> Option<usize> {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let (each, head_height) = (self.row_height, head_height(ui, self.columns, ui.available_width()));
        let scrolls = each * self.rows as f32 > ui.available_height() - head_height;
        let bar = if scrolls { ui.spacing().scroll.allocated_width() } else { 0.0 };
        let mut body = ui.available_rect_before_wrap();
        body.min.y += self::head_height(ui, self.columns, ui.available_width() - bar);
        let id = Id::unique(("table", self.name));
        let (mut chosen, mut moved, mut is_ringed) = (None, None, false);
        let distance = if self.selected.is_none() { scrolled(ui, body, id, self.name) } else { 0.0 };
        if let Some(selected) = self.selected
            && let Some(Asked::Row(to)) = list::keyboard(ui, body, id, self.name, selected, self.rows)
        {
            chosen = Some(to);
            moved = Some(to);
        }
        let area = ScrollArea::vertical()
            .id_salt(self.name)
            .auto_shrink([false, false])
            .animated(false)
            .min_scrolled_height(0.0);
        let area = match moved {
            Some(to) => area.vertical_scroll_offset((each * to as f32 - body.height() / 2.0).max(0.0)),
            None => area,
        };
        said::table(ui.ctx(), id, self.rows, self.columns.len());
        let inside = egui::UiBuilder::new().accessibility_parent(id);
        ui.scope_builder(inside, |ui| {
            head(ui, self.columns, self.rounded, bar);
            page::rows(ui, area, each, self.rows, |ui, range| {
                if distance != 0.0 {
                    ui.scroll_with_delta(Vec2::new(0.0, distance));
                }
                for index in range {
                    let is_chosen = self.selected.map(|selected| selected == Some(index));
                    let last = index + 1 == self.rows && !scrolls;
                    let under = if last && self.closed { Under::Nothing } else { Under::Line };
                    let response = row(ui, self.columns, &cells(index), each, under, is_chosen);
                    said::place(&response, index, self.rows);
                    if response.clicked() {
                        chosen = Some(index);
                    }
                    if is_chosen == Some(true) {
                        said::at_row(id, &response);
                        list::ring(ui, id, response.rect);
                        is_ringed = true;
                    }
                }
            });
        });
        if !is_ringed && ui.memory(|memory| memory.has_focus(id)) && focus::by_keyboard(ui.ctx()) {
            focus::ring_inside(ui, body);
        }
        chosen
    }
}

/// Makes the body of a table without choice a stop of the keyboard; gives how far its keys ask to scroll.
fn scrolled(ui: &Ui, body: Rect, id: Id, name: &str) -> f32 {
    let response = ui.interact(body, id, Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(Role::Table, true, name));
    page::owns_keys(ui.ctx(), id);
    focus::follow(&response);
    if !response.has_focus() {
        return 0.0;
    }
    let filter = egui::EventFilter { vertical_arrows: true, ..egui::EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    page::asked(ui, body.height(), true)
}
