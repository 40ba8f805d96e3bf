//! The listener's own certificate and key, and the client CA, from files; and making a key with a request for a certificate.
//!
//! **Invariant:** a private key that others may read is not used, and never stands in the store.

use std::{
    fs::File,
    io::{ErrorKind, Read, Write},
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use store::{CertificateSeen, FileFault};
use zeroize::Zeroizing;

use super::{certificate::read_certificate, tls, trust::ClientCa};
use crate::system::{create_folder, create_private, create_public, is_open_to_others};

/// Where they lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenerFiles {
    /// The certificate, with those between it and its root (PEM).
    pub certificate: PathBuf,
    /// Its private key (PEM), 0600 or 0400, or a credential of systemd.
    pub private_key: PathBuf,
    /// Who may issue certificates that are listed by their names (PEM); none: certificates are known by fingerprint only.
    pub client_ca: Option<PathBuf>,
}

/// What is wrong with a file of the listener. No key or certificate stands in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListenerFileError {
    /// It cannot be read or written.
    #[error("{place}: {kind}")]
    System {
        /// Which file.
        place: PathBuf,
        /// The operating system's kind of error.
        kind: ErrorKind,
    },
    /// The key may be read by others than its owner.
    #[error("{0}: others may read this private key; chmod 600")]
    KeyOpen(PathBuf),
    /// No PEM of what is asked.
    #[error("{0}: no certificate or key in PEM")]
    NotPem(PathBuf),
    /// Key and certificate do not belong together, or are of a kind that is not used.
    #[error("{0}: this certificate does not fit its private key")]
    NoPair(PathBuf),
    /// There is a key already; it is not overwritten.
    #[error("{0}: is there already and was not touched")]
    Exists(PathBuf),
    /// A name that cannot stand in a certificate.
    #[error("this name cannot stand in a certificate")]
    Name,
}

impl ListenerFileError {
    /// What is wrong with which file, of those that a listener reads.
    #[must_use]
    pub fn of_file(&self) -> Option<(FileFault, &Path)> {
        Some(match self {
            Self::System { place, kind: ErrorKind::NotFound } => (FileFault::Gone, place),
            Self::System { place, kind: ErrorKind::PermissionDenied } => (FileFault::Denied, place),
            Self::System { place, kind: _ } | Self::Exists(place) => (FileFault::Unreadable, place),
            Self::KeyOpen(place) => (FileFault::KeyOpen, place),
            Self::NotPem(place) => (FileFault::NotPem, place),
            Self::NoPair(place) => (FileFault::NoPair, place),
            Self::Name => return None,
        })
    }
}

// LIMIT: bytes of such a file; a chain has 10 kB.
const BYTES_MAX: u64 = 1 << 20;

fn failed(place: &Path, error: &std::io::Error) -> ListenerFileError {
    ListenerFileError::System { place: place.to_path_buf(), kind: error.kind() }
}

fn read(place: &Path) -> Result<(File, Zeroizing<Vec<u8>>), ListenerFileError> {
    let file = File::open(place).map_err(|error| failed(place, &error))?;
    let mut bytes = Zeroizing::new(Vec::new());
    (&file).take(BYTES_MAX).read_to_end(&mut bytes).map_err(|error| failed(place, &error))?;
    Ok((file, bytes))
}

fn chain(place: &Path) -> Result<Vec<CertificateDer<'static>>, ListenerFileError> {
    let (_, bytes) = read(place)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let not_pem = || ListenerFileError::NotPem(place.to_path_buf());
    chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(not_pem)
}

fn key(place: &Path) -> Result<PrivateKeyDer<'static>, ListenerFileError> {
    let (file, bytes) = read(place)?;
    if is_open_to_others(place, &file).map_err(|error| failed(place, &error))? {
        return Err(ListenerFileError::KeyOpen(place.to_path_buf()));
    }
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| ListenerFileError::NotPem(place.to_path_buf()))
}

/// What is made of the files.
pub(crate) struct Loaded {
    pub(crate) server: Arc<ServerConfig>,
    pub(crate) own: CertificateSeen,
    pub(crate) client_ca: ClientCa,
}

impl ListenerFiles {
    pub(crate) fn load(&self) -> Result<Loaded, ListenerFileError> {
        let own = chain(&self.certificate)?;
        let not_pem = |place: &Path| ListenerFileError::NotPem(place.to_path_buf());
        let seen = own.first().and_then(read_certificate).ok_or_else(|| not_pem(&self.certificate))?.seen;
        let server = tls::server(own, key(&self.private_key)?)
            .map_err(|_| ListenerFileError::NoPair(self.certificate.clone()))?;
        let client_ca = match &self.client_ca {
            None => ClientCa::none(),
            Some(place) => ClientCa::of(&chain(place)?).ok_or_else(|| not_pem(place))?,
        };
        Ok(Loaded { server, own: seen, client_ca })
    }

    /// Whether a listener could be started with them.
    ///
    /// # Errors
    /// What is wrong with one.
    pub fn check(&self) -> Result<(), ListenerFileError> {
        self.load().map(drop)
    }

    /// When they were last changed; another value: they are read anew.
    pub(crate) fn changed(&self) -> Vec<Option<std::time::SystemTime>> {
        let all = [Some(&self.certificate), Some(&self.private_key), self.client_ca.as_ref()];
        all.into_iter().flatten().map(|file| std::fs::metadata(file).and_then(|m| m.modified()).ok()).collect()
    }
}

/// Whether a host can be reached under this name: a domain name (RFC 1123 §2.1) or an address.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        (1..=63).contains(&label.len()) && label.bytes().all(fits) && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_number = |label: &str| label.bytes().all(|b| b.is_ascii_digit());
    let is_name = text.len() <= 253 && text.split('.').all(is_label) && !text.rsplit('.').next().is_some_and(is_number);
    is_name || text.parse::<IpAddr>().is_ok()
}

/// A key of its own and a request for a certificate to it, in files: `key` 0600, `request` for who issues it. Neither is overwritten; their
/// folder is made where it is not there, for its owner alone.
///
/// # Errors
/// A name that cannot be, or a file that is there or cannot be written: then neither is.
pub fn request_certificate(
    organisation: &str,
    host: &str,
    key: &Path,
    request: &Path,
) -> Result<(), ListenerFileError> {
    let wrong = |_| ListenerFileError::Name;
    if !is_host(host) {
        return Err(ListenerFileError::Name);
    }
    let pair = KeyPair::generate().map_err(wrong)?;
    let mut parameters = CertificateParams::new(vec![host.to_owned()]).map_err(wrong)?;
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, DnValue::PrintableString("NL".try_into().map_err(wrong)?));
    name.push(DnType::OrganizationName, organisation);
    name.push(DnType::CommonName, host);
    parameters.distinguished_name = name;
    let asked = parameters.serialize_request(&pair).and_then(|asked| asked.pem()).map_err(wrong)?;
    if let Some(folder) = key.parent() {
        create_folder(folder).map_err(|error| failed(folder, &error))?;
    }
    let private = Zeroizing::new(pair.serialize_pem());
    write_new(key, private.as_bytes(), create_private)?;
    write_new(request, asked.as_bytes(), create_public).inspect_err(|_| {
        // Made a moment ago, by this call.
        let _ = std::fs::remove_file(key);
    })
}

fn write_new(place: &Path, bytes: &[u8], create: fn(&Path) -> std::io::Result<File>) -> Result<(), ListenerFileError> {
    let refused = |error: std::io::Error| {
        let exists = error.kind() == ErrorKind::AlreadyExists;
        if exists { ListenerFileError::Exists(place.to_path_buf()) } else { failed(place, &error) }
    };
    let mut file = create(place).map_err(refused)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Half of it is of no use.
        let _ = std::fs::remove_file(place);
        failed(place, &error)
    })
}
