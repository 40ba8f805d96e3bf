//! Each sample of `messages/` leads to what `expected.toml` says (its README's lines as a table): through `inspect --json` of
//! the real program, and through `take_in` of a real store under the README's conditions; and both read the same.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use app::Receiving;
use intake::{Arrival, Taken, TakenOutcome, Way};
use serde_json::Value;
use store::{WorkReason, WorkState};
use viewmodel::{AgreementShown, Command, MaskedTexts, Screen, Shown, Words};

use crate::{
    house::{House, now},
    support::{Place, fixtures, path},
};

macro_rules! samples {
    ($($name:ident $file:literal;)*) => {
        /// In the README's order.
        pub const FILES: [&str; 38] = [$($file),*];

        mod through_inspect {
            $(#[test] fn $name() { super::inspects($file); })*
        }

        mod through_take_in {
            $(#[test] fn $name() { super::takes_in($file); })*
        }
    };
}

samples! {
    programma_01_onjuist_bsn "programma-01-onjuist-bsn.xml";
    programma_02_bsn_leeg "programma-02-bsn-leeg.xml";
    programma_03_bsn_gelijk "programma-03-bsn-gelijk.xml";
    programma_04_akkoord "programma-04-akkoord.xml";
    programma_05_niet_akkoord "programma-05-niet-akkoord.xml";
    programma_06_toelichting "programma-06-toelichting.xml";
    message_20_volledig_2_4 "20-volledig-2.4.xml";
    message_21_volledig_2_4_versie_2 "21-volledig-2.4-versie-2.xml";
    message_22_akkoord_2_5 "22-akkoord-2.5.xml";
    message_23_niet_akkoord_2_5_verwijzing "23-niet-akkoord-2.5-verwijzing.xml";
    message_24_niet_te_beoordelen_2_5 "24-niet-te-beoordelen-2.5.xml";
    message_25_twee_diagnosen "25-twee-diagnosen.xml";
    message_26_patientvolgnummer_2 "26-patientvolgnummer-2.xml";
    message_27_voorloopnullen "27-voorloopnullen.xml";
    message_30_pocd "30-pocd.xml";
    message_31_soap11 "31-soap11.xml";
    message_32_soap12_zonder_ack "32-soap12-zonder-ack.xml";
    message_33_prefix "33-prefix.xml";
    message_34_iso_8859_1 "34-iso-8859-1.xml";
    message_35_utf_16 "35-utf-16.xml";
    message_36_nullflavors "36-nullflavors.xml";
    message_40_herhaling_van_04 "40-herhaling-van-04.xml";
    message_41_zelfde_id_andere_inhoud "41-zelfde-id-andere-inhoud.xml";
    message_42_bsn_gelijk_toch_gestuurd "42-bsn-gelijk-toch-gestuurd.xml";
    message_43_akkoord_met_diagnose "43-akkoord-met-diagnose.xml";
    message_44_identificeerbaar_in_tekst "44-identificeerbaar-in-tekst.xml";
    message_45_niet_gekoppeld "45-niet-gekoppeld.xml";
    message_50_geen_ritnummer "50-geen-ritnummer.xml";
    message_51_andere_rav "51-andere-rav.xml";
    message_52_onbekend_profiel "52-onbekend-profiel.xml";
    message_53_bsn_letters "53-bsn-letters.xml";
    message_60_afgebroken "60-afgebroken.xml";
    message_61_html "61-html.xml";
    message_62_json "62-json.xml";
    message_63_leeg "63-leeg.xml";
    message_64_externe_entiteit "64-externe-entiteit.xml";
    message_65_lachsalvo "65-lachsalvo.xml";
    message_66_diep "66-diep.xml";
}

/// A line of `expected.toml`.
pub struct Expected(toml::Table);

impl Expected {
    pub fn of(file: &str) -> Self {
        let mut all = expected();
        Self(all.remove(file).and_then(|row| row.try_into().ok()).unwrap_or_else(|| panic!("{file} has no line")))
    }

    pub fn text<'a>(&'a self, name: &str, otherwise: &'a str) -> &'a str {
        self.0.get(name).map_or(otherwise, |value| value.as_str().unwrap())
    }

    fn list(&self, name: &str) -> Vec<&str> {
        let list = self.0.get(name).map(|list| list.as_array().unwrap().as_slice()).unwrap_or_default();
        list.iter().map(|one| one.as_str().unwrap()).collect()
    }

    fn number(&self, name: &str, otherwise: i64) -> i64 {
        self.0.get(name).map_or(otherwise, |value| value.as_integer().unwrap())
    }

    fn is(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value.as_bool().unwrap())
    }

    fn is_refused(&self) -> bool {
        self.0.contains_key("refused")
    }

    /// The parts that are kept: as the line says, else what its fields bring along.
    fn parts(&self) -> Vec<&str> {
        if self.0.contains_key("parts") || self.is_refused() {
            return self.list("parts");
        }
        let brings =
            [("bsn", "identification"), ("agreement", "diagnosis"), ("agreement", "case"), ("remarks", "remarks")];
        brings.into_iter().filter(|(field, _)| self.0.contains_key(*field)).map(|(_, part)| part).collect()
    }
}

pub fn expected() -> toml::Table {
    std::fs::read_to_string(fixtures().join("expected.toml")).unwrap().parse().unwrap()
}

#[test]
fn every_file_has_a_line_and_a_test_and_every_line_a_file() {
    let tested: BTreeSet<String> = FILES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(tested, expected().keys().cloned().collect());
    let entries = std::fs::read_dir(fixtures().join("messages")).unwrap().map(|e| e.unwrap().file_name());
    let there: BTreeSet<String> = entries.map(|n| n.into_string().unwrap()).filter(|n| n.ends_with(".xml")).collect();
    assert_eq!(tested, there);
}

#[test]
fn no_line_says_what_no_test_reads() {
    let known = [
        "what",
        "after",
        "by_hand",
        "refused",
        "taken",
        "taken_acknowledgement",
        "status",
        "acknowledgement",
        "envelope",
        "profile",
        "ride",
        "bsn",
        "agreement",
        "diagnoses",
        "description",
        "gender",
        "birth_date",
        "remarks",
        "over_delivered",
        "findings",
        "parts",
        "taken_parts",
        "taken_over_delivered",
        "work",
        "crew",
        "records",
        "unlinked",
    ];
    for (file, row) in expected() {
        for name in row.as_table().unwrap().keys() {
            assert!(known.contains(&name.as_str()), "{file}: {name}");
        }
    }
}

pub fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join("messages").join(name)).unwrap()
}

pub fn inspect(files: &[&str]) -> Value {
    let folder = fixtures().join("messages");
    let files: Vec<String> = files.iter().map(|name| path(&folder.join(name)).to_owned()).collect();
    let arguments = ["inspect", "--rav", "12", "--json"].into_iter().chain(files.iter().map(String::as_str));
    let output = Place::empty().run(&arguments.collect::<Vec<_>>());
    serde_json::from_slice(&output.stdout).unwrap()
}

pub fn kinds(found: &Value) -> Vec<&str> {
    found["over_delivered"].as_array().unwrap().iter().map(|o| o["kind"].as_str().unwrap()).collect()
}

/// What is there, by the parts that `split` would make of it.
fn parts(found: &Value) -> Vec<&'static str> {
    let there = [
        ("identification", "identification"),
        ("diagnosis", "diagnosis"),
        ("diagnosis", "case"),
        ("remarks", "remarks"),
    ];
    there.into_iter().filter(|(field, _)| !found[*field].is_null()).map(|(_, part)| part).collect()
}

fn inspects(file: &str) {
    let (expected, found) = (Expected::of(file), inspect(&[file]));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let field = |name: &str| expected.0.get(name).map(|value| value.as_str().unwrap().to_owned());
    let said = |name: &str, otherwise: &str| Some(expected.text(name, otherwise).to_owned()).filter(|w| w != "none");
    let refused = expected.is_refused();
    assert_eq!(found["outcome"], if refused { "refused" } else { "taken_in" });
    assert_eq!(text(&found["acknowledgement"]), said("acknowledgement", "CA"));
    assert_eq!(found["acknowledgement_xml"].is_string(), found["acknowledgement"].is_string());
    assert_eq!(found["envelope"], expected.text("envelope", "none"));
    // A file that is refused was read as far as it says there.
    let profile = said("profile", if refused { "none" } else { "2.4" });
    let profile = profile.map(|set| format!("bericht12-{set}-reconstructie"));
    assert_eq!(text(&found["profile"]["name"]), profile);
    let number = |name: &str| found["ride"][name].as_u64().map(|n| n.to_string());
    let ride: Option<Vec<String>> = ["rav", "year", "sequence", "patient"].into_iter().map(number).collect();
    assert_eq!(ride.map(|numbers| numbers.join("-")), field("ride"));
    let (identification, diagnosis) = (&found["identification"], &found["diagnosis"]);
    let bsn = if identification["bsn_valid"] == false { Some("invalid".into()) } else { text(&identification["bsn"]) };
    assert_eq!(bsn, field("bsn"));
    assert_eq!(text(&diagnosis["agreement"]), field("agreement"));
    let codes = diagnosis["diagnoses"].as_array().map(Vec::as_slice).unwrap_or_default();
    assert_eq!(codes.iter().map(|d| d["code"].as_str().unwrap()).collect::<Vec<_>>(), expected.list("diagnoses"));
    assert_eq!(diagnosis["description"].is_string(), expected.is("description"));
    for name in ["gender", "birth_date"] {
        let there = if identification.is_null() { &diagnosis[name] } else { &identification[name] };
        assert_eq!(text(there), field(name), "{name}");
    }
    let remarks = ["medical", "communication"].into_iter().filter(|kind| found["remarks"][*kind].is_string());
    assert_eq!(remarks.collect::<Vec<_>>(), expected.list("remarks"));
    let over: BTreeSet<&str> = kinds(&found).into_iter().collect();
    assert_eq!(over, expected.list("over_delivered").into_iter().collect());
    assert_eq!(parts(&found), expected.parts());
    let rules: Vec<&str> = found["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
    if refused {
        assert_eq!(rules.first(), Some(&expected.text("refused", "")), "the reason comes first");
    } else {
        assert_eq!(rules, expected.list("findings"));
    }
}

/// What became of a message in the store.
struct Became {
    taken: Taken,
    over: BTreeMap<String, u64>,
}

pub fn word(outcome: TakenOutcome) -> &'static str {
    match outcome {
        TakenOutcome::TakenIn => "taken_in",
        TakenOutcome::Repeated => "repeated",
        TakenOutcome::Superseded => "superseded",
        TakenOutcome::Refused(rule) => rule.id(),
        TakenOutcome::SelfTest => "self-test",
    }
}

/// A house that took in what comes before the file, and then the file.
fn house(file: &str, expected: &Expected, way: Way) -> (House, Became) {
    let config = app::read_config(&std::fs::read_to_string(fixtures().join("init.toml")).unwrap()).unwrap();
    let hospitals = std::fs::read_to_string(fixtures().join("connections.toml")).unwrap();
    let hospitals = app::connections::read(&hospitals).unwrap();
    let became = RefCell::new(None);
    let crew = expected.text("crew", "");
    let house = House::made(&config, &hospitals, now(), &|staff| staff == crew, &|receiving| {
        let rides = std::fs::read(fixtures().join("rides.csv")).unwrap();
        assert!(receiving.import_rides(&rides, now(), &mut |_, _| true).unwrap().is_whole());
        for before in expected.list("after") {
            assert_eq!(take(receiving, before, Way::Https).outcome, TakenOutcome::TakenIn, "{before}");
        }
        let counted = |receiving: &Receiving| receiving.inbox.store().status(true).unwrap().over_delivered;
        let before = counted(receiving);
        let taken = take(receiving, file, way);
        let mut over = counted(receiving);
        over.retain(|kind, count| {
            *count -= before.get(kind).copied().unwrap_or_default();
            *count > 0
        });
        became.replace(Some(Became { taken, over }));
    });
    (house, became.into_inner().unwrap())
}

fn takes_in(file: &str) {
    let expected = Expected::of(file);
    let (mut house, Became { taken, over }) = house(file, &expected, Way::Https);
    let refused = expected.text("refused", "taken_in");
    let outcome = expected.text("taken", refused);
    assert_eq!(word(taken.outcome), outcome);
    let code = expected.text("taken_acknowledgement", expected.text("acknowledgement", "CA"));
    assert_eq!(taken.answer.code.unwrap_or("none"), code);
    assert_eq!(i64::from(taken.answer.http_status), expected.number("status", 200));
    assert_eq!(taken.answer.xml.is_some(), code != "none");
    let is_refused = matches!(taken.outcome, TakenOutcome::Refused(_));
    let records = house.engine.store().status(true).unwrap().records;
    assert_eq!(records as i64, expected.number("records", i64::from(!is_refused)));
    if let (true, "taken_in") = (is_refused, expected.text("by_hand", "")) {
        return takes_in_by_hand(file, &expected);
    }
    if is_refused {
        assert!(over.is_empty() && expected.list("taken_over_delivered").is_empty(), "nothing was taken in");
        return;
    }
    let rules: Vec<&str> = taken.findings.iter().map(|f| f.rule.id()).collect();
    assert_eq!(rules, expected.list("findings"), "as inspect found");
    holds(&mut house, &over, &expected, file);
}

/// The same file by hand: taken in though no profile knows it.
fn takes_in_by_hand(file: &str, expected: &Expected) {
    let (mut house, Became { taken, over }) = house(file, expected, Way::Hand);
    assert_eq!(word(taken.outcome), "taken_in");
    holds(&mut house, &over, expected, file);
}

/// The store holds the parts of the line and no other; its readers see what `inspect` said.
fn holds(house: &mut House, over: &BTreeMap<String, u64>, expected: &Expected, file: &str) {
    let ride = expected.text("ride", "");
    let database = house.other_program();
    let kept: Vec<&str> = database
        .query_row(
            "SELECT ident IS NOT NULL, \"case\" IS NOT NULL, remarks IS NOT NULL FROM message WHERE ride = ?",
            [ride],
            |row| {
                let names = ["identification", "case", "remarks"];
                Ok(names
                    .into_iter()
                    .enumerate()
                    .filter(|(at, _)| row.get(*at).unwrap())
                    .map(|(_, name)| name)
                    .collect())
            },
        )
        .unwrap();
    drop(database);
    let own = expected.0.contains_key("taken_parts");
    let mut parts = if own { expected.list("taken_parts") } else { expected.parts() };
    // That of the crew is always sealed, empty where no feedback came: what it holds is opened below.
    parts.retain(|part| *part != "diagnosis");
    assert_eq!(kept, parts);
    let counted: BTreeSet<&str> = over.keys().map(String::as_str).collect();
    if word_of_repeat(expected) {
        assert!(counted.is_subset(&expected.list("over_delivered").into_iter().collect()));
    } else {
        let lists = ["over_delivered", "taken_over_delivered"].into_iter().flat_map(|name| expected.list(name));
        assert_eq!(counted, lists.collect());
    }
    let work = house.engine.store().work_list(WorkState::Open, now(), 100).unwrap();
    let work = work.iter().find(|row| row.ride == ride || expected.text("work", "") == "not_announced");
    let reason = work.map(|row| match row.reason {
        WorkReason::Invalid => "invalid",
        WorkReason::NotAnnounced => "not_announced",
        WorkReason::Differs => "differs",
        WorkReason::TwoNumbers => "two_numbers",
        WorkReason::RideUnknown => "ride_unknown",
        WorkReason::NotTakenOver => "not_taken_over",
    });
    assert_eq!(reason, expected.0.get("work").and_then(toml::Value::as_str));
    let status = house.engine.store().status(true).unwrap();
    assert_eq!(status.unlinked, u64::from(expected.is("unlinked")));
    if let Some(crew) = expected.0.get("crew") {
        is_opened_as_inspected(house, crew.as_str().unwrap(), ride, file);
    }
}

fn word_of_repeat(expected: &Expected) -> bool {
    expected.text("taken", "") == "repeated"
}

/// The nurse of the ride opens what `inspect` said, to the letter.
fn is_opened_as_inspected(house: &mut House, crew: &str, ride: &str, file: &str) {
    let found = inspect(&[file]);
    let Screen::Feedback(list) = house.sign_in(crew).screen else { panic!("Terugkoppelingen") };
    let records: Vec<_> = list.rows.iter().map(|row| row.record).collect();
    let mut opened = None;
    for record in records {
        let Screen::Feedback(screen) = house.act(Command::OpenRecord(record)).screen else {
            panic!("Terugkoppelingen")
        };
        opened = screen.opened.filter(|opened| opened.ride == ride).or(opened);
    }
    let mut opened = opened.unwrap_or_else(|| panic!("{crew} drove {ride}"));
    // What identifies in a text is masked until it is asked for.
    while let MaskedTexts { diagnosis: Some(masked), .. }
    | MaskedTexts { medical: Some(masked), .. }
    | MaskedTexts { communication: Some(masked), .. } = std::mem::take(&mut opened.masked)
    {
        let Screen::Feedback(screen) = house.act(masked.unmask).screen else { panic!("Terugkoppelingen") };
        opened = screen.opened.unwrap();
    }
    let diagnosis = &found["diagnosis"];
    let agreement = match opened.agreement {
        AgreementShown::Yes => "yes",
        AgreementShown::No => "no",
        AgreementShown::NotAssessable => "not_assessable",
        AgreementShown::Unknown => "unknown",
        AgreementShown::NotReceived => "not_received",
    };
    assert_eq!(diagnosis["agreement"], agreement);
    let shown = |words: &Shown<Words>| match words {
        Shown::Value(words) => Value::from(words.reveal()),
        Shown::NotReceived => Value::Null,
    };
    let displays: Vec<&str> = opened.diagnoses.iter().map(|one| one.display.reveal()).collect();
    let inspected = diagnosis["diagnoses"].as_array().unwrap().iter().map(|one| one["display"].as_str().unwrap());
    assert_eq!(displays, inspected.collect::<Vec<_>>());
    assert_eq!(shown(&opened.description), diagnosis["description"]);
    let gender = opened.patient.gender.map(|key| key.trim_start_matches("gender-"));
    let words = [("male", "M"), ("female", "F"), ("undifferentiated", "UN")];
    assert_eq!(
        gender.map(|gender| words.iter().find(|(word, _)| *word == gender).unwrap().1),
        diagnosis["gender"].as_str()
    );
    assert_eq!(opened.patient.birth_date.is_some(), diagnosis["birth_date"].is_string());
    // A record without remarks has no cards for them.
    let remarks = opened.remarks.as_ref().map_or((Value::Null, Value::Null), |(m, c)| (shown(m), shown(c)));
    assert_eq!(remarks, (found["remarks"]["medical"].clone(), found["remarks"]["communication"].clone()));
}

pub fn take(receiving: &mut Receiving, name: &str, way: Way) -> Taken {
    let id = "00000000-0000-4000-8000-000000000009".to_owned();
    let bytes = bytes(name);
    let arrival = Arrival { bytes: &bytes, charset: None, way, allowed: &[], acknowledgement_id: id, self_test: None };
    intake::take_in(&mut receiving.inbox, &receiving.reader, &arrival, now()).unwrap()
}
