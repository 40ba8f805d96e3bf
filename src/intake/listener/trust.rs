//! Which certificates are believed, and for which organisations: the listed ones, as long as their dates hold.
//!
//! **Invariant:** a certificate is known by its listed fingerprint, or by listed names and an issuer in the client CA; a self-signed one by
//! its fingerprint only (DESIGN §8). **Not here:** proof that the other side has its key (`tls`).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::InstanceId;
use rustls::{RootCertStore, server::WebPkiClientVerifier, server::danger::ClientCertVerifier};
use rustls_pki_types::{CertificateDer, UnixTime};
use store::{CertificateRefusal, ListedCertificate, SelfTestPass};

use super::certificate::CertificateRead;
use crate::board::{Board, Listed};

/// The client CA: who may issue certificates that are known by their names.
#[derive(Clone)]
pub(crate) struct ClientCa(Option<Arc<dyn ClientCertVerifier>>);

impl ClientCa {
    /// None: certificates are known by fingerprint only.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    pub(crate) fn of(roots: &[CertificateDer<'static>]) -> Option<Self> {
        let mut store = RootCertStore::empty();
        for root in roots {
            store.add(root.clone()).ok()?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(store), provider).build().ok()?;
        Some(Self(Some(verifier)))
    }

    /// Whether a chain that counts now leads to it.
    pub(crate) fn issued(&self, chain: &[CertificateDer<'static>], now: DateTime<Utc>) -> bool {
        let (Some(verifier), Some((own, between))) = (&self.0, chain.split_first()) else { return false };
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        let moment = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        verifier.verify_client_cert(own, between, moment).is_ok()
    }
}

/// Who is on the other side, as far as the certificate says it by itself; asked once a connection.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) certificate: CertificateRead,
    /// Its issuer is in the client CA.
    pub(crate) issued: bool,
}

/// What a certificate may do here.
pub(crate) enum Right {
    /// Send messages of these organisations.
    Sends(Arc<[InstanceId]>),
    /// Bring the program's own test message, and nothing else.
    SelfTest(Arc<SelfTestPass>),
}

/// What it may do, or why nothing; asked anew for each message, since lists and clocks change while a connection stays. A certificate that is
/// listed for a hospital never brings the program's own test message.
pub(crate) fn right(peer: &Peer, board: &Board, now: DateTime<Utc>) -> Result<Right, CertificateRefusal> {
    let is_for = |pass: &Arc<SelfTestPass>| pass.fingerprint == peer.certificate.seen.fingerprint && pass.until > now;
    match judge(peer, &board.listed(), now) {
        Ok(allowed) => Ok(Right::Sends(allowed)),
        Err(CertificateRefusal::Unlisted) => {
            board.self_test().filter(is_for).map(Right::SelfTest).ok_or(CertificateRefusal::Unlisted)
        }
        Err(refusal) => Err(refusal),
    }
}

/// Whom it may speak for, or why not.
fn judge(peer: &Peer, listed: &Listed, now: DateTime<Utc>) -> Result<Arc<[InstanceId]>, CertificateRefusal> {
    let CertificateRead { seen, not_before } = &peer.certificate;
    let by_fingerprint = listed.get(&seen.fingerprint);
    let by_names = listed.get(&seen.names);
    if seen.not_after < now {
        return Err(CertificateRefusal::Expired);
    }
    if *not_before > now {
        return Err(CertificateRefusal::NotYet);
    }
    let found: Vec<&ListedCertificate> = by_fingerprint.into_iter().chain(by_names.filter(|_| peer.issued)).collect();
    let allowed: Vec<InstanceId> = found.iter().flat_map(|l| l.allowed.iter().cloned()).collect();
    match (found.is_empty(), allowed.is_empty()) {
        (true, _) if by_names.is_some() => Err(CertificateRefusal::OtherIssuer),
        (true, _) => Err(CertificateRefusal::Unlisted),
        (false, true) => Err(CertificateRefusal::NotConnected),
        (false, false) => Ok(allowed.into()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeMap;

    use chrono::{TimeDelta, TimeZone};
    use store::CertificateSeen;

    use super::*;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 9, 20, 10, 0, 0).unwrap()
    }

    fn peer(issued: bool) -> Peer {
        let seen = CertificateSeen {
            fingerprint: "sha256:aa".into(),
            names: "subject:CN=a;issuer:CN=b".into(),
            common_name: "a".into(),
            ura: None,
            not_after: now() + TimeDelta::days(9),
        };
        Peer { certificate: CertificateRead { seen, not_before: now() - TimeDelta::days(9) }, issued }
    }

    fn listed(as_what: &str, connected: bool) -> Listed {
        let id = InstanceId { root: "1.2".into(), extension: Some("3".into()) };
        let one = if connected {
            ListedCertificate { allowed: vec![id], not_connected: vec![] }
        } else {
            ListedCertificate { allowed: vec![], not_connected: vec![id] }
        };
        BTreeMap::from([(as_what.to_owned(), one)])
    }

    #[test]
    fn known_by_fingerprint_whoever_issued_it_and_by_names_only_of_the_client_ca() {
        let names = "subject:CN=a;issuer:CN=b";
        assert_eq!(judge(&peer(false), &listed("sha256:aa", true), now()).unwrap().len(), 1);
        assert_eq!(judge(&peer(true), &listed(names, true), now()).unwrap().len(), 1);
        assert_eq!(judge(&peer(false), &listed(names, true), now()), Err(CertificateRefusal::OtherIssuer));
        assert_eq!(judge(&peer(true), &listed("sha256:bb", true), now()), Err(CertificateRefusal::Unlisted));
        assert_eq!(judge(&peer(true), &listed(names, false), now()), Err(CertificateRefusal::NotConnected));
    }

    #[test]
    fn its_dates_hold_or_it_is_refused_however_it_is_listed() {
        let all = listed("sha256:aa", true);
        let at = |days| judge(&peer(true), &all, now() + TimeDelta::days(days)).err();
        assert_eq!(
            [at(-10), at(-8), at(9), at(10)],
            [Some(CertificateRefusal::NotYet), None, None, Some(CertificateRefusal::Expired)]
        );
    }
}
