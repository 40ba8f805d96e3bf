//! A record's flags: why it reaches nobody yet, or never.

use rusqlite::{Transaction, params};

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
    let other = is_of_another(transaction, &incoming.ride.canonical(), ride.and_then(|r| r.hospital), sender)?;
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

/// Whether a sender is not the hospital of a ride, and nobody said that it may bring feedback of that ride all the same.
pub(crate) fn is_of_another(
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
