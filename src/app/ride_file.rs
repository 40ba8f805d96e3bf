//! The ride register's file: the columns of `rides.csv`, found by name, in any order. A bad line is named and left out; the
//! others are read.
//!
//! **Invariant:** an error names line and column, never the value that stands there.
//! **Not here:** what a line must hold (`ride_line`).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use csv::{ByteRecord, StringRecord};
use domain::RavNumber;
use store::Ride;

use crate::{
    error::AppError,
    ride_line::{COLUMNS, Line, RideRemark, RideRule},
};

// LIMIT: bytes of one line; a ride has about 150.
const LINE_BYTES_MAX: usize = 64 << 10;
// LIMIT: lines named for one rule; the others are counted.
const NAMED_MAX: u64 = 10;

/// What a file holds.
pub(crate) struct Read {
    /// The rides of its good lines.
    pub(crate) rides: Vec<Ride>,
    /// What is said of lines, at most ten for a rule.
    pub(crate) remarks: Vec<RideRemark>,
    /// Lines of which there is no ride.
    pub(crate) refused: u64,
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

fn of_line(key: &'static str, line: u64) -> AppError {
    AppError::refused(key, vec![("line", line.to_string())])
}

/// Where the lines of a file begin: the reader's own count stops at blank lines.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first byte at or after `byte` that is not a line end.
    fn of(&mut self, byte: u64) -> u64 {
        let from = usize::try_from(byte).unwrap_or(usize::MAX).clamp(self.at, self.bytes.len());
        let blank = self.bytes[from..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let to = from + blank;
        self.line += self.bytes[self.at..to].iter().filter(|b| **b == b'\n').count() as u64;
        self.at = to;
        self.line
    }
}

/// Where each column stands.
fn places(heads: &StringRecord) -> Result<[usize; COLUMNS.len()], AppError> {
    let mut places = [0_usize; COLUMNS.len()];
    for (place, name) in places.iter_mut().zip(COLUMNS) {
        let column = |key| AppError::refused(key, vec![("column", name.to_owned())]);
        let mut found = heads.iter().enumerate().filter(|(_, head)| head.trim().eq_ignore_ascii_case(name));
        *place = found.next().ok_or_else(|| column("error-rides-column"))?.0;
        if found.next().is_some() {
            return Err(column("error-rides-column-twice"));
        }
    }
    Ok(places)
}

/// What a whole record is refused for before its cells are looked at. One of several lines may have swallowed the lines of
/// others by a stray quotation mark: then nobody can say which rides it took along, and the file is refused.
fn shape(record: &ByteRecord, columns: usize, line: u64) -> Result<Option<RideRule>, AppError> {
    let rule = if record.as_slice().len() > LINE_BYTES_MAX {
        RideRule::TooLong
    } else if record.len() != columns {
        RideRule::Columns
    } else {
        return Ok(None);
    };
    if record.as_slice().contains(&b'\n') { Err(of_line("error-rides-quotes", line)) } else { Ok(Some(rule)) }
}

/// Reads a ride file.
///
/// # Errors
/// What makes the file as a whole unusable: a missing or repeated column, another encoding than UTF-8, lines that run into
/// each other.
pub(crate) fn read(bytes: &[u8], rav: RavNumber, now: DateTime<Utc>) -> Result<Read, AppError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_reader(bytes);
    // The bytes are in memory and lines may have any length: reading them does not fail.
    let unread = |_| of_line("error-rides-quotes", 1);
    let heads = reader.byte_headers().map_err(unread)?.clone();
    let heads = StringRecord::from_byte_record(heads).map_err(|_| of_line("error-rides-encoding", 1))?;
    let places = places(&heads)?;
    let mut lines = Lines { bytes, at: 0, line: 1 };
    let (mut rides, mut remarks, mut refused) = (Vec::new(), Remarks::default(), 0);
    for record in reader.byte_records() {
        let record = record.map_err(unread)?;
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        if let Some(rule) = shape(&record, heads.len(), line)? {
            remarks.add(RideRemark { line, column: None, rule });
            refused += 1;
            continue;
        }
        let record = StringRecord::from_byte_record(record).map_err(|_| of_line("error-rides-encoding", line))?;
        match (Line { record: &record, places: &places, line, rav, now }.ride()) {
            Ok((ride, said)) => {
                rides.push(ride);
                said.into_iter().for_each(|remark| remarks.add(remark));
            }
            Err(remark) => {
                remarks.add(remark);
                refused += 1;
            }
        }
    }
    Ok(Read { rides, remarks: remarks.kept, refused })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::TimeZone;

    use super::*;

    const HEAD: &str = "inzetnummer;ambulancenummer;vertrek;overdracht_seh;urgentie;standplaats;ziekenhuis_ura;werkdiagnose_code;\
                        werkdiagnose_stelsel;werkdiagnose;bsn_vooraankondiging;bericht_8_9_10;verpleegkundige;chauffeur;derde\n";
    const GOOD: &str = "12-2026-4501-1;12-107;2026-09-14T10:00;2026-09-14T11:00;A1;Oost;00000101;271594007;http://snomed.info/sct;Collaps;;ja;1001;2001;\n";

    /// Hand-over of the good line, 11:00 in Amsterdam, is an hour and a minute ago.
    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 9, 14, 10, 1, 0).unwrap()
    }

    fn of(file: impl AsRef<[u8]>) -> Result<Read, AppError> {
        read(file.as_ref(), RavNumber::new(12).unwrap(), now())
    }

    fn refused(file: impl AsRef<[u8]>) -> (&'static str, Vec<String>) {
        let error = of(file).map(|_| ()).unwrap_err();
        (error.key, error.values.into_iter().map(|(_, value)| value).collect())
    }

    /// What is said of a file of a good line and these: line, column, rule; and how many were refused and read.
    fn with(lines: &str) -> (Vec<(u64, &'static str, RideRule)>, u64, usize) {
        let Read { rides, remarks, refused } = of(format!("{HEAD}{GOOD}{lines}")).unwrap();
        (remarks.iter().map(|r| (r.line, r.column.unwrap_or("-"), r.rule)).collect(), refused, rides.len())
    }

    #[track_caller]
    fn line_is_refused(line: &str, column: &'static str, rule: RideRule) {
        assert_ne!(line, GOOD);
        assert_eq!(with(&format!("{line}{GOOD}")), (vec![(3, column, rule)], 1, 2), "the lines around it are read");
    }

    #[test]
    fn a_good_line_is_a_ride_with_its_crew() {
        let rides = of(format!("{HEAD}{GOOD}")).unwrap().rides;
        assert_eq!(rides.len(), 1);
        assert_eq!(rides[0].crew, [("1001".to_owned(), 1), ("2001".to_owned(), 2)]);
        assert!(rides[0].announced.is_none() && rides[0].sent_8_to_10);
        assert_eq!(with(""), (vec![], 0, 1));
    }

    #[test]
    fn a_bad_line_is_named_with_its_column_and_rule_and_the_others_are_read() {
        line_is_refused(&GOOD.replace("2026-09-14T11:00", "geheim"), "overdracht_seh", RideRule::Time);
        line_is_refused(&GOOD.replace("12-2026-4501-1", "geheim"), "inzetnummer", RideRule::Number);
        line_is_refused(&GOOD.replace("00000101", "101"), "ziekenhuis_ura", RideRule::Hospital);
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
        let read = of(format!("{HEAD}{night}")).unwrap();
        assert_eq!(
            read.rides[0].handed_over.unwrap() - read.rides[0].departed.unwrap(),
            chrono::TimeDelta::minutes(30)
        );
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
        assert!(read.rides[0].urgency.is_none(), "it is not kept");
        for known in ["a0", "A1", "A2", "B", "b1", "B2"] {
            let read = of(format!("{HEAD}{}", GOOD.replace(";A1;", &format!(";{known};")))).unwrap();
            assert_eq!(read.rides[0].urgency, Some(known.to_uppercase()));
            assert!(read.remarks.is_empty(), "{known}");
        }
        assert_eq!(with(&GOOD.replace("12-2026", "13-2026")), (vec![(3, "inzetnummer", RideRule::OtherRav)], 0, 2));
    }

    #[test]
    fn many_bad_lines_are_counted_and_the_first_of_each_rule_are_named() {
        let bad = GOOD.replace("T11:00", "T09:00").repeat(30) + &GOOD.replace("12-2026-4501-1", "x");
        let (said, refused, read) = with(&bad);
        assert_eq!((said.len(), refused, read), (11, 31, 1));
        assert_eq!(said[10], (33, "inzetnummer", RideRule::Number), "one rule does not hide another");
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
        assert_eq!(refused(format!("{HEAD}{GOOD}{open}{GOOD}")), ("error-rides-quotes", vec!["3".to_owned()]));
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
        let mut file = format!("{HEAD}{GOOD}{GOOD}").into_bytes();
        let last = file.len() - 3;
        file[last] = 0xe9;
        assert_eq!(refused(&file), ("error-rides-encoding", vec!["3".to_owned()]));
        assert_eq!(refused(b"inzetnumm\xe9r;derde\n"), ("error-rides-encoding", vec!["1".to_owned()]));
    }
}
