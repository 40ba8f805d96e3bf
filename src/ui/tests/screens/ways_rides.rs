//! By keys: *Ritten*.

use egui::Key;
use viewmodel::RidesCommand;

use crate::{sample_rides as sample, walk::Walk, ways::ways};

fn columns() -> Walk {
    Walk::on(sample::columns_step(false))
}

ways! { RidesCommand;
    Read: RidesCommand::Read(_) =>
        Walk::on(sample::file_step()).to("Ritbestand").type_text("/srv/ritten.csv").to("knop: Open").enter(),
    Map: RidesCommand::Map(..) => columns().to("Veld van").enter().to("keuzerondje: Overslaan").space(),
    Sheet: RidesCommand::Sheet(_) =>
        Walk::on(sample::sheets_step()).to("Blad: Week 38").enter().to("keuzerondje: Week 39").space(),
    Header: RidesCommand::Header(_) => columns().to("De eerste regel is de kop").space(),
    Dates: RidesCommand::Dates(_) => Walk::on(sample::columns_step(true)).to("dag-maand-jaar").space(),
    Anew: RidesCommand::Anew => columns().to("Begin opnieuw").enter(),
    Remember: RidesCommand::Remember(_) => columns().to("Onthoud deze indeling").instead("Meldkamer").press(Key::Tab),
    Check: RidesCommand::Check => columns().to("Controleer de regels").enter(),
    SkipBad: RidesCommand::SkipBad(_) => Walk::on(sample::checked_step(true)).to("Sla deze regels over").space(),
    Import: RidesCommand::Import => Walk::on(sample::checked_step(false)).to("ritten in").enter(),
    KeepRefused: RidesCommand::KeepRefused(_) => Walk::on(sample::checked_step(true)).to("Bewaar de geweigerde regels").enter()
        .to("Nieuw bestand").type_text("/tmp/geweigerd.csv").to("knop: Bewaar").enter(),
    Back: RidesCommand::Back => Walk::on(sample::checked_step(false)).to("knop: Vorige").enter(),
    Close: RidesCommand::Close => columns().to("Ander bestand").enter(),
    SetRight: RidesCommand::SetRight(_) => Walk::on(sample::file_step()).to("Wijzig…").enter().to("selectievakje: Diagnose")
        .space().to("Reden").type_text("afgesproken met de OR").to("Leg vast").enter(),
    Link: RidesCommand::Link(..) => Walk::on(sample::file_step()).to("Koppel aan").enter(),
    Choose: RidesCommand::Choose(..) => Walk::on(sample::file_step()).to("Hoort bij deze rit").enter(),
    Accept: RidesCommand::Accept(..) => Walk::on(sample::file_step()).to("Laat toe voor deze rit").enter().to("Reden")
        .type_text("ander ziekenhuis gereden").to("Laat toe voor deze rit").enter(),
    SetFolder: RidesCommand::SetFolder(_) => Walk::on(sample::folder_off()).to("knop: Stel in").enter().to("Map")
        .type_text("/srv/ritten").to("knop: Zet aan").enter(),
    FolderOff: RidesCommand::FolderOff => Walk::on(sample::file_step()).to("knop: Zet uit").enter(),
    MoreUnlinked: RidesCommand::MoreUnlinked => Walk::on(sample::file_step()).to("Toon meer").enter(),
    MoreContested: RidesCommand::MoreContested => Walk::on(sample::file_step()).to("Toon meer van twee ritten").enter(),
    MoreHeld: RidesCommand::MoreHeld => Walk::on(sample::file_step()).to("Toon meer van een ander").enter(),
    MoreDoubted: RidesCommand::MoreDoubted => Walk::on(sample::file_step()).to("Toon meer om na te kijken").enter(),
}
