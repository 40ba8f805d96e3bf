// Receiving cannot read back: an inbox has no way to open anything.
fn look(inbox: &mut store::Inbox, archive: &mut store::Archive, session: &access::Session<access::Administration>, record: domain::MessageId, entry: &access::Entry) {
    let _ = archive.open::<domain::Identification, _>(session, record, domain::Purpose::CompleteRide, entry.at);
// FORBIDDEN:     let _ = inbox.open::<domain::Identification, _>(session, record, domain::Purpose::CompleteRide, entry.at);
}
