//! Files that the command line is given: what is wrong in one is said at its line, with what belongs there.

use std::os::unix::fs::PermissionsExt;

use chrono::Datelike;

use crate::support::{Place, fixtures, path, text};

/// What it says of a file that it refuses.
fn refused(place: &Place, arguments: &[&str]) -> String {
    let output = place.run(arguments);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn a_limit_that_cannot_be_is_named_at_its_line_with_what_it_may_be_and_nothing_is_kept() {
    let place = Place::made();
    let with = |content: &str| {
        let file = place.file("grenzen.toml", content);
        let said = refused(&place, &["receive", "--save", "--limits", &file]);
        assert!(said.contains(&file), "{said}");
        said
    };
    for (content, says) in [
        (
            "connections_max = 50\n\nbody_bytes_max = 0 # niets\n",
            "regel 3, kolom 18: body_bytes_max ligt tussen 1 en 16777216",
        ),
        ("idle_seconds = 86401", "regel 1, kolom 16: idle_seconds ligt tussen 1 en 86400"),
        ("\nin_flight_shared_max = 100", "in_flight_alone_max staat hier niet en is dus 64; "),
        ("connections_max = \"50\"", "regel 1, kolom 19: hier hoort een geheel getal van 0 tot en met"),
        ("connections_max = -1", "regel 1, kolom 19: hier hoort een geheel getal van 0 tot en met"),
        ("requests_per_minute_max = 4294967296", "van 0 tot en met 4294967295"),
        ("connections_max = true", "hier hoort een geheel getal"),
        ("connectionsmax = 1", "connectionsmax is hier onbekend"),
    ] {
        let said = with(content);
        assert!(said.contains(says) && said.contains("er is niets gewijzigd"), "{content}: {said}");
    }
    // English, with the parser's own words after ours.
    let file = place.file("limits.toml", "connections_max = \"50\"");
    let mut english = place.command(&["receive", "--save", "--limits", &file]);
    let said = english.env("LC_ALL", "en_GB.UTF-8").env("LANG", "en_GB.UTF-8").output().unwrap();
    let said = text(&said.stderr);
    assert!(said.contains("a whole number from 0 to 9223372036854775807 belongs here"), "{said}");
    assert!(said.trim().ends_with("(expected usize)"), "{said}");
}

#[test]
fn a_value_of_another_kind_in_a_file_of_connections_or_of_set_up_is_told_what_belongs_there() {
    let place = Place::made();
    let good = std::fs::read_to_string(fixtures().join("connections.toml")).unwrap();
    let put = |line: &str| good.replacen("status = \"production\"", &format!("status = \"production\"\n{line}"), 1);
    for (content, says) in [
        (put("certificates = \"sha256:0a\""), "regel 6, kolom 16: hier hoort een lijst tussen blokhaken"),
        (put("folder = 5"), "regel 6, kolom 10: hier hoort tekst tussen aanhalingstekens"),
        (put("steps = [{ step = 300 }]"), "hier hoort een geheel getal van 0 tot en met 255"),
        (put("contacts = [1]"), "hier hoort een tabel"),
        (put("messages_8_9_10_since = 2026-01-01"), "regel 6, kolom 25: hier hoort tekst tussen aanhalingstekens"),
        (
            good.replacen("identification = true", "identification = \"ja\"", 1),
            "regel 9, kolom 18: hier hoort true of false",
        ),
        ("hospital = 1".into(), "regel 1, kolom 12: hier hoort een lijst"),
    ] {
        assert_ne!(content, good);
        let said = refused(&place, &["connections", "import", &place.file("fout.toml", &content)]);
        assert!(said.contains(says) && said.contains("fout.toml"), "{says}: {said}");
    }
    let config = "[organisation]\nname = \"RAV\"\nrav = 12\n[store]\nkind = \"productie\"\n";
    let said = refused(&place, &["init", "--config", &place.file("rav.toml", config)]);
    assert!(said.contains("regel 5, kolom 8: hier hoort een van production, test"), "{said}");
}

#[test]
fn an_export_of_no_hospital_is_a_file_that_can_be_added_to_and_read_again() {
    let place = Place::empty();
    place.done(&["init", "--config", path(&fixtures().join("init.toml"))]);
    let file = place.path("leeg.toml");
    place.done(&["connections", "export", path(&file)]);
    place.done(&["connections", "import", path(&file)]);
    let empty = std::fs::read_to_string(&file).unwrap();
    let one = "[[hospital]]\norganisation = { root = \"2.16.528.1.1007.3.3\", extension = \"00000201\" }\n\
               name = \"Noord\"\nstatus = \"test\"\nmessages_8_9_10_since = \"2026-01-01\"\n";
    std::fs::write(&file, format!("{empty}\n{one}")).unwrap();
    place.done(&["connections", "import", path(&file)]);
    assert_eq!(place.status()["senders"][0]["organisation"]["extension"], "00000201");
    // What stands in it as an example is one, once it is no remark any more.
    let example = empty.replace("# ", "").replace("00000000", "00000202");
    place.done(&["connections", "import", &place.file("voorbeeld.toml", example)]);
    assert_eq!(place.status()["senders"].as_array().unwrap().len(), 2);
}

/// A certificate with a URA, as a hospital sends it in a file.
fn certificate(name: &str, ura: &str, until: chrono::DateTime<chrono::Utc>) -> rcgen::Certificate {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(rcgen::DnType::OrganizationName, "Proef, Ziekenhuis");
    parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
    let (oid, number) = (vec![2, 5, 5, 5], format!("2.16.528.1.1007.99.2110-1-900021219-S-{ura}-00.000-00000000"));
    parameters.subject_alt_names.push(rcgen::SanType::OtherName((oid, number.as_str().into())));
    let [month, day] = [until.month(), until.day()].map(|n| u8::try_from(n).unwrap());
    parameters.not_after = rcgen::date_time_ymd(until.year(), month, day);
    parameters.self_signed(&key).unwrap()
}

#[test]
fn a_hospitals_certificate_is_let_in_from_a_file_before_its_first_use_and_warned_of_from_the_first_day() {
    let place = Place::made();
    let now = chrono::Utc::now();
    let soon = certificate("seh.example", "00000101", now + chrono::TimeDelta::days(20));
    let (pem, der) = (place.file("seh.pem", soon.pem()), place.file("seh.der", soon.der()));
    let said = place.done(&["certificate", "add", "--hospital", "00000101", &pem]);
    for part in
        ["Ziekenhuis Rivierenland Oost", "O=Proef\\, Ziekenhuis,CN=seh.example; uitgever", "URA 00000101; sha256:"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert_eq!(said.lines().count(), 1, "{said}");
    let before = place.status();
    let warned = before["certificates"].as_array().unwrap();
    assert_eq!((warned.len(), &warned[0]["stage"]), (1, &"thirty".into()), "{warned:?}");
    assert_eq!(warned[0]["hospital"]["last"], serde_json::Value::Null, "nobody has used it");
    assert!(place.done(&["status"]).contains("Ziekenhuis Rivierenland Oost: certificaat verloopt op "));
    // The same in its other form, and by the hospital's name: it is there once.
    place.done(&["certificate", "add", "--hospital", "Ziekenhuis Rivierenland Oost", &der]);
    assert_eq!(place.status()["certificates"].as_array().unwrap().len(), 1);
    assert_eq!(place.status()["audit"]["intact"], true);
    // Of another number than the hospital's: it may be a platform's, and is said.
    let other = certificate("platform.example", "90000123", now + chrono::TimeDelta::days(300));
    let said = place.done(&["certificate", "add", "--hospital", "00000102", &place.file("platform.pem", other.pem())]);
    assert!(said.contains("URA 90000123; ") && said.contains("niet het nummer van dit ziekenhuis"), "{said}");
    let past = certificate("oud.example", "00000101", now - chrono::TimeDelta::days(2));
    for (hospital, file, says) in [
        ("00000101", place.file("oud.pem", past.pem()), "oud.pem: dit certificaat is verlopen op "),
        ("00000101", place.file("geen.pem", "geen certificaat"), "geen.pem: hier staat geen certificaat"),
        ("00000999", pem.clone(), "Er is niet één ziekenhuis dat 00000999 heet"),
    ] {
        let said = refused(&place, &["certificate", "add", "--hospital", hospital, &file]);
        assert!(said.contains(says), "{said}");
    }
    let file = place.path("na.toml");
    place.done(&["connections", "export", path(&file)]);
    assert_eq!(std::fs::read_to_string(file).unwrap().matches("sha256:").count(), 2);
}

#[test]
fn a_request_for_a_certificate_makes_its_folder_and_refuses_a_name_that_is_none() {
    let place = Place::made();
    let folder = place.path("nieuw/hier");
    let asked = |host: &str| ["certificate", "request", "--host", host, "--out", path(&folder)].map(str::to_owned);
    let wrong = asked("ontvangst rav.example");
    let said = refused(&place, &wrong.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(said.contains("geef een domeinnaam"), "{said}");
    assert!(!folder.exists());
    let right = asked("ontvangst.rav.example");
    place.done(&right.iter().map(String::as_str).collect::<Vec<_>>());
    let mode = std::fs::metadata(folder.join("terugblik.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(folder.join("terugblik.csr").exists());
    // Where it cannot be made, the folder is named.
    let under = place.file("bestand", "geen map");
    let output = place.run(&["certificate", "request", "--host", "rav.example", "--out", &format!("{under}/map")]);
    let said = text(&output.stderr);
    assert!(output.status.code() == Some(4) && said.contains(&under), "{said}");
}
