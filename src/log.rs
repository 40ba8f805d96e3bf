//! The structured log of the receiving process, on standard error: as JSON, a line an event, or as text.
//!
//! **Invariant:** events of our own crates alone: what a library says may hold a file's name or a line of a request.
//! **Not here:** the audit log (`access`, `store`), sentences for a person (`output`).

use tracing::Level;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An object a line.
    Json,
    /// A line of text.
    Text,
}

impl Form {
    /// By its name on the command line.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "json" => Some(Self::Json),
            "text" => Some(Self::Text),
            _ => None,
        }
    }
}

/// Crates whose events are written.
const OURS: [&str; 4] = ["terugblik", "intake", "app", "store"];

/// Writes the log from now on, down to this level.
pub fn start(form: Form, level: Level) {
    let ours = Targets::new().with_targets(OURS.map(|name| (name, level)));
    let plain = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let layer = match form {
        Form::Json => plain.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
        Form::Text => plain.with_target(false).boxed(),
    };
    // Set once a process; where there is one already, that stays.
    let _ = tracing_subscriber::registry().with(layer.with_filter(ours)).try_init();
}
