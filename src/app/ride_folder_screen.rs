//! *Ritten*: the watched folder of ride files as it is set, and how it goes.
//!
//! **Not here:** reading it (`ride_folder`), when (`receive`).

use std::path::{Path, PathBuf};

use access::{FunctionalAdministrator, Session};
use chrono::{DateTime, Utc};
use store::{RideFilesOutcome, RideFolderSettings, Store};
use viewmodel::{Command, RideFolderFile, RideFolderLooked, RideFolderShown, RideFolderTyped, RidesCommand};

use crate::{error::AppError, local, ride_folder::said, ride_layout::RideLayout};

/// Minutes between two looks: a suite writes one file a night, or one an hour.
const EVERY_USUAL: u32 = 30;
// LIMIT: minutes between two looks, as on the command line: a day.
const EVERY_MAX: u32 = 1440;

/// Sets the folder, and has it read.
pub(crate) fn set(
    store: &mut Store,
    session: &Session<FunctionalAdministrator>,
    typed: RideFolderTyped,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let RideFolderTyped { folder, source, every_minutes, skip_bad_lines } = typed;
    let every = every_minutes.trim().parse().ok().filter(|every| (1..=EVERY_MAX).contains(every));
    let Some(every_minutes) = every else {
        return Err(AppError::refused("error-ride-folder-minutes", vec![("most", EVERY_MAX.to_string())]));
    };
    let folder = PathBuf::from(folder.trim());
    must_be_usable(&folder, store)?;
    if let Some(source) = &source {
        RideLayout::of_source(store, source)?;
    }
    let new = RideFolderSettings { on: true, folder, source, every_minutes, skip_bad_lines };
    Ok(store.set_ride_folder(session, &new, now)?)
}

fn must_be_usable(folder: &Path, store: &Store) -> Result<(), AppError> {
    let refused = |key| Err(AppError::refused(key, vec![("place", folder.display().to_string())]));
    if !folder.is_absolute() || folder.to_string_lossy().contains(char::is_control) {
        return refused("error-ride-folder-absolute");
    }
    let overlaps = |other: &Path| store::lies_in(folder, other) || store::lies_in(other, folder);
    if overlaps(store.folder()) {
        return refused("error-receive-folder-store");
    }
    if store.receive_settings()?.folder.is_some_and(|messages| overlaps(&messages)) {
        return refused("error-ride-folder-messages");
    }
    let failed = |error: std::io::Error| AppError::file(folder, &error);
    if !std::fs::metadata(folder).map_err(failed)?.is_dir() {
        return refused("error-ride-folder-file");
    }
    std::fs::read_dir(folder).map_err(failed)?;
    Ok(())
}

/// Has the folder no longer read; what was said of it stays, to be put on again.
pub(crate) fn put_off(
    store: &mut Store,
    session: &Session<FunctionalAdministrator>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let Some(set) = store.ride_folder()? else { return Ok(()) };
    Ok(store.set_ride_folder(session, &RideFolderSettings { on: false, ..set }, now)?)
}

pub(crate) fn shown(store: &Store) -> Result<RideFolderShown, AppError> {
    let set = store.ride_folder()?;
    let on = set.as_ref().is_some_and(|set| set.on);
    let typed = set.map_or_else(
        || RideFolderTyped { every_minutes: EVERY_USUAL.to_string(), ..RideFolderTyped::default() },
        |set| RideFolderTyped {
            folder: set.folder.display().to_string(),
            source: set.source,
            every_minutes: set.every_minutes.to_string(),
            skip_bad_lines: set.skip_bad_lines,
        },
    );
    let looked = store.ride_folder_look()?;
    let last = store.ride_files()?;
    Ok(RideFolderShown {
        on,
        set_now: typed,
        looked: looked.map(|look| RideFolderLooked { at: local::time(look.at), why: look.why.as_ref().map(said) }),
        last: last.map(|note| RideFolderFile {
            at: local::time(note.at),
            imported: note.outcome == RideFilesOutcome::Imported,
            new: note.new,
            changed: note.changed,
            unchanged: note.unchanged,
            refused: note.refused,
            why: note.why.as_ref().map(said),
        }),
        receiver_runs: store.receiver()?.runs,
        sources: store.ride_sources()?.into_iter().map(|source| source.name).collect(),
        set: |typed| Command::Rides(RidesCommand::SetFolder(typed)),
        put_off: on.then_some(Command::Rides(RidesCommand::FolderOff)),
    })
}
