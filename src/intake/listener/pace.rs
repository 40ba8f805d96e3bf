//! How long a connection may stay as it is: each stage has its time, and who is over it is closed.
//!
//! **Not here:** messages that come in too slowly or wait too long for the store: they get a status (`request`).

use std::{
    collections::HashMap,
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::Notify,
};

const IDLE: u8 = 0;
const HEADER: u8 = 1;
const REQUEST: u8 = 2;
const ANSWER: u8 = 3;

/// Seconds of each stage.
#[derive(Clone, Copy)]
pub(crate) struct Stages {
    pub(crate) idle: Duration,
    pub(crate) header: Duration,
    pub(crate) answer: Duration,
}

/// Where one connection is.
pub(crate) struct Pace {
    began: Instant,
    stages: Stages,
    stage: AtomicU8,
    /// Milliseconds since it began.
    until: AtomicU64,
    over: Notify,
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Pace {
    fn new(stages: Stages) -> Self {
        let until = AtomicU64::new(milliseconds(stages.idle));
        Self { began: Instant::now(), stages, stage: AtomicU8::new(IDLE), until, over: Notify::new() }
    }

    fn enter(&self, stage: u8, time: Option<Duration>) {
        let until = time.map_or(u64::MAX, |time| milliseconds(self.began.elapsed().saturating_add(time)));
        self.until.store(until, Relaxed);
        self.stage.store(stage, Relaxed);
    }

    /// A request's header is there: what follows has clocks of its own.
    pub(crate) fn request(&self) {
        self.enter(REQUEST, None);
    }

    /// Its answer is to be taken.
    pub(crate) fn answer(&self) {
        self.enter(ANSWER, Some(self.stages.answer));
    }

    fn came(&self) {
        if self.stage.load(Relaxed) == IDLE {
            self.enter(HEADER, Some(self.stages.header));
        }
    }

    fn went(&self) {
        if self.stage.load(Relaxed) == ANSWER {
            self.enter(IDLE, Some(self.stages.idle));
        }
    }

    /// Ends when the connection is over its time.
    pub(crate) async fn over(&self) {
        self.over.notified().await;
    }

    /// Whether a request had begun.
    pub(crate) fn had_begun(&self) -> bool {
        self.stage.load(Relaxed) != IDLE
    }
}

/// All connections.
#[derive(Default)]
pub(crate) struct Paces(Mutex<(u64, HashMap<u64, Arc<Pace>>)>);

/// One of them; looked after until dropped.
pub(crate) struct Paced {
    all: Arc<Paces>,
    number: u64,
    pub(crate) pace: Arc<Pace>,
}

impl Drop for Paced {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).1.remove(&self.number);
    }
}

impl Paces {
    pub(crate) fn begin(self: &Arc<Self>, stages: Stages) -> Paced {
        let pace = Arc::new(Pace::new(stages));
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.0 += 1;
        let number = all.0;
        all.1.insert(number, Arc::clone(&pace));
        drop(all);
        Paced { all: Arc::clone(self), number, pace }
    }

    /// Tells those that are over their time.
    pub(crate) fn sweep(&self) {
        for pace in self.0.lock().unwrap_or_else(PoisonError::into_inner).1.values() {
            if milliseconds(pace.began.elapsed()) > pace.until.load(Relaxed) {
                pace.over.notify_one();
            }
        }
    }
}

/// A stream that says when something came and when all was taken.
pub(crate) struct PacedStream<S> {
    inner: S,
    pace: Arc<Pace>,
}

impl<S> PacedStream<S> {
    pub(crate) fn new(inner: S, pace: Arc<Pace>) -> Self {
        Self { inner, pace }
    }

    pub(crate) fn into_inner(self) -> S {
        self.inner
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PacedStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.pace.came();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PacedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(cx);
        if matches!(flushed, Poll::Ready(Ok(()))) {
            self.pace.went();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
