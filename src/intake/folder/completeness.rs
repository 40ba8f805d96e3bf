//! When a file is complete: renamed in, or unchanged for two seconds and closed.
//!
//! **Invariant:** a file whose writer may still be at work is left; events of the system make it sooner, never less sure.
//! **Not here:** where events come from (`events`), reading (`directory`).

use std::{
    collections::{HashMap, HashSet},
    ffi::{OsStr, OsString},
    time::{Duration, Instant},
};

use super::directory::Stamp;

// How long a file must be unchanged: closed, as far as is known.
const UNCHANGED: Duration = Duration::from_secs(2);
// Of one that breaks off, and whose closing nobody saw: its writer may be slow. A share's writers are never seen.
const BROKEN_OFF: Duration = Duration::from_secs(60);
// Of one that was seen being written and not seen being closed: the event of its closing may have been lost.
const WRITING: Duration = Duration::from_secs(600);

/// What was seen of a file's writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// It was given this name as a whole.
    RenamedIn,
    /// Who wrote it closed it.
    Closed,
    /// It is being written.
    Written,
}

/// How it is with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readiness {
    /// Complete.
    Complete,
    /// Complete as far as can be seen from outside: what breaks off is given more time.
    Quiet,
    /// Not before so long.
    In(Duration),
}

struct Waiting {
    stamp: Stamp,
    since: Instant,
    /// It was read, and broke off.
    is_broken: bool,
}

/// The files of one folder that are not taken yet.
#[derive(Default)]
pub(super) struct Completeness {
    waiting: HashMap<OsString, Waiting>,
    seen: HashMap<OsString, Seen>,
}

impl Completeness {
    /// An event of the system.
    pub(super) fn heed(&mut self, name: OsString, seen: Seen) {
        self.seen.insert(name, seen);
    }

    /// Forgets files that are no longer there.
    pub(super) fn keep_only(&mut self, names: &[OsString]) {
        let there: HashSet<&OsString> = names.iter().collect();
        self.waiting.retain(|name, _| there.contains(name));
        self.seen.retain(|name, _| there.contains(name));
    }

    /// Forgets a file that was taken, so that another under its name begins anew.
    pub(super) fn forget(&mut self, name: &OsStr) {
        self.waiting.remove(name);
        self.seen.remove(name);
    }

    /// It was read as it is, and broke off: not again before it changes, or has been left long enough.
    pub(super) fn broke_off(&mut self, name: &OsStr) {
        if let Some(waiting) = self.waiting.get_mut(name) {
            waiting.is_broken = true;
        }
    }

    /// How it is with a file that looks so at this moment.
    pub(super) fn of(&mut self, name: &OsStr, stamp: Stamp, at: Instant) -> Readiness {
        let seen = self.seen.get(name).copied();
        if seen == Some(Seen::RenamedIn) {
            return Readiness::Complete;
        }
        let waiting = self.waiting.entry(name.to_owned()).or_insert(Waiting { stamp, since: at, is_broken: false });
        if waiting.stamp != stamp {
            *waiting = Waiting { stamp, since: at, is_broken: false };
        }
        let unchanged = at.saturating_duration_since(waiting.since);
        match seen {
            Some(Seen::Written) if unchanged < WRITING => Readiness::In(WRITING - unchanged),
            _ if unchanged < UNCHANGED => Readiness::In(UNCHANGED - unchanged),
            Some(Seen::Closed) => Readiness::Complete,
            Some(Seen::RenamedIn | Seen::Written) | None if unchanged < BROKEN_OFF => match waiting.is_broken {
                true => Readiness::In(BROKEN_OFF - unchanged),
                false => Readiness::Quiet,
            },
            Some(Seen::RenamedIn | Seen::Written) | None => Readiness::Complete,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{
        super::directory::{Directory, Found},
        *,
    };

    fn stamp(folder: &std::path::Path, name: &str) -> Stamp {
        let Found::File(stamp) = Directory::open(folder).unwrap().look(OsStr::new(name)).unwrap() else {
            unreachable!("a file was written")
        };
        stamp
    }

    #[test]
    fn a_file_is_complete_when_renamed_in_or_unchanged_for_two_seconds_and_closed() {
        let folder = tempfile::tempdir().unwrap();
        let name = OsStr::new("m.xml");
        std::fs::write(folder.path().join("m.xml"), "<a>").unwrap();
        let short = stamp(folder.path(), "m.xml");
        std::fs::write(folder.path().join("m.xml"), "<a></a>").unwrap();
        let long = stamp(folder.path(), "m.xml");
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut files = Completeness::default();
        assert!(matches!(files.of(name, short, start), Readiness::In(_)));
        // It grew: the two seconds begin again.
        assert!(matches!(files.of(name, long, after(3)), Readiness::In(_)));
        assert_eq!(files.of(name, long, after(5)), Readiness::Quiet, "unchanged; nobody saw whether it was closed");
        files.broke_off(name);
        assert_eq!(
            files.of(name, long, after(6)),
            Readiness::In(Duration::from_secs(57)),
            "it is not read again and again"
        );
        assert_eq!(files.of(name, long, after(64)), Readiness::Complete, "a minute is enough for any writer");
        files.heed(name.into(), Seen::Written);
        assert!(matches!(files.of(name, long, after(64)), Readiness::In(_)), "its writer was seen, not its closing");
        files.heed(name.into(), Seen::Closed);
        assert_eq!(files.of(name, long, after(64)), Readiness::Complete);
        files.forget(name);
        files.heed(name.into(), Seen::Closed);
        assert!(matches!(files.of(name, long, after(70)), Readiness::In(_)), "closed, and perhaps opened again");
        files.heed(name.into(), Seen::RenamedIn);
        assert_eq!(files.of(name, long, after(70)), Readiness::Complete, "at once");
    }
}
