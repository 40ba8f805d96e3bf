//! Identifying data in free text (R28): masked on the screen of the crew, shown by one logged click, counted for the administrator.

use viewmodel::{Command, Frame, FreeText, OpenedRecord, Screen, Shown};

use crate::house::House;

const ADMINISTRATOR: &str = "9003";
const OFFICER: &str = "9004";

const SAMPLE: &str = "44-identificeerbaar-in-tekst.xml";
const NAMED: [&str; 4] = ["Voorbeeld", "999900031", "06-12345678", "m.voorbeeld@example.org"];

fn opened(frame: &Frame) -> &OpenedRecord {
    let Screen::Feedback(screen) = &frame.screen else { panic!("Terugkoppelingen") };
    screen.opened.as_ref().unwrap()
}

fn communication(frame: &Frame) -> String {
    let Some((_, Shown::Value(words))) = &opened(frame).remarks else { panic!("the remarks were received") };
    words.reveal().to_owned()
}

fn looks(house: &mut House) -> usize {
    let Screen::AuditLog(log) = house.sign_in(OFFICER).screen else { panic!("Auditlog") };
    log.lines.iter().filter(|line| line.event == "event-text-unmasked").count()
}

#[test]
fn what_identifies_in_a_remark_is_masked_until_one_click_that_the_log_keeps() {
    let mut house = House::with(&[SAMPLE]);
    let frame = house.sign_in("1002");
    let Screen::Feedback(list) = &frame.screen else { panic!("Terugkoppelingen") };
    let record = list.rows[0].record;
    let frame = house.act(Command::OpenRecord(record));
    assert_eq!(
        communication(&frame),
        "Graag contact met mw. ••••••••, BSN ••••••••, tel. ••••••••, ••••••••, over het vervolgbeleid."
    );
    let strings = crate::walk::strings(&frame);
    assert!(NAMED[1..].iter().all(|value| !strings.contains(value)), "what is masked is not in the frame");
    let masked = opened(&frame).masked.communication.as_ref().unwrap();
    assert_eq!(masked.kinds, [("in-text-bsn", 1), ("in-text-telephone", 1), ("in-text-email", 1), ("in-text-name", 1)]);
    assert_eq!(looks(&mut house), 0);

    house.sign_in("1002");
    house.act(Command::OpenRecord(record));
    let frame = house.act(Command::UnmaskText(record, FreeText::RemarksCommunication));
    assert!(NAMED.iter().all(|value| communication(&frame).contains(value)));
    assert!(opened(&frame).masked.communication.is_none());
    house.act(Command::UnmaskText(record, FreeText::RemarksCommunication));
    // Opened anew it is masked anew.
    let frame = house.act(Command::OpenRecord(record));
    assert!(opened(&frame).masked.communication.is_some());
    assert_eq!(looks(&mut house), 1, "one look, one entry");
}

#[test]
fn nobody_unmasks_a_record_that_is_not_open_before_him() {
    let mut house = House::with(&[SAMPLE]);
    let frame = house.sign_in("1002");
    let Screen::Feedback(list) = &frame.screen else { panic!("Terugkoppelingen") };
    let record = list.rows[0].record;
    house.act(Command::UnmaskText(record, FreeText::RemarksCommunication));
    house.sign_in("1001");
    house.act(Command::UnmaskText(record, FreeText::RemarksCommunication));
    assert_eq!(looks(&mut house), 0);
}

#[test]
fn the_functional_administrator_sees_paths_and_kinds_of_a_sender_and_no_value() {
    let mut house = House::with(&[SAMPLE, "20-volledig-2.4.xml"]);
    let frame = house.sign_in(ADMINISTRATOR);
    let strings = crate::walk::strings(&frame);
    assert!(NAMED[1..].iter().all(|value| !strings.contains(value)));
    let Screen::Reception(screen) = frame.screen else { panic!("Ontvangst") };
    let sender = screen.senders.iter().find(|s| s.name == "Ziekenhuis Rivierenland Oost").unwrap();
    assert_eq!(
        sender.in_text,
        [("in-text-bsn", 1), ("in-text-telephone", 1), ("in-text-email", 1), ("in-text-name", 1)]
    );
    assert_eq!(sender.too_much.iter().map(|t| t.count).sum::<u64>(), sender.over_delivered);
    assert!(sender.too_much.iter().any(|t| t.what == "over-name" && t.path == "recordTarget/patientRole/patient/name"));
    let others = screen.senders.iter().filter(|s| s.name != sender.name);
    assert!(others.into_iter().all(|s| s.in_text.is_empty() && s.too_much.is_empty()));
}
