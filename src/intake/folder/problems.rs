//! What is wrong with a watched folder: said once when it begins and once when it is over.
//!
//! **Invariant:** a folder is named as its connection names it; no other name of a file or folder is said: it may hold a BSN or a name.

use std::collections::BTreeSet;

use store::FolderHealth;

use super::places::TOP;

/// What is wrong, in the order of what stands in the way most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Problem {
    /// The watched folder is not there.
    Gone,
    /// It may not be read.
    Denied,
    /// Nothing may be put away in it, so nothing is taken.
    NotWritable,
    /// What was taken in could not be put away.
    Stuck,
    /// The store took nothing.
    NotStored,
    /// A hospital's own folder is not there.
    Missing,
    /// A hospital's folder is no name of a folder below the watched one.
    Unusable,
    /// Files lie in no hospital's folder: they are refused.
    OfNobody,
    /// Files that may not be read.
    Unreadable,
    /// Links, pipes, devices, and files with several names: left.
    Special,
    /// More files than are looked at.
    Many,
}

impl Problem {
    fn text(self) -> &'static str {
        match self {
            Self::Gone => "the watched folder is not there; tried again until it is",
            Self::Denied => "the watched folder may not be read by this account",
            Self::NotWritable => {
                "verwerkt and geweigerd cannot be made or written by this account; nothing is taken from this folder"
            }
            Self::Stuck => {
                "files that were taken in cannot be put away; nothing more is taken from this folder until they are"
            }
            Self::NotStored => "the store takes nothing now; the files stay and are tried again",
            Self::Missing => "this hospital's folder is not there",
            Self::Unusable => "this hospital's folder is no name of a folder below the watched one",
            Self::OfNobody => "files lie in a folder of no hospital; they are refused",
            Self::Unreadable => "a file in this folder may not be read; it is left",
            Self::Special => {
                "something in this folder is no plain file (a link, or a file with several names); it is left"
            }
            Self::Many => "more files lie in this folder than are looked at; the others wait",
        }
    }

    /// What it means for receiving, where it means something.
    fn health(self) -> Option<FolderHealth> {
        match self {
            Self::Gone => Some(FolderHealth::Gone),
            Self::Denied => Some(FolderHealth::Denied),
            Self::NotWritable | Self::Stuck | Self::NotStored | Self::Many => Some(FolderHealth::Stuck),
            Self::Missing | Self::Unusable | Self::OfNobody | Self::Unreadable | Self::Special => None,
        }
    }
}

/// What was found wrong, by folder.
#[derive(Default)]
pub(super) struct Problems {
    said: BTreeSet<(Problem, String)>,
    found: BTreeSet<(Problem, String)>,
}

impl Problems {
    pub(super) fn find(&mut self, problem: Problem, folder: &str) {
        self.found.insert((problem, folder.to_owned()));
    }

    pub(super) fn has(&self, problem: Problem, folder: &str) -> bool {
        self.found.contains(&(problem, folder.to_owned()))
    }

    /// Whether this was said, and is not over.
    pub(super) fn has_said(&self, problem: Problem) -> bool {
        self.said.iter().any(|(said, _)| *said == problem)
    }

    /// Of a round that did not see every folder: what was wrong in them is not over for that. Whether the watched one is there it did see.
    pub(super) fn keep_what_was_not_seen(&mut self) {
        let of_root = |(problem, folder): &&(Problem, String)| {
            matches!(problem, Problem::Gone | Problem::Denied) && folder == TOP
        };
        self.found.extend(self.said.iter().filter(|one| !of_root(one)).cloned());
    }

    /// At the end of a round: says what is new and what is over; gives how it is.
    pub(super) fn say(&mut self) -> FolderHealth {
        let found = std::mem::take(&mut self.found);
        for (problem, folder) in found.difference(&self.said) {
            tracing::warn!(folder, "{}", problem.text());
        }
        for (problem, folder) in self.said.difference(&found) {
            tracing::info!(folder, over = problem.text(), "no longer so");
        }
        self.said = found;
        self.said.iter().find_map(|(problem, _)| problem.health()).unwrap_or(FolderHealth::Watched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_in_a_folder_is_not_over_for_a_round_that_did_not_see_it() {
        let mut problems = Problems::default();
        problems.find(Problem::Missing, "oost");
        problems.find(Problem::Gone, TOP);
        assert_eq!(problems.say(), FolderHealth::Gone);
        problems.keep_what_was_not_seen();
        assert_eq!(problems.say(), FolderHealth::Watched, "the watched folder is back");
        assert!(problems.has_said(Problem::Missing), "whether that of the hospital is nobody looked");
        assert_eq!(problems.say(), FolderHealth::Watched);
        assert!(!problems.has_said(Problem::Missing), "now somebody did");
    }
}
