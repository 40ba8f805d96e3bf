//! `recovery.sealed`, beside the store: the root secret and Routing's key, sealed to the recovery kit's public half.
//!
//! Format 1: byte 1 ‖ the kit's public half 32 ‖ mark of the root secret 8 ‖ twice (length 2, big endian ‖ HPKE value).
//! The roles' keys are sealed to the kit in the store itself.
//! **Invariant:** what is to take its place lies ready as `recovery.sealed.new` before the change it goes with, and takes its
//! name after it; whoever opens the store next does so where that was stopped.
//! **Not here:** using the kit (`recovery`).

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};
use seal::{KitNumber, ReaderPrivate, ReaderPublic, RootSecret};

use crate::{StoreError, place};

const FORMAT: u8 = 1;
const ROOT: &[u8] = b"recovery/root";
const ROUTING: &[u8] = b"recovery/routing";
const PUBLIC_BYTES: usize = 32;
const MARK_BYTES: usize = 8;

/// The file in a store's folder.
pub(crate) fn file(folder: &Path) -> PathBuf {
    folder.join("recovery.sealed")
}

pub(crate) fn next_file(folder: &Path) -> PathBuf {
    folder.join("recovery.sealed.new")
}

/// What the file holds.
pub(crate) struct Sealed {
    pub(crate) kit: ReaderPublic,
    mark: [u8; MARK_BYTES],
    root: Vec<u8>,
    routing: Vec<u8>,
}

impl Sealed {
    pub(crate) fn of(kit: &ReaderPublic, root: &RootSecret, routing: &ReaderPrivate) -> Result<Self, StoreError> {
        // REVEAL: Routing's key, straight into HPKE to the recovery kit.
        let routing = seal::seal_to(kit, ROUTING, routing.expose())?;
        Self { kit: *kit, mark: [0; MARK_BYTES], root: Vec::new(), routing }.with_root(root)
    }

    /// Whether it is of this kit, and of this root secret.
    pub(crate) fn is_of(&self, kit: Option<ReaderPublic>, root: &RootSecret) -> bool {
        Some(self.kit) == kit && self.mark == root.mark()
    }

    /// The same with another root secret; Routing's key stays as it is.
    pub(crate) fn with_root(self, root: &RootSecret) -> Result<Self, StoreError> {
        // REVEAL: straight into HPKE to the recovery kit.
        let sealed = seal::seal_to(&self.kit, ROOT, root.expose())?;
        Ok(Self { root: sealed, mark: root.mark(), ..self })
    }

    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, StoreError> {
        let mut bytes = [[FORMAT].as_slice(), &self.kit.0, &self.mark].concat();
        for sealed in [&self.root, &self.routing] {
            bytes.extend_from_slice(&u16::try_from(sealed.len()).map_err(|_| StoreError::Tampered)?.to_be_bytes());
            bytes.extend_from_slice(sealed);
        }
        Ok(bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (FORMAT, rest) = bytes.split_first().map(|(format, rest)| (*format, rest))? else { return None };
        let (kit, rest) = rest.split_at_checked(PUBLIC_BYTES)?;
        let (mark, rest) = rest.split_at_checked(MARK_BYTES)?;
        let next = |rest: &[u8]| {
            let (length, rest) = rest.split_at_checked(2)?;
            let (sealed, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([length[0], length[1]])))?;
            Some((sealed.to_vec(), rest.to_vec()))
        };
        let (root, rest) = next(rest)?;
        let (routing, rest) = next(&rest)?;
        let kit = ReaderPublic(kit.try_into().ok()?);
        rest.is_empty().then_some(Self { kit, mark: mark.try_into().ok()?, root, routing })
    }

    pub(crate) fn read(file: &Path) -> Result<Self, StoreError> {
        let bytes = std::fs::read(file).map_err(|e| StoreError::io(file, &e))?;
        Self::from_bytes(&bytes).ok_or_else(|| StoreError::KitFile(file.to_path_buf()))
    }

    pub(crate) fn open(&self, kit: &ReaderPrivate) -> Result<(RootSecret, ReaderPrivate), StoreError> {
        let root = RootSecret::from_bytes(&seal::open_with(kit, ROOT, &self.root)?)?;
        let routing = ReaderPrivate::from_bytes(&seal::open_with(kit, ROUTING, &self.routing)?)?;
        Ok((root, routing))
    }
}

pub(crate) fn write(
    folder: &Path,
    kit: &ReaderPublic,
    root: &RootSecret,
    routing: &ReaderPrivate,
) -> Result<(), StoreError> {
    place::write_whole(&file(folder), folder, &Sealed::of(kit, root, routing)?.to_bytes()?)
}

/// Lays the file for another root secret ready; true where there is a kit.
pub(crate) fn prepare_root(folder: &Path, root: &RootSecret) -> Result<bool, StoreError> {
    if !file(folder).exists() {
        return Ok(false);
    }
    let next = Sealed::read(&file(folder))?.with_root(root)?;
    place::write_whole(&next_file(folder), folder, &next.to_bytes()?)?;
    Ok(true)
}

/// Takes away the file that lies ready: what it was for did not happen.
pub(crate) fn drop_ready(folder: &Path) {
    let _ = std::fs::remove_file(next_file(folder));
}

/// Whether a file lies ready.
pub(crate) fn lies_ready(folder: &Path) -> bool {
    next_file(folder).exists()
}

/// Puts the file that lies ready in its place, if it is of the kit and the root secret in force; else takes it away.
pub(crate) fn settle(folder: &Path, connection: &Connection, root: &RootSecret) -> Result<(), StoreError> {
    let next = next_file(folder);
    if !next.exists() {
        return Ok(());
    }
    let in_force = kit_public(connection)?;
    let fits = Sealed::read(&next).is_ok_and(|s| Some(s.kit) == in_force && s.mark == root.mark());
    // Another process may have done the same a moment ago.
    match if fits { std::fs::rename(&next, file(folder)) } else { std::fs::remove_file(&next) } {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::io(&next, &error)),
        Ok(()) | Err(_) => place::sync_folder(folder),
    }
}

/// Takes away what a set-up that failed has written.
pub(crate) fn remove(folder: &Path) {
    let _ = std::fs::remove_file(file(folder));
}

/// Whether the folder's file says that the store is under another root secret than this one: then the key store or key file
/// was replaced. `None`: no kit, nothing is known.
#[must_use]
pub fn is_under_another_root(folder: &Path, root: &RootSecret) -> Option<bool> {
    let marks = [file(folder), next_file(folder)].map(|file| Sealed::read(&file).ok().map(|sealed| sealed.mark));
    marks[0]?;
    Some(!marks.contains(&Some(root.mark())))
}

/// The numbers of the kits that may open a store: the one of `recovery.sealed`, and of a use that was stopped the one that took its
/// place or was to take it. Empty where the store has no kit.
///
/// # Errors
/// When a file cannot be read.
pub fn kit_numbers(folder: &Path) -> Result<Vec<KitNumber>, StoreError> {
    let mut numbers = Vec::new();
    for file in [file(folder), next_file(folder)] {
        match Sealed::read(&file) {
            Ok(sealed) => numbers.push(KitNumber::of(&sealed.kit)),
            Err(StoreError::System { kind: std::io::ErrorKind::NotFound, .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(numbers)
}

/// Whether the file of the kit in force lies beside a store.
pub(crate) fn is_there(folder: &Path, connection: &Connection) -> Result<bool, StoreError> {
    let in_force = kit_public(connection)?;
    let fits = |file: PathBuf| Sealed::read(&file).is_ok_and(|sealed| Some(sealed.kit) == in_force);
    Ok(in_force.is_some() && (fits(file(folder)) || fits(next_file(folder))))
}

/// Opens the file with the kit's private half: the root secret, and Routing's key.
///
/// # Errors
/// When there is none, or it is sealed to another kit.
pub fn open(folder: &Path, kit: &ReaderPrivate) -> Result<(RootSecret, ReaderPrivate), StoreError> {
    Sealed::read(&file(folder))?.open(kit)
}

/// The public half of the kit in force, as the store has it: new epochs' keys are sealed to it.
pub(crate) fn kit_public(connection: &Connection) -> Result<Option<ReaderPublic>, StoreError> {
    let found: Option<String> = connection
        .query_row("SELECT value FROM setting WHERE key = 'recovery_kit'", [], |row| row.get(0))
        .optional()?;
    let Some(hex) = found.filter(|hex| !hex.is_empty()) else { return Ok(None) };
    let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).map_err(|_| StoreError::Tampered)?;
    Ok(Some(ReaderPublic(bytes.try_into().map_err(|_| StoreError::Tampered)?)))
}

/// How the store keeps the kit's public half; empty without a kit.
pub(crate) fn kit_setting(kit: Option<&ReaderPublic>) -> String {
    kit.map(|public| data_encoding::HEXLOWER.encode(&public.0)).unwrap_or_default()
}
