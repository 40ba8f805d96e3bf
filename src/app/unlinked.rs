//! *Niet gekoppeld*, on *Ritten*: messages that no ride names, those of a sender that is not the ride's hospital, and what waits for a crew.
//!
//! **Invariant:** numbers, hospitals, vehicles and days; never content.

use access::{FunctionalAdministrator, Session};
use chrono::{DateTime, Utc};
use domain::MessageId;
use store::{Candidate, ContestedRecord, HeldRecord, NearMiss, Store, UnlinkedRecord};
use viewmodel::{
    CandidateShown, Command, ContestedRow, HeldRow, NearMissShown, RecordId, RidesCommand, Unlinked, UnlinkedRow,
};

use crate::{error::AppError, local};

// LIMIT: messages that are listed at once, and that each wish for more adds.
const ROWS: u32 = 20;

/// Lines of each list, at most.
pub(crate) struct Listed {
    pub(crate) unlinked: u32,
    pub(crate) contested: u32,
    pub(crate) held: u32,
    pub(crate) doubted: u32,
}

impl Default for Listed {
    fn default() -> Self {
        Self { unlinked: ROWS, contested: ROWS, held: ROWS, doubted: ROWS }
    }
}

/// Lists more.
pub(crate) fn more(rows: &mut u32) {
    *rows = rows.saturating_add(ROWS);
}

/// Links a message; why the ride may be meant is the reason in the log.
pub(crate) fn link(
    store: &mut Store,
    session: &Session<FunctionalAdministrator>,
    (record, ride, why): (RecordId, i64, NearMissShown),
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    Ok(store.link_by_hand(session, MessageId(record.0), ride, reason(why).0, now)?)
}

/// Says of which ride a message is whose number two rides have.
pub(crate) fn choose(
    store: &mut Store,
    session: &Session<FunctionalAdministrator>,
    (record, ride): (RecordId, i64),
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    Ok(store.choose_ride(session, MessageId(record.0), ride, ONE_OF_TWO.0, now)?)
}

/// The reason of a choice between two rides of one number, and the key of its words.
const ONE_OF_TWO: (&str, &str) = ("one-of-two", "audit-reason-two");

/// How a near miss stands in the log as the reason of a link, and the key of its words there.
fn reason(why: NearMissShown) -> (&'static str, &'static str) {
    match why {
        NearMissShown::OtherYear => ("other-year", "audit-reason-year"),
        NearMissShown::OtherPatient => ("other-patient", "audit-reason-patient"),
        NearMissShown::RegisteredAnew => ("registered-anew", "audit-reason-anew"),
    }
}

/// The key of the words for a reason that stands in the log; `None`: it is none that is offered.
pub(crate) fn reason_key(logged: &str) -> Option<&'static str> {
    let all = [NearMissShown::OtherYear, NearMissShown::OtherPatient, NearMissShown::RegisteredAnew];
    all.into_iter().map(reason).chain([ONE_OF_TWO]).find(|(code, _)| *code == logged).map(|(_, key)| key)
}

/// Lets a sender through for a ride.
pub(crate) fn accept(
    store: &mut Store,
    session: &Session<FunctionalAdministrator>,
    (record, reason): (RecordId, &str),
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(AppError::refused("error-reason-missing", vec![]));
    }
    if !domain::identifiers_in_text(reason).is_empty() {
        return Err(AppError::refused("error-reason-identifies", vec![]));
    }
    Ok(store.accept_sender(session, MessageId(record.0), reason, now)?)
}

/// What the panel shows.
pub(crate) fn shown(store: &Store, listed: &Listed, now: DateTime<Utc>) -> Result<Unlinked, AppError> {
    let total = store.unlinked_count()?;
    let rows = store.unlinked(now, listed.unlinked)?;
    let (held_total, doubted_total) = store.held_counts(now)?;
    let (held, doubted) = (store.held(now, listed.held)?, store.implausible(now, listed.doubted)?);
    let (contested_total, numbers) = store.contested_count()?;
    let contested_rows = store.contested(now, listed.contested)?;
    let more = |all: u64, rows: usize, command| (all > rows as u64).then_some(Command::Rides(command));
    let waits = store.linked_and_waiting()?;
    let oldest = waits.oldest.map_or(0, |at| (now - at).num_days());
    Ok(Unlinked {
        total,
        contested: (numbers, contested_total),
        contested_more: more(contested_total, contested_rows.len(), RidesCommand::MoreContested),
        contested_rows: contested_rows.into_iter().map(|record| contested(record, now)).collect(),
        more: more(total, rows.len(), RidesCommand::MoreUnlinked),
        rows: rows.into_iter().map(|record| row(record, now)).collect(),
        held_total,
        held_more: more(held_total, held.len(), RidesCommand::MoreHeld),
        held: held.into_iter().map(|record| self::held(record, now)).collect(),
        accept: |record, reason| Command::Rides(RidesCommand::Accept(record, reason)),
        doubted_total,
        doubted_more: more(doubted_total, doubted.len(), RidesCommand::MoreDoubted),
        doubted: doubted.into_iter().map(|record| self::held(record, now)).collect(),
        waiting: (waits.records > 0).then_some((waits.records, oldest)),
        without_account: store.crew_without_account(0)?.0,
    })
}

fn row(record: UnlinkedRecord, now: DateTime<Utc>) -> UnlinkedRow {
    let UnlinkedRecord { message, number, sender, received, vehicle, candidates } = record;
    let record = RecordId(message.0);
    let candidates = candidates.into_iter().map(|candidate| meant(record, candidate)).collect();
    UnlinkedRow { record, number, sender, vehicle, age_days: (now - received).num_days(), candidates }
}

fn meant(record: RecordId, candidate: Candidate) -> CandidateShown {
    let Candidate { ride, number, why, of_sender, other_vehicle, handed_over } = candidate;
    let why = match why {
        NearMiss::OtherYear => NearMissShown::OtherYear,
        NearMiss::OtherPatient => NearMissShown::OtherPatient,
        NearMiss::RegisteredAnew => NearMissShown::RegisteredAnew,
    };
    let link = Command::Rides(RidesCommand::Link(record, ride, why));
    CandidateShown { number, why, of_sender, other_vehicle, handed_over: handed_over.map(local::day), link }
}

fn contested(record: ContestedRecord, now: DateTime<Utc>) -> ContestedRow {
    let ContestedRecord { message, number, sender, received, vehicle, rides } = record;
    let record = RecordId(message.0);
    let rides = rides.into_iter().map(|one| {
        let store::RideOfNumber { ride, service, vehicle, handed_over, cancelled, of_sender, implausible } = one;
        viewmodel::RideOfNumber {
            service,
            vehicle,
            handed_over: handed_over.map(local::time),
            cancelled,
            of_sender,
            implausible,
            choose: Command::Rides(RidesCommand::Choose(record, ride)),
        }
    });
    ContestedRow { number, sender, vehicle, age_days: (now - received).num_days(), rides: rides.collect() }
}

fn held(record: HeldRecord, now: DateTime<Utc>) -> HeldRow {
    let HeldRecord { message, number, sender, hospital, received, handed_over: _ } = record;
    HeldRow { record: RecordId(message.0), number, sender, hospital, age_days: (now - received).num_days() }
}
