//! Dates of what the law asks around the program: DPIA, consent of the works council, processing register. An absent one is an
//! open point; nothing waits for it.

use access::{Authorisation, Event};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Purpose;
use rusqlite::params;

use crate::{Store, StoreError, audit_trail};

/// When each was done; absent: not yet, or not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DutyDates {
    /// The data protection impact assessment.
    pub dpia: Option<NaiveDate>,
    /// The works council's consent.
    pub works_council: Option<NaiveDate>,
    /// The entry in the processing register.
    pub register: Option<NaiveDate>,
}

const KEYS: [&str; 3] = ["duty_dpia", "duty_works_council", "duty_register"];

impl Store {
    /// The dates.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn duty_dates(&self) -> Result<DutyDates, StoreError> {
        let date = |key| Ok::<_, StoreError>(self.text_setting(key)?.and_then(|text| text.parse().ok()));
        let [dpia, works_council, register] = KEYS;
        Ok(DutyDates { dpia: date(dpia)?, works_council: date(works_council)?, register: date(register)? })
    }

    /// Sets the dates, all three.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_duty_dates(&mut self, dates: &DutyDates, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut entry = self.entry(now, Event::DutyDatesSet, Purpose::Operation);
        entry.authorisation = Authorisation::CommandLine;
        self.write(now, |transaction, _| {
            for (key, date) in KEYS.into_iter().zip([dates.dpia, dates.works_council, dates.register]) {
                let text = date.map(|date| date.to_string()).unwrap_or_default();
                transaction.execute("INSERT OR REPLACE INTO setting VALUES (?1, ?2)", params![key, text])?;
            }
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }
}
