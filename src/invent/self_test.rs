//! The message of a test that the program sends to itself: of no hospital, about no ride, with nothing of anybody.

use chrono::{Datelike, NaiveDateTime};
use domain::Agreement;

use crate::{Envelope, MessageSpec, sample_message};

/// The BSN in it, of the test range.
const BSN: &str = "999900006";
/// An organisation that is in no register.
const URA: &str = "00000999";

/// A message 12 in SOAP 1.1, as most hospitals send it; `ids`: of the document and of the transmission.
#[must_use]
pub fn self_test_message(rav: u8, at: NaiveDateTime, ids: [&str; 2]) -> Vec<u8> {
    let [id, transmission] = ids.map(str::to_owned);
    sample_message(&MessageSpec {
        envelope: Envelope::Soap11,
        id,
        transmission,
        sent: at,
        hospital: (URA.to_owned(), "Terugblik, proefbericht aan zichzelf".to_owned()),
        rav,
        ride: Some(format!("{rav}-{}-999999-1", at.year())),
        vehicle: Some(format!("{rav:02}-999")),
        departed: Some(at - chrono::TimeDelta::hours(1)),
        bsns: vec![BSN.to_owned()],
        gender: Some("F"),
        birth: Some("1950".to_owned()),
        agreement: Some(Agreement::Yes),
        medical: Some("Verzonnen proefbericht: er is geen patiënt.".to_owned()),
        ..MessageSpec::default()
    })
}
