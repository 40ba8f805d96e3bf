//! Dates of what the law asks around the program: DPIA, consent of the works council, processing register. An absent one is an
//! open point; nothing waits for it.

use access::{Authorisation, Entry, Event, FunctionalAdministrator, Session};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Purpose;
use rusqlite::{Transaction, params};

use crate::{Origin, Store, StoreError, audit_trail};

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

impl DutyDates {
    fn all(&self) -> [Option<NaiveDate>; 3] {
        [self.dpia, self.works_council, self.register]
    }

    /// Which are absent, by the name they have in `status --json`.
    #[must_use]
    pub fn open(&self) -> Vec<&'static str> {
        let named = ["dpia", "works-council", "register"].into_iter().zip(self.all());
        named.filter(|(_, date)| date.is_none()).map(|(name, _)| name).collect()
    }
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

    /// What stands open, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open_duties(&self) -> Result<Vec<&'static str>, StoreError> {
        Ok(self.duty_dates()?.open())
    }

    /// Sets the dates, all three, later on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn change_duty_dates(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        dates: &DutyDates,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let entry = self.entry_of(session, Event::DutyDatesSet, Purpose::Operation, now);
        self.write(now, |transaction, _| write(transaction, dates, entry))
    }
}

/// The dates into a store that is being made, where there is one.
pub(crate) fn write_first(
    transaction: &Transaction<'_>,
    dates: &DutyDates,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if dates.all().iter().all(Option::is_none) {
        return Ok(());
    }
    let event = Event::DutyDatesSet;
    let mut entry = Entry::of_program(now, event, Purpose::Operation, &origin.workstation, &origin.version);
    entry.authorisation = Authorisation::CommandLine;
    write(transaction, dates, entry)
}

fn write(transaction: &Transaction<'_>, dates: &DutyDates, mut entry: Entry) -> Result<(), StoreError> {
    let open = dates.open();
    entry.detail = (!open.is_empty()).then(|| format!("open={}", open.join(",")));
    for (key, date) in KEYS.into_iter().zip(dates.all()) {
        let text = date.map(|date| date.to_string()).unwrap_or_default();
        transaction.execute("INSERT OR REPLACE INTO setting VALUES (?1, ?2)", params![key, text])?;
    }
    audit_trail::append(transaction, &entry)?;
    Ok(())
}
