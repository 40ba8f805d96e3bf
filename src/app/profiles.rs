//! Profiles for their makers: what is wrong with one, what one reads, in a person's words; and loading them, putting them in force, rolling back.
//!
//! **Invariant:** what is wrong is told in words of the schema, never in those of the file.
//! **Not here:** the schema (`hl7`), its page of the manual (`resources/manual`).

use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use hl7::{Fault, FaultRule, ProfileError, ProfileStatus, ProfileSummary, Profiles};
use store::{LoadedProfile, ProfileActor, ProfileForce, ProfileLoad, Store};
use viewmodel::Texts;

use crate::{error::AppError, local};

/// What a profile reads; nothing of it is kept.
///
/// # Errors
/// What is wrong with it, each with its line and column, in the order of the file.
pub fn check(file: &Path, text: &str, texts: &Texts) -> Result<String, Vec<AppError>> {
    match hl7::profile_summary(&file.display().to_string(), text) {
        Ok(summary) => Ok(summary_text(&summary, texts)),
        Err(ProfileError::Content { faults, .. }) => {
            Err(faults.iter().map(|fault| told(fault, texts).at(file)).collect())
        }
        Err(error) => Err(vec![unfit(&error).at(file)]),
    }
}

/// Why profiles do not go together; of one that does not read, the first fault.
pub(crate) fn unfit(error: &ProfileError) -> AppError {
    match error {
        ProfileError::Content { file, faults } => {
            let first = faults.first().map_or(("error-profiles", Vec::new()), |f| (f.rule.sentence(), values(f)));
            AppError::refused(first.0, first.1).at(Path::new(file))
        }
        ProfileError::Tie(one, other) => {
            AppError::refused("error-profile-tie", vec![("name", one.clone()), ("other", other.clone())])
        }
        ProfileError::OldVersion(name) => AppError::refused("error-profile-version", vec![("name", name.clone())]),
    }
}

fn values(fault: &Fault) -> Vec<(&'static str, String)> {
    vec![
        ("line", fault.line.to_string()),
        ("column", fault.column.to_string()),
        ("key", fault.key.to_owned()),
        ("max", fault.max.to_string()),
        ("nearest", fault.words.first().copied().unwrap_or_default().to_owned()),
        ("words", fault.words.join(", ")),
    ]
}

/// A fault with what must stand there in the reader's language.
fn told(fault: &Fault, texts: &Texts) -> AppError {
    let mut told = AppError::refused(fault.rule.sentence(), values(fault));
    if fault.rule == FaultRule::Kind {
        let kind = match fault.words.first().copied() {
            Some("number") => "profile-kind-number",
            Some("list") => "profile-kind-list",
            Some("table") => "profile-kind-table",
            Some(_) | None => "profile-kind-text",
        };
        told.values.retain(|(name, _)| *name != "words");
        told.values.push(("words", texts.get(kind)));
    }
    told
}

pub(crate) fn status_key(status: ProfileStatus) -> &'static str {
    match status {
        ProfileStatus::Published => "profile-status-published",
        ProfileStatus::Supplier => "profile-status-supplier",
        ProfileStatus::Reconstruction => "profile-status-reconstruction",
    }
}

/// What a profile says, for its maker: its own codes and roots, which are no one's secret.
fn summary_text(summary: &ProfileSummary, texts: &Texts) -> String {
    let status = texts.get(status_key(summary.status));
    let head = [
        ("name", summary.name.clone()),
        ("version", summary.version.to_string()),
        ("set", summary.message_set.clone()),
        ("status", status),
    ];
    let mut lines = vec![texts.format("profile-good", &head), texts.get("profile-accepts")];
    lines.extend(summary.accepts.iter().map(|accepted| format!("  {accepted}")));
    lines.push(texts.get("profile-reads"));
    for field in &summary.fields {
        lines.push(format!("  {}: {}", field.field, field.reading));
        lines.extend(field.places.iter().map(|place| format!("    {place}")));
    }
    lines.extend(summary.notices.iter().map(|notice| texts.get(notice.sentence())));
    lines.join("\n") + "\n"
}

fn of_profile(name: &str, version: u32) -> Vec<(&'static str, String)> {
    vec![("name", name.to_owned()), ("version", version.to_string())]
}

/// Whether profiles go with the shipped ones.
fn fit<'a>(profiles: impl Iterator<Item = (&'a str, &'a str)>) -> Result<(), AppError> {
    let texts: Vec<(&str, &str)> = profiles.collect();
    Profiles::shipped_and_these(&texts).map(drop).map_err(|error| unfit(&error))
}

fn named(profile: &LoadedProfile) -> (&str, &str) {
    (&profile.name, &profile.text)
}

/// Whether what would be in force goes together on each day from now on.
fn fit_from_now(store: &Store, forces: &[ProfileForce], now: DateTime<Utc>) -> Result<(), AppError> {
    store.profiles_from_now(forces, now)?.iter().try_for_each(|set| fit(set.iter().map(named)))
}

/// The day from which a profile is in force at once.
#[must_use]
pub fn today(now: DateTime<Utc>) -> NaiveDate {
    local::day(now)
}

/// Loads a profile; it reads nothing until it is put in force.
///
/// # Errors
/// What is wrong with it; a profile in force, now or later, that it does not go with; another text of its name and version.
pub fn load(
    store: &mut Store,
    actor: ProfileActor<'_>,
    (file, text): (&str, &str),
    now: DateTime<Utc>,
) -> Result<ProfileSummary, AppError> {
    let summary = hl7::profile_summary(file, text).map_err(|error| unfit(&error))?;
    let mut sets = store.profiles_from_now(&store.profile_forces()?, now)?;
    sets.push(Vec::new());
    for set in &sets {
        let others = set.iter().filter(|other| other.name != summary.name).map(named);
        fit(others.chain([(file, text)]))?;
    }
    match store.load_profile(actor, (&summary.name, summary.version), text, now)? {
        ProfileLoad::Loaded | ProfileLoad::Same => Ok(summary),
        ProfileLoad::OtherText => {
            Err(AppError::refused("error-profile-other-text", of_profile(&summary.name, summary.version)))
        }
        ProfileLoad::Full => Err(AppError::refused("error-profile-full", vec![])),
    }
}

/// Puts a loaded profile in force from a day, today or later.
///
/// # Errors
/// A day that is past, a profile that is not loaded or does not go with another that is in force from then on.
pub fn force(
    store: &mut Store,
    actor: ProfileActor<'_>,
    (name, version): (&str, u32),
    from: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    if from < local::day(now) {
        return Err(AppError::refused("error-profile-past", vec![]));
    }
    let mut forces = store.profile_forces()?;
    forces.push(ProfileForce { name: name.to_owned(), version, from });
    fit_from_now(store, &forces, now)?;
    let is_loaded = store.force_profile(actor, (name, version), from, now)?;
    if is_loaded { Ok(()) } else { Err(AppError::refused("error-profile-absent", of_profile(name, version))) }
}

/// Undoes the last time a profile of this name was put in force; gives the version that counts no longer.
///
/// # Errors
/// When none is in force, or what counted before does not go with the others any more.
pub fn roll_back(store: &mut Store, actor: ProfileActor<'_>, name: &str, now: DateTime<Utc>) -> Result<u32, AppError> {
    let mut forces = store.profile_forces()?;
    if let Some(last) = forces.iter().rposition(|force| force.name == name) {
        forces.remove(last);
        fit_from_now(store, &forces, now)?;
    }
    let undone = store.roll_back_profile(actor, name, now)?;
    undone.ok_or_else(|| AppError::refused("error-profile-not-in-force", vec![("name", name.to_owned())]))
}

/// The shipped and the loaded profiles, a line each: name, version, status, since when in force.
///
/// # Errors
/// When the store cannot be read.
pub fn list(store: &Store, texts: &Texts, now: DateTime<Utc>) -> Result<String, AppError> {
    let (loaded, forces) = (store.loaded_profiles()?, store.profile_forces()?);
    let in_force = store.profiles_in_force(now)?;
    let line = |name: &str, text: &str, said: String| {
        let summary = hl7::profile_summary(name, text).map_err(|error| unfit(&error))?;
        let mut values = of_profile(&summary.name, summary.version);
        values.extend([("status", texts.get(status_key(summary.status))), ("force", said)]);
        Ok::<_, AppError>(texts.format("cli-profile-line", &values))
    };
    let mut lines = Vec::new();
    for (name, text) in Profiles::shipped_texts() {
        let replaced = in_force.iter().any(|p| p.name == *name);
        lines.push(line(name, text, texts.get(if replaced { "profile-replaced" } else { "profile-shipped" }))?);
    }
    for profile in &loaded {
        let since = forces.iter().rev().find(|f| f.name == profile.name && f.version == profile.version);
        let said = match since {
            None => texts.get("profile-not-in-force"),
            Some(force) => {
                let from = vec![("from", force.from.format("%d-%m-%Y").to_string())];
                let counts = in_force.contains(profile);
                let key = match (counts, force.from > local::day(now)) {
                    (true, _) => "profile-in-force",
                    (false, true) => "profile-in-force-later",
                    (false, false) => "profile-in-force-before",
                };
                texts.format(key, &from)
            }
        };
        lines.push(line(&profile.name, &profile.text, said)?);
    }
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use hl7::Notice;
    use viewmodel::Language;

    use super::*;

    #[test]
    fn every_fault_and_notice_has_a_sentence_that_names_its_place() {
        for language in [Language::Dutch, Language::English] {
            let texts = Texts::load(language).unwrap();
            for rule in FaultRule::ALL {
                let fault = Fault { line: 7, column: 9, rule, key: "status", words: vec!["list"], max: 64 };
                let error = told(&fault, &texts).at(Path::new("profiel.toml"));
                let said = texts.format(error.key, &error.values);
                assert!(said.starts_with("profiel.toml"), "{rule:?}: {said}");
                let is_about_all = [FaultRule::Message, FaultRule::TooLarge, FaultRule::More].contains(&rule);
                assert!(is_about_all || (said.contains('7') && said.contains('9')), "{rule:?}: {said}");
                assert!(!said.contains('{'), "{rule:?}: {said}");
            }
            for notice in [
                Notice::NothingMeansYes,
                Notice::NothingMeansNo,
                Notice::NoRemarksMedical,
                Notice::NoRemarksCommunication,
                Notice::RemarksAlike,
                Notice::MeansReverse,
            ] {
                assert!(texts.has(notice.sentence()), "{notice:?}");
            }
        }
    }
}
