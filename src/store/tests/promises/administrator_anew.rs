//! The one functional administrator who lost everything, or whom nobody is left of: two sheets.

use domain::RoleName;
use seal::RecoveryKit;

use crate::{
    recovery::{elsewhere, file_keys, new_kit, recover},
    support::*,
};

/// Uses the kit for a functional administrator; gives his new code.
fn new_code(house: &House, kit: &RecoveryKit, staff: &str) -> Option<seal::ActivationCode> {
    let machine = elsewhere();
    let admit = Some((staff, RoleName::FunctionalAdministrator));
    recover(house.folder.path(), kit, &new_kit(), &file_keys(machine.path()), admit).unwrap()
}

#[test]
fn the_only_functional_administrator_who_lost_everything_or_his_letter_gets_a_new_code_by_two_sheets() {
    for was_activated in [false, true] {
        let (house, kit) = House::with_kit();
        if was_activated {
            house.activate(ADMINISTRATOR);
        }
        let code = new_code(&house, &kit, ADMINISTRATOR).expect("a new code");
        let keys = house.store().account_keys(ADMINISTRATOR).unwrap().unwrap();
        assert!(keys.private_sealed.is_none() && keys.personal_sheet.is_none(), "the old keys are gone");
        let old = house.code_of(ADMINISTRATOR);
        assert!(access::check_activation(Some(&keys), &old, now()).is_err());
        house.activate_with(ADMINISTRATOR, &code);
        let administrator = house.active_administrator();
        assert_eq!(administrator.account(), keys.account);
        assert!(house.store().accounts().unwrap().iter().any(|row| row.account == keys.account && row.confirmed));
        // Both the use and for whom stand in the log, and every privacy officer is shown it.
        for event in [100, 101] {
            assert_eq!(house.count(&format!("SELECT count(*) FROM audit WHERE event = {event}")), 1, "{event}");
        }
        let officer = house.officer();
        assert_eq!(house.store().show_kit_use(&officer, now()).unwrap().map(|shown| shown.count), Some(1));
        house.log_is_whole();
    }
}

#[test]
fn where_nobody_is_left_who_looks_after_the_accounts_two_sheets_give_the_role_and_take_no_keys() {
    let (house, kit) = House::with_kit();
    let clerk = house.clerk();
    assert!(new_code(&house, &kit, CLERK).is_none(), "he has keys, and keeps them");
    match house.try_sign_in(CLERK, RoleName::FunctionalAdministrator).unwrap() {
        access::SignedIn::FunctionalAdministrator(session) => assert_eq!(session.account(), clerk.account()),
        _ => panic!("another role"),
    }
    assert!(house.try_sign_in(CLERK, RoleName::Administration).is_ok());
}
