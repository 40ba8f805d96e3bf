//! Invented *Berichtprofielen*, with messages that no profile recognised.

use viewmodel::*;

use crate::samples::{at, day, frame};

pub const STRUCTURE: &str =
    "ClinicalDocument\n  templateId @extension=‹28 characters› @root=‹OID›\n  entry ×7\n    vreemd ‹3 words›\n";

pub fn profiles() -> Frame {
    let row = |name: &str, status, force, loaded: bool| ProfileRow {
        name: name.into(),
        version: 1,
        message_set: "2.4.0".into(),
        status,
        force,
        may_be_forced: loaded,
        roll_back: loaded.then(|| Command::Profiles(ProfilesCommand::RollBack(name.into()))),
    };
    let message = |sender: &str, number: i64, open: bool| UnrecognisedMessage {
        sender: sender.into(),
        at: at(9, 21, 9, 31),
        structure: open.then(|| STRUCTURE.into()),
        act: Command::Profiles(ProfilesCommand::Structure((!open).then_some(number))),
    };
    let screen = ProfilesScreen {
        rows: vec![
            row("bericht12-2.4-reconstructie", "profile-status-reconstruction", ProfileForceShown::Shipped, false),
            row("leverancier-1", "profile-status-supplier", ProfileForceShown::Since(day(2026, 9, 20)), true),
        ],
        load: |file| Command::Profiles(ProfilesCommand::Load(file)),
        try_on: |name, version, file| Command::Profiles(ProfilesCommand::Try { name, version, file }),
        force: |name, version, from| Command::Profiles(ProfilesCommand::Force { name, version, from }),
        today: day(2026, 9, 21),
        tried: Some(TriedProfile {
            name: "leverancier-1".into(),
            version: 1,
            outcome: "profile-tried-recognised",
            fields: vec![("profile-field-agreement", "profile-tried-unknown")],
            findings: vec!["rule-E9".into()],
        }),
        unrecognised: vec![message("Oost", 7, true), message("Oost", 6, false)],
    };
    frame(Some((Role::FunctionalAdministrator, "T. Smeets", ScreenName::Profiles, None)), Screen::Profiles(screen))
}
