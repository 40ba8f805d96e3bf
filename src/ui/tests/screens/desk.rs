//! An app over a worker that stands still: it has the frames it is given and remembers what was asked.

use std::{
    cell::RefCell,
    collections::VecDeque,
    path::{Path, PathBuf},
    rc::Rc,
};

use egui::DroppedFile;
use ui::App;
use viewmodel::{Client, Command, Frame, Language, Texts, Waker};

pub type Sent = Rc<RefCell<Vec<Command>>>;
pub type Frames = Rc<RefCell<VecDeque<Frame>>>;

pub struct Still {
    frames: Frames,
    sent: Sent,
}

impl Client for Still {
    fn send(&mut self, command: Command) {
        self.sent.borrow_mut().push(command);
    }

    fn latest(&mut self) -> Option<Frame> {
        self.frames.borrow_mut().pop_front()
    }

    fn wake_with(&mut self, _waker: Waker) {}
}

pub fn dutch() -> Texts {
    Texts::load(Language::Dutch).unwrap()
}

/// An app that shows one frame, and what it sends.
pub fn app_with(frame: Frame) -> (App, Sent) {
    let (app, sent, _) = app_given(frame);
    (app, sent)
}

/// The same, and where further frames come from.
pub fn app_given(frame: Frame) -> (App, Sent, Frames) {
    app_in(Language::Dutch, frame)
}

/// The same in a language.
pub fn app_in(language: Language, frame: Frame) -> (App, Sent, Frames) {
    let (sent, frames) = (Sent::default(), Frames::default());
    frames.borrow_mut().push_back(frame);
    let client = Still { frames: Rc::clone(&frames), sent: Rc::clone(&sent) };
    (App::new(Box::new(client), Texts::load(language).unwrap()), sent, frames)
}

/// A file that is dropped on the window, by its path.
#[derive(Debug)]
pub struct Dropped(pub PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the window reads no file".into())
    }
}
