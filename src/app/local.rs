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

/// The moments of a local time, the earlier first: of the hour that comes twice two, else the same twice; of the hour that is
/// skipped none.
pub(crate) fn moments(local: NaiveDateTime) -> Option<[DateTime<Utc>; 2]> {
    let found = Amsterdam.from_local_datetime(&local);
    Some([found.earliest()?, found.latest()?].map(|t| t.with_timezone(&Utc)))
}

/// The moment of a local time; of the ambiguous hour the earlier, of the skipped hour none.
pub(crate) fn moment(local: NaiveDateTime) -> Option<DateTime<Utc>> {
    moments(local).map(|[earlier, _]| earlier)
}
