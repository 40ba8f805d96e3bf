//! The privacy officers' signing key was exchanged by somebody with the root secret: two sheets put it right, where Routing has
//! vouched for the kit's own, and never bring back an older one.

use domain::{ReaderId, RoleName};
use rusqlite::params;
use seal::{ReaderPrivate, RecoveryKit};
use store::{Inbox, StoreError};

use crate::{
    confirmation::directory_key,
    recovery::{elsewhere, file_keys, new_kit, recover},
    support::*,
};

const GHOST: &str = "vpk99";

/// A house with a kit and a record that waits for a professional whom a privacy officer has confirmed.
fn confirmed() -> (House, RecoveryKit) {
    let (house, kit) = House::with_kit();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.administrator();
    house.officer();
    inbox.import_rides(&[ride(&[(GHOST, 1)])], now()).unwrap();
    take(&mut inbox, message("a"));
    let code = house.account_made(GHOST, &[RoleName::Professional]);
    let officer = house.active_officer();
    assert_eq!(house.store().confirm(&officer, &[house.number(GHOST)], now()).unwrap(), 1);
    house.activate_with(GHOST, &code);
    (house, kit)
}

/// A key of the attacker's own as the officers' of an epoch, as the directory's key authenticates it.
fn exchanged(house: &House, epoch: u32) {
    let own = ReaderPrivate::generate().unwrap().signing_key().public();
    let mac = directory_key(house).signing_mac(epoch, &own);
    let sql = "INSERT OR REPLACE INTO officer_key(epoch, public, mac, voucher)
        SELECT ?1, ?2, ?3, voucher FROM officer_key ORDER BY epoch LIMIT 1";
    house.raw().execute(sql, params![epoch, own.0, mac]).unwrap();
    assert_eq!(house.store().officer_signing_key().unwrap(), own);
}

fn mended(house: &House) -> usize {
    let log = house.store().log_page(None, 500).unwrap();
    let of = |logged: &&store::Logged| logged.entry.event == access::Event::KeyMended;
    log.iter().filter(of).filter(|logged| logged.entry.detail.as_deref() == Some("reader=3 signing")).count()
}

#[test]
fn two_sheets_put_the_officers_exchanged_signing_key_right_and_what_was_confirmed_is_delivered() {
    for epoch in [1, 2] {
        let (house, kit) = confirmed();
        exchanged(&house, epoch);
        assert!(matches!(house.inbox().deliver(now()), Err(StoreError::Directory(3))), "{epoch}");
        let machine = elsewhere();
        let keys = file_keys(machine.path());
        recover(house.folder.path(), &kit, &new_kit(), &keys, None).unwrap();
        let officer = house.active_officer();
        assert!(officer.signs_as(&house.store().officer_signing_key().unwrap()), "{epoch}");
        assert_eq!(mended(&house), 1, "{epoch}: the log has it");
        deliver_all(&mut Inbox::new(house.store(), keys.routing().unwrap()));
        assert_eq!(house.count("SELECT count(*) FROM \"grant\""), 1, "{epoch}");
        assert_eq!(house.store().swapped_keys().unwrap(), []);
        house.log_is_whole();
    }
}

#[test]
fn a_kit_that_is_used_where_nothing_was_exchanged_says_nothing_of_a_signing_key() {
    let (house, kit) = confirmed();
    let machine = elsewhere();
    recover(house.folder.path(), &kit, &new_kit(), &file_keys(machine.path()), None).unwrap();
    assert_eq!(mended(&house), 0);
}

#[test]
fn a_kit_never_brings_back_the_signing_key_of_an_epoch_before_the_one_that_the_log_knows() {
    let (house, kit) = confirmed();
    let mut officer = house.active_officer();
    house.raw().execute("INSERT INTO epoch_pending VALUES (?1, 0)", [ReaderId::PRIVACY_OFFICER.0]).unwrap();
    assert!(house.store().renew_officers_epoch(&mut officer, now()).unwrap());
    // Who has left and has the root secret hides the newest epoch from the kit, and takes its signing key away.
    let raw = house.raw();
    raw.execute("UPDATE role_key SET recovery = NULL WHERE reader = ?1 AND epoch = 2", [ReaderId::PRIVACY_OFFICER.0])
        .unwrap();
    raw.execute("DELETE FROM officer_key WHERE epoch = 2", []).unwrap();
    drop(raw);
    let machine = elsewhere();
    let keys = file_keys(machine.path());
    recover(house.folder.path(), &kit, &new_kit(), &keys, None).unwrap();
    let delivered = Inbox::new(house.store(), keys.routing().unwrap()).deliver(now());
    assert!(matches!(delivered, Err(StoreError::Directory(3))), "the new Routing vouches for no older key");
    assert_eq!(mended(&house), 0);
}
