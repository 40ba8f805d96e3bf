//! A personal sheet: its code is read back from paper, a slip of the pen is told with its group, and it opens what is its own.

use proptest::prelude::*;
use seal::{PersonalSheetCode, PersonalSheetError, SHEET_GROUP_CHARACTERS, SealError};

use crate::spoilt;

const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn printed() -> String {
    PersonalSheetCode::generate().unwrap().reveal().to_string()
}

#[test]
fn a_printed_code_is_read_back_however_it_is_typed() {
    let printed = printed();
    assert_eq!(printed.len(), 34, "five groups of six with four hyphens");
    let typed = printed.to_lowercase().replace('-', "  ").replace('0', "o").replace('1', "l");
    assert_eq!(*PersonalSheetCode::parse(&typed).unwrap().reveal(), printed);
}

#[test]
fn every_single_wrong_character_is_told_with_its_group() {
    let printed = printed();
    for (place, right) in printed.chars().enumerate().filter(|(_, c)| *c != '-') {
        for wrong in ALPHABET.chars().filter(|c| *c != right) {
            let mut typed: Vec<char> = printed.chars().collect();
            typed[place] = wrong;
            let typed: String = typed.into_iter().collect();
            let group = place / (SHEET_GROUP_CHARACTERS + 1) + 1;
            assert_eq!(PersonalSheetCode::parse(&typed).err(), Some(PersonalSheetError::Group(group)));
        }
    }
}

#[test]
fn a_character_that_is_none_and_a_code_too_short_or_long_are_told() {
    let printed = printed();
    let typed = format!("{}U{}", &printed[..9], &printed[10..]);
    let place = PersonalSheetError::Character { group: 2, character: 3 };
    assert_eq!(PersonalSheetCode::parse(&typed).err(), Some(place));
    assert_eq!(PersonalSheetCode::parse(&printed[..33]).err(), Some(PersonalSheetError::Length(29)));
    assert_eq!(PersonalSheetCode::parse(&format!("{printed}0000")).err(), Some(PersonalSheetError::Length(31)));
    assert_eq!(PersonalSheetCode::parse("").err(), Some(PersonalSheetError::Length(0)));
}

#[test]
fn a_copied_sheet_is_shown_by_its_last_group() {
    let code = PersonalSheetCode::generate().unwrap();
    let printed = code.reveal();
    let (rest, last) = printed.rsplit_once('-').unwrap();
    assert!(code.ends_with(&last.to_lowercase()) && code.ends_with(&format!(" {last} ")));
    for other in ["", &last[1..], rest, &printed, &format!("{last}0")] {
        assert!(!code.ends_with(other), "{other}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn two_characters_or_groups_that_changed_places_are_told(a in 0..30_usize, b in 0..30_usize) {
        let plain: Vec<char> = printed().replace('-', "").chars().collect();
        let mut typed = plain.clone();
        typed.swap(a, b);
        // Between groups far apart the two groups' checks both see it.
        prop_assert_eq!(PersonalSheetCode::parse(&typed.iter().collect::<String>()).is_ok(), typed == plain);
        let (one, other) = (a / 6, b / 6);
        let mut groups: Vec<&[char]> = plain.chunks(6).collect();
        groups.swap(one, other);
        let typed: String = groups.concat().into_iter().collect();
        prop_assert_eq!(PersonalSheetCode::parse(&typed).is_ok(), one == other || groups[one] == groups[other]);
    }

    #[test]
    fn what_is_sealed_under_a_sheet_opens_with_it_in_its_place_only(plain in prop::collection::vec(any::<u8>(), 32)) {
        let (code, other) = (PersonalSheetCode::generate().unwrap(), PersonalSheetCode::generate().unwrap());
        let sealed = code.seal(b"place", &plain).unwrap();
        let read = PersonalSheetCode::parse(&code.reveal()).unwrap();
        prop_assert_eq!(&*read.open(b"place", &sealed).unwrap(), &plain);
        prop_assert_eq!(read.open(b"other", &sealed).err(), Some(SealError::DoesNotOpen));
        prop_assert_eq!(other.open(b"place", &sealed).err(), Some(SealError::DoesNotOpen));
        for bytes in spoilt(&sealed) {
            prop_assert!(code.open(b"place", &bytes).is_err());
        }
    }
}
