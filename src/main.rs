//! The binary: wires the layers together. The only file that knows them all.
//!
//! **Not here:** what a command does (`app`), what a screen looks like (`ui`).

mod account_steps;
mod clerk_steps;
mod command_line;
mod configuring;
mod connection_steps;
mod connection_test;
mod demo;
mod demo_hindered;
mod demo_hospitals;
#[cfg(target_os = "linux")]
mod desktop_notice;
mod generate_line;
mod generating;
mod hardening;
mod hospital;
mod importing_rides;
mod inspecting;
mod listening;
mod log;
mod new_files;
mod output;
mod photograph;
mod pictures;
mod printing;
mod profile_asked;
mod profile_steps;
mod progress;
mod proving;
mod receive;
mod receive_door;
mod receive_line;
mod reception_steps;
mod recovering;
mod reflection_steps;
mod rides_steps;
mod scenes;
mod script_page;
mod self_testing;
mod service;
mod stop;
#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;
#[cfg(target_os = "linux")]
mod system_lock;
mod test_script;
mod trend_steps;
mod watching_rides;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use app::{AppError, Engine, Exit, Installation, Receiving, StorePlace, Worker, reports};
use chrono::{DateTime, Utc};
use command_line::{Asked, Ended, Place};
use directories::BaseDirs;
use progress::Progress;
use recovering::Paper;
use stop::Stop;
use store::{Archive, DailyPurge, Inbox, KeySource, Origin, RootSecret, Store};
use viewmodel::{Appearance, Language, Texts};

fn main() -> ExitCode {
    hardening::harden();
    system::outlive_the_longest_file();
    let locale = sys_locale::get_locale().unwrap_or_default();
    let exit = match Texts::load(Language::of_locale(&locale)) {
        Ok(texts) => run(&texts),
        Err(error) => {
            output::aside(&error.to_string());
            Exit::System
        }
    };
    ExitCode::from(exit.code())
}

/// Runs what was asked; an error is one line.
fn run(texts: &Texts) -> Exit {
    let done = match command_line::read(texts) {
        Ok((place, asked)) => Program { texts: texts.clone(), place }.run(asked),
        Err(Ended::Said(text)) => output::result(&text).map(|()| Exit::Done),
        Err(Ended::Wrong(error)) => Err(error),
    };
    done.unwrap_or_else(|error| {
        output::aside(&output::said(texts, error.key, &error.values));
        error.exit
    })
}

/// Where what the program remembers for this account lies, by its name; nowhere, where the system names no place for it.
fn remembered_in(name: &str) -> Option<PathBuf> {
    let folders = BaseDirs::new()?;
    let folder = folders.state_dir().unwrap_or_else(|| folders.data_local_dir());
    Some(folder.join("terugblik").join(name))
}

/// Which machine and version this is, for the log.
fn origin() -> Origin {
    let host = system::computer();
    let host = host.trim();
    let workstation = if host.is_empty() { "?".to_owned() } else { host.to_owned() };
    Origin { workstation, version: env!("CARGO_PKG_VERSION").to_owned() }
}

struct Program {
    texts: Texts,
    place: Place,
}

fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Opens a store as it lies.
fn open(folder: &Path, keys: &KeySource) -> Result<(Store, RootSecret), AppError> {
    Ok(Store::open_with(folder, keys, origin(), now())?)
}

/// Opens a store for a command: what is past its term goes first (R4), unless the clock is in doubt. Window and receiver have it done by their
/// rounds.
fn open_purged(folder: &Path, keys: &KeySource) -> Result<(Store, RootSecret, DailyPurge), AppError> {
    let (mut store, root) = open(folder, keys)?;
    let purge = store.purge_when_due(now())?;
    Ok((store, root, purge))
}

/// The receiver on a store, with the delivery key where this account has it; another store's is refused.
fn receiving(store: Store, keys: &KeySource) -> Result<Receiving, AppError> {
    let mut routing = keys.routing()?;
    // Of a recovery that was stopped after its commit, or a pair that lies ready and is not in force yet.
    if let Some(next) = keys.next_routing()?
        && store.is_routing(&next)?
    {
        keys.promote_routing()?;
        routing = Some(next);
    }
    if let Some(key) = &routing
        && !store.is_routing(key)?
    {
        let place = vec![("place", store.folder().display().to_string())];
        return Err(AppError { key: "error-key-routing-other", values: place, exit: Exit::Store });
    }
    Receiving::new(Inbox::new(store, routing))
}

impl Program {
    /// Where the store is: as the command line says, else as the window was told once, else in the usual place.
    fn place(&self) -> Result<StorePlace, AppError> {
        let Place { store, key_file, group } = &self.place;
        let is_said = store.is_some() || key_file.is_some();
        let remembered = || remembered_in("place.toml").and_then(|file| StorePlace::remembered(&file));
        if let Some(remembered) = if is_said { None } else { remembered() } {
            return Ok(remembered);
        }
        Ok(StorePlace { folder: self.said_folder()?, key_file: key_file.clone(), group: *group })
    }

    fn folder(&self) -> Result<PathBuf, AppError> {
        self.place().map(|place| place.folder)
    }

    fn keys(&self) -> Result<KeySource, AppError> {
        self.place().map(|place| place.keys())
    }

    fn said_folder(&self) -> Result<PathBuf, AppError> {
        let usual = || BaseDirs::new().map(|folders| folders.data_local_dir().join("terugblik")).unwrap_or_default();
        // Absolute: the entry in the key store is named after it, whatever the working folder.
        let folder = self.place.store.clone().unwrap_or_else(usual);
        std::path::absolute(&folder).map_err(|e| AppError::file(&folder, &e))
    }

    fn open(&self) -> Result<(Store, RootSecret), AppError> {
        let (store, root, purge) = open_purged(&self.folder()?, &self.keys()?)?;
        if let DailyPurge::Withheld(last) = purge {
            self.say_withheld(last);
        }
        Ok((store, root))
    }

    fn open_as_it_lies(&self) -> Result<Store, AppError> {
        open(&self.folder()?, &self.keys()?).map(|(store, _)| store)
    }

    fn say_withheld(&self, last: DateTime<Utc>) {
        let said = app::purge_withheld(last);
        self.tell(said.key, &said.values);
    }

    fn receiving(&self) -> Result<Receiving, AppError> {
        let (store, _) = self.open()?;
        receiving(store, &self.keys()?)
    }

    fn say(&self, key: &str, values: &[(&'static str, String)]) -> Result<(), AppError> {
        output::result(&output::said(&self.texts, key, values))
    }

    fn tell(&self, key: &str, values: &[(&'static str, String)]) {
        output::aside(&output::said(&self.texts, key, values));
    }

    /// Does what was asked. An error that does not know its place gets the store's.
    fn run(&self, asked: Asked) -> Result<Exit, AppError> {
        let done = match asked {
            Asked::Window => self.window(),
            Asked::Demo(asked) => demo::run(&self.texts, asked),
            Asked::Init { config, json, recovery_kit } => self.init(&config, json, recovery_kit.as_deref()),
            Asked::ImportRides(asked) => self.import_rides(&asked),
            Asked::ImportMessages(files) => self.import_messages(&files),
            Asked::Inspect(asked) => self.inspect(&asked),
            Asked::Generate(asked) => self.generate(&asked),
            Asked::Status { json, check } => self.status(json, check),
            Asked::Purge { dry_run, clock_is_right } => self.purge(dry_run, clock_is_right),
            Asked::AuditVerify => self.audit_verify(),
            Asked::ConnectionsExport(file) => self.connections_export(&file),
            Asked::ConnectionsImport(file) => self.connections_import(&file),
            Asked::SelfTest(address) => self.self_test(address),
            Asked::Profile(asked) => self.profile(&asked),
            Asked::CertificateRequest { host, out } => self.certificate_request(&host, &out),
            Asked::CertificateAdd { hospital, file } => self.certificate_add(&hospital, &file),
            Asked::Receive(asked) => self.receive(&asked),
            Asked::Backup(file) => self.backup(&file),
            Asked::Restore(file) => self.restore(&file),
            Asked::Recover(asked) => self.recover(&asked),
            Asked::Rotate => self.rotate(),
        };
        match (done, self.folder()) {
            (Err(error), Ok(folder)) => Err(error.at(&folder)),
            (done, _) => done,
        }
    }

    fn window(&self) -> Result<Exit, AppError> {
        let (place, texts) = (self.place()?, self.texts.clone());
        let settings = remembered_in("settings.toml");
        let appearance = settings.as_deref().map(app::settings::appearance).unwrap_or_default();
        let mut installation = Installation::new(place, origin(), texts.language());
        if self.place.store.is_none() && remembered_in("place.toml").is_some_and(|file| file.exists()) {
            installation.expect_store();
        }
        installation.print_with(Box::new(printing::Printer::new(texts.clone(), std::env::var_os("PATH"))));
        if let (Some(place), Some(settings)) = (remembered_in("place.toml"), settings.clone()) {
            installation.keep_in(place, settings);
        }
        // The window comes first; key and store follow on the worker's thread.
        let open: app::OpenEngine = Box::new(move |place, tell| {
            tell(app::OPENING);
            let (folder, keys) = (place.folder.clone(), place.keys());
            let engine = || {
                let (store, root) = open(&folder, &keys)?;
                let receiving = receiving(Store::open(&folder, &root, origin(), now())?, &keys)?;
                let mut engine =
                    Engine::new(Archive::new(store), Some(receiving), app::Parameters::STANDARD, Vec::new());
                engine.set_language(texts.language());
                tell_desktop(&mut engine);
                engine.print_with(Box::new(printing::Printer::new(texts.clone(), std::env::var_os("PATH"))));
                if let Some(settings) = &settings {
                    engine.keep_settings_in(settings.clone());
                }
                engine.offer_recovery();
                Ok(engine)
            };
            engine().map_err(|error: AppError| error.at(&folder))
        });
        let worker =
            Worker::start_on_store(now, open, installation).map_err(|e| AppError::file(Path::new("worker"), &e))?;
        show(worker, self.texts.clone(), appearance)
    }

    fn init(&self, config: &Path, json: bool, kit: Option<&Path>) -> Result<Exit, AppError> {
        let new = app::read_config(&app::read_text(config)?).map_err(|error| error.at(config))?;
        let folder = self.folder()?;
        let mut paper = kit.map(|into| Paper::new(into, &folder, &self.texts)).transpose()?;
        let mut write = |sheets: &[viewmodel::KitSheet]| paper.as_mut().map_or(Ok(()), |paper| paper.write(sheets));
        let write: Option<app::WriteSheets<'_>> = kit.map(|_| &mut write as app::WriteSheets<'_>);
        let codes = app::init(&folder, &self.keys()?, new, origin(), now(), write)?;
        let asked_of = paper.map(Paper::keep).unwrap_or_default();
        if json {
            output::result(&pretty(&serde_json::to_value(&codes))?)?;
        } else {
            for code in &codes {
                let values = [("staff", code.staff.clone()), ("name", code.name.clone()), ("code", code.code.clone())];
                self.say("cli-init-account", &values)?;
            }
        }
        self.tell("cli-init-done", &[("place", folder.display().to_string())]);
        self.prove(&asked_of)
    }

    fn import_messages(&self, files: &[PathBuf]) -> Result<Exit, AppError> {
        let stop = Stop::listen()?;
        let mut receiving = self.receiving()?;
        let mut progress = Progress::new(&self.texts, "cli-import-progress");
        let go_on = &mut |done, all| {
            progress.show(done, all);
            !stop.is_asked()
        };
        let done = receiving.import_messages(files, now(), go_on)?;
        drop(progress);
        for refused in &done.refusals {
            let values = [
                ("place", refused.place.display().to_string()),
                ("rule", self.texts.get(&format!("rule-{}", refused.rule.id()))),
                ("remedy", self.texts.get(refused.remedy())),
            ];
            self.tell("cli-message-refused", &values);
        }
        for error in &done.unreadable {
            self.tell(error.key, &error.values);
        }
        if done.left > 0 {
            self.tell("cli-import-left", &[("left", self.texts.number(done.left))]);
        }
        output::result(&reports::messages_text(&done, &self.texts))?;
        let unreadable = done.unreadable.first().map(|error| error.exit);
        let exit = unreadable.unwrap_or_else(|| reports::import_exit(done.refused, done.left));
        done.failed.map_or(Ok(exit), Err)
    }

    fn status(&self, json: bool, check: bool) -> Result<Exit, AppError> {
        let status = reports::status(&self.open()?.0, now())?;
        let text = if json { reports::status_json(&status)? } else { reports::status_text(&status, &self.texts) };
        output::result(&text)?;
        Ok(if check { reports::status_exit(&status) } else { Exit::Done })
    }

    /// A key and a request for the listener's certificate, in the name of the store's organisation.
    fn certificate_request(&self, host: &str, out: &Path) -> Result<Exit, AppError> {
        let (store, _) = self.open()?;
        let [key, request] = ["key", "csr"].map(|ending| out.join(format!("terugblik.{ending}")));
        intake::listener::request_certificate(&store.settings().organisation, host, &key, &request)
            .map_err(|error| app::listener_file(&error))?;
        let place = |path: &Path| path.display().to_string();
        self.say("cli-certificate-requested", &[("key", place(&key)), ("request", place(&request))])?;
        Ok(Exit::Done)
    }

    fn purge(&self, dry_run: bool, clock_is_right: bool) -> Result<Exit, AppError> {
        let (mut store, _) = open(&self.folder()?, &self.keys()?)?;
        let purged = match (dry_run, clock_is_right) {
            (true, _) => store.purge_preview(now())?,
            (false, true) => store.purge_by_confirmed_clock(now())?,
            (false, false) => store.purge_when_asked(now())?,
        };
        output::result(&reports::purge_text(&purged, dry_run, &self.texts))?;
        Ok(Exit::Done)
    }

    fn audit_verify(&self) -> Result<Exit, AppError> {
        let result = self.open()?.0.verify_log(None, |_| true)?;
        match result.first_break {
            None => {
                self.say("cli-audit-intact", &[("entries", self.texts.number(result.entries))])?;
                Ok(Exit::Done)
            }
            Some(found) => {
                self.say("cli-audit-broken", &[("number", found.number.to_string())])?;
                Ok(Exit::Attention)
            }
        }
    }

    fn backup(&self, file: &Path) -> Result<Exit, AppError> {
        let (mut store, root) = self.open()?;
        let records = store.backup(&root, file, now())?;
        let values = [("records", self.texts.number(records)), ("place", file.display().to_string())];
        self.say("cli-backup-done", &values)?;
        Ok(Exit::Done)
    }

    fn restore(&self, file: &Path) -> Result<Exit, AppError> {
        let (root, folder) = (self.keys()?.root()?, self.folder()?);
        drop(Store::restore(&folder, &root, file, origin(), now())?);
        app::share_whole(&folder, &self.keys()?)?;
        self.say("cli-restore-done", &[("place", folder.display().to_string())])?;
        Ok(Exit::Done)
    }
}

fn pretty(value: &serde_json::Result<serde_json::Value>) -> Result<String, AppError> {
    let text = value.as_ref().ok().and_then(|value| serde_json::to_string_pretty(value).ok());
    text.ok_or_else(|| AppError::refused("error-system", vec![]))
}

/// Opens the window on a worker.
fn show(worker: Worker, texts: Texts, appearance: Appearance) -> Result<Exit, AppError> {
    let failed = |key, values| AppError { key, values, exit: Exit::System };
    #[cfg(target_os = "linux")]
    follow_system(worker.locker());
    ui::window::run(Box::new(worker), texts, appearance).map(|()| Exit::Done).map_err(|error| match error {
        ui::WindowError::NoDisplay => failed("error-window-display", vec![]),
        ui::WindowError::Library { package } => failed("error-window-library", vec![("package", package.to_owned())]),
        ui::WindowError::Other(_) => failed("error-window-other", vec![]),
    })
}

/// Has an engine tell the desktop of its person that there is feedback, where the system has what shows it.
#[cfg(target_os = "linux")]
fn tell_desktop(engine: &mut Engine) {
    let session_bus = || {
        let bus = zbus::blocking::connection::Builder::session()?;
        bus.method_timeout(desktop_notice::PATIENCE).build()
    };
    // Without a thread no notice: the rail has the count.
    if let Ok(desktop) = desktop_notice::Desktop::start(session_bus) {
        engine.notify_with(Box::new(desktop));
    }
}

#[cfg(not(target_os = "linux"))]
fn tell_desktop(_engine: &mut Engine) {}

/// Locks with the system from now on, on a thread of its own; where there is no system bus, or no thread, the window's own lock
/// is what holds.
#[cfg(target_os = "linux")]
fn follow_system(locker: app::Locker) {
    let until_the_bus_goes = move || {
        let own = system_lock::Own {
            session: std::env::var("XDG_SESSION_ID").ok(),
            process: std::process::id(),
            user: system::user(),
        };
        zbus::blocking::Connection::system().and_then(|bus| system_lock::listen(&bus, &own, &locker))
    };
    let _ = std::thread::Builder::new().name("system-lock".into()).spawn(until_the_bus_goes);
}
