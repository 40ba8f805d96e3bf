//! What receiving and the store tell each other besides messages: which certificates are listed, which came and were refused, what is wrong.
//!
//! **Invariant:** what strangers can make grow here is bounded; the store is written by the thread that owns it, between groups.
//! **Not here:** messages (`committer`).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, NaiveDate, Utc};
use domain::InstanceId;
use store::{
    CertificateRefusal, CertificateRefused, CertificateSeen, ListedCertificate, SelfTestPass, Store, StoreError,
    Trouble,
};

/// Listed certificates and whom they may speak for.
pub(crate) type Listed = BTreeMap<String, ListedCertificate>;

// LIMIT: refusals that wait to be written, each of another certificate, reason or organisation; beyond them they are not counted.
const NOTES_MAX: usize = 500;
/// Between two writings of what was written before.
const AGAIN: Duration = Duration::from_secs(60);

type Key = (String, CertificateRefusal, Option<InstanceId>);

#[derive(Default)]
struct Notes {
    refused: BTreeMap<Key, CertificateRefused>,
    accepted: BTreeMap<String, CertificateSeen>,
    troubles: BTreeMap<Trouble, u64>,
    own: Option<CertificateSeen>,
    /// What has been written: it is written again after a while.
    written: BTreeSet<Key>,
    accepted_on: BTreeMap<String, NaiveDate>,
    troubles_written: BTreeSet<Trouble>,
    fresh: bool,
    last: Option<Instant>,
}

/// What receiving and the store tell each other besides messages.
#[derive(Default)]
pub(crate) struct Board {
    listed: RwLock<Arc<Listed>>,
    self_test: RwLock<Option<Arc<SelfTestPass>>>,
    notes: Mutex<Notes>,
    open: AtomicBool,
}

impl Board {
    /// The listed certificates, as last read.
    pub(crate) fn listed(&self) -> Arc<Listed> {
        Arc::clone(&self.listed.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The pass of the program's own test message, as last read.
    pub(crate) fn self_test(&self) -> Option<Arc<SelfTestPass>> {
        self.self_test.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the store is open.
    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Relaxed)
    }

    pub(crate) fn set_open(&self, open: bool) {
        self.open.store(open, Ordering::Relaxed);
    }

    /// Counts a refused certificate.
    pub(crate) fn refused(
        &self,
        certificate: &CertificateSeen,
        reason: CertificateRefusal,
        organisation: Option<InstanceId>,
        now: DateTime<Utc>,
    ) {
        let mut notes = self.notes();
        notes.accepted_on.remove(&certificate.fingerprint);
        if reason != CertificateRefusal::OtherOrganisation {
            // It is what came last that stands: an acceptance of the same round would end this refusal.
            notes.accepted.remove(&certificate.fingerprint);
        }
        let key = (certificate.fingerprint.clone(), reason, organisation.clone());
        if let Some(known) = notes.refused.get_mut(&key) {
            known.count += 1;
            known.last = now;
            return;
        }
        if notes.refused.len() >= NOTES_MAX {
            return;
        }
        notes.fresh |= !notes.written.contains(&key);
        let one = CertificateRefused { certificate: certificate.clone(), reason, organisation, count: 1, last: now };
        notes.refused.insert(key, one);
    }

    /// A certificate was accepted: noted once a day.
    pub(crate) fn accepted(&self, certificate: &CertificateSeen, now: DateTime<Utc>) {
        let (mut notes, today) = (self.notes(), now.date_naive());
        if notes.accepted_on.get(&certificate.fingerprint) == Some(&today) {
            return;
        }
        if notes.accepted_on.len() >= NOTES_MAX {
            notes.accepted_on.clear();
        }
        notes.accepted_on.insert(certificate.fingerprint.clone(), today);
        notes.accepted.insert(certificate.fingerprint.clone(), certificate.clone());
        notes.fresh = true;
    }

    /// The listener's own certificate.
    pub(crate) fn own(&self, certificate: CertificateSeen) {
        let mut notes = self.notes();
        notes.own = Some(certificate);
        notes.fresh = true;
    }

    /// Senders were told to come again, for this.
    pub(crate) fn trouble(&self, trouble: Trouble) {
        let mut notes = self.notes();
        *notes.troubles.entry(trouble).or_default() += 1;
        notes.fresh |= !notes.troubles_written.contains(&trouble);
    }

    /// Reads the list, and writes what is to be written.
    pub(crate) fn turn(&self, store: &mut Store, now: DateTime<Utc>) -> Result<(), StoreError> {
        let listed = store.senders_of_certificates()?;
        if *self.listed() != listed {
            *self.listed.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(listed);
        }
        let pass = store.hear_self_test(now)?.map(Arc::new);
        if self.self_test() != pass {
            *self.self_test.write().unwrap_or_else(PoisonError::into_inner) = pass;
        }
        let mut notes = self.notes();
        let is_due = notes.last.is_none_or(|last| last.elapsed() >= AGAIN);
        if !notes.fresh && !is_due {
            return Ok(());
        }
        let refused: Vec<CertificateRefused> = notes.refused.values().cloned().collect();
        let accepted: Vec<CertificateSeen> = notes.accepted.values().cloned().collect();
        let troubles: Vec<(Trouble, u64)> = notes.troubles.iter().map(|(trouble, count)| (*trouble, *count)).collect();
        let own = notes.own.clone();
        // What is noted from here on is fresh again.
        notes.fresh = false;
        // Senders do not wait for the disk.
        drop(notes);
        let written = store
            .note_certificates(&accepted, &refused, own.as_ref(), now)
            .and_then(|()| store.note_troubles(&troubles, now));
        if let Err(error) = written {
            self.notes().fresh = true;
            return Err(error);
        }
        self.notes().written_now(&refused, &accepted, &troubles);
        Ok(())
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Notes {
    /// Takes off what was written; what was counted meanwhile stays.
    fn written_now(
        &mut self,
        refused: &[CertificateRefused],
        accepted: &[CertificateSeen],
        troubles: &[(Trouble, u64)],
    ) {
        if self.written.len() >= NOTES_MAX {
            self.written.clear();
        }
        for one in refused {
            let key = (one.certificate.fingerprint.clone(), one.reason, one.organisation.clone());
            if let Some(known) = self.refused.get_mut(&key) {
                known.count -= one.count.min(known.count);
                if known.count == 0 {
                    self.refused.remove(&key);
                }
            }
            self.written.insert(key);
        }
        for one in accepted {
            self.accepted.remove(&one.fingerprint);
        }
        for (trouble, count) in troubles {
            if let Some(known) = self.troubles.get_mut(trouble) {
                *known -= (*count).min(*known);
            }
            self.troubles_written.insert(*trouble);
        }
        self.troubles.retain(|_, count| *count > 0);
        self.own = None;
        self.last = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn of_a_certificate_that_is_accepted_and_then_refused_in_one_round_the_refusal_stays() {
        let now = DateTime::UNIX_EPOCH;
        let seen = CertificateSeen {
            fingerprint: "sha256:0a".into(),
            names: "CN=naam.example".into(),
            common_name: "naam.example".into(),
            ura: None,
            not_after: now,
        };
        let pending = |board: &Board| {
            let notes = board.notes();
            (notes.accepted.len(), notes.refused.len())
        };
        let board = Board::default();
        board.accepted(&seen, now);
        board.refused(&seen, CertificateRefusal::NotConnected, None, now);
        assert_eq!(pending(&board), (0, 1));
        board.accepted(&seen, now);
        assert_eq!(pending(&board), (1, 1), "accepted again, it ends the refusal: the store deletes what it wrote");
        board.refused(&seen, CertificateRefusal::OtherOrganisation, None, now);
        assert_eq!(pending(&board), (1, 2), "that it spoke for another says nothing of the certificate");
    }
}
