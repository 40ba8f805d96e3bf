//! The only functional administrator has lost everything: from the sign-in screen's *sleutels herstellen* to a new activation
//! code that lets him choose a passphrase, worked by accessible names over the real worker (DECISIONS 114).

use access::{ActivationCode, Parameters};
use chrono::Utc;
use egui_kittest::kittest::Queryable;
use store::Store;
use viewmodel::{EntryPage, InstallationPage, Screen};

use crate::{
    house::chosen,
    installation::{Window, answer, kit_number, store_place, words_on},
    support::{Place, needs, origin},
};

const ADMINISTRATOR: &str = "2001";
const CHEAP: Parameters = Parameters { memory_kib: 64, passes: 1, lanes: 1 };

/// The codes that the assistant ends with, shown because no letter is printed; then on to the sign-in.
fn codes_shown(window: &mut Window) -> Vec<(String, String)> {
    window.click("Maak de opslag");
    window.until_page("the store", |page| matches!(page, InstallationPage::Made(_)));
    window.click("Toon de codes");
    window.until_page("the codes", |page| matches!(page, InstallationPage::Made(page) if page.handed_over));
    let codes = {
        let app = window.app.borrow();
        let Some(Screen::Installation(screen)) = app.frame().map(|frame| &frame.screen) else { panic!("the pages") };
        let InstallationPage::Made(page) = &screen.page else { panic!("the last page") };
        let code = |shown: &viewmodel::CodeShown| Some((shown.staff.clone(), shown.code.as_ref()?.reveal().to_owned()));
        page.codes.iter().filter_map(code).collect()
    };
    window.click("Naar inloggen");
    window.until("the sign-in", |screen| matches!(screen, Screen::SignIn(_)));
    codes
}

/// The sheets of the printed kit, as a person types them: number of the kit, of the sheet, and the words.
fn sheets(place: &Place) -> [String; 2] {
    [0, 2].map(|sheet| {
        let pdf = place.path(&format!("paper/{sheet}.pdf"));
        format!("{} {} {}", kit_number(&pdf), sheet + 1, words_on(&pdf).join(" "))
    })
}

/// The code as the page has it, which a reader of the screen gets too.
fn new_code(window: &Window) -> (String, String) {
    let app = window.app.borrow();
    let Some(Screen::Installation(screen)) = app.frame().map(|frame| &frame.screen) else { panic!("the pages") };
    let InstallationPage::Recovered { code: Some((staff, code)) } = &screen.page else { panic!("a code") };
    (staff.clone(), code.reveal().to_owned())
}

#[test]
fn the_only_administrator_who_lost_everything_gets_a_new_code_from_two_sheets_in_the_window_and_comes_in_by_it() {
    if !needs("pdftotext") {
        return;
    }
    let place = Place::empty();
    let mut window = Window::open(store_place(&place), &place.path(""));
    answer(&mut window, &place);
    let sheets = sheets(&place);
    let codes = codes_shown(&mut window);
    let (folder, key) = (place.path("elders/opslag"), place.path("sleutel"));
    let keys = store::KeySource::File { path: key, group: false };
    let open = || Store::open_with(&folder, &keys, origin(), Utc::now()).unwrap().0;
    let old_code = &codes.iter().find(|(staff, _)| staff == ADMINISTRATOR).unwrap().1;
    {
        // He had come in once; his passphrase, telephone and sheet are lost.
        let mut store = open();
        let record = store.account_keys(ADMINISTRATOR).unwrap().unwrap();
        let code = ActivationCode::parse(old_code).unwrap();
        let made = access::activate(&record, &code, &chosen(), store.pepper(), CHEAP).unwrap();
        store.store_activation(record.account, &made, Utc::now()).unwrap();
    }

    window.click("Sleutels herstellen");
    window.until_page("the place", |page| matches!(page, InstallationPage::RecoverAt { .. }));
    window.next("the first sheet", |page| matches!(page, InstallationPage::Sheet(1)));
    let field = "Setnummer, bladnummer en 24 woorden";
    window.fill_in(field, 0, &sheets[0]);
    window.next("the second sheet", |page| matches!(page, InstallationPage::Sheet(2)));
    window.fill_in(field, 0, &sheets[1]);
    window.next("the role", |page| matches!(page, InstallationPage::Admit(_)));
    window.choose("Functioneel beheer");
    window.fill_in("Personeelsnr.", 0, "2999");
    window.click("Verder");
    window.until_error("heeft hier geen account");
    window.fill_in("Personeelsnr.", 0, ADMINISTRATOR);
    window.next("the new kit", |page| matches!(page, InstallationPage::Kit(_)));
    window.print_kit(&place.path(""));
    assert!(open().account_keys(ADMINISTRATOR).unwrap().unwrap().private_sealed.is_some(), "not before the last step");
    window.next("the last look", |page| matches!(page, InstallationPage::RecoverReady(_)));
    window.click("Herstel de sleutels");
    window.until_page("the code", |page| matches!(page, InstallationPage::Recovered { code: Some(_) }));
    let (staff, code) = new_code(&window);
    assert_eq!(staff, ADMINISTRATOR);
    assert!(window.harness.query_by_label(&code).is_some(), "a person reads it: {:?}", window.harness.root());
    assert_ne!(&code, old_code);
    assert!(open().account_keys(ADMINISTRATOR).unwrap().unwrap().private_sealed.is_none(), "in place of all his keys");

    window.click("Naar inloggen");
    window.until("the sign-in", |screen| matches!(screen, Screen::SignIn(_)));
    assert!(window.harness.query_by_label(&code).is_none(), "shown once");
    window.click("Activeer je account met je code");
    window.until(
        "the code's page",
        |screen| matches!(screen, Screen::Entry(s) if matches!(s.page, EntryPage::Code { .. })),
    );
    window.fill_in("Personeelsnummer", 0, ADMINISTRATOR);
    window.fill_in("Activatiecode", 0, old_code);
    window.click("Verder");
    window.until("that the old code is void", |screen| matches!(screen, Screen::Entry(s) if s.error.is_some()));
    window.fill_in("Activatiecode", 0, &code);
    window.click("Verder");
    window.until(
        "the passphrase",
        |screen| matches!(screen, Screen::Entry(s) if matches!(s.page, EntryPage::Passphrase { .. })),
    );
    // The other account of the set-up is as it was, and the log has the use.
    let store = open();
    let log = store.log_page(None, 100).unwrap();
    assert_eq!(log.iter().filter(|logged| logged.entry.event == access::Event::RecoveryKitUsed).count(), 1);
}
