//! The program's face: takes frames in, draws them, hands commands out. Window, pictures and tests call `frame_ui`.
//!
//! **Invariant:** nothing is drawn of a screen that is gone: at sign-in, lock and sign-out egui's memory is emptied too.
//! **Invariant:** lock acts in the pass that asks for it, whatever the worker is doing.
//! **Invariant:** it asks for no picture of its own accord but a countdown's; a new frame wakes it.

use egui::{Context, Key, Modifiers, Ui};
use viewmodel::{Client, Command, Frame, Notice, Outbox, Screen, Texts, Words};

use crate::{frame, screens::Desk, theme, view_state::ViewState, widgets::focus};

/// The program as a window, a picture or a test sees it.
pub struct App {
    client: Box<dyn Client>,
    texts: Texts,
    frame: Option<Frame>,
    /// Kept apart from the frame that brought it: a later frame does not take it away, the person's next act does.
    notice: Option<Notice>,
    received_at: f64,
    state: ViewState,
    outbox: Outbox,
    clipboard: Option<(Words, u32)>,
    clipboard_until: Option<f64>,
    /// The session was left, and the worker has not said so yet; in a test store?
    leaving: Option<bool>,
}

/// Whether a screen stands before or behind a session: its root.
#[derive(PartialEq, Eq)]
enum Root {
    Door,
    Locked,
    Session,
    Waiting,
}

fn root(frame: &Frame) -> Root {
    match frame.screen {
        Screen::SignIn(_) | Screen::Activation(_) => Root::Door,
        Screen::Locked(_) => Root::Locked,
        Screen::Progress(_) | Screen::Failed(_) => Root::Waiting,
        Screen::Identifications(_)
        | Screen::Feedback(_)
        | Screen::Quality(_)
        | Screen::Reception(_)
        | Screen::AuditLog(_) => Root::Session,
    }
}

impl App {
    /// An app that talks to a worker, in a language.
    #[must_use]
    pub fn new(client: Box<dyn Client>, texts: Texts) -> Self {
        Self {
            client,
            texts,
            frame: None,
            notice: None,
            received_at: 0.0,
            state: ViewState::default(),
            outbox: Outbox::default(),
            clipboard: None,
            clipboard_until: None,
            leaving: None,
        }
    }

    /// Gives a window's context its look, and the worker the means to wake it. `Studio` has its look already.
    pub fn attach(&mut self, ctx: &Context) {
        theme::install(ctx);
        self.wake(ctx);
    }

    /// Gives the worker the means to wake a context.
    pub fn wake(&mut self, ctx: &Context) {
        let ctx = ctx.clone();
        self.client.wake_with(std::sync::Arc::new(move || ctx.request_repaint()));
    }

    /// The frame shown now, once the worker has sent one.
    #[must_use]
    pub fn frame(&self) -> Option<&Frame> {
        self.frame.as_ref()
    }

    /// Takes the newest frame in without drawing; true when there was one.
    pub fn poll(&mut self, ctx: &Context) -> bool {
        let Some(mut newer) = self.client.latest() else { return false };
        if self.leaving.is_some() && newer.lock.is_some() {
            // Still of the session that was left: computed before the worker came to the lock.
            return true;
        }
        self.leaving = None;
        if self.frame.as_ref().is_none_or(|older| root(older) != root(&newer)) {
            self.forget(ctx);
        }
        self.notice = newer.notice.take().or(self.notice.take());
        self.clipboard = newer.clipboard.take().or(self.clipboard.take());
        self.received_at = ctx.input(|input| input.time);
        self.frame = Some(newer);
        true
    }

    /// Forgets what was typed, ticked and said, and what egui remembers of the screen.
    fn forget(&mut self, ctx: &Context) {
        self.state.forget();
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

    /// Leaves the session in this very pass: its frame goes, and the pass that drew it is not shown.
    fn leave(&mut self, ctx: &Context) {
        self.leaving = self.frame.take().map(|frame| frame.test);
        self.forget(ctx);
        ctx.request_discard("left");
    }

    /// Draws one picture and sends what was asked for.
    pub fn frame_ui(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        focus::note_input(&ctx);
        while self.poll(&ctx) {}
        self.clip(&ctx);
        let seconds = ctx.input(|input| input.time) - self.received_at;
        self.state.seconds_since_frame = seconds.max(0.0) as u32;
        if let Some(lock) = self.frame.as_ref().and_then(|frame| frame.lock.clone())
            && ctx.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::L))
        {
            self.outbox.push(lock);
            self.send(&ctx);
        }
        let Some(shown) = &self.frame else {
            match self.leaving {
                Some(test) => frame::lock_ground(ui, test, &self.texts),
                None => {
                    frame::ground(ui);
                }
            }
            return;
        };
        let desk = &mut Desk { state: &mut self.state, texts: &self.texts, outbox: &mut self.outbox };
        frame::frame_ui(ui, shown, self.notice.as_ref(), desk);
        self.send(&ctx);
    }

    /// Hands over what was asked for. A notice has been read once the person goes on.
    fn send(&mut self, ctx: &Context) {
        for command in self.outbox.take() {
            self.notice = None;
            let leaves = matches!(command, Command::Lock | Command::SignOut);
            self.client.send(command);
            if leaves && self.frame.as_ref().is_some_and(|frame| frame.lock.is_some()) {
                self.leave(ctx);
            }
        }
    }

    /// Puts on the clipboard what a frame brought, and clears it again: after its seconds, and when the window closes.
    fn clip(&mut self, ctx: &Context) {
        let now = ctx.input(|input| input.time);
        if let Some((words, seconds)) = self.clipboard.take() {
            // REVEAL: the clerk asked for a copy; the clipboard is emptied after the seconds the frame names.
            ctx.copy_text(words.reveal().to_owned());
            self.clipboard_until = Some(now + f64::from(seconds));
        }
        let Some(until) = self.clipboard_until else { return };
        if now >= until || ctx.input(|input| input.viewport().close_requested()) {
            ctx.copy_text(String::new());
            self.clipboard_until = None;
        } else {
            ctx.request_repaint_after(std::time::Duration::from_secs_f64(until - now));
        }
    }
}

impl eframe::App for App {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.frame_ui(ui);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.state.forget();
        self.frame = None;
    }
}
