//! The screens over the real engine, worked by accessible names: each role at work, activation, lock, and what may not be.

use chrono::{DateTime, Utc};
use viewmodel::{
    Actor, Appearance, ChainState, Command, EntryCommand, EntryPage, EntryScreen, EntryWay, KitSheet, Language, Letter,
    Look, MineCommand, NoticeKind, PersonalSheet, QualityState, RecordId, RevealPurpose, Screen, ScreenName, Speech,
    TextSize, Texts,
};
use zeroize::Zeroizing;

use crate::house::{House, PASSPHRASE, Window, now, origin, sample};

const CLERK: &str = "9001";
const MANAGER: &str = "9002";
const ADMINISTRATOR: &str = "9003";
const OFFICER: &str = "9004";
const NURSE: &str = "1003";

/// Staff number, the title of the role's screen, and the name of its item in the rail.
const ROLES: [(&str, &str, &str); 5] = [
    (CLERK, "Patiëntidentificatie", "Patiëntidentificatie"),
    (NURSE, "Mijn terugkoppelingen", "Terugkoppelingen"),
    (MANAGER, "Kwaliteit", "Kwaliteit"),
    (ADMINISTRATOR, "Ontvangst", "Ontvangst"),
    (OFFICER, "Auditlog", "Auditlog"),
];

#[test]
fn each_role_signs_in_by_typing_and_gets_its_own_screen_and_no_other() {
    let mut window = Window::on(House::with(&["20-volledig-2.4.xml", "programma-06-toelichting.xml"]));
    for (staff, title, item) in ROLES {
        window.sign_in(staff);
        assert!(window.hears(title), "{staff}: {title} in {}", window.heard());
        for (_, _, other) in ROLES.iter().filter(|(_, _, other)| *other != item) {
            assert!(!window.hears(other), "{staff} hears {other}");
        }
        window.click("Hulp");
        assert!(window.hears("Dit scherm") && window.hears("donker"), "{staff}: the help");
        window.press(egui::Key::F1);
        assert!(window.hears(title), "{staff}: back from the help");
        window.press_control(egui::Key::L);
        assert!(window.hears("Vergrendeld"), "{staff}: Control L locks");
    }
}

#[test]
fn a_professional_activates_in_the_window_and_finds_what_waited() {
    let house = House::activated(&["20-volledig-2.4.xml"], &|staff| staff != NURSE);
    let (_, code) = house.codes.iter().find(|(staff, _)| staff == NURSE).unwrap().clone();
    let mut window = Window::on(house);
    window.click("Activeer je account met je code");
    window.fill_in("Personeelsnummer", NURSE);
    window.fill_in("Activatiecode", &code);
    window.click_button("Verder");
    window.fill_in("Nieuwe wachtwoordzin", PASSPHRASE);
    window.fill_in("Nog een keer", PASSPHRASE);
    window.click_button("Verder");
    let (first, group) = on_paper(&mut window);
    window.fill_in("Laatste groep van de code", &group);
    window.click_button("Verder");
    assert!(window.hears("Wat er wordt vastgelegd"), "{}", window.heard());
    window.click_button("Activeer");
    assert!(!window.heard().contains(&first) && !window.heard().contains(&group), "shown once");
    assert!(window.hears("Mijn terugkoppelingen"), "{}", window.heard());
    assert!(
        window.hears("Er is één ongelezen terugkoppeling. Je ziet de uitkomst pas als je haar zelf opent."),
        "delivered at activation"
    );
    assert!(!window.heard().contains(code.as_str()), "the code is not left on a screen");
}

/// Types the first code of the second factor that is shown, and goes on; gives its secret and the last group of the sheet.
fn on_paper(window: &mut Window) -> (String, String) {
    let shown = |window: &Window| {
        let screen = window.behind.borrow_mut().house.act(Command::Refresh).screen;
        let Screen::Entry(EntryScreen { page, .. }) = screen else { panic!("the pages of a first sign-in") };
        match page {
            EntryPage::SecondFactor(page) => page.secret.reveal().to_owned(),
            EntryPage::Sheet(page) => page.code.reveal().to_owned(),
            EntryPage::Code { .. } | EntryPage::Passphrase { .. } | EntryPage::Logged => panic!("neither of the two"),
        }
    };
    let secret = shown(window);
    let now = window.behind.borrow().house.now;
    window.fill_in("Eerste code", &code_of(&secret, now));
    window.click_button("Verder");
    let code = shown(window);
    (secret, code.rsplit('-').next().unwrap().to_owned())
}

/// What an app makes of a secret that was typed into it.
fn code_of(shown: &str, at: DateTime<Utc>) -> String {
    let typed: String = shown.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = data_encoding::BASE32_NOPAD.decode(typed.as_bytes()).unwrap();
    let secret = access::TotpSecret::from_bytes(&bytes).unwrap();
    access::second_factor_code(&secret, at).unwrap().to_string()
}

#[test]
fn a_wrong_activation_gets_one_answer_whether_the_account_exists_or_not_and_is_logged() {
    let mut house = House::activated(&[], &|staff| staff != NURSE);
    let other = house.codes[0].1.clone();
    let mut answer = |account: &str, code: &str| {
        house.act(Command::SignOut);
        house.act(Command::Entry(EntryCommand::Start(EntryWay::FirstTime)));
        let code = Zeroizing::new(code.to_owned());
        let frame = house.act(Command::Entry(EntryCommand::Code { account: account.into(), code }));
        let Screen::Entry(EntryScreen { page: EntryPage::Code { .. }, error, .. }) = frame.screen else {
            panic!("nobody comes further")
        };
        error.unwrap().text
    };
    // Activated already, and not there at all.
    for account in [CLERK, "4242"] {
        assert_eq!(answer(account, &other), "activation-wrong", "{account}");
    }
    let mistyped = format!("{}{}", &other[..other.len() - 1], if other.ends_with('7') { '8' } else { '7' });
    assert_eq!(answer(NURSE, &mistyped), "activation-wrong");
    for account in [CLERK, NURSE, "4242"] {
        assert_eq!(answer(account, "korte code"), "activation-code-mistyped", "{account}");
    }
    house.now += chrono::TimeDelta::days(31);
    let mut late = |code: &str| {
        house.act(Command::Entry(EntryCommand::Start(EntryWay::FirstTime)));
        let code = Zeroizing::new(code.to_owned());
        let frame = house.act(Command::Entry(EntryCommand::Code { account: NURSE.into(), code }));
        let Screen::Entry(screen) = frame.screen else { panic!("nobody comes further") };
        screen.error.unwrap().text
    };
    assert_eq!((late(&mistyped), late(&other)), ("activation-wrong", "activation-expired"));
    let events = house.events();
    assert_eq!(events.iter().filter(|event| **event == "event-sign-in-failed").count(), 8, "{events:?}");
}

#[test]
fn the_clerk_reveals_a_bsn_by_name_and_the_audit_log_lists_it() {
    let mut window = Window::on(House::with(&["20-volledig-2.4.xml"]));
    window.sign_in(CLERK);
    assert!(window.hears("BSN, afgeschermd") && !window.hears("Toon"), "not before it is taken up");
    window.click_button("Pak op");
    window.click_button("Toon");
    assert!(window.hears("999 900 006"), "{}", window.heard());
    window.click_button("Kopieer");
    assert_eq!(window.copied, ["999900006"]);
    window.click("Ik heb me ervan vergewist dat dit BSN bij deze persoon hoort");
    window.click("Geboortedatum en geslacht kloppen met de rit");
    window.click_button("Rond af en ga naar volgende");
    assert!(window.hears("Niets te doen"), "{}", window.heard());
    window.sign_in(OFFICER);
    let heard = window.heard();
    for act in ["BSN getoond", "BSN gekopieerd", "Item opgepakt", "Item afgerond"] {
        let row = format!("Wie M. Hoekstra, Rol RAV-administratie, Wat {act}");
        assert!(heard.contains(&row), "{row} in {heard}");
    }
}

#[test]
fn the_second_bsn_of_a_ride_is_the_one_that_is_copied() {
    let full = String::from_utf8(sample("20-volledig-2.4.xml")).unwrap();
    let first = "<id root=\"2.16.840.1.113883.2.4.6.3\" extension=\"999900006\"/>";
    let both = full.replace(first, &format!("{first}{}", first.replace("999900006", "999900043")));
    assert_ne!(full, both);
    let mut window = Window::on(House::receiving(&[both.into_bytes()], &|_| true));
    window.sign_in(CLERK);
    window.click_button("Pak op");
    window.click("Toon");
    window.click_nth("Kopieer", 1);
    window.click_nth("Kopieer", 0);
    assert_eq!(window.copied, ["999900043", "999900006"]);
}

#[test]
fn a_bsn_is_copied_for_the_purpose_it_was_shown_for() {
    let mut house = House::with(&["20-volledig-2.4.xml"]);
    let Screen::Identifications(screen) = house.sign_in(CLERK).screen else { panic!("Patiëntidentificatie") };
    let item = screen.rows[0].item;
    house.act(Command::Claim(item));
    house.act(Command::RevealBsn(item, RevealPurpose::AskHospital));
    house.act(Command::CopyBsn(item, 0));
    let Screen::AuditLog(log) = house.sign_in(OFFICER).screen else { panic!("Auditlog") };
    let copied = log.lines.iter().find(|line| line.event == "event-bsn-copied").unwrap();
    assert_eq!((copied.purpose, copied.authorisation), ("purpose-ask-hospital", "authorisation-claimed-item"));
}

#[test]
fn a_bsn_is_shown_to_the_clerk_who_holds_the_open_item_alone() {
    let mut house = House::with(&["20-volledig-2.4.xml"]);
    let Screen::Identifications(screen) = house.sign_in(CLERK).screen else { panic!("Patiëntidentificatie") };
    let item = screen.rows[0].item;
    let refused = |house: &mut House, why: &str| {
        let frame = house.act(Command::RevealBsn(item, RevealPurpose::CompleteRide));
        assert_eq!(frame.notice.map(|notice| notice.text), Some("error-not-yours"), "{why}");
        let Screen::Identifications(screen) = frame.screen else { panic!("Patiëntidentificatie") };
        assert!(screen.detail.is_none_or(|d| d.bsns.iter().all(|bsn| bsn.shown.is_none())), "{why}");
    };
    refused(&mut house, "not taken up");
    house.act(Command::Claim(item));
    house.now += chrono::TimeDelta::minutes(31);
    refused(&mut house, "the claim has run out");
    house.act(Command::Claim(item));
    house.act(Command::CloseItem { item, by: viewmodel::AscertainedBy::SbvZ });
    refused(&mut house, "closed");
    assert!(!house.events().contains(&"event-bsn-revealed"));
}

#[test]
fn the_professional_of_another_ride_sees_nothing_of_it_even_when_asking_for_the_record() {
    let mut window = Window::on(House::with(&["20-volledig-2.4.xml"]));
    window.sign_in("1001");
    for number in 0..5 {
        window.send(Command::SelectRecord(RecordId(number)));
        window.send(Command::OpenRecord(RecordId(number)));
    }
    let everything = format!("{}{}", window.heard(), window.behind.borrow().shown);
    for canary in ["12-2026-4510", "Cerebrovasculair", "Ischemisch", "Glucose", "Rivierenland", "230690007"] {
        assert!(!everything.contains(canary), "{canary}");
    }
    assert!(!window.events().contains(&"event-diagnosis-opened"));
}

#[test]
fn one_app_holds_nothing_of_a_record_after_its_lock() {
    let mut window = Window::on(House::with(&["20-volledig-2.4.xml"]));
    window.sign_in(NURSE);
    window.click_button("Open terugkoppeling");
    let content = ["Cerebrovasculair", "Ischemisch", "Glucose", "12-2026-4510"];
    let heard = window.heard();
    assert!(content.iter().all(|canary| heard.contains(canary)), "the record is open: {heard}");
    window.behind.borrow_mut().shown.clear();
    window.press_control(egui::Key::L);
    let heard = format!("{}{}", window.heard(), window.behind.borrow().shown);
    assert!(window.hears("Vergrendeld") && window.hears("Ontgrendel"));
    for canary in content {
        assert!(!heard.contains(canary), "{canary} after the lock");
    }
    window.fill_in("Wachtwoordzin", PASSPHRASE);
    window.click_button("Ontgrendel");
    assert!(window.hears("Mijn terugkoppelingen") && !window.heard().contains("Ischemisch"), "opened by choice again");
}

#[test]
fn a_lock_that_cannot_be_logged_locks_all_the_same_and_says_so() {
    let mut house = House::with(&["20-volledig-2.4.xml"]);
    house.sign_in(CLERK);
    house.other_program().execute_batch("ALTER TABLE audit RENAME TO gone").unwrap();
    let frame = house.act(Command::Lock);
    assert!(matches!(frame.screen, Screen::Locked(_)) && frame.rail.is_none());
    let notice = frame.notice.unwrap();
    assert_eq!((notice.kind, notice.text), (NoticeKind::Attention, "notice-lock-not-logged"));
    assert!(matches!(house.act(Command::Refresh).screen, Screen::Locked(_)), "the session is gone");
}

#[test]
fn reading_the_audit_log_is_in_the_audit_log() {
    let mut house = House::with(&[]);
    assert_eq!(house.events().first(), Some(&"event-log-read"));
    let Screen::AuditLog(screen) = house.act(Command::AuditPage { before: Some(3) }).screen else { panic!("Auditlog") };
    assert_eq!(screen.lines.len(), 2);
    assert_eq!(house.events().iter().filter(|event| **event == "event-log-read").count(), 3);
}

#[test]
fn figures_open_behind_a_screen_that_is_there_and_stopping_leaves_it_offering_them() {
    let mut house = House::with(&["programma-04-akkoord.xml"]);
    let state = |screen: &Screen| {
        let Screen::Quality(screen) = screen else { panic!("Kwaliteit") };
        (screen.state, screen.open.is_some(), screen.stop.is_some())
    };
    let sign_in = house.typed(MANAGER);
    let begun = house.engine.start(sign_in, now());
    assert!(matches!(begun.screen, Screen::SignIn(screen) if screen.working), "keys are being derived");
    let frame = house.engine.work(now(), &mut |_| true);
    assert_eq!(state(&frame.screen), (QualityState::Opening { done: 0, total: 0 }, false, true));
    assert!(house.engine.is_at_work() && frame.lock.is_some());
    let frame = house.engine.start(Command::Cancel, now());
    assert_eq!(state(&frame.screen), (QualityState::Stopped, true, false));
    let Screen::Quality(screen) = frame.screen else { panic!("Kwaliteit") };
    let opened = house.act(screen.open.unwrap());
    assert_eq!(state(&opened.screen), (QualityState::Ready, false, false));
}

#[test]
fn the_chain_is_verified_behind_the_screen_and_can_be_stopped() {
    let mut house = House::with(&[]);
    house.sign_in(OFFICER);
    let chain = |screen: Screen| {
        let Screen::AuditLog(screen) = screen else { panic!("Auditlog") };
        screen.chain
    };
    let verifying = chain(house.engine.start(Command::VerifyChain, now()).screen);
    let ChainState::Verifying { stop, .. } = verifying else { panic!("it says that it verifies") };
    assert!(matches!(chain(house.engine.start(stop, now()).screen), ChainState::NotVerified));
    assert!(matches!(chain(house.act(Command::VerifyChain).screen), ChainState::Intact { .. }));
}

#[test]
fn what_is_refused_at_an_import_asks_for_attention_and_names_no_file() {
    let mut house = House::with(&[]);
    house.sign_in(ADMINISTRATOR);
    let named = house.folder.path().join("mevrouw-de-vries-999900006.xml");
    std::fs::write(&named, sample("61-html.xml")).unwrap();
    let notice = house.act(Command::ImportFiles(vec![named.clone()])).notice.unwrap();
    assert_eq!((notice.kind, notice.text), (NoticeKind::Attention, "notice-imported-refused"));
    for value in [("refused", "1"), ("rules", "X4")] {
        assert!(notice.values.contains(&(value.0, value.1.to_owned())), "{value:?} of {:?}", notice.values);
    }
    std::fs::remove_file(&named).unwrap();
    let absent = house.act(Command::ImportFiles(vec![named])).notice.unwrap();
    assert_eq!((absent.kind, absent.text), (NoticeKind::Attention, "notice-imported-unreadable"));
    assert!(!format!("{:?}{:?}", notice.values, absent.values).contains("vries"));
}

#[test]
fn an_administrator_is_told_that_nothing_is_destroyed_while_the_clock_is_in_doubt() {
    let mut house = House::with(&[]);
    assert!(house.sign_in(ADMINISTRATOR).notice.is_none());
    let mut other = store::Store::open(&house.folder.path().join("store"), &house.root, origin(), now()).unwrap();
    let far = other.purge_when_due(now() + chrono::TimeDelta::days(400)).unwrap();
    assert!(matches!(far, store::DailyPurge::Withheld(_)), "{far:?}");
    assert_eq!(house.sign_in(ADMINISTRATOR).notice.unwrap().text, "notice-clock-doubted");
    assert!(house.sign_in(OFFICER).notice.is_none());
}

#[test]
fn a_duty_without_a_date_is_an_open_point_for_administrator_officer_and_status_and_is_filled_in_later() {
    let mut house = House::with(&[]);
    let all = ["duty-dpia", "duty-works-council", "duty-register"];
    let officer = |house: &mut House| {
        let Screen::AuditLog(screen) = house.sign_in(OFFICER).screen else { panic!("Auditlog") };
        screen.open_duties
    };
    let status = |house: &House| {
        let status = app::reports::status(house.engine.store(), now()).unwrap();
        let texts = Texts::load(Language::Dutch).unwrap();
        (status.open_duties.clone(), app::reports::status_text(&status, &texts).matches("Open punt").count())
    };
    assert_eq!(officer(&mut house), all);
    assert_eq!(status(&house), (vec!["dpia", "works-council", "register"], 3));
    house.sign_in(ADMINISTRATOR);
    let settings = |house: &mut House| {
        let Screen::Settings(screen) = house.act(Command::Open(ScreenName::Settings)).screen else {
            panic!("settings")
        };
        (screen.duties[0].map(|date| date.to_string()), screen.open_duties)
    };
    assert_eq!(settings(&mut house), (None, all.to_vec()));
    let typed = |dpia: &str| Command::SetDuties([dpia.to_owned(), String::new(), " ".to_owned()]);
    assert_eq!(house.act(typed("volgende week")).notice.unwrap().text, "error-setup-date");
    assert_eq!(settings(&mut house).1, all, "nothing was changed");
    assert!(house.act(typed("2-3-2026")).notice.is_none());
    assert_eq!(settings(&mut house), (Some("2026-03-02".into()), all[1..].to_vec()));
    assert_eq!(officer(&mut house), all[1..]);
    assert!(house.events().contains(&"event-duty-dates-set"));
    assert_eq!(status(&house), (vec!["works-council", "register"], 2));
    // A clerk has no such command.
    house.sign_in(CLERK);
    house.act(typed("3-3-2026"));
    assert_eq!(house.engine.store().duty_dates().unwrap().dpia.unwrap().to_string(), "2026-03-02");
}

#[test]
fn an_exchanged_public_key_is_an_alarm_for_the_administrator_and_refuses_that_reader_alone() {
    let mut house = House::with(&[]);
    let alarms = |house: &mut House| {
        let Screen::Reception(screen) = house.sign_in(ADMINISTRATOR).screen else { panic!("Ontvangst") };
        screen.alarms.into_iter().map(|alarm| (alarm.text, alarm.values)).collect::<Vec<_>>()
    };
    assert_eq!(alarms(&mut house), []);
    let raw = house.other_program();
    raw.execute("UPDATE account SET public = zeroblob(32) WHERE staff = ?1", [NURSE]).unwrap();
    raw.execute("UPDATE role_key SET public = zeroblob(32) WHERE reader = 2", []).unwrap();
    let staff = ("alarm-key-staff", vec![("staff", NURSE.to_owned())]);
    assert_eq!(alarms(&mut house), [("alarm-key-medical-manager", vec![]), staff]);
    for refused in [MANAGER, NURSE] {
        let notice = house.sign_in(refused).notice.unwrap();
        assert_eq!((notice.kind, notice.text), (NoticeKind::Refused, "error-key-swapped"), "{refused}");
    }
    assert!(matches!(house.sign_in(CLERK).screen, Screen::Identifications(_)));
    // What these members saw stops receiving, for everybody, until it is mended.
    house.sign_in(ADMINISTRATOR);
    let file = house.folder.path().join("bericht.xml");
    std::fs::write(&file, sample("20-volledig-2.4.xml")).unwrap();
    let notice = house.act(Command::ImportFiles(vec![file])).notice.unwrap();
    assert_eq!((notice.kind, notice.text), (NoticeKind::Refused, "error-receiving-stopped"));
    assert_eq!(house.engine.store().status(false).unwrap().records, 0);
    assert_eq!(house.events().iter().filter(|event| **event == "event-key-swapped").count(), 2);
}

#[test]
fn the_days_of_a_hospital_end_at_yesterday_and_today_stands_apart() {
    let mut house = House::with(&["20-volledig-2.4.xml"]);
    let counts = |house: &mut House| {
        let Screen::Reception(screen) = house.sign_in(ADMINISTRATOR).screen else { panic!("Ontvangst") };
        let sender = screen.senders.into_iter().find(|sender| sender.taken_in > 0).unwrap();
        assert_eq!(sender.days.len(), 14);
        (sender.today, sender.days)
    };
    assert_eq!(counts(&mut house), (1, vec![0; 14]));
    house.now += chrono::TimeDelta::days(1);
    let (today, days) = counts(&mut house);
    assert_eq!((today, days.last(), days.iter().sum()), (0, Some(&1), 1_u64));
    house.now += chrono::TimeDelta::days(14);
    assert_eq!(counts(&mut house), (0, vec![0; 14]));
}

#[test]
fn an_activation_stands_in_the_log_under_the_persons_name_and_no_role() {
    let mut house = House::with(&["20-volledig-2.4.xml"]);
    let frame = house.sign_in(OFFICER);
    let Screen::AuditLog(screen) = frame.screen else { panic!("Auditlog") };
    let of = |event: &str| screen.lines.iter().find(|line| line.event == event).unwrap();
    let activated = of("event-activated");
    assert!(matches!(&activated.who, Actor::Person(name) if !name.is_empty()) && activated.role.is_none());
    assert_eq!(of("event-message-taken-in").who, Actor::Receiver);
    assert_eq!(of("event-set-up").who, Actor::Program);
    let mut window = Window::of_size(house, egui::vec2(1280.0, 2400.0));
    window.sign_in(OFFICER);
    assert!(window.heard().contains("Rol geen rol, Wat Account geactiveerd"), "{}", window.heard());
}

/// Paper that says its language.
struct InLanguage;

impl app::Paper for InLanguage {
    fn personal_sheet(&self, _sheet: &PersonalSheet, language: Language) -> Result<Vec<u8>, app::AppError> {
        Ok(format!("{language:?}").into_bytes())
    }

    fn letters(&self, _letters: &[Letter], language: Language) -> Result<Vec<u8>, app::AppError> {
        Ok(format!("{language:?}").into_bytes())
    }

    fn kit_sheet(&self, _sheet: &KitSheet, _language: Language) -> Result<Zeroizing<Vec<u8>>, app::AppError> {
        Ok(Zeroizing::default())
    }
}

#[test]
fn what_a_person_sets_of_his_window_is_there_at_the_next_start_and_a_demo_keeps_nothing() {
    let mut house = House::with(&["programma-04-akkoord.xml"]);
    let file = house.folder.path().join("state/settings.toml");
    let dark = Appearance { look: Look::Dark, ..Appearance::default() };
    let frame = house.act(Command::KeepAppearance(dark));
    assert!(frame.notice.is_none() && !file.exists(), "an engine without a place keeps nothing");
    house.engine.keep_settings_in(file.clone());
    let mut window = Window::of_size(house, egui::vec2(1280.0, 2400.0));
    window.sign_in(CLERK);
    window.click("Mijn account");
    window.click("donker");
    window.click("English");
    window.click("Larger");
    assert!(window.hears("Change passphrase"), "{}", window.heard());
    let set =
        Appearance { look: Look::Dark, speech: Speech::In(Language::English), text_size: TextSize::of_percent(110) };
    assert_eq!(app::settings::appearance(&file), set);
    // Another start, of the window and of the engine.
    let mut house = window.closed();
    house.engine.set_language(Language::Dutch);
    house.engine.keep_settings_in(file.clone());
    let mut window = Window::set(house, egui::vec2(1280.0, 2400.0), app::settings::appearance(&file));
    assert!(window.hears("Passphrase") && !window.hears("Wachtwoordzin"));
    assert!((window.zoom() - 1.1).abs() < 1e-6);
    window.behind.borrow_mut().house.engine.print_with(Box::new(InLanguage));
    window.sign_in_by(CLERK, ["Account", "Passphrase", "Code", "Sign in"]);
    window.click("My account");
    window.click("Make a new recovery sheet…");
    let paper = window.behind.borrow().house.folder.path().join("sheet");
    window.send(Command::Mine(MineCommand::SaveSheet(paper.clone())));
    assert_eq!(std::fs::read(&paper).unwrap(), b"English", "paper is in the language that is spoken");
    std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file.parent().unwrap(), "a file in its place").unwrap();
    let notice = window.behind.borrow_mut().house.act(Command::KeepAppearance(dark)).notice.unwrap();
    assert!(format!("{:?}", notice.values).contains("settings.toml"), "what could not be kept is said");
}
