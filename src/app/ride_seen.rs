//! What a ride file shows of itself before anybody has said what is in it: a head or none, which columns look like which fields, in
//! which order dates stand.
//!
//! **Invariant:** it proposes; where the file shows nothing for certain (03-04-2026 in every line), it has no proposal.
//! **Not here:** what is shown of a cell (`rides_preview`), the layout that is chosen (`ride_layout`).

use std::collections::BTreeSet;

use viewmodel::{DateOrder, RideField};
use zeroize::Zeroize;

use crate::{
    error::AppError,
    ride_layout::COLUMNS_MAX,
    ride_line::{date_and_time, dates},
    ride_swapped::fits,
    ride_table::{Cell, Read, RideTable, Row},
};

// LIMIT: different values of a column that are kept to be counted; a RAV has hundreds of people and dozens of hospitals.
const VALUES_MAX: usize = 2_000;
/// Of a hundred filled cells: so many have its shape where a column is taken for a field.
const MOST: u64 = 90;
/// Fields that a column without a known name is taken for by its shape.
const BY_SHAPE: [RideField; 4] = [RideField::Number, RideField::AnnouncedBsn, RideField::Hospital, RideField::Urgency];

/// Names that columns have, in lower case.
const NAMES: [(RideField, &[&str]); 19] = [
    (RideField::Number, &["inzetnummer", "ritnummer", "rit", "missie", "mission", "ride", "ride number"]),
    (RideField::Vehicle, &["ambulancenummer", "ambulance", "voertuig", "vehicle", "wagen"]),
    (
        RideField::Departed,
        &["vertrek", "vertrektijd", "departure", "departed", "vertrek_datum", "vertrek datum", "datum vertrek"],
    ),
    (RideField::DepartedTime, &["vertrek_tijd", "vertrek tijd", "tijd vertrek", "departure time"]),
    (
        RideField::HandedOver,
        &[
            "overdracht_seh",
            "overdracht",
            "overdracht seh",
            "overdrachttijd",
            "handover",
            "hand-over",
            "handed over",
            "overdracht_datum",
            "overdracht datum",
            "datum overdracht",
        ],
    ),
    (RideField::HandedOverTime, &["overdracht_tijd", "overdracht tijd", "tijd overdracht", "hand-over time"]),
    (RideField::Urgency, &["urgentie", "urgency", "prioriteit"]),
    (RideField::Post, &["standplaats", "post", "station"]),
    (RideField::Hospital, &["ziekenhuis_ura", "ura", "ura ziekenhuis", "hospital ura", "ura-nummer"]),
    (RideField::DiagnosisCode, &["werkdiagnose_code", "snomed werkdiagnose", "diagnosis code", "werkdiagnosecode"]),
    (RideField::DiagnosisSystem, &["werkdiagnose_stelsel", "diagnosis system", "codestelsel"]),
    (RideField::Diagnosis, &["werkdiagnose", "diagnose", "diagnosis", "working diagnosis"]),
    (RideField::AnnouncedBsn, &["bsn_vooraankondiging", "bsn", "burgerservicenummer", "bsn vooraankondiging"]),
    (RideField::SentMessages, &["bericht_8_9_10", "vooraankondiging verstuurd", "announced"]),
    (RideField::Nurse, &["verpleegkundige", "vpk", "nurse"]),
    (RideField::Driver, &["chauffeur", "driver"]),
    (RideField::Third, &["derde", "derde bemanningslid", "third"]),
    (RideField::Service, &["dienst", "service"]),
    (RideField::Cancelled, &["geannuleerd", "cancelled", "annulering"]),
];

/// What is seen in one column.
#[derive(Default)]
pub(crate) struct ColumnSeen {
    pub(crate) filled: u64,
    /// Its first value.
    pub(crate) first: String,
    /// In how many cells the shape of a field is found.
    shapes: [u64; RideField::ALL.len()],
    /// Different values, as far as they are kept.
    pub(crate) values: BTreeSet<String>,
    /// Dates that can only be read in one order, and those that either makes another date of.
    orders: [u64; 3],
    either: u64,
    /// Dates without a time, which may stand in another column.
    days: u64,
    moments: u64,
}

impl Drop for ColumnSeen {
    fn drop(&mut self) {
        self.first.zeroize();
        std::mem::take(&mut self.values).into_iter().for_each(|mut value| value.zeroize());
    }
}

impl ColumnSeen {
    fn see(&mut self, cell: &Cell) {
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        let shown = cell.shown();
        let text = shown.trim();
        if self.first.is_empty() {
            text.clone_into(&mut self.first);
        }
        if matches!(cell, Cell::Moment(_)) {
            self.moments += 1;
            self.shapes[RideField::HandedOver.index()] += 1;
            self.shapes[RideField::Departed.index()] += 1;
            // The time of the day alone looks so too.
            self.shapes[RideField::DepartedTime.index()] += 1;
            self.shapes[RideField::HandedOverTime.index()] += 1;
            return;
        }
        for (field, seen) in RideField::ALL.into_iter().zip(&mut self.shapes) {
            *seen += u64::from(fits(field, text));
        }
        if self.values.len() < VALUES_MAX && !self.values.contains(text) {
            self.values.insert(text.to_owned());
        }
        let with_time = date_and_time(text).map(|(date, _)| date);
        let read = dates(with_time.unwrap_or(text));
        self.days += u64::from(with_time.is_none() && !read.is_empty());
        match read.as_slice() {
            [(order, _)] => self.orders[*order as usize] += 1,
            [(_, one), (_, other)] if one != other => self.either += 1,
            _ => {}
        }
    }

    /// In how many filled cells the shape of a field is not found.
    pub(crate) fn unfit(&self, field: RideField) -> u64 {
        let days = if matches!(field, RideField::Departed | RideField::HandedOver) { self.days } else { 0 };
        self.filled - (self.shapes[field.index()] + days).min(self.filled)
    }

    fn looks_like(&self, field: RideField) -> bool {
        self.filled > 0 && self.shapes[field.index()] * 100 >= self.filled * MOST
    }
}

/// What is seen in a file.
pub(crate) struct Seen {
    pub(crate) first: Row,
    pub(crate) columns: Vec<ColumnSeen>,
    /// Rows, the first too.
    pub(crate) rows: u64,
    /// The first row is a head.
    pub(crate) head: bool,
}

/// Whether a text may be a value rather than a head.
fn is_value(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 5 || fits(RideField::Number, text) || fits(RideField::HandedOver, text)
}

impl Seen {
    /// Looks at every row. `go_on` says whether to.
    ///
    /// # Errors
    /// What makes the file as a whole unusable; `None`: it was stopped.
    pub(crate) fn of(table: &RideTable, go_on: &mut dyn FnMut(u64, u64) -> bool) -> Result<Option<Self>, AppError> {
        let about = table.rows_about()?;
        let first = table.first()?;
        let head = !first.cells.iter().any(|cell| matches!(cell, Cell::Moment(_)) || is_value(cell.shown().trim()));
        let width = first.cells.len().min(COLUMNS_MAX);
        let mut seen = Self { first, columns: (0..width).map(|_| ColumnSeen::default()).collect(), rows: 0, head };
        let mut stopped = false;
        table.rows(&mut |read| {
            seen.rows += 1;
            if let Read::Row(row) = read
                && !(seen.head && seen.rows == 1)
            {
                seen.columns.iter_mut().zip(&row.cells).for_each(|(column, cell)| column.see(cell));
            }
            stopped = seen.rows.is_multiple_of(1000) && !go_on(seen.rows, about.max(seen.rows));
            Ok(!stopped)
        })?;
        Ok((!stopped).then_some(seen))
    }

    /// The head of a column, where it is one and cannot be of a patient.
    pub(crate) fn name(&self, column: usize, header: bool) -> Option<String> {
        let name = self.first.cells.get(column).map(|cell| cell.shown().trim().to_owned())?;
        (header && self.head && !name.is_empty() && !name.chars().any(char::is_control)).then_some(name)
    }

    /// The field that a head names.
    pub(crate) fn named(name: &str) -> Option<RideField> {
        let name = name.to_lowercase();
        NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(field, _)| *field)
    }

    /// Which fields the columns are: by their heads; else by what stands in them, where that can be only one.
    pub(crate) fn proposed(&self, header: bool) -> Vec<Option<RideField>> {
        let by_name = |column| self.name(column, header).and_then(|name| Self::named(&name));
        let mut fields: Vec<Option<RideField>> = (0..self.columns.len()).map(by_name).collect();
        for place in 1..fields.len() {
            if fields[place].is_some() && fields[..place].contains(&fields[place]) {
                fields[place] = None;
            }
        }
        let open = |fields: &[Option<RideField>], field| -> Vec<usize> {
            let free = (0..fields.len()).filter(|place| fields[*place].is_none());
            free.filter(|place| self.columns[*place].looks_like(field)).collect()
        };
        for field in BY_SHAPE {
            if let ([one], false) = (open(&fields, field).as_slice(), fields.contains(&Some(field))) {
                fields[*one] = Some(field);
            }
        }
        let times = open(&fields, RideField::HandedOver);
        let known = [RideField::Departed, RideField::HandedOver].map(|field| fields.contains(&Some(field)));
        if let ([departed, handed_over], [false, false]) = (times.as_slice(), known) {
            fields[*departed] = Some(RideField::Departed);
            fields[*handed_over] = Some(RideField::HandedOver);
        }
        fields
    }

    /// The order in which dates stand in these columns: the one that some date can only be read in, where no other says otherwise.
    /// `Err`: it is a question.
    pub(crate) fn order(&self, fields: &[Option<RideField>]) -> Result<Option<DateOrder>, ()> {
        let is_time = |field: &Option<RideField>| matches!(field, Some(RideField::Departed | RideField::HandedOver));
        let times = || self.columns.iter().zip(fields).filter(|(_, field)| is_time(field)).map(|(column, _)| column);
        let either: u64 = times().map(|column| column.either).sum();
        let of = |order: DateOrder| times().map(|column| column.orders[order as usize]).sum::<u64>() > 0;
        let written = [DateOrder::DayFirst, DateOrder::MonthFirst].into_iter().filter(|order| of(*order));
        match (written.collect::<Vec<_>>().as_slice(), either) {
            ([only], _) => Ok(Some(*only)),
            ([], 0) if of(DateOrder::YearFirst) => Ok(Some(DateOrder::YearFirst)),
            // A workbook's own dates, or none that can be read at all.
            ([], 0) => Ok(None),
            (_, _) => Err(()),
        }
    }
}
