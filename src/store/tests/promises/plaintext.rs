//! With the key in hand, no word of a patient stands in any page: tables, free pages, write-ahead log.

use crate::support::*;

#[test]
fn no_decrypted_page_or_log_frame_holds_a_value_of_the_sample() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    let mut all = message("a");
    all.identification = Some(identification(BSN));
    take(&mut inbox, all);
    inbox
        .import_rides(&[store::Ride { announced: store::announced_bsn(OTHER_BSN), ..ride(&[(NURSE, 1)]) }], now())
        .unwrap();
    deliver_all(&mut inbox);
    // The decrypted pages, free ones too, as SQLite hands them out; the log is in them after a checkpoint.
    let raw = house.raw();
    let marks = ["kanarie", BSN, OTHER_BSN, "PN-4711", "230690007", "266257000"];
    let mut tables = raw.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let names: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(names.len() > 15);
    for name in names {
        let mut statement = raw.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                let value = row.get_ref(column).unwrap();
                let bytes = match value {
                    rusqlite::types::ValueRef::Integer(n) => n.to_string().into_bytes(),
                    rusqlite::types::ValueRef::Text(b) | rusqlite::types::ValueRef::Blob(b) => b.to_vec(),
                    rusqlite::types::ValueRef::Null | rusqlite::types::ValueRef::Real(_) => continue,
                };
                for mark in marks {
                    let found = bytes.windows(mark.len()).any(|w| w == mark.as_bytes());
                    assert!(!found, "{name} column {column} holds {mark}");
                }
            }
        }
    }
    // And nothing of it in any file as it lies there.
    for entry in std::fs::read_dir(house.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!marks.iter().any(|m| bytes.windows(m.len()).any(|w| w == m.as_bytes())));
    }
}
