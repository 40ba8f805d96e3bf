//! A ride file as a table: CSV in any of four encodings and separators, or a sheet of a workbook; row by row, with the line
//! as an editor counts it.
//!
//! **Invariant:** what cannot be read for certain is refused by its line; an error never holds what stands in the file.
//! **Not here:** what the columns mean (`ride_layout`), a workbook's cells (`ride_workbook`).

use std::{borrow::Cow, sync::Arc};

use chrono::NaiveDateTime;
use csv::{ByteRecord, StringRecord};
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{error::AppError, ride_workbook};

// LIMIT: bytes of one line; a ride has about 150.
pub(crate) const LINE_BYTES_MAX: usize = 64 << 10;
const SEPARATORS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// The encodings that suites export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Encoding {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16")]
    Utf16,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl Encoding {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    /// Text; of a CSV everything.
    Text(String),
    /// A number of a workbook, as it is written without zeros before it.
    Number(String),
    /// A date and time of a workbook.
    Moment(NaiveDateTime),
    /// The outcome of a formula, which is not looked at.
    Formula,
    /// An error, a truth value, or a date that is none.
    Unfit,
}

impl Cell {
    /// As a person would read it.
    pub(crate) fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) | Self::Number(text) => Cow::Borrowed(text),
            Self::Moment(at) => Cow::Owned(at.format("%Y-%m-%dT%H:%M:%S").to_string()),
            Self::Formula | Self::Unfit => Cow::Borrowed(""),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// As an editor counts.
    pub(crate) line: u64,
    pub(crate) cells: Vec<Cell>,
}

/// A row, or what is wrong with the line as a whole.
pub(crate) enum Read {
    Row(Row),
    /// Longer than a ride is.
    TooLong(u64),
    /// The last line, which ends before it has all columns.
    CutOff(Row),
}

/// What is done with a row; `false`: no more of them.
pub(crate) type WithRow<'a> = dyn FnMut(Read) -> Result<bool, AppError> + 'a;

/// The bytes of a ride file, in UTF-8 or a workbook.
pub struct RideTable {
    bytes: Arc<Zeroizing<Vec<u8>>>,
    kind: Kind,
}

/// How it is to be read, as a layout says; what it does not say the file shows.
#[derive(Clone, Copy, Default)]
pub(crate) struct ReadBy<'a> {
    pub(crate) encoding: Option<Encoding>,
    pub(crate) separator: Option<u8>,
    pub(crate) sheet: Option<&'a str>,
}

enum Kind {
    Text {
        encoding: Encoding,
        separator: u8,
    },
    /// The name of the sheet.
    Workbook(String),
}

pub(crate) fn of_line(key: &'static str, line: u64) -> AppError {
    AppError::refused(key, vec![("line", line.to_string())])
}

impl RideTable {
    /// Reads what kind of file it is.
    ///
    /// # Errors
    /// A file that is no table, is protected by a password, is in another encoding, or has no such sheet.
    pub(crate) fn new(bytes: Zeroizing<Vec<u8>>, by: ReadBy<'_>) -> Result<Self, AppError> {
        // Excel's old format, and any workbook with a password.
        if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
            return Err(AppError::refused("error-rides-protected", vec![]));
        }
        if bytes.starts_with(b"PK\x03\x04") {
            ride_workbook::must_unpack_small(&bytes)?;
            let sheet = ride_workbook::sheet(&bytes, by.sheet)?;
            return Ok(Self { bytes: Arc::new(bytes), kind: Kind::Workbook(sheet) });
        }
        let (encoding, bytes) = decoded(bytes, by.encoding)?;
        let separator = by.separator.unwrap_or_else(|| separator_of(&bytes));
        Ok(Self { bytes: Arc::new(bytes), kind: Kind::Text { encoding, separator } })
    }

    /// The names of a workbook's sheets.
    ///
    /// # Errors
    /// When they cannot be read, as they could before.
    pub(crate) fn sheets(&self) -> Result<Vec<String>, AppError> {
        match self.kind {
            Kind::Text { .. } => Ok(Vec::new()),
            Kind::Workbook(_) => ride_workbook::sheets(&self.bytes),
        }
    }

    /// The name of the sheet that is read.
    pub(crate) fn sheet(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text { .. } => None,
            Kind::Workbook(sheet) => Some(sheet),
        }
    }

    /// The same workbook at another sheet.
    ///
    /// # Errors
    /// When it has none of that name.
    pub(crate) fn at_sheet(&self, named: &str) -> Result<Self, AppError> {
        let sheet = ride_workbook::sheet(&self.bytes, Some(named))?;
        Ok(Self { bytes: Arc::clone(&self.bytes), kind: Kind::Workbook(sheet) })
    }

    /// How it is read, for a person: encoding and separator; `None`: a workbook.
    pub(crate) fn read_as(&self) -> Option<(&'static str, u8)> {
        match self.kind {
            Kind::Text { encoding, separator } => Some((encoding.name(), separator)),
            Kind::Workbook(_) => None,
        }
    }

    /// About how many rows there are.
    pub(crate) fn rows_about(&self) -> Result<u64, AppError> {
        match &self.kind {
            Kind::Text { .. } => Ok(self.bytes.iter().filter(|byte| **byte == b'\n').count() as u64),
            Kind::Workbook(sheet) => ride_workbook::rows_about(&self.bytes, sheet),
        }
    }

    /// Every row that is not empty, in order; the head too.
    ///
    /// # Errors
    /// What makes the file as a whole unusable, or what `with` says.
    pub(crate) fn rows(&self, with: &mut WithRow<'_>) -> Result<(), AppError> {
        match &self.kind {
            Kind::Text { separator, .. } => text_rows(&self.bytes, *separator, with),
            Kind::Workbook(sheet) => ride_workbook::rows(&self.bytes, sheet, with),
        }
    }

    /// The first row.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn first(&self) -> Result<Row, AppError> {
        let mut first = None;
        self.rows(&mut |read| {
            first = match read {
                Read::Row(row) | Read::CutOff(row) => Some(row),
                Read::TooLong(_) => None,
            };
            Ok(false)
        })?;
        first.ok_or_else(|| AppError::refused("error-rides-empty", vec![]))
    }
}

/// The first line that does not read, by the bytes before it.
fn line_after(bytes: &[u8]) -> u64 {
    1 + bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// The bytes in UTF-8. Without a mark at its beginning a file is UTF-8 where all of it is; UTF-16 where every other byte of its head
/// is 0; else windows-1252, unless some of it is UTF-8 beyond ASCII: then something in it is broken.
fn decoded(bytes: Zeroizing<Vec<u8>>, said: Option<Encoding>) -> Result<(Encoding, Zeroizing<Vec<u8>>), AppError> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        must_be_utf8(rest)?;
        return Ok((Encoding::Utf8, Zeroizing::new(rest.to_vec())));
    }
    let little = bytes.starts_with(b"\xff\xfe") || (bytes.len() > 3 && bytes[1] == 0 && bytes[3] == 0);
    let big = bytes.starts_with(b"\xfe\xff") || (bytes.len() > 3 && bytes[0] == 0 && bytes[2] == 0);
    if little || big || said == Some(Encoding::Utf16) {
        let encoding = if big { UTF_16BE } else { UTF_16LE };
        let (text, broken) = encoding.decode_with_bom_removal(&bytes);
        if broken {
            let good = text.find('\u{fffd}').unwrap_or(0);
            return Err(of_line("error-rides-encoding", line_after(&text.as_bytes()[..good])));
        }
        return Ok((Encoding::Utf16, Zeroizing::new(text.into_owned().into_bytes())));
    }
    let utf8 = std::str::from_utf8(&bytes);
    match (said, utf8) {
        (None | Some(Encoding::Utf8), Ok(_)) => Ok((Encoding::Utf8, bytes)),
        (Some(Encoding::Utf8), Err(error)) => {
            Err(of_line("error-rides-encoding", line_after(&bytes[..error.valid_up_to()])))
        }
        (None, Err(error)) if has_utf8_beyond_ascii(&bytes) => {
            Err(of_line("error-rides-encoding", line_after(&bytes[..error.valid_up_to()])))
        }
        (_, _) => {
            // These five stand for nothing in windows-1252.
            let unused = bytes.iter().position(|byte| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d));
            if let Some(at) = unused {
                return Err(of_line("error-rides-encoding", line_after(&bytes[..at])));
            }
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(&bytes);
            Ok((Encoding::Windows1252, Zeroizing::new(text.into_owned().into_bytes())))
        }
    }
}

fn must_be_utf8(bytes: &[u8]) -> Result<(), AppError> {
    match std::str::from_utf8(bytes) {
        Ok(_) => Ok(()),
        Err(error) => Err(of_line("error-rides-encoding", line_after(&bytes[..error.valid_up_to()]))),
    }
}

/// Some characters of several bytes stand in it: windows-1252 would hardly ever hold such a run.
fn has_utf8_beyond_ascii(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

/// The separator that parts the first two rows into most columns.
fn separator_of(bytes: &[u8]) -> u8 {
    let columns = |separator: u8| {
        let mut reader =
            csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(bytes);
        let counted: Vec<usize> =
            reader.byte_records().take(2).map(|record| record.map_or(0, |record| record.len())).collect();
        counted.into_iter().min().unwrap_or(0)
    };
    // Of equals the first stands: `max_by_key` gives the last.
    SEPARATORS.into_iter().rev().max_by_key(|separator| columns(*separator)).unwrap_or(b';')
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

/// A record of several lines may have swallowed the lines of others by a stray quotation mark, if it is no row: then nobody can
/// say which rides it took along, and the file is refused.
fn text_rows(bytes: &[u8], separator: u8, with: &mut WithRow<'_>) -> Result<(), AppError> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(bytes);
    // The bytes are in memory and lines may have any length: reading them does not fail.
    let unread = |_| of_line("error-rides-quotes", 1);
    let mut lines = Lines { bytes, at: 0, line: 1 };
    let mut record = ByteRecord::new();
    let mut width = None;
    while reader.read_byte_record(&mut record).map_err(unread)? {
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        let width = *width.get_or_insert(record.len());
        let is_last = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX) >= bytes.len();
        let swallowed = || record.as_slice().contains(&b'\n');
        let read = if record.as_slice().len() > LINE_BYTES_MAX {
            if swallowed() {
                return Err(of_line("error-rides-quotes", line));
            }
            Read::TooLong(line)
        } else {
            if record.len() != width && swallowed() {
                return Err(of_line("error-rides-quotes", line));
            }
            let text =
                StringRecord::from_byte_record(record.clone()).map_err(|_| of_line("error-rides-encoding", line))?;
            let row = Row { line, cells: text.iter().map(|cell| Cell::Text(cell.to_owned())).collect() };
            let ends = bytes.last().is_some_and(|last| matches!(last, b'\n' | b'\r'));
            if is_last && !ends && record.len() < width { Read::CutOff(row) } else { Read::Row(row) }
        };
        if !with(read)? {
            return Ok(());
        }
    }
    Ok(())
}
