//! *Mijn account*: passphrase, second factor and personal sheet of who is signed in. The passphrase is asked for each.
//!
//! **Invariant:** nothing is stored before a new second factor has given its first code, or a new sheet is on paper.
//! **Invariant:** what was asked goes on while its person looks elsewhere; another wish on this page, or stop, ends it unseen.

use std::path::Path;

use access::{
    AccountKeys, Event, PASSPHRASE_CHARACTERS_MIN, Passphrase, PersonalSheetCode, Renew, Renewal, SignInError,
    SignedIn, TotpSecret,
};
use chrono::{DateTime, Utc};
use store::Archive;
use viewmodel::{Command, DesktopNotice, MineCommand, MyAccountScreen, Notice, NoticeKind, Renewing, Said};
use zeroize::Zeroizing;

use crate::{
    deriving::{Then, Wanted},
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
    if let MineCommand::DesktopNotice(on) = command {
        return engine.set_desktop_notice(on, now);
    }
    let Some(mut view) = engine.view.mine.take() else { return Ok(()) };
    view.error = None;
    let done = match command {
        MineCommand::Cancel => {
            view = View::default();
            Ok(())
        }
        MineCommand::DesktopNotice(_) => Ok(()),
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
        MineCommand::ChangePassphrase { old, new } => passphrase(engine, &mut view, &old, new, now),
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

/// What was asked to be renewed, on its way to the thread that derives and back.
enum Asked {
    Passphrase { typed: Passphrase, new: Zeroizing<String> },
    SecondFactor { secret: TotpSecret, step: u64 },
    Sheet(PersonalSheetCode),
}

impl Asked {
    fn renew(&self) -> Renew<'_> {
        match self {
            Self::Passphrase { typed, .. } => Renew { passphrase: Some(typed), ..Renew::default() },
            Self::SecondFactor { secret, step } => {
                Renew { second_factor: Some((secret, Some(*step))), ..Renew::default() }
            }
            Self::Sheet(code) => Renew { sheet: Some(code), ..Renew::default() },
        }
    }

    fn event(&self) -> Event {
        match self {
            Self::Passphrase { .. } => Event::PassphraseChanged,
            Self::SecondFactor { .. } => Event::SecondFactorChanged,
            Self::Sheet(_) => Event::SheetReplaced,
        }
    }

    /// What is said when it is done.
    fn said(&self) -> &'static str {
        match self {
            Self::Passphrase { .. } => "notice-passphrase-changed",
            Self::SecondFactor { .. } => "notice-second-factor-changed",
            Self::Sheet(_) => "notice-sheet-replaced",
        }
    }
}

/// On the page where it was asked; elsewhere, when its person has gone on, above that.
fn say(engine: &mut Engine, said: Said) {
    match &mut engine.view.mine {
        Some(view) => view.error = Some(said),
        None => engine.notice = Some(Notice { kind: NoticeKind::Refused, text: said.text, values: said.values }),
    }
}

/// Derives the own key by the passphrase, and what is new under it. Every try counts and every failure is logged, as at the
/// door.
fn renew(
    engine: &mut Engine,
    view: &mut View,
    passphrase: &Zeroizing<String>,
    asked: Asked,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let Engine { archive, place: Place::Inside(signed_in), cost, .. } = engine else { return Ok(()) };
    let store = archive.store_mut();
    let staff = rail::who(signed_in).staff;
    if let Some(until) = store.begin_entry(&staff, now)? {
        view.error = Some(sign_in::locked_out(until));
        return Ok(());
    }
    let record = store.account_keys(&staff)?;
    let (typed, pepper, cost) = (Passphrase::new(passphrase.to_string()), store.shared_pepper(), *cost);
    let own_key = signed_in.own_key(record.clone());
    let tried = record.clone();
    let stopped: Then = Box::new(move |engine, now| {
        sign_in::log_failure(engine.archive.store_mut(), tried.as_ref(), now)?;
        say(engine, "mine-stopped".into());
        Ok(())
    });
    let keys = move |wanted: &Wanted| -> Then {
        let made = own_key(&typed, &pepper).and_then(|own| {
            if !wanted.is_still() {
                // Nobody sees this answer.
                return Err(SignInError::System);
            }
            let renewal = own.renewed(&asked.renew(), &pepper, cost);
            renewal.map(|renewal| (own.record().clone(), renewal))
        });
        Box::new(move |engine, now| renewed(engine, record.as_ref(), made, asked, now))
    };
    engine.derive(keys, stopped)
}

/// Stored in one transaction, in place of what stood there.
fn renewed(
    engine: &mut Engine,
    tried: Option<&AccountKeys>,
    made: Result<(AccountKeys, Renewal), SignInError>,
    asked: Asked,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let (record, renewal) = match made {
        Ok(made) => made,
        Err(error) => {
            sign_in::log_failure(engine.archive.store_mut(), tried, now)?;
            let said = match error {
                SignInError::Wrong => "mine-passphrase-wrong".into(),
                SignInError::CodeUsed
                | SignInError::CodeLate
                | SignInError::Expired
                | SignInError::NotThisRole
                | SignInError::Passphrase(_)
                | SignInError::System => sign_in::said(error),
            };
            say(engine, said);
            return Ok(());
        }
    };
    engine.archive.store_mut().store_renewal(&record, &renewal, asked.event(), now)?;
    engine.notice = Some(Notice { kind: NoticeKind::Done, text: asked.said(), values: vec![] });
    if let Some(view) = &mut engine.view.mine {
        *view = View::default();
    }
    if let Some(demo) = engine.demo.iter_mut().find(|demo| demo.staff == record.staff) {
        match asked {
            Asked::Passphrase { new, .. } => demo.passphrase = new,
            Asked::SecondFactor { secret, .. } => demo.second_factor = secret,
            Asked::Sheet(_) => {}
        }
    }
    Ok(())
}

fn passphrase(
    engine: &mut Engine,
    view: &mut View,
    old: &Zeroizing<String>,
    new: Zeroizing<String>,
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
    renew(engine, view, old, Asked::Passphrase { typed, new }, now)
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
    renew(engine, view, typed, Asked::SecondFactor { secret, step }, now)
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
    renew(engine, view, typed, Asked::Sheet(code), now)
}

pub(crate) fn screen(
    archive: &Archive,
    signed_in: &SignedIn,
    (view, notice): (Option<&View>, Option<DesktopNotice>),
    (ways, stop): (paper::Ways, Option<Command>),
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
        notice,
        working: stop.is_some(),
        stop,
    })
}
