//! The eight invented hospitals: what each sends, when, and what the RAV agreed with it.

use chrono::{NaiveDate, Weekday};
use domain::{InstanceId, Ura};

use crate::{calendar::earlier, envelope::Envelope};

/// Version of the message set a hospital sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 2.4.0: agreement by `negationInd`.
    V24,
    /// 2.5.0: agreement as a coded value.
    V25,
}

impl Version {
    /// Both.
    pub const ALL: [Self; 2] = [Self::V24, Self::V25];

    /// `2.4` or `2.5`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::V24 => "2.4",
            Self::V25 => "2.5",
        }
    }
}

/// What the RAV agreed with a hospital from a day on; the fields of `connections`' `[[hospital.agreement]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkAgreement {
    /// First day it holds.
    pub from: NaiveDate,
    /// A BSN may come.
    pub identification: bool,
    /// A description of the diagnosis may come.
    pub description: bool,
    /// Remarks on medical acting may come.
    pub remarks_medical: bool,
    /// Remarks on communication may come.
    pub remarks_communication: bool,
    /// The medical manager may open cases.
    pub case_list: bool,
}

/// An invented hospital.
#[derive(Clone, Debug)]
pub struct Hospital {
    /// Its URA.
    pub ura: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The version it sends.
    pub version: Version,
    /// Half of its feedback is sent within so many days of hand-over.
    pub median_delay_days: u32,
    /// From this day its agreement is automatic in more cases; `None` for all but one.
    pub agreement_changes: Option<NaiveDate>,
    /// Work agreements, oldest first.
    pub work_agreements: Vec<WorkAgreement>,
    pub(crate) habits: Habits,
}

impl Hospital {
    /// Its organisation, as the author of its messages.
    #[must_use]
    pub fn organisation(&self) -> InstanceId {
        InstanceId { root: Ura::ROOT.to_owned(), extension: Some(self.ura.to_owned()) }
    }
}

/// How a hospital works: shares in thousandths.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Habits {
    /// Share of all rides that go there, in hundredths.
    pub rides: u32,
    /// Of the rides brought there, so many get feedback.
    pub returns: u32,
    /// Percentage points on every group's agreement, before and after its change.
    pub agreement: (i32, i32),
    /// Identification in a message of its own.
    pub identification_apart: u32,
    /// Medical remarks, remarks on communication.
    pub remarks: (u32, u32),
    /// Over-delivery: name, address, telecom, vital signs, free narrative.
    pub extra: [u32; 5],
    /// Diagnosis although it agrees.
    pub diagnosis_with_agreement: u32,
    /// Envelope it sends in.
    pub envelope: Envelope,
    /// ISO-8859-1 instead of UTF-8.
    pub latin1: u32,
    /// Description by reference into the narrative.
    pub by_reference: u32,
    /// Uses sets and versions.
    pub sets: bool,
    /// Ride numbers with leading zeros.
    pub leading_zeros: bool,
    /// Sends once a week, on this day.
    pub batch: Option<Weekday>,
}

const HABITS: Habits = Habits {
    rides: 10,
    returns: 700,
    agreement: (0, 0),
    identification_apart: 600,
    remarks: (285, 160),
    extra: [0; 5],
    diagnosis_with_agreement: 0,
    envelope: Envelope::Interaction,
    latin1: 0,
    by_reference: 0,
    sets: false,
    leading_zeros: false,
    batch: None,
};

struct Line(&'static str, &'static str, Version, u32, Habits);

/// In order of URA; the first three bear the names of the sample messages' hospitals.
const HOSPITALS: [Line; 8] = [
    Line(
        "00000101",
        "Ziekenhuis Rivierenland Oost",
        Version::V24,
        9,
        Habits { rides: 22, returns: 760, remarks: (310, 180), envelope: Envelope::Soap11, sets: true, ..HABITS },
    ),
    Line(
        "00000102",
        "Merwedekade Ziekenhuis",
        Version::V25,
        7,
        Habits {
            rides: 18,
            returns: 740,
            agreement: (-6, 2),
            by_reference: 800,
            envelope: Envelope::Soap12,
            sets: true,
            ..HABITS
        },
    ),
    Line(
        "00000103",
        "Havenzicht Medisch Centrum",
        Version::V24,
        11,
        Habits {
            rides: 15,
            returns: 690,
            agreement: (2, 2),
            extra: [120, 90, 60, 30, 150],
            leading_zeros: true,
            ..HABITS
        },
    ),
    Line(
        "00000104",
        "Ziekenhuis De Veste",
        Version::V24,
        8,
        Habits {
            rides: 13,
            returns: 720,
            agreement: (-3, -3),
            latin1: 350,
            envelope: Envelope::None,
            remarks: (230, 120),
            ..HABITS
        },
    ),
    Line(
        "00000105",
        "Sint Servaas Gasthuis",
        Version::V25,
        13,
        Habits {
            rides: 11,
            returns: 650,
            agreement: (4, 4),
            by_reference: 400,
            diagnosis_with_agreement: 60,
            sets: true,
            ..HABITS
        },
    ),
    Line(
        "00000106",
        "Ziekenhuis Lingeborg",
        Version::V24,
        6,
        Habits {
            rides: 9,
            returns: 700,
            agreement: (1, 1),
            remarks: (285, 60),
            batch: Some(Weekday::Tue),
            envelope: Envelope::Soap11,
            ..HABITS
        },
    ),
    Line(
        "00000107",
        "Medisch Centrum De Wiel",
        Version::V25,
        10,
        Habits {
            rides: 7,
            returns: 600,
            agreement: (-4, -4),
            remarks: (340, 240),
            identification_apart: 0,
            sets: true,
            ..HABITS
        },
    ),
    Line(
        "00000108",
        "Streekziekenhuis Oeverland",
        Version::V24,
        12,
        Habits {
            rides: 5,
            returns: 560,
            agreement: (3, 3),
            extra: [300, 300, 250, 400, 500],
            envelope: Envelope::None,
            ..HABITS
        },
    ),
];

/// The hospital whose agreement and whose work agreement change halfway.
const CHANGES: usize = 1;

/// The hospitals of a year from `first` on, one of which changes at `halfway`.
pub(crate) fn hospitals(first: NaiveDate, halfway: NaiveDate) -> Vec<Hospital> {
    let all = WorkAgreement {
        from: earlier(first, 30),
        identification: true,
        description: true,
        remarks_medical: true,
        remarks_communication: true,
        case_list: true,
    };
    let made = HOSPITALS.iter().enumerate().map(|(place, Line(ura, name, version, median, habits))| {
        let mut agreements = vec![all.clone()];
        match place {
            CHANGES => {
                agreements[0].remarks_medical = false;
                agreements.push(WorkAgreement { from: halfway, ..all.clone() });
            }
            5 => agreements[0].remarks_communication = false,
            7 => agreements[0].case_list = false,
            _ => {}
        }
        Hospital {
            ura,
            name,
            version: *version,
            median_delay_days: *median,
            agreement_changes: (place == CHANGES).then_some(halfway),
            work_agreements: agreements,
            habits: *habits,
        }
    });
    made.collect()
}
