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
    /// Numbers that two lines have.
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
        Self::of(Arc::new(RideTable::new(bytes, layout.encoding, layout.separator)?), layout)
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
        let mut numbers: HashMap<String, u64> = HashMap::new();
        let mut lines = 0;
        self.lines(rav, now, &mut |row, read| {
            lines += 1;
            shapes.see(row, &self.placed, read.as_ref().err());
            match read {
                Ok((ride, said)) => {
                    let number = ride.number.canonical();
                    if let Some(first) = numbers.insert(number.clone(), row.line) {
                        if judged.twice.insert(number.clone()) {
                            // The first of them was a good line until now.
                            (judged.rides, judged.refused) = (judged.rides - 1, judged.refused + 1);
                            remarks.add(self.twice(first));
                        }
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
            if numbers.len() > RIDES_MAX {
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
                && !judged.twice.contains(&ride.number.canonical())
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
                Ok((ride, _)) if judged.twice.contains(&ride.number.canonical()) => self.twice(row.line),
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
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::TimeZone;

    use super::*;
    use crate::ride_table::LINE_BYTES_MAX;

    const HEAD: &str = "inzetnummer;ambulancenummer;vertrek;overdracht_seh;urgentie;standplaats;ziekenhuis_ura;werkdiagnose_code;\
                        werkdiagnose_stelsel;werkdiagnose;bsn_vooraankondiging;bericht_8_9_10;verpleegkundige;chauffeur;derde\n";
    const GOOD: &str = "12-2026-4501-1;12-107;2026-09-14T10:00;2026-09-14T11:00;A1;Oost;00000101;271594007;http://snomed.info/sct;Collaps;;ja;1001;2001;\n";

    /// Hand-over of the good line, 11:00 in Amsterdam, is an hour and a minute ago.
    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 9, 14, 10, 1, 0).unwrap()
    }

    /// What a file holds.
    #[derive(Debug)]
    struct Read {
        rides: Vec<Vec<(String, u8)>>,
        remarks: Vec<RideRemark>,
        refused: u64,
    }

    fn rides_of(file: &RideFile, judged: &Judged) -> Vec<Ride> {
        let mut rides = Vec::new();
        file.lines(RavNumber::new(12).unwrap(), now(), &mut |_, read| {
            rides.extend(
                read.ok().map(|(ride, _)| ride).filter(|ride| !judged.twice.contains(&ride.number.canonical())),
            );
            Ok(true)
        })
        .unwrap();
        rides
    }

    fn opened(file: impl AsRef<[u8]>) -> Result<(RideFile, Judged), AppError> {
        let file = RideFile::open(Zeroizing::new(file.as_ref().to_vec()), &RideLayout::standard())?;
        let judged = file.judge(RavNumber::new(12).unwrap(), now(), &mut |_, _| true)?;
        Ok((file, judged))
    }

    fn ride(file: impl AsRef<[u8]>) -> Ride {
        let (file, judged) = opened(file).unwrap();
        rides_of(&file, &judged).remove(0)
    }

    fn of(file: impl AsRef<[u8]>) -> Result<Read, AppError> {
        let (file, judged) = opened(file)?;
        let rides = rides_of(&file, &judged);
        assert_eq!(rides.len() as u64, judged.rides);
        let rides = rides.into_iter().map(|ride| ride.crew).collect();
        Ok(Read { rides, remarks: judged.remarks, refused: judged.refused })
    }

    /// Good lines, each with a number of its own.
    fn good(n: usize) -> String {
        GOOD.replace("-4501-", &format!("-{}-", 6000 + n))
    }

    fn refused(file: impl AsRef<[u8]>) -> (&'static str, Vec<String>) {
        let error = of(file).map(|_| ()).unwrap_err();
        (error.key, error.values.into_iter().map(|(_, value)| value).collect())
    }

    /// What is said of a file of a good line and these: line, column, rule; and how many were refused and read.
    fn with(lines: &str) -> (Vec<(u64, String, RideRule)>, u64, usize) {
        let Read { rides, remarks, refused } = of(format!("{HEAD}{}{lines}", good(0))).unwrap();
        let remarks = remarks.into_iter().map(|r| (r.line, r.column.unwrap_or("-".to_owned()), r.rule));
        (remarks.collect(), refused, rides.len())
    }

    #[track_caller]
    fn line_is_refused(line: &str, column: &str, rule: RideRule) {
        assert_ne!(line, GOOD);
        let said = vec![(3, column.to_owned(), rule)];
        assert_eq!(with(&format!("{line}{}", good(1))), (said, 1, 2), "the lines around it are good");
    }

    #[test]
    fn a_good_line_is_a_ride_with_its_crew() {
        let one = ride(format!("{HEAD}{GOOD}"));
        assert_eq!(one.crew, [("1001".to_owned(), 1), ("2001".to_owned(), 2)]);
        assert!(one.announced.is_none() && one.sent_8_to_10 && !one.cancelled && one.service.is_none());
        assert_eq!(with(""), (vec![], 0, 1));
    }

    #[test]
    fn a_bad_line_is_named_with_its_column_and_rule_and_the_others_are_read() {
        line_is_refused(&GOOD.replace("2026-09-14T11:00", "geheim"), "overdracht_seh", RideRule::Time);
        line_is_refused(&GOOD.replace("12-2026-4501-1", "geheim"), "inzetnummer", RideRule::Number);
        line_is_refused(&GOOD.replace("00000101", "101"), "ziekenhuis_ura", RideRule::LostZeros);
        line_is_refused(&GOOD.replace("00000101", "Oost"), "ziekenhuis_ura", RideRule::Hospital);
        line_is_refused(&GOOD.replace(";ja;", ";misschien;"), "bericht_8_9_10", RideRule::YesOrNo);
        line_is_refused(&GOOD.replace(";1001;", ";10:01;"), "verpleegkundige", RideRule::Staff);
        line_is_refused(&GOOD.replace(";2001;", ";\"20;01\";"), "chauffeur", RideRule::Staff);
        line_is_refused("12-2026-4502-1;12-107\n", "-", RideRule::Columns);
        line_is_refused(&GOOD.replace("Oost", &"O".repeat(LINE_BYTES_MAX)), "-", RideRule::TooLong);
    }

    #[test]
    fn a_hand_over_before_the_departure_is_refused_and_one_within_its_minute_is_not() {
        line_is_refused(&GOOD.replace("T11:00", "T09:59"), "overdracht_seh", RideRule::BeforeDeparture);
        let same_minute = GOOD.replace("T10:00", "T10:00:30").replace("T11:00", "T10:00");
        assert_eq!(with(&same_minute), (vec![], 0, 2));
    }

    #[test]
    fn of_the_hour_that_comes_twice_the_hand_over_is_the_one_after_the_departure() {
        let night =
            GOOD.replace("2026-09-14T10:00", "2025-10-26T02:50").replace("2026-09-14T11:00", "2025-10-26T02:20");
        let one = ride(format!("{HEAD}{night}"));
        assert_eq!(one.handed_over.unwrap() - one.departed.unwrap(), chrono::TimeDelta::minutes(30));
    }

    #[test]
    fn a_time_ahead_of_the_clock_by_more_than_an_hour_is_refused() {
        line_is_refused(&GOOD.replace("T11:00", "T13:02"), "overdracht_seh", RideRule::Future);
        line_is_refused(&GOOD.replace("T10:00;2026-09-14T11:00", "T13:02;"), "vertrek", RideRule::Future);
        assert_eq!(with(&GOOD.replace("T11:00", "T13:01")), (vec![], 0, 2));
    }

    #[test]
    fn a_control_character_is_refused_and_the_lines_of_a_working_diagnosis_are_not() {
        line_is_refused(&GOOD.replace("Oost", "Oo\0st"), "standplaats", RideRule::Control);
        line_is_refused(&GOOD.replace("Collaps", "Col\u{1b}laps"), "werkdiagnose", RideRule::Control);
        line_is_refused(&GOOD.replace("Oost", "\"Oo\nst\""), "standplaats", RideRule::Control);
        assert_eq!(with(&GOOD.replace("Collaps", "\"Collaps\top\nstraat\"")), (vec![], 0, 2));
    }

    #[test]
    fn an_unknown_urgency_and_another_ravs_number_are_said_and_the_ride_is_read() {
        let read = of(format!("{HEAD}{}", GOOD.replace(";A1;", ";snel;"))).unwrap();
        assert_eq!((read.refused, read.remarks[0].rule), (0, RideRule::Urgency));
        assert!(ride(format!("{HEAD}{}", GOOD.replace(";A1;", ";snel;"))).urgency.is_none(), "it is not kept");
        for known in ["a0", "A1", "A2", "B", "b1", "B2"] {
            let file = format!("{HEAD}{}", GOOD.replace(";A1;", &format!(";{known};")));
            assert_eq!(ride(&file).urgency, Some(known.to_uppercase()));
            assert!(of(&file).unwrap().remarks.is_empty(), "{known}");
        }
        assert_eq!(
            with(&GOOD.replace("12-2026", "13-2026")),
            (vec![(3, "inzetnummer".to_owned(), RideRule::OtherRav)], 0, 2)
        );
    }

    #[test]
    fn many_bad_lines_are_counted_and_the_first_of_each_rule_are_named() {
        let bad = (1..=30).map(|n| good(n).replace("T11:00", "T09:00")).collect::<String>()
            + &(31..90).map(good).collect::<String>()
            + &GOOD.replace("12-2026-4501-1", "x");
        let (said, refused, read) = with(&bad);
        assert_eq!((said.len(), refused, read), (11, 31, 60));
        assert_eq!(said[10], (92, "inzetnummer".to_owned(), RideRule::Number), "one rule does not hide another");
    }

    #[test]
    fn the_line_is_the_editors_after_blank_lines_and_a_cell_of_several_lines() {
        let bad = GOOD.replace("2026-09-14T11:00", "geheim");
        let long = GOOD.replace("Collaps", "\"Collaps\nop straat\"");
        let line = |lines: &str| with(lines).0[0].0;
        assert_eq!(line(&format!("\n\r\n{bad}")), 5);
        assert_eq!(line(&format!("{long}{bad}")), 5);
        assert_eq!(line(&format!("\n{long}\n{bad}")), 7);
    }

    #[test]
    fn a_stray_quotation_mark_that_swallows_lines_refuses_the_file() {
        let open = GOOD.replace("Collaps", "\"Collaps");
        assert_eq!(
            refused(format!("{HEAD}{}{open}{}", good(1), good(2))),
            ("error-rides-quotes", vec!["3".to_owned()])
        );
    }

    #[test]
    fn a_column_that_is_missing_or_stands_twice_is_named() {
        let column = |key, name: &str| (key, vec![name.to_owned()]);
        assert_eq!(refused(HEAD.replace("derde", "vierde")), column("error-rides-column", "derde"));
        assert_eq!(refused(HEAD.replace("derde", "derde;Derde")), column("error-rides-column-twice", "derde"));
        assert!(of(HEAD.replace("derde", "derde;los;los")).is_ok(), "what is not read may stand twice");
    }

    #[test]
    fn another_encoding_is_said_as_such() {
        let mut file = format!("{HEAD}{GOOD}{}", good(1).replace('\n', "xyz\n")).into_bytes();
        let last = file.len() - 3;
        file[last] = 0xe9;
        let latin = of(&file).unwrap();
        assert_eq!((latin.refused, latin.rides[1].len()), (0, 3), "one byte beyond ASCII: windows-1252");
        file.splice(last - 3..last - 3, "ë".bytes());
        assert_eq!(refused(&file), ("error-rides-encoding", vec!["3".to_owned()]), "half UTF-8, half not");
        file[last + 2] = 0x81;
        assert_eq!(refused(&file).0, "error-rides-encoding", "which windows-1252 does not have");
    }

    #[test]
    fn the_same_lines_in_other_encodings_and_separators_are_the_same_rides() {
        let file = format!("{HEAD}{}", GOOD.replace("Oost", "Café"));
        let known = |bytes: &[u8]| {
            let one = ride(bytes);
            (one.number.canonical(), one.post, one.crew, one.handed_over)
        };
        let whole = known(file.as_bytes());
        let units = |to: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "\u{feff}".encode_utf16().chain(file.encode_utf16()).flat_map(to).collect()
        };
        assert_eq!(known(&units(u16::to_le_bytes)), whole);
        assert_eq!(known(&units(u16::to_be_bytes)), whole);
        assert_eq!(known(&units(u16::to_le_bytes)[2..]), whole, "without its mark");
        assert_eq!(known(&[b"\xef\xbb\xbf", file.as_bytes()].concat()), whole);
        let latin: Vec<u8> = file.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        assert_eq!(known(&latin), whole);
        for separator in [",", "\t", "|"] {
            assert_eq!(known(file.replace(';', separator).as_bytes()), whole, "{separator}");
        }
    }

    #[test]
    fn two_lines_with_one_number_are_both_refused_and_both_named() {
        let other = good(7).replace("12-2026-6007-1", "12-2026-06007-01");
        let twice = |line| (line, "inzetnummer".to_owned(), RideRule::Twice);
        assert_eq!(with(&format!("{}{}{other}", good(7), good(8))), (vec![twice(3), twice(5)], 2, 2));
        let thrice = with(&good(7).repeat(3));
        assert_eq!((thrice.0.len(), thrice.1, thrice.2), (3, 3, 1));
    }

    #[test]
    fn a_file_that_ends_in_the_middle_of_a_line_is_said_to_be_cut_off() {
        let cut = &good(1)[..40];
        assert_eq!(with(cut), (vec![(3, "-".to_owned(), RideRule::CutOff)], 1, 1));
        assert_eq!(with(good(1).trim_end()), (vec![], 0, 2), "a last line without its end is whole");
    }

    #[test]
    fn columns_that_are_swapped_are_said_by_name() {
        let lines: String = (0..3).map(good).collect();
        let swapped = |one: &str, other: &str| ("error-rides-swapped", vec![one.to_owned(), other.to_owned()]);
        let hospital_and_nurse = lines.replace(";00000101;", ";1001;").replace(";1001;2001", ";00000101;2001");
        assert_eq!(refused(format!("{HEAD}{hospital_and_nurse}")), swapped("ziekenhuis_ura", "verpleegkundige"));
        let times = lines.replace("T10:00", "T10:30").replace("T11:00", "T10:00");
        assert_eq!(refused(format!("{HEAD}{times}")), swapped("vertrek", "overdracht_seh"));
    }

    #[test]
    fn a_bsn_of_eight_digits_is_told_and_not_repaired() {
        let line = good(1).replace("Collaps;;", "Collaps;12345678;");
        assert_eq!(with(&line), (vec![(3, "bsn_vooraankondiging".to_owned(), RideRule::BsnZeros)], 0, 2));
        assert!(!ride(format!("{HEAD}{line}")).announced.unwrap().is_valid());
    }

    #[test]
    fn a_cancelled_ride_and_the_service_are_read_where_the_file_has_them() {
        let head = HEAD.replace(";derde", ";derde;dienst;geannuleerd");
        let one = ride(format!("{head}{}", good(1).replace(";2001;\n", ";2001;;Zuid;ja\n")));
        assert_eq!((one.service.as_deref(), one.cancelled), (Some("Zuid"), true));
    }

    #[test]
    fn refused_lines_are_written_with_their_reasons_and_can_be_read_in_again() {
        let texts = Texts::load(viewmodel::Language::English).unwrap();
        let bad = good(1).replace("T11:00", "geheim") + &good(2) + "12-2026-9-1;=1\n";
        let (file, judged) = opened(format!("{HEAD}{bad}")).unwrap();
        let mut out = Vec::new();
        file.write_refused(&judged, (RavNumber::new(12).unwrap(), now()), &texts, &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = written.lines().collect();
        assert_eq!(lines.len(), 3, "{written}");
        assert!(lines[1].contains("geheim") && lines[1].contains(";2;overdracht_seh;"), "{written}");
        assert!(lines[2].starts_with("12-2026-9-1;'=1;;") && lines[2].contains(";4;;"), "{written}");
        let (_, again) = opened(written.replace("geheim", "2026-09-14T11:00")).unwrap();
        assert_eq!((again.rides, again.refused), (1, 1));
    }
}
