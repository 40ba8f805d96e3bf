//! A file of accounts, CSV or XLSX: staff number, name, roles. A bad line is named and left out; the others are read.
//!
//! **Invariant:** a refusal names line, column and rule, never the value that stands there.
//! **Not here:** making the accounts (`accounts`).

use std::{collections::BTreeSet, io::Cursor};

use calamine::{Data, Reader, Xlsx};
use domain::RoleName;
use viewmodel::AccountRefusal;

use crate::{error::AppError, ride_line::is_staff_number};

// LIMIT: bytes and lines of a file; a RAV has hundreds of people.
pub(crate) const BYTES_MAX: u64 = 4 << 20;
const LINES_MAX: usize = 5_000;
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
/// What makes the file as a whole unusable: no table, a missing column, too many lines.
pub(crate) fn read(bytes: &[u8], taken: &BTreeSet<String>) -> Result<Read, AppError> {
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
            return Err(AppError::refused("error-accounts-lines", vec![("lines", LINES_MAX.to_string())]));
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

fn workbook(bytes: &[u8]) -> Result<Vec<Line>, AppError> {
    let unread = || AppError::refused("error-accounts-workbook", vec![]);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| unread())?;
    let sheet = book.worksheet_range_at(0).ok_or_else(unread)?.map_err(|_| unread())?;
    let first = sheet.start().map_or(0, |(row, _)| u64::from(row));
    Ok(sheet.rows().zip(first + 1..).map(|(row, line)| (line, row.iter().map(cell).collect())).collect())
}

/// A cell as a person reads it: a staff number typed as a number is that number.
fn cell(data: &Data) -> String {
    match data {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Empty | Data::Error(_) => String::new(),
        Data::Int(_)
        | Data::Float(_)
        | Data::String(_)
        | Data::Bool(_)
        | Data::DateTime(_)
        | Data::DateTimeIso(_)
        | Data::DurationIso(_) => data.to_string(),
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
}
