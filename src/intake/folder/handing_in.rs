//! A batch of files at the committer's entrance, and what is to be put away of it afterwards.

use std::{
    collections::VecDeque,
    ffi::{OsStr, OsString},
    path::Path,
    sync::Arc,
};

use domain::InstanceId;
use store::{FolderMark, Way};
use uuid::Uuid;

use super::{
    directory::Stamp,
    putting_away::{Done, Shelf, neutral_stem},
};
use crate::{
    committer::{Answered, Entrance, Message, NotTaken, Waiting},
    take_in::{Taken, TakenOutcome},
};

/// A file whose message is read.
pub(super) struct InHand {
    pub(super) name: OsString,
    pub(super) stamp: Stamp,
    pub(super) mark: FolderMark,
    pub(super) bytes: Vec<u8>,
}

/// A batch on its way through the committer.
pub(super) struct Submitted {
    pub(super) all: usize,
    judged: Vec<(InHand, Taken)>,
    waiting: VecDeque<(InHand, Waiting)>,
}

/// Hands a batch in. What finds no room though nothing of it is on its way stays.
pub(super) fn submit(entrance: &Entrance, allowed: &Arc<[InstanceId]>, batch: Vec<InHand>) -> Submitted {
    let mut submitted =
        Submitted { all: batch.len(), judged: Vec::with_capacity(batch.len()), waiting: VecDeque::new() };
    for mut file in batch {
        let mut message = Message {
            bytes: std::mem::take(&mut file.bytes),
            charset: None,
            way: Way::Folder,
            allowed: Arc::clone(allowed),
            acknowledgement_id: Uuid::new_v4().to_string(),
            self_test: None,
        };
        loop {
            match entrance.hand_in(message) {
                Ok(one) => {
                    submitted.waiting.push_back((file, one));
                    break;
                }
                Err((NotTaken::Full, back)) if !submitted.waiting.is_empty() => {
                    message = back;
                    submitted.wait_for_oldest();
                }
                // Others fill the queue, or it is shut: the file stays, for the next round.
                Err((NotTaken::Full | NotTaken::Shut, _)) => break,
            }
        }
    }
    submitted
}

impl Submitted {
    fn wait_for_oldest(&mut self) {
        if let Some((file, waiting)) = self.waiting.pop_front()
            && let Answered::Taken(taken) = waiting.wait()
        {
            self.judged.push((file, taken));
        }
    }

    /// Waits for its answers; gives what was judged. What is not there was not stored: its file stays.
    pub(super) fn judged(mut self) -> Vec<(InHand, Taken)> {
        while !self.waiting.is_empty() {
            self.wait_for_oldest();
        }
        self.judged
    }
}

/// What came of a batch, in counts.
pub(super) fn say(folder: &str, judged: &[(InHand, Taken)]) {
    let count = |of: fn(&TakenOutcome) -> bool| judged.iter().filter(|(_, taken)| of(&taken.outcome)).count();
    tracing::info!(
        folder,
        taken_in = count(|outcome| matches!(outcome, TakenOutcome::TakenIn)),
        repeated = count(|outcome| matches!(outcome, TakenOutcome::Repeated)),
        superseded = count(|outcome| matches!(outcome, TakenOutcome::Superseded)),
        refused = count(|outcome| matches!(outcome, TakenOutcome::Refused(_))),
        "files read"
    );
}

/// What is to be put away of a file that was judged.
pub(super) fn done(file: InHand, taken: Taken) -> Done {
    let shelf = match taken.outcome {
        TakenOutcome::TakenIn | TakenOutcome::Repeated | TakenOutcome::Superseded | TakenOutcome::SelfTest => {
            Shelf::Taken
        }
        TakenOutcome::Refused(_) => Shelf::Refused,
    };
    let is_xml = Path::new(&file.name).extension() == Some(OsStr::new("xml"));
    let base = neutral_stem(&file.name).filter(|_| is_xml).unwrap_or_else(|| file.mark.hex());
    Done { name: file.name, stamp: file.stamp, base, answer: taken.answer.xml, shelf }
}
