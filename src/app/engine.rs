//! One person's use of the program: a command in, a frame out. A session's role is matched here and in `membership`.
//!
//! **Invariant:** each role's commands are executed by functions that take that role's session; no other can reach them.
//! **Not here:** how a session ends (`ending`), threads (`worker`), long work behind a screen (`background`), drawing (`ui`).

use std::{path::PathBuf, time::Instant};

use access::{Event, Locked, Parameters, SignedIn, TotpSecret};
use chrono::{DateTime, Utc};
use domain::Purpose;
use store::{Archive, WindowSettings};
use viewmodel::{
    Appearance, Command, Frame, InstallationCommand, InstallationWay, Language, Notice, NoticeKind, RidesCommand,
    ScreenName,
};

pub use crate::ending::Ending;
use crate::{
    accounts, administration,
    background::Work,
    connection_acts, connections_screen,
    daily::Daily,
    deriving::{LastDerived, forgets_keys},
    desktop_notice::DesktopNotices,
    drafts,
    ending::Since,
    entry,
    error::AppError,
    functional_administrator, medical_manager, my_account, oversight, own_trend,
    paper::Paper,
    privacy_officer, professional, profiles_screen,
    rail::{self, Who},
    receiving::Receiving,
    reflections, rides_screen, settings, sign_in,
};

/// Tells how far long work is; answers whether to go on.
pub type Progress<'a> = dyn FnMut(&'static str, u64, u64) -> bool + 'a;

/// What is in hand, apart from the session.
#[derive(Default)]
pub(crate) struct View {
    pub(crate) administration: administration::View,
    pub(crate) professional: professional::View,
    pub(crate) trend: own_trend::View,
    pub(crate) reflections: reflections::View,
    pub(crate) manager: medical_manager::View,
    pub(crate) officer: privacy_officer::View,
    pub(crate) accounts: accounts::View,
    pub(crate) connections: connections_screen::View,
    /// *Berichtprofielen*: what the last try said.
    pub(crate) tried: Option<viewmodel::TriedProfile>,
    /// There too: the masked structure that is open.
    pub(crate) structure: Option<crate::unrecognised::Opened>,
    pub(crate) reception: crate::reception::View,
    /// *Ritten*: the file in hand.
    pub(crate) rides: crate::rides_screen::View,
    /// *Mijn account*, while it stands before the role's screen.
    pub(crate) mine: Option<my_account::View>,
    /// The screen of the rail; `None`: the role's first.
    pub(crate) screen: Option<ScreenName>,
}

impl View {
    /// Turns to a screen of the rail, away from what was in hand; gives whether it is the role's first, which has more to do.
    fn turn_to(&mut self, screen: ScreenName, role: domain::RoleName) -> bool {
        self.structure = None;
        self.reception = crate::reception::View::default();
        self.rides = rides_screen::View::default();
        self.trend = own_trend::View::default();
        self.reflections.turned();
        self.mine = (screen == ScreenName::MyAccount).then(my_account::View::default);
        if rail::screens_of(role).contains(&screen) {
            self.screen = Some(screen);
        }
        screen == rail::first_screen(role)
    }
}

/// Where the person is.
pub(crate) enum Place {
    SignIn(sign_in::Form),
    Entry(Box<entry::Entry>),
    Locked { locked: Locked, name: String, staff: String, since: DateTime<Utc>, error: Option<viewmodel::Said> },
    Inside(Box<SignedIn>),
}

/// An account of the demo: signs in by a button.
pub struct DemoKey {
    /// Staff number.
    pub staff: String,
    /// Display name.
    pub name: String,
    /// Role.
    pub role: domain::RoleName,
    /// The passphrase made for it, in memory only.
    pub passphrase: zeroize::Zeroizing<String>,
    /// Its second factor, in memory only.
    pub second_factor: TotpSecret,
}

/// One person's use of the program.
pub struct Engine {
    pub(crate) archive: Archive,
    pub(crate) receiving: Option<Receiving>,
    pub(crate) place: Place,
    pub(crate) view: View,
    pub(crate) cost: Parameters,
    pub(crate) demo: Vec<DemoKey>,
    pub(crate) work: Option<Work>,
    pub(crate) last_derived: LastDerived,
    pub(crate) notice: Option<Notice>,
    pub(crate) paper: Option<Box<dyn Paper>>,
    daily: Daily,
    pub(crate) language: Language,
    /// What the system is set to.
    system_language: Language,
    pub(crate) clipboard: Option<(viewmodel::Words, u32)>,
    settings: Option<PathBuf>,
    pub(crate) since: Option<Since>,
    /// Counts half a day beside the clock of the wall.
    pub(crate) instants: Box<dyn Fn() -> Instant + Send>,
    /// What the drafts of who is in, or was in until the lock, are sealed to.
    pub(crate) drafts: Option<drafts::Drafts>,
    /// What his reflections are sealed to, where he is a professional.
    pub(crate) reflections: Option<access::ReflectionKey>,
    pub(crate) window: WindowSettings,
    pub(crate) recoverable: bool,
    pub(crate) notices: DesktopNotices,
}

impl Engine {
    /// An engine on an open store; with `receiving` messages can be taken in by hand.
    #[must_use]
    pub fn new(archive: Archive, receiving: Option<Receiving>, cost: Parameters, demo: Vec<DemoKey>) -> Self {
        // Where they cannot be read now, the strictest hold.
        let window = archive.store().window_settings().unwrap_or_default();
        Self {
            archive,
            receiving,
            place: Place::SignIn(sign_in::Form::default()),
            view: View::default(),
            cost,
            demo,
            work: None,
            last_derived: None,
            notice: None,
            paper: None,
            daily: Daily::default(),
            language: Language::Dutch,
            system_language: Language::Dutch,
            clipboard: None,
            settings: None,
            since: None,
            instants: Box::new(Instant::now),
            drafts: None,
            reflections: None,
            window,
            recoverable: false,
            notices: DesktopNotices::default(),
        }
    }

    /// The store, for what needs no content.
    #[must_use]
    pub fn store(&self) -> &store::Store {
        self.archive.store()
    }

    /// Roles of the demo's accounts, in the order of their buttons.
    pub fn demo_accounts(&self) -> impl Iterator<Item = domain::RoleName> + '_ {
        self.demo.iter().map(|d| d.role)
    }

    /// The system's language: of paper, and of names that are not in `resources/i18n` (diagnosis groups), where no other
    /// was chosen.
    pub fn set_language(&mut self, language: Language) {
        (self.language, self.system_language) = (language, language);
    }

    /// Where the settings of this account of the system are kept, and are found from before; without it (a demo) nothing is.
    pub fn keep_settings_in(&mut self, file: PathBuf) {
        self.speak(settings::appearance(&file));
        self.settings = Some(file);
    }

    /// What a derivation costs from now on; at a sign-in a key that stands under less is sealed anew.
    pub fn derive_at(&mut self, cost: Parameters) {
        self.cost = cost;
    }

    /// Offers *sleutels herstellen* before a session; not in a demo, which has no keys to lose.
    pub fn offer_recovery(&mut self) {
        self.recoverable = true;
    }

    /// Whether a command asks to leave this store, to bring lost keys back: only before a session.
    pub(crate) fn is_left_for_recovery(&self, command: &Command) -> bool {
        let is_asked = matches!(command, Command::Installation(InstallationCommand::Start(InstallationWay::Recover)));
        is_asked && self.recoverable && matches!(self.place, Place::SignIn(_))
    }

    fn speak(&mut self, appearance: Appearance) {
        self.language = appearance.speech.language(self.system_language);
    }

    /// What makes paper; without it nothing can be saved as PDF.
    pub fn print_with(&mut self, paper: Box<dyn Paper>) {
        self.paper = Some(paper);
    }

    /// Seconds a BSN stays shown; `None`: none is shown.
    #[must_use]
    pub fn shown_seconds(&self, now: DateTime<Utc>) -> Option<u64> {
        self.view.administration.shown_seconds(now).map(u64::from)
    }

    /// Executes a command with all its work; gives the frame after it.
    pub fn execute(&mut self, command: Command, now: DateTime<Utc>, progress: &mut Progress<'_>) -> Frame {
        self.act(command, now);
        while self.work.is_some() {
            self.finish_work(now, progress);
        }
        self.finish_self_test(now, progress);
        self.frame(now)
    }

    /// Executes a command; work that takes long is left for [`Engine::work`], and the frame says that it goes on.
    pub fn start(&mut self, command: Command, now: DateTime<Utc>) -> Frame {
        self.act(command, now);
        self.frame(now)
    }

    fn act(&mut self, command: Command, now: DateTime<Utc>) {
        self.notice = None;
        self.clipboard = None;
        match self.executed(command, now) {
            Ok(()) => {}
            Err(error) => self.refuse(error),
        }
    }

    pub(crate) fn refuse(&mut self, error: AppError) {
        let error = error.at(self.archive.store().folder());
        self.notice = Some(Notice { kind: NoticeKind::Refused, text: error.key, values: error.values });
    }

    fn executed(&mut self, command: Command, now: DateTime<Utc>) -> Result<(), AppError> {
        if forgets_keys(&command)
            && let Err(error) = self.forget_keys(now)
        {
            self.refuse(error);
        }
        if matches!(command, Command::Lock) {
            self.lock(Event::Locked, now);
            return Ok(());
        }
        if matches!(command, Command::SignOut) {
            self.sign_out(now);
            return Ok(());
        }
        if let Command::KeepDraft(draft) = command {
            return drafts::keep(self, &draft, now);
        }
        if let Command::KeepAppearance(appearance) = command {
            self.speak(appearance);
            return self.settings.as_deref().map_or(Ok(()), |file| settings::keep(file, appearance));
        }
        match self.place {
            Place::SignIn(_) | Place::Entry(_) | Place::Locked { .. } => sign_in::execute(self, command, now)?,
            Place::Inside(_) => {
                if self.is_shut_out(now)? {
                    return Ok(());
                }
                self.inside(command, now)?;
                self.renew_epoch(now)?;
                self.hand_back(now)?;
            }
        }
        // What became due by this command is delivered at once: a window may be the only receiving process.
        self.deliver(now).map(|_| ())
    }

    fn inside(&mut self, command: Command, now: DateTime<Utc>) -> Result<(), AppError> {
        if let Command::Accounts(command) = command {
            return self.accounts(command, now);
        }
        if let Command::Profiles(command) = command {
            return profiles_screen::execute(self, command, now);
        }
        if let Command::Connections(command) = command {
            return connection_acts::execute(self, command, now);
        }
        if let Command::Mine(command) = command {
            return my_account::execute(self, command, now);
        }
        if let Command::Rides(command) = command {
            return self.rides(command, now);
        }
        if let Command::Reflection(command) = command {
            return reflections::execute(self, command, now);
        }
        if let Command::Open(screen) = command
            && !self.turn_to(screen)
        {
            return Ok(());
        }
        if matches!(command, Command::Cancel) {
            self.cancel();
            return Ok(());
        }
        let Self { archive, place: Place::Inside(signed_in), view, receiving, clipboard, notice, window, .. } = self
        else {
            return Ok(());
        };
        if let Command::Oversight(command) = command {
            return match signed_in.as_ref() {
                SignedIn::PrivacyOfficer(session) => oversight::execute(archive, session, command, now),
                SignedIn::Administration(_)
                | SignedIn::Professional(_)
                | SignedIn::MedicalManager(_)
                | SignedIn::FunctionalAdministrator(_) => Ok(()),
            };
        }
        let begun = match signed_in.as_ref() {
            SignedIn::Administration(session) => {
                *notice = administration::execute(archive, session, &mut view.administration, command, clipboard, now)?;
                None
            }
            SignedIn::Professional(session) => {
                *notice = professional::execute(archive, session, &mut view.professional, command, now)?;
                None
            }
            SignedIn::MedicalManager(_) => medical_manager::execute(&mut view.manager, &command),
            SignedIn::FunctionalAdministrator(session) => {
                let begun = functional_administrator::execute(
                    archive,
                    session,
                    &mut view.reception,
                    receiving.is_some(),
                    command,
                    now,
                )?;
                *window = archive.store().window_settings()?;
                begun
            }
            SignedIn::PrivacyOfficer(session) => {
                privacy_officer::execute(archive, session, &mut view.officer, &command, now)?
            }
        };
        if let Some(begun) = begun {
            self.begin(begun);
        }
        Ok(())
    }

    /// Turns to a screen; gives whether it is the role's first, which has more to do.
    fn turn_to(&mut self, screen: ScreenName) -> bool {
        let Place::Inside(signed_in) = &self.place else { return false };
        let is_first = self.view.turn_to(screen, rail::who(signed_in).role);
        if screen == ScreenName::Trend && self.view.screen == Some(screen) {
            self.begin(Work::OwnTrend);
        }
        is_first
    }

    /// Work that was stopped while it ran has said so itself; this is work that had not begun.
    fn cancel(&mut self) {
        match self.work.take() {
            Some(Work::Figures) => self.view.manager.stopped = true,
            Some(Work::OwnTrend) => self.view.trend.stopped = true,
            Some(Work::Keys(_) | Work::Verify | Work::Import(_) | Work::Rides(_)) | None => {}
        }
    }

    fn rides(&mut self, command: RidesCommand, now: DateTime<Utc>) -> Result<(), AppError> {
        let Self { archive, place: Place::Inside(signed_in), view, language, .. } = self else { return Ok(()) };
        let SignedIn::FunctionalAdministrator(session) = signed_in.as_ref() else { return Ok(()) };
        let begun = rides_screen::execute(archive, session, (&mut view.rides, *language), command, now)?;
        if let Some(task) = begun {
            self.begin(Work::Rides(task));
        }
        Ok(())
    }

    /// What a session needs for its first screen.
    pub(crate) fn entered(&mut self, now: DateTime<Utc>) -> Result<(), AppError> {
        self.view = View::default();
        self.work = None;
        self.reflections = None;
        self.window = self.archive.store().window_settings()?;
        if let Place::Inside(signed_in) = &self.place {
            let Who { account, role, .. } = rail::who(signed_in);
            let is_same = |since: &mut Since| since.account == account && since.role == role;
            let begun = (self.instants)();
            self.since = self.since.take_if(is_same).or(Some(Since { account, role, at: now, begun }));
            match signed_in.as_ref() {
                SignedIn::MedicalManager(_) => self.work = Some(Work::Figures),
                SignedIn::PrivacyOfficer(session) => {
                    privacy_officer::log_read(&mut self.archive, session, now)?;
                    self.notice = privacy_officer::kit_use(&mut self.archive, session, now)?;
                }
                SignedIn::FunctionalAdministrator(_) => self.notice = functional_administrator::clock(&self.archive)?,
                SignedIn::Professional(session) => self.reflections = session.reflection_key().ok(),
                SignedIn::Administration(_) => {}
            }
        }
        self.watch_unread();
        self.hand_back(now)?;
        self.renew_epoch(now)
    }

    /// Delivers what waits and is due, where this process receives; gives how many records were looked at.
    ///
    /// # Errors
    /// When the store cannot be written; what was delivered before stays delivered.
    pub fn deliver(&mut self, now: DateTime<Utc>) -> Result<u64, AppError> {
        self.receiving.as_mut().map_or(Ok(0), |receiving| receiving.deliver(now))
    }

    /// One round of receiving, where this process receives: the purge of the day begins, what waits is delivered.
    /// `None`: another process is writing, and the next round does it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn round(&mut self, now: DateTime<Utc>) -> Result<Option<u64>, AppError> {
        let Self { receiving, daily, .. } = self;
        receiving.as_mut().map_or(Ok(None), |receiving| receiving.round(daily, now, &|| true))
    }

    /// Whether the purge of the day is under way.
    #[must_use]
    pub fn is_purging(&self) -> bool {
        self.daily.is_purging()
    }

    /// One more slice of it; a frame, where it failed.
    pub fn purge_on(&mut self, now: DateTime<Utc>) -> Option<Frame> {
        let Self { receiving, daily, .. } = self;
        let error = receiving.as_mut().and_then(|receiving| receiving.purge_on(daily, now, 1, &|| true).err())?;
        self.refuse(error);
        Some(self.frame(now))
    }
}

/// Which purpose an act of signing in has.
pub(crate) const ENTRY: Purpose = Purpose::Entry;
