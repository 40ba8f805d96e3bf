//! With the key file in hand: another program that opens a copy of the store finds the register and counts, and no content.

use crate::{
    house::House,
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
