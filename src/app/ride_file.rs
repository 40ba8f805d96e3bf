//! The ride register's file: the columns of `rides.csv`, found by name, in any order. All or nothing.
//!
//! **Invariant:** an error names line and column, never the value that stands there.

use chrono::{DateTime, NaiveDateTime, Utc};
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
// LIMIT: bytes of one line; a ride has about 150.
const LINE_BYTES_MAX: usize = 64 << 10;

fn wrong(line: u64, column: &str) -> AppError {
    AppError::refused("error-rides-line", vec![("line", line.to_string()), ("column", column.to_owned())])
}

/// Reads a ride file.
///
/// # Errors
/// The first bad line and its column; a missing column.
pub fn read(bytes: &[u8]) -> Result<Vec<Ride>, AppError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(false).from_reader(bytes);
    let heads = reader.headers().map_err(|_| wrong(1, COLUMNS[0]))?.clone();
    let mut places = [0_usize; COLUMNS.len()];
    for (place, name) in places.iter_mut().zip(COLUMNS) {
        *place = heads
            .iter()
            .position(|head| head.trim().eq_ignore_ascii_case(name))
            .ok_or_else(|| AppError::refused("error-rides-column", vec![("column", name.to_owned())]))?;
    }
    let mut rides = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let line = i as u64 + 2;
        let record = record.map_err(|_| wrong(line, COLUMNS[0]))?;
        if record.as_slice().len() > LINE_BYTES_MAX {
            return Err(wrong(line, COLUMNS[0]));
        }
        rides.push(Line { record: &record, places: &places, line }.ride()?);
    }
    Ok(rides)
}

struct Line<'a> {
    record: &'a csv::StringRecord,
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

    fn ride(&self) -> Result<Ride, AppError> {
        let number = self.text(0).and_then(|text| RideNumber::parse(&text).ok()).ok_or_else(|| self.wrong(0))?;
        let hospital = match self.text(6) {
            None => None,
            Some(text) => {
                let ura = Ura::parse(&text).map_err(|_| self.wrong(6))?;
                Some(InstanceId { root: Ura::ROOT.to_owned(), extension: Some(ura.as_str().to_owned()) })
            }
        };
        let crew = (12..15).filter_map(|i| Some((self.text(i)?, u8::try_from(i - 11).ok()?))).collect();
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
            sent_8_to_10: self.text(11).is_some_and(|t| t.eq_ignore_ascii_case("ja")),
            announced: self.text(10).as_deref().and_then(store::announced_bsn),
            crew,
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

    #[test]
    fn a_bad_line_is_named_with_its_column_and_nothing_is_read() {
        let bad = GOOD.replace("2026-09-14T11:00", "geheim");
        let error = read(format!("{HEAD}{GOOD}{bad}").as_bytes()).map(|_| ()).unwrap_err();
        assert_eq!(error.key, "error-rides-line");
        assert_eq!(error.values, [("line", "3".to_owned()), ("column", "overdracht_seh".to_owned())]);
    }
}
