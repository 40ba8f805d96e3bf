// What a professional wrote for himself opens with his own session: no other role has one that does.
fn look(store: &store::Store, writer: &access::Session<access::Professional>, manager: &access::Session<access::MedicalManager>, officer: &access::Session<access::PrivacyOfficer>, entry: &access::Entry) {
    let _ = store.open_reflection(writer, 1, entry.at);
// FORBIDDEN:     let _ = store.open_reflection(manager, 1, entry.at);
    let _ = store.reflections(writer, 9, entry.at);
// FORBIDDEN:     let _ = store.reflections(officer, 9, entry.at);
}
