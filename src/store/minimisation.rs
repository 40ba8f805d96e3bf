//! What senders sent too much, to talk to them about it: element paths and kinds with their counts, never a value.
//!
//! **Not here:** counting (`senders`, with the message), who is told (`app`).

use crate::{Store, StoreError};

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
        let sums = self.sums()?.by_path;
        let mut statement = self.connection.prepare_cached("SELECT id, sender, kind, path FROM over_path")?;
        let mut rows = statement.query([])?;
        let mut paths = Vec::new();
        while let Some(row) = rows.next()? {
            if let Some(count) = sums.get(&row.get(0)?).copied() {
                paths.push(OverDeliveredPath { sender: row.get(1)?, kind: row.get(2)?, path: row.get(3)?, count });
            }
        }
        paths.sort_by(|a, b| {
            let key = |one: &OverDeliveredPath| (one.sender, std::cmp::Reverse(one.count));
            key(a).cmp(&key(b)).then_with(|| (&a.path, &a.kind).cmp(&(&b.path, &b.kind)))
        });
        Ok(paths)
    }
}
