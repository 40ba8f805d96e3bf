//! Messages for `generate`: of an invented year, in the version, envelope and encoding of choice, with one fault or none.
//!
//! **Invariant:** without a fault a message is one that a receiver has nothing to remark on: no finding, nothing sent too much.

use domain::{Agreement, Bsn};

use crate::{
    envelope::{Encoding, Envelope},
    fault::Fault,
    hospital::Version,
    message::{Extra, MessageSpec},
    year::{Settings, Year},
};

/// What all messages have; what is absent is as each invented hospital does it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice {
    /// Version of the message set.
    pub version: Option<Version>,
    /// Envelope.
    pub envelope: Option<Envelope>,
    /// Encoding.
    pub encoding: Option<Encoding>,
    /// What is wrong with them.
    pub fault: Option<Fault>,
}

/// Messages to be generated, and their rides.
pub struct Batch {
    year: Year,
    count: usize,
    choice: Choice,
}

impl Batch {
    /// As many messages as the settings say, none of them a repeat or a newer version of another.
    #[must_use]
    pub fn new(settings: Settings, choice: Choice) -> Self {
        let count = settings.messages;
        // Some five of a hundred messages of a year are a repeat or a newer version.
        let year = Year::new(Settings { messages: count + count / 8 + 16, canaries: false, ..settings });
        Self { year, count, choice }
    }

    /// The rides, also of messages that are beyond the count, in the layout of the ride register's import.
    #[must_use]
    pub fn rides_csv(&self) -> Vec<u8> {
        self.year.rides_csv(self.year.rides())
    }

    /// The messages in order of time, made when asked for.
    pub fn messages(&self) -> impl Iterator<Item = Vec<u8>> + '_ {
        self.year.specs().take(self.count).map(|spec| self.message(spec))
    }

    fn message(&self, mut spec: MessageSpec) -> Vec<u8> {
        let Choice { version, envelope, encoding, fault } = self.choice;
        spec.version = version.unwrap_or(spec.version);
        spec.envelope = envelope.unwrap_or(spec.envelope);
        spec.encoding = encoding.unwrap_or(spec.encoding);
        self.clean(&mut spec);
        match fault {
            None => crate::message::sample_message(&spec),
            Some(fault) => fault.message(spec),
        }
    }

    /// Leaves out what invented hospitals do wrong.
    fn clean(&self, spec: &mut MessageSpec) {
        let identifies = !spec.bsns.is_empty();
        spec.bsns.retain(|bsn| Bsn::parse(bsn).is_some());
        spec.bsns.truncate(1);
        if identifies && spec.bsns.is_empty() {
            spec.bsns.extend(self.year.pool.first().map(u32::to_string));
        }
        spec.extra = Extra::default();
        let unsayable = spec.version == Version::V24 && spec.agreement == Some(Agreement::NotAssessable);
        if unsayable || (spec.agreement == Some(Agreement::No) && spec.diagnoses.is_empty()) {
            spec.agreement = Some(Agreement::Yes);
        }
        if spec.agreement == Some(Agreement::Yes) {
            spec.diagnoses.clear();
            spec.description = None;
        }
        if spec.diagnoses.is_empty() && spec.bsns.is_empty() {
            (spec.gender, spec.birth) = (None, None);
        }
        for remark in [&mut spec.medical, &mut spec.communication] {
            // Some invented doctors write whom to call.
            let identifies = |text: &String| ["06-", "@", "mw. ", "0344-"].iter().any(|mark| text.contains(mark));
            if remark.as_ref().is_some_and(identifies) {
                *remark = Some("Goede overdracht.".to_owned());
            }
        }
    }
}
