//! Secrets under root, passphrase and activation code; keyed hashes; the chain's keys.

use domain::{InstanceId, ReaderId};
use proptest::prelude::*;
use seal::{
    ActivationCode, ActivationCodeError, BsnComparisonKey, DirectoryKey, FingerprintKey, MacKey, Parameters,
    Passphrase, Pepper, PseudonymKey, ReaderPublic, RootSecret, SealError, Secret32, open_under_passphrase,
    parameters_of, seal_under_passphrase,
};

use crate::spoilt;

// As cheap as Argon2 allows: what is shown here does not depend on the cost.
const CHEAP: Parameters = Parameters { memory_kib: 8, passes: 1, lanes: 1 };

fn secret(byte: u8) -> Secret32 {
    Secret32::from_bytes(&[byte; 32]).unwrap()
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_wrapped_secret_opens_in_its_own_row_of_its_own_store_only(
        plain in prop::collection::vec(any::<u8>(), 0..80),
        (kind, other_kind) in ("[a-z/]{1,12}", "[a-z/]{1,12}"),
        (number, other_number) in (any::<u32>(), any::<u32>()),
    ) {
        let (root, other) = (RootSecret::generate().unwrap(), RootSecret::generate().unwrap());
        let wrapped = root.wrapping_key().wrap_secret(&kind, number, &plain).unwrap();
        prop_assert_eq!(wrapped[0], 1, "the format byte first");
        prop_assert_eq!(&*root.wrapping_key().unwrap_secret(&kind, number, &wrapped).unwrap(), &plain);
        prop_assert!(other.wrapping_key().unwrap_secret(&kind, number, &wrapped).is_err());
        if other_kind != kind {
            prop_assert!(root.wrapping_key().unwrap_secret(&other_kind, number, &wrapped).is_err());
        }
        if other_number != number {
            prop_assert!(root.wrapping_key().unwrap_secret(&kind, other_number, &wrapped).is_err());
        }
    }

    #[test]
    fn a_private_key_opens_under_its_passphrase_pepper_and_place_only(
        (one, two) in ("\\PC{1,30}", "\\PC{1,30}"),
        plain in prop::collection::vec(any::<u8>(), 32),
    ) {
        let pepper = Pepper::new(secret(1));
        let sealed = seal_under_passphrase(&passphrase(&one), &pepper, CHEAP, b"place", &plain).unwrap();
        prop_assert_eq!(sealed[0], 1, "the format byte first");
        prop_assert_eq!(&*open_under_passphrase(&passphrase(&one), &pepper, b"place", &sealed).unwrap(), &plain);
        prop_assert!(open_under_passphrase(&passphrase(&one), &pepper, b"other", &sealed).is_err());
        prop_assert!(open_under_passphrase(&passphrase(&one), &Pepper::new(secret(2)), b"place", &sealed).is_err());
        if one != two {
            prop_assert!(open_under_passphrase(&passphrase(&two), &pepper, b"place", &sealed).is_err());
        }
    }

    #[test]
    fn what_is_under_an_activation_code_opens_with_that_code_in_that_place_only(
        plain in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let (code, other) = (ActivationCode::generate().unwrap(), ActivationCode::generate().unwrap());
        let sealed = code.seal(b"place", &plain).unwrap();
        prop_assert_eq!(sealed[0], 1, "the format byte first");
        let typed = ActivationCode::parse(&code.reveal().to_lowercase().replace('-', " ")).unwrap();
        prop_assert_eq!(&*typed.open(b"place", &sealed).unwrap(), &plain);
        prop_assert_eq!(code.open(b"other", &sealed), Err(SealError::DoesNotOpen));
        prop_assert_eq!(other.open(b"place", &sealed), Err(SealError::DoesNotOpen));
    }
}

#[test]
fn every_sealed_secret_is_whole_or_does_not_open() {
    let root = RootSecret::from_bytes(&[9; 32]).unwrap();
    let wrapped = root.wrapping_key().wrap_secret("pepper", 1, b"secret").unwrap();
    assert!(spoilt(&wrapped).iter().all(|bytes| root.wrapping_key().unwrap_secret("pepper", 1, bytes).is_err()));
    let code = ActivationCode::generate().unwrap();
    let sealed = code.seal(b"place", b"secret").unwrap();
    assert!(spoilt(&sealed).iter().all(|bytes| code.open(b"place", bytes).is_err()));
}

#[test]
fn a_private_key_under_a_passphrase_is_whole_or_does_not_open() {
    let (own, pepper) = (passphrase("paard batterij"), Pepper::new(secret(1)));
    let sealed = seal_under_passphrase(&own, &pepper, CHEAP, b"place", &[5; 32]).unwrap();
    // The head holds the cost in clear: 13 bytes whose changes are other costs, some of them too much to try.
    for bytes in spoilt(&sealed) {
        let cheap = parameters_of(&bytes).is_ok_and(|cost| cost.memory_kib < 1 << 16);
        assert!(!cheap || open_under_passphrase(&own, &pepper, b"place", &bytes).is_err());
    }
}

#[test]
fn a_changed_cost_does_not_make_the_program_ask_for_all_memory() {
    let (own, pepper) = (passphrase("paard batterij"), Pepper::new(secret(1)));
    let sealed = seal_under_passphrase(&own, &pepper, CHEAP, b"place", &[5; 32]).unwrap();
    assert_eq!(parameters_of(&sealed), Ok(CHEAP));
    for at in [1, 5, 9] {
        let mut greedy = sealed.clone();
        greedy[at..at + 4].fill(0xff);
        assert_eq!(parameters_of(&greedy), Err(SealError::Format));
        assert_eq!(open_under_passphrase(&own, &pepper, b"place", &greedy), Err(SealError::Format));
    }
}

#[test]
fn a_lower_cost_than_asked_for_today_is_seen() {
    let more = |memory_kib, passes| Parameters { memory_kib, passes, lanes: 1 };
    assert!(more(19 * 1024, 3).is_below(&Parameters::STANDARD));
    assert!(more(64 * 1024, 2).is_below(&Parameters::STANDARD));
    assert!(!Parameters::STANDARD.is_below(&Parameters::STANDARD));
    assert!(!more(128 * 1024, 4).is_below(&Parameters::STANDARD));
}

#[test]
fn an_activation_code_is_twenty_characters_and_misread_ones_are_understood() {
    let code = ActivationCode::generate().unwrap();
    assert_eq!(code.reveal().len(), 23, "four groups of five");
    let typed = |text: &str| ActivationCode::parse(text).map(|code| code.reveal().to_string());
    assert_eq!(typed("oil01-22222-33333-44444").as_deref(), Ok("01101-22222-33333-44444"));
    assert_eq!(typed("22222-33333-44444"), Err(ActivationCodeError::Length));
    assert_eq!(typed("22222-3333U-44444-55555"), Err(ActivationCodeError::Character(10)));
}

#[test]
fn one_root_gives_two_keys_and_neither_is_the_root() {
    let root = RootSecret::from_bytes(&[9; 32]).unwrap();
    let file = root.sqlcipher_key();
    assert_eq!(*file, *RootSecret::from_bytes(&[9; 32]).unwrap().sqlcipher_key(), "the same at each start");
    assert_eq!(file.len(), 64);
    assert_ne!(*file, "09".repeat(32));
    assert_ne!(*file, *RootSecret::from_bytes(&[8; 32]).unwrap().sqlcipher_key());
}

#[test]
fn a_secret_of_another_length_is_none() {
    for length in [0, 31, 33, 64] {
        assert_eq!(Secret32::from_bytes(&vec![1; length]).map(|_| ()), Err(SealError::Format));
    }
}

#[test]
fn keyed_hashes_depend_on_key_label_and_every_field() {
    let id =
        |root: &str, extension: Option<&str>| InstanceId { root: root.into(), extension: extension.map(Into::into) };
    let sender = |root: &str, extension: Option<&str>| domain::Sender::from(id(root, extension));
    let key = |byte| FingerprintKey::new(secret(byte));
    let own = key(1).identity(&sender("1.2", Some("a")), &id("3.4", Some("b")));
    let others = [
        key(2).identity(&sender("1.2", Some("a")), &id("3.4", Some("b"))),
        key(1).version_set(&sender("1.2", Some("a")), &id("3.4", Some("b"))),
        key(1).identity(&sender("1.2a", Some("")), &id("3.4", Some("b"))),
        key(1).identity(&sender("1.2", None), &id("3.4", Some("b"))),
        key(1).identity(&sender("1.2", Some("a")), &id("3.4", None)),
        key(1).identity(&sender("3.4", Some("b")), &id("1.2", Some("a"))),
        key(1).identity(&sender("1.2", Some("")), &id("3.4", Some("b"))),
    ];
    assert!(others.iter().all(|other| *other != own));
    let directory = DirectoryKey::new(secret(1));
    let mac = directory.mac(ReaderId(1), 1, &ReaderPublic([1; 32]));
    assert_ne!(mac, directory.mac(ReaderId(2), 1, &ReaderPublic([1; 32])));
    assert_ne!(mac, directory.mac(ReaderId(1), 2, &ReaderPublic([1; 32])));
    assert_ne!(mac, directory.mac(ReaderId(1), 1, &ReaderPublic([2; 32])));
    assert_ne!(BsnComparisonKey::new(secret(1)).hash("999900006"), BsnComparisonKey::new(secret(2)).hash("999900006"));
    let pseudonyms = PseudonymKey::new(secret(1));
    assert_ne!(pseudonyms.ride("12-2026-1-1"), pseudonyms.client("12-2026-1-1"));
}

#[test]
fn a_mac_key_goes_forward_and_is_never_the_same_twice() {
    let mut key = MacKey::from_bytes(&[7; 32]).unwrap();
    let mut seen: Vec<[u8; 32]> = Vec::new();
    for _ in 0..100 {
        assert!(!seen.contains(key.expose()));
        seen.push(*key.expose());
        key = key.advance();
    }
    let again = MacKey::from_bytes(&[7; 32]).unwrap().advance();
    assert!(again.is_same(&MacKey::from_bytes(&seen[1]).unwrap()) && !again.is_same(&key));
    assert_ne!(again.mac(&[1; 32]), again.mac(&[2; 32]));
}
