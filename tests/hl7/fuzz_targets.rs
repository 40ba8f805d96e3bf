//! The fuzz targets' checks (`tests/fuzz`) on their seeds and on a bounded number of inputs near to them.

#[path = "../fuzz/checks.rs"]
mod checks;

use std::path::PathBuf;

use proptest::{collection::vec, prelude::*, sample::Index};

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

fn files(folders: &[&str], extension: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for folder in folders {
        for entry in std::fs::read_dir(fixtures().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == extension) {
                found.push(std::fs::read(path).unwrap());
            }
        }
    }
    assert!(!found.is_empty());
    found
}

fn messages() -> Vec<Vec<u8>> {
    files(&["messages", "profiles"], "xml")
}

fn profiles() -> Vec<Vec<u8>> {
    let shipped = hl7::Profiles::shipped_texts().iter().map(|(_, text)| text.as_bytes().to_vec());
    shipped.chain(files(&["profiles"], "toml")).collect()
}

/// A byte changed, put in or taken out, or a piece put elsewhere.
type Damage = (Index, Index, u8, u8);

fn damage() -> impl Strategy<Value = Vec<Damage>> {
    vec((any::<Index>(), any::<Index>(), any::<u8>(), 0_u8..5), 0..6)
}

fn damaged(mut bytes: Vec<u8>, damage: Vec<Damage>) -> Vec<u8> {
    for (place, other, byte, how) in damage {
        if bytes.is_empty() {
            return bytes;
        }
        let (place, other) = (place.index(bytes.len()), other.index(bytes.len()));
        match how {
            0 => bytes[place] = byte,
            1 => bytes.insert(place, byte),
            2 => drop(bytes.remove(place)),
            3 => drop(bytes.drain(place..bytes.len().min(place + usize::from(byte)))),
            _ => {
                let piece = bytes[place..bytes.len().min(place + usize::from(byte))].to_vec();
                bytes.splice(other..other, piece);
            }
        }
    }
    bytes
}

#[test]
fn each_sample_passes_under_all_circumstances() {
    for message in messages() {
        // Each bit with and without each other.
        for circumstances in (0..=u8::MAX).step_by(7) {
            checks::bytes(&[[circumstances].as_slice(), &message].concat());
        }
    }
}

#[test]
fn each_profile_of_ours_passes() {
    profiles().iter().for_each(|profile| checks::profile(profile));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_near_to_a_message_pass(
        message in prop::sample::select(messages()), circumstances: u8, damage in damage(),
    ) {
        checks::bytes(&[[circumstances].as_slice(), &damaged(message, damage)].concat());
    }

    #[test]
    fn text_near_to_a_profile_passes(profile in prop::sample::select(profiles()), damage in damage()) {
        checks::profile(&damaged(profile, damage));
    }

    #[test]
    fn texts_near_to_a_ride_number_pass(
        one in "[ 0]{0,3}[0-9]{1,3}-0?[0-9]{4}-[0-9]{1,16}-[0-9]{1,3} ?", other in "[0-9- ]{0,30}", any in "\\PC{0,20}",
    ) {
        for (one, other) in [(&one, &other), (&one, &one), (&other, &any), (&any, &one)] {
            checks::ride_number(format!("{one}\n{other}").as_bytes());
        }
    }

    #[test]
    fn each_acknowledgement_is_read_back(
        choices in vec(any::<u8>(), 4), ids in vec("[0-9.]{0,12}|\\PC{0,20}|[<>&'\" \\t]{1,6}", 7),
    ) {
        checks::acknowledgement(&[choices.as_slice(), ids.join("\n").as_bytes()].concat());
    }
}
