//! One machine at a time has a store open, whatever the disk between them is.

use store::{Store, StoreError, runs_on};

use crate::support::*;

const HERE: [&str; 2] = ["ts-01", "boot-1"];
const THERE: [&str; 2] = ["ts-02", "boot-2"];

fn opened_on(house: &House, machine: [&str; 2]) -> Result<Store, StoreError> {
    runs_on(Some(machine));
    let opened = Store::open(house.folder.path(), &house.root(), origin(), now());
    runs_on(None);
    opened
}

fn is_refused(house: &House, machine: [&str; 2], by: &str) -> bool {
    let file = house.folder.path().join("machine.lock");
    matches!(opened_on(house, machine), Err(StoreError::OtherMachine { name, file: said }) if name == by && said == file)
}

#[test]
fn a_store_that_is_open_on_one_machine_does_not_open_on_another() {
    let house = House::new();
    let (one, two) = (opened_on(&house, HERE).unwrap(), opened_on(&house, HERE).unwrap());
    assert!(is_refused(&house, THERE, "ts-01"));
    drop(one);
    assert!(is_refused(&house, THERE, "ts-01"), "the other process is still there");
    drop(two);
    let there = opened_on(&house, THERE).unwrap();
    assert!(is_refused(&house, HERE, "ts-02"));
    drop(there);
    drop(opened_on(&house, HERE).unwrap());
}

#[test]
fn who_was_killed_does_not_stand_in_its_own_way_nor_after_a_restart_nor_as_a_new_container() {
    let house = House::new();
    std::mem::forget(opened_on(&house, HERE).unwrap());
    drop(opened_on(&house, HERE).unwrap());
    std::mem::forget(opened_on(&house, ["ts-01", "boot-9"]).unwrap());
    std::mem::forget(opened_on(&house, ["container-7", "boot-9"]).unwrap());
    assert!(is_refused(&house, THERE, "container-7"));
    // What the sentence says to do.
    std::fs::remove_file(house.folder.path().join("machine.lock")).unwrap();
    drop(opened_on(&house, THERE).unwrap());
}

#[test]
fn a_system_that_says_nothing_of_its_boot_goes_by_its_name() {
    let house = House::new();
    let _open = opened_on(&house, ["ts-01", ""]).unwrap();
    drop(opened_on(&house, ["ts-01", ""]).unwrap());
    assert!(is_refused(&house, ["ts-02", ""], "ts-01"));
}

#[test]
fn a_file_that_says_nothing_stands_in_nobodys_way() {
    for text in ["", "no line", "\u{0}\u{0}"] {
        let house = House::new();
        std::fs::write(house.folder.path().join("machine.lock"), text).unwrap();
        drop(opened_on(&house, HERE).unwrap());
    }
}
