//! The recovery kit: any two of three sheets, as printed and as typed; one is nothing.

use proptest::prelude::*;
use seal::{KitError, KitNumber, RecoveryKit, RecoverySheet, SheetError};

fn typed_again(sheet: &RecoverySheet) -> RecoverySheet {
    RecoverySheet::parse(&sheet.line().unwrap()).unwrap()
}

fn kit_of(one: &RecoverySheet, other: &RecoverySheet) -> Result<[u8; 32], KitError> {
    RecoveryKit::of_sheets(one, other).map(|kit| *kit.private().expose())
}

/// Why these two are no kit.
fn refusal(one: &RecoverySheet, other: &RecoverySheet) -> KitError {
    kit_of(one, other).unwrap_err()
}

fn parse_error(text: &str) -> SheetError {
    RecoverySheet::parse(text).map(|_| ()).unwrap_err()
}

#[test]
fn any_two_sheets_of_three_are_the_kit_and_what_is_sealed_to_it_opens() {
    for _ in 0..20 {
        let (kit, sheets) = RecoveryKit::generate().unwrap();
        let sealed = seal::seal_to(kit.public(), b"place", b"what the kit keeps").unwrap();
        for (one, other) in [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)] {
            let again = RecoveryKit::of_sheets(&typed_again(&sheets[one]), &typed_again(&sheets[other])).unwrap();
            assert_eq!(*seal::open_with(again.private(), b"place", &sealed).unwrap(), b"what the kit keeps");
            assert_eq!(again.number(), kit.number());
        }
    }
}

#[test]
fn one_sheet_is_not_the_kit_whatever_is_laid_beside_it() {
    let (kit, sheets) = RecoveryKit::generate().unwrap();
    assert_eq!(refusal(&sheets[1], &typed_again(&sheets[1])), KitError::Twice(2));
    // A guess: the words of another kit's sheet under the numbers of this one.
    let (_, others) = RecoveryKit::generate().unwrap();
    let line = others[2].line().unwrap().replace(&others[2].kit().to_string(), &kit.number().to_string());
    let guess = RecoverySheet::parse(&line).unwrap();
    assert_eq!(refusal(&sheets[0], &guess), KitError::DoNotFit(kit.number()));
}

#[test]
fn one_share_fits_every_secret_equally() {
    // By Shamir's scheme a share of a threshold of two is uniform whatever the secret: each byte of the share of one sheet,
    // over many kits, takes every value about as often, and so tells nothing of the secret.
    let mut seen = [0_u32; 2048];
    for _ in 0..400 {
        let (_, sheets) = RecoveryKit::generate().unwrap();
        for word in sheets[0].words().unwrap().iter().take(23) {
            let place = bip39::Language::English.find_word(word).unwrap();
            seen[usize::from(place)] += 1;
        }
    }
    // 9200 words over eight ranges of the list: 1150 each, standard deviation 32; seven of them.
    for range in seen.chunks(256) {
        let sum: u32 = range.iter().sum();
        assert!((926..=1374).contains(&sum), "{sum}");
    }
}

#[test]
fn sheets_of_two_kits_are_told_by_their_numbers() {
    let ((one, first), (two, second)) = (RecoveryKit::generate().unwrap(), RecoveryKit::generate().unwrap());
    assert_eq!(refusal(&first[0], &second[1]), KitError::Different(one.number(), two.number()));
}

#[test]
fn a_sheet_reads_however_it_is_typed() {
    let (_, sheets) = RecoveryKit::generate().unwrap();
    let (line, words) = (sheets[2].line().unwrap(), sheets[2].words().unwrap());
    let numbered: Vec<String> = words.iter().zip(1..).map(|(word, n)| format!("{n}. {word}")).collect();
    let kit = sheets[2].kit().to_string();
    for typed in [
        line.to_lowercase(),
        line.strip_prefix("TERUGBLIK-KIT-1 ").unwrap().to_owned(),
        format!("  {kit}\n3\n{}\n", numbered.join("\n")),
        format!("{} 3 {}", kit.to_lowercase().replace('0', "o").replace('1', "l"), words.join("\t")),
    ] {
        let read = RecoverySheet::parse(&typed).unwrap();
        assert_eq!((read.kit(), read.number(), &*read.words().unwrap()), (sheets[2].kit(), 3, &*words));
    }
}

#[test]
fn a_mistyped_sheet_is_refused_by_the_number_of_the_word_and_never_by_the_word() {
    let (_, sheets) = RecoveryKit::generate().unwrap();
    let (words, kit) = (sheets[0].words().unwrap(), sheets[0].kit().to_string());
    let with = |words: &[String]| format!("{kit} 1 {}", words.join(" "));
    for place in 0..24 {
        let mut wrong = words.to_vec();
        wrong[place] = "ambulance".into();
        assert_eq!(parse_error(&with(&wrong)), SheetError::Word(place + 1));
        assert!(!parse_error(&with(&wrong)).to_string().contains("ambulance"));
    }
    assert_eq!(parse_error(&with(&words[..23])), SheetError::Words(23));
    assert_eq!(parse_error(&with(&[words.to_vec(), vec!["zoo".into()]].concat())), SheetError::Words(25));
    assert_eq!(parse_error(&format!("{kit} 4 {}", words.join(" "))), SheetError::SheetNumber);
    assert_eq!(parse_error(&format!("{kit} {}", words.join(" "))), SheetError::SheetNumber);
    assert_eq!(parse_error(&format!("AB!DEF 1 {}", words.join(" "))), SheetError::KitNumber);
    assert_eq!(parse_error(&format!("TERUGBLIK-KIT-2 {}", with(&words))), SheetError::Format);
    assert_eq!(parse_error(""), SheetError::KitNumber);
}

#[test]
fn a_listed_word_in_the_wrong_place_is_found_by_the_checksum_or_by_the_kit_number() {
    let (kit, sheets) = RecoveryKit::generate().unwrap();
    let words = sheets[0].words().unwrap();
    let mut by_checksum = 0;
    for place in 0..24 {
        let mut wrong = words.to_vec();
        wrong[place] = if wrong[place] == "zoo" { "zone".into() } else { "zoo".into() };
        match RecoverySheet::parse(&format!("{} 1 {}", kit.number(), wrong.join(" "))) {
            Err(error) => {
                assert_eq!(error, SheetError::Checksum(1));
                by_checksum += 1;
            }
            Ok(sheet) => assert_eq!(refusal(&sheet, &sheets[1]), KitError::DoNotFit(kit.number())),
        }
    }
    assert!(by_checksum >= 20, "one in 256 passes the checksum: {by_checksum}");
}

#[test]
fn the_number_of_a_kit_is_of_its_public_half() {
    let (kit, sheets) = RecoveryKit::generate().unwrap();
    assert_eq!(KitNumber::of(kit.public()), kit.number());
    assert!(sheets.iter().all(|sheet| sheet.kit() == kit.number()));
    assert_eq!(KitNumber::of(&seal::ReaderPublic([0; 32])).to_string().len(), 6);
}

/// A kit as it was printed in November 2026; it opens nothing.
const PRINTED: [&str; 3] = [
    "TERUGBLIK-KIT-1 R7X68Y 1 PAYMENT RALLY STRIKE HAWK SPOIL SIMPLE CONTROL CORRECT \
     SLENDER RAW RENDER GESTURE INNER BURST NIGHT FROWN \
     MAKE AVERAGE RIGID VENTURE ALBUM TREE ACT SHIFT",
    "TERUGBLIK-KIT-1 R7X68Y 2 SCATTER POPULAR DISEASE TRAGIC FORCE TWELVE FUNNY ALERT \
     GYM GROUP WHALE ACID COUNTRY RUN EARN NEGLECT \
     LANGUAGE APPLE UNFAIR SIGN SILENT SCORPION ROBOT VAST",
    "TERUGBLIK-KIT-1 R7X68Y 3 BEFORE POINT POEM OVER GLOOM INSTALL PATROL NEWS \
     ANKLE STEEL ACHIEVE DARING WORD PHOTO SUIT SOCIAL \
     CLIENT ATHLETE THUMB SIGN MIND TABLE WIRE GIFT",
];

#[test]
fn sheets_printed_by_the_first_version_still_lead_to_their_kit() {
    let sheets: Vec<RecoverySheet> = PRINTED.iter().map(|line| RecoverySheet::parse(line).unwrap()).collect();
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        // The number on the sheet is of the public half: word list, sharing and derivation are those of then.
        let kit = RecoveryKit::of_sheets(&sheets[one], &sheets[other]).unwrap();
        assert_eq!(kit.number().to_string(), "R7X68Y");
    }
    assert!(sheets.iter().zip(PRINTED).all(|(sheet, line)| *sheet.line().unwrap() == line));
}

proptest! {
    #[test]
    fn no_text_makes_the_reading_of_a_sheet_panic(text in "\\PC{0,300}") {
        let _ = RecoverySheet::parse(&text);
    }

    #[test]
    fn every_sheet_reads_back_from_its_line(which in 0_usize..3) {
        let (_, sheets) = RecoveryKit::generate().unwrap();
        let again = typed_again(&sheets[which]);
        prop_assert_eq!((again.kit(), again.number()), (sheets[which].kit(), sheets[which].number()));
        prop_assert_eq!(&*again.words().unwrap(), &*sheets[which].words().unwrap());
    }
}
