//! The import of a whole register: seconds and the most memory, from CSV and from a workbook.
//!
//! Each runs in a process of its own, whose memory begins small.

use std::{path::Path, time::Instant};

use app::{BadLines, RideFile, RideLayout};
use chrono::{DateTime, TimeDelta, Utc};
use zeroize::Zeroizing;

use crate::{
    house::House,
    workbook::{Is, workbook},
};

const HEAD: &str = "inzetnummer;ambulancenummer;vertrek;overdracht_seh;urgentie;standplaats;ziekenhuis_ura;werkdiagnose_code;\
                    werkdiagnose_stelsel;werkdiagnose;bsn_vooraankondiging;bericht_8_9_10;verpleegkundige;chauffeur;derde";
const FIRST: &str = "1001";

fn cells(n: usize, now: DateTime<Utc>) -> [String; 15] {
    let minutes = i64::try_from(n % 300_000).unwrap();
    let departed = now - TimeDelta::days(1) - TimeDelta::minutes(minutes);
    let time = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M").to_string();
    [
        format!("12-2026-{}-1", 100_000 + n),
        format!("12-{}", 101 + n % 40),
        time(departed),
        time(departed + TimeDelta::minutes(50)),
        "A1".into(),
        "Oost".into(),
        format!("{:08}", 101 + n % 8),
        "22298006".into(),
        "http://snomed.info/sct".into(),
        "Myocardinfarct".into(),
        if n.is_multiple_of(3) { String::new() } else { "999900043".into() },
        "ja".into(),
        format!("{}", 1001 + n % 100),
        format!("{}", 2001 + n % 100),
        String::new(),
    ]
}

/// The file, as CSV or as a workbook.
pub fn write(format: &str, count: usize, file: &Path, now: DateTime<Utc>) {
    let rows = (0..count).map(|n| cells(n, now));
    let bytes = if format == "xlsx" {
        let head = HEAD.split(';').map(Is::text).collect();
        let first = chrono::DateTime::from_timestamp(-2_209_161_600, 0).unwrap();
        let days = |cell: &str| {
            let at = chrono::NaiveDateTime::parse_from_str(cell, "%Y-%m-%dT%H:%M").unwrap().and_utc();
            (at - first).num_minutes() as f64 / 1440.0
        };
        let cell = |(at, cell): (usize, &String)| match at {
            2 | 3 => Is::date(days(cell)),
            _ => Is::text(cell),
        };
        let row = |row: [String; 15]| row.iter().enumerate().map(cell).collect();
        workbook(std::iter::once(head).chain(rows.map(row)), false)
    } else {
        let lines = std::iter::once(HEAD.to_owned()).chain(rows.map(|row| row.join(";")));
        lines.map(|line| line + "\n").collect::<String>().into_bytes()
    };
    std::fs::write(file, bytes).unwrap();
}

/// The most memory this process ever had, in MB.
fn most_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Imports a file that lies there, and tells seconds of judging, seconds in all, and the most memory.
pub fn import(file: &Path, base: &Path) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let now = Utc::now();
    let mut house = House::new(&folder.path().join("store"), std::iter::once(FIRST.to_owned()), now);
    let started = Instant::now();
    let bytes: Zeroizing<Vec<u8>> = app::read_rides(file).unwrap();
    let open = RideFile::open(bytes, &RideLayout::standard()).unwrap();
    let judged = house.receiving.judge_rides(&open, now, &mut |_, _| true).unwrap();
    let read = started.elapsed();
    let done = house.receiving.import_judged(&open, &judged, BadLines::Refuse, now, &mut |_, _| true);
    assert!(done.failed.is_none() && done.refused == 0 && done.left == 0, "{done:?}");
    println!(
        "{} rides: judged in {:.1} s, in the register after {:.1} s, {} MB at most",
        done.imported.new,
        read.as_secs_f64(),
        started.elapsed().as_secs_f64(),
        most_megabytes()
    );
}
