//! The headless receiver as the system sees it: the service manager, its log, other processes on the store, monitoring.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::{fs::PermissionsExt, net::UnixDatagram},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use chrono::Utc;
use serde_json::Value;

use crate::{
    desktop::Running,
    hardening::{give_to, uid},
    incoming::{Incoming, names},
    support::{Place, fixtures, needs, path, recent, text},
};

/// What a service manager hears until it hears this.
fn heard_until(socket: &UnixDatagram, last: &str) -> Vec<String> {
    let mut heard = Vec::new();
    let mut buffer = [0; 256];
    loop {
        let length = socket.recv(&mut buffer).unwrap_or_else(|_| panic!("{last} is not heard after {heard:?}"));
        heard.extend(text(&buffer[..length]).lines().map(str::to_owned));
        if heard.last().is_some_and(|line| line == last) {
            return heard;
        }
    }
}

#[test]
fn the_service_manager_hears_that_it_is_ready_lives_reads_its_settings_again_and_stops() {
    let incoming = Incoming::new();
    let manager = incoming.place.path("manager");
    let socket = UnixDatagram::bind(&manager).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut command = incoming.place.command(&["receive", "--folder", path(&incoming.folder())]);
    command.env("NOTIFY_SOCKET", &manager).env("WATCHDOG_USEC", "4000000").stdout(Stdio::null()).stderr(Stdio::null());
    let mut receiver = Running(command.spawn().unwrap());
    let signal = |name: &str| {
        let sent = Command::new("kill").args([&format!("-{name}"), &receiver.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
    };
    assert_eq!(heard_until(&socket, "READY=1"), ["READY=1"]);
    // Said more than once in the term in which it must be heard.
    let begun = Instant::now();
    heard_until(&socket, "WATCHDOG=1");
    heard_until(&socket, "WATCHDOG=1");
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    signal("HUP");
    let heard = heard_until(&socket, "READY=1");
    assert!(heard.iter().any(|line| line == "RELOADING=1"), "{heard:?}");
    signal("TERM");
    heard_until(&socket, "STOPPING=1");
    assert_eq!(receiver.0.wait().unwrap().code(), Some(0));
}

/// What stands in the samples that may stand nowhere else: text, and values of attributes; without words that a log needs.
fn values_of_the_samples() -> Vec<String> {
    let mut values = Vec::new();
    for entry in fs::read_dir(fixtures().join("messages")).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let xml = text(&bytes);
        for attribute in ["extension=\"", "displayName=\"", "value=\""] {
            values.extend(xml.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
        values.extend(xml.split('>').skip(1).filter_map(|rest| rest.split('<').next()).map(|v| v.trim().to_owned()));
    }
    values.retain(|value| value.chars().count() >= 6);
    values.sort();
    values.dedup();
    values
}

#[test]
fn the_log_and_the_names_of_acknowledgements_hold_no_value_of_any_message() {
    let values = values_of_the_samples();
    for known in ["999900006", "Glucose was bepaald"] {
        assert!(values.iter().any(|value| value.contains(known)), "the search knows {known}");
    }
    for form in ["json", "text"] {
        let incoming = Incoming::new();
        let of_nobody = incoming.folder().join("Wilhelmina Jansen");
        fs::create_dir(&of_nobody).unwrap();
        let mut receiver = incoming.receiver(&["--log", form, "--log-level", "debug"]);
        let mut count = 0;
        for entry in fs::read_dir(fixtures().join("messages")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let aside = incoming.place.file("aside", recent_or_as_it_is(&name));
            // A name as some platforms give it, and a folder of no hospital too.
            for folder in [&incoming.oost(), &of_nobody] {
                fs::copy(&aside, folder.join(format!("999900006 Wilhelmina Jansen {name}"))).unwrap();
                count += 1;
            }
        }
        let mut heard = String::new();
        let deadline = Instant::now() + Duration::from_secs(120);
        while incoming.place.status()["received"].as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>()
            < count
        {
            assert!(Instant::now() < deadline, "{}", incoming.place.status());
            std::thread::park_timeout(Duration::from_millis(200));
        }
        heard.push_str(&receiver.says());
        let (code, said) = receiver.stopped();
        assert_eq!(code, Some(0), "{said}");
        heard.push_str(&said);
        assert!(heard.contains("oost") && heard.contains("taken_in"), "{heard}");
        if form == "json" {
            for line in said.lines() {
                assert!(serde_json::from_str::<Value>(line).is_ok_and(|line| line["level"].is_string()), "{line}");
            }
        }
        for shelf in ["oost/verwerkt", "oost/geweigerd", "Wilhelmina Jansen/geweigerd"] {
            let kept = names(&incoming.folder().join(shelf));
            assert!(!kept.is_empty(), "{shelf}");
            heard.push_str(&kept.join("\n"));
        }
        for value in values.iter().map(String::as_str).chain(["Wilhelmina", "Jansen", "999900006"]) {
            assert!(!heard.contains(value), "{value} stands in: {heard}");
        }
    }
}

fn recent_or_as_it_is(name: &str) -> Vec<u8> {
    let file = format!("messages/{name}");
    std::panic::catch_unwind(|| recent(&file, Utc::now())).unwrap_or_else(|_| fs::read(fixtures().join(&file)).unwrap())
}

#[test]
fn it_runs_beside_other_processes_on_one_store_and_each_message_is_there_once() {
    const EACH: usize = 300;
    let incoming = Incoming::new();
    let by_hand = incoming.place.path("met-de-hand");
    fs::create_dir(&by_hand).unwrap();
    // The last hundred come both ways.
    for n in EACH - 100..2 * EACH {
        fs::write(by_hand.join(format!("{n}.xml")), incoming.message(n)).unwrap();
    }
    let receiver = incoming.receiver(&[]);
    let mut import =
        incoming.place.command(&["import-messages", path(&by_hand)]).stdout(Stdio::null()).spawn().unwrap();
    for n in 0..EACH {
        incoming.drop_in(n);
        if n % 50 == 0 {
            assert_eq!(incoming.place.status()["audit"]["intact"], true);
        }
    }
    assert!(import.wait().unwrap().success());
    incoming.until_put_away(EACH);
    assert_eq!(receiver.stopped().0, Some(0));
    let status = incoming.place.status();
    let received = &status["received"];
    assert_eq!((&status["records"], &received["taken_in"]), (&(2 * EACH).into(), &(2 * EACH).into()), "{status}");
    assert_eq!((&received["repeated"], &received["refused"]), (&100.into(), &0.into()), "{status}");
    assert_eq!(status["audit"]["intact"], true);
}

#[test]
fn a_second_receiver_on_a_store_is_refused_with_what_to_do() {
    let incoming = Incoming::new();
    let _first = incoming.receiver(&[]);
    let second = incoming.place.run(&["receive"]);
    assert_eq!(second.status.code(), Some(2));
    assert!(text(&second.stderr).contains("al een ontvanger"), "{}", text(&second.stderr));
}

#[test]
fn settings_that_were_kept_hold_without_options_and_a_running_receiver_follows_them_at_sighup() {
    let incoming = Incoming::new();
    let folder = incoming.folder();
    let mut bare = incoming.place.command(&["receive"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    // Once it says that it runs, it can be told.
    let mut said = BufReader::new(bare.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert!(line.contains("De ontvanger draait"), "{line}");
    assert_eq!(incoming.place.run(&["receive"]).status.code(), Some(2), "one receives already");
    // What it says is read on, so that it never waits for a reader.
    let reading = std::thread::spawn(move || said.lines().map_while(Result::ok).count());
    incoming.drop_in(1);
    incoming.place.done(&["receive", "--folder", path(&folder), "--keep-taken", "1", "--save"]);
    assert!(Command::new("kill").args(["-HUP", &bare.id().to_string()]).status().unwrap().success());
    incoming.until_put_away(1);
    assert_eq!(names(&incoming.oost().join("verwerkt")).len(), 2, "the original is kept for an hour");
    assert!(Command::new("kill").args(["-TERM", &bare.id().to_string()]).status().unwrap().success());
    assert_eq!(bare.wait().unwrap().code(), Some(0));
    reading.join().unwrap();
    let inside = incoming.place.run(&["receive", "--folder", path(&incoming.place.path("store/in")), "--save"]);
    assert_eq!(inside.status.code(), Some(2), "{}", text(&inside.stderr));
}

#[test]
fn what_its_account_may_not_read_or_put_away_is_left_and_said_and_the_rest_is_taken() {
    if !needs("setpriv") {
        return;
    }
    let incoming = Incoming::new();
    let place = &incoming.place;
    let program = place.path("terugblik");
    fs::copy(env!("CARGO_BIN_EXE_terugblik"), &program).unwrap();
    let is_root = uid() == 0;
    if is_root {
        give_to(65534, &place.path(""));
    }
    // Root's own, or without any right to it.
    let (closed, shut) = (incoming.oost().join("dicht.xml"), incoming.folder().join("merwede"));
    fs::write(&closed, incoming.message(1)).unwrap();
    fs::write(shut.join("a.xml"), incoming.message(2)).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(if is_root { 0o600 } else { 0 })).unwrap();
    if is_root {
        std::os::unix::fs::chown(&shut, Some(0), Some(0)).unwrap();
    }
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o555)).unwrap();
    incoming.drop_in(3);
    if is_root {
        std::os::unix::fs::chown(incoming.oost().join(format!("{}.xml", crate::incoming::id(3))), Some(65534), None)
            .unwrap();
    }
    let mut command = if is_root {
        let mut other = Command::new("setpriv");
        other
            .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--no-new-privs"])
            .arg(&program);
        other
    } else {
        Command::new(&program)
    };
    command.args(["receive", "--once", "--log", "text", "--folder", path(&incoming.folder())]);
    command.arg("--store").arg(place.path("store")).arg("--key-file").arg(place.path("key"));
    let output = command.env("HOME", place.path("")).output().unwrap();
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(closed.exists() && shut.join("a.xml").exists() && !shut.join("verwerkt").exists());
    assert!(said.contains("a file in this folder may not be read; it is left folder=\"oost\""), "{said}");
    assert!(said.contains("nothing is taken from this folder folder=\"merwede\""), "{said}");
    assert!(!said.contains("dicht"), "{said}");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(incoming.oost().join("verwerkt").read_dir().unwrap().count(), 1);
}

#[test]
fn once_takes_what_lies_there_and_ends() {
    let incoming = Incoming::new();
    incoming.drop_in(1);
    fs::write(incoming.oost().join("nieuw.xml"), incoming.message(2)).unwrap();
    incoming.place.done(&["receive", "--folder", path(&incoming.folder()), "--once"]);
    assert_eq!(incoming.place.status()["records"], 2);
    assert_eq!(names(&incoming.oost()), ["geweigerd", "verwerkt"]);
}

#[test]
fn an_import_at_a_terminal_shows_how_far_it_is_and_ends_with_the_counts_elsewhere_it_shows_the_counts_alone() {
    if !needs("script") {
        return;
    }
    let incoming = Incoming::new();
    let folder = incoming.place.path("met-de-hand");
    fs::create_dir(&folder).unwrap();
    for n in 0..1200 {
        fs::write(folder.join(format!("{n}.xml")), incoming.message(n)).unwrap();
    }
    let import = incoming.place.command(&["import-messages", path(&folder)]);
    let words: Vec<String> = [import.get_program()]
        .into_iter()
        .chain(import.get_args())
        .map(|w| format!("'{}'", w.to_str().unwrap()))
        .collect();
    let mut command = Command::new("script");
    command.args(["-qec", &words.join(" "), "/dev/null"]).env("LC_ALL", "nl_NL.UTF-8").stdin(Stdio::null());
    let shown = text(&command.output().unwrap().stdout);
    assert!(
        shown.contains("500 van 1\u{202f}200 bestanden gelezen") && shown.contains("Ontvangen: 1\u{202f}200."),
        "{shown}"
    );
    let again = incoming.place.run(&["import-messages", path(&folder)]);
    assert!(text(&again.stdout).contains("Al eerder ontvangen: 1\u{202f}200."), "{}", text(&again.stdout));
    assert_eq!(text(&again.stderr), "");
}

#[test]
fn monitoring_is_told_by_a_code_that_the_receiver_or_its_folder_is_gone_and_when_it_is_well_again() {
    let incoming = Incoming::new();
    let check = || {
        let output = incoming.place.run(&["status", "--check", "--json"]);
        let status: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), status["attention"].clone())
    };
    // A test store without a kit asks for attention, without haste.
    let (calm, none) = check();
    assert_eq!((calm, none), (Some(1), Value::Array(vec![])), "no receiver is expected here");
    incoming.place.done(&["receive", "--folder", path(&incoming.folder()), "--save"]);
    assert_eq!(check(), (Some(2), serde_json::json!(["receiver-stopped"])), "the settings say that messages come in");
    let receiver = incoming.receiver(&[]);
    assert_eq!(check().0, Some(1), "it runs");
    let (folder, away) = (incoming.folder(), incoming.place.path("away"));
    fs::rename(&folder, &away).unwrap();
    let until = |code: i32, attention: Value| {
        let deadline = Instant::now() + Duration::from_secs(90);
        while check() != (Some(code), attention.clone()) {
            assert!(Instant::now() < deadline, "{:?}", check());
            std::thread::park_timeout(Duration::from_millis(100));
        }
    };
    until(2, serde_json::json!(["folder-gone"]));
    fs::rename(&away, &folder).unwrap();
    until(1, serde_json::json!([]));
    receiver.kill();
    assert_eq!(check(), (Some(2), serde_json::json!(["receiver-stopped"])), "it was killed");
    let said = text(&incoming.place.run(&["status"]).stdout);
    assert!(said.contains("De ontvanger draait niet"), "{said}");
}

fn unit() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/systemd/terugblik-ontvanger.service");
    fs::read_to_string(file).unwrap()
}

#[test]
fn the_unit_passes_systemd_s_own_checks_with_an_exposure_under_two() {
    if !needs("systemd-analyze") {
        return;
    }
    let place = Place::empty();
    let here = unit().replace("/usr/bin/terugblik", env!("CARGO_BIN_EXE_terugblik"));
    let file = place.file("terugblik-ontvanger.service", here);
    let verified = Command::new("systemd-analyze").args(["verify", "--man=no", &file]).output().unwrap();
    let said = text(&verified.stderr);
    assert!(verified.status.success() && said.trim().is_empty(), "{said}");
    let judged =
        Command::new("systemd-analyze").args(["security", "--offline=true", "--no-pager", &file]).output().unwrap();
    let said = text(&judged.stdout);
    let line = said.lines().find(|line| line.contains("Overall exposure level")).expect("it says its exposure");
    let number = line.split_whitespace().find_map(|word| word.parse::<f64>().ok()).expect("a number");
    println!("{}", line.trim());
    assert!(number < 2.0, "{said}");
}

#[test]
fn the_unit_s_command_runs_with_the_keys_that_systemd_hands_over() {
    let incoming = Incoming::new();
    let place = &incoming.place;
    let unit = unit();
    let line = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/terugblik ")).unwrap();
    let credentials = place.path("credentials");
    fs::create_dir(&credentials).unwrap();
    for (key, credential) in [("key", "terugblik.key"), ("key.routing", "terugblik.key.routing")] {
        assert!(unit.contains(&format!("LoadCredentialEncrypted={credential}:")), "{credential}");
        let copy = credentials.join(credential);
        fs::copy(place.path(key), &copy).unwrap();
        // As systemd shows them where it gives the account a right of its own: the mask of the list stands in the group's place.
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o440)).unwrap();
    }
    let line = line.replace("/var/lib/terugblik", path(&place.path("store")));
    let line = line.replace("${CREDENTIALS_DIRECTORY}", path(&credentials));
    let mut command = place.bare();
    command.args(line.split(' ')).args(["--folder", path(&incoming.folder()), "--once"]);
    incoming.drop_in(1);
    let output = command.env("CREDENTIALS_DIRECTORY", &credentials).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(place.status()["records"], 1);
    // Elsewhere such a file is one that others can read.
    fs::remove_dir_all(incoming.oost().join("verwerkt")).unwrap();
    let refused = command.env_remove("CREDENTIALS_DIRECTORY").output().unwrap();
    assert_eq!(refused.status.code(), Some(3), "{}", text(&refused.stderr));
}
