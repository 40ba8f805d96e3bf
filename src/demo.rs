//! `demo`: invented data into a temporary test store, then the window or the pictures of every screen.

use std::path::{Path, PathBuf};

use app::{
    AppError, Engine, Exit, Parameters, Worker,
    demo::{DemoDay, DemoPlan, Hindered, Samples, Tell, moved, progress},
};
use chrono::{NaiveDate, TimeDelta, Utc};
use viewmodel::{Appearance, ProgressScreen, Texts};

use crate::{
    command_line::Demo,
    demo_hindered, demo_hospitals, hospital, output,
    pictures::{self, Stores},
};

/// Professionals with an account: the one of the role, and forty more who read.
const PROFESSIONALS: usize = 41;
/// The day of the samples' rides, and how many days before the demo it is moved to.
const SAMPLES: Option<NaiveDate> = NaiveDate::from_ymd_opt(2026, 9, 14);
const SAMPLES_DAYS_AGO: i64 = 6;

/// A file system in memory, where Linux has one.
const IN_MEMORY: &str = "/dev/shm";
// LIMIT: bytes that must be free there: a demo of 20,000 messages takes a third of it.
const IN_MEMORY_BYTES_MIN: u64 = 1 << 30;

/// Where a store lies that does not outlive the program: in memory, unless a place was named or there is no room.
fn room() -> PathBuf {
    let roomy = || store::free_bytes(Path::new(IN_MEMORY)).is_some_and(|free| free >= IN_MEMORY_BYTES_MIN);
    let named = std::env::var_os("TMPDIR").is_some();
    if !named && roomy() { PathBuf::from(IN_MEMORY) } else { std::env::temp_dir() }
}

/// Fills the demo and shows it.
pub fn run(texts: &Texts, asked: Demo) -> Result<Exit, AppError> {
    let room = room();
    let folder = tempfile::tempdir_in(&room).map_err(|e| AppError::file(&room, &e))?;
    let place = folder.path().join("demo");
    let Demo { screenshots, messages, seed } = asked;
    if let Some(pictures) = screenshots {
        // Before the year is received: a place that cannot be is said at once.
        std::fs::create_dir_all(&pictures).map_err(|e| AppError::file(&pictures, &e))?;
        let mut said = None;
        let mut tell = |screen: ProgressScreen| {
            report(texts, &screen, &mut said);
            true
        };
        let mut full = fill(&place, messages, seed, &mut tell)?;
        let mut empty = fill_empty(&folder.path().join("empty"), Parameters::STANDARD)?;
        let mut busy = fill_busy(&folder.path().join("busy"), Parameters::STANDARD)?;
        crate::tell_desktop(&mut full);
        full.print_with(Box::new(crate::printing::Printer::new(texts.clone(), std::env::var_os("PATH"))));
        busy.print_with(Box::new(crate::printing::Printer::new(texts.clone(), std::env::var_os("PATH"))));
        let count = pictures::write(Stores { full: &mut full, empty: &mut empty, busy: &mut busy }, &pictures)?;
        let values = [("count", count.to_string()), ("place", pictures.display().to_string())];
        output::result(&texts.format("cli-screens-done", &values))?;
        return Ok(Exit::Done);
    }
    let said = texts.clone();
    let make: app::MakeEngine = Box::new(move |tell| {
        let mut engine = fill(&place, messages, seed, tell)?;
        engine.set_language(said.language());
        crate::tell_desktop(&mut engine);
        engine.print_with(Box::new(crate::printing::Printer::new(said.clone(), std::env::var_os("PATH"))));
        output::aside(&said.format("cli-demo-ready", &[("messages", said.number(messages as u64))]));
        Ok(engine)
    });
    let worker = Worker::start(crate::now, true, make).map_err(|e| AppError::file(Path::new("worker"), &e))?;
    let shown = crate::show(worker, texts.clone(), Appearance::default());
    drop(folder);
    shown
}

/// Says how far it is, a line at each tenth.
fn report(texts: &Texts, screen: &ProgressScreen, said: &mut Option<(&'static str, u64)>) {
    let (done, total) = screen.done;
    let now = (screen.title, done * 10 / total.max(1));
    if *said != Some(now) {
        *said = Some(now);
        output::aside(&format!("{}: {} / {}", texts.get(screen.title), texts.number(done), texts.number(total)));
    }
}

/// Invents the year and receives it; one day is in memory at a time.
fn fill(place: &Path, messages: usize, seed: u64, tell: &mut Tell<'_>) -> Result<Engine, AppError> {
    tell(progress(0, messages as u64));
    let now = Utc::now();
    // The year ends yesterday, so that the clock never runs back.
    let until = (now - TimeDelta::days(1)).date_naive();
    let settings = invent::Settings { seed, messages, ..invent::Settings::new(until) };
    let year = invent::Year::new(settings);
    let nurses = year.crew.nurses.iter().take(PROFESSIONALS);
    let plan = DemoPlan {
        folder: place.to_owned(),
        cost: Parameters::STANDARD,
        origin: crate::origin(),
        hospitals: demo_hospitals::of_demo(&year.hospitals, now.date_naive()),
        professionals: nurses.map(|m| (m.staff.to_string(), m.name.clone())).collect(),
        first: midnight(year.settings().first()),
        samples: Some(samples(now)),
        messages: messages as u64,
        hindered: Hindered::default(),
    };
    app::demo::fill(plan, &mut days_of(&year), tell)
}

fn days_of(year: &invent::Year) -> impl Iterator<Item = DemoDay> + Send + '_ {
    year.days().map(|day| DemoDay {
        date: day.date,
        rides: day.rides_csv,
        messages: day.messages.into_iter().map(|m| (m.at, m.bytes)).collect(),
    })
}

/// Days and messages of the store of forty hospitals.
const BUSY: (u32, usize) = (60, 120);

/// Forty hospitals more, and receiving that is hindered in every way.
pub fn fill_busy(place: &Path, cost: Parameters) -> Result<Engine, AppError> {
    let now = Utc::now();
    let until = (now - TimeDelta::days(1)).date_naive();
    let (days, messages) = BUSY;
    let year = invent::Year::new(invent::Settings { days, messages, ..invent::Settings::new(until) });
    let mut hospitals = demo_hospitals::of_demo(&year.hospitals, now.date_naive());
    hospitals.extend(demo_hospitals::forty(now.date_naive()));
    let nurse = year.crew.nurses.iter().take(1);
    let plan = DemoPlan {
        folder: place.to_owned(),
        cost,
        origin: crate::origin(),
        hindered: demo_hindered::of(&hospitals, now),
        hospitals,
        professionals: nurse.map(|m| (m.staff.to_string(), m.name.clone())).collect(),
        first: midnight(year.settings().first()),
        samples: None,
        messages: messages as u64,
    };
    app::demo::fill(plan, &mut days_of(&year), &mut |_| true)
}

/// The same accounts and hospitals, before anything has come in.
pub fn fill_empty(place: &Path, cost: Parameters) -> Result<Engine, AppError> {
    let now = Utc::now();
    let settings = invent::Settings { messages: 0, ..invent::Settings::new(now.date_naive()) };
    let year = invent::Year::new(settings);
    let nurse = year.crew.nurses.iter().take(1);
    let plan = DemoPlan {
        folder: place.to_owned(),
        cost,
        origin: crate::origin(),
        hospitals: year.hospitals.iter().map(hospital::connected).collect(),
        professionals: nurse.map(|m| (m.staff.to_string(), m.name.clone())).collect(),
        first: now,
        samples: None,
        messages: 0,
        hindered: Hindered::default(),
    };
    app::demo::fill(plan, &mut std::iter::empty(), &mut |_| true)
}

fn midnight(day: NaiveDate) -> chrono::DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// A remark of the samples, and the same with what identifies somebody.
const PLAIN: &str = "Overweeg bij deze presentatie een tweede ECG voor vertrek.";
const NAMED: &str = "Overweeg bij deze presentatie een tweede ECG voor vertrek. Vragen hierover aan mevrouw De Wit-van Dijk, 06-12345678, of spoed@ziekenhuis.example.";

/// The samples: 27 rides of one day and the messages that belong to them, of last week.
fn samples(received: chrono::DateTime<Utc>) -> Samples {
    let messages: [&[u8]; 8] = [
        include_bytes!("../resources/demo/programma-01-onjuist-bsn.xml"),
        include_bytes!("../resources/demo/programma-02-bsn-leeg.xml"),
        include_bytes!("../resources/demo/programma-03-bsn-gelijk.xml"),
        include_bytes!("../resources/demo/programma-04-akkoord.xml"),
        include_bytes!("../resources/demo/programma-05-niet-akkoord.xml"),
        include_bytes!("../resources/demo/programma-06-toelichting.xml"),
        include_bytes!("../resources/demo/20-volledig-2.4.xml"),
        include_bytes!("../resources/demo/23-niet-akkoord-2.5-verwijzing.xml"),
    ];
    let rides = include_bytes!("../resources/demo/rides.csv");
    let day = (received - TimeDelta::days(SAMPLES_DAYS_AGO)).date_naive();
    let recent = |sample: &[u8]| SAMPLES.map_or_else(|| sample.to_vec(), |of| moved(sample, of, day));
    let strange = include_str!("../resources/demo/52-onbekend-profiel.xml");
    // Each with an id and a ride of its own, which the register does not have; the first hospital's are read in by hand, the second's come as usual.
    let numbered = |n: u32| {
        let other = strange.replace("39bbbf22", &format!("39bbbf{n:02x}")).replace("4530", &format!("97{n}"));
        recent(if n < 32 { other } else { other.replace("00000101", "00000102") }.as_bytes())
    };
    // Somebody wrote to the crew in it whom to ask: what Terugblik shields in texts.
    let named = |sample: Vec<u8>| match String::from_utf8(sample) {
        Ok(text) => text.replace(PLAIN, NAMED).into_bytes(),
        Err(text) => text.into_bytes(),
    };
    Samples {
        rides: recent(rides),
        messages: messages.iter().map(|m| named(recent(m))).collect(),
        received,
        unrecognised: ((30..32).map(numbered).collect(), (32..37).map(numbered).collect()),
        profile: include_str!("../resources/demo/leverancier-profiel.toml"),
    }
}
