//! Which certificates are believed, which are refused, and that the refused ones are listed with the reason.

use std::{os::unix::fs::PermissionsExt, path::Path, process::Command};

use hl7::Rule;
use intake::listener::{ListenerFileError, request_certificate};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use store::{
    CertificateRefusal::{self, Expired, NotConnected, NotYet, OtherIssuer, OtherOrganisation, Unlisted},
    Hospital, HospitalStatus, RefusedCertificateRow,
};

use crate::{
    ground::{Authority, Ground, Identity, Wanted, needs, said, self_signed, until},
    support::{full, hospital, now, organisation},
};

fn listed(ura: &str, status: HospitalStatus, certificates: &[String]) -> Hospital {
    Hospital { certificates: certificates.to_vec(), ..hospital(ura, status) }
}

fn refused(ground: &Ground, identity: &Identity) -> u32 {
    let mut client = ground.client(identity);
    client.write(b"");
    client.reply().unwrap().status
}

/// What is listed of a certificate, once it is.
fn row(ground: &Ground, identity: &Identity, reason: CertificateRefusal) -> RefusedCertificateRow {
    let (store, fingerprint) = (ground.store(), identity.fingerprint());
    let mut found = None;
    until("it is listed", || {
        let rows = store.refused_certificates(now()).unwrap();
        found = rows.into_iter().find(|row| row.certificate.fingerprint == fingerprint);
        found.is_some()
    });
    let row = found.unwrap();
    assert_eq!(row.reason, reason);
    row
}

/// Once the listener has read the list again.
fn connected(ground: &Ground, hospitals: &[Hospital], identity: &Identity, status: u32, number: u32) {
    ground.store().set_connections(hospitals, now()).unwrap();
    until("the list is read again", || {
        let mut client = ground.client(identity);
        client.send("text/xml", full(number).as_bytes());
        client.reply().is_some_and(|reply| reply.status == status)
    });
}

#[test]
fn an_expired_certificate_is_refused_and_listed_at_once_with_its_hospital() {
    let ground = Ground::new();
    let expired = ground.authority.issue(&Wanted { name: "verlopen.example", until: 2026 });
    ground
        .store()
        .set_connections(&[listed("00000102", HospitalStatus::Production, &[expired.fingerprint()])], now())
        .unwrap();
    assert_eq!(refused(&ground, &expired), 403);
    let row = row(&ground, &expired, Expired);
    assert_eq!(row.certificate.common_name, "verlopen.example");
    assert_eq!((row.since, row.count, row.hospitals), (now(), 1, vec![organisation("00000102")]));
}

#[test]
fn one_that_nobody_listed_of_the_client_ca_or_another_or_of_its_own_is_refused_and_listed() {
    let ground = Ground::new();
    let other = Authority::new(ground.folder.path(), "andere-ca");
    let strangers = [
        ground.authority.issue(&Wanted { name: "vreemd.example", until: 2090 }),
        other.issue(&Wanted { name: "elders.example", until: 2090 }),
        self_signed(ground.folder.path(), "eigen.example"),
    ];
    for stranger in &strangers {
        assert_eq!(refused(&ground, stranger), 403);
        row(&ground, stranger, Unlisted);
    }
}

#[test]
fn a_self_signed_one_is_known_by_its_fingerprint() {
    let ground = Ground::new();
    let own = self_signed(ground.folder.path(), "eigen.example");
    let hospitals = [listed("00000101", HospitalStatus::Production, &[own.fingerprint()])];
    connected(&ground, &hospitals, &own, 200, 1);
}

#[test]
fn by_its_names_one_is_known_only_of_the_client_ca_and_also_when_it_was_renewed() {
    let ground = Ground::new();
    let wanted = Wanted { name: "naam.example", until: 2090 };
    let first = ground.authority.issue(&wanted);
    let names = first.names();
    assert!(names.contains("O=Proef\\, Ziekenhuis,CN=naam.example;issuer:"), "{names}");
    let hospitals = [listed("00000101", HospitalStatus::Production, std::slice::from_ref(&names))];
    connected(&ground, &hospitals, &first, 200, 1);
    let renewed = ground.authority.issue(&wanted);
    assert_ne!(renewed.fingerprint(), names);
    assert_eq!(ground.client(&renewed).post("text/xml", full(2).as_bytes()).status, 200);
    // Another authority of the same name issues the same names.
    let elsewhere = ground.folder.path().join("elders");
    std::fs::create_dir(&elsewhere).unwrap();
    let imitated = Authority::new(&elsewhere, "ca").issue(&wanted);
    assert_eq!(imitated.names(), names);
    assert_eq!(refused(&ground, &imitated), 403);
    row(&ground, &imitated, OtherIssuer);
}

#[test]
fn a_hospital_that_stopped_is_refused_by_its_certificate_also_on_a_connection_that_stays() {
    let ground = Ground::new();
    let mut kept = ground.client(&ground.sender);
    assert_eq!(kept.post("text/xml", full(1).as_bytes()).status, 200);
    let stopped = [listed("00000101", HospitalStatus::Stopped, &[ground.sender.fingerprint()])];
    ground.store().set_connections(&stopped, now()).unwrap();
    let mut number = 2;
    let mut told = String::new();
    until("the list is read again", || {
        number += 1;
        let reply = kept.post("text/xml", full(number).as_bytes());
        told = reply.body;
        reply.status == 403
    });
    assert_eq!(told, "tekst van listener-certificate-not-connected\n");
    row(&ground, &ground.sender, NotConnected);
}

#[test]
fn a_list_that_changes_drops_no_connection() {
    let ground = Ground::new();
    let mut kept = ground.client(&ground.sender);
    assert_eq!(kept.post("text/xml", full(1).as_bytes()).status, 200);
    let other = ground.authority.issue(&Wanted { name: "ander.example", until: 2090 });
    assert_eq!(refused(&ground, &other), 403);
    let more = [listed("00000102", HospitalStatus::Production, &[other.fingerprint()])];
    // What it sends is of the other hospital, which it may not speak for.
    connected(&ground, &more, &other, 422, 2);
    ground.listener.as_ref().unwrap().reload().unwrap();
    assert_eq!(kept.post("text/xml", full(3).as_bytes()).status, 200);
}

/// What is on the other side of a new connection.
fn shown_by_server(ground: &Ground) -> Option<Vec<u8>> {
    let mut client = ground.client(&ground.sender);
    client.write(b"GET /gezond HTTP/1.1\r\nHost: x\r\n\r\n");
    client.reply()?;
    Some(client.stream.conn.peer_certificates()?.first()?.to_vec())
}

/// Puts a file in another's place, as a tool that renews certificates does.
fn exchange(from: &Path, to: &Path) {
    let beside = to.with_extension("new");
    std::fs::copy(from, &beside).unwrap();
    std::fs::rename(beside, to).unwrap();
}

#[test]
fn certificate_key_and_client_ca_that_are_replaced_on_disk_are_taken_by_themselves_and_no_connection_is_dropped() {
    let ground = Ground::new();
    let (folder, file) = (ground.folder.path(), |name: &str| ground.folder.path().join(name));
    let mut kept = ground.client(&ground.sender);
    assert_eq!(kept.post("text/xml", full(1).as_bytes()).status, 200);
    let before = shown_by_server(&ground).unwrap();
    // Certificate and key: in between they do not fit, and it goes on with what it had.
    let new = ground.authority.issue(&Wanted { name: "vernieuwd.example", until: 2090 });
    let new_der = CertificateDer::from_pem_file(&new.certificate).unwrap();
    exchange(&new.key, &file("terugblik.example.key"));
    let listener = ground.listener.as_ref().unwrap();
    assert_eq!(listener.reload(), Err(ListenerFileError::NoPair(file("terugblik.example.crt"))));
    assert_eq!(shown_by_server(&ground).unwrap(), before);
    exchange(&new.certificate, &file("terugblik.example.crt"));
    until("the new certificate is shown", || shown_by_server(&ground).as_deref() == Some(new_der.as_ref()));
    assert_eq!(kept.post("text/xml", full(2).as_bytes()).status, 200, "who was connected stays so");
    let store = ground.store();
    until("the store knows which it is", || {
        store.own_certificate().unwrap().is_some_and(|own| own.common_name == "vernieuwd.example")
    });
    // The client CA: who is listed by names is believed as soon as its issuer is in it.
    let other = Authority::new(folder, "andere-ca").issue(&Wanted { name: "naam.example", until: 2090 });
    let listed = [
        listed("00000101", HospitalStatus::Production, &[ground.sender.fingerprint()]),
        listed("00000102", HospitalStatus::Production, &[other.names()]),
    ];
    ground.store().set_connections(&listed, now()).unwrap();
    until("it is listed", || {
        let mut client = ground.client(&other);
        client.write(b"");
        client.reply().unwrap().body == "tekst van listener-certificate-other-issuer\n"
    });
    let both = [file("ca.pem"), file("andere-ca.pem")].map(|one| std::fs::read_to_string(one).unwrap()).concat();
    std::fs::write(file("beide.pem"), both).unwrap();
    // The client of the test believes the first of the file, as before.
    exchange(&file("beide.pem"), &file("ca.pem"));
    let text = full(3).replace("\"00000101\"", "\"00000102\"");
    until("its issuer is known", || {
        let mut client = ground.client(&other);
        client.send("text/xml", text.as_bytes());
        client.reply().is_some_and(|reply| reply.status == 200)
    });
    assert_eq!(kept.post("text/xml", full(4).as_bytes()).status, 200);
    // One that is no certificate is not taken, and nothing stops.
    std::fs::write(file("terugblik.example.crt"), "geen certificaat").unwrap();
    assert_eq!(listener.reload(), Err(ListenerFileError::NotPem(file("terugblik.example.crt"))));
    assert_eq!(shown_by_server(&ground).as_deref(), Some(new_der.as_ref()));
    assert_eq!(kept.post("text/xml", full(5).as_bytes()).status, 200);
}

#[test]
fn an_organisation_that_the_certificate_may_not_speak_for_is_refused_and_listed_with_it() {
    let ground = Ground::new();
    let text = full(1).replace("\"00000101\"", "\"00000102\"");
    let reply = ground.client(&ground.sender).post("text/xml", text.as_bytes());
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains(Rule::SenderMissing.id()), "{}", reply.body);
    let row = row(&ground, &ground.sender, OtherOrganisation);
    assert_eq!(row.organisation, Some(organisation("00000102")));
    assert_eq!(row.hospitals, [organisation("00000101")]);
}

#[test]
fn refusals_end_with_the_first_message_that_is_taken_in() {
    let ground = Ground::new();
    let own = self_signed(ground.folder.path(), "eigen.example");
    assert_eq!(refused(&ground, &own), 403);
    row(&ground, &own, Unlisted);
    connected(&ground, &[listed("00000101", HospitalStatus::Production, &[own.fingerprint()])], &own, 200, 1);
    let store = ground.store();
    until("it is not listed as refused any more", || store.refused_certificates(now()).unwrap().is_empty());
    let known = store.hospital_certificates().unwrap();
    let seen = known[0].seen.as_ref().unwrap();
    assert_eq!((seen.fingerprint.as_str(), known[0].last), (own.fingerprint().as_str(), Some(now())));
    assert_eq!(seen.not_after.to_rfc3339(), "2090-01-01T00:00:00+00:00");
    assert!(store.own_certificate().unwrap().is_some_and(|own| own.common_name == "terugblik.example"));
}

#[test]
fn certificates_that_the_openssl_command_made_are_read_as_it_says_them() {
    if !needs("openssl") {
        return;
    }
    let ground = Ground::new();
    let folder = ground.folder.path();
    let script = "openssl req -x509 -newkey rsa:2048 -nodes -keyout o.key -out o.crt -days 9000 \
        -subj '/C=NL/O=Proef\\+Ziekenhuis, Oost/CN=openssl.example' \
        -addext 'subjectAltName=otherName:2.5.5.5;IA5STRING:2.16.528.1.1007.99.2110-1-900021219-S-90000123-00.000-00000000' \
        -addext 'extendedKeyUsage=clientAuth' && chmod 600 o.key && openssl x509 -in o.crt -noout -fingerprint -sha256";
    let output = Command::new("sh").args(["-c", script]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let own = Identity { certificate: folder.join("o.crt"), key: folder.join("o.key") };
    let text = String::from_utf8_lossy(&output.stdout).to_lowercase();
    let digits = text.trim().rsplit('=').next().unwrap().replace(':', "");
    assert_eq!(own.fingerprint(), format!("sha256:{digits}"));
    assert_eq!(refused(&ground, &own), 403);
    // It counts from today; the clock of these tests stands before.
    let row = row(&ground, &own, NotYet);
    assert_eq!(row.certificate.ura.as_deref(), Some("90000123"), "offered to whoever lists it");
    assert!(row.certificate.names.starts_with("subject:C=NL,O=Proef\\+Ziekenhuis\\, Oost,CN=openssl.example;"));
}

#[test]
fn the_program_makes_a_key_that_only_its_owner_reads_and_a_request_that_openssl_verifies() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (key, request) = (folder.path().join("nieuw/hier/s.key"), folder.path().join("nieuw/hier/s.csr"));
    let long = format!("{}.example", "x".repeat(64));
    for wrong in
        ["", "rav example", "rav_1.example", "-rav.example", "rav..example", "rav.example.", "10.1.2.300", &long]
    {
        let refused = request_certificate("RAV Voorbeeld", wrong, &key, &request);
        assert_eq!(refused, Err(ListenerFileError::Name), "{wrong}");
    }
    assert!(!key.parent().unwrap().exists(), "nothing is made for what cannot be");
    request_certificate("RAV Voorbeeld", "rav.example", &key, &request).unwrap();
    let mode = |place: &Path| std::fs::metadata(place).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&key), mode(key.parent().unwrap())), (0o600, 0o700));
    let by_address = folder.path().join("a.key");
    request_certificate("RAV Voorbeeld", "192.0.2.7", &by_address, &folder.path().join("a.csr")).unwrap();
    let again = request_certificate("RAV Voorbeeld", "rav.example", &key, &folder.path().join("t.csr"));
    assert_eq!(again, Err(ListenerFileError::Exists(key.clone())));
    if !needs("openssl") {
        return;
    }
    let mut command = Command::new("openssl");
    command.args(["req", "-noout", "-verify", "-subject", "-text", "-in"]).arg(&request);
    let said = said(&command.output().unwrap());
    assert!(said.contains("verify OK") && said.contains("CN = rav.example"), "{said}");
    assert!(said.contains("DNS:rav.example"), "{said}");
}

#[test]
fn a_private_key_that_others_may_read_is_not_used_and_is_said_until_its_rights_are_mended_whatever_its_time() {
    let ground = Ground::new();
    let key = ground.folder.path().join("terugblik.example.key");
    let mode = |mode| std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    mode(0o640);
    let listener = ground.listener.as_ref().unwrap();
    assert_eq!(listener.wrong_file(), None);
    assert_eq!(listener.reload(), Err(ListenerFileError::KeyOpen(key.clone())));
    assert_eq!(listener.wrong_file(), Some(ListenerFileError::KeyOpen(key.clone())));
    // It goes on with what it had.
    assert_eq!(ground.client(&ground.sender).post("text/xml", full(1).as_bytes()).status, 200);
    mode(0o600);
    until("it was looked at again", || listener.wrong_file().is_none());
}
