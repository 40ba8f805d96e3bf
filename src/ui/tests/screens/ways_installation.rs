//! By keys: the pages before there is a store.

use viewmodel::{InstallationPage, InstallationWay};

use crate::{sample_installation as sample, walk::Walk};

fn set_up(page: InstallationPage) -> Walk {
    Walk::on(sample::frame(Some(InstallationWay::SetUp), 3, page))
}

fn recover(page: InstallationPage) -> Walk {
    Walk::on(sample::frame(Some(InstallationWay::Recover), 0, page))
}

pub mod pages {
    use viewmodel::{InstallationCommand, InstallationPage, InstallationWay, PlaceTyped};

    use super::{Walk, recover, sample, set_up};
    use crate::ways::ways;

    fn place() -> PlaceTyped {
        PlaceTyped { folder: "/srv/terugblik".into(), key_file: None, group: false }
    }

    /// The kit of a test store, which may be left out.
    fn kit_left_out() -> Walk {
        let mut frame = sample::kit();
        let viewmodel::Screen::Installation(screen) = &mut frame.screen else { panic!("the kit") };
        let InstallationPage::Kit(page) = &mut screen.page else { panic!("the kit") };
        page.may_be_left_out = true;
        Walk::on(frame)
    }

    ways! { InstallationCommand;
        {
            InstallationCommand::Kit(command) => super::kit::name(command),
        }
        Start: InstallationCommand::Start(_) => Walk::on(sample::choice()).to("Een opslag openen").enter(),
        Back: InstallationCommand::Back => Walk::on(sample::kind()).to("Vorige").enter(),
        Retry: InstallationCommand::Retry => Walk::on(sample::choice()).to("Probeer opnieuw").enter(),
        OpenExisting: InstallationCommand::OpenExisting(_) =>
            Walk::on(sample::frame(Some(InstallationWay::Existing), 0, InstallationPage::Existing(place()))).enter(),
        Organisation: InstallationCommand::Organisation { .. } =>
            set_up(InstallationPage::Organisation { name: String::new(), rav: String::new() })
                .type_text("Voorbeeldregio").to("RAV-nummer").type_text("12").enter(),
        Kind: InstallationCommand::Kind(_) => Walk::on(sample::kind()).to("keuzerondje: Test").space().to("Verder").enter(),
        SystemAccounts: InstallationCommand::SystemAccounts(_) => set_up(InstallationPage::SystemAccounts(None))
            .to("Iedereen gebruikt hetzelfde").space().to("Verder").enter(),
        Folder: InstallationCommand::Folder(_) =>
            set_up(InstallationPage::Folder(String::new())).type_text("/srv/terugblik").enter(),
        Keys: InstallationCommand::Keys(_) =>
            set_up(InstallationPage::Keys { file_needed: false, file: "/srv/sleutel".into(), by_file: false })
                .to("In een bestand").space().to("Sleutelbestand").enter(),
        KitDone: InstallationCommand::KitDone(_) => kit_left_out().to("Zonder herstelset").enter(),
        Accounts: InstallationCommand::Accounts(_) => Walk::on(sample::accounts()).to("Verder").enter(),
        Retention: InstallationCommand::Retention(_) =>
            set_up(InstallationPage::Retention { days: 358, most: 358, year: 365 }).instead("300").enter(),
        WithoutAgreement: InstallationCommand::WithoutAgreement(_) => set_up(InstallationPage::WithoutAgreement(false))
            .to("Bewaar alles van bericht 12").space().to("Verder").enter(),
        Duties: InstallationCommand::Duties(_) => set_up(InstallationPage::Duties([None; 3])).to("DPIA")
            .type_text("01-03-2026").enter(),
        Make: InstallationCommand::Make => set_up(InstallationPage::Ready(Vec::new())).to("Maak de opslag").enter(),
        SaveLetters: InstallationCommand::SaveLetters(_) => Walk::on(sample::made())
            .to("Bewaar de brieven als PDF").enter().to("invoerveld: Bewaar als PDF").type_text("/tmp/brieven.pdf")
            .to("knop: Bewaar PDF").enter(),
        PrintLetters: InstallationCommand::PrintLetters => Walk::on(sample::made()).to("Druk de brieven af").enter(),
        ShowCodes: InstallationCommand::ShowCodes => {
            let mut frame = sample::made();
            let viewmodel::Screen::Installation(screen) = &mut frame.screen else { panic!("made") };
            let InstallationPage::Made(page) = &mut screen.page else { panic!("made") };
            page.codes.iter_mut().for_each(|code| code.code = None);
            Walk::on(frame).to("Toon de codes").enter()
        },
        RecoverAt: InstallationCommand::RecoverAt { .. } =>
            recover(InstallationPage::RecoverAt { place: place(), backup: String::new() }).enter(),
        Sheet: InstallationCommand::Sheet(_) => Walk::on(sample::sheet()).type_text("appel boom citroen").to("Verder").enter(),
        Admit: InstallationCommand::Admit(_) => recover(InstallationPage::Admit(None)).to("keuzerondje: Privacy officer").space()
            .to("Personeelsnr").type_text("2002").to("Verder").enter(),
        Recover: InstallationCommand::Recover =>
            recover(InstallationPage::RecoverReady(Vec::new())).to("Herstel de sleutels").enter(),
        Enter: InstallationCommand::Enter => Walk::on(sample::made()).to("Naar inloggen").enter(),
    }
}

pub mod kit {
    use viewmodel::KitCommand;

    use super::{Walk, sample};
    use crate::ways::ways;

    fn on() -> Walk {
        Walk::on(sample::kit())
    }

    ways! { KitCommand;
        Turn: KitCommand::Turn(_) => on().to("Kluis").enter(),
        Print: KitCommand::Print(_) => on().to("Druk af").enter(),
        Save: KitCommand::Save(..) => on().to("Bewaar als PDF…").enter().to("invoerveld: Bewaar als PDF").type_text("/tmp/blad.pdf")
            .to("knop: Bewaar PDF").enter(),
        Show: KitCommand::Show(..) => on().to("Toon om over te schrijven").enter(),
        Check: KitCommand::Check(..) => on().to("Woord 3").type_text("appel").to("Woord 11").type_text("boom")
            .to("Woord 19").type_text("citroen").enter(),
    }
}
