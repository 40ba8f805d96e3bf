//! Reading, judging by the sender's standing, minimising, splitting, appending, answering: one message or a batch.
//!
//! **Invariant:** a batch is one transaction; one bad message never spoils its neighbours.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use domain::{InstanceId, RavNumber, ReturnedBsn, Site, StoreKind};
use hl7::{Acknowledgement, Answer, Context, Finding, Keep, Limits, Profiles, Refusal, Refused, Rule, ValidMessage};
use store::{
    Arrived, HospitalStatus, Inbox, Incoming, Lacking, Outcome, ProfilesState, SelfTestCame, Standing, Store,
    StoreError, Unrecognised,
};

/// How a message came.
pub use store::Way;

use crate::noted::{noted, structure_tells};

/// How messages are read here.
#[derive(Clone)]
pub struct Reader {
    profiles: Profiles,
    limits: Limits,
    rav: RavNumber,
    kind: StoreKind,
    without_agreement: Keep,
    /// What the loaded profiles were when they were last asked for.
    followed: Option<ProfilesState>,
    /// Names and versions of the loaded profiles it reads by; a text of a name and version never changes.
    loaded: Arc<[(String, u32)]>,
}

impl Reader {
    /// A reader for a store.
    #[must_use]
    pub fn new(profiles: Profiles, limits: Limits, settings: &store::Settings) -> Self {
        let without_agreement = if settings.without_agreement_all { Keep::ALL } else { Keep::DECREE };
        Self {
            profiles,
            limits,
            rav: settings.rav,
            kind: settings.kind,
            without_agreement,
            followed: None,
            loaded: Arc::default(),
        }
    }

    /// Reads by the profiles that are in force now: the shipped ones and those of the store; gives whether that is a change. Asked before each
    /// batch; without a change it is one small query.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn follow(&mut self, store: &Store, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let state = store.profiles_state(now)?;
        let changes = self.followed != Some(state);
        if changes {
            let loaded = store.profiles_in_force(now)?;
            let texts: Vec<(&str, &str)> = loaded.iter().map(|p| (p.name.as_str(), p.text.as_str())).collect();
            self.profiles = Profiles::in_force(&texts);
            self.loaded = loaded.iter().map(|p| (p.name.clone(), p.version)).collect();
            self.followed = Some(state);
        }
        Ok(changes)
    }
}

/// One message as it arrived.
pub struct Arrival<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Charset of the transport, where it names one.
    pub charset: Option<&'a str>,
    /// How it came.
    pub way: Way,
    /// Organisations that certificate or folder allows; empty: any (by hand).
    pub allowed: &'a [InstanceId],
    /// Id of the acknowledgement to be made (a UUID).
    pub acknowledgement_id: String,
    /// The certificate that brought it, where it is the program's own test message: nothing of it is kept.
    pub self_test: Option<&'a str>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenOutcome {
    /// A record of its own.
    TakenIn,
    /// An exact repeat.
    Repeated,
    /// An older version that came late.
    Superseded,
    /// Refused, by this rule.
    Refused(Rule),
    /// The program's own test message.
    SelfTest,
}

/// The answer to a message.
pub struct Taken {
    /// What became of it.
    pub outcome: TakenOutcome,
    /// What to answer.
    pub answer: Answer,
    /// Everything found; no values.
    pub findings: Vec<Finding>,
    /// The organisation it names, where that may not send this way.
    pub not_allowed: Option<InstanceId>,
}

/// A message as it was read: nothing of it has been held against the store.
pub struct ReadMessage {
    read: Result<Box<ValidMessage>, Box<Refusal>>,
    /// By which loaded profiles, besides the shipped ones.
    loaded: Arc<[(String, u32)]>,
}

struct Judged {
    arrived: Arrived,
    judgement: Judgement,
}

struct Judgement {
    reply: hl7::Reply,
    findings: Vec<Finding>,
    refused: Option<Refused>,
    not_allowed: Option<InstanceId>,
}

/// A message whose outcome is durable; its answer is made by who gives it, so that the next group need not wait for that.
pub struct Unanswered {
    judgement: Judgement,
    outcome: Option<Outcome>,
    acknowledgement_id: String,
    received: DateTime<Utc>,
}

impl Unanswered {
    fn new(arrival: &Arrival<'_>, judgement: Judgement, outcome: Option<Outcome>, received: DateTime<Utc>) -> Self {
        Self { judgement, outcome, acknowledgement_id: arrival.acknowledgement_id.clone(), received }
    }

    /// With its answer.
    #[must_use]
    pub fn answered(self) -> Taken {
        let Judgement { reply, mut findings, refused, not_allowed } = self.judgement;
        if matches!(self.outcome, Some(Outcome::RepeatedUnproven(_))) {
            findings.push(Finding::at(Rule::RepeatUnproven, "id"));
        }
        let (outcome, acknowledgement) = match (self.outcome, refused) {
            (_, Some(refused)) => (TakenOutcome::Refused(rule_of(&findings)), Acknowledgement::Refused(refused)),
            (Some(Outcome::TakenIn(_)), None) => (TakenOutcome::TakenIn, Acknowledgement::Accepted),
            (Some(Outcome::Repeated(_) | Outcome::RepeatedUnproven(_) | Outcome::ReadAgain(_)), None) => {
                (TakenOutcome::Repeated, Acknowledgement::Accepted)
            }
            (Some(Outcome::Superseded), None) => (TakenOutcome::Superseded, Acknowledgement::Accepted),
            (Some(Outcome::SelfTest), None) => (TakenOutcome::SelfTest, Acknowledgement::Accepted),
            (Some(Outcome::OtherVersion), None) => {
                findings.insert(0, Finding::at(Rule::OtherVersion, "versionNumber"));
                (TakenOutcome::Refused(Rule::OtherVersion), Acknowledgement::Refused(Refused::NotAccepted))
            }
            (Some(Outcome::OtherContent) | None, None) => {
                findings.insert(0, Finding::at(Rule::OtherContent, "id"));
                (TakenOutcome::Refused(Rule::OtherContent), Acknowledgement::Refused(Refused::NotAccepted))
            }
        };
        let answer = hl7::acknowledge(&reply, acknowledgement, &findings, &self.acknowledgement_id, self.received);
        Taken { outcome, answer, findings, not_allowed }
    }
}

/// Takes one message in; returns after it is durable.
///
/// # Errors
/// When the store cannot be read or written: the sender must keep and repeat it (CR, 503).
pub fn take_in(
    inbox: &mut Inbox,
    reader: &Reader,
    arrival: &Arrival<'_>,
    now: DateTime<Utc>,
) -> Result<Taken, StoreError> {
    let mut taken = take_in_all(inbox, reader, std::slice::from_ref(arrival), now)?;
    taken.pop().ok_or(StoreError::Cancelled)
}

/// Takes a batch in, in one transaction; an answer for each, in order.
///
/// # Errors
/// When the store cannot be read or written: then nothing of the batch is there.
pub fn take_in_all(
    inbox: &mut Inbox,
    reader: &Reader,
    arrivals: &[Arrival<'_>],
    now: DateTime<Utc>,
) -> Result<Vec<Taken>, StoreError> {
    let read = arrivals.iter().map(|arrival| read_message(reader, arrival, now)).collect();
    let unanswered = take_in_read(inbox, reader, arrivals, read, now)?;
    Ok(unanswered.into_iter().map(Unanswered::answered).collect())
}

/// Reads a message without a store: the first half of [`take_in_all`], for who does it ahead on another thread.
#[must_use]
pub fn read_message(reader: &Reader, arrival: &Arrival<'_>, now: DateTime<Utc>) -> ReadMessage {
    ReadMessage { read: read(reader, arrival, now), loaded: Arc::clone(&reader.loaded) }
}

/// The second half of [`take_in_all`]: takes in, in one transaction, what was read of these arrivals at this time of receipt. What was
/// read ahead by other profiles than this reader's is read again: a profile counts from its day, also for a batch that was in hand.
///
/// # Errors
/// As [`take_in_all`].
pub fn take_in_read(
    inbox: &mut Inbox,
    reader: &Reader,
    arrivals: &[Arrival<'_>],
    read: Vec<ReadMessage>,
    now: DateTime<Utc>,
) -> Result<Vec<Unanswered>, StoreError> {
    let mut judged = Vec::with_capacity(arrivals.len());
    let reading = inbox.store().reading()?;
    let mut judge = Judge { inbox, reader, now, standings: HashMap::new() };
    for (arrival, ReadMessage { read: ahead, loaded }) in arrivals.iter().zip(read) {
        let read = if loaded == reader.loaded { ahead } else { read_message(reader, arrival, now).read };
        judged.push(judge.one(arrival, read)?);
    }
    drop(reading);
    let (arrived, judgements): (Vec<_>, Vec<_>) =
        judged.into_iter().map(|Judged { arrived, judgement }| (arrived, judgement)).unzip();
    let outcomes = inbox.append(&arrived, now)?;
    // Durable from here on.
    let all = arrivals.iter().zip(judgements).zip(outcomes);
    Ok(all.map(|((arrival, judgement), outcome)| Unanswered::new(arrival, judgement, outcome, now)).collect())
}

/// The answer to a message that could not be stored, in the envelope of the question: CR, and HTTP 503 with `Retry-After`.
/// For a caller to whom [`take_in`] gave an error: nothing of the message is there, and it must come again.
#[must_use]
pub fn not_stored(reader: &Reader, arrival: &Arrival<'_>, now: DateTime<Utc>) -> Taken {
    let reply = match read(reader, arrival, now) {
        Ok(message) => message.reply,
        Err(refusal) => refusal.reply,
    };
    let findings = vec![Finding::at(Rule::NotStored, "")];
    let acknowledgement = Acknowledgement::Refused(Refused::NotStored);
    let answer = hl7::acknowledge(&reply, acknowledgement, &findings, &arrival.acknowledgement_id, now);
    Taken { outcome: TakenOutcome::Refused(Rule::NotStored), answer, findings, not_allowed: None }
}

fn read(reader: &Reader, arrival: &Arrival<'_>, now: DateTime<Utc>) -> Result<Box<ValidMessage>, Box<Refusal>> {
    let context = Context { received: now, rav: Some(reader.rav), kind: reader.kind, charset: arrival.charset };
    hl7::read(arrival.bytes, &reader.profiles, &reader.limits, &context)
}

fn rule_of(findings: &[Finding]) -> Rule {
    findings.first().map_or(Rule::NoMessage, |f| f.rule)
}

fn refused(refusal: Refusal, arrival: &Arrival<'_>, limits: &Limits) -> Judged {
    let (rule, size) = (refusal.rule(), arrival.bytes.len() as u64);
    // Read once more: of most messages nobody asks for it.
    let structure = structure_tells(rule).then(|| hl7::structure(arrival.bytes, limits, arrival.charset)).flatten();
    let (rule, structure) = (rule.id(), structure.map(|skeleton| skeleton.text().to_owned()));
    let Refusal { refused, findings, reply, sender, sites, known: _ } = refusal;
    let digest = seal::digest(arrival.bytes);
    let (way, found) = (arrival.way, noted(&findings));
    let is_allowed = |sender: &InstanceId| arrival.allowed.is_empty() || arrival.allowed.contains(sender);
    let not_allowed = sender.clone().filter(|sender| !is_allowed(sender));
    // Counted for an organisation only if it may speak for it here.
    let sender = sender.filter(is_allowed);
    let refused_one = store::Refused { sender, sites, digest, size, way, rule, found, structure, lacking: None };
    let arrived = Arrived::Refused(Box::new(refused_one));
    Judged { arrived, judgement: Judgement { reply, findings, refused: Some(refused), not_allowed } }
}

/// The program's own test message: it is read as any, and held against nothing that is known of a hospital.
fn self_test(read: Result<Box<ValidMessage>, Box<Refusal>>, fingerprint: &str, arrival: &Arrival<'_>) -> Judged {
    let came = |rule| {
        let (digest, size) = (seal::digest(arrival.bytes), arrival.bytes.len() as u64);
        Arrived::SelfTest(Box::new(SelfTestCame { fingerprint: fingerprint.to_owned(), digest, size, rule }))
    };
    match read {
        Ok(message) => {
            let ValidMessage { reply, findings, .. } = *message;
            Judged { arrived: came(None), judgement: Judgement { reply, findings, refused: None, not_allowed: None } }
        }
        Err(refusal) => {
            let arrived = came(Some(refusal.rule().id()));
            let Refusal { refused, findings, reply, .. } = *refusal;
            Judged { arrived, judgement: Judgement { reply, findings, refused: Some(refused), not_allowed: None } }
        }
    }
}

/// Holds the messages of a batch against what the store knows; a sender's standing is read once.
struct Judge<'a> {
    inbox: &'a Inbox,
    reader: &'a Reader,
    now: DateTime<Utc>,
    standings: HashMap<(InstanceId, Vec<Site>), Standing>,
}

impl Judge<'_> {
    fn one(
        &mut self,
        arrival: &Arrival<'_>,
        read: Result<Box<ValidMessage>, Box<Refusal>>,
    ) -> Result<Judged, StoreError> {
        if let Some(fingerprint) = arrival.self_test {
            return Ok(self_test(read, fingerprint, arrival));
        }
        let Self { inbox, reader, now, .. } = *self;
        let size = arrival.bytes.len() as u64;
        let mut message = match read {
            Ok(message) => message,
            Err(refusal) => return Ok(refused(*refusal, arrival, &reader.limits)),
        };
        let not_accepted = |message: &ValidMessage, rules| {
            let refusal = Refusal::of(message, Refused::NotAccepted, rules);
            Ok(refused(refusal, arrival, &reader.limits))
        };
        let register = inbox.store().of_register(&message.ride)?;
        let term_passed = inbox.store().term_has_passed(&register, message.ride_time, now).then_some(Rule::TermPassed);
        let Some(sender) = sender(&message, arrival.allowed) else {
            return not_accepted(&message, std::iter::once(Rule::SenderMissing).chain(term_passed).collect());
        };
        message.header.sender = Some(sender.clone());
        let standing = match self.standings.entry((sender, message.header.sites.clone())) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let standing = inbox.store().standing_at(&new.key().0, &new.key().1, now)?;
                new.insert(standing)
            }
        };
        let refused_by = standing_refuses(standing, arrival.way, message.profile.is_some());
        if refused_by.is_some() || term_passed.is_some() {
            let mut judged = not_accepted(&message, refused_by.into_iter().chain(term_passed).collect())?;
            // One that is past its term is not asked for again.
            if let (Some(Rule::ProfileMissing), None, Arrived::Refused(refused)) =
                (refused_by, term_passed, &mut judged.arrived)
            {
                refused.lacking = Some(Lacking { id: message.header.id.clone(), shown: shown_id(&message) });
            }
            return Ok(judged);
        }
        let keep = standing.agreed.map_or(reader.without_agreement, |agreed| Keep {
            identification: agreed.identification,
            description: agreed.description,
            remarks_medical: agreed.remarks_medical,
            remarks_communication: agreed.remarks_communication,
            case_list: agreed.case_list,
        });
        let bsn_equal = match message.bsns.as_slice() {
            [ReturnedBsn::Valid(bsn)] => inbox.store().bsn_equals_announced(&register, bsn),
            [] | [ReturnedBsn::Invalid(_)] | [_, _, ..] => false,
        };
        let findings = message.findings.clone();
        let reply = message.reply.clone();
        let incoming = incoming(message, standing, reader.kind, &keep, bsn_equal, (size, arrival.way), now);
        let judgement = Judgement { reply, findings, refused: None, not_allowed: None };
        Ok(Judged { arrived: Arrived::Message(Box::new(incoming)), judgement })
    }
}

/// The author organisation, if allowed; absent, the only one allowed.
fn sender(message: &ValidMessage, allowed: &[InstanceId]) -> Option<InstanceId> {
    match (&message.header.sender, allowed) {
        (Some(sender), []) => Some(sender.clone()),
        (Some(sender), allowed) => allowed.contains(sender).then(|| sender.clone()),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    }
}

// LIMIT: characters of a root or extension that stands in the clear; a UUID has 36, an OID of HL7's at most 64.
const SHOWN_MAX: usize = 64;

/// A message's id, as far as it may stand in the clear to ask the hospital for it: it looks like an id, and holds no BSN of the message.
fn shown_id(message: &ValidMessage) -> Option<InstanceId> {
    let id = message.header.id.as_ref()?;
    let extension = id.extension.as_deref().unwrap_or_default();
    let is_root = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b'-'));
    let is_short = id.root.len() <= SHOWN_MAX && extension.len() <= SHOWN_MAX;
    let fits = is_short && is_root(&id.root) && extension.bytes().all(|b| b.is_ascii_graphic());
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (root, own) = (digits(&id.root), digits(extension));
    // REVEAL: looked for in the id only, so that it does not stand there.
    let holds = |bsn: &ReturnedBsn| {
        let bsn = bsn.reveal();
        let number = digits(&bsn);
        extension.contains(bsn.as_str()) || (number.len() >= 8 && (own.contains(&number) || root.contains(&number)))
    };
    (fits && !message.bsns.iter().any(holds)).then(|| id.clone())
}

fn standing_refuses(standing: &Standing, way: Way, recognised: bool) -> Option<Rule> {
    let by_hand = way == Way::Hand;
    match standing.status {
        HospitalStatus::Unlisted | HospitalStatus::NotStarted | HospitalStatus::Stopped if !by_hand => {
            Some(Rule::SenderNotConnected)
        }
        HospitalStatus::Production if !recognised && !by_hand => Some(Rule::ProfileMissing),
        HospitalStatus::Unlisted
        | HospitalStatus::NotStarted
        | HospitalStatus::Stopped
        | HospitalStatus::Requested
        | HospitalStatus::Test
        | HospitalStatus::Production => None,
    }
}

fn incoming(
    message: Box<ValidMessage>,
    standing: &Standing,
    kind: StoreKind,
    keep: &Keep,
    bsn_equal: bool,
    (size, way): (u64, Way),
    now: DateTime<Utc>,
) -> Incoming {
    let found = noted(&message.findings);
    let canonical = message.canonical_bytes();
    let shown = message.skeleton.is_some().then(|| shown_id(&message)).flatten();
    let of_test = |bsn: &ReturnedBsn| matches!(bsn, ReturnedBsn::Valid(bsn) if bsn.is_test_number());
    let test_number = message.bsns.iter().any(of_test);
    let hl7::Parts {
        identification,
        diagnosis,
        case,
        remarks,
        figure,
        id,
        set,
        version,
        replaces,
        sent,
        ride,
        vehicle,
        ride_time,
        says_no_bsn,
        profile,
        over_delivered,
        in_text,
        skeleton,
    } = hl7::split(hl7::minimise(message, keep, bsn_equal), now);
    let in_test = matches!(standing.status, HospitalStatus::Requested | HospitalStatus::Test);
    Incoming {
        size,
        way,
        found,
        sender: standing.sender.clone(),
        id,
        set,
        version,
        replaces,
        sent,
        canonical,
        ride,
        vehicle,
        handed_over: ride_time,
        says_no_bsn,
        profile: profile.map(|p| format!("{}/{}", p.name, p.version)),
        unrecognised: skeleton.map(|skeleton| Unrecognised { shown, structure: Some(skeleton.text().to_owned()) }),
        // In a production store test numbers and senders in test stay out of worklists, inboxes and measures (R12).
        in_trial: in_test,
        sender_in_test: kind == StoreKind::Production && (in_test || test_number),
        identification,
        diagnosis,
        case,
        remarks,
        figure,
        over_delivered: over_delivered.into_iter().map(|o| (o.kind, o.path, o.count)).collect(),
        identifiers_in_text: in_text.into_iter().map(|f| f.found.kind).collect(),
    }
}
