//! What monitoring is told at once: that receiving stands still, or soon will.
//!
//! **Not here:** what asks for attention without haste (`reports::status_exit`), a sender's silence.

use store::{FolderHealth, ReceiverState, Status, Trouble, TroubleRow};

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
            Self::KeySwapped => "key-swapped",
        }
    }

    /// The key of its sentence.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::ReceiverStopped => "check-receiver-stopped",
            Self::FolderGone => "check-folder-gone",
            Self::FolderDenied => "check-folder-denied",
            Self::FolderStuck => "check-folder-stuck",
            Self::DiskNearlyFull => "check-disk-nearly-full",
            Self::KeySwapped => "check-key-swapped",
        }
    }
}

/// What cannot wait, of a store.
pub(crate) fn of(status: &Status) -> Vec<Check> {
    let is_full = |row: &TroubleRow| row.trouble == Trouble::DiskNearlyFull && !row.over;
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
        disk_full.then_some(Check::DiskNearlyFull),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receiver(expected: bool, runs: bool, folder: FolderHealth) -> ReceiverState {
        ReceiverState { expected, runs, started: None, stopped: None, folder }
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
