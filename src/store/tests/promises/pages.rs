//! A single commit is at most fourteen pages of write-ahead log with two crew members served (DESIGN §5).

use crate::{log_pages, support::*};

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
    for i in 350..380 {
        take(&mut inbox, numbered(i));
    }
    let pages = log_pages::by_table(&house.raw(), &house.file());
    let each = f64::from(pages.values().sum::<u32>()) / 30.0;
    println!("{each:.1} pages a commit; 350 rows in the store, crew of two served: {pages:?}");
    assert!(each <= 14.0, "{each:.1} pages a commit");
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
