//! With the key file in hand: another program that opens a copy of the store finds the register and counts, and no content.

use rusqlite::Connection;

use crate::house::House;

/// Values of the samples that must stand nowhere, and one that does: so that the search is known to find.
const CONTENT: [&str; 8] = [
    "999900006",
    "230690007",
    "Cerebrovasculair",
    "Ischemisch",
    "Glucose was bepaald",
    "Keuze van het ziekenhuis",
    "Wilhelmina",
    "22298006",
];

fn opened_plain(house: &House) -> Vec<u8> {
    let copy = house.folder.path().join("plain.db");
    let connection = Connection::open(house.folder.path().join("store/terugblik.db")).unwrap();
    let key = house.root.sqlcipher_key();
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\";", key.as_str())).unwrap();
    // Everything of the write-ahead log into the file, then every page decrypted into a plain copy.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let export = format!(
        "ATTACH DATABASE '{}' AS plain KEY ''; SELECT sqlcipher_export('plain'); DETACH DATABASE plain;",
        copy.display()
    );
    connection.execute_batch(&export).unwrap();
    std::fs::read(copy).unwrap()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn the_decrypted_store_shows_the_register_and_no_content() {
    let house = House::with(&["20-volledig-2.4.xml", "21-volledig-2.4-versie-2.xml", "programma-05-niet-akkoord.xml"]);
    let plain = opened_plain(&house);
    assert!(holds(&plain, "12-2026-4510-1"), "the register is found, so the search works");
    for value in CONTENT {
        assert!(!holds(&plain, value), "{value} stands in the decrypted store");
    }
}

#[test]
fn the_files_as_they_lie_on_disk_show_nothing_at_all() {
    let house = House::with(&["20-volledig-2.4.xml"]);
    for entry in std::fs::read_dir(house.folder.path().join("store")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for value in CONTENT.iter().chain(&["12-2026-4510-1", "Hoekstra", "CREATE TABLE", "SQLite format"]) {
            assert!(!holds(&bytes, value), "{value} stands in a file of the store");
        }
    }
}
