//! With the key file in hand: another program that opens a copy of the store finds the register and counts, and no content.

use viewmodel::{Command, Screen, ScreenName};

use crate::{
    house::{House, sample, spoken},
    pages_in_clear::{holds, whole},
};

/// Values of the samples that must stand nowhere, and one that does: so that the search is known to find.
const CONTENT: [&str; 13] = [
    "999900006",
    "230690007",
    "Cerebrovasculair",
    "Ischemisch",
    "Glucose was bepaald",
    "Keuze van het ziekenhuis",
    "Wilhelmina",
    "22298006",
    "P-77120",
    "1948-05-17",
    "19480517",
    "Collaps",
    "Hypoglykemie",
];

#[test]
fn the_decrypted_store_shows_the_register_and_no_content() {
    let house = House::with(&["20-volledig-2.4.xml", "21-volledig-2.4-versie-2.xml", "programma-05-niet-akkoord.xml"]);
    let pages = whole(&house.folder.path().join("store/terugblik.db"), &house.root.sqlcipher_key());
    assert!(holds(&pages, b"12-2026-4510-1"), "the register is found, so the search works");
    for value in CONTENT {
        assert!(!holds(&pages, value.as_bytes()), "{value} stands in the decrypted store");
    }
}

#[test]
fn the_files_as_they_lie_on_disk_show_nothing_at_all() {
    let house = House::with(&["20-volledig-2.4.xml"]);
    for entry in std::fs::read_dir(house.folder.path().join("store")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for value in CONTENT.iter().chain(&["12-2026-4510-1", "Hoekstra", "CREATE TABLE", "SQLite format"]) {
            assert!(!holds(&bytes, value.as_bytes()), "{value} stands in a file of the store");
        }
    }
}

/// The full sample in a dialect that no profile recognises, with a name of its own that carries a BSN.
fn strange() -> Vec<u8> {
    let text = String::from_utf8(sample("20-volledig-2.4.xml")).unwrap();
    let strange = text
        .replace("2.16.840.1.113883.19.12.9", "2.16.840.1.113883.19.99.9")
        .replace("2.16.840.1.113883.19.12.1\"", "2.16.840.1.113883.19.99.1\"")
        .replacen("<title>", "<bsn-999900006>Wilhelmina</bsn-999900006><title>", 1);
    assert_ne!(text, strange);
    strange.into_bytes()
}

#[test]
fn a_message_that_no_profile_recognises_leaves_its_structure_and_no_content() {
    let mut house = House::receiving(&[strange()], &|_| true);
    let pages = whole(&house.folder.path().join("store/terugblik.db"), &house.root.sqlcipher_key());
    assert!(holds(&pages, "vreemd ‹10 letters›".as_bytes()), "the structure is found");
    for value in CONTENT {
        assert!(!holds(&pages, value.as_bytes()), "{value} stands in the decrypted store");
    }
    house.sign_in("9003");
    house.act(Command::Open(ScreenName::Profiles));
    let frame = house.act(Command::Refresh);
    let Screen::Profiles(screen) = &frame.screen else { panic!("Berichtprofielen") };
    let open = screen.unrecognised.first().expect("one that was not recognised").act.clone();
    let heard = spoken(house.act(open));
    assert!(heard.contains("observation @classCode=‹3 letters›"), "{heard}");
    for value in CONTENT.iter().chain(&["AKKOORDWD", "113883.19.99", "12-2026-4510-1"]) {
        assert!(!heard.contains(value), "{value} is shown to the administrator");
    }
}
