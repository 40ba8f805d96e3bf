// The clerk has the BSN and nothing else: remarks are for the crew that gave the care (R6).
fn look(archive: &mut store::Archive, session: &access::Session<access::Administration>, record: domain::MessageId, entry: &access::Entry) {
    let _ = archive.open::<domain::Identification, _>(session, record, domain::Purpose::CompleteRide, entry.at);
// FORBIDDEN:     let _ = archive.open::<domain::Remarks, _>(session, record, domain::Purpose::CompleteRide, entry.at);
}
