//! The demo: a temporary test store, filled day by day through the same `take_in` as everything else.
//!
//! **Invariant:** no second way into the store; accounts are activated with their codes, the manager publishes as he would.

use std::path::Path;

use access::{ActivationCode, Parameters, Passphrase, SignedIn};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::{RavNumber, RoleName, StoreKind};
use store::{Archive, Hospital, Inbox, NewStore, Origin, Store, WorkReason, WorkState};
use viewmodel::{Command, ProgressScreen};
use zeroize::Zeroizing;

use crate::{Engine, engine::DemoKey, error::AppError, medical_manager, publishing, receiving::Receiving};

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
}

/// What the demo is made of.
pub struct DemoPlan {
    /// Hospitals with their agreements.
    pub hospitals: Vec<Hospital>,
    /// Professionals with accounts: staff number and name.
    pub professionals: Vec<(String, String)>,
    /// The first day.
    pub first: DateTime<Utc>,
    /// The days, in order.
    pub days: Box<dyn Iterator<Item = DemoDay> + Send>,
    /// The samples.
    pub samples: Option<Samples>,
    /// Messages in all, for the progress.
    pub messages: u64,
}

const ROLES: [(&str, &str, RoleName); 4] = [
    ("9001", "M. Hoekstra", RoleName::Administration),
    ("9002", "A. Verhoeven", RoleName::MedicalManager),
    ("9003", "T. Smeets", RoleName::FunctionalAdministrator),
    ("9004", "L. Dijkstra", RoleName::PrivacyOfficer),
];

fn passphrase() -> Zeroizing<String> {
    Zeroizing::new(uuid::Uuid::new_v4().to_string())
}

fn progress(done: u64, total: u64) -> ProgressScreen {
    let cancel = Some(Command::Cancel);
    ProgressScreen { title: "demo-progress", sentence: "demo-progress-sentence", done: (done, total), cancel }
}

/// Makes the demo's store and fills it. `tell` gets the progress and answers whether to go on.
///
/// # Errors
/// When the system refuses, or the work is stopped.
pub fn fill(
    folder: &Path,
    plan: DemoPlan,
    cost: Parameters,
    origin: Origin,
    tell: &mut dyn FnMut(ProgressScreen) -> bool,
) -> Result<Engine, AppError> {
    let DemoPlan { hospitals, professionals, first, days, samples, messages } = plan;
    tell(progress(0, messages));
    let root = store::new_root()?;
    let new = new_store(&professionals)?;
    let (mut store, made) = Store::create(folder, &root, &new, origin.clone(), first)?;
    store.set_connections(&hospitals, first)?;
    let codes: Vec<(String, Zeroizing<String>)> =
        // REVEAL: typed over by the demo itself, as a person would.
        made.accounts.iter().map(|a| (a.staff.clone(), a.code.reveal())).collect();
    let keys = activate_all(&mut store, codes, cost, first)?;
    let routing = made.routing;
    let inbox = Inbox::new(Store::open(folder, &root, origin, first)?, Some(routing));
    let mut receiving = Receiving::new(inbox)?;
    let mut archive = Archive::new(store);
    let mut readers = Readers::sign_in(&archive, &keys)?;
    let mut done = 0;
    let mut now = first;
    for day in days {
        if !tell(progress(done, messages)) {
            return Err(store::StoreError::Cancelled.into());
        }
        now = receive_day(&mut receiving, &day)?.unwrap_or(now);
        done += day.messages.len() as u64;
        readers.day_passes(&mut archive, now)?;
    }
    if let Some(Samples { rides, messages, received }) = samples {
        now = now.max(received);
        receiving.import_rides(&rides, now, &mut |_, _| true)?;
        for file in &messages {
            receiving.take_in_bytes(&[file.as_slice()], now)?;
        }
        receiving.deliver(now)?;
        now += chrono::TimeDelta::seconds(1);
    }
    readers.finish(&mut archive, now)?;
    let demo = keys.into_iter().filter(|k| k.role != RoleName::Professional || k.staff.as_str() <= "1003");
    let mut demo: Vec<DemoKey> = demo.collect();
    demo.sort_by(|a, b| b.staff.len().cmp(&a.staff.len()).then(a.staff.cmp(&b.staff)));
    Ok(Engine::new(archive, Some(receiving), cost, demo))
}

fn new_store(professionals: &[(String, String)]) -> Result<NewStore, AppError> {
    let of_role = ROLES.iter().map(|(staff, name, role)| ((*staff).to_owned(), (*name).to_owned(), vec![*role]));
    let crew = professionals.iter().map(|(staff, name)| (staff.clone(), name.clone(), vec![RoleName::Professional]));
    Ok(NewStore {
        organisation: "Voorbeeldregio".to_owned(),
        rav: RavNumber::new(12).ok_or_else(|| AppError::refused("error-config-rav", vec![]))?,
        kind: StoreKind::Test,
        without_agreement_all: true,
        retention_days: 358,
        accounts: of_role.chain(crew).collect(),
        recovery: None,
    })
}

/// The real activation of every account, two at a time: the derivation is what takes the time.
fn activate_all(
    store: &mut Store,
    codes: Vec<(String, Zeroizing<String>)>,
    cost: Parameters,
    now: DateTime<Utc>,
) -> Result<Vec<DemoKey>, AppError> {
    let mut records = Vec::new();
    for (staff, code) in codes {
        let record = store.account_keys(&staff)?.ok_or_else(|| AppError::refused("sign-in-wrong", vec![]))?;
        let code = ActivationCode::parse(&code).map_err(|_| AppError::refused("activation-code-mistyped", vec![]))?;
        records.push((record, code, passphrase()));
    }
    let half = records.len().div_ceil(2);
    let pepper = store.pepper();
    let work = |part: &[(access::AccountKeys, ActivationCode, Zeroizing<String>)]| {
        let one = |(record, code, phrase): &(access::AccountKeys, ActivationCode, Zeroizing<String>)| {
            access::activate(record, code, &Passphrase::new(phrase.to_string()), pepper, cost)
        };
        part.iter().map(one).collect::<Result<Vec<_>, _>>()
    };
    let (left, right) = records.split_at(half);
    let made = std::thread::scope(|scope| {
        let other = scope.spawn(|| work(right));
        let mut made = work(left)?;
        // A thread that panicked has said where; its accounts are missing then.
        made.extend(other.join().unwrap_or(Ok(Vec::new()))?);
        Ok::<_, access::SignInError>(made)
    });
    let made = made.map_err(|_| AppError::refused("error-system", vec![]))?;
    let mut keys = Vec::new();
    for ((record, _, phrase), activation) in records.into_iter().zip(made) {
        store.store_activation(record.account, &activation, now)?;
        let role = RoleName::in_set(record.roles).next().unwrap_or(RoleName::Professional);
        keys.push(DemoKey { staff: record.staff, name: record.name, role, passphrase: phrase });
    }
    Ok(keys)
}

fn receive_day(receiving: &mut Receiving, day: &DemoDay) -> Result<Option<DateTime<Utc>>, AppError> {
    // The ambulance suite sends its file in the evening; the messages keep their own times of arrival.
    let evening = day.date.and_hms_opt(4, 0, 0).map(|t| t.and_utc());
    let mut last = evening;
    if let Some(at) = evening {
        receiving.import_rides(&day.rides, at, &mut |_, _| true)?;
    }
    for batch in day.messages.chunks(500) {
        let bytes: Vec<&[u8]> = batch.iter().map(|(_, b)| b.as_slice()).collect();
        let at = batch.last().map(|(at, _)| *at);
        if let Some(at) = at {
            receiving.take_in_bytes(&bytes, at)?;
            last = Some(at);
        }
    }
    if let Some(at) = last {
        receiving.deliver(at)?;
    }
    Ok(last)
}

/// Those who read and publish while the year is received.
struct Readers {
    manager: Option<SignedIn>,
    clerk: Option<SignedIn>,
    professionals: Vec<SignedIn>,
    month: i32,
    days: u32,
}

fn signed_in(archive: &Archive, key: &DemoKey) -> Result<SignedIn, AppError> {
    let record = archive.store().account_keys(&key.staff)?;
    let phrase = Passphrase::new(key.passphrase.to_string());
    access::sign_in(record.as_ref(), &phrase, archive.store().pepper(), key.role)
        .map_err(|_| AppError::refused("sign-in-wrong", vec![]))
}

impl Readers {
    // LIMIT: professionals who read during the demo; their sign-ins are real, and each derives a key.
    const READING: usize = 4;

    fn sign_in(archive: &Archive, keys: &[DemoKey]) -> Result<Self, AppError> {
        let manager = keys.iter().find(|k| k.role == RoleName::MedicalManager);
        let manager = manager.map(|k| signed_in(archive, k)).transpose()?;
        let clerk = keys.iter().find(|k| k.role == RoleName::Administration);
        let clerk = clerk.map(|k| signed_in(archive, k)).transpose()?;
        let reading = keys.iter().filter(|k| k.role == RoleName::Professional).take(Self::READING);
        let professionals = reading.map(|k| signed_in(archive, k)).collect::<Result<_, _>>()?;
        Ok(Self { manager, clerk, professionals, month: 0, days: 0 })
    }

    fn day_passes(&mut self, archive: &mut Archive, now: DateTime<Utc>) -> Result<(), AppError> {
        self.days += 1;
        if self.days.is_multiple_of(7) {
            self.read(archive, now)?;
            self.complete_rides(archive, now)?;
        }
        let month = now.year() * 12 + i32::try_from(now.month0()).unwrap_or(0);
        if month != self.month && now.day() >= 2 {
            self.month = month;
            self.publish(archive, now)?;
        }
        Ok(())
    }

    /// Habit: once a week what is older than ten days is looked at and closed; what fails the elfproef is asked after.
    fn complete_rides(&self, archive: &mut Archive, now: DateTime<Utc>) -> Result<(), AppError> {
        let Some(SignedIn::Administration(session)) = &self.clerk else { return Ok(()) };
        for row in archive.store().work_list(WorkState::Open, now, 100)? {
            if (now - row.received).num_days() < 10 || row.reason == WorkReason::RideUnknown {
                continue;
            }
            archive.store_mut().claim(session, row.item, now)?;
            let why = domain::Purpose::CompleteRide;
            archive.open::<domain::Identification, _>(session, row.message, why, now)?;
            if row.reason == WorkReason::Invalid {
                archive.store_mut().investigate(session, row.item, now)?;
            } else {
                archive.store_mut().close_item(session, row.item, 1, now)?;
            }
        }
        archive.store_mut().purge(now)?;
        Ok(())
    }

    /// Habit: once a week most of what is unread is opened.
    fn read(&self, archive: &mut Archive, now: DateTime<Utc>) -> Result<(), AppError> {
        for reader in &self.professionals {
            let SignedIn::Professional(session) = reader else { continue };
            let heads = archive.feedback_list(session, 12, now)?;
            for head in heads.iter().filter(|h| h.read.is_none()).skip(2) {
                archive.open::<domain::Diagnosis, _>(session, head.message, domain::Purpose::Quality, now)?;
                archive.open::<domain::Remarks, _>(session, head.message, domain::Purpose::Quality, now)?;
            }
        }
        Ok(())
    }

    fn publish(&self, archive: &mut Archive, now: DateTime<Utc>) -> Result<(), AppError> {
        if let Some(SignedIn::MedicalManager(session)) = &self.manager {
            let columns = archive.open_figures(session, now, |_, _| true)?;
            publishing::publish_ripe(archive, session, &columns, medical_manager::today(now), now)?;
        }
        Ok(())
    }

    fn finish(&mut self, archive: &mut Archive, now: DateTime<Utc>) -> Result<(), AppError> {
        self.read(archive, now)?;
        self.publish(archive, now)
    }
}
