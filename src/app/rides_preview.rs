//! What *Ritten* shows of a file's columns: the first value of each, and whether it fits its field.
//!
//! **Invariant:** BSN and working diagnosis are masked wholly, whatever somebody maps their columns to: a value is shown only where its
//! column is a field that is no patient's, and shape, head or what is known here tells that the value is one of that field.
//! **Not here:** what is seen in the file (`ride_seen`).

use std::collections::{BTreeMap, BTreeSet};

use domain::Ura;
use viewmodel::{ColumnCheck, RideColumn, RideField, RideSample, Said};

use crate::{
    ride_seen::{ColumnSeen, Seen},
    ride_swapped::fits,
};

/// What a column is checked against.
pub(crate) struct Known {
    pub(crate) staff: BTreeSet<String>,
    /// Names of hospitals by URA number.
    pub(crate) hospitals: BTreeMap<String, String>,
}

/// The columns, as they are mapped now.
pub(crate) fn columns(seen: &Seen, fields: &[Option<RideField>], header: bool, known: &Known) -> Vec<RideColumn> {
    let all = seen.columns.iter().zip(fields).enumerate();
    all.map(|(place, (column, field))| {
        let name = seen.name(place, header);
        RideColumn {
            sample: sample(column, *field, name.as_deref(), known),
            check: check(column, *field, known),
            name,
            field: *field,
        }
    })
    .collect()
}

fn sample(column: &ColumnSeen, field: Option<RideField>, name: Option<&str>, known: &Known) -> RideSample {
    if column.filled == 0 {
        return RideSample::Nothing;
    }
    let is_named = |field| name.is_some_and(|name| Seen::named(name) == Some(field));
    let may = field.is_some_and(|field| may_be_shown(field, &column.first, is_named(field), known));
    if may { RideSample::Shown(column.first.clone()) } else { RideSample::Masked }
}

/// Whether a value of a field may be shown: by a shape that no BSN, name or diagnosis has, because it is known here, or because the
/// head names the very field and the value is as short as such values are. A code of a diagnosis may look like any number.
fn may_be_shown(field: RideField, value: &str, is_named: bool, known: &Known) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_short = value.chars().count() <= 24;
    match field {
        RideField::Number
        | RideField::Departed
        | RideField::DepartedTime
        | RideField::HandedOver
        | RideField::HandedOverTime
        | RideField::Urgency
        | RideField::SentMessages
        | RideField::Cancelled => fits(field, value),
        RideField::Hospital => known.hospitals.contains_key(value),
        RideField::Nurse | RideField::Driver | RideField::Third => {
            known.staff.contains(value) || (is_named && is_short && digits <= 7)
        }
        RideField::Vehicle => is_named && is_short && digits <= 7,
        RideField::Post | RideField::Service => is_named && is_short && digits <= 2,
        RideField::DiagnosisCode | RideField::DiagnosisSystem | RideField::Diagnosis | RideField::AnnouncedBsn => false,
    }
}

fn counted(text: &'static str, values: &[(&'static str, usize)]) -> Said {
    Said { text, values: values.iter().map(|(name, value)| (*name, value.to_string())).collect() }
}

fn check(column: &ColumnSeen, field: Option<RideField>, known: &Known) -> ColumnCheck {
    let Some(field) = field else { return ColumnCheck::Told(Said::from("rides-check-skipped")) };
    let unfit = usize::try_from(column.unfit(field)).unwrap_or(usize::MAX);
    if column.filled == 0 {
        return ColumnCheck::Told(Said::from("rides-check-empty"));
    }
    if unfit > 0 {
        return ColumnCheck::Doubt(counted("rides-check-unfit", &[("n", unfit)]));
    }
    match field {
        RideField::DiagnosisCode | RideField::DiagnosisSystem | RideField::Diagnosis => {
            ColumnCheck::Told(Said::from("rides-check-masked"))
        }
        RideField::AnnouncedBsn => ColumnCheck::Told(Said::from("rides-check-hashed")),
        RideField::Hospital => hospitals(column, known),
        RideField::Nurse | RideField::Driver | RideField::Third => {
            let of = column.values.len();
            let found = column.values.iter().filter(|staff| known.staff.contains(*staff)).count();
            let said = counted("rides-check-staff", &[("n", found), ("of", of)]);
            if found == of { ColumnCheck::Told(said) } else { ColumnCheck::Doubt(said) }
        }
        RideField::Number
        | RideField::Departed
        | RideField::DepartedTime
        | RideField::HandedOver
        | RideField::HandedOverTime
        | RideField::Urgency
        | RideField::SentMessages
        | RideField::Cancelled
        | RideField::Vehicle
        | RideField::Post
        | RideField::Service => ColumnCheck::Fits,
    }
}

fn hospitals(column: &ColumnSeen, known: &Known) -> ColumnCheck {
    let numbers = || column.values.iter().filter_map(|value| Ura::parse(value).ok());
    let names: Vec<&String> = numbers().filter_map(|ura| known.hospitals.get(ura.as_str())).collect();
    let unknown = numbers().count() - names.len();
    match (names.as_slice(), unknown) {
        (_, 1..) => ColumnCheck::Doubt(counted("rides-check-hospital-unknown", &[("n", unknown)])),
        ([only], 0) => {
            ColumnCheck::Told(Said { text: "rides-check-hospital", values: vec![("name", (*only).clone())] })
        }
        (all, 0) => ColumnCheck::Told(counted("rides-check-hospitals", &[("n", all.len())])),
    }
}
