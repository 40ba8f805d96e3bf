//! One sheet of a workbook (XLSX), cell by cell: never the whole sheet in memory.
//!
//! **Invariant:** a number stays as it is written, a date is one only where its cell is formatted as one, a formula is not read.
//! **Not here:** what a cell must hold (`ride_line`).

use std::io::{self, Cursor, Write};

use calamine::{Data, ExcelDateTime, Reader, SheetType, Xlsx};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use crate::{
    error::AppError,
    ride_layout::COLUMNS_MAX,
    ride_table::{Cell, LINE_BYTES_MAX, Read, Row, WithRow},
};

// LIMIT: bytes of a workbook's files unpacked: a year of the largest RAV has 200 MB. It is read in a stream.
const UNPACKED_MAX: u64 = 1 << 30;
// LIMIT: what is kept in memory whole: the table of texts.
const TEXTS_MAX: u64 = 256 << 20;

fn unread() -> AppError {
    AppError::refused("error-rides-workbook", vec![])
}

fn too_large() -> AppError {
    AppError::refused("error-rides-large", vec![])
}

/// Counts, and finds a text that is longer than a line may be: a cell of it would be in memory whole.
struct Counting {
    left: u64,
    run: usize,
}

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let too_much = || io::Error::from(io::ErrorKind::FileTooLarge);
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(too_much)?;
        for part in bytes.split_inclusive(|byte| *byte == b'<') {
            self.run += part.len();
            if self.run > LINE_BYTES_MAX {
                return Err(too_much());
            }
            if part.ends_with(b"<") {
                self.run = 0;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Unpacks everything once, to nowhere: what an archive says of its own size may be wrong. A cut file fails here.
pub(crate) fn must_unpack_small(bytes: &[u8]) -> Result<(), AppError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| unread())?;
    let mut left = UNPACKED_MAX;
    for n in 0..archive.len() {
        let mut file = archive.by_index(n).map_err(|_| unread())?;
        let name = file.name().map_err(|_| unread())?.into_owned();
        let is_sheet = name.starts_with("xl/worksheets/");
        let is_xml = name.ends_with(".xml") || name.ends_with(".rels");
        if !is_xml {
            // Pictures and the like are not read.
            continue;
        }
        let most = if is_sheet { left } else { left.min(TEXTS_MAX) };
        let mut counting = Counting { left: most, run: 0 };
        let failed = |error: io::Error| {
            if error.kind() == io::ErrorKind::FileTooLarge { too_large() } else { unread() }
        };
        io::copy(&mut file, &mut counting).map_err(failed)?;
        left -= most - counting.left;
    }
    Ok(())
}

// LIMIT: sheets that are offered; a workbook of rides has a handful.
const SHEETS_MAX: usize = 100;

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

fn book(bytes: &[u8]) -> Result<Book<'_>, AppError> {
    Xlsx::new(Cursor::new(bytes)).map_err(|_| unread())
}

/// The names of its sheets that have cells, in their order; at least one.
pub(crate) fn sheets(bytes: &[u8]) -> Result<Vec<String>, AppError> {
    let book = book(bytes)?;
    let has_cells = |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet;
    let names: Vec<String> =
        book.sheets_metadata().iter().filter(has_cells).take(SHEETS_MAX).map(|sheet| sheet.name.clone()).collect();
    if names.is_empty() { Err(unread()) } else { Ok(names) }
}

/// Whether two names are one sheet's.
pub(crate) fn is_sheet(name: &str, other: &str) -> bool {
    name.trim().to_lowercase() == other.trim().to_lowercase()
}

/// The sheet of this name, as Excel compares names; the first where none is named.
pub(crate) fn sheet(bytes: &[u8], named: Option<&str>) -> Result<String, AppError> {
    let all = sheets(bytes)?;
    let Some(named) = named else { return all.into_iter().next().ok_or_else(unread) };
    all.iter().find(|name| is_sheet(name, named)).cloned().ok_or_else(|| {
        let values = vec![("sheet", named.to_owned()), ("sheets", all.join(", "))];
        AppError::refused("error-rides-sheet-gone", values)
    })
}

/// As the sheet says of itself.
pub(crate) fn rows_about(bytes: &[u8], sheet: &str) -> Result<u64, AppError> {
    let mut book = book(bytes)?;
    let reader = book.worksheet_cells_reader(sheet).map_err(|_| unread())?;
    Ok(u64::from(reader.dimensions().end.0) + 1)
}

/// Every row that holds something.
pub(crate) fn rows(bytes: &[u8], sheet: &str, with: &mut WithRow<'_>) -> Result<(), AppError> {
    let mut book = book(bytes)?;
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|_| unread())?;
    let mut row = Row { line: 0, cells: Vec::new() };
    while let Some(found) = reader.next_cell_with_formula().map_err(|_| unread())? {
        let (line, column) = (u64::from(found.pos.0) + 1, usize::try_from(found.pos.1).unwrap_or(usize::MAX));
        if line < row.line {
            // Rows stand in order in every workbook that a program wrote.
            return Err(unread());
        }
        if line > row.line {
            let next = Row { line, cells: Vec::with_capacity(row.cells.len()) };
            let full = std::mem::replace(&mut row, next);
            if !full.cells.iter().all(Cell::is_empty) && !with(Read::Row(full))? {
                return Ok(());
            }
        }
        if column >= COLUMNS_MAX {
            continue;
        }
        let cell = cell(found.value.into(), found.formula.is_some());
        row.cells.resize(row.cells.len().max(column + 1), Cell::Text(String::new()));
        row.cells[column] = cell;
    }
    if !row.cells.iter().all(Cell::is_empty) {
        with(Read::Row(row))?;
    }
    Ok(())
}

/// Days since 1900 or 1904, as the workbook counts, to the second: a fraction of a day has none of its own.
fn moment(at: ExcelDateTime) -> Option<NaiveDateTime> {
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let date = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())?;
    let at = date.and_hms_opt(hour.into(), minute.into(), second.into())?;
    Some(at + TimeDelta::seconds(i64::from(milli >= 500)))
}

fn cell(data: Data, is_formula: bool) -> Cell {
    if is_formula {
        return Cell::Formula;
    }
    match data {
        Data::Empty => Cell::Text(String::new()),
        Data::String(text) => Cell::Text(text),
        Data::Int(number) => Cell::Number(number.to_string()),
        // Whole numbers of this size are exact.
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => Cell::Number(format!("{number:.0}")),
        Data::Float(number) => Cell::Number(number.to_string()),
        Data::DateTime(at) if at.is_datetime() => moment(at).map_or(Cell::Unfit, Cell::Moment),
        Data::DateTimeIso(text) => Cell::Text(text),
        Data::DateTime(_) | Data::DurationIso(_) | Data::Bool(_) | Data::Error(_) => Cell::Unfit,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::{DateTime, TimeZone, Utc};
    use domain::RavNumber;
    use zeroize::Zeroizing;

    use super::*;
    use crate::{
        ride_file::{Judged, RideFile},
        ride_layout::RideLayout,
        ride_line::RideRule,
        workbook::{Is, of_sheets, workbook},
    };

    /// 14 September 2026, 10:00, in days since 1900 as Excel counts.
    const TEN: f64 = 46279.0 + 10.0 / 24.0;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 9, 14, 10, 1, 0).unwrap()
    }

    fn layout() -> RideLayout {
        let mapping = "[columns]\nnumber = \"Rit\"\ndeparted = \"Weg\"\nhanded_over = \"Bij SEH\"\nhospital = \"URA\"\nnurse = \"Vp\"\nworking_diagnosis = \"Wd\"\n";
        RideLayout::read(mapping).unwrap()
    }

    fn text(text: &str) -> Is {
        Is::text(text)
    }

    fn number(text: &str) -> Is {
        Is("", format!("<v>{text}</v>"))
    }

    fn good(n: usize) -> Vec<Is> {
        let half_past = Is::date(TEN + 0.5 / 24.0);
        vec![
            text(&format!("12-2026-{n}-1")),
            Is::date(TEN),
            half_past,
            text("00000101"),
            number("1001"),
            text("Collaps"),
        ]
    }

    fn rows(lines: Vec<Vec<Is>>) -> impl Iterator<Item = Vec<Is>> {
        let head = ["Rit", "Weg", "Bij SEH", "URA", "Vp", "Wd"].map(text).to_vec();
        std::iter::once(head).chain(lines)
    }

    fn opened(bytes: Vec<u8>) -> Result<(RideFile, Judged), AppError> {
        let file = RideFile::open(Zeroizing::new(bytes), &layout())?;
        let judged = file.judge(RavNumber::new(12).unwrap(), now(), &mut |_, _| true)?;
        Ok((file, judged))
    }

    fn refused(bytes: Vec<u8>) -> &'static str {
        opened(bytes).map(|_| ()).unwrap_err().key
    }

    #[track_caller]
    fn cell_is_refused(column: usize, is: Is, name: &str, rule: RideRule) {
        let mut bad = good(2);
        bad[column] = is;
        let (_, judged) = opened(workbook(rows(vec![good(1), bad, good(3)]), false)).unwrap();
        let said: Vec<_> = judged.remarks.iter().map(|r| (r.line, r.column.as_deref().unwrap(), r.rule)).collect();
        assert_eq!((said, judged.refused, judged.rides), (vec![(3, name, rule)], 1, 2));
    }

    #[test]
    fn excels_dates_of_both_counts_are_the_moments_they_show() {
        for (since_1904, less) in [(false, 0.0), (true, 1462.0)] {
            let mut line = good(1);
            line[1] = Is::date(TEN - less);
            line[2] = Is::date(TEN - less + 0.5 / 24.0);
            let (file, judged) = opened(workbook(rows(vec![line]), since_1904)).unwrap();
            let mut times = Vec::new();
            let taken = (RavNumber::new(12).unwrap(), now());
            file.slices(&judged, taken, 9, &mut |rides| {
                times.extend(rides.iter().map(|ride| (ride.departed.unwrap(), ride.handed_over.unwrap())));
                Ok(true)
            })
            .unwrap();
            let at = |hour, minute| Utc.with_ymd_and_hms(2026, 9, 14, hour, minute, 0).unwrap();
            assert_eq!(times, [(at(8, 0), at(8, 30))], "Amsterdam's ten o'clock");
        }
    }

    #[test]
    fn a_cell_that_excel_changed_is_named_by_line_column_and_rule() {
        cell_is_refused(2, number("46279.5"), "Bij SEH", RideRule::SerialDate);
        cell_is_refused(2, number("46279"), "Bij SEH", RideRule::SerialDate);
        cell_is_refused(3, number("101"), "URA", RideRule::LostZeros);
        cell_is_refused(4, Is("t=\"str\"", "<f>CONCAT(A1)</f><v>1001</v>".to_owned()), "Vp", RideRule::Formula);
        cell_is_refused(5, Is("t=\"b\"", "<v>1</v>".to_owned()), "Wd", RideRule::Unfit);
        cell_is_refused(0, number("46279"), "Rit", RideRule::Number);
        cell_is_refused(2, text("03-04-2026 10:30"), "Bij SEH", RideRule::DateOrder);
    }

    #[test]
    fn a_staff_number_that_lost_its_zeros_is_told_when_an_account_has_it_with_them() {
        let (_, mut judged) = opened(workbook(rows(vec![good(1)]), false)).unwrap();
        judged.know(&["01001".to_owned()].into());
        let said: Vec<_> = judged.staff_unknown.iter().map(|u| (u.line, u.column.as_str(), u.lost_zeros)).collect();
        assert_eq!(said, [(2, "Vp", true)]);
    }

    #[test]
    fn rows_keep_their_numbers_over_empty_ones_and_a_short_row_is_whole() {
        let mut short = good(2);
        short.pop();
        let lines = vec![good(1), vec![text("")], vec![text(" ")], short, vec![text("x")]];
        let (_, judged) = opened(workbook(rows(lines), false)).unwrap();
        assert_eq!((judged.rides, judged.refused, judged.remarks[0].line), (2, 1, 6));
    }

    #[test]
    fn a_workbook_with_a_password_one_that_is_cut_and_one_that_unpacks_without_end_are_refused_whole() {
        assert_eq!(refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted".to_vec()), "error-rides-protected");
        let whole = workbook(rows(vec![good(1)]), false);
        assert_eq!(refused(whole[..whole.len() / 2].to_vec()), "error-rides-workbook");
        assert_eq!(refused(whole[..whole.len() - 30].to_vec()), "error-rides-workbook");
        let mut broken = whole;
        let middle = broken.len() / 2;
        broken[middle] ^= 0x55;
        assert_eq!(refused(broken), "error-rides-workbook");
        let mut long = good(1);
        long[5] = text(&"a".repeat(LINE_BYTES_MAX));
        assert_eq!(refused(workbook(rows(vec![long]), false)), "error-rides-large", "a cell that is no text of a ride");
    }

    #[test]
    fn a_sheet_is_found_by_its_name_the_first_without_one_and_said_when_it_is_gone() {
        let cover = vec![vec![text("Overzicht")]];
        let book = of_sheets(vec![("Blad 1", cover), ("Ritten", rows(vec![good(1), good(2)]).collect())]);
        let on = |sheet: Option<&str>| {
            let layout = RideLayout { sheet: sheet.map(str::to_owned), ..layout() };
            let file = RideFile::open(Zeroizing::new(book.clone()), &layout)?;
            file.judge(RavNumber::new(12).unwrap(), now(), &mut |_, _| true).map(|judged| judged.rides)
        };
        assert_eq!(on(Some(" ritten")).unwrap(), 2);
        assert_eq!(on(None).unwrap_err().key, "error-rides-column-gone", "the cover has no such columns");
        let gone = on(Some("Mei")).unwrap_err();
        let values = vec![("sheet", "Mei".to_owned()), ("sheets", "Blad 1, Ritten".to_owned())];
        assert_eq!((gone.key, gone.values), ("error-rides-sheet-gone", values));
    }

    #[test]
    fn a_time_of_the_day_alone_is_read_as_one() {
        let at = ExcelDateTime::new(10.5 / 24.0, calamine::ExcelDateTimeType::DateTime, false);
        let Cell::Moment(at) = cell(Data::DateTime(at), false) else { panic!("a time") };
        assert_eq!(at.time(), chrono::NaiveTime::from_hms_opt(10, 30, 0).unwrap());
    }
}
