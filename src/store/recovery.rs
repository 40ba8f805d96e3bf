//! The recovery kit used: lost keys back, a role without a member given its first, and the kit replaced.
//!
//! **Invariant:** a use of the kit is one transaction: new kit, new Routing pair, audit entry.
//! **Not here:** the file that the kit opens (`recovery_file`), the kit's sheets (`seal`), their paper (`report`).

use std::path::Path;

use access::{Authorisation, Entry, Event, NewAccount, OfficerKey, PrivacyOfficer, Session};
use chrono::{DateTime, Utc};
use domain::{Purpose, ReaderId, RoleName};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use seal::{ActivationCode, KitNumber, ReaderKey, ReaderPrivate, ReaderPublic, RecoveryKit, RootSecret};

use crate::{
    KeySource, Origin, Store, StoreError,
    account_list::activation_until,
    audit_trail, confirmations, directory, faults, leaving,
    place::{self, Presence},
    recovery_file::{Sealed, file, kit_public, kit_setting, next_file, settle},
    store::{Secrets, Settings},
};

/// What using the kit is to do.
pub struct Recovery<'a> {
    /// The store's folder.
    pub folder: &'a Path,
    /// The kit of two sheets.
    pub kit: &'a RecoveryKit,
    /// The kit that takes its place.
    pub next: &'a ReaderPublic,
    /// Where the root secret and Routing's key go.
    pub keys: &'a KeySource,
    /// An account that gets a role's keys: staff number and role.
    pub admit: Option<(&'a str, RoleName)>,
    /// Which process this is.
    pub origin: Origin,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Recovery<'_> {
    /// Uses the kit: Routing's pair is replaced, what waits and every role key are sealed anew, the keys are put away. `ready` is
    /// called when all is checked and nothing is changed yet: it puts the new kit's sheets on paper. Gives the activation
    /// code of an admitted account that was not activated yet.
    ///
    /// # Errors
    /// A kit that is not the store's, keys that cannot be kept, another process in the store, an account that is not there.
    pub fn run<E: From<StoreError>>(
        self,
        ready: impl FnOnce(&Settings) -> Result<(), E>,
    ) -> Result<Option<ActivationCode>, E> {
        let (mut store, root, routing) = opened(self.folder, self.kit, (self.origin.clone(), self.now))?;
        self.keys.fits(&root).map_err(StoreError::from)?;
        routing_fits(&store, self.keys)?;
        self.keys.check().map_err(StoreError::from)?;
        if let Some((staff, role)) = self.admit {
            admitted(&store.connection, staff, role)?;
        }
        ready(store.settings())?;
        faults::point();
        // What a use that was stopped after its commit left ready is in force.
        self.settle_both(&store, &root);
        let used = self.laid_ready_and_written(&mut store, &root, &routing);
        let code = used.inspect_err(|_| self.settle_both(&store, &root))?;
        faults::point();
        self.keys.put_root(&root).map_err(StoreError::from)?;
        faults::point();
        self.keys.promote_routing().map_err(StoreError::from)?;
        faults::point();
        settle(self.folder, &store.connection, &root)?;
        Ok(code)
    }

    fn laid_ready_and_written(
        &self,
        store: &mut Store,
        root: &RootSecret,
        routing: &ReaderPrivate,
    ) -> Result<Option<ActivationCode>, StoreError> {
        let fresh = ReaderPrivate::generate()?;
        self.keys.lay_ready_routing(&fresh)?;
        faults::point();
        let sealed = Sealed::of(self.next, root, &fresh)?;
        place::write_whole(&next_file(self.folder), self.folder, &sealed.to_bytes()?)?;
        faults::point();
        self.write(store, routing, &fresh)
    }

    /// What lies ready takes its place where the store says that it is in force, and goes where it is not: nothing is left of a
    /// use that failed. What cannot be settled now is settled when the store is opened next.
    fn settle_both(&self, store: &Store, root: &RootSecret) {
        let _ = settle(self.folder, &store.connection, root);
        if let Ok(Some(next)) = self.keys.next_routing() {
            match store.is_routing(&next) {
                Ok(true) => drop(self.keys.promote_routing()),
                Ok(false) => self.keys.drop_next_routing(),
                Err(_) => {}
            }
        }
    }

    /// Looks whether it can be done, and changes nothing: what the store is, opened by the kit.
    ///
    /// # Errors
    /// As [`Recovery::run`], before anything is put on paper.
    pub fn look(
        folder: &Path,
        kit: &RecoveryKit,
        keys: &KeySource,
        (origin, now): (Origin, DateTime<Utc>),
    ) -> Result<Settings, StoreError> {
        let (store, root, _) = opened(folder, kit, (origin, now))?;
        keys.fits(&root)?;
        routing_fits(&store, keys)?;
        keys.check()?;
        Ok(store.settings().clone())
    }

    /// Looks whether an account can be given a role by the kit, and changes nothing: before a new kit is put on paper.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`]; as [`Recovery::look`].
    pub fn may_admit(
        folder: &Path,
        kit: &RecoveryKit,
        (staff, role): (&str, RoleName),
        at: (Origin, DateTime<Utc>),
    ) -> Result<(), StoreError> {
        let (store, ..) = opened(folder, kit, at)?;
        admitted(&store.connection, staff, role).map(|_| ())
    }

    fn write(
        &self,
        store: &mut Store,
        routing: &ReaderPrivate,
        fresh: &ReaderPrivate,
    ) -> Result<Option<ActivationCode>, StoreError> {
        let mut used = store.entry(self.now, Event::RecoveryKitUsed, Purpose::Operation);
        used.authorisation = Authorisation::RecoveryKit;
        used.detail = Some(format!("{} -> {}", self.kit.number(), KitNumber::of(self.next)));
        let kit = self.kit.private();
        store.write(self.now, |transaction, secrets| {
            let code =
                self.admit.map(|(staff, role)| admit(transaction, kit, staff, role, &used)).transpose()?.flatten();
            replace_routing(transaction, secrets, routing, fresh, self.next)?;
            vouch_anew(transaction, secrets, kit, (routing, fresh), &used)?;
            faults::point();
            put_right(transaction, secrets, kit, &used)?;
            reseal_roles(transaction, kit, self.next)?;
            transaction
                .execute("UPDATE setting SET value = ?1 WHERE key = 'recovery_kit'", [kit_setting(Some(self.next))])?;
            audit_trail::append(transaction, &used)?;
            faults::point();
            Ok(code)
        })
    }
}

/// The store with its old keys, opened by the kit alone.
fn opened(
    folder: &Path,
    kit: &RecoveryKit,
    (origin, now): (Origin, DateTime<Utc>),
) -> Result<(Store, RootSecret, ReaderPrivate), StoreError> {
    let mut other = None;
    for file in [file(folder), next_file(folder)] {
        let sealed = match Sealed::read(&file) {
            Ok(sealed) => sealed,
            Err(StoreError::System { kind: std::io::ErrorKind::NotFound, .. }) => continue,
            Err(error) => return Err(error),
        };
        if sealed.kit != *kit.public() {
            other = Some(KitNumber::of(&sealed.kit));
            continue;
        }
        let (root, routing) = sealed.open(kit.private())?;
        match Store::open_as(folder, &root, origin.clone(), now, Presence::Alone) {
            // Of a rotation that was stopped: the other file has the root in force.
            Err(StoreError::WrongKeyOrDamaged) if next_file(folder).exists() => continue,
            Err(error) => return Err(error),
            Ok(store) => {
                let in_force = kit_public(&store.connection)?;
                if in_force == Some(*kit.public()) {
                    return Ok((store, root, routing));
                }
                other = in_force.map(|public| KitNumber::of(&public));
            }
        }
    }
    Err(match other {
        Some(own) => StoreError::OtherKit { given: kit.number(), own },
        None => StoreError::NoKit(folder.to_path_buf()),
    })
}

/// Refuses where another store's delivery key lies: it is not overwritten. One of this store, of now or before, gives way.
fn routing_fits(store: &Store, keys: &KeySource) -> Result<(), StoreError> {
    let Some(file) = keys.routing_file() else { return Ok(()) };
    let Some(there) = keys.routing()? else { return Ok(()) };
    let known = "SELECT count(*) FROM role_key WHERE reader = ?1 AND public = ?2";
    let own: u32 =
        store.connection.query_row(known, params![ReaderId::ROUTING.0, there.public()?.0], |row| row.get(0))?;
    if own > 0 { Ok(()) } else { Err(crate::KeyError::FileExists(file).into()) }
}

/// A new pair for Routing: the reader keys that open what waits are sealed to it.
fn replace_routing(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    old: &ReaderPrivate,
    fresh: &ReaderPrivate,
    kit: &ReaderPublic,
) -> Result<(), StoreError> {
    let routing = ReaderId::ROUTING;
    if Store::public_of(transaction, secrets, routing)? != old.public()? {
        return Err(StoreError::Directory(routing.0));
    }
    let public = fresh.public()?;
    let epoch: u32 =
        transaction
            .query_row("SELECT max(epoch) + 1 FROM role_key WHERE reader = ?1", [routing.0], |row| row.get(0))?;
    let recovery = access::seal_for_kit(kit, routing, epoch, fresh)?;
    transaction.execute("UPDATE role_key SET recovery = NULL WHERE reader = ?1", [routing.0])?;
    let mac = secrets.directory.mac(routing, epoch, &public);
    transaction.execute(
        "INSERT INTO role_key(reader, epoch, public, mac, recovery) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![routing.0, epoch, public.0, mac, recovery],
    )?;
    let mut find = transaction.prepare("SELECT n, sealed FROM reader_key WHERE reader = ?1")?;
    let keys = find.query_map([routing.0], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    for (number, sealed) in keys.collect::<Result<Vec<_>, _>>()? {
        let anew = ReaderKey::open(old, routing, number, &sealed)?.sealed_to(&public)?;
        transaction.execute("UPDATE reader_key SET sealed = ?2 WHERE n = ?1", params![number, anew])?;
    }
    Ok(())
}

/// A role's keys as the kit opens them: epoch and private key.
fn role_keys(
    connection: &Connection,
    kit: &ReaderPrivate,
    reader: ReaderId,
) -> Result<Vec<(u32, ReaderPrivate)>, StoreError> {
    let mut find = connection
        .prepare("SELECT epoch, recovery FROM role_key WHERE reader = ?1 AND recovery IS NOT NULL ORDER BY epoch")?;
    let rows = find.query_map([reader.0], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    rows.map(|row| {
        let (epoch, sealed) = row?;
        Ok((epoch, access::open_with_kit(kit, reader, epoch, &sealed)?))
    })
    .collect()
}

/// Every role key of every epoch, sealed to the new kit.
fn reseal_roles(transaction: &Transaction<'_>, old: &ReaderPrivate, kit: &ReaderPublic) -> Result<(), StoreError> {
    for reader in [ReaderId::ADMINISTRATION, ReaderId::MEDICAL_MANAGER, ReaderId::PRIVACY_OFFICER] {
        for (epoch, private) in role_keys(transaction, old, reader)? {
            let anew = access::seal_for_kit(kit, reader, epoch, &private)?;
            let voucher = access::vouch_for_kit(kit, reader, epoch, &private);
            transaction.execute(
                "UPDATE role_key SET recovery = ?3, kit_voucher = ?4 WHERE reader = ?1 AND epoch = ?2",
                params![reader.0, epoch, anew, voucher],
            )?;
        }
    }
    Ok(())
}

/// The roles' public keys, by the private ones that the kit opens: what was exchanged in the directory is put right, a key that
/// belongs to none of them goes, and receiving that a member's word stopped goes on. Each member's next sign-in compares again.
fn put_right(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    kit: &ReaderPrivate,
    used: &Entry,
) -> Result<(), StoreError> {
    for reader in [ReaderId::ADMINISTRATION, ReaderId::MEDICAL_MANAGER, ReaderId::PRIVACY_OFFICER] {
        let keys = role_keys(transaction, kit, reader)?;
        for (epoch, private) in &keys {
            let public = private.public()?;
            transaction.execute(
                "UPDATE role_key SET public = ?3, mac = ?4 WHERE reader = ?1 AND epoch = ?2 AND public <> ?3",
                params![reader.0, epoch, public.0, secrets.directory.mac(reader, *epoch, &public)],
            )?;
        }
        if let Some((newest, _)) = keys.last() {
            transaction.execute("DELETE FROM role_key WHERE reader = ?1 AND epoch > ?2", params![reader.0, newest])?;
        }
        directory::mended(transaction, reader, used)?;
    }
    Ok(())
}

/// Number, own public key and roles of an account that may be given this role.
fn admitted(
    connection: &Connection,
    staff: &str,
    role: RoleName,
) -> Result<(i64, Option<ReaderPublic>, u8), StoreError> {
    if role == RoleName::Professional {
        return Err(StoreError::NoRoleKey);
    }
    let found = connection
        .query_row("SELECT n, public, roles FROM account WHERE staff = ?1 AND closed IS NULL", [staff.trim()], |row| {
            Ok((row.get(0)?, row.get::<_, Option<[u8; 32]>>(1)?.map(ReaderPublic), row.get(2)?))
        })
        .optional()?;
    found.ok_or(StoreError::NoAccount)
}

/// The newest key of the privacy officers, as the kit opens it.
fn newest_officer(connection: &Connection, kit: &ReaderPrivate) -> Result<Option<(u32, ReaderPrivate)>, StoreError> {
    Ok(role_keys(connection, kit, ReaderId::PRIVACY_OFFICER)?.pop())
}

/// Stands for an account with its roles of now by the privacy officers' key.
fn confirm(
    transaction: &Transaction<'_>,
    kit: &ReaderPrivate,
    account: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (Some(proofs), Some((_, officer))) =
        (confirmations::proofs_of(transaction, account)?, newest_officer(transaction, kit)?)
    else {
        return Ok(());
    };
    transaction.execute(
        "UPDATE account SET confirmation = ?2, confirmed = ?3, confirmed_by = NULL WHERE n = ?1",
        params![account, access::confirm_by_kit(&proofs, &officer), now.timestamp()],
    )?;
    Ok(())
}

/// The privacy officers' signing keys, by the private ones that the kit opens: what was exchanged in the directory is put right,
/// and the new Routing vouches for the newest. Only where the old Routing has vouched for these very keys, and the log knows no
/// newer epoch: who has the root secret can seal a key of his own to the kit, or take a newer one away, and has no voucher for it.
fn vouch_anew(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    kit: &ReaderPrivate,
    (old, fresh): (&ReaderPrivate, &ReaderPrivate),
    used: &Entry,
) -> Result<(), StoreError> {
    let officers = role_keys(transaction, kit, ReaderId::PRIVACY_OFFICER)?;
    let Some((newest, officer)) = officers.last() else { return Ok(()) };
    // What cannot be read is no voucher.
    let there = confirmations::standing(transaction).unwrap_or_default();
    let own: Vec<OfficerKey> = officers
        .iter()
        .filter_map(|(epoch, private)| {
            let voucher = there.iter().find(|key| key.epoch == *epoch)?.voucher.clone();
            Some(OfficerKey { epoch: *epoch, public: private.signing_key().public(), voucher })
        })
        .collect();
    let is_newest = own.last().is_some_and(|key| key.epoch == *newest)
        && *newest == directory::newest_in_log(transaction, ReaderId::PRIVACY_OFFICER)?;
    if !is_newest || !OfficerKey::holds(&own, &old.voucher_key()) {
        return Ok(());
    }
    transaction.execute("DELETE FROM officer_key", [])?;
    for key in own.iter().filter(|key| key.epoch < *newest) {
        confirmations::store_officer_key(transaction, &secrets.directory, key)?;
    }
    let vouched = OfficerKey::vouched(*newest, officer, fresh);
    confirmations::store_officer_key(transaction, &secrets.directory, &vouched)?;
    let is_as_it_was = there.len() == own.len()
        && there.iter().zip(&own).all(|(there, own)| there.epoch == own.epoch && there.public == own.public.0);
    if is_as_it_was { Ok(()) } else { directory::signing_key_mended(transaction, used) }
}

/// Gives an account a role's keys: sealed to its own key where it is activated, else all its roles' under a new code. Who looks
/// after the accounts already, and asks for it again, has lost everything: nobody else could give him a new code, so his keys
/// are destroyed and he gets one.
fn admit(
    transaction: &Transaction<'_>,
    kit: &ReaderPrivate,
    staff: &str,
    role: RoleName,
    used: &Entry,
) -> Result<Option<ActivationCode>, StoreError> {
    let (account, public, before) = admitted(transaction, staff, role)?;
    let begins_anew = role == RoleName::FunctionalAdministrator && before & role.bit() != 0;
    if begins_anew && public.is_some() {
        leaving::destroy_keys(transaction, account, used)?;
    }
    let roles = before | role.bit();
    transaction.execute("UPDATE account SET roles = ?2 WHERE n = ?1", params![account, roles])?;
    let entry = Entry { event: Event::AdmittedByKit, responsible: Some(account), role: Some(role), ..used.clone() };
    audit_trail::append(transaction, &Entry { detail: Some(staff.trim().to_owned()), ..entry })?;
    let keys_of = |role: RoleName| -> Result<Vec<(ReaderId, u32, ReaderPrivate)>, StoreError> {
        let Some(reader) = access::reader_of(role) else { return Ok(Vec::new()) };
        let keys = role_keys(transaction, kit, reader)?;
        Ok(keys.into_iter().map(|(epoch, private)| (reader, epoch, private)).collect())
    };
    if let Some(public) = public.filter(|_| !begins_anew) {
        for member in access::members_by_kit(account, &public, &keys_of(role)?)? {
            transaction.execute(
                "INSERT OR REPLACE INTO role_member(account, reader, epoch, sealed, since) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![account, member.reader.0, member.epoch, member.sealed, used.at.timestamp()],
            )?;
        }
        confirm(transaction, kit, account, used.at)?;
        return Ok(None);
    }
    let mut keys = Vec::new();
    for role in RoleName::in_set(roles) {
        keys.extend(keys_of(role)?);
    }
    let named = NewAccount { staff: staff.trim().to_owned(), roles: RoleName::in_set(roles).collect() };
    let made = access::activation_by_kit(&named, &keys)?;
    transaction.execute(
        "UPDATE account SET activation = ?2, activation_until = ?3, activation_public = ?4, activation_roles = roles WHERE n = ?1",
        params![account, made.activation, activation_until(used.at), made.activation_public.0],
    )?;
    confirm(transaction, kit, account, used.at)?;
    Ok(Some(made.code))
}

/// Uses of the recovery kit that a privacy officer was not shown yet.
pub struct KitUse {
    /// Entry of the newest.
    pub number: u64,
    /// When that was.
    pub at: DateTime<Utc>,
    /// How many there are.
    pub count: u64,
}

impl Store {
    /// Uses of the recovery kit since this privacy officer was last shown one; from now on they count as shown, which is
    /// logged.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn show_kit_use(
        &mut self,
        session: &Session<PrivacyOfficer>,
        now: DateTime<Utc>,
    ) -> Result<Option<KitUse>, StoreError> {
        let account = session.account();
        let (number, at, count): (Option<u64>, Option<i64>, u64) = self.connection.query_row(
            "SELECT max(n), max(at), count(*) FROM audit WHERE event = 100
               AND n > (SELECT coalesce(max(entry), 0) FROM kit_use_shown WHERE account = ?1)",
            [account],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let (Some(number), Some(at)) = (number, at) else { return Ok(None) };
        let mut entry = self.entry(now, Event::KitUseShown, Purpose::Supervision);
        entry.user = Some(account);
        entry.role = Some(session.role());
        entry.authorisation = Authorisation::RolesTask;
        entry.count = Some(count);
        self.write(now, |transaction, _| {
            transaction.execute("INSERT OR REPLACE INTO kit_use_shown VALUES (?1, ?2)", params![account, number])?;
            audit_trail::append(transaction, &entry)?;
            Ok::<_, StoreError>(())
        })?;
        Ok(Some(KitUse { number, at: DateTime::from_timestamp(at, 0).unwrap_or_default(), count }))
    }
}
