//! The screens in their further states: nothing there yet, work that takes long, a store that cannot be read, texts as long as they
//! can be.
//!
//! **Not here:** many rows (`sample_many`).

use viewmodel::*;

use crate::{
    sample_accounts, sample_connections,
    sample_many::with,
    sample_oversight, sample_profiles, sample_quality, sample_reflections, sample_rides, sample_tables,
    samples::{self, day, words},
};

/// Names as a merger makes them: two hundred characters.
pub fn long_name() -> String {
    let name = "Stichting Samenwerkende Algemene Christelijke Ziekenhuizen Rivierenland-Oost, locatie Sint-Elisabeth \
                aan de Merwedekade, afdeling Spoedeisende Hulp met Acute Opname en Observatorium voor de regio Oost";
    name.chars().cycle().take(200).collect()
}

/// One word without a place to break it.
pub fn unbroken() -> String {
    "Arbeidsongeschiktheidsverzekeringsmaatschappij".repeat(2)
}

/// What a hospital can write: three thousand characters.
pub fn long_remark() -> String {
    let sentence =
        "De overdracht was rustig en volledig, en de saturatie daalde al onderweg; dat gaf ons de richting. ";
    format!("{}{}", sentence.repeat(30), unbroken())
}

/// The screen's own frame with work in hand over it.
pub fn busy(mut frame: Frame, text: &'static str) -> Frame {
    frame.busy = Some(Busy { text, done: Some((1_200, 4_000)), cancel: Some(Command::Cancel) });
    frame
}

/// A store that another process writes in, on the rail of a screen.
pub fn unreadable(mut frame: Frame) -> Frame {
    let values = vec![("seconds", "30".into()), ("place", "/var/lib/terugblik".into())];
    frame.screen = Screen::Failed(FailedScreen { text: "error-store-busy", values, retry: Some(Command::Refresh) });
    frame
}

/// The first screen of a role in a store that was just set up.
pub fn first(mut frame: Frame, head: &'static str, under: &'static str, steps: Vec<NextStep>) -> Frame {
    frame.next = Some(NextSteps { head, under, steps });
    frame
}

fn step(state: NextState, text: &'static str, go: Option<(&'static str, ScreenName)>) -> NextStep {
    let go = go.map(|(words, screen)| (words, Command::Open(screen)));
    NextStep { state, text, values: vec![("n", "3".into())], day: Some(day(2026, 10, 30)), go }
}

pub fn reception_first() -> Frame {
    let steps = vec![
        step(NextState::Done, "next-hospitals", None),
        step(NextState::ToDo, "next-rides", Some(("next-go-rides", ScreenName::Rides))),
        step(NextState::ToDo, "next-accounts", Some(("next-go-accounts", ScreenName::Accounts))),
        step(NextState::Waits, "next-test", None),
    ];
    first(reception_empty(), "next-head", "next-under", steps)
}

pub fn audit_log_first() -> Frame {
    let steps = vec![
        step(NextState::ToDo, "next-confirm", Some(("next-go-accounts", ScreenName::Accounts))),
        step(NextState::ToDo, "next-rights", Some(("next-go-rights", ScreenName::Rights))),
        step(NextState::Waits, "next-log", None),
    ];
    let frame = with!(sample_tables::audit_log(), AuditLog, screen => {
        screen.lines.truncate(2);
        screen.total = 2;
        screen.older = None;
        screen.chain = ChainState::NotVerified;
        screen.open_duties = vec!["duty-dpia", "duty-works-council", "duty-register"];
    });
    first(frame, "next-head", "next-under-officer", steps)
}

pub fn identifications_first() -> Frame {
    let steps = vec![
        step(NextState::Waits, "next-clerk-ready", None),
        step(NextState::Waits, "next-clerk-awaited", None),
        step(NextState::Waits, "next-clerk-message", None),
    ];
    first(identifications_empty(), "next-clerk-head", "next-clerk-under", steps)
}

pub fn feedback_first() -> Frame {
    let steps = vec![
        step(NextState::Done, "next-crew-confirmed", None),
        step(NextState::Waits, "next-crew-ready", None),
        step(NextState::Waits, "next-crew-message", None),
    ];
    first(samples::feedback_empty(), "next-crew-head", "next-crew-under", steps)
}

pub fn quality_first() -> Frame {
    let steps = vec![
        step(NextState::Done, "next-clerk-ready", None),
        step(NextState::Waits, "next-manager-message", None),
        step(NextState::Waits, "next-manager-ripe", None),
    ];
    first(quality_empty(), "next-manager-head", "next-manager-under", steps)
}

pub fn identifications_empty() -> Frame {
    with!(samples::identifications(false), Identifications, screen => {
        screen.rows.clear();
        (screen.detail, screen.undo) = (None, None);
        screen.counts.iter_mut().for_each(|(_, count, _)| *count = 0);
    })
}

pub fn quality_empty() -> Frame {
    with!(sample_quality::quality(), Quality, screen => {
        screen.period = None;
        screen.records = Cell::Number(0);
        screen.agreement = ShownProportion::TooFew;
        (screen.not_assessed, screen.remarks_medical) = (Cell::TooFew, Cell::TooFew);
        screen.missing = MissingMonths::default();
        screen.chart = ControlChart { points: vec![], phases: vec![] };
        screen.finding = Finding::TooFew;
        screen.table.rows.clear();
        screen.signals.clear();
        for all in [&mut screen.hospitals, &mut screen.groups] {
            all.rows.clear();
            all.apart.clear();
        }
        (screen.unpublished, screen.publish) = (0, None);
    })
}

pub fn quality_opening() -> Frame {
    with!(sample_quality::quality(), Quality, screen => {
        screen.state = QualityState::Opening { done: 12_400, total: 20_000 };
        screen.stop = Some(Command::Cancel);
    })
}

pub fn reception_empty() -> Frame {
    with!(sample_tables::reception(), Reception, screen => {
        screen.alarms.clear();
        screen.silent.clear();
        screen.ask_again.clear();
        screen.senders.clear();
        screen.messages.rows.clear();
        (screen.messages.older, screen.messages.newest) = (None, None);
        screen.health = StoreHealth { records: 0, linked: 0, unlinked: 0, waiting: 0, rides: 0, oldest: None };
    })
}

pub fn audit_log_verifying() -> Frame {
    with!(sample_tables::audit_log(), AuditLog, screen => {
        screen.chain = ChainState::Verifying { done: 12_400, total: 48_213, stop: Command::Cancel };
    })
}

pub fn rides_nothing_unlinked() -> Frame {
    with!(sample_rides::file_step(), Rides, screen => {
        screen.unlinked.total = 0;
        screen.unlinked.rows.clear();
        screen.unlinked.more = None;
        screen.unlinked.held.clear();
        screen.unlinked.contested = (0, 0);
        screen.unlinked.contested_rows.clear();
        (screen.unlinked.waiting, screen.unlinked.without_account) = (None, 0);
    })
}

pub fn accounts_empty() -> Frame {
    with!(sample_accounts::accounts(None), Accounts, screen => {
        screen.lines.clear();
        screen.filter = AccountFilter::AwaitsMember;
    })
}

pub fn rights_nobody() -> Frame {
    with!(sample_accounts::rights(), Rights, screen => {
        screen.roles.iter_mut().for_each(|role| role.holders.clear());
    })
}

pub fn oversight_empty() -> Frame {
    with!(sample_oversight::oversight(), Oversight, screen => {
        screen.reports.clear();
        screen.per_hospital.clear();
        screen.changes.clear();
    })
}

pub fn profiles_none_unrecognised() -> Frame {
    with!(sample_profiles::profiles(), Profiles, screen => {
        screen.unrecognised.clear();
        screen.tried = None;
    })
}

pub fn my_account_working() -> Frame {
    with!(samples::my_account(Renewing::Nothing), MyAccount, screen => {
        screen.working = true;
        screen.stop = Some(Command::Cancel);
    })
}

pub fn identifications_long() -> Frame {
    with!(samples::identifications(false), Identifications, screen => {
        for row in &mut screen.rows {
            row.hospital = long_name();
            row.claimed_by = Some(unbroken());
        }
        let detail = screen.detail.as_mut().unwrap();
        detail.hospital = long_name();
        detail.ride_data.as_mut().unwrap().post = Some(unbroken());
    })
}

pub fn feedback_long() -> Frame {
    with!(samples::feedback(), Feedback, screen => {
        for row in &mut screen.rows {
            row.hospital = long_name();
            row.working_diagnosis = Some(words(&unbroken()));
        }
        let card = screen.card.as_mut().unwrap();
        card.hospital = long_name();
        card.working_diagnosis = Some(words(&long_name()));
        card.others = vec![unbroken(), "K. Jansen".into()];
    })
}

pub fn record_long() -> Frame {
    with!(samples::record(), Feedback, screen => {
        let opened = screen.opened.as_mut().unwrap();
        opened.hospital = long_name();
        opened.working_diagnosis = Some(words(&unbroken()));
        opened.diagnoses[0].display = words(&long_name());
        opened.description = Shown::Value(words(&long_remark()));
        opened.remarks = Some((Shown::Value(words(&long_remark())), Shown::Value(words(&unbroken()))));
        opened.others = vec![unbroken()];
    })
}

pub fn quality_long() -> Frame {
    with!(sample_quality::quality(), Quality, screen => {
        screen.hospitals.rows[0].name = long_name();
        screen.hospitals.apart[0].0 = long_name();
        screen.groups.rows[1].name = unbroken();
    })
}

pub fn reception_long() -> Frame {
    with!(sample_tables::reception(), Reception, screen => {
        screen.senders[4].name = long_name();
        screen.senders[1].name = unbroken();
        screen.silent[0].name = long_name();
        screen.alarms[0].values[0].1 = long_name();
        screen.ask_again[0].name = unbroken();
        screen.messages.rows[0].sender = long_name();
        screen.messages.hospitals[0].1 = long_name();
    })
}

pub fn audit_log_long() -> Frame {
    with!(sample_tables::audit_log(), AuditLog, screen => {
        screen.lines[0].who = Actor::Person(long_name());
        screen.lines[0].selected = true;
        screen.lines[0].workstation = unbroken();
        screen.lines[4].selected = false;
    })
}

pub fn rides_long() -> Frame {
    with!(sample_rides::columns_step(false), Rides, screen => {
        let RidesStep::Columns(columns) = &mut screen.step else { panic!("the columns") };
        columns.columns[0].name = Some(long_name());
        columns.columns[1].sample = RideSample::Shown(unbroken());
        columns.filled_from = Some(unbroken());
        screen.file.as_mut().unwrap().name = format!("{}.csv", unbroken());
        screen.folder.set_now.folder = format!("/srv/{}", unbroken());
        screen.folder.set_now.source = Some(long_name());
        screen.unlinked.rows[0].sender = long_name();
        screen.unlinked.held[0].hospital = unbroken();
    })
}

pub fn accounts_long() -> Frame {
    with!(sample_accounts::accounts(Some(sample_accounts::detail())), Accounts, screen => {
        screen.lines[0].name = long_name();
        let detail = screen.detail.as_mut().unwrap();
        detail.name = unbroken();
        detail.history.made = Some((day(2026, 9, 3), Some(long_name())));
        detail.waits[0].members[0] = unbroken();
    })
}

pub fn rights_long() -> Frame {
    with!(sample_accounts::rights(), Rights, screen => {
        screen.roles[0].holders[0].name = long_name();
        screen.roles[0].holders[1].name = unbroken();
    })
}

pub fn oversight_long() -> Frame {
    with!(sample_oversight::oversight(), Oversight, screen => {
        screen.reports[0].hospital = long_name();
        screen.per_hospital[0].hospital = unbroken();
        screen.changes[0].who = unbroken();
    })
}

pub fn profiles_long() -> Frame {
    with!(sample_profiles::profiles(), Profiles, screen => {
        screen.rows[1].name = unbroken();
        screen.unrecognised[0].sender = long_name();
    })
}

pub fn connections_long() -> Frame {
    with!(sample_connections::status(), Connections, screen => {
        screen.lines[2].name = long_name();
        screen.lines[1].name = unbroken();
        let detail = screen.detail.as_mut().unwrap();
        detail.name = long_name();
        let ConnectionPage::Status(page) = &mut detail.page else { panic!("Status") };
        page.supplier = Some(unbroken());
        page.contacts = vec![(unbroken(), format!("{}@oost.example", unbroken()))];
        page.steps[1].function = Some(unbroken());
    })
}

pub fn my_account_long() -> Frame {
    with!(samples::my_account(Renewing::Nothing), MyAccount, screen => screen.name = long_name())
}

pub fn reflections_long() -> Frame {
    let mut made = sample_reflections::reflections();
    let Screen::Reflections(ReflectionsScreen { lines, .. }) = &mut made.screen else { return made };
    lines[1].about = Some(("12-2026-1234567-1".into(), long_name()));
    if let Some(opened) = &mut lines[1].opened {
        opened.text = Some(words(&unbroken()));
    }
    made
}
