//! Who comes in, in which role, with which keys: set-up, activation and sign-in through the real derivations.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::time::{Duration, Instant};

use access::{
    AccountKeys, AccountSetUp, Activation, Chosen, NewAccount, Parameters, Passphrase, PassphraseFault, Renew, Renewal,
    SetUp, SignInError, SignedIn, TotpSecret, activate, check_activation, make_set_up, must_be_strong, open_with_sheet,
    recover, renew_activation, second_factor_code, sign_in, unlock,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Case, Diagnosis, Figure, Identification, Purpose, ReaderId, Remarks, RoleName, WorkingDiagnosis};
use seal::{ActivationCode, Pepper, PersonalSheetCode, Secret32};

// As cheap as Argon2 allows, where the cost does not matter.
const CHEAP: Parameters = Parameters { memory_kib: 8, passes: 1, lanes: 1 };
const PHRASE: &str = "paard batterij nietje";

fn pepper() -> Pepper {
    Pepper::new(Secret32::from_bytes(&[4; 32]).unwrap())
}

fn phrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

/// The second factor of every account here, as an app holds it.
fn factor() -> TotpSecret {
    TotpSecret::from_bytes(&[9; 20]).unwrap()
}

fn code() -> String {
    second_factor_code(&factor(), now()).unwrap().to_string()
}

fn chosen(text: &str) -> Chosen {
    Chosen { second_factor: factor(), ..Chosen::generate(phrase(text)).unwrap() }
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
        activation_until: Some(now() + TimeDelta::days(30)),
        second_factor: None,
        second_factor_step: None,
        personal_sheet: None,
    }
}

fn activated(record: AccountKeys, code: &ActivationCode) -> AccountKeys {
    let made = activate(&record, code, &chosen(PHRASE), &pepper(), CHEAP).unwrap();
    stored(record, made)
}

/// As the store does it.
fn stored(mut record: AccountKeys, made: Activation) -> AccountKeys {
    record.public = Some(made.public);
    record.private_sealed = Some(made.private_sealed);
    record.members = made.members;
    record.second_factor = Some(made.second_factor);
    record.second_factor_step = made.second_factor_step;
    record.personal_sheet = Some(made.personal_sheet);
    record.activation = None;
    record
}

/// As the store does it.
fn renewed(mut record: AccountKeys, renewal: Renewal) -> AccountKeys {
    record.private_sealed = renewal.private_sealed.or(record.private_sealed);
    if let Some((sealed, step)) = renewal.second_factor {
        (record.second_factor, record.second_factor_step) = (Some(sealed), step);
    }
    record.personal_sheet = renewal.personal_sheet.or(record.personal_sheet);
    record
}

/// The activated account of one role.
fn account(set_up: &SetUp, role: RoleName) -> AccountKeys {
    let at = RoleName::ALL.iter().position(|r| *r == role).unwrap();
    let made = &set_up.accounts[at];
    activated(record(at as i64 + 1, made, &[role]), &made.code)
}

fn enter(record: &AccountKeys, role: RoleName) -> Result<SignedIn, SignInError> {
    enter_with(record, PHRASE, &code(), role)
}

fn enter_with(record: &AccountKeys, text: &str, code: &str, role: RoleName) -> Result<SignedIn, SignInError> {
    sign_in(Some(record), &phrase(text), code, now(), &pepper())?.admitted().session(role)
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
fn wrong_passphrase_wrong_code_unknown_account_and_no_activation_yet_give_one_answer() {
    let set_up = set_up();
    let keys = account(&set_up, RoleName::Professional);
    let other = enter_with(&keys, "paard batterij nietj", &code(), RoleName::Professional);
    assert_eq!(other.err(), Some(SignInError::Wrong));
    let nobody = sign_in(None, &phrase(PHRASE), &code(), now(), &pepper());
    assert_eq!(nobody.err(), Some(SignInError::Wrong));
    let made = &set_up.accounts[1];
    let waiting = record(2, made, &[RoleName::Professional]);
    assert_eq!(enter(&waiting, RoleName::Professional).err(), Some(SignInError::Wrong));
}

#[test]
fn a_code_is_for_one_account_and_a_short_passphrase_is_refused() {
    let set_up = set_up();
    let (clerk, professional) = (&set_up.accounts[0], &set_up.accounts[1]);
    let waiting = record(1, clerk, &[RoleName::Administration]);
    let tried = activate(&waiting, &professional.code, &chosen(PHRASE), &pepper(), CHEAP);
    assert_eq!(tried.err(), Some(SignInError::Wrong));
    assert_eq!(check_activation(Some(&waiting), &professional.code, now()), Err(SignInError::Wrong));
    let tried = activate(&waiting, &clerk.code, &chosen(&"dertien tekens"[..13]), &pepper(), CHEAP);
    assert_eq!(tried.err(), Some(SignInError::Passphrase(PassphraseFault::Short)));
    let done = activated(waiting, &clerk.code);
    assert_eq!(activate(&done, &clerk.code, &chosen(PHRASE), &pepper(), CHEAP).err(), Some(SignInError::Wrong));
    assert_eq!(check_activation(Some(&done), &clerk.code, now()), Err(SignInError::Wrong));
}

#[test]
fn a_wrong_code_and_an_unknown_account_take_as_long_as_a_right_code() {
    let cost = Parameters { memory_kib: 4096, passes: 2, lanes: 1 };
    let made = renew_activation("7").unwrap();
    let waiting = record(7, &made, &[RoleName::Professional]);
    let wrong = ActivationCode::generate().unwrap();
    let chosen = chosen(PHRASE);
    let took = |record: Option<&AccountKeys>, code: &ActivationCode| -> Duration {
        let start = Instant::now();
        let _ = activate(record, code, &chosen, &pepper(), cost);
        start.elapsed()
    };
    // The fastest of three, so that a busy machine does not decide; without the derivation it would be a hundredth.
    let fastest = |record, code| (0..3).map(|_| took(record, code)).min().unwrap();
    let right = fastest(Some(&waiting), &made.code);
    assert!(fastest(Some(&waiting), &wrong) > right / 4);
    assert!(fastest(None, &wrong) > right / 4);
}

#[test]
fn an_unknown_account_takes_as_long_to_sign_in_as_a_wrong_passphrase() {
    let set_up = set_up();
    let made = &set_up.accounts[0];
    let mut known = record(1, made, &[RoleName::Administration]);
    let dear = activate(&known, &made.code, &chosen(PHRASE), &pepper(), Parameters::STANDARD).unwrap();
    known.private_sealed = Some(dear.private_sealed);
    let took = |record: Option<&AccountKeys>| {
        let start = Instant::now();
        assert!(sign_in(record, &phrase("een zin die nergens bij hoort"), &code(), now(), &pepper()).is_err());
        start.elapsed()
    };
    let fastest = |record| (0..3).map(|_| took(record)).min().unwrap();
    let (wrong, unknown) = (fastest(Some(&known)), fastest(None));
    assert!(unknown > wrong / 4 && wrong > unknown / 4, "{wrong:?} {unknown:?}");
}

#[test]
fn a_key_under_a_cheaper_derivation_than_asked_for_is_sealed_anew_once() {
    let mut keys = account(&set_up(), RoleName::Professional);
    let dearer = Parameters { memory_kib: 16, passes: 2, lanes: 1 };
    let anew = |keys: &AccountKeys, cost| {
        let admitted = sign_in(Some(keys), &phrase(PHRASE), &code(), now(), &pepper()).unwrap().admitted();
        admitted.own().dearer(&phrase(PHRASE), &pepper(), cost).unwrap()
    };
    assert_eq!(anew(&keys, CHEAP), None, "it stands well");
    keys.private_sealed = anew(&keys, dearer);
    assert_eq!(seal::parameters_of(keys.private_sealed.as_ref().unwrap()), Ok(dearer));
    assert!(enter(&keys, RoleName::Professional).is_ok(), "the same key under the same passphrase");
    assert_eq!(anew(&keys, dearer), None);
}

#[test]
fn a_code_that_was_used_or_is_of_another_moment_or_secret_does_not_come_in() {
    let mut keys = account(&set_up(), RoleName::Professional);
    let at = |seconds| second_factor_code(&factor(), now() + TimeDelta::seconds(seconds)).unwrap().to_string();
    let answer = |keys: &AccountKeys, code: &str| enter_with(keys, PHRASE, code, RoleName::Professional).err();
    let proven = sign_in(Some(&keys), &phrase(PHRASE), &code(), now(), &pepper()).unwrap();
    assert_eq!(proven.step(), Some(1_790_000_000 / 30));
    let (late, wrong) = (Some(SignInError::CodeLate), Some(SignInError::Wrong));
    for (seconds, wanted) in [(-60, late), (-30, None), (0, None), (30, None), (60, wrong)] {
        assert_eq!(answer(&keys, &at(seconds)), wanted, "{seconds}");
    }
    let other = second_factor_code(&TotpSecret::from_bytes(&[8; 20]).unwrap(), now()).unwrap();
    for wrong in ["", "123", other.as_str()] {
        assert_eq!(answer(&keys, wrong), Some(SignInError::Wrong), "{wrong}");
    }
    keys.second_factor_step = proven.step();
    assert_eq!(answer(&keys, &at(0)), Some(SignInError::CodeUsed), "used");
    assert_eq!(answer(&keys, &at(-30)), Some(SignInError::CodeUsed), "older than the one used");
    assert_eq!(answer(&keys, &at(30)), None);
}

#[test]
fn a_second_factor_copied_from_another_account_or_taken_away_lets_nobody_in() {
    let set_up = set_up();
    let (clerk, mut thief) = (account(&set_up, RoleName::Administration), account(&set_up, RoleName::Professional));
    thief.second_factor = clerk.second_factor;
    assert_eq!(enter(&thief, RoleName::Professional).err(), Some(SignInError::Wrong));
    thief.second_factor = None;
    assert_eq!(enter(&thief, RoleName::Professional).err(), Some(SignInError::Wrong));
}

#[test]
fn a_locked_session_is_unlocked_by_the_same_person_s_passphrase_alone() {
    let set_up = set_up();
    let (clerk, other) = (account(&set_up, RoleName::Administration), account(&set_up, RoleName::Professional));
    let locked = enter(&clerk, RoleName::Administration).unwrap().lock();
    assert_eq!(locked.role(), RoleName::Administration);
    let tried = |record: Option<&AccountKeys>, text| unlock(&locked, record, &phrase(text), &pepper());
    assert!(tried(Some(&clerk), PHRASE).unwrap().admitted().session(locked.role()).is_ok());
    assert_eq!(tried(Some(&clerk), "een andere zin dan dit").err(), Some(SignInError::Wrong));
    assert_eq!(tried(Some(&other), PHRASE).err(), Some(SignInError::Wrong), "another's passphrase is another's");
    assert_eq!(tried(None, PHRASE).err(), Some(SignInError::Wrong));
}

#[test]
fn an_activation_code_is_valid_for_thirty_days_and_who_has_it_is_told_that_it_is_too_old() {
    let made = renew_activation("7").unwrap();
    let waiting = record(7, &made, &[RoleName::Professional]);
    let late = now() + TimeDelta::days(30) + TimeDelta::seconds(1);
    assert_eq!(check_activation(Some(&waiting), &made.code, now() + TimeDelta::days(30)), Ok(()));
    assert_eq!(check_activation(Some(&waiting), &made.code, late), Err(SignInError::Expired));
    let other = ActivationCode::generate().unwrap();
    assert_eq!(
        check_activation(Some(&waiting), &other, late),
        Err(SignInError::Wrong),
        "to others it is said to be wrong"
    );
    assert_eq!(check_activation(None, &made.code, now()), Err(SignInError::Wrong));
}

#[test]
fn with_a_sheet_everything_is_new_and_the_used_sheet_and_the_old_passphrase_and_second_factor_are_void() {
    let set_up = set_up();
    let first = chosen(PHRASE);
    let made = &set_up.accounts[0];
    let keys = record(1, made, &[RoleName::Administration]);
    let keys = stored(keys.clone(), activate(&keys, &made.code, &first, &pepper(), CHEAP).unwrap());
    let of_other = PersonalSheetCode::generate().unwrap();
    assert_eq!(open_with_sheet(Some(&keys), &of_other).err(), Some(SignInError::Wrong));
    assert_eq!(open_with_sheet(None, &first.sheet).err(), Some(SignInError::Wrong));
    let own = open_with_sheet(Some(&keys), &first.sheet).unwrap();
    let mut next = Chosen::generate(phrase("gans lantaarn zeewier blok")).unwrap();
    assert!(recover(own, &next, &pepper(), CHEAP).is_err(), "the second factor is not confirmed yet");
    let own = open_with_sheet(Some(&keys), &first.sheet).unwrap();
    next.step = Some(now().timestamp() as u64 / 30);
    let (renewal, proven) = recover(own, &next, &pepper(), CHEAP).unwrap();
    assert!(proven.admitted().session(RoleName::Administration).is_ok(), "the keys are the same");
    let keys = renewed(keys, renewal);
    assert_eq!(open_with_sheet(Some(&keys), &first.sheet).err(), Some(SignInError::Wrong));
    assert!(open_with_sheet(Some(&keys), &next.sheet).is_ok());
    assert_eq!(enter(&keys, RoleName::Administration).err(), Some(SignInError::Wrong));
    let later = now() + TimeDelta::seconds(30);
    let code = |secret| second_factor_code(secret, later).unwrap().to_string();
    let text = "gans lantaarn zeewier blok";
    let with = |secret| sign_in(Some(&keys), &phrase(text), &code(secret), later, &pepper());
    assert_eq!(with(&first.second_factor).err(), Some(SignInError::Wrong));
    assert!(with(&next.second_factor).is_ok());
}

#[test]
fn who_is_signed_in_renews_one_thing_with_the_passphrase_and_the_rest_stays() {
    let keys = account(&set_up(), RoleName::Administration);
    let session = enter(&keys, RoleName::Administration).unwrap();
    let own_key = |keys: &AccountKeys, text| session.own_key(Some(keys.clone()))(&phrase(text), &pepper());
    assert!(own_key(&keys, "een andere zin dan dit").is_err());
    let own = own_key(&keys, PHRASE).unwrap();
    let text = "gans lantaarn zeewier blok";
    let renewal =
        own.renewed(&Renew { passphrase: Some(&phrase(text)), ..Renew::default() }, &pepper(), CHEAP).unwrap();
    assert!(renewal.second_factor.is_none() && renewal.personal_sheet.is_none());
    let keys = renewed(keys, renewal);
    assert!(enter_with(&keys, text, &code(), RoleName::Administration).is_ok());
    assert_eq!(enter(&keys, RoleName::Administration).err(), Some(SignInError::Wrong));
    let weak = phrase("wachtwoordzin1234");
    let weak = own.renewed(&Renew { passphrase: Some(&weak), ..Renew::default() }, &pepper(), CHEAP);
    assert!(matches!(weak.err(), Some(SignInError::Passphrase(_))));
    let other = account(&set_up(), RoleName::Professional);
    assert!(own_key(&other, PHRASE).is_err(), "another's account");
}

#[test]
fn a_passphrase_that_is_short_common_or_about_the_person_is_refused_and_four_odd_words_are_not() {
    let known = ["1003", "S. Bakkerszoon-Terpstra", "RAV Voorbeeldregio"];
    let answer = |text: &str| must_be_strong(&phrase(text), &known);
    assert_eq!(answer("dertien teken"), Err(PassphraseFault::Short));
    assert_eq!(answer(&"zee ".repeat(65)), Err(PassphraseFault::Long));
    let common =
        ["correct horse battery staple", "Welkom bij de RAV 2026!", "Oost west, thuis best", "er was eens 12345"];
    for text in common {
        assert_eq!(answer(text), Err(PassphraseFault::Common), "{text}");
    }
    let guessable = [
        "aaaaaaaaaaaaaaaaaaaa",
        "12345678901234567890",
        "qwertyuiop[]12345",
        "Bakkerszoon2026",
        "Voorbeeldregio1003",
        "Ziekenhuis2026!!!",
        "welkom Groningen 1234",
        "20-09-1984 20-09-1984",
    ];
    for text in guessable {
        assert_eq!(answer(text), Err(PassphraseFault::Guessable), "{text}");
    }
    for text in [
        PHRASE,
        "gans lantaarn zeewier blok",
        "een lange wachtwoordzin voor de test",
        "mijn tante kookt nooit met knoflook",
    ] {
        assert_eq!(answer(text), Ok(()), "{text}");
    }
}

#[test]
fn there_is_an_opening_key_for_the_purposes_of_the_right_alone() {
    let set_up = set_up();
    for why in Purpose::ALL {
        let quality = why == Purpose::Quality;
        // To read them, and to count them for oneself.
        let own = quality || why == Purpose::OwnTrend;
        let identifying = matches!(why, Purpose::CompleteRide | Purpose::AskHospital);
        match enter(&account(&set_up, RoleName::Administration), RoleName::Administration) {
            Ok(SignedIn::Administration(session)) => {
                assert_eq!(session.opening_key::<Identification>(why).is_ok(), identifying, "{why:?}");
            }
            _ => panic!("the administration"),
        }
        match enter(&account(&set_up, RoleName::Professional), RoleName::Professional) {
            Ok(SignedIn::Professional(session)) => {
                assert_eq!(session.opening_key::<Diagnosis>(why).is_ok(), own, "{why:?}");
                assert_eq!(session.opening_key::<Remarks>(why).is_ok(), own, "{why:?}");
                assert_eq!(session.opening_key::<WorkingDiagnosis>(why).is_ok(), own, "{why:?}");
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

#[test]
fn of_a_code_that_the_app_showed_it_is_told_that_it_was_used_or_late_once_the_passphrase_is_right() {
    let set_up = set_up();
    let mut keys = account(&set_up, RoleName::Administration);
    let shown = |seconds: i64| second_factor_code(&factor(), now() + TimeDelta::seconds(seconds)).unwrap();
    let step = |seconds: i64| Some((now().timestamp() + seconds) as u64 / 30);
    let tried = |keys: &AccountKeys, text: &str, code: &str| {
        sign_in(Some(keys), &phrase(text), code, now(), &pepper()).map(|_| ()).err()
    };
    for (used, typed, told) in [
        (None, shown(0), None),
        (None, shown(-30), None),
        (None, shown(-60), Some(SignInError::CodeLate)),
        (None, shown(-300), Some(SignInError::CodeLate)),
        (None, shown(-1200), Some(SignInError::Wrong)),
        (None, shown(90), Some(SignInError::Wrong)),
        (step(0), shown(0), Some(SignInError::CodeUsed)),
        (step(0), shown(-30), Some(SignInError::CodeUsed)),
        (step(-60), shown(-90), Some(SignInError::CodeUsed)),
        // The clock ran ahead at the last sign-in.
        (step(86_400), shown(0), Some(SignInError::CodeUsed)),
    ] {
        keys.second_factor_step = used;
        assert_eq!(tried(&keys, PHRASE, &typed), told, "{used:?} {:?}", *typed);
        assert_eq!(
            tried(&keys, "een andere zin die niet klopt", &typed),
            Some(SignInError::Wrong),
            "nothing before that"
        );
    }
}
