//! *Mijn account*: passphrase, second factor and personal sheet of who is signed in. The passphrase is asked for each.
//!
//! **Invariant:** nothing is stored before a new second factor has given its first code, or a new sheet is on paper.

use std::path::Path;

use access::{
    Event, OwnKey, PASSPHRASE_CHARACTERS_MIN, Passphrase, PersonalSheetCode, Renew, SignInError, SignedIn, TotpSecret,
};
use chrono::{DateTime, Utc};
use store::Archive;
use viewmodel::{MineCommand, MyAccountScreen, Notice, NoticeKind, Renewing, Said};
use zeroize::Zeroizing;

use crate::{
    engine::{Engine, Place},
    entry,
    error::AppError,
    paper, rail, sign_in,
};

/// What is being renewed.
#[derive(Default)]
pub(crate) struct View {
    new: New,
    out: paper::Out,
    error: Option<Said>,
}

#[derive(Default)]
enum New {
    #[default]
    Nothing,
    SecondFactor(TotpSecret),
    Sheet(PersonalSheetCode),
}

fn system() -> AppError {
    AppError::refused("error-system", vec![])
}

/// The new sheet into a file, or to the printer.
fn sheet_out(engine: &Engine, view: &mut View, to: Option<&Path>, now: DateTime<Utc>) {
    if let (New::Sheet(code), Place::Inside(signed_in)) = (&view.new, &engine.place) {
        let who = rail::who(signed_in);
        let sheet = paper::sheet(&engine.archive, &who.staff, &who.name, code, now);
        view.error = view.out.take((engine.paper.as_deref(), engine.language), &sheet, to);
    }
}

pub(crate) fn execute(engine: &mut Engine, command: MineCommand, now: DateTime<Utc>) -> Result<(), AppError> {
    let Some(mut view) = engine.view.mine.take() else { return Ok(()) };
    view.error = None;
    let done = match command {
        MineCommand::Cancel => {
            view = View::default();
            Ok(())
        }
        MineCommand::NewSecondFactor => {
            view.new = New::SecondFactor(TotpSecret::generate().map_err(|_| system())?);
            Ok(())
        }
        MineCommand::NewSheet => {
            view.new = New::Sheet(PersonalSheetCode::generate().map_err(|_| system())?);
            Ok(())
        }
        MineCommand::SaveSheet(to) => {
            sheet_out(engine, &mut view, Some(&to), now);
            Ok(())
        }
        MineCommand::PrintSheet => {
            sheet_out(engine, &mut view, None, now);
            Ok(())
        }
        MineCommand::ChangePassphrase { old, new } => passphrase(engine, &mut view, &old, &new, now),
        MineCommand::ConfirmSecondFactor { code, passphrase } => {
            second_factor(engine, &mut view, &code, &passphrase, now)
        }
        MineCommand::ConfirmSheet { group, passphrase } => sheet(engine, &mut view, &group, &passphrase, now),
    };
    // A session that ended in the meantime has no such screen any more.
    if matches!(engine.place, Place::Inside(_)) {
        engine.view.mine = Some(view);
    }
    done
}

/// The own key by the passphrase; every failure counts and is logged, as at the door.
fn own_key(
    engine: &mut Engine,
    view: &mut View,
    typed: &Zeroizing<String>,
    now: DateTime<Utc>,
) -> Result<Option<OwnKey>, AppError> {
    let Engine { archive, place: Place::Inside(signed_in), .. } = engine else { return Ok(None) };
    let store = archive.store_mut();
    let staff = rail::who(signed_in).staff;
    if let Some(until) = store.begin_entry(&staff, now)? {
        view.error = Some(sign_in::locked_out(until));
        return Ok(None);
    }
    let record = store.account_keys(&staff)?;
    match signed_in.own_key(record.as_ref(), &Passphrase::new(typed.to_string()), store.pepper()) {
        Ok(own) => Ok(Some(own)),
        Err(error) => {
            view.error = Some(match error {
                SignInError::Wrong => "mine-passphrase-wrong".into(),
                SignInError::Expired | SignInError::NotThisRole | SignInError::Passphrase(_) | SignInError::System => {
                    sign_in::said(error)
                }
            });
            sign_in::log_failure(store, record.as_ref(), now)?;
            Ok(None)
        }
    }
}

fn store(
    engine: &mut Engine,
    view: &mut View,
    own: &OwnKey,
    renew: &Renew<'_>,
    event: Event,
    now: DateTime<Utc>,
) -> Result<bool, AppError> {
    let cost = engine.cost;
    let store = engine.archive.store_mut();
    let renewal = match own.renewed(renew, store.pepper(), cost) {
        Ok(renewal) => renewal,
        Err(error) => {
            view.error = Some(sign_in::said(error));
            return Ok(false);
        }
    };
    store.store_renewal(own.record(), &renewal, event, now)?;
    let text = match (&renewal.second_factor, &renewal.personal_sheet) {
        (Some(_), _) => "notice-second-factor-changed",
        (None, Some(_)) => "notice-sheet-replaced",
        (None, None) => "notice-passphrase-changed",
    };
    engine.notice = Some(Notice { kind: NoticeKind::Done, text, values: vec![] });
    *view = View::default();
    Ok(true)
}

fn passphrase(
    engine: &mut Engine,
    view: &mut View,
    old: &Zeroizing<String>,
    new: &Zeroizing<String>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let Place::Inside(signed_in) = &engine.place else { return Ok(()) };
    let who = rail::who(signed_in);
    let organisation = &engine.archive.store().settings().organisation;
    let typed = Passphrase::new(new.to_string());
    // What can be said of the new one comes first: it costs no derivation, and no try.
    if let Err(fault) = access::must_be_strong(&typed, &[&who.staff, &who.name, organisation]) {
        view.error = Some(entry::passphrase_said(fault));
        return Ok(());
    }
    let Some(own) = own_key(engine, view, old, now)? else { return Ok(()) };
    let renew = Renew { passphrase: Some(&typed), ..Renew::default() };
    if store(engine, view, &own, &renew, Event::PassphraseChanged, now)?
        && let Some(demo) = engine.demo.iter_mut().find(|demo| demo.staff == who.staff)
    {
        demo.passphrase.clone_from(new);
    }
    Ok(())
}

fn second_factor(
    engine: &mut Engine,
    view: &mut View,
    code: &str,
    typed: &Zeroizing<String>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let New::SecondFactor(secret) = &view.new else { return Ok(()) };
    // REVEAL: what was shown on this page, to be sealed.
    let secret = TotpSecret::from_bytes(secret.expose()).map_err(|_| system())?;
    let Some(step) = access::second_factor_step(&secret, code, now, None) else {
        view.error = Some("second-factor-not-this".into());
        return Ok(());
    };
    let Some(own) = own_key(engine, view, typed, now)? else { return Ok(()) };
    let renew = Renew { second_factor: Some((&secret, Some(step))), ..Renew::default() };
    if store(engine, view, &own, &renew, Event::SecondFactorChanged, now)? {
        let staff = &own.record().staff;
        if let Some(demo) = engine.demo.iter_mut().find(|demo| demo.staff == *staff) {
            demo.second_factor = secret;
        }
    }
    Ok(())
}

fn sheet(
    engine: &mut Engine,
    view: &mut View,
    group: &str,
    typed: &Zeroizing<String>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let New::Sheet(code) = &view.new else { return Ok(()) };
    if !code.ends_with(group) {
        view.error = Some("sheet-group-differs".into());
        return Ok(());
    }
    // REVEAL: what was shown on this page, to be sealed under.
    let code = PersonalSheetCode::parse(&code.reveal()).map_err(|_| system())?;
    let Some(own) = own_key(engine, view, typed, now)? else { return Ok(()) };
    let renew = Renew { sheet: Some(&code), ..Renew::default() };
    store(engine, view, &own, &renew, Event::SheetReplaced, now).map(|_| ())
}

pub(crate) fn screen(
    archive: &Archive,
    signed_in: &SignedIn,
    view: Option<&View>,
    ways: paper::Ways,
) -> Result<MyAccountScreen, AppError> {
    let who = rail::who(signed_in);
    let renewing = match view.map(|view| &view.new) {
        Some(New::SecondFactor(secret)) => {
            let organisation = rail::organisation(archive.store().settings());
            Renewing::SecondFactor(paper::second_factor(&organisation, &who.staff, secret)?)
        }
        Some(New::Sheet(code)) => {
            let out = view.map(|view| view.out.clone()).unwrap_or_default();
            Renewing::Sheet(paper::sheet_page(&who.staff, code, ways, out))
        }
        Some(New::Nothing) | None => Renewing::Nothing,
    };
    Ok(MyAccountScreen {
        name: who.name,
        staff: who.staff,
        renewing,
        characters_min: PASSPHRASE_CHARACTERS_MIN,
        error: view.and_then(|view| view.error.clone()),
        working: false,
    })
}
