//! By keys: *Patiëntidentificatie*, *Terugkoppelingen*, *Ontvangst* and *Meldingen*, in their own commands.

use egui::Key;
use viewmodel::{Frame, Screen};

use crate::{sample_oversight, sample_tables, samples, walk::Walk};

pub mod identification {
    use viewmodel::{IdentificationCommand, IdentificationsScreen};

    use super::{Frame, Key, Screen, Walk, samples};
    use crate::ways::ways;

    /// *Afgerond*, from which the table for the bill is written.
    fn with(change: impl FnOnce(&mut IdentificationsScreen)) -> Frame {
        let mut frame = samples::identifications(false);
        let Screen::Identifications(screen) = &mut frame.screen else { panic!("Patiëntidentificatie") };
        change(screen);
        frame
    }

    ways! { IdentificationCommand;
        Reopen: IdentificationCommand::Reopen(_) => Walk::on(samples::identifications(false)).control(Key::Z),
        Later: IdentificationCommand::Later(_) => Walk::on(samples::identifications(false)).to("Later verder").enter(),
        Note: IdentificationCommand::Note(..) => Walk::on(samples::identifications(false)).to("link: Notitie").enter()
            .to("invoerveld: Notitie").instead("gebeld, belt terug").to("Bewaar de notitie").enter(),
        Called: IdentificationCommand::Called(_) => Walk::on(samples::awaited()).press(Key::G),
        HasNone: IdentificationCommand::HasNone(_) => {
            let mut frame = samples::awaited();
            let Screen::Identifications(screen) = &mut frame.screen else { panic!("Patiëntidentificatie") };
            screen.awaited.as_mut().unwrap().none = None;
            Walk::on(frame).to("knop: SEH heeft ook geen BSN").enter()
        },
        ExportClosed: IdentificationCommand::ExportClosed(_) => Walk::on(with(|screen| {
            screen.export = Some(|path| viewmodel::Command::Identification(IdentificationCommand::ExportClosed(path)));
        })).to("Export declaratie").enter().to("Waar komt het CSV-bestand?").type_text("/tmp/bon.csv").to("Schrijf CSV").enter(),
    }
}

pub mod feedback {
    use viewmodel::FeedbackCommand;

    use super::{Key, Screen, Walk, samples};
    use crate::ways::ways;

    ways! { FeedbackCommand;
        Disown: FeedbackCommand::Disown(_) =>
            Walk::on(samples::feedback()).press(Key::N).to("Geef deze rit terug").enter(),
        UndoDisowning: FeedbackCommand::UndoDisowning(_) => {
            let mut frame = samples::feedback();
            let Screen::Feedback(screen) = &mut frame.screen else { panic!("Terugkoppelingen") };
            screen.undo = Some(viewmodel::Undo {
                ride: "12-2026-4541-1".into(),
                seconds: 9,
                command: viewmodel::Command::Feedback(FeedbackCommand::UndoDisowning(viewmodel::RecordId(1))),
            });
            Walk::on(frame).to("Maak ongedaan").enter()
        },
        Opens: FeedbackCommand::Opens(_) =>
            Walk::on(samples::feedback()).back_to("Bij openen").enter().to("keuzerondje: Niet vragen").space(),
        ReadPlain: FeedbackCommand::ReadPlain =>
            Walk::on(samples::feedback()).back_to("Bij openen").enter().to("Markeer alle akkoord").enter(),
        Tick: FeedbackCommand::Tick(..) => Walk::on(samples::record()).to("Tel mee als bedankje").space(),
        Report: FeedbackCommand::Report { .. } => Walk::on(samples::record()).to("Deze tekst hoort hier niet").enter()
            .to("keuzerondje: Omschrijving").space().to("selectievakje: Het ECG").space()
            .to("keuzerondje: Herleidbaar").space().to("Laat deze zinnen weg").enter(),
        UndoReport: FeedbackCommand::UndoReport(_) => {
            let mut frame = samples::record();
            let Screen::Feedback(screen) = &mut frame.screen else { panic!("Terugkoppelingen") };
            screen.opened.as_mut().unwrap().reported.push(viewmodel::Reported {
                text: viewmodel::FreeText::Diagnosis,
                destroyed: false,
                undo: Some(viewmodel::Command::Feedback(FeedbackCommand::UndoReport(1))),
            });
            Walk::on(frame).to("Trek in").enter()
        },
    }
}

pub mod reception {
    use viewmodel::ReceptionCommand;

    use super::{Key, Screen, Walk, sample_tables};
    use crate::ways::ways;

    fn on() -> Walk {
        Walk::on(sample_tables::reception())
    }

    ways! { ReceptionCommand;
        Filter: ReceptionCommand::Filter(_) => on().to("Resultaat: alle").enter().to("keuzerondje: geweigerd").space(),
        Older: ReceptionCommand::Older(_) => on().to("knop: Ouder").enter(),
        Newest: ReceptionCommand::Newest => {
            let mut frame = sample_tables::reception();
            let Screen::Reception(screen) = &mut frame.screen else { panic!("Ontvangst") };
            screen.messages.newest = Some(viewmodel::Command::Reception(ReceptionCommand::Newest));
            Walk::on(frame).to("Nieuwste").enter()
        },
        TakeUp: ReceptionCommand::TakeUp(_) => on().to("Ik zoek het uit").enter(),
        Structure: ReceptionCommand::Structure(_) =>
            on().to("tabel: Berichten").press(Key::End).to("Toon opbouw").enter(),
    }
}

pub mod oversight {
    use viewmodel::OversightCommand;

    use super::{Walk, sample_oversight};
    use crate::ways::ways;

    ways! { OversightCommand;
        Destroy: OversightCommand::Destroy(_) => Walk::on(sample_oversight::oversight()).to("knop: Vernietig").enter()
            .to("Vernietig de passage").enter(),
        Join: OversightCommand::Join(_) => Walk::on(sample_oversight::oversight()).to("Zet terug").enter(),
    }
}
