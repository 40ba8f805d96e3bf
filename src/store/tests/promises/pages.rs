//! A single commit is at most fourteen pages of write-ahead log with two crew members served (DESIGN §5).

use std::collections::BTreeMap;

use crate::support::*;

// A frame is a header of 24 bytes and a page of 4096.
const FRAME: u64 = 24 + 4096;

#[test]
fn a_commit_with_two_crew_members_served_takes_at_most_fourteen_pages() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.raw().execute("UPDATE crew_right SET diagnosis = 1, remarks = 1", []).unwrap();
    house.activate(NURSE);
    house.activate(DRIVER);
    let rides: Vec<store::Ride> = (0..400)
        .map(|i| store::Ride {
            number: domain::RideNumber::parse(&format!("12-2026-{}-1", 5000 + i)).unwrap(),
            ..ride(&[(NURSE, 1), (DRIVER, 2)])
        })
        .collect();
    inbox.import_rides(&rides, now()).unwrap();
    let numbered = |i: usize| store::Incoming {
        ride: domain::RideNumber::parse(&format!("12-2026-{}-1", 5000 + i)).unwrap(),
        ..message(&format!("m{i}"))
    };
    let batch: Vec<_> = (0..350).map(|i| store::Arrived::Message(Box::new(numbered(i)))).collect();
    inbox.append(&batch, now()).unwrap();
    house.raw().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let log = house.folder.path().join("terugblik.db-wal");
    let length = || std::fs::metadata(&log).map_or(0, |m| m.len().saturating_sub(32));
    let start = length();
    for i in 350..380 {
        take(&mut inbox, numbered(i));
    }
    #[expect(clippy::cast_precision_loss, reason = "some hundreds of frames")]
    let pages = ((length() - start) / FRAME) as f64 / 30.0;
    println!("{pages:.1} pages a commit; 350 rows in the store, crew of two served: {:?}", by_table(&house, start));
    assert!(pages <= 14.0, "{pages:.1} pages a commit");
}

#[test]
fn a_log_that_is_written_on_and_on_begins_anew_instead_of_growing() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    let written: u64 = 640 * 8 * FRAME;
    for i in 0..640 {
        take(&mut inbox, message(&format!("m{i}")));
    }
    let log = std::fs::metadata(house.folder.path().join("terugblik.db-wal")).unwrap().len();
    assert!(log < written / 2, "{log} bytes after some {written}");
}

/// Frames of the log from `start` on, by the table or index whose page each holds.
fn by_table(house: &House, start: u64) -> BTreeMap<String, usize> {
    let raw = house.raw();
    let mut statement = raw.prepare("SELECT pageno, name FROM dbstat").unwrap();
    let names: BTreeMap<u32, String> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    let log = std::fs::read(house.folder.path().join("terugblik.db-wal")).unwrap();
    let frames = log[32 + usize::try_from(start).unwrap()..].chunks_exact(usize::try_from(FRAME).unwrap());
    let mut counts = BTreeMap::new();
    for frame in frames {
        let page = u32::from_be_bytes(frame[..4].try_into().unwrap());
        *counts.entry(names.get(&page).cloned().unwrap_or_default()).or_default() += 1;
    }
    counts
}
