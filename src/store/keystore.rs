//! Where the root secret and Routing's private key lie: the operating system's key store, or a key file.
//!
//! **Invariant:** a missing or locked key store is an error that says so; a new secret is made at set-up only.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER_PERMISSIVE;
use seal::{ReaderPrivate, RootSecret};
use zeroize::Zeroizing;

use crate::{faults, place, system};

/// Why a key could not be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No key file there.
    #[error("there is no key file {0}")]
    FileAbsent(PathBuf),
    /// A key file is there already; it is left as it is.
    #[error("there is a key file {0} already; it was not touched")]
    FileExists(PathBuf),
    /// Others can read the key file.
    #[error("others can read the key file {0}: set its mode to 0600 (or 0640 with --group)")]
    FileOpen(PathBuf),
    /// On Windows: the key file lies where it cannot be said who reads it.
    #[error("the key file {0} lies outside the profile folder of this Windows account, where others may read it")]
    FileOutsideProfile(PathBuf),
    /// This account may not read the key file.
    #[error("this account may not read the key file {0}: a member of the store's group may")]
    FileRights(PathBuf),
    /// The file holds no key.
    #[error("the file {0} holds no key of Terugblik")]
    FileContent(PathBuf),
    /// The disk or its rights.
    #[error("{0}: {1}")]
    File(PathBuf, ErrorKind),
    /// The operating system has no key store (no service, no session bus).
    #[error("there is no key store on this system: use --key-file, or start a Secret Service")]
    NoKeyStore,
    /// It is locked.
    #[error("the key store is locked: unlock it, or sign in to the desktop again")]
    Locked,
    /// It does not hold the entry.
    #[error(
        "the key store does not hold the key of this store: it was emptied or replaced; the recovery kit brings it back"
    )]
    EntryAbsent,
    /// There is an entry already; it is left as it is.
    #[error("the key store holds a key for a store in this folder already; it was not touched")]
    EntryExists,
    /// It is the key of another store: the key store or key file was replaced.
    #[error(
        "the key is not this store's: the key store or key file was replaced; the recovery kit brings the key back"
    )]
    Replaced,
    /// It holds something else under this name.
    #[error("the key store holds something else under the name of this store")]
    EntryContent,
}

/// Where keys are kept.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// A file, and Routing's beside it.
    File {
        /// The file.
        path: PathBuf,
        /// Readable for its group (0640).
        group: bool,
    },
    /// The operating system's key store, by the store's folder.
    KeyStore {
        /// The store's folder: the entry's name.
        folder: PathBuf,
    },
}

const SERVICE: &str = "terugblik";

/// What is kept, by its name: in the key store an entry, in files an end of the name.
#[derive(Clone, Copy)]
enum Slot {
    Root,
    /// A root secret that takes the other's place once the store under it was opened.
    NextRoot,
    Routing,
    /// Routing's key that takes the other's place once the store says so.
    NextRouting,
    /// To try whether something can be kept at all.
    Probe,
}

impl Slot {
    fn entry(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::NextRoot => "root.new",
            Self::Routing => "routing",
            Self::NextRouting => "routing.new",
            Self::Probe => "probe",
        }
    }

    fn end(self) -> &'static str {
        match self {
            Self::Root => "",
            Self::NextRoot => ".new",
            Self::Routing => ".routing",
            Self::NextRouting => ".routing.new",
            Self::Probe => ".probe",
        }
    }

    /// Where it comes to stand, or stands.
    fn in_force(self) -> Self {
        match self {
            Self::Root | Self::NextRoot => Self::Root,
            Self::Routing | Self::NextRouting => Self::Routing,
            Self::Probe => Self::Probe,
        }
    }

    /// Whether a group may read it, where the store is a group's: Routing's key is the receiver's alone.
    fn is_the_groups(self) -> bool {
        matches!(self, Self::Root | Self::NextRoot)
    }
}

impl KeySource {
    /// The root secret.
    ///
    /// # Errors
    /// Where it is not, and what to do.
    pub fn root(&self) -> Result<RootSecret, KeyError> {
        let bytes = self.read(Slot::Root)?;
        RootSecret::from_bytes(&bytes).map_err(|_| self.content())
    }

    /// Routing's private key, where this account holds it.
    ///
    /// # Errors
    /// When it is there and cannot be read; `None` when it is not there, or is another account's of the group.
    pub fn routing(&self) -> Result<Option<ReaderPrivate>, KeyError> {
        self.routing_in(Slot::Routing)
    }

    fn routing_in(&self, what: Slot) -> Result<Option<ReaderPrivate>, KeyError> {
        match self.read_if_there(what) {
            Ok(bytes) => bytes.map(|bytes| ReaderPrivate::from_bytes(&bytes).map_err(|_| self.content())).transpose(),
            Err(KeyError::FileRights(_)) if matches!(self, Self::File { group: true, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// As [`KeySource::keep`]; the key file of a group is the group's of the store's folder, whose members use the store.
    ///
    /// # Errors
    /// As [`KeySource::keep`], and when this account is no member of that group: then neither is kept.
    pub fn keep_for(&self, folder: &Path, root: &RootSecret, routing: &ReaderPrivate) -> Result<(), KeyError> {
        self.keep(root, routing)?;
        self.share_with_group_of(folder).inspect_err(|_| self.take_back_both())
    }

    /// Gives the key file of a group to the group of the store's folder.
    ///
    /// # Errors
    /// When this account is no member of that group.
    pub fn share_with_group_of(&self, folder: &Path) -> Result<(), KeyError> {
        let Self::File { path, group: true } = self else { return Ok(()) };
        system::share_key(path, folder).map_err(|e| KeyError::File(path.clone(), e.kind()))
    }

    /// Refuses where a key is already: set-up never overwrites one.
    ///
    /// # Errors
    /// [`KeyError::FileExists`] and what a key store says.
    pub fn must_be_empty(&self) -> Result<(), KeyError> {
        match self {
            Self::File { path, .. } => {
                let found =
                    [Self::file(path, Slot::Root), Self::file(path, Slot::Routing)].into_iter().find(|f| f.exists());
                found.map_or(Ok(()), |found| Err(KeyError::FileExists(found)))
            }
            Self::KeyStore { .. } => {
                [Slot::Root, Slot::Routing].into_iter().try_for_each(|what| match self.read(what) {
                    Err(KeyError::EntryAbsent) => Ok(()),
                    Err(error) => Err(error),
                    Ok(_) => Err(KeyError::EntryExists),
                })
            }
        }
    }

    /// Keeps both keys, at set-up: both or neither.
    ///
    /// # Errors
    /// When one is there already, or cannot be written.
    pub fn keep(&self, root: &RootSecret, routing: &ReaderPrivate) -> Result<(), KeyError> {
        self.must_be_empty()?;
        // REVEAL: into the key store or file, the only places for them.
        self.write(Slot::Root, root.expose())?;
        faults::point();
        self.write(Slot::Routing, routing.expose()).inspect_err(|_| self.take_back(Slot::Root))
    }

    /// Really writes, reads and deletes something, so that nothing is begun that cannot be kept.
    ///
    /// # Errors
    /// Why keys cannot be kept here.
    pub fn check(&self) -> Result<(), KeyError> {
        self.take_back(Slot::Probe);
        let probe = [0x5a; 32];
        self.write(Slot::Probe, &probe)?;
        let read = self.read(Slot::Probe);
        self.take_back(Slot::Probe);
        if read?.as_slice() == probe { Ok(()) } else { Err(self.content()) }
    }

    /// Refuses where a key file holds something else than this root secret: it is not overwritten. An entry of the key store
    /// is named after the store's folder, and gives way to the key that opens the store there.
    ///
    /// # Errors
    /// [`KeyError::FileExists`].
    pub(crate) fn fits(&self, root: &RootSecret) -> Result<(), KeyError> {
        let Self::File { path, .. } = self else { return Ok(()) };
        match self.read(Slot::Root) {
            Err(KeyError::FileAbsent(_)) => Ok(()),
            // REVEAL: compared with what is there.
            Ok(bytes) if bytes.as_slice() == root.expose() => Ok(()),
            Ok(_) | Err(KeyError::FileContent(_)) => Err(KeyError::FileExists(path.clone())),
            Err(error) => Err(error),
        }
    }

    /// Where Routing's key lies, in a file.
    pub(crate) fn routing_file(&self) -> Option<PathBuf> {
        match self {
            Self::File { path, .. } => Some(Self::file(path, Slot::Routing)),
            Self::KeyStore { .. } => None,
        }
    }

    /// Puts the root secret in its place.
    pub(crate) fn put_root(&self, root: &RootSecret) -> Result<(), KeyError> {
        // REVEAL: into the key store or file, the only places for it.
        let secret = root.expose();
        if self.read(Slot::Root).is_ok_and(|bytes| bytes.as_slice() == secret) {
            return Ok(());
        }
        self.replace(Slot::Root, secret)
    }

    /// Lays a root secret ready, in place of one that lay there.
    pub(crate) fn lay_ready_root(&self, root: &RootSecret) -> Result<(), KeyError> {
        // REVEAL: into the key store or file, the only places for it.
        self.replace(Slot::NextRoot, root.expose())
    }

    /// The root secret that lies ready, where there is one.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn next_root(&self) -> Result<Option<RootSecret>, KeyError> {
        self.read_if_there(Slot::NextRoot)?
            .map(|bytes| RootSecret::from_bytes(&bytes).map_err(|_| self.content()))
            .transpose()
    }

    /// The root secret that lies ready takes the other's place.
    pub(crate) fn promote_root(&self) -> Result<(), KeyError> {
        self.promote(Slot::NextRoot, Slot::Root)
    }

    /// Takes away the root secret that lies ready.
    pub(crate) fn drop_next_root(&self) {
        self.take_back(Slot::NextRoot);
    }

    /// Lays Routing's key ready, in place of one that lay there.
    pub(crate) fn lay_ready_routing(&self, routing: &ReaderPrivate) -> Result<(), KeyError> {
        // REVEAL: into the key store or file, the only places for it.
        self.replace(Slot::NextRouting, routing.expose())
    }

    /// Routing's key that lies ready, where there is one.
    ///
    /// # Errors
    /// As [`KeySource::routing`].
    pub fn next_routing(&self) -> Result<Option<ReaderPrivate>, KeyError> {
        self.routing_in(Slot::NextRouting)
    }

    /// Routing's key that lies ready takes the other's place.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn promote_routing(&self) -> Result<(), KeyError> {
        self.promote(Slot::NextRouting, Slot::Routing)
    }

    /// Takes away Routing's key that lies ready.
    pub(crate) fn drop_next_routing(&self) {
        self.take_back(Slot::NextRouting);
    }

    fn read_if_there(&self, what: Slot) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        match self.read(what) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(KeyError::FileAbsent(_) | KeyError::EntryAbsent) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn promote(&self, from: Slot, to: Slot) -> Result<(), KeyError> {
        match self {
            Self::File { path, .. } => {
                let (from, to) = (Self::file(path, from), Self::file(path, to));
                fs::rename(&from, &to).map_err(|e| KeyError::File(to.clone(), e.kind()))?;
                let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                system::sync_folder(folder).map_err(|e| KeyError::File(to.clone(), e.kind()))
            }
            Self::KeyStore { folder } => {
                let secret = self.read(from)?;
                entry(folder, to.entry())?.set_secret(&secret).map_err(key_store_error)?;
                faults::point();
                self.take_back(from);
                Ok(())
            }
        }
    }

    /// Takes back both keys of a set-up that was stopped.
    pub(crate) fn take_back_both(&self) {
        // Routing's first: as long as the root is there, this can be done again.
        self.take_back(Slot::Routing);
        self.take_back(Slot::Root);
    }

    // What was written a moment ago, or lay ready and is void.
    fn take_back(&self, what: Slot) {
        match self {
            Self::File { path, .. } => {
                let _ = fs::remove_file(Self::file(path, what));
            }
            Self::KeyStore { folder } => {
                let _ = entry(folder, what.entry()).map(|entry| entry.delete_credential());
            }
        }
    }

    fn content(&self) -> KeyError {
        match self {
            Self::File { path, .. } => KeyError::FileContent(path.clone()),
            Self::KeyStore { .. } => KeyError::EntryContent,
        }
    }

    /// Of a link, where it leads to: what takes a key's place must take it there, and not the link's.
    fn file(path: &Path, what: Slot) -> PathBuf {
        let mut name = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf()).into_os_string();
        name.push(what.end());
        PathBuf::from(name)
    }

    fn read(&self, what: Slot) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        match self {
            Self::File { path, group } => read_file(&Self::file(path, what), *group && what.is_the_groups()),
            Self::KeyStore { folder } => {
                let entry = entry(folder, what.entry())?;
                entry.get_secret().map(Zeroizing::new).map_err(key_store_error)
            }
        }
    }

    fn write(&self, what: Slot, secret: &[u8; 32]) -> Result<(), KeyError> {
        match self {
            Self::File { path, group } => {
                write_file(&Self::file(path, what), *group && what.is_the_groups(), None, secret)
            }
            Self::KeyStore { folder } => entry(folder, what.entry())?.set_secret(secret).map_err(key_store_error),
        }
    }

    /// Writes what takes the place of another, now or later: a file stays with the same account and group.
    fn replace(&self, what: Slot, secret: &[u8; 32]) -> Result<(), KeyError> {
        let Self::File { path, group } = self else {
            // A key store puts it over what is there: nothing is taken away before.
            return self.write(what, secret);
        };
        let before = fs::metadata(Self::file(path, what.in_force())).ok();
        self.take_back(what);
        write_file(&Self::file(path, what), *group && what.is_the_groups(), before.as_ref(), secret)
    }
}

fn entry(folder: &Path, what: &str) -> Result<keyring::Entry, KeyError> {
    let name = format!("{}#{what}", place::name(folder).display());
    keyring::Entry::new(SERVICE, &name).map_err(key_store_error)
}

fn key_store_error(error: keyring::Error) -> KeyError {
    // keyring's errors grow with its platforms; what is not named means that there is no usable key store.
    #[expect(clippy::wildcard_enum_match_arm, reason = "an unknown error of a platform: there is no usable key store")]
    match error {
        keyring::Error::NoEntry => KeyError::EntryAbsent,
        keyring::Error::NoStorageAccess(_) => KeyError::Locked,
        keyring::Error::BadEncoding(_) | keyring::Error::Ambiguous(_) => KeyError::EntryContent,
        _ => KeyError::NoKeyStore,
    }
}

fn read_file(path: &Path, group: bool) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let failed = |e: std::io::Error| {
        let (path, kind) = (path.to_path_buf(), e.kind());
        if kind == ErrorKind::NotFound {
            KeyError::FileAbsent(path)
        } else if kind == ErrorKind::PermissionDenied {
            KeyError::FileRights(path)
        } else {
            KeyError::File(path, kind)
        }
    };
    let found = fs::metadata(path).map_err(failed)?;
    // Neither a folder nor a pipe, whose reading could wait for ever.
    if !found.is_file() {
        return Err(KeyError::FileContent(path.to_path_buf()));
    }
    system::must_be_closed(path, &found, group)?;
    let text = Zeroizing::new(fs::read(path).map_err(failed)?);
    let line = text.strip_suffix(b"\n").unwrap_or(&text);
    HEXLOWER_PERMISSIVE.decode(line).map(Zeroizing::new).map_err(|_| KeyError::FileContent(path.to_path_buf()))
}

/// Writes a key into a new file; of one that it takes the place of, account and group are kept.
fn write_file(path: &Path, group: bool, before: Option<&fs::Metadata>, secret: &[u8; 32]) -> Result<(), KeyError> {
    let failed = |e: std::io::Error| {
        let exists = e.kind() == ErrorKind::AlreadyExists;
        if exists { KeyError::FileExists(path.to_path_buf()) } else { KeyError::File(path.to_path_buf(), e.kind()) }
    };
    let mut file = system::create_private(path).map_err(failed)?;
    let line = Zeroizing::new(HEXLOWER_PERMISSIVE.encode(secret) + "\n");
    let written = file
        .write_all(line.as_bytes())
        .and_then(|()| system::close(&file, group, before))
        .and_then(|()| file.sync_all());
    written.map_err(|error| {
        let _ = fs::remove_file(path);
        failed(error)
    })
}
