// The medical manager counts remarks and never reads them (R6).
fn look(archive: &mut store::Archive, session: &access::Session<access::MedicalManager>, record: domain::MessageId, entry: &access::Entry) {
    let _ = archive.open::<domain::Case, _>(session, record, domain::Purpose::Quality, entry.at);
// FORBIDDEN:     let _ = archive.open::<domain::Remarks, _>(session, record, domain::Purpose::Quality, entry.at);
}
