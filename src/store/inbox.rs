//! Receiving: one transaction {sealed parts, wraps, figure, register link, work item, counters, audit entry} per message or batch.
//!
//! **Invariant:** an inbox can open nothing; what it holds are public keys and the day's symmetric reader keys.
//! **Invariant:** `append` returns after the commit is durable, or nothing of the batch is there.
//! **Not here:** reading messages (`hl7`), deciding what is kept (`intake`).

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Bsn, CaseContent, DiagnosisContent, FigureContent, IdentificationContent, IdentifierKind, InstanceId, MessageId,
    RemarksContent, RideNumber, Sender, Site,
};
use rusqlite::OptionalExtension;
use seal::ReaderPrivate;
use zeroize::Zeroizing;

use crate::{
    Store, StoreError, append,
    confirmations::Confirmations,
    day_keys::DayKeys,
    deliver::Routing,
    identity_places::Places,
    message_note::Way,
    self_test::SelfTestCame,
    unrecognised::{Lacking, Unrecognised},
    worklist,
};

/// A message split into its parts, with what is needed to place it.
pub struct Incoming {
    /// Size of the message in bytes.
    pub size: u64,
    /// How it came.
    pub way: Way,
    /// Ids of the rules it met, as far as the log may name them.
    pub found: Vec<&'static str>,
    /// The hospital that sent it.
    pub sender: Sender,
    /// Message id; where it is missing, the hash of the canonical bytes identifies.
    pub id: Option<InstanceId>,
    /// Set of versions.
    pub set: Option<InstanceId>,
    /// Version in the set, from 1.
    pub version: u32,
    /// The document this one replaces.
    pub replaces: Option<InstanceId>,
    /// When it was sent.
    pub sent: Option<DateTime<Utc>>,
    /// Canonical bytes of what was recognised, without the id, for the fingerprint.
    pub canonical: Zeroizing<Vec<u8>>,
    /// Ride number.
    pub ride: RideNumber,
    /// Vehicle.
    pub vehicle: Option<String>,
    /// Hand-over as the message says it.
    pub handed_over: Option<DateTime<Utc>>,
    /// The hospital says that it has no BSN either.
    pub says_no_bsn: bool,
    /// Profile that read it; `None`: not recognised.
    pub profile: Option<String>,
    /// What is kept of one that no profile recognised, for the functional administrator.
    pub unrecognised: Option<Unrecognised>,
    /// The sender is in test: no worklist, inbox or measure (in a production store).
    pub sender_in_test: bool,
    /// The sender is in test, in either kind of store: the cases of its test script are ticked as they come.
    pub in_trial: bool,
    /// For the administration.
    pub identification: Option<IdentificationContent>,
    /// For the crew; `None` for an identification-only message.
    pub diagnosis: Option<DiagnosisContent>,
    /// For the medical manager, where the agreement has the case list.
    pub case: Option<CaseContent>,
    /// For the crew.
    pub remarks: Option<RemarksContent>,
    /// What is counted.
    pub figure: Option<FigureContent>,
    /// What was sent too much: kind, element path, number.
    pub over_delivered: Vec<(&'static str, String, u64)>,
    /// What identifies in its free text (R28): kinds alone, one for each place.
    pub identifiers_in_text: Vec<IdentifierKind>,
}

/// A message that was refused: counted and logged without content.
pub struct Refused {
    /// Sending organisation, where it could be read.
    pub sender: Option<InstanceId>,
    /// Its sites, the most specific first.
    pub sites: Vec<Site>,
    /// Digest of its bytes: a case of a test script that is to be refused is known by it.
    pub digest: [u8; 32],
    /// Size in bytes.
    pub size: u64,
    /// How it came.
    pub way: Way,
    /// The rule.
    pub rule: &'static str,
    /// Ids of what else was found, as far as the log may name them.
    pub found: Vec<&'static str>,
    /// Its masked structure, where that says what is wrong with it.
    pub structure: Option<String>,
    /// What is needed to ask for it again, where it was refused for lack of a profile.
    pub lacking: Option<Lacking>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A record of its own.
    TakenIn(MessageId),
    /// An exact repeat of a record: nothing stored twice.
    Repeated(MessageId),
    /// The same id as a record whose fingerprint is gone (90 days): counts as a repeat, unproven.
    RepeatedUnproven(MessageId),
    /// A repeat of a record that was read without a profile, or with another than now: the new reading took its place.
    ReadAgain(MessageId),
    /// An older version that came late, or replaced before it came: dropped.
    Superseded,
    /// The same id with other content: the first stays.
    OtherContent,
    /// The same version of a set, under another id, with other content: the first stays.
    OtherVersion,
    /// The program's own test message: nothing is kept of it but a line of the log.
    SelfTest,
}

impl Outcome {
    /// What the log names for a rule, where the message was not taken in.
    pub(crate) fn refused_by(self) -> Option<&'static str> {
        match self {
            Self::OtherContent => Some("same-id-other-content"),
            Self::OtherVersion => Some("same-version-other-content"),
            Self::TakenIn(_)
            | Self::Repeated(_)
            | Self::RepeatedUnproven(_)
            | Self::ReadAgain(_)
            | Self::Superseded
            | Self::SelfTest => None,
        }
    }
}

/// Either a message or a refusal, in order of arrival.
pub enum Arrived {
    /// To be taken in.
    Message(Box<Incoming>),
    /// Refused.
    Refused(Box<Refused>),
    /// The program's own test message.
    SelfTest(Box<SelfTestCame>),
}

/// The receiver's door.
pub struct Inbox {
    pub(crate) store: Store,
    pub(crate) keys: DayKeys,
    pub(crate) routing: Option<Routing>,
    pub(crate) confirmations: Confirmations,
    pub(crate) places: Places,
}

impl Inbox {
    /// An inbox on a store; with Routing's private key this process delivers what waits.
    #[must_use]
    pub fn new(store: Store, routing: Option<ReaderPrivate>) -> Self {
        let confirmations = Confirmations::new(routing.as_ref());
        Self {
            store,
            keys: DayKeys::default(),
            routing: routing.map(Routing::new),
            confirmations,
            places: Places::default(),
        }
    }

    /// The store, for what needs no content.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The store, for what needs no content.
    pub fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Forgets yesterday's reader keys; called before each round, so that a process that passed midnight holds none. With the
    /// day the write-ahead log goes too: its old pages hold what Routing could open before it was delivered.
    pub fn turn_day(&mut self, now: DateTime<Utc>) {
        let turned = self.keys.turn(now);
        if let Some(routing) = &mut self.routing {
            routing.turn(now);
        }
        // A store that does not open again tells at the next write, with its reason.
        if turned && self.store.forget_old_pages().is_err() {
            self.keys.forget();
        }
    }

    /// Takes messages in, in one transaction; returns after the commit is durable. An outcome per arrival; refusals have none.
    ///
    /// # Errors
    /// When the store cannot be written: then nothing of the batch is there.
    pub fn append(&mut self, arrived: &[Arrived], now: DateTime<Utc>) -> Result<Vec<Option<Outcome>>, StoreError> {
        self.turn_day(now);
        let Self { store, keys, routing, confirmations, places } = self;
        let (settings, origin) = (store.settings.clone(), store.origin.clone());
        let result = store.write(now, |transaction, secrets| {
            keys.heed_directory(transaction, secrets)?;
            places.heed(transaction)?;
            let routing = (routing.as_mut(), &*confirmations);
            let mut append =
                append::Append::begin(transaction, secrets, &settings, &origin, (keys, places), routing, now);
            let outcomes = arrived.iter().map(|one| append.one(one)).collect::<Result<Vec<_>, _>>()?;
            append.end()?;
            Ok(outcomes)
        });
        if result.is_err() {
            self.keys.forget();
            self.places = Places::default();
        }
        result
    }
}

/// What the register says of the ride of a message that came; nothing, of a ride that it does not have.
#[derive(Default)]
pub struct OfRegister {
    handed_over: Option<DateTime<Utc>>,
    announced: Option<Vec<u8>>,
}

impl Store {
    /// What the register says of a ride.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of_register(&self, ride: &RideNumber) -> Result<OfRegister, StoreError> {
        let row = self
            .connection
            .prepare_cached("SELECT handed_over, bsn_hash FROM ride WHERE number = ?1")?
            .query_row([ride.canonical()], |row| {
                Ok(OfRegister { handed_over: worklist::moment(row.get(0)?), announced: row.get(1)? })
            });
        Ok(row.optional()?.unwrap_or_default())
    }

    /// Whether a returned BSN is the one the ambulance announced for its ride.
    #[must_use]
    pub fn bsn_equals_announced(&self, register: &OfRegister, bsn: &Bsn) -> bool {
        // REVEAL: into the keyed hash only.
        register.announced.as_ref().is_some_and(|announced| *announced == self.secrets.bsn.hash(&bsn.reveal()))
    }

    /// Whether a message that says this of the hand-over of its ride is past its term on arrival (R4).
    #[must_use]
    pub fn term_has_passed(
        &self,
        register: &OfRegister,
        handed_over: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> bool {
        let term = TimeDelta::days(i64::from(self.settings.retention_days));
        let start = [register.handed_over, handed_over.filter(|t| counts(*t, now))].into_iter().flatten().min();
        start.is_some_and(|start| start + term <= now)
    }
}

/// A hand-over from the message counts only 0–400 days before receipt (DESIGN §5).
pub(crate) fn counts(handed_over: DateTime<Utc>, received: DateTime<Utc>) -> bool {
    let age = received - handed_over;
    age >= TimeDelta::zero() && age <= TimeDelta::days(400)
}
