//! How this organisation receives: where it listens, which folder it watches, how long what passed through it is kept.
//!
//! **Not here:** the hospitals (`connections`), keys and certificates themselves: those are files, and never in the store.

use std::path::{Path, PathBuf};

use access::{Authorisation, Event};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::params;

use crate::{Store, StoreError, audit_trail};

/// The settings of receiving; what was never set is absent, or as the program has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiveSettings {
    /// Address and port to listen on.
    pub listen: Option<String>,
    /// Path that messages are posted to.
    pub path: String,
    /// File with the server's certificate and its chain.
    pub certificate: Option<PathBuf>,
    /// File with the server's private key.
    pub private_key: Option<PathBuf>,
    /// File with the certificates that issue clients' certificates.
    pub client_ca: Option<PathBuf>,
    /// File with the listener's limits.
    pub limits: Option<PathBuf>,
    /// Address and port on loopback where a monitor asks whether messages are taken in.
    pub health: Option<String>,
    /// The watched folder.
    pub folder: Option<PathBuf>,
    /// Nothing in the folder is altered; what was taken is remembered.
    pub folder_read_only: bool,
    /// Hours that the original of a message that was taken in stays in `verwerkt`.
    pub keep_taken_hours: u32,
    /// Hours that the original of a refused message stays in `geweigerd`.
    pub keep_refused_hours: u32,
    /// Days that acknowledgements stay.
    pub keep_acknowledgements_days: u32,
}

impl Default for ReceiveSettings {
    fn default() -> Self {
        Self {
            listen: None,
            path: Self::PATH.into(),
            certificate: None,
            private_key: None,
            client_ca: None,
            limits: None,
            health: None,
            folder: None,
            folder_read_only: false,
            keep_taken_hours: 0,
            keep_refused_hours: 72,
            keep_acknowledgements_days: 30,
        }
    }
}

const PREFIX: &str = "receive_";

fn path_text(path: Option<&Path>) -> String {
    path.map(|path| path.display().to_string()).unwrap_or_default()
}

impl ReceiveSettings {
    /// The usual path.
    pub const PATH: &str = "/bericht12";

    /// Whether anything comes in by itself.
    #[must_use]
    pub fn receives(&self) -> bool {
        self.listen.is_some() || self.folder.is_some()
    }

    fn rows(&self) -> [(&'static str, String); 12] {
        let hours = |n: u32| n.to_string();
        [
            ("listen", self.listen.clone().unwrap_or_default()),
            ("path", self.path.clone()),
            ("certificate", path_text(self.certificate.as_deref())),
            ("private_key", path_text(self.private_key.as_deref())),
            ("client_ca", path_text(self.client_ca.as_deref())),
            ("limits", path_text(self.limits.as_deref())),
            ("health", self.health.clone().unwrap_or_default()),
            ("folder", path_text(self.folder.as_deref())),
            ("folder_read_only", u8::from(self.folder_read_only).to_string()),
            ("keep_taken_hours", hours(self.keep_taken_hours)),
            ("keep_refused_hours", hours(self.keep_refused_hours)),
            ("keep_acknowledgements_days", hours(self.keep_acknowledgements_days)),
        ]
    }
}

impl Store {
    /// How this organisation receives.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn receive_settings(&self) -> Result<ReceiveSettings, StoreError> {
        let usual = ReceiveSettings::default();
        let text = |key: &str| -> Result<Option<String>, StoreError> {
            Ok(self.text_setting(&format!("{PREFIX}{key}"))?.filter(|text| !text.is_empty()))
        };
        let path = |key| Ok::<_, StoreError>(text(key)?.map(PathBuf::from));
        let number = |key, usual| Ok::<_, StoreError>(text(key)?.and_then(|n| n.parse().ok()).unwrap_or(usual));
        Ok(ReceiveSettings {
            listen: text("listen")?,
            path: text("path")?.unwrap_or(usual.path),
            certificate: path("certificate")?,
            private_key: path("private_key")?,
            client_ca: path("client_ca")?,
            limits: path("limits")?,
            health: text("health")?,
            folder: path("folder")?,
            folder_read_only: text("folder_read_only")?.as_deref() == Some("1"),
            keep_taken_hours: number("keep_taken_hours", usual.keep_taken_hours)?,
            keep_refused_hours: number("keep_refused_hours", usual.keep_refused_hours)?,
            keep_acknowledgements_days: number("keep_acknowledgements_days", usual.keep_acknowledgements_days)?,
        })
    }

    /// Sets how this organisation receives, from the command line; logged.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_receive_settings(&mut self, new: &ReceiveSettings, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut entry = self.entry(now, Event::ReceiveSettingsChanged, Purpose::Operation);
        entry.authorisation = Authorisation::CommandLine;
        let told = ["listen", "path", "health", "folder_read_only", "keep_taken_hours", "keep_refused_hours"];
        let rows = new.rows();
        let of = |(key, value): &(&str, String)| told.contains(key).then(|| format!("{key}={value}"));
        entry.detail = Some(rows.iter().filter_map(of).collect::<Vec<_>>().join(" "));
        self.write(now, |transaction, _| {
            for (key, value) in &rows {
                let sql = "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
                transaction.execute(sql, params![format!("{PREFIX}{key}"), value])?;
            }
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }
}
