//! The pages before there is a store, for their pictures: the real pages, answered as a person would.
//!
//! **Invariant:** what is made for a picture lies in a temporary folder and goes with it.

use app::{After, Installation, StorePlace};
use viewmodel::{
    Command, FirstAccountTyped, Frame, InstallationCommand, InstallationPage, InstallationScreen, InstallationWay,
    Kind, KitCommand, Language, PlaceTyped, Role, Screen,
};

/// A place of its own, and the pages on it.
struct Scene {
    pages: Installation,
    folder: tempfile::TempDir,
}

/// How far the assistant's questions are answered, in their order.
const ANSWERS: usize = 10;

impl Scene {
    fn new() -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("terugblik-").tempdir().ok()?;
        let place = StorePlace { folder: folder.path().join("opslag"), key_file: None, group: false };
        Some(Self { pages: Installation::new(place, crate::origin(), Language::Dutch), folder })
    }

    fn act(&mut self, command: InstallationCommand) -> After {
        self.pages.execute(Command::Installation(command), crate::now())
    }

    fn key_file(&self) -> String {
        self.folder.path().join("sleutel").display().to_string()
    }

    /// Puts a sheet of the new kit on the screen and types three words from there.
    fn check(&mut self, sheet: u8) {
        self.act(InstallationCommand::Kit(KitCommand::Show(sheet, true)));
        let typed = |screen: &InstallationScreen| {
            let InstallationPage::Kit(page) = &screen.page else { return None };
            let words = page.shown.as_ref()?;
            // REVEAL: typed back, as from the paper.
            let word = |number: usize| words.get(number - 1).map(|word| word.reveal().to_owned().into());
            Some([word(page.asked[0])?, word(page.asked[1])?, word(page.asked[2])?])
        };
        let frame = self.pages.frame(None, crate::now());
        if let Some(words) = installation(&frame).and_then(typed) {
            self.act(InstallationCommand::Kit(KitCommand::Check(sheet, words)));
        }
    }

    fn answered(mut self, answers: usize) -> Self {
        self.act(InstallationCommand::Start(InstallationWay::SetUp));
        for number in 0..answers.min(ANSWERS) {
            let answer = match number {
                0 => InstallationCommand::Organisation { name: "Voorbeeldregio".into(), rav: "12".into() },
                1 => InstallationCommand::Kind(Kind::Production),
                2 => InstallationCommand::SystemAccounts(false),
                3 => InstallationCommand::Folder(self.folder.path().join("opslag").display().to_string()),
                4 => InstallationCommand::Keys(Some(self.key_file())),
                5 => {
                    (1..=3).for_each(|sheet| self.check(sheet));
                    InstallationCommand::KitDone(false)
                }
                6 => InstallationCommand::Accounts(first_accounts()),
                7 => InstallationCommand::Retention("358".into()),
                8 => InstallationCommand::WithoutAgreement(false),
                _ => InstallationCommand::Duties(["2-3-2026".into(), String::new(), String::new()]),
            };
            self.act(answer);
        }
        self
    }

    fn frame(&mut self) -> Frame {
        self.pages.frame(None, crate::now())
    }
}

fn first_accounts() -> Vec<FirstAccountTyped> {
    let account = |staff: &str, name: &str, roles: &[Role]| FirstAccountTyped {
        staff: staff.to_owned(),
        name: name.to_owned(),
        roles: roles.to_vec(),
    };
    vec![
        account("2001", "Sanne de Vries", &[Role::FunctionalAdministrator]),
        account("2002", "Bram Kuipers", &[Role::PrivacyOfficer]),
        account("2003", "Els Hofman", &[Role::Administration]),
        account("2004", "Dr. M. van Dam", &[Role::MedicalManager]),
    ]
}

fn at(answers: usize) -> Frame {
    Scene::new().map_or_else(crate::pictures::failed, |scene| scene.answered(answers).frame())
}

pub fn welcome() -> Frame {
    Scene::new().map_or_else(crate::pictures::failed, |mut scene| scene.frame())
}

pub fn closed() -> Frame {
    Scene::new().map_or_else(crate::pictures::failed, |mut scene| {
        scene.pages.failed(store::KeyError::EntryAbsent.into());
        scene.frame()
    })
}

pub fn organisation() -> Frame {
    at(0)
}

pub fn kind() -> Frame {
    at(1)
}

pub fn system_accounts() -> Frame {
    at(2)
}

pub fn folder() -> Frame {
    at(3)
}

pub fn keys() -> Frame {
    at(4)
}

/// The second sheet: the first is checked, this one is on paper, and one word was mistyped.
pub fn kit() -> Frame {
    Scene::new().map_or_else(crate::pictures::failed, |scene| {
        let mut scene = scene.answered(5);
        scene.check(1);
        scene.act(InstallationCommand::Kit(KitCommand::Show(2, true)));
        let words = ["tree", "river", "stone"].map(|word| word.to_owned().into());
        scene.act(InstallationCommand::Kit(KitCommand::Check(2, words)));
        scene.frame()
    })
}

pub fn kit_shown() -> Frame {
    Scene::new().map_or_else(crate::pictures::failed, |scene| {
        let mut scene = scene.answered(5);
        scene.act(InstallationCommand::Kit(KitCommand::Show(1, true)));
        scene.frame()
    })
}

pub fn accounts() -> Frame {
    at(6)
}

pub fn retention() -> Frame {
    at(7)
}

pub fn agreement() -> Frame {
    at(8)
}

pub fn duties() -> Frame {
    at(9)
}

pub fn ready() -> Frame {
    at(ANSWERS)
}

pub fn made() -> Frame {
    Scene::new().map_or_else(crate::pictures::failed, |scene| {
        let mut scene = scene.answered(ANSWERS);
        scene.act(InstallationCommand::Make);
        scene.frame()
    })
}

pub fn recover_at() -> Frame {
    Scene::new().map_or_else(crate::pictures::failed, |mut scene| {
        scene.pages.recover();
        scene.frame()
    })
}

/// The first sheet, with a word that is no word of the list.
pub fn recover_sheet() -> Frame {
    Scene::new().map_or_else(crate::pictures::failed, |scene| {
        let mut scene = scene.answered(ANSWERS);
        scene.act(InstallationCommand::Make);
        let folder = scene.folder.path().join("opslag").display().to_string();
        let key_file = Some(scene.key_file());
        scene.pages.recover();
        scene.act(InstallationCommand::RecoverAt {
            place: PlaceTyped { folder, key_file, group: false },
            backup: String::new(),
        });
        scene.act(InstallationCommand::Sheet("AAAAAA 1 abandon ability abel about".to_owned().into()));
        scene.frame()
    })
}

fn installation(frame: &Frame) -> Option<&InstallationScreen> {
    if let Screen::Installation(screen) = &frame.screen { Some(screen) } else { None }
}

pub fn shows_choice(frame: &Frame) -> bool {
    installation(frame).is_some_and(|screen| screen.way.is_none())
}

pub fn shows_set_up(frame: &Frame) -> bool {
    installation(frame).is_some_and(|screen| screen.way == Some(InstallationWay::SetUp) && screen.error.is_none())
}

pub fn shows_kit(frame: &Frame) -> bool {
    installation(frame).is_some_and(|screen| matches!(screen.page, InstallationPage::Kit(_)))
}

pub fn shows_made(frame: &Frame) -> bool {
    installation(frame).is_some_and(|screen| matches!(screen.page, InstallationPage::Made(_)))
}

pub fn shows_recovery(frame: &Frame) -> bool {
    installation(frame).is_some_and(|screen| screen.way == Some(InstallationWay::Recover))
}
