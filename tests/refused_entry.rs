//! Who does not come in: each failure is in the log and says what it may; a dearer derivation keeps nobody out.

use access::Parameters;
use chrono::TimeDelta;
use rusqlite::OptionalExtension;
use viewmodel::{Command, EntryCommand, EntryWay, Role, Screen};
use zeroize::Zeroizing;

use crate::house::{House, PASSPHRASE, now, second_factor};

const CLERK: &str = "9001";
const OFFICER: &str = "9004";
const NURSE: &str = "1003";
const FAILED: u32 = 4;

fn typed(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

/// Entries of an event, and the account of the last.
fn logged(house: &House, event: u32) -> (i64, Option<i64>) {
    let raw = house.other_program();
    let one = |sql: &str| raw.query_row(sql, [event], |row| row.get::<_, Option<i64>>(0)).optional().unwrap().flatten();
    let count = one("SELECT count(*) FROM audit WHERE event = ?1").unwrap();
    (count, one("SELECT user FROM audit WHERE event = ?1 ORDER BY n DESC LIMIT 1"))
}

fn number(house: &House, staff: &str) -> Option<i64> {
    house.engine.store().account_keys(staff).unwrap().map(|record| record.account)
}

/// What the form says after a try.
fn told(house: &mut House, command: Command) -> &'static str {
    let frame = house.act(command);
    assert!(frame.rail.is_none(), "nobody comes in");
    if let Screen::SignIn(screen) = frame.screen {
        screen.error.unwrap().text
    } else if let Screen::Entry(screen) = frame.screen {
        screen.error.unwrap().text
    } else if let Screen::Locked(screen) = frame.screen {
        screen.error.unwrap().text
    } else {
        panic!("another screen")
    }
}

#[test]
fn every_wrong_try_to_come_in_stands_in_the_log_with_its_account() {
    let mut house = House::activated(&[], &|staff| staff != NURSE);
    let (nurse, clerk) = (number(&house, NURSE), number(&house, CLERK));
    let mut counted = logged(&house, FAILED).0;
    let mut one_more = |house: &House, account: Option<i64>, what: &str| {
        counted += 1;
        assert_eq!(logged(house, FAILED), (counted, account), "{what}");
    };
    let sign_in = |account: &str, code: &str| Command::SignIn {
        account: account.into(),
        passphrase: typed(PASSPHRASE),
        code: typed(code),
    };
    assert_eq!(told(&mut house, sign_in(CLERK, "000000")), "sign-in-wrong");
    one_more(&house, clerk, "a wrong second factor");
    assert_eq!(told(&mut house, sign_in("4242", "000000")), "sign-in-wrong");
    one_more(&house, None, "an unknown account");
    let letter = house.codes.iter().find(|(staff, _)| staff == NURSE).unwrap().1.clone();
    for (way, account, code, says, of) in [
        (EntryWay::FirstTime, CLERK, letter.as_str(), "activation-wrong", clerk),
        (EntryWay::FirstTime, NURSE, "AAAA", "activation-code-mistyped", nurse),
        (EntryWay::Forgotten, CLERK, "", "sheet-code-length", clerk),
    ] {
        house.act(Command::Entry(EntryCommand::Start(way)));
        let code = EntryCommand::Code { account: account.into(), code: typed(code) };
        assert_eq!(told(&mut house, Command::Entry(code)), says);
        one_more(&house, of, says);
        house.act(Command::Entry(EntryCommand::Back));
    }
    // A sheet that is one, of nobody here.
    let other = access::PersonalSheetCode::generate().unwrap();
    house.act(Command::Entry(EntryCommand::Start(EntryWay::Forgotten)));
    let code = EntryCommand::Code { account: CLERK.into(), code: other.reveal() };
    assert_eq!(told(&mut house, Command::Entry(code)), "sheet-wrong");
    one_more(&house, clerk, "a wrong recovery sheet");
    house.act(Command::Entry(EntryCommand::Back));
    assert!(house.sign_in(CLERK).rail.is_some());
    house.act(Command::Lock);
    assert_eq!(told(&mut house, Command::Unlock(typed("een andere zin die niet klopt"))), "sign-in-wrong");
    one_more(&house, clerk, "a wrong passphrase at the lock");
}

#[test]
fn who_has_passphrase_and_code_but_no_role_or_not_its_keys_stands_in_the_log_too() {
    let mut house = House::with(&[]);
    let officer = number(&house, OFFICER);
    let before = logged(&house, FAILED).0;
    house.sign_in(OFFICER);
    house.act(Command::Lock);
    house.other_program().execute("DELETE FROM role_member WHERE account = ?1", [officer]).unwrap();
    assert_eq!(told(&mut house, Command::Unlock(typed(PASSPHRASE))), "sign-in-wrong");
    assert_eq!(logged(&house, FAILED), (before + 1, officer), "at the lock");
    house.act(Command::SignOut);
    let sign_in = house.typed(OFFICER);
    assert_eq!(told(&mut house, sign_in), "sign-in-wrong");
    assert_eq!(logged(&house, FAILED), (before + 2, officer), "without any role");
    // Two roles, of which one goes while he chooses.
    house.other_program().execute("UPDATE account SET roles = roles | 1 | 8 WHERE staff = ?1", [CLERK]).unwrap();
    let Screen::SignIn(screen) = house.sign_in(CLERK).screen else { panic!("roles to choose") };
    assert!(screen.roles.len() > 1);
    assert_eq!(told(&mut house, Command::ChooseRole(Role::MedicalManager)), "sign-in-wrong");
    assert_eq!(logged(&house, FAILED), (before + 3, number(&house, CLERK)), "a role without its keys");
}

#[test]
fn a_code_that_was_used_or_is_late_is_told_from_a_wrong_one_and_each_is_a_failure_in_the_log() {
    let mut house = House::with(&[]);
    let clerk = number(&house, CLERK);
    assert!(house.sign_in(CLERK).rail.is_some());
    house.act(Command::SignOut);
    let used = access::second_factor_code(&second_factor(), house.now).unwrap();
    let before = logged(&house, FAILED).0;
    let with = |code: &Zeroizing<String>| Command::SignIn {
        account: CLERK.into(),
        passphrase: typed(PASSPHRASE),
        code: code.clone(),
    };
    assert_eq!(told(&mut house, with(&used)), "sign-in-code-was-used");
    house.now += TimeDelta::minutes(4);
    let late = access::second_factor_code(&second_factor(), house.now - TimeDelta::minutes(2)).unwrap();
    assert_eq!(told(&mut house, with(&late)), "sign-in-code-late");
    assert_eq!(logged(&house, FAILED), (before + 2, clerk));
}

/// What a new computer of some years from now asks.
const RAISED: Parameters = Parameters { memory_kib: 128, passes: 2, lanes: 1 };

#[test]
fn where_the_cost_was_raised_the_next_sign_in_or_unlock_stores_the_key_under_it_and_a_store_that_refuses_keeps_nobody_out()
 {
    let mut house = House::with(&[]);
    house.engine.derive_at(RAISED);
    let is_raised = |house: &House| {
        let sealed = house.engine.store().account_keys(CLERK).unwrap().unwrap().private_sealed.unwrap();
        !seal::parameters_of(&sealed).unwrap().is_below(&RAISED)
    };
    let refuses =
        "CREATE TRIGGER refuses BEFORE UPDATE OF private_sealed ON account BEGIN SELECT RAISE(ABORT, 'no'); END";
    house.other_program().execute_batch(refuses).unwrap();
    assert!(house.sign_in(CLERK).rail.is_some(), "the old value stands as well as before");
    assert!(!is_raised(&house));
    house.other_program().execute_batch("DROP TRIGGER refuses").unwrap();
    house.act(Command::Lock);
    assert!(house.act(Command::Unlock(typed(PASSPHRASE))).rail.is_some());
    assert!(is_raised(&house));
    assert_eq!(logged(&house, 10), (1, number(&house, CLERK)));
    house.now = now() + TimeDelta::minutes(5);
    assert!(house.sign_in(CLERK).rail.is_some(), "by the same passphrase");
    assert_eq!(logged(&house, 10).0, 1, "once");
}
