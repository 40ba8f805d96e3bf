//! The pages of a first sign-in (with the letter's code) and of a forgotten passphrase (with the personal sheet).
//!
//! **Invariant:** nothing is stored before the last page: stopped earlier, the letter's code or the sheet works as before.
//! **Invariant:** account and code are asked first and get one answer; what can be said of the code's form alone comes before.

use std::path::Path;

use access::{
    AccountKeys, Activation, ActivationCode, ActivationCodeError, Chosen, Event, Passphrase, PassphraseFault,
    PersonalSheetCode, PersonalSheetError, Proven, Renewal, SignInError, TotpSecret,
};
use chrono::{DateTime, Utc};
use store::Archive;
use viewmodel::{EntryCommand, EntryPage, EntryScreen, EntryWay, Language, Said};
use zeroize::Zeroizing;

use crate::{
    deriving::{Then, Wanted},
    engine::{Engine, Place},
    error::AppError,
    paper::{self, Paper},
    sign_in::{self, Door, Form, choose},
};

/// The code that brought a person here.
enum Ticket {
    Letter(ActivationCode),
    Sheet(PersonalSheetCode),
}

impl Ticket {
    /// The same, for a thread of its own.
    fn again(&self) -> Result<Self, AppError> {
        Ok(match self {
            // REVEAL: the code that was typed, to open what stands under it.
            Self::Letter(code) => Self::Letter(ActivationCode::parse(&code.reveal()).map_err(|_| system())?),
            // REVEAL: as above.
            Self::Sheet(code) => Self::Sheet(PersonalSheetCode::parse(&code.reveal()).map_err(|_| system())?),
        })
    }
}

/// Which page is at hand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    Code,
    Passphrase,
    SecondFactor,
    Sheet,
    Logged,
}

/// What was given so far; in memory only.
pub(crate) struct Entry {
    way: EntryWay,
    page: Page,
    account: String,
    name: String,
    ticket: Option<Ticket>,
    passphrase: Zeroizing<String>,
    second_factor: TotpSecret,
    step: Option<u64>,
    sheet: PersonalSheetCode,
    out: paper::Out,
    error: Option<Said>,
}

impl Entry {
    fn new(way: EntryWay) -> Result<Self, AppError> {
        let system = |_| AppError::refused("error-system", vec![]);
        Ok(Self {
            way,
            page: Page::Code,
            account: String::new(),
            name: String::new(),
            ticket: None,
            passphrase: Zeroizing::default(),
            second_factor: TotpSecret::generate().map_err(system)?,
            step: None,
            sheet: PersonalSheetCode::generate().map_err(system)?,
            out: paper::Out::default(),
            error: None,
        })
    }
}

pub(crate) fn passphrase_said(fault: PassphraseFault) -> Said {
    match fault {
        PassphraseFault::Short => {
            Said { text: "passphrase-short", values: vec![("n", access::PASSPHRASE_CHARACTERS_MIN.to_string())] }
        }
        PassphraseFault::Long => "passphrase-long".into(),
        PassphraseFault::Common => "passphrase-common".into(),
        PassphraseFault::Guessable => "passphrase-guessable".into(),
    }
}

fn letter_said(error: ActivationCodeError) -> Said {
    match error {
        ActivationCodeError::Length => "activation-code-mistyped".into(),
        ActivationCodeError::Character(place) => {
            Said { text: "activation-code-character", values: vec![("place", place.to_string())] }
        }
    }
}

fn sheet_said(error: PersonalSheetError) -> Said {
    let of = |text, values: &[(&'static str, usize)]| Said {
        text,
        values: values.iter().map(|(name, number)| (*name, number.to_string())).collect(),
    };
    match error {
        PersonalSheetError::Length(typed) => of("sheet-code-length", &[("typed", typed)]),
        PersonalSheetError::Character { group, character } => {
            of("sheet-code-character", &[("group", group), ("character", character)])
        }
        PersonalSheetError::Group(group) => of("sheet-code-group", &[("group", group)]),
    }
}

impl Entry {
    /// The new sheet into a file, or to the printer.
    fn take_sheet_out(
        &mut self,
        archive: &Archive,
        paper: (Option<&dyn Paper>, Language),
        to: Option<&Path>,
        now: DateTime<Utc>,
    ) {
        let sheet = paper::sheet(archive, &self.account, &self.name, &self.sheet, now);
        self.error = self.out.take(paper, &sheet, to);
    }
}

pub(crate) fn execute(engine: &mut Engine, command: EntryCommand, now: DateTime<Utc>) -> Result<(), AppError> {
    if let EntryCommand::Start(way) = command {
        if matches!(engine.place, Place::SignIn(_)) {
            engine.place = Place::Entry(Box::new(Entry::new(way)?));
        }
        return Ok(());
    }
    let organisation = engine.archive.store().settings().organisation.clone();
    let Place::Entry(entry) = &mut engine.place else { return Ok(()) };
    entry.error = None;
    match (command, entry.page) {
        (EntryCommand::Code { account, code }, Page::Code) => ticket(engine, &account, &code, now),
        (EntryCommand::Passphrase(typed), Page::Passphrase) => {
            let passphrase = Passphrase::new(typed.to_string());
            match access::must_be_strong(&passphrase, &[&entry.account, &entry.name, &organisation]) {
                Ok(()) => (entry.passphrase, entry.page) = (typed, Page::SecondFactor),
                Err(fault) => entry.error = Some(passphrase_said(fault)),
            }
            Ok(())
        }
        (EntryCommand::SecondFactor(code), Page::SecondFactor) => {
            match access::second_factor_step(&entry.second_factor, &code, now, None) {
                Some(step) => (entry.step, entry.page) = (Some(step), Page::Sheet),
                None => entry.error = Some("second-factor-not-this".into()),
            }
            Ok(())
        }
        (EntryCommand::SaveSheet(to), Page::Sheet) => {
            entry.take_sheet_out(&engine.archive, (engine.paper.as_deref(), engine.language), Some(&to), now);
            Ok(())
        }
        (EntryCommand::PrintSheet, Page::Sheet) => {
            entry.take_sheet_out(&engine.archive, (engine.paper.as_deref(), engine.language), None, now);
            Ok(())
        }
        (EntryCommand::Sheet(group), Page::Sheet) => {
            if entry.sheet.ends_with(&group) {
                entry.page = Page::Logged;
            } else {
                entry.error = Some("sheet-group-differs".into());
            }
            Ok(())
        }
        (EntryCommand::Finish, Page::Logged) => finish(engine),
        (EntryCommand::Back, page) => {
            match page {
                Page::Code => engine.place = Place::SignIn(Form::default()),
                Page::Passphrase => entry.page = Page::Code,
                Page::SecondFactor => entry.page = Page::Passphrase,
                Page::Sheet => entry.page = Page::SecondFactor,
                Page::Logged => entry.page = Page::Sheet,
            }
            Ok(())
        }
        // A page sends its own commands; what comes late of another one does nothing.
        (
            EntryCommand::Start(_)
            | EntryCommand::Code { .. }
            | EntryCommand::Passphrase(_)
            | EntryCommand::SecondFactor(_)
            | EntryCommand::SaveSheet(_)
            | EntryCommand::PrintSheet
            | EntryCommand::Sheet(_)
            | EntryCommand::Finish,
            _,
        ) => Ok(()),
    }
}

/// Account and code: counted, one answer, every failure logged.
fn ticket(engine: &mut Engine, account: &str, typed: &str, now: DateTime<Utc>) -> Result<(), AppError> {
    let Engine { archive, place: Place::Entry(entry), .. } = engine else { return Ok(()) };
    entry.account = account.trim().to_owned();
    let store = archive.store_mut();
    let parsed = match entry.way {
        EntryWay::FirstTime => ActivationCode::parse(typed).map(Ticket::Letter).map_err(letter_said),
        EntryWay::Forgotten => PersonalSheetCode::parse(typed).map(Ticket::Sheet).map_err(sheet_said),
    };
    let ticket = match parsed {
        Ok(ticket) => ticket,
        // What is no code at all is no guess: it says nothing of the account, and does not count.
        Err(said) => {
            entry.error = Some(said);
            let record = store.account_keys(account)?;
            return sign_in::log_failure(store, record.as_ref(), now);
        }
    };
    if let Some(until) = store.begin_entry(account, now)? {
        entry.error = Some(sign_in::locked_out(until));
        return Ok(());
    }
    let record = store.account_keys(account)?;
    let checked = match &ticket {
        Ticket::Letter(code) => access::check_activation(record.as_ref(), code, now),
        Ticket::Sheet(code) => access::open_with_sheet(record.as_ref(), code).map(|_| ()),
    };
    match (checked, record) {
        (Ok(()), Some(record)) => {
            (entry.account, entry.name) = (record.staff, record.name);
            (entry.ticket, entry.page) = (Some(ticket), Page::Passphrase);
            Ok(())
        }
        (checked, record) => {
            let error = checked.err().unwrap_or(SignInError::Wrong);
            entry.error = Some(match (error, entry.way) {
                (SignInError::Wrong, EntryWay::FirstTime) => "activation-wrong".into(),
                (SignInError::Wrong, EntryWay::Forgotten) => "sheet-wrong".into(),
                (error, _) => sign_in::said(error),
            });
            sign_in::log_failure(store, record.as_ref(), now)
        }
    }
}

/// Derives what stands under passphrase and sheet; then everything is stored.
fn finish(engine: &mut Engine) -> Result<(), AppError> {
    let Engine { archive, place: Place::Entry(entry), cost, .. } = engine else { return Ok(()) };
    let store = archive.store_mut();
    let Some(record) = store.account_keys(&entry.account)? else { return Ok(()) };
    let chosen = Chosen {
        passphrase: Passphrase::new(entry.passphrase.to_string()),
        // REVEAL: what was chosen on these pages, to be sealed.
        second_factor: TotpSecret::from_bytes(entry.second_factor.expose()).map_err(|_| system())?,
        sheet: PersonalSheetCode::parse(&entry.sheet.reveal()).map_err(|_| system())?,
        step: entry.step,
    };
    let Some(ticket) = entry.ticket.as_ref().map(Ticket::again).transpose()? else { return Ok(()) };
    let (pepper, cost) = (store.shared_pepper(), *cost);
    let keys = move |_: &Wanted| -> Then {
        let made = match &ticket {
            Ticket::Letter(code) => access::activate_and_enter(&record, code, &chosen, &pepper, cost)
                .map(|(activation, proven)| Made::Activation(Box::new(activation), proven)),
            Ticket::Sheet(code) => access::open_with_sheet(Some(&record), code)
                .and_then(|own| access::recover(own, &chosen, &pepper, cost))
                .map(|(renewal, proven)| Made::Renewal(Box::new(renewal), proven)),
        };
        Box::new(move |engine, now| finished(engine, &record, made, now))
    };
    let stopped: Then = Box::new(|engine, _| {
        if let Place::Entry(entry) = &mut engine.place {
            entry.error = Some("entry-stopped".into());
        }
        Ok(())
    });
    engine.derive(keys, stopped)
}

/// What a first sign-in or a sheet leads to.
enum Made {
    Activation(Box<Activation>, Proven),
    Renewal(Box<Renewal>, Proven),
}

/// Stored in one transaction, what waited is delivered, and the person is inside.
fn finished(
    engine: &mut Engine,
    record: &AccountKeys,
    made: Result<Made, SignInError>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let Engine { archive, place: Place::Entry(entry), .. } = engine else { return Ok(()) };
    let store = archive.store_mut();
    let proven = match usable(made)? {
        Some(Made::Activation(activation, proven)) => {
            store.store_activation(record.account, &activation, now)?;
            proven
        }
        Some(Made::Renewal(renewal, proven)) => {
            store.store_renewal(record, &renewal, Event::SheetUsed, now)?;
            proven
        }
        // The code is not valid any more, or the sheet was replaced in the meantime.
        None => {
            entry.page = Page::Code;
            entry.error = Some("sign-in-wrong".into());
            return sign_in::log_failure(store, Some(record), now);
        }
    };
    engine.place = Place::SignIn(Form::default());
    // What waited for this account is there when its first screen is drawn.
    engine.deliver(now)?;
    // The step of its code was stored with the rest.
    choose(engine, Some(proven.admitted()), None, now)
}

fn system() -> AppError {
    AppError::refused("error-system", vec![])
}

fn usable<T>(made: Result<T, SignInError>) -> Result<Option<T>, AppError> {
    match made {
        Ok(made) => Ok(Some(made)),
        Err(SignInError::System) => Err(system()),
        Err(
            SignInError::Wrong
            | SignInError::CodeUsed
            | SignInError::CodeLate
            | SignInError::Expired
            | SignInError::NotThisRole
            | SignInError::Passphrase(_),
        ) => Ok(None),
    }
}

pub(crate) fn screen(entry: &Entry, organisation: String, door: Door) -> Result<EntryScreen, AppError> {
    let page = match entry.page {
        Page::Code => EntryPage::Code { account: entry.account.clone() },
        Page::Passphrase => EntryPage::Passphrase { characters_min: access::PASSPHRASE_CHARACTERS_MIN },
        Page::SecondFactor => {
            EntryPage::SecondFactor(paper::second_factor(&organisation, &entry.account, &entry.second_factor)?)
        }
        Page::Sheet => EntryPage::Sheet(paper::sheet_page(&entry.account, &entry.sheet, door.paper, entry.out.clone())),
        Page::Logged => EntryPage::Logged,
    };
    let (error, working) = (entry.error.clone(), door.stop.is_some());
    let Door { stop, forgets_after, .. } = door;
    Ok(EntryScreen { organisation, way: entry.way, page, error, forgets_after, working, stop })
}
