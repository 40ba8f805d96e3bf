//! Lock and sign-out act at once; notices and the clipboard outlive the frame that brought them.

use std::{
    cell::Cell,
    rc::Rc,
    sync::{Arc, Mutex, Weak},
    time::{Duration, Instant},
};

use egui::{Galley, Key, Modifiers, OutputCommand, Shape, ViewportEvent, epaint::ClippedShape};
use egui_kittest::{Harness, kittest::Queryable};
use ui::theme;
use viewmodel::{Command, Frame, Notice, NoticeKind, Role, Screen};

use crate::{
    desk::{Frames, Sent, app_given},
    sample_tables as tables, samples,
};

fn harness(frame: Frame) -> (Harness<'static>, Sent, Frames) {
    let (mut app, sent, frames) = app_given(frame);
    let builder = Harness::builder().with_size([1280.0, 800.0]).with_context_setup(theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(3);
    (harness, sent, frames)
}

fn hears(harness: &Harness<'static>, words: &str) -> bool {
    format!("{:?}", harness.root()).contains(words)
}

fn locks(sent: &Sent) -> bool {
    sent.borrow().iter().any(|command| matches!(command, Command::Lock))
}

#[test]
fn a_lock_is_drawn_in_the_pass_that_asks_for_it_and_older_frames_stay_out() {
    let (mut harness, sent, frames) = harness(samples::record());
    assert!(hears(&harness, "Longembolie"));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
    harness.step();
    assert!(locks(&sent) && !hears(&harness, "Longembolie") && !hears(&harness, "Pijn op de borst"));
    // The worker was busy, and only now hands over what it computed before the lock.
    frames.borrow_mut().push_back(samples::record());
    harness.run_steps(2);
    assert!(!hears(&harness, "Longembolie"));
    frames.borrow_mut().push_back(samples::locked());
    harness.run_steps(3);
    assert!(hears(&harness, "Vergrendeld"));
}

/// A text as it was laid out, without keeping it.
fn laid_out(shapes: &[ClippedShape], words: &str) -> Option<Weak<Galley>> {
    fn look(shape: &Shape, words: &str) -> Option<Weak<Galley>> {
        if let Shape::Text(text) = shape {
            return text.galley.text().contains(words).then(|| Arc::downgrade(&text.galley));
        }
        let Shape::Vec(shapes) = shape else { return None };
        shapes.iter().find_map(|shape| look(shape, words))
    }
    shapes.iter().find_map(|clipped| look(&clipped.shape, words))
}

#[test]
fn after_a_lock_the_window_asks_for_the_passes_in_which_egui_lets_go_of_what_it_laid_out_and_for_no_more() {
    let (mut harness, ..) = harness(samples::record());
    let kept = laid_out(&harness.output().shapes, "Longembolie").unwrap();
    harness.step();
    assert!(kept.upgrade().is_some(), "while it is shown egui keeps it");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
    harness.step();
    let mut passes = 0;
    while harness.ctx.has_requested_repaint() {
        harness.step();
        passes += 1;
        assert!(passes < 8, "it comes to rest");
    }
    assert!(kept.upgrade().is_none(), "after {passes} more");
}

#[test]
fn a_click_on_lock_leaves_nothing_in_the_same_pass() {
    let (mut harness, sent, _) = harness(samples::record());
    harness.get_by_label("Vergrendel").click();
    harness.run_steps(2);
    assert!(locks(&sent) && !hears(&harness, "Longembolie"));
}

#[test]
fn control_l_locks_from_every_screen_and_from_the_work_that_covers_it() {
    for (name, frame) in crate::pictures::all() {
        let before = frame();
        let behind_a_session = before.lock.is_some();
        let (mut harness, sent, _) = harness(before);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
        harness.run_steps(2);
        assert_eq!(locks(&sent), behind_a_session, "{name}");
    }
    let mut covering = samples::progress();
    covering.lock = Some(Command::Lock);
    let (mut harness, sent, _) = harness(covering);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
    harness.run_steps(2);
    assert!(locks(&sent) && !hears(&harness, "20\u{202f}000"));
}

#[test]
fn a_notice_stays_over_the_next_frame_and_goes_with_the_next_act() {
    let mut first = tables::reception();
    let values =
        vec![("taken", "3".into()), ("repeated", "0".into()), ("superseded", "0".into()), ("refused", "0".into())];
    first.notice = Some(Notice { kind: NoticeKind::Done, text: "notice-imported", values });
    let (mut harness, _, frames) = harness(first);
    assert!(hears(&harness, "Ontvangen: 3."));
    frames.borrow_mut().push_back(tables::reception());
    harness.run_steps(2);
    assert!(hears(&harness, "Ontvangen: 3."), "a frame of the clock does not take it away");
    harness.get_by_label("Vernieuw").click();
    harness.run_steps(2);
    assert!(!hears(&harness, "Ontvangen: 3."));
}

fn copied(harness: &Harness<'static>) -> Vec<String> {
    let commands = &harness.output().platform_output.commands;
    let text = |command: &OutputCommand| {
        if let OutputCommand::CopyText(text) = command { Some(text.clone()) } else { None }
    };
    commands.iter().filter_map(text).collect()
}

#[test]
fn a_copy_outlives_the_frame_of_the_next_second_and_is_cleared_when_the_window_closes() {
    let (mut harness, _, frames) = harness(samples::identifications(true));
    let mut brings = samples::identifications(true);
    brings.clipboard = Some((samples::words("999900006"), 30));
    frames.borrow_mut().extend([brings, samples::identifications(true)]);
    harness.step();
    assert_eq!(copied(&harness), ["999900006"]);
    harness.step();
    assert!(copied(&harness).is_empty());
    let viewport = harness.input_mut().viewports.values_mut().next().unwrap();
    viewport.events.push(ViewportEvent::Close);
    harness.step();
    assert_eq!(copied(&harness), [""], "nothing is left on the clipboard");
}

/// A window whose clock the test moves, by seconds.
fn clocked(frame: Frame) -> (ui::App, Sent, Frames, Rc<Cell<u64>>) {
    let (app, sent, frames) = app_given(frame);
    let (begin, seconds) = (Instant::now(), Rc::new(Cell::new(0)));
    let passed = Rc::clone(&seconds);
    (app.with_clock(move || begin + Duration::from_secs(passed.get())), sent, frames, seconds)
}

/// What a hidden window does: no picture, and egui's time stands still.
fn hidden(app: &mut ui::App, ctx: &egui::Context) -> Vec<OutputCommand> {
    ctx.run_logic(&egui::RawInput::default(), |ctx| app.unseen(ctx)).platform_output.commands
}

#[test]
fn a_copy_is_gone_after_its_seconds_from_a_window_that_was_hidden_in_the_meantime() {
    let mut brings = samples::identifications(true);
    brings.clipboard = Some((samples::words("999900006"), 30));
    let (mut app, _, _, seconds) = clocked(brings);
    let ctx = egui::Context::default();
    theme::install(&ctx);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let delays = Arc::clone(&asked);
    ctx.set_request_repaint_callback(move |info| delays.lock().unwrap().push(info.delay));
    let mut shown = ctx.run_ui(egui::RawInput::default(), |ui| app.frame_ui(ui));
    shown.textures_delta.clear();
    assert!(shown.platform_output.commands.contains(&OutputCommand::CopyText("999900006".into())));
    for passed in [1, 29] {
        seconds.set(passed);
        asked.lock().unwrap().clear();
        assert!(hidden(&mut app, &ctx).is_empty(), "{passed}");
        let soon = Duration::from_secs(30 - passed);
        assert!(asked.lock().unwrap().iter().any(|delay| *delay <= soon), "it wakes for it: {passed}");
    }
    seconds.set(30);
    assert_eq!(hidden(&mut app, &ctx), [OutputCommand::CopyText(String::new())]);
    assert!(hidden(&mut app, &ctx).is_empty(), "once");
}

#[test]
fn who_is_half_way_in_is_out_again_after_five_minutes_of_a_hidden_window() {
    let mut frame = samples::sign_in();
    if let Screen::SignIn(screen) = &mut frame.screen {
        // Passphrase and code were right; a role is to be chosen.
        screen.roles = vec![(Role::MedicalManager, Command::ChooseRole(Role::MedicalManager))];
    }
    let (mut app, sent, _, seconds) = clocked(frame);
    let ctx = egui::Context::default();
    theme::install(&ctx);
    ctx.run_ui(egui::RawInput::default(), |ui| app.frame_ui(ui)).textures_delta.clear();
    seconds.set(5 * 60 - 1);
    hidden(&mut app, &ctx);
    assert!(!sent.borrow().iter().any(|command| matches!(command, Command::SignOut)));
    seconds.set(5 * 60);
    hidden(&mut app, &ctx);
    assert!(sent.borrow().iter().any(|command| matches!(command, Command::SignOut)));
}

#[test]
fn a_worker_that_is_gone_is_said_even_after_a_lock() {
    let (mut harness, _, frames) = harness(samples::record());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
    harness.step();
    let mut gone = samples::failed();
    if let Screen::Failed(screen) = &mut gone.screen {
        screen.text = "error-worker";
    }
    frames.borrow_mut().push_back(gone);
    harness.run_steps(2);
    assert!(hears(&harness, "Het programma is vastgelopen."));
}
