//! By keys: *Berichtprofielen*.

use viewmodel::ProfilesCommand;

use crate::{sample_profiles as sample, walk::Walk, ways::ways};

fn on() -> Walk {
    Walk::on(sample::profiles())
}

ways! { ProfilesCommand;
    Load: ProfilesCommand::Load(_) => on().to("Laad een profiel").enter().to("Bestand met het profiel").type_text("/tmp/p.toml")
        .to("knop: Laad").enter(),
    Try: ProfilesCommand::Try { .. } => on().to("Probeer op een bericht").enter().to("Bestand met een bericht")
        .type_text("/tmp/b.xml").to("knop: Probeer").enter(),
    Force: ProfilesCommand::Force { .. } => on().to("Neem in gebruik…").enter().to("Vanaf welke dag").instead("22-09-2026")
        .to("knop: Neem in gebruik").enter(),
    RollBack: ProfilesCommand::RollBack(_) => on().to("Draai terug").enter(),
    Structure: ProfilesCommand::Structure(_) => on().to("Toon opbouw").enter(),
}
