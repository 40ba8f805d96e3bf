//! One round through the watched folder: what is complete is read, handed in, and put away or remembered.
//!
//! **Invariant:** a file is put away, or remembered as taken, only after its message was judged and what is kept of it is durable.
//! **Invariant:** what could not be stored, or not be put away, is tried again, and nothing new is taken from its folder meanwhile.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use hl7::{Limits, Profiles, Rule};
use store::{FolderHealth, FolderMark, Store};

use super::{
    FolderSettings, Handling,
    completeness::Readiness,
    directory::{Directory, Found, Opened, Stamp, is_absent, is_gone},
    events::Wake,
    handing_in::{self, InHand, Submitted},
    keeping::Terms,
    places::{self, Place, TOP},
    problems::{Problem, Problems},
    putting_away::{Done, REFUSED, Shelves, TAKEN},
};
use crate::{committer::Entrance, take_in::Taken};

// LIMIT: messages of one batch and their bytes. Two are in memory and in the committer's queue at a time, half of its places: the others
// are for who sends over HTTPS.
const BATCH: usize = 250;
const BATCH_BYTES: usize = 4 << 20;
// LIMIT: batches of one folder in a row; then the next hospital has its turn.
const BATCHES: usize = 8;
// LIMIT: names of a folder looked at in one round; a store of the largest RAV has fewer messages in a year.
const NAMES_MAX: usize = 200_000;
/// Between two times the terms of what was put away are looked at.
const TIDY: Duration = Duration::from_secs(60);
/// Between two times the store is told what still lies there.
const SAY_SEEN: Duration = Duration::from_secs(3600);
/// Until something that stood in the way is tried again.
const AGAIN: Duration = Duration::from_secs(5);
// Names that programs give what they are still writing; hidden files are never looked at.
const UNFINISHED: [&str; 6] = ["tmp", "temp", "part", "partial", "filepart", "crdownload"];

/// What a round leaves to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Round {
    /// When the next one is due.
    pub(super) next: Duration,
    /// How it is.
    pub(super) health: FolderHealth,
    /// Messages that were judged.
    pub(super) judged: usize,
}

/// Which folders a round came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Through {
    All,
    /// It was stopped, or the store did not say which there are.
    Part,
}

/// The scanner.
pub(super) struct Scan {
    settings: FolderSettings,
    store: Store,
    entrance: Entrance,
    profiles: Profiles,
    places: HashMap<Vec<OsString>, Place>,
    problems: Problems,
    /// What is remembered as taken, where nothing may be altered.
    taken: HashSet<FolderMark>,
    /// When the store was last told that they are still there.
    seen: Option<Instant>,
    go_on: Box<dyn Fn() -> bool + Send>,
}

/// Finishes a batch whose messages were judged; whether all of it is.
type Finish<'a> = dyn FnMut(&mut Scan, &mut Place, Vec<(InHand, Taken)>, &mut Round) -> bool + 'a;

impl Scan {
    pub(super) fn new(
        settings: FolderSettings,
        mut store: Store,
        entrance: Entrance,
        now: DateTime<Utc>,
        go_on: Box<dyn Fn() -> bool + Send>,
    ) -> Result<Self, store::StoreError> {
        store.forget_unseen(now)?;
        let taken = match settings.handling {
            Handling::ReadOnly => store.folder_taken()?,
            Handling::PutAway(_) => HashSet::new(),
        };
        let (places, problems) = (HashMap::new(), Problems::default());
        // Whether a file reads to its end is the same by every profile.
        let profiles = Profiles::in_force(&[]);
        Ok(Self { settings, store, entrance, profiles, places, problems, taken, seen: None, go_on })
    }

    /// Which folders there are, without what is in them; what stands in the way is the first round's to tell.
    pub(super) fn look(&mut self) {
        if let (Ok(root), Ok(hospitals)) = (Directory::open(&self.settings.root), self.store.connections()) {
            let found = places::find(&hospitals, &root, &mut Problems::default());
            places::renew(&mut self.places, found);
        }
    }

    /// Whether the watched folder is there, as far as it was in the last round.
    pub(super) fn is_there(&self) -> bool {
        self.problems.has_said(Problem::Gone) || Directory::open(&self.settings.root).is_ok()
    }

    /// One round.
    pub(super) fn round(&mut self, wake: &Wake, now: DateTime<Utc>, at: Instant) -> Round {
        let mut round = Round { next: self.settings.scan_every, health: FolderHealth::Watched, judged: 0 };
        self.heed(wake);
        let saw_all = match Directory::open(&self.settings.root) {
            Ok(root) => self.through(&root, &mut round, now, at) == Through::All,
            Err(error) => {
                let problem = if is_gone(&error) { Problem::Gone } else { Problem::Denied };
                self.problems.find(problem, TOP);
                round.next = AGAIN;
                false
            }
        };
        if !saw_all {
            self.problems.keep_what_was_not_seen();
        }
        round.health = self.problems.say();
        round
    }

    /// The folders that are watched: those that were there in the last round.
    pub(super) fn watched(&self) -> Vec<PathBuf> {
        let path = |steps: &Vec<OsString>| steps.iter().fold(self.settings.root.clone(), |path, step| path.join(step));
        self.places.keys().map(path).filter(|path| path.is_dir()).collect()
    }

    /// What events told since the last round.
    fn heed(&mut self, wake: &Wake) {
        for (path, seen) in wake.take() {
            let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { continue };
            let Ok(below) = folder.strip_prefix(&self.settings.root) else { continue };
            let steps: Vec<OsString> = below.iter().map(OsStr::to_owned).collect();
            if let Some(place) = self.places.get_mut(&steps) {
                place.files.heed(name.to_owned(), seen);
            }
        }
    }

    fn through(&mut self, root: &Directory, round: &mut Round, now: DateTime<Utc>, at: Instant) -> Through {
        let Ok(hospitals) = self.store.connections() else {
            self.problems.find(Problem::NotStored, TOP);
            round.next = AGAIN;
            return Through::Part;
        };
        let found = places::find(&hospitals, root, &mut self.problems);
        places::renew(&mut self.places, found);
        let mut present = HashSet::new();
        let (mut is_whole, mut through) = (true, Through::All);
        let mut places: Vec<Place> = std::mem::take(&mut self.places).into_values().collect();
        places.sort_by(|a, b| a.steps.cmp(&b.steps));
        for place in &mut places {
            if !(self.go_on)() {
                (is_whole, through) = (false, Through::Part);
                break;
            }
            match self.place(root, place, round, (now, at)) {
                Some(marks) => present.extend(marks),
                None => is_whole = false,
            }
        }
        self.places = places.into_iter().map(|place| (place.steps.clone(), place)).collect();
        if self.settings.handling == Handling::ReadOnly && is_whole {
            self.forget_vanished(&present, now, at);
        }
        through
    }

    fn forget_vanished(&mut self, present: &HashSet<FolderMark>, now: DateTime<Utc>, at: Instant) {
        let vanished: Vec<FolderMark> = self.taken.difference(present).copied().collect();
        // What is still there is said to be, now and then: it does not run out.
        let is_due = self.seen.is_none_or(|seen| at.saturating_duration_since(seen) >= SAY_SEEN);
        if vanished.is_empty() && !is_due {
            return;
        }
        self.seen = Some(at);
        if self.store.forget_vanished(&vanished, now).is_ok() {
            self.taken.retain(|mark| present.contains(mark));
        }
    }

    /// One folder; gives the marks of the files in it that are remembered, or nothing where it was not read whole.
    fn place(
        &mut self,
        root: &Directory,
        place: &mut Place,
        round: &mut Round,
        (now, at): (DateTime<Utc>, Instant),
    ) -> Option<Vec<FolderMark>> {
        let opened = place
            .steps
            .iter()
            .try_fold(None::<Directory>, |folder, step| folder.as_ref().unwrap_or(root).below(step).map(Some));
        let own = match opened {
            Ok(own) => own,
            Err(error) => {
                self.problems.find(if is_gone(&error) { Problem::Missing } else { Problem::Denied }, &place.name);
                // Where there is none, everything that was in it has vanished; a share that is silent has not said so.
                return is_absent(&error).then(Vec::new);
            }
        };
        let folder = own.as_ref().unwrap_or(root);
        let Ok((names, is_more)) = folder.names(NAMES_MAX) else {
            self.problems.find(Problem::Denied, &place.name);
            return None;
        };
        if is_more {
            self.problems.find(Problem::Many, &place.name);
        }
        place.files.keep_only(&names);
        match self.settings.handling {
            Handling::PutAway(terms) => {
                self.put_away_from((folder, place), &names, &terms, round, (now, at));
                None
            }
            Handling::ReadOnly => {
                let (marks, files) = self.not_taken_yet(folder, place, &names, round, at);
                self.remember_from((folder, place), files, round, now);
                (!is_more).then_some(marks)
            }
        }
    }

    /// The complete files of a folder, oldest first.
    fn complete(
        &mut self,
        folder: &Directory,
        place: &mut Place,
        names: &[OsString],
        round: &mut Round,
        at: Instant,
    ) -> Vec<(OsString, Stamp, Readiness)> {
        let mut files = Vec::new();
        for name in names {
            if is_unfinished(name) {
                continue;
            }
            match folder.look(name) {
                Ok(Found::File(stamp)) => match place.files.of(name, stamp, at) {
                    Readiness::In(wait) => round.next = round.next.min(wait.max(Duration::from_millis(50))),
                    ready @ (Readiness::Complete | Readiness::Quiet) => files.push((name.clone(), stamp, ready)),
                },
                Ok(Found::Special) => self.problems.find(Problem::Special, &place.name),
                Ok(Found::Folder | Found::Nothing) => {}
                Err(_) => self.problems.find(Problem::Unreadable, &place.name),
            }
        }
        files.sort_by(|a, b| (a.1.written, &a.0).cmp(&(b.1.written, &b.0)));
        files
    }

    fn put_away_from(
        &mut self,
        (folder, place): (&Directory, &mut Place),
        names: &[OsString],
        terms: &Terms,
        round: &mut Round,
        (now, at): (DateTime<Utc>, Instant),
    ) {
        let mut files = VecDeque::from(self.complete(folder, place, names, round, at));
        if !files.is_empty() && place.is_of_nobody() {
            self.problems.find(Problem::OfNobody, &place.name);
        }
        // Nothing is made in a folder that nothing came into.
        let has_shelves = names.iter().any(|name| name == TAKEN || name == REFUSED);
        if files.is_empty() && !has_shelves {
            return;
        }
        let Ok(shelves) = Shelves::of(folder) else {
            self.problems.find(Problem::NotWritable, &place.name);
            round.next = round.next.min(AGAIN);
            return;
        };
        if !self.tidy(&shelves, place, terms, round, (now, at)) {
            return;
        }
        self.by_batches((folder, place), &mut files, round, &mut |scan, place, judged, round| {
            let done = judged.into_iter().map(|(file, taken)| handing_in::done(file, taken)).collect();
            scan.put_away(&shelves, place, done, terms, round)
        });
    }

    /// Reads, hands in and finishes batch after batch, as long as each is finished whole. The next one is read and handed in before the last
    /// is finished, so that reading, committing and putting away go on at the same time.
    fn by_batches(
        &mut self,
        (folder, place): (&Directory, &mut Place),
        files: &mut VecDeque<(OsString, Stamp, Readiness)>,
        round: &mut Round,
        finish: &mut Finish<'_>,
    ) {
        let mut ahead: Option<Submitted> = None;
        let mut is_well = true;
        for turn in 0..=BATCHES {
            let batch = if turn < BATCHES && is_well { self.read(folder, place, files, round) } else { Vec::new() };
            let next = (!batch.is_empty()).then(|| handing_in::submit(&self.entrance, &place.allowed, batch));
            if let Some(before) = ahead.take() {
                let judged = self.judged(place, before, round);
                is_well &= finish(self, place, judged, round) && !self.problems.has(Problem::NotStored, &place.name);
            }
            ahead = next;
        }
        if is_well && !files.is_empty() {
            round.next = Duration::ZERO;
        }
    }

    /// Clears what a killed process left, applies the terms, and tries again to put away what could not be; whether that is done.
    fn tidy(
        &mut self,
        shelves: &Shelves<'_>,
        place: &mut Place,
        terms: &Terms,
        round: &mut Round,
        (now, at): (DateTime<Utc>, Instant),
    ) -> bool {
        if !place.is_cleared {
            place.is_cleared = shelves.clear().is_ok();
            // What came back is read in the next round.
            round.next = round.next.min(AGAIN);
        }
        let due = place.tidied.is_none_or(|tidied| at.saturating_duration_since(tidied) >= TIDY);
        if due && let Ok(removed) = terms.apply(shelves, now) {
            place.tidied = Some(at);
            if removed > 0 {
                tracing::info!(folder = place.name, removed, "originals past their term removed");
            }
        }
        let done = std::mem::take(&mut place.unfinished);
        self.put_away(shelves, place, done, terms, round)
    }

    /// Puts away; whether nothing is left of it.
    fn put_away(
        &mut self,
        shelves: &Shelves<'_>,
        place: &mut Place,
        done: Vec<Done>,
        terms: &Terms,
        round: &mut Round,
    ) -> bool {
        if done.is_empty() {
            return true;
        }
        for one in &done {
            place.files.forget(&one.name);
        }
        let (left, why) = shelves.put_away(done, |shelf| terms.kept(shelf));
        place.unfinished.extend(left);
        if why.is_some() {
            self.problems.find(Problem::Stuck, &place.name);
            round.next = round.next.min(AGAIN);
        }
        place.unfinished.is_empty()
    }

    /// Of a folder in which nothing may be altered: the marks of all its files, and what is complete and not taken yet.
    fn not_taken_yet(
        &mut self,
        folder: &Directory,
        place: &mut Place,
        names: &[OsString],
        round: &mut Round,
        at: Instant,
    ) -> (Vec<FolderMark>, VecDeque<(OsString, Stamp, Readiness)>) {
        let mut marks = Vec::new();
        let mut unknown = Vec::new();
        for name in names {
            if let Ok(Found::File(stamp)) = folder.look(name) {
                let mark = self.mark(place, name, &stamp);
                marks.push(mark);
                if self.taken.contains(&mark) {
                    continue;
                }
            }
            unknown.push(name.clone());
        }
        (marks, VecDeque::from(self.complete(folder, place, &unknown, round, at)))
    }

    fn remember_from(
        &mut self,
        (folder, place): (&Directory, &mut Place),
        mut files: VecDeque<(OsString, Stamp, Readiness)>,
        round: &mut Round,
        now: DateTime<Utc>,
    ) {
        if !files.is_empty() && place.is_of_nobody() {
            self.problems.find(Problem::OfNobody, &place.name);
        }
        if self.taken.len() + BATCH * BATCHES > NAMES_MAX {
            self.problems.find(Problem::Many, &place.name);
            return;
        }
        self.by_batches((folder, place), &mut files, round, &mut |scan, place, judged, _| {
            let marks: Vec<FolderMark> = judged.iter().map(|(file, _)| file.mark).collect();
            if scan.store.remember_taken(&marks, now).is_err() {
                scan.problems.find(Problem::NotStored, &place.name);
            }
            // Also where the store does not remember it: this process does.
            scan.taken.extend(marks);
            true
        });
    }

    fn mark(&self, place: &Place, name: &OsStr, stamp: &Stamp) -> FolderMark {
        let (seconds, nanoseconds) = stamp.written;
        let folder = place.steps.iter().fold(self.settings.root.clone(), |path, step| path.join(step));
        self.store.folder_mark(&[
            folder.as_os_str().as_encoded_bytes(),
            name.as_encoded_bytes(),
            &stamp.size.to_be_bytes(),
            &seconds.to_be_bytes(),
            &nanoseconds.to_be_bytes(),
        ])
    }

    /// Reads a batch of files.
    fn read(
        &mut self,
        folder: &Directory,
        place: &mut Place,
        files: &mut VecDeque<(OsString, Stamp, Readiness)>,
        round: &mut Round,
    ) -> Vec<InHand> {
        let limit = Limits::default().message_bytes_max as u64;
        let (mut batch, mut bytes_in_hand) = (Vec::new(), 0);
        while batch.len() < BATCH && bytes_in_hand < BATCH_BYTES && (self.go_on)() {
            let Some((name, stamp, readiness)) = files.pop_front() else { break };
            match folder.read(&name, &stamp, limit) {
                Opened::Read(bytes) if readiness == Readiness::Quiet && self.breaks_off(&bytes) => {
                    place.files.broke_off(&name);
                    round.next = round.next.min(AGAIN);
                }
                Opened::Read(bytes) => {
                    bytes_in_hand += bytes.len();
                    batch.push(InHand { mark: self.mark(place, &name, &stamp), name, stamp, bytes });
                }
                Opened::NotNow => round.next = round.next.min(AGAIN),
                Opened::Unreadable => self.problems.find(Problem::Unreadable, &place.name),
                Opened::Special => self.problems.find(Problem::Special, &place.name),
            }
        }
        batch
    }

    /// Waits for the answers of a batch; gives what was judged. What could not be stored stays where it lies.
    fn judged(&mut self, place: &Place, batch: Submitted, round: &mut Round) -> Vec<(InHand, Taken)> {
        let all = batch.all;
        let judged = batch.judged();
        round.judged += judged.len();
        if judged.len() < all {
            self.problems.find(Problem::NotStored, &place.name);
            round.next = round.next.min(AGAIN);
        }
        handing_in::say(&place.name, &judged);
        judged
    }

    /// Whether a file that nobody was seen closing may still be being written: it does not read to its end.
    fn breaks_off(&self, bytes: &[u8]) -> bool {
        match hl7::parse(bytes, &self.profiles, &Limits::default(), None) {
            Err(refusal) => matches!(refusal.rule(), Rule::NotWellFormed | Rule::NoMessage | Rule::Encoding),
            Ok(_) => false,
        }
    }
}

/// Whether its name says that it is still being written.
fn is_unfinished(name: &OsStr) -> bool {
    let end = Path::new(name).extension().map(|end| end.to_string_lossy().to_lowercase());
    end.is_some_and(|end| UNFINISHED.contains(&end.as_str())) || name.as_encoded_bytes().ends_with(b"~")
}
