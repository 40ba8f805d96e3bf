//! Bytes to a valid message, or a refusal: envelope, profile, the fields of MESSAGE12 §3, all findings.
//!
//! **Not here:** what depends on the store: repeats, sender's standing, equal BSN, term (`intake`).

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Agreement, Bsn, Gender, InstanceId, PartialDate, RavNumber, ReturnedBsn, RideNumber, Sensitive, StoreKind,
};

use crate::{
    envelope::{self, Reply, instance_id},
    fields::{Body, weight},
    limits::Limits,
    message::{Feedback, Header, ProfileUsed, ValidMessage},
    over_delivery,
    profile::{Profile, Profiles},
    rules::{Finding, Rule},
    text::single_line,
    times,
    xml::{self, Tree},
};

const RIDE_ROOT: &str = "2.16.840.1.113883.2.4.3.32.5";
const BSN_ROOT: &str = "2.16.840.1.113883.2.4.6.3";
const AMBULANCE_TRANSPORT: (&str, &str) = ("AMBT", "2.16.840.1.113883.5.6");

/// What reading is told about where it happens.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Time of receipt.
    pub received: DateTime<Utc>,
    /// This RAV; `None`: the addressee is not judged.
    pub rav: Option<RavNumber>,
    /// Kind of the store.
    pub kind: StoreKind,
    /// Charset of the transport, where it names one.
    pub charset: Option<&'a str>,
}

/// Which negative answer a refusal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// CE: understood, but may not be taken.
    NotAccepted,
    /// CR: nothing could be made of it, or it could not be stored.
    NotReadable,
}

/// A message that is not taken in. Holds ids to answer with, and no value of the message.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Which answer.
    pub refused: Refused,
    /// Everything found; the first is the reason.
    pub findings: Vec<Finding>,
    /// How to answer.
    pub reply: Reply,
    /// Sending organisation, where it could be read.
    pub sender: Option<InstanceId>,
}

impl Refusal {
    fn unreadable(rule: Rule) -> Self {
        let findings = vec![Finding::at(rule, "")];
        Self { refused: Refused::NotReadable, findings, reply: Reply::to_nothing(), sender: None }
    }

    /// A message that was read, but may not be taken in for a reason of the store.
    #[must_use]
    pub fn of(message: &ValidMessage, refused: Refused, rule: Rule) -> Self {
        let mut findings = vec![Finding::at(rule, "")];
        findings.extend(message.findings.iter().cloned());
        Self { refused, findings, reply: message.reply.clone(), sender: message.header.sender.clone() }
    }

    /// The reason.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.findings.first().map_or(Rule::NoMessage, |f| f.rule)
    }
}

/// Reads a message.
///
/// # Errors
/// A refusal with its answer (CE or CR) and all findings.
pub fn read(
    bytes: &[u8],
    profiles: &Profiles,
    limits: &Limits,
    context: &Context<'_>,
) -> Result<Box<ValidMessage>, Box<Refusal>> {
    let unreadable = |rule| Box::new(Refusal::unreadable(rule));
    if bytes.len() > limits.message_bytes_max {
        return Err(unreadable(Rule::TooLarge));
    }
    let text = xml::decode(bytes, context.charset).map_err(unreadable)?;
    let tree = xml::parse(&text, limits).map_err(unreadable)?;
    let opened = envelope::open(&tree).map_err(unreadable)?;
    let mut reply = opened.reply;
    let document = match opened.document {
        Ok(document) => document,
        Err(rule) => {
            let findings = vec![Finding::at(rule, "")];
            return Err(Box::new(Refusal { refused: Refused::NotAccepted, findings, reply, sender: None }));
        }
    };
    let mut reader = Reader { tree: &tree, document, context, findings: opened.findings };
    let header = reader.header();
    if !reply.wrapped {
        reply.target = header.id.clone();
        reply.from = header.sender.clone();
        reply.to = header.receiver.clone();
    }
    match reader.document(header, profiles, reply.clone()) {
        Ok(message) => Ok(message),
        Err((rule, sender)) => {
            let mut findings = vec![Finding::at(rule, "")];
            findings.extend(reader.findings);
            Err(Box::new(Refusal { refused: Refused::NotAccepted, findings, reply, sender }))
        }
    }
}

struct Reader<'t> {
    tree: &'t Tree,
    document: usize,
    context: &'t Context<'t>,
    findings: Vec<Finding>,
}

type Refusing = (Rule, Option<InstanceId>);

impl Reader<'_> {
    fn found(&mut self, rule: Rule, path: &'static str) {
        self.findings.push(Finding::at(rule, path));
    }

    fn first_id(&self, names: &[&str]) -> Option<InstanceId> {
        self.tree.path(self.document, names).into_iter().find_map(|i| instance_id(self.tree, i))
    }

    fn header(&mut self) -> Header {
        let tree = self.tree;
        let id = self.first_id(&["id"]);
        if id.is_none() {
            self.found(Rule::IdMissing, "id");
        }
        let sent = tree.named(self.document, "effectiveTime").next();
        let sent = sent.and_then(|e| tree.attribute(e, "value")).and_then(times::point);
        if sent.is_none() {
            self.found(Rule::DateImpossible, "effectiveTime");
        } else if sent.is_some_and(|t| t.with_timezone(&Utc) > self.context.received + TimeDelta::days(1)) {
            self.found(Rule::SentInFuture, "effectiveTime");
        }
        let version = tree.named(self.document, "versionNumber").next().and_then(|v| tree.attribute(v, "value"));
        let version = version.map(|text| match text.trim().parse() {
            Ok(number @ 1..=9999) => number,
            Ok(_) | Err(_) => {
                self.found(Rule::VersionUnusable, "versionNumber");
                1
            }
        });
        let replaces = tree
            .named(self.document, "relatedDocument")
            .filter(|r| tree.attribute(*r, "typeCode") == Some("RPLC"))
            .find_map(|r| tree.path(r, &["parentDocument", "id"]).into_iter().find_map(|i| instance_id(tree, i)));
        let author = self.first_id(&["author", "assignedAuthor", "representedOrganization", "id"]);
        let custodian = ["custodian", "assignedCustodian", "representedCustodianOrganization", "id"];
        let sender = author.or_else(|| self.first_id(&custodian)).filter(|s| s.extension.is_some());
        Header {
            id,
            set_id: self.first_id(&["setId"]),
            version,
            replaces,
            sent,
            sender,
            receiver: self.first_id(&["informationRecipient", "intendedRecipient", "receivedOrganization", "id"]),
        }
    }

    fn document(&mut self, header: Header, profiles: &Profiles, reply: Reply) -> Result<Box<ValidMessage>, Refusing> {
        let sender = header.sender.clone();
        let patients = self.tree.path(self.document, &["recordTarget", "patientRole"]);
        if patients.len() > 1 {
            return Err((Rule::ManyPatients, sender));
        }
        let (ride, act) = self.ride().map_err(|rule| (rule, sender.clone()))?;
        self.addressee(&ride).map_err(|rule| (rule, sender.clone()))?;
        let profile = profiles.choose(|selector| weight(self.tree, self.document, selector));
        let (ride_time, departed) = self.ride_time(act);
        let patient = patients.first().copied();
        let bsns = self.bsns(patient);
        let real = |b: &ReturnedBsn| matches!(b, ReturnedBsn::Valid(bsn) if !Bsn::is_test_number(bsn));
        if self.context.kind == StoreKind::Test && bsns.iter().any(real) {
            return Err((Rule::RealBsnInTest, sender));
        }
        let gender = self.gender(patient);
        let birth_date = self.birth_date(patient, ride_time);
        if let (Some(sent), Some(departed)) = (header.sent, departed)
            && sent.with_timezone(&Utc) < departed
        {
            self.found(Rule::SentBeforeRide, "effectiveTime");
        }
        let (feedback, recognised, referred) = self.feedback(profile, act);
        let over_delivered = over_delivery::count(self.tree, self.document, &recognised, &referred);
        Ok(Box::new(ValidMessage {
            header,
            ride,
            vehicle: profile.and_then(|p| self.vehicle(act, &p.identifiers.vehicle)),
            ride_time,
            patient_number: profile.and_then(|p| self.patient_number(patient, &p.identifiers.patient_number)),
            bsns,
            gender,
            birth_date,
            feedback,
            profile: profile.map(|p| ProfileUsed { name: p.name.clone(), version: p.version, status: p.status }),
            over_delivered,
            findings: std::mem::take(&mut self.findings),
            reply,
        }))
    }

    fn is_transport(&self, act: usize) -> bool {
        self.tree.named(act, "code").any(|c| {
            self.tree.attribute(c, "code") == Some(AMBULANCE_TRANSPORT.0)
                && self.tree.attribute(c, "codeSystem") == Some(AMBULANCE_TRANSPORT.1)
        })
    }

    /// An id with the ride root on the transport act; else on another act or encounter; else in the header.
    fn ride(&mut self) -> Result<(RideNumber, Option<usize>), Rule> {
        let tree = self.tree;
        let body: Vec<usize> =
            tree.path(self.document, &["component"]).into_iter().flat_map(|c| tree.below(c)).collect();
        let acts = |names: &[&str]| -> Vec<usize> {
            body.iter().copied().filter(|i| names.iter().any(|n| tree.is(*i, n))).collect()
        };
        let transports: Vec<usize> = acts(&["act"]).into_iter().filter(|a| self.is_transport(*a)).collect();
        let others = acts(&["act", "encounter"]);
        let header: Vec<usize> = tree
            .children(self.document)
            .filter(|c| !tree.is(*c, "component") && !tree.is(*c, "recordTarget"))
            .flat_map(|c| tree.below(c))
            .filter_map(|i| tree.node(i).parent)
            .collect();
        for places in [&transports, &others, &header] {
            let mut ids: Vec<(usize, String)> = Vec::new();
            for place in places {
                for id in tree.named(*place, "id") {
                    if tree.attribute(id, "root").map(str::trim) == Some(RIDE_ROOT) {
                        ids.extend(tree.attribute(id, "extension").map(|text| (*place, single_line(text))));
                    }
                }
            }
            if ids.is_empty() {
                continue;
            }
            let numbers: Vec<(usize, RideNumber)> =
                ids.into_iter().filter_map(|(place, text)| Some((place, RideNumber::parse(&text).ok()?))).collect();
            let Some((place, first)) = numbers.first() else { return Err(Rule::RideMissing) };
            if numbers.iter().any(|(_, number)| number != first) {
                return Err(Rule::RideTwice);
            }
            return Ok((first.clone(), Some(*place)));
        }
        Err(Rule::RideMissing)
    }

    fn addressee(&mut self, ride: &RideNumber) -> Result<(), Rule> {
        let Some(own) = self.context.rav else { return Ok(()) };
        let names = ["informationRecipient", "intendedRecipient", "receivedOrganization", "id"];
        let receivers: Vec<RavNumber> = self
            .tree
            .path(self.document, &names)
            .into_iter()
            .filter_map(|i| instance_id(self.tree, i))
            .filter(|id| id.root == RavNumber::ROOT)
            .filter_map(|id| id.extension.and_then(|e| RavNumber::parse(&e)))
            .collect();
        let ride_is_ours = ride.rav() == own.get();
        match (receivers.is_empty(), receivers.contains(&own)) {
            (true, _) if ride_is_ours => Ok(()),
            (true, _) | (false, false) => Err(Rule::OtherRav),
            (false, true) => {
                if !ride_is_ours {
                    self.found(Rule::RideOfOtherRav, "component//act/id");
                }
                Ok(())
            }
        }
    }

    fn ride_time(&mut self, act: Option<usize>) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let tree = self.tree;
        let Some(time) = act.and_then(|a| tree.named(a, "effectiveTime").next()) else { return (None, None) };
        let at = |place: Option<usize>| {
            place.and_then(|p| tree.attribute(p, "value")).and_then(times::point).map(|t| t.with_timezone(&Utc))
        };
        let low = at(tree.named(time, "low").next());
        let high = at(tree.named(time, "high").next());
        let value = at(Some(time));
        (high.or(value).or(low), low.or(value))
    }

    fn bsns(&mut self, patient: Option<usize>) -> Vec<ReturnedBsn> {
        let tree = self.tree;
        let mut found: Vec<ReturnedBsn> = Vec::new();
        let ids = patient.into_iter().flat_map(|p| tree.named(p, "id"));
        for id in ids.filter(|id| tree.attribute(*id, "root").map(str::trim) == Some(BSN_ROOT)) {
            let Some(text) = tree.attribute(id, "extension").map(single_line).filter(|t| !t.is_empty()) else {
                continue;
            };
            let bsn = ReturnedBsn::read(&text);
            // REVEAL: compared with each other only, here.
            if found.iter().all(|other| *other.reveal() != *bsn.reveal()) {
                found.push(bsn);
            }
        }
        if found.iter().any(|b| !b.is_valid()) {
            self.found(Rule::BsnInvalid, "recordTarget/patientRole/id");
        }
        if found.len() > 1 {
            self.found(Rule::BsnTwo, "recordTarget/patientRole/id");
        }
        found
    }

    fn gender(&mut self, patient: Option<usize>) -> Option<Gender> {
        let tree = self.tree;
        let place = patient.and_then(|p| tree.path(p, &["patient", "administrativeGenderCode"]).first().copied())?;
        match tree.attribute(place, "code").map(str::trim) {
            Some("M") => Some(Gender::Male),
            Some("F") => Some(Gender::Female),
            Some("UN") => Some(Gender::Undifferentiated),
            Some(_) => {
                self.found(Rule::GenderUnknown, "recordTarget/patientRole/patient/administrativeGenderCode");
                None
            }
            None => None,
        }
    }

    fn birth_date(&mut self, patient: Option<usize>, ride_time: Option<DateTime<Utc>>) -> Option<PartialDate> {
        let tree = self.tree;
        let place = patient.and_then(|p| tree.path(p, &["patient", "birthTime"]).first().copied())?;
        let text = tree.attribute(place, "value")?;
        let path = "recordTarget/patientRole/patient/birthTime";
        let Some(date) = PartialDate::parse_hl7(text) else {
            self.found(Rule::DateImpossible, path);
            return None;
        };
        let ride = ride_time.unwrap_or(self.context.received).date_naive();
        if date.first_day() > ride {
            self.found(Rule::BornAfterRide, path);
        }
        Some(date)
    }

    fn of_roots(&self, places: &[usize], roots: &[String]) -> Option<String> {
        let ids = places.iter().filter_map(|i| instance_id(self.tree, *i));
        ids.into_iter().filter(|id| roots.contains(&id.root)).find_map(|id| id.extension)
    }

    fn vehicle(&self, act: Option<usize>, roots: &[String]) -> Option<String> {
        let places = self.tree.path(act?, &["participant", "participantRole", "id"]);
        self.of_roots(&places, roots)
    }

    fn patient_number(&self, patient: Option<usize>, roots: &[String]) -> Option<Sensitive> {
        let places = self.tree.path(patient?, &["id"]);
        self.of_roots(&places, roots).map(Sensitive::new)
    }

    fn feedback(
        &mut self,
        profile: Option<&Profile>,
        act: Option<usize>,
    ) -> (Option<Feedback>, HashSet<usize>, HashSet<usize>) {
        let recognised = act.into_iter().collect();
        let mut body = Body {
            tree: self.tree,
            document: self.document,
            recognised,
            referred: HashSet::new(),
            findings: Vec::new(),
        };
        let feedback = match profile {
            Some(profile) => body.feedback(profile),
            None => {
                body.findings.push(Finding::at(Rule::ProfileUnknown, ""));
                // No profile, no polarity: the agreement is unknown, nothing else is read.
                Some(Feedback {
                    agreement: Agreement::Unknown,
                    diagnoses: Vec::new(),
                    description: None,
                    remarks_medical: None,
                    remarks_communication: None,
                })
            }
        };
        self.findings.append(&mut body.findings);
        (feedback, body.recognised, body.referred)
    }
}
