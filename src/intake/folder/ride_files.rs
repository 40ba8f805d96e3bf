//! Ride files in a folder of their own: each is taken when it is complete, then removed, or kept in `geweigerd` with its reasons.
//!
//! **Invariant:** only what was read is moved: another file that took its name meanwhile stays. What a file is called stands in no log
//! and no store; in `geweigerd` it has a code.
//! **Not here:** what is in a file (`app`), messages (`scan`).

use std::{
    ffi::OsString,
    fs::File,
    io,
    path::Path,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    completeness::{Completeness, Readiness},
    directory::{Directory, Found, Opened, Stamp},
    keeping::remove_after,
    putting_away::{REFUSED, is_neutral},
};

// LIMIT: files of the folder looked at in one go; a suite writes one a night.
const FILES_MAX: usize = 1_000;
const ENDINGS: [&str; 3] = ["csv", "txt", "xlsx"];
const REASONS: &str = ".redenen.csv";

/// A folder of ride files.
pub struct RideFolder {
    folder: Directory,
    completeness: Completeness,
    waits: bool,
}

/// A file that is complete.
pub struct RideFileThere {
    name: OsString,
    stamp: Stamp,
    /// What is in it; of a longer one the first `limit` + 1 bytes.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Nobody saw it being closed: should it break off, its writer may be slow.
    pub may_grow: bool,
}

impl RideFolder {
    /// Opens it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { folder: Directory::open(path)?, completeness: Completeness::default(), waits: false })
    }

    /// Opens it again: a share may have gone and come back. What was seen of its files stays.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open_again(&mut self, path: &Path) -> io::Result<()> {
        self.folder = Directory::open(path)?;
        Ok(())
    }

    /// Whether the last look found files that are not complete yet.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.waits
    }

    /// The next complete file, in the order of the names. Others than ride files are left.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn next(&mut self, limit: u64, at: Instant) -> io::Result<Option<RideFileThere>> {
        let (mut names, _) = self.folder.names(FILES_MAX)?;
        names.retain(|name| ending(name).is_some());
        names.sort();
        self.completeness.keep_only(&names);
        self.waits = false;
        for name in names {
            let Found::File(stamp) = self.folder.look(&name)? else { continue };
            let readiness = self.completeness.of(&name, stamp, at);
            if let Readiness::In(_) = readiness {
                self.waits = true;
                continue;
            }
            match self.folder.read(&name, &stamp, limit) {
                Opened::Read(bytes) => {
                    let (bytes, may_grow) = (Zeroizing::new(bytes), readiness == Readiness::Quiet);
                    return Ok(Some(RideFileThere { name, stamp, bytes, may_grow }));
                }
                Opened::NotNow => self.waits = true,
                Opened::Unreadable => return Err(io::ErrorKind::PermissionDenied.into()),
                Opened::Special => {}
            }
        }
        Ok(None)
    }

    /// It breaks off: it is read again when it has changed, or has been left long enough.
    pub fn broke_off(&mut self, file: &RideFileThere) {
        self.completeness.broke_off(&file.name);
    }

    /// Removes a file that was taken in.
    ///
    /// # Errors
    /// When it cannot be removed: it is read again, and that changes nothing.
    pub fn remove(&mut self, file: &RideFileThere) -> io::Result<()> {
        if self.is_there(file)? {
            self.folder.remove(&file.name)?;
            self.folder.sync()?;
        }
        self.completeness.forget(&file.name);
        Ok(())
    }

    /// Puts a refused file away, under a code, readable by this account and its group alone; gives the file that is made beside it for
    /// the reasons.
    ///
    /// # Errors
    /// When it cannot be put away.
    pub fn refuse(&mut self, file: &RideFileThere) -> io::Result<Option<File>> {
        if !self.is_there(file)? {
            self.completeness.forget(&file.name);
            return Ok(None);
        }
        let shelf = self.folder.made_below(REFUSED)?;
        let base = Uuid::new_v4().to_string();
        let kept = format!("{base}.{}", ending(&file.name).unwrap_or("csv"));
        self.folder.close_to_others(&file.name)?;
        self.folder.rename(&file.name, &shelf, kept.as_ref())?;
        shelf.sync()?;
        self.folder.sync()?;
        self.completeness.forget(&file.name);
        shelf.new_file(&format!("{base}{REASONS}")).map(Some)
    }

    /// Removes what was refused so long ago; gives how many files went.
    ///
    /// # Errors
    /// When the folder cannot be read or written.
    pub fn forget_refused(&self, term: Duration, now: DateTime<Utc>) -> io::Result<u64> {
        let Ok(shelf) = self.folder.below(REFUSED.as_ref()) else { return Ok(0) };
        let mut removed = 0;
        for name in shelf.names(FILES_MAX)?.0 {
            let is_ours = name.to_str().and_then(|name| name.split_once('.')).is_some_and(|(stem, _)| is_neutral(stem));
            removed += u64::from(is_ours && remove_after(&shelf, &name, term, now)?);
        }
        Ok(removed)
    }

    fn is_there(&self, file: &RideFileThere) -> io::Result<bool> {
        Ok(matches!(self.folder.look(&file.name)?, Found::File(stamp) if stamp.is_same_content(&file.stamp)))
    }
}

/// The ending of a ride file's name.
fn ending(name: &std::ffi::OsStr) -> Option<&'static str> {
    let found = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
    ENDINGS.into_iter().find(|ending| *ending == found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_ride_file_is_taken_when_complete_and_another_that_took_its_name_stays() {
        let place = tempfile::tempdir().unwrap();
        let file = |name: &str| place.path().join(name);
        std::fs::write(file("a.csv"), "een").unwrap();
        std::fs::write(file("b.tmp"), "half").unwrap();
        let mut folder = RideFolder::open(place.path()).unwrap();
        let start = Instant::now();
        assert!(folder.next(9, start).unwrap().is_none() && folder.waits());
        let later = start + Duration::from_secs(3);
        let found = folder.next(9, later).unwrap().unwrap();
        assert_eq!((found.bytes.as_slice(), found.may_grow), (&b"een"[..], true));
        folder.broke_off(&found);
        assert!(folder.next(9, later).unwrap().is_none() && folder.waits(), "it is given more time");
        std::fs::remove_file(file("a.csv")).unwrap();
        std::fs::write(file("a.csv"), "een andere").unwrap();
        folder.remove(&found).unwrap();
        assert!(file("a.csv").exists() && file("b.tmp").exists());
        assert!(folder.next(9, later).unwrap().is_none());
        let other = folder.next(9, later + Duration::from_secs(3)).unwrap().unwrap();
        folder.remove(&other).unwrap();
        assert!(!file("a.csv").exists());
    }

    #[test]
    fn a_refused_file_lies_under_a_code_until_its_term() {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join("jansen 999900043.csv"), "x").unwrap();
        let mut folder = RideFolder::open(place.path()).unwrap();
        let start = Instant::now();
        assert!(folder.next(9, start).unwrap().is_none());
        let found = folder.next(9, start + Duration::from_secs(3)).unwrap().unwrap();
        assert!(folder.refuse(&found).unwrap().is_some());
        let shelf = place.path().join(REFUSED);
        let names = || -> Vec<String> {
            let there = std::fs::read_dir(&shelf).unwrap();
            there.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        };
        assert_eq!(names().len(), 2);
        assert!(names().iter().all(|name| !name.contains("jansen") && name.ends_with(".csv")));
        let now = DateTime::<Utc>::from(std::time::SystemTime::now());
        assert_eq!(folder.forget_refused(Duration::from_secs(3600), now).unwrap(), 0);
        assert_eq!(folder.forget_refused(Duration::ZERO, now).unwrap(), 2);
        assert!(names().is_empty());
    }
}
