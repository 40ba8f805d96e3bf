//! The fields of the ride register, as a file's columns are mapped to them.
//!
//! **Not here:** what a field must hold (`app`), the screen on which they are mapped (`rides`).

/// A field of the ride register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RideField {
    /// Ride number.
    Number,
    /// Vehicle.
    Vehicle,
    /// Departure; its day alone where the time has a column of its own.
    Departed,
    /// Time of the departure, where it has a column of its own.
    DepartedTime,
    /// Hand-over to the SEH; its day alone where the time has a column of its own.
    HandedOver,
    /// Time of the hand-over, where it has a column of its own.
    HandedOverTime,
    /// Urgency.
    Urgency,
    /// Post.
    Post,
    /// The hospital's URA number.
    Hospital,
    /// Working diagnosis: its code.
    DiagnosisCode,
    /// Working diagnosis: its code system.
    DiagnosisSystem,
    /// Working diagnosis: its words.
    Diagnosis,
    /// The BSN that the ambulance announced.
    AnnouncedBsn,
    /// Messages 8, 9 and 10 were sent.
    SentMessages,
    /// First column of the crew.
    Nurse,
    /// Second column of the crew.
    Driver,
    /// Third column of the crew.
    Third,
    /// The service within the RAV that drove.
    Service,
    /// The ride was cancelled.
    Cancelled,
}

impl RideField {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 19] = [
        Self::Number,
        Self::Vehicle,
        Self::Departed,
        Self::DepartedTime,
        Self::HandedOver,
        Self::HandedOverTime,
        Self::Urgency,
        Self::Post,
        Self::Hospital,
        Self::DiagnosisCode,
        Self::DiagnosisSystem,
        Self::Diagnosis,
        Self::AnnouncedBsn,
        Self::SentMessages,
        Self::Nurse,
        Self::Driver,
        Self::Third,
        Self::Service,
        Self::Cancelled,
    ];

    /// Its place among them.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its name in a mapping.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Vehicle => "vehicle",
            Self::Departed => "departed",
            Self::DepartedTime => "departed_time",
            Self::HandedOver => "handed_over",
            Self::HandedOverTime => "handed_over_time",
            Self::Urgency => "urgency",
            Self::Post => "post",
            Self::Hospital => "hospital",
            Self::DiagnosisCode => "working_diagnosis_code",
            Self::DiagnosisSystem => "working_diagnosis_system",
            Self::Diagnosis => "working_diagnosis",
            Self::AnnouncedBsn => "announced_bsn",
            Self::SentMessages => "messages_8_9_10",
            Self::Nurse => "nurse",
            Self::Driver => "driver",
            Self::Third => "third",
            Self::Service => "service",
            Self::Cancelled => "cancelled",
        }
    }

    /// The key of its word on the screen.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Number => "ride-field-number",
            Self::Vehicle => "ride-field-vehicle",
            Self::Departed => "ride-field-departed",
            Self::DepartedTime => "ride-field-departed-time",
            Self::HandedOver => "ride-field-handed-over",
            Self::HandedOverTime => "ride-field-handed-over-time",
            Self::Urgency => "ride-field-urgency",
            Self::Post => "ride-field-post",
            Self::Hospital => "ride-field-hospital",
            Self::DiagnosisCode => "ride-field-diagnosis-code",
            Self::DiagnosisSystem => "ride-field-diagnosis-system",
            Self::Diagnosis => "ride-field-diagnosis",
            Self::AnnouncedBsn => "ride-field-announced",
            Self::SentMessages => "ride-field-messages",
            Self::Nurse => "ride-field-nurse",
            Self::Driver => "ride-field-driver",
            Self::Third => "ride-field-third",
            Self::Service => "ride-field-service",
            Self::Cancelled => "ride-field-cancelled",
        }
    }

    /// What stands in it is of a patient: never shown.
    #[must_use]
    pub fn is_of_the_patient(self) -> bool {
        matches!(self, Self::DiagnosisCode | Self::DiagnosisSystem | Self::Diagnosis | Self::AnnouncedBsn)
    }
}

/// In which order the parts of a date stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// 2026-09-14.
    YearFirst,
    /// 14-09-2026.
    DayFirst,
    /// 09/14/2026.
    MonthFirst,
}

impl DateOrder {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 3] = [Self::DayFirst, Self::YearFirst, Self::MonthFirst];

    /// Its name in a mapping.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::YearFirst => "year-month-day",
            Self::DayFirst => "day-month-year",
            Self::MonthFirst => "month-day-year",
        }
    }

    /// The key of its word on the screen.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::YearFirst => "ride-dates-year",
            Self::DayFirst => "ride-dates-day",
            Self::MonthFirst => "ride-dates-month",
        }
    }
}
