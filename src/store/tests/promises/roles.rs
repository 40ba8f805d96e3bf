//! Roles: only a member admits, who left is followed by a new epoch, and a role never loses its last member.

use std::time::Instant;

use access::{Administration, MedicalManager, PrivacyOfficer, Session, SignInError, SignedIn};
use domain::{Case, Identification, MessageId, Purpose, ReaderId, RoleName};
use seal::{ReaderKey, ReaderPublic};
use store::StoreError;

use crate::support::*;

pub const NEW_MANAGER: &str = "mma02";
pub const NEW_OFFICER: &str = "po02";

pub fn manager_of(house: &House, staff: &str) -> Result<Session<MedicalManager>, SignInError> {
    match house.try_sign_in(staff, RoleName::MedicalManager)? {
        SignedIn::MedicalManager(session) => Ok(session),
        _ => panic!("another role"),
    }
}

pub fn officer_of(house: &House, staff: &str) -> Session<PrivacyOfficer> {
    match house.try_sign_in(staff, RoleName::PrivacyOfficer).unwrap() {
        SignedIn::PrivacyOfficer(session) => session,
        _ => panic!("another role"),
    }
}

pub fn opens_identification(
    house: &House,
    clerk: &Session<Administration>,
    message: MessageId,
) -> Result<bool, StoreError> {
    let why = Purpose::CompleteRide;
    house.archive().open::<Identification, _>(clerk, message, why, now()).map(|content| content.is_some())
}

pub fn opens_case(house: &House, manager: &Session<MedicalManager>, message: MessageId) -> Result<bool, StoreError> {
    house.archive().open::<Case, _>(manager, message, Purpose::Quality, now()).map(|content| content.is_some())
}

/// A second member of a role: made, confirmed, activated, not admitted.
pub fn newcomer(house: &House, staff: &str, role: RoleName) -> i64 {
    let code = house.account_made(staff, &[role]);
    let number = house.number(staff);
    assert_eq!(house.store().confirm(&house.active_officer(), &[number], now()).unwrap(), 1);
    house.activate_with(staff, &code);
    number
}

#[test]
fn a_member_admits_and_what_was_sealed_before_opens_for_the_new_one() {
    let house = House::new();
    house.administrator();
    house.officer();
    let manager = house.manager();
    let message = message_of(take(&mut house.inbox(), message("a")));
    let number = newcomer(&house, NEW_MANAGER, RoleName::MedicalManager);
    assert_eq!(manager_of(&house, NEW_MANAGER).err(), Some(SignInError::NotThisRole));
    let waits = |row: &store::MemberRow| row.account == number && row.since.is_none();
    assert!(house.store().members().unwrap().iter().any(waits));
    assert!(house.store().admit(&manager, number, now()).unwrap());
    let admitted = manager_of(&house, NEW_MANAGER).unwrap();
    assert!(opens_case(&house, &admitted, message).unwrap());
    assert!(!house.store().members().unwrap().iter().any(waits));
    house.log_is_whole();
}

#[test]
fn nobody_is_admitted_for_whom_no_privacy_officer_stands() {
    let house = House::new();
    house.administrator();
    let manager = house.manager();
    let code = house.account_made(NEW_MANAGER, &[RoleName::MedicalManager]);
    house.activate_with(NEW_MANAGER, &code);
    let number = house.number(NEW_MANAGER);
    let raw = house.raw();
    raw.execute("UPDATE account SET confirmed = 1, confirmed_by = 7 WHERE n = ?1", [number]).unwrap();
    assert!(!house.store().admit(&manager, number, now()).unwrap());
    // Nor an account that an officer stands for in another role.
    house.activate(NURSE);
    raw.execute("UPDATE account SET roles = roles | 4 WHERE staff = ?1", [NURSE]).unwrap();
    assert!(!house.store().admit(&manager, house.number(NURSE), now()).unwrap());
    assert_eq!(house.count("SELECT count(*) FROM role_member WHERE reader = 2"), 1);
}

#[test]
fn a_functional_administrator_alone_gives_himself_nothing() {
    let house = House::new();
    house.manager();
    let administrator = house.administrator();
    let own = administrator.account();
    let every = RoleName::ALL;
    house.store().set_roles(&administrator, own, &every, now()).unwrap();
    let keys = house.store().account_keys(ADMINISTRATOR).unwrap().unwrap();
    assert_eq!(keys.roles_held(), [RoleName::Professional, RoleName::FunctionalAdministrator]);
    // As a professional he is on a crew of his own making, and nobody stands for it.
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.import_rides(&[ride(&[(ADMINISTRATOR, 1)])], now()).unwrap();
    take(&mut inbox, message("a"));
    deliver_all(&mut inbox);
    assert_eq!(house.count("SELECT count(*) FROM \"grant\""), 0);
}

#[test]
fn after_a_clerk_has_left_a_remaining_one_makes_the_next_epoch_and_the_first_opens_nothing_any_more() {
    let house = House::new();
    let administrator = house.administrator();
    let mut stays = house.clerk();
    let left = house.clerk_of(SECOND_CLERK);
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    let before = message_of(take(&mut inbox, only_identification("a", BSN)));
    house.store().set_roles(&administrator, left.account(), &[RoleName::Professional], now()).unwrap();
    assert_eq!(house.store().epochs_pending().unwrap(), [RoleName::Administration]);
    assert!(house.store().renew_epoch(&mut stays, now()).unwrap());
    assert!(!house.store().renew_epoch(&mut stays, now()).unwrap(), "once");
    assert!(house.store().epochs_pending().unwrap().is_empty());
    // The same receiver, on the same day: it makes a reader key anew.
    let after = message_of(take(&mut inbox, only_identification("b", OTHER_BSN)));
    for message in [before, after] {
        assert!(opens_identification(&house, &stays, message).unwrap());
        assert!(opens_identification(&house, &left, message).is_err());
    }
    // And at his next sign-in the one who stayed has both epochs.
    let again = match house.try_sign_in(CLERK, RoleName::Administration).unwrap() {
        SignedIn::Administration(session) => session,
        _ => panic!("another role"),
    };
    assert!(
        opens_identification(&house, &again, before).unwrap() && opens_identification(&house, &again, after).unwrap()
    );
    assert!(house.try_sign_in(SECOND_CLERK, RoleName::Administration).is_err());
    house.log_is_whole();
}

#[test]
fn figures_are_counted_after_a_new_epoch_of_the_managers() {
    let house = House::new();
    let administrator = house.administrator();
    house.officer();
    let mut manager = house.manager();
    take(&mut house.inbox(), message("a"));
    let number = newcomer(&house, NEW_MANAGER, RoleName::MedicalManager);
    house.store().admit(&manager, number, now()).unwrap();
    let left = manager_of(&house, NEW_MANAGER).unwrap();
    house.store().close_account(&administrator, number, now()).unwrap();
    assert!(house.store().renew_epoch(&mut manager, now()).unwrap());
    take(&mut house.inbox(), message("b"));
    let opened = |session| house.archive().open_figures(session, now(), |_, _| true).is_ok();
    assert!(opened(&manager) && !opened(&left));
    house.log_is_whole();
}

#[test]
fn the_last_member_of_a_role_leaves_only_with_a_successor() {
    let house = House::new();
    let administrator = house.administrator();
    let manager = house.manager();
    house.officer();
    let refused = |house: &House, account: i64| {
        let closed = house.store().close_account(&administrator, account, now());
        let roles = house.store().set_roles(&administrator, account, &[RoleName::Professional], now());
        matches!(closed, Err(StoreError::LastMember(_))) && matches!(roles, Err(StoreError::LastMember(_)))
    };
    assert!(refused(&house, manager.account()));
    // A successor who is not admitted is none.
    let number = newcomer(&house, NEW_MANAGER, RoleName::MedicalManager);
    assert!(refused(&house, manager.account()));
    house.store().admit(&manager, number, now()).unwrap();
    house.store().close_account(&administrator, manager.account(), now()).unwrap();
    assert!(refused(&house, number));
    // Who looks after the accounts does not leave them without anybody.
    assert!(refused(&house, administrator.account()));
    // Of two clerks named at set-up, neither of whom has come yet, one may go.
    house.store().close_account(&administrator, house.number(SECOND_CLERK), now()).unwrap();
    assert!(refused(&house, house.number(CLERK)));
}

#[test]
fn confirmations_and_the_log_s_first_key_survive_a_new_epoch_of_the_officers() {
    let house = House::new();
    let administrator = house.administrator();
    let left = house.officer();
    let code = house.account_made(NEW_OFFICER, &[RoleName::PrivacyOfficer]);
    let number = house.number(NEW_OFFICER);
    house.store().confirm(&left, &[number], now()).unwrap();
    house.activate_with(NEW_OFFICER, &code);
    assert!(house.store().admit(&left, number, now()).unwrap());
    let mut stays = officer_of(&house, NEW_OFFICER);
    house.store().close_account(&administrator, left.account(), now()).unwrap();
    assert!(house.store().renew_officers_epoch(&mut stays, now()).unwrap());
    assert!(house.store().accounts().unwrap().iter().all(|row| row.confirmed));
    assert!(stays.signs_as(&house.store().officer_signing_key().unwrap()));
    assert!(!left.signs_as(&house.store().officer_signing_key().unwrap()));
    assert!(house.store().verify_log(Some(&stays), |_| true).unwrap().first_break.is_none());
    // Who left signs nothing that is believed.
    house.account_made("vpk09", &[RoleName::Professional]);
    let ghost = [house.number("vpk09")];
    assert!(matches!(house.store().confirm(&left, &ghost, now()), Err(StoreError::Directory(3))));
    assert_eq!(house.store().confirm(&stays, &ghost, now()).unwrap(), 1);
    // The receiver believes the new key: the epoch before vouches for it.
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    take(&mut inbox, message("a"));
    assert_eq!(house.count("SELECT count(*) FROM \"grant\""), 1);
}

#[test]
fn a_code_that_is_older_than_the_epoch_makes_no_member() {
    let house = House::new();
    let administrator = house.administrator();
    let mut stays = house.clerk();
    // A third clerk has gone; the second, named at set-up, has not come yet.
    let number = {
        house.officer();
        newcomer(&house, "adm03", RoleName::Administration)
    };
    house.store().admit(&stays, number, now()).unwrap();
    house.store().close_account(&administrator, number, now()).unwrap();
    house.store().renew_epoch(&mut stays, now()).unwrap();
    house.activate(SECOND_CLERK);
    assert!(house.try_sign_in(SECOND_CLERK, RoleName::Administration).is_err());
    assert!(house.store().admit(&stays, house.number(SECOND_CLERK), now()).unwrap());
    assert!(house.try_sign_in(SECOND_CLERK, RoleName::Administration).is_ok());
}

#[test]
fn a_new_epoch_over_a_year_of_reader_keys_takes_less_than_a_second() {
    let house = House::new();
    let administrator = house.administrator();
    let mut stays = house.clerk();
    let left = house.clerk_of(SECOND_CLERK);
    let raw = house.raw();
    let public: [u8; 32] = raw.query_row("SELECT public FROM role_key WHERE reader = 1", [], |row| row.get(0)).unwrap();
    raw.execute_batch("BEGIN").unwrap();
    for number in 1..=365_u32 {
        let key = ReaderKey::generate(ReaderId::ADMINISTRATION, number).unwrap();
        let sealed = key.sealed_to(&ReaderPublic(public)).unwrap();
        raw.execute("INSERT INTO reader_key VALUES (?1, 1, 0, ?2, NULL)", rusqlite::params![number, sealed]).unwrap();
    }
    raw.execute_batch("COMMIT").unwrap();
    house.store().close_account(&administrator, left.account(), now()).unwrap();
    let mut store = house.store();
    let started = Instant::now();
    assert!(store.renew_epoch(&mut stays, now()).unwrap());
    let took = started.elapsed();
    println!("365 reader keys: {took:?}");
    assert!(took.as_millis() < 1000, "{took:?}");
}

#[test]
fn a_clerk_whose_account_is_closed_has_no_session_any_more() {
    let house = House::new();
    let administrator = house.administrator();
    house.clerk();
    let left = house.clerk_of(SECOND_CLERK);
    house.store().close_account(&administrator, left.account(), now()).unwrap();
    assert!(!house.store().is_open(left.account()).unwrap());
    assert!(house.try_sign_in(SECOND_CLERK, RoleName::Administration).is_err());
}

/// Two managers, of whom one has left: the role is in its second epoch, which the first alone holds.
fn second_epoch(house: &House) -> (Session<MedicalManager>, Session<MedicalManager>) {
    let administrator = house.administrator();
    house.officer();
    let mut stays = house.manager();
    let number = newcomer(house, NEW_MANAGER, RoleName::MedicalManager);
    house.store().admit(&stays, number, now()).unwrap();
    let left = manager_of(house, NEW_MANAGER).unwrap();
    house.store().close_account(&administrator, number, now()).unwrap();
    assert!(house.store().renew_epoch(&mut stays, now()).unwrap());
    (stays, left)
}

#[test]
fn a_role_s_key_put_back_to_the_epoch_of_who_left_stops_receiving_at_once() {
    let house = House::new();
    let (stays, left) = second_epoch(&house);
    let reader = ReaderId::MEDICAL_MANAGER;
    let before = message_of(take(&mut house.inbox(), message("a")));
    assert!(opens_case(&house, &stays, before).unwrap() && opens_case(&house, &left, before).is_err());
    let raw = house.raw();
    // Not only the directory: nobody holds the newest epoch any more either.
    raw.execute("DELETE FROM role_key WHERE reader = 2 AND epoch = 2", []).unwrap();
    raw.execute("DELETE FROM role_member WHERE reader = 2 AND epoch = 2", []).unwrap();
    let arrived = [store::Arrived::Message(Box::new(message("b")))];
    assert!(matches!(house.inbox().append(&arrived, now()), Err(StoreError::Directory(2))));
    assert!(matches!(house.store().directory_key(reader), Err(StoreError::Directory(2))));
    let manager = store::KeyOwner::Role(RoleName::MedicalManager);
    assert_eq!(house.store().swapped_keys().unwrap(), [manager]);
}

#[test]
fn a_session_of_the_newest_epoch_does_not_own_the_key_of_an_epoch_before() {
    let house = House::new();
    let first = house.store().directory_key(ReaderId::MEDICAL_MANAGER).unwrap();
    let (stays, left) = second_epoch(&house);
    let second = house.store().directory_key(ReaderId::MEDICAL_MANAGER).unwrap();
    assert!(left.owns_newest(&first) && !stays.owns_newest(&first) && stays.owns_newest(&second));
    let signed_in = house.try_sign_in(MANAGER, RoleName::MedicalManager).unwrap();
    assert!(signed_in.owns(&second) && !signed_in.owns(&first));
}

#[test]
fn a_member_for_whom_no_officer_stands_at_a_new_epoch_is_none_any_more_and_raises_no_alarm() {
    let house = House::new();
    let administrator = house.administrator();
    let mut stays = house.clerk();
    let other = house.clerk_of(SECOND_CLERK).account();
    house.officer();
    let third = newcomer(&house, "adm03", RoleName::Administration);
    house.store().admit(&stays, third, now()).unwrap();
    // Changing roles takes the confirmation away; one leaves meanwhile.
    let roles = [RoleName::Administration, RoleName::Professional];
    house.store().set_roles(&administrator, third, &roles, now()).unwrap();
    house.store().close_account(&administrator, other, now()).unwrap();
    assert!(house.store().renew_epoch(&mut stays, now()).unwrap());
    assert_eq!(house.try_sign_in("adm03", RoleName::Administration).err(), Some(SignInError::NotThisRole));
    assert_eq!(house.store().swapped_keys().unwrap(), []);
}
