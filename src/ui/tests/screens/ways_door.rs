//! By keys: the pages of a first sign-in, and *Mijn account*.

use viewmodel::{EntryPage, Renewing};

use crate::{samples, walk::Walk};

pub mod entry {
    use viewmodel::EntryCommand;

    use super::{EntryPage, Walk, samples};
    use crate::ways::ways;

    fn on(page: EntryPage) -> Walk {
        Walk::on(samples::entry(page))
    }

    fn code() -> EntryPage {
        EntryPage::Code { account: "1001".into() }
    }

    fn sheet() -> Walk {
        on(EntryPage::Sheet(samples::sheet()))
    }

    ways! { EntryCommand;
        Start: EntryCommand::Start(_) => Walk::on(samples::sign_in()).to("Gebruik je herstelblad").enter(),
        Code: EntryCommand::Code { .. } => on(code()).to("Activatiecode").type_text("ABCDE-FGHJK-LMNPQ-RSTVW").enter(),
        Passphrase: EntryCommand::Passphrase(_) => on(EntryPage::Passphrase { characters_min: 14 })
            .to("Nieuwe wachtwoordzin").type_text("vier losse woorden hier")
            .to("Nog een keer").type_text("vier losse woorden hier").to("Verder").enter(),
        SecondFactor: EntryCommand::SecondFactor(_) => on(EntryPage::SecondFactor(samples::second_factor()))
            .to("Eerste code").type_text("407123").enter(),
        SaveSheet: EntryCommand::SaveSheet(_) => sheet()
            .to("Bewaar als PDF").type_text("/tmp/blad.pdf").to("knop: Bewaar PDF").enter(),
        PrintSheet: EntryCommand::PrintSheet => sheet().to("Druk af").enter(),
        Sheet: EntryCommand::Sheet(_) => sheet().to("Laatste groep").type_text("8DFGJS").to("Verder").enter(),
        Finish: EntryCommand::Finish => on(EntryPage::Logged).to("knop: Activeer").enter(),
        Back: EntryCommand::Back => on(code()).to("link: Inloggen").enter(),
    }
}

pub mod mine {
    use viewmodel::MineCommand;

    use super::{Renewing, Walk, samples};
    use crate::ways::ways;

    fn on(renewing: Renewing) -> Walk {
        Walk::on(samples::my_account(renewing))
    }

    fn sheet() -> Walk {
        on(Renewing::Sheet(samples::sheet()))
    }

    ways! { MineCommand;
        ChangePassphrase: MineCommand::ChangePassphrase { .. } => on(Renewing::Nothing)
            .to("Huidige wachtwoordzin").type_text("drie blauwe fietsen")
            .to("Nieuwe wachtwoordzin").type_text("vier losse woorden hier")
            .to("Nog een keer").type_text("vier losse woorden hier").to("Wijzig wachtwoordzin").enter(),
        NewSecondFactor: MineCommand::NewSecondFactor => on(Renewing::Nothing).to("Koppel een andere telefoon").enter(),
        ConfirmSecondFactor: MineCommand::ConfirmSecondFactor { .. } =>
            on(Renewing::SecondFactor(samples::second_factor())).to("Eerste code").type_text("407123")
                .to("Huidige wachtwoordzin").type_text("drie blauwe fietsen").to("Leg vast").space(),
        NewSheet: MineCommand::NewSheet => on(Renewing::Nothing).to("Maak een nieuw herstelblad").enter(),
        SaveSheet: MineCommand::SaveSheet(_) => sheet()
            .to("Bewaar als PDF").type_text("/tmp/blad.pdf").to("knop: Bewaar PDF").enter(),
        PrintSheet: MineCommand::PrintSheet => sheet().to("Druk af").enter(),
        ConfirmSheet: MineCommand::ConfirmSheet { .. } => sheet().to("Laatste groep").type_text("8DFGJS")
            .to("Huidige wachtwoordzin").type_text("drie blauwe fietsen").to("Leg vast").enter(),
        DesktopNotice: MineCommand::DesktopNotice(_) =>
            on(Renewing::Nothing).to("Meld het als er een terugkoppeling is").space(),
        Cancel: MineCommand::Cancel => sheet().to("link: Mijn account").enter(),
    }
}
