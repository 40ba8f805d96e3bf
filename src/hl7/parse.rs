//! Bytes to a [`ParsedMessage`]: envelope, profile, and every recognised field as it stands in the message.
//!
//! **Invariant:** the tree does not leave this function; what no field recognises is dropped with it, and zeroised.
//! **Not here:** whether what stands there is usable, and whether it is for us (`validate`).

use domain::{InstanceId, Sensitive};

use crate::{
    decode::decode,
    envelope::{self, Reply},
    fields::{Body, weight},
    header::{self, FoundCode, FoundReceivers},
    limits::Limits,
    message::{Feedback, OverDelivered, ProfileUsed},
    over_delivery,
    profile::{Profile, Profiles},
    refusal::{Refusal, Refused},
    ride::{self, FoundRide, RideTimes},
    rules::{Finding, Rule},
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
    pub(crate) gender: Option<FoundCode>,
    pub(crate) birth_time: Option<Sensitive>,
    pub(crate) patient_number: Option<Sensitive>,
    pub(crate) feedback: Option<Feedback>,
    pub(crate) over_delivered: Vec<OverDelivered>,
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
    let tree = xml::parse(&text, limits).map_err(unreadable)?;
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
        findings.push(Finding::at(Rule::SenderUnusable, "author/assignedAuthor/representedOrganization/id"));
    }
    let id = header::first_id(&tree, document, &["id"]);
    if !reply.wrapped {
        reply.target.clone_from(&id);
        reply.from.clone_from(&found.sender);
    }
    let document = Document { tree: &tree, index: document, reply, sender: found.sender, id, findings };
    document.parse(profiles, limits)
}

struct Document<'t> {
    tree: &'t Tree<'t>,
    index: usize,
    reply: Reply,
    sender: Option<InstanceId>,
    id: Option<InstanceId>,
    findings: Vec<Finding>,
}

impl Document<'_> {
    fn parse(mut self, profiles: &Profiles, limits: &Limits) -> Result<Box<ParsedMessage>, Box<Refusal>> {
        let (tree, document) = (self.tree, self.index);
        let profile = profiles.choose(|selector| weight(tree, document, selector));
        let patients = tree.path(document, &["recordTarget", "patientRole"]);
        let patient = patients.first().copied();
        let bsns = header::bsns(tree, patient);
        let ride = ride::find(tree, document);
        let read = self.body(profile, ride.act, limits);
        let Some((feedback, over_delivered)) = read.filter(|_| bsns.len() <= limits.bsns_max) else {
            let mut refusal = Refusal::new(Refused::NotReadable, Rule::TooMuch, self.reply);
            refusal.sender = self.sender;
            return Err(refusal);
        };
        let roots = profile.map(|p| &p.identifiers);
        let numbers = patient.map(|p| tree.path(p, &["id"])).unwrap_or_default();
        let patient_number = roots.and_then(|roots| ride::of_roots(tree, &numbers, &roots.patient_number));
        Ok(Box::new(ParsedMessage {
            profile: profile.map(|p| ProfileUsed { name: p.name.clone(), version: p.version, status: p.status }),
            set_id: header::first_id(tree, document, &["setId"]),
            replaces: header::replaces(tree, document),
            version: header::value(tree, document, "versionNumber"),
            sent: header::value(tree, document, "effectiveTime"),
            receivers: header::receivers(tree, document),
            ride_times: ride::times(tree, ride.act),
            vehicle: roots.and_then(|roots| ride::vehicle(tree, ride.act, &roots.vehicle)),
            ride,
            patients: patients.len(),
            bsns,
            gender: header::gender(tree, patient),
            birth_time: header::birth_time(tree, patient),
            patient_number: patient_number.map(Sensitive::new),
            feedback,
            over_delivered,
            reply: self.reply,
            sender: self.sender,
            id: self.id,
            findings: self.findings,
        }))
    }

    /// The feedback and what was sent too much; `None` where more text was asked for than a message may hold.
    fn body(
        &mut self,
        profile: Option<&Profile>,
        act: Option<usize>,
        limits: &Limits,
    ) -> Option<(Option<Feedback>, Vec<OverDelivered>)> {
        let allowance = Allowance::of(limits.message_bytes_max);
        let mut body = Body::new(self.tree, self.index, act.into_iter().collect(), allowance);
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
