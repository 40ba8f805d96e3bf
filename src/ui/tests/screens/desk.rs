//! An app over a worker that stands still: it has one frame and remembers what was asked.

use std::{cell::RefCell, rc::Rc};

use ui::App;
use viewmodel::{Client, Command, Frame, Language, Texts, Waker};

pub type Sent = Rc<RefCell<Vec<Command>>>;

pub struct Still {
    frame: Option<Frame>,
    sent: Sent,
}

impl Client for Still {
    fn send(&mut self, command: Command) {
        self.sent.borrow_mut().push(command);
    }

    fn latest(&mut self) -> Option<Frame> {
        self.frame.take()
    }

    fn wake_with(&mut self, _waker: Waker) {}
}

pub fn dutch() -> Texts {
    Texts::load(Language::Dutch).unwrap()
}

/// An app that shows one frame, and what it sends.
pub fn app_with(frame: Frame) -> (App, Sent) {
    let sent = Sent::default();
    let client = Still { frame: Some(frame), sent: Rc::clone(&sent) };
    (App::new(Box::new(client), dutch()), sent)
}
