//! Attacks of a functional administrator who has the root secret, every table writable by hand, and a program of his own:
//! nothing is delivered to an account that no privacy officer stands for, and no role comes from a column.

use access::{AccountProofs, SigningPublic};
use domain::{ReaderId, RoleName};
use rusqlite::params;
use seal::{DirectoryKey, ReaderPrivate, Secret32, SigningKey};
use store::{Inbox, StoreError};

use crate::support::*;

const GHOST: &str = "vpk99";
const PROFESSIONAL: &[RoleName] = &[RoleName::Professional];

/// A record that waits for the crew named, of whom nobody is served yet.
fn waiting_for(crew: &[(&str, u8)]) -> (House, Inbox) {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.administrator();
    house.officer();
    inbox.import_rides(&[ride(crew)], now()).unwrap();
    take(&mut inbox, message("a"));
    (house, inbox)
}

fn wake(house: &House) {
    house.raw().execute("UPDATE waiting SET due = 1", []).unwrap();
}

fn grants(house: &House) -> i64 {
    house.count("SELECT count(*) FROM \"grant\"")
}

/// The directory's key, which whoever has the root secret can unwrap.
pub fn directory_key(house: &House) -> DirectoryKey {
    let sql = "SELECT wrapped FROM secret WHERE kind = 'directory'";
    let wrapped: Vec<u8> = house.raw().query_row(sql, [], |row| row.get(0)).unwrap();
    let key = house.root().wrapping_key().unwrap_secret("directory", 1, &wrapped).unwrap();
    DirectoryKey::new(Secret32::from_bytes(&key).unwrap())
}

/// A confirmation as the program makes them, by a key of the attacker's own.
fn forged(key: &SigningKey, proofs: &AccountProofs) -> Vec<u8> {
    let mut statement = b"terugblik/1/confirmation".to_vec();
    statement.extend_from_slice(&proofs.account.to_be_bytes());
    statement.push(proofs.roles);
    statement.extend_from_slice(&proofs.activation.0);
    statement.extend_from_slice(proofs.staff.as_bytes());
    key.sign(&statement)
}

#[test]
fn a_confirmed_professional_gets_what_waited_and_a_privacy_officer_had_to_sign_it() {
    let (house, mut inbox) = waiting_for(&[(GHOST, 1)]);
    let code = house.account_made(GHOST, PROFESSIONAL);
    house.activate_with(GHOST, &code);
    deliver_all(&mut inbox);
    assert_eq!(grants(&house), 0);
    let officer = house.active_officer();
    assert_eq!(house.store().confirm(&officer, &[house.number(GHOST)], now()).unwrap(), 1);
    deliver_all(&mut inbox);
    assert_eq!(grants(&house), 1);
    assert_eq!(inbox.store().status(false).unwrap().waiting, 0);
    house.log_is_whole();
}

#[test]
fn confirmed_before_or_after_the_activation_is_the_same() {
    let (house, mut inbox) = waiting_for(&[(GHOST, 1)]);
    let code = house.account_made(GHOST, PROFESSIONAL);
    let officer = house.active_officer();
    house.store().confirm(&officer, &[house.number(GHOST)], now()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!(grants(&house), 0, "there is nobody to deliver to yet");
    house.activate_with(GHOST, &code);
    deliver_all(&mut inbox);
    assert_eq!(grants(&house), 1);
}

#[test]
fn a_ghost_put_in_the_crew_by_import_and_confirmed_by_hand_gets_nothing() {
    let (house, mut inbox) = waiting_for(&[(GHOST, 1)]);
    let code = house.account_made(GHOST, PROFESSIONAL);
    house.activate_with(GHOST, &code);
    let raw = house.raw();
    raw.execute("UPDATE account SET confirmed = 1, confirmed_by = 7 WHERE staff = ?1", [GHOST]).unwrap();
    wake(&house);
    deliver_all(&mut inbox);
    assert_eq!(grants(&house), 0);
    // Another's confirmation, with all that it was made over but the number.
    let sql = "UPDATE account SET (confirmation, activation_public, activation_proof, public, public_mac) =
        (SELECT confirmation, activation_public, activation_proof, public, public_mac FROM account WHERE staff = ?1) WHERE staff = ?2";
    house.activate(NURSE);
    raw.execute(sql, [NURSE, GHOST]).unwrap();
    wake(&house);
    deliver_all(&mut inbox);
    assert_eq!(grants(&house), 0);
    let row = inbox.store().accounts().unwrap().into_iter().find(|row| row.staff == GHOST).unwrap();
    assert!(!row.confirmed, "the list does not believe the column either");
}

#[test]
fn a_role_written_into_ones_own_row_is_no_role() {
    let (house, mut inbox) = waiting_for(&[(ADMINISTRATOR, 1)]);
    house.manager();
    // The account was confirmed at set-up, as a functional administrator.
    let raw = house.raw();
    raw.execute("UPDATE account SET roles = 31 WHERE staff = ?1", [ADMINISTRATOR]).unwrap();
    wake(&house);
    deliver_all(&mut inbox);
    assert_eq!(grants(&house), 0, "not a professional by a bit");
    let own = inbox.store().account_keys(ADMINISTRATOR).unwrap().unwrap();
    assert_eq!(own.roles_held(), [RoleName::Professional, RoleName::FunctionalAdministrator]);
    // A role's wraps copied from a member do not open under his own key.
    let sql = "INSERT INTO role_member SELECT (SELECT n FROM account WHERE staff = ?1), reader, epoch, sealed, since, admitted_by FROM role_member
        WHERE reader IN (1, 2, 3)";
    raw.execute(sql, [ADMINISTRATOR]).unwrap();
    for role in [RoleName::MedicalManager, RoleName::PrivacyOfficer] {
        assert!(house.try_sign_in(ADMINISTRATOR, role).is_err(), "{role:?}");
    }
}

#[test]
fn an_own_public_key_in_a_professionals_row_gets_nothing() {
    let (house, mut inbox) = waiting_for(&[(NURSE, 1)]);
    house.activate(NURSE);
    let (raw, own) = (house.raw(), ReaderPrivate::generate().unwrap().public().unwrap());
    let reader = ReaderId::professional(house.number(NURSE));
    raw.execute("UPDATE account SET public = ?2 WHERE staff = ?1", params![NURSE, own.0]).unwrap();
    deliver_all(&mut inbox);
    assert_eq!(grants(&house), 0);
    // With the root secret it is authenticated in the directory too; the code's proof is not his to make.
    let mac = directory_key(&house).mac(reader, 0, &own);
    raw.execute("UPDATE account SET public_mac = ?2 WHERE staff = ?1", params![NURSE, mac]).unwrap();
    assert_eq!(inbox.store().directory_key(reader).unwrap(), own);
    wake(&house);
    deliver_all(&mut inbox);
    assert_eq!(grants(&house), 0);
}

#[test]
fn a_real_professionals_account_reset_by_hand_gets_nothing_without_the_privacy_officer() {
    let (house, mut inbox) = waiting_for(&[(NURSE, 1)]);
    let own = access::renew_activation(NURSE).unwrap();
    let sql = "UPDATE account SET activation = ?2, activation_public = ?3, activation_proof = NULL, public = NULL,
        private_sealed = NULL WHERE staff = ?1";
    house.raw().execute(sql, params![NURSE, own.activation, own.activation_public.0]).unwrap();
    house.activate_with(NURSE, &own.code);
    wake(&house);
    deliver_all(&mut inbox);
    assert_eq!(grants(&house), 0);
    let officer = house.active_officer();
    assert_eq!(house.store().confirm(&officer, &[house.number(NURSE)], now()).unwrap(), 1);
    deliver_all(&mut inbox);
    assert_eq!(grants(&house), 1, "with the second person it is a reset");
}

#[test]
fn a_signing_key_of_ones_own_in_the_directory_is_believed_by_no_receiver_and_noticed_by_the_officer() {
    let (house, mut inbox) = waiting_for(&[(GHOST, 1)]);
    let officer = house.active_officer();
    assert!(officer.signs_as(&inbox.store().officer_signing_key().unwrap()));
    let code = house.account_made(GHOST, PROFESSIONAL);
    house.activate_with(GHOST, &code);
    let (raw, own) = (house.raw(), ReaderPrivate::generate().unwrap().signing_key());
    let sql = "SELECT n, staff, roles, activation_public FROM account WHERE staff = ?1";
    let ghost = raw.query_row(sql, [GHOST], |row| {
        let (account, staff, roles) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let activation = SigningPublic(row.get(3)?);
        Ok(AccountProofs { account, staff, roles, activation, confirmation: None, public: None })
    });
    let mut ghost = ghost.unwrap();
    ghost.confirmation = Some(forged(&own, &ghost));
    assert!(ghost.is_confirmed(&own.public()), "the forgery is a good one");
    raw.execute("UPDATE account SET confirmation = ?2 WHERE staff = ?1", params![GHOST, ghost.confirmation]).unwrap();
    // Without the directory's key it is refused at once.
    raw.execute("UPDATE officer_key SET public = ?1", [own.public().0]).unwrap();
    wake(&house);
    assert!(matches!(inbox.deliver(now()), Err(StoreError::Directory(3))));
    // With it, in place of the officers' key or as a key that follows on it: no voucher is his to make.
    for epoch in [1_u32, 2] {
        let mac = directory_key(&house).signing_mac(epoch, &own.public());
        let sql = "INSERT OR REPLACE INTO officer_key(epoch, public, mac, voucher)
            SELECT ?1, ?2, ?3, voucher FROM officer_key LIMIT 1";
        raw.execute(sql, params![epoch, own.public().0, mac]).unwrap();
        assert_eq!(inbox.store().officer_signing_key().unwrap(), own.public());
        assert!(matches!(inbox.deliver(now()), Err(StoreError::Directory(3))));
        assert!(!officer.signs_as(&inbox.store().officer_signing_key().unwrap()));
        assert!(matches!(house.store().confirm(&officer, &[1], now()), Err(StoreError::Directory(3))));
    }
    assert_eq!(grants(&house), 0);
}

#[test]
fn who_made_an_account_does_not_confirm_it_nor_his_own() {
    let house = House::new();
    house.officer();
    // One person in both roles, as far as the store goes.
    let sql = "UPDATE account SET roles = roles | 8 WHERE staff = ?1";
    house.raw().execute(sql, [OFFICER]).unwrap();
    let both = match house.try_sign_in(OFFICER, RoleName::FunctionalAdministrator).unwrap() {
        access::SignedIn::FunctionalAdministrator(session) => session,
        _ => panic!("another role"),
    };
    let keys = access::renew_activation(GHOST).unwrap();
    let made = store::AccountMade { name: "Een geest".into(), roles: PROFESSIONAL.to_vec(), keys };
    house.store().add_accounts(&both, &[made], now()).unwrap();
    let officer = house.active_officer();
    let accounts = [house.number(GHOST), house.number(OFFICER)];
    let before = house.store().log_length().unwrap();
    assert_eq!(house.store().confirm(&officer, &accounts, now()).unwrap(), 0);
    assert_eq!(house.store().log_length().unwrap(), before);
    assert!(house.store().accounts().unwrap().iter().any(|row| row.staff == GHOST && !row.confirmed));
}

#[test]
fn a_thousand_accounts_are_confirmed_at_once_with_an_entry_each() {
    let house = House::new();
    let (administrator, officer) = (house.administrator(), house.officer());
    let made: Vec<store::AccountMade> = (0..1000)
        .map(|n| {
            let keys = access::renew_activation(&format!("p{n}")).unwrap();
            store::AccountMade { name: format!("Naam {n}"), roles: PROFESSIONAL.to_vec(), keys }
        })
        .collect();
    let mut store = house.store();
    store.add_accounts(&administrator, &made, now()).unwrap();
    let waiting = |store: &store::Store| store.accounts().unwrap().into_iter().filter(|row| !row.confirmed).count();
    assert_eq!(waiting(&store), 1000);
    let all: Vec<i64> = store.accounts().unwrap().iter().filter(|row| !row.confirmed).map(|row| row.account).collect();
    let before = store.log_length().unwrap();
    assert_eq!(store.confirm(&officer, &all, now()).unwrap(), 1000);
    assert_eq!(store.log_length().unwrap(), before + 1000);
    assert_eq!(waiting(&store), 0);
}
