//! The headless receiver with its listener: from the command line to an answer over TLS, beside a watched folder, and its certificate
//! exchanged while it runs. Senders are `curl` with certificates of `openssl`.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use crate::{
    incoming::{Incoming, Receiver, names},
    support::{needs, path, text},
};

/// A self-signed certificate and its key, made by `openssl`.
pub struct Pair {
    pub certificate: String,
    pub key: String,
}

impl Pair {
    pub fn made(incoming: &Incoming, name: &str) -> Self {
        let file = |end: &str| path(&incoming.place.path(&format!("{name}.{end}"))).to_owned();
        let pair = Self { certificate: file("pem"), key: file("key") };
        let mut command = Command::new("openssl");
        command.args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "300",
        ]);
        command.args(["-subj", &format!("/CN={name}"), "-addext", "subjectAltName=IP:127.0.0.1"]);
        let made = command.args(["-keyout", &pair.key, "-out", &pair.certificate]).output().unwrap();
        assert!(made.status.success(), "{}", text(&made.stderr));
        fs::set_permissions(&pair.key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        pair
    }

    /// One that has expired.
    pub fn expired(incoming: &Incoming, name: &str) -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2020, 9, 15);
        let certificate = parameters.self_signed(&key).unwrap();
        let file = |end: &str, text: String| incoming.place.file(&format!("{name}.{end}"), text);
        let pair = Self { certificate: file("pem", certificate.pem()), key: file("key", key.serialize_pem()) };
        fs::set_permissions(&pair.key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        pair
    }

    /// `sha256:…`, as a connection lists it.
    pub fn fingerprint(&self) -> String {
        let mut command = Command::new("openssl");
        let said =
            command.args(["x509", "-noout", "-fingerprint", "-sha256", "-in", &self.certificate]).output().unwrap();
        let said = text(&said.stdout);
        format!("sha256:{}", said.trim().rsplit('=').next().unwrap().replace(':', "").to_lowercase())
    }
}

/// The hospital of the samples with its certificate, and a receiver that listens and watches; with where it listens.
fn listening(incoming: &Incoming, server: &Pair, client: &Pair) -> (Receiver, String) {
    let file = incoming.place.path("aansluitingen.toml");
    let listed = format!("folder = \"oost\"\ncertificates = [\"{}\"]\n", client.fingerprint());
    let connections = fs::read_to_string(&file).unwrap().replace("folder = \"oost\"\n", &listed);
    fs::write(&file, connections).unwrap();
    incoming.place.done(&["connections", "import", path(&file)]);
    let listen = ["--listen", "127.0.0.1:0", "--certificate", &server.certificate, "--private-key", &server.key];
    let mut receiver = incoming.receiver(&listen);
    let said = receiver.says();
    let address =
        said.split("https://").nth(1).unwrap_or_else(|| panic!("{said}")).trim().trim_end_matches('.').to_owned();
    (receiver, address)
}

fn post(address: &str, server: &Pair, client: &Pair, file: &str) -> Output {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--max-time", "30", "--tlsv1.3", "--cacert", &server.certificate]);
    command.args([
        "--cert",
        &client.certificate,
        "--key",
        &client.key,
        "--header",
        "Content-Type: text/xml; charset=utf-8",
    ]);
    command.args(["--write-out", "\n%{http_code}", "--data-binary"]).arg(format!("@{file}"));
    command.arg(format!("https://{address}/bericht12")).output().unwrap()
}

const KEPT: &str = r#"
import http.client, ssl, sys
host, ca, certificate, key, name = sys.argv[1:6]
context = ssl.create_default_context(cafile=ca)
context.load_cert_chain(certificate, key)
connection = http.client.HTTPSConnection(host, context=context)
connection.connect()
# From here on a connection that is gone is an error.
connection.auto_open = 0
for _ in sys.stdin:
    connection.request("POST", "/bericht12", open(name, "rb").read(), {"Content-Type": "text/xml"})
    answer = connection.getresponse()
    answer.read()
    print(answer.status, flush=True)
"#;

/// One connection that stays, of a client in Python.
struct Kept(std::process::Child, BufReader<std::process::ChildStdout>);

impl Kept {
    fn to(address: &str, server: &Pair, client: &Pair, file: &str) -> Self {
        let mut command = Command::new("python3");
        command.args(["-c", KEPT, address, &server.certificate, &client.certificate, &client.key, file]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        Self(child, said)
    }

    /// The status of one message more.
    fn posts(&mut self) -> String {
        self.0.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
        let mut line = String::new();
        self.1.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_listens_and_watches_at_once_takes_a_new_certificate_at_sighup_and_answers_while_another_has_the_store_alone() {
    if !needs("curl") || !needs("openssl") || !needs("python3") {
        return;
    }
    let incoming = Incoming::new();
    let (server, client) = (Pair::made(&incoming, "ontvanger"), Pair::made(&incoming, "ziekenhuis"));
    let (receiver, address) = listening(&incoming, &server, &client);
    let message = incoming.place.file("bericht.xml", incoming.message(1));
    let answer = text(&post(&address, &server, &client, &message).stdout);
    assert!(answer.ends_with("\n200") && answer.contains("\"CA\""), "{answer}");
    incoming.drop_in(2);
    incoming.until_put_away(1);
    assert_eq!(incoming.place.status()["records"], 2);
    let answers = |server: &Pair, wanted: &str| {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let answer = text(&post(&address, server, &client, &message).stdout);
            if answer.ends_with(wanted) {
                return;
            }
            assert!(Instant::now() < deadline, "never {wanted}: {answer}");
        }
    };
    let mut kept = Kept::to(&address, &server, &client, &message);
    assert_eq!(kept.posts(), "200");
    // Another certificate in the same files: the next connection gets it, and one that is there stays.
    let new = Pair::made(&incoming, "nieuw");
    fs::copy(&new.key, &server.key).unwrap();
    fs::copy(&new.certificate, &server.certificate).unwrap();
    receiver.signal("HUP");
    answers(&new, "\n200");
    assert_eq!(kept.posts(), "200");
    // A file that is none is said, and it goes on with what it had.
    fs::write(&server.certificate, "geen certificaat").unwrap();
    receiver.signal("HUP");
    answers(&new, "\n200");
    // Another process takes the store alone: senders are told to come again, and after that all is as before.
    let alone = File::options().write(true).open(incoming.place.path("store/asked.lock")).unwrap();
    alone.lock().unwrap();
    answers(&new, "\n503");
    alone.unlock().unwrap();
    answers(&new, "\n200");
    assert_eq!(kept.posts(), "200", "a reload and a store that was away dropped no connection");
    drop(kept);
    incoming.drop_in(3);
    incoming.until_put_away(2);
    let (code, said) = receiver.stopped();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("ontvanger.pem"), "{said}");
    assert_eq!(names(&incoming.oost()), ["geweigerd", "verwerkt"]);
}

#[test]
fn a_key_that_cannot_be_read_at_a_reload_is_an_alarm_until_it_can_and_goes_by_itself_from_then_on() {
    if !needs("openssl") {
        return;
    }
    let incoming = Incoming::new();
    let (server, client) = (Pair::made(&incoming, "ontvanger"), Pair::made(&incoming, "ziekenhuis"));
    let (receiver, _) = listening(&incoming, &server, &client);
    let attention = |wanted: &str| {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let status = incoming.place.run(&["status", "--json", "--check"]);
            let json: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
            if json["attention"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|one| one.as_str())
                .eq(wanted.split_terminator(' '))
            {
                return (status.status.code(), json["receiver"]["file"].clone());
            }
            assert!(Instant::now() < deadline, "never {wanted}: {json}");
            std::thread::park_timeout(Duration::from_millis(50));
        }
    };
    let mode = |mode| fs::set_permissions(&server.key, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    assert_eq!(attention(""), (Some(1), serde_json::Value::Null), "no kit here");
    mode(0o644);
    receiver.signal("HUP");
    let (code, file) = attention("server-certificate");
    assert_eq!((code, &file["fault"], &file["place"]), (Some(2), &"key_open".into(), &server.key.as_str().into()));
    let said = text(&incoming.place.run(&["status"]).stdout);
    assert!(said.contains("LET OP: Sinds") && said.contains("chmod 600"), "{said}");
    // Another fault takes its place.
    mode(0o600);
    fs::rename(&server.certificate, format!("{}.weg", server.certificate)).unwrap();
    receiver.signal("HUP");
    while attention("server-certificate").1["fault"] != "gone" {}
    fs::rename(format!("{}.weg", server.certificate), &server.certificate).unwrap();
    receiver.signal("HUP");
    assert_eq!(attention(""), (Some(1), serde_json::Value::Null));
    assert_eq!(receiver.stopped().0, Some(0));
}

#[test]
fn a_servers_key_that_systemd_handed_over_is_taken_as_its_list_of_rights_shows_it() {
    if !needs("openssl") {
        return;
    }
    let incoming = Incoming::new();
    let server = Pair::made(&incoming, "ontvanger");
    let credentials = incoming.place.path("credentials");
    fs::create_dir(&credentials).unwrap();
    let key = credentials.join("server.key");
    fs::copy(&server.key, &key).unwrap();
    let listen =
        ["receive", "--listen", "127.0.0.1:0", "--certificate", &server.certificate, "--private-key", path(&key)];
    let answer = |mode: u32, credentials: Option<&Path>| {
        fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        let mut command = incoming.place.command(&listen);
        command.env("CREDENTIALS_DIRECTORY", credentials.unwrap_or(Path::new("")));
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        line
    };
    assert!(answer(0o440, Some(&credentials)).contains("De ontvanger draait"));
    for (mode, credentials) in [(0o440, None), (0o444, Some(&*credentials)), (0o460, Some(&*credentials))] {
        let said = answer(mode, credentials);
        assert!(said.contains("ook anderen mogen deze geheime sleutel lezen"), "{mode:o}: {said}");
    }
}

#[test]
fn a_renewed_key_in_the_place_of_a_credential_is_read_at_a_sighup() {
    if !needs("curl") || !needs("openssl") {
        return;
    }
    let incoming = Incoming::new();
    let (made, client) = (Pair::made(&incoming, "ontvanger"), Pair::made(&incoming, "ziekenhuis"));
    let credentials = incoming.place.path("credentials");
    fs::create_dir(&credentials).unwrap();
    let key = path(&credentials.join("server.key")).to_owned();
    let server = Pair { certificate: made.certificate, key };
    fs::copy(&made.key, &server.key).unwrap();
    let (mut receiver, address) = listening(&incoming, &server, &client);
    let message = incoming.place.file("bericht.xml", incoming.message(1));
    let status = |trusted: &Pair| text(&post(&address, trusted, &client, &message).stdout);
    assert!(status(&server).ends_with("\n200"));
    // As after a restart of the unit, or a reload by a systemd that hands credentials over again: another file in the same place.
    let renewed = Pair::made(&incoming, "vernieuwd");
    fs::remove_file(&server.key).unwrap();
    fs::copy(&renewed.key, &server.key).unwrap();
    fs::copy(&renewed.certificate, &server.certificate).unwrap();
    receiver.signal("HUP");
    let deadline = Instant::now() + Duration::from_secs(30);
    while !status(&renewed).ends_with("\n200") {
        assert!(Instant::now() < deadline, "{}", receiver.says());
        std::thread::park_timeout(Duration::from_millis(50));
    }
    assert_eq!(receiver.stopped().0, Some(0));
}

#[test]
fn a_sender_whose_certificate_has_expired_is_named_with_the_cause_at_its_first_try() {
    if !needs("curl") || !needs("openssl") {
        return;
    }
    let incoming = Incoming::new();
    let (server, client) = (Pair::made(&incoming, "ontvanger"), Pair::expired(&incoming, "ziekenhuis"));
    let (receiver, address) = listening(&incoming, &server, &client);
    let message = incoming.place.file("bericht.xml", incoming.message(1));
    let answer = text(&post(&address, &server, &client, &message).stdout);
    assert!(answer.ends_with("\n403"), "{answer}");
    let texts = viewmodel::Texts::load(viewmodel::Language::Dutch).unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let (said, json, status) = loop {
        let now = chrono::Utc::now();
        let status = app::reports::status(&incoming.place.store(), now).unwrap();
        if status.certificates.iter().any(|warning| warning.refused_since.is_some()) {
            break (app::reports::status_text(&status, &texts), incoming.place.status(), status);
        }
        assert!(Instant::now() < deadline, "{:?}", status.certificates);
        std::thread::park_timeout(Duration::from_millis(50));
    };
    let line = said.lines().find(|line| line.starts_with("Ziekenhuis Rivierenland Oost: wordt sinds ")).unwrap();
    assert!(line.contains(" geweigerd: certificaat verlopen (1×, het laatst "), "{line}");
    // By itself it is what monitoring is told of, and it counts for the hospital, though there was no message of it.
    let mut alone = store::Status { recovery_kit: true, certificates: Vec::new(), ..status };
    assert_eq!(app::reports::status_exit(&alone), app::Exit::Attention);
    alone.refused_certificates.clear();
    assert_eq!(app::reports::status_exit(&alone), app::Exit::Done);
    let sender = json["senders"].as_array().unwrap().iter().find(|one| one["certificates_refused"] != 0).unwrap();
    assert_eq!((&sender["organisation"]["extension"], &sender["refused"]), (&"00000101".into(), &0.into()));
    assert_eq!(
        (&sender["certificates_refused"], &json["refused_certificates"][0]["reason"]),
        (&1.into(), &"expired".into())
    );
    // The receiver's own, of 300 days, is no alarm.
    let [warning] = &json["certificates"].as_array().unwrap()[..] else { panic!("{json}") };
    assert_eq!((&warning["stage"], &warning["hospital"]["listed"]), (&"expired".into(), &client.fingerprint().into()));
    assert_eq!(receiver.stopped().0, Some(0));
}
