//! The program's face: takes frames in, draws them, hands commands out. Window, pictures and tests call `frame_ui`.
//!
//! **Invariant:** nothing is drawn of a screen that is gone: at sign-in, lock and sign-out egui's memory is emptied too.
//! **Invariant:** lock acts in the pass that asks for it, or in the first one after the system or the worker did, whatever the
//! worker is doing; also where the window is hidden.
//! **Invariant:** it asks for no picture of its own accord but a countdown's; a new frame wakes it.

use std::time::{Duration, Instant};

use egui::{Context, Event, Key, Modifiers, Ui, ViewportCommand};
use viewmodel::{Appearance, Client, Command, Frame, HalfWay, Notice, Outbox, Screen, TextSize, Texts, Words};

use crate::{
    clipboard::SystemClipboard,
    drafting::{AboutTyped, Drafting},
    frame,
    reflecting::ReflectionState,
    screens::{self, Desk},
    theme,
    view_state::ViewState,
    widgets::focus,
};

/// The program as a window, a picture or a test sees it.
pub struct App {
    client: Box<dyn Client>,
    /// The texts of the system's language, and of the one that is spoken.
    system_texts: Texts,
    texts: Texts,
    appearance: Appearance,
    frame: Option<Frame>,
    /// Kept apart from the frame that brought it: a later frame does not take it away, the person's next act does.
    notice: Option<Notice>,
    received_at: f64,
    state: ViewState,
    drafting: Drafting,
    way: focus::Way,
    outbox: Outbox,
    clipboard: Option<(Words, u32)>,
    copied: Option<Copied>,
    system_clipboard: Option<SystemClipboard>,
    /// Goes on while a window is hidden, when egui's time stands still.
    clock: Box<dyn Fn() -> Instant>,
    /// The session was left, and the worker has not said so yet; in a test store?
    leaving: Option<bool>,
    /// When the window was last touched, or came to another root.
    touched_at: (f64, Instant),
    /// Passes to come in which egui lets go of what it laid out before.
    emptying: u8,
    /// Whether the window was asked to stay out of shared screens.
    is_protected: Option<bool>,
}

/// A text that lies on the clipboard, until when by egui's time and by the clock, and whether the system's was had for it.
struct Copied {
    until: (f64, Instant),
    is_held: bool,
}

/// egui keeps what it laid out through the next pass, and forgets it at the start of the one after.
const EMPTYING_PASSES: u8 = 2;

/// How long until a moment, by whichever of egui's time and the clock is there first; `None`: it is there.
fn left(until: (f64, Instant), now: (f64, Instant)) -> Option<Duration> {
    let by_clock = until.1.saturating_duration_since(now.1);
    let left = Duration::from_secs_f64((until.0 - now.0).max(0.0)).min(by_clock);
    (!left.is_zero()).then_some(left)
}

/// Whether a person did something: moved the pointer, turned the wheel, pressed a key.
fn is_input(event: &Event) -> bool {
    match event {
        Event::Copy
        | Event::Cut
        | Event::Paste(_)
        | Event::MiddleClickPaste { .. }
        | Event::PasteImage(_)
        | Event::Text(_)
        | Event::Key { .. }
        | Event::PointerMoved(_)
        | Event::PointerButton { .. }
        | Event::Zoom(_)
        | Event::Rotate(_)
        | Event::Ime(_)
        | Event::Touch { .. }
        | Event::MouseWheel { .. }
        | Event::AccessKitActionRequest(_) => true,
        // What the system tells of itself.
        Event::ModifiersChanged(_) | Event::MouseMoved(_) | Event::PointerGone | Event::WindowFocused(_) => false,
    }
}

/// Whether a screen stands before or behind a session: its root.
#[derive(PartialEq, Eq)]
enum Root {
    Door,
    Installation,
    Locked,
    Session,
    Waiting,
}

fn root(frame: &Frame) -> Root {
    match frame.screen {
        Screen::SignIn(_) | Screen::Entry(_) => Root::Door,
        Screen::Installation(_) => Root::Installation,
        Screen::Locked(_) => Root::Locked,
        Screen::Progress(_) | Screen::Failed(_) => Root::Waiting,
        Screen::Identifications(_)
        | Screen::Feedback(_)
        | Screen::Trend(_)
        | Screen::Reflections(_)
        | Screen::Quality(_)
        | Screen::Reception(_)
        | Screen::Rides(_)
        | Screen::AuditLog(_)
        | Screen::Settings(_)
        | Screen::Accounts(_)
        | Screen::Rights(_)
        | Screen::Oversight(_)
        | Screen::Profiles(_)
        | Screen::Connections(_)
        | Screen::MyAccount(_) => Root::Session,
    }
}

impl App {
    /// An app that talks to a worker, in the system's language.
    #[must_use]
    pub fn new(client: Box<dyn Client>, texts: Texts) -> Self {
        Self {
            client,
            system_texts: texts.clone(),
            texts,
            appearance: Appearance::default(),
            frame: None,
            notice: None,
            received_at: 0.0,
            state: ViewState::default(),
            drafting: Drafting::default(),
            way: focus::Way::default(),
            outbox: Outbox::default(),
            clipboard: None,
            copied: None,
            system_clipboard: None,
            clock: Box::new(Instant::now),
            leaving: None,
            touched_at: (0.0, Instant::now()),
            emptying: 0,
            is_protected: None,
        }
    }

    /// Copies through the system's own clipboard, where that can be had; without it through egui's.
    #[must_use]
    pub fn with_system_clipboard(mut self) -> Self {
        self.system_clipboard = Some(SystemClipboard::default());
        self
    }

    /// Reads another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> Instant + 'static) -> Self {
        self.touched_at = (0.0, clock());
        self.clock = Box::new(clock);
        self
    }

    /// Now, by egui's time and by the clock.
    fn now(&self, ctx: &Context) -> (f64, Instant) {
        (ctx.input(|input| input.time), (self.clock)())
    }

    /// As if this hospital were chosen on *Ontvangst*: for a picture of what is said of it.
    pub fn choose_hospital(&mut self, name: &str) {
        self.state.sender = Some(name.to_owned());
        self.state.sender_chosen = true;
    }

    /// Looks and speaks as was kept.
    #[must_use]
    pub fn with_appearance(mut self, appearance: Appearance) -> Self {
        self.appearance = appearance;
        self.speak();
        self
    }

    /// Gives a window's context its look, and the worker the means to wake it. `Studio` has its look already.
    pub fn attach(&mut self, ctx: &Context) {
        theme::install(ctx);
        self.look(ctx);
        self.wake(ctx);
    }

    /// Gives the worker the means to wake a context.
    pub fn wake(&mut self, ctx: &Context) {
        let ctx = ctx.clone();
        self.client.wake_with(std::sync::Arc::new(move || ctx.request_repaint()));
    }

    fn look(&self, ctx: &Context) {
        ctx.set_theme(theme::preference(self.appearance.look));
        ctx.set_zoom_factor(self.appearance.text_size.factor());
    }

    fn speak(&mut self) {
        let language = self.appearance.speech.language(self.system_texts.language());
        if language == self.texts.language() {
            return;
        }
        if language == self.system_texts.language() {
            self.texts = self.system_texts.clone();
        } else if let Ok(texts) = Texts::load(language) {
            // A test loads both: a built program has them.
            self.texts = texts;
        }
        self.state.reading = screens::Reading::default();
    }

    /// Text larger, smaller, or as designed by Control and +, − or 0.
    fn text_size_keys(&mut self, ctx: &Context) {
        let pressed =
            |keys: &[Key]| ctx.input_mut(|input| keys.iter().any(|key| input.consume_key(Modifiers::COMMAND, *key)));
        let now = self.appearance.text_size;
        let asked = if pressed(&[Key::Plus, Key::Equals]) {
            now.larger()
        } else if pressed(&[Key::Minus]) {
            now.smaller()
        } else if pressed(&[Key::Num0]) {
            Some(TextSize::default())
        } else {
            None
        };
        self.appearance.text_size = asked.unwrap_or(now);
    }

    /// What was set otherwise in this pass holds from the next one on, and is kept.
    fn appear(&mut self, ctx: &Context, before: Appearance) {
        if self.appearance == before {
            return;
        }
        self.look(ctx);
        self.speak();
        self.outbox.push(Command::KeepAppearance(self.appearance));
        ctx.request_repaint();
    }

    /// The frame shown now, once the worker has sent one.
    #[must_use]
    pub fn frame(&self) -> Option<&Frame> {
        self.frame.as_ref()
    }

    /// Takes the newest frame in without drawing; true when there was one.
    pub fn poll(&mut self, ctx: &Context) -> bool {
        if self.client.was_left() {
            // Also before a session and at its lock: half a passphrase does not stay in its field.
            if self.is_in_session() { self.leave(ctx) } else { self.forget(ctx) }
        }
        self.forget_untouched(ctx);
        let Some(mut newer) = self.client.latest() else { return false };
        if self.leaving.is_some() && newer.lock.is_some() {
            // Still of the session that was left: computed before the worker came to the lock.
            return true;
        }
        self.leaving = None;
        if self.frame.as_ref().is_none_or(|older| root(older) != root(&newer)) {
            self.forget(ctx);
            self.touched_at = self.now(ctx);
        }
        self.notice = newer.notice.take().or(self.notice.take());
        self.clipboard = newer.clipboard.take().or(self.clipboard.take());
        self.received_at = ctx.input(|input| input.time);
        if self.is_protected.replace(newer.content_protected) != Some(newer.content_protected) {
            ctx.send_viewport_cmd(ViewportCommand::ContentProtected(newer.content_protected));
        }
        self.frame = Some(newer);
        true
    }

    /// Before a session, and at its lock, a secret that was typed goes when nobody touched the window for as long as a session
    /// may be left alone; and with it who has come half way in.
    fn forget_untouched(&mut self, ctx: &Context) {
        let Some(HalfWay { forgets_after, leave }) = self.frame.as_ref().and_then(|frame| frame.screen.half_way())
        else {
            return;
        };
        if leave.is_none() && !self.state.holds_secret() {
            return;
        }
        let now = self.now(ctx);
        let seconds = f64::from(forgets_after) * 60.0;
        let until = (self.touched_at.0 + seconds, self.touched_at.1 + Duration::from_secs_f64(seconds));
        if let Some(left) = left(until, now) {
            ctx.request_repaint_after(left);
            return;
        }
        let notice = self.notice.take();
        self.forget(ctx);
        (self.notice, self.touched_at) = (notice, now);
        if let Some(leave) = leave {
            self.client.send(leave);
        }
    }

    fn is_in_session(&self) -> bool {
        self.frame.as_ref().is_some_and(|frame| frame.lock.is_some())
    }

    /// Forgets what was typed, ticked and said, and what egui remembers of the screen.
    fn forget(&mut self, ctx: &Context) {
        self.state.forget();
        self.drafting.forget();
        self.way = focus::Way::default();
        self.emptying = EMPTYING_PASSES;
        self.notice = None;
        egui::Popup::close_all(ctx);
        ctx.data_mut(egui::util::IdTypeMap::clear);
        ctx.memory_mut(|memory| {
            memory.stop_text_input();
            if let Some(focused) = memory.focused() {
                memory.surrender_focus(focused);
            }
        });
    }

    /// What was typed in a form is kept before it leaves the window.
    fn keep_typed(&mut self) {
        self.drafting.leaves(self.state.typed(), self.client.as_mut());
    }

    /// What was written about a record that is not open any more is kept, before the field is another's.
    fn leave_reflection(&mut self) {
        let opened = self.frame.as_ref().and_then(|frame| {
            let Screen::Feedback(screen) = &frame.screen else { return None };
            screen.opened.as_ref().map(|opened| opened.record)
        });
        if self.state.reflection.is_left_for(opened) {
            self.drafting.reflection_leaves(&self.state.reflection.typed(), self.client.as_mut());
            self.state.reflection = ReflectionState::default();
        }
    }

    /// Leaves the session at once: its frame goes, and what was copied of it.
    fn leave(&mut self, ctx: &Context) {
        self.keep_typed();
        self.leaving = self.frame.take().map(|frame| frame.test);
        self.clipboard = None;
        self.clear_clipboard(ctx);
        self.forget(ctx);
    }

    /// Asks for the passes in which egui forgets; also where the window is hidden, since none come there by themselves.
    fn empty(&mut self, ctx: &Context) {
        if self.emptying > 0 {
            ctx.send_viewport_cmd(ViewportCommand::RequestPaintWhileHidden);
            ctx.request_repaint();
        }
    }

    /// What happens without a picture: a window that is hidden draws nothing, and must still let go of what a lock takes away
    /// and of what was copied.
    pub fn unseen(&mut self, ctx: &Context) {
        self.client.focused(ctx.input(|input| input.focused));
        while self.poll(ctx) {}
        self.empty(ctx);
        self.clear_when_due(ctx);
    }

    /// Draws one picture and sends what was asked for.
    pub fn frame_ui(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        focus::note_input(&ctx);
        if ctx.input(|input| input.raw.events.iter().any(is_input)) {
            self.client.touched();
            self.touched_at = self.now(&ctx);
        }
        self.client.focused(ctx.input(|input| input.focused));
        self.emptying = self.emptying.saturating_sub(1);
        while self.poll(&ctx) {}
        self.empty(&ctx);
        self.clip(&ctx);
        let seconds = ctx.input(|input| input.time) - self.received_at;
        self.state.seconds_since_frame = seconds.max(0.0) as u32;
        if let Some(lock) = self.frame.as_ref().and_then(|frame| frame.lock.clone())
            && ctx.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::L))
        {
            self.outbox.push(lock);
            self.send(&ctx);
        }
        let before = self.appearance;
        self.text_size_keys(&ctx);
        self.leave_reflection();
        let Some(shown) = &self.frame else {
            match self.leaving {
                Some(test) => frame::lock_ground(ui, test, &self.texts),
                None => {
                    frame::ground(ui);
                }
            }
            return;
        };
        let Self { state, texts, outbox, appearance, .. } = self;
        let desk = &mut Desk { state, texts, outbox, appearance };
        self.way.resume(&ctx);
        let page = frame::frame_ui(ui, shown, self.notice.as_ref(), desk);
        self.way.keep(&ctx, page);
        self.appear(&ctx, before);
        self.send(&ctx);
        if self.is_in_session() {
            self.drafting.typed(&ctx, self.state.typed(), self.client.as_mut());
        }
    }

    /// Hands over what was asked for. A notice has been read once the person goes on.
    fn send(&mut self, ctx: &Context) {
        for command in self.outbox.take() {
            self.notice = None;
            let leaves = matches!(command, Command::Lock | Command::SignOut) && self.is_in_session();
            if leaves {
                self.keep_typed();
            } else if self.is_in_session() {
                let (reflecting, about) = (self.state.reflection.typed(), AboutTyped::of(&self.state));
                self.drafting.before_a_command(&reflecting, about, self.client.as_mut());
            }
            self.client.send(command);
            if leaves {
                self.leave(ctx);
                // The pass that drew it is not shown.
                ctx.request_discard("left");
                self.empty(ctx);
            }
        }
    }

    /// Puts on the clipboard what a frame brought, and clears it again: after its seconds, with the session, and when the
    /// window closes.
    fn clip(&mut self, ctx: &Context) {
        if let Some((words, seconds)) = self.clipboard.take() {
            // REVEAL: the clerk asked for a copy; the clipboard is emptied after the seconds the frame names.
            let is_held = self.system_clipboard.as_mut().is_some_and(|system| system.put(words.reveal()));
            if !is_held {
                ctx.copy_text(words.reveal().to_owned());
            }
            let (time, clock) = self.now(ctx);
            let until = (time + f64::from(seconds), clock + Duration::from_secs(u64::from(seconds)));
            self.copied = Some(Copied { until, is_held });
        }
        self.clear_when_due(ctx);
        if ctx.input(|input| input.viewport().close_requested()) {
            self.keep_typed();
            self.clear_clipboard(ctx);
        }
    }

    /// Also where the window is hidden, and draws nothing.
    fn clear_when_due(&mut self, ctx: &Context) {
        let Some(Copied { until, .. }) = self.copied else { return };
        match left(until, self.now(ctx)) {
            Some(left) => ctx.request_repaint_after(left),
            None => self.clear_clipboard(ctx),
        }
    }

    fn clear_clipboard(&mut self, ctx: &Context) {
        match (self.copied.take(), &mut self.system_clipboard) {
            (Some(Copied { is_held: true, .. }), Some(system)) => system.clear(),
            (Some(_), _) => ctx.copy_text(String::new()),
            (None, _) => {}
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.unseen(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.frame_ui(ui);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.keep_typed();
        self.state.forget();
        self.frame = None;
        if let Some(system) = &mut self.system_clipboard {
            system.clear_now();
        }
    }
}
