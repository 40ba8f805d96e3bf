//! A record's flags: why it reaches nobody yet, or never.

use rusqlite::Transaction;

use crate::{StoreError, inbox::Incoming, rides::KnownRide, senders};

pub(crate) const FLAG_OTHER_HOSPITAL: i64 = 1;
pub(crate) const FLAG_SENDER_IN_TEST: i64 = 2;
pub(crate) const FLAG_NO_PROFILE: i64 = 4;
pub(crate) const FLAG_RIDE_UNKNOWN: i64 = 8;
pub(crate) const FLAGS_NOT_DELIVERED: i64 = FLAG_OTHER_HOSPITAL | FLAG_SENDER_IN_TEST;

/// The flags of a message of this sender, for a ride of the register or none.
pub(crate) fn of(
    transaction: &Transaction<'_>,
    incoming: &Incoming,
    sender: i64,
    ride: Option<&KnownRide>,
) -> Result<i64, StoreError> {
    let other = match ride.and_then(|r| r.hospital) {
        Some(hospital) => !senders::covers(transaction, hospital, sender)?,
        None => false,
    };
    let mut flags = if other { FLAG_OTHER_HOSPITAL } else { 0 };
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
