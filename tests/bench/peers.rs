//! One contestant of a duel of receivers: prints `ready`, then for each number on standard input receives so many next
//! files of a folder, durably, one by one, and prints the seconds.

use std::{
    collections::BTreeSet,
    io::{BufRead, Write},
    path::{Path, PathBuf},
    time::Instant,
};

use chrono::Utc;

use crate::house::House;

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

/// Plays along until standard input ends. The rides lie beside the folder, as `FOLDER-rides.csv`.
pub fn play(messages: &Path, base: &Path) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let place = folder.path().join("store");
    let mut beside = messages.as_os_str().to_owned();
    beside.push("-rides.csv");
    let rides = std::fs::read_to_string(PathBuf::from(beside)).unwrap();
    let now = Utc::now();
    let mut house = House::new(&place, crew(&rides).into_iter(), now);
    house.receiving.import_rides(rides.as_bytes(), now, &mut |_, _| true).unwrap();
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
