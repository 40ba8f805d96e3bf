//! Notices on the desktop, over the session bus (the desktop notifications specification of freedesktop.org).
//!
//! **Invariant:** what leaves here is the program's name and the sentence it is given: no icon, body, action or hint.
//! **Invariant:** nobody waits for the bus: a thread of its own does, with a bound; without a bus or a service nothing happens.
//! **Not here:** when there is something to tell, and in which words (`app`).

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::Duration,
};

use zbus::{
    blocking::{Connection, fdo::DBusProxy},
    zvariant::Value,
};

const SERVICE: &str = "org.freedesktop.Notifications";
const PLACE: &str = "/org/freedesktop/Notifications";
/// What desktops show as where it comes from.
const PROGRAM: &str = "Terugblik";
// LIMIT: how long a service may take to answer, and how many wishes wait for it.
pub const PATIENCE: Duration = Duration::from_secs(5);
const QUEUE: usize = 4;

const UNKNOWN: u8 = 0;
const THERE: u8 = 1;
const ABSENT: u8 = 2;

enum Wish {
    /// Look whether there is a service.
    Look,
    Show(String),
}

/// The notification service of this desktop.
pub struct Desktop {
    wishes: SyncSender<Wish>,
    state: Arc<AtomicU8>,
}

impl Desktop {
    /// Looks for the service on a thread of its own; `connect` gives the bus, again where it went away.
    ///
    /// # Errors
    /// When the system starts no thread.
    pub fn start(connect: impl Fn() -> zbus::Result<Connection> + Send + 'static) -> std::io::Result<Self> {
        let (wishes, queue) = sync_channel(QUEUE);
        let state = Arc::new(AtomicU8::new(UNKNOWN));
        let told = state.clone();
        std::thread::Builder::new().name("desktop-notice".into()).spawn(move || serve(&queue, &connect, &told))?;
        let desktop = Self { wishes, state };
        // The queue has room: it is new.
        let _ = desktop.wishes.try_send(Wish::Look);
        Ok(desktop)
    }
}

impl app::NotificationService for Desktop {
    fn is_there(&self) -> Option<bool> {
        // What is known now; the next one who asks hears what has changed.
        let _ = self.wishes.try_send(Wish::Look);
        match self.state.load(Ordering::SeqCst) {
            THERE => Some(true),
            ABSENT => Some(false),
            _ => None,
        }
    }

    fn show(&self, sentence: &str) {
        // A service that is so slow is not told again.
        let _ = self.wishes.try_send(Wish::Show(sentence.to_owned()));
    }
}

/// Until nobody wishes any more.
fn serve(queue: &Receiver<Wish>, connect: &dyn Fn() -> zbus::Result<Connection>, state: &AtomicU8) {
    let (mut bus, mut last) = (None, 0);
    for wish in queue {
        bus = bus.or_else(|| connect().ok());
        let done = bus.as_ref().and_then(|bus| match &wish {
            Wish::Look => is_there(bus).ok(),
            Wish::Show(sentence) => show(bus, sentence, last).ok().map(|number| {
                last = number;
                true
            }),
        });
        state.store(if done == Some(true) { THERE } else { ABSENT }, Ordering::SeqCst);
        if done.is_none() {
            (bus, last) = (None, 0);
        }
    }
}

/// Whether the service runs, or the bus starts it when it is asked.
fn is_there(bus: &Connection) -> zbus::Result<bool> {
    let names = DBusProxy::new(bus)?;
    let is_running = names.name_has_owner(SERVICE.try_into()?)?;
    Ok(is_running || names.list_activatable_names()?.iter().any(|name| name.as_str() == SERVICE))
}

/// Shows it in the place of the one before; gives its number.
fn show(bus: &Connection, sentence: &str, last: u32) -> zbus::Result<u32> {
    let (no_icon, no_body, no_actions) = ("", "", Vec::<&str>::new());
    let no_hints = HashMap::<&str, Value<'_>>::new();
    // The desktop decides how long it stands there.
    let body = &(PROGRAM, last, no_icon, sentence, no_body, no_actions, no_hints, -1_i32);
    bus.call_method(Some(SERVICE), PLACE, Some(SERVICE), "Notify", body)?.body().deserialize()
}
