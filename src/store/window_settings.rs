//! What holds for every window of the organisation: after how long it locks, and whether its content stays out of shared
//! screens.
//!
//! **Not here:** what one account sets for itself (`app/settings.rs`).

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::params;

use crate::{StoreError, audit_trail, store::Store};

const LOCK_MINUTES: &str = "lock_minutes";
const CONTENT_PROTECTED: &str = "content_protected";

/// What holds for every window of the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowSettings {
    /// Minutes without input after which a window locks.
    pub lock_minutes: u8,
    /// The window is black in screen sharing and screenshots, where the system can.
    pub content_protected: bool,
}

impl WindowSettings {
    /// Which minutes can be set (R23: at most a quarter of an hour).
    pub const LOCK_MINUTES: std::ops::RangeInclusive<u8> = 1..=15;
}

impl Default for WindowSettings {
    fn default() -> Self {
        Self { lock_minutes: 5, content_protected: true }
    }
}

impl Store {
    /// What holds for every window; what was never set, or is no value, is as at set-up.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn window_settings(&self) -> Result<WindowSettings, StoreError> {
        let usual = WindowSettings::default();
        let minutes = self.text_setting(LOCK_MINUTES)?.and_then(|text| text.parse().ok());
        let minutes = minutes.filter(|minutes| WindowSettings::LOCK_MINUTES.contains(minutes));
        Ok(WindowSettings {
            lock_minutes: minutes.unwrap_or(usual.lock_minutes),
            content_protected: self.text_setting(CONTENT_PROTECTED)?.as_deref() != Some("0"),
        })
    }

    /// Sets what holds for every window, the minutes within their bounds; one that is open follows at its next sign-in. Logged.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_window_settings(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        new: WindowSettings,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (least, most) = (*WindowSettings::LOCK_MINUTES.start(), *WindowSettings::LOCK_MINUTES.end());
        let minutes = new.lock_minutes.clamp(least, most);
        let mut entry = self.entry_of(session, Event::WindowSettingsChanged, Purpose::Operation, now);
        entry.detail = Some(format!("lock_minutes={minutes} content_protected={}", new.content_protected));
        self.write(now, |transaction, _| {
            let sql = "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
            transaction.execute(sql, params![LOCK_MINUTES, minutes.to_string()])?;
            transaction.execute(sql, params![CONTENT_PROTECTED, if new.content_protected { "1" } else { "0" }])?;
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }
}
