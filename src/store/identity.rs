//! Has this message come before? Identity, exact repeats, versions and replacements, all within one sending organisation.

use chrono::{DateTime, Utc};
use domain::{InstanceId, MessageId};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{StoreError, append::FLAG_NO_PROFILE, inbox::Incoming, retention, rides, store::Secrets};

/// What is known of a message that arrives.
pub(crate) enum Known {
    /// Not seen before.
    New,
    /// A newer version of a record, or its replacement.
    Replaces(MessageId),
    /// A record that was read without a profile, or with an older one: read again.
    ReadAgain(MessageId),
    /// The same, again.
    Repeated(MessageId),
    /// The same id, whose fingerprint was deleted after its 90 days.
    RepeatedUnproven(MessageId),
    /// Older than the version that is here.
    Superseded,
    /// Replaced before it came, by this record.
    ReplacedBefore(MessageId),
    /// The same id, or the same version, with other content.
    OtherContent,
}

/// What an identity says of its record. The codes stand in table `identity`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The record's own id.
    Own,
    /// The id of a version that the record replaced.
    Replaced,
    /// Named as replaced, and not come yet.
    Named,
    /// Without an id: the hash of what was recognised.
    Content,
}

impl Kind {
    fn code(self) -> i64 {
        match self {
            Self::Own => 1,
            Self::Replaced => 2,
            Self::Named => 3,
            Self::Content => CONTENT_HASH,
        }
    }

    fn from_code(code: i64) -> Option<Self> {
        [Self::Own, Self::Replaced, Self::Named, Self::Content].into_iter().find(|kind| kind.code() == code)
    }
}

/// The kind of an identity that is itself a hash of content, and goes when fingerprints go.
pub(crate) const CONTENT_HASH: i64 = 4;

// SQLite's integers have 63 bits; two of them are left, so that no hash is negative.
fn short(full: &[u8; 32]) -> i64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&full[..8]);
    (u64::from_be_bytes(bytes) >> 2).cast_signed()
}

fn identity_of(secrets: &Secrets, incoming: &Incoming) -> ([u8; 32], Kind) {
    match &incoming.id {
        Some(id) => (secrets.fingerprint.identity(&incoming.sender, id), Kind::Own),
        None => (secrets.fingerprint.fingerprint(&incoming.canonical), Kind::Content),
    }
}

/// The short hash of a message by its sender and id; without an id, of the sender alone.
pub(crate) fn hash_of(secrets: &Secrets, sender: &InstanceId, id: Option<&InstanceId>) -> i64 {
    match id {
        Some(id) => short(&secrets.fingerprint.identity(sender, id)),
        None => short(&secrets.fingerprint.fingerprint(format!("without/{sender:?}").as_bytes())),
    }
}

/// Whether a message of this hash is a record already.
pub(crate) fn is_known(transaction: &Transaction<'_>, hash: i64) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS(SELECT 1 FROM identity WHERE hash = ?1)";
    Ok(transaction.prepare_cached(sql)?.query_row([hash], |row| row.get(0))?)
}

pub(crate) fn set_hash(secrets: &Secrets, sender: &InstanceId, set: &InstanceId) -> i64 {
    short(&secrets.fingerprint.version_set(sender, set))
}

/// What figures of one unknown ride have in common: negative, since rides of the register have positive numbers.
pub(crate) fn unknown_ride(secrets: &Secrets, canonical: &str) -> i64 {
    -short(&secrets.fingerprint.fingerprint(format!("ride/unknown/{canonical}").as_bytes())) - 1
}

struct Found {
    message: MessageId,
    fingerprint: Option<[u8; 32]>,
    kind: Kind,
}

fn find(transaction: &Transaction<'_>, full: &[u8; 32]) -> Result<Option<Found>, StoreError> {
    let row = transaction
        .prepare_cached("SELECT message, full, fingerprint, kind FROM identity WHERE hash = ?1")?
        .query_row([short(full)], |row| {
            Ok((MessageId(row.get(0)?), row.get::<_, [u8; 32]>(1)?, row.get(2)?, row.get::<_, i64>(3)?))
        })
        .optional()?;
    let Some((message, _, fingerprint, kind)) = row.filter(|(_, stored, ..)| stored == full) else {
        return Ok(None);
    };
    let kind = Kind::from_code(kind).ok_or(StoreError::Tampered)?;
    Ok(Some(Found { message, fingerprint, kind }))
}

struct Held {
    version: u32,
    sent: Option<i64>,
    flags: i64,
    profile: Option<String>,
}

fn held(transaction: &Transaction<'_>, message: MessageId) -> Result<Option<Held>, StoreError> {
    let row = transaction
        .prepare_cached("SELECT version, sent, flags, profile FROM message WHERE id = ?1")?
        .query_row([message.0], |row| {
            Ok(Held { version: row.get(0)?, sent: row.get(1)?, flags: row.get(2)?, profile: row.get(3)? })
        });
    Ok(row.optional()?)
}

/// Whether `now` reads better than what the record was read with: any profile where there was none, else a newer version of it.
fn reads_better(held: &Held, now: Option<&str>) -> bool {
    let Some((name, version)) = now.and_then(|profile| profile.rsplit_once('/')) else { return false };
    if held.flags & FLAG_NO_PROFILE != 0 {
        return true;
    }
    let before = held.profile.as_deref().and_then(|profile| profile.rsplit_once('/'));
    before.is_some_and(|(old_name, old)| {
        let number = |text: &str| text.parse::<u32>().ok();
        old_name == name && number(version).zip(number(old)).is_some_and(|(new, old)| new > old)
    })
}

fn known_by_id(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    incoming: &Incoming,
    found: &Found,
) -> Result<Known, StoreError> {
    let repeated = || match found.fingerprint {
        None => Known::RepeatedUnproven(found.message),
        Some(f) if f == secrets.fingerprint.fingerprint(&incoming.canonical) => Known::Repeated(found.message),
        Some(_) => Known::OtherContent,
    };
    Ok(match found.kind {
        Kind::Named => Known::ReplacedBefore(found.message),
        Kind::Own | Kind::Content => match held(transaction, found.message)? {
            Some(held) if reads_better(&held, incoming.profile.as_deref()) => Known::ReadAgain(found.message),
            Some(_) | None => repeated(),
        },
        Kind::Replaced => repeated(),
    })
}

/// Looks a message up.
pub(crate) fn look(transaction: &Transaction<'_>, secrets: &Secrets, incoming: &Incoming) -> Result<Known, StoreError> {
    if let Some(found) = find(transaction, &identity_of(secrets, incoming).0)? {
        return known_by_id(transaction, secrets, incoming, &found);
    }
    if let Some(set) = &incoming.set {
        let message = transaction
            .prepare_cached("SELECT message FROM version_set WHERE hash = ?1")?
            .query_row([set_hash(secrets, &incoming.sender, set)], |row| row.get(0).map(MessageId))
            .optional()?;
        let Some(message) = message else { return Ok(Known::New) };
        let Some(held) = held(transaction, message)? else { return Ok(Known::New) };
        let order = (incoming.version, incoming.sent.map(|t| t.timestamp())).cmp(&(held.version, held.sent));
        return Ok(match order {
            std::cmp::Ordering::Greater => Known::Replaces(message),
            std::cmp::Ordering::Less => Known::Superseded,
            std::cmp::Ordering::Equal => Known::OtherContent,
        });
    }
    let replaced = match &incoming.replaces {
        Some(id) => find(transaction, &secrets.fingerprint.identity(&incoming.sender, id))?,
        None => None,
    };
    Ok(replaced.map_or(Known::New, |found| Known::Replaces(found.message)))
}

/// What a replaced record leaves to the one that takes its place.
pub(crate) struct Inherited {
    /// Its identities, which name the new record from now on.
    pub(crate) identities: Vec<i64>,
    /// Its term: a newer version never lengthens it.
    pub(crate) purge_after: i64,
    /// Its ride: it may have brought back the BSN that this ride waited for.
    pub(crate) ride: String,
}

/// Takes a replaced record away.
pub(crate) fn remove_replaced(transaction: &Transaction<'_>, message: MessageId) -> Result<Inherited, StoreError> {
    let (identities, purge_after, ride) = transaction
        .prepare_cached("SELECT identities, purge_after, ride FROM message WHERE id = ?1")?
        .query_row([message.0], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?, row.get(2)?)))?;
    retention::remove_record(transaction, message, retention::Identities::Keep)?;
    let identities = identities.chunks_exact(8).filter_map(|c| c.try_into().ok()).map(i64::from_be_bytes).collect();
    Ok(Inherited { identities, purge_after, ride })
}

/// A message came after the record that replaced it: what it replaces itself is replaced by that record too, whether it is here already
/// (then the record takes its place, and that is the answer) or comes later.
pub(crate) fn replaced_in_turn(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    incoming: &Incoming,
    by: MessageId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Some(named) = incoming.replaces.as_ref().filter(|_| incoming.set.is_none()) else { return Ok(false) };
    let full = secrets.fingerprint.identity(&incoming.sender, named);
    let old = match find(transaction, &full)? {
        Some(Found { message, kind: Kind::Own, .. }) if message != by => Some(message),
        // It went this way before, or another record stands for it.
        Some(_) => return Ok(false),
        None => None,
    };
    let (hashes, purge_after) = match old {
        Some(old) => {
            let Inherited { identities, purge_after, ride } = remove_replaced(transaction, old)?;
            rides::wait_again(transaction, &ride)?;
            (identities, purge_after)
        }
        None => (vec![short(&full)], i64::MAX),
    };
    point_to(transaction, &hashes, by)?;
    name(transaction, &full, by, now)?;
    let identities: Vec<u8> = hashes.iter().flat_map(|hash| hash.to_be_bytes()).collect();
    let own: Vec<u8> = transaction
        .prepare_cached("SELECT identities FROM message WHERE id = ?1")?
        .query_row([by.0], |row| row.get(0))
        .optional()?
        .unwrap_or_default();
    transaction
        .prepare_cached("UPDATE message SET identities = ?2, purge_after = min(purge_after, ?3) WHERE id = ?1")?
        .execute(params![by.0, [own, identities].concat(), purge_after])?;
    transaction
        .prepare_cached("UPDATE figure SET purge_after = min(purge_after, ?2) WHERE message = ?1")?
        .execute(params![by.0, purge_after])?;
    Ok(old.is_some())
}

/// Identities of what a record replaced name it from now on.
fn point_to(transaction: &Transaction<'_>, identities: &[i64], record: MessageId) -> Result<(), StoreError> {
    for hash in identities {
        transaction
            .prepare_cached(
                "UPDATE identity SET message = ?1, kind = CASE kind WHEN 3 THEN 3 ELSE 2 END WHERE hash = ?2",
            )?
            .execute(params![record.0, hash])?;
    }
    Ok(())
}

/// A document that a record replaces and that has not come.
fn name(transaction: &Transaction<'_>, full: &[u8; 32], by: MessageId, now: DateTime<Utc>) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO identity(hash, message, full, kind, at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )?
        .execute(params![short(full), by.0, full, Kind::Named.code(), now.timestamp()])?;
    Ok(())
}

/// All identities of a record that is about to be stored: its own, those it inherits, the one it names as replaced.
pub(crate) fn all_of(secrets: &Secrets, incoming: &Incoming, inherited: &[i64]) -> Vec<i64> {
    let mut all = vec![short(&identity_of(secrets, incoming).0)];
    let named = incoming.replaces.as_ref().filter(|_| incoming.set.is_none());
    let named = named.map(|id| short(&secrets.fingerprint.identity(&incoming.sender, id)));
    for hash in inherited.iter().copied().chain(named) {
        if !all.contains(&hash) {
            all.push(hash);
        }
    }
    all
}

/// Stores a record's identity, and points those of the records it replaced to it.
pub(crate) fn store(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    incoming: &Incoming,
    id: MessageId,
    inherited: Option<&Inherited>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (full, kind) = identity_of(secrets, incoming);
    let fingerprint = secrets.fingerprint.fingerprint(&incoming.canonical);
    if let Some(Inherited { identities, ride, .. }) = inherited {
        point_to(transaction, identities, id)?;
        // With the record that was replaced a returned BSN may have gone.
        rides::wait_again(transaction, ride)?;
    }
    if let Some(named) = incoming.replaces.as_ref().filter(|_| incoming.set.is_none()) {
        name(transaction, &secrets.fingerprint.identity(&incoming.sender, named), id, now)?;
    }
    transaction
        .prepare_cached(
            "INSERT INTO identity(hash, message, full, fingerprint, kind, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET message = excluded.message, fingerprint = excluded.fingerprint,
               kind = excluded.kind, at = excluded.at",
        )?
        .execute(params![short(&full), id.0, full, fingerprint, kind.code(), now.timestamp()])?;
    if let Some(set) = &incoming.set {
        transaction
            .prepare_cached(
                "INSERT INTO version_set(hash, message) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET message = excluded.message",
            )?
            .execute(params![set_hash(secrets, &incoming.sender, set), id.0])?;
    }
    Ok(())
}
