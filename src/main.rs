//! The binary: wires the layers together. The only file that knows them all.
//!
//! **Not here:** what a command does (`app`), what a screen looks like (`ui`).
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the command line's results and messages leave here")]

mod command_line;
mod demo;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use app::{AppError, Engine, Exit, Receiving, Worker, reports};
use chrono::{DateTime, Utc};
use command_line::{Asked, Place};
use store::{Archive, Inbox, KeySource, Origin, RootSecret, Store};
use viewmodel::{Language, Texts};

fn main() -> anyhow::Result<ExitCode> {
    let locale = sys_locale::get_locale().unwrap_or_default();
    let texts = Texts::load(Language::of_locale(&locale))?;
    let (place, asked) = command_line::read(&texts);
    let program = Program { texts, place };
    Ok(match program.run(asked) {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(error) => {
            eprintln!("{}", program.texts.format(error.key, &error.values));
            ExitCode::from(error.exit.code())
        }
    })
}

fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Which machine and version this is, for the log.
fn origin() -> Origin {
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let host = host.trim();
    let workstation = if host.is_empty() { "?".to_owned() } else { host.to_owned() };
    Origin { workstation, version: env!("CARGO_PKG_VERSION").to_owned() }
}

struct Program {
    texts: Texts,
    place: Place,
}

impl Program {
    fn folder(&self) -> PathBuf {
        let usual = || {
            let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
            let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
            data.or_else(home).unwrap_or_default().join("terugblik")
        };
        self.place.store.clone().unwrap_or_else(usual)
    }

    fn keys(&self) -> KeySource {
        match &self.place.key_file {
            Some(path) => KeySource::File { path: path.clone(), group: self.place.group },
            None => KeySource::KeyStore { folder: self.folder() },
        }
    }

    fn open(&self) -> Result<(Store, RootSecret), AppError> {
        let folder = self.folder();
        if !folder.join("terugblik.db").exists() {
            return Err(store::StoreError::Absent(folder).into());
        }
        let root = self.keys().root()?;
        let mut store = Store::open(&folder, &root, origin(), now())?;
        // What is past its term goes at every start (R4).
        let due = store.purge_preview(now())?;
        if due.records + due.rides + due.identifications > 0 {
            store.purge(now())?;
        }
        Ok((store, root))
    }

    fn receiving(&self) -> Result<Receiving, AppError> {
        let (store, _) = self.open()?;
        Receiving::new(Inbox::new(store, self.keys().routing()?))
    }

    fn say(&self, key: &str, values: &[(&'static str, String)]) {
        println!("{}", self.texts.format(key, values));
    }

    fn run(&self, asked: Asked) -> Result<Exit, AppError> {
        match asked {
            Asked::Window => self.window(),
            Asked::Demo { screenshots, messages, seed } => {
                demo::run(&self.texts, screenshots.as_deref(), messages, seed)
            }
            Asked::Init { config, json, recovery_kit } => self.init(&config, json, recovery_kit.as_deref()),
            Asked::ImportRides(file) => self.import_rides(&file),
            Asked::ImportMessages(files) => self.import_messages(&files),
            Asked::Inspect { rav, profile, json, files } => self.inspect(rav, profile.as_deref(), json, &files),
            Asked::Status { json, check } => self.status(json, check),
            Asked::Purge { dry_run } => self.purge(dry_run),
            Asked::AuditVerify => self.audit_verify(),
            Asked::ConnectionsExport(file) => self.connections_export(&file),
            Asked::ConnectionsImport(file) => self.connections_import(&file),
            Asked::Receive { once } => self.receive(once),
            Asked::Backup(file) => self.backup(&file),
            Asked::Restore(file) => self.restore(&file),
        }
    }

    fn window(&self) -> Result<Exit, AppError> {
        let (folder, keys) = (self.folder(), self.keys());
        let (store, root) = self.open()?;
        let test = store.settings().kind == domain::StoreKind::Test;
        let make: app::MakeEngine = Box::new(move |_| {
            let inbox = Inbox::new(Store::open(&folder, &root, origin(), now())?, keys.routing()?);
            Ok(Engine::new(Archive::new(store), Some(Receiving::new(inbox)?), app::Parameters::STANDARD, Vec::new()))
        });
        let worker = Worker::start(now, test, make).map_err(|e| AppError::file(Path::new("worker"), &e))?;
        show(worker, self.texts.clone())
    }

    fn init(&self, config: &Path, json: bool, kit: Option<&Path>) -> Result<Exit, AppError> {
        if kit.is_some() {
            return Err(AppError::refused("error-production-without-kit", vec![]));
        }
        let new = app::read_config(&read_text(config)?)?;
        let codes = app::init(&self.folder(), &self.keys(), &new, origin(), now())?;
        if json {
            let text = serde_json::to_string_pretty(&codes).map_err(|_| AppError::refused("error-system", vec![]))?;
            println!("{text}");
        } else {
            for code in &codes {
                let values = [("staff", code.staff.clone()), ("name", code.name.clone()), ("code", code.code.clone())];
                self.say("cli-init-account", &values);
            }
        }
        let place = [("place", self.folder().display().to_string())];
        eprintln!("{}", self.texts.format("cli-init-done", &place));
        Ok(Exit::Done)
    }

    fn import_rides(&self, file: &Path) -> Result<Exit, AppError> {
        let bytes = std::fs::read(file).map_err(|e| AppError::file(file, &e))?;
        let done = self.receiving()?.import_rides(&bytes, now(), &mut |_, _| true)?;
        let number = |n: u64| self.texts.number(n);
        let values = [
            ("new", number(done.new)),
            ("changed", number(done.changed)),
            ("unchanged", number(done.unchanged)),
            ("linked", number(done.linked)),
        ];
        self.say("cli-rides-done", &values);
        Ok(Exit::Done)
    }

    fn import_messages(&self, files: &[PathBuf]) -> Result<Exit, AppError> {
        let done = self.receiving()?.import_messages(files, now(), &mut |_, _| true)?;
        let number = |n: u64| self.texts.number(n);
        let values = [
            ("taken", number(done.taken_in)),
            ("repeated", number(done.repeated + done.superseded)),
            ("refused", number(done.refused)),
        ];
        self.say("notice-imported", &values);
        Ok(if done.refused > 0 { Exit::Refused } else { Exit::Done })
    }

    fn inspect(
        &self,
        rav: Option<u8>,
        profile: Option<&Path>,
        json: bool,
        files: &[PathBuf],
    ) -> Result<Exit, AppError> {
        let extra = profile.map(|p| Ok::<_, AppError>((p.display().to_string(), read_text(p)?))).transpose()?;
        let profiles = reports::profiles(extra.as_ref().map(|(name, text)| (name.as_str(), text.as_str())))?;
        let rav = rav.and_then(domain::RavNumber::new);
        let (mut found, mut exit) = (Vec::new(), Exit::Done);
        for file in files {
            let bytes = std::fs::read(file).map_err(|e| AppError::file(file, &e))?;
            let name = file.display().to_string();
            let one = reports::inspect(&name, &bytes, &profiles, rav, self.texts.language(), now());
            exit = if one.exit.code() > exit.code() { one.exit } else { exit };
            found.push(one.json);
        }
        if json {
            let all = if found.len() == 1 { found.remove(0) } else { serde_json::Value::Array(found) };
            println!("{}", serde_json::to_string_pretty(&all).unwrap_or_default());
        } else {
            for one in &found {
                println!("{}", reports::inspect_text(one));
            }
        }
        Ok(exit)
    }

    fn status(&self, json: bool, check: bool) -> Result<Exit, AppError> {
        let (store, _) = self.open()?;
        let status = store.status(true)?;
        if json {
            println!("{}", reports::status_json(&status)?);
        } else {
            print!("{}", reports::status_text(&status, &self.texts));
        }
        Ok(if check { reports::status_exit(&status) } else { Exit::Done })
    }

    fn purge(&self, dry_run: bool) -> Result<Exit, AppError> {
        let root = self.keys().root()?;
        let mut store = Store::open(&self.folder(), &root, origin(), now())?;
        let purged = if dry_run { store.purge_preview(now())? } else { store.purge(now())? };
        print!("{}", reports::purge_text(&purged, dry_run, &self.texts));
        Ok(Exit::Done)
    }

    fn audit_verify(&self) -> Result<Exit, AppError> {
        let (store, _) = self.open()?;
        let result = store.verify_log(None, |_| true)?;
        match result.first_break {
            None => {
                self.say("cli-audit-intact", &[("entries", self.texts.number(result.entries))]);
                Ok(Exit::Done)
            }
            Some(found) => {
                self.say("cli-audit-broken", &[("number", found.number.to_string())]);
                Ok(Exit::Attention)
            }
        }
    }

    fn connections_export(&self, file: &Path) -> Result<Exit, AppError> {
        let (store, _) = self.open()?;
        let hospitals = store.connections()?;
        std::fs::write(file, app::connections::write(&hospitals)?).map_err(|e| AppError::file(file, &e))?;
        self.say("cli-connections-done", &[("count", hospitals.len().to_string())]);
        Ok(Exit::Done)
    }

    fn connections_import(&self, file: &Path) -> Result<Exit, AppError> {
        let hospitals = app::connections::read(&read_text(file)?)?;
        let (mut store, _) = self.open()?;
        store.set_connections(&hospitals, now())?;
        self.say("cli-connections-done", &[("count", hospitals.len().to_string())]);
        Ok(Exit::Done)
    }

    /// Delivers what waits, for ever; a new day drops yesterday's keys at the first round after midnight.
    fn receive(&self, once: bool) -> Result<Exit, AppError> {
        let mut receiving = self.receiving()?;
        if !receiving.inbox.delivers() {
            return Err(AppError { key: "cli-receive-none", values: vec![], exit: Exit::Store });
        }
        eprintln!("{}", self.texts.get("cli-receive-started"));
        loop {
            receiving.inbox.turn_day(now());
            let count = receiving.deliver(now())?;
            if count > 0 || once {
                self.say("cli-receive-round", &[("count", self.texts.number(count))]);
            }
            if once {
                return Ok(Exit::Done);
            }
            std::thread::sleep(std::time::Duration::from_secs(5));
        }
    }

    fn backup(&self, file: &Path) -> Result<Exit, AppError> {
        let (mut store, root) = self.open()?;
        let records = store.backup(&root, file, now())?;
        let values = [("records", self.texts.number(records)), ("place", file.display().to_string())];
        self.say("cli-backup-done", &values);
        Ok(Exit::Done)
    }

    fn restore(&self, file: &Path) -> Result<Exit, AppError> {
        let root = self.keys().root()?;
        Store::restore(&self.folder(), &root, file, origin(), now())?;
        self.say("cli-restore-done", &[("place", self.folder().display().to_string())]);
        Ok(Exit::Done)
    }
}

fn read_text(file: &Path) -> Result<String, AppError> {
    std::fs::read_to_string(file).map_err(|e| AppError::file(file, &e))
}

/// Opens the window on a worker.
fn show(worker: Worker, texts: Texts) -> Result<Exit, AppError> {
    ui::window::run(Box::new(worker), texts, ui::Look::System).map(|()| Exit::Done).map_err(|error| match error {
        ui::WindowError::NoDisplay => AppError { key: "error-window-display", values: vec![], exit: Exit::System },
        ui::WindowError::Library { package } => {
            let values = vec![("package", package.to_owned())];
            AppError { key: "error-window-library", values, exit: Exit::System }
        }
        ui::WindowError::Other(_) => AppError { key: "error-window-other", values: vec![], exit: Exit::System },
    })
}
