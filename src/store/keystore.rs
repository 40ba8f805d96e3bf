//! Where the root secret and Routing's private key lie: the operating system's key store, or a key file.
//!
//! **Invariant:** a missing or locked key store is an error that says so; a new secret is made at set-up only.

use std::{
    fs,
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER_PERMISSIVE;
use seal::{ReaderPrivate, RootSecret};
use zeroize::Zeroizing;

use crate::place;

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
    /// The file holds no key.
    #[error("the file {0} holds no key of Terugblik")]
    FileContent(PathBuf),
    /// The disk or its rights.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::ErrorKind),
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

impl KeySource {
    /// The root secret.
    ///
    /// # Errors
    /// Where it is not, and what to do.
    pub fn root(&self) -> Result<RootSecret, KeyError> {
        let bytes = self.read("root")?;
        RootSecret::from_bytes(&bytes).map_err(|_| self.content())
    }

    /// Routing's private key, where this account holds it.
    ///
    /// # Errors
    /// When it is there and cannot be read; `None` when it is not there.
    pub fn routing(&self) -> Result<Option<ReaderPrivate>, KeyError> {
        match self.read("routing") {
            Ok(bytes) => ReaderPrivate::from_bytes(&bytes).map(Some).map_err(|_| self.content()),
            Err(KeyError::FileAbsent(_) | KeyError::EntryAbsent) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Refuses where a key is already: set-up never overwrites one.
    ///
    /// # Errors
    /// [`KeyError::FileExists`] and what a key store says.
    pub fn must_be_empty(&self) -> Result<(), KeyError> {
        match self {
            Self::File { path, .. } => {
                let found = [Self::file(path, "root"), Self::file(path, "routing")].into_iter().find(|f| f.exists());
                found.map_or(Ok(()), |found| Err(KeyError::FileExists(found)))
            }
            Self::KeyStore { .. } => ["root", "routing"].into_iter().try_for_each(|what| match self.read(what) {
                Err(KeyError::EntryAbsent) => Ok(()),
                Err(error) => Err(error),
                Ok(_) => Err(KeyError::EntryExists),
            }),
        }
    }

    /// Keeps both keys, at set-up: both or neither.
    ///
    /// # Errors
    /// When one is there already, or cannot be written.
    pub fn keep(&self, root: &RootSecret, routing: &ReaderPrivate) -> Result<(), KeyError> {
        self.must_be_empty()?;
        // REVEAL: into the key store or file, the only places for them.
        self.write("root", root.expose())?;
        self.write("routing", routing.expose()).inspect_err(|_| self.take_back("root"))
    }

    // What was written a moment ago by a set-up that failed; there was nothing before it.
    fn take_back(&self, what: &str) {
        match self {
            Self::File { path, .. } => {
                let _ = fs::remove_file(Self::file(path, what));
            }
            Self::KeyStore { folder } => {
                let _ = entry(folder, what).map(|entry| entry.delete_credential());
            }
        }
    }

    fn content(&self) -> KeyError {
        match self {
            Self::File { path, .. } => KeyError::FileContent(path.clone()),
            Self::KeyStore { .. } => KeyError::EntryContent,
        }
    }

    fn file(path: &Path, what: &str) -> PathBuf {
        if what == "root" {
            return path.to_path_buf();
        }
        let mut name = path.as_os_str().to_owned();
        name.push(".routing");
        PathBuf::from(name)
    }

    fn read(&self, what: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        match self {
            Self::File { path, group } => read_file(&Self::file(path, what), *group && what == "root"),
            Self::KeyStore { folder } => {
                let entry = entry(folder, what)?;
                entry.get_secret().map(Zeroizing::new).map_err(key_store_error)
            }
        }
    }

    fn write(&self, what: &str, secret: &[u8; 32]) -> Result<(), KeyError> {
        match self {
            Self::File { path, group } => write_file(&Self::file(path, what), *group && what == "root", secret),
            Self::KeyStore { folder } => entry(folder, what)?.set_secret(secret).map_err(key_store_error),
        }
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
    let found = fs::metadata(path).map_err(|e| {
        let absent = e.kind() == std::io::ErrorKind::NotFound;
        if absent { KeyError::FileAbsent(path.to_path_buf()) } else { KeyError::File(path.to_path_buf(), e.kind()) }
    })?;
    // Neither a folder nor a pipe, whose reading could wait for ever.
    if !found.is_file() {
        return Err(KeyError::FileContent(path.to_path_buf()));
    }
    let allowed = if group { 0o640 } else { 0o600 };
    if found.permissions().mode() & 0o777 & !allowed != 0 {
        return Err(KeyError::FileOpen(path.to_path_buf()));
    }
    let text = Zeroizing::new(fs::read(path).map_err(|e| KeyError::File(path.to_path_buf(), e.kind()))?);
    let line = text.strip_suffix(b"\n").unwrap_or(&text);
    HEXLOWER_PERMISSIVE.decode(line).map(Zeroizing::new).map_err(|_| KeyError::FileContent(path.to_path_buf()))
}

fn write_file(path: &Path, group: bool, secret: &[u8; 32]) -> Result<(), KeyError> {
    let failed = |e: std::io::Error| {
        let exists = e.kind() == std::io::ErrorKind::AlreadyExists;
        if exists { KeyError::FileExists(path.to_path_buf()) } else { KeyError::File(path.to_path_buf(), e.kind()) }
    };
    let mode = if group { 0o640 } else { 0o600 };
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(failed)?;
    let line = Zeroizing::new(HEXLOWER_PERMISSIVE.encode(secret) + "\n");
    file.write_all(line.as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)
}
