//! Minimisation on receipt: the closed list, R3, the work agreement, an equal BSN (MESSAGE12 §7). What goes is counted.

use domain::Agreement;

use crate::message::{OverDelivered, ValidMessage};

/// What the work agreement in force lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Identification (BSN).
    pub identification: bool,
    /// Description of the diagnosis.
    pub description: bool,
    /// Remarks on medical acting.
    pub remarks_medical: bool,
    /// Remarks on communication.
    pub remarks_communication: bool,
    /// The case list of the medical manager.
    pub case_list: bool,
}

impl Keep {
    /// Everything (`without = "all"`, and `inspect` without a store).
    pub const ALL: Self = Self {
        identification: true,
        description: true,
        remarks_medical: true,
        remarks_communication: true,
        case_list: true,
    };
    /// Without a work agreement: what the decree lists, and the BSN for the administration (R2b).
    pub const DECREE: Self = Self {
        identification: true,
        description: true,
        remarks_medical: false,
        remarks_communication: false,
        case_list: false,
    };
}

/// A message from which everything has gone that may not stay.
pub struct Minimised {
    pub(crate) message: Box<ValidMessage>,
    pub(crate) case_list: bool,
    pub(crate) remarks_medical_agreed: bool,
    pub(crate) remarks_communication_agreed: bool,
}

impl Minimised {
    /// The message, to look at.
    #[must_use]
    pub fn message(&self) -> &ValidMessage {
        &self.message
    }
}

fn dropped(message: &mut ValidMessage, kind: &'static str, path: &str, count: usize) {
    if count > 0 {
        message.over_delivered.push(OverDelivered { kind, path: path.to_owned(), count: count as u64 });
    }
}

const OBSERVATION: &str = "component//observation";
const BSN: &str = "recordTarget/patientRole/id";
const GENDER: &str = "recordTarget/patientRole/patient/administrativeGenderCode";
const BIRTH_TIME: &str = "recordTarget/patientRole/patient/birthTime";

/// Leaves out what may not stay. `bsn_equal`: the only BSN is the one the ambulance announced.
#[must_use]
pub fn minimise(mut message: Box<ValidMessage>, keep: &Keep, bsn_equal: bool) -> Minimised {
    if bsn_equal || !keep.identification {
        let kind = if bsn_equal { "equal_bsn" } else { "not_agreed" };
        let count = std::mem::take(&mut message.bsns).len();
        dropped(&mut message, kind, BSN, count);
    }
    drop_not_agreed(&mut message, keep);
    if message.feedback.as_ref().is_some_and(|f| f.agreement == Agreement::Yes) {
        drop_with_agreement(&mut message);
    }
    Minimised {
        message,
        case_list: keep.case_list,
        remarks_medical_agreed: keep.remarks_medical,
        remarks_communication_agreed: keep.remarks_communication,
    }
}

fn drop_not_agreed(message: &mut ValidMessage, keep: &Keep) {
    let Some(feedback) = &mut message.feedback else { return };
    let fields = [
        (&mut feedback.description, keep.description),
        (&mut feedback.remarks_medical, keep.remarks_medical),
        (&mut feedback.remarks_communication, keep.remarks_communication),
    ];
    let count = fields.into_iter().filter_map(|(field, kept)| if kept { None } else { field.take() }).count();
    dropped(message, "not_agreed", OBSERVATION, count);
}

/// Agreement yes: ride data and the flag only (R3). Gender and birth date stay for the administration's check, where there is a BSN.
fn drop_with_agreement(message: &mut ValidMessage) {
    let Some(feedback) = &mut message.feedback else { return };
    let diagnoses = std::mem::take(&mut feedback.diagnoses).len();
    let description = usize::from(feedback.description.take().is_some());
    dropped(message, "diagnosis_with_agreement", OBSERVATION, diagnoses);
    dropped(message, "description_with_agreement", OBSERVATION, description);
    let identified = !message.bsns.is_empty();
    let (gender, birth) = (usize::from(message.gender.is_some()), usize::from(message.birth_date.is_some()));
    if !identified {
        dropped(message, "gender_with_agreement", GENDER, gender);
        dropped(message, "birth_date_with_agreement", BIRTH_TIME, birth);
    }
}
