//! Every string a view model holds, clear text about persons included, so that a test can search a whole screen.
//!
//! **Invariant:** structs are taken apart without `..`: a new field does not compile until its strings are looked at.

use viewmodel::{
    AccountLine, AccountsScreen, Alarm, AskAgain, AuditLine, AuditLogScreen, Busy, DemoAccount, EntryPage, EntryScreen,
    FailedScreen, Frame, Intervals, LockedScreen, MessageList, MyAccountScreen, NavItem, NextStep, Notice, ProfileRow,
    ProfilesScreen, ProgressScreen, QualityScreen, QualityTable, Rail, ReceptionRow, ReceptionScreen, Renewing,
    RideData, RightsScreen, RoleHolder, RoleRights, Screen, SecondFactorPage, SenderRow, SheetPage, SignInScreen,
    SilenceAlarm, TriedProfile, UnrecognisedMessage, Words,
};

/// The strings of a frame, one a line.
pub fn strings(frame: &Frame) -> String {
    let Frame { test: _, content_protected: _, rail, lock: _, notice, busy, next, screen: shown, clipboard } = frame;
    let mut found = Found(String::new());
    if let Some(Rail { role: _, items, name, mine: _, organisation, lock: _, sign_out: _ }) = rail {
        found.all([name, organisation]);
        for NavItem { screen: _, selected: _, count, open: _ } in items {
            found.debug(count);
        }
    }
    if let Some(Notice { kind: _, text, values }) = notice {
        found.text(text);
        found.debug(values);
    }
    if let Some(Busy { text, done, cancel: _ }) = busy {
        found.text(text);
        found.debug(done);
    }
    for NextStep { state: _, text, values, day, go: _ } in next.iter().flat_map(|next| &next.steps) {
        found.text(text);
        found.debug(&(values, day));
    }
    if let Some((words, _)) = clipboard {
        found.words(Some(words));
    }
    screen(shown, &mut found);
    found.0
}

pub struct Found(String);

impl Found {
    pub fn text(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    pub fn all<'a>(&mut self, texts: impl IntoIterator<Item = &'a String>) {
        texts.into_iter().for_each(|text| self.text(text));
    }

    pub fn words(&mut self, words: Option<&Words>) {
        // REVEAL: into a test's memory, of invented persons.
        words.into_iter().for_each(|words| self.text(words.reveal()));
    }

    /// What holds no clear text of a person and prints itself.
    pub fn debug(&mut self, value: &impl std::fmt::Debug) {
        self.text(&format!("{value:?}"));
    }
}

fn screen(screen: &Screen, found: &mut Found) {
    match screen {
        Screen::SignIn(screen) => sign_in(screen, found),
        Screen::Entry(EntryScreen { organisation, way: _, page, error, forgets_after: _, working: _, stop: _ }) => {
            found.text(organisation);
            found.debug(error);
            match page {
                EntryPage::Code { account } => found.text(account),
                EntryPage::Passphrase { characters_min: _ } | EntryPage::Logged => {}
                EntryPage::SecondFactor(page) => second_factor(page, found),
                EntryPage::Sheet(page) => sheet(page, found),
            }
        }
        // Before there is a store there is no content of a person.
        Screen::Installation(_) => {}
        Screen::MyAccount(MyAccountScreen {
            name,
            staff,
            renewing,
            characters_min: _,
            error,
            notice: _,
            working: _,
            stop: _,
        }) => {
            found.all([name, staff]);
            found.debug(error);
            match renewing {
                Renewing::Nothing => {}
                Renewing::SecondFactor(page) => second_factor(page, found),
                Renewing::Sheet(page) => sheet(page, found),
            }
        }
        Screen::Locked(screen) => locked(screen, found),
        Screen::Progress(ProgressScreen { title, sentence, done: _, cancel: _ }) => {
            found.text(title);
            found.text(sentence);
        }
        Screen::Failed(FailedScreen { text, values, retry: _ }) => {
            found.text(text);
            found.debug(values);
        }
        Screen::Identifications(screen) => crate::walk_identifications::identifications(screen, found),
        Screen::Feedback(screen) => crate::walk_feedback::feedback(screen, found),
        Screen::Trend(screen) => crate::walk_feedback::trend(screen, found),
        Screen::Quality(screen) => quality(screen, found),
        Screen::Reception(screen) => reception(screen, found),
        Screen::AuditLog(screen) => audit_log(screen, found),
        Screen::Settings(screen) => crate::walk_rides::settings(screen),
        Screen::Accounts(screen) => accounts(screen, found),
        Screen::Profiles(screen) => profiles(screen, found),
        Screen::Connections(screen) => found.all(&crate::walk_connections::strings(screen)),
        Screen::Rides(screen) => found.all(&crate::walk_rides::strings(screen)),
        Screen::Reflections(screen) => crate::walk_feedback::reflections(screen, found),
        Screen::Oversight(screen) => crate::walk_feedback::oversight(screen, found),
        Screen::Rights(RightsScreen { roles, export: _ }) => {
            for RoleRights { role: _, rights, holders } in roles {
                found.debug(rights);
                for RoleHolder { name, staff, since: _, by } in holders {
                    found.all([name, staff]);
                    found.all(by);
                }
            }
        }
    }
}

fn sign_in(screen: &SignInScreen, found: &mut Found) {
    let SignInScreen {
        organisation,
        account,
        error,
        forgets_after: _,
        working: _,
        stop: _,
        roles: _,
        activate: _,
        forgotten: _,
        recover: _,
        demo,
    } = screen;
    found.all([organisation, account]);
    found.debug(error);
    for DemoAccount { name, staff, role: _, sign_in: _ } in demo {
        found.all([name, staff]);
    }
}

fn locked(screen: &LockedScreen, found: &mut Found) {
    let LockedScreen { name, role: _, since, error, forgets_after: _, working: _, stop: _, sign_out: _, demo: _ } =
        screen;
    found.all([name, since]);
    found.debug(error);
}

fn second_factor(page: &SecondFactorPage, found: &mut Found) {
    let SecondFactorPage { qr: _, secret } = page;
    found.words(Some(secret));
}

fn sheet(page: &SheetPage, found: &mut Found) {
    let SheetPage { staff, code, printable: _, printer: _, printed: _, saved, group_characters: _ } = page;
    found.text(staff);
    found.words(Some(code));
    found.debug(saved);
}

pub fn ride_data(data: &RideData, found: &mut Found) {
    let RideData { departed, handed_over, vehicle, post, urgency } = data;
    found.debug(&(departed, handed_over));
    found.all(vehicle.iter().chain(post).chain(urgency));
}

fn quality(screen: &QualityScreen, found: &mut Found) {
    let QualityScreen {
        state,
        open: _,
        stop: _,
        period,
        records,
        agreement,
        not_assessed,
        remarks_medical,
        remarks_communication,
        chart,
        finding,
        table: QualityTable { heads, rows },
        signals,
        hospitals,
        groups,
        marks,
        unpublished: _,
        publish: _,
        missing,
    } = screen;
    found.debug(&(state, period, records, agreement, not_assessed, remarks_medical, remarks_communication));
    found.debug(&(chart, finding, heads, rows, signals, missing, marks));
    for Intervals { rows, apart } in [hospitals, groups] {
        found.debug(&(rows, apart));
    }
}

fn profiles(screen: &ProfilesScreen, found: &mut Found) {
    let ProfilesScreen { rows, load: _, try_on: _, force: _, today: _, tried, unrecognised } = screen;
    for UnrecognisedMessage { sender, at: _, structure, act: _ } in unrecognised {
        found.text(sender);
        found.debug(structure);
    }
    for ProfileRow { name, version: _, message_set, status: _, force: _, may_be_forced: _, roll_back: _ } in rows {
        found.all([name, message_set]);
    }
    if let Some(TriedProfile { name, version: _, outcome, fields, findings }) = tried {
        found.all([name]);
        found.text(outcome);
        found.debug(fields);
        found.all(findings);
    }
}

fn reception(screen: &ReceptionScreen, found: &mut Found) {
    let ReceptionScreen { alarms, certificates, silent, senders, messages, health, import: _, refresh: _, ask_again } =
        screen;
    found.debug(certificates);
    for Alarm { text, values, take_up: _ } in alarms {
        found.text(text);
        found.debug(values);
    }
    silent.iter().for_each(|alarm| silence(alarm, found));
    for AskAgain { name, ids, without_id: _ } in ask_again {
        found.text(name);
        found.debug(ids);
    }
    for sender in senders {
        let SenderRow {
            number: _,
            silence: silent,
            refused_since,
            name,
            today: _,
            taken_in: _,
            repeated: _,
            superseded: _,
            refused: _,
            over_delivered: _,
            too_much,
            in_text,
            last,
            days,
            usual: _,
            status,
        } = sender;
        found.text(name);
        found.debug(&(last, days, status, too_much, in_text));
        silent.iter().for_each(|alarm| silence(alarm, found));
        found.debug(refused_since);
    }
    let MessageList { rows, filter, refilter: _, hospitals, older: _, newest: _ } = messages;
    found.debug(&(filter, hospitals));
    for row in rows {
        let ReceptionRow {
            number: _,
            at,
            sender,
            way,
            bytes: _,
            outcome,
            answer,
            findings,
            more_findings: _,
            over_delivered: _,
            structure: _,
            structure_open,
        } = row;
        found.text(sender);
        found.debug(&(at, way, outcome, answer));
        found.all(findings);
        found.all(structure_open);
    }
    let viewmodel::StoreHealth { records: _, linked: _, unlinked: _, waiting: _, rides: _, oldest } = health;
    found.debug(oldest);
}

fn silence(alarm: &SilenceAlarm, found: &mut Found) {
    let SilenceAlarm { name, since, hours: _, limit_hours: _, basis, cause, take_up: _ } = alarm;
    found.text(name);
    found.debug(&(since, basis, cause));
}

fn audit_log(screen: &AuditLogScreen, found: &mut Found) {
    let AuditLogScreen { open_duties: _, chain: _, verify: _, lines, total: _, older: _, newer: _ } = screen;
    for line in lines {
        let AuditLine {
            number: _,
            at,
            who,
            role: _,
            event,
            subject,
            count: _,
            reason,
            purpose,
            authorisation,
            workstation,
            version,
            hashes: (before, own),
            selected: _,
            select: _,
        } = line;
        found.all(subject.iter().chain([workstation, version, before, own]));
        found.debug(&(at, who, event, reason, purpose, authorisation));
    }
}

fn accounts(screen: &AccountsScreen, found: &mut Found) {
    let AccountsScreen {
        counts: _,
        filter: _,
        search,
        lines,
        shows_last_seen: _,
        detail,
        confirm_all: _,
        make: _,
        letters: _,
        epochs_pending: _,
        refusals,
        print_letters: _,
        without,
    } = screen;
    found.text(search);
    for AccountLine { name, staff, roles: _, state: _, last_seen: _, selected: _, select: _ } in lines {
        found.all([name, staff]);
    }
    if let Some(detail) = detail {
        found.all([&detail.name, &detail.staff]);
        found.all(detail.waits.iter().flat_map(|waited| &waited.members));
        found.all(detail.held.iter().flat_map(|held| &held.by));
        found.all(detail.history.made.iter().flat_map(|(_, by)| by));
        found.all(detail.history.confirmed.iter().map(|(_, by)| by));
    }
    found.debug(refusals);
    found.all(without.iter().flat_map(|without| &without.staff).map(|(staff, _)| staff));
}
