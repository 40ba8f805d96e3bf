//! What monitoring is told at once: that receiving stands still, or soon will.
//!
//! **Not here:** what asks for attention without haste (`reports::status_exit`), a sender's silence.

use store::{FileFault, FolderHealth, ReceiverState, Status, Trouble, TroubleRow};
use viewmodel::Alarm;

use crate::error::shown;

/// What cannot wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// Messages are to come in by themselves, and no process receives them.
    ReceiverStopped,
    /// The watched folder is not there.
    FolderGone,
    /// The receiver may not read it.
    FolderDenied,
    /// What was taken in cannot be put away, or nothing can be taken in.
    FolderStuck,
    /// The disk of the store is nearly full, or senders are told so.
    DiskNearlyFull,
    /// A file of the listener could not be read anew: it goes on with what it had, until it is started again.
    ListenerFile(FileFault),
    /// A public key in the store is not its owner's: nothing is sealed to it.
    KeySwapped,
}

// LIMIT: bytes below which the disk counts as nearly full: some days of a large RAV, and room for a backup's log.
const DISK_FREE_MIN: u64 = 1 << 30;

impl Check {
    /// Its word in `status --json`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ReceiverStopped => "receiver-stopped",
            Self::FolderGone => "folder-gone",
            Self::FolderDenied => "folder-denied",
            Self::FolderStuck => "folder-stuck",
            Self::DiskNearlyFull => "disk-nearly-full",
            Self::ListenerFile(_) => "server-certificate",
            Self::KeySwapped => "key-swapped",
        }
    }

    /// The key of its sentence.
    fn key(self) -> &'static str {
        match self {
            Self::ReceiverStopped => "check-receiver-stopped",
            Self::FolderGone => "check-folder-gone",
            Self::FolderDenied => "check-folder-denied",
            Self::FolderStuck => "check-folder-stuck",
            Self::DiskNearlyFull => "check-disk-nearly-full",
            Self::ListenerFile(FileFault::Gone) => "check-listener-gone",
            Self::ListenerFile(FileFault::Denied) => "check-listener-denied",
            Self::ListenerFile(FileFault::Unreadable) => "check-listener-unreadable",
            Self::ListenerFile(FileFault::KeyOpen) => "check-listener-key-open",
            Self::ListenerFile(FileFault::NotPem) => "check-listener-not-pem",
            Self::ListenerFile(FileFault::NoPair) => "check-listener-no-pair",
            Self::KeySwapped => "check-key-swapped",
        }
    }

    /// Its sentence, with what to do.
    pub(crate) fn alarm(self, receiver: &ReceiverState) -> Alarm {
        let values = match (self, &receiver.file) {
            (Self::ListenerFile(_), Some(file)) => vec![("place", file.place.clone()), ("since", shown(file.since))],
            (..) => Vec::new(),
        };
        Alarm { text: self.key(), values, take_up: None }
    }

    /// Whether *Ontvangst* says it by itself: what is wrong with keys, and a disk of which senders were told, it says in other words.
    pub(crate) fn stands_apart(self, troubles: &[TroubleRow]) -> bool {
        match self {
            Self::KeySwapped => false,
            Self::DiskNearlyFull => !troubles.iter().any(is_full),
            Self::ReceiverStopped
            | Self::FolderGone
            | Self::FolderDenied
            | Self::FolderStuck
            | Self::ListenerFile(_) => true,
        }
    }
}

fn is_full(row: &TroubleRow) -> bool {
    row.trouble == Trouble::DiskNearlyFull && !row.over
}

/// What cannot wait, of a store.
pub(crate) fn of(status: &Status) -> Vec<Check> {
    let disk_full = status.disk_free < DISK_FREE_MIN || status.troubles.iter().any(is_full);
    let swapped = (!status.swapped_keys.is_empty()).then_some(Check::KeySwapped);
    found(&status.receiver, disk_full).into_iter().chain(swapped).collect()
}

fn found(receiver: &ReceiverState, disk_full: bool) -> Vec<Check> {
    let folder = match receiver.folder {
        FolderHealth::Gone => Some(Check::FolderGone),
        FolderHealth::Denied => Some(Check::FolderDenied),
        FolderHealth::Stuck => Some(Check::FolderStuck),
        FolderHealth::None | FolderHealth::Watched => None,
    };
    [
        (receiver.expected && !receiver.runs).then_some(Check::ReceiverStopped),
        // What a receiver that is gone last said may be over.
        folder.filter(|_| receiver.runs),
        receiver.file.as_ref().filter(|_| receiver.runs).map(|file| Check::ListenerFile(file.fault)),
        disk_full.then_some(Check::DiskNearlyFull),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn receiver(expected: bool, runs: bool, folder: FolderHealth) -> ReceiverState {
        ReceiverState { expected, runs, started: None, stopped: None, folder, file: None }
    }

    #[test]
    fn every_fault_of_a_file_of_the_listener_is_told_with_its_place_since_when_and_what_to_do() {
        use FileFault::{Denied, Gone, KeyOpen, NoPair, NotPem, Unreadable};
        let since = chrono::DateTime::from_timestamp(1_789_975_800, 0).unwrap_or_default();
        for language in [viewmodel::Language::Dutch, viewmodel::Language::English] {
            let texts = viewmodel::Texts::load(language).unwrap();
            let mut all = std::collections::BTreeSet::new();
            for fault in [Gone, Denied, Unreadable, KeyOpen, NotPem, NoPair] {
                let file = store::WrongFile { fault, place: "/etc/terugblik/own.key".into(), since };
                let mut state = receiver(true, true, FolderHealth::None);
                state.file = Some(file);
                assert_eq!(found(&state, false), [Check::ListenerFile(fault)]);
                let Alarm { text, values, .. } = Check::ListenerFile(fault).alarm(&state);
                let words = texts.format(text, &values);
                for part in ["/etc/terugblik/own.key", "21-09-2026 09:30"] {
                    assert!(words.contains(part), "{part}: {words}");
                }
                all.insert(words);
                state.runs = false;
                assert_eq!(found(&state, false), [Check::ReceiverStopped], "what it last said may be over");
            }
            assert_eq!(all.len(), 6);
        }
    }

    #[test]
    fn each_thing_that_stands_still_is_told_and_nothing_else() {
        assert_eq!(found(&receiver(false, false, FolderHealth::None), false), [], "nobody expects it");
        assert_eq!(found(&receiver(true, true, FolderHealth::Watched), false), []);
        assert_eq!(found(&receiver(true, false, FolderHealth::Watched), false), [Check::ReceiverStopped]);
        for (folder, check) in [
            (FolderHealth::Gone, Check::FolderGone),
            (FolderHealth::Denied, Check::FolderDenied),
            (FolderHealth::Stuck, Check::FolderStuck),
        ] {
            assert_eq!(found(&receiver(true, true, folder), false), [check]);
            assert_eq!(
                found(&receiver(true, false, folder), false),
                [Check::ReceiverStopped],
                "what it last said may be over"
            );
        }
        let both = found(&receiver(true, true, FolderHealth::Gone), true);
        assert_eq!(both, [Check::FolderGone, Check::DiskNearlyFull]);
    }
}
