//! What *Ritten* shows of a file's columns: the first value of each, and whether it fits its field.
//!
//! **Invariant:** BSN and working diagnosis are masked wholly, whatever somebody maps their columns to: a value is shown only where its
//! column is a field that is no patient's, its head does not name one that is, and the value has that field's shape.
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
            sample: sample(column, *field, name.as_deref()),
            check: check(column, *field, known),
            name,
            field: *field,
        }
    })
    .collect()
}

fn sample(column: &ColumnSeen, field: Option<RideField>, name: Option<&str>) -> RideSample {
    if column.filled == 0 {
        return RideSample::Nothing;
    }
    let is_of_patient = name.is_none_or(|name| {
        let lower = name.to_lowercase();
        let words = ["bsn", "diagnos", "burgerservice", "naam", "name", "geboorte", "birth", "patient", "patiënt"];
        Seen::named(name).is_some_and(RideField::is_of_the_patient) || words.iter().any(|word| lower.contains(word))
    });
    // Of these only the head tells what they are.
    let is_named = |field| name.is_some_and(|name| Seen::named(name) == Some(field));
    match field {
        Some(field @ (RideField::Post | RideField::Service)) if !is_named(field) => RideSample::Masked,
        Some(field) if !(is_of_patient && !has_shape_of_its_own(field)) && may_be_shown(field, &column.first) => {
            RideSample::Shown(column.first.clone())
        }
        Some(_) | None => RideSample::Masked,
    }
}

/// What has this shape is no BSN, name or diagnosis, whatever its column is called.
fn has_shape_of_its_own(field: RideField) -> bool {
    matches!(field, RideField::Number | RideField::Departed | RideField::HandedOver | RideField::Urgency)
}

/// A value of a field, as far as its shape tells; a number of nine digits may be a BSN wherever it stands.
fn may_be_shown(field: RideField, value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_short = value.chars().count() <= 24;
    match field {
        RideField::Number
        | RideField::Departed
        | RideField::HandedOver
        | RideField::Urgency
        | RideField::Hospital
        | RideField::SentMessages
        | RideField::Cancelled => fits(field, value),
        RideField::Vehicle | RideField::Nurse | RideField::Driver | RideField::Third => {
            is_short && (1..=7).contains(&digits)
        }
        RideField::Post | RideField::Service => is_short && digits <= 2,
        RideField::DiagnosisCode | RideField::DiagnosisSystem | RideField::Diagnosis | RideField::AnnouncedBsn => false,
    }
}

fn counted(text: &'static str, values: &[(&'static str, usize)]) -> Said {
    Said { text, values: values.iter().map(|(name, value)| (*name, value.to_string())).collect() }
}

fn check(column: &ColumnSeen, field: Option<RideField>, known: &Known) -> ColumnCheck {
    let Some(field) = field else { return ColumnCheck::Told(Said::from("ui-rides-check-skipped")) };
    let unfit = usize::try_from(column.unfit(field)).unwrap_or(usize::MAX);
    if column.filled == 0 {
        return ColumnCheck::Told(Said::from("ui-rides-check-empty"));
    }
    if unfit > 0 {
        return ColumnCheck::Doubt(counted("ui-rides-check-unfit", &[("n", unfit)]));
    }
    match field {
        RideField::DiagnosisCode | RideField::DiagnosisSystem | RideField::Diagnosis => {
            ColumnCheck::Told(Said::from("ui-rides-check-masked"))
        }
        RideField::AnnouncedBsn => ColumnCheck::Told(Said::from("ui-rides-check-hashed")),
        RideField::Hospital => hospitals(column, known),
        RideField::Nurse | RideField::Driver | RideField::Third => {
            let of = column.values.len();
            let found = column.values.iter().filter(|staff| known.staff.contains(*staff)).count();
            let said = counted("ui-rides-check-staff", &[("n", found), ("of", of)]);
            if found == of { ColumnCheck::Told(said) } else { ColumnCheck::Doubt(said) }
        }
        RideField::Number
        | RideField::Departed
        | RideField::HandedOver
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
        (_, 1..) => ColumnCheck::Doubt(counted("ui-rides-check-hospital-unknown", &[("n", unknown)])),
        ([only], 0) => {
            ColumnCheck::Told(Said { text: "ui-rides-check-hospital", values: vec![("name", (*only).clone())] })
        }
        (all, 0) => ColumnCheck::Told(counted("ui-rides-check-hospitals", &[("n", all.len())])),
    }
}
