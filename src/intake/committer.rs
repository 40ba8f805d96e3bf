//! Group commit: one thread owns the store's inbox; messages that are handed in at the same time share a transaction and one sync.
//!
//! **Invariant:** each message gets its own answer, after the commit it is in; without that commit it gets none but *not stored*.
//! **Invariant:** a group never waits for company: what is there is written, and what comes during the sync is the next group.
//! **Not here:** how bytes got here (`listener`, the watched folder), what is judged of a message (`take_in`).

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError, RwLock},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use domain::InstanceId;
use store::{Inbox, StoreError, Way};
use tokio::sync::oneshot;

pub use crate::queue::{NotTaken, QueueLimits};
use crate::{
    board::Board,
    queue::{Next, Place, Queue},
    take_in::{Arrival, ReadMessage, Reader, Taken, Unanswered, not_stored, read_message, take_in_read},
};

// LIMIT: messages of one group: beyond some hundred a transaction gains nothing, and its first sender waits for its last.
const GROUP_MESSAGES: usize = 500;
// LIMIT: bytes of one group, so that large messages do not make a long transaction.
const GROUP_BYTES: usize = 8 << 20;
// LIMIT: how long a group is put together, where messages come as fast as they are taken out of the queue.
const GROUP_TIME: Duration = Duration::from_millis(20);
/// Between two rounds of the owner's other work, and two looks at whether another process asks for the store.
const ROUND: Duration = Duration::from_secs(1);

/// What stands behind the committer: the inbox with its reader, and what its owner does with them between groups.
pub trait Door: Send {
    /// The inbox and the reader.
    fn parts(&mut self) -> (&mut Inbox, &mut Reader);

    /// Other work on the store: what waits is delivered, midnight, the daily purge. Asked for about each second; `go_on` says no as soon as
    /// a message waits. Its errors are the owner's to tell.
    fn round(&mut self, now: DateTime<Utc>, go_on: &dyn Fn() -> bool);
}

/// Opens the door: at the start, and again about each second while it is shut. `None`: not now; why is the owner's to tell.
pub type OpenDoor = Box<dyn FnMut() -> Option<Box<dyn Door>> + Send>;

/// The clock.
pub type Clock = fn() -> DateTime<Utc>;

/// A message to be handed in.
pub struct Message {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Charset of the transport, where it names one.
    pub charset: Option<String>,
    /// How it came.
    pub way: Way,
    /// Organisations that certificate or folder allows; empty: any (by hand).
    pub allowed: Arc<[InstanceId]>,
    /// Id of the acknowledgement to be made (a UUID).
    pub acknowledgement_id: String,
    /// The certificate that brought it, where it is the program's own test message.
    pub self_test: Option<Arc<str>>,
}

impl Message {
    fn arrival(&self) -> Arrival<'_> {
        Arrival {
            bytes: &self.bytes,
            charset: self.charset.as_deref(),
            way: self.way,
            allowed: &self.allowed,
            acknowledgement_id: self.acknowledgement_id.clone(),
            self_test: self.self_test.as_deref(),
        }
    }
}

/// What became of a message that was handed in.
pub enum Answered {
    /// It was judged, and what is kept of it is durable.
    Taken(Taken),
    /// It could not be stored: nothing of it is there, and it must come again. Its answer is made for that.
    NotStored(Taken),
}

struct Handed {
    message: Arc<Message>,
    read: ReadMessage,
    answer: oneshot::Sender<Unanswered>,
    /// Leaves the queue's count with this.
    place: Place,
}

/// An answer that is to come.
pub struct Waiting {
    asked: Asked,
    answer: oneshot::Receiver<Unanswered>,
}

/// What an answer is made of where the store gives none.
struct Asked {
    message: Arc<Message>,
    reader: Arc<Reader>,
    clock: Clock,
}

impl Waiting {
    /// Waits for it, in an asynchronous task.
    pub async fn answer(self) -> Answered {
        let Self { asked, answer } = self;
        asked.answered(answer.await.ok())
    }

    /// Waits for it, on a thread that may stand still.
    #[must_use]
    pub fn wait(self) -> Answered {
        let Self { asked, answer } = self;
        asked.answered(answer.blocking_recv().ok())
    }
}

impl Asked {
    fn answered(&self, unanswered: Option<Unanswered>) -> Answered {
        let failed = || not_stored(&self.reader, &self.message.arrival(), (self.clock)());
        unanswered.map_or_else(|| Answered::NotStored(failed()), |one| Answered::Taken(one.answered()))
    }
}

/// Where messages are handed in, by as many threads as there are.
#[derive(Clone)]
pub struct Entrance {
    queue: Arc<Queue<Handed>>,
    pub(crate) board: Arc<Board>,
    reader: Arc<RwLock<Arc<Reader>>>,
    pub(crate) clock: Clock,
}

impl Entrance {
    /// Whether the store is open: not while another process has it alone.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.board.is_open()
    }

    /// Whether there is room for a message of so many bytes now.
    ///
    /// # Errors
    /// Why not.
    pub fn has_room(&self, bytes: usize) -> Result<(), NotTaken> {
        self.queue.place(bytes).map(|_| ())
    }

    /// Reads a message on the caller's thread and hands it in.
    ///
    /// # Errors
    /// When the queue is full or shut: nothing was done with the message, and it is given back.
    pub fn hand_in(&self, message: Message) -> Result<Waiting, (NotTaken, Message)> {
        // Before it is read: what is refused costs nothing.
        let place = match self.queue.place(message.bytes.len()) {
            Ok(place) => place,
            Err(why) => return Err((why, message)),
        };
        let reader = self.reader();
        let read = read_message(&reader, &message.arrival(), (self.clock)());
        let (answer, answered) = oneshot::channel();
        let message = Arc::new(message);
        let asked = Asked { message: Arc::clone(&message), reader, clock: self.clock };
        self.queue.push(Handed { message, read, answer, place });
        Ok(Waiting { asked, answer: answered })
    }

    /// The answer to a message that was not handed in for want of room: it must come again.
    #[must_use]
    pub fn not_stored(&self, message: &Message) -> Taken {
        not_stored(&self.reader(), &message.arrival(), (self.clock)())
    }

    /// How messages are read now.
    fn reader(&self) -> Arc<Reader> {
        Arc::clone(&self.reader.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The thread that commits. Dropped, it finishes what it holds and ends.
pub struct Committer {
    entrance: Entrance,
    thread: Option<JoinHandle<()>>,
}

impl Committer {
    /// Starts it on an open door; `open` opens it again when it was shut, for another process that takes the store alone or after a fault.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        mut door: Box<dyn Door>,
        open: OpenDoor,
        limits: QueueLimits,
        clock: Clock,
    ) -> Result<Self, std::io::Error> {
        let reader = Arc::new(RwLock::new(Arc::new(door.parts().1.clone())));
        let entrance = Entrance { queue: Arc::new(Queue::new(limits)), board: Arc::default(), reader, clock };
        entrance.board.set_open(true);
        // Before anybody connects; what cannot be read now is read in a second.
        if let Err(error) = entrance.board.turn(door.parts().0.store_mut(), clock()) {
            tracing::warn!(%error, "the list of certificates is not read yet");
        }
        let work = Work { entrance: entrance.clone(), door: Some(door), open, tried: Instant::now() };
        let thread = std::thread::Builder::new().name("committer".into()).spawn(move || work.run())?;
        Ok(Self { entrance, thread: Some(thread) })
    }

    /// Where messages are handed in.
    #[must_use]
    pub fn entrance(&self) -> Entrance {
        self.entrance.clone()
    }

    /// Takes nothing new, finishes what it holds, and closes the store; returns when that is done.
    pub fn stop(mut self) {
        self.finish();
    }

    fn finish(&mut self) {
        self.entrance.queue.shut();
        if let Some(thread) = self.thread.take() {
            // A panic in it was contained, or has been printed.
            let _ = thread.join();
        }
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.finish();
    }
}

struct Work {
    entrance: Entrance,
    /// Shut while another process has the store alone.
    door: Option<Box<dyn Door>>,
    open: OpenDoor,
    /// When opening was last tried.
    tried: Instant,
}

impl Work {
    fn run(mut self) {
        // However it ends, nobody waits for an answer that does not come.
        let _end = AtEnd(Arc::clone(&self.entrance.queue));
        let mut due = Instant::now();
        loop {
            match self.entrance.queue.next(due.saturating_duration_since(Instant::now())) {
                Next::One(first) => self.group(first),
                Next::Nothing => {}
                Next::Shut => return,
            }
            if due <= Instant::now() {
                self.round();
                due = Instant::now() + ROUND;
            }
        }
    }

    /// What is there, up to the bounds of a group.
    fn group(&mut self, first: Handed) {
        let begun = Instant::now();
        let group = gathered(first, || self.entrance.queue.take(), |one| one.message.bytes.len(), || begun.elapsed());
        self.commit(group);
    }

    /// Writes a group; where it is not the store's state that stops it, one message of it may be the reason: then each by itself.
    fn commit(&mut self, group: Vec<Handed>) {
        let (handed, read): (Vec<_>, Vec<_>) = group.into_iter().map(Handed::split).unzip();
        let alone = handed.len() == 1;
        match self.write(&handed, read) {
            Ok(taken) => answer(handed, taken),
            // Without an answer each hears that it was not stored.
            Err(Failed { by_itself: false }) => {}
            Err(Failed { by_itself: true }) if alone => {}
            Err(Failed { by_itself: true }) => {
                for one in handed {
                    let read = vec![read_message(&self.entrance.reader(), &one.0.arrival(), (self.entrance.clock)())];
                    let one = vec![one];
                    if let Ok(taken) = self.write(&one, read) {
                        answer(one, taken);
                    }
                }
            }
        }
    }

    fn write(&mut self, handed: &[Answering], read: Vec<ReadMessage>) -> Result<Vec<Unanswered>, Failed> {
        self.open_again();
        let Some(door) = &mut self.door else { return Err(Failed { by_itself: false }) };
        let (now, shared) = ((self.entrance.clock)(), &self.entrance.reader);
        let act = || {
            let (inbox, reader) = door.parts();
            follow(reader, inbox, shared, now)?;
            let arrivals: Vec<Arrival<'_>> = handed.iter().map(|(message, ..)| message.arrival()).collect();
            take_in_read(inbox, reader, &arrivals, read, now)
        };
        match catch_unwind(AssertUnwindSafe(act)) {
            Ok(Ok(taken)) => Ok(taken),
            Ok(Err(error)) => {
                tracing::error!(messages = handed.len(), %error, "not stored");
                Err(Failed { by_itself: may_be_of_one_message(&error) })
            }
            Err(_) => {
                // What it left behind in memory is not to be relied on: the store is opened anew.
                tracing::error!(
                    messages = handed.len(),
                    "not stored: a fault of the program; the store is opened again"
                );
                self.open_anew();
                Err(Failed { by_itself: true })
            }
        }
    }

    fn round(&mut self) {
        self.open_again();
        let Some(door) = &mut self.door else { return };
        if door.parts().0.store().is_asked_for() {
            tracing::info!("another process takes the store alone: let go");
            self.door = None;
            self.entrance.board.set_open(false);
            return;
        }
        let Entrance { queue, board, .. } = &self.entrance;
        let now = (self.entrance.clock)();
        let act = || {
            // What could not be noted now is noted later; a store that fails tells at the next message.
            if let Err(error) = board.turn(door.parts().0.store_mut(), now) {
                tracing::warn!(%error, "what came and was refused is not noted yet");
            }
            door.round(now, &|| queue.is_empty());
        };
        if catch_unwind(AssertUnwindSafe(act)).is_err() {
            tracing::error!("a fault of the program between two groups; the store is opened again");
            self.open_anew();
        }
    }

    fn open_anew(&mut self) {
        self.door = None;
        self.tried = Instant::now();
        self.door = catch_unwind(AssertUnwindSafe(&mut self.open)).unwrap_or_default();
        self.entrance.board.set_open(self.door.is_some());
    }

    fn open_again(&mut self) {
        if self.door.is_none() && self.tried.elapsed() >= ROUND {
            self.open_anew();
        }
    }
}

/// A group: the first, and what is there without waiting, until one of the bounds is reached. One of bytes is passed by one message at most.
fn gathered<T>(
    first: T,
    mut take: impl FnMut() -> Option<T>,
    size: impl Fn(&T) -> usize,
    mut elapsed: impl FnMut() -> Duration,
) -> Vec<T> {
    let (mut bytes, mut group) = (size(&first), vec![first]);
    while group.len() < GROUP_MESSAGES && bytes < GROUP_BYTES && elapsed() < GROUP_TIME {
        let Some(next) = take() else { break };
        bytes += size(&next);
        group.push(next);
    }
    group
}

struct AtEnd(Arc<Queue<Handed>>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        self.0.shut();
        while self.0.take().is_some() {}
    }
}

/// Why a group was not written.
struct Failed {
    /// One message of it may be the reason.
    by_itself: bool,
}

type Answering = (Arc<Message>, oneshot::Sender<Unanswered>, Place);

impl Handed {
    fn split(self) -> (Answering, ReadMessage) {
        ((self.message, self.answer, self.place), self.read)
    }
}

fn answer(handed: Vec<Answering>, taken: Vec<Unanswered>) {
    for ((_, answer, _), taken) in handed.into_iter().zip(taken) {
        // Who does not wait any more has lost nothing: the message is there, and its repeat comes to rest.
        let _ = answer.send(taken);
    }
}

/// Reads by the profiles in force now, here and on the threads that read ahead.
fn follow(
    reader: &mut Reader,
    inbox: &Inbox,
    shared: &RwLock<Arc<Reader>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if reader.follow(inbox.store(), now)? {
        *shared.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(reader.clone());
    }
    Ok(())
}

/// Whether what the store says may be about one message of a group, not about the store, its disk or its clock.
fn may_be_of_one_message(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Database { .. }
            | StoreError::Seal(_)
            | StoreError::Entry(_)
            | StoreError::Content(_)
            | StoreError::Tampered
            | StoreError::Directory(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a queue of so many messages of so many bytes, by a clock that goes on by so much at each look: messages and bytes of a group.
    fn group(messages: usize, bytes: usize, each: Duration) -> (usize, usize) {
        let (mut left, mut clock) = (messages - 1, Duration::ZERO);
        let take = || {
            left = left.checked_sub(1)?;
            Some(bytes)
        };
        let elapsed = || {
            clock += each;
            clock - each
        };
        let group = gathered(bytes, take, |size| *size, elapsed);
        (group.len(), group.iter().sum())
    }

    #[test]
    fn a_group_ends_at_500_messages_at_8_mib_or_at_20_ms_whichever_is_first_and_never_waits() {
        const AT_ONCE: Duration = Duration::ZERO;
        let millisecond = Duration::from_millis(1);
        assert_eq!(group(501, 5000, AT_ONCE).0, 500);
        assert_eq!(group(1000, 0, AT_ONCE).0, 500);
        // Bytes alone: the message that reaches the bound is the last.
        assert_eq!(group(100, 1 << 20, AT_ONCE), (8, 8 << 20));
        assert_eq!(group(100, 3 << 20, AT_ONCE), (3, 9 << 20));
        assert_eq!(group(9, 8 << 20, AT_ONCE), (1, 8 << 20));
        // Time alone.
        assert_eq!(group(400, 100, millisecond).0, 21);
        assert_eq!(group(400, 100, 20 * millisecond).0, 2);
        // What is there is all: nobody is waited for.
        assert_eq!(group(1, 5000, AT_ONCE).0, 1);
        assert_eq!(group(37, 5000, AT_ONCE).0, 37);
    }
}
