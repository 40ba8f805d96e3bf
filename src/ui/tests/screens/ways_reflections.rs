//! By keys: *Mijn reflectie* on a record, and *Mijn reflecties*, in their own commands.

use egui::Key;
use viewmodel::{Command, Frame, ReflectionCommand, ReflectionId, ReflectionsScreen, Screen};

use crate::{sample_reflections as of, walk::Walk, ways::ways};

fn reflections(change: impl FnOnce(&mut ReflectionsScreen)) -> Frame {
    let mut frame = of::reflections();
    let Screen::Reflections(screen) = &mut frame.screen else { panic!("Mijn reflecties") };
    change(screen);
    frame
}

ways! { ReflectionCommand;
    Ask: ReflectionCommand::Ask(_) => Walk::on(of::on_record()).to("Bewaren na").enter(),
    DoNotConfirm: ReflectionCommand::DoNotConfirm => Walk::on(of::confirming()).to("knop: Annuleer").enter(),
    Confirm: ReflectionCommand::Confirm(_) => Walk::on(of::confirming()).to("Ik bevestig dat hier").enter(),
    Delete: ReflectionCommand::Delete(_) => Walk::on(of::on_record()).to("Verwijder reflectie").enter(),
    UndoDelete: ReflectionCommand::UndoDelete(_) => Walk::on(reflections(|screen| {
        screen.undo = Some(viewmodel::Undo {
            ride: String::new(),
            seconds: 9,
            command: Command::Reflection(ReflectionCommand::UndoDelete(ReflectionId(1))),
        });
    })).to("Maak ongedaan").enter(),
    Open: ReflectionCommand::Open(_) => Walk::on(of::reflections()).to("Lees de reflectie van").enter(),
    Close: ReflectionCommand::Close => Walk::on(reflections(|screen| {
        screen.lines[1].open = Command::Reflection(ReflectionCommand::Close);
    })).to("Sluit de reflectie van").enter(),
    Rewrite: ReflectionCommand::Rewrite(_) => Walk::on(of::gone()).to("Verbeter de tekst").enter(),
    DoNotRewrite: ReflectionCommand::DoNotRewrite(_) => Walk::on(of::rewriting()).to("Laat staan zoals").enter(),
    ShowMore: ReflectionCommand::ShowMore => Walk::on(reflections(|screen| {
        screen.more = Some(Command::Reflection(ReflectionCommand::ShowMore));
    })).to("Toon meer").enter(),
    Choose: ReflectionCommand::Choose(_) => Walk::on(of::reflections()).to("selectievakje: Reflectie van").press(Key::Space),
    Export: ReflectionCommand::Export(_) => Walk::on(of::reflections()).to("Maak pdf voor portfolio").enter()
        .to("Waar komt de pdf?").type_text("/tmp/portfolio.pdf").to("Schrijf de pdf").enter(),
}
