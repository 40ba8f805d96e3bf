//! Confirmation: a second person stands for an account before anything is delivered to it or a role is given to it.
//!
//! A privacy officer signs number, staff number, roles and the public half of the activation code; who has the code signs the
//! public key that he makes with it. Both are needed, so that no column set by hand is a confirmation: neither `confirmed`,
//! nor a changed role, nor another public key.
//! **Invariant:** a confirmation is made in a privacy officer's session, or by the set-up that makes the officers' key.
//! **Not here:** who may make an account, and its rows (`store`).

use seal::{ReaderPrivate, ReaderPublic, SigningKey, SigningPublic, VoucherKey};

use crate::{policy::PrivacyOfficer, session::Session};

/// What an account's row says of who it is, and what proves it.
#[derive(Clone, Debug)]
pub struct AccountProofs {
    /// Its number.
    pub account: i64,
    /// Staff number.
    pub staff: String,
    /// Roles, as a set of [`domain::RoleName::bit`].
    pub roles: u8,
    /// The public half of its activation code.
    pub activation: SigningPublic,
    /// A privacy officer's signature over these four.
    pub confirmation: Option<Vec<u8>>,
    /// Its own public key, with the signature of who had the code.
    pub public: Option<(ReaderPublic, Vec<u8>)>,
}

fn statement(account: i64, staff: &str, roles: u8, activation: &SigningPublic) -> Vec<u8> {
    let mut statement = b"terugblik/1/confirmation".to_vec();
    statement.extend_from_slice(&account.to_be_bytes());
    statement.push(roles);
    statement.extend_from_slice(&activation.0);
    statement.extend_from_slice(staff.as_bytes());
    statement
}

fn proof_statement(account: i64, staff: &str, public: &ReaderPublic) -> Vec<u8> {
    let mut statement = b"terugblik/1/activation-proof".to_vec();
    statement.extend_from_slice(&account.to_be_bytes());
    statement.extend_from_slice(&public.0);
    statement.extend_from_slice(staff.as_bytes());
    statement
}

impl AccountProofs {
    /// Whether a privacy officer stands for number, staff number, roles and activation code.
    #[must_use]
    pub fn is_confirmed(&self, officer: &SigningPublic) -> bool {
        let statement = statement(self.account, &self.staff, self.roles, &self.activation);
        self.confirmation.as_ref().is_some_and(|signature| officer.signed(&statement, signature))
    }

    /// The public key of a confirmed account, if it was made with the code that was confirmed.
    #[must_use]
    pub fn proven(&self, officer: &SigningPublic) -> Option<ReaderPublic> {
        let (public, proof) = self.public.as_ref()?;
        let proven = self.activation.signed(&proof_statement(self.account, &self.staff, public), proof);
        (proven && self.is_confirmed(officer)).then_some(*public)
    }

    pub(crate) fn confirm(&self, key: &SigningKey) -> Vec<u8> {
        key.sign(&statement(self.account, &self.staff, self.roles, &self.activation))
    }
}

/// The signature of who has the code over the public key that he made with it.
pub(crate) fn prove(code: &SigningKey, account: i64, staff: &str, public: &ReaderPublic) -> Vec<u8> {
    code.sign(&proof_statement(account, staff, public))
}

impl Session<PrivacyOfficer> {
    /// Stands for an account: the signature to be stored with it.
    #[must_use]
    pub fn confirm(&self, account: &AccountProofs) -> Option<Vec<u8>> {
        self.signing_key().map(|key| account.confirm(&key))
    }

    /// Whether the directory gives this session's own signing key; if not, it was swapped.
    #[must_use]
    pub fn signs_as(&self, public: &SigningPublic) -> bool {
        self.signing_key().is_some_and(|key| key.public() == *public)
    }

    /// The signing key of the newest epoch.
    fn signing_key(&self) -> Option<SigningKey> {
        self.newest_private().map(ReaderPrivate::signing_key)
    }
}

/// The privacy officers' signing key of an epoch, as the directory holds it beside the key that is authenticated with it.
#[derive(Clone, Debug)]
pub struct OfficerKey {
    /// The epoch, from 1.
    pub epoch: u32,
    /// The public half.
    pub public: SigningPublic,
    /// What vouches for it: Routing, or the officers' key of the epoch before. Empty: nothing.
    pub voucher: Vec<u8>,
}

fn officer_statement(epoch: u32, public: &SigningPublic) -> Vec<u8> {
    [b"terugblik/1/officer".as_slice(), &epoch.to_be_bytes(), &public.0].concat()
}

impl OfficerKey {
    /// The signing key of an epoch, vouched for by Routing: made where both private keys are at hand, at set-up and recovery.
    #[must_use]
    pub fn vouched(epoch: u32, officer: &ReaderPrivate, routing: &ReaderPrivate) -> Self {
        let public = officer.signing_key().public();
        let voucher = routing.voucher_key().vouch(&officer_statement(epoch, &public)).to_vec();
        Self { epoch, public, voucher }
    }

    /// The signing key of an epoch, vouched for by the epoch before.
    #[must_use]
    pub(crate) fn succeeding(epoch: u32, officer: &ReaderPrivate, before: &ReaderPrivate) -> Self {
        let public = officer.signing_key().public();
        let voucher = before.signing_key().sign(&officer_statement(epoch, &public));
        Self { epoch, public, voucher }
    }

    /// Whether the receiver may believe the newest of these keys (oldest first): back from it each is vouched for by the one
    /// before, as far as one that Routing vouches for. Who has the root secret can authenticate a key of his own in the
    /// directory, but has neither of these.
    #[must_use]
    pub fn holds(keys: &[Self], routing: &VoucherKey) -> bool {
        let Some((newest, before)) = keys.split_last() else { return false };
        let statement = officer_statement(newest.epoch, &newest.public);
        routing.vouched(&statement, &newest.voucher)
            || before.last().is_some_and(|last| last.public.signed(&statement, &newest.voucher))
                && Self::holds(before, routing)
    }
}
