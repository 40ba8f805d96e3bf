//! Before there is a session: sign in with passphrase and code, choose a role, unlock.
//!
//! **Invariant:** a wrong account, passphrase or code gives one answer; whoever does not come in stands in the log.
//! **Invariant:** a try is counted in the store before anything is derived (lock-out).

use access::{Admitted, Authorisation, Event, Parameters, Passphrase, Pepper, Proven, SignInError, SignedIn};
use chrono::{DateTime, TimeDelta, Utc};
use domain::RoleName;
use store::{Store, StoreError};
use viewmodel::{
    Command, DemoAccount, EntryCommand, EntryWay, InstallationCommand, InstallationWay, Said, SignInScreen,
};
use zeroize::Zeroizing;

use crate::{
    deriving::{Then, Wanted},
    drafts::{self, Kept},
    engine::{DemoKey, ENTRY, Engine, Place},
    entry,
    error::AppError,
    local,
    paper::Ways,
    rail::{role_of, role_shown},
};

/// What stands in the form.
#[derive(Default)]
pub(crate) struct Form {
    pub(crate) account: String,
    pub(crate) error: Option<Said>,
    /// Passphrase and code were right; a role is to be chosen.
    pub(crate) choosing: Option<Admitted>,
}

pub(crate) fn said(error: SignInError) -> Said {
    match error {
        SignInError::Wrong | SignInError::NotThisRole => "sign-in-wrong".into(),
        SignInError::CodeUsed => "sign-in-code-was-used".into(),
        SignInError::CodeLate => "sign-in-code-late".into(),
        SignInError::Expired => "activation-expired".into(),
        SignInError::Passphrase(fault) => entry::passphrase_said(fault),
        SignInError::System => "error-system".into(),
    }
}

/// When it may be tried again; said the same of an account that does not exist.
pub(crate) fn locked_out(until: DateTime<Utc>) -> Said {
    // The seconds are rounded up: who comes at the time that is said is let try.
    let until = local::time(until + TimeDelta::milliseconds(999));
    Said { text: "sign-in-locked-out", values: vec![("time", until.format("%H:%M:%S").to_string())] }
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

/// A failure, with the account it was tried at, where there is one.
pub(crate) fn log_failure(
    store: &mut Store,
    record: Option<&access::AccountKeys>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let role = |r: &access::AccountKeys| RoleName::in_set(r.roles).next().unwrap_or(RoleName::Professional);
    log(store, Event::SignInFailed, record.map(|r| (r.account, role(r))), now)
}

/// Commands of a person who is not inside; those of a session do nothing here.
pub(crate) fn execute(engine: &mut Engine, command: Command, now: DateTime<Utc>) -> Result<(), AppError> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the commands of a session do nothing before there is one")]
    match command {
        Command::SignIn { account, passphrase, code } if matches!(engine.place, Place::SignIn(_)) => {
            sign_in(engine, account, &passphrase, code, None, now)
        }
        Command::SignInDemo(index) => demo(engine, index, now),
        Command::Unlock(passphrase) => unlock(engine, &passphrase, now),
        Command::ChooseRole(role) => {
            let Place::SignIn(form) = &mut engine.place else { return Ok(()) };
            let Some(admitted) = form.choosing.take() else { return Ok(()) };
            choose(engine, Some(admitted), Some(role_of(role)), now)
        }
        Command::Entry(command) => entry::execute(engine, command, now),
        _ => Ok(()),
    }
}

// A code is taken one step early (`seal`).
const EARLY: TimeDelta = TimeDelta::seconds(30);

impl Engine {
    /// From when on an account of the demo has a code that was not used.
    #[must_use]
    pub fn demo_code_from(&self, index: usize, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let record = self.archive.store().account_keys(&self.demo.get(index)?.staff).ok()?;
        Some(access::second_factor_moment(now, record.and_then(|record| record.second_factor_step)))
    }
}

/// Signs in as an account of the demo with the code that its app would show, or the next one.
fn demo(engine: &mut Engine, index: usize, now: DateTime<Utc>) -> Result<(), AppError> {
    let Some(demo) = engine.demo.get(index) else { return Ok(()) };
    let (staff, role, passphrase) = (demo.staff.clone(), demo.role, demo.passphrase.clone());
    if matches!(engine.place, Place::Locked { .. }) {
        return unlock(engine, &passphrase, now);
    }
    let at = engine.demo_code_from(index, now).unwrap_or(now);
    if at > now + EARLY {
        let seconds = (at - now - EARLY).num_seconds() + 1;
        let wait = Said { text: "sign-in-code-used", values: vec![("seconds", seconds.to_string())] };
        refuse(engine, &staff, wait);
        return Ok(());
    }
    let code = access::second_factor_code(&engine.demo[index].second_factor, at);
    let code = code.map_err(|_| AppError::refused("error-system", vec![]))?;
    sign_in(engine, staff, &passphrase, code, Some(role), now)
}

/// Begins a try: counted, and its keys derived; who comes in by it does so in this role, or the only one, or chooses.
fn sign_in(
    engine: &mut Engine,
    account: String,
    passphrase: &Zeroizing<String>,
    code: Zeroizing<String>,
    role: Option<RoleName>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let store = engine.archive.store_mut();
    if let Some(until) = store.begin_entry(&account, now)? {
        refuse(engine, &account, locked_out(until));
        return Ok(());
    }
    let record = store.account_keys(&account)?;
    let (typed, pepper) = (Passphrase::new(passphrase.to_string()), store.shared_pepper());
    // What was said of the try before does not stand beside this one.
    engine.place = Place::SignIn(Form { account: account.clone(), error: None, choosing: None });
    let stopped = stopped(account.clone(), record.clone());
    let cost = engine.cost;
    let keys = move |wanted: &Wanted| -> Then {
        let proven = access::sign_in(record.as_ref(), &typed, &code, now, &pepper);
        let proven = with_dearer(proven, wanted, (&typed, &pepper), cost);
        Box::new(move |engine, now| {
            let admitted = admitted(engine, &account, record.as_ref(), proven, now)?;
            choose(engine, admitted, role, now)
        })
    };
    engine.derive(keys, stopped)
}

/// A try that was stopped: nobody knows whether it was right. It stays counted, and is in the log as what counts.
fn stopped(account: String, record: Option<access::AccountKeys>) -> Then {
    Box::new(move |engine, now| {
        log_failure(engine.archive.store_mut(), record.as_ref(), now)?;
        refuse(engine, &account, "sign-in-stopped".into());
        Ok(())
    })
}

fn unlock(engine: &mut Engine, passphrase: &Zeroizing<String>, now: DateTime<Utc>) -> Result<(), AppError> {
    let Place::Locked { locked, staff, error, .. } = &mut engine.place else { return Ok(()) };
    let (staff, locked) = (staff.clone(), locked.clone());
    *error = None;
    let store = engine.archive.store_mut();
    if let Some(until) = store.begin_entry(&staff, now)? {
        refuse(engine, &staff, locked_out(until));
        return Ok(());
    }
    let record = store.account_keys(&staff)?;
    let (typed, pepper) = (Passphrase::new(passphrase.to_string()), store.shared_pepper());
    let stopped = stopped(staff.clone(), record.clone());
    let cost = engine.cost;
    let keys = move |wanted: &Wanted| -> Then {
        let proven = access::unlock(&locked, record.as_ref(), &typed, &pepper);
        let proven = with_dearer(proven, wanted, (&typed, &pepper), cost);
        Box::new(move |engine, now| {
            let Some(admitted) = admitted(engine, &staff, record.as_ref(), proven, now)? else { return Ok(()) };
            let kept = drafts::kept(engine, admitted.own(), now);
            match admitted.session(locked.role()) {
                Ok(signed_in) => enter(engine, signed_in, Event::Unlocked, kept, now),
                Err(error) => {
                    refuse(engine, &staff, said(error));
                    log_failure(engine.archive.store_mut(), record.as_ref(), now)
                }
            }
        })
    };
    engine.derive(keys, stopped)
}

/// Who was proven, and the private key under a dearer derivation where the cost was raised since it was sealed (R24). Both are
/// derived on the thread that can be stopped. Should there be no memory for the second, the old value stands as well as before.
type Derived = Result<(Proven, Option<Vec<u8>>), SignInError>;

fn with_dearer(
    proven: Result<Proven, SignInError>,
    wanted: &Wanted,
    (typed, pepper): (&Passphrase, &Pepper),
    cost: Parameters,
) -> Derived {
    proven.map(|proven| {
        let anew = wanted.is_still().then(|| proven.dearer(typed, pepper, cost).unwrap_or_default()).flatten();
        (proven, anew)
    })
}

/// Lets in who was proven, unless another process used the code in the meantime; failures are logged.
fn admitted(
    engine: &mut Engine,
    account: &str,
    record: Option<&access::AccountKeys>,
    derived: Derived,
    now: DateTime<Utc>,
) -> Result<Option<Admitted>, AppError> {
    let store = engine.archive.store_mut();
    let error = match derived {
        Ok((proven, anew)) => {
            let asked_a_code = proven.step().is_some();
            if let Some(admitted) = store.enter(proven, now)? {
                // A store that does not take it now takes it at the next sign-in: nobody is kept out for it.
                let _ = anew.map(|anew| store.store_renewed_private(admitted.own().record(), &anew, now));
                return Ok(Some(admitted));
            }
            // Without a code it is the account that is not there any more.
            if asked_a_code { SignInError::CodeUsed } else { SignInError::Wrong }
        }
        Err(error) => error,
    };
    log_failure(engine.archive.store_mut(), record, now)?;
    refuse(engine, account, said(error));
    Ok(None)
}

/// The session in the role that was chosen; without one, in the only role, or the roles are offered.
pub(crate) fn choose(
    engine: &mut Engine,
    admitted: Option<Admitted>,
    role: Option<RoleName>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let Some(admitted) = admitted else { return Ok(()) };
    let (record, roles) = (admitted.own().record().clone(), admitted.roles());
    let staff = record.staff.clone();
    let role = match (role, roles.as_slice()) {
        (Some(role), _) => role,
        (None, [only]) => *only,
        (None, []) => {
            refuse(engine, &staff, said(SignInError::NotThisRole));
            return log_failure(engine.archive.store_mut(), Some(&record), now);
        }
        (None, _) => {
            engine.place = Place::SignIn(Form { account: staff, error: None, choosing: Some(admitted) });
            return Ok(());
        }
    };
    let kept = drafts::kept(engine, admitted.own(), now);
    match admitted.session(role) {
        Ok(signed_in) => enter(engine, signed_in, Event::SignedIn, kept, now),
        Err(error) => {
            engine.place = Place::SignIn(Form { account: staff, error: Some(said(error)), choosing: None });
            log_failure(engine.archive.store_mut(), Some(&record), now)
        }
    }
}

fn enter(
    engine: &mut Engine,
    signed_in: SignedIn,
    event: Event,
    kept: Kept,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
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
        store.key_compared(reader, own, (who.account, who.role), now)?;
        if !own {
            return Err(AppError::refused("error-key-swapped", vec![]));
        }
    }
    log(engine.archive.store_mut(), event, Some((who.account, who.role)), now)?;
    engine.place = Place::Inside(Box::new(signed_in));
    engine.entered(now)?;
    drafts::give_back(engine, kept);
    Ok(())
}

fn refuse(engine: &mut Engine, account: &str, said: Said) {
    match &mut engine.place {
        Place::Locked { error, .. } => *error = Some(said),
        Place::SignIn(form) => *form = Form { account: account.to_owned(), error: Some(said), choosing: None },
        Place::Entry(_) => {
            engine.place = Place::SignIn(Form { account: account.to_owned(), error: Some(said), choosing: None });
        }
        Place::Inside(_) => {}
    }
}

/// What a page before a session may offer, and how long it keeps what was typed.
pub(crate) struct Door {
    /// Stops the key that is being derived.
    pub(crate) stop: Option<Command>,
    /// Minutes.
    pub(crate) forgets_after: u8,
    /// To the pages that bring lost keys back.
    pub(crate) recover: Option<Command>,
    /// Which ways to paper there are.
    pub(crate) paper: Ways,
}

/// To the pages that bring lost keys back.
pub(crate) fn to_recovery() -> Command {
    Command::Installation(InstallationCommand::Start(InstallationWay::Recover))
}

pub(crate) fn screen(form: &Form, organisation: String, demo: &[DemoKey], door: Door) -> SignInScreen {
    let roles = form.choosing.as_ref().map(Admitted::roles).unwrap_or_default();
    SignInScreen {
        organisation,
        account: form.account.clone(),
        error: form.error.clone(),
        forgets_after: door.forgets_after,
        working: door.stop.is_some(),
        stop: door.stop,
        roles: roles.iter().map(|r| (role_shown(*r), Command::ChooseRole(role_shown(*r)))).collect(),
        activate: Some(Command::Entry(EntryCommand::Start(EntryWay::FirstTime))),
        forgotten: Some(Command::Entry(EntryCommand::Start(EntryWay::Forgotten))),
        recover: door.recover,
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
