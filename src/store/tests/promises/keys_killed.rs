//! Killed at every step of a new epoch, of an activation and of delivering: the state before or after, never between.

use std::os::unix::process::ExitStatusExt;

use access::SignedIn;
use domain::{MessageId, Purpose, RoleName};
use store::{Arrived, Inbox};

use crate::{
    killed::{Child, as_child, child},
    roles::{NEW_MANAGER, NEW_OFFICER, manager_of, newcomer, officer_of, opens_case, opens_identification},
    support::*,
};

const DONE: &str = "DONE";

/// Every row of these tables, as text.
fn rows(house: &House, tables: &[&str]) -> Vec<String> {
    let raw = house.raw();
    let mut found = Vec::new();
    for table in tables {
        let mut statement = raw.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<_> = (0..columns).map(|column| format!("{:?}", row.get_ref(column).unwrap())).collect();
            found.push(format!("{table}: {}", values.join(", ")));
        }
    }
    found
}

/// Lets a child of this test die at its first, second, … point until something has changed; gives after how many points that
/// was. `unchanged` looks at the house after each death before it.
pub fn killed_until_changed(house: &House, test: &str, word: &str, tables: &[&str], unchanged: impl Fn()) -> i64 {
    let before = rows(house, tables);
    for point in 1..200 {
        let output = child(house, test, point, word).output().unwrap();
        let done = String::from_utf8_lossy(&output.stdout).contains(DONE);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.signal(), (!done).then_some(6), "died by its fault point, not otherwise: {said}");
        house.log_is_whole();
        if rows(house, tables) != before {
            assert!(!done, "the last death is after the commit");
            return point;
        }
        unchanged();
    }
    panic!("it does not come to an end");
}

/// A role of two members, one of whom has left; with one record that is sealed to it.
fn epoch_waits(role: RoleName) -> (House, MessageId) {
    let house = House::new();
    let administrator = house.administrator();
    let officer = house.officer();
    let record = store::Incoming { identification: Some(identification(BSN)), ..message("a") };
    let record = message_of(take(&mut house.inbox(), record));
    let left = match role {
        RoleName::Administration => {
            house.activate(CLERK);
            house.clerk_of(SECOND_CLERK).account()
        }
        RoleName::MedicalManager => {
            let manager = house.manager();
            let number = newcomer(&house, NEW_MANAGER, role);
            assert!(house.store().admit(&manager, number, now()).unwrap());
            number
        }
        RoleName::PrivacyOfficer => {
            let number = newcomer(&house, NEW_OFFICER, role);
            assert!(house.store().admit(&officer, number, now()).unwrap());
            number
        }
        RoleName::Professional | RoleName::FunctionalAdministrator => panic!("no key of its own"),
    };
    house.store().close_account(&administrator, left, now()).unwrap();
    assert_eq!(house.store().epochs_pending().unwrap(), [role]);
    (house, record)
}

/// The next epoch, by the member who stayed, at his sign-in.
fn renew(store: &mut store::Store, role: RoleName) -> bool {
    let staff = match role {
        RoleName::Administration => CLERK,
        RoleName::MedicalManager => MANAGER,
        RoleName::PrivacyOfficer => OFFICER,
        RoleName::Professional | RoleName::FunctionalAdministrator => panic!("no key of its own"),
    };
    match signed_in(store, staff, role).unwrap() {
        SignedIn::Administration(mut session) => store.renew_epoch(&mut session, now()).unwrap(),
        SignedIn::MedicalManager(mut session) => store.renew_epoch(&mut session, now()).unwrap(),
        SignedIn::PrivacyOfficer(mut session) => store.renew_officers_epoch(&mut session, now()).unwrap(),
        _ => panic!("another role"),
    }
}

/// Who stayed opens a record, and does what his role's key is for.
fn opens(house: &House, role: RoleName, record: MessageId) {
    match role {
        RoleName::Administration => {
            let SignedIn::Administration(clerk) = house.try_sign_in(CLERK, role).unwrap() else { panic!() };
            assert!(opens_identification(house, &clerk, record).unwrap());
        }
        RoleName::MedicalManager => {
            let manager = manager_of(house, MANAGER).unwrap();
            assert!(opens_case(house, &manager, record).unwrap());
            let figures = house.archive().open_figures(&manager, now(), |_, _| true).unwrap();
            assert_eq!(figures.rows.len() as i64, house.count("SELECT count(*) FROM figure"));
        }
        RoleName::PrivacyOfficer => {
            let officer = officer_of(house, OFFICER);
            assert!(house.store().verify_log(Some(&officer), |_| true).unwrap().first_break.is_none());
            assert!(officer.signs_as(&house.store().officer_signing_key().unwrap()));
            assert!(house.store().accounts().unwrap().iter().all(|row| row.confirmed));
        }
        RoleName::Professional | RoleName::FunctionalAdministrator => panic!("no key of its own"),
    }
}

#[test]
fn killed_at_any_step_of_a_new_epoch_the_role_has_the_old_epoch_or_the_new_one() {
    if let Some(Child { mut store, n: point, word, .. }) = as_child() {
        let role = RoleName::ALL.into_iter().find(|role| role.name() == word).unwrap();
        store::die_at(point);
        assert!(renew(&mut store, role));
        println!("{DONE}");
        return;
    }
    let name = "keys_killed::killed_at_any_step_of_a_new_epoch_the_role_has_the_old_epoch_or_the_new_one";
    let tables =
        ["role_key", "role_member", "officer_key", "reader_key", "secret", "epoch_pending", "account", "audit"];
    for (role, steps) in [(RoleName::Administration, 7), (RoleName::MedicalManager, 7), (RoleName::PrivacyOfficer, 15)]
    {
        let (house, before) = epoch_waits(role);
        let points = killed_until_changed(&house, name, role.name(), &tables, || {
            assert_eq!(house.store().epochs_pending().unwrap(), [role]);
        });
        assert!(points >= steps, "{role:?}: points passed: {points}");
        // Died after the commit: the role has the new epoch whole, and it is not made again.
        assert!(house.store().epochs_pending().unwrap().is_empty(), "{role:?}");
        assert!(!renew(&mut house.store(), role));
        let reader = access::reader_of(role).unwrap().0;
        let members = format!("SELECT count(*) FROM role_member WHERE reader = {reader} AND epoch = 2");
        assert_eq!(house.count(&members), 1, "{role:?}");
        opens(&house, role, before);
        let later = store::Incoming { identification: Some(identification(OTHER_BSN)), ..message("later") };
        let later = message_of(take(&mut house.inbox(), later));
        opens(&house, role, later);
        house.log_is_whole();
    }
}

#[test]
fn killed_at_any_step_of_an_activation_the_code_is_still_good_or_the_passphrase_is() {
    if let Some(Child { mut store, n: point, word, .. }) = as_child() {
        let (staff, code) = word.split_once(' ').unwrap();
        let keys = store.account_keys(staff).unwrap().unwrap();
        let code = access::ActivationCode::parse(code).unwrap();
        let made = access::activate(&keys, &code, &chosen(), store.pepper(), CHEAP).unwrap();
        store::die_at(point);
        store.store_activation(keys.account, &made, now()).unwrap();
        println!("{DONE}");
        return;
    }
    let name = "keys_killed::killed_at_any_step_of_an_activation_the_code_is_still_good_or_the_passphrase_is";
    let tables = ["account", "role_member", "waiting", "audit"];
    for (staff, role, steps) in [(NURSE, RoleName::Professional, 4), (MANAGER, RoleName::MedicalManager, 5)] {
        let house = House::new();
        let mut inbox = house.inbox();
        connect(inbox.store_mut());
        inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
        take(&mut inbox, message("a"));
        deliver_all(&mut inbox);
        let code = house.code_of(staff);
        let good = || {
            let record = house.store().account_keys(staff).unwrap();
            access::check_activation(record.as_ref(), &code, now()).is_ok()
        };
        let word = format!("{staff} {}", *code.reveal());
        let points = killed_until_changed(&house, name, &word, &tables, || {
            assert!(good() && house.try_sign_in(staff, role).is_err());
            assert_eq!(inbox.store().status(false).unwrap().waiting, 1);
        });
        assert!(points >= steps, "{staff}: points passed: {points}");
        assert!(!good() && house.try_sign_in(staff, role).is_ok());
        // What waited for him is due, although who activated died before it was delivered.
        deliver_all(&mut inbox);
        assert_eq!(inbox.store().status(false).unwrap().waiting, u64::from(staff != NURSE));
        house.log_is_whole();
    }
}

/// Records that wait for two of a crew, one of whom has come; and the records.
fn due(count: usize) -> House {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.import_rides(&[ride(&[(NURSE, 1), (SECOND, 1)])], now()).unwrap();
    let records: Vec<Arrived> = (0..count).map(|n| Arrived::Message(Box::new(message(&format!("m{n}"))))).collect();
    inbox.append(&records, now()).unwrap();
    deliver_all(&mut inbox);
    house.activate(NURSE);
    house
}

/// In the child: delivers what is due to its end.
fn deliver_as_child() -> bool {
    let Some(Child { store, routing, n: point, .. }) = as_child() else { return false };
    let mut inbox = Inbox::new(store, Some(routing));
    store::die_at(point);
    while inbox.deliver(now()).unwrap() > 0 {}
    true
}

/// Delivered so far: each record once, in the records as in the log.
fn delivered(house: &House) -> i64 {
    let grants = house.count("SELECT count(*) FROM \"grant\"");
    let nurse = domain::ReaderId::professional(house.number(NURSE)).0.to_be_bytes();
    let raw = house.raw();
    let mut statement = raw.prepare("SELECT wraps FROM message UNION ALL SELECT wraps FROM awaited").unwrap();
    let wraps = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap().map(Result::unwrap);
    let each: Vec<usize> = wraps.map(|wraps| wraps.windows(8).filter(|at| *at == nurse).count()).collect();
    assert!(each.iter().all(|count| *count <= 1), "nothing twice");
    assert_eq!(each.iter().sum::<usize>() as i64, grants);
    let store = house.store();
    let log = store.log_page(None, 10_000).unwrap();
    let of_deliveries = log.iter().filter(|logged| logged.entry.event == access::Event::Delivered);
    let logged: u64 = of_deliveries.filter_map(|logged| logged.entry.count).sum();
    assert_eq!(logged as i64, grants, "what the log says was delivered");
    house.log_is_whole();
    grants
}

#[test]
fn killed_at_any_step_of_delivering_nothing_of_the_slice_is_there_and_the_next_round_delivers_it() {
    if deliver_as_child() {
        println!("{DONE}");
        return;
    }
    let name =
        "keys_killed::killed_at_any_step_of_delivering_nothing_of_the_slice_is_there_and_the_next_round_delivers_it";
    let house = due(3);
    let tables = ["message", "awaited", "ride", "ride_wrap", "\"grant\"", "waiting", "reader_key", "audit"];
    let points = killed_until_changed(&house, name, "", &tables, || assert_eq!(delivered(&house), 0));
    assert!(points >= 9, "points passed: {points}");
    assert_eq!(delivered(&house), 3);
    deliver_all(&mut house.inbox());
    assert_eq!(delivered(&house), 3);
    // The other one of the crew comes, and is served too.
    house.activate(SECOND);
    deliver_all(&mut house.inbox());
    assert_eq!(house.count("SELECT count(*) FROM \"grant\""), 6);
    assert_eq!(house.count("SELECT count(*) FROM waiting"), 0);
}

#[test]
fn a_delivery_that_is_killed_again_and_again_goes_on_where_it_was_and_delivers_nothing_twice() {
    if deliver_as_child() {
        println!("{DONE}");
        return;
    }
    let name = "keys_killed::a_delivery_that_is_killed_again_and_again_goes_on_where_it_was_and_delivers_nothing_twice";
    const RECORDS: usize = 4200;
    let house = due(RECORDS);
    // Two points a record: in the first slice, twice in the one after it, and not any more.
    let seen = [3000, 4100, 4100, 9999].map(|point| {
        let output = child(&house, name, point, "").output().unwrap();
        let done = String::from_utf8_lossy(&output.stdout).contains(DONE);
        assert_eq!((done, output.status.signal()), (point == 9999, (point != 9999).then_some(6)));
        delivered(&house)
    });
    assert_eq!(seen, [0, 2000, 4000, 4200], "whole slices, each once");
    let nurse = house.professional(NURSE);
    let list = house.archive().feedback_list(&nurse, 5000, now()).unwrap();
    assert_eq!(list.len(), RECORDS);
    let why = Purpose::Quality;
    for row in list.iter().step_by(100) {
        assert!(house.archive().open::<domain::Diagnosis, _>(&nurse, row.message, why, now()).unwrap().is_some());
    }
}
