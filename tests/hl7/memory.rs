//! What reading a message costs in memory: under eight times the largest allowed message, whatever is in it.
#![allow(missing_docs, clippy::unwrap_used)]

use chrono::{TimeZone, Utc};
use domain::{RavNumber, StoreKind};
use hl7::{Context, Keep, Limits, Profiles};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A document of about so many bytes: this, again and again, where sections stand.
fn of_bytes(bytes: usize, before: &str, again: &str, after: &str) -> String {
    let head = "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
        <templateId root=\"2.16.840.1.113883.19.12.9\" extension=\"bericht12-2.4\"/>\
        <component><structuredBody><component><section><entry><act>\
        <code code=\"AMBT\" codeSystem=\"2.16.840.1.113883.5.6\"/>\
        <id root=\"2.16.840.1.113883.2.4.3.32.5\" extension=\"12-2026-4510-1\"/></act></entry>";
    let tail = "</section></component></structuredBody></component></ClinicalDocument>";
    let times = (bytes - head.len() - before.len() - after.len() - tail.len()) / again.len();
    format!("{head}{before}{}{after}{tail}", again.repeat(times))
}

/// The most that was held at once beyond the message itself.
fn cost(message: &[u8], limits: &Limits) -> usize {
    let profiles = Profiles::shipped().unwrap();
    let now = Utc.with_ymd_and_hms(2026, 9, 20, 10, 0, 0).unwrap();
    let context = Context { received: now, rav: RavNumber::new(12), kind: StoreKind::Test, charset: None };
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    match hl7::read(message, &profiles, limits, &context) {
        Ok(valid) => {
            let valid = hl7::minimise(valid, &Keep::ALL, false);
            drop(hl7::split(valid, now));
        }
        Err(refusal) => drop(refusal),
    }
    MEMORY.peak_usage() - before
}

#[test]
fn the_largest_message_costs_less_than_eight_times_its_size() {
    let limits = Limits::default();
    let bytes = limits.message_bytes_max;
    let observation = |inside: &str| {
        let code = "<code code=\"TOELMED\" codeSystem=\"2.16.840.1.113883.19.12.1\"/>";
        format!("<entry><observation>{code}{inside}</observation></entry>")
    };
    let shapes = [
        ("elements", "", "<a>x</a>             ".to_owned(), ""),
        ("attributes", "", format!("<a {}/>", (0..60).map(|i| format!("a{i}=\"\" ")).collect::<String>()), ""),
        ("ids", "<text>", "<a ID=\"x\">y</a>      ".to_owned(), "</text>"),
        ("references", "<text>", "&lt;".to_owned(), "</text>"),
        ("parts of text", "<text>", "x<![CDATA[]]>".to_owned(), "</text>"),
        ("one text", &observation("")[..0], "tekst ".to_owned(), ""),
        ("remarks", "", observation("<text>x</text>"), ""),
        ("over-delivery", "", "<entry><supply/></entry>".to_owned(), ""),
        (
            "translations",
            "<entry><observation><code code=\"DIAGNOSESEH\" codeSystem=\"2.16.840.1.113883.19.12.1\"/><value>",
            "<translation code=\"1\"/>".to_owned(),
            "</value></observation></entry>",
        ),
        (
            "diagnoses",
            "<entry><observation><code code=\"DIAGNOSESEH\" codeSystem=\"2.16.840.1.113883.19.12.1\"/>",
            "<value code=\"1\"/>     ".to_owned(),
            "</observation></entry>",
        ),
    ];
    for (name, before, again, after) in &shapes {
        let message = of_bytes(bytes, before, again, after);
        for (encoding, message) in
            [("UTF-8", message.clone().into_bytes()), ("UTF-16", utf_16(&message[..message.len() / 2 - 200]))]
        {
            let cost = cost(&message, &limits);
            let ratio = cost as f64 / message.len() as f64;
            println!("{name} in {encoding}: {} bytes, {ratio:.2} times", message.len());
            assert!(ratio < 8.0, "{name} in {encoding}: {ratio:.2}");
        }
    }
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
