//! A message that is not taken in: which answer, why, and what the answer needs.

use domain::{InstanceId, RideNumber, Site};

use crate::{
    envelope::Reply,
    message::{ProfileUsed, ValidMessage},
    place::Place,
    rules::{Finding, Rule},
};

/// Which negative answer a refusal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// CE: understood, but may not be taken.
    NotAccepted,
    /// CR: nothing could be made of it.
    NotReadable,
    /// CR with HTTP 503: it could not be stored; the sender must keep and repeat it.
    NotStored,
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
    /// Its sites, the most specific first.
    pub sites: Vec<Site>,
    /// What else could be read, for who looks into the file.
    pub known: Known,
}

/// What is known of a message that is not taken in.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The profile that read it.
    pub profile: Option<ProfileUsed>,
    /// The first RAV it names as receiver.
    pub receiver: Option<InstanceId>,
    /// Its ride.
    pub ride: Option<RideNumber>,
}

impl Refusal {
    pub(crate) fn new(refused: Refused, rule: Rule, reply: Reply) -> Box<Self> {
        Self::at(refused, rule, Place::default(), reply)
    }

    pub(crate) fn at(refused: Refused, rule: Rule, place: Place, reply: Reply) -> Box<Self> {
        Box::new(Self {
            refused,
            findings: vec![Finding::at(rule, place)],
            reply,
            sender: None,
            sites: Vec::new(),
            known: Known::default(),
        })
    }

    /// A message that was read, but may not be taken in for reasons of the store.
    #[must_use]
    pub fn of(message: &ValidMessage, refused: Refused, rules: Vec<Rule>) -> Self {
        let mut findings: Vec<Finding> = rules.into_iter().map(|rule| Finding::at(rule, "")).collect();
        findings.extend(message.findings.iter().cloned());
        let known = Known {
            profile: message.profile.clone(),
            receiver: message.header.receiver.clone(),
            ride: Some(message.ride.clone()),
        };
        let (sender, sites) = (message.header.sender.clone(), message.header.sites.clone());
        Self { refused, findings, reply: message.reply.clone(), sender, sites, known }
    }

    /// The reason.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.findings.first().map_or(Rule::NoMessage, |f| f.rule)
    }
}
