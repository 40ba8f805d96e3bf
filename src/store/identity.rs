//! Has this message come before? Identity, exact repeats, versions and replacements, all within one sending organisation.

use domain::{InstanceId, MessageId};
use rusqlite::{Transaction, params};

use crate::{StoreError, append::FLAG_NO_PROFILE, inbox::Incoming, retention, store::Secrets};

/// What is known of a message that arrives.
pub(crate) enum Known {
    /// Not seen before; perhaps it replaces a record.
    New {
        /// The record it replaces.
        replaces: Option<MessageId>,
        /// Identity hashes of its own.
        identities: Vec<i64>,
    },
    /// The same, again.
    Repeated(MessageId),
    /// Older than the version that is here.
    Superseded,
    /// The same id, or the same version, with other content.
    OtherContent,
}

// SQLite's integers have 63 bits; two of them are left, so that no hash is negative.
fn short(full: &[u8; 32]) -> i64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&full[..8]);
    (u64::from_be_bytes(bytes) >> 2).cast_signed()
}

fn identity_of(secrets: &Secrets, incoming: &Incoming) -> [u8; 32] {
    match &incoming.id {
        Some(id) => secrets.fingerprint.identity(&incoming.sender, id),
        // Without an id its identity is the hash of what was recognised.
        None => secrets.fingerprint.fingerprint(&incoming.canonical),
    }
}

pub(crate) fn set_hash(secrets: &Secrets, sender: &InstanceId, set: &InstanceId) -> i64 {
    short(&secrets.fingerprint.version_set(sender, set))
}

struct Found {
    message: MessageId,
    full: [u8; 32],
    fingerprint: Option<[u8; 32]>,
}

fn find(transaction: &Transaction<'_>, full: &[u8; 32]) -> Result<Option<Found>, StoreError> {
    let row = transaction
        .prepare_cached("SELECT message, full, fingerprint FROM identity WHERE hash = ?1")?
        .query_row([short(full)], |row| {
            Ok(Found { message: MessageId(row.get(0)?), full: row.get(1)?, fingerprint: row.get(2)? })
        });
    match row {
        Ok(found) => Ok((found.full == *full).then_some(found)),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(error) => Err(error.into()),
    }
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
    match row {
        Ok(held) => Ok(Some(held)),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Looks a message up.
pub(crate) fn look(transaction: &Transaction<'_>, secrets: &Secrets, incoming: &Incoming) -> Result<Known, StoreError> {
    let full = identity_of(secrets, incoming);
    let identities = vec![short(&full)];
    if let Some(found) = find(transaction, &full)? {
        let held = held(transaction, found.message)?;
        // Read without a profile, or with an older one: a repeat is read again and replaces it (MESSAGE12 §7).
        let better = held.as_ref().is_some_and(|h| {
            incoming.profile.is_some() && (h.flags & FLAG_NO_PROFILE != 0 || h.profile != incoming.profile)
        });
        let same = found.fingerprint.is_none_or(|f| f == secrets.fingerprint.fingerprint(&incoming.canonical));
        return Ok(match (better, same) {
            (true, _) => Known::New { replaces: Some(found.message), identities: Vec::new() },
            (false, true) => Known::Repeated(found.message),
            (false, false) => Known::OtherContent,
        });
    }
    if let Some(set) = &incoming.set {
        let row = transaction
            .prepare_cached("SELECT message FROM version_set WHERE hash = ?1")?
            .query_row([set_hash(secrets, &incoming.sender, set)], |row| row.get(0).map(MessageId));
        let message = match row {
            Ok(message) => message,
            Err(rusqlite::Error::QueryReturnedNoRows) => return Ok(Known::New { replaces: None, identities }),
            Err(error) => return Err(error.into()),
        };
        let Some(held) = held(transaction, message)? else { return Ok(Known::New { replaces: None, identities }) };
        let order = (incoming.version, incoming.sent.map(|t| t.timestamp())).cmp(&(held.version, held.sent));
        return Ok(match order {
            std::cmp::Ordering::Greater => Known::New { replaces: Some(message), identities },
            std::cmp::Ordering::Less => Known::Superseded,
            std::cmp::Ordering::Equal => Known::OtherContent,
        });
    }
    let replaced = match &incoming.replaces {
        Some(id) => find(transaction, &secrets.fingerprint.identity(&incoming.sender, id))?,
        None => None,
    };
    Ok(Known::New { replaces: replaced.map(|f| f.message), identities })
}

/// Takes a replaced record away; gives its identities, which name the new record from now on.
pub(crate) fn remove_replaced(transaction: &Transaction<'_>, message: MessageId) -> Result<Vec<i64>, StoreError> {
    let identities: Vec<u8> = transaction
        .prepare_cached("SELECT identities FROM message WHERE id = ?1")?
        .query_row([message.0], |row| row.get(0))?;
    retention::remove_record(transaction, message, retention::Identities::Keep)?;
    Ok(identities.chunks_exact(8).filter_map(|c| c.try_into().ok()).map(i64::from_be_bytes).collect())
}

/// Stores a record's identity, and points those of the records it replaced to it.
pub(crate) fn store(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    incoming: &Incoming,
    id: MessageId,
    identities: &[i64],
) -> Result<(), StoreError> {
    let full = identity_of(secrets, incoming);
    let fingerprint = secrets.fingerprint.fingerprint(&incoming.canonical);
    for hash in identities {
        transaction.prepare_cached("UPDATE identity SET message = ?1 WHERE hash = ?2")?.execute(params![id.0, hash])?;
    }
    transaction
        .prepare_cached(
            "INSERT INTO identity(hash, message, full, fingerprint) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET message = excluded.message, fingerprint = excluded.fingerprint",
        )?
        .execute(params![short(&full), id.0, full, fingerprint])?;
    if let Some(set) = &incoming.set {
        transaction
            .prepare_cached(
                "INSERT INTO version_set(hash, message) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET message = excluded.message",
            )?
            .execute(params![set_hash(secrets, &incoming.sender, set), id.0])?;
    }
    Ok(())
}
