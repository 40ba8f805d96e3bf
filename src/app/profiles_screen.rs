//! *Berichtprofielen*, for the functional administrator: the list, loading, trying on a file, in force from a day, rolling back.
//!
//! **Invariant:** of a file that is tried only which fields were there leaves this module, never a value of it.
//! **Not here:** which profiles go together (`profiles`).

use access::{FunctionalAdministrator, Session, SignedIn};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{Agreement, StoreKind};
use hl7::{Context, Limits, Profiles, ValidMessage};
use store::{ProfileActor, Store};
use viewmodel::{
    Command, Notice, NoticeKind, ProfileForceShown, ProfileRow, ProfilesCommand, ProfilesScreen, TriedProfile,
};

use crate::{
    engine::{Engine, Place},
    error::AppError,
    functional_administrator::without_place,
    local, message_bytes_max, profiles, read_at_most, read_text, unrecognised,
};

const READ: &str = "profile-tried-read";
const ABSENT: &str = "profile-tried-absent";
const UNKNOWN: &str = "profile-tried-unknown";

/// Does what is asked there; of another role's session it does nothing.
pub(crate) fn execute(engine: &mut Engine, command: ProfilesCommand, now: DateTime<Utc>) -> Result<(), AppError> {
    let Engine { archive, place: Place::Inside(signed_in), view, notice, .. } = engine else { return Ok(()) };
    let SignedIn::FunctionalAdministrator(session) = signed_in.as_ref() else { return Ok(()) };
    let (store, actor) = (archive.store_mut(), ProfileActor::Administrator(session));
    let done = |text, values| Some(Notice { kind: NoticeKind::Done, text, values });
    let named = |name: String, version: u32| vec![("name", name), ("version", version.to_string())];
    match command {
        ProfilesCommand::Load(file) => {
            let text = read_text(&file)?;
            let path = file.display().to_string();
            let loaded = profiles::load(store, actor, (&path, &text), now).map_err(|error| error.at(&file))?;
            *notice = match loaded.notices.contains(&hl7::Notice::MeansReverse) {
                true => Some(Notice {
                    kind: NoticeKind::Attention,
                    text: "notice-profile-loaded-reverse",
                    values: named(loaded.name, loaded.version),
                }),
                false => done("notice-profile-loaded", named(loaded.name, loaded.version)),
            };
        }
        ProfilesCommand::Try { name, version, file } => {
            let bytes = read_at_most(&file, message_bytes_max()).map_err(without_place)?;
            view.tried = Some(tried(store, name, version, &bytes, now)?);
        }
        ProfilesCommand::Force { name, version, from } => {
            let parts = from.trim().replace('/', "-");
            let day = NaiveDate::parse_from_str(&parts, "%d-%m-%Y");
            let day = day.map_err(|_| AppError::refused("error-profile-day", vec![]))?;
            profiles::force(store, actor, (&name, version), day, now)?;
            *notice = done("notice-profile-forced", named(name, version));
        }
        ProfilesCommand::RollBack(name) => {
            let version = profiles::roll_back(store, actor, &name, now)?;
            *notice = done("notice-profile-rolled-back", named(name, version));
        }
        ProfilesCommand::Structure(number) => {
            let structure = number.map(|number| Ok::<_, AppError>((number, store.structure(session, number, now)?)));
            view.structure = structure.transpose()?.and_then(|(number, text)| Some((number, text?)));
        }
    }
    Ok(())
}

/// The text of a profile, shipped or loaded.
fn text_of(store: &Store, name: &str, version: u32) -> Result<String, AppError> {
    let loaded = store.loaded_profiles()?.into_iter().find(|p| p.name == name && p.version == version);
    let shipped = || Profiles::shipped_texts().iter().find(|(own, _)| *own == name).map(|(_, text)| (*text).to_owned());
    let text = loaded.map(|p| p.text).or_else(shipped);
    text.ok_or_else(|| {
        AppError::refused("error-profile-absent", vec![("name", name.to_owned()), ("version", version.to_string())])
    })
}

/// What this profile alone would read of a message.
fn tried(
    store: &Store,
    name: String,
    version: u32,
    bytes: &[u8],
    now: DateTime<Utc>,
) -> Result<TriedProfile, AppError> {
    let text = text_of(store, &name, version)?;
    let alone = Profiles::parse(&[(&name, &text)]).map_err(|error| profiles::unfit(&error))?;
    let context = Context { received: now, rav: None, kind: StoreKind::Production, charset: None };
    let keys = |findings: &[hl7::Finding]| findings.iter().map(|f| format!("rule-{}", f.rule.id())).collect();
    Ok(match hl7::read(bytes, &alone, &Limits::default(), &context) {
        Err(refusal) => {
            let findings = keys(&refusal.findings);
            TriedProfile { name, version, outcome: "profile-tried-refused", fields: Vec::new(), findings }
        }
        Ok(message) => {
            let recognised = message.profile.is_some();
            let outcome = if recognised { "profile-tried-recognised" } else { "profile-tried-not-recognised" };
            TriedProfile { name, version, outcome, fields: fields(&message), findings: keys(&message.findings) }
        }
    })
}

fn fields(message: &ValidMessage) -> Vec<(&'static str, &'static str)> {
    let there = |there: bool| if there { READ } else { ABSENT };
    let feedback = message.feedback.as_ref();
    let agreement = match feedback.map(|f| f.agreement) {
        Some(Agreement::Yes | Agreement::No | Agreement::NotAssessable) => READ,
        Some(Agreement::Unknown) => UNKNOWN,
        Some(Agreement::NotReceived) | None => ABSENT,
    };
    let of = |has: fn(&hl7::Feedback) -> bool| there(feedback.is_some_and(has));
    vec![
        ("profile-field-ride", READ),
        ("profile-field-hand-over", there(message.ride_time.is_some())),
        ("profile-field-vehicle", there(message.vehicle.is_some())),
        ("profile-field-patient-number", there(message.patient_number.is_some())),
        ("profile-field-bsn", there(!message.bsns.is_empty())),
        ("profile-field-agreement", agreement),
        ("profile-field-diagnosis", of(|f| !f.diagnoses.is_empty())),
        ("profile-field-description", of(|f| f.description.is_some())),
        ("profile-field-medical", of(|f| f.remarks_medical.is_some())),
        ("profile-field-communication", of(|f| f.remarks_communication.is_some())),
    ]
}

/// The screen.
pub(crate) fn screen(
    (store, session): (&Store, &Session<FunctionalAdministrator>),
    (tried, opened): (Option<&TriedProfile>, Option<&unrecognised::Opened>),
    now: DateTime<Utc>,
) -> Result<ProfilesScreen, AppError> {
    let act = Command::Profiles;
    let today = local::day(now);
    let (loaded, forces, in_force) = (store.loaded_profiles()?, store.profile_forces()?, store.profiles_in_force(now)?);
    let row = |name: &str, text: &str, force, is_loaded: bool| {
        let summary = hl7::profile_summary(name, text).map_err(|error| profiles::unfit(&error))?;
        let last = forces.iter().rev().find(|f| f.name == summary.name);
        let is_last = is_loaded && last.is_some_and(|f| f.version == summary.version);
        Ok::<_, AppError>(ProfileRow {
            roll_back: is_last.then(|| act(ProfilesCommand::RollBack(summary.name.clone()))),
            name: summary.name,
            version: summary.version,
            message_set: summary.message_set,
            status: profiles::status_key(summary.status),
            force,
            may_be_forced: is_loaded,
        })
    };
    let mut rows = Vec::new();
    for (name, text) in Profiles::shipped_texts() {
        let replaced = in_force.iter().any(|p| p.name == *name);
        let force = if replaced { ProfileForceShown::Replaced } else { ProfileForceShown::Shipped };
        rows.push(row(name, text, force, false)?);
    }
    for profile in &loaded {
        let put = forces.iter().rev().find(|f| f.name == profile.name && f.version == profile.version);
        let force = match put.map(|f| f.from) {
            None => ProfileForceShown::Never,
            Some(from) if in_force.contains(profile) => ProfileForceShown::Since(from),
            Some(from) if from > today => ProfileForceShown::From(from),
            Some(from) => ProfileForceShown::Before(from),
        };
        rows.push(row(&profile.name, &profile.text, force, true)?);
    }
    Ok(ProfilesScreen {
        rows,
        load: |file| Command::Profiles(ProfilesCommand::Load(file)),
        try_on: |name, version, file| Command::Profiles(ProfilesCommand::Try { name, version, file }),
        force: |name, version, from| Command::Profiles(ProfilesCommand::Force { name, version, from }),
        today,
        tried: tried.cloned(),
        unrecognised: unrecognised::listed(store, session, opened)?,
    })
}
