//! A ride file of text, judged.
#![allow(clippy::unwrap_used)]
use chrono::TimeZone;

use super::*;
use crate::ride_table::LINE_BYTES_MAX;

const HEAD: &str = "inzetnummer;ambulancenummer;vertrek;overdracht_seh;urgentie;standplaats;ziekenhuis_ura;werkdiagnose_code;\
                    werkdiagnose_stelsel;werkdiagnose;bsn_vooraankondiging;bericht_8_9_10;verpleegkundige;chauffeur;derde\n";
const GOOD: &str = "12-2026-4501-1;12-107;2026-09-14T10:00;2026-09-14T11:00;A1;Oost;00000101;271594007;http://snomed.info/sct;Collaps;;ja;1001;2001;\n";

/// Hand-over of the good line, 11:00 in Amsterdam, is an hour and a minute ago.
fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 14, 10, 1, 0).unwrap()
}

/// What a file holds.
#[derive(Debug)]
struct Read {
    rides: Vec<Vec<(String, u8)>>,
    remarks: Vec<RideRemark>,
    refused: u64,
}

fn rides_of(file: &RideFile, judged: &Judged) -> Vec<Ride> {
    let mut rides = Vec::new();
    file.lines(RavNumber::new(12).unwrap(), now(), &mut |_, read| {
        rides.extend(read.ok().map(|(ride, _)| ride).filter(|ride| !judged.twice.contains(&key_of(ride))));
        Ok(true)
    })
    .unwrap();
    rides
}

fn opened(file: impl AsRef<[u8]>) -> Result<(RideFile, Judged), AppError> {
    let file = RideFile::open(Zeroizing::new(file.as_ref().to_vec()), &RideLayout::standard())?;
    let judged = file.judge(RavNumber::new(12).unwrap(), now(), &mut |_, _| true)?;
    Ok((file, judged))
}

fn ride(file: impl AsRef<[u8]>) -> Ride {
    let (file, judged) = opened(file).unwrap();
    rides_of(&file, &judged).remove(0)
}

fn of(file: impl AsRef<[u8]>) -> Result<Read, AppError> {
    let (file, judged) = opened(file)?;
    let rides = rides_of(&file, &judged);
    assert_eq!(rides.len() as u64, judged.rides);
    let rides = rides.into_iter().map(|ride| ride.crew).collect();
    Ok(Read { rides, remarks: judged.remarks, refused: judged.refused })
}

/// Good lines, each with a number of its own.
fn good(n: usize) -> String {
    GOOD.replace("-4501-", &format!("-{}-", 6000 + n))
}

fn refused(file: impl AsRef<[u8]>) -> (&'static str, Vec<String>) {
    let error = of(file).map(|_| ()).unwrap_err();
    (error.key, error.values.into_iter().map(|(_, value)| value).collect())
}

/// What is said of a file of a good line and these: line, column, rule; and how many were refused and read.
fn with(lines: &str) -> (Vec<(u64, String, RideRule)>, u64, usize) {
    let Read { rides, remarks, refused } = of(format!("{HEAD}{}{lines}", good(0))).unwrap();
    let remarks = remarks.into_iter().map(|r| (r.line, r.column.unwrap_or("-".to_owned()), r.rule));
    (remarks.collect(), refused, rides.len())
}

#[track_caller]
fn line_is_refused(line: &str, column: &str, rule: RideRule) {
    assert_ne!(line, GOOD);
    let said = vec![(3, column.to_owned(), rule)];
    assert_eq!(with(&format!("{line}{}", good(1))), (said, 1, 2), "the lines around it are good");
}

#[test]
fn a_good_line_is_a_ride_with_its_crew() {
    let one = ride(format!("{HEAD}{GOOD}"));
    assert_eq!(one.crew, [("1001".to_owned(), 1), ("2001".to_owned(), 2)]);
    assert!(one.announced.is_none() && one.sent_8_to_10 && !one.cancelled && one.service.is_none());
    assert_eq!(with(""), (vec![], 0, 1));
}

#[test]
fn a_bad_line_is_named_with_its_column_and_rule_and_the_others_are_read() {
    line_is_refused(&GOOD.replace("2026-09-14T11:00", "geheim"), "overdracht_seh", RideRule::Time);
    line_is_refused(&GOOD.replace("2026-09-14T11:00", "2026-03-29T02:30"), "overdracht_seh", RideRule::Skipped);
    line_is_refused(&GOOD.replace("12-2026-4501-1", "geheim"), "inzetnummer", RideRule::Number);
    line_is_refused(&GOOD.replace("00000101", "101"), "ziekenhuis_ura", RideRule::LostZeros);
    line_is_refused(&GOOD.replace("00000101", "Oost"), "ziekenhuis_ura", RideRule::Hospital);
    line_is_refused(&GOOD.replace(";ja;", ";misschien;"), "bericht_8_9_10", RideRule::YesOrNo);
    line_is_refused(&GOOD.replace(";1001;", ";10:01;"), "verpleegkundige", RideRule::Staff);
    line_is_refused(&GOOD.replace(";2001;", ";\"20;01\";"), "chauffeur", RideRule::Staff);
    line_is_refused("12-2026-4502-1;12-107\n", "-", RideRule::Columns);
    line_is_refused(&GOOD.replace("Oost", &"O".repeat(LINE_BYTES_MAX)), "-", RideRule::TooLong);
}

#[test]
fn a_hand_over_before_the_departure_is_refused_and_one_within_its_minute_is_not() {
    line_is_refused(&GOOD.replace("T11:00", "T09:59"), "overdracht_seh", RideRule::BeforeDeparture);
    let same_minute = GOOD.replace("T10:00", "T10:00:30").replace("T11:00", "T10:00");
    assert_eq!(with(&same_minute), (vec![], 0, 2));
}

#[test]
fn of_the_hour_that_comes_twice_the_hand_over_is_the_one_after_the_departure() {
    let night = GOOD.replace("2026-09-14T10:00", "2025-10-26T02:50").replace("2026-09-14T11:00", "2025-10-26T02:20");
    let one = ride(format!("{HEAD}{night}"));
    assert_eq!(one.handed_over.unwrap() - one.departed.unwrap(), chrono::TimeDelta::minutes(30));
}

#[test]
fn a_time_ahead_of_the_clock_by_more_than_an_hour_is_refused() {
    line_is_refused(&GOOD.replace("T11:00", "T13:02"), "overdracht_seh", RideRule::Future);
    line_is_refused(&GOOD.replace("T10:00;2026-09-14T11:00", "T13:02;"), "vertrek", RideRule::Future);
    assert_eq!(with(&GOOD.replace("T11:00", "T13:01")), (vec![], 0, 2));
}

#[test]
fn a_control_character_is_refused_and_the_lines_of_a_working_diagnosis_are_not() {
    line_is_refused(&GOOD.replace("Oost", "Oo\0st"), "standplaats", RideRule::Control);
    line_is_refused(&GOOD.replace("Collaps", "Col\u{1b}laps"), "werkdiagnose", RideRule::Control);
    line_is_refused(&GOOD.replace("Oost", "\"Oo\nst\""), "standplaats", RideRule::Control);
    assert_eq!(with(&GOOD.replace("Collaps", "\"Collaps\top\nstraat\"")), (vec![], 0, 2));
}

#[test]
fn an_unknown_urgency_and_another_ravs_number_are_said_and_the_ride_is_read() {
    let read = of(format!("{HEAD}{}", GOOD.replace(";A1;", ";snel;"))).unwrap();
    assert_eq!((read.refused, read.remarks[0].rule), (0, RideRule::Urgency));
    assert!(ride(format!("{HEAD}{}", GOOD.replace(";A1;", ";snel;"))).urgency.is_none(), "it is not kept");
    for known in ["a0", "A1", "A2", "B", "b1", "B2"] {
        let file = format!("{HEAD}{}", GOOD.replace(";A1;", &format!(";{known};")));
        assert_eq!(ride(&file).urgency, Some(known.to_uppercase()));
        assert!(of(&file).unwrap().remarks.is_empty(), "{known}");
    }
    assert_eq!(
        with(&GOOD.replace("12-2026", "13-2026")),
        (vec![(3, "inzetnummer".to_owned(), RideRule::OtherRav)], 0, 2)
    );
}

#[test]
fn many_bad_lines_are_counted_and_the_first_of_each_rule_are_named() {
    let bad = (1..=30).map(|n| good(n).replace("T11:00", "T09:00")).collect::<String>()
        + &(31..90).map(good).collect::<String>()
        + &GOOD.replace("12-2026-4501-1", "x");
    let (said, refused, read) = with(&bad);
    assert_eq!((said.len(), refused, read), (11, 31, 60));
    assert_eq!(said[10], (92, "inzetnummer".to_owned(), RideRule::Number), "one rule does not hide another");
}

#[test]
fn the_line_is_the_editors_after_blank_lines_and_a_cell_of_several_lines() {
    let bad = GOOD.replace("2026-09-14T11:00", "geheim");
    let long = GOOD.replace("Collaps", "\"Collaps\nop straat\"");
    let line = |lines: &str| with(lines).0[0].0;
    assert_eq!(line(&format!("\n\r\n{bad}")), 5);
    assert_eq!(line(&format!("{long}{bad}")), 5);
    assert_eq!(line(&format!("\n{long}\n{bad}")), 7);
}

#[test]
fn a_stray_quotation_mark_that_swallows_lines_refuses_the_file() {
    let open = GOOD.replace("Collaps", "\"Collaps");
    assert_eq!(refused(format!("{HEAD}{}{open}{}", good(1), good(2))), ("error-rides-quotes", vec!["3".to_owned()]));
}

#[test]
fn a_column_that_is_missing_or_stands_twice_is_named() {
    let column = |key, name: &str| (key, vec![name.to_owned()]);
    assert_eq!(refused(HEAD.replace("derde", "vierde")), column("error-rides-column", "derde"));
    assert_eq!(refused(HEAD.replace("derde", "derde;Derde")), column("error-rides-column-twice", "derde"));
    assert!(of(HEAD.replace("derde", "derde;los;los")).is_ok(), "what is not read may stand twice");
}

#[test]
fn another_encoding_is_said_as_such() {
    let mut file = format!("{HEAD}{GOOD}{}", good(1).replace('\n', "xyz\n")).into_bytes();
    let last = file.len() - 3;
    file[last] = 0xe9;
    let latin = of(&file).unwrap();
    assert_eq!((latin.refused, latin.rides[1].len()), (0, 3), "one byte beyond ASCII: windows-1252");
    file.splice(last - 3..last - 3, "ë".bytes());
    assert_eq!(refused(&file), ("error-rides-encoding", vec!["3".to_owned()]), "half UTF-8, half not");
    file[last + 2] = 0x81;
    assert_eq!(refused(&file).0, "error-rides-encoding", "which windows-1252 does not have");
}

#[test]
fn the_same_lines_in_other_encodings_and_separators_are_the_same_rides() {
    let file = format!("{HEAD}{}", GOOD.replace("Oost", "Café"));
    let known = |bytes: &[u8]| {
        let one = ride(bytes);
        (one.number.canonical(), one.post, one.crew, one.handed_over)
    };
    let whole = known(file.as_bytes());
    let units = |to: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(file.encode_utf16()).flat_map(to).collect()
    };
    assert_eq!(known(&units(u16::to_le_bytes)), whole);
    assert_eq!(known(&units(u16::to_be_bytes)), whole);
    assert_eq!(known(&units(u16::to_le_bytes)[2..]), whole, "without its mark");
    assert_eq!(known(&[b"\xef\xbb\xbf", file.as_bytes()].concat()), whole);
    let latin: Vec<u8> = file.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(known(&latin), whole);
    for separator in [",", "\t", "|"] {
        assert_eq!(known(file.replace(';', separator).as_bytes()), whole, "{separator}");
    }
}

#[test]
fn two_lines_with_one_number_are_both_refused_and_both_named() {
    let other = good(7).replace("12-2026-6007-1", "12-2026-06007-01");
    let twice = |line| (line, "inzetnummer".to_owned(), RideRule::Twice);
    assert_eq!(with(&format!("{}{}{other}", good(7), good(8))), (vec![twice(3), twice(5)], 2, 2));
    let thrice = with(&good(7).repeat(3));
    assert_eq!((thrice.0.len(), thrice.1, thrice.2), (3, 3, 1));
}

#[test]
fn two_services_may_have_one_number_and_one_service_has_it_once() {
    let head = HEAD.replace(";derde\n", ";derde;dienst\n");
    let line = |service: &str| good(7).replace(";\n", &format!(";;{service}\n"));
    let of = |lines: &[&str]| {
        of(format!("{head}{}", lines.iter().map(|service| line(service)).collect::<String>())).unwrap()
    };
    let two = of(&["Noord", "Zuid"]);
    assert_eq!((two.rides.len(), two.refused), (2, 0));
    let thrice = of(&["Noord", "Zuid", " noord "]);
    assert_eq!((thrice.rides.len(), thrice.refused, thrice.remarks.len()), (1, 2, 2), "the other service's stays");
    let untold = of(&["Noord", "Zuid", ""]);
    assert_eq!((untold.rides.len(), untold.refused), (0, 3), "whose the third is cannot be told");
}

#[test]
fn a_file_that_ends_in_the_middle_of_a_line_is_said_to_be_cut_off() {
    let cut = &good(1)[..40];
    assert_eq!(with(cut), (vec![(3, "-".to_owned(), RideRule::CutOff)], 1, 1));
    assert_eq!(with(good(1).trim_end()), (vec![], 0, 2), "a last line without its end is whole");
}

#[test]
fn columns_that_are_swapped_are_said_by_name() {
    let lines: String = (0..3).map(good).collect();
    let swapped = |one: &str, other: &str| ("error-rides-swapped", vec![one.to_owned(), other.to_owned()]);
    let hospital_and_nurse = lines.replace(";00000101;", ";1001;").replace(";1001;2001", ";00000101;2001");
    assert_eq!(refused(format!("{HEAD}{hospital_and_nurse}")), swapped("ziekenhuis_ura", "verpleegkundige"));
    let times = lines.replace("T10:00", "T10:30").replace("T11:00", "T10:00");
    assert_eq!(refused(format!("{HEAD}{times}")), swapped("vertrek", "overdracht_seh"));
}

#[test]
fn a_bsn_of_eight_digits_is_told_and_not_repaired() {
    let line = good(1).replace("Collaps;;", "Collaps;12345678;");
    assert_eq!(with(&line), (vec![(3, "bsn_vooraankondiging".to_owned(), RideRule::BsnZeros)], 0, 2));
    assert!(!ride(format!("{HEAD}{line}")).announced.unwrap().is_valid());
}

#[test]
fn a_cancelled_ride_and_the_service_are_read_where_the_file_has_them() {
    let head = HEAD.replace(";derde", ";derde;dienst;geannuleerd");
    let one = ride(format!("{head}{}", good(1).replace(";2001;\n", ";2001;;Zuid;ja\n")));
    assert_eq!((one.service.as_deref(), one.cancelled), (Some("Zuid"), true));
}

#[test]
fn refused_lines_are_written_with_their_reasons_and_can_be_read_in_again() {
    let texts = Texts::load(viewmodel::Language::English).unwrap();
    let bad = good(1).replace("T11:00", "geheim") + &good(2) + "12-2026-9-1;=1\n";
    let (file, judged) = opened(format!("{HEAD}{bad}")).unwrap();
    let mut out = Vec::new();
    file.write_refused(&judged, (RavNumber::new(12).unwrap(), now()), &texts, &mut out).unwrap();
    let written = String::from_utf8(out).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines.len(), 3, "{written}");
    assert!(lines[1].contains("geheim") && lines[1].contains(";2;overdracht_seh;"), "{written}");
    assert!(lines[2].starts_with("12-2026-9-1;'=1;;") && lines[2].contains(";4;;"), "{written}");
    let (_, again) = opened(written.replace("geheim", "2026-09-14T11:00")).unwrap();
    assert_eq!((again.rides, again.refused), (1, 1));
}

/// Day and time of the hand-over in columns of their own, as a layout says.
fn apart(lines: &str) -> Result<(Option<DateTime<Utc>>, Vec<RideRemark>), AppError> {
    let layout = RideLayout::read(
        "dates = \"day-month-year\"\n[columns]\nnumber = \"Rit\"\nhanded_over = \"Datum\"\nhanded_over_time = \"Tijd\"\n",
    )?;
    let file = RideFile::open(Zeroizing::new(format!("Rit;Datum;Tijd\n{lines}").into_bytes()), &layout)?;
    let judged = file.judge(RavNumber::new(12).unwrap(), now(), &mut |_, _| true)?;
    let handed_over = rides_of(&file, &judged).first().and_then(|ride| ride.handed_over);
    Ok((handed_over, judged.remarks))
}

#[test]
fn day_and_time_in_two_columns_are_one_moment() {
    let at =
        |day: &str, time: &str| apart(&format!("12-2026-1-1;{day};{time}\n12-2026-2-1;13-09-2026;10:00\n")).unwrap().0;
    let eleven = Utc.with_ymd_and_hms(2026, 9, 14, 9, 0, 0).unwrap();
    assert_eq!(at("14-09-2026", "11:00"), Some(eleven));
    assert_eq!(at("14-09-2026 00:00", "11:00:00"), Some(eleven), "midnight behind the day");
    assert_eq!(at("2026-09-14", "11:00"), Some(eleven));
    // In the hour that comes twice the earlier, as for one column.
    assert_eq!(at("26-10-2025", "02:30"), Some(Utc.with_ymd_and_hms(2025, 10, 26, 0, 30, 0).unwrap()));
}

#[test]
fn a_day_without_its_time_and_a_time_without_its_day_are_refused_by_their_column() {
    let good = "12-2026-2-1;13-09-2026;10:00\n";
    let said = |line: &str| {
        let remarks = apart(&format!("{good}{line}\n12-2026-3-1;13-09-2026;10:05\n")).unwrap().1;
        remarks.into_iter().map(|remark| (remark.column.unwrap(), remark.rule)).collect::<Vec<_>>()
    };
    assert_eq!(said("12-2026-1-1;14-09-2026;"), [("Tijd".to_owned(), RideRule::Clock)]);
    assert_eq!(said("12-2026-1-1;14-09-2026;11"), [("Tijd".to_owned(), RideRule::Clock)]);
    assert_eq!(said("12-2026-1-1;;11:00"), [("Datum".to_owned(), RideRule::Time)]);
    assert_eq!(said("12-2026-1-1;46279;11:00"), [("Datum".to_owned(), RideRule::SerialDate)]);
    assert!(said("12-2026-1-1;;").is_empty(), "not handed over to an SEH");
}
