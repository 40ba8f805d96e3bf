//! A message as read and held against the rules, before anything is left out.
//!
//! **Invariant:** not `Clone`, not `Debug`; text about the patient is `Sensitive`.

use chrono::{DateTime, Utc};
use domain::{Agreement, Gender, InstanceId, PartialDate, ReturnedBsn, RideNumber, SehDiagnosis, Sensitive, Site};
use zeroize::Zeroizing;

use crate::{
    envelope::Reply,
    limits::FINGERPRINT_BYTES,
    profile::ProfileStatus,
    rules::Finding,
    skeleton::Skeleton,
    times::{PointInTime, TimePrecision},
};

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
    /// When it was sent, with the zone (or the Dutch one) and the precision received.
    pub sent: Option<PointInTime>,
    /// Author organisation, else custodian: a URA or AGB number.
    pub sender: Option<InstanceId>,
    /// The sender's locations and its application, the most specific first: one of them may be a hospital of its own.
    pub sites: Vec<Site>,
    /// First receiving organisation, a RAV before another.
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
    /// Agreement no and neither code nor text, as it was sent: what a work agreement drops later does not count.
    pub incomplete: bool,
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
    /// It says that there is no BSN (a `nullFlavor` where it would stand); not of its fingerprint.
    pub says_no_bsn: bool,
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
    /// The masked structure, where no profile recognised it: for who writes one, in none of the parts.
    pub skeleton: Option<Skeleton>,
    /// Everything found.
    pub findings: Vec<Finding>,
    /// How to answer.
    pub reply: Reply,
}

/// Bytes of a fingerprint; a buffer that is too small is replaced and zeroised.
struct Canonical(Zeroizing<Vec<u8>>);

impl Canonical {
    fn bytes(&mut self, piece: &[u8]) {
        let needed = self.0.len() + piece.len();
        if needed > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(2 * self.0.capacity())));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(piece);
    }

    fn count(&mut self, count: usize) {
        self.bytes(&(count as u64).to_be_bytes());
    }

    fn text(&mut self, text: Option<&str>) {
        match text {
            None => self.bytes(&[0]),
            Some(text) => {
                self.bytes(&[1]);
                self.count(text.len());
                self.bytes(text.as_bytes());
            }
        }
    }

    fn sensitive(&mut self, text: Option<&Sensitive>) {
        // REVEAL: into the keyed fingerprint only.
        self.text(text.map(Sensitive::reveal));
    }

    fn id(&mut self, id: Option<&InstanceId>) {
        self.text(id.map(|i| i.root.as_str()));
        self.text(id.and_then(|i| i.extension.as_deref()));
    }

    fn time(&mut self, seconds: Option<i64>) {
        self.bytes(&[u8::from(seconds.is_some())]);
        self.bytes(&seconds.unwrap_or_default().to_be_bytes());
    }

    fn feedback(&mut self, feedback: &Feedback) {
        self.bytes(&[feedback.agreement.code()]);
        self.count(feedback.diagnoses.len());
        for diagnosis in &feedback.diagnoses {
            self.sensitive(diagnosis.code.as_ref());
            self.text(diagnosis.system.as_deref());
            self.sensitive(diagnosis.display.as_ref());
            self.count(diagnosis.translations.len());
            for translation in &diagnosis.translations {
                self.sensitive(Some(&translation.code));
                self.text(translation.system.as_deref());
                self.sensitive(translation.display.as_ref());
            }
        }
        for text in [&feedback.description, &feedback.remarks_medical, &feedback.remarks_communication] {
            self.sensitive(text.as_ref());
        }
    }
}

impl ValidMessage {
    /// The closed list's fields in canonical order, before any minimisation that depends on our state: what makes an
    /// exact repeat the same (MESSAGE12 §7), whatever envelope, receiver, prefix, encoding or order it came in.
    #[must_use]
    pub fn canonical_bytes(&self) -> Zeroizing<Vec<u8>> {
        let Self { header, ride, vehicle, ride_time, patient_number, bsns, gender, birth_date, feedback, .. } = self;
        let mut all = Canonical(Zeroizing::new(Vec::with_capacity(FINGERPRINT_BYTES)));
        // Not the id: it is looked up by itself, and the same version of a set may come under another.
        for id in [&header.set_id, &header.replaces, &header.sender] {
            all.id(id.as_ref());
        }
        all.bytes(&header.version.unwrap_or(0).to_be_bytes());
        all.time(header.sent.map(|t| t.at.timestamp()));
        all.bytes(&[header.sent.map_or(0, |t| match t.precision {
            TimePrecision::Day => 1,
            TimePrecision::Hour => 2,
            TimePrecision::Minute => 3,
            TimePrecision::Second => 4,
        })]);
        all.text(Some(&ride.canonical()));
        all.text(vehicle.as_deref());
        all.time(ride_time.map(|t| t.timestamp()));
        all.sensitive(patient_number.as_ref());
        // REVEAL: into the keyed fingerprint only; in one order, whatever order they were sent in.
        let mut numbers: Vec<Zeroizing<String>> = bsns.iter().map(ReturnedBsn::reveal).collect();
        numbers.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        all.count(numbers.len());
        for number in &numbers {
            all.text(Some(number));
        }
        all.text(gender.map(Gender::code));
        all.text(birth_date.map(|d| d.to_string()).as_deref());
        if let Some(feedback) = feedback {
            all.feedback(feedback);
        }
        all.0
    }
}

impl Feedback {
    pub(crate) fn new(
        agreement: Agreement,
        diagnoses: Vec<SehDiagnosis>,
        description: Option<Sensitive>,
        remarks_medical: Option<Sensitive>,
        remarks_communication: Option<Sensitive>,
    ) -> Self {
        let incomplete = agreement == Agreement::No && diagnoses.is_empty() && description.is_none();
        Self { agreement, diagnoses, description, remarks_medical, remarks_communication, incomplete }
    }

    /// Of a message that no profile recognises.
    pub(crate) fn unknown() -> Self {
        Self::new(Agreement::Unknown, Vec::new(), None, None, None)
    }
}
