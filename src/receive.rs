//! `receive`: the headless receiving process. The committer takes in what the watched folder hands to it, and delivers what waits; this
//! thread attends to signals, to who asks for the store alone, and to the service manager.
//!
//! **Invariant:** asked to stop, nothing new is taken, and what is held is finished and answered.
//! **Invariant:** the watchdog is fed only while committer and folder are alive.
//! **Not here:** what a round does (`app::Receiving`), files (`intake::folder`).

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use app::{AppError, Daily, Exit, Receiving};
use chrono::{DateTime, Utc};
use intake::{Committer, Door, FolderSettings, FolderWatch, Handling, Reader, Terms, listener::Listener};
use store::{FolderHealth, Inbox, ReceiveSettings, ReceiverTurn, Store};
use viewmodel::Texts;

use crate::{
    Program, listening, log, now, open_purged, output, receive_line::Receive, receiving, service::Service, stop::Stop,
};

/// Between two looks at signals, the store's lock and the parts.
const LOOK: Duration = Duration::from_secs(1);
/// Between two deliveries of what waits.
const DELIVER: Duration = Duration::from_secs(5);
/// After which a part that did not show itself counts as dead.
const SILENT: Duration = Duration::from_secs(90);
/// An error that lasts is told so often.
const TELL_AGAIN: Duration = Duration::from_secs(60);

/// Who hears what the process says: a person, in sentences, or the structured log.
#[derive(Clone)]
struct Voice {
    texts: Texts,
    is_log: bool,
}

impl Voice {
    fn says(&self, key: &str, english: &'static str, values: &[(&'static str, String)]) {
        if self.is_log {
            tracing::info!("{english}");
        } else {
            output::aside(&output::said(&self.texts, key, values));
        }
    }

    fn delivered(&self, count: u64) {
        if self.is_log {
            tracing::info!(count, "delivered");
        } else {
            let values = [("count", self.texts.number(count))];
            // Where nobody reads results any more, receiving goes on.
            let _ = output::result(&output::said(&self.texts, "cli-receive-round", &values));
        }
    }

    fn fails(&self, error: &AppError) {
        if self.is_log {
            tracing::error!(key = error.key, "a round failed; tried again");
        } else {
            output::aside(&output::said(&self.texts, error.key, &error.values));
        }
    }
}

/// What committer and this thread share.
struct Shared {
    voice: Voice,
    /// When the committer last showed that it is alive.
    beat: Mutex<Instant>,
    /// Why it cannot go on.
    fatal: Mutex<Option<AppError>>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn is_alive(&self) {
        *held(&self.beat) = Instant::now();
    }
}

/// The store behind the committer.
struct OwnDoor {
    receiving: Receiving,
    daily: Daily,
    delivered: Option<Instant>,
    told: Option<Instant>,
    shared: Arc<Shared>,
}

impl OwnDoor {
    fn fails(&mut self, error: AppError) {
        // What another process or a full disk stands in the way of is over some time; a store that does not open is not.
        if error.exit == Exit::Store && !error.is_taken_alone() {
            *held(&self.shared.fatal) = Some(error);
        } else if self.told.is_none_or(|told| told.elapsed() >= TELL_AGAIN) {
            self.told = Some(Instant::now());
            self.shared.voice.fails(&error);
        }
    }
}

impl Door for OwnDoor {
    fn parts(&mut self) -> (&mut Inbox, &mut Reader) {
        (&mut self.receiving.inbox, &mut self.receiving.reader)
    }

    fn round(&mut self, now: DateTime<Utc>, go_on: &dyn Fn() -> bool) {
        self.shared.is_alive();
        if self.delivered.is_some_and(|delivered| delivered.elapsed() < DELIVER) {
            return;
        }
        self.delivered = Some(Instant::now());
        match self.receiving.round(&mut self.daily, now, go_on) {
            Ok(Some(count)) => {
                self.told = None;
                if count > 0 {
                    self.shared.voice.delivered(count);
                }
            }
            Ok(None) => self.shared.voice.says("cli-receive-busy", "another process is writing", &[]),
            Err(error) => self.fails(error),
        }
        if let Some(last) = self.daily.withheld.take() {
            let said = app::purge_withheld(last);
            self.shared.voice.says(said.key, "the clock is far ahead of the log; nothing was destroyed", &said.values);
        }
    }
}

/// Why the parts are stopped.
enum Ended {
    Asked,
    LetGo,
    Reload,
}

/// The parts of a receiving process at work.
struct Parts {
    listener: Option<Listener>,
    folder: Option<FolderWatch>,
    committer: Committer,
    store: Store,
    shared: Arc<Shared>,
    /// As last read.
    settings: ReceiveSettings,
}

impl Program {
    /// Receives until it is asked to stop.
    pub(crate) fn receive(&self, asked: &Receive) -> Result<Exit, AppError> {
        match asked.log {
            Some(form) => log::start(form, asked.level),
            None => log::start(log::Form::Text, tracing::Level::WARN),
        }
        if asked.save {
            return self.save_receive_settings(asked);
        }
        let voice = Voice { texts: self.texts.clone(), is_log: asked.log.is_some() };
        let stop = Stop::listen_and_reload()?;
        if asked.once && asked.folder.is_none() {
            return self.receive_once(&stop);
        }
        let opened = self.start(asked, &voice)?;
        let Some(_turn) = ReceiverTurn::take(&self.folder()?)? else {
            return Err(AppError::refused("cli-receive-other", vec![]));
        };
        self.run_on(asked, &voice, &stop, opened)
    }

    fn run_on(&self, asked: &Receive, voice: &Voice, stop: &Stop, mut parts: Parts) -> Result<Exit, AppError> {
        let mut service = Service::of_environment();
        loop {
            parts.store.receiver_started(now())?;
            voice.says("cli-receive-started", "the receiver runs", &[]);
            if let Some(listener) = &parts.listener {
                let address = ("address", listener.address().to_string());
                voice.says("cli-receive-listens", "the listener takes messages", &[address]);
            }
            if parts.folder.is_some() {
                voice.says("cli-receive-watches", "the folder is watched", &[]);
            }
            service.is_ready();
            let ended = if asked.once { parts.once(stop) } else { parts.attend(stop, &mut service) };
            match ended {
                Ok(Ended::Asked) => {
                    service.stops();
                    // Closed before it is said: whoever waits for the word finds the store free.
                    parts.stop();
                    voice.says("cli-receive-stopped", "the receiver has stopped", &[]);
                    return Ok(Exit::Done);
                }
                Ok(Ended::LetGo) => {
                    parts.let_go();
                    voice.says("cli-receive-let-go", "another process takes the store alone; let go", &[]);
                    let Some(again) = self.start_again(asked, voice, stop, &mut service)? else {
                        voice.says("cli-receive-stopped", "the receiver has stopped", &[]);
                        return Ok(Exit::Done);
                    };
                    parts = again;
                }
                Ok(Ended::Reload) => {
                    service.reloads();
                    voice.says("cli-receive-reloads", "settings are read again", &[]);
                    parts.reload(self, asked)?;
                }
                Err(error) => {
                    parts.let_go();
                    return Err(error);
                }
            }
        }
    }

    /// Delivers what waits, once.
    fn receive_once(&self, stop: &Stop) -> Result<Exit, AppError> {
        let mut receiving = self.receiving()?;
        must_deliver(&receiving)?;
        let mut daily = Daily::default();
        let round = receiving.round(&mut daily, now(), &|| !stop.is_asked())?;
        if let Some(last) = daily.withheld.take() {
            self.say_withheld(last);
        }
        match round {
            Some(count) => self.say("cli-receive-round", &[("count", self.texts.number(count))])?,
            None => self.tell("cli-receive-busy", &[]),
        }
        Ok(if round.is_some() { Exit::Done } else { Exit::System })
    }

    /// Keeps in the store what the command line says.
    fn save_receive_settings(&self, asked: &Receive) -> Result<Exit, AppError> {
        let (mut store, _) = self.open()?;
        let settings = settings(&store, asked)?;
        store.set_receive_settings(&settings, now())?;
        self.say("cli-receive-saved", &[])?;
        Ok(Exit::Done)
    }

    fn start(&self, asked: &Receive, voice: &Voice) -> Result<Parts, AppError> {
        let (folder, keys) = (self.folder()?, self.keys()?);
        let shared =
            Arc::new(Shared { voice: voice.clone(), beat: Mutex::new(Instant::now()), fatal: Mutex::new(None) });
        let of_door = Arc::clone(&shared);
        let open_door = move || -> Result<Box<dyn Door>, AppError> {
            of_door.is_alive();
            let (store, _, _) = open_purged(&folder, &keys)?;
            let receiving = receiving(store, &keys)?;
            must_deliver(&receiving)?;
            let shared = Arc::clone(&of_door);
            Ok(Box::new(OwnDoor { receiving, daily: Daily::default(), delivered: None, told: None, shared }))
        };
        let door = open_door()?;
        let (store, _) = self.open()?;
        let of_opening = Arc::clone(&shared);
        let open = move || {
            open_door().inspect_err(|error| {
                if error.exit == Exit::Store && !error.is_taken_alone() {
                    *held(&of_opening.fatal) = Some(error.clone());
                }
            })
        };
        let settings = settings(&store, asked)?;
        let queue = listening::limits(&settings)?.queue();
        let committer = Committer::start(door, Box::new(move || open().ok()), queue, now)
            .map_err(|error| AppError::file(Path::new("committer"), &error))?;
        let mut parts = Parts { listener: None, folder: None, committer, store, shared, settings };
        parts.watch(self, asked)?;
        Ok(parts)
    }

    /// The parts again, once the store is nobody's alone; `None` when it was asked to stop.
    fn start_again(
        &self,
        asked: &Receive,
        voice: &Voice,
        stop: &Stop,
        service: &mut Service,
    ) -> Result<Option<Parts>, AppError> {
        loop {
            if stop.wait(LOOK) {
                return Ok(None);
            }
            service.lives();
            match self.start(asked, voice) {
                Err(error) if error.is_taken_alone() => {}
                again => return again.map(Some),
            }
        }
    }
}

impl Parts {
    /// Looks after everything until something is asked.
    fn attend(&mut self, stop: &Stop, service: &mut Service) -> Result<Ended, AppError> {
        loop {
            if stop.wait(LOOK) {
                return Ok(Ended::Asked);
            }
            if let Some(error) = held(&self.shared.fatal).take() {
                return Err(error);
            }
            if self.store.is_asked_for() {
                return Ok(Ended::LetGo);
            }
            if stop.is_asked_to_reload() {
                return Ok(Ended::Reload);
            }
            let health = self.health()?;
            // Where it cannot be written now, it is at the next look.
            let _ = self.store.receiver_folder(health, now());
            if self.is_alive() {
                service.lives();
            }
        }
    }

    /// The watched folder until nothing in it is left to read.
    fn once(&mut self, stop: &Stop) -> Result<Ended, AppError> {
        // A file must be unchanged for two seconds; the rounds after that read it.
        const QUIET: Duration = Duration::from_secs(3);
        while self.folder.as_ref().is_some_and(|folder| !folder.is_quiet_for(QUIET)) {
            if stop.wait(Duration::from_millis(200)) {
                break;
            }
            self.health()?;
        }
        Ok(Ended::Asked)
    }

    fn health(&self) -> Result<FolderHealth, AppError> {
        let Some(folder) = &self.folder else { return Ok(FolderHealth::None) };
        if folder.is_dead() {
            return Err(AppError { key: "cli-receive-fault", values: vec![], exit: Exit::System });
        }
        Ok(folder.state().0)
    }

    fn is_alive(&self) -> bool {
        let folder = self.folder.as_ref().is_none_or(|folder| folder.state().1 < SILENT);
        folder && held(&self.shared.beat).elapsed() < SILENT
    }

    /// Listens, and watches the folder, that are asked for or that the settings name.
    fn watch(&mut self, program: &Program, asked: &Receive) -> Result<(), AppError> {
        let settings = self.settings.clone();
        if !asked.once {
            self.listener =
                listening::start(&settings, self.store.folder(), self.committer.entrance(), &program.texts)?;
        }
        let Some(root) = settings.folder else { return Ok(()) };
        let hours = |n: u32| Duration::from_secs(u64::from(n) * 3600);
        let terms = Terms {
            taken: hours(settings.keep_taken_hours),
            refused: hours(settings.keep_refused_hours),
            acknowledgements: hours(settings.keep_acknowledgements_days * 24),
        };
        let handling = if settings.folder_read_only { Handling::ReadOnly } else { Handling::PutAway(terms) };
        let (store, _) = program.open()?;
        let watched = FolderSettings { root, handling };
        self.folder = Some(FolderWatch::start(watched, store, self.committer.entrance(), now)?);
        Ok(())
    }

    /// Reads the settings again; what is in hand is finished first. Where it listens as before no connection is dropped: it reads its
    /// certificate, key and client CA again.
    fn reload(&mut self, program: &Program, asked: &Receive) -> Result<(), AppError> {
        let before = std::mem::replace(&mut self.settings, settings(&self.store, asked)?);
        if let Some(listener) = &self.listener
            && before == self.settings
        {
            return listener.reload().map_err(|error| app::listener_file(&error));
        }
        if let Some(listener) = self.listener.take() {
            listener.stop();
        }
        if let Some(folder) = self.folder.take() {
            folder.stop();
        }
        self.watch(program, asked)
    }

    /// Takes nothing new, finishes what is held, and closes the store.
    fn let_go(self) {
        let Self { listener, folder, committer, store, .. } = self;
        if let Some(listener) = listener {
            listener.stop();
        }
        if let Some(folder) = folder {
            folder.stop();
        }
        committer.stop();
        drop(store);
    }

    /// The same, for good.
    fn stop(mut self) {
        if let Some(listener) = self.listener.take() {
            listener.stop();
        }
        if let Some(folder) = self.folder.take() {
            folder.stop();
        }
        // Where it cannot be written, others see a receiver that went without a word.
        let _ = self.store.receiver_stopped(now());
        self.let_go();
    }
}

/// The settings of the store, with what the command line says in their place.
fn settings(store: &Store, asked: &Receive) -> Result<ReceiveSettings, AppError> {
    let mut settings = store.receive_settings()?;
    let absolute = |path: &Path| std::path::absolute(path).map_err(|error| AppError::file(path, &error));
    if let Some(folder) = &asked.folder {
        if store::lies_in(folder, store.folder()) || store::lies_in(store.folder(), folder) {
            return Err(AppError::refused("error-receive-folder-store", vec![("place", folder.display().to_string())]));
        }
        settings.folder = Some(absolute(folder)?);
        settings.folder_read_only = asked.read_only;
    }
    settings.folder_read_only |= asked.read_only;
    if let Some(listen) = &asked.listen {
        settings.listen = Some(listen.clone());
    }
    if let Some(health) = &asked.health {
        settings.health = Some(health.clone());
    }
    for (said, kept) in [
        (&asked.certificate, &mut settings.certificate),
        (&asked.private_key, &mut settings.private_key),
        (&asked.client_ca, &mut settings.client_ca),
        (&asked.limits, &mut settings.limits),
    ] {
        if let Some(path) = said {
            *kept = Some(absolute(path)?);
        }
    }
    settings.keep_taken_hours = asked.keep_taken.unwrap_or(settings.keep_taken_hours);
    settings.keep_refused_hours = asked.keep_refused.unwrap_or(settings.keep_refused_hours);
    settings.keep_acknowledgements_days = asked.keep_acknowledgements.unwrap_or(settings.keep_acknowledgements_days);
    Ok(settings)
}

/// A receiver without the delivery key would take in what nobody gets.
fn must_deliver(receiving: &Receiving) -> Result<(), AppError> {
    if receiving.inbox.delivers() {
        return Ok(());
    }
    Err(AppError { key: "cli-receive-none", values: vec![], exit: Exit::Store })
}
