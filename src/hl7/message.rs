//! A message as read and held against the rules, before anything is left out.
//!
//! **Invariant:** not `Clone`, not `Debug`; text about the patient is `Sensitive`.

use chrono::{DateTime, FixedOffset, Utc};
use domain::{Agreement, Gender, InstanceId, PartialDate, ReturnedBsn, RideNumber, SehDiagnosis, Sensitive};
use zeroize::Zeroizing;

use crate::{envelope::Reply, profile::ProfileStatus, rules::Finding};

/// The profile that read a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileUsed {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Where it comes from.
    pub status: ProfileStatus,
}

/// What was sent that may not be kept: kind and element path, never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverDelivered {
    /// The kind of MESSAGE12 §9.
    pub kind: &'static str,
    /// Element path below the document.
    pub path: String,
    /// How often.
    pub count: u64,
}

/// Ids, versions, times and organisations.
pub struct Header {
    /// Message id.
    pub id: Option<InstanceId>,
    /// Set of versions.
    pub set_id: Option<InstanceId>,
    /// Version in the set.
    pub version: Option<u32>,
    /// The document this one replaces.
    pub replaces: Option<InstanceId>,
    /// When it was sent, with the zone received (or the Dutch one).
    pub sent: Option<DateTime<FixedOffset>>,
    /// Author organisation, else custodian.
    pub sender: Option<InstanceId>,
    /// First receiving organisation.
    pub receiver: Option<InstanceId>,
}

/// The feedback of the SEH.
pub struct Feedback {
    /// The judgement.
    pub agreement: Agreement,
    /// SEH diagnoses in order.
    pub diagnoses: Vec<SehDiagnosis>,
    /// Description, several joined by a line break.
    pub description: Option<Sensitive>,
    /// Remarks on medical acting, several joined by an empty line.
    pub remarks_medical: Option<Sensitive>,
    /// Remarks on communication.
    pub remarks_communication: Option<Sensitive>,
}

/// A message that can be taken in.
pub struct ValidMessage {
    /// Ids and times.
    pub header: Header,
    /// Ride number.
    pub ride: RideNumber,
    /// Vehicle.
    pub vehicle: Option<String>,
    /// Time of the ride as the message gives it.
    pub ride_time: Option<DateTime<Utc>>,
    /// The hospital's patient number.
    pub patient_number: Option<Sensitive>,
    /// BSNs, different ones, in order.
    pub bsns: Vec<ReturnedBsn>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Birth date.
    pub birth_date: Option<PartialDate>,
    /// Feedback; `None` for an identification-only message.
    pub feedback: Option<Feedback>,
    /// The profile; `None`: not recognised.
    pub profile: Option<ProfileUsed>,
    /// What was sent too much.
    pub over_delivered: Vec<OverDelivered>,
    /// Everything found.
    pub findings: Vec<Finding>,
    /// How to answer.
    pub reply: Reply,
}

fn put(bytes: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => bytes.push(0),
        Some(text) => {
            bytes.push(1);
            bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
    }
}

fn put_id(bytes: &mut Vec<u8>, id: Option<&InstanceId>) {
    put(bytes, id.map(|i| i.root.as_str()));
    put(bytes, id.and_then(|i| i.extension.as_deref()));
}

impl ValidMessage {
    /// The closed list's fields in canonical order, before any minimisation that depends on our state: what makes an
    /// exact repeat the same (MESSAGE12 §7), whatever envelope, prefix, encoding or order it came in.
    #[must_use]
    pub fn canonical_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
        let header = &self.header;
        for id in [&header.id, &header.set_id, &header.replaces, &header.sender, &header.receiver] {
            put_id(&mut bytes, id.as_ref());
        }
        bytes.extend_from_slice(&header.version.unwrap_or(0).to_be_bytes());
        bytes.extend_from_slice(&header.sent.map_or(0, |t| t.timestamp()).to_be_bytes());
        put(&mut bytes, Some(&self.ride.canonical()));
        put(&mut bytes, self.vehicle.as_deref());
        bytes.extend_from_slice(&self.ride_time.map_or(0, |t| t.timestamp()).to_be_bytes());
        // REVEAL: into the keyed fingerprint only, here and below.
        put(&mut bytes, self.patient_number.as_ref().map(Sensitive::reveal));
        bytes.push(u8::try_from(self.bsns.len()).unwrap_or(u8::MAX));
        for bsn in &self.bsns {
            put(&mut bytes, Some(&bsn.reveal()));
        }
        put(&mut bytes, self.gender.map(Gender::code));
        put(&mut bytes, self.birth_date.map(|d| d.to_string()).as_deref());
        if let Some(feedback) = &self.feedback {
            feedback.put(&mut bytes);
        }
        bytes
    }
}

impl Feedback {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.push(self.agreement.code());
        bytes.push(u8::try_from(self.diagnoses.len()).unwrap_or(u8::MAX));
        for diagnosis in &self.diagnoses {
            // REVEAL: into the keyed fingerprint only.
            put(bytes, diagnosis.code.as_ref().map(Sensitive::reveal));
            put(bytes, diagnosis.system.as_deref());
            put(bytes, diagnosis.display.as_ref().map(Sensitive::reveal));
            for translation in &diagnosis.translations {
                // REVEAL: into the keyed fingerprint only.
                put(bytes, Some(translation.code.reveal()));
                put(bytes, translation.system.as_deref());
            }
            put(bytes, None);
        }
        for text in [&self.description, &self.remarks_medical, &self.remarks_communication] {
            // REVEAL: into the keyed fingerprint only.
            put(bytes, text.as_ref().map(Sensitive::reveal));
        }
    }
}
