//! When what was typed in a form is kept: at every pause of two seconds, and at a lock.
//!
//! **Not here:** how it is sealed and given back (`app`).

use egui::Context;
use viewmodel::{Client, Command, NewAccountDraft};

/// A pause of so many seconds is one.
const PAUSE: f64 = 2.0;

/// What was typed last, and what of it was kept.
#[derive(Default)]
pub(crate) struct Drafting {
    last: NewAccountDraft,
    changed_at: f64,
    kept: NewAccountDraft,
}

impl Drafting {
    /// After a picture: what has not changed for a while is kept.
    pub(crate) fn typed(&mut self, ctx: &Context, typed: NewAccountDraft, client: &mut dyn Client) {
        let now = ctx.input(|input| input.time);
        if typed == self.kept {
            self.last = typed;
            return;
        }
        if typed != self.last {
            (self.last, self.changed_at) = (typed, now);
        }
        let left = self.changed_at + PAUSE - now;
        if left > 0.0 {
            ctx.request_repaint_after(std::time::Duration::from_secs_f64(left));
            return;
        }
        self.keep(self.last.clone(), client);
    }

    /// At once, before what was typed leaves the window.
    pub(crate) fn leaves(&mut self, typed: NewAccountDraft, client: &mut dyn Client) {
        if typed != self.kept {
            self.keep(typed, client);
        }
    }

    fn keep(&mut self, typed: NewAccountDraft, client: &mut dyn Client) {
        self.kept = typed.clone();
        client.send(Command::KeepDraft(typed));
    }

    /// The window forgot what was typed; what was kept of it stays kept.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }
}
