//! The ride register as receiving and delivering look it up.
//!
//! **Invariant:** the announced BSN is never stored, only its keyed hash.
//! **Not here:** what an import writes (`ride_import`), what it does to records (`linking`).

use chrono::{DateTime, Utc};
use domain::{Bsn, IdentificationContent, MessageToken, ReaderId, ReturnedBsn};
use rusqlite::{CachedStatement, OptionalExtension, Transaction, params};

use crate::{StoreError, store::Secrets, wraps::Wraps};

/// A ride as receiving sees it.
pub(crate) struct KnownRide {
    pub(crate) wrapped: WrappedRide,
    pub(crate) hospital: Option<i64>,
    pub(crate) handed_over: Option<DateTime<Utc>>,
    pub(crate) vehicle: Option<String>,
    pub(crate) announced: bool,
    /// Another ride has its number.
    pub(crate) contested: bool,
    pub(crate) awaits: bool,
    pub(crate) bsn_hash: Option<Vec<u8>>,
}

/// A ride as delivering sees it: its crew, and the wraps of its working diagnosis.
pub(crate) struct WrappedRide {
    pub(crate) id: i64,
    pub(crate) number: String,
    pub(crate) token: MessageToken,
    pub(crate) crew: String,
    pub(crate) wraps: zeroize::Zeroizing<Vec<u8>>,
}

impl KnownRide {
    /// A working diagnosis that Routing still holds.
    pub(crate) fn working_diagnosis_waits(&self) -> Result<bool, StoreError> {
        Ok(Wraps::decode(&self.wrapped.wraps)?.get(ReaderId::ROUTING).is_some())
    }
}

pub(crate) fn known(transaction: &Transaction<'_>, number: &str) -> Result<Option<KnownRide>, StoreError> {
    let sql =
        "SELECT r.id, w.token, w.crew, w.wraps, r.number, r.hospital, r.handed_over, r.announced, r.bsn_hash, r.awaits, r.vehicle, r.contested
               FROM ride r JOIN ride_wrap w ON w.ride = r.id WHERE r.number = ?1";
    let row = transaction.prepare_cached(sql)?.query_row([number], |row| {
        Ok(KnownRide {
            wrapped: wrapped_row(row)?,
            hospital: row.get(5)?,
            handed_over: row.get::<_, Option<i64>>(6)?.and_then(|t| DateTime::from_timestamp(t, 0)),
            announced: row.get(7)?,
            bsn_hash: row.get(8)?,
            awaits: row.get(9)?,
            vehicle: row.get(10)?,
            contested: row.get(11)?,
        })
    });
    Ok(row.optional()?)
}

/// What [`wrapped`] finds a ride with: the index of numbers and a narrow row.
pub(crate) const WRAPPED: &str = "SELECT w.ride, w.token, w.crew, w.wraps, r.number FROM ride r JOIN ride_wrap w ON w.ride = r.id WHERE r.number = ?1";

/// The crew and wraps of a ride, by a statement that is at hand.
pub(crate) fn wrapped(find: &mut CachedStatement<'_>, number: &str) -> Result<Option<WrappedRide>, StoreError> {
    Ok(find.query_row([number], wrapped_row).optional()?)
}

/// Puts the wraps of a ride's working diagnosis in its row. What they grow by they take from the room beside them: a row that grows
/// in the middle of a full page moves its neighbours to others.
pub(crate) fn put_wraps(transaction: &Transaction<'_>, ride: i64, wraps: &Wraps) -> Result<(), StoreError> {
    let sql = "UPDATE ride_wrap SET wraps = ?2, room = zeroblob(max(0, length(wraps) + length(room) - length(?2)))
                 WHERE ride = ?1";
    transaction.prepare_cached(sql)?.execute(params![ride, wraps.encode().as_slice()])?;
    Ok(())
}

fn wrapped_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<WrappedRide> {
    Ok(WrappedRide {
        id: row.get(0)?,
        token: MessageToken(row.get(1)?),
        crew: row.get(2)?,
        wraps: zeroize::Zeroizing::new(row.get(3)?),
        number: row.get(4)?,
    })
}

/// Hash of a returned BSN, for comparison only.
pub(crate) fn bsn_hash(secrets: &Secrets, bsn: &ReturnedBsn) -> [u8; 32] {
    // REVEAL: into the keyed hash only.
    secrets.bsn.hash(&bsn.reveal())
}

/// Whether the only BSN of an identification is the announced one.
pub(crate) fn announced_equals(
    secrets: &Secrets,
    ride: Option<&KnownRide>,
    identification: &IdentificationContent,
) -> bool {
    let announced = ride.and_then(|r| r.bsn_hash.as_deref());
    identification.bsn.is_valid()
        && identification.other_bsns.is_empty()
        && announced.is_some_and(|hash| hash == bsn_hash(secrets, &identification.bsn))
}

/// Reads a BSN of the register: what is not nine digits is kept out of comparisons, but counts as announced.
#[must_use]
pub fn announced_bsn(text: &str) -> Option<ReturnedBsn> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    Some(Bsn::parse(text).map_or_else(|| ReturnedBsn::read(text), ReturnedBsn::Valid))
}

/// Whether a BSN came back for the ride `?1`, from a sender that may bring one.
pub(crate) const RETURNED: &str =
    "EXISTS(SELECT 1 FROM message m JOIN work w ON w.message = m.id WHERE m.ride = ?1 AND w.state <> 0)";

/// A ride that was handed over without an announced BSN waits for one as long as no record of it brought one back.
pub(crate) fn wait(transaction: &Transaction<'_>, number: &str) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE ride SET awaits = announced = 0 AND sent_8_10 = 1 AND cancelled = 0 AND handed_over IS NOT NULL AND NOT {RETURNED}
           WHERE number = ?1"
    );
    transaction.prepare_cached(&sql)?.execute([number])?;
    Ok(())
}
