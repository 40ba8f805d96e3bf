//! Where the keyboard is: the ring of LOOK §4, shown when the last input was a key.
//!
//! **Invariant:** a pointer never leaves a ring behind, except at text fields.
//! **Invariant:** a keyboard that was somewhere on a screen is never nowhere on it.

use egui::{
    Context, CornerRadius, Event, Id, Key, LayerId, Modifiers, Painter, Rect, Response, Stroke, StrokeKind, Ui,
    WidgetRect,
};

use crate::theme;

fn flag() -> Id {
    Id::unique("last-input-was-a-key")
}

/// Notes what the last input was; once per pass, before anything is drawn.
pub fn note_input(ctx: &Context) {
    let last = ctx.input(|input| {
        let key = |event: &Event| matches!(event, Event::Key { pressed: true, .. });
        let pointer = |event: &Event| matches!(event, Event::PointerButton { pressed: true, .. });
        input.events.iter().rev().find(|event| key(event) || pointer(event)).map(key)
    });
    if let Some(key) = last {
        ctx.data_mut(|data| data.insert_temp(flag(), key));
    }
    // Taken here: a button that has the keyboard is pressed by every Enter, with Control too.
    let with_control = ctx.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
    let typed = ctx.text_edit_focused() && ctx.input(|input| input.key_pressed(Key::Enter));
    ctx.data_mut(|data| data.insert_temp(enter(), Enter { with_control, typed }));
}

/// What Enter is pressed for in this pass.
#[derive(Clone, Copy, Default)]
struct Enter {
    with_control: bool,
    typed: bool,
}

fn enter() -> Id {
    Id::unique("enter")
}

fn entered(ctx: &Context) -> Enter {
    ctx.data(|data| data.get_temp(enter()).unwrap_or_default())
}

/// Control and Enter were pressed.
#[must_use]
pub fn control_enter(ctx: &Context) -> bool {
    entered(ctx).with_control
}

/// Enter was pressed in a text field: on to the next page, and nothing that stands beside it.
#[must_use]
pub fn enter_in_field(ctx: &Context) -> bool {
    entered(ctx).typed
}

/// The last input was a key.
#[must_use]
pub fn by_keyboard(ctx: &Context) -> bool {
    ctx.data(|data| data.get_temp(flag()).unwrap_or(false))
}

/// The painter of a ring: it may cross its scroll area's edge by the ring's own width.
fn wide(ui: &Ui) -> Painter {
    ui.painter().with_clip_rect(ui.clip_rect().expand(4.0))
}

/// What got the focus by a key scrolls into view; also what is not drawn because it is out of it.
pub fn follow(response: &Response) {
    if response.gained_focus() && by_keyboard(&response.ctx) {
        response.scroll_to_me(None);
    }
}

/// A ring around a text field that has the focus, however it got it.
pub fn field_ring(ui: &Ui, response: &Response, rect: Rect) {
    follow(response);
    if response.has_focus() {
        ring_at(ui, rect, 6);
    }
}

/// A ring around a control that has the focus; one that got it by a key scrolls into view.
pub fn ring(ui: &Ui, response: &Response, rect: Rect, radius: u8) {
    follow(response);
    if response.has_focus() && by_keyboard(ui.ctx()) {
        ring_at(ui, rect, radius);
    }
}

/// The ring itself: 2 px, 2 px outside the control.
pub fn ring_at(ui: &Ui, rect: Rect, radius: u8) {
    let stroke = Stroke::new(2.0, theme::tokens(ui).focus);
    wide(ui).rect_stroke(rect.expand(2.0), CornerRadius::same(radius + 3), stroke, StrokeKind::Outside);
}

/// A ring inside a row of a list or table.
pub fn ring_inside(ui: &Ui, rect: Rect) {
    let stroke = Stroke::new(2.0, theme::tokens(ui).focus);
    ui.painter().rect_stroke(rect.shrink(2.0), CornerRadius::same(4), stroke, StrokeKind::Inside);
}

/// Letter keys may act: no text field has the focus and no popup is open.
#[must_use]
pub fn letters_are_free(ctx: &Context) -> bool {
    !ctx.text_edit_focused() && !egui::Popup::is_any_open(ctx)
}

/// Something the keyboard can come to, or could were it not out of use.
#[derive(Clone, Copy)]
struct Stop {
    layer: LayerId,
    id: Id,
    rect: Rect,
    usable: bool,
}

/// The way of the keyboard through a screen, so that it is never nowhere: who pressed what then vanished goes on beside it.
#[derive(Default)]
pub struct Way {
    /// The picture before.
    stops: Vec<Stop>,
    at: Option<Id>,
    /// From where a popup was opened.
    opener: Option<Id>,
    /// What has the keyboard is out of use, and gets it back.
    waits: bool,
}

impl Way {
    /// Before a picture: who presses Tab goes on from where the keyboard was last.
    pub fn resume(&self, ctx: &Context) {
        let escape = ctx.input(|input| input.key_pressed(Key::Escape));
        if let (true, Some(at)) = (escape, self.at.filter(|at| !is_text(ctx, *at))) {
            // egui lets go of the keyboard at Esc; from a popup it goes back to what opened it.
            let layer = |id: Id| self.stops.iter().find(|stop| stop.id == id).map(|stop| stop.layer);
            let opener = self.opener.filter(|opener| layer(*opener).is_some() && layer(*opener) != layer(at));
            ctx.memory_mut(|memory| memory.request_focus(opener.unwrap_or(at)));
        }
        let (tab, back) = ctx.input(|input| (input.key_pressed(Key::Tab), input.modifiers.shift));
        let is_nowhere = ctx.memory(|memory| memory.focused().is_none());
        let Some(place) = self.at.and_then(|at| self.stops.iter().position(|stop| stop.id == at)) else { return };
        if !tab || !is_nowhere {
            return;
        }
        // Tab goes on from here; from what is out of use, from the stop at its other side.
        let (before, rest) = self.stops.split_at(place);
        let from = match rest.first() {
            Some(at) if at.usable => Some(at),
            Some(_) if back => rest.iter().find(|stop| stop.usable),
            Some(_) | None => before.iter().rev().find(|stop| stop.usable),
        };
        if let Some(from) = from {
            ctx.memory_mut(|memory| memory.request_focus(from.id));
        }
    }

    /// After a picture: where the keyboard is, and where it goes when that is no longer there. `page` is what lies beside the rail.
    pub fn keep(&mut self, ctx: &Context, page: Rect) {
        let now = stops(ctx);
        let focused = ctx.memory(egui::Memory::focused);
        let found = |id: Id| now.iter().find(|stop| stop.id == id);
        if let Some(stop) = focused.and_then(found).filter(|stop| stop.usable) {
            let before = self.at.and_then(|at| self.stops.iter().find(|stop| stop.id == at));
            if let Some(before) = before.filter(|before| before.layer != stop.layer) {
                self.opener = Some(before.id);
            }
            (self.at, self.waits) = (Some(stop.id), false);
        } else if let Some(lost) = self.at.filter(|at| focused.is_none_or(|id| id == *at)) {
            let to = match found(lost) {
                Some(stop) if stop.usable => self.waits.then_some(lost),
                // As large as it was: the same, out of use. Else something else has come in its place.
                Some(stop) if self.is_as_large(stop) => {
                    self.waits = true;
                    None
                }
                Some(_) | None => self.beside(ctx, lost, &now, page),
            };
            if let Some(to) = to {
                ctx.memory_mut(|memory| memory.request_focus(to));
                ctx.request_repaint();
                (self.at, self.waits) = (Some(to), false);
            }
        }
        self.stops = now;
    }

    fn is_as_large(&self, now: &Stop) -> bool {
        let before = self.stops.iter().find(|stop| stop.id == now.id);
        before.is_some_and(|before| (before.rect.size() - now.rect.size()).abs().max_elem() < 1.0)
    }

    /// What is nearest to a stop that is gone: what came in its place, what stood after it or before it, else where the page is worked.
    fn beside(&self, ctx: &Context, lost: Id, now: &[Stop], page: Rect) -> Option<Id> {
        let of_page = |stop: &&Stop| stop.usable && page.x_range().contains(stop.rect.center().x);
        let there = |id: Id| now.iter().filter(of_page).find(|stop| stop.id == id);
        let gone = self.stops.iter().find(|stop| stop.id == lost);
        let own: Vec<Id> = self
            .stops
            .iter()
            .filter(|stop| gone.is_some_and(|gone| gone.layer == stop.layer))
            .map(|stop| stop.id)
            .collect();
        let place = own.iter().position(|id| *id == lost).unwrap_or(0);
        let (before, after) = own.split_at(place);
        let mut all_before = before.iter().rev().copied();
        let last = all_before.find(|id| there(*id).is_some());
        let came = last.and_then(|last| {
            let mut rest = now.iter().skip_while(|stop| stop.id != last).skip(1).filter(of_page);
            rest.next().map(|stop| stop.id).filter(|id| !own.contains(id))
        });
        let near = came.or_else(|| after.iter().copied().find(|id| there(*id).is_some())).or(last);
        let opener = self.opener.filter(|opener| there(*opener).is_some());
        let is_popup = gone.is_some_and(|gone| now.iter().all(|stop| stop.layer != gone.layer));
        let worked = || now.iter().filter(of_page).find(|stop| super::page::has_keys(ctx, stop.id)).map(|stop| stop.id);
        let first = || now.iter().find(of_page).map(|stop| stop.id);
        if is_popup { opener } else { near }.or_else(worked).or_else(first)
    }
}

fn stops(ctx: &Context) -> Vec<Stop> {
    ctx.viewport(|viewport| {
        let layers = viewport.this_pass.widgets.layers();
        let widgets = layers.flat_map(|(layer, widgets)| widgets.iter().map(|widget| (*layer, widget)));
        let stop = |(layer, widget): (LayerId, &WidgetRect)| Stop {
            layer,
            id: widget.id,
            rect: widget.rect,
            usable: widget.enabled && widget.sense.is_focusable(),
        };
        widgets.map(stop).collect()
    })
}

fn is_text(ctx: &Context, id: Id) -> bool {
    egui::TextEdit::load_state(ctx, id).is_some()
}
