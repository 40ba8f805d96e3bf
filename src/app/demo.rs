//! The demo: a temporary test store, filled day by day through the same `take_in` as everything else.
//!
//! **Invariant:** no second way into the store; accounts are activated with their codes, the manager publishes as he would.
//! **Not here:** what is invented (the binary hands it in), who reads when (`demo_habits`).

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::sync_channel,
    },
};

use access::{
    AccountKeys, AccountSetUp, Activation, ActivationCode, Chosen, Parameters, Passphrase, SignInError, SignedIn,
    TotpSecret,
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use domain::{RavNumber, RoleName, StoreKind};
use store::{
    AccountMade, Archive, CertificateRefused, CertificateSeen, Hospital, Inbox, NewStore, Origin, PeerSupport,
    RavContact, Store, StoreError, Trouble,
};
use viewmodel::{Command, ProgressScreen};
use zeroize::Zeroizing;

use crate::{
    Engine,
    demo_habits::Readers,
    engine::DemoKey,
    error::{AppError, Exit},
    profiles,
    receiving::{self, ReadBatch, Receiving, Summary},
    ride_import::RidesSummary,
};

/// One day as it comes in.
pub struct DemoDay {
    /// The day.
    pub date: NaiveDate,
    /// The ride file of the day.
    pub rides: Vec<u8>,
    /// Messages in order of time.
    pub messages: Vec<(DateTime<Utc>, Vec<u8>)>,
}

/// Sample rides, the messages that belong to them, and when those are received.
pub struct Samples {
    /// The ride file.
    pub rides: Vec<u8>,
    /// The messages, in order.
    pub messages: Vec<Vec<u8>>,
    /// Time of receipt.
    pub received: DateTime<Utc>,
    /// Messages that no profile recognises: some taken in by hand, the others refused on their way in.
    pub unrecognised: (Vec<Vec<u8>>, Vec<Vec<u8>>),
    /// A supplier's profile that is in force.
    pub profile: &'static str,
}

/// What stands in the way of receiving when the demo is filled, as a receiver would note it.
#[derive(Default)]
pub struct Hindered {
    /// Why senders were told to come again, and how many messages.
    pub troubles: Vec<(Trouble, u64)>,
    /// Certificates that were shown and accepted.
    pub accepted: Vec<CertificateSeen>,
    /// Certificates that were refused.
    pub refused: Vec<CertificateRefused>,
    /// The listener's own.
    pub own: Option<CertificateSeen>,
    /// When that was; `None`: when the demo is filled.
    pub at: Option<DateTime<Utc>>,
}

/// What the demo is made of, apart from its days.
pub struct DemoPlan {
    /// Folder of the store.
    pub folder: PathBuf,
    /// Cost of the accounts' key derivations.
    pub cost: Parameters,
    /// Which machine and version, for the log.
    pub origin: Origin,
    /// Hospitals with their agreements.
    pub hospitals: Vec<Hospital>,
    /// Professionals with accounts: staff number and name.
    pub professionals: Vec<(String, String)>,
    /// When the store is set up.
    pub first: DateTime<Utc>,
    /// The samples.
    pub samples: Option<Samples>,
    /// Messages in all, for the progress.
    pub messages: u64,
    /// What stands in the way of receiving at the end.
    pub hindered: Hindered,
}

const ROLES: [(&str, &str, RoleName); 4] = [
    ("9001", "M. Hoekstra", RoleName::Administration),
    ("9002", "A. Verhoeven", RoleName::MedicalManager),
    ("9003", "T. Smeets", RoleName::FunctionalAdministrator),
    ("9004", "L. Dijkstra", RoleName::PrivacyOfficer),
];
/// Accounts that were made, and for which nobody stands yet.
const WAITING: [(&str, &str, RoleName); 2] =
    [("9005", "D. Aydin", RoleName::MedicalManager), ("9101", "P. Mulder", RoleName::Professional)];
/// The professionals with a button at sign-in: the crew of the samples' rides.
const SHOWN: [&str; 3] = ["1001", "1002", "1003"];

/// Messages of so many hours are received as one batch, when the last of them is there.
const BATCH_HOURS: u32 = 4;
// LIMIT: days that are invented and read ahead of the one that is received.
const DAYS_AHEAD: usize = 4;

/// The days of a demo, made on another thread than the one that receives them.
pub type Days<'a> = dyn Iterator<Item = DemoDay> + Send + 'a;

/// How far the filling is. `tell` answers whether to go on.
pub type Tell<'a> = dyn FnMut(ProgressScreen) -> bool + 'a;

/// The progress of the filling; also shown before the year is invented.
#[must_use]
pub fn progress(done: u64, total: u64) -> ProgressScreen {
    let cancel = Some(Command::Cancel);
    ProgressScreen { title: "demo-progress", sentence: "demo-progress-sentence", done: (done, total), cancel }
}

/// Moves the day of a sample, in both ways that messages and ride files write it.
#[must_use]
pub fn moved(sample: &[u8], from: NaiveDate, to: NaiveDate) -> Vec<u8> {
    let mut moved = sample.to_vec();
    for format in ["%Y-%m-%d", "%Y%m%d"] {
        let (old, new) = (from.format(format).to_string(), to.format(format).to_string());
        let places: Vec<usize> =
            moved.windows(old.len()).enumerate().filter(|(_, w)| *w == old.as_bytes()).map(|(at, _)| at).collect();
        for at in places {
            moved[at..at + old.len()].copy_from_slice(new.as_bytes());
        }
    }
    moved
}

/// Makes the demo's store and fills it. Stopped or failed, nothing of it is left.
///
/// # Errors
/// When the system refuses, a message is refused, or the work is stopped.
pub fn fill(plan: DemoPlan, days: &mut Days<'_>, tell: &mut Tell<'_>) -> Result<Engine, AppError> {
    let folder = plan.folder.clone();
    filled(plan, days, tell).map_err(|error| {
        // The store is closed; what cannot be removed here goes with the temporary folder.
        let _ = std::fs::remove_dir_all(&folder);
        if error.key == AppError::from(StoreError::Cancelled).key {
            return AppError { key: "demo-cancelled", values: vec![], exit: Exit::Attention };
        }
        error.at(&folder)
    })
}

fn filled(plan: DemoPlan, days: &mut Days<'_>, tell: &mut Tell<'_>) -> Result<Engine, AppError> {
    let DemoPlan { folder, cost, origin, hospitals, professionals, first, samples, messages, hindered } = plan;
    let root = store::new_root()?;
    let (mut store, made) = Store::create(&folder, &root, &new_store()?, origin.clone(), first)?;
    store.set_connections(&hospitals, first)?;
    let codes = made.accounts.iter().map(typed_over).collect();
    let (mut keys, mut sessions) = activate_all(&mut store, codes, cost, first, tell)?;
    let codes = professionals_made(&mut store, &sessions, &professionals, first)?;
    let (more, crew) = activate_all(&mut store, codes, cost, first, tell)?;
    keys.extend(more);
    sessions.extend(crew);
    let inbox = Inbox::new(Store::open(&folder, &root, origin, first)?, Some(made.routing));
    let mut receiving = Receiving::new(inbox)?;
    let mut archive = Archive::new(store);
    let mut readers = Readers::new(sessions);
    let mut now = receive_days(days, &mut receiving, &mut archive, &mut readers, first, messages, tell)?;
    if let Some(samples) = samples {
        now = now.max(samples.received);
        receive_samples(&mut receiving, &samples, now)?;
        now += TimeDelta::seconds(1);
    }
    readers.finish(&mut archive, now)?;
    let Hindered { troubles, accepted, refused, own, at } = hindered;
    now = now.max(at.unwrap_or(now));
    // The certificates that are accepted now were used before they were refused for having expired.
    archive.store_mut().note_certificates(&accepted, &[], own.as_ref(), now)?;
    archive.store_mut().note_certificates(&[], &refused, None, now)?;
    archive.store_mut().note_troubles(&troubles, now)?;
    let shown = |key: &DemoKey| key.role != RoleName::Professional || SHOWN.contains(&key.staff.as_str());
    let mut demo: Vec<DemoKey> = keys.into_iter().filter(shown).collect();
    demo.sort_by(|a, b| a.staff.cmp(&b.staff));
    Ok(Engine::new(archive, Some(receiving), cost, demo))
}

fn new_store() -> Result<NewStore, AppError> {
    let of_role = ROLES.iter().map(|(staff, name, role)| ((*staff).to_owned(), (*name).to_owned(), vec![*role]));
    Ok(NewStore {
        organisation: "Voorbeeldregio".to_owned(),
        rav: RavNumber::new(12).ok_or_else(|| AppError::refused("error-config-rav", vec![]))?,
        kind: StoreKind::Test,
        without_agreement_all: true,
        retention_days: 358,
        accounts: of_role.collect(),
        duties: store::DutyDates::default(),
        recovery: None,
    })
}

// REVEAL: typed over by the demo itself, as a person would.
fn typed_over(keys: &AccountSetUp) -> (String, Zeroizing<String>) {
    (keys.staff.clone(), keys.code.reveal())
}

/// The functional administrator makes the professionals' accounts, and two that wait; the privacy officer stands for those who
/// come. Gives their codes.
fn professionals_made(
    store: &mut Store,
    sessions: &[SignedIn],
    professionals: &[(String, String)],
    now: DateTime<Utc>,
) -> Result<Vec<(String, Zeroizing<String>)>, AppError> {
    let is_missing = || AppError::refused("error-system", vec![]);
    let administrator = sessions.iter().find_map(|session| match session {
        SignedIn::FunctionalAdministrator(session) => Some(session),
        SignedIn::Administration(_)
        | SignedIn::Professional(_)
        | SignedIn::MedicalManager(_)
        | SignedIn::PrivacyOfficer(_) => None,
    });
    let officer = sessions.iter().find_map(|session| match session {
        SignedIn::PrivacyOfficer(session) => Some(session),
        SignedIn::Administration(_)
        | SignedIn::Professional(_)
        | SignedIn::MedicalManager(_)
        | SignedIn::FunctionalAdministrator(_) => None,
    });
    let made = |staff: &str, name: &str, role: RoleName| {
        let keys = access::renew_activation(staff).map_err(StoreError::from)?;
        Ok::<_, AppError>(AccountMade { name: name.to_owned(), roles: vec![role], keys })
    };
    let crew = professionals.iter().map(|(staff, name)| made(staff, name, RoleName::Professional));
    let crew = crew.collect::<Result<Vec<_>, _>>()?;
    store.add_accounts(administrator.ok_or_else(is_missing)?, &crew, now)?;
    let numbers: Vec<i64> = store.accounts()?.iter().filter(|row| !row.confirmed).map(|row| row.account).collect();
    store.confirm(officer.ok_or_else(is_missing)?, &numbers, now)?;
    let peer_support = PeerSupport {
        name: "Opvangteam RAV 12".to_owned(),
        telephone: "012 345 67 89".to_owned(),
        hours: "dag en nacht".to_owned(),
    };
    store.set_peer_support(administrator.ok_or_else(is_missing)?, &peer_support, now)?;
    let contact = RavContact {
        function: "Functioneel beheerder Terugblik".to_owned(),
        telephone: "012 345 67 00".to_owned(),
        mail: "terugblik@rav12.example".to_owned(),
    };
    store.set_rav_contact(administrator.ok_or_else(is_missing)?, &contact, now)?;
    let waiting = WAITING.iter().map(|(staff, name, role)| made(staff, name, *role)).collect::<Result<Vec<_>, _>>()?;
    store.add_accounts(administrator.ok_or_else(is_missing)?, &waiting, now)?;
    Ok(crew.iter().map(|one| typed_over(&one.keys)).collect())
}

/// An account about to be activated.
struct Newcomer {
    record: AccountKeys,
    code: ActivationCode,
    role: RoleName,
    passphrase: Zeroizing<String>,
}

impl Newcomer {
    fn new(store: &Store, staff: &str, code: &str) -> Result<Self, AppError> {
        let record = store.account_keys(staff)?.ok_or_else(|| AppError::refused("sign-in-wrong", vec![]))?;
        let code = ActivationCode::parse(code).map_err(|_| AppError::refused("activation-code-mistyped", vec![]))?;
        let role = RoleName::in_set(record.roles).next().unwrap_or(RoleName::Professional);
        Ok(Self { record, code, role, passphrase: Zeroizing::new(uuid::Uuid::new_v4().to_string()) })
    }
}

/// The real activation of every account, on two threads: the derivation is what takes the time. Each leads to a session.
fn activate_all(
    store: &mut Store,
    codes: Vec<(String, Zeroizing<String>)>,
    cost: Parameters,
    now: DateTime<Utc>,
    tell: &mut Tell<'_>,
) -> Result<(Vec<DemoKey>, Vec<SignedIn>), AppError> {
    let newcomers =
        codes.iter().map(|(staff, code)| Newcomer::new(store, staff, code)).collect::<Result<Vec<_>, _>>()?;
    let pepper = store.pepper();
    let enter = |one: &Newcomer| {
        let passphrase = Passphrase::new(one.passphrase.to_string());
        let chosen = Chosen::generate(passphrase).map_err(|_| SignInError::System)?;
        let (made, proven) = access::activate_and_enter(&one.record, &one.code, &chosen, pepper, cost)?;
        Ok((made, proven.admitted().session(one.role)?, chosen.second_factor))
    };
    let (left, right) = newcomers.split_at(newcomers.len().div_ceil(2));
    let stopped = AtomicBool::new(false);
    let entered = std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            let going_on = right.iter().take_while(|_| !stopped.load(Ordering::Relaxed));
            going_on.map(&enter).collect::<Result<Vec<_>, _>>()
        });
        let mut entered: Vec<(Activation, SignedIn, TotpSecret)> = Vec::new();
        for (one, done) in left.iter().zip(0..) {
            let screen = ProgressScreen { title: "demo-progress-accounts", ..progress(done, left.len() as u64) };
            if !tell(screen) {
                stopped.store(true, Ordering::Relaxed);
                return Err(AppError::from(StoreError::Cancelled));
            }
            entered.push(enter(one).map_err(|_| AppError::refused("error-system", vec![]))?);
        }
        // A thread that panicked has said where.
        let rest = other.join().unwrap_or(Err(SignInError::System));
        entered.extend(rest.map_err(|_| AppError::refused("error-system", vec![]))?);
        Ok(entered)
    })?;
    let (mut keys, mut sessions) = (Vec::new(), Vec::new());
    for (newcomer, (activation, signed_in, second_factor)) in newcomers.into_iter().zip(entered) {
        let Newcomer { record, role, passphrase, .. } = newcomer;
        store.store_activation(record.account, &activation, now)?;
        keys.push(DemoKey { staff: record.staff, name: record.name, role, passphrase, second_factor });
        sessions.push(signed_in);
    }
    Ok((keys, sessions))
}

/// What is invented is good: a refusal is a fault of ours.
fn all_taken_in(summary: &Summary) -> Result<(), AppError> {
    match summary.refusals.first() {
        None => Ok(()),
        Some(first) => {
            let values = vec![("count", summary.refused.to_string()), ("rule", first.rule.id().to_owned())];
            Err(AppError { key: "demo-refused", values, exit: Exit::System })
        }
    }
}

/// So is every ride.
fn all_registered(summary: RidesSummary) -> Result<(), AppError> {
    let RidesSummary { imported: _, remarks, refused: _, withheld: _, left: _, failed, staff_unknown: _ } = summary;
    match (failed, remarks.first()) {
        (Some(error), _) => Err(error),
        (None, Some(first)) => {
            let values = vec![("count", remarks.len().to_string()), ("rule", first.rule.key().to_owned())];
            Err(AppError { key: "demo-refused", values, exit: Exit::System })
        }
        (None, None) => Ok(()),
    }
}

/// A day whose messages have been read.
struct ReadDay {
    date: NaiveDate,
    rides: Vec<u8>,
    batches: Vec<ReadBatch>,
    messages: u64,
}

impl ReadDay {
    fn new(reader: &intake::Reader, day: DemoDay) -> Self {
        let DemoDay { date, rides, messages } = day;
        let of_batch = |at: &DateTime<Utc>| (at.date_naive(), at.hour() / BATCH_HOURS);
        let mut read = Self { date, rides, batches: Vec::new(), messages: messages.len() as u64 };
        let mut messages = messages.into_iter().peekable();
        while let Some((mut at, bytes)) = messages.next() {
            let mut batch = vec![bytes];
            while let Some((next, bytes)) = messages.next_if(|(next, _)| of_batch(next) == of_batch(&at)) {
                at = next;
                batch.push(bytes);
            }
            read.batches.push(ReadBatch::new(reader, batch, at));
        }
        read
    }
}

/// Receives day after day, and lets those who read have their turn in between. Inventing the days and reading their messages
/// needs no store: another thread does it, a few days ahead. Gives the time it is then.
// LIMIT: days of ride files that are looked through for rides which were completed meanwhile.
const COMPLETED_WITHIN: usize = 30;

fn receive_days(
    days: &mut Days<'_>,
    receiving: &mut Receiving,
    archive: &mut Archive,
    readers: &mut Readers,
    first: DateTime<Utc>,
    messages: u64,
    tell: &mut Tell<'_>,
) -> Result<DateTime<Utc>, AppError> {
    let reader = receiving::reader(archive.store().settings())?;
    std::thread::scope(|scope| {
        let (ahead, read_days) = sync_channel(DAYS_AHEAD);
        scope.spawn(move || {
            // It ends too when nobody takes the days any more: the demo was stopped, or failed.
            days.map(|day| ReadDay::new(&reader, day)).try_for_each(|day| ahead.send(day))
        });
        let (mut done, mut now, mut imported) = (0, first, VecDeque::new());
        for day in read_days {
            if !tell(progress(done, messages)) {
                return Err(StoreError::Cancelled.into());
            }
            done += day.messages;
            imported.push_front(day.rides.clone());
            imported.truncate(COMPLETED_WITHIN);
            now = receive_day(receiving, day)?;
            // They look through the store that has just received: its pages are still in memory.
            std::mem::swap(archive.store_mut(), receiving.inbox.store_mut());
            let looked = readers.day_passes(archive, now);
            std::mem::swap(archive.store_mut(), receiving.inbox.store_mut());
            looked?;
            if let Some(rides) = readers.completed(&imported) {
                all_registered(receiving.import_rides(rides.as_bytes(), now, &mut |_, _| true)?)?;
            }
        }
        Ok(now)
    })
}

/// Messages as they come; in the night after, the ambulance suite's file of the day's rides.
fn receive_day(receiving: &mut Receiving, day: ReadDay) -> Result<DateTime<Utc>, AppError> {
    for batch in day.batches {
        all_taken_in(&receiving.take_in_read(batch)?)?;
    }
    let night = NaiveTime::from_hms_opt(23, 59, 0).unwrap_or_default();
    let night = day.date.and_time(night).and_utc();
    all_registered(receiving.import_rides(&day.rides, night, &mut |_, _| true)?)?;
    Ok(night)
}

fn receive_samples(receiving: &mut Receiving, samples: &Samples, now: DateTime<Utc>) -> Result<(), AppError> {
    all_registered(receiving.import_rides(&samples.rides, now, &mut |_, _| true)?)?;
    for file in &samples.messages {
        all_taken_in(&receiving.take_in_bytes(&[file.as_slice()], now)?)?;
    }
    receiving.deliver(now)?;
    let (by_hand, refused) = &samples.unrecognised;
    for file in by_hand {
        all_taken_in(&receiving.take_in_bytes(&[file.as_slice()], now)?)?;
    }
    for file in refused {
        receiving.take_in_sent(file, now)?;
    }
    let store = receiving.inbox.store_mut();
    let actor = store::ProfileActor::CommandLine;
    let loaded = profiles::load(store, actor, ("demo", samples.profile), now)?;
    profiles::force(store, actor, (&loaded.name, loaded.version), profiles::today(now), now)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_sample_moves_in_both_notations_and_nothing_else_changes() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 9, d).unwrap();
        let sample = b"12-2026-4501-1;2026-09-14T10:00 <t value='20260914143000+0200'/> 20260915";
        let moved = moved(sample, day(14), day(30));
        assert_eq!(moved, b"12-2026-4501-1;2026-09-30T10:00 <t value='20260930143000+0200'/> 20260915");
    }
}
