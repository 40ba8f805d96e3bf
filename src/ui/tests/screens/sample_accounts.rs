//! Invented *Accounts* and *Rechten*: two hundred people, with what each may wait for.

use viewmodel::*;

use crate::samples::{at, day, frame};

fn act(command: AccountsCommand) -> Command {
    Command::Accounts(command)
}

const FIRST: [&str; 10] =
    ["Anouk", "Aziz", "Bas", "Carlijn", "Daan", "Eline", "Fatima", "Hanneke", "Jasper", "Wilhelmina"];
const LAST: [&str; 10] = [
    "Veldkamp",
    "Rietveld",
    "van Loon",
    "Uitenbogaard",
    "van Tilburg",
    "de Graaf",
    "Bogaards",
    "van der Meer",
    "Claassen",
    "Zijlmans",
];

fn name(number: usize) -> String {
    format!("{} {}", FIRST[number % 10], LAST[(number / 10 + number) % 10])
}

pub fn line(number: usize) -> AccountLine {
    let states = [
        AccountState::AwaitsConfirmation,
        AccountState::Active,
        AccountState::AwaitsActivation,
        AccountState::AwaitsMember,
        AccountState::ResetAsked,
        AccountState::CodeExpired,
    ];
    let roles = match number {
        1 => vec![Role::MedicalManager],
        3 => vec![Role::Administration, Role::MedicalManager],
        4 => vec![Role::FunctionalAdministrator],
        _ => vec![Role::Professional],
    };
    let seen = |days_ago| Seen { at: at(9, 21 - (days_ago as u32).min(20), 9, 36), days_ago };
    AccountLine {
        name: name(number),
        staff: format!("{}", 1000 + number),
        roles,
        state: states.get(number).copied().unwrap_or(AccountState::Active),
        last_seen: [None, Some(seen(0)), Some(seen(1)), Some(seen(12)), Some(seen(400))][number % 5],
        selected: number == 3,
        select: act(AccountsCommand::Select(Some(AccountId(number as i64)))),
    }
}

/// The account in hand: several roles, one of them held by nobody else.
pub fn detail() -> AccountDetail {
    let account = AccountId(3);
    AccountDetail {
        account,
        name: name(3),
        staff: "1003".into(),
        roles: vec![Role::Administration, Role::MedicalManager, Role::PrivacyOfficer],
        state: AccountState::AwaitsMember,
        history: Box::new(AccountHistory {
            made: Some((day(2026, 9, 3), Some("T. Smeets".into()))),
            confirmed: Some((day(2026, 9, 4), "L. Dijkstra".into())),
            since: Some(day(2026, 9, 5)),
            last_seen: Some(Some(Seen { at: at(9, 9, 9, 36), days_ago: 12 })),
            code_until: None,
        }),
        held: vec![
            RoleHeld {
                role: Role::Administration,
                since: day(2026, 9, 6),
                by: Some("Wilhelmina van der Meer".into()),
                last: false,
            },
            RoleHeld { role: Role::PrivacyOfficer, since: day(2026, 9, 5), by: None, last: true },
        ],
        letter: false,
        gone: 0,
        waits: vec![Waited { role: Role::MedicalManager, members: vec!["A. Verhoeven".into(), "D. Aydin".into()] }],
        confirm: None,
        admit: None,
        renew: None,
        close: Some(act(AccountsCommand::Close(account))),
        ask_reset: Some(act(AccountsCommand::AskReset(account))),
        drop_reset: None,
        approve_reset: None,
        set_roles: Some(|account, roles| act(AccountsCommand::SetRoles(account, roles))),
    }
}

/// *Accounts* as a functional administrator sees it.
pub fn accounts(detail: Option<AccountDetail>) -> Frame {
    let counts = [
        (AccountFilter::All, 200),
        (AccountFilter::AwaitsConfirmation, 2),
        (AccountFilter::AwaitsActivation, 12),
        (AccountFilter::AwaitsMember, 1),
        (AccountFilter::Closed, 31),
    ];
    let count = |(filter, n)| (filter, n, act(AccountsCommand::Filter(filter)));
    let mut lines: Vec<_> = (0..200).map(line).collect();
    lines[3].selected = detail.is_some();
    let screen = AccountsScreen {
        counts: counts.into_iter().map(count).collect(),
        filter: AccountFilter::All,
        search: String::new(),
        lines,
        shows_last_seen: true,
        detail,
        confirm_all: None,
        make: Some(Make {
            draft: Box::default(),
            form_open: false,
            form: act(AccountsCommand::Form),
            import: |path| act(AccountsCommand::Import(path)),
        }),
        print_letters: None,
        letters: Some((12, |path| act(AccountsCommand::Letters(path)))),
        epochs_pending: vec![Role::Administration],
        refusals: vec![],
        without: Some(Without { count: 11, staff: vec![], show: act(AccountsCommand::Without) }),
    };
    let who = (Role::FunctionalAdministrator, "T. Smeets", ScreenName::Accounts, None);
    frame(Some(who), Screen::Accounts(screen))
}

/// The same with everything open that stands over the list.
pub fn accounts_making() -> Frame {
    let mut frame = accounts(None);
    if let Screen::Accounts(screen) = &mut frame.screen {
        screen.make.as_mut().unwrap().form_open = true;
        let refusal = |line| AccountRefusal { line, column: Some("rollen"), rule: "account-rule-role" };
        screen.refusals = (4..7).map(refusal).collect();
        let without = screen.without.as_mut().unwrap();
        without.staff = (0..8).map(|n| (format!("{}", 2040 + n), n * 7 + 1)).collect();
    }
    frame
}

/// *Accounts* as a privacy officer sees it: what he can confirm.
pub fn accounts_to_confirm() -> Frame {
    let mut frame = accounts(None);
    if let Screen::Accounts(screen) = &mut frame.screen {
        (screen.make, screen.letters, screen.without) = (None, None, None);
        screen.filter = AccountFilter::AwaitsConfirmation;
        screen.lines.truncate(14);
        for line in &mut screen.lines {
            line.state = AccountState::AwaitsConfirmation;
        }
        screen.confirm_all = Some((14, act(AccountsCommand::Confirm((0..14).map(AccountId).collect()))));
    }
    let rail = frame.rail.as_mut().unwrap();
    (rail.role, rail.name) = (Role::PrivacyOfficer, "L. Dijkstra".into());
    frame
}

/// *Rechten*.
pub fn rights() -> Frame {
    let parts = [
        ("rights-part-identification", [true, false, false, false, false], "rights-how-taken-up"),
        ("rights-part-diagnosis", [false, true, false, false, false], "rights-how-own-rides"),
        ("rights-part-case", [false, false, true, false, false], "rights-how-case"),
        ("rights-part-remarks", [false, true, false, false, false], "rights-how-own-rides"),
        ("rights-part-figure", [false, false, true, false, false], "rights-how-counted"),
        ("rights-part-working-diagnosis", [false, true, true, false, false], "rights-how-own-rides"),
    ];
    let of_role = |(index, role): (usize, &Role)| RoleRights {
        role: *role,
        rights: parts
            .iter()
            .map(|(part, opens, how)| Right {
                part,
                how: if opens[index] { how } else { "rights-how-not" },
                opens: opens[index],
            })
            .collect(),
        holders: (0..[2, 200, 1, 1, 2][index])
            .map(|n| RoleHolder {
                name: name(n * 3 + index),
                staff: format!("{}", 1000 + n),
                since: day(2026, 9, 3),
                by: (n % 4 != 1).then(|| "Wilhelmina van der Meer".into()),
            })
            .collect(),
    };
    let screen = RightsScreen {
        roles: Role::ALL.iter().enumerate().map(of_role).collect(),
        export: |path| act(AccountsCommand::ExportRights(path)),
    };
    let who = (Role::PrivacyOfficer, "L. Dijkstra", ScreenName::Rights, None);
    frame(Some(who), Screen::Rights(screen))
}
