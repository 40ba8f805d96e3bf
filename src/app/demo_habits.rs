//! Who reads, completes and publishes while the demo's year is received: each as often as people do.
//!
//! **Invariant:** every look goes through `Archive::open` with a session of its role, and is logged like any other.

use std::collections::BTreeMap;

use access::{Administration, Event, MedicalManager, Professional, Session, SignedIn};
use chrono::{DateTime, Datelike, Utc};
use domain::{Diagnosis, Identification, Purpose, Remarks, Sensitive};
use store::{Archive, ReflectionChange, ReflectionContent, ReflectionKept, StoreError, WorkReason, WorkState};

use crate::{error::AppError, medical_manager, publishing, sign_in};

/// What the newest records of a look are: the two newest stay for later, the others are opened.
const LOOKED_AT: u32 = 5;
const LEFT_UNREAD: usize = 2;
/// Days after which the clerk closes an item.
const CLOSED_AFTER_DAYS: i64 = 10;
// LIMIT: items of a week; the year has about fifty a week.
const ITEMS_MAX: u32 = 100;

/// Those who are at work while the year is received.
pub(crate) struct Readers {
    managers: Vec<Session<MedicalManager>>,
    clerks: Vec<Session<Administration>>,
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
                SignedIn::FunctionalAdministrator(_) | SignedIn::PrivacyOfficer(_) => {}
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
                read(archive, reader, now)?;
            }
        }
        if self.day.is_multiple_of(7) {
            self.complete_rides(archive, now)?;
        }
        let month = (now.year(), now.month());
        if self.month != Some(month) && now.day() >= 2 {
            self.month = Some(month);
            self.publish(archive, now)?;
        }
        Ok(())
    }

    /// The suite's next file of rides that were completed: their lines as they were imported, with the BSN. Lines are looked for among those.
    pub(crate) fn completed(&mut self, imported: &str) -> Option<String> {
        if self.typed_over.is_empty() {
            return None;
        }
        let head = imported.lines().next()?;
        let place = head.split(';').position(|name| name == "bsn_vooraankondiging")?;
        let mut lines = vec![head.to_owned()];
        for line in imported.lines().skip(1) {
            let mut cells: Vec<&str> = line.split(';').collect();
            let bsn = cells.first().and_then(|number| self.typed_over.remove(*number));
            if let (Some(bsn), Some(cell)) = (&bsn, cells.get_mut(place)) {
                *cell = bsn.as_str();
                lines.push(cells.join(";"));
            }
        }
        (lines.len() > 1).then(|| lines.join("\n") + "\n")
    }

    /// The last day: everyone has looked.
    pub(crate) fn finish(&self, archive: &mut Archive, now: DateTime<Utc>) -> Result<(), AppError> {
        for reader in &self.professionals {
            read(archive, reader, now)?;
            reflect(archive, reader, now)?;
        }
        self.publish(archive, now)
    }

    /// Once a week what is older than ten days is looked at and closed; what fails the elfproef is asked after.
    fn complete_rides(&mut self, archive: &mut Archive, now: DateTime<Utc>) -> Result<(), AppError> {
        let Some(clerk) = self.clerks.first() else { return Ok(()) };
        for row in archive.store().work_list(WorkState::Open, now, ITEMS_MAX)? {
            if (now - row.received).num_days() < CLOSED_AFTER_DAYS || row.reason == WorkReason::RideUnknown {
                continue;
            }
            archive.store_mut().claim(clerk, row.item, now)?;
            let opened = archive.open::<Identification, _>(clerk, row.message, Purpose::CompleteRide, now)?;
            if row.reason == WorkReason::Invalid {
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

/// Opens the unread of the newest records, but for the last two.
fn read(archive: &mut Archive, reader: &Session<Professional>, now: DateTime<Utc>) -> Result<(), AppError> {
    sign_in::log(archive.store_mut(), Event::SignedIn, Some((reader.account(), reader.role())), now)?;
    let heads = archive.feedback_list(reader, LOOKED_AT, now)?;
    for head in heads.iter().filter(|head| head.read.is_none()).skip(LEFT_UNREAD) {
        archive.open::<Diagnosis, _>(reader, head.message, Purpose::Quality, now)?;
        if head.remarks {
            archive.open::<Remarks, _>(reader, head.message, Purpose::Quality, now)?;
        }
    }
    Ok(())
}

/// What a nurse takes from a ride, with the minutes that she gave it.
const REFLECTIONS: [(&str, u16); 2] = [
    (
        "Het eerste beeld stond zo voorop dat de saturatie pas onderweg opviel.\n\nVolgende keer vraag ik eerder: wat past hier \
         niet bij? En dat zeg ik hardop, zodat mijn collega kan meedenken.",
        20,
    ),
    ("De overdracht liep goed: eerst de vraag, dan de metingen, dan wat wij deden. Dat houden we zo.", 10),
];

/// Writes about the two newest records that were read, and confirms the second: the first is still to be confirmed.
fn reflect(archive: &mut Archive, reader: &Session<Professional>, now: DateTime<Utc>) -> Result<(), AppError> {
    let heads = archive.feedback_list(reader, LOOKED_AT, now)?;
    let read = heads.iter().filter(|head| head.read.is_some());
    for ((head, (text, minutes)), confirms) in read.zip(REFLECTIONS).zip([false, true]) {
        let content = ReflectionContent { text: Sensitive::new(text.to_owned()), minutes: Some(minutes) };
        let key = reader.reflection_key().map_err(StoreError::from)?;
        let change = (&content, ReflectionChange::Text);
        let kept = archive.store_mut().keep_reflection(&key, (head.message, None), change, now)?;
        if let (ReflectionKept::Kept(number), true) = (kept, confirms) {
            archive.store_mut().confirm_reflection(reader, number, &content.text, now)?;
        }
    }
    Ok(())
}
