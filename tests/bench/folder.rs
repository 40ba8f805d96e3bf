//! Ten thousand files dropped at once into a watched folder beside a full store, and a window's engine that works meanwhile.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use app::Receiving;
use chrono::{DateTime, Utc};
use intake::{Committer, Door, FolderSettings, FolderWatch, Handling, QueueLimits, Reader, Terms};
use store::{HospitalStatus, Inbox, Store};

use crate::{
    Incoming,
    house::{House, origin},
    process::{cpu, resident_mb},
    row, year,
};

const FILES: usize = 10_000;

struct OwnDoor(Receiving);

impl Door for OwnDoor {
    fn parts(&mut self) -> (&mut Inbox, &mut Reader) {
        (&mut self.0.inbox, &mut self.0.reader)
    }

    fn round(&mut self, _: DateTime<Utc>, _: &dyn Fn() -> bool) {}
}

/// Fills a store with so many records and drops the files.
pub fn measure(records: usize, base: &Path) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let (place, incoming) = (folder.path().join("store"), folder.path().join("in"));
    let now = Utc::now();
    let year = year(records + FILES);
    let mut house = House::of_year(&place, &year, now);
    let rest = Incoming { year: &year, now, wall: Duration::ZERO, taken: 0 }.receive(&mut house, records);
    let mut hospitals = house.archive.store().connections().unwrap();
    for hospital in &mut hospitals {
        hospital.status = HospitalStatus::Production;
        hospital.folder.clone_from(&hospital.organisation.extension);
    }
    house.archive.store_mut().set_connections(&hospitals, now).unwrap();
    for hospital in &hospitals {
        fs::create_dir_all(incoming.join(hospital.folder.as_deref().unwrap())).unwrap();
    }
    let own = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).replace('\0', "");
        hospitals
            .iter()
            .find_map(|h| h.folder.clone().filter(|folder| text.contains(&format!("\"{folder}\""))))
            .unwrap()
    };
    let aside = folder.path().join("aside");
    fs::create_dir(&aside).unwrap();
    let mut names = Vec::new();
    for (n, bytes) in rest.iter().enumerate() {
        names.push((aside.join(n.to_string()), incoming.join(own(bytes)).join(format!("{n}.xml"))));
        fs::write(&names[n].0, bytes).unwrap();
    }
    let store = Store::open(&place, &house.root, origin(), now).unwrap();
    let door: Box<dyn Door> = Box::new(OwnDoor(house.receiving));
    let committer = Committer::start(door, Box::new(|| None), QueueLimits::default(), Utc::now).unwrap();
    let keep = Duration::from_secs(3600);
    let terms = Terms { taken: Duration::ZERO, refused: keep, acknowledgements: keep };
    let settings = FolderSettings { root: incoming, handling: Handling::PutAway(terms) };
    let watch = FolderWatch::start(settings, store, committer.entrance(), Utc::now).unwrap();
    while !watch.is_idle() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let all = || names.iter().any(|(_, to)| to.exists());
    let (started, before) = (Instant::now(), cpu("self"));
    let records_before = house.archive.store().status(false).unwrap().records;
    for (from, to) in &names {
        fs::rename(from, to).unwrap();
    }
    while all() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let wall = started.elapsed().as_secs_f64();
    let used = (cpu("self") - before).as_secs_f64();
    let status = house.archive.store().status(false).unwrap();
    assert_eq!(status.received.refused, 0);
    let taken = (status.records - records_before) as f64;
    row(
        &format!(
            "watched folder: {} files renamed in at once beside {records} records, taken in, acknowledged, put away",
            rest.len()
        ),
        format!(
            "{:.0}/s; {:.0} µs CPU a file; {taken} new records; {:.0} MB resident",
            rest.len() as f64 / wall,
            used / rest.len() as f64 * 1e6,
            resident_mb("self")
        ),
        "≥ 2,000/s",
    );
    watch.stop();
    committer.stop();
}
