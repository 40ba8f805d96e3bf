//! What hinders receiving in the demo of forty hospitals: certificates that expire, a queue that is full, a disk that nearly is.

use app::demo::Hindered;
use chrono::{DateTime, TimeDelta, Utc};
use domain::Ura;
use store::{CertificateRefusal, CertificateRefused, CertificateSeen, Hospital, HospitalStatus, Trouble};

fn seen(hospital: &Hospital, not_after: DateTime<Utc>) -> Option<CertificateSeen> {
    let fingerprint = hospital.certificates.first()?.clone();
    let ura = hospital.organisation.extension.clone().filter(|_| hospital.organisation.root == Ura::ROOT)?;
    let common_name = format!("uzi-{ura}.ziekenhuis.example");
    let names = format!("subject:CN={common_name};issuer:CN=Zorg CSP Level 21 Private Services CA G1,O=Zorg CSP,C=NL");
    Some(CertificateSeen { fingerprint, names, common_name, ura: Some(ura), not_after })
}

/// Of the first hospitals in production one has expired, and one each expires within seven, thirty and sixty days; the listener's own
/// within thirty.
pub fn of(hospitals: &[Hospital], now: DateTime<Utc>) -> Hindered {
    let days = TimeDelta::days;
    // Above those that send, so that the demo's messages are not said to be refused.
    let production = hospitals.iter().skip(9).filter(|hospital| hospital.status == HospitalStatus::Production);
    let ends = [-days(2), days(6), days(24), days(55)];
    let accepted: Vec<CertificateSeen> =
        production.zip(ends).filter_map(|(hospital, end)| seen(hospital, now + end + TimeDelta::hours(5))).collect();
    let expired = accepted.first().map(|certificate| CertificateRefused {
        certificate: certificate.clone(),
        reason: CertificateRefusal::Expired,
        organisation: None,
        count: 31,
        last: now - TimeDelta::minutes(4),
    });
    let own = CertificateSeen {
        fingerprint: format!("sha256:{}", "7e".repeat(32)),
        names: "subject:CN=terugblik.rav.example;issuer:CN=Zorg CSP Level 21 Private Services CA G1,O=Zorg CSP,C=NL"
            .to_owned(),
        common_name: "terugblik.rav.example".to_owned(),
        ura: None,
        not_after: now + days(27),
    };
    Hindered {
        troubles: vec![(Trouble::DiskNearlyFull, 12), (Trouble::NotStored, 3), (Trouble::TooMuch, 248)],
        accepted,
        refused: expired.into_iter().collect(),
        own: Some(own),
        at: Some(now),
    }
}
