//! Message profiles that were loaded at run time: their texts, and which version is in force from which day.
//!
//! **Invariant:** a text that was loaded stays as it is; what was put in force is undone, never written over. Each act is a line of the log.
//! **Not here:** what a profile says (`hl7`), whether it goes with the others (`app`), the shipped ones (they stand in no store).

use access::{Authorisation, Entry, Event, FunctionalAdministrator, Session};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Amsterdam;
use domain::Purpose;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{Store, StoreError, audit_trail};

// LIMIT: texts in a store; a dialect has a version or two a year, and each text at most 64 KiB.
const LOADED_MAX: i64 = 256;

/// Who loads a profile or puts it in force: nobody else may.
#[derive(Clone, Copy)]
pub enum ProfileActor<'a> {
    /// A functional administrator, signed in.
    Administrator(&'a Session<FunctionalAdministrator>),
    /// The administrator of the machine.
    CommandLine,
}

/// A profile that was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedProfile {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Its text, as it was given.
    pub text: String,
    /// When it was loaded.
    pub loaded: DateTime<Utc>,
    /// By which account; `None`: on the command line.
    pub loaded_by: Option<i64>,
}

/// A version of a profile that is in force from a day, until a later one or until it is undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileForce {
    /// The profile's name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// From this day.
    pub from: NaiveDate,
}

/// What became of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileLoad {
    /// It is in the store.
    Loaded,
    /// It was there already, the same.
    Same,
    /// Another text of this name and version is there.
    OtherText,
    /// There are as many as there may be.
    Full,
}

/// What readers follow: as long as it is the same, so are the profiles in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProfilesState {
    changes: u32,
    day: NaiveDate,
}

fn today(now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&Amsterdam).date_naive()
}

fn number(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

/// Counts a change, so that readers see it.
fn changed(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO setting VALUES ('profile_changes', '1')
         ON CONFLICT DO UPDATE SET value = CAST(value AS INTEGER) + 1",
        [],
    )?;
    Ok(())
}

/// The versions that count: of each name the last that was put in force and not undone, of those that have begun.
fn of_day(forces: &[ProfileForce], day: NaiveDate) -> Vec<&ProfileForce> {
    let mut found: Vec<&ProfileForce> = Vec::new();
    for force in forces.iter().filter(|f| f.from <= day) {
        match found.iter_mut().find(|other| other.name == force.name) {
            // In the order in which they were put in force: a later day counts, of one day the later act.
            Some(other) if force.from >= other.from => *other = force,
            Some(_) => {}
            None => found.push(force),
        }
    }
    found
}

impl Store {
    fn profile_entry(&self, actor: ProfileActor<'_>, event: Event, detail: String, now: DateTime<Utc>) -> Entry {
        let mut entry = match actor {
            ProfileActor::Administrator(session) => self.entry_of(session, event, Purpose::Operation, now),
            ProfileActor::CommandLine => {
                let mut entry = self.entry(now, event, Purpose::Operation);
                entry.authorisation = Authorisation::CommandLine;
                entry
            }
        };
        entry.detail = Some(detail);
        entry
    }

    /// Keeps a profile's text; it reads nothing until it is put in force. Logged.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn load_profile(
        &mut self,
        actor: ProfileActor<'_>,
        (name, version): (&str, u32),
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<ProfileLoad, StoreError> {
        let entry = self.profile_entry(actor, Event::ProfileLoaded, format!("{name}/{version}"), now);
        let by = match actor {
            ProfileActor::Administrator(session) => Some(session.account()),
            ProfileActor::CommandLine => None,
        };
        self.write(now, |transaction, _| {
            let sql = "SELECT text = ?3 FROM profile WHERE name = ?1 AND version = ?2";
            match transaction.query_row(sql, params![name, version, text], |row| row.get(0)).optional()? {
                Some(true) => return Ok(ProfileLoad::Same),
                Some(false) => return Ok(ProfileLoad::OtherText),
                None => {}
            }
            let count: i64 = transaction.query_row("SELECT count(*) FROM profile", [], |row| row.get(0))?;
            if count >= LOADED_MAX {
                return Ok(ProfileLoad::Full);
            }
            let values = params![name, version, text, now.timestamp(), by];
            transaction.execute("INSERT INTO profile VALUES (?1, ?2, ?3, ?4, ?5)", values)?;
            audit_trail::append(transaction, &entry)?;
            Ok(ProfileLoad::Loaded)
        })
    }

    /// Puts a loaded profile in force from a day; `false`: it is not loaded. Logged.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn force_profile(
        &mut self,
        actor: ProfileActor<'_>,
        (name, version): (&str, u32),
        from: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let entry = self.profile_entry(actor, Event::ProfileInForce, format!("{name}/{version} from {from}"), now);
        self.write(now, |transaction, _| {
            let sql = "INSERT INTO profile_force(name, version, from_day)
                       SELECT name, version, ?3 FROM profile WHERE name = ?1 AND version = ?2";
            if transaction.execute(sql, params![name, version, number(from)])? == 0 {
                return Ok(false);
            }
            changed(transaction)?;
            audit_trail::append(transaction, &entry)?;
            Ok(true)
        })
    }

    /// Undoes the last time a profile of this name was put in force: what counted before counts again. Gives the version that no longer does;
    /// `None`: none was in force. Logged.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn roll_back_profile(
        &mut self,
        actor: ProfileActor<'_>,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<u32>, StoreError> {
        let entry = self.profile_entry(actor, Event::ProfileRolledBack, String::new(), now);
        self.write(now, |transaction, _| {
            let sql = "UPDATE profile_force SET undone = ?2
                       WHERE n = (SELECT max(n) FROM profile_force WHERE name = ?1 AND undone IS NULL) RETURNING version";
            let undone: Option<u32> =
                transaction.query_row(sql, params![name, now.timestamp()], |row| row.get(0)).optional()?;
            let Some(version) = undone else { return Ok(None) };
            changed(transaction)?;
            audit_trail::append(transaction, &Entry { detail: Some(format!("{name}/{version}")), ..entry })?;
            Ok(Some(version))
        })
    }

    /// Loaded profiles, by name, the newest version first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn loaded_profiles(&self) -> Result<Vec<LoadedProfile>, StoreError> {
        let sql = "SELECT name, version, text, loaded, loaded_by FROM profile ORDER BY name, version DESC";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(LoadedProfile {
                name: row.get(0)?,
                version: row.get(1)?,
                text: row.get(2)?,
                loaded: DateTime::from_timestamp(row.get(3)?, 0).unwrap_or_default(),
                loaded_by: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What was put in force and not undone, in the order in which it was.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn profile_forces(&self) -> Result<Vec<ProfileForce>, StoreError> {
        let sql = "SELECT name, version, from_day FROM profile_force WHERE undone IS NULL ORDER BY n";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            let from = NaiveDate::default() + TimeDelta::days(row.get(2)?);
            Ok(ProfileForce { name: row.get(0)?, version: row.get(1)?, from })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What readers follow.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn profiles_state(&self, now: DateTime<Utc>) -> Result<ProfilesState, StoreError> {
        let changes = self.text_setting("profile_changes")?.and_then(|text| text.parse().ok()).unwrap_or(0);
        Ok(ProfilesState { changes, day: today(now) })
    }

    /// The loaded profiles in force now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn profiles_in_force(&self, now: DateTime<Utc>) -> Result<Vec<LoadedProfile>, StoreError> {
        let forces = self.profile_forces()?;
        let counting = of_day(&forces, today(now));
        let mut loaded = self.loaded_profiles()?;
        loaded.retain(|p| counting.iter().any(|f| f.name == p.name && f.version == p.version));
        Ok(loaded)
    }

    /// The profiles that would be in force on each day from now on that changes them, if these were the forces.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn profiles_from_now(
        &self,
        forces: &[ProfileForce],
        now: DateTime<Utc>,
    ) -> Result<Vec<Vec<LoadedProfile>>, StoreError> {
        let loaded = self.loaded_profiles()?;
        let mut days: Vec<NaiveDate> = forces.iter().map(|f| f.from.max(today(now))).collect();
        days.sort_unstable();
        days.dedup();
        let on = |day| {
            let counting = of_day(forces, day);
            let counts = |p: &&LoadedProfile| counting.iter().any(|f| f.name == p.name && f.version == p.version);
            loaded.iter().filter(counts).cloned().collect()
        };
        Ok(days.into_iter().map(on).collect())
    }
}
