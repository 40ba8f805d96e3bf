//! The ride register's file: the columns of `rides.csv`, found by name, in any order. All or nothing.
//!
//! **Invariant:** an error names line and column, never the value that stands there.

use chrono::{DateTime, NaiveDateTime, Utc};
use csv::StringRecord;
use domain::{InstanceId, RideNumber, SehDiagnosis, Sensitive, Ura, WorkingDiagnosisContent};
use store::Ride;

use crate::{error::AppError, local};

const COLUMNS: [&str; 15] = [
    "inzetnummer",
    "ambulancenummer",
    "vertrek",
    "overdracht_seh",
    "urgentie",
    "standplaats",
    "ziekenhuis_ura",
    "werkdiagnose_code",
    "werkdiagnose_stelsel",
    "werkdiagnose",
    "bsn_vooraankondiging",
    "bericht_8_9_10",
    "verpleegkundige",
    "chauffeur",
    "derde",
];
/// The first of the three columns of the crew.
const CREW: usize = 12;
// LIMIT: bytes of one line; a ride has about 150.
const LINE_BYTES_MAX: usize = 64 << 10;

fn wrong(line: u64, column: &str) -> AppError {
    AppError::refused("error-rides-line", vec![("line", line.to_string()), ("column", column.to_owned())])
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

/// Reads a ride file.
///
/// # Errors
/// The first bad line and its column; a missing column; another encoding than UTF-8.
pub fn read(bytes: &[u8]) -> Result<Vec<Ride>, AppError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(false).from_reader(bytes);
    let heads = reader.byte_headers().map_err(|_| of_line("error-rides-columns", 1))?.clone();
    let heads = StringRecord::from_byte_record(heads).map_err(|_| of_line("error-rides-encoding", 1))?;
    let mut places = [0_usize; COLUMNS.len()];
    for (place, name) in places.iter_mut().zip(COLUMNS) {
        *place = heads
            .iter()
            .position(|head| head.trim().eq_ignore_ascii_case(name))
            .ok_or_else(|| AppError::refused("error-rides-column", vec![("column", name.to_owned())]))?;
    }
    let mut lines = Lines { bytes, at: 0, line: 1 };
    let mut rides = Vec::new();
    for record in reader.byte_records() {
        let record = record.map_err(|error| {
            of_line("error-rides-columns", error.position().map_or(0, |place| lines.of(place.byte())))
        })?;
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        if record.as_slice().len() > LINE_BYTES_MAX {
            return Err(of_line("error-rides-long", line));
        }
        let record = StringRecord::from_byte_record(record).map_err(|_| of_line("error-rides-encoding", line))?;
        rides.push(Line { record: &record, places: &places, line }.ride()?);
    }
    Ok(rides)
}

/// A staff number can stand in the register's list of a crew, whose marks are `;` and `:`.
pub(crate) fn is_staff_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| !matches!(c, ';' | ':') && !c.is_control())
}

struct Line<'a> {
    record: &'a StringRecord,
    places: &'a [usize; COLUMNS.len()],
    line: u64,
}

impl Line<'_> {
    fn text(&self, column: usize) -> Option<String> {
        let text = self.record.get(self.places[column]).unwrap_or_default().trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn wrong(&self, column: usize) -> AppError {
        wrong(self.line, COLUMNS[column])
    }

    fn time(&self, column: usize) -> Result<Option<DateTime<Utc>>, AppError> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
        let read = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok());
        read.and_then(local::moment).map(Some).ok_or_else(|| self.wrong(column))
    }

    /// `ja` or `nee`; an empty cell is *nee*.
    fn yes(&self, column: usize) -> Result<bool, AppError> {
        match self.text(column).map(|text| text.to_ascii_lowercase()).as_deref() {
            Some("ja") => Ok(true),
            Some("nee") | None => Ok(false),
            Some(_) => Err(self.wrong(column)),
        }
    }

    /// Staff numbers with their column of the crew, 1–3.
    fn crew(&self) -> Result<Vec<(String, u8)>, AppError> {
        let mut crew = Vec::new();
        for (column, place) in (CREW..COLUMNS.len()).zip(1..) {
            let Some(staff) = self.text(column) else { continue };
            if !is_staff_number(&staff) {
                return Err(self.wrong(column));
            }
            crew.push((staff, place));
        }
        Ok(crew)
    }

    fn ride(&self) -> Result<Ride, AppError> {
        let number = self.text(0).and_then(|text| RideNumber::parse(&text).ok()).ok_or_else(|| self.wrong(0))?;
        let hospital = match self.text(6) {
            None => None,
            Some(text) => {
                let ura = Ura::parse(&text).map_err(|_| self.wrong(6))?;
                Some(InstanceId { root: Ura::ROOT.to_owned(), extension: Some(ura.as_str().to_owned()) })
            }
        };
        let code = self.text(7).map(Sensitive::new);
        let display = self.text(9).map(Sensitive::new);
        let working_diagnosis = (code.is_some() || display.is_some()).then(|| WorkingDiagnosisContent {
            diagnosis: SehDiagnosis { code, system: self.text(8), display, translations: Vec::new() },
            registered: None,
        });
        Ok(Ride {
            number,
            vehicle: self.text(1),
            departed: self.time(2)?,
            handed_over: self.time(3)?,
            urgency: self.text(4),
            post: self.text(5),
            hospital,
            sent_8_to_10: self.yes(11)?,
            announced: self.text(10).as_deref().and_then(store::announced_bsn),
            crew: self.crew()?,
            working_diagnosis,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HEAD: &str = "inzetnummer;ambulancenummer;vertrek;overdracht_seh;urgentie;standplaats;ziekenhuis_ura;werkdiagnose_code;\
                        werkdiagnose_stelsel;werkdiagnose;bsn_vooraankondiging;bericht_8_9_10;verpleegkundige;chauffeur;derde\n";
    const GOOD: &str = "12-2026-4501-1;12-107;2026-09-14T10:00;2026-09-14T11:00;A1;Oost;00000101;271594007;http://snomed.info/sct;Collaps;;ja;1001;2001;\n";

    #[test]
    fn a_good_line_is_a_ride_with_its_crew() {
        let rides = read(format!("{HEAD}{GOOD}").as_bytes()).unwrap();
        assert_eq!(rides.len(), 1);
        assert_eq!(rides[0].crew, [("1001".to_owned(), 1), ("2001".to_owned(), 2)]);
        assert!(rides[0].announced.is_none() && rides[0].sent_8_to_10);
    }

    fn refused(file: &[u8]) -> (&'static str, Vec<String>) {
        let error = read(file).map(|_| ()).unwrap_err();
        (error.key, error.values.into_iter().map(|(_, value)| value).collect())
    }

    fn with(line: &str) -> (&'static str, Vec<String>) {
        refused(format!("{HEAD}{GOOD}{line}").as_bytes())
    }

    fn named(line: u64, column: &str) -> (&'static str, Vec<String>) {
        ("error-rides-line", vec![line.to_string(), column.to_owned()])
    }

    #[test]
    fn a_bad_line_is_named_with_its_column_and_nothing_is_read() {
        assert_eq!(with(&GOOD.replace("2026-09-14T11:00", "geheim")), named(3, "overdracht_seh"));
        assert_eq!(with(&GOOD.replace("12-2026-4501-1", "geheim")), named(3, "inzetnummer"));
    }

    #[test]
    fn the_line_is_the_editors_after_blank_lines_and_a_cell_of_several_lines() {
        let bad = GOOD.replace("2026-09-14T11:00", "geheim");
        let long = GOOD.replace("Collaps", "\"Collaps\nop straat\"");
        assert_eq!(with(&format!("\n\r\n{bad}")), named(5, "overdracht_seh"));
        assert_eq!(with(&format!("{long}{bad}")), named(5, "overdracht_seh"));
        assert_eq!(with(&format!("\n{long}\n{bad}")), named(7, "overdracht_seh"));
    }

    #[test]
    fn another_encoding_is_said_as_such() {
        let mut file = format!("{HEAD}{GOOD}{GOOD}").into_bytes();
        let last = file.len() - 3;
        file[last] = 0xe9;
        assert_eq!(refused(&file), ("error-rides-encoding", vec!["3".to_owned()]));
        assert_eq!(refused(b"inzetnumm\xe9r;derde\n"), ("error-rides-encoding", vec!["1".to_owned()]));
    }

    #[test]
    fn a_line_with_too_few_columns_is_named() {
        assert_eq!(with("12-2026-4502-1;12-107\n"), ("error-rides-columns", vec!["3".to_owned()]));
    }

    #[test]
    fn only_ja_and_nee_are_answers() {
        assert_eq!(with(&GOOD.replace(";ja;", ";misschien;")), named(3, "bericht_8_9_10"));
        let no = read(format!("{HEAD}{}", GOOD.replace(";ja;", ";Nee;")).as_bytes()).unwrap();
        assert!(!no[0].sent_8_to_10);
    }

    #[test]
    fn a_staff_number_cannot_hold_the_marks_of_a_crew() {
        assert_eq!(with(&GOOD.replace(";1001;", ";10:01;")), named(3, "verpleegkundige"));
        assert_eq!(with(&GOOD.replace(";2001;", ";\"20;01\";")), named(3, "chauffeur"));
    }
}
