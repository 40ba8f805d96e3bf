//! Ten thousand files dropped at once into a watched folder beside a full store.
//!
//! **Not here:** how the window does meanwhile (`window`).

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use app::Receiving;
use chrono::{DateTime, Utc};
use intake::{Committer, Door, FolderSettings, FolderWatch, Handling, QueueLimits, Reader, Terms};
use store::{Archive, Hospital, HospitalStatus, Inbox, Store};

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

/// Files that lie aside, on the same file system as the folder they are to be renamed into.
pub struct Aside {
    names: Vec<(PathBuf, PathBuf)>,
}

impl Aside {
    fn lay(files: &[Vec<u8>], hospitals: &[Hospital], folder: &Path, incoming: &Path) -> Self {
        let own = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replace('\0', "");
            hospitals
                .iter()
                .find_map(|h| h.folder.clone().filter(|folder| text.contains(&format!("\"{folder}\""))))
                .unwrap()
        };
        let aside = folder.join("aside");
        fs::create_dir(&aside).unwrap();
        let mut names = Vec::new();
        for (n, bytes) in files.iter().enumerate() {
            names.push((aside.join(n.to_string()), incoming.join(own(bytes)).join(format!("{n}.xml"))));
            fs::write(&names[n].0, bytes).unwrap();
        }
        Self { names }
    }

    fn drop_all(&self) {
        for (from, to) in &self.names {
            fs::rename(from, to).unwrap();
        }
    }

    /// Whether files are left.
    pub fn are_left(&self) -> bool {
        self.names.iter().any(|(from, to)| to.exists() || from.exists())
    }
}

/// What stands while files are dropped.
pub struct Standing<'a> {
    /// Of what the receiver does not need.
    pub archive: Archive,
    /// The files.
    pub aside: &'a Aside,
}

/// Fills a store with so many records and drops the files.
pub fn measure(records: usize, base: &Path) {
    dropped((records, FILES), base, |standing, drop_them| {
        drop_them();
        while standing.aside.are_left() {
            std::thread::sleep(Duration::from_millis(10));
        }
    });
}

/// So many files beside so many records: `meanwhile` has them dropped, and comes back when none is left.
pub fn dropped((records, files): (usize, usize), base: &Path, meanwhile: impl FnOnce(Standing<'_>, &dyn Fn())) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let (place, incoming) = (folder.path().join("store"), folder.path().join("in"));
    let now = Utc::now();
    let year = year(records + files);
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
    let aside = Aside::lay(&rest, &hospitals, folder.path(), &incoming);
    let store = || Store::open(&place, &house.root, origin(), now).unwrap();
    let (watched, counted) = (store(), store());
    let door: Box<dyn Door> = Box::new(OwnDoor(house.receiving));
    let committer = Committer::start(door, Box::new(|| None), QueueLimits::default(), Utc::now).unwrap();
    let keep = Duration::from_secs(3600);
    let terms = Terms { taken: Duration::ZERO, refused: keep, acknowledgements: keep };
    let settings = FolderSettings::new(incoming, Handling::PutAway(terms));
    let watch = FolderWatch::start(settings, watched, committer.entrance(), Utc::now).unwrap();
    while !watch.is_idle() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let records_before = counted.status(false).unwrap().records;
    let begun = std::cell::Cell::new((Instant::now(), cpu("self")));
    std::thread::scope(|scope| {
        let drop_them = || {
            begun.set((Instant::now(), cpu("self")));
            let aside = &aside;
            scope.spawn(move || aside.drop_all());
        };
        meanwhile(Standing { archive: house.archive, aside: &aside }, &drop_them);
    });
    let (started, before) = begun.get();
    let wall = started.elapsed().as_secs_f64();
    let used = (cpu("self") - before).as_secs_f64();
    let status = counted.status(false).unwrap();
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
