//! Dutch local time: what screens show and ride files hold.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Europe::Amsterdam;

/// A moment as the clock on the wall shows it.
pub(crate) fn time(at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&Amsterdam).naive_local()
}

/// The day of a moment.
pub(crate) fn day(at: DateTime<Utc>) -> NaiveDate {
    time(at).date()
}

/// The moment of a local time; of the ambiguous hour the earlier, of the skipped hour none.
pub(crate) fn moment(local: NaiveDateTime) -> Option<DateTime<Utc>> {
    Amsterdam.from_local_datetime(&local).earliest().map(|t| t.with_timezone(&Utc))
}
