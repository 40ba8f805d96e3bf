//! One message, several readers: each sees his own part on his own screen, and no other's.

use viewmodel::{
    Actor, AgreementShown, AscertainedBy, Command, Frame, Language, Reason, RevealPurpose, Screen, Shown, Texts,
};

use crate::{
    house::{House, PASSPHRASE, spoken},
    walk,
};

const CLERK: &str = "9001";
const MANAGER: &str = "9002";
const ADMINISTRATOR: &str = "9003";
const OFFICER: &str = "9004";

fn identifications(frame: &Frame) -> &viewmodel::IdentificationsScreen {
    let Screen::Identifications(screen) = &frame.screen else {
        panic!("the clerk's first screen is Patiëntidentificatie")
    };
    screen
}

fn feedback(frame: &Frame) -> &viewmodel::FeedbackScreen {
    let Screen::Feedback(screen) = &frame.screen else { panic!("the professional's first screen is Terugkoppelingen") };
    screen
}

/// Opens every record of a professional; gives what a screen reader gets on the way.
fn all_opened(house: &mut House, staff: &str) -> String {
    let frame = house.sign_in(staff);
    let records: Vec<_> = feedback(&frame).rows.iter().map(|r| r.record).collect();
    let mut heard = spoken(frame);
    for record in records {
        heard += &spoken(house.act(Command::OpenRecord(record)));
    }
    heard
}

#[test]
fn both_bsns_of_the_programme_fail_the_elfproef_and_are_work_for_the_clerk() {
    let mut house = House::with(&["programma-01-onjuist-bsn.xml", "programma-02-bsn-leeg.xml"]);
    let frame = house.sign_in(CLERK);
    let rows: Vec<_> = identifications(&frame).rows.iter().map(|r| (r.reason, r.ride.as_str())).collect();
    assert_eq!(rows, [(Reason::Invalid, "12-2026-4501-1"), (Reason::Invalid, "12-2026-4502-1")]);
    let frame = house.sign_in("1001");
    assert!(feedback(&frame).rows.is_empty(), "identification only: nothing for the crew");
}

#[test]
fn an_equal_bsn_is_nothing_for_the_administration() {
    let mut house = House::with(&["programma-03-bsn-gelijk.xml", "42-bsn-gelijk-toch-gestuurd.xml"]);
    assert!(identifications(&house.sign_in(CLERK)).rows.is_empty());
}

#[test]
fn the_clerk_reveals_a_bsn_and_the_log_has_that_entry() {
    let mut house = House::with(&["20-volledig-2.4.xml"]);
    let frame = house.sign_in(CLERK);
    let item = identifications(&frame).rows[0].item;
    assert_eq!(identifications(&frame).rows[0].reason, Reason::NotAnnounced);
    assert!(!spoken(frame).contains("999900006"), "masked until shown");
    house.act(Command::Claim(item));
    let shown = house.act(Command::RevealBsn(item, RevealPurpose::CompleteRide));
    let detail = identifications(&shown).detail.as_ref().unwrap();
    assert_eq!(detail.bsns[0].shown.as_ref().unwrap().0.reveal(), "999900006");
    assert!(spoken(shown).contains("999 900 006"));
    let copied = house.act(Command::CopyBsn(item, 0));
    assert_eq!(copied.clipboard.unwrap().0.reveal(), "999900006");
    let closed = house.act(Command::CloseItem { item, by: AscertainedBy::BirthDateAndGender });
    assert!(identifications(&closed).rows.is_empty());
    let log = house.sign_in(OFFICER);
    let Screen::AuditLog(log) = &log.screen else { panic!("the officer's first screen is Auditlog") };
    let events: Vec<_> = log.lines.iter().map(|l| l.event).collect();
    for event in ["event-bsn-revealed", "event-bsn-copied", "event-item-claimed", "event-item-closed"] {
        assert!(events.contains(&event), "{event} of {events:?}");
    }
    let revealed = log.lines.iter().find(|l| l.event == "event-bsn-revealed").unwrap();
    assert_eq!(revealed.who, Actor::Person("M. Hoekstra".into()));
    assert_eq!(revealed.purpose, "purpose-complete-ride");
}

#[test]
fn the_crew_opens_diagnosis_and_remarks_by_choice_and_another_crew_sees_nothing() {
    let mut house = House::with(&["20-volledig-2.4.xml"]);
    // Nurse 1003 drove ride 12-2026-4510-1.
    let frame = house.sign_in("1003");
    assert_eq!(feedback(&frame).unread, 1);
    let record = feedback(&frame).rows[0].record;
    let closed = spoken(frame);
    assert!(!closed.contains("Ischemisch") && !closed.contains("Glucose was bepaald"), "the list tells no outcome");
    let frame = house.act(Command::OpenRecord(record));
    let opened = feedback(&frame).opened.as_ref().unwrap();
    assert_eq!(opened.agreement, AgreementShown::No);
    assert_eq!(opened.diagnoses[0].display.reveal(), "Cerebrovasculair accident");
    let Shown::Value(description) = &opened.description else { panic!("the description was received") };
    assert!(description.reveal().starts_with("Ischemisch CVA"));
    let (Shown::Value(medical), Shown::Value(communication)) = opened.remarks.as_ref().unwrap() else {
        panic!("both remarks were received")
    };
    assert!(medical.reveal().starts_with("Glucose"));
    assert_eq!(communication.reveal(), "Keuze van het ziekenhuis was juist.");
    for other in ["1001", "1002", "1004"] {
        assert!(feedback(&house.sign_in(other)).rows.is_empty(), "{other} was not on this ride");
    }
}

#[test]
fn with_agreement_the_crew_sees_the_flag_and_the_remarks_and_no_diagnosis() {
    let mut house = House::with(&["programma-06-toelichting.xml"]);
    let frame = house.sign_in("1002");
    let record = feedback(&frame).rows[0].record;
    let frame = house.act(Command::OpenRecord(record));
    let opened = feedback(&frame).opened.as_ref().unwrap();
    assert_eq!(opened.agreement, AgreementShown::Yes);
    assert!(opened.diagnoses.is_empty() && opened.patient.birth_date.is_none());
    assert!(matches!(opened.remarks, Some((Shown::Value(_), Shown::Value(_)))));
}

#[test]
fn a_message_whose_ride_is_unknown_is_seen_by_no_professional() {
    let mut house = House::with(&["45-niet-gekoppeld.xml"]);
    for staff in ["1001", "1002", "1003", "1004"] {
        assert!(feedback(&house.sign_in(staff)).rows.is_empty());
    }
    let Screen::Reception(reception) = house.sign_in(ADMINISTRATOR).screen else { panic!("Ontvangst") };
    assert_eq!((reception.health.records, reception.health.unlinked), (1, 1));
}

/// What each reader may hear of the full sample on all his pages; everything else is a canary for him. Each hears what is his.
#[test]
fn no_screen_says_what_its_role_may_not_see() {
    let canaries = [
        ("bsn", "999900006"),
        ("bsn shown", "999 900 006"),
        ("birth date", "1948-05-17"),
        ("birth date", "17-05-1948"),
        ("diagnosis", "Cerebrovasculair accident"),
        ("diagnosis", "230690007"),
        ("description", "Ischemisch"),
        ("remark", "Glucose was bepaald"),
        ("remark", "Keuze van het ziekenhuis"),
        ("patient number", "P-77120"),
        ("name", "Wilhelmina"),
        ("address", "Dorpsstraat"),
        ("telephone", "+31612345678"),
        ("narrative", "opname hartbewaking"),
    ];
    let mut house = House::with(&["20-volledig-2.4.xml"]);
    let clerk = {
        let frame = house.sign_in(CLERK);
        let item = identifications(&frame).rows[0].item;
        let mut heard = spoken(frame);
        house.act(Command::Claim(item));
        let shown = house.act(Command::RevealBsn(item, RevealPurpose::CompleteRide));
        heard += &(walk::strings(&shown) + &spoken(shown));
        heard + &house.pages(CLERK)
    };
    let texts = Texts::load(Language::Dutch).unwrap();
    let may = |reader: &str, kind: &str| match reader {
        // The patient number is his too; no screen shows it so far.
        CLERK => kind.starts_with("bsn") || kind == "birth date",
        "1003" => matches!(kind, "diagnosis" | "description" | "remark" | "birth date"),
        _ => false,
    };
    // The officer last: his log tells of the others.
    let gets: [(&str, &[&str]); 7] = [
        ("1003", &["ui-remarks-medical", "ui-remarks-communication"]),
        ("1001", &["ui-feedback-empty-title"]),
        ("1002", &["ui-feedback-empty-title"]),
        ("1004", &["ui-feedback-empty-title"]),
        (MANAGER, &["ui-quality-by-month", "ui-quality-under-none"]),
        (ADMINISTRATOR, &["ui-sender"]),
        (OFFICER, &["event-bsn-revealed", "event-diagnosis-opened", "event-remarks-opened", "event-message-taken-in"]),
    ];
    let others = gets.map(|(reader, keys)| {
        let heard = house.pages(reader);
        for key in keys {
            assert!(heard.contains(&texts.get(key)), "{reader} hears {key}: {heard}");
        }
        // How much was sent that may not be kept, in a count: what it was is nowhere.
        assert_eq!(heard.contains("te veel 5, "), reader == ADMINISTRATOR, "{reader}");
        (reader, heard)
    });
    for (reader, heard) in others.into_iter().chain([(CLERK, clerk)]) {
        for (kind, canary) in canaries {
            let is_his = may(reader, kind);
            assert!(is_his || !heard.contains(canary), "{reader} hears the {kind}");
            assert!(!is_his || heard.contains(canary), "{reader} does not hear his {kind}");
        }
    }
}

#[test]
fn a_wrong_passphrase_a_wrong_code_and_an_unknown_account_get_one_answer() {
    let mut house = House::with(&[]);
    let mut answer = |account: &str, phrase: &str, right: bool| {
        house.act(Command::SignOut);
        let passphrase = zeroize::Zeroizing::new(phrase.to_owned());
        let code = zeroize::Zeroizing::new(if right { house.code(CLERK).to_string() } else { "000000".to_owned() });
        let frame = house.act(Command::SignIn { account: account.into(), passphrase, code });
        let Screen::SignIn(screen) = &frame.screen else { panic!("nobody comes in") };
        screen.error.as_ref().map(|said| said.text)
    };
    assert_eq!(answer(CLERK, "een verkeerde wachtwoordzin", true), Some("sign-in-wrong"));
    assert_eq!(answer(CLERK, PASSPHRASE, false), Some("sign-in-wrong"));
    assert_eq!(answer("4242", "een verkeerde wachtwoordzin", false), Some("sign-in-wrong"));
}

#[test]
fn after_lock_the_frame_holds_nothing_of_the_screen_behind_it() {
    let mut house = House::with(&["20-volledig-2.4.xml"]);
    all_opened(&mut house, "1003");
    let heard = spoken(house.act(Command::Lock));
    for canary in ["Cerebrovasculair", "Ischemisch", "Glucose", "12-2026-4510"] {
        assert!(!heard.contains(canary), "{canary}");
    }
    assert!(matches!(house.act(Command::Refresh).screen, Screen::Locked(_)));
}

/// What one sample of `messages/README.md` leads to, reader by reader.
struct Leads {
    sample: &'static str,
    /// The clerk's work.
    work: Option<(Reason, &'static str)>,
    /// The treating nurse, and the judgement she opens.
    crew: Option<(&'static str, AgreementShown)>,
    /// The SEH diagnosis, with description, gender and birth date.
    diagnosis: Option<(&'static str, &'static str, &'static str)>,
    /// Both remarks are there.
    remarks: bool,
    /// Values that were sent too much.
    over_delivered: u64,
}

const PLAIN: Leads = Leads { sample: "", work: None, crew: None, diagnosis: None, remarks: false, over_delivered: 0 };

fn leads() -> [Leads; 7] {
    let invalid = |sample, ride| Leads { sample, work: Some((Reason::Invalid, ride)), ..PLAIN };
    let agreed = |sample, nurse| Leads { sample, crew: Some((nurse, AgreementShown::Yes)), ..PLAIN };
    [
        invalid("programma-01-onjuist-bsn.xml", "12-2026-4501-1"),
        invalid("programma-02-bsn-leeg.xml", "12-2026-4502-1"),
        agreed("programma-03-bsn-gelijk.xml", "1003"),
        agreed("programma-04-akkoord.xml", "1004"),
        Leads {
            sample: "programma-05-niet-akkoord.xml",
            crew: Some(("1001", AgreementShown::No)),
            diagnosis: Some(("Myocardinfarct", "gender-male", "1967")),
            ..PLAIN
        },
        Leads { remarks: true, ..agreed("programma-06-toelichting.xml", "1002") },
        Leads {
            sample: "20-volledig-2.4.xml",
            work: Some((Reason::NotAnnounced, "12-2026-4510-1")),
            crew: Some(("1003", AgreementShown::No)),
            diagnosis: Some(("Cerebrovasculair accident", "gender-female", "1948")),
            remarks: true,
            over_delivered: 5,
        },
    ]
}

#[test]
fn each_sample_of_the_programme_leads_each_reader_to_what_its_readme_says() {
    for Leads { sample, work, crew, diagnosis, remarks, over_delivered } in leads() {
        let mut house = House::with(&[sample]);
        let frame = house.sign_in(CLERK);
        let rows: Vec<_> = identifications(&frame).rows.iter().map(|r| (r.reason, r.ride.as_str())).collect();
        assert_eq!(rows, work.into_iter().collect::<Vec<_>>(), "{sample}: the clerk");

        for staff in ["1001", "1002", "1003", "1004"] {
            let own = crew.filter(|(nurse, _)| *nurse == staff);
            let frame = house.sign_in(staff);
            let records: Vec<_> = feedback(&frame).rows.iter().map(|r| r.record).collect();
            assert_eq!(records.len(), usize::from(own.is_some()), "{sample}: nurse {staff}");
            let Some((_, agreement)) = own else { continue };
            let frame = house.act(Command::OpenRecord(records[0]));
            let opened = feedback(&frame).opened.as_ref().unwrap();
            assert_eq!(opened.agreement, agreement, "{sample}");
            let shown = opened.diagnoses.first().map(|d| d.display.reveal());
            assert_eq!(shown, diagnosis.map(|(name, ..)| name), "{sample}: the diagnosis");
            assert_eq!(opened.patient.gender, diagnosis.map(|(_, gender, _)| gender), "{sample}");
            let birth_date = opened.patient.birth_date.as_ref().map(viewmodel::Words::reveal);
            assert_eq!(birth_date.is_some(), diagnosis.is_some(), "{sample}");
            assert!(diagnosis.is_none_or(|(.., year)| birth_date.is_some_and(|d| d.contains(year))), "{sample}");
            assert_eq!(matches!(opened.description, Shown::Value(_)), diagnosis.is_some(), "{sample}");
            let both = matches!(opened.remarks, Some((Shown::Value(_), Shown::Value(_))));
            assert_eq!(both, remarks, "{sample}: the remarks");
        }

        let Screen::Quality(quality) = house.sign_in(MANAGER).screen else { panic!("Kwaliteit") };
        // September is not ripe on the twentieth: a ring without a number, for a message with a feedback part.
        assert_eq!(quality.chart.points.len(), usize::from(crew.is_some()), "{sample}: the manager");
        assert!(quality.chart.points.iter().all(|point| point.n.is_none()), "{sample}: fewer than ten");

        let Screen::Reception(reception) = house.sign_in(ADMINISTRATOR).screen else { panic!("Ontvangst") };
        assert_eq!((reception.health.records, reception.health.linked), (1, 1), "{sample}: the administrator");
        let received: Vec<_> = reception.messages.rows.iter().map(|m| (m.outcome, m.answer)).collect();
        assert_eq!(received, [(viewmodel::MessageOutcome::TakenIn, "CA")], "{sample}");
        let too_much: u64 = reception.senders.iter().map(|s| s.over_delivered).sum();
        assert!(too_much >= over_delivered && (over_delivered > 0 || too_much == 0), "{sample}: {too_much}");

        let Screen::AuditLog(log) = house.sign_in(OFFICER).screen else { panic!("Auditlog") };
        let taken: Vec<_> = log.lines.iter().filter(|l| l.event == "event-message-taken-in").collect();
        assert!(
            matches!(taken.as_slice(), [line] if line.subject.is_some() && line.who == Actor::Receiver),
            "{sample}"
        );
        let read = log.lines.iter().filter(|l| l.event == "event-diagnosis-opened").count();
        assert_eq!(read, usize::from(crew.is_some()), "{sample}: the officer");
    }
}
