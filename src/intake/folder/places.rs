//! Which folders there are and whose: the hospitals' own, as their connections name them; any other is nobody's.
//!
//! **Not here:** what is in them (`scan`).

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ffi::{OsStr, OsString},
    sync::Arc,
    time::Instant,
};

use domain::InstanceId;
use store::Hospital;

use super::{
    completeness::Completeness,
    directory::{Directory, Found, steps},
    problems::{Problem, Problems},
    putting_away::{Done, REFUSED, TAKEN},
};

// LIMIT: names looked through for folders of no hospital.
const NAMES_MAX: usize = 200_000;

/// A sender's folder.
pub(super) struct Place {
    /// As the connection names it; of the watched folder itself and of folders of no hospital a word for it.
    pub(super) name: String,
    /// Names to it from the watched folder.
    pub(super) steps: Vec<OsString>,
    pub(super) allowed: Arc<[InstanceId]>,
    pub(super) files: Completeness,
    pub(super) unfinished: Vec<Done>,
    pub(super) is_cleared: bool,
    pub(super) tidied: Option<Instant>,
}

impl Place {
    /// Whether what lies here is refused: no hospital may send here.
    pub(super) fn is_of_nobody(&self) -> bool {
        self.name == TOP || self.name == OF_NO_HOSPITAL
    }
}

/// A folder that was found: names to it, what it is called, who may send in it.
pub(super) type FoundPlace = (Vec<OsString>, String, Arc<[InstanceId]>);

/// Who may send in a folder of no hospital: two that are none, so that an absent sender is not taken for either.
fn nobody() -> Arc<[InstanceId]> {
    let none = InstanceId { root: String::new(), extension: None };
    Arc::from([none.clone(), none])
}

/// The watched folder itself.
pub(super) const TOP: &str = ".";
/// A folder whose own name may hold anything.
const OF_NO_HOSPITAL: &str = "a folder of no hospital";

fn is_shelf(name: &OsStr) -> bool {
    name == TAKEN || name == REFUSED
}

/// Names to a hospital's folder; none where it cannot be one.
fn own_steps(folder: &str) -> Option<Vec<&OsStr>> {
    steps(folder).filter(|steps| !steps.iter().any(|step| is_shelf(step)))
}

/// Whether a hospital's folder can be one below the watched folder.
#[must_use]
pub fn is_folder_of_hospital(folder: &str) -> bool {
    own_steps(folder).is_some()
}

/// The watched folder itself, the hospitals' folders, and those of no hospital.
pub(super) fn find(hospitals: &[Hospital], root: &Directory, problems: &mut Problems) -> Vec<FoundPlace> {
    let mut own: BTreeMap<Vec<OsString>, (String, Vec<InstanceId>)> = BTreeMap::new();
    for hospital in hospitals {
        let Some(folder) = &hospital.folder else { continue };
        match own_steps(folder) {
            Some(steps) => {
                let steps = steps.into_iter().map(OsStr::to_owned).collect();
                own.entry(steps).or_insert_with(|| (folder.clone(), Vec::new())).1.push(hospital.organisation.clone());
            }
            None => problems.find(Problem::Unusable, &hospital.name),
        }
    }
    let firsts: HashSet<OsString> = own.keys().filter_map(|steps| steps.first().cloned()).collect();
    let mut found: Vec<FoundPlace> =
        own.into_iter().map(|(steps, (name, allowed))| (steps, name, Arc::from(allowed))).collect();
    found.push((Vec::new(), TOP.to_owned(), nobody()));
    for name in root.names(NAMES_MAX).map(|(names, _)| names).unwrap_or_default() {
        if !is_shelf(&name) && !firsts.contains(&name) && matches!(root.look(&name), Ok(Found::Folder)) {
            found.push((vec![name], OF_NO_HOSPITAL.to_owned(), nobody()));
        }
    }
    found
}

/// The places as they were found; what is known of one that was there before stays.
pub(super) fn renew(places: &mut HashMap<Vec<OsString>, Place>, found: Vec<FoundPlace>) {
    let mut before = std::mem::take(places);
    for (steps, name, allowed) in found {
        let place = match before.remove(&steps) {
            Some(place) => Place { name, allowed, ..place },
            None => Place {
                name,
                steps: steps.clone(),
                allowed,
                files: Completeness::default(),
                unfinished: Vec::new(),
                is_cleared: false,
                tidied: None,
            },
        };
        places.insert(steps, place);
    }
}
