//! By keys: *Aansluitingen*.

use egui::Key;
use viewmodel::ConnectionsCommand;

use crate::{sample_connections as sample, walk::Walk, ways::ways};

fn status() -> Walk {
    Walk::on(sample::status())
}

fn certificate() -> Walk {
    Walk::on(sample::certificate())
}

/// The form for a new hospital is open.
fn new() -> Walk {
    let mut frame = sample::status();
    let viewmodel::Screen::Connections(screen) = &mut frame.screen else { panic!("Aansluitingen") };
    screen.new_open = true;
    Walk::on(frame)
}

ways! { ConnectionsCommand;
    Select: ConnectionsCommand::Select(_) => status().to("lijst: Aansluitingen").press(Key::ArrowDown),
    Tab: ConnectionsCommand::Tab(_) => status().to("keuzerondje: Certificaat").space(),
    NewForm: ConnectionsCommand::NewForm => status().to("Nieuw ziekenhuis").enter(),
    Add: ConnectionsCommand::Add(_) => new().to("invoerveld: Naam").type_text("Ziekenhuis Zuid").to("invoerveld: URA").type_text("00000108")
        .to("Voeg toe").enter(),
    EditForm: ConnectionsCommand::EditForm => status().to("knop: Wijzig…").enter(),
    Save: ConnectionsCommand::Save(..) => Walk::on(sample::editing()).to("invoerveld: Naam").control(Key::Enter),
    SetStatus: ConnectionsCommand::SetStatus(..) => status().to("knop: gestopt").enter().to("Vanaf welke dag")
        .type_text("01-10-2026").to("Leg vast").enter(),
    Agree: ConnectionsCommand::Agree(..) => Walk::on(sample::agreement(true)).to("Wijzig de afspraak").enter().to("invoerveld: Reden")
        .type_text("regionaal overleg").to("Leg vast").enter(),
    AddCertificate: ConnectionsCommand::AddCertificate(..) =>
        certificate().to("invoerveld: Vingerafdruk").type_text("sha256:0c").to("knop: Laat toe").enter(),
    LoadCertificate: ConnectionsCommand::LoadCertificate(..) => certificate().to("Lees uit een bestand").enter()
        .to("Bestand met het certificaat").type_text("/tmp/oost.pem").to("Laat dit certificaat toe").enter(),
    RemoveCertificate: ConnectionsCommand::RemoveCertificate(..) => certificate().to("Laat niet meer toe").enter(),
    SelfTest: ConnectionsCommand::SelfTest(_) => certificate().to("Stuur een proefbericht").enter(),
    Overview: ConnectionsCommand::Overview(_) => status().to("Overzicht").enter().to("Bestand voor het overzicht")
        .type_text("/tmp/overzicht.csv").to("Schrijf het overzicht").enter(),
    Sheet: ConnectionsCommand::Sheet(..) => status().to("Maak aansluitblad").enter().to("Bestand voor het aansluitblad")
        .type_text("/tmp/oost.pdf").to("Maak het blad").enter(),
    MakeScript: ConnectionsCommand::MakeScript(..) => Walk::on(sample::test_to_come()).to("Maak testscript").enter()
        .to("Nieuwe map voor het testscript").type_text("/tmp/script").to("knop: Maak het testscript").enter(),
    Check: ConnectionsCommand::Check(..) => Walk::on(sample::test(false)).to("selectievakje: ").space(),
    SignOff: ConnectionsCommand::SignOff(..) => Walk::on(sample::test(true)).to("Functies van wie aftekent")
        .type_text("functioneel beheerder").to("knop: Teken af").enter()
        .to("Bestand voor het aftekenblad").type_text("/tmp/af.pdf").to("Teken af en vernietig").enter(),
}
