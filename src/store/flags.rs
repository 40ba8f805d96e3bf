//! A record's flags: why it reaches nobody yet, or never.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Transaction, params};

use crate::{StoreError, inbox::Incoming, rides::KnownRide, senders};

pub(crate) const FLAG_OTHER_HOSPITAL: i64 = 1;
pub(crate) const FLAG_SENDER_IN_TEST: i64 = 2;
pub(crate) const FLAG_NO_PROFILE: i64 = 4;
pub(crate) const FLAG_RIDE_UNKNOWN: i64 = 8;
/// Linked by its number, but vehicle or time are not those of the ride: a warning, and no more.
pub(crate) const FLAG_IMPLAUSIBLE: i64 = 16;
/// Two rides have its number, and nobody said of which it is.
pub(crate) const FLAG_CONTESTED: i64 = 32;
/// A functional administrator said of which ride it is: no mark of another keeps it from that.
pub(crate) const FLAG_BY_HAND: i64 = 64;
/// Nobody's until somebody decides: no item either.
pub(crate) const FLAGS_HELD: i64 = FLAG_OTHER_HOSPITAL | FLAG_CONTESTED;
pub(crate) const FLAGS_NOT_DELIVERED: i64 = FLAGS_HELD | FLAG_SENDER_IN_TEST;

// A ride ends on the day it began, or on the next.
const APART_MAX: TimeDelta = TimeDelta::hours(24);

/// The flags of a message of this sender, for a ride of the register or none.
pub(crate) fn of(
    transaction: &Transaction<'_>,
    incoming: &Incoming,
    sender: i64,
    ride: Option<&KnownRide>,
    by_hand: bool,
) -> Result<i64, StoreError> {
    let mut flags = if by_hand { FLAG_BY_HAND } else { 0 };
    if ride.is_some_and(|ride| ride.contested && !by_hand) {
        flags |= FLAG_CONTESTED;
    } else if let Some(ride) = ride {
        let said = (sender, (incoming.vehicle.as_deref(), incoming.handed_over));
        let known = (ride.wrapped.number.as_str(), ride.hospital, (ride.vehicle.as_deref(), ride.handed_over));
        flags |= of_ride(transaction, said, known)?;
    }
    if ride.is_none() {
        flags |= FLAG_RIDE_UNKNOWN;
    }
    if incoming.sender_in_test {
        flags |= FLAG_SENDER_IN_TEST;
    }
    if incoming.profile.is_none() {
        flags |= FLAG_NO_PROFILE;
    }
    Ok(flags)
}

/// What a message says of its ride: its sender, vehicle and time.
pub(crate) type SaidOfRide<'a> = (i64, (Option<&'a str>, Option<DateTime<Utc>>));

/// A ride as a message is held beside it: number, hospital, vehicle and hand-over.
pub(crate) type BesideRide<'a> = (&'a str, Option<i64>, (Option<&'a str>, Option<DateTime<Utc>>));

/// What does not fit between a message and its ride.
pub(crate) fn of_ride(
    transaction: &Transaction<'_>,
    (sender, said): SaidOfRide<'_>,
    (number, hospital, known): BesideRide<'_>,
) -> Result<i64, StoreError> {
    let other = is_of_another(transaction, number, hospital, sender)?;
    let doubt = is_implausible(said, known);
    Ok(if other { FLAG_OTHER_HOSPITAL } else { 0 } | if doubt { FLAG_IMPLAUSIBLE } else { 0 })
}

/// Whether vehicle or time of a message are not those of its ride, as far as both say them.
pub(crate) fn is_implausible(
    (vehicle, time): (Option<&str>, Option<DateTime<Utc>>),
    (of_ride, handed_over): (Option<&str>, Option<DateTime<Utc>>),
) -> bool {
    let other_vehicle = vehicle.zip(of_ride).is_some_and(|(a, b)| !same_text(a, b));
    let far = time.zip(handed_over).is_some_and(|(a, b)| (a - b).abs() > APART_MAX);
    other_vehicle || far
}

/// Whether a sender is not the hospital of a ride, and nobody said that it may bring feedback of that ride all the same.
fn is_of_another(
    transaction: &Transaction<'_>,
    ride: &str,
    hospital: Option<i64>,
    sender: i64,
) -> Result<bool, StoreError> {
    let Some(hospital) = hospital else { return Ok(false) };
    if senders::covers(transaction, hospital, sender)? {
        return Ok(false);
    }
    let accepted = "SELECT 1 FROM accepted_sender WHERE ride = ?1 AND sender = ?2";
    Ok(!transaction.prepare_cached(accepted)?.exists(params![ride, sender])?)
}

/// Whether two names are the same but for case and blanks around them.
pub(crate) fn same_text(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}
