// The medical manager sees a case with an age band, never the diagnosis with the birth date.
fn look(archive: &mut store::Archive, session: &access::Session<access::MedicalManager>, record: domain::MessageId, entry: &access::Entry) {
    let _ = archive.open::<domain::Case, _>(session, record, domain::Purpose::Quality, entry.at);
// FORBIDDEN:     let _ = archive.open::<domain::Diagnosis, _>(session, record, domain::Purpose::Quality, entry.at);
}
