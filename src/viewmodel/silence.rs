//! A hospital that sends nothing, or nothing that is accepted: what the screen and `status` say of it.
//!
//! **Not here:** when that is an alarm (`stats`, `app`).

use chrono::NaiveDateTime;

use crate::{Command, Texts};

/// Why nothing is taken in, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SilenceCause {
    /// Since when messages, or its connections, are refused.
    pub since: NaiveDateTime,
    /// How many.
    pub count: u64,
    /// Key of why: a rule's sentence, or what is wrong with the certificate.
    pub why: String,
    /// Its connections are refused, before there is a message.
    pub at_the_door: bool,
}

/// One hospital that is silent for longer than it ever is.
#[derive(Clone)]
pub struct SilenceAlarm {
    /// Its name.
    pub name: String,
    /// Its last message that was accepted; `None`: there never was one.
    pub since: Option<NaiveDateTime>,
    /// Hours without one.
    pub hours: u64,
    /// Hours after which it is an alarm.
    pub limit_hours: u64,
    /// Key of what these hours rest on (`silence-basis-…`).
    pub basis: &'static str,
    /// Why, as far as it is known.
    pub cause: Option<SilenceCause>,
    /// Takes it up: *ik zoek het uit*; `None`: somebody has.
    pub take_up: Option<Command>,
}

/// `6 dagen`, `30 uur`.
#[must_use]
pub fn duration(hours: u64, texts: &Texts) -> String {
    // Under three days the hours tell more.
    let (key, n) = if hours < 72 { ("silence-hours", hours) } else { ("silence-days", hours / 24) };
    texts.format(key, &[("n", texts.number(n))])
}

impl SilenceCause {
    /// The sentence, or two.
    #[must_use]
    pub fn words(&self, texts: &Texts) -> String {
        let key = match (self.at_the_door, self.count) {
            (true, _) => "silence-cause-door",
            (false, 1) => "silence-cause-message",
            (false, _) => "silence-cause-messages",
        };
        let values = [("date", texts.date(self.since.date())), ("n", texts.number(self.count))];
        format!("{} {}", texts.format(key, &values), texts.get(&self.why))
    }
}

impl SilenceAlarm {
    /// The first words: who, and how long.
    #[must_use]
    pub fn head(&self, texts: &Texts) -> String {
        let key = if self.cause.is_some() { "silence-nothing-accepted" } else { "silence-nothing-sent" };
        texts.format(key, &[("name", self.name.clone()), ("time", duration(self.hours, texts))])
    }

    /// The rest: why, or what is usual.
    #[must_use]
    pub fn rest(&self, texts: &Texts) -> String {
        match &self.cause {
            Some(cause) => cause.words(texts),
            None => texts.format(self.basis, &[("time", duration(self.limit_hours, texts))]),
        }
    }
}
