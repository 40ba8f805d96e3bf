//! Messages of late, as the log tells of them: without content, in bounded pages.
//!
//! **Not here:** what an entry's detail means (`message_note`), which messages are wanted and their words (`app`).

use access::{Entry, Event};
use chrono::{DateTime, Utc};
use rusqlite::params;

use crate::{MessageNote, Store, StoreError};

// LIMIT: entries of the log that are looked through for one page: other events stand between them, and a filter may want few.
const LOOKED_MAX: u64 = 10_000;

/// One message, or the refusal of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLine {
    /// Number of its entry.
    pub number: u64,
    /// When it came.
    pub at: DateTime<Utc>,
    /// What became of it.
    pub event: Event,
    /// It took the place of a record.
    pub replaces: bool,
    /// Its size in bytes.
    pub size: u64,
    /// What is noted of it.
    pub note: MessageNote,
}

/// A page of them, newest first.
#[derive(Clone, Debug, Default)]
pub struct MessagePage {
    /// The messages.
    pub lines: Vec<MessageLine>,
    /// Where to go on for older ones; `None`: the log has no more.
    pub older: Option<u64>,
}

impl Store {
    /// Messages before an entry (or the newest), as many as fit and are wanted. Of a log in which few are wanted a page may be short
    /// though there are older ones.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn messages_of_late(
        &self,
        before: Option<u64>,
        rows: usize,
        wanted: &dyn Fn(&MessageLine) -> bool,
    ) -> Result<MessagePage, StoreError> {
        let before = match before {
            Some(before) => before,
            None => self.log_length()? + 1,
        };
        let least = before.saturating_sub(LOOKED_MAX).max(1);
        // An entry that says that a record was replaced stands right before that of the message: one more is looked at.
        let mut statement = self.connection.prepare_cached(
            "SELECT n, event, body FROM audit WHERE n < ?1 AND n >= ?2 - 1 AND event BETWEEN 20 AND 24 ORDER BY n DESC",
        )?;
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let mut found = statement.query(params![number(before), number(least)])?;
        let mut lines: Vec<MessageLine> = Vec::new();
        let mut held: Option<MessageLine> = None;
        while let Some(row) = found.next()? {
            let (number, event): (u64, u16) = (row.get(0)?, row.get(1)?);
            let is_replaced = event == Event::RecordReplaced.code();
            if let Some(mut line) = held.take() {
                line.replaces = is_replaced && number + 1 == line.number && line.event == Event::MessageTakenIn;
                if wanted(&line) {
                    lines.push(line);
                }
                if lines.len() == rows {
                    break;
                }
            }
            if !is_replaced && number >= least {
                held = Some(line(number, &row.get::<_, Vec<u8>>(2)?)?);
            }
        }
        let last = held.filter(|line| lines.len() < rows && wanted(line));
        lines.extend(last);
        let reached = if lines.len() == rows { lines.last().map_or(least, |line| line.number) } else { least };
        Ok(MessagePage { older: (reached > 1).then_some(reached), lines })
    }
}

fn line(number: u64, body: &[u8]) -> Result<MessageLine, StoreError> {
    let entry = Entry::from_bytes(body)?;
    Ok(MessageLine {
        number,
        at: entry.at,
        event: entry.event,
        replaces: false,
        size: entry.count.unwrap_or(0),
        note: MessageNote::read(entry.detail.as_deref().unwrap_or_default()),
    })
}
