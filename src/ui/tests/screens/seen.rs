//! What a person can see of a screen who scrolls all of it through: every line of text and every control, with what hides it.
//!
//! **Not here:** which screens, sizes and languages are looked at, and what may be hidden (`whole`).

use std::collections::{BTreeMap, BTreeSet};

use egui::{Event, Modifiers, MouseWheelUnit, Pos2, Rect, Shape, TouchPhase, Vec2, accesskit::Role};
use egui_kittest::{Harness, kittest::NodeT as _};
use ui::Scrolled;

/// Points that a line may stick out, or two things may share: rounding to pixels.
const SLACK: f32 = 1.0;
/// Pictures of one area at most.
const PICTURES_MOST: usize = 120;
/// Points of content from which an area is long: rows of one kind, of which the first and the last are looked at.
const LONG: f32 = 6000.0;
const OF_LONG: usize = 4;

/// One line of text as it is painted.
#[derive(Clone, Debug)]
struct Line {
    words: String,
    /// Where its ink is, points of the window.
    ink: Rect,
    clip: Rect,
    /// The whole text, where this one ends in `…`.
    cut: Option<String>,
}

/// A thing that a screen reader names.
#[derive(Clone, Debug)]
struct Thing {
    id: u64,
    role: Role,
    name: String,
    place: Rect,
    /// What can be pressed of it now.
    seen: Option<Rect>,
    /// What cannot be pressed now is not looked for: only its words are.
    usable: bool,
}

/// A place in what it lies in, or in the window: the same wherever that is scrolled to.
type Key = (String, i32, i32);

/// Points by which a place may differ from one picture to another: rounding, more than once.
const NEAR: i32 = 3;

/// What was seen of a screen in all its pictures.
#[derive(Default)]
pub struct Seen {
    whole: BTreeSet<Key>,
    broken: BTreeMap<Key, String>,
    whole_things: BTreeSet<u64>,
    broken_things: BTreeMap<u64, String>,
    faults: BTreeSet<String>,
    /// Areas so long that rows in their middle were skipped.
    skipped: BTreeSet<u64>,
}

impl Seen {
    /// Scrolls a screen through and looks at every picture of it.
    pub fn of(harness: &mut Harness<'_>) -> Self {
        let mut seen = Self::default();
        seen.walk(harness, &mut BTreeSet::new());
        seen
    }

    /// What is wrong with it, one line each.
    pub fn faults(self) -> Vec<String> {
        let Self { whole, broken, whole_things, broken_things, faults, skipped: _ } = self;
        // By the words and the column: how high a line stands in what it lies in is not told by what it is clipped to.
        let is_whole = |(words, x, _): &Key| {
            let places = whole.range((words.clone(), i32::MIN, i32::MIN)..=(words.clone(), i32::MAX, i32::MAX));
            places.into_iter().any(|(_, a, _)| (a - x).abs() <= NEAR)
        };
        let lines = broken.iter().filter(|(key, _)| !is_whole(key)).map(|(_, fault)| fault.clone());
        let things = broken_things.into_iter().filter(|(id, _)| !whole_things.contains(id)).map(|(_, fault)| fault);
        faults.into_iter().chain(lines).chain(things).collect()
    }

    fn walk(&mut self, harness: &mut Harness<'_>, done: &mut BTreeSet<u64>) {
        self.look(harness);
        while let Some((area, across, bar)) = next(harness, done) {
            let key = area.id.value();
            done.insert(key);
            let length = if across { area.content.width() } else { area.content.height() };
            let is_long = length > LONG;
            if is_long {
                self.skipped.insert(key);
            }
            // What has the focus is brought in sight: it may begin anywhere.
            let moved = area.view.min - area.content.min;
            // No further: what is left of a turn goes to what it lies in.
            if moved.x > SLACK || moved.y > SLACK {
                wheel(harness, bar, moved);
            }
            self.look(harness);
            self.walk(harness, &mut done.clone());
            for picture in 0..PICTURES_MOST {
                let before = place_of(harness, key);
                let Some((visible, bar)) = seen_of(harness, key, across) else { break };
                let view = if across { visible.width() } else { visible.height() };
                // The last one is that of its end.
                let is_last = picture + 1 == if is_long { OF_LONG } else { PICTURES_MOST };
                let left = left_of(harness, key, across);
                // So much stays in sight that each control is seen whole once, a field of many lines too.
                let (stays, least) =
                    if across { (90.0, 0.4) } else { tallest(harness, view).map_or((90.0, 0.4), |tall| (tall, 0.1)) };
                let step = if is_last { left } else { (view - stays).max(view * least).min(left) };
                let delta = if across { Vec2::new(-step, 0.0) } else { Vec2::new(0.0, -step) };
                wheel(harness, bar, delta);
                if place_of(harness, key) == before {
                    break;
                }
                self.look(harness);
                // What lies inside it is seen further down, or further to the right, now.
                self.walk(harness, &mut done.clone());
                if is_last {
                    break;
                }
            }
        }
    }

    fn look(&mut self, harness: &Harness<'_>) {
        let window = harness.ctx.content_rect();
        let areas = ui::scrolled(&harness.ctx);
        let things = things(harness);
        let lines = lines(harness);
        for line in &lines {
            self.line(line, window, &areas, &things);
        }
        for (index, one) in lines.iter().enumerate() {
            for other in lines.iter().skip(index + 1) {
                let both = one.ink.intersect(one.clip).intersect(other.ink.intersect(other.clip));
                if both.width() > SLACK && both.height() > SLACK {
                    let (one, other) = (named(&one.words, one.ink), named(&other.words, other.ink));
                    self.faults.insert(format!("text over text: {one} and {other}"));
                }
            }
        }
        self.things(&things, window);
    }

    fn line(&mut self, line: &Line, window: Rect, areas: &[Scrolled], things: &[Thing]) {
        let what = named(&line.words, line.ink);
        if let Some(whole) = &line.cut {
            // A row says its parts in its own order; a code of two signs, as the urgency, is on the card that it opens.
            let parts = || whole.split('·').map(str::trim).filter(|part| part.chars().count() > 2);
            let said = |thing: &&Thing| {
                thing.place.expand(4.0).contains(line.ink.center()) && parts().all(|part| thing.name.contains(part))
            };
            if !things.iter().any(|thing| said(&thing)) {
                self.faults.insert(format!("cut, and said whole nowhere: {what} of {whole:?}"));
            }
        }
        let field = |thing: &Thing| is_field(thing.role) && thing.place.expand(4.0).contains_rect(line.clip);
        if things.iter().any(field) {
            // What is typed moves with the caret.
            return;
        }
        // An area clips in the direction in which it scrolls.
        let clip = line.clip.intersect(window);
        let is_in = |area: &&Scrolled| {
            let view = area.view.expand(8.0);
            let (down, across) = (view.y_range(), view.x_range());
            down.contains(clip.top()) && down.contains(clip.bottom()) && across.contains(line.ink.center().x)
        };
        let least = areas.iter().filter(is_in).min_by(|a, b| a.view.area().total_cmp(&b.view.area()));
        let is_skipped = least.is_some_and(|area| self.skipped.contains(&area.id.value()));
        let from = least.map_or(Pos2::ZERO, |area| area.content.min);
        let at = line.ink.min - from;
        let key = (line.words.clone(), at.x.round() as i32, at.y.round() as i32);
        if clip.expand(SLACK).contains_rect(line.ink) {
            self.whole.insert(key);
        } else if is_skipped && is_within(line.ink, clip) || areas.iter().any(|area| is_across(area, line.ink)) {
            // A row at the edge of the rows that were skipped; a cell of a table that was moved across at other rows.
        } else {
            self.broken.insert(key, format!("never whole: {what} in {}", place(line.clip.intersect(window))));
        }
    }

    fn things(&mut self, things: &[Thing], window: Rect) {
        let pressed: Vec<&Thing> = things.iter().filter(|thing| thing.usable && is_pressed(thing.role)).collect();
        for thing in &pressed {
            let most = thing.place.area().min(window.area() * 0.4);
            if thing.seen.is_some_and(|seen| seen.area() >= most * 0.97) {
                self.whole_things.insert(thing.id);
            } else {
                let fault = format!("cannot be reached whole: {:?} {}", thing.role, named(&thing.name, thing.place));
                self.broken_things.insert(thing.id, fault);
            }
        }
        for (index, one) in pressed.iter().enumerate() {
            for other in pressed.iter().skip(index + 1) {
                let (Some(a), Some(b)) = (one.seen, other.seen) else { continue };
                let nested = a.expand(SLACK).contains_rect(b) || b.expand(SLACK).contains_rect(a);
                let both = a.intersect(b);
                if !nested && both.width() > SLACK && both.height() > SLACK {
                    let (one, other) = (named(&one.name, a), named(&other.name, b));
                    self.faults.insert(format!("control over control: {one} and {other}"));
                }
            }
        }
    }
}

/// Height of the tallest control that fits in a view and of which more than usual has to stay in sight, with air.
fn tallest(harness: &Harness<'_>, view: f32) -> Option<f32> {
    let heights = things(harness).into_iter().filter(|thing| thing.usable && is_pressed(thing.role));
    let fitting = heights.map(|thing| thing.place.height() + 10.0).filter(|height| *height > 90.0 && *height < view);
    fitting.reduce(f32::max)
}

/// Whether nothing sticks out at the left or the right.
fn is_within(ink: Rect, clip: Rect) -> bool {
    ink.left() >= clip.left() - SLACK && ink.right() <= clip.right() + SLACK
}

/// Whether it lies in an area that moves to the left and the right so far that it can be seen.
fn is_across(area: &Scrolled, ink: Rect) -> bool {
    let moves = area.content.width() > area.view.width() + SLACK && ink.width() <= area.view.width();
    moves && is_within(ink, area.content) && area.view.y_range().expand(8.0).contains(ink.center().y)
}

fn place(rect: Rect) -> String {
    format!("[{:.0} {:.0} – {:.0} {:.0}]", rect.left(), rect.top(), rect.right(), rect.bottom())
}

fn named(words: &str, rect: Rect) -> String {
    let short: String = words.chars().take(60).collect();
    format!("{short:?} {}", place(rect))
}

fn is_field(role: Role) -> bool {
    matches!(role, Role::TextInput | Role::MultilineTextInput | Role::PasswordInput)
}

fn is_pressed(role: Role) -> bool {
    is_field(role)
        || matches!(
            role,
            Role::Button
                | Role::CheckBox
                | Role::RadioButton
                | Role::Link
                | Role::ComboBox
                | Role::Tab
                | Role::ListBoxOption
        )
}

/// The lines of text that are painted, icons too.
fn lines(harness: &Harness<'_>) -> Vec<Line> {
    fn look(shape: &Shape, clip: Rect, found: &mut Vec<Line>) {
        if let Shape::Vec(shapes) = shape {
            shapes.iter().for_each(|shape| look(shape, clip, found));
        }
        let Shape::Text(text) = shape else { return };
        let galley = &text.galley;
        let last = galley.rows.len().saturating_sub(1);
        for (index, row) in galley.rows.iter().enumerate() {
            let ink = row.visuals.mesh_bounds.translate(text.pos.to_vec2() + row.pos.to_vec2());
            let words = row.text();
            let clear = text.override_text_color.is_some_and(|color| color.a() == 0)
                || galley.job.sections.iter().all(|section| section.format.color.a() == 0);
            if words.trim().is_empty() || clear || !ink.is_positive() || !ink.intersects(clip) {
                continue;
            }
            let cut = (galley.elided && index == last).then(|| galley.text().to_owned());
            found.push(Line { words, ink, clip, cut });
        }
    }
    let mut found = Vec::new();
    harness.output().shapes.iter().for_each(|clipped| look(&clipped.shape, clipped.clip_rect, &mut found));
    found
}

/// What has a name for a screen reader, with what can be pressed of it.
fn things(harness: &Harness<'_>) -> Vec<Thing> {
    let pressable = harness.ctx.interactive_rects_last_pass();
    let of = |node: egui_kittest::Node<'_>| {
        let inner = node.accesskit_node();
        let name = inner.label().or_else(|| inner.value()).unwrap_or_default();
        inner.raw_bounds()?;
        let place = node.rect();
        let near = |a: f32, b: f32| (a - b).abs() < 0.6;
        let is_of = |rect: &&Rect| {
            let edges = [
                near(rect.left(), place.left()),
                near(rect.top(), place.top()),
                near(rect.right(), place.right()),
                near(rect.bottom(), place.bottom()),
            ];
            place.expand(0.6).contains_rect(**rect) && edges.iter().filter(|edge| **edge).count() >= 3
        };
        let seen = pressable.iter().filter(is_of).max_by(|a, b| a.area().total_cmp(&b.area())).copied();
        let (id, _) = inner.locate();
        Some(Thing { id: id.0, role: inner.role(), name, place, seen, usable: !inner.is_disabled() })
    };
    harness.root().children_recursive().filter_map(of).collect()
}

/// The next area that was not yet scrolled through and can be: what lies inside another first.
fn next(harness: &Harness<'_>, done: &BTreeSet<u64>) -> Option<(Scrolled, bool, Pos2)> {
    let window = harness.ctx.content_rect();
    let bar = harness.ctx.style_of(egui::Theme::Light).spacing.scroll.bar_width / 2.0;
    ui::scrolled(&harness.ctx).into_iter().filter(|area| !done.contains(&area.id.value())).find_map(|area| {
        let visible = area.view.intersect(window);
        let down = area.content.height() > area.view.height() + SLACK;
        let across = area.content.width() > area.view.width() + SLACK;
        let at = match (down, across) {
            (true, _) => Pos2::new(area.view.right() + bar, visible.center().y),
            (false, true) => Pos2::new(visible.center().x, area.view.bottom() + bar),
            (false, false) => return None,
        };
        (visible.is_positive() && window.contains(at)).then_some((area, !down, at))
    })
}

/// What is seen of an area now, and its bar: of one that sticks out of another, or of the window, a part.
fn seen_of(harness: &Harness<'_>, id: u64, across: bool) -> Option<(Rect, Pos2)> {
    let areas = ui::scrolled(&harness.ctx);
    let area = areas.iter().find(|area| area.id.value() == id)?;
    let bar = harness.ctx.style_of(egui::Theme::Light).spacing.scroll.bar_width / 2.0;
    // Whose content it lies in.
    let around = areas.iter().filter(|other| {
        other.id != area.id
            && other.content.expand(SLACK).contains_rect(area.view)
            && other.view.area() > area.view.area()
    });
    let window = area.view.intersect(harness.ctx.content_rect());
    let visible = around.fold(window, |visible, other| visible.intersect(other.view));
    let at = match across {
        false => Pos2::new(area.view.right() + bar, visible.center().y),
        true => Pos2::new(visible.center().x, area.view.bottom() + bar),
    };
    visible.is_positive().then_some((visible, at))
}

/// How far an area can still be moved.
fn left_of(harness: &Harness<'_>, id: u64, across: bool) -> f32 {
    let areas = ui::scrolled(&harness.ctx);
    let Some(area) = areas.iter().find(|area| area.id.value() == id) else { return 0.0 };
    let left = area.content.max - area.view.max;
    if across { left.x.max(0.0) } else { left.y.max(0.0) }
}

fn place_of(harness: &Harness<'_>, id: u64) -> Option<(i32, i32)> {
    let areas = ui::scrolled(&harness.ctx);
    let area = areas.iter().find(|area| area.id.value() == id)?;
    let moved = area.view.min - area.content.min;
    Some((moved.x.round() as i32, moved.y.round() as i32))
}

fn wheel(harness: &mut Harness<'_>, at: Pos2, delta: Vec2) {
    harness.event(Event::PointerMoved(at));
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta,
        phase: TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    harness.run_steps(3);
    harness.event(Event::PointerGone);
    harness.run_steps(1);
}
