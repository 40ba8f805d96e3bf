//! Members of a role: admitting one, and the new epoch after one has left. Both need the role's private keys, and so a member.
//!
//! **Invariant:** a role's keys are sealed to a public key that a privacy officer stands for, and to no other.
//! **Not here:** who left, and the rows (`store::admission`).

use domain::ReaderId;
use seal::{ReaderKey, ReaderPrivate, ReaderPublic, SealError, SigningPublic};

use crate::{
    AccountProofs, OfficerKey, RoleKey, RoleMember,
    policy::{PrivacyOfficer, Role},
    session::Session,
    set_up::{is_vouched_kit, seal_for_kit, vouch_for_kit},
};

/// A role's next epoch, to be stored in one transaction.
pub struct NewEpoch {
    /// Its public key.
    pub key: RoleKey,
    /// Its private key, for each member who stays.
    pub members: Vec<(i64, RoleMember)>,
    private: ReaderPrivate,
}

impl NewEpoch {
    /// What was sealed to the role before, sealed to this epoch: a reader key of this number.
    ///
    /// # Errors
    /// When the session's keys do not open it.
    pub fn reseal<R: Role>(&self, session: &Session<R>, number: u32, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let reader = session.reader();
        let open = |private: &ReaderPrivate| ReaderKey::open(private, reader, number, sealed);
        session.with_privates(open)?.sealed_to(&self.key.public)
    }

    /// The officers' signing key of this epoch: the epoch before vouches for it.
    #[must_use]
    pub fn officer(&self, session: &Session<PrivacyOfficer>) -> Option<OfficerKey> {
        session.newest_private().map(|before| OfficerKey::succeeding(self.key.epoch, &self.private, before))
    }

    /// A confirmation that held before, by this epoch's signing key: who left the role signs nothing any more.
    #[must_use]
    pub fn confirm(&self, account: &AccountProofs) -> Vec<u8> {
        account.confirm(&self.private.signing_key())
    }

    /// The log's first MAC key or a past year's pseudonym key, sealed to this epoch.
    ///
    /// # Errors
    /// When the session's keys do not open it.
    pub fn reseal_secret(
        &self,
        session: &Session<PrivacyOfficer>,
        secret: OfficersSecret,
        sealed: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let place = match secret {
            OfficersSecret::FirstMacKey(segment) => crate::set_up::mac_key_place(segment),
            OfficersSecret::Pseudonym(year) => crate::set_up::pseudonym_place(year),
        };
        let plain = session.with_privates(|private| seal::open_with(private, &place, sealed))?;
        // REVEAL: from one HPKE value straight into the next.
        seal::seal_to(&self.key.public, &place, &plain)
    }
}

/// What is sealed to the privacy officers besides reader keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfficersSecret {
    /// The first MAC key of a segment of the log.
    FirstMacKey(u32),
    /// The pseudonym key of a past year.
    Pseudonym(u32),
}

impl<R: Role> Session<R> {
    /// Admits an account to this session's role: the role's keys of all epochs, sealed to its public key. `None`: no privacy
    /// officer stands for the account in this role, or its public key was not made with its code.
    ///
    /// # Errors
    /// When the public key is none.
    pub fn admit(
        &self,
        account: &AccountProofs,
        officer: &SigningPublic,
    ) -> Result<Option<Vec<RoleMember>>, SealError> {
        let proven = account.proven(officer).filter(|_| account.roles & R::NAME.bit() != 0);
        let Some(public) = proven else { return Ok(None) };
        let epochs = self.privates().iter().zip(1..);
        epochs
            .map(|(private, epoch)| RoleMember::seal(self.reader(), epoch, account.account, &public, private))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// Whether the recovery kit that the store names is the one that this role's newest key was sealed to: whoever writes the
    /// store by hand could name a kit of his own, and would have every epoch from then on.
    #[must_use]
    pub fn believes_kit(&self, kit: &ReaderPublic, voucher: &[u8]) -> bool {
        let epoch = u32::try_from(self.privates().len()).unwrap_or_default();
        self.privates().last().is_some_and(|own| is_vouched_kit(kit, self.reader(), epoch, own, voucher))
    }

    /// Makes the role's next epoch, for the members who stay; sealed to the recovery kit too, where there is one.
    ///
    /// # Errors
    /// When the operating system has no randomness, or a public key is none.
    pub fn next_epoch(&self, stay: &[(i64, ReaderPublic)], kit: Option<&ReaderPublic>) -> Result<NewEpoch, SealError> {
        let reader: ReaderId = self.reader();
        let epoch = u32::try_from(self.privates().len() + 1).map_err(|_| SealError::Format)?;
        let private = ReaderPrivate::generate()?;
        let recovery = kit.map(|kit| seal_for_kit(kit, reader, epoch, &private)).transpose()?;
        let member = |(account, public): &(i64, ReaderPublic)| {
            Ok((*account, RoleMember::seal(reader, epoch, *account, public, &private)?))
        };
        let members = stay.iter().map(member).collect::<Result<_, SealError>>()?;
        let kit_voucher = kit.map(|kit| vouch_for_kit(kit, reader, epoch, &private));
        let key = RoleKey { reader, epoch, public: private.public()?, recovery, kit_voucher };
        Ok(NewEpoch { key, members, private })
    }

    /// Takes a stored epoch into this session.
    pub fn adopt(&mut self, epoch: NewEpoch) {
        self.take(epoch.private);
    }

    fn with_privates<T>(&self, open: impl Fn(&ReaderPrivate) -> Result<T, SealError>) -> Result<T, SealError> {
        let mut last = SealError::DoesNotOpen;
        for private in self.privates().iter().rev() {
            match open(private) {
                Ok(opened) => return Ok(opened),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}
