//! `recovery.sealed`, beside the store: the root secret and Routing's key, sealed to the recovery kit's public half.
//!
//! Format 1: byte 1, then twice length 2 (big endian) ‖ HPKE value. The roles' keys are sealed to the kit in the store itself.
//! **Not here:** the kit's sheets, and using it.

use std::path::{Path, PathBuf};

use seal::{ReaderPrivate, ReaderPublic, RootSecret};

use crate::{StoreError, place};

const FORMAT: u8 = 1;
const ROOT: &[u8] = b"recovery/root";
const ROUTING: &[u8] = b"recovery/routing";

/// The file in a store's folder.
pub(crate) fn file(folder: &Path) -> PathBuf {
    folder.join("recovery.sealed")
}

pub(crate) fn write(
    folder: &Path,
    kit: &ReaderPublic,
    root: &RootSecret,
    routing: &ReaderPrivate,
) -> Result<(), StoreError> {
    let mut bytes = vec![FORMAT];
    // REVEAL: straight into HPKE to the recovery kit.
    for (what, secret) in [(ROOT, root.expose()), (ROUTING, routing.expose())] {
        let sealed = seal::seal_to(kit, what, secret)?;
        bytes.extend_from_slice(&u16::try_from(sealed.len()).map_err(|_| StoreError::Tampered)?.to_be_bytes());
        bytes.extend_from_slice(&sealed);
    }
    let file = file(folder);
    std::fs::write(&file, bytes).map_err(|e| StoreError::io(&file, &e))?;
    place::set_mode(&file, folder)
}

/// Takes away what a set-up that failed has written.
pub(crate) fn remove(folder: &Path) {
    let _ = std::fs::remove_file(file(folder));
}

/// Opens the file with the kit's private half: the root secret, and Routing's key.
///
/// # Errors
/// When there is none, or it is sealed to another kit.
pub fn open(folder: &Path, kit: &ReaderPrivate) -> Result<(RootSecret, ReaderPrivate), StoreError> {
    let file = file(folder);
    let bytes = std::fs::read(&file).map_err(|e| StoreError::io(&file, &e))?;
    let (FORMAT, mut rest) = bytes.split_first().map(|(format, rest)| (*format, rest)).ok_or(StoreError::Tampered)?
    else {
        return Err(StoreError::Tampered);
    };
    let mut next = |what: &[u8]| {
        let (length, after) = rest.split_at_checked(2).ok_or(StoreError::Tampered)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        let (sealed, after) = after.split_at_checked(length).ok_or(StoreError::Tampered)?;
        rest = after;
        Ok::<_, StoreError>(seal::open_with(kit, what, sealed)?)
    };
    let root = RootSecret::from_bytes(&next(ROOT)?)?;
    let routing = ReaderPrivate::from_bytes(&next(ROUTING)?)?;
    Ok((root, routing))
}
