//! Without a profile: from a sender in test or by hand it is taken in and stands in the administrator's list; in production it is refused,
//! and asked for again once there is one.

use domain::StoreKind;
use hl7::Rule;
use intake::{TakenOutcome, Way};
use store::{HospitalStatus::Production, HospitalStatus::Test, ProfileActor::CommandLine};

use crate::{
    profiles::{TEXT, message},
    support::{House, arrival, now, sample},
};

const UNKNOWN: &str = "52-onbekend-profiel.xml";
const ID: &str = "39bbbf22";

/// The table as it stands in the file: sender's message id, whether it is a record, the structure.
fn rows(house: &House) -> Vec<(Option<String>, bool, Option<String>)> {
    let connection = house.connection();
    let mut statement =
        connection.prepare("SELECT extension, message IS NOT NULL, structure FROM unrecognised ORDER BY n").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn in_test_and_by_hand_it_is_taken_in_with_its_masked_structure() {
    for (status, way) in [(Test, Way::Https), (Test, Way::Folder), (Production, Way::Hand)] {
        let mut house = House::of(StoreKind::Test, status);
        let taken = house.take_by(sample(UNKNOWN).as_bytes(), way, &[], now());
        assert_eq!((taken.outcome, taken.answer.code), (TakenOutcome::TakenIn, Some("CA")));
        let rows = rows(&house);
        let [(Some(id), true, Some(structure))] = &rows[..] else { panic!("{rows:?}") };
        assert!(id.starts_with(ID) && structure.contains("@negationInd=‹5 letters›"), "{id} {structure}");
        for value in ["AKKOORDWD", "12-2026-4530-1", "00000101", "Rivierenland", "2026", "false", "terugkoppeling"] {
            assert!(!structure.contains(value), "{value}");
        }
    }
}

#[test]
fn in_production_it_is_refused_over_both_ways_and_its_id_is_what_is_left_of_it() {
    for way in [Way::Https, Way::Folder] {
        let mut house = House::of(StoreKind::Test, Production);
        for _ in 0..3 {
            let taken = house.take_by(sample(UNKNOWN).as_bytes(), way, &[], now());
            assert_eq!(taken.outcome, TakenOutcome::Refused(Rule::ProfileMissing));
            assert_eq!(taken.answer.code, Some("CE"));
        }
        let rows = rows(&house);
        assert!(matches!(&rows[..], [(Some(id), false, None)] if id.starts_with(ID)), "{rows:?}");
        assert_eq!(house.status().records, 0);
    }
}

#[test]
fn an_id_that_holds_the_patients_bsn_or_is_no_id_stands_nowhere() {
    let with_bsn = sample(UNKNOWN)
        .replace("<id nullFlavor=\"UNK\"/>", "<id root=\"2.16.840.1.113883.2.4.6.3\" extension=\"999900006\"/>");
    for strange in ["bericht-999900006-1", "b9999.00006", "van mevrouw Jansen", &"9".repeat(65)] {
        let text = with_bsn.replace("39bbbf22-6a9c-5bbb-985c-fd1d778aafa3", strange);
        assert_ne!(text, with_bsn);
        for status in [Test, Production] {
            let mut house = House::of(StoreKind::Test, status);
            house.take(text.as_bytes());
            assert!(rows(&house).iter().all(|(id, ..)| id.is_none()), "{strange}: {:?}", rows(&house));
            assert_eq!(rows(&house).len(), 1);
        }
    }
}

fn in_force(house: &mut House) {
    let store = house.inbox.store_mut();
    store.load_profile(CommandLine, ("zuiderzee-retour-1", 1), TEXT, now()).unwrap();
    assert!(store.force_profile(CommandLine, ("zuiderzee-retour-1", 1), now().date_naive(), now()).unwrap());
}

#[test]
fn a_repeat_after_the_profile_empties_the_list_whether_it_was_taken_in_or_refused() {
    for status in [Test, Production] {
        let mut house = House::of(StoreKind::Test, status);
        house.take(message().as_bytes());
        assert_eq!(rows(&house).len(), 1);
        in_force(&mut house);
        house.take(message().as_bytes());
        assert!(rows(&house).is_empty(), "{status:?}");
        assert_eq!(house.status().records, 1);
    }
}

#[test]
fn what_was_read_ahead_before_the_profile_is_read_by_it_all_the_same() {
    let mut house = House::of(StoreKind::Test, Production);
    let text = message();
    let arrivals = [arrival(text.as_bytes(), Way::Hand, &[])];
    house.reader.follow(house.inbox.store(), now()).unwrap();
    let ahead = vec![intake::read_message(&house.reader, &arrivals[0], now())];
    in_force(&mut house);
    house.reader.follow(house.inbox.store(), now()).unwrap();
    intake::take_in_read(&mut house.inbox, &house.reader, &arrivals, ahead, now()).unwrap();
    let profile: Option<String> =
        house.connection().query_row("SELECT profile FROM message", [], |row| row.get(0)).unwrap();
    assert_eq!(profile.as_deref(), Some("zuiderzee-retour-1/1"));
}
