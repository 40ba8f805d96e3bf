//! By keys: what stands in `Command` itself.

use egui::Key;
use viewmodel::{Command, Frame, IdentificationsScreen, Renewing, Role, Screen};

use crate::{
    sample_accounts, sample_quality, sample_tables, samples, walk::Walk, ways::ways, ways_accounts, ways_connections,
    ways_door, ways_installation, ways_profiles, ways_reflections, ways_rides, ways_work,
};

fn identifications(change: impl FnOnce(&mut IdentificationsScreen)) -> Frame {
    let mut frame = samples::identifications(false);
    let Screen::Identifications(screen) = &mut frame.screen else { panic!("Patiëntidentificatie") };
    change(screen);
    frame
}

/// Nobody has the chosen item yet.
fn free() -> Frame {
    identifications(|screen| {
        let detail = screen.detail.as_mut().unwrap();
        detail.claimed = None;
        detail.close.clear();
        detail.claim = Some(Command::Claim(detail.item));
    })
}

fn roles() -> Frame {
    let mut frame = samples::sign_in();
    let Screen::SignIn(screen) = &mut frame.screen else { panic!("sign-in") };
    screen.roles = Role::ALL.map(|role| (role, Command::ChooseRole(role))).into();
    frame
}

fn quality(change: impl FnOnce(&mut viewmodel::QualityScreen)) -> Frame {
    let mut frame = sample_quality::quality();
    let Screen::Quality(screen) = &mut frame.screen else { panic!("Kwaliteit") };
    change(screen);
    frame
}

ways! { Command;
    {
        Command::Entry(command) => ways_door::entry::name(command),
        Command::Installation(command) => ways_installation::pages::name(command),
        Command::Mine(command) => ways_door::mine::name(command),
        Command::Identification(command) => ways_work::identification::name(command),
        Command::Feedback(command) => ways_work::feedback::name(command),
        Command::Reception(command) => ways_work::reception::name(command),
        Command::Reflection(command) => ways_reflections::name(command),
        Command::Oversight(command) => ways_work::oversight::name(command),
        Command::Accounts(command) => ways_accounts::name(command),
        Command::Profiles(command) => ways_profiles::name(command),
        Command::Connections(command) => ways_connections::name(command),
        Command::Rides(command) => ways_rides::name(command),
    }

    SignIn: Command::SignIn { .. } => Walk::on(samples::sign_in()).type_text("drie blauwe fietsen")
        .to("invoerveld: Code").type_text("407123").enter(),
    Unlock: Command::Unlock(_) => Walk::on(samples::locked()).type_text("drie blauwe fietsen").enter(),
    SignInDemo: Command::SignInDemo(_) => Walk::on(samples::sign_in()).to("M. Hoekstra").enter(),
    ChooseRole: Command::ChooseRole(_) => Walk::on(roles()).to("Functioneel beheer").enter(),
    Lock: Command::Lock => Walk::on(samples::feedback()).control(Key::L),
    SignOut: Command::SignOut => Walk::on(samples::feedback()).back_to("Uitloggen").enter(),
    Open: Command::Open(_) => Walk::on(samples::feedback()).back_to("Mijn account").enter(),
    Cancel: Command::Cancel => Walk::on(samples::progress()).to("Stop").enter(),
    Refresh: Command::Refresh => Walk::on(samples::failed()).to("Probeer opnieuw").enter(),
    ShowMore: Command::ShowMore => Walk::on(samples::feedback()).to("Toon meer").enter(),
    KeepDraft: Command::KeepDraft(_) =>
        Walk::on(sample_accounts::accounts_making()).to("invoerveld: Personeelsnr").type_text("2003").pause(3),
    KeepAppearance: Command::KeepAppearance(_) => Walk::on(samples::my_account(Renewing::Nothing)).control(Key::Plus),

    IdentificationTab: Command::IdentificationTab(_) =>
        Walk::on(samples::identifications(false)).back_to("Wacht op SEH").space(),
    SelectItem: Command::SelectItem(_) => Walk::on(samples::identifications(false)).press(Key::ArrowDown),
    Claim: Command::Claim(_) => Walk::on(free()).enter(),
    RevealBsn: Command::RevealBsn(..) => Walk::on(samples::identifications(false)).press(Key::T),
    MaskBsn: Command::MaskBsn => Walk::on(samples::identifications(true)).to("Scherm af").enter(),
    CopyBsn: Command::CopyBsn(..) => Walk::on(samples::identifications(true)).press(Key::K),
    CloseItem: Command::CloseItem { .. } => Walk::on(samples::identifications(true)).press(Key::V)
        .to("keuzerondje: SBV-Z").space().control(Key::Enter),
    Investigate: Command::Investigate(_) => Walk::on(samples::identifications(false)).to("Klopt het niet?").enter(),

    SelectRecord: Command::SelectRecord(_) => Walk::on(samples::feedback()).press(Key::ArrowDown),
    OpenRecord: Command::OpenRecord(_) => Walk::on(samples::feedback()).enter(),
    UnmaskText: Command::UnmaskText(..) => Walk::on(samples::record_masked()).to("Toon wat is afgeschermd").enter(),
    CloseRecord: Command::CloseRecord => Walk::on(samples::record()).press(Key::Escape),

    OpenFigures: Command::OpenFigures => Walk::on(quality(|screen| {
        screen.state = viewmodel::QualityState::Stopped;
        screen.open = Some(Command::OpenFigures);
    })).to("Open de cijfers").enter(),
    Publish: Command::Publish => Walk::on(sample_quality::quality()).to("Stel").enter(),

    ImportFiles: Command::ImportFiles(_) => Walk::on(sample_tables::reception()).to("Bestanden inlezen").enter()
        .to("Bestand of map").type_text("/srv/in").to("Lees in").enter(),

    VerifyChain: Command::VerifyChain => Walk::on(sample_tables::audit_log()).to("Controleer opnieuw").enter(),
    SelectAuditLine: Command::SelectAuditLine(_) =>
        Walk::on(sample_tables::audit_log()).to("tabel: Auditlog").press(Key::ArrowDown),
    AuditPage: Command::AuditPage { .. } => Walk::on(sample_tables::audit_log()).to("knop: Ouder").enter(),

    SetWindows: Command::SetWindows { .. } => Walk::on(sample_tables::settings()).to("na 10 minuten").space(),
    SetPeerSupport: Command::SetPeerSupport(_) => Walk::on(sample_tables::settings()).to("invoerveld: Naam of functie")
        .instead("Bedrijfsopvang").to("Bewaar opvang").enter(),
    SetRavContact: Command::SetRavContact(_) => Walk::on(sample_tables::settings()).to("invoerveld: Functie")
        .instead("Applicatiebeheer").to("Bewaar contact").enter(),
    SetDuties: Command::SetDuties(_) => Walk::on(sample_tables::settings()).to("ondernemingsraad").type_text("01-04-2026")
        .to("Leg de data vast").enter(),
}
