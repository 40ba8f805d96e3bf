//! A session: one account in one role, with that role's private keys and nothing else.
//!
//! **Invariant:** no public constructor; [`crate::Admitted`] makes sessions.

use std::{
    collections::HashMap,
    marker::PhantomData,
    sync::{PoisonError, RwLock},
};

use domain::{MessageToken, Part, Purpose, ReaderId, RoleName};
use seal::{ReaderKey, ReaderPrivate, ReaderPublic, SealError};

use crate::policy::{
    Administration, FunctionalAdministrator, MayOpen, MedicalManager, OpeningKey, PrivacyOfficer, Professional,
    PurposeError, Role,
};

/// The private keys of one reader (all epochs), and the reader keys opened with them so far.
pub struct KeyRing {
    reader: ReaderId,
    privates: Vec<ReaderPrivate>,
    opened: RwLock<HashMap<u32, ReaderKey>>,
}

impl Drop for KeyRing {
    fn drop(&mut self) {
        // What ciphers left of these keys on this thread's stack goes with them.
        seal::wipe_stack();
    }
}

// LIMIT: reader keys kept open in a session; a role has one to three a day, so this is years of them.
const OPENED_MAX: usize = 8192;

impl KeyRing {
    pub(crate) fn new(reader: ReaderId, privates: Vec<ReaderPrivate>) -> Self {
        Self { reader, privates, opened: RwLock::new(HashMap::new()) }
    }

    pub(crate) fn reader(&self) -> ReaderId {
        self.reader
    }

    pub(crate) fn privates(&self) -> &[ReaderPrivate] {
        &self.privates
    }

    /// The private key of the newest epoch.
    pub(crate) fn newest(&self) -> Option<&ReaderPrivate> {
        self.privates.last()
    }

    pub(crate) fn with_reader_key<T, E: From<SealError>>(
        &self,
        number: u32,
        sealed: impl FnOnce(u32) -> Result<Vec<u8>, E>,
        use_it: impl FnOnce(&ReaderKey) -> T,
    ) -> Result<T, E> {
        // Several threads may open with the same key at once.
        if let Some(key) = self.opened.read().unwrap_or_else(PoisonError::into_inner).get(&number) {
            return Ok(use_it(key));
        }
        let key = self.reader_key(number, &sealed(number)?)?;
        let result = use_it(&key);
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        if opened.len() >= OPENED_MAX {
            opened.clear();
        }
        opened.insert(number, key);
        Ok(result)
    }

    /// Opens a reader key without keeping it.
    pub(crate) fn reader_key(&self, number: u32, sealed: &[u8]) -> Result<ReaderKey, SealError> {
        // The newest epoch first: it made most of what is read.
        let mut last = SealError::DoesNotOpen;
        for private in self.privates.iter().rev() {
            match ReaderKey::open(private, self.reader, number, sealed) {
                Ok(key) => return Ok(key),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

/// One account in role `R`.
pub struct Session<R: Role> {
    account: i64,
    staff: String,
    name: String,
    keys: KeyRing,
    role: PhantomData<fn() -> R>,
}

impl<R: Role> Session<R> {
    pub(crate) fn new(account: i64, staff: String, name: String, keys: KeyRing) -> Self {
        Self { account, staff, name, keys, role: PhantomData }
    }

    /// Number of the account.
    #[must_use]
    pub fn account(&self) -> i64 {
        self.account
    }

    /// Staff number.
    #[must_use]
    pub fn staff(&self) -> &str {
        &self.staff
    }

    /// Display name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The role's name.
    #[must_use]
    pub fn role(&self) -> RoleName {
        R::NAME
    }

    /// The reader whose wraps this session opens.
    #[must_use]
    pub fn reader(&self) -> ReaderId {
        self.keys.reader()
    }

    /// The key that opens part `P`: only for a role whose right it is.
    ///
    /// # Errors
    /// When `why` is none of the right's purposes.
    pub fn opening_key<P: Part>(&self, why: Purpose) -> Result<OpeningKey<'_, P>, PurposeError>
    where
        R: MayOpen<P>,
    {
        R::opening_key(&self.keys, why)
    }

    /// Whether a public key of the directory is that of this session's newest epoch: one of an epoch before was put back, and
    /// who has left since could read what is sealed to it (DESIGN §4: a swapped key stops receiving).
    #[must_use]
    pub fn owns_newest(&self, public: &ReaderPublic) -> bool {
        self.newest_private().is_some_and(|private| private.public().is_ok_and(|own| own == *public))
    }

    /// What was sealed to this reader, in whichever epoch.
    fn opened(&self, place: &[u8], sealed: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>, SealError> {
        let mut last = SealError::DoesNotOpen;
        for private in self.keys.privates().iter().rev() {
            match seal::open_with(private, place, sealed) {
                Ok(bytes) => return Ok(bytes),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    pub(crate) fn newest_private(&self) -> Option<&ReaderPrivate> {
        self.keys.newest()
    }

    pub(crate) fn privates(&self) -> &[ReaderPrivate] {
        self.keys.privates()
    }

    pub(crate) fn take(&mut self, private: ReaderPrivate) {
        self.keys.privates.push(private);
    }
}

impl Session<Administration> {
    /// Opens the note at the item of a record.
    ///
    /// # Errors
    /// When it is of another record, or was changed.
    pub fn open_note(&self, token: MessageToken, sealed: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>, SealError> {
        self.opened(&note_place(token), sealed)
    }
}

/// Where a note of the administration stands: at the item of one record.
#[must_use]
pub fn note_place(token: MessageToken) -> Vec<u8> {
    [b"work-note/".as_slice(), &token.0].concat()
}

impl Session<PrivacyOfficer> {
    /// Opens the log's first MAC key, to verify the whole chain.
    ///
    /// # Errors
    /// When it was sealed to another, or changed.
    pub fn open_first_mac_key(&self, segment: u32, sealed: &[u8]) -> Result<seal::MacKey, SealError> {
        seal::MacKey::from_bytes(&self.opened(&crate::set_up::mac_key_place(segment), sealed)?)
    }

    /// Opens a past year's pseudonym key, to find a ride or client in that year's log.
    ///
    /// # Errors
    /// When it was sealed to another, or changed.
    pub fn open_pseudonym_key(&self, year: u32, sealed: &[u8]) -> Result<seal::PseudonymKey, SealError> {
        let bytes = self.opened(&crate::set_up::pseudonym_place(year), sealed)?;
        Ok(seal::PseudonymKey::new(seal::Secret32::from_bytes(&bytes)?))
    }
}

/// Who is signed in, in which role. Matched exhaustively, in one place.
pub enum SignedIn {
    /// RAV-administratie.
    Administration(Session<Administration>),
    /// Ambulancezorgprofessional.
    Professional(Session<Professional>),
    /// Medisch manager ambulancezorg.
    MedicalManager(Session<MedicalManager>),
    /// Functioneel beheerder.
    FunctionalAdministrator(Session<FunctionalAdministrator>),
    /// Privacy officer / logbeheerder.
    PrivacyOfficer(Session<PrivacyOfficer>),
}

/// Who was here when it was locked: the one person who unlocks it, with the passphrase alone. Made by [`SignedIn::lock`] only.
#[derive(Clone)]
pub struct Locked {
    pub(crate) account: i64,
    role: RoleName,
}

impl Locked {
    /// The role of the session that was locked.
    #[must_use]
    pub fn role(&self) -> RoleName {
        self.role
    }
}

impl SignedIn {
    /// Number of the account.
    #[must_use]
    pub fn account(&self) -> i64 {
        match self {
            Self::Administration(session) => session.account(),
            Self::Professional(session) => session.account(),
            Self::MedicalManager(session) => session.account(),
            Self::PrivacyOfficer(session) => session.account(),
            Self::FunctionalAdministrator(session) => session.account(),
        }
    }

    /// The role of the session.
    #[must_use]
    pub fn role(&self) -> RoleName {
        match self {
            Self::Administration(session) => session.role(),
            Self::Professional(session) => session.role(),
            Self::MedicalManager(session) => session.role(),
            Self::PrivacyOfficer(session) => session.role(),
            Self::FunctionalAdministrator(session) => session.role(),
        }
    }

    /// Locks: the session and its keys are gone; what is left says who may unlock.
    #[must_use]
    pub fn lock(self) -> Locked {
        Locked { account: self.account(), role: self.role() }
    }

    /// The reader whose wraps the session opens; `None` for a role that holds no key.
    #[must_use]
    pub fn reader(&self) -> Option<ReaderId> {
        match self {
            Self::Administration(session) => Some(session.reader()),
            Self::Professional(session) => Some(session.reader()),
            Self::MedicalManager(session) => Some(session.reader()),
            Self::PrivacyOfficer(session) => Some(session.reader()),
            Self::FunctionalAdministrator(_) => None,
        }
    }

    /// Whether the signing key that the directory gives is the session's own, where its role signs; if not, it was swapped.
    #[must_use]
    pub fn signs_as(&self, public: &seal::SigningPublic) -> bool {
        match self {
            Self::PrivacyOfficer(session) => session.signs_as(public),
            Self::Administration(_)
            | Self::Professional(_)
            | Self::MedicalManager(_)
            | Self::FunctionalAdministrator(_) => true,
        }
    }

    /// Whether a public key that the directory gives for [`Self::reader`] is the newest of the session's own; if not, it was swapped.
    #[must_use]
    pub fn owns(&self, public: &ReaderPublic) -> bool {
        match self {
            Self::Administration(session) => session.owns_newest(public),
            Self::Professional(session) => session.owns_newest(public),
            Self::MedicalManager(session) => session.owns_newest(public),
            Self::PrivacyOfficer(session) => session.owns_newest(public),
            Self::FunctionalAdministrator(_) => true,
        }
    }
}
