//! Has this message come before? Identity, exact repeats, versions and replacements, all within one sending organisation.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use domain::{InstanceId, MessageId, Sender};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{
    StoreError, identity_places::Places, inbox::Incoming, marks, reflections, retention, rides, store::Secrets, work,
};

/// What is known of a message that arrives.
pub(crate) enum Known {
    /// Not seen before.
    New,
    /// A newer version of a record, or its replacement.
    Replaces(MessageId),
    /// A record that was read without a profile, or with one that does not read it now: read again.
    ReadAgain(MessageId),
    /// The same, again.
    Repeated(MessageId),
    /// The same id, whose fingerprint was deleted after its 90 days.
    RepeatedUnproven(MessageId),
    /// Older than the version that is here, or replaced since it came.
    Superseded,
    /// Replaced by this record, or by one that it replaced, before it came.
    ReplacedAhead(MessageId),
    /// The same id with other content.
    OtherContent,
    /// The same version of its set, under another id, with other content.
    OtherVersion,
}

/// What an identity says of its record. The codes stand in table `identity`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The record's own id.
    Own,
    /// The id of a message that the record replaced, or one that it replaced did.
    Replaced,
    /// Named as replaced, and not come yet.
    Named,
    /// Without an id: the hash of what was recognised.
    Content,
}

impl Kind {
    pub(crate) fn code(self) -> i64 {
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
/// The kind of the row that tells a set's newest version: its hash is the complement of the set's.
const VERSION_SET: i64 = 5;

// SQLite's integers have 63 bits; two of them are left, so that no hash is negative.
pub(crate) fn short(full: &[u8; 32]) -> i64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&full[..8]);
    (u64::from_be_bytes(bytes) >> 2).cast_signed()
}

/// What stands beside the short hash: together 24 bytes of the 32, since short rows seldom fill a page.
fn rest(full: &[u8; 32]) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&full[8..24]);
    bytes
}

/// A message that arrives, with the hashes that it is known by.
pub(crate) struct Came<'i> {
    /// The message.
    pub(crate) incoming: &'i Incoming,
    /// Number of its sender.
    pub(crate) sender: i64,
    own: [u8; 32],
    kind: Kind,
    named: Option<[u8; 32]>,
    /// Of its set of versions.
    pub(crate) set: Option<i64>,
    /// Of what was recognised of it, as it is kept.
    fingerprint: [u8; 16],
}

impl<'i> Came<'i> {
    pub(crate) fn of(secrets: &Secrets, incoming: &'i Incoming, sender: i64) -> Self {
        let identity = |id: &InstanceId| secrets.fingerprint.identity(&incoming.sender, id);
        let full = secrets.fingerprint.fingerprint(&incoming.canonical);
        let (own, kind) = match &incoming.id {
            Some(id) => (identity(id), Kind::Own),
            None => (full, Kind::Content),
        };
        // The document that it says it replaces. Within a set the version decides instead; nothing replaces itself.
        let replaces = incoming.replaces.as_ref().filter(|_| incoming.set.is_none());
        let named = replaces.filter(|id| incoming.id.as_ref() != Some(id)).map(identity);
        let set = incoming.set.as_ref().map(|set| short(&secrets.fingerprint.version_set(&incoming.sender, set)));
        let mut fingerprint = [0; 16];
        fingerprint.copy_from_slice(&full[..16]);
        Self { incoming, sender, own, kind, named, set, fingerprint }
    }

    /// The short hash of its own identity.
    pub(crate) fn own(&self) -> i64 {
        short(&self.own)
    }

    /// The document that it replaces by name.
    pub(crate) fn named(&self) -> Option<&[u8; 32]> {
        self.named.as_ref()
    }
}

/// The short hash of a message by its sender and id; without an id, of the sender alone.
pub(crate) fn hash_of(secrets: &Secrets, sender: &Sender, id: Option<&InstanceId>) -> i64 {
    match id {
        Some(id) => short(&secrets.fingerprint.identity(sender, id)),
        None => short(&secrets.fingerprint.fingerprint(format!("without/{sender:?}").as_bytes())),
    }
}

/// What figures of one unknown ride have in common: negative, since rides of the register have positive numbers.
pub(crate) fn unknown_ride(secrets: &Secrets, canonical: &str) -> i64 {
    -short(&secrets.fingerprint.fingerprint(format!("ride/unknown/{canonical}").as_bytes())) - 1
}

pub(crate) struct Found {
    pub(crate) message: MessageId,
    fingerprint: Option<[u8; 16]>,
    pub(crate) kind: Kind,
}

pub(crate) fn find(
    transaction: &Transaction<'_>,
    places: &Places,
    full: &[u8; 32],
) -> Result<Option<Found>, StoreError> {
    let Some(number) = places.find(transaction, short(full))? else { return Ok(None) };
    let (message, stored, fingerprint, kind) = transaction
        .prepare_cached("SELECT message, rest, fingerprint, kind FROM identity WHERE n = ?1")?
        .query_row([number], |row| {
            Ok((MessageId(row.get(0)?), row.get::<_, [u8; 16]>(1)?, row.get(2)?, row.get::<_, i64>(3)?))
        })?;
    if stored != rest(full) {
        return Ok(None);
    }
    let kind = Kind::from_code(kind).ok_or(StoreError::Tampered)?;
    Ok(Some(Found { message, fingerprint, kind }))
}

/// Whether the record is here; it was read by this profile, or by none.
fn held(transaction: &Transaction<'_>, message: MessageId) -> Result<Option<Option<String>>, StoreError> {
    let row = transaction
        .prepare_cached("SELECT profile FROM message WHERE id = ?1")?
        .query_row([message.0], |row| row.get(0));
    Ok(row.optional()?)
}

/// Whether what read a record does not read it now: no profile, another version of the one that reads now, or one that was loaded and
/// rolled back. Both as name and version, with a stroke between them.
fn is_left(transaction: &Transaction<'_>, held: Option<&str>, reads: &str) -> Result<bool, StoreError> {
    let Some(held) = held else { return Ok(true) };
    let (name, version) = held.rsplit_once('/').unwrap_or((held, ""));
    if held == reads || reads.rsplit_once('/').is_some_and(|(reads, _)| reads == name) {
        return Ok(held != reads);
    }
    let sql = "SELECT EXISTS(SELECT 1 FROM profile_force WHERE name = ?1)
                 AND NOT EXISTS(SELECT 1 FROM profile_force WHERE name = ?1 AND version = ?2 AND undone IS NULL)";
    Ok(transaction.prepare_cached(sql)?.query_row(params![name, version], |row| row.get(0))?)
}

fn known_by_id(transaction: &Transaction<'_>, came: &Came<'_>, found: &Found) -> Result<Known, StoreError> {
    let repeated = || match found.fingerprint {
        None => Known::RepeatedUnproven(found.message),
        Some(f) if f == came.fingerprint => Known::Repeated(found.message),
        Some(_) => Known::OtherContent,
    };
    Ok(match found.kind {
        Kind::Named => match held(transaction, found.message)? {
            Some(_) => Known::ReplacedAhead(found.message),
            None => Known::Superseded,
        },
        Kind::Own | Kind::Content => match (held(transaction, found.message)?, &came.incoming.profile) {
            (Some(held), Some(reads)) if is_left(transaction, held.as_deref(), reads)? => {
                Known::ReadAgain(found.message)
            }
            (Some(_) | None, _) => repeated(),
        },
        // Dropped whatever it says: what took its place stays, also when another profile reads it now.
        Kind::Replaced => {
            let known = repeated();
            if matches!(known, Known::OtherContent) { Known::Superseded } else { known }
        }
    })
}

/// The newest version of a set that came, and the record that holds the set.
pub(crate) struct Newest {
    pub(crate) message: MessageId,
    version: u32,
    sent: Option<i64>,
    identity: i64,
    /// That version is the record; else the record replaced it.
    pub(crate) here: bool,
}

impl Newest {
    /// How a message of the set stands to it.
    pub(crate) fn order(&self, incoming: &Incoming) -> Ordering {
        (incoming.version, incoming.sent.map(|t| t.timestamp())).cmp(&(self.version, self.sent))
    }
}

pub(crate) fn newest(transaction: &Transaction<'_>, places: &Places, set: i64) -> Result<Option<Newest>, StoreError> {
    let Some(number) = places.find(transaction, !set)? else { return Ok(None) };
    let row = transaction
        .prepare_cached(
            "SELECT s.message, s.version, s.sent, s.own, m.version_set IS ?2 FROM identity s
               JOIN message m ON m.id = s.message WHERE s.n = ?1",
        )?
        .query_row([number, set], |row| {
            Ok(Newest {
                message: MessageId(row.get(0)?),
                version: row.get(1)?,
                sent: row.get(2)?,
                identity: row.get(3)?,
                here: row.get(4)?,
            })
        });
    Ok(row.optional()?)
}

fn known_by_set(
    transaction: &Transaction<'_>,
    places: &Places,
    came: &Came<'_>,
    set: i64,
) -> Result<Known, StoreError> {
    let Some(newest) = newest(transaction, places, set)? else { return Ok(Known::New) };
    Ok(match newest.order(came.incoming) {
        Ordering::Greater if newest.here => Known::Replaces(newest.message),
        Ordering::Greater => Known::New,
        Ordering::Less => Known::Superseded,
        Ordering::Equal => {
            let before: Option<[u8; 16]> = match places.find(transaction, newest.identity)? {
                Some(number) => transaction
                    .prepare_cached("SELECT fingerprint FROM identity WHERE n = ?1")?
                    .query_row([number], |row| row.get(0))?,
                None => None,
            };
            let same = before == Some(came.fingerprint);
            if same { Known::Repeated(newest.message) } else { Known::OtherVersion }
        }
    })
}

/// Looks a message up. It replaces what it names itself, and never what took that one's place: so the order of arrival
/// does not matter.
pub(crate) fn look(transaction: &Transaction<'_>, places: &Places, came: &Came<'_>) -> Result<Known, StoreError> {
    if let Some(found) = find(transaction, places, &came.own)? {
        return known_by_id(transaction, came, &found);
    }
    if let Some(set) = came.set {
        return known_by_set(transaction, places, came, set);
    }
    let found = match came.named() {
        Some(full) => find(transaction, places, full)?,
        None => None,
    };
    Ok(found.filter(|found| found.kind == Kind::Own).map_or(Known::New, |found| Known::Replaces(found.message)))
}

// LIMIT: identities that a record holds: of a longer chain of replacements the oldest are forgotten.
pub(crate) const IDENTITIES_MAX: usize = 1024;

/// What a replaced record leaves to the one that takes its place.
pub(crate) struct Inherited {
    from: MessageId,
    /// Its identities, which name the new record from now on; `!hash` for a set that it held.
    pub(crate) identities: Vec<i64>,
    /// Its term: a newer version never lengthens it.
    pub(crate) purge_after: i64,
    /// Its ride: it may have brought back the BSN that this ride waited for.
    ride: String,
    /// Its item of *Patiëntidentificatie*.
    pub(crate) item: Option<work::Replaced>,
}

impl Inherited {
    /// Points them to the record that takes its place, which may not bring the BSN back that it brought.
    pub(crate) fn point_to(
        &self,
        transaction: &Transaction<'_>,
        places: &Places,
        message: MessageId,
    ) -> Result<(), StoreError> {
        for entry in &self.identities {
            let Some(number) = places.find(transaction, *entry)? else { continue };
            let sql = "UPDATE identity SET message = ?1, kind = CASE WHEN kind IN (3, 5) THEN kind ELSE 2 END
                         WHERE n = ?2 AND message = ?3";
            transaction.prepare_cached(sql)?.execute([message.0, number, self.from.0])?;
        }
        marks::move_to(transaction, self.from, message)?;
        reflections::record_replaced(transaction, self.from, message)?;
        rides::wait(transaction, &self.ride)
    }
}

/// Forgets identities that name a record.
pub(crate) fn forget(
    transaction: &Transaction<'_>,
    places: &Places,
    message: MessageId,
    identities: impl Iterator<Item = i64>,
) -> Result<(), StoreError> {
    for entry in identities {
        places.remove(transaction, entry, message)?;
    }
    Ok(())
}

/// Takes a replaced record away.
pub(crate) fn remove_replaced(transaction: &Transaction<'_>, message: MessageId) -> Result<Inherited, StoreError> {
    let (identities, set, purge_after, ride) = transaction
        .prepare_cached("SELECT identities, version_set, purge_after, ride FROM message WHERE id = ?1")?
        .query_row([message.0], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<i64>>(1)?, row.get(2)?, row.get(3)?))
        })?;
    let item = work::of_replaced(transaction, message)?;
    retention::remove_record(transaction, message, retention::Identities::Keep)?;
    let identities = retention::numbers(&identities).into_iter().chain(set.map(|hash| !hash)).collect();
    Ok(Inherited { from: message, identities, purge_after, ride, item })
}

fn every(came: &Came<'_>, inherited: Option<&Inherited>) -> Vec<i64> {
    let mut all = vec![came.own()];
    let named = came.named().map(short);
    let own_set = came.set.map(|set| !set);
    let old = inherited.map_or(&[][..], |i| &i.identities).iter().copied().filter(|entry| Some(*entry) != own_set);
    for entry in named.into_iter().chain(old) {
        if !all.contains(&entry) {
            all.push(entry);
        }
    }
    all
}

/// All identities of a record that is about to be stored: its own first, the one it names as replaced, those it inherits.
pub(crate) fn all_of(came: &Came<'_>, inherited: Option<&Inherited>) -> Vec<i64> {
    let mut all = every(came, inherited);
    all.truncate(IDENTITIES_MAX);
    all
}

/// Stores a record's identity, and points those of the records it replaced to it.
pub(crate) fn store(
    transaction: &Transaction<'_>,
    places: &mut Places,
    came: &Came<'_>,
    id: MessageId,
    inherited: Option<&Inherited>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if let Some(inherited) = inherited {
        inherited.point_to(transaction, places, id)?;
    }
    put_named(transaction, places, came, id, now)?;
    put_own(transaction, places, came, (id, came.kind), now)?;
    put_set(transaction, places, came, id, now)?;
    forget(transaction, places, id, every(came, inherited).into_iter().skip(IDENTITIES_MAX))
}

/// Remembers that a message's own identity belongs to a record, as this kind.
pub(crate) fn put_own(
    transaction: &Transaction<'_>,
    places: &mut Places,
    came: &Came<'_>,
    (id, kind): (MessageId, Kind),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (hash, at) = (came.own(), now.timestamp());
    if let Some(number) = places.find(transaction, hash)? {
        transaction
            .prepare_cached("UPDATE identity SET message = ?2, fingerprint = ?3, kind = ?4, at = ?5 WHERE n = ?1")?
            .execute(params![number, id.0, came.fingerprint, kind.code(), at])?;
        return Ok(());
    }
    let sql = "INSERT INTO identity(n, hash, message, rest, fingerprint, kind, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let (n, rest) = (places.take(hash), rest(&came.own));
    transaction.prepare_cached(sql)?.execute(params![n, hash, id.0, rest, came.fingerprint, kind.code(), at])?;
    Ok(())
}

/// Remembers the document that a message names as replaced, if nothing is known of it yet.
pub(crate) fn put_named(
    transaction: &Transaction<'_>,
    places: &mut Places,
    came: &Came<'_>,
    id: MessageId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(full) = came.named() else { return Ok(()) };
    let hash = short(full);
    if places.find(transaction, hash)?.is_some() {
        return Ok(());
    }
    let sql = "INSERT INTO identity(n, hash, message, rest, kind, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = params![places.take(hash), hash, id.0, rest(full), Kind::Named.code(), now.timestamp()];
    transaction.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// Remembers a message as the newest version of its set, held by a record.
pub(crate) fn put_set(
    transaction: &Transaction<'_>,
    places: &mut Places,
    came: &Came<'_>,
    id: MessageId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(hash) = came.set.map(|set| !set) else { return Ok(()) };
    let (version, sent) = (came.incoming.version, came.incoming.sent.map(|t| t.timestamp()));
    if let Some(number) = places.find(transaction, hash)? {
        transaction
            .prepare_cached("UPDATE identity SET message = ?2, version = ?3, sent = ?4, own = ?5 WHERE n = ?1")?
            .execute(params![number, id.0, version, sent, came.own()])?;
        return Ok(());
    }
    let sql =
        "INSERT INTO identity(n, hash, message, kind, at, version, sent, own) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let (n, at) = (places.take(hash), now.timestamp());
    transaction.prepare_cached(sql)?.execute(params![n, hash, id.0, VERSION_SET, at, version, sent, came.own()])?;
    Ok(())
}
