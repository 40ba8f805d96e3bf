//! Acts on connections: what a functional administrator changes on the screen, and what comes in by a file. Each change is a line of the log.
//!
//! **Invariant:** nobody comes *in test* before messages 8, 9 and 10 are in use there, by hand or by a file. By hand nobody comes *in
//! production* before its test is signed off; a file may say so, since it may bring what was signed off elsewhere: the status bears that mark,
//! whatever the file says of it, and the log says that a file did.

use std::fmt;

use access::{Authorisation, Entry, Event, FunctionalAdministrator, Session};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Purpose;

use crate::{
    Store, StoreError, audit_trail,
    connections::{Hospital, StatusSince, read, today, write},
    senders::{Status, number},
    trial,
};

/// A rule of connections that an act would break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionRule {
    /// The agreement of a day that is over stays what it was.
    AgreementPast,
    /// *In test* asks since when messages 8, 9 and 10 are in use.
    MessagesSinceMissing,
    /// *In production* asks for a test that was signed off since it began.
    NotSignedOff,
    /// A status begins not before the one before it, and not tomorrow.
    StatusDay,
    /// There is such a hospital already.
    Exists,
    /// Not all cases came, or not all were checked.
    TestNotDone,
}

impl ConnectionRule {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::AgreementPast,
        Self::MessagesSinceMissing,
        Self::NotSignedOff,
        Self::StatusDay,
        Self::Exists,
        Self::TestNotDone,
    ];
}

impl fmt::Display for ConnectionRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AgreementPast => "an agreement from a day that is over",
            Self::MessagesSinceMissing => "messages 8, 9 and 10 are not in use yet",
            Self::NotSignedOff => "its test is not signed off",
            Self::StatusDay => "the day of a status lies before the last one, or ahead",
            Self::Exists => "there is such a hospital already",
            Self::TestNotDone => "its test is not done",
        })
    }
}

fn broken(rule: ConnectionRule, of: &Hospital) -> StoreError {
    StoreError::Connection(rule, of.name.clone())
}

fn entries(of: &Entry, n: i64, changed: Vec<String>) -> Vec<Entry> {
    let detailed = |kind: String| Entry { detail: Some(format!("{n}/{kind}")), ..of.clone() };
    changed.into_iter().map(detailed).collect()
}

/// Whether messages 8, 9 and 10 are in use at a hospital by the day on which its test begins: *in test* asks for that, of a person and of a
/// file. One that is in test without goes on as it is.
///
/// # Errors
/// [`ConnectionRule::MessagesSinceMissing`].
pub fn may_test(before: Option<&Hospital>, after: &Hospital, today: NaiveDate) -> Result<(), ConnectionRule> {
    let lacks = |hospital: &Hospital| {
        let last = hospital.history.last().filter(|one| one.status == Status::Test);
        let begins = last.map_or(today, |one| one.from);
        hospital.status == Status::Test && hospital.messages_since.is_none_or(|since| since > begins)
    };
    let goes_on = before.is_some_and(|before| before.status == Status::Test && lacks(before));
    if lacks(after) && !goes_on { Err(ConnectionRule::MessagesSinceMissing) } else { Ok(()) }
}

/// A hospital as a file brings it: *in production* that the store does not know yet was set by that file, whatever it says.
fn brought(before: &Hospital, told: &Hospital) -> Hospital {
    let known = |one: &StatusSince| before.history.iter().any(|old| (old.status, old.from) == (one.status, one.from));
    let mut brought = told.clone();
    for one in &mut brought.history {
        one.by_file |= one.status == Status::Production && !known(one);
    }
    brought
}

/// Whether a person may put a hospital where it is now.
fn judge(
    (before, after): (&Hospital, &Hospital),
    signed_off: Option<&trial::SignedOff>,
    now: DateTime<Utc>,
) -> Result<(), ConnectionRule> {
    may_test(Some(before), after, today(now))?;
    if before.status == after.status {
        return Ok(());
    }
    let (began, last) = (after.history.last(), before.history.last());
    let is_in_order = began.is_none_or(|new| new.from <= today(now) && last.is_none_or(|old| old.from <= new.from));
    if !is_in_order {
        return Err(ConnectionRule::StatusDay);
    }
    match after.status {
        Status::Production => {
            let tested = before.history.iter().rposition(|one| one.status == Status::Test);
            // Of a hospital that stopped, the test that was signed off stays good until another begins.
            let is_good = signed_off.is_some_and(|signed| tested.is_none_or(|place| place < signed.statuses));
            if is_good { Ok(()) } else { Err(ConnectionRule::NotSignedOff) }
        }
        Status::Unlisted | Status::NotStarted | Status::Requested | Status::Test | Status::Stopped => Ok(()),
    }
}

/// Whether a hospital that sent its test here goes on to production.
fn is_step_to_production(before: &Hospital, after: &Hospital) -> bool {
    let is_tested = !matches!(before.status, Status::Production | Status::Unlisted);
    is_tested && after.status == Status::Production
}

impl Store {
    /// Writes hospitals from a file: those named are made or changed as a whole; others stay as they are.
    ///
    /// # Errors
    /// When the store cannot be written, one is to be *in test* before messages 8, 9 and 10 are in use, or an agreement is from a day that is
    /// over: then nothing is changed.
    pub fn set_connections(&mut self, hospitals: &[Hospital], now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut entry = self.entry(now, Event::ConnectionsChanged, Purpose::Operation);
        entry.authorisation = Authorisation::CommandLine;
        let whole = Entry { count: Some(hospitals.len() as u64), ..entry.clone() };
        let (kind, mut destroyed) = (self.settings.kind, 0);
        self.write(now, |transaction, _| {
            let mut lines = vec![whole];
            for hospital in hospitals {
                let before = read(transaction, number(transaction, &hospital.sender())?)?;
                may_test(Some(&before), hospital, today(now)).map_err(|rule| broken(rule, hospital))?;
                let (n, changed) = write(transaction, &brought(&before, hospital), true, now)?;
                lines.extend(entries(&entry, n, changed));
                // A file is all or nothing, and so is what it destroys.
                let mut goes_on = is_step_to_production(&before, hospital);
                while goes_on {
                    let since = trial::since_of(kind, &before.history);
                    let (slice, is_last) = trial::destroy_logged(transaction, n, since, entry.clone())?;
                    destroyed += slice;
                    goes_on = !is_last;
                }
            }
            audit_trail::append_all(transaction, &lines)?;
            Ok::<_, StoreError>(())
        })?;
        if destroyed > 0 {
            self.truncate_log();
        }
        Ok(())
    }

    /// Makes a hospital; gives its number.
    ///
    /// # Errors
    /// When there is such a one already, it is further than a new one can be, or the store cannot be written.
    pub fn add_hospital(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        hospital: &Hospital,
        now: DateTime<Utc>,
    ) -> Result<i64, StoreError> {
        let entry = self.entry_of(session, Event::ConnectionsChanged, Purpose::Operation, now);
        self.write(now, |transaction, _| {
            let n = number(transaction, &hospital.sender())?;
            // One that sent by hand has a row, and is not listed.
            let before = read(transaction, n)?;
            if before.status != Status::Unlisted {
                return Err(broken(ConnectionRule::Exists, hospital));
            }
            judge((&before, hospital), None, now).map_err(|rule| broken(rule, hospital))?;
            let (n, changed) = write(transaction, hospital, false, now)?;
            audit_trail::append_all(transaction, &entries(&entry, n, changed))?;
            Ok(n)
        })
    }

    /// Changes a hospital: `change` gets it as it is now. What it names the hospital by stays. A line of the log for each kind of change.
    /// The step to production destroys what came of its test since the sign-off: in slices, the last of them with the step itself.
    ///
    /// # Errors
    /// When a rule of connections would be broken, or the store cannot be written: then nothing is changed.
    pub fn change_hospital(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        number: i64,
        change: impl Fn(&mut Hospital),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let entry = self.entry_of(session, Event::ConnectionsChanged, Purpose::Operation, now);
        let kind = self.settings.kind;
        let mut goes_on = true;
        let mut destroyed = 0;
        while goes_on {
            goes_on = self.write(now, |transaction, _| {
                let before = read(transaction, number)?;
                let mut after = before.clone();
                change(&mut after);
                (after.organisation, after.site) = (before.organisation.clone(), before.site.clone());
                let signed_off = trial::signed_off(transaction, number)?;
                judge((&before, &after), signed_off.as_ref(), now).map_err(|rule| broken(rule, &after))?;
                if is_step_to_production(&before, &after) {
                    let since = trial::since_of(kind, &before.history);
                    let (slice, is_last) = trial::destroy_logged(transaction, number, since, entry.clone())?;
                    destroyed += slice;
                    if !is_last {
                        return Ok(true);
                    }
                }
                let (n, changed) = write(transaction, &after, false, now)?;
                audit_trail::append_all(transaction, &entries(&entry, n, changed))?;
                Ok::<_, StoreError>(false)
            })?;
        }
        if destroyed > 0 {
            self.truncate_log();
        }
        Ok(())
    }
}
