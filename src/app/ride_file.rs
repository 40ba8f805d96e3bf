//! A ride file judged: every line before the first is written, in memory that does not grow with it, so that a file with a bad line
//! leaves nothing behind unless somebody has said to skip it.
//!
//! **Invariant:** an error names line and column, never the value that stands there.
//! **Not here:** what a line must hold (`ride_line`), the file as a table (`ride_table`), swapped columns (`ride_swapped`).

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::Write,
    sync::Arc,
};

use chrono::{DateTime, Utc};
use domain::RavNumber;
use store::Ride;
use viewmodel::{RideField, Texts};
use zeroize::Zeroizing;

use crate::{
    error::AppError,
    ride_layout::{Placed, RideLayout},
    ride_line::{Line, RideRemark, RideRule},
    ride_swapped::Shapes,
    ride_table::{Read, RideTable, Row},
    spreadsheet,
};

// LIMIT: lines named for one rule; the others are counted.
const NAMED_MAX: u64 = 10;
// LIMIT: rides of a file, whose numbers are in memory at once (100 bytes each): seven years of the largest RAV.
const RIDES_MAX: usize = 1_000_000;
// LIMIT: different staff numbers that are looked up; a RAV has hundreds.
const STAFF_MAX: usize = 20_000;
/// Lines between two looks at whether to go on.
const LOOK_EVERY: u64 = 1000;

/// A ride file with the layout that it is read by.
pub struct RideFile {
    pub(crate) table: Arc<RideTable>,
    pub(crate) placed: Placed,
}

/// What is found in a file before anything is written.
#[derive(Default)]
pub struct Judged {
    /// Rides of its good lines.
    pub rides: u64,
    /// What is said of lines, at most ten for a rule, in their order.
    pub remarks: Vec<RideRemark>,
    /// Lines of which there is no ride.
    pub refused: u64,
    /// It was stopped: nothing is known of the rest.
    pub stopped: bool,
    /// Numbers that two lines have, each with the service that has it twice.
    twice: HashSet<String>,
    /// Staff numbers of the good lines, each with the first line and column it stands in.
    pub(crate) staff: BTreeMap<String, (u64, String)>,
    /// Staff numbers that no account has.
    pub staff_unknown: Vec<UnknownStaff>,
}

/// A staff number that nobody has, by the first line it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownStaff {
    /// The line.
    pub line: u64,
    /// The column.
    pub column: String,
    /// An account has the same number with zeros before it.
    pub lost_zeros: bool,
}

/// The numbers of a file's good lines: a service has a number once, and another service may have it too.
#[derive(Default)]
struct Numbers(HashMap<String, Vec<(Option<String>, u64)>>);

impl Numbers {
    /// Adds a line; returns those before it that are the same ride by number and service, or of which that cannot be told.
    fn add(&mut self, ride: &Ride, line: u64) -> Vec<(String, u64)> {
        let (number, service) = (ride.number.canonical(), service_of(ride));
        let lines = self.0.entry(number.clone()).or_default();
        let same = |other: &Option<String>| other.is_none() || service.is_none() || *other == service;
        let found = lines.iter().filter(|(other, _)| same(other)).map(|(other, line)| (key(&number, other), *line));
        let found = found.collect();
        if lines.iter().all(|(other, _)| *other != service) {
            lines.push((service, line));
        }
        found
    }
}

fn service_of(ride: &Ride) -> Option<String> {
    ride.service.as_deref().map(|service| service.trim().to_ascii_lowercase())
}

fn key(number: &str, service: &Option<String>) -> String {
    format!("{number}/{}", service.as_deref().unwrap_or_default())
}

fn key_of(ride: &Ride) -> String {
    key(&ride.number.canonical(), &service_of(ride))
}

/// Remarks, of which the first of each rule are kept.
#[derive(Default)]
struct Remarks {
    kept: Vec<RideRemark>,
    of_rule: BTreeMap<RideRule, u64>,
}

impl Remarks {
    fn add(&mut self, remark: RideRemark) {
        let count = self.of_rule.entry(remark.rule).or_default();
        *count += 1;
        if *count <= NAMED_MAX {
            self.kept.push(remark);
        }
    }
}

/// One line as it was read: a ride with what is said of it, or why there is none.
type OfLine = Result<(Ride, Vec<RideRemark>), RideRemark>;

impl RideFile {
    /// Reads a file by a layout.
    ///
    /// # Errors
    /// What makes the file as a whole unusable: no table, another encoding, a missing or repeated column.
    pub fn open(bytes: Zeroizing<Vec<u8>>, layout: &RideLayout) -> Result<Self, AppError> {
        Self::of(Arc::new(RideTable::new(bytes, layout.read_by())?), layout)
    }

    /// The same, of a table that is in memory.
    pub(crate) fn of(table: Arc<RideTable>, layout: &RideLayout) -> Result<Self, AppError> {
        let placed = layout.placed(&table.first()?)?;
        Ok(Self { table, placed })
    }

    /// What is told of the file before its lines: in which encoding it is read where that was found out, and columns that its
    /// source did not have before.
    #[must_use]
    pub fn told(&self) -> Vec<(&'static str, Vec<(&'static str, String)>)> {
        let encoding = self.table.read_as().map(|(encoding, _)| encoding).filter(|encoding| *encoding != "UTF-8");
        let encoding = encoding.map(|name| ("rides-told-encoding", vec![("encoding", name.to_owned())]));
        let new = self.placed.new.iter().map(|place| ("rides-told-new", vec![("column", place.to_string())]));
        encoding.into_iter().chain(new).collect()
    }

    /// Each line after the head, in order.
    fn lines(
        &self,
        rav: RavNumber,
        now: DateTime<Utc>,
        with: &mut dyn FnMut(&Row, OfLine) -> Result<bool, AppError>,
    ) -> Result<(), AppError> {
        let mut is_head = self.placed.header;
        let is_text = self.table.read_as().is_some();
        let whole = |line, rule| Err(RideRemark { line, column: None, rule });
        self.table.rows(&mut |read| {
            if std::mem::take(&mut is_head) {
                return Ok(true);
            }
            match read {
                Read::TooLong(line) => with(&Row { line, cells: Vec::new() }, whole(line, RideRule::TooLong)),
                Read::CutOff(row) => with(&row, whole(row.line, RideRule::CutOff)),
                // A workbook's row ends at its last cell.
                Read::Row(row) if is_text && row.cells.len() != self.placed.width => {
                    with(&row, whole(row.line, RideRule::Columns))
                }
                Read::Row(row) => {
                    let judged = Line { row: &row, placed: &self.placed, rav, now }.ride();
                    with(&row, judged)
                }
            }
        })
    }

    /// Reads and judges every line; nothing is kept of the rides but their numbers. Where `go_on` says no, it ends there.
    ///
    /// # Errors
    /// What makes the file as a whole unusable: lines that run into each other, columns that are swapped, too many lines.
    pub fn judge(
        &self,
        rav: RavNumber,
        now: DateTime<Utc>,
        go_on: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Judged, AppError> {
        let about = self.table.rows_about()?;
        let mut judged = Judged::default();
        let (mut remarks, mut shapes) = (Remarks::default(), Shapes::default());
        let mut numbers = Numbers::default();
        let mut lines = 0;
        self.lines(rav, now, &mut |row, read| {
            lines += 1;
            shapes.see(row, &self.placed, read.as_ref().err());
            match read {
                Ok((ride, said)) => {
                    let same = numbers.add(&ride, row.line);
                    if !same.is_empty() {
                        for (key, line) in same {
                            if judged.twice.insert(key) {
                                // It was a good line until now.
                                (judged.rides, judged.refused) = (judged.rides - 1, judged.refused + 1);
                                remarks.add(self.twice(line));
                            }
                        }
                        judged.twice.insert(key_of(&ride));
                        judged.refused += 1;
                        remarks.add(self.twice(row.line));
                    } else {
                        judged.rides += 1;
                        said.into_iter().for_each(|remark| remarks.add(remark));
                        judged.keep_staff(&ride, row.line, &self.placed);
                    }
                }
                Err(remark) => {
                    judged.refused += 1;
                    remarks.add(remark);
                }
            }
            if numbers.0.len() > RIDES_MAX {
                return Err(AppError::refused("error-rides-lines", vec![("lines", RIDES_MAX.to_string())]));
            }
            judged.stopped = lines % LOOK_EVERY == 0 && !go_on(lines, about.max(lines));
            Ok(!judged.stopped)
        })?;
        if let Some((one, other)) = shapes.swapped(&self.placed) {
            return Err(AppError::refused("error-rides-swapped", vec![("one", one), ("other", other)]));
        }
        judged.remarks = remarks.kept;
        judged.remarks.sort_by_key(|remark| remark.line);
        Ok(judged)
    }

    fn twice(&self, line: u64) -> RideRemark {
        let column = self.placed.names[RideField::Number.index()].clone();
        RideRemark { line, column: Some(column), rule: RideRule::Twice }
    }

    /// The rides of the good lines, in slices. `with` says whether to go on.
    ///
    /// # Errors
    /// What `with` says.
    pub(crate) fn slices(
        &self,
        judged: &Judged,
        (rav, now): (RavNumber, DateTime<Utc>),
        size: usize,
        with: &mut dyn FnMut(&[Ride]) -> Result<bool, AppError>,
    ) -> Result<(), AppError> {
        let mut slice = Vec::with_capacity(size);
        let mut stopped = false;
        self.lines(rav, now, &mut |_, read| {
            if let Ok((ride, _)) = read
                && !judged.twice.contains(&key_of(&ride))
            {
                slice.push(ride);
            }
            if slice.len() >= size {
                stopped = !with(&slice)?;
                slice.clear();
            }
            Ok(!stopped)
        })?;
        if !stopped && !slice.is_empty() {
            with(&slice)?;
        }
        Ok(())
    }

    /// Writes the refused lines with their reasons, as a table that can be corrected and read in again. It holds what stands in the
    /// lines: personal data.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_refused(
        &self,
        judged: &Judged,
        (rav, now): (RavNumber, DateTime<Utc>),
        texts: &Texts,
        out: &mut dyn Write,
    ) -> Result<(), AppError> {
        let failed = |error: std::io::Error| AppError::file(std::path::Path::new(""), &error);
        let first = self.table.first()?;
        let heads: Vec<String> = if self.placed.header {
            first.cells.iter().map(|cell| cell.shown().into_owned()).collect()
        } else {
            (1..=first.cells.len()).map(|place| place.to_string()).collect()
        };
        let own = ["ride-refused-line", "ride-refused-column", "ride-refused-reason"].map(|key| texts.get(key));
        let mut write = |cells: Vec<String>| {
            let line = Zeroizing::new(spreadsheet::line(&cells)?);
            writeln!(out, "{}", line.as_str()).map_err(failed)
        };
        write(heads.into_iter().chain(own).collect())?;
        self.lines(rav, now, &mut |row, read| {
            let remark = match read {
                Ok((ride, _)) if judged.twice.contains(&key_of(&ride)) => self.twice(row.line),
                Ok(_) => return Ok(true),
                Err(remark) => remark,
            };
            let mut cells: Vec<String> = row.cells.iter().map(|cell| cell.shown().into_owned()).collect();
            // What is missing of a line stays empty, so that the reason stands under its head.
            cells.resize(cells.len().max(self.placed.width), String::new());
            let reason = texts.get(remark.rule.key());
            cells.extend([remark.line.to_string(), remark.column.unwrap_or_default(), reason]);
            write(cells)?;
            Ok(true)
        })
    }
}

impl Judged {
    fn keep_staff(&mut self, ride: &Ride, line: u64, placed: &Placed) {
        let columns = [RideField::Nurse, RideField::Driver, RideField::Third];
        for (staff, place) in &ride.crew {
            if self.staff.len() < STAFF_MAX && !self.staff.contains_key(staff) {
                let column = columns.get(usize::from(*place) - 1).map_or("", |field| &placed.names[field.index()]);
                self.staff.insert(staff.clone(), (line, column.to_owned()));
            }
        }
    }

    /// Which of the staff numbers no account has; `known` are those of all accounts.
    pub(crate) fn know(&mut self, known: &HashSet<String>) {
        let bare = |staff: &str| staff.trim_start_matches('0').to_owned();
        let without_zeros: HashSet<String> =
            known.iter().filter(|staff| staff.starts_with('0')).map(|staff| bare(staff)).collect();
        let unknown = self.staff.iter().filter(|(staff, _)| !known.contains(*staff));
        self.staff_unknown = unknown
            .map(|(staff, (line, column))| UnknownStaff {
                line: *line,
                column: column.clone(),
                lost_zeros: without_zeros.contains(staff),
            })
            .collect();
        self.staff_unknown.sort_by_key(|unknown| unknown.line);
    }
}

#[cfg(test)]
mod tests;
