//! *Aansluitingen* by accessible name: what is typed and clicked there is what is asked for.

use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};
use viewmodel::{Command, ConnectionStatus, ConnectionsCommand, Frame, SelfTestAct, SelfTestShown};

use crate::{
    desk::{Sent, app_with},
    sample_connections as sample,
};

fn harness_of(frame: Frame) -> (Harness<'static>, Sent) {
    let (mut app, sent) = app_with(frame);
    let builder = Harness::builder().with_size(egui::vec2(1280.0, 1600.0)).with_context_setup(ui::theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(4);
    (harness, sent)
}

fn wishes(sent: &Sent) -> Vec<ConnectionsCommand> {
    let of = |command: &Command| if let Command::Connections(wish) = command { Some(wish.clone()) } else { None };
    sent.borrow().iter().filter_map(of).collect()
}

fn click(harness: &mut Harness<'_>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(4);
}

#[test]
fn a_status_is_clicked_a_day_is_typed_and_both_are_asked_for() {
    let (mut harness, sent) = harness_of(sample::status());
    click(&mut harness, "gestopt");
    harness.get_by_label("Vanaf welke dag").focus();
    harness.run_steps(2);
    harness.get_by_label("Vanaf welke dag").type_text("20-09-2026");
    harness.run_steps(2);
    click(&mut harness, "Leg vast");
    let asked = wishes(&sent);
    let is_it = |wish: &ConnectionsCommand| matches!(wish, ConnectionsCommand::SetStatus(_, ConnectionStatus::Stopped, day) if day == "20-09-2026");
    assert!(asked.iter().any(is_it), "{}", asked.len());
}

#[test]
fn the_present_status_and_the_days_of_the_others_are_heard() {
    let (harness, _) = harness_of(sample::status());
    for heard in ["in productie, sinds 1 aug 2024", "in test, 2 mei 2024", "Leverancier RAV: nog niet ingevuld"] {
        harness.get_by_label(heard);
    }
    harness.get_by_label_contains("Daarvoor: door een medewerker");
}

#[test]
fn without_an_agreement_the_page_says_so_and_remarks_are_left_out() {
    let (harness, _) = harness_of(sample::agreement(false));
    harness.get_by_label_contains("Nog geen afspraak.");
    harness.get_by_label("Toelichting op het medisch handelen: weggelaten");
    harness.get_by_label("Toelichting op de communicatie: weggelaten");
    harness.get_by_label("Casussen voor de medisch manager: uit");
    harness.get_by_label_contains("Geslacht en geboortedatum, alleen bij niet akkoord: staat zo in het besluit");
}

#[test]
fn an_agreement_is_recorded_with_what_is_chosen_from_the_day_that_stands_there() {
    let (mut harness, sent) = harness_of(sample::agreement(false));
    click(&mut harness, "Leg een afspraak vast");
    click(&mut harness, "Leg vast");
    let asked = wishes(&sent);
    let recorded =
        asked.iter().find_map(|wish| if let ConnectionsCommand::Agree(_, typed) = wish { Some(typed) } else { None });
    let recorded = recorded.expect("an agreement");
    assert_eq!(recorded.from, "21-09-2026");
    assert!(recorded.parts.case_list && recorded.parts.remarks_medical);
}

#[test]
fn a_check_names_its_case_and_the_sign_off_waits_until_all_is_checked() {
    let (mut waiting, sent) = harness_of(sample::test(false));
    waiting.get_by_label_contains("1 van 2 ontvangen · 2 van 5 gecontroleerd");
    waiting.get_by_label_contains("Kan zodra alles is ontvangen en gecontroleerd");
    click(&mut waiting, "1. Akkoord met de werkdiagnose: professional ziet akkoord, en geen diagnose");
    assert!(wishes(&sent).iter().any(
        |wish| matches!(wish, ConnectionsCommand::Check(_, 1, check, _) if *check == "check-professional-agrees")
    ));
    assert!(waiting.get_by_label("Teken af").accesskit_node().is_disabled());
    let (mut done, sent) = harness_of(sample::test(true));
    assert!(done.get_by_label("Teken af").accesskit_node().is_disabled(), "nobody signs without a function");
    done.get_by_label("Functies van wie aftekent").focus();
    done.run_steps(2);
    done.get_by_label("Functies van wie aftekent").type_text("medisch manager");
    done.run_steps(2);
    click(&mut done, "Teken af");
    done.get_by_label("Bestand voor het aftekenblad (PDF)").focus();
    done.run_steps(2);
    done.get_by_label("Bestand voor het aftekenblad (PDF)").type_text("/tmp/aftekening.pdf");
    done.run_steps(2);
    click(&mut done, "Teken af en vernietig");
    assert!(wishes(&sent).iter().any(|wish| matches!(wish, ConnectionsCommand::SignOff(..))));
}

#[test]
fn the_list_is_gone_through_by_arrows_and_an_empty_one_says_what_to_do() {
    let (mut harness, sent) = harness_of(sample::status());
    harness.key_press(egui::Key::ArrowDown);
    harness.run_steps(2);
    let selected = |wish: &ConnectionsCommand| matches!(wish, ConnectionsCommand::Select(Some(n)) if n.0 == 4);
    assert!(wishes(&sent).iter().any(selected));
    let (empty, _) = harness_of(sample::none());
    empty.get_by_label_contains("connections import");
}

#[test]
fn the_own_test_message_has_its_button_and_each_step_says_how_far_it_is_and_what_to_do() {
    let (mut harness, sent) = harness_of(sample::self_tested(sample::self_test(None)));
    harness.get_by_label("Stuur een proefbericht aan mijzelf").click();
    harness.run_steps(2);
    let begins = |wish: &ConnectionsCommand| matches!(wish, ConnectionsCommand::SelfTest(SelfTestAct::Begin));
    assert!(wishes(&sent).iter().any(begins));
    let (harness, _) = harness_of(sample::self_tested(sample::self_test(Some(true))));
    harness.get_by_label_contains("De ontvanger werkt: het proefbericht ging de hele weg.");
    harness.get_by_label_contains(
        "Adres: goed. De ontvanger luistert op elk adres van deze machine; de proef gaat naar 127.0.0.1:8443",
    );
    harness.get_by_label_contains("Ontvangstbevestiging: goed. CA");
    harness.get_by_label_contains("Auditlog: goed. Regel 31207.");
    harness.get_by_label_contains("Dit laat niet zien dat het netwerk van een ziekenhuis deze machine bereikt");
    let (harness, _) = harness_of(sample::self_tested(sample::self_test(Some(false))));
    harness
        .get_by_label_contains("Certificaat van de ontvanger: mislukt. Het certificaat van de ontvanger is verlopen");
    harness.get_by_label_contains("Vraag een nieuw certificaat aan");
    harness.get_by_label("HTTP: niet geprobeerd");
    harness.get_by_label("Stuur nog een proefbericht aan mijzelf");
    let going = SelfTestShown {
        start: None,
        stop: Some(Command::Connections(ConnectionsCommand::SelfTest(SelfTestAct::Stop))),
        well: None,
        ..sample::self_test(Some(false))
    };
    let (mut harness, sent) = harness_of(sample::self_tested(going));
    harness.get_by_label("Stop de proef").click();
    harness.run_steps(2);
    let stops = |wish: &ConnectionsCommand| matches!(wish, ConnectionsCommand::SelfTest(SelfTestAct::Stop));
    assert!(wishes(&sent).iter().any(stops));
    let why_not = Some("self-test-no-listener");
    let (harness, _) =
        harness_of(sample::self_tested(SelfTestShown { start: None, why_not, ..sample::self_test(None) }));
    harness.get_by_label_contains("Volgens de instellingen wordt hier niet over https ontvangen");
}

/// What was copied while some steps are drawn.
pub fn copied(harness: &mut Harness<'_>) -> String {
    let mut copied = String::new();
    for _ in 0..3 {
        harness.step();
        for command in &harness.output().platform_output.commands {
            if let egui::OutputCommand::CopyText(text) = command {
                copied.clone_from(text);
            }
        }
    }
    copied
}

#[test]
fn a_certificate_that_expires_stands_with_the_mail_for_the_contact_on_its_tab_and_on_reception() {
    let print = format!("sha256:{}", "0a".repeat(32));
    let mut reception = crate::sample_tables::reception();
    let viewmodel::Screen::Reception(screen) = &mut reception.screen else { panic!("Ontvangst") };
    screen.certificates = vec![sample::expiring(5)];
    for (frame, is_tab) in [(sample::certificate(), true), (reception, false)] {
        let (mut harness, _) = harness_of(frame);
        harness.get_by_label_contains("Oost: certificaat verloopt op 26 september 2026, nog 5 dagen.");
        if is_tab {
            harness.get_by_label_contains("De ontvanger zelf: certificaat verloopt op 31 oktober 2026, nog 40 dagen.");
            harness.get_by_label("Mail voor: Applicatiebeheer SEH");
            harness.get_by_label("Certificaat van Oost voor bericht 12 verloopt op 26 september 2026");
        }
        harness.get_by_label("Kopieer mail").click();
        let mail = copied(&mut harness);
        assert!(mail.starts_with("Certificaat van Oost voor bericht 12") && mail.contains(&print), "{mail}");
        harness.get_by_label("Mail gekopieerd");
    }
}

#[test]
fn a_notice_a_warning_and_an_alarm_of_a_certificate_have_words_of_their_own_on_reception() {
    let (harness, _) = harness_of(crate::sample_tables::reception_with_certificates());
    for words in [
        "nog 50 dagen. Melding: er is nog tijd.",
        "nog 20 dagen. Waarschuwing: vraag deze week na",
        "nog 5 dagen. Alarm: bel het ziekenhuis vandaag.",
    ] {
        harness.get_by_label_contains(words);
    }
}

#[test]
fn the_totals_of_each_month_stand_with_the_overview_and_take_no_room_until_it_is_asked_for() {
    let (mut harness, _) = harness_of(sample::status());
    assert!(harness.query_by_label_contains("Aan het eind van de maand").is_none());
    click(&mut harness, "Overzicht");
    harness.get_by_label_contains("Aan het eind van de maand");
    assert!(harness.query_all_by_label_contains("sep 2026").next().is_some());
}
