//! A message to the parts of its readers.
//!
//! **Invariant:** the message is destructured without `..`: a new field does not compile until someone says whose it is.

use chrono::{DateTime, Utc};
use domain::{
    AgeBand, Agreement, CaseContent, DiagnosisContent, FigureContent, IdentificationContent, InstanceId, PartialDate,
    RemarksContent, RideNumber, SehDiagnosis, Sensitive, Translation,
};

use crate::{
    in_text::{self, FoundInText},
    message::{Feedback, Header, OverDelivered, ProfileUsed, ValidMessage},
    minimise::Minimised,
    skeleton::Skeleton,
    times::{PointInTime, counts, dutch_day},
};

/// The parts, and what places them.
pub struct Parts {
    /// For the administration; `None` without a BSN.
    pub identification: Option<IdentificationContent>,
    /// For the crew; `None` for an identification-only message.
    pub diagnosis: Option<DiagnosisContent>,
    /// For the medical manager; where the agreement has the case list.
    pub case: Option<CaseContent>,
    /// For the crew.
    pub remarks: Option<RemarksContent>,
    /// What is counted.
    pub figure: Option<FigureContent>,
    /// Message id.
    pub id: Option<InstanceId>,
    /// Set of versions.
    pub set: Option<InstanceId>,
    /// Version in the set.
    pub version: u32,
    /// The document it replaces.
    pub replaces: Option<InstanceId>,
    /// When it was sent.
    pub sent: Option<DateTime<Utc>>,
    /// Ride number.
    pub ride: RideNumber,
    /// Vehicle.
    pub vehicle: Option<String>,
    /// Time of the ride.
    pub ride_time: Option<DateTime<Utc>>,
    /// The hospital says that it has no BSN either.
    pub says_no_bsn: bool,
    /// The profile.
    pub profile: Option<ProfileUsed>,
    /// What was left out.
    pub over_delivered: Vec<OverDelivered>,
    /// What identifies in the free text that stays.
    pub in_text: Vec<FoundInText>,
    /// The masked structure, where no profile recognised the message; in none of the parts above.
    pub skeleton: Option<Skeleton>,
}

fn copy(text: &Sensitive) -> Sensitive {
    // REVEAL: the case has its own copy of what the diagnosis part holds; both are sealed.
    Sensitive::new(text.reveal().to_owned())
}

fn copies(diagnoses: &[SehDiagnosis]) -> Vec<SehDiagnosis> {
    let translation = |t: &Translation| Translation {
        code: copy(&t.code),
        system: t.system.clone(),
        display: t.display.as_ref().map(copy),
    };
    let diagnosis = |d: &SehDiagnosis| SehDiagnosis {
        code: d.code.as_ref().map(copy),
        system: d.system.clone(),
        display: d.display.as_ref().map(copy),
        translations: d.translations.iter().map(translation).collect(),
    };
    diagnoses.iter().map(diagnosis).collect()
}

/// Splits a minimised message. `received` dates the age band where the message gives no time of the ride.
#[must_use]
pub fn split(minimised: Minimised, received: DateTime<Utc>) -> Parts {
    let Minimised { message, case_list, remarks_medical_agreed, remarks_communication_agreed } = minimised;
    let ValidMessage {
        header,
        ride,
        vehicle,
        ride_time,
        patient_number,
        bsns,
        says_no_bsn,
        gender,
        birth_date,
        feedback,
        profile,
        over_delivered,
        skeleton,
        findings: _,
        reply: _,
    } = *message;
    let Header { id, set_id, version, replaces, sent, sender: _, sites: _, receiver: _ } = header;
    let sent = sent.map(PointInTime::utc);
    let on = dutch_day(ride_time.filter(|time| counts(*time, received)).or(sent).unwrap_or(received));
    let mut bsns = bsns.into_iter();
    let first = bsns.next();
    let identified =
        |bsn| IdentificationContent { bsn, other_bsns: bsns.collect(), gender, birth_date, patient_number };
    let mut parts = Parts {
        identification: first.map(identified),
        diagnosis: None,
        case: None,
        remarks: None,
        figure: None,
        id,
        set: set_id,
        version: version.unwrap_or(1),
        replaces,
        sent,
        ride,
        vehicle,
        ride_time,
        says_no_bsn,
        profile,
        over_delivered,
        in_text: in_text::scan(feedback.as_ref()),
        skeleton,
    };
    let Some(feedback) = feedback else { return parts };
    let Feedback { agreement, diagnoses, description, remarks_medical, remarks_communication, incomplete } = feedback;
    // R3: with agreement the crew and the manager see the flag and the ride only.
    let (gender, birth_date) = if agreement == Agreement::Yes { (None, None) } else { (gender, birth_date) };
    parts.figure = Some(FigureContent {
        agreement,
        seh_code: diagnoses.first().and_then(SehDiagnosis::snomed).unwrap_or(0),
        remark_medical: remarks_medical.is_some(),
        remark_communication: remarks_communication.is_some(),
        remark_medical_not_agreed: !remarks_medical_agreed,
        remark_communication_not_agreed: !remarks_communication_agreed,
    });
    parts.case = case_list.then(|| CaseContent {
        agreement,
        diagnoses: copies(&diagnoses),
        description: description.as_ref().map(copy),
        gender,
        age_band: birth_date.and_then(|d: PartialDate| d.age_on(on)).map(AgeBand::of),
        incomplete,
    });
    parts.diagnosis = Some(DiagnosisContent { agreement, diagnoses, description, gender, birth_date, incomplete });
    if remarks_medical.is_some() || remarks_communication.is_some() {
        parts.remarks = Some(RemarksContent { medical: remarks_medical, communication: remarks_communication });
    }
    parts
}
