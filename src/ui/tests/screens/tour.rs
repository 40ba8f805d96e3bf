//! Tab through every screen, from its first stop round to it again: every control is come to, seen, and in the order of reading.

use std::collections::BTreeSet;

use egui::{Color32, Key, Role, Shape};
use ui::theme;

use crate::{
    pictures,
    spoken::{self, Thing},
    walk::{TABS_MAX, Walk},
};

// LIMIT: more stops than this no screen has; it ends a walk that does not come round.
const STOPS_MAX: usize = 2 * TABS_MAX;

/// Where a ring is drawn.
fn ring(walk: &Walk) -> Option<egui::Rect> {
    fn look(shape: &Shape, focus: Color32) -> Option<egui::Rect> {
        if let Shape::Rect(rect) = shape
            && rect.stroke.color == focus
            && rect.stroke.width >= 2.0
        {
            return Some(rect.rect);
        }
        if let Shape::Vec(shapes) = shape {
            return shapes.iter().find_map(|shape| look(shape, focus));
        }
        None
    }
    let focus = theme::tokens_of(walk.harness.ctx.theme()).focus;
    let shapes = &walk.harness.output().shapes;
    shapes.iter().find_map(|clipped| look(&clipped.shape, focus).filter(|ring| clipped.clip_rect.intersects(*ring)))
}

/// A stop, where it is seen, and where the stop before it is then: the page may have scrolled.
struct Stop {
    thing: Thing,
    ring: Option<egui::Rect>,
    before: Option<[i64; 4]>,
}

fn tour(mut walk: Walk, key: Key, modifiers: egui::Modifiers) -> Vec<Stop> {
    let mut stops: Vec<Stop> = Vec::new();
    for _ in 0..=STOPS_MAX {
        walk = walk.chord(modifiers, key).unbounded();
        let now = spoken::things(&walk.harness);
        let Some(thing) = now.iter().find(|thing| thing.focused).cloned() else { continue };
        let is_first = stops.first().is_some_and(|first| first.thing.id == thing.id);
        if is_first {
            return stops;
        }
        let last = stops.last().map(|last| last.thing.id);
        let before = now.iter().find(|thing| Some(thing.id) == last).map(|thing| thing.rect);
        stops.push(Stop { thing, ring: ring(&walk), before });
    }
    panic!("more than {STOPS_MAX} stops: {:#?}", stops.iter().map(|stop| stop.thing.line()).collect::<Vec<_>>());
}

/// Whether the eye goes back from one stop to the next: to the left on a line, or upwards in a column.
fn goes_back(one: [i64; 4], next: [i64; 4]) -> bool {
    let [left, top, right, bottom] = one;
    let [next_left, next_top, next_right, next_bottom] = next;
    let shared = |a: (i64, i64), b: (i64, i64)| a.1.min(b.1) - a.0.max(b.0);
    let on_a_line = 2 * shared((top, bottom), (next_top, next_bottom)) > (bottom - top).min(next_bottom - next_top);
    let in_a_column = shared((left, right), (next_left, next_right)) > 0;
    (on_a_line && next_right <= left + 1) || (in_a_column && next_bottom <= top + 1)
}

#[test]
fn every_control_of_every_screen_is_come_to_by_tab_is_seen_there_and_stands_in_the_order_of_reading() {
    let mut wrong = Vec::new();
    for (name, frame) in pictures::all() {
        let walk = Walk::on(frame());
        let all = spoken::things(&walk.harness);
        let stops = tour(walk, Key::Tab, egui::Modifiers::NONE);
        let come_to: BTreeSet<u64> = stops.iter().map(|stop| stop.thing.id).collect();
        for thing in all.iter().filter(|thing| thing.is_control() && !come_to.contains(&thing.id)) {
            // A row is come to by the arrows of its list.
            let in_list = [Role::ListBoxOption, Role::Row].contains(&thing.role);
            if !in_list && !thing.states.iter().any(|state| state == "niet beschikbaar") {
                wrong.push(format!("{name}: never at {}", thing.line().trim()));
            }
        }
        for stop in stops.iter().filter(|stop| stop.ring.is_none()) {
            wrong.push(format!("{name}: not seen at {}", stop.thing.line().trim()));
        }
        for pair in stops.windows(2) {
            let [one, next] = pair else { continue };
            // Where there is no rail, the help is the last of the window and stands in its corner.
            if next.thing.name.starts_with("Hulp ") {
                continue;
            }
            if next.before.is_some_and(|before| goes_back(before, next.thing.rect)) {
                let [one, next] = [one, next].map(|stop| format!("{} {:?}", stop.thing.line().trim(), stop.thing.rect));
                wrong.push(format!("{name}: from {one} back to {next}"));
            }
        }
        if stops.len() > TABS_MAX * 2 {
            wrong.push(format!("{name}: {} stops", stops.len()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn shift_and_tab_is_the_same_way_back() {
    for (name, frame) in pictures::all() {
        let there: Vec<u64> =
            tour(Walk::on(frame()), Key::Tab, egui::Modifiers::NONE).iter().map(|stop| stop.thing.id).collect();
        let back: Vec<u64> =
            tour(Walk::on(frame()), Key::Tab, egui::Modifiers::SHIFT).iter().map(|stop| stop.thing.id).collect();
        assert_eq!(there.iter().collect::<BTreeSet<_>>(), back.iter().collect::<BTreeSet<_>>(), "{name}");
    }
}
