//! A file of accounts, CSV or XLSX: staff number, name, roles. A bad line is named and left out; the others are read.
//!
//! **Invariant:** a refusal names line, column and rule, never the value that stands there.
//! **Not here:** making the accounts (`accounts`).

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Cursor, Read as _},
};

use calamine::{Data, DataRef, Reader, Xlsx};
use domain::RoleName;
use viewmodel::AccountRefusal;

use crate::{error::AppError, ride_line::is_staff_number};

// LIMIT: bytes and lines of a file; a RAV has hundreds of people.
pub(crate) const BYTES_MAX: u64 = 4 << 20;
const LINES_MAX: usize = 5_000;
// LIMIT: bytes of a workbook's files unpacked, and columns that are looked at: it is an archive, and a cell of it may stand anywhere.
const UNPACKED_MAX: u64 = 16 << 20;
const COLUMNS_MAX: u32 = 64;
// LIMIT: a name stands on one line of a letter.
const NAME_CHARACTERS_MAX: usize = 60;

const STAFF: [&str; 3] = ["personeelsnummer", "staff", "staff number"];
const NAME: [&str; 2] = ["naam", "name"];
const ROLES: [&str; 4] = ["rollen", "rol", "roles", "role"];

/// An account that a file asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) staff: String,
    pub(crate) name: String,
    pub(crate) roles: Vec<RoleName>,
}

/// What a file holds.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) asked: Vec<Asked>,
    pub(crate) refused: Vec<AccountRefusal>,
}

type Line = (u64, Vec<String>);

/// Reads a file; `taken` are the staff numbers that have an account, open or closed.
///
/// # Errors
/// What makes the file as a whole unusable: too large, no table, a missing column, too many lines.
pub(crate) fn read(bytes: &[u8], taken: &BTreeSet<String>) -> Result<Read, AppError> {
    if bytes.len() as u64 > BYTES_MAX {
        return Err(too_large());
    }
    // A workbook is a ZIP archive.
    let lines = if bytes.starts_with(b"PK\x03\x04") { workbook(bytes)? } else { text(bytes)? };
    let mut lines = lines.into_iter();
    let (_, heads) = lines.next().ok_or_else(|| column("personeelsnummer"))?;
    let place =
        |names: &[&str]| heads.iter().position(|head| names.iter().any(|name| head.trim().eq_ignore_ascii_case(name)));
    let staff = place(&STAFF).ok_or_else(|| column("personeelsnummer"))?;
    let name = place(&NAME).ok_or_else(|| column("naam"))?;
    let roles = place(&ROLES);
    let mut read = Read::default();
    let mut seen = BTreeSet::new();
    for (line, cells) in lines {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if read.asked.len() + read.refused.len() >= LINES_MAX {
            return Err(too_many_lines());
        }
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).map_or("", |cell| cell.trim());
        let roles = roles.map_or("", |at| cell(Some(at)));
        let checked = asked(cell(Some(staff)), cell(Some(name)), roles).and_then(|asked| {
            let twice = Err(("personeelsnummer", "account-rule-twice"));
            let is_taken = Err(("personeelsnummer", "account-rule-taken"));
            if taken.contains(&asked.staff) {
                is_taken
            } else if seen.insert(asked.staff.clone()) {
                Ok(asked)
            } else {
                twice
            }
        });
        match checked {
            Ok(asked) => read.asked.push(asked),
            Err((column, rule)) => read.refused.push(AccountRefusal { line, column: Some(column), rule }),
        }
    }
    Ok(read)
}

fn too_large() -> AppError {
    AppError::refused("error-text-large", vec![])
}

fn too_many_lines() -> AppError {
    AppError::refused("error-accounts-lines", vec![("lines", LINES_MAX.to_string())])
}

fn column(name: &str) -> AppError {
    AppError::refused("error-accounts-column", vec![("column", name.to_owned())])
}

/// One account, if its fields are good; else the column and the rule.
pub(crate) fn asked(staff: &str, name: &str, roles: &str) -> Result<Asked, (&'static str, &'static str)> {
    if !is_staff_number(staff) {
        return Err(("personeelsnummer", "account-rule-staff"));
    }
    if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX || name.chars().any(char::is_control) {
        return Err(("naam", "account-rule-name"));
    }
    let words = roles.split([',', '+', '/', '|']).map(str::trim).filter(|word| !word.is_empty());
    let mut found = words.map(role).collect::<Option<Vec<_>>>().ok_or(("rollen", "account-rule-role"))?;
    if found.is_empty() {
        // Nearly everybody is one.
        found.push(RoleName::Professional);
    }
    found.sort_unstable();
    found.dedup();
    Ok(Asked { staff: staff.to_owned(), name: name.to_owned(), roles: found })
}

fn role(word: &str) -> Option<RoleName> {
    let dutch = [
        ("rav-administratie", RoleName::Administration),
        ("administratie", RoleName::Administration),
        ("ambulancezorgprofessional", RoleName::Professional),
        ("medisch manager", RoleName::MedicalManager),
        ("medisch manager ambulancezorg", RoleName::MedicalManager),
        ("functioneel beheer", RoleName::FunctionalAdministrator),
        ("functioneel beheerder", RoleName::FunctionalAdministrator),
        ("privacy officer", RoleName::PrivacyOfficer),
        ("logbeheerder", RoleName::PrivacyOfficer),
    ];
    let word = word.to_lowercase();
    let named = RoleName::ALL.into_iter().find(|role| role.name() == word);
    named.or_else(|| dutch.iter().find(|(name, _)| *name == word).map(|(_, role)| *role))
}

fn text(bytes: &[u8]) -> Result<Vec<Line>, AppError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| AppError::refused("error-accounts-encoding", vec![]))?;
    let head = text.lines().next().unwrap_or_default();
    let delimiter = if head.contains(';') {
        b';'
    } else if head.contains('\t') {
        b'\t'
    } else {
        b','
    };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let unread = |_| AppError::refused("error-accounts-encoding", vec![]);
    reader
        .records()
        .map(|record| {
            let record = record.map_err(unread)?;
            let line = record.position().map_or(0, |at| line_of(text, at));
            Ok((line, record.iter().map(str::to_owned).collect()))
        })
        .collect()
}

/// The reader's place is before the empty lines that it skips.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let rest = text.as_bytes().iter().skip(usize::try_from(at.byte()).unwrap_or(usize::MAX));
    at.line() + rest.take_while(|b| matches!(b, b'\r' | b'\n')).filter(|b| **b == b'\n').count() as u64
}

/// The first sheet's cells that hold something, line by line; read one by one, wherever they stand.
fn workbook(bytes: &[u8]) -> Result<Vec<Line>, AppError> {
    let unread = || AppError::refused("error-accounts-workbook", vec![]);
    must_unpack_small(bytes, unread)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| unread())?;
    let sheet = book.sheet_names().first().cloned().ok_or_else(unread)?;
    let mut reader = book.worksheet_cells_reader(&sheet).map_err(|_| unread())?;
    let mut lines: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    while let Some(found) = reader.next_cell_with_formula().map_err(|_| unread())? {
        let (line, column) = found.pos;
        let text = cell(found.value, found.formula.is_some());
        if text.is_empty() || column >= COLUMNS_MAX {
            continue;
        }
        let cells = lines.entry(line).or_default();
        let place = usize::try_from(column).unwrap_or_default();
        cells.resize(cells.len().max(place + 1), String::new());
        cells[place] = text;
        // The head, and one more than there may be.
        if lines.len() > LINES_MAX + 1 {
            return Err(too_many_lines());
        }
    }
    Ok(lines.into_iter().map(|(line, cells)| (u64::from(line) + 1, cells)).collect())
}

/// Unpacks everything once, to nowhere: what an archive says of its own size may be wrong.
fn must_unpack_small(bytes: &[u8], unread: impl Fn() -> AppError) -> Result<(), AppError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| unread())?;
    let mut left = UNPACKED_MAX;
    for n in 0..archive.len() {
        let file = archive.by_index(n).map_err(|_| unread())?;
        let unpacked = io::copy(&mut file.take(left + 1), &mut io::sink()).map_err(|_| unread())?;
        left = left.checked_sub(unpacked).ok_or_else(too_large)?;
    }
    Ok(())
}

/// What no field takes: it is refused where it stands, instead of passing for an empty cell.
const UNFIT: &str = "\0";

/// A cell as a person reads it: a staff number typed as a number is that number, a formula is its value. What is neither text nor
/// whole number, and a formula without a value, is no field.
fn cell(data: DataRef<'_>, is_formula: bool) -> String {
    match Data::from(data) {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Empty if !is_formula => String::new(),
        Data::String(text) if !(is_formula && text.is_empty()) => text,
        Data::Int(number) => number.to_string(),
        Data::Empty
        | Data::Float(_)
        | Data::String(_)
        | Data::Bool(_)
        | Data::DateTime(_)
        | Data::DateTimeIso(_)
        | Data::DurationIso(_)
        | Data::Error(_) => UNFIT.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn read_text(text: &str) -> Read {
        read(text.as_bytes(), &BTreeSet::from(["1001".to_owned()])).unwrap()
    }

    #[test]
    fn good_lines_are_read_and_each_bad_one_is_named_by_line_column_and_rule() {
        let read = read_text(
            "Naam;Personeelsnummer;Rollen\nS. de Vries;2001;\nK. Jansen;1001;\n;2002;\nA. Bos;2003;keizer\n\n\
             B. Vos;2001;\nC. Mol;20:04;\nM. Smit;2005;Medisch manager, privacy officer\n",
        );
        let asked: Vec<(&str, usize)> = read.asked.iter().map(|a| (a.staff.as_str(), a.roles.len())).collect();
        assert_eq!(asked, [("2001", 1), ("2005", 2)]);
        let refused: Vec<(u64, &str)> = read.refused.iter().map(|r| (r.line, r.rule)).collect();
        assert_eq!(
            refused,
            [
                (3, "account-rule-taken"),
                (4, "account-rule-name"),
                (5, "account-rule-role"),
                (7, "account-rule-twice"),
                (8, "account-rule-staff"),
            ]
        );
    }

    #[test]
    fn commas_and_tabs_part_columns_too_and_the_roles_may_be_left_out() {
        for text in ["staff,name\n2001,S. de Vries\n", "staff\tname\n2001\tS. de Vries\n"] {
            let read = read_text(text);
            assert_eq!(read.asked.len(), 1, "{text}");
            assert_eq!(read.asked[0].roles, [RoleName::Professional]);
        }
    }

    #[test]
    fn a_file_without_its_columns_or_of_another_kind_is_refused_whole() {
        let refused = |bytes: &[u8]| read(bytes, &BTreeSet::new()).err().unwrap().key;
        assert_eq!(refused(b"voornaam;achternaam\na;b\n"), "error-accounts-column");
        assert_eq!(refused(b""), "error-accounts-column");
        assert_eq!(refused(b"personeelsnummer;naam\n1;\xff\xfe\n"), "error-accounts-encoding");
        assert_eq!(refused(b"PK\x03\x04 not a workbook"), "error-accounts-workbook");
    }

    /// Made by a spreadsheet writer (XlsxWriter), with shared strings, formats and formulas with their values.
    const WORKBOOK: &[u8] = include_bytes!("../../tests/fixtures/accounts.xlsx");

    #[test]
    fn a_workbook_is_read_by_its_first_sheet_and_each_bad_line_is_named() {
        let read = read(WORKBOOK, &BTreeSet::from(["1001".to_owned()])).unwrap();
        let asked: Vec<_> = read.asked.iter().map(|a| (a.staff.as_str(), a.name.as_str(), a.roles.clone())).collect();
        assert_eq!(
            asked,
            [
                // Staff numbers as numbers, as text, and as the value of a formula; a name that is one too.
                ("2001", "S. de Vries", vec![RoleName::Professional]),
                ("2002", "K. Jansen", vec![RoleName::MedicalManager]),
                ("2004", "A. Bos", vec![RoleName::Administration]),
                // What begins as a formula and is text stays text.
                ("2006", "=1+1", vec![RoleName::Professional]),
            ]
        );
        let refused: Vec<_> = read.refused.iter().map(|r| (r.line, r.column.unwrap(), r.rule)).collect();
        assert_eq!(
            refused,
            [
                (5, "personeelsnummer", "account-rule-staff"),
                // A look-up that found nothing makes nobody a professional.
                (7, "rollen", "account-rule-role"),
                (8, "personeelsnummer", "account-rule-staff"),
                (9, "personeelsnummer", "account-rule-staff"),
                (11, "personeelsnummer", "account-rule-twice"),
                (12, "naam", "account-rule-name"),
                (13, "personeelsnummer", "account-rule-taken"),
                (14, "personeelsnummer", "account-rule-staff"),
            ]
        );
    }

    fn book(rows: &str) -> Vec<u8> {
        crate::workbook::of_sheet(false, |out| out.write_all(rows.as_bytes()).unwrap())
    }

    fn line(number: u32, cells: [&str; 2]) -> String {
        let cell = |column, text| format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
        format!("<row r=\"{number}\">{}{}</row>", cell("A", cells[0]), cell("B", cells[1]))
    }

    const HEAD: [&str; 2] = ["personeelsnummer", "naam"];

    #[test]
    fn a_workbook_without_its_columns_with_too_many_lines_or_too_much_in_it_is_refused_whole() {
        let refused = |rows: &str| read(&book(rows), &BTreeSet::new()).err().unwrap().key;
        assert_eq!(refused(&line(1, ["voornaam", "achternaam"])), "error-accounts-column");
        assert_eq!(refused(""), "error-accounts-column");
        let lines = |count: u32| {
            let each = (2..2 + count).map(|n| line(n, [&format!("p{n}"), "Naam"]));
            line(1, HEAD) + &each.collect::<String>()
        };
        assert_eq!(read(&book(&lines(5_000)), &BTreeSet::new()).unwrap().asked.len(), 5_000);
        assert_eq!(refused(&lines(5_001)), "error-accounts-lines");
        // Sixteen megabytes of nothing pack into some kilobytes.
        let nothing = " ".repeat(usize::try_from(UNPACKED_MAX).unwrap());
        assert!((book(&nothing).len() as u64) < BYTES_MAX / 10);
        assert_eq!(refused(&nothing), "error-text-large");
        let long = vec![b'a'; usize::try_from(BYTES_MAX).unwrap() + 1];
        assert_eq!(read(&long, &BTreeSet::new()).err().unwrap().key, "error-text-large");
    }

    #[test]
    fn lines_keep_their_numbers_over_empty_ones_and_a_cell_in_the_furthest_corner_costs_nothing() {
        let far = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
        let rows = line(3, HEAD) + &line(9, ["2001", "S. de Vries"]) + &line(20, ["", "K. Jansen"]) + far;
        let read = read(&book(&rows), &BTreeSet::new()).unwrap();
        assert_eq!(read.asked.len(), 1);
        let refused: Vec<_> = read.refused.iter().map(|r| (r.line, r.rule)).collect();
        assert_eq!(refused, [(20, "account-rule-staff")]);
    }
}
