//! What stands in a new store: its secrets, settings, directory, first accounts, and the first entry of its log.

use std::path::{Path, PathBuf};

use access::{Entry, Event, SetUp};
use chrono::{DateTime, Datelike, Utc};
use domain::{Purpose, StoreKind};
use rusqlite::{Transaction, params};
use seal::{DirectoryKey, MacKey, RootSecret, Secret32};

use crate::{
    KeySource, Made, NewStore, Origin, Store, StoreError,
    account_list::activation_until,
    audit_trail, confirmations, connection, duties,
    place::{self, WriterQueue},
    recovery_file,
    store::{FIXED, PSEUDONYM, read_secret, write_secret, year_number},
};

/// The file of a store that is not finished.
pub(crate) fn half(folder: &Path) -> PathBuf {
    folder.join("terugblik.db.new")
}

impl Store {
    /// Takes away what a set-up has left that was stopped before its store took its place: the unfinished file, and the keys
    /// that open it and nothing else. Keys that do not open it are left alone.
    ///
    /// # Errors
    /// When another set-up is at work.
    pub fn forget_stopped_set_up(folder: &Path, keys: &KeySource) -> Result<(), StoreError> {
        let half = half(folder);
        if !half.exists() || place::database(folder).exists() {
            return Ok(());
        }
        let queue = WriterQueue::open(folder)?;
        let _turn = queue.turn()?;
        if place::database(folder).exists() {
            return Ok(());
        }
        if keys.root().is_ok_and(|root| connection::open(&half, &root.sqlcipher_key(), false).is_ok()) {
            keys.take_back_both();
        }
        place::remove_half(&half);
        recovery_file::remove(folder);
        Ok(())
    }
}

pub(crate) fn write_new(
    file: &Path,
    root: &RootSecret,
    new: &NewStore,
    set_up: SetUp,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Made, StoreError> {
    let mut connection = connection::open(file, &root.sqlcipher_key(), true)?;
    connection::migrate(&mut connection)?;
    let wrapping = root.wrapping_key();
    let transaction = connection.transaction()?;
    for kind in FIXED {
        write_secret(&transaction, &wrapping, kind, 1, &Secret32::random()?)?;
    }
    write_secret(&transaction, &wrapping, PSEUDONYM, year_number(now.year()), &Secret32::random()?)?;
    let settings = [
        ("organisation", new.organisation.clone()),
        ("rav", new.rav.to_string()),
        ("kind", if new.kind == StoreKind::Production { "production" } else { "test" }.to_owned()),
        ("without_agreement", if new.without_agreement_all { "all" } else { "decree" }.to_owned()),
        ("retention_days", new.retention_days.to_string()),
        ("recovery_kit", recovery_file::kit_setting(new.recovery.as_ref())),
    ];
    for (key, value) in settings {
        transaction.execute("INSERT INTO setting VALUES (?1, ?2)", params![key, value])?;
    }
    let directory = DirectoryKey::new(read_secret(&transaction, &wrapping, "directory", 1)?);
    for key in &set_up.role_keys {
        let mac = directory.mac(key.reader, key.epoch, &key.public);
        transaction.execute(
            "INSERT INTO role_key VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![key.reader.0, key.epoch, key.public.0, mac, key.recovery, key.kit_voucher],
        )?;
    }
    let accounts = new.accounts.iter().zip(&set_up.accounts).zip(&set_up.confirmations).zip(1_i64..);
    for ((((staff, name, roles), keys), confirmation), n) in accounts {
        let set = roles.iter().fold(0, |set, role| set | role.bit());
        // Accounts named at set-up are confirmed by it (DESIGN §3).
        transaction.execute(
            "INSERT INTO account(n, staff, name, roles, made, confirmed, confirmation, activation, activation_until,
               activation_public, activation_roles) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?4)",
            params![
                n,
                staff,
                name,
                set,
                now.timestamp(),
                confirmation,
                keys.activation,
                activation_until(now),
                keys.activation_public.0
            ],
        )?;
    }
    confirmations::store_officer_key(&transaction, &directory, &set_up.officer)?;
    transaction.execute("INSERT INTO mac_segment(number, first) VALUES (1, 1)", [])?;
    start_log(&transaction, &set_up.mac_key, &set_up.mac_key_sealed)?;
    let mut entry = Entry::of_program(now, Event::SetUp, Purpose::Operation, &origin.workstation, &origin.version);
    entry.organisation = Some(new.rav.get());
    entry.count = Some(new.accounts.len() as u64);
    audit_trail::append(&transaction, &entry)?;
    duties::write_first(&transaction, &new.duties, origin, now)?;
    transaction.commit()?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(Made { routing: set_up.routing, accounts: set_up.accounts })
}

fn start_log(transaction: &Transaction<'_>, first: &MacKey, sealed: &[u8]) -> Result<(), StoreError> {
    // REVEAL: the first MAC key, into the row that each entry overwrites with the next key.
    audit_trail::set_mac_key(transaction, first)?;
    transaction.execute("INSERT INTO secret VALUES ('first_mac_key', 1, ?1)", [sealed])?;
    Ok(())
}
