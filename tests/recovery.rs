//! The recovery kit on paper and back: sheets printed by the real program, their QR codes read by an independent reader, and
//! what two of them bring back.

use std::{
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};

use chrono::{DateTime, TimeDelta, Utc};
use store::{RecoveryKit, RecoverySheet};
use viewmodel::{Command, RevealPurpose, Screen};

use crate::{
    support::{Place, fixtures, needs, path, text},
    walk,
};

fn tools() -> bool {
    needs("pdftoppm") && needs("zbarimg")
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = std::process::Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// What an independent reader reads of the code on a sheet, as a scanner would: from a picture of the page.
pub fn scanned(pdf: &Path) -> String {
    let picture = pdf.with_extension("");
    run("pdftoppm", &["-r", "150", "-gray", "-singlefile", path(pdf), path(&picture)]);
    let read =
        run("zbarimg", &["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", path(&picture.with_extension("pgm"))]);
    read.trim_end().to_owned()
}

/// The sheets of the one kit in a folder, in order.
pub fn sheets_in(folder: &Path) -> Vec<PathBuf> {
    // A refused use takes the folder away that it made.
    let there = folder.exists().then(|| std::fs::read_dir(folder).unwrap());
    let mut found: Vec<PathBuf> = there.into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    found.retain(|file| file.extension().is_some_and(|end| end == "pdf"));
    found.sort();
    found
}

/// A store of the production kind with its kit in folder `kit`; gives what `init` said.
fn production(place: &Place) -> String {
    let config = std::fs::read_to_string(fixtures().join("init.toml")).unwrap().replace("\"test\"", "\"production\"");
    let config = place.file("init.toml", config);
    let output = place.run(&["init", "--config", &config, "--recovery-kit", path(&place.path("kit"))]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stderr) + &text(&output.stdout)
}

/// Whether two words of a sheet that follow on each other stand in a text; a single one may be a word of Dutch.
fn repeats(text: &str, sheet: &RecoverySheet) -> bool {
    let text = text.to_lowercase();
    sheet.words().unwrap().windows(2).any(|pair| text.contains(&format!("{} {}", pair[0], pair[1])))
}

#[test]
fn a_production_store_is_made_with_three_secret_sheets_of_which_any_two_as_scanned_open_what_is_sealed_to_the_kit() {
    if !tools() {
        return;
    }
    let place = Place::empty();
    let said = production(&place);
    assert!(said.contains("geheime bestanden") && said.contains("vernietig"), "{said}");
    let files = sheets_in(&place.path("kit"));
    assert_eq!(files.len(), 3);
    let mut sheets = Vec::new();
    for (file, number) in files.iter().zip(1..) {
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        let line = scanned(file);
        let sheet = RecoverySheet::parse(&line).unwrap();
        assert_eq!(sheet.number(), number);
        assert!(path(file).contains(&sheet.kit().to_string()));
        let printed = run("pdftotext", &["-layout", path(file), "-"]);
        for (word, place) in sheet.words().unwrap().iter().zip(1..) {
            let words: Vec<&str> = printed.split_whitespace().collect();
            assert!(words.windows(2).any(|pair| pair == [format!("{place}").as_str(), word.as_str()]), "{place}");
        }
        assert!(!repeats(&said, &sheet), "no words of a sheet on a terminal");
        assert!(printed.contains("Voorbeeldregio") && printed.contains(&format!("blad {number} van 3")), "{printed}");
        assert!(printed.contains(["functioneel beheerder", "privacy officer", "kluis"][number as usize - 1]));
        sheets.push(sheet);
    }
    let root = place.keys().root().unwrap();
    for (one, other) in [(0, 1), (0, 2), (2, 1)] {
        let kit = RecoveryKit::of_sheets(&sheets[one], &sheets[other]).unwrap();
        let (found, _) = store::open_recovery(&place.path("store"), kit.private()).unwrap();
        assert_eq!(found.expose(), root.expose());
    }
    assert!(!place.done(&["status"]).contains("herstelset"), "a kit was made");
    let head = std::fs::read(&files[0]).unwrap();
    assert!(text(&head).contains("/Count 1"), "one page");
}

/// A code that was not used, of the step before, this one or the next.
fn code_of(place: &Place, staff: &str, now: DateTime<Utc>) -> zeroize::Zeroizing<String> {
    let used = place.store().account_keys(staff).unwrap().and_then(|record| record.second_factor_step);
    let at = access::second_factor_moment(now - TimeDelta::seconds(30), used);
    access::second_factor_code(&crate::house::second_factor(), at).unwrap()
}

/// What each role reads of a store: every string of its screens, records opened and a BSN revealed.
fn read_by_all(place: &Place, now: DateTime<Utc>) -> Vec<String> {
    let mut engine = app::Engine::new(store::Archive::new(place.store()), None, access::Parameters::STANDARD, vec![]);
    let mut act = |command| engine.execute(command, now, &mut |_, _, _| true);
    let mut read = Vec::new();
    for staff in ["9001", "9002", "9003", "1001", "1002", "1003"] {
        let passphrase = zeroize::Zeroizing::new("een lange wachtwoordzin voor de test".to_owned());
        let code = code_of(place, staff, now);
        let frame = act(Command::SignIn { account: staff.into(), passphrase, code });
        assert!(frame.rail.is_some(), "{staff} is in");
        let mut strings = walk::strings(&frame);
        match &frame.screen {
            Screen::Feedback(screen) => {
                for record in screen.rows.iter().map(|row| row.record).collect::<Vec<_>>() {
                    strings += &walk::strings(&act(Command::OpenRecord(record)));
                }
            }
            Screen::Identifications(screen) => {
                for item in screen.rows.iter().map(|row| row.item).collect::<Vec<_>>() {
                    act(Command::Claim(item));
                    strings += &walk::strings(&act(Command::RevealBsn(item, RevealPurpose::CompleteRide)));
                }
            }
            Screen::Quality(_) | Screen::Reception(_) | Screen::Rides(_) => {}
            Screen::SignIn(_)
            | Screen::Entry(_)
            | Screen::Installation(_)
            | Screen::Locked(_)
            | Screen::Progress(_)
            | Screen::AuditLog(_)
            | Screen::Settings(_)
            | Screen::Accounts(_)
            | Screen::Rights(_)
            | Screen::Trend(_)
            | Screen::Oversight(_)
            | Screen::Reflections(_)
            | Screen::Profiles(_)
            | Screen::Connections(_)
            | Screen::MyAccount(_)
            | Screen::Failed(_) => panic!("another screen"),
        }
        act(Command::SignOut);
        read.push(strings);
    }
    read
}

/// The lines of two sheets as files, as a scanner gives them.
fn two_scanned(place: &Place, kit: &Path) -> [String; 2] {
    let files = sheets_in(kit);
    [&files[0], &files[2]].map(|pdf| {
        let name = format!("blad-{}.txt", pdf.file_stem().unwrap().to_string_lossy());
        place.file(&name, scanned(pdf) + "\n")
    })
}

#[test]
fn two_scanned_sheets_and_a_copy_of_the_store_give_every_role_its_records_on_an_empty_machine() {
    if !tools() {
        return;
    }
    let place = Place::made_with(&["--recovery-kit", "kit"]);
    place.done(&["import-rides", &place.rides()]);
    place.done(&["import-messages", &place.sample("20-volledig-2.4.xml"), &place.sample("22-akkoord-2.5.xml")]);
    for staff in ["9001", "9002", "9003", "9004", "1001", "1002", "1003"] {
        place.activate(staff);
    }
    place.done(&["receive", "--once"]);
    // Read once before, so that nothing is unread or unclaimed any more; from then on reading changes nothing on screen.
    // Later than the activations, so that there are three codes that were not used.
    let now = Utc::now() + TimeDelta::minutes(3);
    read_by_all(&place, now);
    let before = read_by_all(&place, now);
    assert!(before[0].contains("99990"), "the clerk sees a BSN: {}", before[0]);
    assert!(before[5].contains("Glucose"), "the nurse reads the remarks");
    // The machine is lost; of the store there is a copy, of the keys nothing but paper.
    let machine = Place::empty();
    std::fs::create_dir(machine.path("store")).unwrap();
    for entry in std::fs::read_dir(place.path("store")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), machine.path("store").join(entry.file_name())).unwrap();
    }
    let [one, other] = two_scanned(&machine, &place.path("kit"));
    let kit = path(&machine.path("kit")).to_owned();
    let output = machine.run(&["recover", "--sheet", &one, "--sheet", &other, "--recovery-kit", &kit]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("geheime bestanden"), "{}", text(&output.stderr));
    machine.done(&["receive", "--once"]);
    assert_eq!(read_by_all(&machine, now), before);
    assert!(machine.done(&["audit", "verify"]).contains("De keten klopt"));
    // The officer is told at the next sign-in, once; the sheets of before are void, those of now serve.
    let told = |machine: &Place| {
        let mut engine =
            app::Engine::new(store::Archive::new(machine.store()), None, access::Parameters::STANDARD, vec![]);
        let passphrase = zeroize::Zeroizing::new("een lange wachtwoordzin voor de test".to_owned());
        let code = code_of(machine, "9004", Utc::now());
        let command = Command::SignIn { account: "9004".into(), passphrase, code };
        engine.execute(command, Utc::now(), &mut |_, _, _| true).notice.map(|notice| notice.text)
    };
    assert_eq!((told(&machine), told(&machine)), (Some("notice-kit-used"), None));
    let again = machine.run(&["recover", "--sheet", &one, "--sheet", &other, "--recovery-kit", "kit3"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("Zoek de bladen met dat nummer"), "{}", text(&again.stderr));
    let [one, other] = two_scanned(&machine, &machine.path("kit"));
    machine.done(&["recover", "--sheet", &one, "--sheet", &other, "--recovery-kit", "kit3"]);
}

/// `recover` with these lines typed; exit code and what it said.
fn typed(place: &Place, kit: &str, lines: &str) -> (Option<i32>, String) {
    let mut command = place.command(&["recover", "--recovery-kit", kit]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // One that has refused already reads no more.
    let _ = child.stdin.take().unwrap().write_all(lines.as_bytes());
    let output = child.wait_with_output().unwrap();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn sheets_typed_with_a_slip_are_refused_by_the_number_of_the_word_and_typed_well_they_serve() {
    if !tools() {
        return;
    }
    let place = Place::made_with(&["--recovery-kit", "kit"]);
    std::fs::remove_file(place.path("key")).unwrap();
    std::fs::remove_file(place.path("key.routing")).unwrap();
    let sheets: Vec<RecoverySheet> =
        sheets_in(&place.path("kit")).iter().map(|pdf| RecoverySheet::parse(&scanned(pdf)).unwrap()).collect();
    let lines = |sheet: &RecoverySheet, slip: Option<usize>| {
        let mut words = sheet.words().unwrap().to_vec();
        if let Some(slip) = slip {
            words[slip] = "ziekenhuis".into();
        }
        let rows: Vec<String> = words.chunks(8).map(|row| row.join(" ")).collect();
        format!("{}\n{}\n{}\n", sheet.kit(), sheet.number(), rows.join("\n"))
    };
    let slipped = typed(&place, "kit2", &(lines(&sheets[0], Some(16)) + &lines(&sheets[1], None)));
    assert!(
        slipped.0 == Some(2)
            && slipped.1.contains("als 1 van 2 is getypt: Woord 17")
            && !slipped.1.contains("ziekenhuis"),
        "{slipped:?}"
    );
    let second = typed(&place, "kit2", &(lines(&sheets[0], None) + &lines(&sheets[1], Some(2))));
    assert!(second.0 == Some(2) && second.1.contains("als 2 van 2 is getypt: Woord 3"), "{second:?}");
    let [file, good] = [(&sheets[0], Some(4)), (&sheets[1], None)]
        .map(|(sheet, slip)| place.file(if slip.is_some() { "met-fout" } else { "goed" }, lines(sheet, slip)));
    let in_file = place.run(&["recover", "--sheet", &good, "--sheet", &file, "--recovery-kit", "kit2"]);
    let in_file = (in_file.status.code(), text(&in_file.stderr));
    assert!(in_file.0 == Some(2) && in_file.1.contains("met-fout: Woord 5"), "{in_file:?}");
    let short = typed(&place, "kit2", &lines(&sheets[0], None));
    assert!(short.0 == Some(2) && short.1.contains("niet af"), "{short:?}");
    let twice = typed(&place, "kit2", &lines(&sheets[2], None).repeat(2));
    assert!(twice.0 == Some(2) && twice.1.contains("Blad 3 is twee keer"), "{twice:?}");
    assert!(!place.path("key").exists() && sheets_in(&place.path("kit2")).is_empty(), "nothing half-done");
    let well = typed(&place, "kit2", &(lines(&sheets[2], None) + &lines(&sheets[0], None)));
    assert_eq!(well.0, Some(0), "{}", well.1);
    for sheet in &sheets {
        assert!(!repeats(&well.1, sheet), "no word repeated");
    }
    assert_eq!(std::fs::metadata(place.path("key")).unwrap().permissions().mode() & 0o777, 0o600);
    place.done(&["status"]);
}

#[test]
fn sheets_of_two_kits_are_told_by_their_numbers() {
    if !tools() {
        return;
    }
    let (one, other) = (Place::made_with(&["--recovery-kit", "kit"]), Place::made_with(&["--recovery-kit", "kit"]));
    let [own, _] = two_scanned(&one, &one.path("kit"));
    let [_, foreign] = two_scanned(&one, &other.path("kit"));
    let output = one.run(&["recover", "--sheet", &own, "--sheet", &foreign, "--recovery-kit", "kit2"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("hoort set"), "{}", text(&output.stderr));
}

#[test]
fn a_rotation_does_not_wait_for_ever_and_says_who_must_let_go_first() {
    let place = Place::made();
    let before = std::fs::read(place.path("key")).unwrap();
    // A process that does not look whether it is asked for: it stands still.
    let holds = place.store();
    let refused = place.run(&["rotate"]);
    assert_eq!(refused.status.code(), Some(4));
    assert!(text(&refused.stderr).contains("stop de ontvanger"), "{}", text(&refused.stderr));
    assert_eq!(std::fs::read(place.path("key")).unwrap(), before);
    drop(holds);
    let records = place.status()["records"].clone();
    place.done(&["rotate"]);
    assert_ne!(std::fs::read(place.path("key")).unwrap(), before);
    assert_eq!(std::fs::metadata(place.path("key")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!place.path("key.new").exists());
    assert_eq!(place.status()["records"], records);
    place.done(&["receive", "--once"]);
    // The key of before is that of no store any more, which is said as such: a kit or not, it does not open.
    std::fs::write(place.path("key"), before).unwrap();
    assert_eq!(place.run(&["status"]).status.code(), Some(3));
}

#[test]
fn a_role_whose_keys_nobody_has_any_more_gets_its_first_member_from_the_kit() {
    if !tools() {
        return;
    }
    let place = Place::made_with(&["--recovery-kit", "kit"]);
    let [one, other] = two_scanned(&place, &place.path("kit"));
    let admit = |role: &str, kit: &str| {
        place.run(&[
            "recover",
            "--sheet",
            &one,
            "--sheet",
            &other,
            "--recovery-kit",
            kit,
            "--admit",
            "9002",
            "--role",
            role,
        ])
    };
    let wrong = admit("directeur", "kit2");
    assert!(wrong.status.code() == Some(2) && text(&wrong.stderr).contains("directeur"), "{}", text(&wrong.stderr));
    let keyless = admit("professional", "kit2");
    assert!(keyless.status.code() == Some(2) && text(&keyless.stderr).contains("geen eigen sleutel"));
    assert!(sheets_in(&place.path("kit2")).is_empty());
    let output = admit("medical_manager", "kit2");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    let code = said.lines().find_map(|line| line.strip_prefix("Activeringscode van 9002: ")).unwrap();
    assert!(access::ActivationCode::parse(code).is_ok(), "{said}");
}

#[test]
fn where_disk_and_key_are_gone_a_backup_and_two_sheets_bring_everything_back_and_the_old_sheets_serve_no_more() {
    if !tools() {
        return;
    }
    let place = Place::empty();
    production(&place);
    let sheets = two_scanned(&place, &place.path("kit"));
    let backup = place.path("backup");
    place.done(&["backup", path(&backup)]);
    std::fs::remove_dir_all(place.path("store")).unwrap();
    std::fs::remove_file(place.path("key")).unwrap();
    std::fs::remove_file(place.path("key.routing")).unwrap();
    let kit = place.path("new-kit");
    let recover = |more: &[&str]| {
        let given = ["recover", "--sheet", &sheets[0], "--sheet", &sheets[1], "--recovery-kit", path(&kit)];
        let output = place.run(&[&given, more].concat());
        (output.status.code(), text(&output.stderr))
    };
    let without = recover(&[]);
    assert!(without.0 != Some(0) && without.1.lines().count() == 1, "{without:?}");
    let done = recover(&["--backup", path(&backup)]);
    assert_eq!(done.0, Some(0), "{done:?}");
    assert!(!place.done(&["status"]).contains("herstelset"), "its kit is there");
    let again = recover(&[]);
    assert!(again.0 == Some(2) && again.1.contains("set"), "{again:?}");
    let over = recover(&["--backup", path(&backup)]);
    assert_ne!(over.0, Some(0), "never over a store that is there");
    place.done(&["audit", "verify"]);
}

#[test]
fn a_restored_store_has_its_kit_again() {
    let place = Place::empty();
    production(&place);
    let backup = place.path("backup");
    place.done(&["backup", path(&backup)]);
    std::fs::remove_dir_all(place.path("store")).unwrap();
    place.done(&["restore", path(&backup)]);
    assert!(place.path("store/recovery.sealed").exists());
    assert_eq!(place.run(&["status", "--check"]).status.code(), Some(0));
    std::fs::remove_file(place.path("store/recovery.sealed")).unwrap();
    assert_eq!(place.run(&["status", "--check"]).status.code(), Some(1), "a kit without its file is none");
}

#[test]
fn another_store_s_delivery_key_is_not_overwritten_and_a_link_to_the_key_stays_one() {
    if !tools() {
        return;
    }
    let (place, other) = (Place::empty(), Place::made());
    production(&place);
    let sheets = two_scanned(&place, &place.path("kit"));
    std::fs::remove_file(place.path("key")).unwrap();
    let own = std::fs::read(place.path("key.routing")).unwrap();
    std::fs::copy(other.path("key.routing"), place.path("key.routing")).unwrap();
    let foreign = std::fs::read(place.path("key.routing")).unwrap();
    let recover = || {
        let kit = path(&place.path("new-kit")).to_owned();
        place.run(&["recover", "--sheet", &sheets[0], "--sheet", &sheets[1], "--recovery-kit", &kit])
    };
    let refused = recover();
    assert!(!refused.status.success() && text(&refused.stderr).contains("key.routing"), "{}", text(&refused.stderr));
    assert_eq!(std::fs::read(place.path("key.routing")).unwrap(), foreign);
    std::fs::write(place.path("key.routing"), own).unwrap();
    assert!(recover().status.success());
    // The key where a link leads to is what is replaced.
    std::fs::create_dir(place.path("keys")).unwrap();
    for end in ["", ".routing"] {
        std::fs::rename(place.path(&format!("key{end}")), place.path(&format!("keys/key{end}"))).unwrap();
    }
    std::os::unix::fs::symlink(place.path("keys/key"), place.path("key")).unwrap();
    let before = std::fs::read(place.path("keys/key")).unwrap();
    place.done(&["rotate"]);
    assert!(place.path("key").is_symlink() && std::fs::read(place.path("keys/key")).unwrap() != before);
    place.done(&["status"]);
}

#[test]
fn a_store_that_is_put_back_for_several_accounts_is_the_group_s_whole() {
    let place = Place::made();
    let backup = place.path("backup");
    place.done(&["backup", path(&backup)]);
    std::fs::set_permissions(place.path("key"), std::fs::Permissions::from_mode(0o640)).unwrap();
    let back = place.path("back");
    let mut command = place.bare();
    command.args(["restore", path(&backup), "--store", path(&back), "--key-file", path(&place.path("key")), "--group"]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mode = |file: &Path| std::fs::metadata(file).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode(&back), mode(&place.path("key"))), (0o2770, 0o640));
    for file in std::fs::read_dir(&back).unwrap() {
        let file = file.unwrap().path();
        assert_eq!(mode(&file), 0o660, "{}", file.display());
    }
}
