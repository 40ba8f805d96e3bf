//! Invented frames of every screen, near the pictures of look/png.

use chrono::{NaiveDate, NaiveDateTime};
use viewmodel::*;

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

pub fn at(month: u32, of_month: u32, hour: u32, minute: u32) -> NaiveDateTime {
    day(2026, month, of_month).and_hms_opt(hour, minute, 4).unwrap()
}

pub fn words(text: &str) -> Words {
    Words::new(text.to_owned())
}

pub fn frame(role: Option<(Role, &str, ScreenName, Option<u64>)>, screen: Screen) -> Frame {
    let rail = role.map(|(role, name, here, count)| Rail {
        role,
        items: vec![NavItem {
            screen: here,
            selected: !matches!(screen, Screen::MyAccount(_)),
            count,
            open: Command::Open(here),
        }],
        name: name.to_owned(),
        mine: NavItem {
            screen: ScreenName::MyAccount,
            selected: matches!(screen, Screen::MyAccount(_)),
            count: None,
            open: Command::Open(ScreenName::MyAccount),
        },
        organisation: "RAV 12 · Voorbeeldregio".into(),
        lock: Command::Lock,
        sign_out: Command::SignOut,
    });
    let lock = rail.as_ref().map(|_| Command::Lock);
    Frame {
        test: true,
        content_protected: true,
        rail,
        lock,
        notice: None,
        busy: None,
        next: None,
        screen,
        clipboard: None,
    }
}

pub fn sign_in() -> Frame {
    let demo = |index: usize, name: &str, role| DemoAccount {
        name: name.into(),
        staff: "1001".into(),
        role,
        sign_in: Command::SignInDemo(index),
    };
    let names = ["M. Hoekstra", "S. Bakker", "A. Verhoeven", "T. Smeets", "L. Dijkstra"];
    let accounts = Role::ALL.iter().zip(names).enumerate().map(|(i, (role, name))| demo(i, name, *role));
    frame(
        None,
        Screen::SignIn(SignInScreen {
            organisation: "RAV 12 · Voorbeeldregio".into(),
            account: "s.bakker".into(),
            error: None,
            forgets_after: 5,
            working: false,
            stop: None,
            roles: vec![],
            activate: Some(Command::Entry(EntryCommand::Start(EntryWay::FirstTime))),
            forgotten: Some(Command::Entry(EntryCommand::Start(EntryWay::Forgotten))),
            recover: Some(Command::Installation(InstallationCommand::Start(InstallationWay::Recover))),
            demo: accounts.collect(),
        }),
    )
}

pub fn entry(page: EntryPage) -> Frame {
    let organisation = "RAV 12 · Voorbeeldregio".into();
    let (way, error, forgets_after) = (EntryWay::FirstTime, None, 5);
    let screen = EntryScreen { organisation, way, page, error, forgets_after, working: false, stop: None };
    frame(None, Screen::Entry(screen))
}

/// Squares as a code has them; which address they spell does not matter here.
pub fn second_factor() -> SecondFactorPage {
    let dark = (0..37 * 37).map(|place| place % 3 == 0 || place % 7 == 1).collect();
    let qr = QrSquares { side: 37, dark: zeroize::Zeroizing::new(dark) };
    SecondFactorPage { qr, secret: words("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ") }
}

pub fn sheet() -> SheetPage {
    SheetPage {
        staff: "1001".into(),
        code: words("7K2QM4-9XTRVA-0CEHNP-W3B5YZ-8DFGJS"),
        printable: true,
        printer: true,
        printed: false,
        saved: None,
        group_characters: 6,
    }
}

pub fn my_account(renewing: Renewing) -> Frame {
    let screen = MyAccountScreen {
        name: "S. Bakker".into(),
        staff: "1001".into(),
        renewing,
        characters_min: 14,
        error: None,
        notice: Some(DesktopNotice { on: false, is_there: Some(false), is_possible: true }),
        working: false,
        stop: None,
    };
    frame(Some(PROFESSIONAL), Screen::MyAccount(screen))
}

pub fn locked() -> Frame {
    frame(
        None,
        Screen::Locked(LockedScreen {
            name: "S. Bakker".into(),
            role: Role::Professional,
            since: "09:36".into(),
            error: None,
            forgets_after: 5,
            working: false,
            stop: None,
            sign_out: Command::SignOut,
            demo: Some(Command::SignInDemo(1)),
        }),
    )
}

pub fn progress() -> Frame {
    frame(
        None,
        Screen::Progress(ProgressScreen {
            title: "ui-quality-opening",
            sentence: "ui-quality-opening-why",
            done: (12_400, 20_000),
            cancel: Some(Command::Cancel),
        }),
    )
}

pub fn failed() -> Frame {
    frame(None, Screen::Failed(FailedScreen { text: "ui-chart-none", values: vec![], retry: Some(Command::Refresh) }))
}

fn item(id: i64, reason: Reason, ride: &str, hospital: &str, age: i64) -> IdentificationRow {
    IdentificationRow {
        item: ItemId(id),
        reason,
        ride: ride.into(),
        hospital: hospital.into(),
        age_days: age,
        claimed_by: None,
        mine: false,
        waits: None,
        selected: false,
        select: Command::SelectItem(ItemId(id)),
    }
}

pub fn masked(shown: bool) -> MaskedBsn {
    MaskedBsn {
        mask: "••• ••• •06".into(),
        valid: true,
        shown: shown.then(|| (words("999900006"), 27)),
        reveal: vec![
            (RevealPurpose::CompleteRide, Command::RevealBsn(ItemId(3), RevealPurpose::CompleteRide)),
            (RevealPurpose::AskHospital, Command::RevealBsn(ItemId(3), RevealPurpose::AskHospital)),
        ],
        copy: shown.then_some(Command::CopyBsn(ItemId(3), 0)),
        mask_again: shown.then_some(Command::MaskBsn),
    }
}

pub fn awaited() -> Frame {
    let mut rows: Vec<_> = (0..6)
        .map(|i| item(-1 - i, Reason::NotAnnounced, &format!("12-2026-44{i}1-1"), "Ziekenhuis Oost", 19 - i))
        .collect();
    for (i, row) in (0..).zip(&mut rows) {
        if i < 2 {
            row.hospital = "Ziekenhuis De Linde".into();
        }
        row.waits = Some(WaitingRow {
            handed_over: at(9, 2 + i, 22, 14),
            telephone: (i > 1).then(|| "012 345 01 10".into()),
            called: (i % 2 == 0).then(|| day(2026, 9, 8)),
            none: i == 3,
        });
    }
    rows[1].selected = true;
    let awaited = AwaitedRide {
        ride: "12-2026-4411-1".into(),
        hospital: "Ziekenhuis Oost".into(),
        age_days: 18,
        ride_data: RideData {
            departed: Some(at(9, 3, 1, 31)),
            handed_over: Some(at(9, 3, 2, 17)),
            vehicle: Some("12-107".into()),
            post: Some("Oost".into()),
            urgency: Some("A1".into()),
        },
        contact: Some("012 345 01 10".into()),
        called: Some(day(2026, 9, 8)),
        none: Some((day(2026, 9, 9), true)),
        note_called: Command::Identification(IdentificationCommand::Called(7)),
        note_none: Command::Identification(IdentificationCommand::HasNone(7)),
    };
    let counts = IDENTIFICATION_COUNTS.into_iter().map(|(tab, n)| (tab, n, Command::IdentificationTab(tab))).collect();
    let screen = IdentificationsScreen {
        tab: IdentificationTab::AwaitingHospital,
        counts,
        rows,
        more: None,
        detail: None,
        awaited: Some(awaited),
        undo: None,
        export: None,
    };
    let who = (Role::Administration, "M. Hoekstra", ScreenName::Identifications, Some(6));
    frame(Some(who), Screen::Identifications(screen))
}

const IDENTIFICATION_COUNTS: [(IdentificationTab, u64); 4] = [
    (IdentificationTab::Open, 6),
    (IdentificationTab::AwaitingHospital, 11),
    (IdentificationTab::Investigating, 2),
    (IdentificationTab::Closed, 14),
];

pub fn identifications(shown: bool) -> Frame {
    let mut rows = vec![
        item(1, Reason::Invalid, "12-2026-4388-1", "Oost", 9),
        item(2, Reason::Differs, "12-2026-4417-1", "De Linde", 8),
        item(3, Reason::NotAnnounced, "12-2026-4510-1", "Oost", 7),
        item(4, Reason::NotAnnounced, "12-2026-4518-1", "De Wilg", 5),
        item(5, Reason::TwoNumbers, "12-2026-4523-1", "Oost", 3),
        item(6, Reason::NotTakenOver, "12-2026-4540-1", "Noord", 2),
        item(7, Reason::RideUnknown, "12-2026-4561-1", "Ziekenhuis Oost", 4),
        item(8, Reason::RideUnknown, "12-2026-4590-1", "Ziekenhuis Noord", 1),
    ];
    rows[1].claimed_by = Some("A. Visser".into());
    // As long as they come: a hospital of the region beside who has the item.
    rows[4].hospital = "Ziekenhuis Rivierenland Oost".into();
    rows[4].ride = "12-2026-100403-1".into();
    rows[4].claimed_by = Some("Wilhelmina van der Meer".into());
    rows[2].hospital = "Ziekenhuis Rivierenland Oost".into();
    rows[2].mine = true;
    rows[2].selected = true;
    let detail = IdentificationDetail {
        note: Some(NoteShown {
            words: words("Gebeld met de SEH, belt terug"),
            characters_max: 200,
            typed: None,
            keep: Some(|item, note| Command::Identification(IdentificationCommand::Note(item, note))),
        }),
        item: ItemId(3),
        reason: Reason::NotAnnounced,
        ride: "12-2026-4510-1".into(),
        hospital: "Ziekenhuis Oost".into(),
        received: at(9, 14, 14, 30),
        ride_data: Some(RideData {
            departed: Some(at(9, 14, 10, 6)),
            handed_over: Some(at(9, 14, 11, 6)),
            vehicle: Some("12-107".into()),
            post: Some("Oost".into()),
            urgency: Some("A1".into()),
        }),
        bsns: vec![masked(shown)],
        birth_date: shown.then(|| words("17-05-1948")),
        gender: shown.then_some("gender-female"),
        claimed: Some(at(9, 21, 9, 38)),
        claim: None,
        close: AscertainedBy::ALL.map(|by| (by, Command::CloseItem { item: ItemId(3), by })).into(),
        investigate: Some(Command::Investigate(ItemId(3))),
        later: Some(Command::Identification(IdentificationCommand::Later(ItemId(3)))),
        ambulance_had: Some(false),
        before: Some((day(2026, 9, 10), Some(false))),
        confirmed: None,
        disappears: day(2026, 10, 5),
        closed: None,
    };
    let screen = IdentificationsScreen {
        tab: IdentificationTab::Open,
        counts: IDENTIFICATION_COUNTS.into_iter().map(|(tab, n)| (tab, n, Command::IdentificationTab(tab))).collect(),
        rows,
        more: None,
        detail: Some(detail),
        awaited: None,
        undo: Some(Undo {
            ride: "12-2026-4388-1".into(),
            seconds: 9,
            command: Command::Identification(IdentificationCommand::Reopen(ItemId(1))),
        }),
        export: None,
    };
    let who = (Role::Administration, "M. Hoekstra", ScreenName::Identifications, Some(6));
    frame(Some(who), Screen::Identifications(screen))
}

fn row(id: i64, diagnosis: &str, hospital: &str, urgency: &str, date: NaiveDate, remarks: bool) -> FeedbackRow {
    FeedbackRow {
        record: RecordId(id),
        working_diagnosis: Some(words(diagnosis)),
        hospital: hospital.into(),
        urgency: Some(urgency.into()),
        day: date,
        ride: format!("12-2026-{}-1", 4540 + id),
        updated: id == 3,
        remarks,
        unread: id <= 3,
        selected: id == 1,
        select: Command::SelectRecord(RecordId(id)),
    }
}

const PROFESSIONAL: (Role, &str, ScreenName, Option<u64>) =
    (Role::Professional, "S. Bakker", ScreenName::Feedback, Some(3));

pub fn peer_support() -> Option<PeerSupportShown> {
    let [name, telephone, hours] = ["Opvangteam RAV 12", "012 345 67 89", "dag en nacht"].map(Into::into);
    Some(PeerSupportShown { name, telephone, hours })
}

pub fn feedback() -> Frame {
    let rows = vec![
        row(1, "Pijn op de borst", "Ziekenhuis Oost", "A1", day(2026, 9, 17), true),
        row(2, "Collaps", "Ziekenhuis Oost", "A1", day(2026, 9, 14), false),
        row(3, "Sepsis", "Ziekenhuis De Linde", "A2", day(2026, 9, 14), true),
        row(4, "Hypoglykemie", "Ziekenhuis Oost", "A1", day(2026, 9, 9), false),
        row(5, "Epilepsie", "Ziekenhuis De Wilg", "A1", day(2026, 9, 5), true),
        row(6, "Cerebrovasculair accident", "Ziekenhuis Oost", "A1", day(2026, 8, 28), true),
        row(7, "Heupfractuur", "Ziekenhuis De Linde", "B", day(2026, 8, 25), false),
    ];
    let card = ClosedCard {
        record: RecordId(1),
        working_diagnosis: Some(words("Pijn op de borst")),
        departed: Some(at(9, 17, 14, 12)),
        handed_over: Some(at(9, 17, 14, 58)),
        urgency: Some("A1".into()),
        vehicle: Some("12-104".into()),
        hospital: "Ziekenhuis Oost".into(),
        remarks: true,
        others: vec!["K. Jansen".into()],
        manager_can_open: true,
        ride: "12-2026-4541-1".into(),
        updated: false,
        open: Command::OpenRecord(RecordId(1)),
        disown: Command::Feedback(FeedbackCommand::Disown(RecordId(1))),
        peer_support: peer_support(),
    };
    let screen = FeedbackScreen {
        unread: 3,
        rows,
        more: Some(Command::ShowMore),
        card: Some(card),
        opened: None,
        undo: None,
        opens: Opening::Asked,
        read_plain: Some(Command::Feedback(FeedbackCommand::ReadPlain)),
        refresh: Command::Refresh,
    };
    frame(Some(PROFESSIONAL), Screen::Feedback(screen))
}

pub fn feedback_empty() -> Frame {
    let screen = FeedbackScreen {
        unread: 0,
        rows: vec![],
        more: None,
        card: None,
        opened: None,
        undo: None,
        opens: Opening::Asked,
        read_plain: None,
        refresh: Command::Refresh,
    };
    frame(Some((PROFESSIONAL.0, PROFESSIONAL.1, PROFESSIONAL.2, None)), Screen::Feedback(screen))
}

fn ticks() -> Ticks {
    let tick = |words, on, of| Tick { words, on, toggle: Command::Feedback(FeedbackCommand::Tick(RecordId(1), of)) };
    let theme = |words, on, of| tick(words, on, TickOf::Theme(of));
    Ticks {
        thanks: tick("tick-thanks", true, TickOf::Thanks),
        differently: Some(tick("tick-differently", false, TickOf::TakenOverDifferently)),
        themes: vec![
            theme("theme-handover", false, ThemeOf::HandoverComplete),
            theme("theme-hospital", false, ThemeOf::ChoiceOfHospital),
            theme("theme-missed", true, ThemeOf::MissedInformation),
            theme("theme-other", false, ThemeOf::Other),
        ],
    }
}

pub fn record() -> Frame {
    let description = "Op de CT-scan een embolie in de rechter arteria pulmonalis. Het ECG en het troponine waren \
                       niet afwijkend.";
    let opened = OpenedRecord {
        peer_support: peer_support(),
        record: RecordId(1),
        working_diagnosis: Some(words("Pijn op de borst")),
        ride: "12-2026-4544-1".into(),
        departed: Some(at(9, 17, 14, 12)),
        urgency: Some("A1".into()),
        vehicle: Some("12-104".into()),
        hospital: "Ziekenhuis Oost".into(),
        agreement: AgreementShown::No,
        diagnoses: vec![SehDiagnosisShown { display: words("Longembolie"), code: Some(words("SNOMED CT 59282003")) }],
        description: Shown::Value(words(description)),
        patient: PatientShown { gender: Some("gender-male"), birth_date: Some(words("24-10-1967")), age: Some(58) },
        incomplete: false,
        remarks: Some((
            Shown::Value(words(
                "De zuurstof en de snelle overdracht hielpen ons op weg. De saturatie daalde al onderweg; dat gaf \
                 ons de richting.",
            )),
            Shown::Value(words(
                "De overdracht was volledig. Het tijdstip van ontstaan ontbrak in de vooraankondiging.",
            )),
        )),
        masked: MaskedTexts::default(),
        disappears: day(2027, 9, 17),
        days_left: 361,
        term_days: 365,
        others: vec!["K. Jansen".into()],
        manager_can_open: true,
        crew_changes: vec![CrewChangeShown {
            who: "K. Jansen".into(),
            kind: CrewChangeKind::Got,
            day: day(2026, 9, 18),
        }],
        updated: true,
        ticks: ticks(),
        reportable: vec![Reportable {
            text: FreeText::Diagnosis,
            sentences: vec![
                Sentence {
                    words: words("Op de CT-scan een embolie in de rechter arteria pulmonalis."),
                    from: 0,
                    until: 60,
                },
                Sentence { words: words("Het ECG en het troponine waren niet afwijkend."), from: 60, until: 106 },
            ],
        }],
        reported: vec![],
        reflection: crate::sample_reflections::written(),
        disown: Command::Feedback(FeedbackCommand::Disown(RecordId(1))),
        back: Command::CloseRecord,
        neighbours: (None, Some(Command::SelectRecord(RecordId(2)))),
    };
    let screen = FeedbackScreen {
        unread: 3,
        rows: vec![],
        more: None,
        card: None,
        opened: Some(Box::new(opened)),
        undo: None,
        opens: Opening::Asked,
        read_plain: None,
        refresh: Command::Refresh,
    };
    frame(Some(PROFESSIONAL), Screen::Feedback(screen))
}

/// The record with a name and a number masked in what the hospital says.
pub fn record_masked() -> Frame {
    let mut frame = record();
    let Screen::Feedback(screen) = &mut frame.screen else { panic!("the record") };
    let opened = screen.opened.as_mut().unwrap();
    let text = "Overgedragen aan mw. ••••••••, te bereiken op ••••••••.";
    opened.remarks = Some((Shown::Value(words(text)), Shown::NotReceived));
    let unmask = |text| Command::UnmaskText(RecordId(1), text);
    opened.masked.medical = Some(Masked {
        kinds: vec![("in-text-telephone", 1), ("in-text-name", 2)],
        unmask: unmask(FreeText::RemarksMedical),
    });
    frame
}
