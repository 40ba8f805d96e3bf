//! `receive`: the headless receiving process. The committer takes in what listener and watched folder hand to it, and delivers what waits;
//! this thread attends to signals, to who asks for the store alone, and to the service manager.
//!
//! **Invariant:** asked to stop, nothing new is taken, and what is held is finished and answered.
//! **Invariant:** the watchdog is fed only while committer and folder are alive.
//! **Not here:** what a round does (`app::Receiving`), files (`intake::folder`).

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use app::{AppError, Daily, Exit, Receiving};
use intake::{
    Committer, Door, FolderSettings, FolderWatch, Handling, Terms,
    listener::{Listener, ListenerFileError},
};
use store::{FolderHealth, ReceiveSettings, ReceiverTurn, Store};

use crate::{
    Program, listening, log, now, open,
    receive_door::{OwnDoor, Shared, Voice},
    receive_line::Receive,
    receiving,
    service::Service,
    stop::Stop,
    watching_rides::RideWatch,
};

/// Between two looks at signals, the store's lock and the parts.
const LOOK: Duration = Duration::from_secs(1);
/// After which a part that did not show itself counts as dead.
const SILENT: Duration = Duration::from_secs(90);

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
    rides: Option<RideWatch>,
    committer: Committer,
    /// Let go while another process has it alone.
    store: Option<Store>,
    /// What listener and folder were started with.
    settings: ReceiveSettings,
    shared: Arc<Shared>,
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
        let Some(_turn) = ReceiverTurn::take(&self.existing()?)? else {
            return Err(AppError::refused("cli-receive-other", vec![]));
        };
        if asked.once {
            // Who stays has it done by its rounds, while it listens.
            drop(self.open()?);
        }
        let parts = self.start(asked, voice)?;
        self.run_on(asked, &stop, parts)
    }

    /// The folder of a store that is there: nothing is made beside one that is not.
    fn existing(&self) -> Result<PathBuf, AppError> {
        self.open_as_it_lies().map(|store| store.folder().to_path_buf())
    }

    fn run_on(&self, asked: &Receive, stop: &Stop, mut parts: Parts) -> Result<Exit, AppError> {
        let voice = parts.shared.voice.clone();
        let mut service = Service::of_environment();
        loop {
            parts.begins()?;
            service.is_ready();
            let ended = if asked.once { parts.once(stop) } else { parts.attend(self, stop, &mut service) };
            match ended {
                Ok(Ended::Asked) => break,
                Ok(Ended::LetGo) => {
                    parts.let_go();
                    voice.says("cli-receive-let-go", "another process takes the store alone; let go", &[]);
                    if !parts.comes_back(self, asked, stop, &mut service)? {
                        break;
                    }
                }
                Ok(Ended::Reload) => {
                    service.reloads();
                    voice.says("cli-receive-reloads", "settings are read again", &[]);
                    parts.reload(self, asked)?;
                }
                Err(error) => {
                    parts.stop(Leaving::ByFault);
                    return Err(error);
                }
            }
        }
        service.stops();
        // Closed before it is said: whoever waits for the word finds the store free.
        parts.stop(Leaving::AsAsked);
        voice.says("cli-receive-stopped", "the receiver has stopped", &[]);
        Ok(Exit::Done)
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
        listening::limits(&settings)?;
        store.set_receive_settings(&settings, now())?;
        self.say("cli-receive-saved", &[])?;
        Ok(Exit::Done)
    }

    fn start(&self, asked: &Receive, voice: Voice) -> Result<Parts, AppError> {
        let (folder, keys) = (self.folder()?, self.keys()?);
        let shared = Arc::new(Shared::new(voice));
        let store = self.open_as_it_lies()?;
        let settings = settings(&store, asked)?;
        let of_door = Arc::clone(&shared);
        let open_door = move || -> Result<Box<dyn Door>, AppError> {
            of_door.is_alive();
            let (store, _) = open(&folder, &keys)?;
            let receiving = receiving(store, &keys)?;
            must_deliver(&receiving)?;
            Ok(Box::new(OwnDoor::new(receiving, Arc::clone(&of_door))))
        };
        let door = open_door()?;
        let of_opening = Arc::clone(&shared);
        let open = move || {
            let noted = |error: &AppError| {
                of_opening.cannot_go_on(error);
            };
            open_door().inspect_err(noted).ok()
        };
        let queue = listening::limits(&settings)?.queue();
        let committer = Committer::start(door, Box::new(open), queue, now)
            .map_err(|error| AppError::file(Path::new("committer"), &error))?;
        let mut parts =
            Parts { listener: None, folder: None, rides: None, committer, store: Some(store), settings, shared };
        parts.watch(self)?;
        if !asked.once {
            parts.listen(self)?;
        }
        Ok(parts)
    }
}

/// Why everything is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leaving {
    AsAsked,
    ByFault,
}

impl Parts {
    /// Says that everything runs, here and in the store.
    fn begins(&mut self) -> Result<(), AppError> {
        if let Some(store) = &mut self.store {
            store.receiver_started(now())?;
        }
        let voice = &self.shared.voice;
        voice.says("cli-receive-started", "the receiver runs", &[]);
        if let Some(listener) = &self.listener {
            let address = listener.address().to_string();
            tracing::info!(address, "listening");
            voice.says_to_a_person("cli-receive-listens", &[("address", address)]);
        }
        if self.folder.is_some() {
            voice.says("cli-receive-watches", "the folder is watched", &[]);
        }
        Ok(())
    }

    /// Looks after everything until something is asked.
    fn attend(&mut self, program: &Program, stop: &Stop, service: &mut Service) -> Result<Ended, AppError> {
        loop {
            if stop.wait(LOOK) {
                return Ok(Ended::Asked);
            }
            if let Some(error) = self.shared.why_it_cannot_go_on() {
                return Err(error);
            }
            if self.store.as_ref().is_some_and(Store::is_asked_for) {
                return Ok(Ended::LetGo);
            }
            if stop.is_asked_to_reload() {
                return Ok(Ended::Reload);
            }
            self.follow_rides(program)?;
            let health = self.health()?;
            let wrong = self.listener.as_ref().and_then(Listener::wrong_file);
            if let Some(store) = &mut self.store {
                // Where it cannot be written now, it is at the next look.
                let _ = store.receiver_folder(health, now());
                let _ = store.receiver_file(wrong.as_ref().and_then(ListenerFileError::of_file), now());
            }
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
        folder && self.shared.silent_for() < SILENT
    }

    /// Watches the folder that the settings name.
    fn watch(&mut self, program: &Program) -> Result<(), AppError> {
        let Some(root) = self.settings.folder.clone() else { return Ok(()) };
        let hours = |n: u32| Duration::from_secs(u64::from(n) * 3600);
        let terms = Terms {
            taken: hours(self.settings.keep_taken_hours),
            refused: hours(self.settings.keep_refused_hours),
            acknowledgements: hours(self.settings.keep_acknowledgements_days * 24),
        };
        let handling = if self.settings.folder_read_only { Handling::ReadOnly } else { Handling::PutAway(terms) };
        let store = program.open_as_it_lies()?;
        let watched = FolderSettings::new(root, handling);
        self.folder = Some(FolderWatch::start(watched, store, self.committer.entrance(), now)?);
        Ok(())
    }

    /// Has ride files read as *Ritten* says now.
    fn follow_rides(&mut self, program: &Program) -> Result<(), AppError> {
        let Some(store) = &self.store else { return Ok(()) };
        // What cannot be read now is at the next look.
        let Ok(said) = store.ride_folder() else { return Ok(()) };
        let said = said.filter(|said| said.on);
        if self.rides.as_ref().map(RideWatch::settings) == said.as_ref() {
            return Ok(());
        }
        if let Some(rides) = self.rides.take() {
            rides.stop();
        }
        if let Some(said) = said {
            let place = (program.folder()?, program.keys()?);
            self.rides = Some(RideWatch::start(said, place, self.shared.voice.clone())?);
            self.shared.voice.says("cli-receive-reads-rides", "ride files are read from their folder", &[]);
        }
        Ok(())
    }

    /// Listens where the settings say.
    fn listen(&mut self, program: &Program) -> Result<(), AppError> {
        let told = listening::told(&self.settings, &program.folder()?, &program.texts)?;
        self.listener = told.map(|told| listening::start(told, self.committer.entrance())).transpose()?;
        Ok(())
    }

    /// Reads settings, certificates and lists again; what is in hand is finished first, and no connection is dropped for it.
    fn reload(&mut self, program: &Program, asked: &Receive) -> Result<(), AppError> {
        let before = self.settings.clone();
        if let Some(store) = &self.store {
            self.settings = settings(store, asked)?;
        }
        match &self.folder {
            // What is wrong in it was said, and is not said anew.
            Some(folder) if of_folder(&before) == of_folder(&self.settings) => folder.look_now(),
            Some(_) | None => {
                if let Some(folder) = self.folder.take() {
                    folder.stop();
                }
                self.watch(program)?;
            }
        }
        if let Err(error) = self.listen_anew(program, before) {
            self.shared.voice.fails(&error);
        }
        Ok(())
    }

    /// Has the listener as the settings are now. What is wrong with them is known before anything is stopped: it goes on with what it had,
    /// and a file that cannot be read is tried again by itself.
    fn listen_anew(&mut self, program: &Program, before: ReceiveSettings) -> Result<(), AppError> {
        let is_same = of_listener(&before) == of_listener(&self.settings);
        let told = listening::told(&self.settings, &program.folder()?, &program.texts).inspect_err(|_| {
            // The next time it is asked, this is tried again.
            listener_as_in(&mut self.settings, &before);
        })?;
        match (&self.listener, told) {
            (Some(listener), Some(told)) if is_same => {
                listener.reload_from(told.files).map_err(|e| app::listener_file(&e))
            }
            (Some(listener), Some(told)) if told.files.check().is_err() => {
                listener_as_in(&mut self.settings, &before);
                listener.reload_from(told.files).map_err(|error| app::listener_file(&error))
            }
            (None, None) => Ok(()),
            (Some(_) | None, told) => {
                if let Some(listener) = self.listener.take() {
                    listener.stop();
                }
                self.listener = told.map(|told| listening::start(told, self.committer.entrance())).transpose()?;
                Ok(())
            }
        }
    }

    /// Lets the store go; who listens answers meanwhile that it comes again.
    fn let_go(&mut self) {
        if let Some(rides) = self.rides.take() {
            rides.stop();
        }
        if let Some(folder) = self.folder.take() {
            folder.stop();
        }
        self.store = None;
    }

    /// Opens the store again, once it is nobody's alone; `false` when it was asked to stop.
    fn comes_back(
        &mut self,
        program: &Program,
        asked: &Receive,
        stop: &Stop,
        service: &mut Service,
    ) -> Result<bool, AppError> {
        loop {
            if stop.wait(LOOK) {
                return Ok(false);
            }
            service.lives();
            match program.open_as_it_lies() {
                Err(error) if error.is_taken_alone() => {}
                Err(error) => return Err(error),
                Ok(store) => {
                    self.settings = settings(&store, asked)?;
                    self.store = Some(store);
                    self.watch(program)?;
                    return self.opened(stop, service);
                }
            }
        }
    }

    /// Waits until the committer has the store too: until then it delivers nothing, and it is not said that the receiver runs.
    fn opened(&self, stop: &Stop, service: &mut Service) -> Result<bool, AppError> {
        const SOON: Duration = Duration::from_millis(100);
        let entrance = self.committer.entrance();
        while !entrance.is_open() {
            if stop.wait(SOON) {
                return Ok(false);
            }
            if let Some(error) = self.shared.why_it_cannot_go_on() {
                return Err(error);
            }
            service.lives();
        }
        Ok(true)
    }

    /// Takes nothing new, finishes what is held, and closes the store.
    fn stop(self, leaving: Leaving) {
        let Self { listener, folder, rides, committer, mut store, .. } = self;
        if let Some(rides) = rides {
            rides.stop();
        }
        if let Some(listener) = listener {
            listener.stop();
        }
        if let Some(folder) = folder {
            folder.stop();
        }
        committer.stop();
        if let (Leaving::AsAsked, Some(store)) = (leaving, &mut store) {
            // Where it cannot be written, others see a receiver that went without a word.
            let _ = store.receiver_stopped(now());
        }
    }
}

/// The settings that the watching of a folder is started with; the rest is as nobody set it.
fn of_folder(settings: &ReceiveSettings) -> ReceiveSettings {
    ReceiveSettings {
        folder: settings.folder.clone(),
        folder_read_only: settings.folder_read_only,
        keep_taken_hours: settings.keep_taken_hours,
        keep_refused_hours: settings.keep_refused_hours,
        keep_acknowledgements_days: settings.keep_acknowledgements_days,
        ..ReceiveSettings::default()
    }
}

fn listener_as_in(settings: &mut ReceiveSettings, before: &ReceiveSettings) {
    let ReceiveSettings { listen, path, certificate, private_key, client_ca, limits, health, .. } = before.clone();
    let listener =
        ReceiveSettings { listen, path, certificate, private_key, client_ca, limits, health, ..settings.clone() };
    *settings = listener;
}

/// The settings that a listener is started with, and cannot read anew; the rest is as nobody set it.
fn of_listener(settings: &ReceiveSettings) -> ReceiveSettings {
    ReceiveSettings {
        listen: settings.listen.clone(),
        path: settings.path.clone(),
        health: settings.health.clone(),
        limits: settings.limits.clone(),
        ..ReceiveSettings::default()
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
    if let Some(path) = &asked.path {
        settings.path.clone_from(path);
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
