//! A person at the keyboard: Tab, arrows, Enter, Space, letters and the keys that a screen names. No pointer, no request of a screen reader.

use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use ui::theme;
use viewmodel::{Command, Frame, Language};

use crate::{
    desk::{Frames, Sent, app_in},
    fitting::WINDOW,
    spoken::{self, Thing},
};

// LIMIT: no control is further from where a person is than so many presses of Tab, forwards or back.
pub const TABS_MAX: usize = 40;
// LIMIT: an act on a screen takes no more presses than this, characters of a text not counted.
const PRESSES_MAX: usize = 120;

pub struct Walk {
    pub harness: Harness<'static>,
    pub sent: Sent,
    pub frames: Frames,
    pressed: usize,
}

impl Walk {
    pub fn on(frame: Frame) -> Self {
        let (mut app, sent, frames) = app_in(Language::Dutch, frame);
        // A sixtieth of a second a picture, as on a screen: what is there for ten seconds outlives a walk.
        let builder = Harness::builder().with_size(WINDOW).with_step_dt(1.0 / 60.0).with_context_setup(theme::install);
        let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
        harness.run_steps(4);
        Self { harness, sent, frames, pressed: 0 }
    }

    /// Presses a key with others held.
    pub fn chord(mut self, modifiers: Modifiers, key: Key) -> Self {
        self.pressed += 1;
        assert!(self.pressed <= PRESSES_MAX, "so many presses for one act");
        self.harness.key_press_modifiers(modifiers, key);
        // The second pass: what was asked of the one before; the third: what scrolled.
        self.harness.run_steps(3);
        self
    }

    pub fn press(self, key: Key) -> Self {
        self.chord(Modifiers::NONE, key)
    }

    pub fn enter(self) -> Self {
        self.press(Key::Enter)
    }

    pub fn space(self) -> Self {
        self.press(Key::Space)
    }

    pub fn control(self, key: Key) -> Self {
        self.chord(Modifiers::COMMAND, key)
    }

    /// What is pressed after this does not count for what was pressed before.
    pub fn unbounded(mut self) -> Self {
        self.pressed = 0;
        self
    }

    /// Types a text where the keyboard is.
    pub fn type_text(mut self, text: &str) -> Self {
        self.harness.event(Event::Text(text.to_owned()));
        self.harness.run_steps(3);
        self
    }

    /// Types a text in place of what stands there.
    pub fn instead(self, text: &str) -> Self {
        self.control(Key::A).type_text(text)
    }

    /// Where the keyboard is.
    pub fn here(&self) -> Option<Thing> {
        spoken::things(&self.harness).into_iter().find(|thing| thing.focused)
    }

    fn hears(&self, words: &str) -> bool {
        self.here().is_some_and(|thing| thing.line().contains(words))
    }

    /// Tab until this is heard.
    pub fn to(self, words: &str) -> Self {
        self.until(words, Modifiers::NONE)
    }

    /// Shift and Tab until this is heard.
    pub fn back_to(self, words: &str) -> Self {
        self.until(words, Modifiers::SHIFT)
    }

    fn until(mut self, words: &str, modifiers: Modifiers) -> Self {
        let mut heard = Vec::new();
        for _ in 0..TABS_MAX {
            self = self.chord(modifiers, Key::Tab);
            if self.hears(words) {
                return self;
            }
            heard.push(self.here().map_or_else(|| "nothing".to_owned(), |thing| thing.line()));
        }
        panic!("{TABS_MAX} presses of Tab do not lead to {words:?}: {heard:#?}");
    }

    /// The next picture that the worker sends.
    pub fn shown(mut self, frame: Frame) -> Self {
        self.frames.borrow_mut().push_back(frame);
        self.harness.run_steps(3);
        self
    }

    /// Nothing is done for so many seconds.
    pub fn pause(mut self, seconds: usize) -> Self {
        self.harness.run_steps(60 * seconds + 1);
        self
    }

    /// What was asked for so far.
    pub fn asked(&self) -> Vec<Command> {
        self.sent.borrow().clone()
    }
}
