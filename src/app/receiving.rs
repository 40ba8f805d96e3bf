//! Receiving by hand, and import of rides.
//!
//! **Not here:** what receiving does by itself: the purge of the day, delivering (`daily`).

use std::{
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use hl7::{Limits, Rule};
use intake::{Arrival, ReadMessage, Reader, TakenOutcome, Way};
use store::Inbox;
use zeroize::Zeroizing;

use crate::error::AppError;

/// The door of receiving with how messages are read.
pub struct Receiving {
    /// The inbox.
    pub inbox: Inbox,
    /// The reader.
    pub reader: Reader,
}

/// Messages of one transaction that have been read: what is left to do needs the store.
pub(crate) struct ReadBatch {
    messages: Vec<Vec<u8>>,
    read: Vec<ReadMessage>,
    received: DateTime<Utc>,
}

impl ReadBatch {
    pub(crate) fn new(reader: &Reader, messages: Vec<Vec<u8>>, received: DateTime<Utc>) -> Self {
        let read = messages.iter().map(|bytes| intake::read_message(reader, &by_hand(bytes), received)).collect();
        Self { messages, read, received }
    }
}

fn by_hand(bytes: &[u8]) -> Arrival<'_> {
    let acknowledgement_id = uuid::Uuid::new_v4().to_string();
    Arrival { bytes, charset: None, way: Way::Hand, allowed: &[], acknowledgement_id, self_test: None }
}

/// How messages are read here: by the shipped profiles, until it follows a store's.
pub(crate) fn reader(settings: &store::Settings) -> Result<Reader, AppError> {
    let profiles = hl7::Profiles::shipped().map_err(|_| AppError::refused("error-profiles", vec![]))?;
    Ok(Reader::new(profiles, Limits::default(), settings))
}

/// What became of an import of messages.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Taken in.
    pub taken_in: u64,
    /// Exact repeats.
    pub repeated: u64,
    /// Older versions.
    pub superseded: u64,
    /// Refused.
    pub refused: u64,
    /// Which of them were refused, and by which rule.
    pub refusals: Vec<RefusedMessage>,
    /// Files that could not be read; the others were.
    pub unreadable: Vec<AppError>,
    /// Files that were not come to: the import was stopped, or failed. What was taken in before stays.
    pub left: u64,
    /// Why the import could not go on.
    pub failed: Option<AppError>,
}

/// A refused message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedMessage {
    /// Its file; of messages in memory: its number in the batch.
    pub place: PathBuf,
    /// The rule.
    pub rule: Rule,
}

impl RefusedMessage {
    /// The key of what can be done about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self.rule {
            Rule::TooLarge | Rule::Encoding | Rule::NotWellFormed | Rule::Dtd | Rule::TooMuch | Rule::NoMessage => {
                "remedy-file"
            }
            Rule::SenderMissing | Rule::SenderNotConnected => "remedy-connection",
            Rule::OtherRav => "remedy-other-rav",
            Rule::RealBsnInTest => "remedy-test",
            Rule::ProfileMissing => "remedy-profile",
            Rule::TermPassed => "remedy-none",
            Rule::NotStored => "remedy-again",
            Rule::NoDocument
            | Rule::ManyDocuments
            | Rule::ManyPatients
            | Rule::RideMissing
            | Rule::RideTwice
            | Rule::OtherContent
            | Rule::OtherVersion
            | Rule::BsnInvalid
            | Rule::BsnTwo
            | Rule::IdMissing
            | Rule::DateImpossible
            | Rule::GenderUnknown
            | Rule::VersionUnusable
            | Rule::AgreementUnknown
            | Rule::DiagnosisIncomplete
            | Rule::TranslationLeads
            | Rule::DiagnosisWithoutSystem
            | Rule::ReferenceDangling
            | Rule::RideOfOtherRav
            | Rule::ProfileUnknown
            | Rule::SentInFuture
            | Rule::BornAfterRide
            | Rule::SentBeforeRide
            | Rule::SenderUnusable
            | Rule::VehicleUnusable
            | Rule::RideNumberUnusable
            | Rule::RideTimeUnreadable
            | Rule::HandOverNotCounted
            | Rule::RepeatUnproven
            | Rule::TextEncoded
            | Rule::ReceiverUnusable
            | Rule::AgreementWithDiagnosis
            | Rule::DiagnosisNotStated
            | Rule::RideElsewhere
            | Rule::TestBsnInProduction
            | Rule::MustUnderstand => "remedy-hospital",
        }
    }
}

impl Summary {
    /// Of messages in memory, each named by its number.
    fn of_batch(outcomes: impl IntoIterator<Item = TakenOutcome>) -> Self {
        let mut summary = Self::default();
        for (outcome, number) in outcomes.into_iter().zip(1_u32..) {
            summary.count(PathBuf::from(number.to_string()), outcome);
        }
        summary
    }

    fn count(&mut self, place: PathBuf, outcome: TakenOutcome) {
        match outcome {
            TakenOutcome::TakenIn => self.taken_in += 1,
            TakenOutcome::Repeated => self.repeated += 1,
            TakenOutcome::Superseded => self.superseded += 1,
            // It comes over https only.
            TakenOutcome::SelfTest => {}
            TakenOutcome::Refused(rule) => {
                self.refused += 1;
                self.refusals.push(RefusedMessage { place, rule });
            }
        }
    }
}

// LIMIT: messages and bytes of one transaction.
const BATCH: usize = 500;
const BATCH_BYTES: usize = 8 << 20;
// LIMIT: bytes of a text that people write; a hundred hospitals have 50 KB.
const TEXT_BYTES: u64 = 1 << 20;

impl Receiving {
    /// Opens the door.
    ///
    /// # Errors
    /// When the shipped profiles do not load; cannot happen in a built program.
    pub fn new(inbox: Inbox) -> Result<Self, AppError> {
        let reader = reader(inbox.store().settings())?;
        Ok(Self { inbox, reader })
    }

    /// Takes in messages that are in memory, as one batch.
    ///
    /// # Errors
    /// When the store cannot be written: then nothing of the batch is there.
    pub fn take_in_bytes(&mut self, messages: &[&[u8]], now: DateTime<Utc>) -> Result<Summary, AppError> {
        Ok(Summary::of_batch(self.take_in_batch(messages, now)?))
    }

    /// Takes in a batch that was read before.
    pub(crate) fn take_in_read(&mut self, batch: ReadBatch) -> Result<Summary, AppError> {
        let ReadBatch { messages, read, received } = batch;
        self.reader.follow(self.inbox.store(), received)?;
        let arrivals: Vec<Arrival<'_>> = messages.iter().map(|bytes| by_hand(bytes)).collect();
        let taken = intake::take_in_read(&mut self.inbox, &self.reader, &arrivals, read, received)?;
        Ok(Summary::of_batch(taken.into_iter().map(|one| one.answered().outcome)))
    }

    /// Takes in one message as if its hospital had sent it; whatever becomes of it.
    pub(crate) fn take_in_sent(&mut self, bytes: &[u8], now: DateTime<Utc>) -> Result<(), AppError> {
        self.reader.follow(self.inbox.store(), now)?;
        intake::take_in(&mut self.inbox, &self.reader, &Arrival { way: Way::Https, ..by_hand(bytes) }, now)?;
        Ok(())
    }

    fn take_in_batch(&mut self, messages: &[&[u8]], now: DateTime<Utc>) -> Result<Vec<TakenOutcome>, AppError> {
        self.reader.follow(self.inbox.store(), now)?;
        let arrivals: Vec<Arrival<'_>> = messages.iter().map(|bytes| by_hand(bytes)).collect();
        let taken = intake::take_in_all(&mut self.inbox, &self.reader, &arrivals, now)?;
        Ok(taken.into_iter().map(|one| one.outcome).collect())
    }

    /// Takes in files and folders of files, in the order of their names. A file that cannot be read is named in the
    /// summary and the others are taken in. Where `go_on` says no or the store cannot be written, it ends there, and the
    /// summary says what was taken in before: that stays.
    ///
    /// # Errors
    /// When a folder cannot be listed: nothing is taken in then.
    pub fn import_messages(
        &mut self,
        paths: &[PathBuf],
        now: DateTime<Utc>,
        go_on: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Summary, AppError> {
        let files = files(paths)?;
        let all = files.len() as u64;
        let mut summary = Summary::default();
        let mut batch = Batch::default();
        for (path, done) in files.into_iter().zip(1..) {
            match read_at_most(&path, message_bytes_max()) {
                Ok(bytes) => batch.push(path, bytes),
                Err(error) => summary.unreadable.push(error),
            }
            if batch.is_full() || done == all {
                let in_hand = batch.paths.len() as u64;
                if let Err(error) = self.take_in_files(&mut batch, &mut summary, now) {
                    (summary.left, summary.failed) = (all - done + in_hand, Some(error));
                    return Ok(summary);
                }
                if !go_on(done, all) && done < all {
                    summary.left = all - done;
                    return Ok(summary);
                }
            }
        }
        summary.failed = self.deliver(now).err();
        Ok(summary)
    }

    fn take_in_files(&mut self, batch: &mut Batch, summary: &mut Summary, now: DateTime<Utc>) -> Result<(), AppError> {
        let Batch { paths, contents, .. } = std::mem::take(batch);
        let slices: Vec<&[u8]> = contents.iter().map(|bytes| bytes.as_slice()).collect();
        for (path, outcome) in paths.into_iter().zip(self.take_in_batch(&slices, now)?) {
            summary.count(path, outcome);
        }
        Ok(())
    }
}

/// Files of one transaction.
#[derive(Default)]
struct Batch {
    paths: Vec<PathBuf>,
    contents: Vec<Zeroizing<Vec<u8>>>,
    bytes: usize,
}

impl Batch {
    fn push(&mut self, path: PathBuf, content: Zeroizing<Vec<u8>>) {
        self.bytes += content.len();
        self.paths.push(path);
        self.contents.push(content);
    }

    fn is_full(&self) -> bool {
        self.paths.len() >= BATCH || self.bytes >= BATCH_BYTES
    }
}

/// The most bytes of a message.
#[must_use]
pub fn message_bytes_max() -> u64 {
    Limits::default().message_bytes_max as u64
}

/// A file's bytes, of a longer one the first `limit` + 1: it is refused by its size wherever that is judged.
///
/// # Errors
/// When it is no file or cannot be read.
pub fn read_at_most(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>, AppError> {
    let failed = |error: std::io::Error| AppError::file(path, &error);
    let found = std::fs::metadata(path).map_err(failed)?;
    if found.is_dir() {
        return Err(AppError::file(path, &ErrorKind::IsADirectory.into()));
    }
    if !found.is_file() {
        return Err(AppError::no_file(path));
    }
    let expected = usize::try_from(found.len().min(limit + 1)).unwrap_or_default();
    let mut bytes = Zeroizing::new(Vec::with_capacity(expected));
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// A text that people write: settings, connections, a profile.
///
/// # Errors
/// When it is no file, cannot be read, is longer than such a text, or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, AppError> {
    let bytes = read_at_most(path, TEXT_BYTES)?;
    if bytes.len() as u64 > TEXT_BYTES {
        return Err(AppError::refused("error-text-large", vec![]).at(path));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| AppError::file(path, &ErrorKind::InvalidData.into()))?;
    Ok(text.to_owned())
}

/// Files as given, folders by their `.xml` files in the order of their names.
pub(crate) fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, AppError> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path).map_err(|e| AppError::file(path, &e))?;
        let mut inside = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|e| AppError::file(path, &e))?.path();
            if entry.is_file() && entry.extension().is_some_and(|e| e.eq_ignore_ascii_case("xml")) {
                inside.push(entry);
            }
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}
