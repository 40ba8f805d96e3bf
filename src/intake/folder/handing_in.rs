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

/// Hands a batch in and waits for its answers; gives what was judged. What is not there was not stored: its file stays.
pub(super) fn hand_in(entrance: &Entrance, allowed: &Arc<[InstanceId]>, batch: Vec<InHand>) -> Vec<(InHand, Taken)> {
    let mut judged = Vec::with_capacity(batch.len());
    let mut waiting: VecDeque<(InHand, Waiting)> = VecDeque::new();
    let answered = |(file, waiting): (InHand, Waiting), judged: &mut Vec<(InHand, Taken)>| {
        if let Answered::Taken(taken) = waiting.wait() {
            judged.push((file, taken));
        }
    };
    for mut file in batch {
        let mut message = Message {
            bytes: std::mem::take(&mut file.bytes),
            charset: None,
            way: Way::Folder,
            allowed: Arc::clone(allowed),
            acknowledgement_id: Uuid::new_v4().to_string(),
        };
        loop {
            match entrance.hand_in(message) {
                Ok(one) => {
                    waiting.push_back((file, one));
                    break;
                }
                Err((NotTaken::Full, back)) if !waiting.is_empty() => {
                    message = back;
                    if let Some(oldest) = waiting.pop_front() {
                        answered(oldest, &mut judged);
                    }
                }
                // Others fill the queue, or it is shut: the file stays, for the next round.
                Err((NotTaken::Full | NotTaken::Shut, _)) => break,
            }
        }
    }
    for one in waiting {
        answered(one, &mut judged);
    }
    judged
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
        TakenOutcome::TakenIn | TakenOutcome::Repeated | TakenOutcome::Superseded => Shelf::Taken,
        TakenOutcome::Refused(_) => Shelf::Refused,
    };
    let is_xml = Path::new(&file.name).extension() == Some(OsStr::new("xml"));
    let base = neutral_stem(&file.name).filter(|_| is_xml).unwrap_or_else(|| file.mark.hex());
    Done { name: file.name, stamp: file.stamp, base, answer: taken.answer.xml, shelf }
}
