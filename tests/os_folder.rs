//! A watched folder that other accounts of the operating system write in.

use std::{fs, os::unix::fs::MetadataExt};

use super::*;

#[test]
fn what_another_os_user_dropped_and_was_refused_lies_there_as_the_receivers_own_and_no_third_may_read_it() {
    if !can_make_users() {
        return;
    }
    let shared = Shared::made();
    let oost = shared.path("in/oost");
    for folder in ["in", "in/oost"] {
        ran("install", &["-d", "-m", "2770", "-g", &shared.users.group, path(&shared.path(folder))]);
    }
    let connections = fs::read_to_string(fixtures().join("connections.toml")).unwrap();
    let file = shared.path("aansluitingen.toml");
    let own = "extension = \"00000101\" }\n";
    fs::write(&file, connections.replacen(own, &format!("{own}folder = \"oost\"\n"), 1)).unwrap();
    shared.done(None, "077", &["connections", "import", path(&file)]);
    // Everybody may read what this account writes.
    let dropped = oost.join("0f8fad5b-d9cb-469f-a165-70867728950e.xml");
    fs::write(&dropped, recent("messages/51-andere-rav.xml", Utc::now())).unwrap();
    fs::set_permissions(&dropped, fs::Permissions::from_mode(0o644)).unwrap();
    chown(&dropped, Some(shared.users.uid('a')), Some(shared.users.gid())).unwrap();
    let content = fs::read(&dropped).unwrap();
    let mut command = shared.program(Some('r'), UMASKS[1], &["receive", "--folder", path(&shared.path("in"))]);
    let mut receiver = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let kept = oost.join("geweigerd/0f8fad5b-d9cb-469f-a165-70867728950e.xml");
    let began = Instant::now();
    while dropped.exists() || !kept.exists() {
        assert!(began.elapsed() < PATIENCE, "it is not put away");
        std::thread::park_timeout(Duration::from_millis(20));
    }
    stopped(&mut receiver.0);
    let found = fs::metadata(&kept).unwrap();
    assert_eq!((found.uid(), found.gid(), found.mode() & 0o777), (shared.users.uid('r'), shared.users.gid(), 0o640));
    assert_eq!(fs::read(&kept).unwrap(), content);
    let names = fs::read_dir(oost.join("geweigerd")).unwrap().count();
    assert_eq!(names, 2, "it and its acknowledgement, and nothing half");
}
