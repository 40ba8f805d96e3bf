//! Columns that have changed places: what a column holds does not fit its field and fits another's, in nearly every line.
//!
//! **Not here:** a single cell that is wrong (`ride_line`).

use domain::{Bsn, RideNumber, Ura};
use viewmodel::RideField;

use crate::{
    ride_layout::Placed,
    ride_line::{RideRemark, RideRule, clock, date_and_time, dates},
    ride_table::{Cell, Row},
};

// LIMIT: lines that are looked at; columns are swapped in all of them.
const LINES: u64 = 1000;
/// Of a hundred filled cells: so few fit where columns are swapped, and so many fit the other.
const FEW: u64 = 20;
const MANY: u64 = 80;
/// Fields whose values have a shape that others do not have.
const SHAPED: [RideField; 6] = [
    RideField::Number,
    RideField::Departed,
    RideField::HandedOver,
    RideField::Urgency,
    RideField::Hospital,
    RideField::SentMessages,
];

/// Whether a text has the shape of what a field holds; of a field without a shape of its own everything has.
pub(crate) fn fits(field: RideField, text: &str) -> bool {
    match field {
        RideField::Number => RideNumber::parse(text).is_ok(),
        RideField::Departed | RideField::HandedOver => {
            date_and_time(text).is_some_and(|(date, _)| !dates(date).is_empty())
        }
        RideField::DepartedTime | RideField::HandedOverTime => clock(text).is_some(),
        RideField::Urgency => matches!(text.to_ascii_uppercase().as_str(), "A0" | "A1" | "A2" | "B" | "B1" | "B2"),
        RideField::Hospital => Ura::parse(text).is_ok(),
        // A code of a diagnosis may have nine digits too.
        RideField::AnnouncedBsn => Bsn::parse(text).is_some(),
        RideField::SentMessages | RideField::Cancelled => {
            matches!(text.to_lowercase().as_str(), "ja" | "nee" | "j" | "n" | "yes" | "no" | "y" | "0" | "1" | "x")
        }
        RideField::Vehicle
        | RideField::Post
        | RideField::DiagnosisCode
        | RideField::DiagnosisSystem
        | RideField::Diagnosis
        | RideField::Nurse
        | RideField::Driver
        | RideField::Third
        | RideField::Service => true,
    }
}

/// What the first lines' cells look like.
#[derive(Default)]
pub(crate) struct Shapes {
    lines: u64,
    /// Filled cells of each field's column.
    filled: [u64; RideField::ALL.len()],
    /// By shaped field: in how many of those its shape is found.
    found: [[u64; RideField::ALL.len()]; SHAPED.len()],
    /// Lines whose hand-over is before their departure.
    before_departure: u64,
}

impl Shapes {
    pub(crate) fn see(&mut self, row: &Row, placed: &Placed, refused: Option<&RideRemark>) {
        if self.lines >= LINES {
            return;
        }
        self.lines += 1;
        self.before_departure += u64::from(refused.is_some_and(|remark| remark.rule == RideRule::BeforeDeparture));
        for field in RideField::ALL {
            let cell = placed.places[field.index()].and_then(|place| row.cells.get(place));
            let Some(cell) = cell.filter(|cell| !cell.is_empty()) else { continue };
            self.filled[field.index()] += 1;
            for (found, shaped) in self.found.iter_mut().zip(SHAPED) {
                let is_time = matches!(shaped, RideField::Departed | RideField::HandedOver);
                let fits = match cell {
                    // A workbook's time of the day is a moment too.
                    Cell::Moment(_) => is_time,
                    Cell::Text(text) | Cell::Number(text) => fits(shaped, text.trim()),
                    Cell::Formula | Cell::Unfit => false,
                };
                found[field.index()] += u64::from(fits);
            }
        }
    }

    /// Of a hundred of a column's filled cells, how many have the shape of a field.
    fn share(&self, shaped: usize, column: RideField) -> Option<u64> {
        let filled = self.filled[column.index()];
        (filled > 0).then(|| self.found[shaped][column.index()] * 100 / filled)
    }

    /// Two columns that stand in each other's place, by name.
    pub(crate) fn swapped(&self, placed: &Placed) -> Option<(String, String)> {
        let name = |field: RideField| placed.names[field.index()].clone();
        if self.lines > 1 && self.before_departure * 100 >= self.lines * MANY {
            return Some((name(RideField::Departed), name(RideField::HandedOver)));
        }
        for (shaped, field) in SHAPED.into_iter().enumerate() {
            if self.lines < 2 || self.share(shaped, field).is_none_or(|share| share > FEW) {
                continue;
            }
            let fits_back = |other: RideField| {
                let back = SHAPED.into_iter().position(|shaped| shaped == other);
                back.is_none_or(|back| self.share(back, field).is_some_and(|share| share >= MANY))
            };
            let holds_it = |other: &RideField| {
                *other != field && self.share(shaped, *other).is_some_and(|share| share >= MANY) && fits_back(*other)
            };
            if let Some(other) = RideField::ALL.into_iter().find(holds_it) {
                return Some((name(field), name(other)));
            }
        }
        None
    }
}
