//! Who comes in, in which role, with which keys: set-up, activation and sign-in through the real derivations.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::time::{Duration, Instant};

use access::{
    AccountKeys, AccountSetUp, NewAccount, Parameters, Passphrase, SetUp, SignInError, SignedIn, activate, make_set_up,
    renew_activation, renew_private, sign_in,
};
use domain::{Case, Diagnosis, Figure, Identification, Purpose, ReaderId, Remarks, RoleName, WorkingDiagnosis};
use seal::{ActivationCode, Pepper, Secret32};

// As cheap as Argon2 allows, where the cost does not matter.
const CHEAP: Parameters = Parameters { memory_kib: 8, passes: 1, lanes: 1 };
const PHRASE: &str = "paard batterij nietje";

fn pepper() -> Pepper {
    Pepper::new(Secret32::from_bytes(&[4; 32]).unwrap())
}

fn phrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

/// A set-up with one account per role, staff numbers 1 to 5 in the order of `RoleName::ALL`.
fn set_up() -> SetUp {
    let accounts: Vec<NewAccount> = RoleName::ALL
        .into_iter()
        .zip(1..)
        .map(|(role, n): (RoleName, i64)| NewAccount { staff: n.to_string(), roles: vec![role] })
        .collect();
    make_set_up(&accounts, None).unwrap()
}

fn record(account: i64, made: &AccountSetUp, roles: &[RoleName]) -> AccountKeys {
    AccountKeys {
        account,
        staff: made.staff.clone(),
        name: "Naam".into(),
        roles: roles.iter().fold(0, |set, role| set | role.bit()),
        public: None,
        private_sealed: None,
        members: Vec::new(),
        activation: Some(made.activation.clone()),
    }
}

fn activated(mut record: AccountKeys, code: &ActivationCode) -> AccountKeys {
    let made = activate(&record, code, &phrase(PHRASE), &pepper(), CHEAP).unwrap();
    record.public = Some(made.public);
    record.private_sealed = Some(made.private_sealed);
    record.members = made.members;
    record.activation = None;
    record
}

/// The activated account of one role.
fn account(set_up: &SetUp, role: RoleName) -> AccountKeys {
    let at = RoleName::ALL.iter().position(|r| *r == role).unwrap();
    let made = &set_up.accounts[at];
    activated(record(at as i64 + 1, made, &[role]), &made.code)
}

fn enter(record: &AccountKeys, role: RoleName) -> Result<SignedIn, SignInError> {
    sign_in(Some(record), &phrase(PHRASE), &pepper(), role)
}

#[test]
fn each_role_comes_in_with_its_own_reader_and_owns_the_directory_s_key_of_it() {
    let set_up = set_up();
    for role in RoleName::ALL {
        let keys = account(&set_up, role);
        let session = enter(&keys, role).unwrap();
        let Some(reader) = session.reader() else {
            assert_eq!(role, RoleName::FunctionalAdministrator, "the one role without a key");
            continue;
        };
        let of_role = set_up.role_keys.iter().find(|key| key.reader == reader).map(|key| key.public);
        let directory = of_role.or(keys.public.filter(|_| reader == ReaderId::professional(keys.account))).unwrap();
        assert!(session.owns(&directory), "{role:?}");
        let swapped = set_up.role_keys.iter().find(|key| key.reader == ReaderId::ROUTING).unwrap().public;
        assert!(!session.owns(&swapped), "{role:?}: a swapped key is seen");
    }
}

#[test]
fn a_role_bit_in_the_account_s_row_without_a_member_s_key_is_no_role() {
    let set_up = set_up();
    let mut keys = account(&set_up, RoleName::Administration);
    keys.roles = RoleName::ALL.into_iter().fold(0, |set, role| set | role.bit());
    assert!(enter(&keys, RoleName::Administration).is_ok());
    let held = [RoleName::Administration, RoleName::Professional, RoleName::FunctionalAdministrator];
    assert_eq!(keys.roles_held(), held, "what is offered: a professional's key is his own, the third opens nothing");
    for role in [RoleName::MedicalManager, RoleName::PrivacyOfficer] {
        assert_eq!(enter(&keys, role).err(), Some(SignInError::NotThisRole), "{role:?}");
    }
    keys.members.clear();
    assert_eq!(enter(&keys, RoleName::Administration).err(), Some(SignInError::NotThisRole));
}

#[test]
fn a_role_key_copied_from_another_account_does_not_open() {
    let set_up = set_up();
    let manager = account(&set_up, RoleName::MedicalManager);
    let mut thief = account(&set_up, RoleName::Administration);
    thief.roles |= RoleName::MedicalManager.bit();
    thief.members.extend(manager.members.iter().cloned());
    assert_eq!(enter(&thief, RoleName::MedicalManager).err(), Some(SignInError::Wrong));
}

#[test]
fn wrong_passphrase_unknown_account_and_no_activation_yet_give_one_answer() {
    let set_up = set_up();
    let keys = account(&set_up, RoleName::Professional);
    let other = sign_in(Some(&keys), &phrase("paard batterij nietj"), &pepper(), RoleName::Professional);
    assert_eq!(other.err(), Some(SignInError::Wrong));
    assert_eq!(sign_in(None, &phrase(PHRASE), &pepper(), RoleName::Professional).err(), Some(SignInError::Wrong));
    let made = &set_up.accounts[1];
    let waiting = record(2, made, &[RoleName::Professional]);
    assert_eq!(enter(&waiting, RoleName::Professional).err(), Some(SignInError::Wrong));
}

#[test]
fn a_code_is_for_one_account_and_a_short_passphrase_is_refused() {
    let set_up = set_up();
    let (clerk, professional) = (&set_up.accounts[0], &set_up.accounts[1]);
    let waiting = record(1, clerk, &[RoleName::Administration]);
    let tried = activate(&waiting, &professional.code, &phrase(PHRASE), &pepper(), CHEAP);
    assert_eq!(tried.err(), Some(SignInError::Wrong));
    let tried = activate(&waiting, &clerk.code, &phrase("dertien tekens"[..13].trim()), &pepper(), CHEAP);
    assert_eq!(tried.err(), Some(SignInError::PassphraseTooShort));
    let done = activated(waiting, &clerk.code);
    assert_eq!(activate(&done, &clerk.code, &phrase(PHRASE), &pepper(), CHEAP).err(), Some(SignInError::Wrong));
}

#[test]
fn a_wrong_code_and_an_unknown_account_take_as_long_as_a_right_code() {
    let cost = Parameters { memory_kib: 4096, passes: 2, lanes: 1 };
    let made = renew_activation("7").unwrap();
    let waiting = record(7, &made, &[RoleName::Professional]);
    let wrong = ActivationCode::generate().unwrap();
    let took = |record: Option<&AccountKeys>, code: &ActivationCode| -> Duration {
        let start = Instant::now();
        let _ = activate(record, code, &phrase(PHRASE), &pepper(), cost);
        start.elapsed()
    };
    // The fastest of three, so that a busy machine does not decide; without the derivation it would be a hundredth.
    let fastest = |record, code| (0..3).map(|_| took(record, code)).min().unwrap();
    let right = fastest(Some(&waiting), &made.code);
    assert!(fastest(Some(&waiting), &wrong) > right / 4);
    assert!(fastest(None, &wrong) > right / 4);
}

#[test]
fn a_key_under_a_cheaper_derivation_than_asked_for_is_sealed_anew_once() {
    let mut keys = account(&set_up(), RoleName::Professional);
    let dearer = Parameters { memory_kib: 16, passes: 2, lanes: 1 };
    assert_eq!(renew_private(&keys, &phrase(PHRASE), &pepper(), CHEAP), Ok(None), "it stands well");
    let anew = renew_private(&keys, &phrase(PHRASE), &pepper(), dearer).unwrap().unwrap();
    assert_eq!(seal::parameters_of(&anew), Ok(dearer));
    keys.private_sealed = Some(anew);
    assert!(enter(&keys, RoleName::Professional).is_ok(), "the same key under the same passphrase");
    assert_eq!(renew_private(&keys, &phrase(PHRASE), &pepper(), dearer), Ok(None));
    let other = renew_private(&keys, &phrase("een andere zin dan dit"), &pepper(), Parameters { passes: 3, ..dearer });
    assert_eq!(other, Err(SignInError::Wrong));
}

#[test]
fn there_is_an_opening_key_for_the_purposes_of_the_right_alone() {
    let set_up = set_up();
    for why in Purpose::ALL {
        let quality = why == Purpose::Quality;
        let identifying = matches!(why, Purpose::CompleteRide | Purpose::AskHospital);
        match enter(&account(&set_up, RoleName::Administration), RoleName::Administration) {
            Ok(SignedIn::Administration(session)) => {
                assert_eq!(session.opening_key::<Identification>(why).is_ok(), identifying, "{why:?}");
            }
            _ => panic!("the administration"),
        }
        match enter(&account(&set_up, RoleName::Professional), RoleName::Professional) {
            Ok(SignedIn::Professional(session)) => {
                assert_eq!(session.opening_key::<Diagnosis>(why).is_ok(), quality, "{why:?}");
                assert_eq!(session.opening_key::<Remarks>(why).is_ok(), quality, "{why:?}");
                assert_eq!(session.opening_key::<WorkingDiagnosis>(why).is_ok(), quality, "{why:?}");
            }
            _ => panic!("the professional"),
        }
        match enter(&account(&set_up, RoleName::MedicalManager), RoleName::MedicalManager) {
            Ok(SignedIn::MedicalManager(session)) => {
                assert_eq!(session.opening_key::<Case>(why).is_ok(), quality, "{why:?}");
                assert_eq!(session.opening_key::<Figure>(why).is_ok(), quality, "{why:?}");
                assert_eq!(session.opening_key::<WorkingDiagnosis>(why).is_ok(), quality, "{why:?}");
            }
            _ => panic!("the medical manager"),
        }
    }
}
