//! Activation, sign-in, unlocking and the personal sheet: the only makers of [`Proven`], which leads to a session.
//!
//! **Invariant:** wrong account, passphrase and code give one answer, after the same work. Of a code that the account's own app
//! showed it is said that it was used or came too late: after the passphrase was right.

use chrono::{DateTime, Utc};
use domain::ReaderId;
use seal::{ActivationCode, Parameters, Passphrase, Pepper, PersonalSheetCode, ReaderPrivate, ReaderPublic, SealError};

use crate::{
    account::{AccountKeys, RoleMember, activation_place, sheet_place},
    confirmation,
    own_key::{Chosen, OwnKey, Proven, Renew, Renewal},
    passphrase::PassphraseFault,
    second_factor::judged_code,
    session::{Locked, SignedIn},
    set_up::ACTIVATION_ENTRY_BYTES,
};

/// Why nobody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Account, passphrase or code is wrong; which of them is not said.
    #[error("account, passphrase or code is wrong")]
    Wrong,
    /// The passphrase is right, and the code was used, or one after it.
    #[error("the code was used")]
    CodeUsed,
    /// The passphrase is right, and the code was shown some minutes ago.
    #[error("the code came too late")]
    CodeLate,
    /// The activation code is right, and too old.
    #[error("the activation code is no longer valid")]
    Expired,
    /// The account does not have this role.
    #[error("the account does not have this role")]
    NotThisRole,
    /// The new passphrase is too weak.
    #[error("the passphrase is too weak: {0}")]
    Passphrase(PassphraseFault),
    /// The system gave no randomness or memory.
    #[error("the operating system gave no randomness or memory")]
    System,
}

pub(crate) fn wrong(error: SealError) -> SignInError {
    match error {
        SealError::System => SignInError::System,
        SealError::Format | SealError::DoesNotOpen => SignInError::Wrong,
    }
}

/// What an activation leaves to be stored, in one transaction, in place of the activation record.
pub struct Activation {
    /// The account's own public key.
    pub public: ReaderPublic,
    /// Its private key under the passphrase.
    pub private_sealed: Vec<u8>,
    /// Its roles' keys, sealed to it.
    pub members: Vec<RoleMember>,
    /// The code's signature over the public key: that who made it had the code.
    pub proof: Vec<u8>,
    /// The second factor, sealed to it.
    pub second_factor: Vec<u8>,
    /// The step of the code that confirmed the second factor.
    pub second_factor_step: Option<u64>,
    /// The private key under the personal sheet's code.
    pub personal_sheet: Vec<u8>,
}

/// Whether the code activates this account now; nothing is made. `record` is `None` for an unknown account.
///
/// # Errors
/// A wrong account or code (one answer), or a right code that is too old.
pub fn check_activation(
    record: Option<&AccountKeys>,
    code: &ActivationCode,
    now: DateTime<Utc>,
) -> Result<(), SignInError> {
    let record = record.ok_or(SignInError::Wrong)?;
    role_keys(record, code)?;
    if record.activation_until.is_some_and(|until| until < now) { Err(SignInError::Expired) } else { Ok(()) }
}

fn role_keys(record: &AccountKeys, code: &ActivationCode) -> Result<zeroize::Zeroizing<Vec<u8>>, SignInError> {
    let sealed = record.activation.as_ref().ok_or(SignInError::Wrong)?;
    code.open(&activation_place(&record.staff), sealed).map_err(wrong)
}

/// First sign-in: makes the account's key pair, seals its roles' keys and its second factor to it, and itself under passphrase
/// and sheet. `record` is `None` for an unknown account.
///
/// # Errors
/// A wrong code, a passphrase that is too weak.
pub fn activate<'a>(
    record: impl Into<Option<&'a AccountKeys>>,
    code: &ActivationCode,
    chosen: &Chosen,
    pepper: &Pepper,
    cost: Parameters,
) -> Result<Activation, SignInError> {
    activate_and_enter(record, code, chosen, pepper, cost).map(|(activation, _)| activation)
}

/// The same, and who comes in by it: passphrase and second factor have just been chosen, so nothing is derived a second time.
///
/// # Errors
/// As [`activate`].
pub fn activate_and_enter<'a>(
    record: impl Into<Option<&'a AccountKeys>>,
    code: &ActivationCode,
    chosen: &Chosen,
    pepper: &Pepper,
    cost: Parameters,
) -> Result<(Activation, Proven), SignInError> {
    let record = record.into();
    let own = ReaderPrivate::generate().map_err(wrong)?;
    let public = own.public().map_err(wrong)?;
    let own = OwnKey::new(record.cloned().unwrap_or_else(AccountKeys::nobody), own);
    let everything = Renew {
        passphrase: Some(&chosen.passphrase),
        second_factor: Some((&chosen.second_factor, chosen.step)),
        sheet: Some(&chosen.sheet),
    };
    // Before the code is looked at, so that a wrong code, a used one and an unknown account take as long as a right one.
    let renewal = own.renewed(&everything, pepper, cost)?;
    let record = record.ok_or(SignInError::Wrong)?;
    let members = role_keys(record, code)?
        .chunks_exact(ACTIVATION_ENTRY_BYTES)
        .map(|entry| member(entry, record.account, &public))
        .collect::<Result<Vec<_>, _>>()
        .map_err(wrong)?;
    let Renewal { private_sealed: Some(private_sealed), second_factor: Some(factor), personal_sheet: Some(sheet) } =
        renewal
    else {
        return Err(SignInError::System);
    };
    let (second_factor, second_factor_step) = factor;
    let own = own.with_members(members.clone());
    let proof = confirmation::prove(&code.signing_key(), record.account, &record.staff, &public);
    let activation =
        Activation { public, private_sealed, members, proof, second_factor, second_factor_step, personal_sheet: sheet };
    Ok((activation, Proven::new(own, second_factor_step)))
}

fn member(entry: &[u8], account: i64, public: &ReaderPublic) -> Result<RoleMember, SealError> {
    let (reader, rest) = entry.split_at(8);
    let (epoch, private) = rest.split_at(4);
    let reader = ReaderId(i64::from_be_bytes(reader.try_into().map_err(|_| SealError::Format)?));
    let epoch = u32::from_be_bytes(epoch.try_into().map_err(|_| SealError::Format)?);
    RoleMember::seal(reader, epoch, account, public, &ReaderPrivate::from_bytes(private)?)
}

/// Passphrase and code. `record` is `None` for an unknown account: the same derivation runs, and the answer is the same.
///
/// # Errors
/// A wrong account, passphrase or code: one answer. A code of the account's own app that was used, or came too late.
pub fn sign_in(
    record: Option<&AccountKeys>,
    passphrase: &Passphrase,
    code: &str,
    now: DateTime<Utc>,
    pepper: &Pepper,
) -> Result<Proven, SignInError> {
    let own = by_passphrase(record, passphrase, pepper)?;
    let secret = own.second_factor().map_err(wrong)?;
    let used = own.record().second_factor_step;
    let step = judged_code(&secret, code, now, used)?;
    Ok(Proven::new(own, Some(step)))
}

fn by_passphrase(
    record: Option<&AccountKeys>,
    passphrase: &Passphrase,
    pepper: &Pepper,
) -> Result<OwnKey, SignInError> {
    let active = record.and_then(|r| r.private_sealed.as_ref().map(|sealed| (r, sealed)));
    let Some((record, sealed)) = active else {
        // Equal time: the same derivation, its result thrown away.
        let spent = seal::seal_under_passphrase(passphrase, pepper, Parameters::STANDARD, b"nobody", &[0; 32]);
        drop(spent);
        return Err(SignInError::Wrong);
    };
    OwnKey::by_passphrase(record, sealed, passphrase, pepper).map_err(wrong)
}

/// Unlocks what was locked here: the passphrase is enough, since a code was given when that session began.
///
/// # Errors
/// A wrong passphrase, or an account that is not there any more: one answer.
pub fn unlock(
    locked: &Locked,
    record: Option<&AccountKeys>,
    passphrase: &Passphrase,
    pepper: &Pepper,
) -> Result<Proven, SignInError> {
    let own = by_passphrase(record.filter(|r| r.account == locked.account), passphrase, pepper)?;
    Ok(Proven::new(own, None))
}

impl SignedIn {
    /// What derives the own key of who is signed in, on whatever thread, to renew what stands under it: the passphrase is asked
    /// again. It fails with a wrong passphrase, and with a record of another account.
    pub fn own_key(
        &self,
        record: Option<AccountKeys>,
    ) -> impl FnOnce(&Passphrase, &Pepper) -> Result<OwnKey, SignInError> + Send + use<> {
        let record = record.filter(|r| r.account == self.account());
        move |passphrase, pepper| by_passphrase(record.as_ref(), passphrase, pepper)
    }
}

/// The own key by the personal sheet. `record` is `None` for an unknown account.
///
/// # Errors
/// A wrong account or code, or a sheet that was replaced: one answer.
pub fn open_with_sheet(record: Option<&AccountKeys>, code: &PersonalSheetCode) -> Result<OwnKey, SignInError> {
    let record = record.ok_or(SignInError::Wrong)?;
    let sealed = record.personal_sheet.as_ref().ok_or(SignInError::Wrong)?;
    let own = code.open(&sheet_place(record.account), sealed).map_err(wrong)?;
    Ok(OwnKey::new(record.clone(), ReaderPrivate::from_bytes(&own).map_err(wrong)?))
}

/// With a personal sheet: everything new, and who comes in by it once that is stored. The used sheet is void then.
///
/// # Errors
/// A passphrase that is too weak; a second factor that no code has confirmed.
pub fn recover(
    own: OwnKey,
    chosen: &Chosen,
    pepper: &Pepper,
    cost: Parameters,
) -> Result<(Renewal, Proven), SignInError> {
    let step = chosen.step.ok_or(SignInError::Wrong)?;
    let renewal = own.renewed(
        &Renew {
            passphrase: Some(&chosen.passphrase),
            second_factor: Some((&chosen.second_factor, Some(step))),
            sheet: Some(&chosen.sheet),
        },
        pepper,
        cost,
    )?;
    Ok((renewal, Proven::new(own, Some(step))))
}
