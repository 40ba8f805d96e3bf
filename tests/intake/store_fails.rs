//! When the store cannot be written nothing is acknowledged, and the sender is told to come again.

use domain::StoreKind;
use hl7::Rule;
use intake::{TakenOutcome, Way};
use store::HospitalStatus::Production;

use crate::support::{House, arrival, full, now, rules, sample};

#[test]
fn a_message_that_could_not_be_stored_is_answered_with_503_in_its_own_envelope() {
    let mut house = House::of(StoreKind::Test, Production);
    // Another program with the key takes a table away: the append fails in the middle.
    let connection = rusqlite::Connection::open(house.folder.path().join("store/terugblik.db")).unwrap();
    let key = house.root.sqlcipher_key();
    connection.execute_batch(&format!("{}DROP TABLE counter", *store::sqlcipher_opening(&key))).unwrap();
    for (text, code) in
        [(sample("31-soap11.xml"), Some("CR")), (sample("32-soap12-zonder-ack.xml"), None), (full(1), Some("CR"))]
    {
        let arrival = arrival(text.as_bytes(), Way::Https, &[]);
        assert!(intake::take_in(&mut house.inbox, &house.reader, &arrival, now()).is_err());
        let taken = intake::not_stored(&house.reader, &arrival, now());
        assert_eq!(taken.outcome, TakenOutcome::Refused(Rule::NotStored));
        assert_eq!(rules(&taken), [Rule::NotStored]);
        assert_eq!((taken.answer.code, taken.answer.http_status), (code, 503));
        assert!(taken.answer.retry_after_seconds.is_some());
        let soap = taken.answer.xml.is_some_and(|xml| xml.contains("<soap:Envelope"));
        assert_eq!(soap, text.contains("xmlns:soap=\"http://schemas"), "in the envelope of the question");
    }
    let records: u64 = connection.query_row("SELECT count(*) FROM message", [], |row| row.get(0)).unwrap();
    assert_eq!(records, 0);
}
