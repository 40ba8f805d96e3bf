//! Who is half way in: what was typed before a session, or at its lock, does not wait for whoever comes next.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use app::Ending;
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use viewmodel::{Command, EntryCommand, EntryWay, Frame, Language, Screen, Texts};

use crate::{house::House, sessions::Busy};

const CLERK: &str = "9001";
const OFFICER: &str = "9004";
const SAMPLE: &str = "programma-01-onjuist-bsn.xml";

/// A window on one frame, whose worker does nothing but say that the session was left; time goes on by so much a picture.
fn window_on(frame: Frame, seconds: f32) -> (Harness<'static>, Arc<AtomicBool>) {
    let left = Arc::new(AtomicBool::new(false));
    let client = Busy { frame: Some(frame), left: left.clone() };
    let mut app = ui::App::new(Box::new(client), Texts::load(Language::Dutch).unwrap());
    let builder = Harness::builder().with_size([1280.0, 800.0]).with_step_dt(seconds);
    let builder = builder.with_context_setup(ui::theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(3);
    (harness, left)
}

fn value(harness: &Harness<'static>, label: &str) -> String {
    let by = |role| harness.query_by_role_and_label(role, label);
    let node = by(egui::Role::PasswordInput).or_else(|| by(egui::Role::TextInput));
    node.unwrap_or_else(|| panic!("no field {label}")).accesskit_node().value().unwrap_or_default()
}

fn type_in(harness: &mut Harness<'static>, label: &str, typed: &str) {
    let by = |role| harness.query_by_role_and_label(role, label);
    let node = by(egui::Role::PasswordInput).or_else(|| by(egui::Role::TextInput)).unwrap();
    node.focus();
    node.type_text(typed);
    harness.run_steps(2);
}

/// What stands before a session, and at its lock, with a field for a secret on it.
fn doors(house: &mut House) -> Vec<(Frame, &'static str)> {
    let sign_in = (house.act(Command::SignOut), "Wachtwoordzin");
    let forgotten = house.act(Command::Entry(EntryCommand::Start(EntryWay::Forgotten)));
    house.act(Command::SignOut);
    house.sign_in(CLERK);
    vec![sign_in, (forgotten, "Code van je herstelblad"), (house.act(Command::Lock), "Wachtwoordzin")]
}

#[test]
fn half_a_passphrase_before_a_session_goes_with_the_systems_lock() {
    let mut house = House::with(&[SAMPLE]);
    for (frame, label) in doors(&mut house) {
        let (mut harness, left) = window_on(frame, 1.0 / 60.0);
        type_in(&mut harness, label, "een lange wacht");
        assert_eq!(value(&harness, label).chars().count(), 15, "{label}");
        harness.run_steps(60);
        assert_eq!(value(&harness, label).chars().count(), 15, "nothing takes it away before");
        left.store(true, Ordering::SeqCst);
        harness.step();
        assert_eq!(value(&harness, label), "", "{label}");
    }
}

#[test]
fn half_a_passphrase_before_a_session_goes_when_nobody_touched_the_window_for_as_long_as_a_session_may_be_left() {
    let mut house = House::with(&[SAMPLE]);
    for (frame, label) in doors(&mut house) {
        let (mut harness, _) = window_on(frame, 10.0);
        type_in(&mut harness, label, "een lange");
        harness.run_steps(26);
        type_in(&mut harness, label, " wacht");
        harness.run_steps(26);
        assert_eq!(value(&harness, label).chars().count(), 15, "somebody was there in between");
        harness.run_steps(5);
        assert_eq!(value(&harness, label), "", "{label}");
    }
}

#[test]
fn who_is_half_way_in_is_out_again_after_the_systems_lock_and_a_role_waits_for_nobody() {
    let mut house = House::with(&[SAMPLE]);
    house.act(Command::SignOut);
    house.act(Command::Entry(EntryCommand::Start(EntryWay::FirstTime)));
    assert!(matches!(house.engine.end(Ending::System, house.now).screen, Screen::SignIn(_)));
    house.other_program().execute("UPDATE account SET roles = 24 WHERE staff = ?1", [OFFICER]).unwrap();
    let frame = house.sign_in(OFFICER);
    let Screen::SignIn(screen) = frame.screen else { panic!("two roles to choose from") };
    assert_eq!(screen.roles.len(), 2);
    let half_way = Screen::SignIn(screen).half_way().unwrap();
    assert_eq!(half_way.forgets_after, 5);
    // The window asks for it after five minutes; the system's lock at once.
    assert!(matches!(half_way.leave, Some(Command::SignOut)));
    let Screen::SignIn(screen) = house.engine.end(Ending::System, house.now).screen else { panic!("the door") };
    assert!(screen.roles.is_empty());
    let Screen::SignIn(screen) = house.act(Command::ChooseRole(viewmodel::Role::PrivacyOfficer)).screen else {
        panic!("nobody comes in")
    };
    assert!(screen.roles.is_empty());
}
