//! An account's keys as they are stored: plain records, sealed under passphrase or activation code.

use chrono::{DateTime, Utc};
use domain::{ReaderId, RoleName};
use seal::{ReaderPrivate, ReaderPublic, SealError};

use crate::set_up::reader_of;

/// A role's private key of one epoch, sealed to a member's own public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleMember {
    /// The role's reader.
    pub reader: ReaderId,
    /// The epoch, from 1.
    pub epoch: u32,
    /// HPKE value to the member's public key.
    pub sealed: Vec<u8>,
}

fn place(reader: ReaderId, epoch: u32, account: i64) -> Vec<u8> {
    [b"role-member/".as_slice(), &reader.0.to_be_bytes(), &epoch.to_be_bytes(), &account.to_be_bytes()].concat()
}

impl RoleMember {
    pub(crate) fn seal(
        reader: ReaderId,
        epoch: u32,
        account: i64,
        public: &ReaderPublic,
        private: &ReaderPrivate,
    ) -> Result<Self, SealError> {
        // REVEAL: the role's private key, straight into HPKE.
        let sealed = seal::seal_to(public, &place(reader, epoch, account), private.expose())?;
        Ok(Self { reader, epoch, sealed })
    }

    pub(crate) fn open(&self, account: i64, own: &ReaderPrivate) -> Result<ReaderPrivate, SealError> {
        let bytes = seal::open_with(own, &place(self.reader, self.epoch, account), &self.sealed)?;
        ReaderPrivate::from_bytes(&bytes)
    }
}

/// What the store keeps of an account's keys.
#[derive(Clone, Debug)]
pub struct AccountKeys {
    /// Number of the account.
    pub account: i64,
    /// Staff number.
    pub staff: String,
    /// Display name.
    pub name: String,
    /// Roles, as a set of [`domain::RoleName::bit`].
    pub roles: u8,
    /// Own public key, from the activation on.
    pub public: Option<ReaderPublic>,
    /// Own private key under the passphrase, from the activation on.
    pub private_sealed: Option<Vec<u8>>,
    /// Role keys sealed to the own public key.
    pub members: Vec<RoleMember>,
    /// Role keys under the activation code, until the activation.
    pub activation: Option<Vec<u8>>,
    /// Until when the activation code is valid.
    pub activation_until: Option<DateTime<Utc>>,
    /// The second factor, sealed to the own public key, from the activation on.
    pub second_factor: Option<Vec<u8>>,
    /// The step of its last used code.
    pub second_factor_step: Option<u64>,
    /// Own private key under the personal sheet's code.
    pub personal_sheet: Option<Vec<u8>>,
}

impl AccountKeys {
    /// What an unknown account is reckoned with, so that it costs as much as a known one.
    pub(crate) fn nobody() -> Self {
        Self {
            account: 0,
            staff: String::new(),
            name: String::new(),
            roles: 0,
            public: None,
            private_sealed: None,
            members: Vec::new(),
            activation: None,
            activation_until: None,
            second_factor: None,
            second_factor_step: None,
            personal_sheet: None,
        }
    }

    /// The roles the account has and holds the keys of: what a sign-in can lead to. A role without a key of its own needs none.
    #[must_use]
    pub fn roles_held(&self) -> Vec<RoleName> {
        let held = |role: &RoleName| {
            reader_of(*role).is_none_or(|reader| self.members.iter().any(|member| member.reader == reader))
        };
        RoleName::in_set(self.roles).filter(held).collect()
    }
}

pub(crate) fn private_place(account: i64) -> Vec<u8> {
    [b"account-private/".as_slice(), &account.to_be_bytes()].concat()
}

pub(crate) fn sheet_place(account: i64) -> Vec<u8> {
    [b"personal-sheet/".as_slice(), &account.to_be_bytes()].concat()
}

pub(crate) fn activation_place(staff: &str) -> Vec<u8> {
    [b"activation/".as_slice(), staff.as_bytes()].concat()
}
