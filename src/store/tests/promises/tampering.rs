//! Somebody with the key file changes rows: nothing changed, moved or exchanged opens.

use domain::{Case, Diagnosis, Purpose, ReaderId, Remarks, RoleName};
use store::{KeyOwner, StoreError};

use crate::support::*;

const WHO: (i64, RoleName) = (1, RoleName::MedicalManager);

fn two_delivered() -> (House, domain::MessageId, domain::MessageId) {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    let (a, b) = (message_of(take(&mut inbox, message("a"))), message_of(take(&mut inbox, message("b"))));
    (house, a, b)
}

fn open_diagnosis(house: &House, id: domain::MessageId) -> Result<bool, StoreError> {
    let nurse = house.professional(NURSE);
    house.archive().open::<Diagnosis, _>(&nurse, id, Purpose::Quality, now()).map(|content| content.is_some())
}

#[test]
fn a_part_put_into_another_record_does_not_open() {
    let (house, a, b) = two_delivered();
    house
        .raw()
        .execute(
            "UPDATE message SET diagnosis = (SELECT diagnosis FROM message WHERE id = ?1) WHERE id = ?2",
            [a.0, b.0],
        )
        .unwrap();
    assert!(matches!(open_diagnosis(&house, b), Err(StoreError::Tampered)));
    assert!(open_diagnosis(&house, a).unwrap());
}

#[test]
fn a_record_exchanged_whole_with_its_receipt_does_not_open_under_the_others_grant() {
    let (house, a, b) = two_delivered();
    let sql = "UPDATE message SET (token, diagnosis, remarks, receipt) =
        (SELECT token, diagnosis, remarks, receipt FROM message WHERE id = ?1) WHERE id = ?2";
    house.raw().execute(sql, [a.0, b.0]).unwrap();
    assert!(open_diagnosis(&house, b).is_err());
}

#[test]
fn a_wrap_of_another_record_or_reader_does_not_open() {
    let (house, a, b) = two_delivered();
    house
        .raw()
        .execute("UPDATE message SET wraps = (SELECT wraps FROM message WHERE id = ?1) WHERE id = ?2", [a.0, b.0])
        .unwrap();
    assert!(open_diagnosis(&house, b).is_err());
    house.activate(SECOND);
    let second = house.professional(SECOND);
    // The first one's wrap under the second one's name, with a grant of his own.
    let raw = house.raw();
    let mut wraps: Vec<u8> = raw.query_row("SELECT wraps FROM message WHERE id = ?1", [a.0], |row| row.get(0)).unwrap();
    let first = house.professional(NURSE).reader().0.to_be_bytes();
    let at = wraps.windows(8).position(|w| w == first).unwrap();
    wraps[at..at + 8].copy_from_slice(&second.reader().0.to_be_bytes());
    raw.execute("UPDATE message SET wraps = ?1 WHERE id = ?2", rusqlite::params![wraps, a.0]).unwrap();
    raw.execute(
        "INSERT INTO \"grant\"(reader, message, remarks, state) VALUES (?1, ?2, 1, 1)",
        [second.reader().0, a.0],
    )
    .unwrap();
    assert!(house.archive().open::<Diagnosis, _>(&second, a, Purpose::Quality, now()).is_err());
}

#[test]
fn a_changed_entry_of_the_receipt_stops_its_parts_from_opening() {
    let (house, a, _) = two_delivered();
    let raw = house.raw();
    let receipt: i64 = raw.query_row("SELECT receipt FROM message WHERE id = ?1", [a.0], |row| row.get(0)).unwrap();
    let mut body: Vec<u8> = raw.query_row("SELECT body FROM audit WHERE n = ?1", [receipt], |row| row.get(0)).unwrap();
    body[5] ^= 1;
    raw.execute("UPDATE audit SET body = ?2 WHERE n = ?1", rusqlite::params![receipt, body]).unwrap();
    assert!(matches!(open_diagnosis(&house, a), Err(StoreError::Tampered)));
    assert!(house.store().verify_log(None, |_| true).unwrap().first_break.is_some());
}

#[test]
fn a_flipped_byte_anywhere_in_a_sealed_part_is_an_error_and_no_entry() {
    let (house, a, _) = two_delivered();
    let nurse = house.professional(NURSE);
    let raw = house.raw();
    let sealed: Vec<u8> = raw.query_row("SELECT remarks FROM message WHERE id = ?1", [a.0], |row| row.get(0)).unwrap();
    let before = house.store().log_length().unwrap();
    for at in [0, 1, sealed.len() / 2, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        raw.execute("UPDATE message SET remarks = ?2 WHERE id = ?1", rusqlite::params![a.0, changed]).unwrap();
        assert!(house.archive().open::<Remarks, _>(&nurse, a, Purpose::Quality, now()).is_err(), "byte {at}");
    }
    assert_eq!(house.store().log_length().unwrap(), before);
}

#[test]
fn a_swapped_public_key_of_the_directory_stops_receiving() {
    let house = House::new();
    let raw = house.raw();
    raw.execute("UPDATE role_key SET public = (SELECT public FROM role_key WHERE reader = 1) WHERE reader = 2", [])
        .unwrap();
    drop(raw);
    let arrived = [store::Arrived::Message(Box::new(message("a")))];
    assert!(matches!(house.inbox().append(&arrived, now()), Err(StoreError::Directory(2))));
    assert_eq!(house.count("SELECT count(*) FROM message"), 0);
}

#[test]
fn whose_public_key_was_exchanged_is_told_by_role_or_staff_number_until_it_is_mended() {
    let house = House::new();
    house.activate(NURSE);
    let swapped = || house.store().status(false).unwrap().swapped_keys;
    assert_eq!(swapped(), []);
    let raw = house.raw();
    raw.execute_batch(
        "CREATE TEMP TABLE own_role AS SELECT * FROM role_key; CREATE TEMP TABLE own_account AS SELECT * FROM account;",
    )
    .unwrap();
    raw.execute(
        "UPDATE role_key SET public = (SELECT public FROM role_key WHERE reader = 1) WHERE reader IN (2, 4)",
        [],
    )
    .unwrap();
    let manager = KeyOwner::Role(RoleName::MedicalManager);
    assert_eq!(swapped(), [manager.clone(), KeyOwner::Routing]);
    raw.execute("UPDATE account SET public = zeroblob(32) WHERE staff = ?1", [NURSE]).unwrap();
    assert_eq!(swapped(), [manager, KeyOwner::Routing, KeyOwner::Staff(NURSE.into())]);
    raw.execute_batch(
        "UPDATE role_key SET public = (SELECT public FROM own_role o WHERE o.reader = role_key.reader AND o.epoch = role_key.epoch);
         UPDATE account SET public = (SELECT public FROM own_account o WHERE o.n = account.n);",
    )
    .unwrap();
    assert_eq!(swapped(), []);
}

#[test]
fn what_a_session_found_of_its_key_is_told_until_another_finds_it_right() {
    let house = House::new();
    let mut store = house.store();
    for own in [true, false, false] {
        store.key_compared(ReaderId::MEDICAL_MANAGER, own, WHO, now()).unwrap();
        let told: &[KeyOwner] = if own { &[] } else { &[KeyOwner::Role(RoleName::MedicalManager)] };
        assert_eq!(house.store().swapped_keys().unwrap(), told);
    }
    store.key_compared(ReaderId::ADMINISTRATION, true, WHO, now()).unwrap();
    assert_eq!(store.swapped_keys().unwrap().len(), 1, "another role's session says nothing of it");
    store.key_compared(ReaderId::MEDICAL_MANAGER, true, WHO, now()).unwrap();
    assert_eq!(store.swapped_keys().unwrap(), []);
}

/// The manager's key in the directory replaced by one of the attacker's own, with the MAC that the root secret gives.
fn manager_s_key_replaced(house: &House) {
    let reader = ReaderId::MEDICAL_MANAGER;
    let own = seal::ReaderPrivate::generate().unwrap().public().unwrap();
    let mac = crate::confirmation::directory_key(house).mac(reader, 1, &own);
    let replaced = "UPDATE role_key SET public = ?2, mac = ?3 WHERE reader = ?1";
    assert_eq!(house.raw().execute(replaced, rusqlite::params![reader.0, own.0, mac]).unwrap(), 1);
    assert_eq!(house.store().directory_key(reader).unwrap(), own, "the directory key authenticates it");
}

#[test]
fn a_role_s_key_exchanged_under_a_receiver_that_runs_stops_it_until_it_is_put_back() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    take(&mut inbox, message("before"));
    let raw = house.raw();
    for role in [ReaderId::ADMINISTRATION, ReaderId::MEDICAL_MANAGER, ReaderId::PRIVACY_OFFICER, ReaderId::ROUTING] {
        let public: Vec<u8> =
            raw.query_row("SELECT public FROM role_key WHERE reader = ?1", [role.0], |row| row.get(0)).unwrap();
        raw.execute("UPDATE role_key SET public = randomblob(32) WHERE reader = ?1", [role.0]).unwrap();
        let arrived = [store::Arrived::Message(Box::new(message("during")))];
        assert!(matches!(inbox.append(&arrived, now()), Err(StoreError::Directory(n)) if n == role.0), "{role:?}");
        assert_eq!(house.store().status(false).unwrap().swapped_keys.len(), 1);
        raw.execute("UPDATE role_key SET public = ?2 WHERE reader = ?1", rusqlite::params![role.0, public]).unwrap();
        take(&mut inbox, message(&format!("after {}", role.0)));
    }
    assert_eq!(house.count("SELECT count(*) FROM message"), 5);
}

#[test]
fn a_key_swapped_with_a_true_mac_stops_everything_that_is_received_once_a_member_has_seen_it() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    take(&mut inbox, message("before"));
    manager_s_key_replaced(&house);
    let manager = house.manager();
    assert!(!manager.owns_newest(&house.store().directory_key(ReaderId::MEDICAL_MANAGER).unwrap()));
    house.store().key_compared(ReaderId::MEDICAL_MANAGER, false, WHO, now()).unwrap();
    // The receiver that runs, and one that starts now; a message without anything for the manager, rides, and what waits.
    let arrived = || [store::Arrived::Message(Box::new(only_identification("after", BSN)))];
    for inbox in [&mut inbox, &mut house.inbox()] {
        assert!(matches!(inbox.append(&arrived(), now()), Err(StoreError::KeySwapped(2))));
        assert!(matches!(inbox.import_rides(&[ride(&[(NURSE, 1)])], now()), Err(StoreError::KeySwapped(2))));
    }
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
    assert_eq!(house.store().status(false).unwrap().swapped_keys, [KeyOwner::Role(RoleName::MedicalManager)]);
    // A session that finds it right ends it, for the receiver that runs too; both stand in the log.
    house.store().key_compared(ReaderId::MEDICAL_MANAGER, true, WHO, now()).unwrap();
    take(&mut inbox, only_identification("after", BSN));
    for event in [9, 11] {
        assert_eq!(house.count(&format!("SELECT count(*) FROM audit WHERE event = {event}")), 1, "{event}");
    }
    house.log_is_whole();
}

#[test]
fn receiving_that_a_professional_s_swapped_key_stopped_goes_on_when_the_account_s_keys_are_destroyed() {
    let house = House::new();
    let administrator = house.administrator();
    house.activate(NURSE);
    let nurse = house.professional(NURSE);
    let reader = nurse.reader();
    house.store().key_compared(reader, false, (nurse.account(), RoleName::Professional), now()).unwrap();
    let mut inbox = house.inbox();
    let arrived = [store::Arrived::Message(Box::new(message("a")))];
    assert!(matches!(inbox.append(&arrived, now()), Err(StoreError::KeySwapped(n)) if n == reader.0));
    house.store().close_account(&administrator, nurse.account(), now()).unwrap();
    take(&mut inbox, message("a"));
    assert_eq!(house.store().swapped_keys().unwrap(), []);
    house.log_is_whole();
}

#[test]
fn two_sheets_put_a_swapped_key_right_and_receiving_goes_on() {
    use crate::recovery::{elsewhere, file_keys, new_kit, recover};
    let (house, kit) = House::with_kit();
    let own = house.store().directory_key(ReaderId::MEDICAL_MANAGER).unwrap();
    manager_s_key_replaced(&house);
    house.store().key_compared(ReaderId::MEDICAL_MANAGER, false, WHO, now()).unwrap();
    let machine = elsewhere();
    let keys = file_keys(machine.path());
    recover(house.folder.path(), &kit, &new_kit(), &keys, None).unwrap();
    assert_eq!(house.store().directory_key(ReaderId::MEDICAL_MANAGER).unwrap(), own);
    assert_eq!(house.store().swapped_keys().unwrap(), []);
    let mut inbox = store::Inbox::new(house.store(), keys.routing().unwrap());
    let taken = message_of(take(&mut inbox, message("a")));
    let manager = house.manager();
    assert!(house.archive().open::<Case, _>(&manager, taken, Purpose::Quality, now()).unwrap().is_some());
    house.log_is_whole();
}

#[test]
fn an_entry_added_by_another_program_shows_at_verification() {
    let (house, ..) = two_delivered();
    house.raw().execute("INSERT INTO audit SELECT max(n) + 1, at, event, user, body, hash FROM audit", []).unwrap();
    assert!(house.store().verify_log(None, |_| true).unwrap().first_break.is_some());
}

#[test]
fn the_manager_does_not_open_a_case_that_was_replaced_by_another_part() {
    let (house, a, _) = two_delivered();
    house.raw().execute("UPDATE message SET \"case\" = diagnosis WHERE id = ?1", [a.0]).unwrap();
    let manager = house.manager();
    assert!(house.archive().open::<Case, _>(&manager, a, Purpose::Quality, now()).is_err());
}

#[test]
fn a_figure_put_into_another_record_is_not_counted() {
    let (house, a, b) = two_delivered();
    let manager = house.manager();
    house.archive().open_figures(&manager, now(), |_, _| true).unwrap();
    house
        .raw()
        .execute(
            "UPDATE figure SET sealed = (SELECT sealed FROM figure WHERE message = ?1) WHERE message = ?2",
            [a.0, b.0],
        )
        .unwrap();
    assert!(house.archive().open_figures(&manager, now(), |_, _| true).is_err());
}

#[test]
fn figures_under_a_key_that_no_receiving_process_logged_are_not_counted() {
    let (house, a, _) = two_delivered();
    let raw = house.raw();
    // Somebody with the root secret knows the manager's public key: he seals a reader key of his own to it, and a figure.
    let public: [u8; 32] = raw
        .query_row("SELECT public FROM role_key WHERE reader = ?1", [domain::ReaderId::MEDICAL_MANAGER.0], |row| {
            row.get(0)
        })
        .unwrap();
    let own = seal::ReaderKey::generate(domain::ReaderId::MEDICAL_MANAGER, 999).unwrap();
    let sealed = own.sealed_to(&seal::ReaderPublic(public)).unwrap();
    let token: [u8; 16] =
        raw.query_row("SELECT token FROM figure WHERE message = ?1", [a.0], |row| row.get(0)).unwrap();
    let content = message("x").figure.unwrap();
    let figure = seal::seal_figure(
        &own,
        domain::MessageToken(token),
        <domain::Figure as domain::Part>::SCHEMA,
        &<domain::Figure as domain::Part>::encode(&content).unwrap(),
    )
    .unwrap();
    raw.execute("INSERT INTO reader_key(n, reader, made, sealed, receipt) SELECT 999, reader, made, ?1, receipt FROM reader_key WHERE receipt IS NOT NULL LIMIT 1", [sealed]).unwrap();
    raw.execute("UPDATE figure SET sealed = ?2 WHERE message = ?1", rusqlite::params![a.0, figure]).unwrap();
    let manager = house.manager();
    assert!(matches!(house.archive().open_figures(&manager, now(), |_, _| true), Err(StoreError::Tampered)));
}

#[test]
fn a_receipt_written_anew_with_its_own_hash_still_opens_nothing() {
    let (house, a, _) = two_delivered();
    let raw = house.raw();
    let receipt: i64 = raw.query_row("SELECT receipt FROM message WHERE id = ?1", [a.0], |row| row.get(0)).unwrap();
    let row = |n: i64| -> (Vec<u8>, Vec<u8>) {
        raw.query_row("SELECT body, hash FROM audit WHERE n = ?1", [n], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    };
    let (mut body, mut hash) = row(receipt);
    body[5] ^= 1;
    let previous = row(receipt - 1).1[..32].try_into().unwrap();
    hash[..32].copy_from_slice(&seal::chain_hash(&previous, receipt.unsigned_abs(), &body));
    raw.execute("UPDATE audit SET body = ?2, hash = ?3 WHERE n = ?1", rusqlite::params![receipt, body, hash]).unwrap();
    assert!(matches!(open_diagnosis(&house, a), Err(StoreError::Tampered)), "the next entry does not follow on it");
}

#[test]
fn a_log_that_was_cut_at_its_end_shows_at_verification() {
    let (house, ..) = two_delivered();
    let officer = house.officer();
    assert!(house.store().verify_log(Some(&officer), |_| true).unwrap().first_break.is_none());
    let last = house.store().log_length().unwrap();
    house.raw().execute("DELETE FROM audit WHERE n > ?1", [last - 1]).unwrap();
    assert!(house.store().verify_log(Some(&officer), |_| true).unwrap().first_break.is_some());
    // Without the key of the privacy officer a cut is found as far as records stand in it.
    house.raw().execute("DELETE FROM audit WHERE event = 20", []).unwrap();
    assert!(house.store().verify_log(None, |_| true).unwrap().first_break.is_some());
}

#[test]
fn no_statement_of_the_program_changes_the_log_or_drops_a_table() {
    let house = House::new();
    for sql in [
        "UPDATE audit SET event = 1",
        "DELETE FROM audit",
        "DROP TABLE audit",
        "DROP INDEX audit_user",
        "ALTER TABLE audit ADD COLUMN more",
        "ATTACH DATABASE ':memory:' AS other",
    ] {
        let refused = house.store().try_sql_for_test(sql);
        assert!(refused.is_err(), "{sql}");
    }
    house.log_is_whole();
}

#[test]
fn a_working_diagnosis_that_is_not_in_the_log_opens_for_nobody() {
    let (house, a, _) = two_delivered();
    let elsewhere = domain::RideNumber::parse("12-2026-7777-1").unwrap();
    let mut inbox = house.inbox();
    inbox.import_rides(&[store::Ride { number: elsewhere, ..ride(&[(NURSE, 1)]) }], now()).unwrap();
    // The whole of another ride's sealed value, with its token and wraps, put in place of the own.
    let other = "(SELECT id FROM ride WHERE number = '12-2026-7777-1')";
    let sealed = format!("(SELECT working_diagnosis FROM ride WHERE id = {other})");
    let wrapped = format!("(SELECT token, wraps FROM ride_wrap WHERE ride = {other})");
    for sql in [
        format!("UPDATE ride SET working_diagnosis = {sealed} WHERE number = ?1"),
        format!("UPDATE ride_wrap SET (token, wraps) = {wrapped} WHERE ride = (SELECT id FROM ride WHERE number = ?1)"),
    ] {
        assert_eq!(house.raw().execute(&sql, [RIDE]).unwrap(), 1);
    }
    let nurse = house.professional(NURSE);
    let opened = house.archive().open::<domain::WorkingDiagnosis, _>(&nurse, a, Purpose::Quality, now());
    assert!(!matches!(opened, Ok(Some(_))));
}
