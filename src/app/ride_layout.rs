//! The layout of a suite's ride file: which column is which field, how dates are written, separator, encoding, with a head or
//! without; as people write it in TOML, and as it is remembered per source.
//!
//! **Invariant:** a layout says what is in the file; what the file does not bear out is refused or asked, never guessed.
//! **Not here:** what a cell must hold (`ride_line`), what a file looks like before somebody has said so (`ride_seen`).

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use store::Store;
use viewmodel::{DateOrder, RideField};

use crate::{
    error::AppError,
    receiving::read_text,
    ride_table::{Encoding, ReadBy, Row},
    ride_workbook,
};

/// The fields without which there is no ride register.
const NEEDED: [RideField; 2] = [RideField::Number, RideField::HandedOver];
// LIMIT: columns of a file; suites export some dozens.
pub(crate) const COLUMNS_MAX: usize = 256;

/// The columns of `rides.csv`, by the names they have there.
const STANDARD: [(RideField, &str); 15] = [
    (RideField::Number, "inzetnummer"),
    (RideField::Vehicle, "ambulancenummer"),
    (RideField::Departed, "vertrek"),
    (RideField::HandedOver, "overdracht_seh"),
    (RideField::Urgency, "urgentie"),
    (RideField::Post, "standplaats"),
    (RideField::Hospital, "ziekenhuis_ura"),
    (RideField::DiagnosisCode, "werkdiagnose_code"),
    (RideField::DiagnosisSystem, "werkdiagnose_stelsel"),
    (RideField::Diagnosis, "werkdiagnose"),
    (RideField::AnnouncedBsn, "bsn_vooraankondiging"),
    (RideField::SentMessages, "bericht_8_9_10"),
    (RideField::Nurse, "verpleegkundige"),
    (RideField::Driver, "chauffeur"),
    (RideField::Third, "derde"),
];
/// Columns that a file of this layout may have besides.
const OPTIONAL: [(RideField, &str); 2] = [(RideField::Service, "dienst"), (RideField::Cancelled, "geannuleerd")];

/// Where a field stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum ColumnAt {
    /// Under this name in the head.
    Named(String),
    /// At this place, from 1.
    Place(usize),
}

/// A layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RideLayout {
    pub(crate) columns: BTreeMap<RideField, ColumnAt>,
    pub(crate) header: bool,
    pub(crate) separator: Option<u8>,
    pub(crate) encoding: Option<Encoding>,
    /// The sheet of a workbook; absent: the first.
    pub(crate) sheet: Option<String>,
    pub(crate) dates: Option<DateOrder>,
    /// The columns that its first file had besides, so that a new one is told.
    pub(crate) others: Vec<String>,
    /// Columns that are read where they are there, and not missed.
    pub(crate) optional: BTreeMap<RideField, String>,
}

/// Where a layout is to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RideLayoutBy {
    /// It is that of `rides.csv`.
    Standard,
    /// From a file.
    Mapping(PathBuf),
    /// As it is remembered of this source.
    Source(String),
}

impl RideLayoutBy {
    /// The layout as it is there now.
    ///
    /// # Errors
    /// A file that cannot be read or is no layout; a source that is not known.
    pub fn read(&self, store: &Store) -> Result<RideLayout, AppError> {
        match self {
            Self::Standard => Ok(RideLayout::standard()),
            Self::Mapping(file) => RideLayout::read(&read_text(file)?).map_err(|error| error.at(file)),
            Self::Source(name) => RideLayout::of_source(store, name),
        }
    }
}

/// The same, as people write it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default = "yes")]
    header: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    separator: Option<WrittenSeparator>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encoding: Option<Encoding>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sheet: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dates: Option<WrittenDates>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    others: Vec<String>,
    columns: BTreeMap<String, ColumnAt>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum WrittenSeparator {
    #[serde(rename = ";")]
    Semicolon,
    #[serde(rename = ",")]
    Comma,
    #[serde(rename = "tab")]
    Tab,
    #[serde(rename = "|")]
    Bar,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WrittenDates {
    YearMonthDay,
    DayMonthYear,
    MonthDayYear,
}

fn yes() -> bool {
    true
}

impl WrittenSeparator {
    const ALL: [(Self, u8); 4] = [(Self::Semicolon, b';'), (Self::Comma, b','), (Self::Tab, b'\t'), (Self::Bar, b'|')];

    fn byte(self) -> u8 {
        match self {
            Self::Semicolon => b';',
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }
}

impl WrittenDates {
    fn order(self) -> DateOrder {
        match self {
            Self::YearMonthDay => DateOrder::YearFirst,
            Self::DayMonthYear => DateOrder::DayFirst,
            Self::MonthDayYear => DateOrder::MonthFirst,
        }
    }

    fn of(order: DateOrder) -> Self {
        match order {
            DateOrder::YearFirst => Self::YearMonthDay,
            DateOrder::DayFirst => Self::DayMonthYear,
            DateOrder::MonthFirst => Self::MonthDayYear,
        }
    }
}

impl RideLayout {
    /// The layout of `rides.csv`.
    #[must_use]
    pub fn standard() -> Self {
        let named = |(field, name): &(RideField, &str)| (*field, ColumnAt::Named((*name).to_owned()));
        Self {
            columns: STANDARD.iter().map(named).collect(),
            header: true,
            separator: None,
            encoding: None,
            sheet: None,
            dates: None,
            others: Vec::new(),
            optional: OPTIONAL.iter().map(|(field, name)| (*field, (*name).to_owned())).collect(),
        }
    }

    /// Reads a mapping.
    ///
    /// # Errors
    /// What is wrong in it, by line, field or column.
    pub fn read(text: &str) -> Result<Self, AppError> {
        let written: Written = toml::from_str(text).map_err(|error| AppError::of_toml(text, &error))?;
        let mut columns = BTreeMap::new();
        for (name, column) in written.columns {
            let field = RideField::ALL.into_iter().find(|field| field.name() == name);
            let field =
                field.ok_or_else(|| AppError::refused("error-rides-mapping-field", vec![("name", name.clone())]))?;
            let is_usable = match &column {
                ColumnAt::Named(head) => written.header && !head.trim().is_empty(),
                ColumnAt::Place(place) => (1..=COLUMNS_MAX).contains(place),
            };
            if !is_usable {
                return Err(AppError::refused("error-rides-mapping-place", vec![("name", name)]));
            }
            if columns.values().any(|taken| is_same(taken, &column)) {
                return Err(AppError::refused("error-rides-mapping-twice", vec![("name", name)]));
            }
            columns.insert(field, column);
        }
        let layout = Self {
            columns,
            header: written.header,
            separator: written.separator.map(WrittenSeparator::byte),
            encoding: written.encoding,
            sheet: written.sheet.filter(|sheet| !sheet.trim().is_empty()),
            dates: written.dates.map(WrittenDates::order),
            others: written.others,
            optional: BTreeMap::new(),
        };
        layout.must_have_what_is_needed()?;
        Ok(layout)
    }

    /// The layout that is remembered of a source.
    ///
    /// # Errors
    /// When no source has this name; the sentence names those that there are.
    pub fn of_source(store: &Store, name: &str) -> Result<Self, AppError> {
        match store.ride_source(name)? {
            Some(layout) => Self::read(&layout),
            None => {
                let names: Vec<String> = store.ride_sources()?.into_iter().map(|source| source.name).collect();
                let values = vec![("name", name.to_owned()), ("names", names.join(", "))];
                let key = if names.is_empty() { "error-rides-no-source" } else { "error-rides-source" };
                Err(AppError::refused(key, values))
            }
        }
    }

    /// The same for another sheet of a workbook, where one is named.
    #[must_use]
    pub fn on_sheet(self, named: Option<&str>) -> Self {
        Self { sheet: named.map(str::to_owned).or(self.sheet), ..self }
    }

    /// Which of these sheets it names.
    pub(crate) fn sheet_of(&self, sheets: &[String]) -> Option<usize> {
        let named = self.sheet.as_deref()?;
        sheets.iter().position(|sheet| ride_workbook::is_sheet(sheet, named))
    }

    pub(crate) fn read_by(&self) -> ReadBy<'_> {
        ReadBy { encoding: self.encoding, separator: self.separator, sheet: self.sheet.as_deref() }
    }

    pub(crate) fn must_have_what_is_needed(&self) -> Result<(), AppError> {
        match NEEDED.into_iter().find(|field| !self.columns.contains_key(field)) {
            Some(field) => {
                Err(AppError::refused("error-rides-mapping-missing", vec![("name", field.name().to_owned())]))
            }
            None => Ok(()),
        }
    }

    /// As it is remembered.
    ///
    /// # Errors
    /// Cannot happen: such a layout is always TOML.
    pub(crate) fn written(&self) -> Result<String, AppError> {
        let separator = WrittenSeparator::ALL.into_iter().find(|(_, byte)| Some(*byte) == self.separator);
        let written = Written {
            header: self.header,
            separator: separator.map(|(written, _)| written),
            encoding: self.encoding,
            sheet: self.sheet.clone(),
            dates: self.dates.map(WrittenDates::of),
            others: self.others.clone(),
            columns: self.columns.iter().map(|(field, at)| (field.name().to_owned(), at.clone())).collect(),
        };
        toml::to_string(&written).map_err(|_| AppError::refused("error-system", vec![]))
    }

    /// Where its columns stand in a file whose first row this is.
    ///
    /// # Errors
    /// A column that is gone, or stands twice.
    pub(crate) fn placed(&self, first: &Row) -> Result<Placed, AppError> {
        let heads: Vec<String> =
            if self.header { first.cells.iter().map(|c| c.shown().trim().to_owned()).collect() } else { Vec::new() };
        let mut placed = Placed {
            places: [None; RideField::ALL.len()],
            names: std::array::from_fn(|_| String::new()),
            width: first.cells.len(),
            header: self.header,
            dates: self.dates,
            new: Vec::new(),
        };
        for (field, at) in &self.columns {
            let (place, name) = match at {
                ColumnAt::Named(name) => (named(&heads, name)?.ok_or_else(|| self.gone(name))?, name.clone()),
                ColumnAt::Place(place) if *place <= first.cells.len() => (place - 1, place.to_string()),
                ColumnAt::Place(place) => return Err(self.gone(&place.to_string())),
            };
            placed.places[field.index()] = Some(place);
            placed.names[field.index()] = name;
        }
        for (field, name) in &self.optional {
            if let Some(place) = named(&heads, name)? {
                placed.places[field.index()] = Some(place);
                placed.names[field.index()] = name.clone();
            }
        }
        let is_known = |head: &String| self.others.iter().any(|other| other.eq_ignore_ascii_case(head));
        let is_new = |(place, head): &(usize, &String)| {
            !self.others.is_empty() && !placed.places.contains(&Some(*place)) && !is_known(head)
        };
        placed.new = heads.iter().enumerate().filter(is_new).map(|(place, _)| place + 1).collect();
        Ok(placed)
    }

    /// In the words of who wrote the layout: of the shipped one a column is missing, of another one it is gone.
    fn gone(&self, column: &str) -> AppError {
        let key = if self.optional.is_empty() { "error-rides-column-gone" } else { "error-rides-column" };
        AppError::refused(key, vec![("column", column.to_owned())])
    }
}

fn is_same(one: &ColumnAt, other: &ColumnAt) -> bool {
    match (one, other) {
        (ColumnAt::Named(one), ColumnAt::Named(other)) => one.trim().eq_ignore_ascii_case(other.trim()),
        (one, other) => one == other,
    }
}

/// The only column of this name.
fn named(heads: &[String], name: &str) -> Result<Option<usize>, AppError> {
    let mut found = heads.iter().enumerate().filter(|(_, head)| head.eq_ignore_ascii_case(name.trim()));
    let first = found.next().map(|(place, _)| place);
    if found.next().is_some() {
        return Err(AppError::refused("error-rides-column-twice", vec![("column", name.to_owned())]));
    }
    Ok(first)
}

/// A layout in a file.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) places: [Option<usize>; RideField::ALL.len()],
    /// The columns by the names that the layout gives them; never what stands in a first row that may be a line.
    pub(crate) names: [String; RideField::ALL.len()],
    /// Columns of the first row.
    pub(crate) width: usize,
    pub(crate) header: bool,
    pub(crate) dates: Option<DateOrder>,
    /// Columns, from 1, that the source did not have before.
    pub(crate) new: Vec<usize>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ride_table::Cell;

    const GOOD: &str = "dates = \"day-month-year\"\nseparator = \"tab\"\nsheet = \"Ritten\"\n[columns]\nnumber = \"Rit\"\nhanded_over = \"Bij SEH\"\n";

    fn refused(text: &str) -> (&'static str, Vec<String>) {
        let error = RideLayout::read(text).unwrap_err();
        (error.key, error.values.into_iter().map(|(_, value)| value).collect())
    }

    fn row(cells: &[&str]) -> Row {
        Row { line: 1, cells: cells.iter().map(|cell| Cell::Text((*cell).to_owned())).collect() }
    }

    #[test]
    fn what_is_remembered_reads_as_it_was() {
        let layout = RideLayout::read(GOOD).unwrap();
        assert_eq!(RideLayout::read(&layout.written().unwrap()).unwrap(), layout);
        assert_eq!((layout.dates, layout.separator), (Some(DateOrder::DayFirst), Some(b'\t')));
        assert_eq!(layout.sheet.as_deref(), Some("Ritten"));
    }

    #[test]
    fn a_mapping_that_cannot_be_is_refused_by_the_field_it_goes_wrong_at() {
        assert_eq!(
            refused(&GOOD.replace("number", "nummer")),
            ("error-rides-mapping-field", vec!["nummer".to_owned()])
        );
        let without = GOOD.replace("handed_over = \"Bij SEH\"\n", "");
        assert_eq!(refused(&without), ("error-rides-mapping-missing", vec!["handed_over".to_owned()]));
        assert_eq!(refused(&GOOD.replace("Bij SEH", "rit ")), ("error-rides-mapping-twice", vec!["number".to_owned()]));
        let place = |n: &str| GOOD.replace("\"Rit\"", n);
        assert_eq!(refused(&place("0")), ("error-rides-mapping-place", vec!["number".to_owned()]));
        assert_eq!(refused(&format!("header = false\n{GOOD}")).0, "error-rides-mapping-place", "a name without a head");
        assert_eq!(refused(&GOOD.replace("day-month-year", "dag")).0, "error-toml-value-one-of");
    }

    #[test]
    fn a_column_is_found_by_its_name_wherever_it_stands_and_said_when_it_is_gone_or_twice() {
        let layout = RideLayout::read(GOOD).unwrap();
        let placed = layout.placed(&row(&["x", " bij seh", "RIT"])).unwrap();
        assert_eq!(placed.places[RideField::Number.index()], Some(2));
        assert_eq!(placed.places[RideField::HandedOver.index()], Some(1));
        let error = layout.placed(&row(&["Rit", "x"])).unwrap_err();
        assert_eq!((error.key, error.values), ("error-rides-column-gone", vec![("column", "Bij SEH".to_owned())]));
        assert_eq!(layout.placed(&row(&["Rit", "rit", "Bij SEH"])).unwrap_err().key, "error-rides-column-twice");
    }

    #[test]
    fn a_column_that_the_source_did_not_have_before_is_told() {
        let layout = RideLayout { others: vec!["Opmerking".to_owned()], ..RideLayout::read(GOOD).unwrap() };
        assert_eq!(layout.placed(&row(&["Rit", "opmerking", "Bij SEH", "Nieuw"])).unwrap().new, [4]);
    }
}
