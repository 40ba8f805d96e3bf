//! No query, export or report can produce a figure per person (issue 7, point 7): the SQL that knows both people and content is a
//! list, and what every other role sees, exports and reports holds not one number of a person whose numbers nobody else has.
//! That a session of another role cannot even ask is a compile error: `tests/compile_fail/figures_of_a_person.rs`.

use std::{collections::BTreeSet, path::Path};

use app::reports;
use viewmodel::{
    AccountsCommand, Command, ConnectionsCommand, IdentificationCommand, Language, OversightCommand, Screen,
    ScreenName, Texts, TrendState,
};

use crate::{
    house::House,
    own_trend::{Driven, NURSE, house_of},
    walk,
};

/// Tables and columns that say who.
const PEOPLE: [&str; 9] =
    ["grant", "account", "crew", "withdrawn", "crew_change", "holders", "reader", "staff", "role_member"];
/// Tables and columns that hold content, or what is counted of it.
const CONTENT: [&str; 10] = [
    "figure",
    "ride_figure",
    "figure_add",
    "published",
    "diagnosis",
    "remarks",
    "working_diagnosis",
    "working_code",
    "misplaced",
    "ident",
];
const SUMS: [&str; 5] = ["count(", "sum(", "avg(", "group by", "total("];

/// Where SQL names people together with content, or sums over a person's rows, and why that is no figure of a person.
const ALLOWED: [(&str, &str, &str); 27] = [
    (
        "account_list",
        "SELECT count(*) FROM crew WHERE staff = ?1",
        "how many rides an account that is closed was on: of the register, not of feedback",
    ),
    (
        "admission",
        "SELECT count(*) FROM account WHERE closed IS NULL AND roles & ?1 <> 0",
        "how many other members a role has",
    ),
    ("append", "INSERT INTO message(", "a message as it comes"),
    ("append", "INSERT INTO \"grant\"(", "a grant: remarks is whether they are his"),
    ("archive", "SELECT 1 FROM \"grant\" WHERE reader = ?1 AND message = ?2", "whether one record is one reader's"),
    ("deliver", "INSERT OR IGNORE INTO \"grant\"(", "a grant"),
    ("deliver", "UPDATE \"grant\" SET state = 1", "a grant"),
    (
        "feedback_list",
        "SELECT coalesce(sum(read IS NULL), 0), count(*) FROM \"grant\" WHERE reader = ?1",
        "the own list's own counts: of its session",
    ),
    (
        "feedback_list",
        "SELECT m.id, coalesce(r.shown, m.ride), h.name",
        "the own list: of its session, without outcome",
    ),
    (
        "figures",
        "SELECT ride, token, handed_over, urgency, post, crew, working_code FROM ride_figure",
        "what the manager counts: crews are numbered anew in memory, for the rule of five",
    ),
    (
        "leaving",
        "SELECT count(*) FROM \"grant\" g JOIN message m",
        "how many records nobody else could read when an account is closed: records, not what they say",
    ),
    ("linking", "SELECT m.id, m.sender, m.flags", "who holds the keys of one ride's records"),
    ("linking", "UPDATE \"grant\" SET state = ?3", "a grant"),
    ("linking", "SELECT 1 FROM \"grant\" WHERE reader = ?1 AND message = ?2", "whether one record is one reader's"),
    ("marks", "SELECT m.token FROM \"grant\" g JOIN message m", "whether one record is its reader's, who ticks it"),
    ("marks", "SELECT a.message, a.n, a.token, a.own", "ticks on one reader's records, of which his key finds his own"),
    ("misplaced", "SELECT x.n FROM misplaced x JOIN \"grant\" g", "passages to join again in a reader's own session"),
    ("misplaced", "SELECT x.n, x.text, x.state", "passages of one record, for its reader"),
    ("recovery", "SELECT count(*) FROM role_key WHERE reader = ?1", "whether a role has a key"),
    ("recovery", "SELECT max(n), max(at), count(*) FROM audit WHERE event = 100", "uses of the recovery kit"),
    (
        "resealing",
        "SELECT 1 FROM \"grant\" WHERE reader = ?1 AND message = ?2 AND remarks > 0",
        "whether one record's remarks are one reader's",
    ),
    ("reflections", "SELECT count(*) FROM reflection x", "how many reflections one wrote: of its writer's own session"),
    ("ride_import", "INSERT INTO ride_figure(", "a ride as it comes"),
    ("withdrawal", "SELECT g.message, CASE WHEN g.state = 2", "what a session is to hand back of its own"),
    ("withdrawal", "SELECT m.token, m.ride, m.received, m.flags", "one record to be handed back"),
    ("withdrawal", "UPDATE \"grant\" SET state = 3", "a grant"),
    ("withdrawal", "UPDATE \"grant\" SET remarks = 0", "a grant"),
];

/// The words of a statement: names and keywords, in lower case.
fn words(sql: &str) -> BTreeSet<String> {
    sql.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(str::to_lowercase).collect()
}

/// The string literals of a source, without its comments and tests, on one line each.
fn literals(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap();
    let code: String =
        code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
    let (mut found, mut open, mut escaped) = (Vec::new(), None::<String>, false);
    for c in code.chars() {
        match (&mut open, c, escaped) {
            (Some(text), c, true) => {
                text.push(c);
                escaped = false;
            }
            (Some(_), '\\', false) => escaped = true,
            (Some(_), '"', false) => found.extend(open.take()),
            (Some(text), c, false) => text.push(c),
            (None, '"', _) => open = Some(String::new()),
            (None, _, _) => {}
        }
    }
    found.into_iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn of_people_and_content(sql: &str) -> bool {
    let words = words(sql);
    let has = |names: &[&str]| names.iter().any(|name| words.contains(*name));
    let is_sql = has(&["select", "update", "insert", "delete"]);
    // `account(` is no sum, and CASE is no part.
    let lower = sql.to_lowercase().replace("account(", "");
    let sums = SUMS.iter().any(|sum| lower.contains(sum)) || sql.contains("\"case\"");
    is_sql && has(&PEOPLE) && (has(&CONTENT) || sums)
}

#[test]
fn sql_that_names_people_and_content_is_what_this_list_says_and_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut used = BTreeSet::new();
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "rs"));
    assert!(files.len() > 60, "the store's sources are read");
    for path in files {
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        for sql in literals(&std::fs::read_to_string(&path).unwrap()).iter().filter(|sql| of_people_and_content(sql)) {
            let known = ALLOWED.iter().position(|(of, begins, _)| *of == file && sql.starts_with(begins));
            let known = known.unwrap_or_else(|| panic!("{file}: is it a figure of a person? {sql}"));
            used.insert(known);
        }
    }
    let idle: Vec<_> = (0..ALLOWED.len()).filter(|at| !used.contains(at)).map(|at| ALLOWED[at]).collect();
    assert!(idle.is_empty(), "no longer there: {idle:?}");
}

/// It finds what it looks for.
#[test]
fn a_query_for_a_figure_per_person_would_be_found() {
    for sql in [
        "SELECT reader, count(*) FROM \"grant\" GROUP BY reader",
        "SELECT c.staff, f.sealed FROM crew c JOIN figure f ON f.ride = c.ride",
        "SELECT a.name, m.diagnosis FROM message m JOIN account a",
    ] {
        assert!(of_people_and_content(sql), "{sql}");
    }
    assert_eq!(literals("let a = \"SELECT \\\"grant\\\"\n  FROM x\"; // \"no\""), ["SELECT \"grant\" FROM x", "no"]);
}

/// Of everybody together; the nurse's own counts are like nobody's: 97 of 113, and 5 that were not judged.
const OWN: [u32; 3] = [97, 16, 5];

fn ground() -> House {
    let others = ["1001", "1002", "1004", "3001", "3002", "3003"];
    let mut driven: Vec<Driven<'_>> =
        others.iter().map(|staff| Driven { staff, day: "2026-06-14", said: [31, 20, 1] }).collect();
    driven.push(Driven { staff: NURSE, day: "2026-06-14", said: OWN });
    house_of(&driven)
}

/// Numbers stand there as words of their own: `113`, not within `12-2026-6113-1`, a hash or a time.
fn finds(text: &str, number: &str) -> bool {
    if number.contains(['.', ',', '%']) {
        return text.contains(number);
    }
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == ':' || c == '.' || c == ',';
    text.split(|c: char| !is_part(c)).any(|word| word.trim_matches(['-', ':', '.', ',']) == number)
}

/// What tells the nurse's agreement: her counts and her percentage, as screens and files write them.
const TELLING: [&str; 5] = ["97", "113", "0.858", "0,858", "86%"];

/// What is written in a drawing, without its coordinates.
fn lettering(svg: &str) -> String {
    svg.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| format!("{text} ")).collect()
}

/// All that one role sees on every screen of its rail.
fn screens(house: &mut House, staff: &str) -> (String, Vec<Screen>) {
    let frame = house.sign_in(staff);
    let rail = frame.rail.as_ref().unwrap();
    let opens: Vec<Command> = rail.items.iter().chain([&rail.mine]).map(|item| item.open.clone()).collect();
    let (mut seen, mut screens) = (walk::strings(&frame), Vec::new());
    for open in opens {
        let frame = house.act(open);
        seen += &walk::strings(&frame);
        screens.push(frame.screen);
    }
    (seen, screens)
}

#[test]
fn what_every_other_role_sees_exports_and_reports_holds_no_figure_of_a_person() {
    let mut house = ground();
    let texts = Texts::load(Language::Dutch).unwrap();
    let mut seen: Vec<(&str, String)> = Vec::new();
    for (who, staff) in [
        ("administration", "9001"),
        ("manager", "9002"),
        ("administrator", "9003"),
        ("officer", "9004"),
        ("colleague", "1001"),
    ] {
        let (strings, shown) = screens(&mut house, staff);
        seen.push((who, strings));
        for screen in &shown {
            if let Screen::Quality(quality) = screen {
                seen.push(("figures as CSV", report::month_table_csv(&quality.table, &texts).unwrap()));
                let palette = ui::theme::chart_palette(egui::Theme::Light);
                let drawn = report::month_chart_svg(&quality.chart, (900, 330), &texts, &palette);
                seen.push(("figures as SVG", lettering(&drawn.unwrap())));
            }
        }
        let folder = house.folder.path().to_owned();
        let file = |name: &str| folder.join(format!("{staff}-{name}"));
        let exports = [
            ("rights", Command::Accounts(AccountsCommand::ExportRights(file("rights")))),
            ("bill", Command::Identification(IdentificationCommand::ExportClosed(file("bill")))),
            ("connections", Command::Connections(ConnectionsCommand::Overview(file("connections")))),
        ];
        for (name, command) in exports {
            house.act(command);
            seen.extend(std::fs::read_to_string(file(name)).ok().map(|text| (name, text)));
        }
        // What these commands do belongs to another test; that they give nothing of a person does to this one.
        for command in [Command::Publish, Command::OpenFigures, Command::Oversight(OversightCommand::Destroy(1))] {
            seen.push((who, walk::strings(&house.act(command))));
        }
        seen.push((who, walk::strings(&house.act(Command::Open(ScreenName::Trend)))));
    }
    let status = reports::status(house.engine.store(), house.now).unwrap();
    seen.push(("status", reports::status_text(&status, &texts) + &reports::status_json(&status).unwrap()));
    let published = house.engine.store().published().unwrap();
    assert!(!published.is_empty(), "the manager has published: there was something to give away");
    seen.extend(published.iter().map(|row| ("published", String::from_utf8(row.tables.clone()).unwrap())));
    for name in ["figures as CSV", "figures as SVG", "rights", "connections", "status", "published"] {
        assert!(seen.iter().any(|(of, text)| *of == name && !text.trim().is_empty()), "{name} was looked at");
    }
    for (of, text) in &seen {
        for telling in TELLING {
            assert!(!finds(text, telling), "{of} tells {telling}: {text}");
        }
    }
    // What is looked for is what there is to find: on her own screen, and there alone.
    let (own, shown) = screens(&mut house, NURSE);
    assert!(finds(&own, "97") && finds(&own, "113") && own.contains("0.8584070796460177"), "{own}");
    let is_ready =
        |screen: &Screen| matches!(screen, Screen::Trend(trend) if matches!(trend.state, TrendState::Ready(_)));
    assert!(shown.iter().any(is_ready));
}
