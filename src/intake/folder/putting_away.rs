//! What becomes of a file once its message is durable: acknowledgement on disk, then the original away.
//!
//! **Invariant:** in this order, each step durable before the next; killed between two, the file is read again as a repeat.
//! **Invariant:** only what was read is moved: another file that took its name meanwhile stays.

use std::{
    ffi::{OsStr, OsString},
    io::{self, ErrorKind, Write},
    path::Path,
};

use uuid::Uuid;

use super::directory::{Directory, Found, Stamp};

/// A file whose message was judged.
pub(super) struct Done {
    pub(super) name: OsString,
    pub(super) stamp: Stamp,
    /// What it and its acknowledgement are called from now on, without ending.
    pub(super) base: String,
    /// The acknowledgement, where one is asked for.
    pub(super) answer: Option<String>,
    pub(super) shelf: Shelf,
}

/// Where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shelf {
    /// `verwerkt`: taken in, or known already.
    Taken,
    /// `geweigerd`.
    Refused,
}

pub(super) const TAKEN: &str = "verwerkt";
pub(super) const REFUSED: &str = "geweigerd";

/// How our own files begin that are not finished.
const OURS: &str = ".terugblik-";
const PART: &str = ".part";
const GONE: &str = ".gone";
pub(super) const ACKNOWLEDGEMENT: &str = ".ack.xml";
pub(super) const ORIGINAL: &str = ".xml";

/// A sender's folder with its two shelves.
pub(super) struct Shelves<'a> {
    pub(super) folder: &'a Directory,
    taken: Directory,
    refused: Directory,
}

/// What is kept of originals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// Removed at once.
    No,
    /// Until its term.
    ForAWhile,
}

impl<'a> Shelves<'a> {
    /// The shelves, made where they are not there.
    pub(super) fn of(folder: &'a Directory) -> io::Result<Self> {
        let (taken, refused) = (folder.made_below(TAKEN)?, folder.made_below(REFUSED)?);
        if [folder, &taken, &refused].iter().all(|one| one.is_writable()) {
            Ok(Self { folder, taken, refused })
        } else {
            Err(ErrorKind::PermissionDenied.into())
        }
    }

    pub(super) fn shelf(&self, which: Shelf) -> &Directory {
        match which {
            Shelf::Taken => &self.taken,
            Shelf::Refused => &self.refused,
        }
    }

    fn each(&self) -> [&Directory; 2] {
        [&self.taken, &self.refused]
    }

    /// Clears what a process left that was killed: half acknowledgements go, an original on its way comes back to be read again.
    pub(super) fn clear(&self) -> io::Result<()> {
        for shelf in self.each() {
            for name in shelf.names_of_ours(OURS)? {
                let text = name.to_string_lossy().into_owned();
                match text.strip_prefix(OURS).and_then(|rest| rest.strip_suffix(GONE)) {
                    Some(base) => self.bring_back(shelf, &name, OsStr::new(&format!("{base}{ORIGINAL}")))?,
                    None => shelf.remove(&name)?,
                }
            }
        }
        Ok(())
    }

    /// Back into the folder, over nothing that lies there.
    fn bring_back(&self, shelf: &Directory, from: &OsStr, name: &OsStr) -> io::Result<()> {
        match shelf.rename_beside(from, self.folder, name) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let other = format!("{}{ORIGINAL}", Uuid::new_v4());
                shelf.rename_beside(from, self.folder, OsStr::new(&other))
            }
            moved => moved,
        }
    }

    /// Puts away what was judged; gives what could not be yet, to be tried again, and why.
    pub(super) fn put_away(&self, done: Vec<Done>, kept: impl Fn(Shelf) -> Kept) -> (Vec<Done>, Option<io::Error>) {
        if let Err(error) = self.acknowledge(&done) {
            return (done, Some(error));
        }
        let mut left = Vec::new();
        let mut why = None;
        for one in done {
            if let Err(error) = self.take_away(&one, kept(one.shelf)) {
                why = Some(error);
                left.push(one);
            }
        }
        // The names are gone when the disk has them gone; until then a repeat would come to rest.
        let synced = self.folder.sync().and_then(|()| self.each().iter().try_for_each(|shelf| shelf.sync()));
        (left, why.or(synced.err()))
    }

    /// Acknowledgements: written beside, made durable, named.
    fn acknowledge(&self, done: &[Done]) -> io::Result<()> {
        // LIMIT: up to so many files are synced one by one; beyond, the whole file system once.
        const SINGLY: usize = 8;
        let wanted: Vec<(&Done, &String)> = done.iter().filter_map(|one| Some((one, one.answer.as_ref()?))).collect();
        for (one, answer) in &wanted {
            let mut file = self.shelf(one.shelf).new_file(&half(&one.base, PART))?;
            file.write_all(answer.as_bytes())?;
            if wanted.len() <= SINGLY {
                file.sync_data()?;
            }
        }
        if wanted.len() > SINGLY && self.folder.sync_all().is_err() {
            for (one, _) in &wanted {
                self.shelf(one.shelf).sync_file(&half(&one.base, PART))?;
            }
        }
        for (one, _) in &wanted {
            let (shelf, name) = (self.shelf(one.shelf), format!("{}{ACKNOWLEDGEMENT}", one.base));
            shelf.rename(OsStr::new(&half(&one.base, PART)), shelf, OsStr::new(&name))?;
        }
        self.each().iter().try_for_each(|shelf| shelf.sync())
    }

    fn take_away(&self, one: &Done, kept: Kept) -> io::Result<()> {
        let is_it = |found: Found| matches!(found, Found::File(stamp) if stamp.is_same_content(&one.stamp));
        if !is_it(self.folder.look(&one.name)?) {
            return Ok(());
        }
        let (shelf, away) = (self.shelf(one.shelf), half(&one.base, GONE));
        let away = OsStr::new(&away);
        self.folder.rename(&one.name, shelf, away)?;
        if !is_it(shelf.look(away)?) {
            // Another took its name in this very moment.
            return self.bring_back(shelf, away, &one.name);
        }
        match kept {
            Kept::No => shelf.remove(away),
            Kept::ForAWhile => keep(shelf, away, &one.base),
        }
    }
}

/// Keeps an original: nobody reads it who is not of the account or its group, whatever its writer let others do.
fn keep(shelf: &Directory, away: &OsStr, base: &str) -> io::Result<()> {
    let name = format!("{base}{ORIGINAL}");
    if shelf.close_to_others(away)? {
        return shelf.rename(away, shelf, OsStr::new(&name));
    }
    // It is another account's, whose rights only that can change: a copy takes its place.
    let part = half(base, PART);
    shelf.copy(away, &part)?;
    shelf.rename(OsStr::new(&part), shelf, OsStr::new(&name))?;
    shelf.remove(away)
}

fn half(base: &str, end: &str) -> String {
    format!("{OURS}{base}{end}")
}

/// Whether a name tells nothing of a person: a UUID, or one that was made here. Any other may hold a BSN or a name.
pub(super) fn is_neutral(stem: &str) -> bool {
    let is_made_here = stem.len() == 32 && stem.bytes().all(|b| b.is_ascii_hexdigit());
    is_made_here || (stem.len() == 36 && Uuid::try_parse(stem).is_ok())
}

/// The neutral name that a file has already, without ending.
pub(super) fn neutral_stem(name: &OsStr) -> Option<String> {
    let stem = Path::new(name).file_stem()?.to_str()?;
    is_neutral(stem).then(|| stem.to_owned())
}
