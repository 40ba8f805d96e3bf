//! Activation and sign-in: the only makers of sessions.
//!
//! **Invariant:** wrong account, passphrase and code give one answer, after the same work.

use domain::{ReaderId, RoleName};
use seal::{ActivationCode, Parameters, Passphrase, Pepper, ReaderPrivate, ReaderPublic, SealError};

use crate::{
    account::{AccountKeys, RoleMember, activation_place, passphrase_characters_min, private_place},
    confirmation,
    session::{KeyRing, Session, SignedIn},
    set_up::{ACTIVATION_ENTRY_BYTES, reader_of},
};

/// Why nobody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Account, passphrase or code is wrong; which of them is not said.
    #[error("account, passphrase or code is wrong")]
    Wrong,
    /// The account does not have this role.
    #[error("the account does not have this role")]
    NotThisRole,
    /// The new passphrase is too short.
    #[error("a passphrase has at least fourteen characters")]
    PassphraseTooShort,
    /// The system gave no randomness or memory.
    #[error("the operating system gave no randomness or memory")]
    System,
}

fn wrong(error: SealError) -> SignInError {
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
}

/// First sign-in: makes the account's key pair and seals its roles' keys to it. `record` is `None` for an unknown account.
///
/// # Errors
/// A wrong code, a passphrase that is too short.
pub fn activate<'a>(
    record: impl Into<Option<&'a AccountKeys>>,
    code: &ActivationCode,
    passphrase: &Passphrase,
    pepper: &Pepper,
    cost: Parameters,
) -> Result<Activation, SignInError> {
    activated(record, code, passphrase, pepper, cost).map(|(activation, _)| activation)
}

/// The same, and the session that follows: the passphrase has just been chosen, so nothing is derived a second time.
///
/// # Errors
/// As [`activate`]; a role that the account does not have.
pub fn activate_and_enter(
    record: &AccountKeys,
    code: &ActivationCode,
    passphrase: &Passphrase,
    pepper: &Pepper,
    cost: Parameters,
    role: RoleName,
) -> Result<(Activation, SignedIn), SignInError> {
    if record.roles & role.bit() == 0 {
        return Err(SignInError::NotThisRole);
    }
    let (activation, own) = activated(record, code, passphrase, pepper, cost)?;
    let signed_in = session(record, &activation.members, own, role)?;
    Ok((activation, signed_in))
}

fn activated<'a>(
    record: impl Into<Option<&'a AccountKeys>>,
    code: &ActivationCode,
    passphrase: &Passphrase,
    pepper: &Pepper,
    cost: Parameters,
) -> Result<(Activation, ReaderPrivate), SignInError> {
    if passphrase.characters() < passphrase_characters_min() {
        return Err(SignInError::PassphraseTooShort);
    }
    let record = record.into();
    let own = ReaderPrivate::generate().map_err(wrong)?;
    let public = own.public().map_err(wrong)?;
    let place = private_place(record.map_or(0, |r| r.account));
    // Before the code is looked at, so that a wrong code, a used one and an unknown account take as long as a right one.
    // REVEAL: the new private key, straight under the passphrase.
    let private_sealed = seal::seal_under_passphrase(passphrase, pepper, cost, &place, own.expose()).map_err(wrong)?;
    let record = record.ok_or(SignInError::Wrong)?;
    let sealed = record.activation.as_ref().ok_or(SignInError::Wrong)?;
    let role_keys = code.open(&activation_place(&record.staff), sealed).map_err(wrong)?;
    let members = role_keys
        .chunks_exact(ACTIVATION_ENTRY_BYTES)
        .map(|entry| member(entry, record.account, &public))
        .collect::<Result<_, _>>()
        .map_err(wrong)?;
    let proof = confirmation::prove(&code.signing_key(), record.account, &record.staff, &public);
    Ok((Activation { public, private_sealed, members, proof }, own))
}

fn member(entry: &[u8], account: i64, public: &ReaderPublic) -> Result<RoleMember, SealError> {
    let (reader, rest) = entry.split_at(8);
    let (epoch, private) = rest.split_at(4);
    let reader = ReaderId(i64::from_be_bytes(reader.try_into().map_err(|_| SealError::Format)?));
    let epoch = u32::from_be_bytes(epoch.try_into().map_err(|_| SealError::Format)?);
    RoleMember::seal(reader, epoch, account, public, &ReaderPrivate::from_bytes(private)?)
}

/// Opens a session. `record` is `None` for an unknown account: the same derivation runs, and the answer is the same.
///
/// # Errors
/// A wrong account or passphrase (one answer), or a role that the account does not have.
pub fn sign_in(
    record: Option<&AccountKeys>,
    passphrase: &Passphrase,
    pepper: &Pepper,
    role: RoleName,
) -> Result<SignedIn, SignInError> {
    let active = record.and_then(|r| r.private_sealed.as_ref().map(|sealed| (r, sealed)));
    let Some((record, sealed)) = active else {
        // Equal time: the same derivation, its result thrown away.
        let spent = seal::seal_under_passphrase(passphrase, pepper, Parameters::STANDARD, b"nobody", &[0; 32]);
        drop(spent);
        return Err(SignInError::Wrong);
    };
    let place = private_place(record.account);
    let own = seal::open_under_passphrase(passphrase, pepper, &place, sealed).map_err(wrong)?;
    let own = ReaderPrivate::from_bytes(&own).map_err(wrong)?;
    if record.roles & role.bit() == 0 {
        return Err(SignInError::NotThisRole);
    }
    session(record, &record.members, own, role)
}

/// After a sign-in: the private key under the same passphrase anew, where `cost` is higher than what it stands under (R24);
/// to be stored in place of the old one. `None`: it stands well.
///
/// # Errors
/// A wrong passphrase, or no memory.
pub fn renew_private(
    record: &AccountKeys,
    passphrase: &Passphrase,
    pepper: &Pepper,
    cost: Parameters,
) -> Result<Option<Vec<u8>>, SignInError> {
    let Some(sealed) = &record.private_sealed else { return Ok(None) };
    if !seal::parameters_of(sealed).map_err(wrong)?.is_below(&cost) {
        return Ok(None);
    }
    let place = private_place(record.account);
    let own = seal::open_under_passphrase(passphrase, pepper, &place, sealed).map_err(wrong)?;
    seal::seal_under_passphrase(passphrase, pepper, cost, &place, &own).map(Some).map_err(wrong)
}

fn session(
    record: &AccountKeys,
    members: &[RoleMember],
    own: ReaderPrivate,
    role: RoleName,
) -> Result<SignedIn, SignInError> {
    let (account, staff, name) = (record.account, record.staff.clone(), record.name.clone());
    let keys = match reader_of(role) {
        Some(reader) => {
            let mut members: Vec<&RoleMember> = members.iter().filter(|m| m.reader == reader).collect();
            members.sort_by_key(|m| m.epoch);
            let privates = members.into_iter().map(|m| m.open(account, &own)).collect::<Result<Vec<_>, _>>();
            let privates = privates.map_err(wrong)?;
            if privates.is_empty() {
                // A role is given by a member who seals its key; a bit in the account's row alone is no role.
                return Err(SignInError::NotThisRole);
            }
            KeyRing::new(reader, privates)
        }
        None => KeyRing::new(ReaderId::professional(account), vec![own]),
    };
    Ok(match role {
        RoleName::Administration => SignedIn::Administration(Session::new(account, staff, name, keys)),
        RoleName::Professional => SignedIn::Professional(Session::new(account, staff, name, keys)),
        RoleName::MedicalManager => SignedIn::MedicalManager(Session::new(account, staff, name, keys)),
        RoleName::FunctionalAdministrator => {
            // This role opens nothing: it holds no key at all.
            let none = KeyRing::new(ReaderId(0), Vec::new());
            SignedIn::FunctionalAdministrator(Session::new(account, staff, name, none))
        }
        RoleName::PrivacyOfficer => SignedIn::PrivacyOfficer(Session::new(account, staff, name, keys)),
    })
}
