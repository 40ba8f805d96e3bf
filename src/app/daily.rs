//! What receiving does by itself, in window and receiver alike: the purge of the day in slices, delivering what waits.
//!
//! **Invariant:** between two slices of the purge whoever waits is served: a message, a person, another process.
//! **Not here:** what a slice is (`store`), when there is a round (`rounds`, the binary).

use chrono::{DateTime, NaiveDate, Utc};
use store::{Purge, PurgeDue, StoreError};

use crate::{error::AppError, local, receiving::Receiving};

/// What the receiver does once a day.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Daily {
    /// The day of the last purge that was begun.
    pub purged: Option<NaiveDate>,
    /// It is under way: a slice at a time, so that neither a message nor a person waits for it.
    purge: Option<Purge>,
    /// Today's was withheld, because the clock lies far ahead of this moment; to be said once.
    pub withheld: Option<DateTime<Utc>>,
}

impl Daily {
    /// Whether a purge is under way, of which a slice can be done.
    #[must_use]
    pub fn is_purging(&self) -> bool {
        self.purge.is_some()
    }
}

impl Receiving {
    /// One round of receiving: at its start and on each new day the purge of what is past its term begins, whose slices `purge_on` does; what waits
    /// is delivered, slice by slice as long as `go_on` says so. `None`: another process is writing, and the next round does it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn round(
        &mut self,
        daily: &mut Daily,
        now: DateTime<Utc>,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Option<u64>, AppError> {
        self.inbox.turn_day(now);
        match self.begin_purge(daily, now).and_then(|()| self.deliver_due(now, go_on)) {
            Err(StoreError::Busy(_)) => Ok(None),
            result => Ok(result.map(Some)?),
        }
    }

    fn begin_purge(&mut self, daily: &mut Daily, now: DateTime<Utc>) -> Result<(), StoreError> {
        let today = local::day(now);
        if daily.purged == Some(today) || daily.is_purging() {
            return Ok(());
        }
        match self.inbox.store_mut().purge_due(now)? {
            PurgeDue::Now => daily.purge = Some(Purge::begin(now)),
            PurgeDue::Not => {}
            PurgeDue::Withheld(last) => daily.withheld = Some(last),
        }
        daily.purged = Some(today);
        Ok(())
    }

    fn slice_of_purge(&mut self, daily: &mut Daily, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(purge) = &mut daily.purge else { return Ok(()) };
        match self.inbox.store_mut().purge_slice(purge, now) {
            Ok(None) => {}
            Ok(Some(_)) => {
                daily.purge = None;
                self.inbox.store().forget_purged();
            }
            Err(error) => {
                // The next round begins anew, and finds what is left.
                (daily.purge, daily.purged) = (None, None);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Goes on with the purge that is under way: one slice, and more up to so many while `go_on` says that nobody waits. Another process that is
    /// writing puts it off to the next round.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn purge_on(
        &mut self,
        daily: &mut Daily,
        now: DateTime<Utc>,
        slices: u32,
        go_on: &dyn Fn() -> bool,
    ) -> Result<(), AppError> {
        for n in 0..slices {
            if !daily.is_purging() || (n > 0 && !go_on()) {
                break;
            }
            match self.slice_of_purge(daily, now) {
                Ok(()) | Err(StoreError::Busy(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Delivers everything that is due; gives how many records were looked at.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn deliver(&mut self, now: DateTime<Utc>) -> Result<u64, AppError> {
        Ok(self.deliver_due(now, &|| true)?)
    }

    fn deliver_due(&mut self, now: DateTime<Utc>, go_on: &dyn Fn() -> bool) -> Result<u64, StoreError> {
        let mut all = 0;
        loop {
            let looked_at = match self.inbox.deliver(now) {
                // What waits waits: *Ontvangst* and `status` say why.
                Err(StoreError::KeySwapped(_)) => return Ok(all),
                looked_at => looked_at?,
            };
            all += looked_at;
            if looked_at == 0 || !go_on() {
                return Ok(all);
            }
        }
    }
}
