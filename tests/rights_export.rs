//! *Rechten* as CSV: a new file that its owner alone can read, with an entry in the log that says so; or neither.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use viewmodel::{AccountsCommand, Command, Notice, NoticeKind};

use crate::house::House;

const ADMINISTRATOR: &str = "9003";
const OFFICER: &str = "9004";

fn exported(house: &mut House, to: &Path) -> Notice {
    house
        .act(Command::Accounts(AccountsCommand::ExportRights(to.to_owned())))
        .notice
        .expect("it says what became of it")
}

fn entries(house: &House) -> u32 {
    let sql = format!("SELECT count(*) FROM audit WHERE event = {}", access::Event::RightsExported.code());
    house.other_program().query_row(&sql, [], |row| row.get(0)).unwrap()
}

fn place(house: &House) -> PathBuf {
    house.folder.path().join("rechten.csv")
}

#[test]
fn the_export_is_a_new_private_file_in_which_no_name_is_a_formula() {
    let mut house = House::with(&[]);
    house.sign_in(ADMINISTRATOR);
    let names = ["=HYPERLINK(\"http://voorbeeld\")", "@SUM(A1)", "+1", "-1", "  =1+1"];
    for (name, n) in names.iter().zip(1..) {
        let roles = vec![viewmodel::Role::Professional];
        let make = AccountsCommand::Make { staff: format!("=2+{n}"), name: (*name).to_owned(), roles };
        house.act(Command::Accounts(make));
    }
    // They count as holders once they have come: that stands in the row.
    house.other_program().execute("UPDATE account SET public = zeroblob(32), activated = 1", []).unwrap();
    let to = place(&house);
    let notice = exported(&mut house, &to);
    assert_eq!((notice.text, notice.kind), ("notice-rights-exported", NoticeKind::Done));
    assert_eq!(std::fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    let mut table = csv::ReaderBuilder::new().delimiter(b';').has_headers(false).flexible(true).from_path(&to).unwrap();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert!(rows.iter().any(|row| row == ["administration", "identification", "yes"].as_slice()));
    let cells: Vec<&str> = rows.iter().flatten().collect();
    assert!(cells.contains(&"'=HYPERLINK(\"http://voorbeeld\")") && cells.contains(&"'=2+1"), "{cells:?}");
    assert!(cells.iter().all(|cell| !cell.trim_start().starts_with(['=', '+', '-', '@'])), "{cells:?}");
    assert_eq!(entries(&house), 1);
}

#[test]
fn an_export_that_fails_stands_nowhere_and_one_that_cannot_be_logged_leaves_no_file() {
    let mut house = House::with(&[]);
    house.sign_in(OFFICER);
    let to = place(&house);
    std::fs::write(&to, "iets van een ander").unwrap();
    assert_eq!(exported(&mut house, &to).text, "error-file-exists");
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "iets van een ander");
    let nowhere = house.folder.path().join("weg/rechten.csv");
    assert_eq!(exported(&mut house, &nowhere).text, "error-file-absent");
    assert_eq!(entries(&house), 0);
    // An entry that cannot be written, and one that cannot be committed.
    let other = house.folder.path().join("ander.csv");
    let broken = [
        "CREATE TRIGGER refuses BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END",
        "DROP TRIGGER refuses; CREATE TABLE above(n INTEGER PRIMARY KEY);
         CREATE TABLE beneath(n REFERENCES above(n) DEFERRABLE INITIALLY DEFERRED);
         CREATE TRIGGER late AFTER INSERT ON audit BEGIN INSERT INTO beneath VALUES (1); END",
    ];
    for sql in broken {
        house.other_program().execute_batch(sql).unwrap();
        assert_eq!(exported(&mut house, &other).kind, NoticeKind::Refused, "{sql}");
        assert!(!other.exists(), "{sql}");
    }
    house.other_program().execute_batch("DROP TRIGGER late").unwrap();
    assert_eq!(entries(&house), 0);
    assert_eq!(exported(&mut house, &other).text, "notice-rights-exported");
    assert_eq!((other.exists(), entries(&house)), (true, 1));
}
