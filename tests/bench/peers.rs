//! One contestant of a duel of receivers: prints `ready`, then for each number on standard input receives so many next
//! files of a folder, durably, one by one, and prints the seconds; or listens over mutual TLS for a load generator.

use std::{
    collections::BTreeSet,
    io::{BufRead, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use domain::InstanceId;
use intake::listener::read_certificate;
use rustls_pki_types::{CertificateDer, pem::PemObject};
use store::HospitalStatus;

use crate::{house::House, receiving};

/// Root of the hospitals' URA numbers.
const URA: &str = "2.16.528.1.1007.3.3";

/// Staff numbers of a ride file, from the columns of nurse and driver.
fn crew(rides: &str) -> BTreeSet<String> {
    let mut lines = rides.lines();
    let heads: Vec<&str> = lines.next().unwrap_or_default().split(';').collect();
    let columns = ["verpleegkundige", "chauffeur"].map(|name| heads.iter().position(|head| *head == name));
    let of = |line: &str| {
        let cells: Vec<&str> = line.split(';').collect();
        columns.iter().flatten().filter_map(|i| cells.get(*i).map(|s| s.to_string())).collect::<Vec<_>>()
    };
    lines.flat_map(of).filter(|staff| !staff.is_empty()).collect()
}

/// Takes the rides in; a time that the clock of that night passed over is no time, and its line is left out.
fn register(house: &mut House, rides: &str, now: DateTime<Utc>) {
    let file = app::RideFile::open(rides.as_bytes().to_vec().into(), &app::RideLayout::standard()).unwrap();
    let judged = house.receiving.judge_rides(&file, now, &mut |_, _| true).unwrap();
    let done = house.receiving.import_judged(&file, &judged, app::BadLines::Skip, now, &mut |_, _| true);
    let lines = rides.lines().skip(1).count() as u64;
    assert!(done.imported.new * 100 > lines * 99, "{} of {lines} rides were taken in", done.imported.new);
}

/// A store with the rides of the messages in a folder, which lie beside it as `FOLDER-rides.csv`, and with their hospitals.
/// Beside them so many records of an invented year.
fn house(messages: &Path, place: &Path, records: usize, now: DateTime<Utc>) -> (House, String) {
    let mut beside = messages.as_os_str().to_owned();
    beside.push("-rides.csv");
    let rides = std::fs::read_to_string(PathBuf::from(beside)).unwrap();
    let year = (records > 0).then(|| crate::year(records));
    let mut staff = crew(&rides);
    let of_year = year.iter().flat_map(|year| year.crew.nurses.iter().chain(&year.crew.drivers));
    staff.extend(of_year.map(|member| member.staff.to_string()));
    let mut house = House::new(place, staff.into_iter(), now);
    if let Some(year) = &year {
        crate::Incoming { year, now, wall: Duration::ZERO, taken: 0 }.receive(&mut house, records);
    }
    register(&mut house, &rides, now);
    (house, rides)
}

/// Listens over mutual TLS until standard input ends: `server.pem`, `server.key` and `client.pem` lie in `certificates`.
pub fn serve(port: u16, (messages, certificates): (&Path, &Path), records: usize, base: &Path) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let (house, rides) = house(messages, &folder.path().join("store"), records, Utc::now());
    let app::Receiving { mut inbox, reader } = house.receiving;
    let client = CertificateDer::from_pem_file(certificates.join("client.pem")).unwrap();
    let fingerprint = read_certificate(&client).unwrap().seen.fingerprint;
    let organisations: BTreeSet<&str> = rides.lines().skip(1).filter_map(|line| line.split(';').nth(6)).collect();
    let hospitals = organisations.into_iter().map(|extension| {
        let id = InstanceId { root: URA.into(), extension: Some(extension.into()) };
        let certificates = vec![fingerprint.clone()];
        store::Hospital { certificates, ..store::Hospital::new(id, extension, HospitalStatus::Production) }
    });
    inbox.store_mut().set_connections(&hospitals.collect::<Vec<_>>(), Utc::now()).unwrap();
    let own = (certificates.join("server.pem"), certificates.join("server.key"));
    let (listener, committer) = receiving::listen(inbox, reader, port, own);
    println!("ready");
    let _ = std::io::stdin().lock().lines().count();
    listener.stop();
    committer.stop();
}

/// Plays along until standard input ends.
pub fn play(messages: &Path, base: &Path) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let now = Utc::now();
    let (mut house, _) = house(messages, &folder.path().join("store"), 0, now);
    let mut files: Vec<PathBuf> = std::fs::read_dir(messages).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let mut files = files.into_iter();
    let mut out = std::io::stdout().lock();
    writeln!(out, "ready").and_then(|()| out.flush()).unwrap();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let count: usize = line.trim().parse().unwrap();
        let started = Instant::now();
        for file in files.by_ref().take(count) {
            let bytes = std::fs::read(file).unwrap();
            let done = house.receiving.take_in_bytes(&[&bytes], now).unwrap();
            assert_eq!(done.refused, 0, "{:?}", done.refusals);
        }
        writeln!(out, "{}", started.elapsed().as_secs_f64()).and_then(|()| out.flush()).unwrap();
    }
}
