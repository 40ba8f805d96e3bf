//! Accounts in the window, by the words on it: made, confirmed, admitted, forgotten, reset, closed; each by who may.

use chrono::{DateTime, Utc};
use egui::vec2;
use viewmodel::{
    AccountsCommand, Command, EntryPage, EntryScreen, KitSheet, Language, Letter, MyAccountScreen, PersonalSheet,
    Renewing, Screen, SecondFactorPage, SheetPage, Texts,
};
use zeroize::Zeroizing;

use crate::{
    house::{House, PASSPHRASE, Window},
    printing::Printer,
    support::needs,
};

const CLERK: &str = "9001";
const ADMINISTRATOR: &str = "9003";
const OFFICER: &str = "9004";
const NURSE: &str = "1003";
/// Of the crew of rides.csv, without an account.
const NEW: &str = "9101";
const NEW_PASSPHRASE: &str = "vier kalme ganzen op het dak van de school";
const SAMPLE: &str = "20-volledig-2.4.xml";

/// Letters as a person reads them: staff number and code, a line each.
struct Post;

impl app::Paper for Post {
    fn personal_sheet(&self, _sheet: &PersonalSheet, _language: Language) -> Result<Vec<u8>, app::AppError> {
        Ok(Vec::new())
    }

    fn letters(&self, letters: &[Letter], _language: Language) -> Result<Vec<u8>, app::AppError> {
        let line = |letter: &Letter| format!("{} {}\n", letter.staff, letter.code.reveal());
        Ok(letters.iter().map(line).collect::<String>().into_bytes())
    }

    fn kit_sheet(&self, _sheet: &KitSheet, _language: Language) -> Result<Zeroizing<Vec<u8>>, app::AppError> {
        Ok(Zeroizing::default())
    }
}

/// A window that is high enough for every screen to be heard whole.
pub fn window(house: House) -> Window {
    let mut house = house;
    house.engine.print_with(Box::new(Post));
    Window::of_size(house, vec2(1280.0, 2400.0))
}

/// What an app makes of a secret that was typed into it.
fn code_of(shown: &str, at: DateTime<Utc>) -> String {
    let typed: String = shown.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = data_encoding::BASE32_NOPAD.decode(typed.as_bytes()).unwrap();
    let secret = access::TotpSecret::from_bytes(&bytes).unwrap();
    access::second_factor_code(&secret, at).unwrap().to_string()
}

fn screen(window: &Window) -> Screen {
    window.behind.borrow_mut().house.act(Command::Refresh).screen
}

/// The code of the sheet that is shown.
fn sheet_shown(window: &Window) -> String {
    let screen = screen(window);
    if let Screen::Entry(EntryScreen { page: EntryPage::Sheet(SheetPage { code, .. }), .. })
    | Screen::MyAccount(MyAccountScreen { renewing: Renewing::Sheet(SheetPage { code, .. }), .. }) = screen
    {
        return code.reveal().to_owned();
    }
    panic!("no sheet in {}", window.heard())
}

fn last_group(code: &str) -> &str {
    code.rsplit('-').next().unwrap()
}

/// The pages after the code of a letter or a sheet, to the end; gives the secret of the second factor and the new sheet's code.
fn through(window: &mut Window, finish: &str) -> (String, String) {
    window.fill_in("Nieuwe wachtwoordzin", NEW_PASSPHRASE);
    window.fill_in("Nog een keer", NEW_PASSPHRASE);
    window.click_button("Verder");
    let Screen::Entry(EntryScreen { page: EntryPage::SecondFactor(SecondFactorPage { secret, .. }), .. }) =
        screen(window)
    else {
        panic!("no second factor in {}", window.heard())
    };
    let secret = secret.reveal().to_owned();
    let now = window.behind.borrow().house.now;
    window.fill_in("Eerste code", &code_of(&secret, now));
    window.click_button("Verder");
    let sheet = sheet_shown(window);
    window.fill_in("Laatste groep van de code", last_group(&sheet));
    window.click_button("Verder");
    assert!(window.hears("Wat er wordt vastgelegd"), "{}", window.heard());
    window.click_button(finish);
    (secret, sheet)
}

/// A new sheet from *Mijn account*; gives its code.
fn new_sheet(window: &mut Window) -> String {
    window.click("Mijn account");
    window.click_button("Maak een nieuw herstelblad…");
    let code = sheet_shown(window);
    window.fill_in("Laatste groep van de code", last_group(&code));
    window.fill_in("Huidige wachtwoordzin", PASSPHRASE);
    window.click_button("Leg vast");
    assert!(window.hears("Je nieuwe herstelblad is geldig. Vernietig het oude."), "{}", window.heard());
    code
}

/// A nurse has made a new sheet and is out again; gives its code.
fn out_with_a_sheet() -> (Window, String) {
    let mut window = window(House::with(&[SAMPLE]));
    window.sign_in(NURSE);
    let sheet = new_sheet(&mut window);
    window.send(Command::SignOut);
    (window, sheet)
}

fn type_sheet(window: &mut Window, staff: &str, code: &str) {
    window.click("Gebruik je herstelblad");
    window.fill_in("Personeelsnummer", staff);
    window.fill_in("Code van je herstelblad", code);
    window.click_button("Verder");
}

/// Signs out and in with what was chosen on the pages.
fn sign_in_anew(window: &mut Window, staff: &str, secret: &str) {
    window.send(Command::SignOut);
    // A code that was used is waited for.
    window.behind.borrow_mut().house.now += chrono::TimeDelta::minutes(2);
    window.fill_in("Account", staff);
    window.fill_in("Wachtwoordzin", NEW_PASSPHRASE);
    let now = window.behind.borrow().house.now;
    window.fill_in("Code", &code_of(secret, now));
    window.click_button("Inloggen");
}

#[test]
fn who_forgot_his_passphrase_comes_back_by_himself_with_his_sheet_and_what_he_could_read_is_there() {
    let (mut window, sheet) = out_with_a_sheet();
    type_sheet(&mut window, NURSE, &sheet);
    let (secret, newer) = through(&mut window, "Herstel en log in");
    assert!(window.hears("Mijn terugkoppelingen"), "{}", window.heard());
    window.click_button("Open terugkoppeling");
    assert!(window.heard().contains("Ischemisch"), "the key is the same one");
    sign_in_anew(&mut window, NURSE, &secret);
    assert!(window.hears("Mijn terugkoppelingen"), "by the new passphrase and second factor: {}", window.heard());
    // The old sheet, and the old passphrase, are void; the new sheet is not.
    window.send(Command::SignOut);
    type_sheet(&mut window, NURSE, &sheet);
    let void = "Account of code klopt niet, of dit herstelblad is vervangen. Gebruik je nieuwste blad.";
    assert!(window.hears(void), "{}", window.heard());
    window.send(Command::SignOut);
    type_sheet(&mut window, NURSE, &newer);
    assert!(window.hears("Kies een wachtwoordzin"), "{}", window.heard());
    window.sign_in(NURSE);
    assert!(!window.hears("Mijn terugkoppelingen"), "the old passphrase");
}

#[test]
fn a_code_that_is_no_sheets_is_said_and_leaves_everything_as_it_was() {
    let (mut window, sheet) = out_with_a_sheet();
    let mistyped = format!("{}{}", if sheet.starts_with('7') { '8' } else { '7' }, &sheet[1..]);
    type_sheet(&mut window, NURSE, &mistyped);
    assert!(window.hears("Groep 1 klopt niet. Kijk die na op je herstelblad."), "{}", window.heard());
    window.send(Command::SignOut);
    type_sheet(&mut window, NURSE, &sheet[..sheet.len() - 4]);
    assert!(window.heard().contains("De code heeft dertig letters en cijfers; dit zijn er 26."), "{}", window.heard());
    window.send(Command::SignOut);
    // A sheet of somebody else, well typed.
    type_sheet(&mut window, CLERK, &sheet);
    assert!(window.heard().contains("Account of code klopt niet"), "{}", window.heard());
    window.sign_in(NURSE);
    assert!(window.hears("Mijn terugkoppelingen"), "nothing changed: {}", window.heard());
}

#[test]
fn a_page_of_the_way_back_can_be_left_and_the_sheet_is_as_good_as_before() {
    let (mut window, sheet) = out_with_a_sheet();
    type_sheet(&mut window, NURSE, &sheet);
    window.fill_in("Nieuwe wachtwoordzin", NEW_PASSPHRASE);
    window.fill_in("Nog een keer", NEW_PASSPHRASE);
    window.click_button("Verder");
    window.click("Vorige");
    window.click("Vorige");
    window.click("Inloggen");
    window.sign_in(NURSE);
    assert!(window.hears("Mijn terugkoppelingen"), "the old passphrase still holds: {}", window.heard());
    window.send(Command::SignOut);
    type_sheet(&mut window, NURSE, &sheet);
    assert!(window.hears("Kies een wachtwoordzin"), "{}", window.heard());
}

/// The row of an account in the list.
fn row(name: &str, staff: &str, rest: &str) -> String {
    format!("Naam {name}, {staff}, {rest}")
}

/// *Accounts*, with an account in hand.
fn in_hand(window: &mut Window, staff: &str) {
    window.click("Accounts");
    window.fill_in("Zoek op naam of nummer", staff);
    let Screen::Accounts(found) = screen(window) else { panic!("Accounts") };
    assert_eq!(found.lines.len(), 1, "{staff} is found alone");
    window.send(found.lines[0].select.clone());
}

#[test]
fn the_letters_come_in_the_order_of_the_list_also_the_one_of_a_code_that_was_renewed() {
    let mut window = window(House::activated(&[], &|staff| staff != NURSE && staff != CLERK));
    window.sign_in(ADMINISTRATOR);
    window.click("Accounts");
    for (staff, name) in [("9302", "Zwaan"), ("9301", "aalbers"), ("9303", "Meeuw"), ("9300", "Meeuw")] {
        let (staff, name) = (staff.to_owned(), name.to_owned());
        window.send(Command::Accounts(AccountsCommand::Make {
            staff,
            name,
            roles: vec![viewmodel::Role::Professional],
        }));
    }
    window.send(Command::Accounts(AccountsCommand::Filter(viewmodel::AccountFilter::All)));
    let Screen::Accounts(list) = screen(&window) else { panic!("Accounts") };
    let order: Vec<String> = list.lines.iter().map(|line| line.staff.clone()).collect();
    let find = |staff: &str| window.behind.borrow().house.engine.store().account_keys(staff).unwrap().unwrap().account;
    for renewed in [find("9303"), find(NURSE)] {
        window.send(Command::Accounts(AccountsCommand::Renew(viewmodel::AccountId(renewed))));
    }
    let written: Vec<String> = letters(&mut window, "brieven").into_iter().map(|(staff, _)| staff).collect();
    assert_eq!(written.len(), 5);
    let listed: Vec<String> = order.into_iter().filter(|staff| written.contains(staff)).collect();
    assert_eq!(written, listed);
    assert_eq!(listed.first().map(String::as_str), Some("9301"), "capitals do not matter");
}

/// The codes of the letters, as they were written.
fn letters(window: &mut Window, name: &str) -> Vec<(String, String)> {
    let file = window.behind.borrow().house.folder.path().join(name);
    window.send(Command::Accounts(AccountsCommand::Letters(file.clone())));
    let written = std::fs::read_to_string(file).unwrap();
    written.lines().map(|line| line.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap()).collect()
}

pub fn activate(window: &mut Window, staff: &str, code: &str) -> String {
    window.send(Command::SignOut);
    window.click("Activeer je account met je code");
    window.fill_in("Personeelsnummer", staff);
    window.fill_in("Activatiecode", code);
    window.click_button("Verder");
    through(window, "Activeer").0
}

#[test]
fn who_lost_his_sheet_too_is_let_in_anew_by_two_people_together_and_the_screens_say_before_what_is_gone() {
    let mut window = window(House::with(&[SAMPLE]));
    // He reads it himself, where he comes with a sheet that he does not have.
    window.click("Gebruik je herstelblad");
    let before = "Terugkoppelingen van vóór die dag zijn dan voor jou weg.";
    assert!(window.heard().contains(before), "{}", window.heard());
    window.sign_in(ADMINISTRATOR);
    in_hand(&mut window, NURSE);
    window.click_button("Vraag een nieuw sleutelpaar…");
    assert!(window.heard().contains("Eerdere terugkoppelingen zijn dan weg voor deze persoon."), "{}", window.heard());
    window.click_button("Vraag aan");
    let code = letters(&mut window, "brief").remove(0).1;
    // One person alone has done nothing yet: the code is not good, the old account still is.
    window.send(Command::SignOut);
    window.click("Activeer je account met je code");
    window.fill_in("Personeelsnummer", NURSE);
    window.fill_in("Activatiecode", &code);
    window.click_button("Verder");
    assert!(!window.hears("Kies een wachtwoordzin"), "{}", window.heard());
    window.sign_in(NURSE);
    assert!(window.hears("Mijn terugkoppelingen"), "{}", window.heard());
    window.sign_in(OFFICER);
    in_hand(&mut window, NURSE);
    window.click_button("Keur het nieuwe sleutelpaar goed…");
    let gone = "1 daarvan kan daarna niemand meer lezen. Met een herstelblad is dit niet nodig.";
    assert!(window.heard().contains(gone), "{}", window.heard());
    window.click_button("Keur goed");
    assert!(window.hears("Nieuw sleutelpaar goedgekeurd. 1 terugkoppeling kan nu niemand meer lezen."));
    activate(&mut window, NURSE, &code);
    assert!(
        window.hears("Mijn terugkoppelingen") && window.hears("Nog niets om op terug te blikken"),
        "{}",
        window.heard()
    );
}

#[test]
fn an_account_is_made_confirmed_activated_and_admitted_by_the_people_whose_act_that_is_and_the_list_says_who() {
    let mut window = window(House::with(&[SAMPLE]));
    window.sign_in(CLERK);
    window.sign_in(ADMINISTRATOR);
    window.click("Accounts");
    window.click_button("Nieuw account");
    window.fill_in("Personeelsnr.", NEW);
    window.fill_in("Naam", "W. van der Meer");
    window.click("RAV-administratie");
    window.click_button("Maak account");
    let heard = window.heard();
    assert!(
        heard.contains(&row("W. van der Meer", NEW, "Rollen RAV-administratie, Status wacht op bevestiging")),
        "{heard}"
    );
    assert!(heard.contains("Laatst ingelogd nog nooit") && heard.contains("Laatst ingelogd vandaag, "), "{heard}");
    let code = letters(&mut window, "brieven").remove(0).1;
    // What waits for the officer is what he sees first; in one go goes what is listed, and no other.
    window.sign_in(OFFICER);
    window.click("Accounts");
    assert!(window.hears("Bevestig dit account"), "{}", window.heard());
    window.click("Bevestig dit account");
    assert!(window.hears("1 account bevestigd. Wat ervoor wachtte, wordt bezorgd."), "{}", window.heard());
    activate(&mut window, NEW, &code);
    // A role with a key waits for a member of it; the administrator sees who that can be, and cannot do it.
    window.sign_in(ADMINISTRATOR);
    in_hand(&mut window, NEW);
    let heard = window.heard();
    assert!(heard.contains("Alleen een lid van die rol kan toelaten: M. Hoekstra."), "{heard}");
    assert!(heard.contains("Bevestigd: 20 september 2026, door L. Dijkstra"), "{heard}");
    assert!(heard.contains("Aangemaakt: 20 september 2026, door T. Smeets"), "{heard}");
    assert!(!window.hears("Laat toe tot mijn rol"));
    window.sign_in(CLERK);
    in_hand(&mut window, NEW);
    window.click_button("Laat toe tot mijn rol");
    window.sign_in(OFFICER);
    in_hand(&mut window, NEW);
    assert!(window.heard().contains("sinds 20 september 2026, toegelaten door M. Hoekstra"), "{}", window.heard());
    window.click("Rechten");
    assert!(window.heard().contains("W. van der Meer · 9101 sinds 20 september 2026, door M. Hoekstra"));
}

#[test]
fn who_leaves_is_closed_at_once_and_accounts_says_that_a_new_key_waits_until_a_remaining_member_has_signed_in() {
    let mut window = window(House::with(&[SAMPLE]));
    window.sign_in(ADMINISTRATOR);
    // The last of a role does not leave before there is a successor, and the screen says so before.
    in_hand(&mut window, CLERK);
    assert!(window.heard().contains("Niemand anders is lid van RAV-administratie."), "{}", window.heard());
    window.click_button("Sluit account…");
    window.click_button("Sluit voorgoed");
    assert!(window.heard().contains("Dit is het laatste lid van een rol."), "{}", window.heard());
    window.send(Command::Accounts(AccountsCommand::Make {
        staff: NEW.into(),
        name: "W. van der Meer".into(),
        roles: vec![viewmodel::Role::Administration],
    }));
    let code = letters(&mut window, "brieven").remove(0).1;
    window.sign_in(OFFICER);
    window.click("Accounts");
    window.click("Bevestig dit account");
    let secret = activate(&mut window, NEW, &code);
    window.sign_in(CLERK);
    in_hand(&mut window, NEW);
    window.click_button("Laat toe tot mijn rol");
    window.sign_in(ADMINISTRATOR);
    in_hand(&mut window, CLERK);
    assert!(!window.heard().contains("Niemand anders is lid van RAV-administratie."));
    window.click_button("Sluit account…");
    assert!(window.heard().contains("De sleutels worden vernietigd"), "{}", window.heard());
    window.click_button("Sluit voorgoed");
    let waits = "Nieuwe sleutel voor RAV-administratie nog niet gemaakt.";
    assert!(window.heard().contains(waits), "{}", window.heard());
    window.sign_in(CLERK);
    assert!(!window.hears("Patiëntidentificatie"), "closed at once");
    sign_in_anew(&mut window, NEW, &secret);
    assert!(window.hears("Patiëntidentificatie"), "{}", window.heard());
    window.sign_in(ADMINISTRATOR);
    window.click("Accounts");
    assert!(!window.heard().contains(waits), "{}", window.heard());
}

#[test]
fn crew_without_an_account_is_counted_and_one_press_begins_an_account_for_it() {
    let mut window = window(House::activated(&[SAMPLE], &|_| true));
    window.sign_in(ADMINISTRATOR);
    window.click("Accounts");
    let Screen::Accounts(screen) = screen(&window) else { panic!("Accounts") };
    let without = screen.without.expect("rides.csv has crew without an account");
    window.click_button(&format!("Bemanning zonder account ({})", without.count));
    let Screen::Accounts(screen) = self::screen(&window) else { panic!("Accounts") };
    let (staff, rides) = screen.without.unwrap().staff.remove(0);
    window.click(&if rides == 1 { format!("{staff} (1 rit)") } else { format!("{staff} ({rides} ritten)") });
    window.fill_in("Naam", "Een Nieuwe");
    window.click_button("Maak account");
    let heard = window.heard();
    assert!(heard.contains(&row("Een Nieuwe", &staff, "Rollen Ambulancezorgprofessional")), "{heard}");
}

#[test]
fn a_new_sheet_and_the_letters_go_to_the_printer_without_a_file_and_a_printer_that_refuses_is_said() {
    if !needs("pdftotext") {
        return;
    }
    let mut house = House::with(&[SAMPLE]);
    let folder = tempfile::tempdir().unwrap();
    let commands = crate::installation::printer(folder.path());
    let texts = Texts::load(Language::Dutch).unwrap();
    house.engine.print_with(Box::new(Printer::new(texts, Some(commands.clone().into()))));
    let mut window = Window::of_size(house, vec2(1280.0, 2400.0));
    let printed = |n: usize| {
        let pdf = folder.path().join(format!("paper/{n}.pdf"));
        let read = std::process::Command::new("pdftotext").arg(&pdf).arg("-").output().unwrap();
        String::from_utf8_lossy(&read.stdout).into_owned()
    };
    window.sign_in(NURSE);
    window.click("Mijn account");
    window.click_button("Maak een nieuw herstelblad…");
    let code = sheet_shown(&window);
    window.click_button("Druk af");
    assert!(window.hears("Naar de printer gestuurd. Controleer het papier."), "{}", window.heard());
    assert!(printed(0).contains(last_group(&code)), "{}", printed(0));
    window.sign_in(ADMINISTRATOR);
    window.click("Accounts");
    window.click_button("Nieuw account");
    window.fill_in("Personeelsnr.", NEW);
    window.fill_in("Naam", "W. van der Meer");
    window.click("RAV-administratie");
    window.click_button("Maak account");
    window.click_button("Druk af");
    assert!(window.heard().contains("Brieven naar de printer gestuurd: 1."), "{}", window.heard());
    assert!(printed(1).contains(NEW) && printed(1).contains("Je activeringscode"), "{}", printed(1));
    std::fs::write(commands.join("lp"), "#!/bin/sh\ncat > /dev/null\nexit 1\n").unwrap();
    window.click_button("Druk af");
    assert!(window.heard().contains("De printer nam de opdracht niet aan."), "{}", window.heard());
    // One that is not there any more.
    std::fs::remove_file(commands.join("lp")).unwrap();
    window.click_button("Druk af");
    assert!(window.heard().contains("Deze computer heeft geen printopdracht"), "{}", window.heard());
    let files: Vec<_> = std::fs::read_dir(folder.path().join("paper")).unwrap().collect();
    assert_eq!(files.len(), 2, "nothing else was printed");
}
