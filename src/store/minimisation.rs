//! What senders sent too much, to talk to them about it: element paths and kinds with their counts, never a value.
//!
//! **Not here:** counting (`senders`, with the message), who is told (`app`).

use std::collections::BTreeMap;

use domain::IdentifierKind;
use rusqlite::{OptionalExtension, params};

use crate::{
    Store, StoreError,
    senders::{OVER_KIND, in_text_code},
};

/// One element path that a sender sends too much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverDeliveredPath {
    /// The sender's number.
    pub sender: i64,
    /// Its kind (MESSAGE12 §9).
    pub kind: String,
    /// The element path; empty where a sender has more paths than are kept.
    pub path: String,
    /// How many, ever.
    pub count: u64,
}

impl Store {
    /// Element paths sent too much, by sender, most first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn over_delivered_paths(&self) -> Result<Vec<OverDeliveredPath>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT p.sender, p.kind, p.path, sum(c.n) FROM counter c JOIN over_path p ON p.id = c.kind - ?1
             WHERE c.kind > ?1 AND c.day < 9999999 GROUP BY p.id ORDER BY p.sender, sum(c.n) DESC, p.path, p.kind",
        )?;
        let rows = statement.query_map([OVER_KIND], |row| {
            Ok(OverDeliveredPath { sender: row.get(0)?, kind: row.get(1)?, path: row.get(2)?, count: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Places in a sender's free text that identify, by kind; kinds without one are left out.
    pub(crate) fn in_text(&self, sender: i64) -> Result<BTreeMap<&'static str, u64>, StoreError> {
        let mut counts = BTreeMap::new();
        let mut statement = self
            .connection
            .prepare_cached("SELECT sum(n) FROM counter WHERE kind = ?1 AND who = ?2 AND day < 9999999")?;
        for kind in IdentifierKind::ALL {
            let n: Option<u64> =
                statement.query_row(params![in_text_code(kind), sender], |row| row.get(0)).optional()?.flatten();
            if let Some(n) = n {
                counts.insert(kind.name(), n);
            }
        }
        Ok(counts)
    }
}
