//! Confirmations: the privacy officers' signatures, and whom the receiving process believes because of them.
//!
//! **Invariant:** a professional is served because two signatures hold, never because a column says so.
//! **Not here:** what is signed (`access::confirmation`), who of a crew has a right (`crews`).

use std::{cell::RefCell, collections::HashMap};

use access::{AccountProofs, Event, OfficerKey, PrivacyOfficer, Session, SigningPublic};
use chrono::{DateTime, Utc};
use domain::{Purpose, ReaderId};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use seal::{Digest, ReaderPrivate, ReaderPublic, VoucherKey};

use crate::{Store, StoreError, audit_trail, store::Secrets};

/// The columns of an account that [`proofs`] reads, in its order.
pub(crate) const PROOFS: &str = "n, staff, roles, activation_public, confirmation, public, activation_proof";

/// Reads [`PROOFS`]; `None`: an account without a code has nothing to prove itself with.
pub(crate) fn proofs(row: &Row<'_>) -> rusqlite::Result<Option<AccountProofs>> {
    let Some(activation) = row.get::<_, Option<[u8; 32]>>(3)? else { return Ok(None) };
    let public: Option<[u8; 32]> = row.get(5)?;
    let proof: Option<Vec<u8>> = row.get(6)?;
    Ok(Some(AccountProofs {
        account: row.get(0)?,
        staff: row.get(1)?,
        roles: row.get(2)?,
        activation: SigningPublic(activation),
        confirmation: row.get(4)?,
        public: public.map(ReaderPublic).zip(proof),
    }))
}

/// What an account of the store proves itself with.
pub(crate) fn proofs_of(connection: &Connection, account: i64) -> Result<Option<AccountProofs>, StoreError> {
    let found = connection
        .prepare_cached(&format!("SELECT {PROOFS} FROM account WHERE n = ?1 AND closed IS NULL"))?
        .query_row([account], proofs)
        .optional()?;
    Ok(found.flatten())
}

/// A signing key as it stands there, whether or not the directory authenticates it.
pub(crate) struct Standing {
    pub(crate) epoch: u32,
    pub(crate) public: Vec<u8>,
    pub(crate) voucher: Vec<u8>,
}

/// The signing keys as they stand there, oldest first.
pub(crate) fn standing(connection: &Connection) -> Result<Vec<Standing>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT epoch, public, voucher FROM officer_key ORDER BY epoch")?;
    let rows = statement
        .query_map([], |row| Ok(Standing { epoch: row.get(0)?, public: row.get(1)?, voucher: row.get(2)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn officer_keys(connection: &Connection, secrets: &Secrets) -> Result<Vec<OfficerKey>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT epoch, public, mac, voucher FROM officer_key ORDER BY epoch")?;
    let rows = statement.query_map([], |row| {
        let key = OfficerKey { epoch: row.get(0)?, public: SigningPublic(row.get(1)?), voucher: row.get(3)? };
        Ok((key, row.get::<_, Vec<u8>>(2)?))
    })?;
    let mut keys = Vec::new();
    for row in rows {
        let (key, mac) = row?;
        if secrets.directory.signing_mac(key.epoch, &key.public).as_slice() != mac {
            return Err(StoreError::Directory(ReaderId::PRIVACY_OFFICER.0));
        }
        keys.push(key);
    }
    Ok(keys)
}

/// The newest signing key of the privacy officers, as the directory authenticates it.
pub(crate) fn officer_key(connection: &Connection, secrets: &Secrets) -> Result<SigningPublic, StoreError> {
    let keys = officer_keys(connection, secrets)?;
    keys.last().map(|key| key.public).ok_or(StoreError::Directory(ReaderId::PRIVACY_OFFICER.0))
}

/// Puts a signing key into the directory.
pub(crate) fn store_officer_key(
    connection: &Connection,
    directory: &seal::DirectoryKey,
    key: &OfficerKey,
) -> Result<(), StoreError> {
    let mac = directory.signing_mac(key.epoch, &key.public);
    connection.execute(
        "INSERT OR REPLACE INTO officer_key(epoch, public, mac, voucher) VALUES (?1, ?2, ?3, ?4)",
        params![key.epoch, key.public.0, mac, key.voucher],
    )?;
    Ok(())
}

/// What the receiving process knows of confirmations: with Routing's key it believes no signing key that neither Routing nor
/// an earlier officer's key vouches for, whatever the directory says.
pub(crate) struct Confirmations {
    voucher: Option<VoucherKey>,
    /// Per account what held when it was last looked at: two signatures a message would be slow.
    held: RefCell<HashMap<i64, Digest>>,
}

impl Confirmations {
    pub(crate) fn new(routing: Option<&ReaderPrivate>) -> Self {
        Self { voucher: routing.map(ReaderPrivate::voucher_key), held: RefCell::default() }
    }

    /// The signing key that confirmations are to hold by.
    pub(crate) fn officer(&self, connection: &Connection, secrets: &Secrets) -> Result<SigningPublic, StoreError> {
        let keys = officer_keys(connection, secrets)?;
        let believed = self.voucher.as_ref().is_none_or(|voucher| OfficerKey::holds(&keys, voucher));
        let newest = keys.last().filter(|_| believed);
        newest.map(|key| key.public).ok_or(StoreError::Directory(ReaderId::PRIVACY_OFFICER.0))
    }

    /// Whether an account is confirmed and its public key proven.
    pub(crate) fn hold(&self, officer: &SigningPublic, account: &AccountProofs) -> bool {
        let seen = digest(officer, account);
        if self.held.borrow().get(&account.account) == Some(&seen) {
            return true;
        }
        let holds = account.proven(officer).is_some();
        if holds {
            self.held.borrow_mut().insert(account.account, seen);
        }
        holds
    }
}

/// Over everything that the signatures are over, and themselves.
fn digest(officer: &SigningPublic, account: &AccountProofs) -> Digest {
    let mut bytes = Vec::with_capacity(320);
    let (public, proof) =
        account.public.as_ref().map(|(public, proof)| (public.0, proof.as_slice())).unwrap_or_default();
    let confirmation = account.confirmation.as_deref().unwrap_or_default();
    let (number, roles) = (account.account.to_be_bytes(), [account.roles]);
    for field in
        [&officer.0, &number, &roles, &account.activation.0, confirmation, &public, proof, account.staff.as_bytes()]
            as [&[u8]; 8]
    {
        bytes.extend_from_slice(&(field.len() as u64).to_be_bytes());
        bytes.extend_from_slice(field);
    }
    seal::digest(&bytes)
}

/// What waited for an account's rides is due.
pub(crate) fn is_due(transaction: &Transaction<'_>, account: i64) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "UPDATE waiting SET due = 1 WHERE ride IN (SELECT r.number FROM crew c JOIN ride r ON r.id = c.ride
               JOIN account a ON a.staff = c.staff WHERE a.n = ?1)",
        )?
        .execute([account])?;
    Ok(())
}

impl Store {
    /// The privacy officers' signing key that the directory gives: their sessions compare it with their own.
    ///
    /// # Errors
    /// When there is none, or it is not authenticated.
    pub fn officer_signing_key(&self) -> Result<SigningPublic, StoreError> {
        officer_key(&self.connection, &self.secrets)
    }

    /// A privacy officer stands for these accounts: each is signed, and what waited for it is due. An account that the officer
    /// made himself, and his own, ask for another person: left out. Gives how many were confirmed.
    ///
    /// # Errors
    /// When the directory's signing key is not the session's own, or the store cannot be written.
    pub fn confirm(
        &mut self,
        session: &Session<PrivacyOfficer>,
        accounts: &[i64],
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut entry = self.entry_of(session, Event::AccountConfirmed, Purpose::Operation, now);
        self.write(now, |transaction, secrets| {
            if !session.signs_as(&officer_key(transaction, secrets)?) {
                return Err(StoreError::Directory(ReaderId::PRIVACY_OFFICER.0));
            }
            let mut entries = Vec::new();
            for account in accounts {
                if !may_be_confirmed(transaction, *account, session.account())? {
                    continue;
                }
                let Some(proofs) = proofs_of(transaction, *account)? else { continue };
                let signature = session.confirm(&proofs).ok_or(StoreError::Directory(ReaderId::PRIVACY_OFFICER.0))?;
                transaction
                    .prepare_cached(
                        "UPDATE account SET confirmed = ?2, confirmed_by = ?3, confirmation = ?4 WHERE n = ?1",
                    )?
                    .execute(params![account, now.timestamp(), session.account(), signature])?;
                is_due(transaction, *account)?;
                entry.detail = Some(format!("account={account}"));
                entries.push(entry.clone());
            }
            if !entries.is_empty() {
                audit_trail::append_all(transaction, &entries)?;
            }
            Ok(entries.len() as u64)
        })
    }
}

fn may_be_confirmed(transaction: &Transaction<'_>, account: i64, officer: i64) -> Result<bool, StoreError> {
    let made_by = transaction
        .prepare_cached("SELECT made_by FROM account WHERE n = ?1 AND closed IS NULL")?
        .query_row([account], |row| row.get::<_, Option<i64>>(0))
        .optional()?;
    Ok(account != officer && made_by.is_some_and(|made_by| made_by != Some(officer)))
}
