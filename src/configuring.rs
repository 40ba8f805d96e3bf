//! What a functional administrator brings as a file, on the command line: `connections` and `profile`.
//!
//! **Not here:** what stands in them (`app`, `hl7`).

use std::{io::Write, path::Path};

use app::{AppError, Exit, profiles};
use store::{HospitalStatus, ProfileActor};

use crate::{Program, now, output, profile_asked::ProfileAsked};

impl Program {
    pub(crate) fn connections_export(&self, file: &Path) -> Result<Exit, AppError> {
        let hospitals = self.open()?.0.connections()?;
        let text = app::connections::write(&hospitals)?;
        // Never over another file: a mistyped name could be a key or the store itself.
        let made = std::fs::File::create_new(file).and_then(|mut made| made.write_all(text.as_bytes()));
        made.map_err(|e| AppError::target(file, &e))?;
        let unlisted = hospitals.iter().filter(|h| h.status == HospitalStatus::Unlisted).count();
        if unlisted > 0 {
            self.tell("cli-connections-unlisted", &[("count", unlisted.to_string())]);
        }
        self.say("cli-connections-done", &[("count", (hospitals.len() - unlisted).to_string())])?;
        Ok(Exit::Done)
    }

    pub(crate) fn connections_import(&self, file: &Path) -> Result<Exit, AppError> {
        let text = app::read_text(file)?;
        // What is wrong with the file itself is said also where there is no store yet.
        app::connections::read(&text).map_err(|error| error.at(file))?;
        let (mut store, _) = self.open()?;
        let beside = app::connections::read_beside(&text, &store.connections()?, now());
        let hospitals = beside.map_err(|error| error.at(file))?;
        store.set_connections(&hospitals, now())?;
        self.say("cli-connections-done", &[("count", hospitals.len().to_string())])?;
        Ok(Exit::Done)
    }

    pub(crate) fn certificate_add(&self, hospital: &str, file: &Path) -> Result<Exit, AppError> {
        let (mut store, _) = self.open()?;
        let done = app::let_in(&mut store, hospital, file, now())?;
        output::result(&(app::let_in_text(&done, &self.texts) + "\n"))?;
        Ok(Exit::Done)
    }

    pub(crate) fn profile(&self, asked: &ProfileAsked) -> Result<Exit, AppError> {
        match asked {
            ProfileAsked::Check(file) => self.profile_check(file),
            ProfileAsked::Load(file) => {
                let text = app::read_text(file)?;
                let (mut store, _) = self.open()?;
                let named = (&*file.display().to_string(), text.as_str());
                let loaded = profiles::load(&mut store, ProfileActor::CommandLine, named, now());
                let summary = loaded.map_err(|error| error.at(file))?;
                let values = [("name", summary.name), ("version", summary.version.to_string())];
                self.say("cli-profile-loaded", &values)?;
                summary.notices.iter().for_each(|notice| self.tell(notice.sentence(), &[]));
                Ok(Exit::Done)
            }
            ProfileAsked::List => {
                output::result(&profiles::list(&self.open()?.0, &self.texts, now())?)?;
                Ok(Exit::Done)
            }
            ProfileAsked::Force { name, version, from } => {
                let from = from.unwrap_or_else(|| profiles::today(now()));
                profiles::force(&mut self.open()?.0, ProfileActor::CommandLine, (name, *version), from, now())?;
                let from = from.format("%d-%m-%Y").to_string();
                let values = [("name", name.clone()), ("version", version.to_string()), ("from", from)];
                self.say("cli-profile-forced", &values)?;
                Ok(Exit::Done)
            }
            ProfileAsked::Rollback(name) => {
                let undone = profiles::roll_back(&mut self.open()?.0, ProfileActor::CommandLine, name, now())?;
                let values = [("name", name.clone()), ("version", undone.to_string())];
                self.say("cli-profile-rolled-back", &values)?;
                Ok(Exit::Done)
            }
        }
    }

    /// Whether a profile is one: everything that is wrong with it, or what it reads. Nothing is stored.
    fn profile_check(&self, file: &Path) -> Result<Exit, AppError> {
        let text = match app::read_text(file) {
            // A file in another encoding is a wrong profile, not one that cannot be read.
            Err(error) if error.is_not_utf8() => {
                self.say(error.key, &error.values)?;
                return Ok(Exit::Attention);
            }
            read => read?,
        };
        match profiles::check(file, &text, &self.texts) {
            Ok(summary) => {
                output::result(&summary)?;
                Ok(Exit::Done)
            }
            Err(faults) => {
                for fault in faults {
                    self.say(fault.key, &fault.values)?;
                }
                Ok(Exit::Attention)
            }
        }
    }
}
