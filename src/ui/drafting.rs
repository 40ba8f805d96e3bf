//! When what was typed in a form is kept: at every pause of two seconds, and at a lock; a reflection and a note also before anything else is asked for.
//!
//! **Not here:** how it is sealed and given back (`app`).

use egui::Context;
use viewmodel::{
    Client, Command, ConnectionsDraft, Draft, NewAccountDraft, NoteTyped, ReflectionTyped, RewritingTyped,
};

use crate::{
    reflecting::{Reflecting, Written},
    view_state::ViewState,
};

/// A pause of so many seconds is one.
pub(crate) const PAUSE: f64 = 2.0;

/// What was typed last in a form, and what of it was kept.
#[derive(Default)]
struct Form<T> {
    last: T,
    changed_at: f64,
    kept: T,
}

impl<T: Clone + PartialEq> Form<T> {
    /// What is to be kept now: what has not changed for a while.
    fn paused(&mut self, ctx: &Context, typed: T) -> Option<T> {
        let now = ctx.input(|input| input.time);
        if typed == self.kept {
            self.last = typed;
            return None;
        }
        if typed != self.last {
            (self.last, self.changed_at) = (typed, now);
        }
        let left = self.changed_at + PAUSE - now;
        if left > 0.0 {
            ctx.request_repaint_after(std::time::Duration::from_secs_f64(left));
            return None;
        }
        self.leaves(self.last.clone())
    }

    /// The same at once.
    fn leaves(&mut self, typed: T) -> Option<T> {
        if typed == self.kept {
            return None;
        }
        self.kept = typed.clone();
        Some(typed)
    }
}

/// The forms of which what was typed is kept.
#[derive(Default)]
pub(crate) struct Drafting {
    reflection: Written,
    account: Form<NewAccountDraft>,
    connections: Form<ConnectionsDraft>,
    note: Form<Option<NoteTyped>>,
    rewriting: Form<Option<RewritingTyped>>,
}

/// What stands in them.
pub(crate) struct Typed {
    /// The form for a new account.
    pub(crate) account: NewAccountDraft,
    /// The forms of *Aansluitingen*.
    pub(crate) connections: ConnectionsDraft,
    /// What was put into these just now: it is kept already.
    pub(crate) given_back: Option<ConnectionsDraft>,
    /// What is written about an opened record.
    pub(crate) reflection: Option<Reflecting>,
    /// What is kept of an item or a reflection until it is confirmed.
    pub(crate) about: AboutTyped,
}

/// What stands in fields about an item or a reflection, while they are there.
pub(crate) struct AboutTyped {
    /// The note at an item.
    pub(crate) note: Option<NoteTyped>,
    /// A reflection that is written anew.
    pub(crate) rewriting: Option<RewritingTyped>,
}

impl AboutTyped {
    pub(crate) fn of(state: &ViewState) -> Self {
        Self { note: state.note.clone(), rewriting: state.rewriting.typed() }
    }
}

fn send(client: &mut dyn Client, account: Option<NewAccountDraft>, connections: Option<ConnectionsDraft>) {
    let connections = connections.map(|draft| Draft::Connections(Box::new(draft)));
    for draft in account.map(Draft::NewAccount).into_iter().chain(connections) {
        client.send(Command::KeepDraft(draft));
    }
}

fn send_reflection(client: &mut dyn Client, written: Option<ReflectionTyped>) {
    if let Some(written) = written {
        client.send(Command::KeepDraft(Draft::Reflection(Box::new(written))));
    }
}

fn send_about(client: &mut dyn Client, note: Option<Option<NoteTyped>>, rewriting: Option<Option<RewritingTyped>>) {
    let rewriting = rewriting.flatten().map(|typed| Draft::Rewriting(Box::new(typed)));
    for draft in note.flatten().map(Draft::Note).into_iter().chain(rewriting) {
        client.send(Command::KeepDraft(draft));
    }
}

/// What is to be kept of a field that may be gone: then the next one begins anew.
fn paused_in<T: Clone + PartialEq>(form: &mut Form<Option<T>>, ctx: &Context, typed: Option<T>) -> Option<Option<T>> {
    if typed.is_none() {
        *form = Form::default();
        return None;
    }
    form.paused(ctx, typed)
}

impl Drafting {
    /// After a picture: what has not changed for a while is kept.
    pub(crate) fn typed(&mut self, ctx: &Context, typed: Typed, client: &mut dyn Client) {
        self.is_kept(typed.given_back);
        let reflection = typed.reflection.and_then(|reflecting| self.reflection.paused(ctx, &reflecting));
        send_reflection(client, reflection);
        let note = paused_in(&mut self.note, ctx, typed.about.note);
        send_about(client, note, paused_in(&mut self.rewriting, ctx, typed.about.rewriting));
        send(client, self.account.paused(ctx, typed.account), self.connections.paused(ctx, typed.connections));
    }

    /// At once, before what was typed leaves the window.
    pub(crate) fn leaves(&mut self, typed: Typed, client: &mut dyn Client) {
        self.is_kept(typed.given_back);
        self.before_a_command(&typed.reflection, typed.about, client);
        send(client, self.account.leaves(typed.account), self.connections.leaves(typed.connections));
    }

    /// What is about a record, an item or a reflection at once, before anything else is asked for: it may lead away from the field.
    pub(crate) fn before_a_command(
        &mut self,
        reflecting: &Option<Reflecting>,
        AboutTyped { note, rewriting }: AboutTyped,
        client: &mut dyn Client,
    ) {
        self.reflection_leaves(reflecting, client);
        let note = note.and_then(|note| self.note.leaves(Some(note)));
        send_about(client, note, rewriting.and_then(|typed| self.rewriting.leaves(Some(typed))));
    }

    /// A reflection at once.
    pub(crate) fn reflection_leaves(&mut self, reflecting: &Option<Reflecting>, client: &mut dyn Client) {
        let written = reflecting.as_ref().and_then(|reflecting| self.reflection.leaves(reflecting));
        send_reflection(client, written);
    }

    fn is_kept(&mut self, given_back: Option<ConnectionsDraft>) {
        if let Some(draft) = given_back {
            self.connections.kept = draft;
        }
    }

    /// The window forgot what was typed; what was kept of it stays kept.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }
}
