//! By keys: *Accounts* and *Rechten*.

use egui::Key;
use viewmodel::{AccountDetail, AccountsCommand, AccountsScreen, Command, Frame, Make, Screen, Without};

use crate::{sample_accounts as sample, walk::Walk, ways::ways};

fn list() -> Walk {
    Walk::on(sample::accounts(None))
}

fn on(change: impl FnOnce(&mut AccountDetail)) -> Walk {
    let mut detail = sample::detail();
    change(&mut detail);
    Walk::on(sample::accounts(Some(detail)))
}

fn act(command: AccountsCommand) -> Option<Command> {
    Some(Command::Accounts(command))
}

fn with(change: impl FnOnce(&mut AccountsScreen)) -> Frame {
    let mut frame = sample::accounts(None);
    let Screen::Accounts(screen) = &mut frame.screen else { panic!("Accounts") };
    change(screen);
    frame
}

ways! { AccountsCommand;
    Filter: AccountsCommand::Filter(_) => list().to("keuzerondje: Wacht op").space(),
    Search: AccountsCommand::Search(_) => list().to("Zoek op naam").type_text("b"),
    Select: AccountsCommand::Select(_) => list().to("tabel: Accounts").press(Key::ArrowDown),
    Form: AccountsCommand::Form => list().to("Nieuw account").enter(),
    Make: AccountsCommand::Make { .. } => Walk::on(sample::accounts_making())
        .to("invoerveld: Personeelsnr").instead("2003").to("invoerveld: Naam").instead("Noor Bakker")
        .to("selectievakje: Privacy officer").space().to("Maak account").enter(),
    Import: AccountsCommand::Import(_) => list().to("Uit bestand").enter().to("Bestand met accounts")
        .type_text("/tmp/mensen.csv").to("knop: Lees in").enter(),
    Letters: AccountsCommand::Letters(_) => list().to("Brieven als één PDF").enter().to("Waar komt de PDF?")
        .type_text("/tmp/brieven.pdf").to("Schrijf de brieven").enter(),
    PrintLetters: AccountsCommand::PrintLetters => Walk::on(with(|screen| {
        screen.print_letters = act(AccountsCommand::PrintLetters).map(Box::new);
    })).to("Druk af").enter(),
    Confirm: AccountsCommand::Confirm(_) => Walk::on(sample::accounts_to_confirm()).to("Bevestig alle").enter(),
    Renew: AccountsCommand::Renew(_) =>
        on(|detail| detail.renew = act(AccountsCommand::Renew(detail.account))).to("Maak een nieuwe code").enter(),
    Close: AccountsCommand::Close(_) => on(|_| {}).to("Sluit account…").enter().to("Sluit voorgoed").enter(),
    SetRoles: AccountsCommand::SetRoles(..) => on(|_| {}).to("Wijzig rollen").enter()
        .to("selectievakje: Privacy officer").space().to("Wijzig de rollen").enter(),
    AskReset: AccountsCommand::AskReset(_) => on(|_| {}).to("Vraag een nieuw sleutelpaar").enter().to("Vraag aan").enter(),
    DropReset: AccountsCommand::DropReset(_) =>
        on(|detail| detail.drop_reset = act(AccountsCommand::DropReset(detail.account))).to("Trek de reset in").enter(),
    ApproveReset: AccountsCommand::ApproveReset(_) =>
        on(|detail| detail.approve_reset = act(AccountsCommand::ApproveReset(detail.account)))
            .to("Keur het nieuwe sleutelpaar goed").enter().to("Keur goed").enter(),
    Admit: AccountsCommand::Admit(_) =>
        on(|detail| detail.admit = act(AccountsCommand::Admit(detail.account))).to("Laat toe tot mijn rol").enter(),
    Without: AccountsCommand::Without => list().to("Bemanning zonder account").enter(),
    ExportRights: AccountsCommand::ExportRights(_) => Walk::on(sample::rights()).to("Als CSV").enter()
        .to("Waar komt het CSV-bestand?").type_text("/tmp/rechten.csv").to("Schrijf CSV").enter(),
}

/// A staff number without an account fills in the form.
#[test]
fn a_staff_number_without_an_account_is_put_into_the_form_by_keys() {
    let frame = with(|screen| {
        let show = Command::Accounts(AccountsCommand::Without);
        screen.without = Some(Without { count: 1, staff: vec![("2044".into(), 3)], show });
        let make: &Make = screen.make.as_ref().unwrap();
        assert!(!make.form_open);
    });
    let asked = Walk::on(frame).to("2044").enter().asked();
    assert!(matches!(asked.as_slice(), [Command::Accounts(AccountsCommand::Form)]));
}
