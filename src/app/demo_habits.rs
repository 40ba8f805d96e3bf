//! Who reads, completes and publishes while the demo's year is received: each as often as people do.
//!
//! **Invariant:** every look goes through `Archive` with a session of its role, and is logged like any other.
//! **Not here:** what is done with an opened record (`demo_acts`).

use std::collections::{BTreeMap, VecDeque};

use access::{Administration, Event, MedicalManager, PrivacyOfficer, Professional, Session, SignedIn};
use chrono::{DateTime, Datelike, Utc};
use domain::{Identification, Purpose};
use store::{Archive, FeedbackHead, WorkReason, WorkState};

use crate::{demo_acts, error::AppError, medical_manager, publishing, sign_in};

/// What the newest records of a look are: the two newest stay for later, the others are opened.
const LOOKED_AT: u32 = 5;
const LEFT_UNREAD: usize = 2;
/// Days after which the clerk closes an item.
const CLOSED_AFTER_DAYS: i64 = 10;
/// Of the items that wait, one in so many has a note.
const NOTED_EVERY: i64 = 6;
/// Professionals after the first three who report something on the last day: still to be decided.
const REPORT_AT_LAST: (usize, usize) = (3, 3);
// LIMIT: items of a week; the year has about fifty a week.
const ITEMS_MAX: u32 = 100;

/// Those who are at work while the year is received.
pub(crate) struct Readers {
    managers: Vec<Session<MedicalManager>>,
    clerks: Vec<Session<Administration>>,
    officers: Vec<Session<PrivacyOfficer>>,
    professionals: Vec<Session<Professional>>,
    month: Option<(i32, u32)>,
    day: usize,
    /// Rides whose BSN the clerk typed over into the suite, which the next file brings.
    typed_over: TypedOver,
}

/// By ride number.
type TypedOver = BTreeMap<String, zeroize::Zeroizing<String>>;

impl Readers {
    /// The sessions of those who read.
    pub(crate) fn new(sessions: Vec<SignedIn>) -> Self {
        let mut readers = Self {
            managers: vec![],
            clerks: vec![],
            officers: vec![],
            professionals: vec![],
            month: None,
            day: 0,
            typed_over: BTreeMap::new(),
        };
        for signed_in in sessions {
            match signed_in {
                SignedIn::Administration(session) => readers.clerks.push(session),
                SignedIn::Professional(session) => readers.professionals.push(session),
                SignedIn::MedicalManager(session) => readers.managers.push(session),
                SignedIn::PrivacyOfficer(session) => readers.officers.push(session),
                SignedIn::FunctionalAdministrator(_) => {}
            }
        }
        readers
    }

    /// What is done at the end of a day.
    pub(crate) fn day_passes(&mut self, archive: &mut Archive, now: DateTime<Utc>) -> Result<(), AppError> {
        self.day += 1;
        for (reader, number) in self.professionals.iter().zip(0_usize..) {
            // One looks every week, another every two, three or four, each on a day of his own.
            let every = 7 * (1 + number % 4);
            if (self.day + number * 3).is_multiple_of(every) {
                looks(archive, reader, &mut demo_acts::reads, now)?;
            }
        }
        if self.day.is_multiple_of(7) {
            self.complete_rides(archive, now)?;
            if let Some(officer) = self.officers.first() {
                demo_acts::decides(archive, officer, now)?;
            }
        }
        let month = (now.year(), now.month());
        if self.month != Some(month) && now.day() >= 2 {
            self.month = Some(month);
            self.publish(archive, now)?;
        }
        Ok(())
    }

    /// The suite's next file of rides that were completed: their lines as they were imported, with the BSN. Lines are looked for
    /// among these files, whose columns are the same.
    pub(crate) fn completed(&mut self, imported: &VecDeque<Vec<u8>>) -> Option<String> {
        let mut lines = Vec::new();
        for file in imported.iter().filter_map(|file| std::str::from_utf8(file).ok()) {
            if self.typed_over.is_empty() {
                break;
            }
            let Some((head, rides)) = file.split_once('\n') else { continue };
            let Some(place) = head.split(';').position(|name| name == "bsn_vooraankondiging") else { continue };
            if lines.is_empty() {
                lines.push(head.to_owned());
            }
            for line in rides.lines() {
                let number = line.split(';').next().unwrap_or_default();
                let Some(bsn) = self.typed_over.remove(number) else { continue };
                let mut cells: Vec<&str> = line.split(';').collect();
                if let Some(cell) = cells.get_mut(place) {
                    *cell = bsn.as_str();
                    lines.push(cells.join(";"));
                }
            }
        }
        (lines.len() > 1).then(|| lines.join("\n") + "\n")
    }

    /// The last day: everyone has looked.
    pub(crate) fn finish(&self, archive: &mut Archive, now: DateTime<Utc>) -> Result<(), AppError> {
        let mut opens = |archive: &mut Archive, reader: &Session<_>, head: &FeedbackHead, now| {
            archive.open_record(reader, head.message, now)?;
            Ok(())
        };
        for reader in &self.professionals {
            let opened = looks(archive, reader, &mut opens, now)?;
            reflects(archive, reader, &opened, now)?;
        }
        let (first, count) = REPORT_AT_LAST;
        for reader in self.professionals.iter().skip(first).take(count) {
            let heads = archive.feedback_list(reader, ITEMS_MAX, now)?;
            demo_acts::reports_one(archive, reader, &heads, now)?;
        }
        self.publish(archive, now)
    }

    /// Once a week what is older than ten days is looked at and closed; what fails the elfproef is asked after.
    fn complete_rides(&mut self, archive: &mut Archive, now: DateTime<Utc>) -> Result<(), AppError> {
        let Some(clerk) = self.clerks.first() else { return Ok(()) };
        for row in archive.store().work_list(WorkState::Open, now, ITEMS_MAX)? {
            if (now - row.received).num_days() < CLOSED_AFTER_DAYS || row.reason == WorkReason::RideUnknown {
                if row.item % NOTED_EVERY == 0 {
                    archive.store_mut().claim(clerk, row.item, now)?;
                    demo_acts::notes(archive, clerk, row.item, now)?;
                    archive.store_mut().let_go(clerk, row.item, now)?;
                }
                continue;
            }
            archive.store_mut().claim(clerk, row.item, now)?;
            let opened = archive.open::<Identification, _>(clerk, row.message, Purpose::CompleteRide, now)?;
            if row.reason == WorkReason::Invalid {
                demo_acts::notes(archive, clerk, row.item, now)?;
                archive.store_mut().investigate(clerk, row.item, now)?;
            } else {
                archive.store_mut().close_item(clerk, row.item, 1, now)?;
                // One in ten is forgotten, and returns.
                if let Some(content) = opened.filter(|_| row.item % 10 != 0) {
                    // REVEAL: into the next ride file of the demo, as the suite would bring it.
                    self.typed_over.insert(row.ride, content.bsn.reveal());
                }
            }
        }
        archive.store_mut().purge(now)?;
        Ok(())
    }

    fn publish(&self, archive: &mut Archive, now: DateTime<Utc>) -> Result<(), AppError> {
        let Some(manager) = self.managers.first() else { return Ok(()) };
        let columns = publishing::columns(archive, manager, now, |_, _| true)?;
        publishing::publish_ripe(archive, manager, &columns, medical_manager::today(now), now)?;
        Ok(())
    }
}

/// What is done with a record.
type Does<'a> =
    dyn FnMut(&mut Archive, &Session<Professional>, &FeedbackHead, DateTime<Utc>) -> Result<(), AppError> + 'a;

/// Signs in, gives back what is his no more, and goes through the unread of the newest records, but for the last two; gives those.
fn looks(
    archive: &mut Archive,
    reader: &Session<Professional>,
    does: &mut Does<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<FeedbackHead>, AppError> {
    sign_in::log(archive.store_mut(), Event::SignedIn, Some((reader.account(), reader.role())), now)?;
    archive.hand_back(reader, now)?;
    archive.join_again(reader, now)?;
    let heads = archive.feedback_list(reader, LOOKED_AT, now)?;
    let unread: Vec<FeedbackHead> = heads.into_iter().filter(|head| head.read.is_none()).skip(LEFT_UNREAD).collect();
    for head in &unread {
        does(archive, reader, head, now)?;
    }
    // With the session.
    archive.forget_ticking();
    Ok(unread)
}

/// Writes about the two newest records that were read, these first, and confirms the second: the first is still to be confirmed.
fn reflects(
    archive: &mut Archive,
    reader: &Session<Professional>,
    opened: &[FeedbackHead],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    // Where much is unread, the list begins with that.
    let heads = archive.feedback_list(reader, LOOKED_AT, now)?;
    let listed = heads.iter().filter(|head| head.read.is_some());
    let read = opened.iter().chain(listed.filter(|head| opened.iter().all(|one| one.message != head.message)));
    for ((head, reflection), confirms) in read.zip(demo_acts::REFLECTIONS).zip([false, true]) {
        let kept = demo_acts::reflect(archive, reader, head.message, reflection, now)?;
        if let Some((number, words)) = kept.filter(|_| confirms) {
            archive.store_mut().confirm_reflection(reader, number, &words, now)?;
        }
    }
    Ok(())
}
