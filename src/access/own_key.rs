//! An account's own private key in hand: by passphrase and code, by passphrase within a session, or by the personal sheet.
//!
//! **Invariant:** a session comes from [`Admitted`] alone: from passphrase and code, from an activation, from a sheet with new
//! ones of both, or for the lock of a session that came so. [`OwnKey`] alone gives none.

use domain::{ReaderId, RoleName};
use seal::{Parameters, Passphrase, Pepper, PersonalSheetCode, ReaderPrivate, ReaderPublic, SealError, TotpSecret};
use zeroize::Zeroizing;

use crate::{
    account::{AccountKeys, RoleMember, private_place, sheet_place},
    passphrase::must_be_strong,
    second_factor::{open_second_factor, seal_second_factor},
    session::{KeyRing, Session, SignedIn},
    set_up::reader_of,
    sign_in::{SignInError, wrong},
};

/// What a person chooses at the first sign-in, and with a personal sheet.
pub struct Chosen {
    /// The passphrase.
    pub passphrase: Passphrase,
    /// The second factor.
    pub second_factor: TotpSecret,
    /// The code of the personal sheet.
    pub sheet: PersonalSheetCode,
    /// The step of the code that confirmed the second factor: used.
    pub step: Option<u64>,
}

impl Chosen {
    /// A passphrase, with a fresh second factor and sheet.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate(passphrase: Passphrase) -> Result<Self, SealError> {
        Ok(Self {
            passphrase,
            second_factor: TotpSecret::generate()?,
            sheet: PersonalSheetCode::generate()?,
            step: None,
        })
    }
}

/// What is renewed; what is `None` stays as it is.
#[derive(Default)]
pub struct Renew<'a> {
    /// A new passphrase.
    pub passphrase: Option<&'a Passphrase>,
    /// A new second factor, with the step of the code that confirmed it.
    pub second_factor: Option<(&'a TotpSecret, Option<u64>)>,
    /// A new personal sheet.
    pub sheet: Option<&'a PersonalSheetCode>,
}

/// To be stored in place of what stood there, in one transaction; what is `None` stays.
pub struct Renewal {
    /// The private key under the new passphrase.
    pub private_sealed: Option<Vec<u8>>,
    /// The new second factor, sealed, and the step of its last used code.
    pub second_factor: Option<(Vec<u8>, Option<u64>)>,
    /// The private key under the new sheet's code.
    pub personal_sheet: Option<Vec<u8>>,
}

/// An account's own private key. Gives no session by itself.
pub struct OwnKey {
    record: AccountKeys,
    own: ReaderPrivate,
}

impl OwnKey {
    pub(crate) fn new(record: AccountKeys, own: ReaderPrivate) -> Self {
        Self { record, own }
    }

    pub(crate) fn by_passphrase(
        record: &AccountKeys,
        sealed: &[u8],
        passphrase: &Passphrase,
        pepper: &Pepper,
    ) -> Result<Self, SealError> {
        let own = seal::open_under_passphrase(passphrase, pepper, &private_place(record.account), sealed)?;
        Ok(Self::new(record.clone(), ReaderPrivate::from_bytes(&own)?))
    }

    pub(crate) fn with_members(mut self, members: Vec<RoleMember>) -> Self {
        self.record.members = members;
        self
    }

    /// The account's keys as they stood when its own key was opened.
    #[must_use]
    pub fn record(&self) -> &AccountKeys {
        &self.record
    }

    /// What the account's drafts are sealed to.
    ///
    /// # Errors
    /// When the key is none; does not happen with one that was opened.
    pub fn draft_key(&self) -> Result<DraftKey, SealError> {
        Ok(DraftKey { account: self.record.account, public: self.own.public()? })
    }

    /// Opens a draft of the account's own.
    ///
    /// # Errors
    /// [`SealError::Authentication`] where it is another's, of another place, or was changed.
    pub fn open_draft(&self, place: (u8, i64), sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        seal::open_with(&self.own, &draft_place(self.record.account, place), sealed)
    }

    pub(crate) fn second_factor(&self) -> Result<TotpSecret, SealError> {
        let sealed = self.record.second_factor.as_ref().ok_or(SealError::Format)?;
        open_second_factor(self.record.account, &self.own, sealed)
    }

    /// New values for what is renewed.
    ///
    /// # Errors
    /// A passphrase that is weak, no randomness or memory.
    pub fn renewed(&self, renew: &Renew<'_>, pepper: &Pepper, cost: Parameters) -> Result<Renewal, SignInError> {
        let account = self.record.account;
        if let Some(passphrase) = renew.passphrase {
            must_be_strong(passphrase, &[&self.record.staff, &self.record.name]).map_err(SignInError::Passphrase)?;
        }
        // REVEAL: the own private key, straight under passphrase and sheet.
        let plain = self.own.expose();
        let under = |passphrase| seal::seal_under_passphrase(passphrase, pepper, cost, &private_place(account), plain);
        let public = self.own.public().map_err(wrong)?;
        let factor = |(secret, step): (&TotpSecret, _)| seal_second_factor(account, &public, secret).map(|s| (s, step));
        let on_sheet = |code: &PersonalSheetCode| code.seal(&sheet_place(account), plain);
        Ok(Renewal {
            private_sealed: renew.passphrase.map(under).transpose().map_err(wrong)?,
            second_factor: renew.second_factor.map(factor).transpose().map_err(wrong)?,
            personal_sheet: renew.sheet.map(on_sheet).transpose().map_err(wrong)?,
        })
    }

    /// Where `cost` is higher than what the private key stands under (R24): the same key under the same passphrase anew.
    ///
    /// # Errors
    /// No randomness or memory.
    pub fn dearer(
        &self,
        passphrase: &Passphrase,
        pepper: &Pepper,
        cost: Parameters,
    ) -> Result<Option<Vec<u8>>, SignInError> {
        let Some(sealed) = &self.record.private_sealed else { return Ok(None) };
        if !seal::parameters_of(sealed).map_err(wrong)?.is_below(&cost) {
            return Ok(None);
        }
        let place = private_place(self.record.account);
        // REVEAL: the own private key, straight under its passphrase.
        seal::seal_under_passphrase(passphrase, pepper, cost, &place, self.own.expose()).map(Some).map_err(wrong)
    }
}

/// Seals what an account has typed and not yet sent. Opens nothing: it outlives a lock.
pub struct DraftKey {
    account: i64,
    public: ReaderPublic,
}

impl DraftKey {
    /// Number of the account.
    #[must_use]
    pub fn account(&self) -> i64 {
        self.account
    }

    /// Seals what was typed at a place: in which form, about what.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn seal(&self, place: (u8, i64), text: &[u8]) -> Result<Vec<u8>, SealError> {
        seal::seal_to(&self.public, &draft_place(self.account, place), text)
    }
}

fn draft_place(account: i64, (place, about): (u8, i64)) -> Vec<u8> {
    let mut bytes = b"draft".to_vec();
    bytes.extend_from_slice(&account.to_be_bytes());
    bytes.push(place);
    bytes.extend_from_slice(&about.to_be_bytes());
    bytes
}

/// Passphrase and code were right. The store admits whose code was not used in the meantime.
pub struct Proven {
    own: OwnKey,
    step: Option<u64>,
}

impl Proven {
    pub(crate) fn new(own: OwnKey, step: Option<u64>) -> Self {
        Self { own, step }
    }

    /// Number of the account.
    #[must_use]
    pub fn account(&self) -> i64 {
        self.own.record.account
    }

    /// The step of the code; `None` where none was asked: the lock of a session.
    #[must_use]
    pub fn step(&self) -> Option<u64> {
        self.step
    }

    /// As [`OwnKey::dearer`], for who is about to come in.
    ///
    /// # Errors
    /// No randomness or memory.
    pub fn dearer(
        &self,
        passphrase: &Passphrase,
        pepper: &Pepper,
        cost: Parameters,
    ) -> Result<Option<Vec<u8>>, SignInError> {
        self.own.dearer(passphrase, pepper, cost)
    }

    /// To be called once the code's step is stored as used.
    #[must_use]
    pub fn admitted(self) -> Admitted {
        Admitted(self.own)
    }
}

/// Who may come in, before the role is chosen.
pub struct Admitted(OwnKey);

impl Admitted {
    /// The own key.
    #[must_use]
    pub fn own(&self) -> &OwnKey {
        &self.0
    }

    /// The roles to choose from.
    #[must_use]
    pub fn roles(&self) -> Vec<RoleName> {
        self.0.record.roles_held()
    }

    /// The session in one role.
    ///
    /// # Errors
    /// [`SignInError::NotThisRole`] where the account does not have the role, or not its keys.
    pub fn session(self, role: RoleName) -> Result<SignedIn, SignInError> {
        let OwnKey { record, own } = self.0;
        if record.roles & role.bit() == 0 {
            return Err(SignInError::NotThisRole);
        }
        let keys = match reader_of(role) {
            Some(reader) => {
                let mut members: Vec<&RoleMember> = record.members.iter().filter(|m| m.reader == reader).collect();
                members.sort_by_key(|m| m.epoch);
                let privates = members.into_iter().map(|m| m.open(record.account, &own)).collect::<Result<Vec<_>, _>>();
                let privates = privates.map_err(wrong)?;
                if privates.is_empty() {
                    // A role is given by a member who seals its key; a bit in the account's row alone is no role.
                    return Err(SignInError::NotThisRole);
                }
                KeyRing::new(reader, privates)
            }
            None => KeyRing::new(ReaderId::professional(record.account), vec![own]),
        };
        Ok(in_role(record, keys, role))
    }
}

fn in_role(record: AccountKeys, keys: KeyRing, role: RoleName) -> SignedIn {
    let AccountKeys { account, staff, name, .. } = record;
    match role {
        RoleName::Administration => SignedIn::Administration(Session::new(account, staff, name, keys)),
        RoleName::Professional => SignedIn::Professional(Session::new(account, staff, name, keys)),
        RoleName::MedicalManager => SignedIn::MedicalManager(Session::new(account, staff, name, keys)),
        RoleName::FunctionalAdministrator => {
            // This role opens nothing: it holds no key at all.
            let none = KeyRing::new(ReaderId(0), Vec::new());
            SignedIn::FunctionalAdministrator(Session::new(account, staff, name, none))
        }
        RoleName::PrivacyOfficer => SignedIn::PrivacyOfficer(Session::new(account, staff, name, keys)),
    }
}
