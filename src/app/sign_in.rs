//! Before there is a session: sign in, choose a role, activate with a code, unlock.
//!
//! **Invariant:** a wrong account, passphrase or code gives one answer, and is logged.

use access::{ActivationCode, Authorisation, Event, Passphrase, SignInError, SignedIn};
use chrono::{DateTime, Utc};
use domain::RoleName;
use store::{Store, StoreError};
use viewmodel::{ActivationScreen, Command, DemoAccount, SignInScreen};
use zeroize::Zeroizing;

use crate::{
    engine::{DemoKey, ENTRY, Engine, Place},
    error::AppError,
    rail::{role_of, role_shown},
};

/// What stands in the form.
#[derive(Default)]
pub(crate) struct Form {
    pub(crate) account: String,
    pub(crate) error: Option<&'static str>,
    /// The passphrase was right; a role is to be chosen. Kept for that choice only.
    pub(crate) choosing: Option<(Vec<RoleName>, Zeroizing<String>)>,
}

fn key(error: SignInError) -> &'static str {
    match error {
        SignInError::Wrong | SignInError::NotThisRole => "sign-in-wrong",
        SignInError::PassphraseTooShort => "activation-passphrase-short",
        SignInError::System => "error-system",
    }
}

pub(crate) fn log(
    store: &mut Store,
    event: Event,
    who: Option<(i64, RoleName)>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let mut entry = store.entry(now, event, ENTRY);
    entry.user = who.map(|(account, _)| account);
    entry.role = who.map(|(_, role)| role);
    entry.authorisation = Authorisation::OwnAccount;
    Ok(store.log(&entry)?)
}

pub(crate) fn execute(engine: &mut Engine, command: Command, now: DateTime<Utc>) -> Result<(), AppError> {
    match command {
        Command::SignIn { account, passphrase } => sign_in(engine, &account, passphrase, None, now),
        Command::SignInDemo(index) => {
            let Some(demo) = engine.demo.get(index) else { return Ok(()) };
            let (staff, role, passphrase) = (demo.staff.clone(), demo.role, demo.passphrase.clone());
            sign_in(engine, &staff, passphrase, Some(role), now)
        }
        Command::ChooseRole(role) => {
            let Place::SignIn(form) = &mut engine.place else { return Ok(()) };
            let Some((_, passphrase)) = form.choosing.take() else { return Ok(()) };
            let account = form.account.clone();
            sign_in(engine, &account, passphrase, Some(role_of(role)), now)
        }
        Command::StartActivation => {
            engine.place = Place::Activation(Form::default());
            Ok(())
        }
        Command::BackToSignIn => {
            engine.place = Place::SignIn(Form::default());
            Ok(())
        }
        Command::Activate { account, code, passphrase } => activate(engine, &account, &code, passphrase, now),
        Command::Lock
        | Command::SignOut
        | Command::Open(_)
        | Command::Cancel
        | Command::Refresh
        | Command::ShowMore
        | Command::KeepLook(_)
        | Command::IdentificationTab(_)
        | Command::SelectItem(_)
        | Command::Claim(_)
        | Command::RevealBsn(_, _)
        | Command::MaskBsn
        | Command::CopyBsn(_, _)
        | Command::CloseItem { .. }
        | Command::Investigate(_)
        | Command::SelectRecord(_)
        | Command::OpenRecord(_)
        | Command::CloseRecord
        | Command::OpenFigures
        | Command::Publish
        | Command::ImportFiles(_)
        | Command::VerifyChain
        | Command::SelectAuditLine(_)
        | Command::AuditPage { .. }
        | Command::SetWindows { .. }
        | Command::Accounts(_) => Ok(()),
    }
}

fn sign_in(
    engine: &mut Engine,
    account: &str,
    passphrase: Zeroizing<String>,
    role: Option<RoleName>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let record = engine.archive.store().account_keys(account)?;
    let roles: Vec<RoleName> = record.as_ref().map(access::AccountKeys::roles_held).unwrap_or_default();
    let first = role.or_else(|| roles.first().copied()).unwrap_or(RoleName::Professional);
    let typed = Passphrase::new(passphrase.to_string());
    match access::sign_in(record.as_ref(), &typed, engine.archive.store().pepper(), first) {
        Ok(signed_in) => {
            if role.is_none() && roles.len() > 1 {
                drop(signed_in);
                let form = Form { account: account.to_owned(), error: None, choosing: Some((roles, passphrase)) };
                engine.place = Place::SignIn(form);
                return Ok(());
            }
            if let Some(record) = &record {
                renew(engine, record, &typed, now)?;
            }
            enter(engine, signed_in, now)
        }
        Err(error) => {
            log(engine.archive.store_mut(), Event::SignInFailed, record.map(|r| (r.account, first)), now)?;
            refuse(engine, account, key(error));
            Ok(())
        }
    }
}

/// Where the cost of a derivation was raised, the private key goes under the dearer one at the next sign-in (R24).
fn renew(
    engine: &mut Engine,
    record: &access::AccountKeys,
    typed: &Passphrase,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let store = engine.archive.store_mut();
    // It came in a moment ago under the same passphrase; should it fail now, the old value stands as well as before.
    if let Ok(Some(anew)) = access::renew_private(record, typed, store.pepper(), engine.cost) {
        store.store_renewed_private(record.account, &anew, now)?;
    }
    Ok(())
}

fn enter(engine: &mut Engine, signed_in: SignedIn, now: DateTime<Utc>) -> Result<(), AppError> {
    let who = crate::rail::who(&signed_in);
    if let Some(reader) = signed_in.reader() {
        let store = engine.archive.store_mut();
        let own = match store.directory_key(reader) {
            Ok(public) => {
                let signing = store.officer_signing_key();
                signed_in.owns(&public) && signing.is_ok_and(|key| signed_in.signs_as(&key))
            }
            // Exchanged by somebody without the directory key.
            Err(StoreError::Directory(_)) => false,
            Err(error) => return Err(error.into()),
        };
        store.key_compared(reader, own, now)?;
        if !own {
            log(store, Event::KeySwapped, Some((who.account, who.role)), now)?;
            return Err(AppError::refused("error-key-swapped", vec![]));
        }
    }
    log(engine.archive.store_mut(), Event::SignedIn, Some((who.account, who.role)), now)?;
    engine.place = Place::Inside(Box::new(signed_in));
    engine.entered(now)
}

fn refuse(engine: &mut Engine, account: &str, key: &'static str) {
    match &mut engine.place {
        Place::Locked { error, .. } => *error = Some(key),
        Place::SignIn(form) | Place::Activation(form) => {
            form.account = account.to_owned();
            form.error = Some(key);
            form.choosing = None;
        }
        Place::Inside(_) => {}
    }
}

/// What can be said of the form alone comes first, and is the same for every account; then one answer, after the log.
fn activate(
    engine: &mut Engine,
    account: &str,
    code: &str,
    passphrase: Zeroizing<String>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let record = engine.archive.store().account_keys(account)?;
    let typed = Passphrase::new(passphrase.to_string());
    let made = match (ActivationCode::parse(code), &record) {
        (Err(_), _) => Err("activation-code-mistyped"),
        (Ok(_), _) if typed.characters() < access::passphrase_characters_min() => Err("activation-passphrase-short"),
        (Ok(code), record) => {
            // An unknown account costs the same derivation.
            let pepper = engine.archive.store().pepper();
            access::activate(record.as_ref(), &code, &typed, pepper, engine.cost).map_err(key)
        }
    };
    let (record, made) = match (record, made) {
        (Some(record), Ok(made)) => (record, made),
        (record, refused) => {
            let role = |r: &access::AccountKeys| RoleName::in_set(r.roles).next().unwrap_or(RoleName::Professional);
            log(engine.archive.store_mut(), Event::SignInFailed, record.map(|r| (r.account, role(&r))), now)?;
            refuse(engine, account, refused.err().unwrap_or("sign-in-wrong"));
            return Ok(());
        }
    };
    engine.archive.store_mut().store_activation(record.account, &made, now)?;
    // What waited for this account is there when its first screen is drawn.
    engine.deliver(now)?;
    engine.place = Place::SignIn(Form::default());
    sign_in(engine, account, passphrase, None, now)
}

pub(crate) fn screen(form: &Form, organisation: String, demo: &[DemoKey]) -> SignInScreen {
    let roles = form.choosing.as_ref().map(|(roles, _)| roles.as_slice()).unwrap_or_default();
    SignInScreen {
        organisation,
        account: form.account.clone(),
        error: form.error,
        working: false,
        second_factor: false,
        roles: roles.iter().map(|r| (role_shown(*r), Command::ChooseRole(role_shown(*r)))).collect(),
        activate: Some(Command::StartActivation),
        demo: demo
            .iter()
            .enumerate()
            .map(|(i, d)| DemoAccount {
                name: d.name.clone(),
                staff: d.staff.clone(),
                role: role_shown(d.role),
                sign_in: Command::SignInDemo(i),
            })
            .collect(),
    }
}

pub(crate) fn activation_screen(form: &Form, organisation: String) -> ActivationScreen {
    ActivationScreen {
        organisation,
        account: form.account.clone(),
        error: form.error,
        working: false,
        passphrase_characters_min: access::passphrase_characters_min(),
        back: Command::BackToSignIn,
    }
}
