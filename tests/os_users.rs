//! Several accounts of the operating system on one store: a window, imports and a headless receiver at the same time.
//!
//! Real accounts, made by the test and taken away after it: it needs root, `useradd` and `setpriv`. Who is not root and may use
//! `sudo` without a question runs it by that; else it fails, unless `TERUGBLIK_SKIP` names `useradd`.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use chrono::Utc;
use serde_json::Value;
use store::{KeySource, Store};

use crate::{
    desktop::{Running, awaited, display_for_all, drawn_of},
    support::{activate, fixtures, needs, origin, path, recent, text},
};

#[path = "os_folder.rs"]
mod folder;

/// The masks that accounts have: what one leaves open the other shuts.
const UMASKS: [&str; 2] = ["077", "022"];
// LIMIT: the receiver looks at what is due every five seconds.
const PATIENCE: Duration = Duration::from_secs(60);

fn can_make_users() -> bool {
    if !needs("useradd") || !needs("setpriv") {
        return false;
    }
    if rustix::process::geteuid().is_root() {
        return true;
    }
    let may = Command::new("sudo").args(["-n", "true"]).stderr(Stdio::null()).status();
    assert!(
        may.is_ok_and(|status| status.success()),
        "this test makes accounts of the operating system: run it as root; TERUGBLIK_SKIP=useradd skips it"
    );
    // The same test, as root; its thread has its name.
    let name = std::thread::current().name().unwrap().to_owned();
    let mut test = Command::new("sudo");
    test.args(["-n", "env", &format!("PATH={}", std::env::var("PATH").unwrap())]);
    ran_well(test.arg(std::env::current_exe().unwrap()).args(["--exact", &name, "--nocapture"]));
    false
}

fn ran_well(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}{}", text(&output.stdout), text(&output.stderr));
}

fn ran(program: &str, arguments: &[&str]) {
    ran_well(Command::new(program).args(arguments));
}

/// Accounts of the operating system and a group, taken away when this is dropped.
struct Users {
    group: String,
    made: Vec<String>,
}

impl Users {
    fn made() -> Self {
        let group = format!("tbtest{}", std::process::id());
        ran("groupadd", &["--system", &group]);
        let mut users = Self { group: group.clone(), made: Vec::new() };
        for (end, member) in [("a", true), ("b", true), ("r", true), ("x", false)] {
            let name = format!("{group}{end}");
            ran("useradd", &["--system", "--no-create-home", "--user-group", "--shell", "/bin/sh", &name]);
            users.made.push(name.clone());
            if member {
                ran("usermod", &["--append", "--groups", &group, &name]);
            }
        }
        users
    }

    /// An account by its letter: `a` and `b` work, `r` receives, `x` is nobody here.
    fn name(&self, letter: char) -> &str {
        self.made.iter().find(|name| name.ends_with(letter)).unwrap()
    }

    fn number(&self, list: &str, name: &str) -> u32 {
        let list = fs::read_to_string(list).unwrap();
        let line = list.lines().find(|line| line.split(':').next() == Some(name)).unwrap();
        line.split(':').nth(2).unwrap().parse().unwrap()
    }

    fn uid(&self, letter: char) -> u32 {
        self.number("/etc/passwd", self.name(letter))
    }

    fn gid(&self) -> u32 {
        self.number("/etc/group", &self.group)
    }
}

impl Drop for Users {
    fn drop(&mut self) {
        for name in &self.made {
            let _ = Command::new("userdel").arg(name).stderr(Stdio::null()).status();
        }
        let _ = Command::new("groupdel").arg(&self.group).stderr(Stdio::null()).status();
    }
}

/// A store for a group, its key file elsewhere, and the program where every account can run it.
struct Shared {
    folder: tempfile::TempDir,
    users: Users,
    codes: Value,
}

impl Shared {
    /// As an administrator makes it: the folder of the group first, then `init`; the receiver gets its own key.
    fn made() -> Self {
        let users = Users::made();
        let folder = tempfile::tempdir().unwrap();
        let shared = Self { folder, users, codes: Value::Null };
        let open = |name: &str| {
            let made = shared.path(name);
            fs::create_dir_all(&made).unwrap();
            fs::set_permissions(&made, fs::Permissions::from_mode(0o755)).unwrap();
            made
        };
        open("");
        open("keys");
        for letter in ['a', 'b', 'r', 'x'] {
            chown(open(&format!("home-{letter}")), Some(shared.users.uid(letter)), None).unwrap();
        }
        fs::copy(env!("CARGO_BIN_EXE_terugblik"), shared.path("terugblik")).unwrap();
        ran("install", &["-d", "-m", "2770", "-g", &shared.users.group, path(&shared.path("store"))]);
        let config = fixtures().join("init.toml");
        let made = shared.run(None, "077", &["init", "--config", path(&config), "--json"]);
        assert!(made.status.success(), "{}", text(&made.stderr));
        let codes = serde_json::from_slice(&made.stdout).unwrap();
        let connections = fixtures().join("connections.toml");
        shared.done(None, "077", &["connections", "import", path(&connections)]);
        chown(shared.path("keys/key.routing"), Some(shared.users.uid('r')), None).unwrap();
        Self { codes, ..shared }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program as an account (`None`: root) with a mask of its own.
    fn program(&self, letter: Option<char>, umask: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("umask {umask}; exec \"$@\""), "sh"]);
        if let Some(letter) = letter {
            let name = self.users.name(letter);
            command.args(["setpriv", "--reuid", name, "--regid", name, "--init-groups"]);
            command.env("HOME", self.path(&format!("home-{letter}"))).env_remove("XDG_STATE_HOME");
        }
        command.arg(self.path("terugblik")).args(arguments).arg("--store").arg(self.path("store"));
        command.arg("--key-file").arg(self.path("keys/key")).arg("--group");
        command.env("LC_ALL", "nl_NL.UTF-8").env("LANG", "nl_NL.UTF-8").stdin(Stdio::null());
        command.current_dir(self.folder.path());
        command
    }

    fn run(&self, letter: Option<char>, umask: &str, arguments: &[&str]) -> Output {
        self.program(letter, umask, arguments).output().unwrap()
    }

    /// The same, expected to end well and to have nothing to say aside, but who of a ride file has no account.
    fn done(&self, letter: Option<char>, umask: &str, arguments: &[&str]) -> String {
        let output = self.run(letter, umask, arguments);
        let said = text(&output.stderr);
        assert!(output.status.success(), "{letter:?} {arguments:?}: {} {said}", output.status);
        let is_quiet = said.lines().all(|line| line.contains("account"));
        assert!(letter.is_none() || is_quiet, "{letter:?} {arguments:?}: {said}");
        text(&output.stdout)
    }

    fn keys(&self) -> KeySource {
        KeySource::File { path: self.path("keys/key"), group: true }
    }

    fn store(&self) -> Store {
        Store::open_with(&self.path("store"), &self.keys(), origin(), Utc::now()).unwrap().0
    }

    fn status(&self) -> Value {
        serde_json::from_str(&self.done(Some('a'), UMASKS[0], &["status", "--json"])).unwrap()
    }

    /// Every file of the store is the group's and nobody's besides; gives their names.
    fn belongs_to_the_group(&self, when: &str) -> Vec<String> {
        let folder = self.path("store");
        let is = |file: &Path| {
            let found = fs::metadata(file).unwrap();
            (found.gid(), found.mode() & 0o7777)
        };
        let group = self.users.gid();
        assert_eq!(is(&folder), (group, 0o2770), "{when}: the folder");
        assert_eq!(is(&self.path("keys/key")), (group, 0o640), "{when}: the key file");
        let receivers = fs::metadata(self.path("keys/key.routing")).unwrap();
        assert_eq!(
            (receivers.uid(), receivers.mode() & 0o777),
            (self.users.uid('r'), 0o600),
            "{when}: the receiver's key"
        );
        let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let names = files.map(|file| {
            assert_eq!(is(&file), (group, 0o660), "{when}: {}", file.display());
            file.file_name().unwrap().to_string_lossy().into_owned()
        });
        names.collect()
    }

    /// All bytes of the store and of its keys.
    fn everything(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let files = ["store", "keys"].map(|folder| fs::read_dir(self.path(folder)).unwrap());
        let files = files.into_iter().flatten().map(|entry| entry.unwrap().path());
        files.map(|file| (file.clone(), fs::read(file).unwrap())).collect()
    }

    /// A folder of different messages of last week.
    fn messages(&self, from: u32, count: u32) -> PathBuf {
        let folder = self.path(&format!("in-{from}"));
        fs::create_dir(&folder).unwrap();
        let sample = text(&recent("messages/programma-04-akkoord.xml", Utc::now()));
        for n in from..from + count {
            let id = format!("db49da52-16a2-5f61-86da-{n:012}");
            let one = sample.replace("db49da52-16a2-5f61-86da-ae840f9198f1", &id);
            fs::write(folder.join(format!("{n:05}.xml")), one).unwrap();
        }
        folder
    }

    /// The receiver, headless, once it runs.
    fn receiver(&self) -> Running {
        let mut command = self.program(Some('r'), UMASKS[1], &["receive"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
        assert!(said.contains("De ontvanger draait"), "{said}");
        Running(child)
    }
}

/// Ends a process as a service manager does; it ends well.
fn stopped(child: &mut Child) {
    ran("kill", &["-TERM", &child.id().to_string()]);
    let ended = child.wait().unwrap();
    assert_eq!(ended.code(), Some(0), "{ended}");
}

#[test]
fn two_os_users_and_a_headless_receiver_work_on_one_store_at_the_same_time_and_every_file_stays_the_group_s() {
    if !can_make_users() || !needs("Xvfb") || !needs("import") {
        return;
    }
    let shared = Shared::made();
    shared.belongs_to_the_group("made by root");
    let mut receiver = shared.receiver();
    let (_server, display) = display_for_all();
    let mut window = shared.program(Some('a'), UMASKS[0], &[]);
    window.env("DISPLAY", &display).env_remove("WAYLAND_DISPLAY").stdout(Stdio::null());
    let mut window = Running(window.spawn().unwrap());
    awaited(&mut window, &display, &drawn_of(&shared.path("store"), &shared.keys(), egui::Theme::Light));

    fs::write(shared.path("rides.csv"), recent("rides.csv", Utc::now())).unwrap();
    // Two accounts import and look, each as often as it can, beside the window and the receiver.
    std::thread::scope(|scope| {
        for (letter, umask, from) in [('a', UMASKS[0], 0), ('b', UMASKS[1], 1000)] {
            let shared = &shared;
            scope.spawn(move || {
                for round in 0..6 {
                    shared.done(Some(letter), umask, &["import-rides", path(&shared.path("rides.csv"))]);
                    let folder = shared.messages(from + 100 * round, 20);
                    shared.done(Some(letter), umask, &["import-messages", path(&folder)]);
                    shared.done(Some(letter), umask, &["status", "--json"]);
                }
            });
        }
    });
    assert_eq!(shared.status()["records"], 240);
    // Somebody signs in for the first time: what waited is delivered by the receiver, which alone has the key for it.
    for staff in ["1001", "1002", "1003", "1004"] {
        activate(&mut shared.store(), &shared.codes, staff);
    }
    let began = Instant::now();
    while shared.status()["waiting"] == 240 {
        assert!(began.elapsed() < PATIENCE, "nothing is delivered");
    }
    assert!(window.0.try_wait().unwrap().is_none(), "the window is there");
    let names = shared.belongs_to_the_group("at work");
    for name in ["terugblik.db", "terugblik.db-wal", "terugblik.db-shm", "open.lock", "machine.lock", "writer.lock"] {
        assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
    }
    stopped(&mut receiver.0);
    drop((receiver, window));

    // Whoever comes first makes what SQLite lays beside the store.
    for (letter, umask) in [('b', UMASKS[0]), ('a', UMASKS[1])] {
        shared.done(Some(letter), umask, &["import-rides", path(&shared.path("rides.csv"))]);
        shared.belongs_to_the_group("made by one account");
    }
    // And so it is where they come and go at the same time.
    std::thread::scope(|scope| {
        for letter in ['a', 'b'] {
            let shared = &shared;
            scope.spawn(move || (0..25).for_each(|_| drop(shared.done(Some(letter), UMASKS[0], &["status"]))));
        }
    });
    assert_eq!(shared.status()["audit"]["intact"], true);
}

#[test]
fn a_third_os_user_gets_one_sentence_that_says_what_to_do_and_changes_nothing() {
    if !can_make_users() {
        return;
    }
    let shared = Shared::made();
    let before = shared.everything();
    let kit = shared.path("home-x/kit");
    let rides = shared.path("rides.csv");
    fs::write(&rides, recent("rides.csv", Utc::now())).unwrap();
    let asked: [&[&str]; 6] = [
        &["status"],
        &["receive", "--once"],
        &["import-rides", path(&rides)],
        &["purge"],
        &["rotate"],
        &["backup", path(&kit)],
    ];
    let refused = |shared: &Shared, letter| {
        for arguments in asked {
            let output = shared.run(Some(letter), UMASKS[1], arguments);
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(3), "{arguments:?}: {said}");
            assert_eq!((text(&output.stdout).as_str(), said.lines().count()), ("", 1), "{arguments:?}: {said}");
            assert!(said.contains("lid maken van de groep"), "{arguments:?}: {said}");
            assert!(said.contains(path(shared.folder.path())), "{arguments:?}: {said}");
        }
        assert!(shared.everything() == before, "nothing has changed");
    };
    refused(&shared, 'x');
    // The same where the folder may be looked into, and the key not be read.
    let mode = |name: &str, mode| fs::set_permissions(shared.path(name), fs::Permissions::from_mode(mode)).unwrap();
    mode("store", 0o2775);
    refused(&shared, 'x');
    mode("store", 0o2770);
    shared.done(Some('b'), UMASKS[0], &["status"]);
}

#[test]
fn root_rotates_a_store_of_a_group_and_key_and_files_stay_whose_they_were() {
    if !can_make_users() {
        return;
    }
    let shared = Shared::made();
    let key = fs::read(shared.path("keys/key")).unwrap();
    shared.done(None, "077", &["rotate"]);
    assert_ne!(fs::read(shared.path("keys/key")).unwrap(), key);
    shared.belongs_to_the_group("rotated");
    for letter in ['a', 'b'] {
        shared.done(Some(letter), UMASKS[0], &["status"]);
    }
    let round = shared.run(Some('r'), UMASKS[1], &["receive", "--once"]);
    assert!(round.status.success(), "{}", text(&round.stderr));
    shared.belongs_to_the_group("used after it");
}

#[test]
fn a_rotation_leaves_the_backup_of_a_colleague_as_it_is_and_names_it() {
    if !can_make_users() {
        return;
    }
    let shared = Shared::made();
    // Its key is under the old root secret; the colleague's account alone may write it.
    let backup = shared.path("home-b/backup");
    shared.done(Some('b'), UMASKS[0], &["backup", path(&backup)]);
    let before: Vec<Vec<u8>> =
        ["", ".key"].iter().map(|end| fs::read(format!("{}{end}", path(&backup))).unwrap()).collect();
    // The one who rotates may write the key file's folder.
    let keys = fs::metadata(shared.path("keys")).unwrap().permissions();
    fs::set_permissions(shared.path("keys"), fs::Permissions::from_mode(0o777)).unwrap();
    fs::set_permissions(shared.path("home-b"), fs::Permissions::from_mode(0o777)).unwrap();
    let rotated = shared.run(Some('a'), UMASKS[1], &["rotate"]);
    let said = text(&rotated.stderr);
    assert_eq!(rotated.status.code(), Some(1), "{said}");
    assert!(said.contains(path(&backup)), "{said}");
    let after: Vec<Vec<u8>> =
        ["", ".key"].iter().map(|end| fs::read(format!("{}{end}", path(&backup))).unwrap()).collect();
    assert!(before == after, "not a byte of it");
    fs::set_permissions(shared.path("keys"), keys).unwrap();
}

#[test]
fn a_store_of_one_account_stays_that_account_s_when_root_rotates_its_key() {
    if !can_make_users() {
        return;
    }
    let shared = Shared::made();
    let (uid, home) = (shared.users.uid('b'), shared.path("home-b"));
    let own = |letter: Option<char>, arguments: &[&str]| {
        let mut command = Command::new("setpriv");
        if letter.is_some() {
            let name = shared.users.name('b');
            command.args(["--reuid", name, "--regid", name, "--init-groups"]);
        }
        command.arg(shared.path("terugblik")).args(arguments);
        command.arg("--store").arg(home.join("store")).arg("--key-file").arg(home.join("key"));
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    };
    let config = shared.path("init.toml");
    fs::copy(fixtures().join("init.toml"), &config).unwrap();
    fs::set_permissions(&config, fs::Permissions::from_mode(0o644)).unwrap();
    own(Some('b'), &["init", "--config", path(&config)]);
    own(None, &["rotate"]);
    for file in
        ["key", "key.routing", "store/terugblik.db", "store/open.lock", "store/machine.lock", "store/writer.lock"]
    {
        assert_eq!(fs::metadata(home.join(file)).unwrap().uid(), uid, "{file}");
    }
    own(Some('b'), &["status"]);
}

/// The group that several accounts of a computer share, where this computer had none.
struct OwnGroup(bool);

impl OwnGroup {
    fn there() -> Self {
        let made = store::OsGroup::named().is_none();
        if made {
            ran("groupadd", &["--system", "terugblik"]);
        }
        Self(made)
    }
}

impl Drop for OwnGroup {
    fn drop(&mut self) {
        if self.0 {
            let _ = Command::new("groupdel").arg("terugblik").stderr(Stdio::null()).status();
        }
    }
}

#[test]
fn set_up_for_several_accounts_gives_store_and_key_to_the_group_of_the_computer_and_delivery_to_one_account() {
    if !can_make_users() {
        return;
    }
    let group = OwnGroup::there();
    let folder = tempfile::tempdir().unwrap();
    let (at, key) = (folder.path().join("store"), folder.path().join("key"));
    let mut assistant = app::assistant::Assistant::new(at.clone());
    assistant.organisation("RAV Voorbeeld", 12).unwrap();
    assistant.kind(domain::StoreKind::Test);
    assistant.system_accounts(true).unwrap();
    assistant.place(&at).unwrap();
    assert_eq!(assistant.keys(None).unwrap_err().key, "error-assistant-key-file", "a key store is one account's");
    assistant.keys(Some(&key)).unwrap();
    assistant.kit(true).unwrap();
    let account = |staff: &str, role| app::assistant::FirstAccount {
        staff: staff.into(),
        name: format!("Naam {staff}"),
        roles: vec![role],
    };
    use domain::RoleName::{FunctionalAdministrator, PrivacyOfficer};
    assistant.accounts(vec![account("2001", FunctionalAdministrator), account("2002", PrivacyOfficer)]).unwrap();
    assistant.retention(358).unwrap();
    assistant.agreement(false);
    assistant.duties(store::DutyDates::default());
    assistant.finish(origin(), Utc::now()).unwrap();
    let groups = fs::read_to_string("/etc/group").unwrap();
    let line = groups.lines().find(|line| line.starts_with("terugblik:")).unwrap();
    let number: u32 = line.split(':').nth(2).unwrap().parse().unwrap();
    let is = |file: &Path| {
        let found = fs::metadata(file).unwrap();
        (found.gid(), found.mode() & 0o7777)
    };
    assert_eq!(is(&at), (number, 0o2770));
    assert_eq!(is(&key), (number, 0o640));
    assert_eq!(is(&folder.path().join("key.routing")).1, 0o600, "the delivery key is one account's");
    for file in fs::read_dir(&at).unwrap() {
        let file = file.unwrap().path();
        assert_eq!(is(&file), (number, 0o660), "{}", file.display());
    }
    drop(group);
}
