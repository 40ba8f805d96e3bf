//! Set-up: the roles' key pairs, Routing's, the log's first MAC key, and what each first member gets under his activation code.
//!
//! **Invariant:** a role's private key leaves this call only under an activation code or sealed to the recovery kit.

use domain::{ReaderId, RoleName};
use seal::{ActivationCode, MacKey, ReaderPrivate, ReaderPublic, SealError, Secret32, SigningPublic};
use zeroize::Zeroizing;

use crate::{
    account::{RoleMember, activation_place},
    confirmation::{AccountProofs, OfficerKey},
};

/// An account named at set-up.
pub struct NewAccount {
    /// Staff number.
    pub staff: String,
    /// Roles.
    pub roles: Vec<RoleName>,
}

/// A role's (or Routing's) public key in the directory.
pub struct RoleKey {
    /// The reader.
    pub reader: ReaderId,
    /// The epoch, from 1.
    pub epoch: u32,
    /// Its public key.
    pub public: ReaderPublic,
    /// Its private key, sealed to the recovery kit's public half, where there is a kit.
    pub recovery: Option<Vec<u8>>,
    /// What vouches for that kit: the private key itself. The next epoch is sealed to no other kit, whatever the store says.
    pub kit_voucher: Option<Vec<u8>>,
}

/// What an account gets at set-up.
pub struct AccountSetUp {
    /// Staff number.
    pub staff: String,
    /// The code to hand over; stored nowhere.
    pub code: ActivationCode,
    /// Its roles' keys under the code.
    pub activation: Vec<u8>,
    /// The public half of the code, which a privacy officer confirms.
    pub activation_public: SigningPublic,
}

/// All keys of a new store.
pub struct SetUp {
    /// The directory.
    pub role_keys: Vec<RoleKey>,
    /// Routing's private key, for the receiver's own place.
    pub routing: ReaderPrivate,
    /// The log's first MAC key, for the store.
    pub mac_key: MacKey,
    /// The same, sealed to the privacy officer.
    pub mac_key_sealed: Vec<u8>,
    /// The accounts, in the order given: the first is number 1.
    pub accounts: Vec<AccountSetUp>,
    /// Their confirmations, in the same order: who sets up names them (DESIGN §3).
    pub confirmations: Vec<Vec<u8>>,
    /// The privacy officers' signing key of the first epoch, vouched for by Routing.
    pub officer: OfficerKey,
}

/// The reader whose private keys members of a role get.
#[must_use]
pub fn reader_of(role: RoleName) -> Option<ReaderId> {
    match role {
        RoleName::Administration => Some(ReaderId::ADMINISTRATION),
        RoleName::MedicalManager => Some(ReaderId::MEDICAL_MANAGER),
        RoleName::PrivacyOfficer => Some(ReaderId::PRIVACY_OFFICER),
        RoleName::Professional | RoleName::FunctionalAdministrator => None,
    }
}

fn recovery_place(reader: ReaderId, epoch: u32) -> Vec<u8> {
    [b"recovery/".as_slice(), &reader.0.to_be_bytes(), &epoch.to_be_bytes()].concat()
}

pub(crate) fn mac_key_place(segment: u32) -> Vec<u8> {
    [b"mac-key/".as_slice(), &segment.to_be_bytes()].concat()
}

/// Seals the first MAC key of a log or segment to the privacy officer.
///
/// # Errors
/// When the public key is none.
pub fn seal_first_mac_key(officer: &ReaderPublic, segment: u32, key: &MacKey) -> Result<Vec<u8>, SealError> {
    // REVEAL: the first MAC key, straight into HPKE to the privacy officer.
    seal::seal_to(officer, &mac_key_place(segment), key.expose())
}

pub(crate) fn pseudonym_place(year: u32) -> Vec<u8> {
    [b"pseudonym/".as_slice(), &year.to_be_bytes()].concat()
}

/// Seals a past year's pseudonym key to the privacy officer: it leaves the runtime then.
///
/// # Errors
/// When the public key is none.
pub fn seal_pseudonym_key(officer: &ReaderPublic, year: u32, key: &Secret32) -> Result<Vec<u8>, SealError> {
    // REVEAL: the key of a past year, straight into HPKE to the privacy officer.
    seal::seal_to(officer, &pseudonym_place(year), key.expose())
}

/// Makes all keys of a new store.
///
/// # Errors
/// When the operating system has no randomness.
pub fn make_set_up(accounts: &[NewAccount], recovery: Option<&ReaderPublic>) -> Result<SetUp, SealError> {
    let mut privates = Vec::new();
    let mut role_keys = Vec::new();
    let readers = [ReaderId::ADMINISTRATION, ReaderId::MEDICAL_MANAGER, ReaderId::PRIVACY_OFFICER, ReaderId::ROUTING];
    for reader in readers {
        let private = ReaderPrivate::generate()?;
        let sealed = recovery.map(|kit| seal_for_kit(kit, reader, 1, &private)).transpose()?;
        let kit_voucher = recovery.map(|kit| vouch_for_kit(kit, reader, 1, &private));
        role_keys.push(RoleKey { reader, epoch: 1, public: private.public()?, recovery: sealed, kit_voucher });
        privates.push((reader, 1, private));
    }
    let mac_key = MacKey::first()?;
    let officer = role_keys.iter().find(|k| k.reader == ReaderId::PRIVACY_OFFICER).ok_or(SealError::Format)?;
    let mac_key_sealed = seal_first_mac_key(&officer.public, 1, &mac_key)?;
    let made = accounts.iter().map(|one| for_account(one, &privates)).collect::<Result<Vec<_>, _>>()?;
    let routing = privates.pop().map(|(_, _, private)| private).ok_or(SealError::Format)?;
    let officer = privates.iter().find(|(reader, ..)| *reader == ReaderId::PRIVACY_OFFICER).ok_or(SealError::Format)?;
    let signing = officer.2.signing_key();
    let named = accounts.iter().zip(&made).zip(1..);
    let confirmations = named.map(|((named, keys), n)| proofs(n, &named.roles, keys).confirm(&signing)).collect();
    let officer = OfficerKey::vouched(1, &officer.2, &routing);
    Ok(SetUp { role_keys, routing, mac_key, mac_key_sealed, accounts: made, confirmations, officer })
}

fn proofs(account: i64, roles: &[RoleName], keys: &AccountSetUp) -> AccountProofs {
    let roles = roles.iter().fold(0, |set, role| set | role.bit());
    let (staff, activation) = (keys.staff.clone(), keys.activation_public);
    AccountProofs { account, staff, roles, activation, confirmation: None, public: None }
}

fn for_account(account: &NewAccount, privates: &[EpochKey]) -> Result<AccountSetUp, SealError> {
    let wanted: Vec<ReaderId> = account.roles.iter().filter_map(|role| reader_of(*role)).collect();
    // Sized before it is filled: a buffer that grows leaves keys behind where it was.
    let mut plain = Zeroizing::new(Vec::with_capacity(privates.len() * ACTIVATION_ENTRY_BYTES));
    for (reader, epoch, private) in privates.iter().filter(|(reader, ..)| wanted.contains(reader)) {
        plain.extend_from_slice(&reader.0.to_be_bytes());
        plain.extend_from_slice(&epoch.to_be_bytes());
        // REVEAL: the role's private key, under the member's activation code.
        plain.extend_from_slice(private.expose());
    }
    let code = ActivationCode::generate()?;
    let activation = code.seal(&activation_place(&account.staff), &plain)?;
    let activation_public = code.signing_key().public();
    Ok(AccountSetUp { staff: account.staff.clone(), code, activation, activation_public })
}

/// A fresh activation for an account whose roles need no key (a professional, a functional administrator).
///
/// # Errors
/// When the operating system has no randomness.
pub fn renew_activation(staff: &str) -> Result<AccountSetUp, SealError> {
    for_account(&NewAccount { staff: staff.to_owned(), roles: Vec::new() }, &[])
}

/// A role's private key of one epoch.
pub type EpochKey = (ReaderId, u32, ReaderPrivate);

/// Seals a role's or Routing's private key to the recovery kit.
///
/// # Errors
/// When the public key is none.
pub fn seal_for_kit(
    kit: &ReaderPublic,
    reader: ReaderId,
    epoch: u32,
    private: &ReaderPrivate,
) -> Result<Vec<u8>, SealError> {
    // REVEAL: the private key, straight into HPKE to the recovery kit.
    seal::seal_to(kit, &recovery_place(reader, epoch), private.expose())
}

fn kit_statement(kit: &ReaderPublic, reader: ReaderId, epoch: u32) -> Vec<u8> {
    [b"terugblik/1/kit".as_slice(), &reader.0.to_be_bytes(), &epoch.to_be_bytes(), &kit.0].concat()
}

/// What a role's private key says of the recovery kit that it is sealed to.
#[must_use]
pub fn vouch_for_kit(kit: &ReaderPublic, reader: ReaderId, epoch: u32, private: &ReaderPrivate) -> Vec<u8> {
    private.voucher_key().vouch(&kit_statement(kit, reader, epoch)).to_vec()
}

/// Whether a role's private key has said so.
pub(crate) fn is_vouched_kit(
    kit: &ReaderPublic,
    reader: ReaderId,
    epoch: u32,
    private: &ReaderPrivate,
    voucher: &[u8],
) -> bool {
    private.voucher_key().vouched(&kit_statement(kit, reader, epoch), voucher)
}

/// Opens a role's or Routing's private key with the recovery kit.
///
/// # Errors
/// When it is sealed to another kit, or of another reader or epoch.
pub fn open_with_kit(
    kit: &ReaderPrivate,
    reader: ReaderId,
    epoch: u32,
    sealed: &[u8],
) -> Result<ReaderPrivate, SealError> {
    ReaderPrivate::from_bytes(&seal::open_with(kit, &recovery_place(reader, epoch), sealed)?)
}

/// A role's keys, opened with the recovery kit, sealed to an account's own public key.
///
/// # Errors
/// When the public key is none.
pub fn members_by_kit(account: i64, public: &ReaderPublic, keys: &[EpochKey]) -> Result<Vec<RoleMember>, SealError> {
    keys.iter().map(|(reader, epoch, private)| RoleMember::seal(*reader, *epoch, account, public, private)).collect()
}

/// A fresh activation with the keys of all roles of an account, opened with the recovery kit.
///
/// # Errors
/// When the operating system has no randomness.
pub fn activation_by_kit(account: &NewAccount, keys: &[EpochKey]) -> Result<AccountSetUp, SealError> {
    for_account(account, keys)
}

/// Stands for an account by the privacy officers' key, opened with the recovery kit: two of three sheets are two people.
#[must_use]
pub fn confirm_by_kit(account: &AccountProofs, officer: &ReaderPrivate) -> Vec<u8> {
    account.confirm(&officer.signing_key())
}

pub(crate) const ACTIVATION_ENTRY_BYTES: usize = 8 + 4 + 32;
