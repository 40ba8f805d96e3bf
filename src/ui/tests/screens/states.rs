//! Every screen in every state: nothing there, work in hand, a store that cannot be read, long texts, ten thousand rows.
//!
//! **Not here:** that nothing of them is cut or covered (`whole`).

use egui::{Event, Role, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use viewmodel::{
    AccountId, AccountsCommand, Command, ConnectionsCommand, Frame, HospitalNumber, ItemId, Language, RecordId,
    Renewing, ScreenName, TrendState,
};

use crate::{
    fitting::harness,
    sample_accounts, sample_connections,
    sample_many::{self, LISTS, MANY},
    sample_oversight, sample_profiles, sample_quality, sample_reflections, sample_rides, sample_states as of,
    sample_tables, sample_trend, samples,
};

/// How a screen comes in a state.
pub enum State {
    /// It does, and this is what a person then reads or hears of it.
    Shown(fn() -> Frame, &'static str),
    /// It does not, because.
    Never(&'static str),
}
use State::{Never, Shown};

/// A screen in its states.
pub struct States {
    /// As it is most days.
    usual: fn() -> Frame,
    empty: State,
    /// Long work that is this screen's own; what is begun elsewhere stands over every screen.
    work: State,
    long: State,
    many: State,
}

const COMPUTED: &str = "it is read in one go, in milliseconds";
const OF_THE_DOOR: &str = "it is a form of a few fields";

/// The states of a screen; a screen more does not compile without them.
#[expect(clippy::too_many_lines, reason = "a table")]
pub fn states(screen: ScreenName) -> States {
    match screen {
        ScreenName::Identifications => States {
            usual: || samples::identifications(false),
            empty: Shown(
                of::identifications_empty,
                "Hier komt een rit te staan zodra een SEH er een BSN bij teruggeeft.",
            ),
            work: Never(COMPUTED),
            long: Shown(of::identifications_long, "Sint-Elisabeth"),
            many: Shown(|| sample_many::identifications_many(MANY), "12-2026-2-1"),
        },
        ScreenName::Feedback => States {
            usual: samples::feedback,
            empty: Shown(
                samples::feedback_empty,
                "Stuurt een SEH iets terug over een rit van jou, dan staat het hier.",
            ),
            work: Never(COMPUTED),
            long: Shown(of::feedback_long, "Sint-Elisabeth"),
            many: Shown(|| sample_many::feedback_many(MANY), "12-2026-2-1"),
        },
        ScreenName::Trend => States {
            usual: || sample_trend::trend(TrendState::Ready(Box::new(sample_trend::enough()))),
            empty: Shown(|| sample_trend::trend(TrendState::Nothing), "Nog niets om te tellen"),
            work: Shown(sample_trend::opening, "Je terugkoppelingen worden geteld"),
            long: Never("its texts are the program's own: months and diagnosis groups"),
            many: Never("its rows are quarters and diagnosis groups: tens"),
        },
        ScreenName::Reflections => States {
            usual: sample_reflections::reflections,
            empty: Shown(sample_reflections::reflections_empty, "Nog geen reflecties"),
            work: Never(COMPUTED),
            long: Shown(of::reflections_long, "Sint-Elisabeth"),
            many: Never("a hundred are listed at once, and more on asking"),
        },
        ScreenName::Quality => States {
            usual: sample_quality::quality,
            empty: Shown(of::quality_empty, "Er zijn nog geen rijpe maanden."),
            work: Shown(of::quality_opening, "De cijfers worden geopend"),
            long: Shown(of::quality_long, "Sint-Elisabeth"),
            many: Never("its rows are months, hospitals and diagnosis groups: tens"),
        },
        ScreenName::Reception => States {
            usual: sample_tables::reception,
            empty: Shown(of::reception_empty, "Nog niets ontvangen"),
            work: Shown(|| of::busy(sample_tables::reception(), "progress-import"), "Bestanden worden ingelezen"),
            long: Shown(of::reception_long, "Sint-Elisabeth"),
            many: Shown(|| sample_many::reception_many(MANY, MANY), "Ziekenhuis 2"),
        },
        ScreenName::Rides => States {
            usual: sample_rides::file_step,
            empty: Shown(of::rides_nothing_unlinked, "Elk bericht heeft zijn rit."),
            work: Shown(
                || of::busy(sample_rides::checked_step(false), "progress-rides-import"),
                "De ritten worden ingelezen",
            ),
            long: Shown(of::rides_long, "Sint-Elisabeth"),
            many: Shown(|| sample_many::rides_many(MANY), "12-2026-2-1"),
        },
        ScreenName::AuditLog => States {
            usual: sample_tables::audit_log,
            empty: Never("the set-up of the store is its first entry"),
            work: Shown(of::audit_log_verifying, "De keten wordt gecontroleerd."),
            long: Shown(of::audit_log_long, "Sint-Elisabeth"),
            many: Shown(|| sample_many::audit_log_many(MANY), "A. Verhoeven"),
        },
        ScreenName::Settings => States {
            usual: sample_tables::settings,
            empty: Never("every setting has a value from set-up on"),
            work: Never(COMPUTED),
            long: Never("it shows numbers and dates alone"),
            many: Never(OF_THE_DOOR),
        },
        ScreenName::Accounts => States {
            usual: || sample_accounts::accounts(None),
            empty: Shown(of::accounts_empty, "Niemand in deze lijst"),
            work: Shown(|| of::busy(sample_accounts::accounts(None), "progress-import"), "Stop"),
            long: Shown(of::accounts_long, "Sint-Elisabeth"),
            many: Shown(|| sample_many::accounts_many(MANY), "1002"),
        },
        ScreenName::Rights => States {
            usual: sample_accounts::rights,
            empty: Shown(of::rights_nobody, "Niemand heeft deze rol."),
            work: Never(COMPUTED),
            long: Shown(of::rights_long, "Sint-Elisabeth"),
            many: Shown(|| sample_many::rights_many(MANY), "Ambulancezorgprofessional"),
        },
        ScreenName::Oversight => States {
            usual: sample_oversight::oversight,
            empty: Shown(of::oversight_empty, "Er is niets gemeld."),
            work: Never(COMPUTED),
            long: Shown(of::oversight_long, "Sint-Elisabeth"),
            many: Shown(|| sample_many::oversight_many(MANY), "Ziekenhuis Oost"),
        },
        ScreenName::Profiles => States {
            usual: sample_profiles::profiles,
            empty: Shown(of::profiles_none_unrecognised, "Er zijn geen ontvangen berichten die geen profiel herkende."),
            work: Never(COMPUTED),
            long: Shown(of::profiles_long, "Arbeidsongeschiktheids"),
            many: Shown(|| sample_many::profiles_many(MANY), "leverancier-1"),
        },
        ScreenName::Connections => States {
            usual: sample_connections::status,
            empty: Shown(sample_connections::none, "Nieuw ziekenhuis"),
            work: Shown(|| of::busy(sample_connections::certificate(), "progress-import"), "Stop"),
            long: Shown(of::connections_long, "Sint-Elisabeth"),
            many: Shown(|| sample_many::connections_many(MANY), "Ziekenhuis 2"),
        },
        ScreenName::MyAccount => States {
            usual: || samples::my_account(Renewing::Nothing),
            empty: Never("who is signed in has an account"),
            work: Shown(of::my_account_working, "Stop"),
            long: Shown(of::my_account_long, "Sint-Elisabeth"),
            many: Never(OF_THE_DOOR),
        },
    }
}

/// The next one: every screen is in the chain, or this does not compile.
fn after(screen: ScreenName) -> Option<ScreenName> {
    Some(match screen {
        ScreenName::Identifications => ScreenName::Feedback,
        ScreenName::Feedback => ScreenName::Trend,
        ScreenName::Trend => ScreenName::Reflections,
        ScreenName::Reflections => ScreenName::Quality,
        ScreenName::Quality => ScreenName::Reception,
        ScreenName::Reception => ScreenName::Rides,
        ScreenName::Rides => ScreenName::AuditLog,
        ScreenName::AuditLog => ScreenName::Settings,
        ScreenName::Settings => ScreenName::Accounts,
        ScreenName::Accounts => ScreenName::Rights,
        ScreenName::Rights => ScreenName::Oversight,
        ScreenName::Oversight => ScreenName::Profiles,
        ScreenName::Profiles => ScreenName::Connections,
        ScreenName::Connections => ScreenName::MyAccount,
        ScreenName::MyAccount => return None,
    })
}

/// All screens of a session.
pub fn screens() -> impl Iterator<Item = ScreenName> {
    std::iter::successors(Some(ScreenName::Identifications), |screen| after(*screen))
}

/// The samples of all states but many rows, for who looks at every screen.
pub fn all() -> Vec<(String, fn() -> Frame)> {
    let mut found: Vec<(String, fn() -> Frame)> = vec![
        ("eerst-patientidentificatie".into(), of::identifications_first),
        ("eerst-terugkoppelingen".into(), of::feedback_first),
        ("eerst-kwaliteit".into(), of::quality_first),
        ("eerst-ontvangst".into(), of::reception_first),
        ("eerst-auditlog".into(), of::audit_log_first),
        ("lang-terugkoppeling-open".into(), of::record_long),
        ("mislukt".into(), || of::unreadable(sample_tables::reception())),
    ];
    for screen in screens() {
        let States { usual: _, empty, work, long, many: _ } = states(screen);
        for (name, state) in [("leeg", empty), ("bezig", work), ("lang", long)] {
            if let Shown(frame, _) = state {
                found.push((format!("{name}-{screen:?}"), frame));
            }
        }
    }
    found
}

/// A sample, and what a person then reads or hears.
type Said = (fn() -> Frame, &'static str);

fn shown(screen: ScreenName, pick: fn(States) -> State) -> Option<Said> {
    match pick(states(screen)) {
        Shown(frame, says) => Some((frame, says)),
        Never(reason) => {
            assert!(reason.len() > 10, "{screen:?}");
            None
        }
    }
}

const TALL: egui::Vec2 = vec2(1280.0, 2400.0);

#[test]
fn an_empty_screen_says_what_will_fill_it_and_has_no_row() {
    for screen in screens() {
        let Some((frame, says)) = shown(screen, |states| states.empty) else { continue };
        let (harness, ..) = harness(frame(), Language::Dutch, TALL);
        let heard = format!("{:?}", harness.root());
        assert!(heard.contains(says), "{screen:?} says {says:?}: {heard}");
        let rows = harness.query_all_by_role(Role::ListBoxOption).count();
        assert_eq!(rows, 0, "{screen:?}");
    }
}

#[test]
fn work_that_takes_long_says_what_it_is_how_far_it_is_and_can_be_stopped() {
    for screen in screens() {
        let Some((frame, says)) = shown(screen, |states| states.work) else { continue };
        let (mut harness, sent, _) = harness(frame(), Language::Dutch, TALL);
        harness.run_steps(4);
        let heard = format!("{:?}", harness.root());
        assert!(heard.contains(says), "{screen:?} says {says:?}: {heard}");
        harness.get_by_label("Stop").click();
        harness.run_steps(3);
        assert!(sent.borrow().iter().any(|command| matches!(command, Command::Cancel)), "{screen:?}");
    }
}

/// What is begun on one screen goes on over every other, and the page under it can be used.
#[test]
fn work_of_another_screen_stands_over_every_screen_with_its_share_and_a_way_to_stop_it() {
    for screen in screens() {
        let frame = of::busy((states(screen).usual)(), "progress-import");
        let (mut harness, sent, _) = harness(frame, Language::Dutch, vec2(1280.0, 1200.0));
        assert!(harness.query_by_label("30%").is_some(), "{screen:?}");
        harness.get_by_label("Stop").click();
        harness.run_steps(3);
        assert!(sent.borrow().iter().any(|command| matches!(command, Command::Cancel)), "{screen:?}");
    }
}

#[test]
fn a_store_that_cannot_be_read_says_why_and_what_now_with_the_rail_still_there() {
    for screen in screens() {
        let (mut harness, sent, _) =
            harness(of::unreadable((states(screen).usual)()), Language::Dutch, vec2(1024.0, 700.0));
        let heard = format!("{:?}", harness.root());
        assert!(heard.contains("Een ander proces schrijft al 30 seconden"), "{screen:?}: {heard}");
        assert!(harness.query_by_label("Uitloggen").is_some(), "{screen:?}");
        harness.get_by_label("Probeer opnieuw").click();
        harness.run_steps(3);
        assert!(sent.borrow().iter().any(|command| matches!(command, Command::Refresh)), "{screen:?}");
    }
}

#[test]
fn a_long_text_is_heard_whole_even_where_a_row_cuts_it() {
    for screen in screens() {
        let Some((frame, says)) = shown(screen, |states| states.long) else { continue };
        let (harness, ..) = harness(frame(), Language::Dutch, TALL);
        let texts = [of::long_name(), of::unbroken()];
        let whole = |name: &str| {
            texts.iter().any(|text| {
                name.contains(text.as_str()) && text.contains(says)
                    || name.contains(says) && name.contains(text.as_str())
            })
        };
        let said = harness.root().children_recursive().any(|node| {
            let node = node.accesskit_node();
            node.label().or_else(|| node.value()).is_some_and(|name| whole(&name))
        });
        assert!(said, "{screen:?}: {says}");
    }
}

fn rows(harness: &egui_kittest::Harness<'_>) -> (usize, usize) {
    #[expect(clippy::wildcard_enum_match_arm, reason = "what is no text has none")]
    fn texts(shape: &egui::Shape) -> usize {
        match shape {
            egui::Shape::Text(_) => 1,
            egui::Shape::Vec(shapes) => shapes.iter().map(texts).sum(),
            _ => 0,
        }
    }
    let drawn = harness.output().shapes.iter().map(|clipped| texts(&clipped.shape)).sum();
    (drawn, harness.root().children_recursive().count())
}

#[test]
fn of_ten_thousand_rows_no_more_are_laid_out_than_of_a_hundred() {
    for (name, frame) in LISTS {
        let of = |n| rows(&harness(frame(n), Language::Dutch, vec2(1280.0, 800.0)).0);
        let ((few, few_heard), (many, many_heard)) = (of(100), of(MANY));
        assert!(few > 20 && many <= few + 12, "{name}: {few} texts of a hundred, {many} of ten thousand");
        assert!(many_heard <= few_heard + 12, "{name}: {few_heard} nodes of a hundred, {many_heard} of ten thousand");
    }
}

/// The row that a command asks for.
fn asked_row(command: &Command) -> Option<i64> {
    if let Command::SelectItem(ItemId(row))
    | Command::SelectRecord(RecordId(row))
    | Command::SelectAuditLine(row)
    | Command::Accounts(AccountsCommand::Select(Some(AccountId(row))))
    | Command::Connections(ConnectionsCommand::Select(Some(HospitalNumber(row)))) = command
    {
        return Some(*row);
    }
    None
}

#[test]
fn the_last_of_ten_thousand_rows_is_one_key_away() {
    for screen in [
        ScreenName::Identifications,
        ScreenName::Feedback,
        ScreenName::AuditLog,
        ScreenName::Accounts,
        ScreenName::Connections,
    ] {
        let Some((frame, says)) = shown(screen, |states| states.many) else { panic!("{screen:?}") };
        let (mut harness, sent, _) = harness(frame(), Language::Dutch, vec2(1280.0, 800.0));
        let heard = format!("{:?}", harness.root());
        assert!(heard.contains(says), "{screen:?} says {says:?}");
        let list = [Role::ListBox, Role::Table].into_iter().find_map(|role| harness.query_all_by_role(role).last());
        list.unwrap_or_else(|| panic!("{screen:?} has no list")).focus();
        harness.run_steps(2);
        sent.borrow_mut().clear();
        harness.key_press(egui::Key::End);
        harness.run_steps(4);
        let asked: Vec<i64> = sent.borrow().iter().filter_map(asked_row).collect();
        assert!(asked.contains(&(MANY as i64 - 1)), "{screen:?} asks for the last: {asked:?}");
        harness.event(Event::PointerGone);
        harness.run_steps(2);
        let names = harness.root().children_recursive().filter_map(|node| node.accesskit_node().label());
        let ends = names
            .filter(|name| name.contains(&(MANY - 1).to_string()) || name.contains(&(1000 + MANY - 1).to_string()));
        let is_seen = screen == ScreenName::AuditLog || ends.count() > 0;
        assert!(is_seen, "{screen:?}: the last row is in sight");
    }
}

#[test]
fn each_reason_why_a_screen_has_no_such_state_is_said() {
    for screen in screens() {
        let picks: [fn(States) -> State; 4] = [|of| of.empty, |of| of.work, |of| of.long, |of| of.many];
        let there = picks.into_iter().filter_map(|pick| shown(screen, pick)).count();
        assert!(there > 0 || screen == ScreenName::Settings, "{screen:?}");
    }
}
