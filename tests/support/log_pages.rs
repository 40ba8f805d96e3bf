//! Pages in a store's write-ahead log, by the table or index each belongs to.
//!
//! Source: SQLite's "WAL-mode file format": a head of 32 bytes with the salt at 16; a frame is a page of 4096 bytes with a
//! head of 24, of which the page's number comes first and the salt at 8.

use std::{collections::BTreeMap, path::Path};

use rusqlite::Connection;

/// Pages written since the log last began; `raw` is a connection to the store `file`.
pub fn by_table(raw: &Connection, file: &Path) -> BTreeMap<String, u32> {
    let log = std::fs::read(file.with_extension("db-wal")).unwrap();
    let mut statement = raw.prepare("SELECT pageno, name FROM dbstat").unwrap();
    let names = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let names: BTreeMap<u32, String> = names.map(Result::unwrap).collect();
    let mut pages = BTreeMap::new();
    let Some((head, frames)) = log.split_at_checked(32) else { return pages };
    for frame in frames.chunks_exact(24 + 4096).take_while(|frame| frame[8..16] == head[16..24]) {
        let page = u32::from_be_bytes(frame[..4].try_into().unwrap());
        *pages.entry(names.get(&page).cloned().unwrap_or_default()).or_default() += 1;
    }
    pages
}
