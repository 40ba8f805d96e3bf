//! Bytes to a [`ParsedMessage`]: envelope, profile, and every recognised field as it stands in the message.
//!
//! **Invariant:** the tree does not leave this function; what no field recognises is dropped with it, and zeroised.
//! **Not here:** whether what stands there is usable, and whether it is for us (`validate`).

use std::{cmp::Ordering, collections::BTreeSet};

use domain::{InstanceId, Sensitive, Site};

use crate::{
    decode::decode,
    envelope::{self, Reply},
    fields::Body,
    header::{self, FoundCode, FoundReceivers},
    limits::Limits,
    message::{Feedback, OverDelivered, ProfileUsed},
    over_delivery, place,
    profile::{IdField, IdPlace, Profile, Profiles},
    refusal::{Refusal, Refused},
    ride::{self, FoundRide, RideTimes},
    rules::{Finding, Rule},
    select,
    skeleton::{self, Skeleton},
    text::Allowance,
    tree::Tree,
    xml,
};

/// A message whose fields were recognised, as they stand in it; not judged yet. Not `Clone`, not `Debug`.
pub struct ParsedMessage {
    /// How to answer.
    pub reply: Reply,
    /// The profile; `None`: not recognised.
    pub profile: Option<ProfileUsed>,
    /// Sending organisation.
    pub sender: Option<InstanceId>,
    pub(crate) sites: Vec<Site>,
    pub(crate) id: Option<InstanceId>,
    pub(crate) set_id: Option<InstanceId>,
    pub(crate) replaces: Option<InstanceId>,
    pub(crate) version: Option<String>,
    pub(crate) sent: Option<String>,
    pub(crate) receivers: FoundReceivers,
    pub(crate) ride: FoundRide,
    pub(crate) ride_times: RideTimes,
    pub(crate) vehicle: Option<String>,
    pub(crate) patients: usize,
    pub(crate) bsns: Vec<Sensitive>,
    /// The message says that there is no BSN.
    pub(crate) says_no_bsn: bool,
    pub(crate) gender: Option<FoundCode>,
    pub(crate) birth_time: Option<Sensitive>,
    pub(crate) patient_number: Option<Sensitive>,
    pub(crate) feedback: Option<Feedback>,
    pub(crate) over_delivered: Vec<OverDelivered>,
    /// The masked structure; where no profile recognised the message.
    pub(crate) skeleton: Option<Skeleton>,
    /// What was met while reading.
    pub(crate) findings: Vec<Finding>,
}

/// Parses a message.
///
/// # Errors
/// CR where nothing could be made of it, CE where its envelope was understood and holds not exactly one document.
pub fn parse(
    bytes: &[u8],
    profiles: &Profiles,
    limits: &Limits,
    charset: Option<&str>,
) -> Result<Box<ParsedMessage>, Box<Refusal>> {
    let unreadable = |rule| Refusal::new(Refused::NotReadable, rule, Reply::to_nothing());
    if bytes.len() > limits.message_bytes_max {
        return Err(unreadable(Rule::TooLarge));
    }
    let text = decode(bytes, charset).map_err(unreadable)?;
    let tree = xml::parse(&text, limits).map_err(|broken| {
        let reply = Reply { envelope: envelope::of_root(&broken.begun), ..Reply::to_nothing() };
        Refusal::at(Refused::NotReadable, broken.rule, place::in_text(&text, broken.at), reply)
    })?;
    let opened = envelope::open(&tree).map_err(unreadable)?;
    let (mut reply, mut findings) = (opened.reply, opened.findings);
    let document = match opened.document {
        Ok(document) => document,
        Err(rule) => {
            let mut refusal = Refusal::new(Refused::NotAccepted, rule, reply);
            refusal.findings.append(&mut findings);
            return Err(refusal);
        }
    };
    let found = header::sender(&tree, document);
    if found.unusable {
        findings.push(Finding::at(Rule::SenderUnusable, place::SENDER));
    }
    let id = header::first_id(&tree, document, &["id"]);
    if !reply.wrapped {
        reply.target.clone_from(&id);
        reply.from.clone_from(&found.sender);
    }
    let application = reply.from.as_ref().filter(|_| reply.wrapped);
    let sites = header::sites(&tree, document, found.sender.as_ref(), application);
    let document = Document { tree: &tree, index: document, reply, sender: found.sender, sites, id, findings };
    document.parse(profiles, limits)
}

/// The masked structure of a message that was refused: of its document, or of the whole where it has not exactly one. `None` where it
/// is no XML that can be read.
#[must_use]
pub fn structure(bytes: &[u8], limits: &Limits, charset: Option<&str>) -> Option<Skeleton> {
    if bytes.len() > limits.message_bytes_max {
        return None;
    }
    let text = decode(bytes, charset).ok()?;
    let tree = xml::parse(&text, limits).ok()?;
    let document = envelope::open(&tree).ok().and_then(|opened| opened.document.ok());
    Some(skeleton::of(&tree, document.unwrap_or(0)))
}

struct Document<'t> {
    tree: &'t Tree<'t>,
    index: usize,
    reply: Reply,
    sender: Option<InstanceId>,
    sites: Vec<Site>,
    id: Option<InstanceId>,
    findings: Vec<Finding>,
}

impl Document<'_> {
    fn parse(mut self, profiles: &Profiles, limits: &Limits) -> Result<Box<ParsedMessage>, Box<Refusal>> {
        let (tree, document) = (self.tree, self.index);
        let profile = profiles.choose(|accepts| select::accepts(tree, document, &self.reply, accepts));
        let patients = tree.path(document, &["recordTarget", "patientRole"]);
        let patient = patients.first().copied();
        let bsns = header::bsns(tree, patient);
        let says_no_bsn = bsns.is_empty() && header::says_no_bsn(tree, patient);
        let allowance = Allowance::of(limits);
        let mut body = Body::new(tree, document, BTreeSet::new(), allowance);
        let placed = self.placed(profile, &mut body, patient);
        body.recognised.extend(placed.ride.act);
        let read = self.feedback(profile, body);
        let Some((feedback, over_delivered)) = read.filter(|_| bsns.len() <= limits.bsns_max) else {
            let mut refusal = Refusal::new(Refused::NotReadable, Rule::TooMuch, self.reply);
            (refusal.sender, refusal.sites) = (self.sender, self.sites);
            return Err(refusal);
        };
        Ok(Box::new(ParsedMessage {
            profile: profile.map(|p| ProfileUsed { name: p.name.clone(), version: p.version, status: p.status }),
            set_id: header::first_id(tree, document, &["setId"]),
            replaces: header::replaces(tree, document),
            version: header::value(tree, document, "versionNumber"),
            sent: header::value(tree, document, "effectiveTime"),
            receivers: header::receivers(tree, document),
            ride: placed.ride,
            ride_times: placed.times,
            vehicle: placed.vehicle,
            patients: patients.len(),
            bsns,
            says_no_bsn,
            gender: header::gender(tree, patient),
            birth_time: header::birth_time(tree, patient),
            patient_number: placed.patient_number,
            feedback,
            over_delivered,
            skeleton: profile.is_none().then(|| skeleton::of(tree, document)),
            reply: self.reply,
            sender: self.sender,
            sites: self.sites,
            id: self.id,
            findings: self.findings,
        }))
    }

    /// The ride, its times and the numbers, where the profile says they stand.
    fn placed(&self, profile: Option<&Profile>, body: &mut Body<'_>, patient: Option<usize>) -> Placed {
        let (tree, document) = (self.tree, self.index);
        let ids = profile.map(|p| &p.identifiers);
        let ride = match ids.map(|ids| &ids.ride_number) {
            None => ride::find(tree, document, &[]),
            Some(field) => match body.said(field) {
                None => ride::find(tree, document, &field.roots),
                Some(said) => ride::of_entries(&said.texts, &said.entries),
            },
        };
        let times = match profile.and_then(|p| p.hand_over.as_ref()) {
            None => ride::times(tree, ride.act, "effectiveTime"),
            Some(field) => {
                let entry = body.select(&field.select).first().copied();
                ride::times(tree, entry, field.from)
            }
        };
        let mut number = |field: &IdField, usual: Vec<usize>, on_stay: Vec<usize>| match body.said(field) {
            // Of several the least, so that their order does not matter.
            Some(said) => said.texts.into_iter().map(|(_, text)| text).min_by(least),
            None => {
                let places = if matches!(field.place, IdPlace::Stay) { on_stay } else { usual };
                ride::of_roots(tree, &places, &field.roots).map(Sensitive::new)
            }
        };
        let patients = patient.map(|p| tree.path(p, &["id"])).unwrap_or_default();
        let patient_number = ids.and_then(|ids| number(&ids.patient_number, patients, ride::stays(tree, document)));
        let vehicles = ride::vehicles(tree, ride.act);
        let vehicle = ids.and_then(|ids| number(&ids.vehicle, vehicles, ride::facilities(tree, document)));
        // REVEAL: held against the form of an ambulance number before it stands in the clear (`validate`).
        let vehicle = vehicle.map(|text| text.reveal().to_owned());
        Placed { ride, times, vehicle, patient_number }
    }

    /// The feedback and what was sent too much; `None` where more text was asked for than a message may hold.
    fn feedback(
        &mut self,
        profile: Option<&Profile>,
        mut body: Body<'_>,
    ) -> Option<(Option<Feedback>, Vec<OverDelivered>)> {
        // No profile, no polarity: the agreement is unknown, nothing else is read.
        let feedback = match profile {
            Some(profile) => body.feedback(profile),
            None => Some(Feedback::unknown()),
        };
        if body.allowance.is_exceeded() {
            return None;
        }
        self.findings.append(&mut body.findings);
        let entries = if profile.is_some() { "other" } else { "not_recognised" };
        let over = over_delivery::count(self.tree, self.index, &body.recognised, &body.referred, entries);
        Some((feedback, over))
    }
}

/// What a profile may place elsewhere than CDA does.
struct Placed {
    ride: FoundRide,
    times: RideTimes,
    vehicle: Option<String>,
    patient_number: Option<Sensitive>,
}

fn least(one: &Sensitive, other: &Sensitive) -> Ordering {
    // REVEAL: compared with each other only.
    one.reveal().cmp(other.reveal())
}
