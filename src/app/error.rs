//! What a person is told when something cannot be done: a key of `resources/i18n` with its values, and an exit code.

use std::{io::ErrorKind, path::Path};

use chrono::{DateTime, Utc};
use store::{KeyError, StoreError};

use crate::local;

/// Exit codes of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: findings, or something asks for attention.
    Attention,
    /// 2: refused, or wrong use.
    Refused,
    /// 3: the store cannot be opened.
    Store,
    /// 4: failed because of the system.
    System,
}

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Attention => 1,
            Self::Refused => 2,
            Self::Store => 3,
            Self::System => 4,
        }
    }
}

/// A sentence for a person: what, why, what now. Values are numbers, places and rules only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppError {
    /// Key of the sentence.
    pub key: &'static str,
    /// Its values.
    pub values: Vec<(&'static str, String)>,
    /// Exit code.
    pub exit: Exit,
}

impl AppError {
    /// A refusal of what was given.
    #[must_use]
    pub fn refused(key: &'static str, values: Vec<(&'static str, String)>) -> Self {
        Self { key, values, exit: Exit::Refused }
    }

    /// A file that cannot be read or written.
    #[must_use]
    pub fn file(path: &Path, error: &std::io::Error) -> Self {
        Self { key: file_key(error.kind()), values: place(path), exit: Exit::System }
    }

    /// A file that cannot be made: where its folder is not there, that is what is named.
    #[must_use]
    pub fn target(path: &Path, error: &std::io::Error) -> Self {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let absent = folder.filter(|folder| error.kind() == ErrorKind::NotFound && !folder.exists());
        Self::file(absent.unwrap_or(path), error)
    }

    /// Something that is neither file nor folder: reading it could wait for ever.
    #[must_use]
    pub fn no_file(path: &Path) -> Self {
        Self { key: "error-file-special", values: place(path), exit: Exit::System }
    }

    /// A file of settings that does not read: line, column and rule in our words. The parser's own are English: only English
    /// sentences repeat them, and of a wrong value only what was expected, not what stands there.
    #[must_use]
    pub fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let at = line_and_column(text, error.span().map_or(0, |span| span.start));
        Self::of_parser(at, error.message())
    }

    pub(crate) fn of_parser((line, column): (usize, usize), message: &str) -> Self {
        let known = [
            ("unknown field", "error-toml-unknown"),
            ("missing field", "error-toml-missing"),
            ("duplicate", "error-toml-twice"),
            ("unknown variant", "error-toml-value"),
            ("invalid type", "error-toml-value"),
            ("invalid value", "error-toml-value"),
            ("invalid length", "error-toml-value"),
        ];
        let key = known.iter().find(|(start, _)| message.starts_with(start)).map_or("error-toml", |(_, key)| key);
        let is_value = key == "error-toml-value";
        let said = if is_value { &message[message.rfind("expected").unwrap_or(0)..] } else { message };
        let name = said.split('`').nth(1).unwrap_or_default().to_owned();
        let parser = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let place = [("line", line.to_string()), ("column", column.to_string())];
        let mut values: Vec<_> = place.into_iter().chain([("name", name), ("parser", parser)]).collect();
        let key = if is_value { expected(said.trim_start_matches("expected "), &mut values) } else { key };
        Self::refused(key, values)
    }

    /// Another process has the store alone; it is nobody's fault, and over soon.
    #[must_use]
    pub fn is_taken_alone(&self) -> bool {
        self.key == TAKEN_ALONE
    }

    /// Whether a text is not in UTF-8.
    #[must_use]
    pub fn is_not_utf8(&self) -> bool {
        self.key == file_key(ErrorKind::InvalidData)
    }

    /// Names the place, where the error does not know it itself.
    #[must_use]
    pub fn at(mut self, path: &Path) -> Self {
        if self.values.iter().all(|(name, _)| *name != "place") {
            self.values.extend(place(path));
        }
        self
    }
}

/// The sentence for what the parser expected in the place of a value, in our words.
fn expected(what: &str, values: &mut Vec<(&'static str, String)>) -> &'static str {
    let begins = |with: &[&str]| with.iter().any(|start| what.starts_with(start));
    let whole = [("u8", u64::from(u8::MAX)), ("u16", u64::from(u16::MAX)), ("u32", u64::from(u32::MAX))];
    if begins(&["`", "one of `"]) {
        let names: Vec<&str> = what.split('`').skip(1).step_by(2).collect();
        values.push(("names", names.join(", ")));
        return "error-toml-value-one-of";
    }
    if begins(&["u8", "u16", "u32", "u64", "usize"]) {
        // Numbers of TOML end there.
        let most =
            whole.iter().find(|(kind, _)| what.starts_with(kind)).map_or(i64::MAX.unsigned_abs(), |(_, most)| *most);
        values.push(("most", most.to_string()));
        return "error-toml-value-number";
    }
    if begins(&["a string", "string"]) {
        "error-toml-value-text"
    } else if begins(&["a boolean", "bool"]) {
        "error-toml-value-yes-no"
    } else if begins(&["a sequence", "sequence"]) {
        "error-toml-value-list"
    } else if begins(&["struct", "a map", "map", "inline table"]) {
        "error-toml-value-table"
    } else {
        "error-toml-value"
    }
}

/// Line and column of a byte of a text, as an editor counts.
pub(crate) fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..byte.min(text.len())];
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let begin = before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    (line, String::from_utf8_lossy(&before[begin..]).chars().count() + 1)
}

/// The sentence of a kind of error of the operating system: its own words are English only.
fn file_key(kind: ErrorKind) -> &'static str {
    let known = [
        (ErrorKind::NotFound, "error-file-absent"),
        (ErrorKind::PermissionDenied, "error-file-rights"),
        (ErrorKind::ReadOnlyFilesystem, "error-file-read-only"),
        (ErrorKind::StorageFull, "error-file-full"),
        (ErrorKind::QuotaExceeded, "error-file-full"),
        (ErrorKind::FileTooLarge, "error-file-full"),
        (ErrorKind::AlreadyExists, "error-file-exists"),
        (ErrorKind::IsADirectory, "error-file-folder"),
        (ErrorKind::NotADirectory, "error-file-absent"),
        (ErrorKind::InvalidData, "error-file-encoding"),
    ];
    known.iter().find(|(of, _)| *of == kind).map_or("error-file", |(_, key)| key)
}

fn place(path: &Path) -> Vec<(&'static str, String)> {
    vec![("place", path.display().to_string())]
}

/// A moment in a sentence.
pub(crate) fn shown(at: DateTime<Utc>) -> String {
    local::time(at).format("%d-%m-%Y %H:%M").to_string()
}

/// That the purge of today was withheld, because the clock lies far ahead of this moment.
#[must_use]
pub fn purge_withheld(last: DateTime<Utc>) -> AppError {
    AppError { key: "cli-purge-withheld", values: vec![("last", shown(last))], exit: Exit::Attention }
}

const TAKEN_ALONE: &str = "error-store-taken-alone";

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        let (key, values, exit) = match &error {
            StoreError::Key(key) => return Self::of_key(key),
            StoreError::OtherKit { given, own } => {
                ("error-kit-other", vec![("given", given.to_string()), ("own", own.to_string())], Exit::Refused)
            }
            StoreError::NoKit(folder) => ("error-kit-none", place(folder), Exit::Refused),
            StoreError::NoAccount => ("error-account-absent", vec![], Exit::Refused),
            StoreError::NoRoleKey => ("error-role-without-key", vec![], Exit::Refused),
            StoreError::InUse => ("error-store-in-use", vec![], Exit::System),
            StoreError::TakenAlone => (TAKEN_ALONE, vec![], Exit::System),
            StoreError::Absent(path) => ("error-store-absent", place(path), Exit::Store),
            StoreError::Exists(path) => ("error-store-exists", place(path), Exit::Refused),
            StoreError::WrongKeyOrDamaged => ("error-store-key-or-damage", vec![], Exit::Store),
            StoreError::OtherMachine { name, file } => {
                let values = vec![("name", name.clone()), ("file", file.display().to_string())];
                ("error-store-other-machine", values, Exit::System)
            }
            StoreError::Place(name) => ("error-store-place", vec![("name", (*name).to_owned())], Exit::Refused),
            StoreError::NoAccess(path) => ("error-store-no-access", place(path), Exit::Store),
            StoreError::Newer(schema) => ("error-store-newer", vec![("schema", schema.to_string())], Exit::Store),
            StoreError::ClockBack { last } => ("error-clock-back", vec![("last", shown(*last))], Exit::System),
            StoreError::ClockAhead { last } => ("error-clock-ahead", vec![("last", shown(*last))], Exit::Refused),
            StoreError::DiskFull => ("error-file-full", vec![], Exit::System),
            StoreError::ReadOnly => ("error-store-read-only", vec![], Exit::System),
            StoreError::Disk { code } => ("error-store-disk", vec![("code", code.to_string())], Exit::System),
            StoreError::Snapshot(file) => ("error-snapshot", place(file), Exit::Store),
            StoreError::KitFile(file) => ("error-kit-file", place(file), Exit::Store),
            StoreError::Busy(seconds) => ("error-store-busy", vec![("seconds", seconds.to_string())], Exit::System),
            StoreError::Tampered => ("error-store-tampered", vec![], Exit::Store),
            StoreError::Seal(_) | StoreError::Entry(_) | StoreError::Content(_) | StoreError::Directory(_) => {
                ("error-store-does-not-open", vec![], Exit::Store)
            }
            StoreError::KeySwapped(_) => ("error-receiving-stopped", vec![], Exit::Store),
            StoreError::Purpose(_) => ("error-purpose", vec![], Exit::Refused),
            StoreError::NotYours => ("error-not-yours", vec![], Exit::Refused),
            StoreError::LastMember(role) => (last_member_key(role), vec![], Exit::Refused),
            StoreError::Connection(rule, name) => (connection_key(*rule), vec![("name", name.clone())], Exit::Refused),
            StoreError::Cancelled => ("error-cancelled", vec![], Exit::Attention),
            StoreError::System { place: path, kind } => (file_key(*kind), place(path), Exit::System),
            StoreError::Database { code } => ("error-database", vec![("code", code.to_string())], Exit::System),
        };
        Self { key, values, exit }
    }
}

fn connection_key(rule: store::ConnectionRule) -> &'static str {
    match rule {
        store::ConnectionRule::AgreementPast => "error-agreement-past",
        store::ConnectionRule::MessagesSinceMissing => "error-messages-since-missing",
        store::ConnectionRule::NotSignedOff => "error-not-signed-off",
        store::ConnectionRule::StatusDay => "error-status-day",
        store::ConnectionRule::Exists => "error-hospital-exists",
        store::ConnectionRule::TestNotDone => "error-test-not-done",
    }
}

fn last_member_key(role: &str) -> &'static str {
    if role == domain::RoleName::FunctionalAdministrator.name() {
        "error-last-administrator"
    } else {
        "error-last-member"
    }
}

impl From<KeyError> for AppError {
    fn from(error: KeyError) -> Self {
        Self::of_key(&error)
    }
}

impl AppError {
    fn of_key(error: &KeyError) -> Self {
        let (key, values) = match error {
            KeyError::FileAbsent(path) => ("error-key-file-absent", place(path)),
            KeyError::FileExists(path) => ("error-key-file-exists", place(path)),
            KeyError::FileOpen(path) => ("error-key-file-open", place(path)),
            KeyError::FileOutsideProfile(path) => ("error-key-file-outside-profile", place(path)),
            KeyError::FileRights(path) => ("error-store-no-access", place(path)),
            KeyError::FileContent(path) => ("error-key-file-content", place(path)),
            KeyError::File(path, kind) => (file_key(*kind), place(path)),
            KeyError::NoKeyStore => ("error-key-store-none", vec![]),
            KeyError::Locked => ("error-key-store-locked", vec![]),
            KeyError::EntryAbsent => ("error-key-store-empty", vec![]),
            KeyError::Replaced => ("error-key-replaced", vec![]),
            KeyError::EntryExists => ("error-key-store-exists", vec![]),
            KeyError::EntryContent => ("error-key-store-content", vec![]),
        };
        Self { key, values, exit: Exit::Store }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use viewmodel::{Language, Texts};

    use super::*;

    #[test]
    fn a_wrong_value_in_a_file_of_settings_is_not_repeated() {
        #[derive(serde::Deserialize, Debug)]
        struct Account {
            #[expect(dead_code, reason = "read only to be refused")]
            staff: String,
        }
        for value in ["999990019", "[\"999990019\"]", "1979-05-27"] {
            let text = format!("staff = {value}");
            let error =
                AppError::of_toml(&text, &toml::from_str::<Account>(&text).unwrap_err()).at(Path::new("x.toml"));
            let said = Texts::load(Language::English).unwrap().format(error.key, &error.values);
            assert!(said.contains("line 1") && said.contains("expected a string"), "{said}");
            let repeats = |text: &str| text.contains("99999") || text.contains("1979");
            assert!(!repeats(&said) && !error.values.iter().any(|(_, value)| repeats(value)), "{said}");
        }
    }

    #[test]
    fn a_store_that_cannot_be_written_is_named_with_its_folder_and_what_to_look_at() {
        let folder = Path::new("/srv/terugblik");
        let said = |error: StoreError, language| {
            let error = AppError::from(error).at(folder);
            assert_eq!(error.exit, Exit::System);
            Texts::load(language).unwrap().format(error.key, &error.values)
        };
        let file = folder.join("terugblik.db");
        let read_only = || StoreError::System { place: file.clone(), kind: ErrorKind::ReadOnlyFilesystem };
        assert!(said(read_only(), Language::Dutch).contains("/srv/terugblik/terugblik.db"));
        assert!(said(read_only(), Language::Dutch).contains("alleen worden gelezen"));
        assert!(said(read_only(), Language::English).contains("can only be read"));
        assert!(said(StoreError::ReadOnly, Language::Dutch).contains("/srv/terugblik kan niet worden beschreven"));
        assert!(said(StoreError::ReadOnly, Language::English).contains("/srv/terugblik cannot be written"));
        assert!(said(StoreError::Disk { code: 778 }, Language::Dutch).contains("Kijk de schijf na"));
        assert!(said(StoreError::DiskFull, Language::English).contains("the disk is full"));
    }
}
