//! Reading a message 12: parse, validate, minimise, split, on one core; and whether time grows with size and no faster.
//!
//! `packaging/dev bench reading`. TERUGBLIK_BENCH_MESSAGES names a folder of messages to read besides the one made here.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::{hint::black_box, path::PathBuf};

use chrono::{DateTime, TimeZone, Utc};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use domain::{RavNumber, StoreKind};
use hl7::{Context, Keep, Limits, Profiles};

/// As in the program.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 20, 10, 0, 0).unwrap()
}

fn sample(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/messages");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// The sample with all parts, with vital signs until it is so long.
fn of_bytes(bytes: usize) -> String {
    const VITAL_SIGN: &str = "<entry><observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"8867-4\" \
        codeSystem=\"2.16.840.1.113883.6.1\" displayName=\"Hartfrequentie\"/>\
        <value xsi:type=\"PQ\" value=\"88\" unit=\"/min\"/></observation></entry>\n";
    let whole = sample("20-volledig-2.4.xml");
    let (before, after) = whole.rsplit_once("</section>").unwrap();
    let room = bytes.saturating_sub(whole.len());
    format!("{before}{}</section>{after}", VITAL_SIGN.repeat(room / VITAL_SIGN.len()))
}

fn read(message: &[u8], profiles: &Profiles, limits: &Limits) -> hl7::Parts {
    let context = Context { received: now(), rav: RavNumber::new(12), kind: StoreKind::Test, charset: None };
    let valid = hl7::read(message, profiles, limits, &context).unwrap();
    hl7::split(hl7::minimise(valid, &Keep::ALL, false), now())
}

fn reading(criterion: &mut Criterion) {
    let profiles = Profiles::shipped().unwrap();
    let limits = Limits { message_bytes_max: 16 << 20, ..Limits::default() };
    let mut group = criterion.benchmark_group("read");
    for bytes in [6_000, 10_000, 100_000, 1_000_000] {
        let message = of_bytes(bytes);
        group.throughput(Throughput::Bytes(message.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(bytes), &message, |bench, message| {
            bench.iter(|| black_box(read(message.as_bytes(), &profiles, &limits)));
        });
    }
    if let Some(folder) = std::env::var_os("TERUGBLIK_BENCH_MESSAGES") {
        let files = std::fs::read_dir(folder).unwrap().map(|f| std::fs::read(f.unwrap().path()).unwrap());
        let messages: Vec<Vec<u8>> = files.collect();
        let bytes: usize = messages.iter().map(Vec::len).sum();
        group.throughput(Throughput::Bytes((bytes / messages.len()) as u64));
        let mut turn = messages.iter().cycle();
        group.bench_function("folder", |bench| {
            bench.iter(|| black_box(read(turn.next().unwrap(), &profiles, &limits)));
        });
    }
    group.finish();
}

/// What is refused: the offending byte comes early, 16 MiB follow. And 100,000 attributes on one element.
fn refusing(criterion: &mut Criterion) {
    let profiles = Profiles::shipped().unwrap();
    let limits = Limits { message_bytes_max: 16 << 20, ..Limits::default() };
    let context = Context { received: now(), rav: RavNumber::new(12), kind: StoreKind::Test, charset: None };
    let head = "<ClinicalDocument xmlns=\"urn:hl7-org:v3\">";
    let filled =
        |start: &str, again: &str| format!("{start}{}", again.repeat(((16 << 20) - start.len()) / again.len()));
    let attributes: String = (0..100_000).map(|i| format!(" a{i}=\"x\"")).collect();
    let hostile = [
        ("a DTD", filled("<!DOCTYPE x><x>", "<y/>")),
        ("too deep", filled(head, "<section>")),
        ("too many elements", filled(head, "<section/>")),
        ("no message", filled("<html>", "<p>x</p>")),
        ("a second root", filled(&format!("{head}</ClinicalDocument>"), "<x/>")),
        ("one text without an end", filled(head, "tekst ")),
        ("100,000 attributes", format!("{head}<section{attributes}/></ClinicalDocument>")),
    ];
    let mut group = criterion.benchmark_group("refuse");
    group.sample_size(10);
    for (what, message) in &hostile {
        group.bench_function(*what, |bench| {
            bench.iter(|| black_box(hl7::read(message.as_bytes(), &profiles, &limits, &context).err().unwrap()));
        });
    }
    group.finish();
}

/// The scan of free text for what identifies (R28): its time grows as its text.
fn scanning(criterion: &mut Criterion) {
    let remark = "Pijn 7/10, RR 140/90 om 13.45 uur; mw. Voorbeeld is gebeld op 06-00000000 door collega 12-104. ";
    let mut group = criterion.benchmark_group("scan");
    for bytes in [1_000, 10_000, 100_000] {
        let text = remark.repeat(bytes / remark.len());
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(bytes), &text, |bench, text| {
            bench.iter(|| black_box(domain::identifiers_in_text(text)));
        });
    }
    group.finish();
}

criterion_group!(benches, reading, refusing, scanning);
criterion_main!(benches);
