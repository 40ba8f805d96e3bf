//! Invented frames of the pages before there is a store.

use viewmodel::*;

use crate::samples::{day, words};

const STEPS: [(&str, &str); 11] = [
    ("setup-step-organisation", "setup-asks-organisation"),
    ("setup-step-kind", "setup-asks-kind"),
    ("setup-step-system-accounts", "setup-asks-system-accounts"),
    ("setup-step-place", "setup-asks-place"),
    ("setup-step-keys", "setup-asks-keys"),
    ("setup-step-kit", "setup-asks-kit"),
    ("setup-step-accounts", "setup-asks-accounts"),
    ("setup-step-retention", "setup-asks-retention"),
    ("setup-step-agreement", "setup-asks-agreement"),
    ("setup-step-duties", "setup-asks-duties"),
    ("setup-step-ready", "setup-asks-ready"),
];

pub fn frame(way: Option<InstallationWay>, now: usize, page: InstallationPage) -> Frame {
    let state = |place: usize| match place.cmp(&now) {
        std::cmp::Ordering::Less => StepState::Done,
        std::cmp::Ordering::Equal => StepState::Now,
        std::cmp::Ordering::Greater => StepState::Later,
    };
    let step = |(place, (name, note)): (usize, &(&'static str, &'static str))| StepShown {
        name,
        note: Said::from(*note),
        state: state(place),
    };
    let steps = if way.is_some() { STEPS.iter().enumerate().map(step).collect() } else { vec![] };
    let screen =
        InstallationScreen { way, steps, page, error: None, working: None, back: way.is_some(), forgets_after: 15 };
    Frame { test: false, ..crate::samples::frame(None, Screen::Installation(screen)) }
}

fn set_up(now: usize, page: InstallationPage) -> Frame {
    frame(Some(InstallationWay::SetUp), now, page)
}

pub fn choice() -> Frame {
    let why = Some(Said { text: "window-key-store-empty", values: vec![("place", "/srv/terugblik".into())] });
    frame(None, 0, InstallationPage::Choose { folder: "/srv/terugblik".into(), why, set_up: false })
}

pub fn kind() -> Frame {
    set_up(1, InstallationPage::Kind(Some(Kind::Production)))
}

pub fn kit() -> Frame {
    let sheets = [(true, true), (true, false), (false, false)];
    set_up(
        5,
        InstallationPage::Kit(KitPage {
            organisation: "RAV 12 · Voorbeeldregio".into(),
            kit: "AB12CD".into(),
            test: false,
            made: day(2026, 9, 21),
            sheets: sheets.map(|(on_paper, checked)| KitSheetState { on_paper, checked }).into(),
            sheet: 2,
            words: 24,
            asked: [3, 11, 19],
            wrong: Some(11),
            shown: None,
            printable: true,
            saved: None,
            may_be_left_out: false,
        }),
    )
}

pub fn accounts() -> Frame {
    let account =
        |staff: &str, name: &str, role| FirstAccountTyped { staff: staff.into(), name: name.into(), roles: vec![role] };
    set_up(
        6,
        InstallationPage::Accounts(vec![
            account("2001", "Sanne de Vries", Role::FunctionalAdministrator),
            account("2002", "Bram Kuipers", Role::PrivacyOfficer),
        ]),
    )
}

pub fn made() -> Frame {
    let code = |staff: &str, name: &str, role| CodeShown {
        staff: staff.into(),
        name: name.into(),
        roles: vec![role],
        code: Some(words("ABCDE-FGHJK-LMNPQ-RSTVW-X")),
    };
    set_up(
        11,
        InstallationPage::Made(MadePage {
            codes: vec![
                code("2001", "Sanne de Vries", Role::FunctionalAdministrator),
                code("2002", "Bram Kuipers", Role::PrivacyOfficer),
            ],
            handed_over: true,
            printable: true,
            letters: true,
            saved: None,
            now: vec![InstallationLine { name: "setup-step-kind", value: "setup-is-production".into() }],
            next: vec!["setup-next-letters".into(), "setup-next-kit".into(), "setup-next-dpia".into()],
        }),
    )
}

pub fn sheet() -> Frame {
    frame(Some(InstallationWay::Recover), 2, InstallationPage::Sheet(2))
}
