//! The diagnosis group map: which diagnosis code counts in which group.
//!
//! **Invariant:** every code has exactly one group, and every group has a broader one or is one itself; a code that the map
//! does not know falls into the group marked as rest.
//! **Not here:** names of diagnoses: SNOMED CT's content needs a licence, so that only codes are shipped.
//! The shipped map is `resources/terminology/diagnosis-groups-1.toml`, whose head describes the shape.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::month::Date;

/// OID of SNOMED CT.
const SNOMED_OID: &str = "2.16.840.1.113883.6.96";
/// The same system as a URI.
const SNOMED_URI: &str = "http://snomed.info/sct";
// LIMIT: groups of a map; tables of more than a few dozen rows would be hidden cells throughout.
const GROUPS_MAX: usize = 64;

/// A group of the map in force: its place in [`GroupMap::groups`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GroupId(u8);

impl GroupId {
    /// The group's place in [`GroupMap::groups`].
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A diagnosis group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its lasting name in published tables.
    pub id: String,
    /// Dutch name.
    pub name_nl: String,
    /// English name.
    pub name_en: String,
    /// Whether it belongs to the time-critical set of M7 and M8.
    pub time_critical: bool,
    /// The broader group it counts under; itself where there is none.
    pub broader: GroupId,
}

/// Why a map cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupMapError {
    /// Not TOML, or a key is missing, unknown or of the wrong kind.
    #[error("line {line}: {message}")]
    Unreadable {
        /// Line in the file, from 1.
        line: usize,
        /// What is wrong, as the TOML reader puts it.
        message: String,
    },
    /// `from` is no date.
    #[error("from: \"{0}\" is no date (YYYY-MM-DD)")]
    NoDate(String),
    /// Two groups have one id.
    #[error("group {0}: the id stands there twice")]
    GroupTwice(String),
    /// A code stands in two groups, or twice in one.
    #[error("line {line}: code {code} stands there twice (group {group})")]
    CodeTwice {
        /// Line in the file, from 1.
        line: usize,
        /// The code.
        code: u64,
        /// The second group that has it.
        group: String,
    },
    /// `within` names no broader group.
    #[error("group {group}: within = \"{within}\" is no group of its own level")]
    NoBroader {
        /// The group.
        group: String,
        /// What it names.
        within: String,
    },
    /// Not exactly one group has `rest = true` (and no `within`).
    #[error("exactly one group must have rest = true, and no within")]
    NoRest,
    /// More groups than a table can hold.
    #[error("more than {GROUPS_MAX} groups")]
    TooMany,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MapFile {
    version: u32,
    from: String,
    group: Vec<GroupFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupFile {
    id: String,
    nl: String,
    en: String,
    #[serde(default)]
    time_critical: bool,
    #[serde(default)]
    rest: bool,
    within: Option<String>,
    codes: Vec<toml::Spanned<u64>>,
}

/// A versioned map of codes to groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMap {
    version: u32,
    from: Date,
    groups: Vec<Group>,
    of_code: HashMap<u64, GroupId>,
    rest: GroupId,
}

impl GroupMap {
    /// The map that comes with the program.
    #[must_use]
    pub fn shipped() -> Self {
        #[expect(clippy::expect_used, reason = "the shipped file is part of the program and a test reads it")]
        Self::parse(include_str!("../../resources/terminology/diagnosis-groups-1.toml"))
            .expect("the shipped map is valid")
    }

    /// Reads a map.
    ///
    /// # Errors
    /// Names the line, group or key that is wrong.
    pub fn parse(text: &str) -> Result<Self, GroupMapError> {
        let file: MapFile = toml::from_str(text).map_err(|error| GroupMapError::Unreadable {
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })?;
        let from = parse_date(&file.from).ok_or(GroupMapError::NoDate(file.from))?;
        if file.group.len() > GROUPS_MAX {
            return Err(GroupMapError::TooMany);
        }
        let ids = group_ids(&file.group)?;
        let mut of_code = HashMap::new();
        let mut groups = Vec::new();
        for group in &file.group {
            let own = ids[&group.id];
            for code in &group.codes {
                if of_code.insert(*code.get_ref(), own).is_some() {
                    let line = line_of(text, code.span().start);
                    return Err(GroupMapError::CodeTwice { line, code: *code.get_ref(), group: group.id.clone() });
                }
            }
            groups.push(Group {
                id: group.id.clone(),
                name_nl: group.nl.clone(),
                name_en: group.en.clone(),
                time_critical: group.time_critical,
                broader: broader(group, &file.group, &ids)?,
            });
        }
        let mut rests = file.group.iter().filter(|group| group.rest);
        match (rests.next(), rests.next()) {
            (Some(rest), None) if rest.within.is_none() => {
                Ok(Self { version: file.version, from, rest: ids[&rest.id], groups, of_code })
            }
            (None | Some(_), _) => Err(GroupMapError::NoRest),
        }
    }

    /// Version of the map: a change starts a phase.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// First day it is in force.
    #[must_use]
    pub fn from(&self) -> Date {
        self.from
    }

    /// All groups, time-critical and broader, in the order of the file.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// A group by its place; the rest where another map gave the id.
    #[must_use]
    pub fn group(&self, id: GroupId) -> &Group {
        self.groups.get(id.index()).unwrap_or(&self.groups[self.rest.index()])
    }

    /// The group named `id`.
    #[must_use]
    pub fn named(&self, id: &str) -> Option<GroupId> {
        let index = self.groups.iter().position(|group| group.id == id)?;
        u8::try_from(index).ok().map(GroupId)
    }

    /// The broader groups alone: the rows of tables by group.
    pub fn broader_groups(&self) -> impl Iterator<Item = (GroupId, &Group)> {
        let numbered = self.groups.iter().enumerate();
        numbered
            .filter_map(|(index, group)| Some((GroupId(u8::try_from(index).ok()?), group)))
            .filter(|(id, g)| g.broader == *id)
    }

    /// Where unknown codes go.
    #[must_use]
    pub fn rest(&self) -> GroupId {
        self.rest
    }

    /// The narrowest group of a code; the rest for an unknown code or another code system.
    ///
    /// The system is written as OID (also `urn:oid:`) or as URI (also with a version behind it).
    #[must_use]
    pub fn group_of(&self, system: &str, code: &str) -> GroupId {
        if !is_snomed(system) {
            return self.rest;
        }
        code.trim().parse().map_or(self.rest, |code: u64| self.group_of_snomed(code))
    }

    /// [`GroupMap::group_of`] for a SNOMED CT code that is already a number.
    #[must_use]
    pub fn group_of_snomed(&self, code: u64) -> GroupId {
        self.of_code.get(&code).copied().unwrap_or(self.rest)
    }

    /// The broader group a group counts under in tables by group.
    #[must_use]
    pub fn broader(&self, id: GroupId) -> GroupId {
        self.group(id).broader
    }
}

fn is_snomed(system: &str) -> bool {
    let name = system.trim();
    let oid = name.strip_prefix("urn:oid:").unwrap_or(name);
    let versioned = || name.strip_prefix(SNOMED_URI).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    oid == SNOMED_OID || versioned()
}

fn group_ids(groups: &[GroupFile]) -> Result<HashMap<String, GroupId>, GroupMapError> {
    let mut ids = HashMap::new();
    for (index, group) in groups.iter().enumerate() {
        let id = GroupId(u8::try_from(index).map_err(|_| GroupMapError::TooMany)?);
        if ids.insert(group.id.clone(), id).is_some() {
            return Err(GroupMapError::GroupTwice(group.id.clone()));
        }
    }
    Ok(ids)
}

fn broader(group: &GroupFile, all: &[GroupFile], ids: &HashMap<String, GroupId>) -> Result<GroupId, GroupMapError> {
    let Some(within) = &group.within else { return Ok(ids[&group.id]) };
    let found = all.iter().find(|other| other.id == *within && other.within.is_none());
    found
        .map(|other| ids[&other.id])
        .ok_or_else(|| GroupMapError::NoBroader { group: group.id.clone(), within: within.clone() })
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let date = Date::new(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    date.filter(|_| parts.next().is_none() && text.len() == 10)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const URI: &str = "http://snomed.info/sct";

    fn id_of(map: &GroupMap, system: &str, code: &str) -> String {
        map.group(map.group_of(system, code)).id.clone()
    }

    #[test]
    fn the_shipped_map_knows_the_codes_of_the_examples() {
        let map = GroupMap::shipped();
        assert_eq!(map.version(), 1);
        for (code, group) in [
            ("22298006", "acs-stemi"),
            ("230690007", "cva-tia"),
            ("59282003", "longembolie"),
            ("91302008", "sepsis"),
            ("233604007", "infectie"),
            ("84114007", "cardiovasculair"),
            ("271594007", "cardiovasculair"),
            ("302866003", "endocrien"),
            ("195967001", "respiratoir"),
            ("21522001", "gastro-intestinaal"),
            ("29857009", "cardiovasculair"),
            ("404640003", "neurologisch"),
            ("84757009", "neurologisch"),
        ] {
            assert_eq!(id_of(&map, URI, code), group, "{code}");
        }
    }

    #[test]
    fn the_shipped_map_has_the_time_critical_set_of_m7() {
        let map = GroupMap::shipped();
        let critical: Vec<&str> = map.groups().iter().filter(|g| g.time_critical).map(|g| g.id.as_str()).collect();
        let m7 = [
            "cva-tia",
            "acs-stemi",
            "sepsis",
            "aorta",
            "longembolie",
            "zwaar-trauma",
            "meningitis",
            "intracraniele-bloeding",
        ];
        assert_eq!(critical, m7);
        assert!(map.groups().iter().filter(|g| g.time_critical).all(|g| !map.group(g.broader).time_critical));
        assert_eq!(map.broader_groups().count(), 10);
        assert!((12..=20).contains(&map.groups().len()));
    }

    #[test]
    fn oid_and_uri_are_the_same_system() {
        let map = GroupMap::shipped();
        let stroke = map.named("cva-tia").unwrap();
        for system in [
            URI,
            SNOMED_OID,
            "urn:oid:2.16.840.1.113883.6.96",
            "http://snomed.info/sct/11000146104",
            " 2.16.840.1.113883.6.96 ",
        ] {
            assert_eq!(map.group_of(system, "230690007"), stroke, "{system}");
        }
        assert_eq!(map.group_of("2.16.840.1.113883.6.90", "230690007"), map.rest());
        assert_eq!(map.group_of("http://snomed.info/sctx", "230690007"), map.rest());
    }

    #[test]
    fn an_unknown_code_falls_into_the_rest() {
        let map = GroupMap::shipped();
        assert_eq!(id_of(&map, URI, "999999990"), "overig");
        assert_eq!(id_of(&map, URI, "collaps"), "overig");
        assert_eq!(id_of(&map, "", ""), "overig");
    }

    #[test]
    fn a_wrong_file_is_told_by_line_and_key() {
        let head = "version = 1\nfrom = \"2026-01-01\"\n";
        let group = |id: &str, more: &str| format!("[[group]]\nid = \"{id}\"\nnl = \"x\"\nen = \"x\"\n{more}\n");
        let rest = group("overig", "rest = true\ncodes = []");
        let parse = |body: String| GroupMap::parse(&format!("{head}{body}")).unwrap_err();
        let twice = parse(format!("{}{}{rest}", group("a", "codes = [1]"), group("b", "codes = [\n2,\n1]")));
        assert_eq!(twice, GroupMapError::CodeTwice { line: 14, code: 1, group: "b".to_owned() });
        let unknown = parse(format!("{}{rest}", group("a", "color = 1\ncodes = []")));
        assert!(
            matches!(&unknown, GroupMapError::Unreadable { line: 7, message } if message.contains("color")),
            "{unknown}"
        );
        assert_eq!(parse(format!("{rest}{rest}")), GroupMapError::GroupTwice("overig".to_owned()));
        assert_eq!(parse(group("a", "codes = []")), GroupMapError::NoRest);
        let within = parse(format!("{}{rest}", group("a", "within = \"b\"\ncodes = []")));
        assert_eq!(within, GroupMapError::NoBroader { group: "a".to_owned(), within: "b".to_owned() });
        let date = GroupMap::parse(&format!("version = 1\nfrom = \"1 mei\"\n{rest}")).unwrap_err();
        assert_eq!(date, GroupMapError::NoDate("1 mei".to_owned()));
    }
}
